"""The pieces that generated sheets are made of: titles, sentences, tables, grids, signatures.

A `Page` is one A4 sheet being filled from top to bottom on a fixed set of columns; it knows
looks and sizes, never what a document says. Cells and sizes are in page.py.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from xl_collab.documents.canvas import empty_workbook
from xl_collab.documents.carry_over import where
from xl_collab.documents.page import Paper
from xl_collab.documents.theme import (
    BRAND,
    DEFAULTS,
    HEADER_HEIGHT,
    INPUT,
    LINK,
    NOTE_SIZE,
    QUIET,
    RULE,
    Theme,
    row_height,
)
from xl_collab.project.drafts import Typed, shape
from xl_collab.project.sentences import FILL, Line, Place, brief, shown_id
from xl_collab.project.text_size import text_width
from xl_collab.schema.declaration import Sheet
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import RAG, Lang, Text, t

Kind = Literal["text", "centre", "date", "workdays", "mean", "percent", "integer", "id", "rag"]

KEPT_HEAD = t("保留的手写内容", "Kept from the earlier draft")
KEPT_NOTE = t(
    "这些内容是有人写在上一稿里的，原来的位置在这一稿中已不存在。用完后清空即可，下次不再列出。",
    "People typed this into the earlier draft; its places are gone from this one. Clear a text to drop it.",
)

_TITLES: Mapping[str, Text] = {sheet.key: sheet.title for sheet in SHEETS.sheets if isinstance(sheet, Sheet)}
_PROPERTIES = {"created": datetime(2000, 1, 1), "author": "xl_collab"}


@dataclass(frozen=True, slots=True)
class Rag:
    """A cell with an alert's colours and its word."""

    code: str
    word: str


_DONE_LATE = t("延期完成", "Done late")


def alert(code: str, workdays: int | None, threshold: int, lang: Lang) -> Rag | None:
    """预警 as a cell: what was done late has its own word and colour, no blue like what was done in time."""
    if code == "blue" and (workdays or 0) > 0:
        return Rag("red" if (workdays or 0) > threshold else "yellow", _DONE_LATE.of(lang))
    return Rag(code, RAG.label(code, lang)) if code in RAG.codes else None


@dataclass(frozen=True, slots=True)
class Ref:
    """A cell that shows `text` and leads to a row."""

    id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """An empty cell for people to fill in; its row is as tall as `room` needs."""

    room: str = ""


