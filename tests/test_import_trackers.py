"""Trackers as people and other programs keep them (tests/data/trackers): each row is what people read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from accounting import lost
from foreign import read_foreign

from xl_collab.commands.import_mapping import candidates, given_mapping, whole_mapping
from xl_collab.importing.adopt import Adopted, adopt
from xl_collab.importing.table_finder import find_tables

Run = Callable[..., Any]
TRACKERS = Path(__file__).parent / "data" / "trackers"
MARCH = {n: date(2026, 3, n) for n in range(1, 32)}
APRIL = {n: date(2026, 4, n) for n in range(1, 31)}


def source(name: str) -> Path:
    return TRACKERS / f"{name}.xlsx"


def imported(name: str) -> Adopted:
    foreign = read_foreign(source(name))
    return adopt(foreign, find_tables(foreign)[0])


def rows(result: Adopted, *columns: str) -> list[tuple[object, ...]]:
    table = result.book.tables["tracker"]
    return list(zip(*(list(table.frame[name]) for name in columns), strict=True))


def targets(result: Adopted) -> dict[str, str | None]:
    return {line.heading: line.target for line in result.report.columns}


def doubts(name: str) -> dict[str, str]:
    """Heading → what the user is asked about it."""
    columns = find_tables(read_foreign(source(name)))[0].columns
    return {c.heading: c.guess.target for c in columns if c.guess is not None and not c.guess.sure}


def to_check(result: Adopted) -> dict[str, str]:
    return {change.cells: change.old for change in result.report.changes if change.check}


@pytest.mark.parametrize("path", sorted(TRACKERS.glob("*.xlsx")), ids=lambda path: path.stem)
def test_every_cell_is_in_the_tracker_or_named(path: Path) -> None:
    foreign = read_foreign(path)
    for table in find_tables(foreign):
        assert lost(foreign, adopt(foreign, table)) == Counter()


@pytest.mark.parametrize("name", ["levels-three", "zentao"])
def test_what_is_made_is_a_valid_workbook(
    name: str, tmp_path: Path, cli: Run, ooxml_validate: Callable[[Path], None]
) -> None:
    out = tmp_path / "new.xlsm"
    assert cli("import", source(name), "-o", out, "-y").code == 0
    ooxml_validate(out)


# plan and actual in groups


@pytest.mark.parametrize("name", ["groups-plan-done", "groups-plan-actual", "groups-durations"])
def test_plan_and_actual_groups_are_paired(name: str) -> None:
    result = imported(name)
    assert rows(result, "planned_start", "deadline", "actual_start", "actual") == [
        (MARCH[2], MARCH[6], MARCH[2], MARCH[11]),
        (MARCH[9], MARCH[20], MARCH[12], MARCH[20]),
        (MARCH[23], APRIL[3], MARCH[23], None),
    ]
    assert not to_check(result)


@pytest.mark.parametrize("name", ["groups-plan-done", "groups-plan-actual", "groups-durations"])
def test_the_variance_of_a_grouped_plan(name: str, tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "new.xlsx"
    assert cli("import", source(name), "-o", out, "-y", "--lang", "zh").code == 0
    told = json.loads(cli("variance", out, "--as-of", "2026-04-10", "--json").out)
    assert [row["workdays"] for row in told] == [3, 0, 4]
    assert [row["baseline"] for row in told] == ["2026-03-06", "2026-03-20", "2026-04-03"]


# values against headings


def test_a_person_column_of_dates_is_a_question() -> None:
    result = imported("person-of-dates")
    assert rows(result, "task", "owner", "deadline") == [
        ("开模", "研发部", MARCH[20]),
        ("测试", "质量部", MARCH[25]),
    ]
    assert doubts("person-of-dates") == {"负责人": "person"}


# what the user says


def mapped(name: str, *maps: str, sheet: str | None = None) -> Adopted:
    foreign = read_foreign(source(name))
    table = candidates(foreign, sheet, maps)[0]
    return adopt(foreign, table, whole_mapping(table, given_mapping(table, maps)))


def test_headings_that_the_user_names_are_the_heading_row() -> None:
    result = mapped("unknown-headings", "TASK DESCRIPTION=task", "PLAN END=deadline")
    assert rows(result, "task", "planned_start", "deadline") == [
        ("Foundation", MARCH[2], MARCH[13]),
        ("Walls", MARCH[16], MARCH[27]),
    ]


def test_a_cell_of_the_heading_row_is_enough() -> None:
    maps = ("TASK DESCRIPTION=task", "C=deadline")
    result = mapped("unknown-headings", *maps, sheet="Schedule!A1")
    assert rows(result, "task", "deadline") == [("Foundation", MARCH[13]), ("Walls", MARCH[27])]
    assert targets(result)["TYPE"] is None


def test_headings_that_are_nowhere_are_an_error_that_names_those_there_are(cli: Run) -> None:
    ran = cli("import", source("feishu"), "--dry-run", "--map", "工期要求=deadline")
    assert ran.code == 2
    assert "工期要求" in ran.err and "截止日期" in ran.err


def test_without_any_hint_the_answer_says_how_to_point_to_the_headings(cli: Run) -> None:
    ran = cli("import", source("unknown-headings"), "--dry-run", "--sheet", "Schedule!A40")
    assert ran.code == 2
    assert "--map" in ran.err and "--sheet" in ran.err


def test_the_command_takes_the_headings_that_the_user_names(cli: Run, tmp_path: Path) -> None:
    out = tmp_path / "new.xlsx"
    maps = ("--map", "TASK DESCRIPTION=task", "--map", "PLAN END=deadline")
    ran = cli("import", source("unknown-headings"), "-o", out, "-y", *maps)
    assert (ran.code, ran.err) == (0, "")
    assert out.exists()


# levels


def test_the_finer_level_is_the_task() -> None:
    assert rows(imported("levels-subtask"), "stage", "task", "owner", "deadline", "status") == [
        ("新品上市", "外壳开模", "研发部", MARCH[20], "进行中"),
        ("新品上市", "驱动板打样", "研发部", MARCH[25], "已完成"),
        ("新品上市", "老化试验", "质量部", APRIL[2], "未开始"),
        ("渠道铺货", "签约", "销售部", APRIL[10], "未开始"),
        ("渠道铺货", "铺样", "销售部", APRIL[20], "未开始"),
    ]
    assert rows(imported("levels-numbered"), "stage", "task", "owner", "deadline") == [
        ("新品上市", "外壳开模", "研发部", MARCH[20]),
        ("新品上市", "打样", "研发部", MARCH[25]),
        ("铺货", "签约", "销售部", APRIL[1]),
    ]
    assert rows(imported("levels-three"), "stage", "task", "owner", "deadline") == [
        ("准备", "采购：模具钢", "张三", MARCH[20]),
        ("准备", "采购：标准件", "李四", MARCH[25]),
    ]


# other programs' words


def test_the_original_date_is_the_deadline_and_the_new_one_a_question() -> None:
    result = imported("replanned")
    assert rows(result, "task", "deadline", "actual", "status") == [
        ("A", MARCH[6], MARCH[12], "已完成"),
        ("B", MARCH[20], None, "进行中"),
    ]
    assert doubts("replanned") == {"调整后完成": "forecast"}


def test_a_list_of_functions_and_their_developers() -> None:
    assert rows(imported("modules"), "stage", "task", "owner", "deadline", "status") == [
        ("登录", "验证码", "张三", MARCH[20], "进行中"),
        ("登录", "找回密码", "李四", MARCH[25], "已完成"),
    ]


def test_a_list_in_two_languages_takes_its_year_from_the_title() -> None:
    assert rows(imported("mixed-languages"), "id", "task", "owner", "deadline", "status") == [
        ("1", "开模", "研发/李四", MARCH[20], "进行中"),
        ("2", "打样", "研发/王五", MARCH[25], "已完成"),
        ("3", "试产", "生产", APRIL[2], "未开始"),
    ]


def test_a_table_of_feishu() -> None:
    result = imported("feishu")
    assert rows(result, "task", "owner", "planned_start", "deadline", "status") == [
        ("外壳开模", "李四", MARCH[2], MARCH[20], "进行中"),
        ("驱动板打样", "王五,赵六", MARCH[5], MARCH[25], "已完成"),
        ("老化试验", None, None, datetime(2026, 4, 2, 18), "未开始"),
    ]
    assert targets(result)["是否延期"] is None


def test_an_export_of_zentao_knows_its_empty_date() -> None:
    result = imported("zentao")
    assert rows(
        result,
        "id",
        "task",
        "owner",
        "planned_start",
        "deadline",
        "actual_start",
        "actual",
        "status",
        "percent",
    ) == [
        ("101", "外壳开模", "李四", MARCH[2], MARCH[20], MARCH[2], None, "进行中", 0.4),
        ("102", "驱动板打样", "王五", MARCH[5], MARCH[25], MARCH[5], MARCH[24], "已完成", 1),
        ("103", "老化试验", None, None, None, None, None, "未开始", 0),
    ]
    assert not to_check(result)


def test_an_export_of_jira() -> None:
    result = imported("jira")
    assert rows(result, "id", "task", "owner", "deadline", "status") == [
        ("LAMP-12", "Housing tooling", "Li Si", MARCH[20], "进行中"),
        ("LAMP-13", "Driver board", "Wang Wu", MARCH[25], "已完成"),
    ]
    assert {targets(result)[name] for name in ("Created", "Updated", "Resolution", "Reporter")} == {None}


def test_an_export_of_planner() -> None:
    assert rows(
        imported("planner"), "id", "stage", "task", "owner", "planned_start", "deadline", "actual", "status"
    ) == [
        ("aBc-1", "Build", "Housing tooling", "Li Si;Wang Wu", MARCH[2], MARCH[20], None, "进行中"),
        ("aBc-2", "Build", "Driver board", "Wang Wu", MARCH[5], MARCH[25], MARCH[24], "已完成"),
    ]


# dates and progress


def test_a_day_over_twelve_proves_its_column() -> None:
    result = imported("dates-us-text")
    assert rows(result, "planned_start", "deadline") == [
        (MARCH[2], MARCH[20]),
        (MARCH[5], MARCH[25]),
        (APRIL[16], APRIL[30]),
    ]
    assert not to_check(result)
    assert [remark.zh for remark in result.report.remarks] == [
        "“Start Date”的日期按月/日/年读",
        "“Due Date”的日期按月/日/年读",
    ]


PROGRESS: Mapping[int, tuple[str | None, float | None]] = {
    1: ("进行中", 0.8), 2: ("进行中", 0.8), 3: ("进行中", 0.8), 4: ("进行中", 0.6), 5: (None, None),
    6: ("已完成", None), 7: ("已完成", None), 8: (None, None), 9: (None, None), 10: (None, None),
    11: (None, None), 12: ("进行中", None), 13: (None, None), 14: ("进行中", None), 15: (None, None),
    16: ("已完成", None), 17: ("未开始", 0), 18: (None, None), 19: ("已完成", 1), 20: ("已完成", 1),
    21: ("进行中", None), 22: ("进行中", None), 23: ("暂停", None), 24: ("暂停", None), 25: ("已完成", None),
    26: (None, None), 27: ("进行中", None), 28: (None, None),
}  # fmt: skip


def test_progress_in_words_is_read_or_to_be_checked() -> None:
    result = imported("progress-words")
    assert dict(enumerate(rows(result, "status", "percent"), start=1)) == PROGRESS
    unread = {f"D{n + 1}" for n, (status, _) in PROGRESS.items() if status is None}
    asked = set(to_check(result))
    assert unread <= asked
    assert asked - unread == {"D15"}, "超期 says late, which the dates have to say"


# links


@pytest.mark.parametrize("name", ["links-3FS+2", "links-3+2"])
def test_links_with_lags_bind_the_row_that_they_name(name: str, tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "new.xlsx"
    assert cli("import", source(name), "-o", out, "-y").code == 0
    moved = {}
    for row in ("2", "3"):
        told = json.loads(cli("what-if", out, "--slip", f"{row}=+10", "--as-of", "2026-02-27", "--json").out)
        moved[row] = {change["id"] for change in told["moves"]}
    assert "4" in moved["3"]
    assert "4" not in moved["2"]
