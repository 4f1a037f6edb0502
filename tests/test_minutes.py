"""《例会会议纪要》: what it says about the sample, since when, and what it never loses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from xl_collab.documents.minutes.content import Minutes, minutes
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, InsertSheet
from xl_collab.project.scenarios.sample import AS_OF, SAMPLE
from xl_collab.project.scenarios.sample_demo import AS_OF as DEMO_DAY, DEMO
from xl_collab.project.sentences import LISTED, fitted, listing, places, say
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import t


def with_rows(book: Book, key: str, records: list[Mapping[str, Any]]) -> Book:
    return replace(book, tables={**book.tables, key: Table.of(SHEETS.table(key), records)})


def changed(book: Book, key: str, row_id: str, **values: object) -> Book:
    records = [{**row, **values} if row.get("id") == row_id else row for row in book.tables[key].records()]
    return with_rows(book, key, records)


def with_setting(book: Book, **values: object) -> Book:
    return replace(book, forms={**book.forms, "settings": {**book.forms["settings"], **values}})


def after_issuing(book: Book, day: dt.date) -> Book:
    """The book with the snapshot that issuing on that day keeps."""
    (_, kept) = minutes(Project(book, day), issue=True).edits
    assert isinstance(kept, AppendRows)
    return with_rows(book, "history", [*book.tables["history"].records(), *kept.records])


@pytest.fixture(scope="module")
def sample() -> Minutes:
    return minutes(Project(SAMPLE.book(), AS_OF)).data


@pytest.fixture(scope="module")
def two_weeks_later() -> Minutes:
    """The demonstration's minutes of 2023-11-28, when those of 2023-11-13 had been issued."""
    before = after_issuing(SAMPLE.book(), AS_OF)
    later = replace(DEMO.book(), tables={**DEMO.book().tables, "history": before.tables["history"]})
    return minutes(Project(later, DEMO_DAY)).data


def changes(made: Minutes) -> dict[str, str]:
    """What is told of rows that moved and were not finished, by their IDs."""
    return {row.id: row.change.zh for department in made.progress for row in department.moved}


def empty_book() -> Book:
    return Book({sheet.key: Table.of(sheet, []) for sheet in SHEETS.tables})


# head


def test_the_head_comes_from_settings_when_the_day_has_no_meeting_on_record(sample: Minutes) -> None:
    assert (sample.date, sample.number, sample.key) == (AS_OF, 5, "20231113")
    assert sample.held_on is None
    assert (sample.place, sample.chair, sample.recorder) == ("三楼会议室", "市场部*", "行政部*")
    assert {a.presence for a in sample.attendance} == {"unknown"}


def test_mondays_meeting_is_what_mondays_minutes_are_about() -> None:
    made = minutes(Project(SAMPLE.book(), dt.date(2023, 11, 6))).data
    assert (made.held_on, made.time, made.number) == (dt.date(2023, 11, 6), "16:00", 4)
    assert {a.department for a in made.attendance if a.presence == "absent"} == {"人力资源部"}
    assert sum(a.presence == "present" for a in made.attendance) == 5


def test_tuesdays_minutes_are_about_mondays_meeting(two_weeks_later: Minutes) -> None:
    assert two_weeks_later.held_on == dt.date(2023, 11, 27)


def test_a_given_number_is_kept() -> None:
    assert minutes(Project(SAMPLE.book(), AS_OF), number=12).data.number == 12


# progress


def test_without_a_snapshot_progress_counts_from_the_start_and_says_so(sample: Minutes) -> None:
    assert sample.since is None
    assert "自项目开始以来新完成 3 项" in sample.summary[0].text.zh
    found = {row.department.zh: (row.done, row.total, row.newly) for row in sample.progress}
    assert found == {"市场部": (2, 3, ("T001", "T002")), "研发部": (1, 3, ("T003",))}
    assert changes(sample)["T005"].startswith("现为进行中，完成率 35%，预计 2023-12-25 完成")


