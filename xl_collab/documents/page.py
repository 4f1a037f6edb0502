"""A sheet being filled cell by cell: sizes, links, and what people typed into the draft before it.

Blocks (titles, tables, signatures) are in blocks.py. Everything from the workbook is written as text: no
cell of a generated sheet can turn into a formula or a link to the outside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from xl_collab.documents.canvas import write
from xl_collab.documents.carry_over import Memory
from xl_collab.documents.theme import (
    BODY_SIZE,
    INK,
    MAX_HEIGHT,
    NOTE_SIZE,
    QUIET,
    SMALLEST_REPORT,
    WIDEST,
    Theme,
    paper_room,
    paper_width,
    row_height,
    set_up_page,
)
from xl_collab.project.drafts import Typed, head_of
from xl_collab.project.sentences import Place
from xl_collab.schema.words import Lang, Text

# How a sheet falls onto A4 pages: what the last page holds, and whether it can be done without.


_POINTS = 72
_PORTRAIT = ((8.27 - 1.18) * _POINTS, (11.69 - 1.34) * _POINTS)
_LANDSCAPE = ((11.69 - 1.18) * _POINTS, (8.27 - 1.34) * _POINTS)
"""Width and height of A4 within the margins that `theme.set_up_page` sets, in points."""
_DEFAULT_HEIGHT = 15.0
_MARGIN = 1.5
_UNSURE = tuple(n / 100 for n in range(95, 117, 2))
"""Lengths of a page that programs may make of ours: fonts make columns wider, so that more rows fit."""
_FULL = 0.985
"""Share of a page that is filled where the scale is known: programs round the heights of rows."""
_SURE = (0.97, 0.985, 1.0)
"""The same where the page is printed at full size in every program."""
MOST_LINKS = 65_000
"""Links on one sheet: Excel takes 65,530; texts after them lead nowhere."""
_WHOLE = 0.9
"""Share of a page that a block may take to be kept on one."""


class Pagination:
    """The rows of one sheet on paper; `heights` in points by zero-based row.

    `widths` are the columns beside the narrow margin, in characters; `repeated` is the row that is
    printed on top of every page. `scale` is that of the paper where it does not follow from the widths.
    """

    def __init__(self, widths: Sequence[float], *, landscape: bool, scale: float = 0) -> None:
        self.heights: dict[int, float] = {}
        self.breaks: list[int] = []
        """Rows that begin a page because what they begin must not be split."""
        self.repeated = 0
        room, height = _LANDSCAPE if landscape else _PORTRAIT
        # A character is 7 pixels and a column has 5 more beside them; a pixel is 3/4 point.
        wide = sum((width * 7 + 5) * 0.75 for width in (_MARGIN, *widths))
        self.page_height = height / (scale or min(1.0, room / wide))
        certain = bool(scale) or paper_width((_MARGIN, *widths)) <= paper_room(landscape=landscape)
        self._lengths = _SURE if certain else _UNSURE

    def pages(self, rows: int) -> float:
        """Pages that the first `rows` rows take: 2.25 is two full ones and a quarter."""
        full, used = self._fallen(rows, self.page_height)[-1] if rows else (0, 0.0)
        return full + used / self.page_height

    def _fallen(self, rows: int, page_height: float) -> list[tuple[int, float]]:
        """The page on which each row falls, and how much of it is used then."""
        head = self.heights.get(self.repeated, _DEFAULT_HEIGHT)
        full, used, found, breaks = 0, 0.0, [], set(self.breaks)
        for row in range(rows):
            height = self.heights.get(row, _DEFAULT_HEIGHT)
            if used and (used + height > page_height or row in breaks):
                full, used = full + 1, head
            used += height
            found.append((full, used))
        return found

    def splits(self, first: int, last: int) -> bool:
        """Whether a page may end within the rows from first up to last, which is not included."""
        for share in self._lengths:
            fallen = self._fallen(last, self.page_height * share)
            if fallen[first][0] != fallen[-1][0]:
                return True
        return False

    def fits(self, first: int, last: int) -> bool:
        """Whether these rows have room on one page."""
        heights = (self.heights.get(row, _DEFAULT_HEIGHT) for row in range(first, last))
        return sum(heights) <= self.page_height * _WHOLE


LINES = 10
"""Lines of one cell that a report shows; a longer text is cut, its row's link leads to all of it."""


