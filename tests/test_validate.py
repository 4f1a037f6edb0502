"""validate: each finding of the catalogue on data made to have it, and silence on data that is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from string import Formatter

import pytest
from books import book, project, task
from tracker_letters import at

from xl_collab.checks.validate import findings, validate
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book, CellError, CellFormula
from xl_collab.schema.catalogue import FINDINGS
from xl_collab.schema.findings import Finding
from xl_collab.schema.words import LANGS

RIGHT = task("T001")


def codes(made: Project) -> list[str]:
    return [finding.code for finding in findings(made)]


def only(made: Project, code: str) -> Finding:
    found = [finding for finding in findings(made) if finding.code == code]
    assert len(found) == 1, [f"{f.code} {f.cell} {f.message('zh')}" for f in findings(made)]
    return found[0]


def test_a_right_row_has_no_finding() -> None:
    assert codes(project([RIGHT])) == []


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        ({"owner": None}, "E101", at("owner", 5)),
        ({"owner": "   "}, "E101", at("owner", 5)),
        ({"owner": "市场步"}, "E102", at("owner", 5)),
        ({"support": "研发部、外星部"}, "E102", at("support", 5)),
        ({"deadline": "待定"}, "E103", at("deadline", 5)),
        ({"deadline": "10.8"}, "E103", at("deadline", 5)),
        ({"deadline": "2023-02-30"}, "E103", at("deadline", 5)),
        ({"planned_start": "2023.11.8"}, "E104", at("planned_start", 5)),
        ({"forecast": 20231208}, "E104", at("forecast", 5)),
        ({"forecast": 20230230}, "E105", at("forecast", 5)),
        ({"forecast": -1}, "E105", at("forecast", 5)),
        ({"deadline": "2023年12月1日"}, "E123", at("deadline", 5)),
        ({"deadline": 20231201}, "E123", at("deadline", 5)),
        ({"planned_start": "下周一"}, "E105", at("planned_start", 5)),
        ({"planned_start": date(1999, 1, 1)}, "E105", at("planned_start", 5)),
        ({"deadline": date(2023, 10, 15)}, "E106", at("deadline", 5)),
        ({"planned_start": date(2023, 12, 4)}, "E108", at("planned_start", 5)),
        ({"status": "已完成", "actual": date(2023, 11, 14), "percent": 1}, "E109", at("actual", 5)),
        ({"status": "已完成", "percent": 1}, "E110", at("status", 5)),
        ({"status": "进行中", "actual": date(2023, 11, 10)}, "E111", at("actual", 5)),
        ({"status": "已完成", "actual": date(2023, 11, 10), "percent": 0.9}, "E112", at("percent", 5)),
        ({"status": "进行中", "percent": 1}, "E113", at("percent", 5)),
        ({"status": "未开始", "percent": 0.5}, "E114", at("percent", 5)),
        ({"status": "进行中", "percent": 80}, "E115", at("percent", 5)),
        ({"status": "差不多了"}, "E116", at("status", 5)),
        ({"status": "Done", "actual": date(2023, 11, 10), "percent": 1}, "E117", at("status", 5)),
        ({"stage": "方 案 评 审"}, "E117", at("stage", 5)),
        ({"task": CellFormula("1+1", 2)}, "E118", at("task", 5)),
        ({"task": CellError("#REF!")}, "E119", at("task", 5)),
        ({"task": "字" * 100_000}, "E120", at("task", 5)),
        ({"percent": "八成", "status": "进行中"}, "E121", at("percent", 5)),
        ({"deadline": date(2023, 12, 5), "baseline": date(2023, 12, 1)}, "E122", at("deadline", 5)),
        ({"owner": "各部门"}, "R204", at("owner", 5)),
        ({"predecessors": "T099"}, "S405", at("predecessors", 5)),
        ({"predecessors": "T001"}, "S402", at("predecessors", 5)),
    ],
)
def test_one_wrong_cell_gives_one_finding_there(cells: dict[str, object], code: str, cell: str) -> None:
    found = only(project([task("T001", **cells)]), code)
    assert (found.cell, found.tab, found.row_id) == (cell, "跟踪表", "T001")


def test_a_cure_names_what_it_is_about() -> None:
    found = only(project([task("T001", planned_start="2023.11.8")]), "E104")
    assert found.cure("zh") == "重新输入 2023-11-08 让它成为真正的日期"
    assert found.cure("en") == "Enter 2023-11-08 again as a real date"


def test_a_typed_deadline_with_a_baseline_lacks_nothing() -> None:
    row = task("T001", deadline="2023.12.1", baseline=date(2023, 12, 1))
    assert codes(project([row])) == []


def test_the_template_s_days_off() -> None:
    made = project([task("T001", deadline=date(2023, 10, 8)), task("T002", deadline=date(2023, 10, 15))])
    found = only(made, "E106")
    assert found.row_id == "T002"
    assert "2023-10-13" in found.message("zh")
    assert "2023-10-16" in found.message("zh")


def test_an_unknown_department_names_the_nearest() -> None:
    assert "市场部" in only(project([task("T001", owner="市场步")]), "E102").message("zh")


def test_an_alias_of_the_contacts_is_a_known_department() -> None:
    contacts = [{"department": "研发部", "contact": "*", "aliases": "技术中心、R&D"}]
    assert codes(project([task("T001", owner="技术中心")], contacts=contacts)) == []


def test_a_date_without_year_is_flagged_with_the_year_that_was_inferred() -> None:
    rows = [task("T001", deadline=datetime(2023, 11, 1, 17)), task("T002", deadline="11月30日")]
    found = only(project(rows), "E107")
    assert "2023-11-30" in found.message("zh")


def test_an_approved_change_makes_the_changed_baseline_a_matter_of_freezing() -> None:
    row = task("T001", deadline=date(2023, 12, 5), baseline=date(2023, 12, 1))
    change = {
        "id": "C01",
        "task_id": "t001",
        "new_date": date(2023, 12, 5),
        "cause": "缺料",
        "status": "已批准",
    }
    assert codes(project([row], adjustments=[change])) == ["P323"]
    assert codes(project([row], adjustments=[change | {"status": "草拟"}])) == ["E122"]


def test_duplicate_ids_are_told_once_with_their_rows() -> None:
    rows = [task("T001"), task(" t００１ "), task("T002")]
    found = only(project(rows), "S401")
    assert "5、6" in found.message("zh")
    assert found.cell == "A6"


def test_a_cycle_names_its_ids() -> None:
    rows = [task("T001", predecessors="T002"), task("T002", predecessors="T001")]
    assert set(only(project(rows), "S402").message("zh")) >= set("T001T002")


def test_a_plan_before_its_predecessor() -> None:
    rows = [task("T001", deadline=date(2023, 12, 8)), task("T002", predecessors="T001")]
    found = only(project(rows), "S412")
    assert found.row_id == "T002"


@pytest.mark.parametrize(
    ("accountable", "code"), [(None, "R201"), ("市场部、研发部", "R202"), ("市场部、各部门", "R202")]
)
def test_exactly_one_accountable(accountable: str | None, code: str) -> None:
    duty = {"id": "D01", "duty": "定价", "accountable": accountable, "output": "价格表", "receiver": "销售部"}
    assert code in codes(project([RIGHT], duties=[duty]))


def test_an_output_nobody_receives() -> None:
    duty = {"id": "D01", "duty": "定价", "accountable": "市场部", "output": "价格表"}
    assert only(project([RIGHT], duties=[duty]), "R203").cell == "I5"


def test_a_busy_department_without_contact() -> None:
    contacts = [{"department": "研发部"}, {"department": "市场部"}]
    assert "研发部" in only(project([RIGHT], contacts=contacts), "R205").message("zh")


def test_malformed_address() -> None:
    contacts = [{"department": "研发部", "contact": "*", "email": "a@b.c, evil@x"}]
    assert only(project([RIGHT], contacts=contacts), "E125").cell == "E5"


def test_a_year_without_official_days_is_said() -> None:
    assert "2031" in only(project([task("T001", deadline=date(2031, 3, 3))]), "C501").message("zh")


def test_a_day_listed_as_off_and_as_work() -> None:
    days = [
        {"date": date(2023, 10, 7), "kind": "休", "source": "官方"},
        {"date": date(2023, 10, 7), "kind": "班", "source": "公司"},
    ]
    found = only(project([RIGHT], calendar=days), "C502")
    assert "班" in found.message("zh")


@pytest.mark.parametrize("source", ["公司", None])
def test_a_company_day_over_an_official_one_is_named_as_such(source: str | None) -> None:
    days = [
        {"date": date(2023, 10, 2), "kind": "休", "name": "国庆节", "source": "官方"},
        {"date": date(2023, 10, 2), "kind": "班", "name": "赶工", "source": source},
    ]
    found = only(project([RIGHT], calendar=days), "C502")
    assert found.severity == "warning"
    assert "公司安排覆盖官方安排" in found.message("zh")
    assert "the company's day overrides the official one" in found.message("en")
    assert "覆盖" not in only(project([RIGHT], calendar=days[::-1]), "C502").message("zh")


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ({"delay_threshold": "两天"}, "E121"),
        ({"delay_threshold": -1}, "E115"),
        ({"delay_threshold": None}, "E101"),
        ({"data_date": "2023.11.13"}, "E104"),
        ({"data_date": "今天"}, "E105"),
        ({"move_rule": "随便"}, "E116"),
        ({"meeting_rule": "有空就开"}, "E103"),
    ],
)
def test_settings_are_checked(setting: dict[str, object], code: str) -> None:
    found = only(project([RIGHT], settings=setting), code)
    assert found.tab == "设置"


def with_tracker(**changes: object) -> Project:
    made = book([RIGHT])
    tables = dict(made.tables)
    tables["tracker"] = replace(tables["tracker"], **changes)  # type: ignore[arg-type]
    return Project(replace(made, tables=tables), date(2023, 11, 13))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"missing": ("support",)}, "S404"),
        ({"duplicated": ("状态",)}, "S406"),
        ({"unknown": ("心情",)}, "S407"),
        ({"outside": (9, 10)}, "S408"),
        ({"merged": ("B5:C6",)}, "S409"),
        ({"tab": "总表"}, "S413"),
    ],
)
def test_the_shape_of_the_sheet(changes: dict[str, object], code: str) -> None:
    assert only(with_tracker(**changes), code).sheet == "tracker"


def test_missing_sheets_and_lost_formulas() -> None:
    made: Book = replace(
        book([RIGHT]), missing_sheets=("risks",), stale_formulas={"tracker": {"variance": (5, 6)}}
    )
    assert codes(Project(made, date(2023, 11, 13))) == ["S403", "E124"]


def test_the_sheet_edit_carries_the_findings_grave_ones_first() -> None:
    rows = [task("T001", owner="市场步"), task("T002", deadline=date(2023, 10, 15))]
    made = project(rows, as_of=date(2023, 10, 15))
    outcome = validate(made)
    edit = outcome.edits[0]
    assert edit.title == "校验结果"  # type: ignore[union-attr]
    assert [f.severity for f in outcome.data] == ["error", "warning"]


def test_every_sentence_can_be_said_in_both_languages() -> None:
    for kind in FINDINGS.values():
        for text in (kind.title, kind.sentence, kind.cause, kind.cure):
            assert text.zh
            assert text.en
            assert text.en.isascii() or "–" in text.en


def test_a_cure_uses_only_words_that_its_sentence_has() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    shown = {"E103": {"example"}, "E105": {"example"}}  # a day to write like, in the next test
    for kind in FINDINGS.values():
        for lang in LANGS:
            known = fields(kind.sentence.of(lang)) | shown.get(kind.code, set())
            assert fields(kind.cure.of(lang)) <= known, kind.code


def test_a_cure_names_a_date_of_the_rows_own_time() -> None:
    rows = [task("T001", deadline=date(2026, 3, 9)), task("T002", deadline="10.8-10.9", forecast="下周一")]
    told = {f.code: f.cure("zh") for f in findings(project(rows)) if f.row_id == "T002"}
    assert "2026-03-09" in told["E103"] and "2026-03-09" in told["E105"]
    assert "2023-11-13" in only(project([RIGHT], settings={"data_date": "今天"}), "E105").cure("zh")


@pytest.mark.parametrize("word", ["通过", "已批准", "不通过", "未批准"])
def test_an_approval_may_keep_the_words_of_an_earlier_drop_down(word: str) -> None:
    change = {"id": "C1", "task_id": "T001", "new_date": date(2023, 12, 1), "cause": "缺料", "status": word}
    assert not {"E116", "E117"} & set(codes(project([RIGHT], adjustments=[change])))
