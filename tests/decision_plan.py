"""A plan of 25 tasks over eight departments, written by hand, and whom a delay reaches by plain counting.

Days are counted on a hand-made list of working days. Nothing of the product's schedule is used: a task ends
on its planned day, or as many days after the last of its predecessors as it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import BLANK
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang

OFF = {date(2026, 4, 6)}
"""清明节: the only holiday on a weekday between March and the end of April 2026."""
DAYS = [
    day
    for n in range(60)
    if (day := date(2026, 3, 2) + timedelta(n)).weekday() < 5 and day not in OFF and day < date(2026, 5, 1)
]
BEFORE = date(2026, 2, 27)
AS_OF = DAYS[10]
"""Monday 2026-03-16."""

NAMES = {
    "mkt": ("市场部", "Marketing"),
    "rd": ("研发部", "R&D"),
    "prod": ("生产部", "Production"),
    "buy": ("采购部", "Purchasing"),
    "qa": ("质量部", "Quality"),
    "sales": ("销售部", "Sales"),
    "fin": ("财务部", "Finance"),
    "law": ("法务部", "Legal"),
}
_PLAN = """
T001 mkt   -     0  2  -
T002 rd    qa    3  6  T001
T003 buy   -     3  5  T001
T004 prod  -     7  9  T002,T003
T005 rd    qa    7  11 T002
T006 qa    -     12 13 T005
T007 prod  buy   14 16 T006,T004
T008 sales -     9  10 T001
T009 mkt   sales 17 18 T007
T010 law   -     5  6  T001
T011 fin   -     7  8  T010
T012 fin   -     18 19 T011,T005
T013 law   -     22 23 T012
T014 rd    qa    12 14 T005
T015 qa    -     23 24 T014
T016 prod  -     19 21 T009
T017 buy   -     17 19 T007
T018 sales -     22 24 T016,T017
T019 mkt   sales 25 26 T018
T020 law   -     7  12 T010
T021 fin   -     13 15 T020
T022 law   -     22 23 T021
T023 fin   -     25 27 T022
T024 rd    -     28 29 T019
T025 mkt   rd    30 31 T024,T015
"""
"""ID, lead, support, first and last day (places in DAYS), predecessors."""


class Line:
    """One task of the plan."""

    def __init__(self, text: str) -> None:
        self.id, self.lead, support, first, last, before = text.split()
        self.support = [] if support == "-" else support.split(",")
        self.first, self.last = int(first), int(last)
        self.before = [] if before == "-" else before.split(",")


PLAN = {line.id: line for line in map(Line, _PLAN.strip().splitlines())}


def ends(late: Mapping[str, int]) -> dict[str, int]:
    """Where each task ends when some are that many days late."""
    found: dict[str, int] = {}
    for name, line in PLAN.items():
        asked = [found[one] + line.last - line.first + 1 for one in line.before]
        found[name] = max(line.last, *asked, 0) + late.get(name, 0)
    return found


def reached(name: str, days: int) -> dict[str, set[str]]:
    """Key of a department → the tasks of its own that a delay moves; the late task itself is one."""
    found: dict[str, set[str]] = {}
    for one, end in ends({name: days}).items():
        if end > PLAN[one].last:
            for key in (PLAN[one].lead, *PLAN[one].support):
                found.setdefault(key, set()).add(one)
    return found


def named(key: str, lang: Lang) -> str:
    return NAMES[key][lang == "en"]


def mail(key: str) -> str:
    return f"{key}@example.com"


_WORDS: Mapping[str, tuple[str, str]] = {
    "task": ("任务", "Task"),
    "output": ("成果", "Output"),
    "open": ("未开始", "Not started"),
    "going": ("进行中", "In progress"),
    "done": ("已完成", "Done"),
    "boss": ("总经理*", "The director*"),
    "project": ("智能台灯", "Smart lamp"),
    "goal": ("三个月内做出原型", "A prototype within three months"),
    "stage": ("进度监控", "Monitoring"),
    "decision": ("1. 采购部改用备选供应商", "1. Purchasing takes the second supplier"),
    "lack": ("缺驱动芯片", "No driver chips"),
    "action": ("取得供应商书面交期", "Get the date of delivery in writing"),
}


def said(word: str, lang: Lang) -> str:
    return _WORDS[word][lang == "en"]


def book(lang: Lang, *, late: Mapping[str, int] | None = None, running: bool = False) -> Book:
    """The plan as a workbook's content; `late` tasks promise to end so many days later.

    running  as on AS_OF: what ended before it is done
    """
    rows = [_row(line, lang, late or {}, running) for line in PLAN.values()]
    contacts = [{"department": named(key, lang), "contact": "*", "email": mail(key)} for key in NAMES]
    held = {"id": "H001", "date": AS_OF, "decisions": said("decision", lang)}
    action = {"id": "A001", "action": said("action", lang), "owner": named("buy", lang)}
    action |= {"raised_on": AS_OF, "due": DAYS[13]}
    lack = {"date": AS_OF, "department": named("rd", lang), "task_id": "T005", "problem": said("lack", lang)}
    made = {"tracker": rows, "contacts": contacts, "meetings": [held], "actions": [action], "sync": [lack]}
    blank = BLANK.book(lang, None)
    tables = {
        key: replace(Table.of(SHEETS.table(key), made[key]), tab=table.tab) if key in made else table
        for key, table in blank.tables.items()
    }
    settings = {**blank.settings, "project": said("project", lang), "initiator": named("mkt", lang)}
    settings |= {"superior": said("boss", lang), "superior_email": "boss@example.com", "language": lang}
    settings |= {"data_date": AS_OF if running else BEFORE, "meeting_rule": ""}
    return replace(blank, tables=tables, forms={"settings": settings, "request": _request(lang)})


def _row(line: Line, lang: Lang, late: Mapping[str, int], running: bool) -> dict[str, object]:
    by = late.get(line.id, 0)
    state = "open"
    if running and line.last < 10:
        state = "done"
    elif running and line.first <= 10:
        state = "going"
    return {
        "id": line.id,
        "stage": said("stage", lang),
        "owner": named(line.lead, lang),
        "support": "、".join(named(key, lang) for key in line.support),
        "task": f"{said('task', lang)} {line.id[1:]}",
        "output": said("output", lang),
        "deadline": DAYS[line.last],
        "planned_start": DAYS[line.first],
        "predecessors": "、".join(line.before),
        "status": said(state, lang),
        "actual": DAYS[line.last] if state == "done" else None,
        "forecast": DAYS[line.last + by] if by else None,
    }


def _request(lang: Lang) -> dict[str, object]:
    partners = "、".join(named(key, lang) for key in ("rd", "prod"))
    words = {"project": said("project", lang), "department": named("mkt", lang), "applicant": "*"}
    words |= {name: said("goal", lang) for name in ("goal", "tasks", "results")}
    words |= {"feasibility": ("可行", "Feasible")[lang == "en"]}
    return {**words, "date": DAYS[0], "end": DAYS[31], "partners": partners}


def workbook(lang: Lang, *, late: Mapping[str, int]) -> bytes:
    """The plan on AS_OF as a file without macros."""
    project = Project(book(lang, late=late, running=True), AS_OF)
    created, identity = datetime(2026, 3, 2), "00000000-0000-0000-0000-000000000025"
    return draw_workbook(project, lang, created=created, document_id=identity)
