"""Generated sheets: whole workbooks of one sheet, in both languages, whatever people typed."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from xl_collab.checks.validate import FindingsDoc, findings
from xl_collab.documents.drawing import draw
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.review.content import review
from xl_collab.documents.risks.content import risks
from xl_collab.plan.project import Project
from xl_collab.project.scenarios.sample import AS_OF, SAMPLE
from xl_collab.project.scenarios.sample_demo import AS_OF as DEMO_DAY, DEMO
from xl_collab.project.sentences import places
from xl_collab.project.tables import Book, Table
from xl_collab.schema.findings import Finding
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang

KINDS = ("minutes", "review", "risks", "findings")
LANGS: tuple[Lang, ...] = ("zh", "en")
MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
NASTY = ("=1+1", "<b>&amp;</b>", "@x", "+1-1", "http://example.com/", "internal:A1", "a\x00b\x0bc\ud800")


def document(kind: str, project: Project) -> object:
    if kind == "findings":
        return FindingsDoc(tuple(findings(project)), project.as_of)
    return {"minutes": minutes, "review": review, "risks": risks}[kind](project).data


def drawn(kind: str, project: Project, lang: Lang = "zh") -> bytes:
    found = places(project.book)
    return draw(document(kind, project), project_name=project.settings.project, lang=lang, links=found)


def demo(lang: Lang = "zh") -> Project:
    return Project(DEMO.book(lang), DEMO_DAY)


def with_rows(book: Book, key: str, records: list[Mapping[str, Any]]) -> Book:
    return replace(book, tables={**book.tables, key: Table.of(SHEETS.table(key), records)})


def nasty() -> Project:
    """The demonstration with odd text in every entered text column of every sheet."""
    book = DEMO.book()
    for key, table in book.tables.items():
        if table.sheet.state != "visible" or key == "calendar":
            continue
        names = [c.name for c in table.sheet.columns if c.name in _ODD]
        rows = [
            {**row, **{name: NASTY[(n + i) % len(NASTY)] for i, name in enumerate(names)}}
            for n, row in enumerate(table.records())
        ]
        book = with_rows(book, key, rows)
    odd = {"project": "=1+1 & <项目>", "place": "@x"}
    return Project(
        replace(book, forms={**book.forms, "settings": {**book.forms["settings"], **odd}}), DEMO_DAY
    )


_ODD = ("task", "note", "output", "risk", "countermeasure", "problem", "progress", "decisions", "action")
_ODD += ("cause", "measures", "lesson", "milestone", "criteria", "deliverable", "remaining", "source")


def empty() -> Project:
    return Project(Book({sheet.key: Table.of(sheet, []) for sheet in SHEETS.tables}), AS_OF)


def long_texts() -> Project:
    book = SAMPLE.book()
    rows = [{**row, "task": "很长的任务" * 4000} for row in book.tables["tracker"].records()]
    return Project(with_rows(book, "tracker", rows), AS_OF)


def part(package: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return etree.fromstring(archive.read(name))


def names(package: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(package)).namelist()


def texts(package: bytes) -> list[str]:
    root = part(package, "xl/sharedStrings.xml")
    return ["".join(item.itertext()) for item in root]


def cells(package: bytes) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(package)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


CASES: dict[str, Callable[[], Project]] = {"demo": demo, "nasty": nasty, "empty": empty, "long": long_texts}


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        *((kind, case) for kind in KINDS for case in ("demo", "nasty")),
        *((kind, case) for kind in ("minutes", "review") for case in ("empty", "long")),
    ],
)
def test_microsofts_validator_finds_nothing(
    kind: str, case: str, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    path = tmp_path / f"{kind}.xlsx"
    path.write_bytes(drawn(kind, CASES[case](), "en" if case == "demo" else "zh"))
    ooxml_validate(path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawn_sheet_can_be_put_into_any_workbook(kind: str) -> None:
    package = drawn(kind, demo())
    sheets = [name for name in names(package) if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 1
    assert not [name for name in names(package) if "tables/" in name or "externalLinks" in name]
    workbook = part(package, "xl/workbook.xml")
    defined = workbook.findall(".//m:definedName", MAIN)
    assert {d.get("name") for d in defined} <= {"_xlnm.Print_Area", "_xlnm.Print_Titles"}
    assert {d.get("localSheetId") for d in defined} == {"0"}
    assert not part(package, sheets[0]).findall(".//m:f", MAIN)
    styles = etree.tostring(part(package, "xl/styles.xml")).decode()
    cell_fonts = styles[styles.index("<fonts") : styles.index("</fonts>")]
    assert "scheme" not in cell_fonts


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        ("minutes", "纪要-20231128", "Minutes-20231128"),
        ("review", "复盘报告", "Review report"),
        ("risks", "风险清单", "Risk list"),
        ("findings", "校验结果", "Findings"),
    ],
)
def test_the_sheet_has_the_name_of_its_tab(kind: str, zh: str, en: str) -> None:
    for lang, name in (("zh", zh), ("en", en)):
        sheet = part(drawn(kind, demo(), lang), "xl/workbook.xml").find(".//m:sheet", MAIN)
        assert sheet is not None
        assert sheet.get("name") == name


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_document_gives_the_same_bytes(kind: str) -> None:
    assert drawn(kind, demo()) == drawn(kind, demo())


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_people_typed_stays_text(kind: str) -> None:
    package = drawn(kind, nasty())
    assert not part(package, "xl/worksheets/sheet1.xml").findall(".//m:f", MAIN)
    assert not [
        name
        for name in names(package)
        if name.endswith("sheet1.xml.rels") and b"External" in _raw(package, name)
    ]
    for link in part(package, "xl/worksheets/sheet1.xml").findall(".//m:hyperlink", MAIN):
        assert re.fullmatch(r"'[^']+'![A-Z]+\d+", link.get("location", ""))


def _raw(package: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(package)).read(name)


def test_odd_text_is_shown_as_it_was_typed() -> None:
    shown = texts(drawn("minutes", nasty()))
    assert "=1+1" in shown
    assert "<b>&amp;</b>" in shown
    assert "=1+1 & <项目>" in shown


@pytest.mark.parametrize("kind", KINDS)
def test_english_sheets_have_no_chinese_word(kind: str) -> None:
    shown = texts(drawn(kind, demo("en"), "en"))
    assert len(shown) > 10
    assert not [text for text in shown if re.search("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", text)]


@pytest.mark.parametrize("kind", ["minutes", "review", "risks"])
def test_evidence_leads_to_its_row(kind: str) -> None:
    project = demo()
    known = {f"'{tab}'!{cell}" for tab, cell in places(project.book).values()}
    package = drawn(kind, project)
    found = {
        link.get("location")
        for link in part(package, "xl/worksheets/sheet1.xml").iterfind(".//m:hyperlink", MAIN)
    }
    assert "'跟踪表'!A9" in found  # T005
    assert found <= known


def test_a_row_without_a_known_place_is_no_link() -> None:
    package = draw(minutes(demo()).data, project_name="x", lang="zh", links={})
    assert part(package, "xl/worksheets/sheet1.xml").find(".//m:hyperlink", MAIN) is None


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_tall_enough_and_long_text_is_cut(kind: str) -> None:
    package = drawn(kind, long_texts())
    heights = [
        float(row.get("ht", 0))
        for row in part(package, "xl/worksheets/sheet1.xml").iterfind(".//m:row", MAIN)
    ]
    assert max(heights) <= 409
    assert max(map(len, texts(package))) < 2000


def test_cut_text_ends_with_an_ellipsis() -> None:
    tasks = [text for text in texts(drawn("minutes", long_texts())) if text.startswith("很长的任务")]
    assert tasks
    assert all(text.endswith("…") for text in tasks)


def test_minutes_are_printed_at_nine_tenths() -> None:
    package = drawn("minutes", demo())
    setup = part(package, "xl/worksheets/sheet1.xml").find("m:pageSetup", MAIN)
    assert setup is not None
    assert (setup.get("paperSize"), setup.get("orientation"), setup.get("scale")) == ("9", "portrait", "90")
    titles = part(package, "xl/workbook.xml").find(".//m:definedName[@name='_xlnm.Print_Titles']", MAIN)
    assert titles is not None


@pytest.mark.parametrize("kind", ["review", "risks"])
def test_prints_on_a4_one_page_wide_with_a_repeated_row(kind: str) -> None:
    package = drawn(kind, demo())
    sheet = part(package, "xl/worksheets/sheet1.xml")
    setup = sheet.find("m:pageSetup", MAIN)
    assert setup is not None
    assert (setup.get("paperSize"), setup.get("fitToWidth", "1"), setup.get("fitToHeight")) == ("9", "1", "0")
    titles = part(package, "xl/workbook.xml").find(".//m:definedName[@name='_xlnm.Print_Titles']", MAIN)
    assert titles is not None


# minutes


def test_minutes_begin_with_what_was_decided_and_end_with_signatures() -> None:
    shown = [text for row in cells(drawn("minutes", demo())) for text in row if text]
    heads = ("一、决议", "二、待办事项", "四、风险与应对措施", "五、需协调事项", "六、进展统计", "签字确认")
    assert sorted(heads, key=shown.index) == list(heads)
    assert shown[shown.index("20231127-1") - 1] == "H006"
    assert "研发部：" in shown and any(
        str(text).startswith("报：总经理*；送：各参与部门（") for text in shown
    )


def test_minutes_without_a_record_mark_what_to_fill_in() -> None:
    shown = texts(drawn("minutes", Project(SAMPLE.book(), AS_OF)))
    assert "【请填写】" in shown
    assert any("请补填" in text for text in shown)


def test_figures_are_numbers_and_dates_are_dates() -> None:
    rows = cells(drawn("minutes", demo()))
    late = next(row for row in rows if row[1] == "T005" and row[4] == dt.date(2023, 12, 20))
    assert late[5] == dt.date(2023, 12, 26)
    assert late[6] == 4


def test_a_moved_meeting_is_explained() -> None:
    shown = texts(drawn("minutes", Project(SAMPLE.book(), dt.date(2023, 12, 25))))
    assert any("按例会时间应为 2024-01-01，该日休息，改为 2024-01-02。" in text for text in shown)


# review


def charts(package: bytes) -> list[str]:
    return [name for name in names(package) if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]


def test_the_review_has_two_charts_of_its_own_cells() -> None:
    package = drawn("review", demo())
    assert len(charts(package)) == 2
    rows = cells(package)
    ranges = [
        ref
        for name in charts(package)
        for ref in re.findall(r"<c:f>([^<]+)</c:f>", _raw(package, name).decode())
    ]
    assert all(ref.startswith(("复盘报告!", "'复盘报告'!")) for ref in ranges)
    names_of, means = (_values(rows, ref) for ref in ranges[:2])
    assert names_of == ["市场部", "研发部"]
    assert means == [1.5, 3.0]


def _values(rows: list[list[Any]], ref: str) -> list[Any]:
    found = re.search(r"\$([A-Z])\$(\d+):\$[A-Z]\$(\d+)", ref)
    assert found is not None
    column, first, last = ord(found[1]) - 65, int(found[2]), int(found[3])
    return [rows[n - 1][column] for n in range(first, last + 1)]


def test_charts_have_a_title_and_no_legend() -> None:
    package = drawn("review", demo("en"), "en")
    xml = _raw(package, charts(package)[0]).decode()
    assert "Mean variance by department (workdays, late is positive)" in xml
    assert "<c:legend>" not in xml


def test_without_variances_there_is_no_chart() -> None:
    assert charts(drawn("review", empty())) == []


# risk list


def test_the_heat_map_shows_ids_where_they_belong() -> None:
    project = demo()
    rows = cells(drawn("risks", project))
    at = next(n for n, row in enumerate(rows) if "影响 1" in row)
    first = rows[at].index("影响 1")
    listed = risks(project).data
    for probability in range(1, 6):
        for impact in range(1, 6):
            shown = rows[at + 6 - probability][first + impact - 1]
            ids = listed.cells.get((probability, impact), ())
            assert str(shown or "").split() == list(ids)


def test_no_risk_is_said() -> None:
    shown = texts(drawn("risks", empty()))
    assert any(text.startswith("没有发现风险") for text in shown)


# findings


def a_finding(tab: str = "跟踪表", cell: str = "F6") -> Finding:
    (found, *_) = [f for f in findings(Project(SAMPLE.book(), AS_OF)) if f.code == "E106"]
    return replace(found, tab=tab, cell=cell)


def test_a_finding_leads_to_its_cell_and_says_what_to_do() -> None:
    finding = a_finding()
    package = draw(FindingsDoc((finding,), AS_OF), project_name="x", lang="zh", links={})
    (link,) = part(package, "xl/worksheets/sheet1.xml").findall(".//m:hyperlink", MAIN)
    assert link.get("location") == "'跟踪表'!F6"
    row = next(row for row in cells(package) if "E106" in row)
    assert row[1:6] == ["警告", "E106", "跟踪表!F6 T002", finding.message("zh"), finding.cure("zh")]


def test_a_tab_with_a_quote_is_quoted() -> None:
    package = draw(FindingsDoc((a_finding("It's", "F6"),), AS_OF), project_name="x", lang="en", links={})
    (link,) = part(package, "xl/worksheets/sheet1.xml").findall(".//m:hyperlink", MAIN)
    assert link.get("location") == "'It''s'!F6"


def test_findings_are_grouped_by_severity_with_a_summary() -> None:
    finding = a_finding()
    grave = replace(finding, kind=replace(finding.kind, code="E999", severity="error"))
    shown = texts(draw(FindingsDoc((grave, finding), AS_OF), project_name="x", lang="zh", links={}))
    assert "共 2 项：错误 1 项、警告 1 项、提示 0 项。" in shown
    assert shown.index("错误：1 项") < shown.index("警告：1 项")


def test_thousands_of_findings_are_cut_and_counted() -> None:
    finding = a_finding()
    many = FindingsDoc(tuple(replace(finding, cell=f"F{n}") for n in range(5, 2505)), AS_OF)
    shown = texts(draw(many, project_name="x", lang="zh", links={}))
    assert "另有 500 项未列出；改正以上各项后再校验一次。" in shown


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(TypeError, match="no drawer for str"):
        draw("纪要", project_name="x", lang="zh", links={})
