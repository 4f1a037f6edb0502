"""Scripts on a workbook that is open in LibreOffice, or in Excel as far as a model of it goes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import make
import offices
import pandas as pd
import pytest
import tracker_letters
from com_excel import ComExcel
from notebooks import cells, run
from offices import OpenBook, Program

from xl_collab.api.opening import open_tracker
from xl_collab.errors import XlCollabError


@pytest.fixture(scope="module")
def app() -> Iterator[Program]:
    yield from offices.started()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "xl_collab", "demo", str(folder), "--no-pictures"]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "collab_tracker.xlsm"


@pytest.fixture
def book(app: Program, demo: Path, tmp_path: Path) -> Iterator[OpenBook]:
    found = app.books.open(shutil.copy(demo, tmp_path / "open.xlsm"))
    yield found
    found.close()


@pytest.fixture
def listening(app: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XL_COLLAB_OFFICE", app.address)


def percent(book: OpenBook) -> object:
    return book.sheets["跟踪表"][PERCENT].value


PERCENT = tracker_letters.at("percent", 9)
UPDATE = pd.DataFrame({"编号": ["T005"], "完成率": [0.7]})


def test_an_open_workbook_is_read_and_changed_where_it_is_open(book: OpenBook) -> None:
    saved = Path(book.fullname).read_bytes()
    tracker = open_tracker(book)
    assert tracker["跟踪表"]["完成率"].iloc[4] == 0.55
    tracker.update(UPDATE).minutes()
    assert percent(book) == 0.55
    assert tracker.changes["单元格"].tolist() == [PERCENT, ""]
    assert str(tracker.save()) == book.fullname
    assert percent(book) == 0.7 and tracker.changes.empty
    assert tracker["跟踪表"]["完成率"].iloc[4] == 0.7
    assert Path(book.fullname).read_bytes() == saved
    tracker.undo()
    assert percent(book) == 0.55


def test_what_a_person_typed_meanwhile_stays(book: OpenBook) -> None:
    tracker = open_tracker(book).update(UPDATE)
    book.sheets["跟踪表"][tracker_letters.at("percent", 10)].value = 0.2
    with pytest.raises(XlCollabError, match="改动过"):
        tracker.save()
    assert percent(book) == 0.55 and book.sheets["跟踪表"][tracker_letters.at("percent", 10)].value == 0.2


def test_new_rows_get_their_formulas(book: OpenBook) -> None:
    new = {
        "编号": "",
        "环节": "成果交付",
        "责任部门/人": "研发部",
        "主要任务": "补测",
        "输出成果": "《报告》",
    }
    tracker = open_tracker(book).update(pd.DataFrame([{**new, "时间节点": "2023-12-15"}]))
    tracker.save()
    assert book.sheets["跟踪表"]["A12"].value == "T008"
    assert book.sheets["跟踪表"][tracker_letters.at("rag", 12)].formula.startswith("=IF(")


def test_undo_says_what_it_left_alone(book: OpenBook) -> None:
    tracker = open_tracker(book).update(UPDATE)
    tracker.save()
    book.sheets["跟踪表"][PERCENT].value = 0.9
    with pytest.warns(UserWarning, match=f"跟踪表!{PERCENT}"):
        tracker.undo()
    assert percent(book) == 0.9 and tracker["跟踪表"]["完成率"].iloc[4] == 0.9


def test_a_book_of_xlwings_is_taken_as_it_is(tmp_path: Path) -> None:
    """xlwings' own Windows code over a model of Excel (com_excel.py)."""
    excel = ComExcel()
    excel.load_addin()
    book = excel.open(make.tracker(tmp_path / "t.xlsx", make.rows(4)))
    tracker = open_tracker(book, as_of="2023-11-13")
    frame = tracker["跟踪表"]
    frame["完成率"] = [0.1, 0.2, 0.3, 0.4]
    tracker.update(frame)
    assert str(tracker.save()) == book.fullname
    letter = tracker_letters.at("percent", 5, 8)
    assert book.sheets["跟踪表"][letter].value == [0.1, 0.2, 0.3, 0.4]
    assert tracker["跟踪表"]["完成率"].tolist() == [0.1, 0.2, 0.3, 0.4]


def test_a_document_is_found_by_its_name(book: OpenBook, listening: None) -> None:
    assert len(open_tracker("libreoffice:open.xlsm")["跟踪表"]) == 7
    with pytest.raises(KeyError, match=r"closed\.xlsm.*open\.xlsm"):
        open_tracker("libreoffice:closed.xlsm")


def test_a_copy_is_left_to_the_program(book: OpenBook, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="另存"):
        open_tracker(book).update(UPDATE).save(tmp_path / "copy.xlsm")


def test_without_an_office_it_says_how_to_start_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XL_COLLAB_OFFICE", "pipe,name=nobody-is-there")
    with pytest.raises(XlCollabError, match=r"soffice --accept=.pipe,name=nobody-is-there;urp;"):
        open_tracker("libreoffice:open.xlsm")


def test_the_notebook_runs_over_an_open_document(book: OpenBook, listening: None) -> None:
    code = [text.replace("collab-demo/collab_tracker.xlsm", "libreoffice:open.xlsm") for text in cells()]
    assert "libreoffice:open.xlsm" in code[0]
    found = run(code)
    assert found["tracker"].changes.empty and percent(book) == 0.55
