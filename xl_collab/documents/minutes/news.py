"""What is new in the tracker and the risk register since a snapshot, row by row and in words.

Minutes are made of it. Only rows that will be shown are put into words: `of` takes row numbers,
which the lists here give in the order in which people should read them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from xl_collab.documents.causes import grouped, inherited
from xl_collab.documents.minutes import words as words
from xl_collab.documents.minutes.meeting import Period
from xl_collab.documents.minutes.snapshots import Comparison, PeriodSnapshot, risk_state, state
from xl_collab.plan.computed import level_of
from xl_collab.plan.project import Project
from xl_collab.project.sentences import brief, day, fitted, joined, listing
from xl_collab.project.tables import Flags
from xl_collab.schema.keys import contributions, normalise_key, parse_ids
from xl_collab.schema.words import RAG, RISK_STATUS, STATUS, Choices, Text

News = Literal["new", "changed", "closed", "open"]


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A tracker row that changed, under the department that leads it."""

    id: str
    department: Text
    task: str
    base: dt.date | None
    percent: float | None
    status: str
    rag: str
    workdays: int | None
    change: Text


@dataclass(frozen=True, slots=True)
class DelayLine:
    """A red or yellow row, or one delivered late in the period; `workdays` signed."""

    id: str
    department: Text
    task: str
    base: dt.date | None
    compared: dt.date | None
    kind: str
    workdays: int | None
    rag: str
    reason: Text


@dataclass(frozen=True, slots=True)
class RiskNews:
    """A risk on record, or a tracker row whose alert turned; `reason`: what changed, and the measure."""

    id: str
    news: News
    risk: Text
    owner: str
    due: dt.date | None
    score: int | None
    level: str
    reason: Text
    registered: bool = True


