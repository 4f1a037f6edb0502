"""What each row of a foreign table is: a task, a section, a total, a repeated heading, a remark.

What may not enter: the meaning of values in task rows (actions/adopt.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from xl_collab.model.foreign.recognise import ForeignSheet, is_filled, shown
from xl_collab.model.foreign.recognise_columns import ForeignColumn, heading_key
from xl_collab.model.foreign.recognise_words import (
    CHINESE_NUMBER,
    FOOTER,
    PERIOD,
    PERSON,
    PROGRESS,
    SECTION_LEVELS,
    STAGE_ENDING,
    TOTAL,
)
from xl_collab.model.words import Text, t

RowKind = Literal["task", "section", "total", "header", "remark", "other"]
KINDS: Mapping[str, Text] = {
    "section": t("分组标题", "Section title"),
    "total": t("小计/合计行", "Total or subtotal"),
    "header": t("重复的表头", "Repeated heading"),
    "remark": t("表下说明或签字", "Remark or signature"),
    "other": t("看不出任务的行", "No task can be seen in it"),
    "title": t("表头上方的文字", "Text above the headings"),
    "beside": t("表格之外的单元格", "Cells outside the table"),
    "table": t("另一张表", "Another table"),
    "sheet": t("另一个工作表", "Another sheet"),
    "covered": t("被合并单元格遮住的内容", "Hidden under a merged cell"),
    "comment": t("单元格批注", "Comment on a cell"),
}
"""What a left-out row is called in the report."""

_WORK: tuple[str, ...] = (
    *("owner", PERSON, "output", "deadline", PERIOD, "planned_start", "forecast", "actual"),
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
    sheet: ForeignSheet, header: int, bottom: int, columns: Sequence[ForeignColumn]
) -> list[ForeignRow]:
    """Every row below the headings that is not empty, from top to bottom."""
    places = {c.guess.target: i for i, c in enumerate(columns) if c.guess is not None}
    numbers = [column.number for column in columns]
    full = (r for r in range(header + 1, bottom + 1) if any(is_filled(sheet.cell(r, n)) for n in numbers))
    return _settled([_row(sheet, row, columns, places) for row in full])


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
    if _at(seen, places, "task") and (len(full) > 1 or work or _at(own, places, "task")):
        return ForeignRow(row, "task")
    return ForeignRow(row, "task" if work >= 2 else "other")


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
    alone = at == 0 and places.get("task") != 0 and STAGE_ENDING.search(text) is not None
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
