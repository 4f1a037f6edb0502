"""lessons: what a project's data teaches, offered for 经验登记; and what the next project takes over.

A lesson is offered until 经验登记 has it: a row that names its key in 来源, or says the same. People
accept it there, reword it, or leave it. No layout stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from xl_collab.documents.review import words as review_words
from xl_collab.documents.review.measured import Tasks
from xl_collab.errors import UsageError
from xl_collab.plan.computed import level_of, risk_scores
from xl_collab.plan.impact import ScheduleChange, changes_by_task
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import label, new_ids
from xl_collab.project.edits import AppendRows, Edit, Outcome
from xl_collab.project.sentences import brief, chosen, fitted
from xl_collab.project.tables import Table
from xl_collab.project.timing.deadlines import FixedDate
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import Text, t

MOST = 5
"""Lessons of one kind that are offered, the weightiest first: a longer list is not read."""

_NONE = Text("", "")
_CHECK_CALENDAR = t("排期前先查节假日表，避开非工作日", "Look at the calendar before fixing dates")
_KEEP_RECORDS = t("指定专人当天登记，缺一期就补", "Name one person who enters them the same day")
_ASK_EARLIER = t("立项时即登记此风险，并提前落实应对", "Enter it at the start, with its answer ready")
_REUSE_ANSWER = t("同类项目立项时即登记此风险与应对", "Enter this risk with its answer in similar projects")
_KEEP_MEASURES = t("延迟时沿用：{measures}", "When late again: {measures}")
_KEEP_ROUTINE = t("下个项目沿用其做法", "Keep its way of working in the next project")
_ANSWERED = t("风险“{risk}”以“{measure}”应对后关闭。", "The risk “{risk}” was closed; answer: {measure}")
_STRUCK_ANSWER = t("{ask}：{measure}", "{ask}: {measure}")

_SOURCE = t("复盘 {date}（{key}）", "Review {date} ({key})")
_CARRIED = t("{project} {id}", "{project} {id}")
"""来源 of a row that came from another project: its name and the row's ID there."""
_EVIDENCE_OF = t("、", ", ")

