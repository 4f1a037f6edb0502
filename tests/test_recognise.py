"""Understanding foreign tables: headings, rows, dates, states; and that no arrangement loses a cell."""

# Tables of cases read better unwrapped.
# ruff: noqa: E501

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from accounting import lost
from hypothesis import given, settings, strategies as st

from xl_collab.importing.adopt import Adopted, adopt
from xl_collab.importing.columns import ForeignBook, ForeignSheet
from xl_collab.importing.dates import Span, Years, order_is_proven, read_day, read_span, year_named
from xl_collab.importing.headings import guess
from xl_collab.importing.progress import Progress, in_hundreds, read_percent, read_progress
from xl_collab.importing.table_finder import find_tables, section_name
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.project.timing.deadlines import FixedDate, Recurrence, Unreadable
from xl_collab.schema.words import Text

IN_2023 = Years(title=2023)


def book(*rows: Sequence[object], merged: tuple[tuple[int, int, int, int], ...] = ()) -> ForeignBook:
    return ForeignBook("表.xlsx", (ForeignSheet("Sheet1", [list(row) for row in rows], merged),))


def adopted(*rows: Sequence[object], merged: tuple[tuple[int, int, int, int], ...] = ()) -> Adopted:
    foreign = book(*rows, merged=merged)
    return adopt(foreign, find_tables(foreign)[0])


def column(result: Adopted, name: str) -> list[object]:
    return list(result.book.tables["tracker"].frame[name])


# headings


@pytest.mark.parametrize(
    ("parts", "target", "sure"),
    [
        (("序号",), "id", True),
        (("任务名称",), "task", True),
        (("牵头部门（单位）",), "owner", True),
        (("配合单位",), "support", True),
        (("完成时限",), "deadline", True),
        ((" 完 成 时 限* ",), "deadline", True),
        (("责任人",), "person", True),
        (("开始时间",), "planned_start", True),
        (("完成情况",), "progress", True),
        (("百分比",), "percent", True),
        (("备注说明",), "note", True),
        (("进展",), "progress", True),
        (("时间", "计划完成时间"), "deadline", True),
        (("实际", "完成时间"), "actual", True),
        (("计划", "开始"), "planned_start", True),
        (("% Complete",), "percent", True),
        (("Due Date",), "deadline", True),
        (("完成时间",), "deadline", False),
        (("部门",), "owner", False),
        (("工作任务及目标",), "task", False),
        (("完成时限要求",), "deadline", True),
    ],
)
def test_headings_and_what_they_mean(parts: tuple[str, ...], target: str, sure: bool) -> None:
    found = guess(parts)
    assert found is not None
    assert (found.target, found.sure) == (target, sure)


@pytest.mark.parametrize("parts", [("领导批示",), ("预算（万元）",), ("OA流程号",), ("片区",)])
def test_headings_that_mean_nothing_to_us(parts: tuple[str, ...]) -> None:
    assert guess(parts) is None


def test_values_that_contradict_a_heading_make_it_a_proposal() -> None:
    foreign = book(["任务", "状态", "节点"], ["甲", "进行中", "方案冻结"], ["乙", "完成", "样机下线"])
    deadline = find_tables(foreign)[0].columns[2]
    assert deadline.guess is not None
    assert (deadline.guess.target, deadline.guess.sure) == ("deadline", False)


ROWS: list[dict[str, object]] = [
    {
        "序号": "1",
        "任务名称": "甲",
        "牵头部门": "市场部",
        "完成时限": "2023.10.8",
        "状态": "完成",
        "批示": "阅",
    },
    {"序号": "2", "任务名称": "乙", "牵头部门": "研发部", "完成时限": "10月底", "状态": "滞后", "批示": None},
]


