"""What counts as the same value, what fits a column, snapshots, and who may edit what."""

from __future__ import annotations

import sys
from datetime import date, datetime

import pytest
from books import project, task
from hypothesis import given, strategies as st

from xl_collab.merge.permission import Permission, permission
from xl_collab.merge.snapshot import Snapshot, SnapshotUnreadable, snapshot
from xl_collab.merge.values import (
    canonical,
    canonical_column,
    decode,
    encode,
    native,
    readings,
    row_key,
    same,
    unfit,
)
from xl_collab.project.tables import CellError, CellFormula, Table
from xl_collab.schema.declaration import Column
from xl_collab.schema.sheets import TRACKER


def column(name: str) -> Column:
    return TRACKER.column(name)


# values


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("task", "制定方案", "  制定方案 \u3000"),
        ("note", "一\n二", "一\r\n二"),
        ("note", "一\n二", "一\r二"),
        ("task", "é", "e\u0301"),
        ("task", None, "   "),
        ("percent", 1, 1.0),
        ("percent", 0.3, 0.1 + 0.2),
        ("percent", 0.3, 0.3000000004),
        ("percent", 0.5, "５０％"),
        ("percent", 0.5, "50%"),
        ("lead_days", 5, "５"),
        ("lead_days", 5, 5.0),
        ("status", "done", "已完成"),
        ("status", "已完成", "完 成"),
        ("status", "已完成", "Done "),
        ("actual", date(2023, 10, 8), datetime(2023, 10, 8)),
        ("actual", date(2023, 10, 8), "2023.10.8"),
        ("actual", date(2023, 10, 8), "2023年10月8日"),
        ("actual", date(2023, 10, 8), "２０２３－１０－０８"),
        ("actual", date(2023, 10, 8), 20231008),
        ("actual", date(2023, 10, 8), 45207),
        ("deadline", date(2023, 10, 8), datetime(2023, 10, 8)),
        ("next_due", datetime(2023, 10, 8, 17, 0), datetime(2023, 10, 8, 16, 59, 59, 999999)),
        ("task", CellFormula("=A1+1", 3), CellFormula("= a1 + 1", 4)),
    ],
)
def test_the_same_in_other_words(name: str, one: object, other: object) -> None:
    assert same(canonical(column(name), one), canonical(column(name), other))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("task", "0012", 12),
        ("task", "a b", "ab"),
        ("percent", True, 1),
        ("percent", 0.5, 50),
        ("percent", 0.5, "50"),
        ("percent", 0.5, 0.500001),
        ("status", "已完成", "差不多"),
        ("actual", date(2023, 10, 8), "10.8"),
        ("actual", date(2023, 10, 8), date(2023, 8, 10)),
        ("deadline", date(2023, 10, 8), "2023-10-8"),
        ("task", None, CellError("#REF!")),
        ("task", "3", CellFormula("=1+2", 3)),
    ],
)
def test_not_the_same(name: str, one: object, other: object) -> None:
    assert not same(canonical(column(name), one), canonical(column(name), other))


@pytest.mark.parametrize("text", ["下周一", "待定", "10.8", "10月", "8/10/2023", "2023-02-30", "Q4"])
def test_case_56_unclear_dates_are_kept_as_text_and_do_not_fit(text: str) -> None:
    assert canonical(column("actual"), text) == text
    assert unfit(column("actual"), text) == "unreadable"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("status", "差不多", "unreadable"),
        ("percent", "一半", "unreadable"),
        ("percent", 50, "out_of_range"),
        ("percent", True, "unreadable"),
        ("lead_days", 2.5, "unreadable"),
        ("actual", 9999999999, "unreadable"),
        ("actual", True, "unreadable"),
        ("task", "字" * 32768, "too_long"),
        ("task", "😀" * 16384, "too_long"),
        ("task", "a\x00b", "illegal"),
        ("task", "a\x0bb", "illegal"),
        ("task", "\ud800", "illegal"),
        ("status", CellError("#N/A"), "error"),
        ("status", CellFormula("=1", 1), "formula"),
        ("task", "字" * 32767, ""),
        ("task", "😀" * 16383, ""),
        ("task", "=1+1", ""),
        ("percent", 0, ""),
        ("actual", None, ""),
    ],
)
def test_what_fits_a_column(name: str, value: object, why: str) -> None:
    assert unfit(column(name), canonical(column(name), value)) == why


cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=True, allow_infinity=True),
    st.datetimes(),
    st.dates(),
    st.sampled_from(("已完成", "50%", "2023.10.8", "0012", "\ud800", "5,000", "每周一17:00前")),
    st.builds(CellError, st.sampled_from(("#REF!", "#N/A"))),
    st.builds(CellFormula, st.text(max_size=5)),
)


@given(st.sampled_from(TRACKER.columns), cells)
def test_canonical_values_are_their_own_and_survive_json(col: Column, value: object) -> None:
    found = canonical(col, value)
    assert same(canonical(col, found), found)
    assert same(decode(encode(found)), found)
    if unfit(col, found) == "" and col.kind.value != "ids":
        for lang in ("zh", "en"):
            assert same(canonical(col, native(col, found, lang)), found)


@given(st.sampled_from(TRACKER.columns), st.lists(cells, max_size=6))
def test_a_column_is_read_as_its_cells(col: Column, values: list[object]) -> None:
    one_by_one = [canonical(col, value) for value in values]
    assert all(map(same, canonical_column(col, values), one_by_one))


def test_ids_as_keys() -> None:
    assert row_key(" ｔ００１\u200b") == row_key("T001") == "t001"
    assert row_key(12.0) == "12"
    assert row_key(None) == row_key("  ") == row_key(True) == ""


