"""Charts of the review in their XML and on paper: no switch is left to a default, no page splits one."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.review.content import review
from xl_collab.documents.review.sheet import draw
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows
from xl_collab.project.scenarios.sample import AS_OF, SAMPLE
from xl_collab.project.scenarios.sample_demo import AS_OF as DEMO_DAY, DEMO
from xl_collab.project.tables import Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
D = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
SWITCHES = [f"{C}show{name}" for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")]


def drawn(lang: Lang, tasks: int = 0) -> zipfile.ZipFile:
    """The review of the demonstration after minutes were issued twice, with some tasks more."""
    book, records = SAMPLE.book(lang), []
    for day in (dt.date(2023, 11, 6), AS_OF):
        (_, kept) = minutes(Project(book, day), issue=True).edits
        assert isinstance(kept, AppendRows)
        records += kept.records
    later = DEMO.book(lang)
    row = {"task": "任务", "deadline": AS_OF, "owner": "研发部"}
    more = [{**row, "id": f"T{n}"} for n in range(100, 100 + tasks)]
    tracker = [*later.tables["tracker"].records(), *more]
    tables = {"history": records, "tracker": tracker}
    made = {key: Table.of(SHEETS.table(key), rows) for key, rows in tables.items()}
    later = replace(later, tables={**later.tables, **made})
    document = review(Project(later, DEMO_DAY)).data
    return zipfile.ZipFile(io.BytesIO(draw(document, "项目", lang, {})))


def test_microsofts_validator_finds_nothing_in_any_chart(
    tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    file = drawn("zh")
    assert file.filename is None and file.fp is not None
    file.fp.seek(0)
    (path := tmp_path / "review.xlsx").write_bytes(file.fp.read())
    ooxml_validate(path)


def charts(file: zipfile.ZipFile) -> list[etree._Element]:
    names = sorted(n for n in file.namelist() if n.startswith("xl/charts/chart"))
    return [etree.fromstring(file.read(name)) for name in names]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_label_says_all_its_switches(lang: Lang) -> None:
    found = charts(drawn(lang))
    assert len(found) == 4  # the tasks done, the end, departments, stages
    labels = [each for chart in found for each in chart.iter(f"{C}dLbls")]
    assert len(labels) == 4
    for each in labels:
        assert [(e.tag, e.get("val")) for e in each if e.tag in SWITCHES] == [
            (tag, "1" if tag == f"{C}showVal" else "0") for tag in SWITCHES
        ]


def test_bars_below_zero_keep_their_colour() -> None:
    for chart in charts(drawn("zh")):
        for bars in chart.iter(f"{C}barChart"):
            marks = [*bars.iter(f"{C}ser"), *bars.iter(f"{C}dPt")]
            assert marks
            assert {mark.find(f"{C}invertIfNegative").get("val") for mark in marks} == {"0"}


@pytest.mark.parametrize("tasks", range(0, 40, 5))
def test_no_page_ends_within_a_chart(tasks: int) -> None:
    file = drawn("zh", tasks)
    sheet = etree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    heights = {int(row.get("r")) - 1: float(row.get("ht", 15)) for row in sheet.iter(f"{S}row")}
    breaks = {int(each.get("id")) for each in sheet.iter(f"{S}brk")}
    assert (
        sheet.find(f"{S}pageSetup").get("fitToHeight") == "0"
    )  # a number of pages would override the breaks
    drawing = etree.fromstring(file.read("xl/drawings/drawing1.xml"))
    spans = [[int(e.text) for e in each.iter(f"{D}row")] for each in drawing.iter(f"{D}twoCellAnchor")]
    assert len(spans) == 4
    # A page of A4 with these margins is 745 points tall; fitted to its width it holds 900 to 1,050 of ours.
    for length in range(900, 1051, 10):
        pages = fallen(heights, breaks, length)
        assert all(pages[first] == pages[last] for first, last in spans), (tasks, length)


def fallen(heights: dict[int, float], breaks: set[int], length: float) -> dict[int, int]:
    """Row → page, the first row printed again on top of each."""
    page, used, found = 0, 0.0, {}
    for row in sorted(heights):
        if used and (row in breaks or used + heights[row] > length):
            page, used = page + 1, heights[0]
        used += heights[row]
        found[row] = page
    return found
