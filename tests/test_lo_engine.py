"""The engine "libreoffice": xlwings' public calls on a real LibreOffice, over both wires."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import offices
import openpyxl
import pandas as pd
import pytest
import tracker_letters
import xlwings as xw
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook

from xl_collab.hosts import libreoffice
from xl_collab.hosts.libreoffice.grammar import shifted, to_excel, to_office
from xl_collab.hosts.libreoffice.unsupported import NotSupportedByLibreOffice, OfficeRefused, SheetProtected

TRACKER = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"

office = pytest.fixture(scope="session")(offices.started)


bridged = pytest.fixture(scope="session")(offices.bridged)


@pytest.fixture(params=["direct", "bridge"])
def app(request: pytest.FixtureRequest, office: xw.App) -> Iterator[xw.App]:
    app = office if request.param == "direct" else request.getfixturevalue("bridged")
    yield app
    for book in app.books:
        book.close()


@pytest.fixture
def sheet(app: xw.App) -> xw.Sheet:
    return app.books.add().sheets[0]


class TestValues:
    def test_every_kind_comes_back_as_it_was(self, sheet: xw.Sheet) -> None:
        rows = [
            ["任务", "0012", 1.5, True],
            [dt.datetime(2023, 10, 8), dt.datetime(2023, 10, 8, 17, 30), None, False],
            ["'引号", "2023-10-8", -3.0, "a;b"],
        ]
        sheet["B2"].value = rows
        rows[2][0] = "引号"  # an apostrophe in front only marks text, as in Excel
        assert sheet["B2:E4"].value == rows

    def test_dates_show_as_dates_and_keep_a_format_that_is_there(self, sheet: xw.Sheet) -> None:
        sheet["A2"].number_format = "yyyy年m月d日"
        sheet["A1"].value = [[dt.date(2023, 10, 8)], [dt.date(2023, 10, 9)]]
        assert (sheet["A1"].number_format, sheet["A2"].number_format) == ("yyyy-mm-dd", "yyyy年m月d日")
        assert sheet["A1:A2"].options(dates=dt.date).value == [dt.date(2023, 10, 8), dt.date(2023, 10, 9)]

    def test_errors_are_none_unless_asked_for(self, sheet: xw.Sheet) -> None:
        sheet["A1"].value = [["=1/0", "=NA()", "=没有的名称", 5]]
        assert sheet["A1:D1"].value == [None, None, None, 5]
        assert sheet["A1:D1"].options(err_to_str=True).value == ["#DIV/0!", "#N/A", "#NAME?", 5]

    def test_none_empties_and_one_value_fills(self, sheet: xw.Sheet) -> None:
        sheet["A1:B2"].value = 7
        sheet["B1"].value = None
        assert sheet["A1:B2"].value == [[7, None], [7, 7]]
        sheet["A1:B2"].clear_contents()
        assert sheet["A1:B2"].value == [[None, None], [None, None]]

    def test_a_frame_goes_and_comes(self, sheet: xw.Sheet) -> None:
        frame = pd.DataFrame({"部门": ["研发部", None], "天": [3.0, float("nan")]})
        frame["到期"] = pd.to_datetime(["2023-10-08", None])
        sheet["A1"].options(index=False).value = frame
        back = sheet["A1"].expand("right").resize(3).options(pd.DataFrame, index=False).value
        assert list(back.columns) == ["部门", "天", "到期"]
        assert back.loc[0].tolist() == ["研发部", 3.0, pd.Timestamp(2023, 10, 8)]
        assert back.loc[1].isna().all()

    def test_a_block_of_any_size_is_one_call(self, sheet: xw.Sheet) -> None:
        for height in (10, 10_000):
            block = sheet["A1"].resize(height, 12)
            rows = [[float(i)] * 10 + ["文", dt.datetime(2024, 1, 2)] for i in range(height)]
            with libreoffice.measured(sheet.book.app) as calls:
                block.value = rows
                assert block.value == rows
            assert calls.carried == [("write",), ("values",)]

    def test_notes_survive_a_write_over_them(self, app: xw.App, tmp_path: Path) -> None:
        made = openpyxl.Workbook()
        made.active["B2"].comment = Comment("别删", "市场部")
        made.save(tmp_path / "note.xlsx")
        book = app.books.open(tmp_path / "note.xlsx")
        book.sheets[0]["A1"].value = [["a", 1, "=1+1"], ["b", "=2+2", "文"], ["c", None, 3]]
        book.sheets[0]["B2"].clear_contents()
        book.sheets[0]["B2"].value = 9
        assert book.sheets[0]["A1:C3"].value == [["a", 1, 2], ["b", 9, "文"], ["c", None, 3]]
        book.save()
        assert openpyxl.load_workbook(tmp_path / "note.xlsx").active["B2"].comment.text == "别删"

    def test_protected_cells_refuse_with_a_message_and_unlocked_ones_take_values(
        self, app: xw.App, tmp_path: Path
    ) -> None:
        made = openpyxl.Workbook()
        made.active["A1"] = "旧"
        made.active["B1"].protection = openpyxl.styles.Protection(locked=False)
        made.active.protection.enable()
        made.save(tmp_path / "locked.xlsx")
        sheet = app.books.open(tmp_path / "locked.xlsx").sheets[0]

        def put() -> None:
            sheet["A1"].value = "新"

        def paint() -> None:
            sheet["A1"].color = (255, 0, 0)

        for change in (put, paint, sheet["A1"].clear_contents, sheet["A1:B1"].clear_contents):
            with pytest.raises(SheetProtected, match="受保护"):
                change()
        sheet["B1"].value = "填"
        assert sheet["A1:B1"].value == ["旧", "填"]
        assert sheet.impl.protected


class TestFormulas:
    def test_they_calculate_and_come_back_in_english(self, sheet: xw.Sheet) -> None:
        sheet.book.sheets.add("跟踪 表")["A1"].value = 4
        sheet["A1"].value = [[2, 3], ["=SUM(A1,B1)*'跟踪 表'!$A$1", '=IF(A1>1,"是,对","")']]
        assert sheet["A2:B2"].value == [20, "是,对"]
        assert sheet["A2:B2"].formula == (("=SUM(A1,B1)*'跟踪 表'!$A$1", '=IF(A1>1,"是,对","")'),)
        assert sheet["A1"].formula == "2"

    def test_one_formula_fills_a_block(self, sheet: xw.Sheet) -> None:
        sheet["A1"].value = [[1, 10], [2, 20], [3, 30]]
        sheet["C1:C3"].formula = "=A1*$B$1+B1"
        assert sheet["C1:C3"].value == [20, 40, 60]
        assert sheet["C3"].formula == "=A3*$B$1+B3"

    def test_thousands_of_rows_fill_fast_and_leave_the_formats_alone(self, sheet: xw.Sheet) -> None:
        count = 3000
        sheet["A1"].resize(count).value = [[i] for i in range(count)]
        sheet["B1"].number_format = "0.00"
        sheet["B7"].color = (255, 0, 0)
        sheet["10:12"].rows.hidden = True
        for column in ("B", "C"):  # B has a format of its own in places, C is plain
            sheet[f"{column}1:{column}{count}"].formula = "=A1*2+$A$2"
            found = sheet[f"{column}1:{column}{count}"]
            assert found.value == [i * 2 + 1 for i in range(count)]
            assert found[-1].formula == f"=A{count}*2+$A$2"
        assert (sheet["B1"].number_format, sheet["B2"].number_format) == ("0.00", "General")
        assert (sheet["B7"].color, sheet["B8"].color) == ((255, 0, 0), None)

    def test_rows_that_a_filter_hides_get_their_formulas(self, app: xw.App, tmp_path: Path) -> None:
        made = openpyxl.Workbook()
        for i in range(61):
            made.active.append(["部门", "天"] if i == 0 else [["研发部", "市场部"][i % 2], i])
            made.active.row_dimensions[i + 1].hidden = i > 0 and i % 2 == 0
        made.active.auto_filter.ref = "A1:B61"
        made.active.auto_filter.add_filter_column(0, ["市场部"])
        made.save(tmp_path / "hidden.xlsx")
        sheet = app.books.open(tmp_path / "hidden.xlsx").sheets[0]
        sheet["C2:C61"].formula = "=B2*10"
        assert sheet["C2:C61"].value == [i * 10 for i in range(1, 61)]
        sheet["B2:B61"].value = [[i + 1] for i in range(1, 61)]
        assert sheet["C2:C61"].value == [(i + 1) * 10 for i in range(1, 61)]

    def test_array_formula(self, sheet: xw.Sheet) -> None:
        sheet["A1"].value = [[1], [2], [3]]
        sheet["B1"].formula_array = "=SUM(A1:A3*{1;10;100})"
        assert sheet["B1"].value == 321
        assert sheet["B1"].formula_array == "=SUM(A1:A3*{1;10;100})"
        assert not sheet["C1"].has_array

    def test_the_trackers_formulas_read_as_its_file_has_them(self, app: xw.App, tmp_path: Path) -> None:
        book = app.books.open(shutil.copy(TRACKER, tmp_path / "t.xlsm"))
        wanted = openpyxl.load_workbook(TRACKER)
        seen = 0
        for name in ("跟踪表", "首页", "风险登记"):
            found = book.sheets[name]["A1:AE20"].formula
            for row in wanted[name]["A1:AE20"]:
                for cell in row:
                    if cell.data_type == "f" and isinstance(cell.value, str):
                        seen += 1
                        assert found[cell.row - 1][cell.column - 1] == re.sub(
                            r"'(\w+)'!", r"\1!", cell.value.replace("_xlfn.", "")
                        )
        assert seen > 50


@pytest.mark.parametrize(
    ("excel", "office_text"),
    [
        ("=SUM(A1,B2)", "=SUM(A1;B2)"),
        ('=IF(A1="a,b;c!",TRUE,FALSE)', '=IF(A1="a,b;c!";TRUE();FALSE())'),
        ("=跟踪表!$A$1+'My ''s'!B2", "=$跟踪表.$A$1+$'My ''s'.B2"),
        ("=SUM({1,2;3,4})", "=SUM({1;2|3;4})"),
        ("=AREAS((A1,B2:C3))", "=AREAS((A1~B2:C3))"),
        ("=NETWORKDAYS.INTL(A1,B1,1)", "=NETWORKDAYS.INTL(A1;B1;1)"),
        ("=tblTracker[[#This Row],[状态]]", "=tblTracker[[#This Row];[状态]]"),
        ("=IFERROR(A1,#N/A)", "=IFERROR(A1;#N/A)"),
        ("='xlwings.conf'!A1", "=$'xlwings.conf'.A1"),
    ],
)
def test_grammar_goes_both_ways(excel: str, office_text: str) -> None:
    assert to_office(excel) == office_text
    assert to_excel(office_text).replace("TRUE()", "TRUE").replace("FALSE()", "FALSE") == excel


def test_grammar_one_way() -> None:
    assert to_office("=_xlfn.STDEV.S(A1,B1)") == "=STDEV.S(A1;B1)"
    assert to_office("=tbl[@状态]") == "=tbl[[#This Row];[状态]]"
    assert to_excel("=Sheet2.A1+$'a b'.B2") == "=Sheet2!A1+'a b'!B2"
    assert shifted('=A1+$B$1+C$1+LOG10(D9)&"A1"', 2, 1) == '=B3+$B$1+D$1+LOG10(E11)&"A1"'


class TestPlaces:
    @pytest.fixture
    def grid(self, sheet: xw.Sheet) -> xw.Sheet:
        """A 3 × 3 block at B2 and a lone cell at B7."""
        sheet["B2"].value = [["甲", "乙", "丙"], [1, 2, 3], [4, 5, 6]]
        sheet["B7"].value = "远"
        return sheet

    def test_ends_and_regions(self, grid: xw.Sheet) -> None:
        assert grid["B2"].end("down").address == "$B$4"
        assert grid["B4"].end("down").address == "$B$7"
        assert grid["B7"].end("down").address == "$B$1048576"
        assert grid["B7"].end("up").address == "$B$4"
        assert grid["D3"].end("left").address == "$B$3"
        assert grid["B2"].end("right").address == "$D$2"
        assert grid["C3"].current_region.address == "$B$2:$D$4"
        assert grid.used_range.address == "$B$2:$D$7"

    def test_expanding_in_one_call(self, grid: xw.Sheet) -> None:
        with libreoffice.measured(grid.book.app) as calls:
            assert grid["B2"].expand().address == "$B$2:$D$4"
        assert calls.count == 1
        assert grid["B2"].expand("down").address == "$B$2:$B$4"
        assert grid["C3"].expand("right").address == "$C$3:$D$3"
        assert grid["B7"].expand().address == "$B$7"

    def test_coordinates_ask_nothing(self, grid: xw.Sheet) -> None:
        with libreoffice.measured(grid.book.app) as calls:
            cells = grid["B2:D4"]
            assert cells.offset(1, 2).resize(2, 1).address == "$D$3:$D$4"
            assert (cells.shape, cells.row, cells.column, cells.size) == ((3, 3), 2, 2, 9)
            assert (cells[1, 1].address, cells[-1, 0].address) == ("$C$3", "$B$4")
            assert cells.last_cell.address == "$D$4"
            assert grid["C:D"].address == "$C$1:$D$1048576"
        assert calls.count == 0

    def test_rows_in_and_out_move_what_is_below(self, grid: xw.Sheet) -> None:
        grid["3:3"].insert("down")
        assert grid["B4:D4"].value == [1, 2, 3]
        grid["3:4"].delete()
        assert grid["B3:D3"].value == [4, 5, 6]
        grid["B2:D3"].copy(grid["F10"])
        assert grid["F10:H11"].value == [["甲", "乙", "丙"], [4, 5, 6]]

    def test_no_cells_is_an_error_not_nothing(self, grid: xw.Sheet) -> None:
        with pytest.raises(IndexError):
            grid["B2:D4"][0:0, :].value = 1


class TestLooks:
    def test_what_is_set_is_read(self, sheet: xw.Sheet) -> None:
        cells = sheet["A1:B2"]
        cells.value = "很长很长的中文标题"
        cells.number_format = "0.0%"
        cells.font.bold = True
        cells.font.size = 14
        cells.font.color = "#C00000"
        cells.color = (255, 230, 153)
        cells.wrap_text = True
        cells.column_width = 20
        cells.row_height = 30
        cells.horizontal_alignment = "center"
        assert (cells.number_format, cells.font.bold, cells.font.size) == ("0.0%", True, 14)
        assert (cells.font.color, cells.color) == ((192, 0, 0), (255, 230, 153))
        assert (cells.wrap_text, cells.horizontal_alignment) == (True, "center")
        assert cells.column_width == pytest.approx(20, abs=0.1)
        assert cells.row_height == pytest.approx(30, abs=0.1)
        sheet["B2"].color = None
        assert sheet["B2"].color is None
        cells.clear_formats()
        assert (cells.font.bold, cells.number_format) == (False, "General")

    def test_autofit_widens(self, sheet: xw.Sheet) -> None:
        sheet["A1"].value = "一句相当长的话，普通列宽放不下"
        before = sheet["A1"].column_width
        sheet.autofit("columns")
        assert sheet["A1"].column_width > before * 1.5

    def test_merging(self, sheet: xw.Sheet) -> None:
        sheet["A1:C2"].merge()
        assert (sheet["A1:C2"].merge_cells, sheet["B2"].merge_area.address) == (True, "$A$1:$C$2")
        sheet["A1:C2"].unmerge()
        assert sheet["A1:C2"].merge_cells is False

    def test_hidden_rows_and_columns(self, sheet: xw.Sheet) -> None:
        sheet["A1:C4"].value = 1
        sheet["2:3"].rows.hidden = True
        assert [sheet[f"{i}:{i}"].rows.hidden for i in (1, 2, 3, 4)] == [False, True, True, False]
        assert sheet["A1:A4"].rows.hidden is None
        assert sheet["A1:C4"].columns.hidden is False
        sheet["A2"].value = "写进隐藏行"
        assert sheet["A2"].value == "写进隐藏行"


class TestSheets:
    def test_add_order_rename_delete(self, app: xw.App) -> None:
        book = app.books.add()
        first = book.sheets[0]
        first.name = "甲"
        book.sheets.add("丙", after=first)
        second = book.sheets.add("乙", before="丙")
        assert book.sheet_names == ["甲", "乙", "丙"]
        assert (second.index, book.sheets.active.name) == (2, "乙")
        held = book.sheets["乙"]
        second.name = "丁"
        held["A1"].value = "跟着改名"
        assert book.sheets["丁"]["A1"].value == "跟着改名"
        book.sheets["丁"].move(after=book.sheets["丙"])
        assert book.sheet_names == ["甲", "丙", "丁"]
        book.sheets["丙"].delete()
        assert book.sheet_names == ["甲", "丁"]
        assert "丙" not in book.sheets

    def test_hiding_but_not_the_last(self, app: xw.App) -> None:
        book = app.books.add()
        extra = book.sheets.add("藏")
        extra.visible = False
        assert (extra.visible, book.sheets[0].visible) == (False, extra.index != 1)
        shown = next(sheet for sheet in book.sheets if sheet.visible)
        with pytest.raises(OfficeRefused, match="最后一张"):
            shown.visible = False
        with pytest.raises(NotSupportedByLibreOffice, match="very hidden"):
            extra.visible = 2
        extra.visible = True
        extra.delete()
        with pytest.raises(OfficeRefused, match="最后一张"):
            shown.delete()

    def test_a_copy_in_the_same_book_is_named_as_excel_names_it(self, sheet: xw.Sheet) -> None:
        sheet["A1"].value = "原"
        copied = sheet.copy()
        assert (copied.name, copied["A1"].value) == (f"{sheet.name} (2)", "原")


class TestNamesAndTables:
    def test_names_of_book_and_sheet(self, sheet: xw.Sheet) -> None:
        book = sheet.book
        sheet["A1:A3"].value = [[1], [2], [3]]
        book.names.add("截止", f"={sheet.name}!$A$1:$A$3")
        sheet.names.add("_kind", '="minutes"')
        sheet["B1"].name = "总计"
        sheet["B1"].formula = "=SUM(截止)"
        assert sheet["B1"].value == 6
        assert book.names["截止"].refers_to == f"={sheet.name}!$A$1:$A$3"
        assert book.names["截止"].refers_to_range.address == "$A$1:$A$3"
        assert {name.name for name in book.names} == {"截止", "总计", f"{sheet.name}!_kind"}
        assert sheet["截止"].value == [1, 2, 3]
        assert sheet["B1"].name.name == "总计"
        book.names["总计"].delete()
        assert "总计" not in book.names

    def test_tables(self, sheet: xw.Sheet) -> None:
        sheet["B2"].value = [["编号", "天"], ["T001", 3], ["T002", 5]]
        table = sheet.tables.add(sheet["B2:C4"], name="tblPlan")
        assert (sheet.tables.count, table.range.address) == (1, "$B$2:$C$4")
        assert table.header_row_range.value == ["编号", "天"]
        assert sheet["tblPlan[天]"].value == [3, 5]
        assert sheet["C3"].table == table
        assert sheet["E1"].table is None
        table.update(pd.DataFrame({"编号": ["A", "B", "C"], "天": [1, 2, 3]}), index=False)
        assert table.data_body_range.value == [["A", 1], ["B", 2], ["C", 3]]
        with pytest.raises(NotSupportedByLibreOffice, match=r"Table\.table_style"):
            _ = table.table_style

    def test_filter_state_of_a_file(self, app: xw.App, tmp_path: Path) -> None:
        made = openpyxl.Workbook()
        for row in (["部门", "天"], ["研发部", 1], ["市场部", 2], ["研发部", 3]):
            made.active.append(row)
        made.active.auto_filter.ref = "A1:B4"
        made.active.auto_filter.add_filter_column(0, ["研发部"])
        made.active.row_dimensions[3].hidden = True
        made.save(tmp_path / "filtered.xlsx")
        sheet = app.books.open(tmp_path / "filtered.xlsx").sheets[0]
        department, days = sheet["A1:B4"].autofilter.criteria
        assert (department.type, department.values, days.type) == ("values", ["研发部"], "none")
        assert [sheet[f"{i}:{i}"].rows.hidden for i in (2, 3, 4)] == [False, True, False]

    def test_links(self, sheet: xw.Sheet) -> None:
        sheet["A1"].add_hyperlink("https://example.org/a", "外部")
        sheet["A2"].add_hyperlink(f"#{sheet.name}!C3", "里面")
        assert sheet["A1:A2"].value == ["外部", "里面"]
        assert sheet["A1"].hyperlink == "https://example.org/a"
        assert sheet["A2"].hyperlink == f"#{sheet.name}!C3"


class TestApp:
    def test_states_are_set_and_read(self, app: xw.App) -> None:
        book = app.books.add()
        sheet = book.sheets[0]
        sheet["A1"].value = [[1, "=A1*2"]]
        with app.properties(screen_updating=False, calculation="manual", status_bar="正在检查…"):
            assert (app.screen_updating, app.calculation, app.status_bar) == (False, "manual", "正在检查…")
            sheet["A1"].value = 5
            assert sheet["B1"].value == 2
            app.calculate()
            assert sheet["B1"].value == 10
        assert (app.screen_updating, app.calculation, app.status_bar) == (True, "automatic", False)

    def test_books_are_found_by_name_and_path(self, app: xw.App, tmp_path: Path) -> None:
        book = app.books.add()
        path = tmp_path / "计划 1.xlsx"
        book.save(path)
        other = app.books.add()
        assert app.books.active == other
        book.activate()
        assert app.books.active.name == "计划 1.xlsx"
        assert app.books["计划 1.xlsx"].fullname == str(path)
        assert app.books.open(path).impl.uid == book.impl.uid
        book.close()
        assert [b.name for b in app.books] == [other.name]

    def test_caller(self, app: xw.App, tmp_path: Path) -> None:
        book = app.books.add()
        book.save(tmp_path / "跟踪.xlsx")
        libreoffice.set_caller(app, "跟踪.xlsx")
        assert xw.Book.caller().fullname == str(tmp_path / "跟踪.xlsx")

    def test_pdf(self, sheet: xw.Sheet, tmp_path: Path) -> None:
        sheet["A1"].value = "打印"
        sheet.book.to_pdf(tmp_path / "all.pdf")
        sheet["A1:A1"].to_pdf(tmp_path / "cells.pdf")
        for name in ("all.pdf", "cells.pdf"):
            assert (tmp_path / name).read_bytes()[:5] == b"%PDF-"

    def test_selection(self, sheet: xw.Sheet) -> None:
        sheet["B2:C4"].select()
        assert sheet.book.app.selection.address == "$B$2:$C$4"


REFUSED: list[tuple[str, Callable[[xw.Sheet], Any]]] = [
    ("Sheet.charts", lambda sheet: sheet.charts),
    ("Sheet.shapes", lambda sheet: sheet.shapes),
    ("Sheet.pictures", lambda sheet: sheet.pictures),
    ("Range.borders", lambda sheet: sheet["A1"].borders),
    ("Range.sort", lambda sheet: sheet["A1:A3"].sort(1)),
    ("Range.copy without a destination", lambda sheet: sheet["A1"].copy()),
    ("Range.api.Interior", lambda sheet: sheet["A1"].api.Interior),
    ("Sheet.api.Protect", lambda sheet: sheet.api.Protect()),
    ("App.run", lambda sheet: sheet.book.macro("Module1.Main")()),
    ("App.alert", lambda sheet: sheet.book.app.alert("?")),
    ("Range.formula2 =", lambda sheet: setattr(sheet["A1"], "formula2", "=SEQUENCE(3)")),
    ("App.interactive", lambda sheet: setattr(sheet.book.app, "interactive", False)),
    ("Book.save as .txt", lambda sheet: sheet.book.save("x.txt")),
]


@pytest.mark.parametrize(("name", "use"), REFUSED, ids=[name for name, _ in REFUSED])
def test_what_is_not_done_says_so_by_name(
    office: xw.App, name: str, use: Callable[[xw.Sheet], object]
) -> None:
    book = office.books.add()
    try:
        with pytest.raises(NotSupportedByLibreOffice) as caught:
            use(book.sheets[0])
        assert name in caught.value.zh
        assert name in caught.value.message("en")
        assert isinstance(caught.value, NotImplementedError)
    finally:
        book.close()


class TestBatch:
    def test_many_writes_are_one_call_and_one_undo_step(self, sheet: xw.Sheet) -> None:
        sheet["A1:C1"].value = [1, 2, 3]
        with libreoffice.measured(sheet.book.app) as calls, libreoffice.batch(sheet.book, "跨部门协同：检查"):
            sheet["A1:C1"].value = [7, 8, 9]
            sheet["A2"].formula = "=SUM(A1:C1)"
            sheet["A1:C1"].color = (255, 0, 0)
        assert calls.count == 1
        assert sheet["A1:A2"].value == [7, 24]
        assert sheet.book.impl.undo() == "跨部门协同：检查"
        assert sheet["A1:C2"].value == [[1, 2, 3], [None, None, None]]
        assert sheet["A1"].color is None

    def test_an_error_in_the_block_sends_nothing(self, sheet: xw.Sheet) -> None:
        with pytest.raises(ZeroDivisionError), libreoffice.batch(sheet.book, "x"):
            sheet["A1"].value = 1 / 0
        with pytest.raises(RuntimeError), libreoffice.batch(sheet.book, "x"):
            sheet["A1"].value = 5
            raise RuntimeError
        assert sheet["A1"].value is None

    def test_a_refusal_midway_leaves_one_step_to_undo_and_no_lock(self, sheet: xw.Sheet) -> None:
        with pytest.raises(OfficeRefused), libreoffice.batch(sheet.book, "半途"):
            sheet["A1"].value = 5
            sheet.impl.calls.tell("set_look", at=sheet["A1"].impl.at, name="NoSuchProperty", value=1)
            sheet["A2"].value = 6
        assert sheet["A1:A2"].value == [5, None]
        assert sheet.book.app.screen_updating
        assert sheet.book.impl.undo() == "半途"
        assert sheet["A1"].value is None

    def test_reading_many_blocks_is_one_call(self, sheet: xw.Sheet) -> None:
        other = sheet.book.sheets.add("另一张")
        sheet["A1"].value = [[1, dt.datetime(2024, 2, 4)]]
        other["B2"].value = [["甲"], [True]]
        with libreoffice.measured(sheet.book.app) as calls:
            found = libreoffice.read_many([sheet["A1:B1"], other["B2:B3"]])
        assert found == [[[1, dt.datetime(2024, 2, 4)]], [["甲"], [True]]]
        assert calls.carried == [("values", "values")]


class TestTracker:
    @pytest.fixture
    def book(self, app: xw.App, tmp_path: Path) -> xw.Book:
        return app.books.open(shutil.copy(TRACKER, tmp_path / "collab_tracker.xlsm"))

    def test_reads_what_its_file_holds(self, book: xw.Book) -> None:
        file = CalamineWorkbook.from_path(TRACKER)
        wanted = file.get_sheet_by_name("跟踪表").to_python(skip_empty_area=False)
        table = book.sheets["跟踪表"].tables["tblTracker"]
        height, width = table.range.shape
        assert table.range.address == f"$A$4:${tracker_letters.LAST}$10"
        found = table.range.options(empty="").value
        for i in range(height):
            for j in range(width):
                given = wanted[3 + i][j]
                if isinstance(given, dt.date) and not isinstance(given, dt.datetime):
                    given = dt.datetime.combine(given, dt.time())
                assert found[i][j] == given, (i, j)
        assert book.names["as_of"].refers_to.startswith("=IFERROR(IF(data_date=")
        assert isinstance(book.names["data_date"].refers_to_range.value, dt.datetime)

    def test_a_column_written_and_a_report_copied_in_survive_saving(
        self, app: xw.App, book: xw.Book, tmp_path: Path
    ) -> None:
        column = book.sheets["跟踪表"]["tblTracker[说明]"].offset(0, 0)
        scratch = app.books.open(offices.report(tmp_path / "scratch.xlsx"))
        projected = book.sheets["跟踪表"][tracker_letters.at("projected", 5, 10)]
        projected.value = [[dt.date(2023, 11, day)] for day in range(1, 7)]
        copied = scratch.sheets[0].copy(after=book.sheets["跟踪表"], name="纪要-20231108")
        scratch.close()
        assert column.shape == (6, 1)
        assert copied.index == book.sheets["跟踪表"].index + 1
        assert [name.name for name in copied.names] == ["'纪要-20231108'!_kind"]
        assert copied["C3"].hyperlink.startswith("#")
        book.save()
        book.close()
        saved = CalamineWorkbook.from_path(tmp_path / "collab_tracker.xlsm")
        rows = saved.get_sheet_by_name("跟踪表").to_python(skip_empty_area=False)
        projected_at = rows[3].index("推算完成")
        assert [row[projected_at] for row in rows[4:10]] == [dt.date(2023, 11, day) for day in range(1, 7)]
        assert saved.get_sheet_by_name("纪要-20231108").to_python()[2][:2] == ["研发部", 3.0]
        with zipfile.ZipFile(tmp_path / "collab_tracker.xlsm") as package:
            names = package.namelist()
            assert not [name for name in names if "externalLink" in name]
            assert "xl/vbaProject.bin" in names
            at = saved.sheet_names.index("纪要-20231108") + 1
            drawn = package.read(f"xl/worksheets/sheet{at}.xml").decode()
            assert "<conditionalFormatting" in drawn
            assert "<mergeCell " in drawn
            rels = package.read(f"xl/worksheets/_rels/sheet{at}.xml.rels").decode()
            drawing = re.search(r"drawings/(drawing\d+\.xml)", rels)
            assert drawing is not None
            assert "chart" in package.read(f"xl/drawings/_rels/{drawing[1]}.rels").decode()


def test_a_users_small_script(office: xw.App, tmp_path: Path) -> None:
    """As somebody would write it who knows xlwings and nothing of us."""
    xw.engines["libreoffice"].activate()
    office.activate()
    book = xw.Book()
    sheet = book.sheets.active
    sheet.range("A1").value = ["部门", "计划", "实际", "偏差"]
    sheet.range("A2").value = [["研发部", 10, 13], ["市场部", 8, 8], ["采购部", 5, 4]]
    sheet.range("D2:D4").formula = "=C2-B2"
    for row in sheet.range("A2").expand().rows:
        if row[3].value > 2:
            row.color = (255, 199, 206)
    sheet.range("A1:D1").font.bold = True
    sheet.autofit()
    frame = sheet.range("A1").options(pd.DataFrame, expand="table").value
    assert frame["偏差"].tolist() == [3, 0, -1]
    assert [sheet.range(f"A{i}").color for i in (2, 3)] == [(255, 199, 206), None]
    book.save(tmp_path / "脚本.xlsx")
    book.close()
    assert CalamineWorkbook.from_path(tmp_path / "脚本.xlsx").get_sheet_by_index(0).to_python()[1] == [
        "研发部",
        10.0,
        13.0,
        3.0,
    ]