def _narrowed(widths: Sequence[float], room: float) -> tuple[float, ...]:
    """The widths, all of them less where together they leave the page."""
    taken = paper_width((_MARGIN, *widths))
    spare = taken - paper_width((0.0,) * (len(widths) + 1)) - _MARGIN
    share = 1.0 if taken <= room else (spare - (taken - room)) / spare
    return tuple(width * share for width in widths)


class Paper:
    """One sheet, written downwards cell by cell.

    `widths` are the columns after the narrow left margin, in characters; `row` is the next
    zero-based row. The page lies down where its type would become too small upright. `links` says where
    the row of an ID stands. `typed` is what people typed into the earlier draft of the sheet; None for a
    sheet that is no draft and remembers nothing of itself. With a `scale` (0.9: nine tenths) the sheet is
    printed at it whatever its width is, and every page ends on purpose, between two rows, so that no heading
    is the last on its page. With `ending` pages end on purpose too, as wide as the paper and legible there.
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
        typed: Sequence[Typed] | None = None,
        scale: float = 0,
        ending: bool = False,
    ) -> None:
        self.theme = theme
        self.lang: Lang = theme.lang
        self.workbook = workbook
        self.sheet = workbook.add_worksheet(tab)
        self.tab = tab
        self.flowing = bool(scale) or ending
        lying = landscape
        if scale:
            self.widths = tuple(widths)
        else:
            lying = landscape or paper_width((_MARGIN, *widths)) > paper_room(landscape=False)
            least = SMALLEST_REPORT / BODY_SIZE + 0.001 if ending else WIDEST
            self.widths = _narrowed(widths, paper_room(landscape=lying) / least)
            scale = min(1.0, paper_room(landscape=lying) / paper_width((_MARGIN, *self.widths)))
            theme.smallest = min(BODY_SIZE, math.ceil(2 * NOTE_SIZE / scale) / 2)
        self.links = links
        self.links_made = 0
        self.row = 0
        self.last = len(self.widths)
        self.objects = 0
        self.memory = Memory(typed or ())
        self.remembers = typed is not None
        self.shown: dict[str, str] = {}
        fixed = 0 if ending else scale if self.flowing else 0
        self.pagination = Pagination(self.widths, landscape=lying, scale=fixed)
        self._needed = 0.0
        self._top, self._begins = 0, -1
        self.sheet.hide_gridlines(2)
        self.sheet.set_column(0, 0, _MARGIN)
        for n, width in enumerate(self.widths, start=1):
            self.sheet.set_column(n, n, width)
        set_up_page(
            self.sheet,
            landscape=lying,
            lang=self.lang,
            repeat_rows=(0, 0),
            project=project,
            scale=scale,
            named=True,
        )
        if fixed:
            self.sheet.set_print_scale(round(scale * 100))

    # sizes

    def width(self, first: int, last: int) -> float:
        """Width of the columns first to last (1 is the first after the margin)."""
        return sum(self.widths[first - 1 : last])

    def tall(self, height: float) -> None:
        """Height of the current row in points."""
        self._set_height(self.row, height)

    def next(self) -> None:
        """Go to the next row; the one that is left becomes as tall as what was typed there needs."""
        if self._needed > self.pagination.heights.get(self.row, 0):
            self.tall(self._needed)
        self._needed = 0.0
        self.memory.notes(self.row)
        self.row += 1

    def _set_height(self, row: int, height: float) -> None:
        self.pagination.heights[row] = min(MAX_HEIGHT, height)
        self.sheet.set_row(row, self.pagination.heights[row])

    def keep(self, first: int, charts: Sequence[tuple[int, int]]) -> None:
        """Let no page end in a chart, nor between it and what stands above it from row `first` on.

        `charts` are the first row and the one after the last of each; only they count in a block that is
        longer than a page.
        """
        whole = [(first, self.row)] if self.pagination.fits(first, self.row) else charts
        for begin, end in whole if charts else ():
            if self.pagination.splits(begin, end):
                # A block that stays whole needs no page to begin within it.
                self.pagination.breaks = [n for n in self.pagination.breaks if not begin < n < end]
                self.pagination.breaks.append(begin)
                self._top = begin
        self.sheet.set_h_pagebreaks(sorted(self.pagination.breaks))

    def keep_head(self, first: int, rows: int = 4) -> None:
        """Let no page end between a heading in row `first` and the first lines of what it heads."""
        last = min(self.row, first + rows)
        if first not in self.pagination.breaks and self.pagination.splits(first, last):
            self.pagination.breaks.append(first)
            self.sheet.set_h_pagebreaks(sorted(self.pagination.breaks))

    def least(self, usual: float, dense: float) -> float:
        """The least height of a row: a sheet whose pages are counted is set closer."""
        return dense if self.flowing else usual

    def begins(self) -> None:
        """A heading stands in the current row, or a few below each other: what comes next stays with it."""
        if self._begins < self._top:
            self._begins = self.row

    def room(self, height: float) -> bool:
        """Begin a page where so many points have no room below; whether it begins in the current row.

        Headings that wait for what comes next begin it.
        """
        first = self._begins if self._begins >= self._top else self.row
        self._begins = -1
        heights = (self.pagination.heights.get(row, _DEFAULT_HEIGHT) for row in range(self._top, self.row))
        head = self.pagination.heights.get(self.pagination.repeated, _DEFAULT_HEIGHT) if self._top else 0.0
        full = head + sum(heights) + height > self.pagination.page_height * _FULL
        if not (self.flowing and full and first > self._top):
            return False
        self._top = first
        self.pagination.breaks.append(first)
        self.sheet.set_h_pagebreaks(self.pagination.breaks)
        return first == self.row

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

    def put(
        self, column: int, text: str, style: Format, *, to: int = 0, link: str = "", name: str = ""
    ) -> bool:
        """Write text into a column of the current row, over the columns up to `to` when given.

        Returns what `place` does.
        """
        if to > column:
            self.sheet.merge_range(self.row, column, self.row, to, "", style)
        if self.leads(link) and text:
            self.sheet.write_url(self.row, column, _internal(self.links[link]), style, text)
            self.links_made += 1
        return self.place(column, text, style, to=to, name=name)

    def leads(self, key: str) -> bool:
        """Whether a text can lead to the row of an ID: it stands somewhere, and a link has room."""
        return key in self.links and self.links_made < MOST_LINKS

    def place(self, column: int, value: object, style: Format, *, to: int = 0, name: str = "") -> bool:
        """Write a value of any kind, or what somebody typed in its place; whether it is the value.

        `name` says which cell of its row it is (with "/" in front: of its section), wherever it stands.
        """
        stands = self.memory.stands(self.row, column, to, name, value)
        if stands is not value:
            style = self._as_typed(stands, style, self.width(column, max(column, to)))
        write(self.sheet, self.row, column, stands, style, self.theme)
        return stands is value

    def behind(self, row: int, column: int, text: str) -> None:
        """Text for programs in a hidden column of a row that was written."""
        self.memory.stands(row, column, 0, "", text)
        self.sheet.write_string(row, column, text, self.theme("quiet"))

    def keyed(self, key: str) -> None:
        """Say what the current row is: its ID or what else tells it apart from draft to draft."""
        self.memory.key(self.row, key)

    def called(self, text: Text) -> str:
        """The name of a place in every language; the page learns how it is shown."""
        self.shown[text.zh] = text.of(self.lang)
        return text.zh

    def _as_typed(self, value: object, style: Format, width: float) -> Format:
        """The look of what somebody typed: ink, its kind of date, and all of it to be seen."""
        given = self.theme.properties(style)
        extra = {"font_color": INK} if given["font_color"] == QUIET else {}
        if isinstance(value, str):
            self._needed = max(self._needed, row_height([(value, width - 2)]))
        elif isinstance(value, time | timedelta):
            extra["num_format"] = "hh:mm"
        elif isinstance(value, date):
            whole = not isinstance(value, datetime) or value.time() == time()
            extra["num_format"] = "yyyy-mm-dd" if whole else "yyyy-mm-dd hh:mm"
        return self.theme(**{**given, **extra})

    # what the sheet remembers

    def fill_free(self) -> None:
        """Cells that are empty in every draft, with what somebody typed there."""
        for row, column, value in self.memory.free():
            width = self.width(max(1, column), max(1, column))
            look = self._as_typed(value, self.theme("plain", "wrap"), width)
            write(self.sheet, row, column, value, look, self.theme)
            if self._needed > self.pagination.heights.get(row, 0):
                self._set_height(row, self._needed)
            self._needed = 0.0

    def write_notes(self) -> None:
        """The notes of every row, in a hidden column behind the page."""
        column = self.memory.rightmost + 1
        head = head_of(column + 1, self.row, self.objects)
        for row in range(self.row):
            text = self.memory.notes(row).encoded(() if row else head)
            self.sheet.write_string(row, column, text, self.theme("unseen"))
        self.sheet.set_column(column, column, 2, None, {"hidden": True})


def _internal(place: Place) -> str:
    tab, cell = place
    quoted = tab.replace("'", "''")
    return f"internal:'{quoted}'!{cell}"
