"""`functions.py`: what a worksheet function costs LibreOffice a cell when the workbook is calculated again.

10,000 cells of one function in a workbook that is no tracker, and on the tracker's own sheet: processor
time of the office and of the process that it asks, less what the same workbook costs without the cells.
Needs LibreOffice and the extra `test`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from offices_oxt import ExtendedOffice, extended_office  # noqa: E402 - tests/ has to be found first

MOST = 0.1
"""Design: milliseconds a cell."""
CELLS, TIMES = 10_000, 2
FUNCTIONS = {
    "WORKDAYS": "=COLLAB_WORKDAYS(AY{row};AZ{row})",
    "ADDWORKDAYS": "=COLLAB_ADDWORKDAYS(AY{row};-7)",
    "VARIANCE": "=COLLAB_VARIANCE(AY{row};AZ{row})",
    "RAG": "=COLLAB_RAG(AY{row};AZ{row})",
    "REASON": '=COLLAB_REASON(AY{row};;AZ{row};"已完成")',
}
HEAD = f"\n{'':<44}{'a cell':>13} {'bar':>12}"


def judged(office: ExtendedOffice, where: str, document: Any, sheet: Any) -> Iterator[tuple[str, bool]]:
    """The lines of the table for one workbook, each with whether its bar holds."""
    days = tuple((45000.0 + row % 400, 44997.0 + row % 400 + row % 13) for row in range(CELLS))
    sheet.getCellRangeByPosition(50, 0, 51, CELLS - 1).setDataArray(days)
    without = _recalculated(office, document)
    area = sheet.getCellRangeByPosition(52, 0, 52, CELLS - 1)
    for name, formula in FUNCTIONS.items():
        area.setFormulaArray(tuple((formula.format(row=row),) for row in range(1, CELLS + 1)))
        spent = (_recalculated(office, document) - without) / CELLS * 1000
        assert all(row[0] not in (None, "") for row in area.getDataArray())
        area.clearContents(1023)
        holds = spent <= MOST
        line = f"{f'{name} in {where}':<44}{spent:>10.3f} ms {'<=':>7} {MOST:<4g}"
        yield f"{line} {'PASS' if holds else 'FAIL'}", holds


def _recalculated(office: ExtendedOffice, document: Any) -> float:
    """Processor seconds of one recalculation of everything; the least of some."""
    found = []
    for _ in range(TIMES):
        began = _used(office)
        document.calculateAll()
        found.append(_used(office) - began)
    return min(found)


def _used(office: ExtendedOffice) -> float:
    """By the office and the process that answers for it."""
    started = psutil.Process(office.process.pid)
    times = [one.cpu_times() for one in (started, *started.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def lines() -> Iterator[tuple[str, bool]]:
    """The table, measured in a LibreOffice that is started for it."""
    with extended_office() as office:
        foreign = office.new()
        yield from judged(office, "another workbook", foreign, foreign.Sheets.getByIndex(0))
        foreign.close(True)
        tracker = office.profile / "tracker.xlsm"
        tracker.write_bytes((HERE.parent / "workbook" / "collab_tracker.xlsm").read_bytes())
        document = office.open(tracker)
        yield from judged(office, "the tracker", document, document.Sheets.getByName("跟踪表"))
        document.close(True)


def main() -> int:
    """The command line: 0 when every bar holds, else 1."""
    argparse.ArgumentParser(description="Measure worksheet functions in LibreOffice.").parse_args()
    held = True
    print(HEAD)
    for line, holds in lines():
        print(line, flush=True)
        held &= holds
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