Cell = object


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a printed table: where it stands, what it is called, what its cells hold."""

    slot: int
    text: Text
    kind: Kind = "text"
    to: int = 0
    """The last of the columns that its text takes, when it takes more than one."""


def scratch(
    name: str,
    lang: Lang,
    fill: Callable[[Workbook, Theme], None],
    properties: Mapping[str, Any] = _PROPERTIES,
    least: float = 0,
    ending: bool = False,
) -> bytes:
    """The bytes of a workbook that `fill` draws one sheet into; the same input gives the same bytes."""
    stream = io.BytesIO()
    with empty_workbook(stream, DEFAULTS, strings_to_formulas=False, strings_to_urls=False) as workbook:
        workbook.set_properties({**properties, "title": name})
        fill(workbook, Theme(workbook, lang, least=least))
    return stream.getvalue()


class Page(Paper):
    """One A4 sheet in blocks, from top to bottom."""

    _section = 0
    """The row in which the last heading stands."""

    def gap(self, height: float = 8) -> None:
        """An empty row."""
        self.tall(height)
        self.next()

    def running_head(self, left: str, right: str) -> None:
        """The quiet line that is printed on top of every page."""
        half = self.width(1, self.last) * 0.56
        middle = max(n for n in range(1, self.last) if n == 1 or self.width(1, n) <= half)
        self.tall(16)
        self.keyed("head")
        # At size 9 a line holds a little more than its columns' widths say; it must not run out.
        shown = brief(left, int(self.width(1, middle)))
        self.put(1, shown, self.theme("quiet"), to=middle, name="left")
        self.put(middle + 1, right, self.theme("quiet", "right"), to=self.last, name="right")
        self.next()

    def title(self, text: str, below: str = "") -> None:
        """The document's title, centred, and a quiet line under it."""
        self.tall(self.least(34, 28))
        self.keyed("title")
        self.put(1, text, self.theme("title", "centre"), to=self.last)
        self.next()
        if below:
            self.tall(18)
            self.keyed("subtitle")
            self.put(1, below, self.theme("quiet", "right"), to=self.last)
            self.next()

    def section(self, text: Text, *, former: str = "") -> None:
        """A heading over a rule. `former` is what it was called in drafts of earlier versions."""
        self._section = self.row
        self.memory.section(former or self.called(text))
        self.shown[former or text.zh] = text.of(self.lang)
        self.gap(self.least(10, 3))
        self.begins()
        self.keyed("heading")
        self.tall(self.least(HEADER_HEIGHT, 20))
        style = self.theme("section", bottom=1, bottom_color=BRAND)
        self.put(1, text.of(self.lang), style, to=self.last)
        self.next()

    def subsection(self, text: Text) -> None:
        """A smaller heading inside a section."""
        self.memory.part(self.called(text))
        self.gap(6)
        self.begins()
        self.keyed("heading")
        self.tall(20)
        self.put(1, text.of(self.lang), self.theme("plain", "bold", "middle"), to=self.last)
        self.next()

    def note(self, text: Text | str) -> None:
        """A quiet line of explanation."""
        shown = text if isinstance(text, str) else text.of(self.lang)
        self.keyed("note:" + shape(text if isinstance(text, str) else text.zh))
        size = max(NOTE_SIZE, self.theme.smallest)
        height = row_height([(shown, self.width(1, self.last))], size=size, minimum=18)
        self.room(height)
        self.tall(height)
        self.put(1, shown, self.theme("note", "middle"), to=self.last)
        self.next()

    def sentences(self, lines: Iterable[Line], *, mark: str = "", key: str = "") -> None:
        """Sentences, each with its evidence as small grey IDs in the last column.

        `key` tells them apart, else the one row that each is about, else its words without figures.
        """
        for line in lines:
            if line.fill:
                self.blank_field(line.text)
            else:
                self._sentence(line, mark, key)

    def _sentence(self, line: Line, mark: str, key: str) -> None:
        shown = [shown_id(name, _TITLES, self.lang) for name in line.ids]
        evidence = " ".join([*shown[:6], *(["…"] if len(shown) > 6 else [])])
        to = self.last - 1 if evidence else self.last
        width = self.width(1, to)
        text = self.fitted(mark + line.text.of(self.lang), width - 2)
        height = row_height(
            [(text, width - 2), (evidence, self.widths[-1] * 1.2)], minimum=self.least(20, 18)
        )
        self.room(height)
        self.tall(height)
        about = line.ids[0] if len(line.ids) == 1 and not _moves(line.ids[0]) else ""
        self.keyed(key or "say:" + (about or shape(line.text.zh)))
        self.put(1, text, self.theme("prose", "middle"), to=to, name="text")
        if evidence:
            link = next(filter(self.leads, line.ids), "")
            look = self.theme("evidence", "middle", "right", "wrap")
            self.put(self.last, evidence, look, link=link, name="evidence")
        self.next()

    def blank_field(self, label: Text, lines: int = 3) -> None:
        """A marked box for what only people can know."""
        self.room(20 + 18.0 * lines)
        self.tall(20)
        name = self.called(Text(shape(label.zh), label.of(self.lang)))
        self.keyed(f"label:{name}")
        self.put(1, label.of(self.lang), self.theme("plain", "bold", "middle"), to=self.last)
        self.next()
        self.tall(18.0 * lines)
        box = self.theme("value", "top", font_color=QUIET, locked=False)
        self.keyed(f"fill:{name}")
        self.put(1, FILL.of(self.lang), box, to=self.last, name="text")
        self.next()

    def pairs(self, pairs: Sequence[tuple[Text, str]], *, wide: bool = False) -> None:
        """A bordered grid of labels and values, two pairs a row, or one when `wide`."""
        spans = ((1, 2, 3, self.last),) if wide else self._beside
        step = len(spans)
        for at in range(0, len(pairs), step):
            cells: list[tuple[str, float]] = []
            self.room(22)
            self.keyed(f"pair:{pairs[at][0].zh}")
            for (label, value), (a, b, c, d) in zip(pairs[at : at + step], spans, strict=False):
                last = self.last if at + step > len(pairs) and len(pairs) - at == 1 else d
                shown = self.fitted(value, self.width(c, last) - 2)
                name = self.called(label)
                self.put(a, label.of(self.lang), self.theme("label"), to=b, name=f"/label:{name}")
                self.put(c, shown, self._value(value), to=last, name=f"/{name}")
                cells += [(label.of(self.lang), self.width(a, b)), (shown, self.width(c, last) - 3)]
            self.tall(row_height(cells, minimum=self.least(22, 19)))
            self.next()

    @property
    def _beside(self) -> tuple[_Span, ...]:
        return _NARROW.get(self.last, _EIGHT)

    def _value(self, value: str) -> Format:
        empty = value == FILL.of(self.lang)
        return self.theme("value", font_color=QUIET, locked=False) if empty else self.theme("value")

    # tables

    def table(
        self,
        headings: Sequence[Heading],
        rows: Iterable[Sequence[Cell]],
        *,
        empty: Text,
        keys: Sequence[str] | None = None,
        below: Mapping[str, Text] | None = None,
        charted: bool = False,
    ) -> tuple[int, int]:
        """A table under a filled header; first and last zero-based row of its cells.

        `below` has what stands under the record of an ID, over the width of the table.

        `charted` rows feed a chart: they go on one page, and no heading is repeated among them.

        `keys` tell rows apart where their IDs do not. Without rows there is one quiet sentence instead,
        and last is before first.
        """
        records = list(rows)
        for heading in headings:
            self.called(heading.text)
        if not records:
            self.note(empty)
            return self.row, self.row - 1
        if charted:
            self.room(HEADER_HEIGHT + sum(self._height(headings, record) for record in records))
        else:
            self.begins()
        self.header(headings)
        first = self.row
        for record, key in zip(records, keys or [""] * len(records), strict=True):
            more = self._below(record, below or {})
            if not charted and self.room(self._height(headings, record) + self._below_height(more)):
                self.header(headings)
            self.record(headings, record, key=key)
            if more:
                self._below_record(more, record)
        return first, self.row - 1

    def _height(self, headings: Sequence[Heading], values: Sequence[Cell]) -> float:
        """Height of a row before it is written; not worked out where no page is ended on purpose."""
        if not self.flowing:
            return 0.0
        sizes = []
        for heading, value in zip(headings, values, strict=True):
            width = self._width(heading)
            text = self.fitted(self._said(value), width - 1) if _wraps(value) else ""
            sizes.append((text, width - (1 if heading.kind == "text" else 0)))
        return row_height(sizes, minimum=self.least(20, 18))

    def _below(self, values: Sequence[Cell], below: Mapping[str, Text]) -> str:
        found = below.get(values[0].id) if isinstance(values[0], Ref) else None
        return self.fitted(found.of(self.lang), self.width(2, self.last) - 2) if found else ""

    def _below_height(self, text: str) -> float:
        return row_height([(text, self.width(2, self.last) - 2)], minimum=18) if text else 0.0

    def _below_record(self, text: str, values: Sequence[Cell]) -> None:
        """The rule under a record stands under this line."""
        self.keyed(f"below:{_key_of(values)}")
        self.tall(self._below_height(text))
        self.put(1, "", self.theme("wrapped"))
        self.put(2, text, self.theme("wrapped", "indent", font_color=QUIET), to=self.last, name="text")
        self.next()

    def _width(self, heading: Heading) -> float:
        """Width for the text of a heading's cells; columns that are one have their margins for text, too."""
        last = max(heading.slot, heading.to)
        return self.width(heading.slot, last) + _COLUMN_MARGIN * (last - heading.slot)

    def _said(self, value: Cell) -> str:
        if isinstance(value, Rag):
            return value.word
        if isinstance(value, Ref):
            return value.text or shown_id(value.id, _TITLES, self.lang)
        return value.of(self.lang) if isinstance(value, Text) else str(value)

    def header(self, headings: Sequence[Heading]) -> None:
        """The header row of a table."""
        self.keyed("header")
        shown = [(h.text.of(self.lang), self._width(h)) for h in headings]
        self.tall(row_height(shown, minimum=self.least(HEADER_HEIGHT, 20)))
        for heading, (text, _) in zip(headings, shown, strict=True):
            role, name = "header" if heading.kind != "text" else "header_left", self.called(heading.text)
            self.put(heading.slot, text, self.theme(role, "middle"), to=heading.to, name=name)
        self.next()

    def record(self, headings: Sequence[Heading], values: Sequence[Cell], *, key: str = "") -> None:
        """One row of a table, told apart by `key`, else by the first ID in it, else by its first text."""
        self.keyed(key or _key_of(values))
        sizes = []
        for heading, value in zip(headings, values, strict=True):
            width = self._width(heading)
            text = self._write(heading, value, width)
            sizes.append((text, width - (1 if heading.kind == "text" else 0)))
        self.tall(row_height(sizes, minimum=self.least(20, 18)))
        self.next()

    def _write(self, heading: Heading, value: Cell, width: float) -> str:
        """Write one value; its text if it wraps and nobody typed over it, for the height of the row."""
        kind, column, name = heading.kind, heading.slot, heading.text.zh
        if heading.to > column and (value is None or value == ""):
            self.put(column, "", self.theme("wrapped"), to=heading.to, name=name)
            return ""
        if isinstance(value, Rag):
            self.put(column, value.word, self.theme.rag(value.code, "wrapped"), name=name)
            return value.word
        if isinstance(value, Ref):
            return self._ref(heading, value, width)
        if isinstance(value, Input):
            # As text: else a program makes a number of 1, and a day of 2023-10-12, when it is chosen.
            look = self.theme("input", "wrap", "indent", "text", fg_color=INPUT, locked=False)
            self.place(column, None, look, name=name)
            return value.room
        if value is None or value == "":
            self.place(column, None, self.theme("wrapped"), name=name)
            return ""
        if isinstance(value, date):
            self.place(column, value, self.theme("body", "date"), name=name)
            return ""
        if isinstance(value, int | float):
            look = _NUMBERS.get(kind, {"align": "center"})
            self.place(column, value, self.theme("body", **look), name=name)
            return ""
        shown = value.of(self.lang) if isinstance(value, Text) else str(value)
        text = self.fitted(shown, width - 1)
        roles = ("wrapped", "indent") if kind == "text" else ("wrapped", "centre")
        return text if self.put(column, text, self.theme(*roles), to=heading.to, name=name) else ""

    def _ref(self, heading: Heading, value: Ref, width: float) -> str:
        text = self.fitted(value.text or shown_id(value.id, _TITLES, self.lang), width)
        linked = {"font_color": LINK, "underline": 1} if self.leads(value.id) else {}
        roles = ("wrapped", "indent") if heading.kind == "text" else ("wrapped", "centre")
        self.put(heading.slot, text, self.theme(*roles, **linked), link=value.id, name=heading.text.zh)
        return text

    def band(self, text: str) -> None:
        """A row inside a table that names the group below it."""
        self.tall(22)
        self.keyed("band:" + shape(text))
        self.put(1, text, self.theme("plain", "bold", "middle", "indent", "band"), to=self.last)
        self.next()

    def repeat(self, row: int) -> None:
        """Print this row on top of every page instead of the running head."""
        self.sheet.repeat_rows(row, row)
        self.pagination.repeated = row

    # the foot

    def signatures(self, names: Sequence[str], sign: Text, on: Text) -> None:
        """Lines to sign, two a row where they fit: who, signature, date; on one page with what they sign."""
        line = self.theme("signature", font_color=QUIET, bottom=1, bottom_color=RULE)
        words = f"{sign.of(self.lang)}{' ' * 16}{on.of(self.lang)}"
        beside = self._beside
        if any(
            self.width(c, d) < text_width(sign.of(self.lang) + on.of(self.lang)) + 6 for *_, c, d in beside
        ):
            beside = ((1, 2, 3, self.last),)
        for at in range(0, len(names), len(beside)):
            self.tall(34)
            for name, (a, b, c, d) in zip(names[at : at + len(beside)], beside, strict=False):
                who = self.fitted(name, self.width(a, b) - (2 if self.last > 6 else 0), 2)
                # Set in, so that the line before it ends where it ends.
                bold = self.theme("signature", "wrap", "bold", indent=2 if a > 1 else 0)
                self.put(a, who, bold, to=b, name=f"/sign:{name}")
                self.put(c, words, line, to=d, name=f"/signed:{name}")
            self.next()
        first = self._section if self.pagination.fits(self._section, self.row) else max(0, self.row - 2)
        self.keep(first, [(first, self.row)])

    def countersigned(self, names: Sequence[str]) -> None:
        """Four boxes a row, each with whose it is and room to sign."""
        look = self.theme("value", "top", font_color=QUIET, locked=False)
        rows = range(0, len(names), len(_BOXES))
        self.room(_BOX_HEIGHT * min(_SIGNED_TOGETHER, len(rows)))
        for at in rows:
            self.room(_BOX_HEIGHT)
            self.tall(_BOX_HEIGHT)
            for name, (a, b) in zip(names[at : at + len(_BOXES)], _BOXES, strict=False):
                self.put(a, self.fitted(name, self.width(a, b) - 2, 1), look, to=b, name=f"/sign:{name}")
            self.next()

    def finish(self) -> None:
        """The foot, the print area, and a view that opens at the top."""
        self.remember()
        self.sheet.print_area(0, 0, max(0, self.row - 1), self.last)
        self.sheet.set_selection(0, 0, 0, 0)

    def remember(self) -> None:
        """Texts that have lost their place go to the foot; what was generated is noted behind the page."""
        if not self.remembers:
            return
        self.fill_free()
        self._foot()
        self.write_notes()

    def _foot(self) -> None:
        left = self.memory.left_over()
        if not left:
            return
        self.section(KEPT_HEAD)
        self.note(KEPT_NOTE)
        for origin in left:
            self.memory.kept(self.row, f"where:{origin}")
            self.tall(18)
            self.put(1, where(origin, self.shown), self.theme("quiet", "middle"), to=self.last, name="text")
            self.next()
            self.memory.kept(self.row, origin)
            self.put(1, "", self.theme("value", "top", locked=False), to=self.last, name="text")
            self.next()


