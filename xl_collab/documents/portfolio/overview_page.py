"""The first page of the portfolio's workbook, drawn: figures, the answer, what needs attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.workbook import Workbook

from xl_collab.documents.blocks import Cell, Heading, Kind, Page, Rag, Ref
from xl_collab.documents.charts import Series, chart, quiet_axis
from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.links import Links
from xl_collab.documents.portfolio.lists import estimated_look
from xl_collab.documents.portfolio.overview import Excerpt, Figure, Overview
from xl_collab.documents.portfolio.register import Column, Estimated, Shown, Value
from xl_collab.documents.theme import BRAND, LINK, RAG_COLOURS, Theme
from xl_collab.project.sentences import brief, fitted
from xl_collab.project.text_size import text_width
from xl_collab.schema.words import RAG, Lang, Text

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (26, 12.5, 6.5, 12.5, 10, 6, 6, 5, 7, 9.5, 9.5),
    "en": (26, 12, 7.5, 10, 11, 5.5, 7, 6.5, 10, 10.5, 10.5),
}
_SLOTS: Mapping[str, Sequence[tuple[int, int]]] = {
    "attention": ((1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 11)),
    "roots": ((1, 0), (2, 0), (3, 5), (6, 7), (8, 9), (10, 0), (11, 0)),
    "milestones": ((1, 0), (2, 0), (3, 5), (6, 8), (9, 0), (10, 0), (11, 0)),
    "contents": ((1, 0), (2, 10), (11, 0)),
}
"""First and last column of the page that each column of a table takes."""
_TILES = ((1, 1), (2, 2), (3, 4), (5, 5), (6, 8), (9, 10), (11, 11))
"""Columns of each large figure."""
_KINDS: Mapping[Shown, Kind] = {
    "text": "text",
    "link": "text",
    "centre": "centre",
    "date": "date",
    "workdays": "workdays",
    "count": "integer",
    "percent": "percent",
    "alert": "rag",
}
_SLIP, _FIRST_COUNT = 4, 6
"""Columns of the page in which a project's slip and its first count of tasks stand."""
_COUNTED = {"red": "#D9534F", "yellow": "#E0A800", "green": "#5CB85C", "blue": "#3E7CB1"}
"""Alerts as bars: without a word in them, they may be brighter than in cells."""
_CHARTS = 2
_MARGIN, _SHORTEST = 2.0, 18
"""Width of a cell that its text does not get, and of a project's name beside a bar."""


def draw_overview(workbook: Workbook, found: Overview, links: Links, lang: Lang) -> None:
    """Add the page to the workbook."""
    project = words.NAME.of(lang)
    page = Page(
        workbook,
        Theme(workbook, lang),
        tab=words.TABS["overview"].of(lang),
        widths=_WIDTHS[lang],
        project=project,
        links={tab.zh: (tab.of(lang), "A1") for tab, _, _ in found.contents},
        landscape=True,
        ending=True,
    )
    page.sheet.set_tab_color(BRAND)
    _Drawer(page, found, links).draw()