def test_a_summary_never_counts_more_changes_than_there_are_tasks(two_weeks_later: Minutes) -> None:
    # T004 changed its percentage and its alert, T005 its date and what its supporters wrote: a row is one.
    assert two_weeks_later.summary[0].text.zh == (
        "7 项任务中已完成 4 项；自上次纪要（2023-11-13）以来新完成 1 项，另有变化 2 项。"
    )
    newly = [name for department in two_weeks_later.progress for name in department.newly]
    assert (newly, sorted(changes(two_weeks_later))) == (["T007"], ["T004", "T005"])


def test_cancelled_tasks_are_no_changed_ones() -> None:
    book = after_issuing(SAMPLE.book(), AS_OF)
    for row in ("T004", "T005", "T006"):
        book = changed(book, "tracker", row, status="取消")
    made = minutes(Project(book, dt.date(2023, 11, 20))).data
    assert made.summary[0].text.zh == (
        "3 项任务中已完成 3 项；自上次纪要（2023-11-13）以来新完成 0 项，另有变化 0 项；取消 3 项。"
    )
    assert "; 3 cancelled." in made.summary[0].text.en


def test_a_reported_problem_is_told_as_one_and_not_as_the_cause() -> None:
    book = with_rows(SAMPLE.book(), "adjustments", [])
    for row, planned in (("T002", dt.date(2023, 10, 15)), ("T003", dt.date(2023, 11, 1))):
        book = changed(book, "tracker", row, actual=planned)
    found = {slip.id: slip.reason for slip in minutes(Project(book, AS_OF)).data.variances}
    assert "所报问题：芯片到货日期仍无书面承诺" in found["T005"].zh
    assert "原因：芯片" not in found["T005"].zh


def test_departments_without_a_task_are_named(sample: Minutes) -> None:
    assert sample.quiet[-1].text.zh == "生产部、销售部、行政部、人力资源部：没有牵头的任务。"


def test_since_the_last_minutes_only_what_changed_is_listed(two_weeks_later: Minutes) -> None:
    assert two_weeks_later.since is not None
    assert two_weeks_later.since.as_of == AS_OF
    rows = changes(two_weeks_later)
    assert "完成率 40%→60%" in rows["T004"]
    assert "预警 绿→黄" in rows["T004"]
    assert "预计完成 2023-12-25→2023-12-26" in rows["T005"]


def test_nothing_changed_leaves_the_figures_of_each_department() -> None:
    book = after_issuing(SAMPLE.book(), AS_OF)
    made = minutes(Project(book, AS_OF)).data
    assert [(row.department.zh, row.done, row.total) for row in made.progress] == [
        ("市场部", 2, 3),
        ("研发部", 1, 3),
    ]
    assert changes(made) == {} and not [row for row in made.progress if row.newly]
    assert made.decisions == ()


def test_a_moved_baseline_and_a_removed_row_are_told() -> None:
    book = after_issuing(SAMPLE.book(), AS_OF)
    book = changed(book, "tracker", "T005", deadline=dt.date(2023, 12, 26), baseline=dt.date(2023, 12, 26))
    rows = [row for row in book.tables["tracker"].records() if row["id"] != "T001"]
    made = minutes(Project(with_rows(book, "tracker", rows), dt.date(2023, 11, 20))).data
    change = changes(made)["T005"]
    assert "时间节点 2023-12-20→2023-12-26" in change
    assert any("移除：T001" in line.text.zh for line in made.quiet)


# variances


def test_variances_are_signed_working_days_worst_first(sample: Minutes) -> None:
    found = [(row.id, row.workdays, row.rag, row.kind) for row in sample.variances]
    assert found == [("T005", 3, "red", "forecast")]  # 12-20 → 12-25: 21, 22, 25
    assert [(row.id, row.workdays) for row in sample.done_late] == [
        ("T003", 2),  # 11-01 → 11-03
        ("T002", 1),  # Sunday 10-15 → Monday 10-16
    ]


def test_a_variance_says_its_cause_and_whom_it_made_late_once(sample: Minutes) -> None:
    slip = sample.variances[0]
    assert "驱动芯片交期延长两周" in slip.reason.zh
    assert [(row.id, row.department.zh, row.workdays) for row in slip.affected] == [("T006", "市场部", 1)]