_COLUMN_MARGIN = 0.7
"""What a column is wider than its characters, in characters."""
_SIGNED_TOGETHER = 10
"""Lines to sign that are kept on one page."""
_BOXES, _BOX_HEIGHT = ((1, 2), (3, 3), (4, 5), (6, 8)), 28.0
_Span = tuple[int, int, int, int]
_EIGHT: tuple[_Span, ...] = ((1, 2, 3, 3), (4, 5, 6, 8))
_NARROW: Mapping[int, tuple[_Span, ...]] = {6: ((1, 2, 3, 3), (4, 4, 5, 6)), 8: _EIGHT}
"""First and last column of label and value, two pairs side by side, by the columns of the page."""
_NUMBERS: Mapping[str, Mapping[str, Any]] = {
    "workdays": {"num_format": "+0;-0;0", "align": "center"},
    "mean": {"num_format": "+0.0;-0.0;0", "align": "center"},
    "percent": {"num_format": "0%", "align": "center"},
    "integer": {"num_format": "0", "align": "center"},
}


def _wraps(value: Cell) -> bool:
    """Whether a value is text that may take several lines."""
    return isinstance(value, Text | str | Rag | Ref) and value != ""


def _key_of(values: Sequence[Cell]) -> str:
    """The first ID in a row, else its texts."""
    found = next((value.id for value in values if isinstance(value, Ref) and value.id), "")
    if found and not _moves(found):
        return found
    texts = (value.zh if isinstance(value, Text) else value for value in values)
    return "row:" + ":".join(shape(text) for text in texts if isinstance(text, str) and text)


