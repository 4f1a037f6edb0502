"""The native formulas of 首页: counts and short lists in functions that Excel 2010 has.

Each formula has its Python twin in `home_figures.py`; a test recalculates both. References are
A1 ranges on other sheets; nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_collab.compose.canvas import Canvas
from xl_collab.compose.home_figures import CONFIRM, SOURCES, WINDOW
from xl_collab.model.schema import TableSheet
from xl_collab.model.tables import column_letter
from xl_collab.model.words import RAG, Lang, t

SOURCE_STEP, DAY_STEP = 10**6, 10**7
"""A list entry is one number, so that SMALL can sort it: day, source, row."""

_NOTHING_DUE = t("未来七天没有到期事项", "Nothing is due in the next seven days")


MOST: Mapping[str, Mapping[Lang, int]] = {
    "id": {},
    "text": {"zh": 28, "en": 56},
    "owner": {"zh": 14, "en": 28},
    "milestone": {"zh": 14, "en": 30},
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

    def kept(self, name: str) -> str:
        """A value that `validate` keeps in _meta; "" before the first one."""
        names, values = self.col("meta", "name"), self.col("meta", "value")
        return f'IFERROR(INDEX({values},MATCH("{name}",{names},0)),"")'

    def _open_rows(self, key: str, finished: str) -> str:
        """Array test that a row is still open (for IF)."""
        closed = ("done", "cancelled") if key == "actions" else ("done", "cancelled", "paused")
        status = self.col(key, "status")
        tests = [f"({status}<>{self.word(key, 'status', code)})" for code in closed]
        return "*".join([*tests, f'({self.col(key, finished)}="")'])

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

    def stage(self, code: str, done: str, open_word: str) -> str:
        """Text of one step: its state in a word, then finished/total."""
        where = f"{self.col('tracker', 'stage')},{self.word('tracker', 'stage', code)}"
        rag = self.col("tracker", "rag")
        state = f'"{open_word}"'
        for colour in ("green", "yellow", "red"):
            word = self.word("tracker", "rag", colour)
            state = f"IF(COUNTIFS({where},{rag},{word})>0,{word},{state})"
        total, finished = self.total(where), self.finished(where)
        state = f'IF({finished}={total},"{done}",{state})'
        return f'IF({total}=0,"–",{state}&" "&({finished})&"/"&{total})'

    # the next seven days

    def key_of(self, source: int, rank: int) -> str:
        """Array formula: the `rank`-th soonest entry of one source as a number, "" for none."""
        key, when, finished, _ = SOURCES[source]
        days = self._days(key, when)
        place = f"{(source + 1) * SOURCE_STEP}+ROW({self.col(key, when)})"
        within = f"IF({days}>=as_of,IF({days}<=as_of+{WINDOW},{days}*{DAY_STEP}+{place}))"
        return f'IFERROR(SMALL(IF({self._open_rows(key, finished)},{within}),{rank}),"")'

    def _days(self, key: str, when: str) -> str:
        names = ("next_due", "baseline", when) if key == "tracker" else (when,)
        days = "0"
        for name in reversed(names):
            column = self.col(key, name)
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
        letter = column_letter(sheet.index(("id", text, "owner")[place]))
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
        owner = f'{self.col("tracker", "owner")},{name}&"*"'
        if what == "red":
            count = f'COUNTIFS({owner},{self.col("tracker", "rag")},"{RAG.label("red", self.canvas.lang)}")'
        elif what == "overdue":
            count = self.overdue(f'{self.col("actions", "owner")},{name}&"*"')
        else:
            where = f"{owner},{self._not('tracker', 'done', 'cancelled', 'paused')}"
            count = f'COUNTIFS({where})-COUNTIFS({where},{self.col("tracker", "actual")},"<>")'
        return f'IF({name}="","",{count})'