def test_make_up_days_are_explained_where_they_matter() -> None:
    # 2023-09-28 → 2023-10-09: 3 working days, for 10-07 and 10-08 are made up and 29 to 6 is off.
    book = with_rows(
        SAMPLE.book(),
        "tracker",
        [
            {"id": "T1", "task": "调研", "owner": "研发部", "status": "进行中"}
            | {"deadline": dt.date(2023, 9, 28), "forecast": dt.date(2023, 10, 9)}
        ],
    )
    (late,) = minutes(Project(book, dt.date(2023, 10, 1))).data.variances
    assert late.workdays == 3
    assert "只数周一至周五是 +7" in late.reason.zh


# risks, resources, decisions


def test_risks_are_new_changed_or_closed_and_the_other_open_ones_named(two_weeks_later: Minutes) -> None:
    news = {risk.id: risk.news for risk in two_weeks_later.risks}
    assert news["K007"] == "new"
    assert news["K001"] == "changed"
    assert (news["K002"], news["K004"]) == ("closed", "closed")
    assert set(two_weeks_later.tracked) == {"K003", "K005"}
    assert "K006" not in news  # closed before, and told
    struck = next(risk for risk in two_weeks_later.risks if risk.id == "K001")
    assert "→已发生" in struck.change.zh
    assert "→" not in struck.measure.zh


def test_a_task_that_is_late_is_no_risk_once_more(two_weeks_later: Minutes) -> None:
    assert {risk.id[0] for risk in two_weeks_later.risks} == {"K"}


def test_resources_come_from_meetings_sync_and_feedback(sample: Minutes) -> None:
    found = {(r.kind, r.text) for r in sample.resources}
    assert ("meeting", "备选供应商采购费用2万元") in found
    assert ("help", "请生产部取得书面承诺") in found
    assert ("problem", "芯片到货日期仍无书面承诺") in found
    assert sample.resources[-1].kind == "feedback"
    assert sample.resources[-1].row_id == "T005"
    assert sample.resources[-1].answers == (("生产部", "试产线11月27日起可用，散热件装配需研发派1人"),)
    assert sample.resources[-1].silent == ("市场部", "销售部")


def test_decisions_are_numbered_by_day(sample: Minutes) -> None:
    assert [d.number for d in sample.decisions][-3:] == ["20231106-1", "20231106-2", "20231106-3"]
    assert sample.decisions[-1].text.startswith("推广物料先用渲染图推进")


def test_only_decisions_not_told_before_are_listed(two_weeks_later: Minutes) -> None:
    numbers = [d.number for d in two_weeks_later.decisions]
    assert numbers == ["20231113-1", "20231113-2", "20231127-1", "20231127-2", "20231127-3"]


def test_a_decision_added_to_an_old_meeting_later_is_not_lost() -> None:
    book = after_issuing(SAMPLE.book(), AS_OF)
    old = next(row for row in book.tables["meetings"].records() if row["id"] == "H002")
    book = changed(book, "meetings", "H002", decisions=f"{old['decisions']}\n3. 补记一条")
    made = minutes(Project(book, dt.date(2023, 11, 14))).data
    assert [(d.number, d.text) for d in made.decisions] == [("20231023-3", "补记一条")]


def test_a_decision_keeps_a_number_of_its_own() -> None:
    book = changed(SAMPLE.book(), "meetings", "H004", decisions="决议20231106-7 用备选供应商\n(2) 三日内报价")
    found = minutes(Project(book, AS_OF)).data.decisions[-2:]
    assert [(d.number, d.text) for d in found] == [
        ("20231106-7", "用备选供应商"),
        ("20231106-2", "三日内报价"),
    ]


# action items


def test_open_actions_have_an_age_and_overdue_ones_come_first(sample: Minutes) -> None:
    found = [(item.id, item.age, item.overdue) for item in sample.actions]
    assert found == [("A006", 7, 1), ("A007", 7, 0), ("A005", 14, 0), ("A008", 7, 0)]