def test_snapshots_are_kept_losslessly() -> None:
    table = Table.of(TRACKER, [task("T001", percent=0.5, actual=datetime(2023, 10, 8)), task("0012")])
    taken = Snapshot({"tracker": snapshot(table)})
    again = Snapshot.from_json(taken.to_json())
    assert again == taken
    assert again.value("tracker", "t001", "actual") == date(2023, 10, 8)
    assert again.value("tracker", "t001", "stage") == "review"
    assert "rag" not in again.rows("tracker").columns  # formulas recalculate themselves
    with pytest.raises(SnapshotUnreadable):
        Snapshot.from_json(taken.to_json().replace('"version":1', '"version":2'))
    with pytest.raises(SnapshotUnreadable):
        Snapshot.from_json('{"version":1,"sheets":{"tracker":[]}}')


# who may edit what


def test_permissions_follow_the_declaration() -> None:
    rows = [
        task("T001", owner="研发部、生产部"),
        task("T002", owner="市场部", support="研发部"),
        task("T003", owner="各部门"),
        task("T004", owner="生产部"),
    ]
    found = permission(project(rows), "研发部")
    allowed = {
        (key, name): found.allows("tracker", key, name)
        for key in ("t001", "t002", "t003", "t004")
        for name in ("percent", "feedback", "support_feedback", "task", "id", "rag", "baseline")
    }
    assert {cell for cell, may in allowed.items() if may} == {
        ("t001", "percent"),
        ("t001", "feedback"),
        ("t002", "support_feedback"),
        ("t003", "support_feedback"),
    }
    assert Permission.from_json(found.to_json()) == found


def test_the_largest_number_stays_a_number() -> None:
    column = TRACKER.column("id")
    assert canonical(column, canonical(column, sys.float_info.max)) == canonical(column, sys.float_info.max)
    assert canonical(column, sys.float_info.max) == sys.float_info.max


def test_a_day_of_one_order_alone_needs_no_question() -> None:
    assert canonical(column("actual"), "13/10/2023") == date(2023, 10, 13)
    assert canonical(column("actual"), "10/13/2023") == date(2023, 10, 13)


# what a value that does not fit could mean

NEAR = (date(2023, 11, 20),)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("actual", 6.5, [date(2023, 6, 5)]),
        ("actual", "6/5", [date(2023, 6, 5)]),
        ("actual", "6.5", [date(2023, 6, 5)]),
        ("actual", "１２/３", [date(2023, 12, 3)]),
        ("actual", 1.8, [date(2024, 1, 8)]),  # in November January is the next
        ("actual", 10.1, [date(2023, 10, 1), date(2023, 10, 10)]),  # a cell keeps 10.10 as 10.1
        ("actual", 2.3, [date(2024, 2, 3)]),  # and there is no 30 February
        ("actual", 10.15, [date(2023, 10, 15)]),
        ("actual", "8/10/2023", [date(2023, 8, 10), date(2023, 10, 8)]),
        ("actual", "13/14", []),
        ("actual", 6, []),
        ("actual", date(1999, 12, 31), []),
        ("actual", "下周一", []),
        ("percent", 80, [0.8]),
        ("percent", 100, [1]),
        ("percent", "80", [0.8]),
        ("percent", "0.8", [0.8]),
        ("percent", "1", [1, 0.01]),
        ("percent", "一半", []),
        ("percent", 8000, []),
        ("percent", True, []),
        ("status", "完成了", ["done"]),
        ("status", "进行", ["in_progress"]),
        ("feedback", "需要协助", ["help"]),
        ("feedback", "没变化", ["unchanged"]),
        ("status", "再说吧", []),
    ],
)
def test_readings(name: str, value: object, found: list[object]) -> None:
    assert list(readings(column(name), canonical(column(name), value), NEAR)) == found


@pytest.mark.parametrize(
    ("name", "value", "never"),
    [
        ("status", "未完成", "done"),
        ("status", "没完成", "done"),
        ("status", "快完成", "done"),
        ("status", "not done", "done"),
        ("status", "开始了", "not_started"),
        ("feedback", "未填", "filled"),
        ("feedback", "有变化", "unchanged"),
    ],
)
def test_no_word_is_read_as_its_contrary(name: str, value: str, never: str) -> None:
    assert never not in readings(column(name), value)


def test_a_day_without_year_needs_a_date_beside_it() -> None:
    assert readings(column("actual"), 6.5) == ()
    assert readings(column("actual"), 6.5, (None, "每周一", datetime(2023, 11, 20, 17))) == (
        date(2023, 6, 5),
    )


@pytest.mark.parametrize(
    ("value", "held", "why"),
    [
        (6.5, 6.5, "unreadable"),
        (datetime(1900, 1, 6, 12), 6.5, "unreadable"),  # as readers give 6.5 in a cell that shows dates
        (date(1900, 1, 6), 6, "unreadable"),
        (date(1999, 12, 31), date(1999, 12, 31), "out_of_range"),
        ("1999-12-31", date(1999, 12, 31), "out_of_range"),
        (60, 60, "unreadable"),
        (-1, -1, "unreadable"),
        (date(2000, 1, 1), date(2000, 1, 1), ""),
        (36526, date(2000, 1, 1), ""),
    ],
)
def test_cases_57_79_days_that_no_plan_has_do_not_fit(value: object, held: object, why: str) -> None:
    found = canonical(column("actual"), value)
    assert same(found, held)
    assert unfit(column("actual"), found) == why
