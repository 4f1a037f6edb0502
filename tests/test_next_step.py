"""首页 names the step that a coordinator would take, from the request to the review."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from collect_desk import Desk, prepared, write_by_hand
from drawn import DAY, START
from python_calamine import CalamineWorkbook
from recalculation import cells, differences, recalculated

from xl_collab.documents.workbook.template import draw_workbook, make_workbook, with_settings
from xl_collab.hosts.file import FileHost
from xl_collab.plan.next_step import STEPS, next_step, standing
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, SetField
from xl_collab.project.scenarios import BLANK, SCENARIOS
from xl_collab.project.tables import Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import ACCEPTANCE, STAGE, Lang
from xl_collab.ui.cli import main

# What a coordinator does between two looks at 首页, and what they would do next. Written before the rule.
REQUEST = {
    "project": "智能台灯L2新产品上市",
    "goal": "三个月内上市。",
    "feasibility": "可行",
}
LIFE = (
    ("new", "填写需求申请：3 项必填未填", "需求申请"),
    ("filled", "报批：请上级领导在需求申请写审批结论", "需求申请"),
    ("refused", "申请未通过：修改后再报批", "需求申请"),
    ("approved", "开启动会，记入例会记录", "例会记录"),
    ("met", "核对计划后冻结基线（功能区“冻结基线”）", "跟踪表"),
    ("frozen", "给各部门发填报，收齐后收取回复", ""),
)


def shown(path: Path, tab: str = "首页") -> str:
    """The line on top of 首页, as a mail's preview shows it."""
    return str(
        CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python(skip_empty_area=False)[1][1]
    )


def done(path: Path, act: str) -> None:
    """What people do: in the workbook by hand, else by a command."""
    if act == "filled":
        edits: list[Edit] = [SetField("request", name, value) for name, value in REQUEST.items()]
    elif act in ("refused", "approved"):
        edits = [SetField("request", "conclusion", {"refused": "不通过", "approved": "通过"}[act])]
    elif act == "met":
        edits = [AppendRows("meetings", ({"id": "H001", "date": START, "topics": "启动会"},))]
    else:
        edits = []
    if edits:
        FileHost(path).apply(edits)
    command = ["freeze"] if act == "frozen" else ["validate"]
    with pytest.raises(SystemExit):
        main([*command, str(path)])


def test_from_the_request_to_the_first_packets(tmp_path: Path) -> None:
    path = tmp_path / "跟踪表.xlsm"
    path.write_bytes(make_workbook(SCENARIOS["product-launch"], "zh", START, DAY.date(), now=DAY))
    for act, said, _ in LIFE:
        if act != "new":
            done(path, act)
        assert shown(path) == f"下一步：{said}", act


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


def test_a_round_of_packets_from_sending_to_minutes(desk: Desk) -> None:
    def run(*line: str) -> str:
        with pytest.raises(SystemExit):
            main([line[0], str(desk.master), *line[1:]])
        return shown(desk.master)

    assert run("validate") == "下一步：收取回复：还差 2 个部门"
    desk.collect(desk.reply("研发部", T004__percent=0.5))
    assert shown(desk.master) == "下一步：收取回复：还差 1 个部门"
    desk.collect(desk.reply("市场部", T006__percent=0.2, minute=5))
    assert shown(desk.master) == "下一步：一键全部：把收到的回复算进报告"
    assert run("run") == "下一步：核对并签发纪要"
    assert run("minutes", "--issue") == "下一步：给各部门发填报，收齐后收取回复"
    assert run("validate") == "下一步：给各部门发填报，收齐后收取回复"


def test_conflicts_come_before_anything_else(tmp_path: Path) -> None:
    desk = prepared(tmp_path / "desk")
    write_by_hand(desk, "T005", "forecast", date(2024, 1, 9))
    desk.collect(desk.reply("研发部", T005__forecast=date(2024, 1, 12)))
    assert len(desk.asked()) > 0
    assert shown(desk.master) == "下一步：定夺冲突 1 处（“冲突”表）"


# the end, and every step in both languages


def changed(table: Table, **columns: object) -> Table:
    """The table with the same value in every row of some columns."""
    names = [column.name for column in table.sheet.columns]
    records = [
        {name: table.raw(name)[i] for name in names} | columns  # type: ignore[operator]
        for i in range(len(table))
    ]
    return replace(type(table).of(table.sheet, records), tab=table.tab)


def ending(lang: Lang, *acts: str) -> Project:
    """A frozen project of which this was done: work, accepted, review."""
    book = SCENARIOS["product-launch"].book(lang, START)
    tables, day = dict(book.tables), date(2026, 6, 1)
    tracker = changed(tables["tracker"], baseline=day, actual=day)
    if "review" in acts:
        tables["lessons"] = tables["lessons"].longer([{"id": "L001", "lesson": "早定供应商"}])
    else:
        label = STAGE.label("retrospective" if "work" in acts else "delivery", lang)
        done = zip(tracker.raw("stage").tolist(), tracker.raw("actual").tolist(), strict=True)
        tracker = tracker.with_cells({"actual": [None if stage == label else at for stage, at in done]})
    tables["tracker"] = tracker
    if "accepted" in acts:
        result = ACCEPTANCE.label("accepted", lang)
        tables["acceptance"] = changed(tables["acceptance"], submitted_on=day, result=result)
    elif "delivered" in acts:
        tables["acceptance"] = changed(tables["acceptance"], submitted_on=day)
    dated = with_settings(replace(book, tables=tables), data_date=date(2026, 6, 2))
    return Project(dated, date(2026, 6, 2))


ENDINGS = {
    (): "send",
    ("delivered",): "acceptance",
    ("work",): "acceptance",
    ("work", "accepted"): "review",
    ("work", "accepted", "review"): "closed",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("acts", "code"), ENDINGS.items())
def test_the_end_is_acceptance_then_review(acts: tuple[str, ...], code: str, lang: Lang) -> None:
    assert next_step(standing(ending(lang, *acts))).code == code


def test_libreoffice_finds_the_same_step(tmp_path: Path, soffice: Callable[..., None]) -> None:
    drawn: dict[str, bytes] = {}
    for lang in ("zh", "en"):
        for number, acts in enumerate(ENDINGS):
            project = ending(lang, *acts)
            drawn[f"{lang}{number}"] = draw_workbook(project, lang, created=DAY, document_id="test")
        for key in ("blank", "customer-issue"):
            scenario = BLANK if key == "blank" else SCENARIOS[key]
            drawn[lang + key] = make_workbook(scenario, lang, START, DAY.date(), now=DAY, macros=False)
    there = recalculated(drawn, tmp_path, soffice)
    for name, package in drawn.items():
        tab = "Home" if name.startswith("en") else "首页"
        assert differences({tab: cells(package)[tab]}, {tab: there[name][tab]}) == [], name


def test_every_step_is_said_in_words_that_fit_and_names_a_real_sheet() -> None:
    for step in STEPS:
        assert len(step.said.zh) <= 30 and len(step.said.en) <= 62, step.code
        assert step.sheet in ("", "index") or SHEETS[step.sheet].state == "visible"
