"""A click on Windows, whole: VBA, xlwings' DLL, Python, and over COM back into the workbook.

Between the click and the answer stands nothing but what ships: the macros of add-in and workbook, xlwings'
module and its DLL, the Python that they start. Only Excel is a model (excel_server.py). What that leaves to a
real Excel is in CONTRIBUTING.md.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import make
import pytest
from click_way import PARTS, parts
from excel_over_com import excel
from tracker_letters import at

from xl_collab.documents.workbook.template import make_workbook
from xl_collab.hosts.live.macro_driver import cells_of
from xl_collab.project.scenarios import DEMO
from xl_collab.project.tables import CellError
from xl_collab.ui.ribbon_xml import interface

pytestmark = [
    pytest.mark.windows,
    pytest.mark.skipif(os.name != "nt", reason="COM is Windows'"),
]
INFORMATION, ERROR, ON_TOP = 64, 16, 4096
NAME = "跟踪表 & 100%'😀.xlsm"


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with excel(tmp_path_factory.mktemp("excel")) as found:
        yield found


@pytest.fixture(scope="module")
def book(application: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("资料 夹") / NAME
    path.write_bytes(make_workbook(DEMO, "zh", interface=interface("zh")))
    return application.Workbooks.Open(str(path))


@pytest.fixture(scope="module")
def sheet(application: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A sheet of a workbook without macros."""
    path = make.tracker(tmp_path_factory.mktemp("values") / "值.xlsx", make.rows(1))
    return application.Workbooks.Open(str(path)).Worksheets("跟踪表")


def click(application: Any, control: str) -> list[tuple[str, int, str]]:
    """Press a button of the ribbon; what was popped up until Excel was free again."""
    return list(application.Desk.Click(control) or ())


def tabs(book: Any) -> list[str]:
    return [sheet.Name for sheet in book.Worksheets]


def test_a_folder_that_is_missing_is_told_and_nothing_changes(
    application: Any, book: Any, tmp_path: Path
) -> None:
    """Excel's own dialogs ask, in two rounds through Python; the command itself then refuses."""
    before = tabs(book)
    missing = tmp_path / "没有这个文件夹"
    application.Desk.Answers("1", [str(missing)])
    [(text, kind, title)] = click(application, "collab_collect")
    assert (kind, title) == (ERROR + ON_TOP, "跨部门协同")
    assert f"找不到 {missing}" in text
    assert "放回复的文件夹" in text
    first, second = application.Desk.Asked
    assert "1. " in first and "2. " in first and "文件夹" in second
    assert tabs(book) == before
    assert not missing.exists()


def test_validate_finds_what_somebody_typed_and_shows_it(application: Any, book: Any) -> None:
    tracker = book.Worksheets("跟踪表")
    row = next(n for n in range(5, 15) if tracker.Range(f"A{n}").Value == "T003")
    tracker.Range(at("deadline", row)).Value = "尽快吧"
    [(text, kind, title)] = click(application, "collab_validate")
    assert (kind, title) == (48 + ON_TOP, "跨部门协同")
    assert int(re.match(r"错误 (\d+)", text).group(1)) >= 1  # type: ignore[union-attr]
    assert "“校验结果”" in text
    page = book.Worksheets("校验结果")
    assert application.ActiveSheet.Name == page.Name
    found = [" ".join(map(str, line)) for line in page.UsedRange.Value]
    assert [line for line in found if "T003" in line and "尽快吧" in line]
    assert page.Names.Count >= 3  # how the page is known again


def test_the_way_of_that_click(application: Any) -> None:
    """Macros, DLL, Python, back into the workbook by few calls, then the answer, in this order."""
    crossings = [tuple(row) for row in application.Desk.Crossings]
    met = [
        who
        for who, *_ in sorted(crossings, key=lambda one: one[2])
        if who in ("VBA", "DLL", "Python", "Excel", "person")
    ]
    assert [who for who, _ in groupby(met[1:])][:3] == [
        "VBA",
        "DLL",
        "Python",
    ]  # the first is Desk's own click
    assert [what for _, what, *_ in crossings if what.endswith("!CollabDesk.CollabDeskCarryOut")]
    found = parts(crossings)
    assert min(found.values()) >= 0
    assert found["total"] == pytest.approx(sum(found[part] for part in PARTS))
    assert found["calls"] <= 40


def test_the_next_click_finds_python_warm_and_undo_takes_all_back(application: Any, book: Any) -> None:
    started = time.monotonic()
    [(text, kind, _)] = click(application, "collab_undo")
    assert (kind, "已撤销“校验”" in text) == (INFORMATION + ON_TOP, True), text
    assert "校验结果" not in tabs(book)
    print(f"a warm click: {time.monotonic() - started:.1f} s")


class TestValues:
    """What a cell holds, as it comes through COM: by itself, and in the arrays of our macros."""

    @pytest.mark.parametrize(
        ("given", "seen"),
        [
            (None, None),
            (True, True),
            (False, False),
            (2.5, 2.5),
            (7, 7.0),
            ("研发部😀", "研发部😀"),
            ("'0012", "0012"),
            ("长" * 9000, "长" * 9000),
            (datetime(2023, 10, 8), datetime(2023, 10, 8)),
            (datetime(2023, 10, 8, 17, 30, 15), datetime(2023, 10, 8, 17, 30, 15)),
            ("=NA()", CellError("#N/A")),
            ("=1/0", CellError("#DIV/0!")),
            ("=1+1", 2.0),
        ],
    )
    def test_they_cross_as_what_they_are(self, application: Any, sheet: Any, given: Any, seen: Any) -> None:
        cell = sheet.Range("AZ60")
        cell.Clear()
        if isinstance(given, datetime):
            given = given.replace(
                tzinfo=UTC
            )  # as xlwings sends it: pywin32 counts others as this place's time
        if given is not None:
            cell.Value = given
        [[alone]] = cells_of(cell.Value)
        place = ("跟踪表", 52, 60, 52, 60)
        macro = "'xl_collab.xlam'!CollabDesk.CollabDeskRead"
        outcome, [[value, _]] = application.Run(macro, "值.xlsx", place, True)
        assert outcome == "ok"
        [[in_array]] = cells_of(value)
        assert [(type(one), one) for one in (alone, in_array)] == [(type(seen), seen)] * 2

    def test_a_macro_that_is_not_there_is_an_error_with_excels_number(self, application: Any) -> None:
        import pythoncom

        with pytest.raises(pythoncom.com_error) as raised:
            application.Run("'xl_collab.xlam'!NoSuchMacro")
        assert raised.value.excepinfo[1] == "Microsoft Excel"
        assert "NoSuchMacro" in raised.value.excepinfo[2]
