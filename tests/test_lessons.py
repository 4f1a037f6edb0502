"""lessons: what the data teaches, how it is accepted once, and what the next project takes over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from books import book, project, task

from xl_collab.commands.lessons import payload
from xl_collab.commands.new import find_scenario, make_from
from xl_collab.documents.lessons.content import MOST, inherit, lessons
from xl_collab.documents.review.content import review
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows
from xl_collab.project.scenarios import DEMO
from xl_collab.project.scenarios.sample_demo import AS_OF
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS

D = date
SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"


def done(row_id: str, due: date, actual: date, **cells: object) -> dict[str, object]:
    return task(row_id, deadline=due, actual=actual, status="已完成", **cells)


def with_rows(made: Book, key: str, records: Sequence[Mapping[str, object]]) -> Book:
    both = [*made.tables[key].records(), *records]
    return replace(made, tables={**made.tables, key: Table.of(SHEETS.table(key), both)})


def accepted(found: Project, *names: str) -> tuple[Mapping[str, object], ...]:
    (edit,) = lessons(found, names).edits
    assert isinstance(edit, AppendRows)
    assert edit.sheet == "lessons"
    return edit.records


@pytest.fixture(scope="module")
def demo() -> Project:
    return Project(DEMO.book(), AS_OF)


def test_the_demo_teaches_what_its_rows_show(demo: Project) -> None:
    found = {one.key: one for one in lessons(demo).data.open}
    # T007 came on 10-09 instead of 09-28, three working days; T003 two, T002 one.
    late = [key for key in found if key.startswith("late")]
    assert late == ["late-T007", "late-T003", "late-T002"]
    assert found["late-T007"].lesson.zh == "“调研目标用户与竞品，支撑立项”延期 3 个工作日。"
    # Monday 2023-11-20 has no record; K001 struck; K002, K004 and K006 were closed with an answer.
    assert found["missed-T004"].evidence == ("T004",)
    assert found["risk-K001"].kind == "improve"
    assert "备选供应商" in found["risk-K001"].action.zh
    assert {key for key in found if key.startswith("answer")} == {"answer-K002", "answer-K004", "answer-K006"}
    assert found["daysoff-plan"].evidence == ("T002",)


def test_a_late_row_says_why_when_an_approved_change_does() -> None:
    change = {
        "id": "C001",
        "task_id": "T001",
        "cause": "芯片晚到",
        "measures": "两班测试",
        "status": "已批准",
    }
    found = project([done("T001", D(2023, 11, 1), D(2023, 11, 8))], adjustments=[change])
    (one,) = lessons(found).data.open
    assert one.lesson.zh == "“制定技术方案”延期 5 个工作日，原因：芯片晚到"
    assert (one.evidence, one.action.zh) == (("T001", "C001"), "延迟时沿用：两班测试")
    rejected = project(
        [done("T001", D(2023, 11, 1), D(2023, 11, 8))], adjustments=[change | {"status": "未批准"}]
    )
    assert lessons(rejected).data.open[0].evidence == ("T001",)


def test_departments_that_were_always_on_time_worked() -> None:
    rows = [done(f"T{n}", D(2023, 11, 1), D(2023, 11, 1), owner="市场部") for n in range(3)]
    found = project([*rows, done("T9", D(2023, 11, 1), D(2023, 11, 1), owner="研发部")])
    assert [(one.key, one.kind, one.evidence) for one in lessons(found).data.open] == [
        ("ontime-市场部", "success", ("T0", "T1", "T2"))
    ]


def test_early_rows_worked_and_unfinished_ones_teach_nothing_yet() -> None:
    early = done("T001", D(2023, 11, 10), D(2023, 11, 8))
    waiting = task("T002", deadline=D(2023, 11, 1), status="进行中")
    assert [one.key for one in lessons(project([early, waiting])).data.open] == ["early-T001"]


def test_an_accepted_lesson_is_a_row_with_its_evidence_and_source(demo: Project) -> None:
    (row,) = accepted(demo, "late-T007")
    assert row == {
        "id": "L006",
        "kind": "不足与改进",
        "lesson": "“调研目标用户与竞品，支撑立项”延期 3 个工作日。",
        "department": "市场部",
        "evidence": "T007",
        "action": None,
        "source": "复盘 2023-11-28（late-T007）",
    }


def test_accepting_again_changes_nothing_and_rewording_keeps_it_settled(demo: Project) -> None:
    rows = [{**row, "lesson": "节前要留余量"} for row in accepted(demo, "late", "risk-K001")]
    later = Project(with_rows(demo.book, "lessons", rows), AS_OF)
    assert lessons(later, ["late", "risk-K001"]).edits == ()
    assert not {"late-T007", "risk-K001"} & {one.key for one in lessons(later).data.open}


def test_what_people_wrote_themselves_is_not_offered_again(demo: Project) -> None:
    text = "“调研目标用户与竞品，支撑立项”延期 3 个工作日。"
    later = Project(with_rows(demo.book, "lessons", [{"id": "L9", "lesson": text}]), AS_OF)
    assert "late-T007" not in {one.key for one in lessons(later).data.open}


def test_names_are_keys_their_beginnings_kinds_or_all(demo: Project) -> None:
    every = len(lessons(demo).data.open)
    assert len(accepted(demo, "all")) == every
    assert len(accepted(demo, "LATE")) == 3
    kinds = {row["kind"] for row in accepted(demo, "pattern")}
    assert kinds == {"可复用模式"}
    with pytest.raises(UsageError):
        lessons(demo, ["late-T099"])


def test_the_review_does_not_say_twice_what_is_on_record(demo: Project) -> None:
    rows = accepted(demo, "late-T007")
    later = Project(with_rows(demo.book, "lessons", rows), AS_OF)
    told = [line.text.zh for line in review(later).data.failed]
    assert sum("调研目标用户与竞品" in text for text in told) == 1
    assert not [text for text in told if "没有在进度调整或需求变更登记原因" in text and "T007" in text]


def test_the_json_shape_is_the_documented_one(demo: Project) -> None:
    shown = payload(lessons(demo, ["late-T007"]).data, "zh")[-1]
    assert shown == {
        "key": "late-T007",
        "kind": "improve",
        "lesson": "“调研目标用户与竞品，支撑立项”延期 3 个工作日。",
        "department": "市场部",
        "evidence": ["T007"],
        "action": "",
        "became": "L006",
    }


def test_long_lists_are_cut() -> None:
    rows = [done(f"T{n:03}", D(2023, 11, 1), D(2023, 11, 2 + n % 6)) for n in range(60)]
    found = [one for one in lessons(project(rows)).data.open if one.key.startswith("late")]
    assert len(found) == MOST


def test_an_empty_project_teaches_nothing() -> None:
    assert lessons(Project(book(), D(2023, 11, 13))).data.open == ()


# the next project


def test_patterns_improvements_and_struck_risks_go_on(demo: Project) -> None:
    made = inherit(demo, project(as_of=D(2024, 3, 4)))
    learnt, risks = made.edits
    assert isinstance(learnt, AppendRows)
    assert isinstance(risks, AppendRows)
    # L002 and L004 are to be improved, L003 is a pattern; L001 and L005 only worked here.
    assert [row["source"][-4:] for row in learnt.records] == ["L002", "L003", "L004"]  # type: ignore[index]
    (risk,) = risks.records
    assert (risk["status"], risk["raised_on"], risk["score"], risk["level"]) == (
        "开放",
        D(2024, 3, 4),
        16,
        "高",
    )
    assert (risk["owner"], risk["source"]) == ("生产部", "智能台灯L1新产品上市 K001")
    assert "due" not in risk
    assert "task_id" not in risk
    assert made.data.lessons == ("L001", "L002", "L003")


def test_departments_that_the_new_project_lacks_stay_out(demo: Project) -> None:
    contacts = [{"department": "采购部", "contact": "*"}]
    _, risks = inherit(demo, project(contacts=contacts)).edits
    assert isinstance(risks, AppendRows)
    assert risks.records[0]["owner"] is None


def test_taking_over_twice_changes_nothing(demo: Project) -> None:
    new = project()
    tables = dict(new.book.tables)
    for edit in inherit(demo, new).edits:
        assert isinstance(edit, AppendRows)
        tables[edit.sheet] = Table.of(SHEETS.table(edit.sheet), edit.records)
    again = Project(replace(new.book, tables=tables), new.as_of)
    assert inherit(demo, again).edits == ()


def test_an_english_project_takes_over_chinese_lessons_with_english_labels(demo: Project) -> None:
    contacts = [{"department": "研发部", "contact": "*"}]
    english = project(contacts=contacts, settings={"language": "English"})
    english = Project(replace(english.book, lang="en"), english.as_of)
    learnt = inherit(demo, english).edits[0]
    assert isinstance(learnt, AppendRows)
    assert {row["kind"] for row in learnt.records} == {"To improve", "Reusable pattern"}


def test_new_from_lessons_leaves_the_old_workbook_alone(tmp_path: Path) -> None:
    old, out = SHIPPED.read_bytes(), tmp_path / "new.xlsm"
    chosen = find_scenario("customer-issue")
    took = make_from(SHIPPED, out, chosen, start=D(2026, 3, 2), name="下一个", lang="zh")
    assert SHIPPED.read_bytes() == old
    assert [p.name for p in tmp_path.iterdir()] == ["new.xlsm"], "no backup of a file that is new"
    made = FileHost(out).read()
    assert made.settings["project"] == "下一个"
    assert len(took.lessons) == len(made.tables["lessons"]) == 2
    assert made.stale_formulas == {}
    with pytest.raises(UsageError):
        make_from(SHIPPED, out, chosen, start=D(2026, 3, 2), name=None, lang="zh")
