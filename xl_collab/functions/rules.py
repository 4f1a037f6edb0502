"""What each worksheet function calculates: the product's rules on blocks of cells.

Row figures (预警, 说明) come from the very assessment that the tracker's rows have, so that a function,
the native formulas and the commands agree. No spreadsheet, no clock: `Around` brings the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from xl_collab.functions.arguments import (
    SIZES,
    ArgumentCells,
    Block,
    Wrong,
    block_of,
    broadcast,
    day_of,
    error_cell,
    first_wrong,
    is_blank,
    rows_of,
    said,
)
from xl_collab.plan.hanging import dated
from xl_collab.plan.parsed_project import Settings
from xl_collab.plan.project import Project
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.tables import Book, CellError, Table, Texts
from xl_collab.project.timing.deadlines import (
    FixedDate,
    Recurrence,
    Relative,
    Unreadable,
    describe,
    parse_deadline,
)
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import RAG, Lang, Text, t

NO_TRACKER = t(
    "这个工作簿里没有跟踪表，本函数须在跟踪表工作簿里用",
    "This workbook has no tracker; use this function in a tracker workbook",
)
NO_MORE = t("“{text}”在此之后不再到期", "“{text}” is not due any more after that")
NO_ANCHOR = t("“{text}”需要在设置里填周期起算日", "“{text}” needs the anchor date of Settings")
UNREADABLE = t("“{text}”不是日期或周期：{reason}", "“{text}” is no deadline: {reason}")
NO_DATES = t("没有可比较的日期", "There are no dates to compare")
NO_DEPARTMENT = t("请给出部门名称", "Give the name of a department")
_ROW_COLUMNS = ("baseline", "forecast", "actual", "status", "lead_days")
_DATE_COLUMNS = frozenset(("baseline", "forecast", "actual"))


@dataclass(frozen=True)
class Around:
    """The workbook around a function: its project (None when it has no tracker), and today."""

    today: dt.date
    project: Project | None = None
    lang: Lang = "zh"

    @cached_property
    def calendar(self) -> Calendar:
        """The workbook's 节假日, else the shipped calendar."""
        return Calendar.seeded() if self.project is None else self.project.calendar

    @property
    def as_of(self) -> dt.date:
        """The workbook's data date, else today."""
        return self.today if self.project is None else self.project.as_of

    @cached_property
    def settings(self) -> Settings:
        """The workbook's settings, else their defaults."""
        return Settings() if self.project is None else self.project.settings


# -- days -------------------------------------------------------------------------------------------


def workdays(around: Around, start: Block, end: Block) -> Block:
    """Signed working days in (start, end]; "" where either is blank."""
    return _days(start, end, around.calendar.between_many)


def add_workdays(around: Around, date: Block, days: Block) -> Block:
    """The days-th working day after each date, before it for negative days; dates."""
    sized = broadcast(date, days)
    if sized is None:
        return [[Wrong("#VALUE!", SIZES)]]
    shape, (left, right) = sized
    dates, wrong_dates = ArgumentCells(left).days()
    numbers, wrong_numbers = ArgumentCells(right).whole()
    found = around.calendar.add_many(dates, numbers).tolist()
    return rows_of(_shown(found, first_wrong(wrong_dates, wrong_numbers)), shape)


def is_workday(around: Around, date: Block) -> Block:
    """Whether each date is a working day."""
    sized = broadcast(date)
    assert sized is not None
    shape, (flat,) = sized
    dates, wrong = ArgumentCells(flat).days()
    found = [
        None if blank else truth
        for truth, blank in zip(
            around.calendar.is_workday_many(dates).tolist(), np.isnat(dates).tolist(), strict=True
        )
    ]
    return rows_of(_shown(found, wrong), shape)


def variance(around: Around, baseline: Block, compared: Block) -> Block:
    """Signed finish variance; a blank compared date means unfinished: late so far, or nothing yet."""
    as_of = np.datetime64(around.as_of, "D")

    def between(b: np.ndarray, c: np.ndarray) -> np.ndarray:
        running = np.isnat(c) & (b < as_of)
        return around.calendar.between_many(b, np.where(running, as_of, c))

    return _days(baseline, compared, between)


def _days(left: Block, right: Block, between: Callable[..., np.ndarray]) -> Block:
    sized = broadcast(left, right)
    if sized is None:
        return [[Wrong("#VALUE!", SIZES)]]
    shape, flat = sized
    (b, wrong_b), (c, wrong_c) = (ArgumentCells(cells).days() for cells in flat)
    found = [None if days != days else float(days) for days in between(b, c).tolist()]
    return rows_of(_shown(found, first_wrong(wrong_b, wrong_c)), shape)


