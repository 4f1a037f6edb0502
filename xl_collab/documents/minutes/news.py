"""What is new in the tracker and the risk register since a snapshot, row by row and in words.

Minutes are made of it. Only rows that will be shown are put into words: `of` takes row numbers,
which the lists here give in the order in which people should read them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from xl_collab.documents.causes import own
from xl_collab.documents.minutes import words as words
from xl_collab.documents.minutes.meeting import Period
from xl_collab.documents.minutes.snapshots import Comparison, PeriodSnapshot, risk_state, state
from xl_collab.plan.computed import level_of
from xl_collab.plan.project import Project
from xl_collab.project.sentences import day, fitted, joined
from xl_collab.project.tables import Flags
from xl_collab.schema.keys import normalise_key, parse_ids
from xl_collab.schema.words import RAG, RISK_STATUS, STATUS, Choices, Text

News = Literal["new", "changed", "closed", "open"]


@dataclass(frozen=True, slots=True)
class RowNews:
    """What changed in a tracker row since then; nothing where it is said that the row is done."""

    id: str
    change: Text


@dataclass(frozen=True, slots=True)
class DepartmentNews:
    """How far a department is: the tasks that it leads, what it finished since then, what else moved."""

    department: Text
    total: int
    done: int
    red: int
    yellow: int
    newly: tuple[str, ...]
    """IDs of the rows that were finished since then."""
    moved: tuple[RowNews, ...]
    """The other rows that changed."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A row that is late by what another one did; `workdays` signed."""

    id: str
    department: Text
    workdays: int