@given(st.permutations(list(ROWS[0])), st.integers(0, 3), st.integers(0, 2))
@settings(max_examples=60)
def test_the_order_of_columns_and_the_place_of_the_table_do_not_matter(
    heads: list[str], down: int, right: int
) -> None:
    pad: list[object] = [None] * right
    rows: list[list[object]] = [[] for _ in range(down)]
    rows.append(pad + list(heads))
    rows += [pad + [row[head] for head in heads] for row in ROWS]
    result = adopted(*rows)
    assert column(result, "task") == ["甲", "乙"]
    assert column(result, "id") == ["1", "2"]
    assert column(result, "owner") == ["市场部", "研发部"]
    assert column(result, "deadline") == [date(2023, 10, 8), date(2023, 10, 31)]
    assert column(result, "status") == ["已完成", "进行中"]
    extra = {c.label.zh: c.name for c in result.declaration.table("tracker").columns if c.name[:5] == "extra"}
    assert column(result, extra["批示"]) == ["阅", None]


# dates


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2023.10.8", date(2023, 10, 8)),
        ("2023年10月8日", date(2023, 10, 8)),
        ("２０２３－１０－０８", date(2023, 10, 8)),
        ("2023/10/8前", date(2023, 10, 8)),
        ("10月8日", date(2023, 10, 8)),
        ("45207", date(2023, 10, 8)),
        (45207, date(2023, 10, 8)),
        (20231008, date(2023, 10, 8)),
    ],
)
def test_days_in_many_spellings(value: object, day: date) -> None:
    found = read_day(value, IN_2023)
    assert isinstance(found, FixedDate)
    assert found.date == day


@pytest.mark.parametrize(
    "value", ["10.8", 10.8, "8/10/2023", "10月", "10月上旬", "待定", "Q4", 300, True, "2023-02-30"]
)
def test_what_may_mean_two_days_or_none_stays_unread(value: object) -> None:
    assert isinstance(read_day(value, IN_2023), Unreadable)


def test_a_recurrence_is_no_day_but_is_understood() -> None:
    assert isinstance(read_day("每周五", IN_2023), Recurrence)


def test_a_missing_year_comes_from_the_row_then_the_title_then_a_neighbour() -> None:
    def day(years: Years) -> object:
        found = read_day("1月10日", years)
        return (found.date, found.year_inferred) if isinstance(found, FixedDate) else found

    assert day(Years(date(2023, 12, 20), 2023, date(2020, 1, 1))) == (date(2024, 1, 10), True)
    assert day(Years(None, 2023, date(2020, 1, 1))) == (date(2023, 1, 10), True)
    assert day(Years(None, 2023, None, at_least=date(2023, 12, 20))) == (date(2024, 1, 10), True)
    assert day(Years(None, None, date(2020, 2, 1))) == (date(2020, 1, 10), True)
    assert isinstance(day(Years()), Unreadable)