def _shown(found: Sequence[object], wrong: Sequence[Wrong | None]) -> Iterator[object]:
    for value, error in zip(found, wrong, strict=True):
        yield error or ("" if value is None else value)


def next_due(around: Around, deadline: Block, after: Block) -> Block:
    """The next due moment of each 时间节点, strictly after midnight of `after` (blank: the data date)."""
    sized = broadcast(deadline, after)
    if sized is None:
        return [[Wrong("#VALUE!", SIZES)]]
    shape, (texts, moments) = sized
    read = ArgumentCells(texts).each(lambda value: value if is_blank(value) else _deadline(around, value))
    days, wrong = ArgumentCells(moments).days()
    found = (
        error or _due(around, one, text, day or around.as_of)
        for one, text, day, error in zip(read, texts.tolist(), days.tolist(), wrong, strict=True)
    )
    return rows_of(found, shape)


def _deadline(around: Around, value: object) -> object:
    """A cell as a deadline; one that hangs on a row of the workbook is that row's day and the way from it."""
    if isinstance(value, CellError):
        return error_cell(value)
    found = parse_deadline(value)
    if not isinstance(found, Relative):
        return found
    due = dated(around.project, found).now if around.project else None
    return FixedDate(due) if due else Unreadable(str(value).strip(), "relative")


def _due(around: Around, deadline: object, text: object, day: dt.date) -> object:
    moment = dt.datetime.combine(day, dt.time())
    if isinstance(deadline, Unreadable):
        reasons = {"text": deadline.text}
        zh, en = deadline.explain("zh"), deadline.explain("en")
        sentence = t(UNREADABLE.zh.format(reason=zh, **reasons), UNREADABLE.en.format(reason=en, **reasons))
        return Wrong("#VALUE!", sentence)
    if isinstance(deadline, FixedDate):
        return deadline.due if deadline.due > moment else Wrong("#N/A", said(NO_MORE, text=text))
    if not isinstance(deadline, Recurrence):
        return deadline if isinstance(deadline, Wrong) else ""
    settings = around.settings
    if deadline.needs_anchor and settings.anchor is None:
        return Wrong("#N/A", said(NO_ANCHOR, text=text))
    found = deadline.next_after(moment, around.calendar, settings.move_rule, settings.anchor)
    return Wrong("#N/A", said(NO_MORE, text=text)) if found is None else found.due


# -- rows of the tracker ----------------------------------------------------------------------------


def rag(around: Around, *columns: Block) -> Block:
    """预警 of each row: baseline, forecast, actual, status, lead_days (working days)."""
    return _assessed(around, columns, lambda found, lang: [_word(code, lang) for code in found.rag.tolist()])


def reason(around: Around, *columns: Block) -> Block:
    """说明 of each row, from the same columns."""
    return _assessed(around, columns, lambda found, _lang: list(found.reason))


def _word(code: str, lang: Lang) -> str:
    return RAG.label(code, lang) if code else ""


def _assessed(around: Around, columns: Sequence[Block], pick: Callable[..., list[str]]) -> Block:
    blocks: list[Block] = [*columns, *(block_of(None) for _ in _ROW_COLUMNS[len(columns) :])]
    sized = broadcast(*blocks)
    if sized is None:
        return [[Wrong("#VALUE!", SIZES)]]
    shape, flat = sized
    wrong = first_wrong(*([error_cell(v) if isinstance(v, CellError) else None for v in c] for c in flat))
    cells = {name: _column(name, column) for name, column in zip(_ROW_COLUMNS, flat, strict=True)}
    records = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    table = Table.of(TRACKER, records)
    given = {name: table.letters[name] for name in cells}  # no others: nothing is projected for loose cells
    project = Project(_book(around, replace(table, letters=given)), around.as_of, calendar=around.calendar)
    return rows_of(_shown(pick(project.assessment, project.lang), wrong), shape)


def _book(around: Around, tracker: Table) -> Book:
    """The calling workbook with these rows for its tracker."""
    if around.project is None:
        return Book({"tracker": tracker}, lang=around.lang)
    book = around.project.book
    tables = {key: table for key, table in book.tables.items() if key == "calendar"}
    return Book({**tables, "tracker": tracker}, book.forms, lang=book.lang, name=book.name)


def _column(name: str, flat: Texts) -> list[object]:
    """Numbers in date columns are dates; a text stays a text, as in the tracker."""

    def read(value: object) -> object:
        if isinstance(value, CellError) or is_blank(value):
            return None
        if name not in _DATE_COLUMNS or isinstance(value, str):
            return value
        day = day_of(value)
        return day if isinstance(day, dt.date) else value

    return flat.tolist() if name == "lead_days" else ArgumentCells(flat).each(read)


