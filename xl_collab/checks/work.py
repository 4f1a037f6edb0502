"""What has begun in a project, and which register rows speak of which task.

Process checks ask the same few questions again and again; each is answered here once. A question
is about facts only: what is wrong with them is said in the checks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

import numpy as np
import pandas as pd

from xl_collab.checks.place import on_table
from xl_collab.plan.delays import driven
from xl_collab.plan.parsed import factorise
from xl_collab.plan.project import Project
from xl_collab.project.sentences import chosen, day
from xl_collab.project.tables import Flags, Table, Texts
from xl_collab.schema.catalogue_process import MORE
from xl_collab.schema.findings import Finding, FindingKind
from xl_collab.schema.keys import parse_ids

TEAMED = ("duties", "review", "monitor", "delivery", "retrospective")
"""Stages that may begin only after the request was approved."""
EXECUTION = ("monitor", "delivery")
"""Stages that carry the joint plan out."""


MANY = 200
"""Findings of one kind that are told row by row; nobody reads a longer list."""


def capped(kind: FindingKind, table: Table, told: Iterable[Finding], count: int) -> Iterator[Finding]:
    """The first MANY of `count` findings of a kind, and one that says how many more there are."""
    yield from islice(told, MANY)
    if count > MANY:
        yield on_table(MORE, table, title=kind.title, count=count - MANY)


class Work:
    """One project as the process checks see it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._linked: dict[str, dict[str, list[int]]] = {}

    @cached_property
    def stages(self) -> Texts:
        """Stage codes of the tracker's rows."""
        return _codes(self.project.tracker, "stage")

    @cached_property
    def statuses(self) -> Texts:
        """Status codes of the tracker's rows, other wordings included."""
        return _codes(self.project.tracker, "status")

    @cached_property
    def started(self) -> Flags:
        """Rows on which work was done: in progress, done, or with a percentage."""
        share = np.nan_to_num(self.project.tracker.numbers("percent"))
        done = self.project.assessment.states.done
        begun: Flags = (self.statuses == "in_progress") | done | (share > 0)
        return begun

    @cached_property
    def begun(self) -> bool:
        """Whether anything of the project has happened."""
        return bool(self.started.any()) or any(len(self.project.table(k)) for k in ("meetings", "sync"))

    @cached_property
    def teaming(self) -> list[int]:
        """Rows beyond the request stage that were started."""
        found: list[int] = np.flatnonzero(self.started & np.isin(self.stages, TEAMED)).tolist()
        return found

    @cached_property
    def teamed_on(self) -> dt.date | None:
        """The first day that shows a team at work: a meeting, or a later stage's finished task."""
        finished = self.project.seen("actual").day[self.teaming]
        days = np.concatenate((self.project.table("meetings").dates("date"), finished))
        known = days[~np.isnat(days)]
        return day(known.min()) if len(known) else None

    @cached_property
    def executing(self) -> list[int]:
        """Started rows of monitoring and delivery that have a date; recurring ones only accompany."""
        dated = ~np.isnat(self.project.deadline_days) | ~np.isnat(self.project.assessment.base)
        found: list[int] = np.flatnonzero(self.started & dated & np.isin(self.stages, EXECUTION)).tolist()
        return found

    def names(self, rows: Sequence[int], most: int = 5) -> str:
        """IDs of tracker rows, the first few of them."""
        ids = self.project.texts("id")[rows[:most]].tolist()
        return "、".join(ids) + ("…" if len(rows) > most else "")

    def departments(self, text: str) -> tuple[str, ...]:
        """Departments that a cell names, as 通讯录 spells them; 各部门 is all of them."""
        found = self.project.read_parties(text)
        named = [p.department for p in (found.lead, *found.supporters) if p is not None]
        return tuple(dict.fromkeys((*named, *(self.project.departments if found.everyone else ()))))

    def leads(self, rows: Sequence[int]) -> tuple[str, ...]:
        """The departments that lead these tracker rows, each once."""
        codes, parties = self.project.distinct_parties
        wanted = pd.unique(codes[rows]).tolist()
        return tuple(dict.fromkeys(p.lead.department for k in wanted if (p := parties[k]).lead is not None))

    def linked(self, register: str) -> Mapping[str, list[int]]:
        """Normalised task ID → the rows of a register whose 关联编号 names it."""
        if register not in self._linked:
            found: dict[str, list[int]] = {}
            for i, text in enumerate(self.project.table(register).texts("task_id").tolist()):
                for key in parse_ids(text):
                    found.setdefault(key, []).append(i)
            self._linked[register] = found
        return self._linked[register]

    @cached_property
    def driven(self) -> Flags:
        """Rows that are late only as far as a late predecessor is: answered there."""
        return driven(self.project)

    @cached_property
    def measured(self) -> frozenset[str]:
        """Keys of tasks with a measure on record: an answered open risk, or a change with measures."""
        risks, changes = self.project.table("risks"), self.project.table("adjustments")
        closed, answers = _codes(risks, "status") == "closed", risks.texts("countermeasure")
        rejected, measures = _codes(changes, "status") == "rejected", changes.texts("measures")
        found = [
            k for k, rows in self.linked("risks").items() if any(answers[i] and not closed[i] for i in rows)
        ]
        changed = self.linked("adjustments").items()
        found += [k for k, rows in changed if any(measures[i] and not rejected[i] for i in rows)]
        return frozenset(found)

    @cached_property
    def open_actions(self) -> frozenset[str]:
        """Keys of tasks with an action item that is not closed."""
        statuses = chosen(self.project.table("actions"), "status")
        done = self.project.table("actions").dates("done_on")
        stands = [s not in ("done", "cancelled") and np.isnat(d) for s, d in zip(statuses, done, strict=True)]
        return frozenset(k for k, rows in self.linked("actions").items() if any(stands[i] for i in rows))


def _codes(table: Table, column: str) -> Texts:
    """Codes of a choice column, '' for what is in no list."""
    choices = table.sheet.column(column).choices
    assert choices is not None
    codes, distinct = pd.factorize(table.texts(column))
    found: Texts = np.array([*((choices.code(text) or "") for text in distinct), None], dtype=object)
    return found[codes]


def supporters(project: Project) -> tuple[str, ...]:
    """Every text of 配合部门 and 责任部门/人, each once."""
    texts = (factorise(project.texts(name))[1] for name in ("support", "owner"))
    return tuple(dict.fromkeys(str(text) for found in texts for text in found if text))
