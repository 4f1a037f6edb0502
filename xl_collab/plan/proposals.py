"""Conditions in notes that wait to be accepted, and from when to warn about those with a date.

A condition is accepted once 里程碑计划, 风险登记 or 待办台账 has a row for the same task whose 来源
quotes its words or its key, or 前置 has the rows that it names, and declined once `_history` says so.
Stopped tasks propose nothing any more; a finished one only the dates that its note sets beyond its own finish
(研发方案需保证11月30日前输出原型 outlives the plan's review).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from xl_collab.plan.risk import Proposal
from xl_collab.project.notes.conditions import Condition
from xl_collab.schema.keys import NOTHING, normalise_key, normalise_keys, parse_ids
from xl_collab.schema.words import Choice, Choices, Text, t

if TYPE_CHECKING:
    from xl_collab.plan.project import Project

CHOICE = Choices(
    "proposal_choice",
    (
        Choice("accept", t("采纳", "Accept"), ("是", "接受", "yes", "☑", "√", "✓")),
        Choice("decline", t("不采纳", "Decline"), ("否", "拒绝", "no", "reject", "☒", "×")),
    ),
)
"""The choice column of a page that lists proposals."""

TYPED: Mapping[str, Text] = {"choice": t("选择", "Choice"), "owner": t("负责人", "Owner")}
"""Headings of the columns that people fill in there."""

DECLINED = "proposal"
"""The kind of the records in `_history` that keep declined proposals."""

_REGISTERS = ("milestones", "risks", "actions")
_LATENESS = re.compile(r"延[迟期误后]|逾期|推迟|滞后|拖[延期]|超期|delay\w*|late\b|slip\w*", re.IGNORECASE)
_VERBS = re.compile(r"输出|完成|提交|交付|提供|发布|确认|出具|完毕|deliver\w*|finish\w*|submit\w*|provide\w*")
_EMPTY_WORDS = frozenset(("暂无", "同上", "见附件", "正常", "已完成", "待定", "待补充", "tbd", "ok"))
_LETTERS = re.compile(r"[^\W\d_]{2}")
_IDS = re.compile(r"[a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9]")
_HAS_LETTER = re.compile(r"[a-z]").search
_NUMBERS = re.compile(r"\d+")
# Plain numbers are IDs only where nothing else is said: 依赖 3, 等任务3、4完成; never 等2台设备到位.
_PLAIN_IDS = re.compile(
    r"(?:任务|编号|前置|第|#|no\.?|\s)*(?P<ids>\d+(?:\s*[、,和与]\s*\d+)*)(?:号|项|任务|的|\s)*(?:都|均|全部)?(?:完成|结束|完毕|交付)?"
)
_SHORTEST_TASK = 4
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-z]{3,}")


def proposals(project: Project) -> list[Proposal]:
    """Every condition that still matters and that nobody accepted, in sheet order."""
    accepted, leads, declined = _accepted(project), Leads(project), _declined(project)
    waits = Waits(project)
    ids, names = project.ids.tolist(), project.texts("id").tolist()
    found: list[Proposal] = []
    states, finish = project.assessment.states, project.assessment.compared.tolist()
    alive = states.open | states.done if states.open.any() else states.open
    open_rows = states.open.tolist()
    conditions = project.conditions
    for i in np.flatnonzero(alive).tolist():
        for condition in conditions[i]:
            if not open_rows[i] and not _outlives(condition, finish[i]):
                continue
            if ids[i] in accepted and _quoted(condition, accepted[ids[i]]):
                continue
            if declined and (ids[i], condition.key) in declined:
                continue
            lead, warn_from = leads.warning(i, condition) if condition.date else (condition.lead_days, None)
            rows = waits.rows(i, condition) if condition.kind == "dependency" else ()
            missing = tuple(names[row] for row in rows if not waits.linked(row, i)) if rows else ()
            if rows and not missing:
                continue  # 前置 says it already
            sound = missing if missing and not any(waits.reaches(i, row) for row in rows) else ()
            found.append(Proposal(i, names[i], condition, lead, warn_from, sound))
    return found


def silent_notes(project: Project) -> list[int]:
    """Open rows whose 备注 says something of which nothing was lifted, in sheet order."""
    codes, texts = project.distinct_texts("note")
    some = np.array([_says_something(text) for text in texts], dtype=bool)[codes]
    rows = np.flatnonzero(some & project.assessment.states.open).tolist()
    return [i for i in rows if not project.conditions[i]]


def _says_something(text: str) -> bool:
    key = normalise_key(text)
    return key not in NOTHING and key not in _EMPTY_WORDS and _LETTERS.search(key) is not None


def declined_record(project: Project, found: Proposal) -> dict[str, object]:
    """The record of `_history` that keeps a proposal from coming back."""
    return {
        "kind": DECLINED,
        "key": found.id,
        "as_of": project.as_of,
        "row_id": found.row_id,
        "field": "declined",
        "value": found.quote,
    }


def _declined(project: Project) -> frozenset[tuple[str, str]]:
    """Task and condition keys of the proposals that somebody declined."""
    history = project.table("history")
    columns = (history.texts(name).tolist() for name in ("kind", "row_id", "key"))
    rows = zip(*columns, strict=True)
    return frozenset((normalise_key(row_id), key) for kind, row_id, key in rows if kind == DECLINED)


def _outlives(condition: Condition, finish: dt.date | None) -> bool:
    return condition.date is not None and finish is not None and condition.date > finish


class Waits:
    """Which rows a dependency in a note names, by their IDs or by the whole words of one task."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._after: dict[int, set[int]] | None = None
        self._named: dict[str, list[int]] = {}

    def rows(self, row: int, condition: Condition) -> tuple[int, ...]:
        """The rows waited for; none where the words name no row, or no single one."""
        # The same note stands in many rows.
        if condition.what not in self._named:
            self._named[condition.what] = self._said(normalise_key(condition.what))
        return tuple(other for other in self._named[condition.what] if other != row)

    def _said(self, said: str) -> list[int]:
        row_of = self._project.row_of
        pieces = _PLAIN_IDS.fullmatch(said)
        keys = (
            _NUMBERS.findall(pieces["ids"]) if pieces else [k for k in _IDS.findall(said) if _HAS_LETTER(k)]
        )
        return [row_of[key] for key in dict.fromkeys(keys) if key in row_of] or self._by_task(said)

    def _by_task(self, said: str) -> list[int]:
        """The one row whose 主要任务 the words hold."""
        first, last, lengths = self._tasks
        # The pieces of a note are few, the tasks may be a hundred thousand.
        whole = len(said)
        pieces = (said[at : at + n] for n in lengths if n <= whole for at in range(whole - n + 1))
        held = list(first.keys() & set(pieces))
        held = [task for task in held if not any(task != other and task in other for other in held)]
        return [first[held[0]]] if len(held) == 1 and first[held[0]] == last[held[0]] else []

    @cached_property
    def _tasks(self) -> tuple[Mapping[str, int], Mapping[str, int], list[int]]:
        """主要任务 as keys → the first row that has it, and the last one; and how long the keys are."""
        texts: list[str] = self._project.texts("task").tolist()
        rows = list(range(len(texts)))
        if min(map(len, texts), default=0) < _SHORTEST_TASK:
            rows = [i for i in rows if len(texts[i]) >= _SHORTEST_TASK]
            texts = [texts[i] for i in rows]
        keys = normalise_keys(texts)
        last = dict(zip(keys, rows, strict=True))
        first = dict(zip(reversed(keys), reversed(rows), strict=True))
        return first, last, sorted(set(map(len, last)))

    def linked(self, source: int, target: int) -> bool:
        """Whether 前置 of a row names another one."""
        return target in self._followers().get(source, ())

    def reaches(self, source: int, target: int) -> bool:
        """Whether a row is waited for, at any distance, by another: the reverse link would be a cycle."""
        seen, left = {source}, [source]
        while left:
            fresh = self._followers().get(left.pop(), set()) - seen
            if target in fresh:
                return True
            seen |= fresh
            left += fresh
        return source == target

    def _followers(self) -> dict[int, set[int]]:
        if self._after is None:
            graph = self._project.assessment.graph
            self._after = {}
            for source, target in zip(graph.source.tolist(), graph.target.tolist(), strict=True):
                self._after.setdefault(source, set()).add(target)
        return self._after


