"""Merging replies: our three-way merge beside daff's (PyPI `daff`), time and outcome.

    python benchmarks/merge_vs_daff.py

Processor time: one reply of 1,000 rows × 14 columns, both sides changed, tables in memory as they come from
a reader. Ours includes putting the cells of the master and of the reply into canonical form, and looking
which row is which; the ledger knows the rows and what was sent, as it does after any sending. The two take
turns, without Python's cycle collector. Then four cases that daff loses or garbles, and 50 replies at once.
Without daff only our side is shown.
"""

from __future__ import annotations

import copy
import datetime as dt
import gc
import hashlib
import importlib
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from xl_collab.merge.following import tidied
from xl_collab.merge.history import History
from xl_collab.merge.merging import MergeResult, Merging
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import Base, ReturnedFile, Stamp, Who
from xl_collab.merge.snapshot import Snapshot, snapshot
from xl_collab.project.tables import Table
from xl_collab.schema.sheets import TRACKER

COLUMNS = (
    "id", "stage", "owner", "task", "output", "deadline", "note", "support", "planned_start", "forecast",
    "actual", "percent", "status", "feedback",
)  # fmt: skip
ROWS, ROUNDS, REPLIES = 1000, 21, 50
AT_MOST = 0.4
"""Our time to daff's."""
SENT = dt.datetime(2023, 11, 10, 9, 0, tzinfo=dt.UTC)
NOW = SENT + dt.timedelta(days=3)
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
    """Our merge of replies to a sending each; what was sent is in the ledger already."""
    sent = Snapshot({"tracker": snapshot(Table.of(TRACKER, base), COLUMNS)})
    known = Merging(sent, History(), SENT)
    allowed = Permission("研发部", {"tracker": frozenset(sent.rows("tracker").keys)})
    names = known.row_names(sent)
    tokens = [f"K{number}" for number in range(1, len(replies) + 1)]
    bases = {token: Base(token, number, SENT, sent, names) for number, token in enumerate(tokens, start=1)}
    permissions = dict.fromkeys(tokens, allowed)
    now, came = Table.of(TRACKER, master), [Table.of(TRACKER, rows) for rows in replies]

    def run() -> MergeResult:
        tidied.cache_clear()
        answers = []
        for number, (token, table) in enumerate(zip(tokens, came, strict=True), start=1):
            who = Who(token, "研发部", "", "", hashlib.sha256(b"%d" % number).hexdigest())
            stamps = (Stamp("file:li", SENT + dt.timedelta(minutes=number)),)
            answers.append(ReturnedFile(who, {"tracker": snapshot(table, COLUMNS)}, stamps=stamps))
        history = History(
            sent=len(bases), rows={sheet: dict(rows) for sheet, rows in known.history.rows.items()}
        )
        merging = Merging(Snapshot({"tracker": snapshot(now, COLUMNS)}), history, NOW, bases)
        return merging.collect(answers, permissions)

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


def milliseconds(*runs: Callable[[], object]) -> list[float]:
    """The median processor time of each; they take turns."""
    times: list[list[float]] = [[] for _ in runs]
    gc.collect()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            for run, found in zip(runs, times, strict=True):
                start = time.process_time()
                run()
                found.append((time.process_time() - start) * 1000)
    finally:
        gc.enable()
    return [statistics.median(found) for found in times]


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
    asked = [
        f"asked ({q.kind}) {q.cell.row.upper()}.{q.cell.column}: {q.master} / {_short(q.theirs)}"
        for q in result.questions
    ]
    told = [f"told ({n.kind}) {n.cell.row.upper()} {_short(n.value)}" for n in result.notices]
    return "; ".join((*asked, *told)) or "nothing"


def _short(value: object) -> str:
    return str(dict(value).get("task", "row") if isinstance(value, tuple) else value)  # type: ignore[call-overload]


def told_by_daff(outcome: tuple[list[list[object]], int], name: str) -> str:
    """What the table then says about the row, and how many conflicts were counted."""
    grid, conflicts = outcome
    header = grid[0]
    at = [header.index(column) for column in ("id", "task", "percent", "forecast")]
    rows = [[str(cells[i]) for i in at] for cells in grid[1:] if name in str(cells[header.index("id")])]
    return f"{conflicts} conflicts; rows: {rows or 'none'}"


def main() -> int:
    """Print the comparison; exit code 1 when ours takes longer than it may."""
    try:
        daff = importlib.import_module("daff")
    except ImportError:
        daff = None
        print("daff is not installed (pip install daff): our side only\n")
    base, master, theirs = tables()
    mine, *other = milliseconds(
        ours(base, master, theirs), *([daffs(daff, base, master, theirs)] if daff else [])
    )
    print(f"three-way, {ROWS} × {len(COLUMNS)}: ours {mine:.1f} ms", end="")
    passed = not other or mine <= AT_MOST * other[0]
    verdict = "PASS" if passed else "FAIL"
    print(
        f", daff {other[0]:.1f} ms, ratio {mine / other[0]:.2f}, at most {AT_MOST}: {verdict}"
        if other
        else ""
    )
    for title, (was, now, reply, name) in cases().items():
        print(f"\n{title}")
        print(f"  ours: {told_by_us(ours(was, now, reply)())}")
        if daff:
            print(f"  daff: {told_by_daff(daffs(daff, was, now, reply)(), name)}")
    many = [theirs[:] for _ in range(REPLIES)]
    start = time.process_time()
    result = ours(base, master, *many)()
    print(f"\n{REPLIES} replies of {ROWS} rows: {(time.process_time() - start) * 1000:.0f} ms", end="")
    print(f", {len(result.changes)} cells changed")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
