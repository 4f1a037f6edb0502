"""Finding trackers in folders: every workbook below the paths, and why other files are none.

Names only; nothing is opened. Files of other kinds (texts, pictures) are no matter of a portfolio and are
passed over in silence; a table in another format is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from xl_collab.portfolio.skipping import Skip, skip, unreadable

WORKBOOKS = (".xlsx", ".xlsm")
_OTHER_TABLES = (".xls", ".xlsb", ".ods", ".fods", ".et", ".ett", ".csv", ".xltx", ".xltm", ".numbers")


def find(paths: Iterable[Path]) -> Iterator[Path | Skip]:
    """Workbooks to read, in the order of their names, each once; and what is skipped by its name."""
    seen: set[str] = set()
    for path in paths:
        if not path.exists():
            yield skip(str(path), "no_such")
            continue
        for found in _below(path) if path.is_dir() else [path]:
            if isinstance(found, Skip):
                yield found
                continue
            real = os.path.realpath(found)
            if real not in seen:
                seen.add(real)
                judged = _judged(found, named=found == path)
                if judged is not None:
                    yield judged


def _below(folder: Path) -> Iterator[Path | Skip]:
    """Every file below a folder, then the folders that cannot be opened.

    What was linked to is not followed, so that no loop is endless.
    """
    closed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names))
    for error in closed:
        yield unreadable(str(error.filename), error)


def _judged(path: Path, *, named: bool) -> Path | Skip | None:
    name, suffix = path.name, path.suffix.lower()
    if name.startswith((".~lock.", "~$")):
        return skip(str(path), "lock")
    if suffix in WORKBOOKS:
        if any(part.startswith(".") and part.endswith(".collab") for part in path.parts[:-1]):
            return skip(str(path), "backup")
        # To open a pipe would wait for ever; a link that leads nowhere is told when it is opened.
        return path if path.is_file() or not path.exists() else skip(str(path), "no_file")
    if suffix in _OTHER_TABLES or named:
        return skip(str(path), "foreign", suffix=suffix or name)
    return None
