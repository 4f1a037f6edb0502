"""The pieces that generated sheets are made of: titles, sentences, tables, grids, signatures.

A `Page` is one A4 sheet being filled from top to bottom on a fixed set of columns; it knows
looks and sizes, never what a document says. Everything from the workbook is written as text: no
cell of a generated sheet can turn into a formula or a link to the outside.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from xl_collab.compose.paper import Paper
from xl_collab.compose.theme import (
    BRAND,
    DEFAULTS,
    HEADER_HEIGHT,
    LINK,
    MAX_HEIGHT,
    NOTE_SIZE,
    QUIET,
    RULE,
    Theme,
    cut,
    row_height,
    set_up_page,
)
from xl_collab.model.reports.sentences import FILL, Line, Place, shown_id
from xl_collab.model.schema import Sheet
from xl_collab.model.sheets import SHEETS
from xl_collab.model.words import Lang, Text

__all__ = ["LINES", "Cell", "Heading", "Page", "Rag", "Ref", "scratch"]

Kind = Literal["text", "centre", "date", "workdays", "mean", "percent", "integer", "id", "rag"]

LINES = 10
"""Lines of one cell that a report shows; a longer text is cut, its row's link leads to all of it."""

_TITLES: Mapping[str, Text] = {sheet.key: sheet.title for sheet in SHEETS.sheets if isinstance(sheet, Sheet)}
_PROPERTIES = {"created": datetime(2000, 1, 1), "author": "xl_collab"}


@dataclass(frozen=True, slots=True)
class Rag:
    """A cell with an alert's colours and its word."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A cell that shows `text` and leads to a row."""

    id: str
    text: str = ""


Cell = object


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a printed table: where it stands, what it is called, what its cells hold."""

    slot: int
    text: Text
    kind: Kind = "text"


def scratch(
    name: str,
    lang: Lang,
    fill: Callable[[Workbook, Theme], None],
    properties: Mapping[str, Any] = _PROPERTIES,
) -> bytes:
    """The bytes of a workbook that `fill` draws one sheet into; the same input gives the same bytes."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, {**options, "default_format_properties": DEFAULTS}) as workbook:
        workbook.set_properties({**properties, "title": name})
        fill(workbook, Theme(workbook, lang))
    return stream.getvalue()