def test_the_title_names_a_year_only_when_it_names_one() -> None:
    assert year_named("2023年四季度重点工作", "督办") == 2023
    assert year_named("2023-2024年计划") is None
    assert year_named("编号 120231") is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("10.8-10.15", (2023, 10, 8), (2023, 10, 15)),
        ("10月8日-15日", (2023, 10, 8), (2023, 10, 15)),
        ("10月8日—11月3日", (2023, 10, 8), (2023, 11, 3)),
        ("2023.10.8-10.15", (2023, 10, 8), (2023, 10, 15)),
        ("2023-10-08~2024-01-15", (2023, 10, 8), (2024, 1, 15)),
        ("2023年10月8日至2023年10月15日", (2023, 10, 8), (2023, 10, 15)),
        ("12.20-1.10", (2023, 12, 20), (2024, 1, 10)),
        ("10/8-10/15", (2023, 10, 8), (2023, 10, 15)),
        ("Oct 8, 2023 to Oct 15, 2023", (2023, 10, 8), (2023, 10, 15)),
    ],
)
def test_spans(text: str, start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    found = read_span(text, IN_2023)
    assert isinstance(found, Span)
    assert (found.start, found.end) == (date(*start), date(*end))


def test_a_span_that_may_be_read_two_ways_needs_proof_from_its_column() -> None:
    assert isinstance(read_span("3.1-5.1", IN_2023), Text)
    proven = read_span("3.1-5.1", IN_2023, proven=True)
    assert isinstance(proven, Span)
    assert (proven.start, proven.end, proven.order_inferred) == (date(2023, 3, 1), date(2023, 5, 1), True)
    assert order_is_proven(["3.1-5.1", "10.8-10.15"])
    assert not order_is_proven(["3.1-5.1", "15.10-18.10", "10.8-10.15"])
    assert not order_is_proven(["3.1-5.1"])


@pytest.mark.parametrize(
    "text", ["10.8", "1.2.3-4.5.6", "2023-10-08", "25.30-26.31", "三天", "10-15", "13.5-14.5"]
)
def test_no_span(text: str) -> None:
    assert not isinstance(read_span(text, IN_2023), Span)


# states


@pytest.mark.parametrize(
    ("value", "progress"),
    [
        ("完成", Progress("done")),
        ("√", Progress("done")),
        ("正在推进", Progress("in_progress")),
        ("未启动", Progress("not_started")),
        ("滞后", Progress("in_progress", late=True)),
        ("On Hold", Progress("paused")),
        ("80%", Progress("in_progress", 0.8)),
        ("100％", Progress("done", 1.0)),
        (0.5, Progress("in_progress", 0.5)),
        ("基本完成", None),
        ("推进中，华东已完成", None),
        ("未完成", None),
        ("1", None),
        ("0", None),
        (80, None),
        ("×", None),
    ],
)
def test_states_are_looked_up_and_never_guessed(value: object, progress: Progress | None) -> None:
    assert read_progress(value) == progress


def test_percentages_by_the_scale_of_their_column() -> None:
    assert in_hundreds([0, 40, 100]) and in_hundreds(["85"])
    assert not in_hundreds([0, 0.4, 1]) and not in_hundreds(["85%", True])
    assert [read_percent(v, hundreds=True) for v in (40, "40", "40%")] == [0.4, 0.4, 0.4]
    assert [read_percent(v) for v in (0.4, "0.4", "40%", 40, "120%", "多半", True)] == [0.4] * 3 + [None] * 4


# rows


def test_sections_by_number_by_merging_and_by_their_numeral_in_the_id_column() -> None:
    result = adopted(
        ["序号", "任务", "责任部门", "状态"],
        ["一", "筹备", None, None],
        [1, "甲", "市场部", "完成"],
        ["第二阶段：试点", None, None, None],
        ["（一）华东", None, None, None],
        [2, "乙", "销售部", "完成"],
        ["收尾工作", None, None, None],
        [3, "丙", "行政部", "完成"],
        merged=((7, 1, 7, 4),),
    )
    assert column(result, "stage") == ["筹备", "试点", "收尾工作"]
    assert column(result, "extra_1") == [None, "华东", None]
    assert section_name("二、 实施") == ("实施", 1)


def test_a_stage_column_counts_more_than_the_section() -> None:
    result = adopted(
        ["阶段", "任务", "责任部门"],
        ["一、上半年", None, None],
        ["方案评审", "甲", "市场部"],
        ["", "乙", "财务部"],
    )
    assert column(result, "stage") == ["方案评审", "上半年"]
    assert column(result, "extra_1") == ["上半年", None]


@pytest.mark.parametrize("word", ["合计", "小 计", "总计：", "本页小计", "共3项", "Total", "Sub-total"])
def test_totals_are_left_out_with_their_address(word: str) -> None:
    result = adopted(["任务", "责任部门", "预算"], ["甲", "市场部", 3], [word, None, 3])
    assert result.report.tasks == 1
    assert [(row.kind, row.cells) for row in result.report.left] == [("total", (("A3", word), ("C3", "3")))]


@pytest.mark.parametrize("task", ["完成决算合计表编制", "费用合计"])
def test_a_task_about_totals_is_a_task(task: str) -> None:
    result = adopted(["任务", "责任部门", "截止日期"], [task, "财务部", "2023-12-01"])
    assert column(result, "task") == [task]


def test_merged_departments_are_repeated_and_reported() -> None:
    result = adopted(
        ["任务", "责任部门"], ["甲", "市场部"], ["乙", None], ["丙", None], merged=((2, 2, 4, 2),)
    )
    assert column(result, "owner") == ["市场部"] * 3
    assert [(c.cells, c.old) for c in result.report.changes] == [("B2:B4", "市场部")]


def test_errors_and_formulas_without_a_result_are_not_taken_but_told() -> None:
    result = adopted(
        ["任务", "责任部门", "截止日期", "说明文字"],
        ["甲", "市场部", CellError("#REF!"), CellError("#N/A")],
        ["乙", "市场部", CellFormula("TODAY()+3"), None],
    )
    assert column(result, "deadline") == [None, None]
    assert {(c.cells, c.old, c.check) for c in result.report.changes} == {
        ("C2", "#REF!", True), ("C3", "=TODAY()+3", True),
    }  # fmt: skip
    assert column(result, "extra_1") == ["#N/A", None]


def test_ids_stay_when_unique_gaps_are_filled_and_links_follow_new_ids() -> None:
    kept = adopted(
        ["编号", "任务", "状态"], ["A1", "甲", "完成"], [None, "乙", "完成"], ["T001", "丙", "完成"]
    )
    assert column(kept, "id") == ["A1", "T002", "T001"]
    rows = [["编号", "任务", "前置"], [1, "甲", None], [2, "乙", 1], [2, "丙", "1、2"], ["Ａ", "丁", "a"]]
    renewed = adopted(*[[*row, "完成" if row[0] != "编号" else "状态"] for row in rows])
    assert column(renewed, "id") == ["T001", "T002", "T003", "T004"]
    assert column(renewed, "predecessors") == [None, "T001", "1、2", "T004"]
    assert column(renewed, "extra_1") == [1, 2, 2, "Ａ"]


# nothing is lost, whatever the table


HEADS = [
    "序号",
    "任务",
    "责任部门",
    "责任人",
    "完成时限",
    "起止时间",
    "状态",
    "进展",
    "完成率",
    "前置",
    "备注",
    "编号x",
    "批示",
    "子任务",
    "一级任务",
    "二级任务",
    "阶段",
    "项目",
    "大纲级别",
    "计划开始",
    "实际完成",
    "Completed",
    "完成时间",
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["市场部", "市场部、研发部", "张三", "2023.10.8", "10月8日", "10.8-10.15", "3.1-5.1", "完成", "滞后", "80%", "√",
         "-", "合计", "小计：", "一、筹备", "（一）准备", "注：见附件", "每周五", "待定", " 空格 ", "任务", "状态", "=1+1", "0", "1", "1.1", "1.2", "  缩进",
         "03/20/2026", "3/4", "26.3.6", "✅ 2026-03-01", "2026-03-19T16:00:00Z", "0000-00-00", "李四(lisi)", "结构(#7)", "3FS+2",
         "进行中(60%)", "45/100"]
    ),
    st.sampled_from([1, 2, 0.5, 80, 45207, 10.8, True, date(2023, 10, 8), CellError("#REF!"), CellFormula("A1")]),
)  # fmt: skip


@st.composite
def grids(draw: st.DrawFn) -> ForeignBook:
    heads = draw(st.lists(st.sampled_from(HEADS), min_size=1, max_size=6, unique=True))
    heads = ["任务", "状态", *(head for head in heads if head not in ("任务", "状态"))]
    width = len(heads) + draw(st.integers(0, 2))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    title = draw(st.lists(CELLS, max_size=3))
    grid = [title, heads, *rows]
    down = draw(st.integers(0, len(rows) - 1))
    at = draw(st.integers(1, width))
    merged = ((3, at, 3 + down, at),) if down else ()
    return ForeignBook("表.xlsx", (ForeignSheet("S", grid, merged), ForeignSheet("T", [["别的", 1]])))


@given(grids())
@settings(max_examples=150)
def test_no_cell_of_any_table_is_lost(foreign: ForeignBook) -> None:
    tables = find_tables(foreign)
    if not tables:
        return
    result = adopt(foreign, tables[0])
    assert lost(foreign, result) == Counter()