class Leads:
    """How many days ahead to warn about a date in a note.

    The same note's own words count first, then the row's 提前预警 cell, then another note that
    speaks of the same thing (若原型延迟,需提前3个工作日预警 next to 输出原型), then 设置.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._cell = project.seen("lead_days").serial
        # Rows with the same note share one tuple: told apart by identity, hashing them all is slow.
        distinct = {id(conditions): conditions for conditions in project.conditions if conditions}
        found = (c for conditions in distinct.values() for c in conditions if c.lead_days is not None)
        self._others = sorted(
            {(_things(c.what, _LATENESS), c.lead_days or 0, c.calendar_days) for c in found if c.what},
            key=lambda lead: (-lead[1], sorted(lead[0]), lead[2]),
        )
        self._matched: dict[str, tuple[int, bool] | None] = {}
        self._warned: dict[tuple[dt.date, int, bool], dt.date] = {}

    def warning(self, row: int, condition: Condition) -> tuple[int, dt.date | None]:
        """The lead of a dated condition, and the first day of its warning."""
        days, natural = self._lead(row, condition)
        if condition.date is None:
            return days, None
        key = (condition.date, days, natural)
        if key not in self._warned:
            self._warned[key] = self._back(*key)
        return days, self._warned[key]

    def _back(self, date: dt.date, days: int, natural: bool) -> dt.date:
        return date - dt.timedelta(days=days) if natural else self._project.calendar.add(date, -days)

    def _lead(self, row: int, condition: Condition) -> tuple[int, bool]:
        for other in self._project.conditions[row]:
            if other.lead_days is not None:
                return other.lead_days, other.calendar_days
        if self._cell[row] >= 0:
            return int(self._cell[row]), False
        said = f"{condition.subject} {condition.what}"
        if said not in self._matched:
            self._matched[said] = self._same_thing(_things(said, _VERBS))
        return self._matched[said] or (self._project.settings.lead_time, False)

    def _same_thing(self, things: frozenset[str]) -> tuple[int, bool] | None:
        """The lead that shares most words; of several the longest."""
        best = max(self._others, key=lambda lead: len(lead[0] & things), default=None)
        return (best[1], best[2]) if best and best[0] & things else None


def _things(text: str, without: re.Pattern[str]) -> frozenset[str]:
    """What a text is about: pairs of Chinese characters and words, without the given ones."""
    bare = without.sub(" ", text)
    pairs = (run[k : k + 2] for run in _HAN.findall(bare) for k in range(len(run) - 1))
    return frozenset((*pairs, *(word.lower() for word in _WORD.findall(bare))))


def _accepted(project: Project) -> Mapping[str, list[str]]:
    """Task key → the 来源 texts of the registers' rows about that task."""
    found: dict[str, list[str]] = {}
    for key, source in _sources(project):
        found.setdefault(key, []).append(source)
    return found


def _sources(project: Project) -> Iterator[tuple[str, str]]:
    for name in _REGISTERS:
        table = project.table(name)
        tasks, sources = table.texts("task_id").tolist(), table.texts("source").tolist()
        for task, source in zip(tasks, sources, strict=True):
            if source:
                yield from ((key, normalise_key(source)) for key in parse_ids(task))


def _quoted(condition: Condition, sources: list[str]) -> bool:
    quote, key = normalise_key(condition.quote), condition.key
    return any(quote in source or key in source for source in sources)
