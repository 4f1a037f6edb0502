"""Does a long project make collecting slower? Fifty-two weeks of six departments' mail, measured.

    python benchmarks/weeks.py [WEEKS]

Prints the processor time of `collect` in week 2 and in the last weeks, their ratio, and what the ledger grows
by in a week. The weeks are those of tests/life/year.py, and judged as there: a broken one ends the run.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from life.year import Week, lived

AT_MOST = 1.2
"""Processor time of the last weeks' collects to that of the first ones'."""


def seconds(weeks: Sequence[Week]) -> float:
    """The median collect of some weeks."""
    return statistics.median(week.collect_seconds for week in weeks)


def main(count: int = 52) -> int:
    """Play and print; exit code 1 when collecting has become slower than it may."""
    with tempfile.TemporaryDirectory() as folder:
        weeks = list(lived(Path(folder), count))
    early, late = seconds(weeks[1:4]), seconds(weeks[-3:])
    growth = (weeks[-1].ledger_bytes - weeks[1].ledger_bytes) / (len(weeks) - 2)
    passed = late <= AT_MOST * early
    print(f"collect, processor time: weeks 2-4 {early:.2f} s, weeks {count - 2}-{count} {late:.2f} s")
    print(f"ratio {late / early:.2f}, at most {AT_MOST}: {'PASS' if passed else 'FAIL'}")
    print(f"ledger: {weeks[-1].ledger_bytes:,} bytes, {growth:,.0f} a week; open questions: {weeks[-1].open}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
