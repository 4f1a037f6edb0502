"""Foreign cells as our columns hold them: names, states, shares; each change noted with its reason.

A value that cannot be read surely stays what it was. What may not enter: dates
(date_columns.py), finding columns and rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat

from xl_collab.importing.adoption import Conversions
from xl_collab.importing.columns import ForeignColumn, ForeignSheet, is_filled, is_nothing, shown
from xl_collab.importing.progress import Progress, in_hundreds, read_percent, read_progress
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.words import STATUS, Lang, Text, t

_ACCOUNT = re.compile(r"([\u4e00-\u9fff·]{2,4})\s*[(（][A-Za-z][A-Za-z0-9_.@-]*[)）]")
_LONGEST_STATE = 8
"""Characters up to which an unread cell is rather a state of their own than a report."""

WHY = {
    "merged": t("合并单元格：逐行重复填入", "Merged cell: repeated in each of its rows"),
    "across": t("横向合并：只归入第一列", "Merged across: goes to its first column only"),
    "error": t("错误值或没有结果的公式，未导入", "An error, or a formula without a result: not taken"),
    "date": t("改写为日期", "Written as a date"),
    "proved": t(
        "改写为日期；月、日的先后由本列其他格确定",
        "Written as a date; its column proves which number is the month",
    ),
    "elsewhere": t(
        "改写为日期；月、日的先后是按别的日期列判断的",
        "Written as a date; which number is the month is taken from other columns of dates",
    ),
    "near": t(
        "改写为日期；年、月、日的先后按本列日期相近判断",
        "Written as a date; the order of year, month and day is the one that keeps the column together",
    ),
    "zone": t("带时区的时间，换算为北京时间", "A time with a zone, told in Beijing time"),
    "no_date": t("程序导出的空日期，按空白处理", "What programs write for no date: taken as empty"),
    "serial": t("Excel 日期序号改写为日期", "Excel serial number written as a date"),
    "row": t("没有年份，按同一行的日期推断", "No year: taken from the row's other date"),
    "title": t("没有年份，按标题中的年份推断", "No year: taken from the title"),
    "neighbour": t("没有年份，按邻近行的日期推断", "No year: taken from the rows around it"),
    "span": t("起止时间分为计划开始与时间节点", "Span split into start and due"),
    "order": t(
        "起止时间分为计划开始与时间节点；月在前是按同列其他格判断的",
        "Span split into start and due; that the month comes first is taken from other cells of the column",
    ),
    "taken": t(
        "计划开始另有一列且内容不同，此处只取结束日",
        "The start has a column of its own: only the end is taken",
    ),
    "nothing": t("占位符，按空白处理", "Placeholder, taken as empty"),
    "finished": t("只说已完成、没有日期：记入状态", "Says done without a date: goes to the status"),
    "status": t("统一为跟踪表的状态用语", "Put into the tracker's words for a state"),
    "late": t(
        "“滞后”由预警按日期计算；状态记为未完成，原文保留在附加列",
        "Lateness is computed from dates; the state is unfinished, the words are in the extra column",
    ),
    "share": t("读作完成率，并据此记状态", "Read as % done, and the state follows from it"),
    "percent": t("改写为百分比", "Written as a percentage"),
    "hundreds": t("本列以百分数填写，除以 100", "The column holds percentages: divided by 100"),
    "mixed": t("本列以百分数填写，此格是小数，按比例读", "Among percentages a fraction: read as a share"),
    "prose": t("不是状态用语，原文保留在附加列", "No word for a state; kept in the extra column"),
    "no_percent": t("不是百分比，原文保留在附加列", "No percentage; kept in the extra column"),
    "no_name": t(
        "是日期或数字，不是人名或部门，原文保留在附加列",
        "A date or figure, no name; kept in the extra column",
    ),
    "account": t("去掉账号", "Without the account"),
    "choice": t("不在可选项里，原文保留在附加列", "Not one of the choices; kept in the extra column"),
    "other_status": t("与状态列不一致，以状态列为准", "Differs from the status column, which counts"),
}


@dataclass
class Source:
    """The task rows of a foreign table, cell by cell."""

    sheet: ForeignSheet
    rows: Sequence[int]
    changes: Conversions = field(default_factory=Conversions)
    kept: set[int] = field(default_factory=set)
    """Numbers of columns that stay as they are too, because a cell found no place of its own."""

    def values(self, column: ForeignColumn, *, quiet: bool = False) -> list[object]:
        """A column's cells in the task rows, merged areas written out; `quiet` notes nothing."""
        if not self.sheet.merged:
            return [self.sheet.cell(row, column.number) for row in self.rows]
        return [self._value(row, column, quiet) for row in self.rows]

    def _value(self, row: int, column: ForeignColumn, quiet: bool) -> object:
        anchor = self.sheet.anchors.get((row, column.number))
        if anchor is None:
            return self.sheet.cell(row, column.number)
        if anchor[1] != column.number:
            return None
        value = self.sheet.cell(*anchor)
        if is_filled(value) and not quiet:
            self._note_merge(row, anchor, column, value)
        return value

    def _note_merge(self, row: int, anchor: tuple[int, int], column: ForeignColumn, value: object) -> None:
        top, left, bottom, right = self.sheet.spans[anchor]
        if bottom > top:
            self.note(row, column, value, value, "merged")
        if right > left and row == top:
            self.note(row, column, value, value, "across", check=True)

    def note(
        self,
        row: int,
        column: ForeignColumn,
        old: object,
        new: object,
        why: str | Text,
        *,
        check: bool = False,
    ) -> None:
        """A change of one cell of a column."""
        text = WHY[why] if isinstance(why, str) else why
        self.changes.note(row, column.number, column.heading, old, new, text, check=check)


