"""首页 and the lines above tables: cached results follow the day, changed formulas are left alone."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest
from books import project, task
from python_calamine import CalamineWorkbook

from xl_collab.checks.validate import validate
from xl_collab.documents.workbook.results import MOST, fresh_results
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.planning import with_results
from xl_collab.plan.meta import Checked, check_edits, checked, count, kept_by
from xl_collab.plan.project import Project
from xl_collab.project.edits import SetField, SetResults
from xl_collab.schema.sheets import SHEETS

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"


def cells(path: Path, tab: str = "首页") -> set[str]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python()
    return {str(cell) for row in rows for cell in row}


def home_part(path: Path) -> bytes:
    return zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    return path


def checking(path: Path) -> bool:
    """Validate, with the results of 首页; whether the file was written."""
    host = FileHost(path)
    found = Project(host.read(), Project.resolve_as_of(host.read(), date(2023, 11, 13)))
    edits = tuple(e for e in validate(found).edits if not hasattr(e, "document"))
    return host.apply((*edits, *fresh_results(found, kept_by(found, edits)))).written


def test_a_check_shows_on_home_without_recalculation(path: Path) -> None:
    assert "还没有校验" in cells(path)
    assert checking(path)
    # The sample: three warnings, no error, and the red T005 has a schedule change with measures.
    assert "错误 0、警告 3（11-13）" in cells(path)
    assert checked(Project(FileHost(path).read(), date(2023, 11, 13))) == Checked("2023-11-13", 0, 3, 0)
    assert not checking(path), "the same day again changes nothing"


def test_another_data_date_reaches_home_and_the_lines_above_tables(path: Path) -> None:
    FileHost(path).apply([SetField("settings", "data_date", date(2023, 12, 29))])
    assert "数据日期 2023-12-29" not in cells(path)
    checking(path)
    assert "数据日期 2023-12-29" in cells(path)
    assert any("2023-12-29" in cell for cell in cells(path, "跟踪表"))


def test_a_formula_that_somebody_changed_keeps_its_result(path: Path) -> None:
    before = home_part(path)
    (home, *_) = fresh_results(Project(FileHost(path).read(), date(2024, 2, 1)))
    assert isinstance(home, SetResults)
    other = {cell: (f"{formula}+1", 77) for cell, (formula, _) in home.cells.items()}
    assert with_results(before, other) is before
    assert with_results(before, home.cells) != before
    assert with_results(before, {"ZZ9": ("1", 1)}) is before


def test_an_earlier_workbook_keeps_its_formulas_and_gets_their_results(tmp_path: Path) -> None:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(Path(__file__).parent / "earlier" / "before-columns.xlsm", path)
    before = cells(path)
    assert checking(path)
    fresh = cells(path) - before
    assert any(text.startswith("错误 / 警告 ") for text in fresh)
    assert not [text for text in cells(path) if text.startswith("下一步")]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (5, b'<c r="A1" s="2"><f>B1</f><v>5</v></c>'),
        (0.5, b'<c r="A1" s="2"><f>B1</f><v>0.5</v></c>'),
        ("a<b", b'<c r="A1" s="2" t="str"><f>B1</f><v>a&lt;b</v></c>'),
        (None, b'<c r="A1" s="2" t="str"><f>B1</f><v></v></c>'),
        (True, b'<c r="A1" s="2" t="b"><f>B1</f><v>1</v></c>'),
    ],
)
def test_every_kind_of_result_is_written_once(value: object, cell: bytes) -> None:
    sheet = b'<row r="1"><c r="A1" s="2" t="e"><f>B1</f><v>#REF!</v></c><c r="B1"><v>1</v></c></row>'
    after = with_results(sheet, {"A1": ("B1", value)})
    assert after == b'<row r="1">' + cell + b'<c r="B1"><v>1</v></c></row>'
    assert with_results(after, {"A1": ("B1", value)}) is after


def test_findings_are_counted_and_reds_without_answer_too() -> None:
    red = task("T001", deadline=date(2023, 10, 9), status="进行中", owner="研发部")
    found = project([red])
    data = validate(found).data
    now = count(found, data)
    # Nobody answers the red row (P332); a high risk without countermeasure counts as well (P331).
    assert now.unanswered == 1
    risk = {"id": "K1", "risk": "x", "probability": 5, "impact": 5, "owner": "研发部", "status": "开放"}
    more = project([red], risks=[risk])
    assert count(more, validate(more).data).unanswered == 2
    assert kept_by(found, check_edits(found, now)) == now


def test_a_huge_tracker_is_not_previewed() -> None:
    assert fresh_results(project([{"id": f"T{n}"} for n in range(MOST + 1)])) == ()


def test_every_dated_sheet_has_its_line_and_the_calendar_its_official_years() -> None:
    edits = fresh_results(project())
    named = {edit.sheet for edit in edits if isinstance(edit, SetResults)}
    assert named == {s.key for s in SHEETS.tables if s.state == "visible"} | {"home"}
    (years,) = (e.cells for e in edits if isinstance(e, SetResults) and e.sheet == "calendar")
    assert [value for _, value in years.values()] == [
        "官方放假安排：2004–2026 年；其他年份按推定。",
        2004,
        2026,
    ]


def late_chain() -> list[dict[str, object]]:
    """One task that promises to be late, three behind it, and one beside them."""
    first = task("T001", deadline=date(2023, 11, 8), status="进行中", forecast=date(2023, 11, 24))
    behind = [
        task(f"T{n:03}", deadline=date(2023, 11, 8 + n), predecessors=f"T{n - 1:03}") for n in range(2, 5)
    ]
    return [first, *behind, task("T009", deadline=date(2023, 11, 9), forecast=date(2023, 11, 14))]


def home(made: Project) -> set[str]:
    """What 首页 says when these rows were just checked."""
    (results, *_) = fresh_results(made, count(made, validate(made).findings))
    assert isinstance(results, SetResults)
    return {str(value) for _, value in results.cells.values()}


def test_home_says_where_delays_began_one_slip_once() -> None:
    assert "延误源头 2 处：T001（影响 3 项）、T009（11-13）" in home(project(late_chain()))
    assert not [text for text in home(project([task("T001")])) if text.startswith("延误源头")]


def test_home_says_when_figures_rest_on_estimated_years() -> None:
    said = "推定：部分任务的数字涉及还没有官方放假安排的年份"
    far = task("T001", deadline=date(2031, 3, 3), status="进行中")
    weekly = task("T002", deadline="每周一", status="进行中", planned_start=date(2031, 1, 1))
    for row in (far, weekly):
        assert said in home(project([row, task("T003")]))
        assert said not in home(project([row | {"status": "取消"}, task("T003")]))
    # Of a task behind a red one 说明 says only that; its own date is estimated all the same.
    behind = [*late_chain(), task("T010", deadline=date(2031, 3, 3), predecessors="T001")]
    assert said in home(project(behind))
    assert not [text for text in home(project(late_chain())) if text.startswith("推定")]
