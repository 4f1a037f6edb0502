"""Where drawn sheets stand among the tabs of a workbook open in LibreOffice, and what is left as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import make
import numpy as np
import offices
import openpyxl
import pytest
from offices import OpenBook, Program
from tracker_letters import at

from xl_collab.hosts.file import FileHost
from xl_collab.hosts.live.host import LiveHost
from xl_collab.project.edits import SetColumn

office = pytest.fixture(scope="module")(offices.started)
SHIPPED = Path(__file__).parents[1] / "workbook/collab_tracker.xlsm"
DRAWN = {"甲会纪要": ("minutes", "a"), "乙会纪要": ("minutes", "b"), "风险": ("risks", "r")}


@pytest.fixture
def book(office: Program, tmp_path: Path) -> Iterator[OpenBook]:
    """The shipped workbook, macros and all."""
    book = office.books.open(shutil.copy(SHIPPED, tmp_path / "t.xlsm"))
    yield book
    book.close()


def draw(host: Any) -> None:
    """Three documents in one run."""
    edits = [make.sheet(kind, key, tab) for tab, (kind, key) in DRAWN.items()]
    drawn = {f"{kind}/{key}": make.drawn(key, tab) for tab, (kind, key) in DRAWN.items()}
    assert host.apply(edits, drawn, command="run").written


def tabs_seen(book: OpenBook) -> list[str]:
    return list(book.do("found = [one.Name for one in document.Sheets if one.IsVisible]"))


def tables(book: OpenBook) -> dict[str, list[Any]]:
    """Each table's tab and last row, and whether it has buttons to filter by."""
    return dict(
        book.do(
            "found, ranges = {}, document.DatabaseRanges\n"
            "for one in map(ranges.getByName, ranges.ElementNames):\n"
            "    tab = document.Sheets.getByIndex(one.DataArea.Sheet).Name\n"
            "    found[one.Name] = [tab, one.DataArea.EndRow, one.AutoFilter]\n"
        )
    )


def remove(book: OpenBook, tab: str) -> None:
    """As a person deletes it: nothing of ours looks after what LibreOffice loses."""
    book.do("document.Sheets.removeByName(tab)", tab=tab)


def test_people_see_the_same_tabs_as_in_a_file_that_was_closed(book: OpenBook, tmp_path: Path) -> None:
    closed = shutil.copy(SHIPPED, tmp_path / "closed.xlsm")
    draw(FileHost(closed))
    draw(LiveHost(book))
    found = [one.title for one in openpyxl.load_workbook(closed).worksheets if one.sheet_state == "visible"]
    assert tabs_seen(book) == found
    assert found[-4:] == ["设置", *DRAWN]
    LiveHost(book).apply([make.sheet("review", "v", "复盘")], {"review/v": make.drawn("v", "复盘")})
    assert tabs_seen(book) == [*found, "复盘"]


def test_deleting_them_takes_no_table_from_another_sheet(book: OpenBook) -> None:
    before = tables(book)
    assert before["tblHistory"][0] == "_history"
    draw(LiveHost(book))
    for tab in reversed(DRAWN):
        remove(book, tab)
        assert tables(book) == before


def test_nor_where_a_hidden_tab_with_a_table_is_the_last(book: OpenBook) -> None:
    """Somebody has deleted the tab behind `_history`, and LibreOffice its table, which is made again."""
    remove(book, "xlwings.conf")
    book.do(
        "at = document.Sheets.getByName('_history').getCellRangeByName('A4:F5').RangeAddress\n"
        "document.DatabaseRanges.addNewByName('tblHistory', at)"
    )
    draw(LiveHost(book))
    before = tables(book)
    assert book.sheet_names[-1] == "_history" and tabs_seen(book)[-3:] == list(DRAWN)
    for tab in reversed(DRAWN):
        remove(book, tab)
        assert tables(book) == before


def test_each_sheet_keeps_the_name_of_its_macro_module(book: OpenBook) -> None:
    def modules() -> dict[str, str]:
        return dict(book.do("found = {one.Name: one.CodeName for one in document.Sheets}"))

    before = modules()
    assert before["跟踪表"] == "SheetTracker"
    draw(LiveHost(book))
    first = modules()
    assert {tab: first[tab] for tab in before} == before
    assert len(set(first.values())) == len(first)
    LiveHost(book).apply([make.sheet("risks", "r", "风险")], {"risks/r": make.drawn("s", "风险")})
    assert modules() == first


def test_they_print_as_they_were_drawn_and_nobody_takes_their_names_back(book: OpenBook) -> None:
    draw(LiveHost(book))
    styles = book.do("found = [document.Sheets.getByName(tab).PageStyle for tab in tabs]", tabs=list(DRAWN))
    assert len(set(styles)) == 3
    assert [book.undo(), book.undo()] == ["xl_collab run", ""]
    assert {one.tab: (one.kind, one.key) for one in LiveHost(book).read().generated} == DRAWN


def test_the_programs_own_undo_empties_what_a_run_filled(office: Program, tmp_path: Path) -> None:
    book = office.books.open(make.tracker(tmp_path / "t.xlsx", make.rows(6)))
    cells = book.sheets["跟踪表"][at("predecessor_alert", 5, 10)]
    before = [None, "T7", None, None, "T8", None]
    cells.value = [[one] for one in before]
    after = [None, "T6", "T9", None, "T8", "T9"]
    edit = SetColumn("tracker", "predecessor_alert", np.arange(5, 11), after)
    assert LiveHost(book).apply([edit], command="variance").written
    assert cells.value == after
    assert book.undo() == "xl_collab variance"
    assert cells.value == before
    book.close()
