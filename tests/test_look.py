"""What a reader sees at a glance: nothing cut off or shrunk, no scrap of a page, words set rightly."""

from __future__ import annotations

import importlib
import math
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import ModuleType

import pytest
from drawn import NS, Package, draw
from effort import effort
from recalculation import cells

from xl_collab.a1 import column_letters
from xl_collab.checks.validate import FindingsDoc
from xl_collab.documents import drawing
from xl_collab.documents.conflicts.sheet import _minute
from xl_collab.documents.packet.content import issue, packets
from xl_collab.documents.packet.sheet import base_of, draw_packet
from xl_collab.documents.page import Pagination
from xl_collab.plan.formulas import counted
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample_demo import AS_OF, DEMO
from xl_collab.project.sentences import brief
from xl_collab.project.tables import Book, Table
from xl_collab.project.text_size import text_width
from xl_collab.schema.catalogue import FINDINGS
from xl_collab.schema.findings import Finding
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text

LONG = "供应链交期与验收标准需要多个部门反复确认" * 10


def with_rows(book: Book, key: str, **changes: object) -> Book:
    """The book with these values in every row of a table."""
    rows = [{**row, **changes} for row in book.tables[key].records()]
    return replace(book, tables={**book.tables, key: Table.of(SHEETS.table(key), rows)})


@pytest.fixture(scope="module")
def zh() -> Package:
    return Package(draw(SAMPLE.book("zh"), "zh"))


@pytest.fixture(scope="module")
def long() -> bytes:
    owner = "、".join(["生产部"] * 10)
    book = with_rows(DEMO.book("zh"), "actions", action=LONG, owner=owner, due=AS_OF, status="未完成")
    return draw(with_rows(with_rows(book, "tracker", task=LONG), "milestones", milestone=LONG), "zh")


def widths(package: Package) -> list[float]:
    """Widths of the tracker's columns, in characters."""
    found: list[float] = []
    for col in package.sheet("跟踪表").iterfind(".//m:cols/m:col", NS):
        found += [float(col.get("width", 0))] * (int(col.get("max", 0)) - int(col.get("min", 0)) + 1)
    return found


# nothing is cut off


def test_rows_are_as_high_as_their_longest_text(long: bytes) -> None:
    package = Package(long)
    row = next(row for row in package.sheet("跟踪表").iterfind(".//m:row", NS) if row.get("r") == "5")
    # Two characters a sign, an indent and an edge beside them; a line of 10 points needs 15.
    room = widths(package)[SHEETS.table("tracker").index("task")] - 2.5
    assert float(row.get("ht", 0)) >= 15 * math.ceil(2 * len(LONG) / room)


def test_a_text_column_stands_off_the_column_before_it(zh: Package) -> None:
    formats = zh.xml("xl/styles.xml").findall(".//m:cellXfs/m:xf", NS)
    letter = column_letters(SHEETS.table("tracker").index("task") + 1)
    for row in (4, 5):
        cell = next(c for c in zh.sheet("跟踪表").iterfind(".//m:c", NS) if c.get("r") == f"{letter}{row}")
        alignment = formats[int(cell.get("s", 0))].find("m:alignment", NS)
        assert alignment is not None
        assert (alignment.get("horizontal"), alignment.get("indent")) == ("left", "1")


def test_a_unit_stays_with_its_heading(zh: Package) -> None:
    sheet = SHEETS.table("tracker")
    for name in ("lead_days", "variance"):
        assert widths(zh)[sheet.index(name)] >= text_width(sheet.column(name).label.zh) + 1


def test_home_shows_the_beginning_of_a_long_name_instead_of_shrinking_all_of_it(long: bytes) -> None:
    shown = [str(value) for value in cells(long)["首页"].values()]
    assert LONG[:22] + "…" in shown
    assert "生产部、生产部、生产部、生产…" in shown
    assert f"下一里程碑：{LONG[:11]}…" in shown
    assert not [text for text in shown if len(text) > 60]


def test_a_line_is_cut_to_its_width_with_an_ellipsis() -> None:
    assert brief("项目  名称", 20) == "项目 名称"
    assert brief("一二三四五六", 12) == "一二三四五六"
    assert brief("一二三四五六", 11) == "一二三四五…"


def test_a_very_long_name_is_cut_in_linear_time() -> None:
    assert brief("很长" * 50_000, 11) == "很长很长很…"
    assert effort(lambda: brief("很长" * 50_000, 11), 30) < 30


# pages


def test_nothing_above_a_table_on_two_pages_stands_in_the_column_that_both_repeat(zh: Package) -> None:
    rows = zh.sheet("跟踪表").iterfind(".//m:row", NS)
    assert [c.get("r") for row in rows if int(row.get("r", 0)) < 4 for c in row] == ["B1", "B2", "B3"]


