"""Entry checks that read several cells of a row: order of dates, status against dates and percent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt

from xl_collab.checks.deadlines import check_deadlines
from xl_collab.checks.place import at, clip, percent, rows_of
from xl_collab.plan.parsed import coded
from xl_collab.plan.project import Project
from xl_collab.project.calendar.explanation import day_name, weekday_name
from xl_collab.project.parties import nearest
from xl_collab.project.sentences import chosen
from xl_collab.project.tables import Flags, Table
from xl_collab.project.timing.recurrence import Recurrence
from xl_collab.schema import catalogue as found
from xl_collab.schema.findings import Finding
from xl_collab.schema.keys import NOBODY, contributions, normalise_key, parse_ids
from xl_collab.schema.words import LANGS, Lang, Text, t


def check_rows(project: Project) -> Iterator[Finding]:
    """Findings of the tracker's rows, and of the dates of milestones and actions."""
    yield from check_deadlines(project)
    yield from _days_off(project)
    yield from _orders(project)
    yield from _future(project)
    yield from _status(project)
    yield from _starts(project)
    yield from _anchors(project)
    yield from _baselines(project)
    for i in project.unread_notes:
        yield at(found.NOT_READ, project.tracker, "note", i, text=clip(project.texts("note")[i]))


def _days_off(project: Project) -> Iterator[Finding]:
    yield from _off(project, project.tracker, "deadline", project.deadline_days)
    milestones = project.book.tables.get("milestones")
    if milestones is not None:
        yield from _off(project, milestones, "planned", milestones.dates("planned"))


def _off(project: Project, table: Table, column: str, days: npt.NDArray[np.datetime64]) -> Iterator[Finding]:
    calendar = project.calendar
    known = ~np.isnat(days)
    off = known.copy()
    off[known] = ~calendar.is_workday_many(days[known])
    for i in rows_of(off):
        day: date = days[i].astype(object)
        near = {"before": calendar.roll(day, "preceding"), "after": calendar.roll(day, "following")}
        yield at(found.DAY_OFF, table, column, i, date=day, why=_why(project, day), **near)


def _why(project: Project, day: date) -> Text:
    listed = project.calendar.listed(day)
    name = listed.name if listed else ""
    zh, en = (", ".join(filter(None, (weekday_name(day, lang), day_name(name, lang)))) for lang in LANGS)
    return Text(zh, en)


def _orders(project: Project) -> Iterator[Finding]:
    table = project.tracker
    start, actual = table.dates("planned_start"), table.dates("actual")
    pairs = (
        ("planned_start", start, "deadline", project.deadline_days),
        ("planned_start", start, "actual", actual),
        ("actual_start", table.dates("actual_start"), "actual", actual),
    )
    for first, a, second, b in pairs:
        for i in rows_of(a > b):
            words = {"first": table.sheet.column(first).label, "second": table.sheet.column(second).label}
            yield at(found.DATE_ORDER, table, first, i, first_date=a[i], second_date=b[i], **words)
    yield from _action_order(project)


def _action_order(project: Project) -> Iterator[Finding]:
    table = project.book.tables.get("actions")
    if table is None:
        return
    raised = table.dates("raised_on")
    for second in ("due", "done_on"):
        days = table.dates(second)
        for i in rows_of(raised > days):
            words = {
                "first": table.sheet.column("raised_on").label,
                "second": table.sheet.column(second).label,
            }
            yield at(found.DATE_ORDER, table, second, i, first_date=raised[i], second_date=days[i], **words)


def _future(project: Project) -> Iterator[Finding]:
    today = np.datetime64(project.as_of)
    for key, column in (
        ("tracker", "actual"),
        ("tracker", "actual_start"),
        ("milestones", "actual"),
        ("actions", "done_on"),
    ):
        table = project.book.tables.get(key)
        if table is not None:
            days = table.dates(column)
            for i in rows_of(days > today):
                yield at(found.FUTURE_ACTUAL, table, column, i, date=days[i], as_of=project.as_of)


def _status(project: Project) -> Iterator[Finding]:
    table = project.tracker
    codes = _codes(table, project.book.lang)
    shown, share = table.texts("status"), table.numbers("percent")
    days, empty = table.dates("actual"), table.blank("actual")
    done, full = codes == "done", share >= 1
    has_status = codes != ""
    for i in rows_of(done & empty):
        actual = table.sheet.column("actual").label
        yield at(found.DONE_NO_DATE, table, "status", i, status=shown[i], column=actual)
    for i in rows_of(has_status & ~done & ~np.isnat(days)):
        yield at(found.DATE_NOT_DONE, table, "actual", i, status=shown[i], date=days[i])
    for i in rows_of(done & (share < 1)):
        yield at(found.DONE_NOT_FULL, table, "percent", i, status=shown[i], percent=percent(share[i]))
    for i in rows_of(full & has_status & ~done):
        yield at(found.FULL_NOT_DONE, table, "percent", i, status=shown[i])
    for i in rows_of((codes == "not_started") & (share > 0) & ~full):
        yield at(found.NOT_STARTED_PERCENT, table, "percent", i, status=shown[i], percent=percent(share[i]))


def _starts(project: Project) -> Iterator[Finding]:
    """Rows whose planned start has passed while nothing says that they began."""
    table, today = project.tracker, np.datetime64(project.as_of, "D")
    codes, start = _codes(table, project.book.lang), project.seen("planned_start").day
    begun = (table.numbers("percent") > 0) | project.assessment.states.done
    waits = ((codes == "") | (codes == "not_started")) & project.assessment.states.open & ~begun
    for i in rows_of(waits & (start < today)):
        days = project.calendar.between(start[i].item(), project.as_of)
        if days > 0:
            status = table.texts("status")[i] or t("未填状态", "without a status")
            yield at(found.START_PASSED, table, "planned_start", i, date=start[i], days=days, status=status)


