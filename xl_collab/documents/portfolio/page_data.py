"""What the page of many trackers carries: its tables by column, small enough for a mail and a phone.

Days are numbers counted from the data date, projects are places in the table of projects, and texts that
repeat are written once. `data/portfolio/read.js` reads it back. What may not enter: HTML, words of the frame.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from xl_collab.plan.portfolio import Portfolio, Records

SHOWN: Mapping[str, str] = {
    "projects": (
        "path name department data_date rag tasks done red yellow green late baseline_end forecast_end slip "
        "milestone milestone_forecast high_risks medium_risks low_risks open_actions overdue_actions "
        "estimated"
    ),
    "tasks": (
        "project sheet row id task department owner status rag reason baseline compared compared_kind "
        "variance root late open"
    ),
    "milestones": "project sheet row id milestone department status baseline forecast variance reached",
    "risks": "project sheet row id level score department reason",
    "actions": "project sheet row id action department departments owner due age overdue",
    "slips": "project sheet row root task department how days late most cause",
    "weeks": "project department week days",
    "clashes": "department person first last workdays most peak projects tasks",
    "changes": "project kind id what department before after days",
    "skipped": "path reason cure grave",
    "runs": "run projects red_projects yellow_projects tasks done late overdue_actions",
}
"""The columns that the page carries of each table."""

MOST_TASKS = 60_000
"""Tasks up to which every project has its details; the page then has some 9 MB."""
MOST_NAMED = 12
"""Tasks that are named of one clash."""

_SEVERITY = {"red": 0, "yellow": 1, "green": 2}
_UNSAFE = re.compile("[<\u2028\u2029\ud800-\udfff]")


def carried(portfolio: Portfolio) -> dict[str, dict[str, Any]]:
    """The tables by key, each its columns by name; `partial` says for how many projects details are there."""
    keys = portfolio["projects"]["project"]
    detailed = with_details(portfolio)
    place = {key: number for number, key in enumerate(keys)}
    return {
        key: _table(_trimmed(portfolio, key), names.split(), place, detailed, portfolio)
        for key, names in SHOWN.items()
    }


def with_details(portfolio: Portfolio) -> set[str]:
    """Keys of the projects whose tasks, milestones and so on are carried: the worst where not all fit."""
    projects, room, found = portfolio["projects"], MOST_TASKS, set[str]()
    if len(portfolio["tasks"]) <= room:
        return set(projects["project"])
    counts: dict[str, int] = {}
    for key in portfolio["tasks"]["project"]:
        counts[key] = counts.get(key, 0) + 1
    for row in sorted(projects, key=lambda row: (_SEVERITY.get(row["rag"], 3), -(row["slip"] or 0))):
        room -= counts.get(row["project"], 0)
        if room < 0:
            break
        found.add(row["project"])
    return found


def script_json(value: Any) -> str:
    """JSON that cannot end the script element that it stands in, whatever its texts hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _trimmed(portfolio: Portfolio, key: str) -> dict[str, list[Any]]:
    """Columns of a table as the page needs them: in its language, without what nobody reads there."""
    columns = dict(portfolio[key].columns)
    if key == "tasks":
        columns["reason"] = _reasons(portfolio[key])
    if key == "skipped":
        columns |= {name: columns[f"{name}_{portfolio.lang}"] for name in ("reason", "cure")}
    if key == "clashes":
        columns["tasks"] = _clashing(portfolio)
    return columns


def _reasons(tasks: Records) -> list[str]:
    """说明 of the rows that somebody asks about: red, yellow, late."""
    told = zip(tasks["reason"], tasks["rag"], tasks["late"], strict=True)
    return [reason if late or rag in ("red", "yellow") else "" for reason, rag, late in told]


def _clashing(portfolio: Portfolio) -> list[list[str]]:
    """The first tasks of each clash, as project name and ID."""
    projects = portfolio["projects"]
    names = dict(zip(projects["project"], projects["name"], strict=True))

    def told(task: str) -> str:
        key, _, number = task.rpartition(":")
        return f"{names.get(key, key)} {number}"

    return [
        [*map(told, tasks[:MOST_NAMED]), *["…"] * (len(tasks) > MOST_NAMED)]
        for tasks in portfolio["clashes"]["tasks"]
    ]


def _table(
    columns: Mapping[str, list[Any]],
    names: Sequence[str],
    place: Mapping[str, int],
    detailed: set[str],
    portfolio: Portfolio,
) -> dict[str, Any]:
    kept = _kept(columns, names, detailed)
    return {
        name: _column(name, [columns[name][row] for row in kept], place, portfolio.as_of) for name in names
    }


def _kept(columns: Mapping[str, list[Any]], names: Sequence[str], detailed: set[str]) -> list[int]:
    """Rows that the page carries: of projects with details, departments rather than their persons."""
    rows = range(len(columns[names[0]]))
    if "project" not in names:
        return list(rows)
    # A change may be of a project that is gone: it has no row of its own.
    gone = columns["kind"] if "kind" in columns else ["" for _ in rows]
    whole = columns["person"] if "week" in names else ["" for _ in rows]
    keys = columns["project"]
    return [row for row in rows if (keys[row] in detailed or gone[row] == "gone") and not whole[row]]


def _column(name: str, values: list[Any], place: Mapping[str, int], origin: date) -> Any:
    if name == "project":
        return [place.get(value, -1) for value in values]
    if name == "projects" and values and isinstance(values[0], list):
        return [[place[key] for key in keys if key in place] for keys in values]
    if values and isinstance(values[0], (list, tuple)):
        return _coded(["\u001f".join(value) for value in values])
    return _coded([_plain(value, origin) for value in values])


def _plain(value: Any, origin: date) -> Any:
    """A cell as JSON has it: days from the data date on, flags as 0 and 1."""
    if isinstance(value, bool):
        return int(value)
    if hasattr(value, "hour"):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return (value - origin).days
    if isinstance(value, float):
        return round(value, 4) if value == value else None
    return value


def _coded(values: list[Any]) -> Any:
    """The values, or, where texts repeat, each text once and its numbers."""
    if not any(isinstance(value, str) for value in values):
        return values
    words = {word: number for number, word in enumerate(dict.fromkeys(values))}
    if 2 * len(words) > len(values):
        return values
    return {"words": list(words), "at": [words[value] for value in values]}
