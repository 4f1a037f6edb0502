"""`risks`: what endangers the plan, scored and said in words, and proposals out of notes.

Where risks come from, and their probability (1–5):

- rows that are red (5 when late already, else 4) or yellow (3 when late or waiting for a red
  predecessor, 2 when only little time is left; 1 more without slack)
- dates and confirmations that notes ask for and nobody registered (5 passed, 4 in the warning
  time or the task is red or begun, 3 yellow or soon to start, else 2)
- entries of 风险登记 that are not closed, with their own probability and impact
- open rows without a responsible department (4), or that need help and have no supporter (3)
- open rows that wait for a paused (4) or cancelled (3) predecessor
- departments that lead more than OVERLOAD unfinished tasks on one day (3, from twice that 4)

Impact (1–5) of a row: 2, and 1 more each from 1, 3 and 6 dependent rows, and on the critical
path. A date or confirmation in a note has at least 3, and so has an overload.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from xl_collab.plan.project import Project
from xl_collab.plan.proposals import silent_notes
from xl_collab.plan.risk import (
    MANY,
    Batch,
    Proposal,
    Reach,
    RiskItem as RiskItem,
    RiskItems,
    RiskKind,
    RiskList as RiskList,
)
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.tables import Days, Flags
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import FEEDBACK, RISK_STATUS, SCALE, Text, t

Ints = npt.NDArray[np.int64]

OVERLOAD = 5
"""Unfinished tasks that a department may lead on one day before that is a risk."""

_LATE = ("late", "expected", "projected")
_ROOT = t("；源头 {id}", "; it began with {id}")
_NOTHING = Text("", "")
_OVERDUE = t("；应对期限 {due} 已过", "; its response was due {due}")
_NO_ANSWER = t("；没有应对措施", "; no countermeasure")
_STARTED = t("；任务应已于 {day} 开始", "; the task was to start on {day}")
_STARTS = t("；任务将于 {day} 开始", "; the task starts on {day}")
_PASSED = t("；{day} 已过", "; {day} has passed")
_WARN = t("；{day} 到期，自 {warn} 起预警", "; due {day}, warning from {warn}")


def risks(
    project: Project, kept: Mapping[str, Mapping[str, str]] | None = None, *, replace: bool = False
) -> Outcome[RiskList]:
    """All risks by falling score, and the sheet 风险清单.

    kept     what people typed beside proposals, see RiskList
    replace  the page may be drawn anew in its place: what else people wrote there is drawn again
    """
    found = _Search(project)
    items = RiskItems(list(found.batches()))
    silent = silent_notes(project)
    texts = zip(*(project.texts(name)[silent].tolist() for name in ("id", "note")), strict=True)
    document = RiskList(project.as_of, items, found.proposals, kept or {}, project.estimate, tuple(texts))
    title = GENERATED["risks"].of(project.lang)
    return Outcome(document, (InsertSheet("risks", title, document, replace=replace),))


class _Search:
    """One pass over a project; each method gives the risks of one kind of source."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.found = project.assessment
        self.names = project.texts("id")
        self.open = self.found.states.open
        self.proposals = project.proposals

    def batches(self) -> Iterator[Batch]:
        """Every risk, grouped by source."""
        yield from self._alerts()
        yield self._dates()
        yield self._confirmations()
        yield self._register()
        yield from self._parties()
        yield from self._stopped_predecessors()
        yield self._overloads()

    # reach and impact

    @cached_property
    def dependents(self) -> Ints:
        """Open rows that depend on each open row, counted up to MANY."""
        rows = np.flatnonzero(self.open)
        counts = np.zeros(len(self.names), dtype=np.int64)
        counts[rows] = self.found.schedule.dependents(rows, MANY)
        return counts

    @cached_property
    def impact(self) -> Ints:
        """1–5 for every row."""
        steps = sum((self.dependents >= least).astype(np.int64) for least in (1, 3, MANY))
        return np.minimum(2 + steps + self.found.critical, 5)

    def _reach(self, row: int) -> Reach:
        return Reach(self._dependents[row], self._slack[row])

    @cached_property
    def _dependents(self) -> list[int]:
        return self.dependents.tolist()

    @cached_property
    def _slack(self) -> list[int | None]:
        return [int(days) if days == days else None for days in self.found.slack.tolist()]

    def _batch(self, kind: RiskKind, where: Flags, chance: Ints | int, days: Ints | int = 0) -> Batch:
        """One risk for each marked row."""
        rows = np.flatnonzero(where)
        chances, figures = (np.broadcast_to(v, where.shape)[rows] for v in (chance, days))
        columns = (rows, self.names[rows], chances, self.impact[rows], figures)
        made = list(zip(*(column.tolist() for column in columns), strict=True))

        def make(k: int) -> RiskItem:
            row, name, probability, impact, figure = made[k]
            what, more = self._what(kind, row), self._began(row) if kind in _LATE else _NOTHING
            return RiskItem(name, kind, probability, impact, figure, what, None, self._reach(row), more)

        return Batch(chances.astype(np.int64), self.impact[rows], make)

    def _began(self, row: int) -> Text:
        """Of a late row: where it began, if further up."""
        root = self.found.causes.root(row)
        if root is None or root.row == row:
            return _NOTHING
        return _filled(_ROOT, id=self.names[root.row])

    def _what(self, kind: RiskKind, row: int) -> str:
        """The predecessors that a sentence names."""
        states = self.found.states
        if kind not in ("paused", "cancelled"):
            return str(self.found.predecessor_alert[row])
        before = self.found.graph.before(row)
        stopped = states.paused if kind == "paused" else states.cancelled
        return "、".join(self.names[before[stopped[before]]].tolist())

    # sources

    def _alerts(self) -> Iterator[Batch]:
        """Red and yellow rows."""
        found = self.found
        red, yellow = found.rag == "red", found.rag == "yellow"
        based, late = ~np.isnat(found.base), found.variance >= 1
        days, left, missed = (_whole(v) for v in (found.variance, found.left, found.missed))
        kind, waiting = found.compared_kind, found.predecessor_alert != ""
        three, two = 3 + found.critical, 2 + found.critical
        slipped = (red | yellow) & late
        yield self._batch("late", slipped & (kind == "today"), np.where(red, 5, three), days)
        yield self._batch("expected", slipped & (kind == "forecast"), np.where(red, 4, three), days)
        yield self._batch("projected", slipped & (kind == "projected"), np.where(red, 4, three), days)
        yield self._batch("waiting", yellow & based & ~late & waiting, three)
        yield self._batch("close", yellow & based & ~late & ~waiting, two, left)
        yield self._batch("missed", (red | yellow) & ~based, np.where(red, 4, 3), missed)

    def _noted(
        self, kind: RiskKind, found: list[Proposal], chance: Ints, more: Callable[[int], Text]
    ) -> Batch:
        """One risk for each proposal; `more` gives the end of its sentence."""
        impact = np.maximum(3, self.impact[_rows(found)])
        scores = list(zip(chance.tolist(), impact.tolist(), strict=True))

        def make(k: int) -> RiskItem:
            it, score = found[k], scores[k]
            return RiskItem(it.row_id, kind, *score, 0, it.quote, None, self._reach(it.row), more(k))

        return Batch(chance, impact, make)

    def _dates(self) -> Batch:
        """Dates that notes set."""
        found = [p for p in self.proposals if p.condition.kind == "deadline" and p.warn_from]
        day = np.array([p.date for p in found], dtype="datetime64[D]")
        warn = np.array([p.warn_from for p in found], dtype="datetime64[D]")
        rag, as_of = self.found.rag[_rows(found)], np.datetime64(self.project.as_of, "D")
        chance = np.select([day < as_of, (warn <= as_of) | (rag == "red"), rag == "yellow"], [5, 4, 3], 2)

        days, warned, passed = day.tolist(), warn.tolist(), (day < as_of).tolist()

        @cache
        def said(gone: bool, until: date, since: date) -> Text:
            return _filled(_PASSED if gone else _WARN, day=until, warn=since)

        def more(k: int) -> Text:
            return said(passed[k], days[k], warned[k])

        return self._noted("deadline", found, chance, more)

    def _confirmations(self) -> Batch:
        """Confirmations that notes ask for."""
        found = [p for p in self.proposals if p.condition.kind == "confirmation"]
        rows, as_of = _rows(found), np.datetime64(self.project.as_of, "D")
        start = self._starts()[rows]
        begun, known = start <= as_of, ~np.isnat(start)
        wait = self.project.calendar.between_many(self.project.as_of, start)
        chance = np.select([begun, known & (wait <= self.found.lead[rows])], [4, 3], 2)

        days, past = start.tolist(), begun.tolist()

        @cache
        def said(gone: bool, first: date) -> Text:
            return _filled(_STARTED if gone else _STARTS, day=first)

        def more(k: int) -> Text:
            return said(past[k], days[k]) if days[k] else _NOTHING

        return self._noted("confirmation", found, chance, more)

    def _starts(self) -> Days:
        """计划开始, else the working day after the latest predecessor's finish."""
        planned, edges = self.project.seen("planned_start").day, self.found.schedule.plan.graph
        latest = np.full_like(planned, np.datetime64("NaT", "D"))
        np.fmax.at(latest, edges.target, self.found.finish[edges.source])
        starts: Days = np.where(np.isnat(planned), self.project.calendar.add_many(latest, 1), planned)
        return starts

    def _register(self) -> Batch:
        """Entries of 风险登记 that are not closed and have both scores."""
        table, as_of = self.project.table("risks"), self.project.as_of
        columns = ("id", "risk", "status", "probability", "impact", "countermeasure")
        texts = zip(*(table.texts(column).tolist() for column in columns), strict=True)
        found: list[RiskItem] = []
        for (name, risk, status, *scores, answer), due in zip(
            texts, table.dates("due").tolist(), strict=True
        ):
            chance, harm = map(SCALE.code, scores)
            if chance and harm and RISK_STATUS.code(status) != "closed":
                late = _filled(_OVERDUE, due=due) if due and due < as_of else _NOTHING
                none = _NOTHING if answer else _NO_ANSWER
                more = Text(none.zh + late.zh, none.en + late.en)
                found.append(RiskItem(name, "register", int(chance), int(harm), what=risk, more=more))
        return _ready(found)

    def _parties(self) -> Iterator[Batch]:
        """Open rows that nobody leads, or that ask for help nobody gives."""
        codes, parties = self.project.distinct_parties
        leaderless = np.array([p.lead is None and not p.contested for p in parties], dtype=bool)[codes]
        alone = np.array([not (p.supporters or p.everyone) for p in parties], dtype=bool)[codes]
        told, words = self.project.distinct_texts("feedback")
        asking = np.array([FEEDBACK.code(word) == "help" for word in words], dtype=bool)[told]
        yield self._batch("no_owner", self.open & leaderless, 4)
        unhelped = alone & (self.project.texts("support") == "")
        yield self._batch("no_support", self.open & asking & unhelped, 3)

    def _stopped_predecessors(self) -> Iterator[Batch]:
        """Open rows that wait for something paused or cancelled."""
        states, graph = self.found.states, self.found.graph
        stopped: tuple[tuple[RiskKind, Flags, int], ...] = (
            ("paused", states.paused, 4),
            ("cancelled", states.cancelled, 3),
        )
        for kind, which, chance in stopped:
            waiting = np.zeros(graph.count, dtype=bool)
            waiting[graph.target[which[graph.source]]] = True
            yield self._batch(kind, self.open & waiting, chance)

    def _overloads(self) -> Batch:
        """Departments that lead more than OVERLOAD unfinished tasks on some day from as_of on."""
        codes, parties = self.project.distinct_parties
        names = [p.lead.department if p.lead else "" for p in parties]
        planned, finish = self.project.seen("planned_start").day, self.found.finish
        as_of = np.datetime64(self.project.as_of, "D")
        known = self.open & ~np.isnat(planned) & (finish >= as_of)
        place = {name: k for k, name in enumerate(dict.fromkeys(filter(None, names)))}
        lead = np.array([place.get(name, -1) for name in names], dtype=np.int64)[codes]
        busy = np.flatnonzero(known)
        busy = busy[np.argsort(lead[busy], kind="stable")]
        ends = np.searchsorted(lead[busy], np.arange(len(place) + 1))
        found: list[RiskItem] = []
        for name, k in place.items():
            rows = busy[ends[k] : ends[k + 1]]
            if len(rows) > OVERLOAD:
                found += self._overload(name, rows, np.maximum(planned[rows], as_of), finish[rows])
        return _ready(found)

    def _overload(self, name: str, rows: Ints, starts: Days, ends: Days) -> list[RiskItem]:
        """The day on which most tasks run at once, if they are too many."""
        begins = np.sort(starts)
        at_once = np.arange(1, len(rows) + 1) - np.searchsorted(np.sort(ends), begins, side="left")
        most, day = int(at_once.max()), begins[int(at_once.argmax())]
        if most <= OVERLOAD:
            return []
        first = rows[(starts <= day) & (ends >= day)][0]
        chance = 4 if most >= 2 * OVERLOAD else 3
        return [RiskItem(self.names[first], "overload", chance, 3, most, name, day.item())]


def _ready(items: list[RiskItem]) -> Batch:
    """A batch of risks that are written out already."""
    chance, impact = (np.array([item[k] for item in items], dtype=np.int64) for k in (2, 3))
    return Batch(chance, impact, items.__getitem__)


def _rows(found: list[Proposal]) -> Ints:
    return np.array([proposal.row for proposal in found], dtype=np.int64)


def _whole(values: npt.NDArray[np.float64]) -> Ints:
    return np.where(np.isnan(values), 0, values).astype(np.int64)


def _filled(template: Text, **words: object) -> Text:
    return Text(template.zh.format(**words), template.en.format(**words))
