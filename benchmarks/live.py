"""`live.py`: what one click costs an open LibreOffice, beside what the same work costs it at the least.

Two clicks on a tracker that was last run a week ago: 计算偏差, which changes cells only, and 一键全部, which
draws five documents as well. The other side is one full recalculation, one bulk read of every sheet, and
one bulk write of the cells that change, each by LibreOffice's own call on a whole block, automatic
calculation and the fitting of rows off; a drawn sheet is loaded from its file and imported, which is how
LibreOffice gets a sheet with its looks. Processor time of the office alone. Needs LibreOffice and the
extra `test`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from make_tracker import make_tracker  # noqa: E402 - tests/ has to be found first
from offices import Measured, OpenBook, Program, measured  # noqa: E402
from plan import AS_OF  # noqa: E402

from xl_collab.commands.live_session import LiveSession  # noqa: E402
from xl_collab.commands.run_all import run_all  # noqa: E402
from xl_collab.hosts.changes import Applied  # noqa: E402
from xl_collab.plan.computed import refresh, restore  # noqa: E402
from xl_collab.plan.variance import variance  # noqa: E402

TIMES, CROSSINGS = 2.0, 40
"""Design: at most so many times the other side, and so many calls across processes."""
SIZES = (10, 1_000, 10_000)
HEAD = f"\n{'':<44}{'click':>10} {'least':>10} {'ratio':>7} {'':>7} {'bar':>6}"

_READ = """
def cells(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    return sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)

def read():
    sheets = document.Sheets
    return {name: cells(sheets.getByName(name)).getDataArray() for name in sheets.ElementNames}

def typed():
    found = {name: cells(document.Sheets.getByName(name)) for name in document.Sheets.ElementNames}
    formulas = {name: area.getFormulaArray() for name, area in found.items()}
    return {
        name: [
            [None if text.startswith('=') else value for value, text in zip(*row)]
            for row in zip(area.getDataArray(), formulas[name])
        ]
        for name, area in found.items()
    }

"""
_LEAST = (
    _READ
    + """
import time

def blank(rows):
    return tuple(tuple('' if value is None else value for value in row) for row in rows)

def least():
    document.calculateAll()
    read()
    document.enableAutomaticCalculation(False)
    document.IsAdjustHeightEnabled = False
    for name, column, first, rows in blocks:
        sheet = document.Sheets.getByName(name)
        sheet.getCellRangeByPosition(column, first, column, first + len(rows) - 1).setDataArray(blank(rows))
    libraries = document.BasicLibraries
    macros = libraries.VBACompatibilityMode
    libraries.VBACompatibilityMode = False
    for path in drawn:
        source = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), '_blank', 0, tuple(hidden))
        document.Sheets.importSheet(source, source.Sheets.ElementNames[0], document.Sheets.Count)
        source.close(True)
    libraries.VBACompatibilityMode = macros
    document.IsAdjustHeightEnabled = True
    document.enableAutomaticCalculation(True)

made = uno.createUnoStruct('com.sun.star.beans.PropertyValue')
made.Name, made.Value = 'Hidden', True
hidden = [made]
least()
"""
)


def _variance(session: LiveSession) -> Applied:
    project = session.project
    return session.write((*restore(project), *refresh(project), *variance(project).edits), "variance")


def _run(session: LiveSession) -> Applied:
    return run_all(session, "run").applied


CLICKS: dict[str, Callable[[LiveSession], Applied]] = {"variance": _variance, "run": _run}


def judged(folder: Path, rows: int, click: str) -> Iterator[tuple[str, bool]]:
    """The lines of the table for one size and one click, each with whether its bar holds."""
    path = folder / f"{rows}.xlsm"
    if not path.exists():
        make_tracker(rows, path)
    program = Program()
    try:
        least, ours, calls = _both(program, path, click)
    finally:
        program.quit()
    ratio = ours / least
    cells = f"{ours:>8.2f} s {least:>8.2f} s {ratio:>7.2f} {'':>7} <= {TIMES:<4g}"
    name, holds = f"{click} in LibreOffice, {rows} rows", ratio <= TIMES
    yield f"{name:<44}{cells} {'PASS' if holds else 'FAIL'}", holds
    name, holds = "  calls across processes", calls.count <= CROSSINGS
    yield f"{name:<44}{calls.count:>10} {'':>27} <= {CROSSINGS:<4} {'PASS' if holds else 'FAIL'}", holds


def _both(program: Program, path: Path, click: str) -> tuple[float, float, Measured]:
    """Processor seconds of the least and of a click, and the click's calls."""
    book = program.books.open(path)
    book.do("document.calculateAll()")
    before = book.do(_READ + "found = typed()")
    with measured(program) as calls:
        ours = _spent(program, lambda: _clicked(book, click))
    after = book.do(_READ + "found = typed()")
    drawn = _kept(book, [tab for tab in after if tab not in before], path.with_name("drawn"))
    book.close()
    other = program.books.open(path)
    blocks = _changed(before, after)
    least = _spent(program, lambda: other.do(_LEAST, blocks=blocks, drawn=drawn))
    other.close()
    return least, ours, calls


def _clicked(book: OpenBook, click: str) -> None:
    """The action, and the recalculation that a window in front would do."""
    assert CLICKS[click](LiveSession(book, AS_OF)).written
    book.do("document.calculate()")


def _kept(book: OpenBook, tabs: list[str], folder: Path) -> list[str]:
    """The drawn sheets, a file each."""
    folder.mkdir(exist_ok=True)
    files = [folder / f"{number}.xlsx" for number in range(len(tabs))]
    for tab, file in zip(tabs, files, strict=True):
        book.driver.keep([tab], file)
    return list(map(str, files))


Cells = dict[str, list[list[object]]]


def _changed(before: Cells, after: Cells) -> list[object]:
    """Each column's block from its first changed cell to its last, formulas apart."""
    blocks: list[object] = []
    for tab, rows in before.items():
        for column in range(min(len(rows[0]), len(after[tab][0]))):
            old, new = [[one[column] for one in side[: len(rows)]] for side in (rows, after[tab])]
            other = [i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b]
            if other:
                blocks.append([tab, column, other[0], [[one] for one in new[other[0] : other[-1] + 1]]])
    return blocks


def _spent(program: Program, act: Callable[[], object]) -> float:
    def used() -> float:
        times = psutil.Process(program.pid).cpu_times()
        return float(times.user + times.system)

    began = used()
    act()
    return used() - began


def main() -> int:
    """The command line: 0 when every bar holds, else 1."""
    parser = argparse.ArgumentParser(description="Measure clicks in LibreOffice.")
    parser.add_argument("rows", type=int, nargs="*", default=SIZES, help="rows of the trackers")
    held = True
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        for rows in parser.parse_args().rows:
            for click in CLICKS:
                for line, holds in judged(Path(folder), rows, click):
                    print(line, flush=True)
                    held &= holds
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
