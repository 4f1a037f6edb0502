"""What 首页 shows, by Python: the cached values beside its native formulas.

The same counting rules as the formulas in `home.py`, so that both agree on every figure. Plain
data in, plain data out; nothing is drawn here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from xl_collab.a1 import column_letters
from xl_collab.documents.canvas import Canvas
from xl_collab.documents.table_sheets import cell_values
from xl_collab.plan.formulas import REASONS
from xl_collab.plan.meta import Checked, checked
from xl_collab.plan.parsed import look
from xl_collab.plan.project import Project
from xl_collab.project.roles import BEHIND, FORMULA_WORDS, IN_FRONT, counted_as_lead
from xl_collab.project.tables import Flags, Table, Texts
from xl_collab.schema.declaration import HEADER_ROW, Declaration, TableSheet
from xl_collab.schema.row_formulas import HOME_DAY, HOME_SOURCE, HOME_WINDOW
from xl_collab.schema.words import ACTION_STATUS, ADJUSTMENT_STATUS, RAG, STAGE, STATUS, Choices, Lang, t

WINDOW = HOME_WINDOW
"""Days ahead that the list of what is due looks."""
LIST_ROWS = 7
CONFIRM = t("确认", "confirm")
"""The word in 备注 that marks a confirmation somebody has to give."""

_Sources = tuple[tuple[str, str, str, str], ...]
SOURCES: _Sources = (
    ("tracker", "deadline", "actual", "task"),
    ("milestones", "planned", "actual", "milestone"),
    ("actions", "due", "done_on", "action"),
)
"""(sheet, date, finished on, text) of the three lists that have due dates, in tie-breaking order."""


@dataclass(frozen=True)
class DueItem:
    """One thing that is due: `source` counts from 1 in SOURCES, `row` is the sheet's row."""

    day: dt.date
    source: int
    row: int
    id: str
    text: str
    owner: str


def key_of_item(due: DueItem) -> int:
    """Day, list and row as one number, by which 首页 sorts."""
    return _serial(due.day) * HOME_DAY + due.source * HOME_SOURCE + due.row


@dataclass(frozen=True)
class Stage:
    """One step: tasks finished and counted, its colour ("" when nothing can be said), rows of that colour."""

    code: str
    finished: int
    total: int
    colour: str
    count: int = 0


@dataclass(frozen=True)
class Debt:
    """What a department owes: open tasks it leads, red ones, overdue action items."""

    department: str
    open: int
    red: int
    overdue: int


