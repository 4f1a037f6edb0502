"""proposals: conditions out of 备注 that people accept or decline; only accepted ones become rows.

A date becomes a milestone; a risk and a warning time become a risk, the latter also the row's 提前预警; a
dependency on a row becomes an entry of 前置, everything else an action item. The new row quotes the note and
the proposal's key in 来源, and by that it is known again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from xl_collab.errors import UsageError
from xl_collab.plan.computed import figure_edits, level_of
from xl_collab.plan.project import Project
from xl_collab.plan.proposals import CHOICE, TYPED, declined_record
from xl_collab.plan.risk import Proposal
from xl_collab.plan.what_if import altered, label, new_ids
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.project.sentences import day, fitted
from xl_collab.schema.keys import NOTHING, normalise_key
from xl_collab.schema.words import t

Record = dict[str, object]

_REGISTERS = {"milestone": "milestones", "risk": "risks", "action": "actions"}
_LINKS = "tracker"
_SCORE = 3
"""Probability and impact of a risk out of a note, until somebody judges it."""

_SOURCE = t("{id} 备注：“{quote}”（{key}）", "Note of {id}: “{quote}” ({key})")
_RISK = t("{what}（{id}）", "{what} ({id})")
_EVENT = t("{id} 未按期完成", "{id} is not finished in time")
_WARN = t("{sentence}自 {warn} 起预警。", "{sentence} Warn from {warn}.")
_COMMA = t("、", ", ")


@dataclass(frozen=True, slots=True)
class AcceptedProposal:
    """A proposal that became a row: `sheet` and `row_id` of the new row."""

    proposal: Proposal
    sheet: str
    row_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What is still open, what was decided now, and which of the asked ones were settled before.

    unclear  identities with a choice on a page that cannot be carried out: their note was changed
             since, or two pages say different things
    kept     what was typed on pages beside proposals that are still open, for drawing them again
    """

    open: tuple[Proposal, ...]
    accepted: tuple[AcceptedProposal, ...] = ()
    declined: tuple[Proposal, ...] = ()
    settled: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def news(self) -> bool:
        """Whether something was decided now."""
        return bool(self.accepted or self.declined)


def identity(proposal: Proposal) -> str:
    """What names a proposal on the command line."""
    return proposal.identity


def decide(
    project: Project,
    accept: Sequence[str] = (),
    reject: Sequence[str] = (),
    typed: Sequence[Mapping[str, object]] = (),
) -> Outcome[Decided]:
    """List the open proposals; accept and decline those that are named or chosen on a page.

    A name is a proposal's identity or its beginning: T003 means all of that row, T003:deadline the
    dates in its note, `all` everything. Raises UsageError for a name that no note has, and when a
    proposal is both accepted and declined. Naming settled ones again changes nothing.

    typed  what people typed on pages of proposals: key (an identity), choice, owner. What is named
           goes before what was chosen; a choice is never an error
    """
    found = list(project.proposals)
    taken, settled = _named(project, found, accept)
    declined, settled_too = _named(project, found, reject)
    both = [identity(p) for p in taken if p in declined]
    if both:
        raise UsageError(f"{both[0]} 不能既采纳又拒绝", f"{both[0]} cannot be both accepted and declined")
    picked = _picked(project, found, typed)
    free = [p for p in found if p not in taken and p not in declined]
    taken += [p for p in free if picked.choice.get(identity(p)) == "accept"]
    declined += [p for p in free if picked.choice.get(identity(p)) == "decline"]
    left = tuple(p for p in free if p not in taken and p not in declined)
    entries = tuple(_entries(project, taken))
    edits = [*_rows(project, entries, picked.owner), *_row_cells(project, taken)]
    if declined:
        edits.append(AppendRows("history", tuple(declined_record(project, p) for p in declined)))
    old = tuple(dict.fromkeys((*settled, *settled_too)))
    kept = {identity(p): picked.kept[identity(p)] for p in left if identity(p) in picked.kept}
    return Outcome(Decided(left, entries, tuple(declined), old, picked.unclear, kept), tuple(edits))


@dataclass(frozen=True, slots=True)
class _Picked:
    """What was typed on pages, by identity."""

    choice: Mapping[str, str]
    owner: Mapping[str, str]
    unclear: tuple[str, ...]
    kept: Mapping[str, Mapping[str, str]]


