"""Letters that ask for a decision: the superior's approval, a department's answer on feasibility.

What is asked is read from 需求申请, 进度调整 and 可行性征询. What may not enter: wording of letters, files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xl_collab.documents.adjustment.content import AdjustmentDoc, adjust
from xl_collab.documents.letter.change_notices import of_document, of_record
from xl_collab.documents.letter.content import Contact, Letter, Post
from xl_collab.documents.letter.matters import Approval, Enquiry, Fact
from xl_collab.documents.open_items import owed
from xl_collab.errors import UsageError
from xl_collab.plan.impact import ScheduleChange, changes_by_task
from xl_collab.plan.parsed import shown
from xl_collab.plan.project import Project
from xl_collab.project.sentences import FILL, chosen, fitted, listing
from xl_collab.project.tables import is_placeholder
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.declaration import Field
from xl_collab.schema.forms import REQUEST
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.registers import ADJUSTMENTS, ENQUIRIES
from xl_collab.schema.words import CONCLUSION, FEASIBILITY, Text, t

REQUEST_WORDS = ("request", "需求申请", "申请", "申请表")
"""What people call 需求申请 when they name what is to be approved."""
NO_SUPERIOR = t(
    "没有上级领导{name}的邮箱。请在“设置”的“上级领导邮箱”填写（旧工作簿没有这一栏：先运行 "
    "xl-collab upgrade），也可以在“通讯录”里给同名的人填写邮箱。",
    "There is no address of the superior{name}. Enter it in Settings, “Superior's e-mail” (an earlier "
    "workbook gets that field by xl-collab upgrade), or give the person of that name one in Contacts.",
)
_GAPS = t(
    "{what}还没有填好，没有报批，缺：{gaps}。填好再报批；仍要发出请加 --as-draft。",
    "{what} has gaps and was not submitted: {gaps}. Fill them in first, or add --as-draft.",
)
_ASKED = ("project", "number", "department", "applicant", "date", "scenario", "goal", "tasks", "results")
_WANTED = ("goal", "tasks", "results", "start", "end", "budget", "people", "equipment")
_MORE = ("start", "end", "budget", "people", "equipment", "partners", "feasibility", "capacity", "strategy")


# approval


def approvals(
    project: Project, about: Sequence[str], post: Post, *, unfinished: bool = False
) -> tuple[Letter, ...]:
    """A letter to the superior for each thing that waits for approval.

    about  需求申请 and IDs of 进度调整; default: all that wait
    unfinished  also a request with gaps, or a change without a new date
    UsageError when the superior has no address, when something named is unknown or decided, or has gaps.
    """
    named = [normalise_key(name) for name in about]
    by_name = bool(set(named) & set(map(normalise_key, REQUEST_WORDS)))
    wanted = [] if named and not by_name else _request(project, again=by_name)
    changes = _open_changes(project, named)
    gaps = () if unfinished else (*_request_withheld(project, wanted), *_changes_withheld(changes))
    if named and gaps:
        raise UsageError(gaps[0].zh, gaps[0].en)
    if not unfinished:
        wanted = [] if _request_withheld(project, wanted) else wanted
        changes = [change for change in changes if not _lacks(change)]
    matters = [*wanted, *(_adjustment(project, change) for change in changes)]
    if not matters:
        return ()
    boss = post.superior()
    if boss is None:
        name = project.settings.superior.strip("* ")
        who = Text(f"（{name}）", f" ({name})") if name else Text("", "")
        said = fitted(NO_SUPERIOR, name=who)
        raise UsageError(said.zh, said.en)
    return tuple(_to_superior(post, boss, matter) for matter in matters)


def withheld(project: Project) -> tuple[Text, ...]:
    """Why some of what waits does not go to the superior yet."""
    return (*_request_withheld(project, _request(project)), *_changes_withheld(_open_changes(project, ())))


def _request_withheld(project: Project, wanted: Sequence[Approval]) -> tuple[Text, ...]:
    gaps = request_gaps(project) if wanted else []
    return (fitted(_GAPS, what=REQUEST.title, gaps=listing(gaps, 12)),) if gaps else ()


def _changes_withheld(changes: Sequence[ScheduleChange]) -> Iterator[Text]:
    for change in changes:
        if gaps := _lacks(change):
            title = Text(f"进度调整 {change.id} ", f"Schedule change {change.id}")
            yield fitted(_GAPS, what=title, gaps=listing(gaps))


def _lacks(change: ScheduleChange) -> list[Text]:
    """Labels of what nobody can decide without."""
    there = {"new_date": change.new, "cause": "" if change.cause in (FILL.zh, FILL.en) else change.cause}
    return [ADJUSTMENTS.column(name).label for name, value in there.items() if not value]


def _to_superior(post: Post, boss: Contact, matter: Approval) -> Letter:
    name = boss.name or post.project.settings.superior.strip("* ")
    letter = replace(post.head(name, (replace(boss, name=""),)), matter=matter)
    return replace(letter, reminders=tuple(post.answer_due(matter.id or REQUEST.key, matter.title)))


def request_gaps(project: Project) -> list[Text]:
    """Labels of the required fields of 需求申请 that are empty or still hold a hint."""
    values = project.book.forms.get("request", {})
    return [field.label for field in REQUEST.fields if field.required and not _said(values.get(field.name))]


def _said(value: object) -> str:
    value = shown(value)
    if value is None or is_placeholder(value):
        return ""
    day = parse_date(value) if not isinstance(value, str | bool | int | float) else None
    return f"{day:%Y-%m-%d}" if day else str(value).strip()


def _request(project: Project, *, again: bool = False) -> list[Approval]:
    """需求申请 while it has no conclusion, if anything is in it; `again` also after it was returned."""
    values = project.book.forms.get("request", {})
    told = any(_said(values.get(name)) for name in ("goal", "tasks", "results"))
    concluded = CONCLUSION.code(_said(values.get("conclusion"))) or ""
    if not told or concluded in ("approved", "conditional") or (concluded and not again):
        return []
    facts = tuple(facts_of(project, (*_ASKED, *_MORE)))
    title = _said(values.get("project")) or project.settings.project
    return [Approval("request", "", title, facts, answers=tuple(_answers(project)))]


def facts_of(project: Project, names: Sequence[str]) -> Iterator[Fact]:
    """The filled fields of 需求申请, in that order."""
    values = project.book.forms.get("request", {})
    for name in names:
        text = _said(values.get(name))
        if text.strip("* "):
            yield Fact(REQUEST.field(name).label, _label(REQUEST.field(name), text, project))


def _label(field: Field, text: str, project: Project) -> str:
    code = field.choices.code(text) if field.choices else None
    return field.choices.label(code, project.lang) if field.choices and code else text


def _answers(project: Project) -> Iterator[tuple[str, str, str]]:
    """Departments of 可行性征询 that have answered, else all of them when one did."""
    table = project.table("enquiries")
    ratings = chosen(table, "feasibility")
    if any(ratings):
        names, said = (table.texts(column).tolist() for column in ("department", "capacity"))
        for name, code, text in zip(names, ratings, said, strict=True):
            yield name, FEASIBILITY.label(code, project.lang) if code in FEASIBILITY.codes else code, text


def _open_changes(project: Project, named: Sequence[str]) -> list[ScheduleChange]:
    """Rows of 进度调整 that wait for a decision; with names those, decided or unknown ones refused."""
    rows = {c.row: c for changes in changes_by_task(project).values() for c in changes}
    known = [rows[row] for row in sorted(rows) if rows[row].id]
    if not named:
        return [change for change in known if change.open]
    others = [name for name in named if name not in set(map(normalise_key, REQUEST_WORDS))]
    for name in others:
        found = [change for change in known if normalise_key(change.id) == name]
        if not found:
            raise UsageError(
                f"“进度调整”里没有 {name.upper()}。先运行 xl-collab adjust，或写 --about 需求申请。",
                f"Schedule changes has no {name.upper()}. Run xl-collab adjust first, or name the request.",
            )
        if not found[0].open:
            raise UsageError(f"{found[0].id} 已有审批结论。", f"{found[0].id} has been decided already.")
    return [change for change in known if normalise_key(change.id) in others]


def _adjustment(project: Project, change: ScheduleChange) -> Approval:
    document = _document(project, change)
    told = of_document(document) if document else of_record(project, change)
    ways = document.options if document else ()
    options = tuple((way.title, way.finish, way.end, tuple(n.text for n in way.needs)) for way in ways)
    return Approval("adjustment", change.id, told.task, (), told, options)


def _document(project: Project, change: ScheduleChange) -> AdjustmentDoc | None:
    """The form of a change, while its task is late."""
    found = adjust(project, [change.id]).data.documents
    return next((document for document in found if document.key == change.id), None)


# enquiry


def enquiries(project: Project, to: Sequence[str], post: Post) -> tuple[Letter, ...]:
    """A letter to each department of 需求申请!潜在协作部门, or of `to`. UsageError without any."""
    values = project.book.forms.get("request", {})
    own = set(project.departments_in(_said(values.get("department")) or project.settings.initiator))
    names = tuple(to) or tuple(
        n for n in project.departments_in(_said(values.get("partners"))) if n not in own
    )
    if not names:
        raise UsageError(
            "需求申请没有填“潜在协作部门”，不知道问谁。请填写，或用 --to 指明部门。",
            "The request names no potential departments. Enter them there, or name some with --to.",
        )
    facts = tuple(facts_of(project, _WANTED))
    return tuple(_enquiry(project, name, facts, post) for name in names)


def _enquiry(project: Project, name: str, facts: tuple[Fact, ...], post: Post) -> Letter:
    tasks = tuple(task for task in owed(project, name).tasks if task.open)
    due = tuple(post.answer_due("enquiry", ENQUIRIES.title.of(project.lang)))
    return replace(post.to_one(name), matter=Enquiry(facts, tasks), reminders=due)
