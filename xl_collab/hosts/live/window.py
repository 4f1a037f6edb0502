"""An open workbook as locating, reading and planning know workbooks: tabs and grids of cells.

All tabs that may belong to a tracker come in one bulk read; others only when they are asked for.
What may not enter: writing, and how a program is asked (the drivers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import chain

import numpy as np
import numpy.typing as npt

from xl_collab.hosts.changes import NAMES
from xl_collab.hosts.formulacheck import FormulaRun, stale_in
from xl_collab.hosts.grid import clean
from xl_collab.hosts.headings import Area as Corners, Stale, heading_key, is_titled
from xl_collab.hosts.live.driver import Content, Driver, Overview, Rows, TabState
from xl_collab.hosts.ooxml.formulatext import rename_sheet
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.declaration import Declaration, TableSheet
from xl_collab.schema.words import Lang

Ints = npt.NDArray[np.int64]


class LiveGrid:
    """The cells of one tab as they were when read; `rows` from A1 on, blanks and errors as ""."""

    def __init__(self, state: TabState, content: Content, driver: Driver) -> None:
        self.state = state
        self.content = content
        self._driver = driver
        self.errors: dict[int, dict[int, str]] = {}
        self.rows = self._laid_out(content.rows)
        self._runs: dict[int, list[FormulaRun]] = {}
        for run in content.runs:
            self._runs.setdefault(run.column, []).append(run)

    def _laid_out(self, rows: Rows) -> list[list[object]]:
        left, top = self.state.used.left, self.state.used.top
        width = self.state.used.right
        found: list[list[object]] = [[""] * width for _ in range(top - 1)]
        for number, row in enumerate(rows, top):
            cells = [_plain(value) for value in row]
            for column, value in enumerate(cells, left):
                if isinstance(value, CellError):
                    self.errors.setdefault(column, {})[number] = value.code
                    cells[column - left] = ""
            found.append([""] * (left - 1) + cells)
        while found and not any(value != "" for value in found[-1]) and len(found) not in self._error_rows():
            found.pop()
        return found

    def _error_rows(self) -> set[int]:
        return {row for column in self.errors.values() for row in column}

    @property
    def cells(self) -> LiveGrid:
        """Where the formulas are: here."""
        return self

    @cached_property
    def merged(self) -> Sequence[Corners]:
        """Merged ranges."""
        return self._driver.merged(self.state.used) if self.state.merged is None else self.state.merged

    def column(self, number: int, first_row: int, *, as_text: bool = False) -> list[object]:
        """The cleaned cells of column `number` (from 1) from `first_row` to the last row."""
        rows = self.rows[first_row - 1 :]
        inside = bool(rows) and number <= len(rows[0])
        values = clean([row[number - 1] for row in rows] if inside else [""] * len(rows), as_text)
        for row, code in self.errors.get(number, {}).items():
            if first_row <= row < first_row + len(values):
                values[row - first_row] = CellError(code)
        return values

    def cell(self, row: int, column: int) -> object:
        """One cleaned cell, None beyond the edge."""
        code = self.errors.get(column, {}).get(row)
        if code is not None:
            return CellError(code)
        if row > len(self.rows) or column > len(self.rows[row - 1]):
            return None
        return clean([self.rows[row - 1][column - 1]])[0]

    def state_of(self, row: int, column: int) -> object:
        """A cell's formula with what it shows, else its value."""
        value = self.cell(row, column)
        run = next((run for run in self._runs.get(column, ()) if run.first <= row <= run.last), None)
        return value if run is None else CellFormula(run.text(row), value)

    def formulas_in(self, column: int) -> tuple[Ints, Ints]:
        """Sheet rows of one column's formulas, and which run each belongs to."""
        runs = self._runs.get(column, [])
        rows = [np.arange(run.first, run.last + 1) for run in runs]
        at = [np.full(run.last - run.first + 1, i) for i, run in enumerate(runs)]
        empty = [np.empty(0, np.int64)]
        return np.concatenate(empty + rows), np.concatenate(empty + at)

    def leads_to(self, tab: str) -> bool:
        """Whether a formula here refers to another tab."""
        texts = (run.text(run.first) for runs in self._runs.values() for run in runs)
        return any("!" in text and rename_sheet(text, tab, tab + "-") != text for text in texts)

    def formula_text(self, offset: int, row: int, column: int) -> str:
        """One formula without its equals sign."""
        return self._runs[column][offset].text(row)

    def stale(
        self, sheet: TableSheet, letters: Mapping[str, str], rows: Ints, lang: Lang
    ) -> Callable[[], Stale]:
        """Finds the rows that have lost their declared formula."""
        found = stale_in(list(chain.from_iterable(self._runs.values())), sheet, letters, rows, lang)
        return lambda: found


