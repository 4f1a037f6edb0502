"""`run.py`: the speed bars of the design, each side in its own process, medians of several runs.

Figures go to the screen only: they say something about one machine on one day. The two sides of a
bar take turns, so that whatever else the machine does falls on both; the CPU column is the same
ratio in processor time, as a cross-check on a busy machine. Needs os.wait4 (Linux, macOS).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import growth

HERE = Path(__file__).parent
ROOT = HERE.parent
PYTHON = sys.executable
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)
RSS_UNIT = 1 if sys.platform == "darwin" else 1024

Command = Sequence[str]


@dataclass(frozen=True)
class Spent:
    """One run: wall and processor seconds, peak resident memory in bytes."""

    seconds: float
    cpu: float
    memory: int


@dataclass(frozen=True)
class Side:
    """A command to measure; `inside` when it reports its own seconds as JSON, import time left out."""

    name: str
    command: Command
    inside: bool = False

    def run(self) -> Spent:
        """Run it once, alone."""
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
        )
        assert process.stdout and process.stderr
        said, wrong = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):  # 1: validate has findings of severity error
            raise SystemExit(f"{' '.join(self.command)} failed:\n{wrong.decode(errors='replace')}")
        memory = usage.ru_maxrss * RSS_UNIT
        if self.inside:
            told = json.loads(said)
            return Spent(told["seconds"], told["cpu"], memory)
        return Spent(seconds, usage.ru_utime + usage.ru_stime, memory)


@dataclass(frozen=True)
class Bar:
    """What two sides' ratio has to be: at most `limit`, or, for `faster`, at least."""

    what: str
    figure: str
    limit: float
    faster: bool = False

    def line(self, ours: Sequence[Spent], other: Sequence[Spent]) -> tuple[str, bool]:
        """One row of the table, and whether the bar holds."""
        ratio = self._ratio(ours, other, self.figure)
        holds = ratio >= self.limit if self.faster else ratio <= self.limit
        cpu = "" if self.figure == "memory" else f"{self._ratio(ours, other, 'cpu'):.2f}"
        shown = [_shown(_median(side, self.figure), self.figure) for side in (ours, other)]
        sign = ">=" if self.faster else "<="
        cells = f"{shown[0]:>10} {shown[1]:>10} {ratio:>7.2f} {cpu:>7} {sign:>4} {self.limit:<4g}"
        return f"{self.what:<44}{cells} {'PASS' if holds else 'FAIL'}", holds

    def _ratio(self, ours: Sequence[Spent], other: Sequence[Spent], figure: str) -> float:
        ratio = _median(ours, figure) / _median(other, figure)
        return 1 / ratio if self.faster else ratio


@dataclass(frozen=True)
class Contest:
    """Two sides and the bars between them."""

    name: str
    ours: Side
    other: Side
    bars: tuple[Bar, ...]


def _median(runs: Sequence[Spent], figure: str) -> float:
    return statistics.median(getattr(run, figure) for run in runs)


def _shown(value: float, figure: str) -> str:
    return f"{value / 2**20:.0f} MB" if figure == "memory" else f"{value:.2f} s"


def _analysis(big: Path, _sample: Path) -> Contest:
    ours = Side("analysis", (PYTHON, str(HERE / "sides.py"), "analysis", str(big)), inside=True)
    other = Side("calamine", (PYTHON, str(HERE / "sides.py"), "read", str(big)), inside=True)
    return Contest("analysis", ours, other, (Bar("analysis in memory / calamine read", "seconds", 1.0),))


def _run(big: Path, _sample: Path) -> Contest:
    out = big.with_name("ours.xlsm")
    ours = Side("run", (PYTHON, "-m", "xl_collab", "run", str(big), "-o", str(out)))
    theirs = str(big.with_name("theirs.xlsm"))
    other = Side("openpyxl", (PYTHON, str(HERE / "sides.py"), "openpyxl", str(big), theirs))
    bars = (
        Bar("run, file to file: faster than openpyxl", "seconds", 6.0, faster=True),
        Bar("run, file to file: memory / openpyxl", "memory", 0.5),
    )
    return Contest("run", ours, other, bars)


def _cold(_big: Path, sample: Path) -> Contest:
    ours = Side("validate", (PYTHON, "-m", "xl_collab", "validate", str(sample)))
    other = Side("imports", (PYTHON, "-c", "import pandas, openpyxl"))
    return Contest("cold", ours, other, (Bar("cold validate / import pandas, openpyxl", "seconds", 2.0),))


