"""`run.py`: the speed bars of the design, each side in its own process, medians of several runs.

Figures go to the screen; README.md keeps the last ones of one machine. Bars are judged by processor time
(memory and the gate apart), so that a busy machine does not decide.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import growth
from contests import CONTESTS, ENVIRONMENT, HEAD, HERE, PYTHON, Side

SCRIPTS: dict[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "merge": ("merge_vs_daff.py", (), ()),
    "weeks": ("weeks.py", ("52",), ("8",)),
    "live": ("live.py", (), ("10", "1000")),
    "functions": ("functions.py", (), ()),
}
"""Parts that are scripts: what they are told, and with --quick. A bar that fails is their exit code."""
FULL = 100_000
"""Rows for which the bars of `analysis` and `run` are meant: below, what every project costs decides."""
MADE = {
    "analysis": "huge",
    "run": "big",
    "gate": "replies",
    "small": "trackers",
}
"""The files that a contest needs."""


def facts() -> str:
    """What the figures were measured on."""
    names = ("numpy", "pandas", "python-calamine", "lxml", "XlsxWriter", "openpyxl")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    return f"{machine}, Python {platform.python_version()}; " + ", ".join(f"{n} {_version(n)}" for n in names)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _make(kind: str, folder: Path, given: argparse.Namespace) -> None:
    words: tuple[object, ...] = {
        "huge": ("make_tracker.py", max(given.rows, FULL), folder / "huge.xlsm"),
        "big": ("make_tracker.py", given.rows, folder / "big.xlsm"),
        "replies": ("make_replies.py", 10 if given.quick else 50, 1_000, folder / "collect"),
        "trackers": ("make_trackers.py", 100, folder / "small"),
    }[kind]
    script, *told = map(str, words)
    subprocess.run((PYTHON, str(HERE / script), *told), check=True, env=ENVIRONMENT)


def _grown(folder: Path, *, quick: bool) -> Iterator[tuple[str, bool]]:
    """The rows of the table of growth."""

    def run(command: Sequence[str]) -> growth.Cost:
        spent = Side(command[0], (PYTHON, "-m", "xl_collab", *command)).run()
        return growth.Cost(spent.cpu, spent.memory)

    judged = growth.Growth(folder, growth.write_tracker, run, quick=quick)
    yield from judged.lines()
    imports = Side("imports", (PYTHON, "-c", "import pandas, openpyxl"))
    yield from judged.collected(growth.write_replies, lambda: imports.run().cpu)


def _part(name: str, folder: Path, given: argparse.Namespace) -> Iterator[tuple[str, bool]]:
    """The rows of the table of one part."""
    if name == "growth":
        print(growth.HEAD)
        yield from _grown(folder, quick=given.quick)
    elif name in SCRIPTS:
        script, full, quick = SCRIPTS[name]
        words = quick if given.quick else full
        ran = subprocess.run(
            (PYTHON, str(HERE / script), *words), env=ENVIRONMENT, capture_output=True, text=True
        )
        print(f"\n{name}\n{ran.stdout.rstrip()}\n{ran.stderr[-1000:]}".rstrip())
        yield "", ran.returncode == 0
    else:
        print(HEAD)
        for contest in CONTESTS[name](folder):
            for line, holds in contest.measured(given.repeat):
                judged = name != "run" or given.rows >= FULL
                yield (line, holds) if judged else (f"{line.rpartition(' ')[0]} not judged", True)


def _arguments(parts: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the speed bars of the design.")
    parser.add_argument("--rows", type=int, help="rows of the big tracker: 100,000, or 10,000 with --quick")
    parser.add_argument("--repeat", type=int, help="runs of each side, medians count: 5, or 3 with --quick")
    parser.add_argument("--only", choices=parts, action="append", help="only this; may be repeated")
    parser.add_argument("--quick", action="store_true", help="smaller, in less than ten minutes")
    given = parser.parse_args()
    given.rows = given.rows or (10_000 if given.quick else FULL)
    given.repeat = given.repeat or (3 if given.quick else 5)
    return given


def main() -> int:
    """The command line: 0 when every bar holds, else 1."""
    parts = [*CONTESTS, "growth", *(name for name, told in SCRIPTS.items() if (HERE / told[0]).is_file())]
    given = _arguments(parts)
    print(facts())
    begun, failed = time.monotonic(), []
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        ENVIRONMENT["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        asked = given.only or parts
        for kind in dict.fromkeys(MADE[name] for name in asked if name in MADE):
            _make(kind, folder, given)
        for name in asked:
            for line, holds in _part(name, folder, given):
                print(line, flush=True)
                failed += [] if holds else [name]
    print(
        f"\n{time.monotonic() - begun:.0f} seconds; "
        + (f"failed: {', '.join(failed)}" if failed else "all hold")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
