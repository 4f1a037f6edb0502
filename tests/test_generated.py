"""Generated sheets: put in, drawn again, and kept as soon as people wrote in them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.make import (
    Maker,
    Odd,
    digest,
    drawn,
    edit_part,
    parts,
    rows,
    sheet,
    tracker,
)
from tools.lint.lint import lint
from xl_collab.hosts.changes import NAMES
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.schema.sheets import TRACKER

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


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