class TrackerNews:
    """The tracker now against the snapshot `then` (None: against the start of the project)."""

    def __init__(self, project: Project, then: PeriodSnapshot | None) -> None:
        self.project = project
        self.then = then
        self.period = Period(then, project.as_of)
        self.changes = Comparison(state(project), then)
        self.leads = project.leads
        self.percents = project.tracker.numbers("percent")

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
    def progress(self) -> list[int]:
        """Rows that moved, department by department in the order of 通讯录."""
        rank = {name: n for n, name in enumerate(self.project.departments)}
        rows: list[int] = np.flatnonzero(self.moved).tolist()
        return sorted(rows, key=lambda i: rank.get(self.leads[i], len(rank)))

    @cached_property
    def slips(self) -> list[int]:
        """Red rows, yellow rows, then late deliveries of the period; the largest variance first.

        Of unfinished rows, what one slip made late stands together, behind the row where it began.
        """
        found = self.project.assessment
        variance = np.nan_to_num(found.variance, nan=-1e9)
        late = (found.rag == "blue") & (variance > 0) & self.newly_done
        order = np.select([found.rag == "red", found.rag == "yellow", late], [0, 1, 2], 3)
        rows: list[int] = np.lexsort((-variance, order)).tolist()
        red, yellow, done = ([row for row in rows if order[row] == kind] for kind in range(3))
        return [*grouped(self.project, red), *grouped(self.project, yellow), *done]

    @cached_property
    def turned(self) -> list[int]:
        """Unfinished rows whose alert got worse: to red, or from green or nothing to yellow.

        What one slip turned stands together.
        """
        rag, before = self.project.assessment.rag, self.changes.before["rag"]
        red = (rag == "red") & (before != "red")
        yellow = (rag == "yellow") & ~np.isin(before.astype(str), ("red", "yellow"))
        return [row for rows in (red, yellow) for row in grouped(self.project, np.flatnonzero(rows).tolist())]

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

    def progress_of(self, i: int) -> ProgressLine:
        """What changed in a row."""
        fields, percent = self.changes.now.fields, float(self.percents[i])
        return ProgressLine(
            id=self.id(i),
            department=self.department(i),
            task=self.task(i),
            base=day(self.project.assessment.base[i]),
            percent=None if np.isnan(percent) else percent,
            status=str(fields["status"][i]),
            rag=str(fields["rag"][i]),
            workdays=self.days(i),
            change=joined([*self._now(i), *self._supported(i), *self._reported(i)]),
        )

    def _now(self, i: int) -> Iterator[Text]:
        if self.changes.new[i]:
            yield from ([words.NEW_ROW] if self.then else [])
            yield from self._standing(i)
            return
        if self.newly_done[i]:
            yield self._finish(i)
        for name, template in _CHANGES:
            # A row that is done needs no word about its status, nor that its percentage is full.
            if self.changes.changed(name)[i] and not (self.newly_done[i] and name in ("status", "percent")):
                old, new = (str(x[name][i]) for x in (self.changes.before, self.changes.now.fields))
                yield fitted(template, old=_shown(name, old), new=_shown(name, new))

    def _standing(self, i: int) -> Iterator[Text]:
        """A row without a past: where it stands."""
        if self.done[i]:
            yield self._finish(i)
            return
        now = self.changes.now.fields
        fields = {name: str(now[name][i]) for name in ("status", "percent", "forecast")}
        if fields["status"]:
            yield fitted(words.NOW, status=_shown("status", fields["status"]))
        if fields["percent"] not in ("", "0"):
            yield fitted(words.PERCENT_NOW, new=_shown("percent", fields["percent"]))
        if fields["forecast"]:
            yield fitted(words.FORECAST_NOW, new=fields["forecast"])

    def _finish(self, i: int) -> Text:
        actual = day(self.project.seen("actual").day[i])
        return fitted(words.DONE_ON, date=actual) if actual else words.DONE

    def _supported(self, i: int) -> Iterator[Text]:
        """What supporters wrote since then, a sentence each."""
        before, now = (
            contributions(str(fields["support_feedback"][i]))
            for fields in (self.changes.before, self.changes.now.fields)
        )
        for name, said in now.items():
            if before.get(name) != said:
                yield fitted(words.SUPPORT, department=name or words.SUPPORTERS, text=brief(said, 80))

    @cached_property
    def _reports(self) -> dict[str, dict[str, tuple[dt.date, str]]]:
        """The last 今日进展 of the period by normalised task ID and department."""
        table = self.project.table("sync")
        found: dict[str, dict[str, tuple[dt.date, str]]] = {}
        columns = (table.texts(name).tolist() for name in ("task_id", "department", "progress"))
        days = (day(value) for value in table.dates("date"))
        for when, ids, department, text in zip(days, *columns, strict=True):
            if when is not None and self.period.holds(when) and text:
                for key in parse_ids(ids):
                    reports = found.setdefault(key, {})
                    if department not in reports or reports[department][0] <= when:
                        reports[department] = (when, text)
        return found

    def _reported(self, i: int) -> Iterator[Text]:
        """What departments last reported, the latest first; two are enough for a line."""
        reports = self._reports.get(normalise_key(self.id(i)), {})
        latest = sorted(reports.items(), key=lambda report: report[1][0], reverse=True)
        for department, (when, text) in latest[:2]:
            yield fitted(words.SYNC, department=department, date=f"{when:%m-%d}", text=text)

    def days(self, i: int) -> int | None:
        """A row's variance."""
        variance = float(self.project.assessment.variance[i])
        return None if np.isnan(variance) else int(variance)

    def slip_of(self, i: int) -> DelayLine:
        """A row's variance with its reason, its cause on record and whom it reaches."""
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
        )

    def _why(self, i: int) -> Iterator[Text]:
        found = self.project.assessment
        if found.reason[i]:
            yield Text(found.reason[i], found.reason[i])
        base, compared = day(found.base[i]), day(found.compared[i])
        if base and compared and found.variance[i] > 0:
            weekdays = self.project.calendar.contrast(base, compared)
            if weekdays is not None:
                yield fitted(words.CALENDAR, weekdays=f"{weekdays:+d}")
            yield self.cause(i)
        # Whom a slip reaches is said where it began: one slip is one matter.
        own = normalise_key(self.id(i)) in self._causes or inherited(self.project, i) is None
        if own and i in self._worst:
            reached = [fitted(words.PUSHED, id=self.id(j), days=days) for j, days in found.pushes(i).items()]
            yield from [fitted(words.REACHES, ids=listing(reached, 3))] if reached else []

    def cause(self, i: int) -> Text:
        """The last cause on record, else where the lateness came from and what was reported beside it.

        A problem of 每日同步 is no proof that the row is late by it: it is told as what it is.
        """
        key = normalise_key(self.id(i))
        if key in self._causes:
            return fitted(words.CAUSE, cause=self._causes[key])
        cause, problem = inherited(self.project, i), self._problems.get(key)
        found = [fitted(words.CAUSE, cause=cause)] if cause else []
        found += [fitted(words.PROBLEM, cause=problem)] if problem else []
        return joined(found) if found else words.NO_CAUSE

    @cached_property
    def _worst(self) -> list[int]:
        """The first unfinished slips: working out whom a row pushes takes a pass over the plan."""
        return [i for i in self.slips if not self.done[i]][:10]

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

    def totals(self) -> dict[str, tuple[int, int]]:
        """Department → tasks that it leads, and how many of them are done."""
        rows = np.flatnonzero(self.counted).tolist()
        total = Counter(self.leads[i] for i in rows)
        done = Counter(self.leads[i] for i in rows if self.done[i])
        return {name: (count, done[name]) for name, count in total.items()}


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
            risk=Text(*[str(table.texts("risk")[i])] * 2),
            owner=str(table.texts("owner")[i]),
            due=day(table.dates("due")[i]),
            score=int(score) if score else None,
            level=level_of(int(score)) if score else "",
            reason=joined(self._reason(i, news)),
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

    def _reason(self, i: int, news: News) -> Iterator[Text]:
        before, now = self.changes.before, self.changes.now.fields
        if news in ("changed", "closed") and not self.changes.new[i]:
            for name, template in (("risk_status", words.RISK_STATUS), ("score", words.SCORE)):
                if before[name][i] != now[name][i]:
                    old, new = _shown(name, str(before[name][i])), _shown(name, str(now[name][i]))
                    yield fitted(template, old=old, new=new)
        measure = str(self.project.table("risks").texts("countermeasure")[i])
        if measure or news != "closed":
            yield Text(measure, measure) if measure else words.NO_MEASURE