def plain(value: object) -> object:
    """A cell for a column of prose: text stripped, dates as text, figures as they are, errors empty."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, date | bool):
        return shown(value)
    return None if isinstance(value, CellError | CellFormula) else value


def as_text(value: object) -> str:
    """As `plain`, always text."""
    return shown(plain(value))


def texts(source: Source, column: ForeignColumn) -> list[object]:
    """A column of prose."""
    values = source.values(column)
    note_errors(source, column, values)
    return [plain(value) for value in values]


def parties(source: Source, column: ForeignColumn, *, accounts: bool = False) -> list[object]:
    """A column of departments or persons; a placeholder is nobody, a date or figure stays in its column.

    accounts  whether account names behind people are left out: 李四(lisi)
    """
    found: list[object] = []
    for row, raw, value in zip(
        source.rows, source.values(column, quiet=True), texts(source, column), strict=True
    ):
        named: object = None
        if is_nothing(value):
            source.note(row, column, value, None, "nothing")
        elif isinstance(raw, date | int | float):
            source.kept.add(column.number)
            source.note(row, column, value, None, "no_name", check=True)
        elif value is not None:
            named = as_text(value)
        account = _ACCOUNT.fullmatch(str(named)) if accounts and named else None
        if account is not None:
            source.note(row, column, value, account[1], "account")
            named = account[1]
        found.append(named)
    return found


def note_errors(source: Source, column: ForeignColumn, values: Sequence[object]) -> None:
    for row, value in zip(source.rows, values, strict=True):
        if isinstance(value, CellError | CellFormula):
            source.note(row, column, value, None, "error", check=True)


@dataclass
class StatusColumns:
    """Status and share of each task row, and the columns whose own words have to be kept."""

    source: Source
    lang: Lang
    status: list[str | None] = field(init=False)
    percent: list[float | None] = field(init=False)
    unread: set[int] = field(default_factory=set)
    """Numbers of columns of which a cell could not be taken over whole."""

    def __post_init__(self) -> None:
        self.status = list(repeat(None, len(self.source.rows)))
        self.percent = list(repeat(None, len(self.source.rows)))

    def labels(self) -> list[object]:
        """The states as the workbook writes them."""
        return [None if code is None else STATUS.label(code, self.lang) for code in self.status]

    def read_percents(self, column: ForeignColumn) -> None:
        """A column of shares."""
        values = self.source.values(column)
        hundreds = in_hundreds(values)
        self._each(column, values, lambda i, value: self._percent(i, column, value, hundreds))

    def read_states(self, column: ForeignColumn, *, numbers: bool) -> None:
        """A column of states or of progress; what a better column said already stays.

        numbers  whether bare numbers are shares, as in a column of progress
        """
        values = self.source.values(column)
        hundreds = in_hundreds(values) if numbers else None
        self._each(column, values, lambda i, value: self._state(i, column, value, hundreds))

    def _each(
        self, column: ForeignColumn, values: Sequence[object], read: Callable[[int, object], None]
    ) -> None:
        note_errors(self.source, column, values)
        for i, value in enumerate(values):
            if not is_filled(value) or isinstance(value, CellError | CellFormula):
                continue
            if is_nothing(value):
                self.source.note(self.source.rows[i], column, value, None, "nothing")
            else:
                read(i, value)

    def _percent(self, i: int, column: ForeignColumn, value: object, hundreds: bool) -> None:
        row = self.source.rows[i]
        # 0.5 among 30 and 100 is half, typed into a cell without the format of the others.
        mixed = hundreds and isinstance(value, float) and 0 < value < 1
        share = read_percent(value, hundreds=hundreds and not mixed)
        if share is None:
            found = read_progress(value)
            if found is not None:
                self._take(i, column, value, found)
                return
            self.unread.add(column.number)
            self.source.note(row, column, value, None, "no_percent", check=True)
            return
        self.percent[i] = share
        if mixed:
            self.source.note(row, column, value, f"{share:.0%}", "mixed", check=True)
        elif isinstance(value, str) or share != value:
            scaled = hundreds and not (isinstance(value, str) and "%" in value)
            why = "hundreds" if scaled else "percent"
            new = f"{share:.4%}".rstrip("0%").rstrip(".") + "%"
            self.source.note(row, column, value, new, why, check=why == "hundreds" and value in (1, "1"))

    def _state(self, i: int, column: ForeignColumn, value: object, hundreds: bool | None) -> None:
        found = read_progress(value, hundreds=hundreds)
        if found is None:
            self.unread.add(column.number)
            short = len(shown(value)) <= _LONGEST_STATE and self.status[i] is None
            self.source.note(self.source.rows[i], column, value, None, "prose", check=short)
            return
        self._take(i, column, value, found)

    def _take(self, i: int, column: ForeignColumn, value: object, found: Progress) -> None:
        row = self.source.rows[i]
        if found.percent is not None and self.percent[i] is None:
            self.percent[i] = found.percent
        given = self.status[i]
        label = STATUS.label(found.status, self.lang) if found.status else None
        if given is not None and found.status != given:
            self.unread.add(column.number)
            self.source.note(row, column, value, None, "other_status", check=True)
            return
        self.status[i] = found.status
        dated = found.percent is None and any(sign.isdigit() for sign in shown(value))
        if found.late or dated:
            self.unread.add(column.number)
        if shown(value) != label:
            why = "late" if found.late else "share" if found.percent is not None else "status"
            self.source.note(row, column, value, label, why, check=found.late)