def test_actions_are_carried_over_or_new(two_weeks_later: Minutes) -> None:
    open_ids = {item.id for item in two_weeks_later.actions}
    assert open_ids == {"A008", "A009", "A010", "A011"}
    assert two_weeks_later.new_actions == {"A009", "A010", "A011"}
    ages = {item.id: item.age for item in two_weeks_later.actions}
    assert ages["A008"] == 22  # raised on 11-06, now 11-28
    overdue = {item.id: item.overdue for item in two_weeks_later.actions if item.overdue}
    assert overdue == {"A008": 2, "A009": 6}  # due 11-24 (Fri) and 11-20 (Mon)


def test_actions_closed_since_are_told_once(two_weeks_later: Minutes) -> None:
    assert {item.id for item in two_weeks_later.closed_actions} == {"A005", "A006", "A007"}


# what comes next


def test_the_next_meeting_follows_the_rule(sample: Minutes) -> None:
    assert sample.next_meeting is not None
    assert sample.next_meeting.due == dt.datetime(2023, 11, 20, 17)
    assert not sample.next_meeting.moved


def test_the_next_meeting_moves_off_new_years_day() -> None:
    found = minutes(Project(SAMPLE.book(), dt.date(2023, 12, 25))).data.next_meeting
    assert found is not None
    assert (found.nominal, found.due) == (dt.date(2024, 1, 1), dt.datetime(2024, 1, 2, 17))
    assert found.moved


def test_a_rule_that_cannot_be_read_leaves_the_next_meeting_open() -> None:
    book = with_setting(SAMPLE.book(), meeting_rule="下周再说")
    assert minutes(Project(book, AS_OF)).data.next_meeting is None


def test_a_year_without_official_holidays_is_said_to_be_estimated() -> None:
    found = minutes(Project(SAMPLE.book(), dt.date(2031, 3, 3))).data.next_meeting
    assert found is not None
    assert found.estimated


def test_copies_go_to_the_superior_and_every_participant(sample: Minutes) -> None:
    assert [(c.name, c.why) for c in sample.copies[:2]] == [
        ("总经理*", "superior"),
        ("市场部", "participant"),
    ]
    assert [c.name for c in sample.copies].count("研发部") == 1
    assert sample.signing == ("市场部", "研发部", "生产部", "销售部", "行政部", "人力资源部")


# issuing


def test_a_draft_only_inserts_its_sheet() -> None:
    (sheet,) = minutes(Project(SAMPLE.book(), AS_OF)).edits
    assert isinstance(sheet, InsertSheet)
    assert (sheet.kind, sheet.key, sheet.title) == ("minutes", "20231113", "纪要-20231113")


def test_issuing_keeps_each_row_field_by_field() -> None:
    (_, kept) = minutes(Project(SAMPLE.book(), AS_OF), issue=True).edits
    assert isinstance(kept, AppendRows)
    fields = {r["field"]: r["value"] for r in kept.records if r["row_id"] == "T005"}
    assert fields == {
        "status": "in_progress",
        "percent": "0.35",
        "base": "2023-12-20",
        "forecast": "2023-12-25",
        "compared": "2023-12-25",
        "variance": "3",
        "rag": "red",
        "support_feedback": "【生产部】试产线11月27日起可用，散热件装配需研发派1人",
    }
    assert {(r["kind"], r["key"], r["as_of"]) for r in kept.records} == {("minutes", "20231113", AS_OF)}


def test_an_issued_document_is_never_replaced() -> None:
    book = after_issuing(SAMPLE.book(), AS_OF)
    again = minutes(Project(book, AS_OF)).edits[0]
    assert isinstance(again, InsertSheet)
    assert (again.key, again.title) == ("20231113-2", "纪要-20231113-2")


def test_numbers_go_on_from_the_last_issued_one(two_weeks_later: Minutes) -> None:
    assert two_weeks_later.number == 6  # no. 5 was issued; these are about the sixth meeting on record


# the odd ones


def test_an_empty_tracker_gives_minutes_that_say_so() -> None:
    made = minutes(Project(empty_book(), AS_OF)).data
    assert "还没有任务" in made.summary[0].text.zh
    assert (made.progress, made.variances, made.risks, made.actions, made.decisions) == ((), (), (), (), ())
    assert made.number == 1


