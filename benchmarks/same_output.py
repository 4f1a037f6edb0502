"""Whether commands still say and write the same to the byte: for changes that were meant to touch speed only.

    git stash; python benchmarks/same_output.py record before.json; git stash pop
    python benchmarks/same_output.py compare before.json

Every command that writes a workbook or answers runs on the shipped workbook and on trackers of every shape,
then packets go out, come back and are collected. Clock and dice stand still: `faketime` (Debian's package)
holds the one, a sitecustomize the other. A difference is told by workbook, command and part of the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from growth import write_tracker
from shapes import SHAPES

ROOT = Path(__file__).parent.parent
_ROWS, _SHOWN = 60, 5
_DAY = "2026-11-29 09:00:00"
_STILL = """
import itertools, os, secrets, time, uuid
_count = itertools.count(1)
def _bytes(size=32):
    return next(_count).to_bytes(8, "big").rjust(size, b"\\1")[-size:]
os.urandom = _bytes
secrets.token_bytes = _bytes
uuid.uuid4 = lambda: uuid.UUID(bytes=_bytes(16))
time.sleep = lambda seconds: None  # the real one fails under a clock that stands still
"""
_SHEETS = "validate variance risks minutes execution briefing daily review gantt adjust accept raci"
COMMANDS = (
    *(f"{name} FILE" for name in [*_SHEETS.split(), "lessons", "freeze", "run"]),
    *(f"{name} FILE --json --lang en" for name in ("validate", "variance", "risks", "raci")),
    "validate FILE --fix -o OUT.xlsx",
    "workdays 2023-09-28 2023-10-09",
    "what-if FILE --slip T001=+5",
    "minutes FILE --as-of 2023-10-20 -o OUT.xlsx",
    "run FILE --set-date 2023-10-31",
    "proposals FILE",
    "upgrade FILE",
    "calendar week FILE --from 2026-12-01 --to 2026-12-31 --days 6",
    "import FILE --sheet 跟踪表 -o NEW.xlsx",
    "packets FILE -o OUT",
    "collect FILE OUT",
    "undo FILE",
    "log FILE",
)
"""Done one after the other on each workbook: the later ones find what the earlier left."""


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file below `folder` with what is in it, packages part by part."""
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not path.is_file():
            continue
        if path.suffix in (".sqlite", ".db", ".ledger"):
            with closing(sqlite3.connect(path)) as ledger:
                yield name, _digest("\n".join(ledger.iterdump()).encode())
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{name}!{part}", _digest(archive.read(part))) for part in archive.namelist())
        else:
            yield name, _digest(path.read_bytes())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _done(command: str, folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """What a command said, and what the folder holds after it."""
    words = [{"FILE": "tracker.xlsm", "OUT": "out"}.get(word, word) for word in command.split()]
    line = ["faketime", "-f", _DAY, sys.executable, "-m", "xl_collab", *words]
    ran = subprocess.run(line, cwd=folder, env=environment, capture_output=True)
    said = {"exit": str(ran.returncode), "said": _digest(ran.stdout), "aside": _digest(ran.stderr)}
    if ran.returncode not in (0, 1):
        print(f"  {command}: {ran.stderr.decode(errors='replace').strip()[-200:]}", flush=True)
    return said | dict(_digests(folder))


def outcomes(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each command on each workbook with its outcome."""
    (still := folder / "still").mkdir()
    (still / "sitecustomize.py").write_text(_STILL, encoding="utf-8")
    paths = os.pathsep.join([str(still), str(ROOT)])
    home = folder / "home"
    environment = os.environ | {"PYTHONPATH": paths, "DONT_FAKE_MONOTONIC": "1", "HOME": str(home)}
    for shape in ("shipped", *SHAPES):
        (place := folder / shape).mkdir()
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        if shape == "shipped":
            shutil.copy(ROOT / "workbook" / "collab_tracker.xlsm", place / "tracker.xlsm")
        else:
            write_tracker(shape, _ROWS, place / "tracker.xlsm")
        for command in COMMANDS:
            yield f"{shape}: {command}", _done(command, place, environment)


def main() -> int:
    """The command line: 1 when something differs."""
    parser = argparse.ArgumentParser(description="Compare what commands say and write, to the byte.")
    parser.add_argument("what", choices=("record", "compare"))
    parser.add_argument("file", type=Path, help="JSON with what was recorded")
    given = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / "xl_collab-same-output"  # paths are said and kept: one for both
    folder.mkdir()
    try:
        if given.what == "record":
            given.file.write_text(json.dumps(dict(outcomes(folder)), indent=1), encoding="utf-8")
            return 0
        return _compared(json.loads(given.file.read_text(encoding="utf-8")), folder)
    finally:
        shutil.rmtree(folder)


def _compared(before: dict[str, dict[str, str]], folder: Path) -> int:
    different = 0
    for name, found in outcomes(folder):
        old = before.get(name, {})
        parts = sorted(part for part in {*old, *found} if old.get(part) != found.get(part))
        different += len(parts)
        if parts:
            print(f"{name}: {len(parts)} parts, {', '.join(parts[:_SHOWN])}", flush=True)
    print(f"{different} differences")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
