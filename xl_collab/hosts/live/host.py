"""An open workbook: read in bulk, planned like a closed one, and written in one last step.

`LiveHost(book)` takes an xlwings Book of Excel, or LibreOffice's Workbook. Until the last step nothing
of the workbook changes; before it, what will change is stored on disk, so that `undo` can take it back.
What may not enter: rules about data, drawing, and how one program is asked (the drivers).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from xl_collab.a1 import column_number
from xl_collab.errors import CannotWrite, XlCollabError
from xl_collab.hosts.changes import DATE_FORMATS, Applied, ColumnPlan, marks_in
from xl_collab.hosts.live.driver import (
    ChangedMeanwhile,
    Driver,
    Fill,
    OfTabs,
    Put,
    PutSheet,
    ReadOnly,
    Resize,
    SheetLocked,
    ShowTab,
    Step,
)
from xl_collab.hosts.live.undo import (
    LiveJournal,
    Record,
    UndoneRun,
    copy_saved,
    drop,
    kept_sheets,
    nothing,
    record_of,
    steps_back,
)
from xl_collab.hosts.live.window import LiveSheets
from xl_collab.hosts.planning import (
    FieldPlan,
    RowsPlan,
    SheetPlan,
    WritePlan,
    make_plan,
    note_plan,
    plan_revision,
)
from xl_collab.hosts.reading import LocatedBook, assemble
from xl_collab.plan.formulas import references, render
from xl_collab.project.edits import Edit
from xl_collab.project.tables import Book, CellError, CellFormula, Table
from xl_collab.schema.declaration import Column, Declaration
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang, t

WRITING = t("协作跟踪：正在写入…", "Tracker: writing…")
UNDOING = t("协作跟踪：正在撤销…", "Tracker: taking back…")

Progress = Callable[[str], object]
"""Told each step in words; what it raises before the last one cancels the run, with nothing changed."""


def driver_of(book: Any) -> Driver:
    """The best way to ask the program that has `book` open: LibreOffice's workbooks bring theirs along."""
    own: Driver | None = getattr(book, "driver", None)
    if own is not None:
        return own
    from xl_collab.hosts.live.macro_driver import MacroDriver
    from xl_collab.hosts.live.xlwings_driver import XlwingsDriver

    return MacroDriver.found(book) or XlwingsDriver(book)