def _anchors(project: Project) -> Iterator[Finding]:
    """Recurrences at an interval, which without a first day are silent."""
    if project.settings.anchor is not None:
        return
    codes, _, parsed = project.distinct_deadlines
    silent = [k for k, one in enumerate(parsed) if isinstance(one, Recurrence) and one.needs_anchor]
    for i in rows_of(coded(codes, silent) & project.assessment.states.open):
        yield at(
            found.NO_ANCHOR, project.tracker, "deadline", i, text=clip(project.tracker.texts("deadline")[i])
        )


def _codes(table: Table, lang: Lang) -> npt.NDArray[np.object_]:
    choices = table.sheet.column("status").choices
    assert choices is not None
    codes, words = table.distinct_texts("status")
    meant = [choices.code(word) or "" for word in words]
    found: npt.NDArray[np.object_] = np.array([*meant, None], dtype=object)
    return found[codes]


def _baselines(project: Project) -> Iterator[Finding]:
    table = project.tracker
    baseline, days = table.dates("baseline"), project.deadline_days
    changed: Flags = ~np.isnat(baseline) & ~np.isnat(days) & (baseline != days)
    changed[list(project.hanging)] = False  # they move by themselves, and say so
    if not changed.any():
        return
    approved = _approved(project)
    for i in rows_of(changed):
        if (project.ids[i], str(days[i])) not in approved:
            yield at(found.BASELINE_CHANGED, table, "deadline", i, date=days[i], baseline=baseline[i])


def _approved(project: Project) -> set[tuple[str, str]]:
    """(task ID, new date) of every approved schedule change."""
    table = project.book.tables.get("adjustments")
    if table is None:
        return set()
    status = table.sheet.column("status").choices
    assert status is not None
    texts, ids, days = table.texts("status"), table.texts("task_id"), table.dates("new_date")
    return {
        (key, str(days[i]))
        for i in range(len(table))
        if status.code(texts[i]) == "approved"
        for key in parse_ids(ids[i])
    }


# The 三不管 test: every duty has one accountable department, every output a receiver.


def check_responsibility(project: Project) -> Iterator[Finding]:
    """Findings on 职责分工 and on departments without a contact."""
    yield from _accountable(project)
    yield from _receivers(project)
    yield from _contacts(project)


def _accountable(project: Project) -> Iterator[Finding]:
    table = project.book.tables.get("duties")
    if table is None:
        return
    duties = table.texts("duty")
    for i, text in enumerate(table.texts("accountable")):
        parties = project.read_parties(text)
        names = [p.department for p in (parties.lead, *parties.supporters) if p is not None]
        if not names and not parties.everyone:
            yield at(found.NO_ACCOUNTABLE, table, "accountable", i, duty=clip(duties[i]))
        elif len(names) + parties.everyone > 1:
            shown = {"count": len(names), "names": "、".join(names)}
            yield at(found.SEVERAL_ACCOUNTABLE, table, "accountable", i, duty=clip(duties[i]), **shown)


def _receivers(project: Project) -> Iterator[Finding]:
    table = project.book.tables.get("duties")
    if table is None:
        return
    receivers = table.texts("receiver")
    for i, output in enumerate(table.texts("output")):
        if output and not receivers[i]:
            yield at(found.NO_RECEIVER, table, "receiver", i, output=clip(output))


def _contacts(project: Project) -> Iterator[Finding]:
    table = project.book.tables.get("contacts")
    if table is None:
        return
    busy = {p.lead.department for p in project.distinct_parties[1] if p.lead is not None}
    contacts = table.texts("contact")
    for i, name in enumerate(table.texts("department")):
        if name and not contacts[i] and name in busy:
            yield at(found.NO_CONTACT, table, "contact", i, name=name)


# 配合反馈: whose words they are, and calls for help that nobody answers.


_COLUMN = "support_feedback"


def check_support(project: Project) -> Iterator[Finding]:
    """Findings on what supporters wrote, or did not."""
    table = project.tracker
    if _COLUMN in table.missing:
        return
    texts = project.texts(_COLUMN)
    for i in rows_of(texts != ""):
        yield from _lines(project, i, str(texts[i]))
    asking = np.array([code == "help" for code in chosen(table, "feedback")], dtype=bool)
    for i in rows_of(asking & (texts == "") & project.assessment.states.open):
        names = project.supporters_of(i)
        if names:
            yield at(found.UNANSWERED, table, _COLUMN, i, names="、".join(names))


def _lines(project: Project, i: int, text: str) -> Iterator[Finding]:
    supporters = set(map(normalise_key, project.supporters_of(i)))
    for name, words in contributions(text).items():
        if name == NOBODY:
            yield at(found.NAMELESS_FEEDBACK, project.tracker, _COLUMN, i, text=clip(words))
        elif normalise_key(name) not in supporters:
            hint = _hint(project, name)
            yield at(found.STRANGE_FEEDBACK, project.tracker, _COLUMN, i, name=clip(name), hint=hint)


def _hint(project: Project, name: str) -> object:
    close = project.known.get(normalise_key(name)) or nearest(name, project.departments)
    other = close is not None and normalise_key(close) != normalise_key(name)
    return t(f"，是否指“{close}”？", f"; did you mean {close}?") if other else ""
