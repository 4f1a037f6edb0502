"""Finding the tables on a foreign sheet: heading rows under titles, two-row headings, tables side by side;
and what their rows are.

Every table that could be a tracker is found, the best first; choosing is the user's. What may not enter:
changing values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from xl_collab.importing.actual_rows import paired_rows
from xl_collab.importing.column_choice import chosen
from xl_collab.importing.columns import (
    Area,
    ForeignBook,
    ForeignColumn,
    ForeignSheet,
    OverColumns,
    address,
    is_filled,
    shown,
)
from xl_collab.importing.dates import is_dateish
from xl_collab.importing.headings import DATES, guess, heading_key
from xl_collab.importing.heads import Head, head_at, head_named, heads_of
from xl_collab.importing.outline import outlined
from xl_collab.importing.progress import is_progress
from xl_collab.importing.words import (
    CHINESE_NUMBER,
    FOOTER,
    PERIOD,
    PERSON,
    PROGRESS,
    SECTION_LEVELS,
    STAGE_ENDING,
    TOTAL,
)
from xl_collab.schema.words import Text, t

# What each row of a foreign table is: a task, a section, a total, a repeated heading, a remark.


RowKind = Literal["task", "section", "total", "header", "remark", "other", "hidden", "actual"]
KINDS: Mapping[str, Text] = {
    "section": t("分组标题", "Section title"),
    "total": t("小计/合计行", "Total or subtotal"),
    "header": t("重复的表头", "Repeated heading"),
    "remark": t("表下说明或签字", "Remark or signature"),
    "actual": t("实际情况行，日期并入上一行的任务", "What became of the task above: its days went there"),
    "other": t("看不出任务的行", "No task can be seen in it"),
    "title": t("表头上方的文字", "Text above the headings"),
    "beside": t("表格之外的单元格", "Cells outside the table"),
    "table": t("另一张表", "Another table"),
    "sheet": t("另一个工作表", "Another sheet"),
    "covered": t("被合并单元格遮住的内容", "Hidden under a merged cell"),
    "comment": t("单元格批注", "Comment on a cell"),
    "shape": t("文本框、图形或页眉页脚里的文字", "Words in a text box, shape, header or footer"),
    "hidden": t("隐藏的行，按您的选择没有导入", "Hidden row, left out as you chose"),
}
"""What a left-out row is called in the report."""

_WORK: tuple[str, ...] = (
    *("owner", PERSON, "output", "deadline", PERIOD, "planned_start", "actual_start", "forecast", "actual"),
    *("status", PROGRESS, "percent", "support"),
)


@dataclass(frozen=True)
class ForeignRow:
    """One row that is not empty. `section` and `level` are set for section titles."""

    number: int
    kind: RowKind
    section: str = ""
    level: int = 0


def rows_of(
    sheet: ForeignSheet, top: int, header: int, bottom: int, columns: Sequence[ForeignColumn]
) -> list[ForeignRow]:
    """Every row below the headings `top` to `header` that is not empty, from top to bottom.

    Where each group has its own headings, the first is preceded by the title over the first headings.
    """
    places = {c.guess.target: i for i, c in enumerate(columns) if c.guess is not None}
    numbers = [column.number for column in columns]
    full = (r for r in range(header + 1, bottom + 1) if any(is_filled(sheet.cell(r, n)) for n in numbers))
    rows = _with_actuals(sheet, [_row(sheet, row, columns, places) for row in full], columns, places)
    rows = _outlined(sheet, rows, columns, places)
    rows = _titled_groups(sheet, rows, columns, places)
    return _settled(_headed_groups(sheet, top, rows, numbers))


def _with_actuals(
    sheet: ForeignSheet, rows: list[ForeignRow], columns: Sequence[ForeignColumn], places: Mapping[str, int]
) -> list[ForeignRow]:
    """Rows of what became of the task above them are no tasks."""
    task = columns[places["task"]].number if "task" in places else None
    pairs = paired_rows(sheet, [row.number for row in rows if row.kind in ("task", "other")], columns, task)
    return [ForeignRow(row.number, "actual") if row.number in pairs else row for row in rows]


def _titled_groups(
    sheet: ForeignSheet, rows: list[ForeignRow], columns: Sequence[ForeignColumn], places: Mapping[str, int]
) -> list[ForeignRow]:
    """A lone text in the task column, between rows that all have a number: it names those below it."""
    if "id" not in places or "task" not in places:
        return rows
    number, task = columns[places["id"]].number, columns[places["task"]].number
    tasks = [row for row in rows if row.kind == "task"]
    bare = {row.number for row in tasks if not is_filled(sheet.shown_cell(row.number, number))}
    if not bare or 5 * len(bare) > 2 * len(tasks):
        return rows
    found = list(rows)
    for i, (row, below) in enumerate(pairwise(rows)):
        lone = row.number in bare and _lone(sheet, row.number, [c.number for c in columns])
        if lone and is_filled(sheet.cell(row.number, task)) and below.number not in bare:
            found[i] = ForeignRow(row.number, "section", section_name(lone)[0], 1)
    return found


def _headed_groups(
    sheet: ForeignSheet, top: int, rows: list[ForeignRow], numbers: Sequence[int]
) -> list[ForeignRow]:
    """A lone text over headings that come again names the group below them, as boards are exported."""
    found = list(rows)
    for i, (row, below) in enumerate(pairwise(rows)):
        name = _lone(sheet, row.number, numbers)
        if below.kind == "header" and row.kind in ("task", "other", "section") and name:
            found[i] = ForeignRow(row.number, "section", name, 1)
    first = _lone(sheet, top - 1, numbers) if top > 1 else ""
    return [ForeignRow(top - 1, "section", first, 1), *found] if first and found != list(rows) else found


def _lone(sheet: ForeignSheet, row: int, numbers: Sequence[int]) -> str:
    """The only text of a row; '' where there is none or another."""
    full = [text for number in numbers if (text := shown(sheet.cell(row, number)))]
    return full[0] if len(full) == 1 and len(full[0]) <= _LONGEST_TITLE else ""


def _outlined(
    sheet: ForeignSheet, rows: list[ForeignRow], columns: Sequence[ForeignColumn], places: Mapping[str, int]
) -> list[ForeignRow]:
    """Rows that others stand under become their sections, those that somebody answers for stay tasks too."""
    tasks = [row.number for row in rows if row.kind == "task"]
    depths, groups = outlined(sheet, tasks, columns, places)
    found = []
    for row in rows:
        group = groups.get(row.number)
        if row.number in depths:
            kind: RowKind = "section" if group is not None and not group.owned else "task"
            row = ForeignRow(row.number, kind, group.name if group else "", depths[row.number])
        found.append(row)
    return found


def _row(
    sheet: ForeignSheet, row: int, columns: Sequence[ForeignColumn], places: Mapping[str, int]
) -> ForeignRow:
    own = [shown(sheet.cell(row, column.number)) for column in columns]
    full = [text for text in own if text]
    if is_repeated(own, columns):
        return ForeignRow(row, "header")
    seen = own
    if len(full) < len(columns) and sheet.merged:
        seen = [shown(sheet.shown_cell(row, column.number)) for column in columns]
    if is_total(own) and not (_at(seen, places, "owner") and _at(own, places, "deadline")):
        return ForeignRow(row, "total")
    if is_footer(own):
        return ForeignRow(row, "remark")
    section = _section(sheet, row, own, columns, places)
    if section is not None:
        return section
    work = sum(bool(_at(seen, places, target)) for target in _WORK)
    naming = ("task", *_groups(columns))
    if any(_at(seen, places, name) and (len(full) > 1 or work or _at(own, places, name)) for name in naming):
        return ForeignRow(row, "task")
    return ForeignRow(row, "task" if work >= 2 else "other")


def _groups(columns: Sequence[ForeignColumn]) -> list[str]:
    """The targets of columns that name work above the task."""
    return [
        c.guess.target for c in columns if c.guess and c.guess.how == "level" and c.guess.target != "task"
    ]


def _at(texts: Sequence[str], places: Mapping[str, int], target: str) -> str:
    return texts[places[target]] if target in places else ""


def is_repeated(texts: Sequence[str], columns: Sequence[ForeignColumn]) -> bool:
    """Whether a row says the headings once more, as long printed tables do."""
    pairs = [(text, c) for text, c in zip(texts, columns, strict=True) if text]
    return len(pairs) >= 2 and all(_says_heading(text, column) for text, column in pairs)


def _says_heading(text: str, column: ForeignColumn) -> bool:
    return heading_key(text) in map(heading_key, (column.heading, *column.parts))


def is_total(texts: Sequence[str]) -> bool:
    """Whether one of a row's first three texts says 合计 or the like."""
    full = [text for text in texts if text][:3]
    return any(len(text) <= 24 and TOTAL.match("".join(text.split())) for text in full)


