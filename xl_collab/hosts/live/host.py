"""An open workbook: read in bulk, planned like a closed one, and written in one last step.

`LiveHost(book)` takes an xlwings Book of Excel, or LibreOffice's Workbook. Until the last step nothing
of the workbook changes; before it, what will change is stored on disk, so that `undo` can take it back.
What may not enter: rules about data, drawing, and how one program is asked (the drivers).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from xl_collab.errors import CannotWrite, XlCollabError
from xl_collab.hosts.changes import Applied
from xl_collab.hosts.generated import marks_in
from xl_collab.hosts.live.driver import Driver, PutSheet, RemoveSheet, Step
from xl_collab.hosts.live.reading import LiveSheets
from xl_collab.hosts.live.refusals import ChangedMeanwhile, ReadOnly, SheetLocked
from xl_collab.hosts.live.undo import (
    LiveJournal,
    Record,
    TakenBack,
    copy_saved,
    drop,
    kept_sheets,
    nothing,
    record_of,
    steps_back,
)
from xl_collab.hosts.live.writing import Live, steps_of, without_living
from xl_collab.hosts.planning import Plan, make_plan
from xl_collab.hosts.reading import assemble
from xl_collab.project.edits import Edit
from xl_collab.project.tables import Book
from xl_collab.schema.declaration import Declaration
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import t

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

    def undo(self) -> TakenBack:
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
                    return TakenBack(path, number, record.command, record.time, len(journal), tuple(kept))
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
        if seen.locked and any(isinstance(step, PutSheet | RemoveSheet) for step in steps):
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
    return sorted({step.tab for step in steps if not isinstance(step, PutSheet | RemoveSheet)})


def _stamp(moment: datetime | None) -> str:
    return (moment or datetime.now()).isoformat(timespec="seconds")


@contextmanager
def _scratch(plan: Plan) -> Iterator[dict[str, Path]]:
    """The drawn sheets as files, for as long as the program needs them."""
    with tempfile.TemporaryDirectory(prefix="xl-collab-", ignore_cleanup_errors=True) as folder:
        files = {}
        for number, one in enumerate(plan.sheets):
            file = Path(folder) / f"sheet{number}.xlsx"
            file.write_bytes(one.scratch)
            files[f"{one.mark.kind}/{one.mark.key}"] = file
        yield files
