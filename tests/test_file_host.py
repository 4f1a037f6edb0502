"""The file host: edits arrive, everything else stays the bytes it was, and a second run changes nothing."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.make import Maker, Odd, edit_part, parts, tracker, with_user_content
from xl_collab.errors import FileLocked, UsageError, XlCollabError
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.generated import NAMES
from xl_collab.hosts.graft import graft_sheet
from xl_collab.hosts.lint import lint
from xl_collab.hosts.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.model.edits import AppendRows, Edit, InsertSheet, SetColumn, SetField
from xl_collab.model.formulas import render
from xl_collab.model.sheets import TRACKER
from xl_collab.model.tables import CellError, CellFormula

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def row(row_id: str, **cells: Any) -> dict[str, Any]:
    """A tracker row with its required cells."""
    required = {"id": row_id, "stage": "方案评审", "owner": "研发部", "task": "写方案", "output": "方案"}
    return required | {"deadline": date(2023, 10, 9)} | cells


def rows(count: int) -> list[dict[str, Any]]:
    return [row(f"T{n}") for n in range(1, count + 1)]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def column(name: str, values: list[Any], first: int = 5) -> SetColumn:
    return SetColumn("tracker", name, np.arange(first, first + len(values)), values)


def sheet(kind: str = "minutes", key: str = "20231113", title: str = "纪要-20231113") -> InsertSheet:
    return InsertSheet(kind, key, title, object())


def drawn(text: str = "第一次", tab: str = "纪要-20231113") -> bytes:
    """A scratch workbook of one sheet, as compose draws them."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    worksheet = book.add_worksheet(tab)
    worksheet.write("A1", text, book.add_format({"bold": True, "bg_color": "#DDDDDD"}))
    worksheet.write_row("A2", ["研发部", 3, 0.1 + 0.2])
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    worksheet.write_datetime("A3", datetime(2023, 11, 13, 9, 30), moment)
    worksheet.write_url("A4", "internal:'跟踪表'!A5", string="T1")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": f"='{tab}'!$B$2:$B$2"})
    worksheet.insert_chart("D2", chart)
    book.close()
    return stream.getvalue()


def values(path: Path, name: str) -> list[Any]:
    return read_book(path).tables["tracker"].raw(name).tolist()


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
    assert [theirs["Q5"].value, theirs["Q6"].value] == [datetime(2023, 10, 9), datetime(2024, 2, 29)]


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
    assert set(read_book(path).stale_formulas["tracker"]) == {"compared", "variance", "rag", "reason"}
    edits = [
        column("compared", [date(2023, 10, 12)] * 30),
        column("variance", [3] * 30),
        column("rag", ["红"] * 30),
        column("reason", [None] * 30),
    ]
    FileHost(path).apply(edits)
    book = read_book(path)
    assert book.stale_formulas == {}
    assert book.tables["tracker"].raw("compared").tolist() == [date(2023, 10, 12)] * 30
    assert book.tables["tracker"].raw("variance").tolist() == [3] * 30
    assert book.tables["tracker"].raw("reason").tolist() == [None] * 30
    xml = parts(path)["xl/worksheets/sheet1.xml"]
    assert xml.count(b'<f t="shared" ref=') == 4 and xml.count(b'<f t="shared" si=') == 4 * 29
    theirs = openpyxl.load_workbook(path)["跟踪表"]
    letters = {c.name: read_book(path).tables["tracker"].letters[c.name] for c in TRACKER.columns}
    assert theirs["V5"].value == "=" + render(TRACKER.column("variance"), letters, 5, "zh")
    assert theirs["V34"].value == "=" + render(TRACKER.column("variance"), letters, 34, "zh")


