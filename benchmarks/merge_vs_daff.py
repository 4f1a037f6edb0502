"""Merging replies: our three-way merge beside daff's (PyPI `daff`), time and outcome.

    python benchmarks/merge_vs_daff.py

Time: one reply of 1,000 rows × 14 columns, both sides changed, tables in memory as they come from a
reader (ours includes putting the cells of the master and of the reply into canonical form). Then
four cases that daff loses or garbles, and 50 replies at once. Without daff only our side is shown.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from xl_collab.model.merge.merging import (
    History,
    MergeResult,
    Permission,
    Reply,
    Snapshot,
    Who,
    merge,
    snapshot,
)
from xl_collab.model.sheets import TRACKER
from xl_collab.model.tables import Table

COLUMNS = (
    "id", "stage", "owner", "task", "output", "deadline", "note", "support", "planned_start", "forecast",
    "actual", "percent", "status", "feedback",
)  # fmt: skip
ROWS, ROUNDS, REPLIES = 1000, 15, 50
Row = dict[str, object]


def row(number: int) -> Row:
    """One task; dates are cells as a reader gives them."""
    day = dt.datetime(2023, 10, 9) + dt.timedelta(days=number % 300)
    return {
        "id": f"T{number:04d}",
        "stage": "进度监控",
        "owner": "研发部",
        "task": f"制定第{number}项技术方案并评审",
        "output": f"《方案{number}》",
        "deadline": day,
        "note": f"需在{day.month}月{day.day}日前输出原型，并提前3个工作日预警",
        "support": "市场部、生产部",
        "planned_start": day - dt.timedelta(days=20),
        "forecast": day + dt.timedelta(days=number % 7),
        "actual": None,
        "percent": number % 10 / 10,
        "status": "进行中",
        "feedback": None,
    }


def tables() -> tuple[list[Row], list[Row], list[Row]]:
    """Base, master (200 rows changed) and reply (250 rows changed in two columns)."""
    base = [row(number) for number in range(ROWS)]
    master, theirs = copy.deepcopy(base), copy.deepcopy(base)
    for number in range(200):
        master[number]["note"] = f"总表改动{number}"
    for number in range(150, 400):
        theirs[number] |= {"percent": 0.77, "feedback": "已填"}
    return base, master, theirs


def ours(base: Sequence[Row], master: Sequence[Row], *replies: Sequence[Row]) -> Callable[[], MergeResult]:
    """Our merge of replies to one sending each; what was sent is in the ledger already."""
    sent = Snapshot({"tracker": snapshot(Table.of(TRACKER, base), COLUMNS)})
    keys = {"tracker": frozenset(sent.rows("tracker").keys)}
    now, came = Table.of(TRACKER, master), [Table.of(TRACKER, rows) for rows in replies]

    def run() -> MergeResult:
        answers = []
        for number, table in enumerate(came):
            who = Who(str(number), "研发部", "", "2023-11-12", hashlib.sha256(b"%d" % number).hexdigest())
            answers.append(Reply(who, {"tracker": snapshot(table, COLUMNS)}))
        bases = {answer.token: sent for answer in answers}
        allowed = {answer.token: Permission("研发部", keys) for answer in answers}
        return merge(bases, Snapshot({"tracker": snapshot(now, COLUMNS)}), answers, allowed, History())

    return run


def daffs(daff: Any, base: Sequence[Row], master: Sequence[Row], theirs: Sequence[Row]) -> Callable[[], Any]:
    """daff's merge; it changes the master's rows in place, so each run gets its own."""
    grids = [[list(COLUMNS), *([r.get(c) for c in COLUMNS] for r in rows)] for rows in (base, master, theirs)]

    def run() -> Any:
        own = [list(cells) for cells in grids[1]]
        views = [daff.PythonTableView(grid) for grid in (grids[0], own, grids[2])]
        conflicts = daff.Merger(*views, daff.CompareFlags()).apply()
        return own, conflicts

    return run


def milliseconds(run: Callable[[], object]) -> float:
    """Median of several runs."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def cases() -> dict[str, tuple[list[Row], list[Row], list[Row], str]]:
    """Name → base, master, reply, and the ID of the row to look at."""
    base = [row(number) for number in range(6)]
    without = [r for r in base if r["id"] != "T0003"]
    edited = [r | {"percent": 0.9} if r["id"] == "T0003" else r for r in base]
    dated = [
        [r | {"forecast": day} if r["id"] == "T0003" else r for r in base]
        for day in (dt.datetime(2023, 11, 20), dt.datetime(2023, 11, 27))
    ]
    added = [[*base, row(9) | {"task": task}] for task in ("总表新增", "对方新增")]
    return {
        "edit / delete: the master deleted the row, the reply changed it": (base, without, edited, "T0003"),
        "delete / edit: the reply deleted the row, the master changed it": (base, edited, without, "T0003"),
        "add / add: both added the same ID": (base, *added, "T0009"),
        "both changed a date": (base, *dated, "T0003"),
    }


def told_by_us(result: MergeResult) -> str:
    """What a person sees of it."""
    items = (*result.conflicts, *result.parked)
    found = [f"{i.kind} {i.cell.row.upper()}.{i.cell.column}: {i.master} / {_short(i.theirs)}" for i in items]
    return "; ".join(found) or "nothing"


def _short(value: object) -> str:
    return dict(value).get("task", "row") if isinstance(value, tuple) else str(value)  # type: ignore[call-overload]


def told_by_daff(outcome: tuple[list[list[object]], int], name: str) -> str:
    """What the table then says about the row, and how many conflicts were counted."""
    grid, conflicts = outcome
    header = grid[0]
    at = [header.index(column) for column in ("id", "task", "percent", "forecast")]
    rows = [[str(cells[i]) for i in at] for cells in grid[1:] if name in str(cells[header.index("id")])]
    return f"{conflicts} conflicts; rows: {rows or 'none'}"


def main() -> int:
    """Print the comparison; exit code 1 when ours is slower than daff."""
    try:
        daff = importlib.import_module("daff")
    except ImportError:
        daff = None
        print("daff is not installed (pip install daff): our side only\n")
    base, master, theirs = tables()
    mine = milliseconds(ours(base, master, theirs))
    other = milliseconds(daffs(daff, base, master, theirs)) if daff else None
    print(f"three-way, {ROWS} × {len(COLUMNS)}: ours {mine:.1f} ms", end="")
    print(f", daff {other:.1f} ms, ratio {mine / other:.2f}" if other else "")
    for title, (was, now, reply, name) in cases().items():
        print(f"\n{title}")
        print(f"  ours: {told_by_us(ours(was, now, reply)())}")
        if daff:
            print(f"  daff: {told_by_daff(daffs(daff, was, now, reply)(), name)}")
    many = [theirs[:] for _ in range(REPLIES)]
    start = time.perf_counter()
    result = ours(base, master, *many)()
    print(f"\n{REPLIES} replies of {ROWS} rows: {(time.perf_counter() - start) * 1000:.0f} ms", end="")
    print(f", {len(result.changes)} cells changed")
    return 1 if other and mine > other else 0


if __name__ == "__main__":
    sys.exit(main())