def _gate(big: Path, _sample: Path) -> Contest:
    replies = str(big.parent / "collect" / "replies")
    ours = Side("gate", (PYTHON, str(HERE / "sides.py"), "gate", replies), inside=True)
    other = Side("openpyxl", (PYTHON, str(HERE / "sides.py"), "openpyxl_read", replies), inside=True)
    return Contest("gate", ours, other, (Bar("50 replies through the gate / openpyxl", "seconds", 1.0),))


CONTESTS: dict[str, Callable[[Path, Path], Contest]] = {
    "analysis": _analysis,
    "run": _run,
    "cold": _cold,
    "gate": _gate,
}
OFFICE = ("functions", "live")
"""Tables of their own modules, each in a process: one process can hold one LibreOffice's runtime."""
_BIG = frozenset(("analysis", "run"))
"""Contests that need the big tracker."""


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


def measure(contest: Contest, repeat: int) -> list[tuple[str, bool]]:
    """The contest's rows of the table; the sides run in turn."""
    runs: dict[str, list[Spent]] = {"ours": [], "other": []}
    if contest.name == "cold":
        # Bytecode is compiled now, as it is when a package is installed: cold means a new process.
        for side in (contest.ours, contest.other):
            side.run()
    for _ in range(repeat):
        runs["ours"].append(contest.ours.run())
        runs["other"].append(contest.other.run())
    return [bar.line(runs["ours"], runs["other"]) for bar in contest.bars]


def _grown(folder: Path, *, quick: bool) -> Iterator[tuple[str, bool]]:
    """The rows of the table of growth."""

    def run(command: Sequence[str]) -> growth.Cost:
        spent = Side(command[0], (PYTHON, "-m", "xl_collab", *command)).run()
        return growth.Cost(spent.cpu, spent.memory)

    judged = growth.Growth(folder, growth.write_tracker, run, quick=quick)
    yield from judged.lines()
    yield from judged.collected(growth.write_replies)


def _prepare(folder: Path, rows: int, names: Sequence[str]) -> tuple[Path, Path]:
    """The big tracker, where a contest needs it, and a copy of the shipped workbook."""
    sample = folder / "collab_tracker.xlsm"
    sample.write_bytes((ROOT / "workbook" / sample.name).read_bytes())
    big = folder / "big.xlsm"
    if "gate" in names:
        command = (PYTHON, str(HERE / "make_replies.py"), "50", "1000", str(folder / "collect"))
        subprocess.run(command, check=True, env=ENVIRONMENT)
    if _BIG & set(names):
        command = (PYTHON, str(HERE / "make_tracker.py"), str(rows), str(big))
        subprocess.run(command, check=True, env=ENVIRONMENT)
        print(f"{rows} rows, {big.stat().st_size / 2**20:.1f} MB")
    return big, sample


def main() -> int:
    """The command line: 0 when every bar holds, else 1."""
    parser = argparse.ArgumentParser(description="Measure the speed bars of the design.")
    parser.add_argument("--rows", type=int, help="rows of the big tracker: 100,000, or 20,000 with --quick")
    parser.add_argument("--repeat", type=int, help="runs of each side, medians count: 5, or 1 with --quick")
    parser.add_argument("--only", choices=(*CONTESTS, "growth", *OFFICE), action="append", help="only this")
    parser.add_argument("--quick", action="store_true", help="smaller, in less than ten minutes")
    given = parser.parse_args()
    given.rows = given.rows or (20_000 if given.quick else 100_000)
    given.repeat = given.repeat or (1 if given.quick else 5)
    asked = given.only or [*CONTESTS, "growth", *OFFICE]
    names = [name for name in asked if name in CONTESTS]
    print(facts())
    with tempfile.TemporaryDirectory() as folder:
        ENVIRONMENT["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        paths = _prepare(Path(folder), given.rows, names)
        if names:
            print(f"\n{'':<44}{'ours':>10} {'other':>10} {'ratio':>7} {'(CPU)':>7} {'bar':>6}")
        held = True
        for name in names:
            for line, holds in measure(CONTESTS[name](*paths), given.repeat):
                print(line, flush=True)
                held &= holds
        if "growth" in asked:
            print(growth.HEAD)
            for line, holds in _grown(Path(folder), quick=given.quick):
                print(line, flush=True)
                held &= holds
        for name in [name for name in OFFICE if name in asked]:
            ended = subprocess.run((PYTHON, str(HERE / f"{name}.py")), env=ENVIRONMENT, check=False)
            held &= ended.returncode == 0
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