def _moves(name: str) -> bool:
    """Whether a row goes by its number (每日同步!12), which is another's as soon as rows are deleted."""
    return "!" in name


Doc = TypeVar("Doc")


class Sections(Generic[Doc]):
    """A document on its page: a drawer's methods are its sections; `project` names it in heads and fields."""

    def __init__(self, page: Page, document: Doc, project: str) -> None:
        self.page, self.doc, self.project, self.lang = page, document, project, page.lang


def one_page(
    tab: str,
    lang: Lang,
    widths: Sequence[float],
    draw: Callable[[Page], None],
    *,
    project: str,
    links: Mapping[str, Place],
    landscape: bool = False,
    typed: Sequence[Typed] | None = None,
    scale: float = 0,
    least: float = 0,
    ending: bool = False,
) -> bytes:
    """The bytes of a workbook with the one sheet that `draw` fills from top to bottom.

    typed    what people typed into the draft before; None for a sheet that remembers nothing by itself
    scale    of the paper (see `Paper`, `ending` too); `least` is the smallest font (see `Theme`)
    """

    def fill(workbook: Workbook, theme: Theme) -> None:
        draw(
            Page(
                workbook,
                theme,
                tab=tab,
                widths=widths,
                project=project,
                links=links,
                landscape=landscape,
                typed=typed,
                scale=scale,
                ending=ending,
            )
        )

    return scratch(tab, lang, fill, least=least)
