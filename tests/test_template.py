"""The drawn workbook: everything follows from the declaration, and Office will take it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import NS, START, Package, draw
from lxml import etree
from recalculation import cells, differences, recalculated
from tracker_letters import LAST, LETTERS, at

from tools.build.reference import sheets_page
from xl_collab.a1 import column_letters
from xl_collab.documents import theme as looks
from xl_collab.documents.validation import column_rule
from xl_collab.documents.workbook.template import CONF
from xl_collab.plan.formulas import LAST_ROW, formula_columns
from xl_collab.project.scenarios import BLANK, SAMPLE, SCENARIOS
from xl_collab.project.tables import Table
from xl_collab.schema.declaration import FIRST_ROW, Column, Kind
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import LANGS, RAG, RISK_LEVEL, Lang, t

OLD_FUNCTIONS = frozenset(
    [
        "INDIRECT",
        "ISREF",
        "IF",
        "COUNT",
        "DATE",
        "SUMPRODUCT",
        "AND",
        "OR",
        "NOT",
        "IFERROR",
        "ISNUMBER",
        "ISTEXT",
        "N",
        "INT",
        "MOD",
        "MIN",
        "MAX",
        "SMALL",
        "SUM",
        "YEAR",
        "MONTH",
        "DAY",
        "WEEKDAY",
        "TODAY",
        "TRIM",
        "NETWORKDAYS",
        "COUNTIF",
        "COUNTIFS",
        "COUNTA",
        "INDEX",
        "MATCH",
        "CHOOSE",
        "ROW",
        "LEFT",
        "RIGHT",
        "LEN",
        "FIND",
        "SEARCH",
        "SUMSQ",
        "TEXT",
        "ABS",
        "ROUND",
    ]
)
"""Functions used that Excel 2007, WPS and LibreOffice 7.4 all have."""


@pytest.fixture(scope="module")
def samples() -> dict[str, bytes]:
    return {lang: draw(SAMPLE.book(lang), lang) for lang in LANGS}


@pytest.fixture(scope="module")
def zh(samples: dict[str, bytes]) -> Package:
    return Package(samples["zh"])


# what Office's own rules say


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["sample", *SCENARIOS])
def test_validator_has_no_error(
    name: str, lang: Lang, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    book = SAMPLE.book(lang) if name == "sample" else SCENARIOS[name].book(lang, START)
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(draw(book, lang))
    ooxml_validate(path)


def test_formulas_use_only_functions_that_old_spreadsheets_have(zh: Package) -> None:
    used = {name for text in zh.formulas() for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", _no_texts(text))}
    assert used - OLD_FUNCTIONS == set()
    assert "NETWORKDAYS" in used
    assert not any("_xlfn" in text or "[#" in text or "@" in _no_texts(text) for text in zh.formulas())


def _no_texts(formula: str) -> str:
    return re.sub(r'"[^"]*"', '""', formula)


_SHOWN_AGAIN = re.compile(r'IF\((\w+)="","",\1\)')
"""What the page of 首页 that is printed takes from the screen."""


@pytest.mark.parametrize("lang", LANGS)
def test_every_formula_cell_carries_a_result(samples: dict[str, bytes], lang: Lang) -> None:
    """Protected View, mail previews and phones show nothing else."""
    package = Package(samples[lang])
    for sheet in SHEETS.sheets:
        with_formula = [c for c in package.sheet(sheet.name(lang)).iterfind(".//m:c", NS) if len(c)]
        cells_ = [c for c in with_formula if c.find("m:f", NS) is not None]
        assert [c.get("r") for c in cells_ if c.find("m:v", NS) is None] == []
        zero = [
            c.get("r")
            for c in cells_
            if c.findtext("m:v", "", NS) == "0" and sheet.key == "home"
            if not _SHOWN_AGAIN.fullmatch(c.findtext("m:f", "", NS))
        ]
        # XlsxWriter's own default result is 0; the numbers of the next step, in AF, are 0 by right.
        assert len([at for at in zero if not str(at).startswith("AF")]) < 20


def test_same_input_gives_the_same_bytes(samples: dict[str, bytes]) -> None:
    assert draw(SAMPLE.book("zh"), "zh") == samples["zh"]


# declared once


def test_tabs_stand_in_the_declared_order_with_their_states(zh: Package) -> None:
    found = [(s.get("name"), s.get("state", "visible")) for s in zh.workbook.iterfind(".//m:sheet", NS)]
    assert found[:-1] == [(sheet.name("zh"), sheet.state) for sheet in SHEETS.sheets]
    assert found[-1] == (CONF, "veryHidden")


def test_tables_have_the_declared_names_columns_and_formulas(zh: Package) -> None:
    tables = zh.tables()
    assert set(tables) == {sheet.table for sheet in SHEETS.tables}
    for sheet in SHEETS.tables:
        columns = tables[sheet.table].findall(".//m:tableColumn", NS)
        assert [c.get("name") for c in columns] == [c.label.zh for c in sheet.columns]
        computed = [c.get("name") for c in columns if c.find("m:calculatedColumnFormula", NS) is not None]
        assert computed == [c.label.zh for c in formula_columns(sheet)]


def test_a_table_ends_with_its_last_row_of_data(zh: Package) -> None:
    assert zh.tables()["tblTracker"].get("ref") == f"A4:{LAST}10"


def test_an_empty_table_offers_one_row_with_formulas() -> None:
    blank = Package(draw(BLANK.book("zh"), "zh"))
    assert blank.tables()["tblTracker"].get("ref") == f"A4:{LAST}5"
    row = blank.sheet("跟踪表").find(".//m:row[@r='5']", NS)
    assert len(row.findall("m:c/m:f", NS)) == len(formula_columns(TRACKER))


def test_one_more_column_is_one_line(
    tmp_path: Path, soffice: Callable[..., None], ooxml_validate: Callable[[Path], None]
) -> None:
    """Template, drop-down, colours and reference page follow; formulas still find their cells."""
    urgency = Column("urgency", t("紧急程度", "Urgency"), Kind.CHOICE, 9, choices=RISK_LEVEL)
    wider = SHEETS.replacing(TRACKER.with_column(urgency, after="task"))
    book = SAMPLE.book("zh")
    records = [row | {"urgency": "高"} for row in book.tables["tracker"].records()]
    tracker = Table.of(wider.table("tracker"), records)
    data = draw(replace(book, tables={**book.tables, "tracker": tracker}), "zh", wider)
    package = Package(data)
    names = [c.get("name") for c in package.tables()["tblTracker"].findall(".//m:tableColumn", NS)]
    assert names[3:6] == ["主要任务", "紧急程度", "输出成果"]
    assert package.rules("跟踪表")["E5"].findtext("m:formula1", namespaces=NS) == '"高,中,低"'
    assert '$E5="高"' in {f.text for f in package.sheet("跟踪表").iterfind(".//m:cfRule/m:formula", NS)}
    assert "| 紧急程度 |" in sheets_page("zh", wider)
    (tmp_path / "wider.xlsx").write_bytes(data)
    ooxml_validate(tmp_path / "wider.xlsx")
    again = recalculated({"wider": data}, tmp_path, soffice)["wider"]
    assert differences(cells(data), again) == []
    rag = TRACKER.index("rag") + 1
    assert [again["跟踪表"].get((row, rag)) for row in range(5, 11)] == ["蓝", "蓝", "蓝", "绿", "红", "黄"]


# native validation


def _rule(package: Package, tab: str, sheet_key: str, column: str) -> etree._Element:
    at = SHEETS.table(sheet_key).index(column)
    return package.rules(tab)[f"{column_letters(at + 1)}{FIRST_ROW}"]


def test_closed_lists_stop_wrong_words(zh: Package) -> None:
    rule = _rule(zh, "跟踪表", "tracker", "status")
    assert rule.get("errorStyle") is None  # stop is the default
    assert rule.findtext("m:formula1", namespaces=NS) == '"未开始,进行中,已完成,暂停,取消"'
    assert "未开始、进行中" in rule.get("error", "")


def test_dates_must_be_real_dates_from_2000_on(zh: Package) -> None:
    rule = _rule(zh, "跟踪表", "tracker", "actual")
    assert (rule.get("type"), rule.get("operator"), rule.get("errorStyle")) == (
        "date",
        "greaterThanOrEqual",
        None,
    )
    assert rule.findtext("m:formula1", namespaces=NS) == "36526"  # 2000-01-01


@pytest.mark.parametrize("column", ["deadline", "owner", "support"])
def test_the_templates_own_entries_are_only_warned_about(zh: Package, column: str) -> None:
    assert _rule(zh, "跟踪表", "tracker", column).get("errorStyle") == "warning"


def test_percent_has_its_range_and_rules_reach_below_the_table(zh: Package) -> None:
    rule = _rule(zh, "跟踪表", "tracker", "percent")
    assert [rule.findtext(f"m:formula{n}", namespaces=NS) for n in (1, 2)] == ["0", "1"]
    assert rule.get("sqref", "").endswith(f"{LETTERS['percent']}{LAST_ROW}")


def test_departments_come_from_the_contacts(zh: Package) -> None:
    assert _rule(zh, "跟踪表", "tracker", "owner").findtext("m:formula1", namespaces=NS) == "departments"
    assert "COUNTA(通讯录!$A$5:$A$504)" in zh.names()["departments"].replace("'", "")


def test_messages_fit_the_limits_of_excel() -> None:
    for lang in LANGS:
        for sheet in SHEETS.tables:
            for column in sheet.columns:
                rule = column_rule(column, "A", 5, 99, lang) or {}
                assert len(rule.get("error_message", "")) <= 225
                assert len(rule.get("input_title", "")) <= 32
                assert str(rule.get("error_message", "。")).endswith(("。", "？", "?", "."))


# colours


def _colours(package: Package, tab: str) -> list[tuple[str, str, str]]:
    """(range, formula, ground colour) of every conditional format, strongest first."""
    styles = package.xml("xl/styles.xml")
    grounds = [d.find(".//m:bgColor", NS) for d in styles.iterfind(".//m:dxfs/m:dxf", NS)]
    rules = []
    for block in package.sheet(tab).iterfind("m:conditionalFormatting", NS):
        for rule in block.iterfind("m:cfRule", NS):
            ground = grounds[int(rule.get("dxfId", "0"))]
            colour = "" if ground is None else ground.get("rgb", "")
            rules.append(
                (
                    int(rule.get("priority", "0")),
                    block.get("sqref"),
                    rule.findtext("m:formula", "", NS),
                    colour,
                )
            )
    return [(area, formula, colour) for _, area, formula, colour in sorted(rules)]


@pytest.mark.parametrize("lang", LANGS)
def test_alert_and_variance_take_the_colour_of_the_word(samples: dict[str, bytes], lang: Lang) -> None:
    rules = _colours(Package(samples[lang]), TRACKER.name(lang))
    alert, variance = (column_letters(TRACKER.index(name) + 1) for name in ("rag", "variance"))
    for code in RAG.codes:
        ground = "FF" + looks.RAG_COLOURS[code][1].removeprefix("#")
        for letter in (alert, variance):
            area = f"{letter}5:{letter}{LAST_ROW}"
            assert (area, f'${alert}5="{RAG.label(code, lang)}"', ground) in rules


def test_overdue_actions_are_red_until_done(zh: Package) -> None:
    formulas = [
        f for area, f, colour in _colours(zh, "待办台账") if area.startswith("E5") and colour == "FFFDE7E6"
    ]
    assert formulas == ['AND(ISNUMBER($E5),$E5<as_of,$G5="",$F5<>"已完成",$F5<>"取消")']


def test_stopped_rows_turn_grey(zh: Package) -> None:
    status = f'${at("status", 5)}="取消"'
    assert any(status in f for _, f, colour in _colours(zh, "跟踪表") if not colour)


def test_a_new_workbooks_window_fits_a_laptop(zh: Package) -> None:
    """Twips, 15 a pixel: a screen of 1366 × 768 holds it."""
    [view] = zh.workbook.iterfind(".//m:workbookView", NS)
    assert 800 * 15 <= int(view.get("windowWidth", "")) <= 1366 * 15
    assert 500 * 15 <= int(view.get("windowHeight", "")) <= 768 * 15
