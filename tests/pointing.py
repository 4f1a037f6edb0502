"""A workbook in which people point to a generated sheet in every way there is, and that sheet drawn anew.

Formulas, names, a chart, a list, a rule and a link stand on 我的看板 and lead into 风险清单.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import make
import xlsxwriter
from lxml import etree

from xl_collab.hosts.changes import content_hash
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.package import Package
from xl_collab.project.edits import InsertSheet

TAB, OWN = "风险清单", "我的看板"
EDIT = InsertSheet("risks", TAB, make.OfKind("risks"))

FORMULAS = {
    "A1": f"={TAB}!B3",
    "A2": f"=SUM({TAB}!B3:B6)",
    "A3": f"=SUM({TAB}!B:B)",
    "A4": f'=INDIRECT("{TAB}!B3")',
    "A5": "=SUM(scores)",
    "A6": "=second*10",
    "A7": f'=IF({TAB}!B9="","空",{TAB}!B9)',
}
"""What people wrote; `shown` says what each shows."""


def shown(rows: int) -> list[object]:
    """What FORMULAS show where 风险清单 has so many rows, whose scores are rows, rows + 1, …"""
    scores = [rows + i for i in range(rows)]
    seventh = scores[6] if rows > 6 else "空"
    return [rows, sum(scores[:4]), sum(scores), rows, sum(scores[:3]), scores[1] * 10, seventh]


def drawn(rows: int, tab: str = TAB) -> bytes:
    """风险清单 with so many rows as compose would hand it over: a scratch workbook of one sheet."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    _draw(book, tab, rows)
    book.close()
    return stream.getvalue()


def _draw(book: Any, tab: str, rows: int) -> Any:
    sheet, last = book.add_worksheet(tab), rows + 2
    sheet.set_column("A:A", 30)
    sheet.set_column("B:C", 9)
    sheet.set_column("E:E", None, None, {"hidden": True})
    title = book.add_format({"bold": True, "bg_color": "#1F4E78", "font_color": "white", "align": "center"})
    sheet.merge_range("A1:C1", f"共 {rows} 项", title)
    sheet.set_row(0, 40)
    if rows > 6:
        sheet.merge_range("K1:M2", "分布", title)
    plain = book.add_format({"border": 1, "bg_color": "#DDEBF7"})
    for i in range(rows):
        sheet.write_row(2 + i, 0, [f"风险 {i + 1}", rows + i, "高"], plain)
        sheet.set_row(2 + i, 22 + i)
    sheet.data_validation(f"C3:C{last}", {"validate": "list", "source": ["高", "中", "低"]})
    sheet.write_url("D3", f"internal:'{tab}'!A{last}", string="末行")
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "categories": f"='{tab}'!$A$3:$A${last}",
            "values": f"='{tab}'!$B$3:$B${last}",
            "name": f"={tab}!$A$1",
        }
    )
    sheet.insert_chart("G3", chart, {"object_position": 2})
    sheet.set_tab_color("#C00000")
    sheet.freeze_panes(2, 1)
    sheet.hide_gridlines(2)
    if rows % 2:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.8)
    sheet.set_footer(f"&C{rows} 项，第 &P 页")
    sheet.repeat_rows(0, 1)
    sheet.print_area(0, 0, last - 1, 5)
    return sheet


def workbook(path: Path, rows: int = 3) -> Path:
    """A tracker with 风险清单 and with 我的看板, which points to it."""
    digest = _digest(_made(path, rows, ""))
    return _made(path, rows, digest)


def _digest(path: Path) -> str:
    return content_hash(Sheets(Package.open(path)), TAB)


def _made(path: Path, rows: int, digest: str) -> Path:
    maker = make.Maker()
    maker.table("tracker", [make.row("T1")])
    maker.form("settings", {"project": "试点项目"})
    maker.meta()
    _draw(maker.book, TAB, rows)
    for name, text in (("_kind", EDIT.kind), ("_key", EDIT.key), ("_hash", digest)):
        maker.book.define_name(f"{TAB}!{name}", f'="{text}"')
    _point(maker.book)
    return maker.save(path)


def _point(book: Any) -> None:
    sheet = book.add_worksheet(OWN)
    book.define_name("scores", f"={TAB}!$B$3:$B$5")
    book.define_name(f"{OWN}!second", f"={TAB}!$B$4")
    book.define_name(f"{TAB}!first", f"={TAB}!$A$3")
    for cell, formula in FORMULAS.items():
        sheet.write_formula(cell, formula)
    sheet.data_validation("C1", {"validate": "list", "source": f"={TAB}!$A$3:$A$5"})
    red = book.add_format({"bg_color": "#FFC7CE"})
    sheet.conditional_format("D1:D5", {"type": "formula", "criteria": f"={TAB}!$B$3>1", "format": red})
    sheet.write_url("E1", f"internal:{TAB}!A3", string="看清单")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"categories": f"={TAB}!$A$3:$A$5", "values": f"={TAB}!$B$3:$B$5"})
    sheet.insert_chart("G2", chart)


def pointers(path: Path) -> dict[str, list[str]]:
    """Everything on 我的看板 that leads elsewhere, and all names of people's: kind → where to."""
    package = Package.open(path)
    sheet = package.workbook.require(OWN)
    xml = etree.fromstring(package.read(sheet.part))
    drawings = [rel.target for rel in package.related(sheet.part, "drawing")]
    charts = [rel.target for part in drawings for rel in package.related(part, "chart")]
    links = [one.get("location", "") for one in xml.iterfind(".//{*}hyperlink")]
    names = [one for one in package.workbook.defined_names if one.name in ("scores", "second", "first")]
    return {
        "chart": [
            _plain(f.text) for part in charts for f in etree.fromstring(package.read(part)).iter("{*}f")
        ],
        "list": [_plain(one.text) for one in xml.iterfind(".//{*}dataValidation/{*}formula1")],
        "rule": [_plain(one.text) for one in xml.iterfind(".//{*}cfRule/{*}formula")],
        "link": [_plain(one) for one in links],
        "name": sorted(f"{one.sheet or ''}:{one.name}={_plain(one.text)}" for one in names),
    }


def _plain(reference: str | None) -> str:
    """Quotes and dollars differ from program to program."""
    return re.sub(r"['$]", "", reference or "")


POINTERS = {
    "chart": [f"{TAB}!A3:A5", f"{TAB}!B3:B5"],
    "list": [f"{TAB}!A3:A5"],
    "rule": [f"{TAB}!B3>1"],
    "link": [f"{TAB}!A3"],
    "name": [f":scores={TAB}!B3:B5", f"{OWN}:second={TAB}!B4", f"{TAB}:first={TAB}!A3"],
}
"""Where they lead, whatever is done to 风险清单."""


def counted(path: Path) -> dict[str, int]:
    """What must not become more with every refresh."""
    package = Package.open(path)
    styles = etree.fromstring(package.read(package.related(package.workbook_part, "styles")[0].target))
    counts = {
        name: len(styles.findall(f"{{*}}{name}/*"))
        for name in ("fonts", "fills", "cellXfs", "cellStyles", "dxfs")
    }
    counts |= {
        "tabs": len(package.workbook.sheets),
        "names": len(package.workbook.defined_names),
        "charts": sum("/charts/chart" in part and "_rels" not in part for part in package.parts),
        "parts": len(package.parts),
    }
    return counts