class LiveHost:
    """One open workbook. Nothing of it changes until `apply`; only `save` and `back_up` save it."""

    def __init__(self, book: Any, declaration: Declaration = SHEETS, *, driver: Driver | None = None) -> None:
        self.book = book
        self._declaration = declaration
        self._driver = driver or driver_of(book)
        self._reading: Live | None = None

    def read(self) -> Book:
        """The workbook's content. Raises NotATracker, ProgramBusy, and what the program says."""
        return self._read().book

    @property
    def sheets(self) -> LiveSheets:
        """The tabs and their cells as read."""
        return self._read().sheets

    def _read(self) -> Live:
        if self._reading is None:
            sheets = LiveSheets(self._driver, self._declaration)
            self._reading = assemble(sheets, self._declaration, sheets.seen.name)
        return self._reading

    def apply(
        self,
        edits: Iterable[Edit],
        drawn: Mapping[str, bytes] | None = None,
        *,
        dry_run: bool = False,
        command: str = "",
        moment: datetime | None = None,
        progress: Progress | None = None,
    ) -> Applied:
        """Carry out `edits` in the open workbook, as one step that `undo` takes back.

        `drawn` has the scratch workbook of every InsertSheet by "kind/key". Raises UsageError, ReadOnly,
        SheetLocked, ChangedMeanwhile and ProgramBusy, each with nothing changed. When the program fails
        in the last step, what it had done by then is taken back.
        """
        reading = self._read()
        path = Path(reading.sheets.seen.path)
        plan = without_living(make_plan(reading, edits, drawn or {}), reading.book)
        if dry_run or plan.empty:
            return plan.applied(path, dry_run=dry_run)
        self._refuse(reading)
        with self._status(WRITING.of(reading.book.lang), progress), _scratch(plan) as files:
            steps = steps_of(plan, reading, files)
            self._refuse_protected(steps, reading)
            self._refuse_changed(steps, reading)
            self._carry_out(steps, reading, Record(command, _stamp(moment)))
        return plan.applied(path, written=True)

    def note(self, edits: Iterable[Edit]) -> bool:
        """Carry out what only the tool itself keeps (`_meta`); whether it wrote. `undo` knows not of it."""
        reading = self._read()
        steps = steps_of(note_plan(reading, edits), reading, {})
        if not steps:
            return False
        self._refuse(reading)
        self._refuse_changed(steps, reading)
        self._write(steps, "note")
        return True

    def save(self) -> None:
        """Save the workbook where it is. Raises ReadOnly, CannotWrite."""
        self._refuse(self._read())
        try:
            self.book.save()
        except XlCollabError:
            raise
        except Exception as error:  # a program says no in its own way
            name = self.book.name
            raise CannotWrite(
                f"“{name}”没能保存（{error}）。请检查磁盘和权限，关闭打开的对话框后重试。",
                f"{name} could not be saved ({error}). Check the disk and the permissions, close open "
                "dialogs, and try again.",
            ) from error

    def back_up(self) -> Path:
        """Save, and copy the file: what a run begins with is then on the disk twice."""
        self.save()
        return copy_saved(self._read().sheets.seen.path)

    def undo(self) -> UndoneRun:
        """Take the last run back, cells and sheets that people changed since left as they are.

        Raises NothingToUndo, and what `apply` raises.
        """
        self._reading = None
        reading = self._read()
        journal = LiveJournal(reading.sheets.seen.path)
        self._refuse(reading)
        with self._status(UNDOING.of(reading.book.lang), None):
            while (found := journal.last()) is not None:
                file, record = found
                touched = {one.tab for one in reading.book.generated if one.touched}
                steps, kept = steps_back(file, record, reading.sheets, touched)
                if steps:
                    self._refuse_protected(steps, reading)
                    self._write(steps, f"undo {record.command}")
                drop(file)
                if steps or kept:  # else it was cut off before it wrote anything
                    path, number = Path(reading.sheets.seen.path), int(file.stem.removeprefix("live-"))
                    return UndoneRun(path, number, record.command, record.time, len(journal), tuple(kept))
        raise nothing(reading.sheets.seen.name)

    def _carry_out(self, steps: Sequence[Step], reading: Live, record: Record) -> None:
        """Store what will change, then change it."""
        journal = LiveJournal(reading.sheets.seen.path)
        file = journal.next()
        replaced = [step.mark.tab for step in steps if isinstance(step, PutSheet) and step.replace]
        if replaced:
            self._driver.keep(replaced, kept_sheets(file))
        journal.store(file, record_of(steps, reading.sheets, marks_in(reading.sheets), record))
        try:
            self._write(steps, record.command)
        except Exception:
            with suppress(XlCollabError):  # a program that is gone has nothing to take back
                self.undo()
            raise

    def _write(self, steps: Sequence[Step], command: str) -> None:
        self._reading = None  # what follows changes what was read
        with self._driver.calm():
            self._driver.carry_out(steps, f"xl_collab {command}".strip())

    @contextmanager
    def _status(self, text: str, progress: Progress | None) -> Iterator[None]:
        """The status bar while something is done; it is given back whatever happens."""
        if progress is not None:
            progress(text)
        self._driver.status(text)
        try:
            yield
        finally:
            with suppress(XlCollabError):  # of a program that is gone
                self._driver.status(None)

    def _refuse(self, reading: Live) -> None:
        if reading.sheets.seen.read_only:
            raise ReadOnly(reading.sheets.seen.name)

    def _refuse_protected(self, steps: Sequence[Step], reading: Live) -> None:
        seen = reading.sheets.seen
        if seen.locked and any(isinstance(step, OfTabs) for step in steps):
            raise SheetLocked.structure(seen.name)
        for tab in _tabs(steps):
            if reading.sheets.state(tab).protected:
                raise SheetLocked.sheet(tab)

    def _refuse_changed(self, steps: Sequence[Step], reading: Live) -> None:
        replaced = {step.mark.tab for step in steps if isinstance(step, PutSheet) and step.replace}
        tab = reading.sheets.changed(sorted({*_tabs(steps), *replaced}))
        if tab is not None:
            self._reading = None
            raise ChangedMeanwhile(tab)


