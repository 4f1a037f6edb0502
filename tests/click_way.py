"""How long the parts of a click take, from what crossed between programs (excel_server.py's Desk.Crossings).

    tools/windows/run DIRECTORY tests/click_way.py      # prints the fastest of some clicks as JSON

Excel is a model there, so what it takes is the model's time; what Python and the DLL take is theirs, under
Wine. What may not enter: drawing (docs/make_way.py).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PARTS = ("macros", "dll", "load", "read", "compute", "write", "show")
"""In their order; `compute` is Python's share between its calls, all else is the time between two events."""
_ROUNDS, _CLICKS = 2, 3
Crossing = tuple[str, str, float, float]


def parts(crossings: Iterable[Crossing]) -> dict[str, float]:
    """Milliseconds of each of PARTS, their sum `total`, and `calls`: how often Python asked Excel."""
    rows = sorted(crossings, key=lambda one: one[2])
    [clicked] = [one for one in rows if one[0] == "VBA"]
    [asked] = [one for one in rows if one[:2] == ("Python", "Exec")]
    [shown] = [one for one in rows if one[0] == "person"]
    dll = sum(end - begin for who, _, begin, end in rows if who == "DLL")
    calls = [one for one in rows if one[0] == "Excel" and asked[2] <= one[2] and one[3] <= asked[3]]
    write = sum(one[3] - one[2] for one in calls if one[1].endswith("CarryOut"))
    inside = sum(one[3] - one[2] for one in calls)
    load = calls[0][2] - asked[2]
    return {
        "macros": asked[2] - clicked[2] - dll,
        "dll": dll,
        "load": load,
        "read": inside - write,
        "compute": asked[3] - asked[2] - inside - load,
        "write": write,
        "show": shown[2] - asked[3],
        "total": shown[2] - clicked[2],
        "calls": len(calls),
    }


def fastest(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Of each part the shortest: what a machine takes that does nothing else."""
    kept = list(found)
    best = {part: min(one[part] for one in kept) for part in PARTS}
    return best | {"total": sum(best.values()), "calls": kept[0]["calls"]}


def _clicked(application: Any, command: str) -> dict[str, float]:
    application.Desk.Click(f"collab_{command}")
    return parts(tuple(row) for row in application.Desk.Crossings)


def _round(folder: Path) -> tuple[dict[str, float], list[dict[str, float]]]:
    """A first click of an Excel, and later ones; each finds what the one before undid."""
    from excel_over_com import excel

    from xl_collab.documents.workbook.template import make_workbook
    from xl_collab.project.scenarios import DEMO
    from xl_collab.ui.ribbon_xml import interface

    path = folder / "跟踪表.xlsm"
    path.write_bytes(make_workbook(DEMO, "zh", interface=interface("zh")))
    with excel(folder) as application:
        application.Workbooks.Open(str(path))
        first = _clicked(application, "validate")
        later = []
        for _ in range(_CLICKS):
            _clicked(application, "undo")
            later.append(_clicked(application, "validate"))
    return first, later


def measured() -> dict[str, dict[str, float]]:
    """`first`: a click that starts Python; `later`: one that finds it there."""
    rounds = []
    for _ in range(_ROUNDS):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            rounds.append(_round(Path(folder)))
    later = [one for _, some in rounds for one in some]
    return {"first": fastest(first for first, _ in rounds), "later": fastest(later)}


if __name__ == "__main__":
    json.dump({kind: {k: round(v) for k, v in one.items()} for kind, one in measured().items()}, sys.stdout)
