"""The contents of new workbooks: the sample word for word, the four scenarios sound in both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from xl_collab.checks.validate import findings
from xl_collab.errors import UsageError
from xl_collab.plan.project import Project
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.parties import parse_parties
from xl_collab.project.scenarios import BLANK, DEMO, SAMPLE, SCENARIOS, Scenario, find
from xl_collab.project.scenarios.scenario import DayOffset, depts, ids, rows
from xl_collab.project.tables import Book
from xl_collab.project.timing.deadlines import FixedDate, Recurrence, parse_deadline
from xl_collab.schema.declaration import Kind
from xl_collab.schema.keys import normalise_key, parse_ids
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import LANGUAGE, STAGE, Lang, t

FOUR = ("product-launch", "marketing-event", "customer-issue", "process-improvement")
LANGS: tuple[Lang, ...] = ("zh", "en")
START = dt.date(2026, 3, 2)
SEEDED = Calendar.seeded()
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
CONTENTS: dict[str, Scenario] = {**{key: SCENARIOS[key] for key in FOUR}, "sample": SAMPLE, "demo": DEMO}

# The template's own table, as its author gave it.
TEMPLATE = [
    ("需求发起", "市场部*", "填写需求申请表,初步沟通可行性", "《需求申请表》(初稿)", dt.date(2023, 10, 8),
     "需确认研发部、生产部资源承接能力"),
    ("职责分工", "市场部、行政部", "组织启动会,明确部门职责与里程碑", "《职责分工表》《里程碑计划》",
     dt.date(2023, 10, 15),
     "需销售部*负责人确认市场推广资源"),
    ("方案评审", "研发部、市场部", "制定技术方案与推广方案,联合评审", "《执行方案》(终版)",
     dt.date(2023, 11, 1),
     "研发方案需保证11月30日前输出原型"),
    ("进度监控", "研发部、市场部", "每日同步进度,周例会汇报风险", "《例会纪要》", "每周一17:00前",
     "若原型延迟,需提前3个工作日预警"),
    ("成果交付", "研发部、市场部", "提交产品原型与推广报告,组织验收", "《验收确认单》", dt.date(2023, 12, 20),
     "验收标准需双方签字确认"),
    ("复盘总结", "市场部*、各部门", "总结经验教训,输出复盘报告", "《复盘报告》", dt.date(2024, 1, 10),
     "报告需提交至上级领导并抄送协作部门"),
]  # fmt: skip


@cache
def book(key: str, lang: Lang, start: dt.date = START) -> Book:
    return CONTENTS[key].book(lang, start, SEEDED)


def project(key: str, lang: Lang) -> Project:
    made = book(key, lang)
    return Project(made, Project.resolve_as_of(made, START))


def every_text(made: Book) -> Iterator[tuple[str, str]]:
    for key, table in made.tables.items():
        for column in table.sheet.columns:
            yield from ((f"{key}.{column.name}", text) for text in table.texts(column.name).tolist() if text)
    for key, form in made.forms.items():
        yield from ((f"{key}.{name}", value) for name, value in form.items() if isinstance(value, str))


both_languages = pytest.mark.parametrize("lang", LANGS)
every_content = pytest.mark.parametrize("key", list(CONTENTS))
four_scenarios = pytest.mark.parametrize("key", FOUR)


# the sample


def test_the_sample_is_the_template_word_for_word() -> None:
    columns = ("stage", "owner", "task", "output", "deadline", "note")
    found = [tuple(row[name] for name in columns) for row in book("sample", "zh").tables["tracker"].records()]
    assert found == TEMPLATE
    assert book("sample", "zh").tables["tracker"].texts("id").tolist() == [f"T00{n}" for n in range(1, 7)]


def test_the_sample_in_mid_project_shows_all_four_colours() -> None:
    found = project("sample", "zh").assessment
    assert project("sample", "zh").as_of == dt.date(2023, 11, 13)
    # worked out by hand: 10-16 is the first working day after Sunday 10-15; 11-01 to 11-03 are two;
    # 12-21, 22, 25 are three; T006 needs 12 working days from 12-26 and ends on 2024-01-11.
    assert found.variance.tolist() == pytest.approx([0, 1, 2, np.nan, 3, 1], nan_ok=True)
    assert list(found.rag) == ["blue", "blue", "blue", "green", "red", "yellow"]
    assert found.missed[3] == 0


def test_the_demonstration_has_the_late_row_and_the_missed_monday() -> None:
    shown = project("demo", "zh")
    found = shown.assessment
    late = shown.row_of["t007"]
    assert shown.as_of == dt.date(2023, 11, 28)
    assert (found.base[late], found.variance[late]) == (np.datetime64("2023-09-28"), 3)
    assert found.missed[shown.row_of["t004"]] == 1  # Monday 2023-11-20
    assert list(found.rag) == ["blue", "blue", "blue", "yellow", "red", "yellow", "blue"]


@both_languages
def test_a_frozen_baseline_is_in_the_history(lang: Lang) -> None:
    made = book("demo", lang)
    frozen = {row["row_id"]: row["value"] for row in made.tables["history"].records()}
    tracker = made.tables["tracker"]
    expected = {
        key: str(day)
        for key, day in zip(tracker.texts("id"), tracker.dates("baseline"), strict=True)
        if not np.isnat(day)
    }
    assert frozen == expected
    assert frozen["T002"] == "2023-10-15"


@pytest.mark.parametrize("key", ["sample", "demo"])
def test_daily_sync_is_complete_from_november(key: str) -> None:
    made = book(key, "zh")
    held = set(
        zip(made.tables["sync"].texts("department"), made.tables["sync"].dates("date").tolist(), strict=True)
    )
    last = max(day for _, day in held)
    days = [
        dt.date(2023, 11, 1) + dt.timedelta(days=n) for n in range((last - dt.date(2023, 11, 1)).days + 1)
    ]
    assert held == {(d, day) for d in ("研发部", "市场部") for day in days if SEEDED.is_workday(day)}


@pytest.mark.parametrize("key", ["sample", "demo"])
def test_nothing_is_recorded_after_the_data_date(key: str) -> None:
    shown = project(key, "zh")
    past = {
        "tracker": ["actual"],
        "sync": ["date"],
        "meetings": ["date"],
        "actions": ["raised_on", "done_on"],
    }
    past |= {"risks": ["raised_on"], "plans": ["submitted", "signed_on"], "milestones": ["actual"]}
    for sheet, columns in past.items():
        for column in columns:
            days = shown.table(sheet).dates(column)
            assert not (days > np.datetime64(shown.as_of)).any(), (sheet, column)


@pytest.mark.parametrize("key", ["sample", "demo"])
@both_languages
def test_the_samples_only_finding_of_entry_is_the_sunday(key: str, lang: Lang) -> None:
    found = [
        f for f in findings(project(key, lang)) if f.kind.family in ("entry", "structure", "responsibility")
    ]
    assert [(f.kind.code, f.cell) for f in found] == [("E106", "F6")]


# every content, both languages


@four_scenarios
@both_languages
def test_a_scenario_starts_without_findings(key: str, lang: Lang) -> None:
    families = ("entry", "structure", "responsibility", "calendar")
    assert [f for f in findings(project(key, lang)) if f.kind.family in families] == []


@every_content
@both_languages
def test_every_party_is_in_the_contacts(key: str, lang: Lang) -> None:
    shown = project(key, lang)
    known = set(shown.departments)
    for sheet in SHEETS.tables:
        for column in (c.name for c in sheet.columns if c.kind is Kind.PARTY):
            for text in filter(None, shown.table(sheet.key).texts(column).tolist()):
                found = parse_parties(text, known=shown.spellings)
                named = {p.department for p in (found.lead, *found.supporters) if p is not None}
                assert named <= known, (sheet.key, column, text)
                assert not found.unread, (sheet.key, column, text)
    for sheet_key, name in (("request", "department"), ("request", "partners"), ("settings", "initiator")):
        found = parse_parties(str(shown.book.forms[sheet_key][name]), known=shown.spellings)
        assert found.lead is not None
        assert {found.lead.department, *(p.department for p in found.supporters)} <= known


@every_content
@both_languages
def test_required_cells_are_filled_and_choices_are_labels(key: str, lang: Lang) -> None:
    for table in book(key, lang).tables.values():
        for column in table.sheet.columns:
            if column.required:
                assert not table.blank(column.name).any(), (table.sheet.key, column.name)
            if column.choices is not None and column.entered:
                allowed = {*column.choices.labels(lang), None, 1, 2, 3, 4, 5}
                assert set(table.raw(column.name).tolist()) <= allowed, (table.sheet.key, column.name)
            if column.unique:
                keys = [normalise_key(text) for text in table.texts(column.name).tolist()]
                assert len(keys) == len(set(keys))


@every_content
def test_english_books_hold_no_chinese(key: str) -> None:
    allowed = {LANGUAGE.label("zh", "en")}
    left = [(place, text) for place, text in every_text(book(key, "en")) if CHINESE.search(text)]
    assert [pair for pair in left if pair[1] not in allowed] == []


@every_content
def test_both_languages_say_the_same_in_figures(key: str) -> None:
    zh, en = book(key, "zh"), book(key, "en")
    for name, table in zh.tables.items():
        for column in table.sheet.columns:
            here, there = table.raw(column.name).tolist(), en.tables[name].raw(column.name).tolist()
            assert len(here) == len(there)
            for a, b in zip(here, there, strict=True):
                assert (a == b) or (isinstance(a, str) and isinstance(b, str)), (name, column.name, a, b)
                assert bool(a) == bool(b)


@every_content
@both_languages
def test_predecessors_exist_come_earlier_and_never_go_round(key: str, lang: Lang) -> None:
    tracker = book(key, lang).tables["tracker"]
    keys = [normalise_key(text) for text in tracker.texts("id").tolist()]
    due, start = tracker.dates("deadline"), tracker.dates("planned_start")
    finished = tracker.dates("actual")
    for i, text in enumerate(tracker.texts("predecessors").tolist()):
        for before in parse_ids(text):
            j = keys.index(before)
            assert j < i  # in the order of the rows, so there can be no cycle
            assert start[i] > due[j] or not np.isnat(finished[i]), (key, keys[i], before)


@every_content
@both_languages
def test_task_ids_point_to_tasks(key: str, lang: Lang) -> None:
    made = book(key, lang)
    known = {normalise_key(text) for text in made.tables["tracker"].texts("id").tolist()}
    for table in made.tables.values():
        if "task_id" in table.frame:
            named = {one for text in table.texts("task_id").tolist() for one in parse_ids(text)}
            assert named <= known


@every_content
@both_languages
def test_deadlines_are_dates_or_recurrences(key: str, lang: Lang) -> None:
    found = [parse_deadline(value) for value in book(key, lang).tables["tracker"].raw("deadline")]
    assert all(isinstance(one, FixedDate | Recurrence) for one in found)
    assert sum(isinstance(one, Recurrence) for one in found) == (2 if key == "customer-issue" else 1)
    meeting = parse_deadline(book(key, lang).forms["settings"]["meeting_rule"])
    assert meeting == Recurrence("week", weekdays=(0,), time=dt.time(17))


@every_content
@both_languages
def test_one_accountable_and_a_receiver_for_every_duty(key: str, lang: Lang) -> None:
    shown = project(key, lang)
    duties = shown.table("duties")
    for text in duties.texts("accountable").tolist():
        found = shown.read_parties(text)
        assert found.lead is not None
        assert not found.supporters
        assert not found.everyone
    assert all(duties.texts("output"))
    assert all(duties.texts("receiver"))


@every_content
@both_languages
def test_every_department_has_a_duty_and_a_masked_contact(key: str, lang: Lang) -> None:
    shown = project(key, lang)
    duties = shown.table("duties")
    columns = ("accountable", "responsible", "consulted", "informed")
    roles = [shown.read_parties(text) for name in columns for text in duties.texts(name).tolist() if text]
    involved = {p.department for found in roles for p in (found.lead, *found.supporters) if p}
    assert involved == set(shown.departments)
    assert set(shown.table("contacts").texts("contact").tolist()) == {"*"}
    assert all(mail.endswith("@example.com") for mail in shown.table("contacts").texts("email").tolist())


@every_content
def test_milestones_fall_on_working_days_and_on_their_tasks(key: str) -> None:
    made = book(key, "zh")
    tracker = made.tables["tracker"]
    due = dict(zip(tracker.texts("id").tolist(), tracker.dates("deadline").tolist(), strict=True))
    for row in made.tables["milestones"].records():
        assert SEEDED.is_workday(row["planned"]), row
        if key in FOUR:
            assert row["planned"] == due[row["task_id"]]


# the four scenarios


@four_scenarios
@both_languages
def test_scenarios_are_unstarted_and_whole(key: str, lang: Lang) -> None:
    tables = book(key, lang).tables
    tracker = tables["tracker"]
    assert 10 <= len(tracker) <= 16
    assert set(tracker.texts("stage").tolist()) == set(STAGE.labels(lang))
    assert set(tracker.raw("percent").tolist()) == {0}
    assert tracker.blank("actual").all()
    assert tracker.blank("baseline").all()
    assert all(len(tables[name]) >= 3 for name in ("duties", "milestones", "plans", "risks", "acceptance"))
    assert all(tables["risks"].texts("countermeasure"))
    assert all(
        len(tables[name]) == 0
        for name in ("sync", "meetings", "actions", "adjustments", "lessons", "history")
    )


@four_scenarios
@pytest.mark.parametrize("start", [dt.date(2026, 3, 2), dt.date(2026, 9, 30), dt.date(2026, 10, 1)])
def test_scenarios_count_in_working_days(key: str, start: dt.date) -> None:
    tracker = book(key, "zh", start).tables["tracker"]
    first = SEEDED.roll(start, "following")
    assert tracker.dates("planned_start").min() == np.datetime64(first)
    for day in [*tracker.dates("planned_start").tolist(), *tracker.dates("deadline").tolist()]:
        assert day is None or SEEDED.is_workday(day)


def test_a_start_on_a_holiday_moves_to_the_first_working_day() -> None:
    made = SCENARIOS["customer-issue"].book("zh", dt.date(2026, 10, 1), SEEDED)
    assert made.forms["request"]["start"] == dt.date(2026, 10, 8)
    assert made.tables["tracker"].raw("deadline")[0] == dt.date(2026, 10, 9)


def test_a_plan_without_a_start_is_refused_in_both_languages() -> None:
    with pytest.raises(UsageError) as caught:
        SCENARIOS["product-launch"].book("en")
    assert "--start" in caught.value.message("zh")
    assert "New product launch" in caught.value.message("en")


# the book and the registry


@both_languages
def test_the_calendar_is_the_official_one(lang: Lang) -> None:
    made = BLANK.book(lang)
    assert len(made.tables["calendar"]) == len(SEEDED.days)
    read = Project(made, START).calendar
    assert read.off_days == SEEDED.off_days
    assert read.make_up_days == SEEDED.make_up_days
    assert read.official_years == frozenset(range(2004, 2027))


def test_the_calendar_given_is_the_calendar_written() -> None:
    made = BLANK.book("en", calendar=Calendar.from_days(SEEDED.days[:5]))
    assert made.tables["calendar"].texts("name").tolist()[0] == "New Year"
    assert len(made.tables["calendar"]) == 5


@both_languages
def test_the_blank_project_has_the_defaults_and_no_rows(lang: Lang) -> None:
    made = BLANK.book(lang)
    assert {key for key, table in made.tables.items() if len(table)} == {"calendar"}
    assert set(made.tables) == {sheet.key for sheet in SHEETS.tables}
    assert set(made.forms["settings"]) == {field.name for field in SHEETS.form("settings").fields}
    settings = made.forms["settings"]
    assert (settings["delay_threshold"], settings["lead_time"]) == (2, 3)
    assert settings["language"] == {"zh": "中文", "en": "English"}[lang]
    assert settings["move_rule"] == {"zh": "顺延", "en": "Move later"}[lang]
    assert Project(made, START).lang == lang
    assert made.tables["tracker"].tab == {"zh": "跟踪表", "en": "Tracker"}[lang]


def test_scenarios_are_found_by_key_and_title() -> None:
    assert tuple(SCENARIOS) == (*FOUR, "blank")
    assert find("Product_Launch") is SCENARIOS["product-launch"]
    assert find(" 大型市场活动 ") is SCENARIOS["marketing-event"]
    assert find("blank") is BLANK
    with pytest.raises(UsageError) as caught:
        find("launch")
    for key in SCENARIOS:
        assert key in caught.value.message("zh")
        assert key in caught.value.message("en")


def test_the_pieces_of_contents() -> None:
    assert rows("id task_id", ("A", None)) == [{"id": "A", "task_id": None}]
    assert depts(t("甲部", "A"), t("乙部", "B")) == t("甲部、乙部", "A, B")
    assert ids("T001", "T002").en == "T001, T002"
    with pytest.raises(ValueError):
        rows("id task_id", ("A",))


def test_days_before_the_start_and_unknown_fields() -> None:
    early = Scenario("x", t("甲", "A"), tables={"milestones": [{"planned": DayOffset(-1)}]})
    planned = early.book("zh", dt.date(2026, 2, 24), SEEDED).tables["milestones"].raw("planned")[0]
    assert planned == dt.date(2026, 2, 14)  # a make-up Saturday, then nine days of Spring Festival
    with pytest.raises(KeyError):
        Scenario("x", t("甲", "A"), forms={"request": {"nothing": 1}}).book()
    with pytest.raises(KeyError):
        Scenario("x", t("甲", "A"), tables={"risks": [{"nothing": 1}]}).book()
    with pytest.raises(KeyError):
        Scenario("x", t("甲", "A"), tables={"risks": [{"status": "nothing"}]}).book()
