"""What the runner measures, one side a process: `sides.py NAME FILE [OUT]` prints its seconds as JSON.

Sides that are whole commands (a run, a cold start) are not here: the runner times their processes.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path


def read(path: Path) -> Callable[[], object]:
    """Bare python-calamine: every cell of every sheet."""
    from python_calamine import CalamineWorkbook

    def work() -> object:
        workbook = CalamineWorkbook.from_path(str(path))
        return [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]

    return work


def analysis(path: Path) -> Callable[[], object]:
    """Every figure, finding and risk of a book that is in memory; forecasts are part of the figures."""
    from xl_collab.checks.validate import validate
    from xl_collab.documents.risks.content import risks
    from xl_collab.hosts.reading import read_book
    from xl_collab.plan.project import Project
    from xl_collab.plan.variance import variance
    from xl_collab.project.tables import Book

    def worked(book: Book) -> object:
        project = Project(book, Project.resolve_as_of(book, date.today()))
        return list(validate(project).data), list(variance(project).data), list(risks(project).data.items)

    # What is imported and compiled at its first use is no part of it.
    worked(read_book(Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"))
    book = read_book(path)
    return lambda: worked(book)


def gate(folder: Path) -> Callable[[], object]:
    """Every reply of a folder judged, and read by two readers in a process of its own."""
    from xl_collab.exchange.inbox import arrivals
    from xl_collab.exchange.matching import Known, open_all

    def work() -> object:
        read = [reply for _, reply in open_all(arrivals([folder]), Known())]
        assert all(reply is not None and reply.refusal is None for reply in read)
        return read

    return work


def trackers(folder: Path) -> Callable[[], object]:
    """Every workbook of a folder as the rules see it."""
    from xl_collab.hosts.reading import read_book

    return lambda: [len(read_book(path).tables["tracker"]) for path in sorted(folder.rglob("*.xlsx"))]


def read_all(folder: Path) -> Callable[[], object]:
    """Bare python-calamine: every cell of every sheet of the same files."""
    return lambda: [len(read(path)()) for path in sorted(folder.rglob("*.xlsx"))]  # type: ignore[arg-type]


def openpyxl_read(folder: Path) -> Callable[[], object]:
    """openpyxl loads the same files, formulas and all, one after the other; nothing is judged."""
    from openpyxl import load_workbook

    return lambda: [load_workbook(path).sheetnames for path in sorted(folder.glob("*.xlsx"))]


def openpyxl(path: Path, out: Path) -> None:
    """Load and save, and nothing else."""
    from openpyxl import load_workbook

    load_workbook(path, keep_vba=path.suffix == ".xlsm").save(out)


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Wall and processor seconds of one call, without the cycle collector, as the command line runs.

    Processor seconds of processes that it started count.
    """
    gc.disable()
    wall, processor = time.perf_counter(), _processor()
    result = work()
    spent = {"seconds": time.perf_counter() - wall, "cpu": _processor() - processor}
    del result
    return spent


def _processor() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """The command line; the runner is its only user."""
    name, *paths = sys.argv[1], *map(Path, sys.argv[2:])
    if name == "openpyxl":
        openpyxl(*paths)
    else:
        sides = (read, analysis, gate, trackers, read_all, openpyxl_read)
        side = {one.__name__: one for one in sides}[name]
        print(json.dumps(timed(side(*paths))))


if __name__ == "__main__":
    main()
