"""Which tab of a returned workbook holds which table: found by headings, whatever the tab is called.

A packet has one tab of the department's rows and may show others' rows on a page of its own, which is
no data. Two tabs that could be the rows, and columns that make matching a guess, are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from xl_collab.compose import packet_words
from xl_collab.exchange.gate.gate import ReadReply, ReplySheet
from xl_collab.exchange.gate.reasons import Refusal, one_line
from xl_collab.exchange.tabling import table_on
from xl_collab.hosts.headings import find_headings, is_titled, looks_like
from xl_collab.hosts.ooxml.formulatext import column_number
from xl_collab.model.merge.result import Anomaly
from xl_collab.model.merge.values import row_key
from xl_collab.model.reports.sentences import fitted
from xl_collab.model.schema import TableSheet
from xl_collab.model.sheets import SHEETS, TRACKER
from xl_collab.model.tables import CellFormula, Table
from xl_collab.model.words import Text, t

__all__ = ["Found", "compared", "find_tables", "others_rows", "overwritten_formulas", "unknown_hidden"]

_REASONS: Mapping[str, Text] = {
    "no-rows": t(
        "里面没有任务表。请对方填写原来发出的文件再发回。",
        "There is no table of tasks in it. Ask for the file that was sent, filled in.",
    ),
    "two-tables": t(
        "有几个工作表都像任务表：{names}。请对方只保留填好的那一个再发。",
        "Several sheets could be the tasks: {names}. Ask for a file with only the right one.",
    ),
    "no-id-column": t(
        "编号列被删掉了，无法逐行对应。请对方在原文件中填写后再发。",
        "The ID column is gone, so rows cannot be matched. Ask for the file that was sent, filled in.",
    ),
    "missing-column": t(
        "缺少必填的列：{names}。请对方恢复后再发。",
        "Required columns are missing: {names}. Ask for a file that has them.",
    ),
    "duplicate-heading": t(
        "列标题重复：{names}。请对方删去多余的列再发。",
        "Headings occur twice: {names}. Ask for a file without the surplus columns.",
    ),
}
_PAGES = (packet_words.OTHERS, packet_words.NOTES, packet_words.OPEN_ITEMS)
_OWN_TITLES = (*_PAGES, packet_words.TASKS, *(sheet.title for sheet in SHEETS.sheets))


@dataclass(frozen=True)
class Found:
    """The tables by sheet key, and the tab of each; with a `refusal` there are none."""

    tables: Mapping[str, Table]
    tabs: Mapping[str, ReplySheet]
    refusal: Refusal | None = None


def find_tables(read: ReadReply, wanted: Collection[str], others: Collection[str] = ()) -> Found:
    """The tables of a reply.

    wanted  keys of the sheets that were sent; the tracker has to be there
    others  tabs of the master that are not its tracker: those are no copies made by the department
    """
    free = [sheet for sheet in read.sheets if sheet.name not in read.generated]
    tabs = {}
    for key in (key for key in wanted if key != TRACKER.key):
        sheet = next((s for s in free if _is_sheet(SHEETS.table(key), s)), None)
        if sheet is not None:
            tabs[key] = sheet
    taken = {id(sheet) for sheet in tabs.values()}
    candidates = [s for s in free if id(s) not in taken and s.name not in others and _has_tasks(s)]
    if len(candidates) != 1:
        why = "two-tables" if candidates else "no-rows"
        return Found({}, {}, _refusal(why, [sheet.name for sheet in candidates]))
    tabs[TRACKER.key] = candidates[0]
    tables = {key: table for key, sheet in tabs.items() if (table := table_on(sheet, SHEETS.table(key)))}
    refused = _unmatchable(tables[TRACKER.key])
    return Found({}, {}, refused) if refused else Found(tables, tabs)


def compared(sent: Collection[str]) -> list[str]:
    """Keys of the sheets of a whole workbook that are compared row by row, of those that were sent."""
    return [s.key for s in SHEETS.sheets if s.key in sent and s.key not in ("meta", "history")]


def others_rows(read: ReadReply) -> tuple[Table, ReplySheet] | None:
    """The rows of other departments, which a packet shows for reading, and their tab."""
    page = next((s for s in read.sheets if is_titled(packet_words.OTHERS, s.name)), None)
    table = table_on(page, TRACKER) if page else None
    return (table, page) if table is not None and page is not None else None


def _is_sheet(declared: TableSheet, sheet: ReplySheet) -> bool:
    return is_titled(declared.title, sheet.name) or any(name == declared.table for name, _, _ in sheet.tables)


def _has_tasks(sheet: ReplySheet) -> bool:
    """Whether the tracker's headings are on a tab that is no other page of a packet or of the tracker."""
    ours = (*_PAGES, *(one.title for one in SHEETS.sheets if one.key != TRACKER.key))
    if any(is_titled(title, sheet.name) for title in ours):
        return False
    return looks_like(TRACKER, find_headings(TRACKER, sheet.rows))


def _unmatchable(table: Table) -> Refusal | None:
    """What makes matching a guess: no ID column, a required column gone, a heading twice."""
    if "id" in table.missing:
        return _refusal("no-id-column")
    gone = [c.label.zh for c in TRACKER.columns if c.required and c.name in table.missing]
    if gone:
        return _refusal("missing-column", gone)
    return _refusal("duplicate-heading", table.duplicated) if table.duplicated else None


def _refusal(code: str, names: Collection[str] = ()) -> Refusal:
    return Refusal(code, fitted(_REASONS[code], names="、".join(one_line(name, 40) for name in names)))


def overwritten_formulas(table: Table, sheet: ReplySheet) -> Iterator[Anomaly]:
    """Cells of computed columns where a value stands in place of the formula.

    A program that kept no formula at all in a column (some phones) has only saved what they showed: that is
    nobody's edit. The empty rows of a packet have formulas too, so one overwritten cell is told from it.
    """
    ids = table.raw("id").tolist()
    for column in table.sheet.columns:
        letter = table.letters.get(column.name)
        if column.computed != "formula" or letter is None:
            continue
        number = column_number(letter)
        cells = {row: sheet.cell(row, number) for row in range(table.header_row + 1, len(sheet.rows) + 1)}
        if not any(isinstance(value, CellFormula) for value in cells.values()):
            continue
        for name, row in zip(ids, table.rows.tolist(), strict=True):
            value = cells.get(row)
            if row_key(name) and value is not None and not isinstance(value, CellFormula):
                text = one_line(str(getattr(value, "code", value)), 200)
                yield Anomaly(table.sheet.key, row_key(name), column.name, "overwritten", text)


def unknown_hidden(read: ReadReply, known: Collection[str]) -> list[str]:
    """Hidden tabs that were not sent."""
    ours = {title for text in _OWN_TITLES for title in (text.zh, text.en)} | {"xlwings.conf", *known}
    hidden = (name for name, state in read.tabs if state != "visible")
    return [one_line(name, 40) for name in hidden if name not in ours]