def is_footer(texts: Sequence[str]) -> bool:
    """Whether a row begins like a remark or a signature line."""
    full = [text for text in texts if text]
    return bool(full) and len(full) <= 4 and FOOTER.match(full[0]) is not None


def section_name(text: str) -> tuple[str, int]:
    """A section title without its number, and its level from 1; level 0 when it has no number."""
    for level, pattern in enumerate(SECTION_LEVELS, start=1):
        match = pattern.match(text)
        if match:
            return text[match.end() :].strip() or text.strip(), level
    return text.strip(), 0


def _section(
    sheet: ForeignSheet,
    row: int,
    texts: Sequence[str],
    columns: Sequence[ForeignColumn],
    places: Mapping[str, int],
) -> ForeignRow | None:
    """A row with one text, numbered like a section, named like one, or merged over most of the table."""
    full = [(i, text) for i, text in enumerate(texts) if text]
    if len(full) == 2 and CHINESE_NUMBER.match(full[0][1]) and places.get("id", full[0][0]) == full[0][0]:
        return ForeignRow(row, "section", section_name(full[1][1])[0], 2 if full[0][1][0] in "(（" else 1)
    if len(full) != 1 or len(full[0][1]) > 60:
        return None
    at, text = full[0]
    name, level = section_name(text)
    span = sheet.spans.get((row, columns[at].number))
    wide = span is not None and span[0] == span[2] and 2 * (span[3] - span[1] + 1) > len(columns)
    guess = columns[at].guess
    above = guess is not None and guess.how == "level" and guess.target != "task"
    alone = above or (at == 0 and places.get("task") != 0 and STAGE_ENDING.search(text) is not None)
    if level or wide or alone:
        return ForeignRow(row, "section", name, level or 1)
    return None


