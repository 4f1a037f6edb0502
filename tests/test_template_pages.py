"""Forms, 首页, print set-up and sizes of the drawn workbook."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from drawn import NS, Package, draw
from recalculation import cells

from xl_collab.a1 import column_letters
from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import places, serial
from xl_collab.documents.workbook.template import CONF
from xl_collab.plan.formulas import LAST_ROW
from xl_collab.project import text_size
from xl_collab.project.scenarios import BLANK, SAMPLE
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import LANGS, Lang

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"


@pytest.fixture(scope="module")
def samples() -> dict[str, bytes]:
    return {lang: draw(SAMPLE.book(lang), lang) for lang in LANGS}


@pytest.fixture(scope="module")
def zh(samples: dict[str, bytes]) -> Package:
    return Package(samples["zh"])


# forms, names, pages


@pytest.mark.parametrize("lang", LANGS)
def test_each_value_stands_right_of_its_label(samples: dict[str, bytes], lang: Lang) -> None:
    shown = cells(samples[lang])
    book = SAMPLE.book(lang)
    for form in SHEETS.forms:
        tab = shown[form.name(lang)]
        for name, (row, column) in places(form).items():
            label = str(tab[row + 1, column - 1]).removesuffix(" *")
            assert label == form.field(name).label.of(lang)
            value = book.forms[form.key].get(name)
            assert tab.get((row + 1, column)) == (None if value == "" else value)


def test_names_lead_to_the_settings(zh: Package) -> None:
    names = zh.names()
    row, column = places(SHEETS.form("settings"))["delay_threshold"]
    assert names["delay_threshold"] == f"'设置'!${column_letters(column + 1)}${row + 1}"
    assert names["as_of"] == 'IFERROR(IF(data_date="",TODAY(),INT(data_date)),TODAY())'
    assert names["days_off"] == f"'节假日'!$E$5:$E${LAST_ROW}"
    assert names["makeup_days"] == f"'节假日'!$F$5:$F${LAST_ROW}"


def test_calendar_says_which_years_are_official(samples: dict[str, bytes]) -> None:
    tab = cells(samples["zh"])["节假日"]
    assert (tab[3, 4], tab[3, 5]) == (2004, 2026)
    assert "2004–2026" in str(tab[3, 0])


def test_banner_says_the_data_date_only_while_one_is_set(samples: dict[str, bytes]) -> None:
    # It stands in the second column: the first is printed on both pages of the table.
    assert "2023-11-13" in str(cells(samples["zh"])["跟踪表"][3, 1])
    today = draw(BLANK.book("zh"), "zh")
    assert (3, 1) not in cells(today)["跟踪表"]


def test_home_links_to_every_visible_sheet(zh: Package) -> None:
    targets = {link.get("location") for link in zh.sheet("首页").iterfind(".//m:hyperlink", NS)}
    tabs = {s.name("zh") for s in SHEETS.sheets if s.state == "visible"} - {"首页"}
    # And to the list of documents, which the first one brings along.
    assert {t.split("!")[0].strip("'") for t in targets if t} == tabs | {"文档目录"}


PRINTED = "_xlnm.Print_Area"


@pytest.mark.parametrize("shipped", [False, True])
def test_home_fits_the_screen_of_a_small_laptop(zh: Package, shipped: bool) -> None:
    """1366 x 768 at 100 %: some 1310 x 480 pixels of cells beside ribbon, bars and headings.

    The shipped workbook has a row of buttons below everything else. What is printed starts far below.
    """
    package = Package(SHIPPED.read_bytes()) if shipped else zh
    sheet = package.sheet("首页")
    areas = [n for n in package.workbook.iterfind(".//m:definedName", NS) if n.get("name") == PRINTED]
    paper = next(int(re.search(r"\$(\d+):", n.text)[1]) for n in areas if n.text.startswith("首页"))
    assert paper * 16.5 / 0.75 > 1200  # a screen of 1920 x 1200 does not show it
    rows = [row for row in sheet.iterfind(".//m:row", NS) if int(row.get("r", 0)) < paper - 1]
    heights = [float(row.get("ht", 17)) for row in rows]
    shown = [c for c in sheet.iterfind(".//m:col", NS) if c.get("hidden") != "1"]
    width = sum(
        (int(c.get("max", 0)) - int(c.get("min", 0)) + 1) * float(c.get("width", 0)) * 7 for c in shown
    )
    assert sum(heights) / 0.75 <= 480
    assert width <= 1310


@pytest.mark.parametrize("lang", LANGS)
def test_every_page_prints_on_a4_at_a_size_that_can_be_read(samples: dict[str, bytes], lang: Lang) -> None:
    package = Package(samples[lang])
    for sheet in SHEETS.sheets:
        root = package.sheet(sheet.name(lang))
        page = root.find("m:pageSetup", NS)
        assert page.get("paperSize") == "9"
        # A wide table is printed on pages side by side, at a fixed size, with what says which row it is.
        fits = root.find("m:sheetPr/m:pageSetUpPr", NS) is not None
        assert fits or (page.get("scale") == "80" and root.find("m:colBreaks/m:brk", NS) is not None)
        assert "&P" in root.findtext("m:headerFooter/m:oddFooter", "", NS)
    titles = [
        n for n in package.workbook.iterfind(".//m:definedName", NS) if n.get("name") == "_xlnm.Print_Titles"
    ]
    assert len(titles) == len(SHEETS.tables)


def test_headings_stay_in_sight(zh: Package) -> None:
    pane = zh.sheet("跟踪表").find(".//m:pane", NS)
    assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("topLeftCell")) == ("4", "4", "E5")


def test_data_rows_grow_but_headings_keep_their_height(zh: Package) -> None:
    rows = {int(r.get("r", 0)): r for r in zh.sheet("跟踪表").iterfind(".//m:row", NS)}
    assert rows[4].get("customHeight") == "1"
    assert rows[5].get("customHeight") is None
    assert float(rows[5].get("ht", 0)) >= looks.BODY_HEIGHT


def test_styles_have_names_that_people_find(zh: Package) -> None:
    styles = zh.xml("xl/styles.xml")
    named = {s.get("name"): s.get("xfId") for s in styles.iterfind(".//m:cellStyles/m:cellStyle", NS)}
    used = {xf.get("xfId") for xf in styles.iterfind(".//m:cellXfs/m:xf", NS)}
    assert {"协作 标题", "协作 表头", "协作 标签"} <= set(named)
    assert set(named.values()) <= used


def test_xlwings_settings_hold_no_path_and_keep_the_folder_off_the_path(samples: dict[str, bytes]) -> None:
    conf = cells(samples["zh"])[CONF]
    settings = {conf[row, 0]: conf[row, 1] for row, column in conf if column == 0}
    assert settings["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert not any("INTERPRETER" in str(key) or key == "PATH" for key in settings)


# sizes from text


def test_chinese_counts_two_and_rows_grow_with_it() -> None:
    assert looks.text_width("跟踪T1") == 6
    assert text_size.line_count("一二三四五", 11) == 1
    assert text_size.line_count("一二三四五六", 11) == 2
    assert text_size.line_count("one two three", 8) == 2
    assert text_size.line_count("a\nb", 20) == 2
    assert looks.row_height([("短", 20)]) == looks.BODY_HEIGHT or looks.row_height([("短", 20)]) == 19
    assert looks.row_height([("长" * 5000, 10)]) == looks.MAX_HEIGHT


def test_serial_is_the_number_that_excel_shows() -> None:
    assert serial(datetime(2000, 1, 1)) == 36526
    assert serial(datetime(2023, 11, 13, 12)) == 45243.5
