"""What 需求变更 brings to a review: each change of the request, when it was decided, what it moved and why.

Only an approved change that took days, or whose days nobody assessed, is among what went wrong: one that was
turned down, shortened the work or took no time moved nothing. How it looks on a page stands in `sheet`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from xl_collab.documents.review import words as words
from xl_collab.documents.review.measured import Tasks
from xl_collab.plan.project import Project
from xl_collab.project.sentences import Line, brief, chosen, day, fitted, listing, say
from xl_collab.records import dataclass
from xl_collab.schema.keys import normalise_key, parse_ids
from xl_collab.schema.words import Text

OPEN = ("", "raised", "assessing")
_IN_FORCE = ("approved", "done")
_TEXTS = ("id", "change", "raised_by", "reason", "measures")
_END = "。；;. "


@dataclass(frozen=True, slots=True)
class RequestedChange:
    """One row of 需求变更; `days` are the signed working days that it takes, None if nobody assessed them."""

    id: str
    change: str
    raised_by: str
    raised_on: dt.date | None
    decided_on: dt.date | None
    task_ids: tuple[str, ...]
    days: int | None
    reason: str
    measures: str
    status: str

    @property
    def in_force(self) -> bool:
        """Whether it was approved, carried out or not."""
        return self.status in _IN_FORCE

    @property
    def cost(self) -> bool:
        """Whether it was approved and took time, as far as anybody knows."""
        return self.in_force and (self.days is None or self.days > 0)

    @property
    def remark(self) -> Text:
        """What it moved and why, for a cell of a table."""
        moved = fitted(words.TASKS_MOVED, tasks=listing(self.task_ids)) if self.task_ids else None
        cause = fitted(words.BECAUSE, cause=self.reason.rstrip(_END)) if self.reason else None
        said = [each for each in (moved, cause) if each is not None]
        return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said))


def requested(project: Project) -> tuple[RequestedChange, ...]:
    """需求变更, row by row; rows that say no change are left out."""
    table = project.table("changes")
    statuses, days = chosen(table, "status"), table.numbers("days")
    found = []
    for i in range(len(table)):
        raised_on, decided_on = (day(table.dates(name)[i]) for name in ("raised_on", "approved_on"))
        texts = {
            name: str(table.texts(name)[i]) for name in ("id", "change", "raised_by", "reason", "measures")
        }
        found.append(
            RequestedChange(
                **texts,
                raised_on=raised_on,
                decided_on=decided_on,
                task_ids=tuple(key.upper() for key in parse_ids(str(table.texts("task_id")[i]))),
                days=round(days[i]) if days[i] == days[i] else None,  # not NaN
                status=statuses[i],
            )
        )
    return tuple(each for each in found if each.change)


def explained(changes: Sequence[RequestedChange]) -> set[str]:
    """Normalised IDs of the tasks that a change in force moved for a reason on record."""
    told = [each for each in changes if each.cost and each.reason]
    return {normalise_key(name) for each in told for name in each.task_ids}


def in_words(
    changes: Sequence[RequestedChange], tasks: Tasks, most: int, learnt: Collection[str]
) -> Iterator[Line]:
    """What the changes cost, the most days first; `learnt` are normalised IDs that a lesson is about."""
    told = [each for each in changes if each.cost and normalise_key(each.id) not in learnt]
    for each in sorted(told, key=lambda one: -(one.days or 0))[:most]:
        yield say(
            words.CHANGED,
            ids=[each.id, *each.task_ids[:7]],
            change=brief(each.change.rstrip(_END), 120),
            decided=fitted(words.DECIDED, day=each.decided_on) if each.decided_on else words.DECIDED_SOME_DAY,
            moved=_moved(each, tasks),
            cause=_tail(words.CHANGE_CAUSE, each.reason) or words.CHANGE_NO_CAUSE,
            measures=_tail(words.CHANGE_MEASURES, each.measures) or words.NOTHING_ELSE,
        )


def _tail(template: Text, said: str) -> Text | None:
    return fitted(template, said=said.rstrip(_END)) if said else None


def _moved(change: RequestedChange, tasks: Tasks) -> Text:
    """The tasks that a change moved, by how many days, and how late the latest of them is now."""
    by = fitted(words.TAKES, days=change.days) if change.days is not None else words.NOT_ASSESSED
    if not change.task_ids:
        return fitted(words.MOVED_UNKNOWN, by=by)
    late = _latest(change, tasks)
    now = fitted(words.NOW_LATE, days=late) if late else words.NOTHING_ELSE
    return fitted(words.MOVED, tasks=listing(change.task_ids), by=by, now=now)


def _latest(change: RequestedChange, tasks: Tasks) -> int:
    """Working days by which the latest task of a change is behind its baseline; 0 if none is."""
    rows = {tasks.project.row_of.get(normalise_key(name)) for name in change.task_ids}
    return max((tasks.days(row) for row in tasks.late() if row in rows), default=0)
