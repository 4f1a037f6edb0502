"""A closed workbook: read it, and write edits into it without losing a byte of the rest.

Order of a run: plan, lock, backup, intent in the journal, replace the file in one step. A second run of the
same edits changes nothing. What may not enter: rules about data, drawing.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from xl_collab.errors import CannotWrite, FileLocked
from xl_collab.hosts.atomic import copy_atomically, write_atomically
from xl_collab.hosts.changes import Applied as Applied
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.journal import Journal, digest
from xl_collab.hosts.journal import Undone as Undone
from xl_collab.hosts.lock import NOBODY, Hearer, hold, require
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.planning import Plan, make_plan, plan_revision
from xl_collab.hosts.reading import Reading, read
from xl_collab.hosts.results import plan_results, write_results
from xl_collab.hosts.writable import refuse_marked, refuse_read_only
from xl_collab.hosts.writing import carry_out
from xl_collab.project.edits import Edit
from xl_collab.project.tables import Book
from xl_collab.schema.declaration import Declaration
from xl_collab.schema.sheets import SHEETS

_OPEN_IN = ((".~lock.{name}#", "LibreOffice"), ("~${name}", "Excel"), (".~{name}", "WPS"))
"""Names of the files by which office programs say that they have a workbook open."""


class FileHost:
    """One workbook file. Nothing is written until `apply`."""

    def __init__(self, path: str | Path, declaration: Declaration = SHEETS) -> None:
        self.path = Path(path)
        self._declaration = declaration
        self._reading: Reading[Sheets] | None = None
        self._seen: tuple[int, int] | None = None
        self._backup: Path | None = None

    def read(self) -> Book:
        """The workbook's content. Raises NotAWorkbook, Encrypted, DamagedWorkbook or NotATracker."""
        return self._read().book

    def _read(self) -> Reading[Sheets]:
        if self._reading is None:
            # Before reading: a file that is replaced meanwhile is then known as another one.
            self._seen = None
            with suppress(OSError):  # opening will say what is wrong with it
                self._seen = self._stamp()
            package = Package.open(self.path)
            self._reading = read(package, self._declaration, name=self.path.name)
        return self._reading

    @property
    def sheets(self) -> Sheets:
        """The tabs and their cells as read."""
        return self._read().sheets

    def _stamp(self) -> tuple[int, int]:
        status = self.path.stat()
        return status.st_mtime_ns, status.st_size

    def apply(
        self,
        edits: Iterable[Edit],
        drawn: Mapping[str, bytes] | None = None,
        *,
        out: str | Path | None = None,
        dry_run: bool = False,
        command: str = "",
        moment: datetime | None = None,
    ) -> Applied:
        """Carry out `edits`, in place with a backup, or into `out` with the source left alone.

        `drawn` has the scratch workbook of every InsertSheet by "kind/key". `command` and `moment` go
        into the journal. Raises FileLocked, CannotWrite and UsageError; the file is then unchanged.
        """
        reading = self._read()
        target = self.path if out is None else Path(out)
        in_place = out is None or _is_same_file(self.path, target)
        wanted = tuple(edits)
        plan = make_plan(reading, wanted, drawn or {})
        plan.results = plan_results(reading, wanted)
        if not (dry_run or (plan.empty and in_place)):
            self._refuse_protected(target, in_place)
        if dry_run:
            return plan.applied(target, dry_run=True)
        if plan.empty and in_place:
            return plan.applied(target)
        with hold_closed(self.path if in_place else target):
            self._carry_out(plan, reading)
            package = reading.sheets.package
            if not in_place:
                write_atomically(target, package.write, verify=_verify)
                return plan.applied(target, written=True)
            if not package.changed_parts:
                return plan.applied(target)
            return plan.applied(target, written=True, backup=self._replace(package, command, moment))

    def back_up(self) -> Path:
        """Copy the file now, for a run that names its backup before it begins; `apply` then makes none."""
        self._refuse_protected(self.path, in_place=True)
        if self._backup is None:
            self._backup = copy_atomically(self.path, Journal(self.path).next_backup())
        return self._backup

    def _refuse_protected(self, target: Path, in_place: bool) -> None:
        refuse_read_only(target)
        if in_place:
            refuse_marked(self._read().sheets.package, self.path.name)

    def _carry_out(self, plan: Plan, reading: Reading[Sheets]) -> None:
        self._reading = None  # what follows changes the package that was read
        if not plan.empty:
            plan_all = Plan([*plan.columns, *plan_revision(reading)], plan.rows, plan.fields, plan.sheets)
            carry_out(plan_all, reading)
            write_results(reading.sheets.package, plan.results)

    def _replace(self, package: Package, command: str, moment: datetime | None) -> Path:
        """Backup, intent, replace; returns the backup."""
        journal = Journal(self.path)
        made, self._backup = self._backup, None
        backup = made or journal.next_backup()

        def check(temp: Path) -> None:
            _verify(temp)
            if self._stamp() != self._seen:
                raise FileLocked(
                    f"{self.path.name} 在处理期间被别的程序改过，没有覆盖它。请重新运行。",
                    f"{self.path.name} was changed by another program meanwhile and was not overwritten. "
                    "Run the command again.",
                )
            require(self.path)
            journal.record(backup, digest(temp), command, moment)

        write_atomically(self.path, package.write, verify=check, backup=None if made else backup)
        self._seen = None
        return backup


def undo(path: str | Path) -> Undone:
    """Take the last run on `path` back; raises NothingToUndo, FileLocked or CannotWrite."""
    with hold_closed(path):
        return Journal(path).undo()


@contextmanager
def hold_closed(path: str | Path, *, break_lock: bool = False, hearer: Hearer = NOBODY) -> Iterator[None]:
    """Hold the lock of a workbook (see `lock.hold`) that no office program has open."""
    refuse_locked(Path(path))
    with hold(path, break_lock=break_lock, hearer=hearer):
        refuse_locked(Path(path))  # it may have been opened while this waited
        yield


def refuse_locked(path: Path) -> None:
    """FileLocked when an office program has left word that it holds the file open."""
    real = Path(os.path.realpath(path))
    for file in dict.fromkeys((real, path.absolute(), real.with_name(path.name))):
        for mark, program in _OPEN_IN:
            lock = file.with_name(mark.format(name=file.name))
            if lock.exists():
                raise FileLocked(
                    f"{file.name} 正在 {program} 中打开。请保存并关闭后重试；若程序已退出，请删除残留的 "
                    f"{lock.name}。",
                    f"{file.name} is open in {program}. Save and close it and try again; if the program is "
                    f"gone, delete the leftover {lock.name}.",
                )


def _is_same_file(one: Path, other: Path) -> bool:
    return other.exists() and os.path.samefile(one, other)  # noqa: PTH121


def _verify(temp: Path) -> None:
    """Read the finished file back from the disk: every part's checksum must be right."""
    with zipfile.ZipFile(temp) as archive:
        broken = archive.testzip()
    if broken is not None:
        raise CannotWrite(
            f"写出的文件有误（{broken}），原文件未改动。请换一个磁盘位置后重试。",
            f"The written file is faulty ({broken}); the old file is unchanged. Try another disk or folder.",
        )
