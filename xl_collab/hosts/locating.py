"""Finding which tab is which declared sheet: by its name, by its Excel table, by its headings.

A renamed or translated tab is still found; what stays ambiguous is refused, never guessed.
What may not enter: reading rows (reading.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xl_collab.errors import DamagedWorkbook, NotATracker
from xl_collab.hosts.headings import (
    Headings,
    find_fields,
    find_headings,
    heading_key,
    is_titled,
    looks_like,
    share,
)
from xl_collab.hosts.ooxml.tableparts import TableInfo
from xl_collab.hosts.tabs import Tabs
from xl_collab.schema.declaration import Declaration, FormSheet, TableSheet

TRACKER = "tracker"


@dataclass(frozen=True)
class Place:
    """Where a table sheet was found; `table` is the Excel table around the headings, if there is one."""

    sheet: TableSheet
    tab: str
    headings: Headings
    table: TableInfo | None


@dataclass(frozen=True)
class FormPlace:
    """Where a form was found; `cells` has row and column (from 1) of each field's value."""

    sheet: FormSheet
    tab: str
    cells: Mapping[str, tuple[int, int]]


class Locator:
    """Assigns tabs to declared sheets; each tab to one sheet at most."""

    def __init__(self, sheets: Tabs, declaration: Declaration, ours: Iterable[str] = ()) -> None:
        self._sheets = sheets
        self._declaration = declaration
        self._free = [tab for tab in sheets.tabs if tab not in set(ours)]
        self.tables: dict[str, Place] = {}
        self.forms: dict[str, FormPlace] = {}
        self._by_name()
        self._by_table()
        self._by_headings()
        self._forms_by_labels()
        if TRACKER not in self.tables:
            raise self._no_tracker()

    def _by_name(self) -> None:
        for sheet in self._declaration.sheets:
            tab = next((tab for tab in self._free if is_titled(sheet.title, tab)), None)
            if tab is None:
                continue
            if isinstance(sheet, TableSheet):
                self._claim(self._place(sheet, tab))
            elif isinstance(sheet, FormSheet):
                self._free.remove(tab)
                self.forms[sheet.key] = self._form(sheet, tab)
            else:
                self._free.remove(tab)

    def _by_table(self) -> None:
        missing = {heading_key(s.table): s for s in self._declaration.tables if s.key not in self.tables}
        for tab in list(self._free) if missing else []:
            names = {heading_key(table.name) for table in self._sheets.tables(tab)}
            for name in names & missing.keys():
                self._claim(self._place(missing[name], tab))

    def _by_headings(self) -> None:
        missing = [s for s in self._declaration.tables if s.key not in self.tables and s.state == "visible"]
        tracker = [s for s in missing if s.key == TRACKER]
        for sheet in tracker + [s for s in missing if s.key != TRACKER]:
            found = [place for tab in self._free if (place := self._guess(sheet, tab)) is not None]
            if len(found) > 1 and sheet.key == TRACKER:
                raise _two_trackers([place.tab for place in found])
            self._claim(max(found, key=lambda place: share(sheet, place.headings), default=None))

    def _forms_by_labels(self) -> None:
        for sheet in self._declaration.forms:
            if sheet.key in self.forms:
                continue
            for tab in list(self._free):
                place = self._readable(tab) and self._form(sheet, tab)
                if place and 5 * len(place.cells) >= 3 * len(sheet.fields):
                    self.forms[sheet.key] = place
                    self._free.remove(tab)
                    break

    def _claim(self, place: Place | None) -> None:
        if place is not None:
            self.tables[place.sheet.key] = place
            self._free.remove(place.tab)

    def _place(self, sheet: TableSheet, tab: str) -> Place | None:
        """The sheet's headings on a tab that is known to be it; None when it has none of them."""
        tables = [table for table in self._sheets.tables(tab) if table.header_rows]
        own = next((t for t in tables if heading_key(t.name) == heading_key(sheet.table)), None)
        expected = own or (tables[0] if len(tables) == 1 else None)
        headings = find_headings(sheet, self._sheets.grid(tab).rows, expected.area.top if expected else None)
        if headings is None:
            return None
        around = next((t for t in tables if _is_around(t, headings)), None)
        return Place(sheet, tab, headings, around)

    def _guess(self, sheet: TableSheet, tab: str) -> Place | None:
        place = self._place(sheet, tab) if self._readable(tab) else None
        return place if place is not None and looks_like(sheet, place.headings) else None

    def _readable(self, tab: str) -> bool:
        """Whether a tab that may be anybody's can be read at all."""
        try:
            self._sheets.grid(tab)
        except DamagedWorkbook:
            return False
        return True

    def _form(self, sheet: FormSheet, tab: str) -> FormPlace:
        grid = self._sheets.grid(tab)
        return FormPlace(sheet, tab, find_fields(sheet, grid.rows[:500], grid.merged))

    def _no_tracker(self) -> NotATracker:
        title = self._declaration[TRACKER].title
        tab = next((tab for tab in self._free if is_titled(title, tab)), None)
        if tab is not None:
            return NotATracker(
                f"工作表“{tab}”里找不到表头。请恢复“编号、环节、责任部门/人、主要任务”等标题行。",
                f"Sheet “{tab}” has no headings. Restore the row with ID, Stage, Owner, Task and so on.",
            )
        return NotATracker(
            f"工作簿里没有“{title.zh}”工作表，按标题也没有找到。"
            "请选择协作跟踪工作簿，或用 xl-collab new 新建。",
            f"The workbook has no “{title.en}” sheet, nor one with its headings. "
            "Choose a tracker workbook, or make one with xl-collab new.",
        )


def _is_around(table: TableInfo, headings: Headings) -> bool:
    area = table.area
    return area.top == headings.row and any(area.left <= c <= area.right for c in headings.columns.values())


def _two_trackers(tabs: list[str]) -> NotATracker:
    zh, en = "、".join(f"“{tab}”" for tab in tabs), ", ".join(f"“{tab}”" for tab in tabs)
    return NotATracker(
        f"有几个工作表都像跟踪表：{zh}。请把正确的那个改名为“跟踪表”。",
        f"Several sheets look like the tracker: {en}. Rename the right one to “Tracker”.",
    )