# -- words ------------------------------------------------------------------------------------------


def explain(around: Around, start: Block, end: Block) -> Block:
    """Every day between two dates and why it counts; with one argument, how a 时间节点 is read.

    Never an error: what is wrong with the arguments is said in words.
    """
    sized = broadcast(start, end)
    if sized is None:
        return [[SIZES.of(around.lang)]]
    shape, (left, right) = sized
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return rows_of((_explained(around, b, c) for b, c in pairs), shape)


def _explained(around: Around, start: object, end: object) -> str:
    if is_blank(end):
        return _read(around, start)
    b, c = day_of(start), day_of(end)
    for found in (b, c):
        if isinstance(found, Wrong):
            return found.reason.of(around.lang)
    if not isinstance(b, dt.date) or not isinstance(c, dt.date):
        return NO_DATES.of(around.lang)
    return around.calendar.explain(b, c).text(around.lang)


def _read(around: Around, value: object) -> str:
    if is_blank(value):
        return NO_DATES.of(around.lang)
    found = _deadline(around, value)
    if isinstance(found, Wrong):
        return found.reason.of(around.lang)
    if isinstance(found, Unreadable):
        return UNREADABLE.of(around.lang).format(text=found.text, reason=found.explain(around.lang))
    assert isinstance(found, FixedDate | Recurrence)
    return describe(found, around.lang)


# -- lists ------------------------------------------------------------------------------------------

OVERDUE_HEADS = ("id", "task", "owner", "baseline")
DAYS_LATE = t("已逾期(工作日)", "Overdue (workdays)")
ROLE = t("角色", "Role")
LEADS, SUPPORTS = t("牵头", "leads"), t("配合", "supports")


def overdue(around: Around) -> Block:
    """Open rows whose baseline has passed: ID, task, owner, baseline, working days late, alert, reason."""
    project = around.project
    if project is None:
        return [[Wrong("#N/A", NO_TRACKER)]]
    found, lang = project.assessment, project.lang
    as_of = np.datetime64(project.as_of, "D")
    rows = np.flatnonzero(found.states.open & (found.base < as_of)).tolist()
    late = project.calendar.between_many(found.base, np.full_like(found.base, as_of)).tolist()
    heads = [TRACKER.column(name).label.of(lang) for name in OVERDUE_HEADS]
    ends = [TRACKER.column(name).label.of(lang) for name in ("rag", "reason")]
    table: Block = [[*heads, DAYS_LATE.of(lang), *ends]]
    for i in rows:
        texts = [str(project.texts(name)[i]) for name in OVERDUE_HEADS[:3]]
        table.append([*texts, found.base[i].item(), late[i], _word(str(found.rag[i]), lang), found.reason[i]])
    return table


def by_department(around: Around, department: Block) -> Block:
    """Rows that a department leads or supports: ID, task, role, deadline, status, alert, reason."""
    project = around.project
    if project is None:
        return [[Wrong("#N/A", NO_TRACKER)]]
    asked = block_of(department)[0][0]
    if isinstance(asked, CellError) or is_blank(asked):
        return [[Wrong("#VALUE!", NO_DEPARTMENT)]]
    wanted = project.known.get(normalise_key(str(asked)), str(asked).strip())
    lang = project.lang
    columns = ("id", "task", "deadline", "status", "rag", "reason")
    heads = [TRACKER.column(name).label.of(lang) for name in columns]
    table: Block = [[*heads[:2], ROLE.of(lang), *heads[2:]]]
    return table + [_row(project, i, role.of(lang)) for i, role in _part(project, wanted)]


def _part(project: Project, department: str) -> Iterator[tuple[int, Text]]:
    key = normalise_key(department)
    for i, parties in enumerate(project.parties):
        lead = parties.lead.department if parties.lead else ""
        helpers = {normalise_key(party.department) for party in parties.supporters}
        if normalise_key(lead) == key:
            yield i, LEADS
        elif key in helpers or key in _support(project, i) or parties.everyone:
            yield i, SUPPORTS


def _support(project: Project, row: int) -> set[str]:
    found = project.read_parties(str(project.texts("support")[row]))
    named = [*([found.lead] if found.lead else []), *found.supporters]
    return {normalise_key(party.department) for party in named}


def _row(project: Project, i: int, role: str) -> list[object]:
    found, deadline = project.assessment, project.deadlines[i]
    due = deadline.date if isinstance(deadline, FixedDate) else str(project.texts("deadline")[i])
    first = [str(project.texts(name)[i]) for name in ("id", "task")]
    alert = _word(str(found.rag[i]), project.lang)
    return [*first, role, due, str(project.texts("status")[i]), alert, found.reason[i]]
