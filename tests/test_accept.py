"""accept: prepared rows, receivers, the conclusion that follows from the items, and the certificate."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date as D  # noqa: N812 - short, for many dates
from pathlib import Path

import pytest
from books import project, task
from python_calamine import CalamineWorkbook

from xl_collab.checks.validate import findings
from xl_collab.documents.acceptance.content import AcceptanceDoc, accept
from xl_collab.documents.drawing import draw
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit
from xl_collab.project.scenarios import DEMO, SAMPLE
from xl_collab.project.sentences import places
from xl_collab.project.tables import Table
from xl_collab.schema.words import Lang
from xl_collab.ui import written
from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
MONDAY = D(2023, 11, 13)
TASK = task(
    "T001",
    stage="成果交付",
    owner="研发部、市场部",
    support="生产部",
    output="《原型》(5台)、推广报告",
    status="进行中",
    deadline=D(2023, 12, 20),
)
ITEM = {"id": "Y001", "deliverable": "原型", "task_id": "T001", "criteria": "温升≤35K"}


def only(made: Project, *ids: str) -> AcceptanceDoc:
    (document,) = accept(made, ids).data.documents
    return document


def prepared(edits: tuple[Edit, ...]) -> list[dict[str, object]]:
    return [dict(r) for e in edits if isinstance(e, AppendRows) for r in e.records]


def test_rows_come_from_the_output_and_the_milestones_criteria() -> None:
    reached = [
        {
            "id": "M1",
            "milestone": "a",
            "owner": "研发部",
            "planned": MONDAY,
            "task_id": "T001",
            "criteria": "测试通过",
        },
        {
            "id": "M2",
            "milestone": "b",
            "owner": "研发部",
            "planned": MONDAY,
            "task_id": "T001",
            "criteria": "已签字",
        },
    ]
    rows = prepared(accept(project([TASK], milestones=reached)).edits)
    assert [(r["id"], r["deliverable"], r["criteria"]) for r in rows] == [
        ("Y001", "《原型》(5台)", "测试通过；已签字"),
        ("Y002", "推广报告", "测试通过；已签字"),
    ]


def test_unknown_criteria_are_marked_to_be_filled_in_and_the_finish_is_the_submission() -> None:
    done = {**TASK, "status": "已完成", "actual": D(2023, 11, 10), "percent": 1}
    row = prepared(accept(project([done])).edits)[0]
    assert (row["criteria"], row["submitted_on"]) == ("【请填写】", D(2023, 11, 10))


def test_existing_rows_are_kept_as_they_are() -> None:
    outcome = accept(project([TASK], acceptance=[ITEM]))
    assert prepared(outcome.edits) == []
    assert [item.id for item in outcome.data.documents[0].items] == ["Y001"]


def test_the_second_run_says_the_same() -> None:
    made = project([TASK])
    first = accept(made)
    table = made.book.tables["acceptance"]
    grown = replace(Table.of(table.sheet, prepared(first.edits)), tab=table.tab)
    again = accept(Project(replace(made.book, tables={**made.book.tables, "acceptance": grown}), MONDAY))
    assert prepared(again.edits) == []
    assert again.data.documents == first.data.documents


@pytest.mark.parametrize(
    ("change", "made"),
    [
        ({}, True),
        ({"status": "未开始"}, False),
        ({"status": "未开始", "percent": 0.2}, True),
        ({"status": "取消"}, False),
        ({"stage": "进度监控"}, False),
    ],
)
def test_without_ids_only_deliveries_that_began(change: Mapping[str, object], made: bool) -> None:
    assert bool(accept(project([{**TASK, **change}])).data.documents) is made
    assert len(accept(project([{**TASK, **change}]), ["t001"]).data.documents) == 1


def test_tasks_of_other_stages_count_once_they_have_rows() -> None:
    other = {**TASK, "stage": "进度监控"}
    assert only(project([other], acceptance=[ITEM])).key == "T001"
    assert only(project([other], acceptance=[ITEM]), "Y001").key == "T001"
    with pytest.raises(UsageError):
        accept(project([TASK], acceptance=[{**ITEM, "task_id": None}]), ["Y001"])


DUTY = {
    "id": "D1",
    "duty": "原型",
    "accountable": "研发部",
    "output": "《方案》、原型",
    "receiver": "销售部、市场部",
}


def test_receivers_by_duty_then_support_then_initiator() -> None:
    assert only(project([TASK], acceptance=[ITEM], duties=[DUTY])).receivers == ("销售部",)
    assert only(
        project([TASK], acceptance=[{**ITEM, "deliverable": "原型（5台）"}], duties=[DUTY])
    ).receivers == ("销售部",)
    assert only(project([TASK])).receivers == ("生产部",)
    assert only(project([{**TASK, "support": None}], settings={"initiator": "行政部"})).receivers == (
        "行政部",
    )


@pytest.mark.parametrize(
    ("results", "conclusion"),
    [
        (["合格", "合格"], "accepted"),
        (["合格", "有条件接收"], "conditional"),
        (["合格", None], ""),
        (["有条件接收", None], ""),
        (["不合格", None], "rejected"),
        ([None], ""),
    ],
)
def test_the_conclusion_follows_from_the_items(results: list[str | None], conclusion: str) -> None:
    items = [ITEM | {"id": f"Y{n}", "result": r} for n, r in enumerate(results)]
    assert only(project([TASK], acceptance=items)).conclusion == conclusion


SIGNED = ITEM | {"result": "合格", "provider": "张*", "receiver": "李*", "signed_on": D(2023, 11, 10)}


def test_remaining_issues_and_missing_signatures_are_told_first() -> None:
    open_issue = SIGNED | {
        "result": "有条件接收",
        "remaining": "噪声",
        "remaining_due": D(2023, 11, 24),
        "receiver": None,
    }
    document = only(project([TASK], acceptance=[open_issue]))
    said = [line.text.zh for line in document.summary]
    assert "遗留问题 1 项，最晚 2023-11-24 前解决。" in said
    assert "还缺签字：Y001 接收方。" in said
    assert [item.left for item in document.remaining] == [9]
    assert document.signed_on is None


def test_both_signatures_close_it() -> None:
    document = only(project([TASK], acceptance=[SIGNED, SIGNED | {"id": "Y002", "signed_on": MONDAY}]))
    assert document.signed_on == MONDAY
    assert document.summary[-1].text.en == "Signed by both sides."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "已完成", "actual": D(2023, 12, 22), "percent": 1}, "延期 2 个工作日"),
        ({"status": "已完成", "actual": D(2023, 12, 20), "percent": 1}, "按期"),
        ({"forecast": D(2023, 12, 22)}, "预计 2023-12-22 完成"),
        ({}, "尚未交付"),
    ],
)
def test_planned_against_actual(change: dict[str, object], words: str) -> None:
    assert words in only(project([{**TASK, **change}], as_of=D(2023, 11, 13))).summary[1].text.zh


def test_a_project_without_deliveries_makes_nothing() -> None:
    assert accept(project([task("T001")])).edits == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_prepared_rows_are_right_by_our_own_checks(lang: Lang) -> None:
    made = Project(DEMO.book(lang), D(2023, 11, 28))
    outcome = accept(made, ["T003", "T006"])
    table = made.book.tables["acceptance"]
    grown = replace(Table.of(table.sheet, [*table.records(), *prepared(outcome.edits)]), tab=table.tab)
    after = Project(replace(made.book, tables={**made.book.tables, "acceptance": grown}), made.as_of)
    new = {(f.code, f.row_id) for f in findings(after)} - {(f.code, f.row_id) for f in findings(made)}
    assert new == {("P341", "Y004")}  # T003 is done, so its new row waits for a result


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_certificate_can_be_drawn(
    lang: Lang, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    book = SAMPLE.book(lang)
    document = only(Project(book, MONDAY))
    data = draw(document, project_name="p", lang=lang, links=places(book))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    text = "\n".join(str(cell) for row in sheet.to_python() for cell in row)
    for item in document.items:
        assert item.deliverable in text
        assert item.criteria in text
    for name in (*document.providers, *document.receivers):
        assert name in text
    path = tmp_path / "drawn.xlsx"
    path.write_bytes(data)
    ooxml_validate(path)


def run(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(arg) for arg in args])
    return int(ended.value.code or 0)


def test_on_a_file_twice_is_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    before = path.read_bytes()
    assert run("accept", path, "T005,T003", "--dry-run") == 0
    assert path.read_bytes() == before
    capsys.readouterr()
    assert run("accept", path, "T005", "T003", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(d["key"], [i["id"] for i in d["items"]]) for d in found] == [
        ("T005", ["Y001", "Y002", "Y003"]),
        ("T003", ["Y004"]),
    ]
    assert found[0]["receivers"] == ["生产部", "销售部"]
    written = path.read_bytes()
    assert {g.tab for g in FileHost(path).read().generated} == {
        "成果验收确认单-T005",
        "成果验收确认单-T003",
        "文档目录",
    }
    assert run("accept", path, "T005", "T003") == 0
    assert path.read_bytes() == written
    assert run("undo", path) == 0
    assert path.read_bytes() == before


def test_nothing_due_is_said_and_an_unknown_id_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.xlsm"
    assert run("new", path, "--start", "2026-03-02") == 0
    capsys.readouterr()
    assert run("accept", path, "--as-of", "2026-03-02", "--lang", "en") == 0
    assert "No delivery has begun" in capsys.readouterr().out
    assert run("accept", path, "T099") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_answer_names_a_few_tabs_as_they_are_called_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    monkeypatch.setattr(written, "_MOST_TABS", 1)
    assert run("--lang", "en", "accept", path, "T005", "T003") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "T003: 1 deliverable → 成果验收确认单-T003" in said
    assert "T005: 3 deliverables → 成果验收确认单-T005" in said
    assert "new sheets: 成果验收确认单-T005 … 2 sheets" in said