def turned_risk(news: TrackerNews, i: int) -> RiskNews:
    """A tracker row whose alert turned, as a risk; closed ones are seen in the progress."""
    found = news.project.assessment
    old, new = str(news.changes.before["rag"][i]), _shown("rag", str(found.rag[i]))
    template = words.TURNED if old else words.TURNED_NEW
    return RiskNews(
        id=news.id(i),
        news="changed" if old else "new",
        risk=fitted(words.TASK_RISK, task=news.task(i)),
        owner=str(news.project.tracker.texts("owner")[i]),
        due=day(found.base[i]),
        score=None,
        level="",
        reason=fitted(template, old=_shown("rag", old), new=new, reason=found.reason[i]),
        registered=False,
    )


_NEWS_ORDER: tuple[News, ...] = ("new", "changed", "closed", "open")
_CHANGES: tuple[tuple[str, Text], ...] = (
    ("status", words.STATUS),
    ("percent", words.PERCENT),
    ("base", words.BASE),
    ("forecast", words.FORECAST),
    ("rag", words.RAG),
)
_LISTS: dict[str, Choices] = {"status": STATUS, "rag": RAG, "risk_status": RISK_STATUS}


def _shown(name: str, value: str) -> Text:
    """A kept field's text as people read it."""
    choices = _LISTS.get(name)
    if not value:
        return words.EMPTY
    if choices is not None and value in choices.codes:
        return Text(choices.label(value, "zh"), choices.label(value, "en"))
    return Text(*[f"{float(value):.0%}" if name == "percent" else value] * 2)
