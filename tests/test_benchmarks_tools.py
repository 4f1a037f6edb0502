"""The benchmarks' tracker: valid, the size that was asked for, and as varied as it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from xl_collab.checks.validate import validate
from xl_collab.hosts.reading import read_book
from xl_collab.plan.project import Project
from xl_collab.project.timing.deadlines import Recurrence
from xl_collab.schema.words import STATUS

ROOT = Path(__file__).parents[1]
ROWS = 1000


def make(out: Path, rows: int = ROWS) -> Path:
    """Run the tool as its users do."""
    command = [sys.executable, str(ROOT / "benchmarks" / "make_tracker.py"), str(rows), str(out)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return out


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tracker of 1,000 rows."""
    return make(tmp_path_factory.mktemp("benchmark") / "big.xlsm")


@pytest.fixture(scope="module")
def project(tracker: Path) -> Project:
    """The same, read."""
    book = read_book(tracker)
    return Project(book, Project.resolve_as_of(book, date(2000, 1, 1)))


def test_the_open_xml_validator_finds_nothing(tracker: Path, ooxml_validate: Callable[[Path], None]) -> None:
    ooxml_validate(tracker)


def test_it_has_the_rows_and_the_data_date_that_it_should(project: Project) -> None:
    assert len(project.tracker) == ROWS
    assert project.as_of == date(2024, 6, 14)
    assert project.tracker.rows[-1] == ROWS + 4
    assert not project.tracker.outside
    assert project.book.stale_formulas == {}


def test_validate_finds_no_error_in_it(project: Project) -> None:
    findings = validate(project).data
    assert [f for f in findings if f.severity == "error"] == []
    assert {f.kind.code for f in findings} >= {"E106", "E122"}, "days off and changed deadlines are in it"


def test_every_status_and_every_colour_occurs(project: Project) -> None:
    assert set(project.texts("status").tolist()) == set(STATUS.labels("zh"))
    assert set(project.assessment.rag.tolist()) == {"", "blue", "red", "yellow", "green"}


def test_it_has_chains_recurrences_and_rows_pushed_by_others(project: Project) -> None:
    graph = project.assessment.graph
    assert len(graph.cycles) == 0
    assert depth(graph.source.tolist(), graph.target.tolist(), len(project.tracker)) >= 200
    assert sum(isinstance(d, Recurrence) for d in project.deadlines) >= 20
    assert (project.assessment.projected == project.assessment.projected).sum() >= 20


def depth(sources: list[int], targets: list[int], count: int) -> int:
    """Rows of the longest chain; in this tracker a row stands below what it waits for."""
    longest = [1] * count
    for target, source in sorted(zip(targets, sources, strict=True)):
        longest[target] = max(longest[target], longest[source] + 1)
    return max(longest)


def test_cached_figures_are_those_of_a_week_before(tracker: Path) -> None:
    rows = CalamineWorkbook.from_path(str(tracker)).get_sheet_by_name("跟踪表").to_python()
    header = rows[3]
    assert {row[header.index("计算于")] for row in rows[4:]} == {date(2024, 6, 7)}
    late = [row for row in rows[4:] if row[header.index("预警")] == "红" and row[header.index("对比日期")]]
    assert late and all(row[header.index("偏差(工作日)")] > 2 for row in late)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one.xlsx", 60), make(tmp_path / "other.xlsx", 60)
    assert one.read_bytes() == other.read_bytes()
    assert "xl/vbaProject.bin" not in zipfile.ZipFile(one).namelist()


def test_replies_have_all_rows_and_are_collected_as_a_lineage(tmp_path: Path) -> None:
    """What the benchmark of the gate reads is what a coordinator would collect."""
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "make_replies.py"),
        "2",
        "40",
        str(tmp_path / "made"),
    ]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    master, replies = tmp_path / "made" / "master.xlsx", tmp_path / "made" / "replies"
    one, other = sorted(replies.iterdir())
    assert one.read_bytes() != other.read_bytes()
    rows = CalamineWorkbook.from_path(str(one)).get_sheet_by_name("我的任务").to_python()
    assert sum(str(row[0]).startswith("T") for row in rows) == 40
    ran = subprocess.run(
        [sys.executable, "-m", "xl_collab", "collect", str(master), str(replies), "--json"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0, ran.stderr.decode()
    told = json.loads(ran.stdout)
    assert [told["rejected"], told["open"], len(told["replies"])] == [[], [], 2]