def _picked(project: Project, found: Sequence[Proposal], typed: Sequence[Mapping[str, object]]) -> _Picked:
    codes: dict[str, set[str]] = {}
    kept: dict[str, dict[str, str]] = {}
    for record in typed:
        words = {name: str(record.get(name) or "").strip() for name in TYPED}
        key, code = str(record["key"]), CHOICE.code(words["choice"])
        if code:
            codes.setdefault(key, set()).add(code)
        kept.setdefault(key, {}).update({name: word for name, word in words.items() if word})
    alone = {key: code for key, (code, *others) in codes.items() if not others}
    open_ = {identity(p) for p in found}
    # A choice for what was settled meanwhile is carried out already; for what no note says any more, lost.
    gone = alone.keys() - open_
    lost = gone - set(_every(project)) if gone else set()
    unclear = tuple(key for key in codes if key in lost or (key in open_ and key not in alone))
    owners = {key: words["owner"] for key, words in kept.items() if words.get("owner")}
    return _Picked(alone, owners, unclear, {key: words for key, words in kept.items() if words})


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


def _entries(project: Project, taken: Iterable[Proposal]) -> Iterator[AcceptedProposal]:
    ids = {sheet: new_ids(project, sheet) for sheet in _REGISTERS.values()}
    for proposal in taken:
        sheet = _REGISTERS.get(proposal.kind, _LINKS)
        yield AcceptedProposal(proposal, sheet, next(ids[sheet]) if sheet in ids else proposal.row_id)


def _rows(project: Project, entries: Sequence[AcceptedProposal], owners: Mapping[str, str]) -> list[Edit]:
    made: dict[str, list[Record]] = {}
    for entry in entries:
        if entry.sheet == _LINKS:
            continue
        base: Record = {
            "id": entry.row_id,
            "task_id": entry.proposal.row_id,
            "source": _source(project, entry),
        }
        typed = owners.get(entry.proposal.identity)
        owner: Record = {"owner": typed} if typed else {}
        record = base | _MAKERS[entry.sheet](project, entry.proposal) | owner
        made.setdefault(entry.sheet, []).append(record)
    return [AppendRows(sheet, tuple(records)) for sheet, records in made.items()]


def _source(project: Project, entry: AcceptedProposal) -> str:
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
        "countermeasure": None if found.condition.kind == "risk" else found.condition.sentence(lang),
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


# cells of the row itself


def _row_cells(project: Project, taken: Sequence[Proposal]) -> list[Edit]:
    """提前预警 and 前置 of the rows whose notes say them, and the figures that follow."""
    ahead = {p.row: _workdays_ahead(project, p) for p in taken if p.kind == "risk" and p.condition.lead_days}
    cells: dict[str, dict[int, object]] = {
        "lead_days": dict(ahead),
        "predecessors": dict(_links(project, taken)),
    }
    table = project.tracker
    cells = {name: rows for name, rows in cells.items() if rows and name in table.letters}
    if not cells:
        return []
    edits: list[Edit] = [
        SetColumn("tracker", name, table.rows[np.array(sorted(rows))], [rows[row] for row in sorted(rows)])
        for name, rows in cells.items()
    ]
    return [*edits, *figure_edits(altered(project, cells))]


def _links(project: Project, taken: Iterable[Proposal]) -> dict[int, str]:
    """前置 of each row with the rows that its note waits for added, the typed ones first and as they are."""
    found: dict[int, list[str]] = {}
    for proposal in taken:
        if proposal.kind == "predecessor":
            found.setdefault(proposal.row, []).extend(proposal.waits_for)
    typed = project.texts("predecessors")
    kept = {row: [] if normalise_key(typed[row]) in NOTHING else [str(typed[row])] for row in found}
    return {row: "、".join(dict.fromkeys((*kept[row], *names))) for row, names in found.items()}


def _workdays_ahead(project: Project, found: Proposal) -> int:
    """A lead time in working days; calendar days are counted back from the task's date."""
    ahead, base = found.condition.lead_days or 0, day(project.assessment.base[found.row])
    if not found.condition.calendar_days or base is None:
        return ahead
    before = date.fromordinal(max(1, base.toordinal() - ahead))
    return max(0, project.calendar.between(before, base))
