"""The contests of `run.py`: two sides a bar, each side a process of its own.

Needs os.wait4 (Linux, macOS). What may not enter: what is measured in parts of its own (growth.py, scripts).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PYTHON = sys.executable
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
# Bytecode is kept, as pip keeps it when a package is installed: a start is cold when the process is new.
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
    """A command to measure.

    inside  it reports its own seconds as JSON, import time left out
    fresh   a workbook and where its copy is put before each run, as if nobody had worked on it
    """

    name: str
    command: Command
    inside: bool = False
    fresh: tuple[Path, Path] | None = None

    def run(self) -> Spent:
        """Run it once, alone."""
        if self.fresh is not None:
            source, target = self.fresh
            shutil.copyfile(source, target)
            shutil.rmtree(target.with_name(f".{target.name}.collab"), ignore_errors=True)
        start = time.perf_counter()
        with tempfile.TemporaryFile() as wrong:  # a pipe that nobody reads meanwhile would stop it
            process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=wrong, env=ENVIRONMENT)
            assert process.stdout
            said = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in (0, 1):  # 1: validate has findings of severity error
                wrong.seek(0)
                raise SystemExit(f"{' '.join(self.command)} failed:\n{wrong.read().decode(errors='replace')}")
        memory = usage.ru_maxrss * RSS_UNIT
        if self.inside:
            told = json.loads(said)
            return Spent(told["seconds"], told["cpu"], memory)
        return Spent(seconds, usage.ru_utime + usage.ru_stime, memory)


@dataclass(frozen=True)
class Bar:
    """What two sides' ratio has to be: at most `limit`, or, for `faster`, at least."""

    what: str
    limit: float
    figure: str = "cpu"
    faster: bool = False

    def line(self, ours: Sequence[Spent], other: Sequence[Spent]) -> tuple[str, bool]:
        """One row of the table, and whether the bar holds."""
        ratio = self._ratio(ours, other, self.figure)
        holds = ratio >= self.limit if self.faster else ratio <= self.limit
        wall = "" if self.figure == "memory" else f"{self._ratio(ours, other, 'seconds'):.2f}"
        shown = [_shown(_median(side, self.figure), self.figure) for side in (ours, other)]
        sign = ">=" if self.faster else "<="
        cells = f"{shown[0]:>10} {shown[1]:>10} {ratio:>7.2f} {wall:>7} {sign:>4} {self.limit:<4g}"
        return f"{self.what:<44}{cells} {'PASS' if holds else 'FAIL'}", holds

    def _ratio(self, ours: Sequence[Spent], other: Sequence[Spent], figure: str) -> float:
        ratio = _median(ours, figure) / _median(other, figure)
        return 1 / ratio if self.faster else ratio


HEAD = f"\n{'':<44}{'ours':>10} {'other':>10} {'ratio':>7} {'(wall)':>7} {'bar':>6}"


@dataclass(frozen=True)
class Contest:
    """Two sides and the bars between them; `warm` runs both once before what counts."""

    ours: Side
    other: Side
    bars: tuple[Bar, ...]
    warm: bool = False

    def measured(self, repeat: int) -> list[tuple[str, bool]]:
        """The rows of the table; the sides run in turn, so that a busy machine is unfair to both."""
        if self.warm:
            self.ours.run(), self.other.run()
        runs = [(self.ours.run(), self.other.run()) for _ in range(repeat)]
        ours, other = zip(*runs, strict=True)
        return [bar.line(ours, other) for bar in self.bars]


def _median(runs: Sequence[Spent], figure: str) -> float:
    return statistics.median(getattr(run, figure) for run in runs)


def _shown(value: float, figure: str) -> str:
    return f"{value / 2**20:.0f} MB" if figure == "memory" else f"{value:.2f} s"


# -- what is measured -----------------------------------------------------------------------------------


def _script(side: str, *paths: Path) -> Command:
    return (PYTHON, str(HERE / "sides.py"), side, *map(str, paths))


def _command(*words: str) -> Command:
    return (PYTHON, "-m", "xl_collab", *words)


def _analysis(folder: Path) -> list[Contest]:
    big = folder / "huge.xlsm"
    ours, other = (
        Side("analysis", _script("analysis", big), True),
        Side("calamine", _script("read", big), True),
    )
    return [Contest(ours, other, (Bar("analysis in memory / calamine read", 0.8),))]


def _run(folder: Path) -> list[Contest]:
    big = folder / "big.xlsm"
    ours = Side("run", _command("run", str(big), "-o", str(folder / "ours.xlsm")))
    other = Side("openpyxl", _script("openpyxl", big, folder / "theirs.xlsm"))
    bars = (
        Bar("run, file to file: faster than openpyxl", 6.0, faster=True),
        Bar("run, file to file: memory / openpyxl", 0.4, "memory"),
    )
    return [Contest(ours, other, bars)]


_CLICK = (
    "import site; site.addsitedir({site!r}); "
    'import xlwings.utils;xlwings.utils.prepare_sys_path("false;b.xlsm;b.xlsm;;;;"); '
    "import xl_collab.ui.ribbon as r; r.run('validate', '', {answer!r})"
)
"""The line that xlwings.bas runs, after what pip has put beside the package; no workbook is open here."""
_STARTED = ("--wb=b.xlsm", "--from_xl=1", "--app=Excel", "--hwnd=1")


def _cold(folder: Path) -> list[Contest]:
    sample, copy = ROOT / "workbook" / "collab_tracker.xlsm", folder / "collab_tracker.xlsm"
    (site := folder / "site").mkdir(exist_ok=True)
    shutil.copy(ROOT / "xl_collab_click.pth", site)
    click = _CLICK.format(site=str(site), answer=str(folder / "answer.txt"))
    imports = Side("imports", (PYTHON, "-c", "import pandas, openpyxl"))
    sides = (
        (Side("validate", _command("validate", str(copy)), fresh=(sample, copy)), 1.0),
        (Side("workdays", _command("workdays", "2026-01-01", "2026-02-01")), 0.35),
        (Side("--help", _command("--help")), 0.3),
        (Side("a click", (PYTHON, "-c", click, *_STARTED)), 0.98),
    )
    return [
        Contest(side, imports, (Bar(f"cold {side.name} / import pandas, openpyxl", limit),), warm=True)
        for side, limit in sides
    ]


def _gate(folder: Path) -> list[Contest]:
    replies = folder / "collect" / "replies"
    ours = Side("gate", _script("gate", replies), inside=True)
    other = Side("openpyxl", _script("openpyxl_read", replies), inside=True)
    return [Contest(ours, other, (Bar("replies through the gate / openpyxl", 1.0, "seconds"),))]


def _small(folder: Path) -> list[Contest]:
    trackers = folder / "small"
    ours = Side("trackers", _script("trackers", trackers), inside=True)
    other = Side("calamine", _script("read_all", trackers), inside=True)
    return [Contest(ours, other, (Bar("reading 100 small trackers / calamine", 3.0),))]


CONTESTS: dict[str, Callable[[Path], list[Contest]]] = {
    "cold": _cold,
    "analysis": _analysis,
    "run": _run,
    "gate": _gate,
    "small": _small,
}
