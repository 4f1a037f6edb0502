"""Papers that a company hands over: what they say of a plan that is written here, as a PMO would read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date as D  # noqa: N812 - short, for many dates
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import book, task
from command_line import Ran
from printed import pages
from typed_in import typed

from tools.lint.lint import lint
from xl_collab.documents.briefing.content import briefing
from xl_collab.documents.daily.content import daily
from xl_collab.documents.drawing import draw
from xl_collab.documents.execution.content import execution
from xl_collab.documents.kickoff.content import kickoff
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.plan_review.content import plan_review
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.schema.words import Lang

TODAY = D(2023, 11, 13)
REQUEST: dict[str, object] = {
    "project": "新品上市",
    "department": "市场部",
    "date": D(2023, 10, 8),
    "goal": "三个月内上市",
    "tasks": "研发、推广",
    "results": "原型与推广报告",
    "start": D(2023, 10, 9),
    "end": D(2023, 12, 29),
    "budget": "46万元",
    "conclusion": "通过",
}
DUTIES: list[dict[str, object]] = [
    {
        "id": "D001",
        "duty": "做原型",
        "accountable": "研发部",
        "responsible": "研发部",
        "consulted": "生产部",
        "budget": 180000,
        "people": 4,
        "channel": "周例会",
    },
    {
        "id": "D002",
        "duty": "做推广",
        "accountable": "市场部",
        "responsible": "市场部",
        "budget": 160000,
        "people": 2.5,
        "equipment": "摄影棚",
    },
    {"id": "D003", "duty": "备料", "accountable": None, "responsible": "生产部", "people": 3},
]
PLANS: list[dict[str, object]] = [
    {
        "id": "P001",
        "department": "研发部",
        "plan": "《技术方案》",
        "feasibility": "可行",
        "conclusion": "通过",
        "signed": "已签",
        "handover": "11月30日向市场部交样机",
        "risk": "温升超标",
        "countermeasure": "两套散热并行",
        "link": "技术方案v2.docx",
    },
    {
        "id": "P002",
        "department": "市场部",
        "plan": "《推广方案》",
        "conclusion": "有条件通过",
        "signed": "未签",
    },
]
TASKS = [
    task("T001", task="做原型", owner="研发部", output="原型", deadline=D(2023, 11, 6), stage="成果交付",
         planned_start=D(2023, 10, 16), baseline=D(2023, 11, 6), status="进行中", percent=0.5),
    task("T002", task="拍推广片", owner="市场部", output="推广片", deadline=D(2023, 12, 20), stage="成果交付",
         planned_start=D(2023, 11, 23), baseline=D(2023, 12, 20), predecessors="T001", status="未开始"),
    task("T003", task="立项", owner="市场部", output="申请表", deadline=D(2023, 10, 10), stage="需求发起",
         baseline=D(2023, 10, 10), actual=D(2023, 10, 10), status="已完成"),
]  # fmt: skip
SYNC: list[dict[str, object]] = [
    {
        "date": D(2023, 11, 13),
        "department": "研发部",
        "task_id": "T001",
        "progress": "结构完成一半",
        "problem": "芯片缺货",
        "help": "请生产部找备选",
        "tomorrow": "画板",
    },
    {
        "date": D(2023, 11, 9),
        "department": "研发部",
        "task_id": "T001",
        "progress": "开始画结构",
        "problem": "暗室排不上",
    },
    {
        "date": D(2023, 10, 12),
        "department": "市场部",
        "task_id": "T003",
        "progress": "旧事",
        "problem": "旧问题",
    },
]
MEETINGS: list[dict[str, object]] = [
    {
        "id": "H001",
        "date": D(2023, 10, 16),
        "time": "09:30",
        "present": "市场部、研发部",
        "kind": "启动会",
        "topics": "开工",
        "decisions": "1. 周一例会\n2、研发部每日同步",
    },
    {
        "id": "H002",
        "date": D(2023, 10, 30),
        "present": "市场部、研发部",
        "topics": "两份方案联合评审",
        "decisions": "推广方案补预算",
    },
    {"id": "H003", "date": D(2023, 11, 6), "present": "研发部", "topics": "周例会", "kind": "例会"},
]
ACTIONS: list[dict[str, object]] = [
    {"id": "A001", "action": "建群", "owner": "市场部", "raised_on": D(2023, 10, 16), "due": D(2023, 10, 18)},
    {
        "id": "A002",
        "action": "补预算",
        "owner": "市场部",
        "raised_on": D(2023, 10, 30),
        "due": D(2023, 11, 2),
    },
]
CHANGES: list[dict[str, object]] = [
    {
        "id": "B001",
        "change": "改灯罩",
        "raised_by": "市场部",
        "raised_on": D(2023, 11, 10),
        "reach": "研发部",
        "status": "评估中",
    },
    {
        "id": "B002",
        "change": "换颜色",
        "raised_by": "市场部",
        "raised_on": D(2023, 11, 1),
        "status": "已批准",
    },
]
ADJUSTMENTS: list[dict[str, object]] = [
    {"id": "C001", "task_id": "T001", "new_date": D(2023, 11, 24), "cause": "芯片缺货", "status": "草拟"},
]
RISKS: list[dict[str, object]] = [
    {"id": "K001", "risk": "芯片断供", "owner": "生产部", "probability": 5, "impact": 5, "status": "开放"},
    {
        "id": "K002",
        "risk": "样机晚到",
        "owner": "市场部",
        "probability": 3,
        "impact": 3,
        "status": "开放",
        "countermeasure": "先用渲染图",
    },
    {"id": "K003", "risk": "已了结", "probability": 5, "impact": 5, "status": "已关闭"},
]
MILESTONES: list[dict[str, object]] = [
    {
        "id": "M001",
        "milestone": "原型完成",
        "owner": "研发部",
        "planned": D(2023, 12, 1),
        "criteria": "通过跌落",
    },
]


def made(
    tasks: Sequence[Mapping[str, object]] = TASKS, *, lang: Lang = "zh", as_of: D = TODAY, **tables: object
) -> Project:
    """The project above; tables given by name replace its own."""
    rows: dict[str, object] = {
        "duties": DUTIES, "plans": PLANS, "sync": SYNC, "meetings": MEETINGS, "actions": ACTIONS,
        "changes": CHANGES, "adjustments": ADJUSTMENTS, "risks": RISKS, "milestones": MILESTONES,
    }  # fmt: skip
    settings = {"project": "新品上市", "superior": "总经理", "initiator": "市场部", "language": lang}
    found = book(tasks, settings=settings, **{**rows, **tables})  # type: ignore[arg-type]
    return Project(replace(found, forms={**found.forms, "request": REQUEST}), as_of)


def said(outcome: Outcome[object]) -> str:
    return "\n".join(outcome.data.said("zh"))  # type: ignore[attr-defined]


# 执行方案


def test_the_joint_plan_holds_what_departments_sign() -> None:
    text = said(execution(made()))
    for wanted in (
        "三个月内上市",
        "研发、推广",
        "原型与推广报告",
        "2023-12-29",
        "原型完成",
        "标准：通过跌落",
    ):
        assert wanted in text
    for wanted in ("《技术方案》\n文件：技术方案v2.docx", "11月30日向市场部交样机", "先用渲染图", "46万元"):
        assert wanted in text


def test_hand_offs_are_links_between_departments() -> None:
    assert execution(made()).data.rows("衔接点") == [
        ("T001", "研发部", "原型", D(2023, 11, 6), "T002", "市场部")
    ]


def test_resources_end_with_their_total() -> None:
    rows = execution(made()).data.rows("资源")
    assert [row[3:5] for row in rows] == [(180000, 4), (160000, 2.5), (None, 3), (340000, 9.5)]
    assert [getattr(cell, "zh", cell) for cell in rows[-1][:3]] == [None, "合计", "2 个部门"]


def test_what_is_missing_is_marked_and_told() -> None:
    text = said(execution(made()))
    assert "【未定】" in text  # 备料 has nobody accountable
    assert "D003 没有唯一的负责部门" in text
    assert "尚未签字的专项方案：市场部《推广方案》" in text
    assert "芯片断供\n应对：【请填写应对措施】" in text
    assert "已了结" not in text


def test_all_departments_sign_the_one_that_asked_first() -> None:
    signing = list(execution(made()).data.said("zh"))
    names = signing[signing.index("九、各部门签字确认") + 1 :]
    assert names[0] == "市场部"
    assert {"研发部", "生产部"} <= set(names)
    assert names[-1] == "批准：总经理"
    assert len(names) == len(set(names))


def test_it_is_final_when_every_plan_is_signed() -> None:
    signed = [{**plan, "signed": "已签"} for plan in PLANS]
    assert not execution(made()).data.final
    assert execution(made(plans=signed)).data.final
    assert not execution(made(plans=signed[1:])).data.final  # 研发部 delivers and has no plan
    assert "草案" in said(execution(made()))


# 领导简报


def test_the_briefing_says_what_is_red_and_what_to_decide() -> None:
    found = briefing(made()).data
    assert [row[0] for row in found.rows("红灯")] == ["T001"]
    assert [row[0] for row in found.rows("决策")] == ["C001", "B001", "K001"]
    assert "改灯罩（影响研发部）" in said(briefing(made()))
    assert [row[0] for row in found.rows("关键路径")] == ["T001", "T002"]
    assert any("请生产部找备选" in row for row in found.rows("资源"))
    assert "共 3 项任务，已完成 1；红 1" in said(briefing(made()))


def test_the_briefing_counts_what_has_no_room() -> None:
    late = [task(f"T{n:03}", task=f"第{n}项", owner="研发部", output="物", deadline=D(2023, 10, 9),
                 baseline=D(2023, 10, 9), status="进行中") for n in range(1, 26)]  # fmt: skip
    found = briefing(made(late, adjustments=[])).data
    assert len(found.rows("红灯")) == 25
    shown = found.at_most([4] * len(found.sections))
    assert len(shown.rows("红灯")) == 4
    assert "另有 21 项，见跟踪表。" in "\n".join(shown.said("zh"))


def test_a_project_without_anything_has_a_briefing() -> None:
    nothing = {name: [] for name in ("duties", "plans", "sync", "meetings", "actions", "changes", "risks",
                                     "adjustments", "milestones")}  # fmt: skip
    text = said(briefing(made([], **nothing)))
    assert "没有红灯。" in text
    assert "没有待决策的事项。" in text
    assert "完成日期还推算不出" in text


# 每日同步


def test_the_daily_record_is_of_the_day_and_names_who_is_silent() -> None:
    found = daily(made(duties=[{**DUTIES[0], "channel": "每日同步"}, {**DUTIES[1], "channel": "每日同步"}]))
    assert found.data.day == TODAY
    assert [row[1:3] for row in found.data.rows("进展")] == [("研发部", "结构完成一半")]
    assert found.data.missing == ()  # 市场部 leads nothing that is in progress
    assert [(row[2], row[5]) for row in found.data.rows("问题")] == [("芯片缺货", 0), ("暗室排不上", 4)]


def test_the_daily_record_names_a_department_that_leads_and_does_not_report() -> None:
    tasks = [*TASKS[:1], {**TASKS[1], "status": "进行中", "planned_start": D(2023, 11, 1)}]
    every = [{**row, "channel": "每日同步"} for row in DUTIES]
    assert daily(made(tasks, duties=every)).data.missing == ("市场部",)


# 启动会, 评审会


def test_minutes_of_the_kick_off_hold_what_was_agreed() -> None:
    found = kickoff(made())
    text = said(found)
    assert found.data.key == "20231016"
    for wanted in ("09:30", "决议 20231016-1：周一例会", "决议 20231016-2：研发部每日同步", "三个月内上市"):
        assert wanted in text
    assert [row[0] for row in found.data.rows("待办")] == ["A001"]
    assert [row[0] for row in found.data.rows("里程碑")] == ["M001"]
    assert [row[0] for row in found.data.rows("职责")] == ["D001", "D002", "D003"]


def test_minutes_of_the_plan_review_are_known_by_their_topic_too() -> None:
    found = plan_review(made())
    assert found.data.key == "20231030"
    assert [getattr(row[4], "zh", row[4]) for row in found.data.rows("专项方案")] == ["通过", "有条件通过"]
    assert "决议 20231030-1：推广方案补预算" in said(found)
    assert [row[0] for row in found.data.rows("待办")] == ["A002"]


def test_a_meeting_without_a_record_leaves_room_to_write() -> None:
    found = plan_review(made(meetings=MEETINGS[:1]))
    assert not found.data.held
    assert "还没有会议记录" in said(found)
    assert "本次会议的决议" in said(found)


# on paper

LONG = "很长的任务名称，写着许多人不会一口气读完的话，" * 8
WIDE = [
    task(f"T{n:03}", task=f"{LONG}{n}", owner="研发部", output=LONG, deadline=D(2023, 10, 9),
         baseline=D(2023, 10, 9), status="进行中")
    for n in range(1, 26)
]  # fmt: skip


@pytest.fixture(scope="module")
def papers(
    tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]
) -> dict[tuple[str, Lang], Path]:
    """Each document of 25 tasks with long texts as PDF."""
    folder = tmp_path_factory.mktemp("papers")
    many = [
        {**SYNC[0], "progress": LONG, "problem": LONG, "department": name} for name in ("研发部", "市场部")
    ]
    changes = [{**CHANGES[0], "id": f"B{n:03}", "change": LONG} for n in range(1, 30)]
    wanted: list[tuple[Lang, Sequence[Callable[[Project], Outcome[Any]]]]] = [
        ("zh", (briefing, execution)),
        ("en", (briefing, daily, kickoff)),
    ]
    found: dict[tuple[str, Lang], Path] = {}
    for lang, documents in wanted:
        project = made(WIDE, lang=lang, sync=many, changes=changes)
        for make in documents:
            (edit,) = make(project).edits
            assert isinstance(edit, InsertSheet)
            path = folder / f"{edit.kind}-{lang}.xlsx"
            path.write_bytes(draw(edit.document, project_name="新品上市", lang=lang, links={}))
            found[edit.kind, lang] = path
    soffice("--convert-to", "pdf", "--outdir", str(folder), *map(str, found.values()))
    return {key: path.with_suffix(".pdf") for key, path in found.items()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_briefing_is_one_page(papers: dict[tuple[str, Lang], Path], lang: Lang) -> None:
    (page,) = pages(papers["briefing", lang])
    assert page.smallest >= 9


def test_nothing_is_smaller_than_nine_points(papers: dict[tuple[str, Lang], Path]) -> None:
    small = {
        key: [page.smallest for page in pages(path) if page.smallest < 9] for key, path in papers.items()
    }
    assert not any(small.values()), small


def test_signatures_stay_with_their_heading(papers: dict[tuple[str, Lang], Path]) -> None:
    last = pages(papers["execution", "zh"])[-1].text
    assert "九、各部门签字确认" in last
    assert "总经理" in last


# in a workbook

COMMANDS = (["execution"], ["briefing"], ["daily"], ["minutes", "--meeting", "kickoff"])


def test_in_a_workbook_a_second_run_changes_nothing_and_typed_texts_stay(
    cli: Callable[..., Ran], sample: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    for name, *rest in COMMANDS:
        assert cli(name, sample, *rest).code == 0
    ooxml_validate(sample)
    assert lint(sample) == []
    before = sample.read_bytes()
    for name, *rest in COMMANDS:
        assert "没有改动" in cli(name, sample, *rest).out
    assert sample.read_bytes() == before

    (at,) = (
        cell.coordinate for row in opened(sample)["执行方案"] for cell in row if cell.value == "XQ-2023-018"
    )
    sample.write_bytes(typed(before, {"执行方案": {at: "XQ-2023-018（修订）"}}))
    assert cli("execution", sample, "--as-of", "2023-11-20").code == 0
    shown = {cell.value for row in opened(sample)["执行方案"] for cell in row}
    assert "XQ-2023-018（修订）" in shown
    assert any("2023-11-20" in str(value) for value in shown)


def test_a_meeting_that_is_not_known_is_told(cli: Callable[..., Ran], sample: Path) -> None:
    ran = cli("minutes", sample, "--meeting", "lunch")
    assert ran.code == 2
    assert "kickoff 或 plan-review" in ran.out + ran.err


def opened(path: Path) -> Any:
    """The workbook as a stranger reads it."""
    return openpyxl.load_workbook(path, data_only=True)


def test_minutes_are_about_the_meeting_and_not_the_stand_up_after_it() -> None:
    standup = {"id": "H009", "date": TODAY, "kind": "站会", "chair": "值日", "decisions": "今天先修驱动"}
    held = {"id": "H008", "date": TODAY, "kind": "例会", "chair": "主任", "topics": "例会"}
    assert minutes(made(meetings=[held, standup])).data.chair == "主任"
    assert minutes(made(meetings=[standup])).data.held_on is None
