"""Proposals out of notes: what they become, how they are known again, and what is never written."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import date as D  # noqa: N812 - short, for many dates
from pathlib import Path

import pytest
from books import book, project, task
from python_calamine import CalamineWorkbook

from xl_collab.checks.validate import findings
from xl_collab.documents.drawing import draw
from xl_collab.documents.proposals.content import Decided, decide, identity
from xl_collab.documents.risks.content import risks
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost, undo
from xl_collab.plan.project import Project
from xl_collab.plan.proposals import silent_notes
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.project.scenarios import DEMO
from xl_collab.project.tables import Table
from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
CONFIRM = "需确认研发部、生产部资源承接能力"
PROTOTYPE = "研发方案需保证11月30日前输出原型"
WARNING = "若原型延迟,需提前3个工作日预警"

TASKS = (
    task("T001", owner="市场部*", deadline=D(2023, 12, 8), note=CONFIRM),
    task("T002", owner="市场部", deadline=D(2023, 12, 1), note=PROTOTYPE),
    task("T003", owner="研发部、市场部", deadline=D(2023, 12, 20), note=WARNING),
    task("T004", owner="市场部", deadline=D(2024, 1, 10), note="报告需提交至上级领导并抄送协作部门"),
)


def named(outcome: Outcome[Decided]) -> list[str]:
    return [identity(p).split("-")[0] for p in outcome.data.open]


def rows(edits: tuple[Edit, ...], sheet: str) -> list[dict[str, object]]:
    return [dict(r) for e in edits if isinstance(e, AppendRows) and e.sheet == sheet for r in e.records]


def with_rows(made: Project, edits: tuple[Edit, ...]) -> Project:
    """The project after its appended rows are there."""
    tables = dict(made.book.tables)
    for edit in edits:
        if isinstance(edit, AppendRows):
            table = tables[edit.sheet]
            grown = Table.of(table.sheet, [*table.records(), *edit.records])
            tables[edit.sheet] = replace(grown, tab=table.tab)
    return Project(replace(made.book, tables=tables), made.as_of)


def test_the_open_ones_are_listed_and_nothing_is_written() -> None:
    outcome = decide(project(TASKS))
    assert named(outcome) == ["T001:confirmation", "T002:deadline", "T003:lead_time", "T004:distribution"]
    assert outcome.edits == ()


def test_a_date_becomes_a_milestone_of_the_department_spoken_of() -> None:
    outcome = decide(project(TASKS), accept=["T002"])
    (row,) = rows(outcome.edits, "milestones")
    assert (row["id"], row["milestone"], row["planned"]) == ("M001", "研发方案输出原型", D(2023, 11, 30))
    assert (row["task_id"], row["status"]) == ("T002", "未开始")
    # Three working days before Thursday 2023-11-30, by the other note about the prototype.
    assert "2023-11-27" in str(row["criteria"])
    assert PROTOTYPE in str(row["source"])
    assert outcome.data.accepted[0].proposal.id in str(row["source"])


def test_an_alias_names_its_department() -> None:
    contacts = [
        {"department": "研发部", "contact": "*", "aliases": "研发"},
        {"department": "市场部", "contact": "*"},
    ]
    (row,) = rows(decide(project(TASKS[1:2], contacts=contacts), accept=["T002"]).edits, "milestones")
    assert row["owner"] == "研发部"


def test_a_confirmation_becomes_an_action_of_lead_and_departments() -> None:
    (row,) = rows(decide(project(TASKS), accept=["T001"]).edits, "actions")
    assert row["owner"] == "市场部、研发部、生产部"
    assert (row["raised_on"], row["due"], row["status"], row["age"]) == (
        D(2023, 11, 13),
        D(2023, 12, 8),
        "未完成",
        0,
    )


def test_a_passed_date_gives_the_action_the_warning_time_from_now() -> None:
    late = [{**TASKS[0], "deadline": D(2023, 11, 8)}]
    # Three working days after Monday 2023-11-13.
    assert rows(decide(project(late), accept=["all"]).edits, "actions")[0]["due"] == D(2023, 11, 16)


def test_a_warning_time_becomes_a_risk_and_the_row_s_own_lead() -> None:
    made = project(TASKS)
    outcome = decide(made, accept=["T003"])
    (row,) = rows(outcome.edits, "risks")
    assert (row["risk"], row["owner"], row["score"], row["level"]) == ("原型延迟（T003）", "研发部", 9, "中")
    (lead,) = [e for e in outcome.edits if isinstance(e, SetColumn) and e.column == "lead_days"]
    assert (lead.sheet, lead.rows.tolist(), list(lead.values)) == ("tracker", [7], [3])


def test_an_accepted_lead_changes_the_row_s_colour() -> None:
    row = {**TASKS[2], "deadline": D(2023, 11, 20), "note": "若原型延迟,需提前5个工作日预警"}
    made = project([row])
    assert made.assessment.rag[0] == "green"  # five working days are left, the setting warns from three
    (rag,) = [e for e in decide(made, accept=["all"]).edits if isinstance(e, SetColumn) and e.column == "rag"]
    assert list(rag.values) == ["黄"]


def test_calendar_days_are_turned_into_working_days() -> None:
    # Seven days before Wednesday 2023-12-20 is Wednesday 12-13: five working days.
    made = project([{**TASKS[2], "note": "若原型延迟，提前7天预警"}])
    (lead,) = [
        e for e in decide(made, accept=["all"]).edits if isinstance(e, SetColumn) and e.column == "lead_days"
    ]
    assert list(lead.values) == [5]


@pytest.mark.parametrize("name", ["T002", "t002", "Ｔ００２", "T002:deadline", "T002：deadline"])
def test_a_proposal_is_named_by_row_kind_or_beginning(name: str) -> None:
    assert [e.proposal.row_id for e in decide(project(TASKS), accept=[name]).data.accepted] == ["T002"]


def test_a_whole_identity_and_the_beginning_of_its_hash() -> None:
    made = project(TASKS)
    whole = identity(decide(made).data.open[1])
    for name in (whole, whole[:-4], whole.split(":")[1]):
        assert [identity(e.proposal) for e in decide(made, accept=[name]).data.accepted] == [whole]


@pytest.mark.parametrize("name", ["T009", "T001:deadline", "T0", "T001:", ""])
def test_a_name_that_no_note_has_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        decide(project(TASKS), accept=[name])


def test_both_at_once_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        decide(project(TASKS), accept=["T001"], reject=["all"])
    assert "T001" in caught.value.message("en")


def test_accepting_and_declining_settle_for_good() -> None:
    made = project(TASKS)
    first = decide(made, accept=["T001", "T002", "T003"], reject=["T004"])
    assert first.data.open == ()
    again = with_rows(made, first.edits)
    assert decide(again).data == Decided(())
    repeated = decide(again, accept=["all", "T001"], reject=["T004"])
    assert repeated.edits == ()
    settled = [name.split("-")[0] for name in repeated.data.settled]
    assert settled == ["T001:confirmation", "T004:distribution"]


def test_new_ids_follow_those_in_use() -> None:
    actions = [
        {"id": "A0041", "action": "x", "owner": "研发部", "raised_on": D(2023, 11, 1), "due": D(2023, 12, 1)},
        {"id": "a7", "action": "y", "owner": "研发部", "raised_on": D(2023, 11, 1), "due": D(2023, 12, 1)},
    ]
    made = decide(project(TASKS, actions=actions), accept=["T001", "T004"])
    assert [row["id"] for row in rows(made.edits, "actions")] == ["A0042", "A0043"]


def test_a_deleted_row_brings_its_proposal_back() -> None:
    made = project(TASKS)
    settled = with_rows(made, decide(made, accept=["T001"]).edits)
    assert len(decide(settled).data.open) == 3
    assert len(decide(made).data.open) == 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_accepted_rows_are_right_by_our_own_checks(lang: str) -> None:
    made = Project(DEMO.book(lang), D(2023, 11, 28))  # type: ignore[arg-type]
    before = {(f.code, f.row_id) for f in findings(made)}
    after = with_rows(made, decide(made, accept=["all"]).edits)
    assert {(f.code, f.row_id) for f in findings(after)} - before == set()


def test_a_tracker_without_notes_has_no_proposals() -> None:
    assert decide(Project(book(), D(2023, 11, 13)), accept=["all"]).data == Decided(())


# on a file


def test_on_a_file_it_is_idempotent_and_can_be_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    original = path.read_bytes()
    run = ["proposals", str(path), "--accept", "T003,T004", "--reject", "T006"]
    for options in (["--dry-run"], []):
        with pytest.raises(SystemExit) as ended:
            main([*run, *options])
        assert ended.value.code in (0, None)
        if options:
            assert path.read_bytes() == original
    written = path.read_bytes()
    tables = FileHost(path).read().tables
    assert tables["milestones"].records()[-1]["id"] == "M007"
    assert tables["tracker"].numbers("lead_days")[3] == 3
    assert (tables["risks"].numbers("score")[-1], tables["risks"].texts("level")[-1]) == (9, "中")
    assert tables["history"].texts("field")[-1] == "declined"
    with pytest.raises(SystemExit):
        main(run)
    assert path.read_bytes() == written
    undo(path)
    assert path.read_bytes() == original


def test_json_says_what_became_of_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    with pytest.raises(SystemExit):
        main(["proposals", str(path), "--accept", "T003", "--json"])
    entries = {e["row_id"]: e for e in json.loads(capsys.readouterr().out)}
    assert entries["T003"]["state"] == "accepted"
    assert entries["T003"]["became"] == {"sheet": "milestones", "row_id": "M007"}
    assert (entries["T003"]["date"], entries["T003"]["warn_from"]) == ("2023-11-30", "2023-11-27")
    assert {e["state"] for row, e in entries.items() if row != "T003"} == {"open"}
    assert list(entries["T005"]) == [
        "id", "row_id", "key", "kind", "becomes", "quote", "sentence", "date", "lead_days", "warn_from",
            "waits_for",        "state", "became",
    ]  # fmt: skip


def waiting(note: str, **cells: object) -> Project:
    others = (
        task("T001", task="制定技术方案", deadline=D(2023, 11, 20)),
        task("T002", task="样机试制与测试", deadline=D(2023, 11, 24)),
    )
    return project((*others, task("T003", task="发布", deadline=D(2023, 12, 20), note=note, **cells)))


@pytest.mark.parametrize(
    ("note", "cell"),
    [
        ("依赖T001完成", "T001"),
        ("等T001、T002完成后启动", "T001、T002"),
        ("前置:T002", "T002"),
        ("depends on T001", "T001"),
        ("待样机试制与测试完成后开始", "T002"),
    ],
)
def test_a_dependency_goes_into_the_row_s_predecessors(note: str, cell: str) -> None:
    outcome = decide(waiting(note), ["all"])
    (entry,) = outcome.data.accepted
    assert (entry.sheet, entry.row_id, entry.proposal.kind) == ("tracker", "T003", "predecessor")
    written = [e for e in outcome.edits if isinstance(e, SetColumn) and e.column == "predecessors"]
    assert [list(e.values) for e in written] == [[cell]]
    assert rows(outcome.edits, "actions") == []
    assert named(decide(waiting(note, predecessors=cell))) == []


def test_what_stood_in_the_predecessors_stays() -> None:
    edits = decide(waiting("依赖T002", predecessors="T001FS+2"), ["all"]).edits
    assert [list(e.values) for e in edits if isinstance(e, SetColumn) and e.column == "predecessors"] == [
        ["T001FS+2、T002"]
    ]


@pytest.mark.parametrize("note", ["依赖供应商到货", "等2台设备到位后安装", "依赖T003", "依赖T099"])
def test_a_dependency_on_something_else_becomes_an_action(note: str) -> None:
    (found,) = decide(waiting(note)).data.open
    assert found.kind == "action"
    assert len(rows(decide(waiting(note), ["all"]).edits, "actions")) == 1


def test_a_link_that_would_close_a_circle_is_not_proposed() -> None:
    rows_ = (
        task("T001", predecessors="T002"),
        task("T002", predecessors="T003"),
        task("T003", note="依赖T001"),
    )
    (found,) = decide(project(rows_)).data.open
    assert (found.kind, found.waits_for) == ("action", ())


def test_a_risk_in_a_note_becomes_an_open_risk_without_a_countermeasure() -> None:
    (record,) = rows(decide(waiting("存在供应商断货风险"), ["all"]).edits, "risks")
    assert "断货风险" in str(record["risk"])
    assert (record["task_id"], record["countermeasure"], record["probability"]) == ("T003", None, 3)


def test_notes_of_which_nothing_was_recognised_are_told() -> None:
    notes = ("颜色用公司蓝", "无", "需确认场地", "/", "已完成", "与去年一致即可")
    made = project([task(f"T{n}", note=note) for n, note in enumerate(notes, 1)])
    assert [made.texts("id")[i] for i in silent_notes(made)] == ["T1", "T6"]
    page = draw(risks(made).data, project_name="", lang="zh", links={})
    drawn = CalamineWorkbook.from_filelike(io.BytesIO(page)).get_sheet_by_index(0).to_python()
    shown = [[cell for cell in row if cell != ""] for row in drawn]
    assert ["T6", "与去年一致即可"] in [row[:2] for row in shown]
    assert any("2 条备注未识别出条件" in str(row[0]) for row in shown if row)