def _settled(rows: list[ForeignRow]) -> list[ForeignRow]:
    """A section title needs tasks after it; a last one is only a remark."""
    last = max((i for i, row in enumerate(rows) if row.kind == "task"), default=-1)
    return [
        ForeignRow(row.number, "remark") if row.kind == "section" and i > last else row
        for i, row in enumerate(rows)
    ]


_LONGEST_TITLE = 60
_SAMPLE = 400
"""Rows whose values have a say in what a column is."""


@dataclass(frozen=True)
class ForeignTable(OverColumns):
    """A table that may be a tracker: `top` to `header` are its heading rows, `bottom` its last row."""

    sheet: ForeignSheet
    top: int
    header: int
    bottom: int
    columns: tuple[ForeignColumn, ...]

    @property
    def area(self) -> str:
        """A1 range of headings and rows."""
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"

    @property
    def name(self) -> str:
        """Sheet and first cell, as --sheet takes it: Sheet1!A3."""
        return f"{self.sheet.name}!{address(self.top, self.left)}"

    @property
    def score(self) -> tuple[int, int, int]:
        """How good a tracker it would make: sure columns, then rows, visible sheets before hidden ones."""
        sure = sum(c.guess is not None and c.guess.sure for c in self.columns)
        return (0 if self.sheet.hidden else 1, sure, self.bottom - self.header)

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell belongs to the table, headings included."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def rows(self) -> list[ForeignRow]:
        """What each row below the headings is."""
        return rows_of(self.sheet, self.top, self.header, self.bottom, self.columns)


def find_tables(book: ForeignBook) -> list[ForeignTable]:
    """Every table that could be a tracker, best first; of equally good ones the first in the file."""
    found = [table for sheet in book.sheets for table in _tables(sheet)]
    return sorted(found, key=lambda table: table.score, reverse=True)


def table_headed(
    book: ForeignBook, sheet: str, place: tuple[int, int] | None = None, names: Collection[str] = ()
) -> ForeignTable | None:
    """The table under the headings that a person names, be their words known or not.

    sheet  the sheet's name, '' for any
    place  row and column of a cell in the heading row
    names  headings that stand in one row, by `heading_key`
    """
    for one in book.sheets:
        if sheet and one.name.strip().casefold() != sheet.strip().casefold():
            continue
        head = head_at(one, *place) if place is not None else head_named(one, names)
        table = next(_under(one, head, [head]), None) if head is not None else None
        if table is not None:
            return table
    return None


def table_at(tables: Sequence[ForeignTable], sheet: str, cell: Area | None = None) -> ForeignTable | None:
    """The best table of a sheet, or the one that covers a cell of it."""
    mine = [t for t in tables if t.sheet.name.strip().casefold() == sheet.strip().casefold()]
    if cell is not None:
        mine = [t for t in mine if t.holds(cell[0], cell[1])]
    return mine[0] if mine else None


def _tables(sheet: ForeignSheet) -> Iterator[ForeignTable]:
    heads = list(heads_of(sheet))
    for head in heads:
        yield from _under(sheet, head, heads)