def test_one_lost_formula_is_restored_and_the_others_are_left_alone(tmp_path: Path) -> None:
    records = rows(4)
    records[2] |= {"=rag": "=1+1", "rag": 2}
    path = tracker(tmp_path / "a.xlsx", records)
    before = parts(path)["xl/worksheets/sheet1.xml"]
    applied = FileHost(path).apply([column("rag", [None, None, "绿", None])])
    assert (applied.cells, str(applied.samples[0])) == (1, "跟踪表!W7: 2 → 绿")
    assert read_book(path).stale_formulas == {} and values(path, "rag") == [None, None, "绿", None]
    after = parts(path)["xl/worksheets/sheet1.xml"]
    assert before.split(b'<c r="W7"')[0] == after.split(b'<c r="W7"')[0]
    assert before.split(b'<c r="X7"')[1] == after.split(b'<c r="X7"')[1]


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
    assert openpyxl.load_workbook(path)["跟踪表"]["R5"].number_format == "yyyy-mm-dd"


def test_a_general_cell_keeps_its_other_formats_when_it_becomes_a_date(tmp_path: Path) -> None:
    maker = Maker()
    worksheet = maker.table("tracker", rows(2))
    bold = maker.book.add_format({"bold": True, "bg_color": "#FFFF00"})
    worksheet.write_blank("Q6", None, bold)
    path = maker.save(tmp_path / "a.xlsx")
    FileHost(path).apply([column("baseline", [date(2023, 10, 9)] * 2)])
    assert values(path, "baseline") == [date(2023, 10, 9)] * 2
    cell = openpyxl.load_workbook(path)["跟踪表"]["Q6"]
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
    assert openpyxl.load_workbook(path)["跟踪表"]["S5"].data_type == "s"


# -- rows ----------------------------------------------------------------------


def test_added_rows_grow_the_table_and_look_like_the_row_above(tmp_path: Path) -> None:
    maker = Maker()
    worksheet = maker.table("tracker", rows(2))
    worksheet.data_validation("N5:N6", {"validate": "list", "source": ["未开始", "进行中"]})
    worksheet.conditional_format("W5:W6", {"type": "no_blanks", "format": maker.day})
    maker.meta()
    path = maker.save(tmp_path / "a.xlsx")
    added = (row("T3", actual=date(2023, 10, 8), rag="蓝"), {"id": "T4", "note": "=不是公式"})
    applied = FileHost(path).apply([AppendRows("tracker", added)])
    assert applied.added == {"tracker": 2} and applied.written
    book = read_book(path)
    found = book.tables["tracker"]
    assert found.texts("id").tolist() == ["T1", "T2", "T3", "T4"]
    assert found.outside == () and book.stale_formulas == {}
    assert found.records()[2]["actual"] == date(2023, 10, 8) and found.records()[2]["rag"] == "蓝"
    assert found.records()[3]["note"] == "=不是公式"
    theirs = openpyxl.load_workbook(path)["跟踪表"]
    assert theirs.tables["tblTracker"].ref == theirs.tables["tblTracker"].autoFilter.ref == "A4:Z8"
    assert theirs["K8"].number_format == "yyyy-mm-dd" and theirs["B8"].border.left.style == "thin"
    assert [str(one.sqref) for one in theirs.data_validations.dataValidation] == ["N5:N8"]
    assert [str(one.sqref) for one in theirs.conditional_formatting] == ["W5:W8"]
    assert lint(path) == []


def test_blank_rows_of_a_table_are_used_first(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1), Odd(table_rows=5))
    FileHost(path).apply([AppendRows("tracker", (row("T2"),))])
    assert read_book(path).tables["tracker"].rows.tolist() == [5, 6]
    assert openpyxl.load_workbook(path)["跟踪表"].tables["tblTracker"].ref == "A4:Z9"


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
    chain = b'<calcChain xmlns="%b"><c r="V9" i="1"/></calcChain>' % namespace
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


# -- generated sheets ----------------------------------------------------------


def insert(path: Path, text: str, key: str = "20231113") -> tuple[str, str]:
    title = f"纪要-{key}"
    applied = FileHost(path).apply([sheet(key=key, title=title)], {f"minutes/{key}": drawn(text, title)})
    return applied.generated[0].how, applied.generated[0].tab


def tabs(path: Path) -> list[str]:
    return [info.name for info in Package.open(path).workbook.sheets]


