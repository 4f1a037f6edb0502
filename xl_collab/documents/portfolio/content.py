"""The sheets of the portfolio's workbook as plain lists, out of the portfolio's tables.

Every figure is taken as it is: over several projects it is only counted, never computed anew. The first page
stands in overview.py, load in weeks in heat.py. Looks and files may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from xl_collab.documents.causes import HOW
from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.columns import COLUMNS
from xl_collab.documents.portfolio.register import Estimated, Register, Target, Value
from xl_collab.documents.risks.words import KIND
from xl_collab.plan.portfolio import Portfolio, Records
from xl_collab.schema.words import ACTION_STATUS, RAG, STAGE, STATUS, Choices, Lang, Text

URGENCY = {"red": 0, "yellow": 1, "green": 2, "": 3, "blue": 4}
_FAR = dt.date.max
_CHANGES = ("new", "gone", "end", "moved", "rag", "promise", "finished")
"""Kinds of changes, what weighs most first."""
_BY_NAME: Mapping[str, Text] = {str(code): text for code, text in HOW.items()}
_KINDS: Mapping[str, Text] = {str(code): text for code, text in KIND.items()}


@dataclass(frozen=True, slots=True)
class Named:
    """What a project is called, and its file."""

    name: str
    path: str


class Lists:
    """The lists of one portfolio in one language."""

    def __init__(self, found: Portfolio, lang: Lang) -> None:
        self.found, self.lang = found, lang

    @cached_property
    def projects(self) -> Mapping[str, Named]:
        """Project key → name and file; projects of one name are told apart by their files."""
        table = self.found["projects"]
        names = [name or words.NO_NAME.of(self.lang) for name in table["name"]]
        for beside in (_stem, _folder, str):
            often = {name for name, count in Counter(names).items() if count > 1}
            pairs = zip(names, table["name"], table["path"], strict=True)
            names = [
                f"{own or words.NO_NAME.of(self.lang)} · {beside(path)}" if name in often else name
                for name, own, path in pairs
            ]
        rows = zip(table["project"], names, table["path"], strict=True)
        return {key: Named(name, path) for key, name, path in rows}

    def all(self) -> Iterator[Register]:
        """Every list, in the order of the tabs."""
        yield self.project_list
        yield self.late()
        yield self.slips
        yield self.milestones
        yield self.clashes()
        yield self.risks()
        yield self.actions()
        yield self.changes()
        yield self.skipped()

    # what lists are made of

    def _register(
        self,
        key: str,
        cells: Mapping[str, Iterable[Value]],
        goals: Sequence[Target | None] = (),
        *,
        fixed: int = 2,
        empty: Text | None = None,
        more: int | None = None,
    ) -> Register:
        """A list out of its columns' cells, each in the order of the rows."""
        columns = COLUMNS[key]
        rows = list(zip(*(cells[name] for name in columns), strict=True))
        said = empty or words.EMPTY[key]
        beside = self.found.left_out.get(key, 0) if more is None else more
        about = (words.TABS[key], words.HINTS[key], tuple(columns.values()))
        return Register(key, *about, rows, said, goals, fixed, beside)

    def _goals(self, table: Records, order: Sequence[int]) -> list[Target | None]:
        """Where the rows of a table stand in their files."""
        keys, tabs, rows = table["project"], table["sheet"], table["row"]
        return [self.goal(keys[i], tabs[i], rows[i]) for i in order]

    def goal(self, key: str, tab: str = "", row: int | None = None) -> Target | None:
        """A row of a project's file."""
        named = self.projects.get(key)
        return Target(named.path, tab, f"A{row or 1}") if named else None

    def name(self, key: str) -> str:
        """What a project is called."""
        named = self.projects.get(key)
        return named.name if named else key

    def _names(self, keys: Iterable[str]) -> list[str]:
        return [self.name(key) for key in keys]

    def _words(self, choices: Choices, codes: Iterable[str]) -> list[str]:
        return [choices.label(code, self.lang) if code in choices.codes else code for code in codes]

    def said(self, known: Mapping[str, Text], code: str) -> str:
        """The words of a code; an unknown one as it is."""
        return known[code].of(self.lang) if code in known else code

    def listed(self, items: Iterable[str]) -> str:
        """Items one after the other."""
        return words.JOIN.of(self.lang).join(items)

    # the lists

    @cached_property
    def urgent(self) -> Sequence[int]:
        """Rows of projects, those that need attention most first."""
        table = self.found["projects"]
        rag, slip, late, name, key = (table[one] for one in ("rag", "slip", "late", "name", "project"))
        return sorted(
            range(len(table)),
            key=lambda i: (URGENCY.get(rag[i], 3), -(slip[i] or 0), -late[i], name[i], key[i]),
        )

    @cached_property
    def project_list(self) -> Register:
        """All projects."""
        table, order = self.found["projects"], self.urgent
        take = _Taking(table, order)
        cells: dict[str, Iterable[Value]] = {
            "project": self._names(take("project")),
            "initiator": take("department"),
            "slip": _days(take("slip"), take("estimated")),
            "baseline": take("baseline_end"),
            "forecast": take("forecast_end"),
            "percent": [d / n if n else None for d, n in zip(take("done"), take("tasks"), strict=True)],
            "late_count": take("late"),
            "next": take("milestone"),
            "next_forecast": take("milestone_forecast"),
            "next_baseline": take("milestone_baseline"),
            "high": take("high_risks"),
            "overdue_count": take("overdue_actions"),
            "open_count": take("open_actions"),
            "required": take("required_end"),
            "doubt": take("estimated"),
            "file": take("path"),
        }
        same = ("rag", "red", "yellow", "green", "tasks", "done", "errors", "warnings", "data_date")
        cells |= {name: take(name) for name in same}
        return self._register("projects", cells, [self.goal(key) for key in take("project")], fixed=1)

    @cached_property
    def worst_roots(self) -> Sequence[int]:
        """Rows of slips, those that delay most tasks first."""
        table = self.found["slips"]
        late, most, days = table["late"], table["most"], table["days"]
        return sorted(range(len(table)), key=lambda i: (-late[i], -(most[i] or 0), -(days[i] or 0), i))

    @cached_property
    def slips(self) -> Register:
        """Where delays begin."""
        table, order = self.found["slips"], self.worst_roots
        take = _Taking(table, order)
        cells: dict[str, Iterable[Value]] = {
            "project": self._names(take("project")),
            "how": [self.said(_BY_NAME, code) for code in take("how")],
            "reached_count": take("late"),
            "reached": [self.listed(ids) for ids in take("reached")],
        }
        cells |= {name: take(name) for name in ("root", "task", "department", "days", "most", "cause")}
        return self._register("slips", cells, self._goals(table, order))

    def late(self) -> Register:
        """All late tasks, the worst first."""
        table = self.found["tasks"]
        variance, base = table["variance"], table["baseline"]
        late = (i for i, is_late in enumerate(table["late"]) if is_late)
        order = sorted(late, key=lambda i: (-(variance[i] or 0), base[i] or _FAR, i))
        take = _Taking(table, order)
        owners = self._departments
        roots = zip(take("project"), take("root"), strict=True)
        cells: dict[str, Iterable[Value]] = {
            "project": self._names(take("project")),
            "expected": take("compared"),
            "variance": _days(take("variance"), take("estimated")),
            "root_department": [owners.get(place, "") for place in roots],
            "own": take("own_days"),
            "inherited": take("inherited_days"),
            "status": self._words(STATUS, take("status")),
            "stage": self._words(STAGE, take("stage")),
        }
        same = ("id", "task", "department", "person", "baseline", "rag", "root", "reason", "owner")
        cells |= {name: take(name) for name in same}
        # Where there are very many tasks only late ones come, and of these perhaps not all.
        beside = max(0, sum(self.found["projects"]["late"]) - len(order))
        return self._register("late", cells, self._goals(table, order), more=beside)

    @cached_property
    def _departments(self) -> Mapping[tuple[str, str], str]:
        """Project and ID of each task → the department that leads it."""
        table = self.found["tasks"]
        return dict(zip(zip(table["project"], table["id"], strict=True), table["department"], strict=True))

    @cached_property
    def coming(self) -> Sequence[int]:
        """Rows of milestones: those to come first, by forecast, then those that were reached."""
        table = self.found["milestones"]
        reached, forecast, base = table["reached"], table["forecast"], table["baseline"]
        dropped = [status == "cancelled" for status in table["status"]]
        return sorted(
            range(len(table)),
            key=lambda i: (reached[i] or dropped[i], dropped[i], forecast[i] or base[i] or _FAR, i),
        )

    @cached_property
    def milestones(self) -> Register:
        """All milestones."""
        table, order = self.found["milestones"], self.coming
        take = _Taking(table, order)
        cells: dict[str, Iterable[Value]] = {
            "project": self._names(take("project")),
            "slip": take("variance"),
            "status": [self._standing(i) for i in order],
            "tasks_of": [self.listed(ids) for ids in take("tasks")],
        }
        same = ("id", "milestone", "department", "baseline", "forecast", "actual")
        cells |= {name: take(name) for name in same}
        return self._register("milestones", cells, self._goals(table, order))

    def _standing(self, i: int) -> str:
        """Whether a milestone is reached, passed, expected late or ahead."""
        table = self.found["milestones"]
        base = table["baseline"][i]
        if table["reached"][i]:
            return words.REACHED.of(self.lang)
        if table["status"][i] == "cancelled":
            return words.CANCELLED.of(self.lang)
        if base is not None and base < self.found.as_of:
            return words.PASSED.of(self.lang)
        late = (table["variance"][i] or 0) > 0
        return (words.LATE_STATE if late else words.AHEAD).of(self.lang)

    def clashes(self) -> Register:
        """Who works in several projects on the same days: persons first, then most projects."""
        table = self.found["clashes"]
        person, most, days = table["person"], table["most"], table["workdays"]
        order = sorted(range(len(table)), key=lambda i: (not person[i], -most[i], -days[i], i))
        take = _Taking(table, order)
        cells: dict[str, Iterable[Value]] = {
            "person": [name or words.WHOLE.of(self.lang) for name in take("person")],
            "at_once": take("most"),
            "projects": [self.listed(self._names(keys)) for keys in take("projects")],
            "clashing": [self.listed(map(self._task, tasks)) for tasks in take("tasks")],
        }
        cells |= {name: take(name) for name in ("department", "first", "last", "workdays", "peak")}
        return self._register("clashes", cells)

    def _task(self, place: str) -> str:
        """project key:ID as people read it."""
        key, _, task = place.rpartition(":")
        return f"{self.name(key)} {task}"

    def risks(self) -> Register:
        """All risks, the highest first."""
        table = self.found["risks"]
        score = table["score"]
        order = sorted(range(len(table)), key=lambda i: (-(score[i] or 0), i))
        take = _Taking(table, order)
        cells: dict[str, Iterable[Value]] = {
            "project": self._names(take("project")),
            "kind": [self.said(_KINDS, code) for code in take("kind")],
            "risk": take("reason"),
        }
        cells |= {name: take(name) for name in ("level", "score", "id", "department", "source")}
        return self._register("risks", cells, self._goals(table, order), fixed=4)

    def actions(self) -> Register:
        """Open actions by department, the longest overdue first."""
        table = self.found["actions"]
        names = [name or words.NOBODY.of(self.lang) for name in table["department"]]
        owner, overdue, due = table["department"], table["overdue"], table["due"]
        order = sorted(
            range(len(table)),
            key=lambda i: (not owner[i], owner[i], -(overdue[i] or 0), due[i] or _FAR, i),
        )
        take = _Taking(table, order)
        cells: dict[str, Iterable[Value]] = {
            "department": [names[i] for i in order],
            "project": self._names(take("project")),
            "status": self._words(ACTION_STATUS, take("status")),
            "raised": take("raised_on"),
        }
        cells |= {name: take(name) for name in ("id", "action", "due", "overdue", "age", "owner")}
        return self._register("actions", cells, self._goals(table, order), fixed=3)

    def changes(self) -> Register:
        """What is other than at the last run."""
        table = self.found["changes"]
        kind, days = table["kind"], table["days"]
        rank = {code: n for n, code in enumerate(_CHANGES)}
        order = sorted(range(len(table)), key=lambda i: (rank.get(kind[i], 9), -(days[i] or 0), i))
        take = _Taking(table, order)
        cells: dict[str, Iterable[Value]] = {
            "kind": [self.said(words.CHANGE, code) for code in take("kind")],
            "project": [
                self.name(key) if key in self.projects else what
                for key, what in zip(take("project"), take("what"), strict=True)
            ],
            "before": [self._state(i, "before") for i in order],
            "after": [self._state(i, "after") for i in order],
            "moved": take("days"),
        }
        cells |= {name: take(name) for name in ("id", "what", "department")}
        goals = [self.goal(key) for key in take("project")]
        first = words.FIRST_RUN if self.found.since is None else None
        return self._register("changes", cells, goals, fixed=3, empty=first)

    def _state(self, i: int, column: str) -> str:
        table = self.found["changes"]
        text = str(table[column][i])
        return RAG.label(text, self.lang) if table["kind"][i] == "rag" and text in RAG.codes else text

    def skipped(self) -> Register:
        """Files that were not read, with reason and cure."""
        table = self.found["skipped"]
        grave, path = table["grave"], table["path"]
        order = sorted(range(len(table)), key=lambda i: (not grave[i], path[i]))
        take = _Taking(table, order)
        yes, no = words.YES.of(self.lang), words.NO.of(self.lang)
        cells: dict[str, Iterable[Value]] = {
            "grave": [yes if one else no for one in take("grave")],
            "file": take("path"),
            "why": take(f"reason_{self.lang}"),
            "cure": take(f"cure_{self.lang}"),
        }
        return self._register("skipped", cells, [Target(one) for one in take("path")])


def _stem(path: str) -> str:
    return PurePath(path).stem


def _folder(path: str) -> str:
    return "/".join(PurePath(path).parts[-2:])


@dataclass(frozen=True, slots=True)
class _Taking:
    """The columns of a table in another order."""

    table: Records
    order: Sequence[int]

    def __call__(self, name: str) -> list[Any]:
        column = self.table[name]
        return [column[i] for i in self.order]


def _days(days: Iterable[int | None], estimated: Iterable[object]) -> list[Value]:
    """Working days, marked where they rest on a year without official holidays."""
    return [Estimated(n) if doubt and n is not None else n for n, doubt in zip(days, estimated, strict=True)]