def _under(sheet: ForeignSheet, head: Head, heads: Sequence[Head]) -> Iterator[ForeignTable]:
    """The table under a heading: down to the next table in the same columns, or to the last filled row."""
    below = [other.top for other in heads if other.top > head.bottom and _overlap(head, other)]
    end = _before_stranger(sheet, head, min(below, default=len(sheet.rows) + 1) - 1)
    beside = [other for other in heads if other is not head and other.top <= end and other.bottom >= head.top]
    first, last = _reach(sheet, head, beside, end)
    columns = {column.number: column for column in head.columns}
    numbers = [n for n in range(first, last + 1) if n in columns or _has_values(sheet, n, head.bottom, end)]
    end = _last_row(sheet, head.bottom, end, first, last)
    if end > head.bottom:
        every = [columns.get(n, ForeignColumn(n, ())) for n in numbers]
        yield _judged(ForeignTable(sheet, head.top, head.bottom, end, tuple(every)))


def _before_stranger(sheet: ForeignSheet, head: Head, end: int) -> int:
    """The last row before a block, behind an empty row, that cannot belong to the headings.

    Its first row is of texts only, and where the headings say dates it has other things.
    """
    targets = [(c.number, c.guess.target) for c in head.columns if c.guess is not None]
    numbers = [number for number, _ in targets]
    days = [number for number, target in targets if target in DATES]
    starts = [
        row
        for row in range(head.bottom + 2, end + 1)
        if _empty(sheet, row - 1, numbers) and not _empty(sheet, row, numbers)
    ]
    for start, after in pairwise([*starts, end + 1]):
        if _is_stranger(sheet, start, after, numbers, days):
            return start - 1
    return end


def _empty(sheet: ForeignSheet, row: int, numbers: Sequence[int]) -> bool:
    return not any(is_filled(sheet.cell(row, number)) for number in numbers)


def _is_stranger(
    sheet: ForeignSheet, start: int, after: int, numbers: Sequence[int], days: Sequence[int]
) -> bool:
    heads = [value for number in numbers if is_filled(value := sheet.cell(start, number))]
    if len(heads) < 2 or not all(isinstance(value, str) and len(value) <= 20 for value in heads):
        return False
    if not any(map(_names_a_column, map(shown, heads))):
        return False
    dated = [sheet.cell(row, number) for number in days for row in range(start, after)]
    full = [value for value in dated if is_filled(value)]
    return bool(full) and is_filled(sheet.cell(start, days[0])) and not any(map(is_dateish, full))


def _names_a_column(text: str) -> bool:
    found = guess((text,))
    return found is not None and found.how != "alike" and not is_progress(text)


def _overlap(one: Head, other: Head) -> bool:
    return one.left <= other.right and other.left <= one.right


def _reach(sheet: ForeignSheet, head: Head, beside: Sequence[Head], end: int) -> tuple[int, int]:
    """First and last column, with those beside the headings that have values but no heading."""
    first, last = head.left, head.right
    left = max((other.right for other in beside if other.right < first), default=0)
    right = min((other.left for other in beside if other.left > last), default=sheet.width + 1)
    while first - 1 > left and _has_values(sheet, first - 1, head.bottom, end):
        first -= 1
    while last + 1 < right and _has_values(sheet, last + 1, head.bottom, end):
        last += 1
    return first, last


def _has_values(sheet: ForeignSheet, column: int, header: int, end: int) -> bool:
    return any(is_filled(sheet.cell(row, column)) for row in range(header + 1, end + 1))


def _last_row(sheet: ForeignSheet, header: int, end: int, first: int, last: int) -> int:
    while end > header and not any(is_filled(sheet.cell(end, n)) for n in range(first, last + 1)):
        end -= 1
    return end


def _judged(table: ForeignTable) -> ForeignTable:
    """The table with its guesses weighed against the values of its first rows, and each target given once."""
    sample = range(table.header + 1, min(table.bottom, table.header + _SAMPLE) + 1)
    sheet = table.sheet
    cells = {row: [sheet.shown_cell(row, c.number) for c in table.columns] for row in sample}
    texts = {row: [shown(value) for value in values] for row, values in cells.items()}
    plain = [
        row
        for row, found in texts.items()
        if not (is_total(found) or is_footer(found) or is_repeated(found, table.columns))
        and len({text for text in found if text}) > 1
    ]
    values = {column.number: [cells[row][at] for row in plain] for at, column in enumerate(table.columns)}
    return replace(table, columns=tuple(chosen(table.columns, values)))
