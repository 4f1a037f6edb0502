"""Reading one tracker after the other: what is remembered of one never shows in another."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests import company
from xl_collab.hosts.reading import read_book
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book

CALENDAR = "xl/worksheets/sheet17.xml"
STRINGS = "xl/sharedStrings.xml"


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company.write(tmp_path_factory.mktemp("one"), 1)[0]


def changed(tracker: Path, out: Path, part: str, change: Callable[[str], str]) -> Book:
    """The tracker with one part changed, read after the tracker itself."""
    read_book(tracker)
    stream = io.BytesIO()
    with zipfile.ZipFile(tracker) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            new = change(text.decode()).encode() if name == part else text
            assert name != part or new != text, "nothing was changed"
            target.writestr(name, new)
    out.write_bytes(stream.getvalue())
    return read_book(out)


def names(book: Book) -> set[str]:
    return set(book.tables["calendar"].texts("name").tolist())


def test_the_same_days_are_one_table_with_all_that_was_worked_out(tracker: Path, tmp_path: Path) -> None:
    first, second = read_book(tracker), read_book(company.write(tmp_path, 1, first=2)[0])
    assert first.tables["calendar"] is second.tables["calendar"]
    assert Project(first, company.AS_OF).calendar is Project(second, company.AS_OF).calendar
    assert len(first.tables["calendar"]) > 500


def test_equal_cells_with_other_strings_behind_them_are_other_days(tracker: Path, tmp_path: Path) -> None:
    book = changed(tracker, tmp_path / "a.xlsx", STRINGS, lambda xml: xml.replace(">春节<", ">厂庆<"))
    assert "厂庆" in names(book)
    assert "春节" not in names(book)
    assert "春节" in names(read_book(tracker))


def test_another_footer_is_the_same_sheet_and_another_date_is_not(tracker: Path, tmp_path: Path) -> None:
    first = read_book(tracker)
    day = first.tables["calendar"].dates("date")[3].item()
    number = (day - date(1899, 12, 30)).days
    book = changed(
        tracker,
        tmp_path / "b.xlsx",
        CALENDAR,
        lambda xml: xml.replace(f"<v>{number}</v>", f"<v>{number + 7}</v>", 1),
    )
    dates = book.tables["calendar"].dates("date")
    assert (dates != first.tables["calendar"].dates("date")).sum() == 1
    assert (dates[3].item() - day).days == 7


def test_another_date_format_makes_numbers_of_the_same_cells(tracker: Path, tmp_path: Path) -> None:
    book = changed(
        tracker,
        tmp_path / "c.xlsx",
        "xl/styles.xml",
        lambda xml: xml.replace('formatCode="yyyy\\-mm\\-dd"', 'formatCode="0.00"').replace(
            'formatCode="yyyy-mm-dd"', 'formatCode="0.00"'
        ),
    )
    kinds = set(map(type, book.tables["calendar"].raw("date").tolist()))
    assert date not in kinds
    assert set(map(type, read_book(tracker).tables["calendar"].raw("date").tolist())) == {date}


def test_only_the_sheets_asked_for_are_read(tracker: Path) -> None:
    book = read_book(tracker, only=("settings", "milestones"))
    assert set(book.tables) == {"tracker", "milestones"}
    assert set(book.forms) == {"settings"}
    assert book.missing_sheets == ()
    whole = read_book(tracker)
    assert book.settings == whole.settings
    assert book.tables["tracker"].records() == whole.tables["tracker"].records()


def test_lost_formulas_are_looked_for_when_asked(tracker: Path, tmp_path: Path) -> None:
    lost = changed(
        tracker,
        tmp_path / "d.xlsx",
        "xl/worksheets/sheet6.xml",
        lambda xml: re.sub('<f t="shared" si="[0-9]+"/>', "", xml, count=1),
    )
    assert sum(len(columns) for columns in lost.stale_formulas.values()) == 1
    assert read_book(tmp_path / "d.xlsx", formulas=False).stale_formulas == {}
