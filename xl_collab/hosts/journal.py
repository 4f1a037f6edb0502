"""Backups beside the workbook, and taking the last runs back.

In `.NAME.collab` beside the workbook lie numbered copies of the file before each run, and
`journal.json`, which says what each run was. A run is recorded before the file is replaced: a record
whose run never got so far is recognised by the file's digest and passed over.
What may not enter: what a run changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from xl_collab.errors import CannotWrite, NothingToUndo, system_reason
from xl_collab.hosts.atomic import write_atomically
from xl_collab.hosts.windows import hide
from xl_collab.records import dataclass

KEPT = 10
"""Backups kept of each workbook, the newest ones."""

_NAME = "journal.json"


@dataclass(frozen=True)
class RunRecord:
    """One run as recorded: digests of the file before and after, and the name of the copy."""

    run: int
    command: str
    time: str
    before: str
    after: str
    backup: str


@dataclass(frozen=True)
class Undone:
    """A run that was taken back; `left` more can be."""

    path: Path
    run: int
    command: str
    time: str
    left: int


def make_hidden(folder: Path) -> None:
    """Make the folder of a workbook's records, if there is none; people do not see it."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    hide(folder)


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Journal:
    """The record of the runs on one workbook."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(os.path.realpath(path))
        self.folder = self.path.with_name(f".{self.path.name}.collab")
        self._file = self.folder / _NAME

    def runs(self) -> list[RunRecord]:
        """The recorded runs, oldest first; [] when there is no journal or it cannot be read."""
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
            return [RunRecord(**one) for one in stored["runs"]]
        except (OSError, ValueError, KeyError, TypeError):
            return []

    def next_backup(self) -> Path:
        """Where the next run's copy of the old file goes; makes the folder."""
        try:
            make_hidden(self.folder)
        except OSError as error:
            raise CannotWrite(
                f"无法在 {self.path.parent} 建立备份文件夹：{system_reason(error)}。"
                "请检查权限，或用 -o 写到别处。",
                f"Cannot make the backup folder in {self.path.parent}: {system_reason(error, 'en')}. "
                "Check the permissions, or write elsewhere with -o.",
            ) from error
        return self.folder / f"{self._next_number():04}{self.path.suffix}"

    def _next_number(self) -> int:
        kept = (int(one.stem) for one in self.folder.iterdir() if one.stem.isdecimal())
        return 1 + max([run.run for run in self.runs()] + list(kept), default=0)

    def record(self, backup: Path, after: str, command: str, moment: datetime | None) -> None:
        """Write down a run that is about to replace the file, and drop the oldest ones."""
        time = moment.isoformat(timespec="seconds") if moment else ""
        run = RunRecord(int(backup.stem), command, time, digest(backup), after, backup.name)
        runs = [*self.runs(), run][-KEPT:]
        self._store(runs)
        names = {run.backup for run in runs}
        for old in self.folder.glob(f"[0-9]*{self.path.suffix}"):
            if old.name not in names:
                with contextlib.suppress(OSError):
                    old.unlink()

    def followed_by_note(self, before: str, after: str) -> None:
        """The file was replaced by itself with a note of ours: the last run is taken back as if it were not.

        before  the digest that the file had; a run that it is not the result of is left alone
        """
        runs = self.runs()
        if runs and runs[-1].after == before:
            self._store([*runs[:-1], replace(runs[-1], after=after)])

    def _store(self, runs: list[RunRecord]) -> None:
        text = json.dumps({"version": 1, "runs": [asdict(run) for run in runs]}, ensure_ascii=False, indent=1)
        write_atomically(self._file, text.encode())

    def undo(self, *, dry_run: bool = False) -> Undone:
        """Put back the bytes from before the last run, if nothing changed the file since.

        With dry_run nothing is put back: the result and the refusals are the same.

        Raises NothingToUndo when no run is recorded, the file was changed after it, or its copy is gone.
        """
        if not self.path.exists():
            raise _nothing(self.path, "文件不存在", "there is no such file")
        now = digest(self.path)
        runs = self.runs()
        while runs and runs[-1].before == now != runs[-1].after:
            runs.pop()  # it was cut off before it replaced the file
        if not runs:
            raise _nothing(self.path, "没有可以撤销的记录", "no run is recorded")
        last, copy = runs[-1], self.folder / runs[-1].backup
        if last.after != now:
            raise _changed(self.path, copy)
        if not copy.exists() or digest(copy) != last.before:
            raise _nothing(self.path, f"备份 {copy.name} 已丢失或损坏", f"the backup {copy.name} is gone")
        if not dry_run:
            write_atomically(self.path, copy.read_bytes())
            self._store(runs[:-1])
        return Undone(self.path, last.run, last.command, last.time, len(runs) - 1)


def _nothing(path: Path, zh: str, en: str) -> NothingToUndo:
    return NothingToUndo(
        f"无法撤销 {path.name}：{zh}。请核对文件是否为本工具写过的那一份。",
        f"Cannot undo {path.name}: {en}. Check that it is the file that was written by this tool.",
    )


def _changed(path: Path, copy: Path) -> NothingToUndo:
    return NothingToUndo(
        f"{path.name} 在上次运行之后又被修改过，撤销会丢掉这些修改，因此没有恢复。运行前的备份在 {copy}，"
        "需要时请自行复制。",
        f"{path.name} was changed after the last run; undoing would lose those changes, so nothing was "
        f"restored. The file from before the run is {copy}: copy it yourself if you want it.",
    )