_Maker = Callable[[Project, Table, int], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lesson that the data shows. `key` names it (late-T003); `kind` is success, improve or pattern."""

    key: str
    kind: str
    lesson: Text
    department: str
    evidence: tuple[str, ...]
    action: Text = _NONE


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is still offered, and what became rows now (with their IDs in 经验登记)."""

    open: tuple[Candidate, ...]
    accepted: tuple[tuple[Candidate, str], ...] = ()


def lessons(project: Project, accept: Sequence[str] = ()) -> Outcome[Learnt]:
    """Offer lessons; those that are named become rows of 经验登记.

    A name is a key, its beginning up to a dash (late, risk), a kind (improve) or `all`. Naming one that is
    on record already changes nothing; UsageError for a name that fits none.
    """
    every = tuple(_candidates(project))
    found = tuple(one for one in every if not _recorded(project, one))
    wanted = [name for name in map(normalise_key, accept) if name]
    for name in wanted:
        if name != "all" and not any(_means(name, one) for one in every):
            raise UsageError(
                f"没有名为“{name}”的经验；不带 --accept 运行可看到编号",
                f"There is no lesson {name}; run without --accept to see their names",
            )
    taken = [one for one in found if any(_means(name, one) for name in wanted)]
    ids = new_ids(project, "lessons")
    accepted = tuple((one, next(ids)) for one in taken)
    rows = tuple(_row(project, one, row_id) for one, row_id in accepted)
    left = tuple(one for one in found if one not in taken)
    return Outcome(Learnt(left, accepted), (AppendRows("lessons", rows),) if rows else ())


def _means(name: str, one: Candidate) -> bool:
    key = normalise_key(one.key)
    return name in ("all", one.kind, key) or key.startswith(f"{name}-")


def _recorded(project: Project, one: Candidate) -> bool:
    table = project.table("lessons")
    sources, said = table.texts("source").tolist(), table.texts("lesson").tolist()
    key, texts = normalise_key(one.key), {normalise_key(one.lesson.zh), normalise_key(one.lesson.en)}
    named = any(f"{key})" in normalise_key(source) for source in sources)
    return named or any(normalise_key(text) in texts for text in said)


def _row(project: Project, one: Candidate, row_id: str) -> dict[str, object]:
    lang = project.lang
    return {
        "id": row_id,
        "kind": label(project, "lessons", "kind", one.kind),
        "lesson": one.lesson.of(lang),
        "department": one.department or None,
        "evidence": _EVIDENCE_OF.of(lang).join(one.evidence),
        "action": one.action.of(lang) or None,
        "source": fitted(_SOURCE, date=project.as_of, key=one.key).of(lang),
    }


# what the data shows


def _candidates(project: Project) -> Iterator[Candidate]:
    tasks = Tasks(project)
    yield from _on_time(tasks)
    yield from _early(tasks)
    yield from _late(project, tasks)
    yield from _records(project, tasks)
    yield from _days_off(project, tasks)
    yield from _risks(project)


def _on_time(tasks: Tasks) -> Iterator[Candidate]:
    """Departments with two due tasks or more, all of them finished on time."""
    for group in tasks.by_department():
        if group.due > 1 and group.all_on_time:
            name = group.name.zh
            said = fitted(review_words.DEPARTMENT_ON_TIME, department=name, n=group.due)
            ids = tuple(tasks.on_time_of[name][:8])
            yield Candidate(f"ontime-{name}", "success", said, name, ids, _KEEP_ROUTINE)


def _early(tasks: Tasks) -> Iterator[Candidate]:
    for i in tasks.early(MOST):
        said = fitted(review_words.ROW_EARLY, task=brief(tasks.name(i), 120), days=-tasks.days(i))
        yield Candidate(f"early-{tasks.id(i)}", "success", said, tasks.project.leads[i], (tasks.id(i),))


def _late(project: Project, tasks: Tasks) -> Iterator[Candidate]:
    """Finished rows that were late; the last approved change says why, and what helped."""
    changes = changes_by_task(project)
    late = [i for i in tasks.late(len(tasks.done)) if tasks.done[i]]
    for i in late[:MOST]:
        known = [c for c in changes.get(project.ids[i], ()) if c.status == "approved"]
        yield _late_row(tasks, i, known[-1] if known else None)


def _late_row(tasks: Tasks, i: int, change: ScheduleChange | None) -> Candidate:
    row_id, days = tasks.id(i), tasks.days(i)
    said: dict[str, object] = {"task": brief(tasks.name(i), 120), "days": days}
    action = _NONE
    if change is not None and change.cause:
        lesson = fitted(review_words.ROW_LATE_CAUSE, cause=change.cause, **said)
    else:
        lesson = fitted(review_words.ROW_LATE, **said)
    if change is not None and change.measures:
        action = fitted(_KEEP_MEASURES, measures=change.measures)
    evidence = (row_id, change.id) if change is not None else (row_id,)
    return Candidate(f"late-{row_id}", "improve", lesson, tasks.project.leads[i], evidence, action)


def _records(project: Project, tasks: Tasks) -> Iterator[Candidate]:
    missed = np.nan_to_num(project.assessment.missed)
    for i in np.flatnonzero(missed > 0).tolist()[:MOST]:
        row_id = tasks.id(i)
        said = fitted(review_words.MISSED, task=brief(tasks.name(i), 120), n=int(missed[i]))
        who = project.leads[i]
        yield Candidate(f"missed-{row_id}", "improve", said, who, (row_id,), _KEEP_RECORDS)


def _days_off(project: Project, tasks: Tasks) -> Iterator[Candidate]:
    days = [d.date if isinstance(d, FixedDate) else None for d in project.deadlines]
    off = {day for day in set(days) if day is not None and not project.calendar.is_workday(day)}
    ids = tuple(tasks.id(i) for i, day in enumerate(days) if day in off)
    if ids:
        said = fitted(review_words.DAYS_OFF, n=len(ids))
        yield Candidate("daysoff-plan", "improve", said, "", ids[:8], _CHECK_CALENDAR)


def _risks(project: Project) -> Iterator[Candidate]:
    """Struck risks to improve on, and closed ones whose answer worked: a pattern."""
    table = project.table("risks")
    statuses = chosen(table, "status")
    scores = np.nan_to_num(risk_scores(table))
    order = np.argsort(-scores, kind="stable").tolist()
    yield from [_struck(table, i) for i in order if statuses[i] == "struck"][:MOST]
    answered = [i for i in order if statuses[i] == "closed" and table.texts("countermeasure")[i]]
    for i in answered[:MOST]:
        risk, measure = str(table.texts("risk")[i]), str(table.texts("countermeasure")[i])
        said = fitted(_ANSWERED, risk=brief(risk, 120), measure=brief(measure, 160))
        name, who = str(table.texts("id")[i]), str(table.texts("owner")[i])
        yield Candidate(f"answer-{name}", "pattern", said, who, (name,), _REUSE_ANSWER)


def _struck(table: Table, i: int) -> Candidate:
    name, risk, measure, who = (str(table.texts(c)[i]) for c in ("id", "risk", "countermeasure", "owner"))
    action = _ASK_EARLIER
    if measure:
        action = fitted(_STRUCK_ANSWER, ask=_ASK_EARLIER, measure=measure)
    lesson = fitted(review_words.RISK_STRUCK, risk=risk)
    return Candidate(f"risk-{name}", "improve", lesson, who, (name,), action)


# the next project


@dataclass(frozen=True, slots=True)
class Inherited:
    """IDs of the rows that the new project got in 经验登记 and 风险登记."""

    lessons: tuple[str, ...]
    risks: tuple[str, ...]


def inherit(old: Project, new: Project) -> Outcome[Inherited]:
    """Patterns and improvements of a finished project, and its struck risks, for the next one.

    Lessons go to 经验登记 with the old project and ID as 来源; a risk that struck comes back as an open
    risk with its answer, its owner only where the new project knows the department. What the new
    project already has by its text is left out, so that running it twice changes nothing.
    """
    learnt = tuple(_carried(old, new, "lessons", _lesson))
    risks = tuple(_carried(old, new, "risks", _risk))
    rows = (("lessons", learnt), ("risks", risks))
    edits = tuple[Edit, ...](AppendRows(key, records) for key, records in rows if records)
    names = (tuple(str(record["id"]) for record in records) for _, records in rows)
    return Outcome(Inherited(*names), edits)


def _carried(old: Project, new: Project, key: str, make: _Maker) -> Iterator[dict[str, object]]:
    table, ids = old.table(key), new_ids(new, key)
    column = "lesson" if key == "lessons" else "risk"
    known = {normalise_key(text) for text in new.table(key).texts(column).tolist()}
    codes = chosen(table, "kind" if key == "lessons" else "status")
    origin = old.settings.project or old.book.name
    for i, text in enumerate(table.texts(column).tolist()):
        wanted = codes[i] in ("improve", "pattern") if key == "lessons" else codes[i] == "struck"
        if wanted and text and normalise_key(text) not in known:
            known.add(normalise_key(text))
            source = fitted(_CARRIED, project=origin, id=table.texts("id")[i]).of(new.lang)
            yield {"id": next(ids), "source": source.strip(), **make(new, table, i)}


def _lesson(new: Project, table: Table, i: int) -> dict[str, object]:
    kind = chosen(table, "kind")[i]
    return {
        "kind": label(new, "lessons", "kind", kind),
        "lesson": str(table.texts("lesson")[i]),
        "department": _known(new, str(table.texts("department")[i])),
        "action": str(table.texts("action")[i]) or None,
    }


def _risk(new: Project, table: Table, i: int) -> dict[str, object]:
    chance, harm = (table.numbers(name)[i] for name in ("probability", "impact"))
    rated = not np.isnan(chance * harm)
    score = int(chance * harm) if rated else None
    return {
        "risk": str(table.texts("risk")[i]),
        "owner": _known(new, str(table.texts("owner")[i])),
        "probability": int(chance) if rated else None,
        "impact": int(harm) if rated else None,
        "score": score,
        "level": label(new, "risks", "level", level_of(score)) if score is not None else None,
        "countermeasure": str(table.texts("countermeasure")[i]) or None,
        "status": label(new, "risks", "status", "open"),
        "raised_on": new.as_of,
    }


def _known(new: Project, text: str) -> str | None:
    """A party that the new project's 通讯录 knows; other people would only be a finding there."""
    found = new.read_parties(text)
    parties = [party for party in (found.lead, *found.supporters) if party]
    known = bool(parties) and all(normalise_key(party.department) in new.known for party in parties)
    return text if known and not found.unread else None