def _tabs(steps: Sequence[Step]) -> list[str]:
    """The tabs whose cells or tables steps change."""
    return sorted({step.tab for step in steps if not isinstance(step, OfTabs)})


def _stamp(moment: datetime | None) -> str:
    return (moment or datetime.now()).isoformat(timespec="seconds")


@contextmanager
def _scratch(plan: WritePlan) -> Iterator[dict[str, Path]]:
    """The drawn sheets as files, for as long as the program needs them."""
    with tempfile.TemporaryDirectory(prefix="xl-collab-", ignore_cleanup_errors=True) as folder:
        files = {}
        for number, one in enumerate(plan.sheets):
            file = Path(folder) / f"sheet{number}.xlsx"
            file.write_bytes(one.scratch)
            files[f"{one.mark.kind}/{one.mark.key}"] = file
        yield files


# From a plan to the steps that a program is asked to take: columns in blocks, rows, fields, sheets.


_DAY_ZERO = datetime(1899, 12, 30)

Live = LocatedBook[LiveSheets]
_ON_TYPED = ("now",)
"""Formulas over typed cells alone: nothing that a run writes has them calculated, and a program that opened a
file without calculating it goes on showing what another had kept there."""


def without_living(plan: WritePlan, book: Book) -> WritePlan:
    """The plan without formulas that stand where they should: what they show, the program calculates."""
    columns = []
    for one in plan.columns:
        lost = set(book.stale_formulas.get(one.table.sheet.key, {}).get(one.column, ()))
        if not one.is_formula or one.column in _ON_TYPED:
            columns.append(one)
        elif lost.intersection(one.rows):
            columns.append(_only(one, lost))
    return replace(plan, columns=columns)


def _only(plan: ColumnPlan, rows: set[int]) -> ColumnPlan:
    """The plan of a column for some of its rows."""
    kept = [(row, value) for row, value in zip(plan.rows, plan.values, strict=True) if row in rows]
    change = replace(plan.change, cells=plan.change.cells.among(rows))
    return replace(plan, rows=[row for row, _ in kept], values=[value for _, value in kept], change=change)


def steps_of(plan: WritePlan, reading: Live, scratch: Mapping[str, Path]) -> list[Step]:
    """All that a plan takes; `scratch` has the file of each drawn sheet by "kind/key"."""
    if plan.empty:
        return []
    return [
        *_sheets(plan.sheets, reading, scratch),
        *_resized(plan, reading),
        *_columns(plan, reading),
        *(step for rows in plan.rows for step in _rows(rows, reading.book.lang)),
        *(_field(one) for one in plan.fields),
        *(ShowTab(one.tab, one.shown) for one in plan.shown),
    ]


def _sheets(plans: Sequence[SheetPlan], reading: Live, scratch: Mapping[str, Path]) -> Iterator[PutSheet]:
    shown = [tab.name for tab in reading.sheets.seen.tabs if tab.shown]
    for one in plans:
        mark = one.mark
        yield PutSheet(scratch[f"{mark.kind}/{mark.key}"], "", mark, one.replace, after=shown[-1])
        if not one.replace:
            shown.append(mark.tab)


