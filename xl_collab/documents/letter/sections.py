"""What a letter says, once for HTML and plain text: subject, sentences, tables.

Addresses, files and mark-up may not enter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from xl_collab.documents.letter import words as words
from xl_collab.documents.letter.change_words import how, named
from xl_collab.documents.letter.content import Letter
from xl_collab.documents.letter.matters import (
    Approval,
    Change,
    Digest,
    Enquiry,
    Fact,
    Matter,
    MovedRow,
    Notice,
    OwedIn,
    Part,
    Resolved,
)
from xl_collab.documents.open_items import OwnTask
from xl_collab.documents.packet import words as labels
from xl_collab.documents.packet.words import wanted_words
from xl_collab.documents.theme import LEVEL_COLOURS
from xl_collab.project.sentences import LISTED
from xl_collab.schema.words import ACTION_STATUS, RAG, RISK_LEVEL, STATUS, Choices, Count, Lang, Text


@dataclass(frozen=True, slots=True)
class Look:
    """How a letter is to be written: language, the token of what is attached, and what that is.

    attached: "packet", "whole" or "" (nothing to fill in). remark: a sentence about what is attached.
    """

    lang: Lang
    token: str = ""
    attached: str = ""
    remark: Text | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    code: str = ""


Row = Sequence[Cell]


def letter_subject(letter: Letter, look: Look) -> str:
    """The subject; with a token it ends in [token]."""
    matter, lang = letter.matter, look.lang
    key: str = letter.kind
    about: dict[str, str] = {}
    if isinstance(matter, Approval):
        key, about = f"approval_{matter.about}", {"id": matter.id, "title": _one_line(matter.title)}
    if isinstance(matter, Notice):
        about = {"what": words.NOTICE_NAME[_what(matter.change)].of(lang), "title": named(matter.change)}
    said = words.SUBJECT[key] if not isinstance(matter, Digest) else words.DIGEST
    text = said.of(lang).format(
        project=letter.project or words.NO_PROJECT.of(lang),
        department=letter.department,
        day=letter.reply_by,
        as_of=letter.as_of,
        count=_points(letter),
        projects=Count(len(matter.projects) if isinstance(matter, Digest) else 1),
        **about,
    )
    text = f"{words.DRAFT_MARK.of(lang)}{text}" if letter.draft else text
    return f"{text} [{look.token}]" if look.token else text


def _points(letter: Letter) -> int:
    """How many things a letter asks for."""
    return Count(len(letter.owed) + sum(1 for item in letter.actions if item.overdue))


def _what(change: Change) -> str:
    if change.state == "asked":
        return "asked"
    return "late" if change.after is None or (change.workdays or 0) > 0 else "other"


@dataclass(frozen=True)
class Section:
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = ""
    more: str = ""


def greeting(letter: Letter, lang: Lang) -> str:
    names = [person.name for person in letter.to if person.name]
    name = names[0] if len(names) == 1 else letter.department
    return words.GREETING.of(lang).format(name=name) if letter.department else words.GREETING_ALL.of(lang)


def intro(letter: Letter, look: Look) -> str:
    if letter.matter is not None:
        return _of_matter(letter, letter.matter, look.lang)
    key: str = letter.kind
    if key == "request" and look.attached != "packet":
        key = "request_whole" if look.attached == "whole" else "request_bare"
    said = words.INTRO[key].of(look.lang).format(as_of=letter.as_of, day=letter.reply_by)
    return _estimated(said, letter, look.lang)


def _estimated(said: str, letter: Letter, lang: Lang) -> str:
    if not letter.estimate:
        return said
    stop, space = ("。", "") if lang == "zh" else (".", " ")
    return f"{said}{space}{letter.estimate.of(lang)}{stop}"


def _of_matter(letter: Letter, matter: Matter, lang: Lang) -> str:
    """The first sentence of a letter about one thing."""
    facts: dict[str, object] = {"day": letter.reply_by, "as_of": letter.as_of}
    if isinstance(matter, Digest):
        counts = {"projects": Count(len(matter.projects)), "count": _points(letter)}
        return words.DIGEST_INTRO.of(lang).format(**facts, **counts)
    if isinstance(matter, Resolved):
        key, facts["number"] = "minutes_draft" if letter.draft else "minutes", matter.number
    elif isinstance(matter, Approval):
        key, facts["id"] = f"approval_{matter.about}", matter.id
    else:
        key = f"notice_{matter.change.state}" if isinstance(matter, Notice) else "enquiry"
    change = getattr(matter, "change", None)
    if change is not None:
        title, decided = named(change), change.decided_on
        facts |= {"title": f"“{title}”", "how": how(change, lang)}
        facts["decided"] = words.DECIDED.of(lang).format(day=decided) if decided else ""
    said = words.INTRO[key].of(lang).format(**facts)
    return _estimated(said, letter, lang) if change is not None else said


def asked(letter: Letter, lang: Lang) -> str:
    """How to answer, in a sentence that stands out; '' where the first sentence says it all."""
    if isinstance(letter.matter, Resolved) and not letter.draft:
        return words.NO_OBJECTION.of(lang).format(day=letter.reply_by)
    if isinstance(letter.matter, Notice):
        return words.REPLY_NOTICE.of(lang)
    if isinstance(letter.matter, Digest):
        return words.REPLY_DIGEST.of(lang)
    return words.REPLY_APPROVAL.of(lang) if isinstance(letter.matter, Approval) else ""


def sections(letter: Letter, look: Look) -> Iterator[Section]:
    lang = look.lang
    if letter.matter is not None:
        yield from of_matter(letter, letter.matter, lang)
        return
    own = bool(letter.department)
    last = "owed" if own else "owner"
    heads = _heads(("id", "what", "due", "status", "alert", "reason", last), lang)
    more = words.MORE.of(lang).format(count=letter.left_out) if letter.left_out else ""
    if letter.tasks or not (letter.kind == "reminder" and letter.actions):
        rows = tuple(_task(task, lang, own) for task in letter.tasks)
        yield Section(words.TASKS.of(lang), heads, rows, words.NO_TASKS.of(lang), more)
    if letter.actions:
        yield Section(
            labels.ACTIONS.of(lang),
            _heads(("id", "what", "due", "status"), lang),
            tuple(_action(item.id, item.action, item.due, item.overdue, lang) for item in letter.actions),
        )
    if letter.risks:
        yield Section(
            labels.RISKS.of(lang),
            _heads(("id", "what", "due", "level", "countermeasure"), lang),
            tuple(
                (Cell(r.id), Cell(r.risk), _day(r.due), _level(r.level, lang), Cell(r.countermeasure))
                for r in letter.risks
            ),
        )
    if letter.confirmations:
        yield Section(
            labels.CONFIRMATIONS.of(lang),
            _heads(("id", "what", "due", "quote"), lang),
            tuple(
                (Cell(c.row_id), Cell(c.proposal.sentence.of(lang)), _day(c.proposal.date), Cell(c.quote))
                for c in letter.confirmations
            ),
        )


def _heads(names: Sequence[str], lang: Lang) -> tuple[str, ...]:
    return tuple(labels.COLUMNS[name].of(lang) for name in names)


def _task(task: OwnTask, lang: Lang, own: bool) -> Row:
    due = f"{task.due} {task.time:%H:%M}" if task.due and task.time else str(task.due or task.deadline)
    alert = Cell(RAG.label(task.rag, lang), task.rag) if task.rag else Cell("")
    last = wanted_words(task, lang) if own else task.owner
    if own and task.role == "support":
        role = labels.ROLE["support"].of(lang)
        last = f"{role}；{last}" if last and lang == "zh" else f"{role}; {last}" if last else role
    status = Cell(_label(STATUS, task.status, lang))
    return (Cell(task.id), Cell(task.task), Cell(due), status, alert, Cell(task.reason), Cell(last))


def _action(item_id: str, action: str, due: date | None, overdue: int, lang: Lang) -> Row:
    return (Cell(item_id), Cell(action), _day(due), _late(overdue, lang))


def _late(overdue: int, lang: Lang) -> Cell:
    late = Cell(words.OVERDUE.of(lang).format(days=Count(overdue)), "red")
    return late if overdue else Cell(ACTION_STATUS.label("open", lang))


def _day(value: date | None) -> Cell:
    return Cell(f"{value:%Y-%m-%d}" if value else "")


def _level(code: str, lang: Lang) -> Cell:
    return Cell(RISK_LEVEL.label(code, lang), LEVEL_COLOURS[code]) if code else Cell("")


def _label(choices: Choices, code: str, lang: Lang) -> str:
    return choices.label(code, lang) if code in choices.codes else code


def closing(look: Look) -> list[str]:
    code = [words.CODE.of(look.lang).format(token=look.token)] if look.token else []
    more = [look.remark.of(look.lang)] if look.remark else []
    return [*more, *code, words.CLOSING.of(look.lang)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


# letters about one thing


def of_matter(letter: Letter, matter: Matter, lang: Lang) -> Iterator[Section]:
    """The tables of a letter about one thing."""
    if isinstance(matter, Resolved):
        yield from _resolved(matter, lang)
    elif isinstance(matter, Digest):
        yield from (part for one in matter.projects for part in _owed_in(one, lang))
    elif isinstance(matter, Notice):
        yield _facts(words.NOTICE_TITLE.of(lang), _change_facts(matter.change, lang))
        yield _own_rows(matter, lang)
    elif isinstance(matter, Approval):
        yield from _approval(matter, lang)
    else:
        yield from _enquiry(letter, matter, lang)


def _owed_in(one: OwedIn, lang: Lang) -> Iterator[Section]:
    """What is owed in one project: its tasks, then its overdue actions."""
    title = words.OWED_IN.of(lang).format(project=one.project, as_of=one.as_of)
    more = words.MORE.of(lang).format(count=one.left) if one.left else ""
    said = [part for part in (more, one.estimate) if part]
    if one.tasks:
        heads = _heads(("id", "what", "due", "status", "alert", "reason", "owed"), lang)
        rows = tuple(_task(task, lang, own=True) for task in one.tasks)
        yield Section(title, heads, rows, more=" ".join(said))
    if one.actions:
        heads = _heads(("id", "what", "due", "status"), lang)
        rows = tuple(_action(item.id, item.action, item.due, item.overdue, lang) for item in one.actions)
        about = words.OWED_ACTIONS.of(lang).format(project=one.project) if one.tasks else title
        yield Section(about, heads, rows, more="" if one.tasks else " ".join(said))
    if not (one.tasks or one.actions):
        yield Section(title, (), (), empty=more)


def _titles(names: Sequence[str], lang: Lang) -> tuple[str, ...]:
    return tuple(words.HEADS[name].of(lang) for name in names)


def _more(count: int, lang: Lang) -> str:
    return words.MORE.of(lang).format(count=count - LISTED) if count > LISTED else ""


def _resolved(matter: Resolved, lang: Lang) -> Iterator[Section]:
    decisions = tuple((Cell(d.number), Cell(d.text), _day(d.date)) for d in matter.decisions[:LISTED])
    heads = _titles(("id", "decision", "date"), lang)
    more = _more(len(matter.decisions), lang)
    yield Section(words.DECISIONS.of(lang), heads, decisions, words.NO_DECISIONS.of(lang), more)
    actions = tuple(
        (Cell(a.id), Cell(a.action), Cell(a.owner), _day(a.due), _late(a.overdue, lang))
        for a in matter.actions[:LISTED]
    )
    heads, more = _titles(("id", "action", "owner", "due", "status"), lang), _more(len(matter.actions), lang)
    yield Section(words.ACTIONS.of(lang), heads, actions, words.NO_ACTIONS.of(lang), more)


def _facts(title: str, pairs: Iterator[tuple[str, str]]) -> Section:
    return Section(title, (), tuple((Cell(label, "label"), Cell(value)) for label, value in pairs if value))


def _change_facts(change: Change, lang: Lang) -> Iterator[tuple[str, str]]:
    known = {
        "change": change.id,
        "task": named(change),
        "owner": change.rows[0].owner if change.rows else "",
        "dates": _dates(change, lang),
        "cause": change.cause.of(lang) if change.cause else "",
        "measures": change.measures,
        "state": words.STATES[change.state].of(lang),
    }
    for name, value in known.items():
        yield words.FACTS[name].of(lang), value


def _dates(change: Change, lang: Lang) -> str:
    none = words.TO_BE_SET.of(lang)
    said = words.CHANGED_BY if change.workdays else words.CHANGED
    return said.of(lang).format(
        before=change.before or none, after=change.after or none, days=Count(change.workdays or 0)
    )


def _own_rows(matter: Notice, lang: Lang) -> Section:
    heads = ("id", "task", "role", "before", "after", "days", "asked")
    rows = tuple(
        (
            Cell(row.id),
            Cell(row.task),
            Cell(labels.ROLE["support" if part == "support" else "lead"].of(lang)),
            _date(row.before, lang),
            _date(row.after, lang),
            _days(row.workdays),
            Cell(_please(matter.change, row, part).of(lang)),
        )
        for row, part in matter.rows[:LISTED]
    )
    return Section(words.MOVED_ROWS.of(lang), _titles(heads, lang), rows, more=_more(len(matter.rows), lang))


def _please(change: Change, row: MovedRow, part: Part) -> Text:
    if change.state == "asked":
        return words.PLEASE_ASKED
    return words.PLEASE[part] if row.after or part == "support" else words.PLEASE_UNDATED


def _date(value: date | None, lang: Lang) -> Cell:
    return Cell(f"{value:%Y-%m-%d}" if value else words.TO_BE_SET.of(lang))


def _days(value: int | None) -> Cell:
    return Cell("" if value is None else f"{value:+d}", "red" if value and value > 0 else "")


def _approval(matter: Approval, lang: Lang) -> Iterator[Section]:
    if matter.facts:
        yield _facts(words.REQUEST_FACTS.of(lang), _said(matter.facts, lang))
    if matter.answers:
        heads = _titles(("department", "feasibility", "capacity"), lang)
        rows = tuple(tuple(map(Cell, answer)) for answer in matter.answers)
        yield Section(words.DEPARTMENT_ANSWERS.of(lang), heads, rows)
    if matter.change is not None:
        yield _facts(words.CHANGE_TITLE.of(lang), _change_facts(matter.change, lang))
        yield _all_rows(matter.change, lang)
    if matter.options:
        yield _options(matter, lang)


def _said(facts: Sequence[Fact], lang: Lang) -> Iterator[tuple[str, str]]:
    return ((fact.label.of(lang), fact.value) for fact in facts)


def _all_rows(change: Change, lang: Lang) -> Section:
    heads = ("id", "task", "owner", "before", "after", "days")
    rows = tuple(
        (
            Cell(row.id),
            Cell(row.task),
            Cell(row.owner),
            _date(row.before, lang),
            _date(row.after, lang),
            _days(row.workdays),
        )
        for row in change.rows[:LISTED]
    )
    return Section(words.ALL_MOVED.of(lang), _titles(heads, lang), rows, more=_more(len(change.rows), lang))


def _options(matter: Approval, lang: Lang) -> Section:
    heads = _titles(("id", "option", "finish", "end", "needs"), lang)
    stop = "" if lang == "zh" else " "
    rows = []
    for title, finish, end, needs in matter.options:
        letter, _, what = title.of(lang).partition(" ")
        if len(letter) > 1:
            letter, what = "·", title.of(lang)
        said = stop.join(text.of(lang) for text in needs)
        rows.append((Cell(letter), Cell(what.strip()), _date(finish, lang), _date(end, lang), Cell(said)))
    return Section(words.OPTIONS.of(lang), heads, tuple(rows))


def _enquiry(letter: Letter, matter: Enquiry, lang: Lang) -> Iterator[Section]:
    yield _facts(words.ENQUIRY_FACTS.of(lang), _said(matter.facts, lang))
    if matter.tasks:
        rows = tuple(
            (Cell(task.id), Cell(task.task), Cell(labels.ROLE[task.role].of(lang)), _day(task.due))
            for task in matter.tasks[:LISTED]
        )
        heads = _titles(("id", "task", "role", "due"), lang)
        more = _more(len(matter.tasks), lang)
        yield Section(words.ENQUIRY_TASKS.of(lang), heads, rows, more=more)
    heads = _titles(("department", "feasibility", "capacity", "conditions", "answered_by"), lang)
    blank = Cell(words.BLANK.of(lang))
    row = (Cell(letter.department), Cell(words.CHOICES_FEASIBLE.of(lang)), blank, blank, blank)
    yield Section(words.ENQUIRY_REPLY.of(lang), heads, (row,))
