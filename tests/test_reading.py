"""Reading a tracker: what people did to the workbook is recorded, nothing is guessed, nothing lost."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
from tracker_letters import at

from tests.corpus import Corpus
from tests.make import Maker, Odd, edit_part, row, tracker
from xl_collab.a1 import column_letters
from xl_collab.errors import DamagedWorkbook, Encrypted, NotATracker, NotAWorkbook
from xl_collab.hosts.reading import read_book
from xl_collab.plan.formulas import REASONS
from xl_collab.project.tables import CellError, CellFormula, Table
from xl_collab.schema.sheets import SHEETS, TRACKER

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
NAMES = [column.name for column in TRACKER.columns]
SIX = ["id", "stage", "owner", "task", "output", "deadline"]


def read(path: Path) -> Table:
    return read_book(path).tables["tracker"]


# -- values --------------------------------------------------------------------


def test_cells_keep_the_type_that_people_gave_them(tmp_path: Path) -> None:
    cells = {
        "task": "  前有空格\n第二行",
        "output": "=1+1",
        "note": True,
        "planned_start": datetime(2023, 10, 16, 17, 0),
        "percent": 0.5,
        "lead_days": 3,
        "actual": "2023-10-8",
        "support": "_x000D_",
    }
    found = read(tracker(tmp_path / "a.xlsx", [row("0012", **cells)])).records()[0]
    assert {name: found[name] for name in cells} == cells
    assert found["id"] == "0012"
    assert found["deadline"] == date(2023, 10, 9) and type(found["deadline"]) is date
    assert type(found["lead_days"]) is int
    assert found["predecessors"] is None


def test_a_date_time_keeps_its_second(tmp_path: Path) -> None:
    moments = [datetime(2023, 10, 16, 0, 0) + timedelta(seconds=977 * n) for n in range(1, 80)]
    rows = [row(f"T{n}", next_due=moment) for n, moment in enumerate(moments)]
    assert read(tracker(tmp_path / "a.xlsx", rows)).raw("next_due").tolist() == moments


@pytest.mark.parametrize("date1904", [False, True])
def test_dates_of_both_date_systems(tmp_path: Path, date1904: bool) -> None:
    days = [date(2023, 10, 7), date(2024, 2, 29), date(1990, 1, 1)]
    rows = [row(f"T{n}", deadline=day) for n, day in enumerate(days)]
    assert read(tracker(tmp_path / "a.xlsx", rows, date1904=date1904)).raw("deadline").tolist() == days


def test_errors_are_not_empty_cells(tmp_path: Path) -> None:
    rows = [row("T1"), row("T2", **{"=output": "=1/0", "output": "#DIV/0!"}), row("T3", variance="#NAME?")]
    found = read(tracker(tmp_path / "a.xlsx", rows))
    assert found.raw("variance").tolist() == [None, None, CellError("#NAME?")]
    output = found.raw("output")[1]
    assert isinstance(output, CellFormula) and output.text == "1/0"
    assert output.value == CellError("#DIV/0!")


def test_text_that_looks_like_an_error_cell_is_text(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1", task="X")])
    edit_part(path, "sheet1.xml", b'<c r="D5" s="1" t="s"><v>', b'<c r="D5" s="1" t="inlineStr"><is><t>')
    package_text = b' t="e"&gt;<'
    edit_part(path, "sheet1.xml", b'</v></c><c r="E5"', package_text + b'/t></is></c><c r="E5"')
    assert str(read(path).raw("task")[0]).endswith(' t="e">')


def test_a_formula_among_entered_data_is_marked(tmp_path: Path) -> None:
    rows = [row("T1", **{"=deadline": "=J5+3", "deadline": 45208, "=task": '=A5&"!"', "task": "T1!"})]
    found = read(tracker(tmp_path / "a.xlsx", rows))
    assert found.raw("deadline")[0] == CellFormula("J5+3", date(2023, 10, 9))
    assert found.raw("task")[0] == CellFormula('A5&"!"', "T1!")


def test_a_shared_formula_is_told_as_it_reads_in_each_cell(tmp_path: Path) -> None:
    rows = [row(f"T{n}", **{"=deadline": f"=J{4 + n}+3", "deadline": 45208}) for n in range(1, 4)]
    path = tracker(tmp_path / "a.xlsx", rows)
    edit_part(path, "sheet1.xml", b"<f>J5+3</f>", b'<f t="shared" ref="F5:F7" si="0">J5+3</f>')
    for n in (6, 7):
        edit_part(path, "sheet1.xml", b"<f>J%d+3</f>" % n, b'<f t="shared" si="0"/>')
    assert [cell.text for cell in read(path).raw("deadline")] == ["J5+3", "J6+3", "J7+3"]


def test_a_very_long_text_is_read_whole(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1", task="X")])
    long = "长" * 100_000
    edit_part(path, "sharedStrings.xml", b"<t>X</t>", f"<t>{long}</t>".encode())
    assert read(path).raw("task")[0] == long


def test_time_of_day_in_a_text_column_is_what_people_see(tmp_path: Path) -> None:
    maker = Maker()
    maker.table("tracker", [row("T1")])
    sheet = maker.table("meetings", [{"id": "H1", "date": date(2023, 10, 16), "time": "x"}])
    sheet.write_number("C5", 17 / 24, maker.book.add_format({"num_format": "hh:mm"}))
    found = read_book(maker.save(tmp_path / "a.xlsx")).tables["meetings"]
    assert found.records()[0]["time"] == "17:00"


# -- finding sheets ------------------------------------------------------------


def test_a_renamed_tab_is_found_by_its_table(tmp_path: Path) -> None:
    book = read_book(tracker(tmp_path / "a.xlsx", [row("T1")], Odd(tab="进度")))
    assert book.tables["tracker"].tab == "进度"
    assert book.tables["tracker"].texts("id").tolist() == ["T1"]


def test_a_renamed_tab_without_table_is_found_by_its_headings(tmp_path: Path) -> None:
    found = read(tracker(tmp_path / "a.xlsx", [row("T1")], Odd(tab="Sheet7", table=False)))
    assert (found.tab, len(found)) == ("Sheet7", 1)


def test_two_sheets_that_look_like_the_tracker_are_refused_by_name(tmp_path: Path) -> None:
    maker = Maker()
    maker.table("tracker", [row("T1")], Odd(tab="旧表", table=False))
    maker.table("tracker", [row("T2")], Odd(tab="新表", table=False))
    with pytest.raises(NotATracker, match=r"旧表.*新表"):
        read_book(maker.save(tmp_path / "a.xlsx"))


def test_the_right_name_wins_over_a_copy(tmp_path: Path) -> None:
    maker = Maker()
    maker.table("tracker", [row("T1")], Odd(tab="跟踪表 (2)", table=False))
    maker.table("tracker", [row("T2")])
    assert read(maker.save(tmp_path / "a.xlsx")).texts("id").tolist() == ["T2"]


def test_a_workbook_without_tracker_is_refused(tmp_path: Path) -> None:
    maker = Maker()
    maker.book.add_worksheet("跟踪").write_row("A1", ["编号", "状态", "备注"])
    with pytest.raises(NotATracker) as caught:
        read_book(maker.save(tmp_path / "a.xlsx"))
    assert "跟踪表" in caught.value.zh and "Tracker" in caught.value.en


def test_a_tracker_that_lost_its_headings_is_told_so(tmp_path: Path) -> None:
    maker = Maker()
    maker.book.add_worksheet("跟踪表").write("A5", "T001")
    with pytest.raises(NotATracker, match="表头"):
        read_book(maker.save(tmp_path / "a.xlsx"))


def test_missing_sheets_are_named(tmp_path: Path) -> None:
    book = read_book(tracker(tmp_path / "a.xlsx", [row("T1")]))
    declared = {s.key for s in (*SHEETS.tables, *SHEETS.forms)}
    assert set(book.missing_sheets) == declared - {"tracker", "meta", "settings"}


def test_english_headings_make_an_english_book(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1", stage="Plan review")], Odd(lang="en"))
    book = read_book(path)
    assert (book.lang, book.tables["tracker"].tab, book.name) == ("en", "Tracker", "a.xlsx")
    assert book.tables["tracker"].missing == ()


# -- rows ----------------------------------------------------------------------


def test_rows_below_the_table_are_read_and_named(tmp_path: Path) -> None:
    rows = [row("T1"), row("T2"), {}, row("T3")]
    found = read(tracker(tmp_path / "a.xlsx", rows, Odd(table_rows=2)))
    assert found.texts("id").tolist() == ["T1", "T2", "T3"]
    assert found.rows.tolist() == [5, 6, 8] and found.outside == (8,)


def test_rows_that_hold_only_formulas_or_blanks_are_no_rows(tmp_path: Path) -> None:
    rows = [row("T1"), {"rag": "绿"}, {"task": "  "}, {"computed_at": date(2023, 10, 9)}]
    assert read(tracker(tmp_path / "a.xlsx", rows)).rows.tolist() == [5]


def test_total_rows_are_left_out(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1"), row("T2")], Odd(total_row=True))
    assert read(path).texts("id").tolist() == ["T1", "T2"]
    typed = tracker(tmp_path / "b.xlsx", [row("T1"), {"id": "合计：", "percent": 0.5}], Odd(table=False))
    assert read(typed).texts("id").tolist() == ["T1"]


def test_double_ids_and_dates_as_text_stay_for_validate(tmp_path: Path) -> None:
    rows = [row("T1", deadline="2023年10月9日"), row("T1", deadline=45208)]
    found = read(tracker(tmp_path / "a.xlsx", rows, Odd(styled=False)))
    assert found.texts("id").tolist() == ["T1", "T1"]
    assert found.raw("deadline").tolist() == ["2023年10月9日", 45208]


def test_merged_cells_over_data_are_recorded(tmp_path: Path) -> None:
    maker = Maker()
    sheet = maker.table("tracker", [row("T1"), row("T2")], Odd(table=False))
    sheet.merge_range("A1:F1", "标题")
    sheet.merge_range("C5:C6", "研发部")
    beside = [column_letters(len(NAMES) + n) for n in (2, 3)]
    sheet.merge_range(f"{beside[0]}5:{beside[1]}6", "旁边")
    assert read(maker.save(tmp_path / "a.xlsx")).merged == ("C5:C6",)


def test_an_empty_tracker_has_no_rows(tmp_path: Path) -> None:
    found = read(tracker(tmp_path / "a.xlsx", []))
    assert len(found) == 0 and found.raw("id").tolist() == []


# -- forms ---------------------------------------------------------------------


@pytest.mark.parametrize("labels", ["{}", "{}：", "* {} :"])
def test_form_values_stand_right_of_their_labels(tmp_path: Path, labels: str) -> None:
    maker = Maker()
    maker.table("tracker", [row("T1")])
    values = {"project": "灯", "data_date": date(2023, 11, 13), "delay_threshold": 2, "copy_to": "各部门"}
    maker.form("settings", values, labels=labels)
    settings = read_book(maker.save(tmp_path / "a.xlsx")).settings
    assert {name: settings[name] for name in values} == values
    assert settings["chair"] is None


def test_a_merged_label_has_its_value_behind_the_merge(tmp_path: Path) -> None:
    maker = Maker()
    maker.table("tracker", [row("T1")])
    sheet = maker.book.add_worksheet("设置")
    sheet.merge_range("A3:C3", "项目名称")
    sheet.write("D3", "灯")
    sheet.write("A4", "主持人")
    assert dict(read_book(maker.save(tmp_path / "a.xlsx")).settings) == {"project": "灯", "chair": None}


def test_a_value_that_reads_like_a_label_is_no_label(tmp_path: Path) -> None:
    maker = Maker()
    maker.table("tracker", [row("T1")])
    sheet = maker.book.add_worksheet("设置")
    sheet.write_row("A3", ["项目名称", "主持人", "主持人", "张三"])
    assert dict(read_book(maker.save(tmp_path / "a.xlsx")).settings) == {"project": "主持人", "chair": "张三"}


# -- formulas that got lost ----------------------------------------------------


def test_declared_formulas_are_not_stale(tmp_path: Path) -> None:
    rows = [row(f"T{n}") for n in range(60)]  # row numbers 5, 8, 15, 50 occur in formulas as figures
    assert read_book(tracker(tmp_path / "a.xlsx", rows)).stale_formulas == {}


def test_overwritten_missing_and_foreign_formulas_are_stale(tmp_path: Path) -> None:
    rows = [row(f"T{n}") for n in range(1, 5)]
    path = tracker(tmp_path / "a.xlsx", rows)
    edit_part(path, "sheet1.xml", compared('IF({}="",""', 6), compared('IF({}="",""', 7))  # reads another row
    maker = Maker()
    wrong = {"=variance": "=1+1", "variance": 2}
    maker.table("tracker", [row("T1", **wrong), row("T2")])
    assert read_book(maker.save(tmp_path / "b.xlsx")).stale_formulas == {"tracker": {"variance": (5,)}}
    assert read_book(path).stale_formulas == {"tracker": {"variance": (6,)}}
    bare = tracker(tmp_path / "c.xlsx", [row("T1"), row("T2")], Odd(formulas=False))
    formulas = [column.name for column in TRACKER.columns if column.computed == "formula"]
    found = read_book(bare).stale_formulas["tracker"]
    assert {"compared", "variance", "rag", "reason"} <= found.keys()
    assert found == {name: (5, 6) for name in formulas if name in found}


def compared(text: str, row: int = 5) -> bytes:
    """A piece of a formula that reads 对比日期."""
    return text.format("$" + at("compared", row)).encode()


def test_case_and_blanks_of_another_program_do_not_make_a_formula_stale(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1")])
    edit_part(path, "sheet1.xml", compared('IF({}="","",IF('), compared('if( {} = "" , "" , IF('))
    assert read_book(path).stale_formulas == {}
    said = REASONS["cancelled"].zh
    edit_part(path, "sheet1.xml", f'"{said}"'.encode(), f'" {said}"'.encode())  # inside a text they do
    assert read_book(path).stale_formulas == {"tracker": {"reason": (5,)}}


def test_a_shared_group_is_right_or_wrong_as_a_whole(tmp_path: Path) -> None:
    rows = [row(f"T{n}") for n in range(4)]
    path = tracker(tmp_path / "a.xlsx", rows)
    text = openpyxl.load_workbook(path)["跟踪表"][at("variance", 5)].value[1:]
    xml = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for n in range(5, 9):
        own = re.sub(r"(\$[A-Z]+)5\b", rf"\g<1>{n}", xml)
        shared = (
            f'<f t="shared" ref="{at("variance", 5, 8)}" si="0">{xml}</f>'
            if n == 5
            else '<f t="shared" si="0"/>'
        )
        edit_part(path, "sheet1.xml", f"<f>{own}</f>".encode(), shared.encode())
    assert read_book(path).stale_formulas == {}
    edit_part(path, "sheet1.xml", compared('si="0">IF({}'), b'si="0">IF($T5')
    assert read_book(path).stale_formulas == {"tracker": {"variance": (5, 6, 7, 8)}}


def test_a_formula_that_reads_a_missing_column_cannot_be_stale(tmp_path: Path) -> None:
    order = [name for name in NAMES if name != "lead_days"]
    path = tracker(tmp_path / "a.xlsx", [row("T1")], Odd(order=order, formulas=False))
    stale = read_book(path).stale_formulas["tracker"]
    assert "rag" not in stale and {"compared", "variance", "reason"} <= set(stale)


# -- files that cannot be read -------------------------------------------------


def test_a_cell_at_the_far_corner_is_refused_before_it_can_hurt(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1")])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    edit_part(path, "sheet1.xml", b"</sheetData>", far)
    with pytest.raises(DamagedWorkbook, match="XFD1048576"):
        read_book(path)


def test_a_far_cell_that_lies_about_its_row_is_refused(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1")])
    edit_part(path, "sheet1.xml", b"</row></sheetData>", b'<c r="XFD1048576"><v>1</v></c></row></sheetData>')
    with pytest.raises(DamagedWorkbook):
        read_book(path)


def test_formats_down_to_the_last_row_do_no_harm(tmp_path: Path) -> None:
    maker = Maker()
    sheet = maker.table("tracker", [row("T1")])
    sheet.write_blank("XFD1048576", None, maker.day)
    assert read(maker.save(tmp_path / "a.xlsx")).texts("id").tolist() == ["T1"]


@pytest.mark.parametrize("typed", ["-1E+12", "-123456789012", "-1e+307", "-0.5", "-1E-07"])
def test_a_number_far_below_zero_in_the_format_of_a_date_costs_no_workbook(
    tmp_path: Path, typed: str
) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1", actual=date(2026, 3, 2)), row("T2")])
    serial = (date(2026, 3, 2) - date(1899, 12, 30)).days
    edit_part(path, "sheet1.xml", f"<v>{serial}</v>".encode(), f"<v>{typed}</v>".encode())
    found = read(path)
    assert found.texts("id").tolist() == ["T1", "T2"]
    if float(typed) < -1e9:
        assert found.raw("actual")[0] == float(typed)


def test_cells_without_addresses_are_read(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1", **{"=task": "=1/0", "task": "#DIV/0!"})])
    edit_part(path, "sheet1.xml", b'<c r="A5"', b"<c")
    edit_part(path, "sheet1.xml", b'<c r="D5"', b"<c")
    found = read(path)
    assert found.texts("id").tolist() == ["T1"]
    assert found.raw("task")[0] == CellFormula("1/0", CellError("#DIV/0!"))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<c r="B5"', b'<c r="A5"'), (b'<c r="B5"', b'<c r="B0"'), (b'<row r="5"', b'<row r="2"')],
)
def test_contradicting_addresses_are_refused(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tracker(tmp_path / "a.xlsx", [row("T1")])
    edit_part(path, "sheet1.xml", old, new)
    if new == b'<row r="2"':
        assert read(path).texts("id").tolist() == ["T1"]  # the cells say where they are
    else:
        with pytest.raises(DamagedWorkbook):
            read_book(path)


def test_what_is_no_workbook_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(NotAWorkbook):
        read_book(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40)
    with pytest.raises(Encrypted):
        read_book(path)
    with pytest.raises(NotAWorkbook):
        read_book(tmp_path / "none.xlsx")


# -- the shipped workbook, and a second opinion --------------------------------


def test_the_shipped_workbook_is_complete() -> None:
    book = read_book(SHIPPED)
    assert book.missing_sheets == () and book.stale_formulas == {} and book.generated == ()
    assert all(not t.missing and not t.unknown and not t.duplicated for t in book.tables.values())
    assert set(book.settings) == {f.name for f in SHEETS.form("settings").fields}
    assert book.tables["tracker"].texts("id").tolist()[:3] == ["T001", "T002", "T003"]


def test_openpyxl_sees_the_same_values() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        theirs = openpyxl.load_workbook(SHIPPED, data_only=True)
    compared = 0
    for table in read_book(SHIPPED).tables.values():
        sheet = theirs[table.tab]
        for i, record in enumerate(table.records()):
            for name, value in record.items():
                other = sheet[table.cell(name, i)].value
                if isinstance(other, datetime) and not isinstance(value, datetime):
                    other = other.date()
                if other == time(0, 0):  # 0 in a cell with a date format: no day, not midnight
                    other = 0
                assert value == (None if other == "" else other), table.cell(name, i)
                compared += 1
    assert compared > 5000


def test_real_workbooks_of_others_are_refused_politely(corpus: Corpus) -> None:
    refused = 0
    for path in corpus.files:
        with pytest.raises((NotATracker, NotAWorkbook, DamagedWorkbook)) as caught:
            read_book(path)
        assert caught.value.zh and caught.value.en and "\n" not in caught.value.zh
        refused += 1
    assert refused == len(corpus.files) > (25 if corpus.ours else 50)
