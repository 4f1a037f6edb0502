"""What a command that writes holds from reading to the rename: the lock of the workbook that it writes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xl_collab.faces.session import Request
from xl_collab.hosts.file import hold_closed
from xl_collab.hosts.lock import NOBODY, Hearer

__all__ = ["held", "target_of"]


@contextmanager
def held(request: Request, hearer: Hearer = NOBODY) -> Iterator[None]:
    """Hold what `request` writes; nothing with dry_run, and where there is nothing to hold yet.

    Raises WorkbookBusy, FileLocked (open in an office program), CannotWrite.
    """
    target = target_of(request)
    there = target if request.out is None else target.parent
    if request.dry_run or not there.exists():
        yield
        return
    with hold_closed(target, break_lock=request.break_lock, hearer=hearer):
        yield


def target_of(request: Request) -> Path:
    """The file that is written: `out`, unless that is another name of the workbook itself."""
    path, out = request.path, request.out
    if out is None or (out.exists() and path.exists() and os.path.samefile(path, out)):  # noqa: PTH121
        return path
    return out