@dataclass(frozen=True, slots=True)
class DelayLine:
    """Where lateness began, with the unfinished rows that are late by it; `workdays` signed.

    A row that hangs on no other one, and one with a cause of its own on record, stands for itself.
    """

    id: str
    department: Text
    task: str
    base: dt.date | None
    compared: dt.date | None
    kind: str
    workdays: int | None
    rag: str
    reason: Text
    affected: tuple[Affected, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A row that needs a name and no line: whose, until when, by how much."""

    id: str
    department: Text
    base: dt.date | None
    workdays: int | None


@dataclass(frozen=True, slots=True)
class RiskNews:
    """A risk on record. `change`: what is different since then; `measure`: its countermeasure."""

    id: str
    news: News
    risk: str
    owner: str
    due: dt.date | None
    score: int | None
    level: str
    change: Text
    measure: Text


class TrackerNews:
    """The tracker now against the snapshot `then` (None: against the start of the project)."""

    def __init__(self, project: Project, then: PeriodSnapshot | None) -> None:
        self.project = project
        self.then = then
        self.period = Period(then, project.as_of)
        self.changes = Comparison(state(project), then)
        self.leads = project.leads

    @cached_property
    def done(self) -> Flags:
        """Rows that are done."""
        done: Flags = self.project.assessment.states.done
        return done

    @cached_property
    def counted(self) -> Flags:
        """Rows that count as tasks: all but the cancelled."""
        counted: Flags = ~self.project.assessment.states.cancelled
        return counted

    @cached_property
    def newly_done(self) -> Flags:
        """Rows done now that were not done then."""
        newly: Flags = self.done & np.asarray(self.changes.before["status"] != "done", dtype=bool)
        return newly

    @cached_property
    def moved(self) -> Flags:
        """Rows worth a line: something that people entered or agreed on is different from then."""
        fields = self.changes.now.fields
        if self.then is None:
            started = ~np.isin(fields["status"].astype(str), ("", "not_started")) | self.done
            has_percent = ~np.isin(fields["percent"].astype(str), ("", "0"))
            filled = np.asarray((fields["forecast"] != "") | (fields["support_feedback"] != ""), dtype=bool)
            active: Flags = started | has_percent | filled
            return active
        names = ("status", "percent", "base", "forecast", "rag", "support_feedback")
        found = self.changes.new.copy()
        for name in names:
            found |= self.changes.changed(name)
        return found

    @cached_property
    def late(self) -> list[int]:
        """Red rows, then yellow ones that are late or miss records; the largest variance first."""
        found = self.project.assessment
        variance = np.nan_to_num(found.variance, nan=-1e9)
        yellow = (found.rag == "yellow") & ((variance > 0) | np.isnat(found.base))
        order = np.select([found.rag == "red", yellow], [0, 1], 2)
        rows: list[int] = np.lexsort((-variance, order)).tolist()
        return [row for row in rows if order[row] < 2]

    @cached_property
    def slips(self) -> dict[int, list[int]]:
        """Where lateness began -> the other late rows of it, both in the order of `late`."""
        found: dict[int, list[int]] = {}
        for row in self.late:
            root = self._began(row)
            found.setdefault(root, []).extend([row] if row != root else [])
        return found

    def _began(self, row: int) -> int:
        """Where a row's lateness began, or the late row on the way there that has a cause on record."""
        causes, known = self.project.assessment.causes, self._beginnings
        root = causes.root(row)
        if root is None:
            return row
        # Rows of one chain with the same root end where the first of them ended: each is gone through once.
        way: dict[int, None] = {}
        while (row, root.row) not in known:
            way[row] = None
            if row == root.row or self._explained(row):
                known[row, root.row] = row
                break
            row = int(causes.driving[row])
            if row < 0 or row in way:
                row = next(iter(way))
                known[row, root.row] = root.row
                break
        began = known[row, root.row]
        known.update({(passed, root.row): began for passed in way})
        return began

    @cached_property
    def _beginnings(self) -> dict[tuple[int, int], int]:
        """Row and its root → where its lateness began."""
        return {}

    def _explained(self, row: int) -> bool:
        return self.project.assessment.variance[row] > 0 and normalise_key(self.id(row)) in self._causes

    @cached_property
    def waiting(self) -> list[int]:
        """Yellow rows that are not late yet, by date."""
        found, late = self.project.assessment, set(self.late)
        rows = [row for row in np.flatnonzero(found.rag == "yellow").tolist() if row not in late]
        return sorted(rows, key=lambda row: found.base[row])

    @cached_property
    def done_late(self) -> list[int]:
        """Rows that were finished late since then; the largest variance first."""
        found = self.project.assessment
        late = (found.rag == "blue") & (np.nan_to_num(found.variance) > 0) & self.newly_done
        rows: list[int] = np.flatnonzero(late).tolist()
        return sorted(rows, key=lambda row: -float(found.variance[row]))

    # in words

    def id(self, i: int) -> str:
        """The row's ID as written."""
        return str(self.project.tracker.texts("id")[i])

    def task(self, i: int) -> str:
        """The row's task as written."""
        return str(self.project.tracker.texts("task")[i])

    def department(self, i: int) -> Text:
        """The leading department, or the words that say that none is named."""
        name = self.leads[i]
        return Text(name, name) if name else words.NO_LEAD

    def news_of(self, name: str) -> DepartmentNews:
        """How far a department is; '' for the rows without one."""
        rows = self._led[name]
        counted, rag = [i for i in rows if self.counted[i]], self.project.assessment.rag
        moved = [i for i in rows if self.moved[i]]
        return DepartmentNews(
            department=Text(name, name) if name else words.NO_LEAD,
            total=len(counted),
            done=sum(bool(self.done[i]) for i in counted),
            red=sum(rag[i] == "red" for i in rows),
            yellow=sum(rag[i] == "yellow" for i in rows),
            newly=tuple(self.id(i) for i in moved if self.newly_done[i]),
            moved=tuple(RowNews(self.id(i), _listed(self._now(i))) for i in moved if not self.newly_done[i]),
        )

    @cached_property
    def _led(self) -> dict[str, list[int]]:
        """Rows by the department that leads them, in the order of 通讯录; others behind."""
        found: dict[str, list[int]] = {name: [] for name in self.project.departments}
        for i, name in enumerate(self.leads):
            found.setdefault(name, []).append(i)
        return {name: rows for name, rows in found.items() if rows}

    @property
    def leading(self) -> list[str]:
        """Departments that lead a row."""
        return list(self._led)

    def named(self, i: int) -> Named:
        """A row by its name."""
        return Named(self.id(i), self.department(i), day(self.project.assessment.base[i]), self.days(i))

    def _now(self, i: int) -> Iterator[Text]:
        if self.changes.new[i]:
            yield from ([words.NEW_ROW] if self.then else [])
            yield from self._standing(i)
            return
        for name, template in _CHANGES:
            if self.changes.changed(name)[i]:
                old, new = (str(x[name][i]) for x in (self.changes.before, self.changes.now.fields))
                yield fitted(template, old=_shown(name, old), new=_shown(name, new))
        if self.changes.changed("support_feedback")[i]:
            yield words.SUPPORTED

    def _standing(self, i: int) -> Iterator[Text]:
        """A row without a past: where it stands."""
        now = self.changes.now.fields
        fields = {name: str(now[name][i]) for name in ("status", "percent", "forecast")}
        if fields["status"]:
            yield fitted(words.NOW, status=_shown("status", fields["status"]))
        if fields["percent"] not in ("", "0"):
            yield fitted(words.PERCENT_NOW, new=_shown("percent", fields["percent"]))
        if fields["forecast"]:
            yield fitted(words.FORECAST_NOW, new=fields["forecast"])

    def days(self, i: int) -> int | None:
        """A row's variance."""
        variance = float(self.project.assessment.variance[i])
        return None if np.isnan(variance) else int(variance)

    def slip_of(self, i: int) -> DelayLine:
        """Where lateness began: its variance with its reason, its cause on record, and whom it made late."""
        found = self.project.assessment
        return DelayLine(
            id=self.id(i),
            department=self.department(i),
            task=self.task(i),
            base=day(found.base[i]),
            compared=day(found.compared[i]),
            kind=str(found.compared_kind[i]),
            workdays=self.days(i),
            rag=str(found.rag[i]),
            reason=joined(self._why(i)),
            affected=tuple(self._affected(j) for j in self.slips.get(i, ())),
        )

    def _affected(self, i: int) -> Affected:
        return Affected(self.id(i), self.department(i), self.days(i) or 0)

    def _why(self, i: int) -> Iterator[Text]:
        found, changes = self.project.assessment, self.changes
        if reason := _beside_days(str(found.reason[i]), late=found.variance[i] > 0):
            yield Text(reason, reason)
        if changes.changed("rag")[i] and not changes.new[i]:
            old, new = (_shown("rag", str(rag[i])) for rag in (changes.before["rag"], found.rag))
            yield fitted(words.RAG, old=old, new=new)
        base, compared = day(found.base[i]), day(found.compared[i])
        if base and compared and found.variance[i] > 0:
            yield from self._cause(i)
            weekdays = self.project.calendar.contrast(base, compared)
            if weekdays is not None:
                yield fitted(words.CALENDAR, weekdays=f"{weekdays:+d}")

    def _cause(self, i: int) -> Iterator[Text]:
        """The last cause on record, else how the row made its days and what was reported beside it.

        A problem of 每日同步 is no proof that the row is late by it: it is told as what it is.
        """
        key = normalise_key(self.id(i))
        if key in self._causes:
            yield fitted(words.CAUSE, cause=self._causes[key])
            return
        how, problem = own(self.project, i), self._problems.get(key)
        yield from [fitted(words.HOW_LATE, how=how)] if how else []
        yield from [fitted(words.PROBLEM, cause=problem)] if problem else []

    @cached_property
    def _causes(self) -> dict[str, str]:
        """The last cause that 进度调整 gives, by normalised task ID."""
        return self._last("adjustments", "cause")

    @cached_property
    def _problems(self) -> dict[str, str]:
        """The last problem that 每日同步 tells, by normalised task ID."""
        return self._last("sync", "problem")

    def _last(self, register: str, column: str) -> dict[str, str]:
        table = self.project.table(register)
        pairs = zip(table.texts("task_id").tolist(), table.texts(column).tolist(), strict=True)
        return {row_id: text for ids, text in pairs if text for row_id in parse_ids(ids)}


class RiskRegister:
    """风险登记 now against the snapshot `then`."""

    def __init__(self, project: Project, then: PeriodSnapshot | None) -> None:
        self.project = project
        self.changes = Comparison(risk_state(project), then)
        self.period = Period(then, project.as_of)

    def news(self) -> list[RiskNews]:
        """Every risk but those closed before, new ones first and the highest score first."""
        found = filter(None, (self._risk(i) for i in range(len(self.changes.now.ids))))
        return sorted(found, key=lambda r: (_NEWS_ORDER.index(r.news), -(r.score or 0)))

    def _risk(self, i: int) -> RiskNews | None:
        table = self.project.table("risks")
        news = self._kind(i)
        if news is None or not table.texts("risk")[i]:
            return None
        score = self.changes.now.fields["score"][i]
        return RiskNews(
            id=str(table.texts("id")[i]),
            news=news,
            risk=str(table.texts("risk")[i]),
            owner=str(table.texts("owner")[i]),
            due=day(table.dates("due")[i]),
            score=int(score) if score else None,
            level=level_of(int(score)) if score else "",
            change=joined(self._change(i, news)),
            measure=self._measure(i, news),
        )

    def _kind(self, i: int) -> News | None:
        """None for a risk that was closed then and still is."""
        closed = self.changes.now.fields["risk_status"][i] == "closed"
        if self.changes.then is not None and not self.changes.new[i]:
            was_closed = self.changes.before["risk_status"][i] == "closed"
            if closed:
                return None if was_closed else "closed"
            different = any(self.changes.changed(name)[i] for name in ("risk_status", "score"))
            return "changed" if different else "open"
        return "closed" if closed else "new"

    def _change(self, i: int, news: News) -> Iterator[Text]:
        before, now = self.changes.before, self.changes.now.fields
        if news in ("changed", "closed") and not self.changes.new[i]:
            for name, template in (("risk_status", words.RISK_STATUS), ("score", words.SCORE)):
                if before[name][i] != now[name][i]:
                    old, new = _shown(name, str(before[name][i])), _shown(name, str(now[name][i]))
                    yield fitted(template, old=old, new=new)

    def _measure(self, i: int, news: News) -> Text:
        measure = str(self.project.table("risks").texts("countermeasure")[i])
        return Text(measure, measure) if measure or news == "closed" else words.NO_MEASURE


_NEWS_ORDER: tuple[News, ...] = ("new", "changed", "closed", "open")
_CHANGES: tuple[tuple[str, Text], ...] = (
    ("status", words.STATUS),
    ("percent", words.PERCENT),
    ("base", words.BASE),
    ("forecast", words.FORECAST),
    ("rag", words.RAG),
)
_LISTS: dict[str, Choices] = {"status": STATUS, "rag": RAG, "risk_status": RISK_STATUS}


def _beside_days(reason: str, *, late: bool) -> str:
    """What a 说明 says beside how late a row is, which the columns show."""
    pieces = re.split(r"(；|; )", reason)
    return "".join(pieces[2:] if late else pieces)


def _listed(parts: Iterator[Text]) -> Text:
    """What changed in one row, which stands in a line with other rows."""
    found = list(parts)
    return Text("，".join(part.zh for part in found), ", ".join(part.en for part in found))


def _shown(name: str, value: str) -> Text:
    """A kept field's text as people read it."""
    choices = _LISTS.get(name)
    if not value:
        return words.EMPTY
    if choices is not None and value in choices.codes:
        return Text(choices.label(value, "zh"), choices.label(value, "en"))
    return Text(*[f"{float(value):.0%}" if name == "percent" else value] * 2)