def _resized(plan: WritePlan, reading: Live) -> Iterator[Resize]:
    """Each table once, to the last of its new rows."""
    ends = {key: max(rows) for (key, _), rows in plan.taken_in.items()}
    ends |= {rows.table.sheet.key: rows.first + len(rows.records) - 1 for rows in plan.rows}
    for key, end in ends.items():
        place = reading.tables[key]
        if place.table is not None and end > place.table.area.bottom:
            area = place.table.area
            yield Resize(place.tab, place.table.name, area, replace(area, bottom=end))


def _columns(plan: WritePlan, reading: Live) -> Iterator[Step]:
    found: dict[tuple[str, str], tuple[Table, dict[int, object]]] = {}
    for one in (*plan.columns, *plan_revision(reading)):
        _, cells = found.setdefault((one.table.sheet.key, one.column), (one.table, {}))
        cells.update(zip(one.rows, one.values, strict=True))
    for (key, name), (table, cells) in found.items():
        column = table.sheet.column(name)
        if column.computed == "formula":
            lost = set(reading.book.stale_formulas.get(key, {}).get(name, ()))
            wanted = cells.keys() if name in _ON_TYPED else lost & cells.keys()
            yield from _fills(table, column, sorted(wanted), reading.book.lang)
        else:
            yield from _puts(table, column, cells, reading)


def _fills(table: Table, column: Column, rows: Sequence[int], lang: Lang) -> Iterator[Step]:
    if not references(column) <= table.letters.keys():
        return
    number = column_number(table.letters[column.name])
    for first, last in spans(rows):
        formula = "=" + render(column, table.letters, first, lang)
        yield Fill(table.tab, number, first, last, formula)


def _puts(table: Table, column: Column, cells: Mapping[int, object], reading: Live) -> Iterator[Step]:
    """One block for a column of the tool's own values, what stays the same included: few calls, and
    the same however the changes are spread. What people entered is written only where it changes.
    """
    number = column_number(table.letters[column.name])
    shown = {row: as_shown(value, column) for row, value in cells.items()}
    if not column.entered:
        shown = _gaps_filled(shown, number, table.tab, reading)
    for first, last in spans(sorted(shown)):
        yield Put(table.tab, number, first, [shown[row] for row in range(first, last + 1)])


def _gaps_filled(cells: dict[int, object], number: int, tab: str, reading: Live) -> dict[int, object]:
    grid = reading.sheets.grid(tab)
    filled = dict(cells)
    for row in range(min(cells), max(cells)):
        if row not in cells:
            state = grid.state_of(row, number)
            if not isinstance(state, CellFormula | CellError):
                filled[row] = state
    return filled


def spans(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of rows that follow each other."""
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or rows[i] != rows[i - 1] + 1:
            yield rows[start], rows[i - 1]
            start = i


def as_shown(value: object, column: Column) -> object:
    """A planned cell value as programs take it: serial numbers of date columns as dates."""
    if column.kind in DATE_FORMATS and isinstance(value, int | float) and not isinstance(value, bool):
        moment = _DAY_ZERO + timedelta(seconds=round(value * 86_400))
        return moment.date() if isinstance(value, int) else moment
    return value


def _rows(rows: RowsPlan, lang: Lang) -> Iterator[Step]:
    table, count = rows.table, len(rows.records)
    span = range(rows.first, rows.first + count)
    for name, letter in table.letters.items():
        column = table.sheet.column(name)
        if column.computed == "formula" and references(column) <= table.letters.keys():
            yield from _fills(table, column, span, lang)
        elif any(record.get(name) is not None for record in rows.records):
            values = [as_shown(record.get(name), column) for record in rows.records]
            yield Put(table.tab, column_number(letter), rows.first, values)


def _field(one: FieldPlan) -> Put:
    new = one.change.new
    return Put(one.tab, one.column, one.row, [new if isinstance(new, date) else one.value])