def test_the_calendar_prints_the_years_in_which_the_project_has_tasks(zh: Package) -> None:
    names = zh.workbook.iterfind(".//m:definedName[@name='_xlnm.Print_Area']", NS)
    (area,) = (name.text or "" for name in names if "节假日" in (name.text or ""))
    first, last = (int(row) for row in re.findall(r"\$[AD]\$(\d+)", area))
    days = [str(day)[:10] for day in SAMPLE.book("zh").tables["calendar"].dates("date")]
    assert days[first - 5] == "2023-01-01"
    assert days[last - 5].startswith("2024-")
    assert len(days) == last - 4 or days[last - 4].startswith("2025-")


def test_footers_keep_their_size_on_wide_tables(zh: Package) -> None:
    for tab in ("跟踪表", "职责分工"):
        footer = zh.sheet(tab).find("m:headerFooter", NS)
        assert footer is not None
        assert footer.get("scaleWithDoc") == "0"
    # 首页 is drawn larger than it is printed, and so is its footer: it has to shrink as the page does.
    home = zh.sheet("首页").find("m:headerFooter", NS)
    assert home.get("scaleWithDoc") is None
    sizes = re.findall(r'"&(\d+)&', home.findtext("m:oddFooter", "", NS))
    assert sizes and all(int(size) * 0.65 >= 9 for size in sizes)


def paper(*heights: float) -> Pagination:
    found = Pagination((20, 20, 20), landscape=False)
    found.heights = dict(enumerate(heights))
    return found


def test_pages_are_counted_with_the_head_that_each_repeats() -> None:
    # Three columns fit the page as they are: 10.35 inches are 745 points.
    assert paper(16, 300).pages(2) == pytest.approx(316 / 745.2)
    # The second page holds its head and the row that did not fit.
    assert paper(16, 400, 400).pages(3) == pytest.approx(1 + 416 / 745.2)


# words


def _modules() -> Iterator[ModuleType]:
    for place in (
        "schema",
        "project",
        "plan",
        "checks",
        "merge",
        "importing",
        "documents",
        "exchange",
        "faces",
    ):
        parent = importlib.import_module(f"xl_collab.{place}")
        for found in pkgutil.walk_packages(parent.__path__, f"xl_collab.{place}."):
            # Scenarios hold the template's own rows; notes and foreign trackers are what people typed.
            if not re.search(r"scenarios|notes|importing.(?!adopt$)|\.live|function_", found.name):
                yield importlib.import_module(found.name)


def _texts(value: object, depth: int = 0) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Mapping | tuple | list) and depth < 3:
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item, depth + 1)


@pytest.fixture(scope="module")
def said() -> list[Text]:
    """Every sentence and label that a module keeps, findings and columns included."""
    found = {text for module in _modules() for value in vars(module).values() for text in _texts(value)}
    found |= {
        text for kind in FINDINGS.values() for text in (kind.title, kind.sentence, kind.cause, kind.cure)
    }
    found |= {column.label for sheet in SHEETS.tables for column in sheet.columns}
    return sorted(found, key=str)


def test_chinese_sentences_have_full_width_signs(said: list[Text]) -> None:
    assert len(said) > 800
    between = "[\u4e00-\u9fff”》）][,;:?][\u4e00-\u9fff“《（]"
    assert [text.zh for text in said if re.search(between, text.zh)] == []


def test_english_sentences_have_no_chinese_sign_and_no_optional_plural(said: list[Text]) -> None:
    assert [text.en for text in said if re.search("[\u3001\u3002\uff00-\uffef]", text.en)] == []
    assert [text.en for text in said if "(s)" in text.en] == []


def test_one_workday_is_not_several() -> None:
    assert [counted(n, "days", "en") for n in (0, 1, 2)] == ["0 workdays", "1 workday", "2 workdays"]
    assert counted(1, "days", "zh") == " 1 个工作日".strip()


def test_a_finding_in_a_form_names_the_field_as_the_form_does() -> None:
    finding = Finding(FINDINGS["P304"], "request", row_id="capacity", params={"names": "生产部"})
    package = drawing.draw(FindingsDoc((finding,), AS_OF), project_name="x", lang="zh", links={})
    shown = [value for tab in cells(package).values() for value in tab.values()]
    assert "需求申请 承接能力说明" in shown


def test_a_department_sees_first_what_falls_due_before_its_reply() -> None:
    project = Project(DEMO.book("zh"), AS_OF)
    (packet,) = packets(project, ["研发部"], reply_by=date(2023, 11, 30)).data
    sending = issue(packet, "K7QX2M5RTVWZ3N4P", 1, base_of(project, packet))
    sheets = cells(draw_packet(project, packet, sending, created=datetime(2023, 11, 28)))
    first = next(iter(sheets.values()))
    rows = {
        str(value)[:4]: row for (row, _), value in first.items() if str(value).startswith(("A010", "A011"))
    }
    assert set(rows) == {"A010", "A011"}
    for row in rows.values():
        assert "期限 2023-11-30" in [value for (at, _), value in first.items() if at == row + 1]


def test_times_of_replies_are_those_of_china() -> None:
    assert _minute("2023-11-12T22:30:00Z") == "2023-11-13 06:30"
    assert _minute("2023-11-12T22:30:00") == "2023-11-12 22:30"
    assert _minute("yesterday") == "yesterday"
