"""How cost grows with the project: each command on trackers of several shapes and sizes, in processor time.

    python benchmarks/run.py --only growth [--quick]

The exponent is that of rows between the two larger sizes, the smallest tracker and what it costs taken off: 1
is as many times the rows, as many times the time; 2 is quadratic. What costs less than another start of
Python is too quick to tell and passes. Collecting is judged by the number of replies, and by its memory.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

AT_MOST = 1.1
"""The exponent of processor time."""
FLAT = 1.25
"""For replies the ratio of peak memory; what the collector has not freed yet differs from run to run."""
BASE = 30
"""Rows of the tracker whose cost counts as that of starting."""
QUICK, FULL = (2_000, 10_000), (10_000, 100_000)
FEW = (500, 2_000), (2_000, 8_000)
"""Rows for what draws or reads much a row: packets, certificates, foreign files; quick and full."""
A_REPLY = 0.62
"""Processor time of a reply of 1,000 rows at most; importing pandas and openpyxl is 1: 0.34 s to 0.55."""
REPLIES = (2, 12, 24), (1, 10, 100)
"""Replies of 1,000 rows: what counts as starting, then the two that are compared; quick and full."""

Outcome = tuple[str, bool]
Run = Callable[[Sequence[str]], "Cost"]


@dataclass(frozen=True)
class Cost:
    """Processor seconds and peak memory in bytes of one run."""

    cpu: float
    memory: int


@dataclass(frozen=True)
class Case:
    """A command on a shape of `shapes.py`; FILE and OUT stand for the tracker and what is written."""

    shape: str
    command: tuple[str, ...]
    heavy: bool = False

    @property
    def name(self) -> str:
        """What the table calls it."""
        return f"{self.shape}: {self.command[0]}"


def _written(*names: str) -> list[tuple[str, ...]]:
    return [(name, "FILE", "-o", "OUT") for name in names]


_WHAT_IF = ("what-if", "FILE", "--slip", "T001=+5")
_PLANNED = [*_written("variance", "risks", "freeze", "adjust", "minutes", "review", "gantt", "run"), _WHAT_IF]
CASES = (
    *(Case("plain", command) for command in [*_written("validate", "raci"), *_PLANNED]),
    Case("plain", ("lessons", "FILE")),
    Case("plain", ("packets", "FILE", "-o", "OUT"), heavy=True),
    Case("departments", ("packets", "FILE", "--without-others", "-o", "OUT"), heavy=True),
    Case("plain", ("accept", "FILE", "-o", "OUT"), heavy=True),
    Case("plain", ("import", "FILE", "--sheet", "跟踪表", "-o", "OUT"), heavy=True),
    *(Case("chain", command) for command in _PLANNED),
    *(Case("fan", command) for command in _PLANNED),
    *(Case("notes", command) for command in _written("validate", "risks", "run")),
    Case("notes", ("proposals", "FILE")),
    *(Case("owners", command) for command in _written("validate", "risks", "review", "raci", "run")),
)


class Growth:
    """Runs the cases in a folder; `make(shape, rows, path)` writes a tracker, `run` runs a command."""

    def __init__(
        self, folder: Path, make: Callable[[str, int, Path], None], run: Run, *, quick: bool
    ) -> None:
        self.folder, self.make, self.run, self.quick = folder, make, run, quick

    def lines(self) -> Iterator[Outcome]:
        """One row of the table a case, with whether it holds."""
        for case in CASES:
            sizes = FEW[not self.quick] if case.heavy else QUICK if self.quick else FULL
            # The first run compiles what it imports.
            start = min((self._cost(case, BASE) for _ in range(2)), key=lambda cost: cost.cpu)
            costs = [start, *(self._cost(case, rows) for rows in sizes)]
            yield self._judged(case.name, (BASE, *sizes), costs)

    def collected(
        self, replies: Callable[[int, Path], Path], imports: Callable[[], float]
    ) -> Iterator[Outcome]:
        """The same for the number of replies, and what one costs.

        replies  writes so many to a folder and their master; gives where they lie
        imports  importing pandas and openpyxl: processor seconds
        """
        costs, unit = [], [imports() for _ in range(3)]
        counts = REPLIES[not self.quick]
        for count in (counts[0], *counts):  # the first run compiles what it imports
            folder = self.folder / f"collect-{count}"
            costs.append(self.run(("collect", str(folder / "master.xlsx"), str(replies(count, folder)))))
            shutil.rmtree(folder)
            unit += [imports(), imports()]
        del costs[0]
        yield self._judged("replies: collect", counts, costs)
        each = (costs[2].cpu - costs[1].cpu) / (counts[2] - counts[1])
        usual = median(unit)
        ratio = each / usual
        shown = ["", f"{each:.2f} s", f"{usual:.2f} s"]
        yield _line("replies: one / pandas, openpyxl", shown, f"{ratio:.2f}", ratio <= A_REPLY, A_REPLY)
        ratio = costs[2].memory / costs[1].memory
        held = [f"{cost.memory / 2**20:.0f} MB" for cost in costs]
        yield _line("replies: collect, memory", held, f"{ratio:.2f}", ratio <= FLAT, FLAT)

    def _cost(self, case: Case, rows: int) -> Cost:
        file = self.folder / f"{case.shape}-{rows}" / "tracker.xlsx"
        if not file.exists():
            file.parent.mkdir()
            self.make(case.shape, rows, file)
        out = file.with_name(f"out-{case.command[0]}")
        out = out if case.command[0] == "packets" else out.with_suffix(".xlsx")
        cost = self.run([{"FILE": str(file), "OUT": str(out)}.get(word, word) for word in case.command])
        for left in file.parent.glob("out-*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        return cost

    def _judged(self, name: str, sizes: Sequence[int], costs: Sequence[Cost]) -> Outcome:
        start, low, high = (cost.cpu for cost in costs)
        shown = [f"{cost.cpu:.2f} s" for cost in costs]
        if high <= 2 * start:
            return _line(name, shown, "-", True)
        more = math.log((sizes[2] - sizes[0]) / (sizes[1] - sizes[0]))
        exponent = math.log((high - start) / max(low - start, start / 20)) / more
        return _line(name, shown, f"{exponent:.2f}", exponent <= AT_MOST)


HEAD = f"\n{'growth':<34}{'start':>10} {'smaller':>10} {'larger':>10} {'found':>7} {'bar':>8}"


def _line(name: str, shown: Sequence[str], figure: str, holds: bool, at_most: float = AT_MOST) -> Outcome:
    cells = " ".join(f"{one:>10}" for one in shown)
    return f"{name:<34}{cells} {figure:>7}   <= {at_most:g} {'PASS' if holds else 'FAIL'}", holds


# What is measured is made in processes of their own: Linux counts the memory of a program that starts another
# as that one's.


def write_tracker(shape: str, rows: int, path: Path) -> None:
    """A tracker of one of the shapes."""
    subprocess.run((sys.executable, __file__, shape, str(rows), str(path)), check=True)


def write_replies(count: int, folder: Path) -> Path:
    """A master and `count` replies of 1,000 rows; where they lie."""
    script = Path(__file__).with_name("make_replies.py")
    subprocess.run((sys.executable, str(script), str(count), "1000", str(folder)), check=True)
    return folder / "replies"


def main() -> None:
    """Make one tracker: shape, rows, path."""
    from make_tracker import make_tracker
    from shapes import SHAPES

    shape, rows, path = sys.argv[1:]
    make_tracker(int(rows), Path(path), SHAPES[shape])


if __name__ == "__main__":
    main()