def _plain(value: object) -> object:
    """A cell as calamine would give it: "" for a blank, a date where there is no time of day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
        if moment.year < 1900:
            return moment.time()
        whole = (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
        return moment.date() if whole else moment
    return float(value) if isinstance(value, Decimal) else value


class LiveSheets:
    """The worksheets of an open workbook as they were when read."""

    def __init__(self, driver: Driver, declaration: Declaration) -> None:
        self._driver = driver
        self.seen: Overview = driver.overview()
        self._states = {tab.name: tab for tab in self.seen.tabs}
        self._grids: dict[str, LiveGrid] = {}
        self._load([tab.name for tab in self.seen.tabs if _is_ours(tab, declaration)])

    def _load(self, tabs: Iterable[str]) -> None:
        states = [self._states[tab] for tab in tabs]
        contents = self._driver.read([state.used for state in states]) if states else []
        for state, content in zip(states, contents, strict=True):
            self._grids[state.name] = LiveGrid(state, content, self._driver)

    @property
    def tabs(self) -> list[str]:
        """Names of the tabs with cells, from left to right."""
        return list(self._states)

    titles = tabs
    date1904 = False
    """Programs hand over dates as dates, whatever the workbook counts from."""

    @property
    def own_names(self) -> list[tuple[str, str, str]]:
        """(tab, name, text) of the names that belong to one tab."""
        return [(tab.name, name, text) for tab in self.seen.tabs for name, text in tab.names]

    def is_shown(self, tab: str) -> bool:
        """Whether people see the tab."""
        return self._states[tab].shown

    def state(self, tab: str) -> TabState:
        """What the overview says of a tab."""
        return self._states[tab]

    def grid(self, tab: str) -> LiveGrid:
        """The cells of a tab, read now if they were not before."""
        if tab not in self._grids:
            self._load([tab])
        return self._grids[tab]

    def is_pointed_at(self, tab: str) -> bool:
        """Whether a formula on another tab leads into this one; tabs that nobody asked for yet are read."""
        others = [name for name in self._states if name != tab]
        self._load([name for name in others if name not in self._grids])
        return any(self._grids[name].leads_to(tab) for name in others)

    def tables(self, tab: str) -> list[TableInfo]:
        """The tables on a tab."""
        return list(self._states[tab].tables)

    def objects(self, tab: str) -> int:
        """Charts, pictures, shapes and comments on a tab."""
        return self._driver.objects(self._states[tab])

    def forget(self, tab: str) -> None:
        """Nothing: what is written is compared with what was read."""

    def changed(self, tabs: Sequence[str]) -> str | None:
        """The first of `tabs` whose cells are not what they were when read; one bulk read."""
        blocks = [self._states[tab].used for tab in tabs]
        for tab, now in zip(tabs, self._driver.read(blocks, formulas=False) if blocks else [], strict=True):
            if now.rows != self._grids[tab].content.rows:
                return tab
        return None


def _is_ours(tab: TabState, declaration: Declaration) -> bool:
    """Whether a tab's name, table or own names say that it may belong to a tracker."""
    tables = {heading_key(table.table) for table in declaration.tables}
    return (
        any(is_titled(sheet.title, tab.name) for sheet in declaration.sheets)
        or any(heading_key(table.name) in tables for table in tab.tables)
        or any(name in NAMES for name, _ in tab.names)
    )
