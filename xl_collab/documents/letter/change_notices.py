"""Notices of a change: exactly the departments that what-if and adjust find, each with its own rows.

A change is a row of 进度调整, a delay that has none yet, or a slip that is only asked about. What may not
enter: wording, addresses as mail.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xl_collab.documents.adjustment.content import AdjustmentDoc, adjust
from xl_collab.documents.letter.content import Letter, Post, Reminder
from xl_collab.documents.letter.matters import Change, MovedRow, Notice, Part
from xl_collab.errors import UsageError
from xl_collab.plan import approval
from xl_collab.plan.impact import ScheduleChange, Tell, changes_by_task, to_tell
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import Slip, what_if
from xl_collab.project.sentences import FILL, day
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import Text, in_a_row

_Dates = tuple[dt.date | None, dt.date | None, int | None]
"""Before, after, working days between."""


def notices(project: Project, changes: Iterable[Change], to: Sequence[str], post: Post) -> tuple[Letter, ...]:
    """A letter for each department that a change reaches; with `to` only to those of them."""
    wanted = set(map(normalise_key, to))
    found = [
        _letter(project, change, name, ids, post)
        for change in changes
        for name, ids in change.reaches
        if not wanted or normalise_key(name) in wanted
    ]
    return tuple(found)


def _letter(project: Project, change: Change, name: str, ids: Sequence[str], post: Post) -> Letter:
    own = [row for row in change.rows if row.id in set(ids)]
    rows = tuple((row, _part(project, row, name)) for row in own)
    dates = tuple(
        Reminder(row.id, row.task, row.after, None, 1)
        for row, part in rows
        if part != "support" and row.after and row.after >= project.as_of and change.state == "approved"
    )
    due = post.answer_due(f"notice-{change.id or change.task_id}", f"{change.task_id} {change.task}")
    return replace(post.to_one(name), matter=Notice(change, rows), reminders=(*dates, *due))


def _part(project: Project, row: MovedRow, department: str) -> Part:
    at = project.row_of.get(normalise_key(row.id), -1)
    if at < 0 or normalise_key(project.leads[at]) != normalise_key(department):
        return "support"
    return "slipped" if row.slipped else "lead"


# which changes


def changes_told(project: Project, about: Sequence[str] = ()) -> tuple[Change, ...]:
    """The changes to give notice of.

    about  IDs of rows of 进度调整 or of tasks; default: every delay over the threshold, and what is approved
           and not frozen yet. UsageError for an ID that is neither, or that nothing is late for.
    """
    approved = {change.id: change for change in _approved(project)}
    if not about:
        waiting = [_decided(project, one) for one in approved.values() if not _in_force(project, one)]
        return (*waiting, *_of_documents(project, adjust(project).data.documents))
    found: list[Change] = []
    for name in about:
        known = next((c for c in approved.values() if normalise_key(c.id) == normalise_key(name)), None)
        if known is None:
            known = next((c for c in approved.values() if normalise_key(name) in c.task_keys), None)
        found += [_decided(project, known)] if known else _asked(project, name)
    return tuple(found)


def _asked(project: Project, name: str) -> Iterator[Change]:
    made = adjust(project, [name]).data
    if not made.documents:
        said = made.skipped[0]
        raise UsageError(
            f"{said.zh}，没有可以通知的变更。", f"{said.en}: there is no change to give notice of."
        )
    yield from _of_documents(project, made.documents)


def _of_documents(project: Project, documents: Iterable[AdjustmentDoc]) -> Iterator[Change]:
    """Delays as `adjust` says them; one that 进度调整 does not know yet has no ID."""
    recorded = {one.id for changes in changes_by_task(project).values() for one in changes}
    for document in documents:
        change = of_document(document)
        yield change if change.id in recorded else replace(change, id="")


def of_document(document: AdjustmentDoc) -> Change:
    """A delay as `adjust` says it, from the form that waits for approval."""
    own = MovedRow(
        document.task_id,
        document.task,
        document.owner,
        document.base,
        document.new_date,
        document.workdays if document.new_date else None,
        slipped=True,
    )
    rows = (
        own,
        *(MovedRow(m.id, m.task, m.owner, m.before, m.after, m.workdays) for m in document.knock_on),
    )
    cause = next((line.text for line in document.causes if not line.fill), None)
    return Change(
        document.key,
        document.task_id,
        document.task,
        document.base,
        document.new_date,
        own.workdays,
        cause,
        document.measures,
        "pending",
        None,
        rows,
        _reaches(document.tell),
    )


def _reaches(tell: Iterable[Tell]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((one.department, one.ids) for one in tell)


def _approved(project: Project) -> Iterator[ScheduleChange]:
    """Approved rows of 进度调整 with a new date, each once, in sheet order."""
    found = {c.row: c for changes in changes_by_task(project).values() for c in changes}
    for row in sorted(found):
        if found[row].status == "approved" and found[row].new is not None:
            yield found[row]


def _roots(project: Project, change: ScheduleChange) -> list[int]:
    return [project.row_of[key] for key in change.task_keys if key in project.row_of]


def _in_force(project: Project, change: ScheduleChange) -> bool:
    """Whether `freeze` has applied it."""
    base = project.assessment.base
    return all(day(base[row]) == change.new for row in _roots(project, change))


def _decided(project: Project, change: ScheduleChange) -> Change:
    """An approved change, with all that it moves."""
    if not _roots(project, change):
        raise UsageError(
            f"{change.id} 的关联编号不在跟踪表里。请在“进度调整”改正。",
            f"The tracker has no task of {change.id}. Correct its Task ID in Schedule changes.",
        )
    _require_whole(project, change)
    return of_record(project, change)


def of_record(project: Project, change: ScheduleChange) -> Change:
    """A row of 进度调整: its own rows, and those whose baseline its approval moves."""
    calendar, names, roots = project.calendar, project.texts("id"), _roots(project, change)
    rows: dict[int, MovedRow] = {}
    for row in roots:
        before = change.old or day(project.assessment.base[row])
        by = calendar.between(before, change.new) if before and change.new else None
        rows[row] = _row(project, row, (before, change.new, by), slipped=True)
    for root in roots if change.new else ():
        assert change.new is not None
        for row, step, _ in approval.steps(project, root, change.new, change.knock_on):
            dates = (step.before, step.after, calendar.between(step.before, step.after))
            rows.setdefault(row, _row(project, row, dates))
    first = rows[roots[0]] if roots else MovedRow("", "", "", change.old, change.new, None)
    return Change(
        change.id,
        in_a_row([str(names[row]) for row in roots], project.lang),
        first.task,
        first.before,
        change.new,
        first.workdays,
        Text(change.cause, change.cause) if _known(change.cause) else None,
        _known(change.measures),
        "approved" if change.status == "approved" else "pending",
        change.approved_on,
        tuple(rows.values()),
        _reaches(to_tell(project, rows)),
    )


def _require_whole(project: Project, change: ScheduleChange) -> None:
    """Once it is in force nobody can work out any more what a form that counts the rest has moved."""
    if _in_force(project, change) and not approval.read(project, change.knock_on).complete:
        raise UsageError(
            f"{change.id} 已经冻结生效，而“影响范围”没有列全，推不出该通知谁。请在“进度调整”的“影响范围”"
            "列全受影响的任务（如 T005 2023-12-20→2023-12-27；没有就写“无”）。",
            f"{change.id} is in force and its Knock-on does not list all rows, so nobody can tell whom it "
            "reached. List them there (such as T005 2023-12-20→2023-12-27), or write “none”.",
        )


def _row(project: Project, row: int, dates: _Dates, *, slipped: bool = False) -> MovedRow:
    identity, task, owner = (str(project.texts(name)[row]) for name in ("id", "task", "owner"))
    return MovedRow(identity, task, owner, *dates, slipped=slipped)


def _known(text: str) -> str:
    return "" if text in (FILL.zh, FILL.en) else text


def change_of_slips(project: Project, slips: Sequence[Slip]) -> Change:
    """What slips that are only asked about would move, and whom they would reach."""
    found = what_if(project, slips).data
    moved = [
        MovedRow(m.id, m.task, m.owner, m.before, m.after, m.workdays, slipped=m.why == "slipped")
        for m in found.moves
        if m.why != "alert"
    ]
    moved.sort(key=lambda row: not row.slipped)
    first = moved[0]
    ids = [row.id for row in moved if row.slipped] or [first.id]
    title, dates = in_a_row(ids, project.lang), (first.before, first.after, first.workdays)
    return Change("", title, first.task, *dates, None, "", "asked", None, tuple(moved), _reaches(found.tell))