def test_long_lists_are_cut_and_counted() -> None:
    rows = [
        {"id": f"T{n}", "stage": "成果交付", "owner": "研发部", "task": "任务", "status": "进行中"}
        | {"deadline": dt.date(2023, 10, 9)}
        for n in range(LISTED + 25)
    ]
    made = minutes(Project(with_rows(SAMPLE.book(), "tracker", rows), AS_OF)).data
    assert len(made.variances) == LISTED
    assert made.left_out["variance"] == 25
    (department,) = made.progress
    assert (department.total, len(department.moved)) == (LISTED + 25, LISTED + 25)


def test_the_english_minutes_hold_no_chinese_words_of_ours() -> None:
    made = minutes(Project(SAMPLE.book("en"), AS_OF)).data
    said = [line.text.en for line in (*made.summary, *made.quiet)]
    said += [row.change.en for department in made.progress for row in department.moved]
    said += [row.reason.en for row in made.variances]
    assert not [text for text in said if any("\u4e00" <= c <= "\u9fff" for c in text)]


# sentences


def test_words_of_the_workbook_are_never_read_as_templates() -> None:
    assert say(t("“{task}”", "“{task}”"), task="{id} {0}").text.zh == "“{id} {0}”"


def test_a_number_picks_its_noun() -> None:
    text = t("{n} 项", "{n:task|tasks}")
    assert [fitted(text, n=n).en for n in (0, 1, 2)] == ["0 tasks", "1 task", "2 tasks"]
    assert fitted(text, n=1).zh == "1 项"


def test_long_lists_of_ids_are_counted() -> None:
    assert listing(["T1", "T2", "T3"], 2) == t("T1、T2等 3 项", "T1, T2 and 1 more")


def test_every_row_has_a_place_and_the_tracker_comes_first() -> None:
    book = with_rows(SAMPLE.book(), "risks", [{"id": "T001", "risk": "同号"}])
    found = places(book)
    assert found["T001"] == ("跟踪表", "A5")
    assert found["H002"] == ("例会记录", "A6")
    assert found["sync!5"] == ("每日同步", "A5")


def test_minutes_written_the_day_after_have_the_meetings_number() -> None:
    first = [{"id": "H001", "date": dt.date(2023, 11, 6)}, {"id": "H002", "date": dt.date(2023, 11, 13)}]
    book = with_rows(SAMPLE.book(), "meetings", first)
    assert minutes(Project(book, dt.date(2023, 11, 14))).data.number == 2
    assert minutes(Project(book, dt.date(2023, 11, 13))).data.number == 2
    assert minutes(Project(book, dt.date(2023, 11, 20))).data.number == 3, "its own meeting has no row yet"


def test_a_late_row_stands_under_the_nearest_one_whose_cause_is_known() -> None:
    # T006 waits for T005, which has a cause on record; most of its days began at T002 long before.
    found = minutes(Project(SAMPLE.book(), AS_OF)).data.variances
    assert [(slip.id, [row.id for row in slip.affected]) for slip in found] == [("T005", ["T006"])]
    book = with_rows(SAMPLE.book(), "adjustments", [])
    found = minutes(Project(book, AS_OF)).data.variances
    assert [(slip.id, [row.id for row in slip.affected]) for slip in found] == [("T002", ["T005", "T006"])]


def test_what_supporters_wrote_is_news_of_a_row() -> None:
    book = changed(after_issuing(SAMPLE.book(), AS_OF), "tracker", "T004", support_feedback="【生产部】可以")
    assert changes(minutes(Project(book, AS_OF)).data)["T004"] == "配合反馈有更新"


def test_a_decision_says_who_has_to_do_it_and_by_when() -> None:
    text = "1. 生产部、研发部11月20日前给出交期\n2. 继续推进"
    book = changed(SAMPLE.book(), "meetings", "H004", decisions=text)
    first, second = minutes(Project(book, AS_OF)).data.decisions[-2:]
    assert (first.departments, first.due) == (("生产部", "研发部"), dt.date(2023, 11, 20))
    assert (second.departments, second.due) == ((), None)
