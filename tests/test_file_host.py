"""The file host writes edits: each value arrives as it was meant, and a second run changes nothing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings, strategies as st
from tracker_letters import LAST, at

from tests.make import (
    Maker,
    Odd,
    column,
    digest,
    drawn,
    parts,
    row,
    rows,
    sheet,
    tracker,
    values,
)
from tools.lint.lint import lint
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.plan.formulas import render
from xl_collab.project.edits import AppendRows, SetField
from xl_collab.schema.sheets import TRACKER

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


# -- columns -------------------------------------------------------------------


def test_values_of_every_kind_arrive(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(3))
    edits = [
        column("baseline", [date(2023, 10, 9), None, np.datetime64("2023-10-08")]),
        column("next_due", [datetime(2024, 1, 2, 17, 0), None, None]),
        column("missed", [np.int64(2), float("nan"), 0]),
        column("predecessor_alert", ["T1、T2", "", None]),
    ]
    applied = FileHost(path).apply(edits)
    assert applied.written and applied.cells == 6
    found = read_book(path).tables["tracker"]
    assert found.raw("baseline").tolist() == [date(2023, 10, 9), None, date(2023, 10, 8)]
    assert found.raw("next_due").tolist() == [datetime(2024, 1, 2, 17, 0), None, None]
    assert found.raw("missed").tolist() == [2, None, 0]
    assert found.raw("predecessor_alert").tolist() == ["T1、T2", None, None]


@pytest.mark.parametrize("date1904", [False, True])
def test_dates_are_right_in_both_date_systems(tmp_path: Path, date1904: bool) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(2), date1904=date1904)
    FileHost(path).apply([column("baseline", [date(2023, 10, 9), date(2024, 2, 29)])])
    assert values(path, "baseline") == [date(2023, 10, 9), date(2024, 2, 29)]
    theirs = openpyxl.load_workbook(path)["跟踪表"]
    assert [theirs[at("baseline", n)].value for n in (5, 6)] == [
        datetime(2023, 10, 9),
        datetime(2024, 2, 29),
    ]


def test_a_second_run_changes_no_byte_and_says_so(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(40))
    edits = [
        column("projected", [date(2023, 10, 9)] * 40),
        column("variance", list(range(40))),
        column("reason", ["至今已晚"] * 40),
        column("next_due", [datetime(2024, 1, 2, 17, 0)] * 40),
        sheet(),
    ]
    assert FileHost(path).apply(edits, {"minutes/20231113": drawn()}).written
    before = digest(path)
    again = FileHost(path).apply(edits, {"minutes/20231113": drawn()})
    assert (again.written, again.cells, again.sheets, again.changed) == (False, 0, (), False)
    assert digest(path) == before


def test_formula_columns_get_the_declared_formula_and_its_result(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(30), Odd(formulas=False))
    formulas = set(read_book(path).stale_formulas["tracker"])
    assert {"compared", "variance", "rag", "reason", "changed", "first_changed", "pending"} <= formulas
    edits = [
        column("compared", [date(2023, 10, 12)] * 30),
        column("variance", [3] * 30),
        column("rag", ["红"] * 30),
        column("reason", [None] * 30),
        *(column(name, [None] * 30) for name in formulas - {"compared", "variance", "rag", "reason"}),
    ]
    FileHost(path).apply(edits)
    book = read_book(path)
    assert book.stale_formulas == {}
    assert book.tables["tracker"].raw("compared").tolist() == [date(2023, 10, 12)] * 30
    assert book.tables["tracker"].raw("variance").tolist() == [3] * 30
    assert book.tables["tracker"].raw("reason").tolist() == [None] * 30
    xml = parts(path)["xl/worksheets/sheet1.xml"]
    count = len(formulas)
    assert xml.count(b'<f t="shared" ref=') == count and xml.count(b'<f t="shared" si=') == count * 29
    theirs = openpyxl.load_workbook(path)["跟踪表"]
    letters = {c.name: read_book(path).tables["tracker"].letters[c.name] for c in TRACKER.columns}
    assert theirs[at("variance", 5)].value == "=" + render(TRACKER.column("variance"), letters, 5, "zh")
    assert theirs[at("variance", 34)].value == "=" + render(TRACKER.column("variance"), letters, 34, "zh")


def test_one_lost_formula_is_restored_and_the_others_are_left_alone(tmp_path: Path) -> None:
    records = rows(4)
    records[2] |= {"=rag": "=1+1", "rag": 2}
    path = tracker(tmp_path / "a.xlsx", records)
    before = parts(path)["xl/worksheets/sheet1.xml"]
    applied = FileHost(path).apply([column("rag", [None, None, "绿", None])])
    assert (applied.cells, str(applied.samples[0])) == (1, f"跟踪表!{at('rag', 7)}: 2 → 绿")
    assert read_book(path).stale_formulas == {} and values(path, "rag") == [None, None, "绿", None]
    after = parts(path)["xl/worksheets/sheet1.xml"]
    assert (
        before.split(f'<c r="{at("rag", 7)}"'.encode())[0]
        == after.split(f'<c r="{at("rag", 7)}"'.encode())[0]
    )
    assert (
        before.split(f'<c r="{at("reason", 7)}"'.encode())[1]
        == after.split(f'<c r="{at("reason", 7)}"'.encode())[1]
    )


def test_a_right_value_with_a_lost_formula_is_still_written(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1", variance=3)], Odd(formulas=False))
    assert FileHost(path).apply([column("variance", [3])]).cells == 1
    assert "variance" not in read_book(path).stale_formulas["tracker"]


def test_columns_are_written_where_they_stand(tmp_path: Path) -> None:
    order = ["=自己的", *reversed([c.name for c in TRACKER.columns])]
    path = tracker(tmp_path / "a.xlsx", rows(2), Odd(header_row=7, order=order, table=False))
    edits = [column("baseline", [date(2023, 10, 9)] * 2, first=8), column("rag", ["红", "黄"], first=8)]
    FileHost(path).apply(edits)
    assert values(path, "baseline") == [date(2023, 10, 9)] * 2
    assert values(path, "rag") == ["红", "黄"] and read_book(path).stale_formulas == {}


def test_edits_of_missing_columns_are_left_out(tmp_path: Path) -> None:
    order = ["id", "stage", "owner", "task", "output", "deadline", "rag"]
    path = tracker(tmp_path / "a.xlsx", rows(2), Odd(order=order, formulas=False))
    applied = FileHost(path).apply([column("baseline", [date(2023, 10, 9)] * 2), column("rag", ["红", "黄"])])
    assert [one.column for one in applied.columns] == ["rag"]
    assert values(path, "rag") == ["红", "黄"]  # its formula would read columns that are not there


def test_later_edits_of_a_column_win(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1", missed=1), row("T2", missed=1)])
    applied = FileHost(path).apply([column("missed", [7, 8]), column("missed", [1], first=5)])
    assert applied.cells == 1 and values(path, "missed") == [1, 8]


def test_a_date_in_a_cell_without_format_looks_like_a_date(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(2), Odd(styled=False))
    FileHost(path).apply([column("projected", [date(2023, 10, 9), None])])
    assert values(path, "projected") == [date(2023, 10, 9), None]
    assert openpyxl.load_workbook(path)["跟踪表"][at("projected", 5)].number_format == "yyyy-mm-dd"


def test_a_general_cell_keeps_its_other_formats_when_it_becomes_a_date(tmp_path: Path) -> None:
    maker = Maker()
    worksheet = maker.table("tracker", rows(2))
    bold = maker.book.add_format({"bold": True, "bg_color": "#FFFF00"})
    worksheet.write_blank(at("baseline", 6), None, bold)
    path = maker.save(tmp_path / "a.xlsx")
    FileHost(path).apply([column("baseline", [date(2023, 10, 9)] * 2)])
    assert values(path, "baseline") == [date(2023, 10, 9)] * 2
    cell = openpyxl.load_workbook(path)["跟踪表"][at("baseline", 6)]
    assert (cell.font.b, cell.fill.fgColor.rgb, cell.number_format) == (True, "FFFFFF00", "yyyy-mm-dd")


TEXTS = st.one_of(
    # U+FFFE and U+FFFF are no characters: what was written as _xFFFE_ calamine shows as it stands.
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=40),
    st.sampled_from(["=1+1", "+A1", "@x", "_x000D_", "_x005F_", "  两边  ", "\t", "a\r\nb", "😀", "'"]),
    st.sampled_from(["]]>", "&lt;", "<t/>", "\u3000", "\ufeff", "0012", "1e5", "TRUE", "#N/A"]),
    st.text(alphabet="\x00\x01\x08\x0b\x1f_x0DA", max_size=12),
)


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tracker(tmp_path_factory.mktemp("texts") / "a.xlsx", rows(len(texts)))
    FileHost(path).apply([column("predecessor_alert", list(texts))])
    read_back = values(path, "predecessor_alert")
    assert [value or "" for value in read_back] == texts
    assert not FileHost(path).apply([column("predecessor_alert", list(texts))]).written


def test_formulas_typed_as_text_stay_text(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    FileHost(path).apply([column("predecessor_alert", ["=1+1"])])
    assert openpyxl.load_workbook(path)["跟踪表"][at("predecessor_alert", 5)].data_type == "s"


# -- rows ----------------------------------------------------------------------


def test_added_rows_grow_the_table_and_look_like_the_row_above(tmp_path: Path) -> None:
    maker = Maker()
    worksheet = maker.table("tracker", rows(2))
    worksheet.data_validation(at("status", 5, 6), {"validate": "list", "source": ["未开始", "进行中"]})
    worksheet.conditional_format(at("rag", 5, 6), {"type": "no_blanks", "format": maker.day})
    maker.meta()
    path = maker.save(tmp_path / "a.xlsx")
    added = (row("T3", actual=date(2023, 10, 8), rag="蓝"), {"id": "T4", "note": "=不是公式"})
    applied = FileHost(path).apply([AppendRows("tracker", (one,)) for one in added])
    assert applied.added == {"tracker": 2} and applied.written
    book = read_book(path)
    found = book.tables["tracker"]
    assert found.texts("id").tolist() == ["T1", "T2", "T3", "T4"]
    assert found.outside == () and book.stale_formulas == {}
    assert found.records()[2]["actual"] == date(2023, 10, 8) and found.records()[2]["rag"] == "蓝"
    assert found.records()[3]["note"] == "=不是公式"
    theirs = openpyxl.load_workbook(path)["跟踪表"]
    assert theirs.tables["tblTracker"].ref == theirs.tables["tblTracker"].autoFilter.ref == f"A4:{LAST}8"
    assert theirs[at("actual", 8)].number_format == "yyyy-mm-dd" and theirs["B8"].border.left.style == "thin"
    assert [str(one.sqref) for one in theirs.data_validations.dataValidation] == [at("status", 5, 8)]
    assert [str(one.sqref) for one in theirs.conditional_formatting] == [at("rag", 5, 8)]
    assert lint(path) == []


def test_blank_rows_of_a_table_are_used_first(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1), Odd(table_rows=5))
    FileHost(path).apply([AppendRows("tracker", (row("T2"),))])
    assert read_book(path).tables["tracker"].rows.tolist() == [5, 6]
    assert openpyxl.load_workbook(path)["跟踪表"].tables["tblTracker"].ref == f"A4:{LAST}9"


def test_rows_and_values_of_one_column_go_together(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(20))
    edits = [column("variance", [4] * 20), AppendRows("tracker", (row("T21", variance=5),))]
    FileHost(path).apply(edits)
    assert values(path, "variance") == [4] * 20 + [5]
    assert read_book(path).stale_formulas == {}


def test_rows_for_an_empty_table(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [])
    FileHost(path).apply([AppendRows("tracker", tuple(rows(3)))])
    assert read_book(path).tables["tracker"].texts("id").tolist() == ["T1", "T2", "T3"]
    assert lint(path) == []


def test_what_stands_below_a_table_is_not_written_over(tmp_path: Path) -> None:
    records = [row("T1"), {"id": "合计"}]
    path = tracker(tmp_path / "a.xlsx", records, Odd(table=False))
    before = digest(path)
    with pytest.raises(UsageError, match="第 6 行"):
        FileHost(path).apply([AppendRows("tracker", (row("T2"),))])
    assert digest(path) == before


def test_rows_for_a_hidden_record_that_is_not_there_are_dispensable(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    before = digest(path)
    assert not FileHost(path).apply([AppendRows("history", ({"kind": "x"},))]).written
    with pytest.raises(UsageError, match="风险登记"):
        FileHost(path).apply([AppendRows("risks", ({"id": "K1"},))])
    assert digest(path) == before


# -- forms, revision, calculation ----------------------------------------------


def test_a_field_is_written_beside_its_label(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1), data_date=date(2023, 11, 1))
    edits = [SetField("settings", "data_date", date(2023, 11, 13)), SetField("settings", "chair", "张三")]
    applied = FileHost(path).apply(edits)
    assert applied.cells == 2
    found = read_book(path).settings
    assert (found["data_date"], found["chair"], found["project"]) == (date(2023, 11, 13), "张三", "试点项目")
    with pytest.raises(UsageError):
        FileHost(path).apply([SetField("request", "goal", "x")])


def test_a_date_in_a_field_without_format_looks_like_a_date(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    FileHost(path).apply([SetField("settings", "data_date", date(2023, 11, 13))])
    assert read_book(path).settings["data_date"] == date(2023, 11, 13)


def test_each_write_counts_one_revision(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))

    def revision() -> object:
        return read_book(path).tables["meta"].raw("value").tolist()

    assert revision() == ["abc", 1]
    FileHost(path).apply([column("missed", [1])])
    assert revision() == ["abc", 2]
    FileHost(path).apply([column("missed", [1])])
    assert revision() == ["abc", 2]


def test_no_revision_is_invented(tmp_path: Path) -> None:
    maker = Maker()
    maker.table("tracker", rows(1))
    path = maker.save(tmp_path / "a.xlsx")
    FileHost(path).apply([column("missed", [1])])
    assert "meta" not in read_book(path).tables


def test_excel_is_told_to_recalculate_and_an_old_order_is_dropped(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(2), Odd(formulas=False))
    package = Package.open(path)
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    chain = b'<calcChain xmlns="%b"><c r="%b" i="1"/></calcChain>' % (namespace, at("variance", 9).encode())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    package.add("xl/calcChain.xml", chain, kind)
    package.add_relationship(package.workbook_part, "calcChain", "xl/calcChain.xml")
    package.workbook.full_calc_on_load = False
    path.write_bytes(package.save_bytes())
    FileHost(path).apply([column("missed", [1, 2])])
    assert "xl/calcChain.xml" in Package.open(path)
    FileHost(path).apply([column("variance", [1, 2])])
    package = Package.open(path)
    assert "xl/calcChain.xml" not in package and package.workbook.full_calc_on_load
