"""briefing: 《领导简报》, one page for a superior: what is red, what to decide, the critical path, resources.

Each list begins with what weighs most, for the page shows as many lines as it holds. No layout stands here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from xl_collab.documents.briefing import words as words
from xl_collab.documents.causes import grouped, inherited
from xl_collab.documents.minutes.meeting import Period, Resource, resources
from xl_collab.documents.sections import Block, Column, Note, Rows, Says, Section, Sheet, Shown, Value
from xl_collab.plan.computed import HIGH
from xl_collab.plan.impact import delays
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.sentences import Line, brief, chosen, day, fitted, say
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import SCALE, Text

_MOST = 30
"""Lines of a list that are worked out; the page shows fewer."""
_RECENT = 10
"""Working days back in which a call for resources is news."""
_PROSE = {"zh": 80, "en": 52}
"""Width of a text that takes four lines of its column, in English three."""
_SHEETS = {"red": "tracker", "decide": "adjustments", "critical": "tracker", "resources": "sync"}
_KINDS: dict[str, Shown] = {
    "id": "id",
    "base": "date",
    "expected": "date",
    "date": "date",
    "due": "date",
    "workdays": "workdays",
    "rag": "alert",
    "kind": "centre",
    "from": "centre",
    "task_id": "centre",
    "slack": "integer",
}


@dataclass(frozen=True)
class Briefing(Sheet):
    """《领导简报》 with all of its lines; `left` counts what lies beyond them, by heading."""

    kind: ClassVar = "briefing"

    @property
    def lines(self) -> tuple[int, ...]:
        """How many lines the list of each section has."""
        return tuple(
            sum(len(block.records) for block in section.blocks if isinstance(block, Rows))
            for section in self.sections
        )

    def at_most(self, lines: Sequence[int]) -> Briefing:
        """The same with no more lines in each list; what is left out is counted and said where it is."""
        sections = tuple(
            _trimmed(section, name, most)
            for name, section, most in zip(words.HEAD, self.sections, lines, strict=True)
        )
        return replace(self, sections=sections)


def _trimmed(section: Section, name: str, lines: int) -> Section:
    blocks: list[Block] = []
    for block in section.blocks:
        left = len(block.records) - lines if isinstance(block, Rows) else 0
        if isinstance(block, Rows) and left > 0:
            blocks.append(replace(block, records=block.records[:lines], keys=block.keys[:lines]))
            blocks.append(Note(fitted(words.MORE, n=left, sheet=SHEETS[_SHEETS[name]].title)))
        else:
            blocks.append(block)
    return replace(section, blocks=tuple(blocks))


def briefing(project: Project) -> Outcome[Briefing]:
    """The briefing, and the sheet 领导简报."""
    parts: dict[str, Block] = {
        "whole": Says(tuple(_whole(project)), "whole"),
        "red": _rows("red", list(_red(project)), "id", "department", "why", "expected", "workdays", "rag"),
        "decide": _rows(
            "decide", list(_to_decide(project)), "id", "raised_by", "matter", "date", "due", "kind"
        ),
        "critical": _rows(
            "critical", list(_critical(project)), "id", "department", "task", "base", "expected", "rag"
        ),
        "resources": _needs(project),
    }
    superior = project.settings.superior or words.SUPERIOR
    document = Briefing(
        "",
        words.TITLE,
        fitted(words.BELOW, superior=superior, date=project.as_of),
        tuple(Section(words.HEAD[name], (block,)) for name, block in parts.items()),
        one_page=True,
    )
    return Outcome(document, (InsertSheet("", GENERATED["briefing"].of(project.lang), document),))


def _rows(name: str, records: list[tuple[Value, ...]], *columns: str) -> Rows:
    shown = tuple(Column(words.COLUMN[one], _KINDS.get(one, "text")) for one in columns)
    return Rows(shown, tuple(records[:_MOST]), words.EMPTY[name])


# the whole


def _whole(project: Project) -> Iterator[Line]:
    found = project.assessment
    counted, rag = ~found.states.cancelled, found.rag
    red, yellow, green = (int(((rag == code) & counted).sum()) for code in ("red", "yellow", "green"))
    done = int((found.states.done & counted).sum())
    yield say(words.COUNTS, n=int(counted.sum()), done=done, red=red, yellow=yellow, green=green)
    yield _finish(project)
    milestone = _milestone(project)
    if milestone is not None:
        yield milestone


def _finish(project: Project) -> Line:
    found = project.assessment
    days = found.finish[~found.states.cancelled & ~np.isnat(found.finish)]
    end = day(project.book.forms.get("request", {}).get("end"))
    if not len(days):
        return say(words.NO_FINISH)
    last = day(days.max())
    assert last is not None
    if end is None:
        return say(words.FINISH, date=last)
    late = project.calendar.between(end, last) if last > end else 0
    return say(words.LATE if late else words.ON_TIME, date=last, end=end, days=late)


def _milestone(project: Project) -> Line | None:
    """The first milestone that is not reached."""
    table = project.table("milestones")
    closed = chosen(table, "status")
    waiting = [
        (when, i)
        for i, when in enumerate(map(day, table.dates("planned")))
        if when is not None and closed[i] not in ("done", "cancelled") and table.blank("actual")[i]
    ]
    if not waiting:
        return None
    when, i = min(waiting)
    ids, what = [str(table.texts("id")[i])], brief(str(table.texts("milestone")[i]), 40)
    if when < project.as_of:
        return say(
            words.PASSED, ids=ids, what=what, date=when, days=project.calendar.between(when, project.as_of)
        )
    return say(words.NEXT, ids=ids, what=what, date=when, days=project.calendar.between(project.as_of, when))


# red, critical


def _red(project: Project) -> Iterator[tuple[Value, ...]]:
    """Red rows, the latest first, with those of one root together."""
    found = project.assessment
    rows = np.flatnonzero((found.rag == "red") & ~found.states.cancelled)
    variance = np.nan_to_num(found.variance)
    for i in grouped(project, sorted(rows.tolist(), key=lambda row: -variance[row])):
        why = str(project.texts("cause")[i]) if "cause" in project.tracker.letters else ""
        reason: Text | str = why or inherited(project, i) or found.reason[i]
        task = brief(str(project.texts("task")[i]), 24)
        late = None if np.isnan(found.variance[i]) else int(found.variance[i])
        shown = _short(fitted(words.WHY, task=task, why=reason))
        yield str(project.texts("id")[i]), project.leads[i], shown, day(found.compared[i]), late, "red"


def _short(text: Text) -> Text:
    return Text(brief(text.zh, _PROSE["zh"]), brief(text.en, _PROSE["en"]))


def _critical(project: Project) -> Iterator[tuple[Value, ...]]:
    """Open rows whose slip moves the end, in the order in which they finish."""
    found = project.assessment
    rows = np.flatnonzero(found.critical & found.states.open)
    for i in sorted(rows.tolist(), key=lambda row: (str(found.finish[row]), row)):
        task = brief(str(project.texts("task")[i]), _PROSE[project.lang])
        yield (
            str(project.texts("id")[i]),
            project.leads[i],
            task,
            day(found.base[i]),
            day(found.finish[i]),
            str(found.rag[i]),
        )


# decisions


def _to_decide(project: Project) -> Iterator[tuple[Value, ...]]:
    yield from _request(project)
    yield from _adjustments(project)
    yield from _changes(project)
    yield from _risks(project)


def _request(project: Project) -> Iterator[tuple[Value, ...]]:
    form = project.book.forms.get("request", {})
    if form.get("goal") and not form.get("conclusion"):
        who = str(form.get("department") or "")
        yield None, who, words.REQUEST, day(form.get("date")), day(form.get("end")), words.KIND["request"]


def _adjustments(project: Project) -> Iterator[tuple[Value, ...]]:
    """Schedule changes that wait for approval, the largest delay first."""
    late = {delay.change.row: delay for delay in delays(project) if delay.change is not None}
    table = project.table("adjustments")
    waiting = [i for i, status in enumerate(chosen(table, "status")) if status in ("", "draft")]
    for i in sorted(waiting, key=lambda row: -late[row].workdays if row in late else 0):
        task, cause = str(table.texts("task_id")[i]), str(table.texts("cause")[i])
        if not task:
            continue
        new = day(table.dates("new_date")[i])
        lead = project.leads[late[i].row] if i in late else ""
        matter = _short(fitted(words.ADJUST, task=task, new=new or words.UNDATED, cause=cause))
        yield str(table.texts("id")[i]), lead, matter, None, new, words.KIND["adjustment"]


def _changes(project: Project) -> Iterator[tuple[Value, ...]]:
    table = project.table("changes")
    raised = [day(value) for value in table.dates("raised_on")]
    for i, status in enumerate(chosen(table, "status")):
        what = str(table.texts("change")[i])
        if what and status in ("", "raised", "assessing"):
            who = str(table.texts("raised_by")[i])
            reach = str(table.texts("reach")[i])
            shown = fitted(words.REACHES, what=brief(what, 30), names=reach) if reach else Text(what, what)
            yield str(table.texts("id")[i]), who, _short(shown), raised[i], None, words.KIND["change"]


def _risks(project: Project) -> Iterator[tuple[Value, ...]]:
    """High risks that nobody answers."""
    table = project.table("risks")
    names = ("id", "risk", "owner", "probability", "impact", "countermeasure")
    rows = zip(*(table.texts(name).tolist() for name in names), strict=True)
    statuses = chosen(table, "status")
    for i, (row_id, risk, owner, chance, harm, answer) in enumerate(rows):
        score = int(SCALE.code(chance) or 0) * int(SCALE.code(harm) or 0)
        if risk and score >= HIGH and statuses[i] != "closed" and not (owner and answer):
            raised, due = (day(table.dates(name)[i]) for name in ("raised_on", "due"))
            matter = _short(fitted(words.RISK, risk=brief(risk, 20)))
            yield row_id, owner, matter, raised, due, words.KIND["risk"]


# resources


def _needs(project: Project) -> Rows:
    asked, _ = resources(project, Period(None, project.as_of), 1000)
    since = project.calendar.add(project.as_of, -_RECENT)
    recent = [one for one in asked if one.kind != "problem" and (one.date is None or one.date >= since)]
    recent.sort(key=lambda one: one.date or dt.date.max, reverse=True)
    names = ("id", "department", "need", "date", "from", "task_id")
    columns = tuple(Column(words.COLUMN[name], _KINDS.get(name, "text")) for name in names)
    keys = tuple(f"{one.row_id}:{brief(one.text, 20)}" for one in recent[:_MOST])
    most = _PROSE[project.lang]
    return Rows(columns, tuple(_need(one, most) for one in recent[:_MOST]), words.EMPTY["resources"], keys)


def _need(one: Resource, most: int) -> tuple[Value, ...]:
    row_id = one.task_ids[0] if "!" in one.row_id and one.task_ids else one.row_id
    shown, tasks = brief(one.text, most), " ".join(one.task_ids[:2]) or None
    who = brief(one.department, 20) or None
    return (None if "!" in row_id else row_id), who, shown, one.date, words.FROM[one.kind], tasks
