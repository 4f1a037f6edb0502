"""Headings are understood wherever they stand and however they are spelt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st

from tests.make import Odd, row, tracker
from xl_collab.a1 import column_letters
from xl_collab.hosts.headings import find_fields, find_headings, heading_key
from xl_collab.hosts.reading import read_book
from xl_collab.project.tables import Table
from xl_collab.schema.registers import ACTIONS, DUTIES
from xl_collab.schema.sheets import SHEETS, TRACKER

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
NAMES = [column.name for column in TRACKER.columns]
SIX = ["id", "stage", "owner", "task", "output", "deadline"]


def read(path: Path) -> Table:
    return read_book(path).tables["tracker"]


def test_headings_may_be_pushed_down_moved_and_spelt_otherwise(tmp_path: Path) -> None:
    order = ["", *reversed(NAMES)]
    headings = {
        "id": "任务\n编号",
        "owner": " 责任 部门 *",
        "note": "备注（如风险、依赖条件）",
        "variance": "偏差（工作日）",
    }
    odd = Odd(header_row=9, order=order, headings=headings, table=False)
    found = read(tracker(tmp_path / "a.xlsx", [row("T1", note="注")], odd))
    assert found.header_row == 9 and found.rows.tolist() == [10]
    assert found.missing == found.unknown == found.duplicated == ()
    assert found.records()[0]["note"] == "注" and found.records()[0]["id"] == "T1"
    last = column_letters(len(NAMES) + 1)  # one further than in the declaration
    assert found.letters["id"] == last and found.letters[NAMES[-1]] == "B"
    assert found.cell("id", 0) == f"{last}10"


def test_missing_unknown_and_double_headings_are_recorded(tmp_path: Path) -> None:
    order = [*SIX, "status", "=费用 (万元)", "=状态"]
    found = read(tracker(tmp_path / "a.xlsx", [row("T1", status="进行中")], Odd(order=order, table=False)))
    assert set(found.missing) == set(NAMES) - {*SIX, "status"}
    assert found.unknown == ("费用 (万元)",)
    assert found.duplicated == ("状态",)
    assert found.letters["status"] == "G"
    assert found.raw("forecast").tolist() == [None]


def test_headings_of_earlier_versions_are_still_known() -> None:
    for sheet, column, former in ((ACTIONS, "age", "账龄(天)"), (DUTIES, "initiator", "Initiator")):
        headings = [former if one.name == column else one.label.zh for one in sheet.columns]
        found = find_headings(sheet, [headings])
        assert found is not None and found.columns[column] == headings.index(former) + 1
    for form, field in (("request", "department"), ("settings", "initiator")):
        rows = [["Initiating department", "R&D"]]
        assert find_fields(SHEETS.form(form), rows) == {field: (1, 2)}


def test_a_proper_heading_wins_over_an_alias(tmp_path: Path) -> None:
    order = ["=序号", *SIX]
    found = read(tracker(tmp_path / "a.xlsx", [row("T1")], Odd(order=order, table=False)))
    assert (found.letters["id"], found.unknown, found.duplicated) == ("B", ("序号",), ())


@given(st.permutations(NAMES), st.sampled_from(["zh", "en"]), st.integers(0, 40))
def test_every_order_of_columns_is_understood(order: list[str], lang: Any, above: int) -> None:
    cells = [TRACKER.column(name).label.of(lang) for name in order]
    found = find_headings(TRACKER, [[""] * len(cells)] * above + [cells])
    assert found is not None
    assert found.row == above + 1 and found.lang == lang
    assert found.columns == {name: i for i, name in enumerate(order, start=1)}


@given(st.sampled_from(NAMES), st.lists(st.sampled_from([" ", "\n", "\u3000", "\u200b"]), max_size=4))
def test_blanks_in_headings_do_not_count(name: str, blanks: list[str]) -> None:
    label = TRACKER.column(name).label.zh
    assert heading_key(label[:1] + "".join(blanks) + label[1:] + "*") == heading_key(label)
