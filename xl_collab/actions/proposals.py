"""proposals: conditions out of 备注 that people accept or decline; only accepted ones become rows.

A date becomes a milestone, a warning time a risk and the row's 提前预警, everything else an action
item. The new row quotes the note and the proposal's key in 来源, and by that it is known again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from xl_collab.errors import UsageError
from xl_collab.model.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.model.keys import normalise_key
from xl_collab.model.new_rows import label, new_ids
from xl_collab.model.notes.proposals import declined_record, proposals
from xl_collab.model.plan.altered import altered
from xl_collab.model.plan.computed import level_of
from xl_collab.model.plan.figures import figure_edits
from xl_collab.model.plan.project import Project
from xl_collab.model.reports.sentences import day, fitted
from xl_collab.model.risk import Proposal
from xl_collab.model.words import t

__all__ = ["Decided", "Entry", "decide", "identity"]

Record = dict[str, object]

_REGISTERS = {"milestone": "milestones", "risk": "risks", "action": "actions"}
_SCORE = 3
"""Probability and impact of a risk out of a note, until somebody judges it."""

_SOURCE = t("{id} 备注：“{quote}”（{key}）", "Note of {id}: “{quote}” ({key})")
_RISK = t("{what}（{id}）", "{what} ({id})")
_EVENT = t("{id} 未按期完成", "{id} is not finished in time")
_WARN = t("{sentence}自 {warn} 起预警。", "{sentence} Warn from {warn}.")
_COMMA = t("、", ", ")


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposal that became a row: `sheet` and `row_id` of the new row."""

    proposal: Proposal
    sheet: str
    row_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What is still open, what was decided now, and which of the asked ones were settled before."""

    open: tuple[Proposal, ...]
    accepted: tuple[Entry, ...] = ()
    declined: tuple[Proposal, ...] = ()
    settled: tuple[str, ...] = ()


def identity(proposal: Proposal) -> str:
    """What names a proposal on the command line: T003:deadline-4c1d…; the part after : is its key."""
    return f"{proposal.row_id}:{proposal.id}"


def decide(project: Project, accept: Sequence[str] = (), reject: Sequence[str] = ()) -> Outcome[Decided]:
    """List the open proposals; accept and decline those that are named.

    A name is a proposal's identity or its beginning: T003 means all of that row, T003:deadline the
    dates in its note, `all` everything. Raises UsageError for a name that no note has, and when a
    proposal is both accepted and declined. Naming settled ones again changes nothing.
    """
    found = proposals(project)
    taken, settled = _named(project, found, accept)
    declined, settled_too = _named(project, found, reject)
    both = [identity(p) for p in taken if p in declined]
    if both:
        raise UsageError(f"{both[0]} 不能既采纳又拒绝", f"{both[0]} cannot be both accepted and declined")
    left = tuple(p for p in found if p not in taken and p not in declined)
    entries = tuple(_entries(project, taken))
    edits = [*_rows(project, entries), *_lead_times(project, taken)]
    if declined:
        edits.append(AppendRows("history", tuple(declined_record(project, p) for p in declined)))
    data = Decided(left, entries, tuple(declined), tuple(dict.fromkeys((*settled, *settled_too))))
    return Outcome(data, tuple(edits))


def _named(
    project: Project, found: Sequence[Proposal], names: Iterable[str]
) -> tuple[list[Proposal], list[str]]:
    """The open proposals that the names mean, and the names of settled ones."""
    chosen: dict[Proposal, None] = {}
    settled: list[str] = []
    every: list[str] | None = None
    for name in names:
        hits = [p for p in found if _means(name, identity(p))]
        chosen.update(dict.fromkeys(hits))
        if hits or normalise_key(name) == "all":
            continue
        every = _every(project) if every is None else every
        old = [known for known in every if _means(name, known)]
        if not old:
            raise UsageError(
                f"备注里没有“{name}”这一条；不带 --accept 运行可看到编号",
                f"No note has the proposal {name}; run without --accept to see their IDs",
            )
        settled += old
    return list(chosen), settled


def _means(name: str, known: str) -> bool:
    """Whether a typed name is an identity, its row, its row and kind, or the beginning of its hash."""
    typed, whole = normalise_key(name).replace("：", ":"), normalise_key(known)
    if typed in ("all", whole):
        return True
    row, _, key = whole.rpartition(":")
    if ":" not in typed:
        return typed in (row, key)
    return typed.startswith(f"{row}:") and len(typed) > len(row) + 1 and whole.startswith(typed)


def _every(project: Project) -> list[str]:
    """Identities of every condition in every note, settled or not."""
    names = project.texts("id").tolist()
    return [f"{names[i]}:{c.key}" for i, found in enumerate(project.conditions) for c in found]


# rows


def _entries(project: Project, taken: Iterable[Proposal]) -> Iterator[Entry]:
    ids = {sheet: new_ids(project, sheet) for sheet in _REGISTERS.values()}
    for proposal in taken:
        sheet = _REGISTERS[proposal.kind]
        yield Entry(proposal, sheet, next(ids[sheet]))


def _rows(project: Project, entries: Sequence[Entry]) -> list[Edit]:
    made: dict[str, list[Record]] = {}
    for entry in entries:
        base: Record = {
            "id": entry.row_id,
            "task_id": entry.proposal.row_id,
            "source": _source(project, entry),
        }
        made.setdefault(entry.sheet, []).append(base | _MAKERS[entry.sheet](project, entry.proposal))
    return [AppendRows(sheet, tuple(records)) for sheet, records in made.items()]


def _source(project: Project, entry: Entry) -> str:
    found = entry.proposal
    return fitted(_SOURCE, id=found.row_id, quote=found.quote, key=found.id).of(project.lang)


def _milestone(project: Project, found: Proposal) -> Record:
    it = found.condition
    named = ("" if project.lang == "zh" else ": ").join(filter(None, (it.subject, it.what)))
    sentence = it.sentence(project.lang)
    warned = fitted(_WARN, sentence=sentence, warn=found.warn_from).of(project.lang)
    return {
        "milestone": named or found.quote,
        "owner": _spoken_of(project, found) or _lead(project, found.row),
        "planned": found.date,
        "status": label(project, "milestones", "status", "not_started"),
        "criteria": warned if found.warn_from else sentence,
    }


def _risk(project: Project, found: Proposal) -> Record:
    lang = project.lang
    what = found.condition.what or fitted(_EVENT, id=found.row_id).of(lang)
    score = _SCORE * _SCORE
    return {
        "risk": fitted(_RISK, what=what, id=found.row_id).of(lang) if found.condition.what else what,
        "owner": _lead(project, found.row),
        "probability": _SCORE,
        "impact": _SCORE,
        "score": score,
        "level": label(project, "risks", "level", level_of(score)),
        "countermeasure": found.condition.sentence(lang),
        "status": label(project, "risks", "status", "open"),
        "raised_on": project.as_of,
    }


def _action(project: Project, found: Proposal) -> Record:
    lead = _lead(project, found.row)
    people = dict.fromkeys(filter(None, (lead, *_official(project, found.condition.departments))))
    return {
        "action": found.condition.sentence(project.lang),
        "owner": _COMMA.of(project.lang).join(people),
        "raised_on": project.as_of,
        "due": _due(project, found.row),
        "status": label(project, "actions", "status", "open"),
        "age": 0,
    }


_MAKERS: Mapping[str, Callable[[Project, Proposal], Record]] = {
    "milestones": _milestone,
    "risks": _risk,
    "actions": _action,
}


def _lead(project: Project, row: int) -> str:
    lead = project.parties[row].lead
    return lead.department if lead else str(project.texts("owner")[row])


def _official(project: Project, names: Iterable[str]) -> Iterator[str]:
    return (project.known.get(normalise_key(name), name) for name in names)


def _spoken_of(project: Project, found: Proposal) -> str:
    """The department that a condition names, or whose name its subject begins with (研发部方案)."""
    named = next(_official(project, found.condition.departments), "")
    subject = normalise_key(found.condition.subject)
    longest = sorted(project.known, key=len, reverse=True)
    return named or next((project.known[s] for s in longest if subject.startswith(s)), "")


def _due(project: Project, row: int) -> date:
    """The task's own date, its next period, or the warning time from now where both have passed."""
    found = project.assessment
    base, period = day(found.base[row]), found.next_due[row]
    if base is not None and base >= project.as_of:
        return base
    if period is not None:
        return period.date()
    return project.calendar.add(project.as_of, max(1, project.settings.lead_time))


# lead times


def _lead_times(project: Project, taken: Iterable[Proposal]) -> list[Edit]:
    """提前预警 of the rows whose note says how long ahead to warn, and the figures that follow."""
    table = project.tracker
    days = {p.row: _workdays_ahead(project, p) for p in taken if p.kind == "risk" and p.condition.lead_days}
    if not days or "lead_days" not in table.letters:
        return []
    rows = sorted(days)
    written = SetColumn("tracker", "lead_days", table.rows[np.array(rows)], [days[row] for row in rows])
    return [written, *figure_edits(altered(project, {"lead_days": days}))]


def _workdays_ahead(project: Project, found: Proposal) -> int:
    """A lead time in working days; calendar days are counted back from the task's date."""
    ahead, base = found.condition.lead_days or 0, day(project.assessment.base[found.row])
    if not found.condition.calendar_days or base is None:
        return ahead
    before = date.fromordinal(max(1, base.toordinal() - ahead))
    return max(0, project.calendar.between(before, base))