class Page:
    """One sheet, written downwards.

    `widths` are the columns after the narrow left margin, in characters; `row` is the next
    zero-based row. `links` says where the row of an ID stands.
    """

    def __init__(
        self,
        workbook: Workbook,
        theme: Theme,
        *,
        tab: str,
        widths: Sequence[float],
        project: str,
        links: Mapping[str, Place],
        landscape: bool = False,
    ) -> None:
        self.theme = theme
        self.lang: Lang = theme.lang
        self.workbook = workbook
        self.sheet = workbook.add_worksheet(tab)
        self.tab = tab
        self.widths = tuple(widths)
        self.links = links
        self.row = 0
        self.last = len(self.widths)
        self.paper = Paper(self.widths, landscape=landscape)
        self.sheet.hide_gridlines(2)
        self.sheet.set_column(0, 0, 1.5)
        for n, width in enumerate(self.widths, start=1):
            self.sheet.set_column(n, n, width)
        set_up_page(self.sheet, landscape=landscape, lang=self.lang, repeat_rows=(0, 0), project=project)

    # sizes

    def width(self, first: int, last: int) -> float:
        """Width of the columns first to last (1 is the first after the margin)."""
        return sum(self.widths[first - 1 : last])

    def tall(self, height: float) -> None:
        """Height of the current row in points."""
        self.paper.heights[self.row] = min(MAX_HEIGHT, height)
        self.sheet.set_row(self.row, self.paper.heights[self.row])

    def next(self) -> None:
        """Go to the next row."""
        self.row += 1

    def fitted(self, text: str, width: float, lines: int = LINES) -> str:
        """The text without control characters, cut to what `lines` lines of `width` can show."""
        clean = "".join(c if c == "\n" or c >= " " else " " for c in text.replace("\r\n", "\n").strip())
        clean = clean.encode("utf-8", "replace").decode("utf-8")
        paragraphs = clean.split("\n")
        if len(paragraphs) > lines:
            clean = "\n".join([*paragraphs[: lines - 1], "…"])
        room = row_height([("\n" * (lines - 1), width)])
        if len(clean) <= width * lines and row_height([(clean, width)]) <= room:
            return clean
        return self._cut(clean, width, lines)

    def _cut(self, text: str, width: float, lines: int) -> str:
        """The longest beginning that fits, found by halving."""
        limit = row_height([("\n" * (lines - 1), width)])
        low, high = 0, min(len(text), int(width) * lines)
        while low < high:
            middle = (low + high + 1) // 2
            fits = row_height([(text[:middle] + "…", width)]) <= limit
            low, high = (middle, high) if fits else (low, middle - 1)
        return text[:low].rstrip() + "…"

    # writing

    def put(self, column: int, text: str, style: Format, *, to: int = 0, link: str = "") -> None:
        """Write text into a column of the current row, over the columns up to `to` when given."""
        if to > column:
            self.sheet.merge_range(self.row, column, self.row, to, "", style)
        target = self.links.get(link) if link else None
        if target is not None and text:
            self.sheet.write_url(self.row, column, _internal(target), style, text)
        self.sheet.write_string(self.row, column, text, style)

    def gap(self, height: float = 8) -> None:
        """An empty row."""
        self.tall(height)
        self.next()

    def running_head(self, left: str, right: str) -> None:
        """The quiet line that is printed on top of every page."""
        half = self.width(1, self.last) * 0.55
        middle = max(n for n in range(1, self.last) if n == 1 or self.width(1, n) <= half)
        self.tall(16)
        # At size 9 a line holds a little more than its columns' widths say; it must not run out.
        self.put(1, cut(left, int(self.width(1, middle))), self.theme("quiet"), to=middle)
        self.put(middle + 1, right, self.theme("quiet", "right"), to=self.last)
        self.next()

    def title(self, text: str, below: str = "") -> None:
        """The document's title, centred, and a quiet line under it."""
        self.tall(34)
        self.put(1, text, self.theme("title", "centre"), to=self.last)
        self.next()
        if below:
            self.tall(18)
            self.put(1, below, self.theme("quiet", "right"), to=self.last)
            self.next()

    def section(self, text: Text) -> None:
        """A heading over a rule."""
        self.gap(10)
        self.tall(HEADER_HEIGHT)
        style = self.theme("section", bottom=1, bottom_color=BRAND)
        self.put(1, text.of(self.lang), style, to=self.last)
        self.next()

    def subsection(self, text: Text) -> None:
        """A smaller heading inside a section."""
        self.gap(6)
        self.tall(20)
        self.put(1, text.of(self.lang), self.theme("plain", "bold", "middle"), to=self.last)
        self.next()

    def note(self, text: Text | str) -> None:
        """A quiet line of explanation."""
        shown = text if isinstance(text, str) else text.of(self.lang)
        self.tall(row_height([(shown, self.width(1, self.last))], size=NOTE_SIZE, minimum=18))
        self.put(1, shown, self.theme("note", "middle"), to=self.last)
        self.next()

    def sentences(self, lines: Iterable[Line], *, mark: str = "") -> None:
        """Sentences, each with its evidence as small grey IDs in the last column."""
        for line in lines:
            if line.fill:
                self.blank_field(line.text)
            else:
                self._sentence(line, mark)

    def _sentence(self, line: Line, mark: str) -> None:
        shown = [shown_id(name, _TITLES, self.lang) for name in line.ids]
        evidence = " ".join([*shown[:6], *(["…"] if len(shown) > 6 else [])])
        to = self.last - 1 if evidence else self.last
        width = self.width(1, to)
        text = self.fitted(mark + line.text.of(self.lang), width - 2)
        sizes = [(text, width - 2), (evidence, self.widths[-1] * 1.2)]
        self.tall(row_height(sizes, minimum=20))
        self.put(1, text, self.theme("prose", "middle"), to=to)
        if evidence:
            link = next((name for name in line.ids if name in self.links), "")
            self.put(self.last, evidence, self.theme("evidence", "middle", "right", "wrap"), link=link)
        self.next()

    def blank_field(self, label: Text, lines: int = 3) -> None:
        """A marked box for what only people can know."""
        self.tall(20)
        self.put(1, label.of(self.lang), self.theme("plain", "bold", "middle"), to=self.last)
        self.next()
        self.tall(18.0 * lines)
        box = self.theme("value", "top", font_color=QUIET, locked=False)
        self.put(1, FILL.of(self.lang), box, to=self.last)
        self.next()

    def pairs(self, pairs: Sequence[tuple[Text, str]], *, wide: bool = False) -> None:
        """A bordered grid of labels and values, two pairs a row, or one when `wide`."""
        spans = _WIDE if wide else _NARROW
        step = len(spans)
        for at in range(0, len(pairs), step):
            cells: list[tuple[str, float]] = []
            for (label, value), (a, b, c, d) in zip(pairs[at : at + step], spans, strict=False):
                last = self.last if at + step > len(pairs) and len(pairs) - at == 1 else d
                shown = self.fitted(value, self.width(c, last) - 2)
                self.put(a, label.of(self.lang), self.theme("label"), to=b)
                self.put(c, shown, self._value(value), to=last)
                cells += [(label.of(self.lang), self.width(a, b)), (shown, self.width(c, last) - 3)]
            self.tall(row_height(cells, minimum=22))
            self.next()

    def _value(self, value: str) -> Format:
        empty = value == FILL.of(self.lang)
        return self.theme("value", font_color=QUIET, locked=False) if empty else self.theme("value")

    # tables

    def table(
        self, headings: Sequence[Heading], rows: Iterable[Sequence[Cell]], *, empty: Text
    ) -> tuple[int, int]:
        """A table under a filled header; first and last zero-based row of its cells.

        Without rows there is one quiet sentence instead, and last is before first.
        """
        records = list(rows)
        if not records:
            self.note(empty)
            return self.row, self.row - 1
        self.header(headings)
        first = self.row
        for record in records:
            self.record(headings, record)
        return first, self.row - 1

    def header(self, headings: Sequence[Heading]) -> None:
        """The header row of a table."""
        shown = [(h.text.of(self.lang), self.widths[h.slot - 1]) for h in headings]
        self.tall(row_height(shown, minimum=HEADER_HEIGHT))
        for heading, (text, _) in zip(headings, shown, strict=True):
            role = "header" if heading.kind != "text" else "header_left"
            self.put(heading.slot, text, self.theme(role, "middle"))
        self.next()

    def record(self, headings: Sequence[Heading], values: Sequence[Cell]) -> None:
        """One row of a table."""
        sizes = []
        for heading, value in zip(headings, values, strict=True):
            width = self.widths[heading.slot - 1]
            text = self._write(heading, value, width)
            sizes.append((text, width - (1 if heading.kind == "text" else 0)))
        self.tall(row_height(sizes, minimum=20))
        self.next()

    def _write(self, heading: Heading, value: Cell, width: float) -> str:
        """Write one value; its text if it wraps, for the height of the row."""
        kind, column = heading.kind, heading.slot
        if isinstance(value, Rag):
            self.put(column, value.word, self.theme.rag(value.code, "wrapped"))
            return value.word
        if isinstance(value, Ref):
            return self._ref(heading, value, width)
        if value is None or value == "":
            self.sheet.write_blank(self.row, column, None, self.theme("wrapped"))
            return ""
        if isinstance(value, date):
            self.sheet.write_datetime(self.row, column, _moment(value), self.theme("body", "date"))
            return ""
        if isinstance(value, int | float):
            look = _NUMBERS.get(kind, {"align": "center"})
            self.sheet.write_number(self.row, column, value, self.theme("body", **look))
            return ""
        shown = value.of(self.lang) if isinstance(value, Text) else str(value)
        text = self.fitted(shown, width - 1)
        roles = ("wrapped", "indent") if kind == "text" else ("wrapped", "centre")
        self.put(column, text, self.theme(*roles))
        return text

    def _ref(self, heading: Heading, value: Ref, width: float) -> str:
        text = self.fitted(value.text or shown_id(value.id, _TITLES, self.lang), width)
        linked = {"font_color": LINK, "underline": 1} if value.id in self.links else {}
        roles = ("wrapped", "indent") if heading.kind == "text" else ("wrapped", "centre")
        self.put(heading.slot, text, self.theme(*roles, **linked), link=value.id)
        return text

    def band(self, text: str) -> None:
        """A row inside a table that names the group below it."""
        self.tall(22)
        self.put(1, text, self.theme("plain", "bold", "middle", "indent", "band"), to=self.last)
        self.next()

    def repeat(self, row: int) -> None:
        """Print this row on top of every page instead of the running head."""
        self.sheet.repeat_rows(row, row)
        self.paper.repeated = row

    # the foot

    def signatures(self, names: Sequence[str], sign: Text, on: Text) -> None:
        """Lines to sign, two a row: who, and room for signature and date."""
        line = self.theme("signature", font_color=QUIET, bottom=1, bottom_color=RULE)
        words = f"{sign.of(self.lang)}{' ' * 16}{on.of(self.lang)}"
        for at in range(0, len(names), 2):
            self.tall(34)
            for name, (a, b, c, d) in zip(names[at : at + 2], _NARROW, strict=False):
                who = self.fitted(name, self.width(a, b) - 2, 2)
                # Set in, so that the line before it ends where it ends.
                self.put(a, who, self.theme("signature", "wrap", "bold", indent=2 if a > 1 else 0), to=b)
                self.put(c, words, line, to=d)
            self.next()

    def finish(self, *, together: bool = False) -> None:
        """The print area, and a view that opens at the top.

        `together` keeps signatures on the page of what they sign, if that stays legible. Where the
        last page would hold only a few lines, they go on the page before.
        """
        self.sheet.print_area(0, 0, max(0, self.row - 1), self.last)
        pages = self.paper.fewer_pages(self.row, together=together)
        if pages:
            self.sheet.fit_to_pages(1, pages)
        self.sheet.set_selection(0, 0, 0, 0)


_NARROW = ((1, 2, 3, 3), (4, 5, 6, 8))
_WIDE = ((1, 2, 3, 8),)
_NUMBERS: Mapping[str, Mapping[str, Any]] = {
    "workdays": {"num_format": "+0;-0;0", "align": "center"},
    "mean": {"num_format": "+0.0;-0.0;0", "align": "center"},
    "percent": {"num_format": "0%", "align": "center"},
    "integer": {"num_format": "0", "align": "center"},
}


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)


def _internal(place: Place) -> str:
    tab, cell = place
    quoted = tab.replace("'", "''")
    return f"internal:'{quoted}'!{cell}"