def test_a_drawn_sheet_is_put_behind_what_people_see(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    assert insert(path, "一") == ("inserted", "纪要-20231113")
    assert tabs(path) == ["跟踪表", "设置", "纪要-20231113", "_meta"]
    found = read_book(path).generated
    assert [(one.tab, one.kind, one.key, one.touched) for one in found] == [
        ("纪要-20231113", "minutes", "20231113", False)
    ]
    names = [one for one in Package.open(path).workbook.defined_names if one.name in NAMES]
    assert {one.sheet for one in names} == {"纪要-20231113"} and all(one.hidden for one in names)
    assert any("chart" in name for name in parts(path))
    assert lint(path) == []


def test_the_same_content_is_no_change_and_new_content_takes_its_place(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    insert(path, "一")
    before = digest(path)
    assert insert(path, "一") == ("unchanged", "纪要-20231113") and digest(path) == before
    assert insert(path, "二") == ("refreshed", "纪要-20231113")
    assert tabs(path).count("纪要-20231113") == 1 and len(tabs(path)) == 4
    assert openpyxl.load_workbook(path)["纪要-20231113"]["A1"].value == "二"
    assert sum("charts/chart" in name for name in parts(path)) == 1


def test_what_people_wrote_in_a_generated_sheet_is_kept(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    insert(path, "一")
    number = [info.part for info in Package.open(path).workbook.sheets][2].rpartition("/")[2]
    edit_part(path, number, b"</row></sheetData>", b'<c r="H4"><v>7</v></c></row></sheetData>')
    assert read_book(path).generated[0].touched
    assert insert(path, "二") == ("inserted", "纪要-20231113-2")
    assert insert(path, "三") == ("refreshed", "纪要-20231113-2")
    theirs = openpyxl.load_workbook(path)
    assert theirs["纪要-20231113"]["H4"].value == 7 and theirs["纪要-20231113"]["A1"].value == "一"
    assert theirs["纪要-20231113-2"]["A1"].value == "三"


def test_identity_is_not_the_title(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    insert(path, "一")
    edit_part(path, "xl/workbook.xml", 'name="纪要-20231113"'.encode(), 'name="本周"'.encode())
    assert insert(path, "二") == ("refreshed", "本周")
    maker = Maker()
    maker.table("tracker", rows(1))
    maker.book.add_worksheet("纪要-20231113").write("A1", "我自己写的")
    own = maker.save(tmp_path / "b.xlsx")
    assert insert(own, "一") == ("inserted", "纪要-20231113-2")
    assert insert(own, "一", key="20231120") == ("inserted", "纪要-20231120")


def test_a_tab_name_is_made_fit_for_excel(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    edit = sheet(title="风险/问题:[全部]*" + "很长" * 20)
    applied = FileHost(path).apply([edit], {"minutes/20231113": drawn()})
    assert applied.sheets == (("风险_问题__全部__" + "很长" * 20)[:31],)


def test_generated_sheets_are_not_taken_for_the_tracker(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1), Odd(tab="进度", table=False))
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    worksheet = book.add_worksheet("清单")
    worksheet.write_row("A1", [c.label.zh for c in TRACKER.columns])
    book.close()
    FileHost(path).apply([sheet(title="清单")], {"minutes/20231113": stream.getvalue()})
    assert read_book(path).tables["tracker"].tab == "进度"


# -- the rest of the file ------------------------------------------------------


def everything(path: Path) -> list[Edit]:
    """Edits of every sort for a tracker with two rows."""
    return [
        column("projected", [date(2023, 10, 9), None]),
        column("predecessor_alert", ["T1", None]),
        column("variance", [3, None]),
        column("rag", ["红", "绿"]),
        AppendRows("tracker", (row("T3"),)),
        SetField("settings", "chair", "张三"),
        sheet(),
    ]


def test_every_foreign_part_stays_the_bytes_it_was(
    tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    path = with_user_content(tmp_path / "a.xlsx", rows(2))
    ooxml_validate(path)
    before = parts(path)
    FileHost(path).apply(everything(path), {"minutes/20231113": drawn()})
    after = parts(path)
    ours = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    ours |= {"xl/tables/table1.xml", *(f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 4))}
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed <= ours
    assert {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"} <= changed
    for kept in ("customUI", "customXml", "vmlDrawing", "comments", "charts/chart1", "media"):
        assert any(kept in name for name in before)
    tail = after["xl/worksheets/sheet1.xml"].partition(b"</sheetData>")[2]
    for rule in (b"x14:dataBar", b"legacyDrawing ", b"legacyDrawingHF", b"hyperlink ", b"drawing "):
        assert rule in tail
    ooxml_validate(path)
    assert lint(path) == []


def members(path: Path) -> dict[str, tuple[object, ...]]:
    """How each part is stored."""
    with zipfile.ZipFile(path) as archive:
        return {one.filename: (one.CRC, one.compress_size, one.date_time) for one in archive.infolist()}


def test_the_archive_keeps_unchanged_members_as_they_were_stored(tmp_path: Path) -> None:
    path = with_user_content(tmp_path / "a.xlsx", rows(2))
    before = members(path)
    FileHost(path).apply([column("missed", [1, 2])])
    after = members(path)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet4.xml"}  # the tracker and _meta


def test_the_shipped_workbook_takes_edits(tmp_path: Path, ooxml_validate: Callable[[Path], None]) -> None:
    path = tmp_path / "a.xlsm"
    shutil.copy(SHIPPED, path)
    table = read_book(path).tables["tracker"]
    edits = [
        SetColumn("tracker", "missed", table.rows, [9] * len(table)),
        AppendRows("risks", ({"id": "K999", "risk": "新风险", "probability": "3"},)),
        AppendRows("history", ({"kind": "minutes", "key": "x", "as_of": date(2023, 11, 13)},)),
        sheet(),
    ]
    assert FileHost(path).apply(edits, {"minutes/20231113": drawn()}).written
    book = read_book(path)
    assert book.tables["risks"].records()[-1]["id"] == "K999" and book.tables["risks"].outside == ()
    assert book.tables["history"].records()[-1]["as_of"] == date(2023, 11, 13)
    assert book.stale_formulas == {}
    before, after = parts(SHIPPED), parts(path)
    assert before["xl/vbaProject.bin"] == after["xl/vbaProject.bin"]
    ooxml_validate(path)
    assert lint(path) == []


# -- where it is written -------------------------------------------------------


def test_a_dry_run_shows_the_edits_and_changes_nothing(tmp_path: Path) -> None:
    path = with_user_content(tmp_path / "a.xlsx", rows(2))
    before = digest(path)
    host = FileHost(path)
    shown = host.apply(everything(path), {"minutes/20231113": drawn()}, dry_run=True)
    assert shown.dry_run and not shown.written and shown.changed
    assert shown.sheets == ("纪要-20231113",) and shown.added == {"tracker": 1}
    assert "跟踪表!R5: ∅ → 2023-10-09" in map(str, shown.samples)
    assert digest(path) == before and names_in(tmp_path) == ["a.xlsx"]
    real = host.apply(everything(path), {"minutes/20231113": drawn()})
    assert (real.columns, real.fields, real.generated) == (shown.columns, shown.fields, shown.generated)


def test_out_leaves_the_source_alone(tmp_path: Path) -> None:
    path, out = tracker(tmp_path / "a.xlsx", rows(2)), tmp_path / "b.xlsx"
    before = digest(path)
    applied = FileHost(path).apply([column("missed", [1, 2])], out=out)
    assert (applied.written, applied.path, applied.backup) == (True, out, None)
    assert digest(path) == before and values(out, "missed") == [1, 2]
    assert names_in(tmp_path) == ["a.xlsx", "b.xlsx"]


def test_out_without_changes_is_a_copy(tmp_path: Path) -> None:
    path, out = tracker(tmp_path / "a.xlsx", rows(2)), tmp_path / "b.xlsx"
    assert FileHost(path).apply([], out=out).written
    assert digest(path) == digest(out)


def test_out_on_the_source_itself_makes_a_backup(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(2))
    before = digest(path)
    applied = FileHost(path).apply([column("missed", [1, 2])], out=tmp_path / "." / "a.xlsx")
    assert applied.backup is not None and digest(applied.backup) == before


@pytest.mark.parametrize("lock", [".~lock.a.xlsx#", "~$a.xlsx", ".~a.xlsx"])
def test_a_file_that_is_open_elsewhere_is_not_written(tmp_path: Path, lock: str) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    before = digest(path)
    (tmp_path / lock).write_text(",user,host,01.01.2024 10:00,file:///x;")
    with pytest.raises(FileLocked, match=r"a\.xlsx"):
        FileHost(path).apply([column("missed", [1])])
    assert digest(path) == before
    assert FileHost(path).apply([column("missed", [1])], out=tmp_path / "b.xlsx").written


def test_a_file_changed_after_reading_is_not_overwritten(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    host = FileHost(path)
    host.read()
    tracker(path, rows(2))
    before = digest(path)
    with pytest.raises(FileLocked, match="重新运行"):
        host.apply([column("missed", [1])])
    assert digest(path) == before
    assert host.apply([column("missed", [1])]).written


def test_a_host_can_be_used_again_after_a_write(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    host = FileHost(path)
    host.apply([column("missed", [1])])
    host.apply([column("missed", [2])])
    assert host.read().tables["tracker"].raw("missed").tolist() == [2]


# -- bad inputs: data, or one clear error, and the file stays as it was --------


def test_bad_data_is_data(tmp_path: Path) -> None:
    long = "长" * 30_000
    bad = row("T1", deadline="2023年10月9日", **{"=task": "=1/0", "task": "#DIV/0!"})
    records = [bad, row("T1", note=long)]
    maker = Maker()
    maker.table("tracker", records, Odd(tab="进度", headings={"owner": "责任部门"}))
    path = maker.save(tmp_path / "a.xlsx")
    before = values(path, "deadline"), values(path, "note")
    FileHost(path).apply([column("missed", [1, 2])])
    assert (values(path, "deadline"), values(path, "note")) == before
    assert values(path, "task") == [CellFormula("1/0", CellError("#DIV/0!")), "写方案"]
    assert values(path, "missed") == [1, 2]


def test_merged_cells_over_data_do_not_stop_a_run(tmp_path: Path) -> None:
    maker = Maker()
    worksheet = maker.table("tracker", rows(3), Odd(table=False))
    worksheet.merge_range("C5:C6", "研发部", maker.plain)
    path = maker.save(tmp_path / "a.xlsx")
    FileHost(path).apply([column("missed", [1, 2, 3])])
    assert values(path, "owner") == ["研发部", None, "研发部"] and values(path, "missed") == [1, 2, 3]
    assert b'<mergeCell ref="C5:C6"/>' in parts(path)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99]
)
def test_what_is_no_tracker_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(XlCollabError) as caught:
        FileHost(path).apply([column("missed", [1])])
    assert caught.value.zh and caught.value.en
    assert path.read_bytes() == content and names_in(tmp_path) == ["a.xlsx"]


def test_real_workbooks_of_others_take_a_tracker_beside_their_content(
    tmp_path: Path, corpus: list[Path], ooxml_validate: Callable[[Path], None]
) -> None:
    """Our sheet grafted into real files is found, edited and gone again; their parts stay."""
    tried = 0
    for source in [path for path in corpus if path.suffix in (".xlsx", ".xlsm")][:40:4]:
        path = tmp_path / source.name
        shutil.copy(source, path)
        if not _with_tracker(path):
            continue
        before = parts(path)
        FileHost(path).apply([column("missed", [1]), column("baseline", [date(2023, 10, 9)])])
        assert values(path, "missed") == [1] and values(path, "baseline") == [date(2023, 10, 9)]
        after = parts(path)
        ours = Package.open(path).workbook.require("跟踪表").part
        changed = {name for name in before if before[name] != after.get(name)}
        assert changed <= {ours, "xl/workbook.xml", "xl/styles.xml", "xl/calcChain.xml"} | {
            "[Content_Types].xml",
            "xl/_rels/workbook.xml.rels",
        }
        tried += 1
    assert tried >= 5


def _with_tracker(path: Path) -> bool:
    try:
        package = Package.open(path)
    except XlCollabError:
        return False
    maker = Maker()
    maker.table("tracker", rows(1), Odd(table=False))
    maker.book.close()
    graft_sheet(package, maker.stream.getvalue(), "跟踪表", "跟踪表")
    path.write_bytes(package.save_bytes())
    return True