class _Drawer:
    def __init__(self, page: Page, found: Overview, links: Links) -> None:
        self.page, self.found, self.links, self.lang = page, found, links, page.lang

    def draw(self) -> None:
        """Fill the page."""
        page, found = self.page, self.found
        day = fitted(words.DAY_OF, day=found.as_of).of(self.lang)
        title = words.TITLE.of(self.lang)
        page.running_head(words.NAME.of(self.lang), f"{title} · {found.as_of}")
        page.title(title, " · ".join((day, *self._moments())))
        self._figures()
        page.gap(6)
        page.sentences(found.answer)
        page.section(words.HEAD["attention"])
        first, last = self._table("attention", found.attention)
        self._more(found.attention, "projects")
        if last >= first:
            self._charts(first, last)
        for name, tab in (("roots", "slips"), ("milestones", "milestones")):
            page.section(words.HEAD[name])
            excerpt: Excerpt = getattr(found, name)
            self._table(name, excerpt)
            self._more(excerpt, tab)
        self._contents()
        page.finish()
        page.sheet.set_first_sheet()
        page.sheet.activate()

    def _moments(self) -> list[str]:
        """When it was made, and with what it is compared."""
        made = [fitted(words.RUN_AT, run=f"{self.found.run:%Y-%m-%d %H:%M}")]
        if self.found.since is not None:
            made.append(fitted(words.SINCE, since=f"{self.found.since:%Y-%m-%d %H:%M}"))
        return [text.of(self.lang) for text in made]

    def _figures(self) -> None:
        """One row of large figures, each with its words under it and a link to its rows."""
        page = self.page
        page.gap(4)
        page.tall(36)
        for figure, (first, last) in zip(self.found.figures, _TILES, strict=True):
            page.put(first, figure.value, self._look(figure), to=last)
        page.next()
        page.tall(20)
        for figure, (first, last) in zip(self.found.figures, _TILES, strict=True):
            style = page.theme("caption", "middle", font_color=LINK, underline=1)
            page.put(first, figure.caption.of(self.lang), style, to=last, link=figure.tab.zh)
        page.next()

    def _look(self, figure: Figure) -> Any:
        if figure.colour not in RAG_COLOURS:
            return self.page.theme("figure", left=5, left_color="#FFFFFF")
        ink, ground = RAG_COLOURS[figure.colour]
        return self.page.theme("figure", font_color=ink, fg_color=ground, left=5, left_color="#FFFFFF")

    # tables

    def _table(self, name: str, excerpt: Excerpt) -> tuple[int, int]:
        """A table of the page; first and last zero-based row of its cells."""
        page = self.page
        headings = [
            Heading(first, column.text, _KINDS[column.shown], last)
            for column, (first, last) in zip(excerpt.columns, _SLOTS[name], strict=True)
        ]
        rows = [
            [self._cell(*one) for one in zip(excerpt.columns, row, _SLOTS[name], strict=True)]
            for row in excerpt.rows
        ]
        keys = [f"{name}:{n}" for n in range(len(rows))]
        first, last = page.table(
            headings, rows, empty=words.NOTHING[name], keys=keys, charted=name == "attention"
        )
        written = [n for n in range(first, last + 1) if n not in self._repeated(first, last, len(rows))]
        for row, values, goal in zip(written, excerpt.rows, excerpt.goals, strict=True):
            for column, value, slots in zip(excerpt.columns, values, _SLOTS[name], strict=True):
                self._over(row, slots, column, value, goal)
        return first, last

    def _repeated(self, first: int, last: int, rows: int) -> Sequence[int]:
        """Rows within a table in which its heading stands once more, at the top of a page."""
        return [n for n in self.page.pagination.breaks if first < n <= last] if last - first >= rows else []

    def _line(self, value: Value, slots: tuple[int, int]) -> str:
        """As much of a text as one line of its cell shows: the page is for a glance."""
        first, last = slots
        text, room = str(value or ""), int(self.page.width(first, max(first, last)) - _MARGIN)
        return brief(text, room if text_width(text) <= room else room - 1)  # the dots are as wide as a sign

    def _cell(self, column: Column, value: Value, slots: tuple[int, int]) -> Cell:
        if column.shown == "alert":
            return Rag(str(value), RAG.label(str(value), self.lang)) if value in RAG.codes else None
        if column.shown == "text" or column.shown == "link":
            return self._line(value, slots)
        return value.days if isinstance(value, Estimated) else value

    def _over(self, row: int, slots: tuple[int, int], column: Column, value: Value, goal: Any) -> None:
        """What the page has no cells for: links to other files, days that are estimated."""
        sheet, theme, slot = self.page.sheet, self.page.theme, slots[0]
        if column.shown == "link" and value and (url := self.links.to(goal)):
            text = self._line(value, slots)
            look = theme("wrapped", "indent", font_color=LINK, underline=1)
            sheet.write_url(row, slot, url, theme.for_text(text, look), text)
        if isinstance(value, Estimated):
            sheet.write_number(row, slot, value.days, estimated_look(theme, "body", "workdays"))

    def _more(self, excerpt: Excerpt, tab: str) -> None:
        if excerpt.left:
            self.page.note(fitted(words.MORE, n=excerpt.left, tab=words.TABS[tab]))

    def _contents(self) -> None:
        """The other sheets, each a link."""
        page, slots = self.page, _SLOTS["contents"]
        page.section(words.HEAD["contents"])
        kinds: tuple[Kind, ...] = ("text", "text", "integer")
        headings = [
            Heading(first, text, kind, last)
            for text, kind, (first, last) in zip(words.CONTENTS, kinds, slots, strict=True)
        ]
        rows = [[Ref(tab.zh, tab.of(self.lang)), hint, count] for tab, hint, count in self.found.contents]
        page.table(headings, rows, empty=words.NOTHING["attention"], charted=True)

    # charts

    def _charts(self, first: int, last: int) -> None:
        """Tasks by alert, and slip, of the projects above, beside each other."""
        page = self.page
        height = 80 + 20 * (last - first + 1)
        names = page.last + 1
        for row, values in enumerate(self.found.attention.rows, first):
            page.behind(row, names, brief(str(values[0]), _SHORTEST))
        page.sheet.set_column(names, names, 4, None, {"hidden": True})
        tasks = [
            Series(self._name(code), names, _FIRST_COUNT + n, colour)
            for n, (code, colour) in enumerate(_COUNTED.items())
        ]
        stacked = chart(page, "bar", words.CHART["rag"], tasks, first, last, stacked=True)
        slip = [Series(words.CHART["slip"], names, _SLIP, BRAND, labels="+0;-0;0")]
        bars = chart(page, "bar", words.CHART["slip"], slip, first, last)
        for made, span in ((stacked, {}), (bars, self._span())):
            made.show_hidden_data()
            made.set_y_axis(quiet_axis(reverse=True, label_position="low"))
            made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **span})
        self._beside((stacked, bars), height)

    def _span(self) -> dict[str, float]:
        """An axis that shows zero and leaves room for the labels."""
        slips = [row[_SLIP - 1] for row in self.found.attention.rows]
        days = [one.days if isinstance(one, Estimated) else one for one in slips]
        known = [one for one in days if isinstance(one, int)]
        low, high = min([0, *known]), max([0, *known])
        room = 0.15 * (high - low)
        return {"min": low - room if low else 0, "max": high + room if high else 1}

    def _name(self, code: str) -> Text:
        return words.COLUMN["done"] if code == "blue" else words.COLUMN[code]

    def _beside(self, charts: Sequence[Any], height: int) -> None:
        """Two charts over the page's width, on one page."""
        page = self.page
        page.gap(6)
        page.room(-(-height // 24) * 18.0)
        first, width = page.row, round(page.width(1, page.last) * 7.2 / _CHARTS) - 4
        for n, made in enumerate(charts):
            page.objects += 1
            offset = {"object_position": 2, "x_offset": 2 + n * (width + 4), "y_offset": 2}
            page.sheet.insert_chart(first, 1, made, offset)
            made.set_size({"width": width, "height": height})
        for _ in range(-(-height // 24)):
            page.gap(18)