class HomeFigures:
    """The figures of 首页 for a project."""

    def __init__(self, project: Project, declaration: Declaration, lang: Lang) -> None:
        self.project = project
        self.declaration = declaration
        self.lang: Lang = lang
        self.tracker = project.tracker
        self.rag = self._rag()

    def _rag(self) -> Texts:
        words = [RAG.label(c, self.lang) if c else "" for c in self.project.assessment.rag.tolist()]
        return _array(words)

    # tracker rows

    def _is(self, table: Table, column: str, choices: Choices, *codes: str) -> Flags:
        labels = {choices.label(code, self.lang).casefold() for code in codes}
        words = [v.casefold() if isinstance(v, str) else None for v in table.raw(column)]
        return np.array([word in labels for word in words], dtype=bool)

    @cached_property
    def counted(self) -> Flags:
        """Rows with a task that is not cancelled."""
        return ~self.tracker.blank("task") & ~self._is(self.tracker, "status", STATUS, "cancelled")

    @cached_property
    def finished(self) -> Flags:
        """Counted rows that are done or have an actual date."""
        done = self._is(self.tracker, "status", STATUS, "done")
        return self.counted & (done | ~self.tracker.blank("actual"))

    @property
    def progress(self) -> float | None:
        """Finished share of the counted rows; None when there are none."""
        return int(self.finished.sum()) / int(self.counted.sum()) if self.counted.any() else None

    def rag_count(self, code: str) -> int:
        """Rows with that alert."""
        return int((self.rag == RAG.label(code, self.lang)).sum())

    def stage(self, code: str) -> Stage:
        """The state of one step: finished, else the worst alert in it."""
        here = self._is(self.tracker, "stage", STAGE, code)
        finished, total = int((here & self.finished).sum()), int((here & self.counted).sum())
        if total and finished == total:
            return Stage(code, finished, total, "blue")
        found = self.rag[here].tolist()
        worst = [c for c in ("red", "yellow", "green") if RAG.label(c, self.lang) in found]
        if not worst or not total:
            return Stage(code, finished, total, "")
        return Stage(code, finished, total, worst[0], found.count(RAG.label(worst[0], self.lang)))

    @property
    def estimated(self) -> bool:
        """Whether 说明 says that its calendar is estimated, or a running task's date needs such a year."""
        found, (first, last) = self.project.assessment, self.project.official_span
        if any(estimated_word(self.lang) in text for text in found.reason):
            return True
        low, high = np.datetime64(f"{max(first, 1900):04}-01-01"), np.datetime64(f"{last + 1:04}-01-01")
        due = [moment.date() if moment else None for moment in found.next_due]
        days = [*(self.project.seen(name).day for name in ("deadline", "baseline")), found.compared]
        days.append(np.array(due, dtype="datetime64[D]"))
        running = ~found.states.stopped
        return any(bool((running & ((column < low) | (column >= high))).any()) for column in days)

    @property
    def to_confirm(self) -> int:
        """Open rows whose note asks for a confirmation, and schedule changes not yet approved."""
        asks = np.array([_contains(v, CONFIRM.of(self.lang)) for v in self.tracker.raw("note")], dtype=bool)
        closed = self._is(self.tracker, "status", STATUS, "done", "cancelled")
        rows = asks & ~closed & self.tracker.blank("actual")
        changes = self.project.table("adjustments")
        return int(rows.sum()) + int(self._is(changes, "status", ADJUSTMENT_STATUS, "draft").sum())

    @cached_property
    def checked(self) -> Checked | None:
        """What the last `validate` found."""
        return checked(self.project)

    # other tables

    @cached_property
    def next_milestone(self) -> DueItem | None:
        """The first open milestone on or after the data date."""
        found = self._due("milestones", "planned", "actual", "milestone", 2, far=True)
        return min(found, key=lambda due: (due.day, due.row), default=None)

    @cached_property
    def overdue(self) -> Flags:
        """Action items past their date and not done."""
        actions = self.project.table("actions")
        closed = self._is(actions, "status", ACTION_STATUS, "done", "cancelled")
        late = look(actions.raw("due")).serial < _serial(self.project.as_of)
        return late & ~closed & actions.blank("done_on")

    def last_dated(self, source: int) -> int:
        """Which row of a list, from 1, is the last one with a date; 1 when none has."""
        key, when, _, _ = SOURCES[source]
        table = self.project.table(key)
        dated = np.flatnonzero(look(table.raw(when)).number)
        return int(table.rows[dated[-1]]) - HEADER_ROW if len(dated) else 1

    @cached_property
    def upcoming(self) -> list[DueItem]:
        """What is due within the window, soonest first, at most as many as the list has rows."""
        found: list[DueItem] = []
        for number, (key, when, finished, text) in enumerate(SOURCES, start=1):
            found += self._due(key, when, finished, text, number)
        return sorted(found, key=lambda due: (due.day, due.source, due.row))[:LIST_ROWS]

    def _due(
        self, key: str, when: str, finished: str, text: str, source: int, *, far: bool = False
    ) -> list[DueItem]:
        table = self.project.table(key)
        status = ACTION_STATUS if key == "actions" else STATUS
        closed = ("done", "cancelled") if key == "actions" else ("done", "cancelled", "paused")
        open_ = ~self._is(table, "status", status, *closed) & table.blank(finished)
        days = self._tracker_days() if key == "tracker" else look(table.raw(when)).day
        first = np.datetime64(self.project.as_of, "D")
        last = np.datetime64(dt.date.max, "D") if far else first + np.timedelta64(WINDOW, "D")
        where = np.flatnonzero(open_ & (days >= first) & (days <= last))
        ids, texts, owners = (table.texts(c) for c in ("id", text, "owner"))
        return [
            DueItem(days[i].item(), source, int(table.rows[i]), ids[i], texts[i], owners[i])
            for i in where.tolist()
        ]

    def _tracker_days(self) -> Texts:
        """The next occurrence of a recurrence, else baseline, else the deadline's date."""
        sheet = self.declaration.table("tracker")
        values = cell_values(self.project, sheet, self.tracker) if len(self.tracker) else {}
        day = np.full(len(self.tracker), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        for name in ("next_due", "baseline", "deadline"):
            seen = look(_array(values[name])).day if values else day
            day = np.where(np.isnat(day), seen, day)
        return day

    def debts(self) -> list[Debt]:
        """What each department of 通讯录 owes, as many as the list has rows."""
        names = self.project.table("contacts").texts("department").tolist()[:LIST_ROWS]
        return [self._debt(name) for name in names]

    def _debt(self, name: str) -> Debt:
        actions = self.project.table("actions")
        leads, owes = (_led(table.raw("owner"), name) for table in (self.tracker, actions))
        paused = self._is(self.tracker, "status", STATUS, "paused", "done", "cancelled")
        open_ = leads[~paused & self.tracker.blank("actual")]
        red = leads[self.rag == RAG.label("red", self.lang)]
        return Debt(name, int(open_.sum()), int(red.sum()), int(owes[self.overdue].sum()))


def estimated_word(lang: Lang) -> str:
    """How 说明 says that a year is estimated, without what divides it from the words before."""
    return REASONS["estimated"].of(lang).lstrip("；; ")


def _array(values: Sequence[object]) -> Texts:
    return np.array([*values, None], dtype=object)[:-1]


def _contains(value: object, word: str) -> bool:
    return isinstance(value, str) and word.casefold() in value.casefold()


def _led(values: Texts, name: str) -> npt.NDArray[np.int64]:
    """What the formulas count each cell for a department (see `counted_as_lead`)."""
    counts = {value: counted_as_lead(value, name) for value in set(values) if isinstance(value, str)}
    return np.array([counts[v] if isinstance(v, str) else 0 for v in values], dtype=np.int64)


def _serial(day: dt.date) -> int:
    return day.toordinal() - dt.date(1899, 12, 30).toordinal()


# The native formulas of 首页: counts and short lists in functions that Excel 2010 has.


SOURCE_STEP, DAY_STEP = HOME_SOURCE, HOME_DAY
"""A list entry is one number, so that SMALL can sort it: day, source, row."""

_NOTHING_DUE = t("未来七天没有到期事项", "Nothing is due in the next seven days")

ALL_DONE, DONE_OF = t("已完成 ", "Done "), t("，完成 ", ", done ")
"""Before finished/total: of a step that is done, and of another one."""
COLOURED = t(" {} 项", ": {}")
"""How many rows of a step are red or yellow."""

MOST: Mapping[str, Mapping[Lang, int]] = {
    "id": {},
    "text": {"zh": 22, "en": 46},
    "owner": {"zh": 14, "en": 28},
    "milestone": {"zh": 11, "en": 20},
}
"""Signs of a text that 首页 shows: shrunk to its box, a whole long one could not be read."""


def shortened(text: str, what: str, lang: Lang) -> str:
    """The beginning of a text, with an ellipsis where some is left out."""
    most = MOST[what].get(lang, len(text))
    return text[:most] + ("…" if len(text) > most else "")


def _begun(text: str, most: int) -> str:
    """The formula of `shortened`."""
    return f'LEFT({text},{most})&IF(LEN({text})>{most},"…","")'


@dataclass(frozen=True)
class HomeFormulas:
    """Formulas (without =) of one workbook's 首页."""

    canvas: Canvas

    def col(self, key: str, name: str) -> str:
        """All data cells of a column."""
        return self.canvas.column(key, name)

    def word(self, key: str, column: str, code: str) -> str:
        """The quoted label of a choice."""
        choices = self.canvas.declaration.table(key).column(column).choices
        assert choices is not None
        return f'"{choices.label(code, self.canvas.lang)}"'

    def _not(self, key: str, *codes: str) -> str:
        """Criteria that a status is none of these."""
        status = self.col(key, "status")
        words = (self.word(key, "status", code).strip('"') for code in codes)
        return ",".join(f'{status},"<>{word}"' for word in words)

    # the figures

    def total(self, *more: str) -> str:
        """Rows with a task that are not cancelled."""
        return f"COUNTIFS({self._task(*more)},{self._not('tracker', 'cancelled')})"

    def finished(self, *more: str) -> str:
        """Of these, the rows that are done or have an actual date."""
        task, done = self._task(*more), self.word("tracker", "status", "done")
        others = self._not("tracker", "done", "cancelled")
        actual = f'{self.col("tracker", "actual")},"<>"'
        status = self.col("tracker", "status")
        return f"COUNTIFS({task},{status},{done})+COUNTIFS({task},{others},{actual})"

    def _task(self, *more: str) -> str:
        return ",".join((f'{self.col("tracker", "task")},"<>"', *more))

    def rag_count(self, code: str) -> str:
        """Rows with an alert."""
        return f"COUNTIFS({self.col('tracker', 'rag')},{self.word('tracker', 'rag', code)})"

    def overdue(self, *more: str) -> str:
        """Action items past their date and not done; `more` narrows them."""
        parts = (f'{self.col("actions", "due")},"<"&as_of', self._not("actions", "done", "cancelled"), *more)
        where = ",".join(parts)
        return f'COUNTIFS({where})-COUNTIFS({where},{self.col("actions", "done_on")},"<>")'

    def to_confirm(self) -> str:
        """Open rows whose note asks for a confirmation, and changes that wait for approval."""
        note = f'{self.col("tracker", "note")},"*{CONFIRM.of(self.canvas.lang)}*"'
        where = f"{note},{self._not('tracker', 'done', 'cancelled')}"
        draft = self.word("adjustments", "status", "draft")
        changes = f"COUNTIFS({self.col('adjustments', 'status')},{draft})"
        return f'COUNTIFS({where})-COUNTIFS({where},{self.col("tracker", "actual")},"<>")+{changes}'

    def estimated(self) -> str:
        """How often 说明 says that its calendar is estimated, or a running task's date needs such a year."""
        found = [f'COUNTIFS({self.col("tracker", "reason")},"*{estimated_word(self.canvas.lang)}*")']
        low, high = "DATE(MAX(1900,calendar_first),1,1)", "DATE(MAX(1900,calendar_last+1),1,1)"
        running = self._not("tracker", "cancelled", "paused")
        for name in ("deadline", "baseline", "compared", "next_due"):
            column = self.col("tracker", name)
            found += [f"COUNTIFS({column},{limit},{running})" for limit in (f'"<"&{low}', f'">="&{high}')]
        return "+".join(found)

    def kept(self, name: str) -> str:
        """A value that `validate` keeps in _meta; "" before the first one."""
        names, values = self.col("meta", "name"), self.col("meta", "value")
        return f'IFERROR(INDEX({values},MATCH("{name}",{names},0)),"")'

    def _open_rows(self, key: str, finished: str, last: str = "") -> str:
        """Array test that a row is still open (for IF)."""
        closed = ("done", "cancelled") if key == "actions" else ("done", "cancelled", "paused")
        status = self._down_to(key, "status", last)
        tests = [f"({status}<>{self.word(key, 'status', code)})" for code in closed]
        return "*".join([*tests, f'({self._down_to(key, finished, last)}="")'])

    def next_milestone(self) -> str:
        """Array formula: day of the next open milestone, 0 for none."""
        planned = self.col("milestones", "planned")
        test = f"{self._open_rows('milestones', 'actual')}*ISNUMBER({planned})"
        return f"IFERROR(MIN(IF({test},IF(INT({planned})>=as_of,INT({planned})))),0)"

    def milestone_name(self, day: str) -> str:
        """Array formula: the name of the open milestone on the day in cell `day`."""
        planned, name = self.col("milestones", "planned"), self.col("milestones", "milestone")
        open_rows = self._open_rows("milestones", "actual")
        found = f"MATCH(1,IF(ISNUMBER({planned}),(INT({planned})={day})*{open_rows},0),0)"
        whole = f'IF({day}=0,"",IFERROR(INDEX({name},{found}),""))'
        return _begun(whole, MOST["milestone"][self.canvas.lang])

    # the steps

    def stage(self, code: str, open_word: str) -> str:
        """Text of one step: its state in a word, how many rows are red or yellow, and how many are done."""
        where = f"{self.col('tracker', 'stage')},{self.word('tracker', 'stage', code)}"
        rag, of = self.col("tracker", "rag"), COLOURED.of(self.canvas.lang)
        state = f'"{open_word}"'
        for colour in ("green", "yellow", "red"):
            word = self.word("tracker", "rag", colour)
            number = f"COUNTIFS({where},{rag},{word})"
            before, after = of.split("{}")
            said = word if colour == "green" else f'{word}&"{before}"&{number}&"{after}"'
            state = f"IF({number}>0,{said},{state})"
        total, finished = self.total(where), self.finished(where)
        done, share = ALL_DONE.of(self.canvas.lang), DONE_OF.of(self.canvas.lang)
        told = f'IF({finished}={total},"{done}",{state}&"{share}")'
        return f'IF({total}=0,"–",{told}&({finished})&"/"&{total})'

    # the next seven days

    def key_of(self, source: int, rank: int, last: str = "") -> str:
        """Array formula: the `rank`-th soonest entry of one source as a number, "" for none.

        last  the cell that holds `last_dated`; without it all rows are looked at, as earlier versions did
        """
        key, when, finished, _ = SOURCES[source]
        days = self._days(key, when, last)
        place = f"{(source + 1) * SOURCE_STEP}+ROW({self._down_to(key, when, last)})"
        within = f"IF({days}>=as_of,IF({days}<=as_of+{WINDOW},{days}*{DAY_STEP}+{place}))"
        return f'IFERROR(SMALL(IF({self._open_rows(key, finished, last)},{within}),{rank}),"")'

    def last_dated(self, source: int) -> str:
        """Which row of a list is the last one with a date: below it nothing is due."""
        key, when, _, _ = SOURCES[source]
        return f"IFERROR(MATCH(9E+307,{self.col(key, when)}),1)"

    def _down_to(self, key: str, name: str, last: str) -> str:
        """The data cells of a column as far as the row whose number is in cell `last`; all without one."""
        column = self.col(key, name)
        return f"{column.partition(':')[0]}:INDEX({column},{last})" if last else column

    def task_key(self, rank: int) -> str:
        """The `rank`-th soonest task as a number, "" for none: each row of 跟踪表 has its own."""
        return f'IFERROR(SMALL({self.col("tracker", "home_key")},{rank}),"")'

    def _days(self, key: str, when: str, last: str) -> str:
        names = ("next_due", "baseline", when) if key == "tracker" else (when,)
        days = "0"
        for name in reversed(names):
            column = self._down_to(key, name, last)
            days = f"IF(ISNUMBER({column}),INT({column}),{days})"
        return days

    def due_day(self, key: str) -> str:
        """The day of the entry whose number is in cell `key`."""
        return f'IF({key}="","",INT({key}/{DAY_STEP}))'

    def due_text(self, key: str, place: int, *, first: bool) -> str:
        """ID (0), text (1) or owner (2) of an entry; the first line says when nothing is due."""
        nothing = f'"{_NOTHING_DUE.of(self.canvas.lang)}"' if first and place == 1 else '""'
        picks = ",".join(self._pick(key, source, place) for source in range(len(SOURCES)))
        number = f"INT(MOD({key},{DAY_STEP})/{SOURCE_STEP})"
        text = f'CHOOSE({number},{picks})&""'
        most = MOST[("id", "text", "owner")[place]].get(self.canvas.lang)
        return f'IF({key}="",{nothing},{_begun(text, most) if most else text})'

    def _pick(self, key: str, source: int, place: int) -> str:
        sheet_key, _, _, text = SOURCES[source]
        sheet = self.canvas.declaration.table(sheet_key)
        letter = column_letters(sheet.index(("id", text, "owner")[place]) + 1)
        column = f"{self.canvas.tab(sheet)}!${letter}$1:${letter}${self.canvas.last_row}"
        return f"INDEX({column},MOD({key},{SOURCE_STEP}))"

    def nothing_due(self) -> str:
        """What the first line shows when nothing is due."""
        return _NOTHING_DUE.of(self.canvas.lang)

    # what departments owe

    def department(self, number: int) -> str:
        """The department in the `number`-th row of 通讯录 (from 0)."""
        sheet: TableSheet = self.canvas.declaration.table("contacts")
        cell = self.canvas.cell(sheet.key, "department", 5 + number)
        return f'IF({cell}="","",{cell})'

    def debt(self, name: str, what: str) -> str:
        """Open, red or overdue items of the department in cell `name`."""
        tracker = self.col("tracker", "owner")
        if what == "red":
            red = f'{self.col("tracker", "rag")},"{RAG.label("red", self.canvas.lang)}"'
            count = _led_formula(tracker, name, lambda owner: f"COUNTIFS({owner},{red})")
        elif what == "overdue":
            count = _led_formula(self.col("actions", "owner"), name, self.overdue)
        else:
            count = _led_formula(tracker, name, self._open_of)
        return f'IF({name}="","",{count})'

    def _open_of(self, owner: str) -> str:
        where = f"{owner},{self._not('tracker', 'done', 'cancelled', 'paused')}"
        return f'COUNTIFS({where})-COUNTIFS({where},{self.col("tracker", "actual")},"<>")'


def _led_formula(column: str, name: str, count: Callable[[str], str]) -> str:
    """Rows that the department in cell `name` leads: `counted_as_lead`, added up by COUNTIFS.

    count  makes the count of the rows whose owner meets given criteria
    """
    begins = f'{column},{name}&"*"'
    behind = f'{column},"*"&{name}&{_constants(BEHIND, "{}*")}'
    in_front = f'{column},{_constants(IN_FRONT, "*{}")}&{name}&"*"'
    other = f"{begins},{column},{_constants(FORMULA_WORDS, '*{}*')}"
    marked = f"SUMPRODUCT({count(behind)})+SUMPRODUCT({count(in_front)})"
    return f"{count(begins)}-SUMPRODUCT({count(other)})+{marked}"


def _constants(words: Iterable[str], pattern: str) -> str:
    """An array constant."""
    return "{" + ",".join(f'"{pattern.format(word)}"' for word in words) + "}"
