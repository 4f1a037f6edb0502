"""`upgrade --reorder`: the tracker's columns in today's order; every reference means what it meant."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from collect_desk import Desk, changed, statuses
from command_line import Ran
from make import Maker, Odd, digest, edit_part, parts, png, row
from recalculation import Sheets, cells, recalculated
from tracker_letters import FORMER, LETTERS

from tools.lint.lint import lint
from xl_collab.a1 import column_letters, column_number
from xl_collab.hosts.ooxml.columnmove import CannotFollow, ColumnMove
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.schema.sheets import TRACKER

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported", "ignore:.*unclosed file")
EARLIER = Path(__file__).parent / "earlier"
OLD = {name: column_letters(at) for at, name in enumerate(FORMER, start=1)}
"""Where each column stood in workbooks of the former version."""
_AREA = f'<autoFilter ref="A4:{list(OLD.values())[-1]}8"'.encode()
_COLUMN = f'<filterColumn colId="{FORMER.index("status")}">'.encode()
_FILTER = (
    _AREA + b"/>",
    _AREA + b">" + _COLUMN + b'<filters><filter val="x"/></filters></filterColumn></autoFilter>',
)
ORDER = [column.label.zh for column in TRACKER.columns]
_ROWS = [
    row(
        f"T00{n}",
        stage="方案评审",
        owner="研发部" if n % 2 else "市场部",
        task=f"任务{n}",
        output="成果",
        deadline=date(2026, 3, n + 2),
        planned_start=date(2026, 3, n + 1),
        predecessors=None if n == 1 else f"T00{n - 1}",
        status="未开始" if n > 1 else "进行中",
        percent=n / 10,
        note="请注意",
    )
    for n in range(1, 5)
]


def headings(path: Path, top: int = 4, tab: str = "跟踪表") -> list[object]:
    return [cell.value for cell in openpyxl.load_workbook(path)[tab][top] if cell.value is not None]


def peopled(path: Path, **more: str) -> Path:
    """A workbook of the former version with what people put into theirs; `more` are formulas of 我的分析."""
    maker = Maker()
    tab = maker.table("tracker", _ROWS, Odd(order=FORMER, formulas=False))
    red = maker.book.add_format({"bg_color": "#FF0000"})
    last = list(OLD.values())[-1]
    tab.freeze_panes(4, 2)
    tab.set_column(f"{OLD['status']}:{OLD['status']}", 33)
    tab.set_column(f"{OLD['lead_days']}:{OLD['lead_days']}", None, None, {"hidden": True})
    tab.write_comment(f"{OLD['status']}6", "请核对", {"author": "王五"})
    tab.write_url(f"{OLD['support']}5", "https://example.com/", string="生产部")
    tab.insert_image(f"{OLD['percent']}9", "logo.png", {"image_data": png()})
    tab.conditional_format(
        f"{OLD['percent']}5:{OLD['percent']}99",
        {
            "type": "formula",
            "criteria": f'=AND(${OLD["status"]}5="进行中",${OLD["percent"]}5<0.5)',
            "format": red,
        },
    )
    tab.conditional_format(f"A5:{last}99", {"type": "formula", "criteria": "=A5=A$4", "format": red})
    tab.conditional_format(
        f"{OLD['percent']}5:{OLD['percent']}8", {"type": "data_bar", "data_bar_2010": True}
    )
    tab.data_validation(
        f"{OLD['actual']}5:{OLD['actual']}99",
        {"validate": "custom", "value": f"={OLD['actual']}5>={OLD['planned_start']}5"},
    )
    maker.form(
        "settings",
        {"project": "试点项目", "data_date": date(2026, 3, 9), "delay_threshold": 2, "lead_time": 3},
    )
    own = maker.book.add_worksheet("我的分析")
    formulas = {
        "one": f"=跟踪表!{OLD['status']}5",
        "count": f'=COUNTIF(跟踪表!${OLD["status"]}$5:${OLD["status"]}$5000,"未开始")',
        "sum": f"=SUM(跟踪表!{OLD['percent']}:{OLD['percent']})",
        "look": f'=VLOOKUP("T002",跟踪表!$A$5:${OLD["status"]}$8,{column_number(OLD["percent"])},FALSE)',
        "match": f'=INDEX(跟踪表!$A$5:${last}$8,2,MATCH("状态",跟踪表!$A$4:${last}$4,0))',
        "table": '=COUNTIF(tblTracker[状态],"未开始")',
        "name": "=SUM(完成率们)",
        "several": f"=COUNTA(跟踪表!{OLD['percent']}5:{OLD['status']}8)",
        **more,
    }
    for at, formula in enumerate(formulas.values()):
        own.write_formula(at, 0, formula)
    own.write_url(20, 0, f"internal:跟踪表!{OLD['status']}7", string="去看")
    maker.book.define_name("完成率们", f"=跟踪表!${OLD['percent']}$5:${OLD['percent']}$8")
    chart = maker.book.add_chart({"type": "column"})
    chart.add_series(
        {"categories": "=跟踪表!$A$5:$A$8", "values": f"=跟踪表!${OLD['percent']}$5:${OLD['percent']}$8"}
    )
    own.insert_chart("F2", chart)
    own.add_sparkline("D2", {"range": f"跟踪表!{OLD['percent']}5:{OLD['percent']}8"})
    maker.meta()
    maker.save(path)
    edit_part(path, "table1.xml", _FILTER[0], _FILTER[1])
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same workbook upgraded only, and in today's order."""
    from xl_collab.ui.cli import main

    folder = tmp_path_factory.mktemp("reorder")
    plain, ordered = peopled(folder / "plain.xlsx"), folder / "ordered.xlsx"
    shutil.copyfile(plain, ordered)
    for arguments in (["upgrade", str(plain)], ["upgrade", "--reorder", str(ordered)]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert not ended.value.code
    return plain, ordered


def test_the_columns_stand_in_the_order_of_a_new_workbook(made: tuple[Path, Path]) -> None:
    plain, ordered = made
    assert headings(ordered) == ORDER
    assert headings(plain)[:27] == [TRACKER.column(name).label.zh for name in FORMER]
    (table,) = openpyxl.load_workbook(ordered)["跟踪表"].tables.values()
    assert [column.name for column in table.tableColumns] == ORDER
    assert [one.colId for one in table.autoFilter.filterColumn] == [ORDER.index("状态")]


def _by_heading(path_or_sheets: Sheets, top: int = 4) -> dict[tuple[object, object], object]:
    grid = path_or_sheets["跟踪表"]
    names = {column: value for (line, column), value in grid.items() if line == top}
    return {(line, names.get(column, column)): value for (line, column), value in grid.items() if line > top}


def test_every_value_is_the_same_recalculated_too(
    made: tuple[Path, Path], tmp_path: Path, soffice: Callable[..., None]
) -> None:
    """What cells show now, and what LibreOffice computes from scratch: all sheets, the tracker by heading."""
    plain, ordered = (path.read_bytes() for path in made)
    computed = recalculated({"plain": plain, "ordered": ordered}, tmp_path, soffice)
    for one, other in (
        (cells(plain), cells(ordered)),
        (computed["plain"], computed["ordered"]),
        (cells(ordered), computed["ordered"]),
    ):
        assert _by_heading(one) == _by_heading(other)
    assert computed["plain"]["我的分析"] == computed["ordered"]["我的分析"]
    mine = computed["ordered"]["我的分析"]
    assert [mine[line, 0] for line in range(1, 9)] == ["进行中", 3, 1, 0.2, "未开始", 3, 1, 8]


def test_formulas_colours_checks_and_widths_go_along(made: tuple[Path, Path]) -> None:
    sheet = openpyxl.load_workbook(made[1])["跟踪表"]
    percent, status, actual = LETTERS["percent"], LETTERS["status"], LETTERS["actual"]
    colours = {
        rule.formula[0]: str(block.sqref)
        for block in sheet.conditional_formatting
        for rule in block.rules
        if rule.formula
    }
    assert colours[f'AND(${status}5="进行中",${percent}5<0.5)'] == f"{percent}5:{percent}99"
    everywhere = [sqref for formula, sqref in colours.items() if formula == "A5=A$4"]
    assert len(everywhere) == 1
    assert everywhere[0].startswith("A5:")
    checks = {rule.formula1: str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert checks[f"{actual}5>={LETTERS['planned_start']}5"] == f"{actual}5:{actual}99"
    assert sheet.column_dimensions[status].width > 30
    assert sheet.column_dimensions[LETTERS["lead_days"]].hidden
    assert sheet[f"{status}6"].comment.text == "请核对"
    assert sheet[f"{LETTERS['support']}5"].hyperlink.target == "https://example.com/"
    assert (sheet.freeze_panes, sheet.print_title_cols) == ("E5", None)


def test_what_other_parts_point_to_goes_along(made: tuple[Path, Path]) -> None:
    found = parts(made[1])
    percent, status = LETTERS["percent"], LETTERS["status"]
    chart = next(data for name, data in found.items() if "charts/chart" in name).decode()
    assert f"${percent}$5:${percent}$8" in chart
    assert f"${percent}$5:${percent}$8</definedName>" in found["xl/workbook.xml"].decode()
    sheets = "".join(data.decode() for name, data in found.items() if "worksheets/sheet" in name)
    assert f"<xm:f>跟踪表!{percent}5:{percent}8</xm:f>" in sheets.replace("'", "")
    assert f"<xm:sqref>{percent}5:{percent}8</xm:sqref>" in sheets
    assert re.search(rf'location="\'?跟踪表\'?!{status}7"', sheets)
    drawing = next(d for n, d in found.items() if "drawings/drawing" in n and b"logo" in d).decode()
    assert f"<xdr:from><xdr:col>{column_number(percent) - 1}</xdr:col>" in drawing
    vml = next(data for name, data in found.items() if name.endswith(".vml")).decode()
    assert f"<x:Column>{column_number(status) - 1}</x:Column>" in vml


def test_plan_and_computed_columns_fold(made: tuple[Path, Path]) -> None:
    package = Package.open(made[1])
    part = package.workbook.require("跟踪表").part
    head = package.read(part).split(b"<sheetData")[0].decode()
    found = {}
    for text in re.findall(r"<col ([^>]*)/>", head):
        given = dict(re.findall(r'(\w+)="([^"]*)"', text))
        for number in range(int(given["min"]), int(given["max"]) + 1):
            found[column_letters(number)] = given
    for column in TRACKER.columns:
        given = found.get(LETTERS[column.name], {})
        assert given.get("outlineLevel", "0") == ("1" if column.group else "0"), column.name
        if column.folded:
            assert given.get("hidden") == "1", column.name
    assert found[LETTERS["baseline"]].get("collapsed") == "1"
    area = package.workbook.defined_name("_xlnm.Print_Area", "跟踪表")
    assert area == f"'跟踪表'!$A$1:${LETTERS['baseline']}$1048576"


def test_it_is_sound_undoable_and_done_once(
    made: tuple[Path, Path], tmp_path: Path, cli: Callable[..., Ran], ooxml_validate: Callable[[Path], None]
) -> None:
    path = Path(shutil.copyfile(made[1], tmp_path / "t.xlsx"))
    ooxml_validate(path)
    assert [line for line in lint(path) if "structured" not in line] == []  # people's own table[column]
    assert dict(read_book(path).stale_formulas) == {}
    before = digest(path)
    assert "无需升级" in cli("upgrade", "--reorder", path).out
    assert digest(path) == before
    old = peopled(tmp_path / "old.xlsx")
    before = digest(old)
    shown = cli("upgrade", "--reorder", old, "--dry-run")
    assert "按现行顺序排列" in shown.out
    assert digest(old) == before
    assert cli("upgrade", "--reorder", old, "--json").json["reordered"] is True
    assert cli("undo", old).code == 0
    assert digest(old) == before


@pytest.mark.parametrize(
    "formula",
    [
        f'=VLOOKUP("T002",跟踪表!$A$5:${OLD["status"]}$8,B1,FALSE)',
        f'=INDIRECT("跟踪表!{OLD["status"]}"&5)',
        "=OFFSET(跟踪表!A5,0,13)",
        f"=SUMPRODUCT(跟踪表!{OLD['actual']}5:{OLD['status']}8*1)",
    ],
)
def test_what_cannot_follow_is_named_and_nothing_changes(
    formula: str, tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    path = peopled(tmp_path / "t.xlsx", mine=formula)
    before = digest(path)
    ran = cli("upgrade", "--reorder", path)
    assert ran.code == 2
    assert "我的分析" in ran.err
    assert formula[1:8] in ran.err
    assert "什么也没有改动" in ran.err.replace("\n", "")
    assert digest(path) == before
    assert cli("upgrade", path).code == 0


@pytest.mark.parametrize("name", ["first", "before-columns", "packaging"])
def test_workbooks_as_they_were_shipped(name: str, tmp_path: Path, cli: Callable[..., Ran]) -> None:
    path = Path(shutil.copyfile(EARLIER / f"{name}.xlsm", tmp_path / "t.xlsm"))
    assert cli("upgrade", "--reorder", path).code == 0
    mine = (
        ["优先级"] if name == "packaging" else []
    )  # beside the table; it stands in front of what is planned
    at = ORDER.index("配合部门")
    assert headings(path) == [*ORDER[:at], *mine, *ORDER[at:]]
    assert lint(path) == []
    book = read_book(path)
    assert (dict(book.stale_formulas), book.tables["tracker"].missing) == ({}, ())
    before = read_book(EARLIER / f"{name}.xlsm").tables["tracker"]
    for column in (c.name for c in TRACKER.columns if c.entered and c.name in before.cells):
        assert book.tables["tracker"].texts(column).tolist() == before.texts(column).tolist(), column


def test_a_packet_that_was_out_is_collected_into_the_new_order(
    tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    desk = Desk(tmp_path)
    shutil.copyfile(EARLIER / "before-columns.xlsm", desk.master)
    desk.send("研发部", "市场部")
    assert cli("upgrade", "--reorder", desk.master).code == 0
    desk.reply(T005__percent=0.8)
    report = desk.collect()
    assert statuses(report) == [("merged", "")]
    assert changed(report)["t005", "percent"] == 0.8
    assert desk.value("T005", "percent") == 0.8


ODD = {
    "headings-in-row-9": Odd(header_row=9, order=[*FORMER[:5], "=我的列", *FORMER[5:21]]),
    "begins-in-column-c": Odd(order=["", "=备忘", *FORMER, "=最后"]),
    "no-table": Odd(order=FORMER, table=False),
    "total-row": Odd(order=FORMER, total_row=True),
    "renamed": Odd(order=FORMER, tab="总表's", headings={"deadline": "完成\n时限", "id": "任务编号"}),
}


@pytest.mark.parametrize("kind", ODD)
def test_however_the_workbook_was_made(kind: str, tmp_path: Path, cli: Callable[..., Ran]) -> None:
    maker = Maker()
    maker.table("tracker", _ROWS, ODD[kind])
    maker.form("settings", {"project": "试点项目", "data_date": date(2026, 3, 9)})
    maker.meta()
    path = maker.save(tmp_path / "t.xlsx")
    assert cli("upgrade", "--reorder", path).code == 0
    assert lint(path) == []
    table = read_book(path).tables["tracker"]
    there = sorted(table.letters, key=lambda name: column_number(table.letters[name]))
    assert there == [column.name for column in TRACKER.columns]
    # T001, due on Tuesday 03-03, is under way; its sole remaining work ends on the data date at the earliest.
    assert table.raw("variance").tolist()[0] > 0
    assert read_book(path).stale_formulas == {}


MOVE = ColumnMove(
    "跟踪表",
    {2: 4, 3: 2, 4: 3},
    "表",
    {1: "a", 2: "b", 3: "c", 4: "d", 5: "e"},
    {"数据": (1, 5)},
    ("首页", "跟踪表"),
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("跟踪表!B5+B5", "跟踪表!D5+B5"),
        ("'跟踪表'!$B$5", "'跟踪表'!$D$5"),
        ("SUM(跟踪表!C5:D9)", "SUM(跟踪表!B5:C9)"),
        ("SUM(跟踪表!B5:C9)", "SUM(跟踪表!B5:B9,跟踪表!D5:D9)"),
        ("COUNTIF(跟踪表!A:E,1)", "COUNTIF(跟踪表!A:E,1)"),
        ("VLOOKUP(1,跟踪表!$A:$D,2,0)", "VLOOKUP(1,跟踪表!$A:$D,4,0)"),
        ("VLOOKUP(1,数据,2,0)", "VLOOKUP(1,数据,4,0)"),
        ("INDEX(跟踪表!A5:E9,2,3)", "INDEX(跟踪表!B5:B9,2,1)"),
        ("[1]跟踪表!B5+'[x.xlsx]跟踪表'!B5", "[1]跟踪表!B5+'[x.xlsx]跟踪表'!B5"),
        ('"跟踪表!B5"&LOG10(跟踪表!E5)', '"跟踪表!B5"&LOG10(跟踪表!E5)'),
        ("表[b]+SUM(表[[c]:[d]])", "表[b]+SUM(表[[c]:[d]])"),
    ],
)
def test_a_formula_means_the_same_cells(before: str, after: str) -> None:
    assert MOVE.formula(before, home=False) == after


@pytest.mark.parametrize(
    "formula",
    ["跟踪表!A5:C9", "VLOOKUP(1,跟踪表!A:D,X1,0)", "表[[a]:[b]]", "SUM(首页:跟踪表!B5)", "INDEX(数据,1,X1)"],
)
def test_a_formula_that_cannot_say_it_is_refused(formula: str) -> None:
    with pytest.raises(CannotFollow):
        MOVE.formula(formula, home=False)
