"""What a workbook holds outside of the cells that the merge knows, as it came through the gate.

Around a table: everything but the known columns of rows that were read. Of other sheets every filled cell,
unless they are pages that are compared as a whole. What may not enter: whether it was there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_collab.exchange.gate.gate import ReadReply, ReplySheet
from xl_collab.exchange.pages import cell_text
from xl_collab.exchange.replysheets import Found, others_rows
from xl_collab.hosts.headings import heading_key
from xl_collab.hosts.ooxml.formulatext import column_letters, column_number
from xl_collab.hosts.reading import TOTALS
from xl_collab.model.merge.pages import OTHERS, PAGE
from xl_collab.model.merge.snapshot import Rows
from xl_collab.model.merge.values import as_words, canonical, row_key
from xl_collab.model.schema import Column
from xl_collab.model.sheets import SHEETS
from xl_collab.model.tables import CellError, CellFormula, Table

__all__ = ["Outside", "outside"]

_OWN = ("xlwings.conf", *(SHEETS[key].title.zh for key in ("meta", "history")))
"""Tabs of ours that are for programs only."""
_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?\d+|\d+")


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that stands where no known cell is.

    kind     an annotation's kind (gate.Annotation), beside, sheet, heading (of a column that is not known),
             formula (its shape alone, for comparing)
    scope    the table around which it stands, whatever its tab is called; else its tab
    pattern  for a formula its shape: references and numbers taken out
    """

    kind: str
    scope: str
    tab: str
    cell: str
    words: str
    author: str = ""
    unread: bool = False
    pattern: str = ""


def outside(read: ReadReply, found: Found, sent: Mapping[str, Rows]) -> Iterator[Outside]:
    """Everything outside of the known cells: cells sheet by sheet, then annotations.

    sent  the snapshot of the sending: columns that it does not have are not known; empty when it is lost
    """
    tables = {found.tabs[key].name: (key, table) for key, table in found.tables.items()}
    others = others_rows(read) if OTHERS in sent or not sent else None
    if others is not None:
        tables.setdefault(others[1].name, (OTHERS, others[0]))
    for sheet in read.sheets:
        if sheet.name in tables:
            key, table = tables[sheet.name]
            yield from _around(sheet, table, key, sent.get(key))
        elif PAGE + sheet.name not in sent and sheet.name not in _OWN:
            yield from _cells(sheet)
    for one in read.annotations:
        scope = f"<{tables[one.tab][0]}>" if one.tab in tables else one.tab
        yield Outside(one.kind, scope, one.tab, one.cell, one.words, one.author, one.unread)


def _cells(sheet: ReplySheet) -> Iterator[Outside]:
    """Every filled cell of a sheet; of formulas what they show."""
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row, start=1):
            words = _words(value.value if isinstance(value, CellFormula) else value)
            if words:
                yield Outside("sheet", sheet.name, sheet.name, f"{column_letters(column)}{number}", words)


def _words(value: object) -> str:
    if isinstance(value, CellError):
        return value.code
    text = cell_text(value)
    return text if isinstance(text, str) else ""


def _around(sheet: ReplySheet, table: Table, key: str, sent: Rows | None) -> Iterator[Outside]:
    """What stands on a table's tab outside of its known cells."""
    edge = _Edge(sheet, table, sent)
    scope = f"<{key}>"
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is None or edge.is_known(number, column, value):
                continue
            at = f"{column_letters(column)}{number}"
            pattern = _REFERENCE.sub("¤", value.text) if isinstance(value, CellFormula) else ""
            if pattern:
                yield Outside("formula", scope, sheet.name, at, pattern)
            words = _words(value.value if isinstance(value, CellFormula) else value)
            if words:
                kind = "heading" if edge.is_unknown_heading(number, words) else "beside"
                yield Outside(kind, scope, sheet.name, at, words, pattern=pattern)


class _Edge:
    """Where the known cells of a table end."""

    def __init__(self, sheet: ReplySheet, table: Table, sent: Rows | None) -> None:
        self.sheet, self.table, self.sent = sheet, table, sent
        self.columns = {column_number(table.letters[c.name]): c for c in self._known_columns(sent)}
        self.heads = {column_number(letters) for letters in table.letters.values()}
        keys = [row_key(name) for name in table.raw("id").tolist()] if "id" in table.letters else []
        rows = table.rows.tolist()
        kept = None if sent is None else set(sent.keys)
        self.rows = frozenset(rows)
        self.merged = frozenset(
            row for row, name in zip(rows, keys, strict=False) if name and (kept is None or name in kept)
        )
        gone = () if sent is None else (n for n in sent.columns if n not in table.letters)
        self.headless = {as_words(v) for name in gone for v in sent.columns[name] if v is not None}  # type: ignore[union-attr]
        self.unknown = {heading_key(text) for text in table.unknown}
        self._calculated: dict[int, bool] = {}
        self._totals: dict[int, bool] = {}

    def _known_columns(self, sent: Rows | None) -> list[Column]:
        """Columns that the merge reads: those that were sent, IDs, native formulas."""
        columns = (c for c in self.table.sheet.columns if c.name in self.table.letters)
        return [
            c
            for c in columns
            if sent is None or c.name == "id" or c.computed == "formula" or c.name in sent.columns
        ]

    def is_known(self, row: int, column: int, value: object) -> bool:
        """Whether a cell is a heading, or read as data, or shows what is worked out."""
        if row == self.table.header_row:
            return column in self.heads
        known = self.columns.get(column)
        if row < self.table.header_row or known is None:
            if row in self.rows and _words(value) in self.headless:
                return True
            return row not in self.rows and self._is_total(row) and not isinstance(value, str)
        if known.entered:
            return row in self.rows or self._is_total(row)
        if isinstance(value, CellFormula) or row in self.merged or self._was_sent(known, value):
            return True
        return known.computed == "formula" and not self._is_calculated(column)

    def _was_sent(self, column: Column, value: object) -> bool:
        """Whether our own figure stands in a row that has another ID now."""
        held = () if self.sent is None else self.sent.columns.get(column.name, ())
        return canonical(column, value) in held

    def is_unknown_heading(self, row: int, words: str) -> bool:
        """Whether a cell is the heading of a column that nobody knows, which is told as such."""
        return row == self.table.header_row and heading_key(words) in self.unknown

    def _is_calculated(self, column: int) -> bool:
        """Whether the column has a formula left: some phones keep none and save what they showed."""
        if column not in self._calculated:
            values = (self.sheet.cell(row, column) for row in range(1, len(self.sheet.rows) + 1))
            self._calculated[column] = any(isinstance(value, CellFormula) for value in values)
        return self._calculated[column]

    def _is_total(self, row: int) -> bool:
        """Whether a row outside of the data adds something up."""
        if row not in self._totals:
            cells = self.sheet.rows[row - 1] if row not in self.rows else []
            texts = (cell.strip().rstrip(":：").casefold() for cell in cells if isinstance(cell, str))
            self._totals[row] = any(text in TOTALS for text in texts)
        return self._totals[row]
