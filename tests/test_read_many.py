"""Reading one tracker after the other: what is remembered of one never shows in another."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests import company
from xl_collab.checks.entries import check_cells
from xl_collab.checks.validate import findings
from xl_collab.errors import DamagedWorkbook
from xl_collab.hosts.ooxml.zipstore import ZipEntry
from xl_collab.hosts.reading import read_book
from xl_collab.plan.project import Project
from xl_collab.project.notes.condition_parsers import lift_conditions
from xl_collab.project.tables import Book
from xl_collab.schema.catalogue import MISSING, NOT_A_NUMBER, OUT_OF_RANGE, PLACEHOLDER

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


@pytest.mark.parametrize(("part", "key"), [(CALENDAR, "calendar"), ("xl/worksheets/sheet4.xml", "duties")])
def test_what_stands_behind_equal_cells_is_each_files_own(
    tracker: Path, tmp_path: Path, part: str, key: str
) -> None:
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A6:B6"/></mergeCells>'
    book = changed(tracker, tmp_path / "f.xlsx", part, lambda xml: xml.replace("</sheetData>", merged))
    assert book.tables[key].merged == ("A6:B6",)
    for path in company.write(tmp_path, 3, first=3):  # by now it is known where such sheets begin to differ
        assert read_book(path).tables[key].merged == ()
    assert read_book(tmp_path / "f.xlsx").tables[key].merged == ("A6:B6",)


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


def test_equal_small_sheets_with_other_strings_are_other_rows(tracker: Path, tmp_path: Path) -> None:
    book = changed(tracker, tmp_path / "e.xlsx", STRINGS, lambda xml: xml.replace(">质量部<", ">质检部<"))
    assert "质检部" in book.tables["contacts"].texts("department").tolist()
    assert "质检部" not in read_book(tracker).tables["contacts"].texts("department").tolist()


def member(content: bytes, payload: bytes | None = None) -> ZipEntry:
    """A large member as an archive holds it."""
    if payload is None:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        payload = packer.compress(content) + packer.flush()
    return ZipEntry(b"a.xml", 0, 8, (1980, 1, 1, 0, 0, 0), zlib.crc32(content), len(content), payload)


def test_large_members_that_begin_alike_keep_their_own_content() -> None:
    chance = random.Random(5)
    same = b"".join(b'<c r="A%d"><v>%d</v></c>' % (n, chance.randrange(10**6)) for n in range(60_000))
    for _ in range(40):
        at = chance.choice((0, 70, len(same) // 2, len(same) - 400, len(same)))
        other = bytes(chance.randrange(97, 123) for _ in range(chance.randrange(300)))
        content = same[:at] + other + same[at + chance.randrange(200) :]
        assert member(content).inflate() == content
    good = member(same)
    assert good.inflate() == same and good.inflate() == same
    for place in (100, len(good.payload) // 2, len(good.payload) - 20):
        broken = bytearray(good.payload)
        broken[place] ^= 0x41
        with pytest.raises(DamagedWorkbook):
            member(same, bytes(broken)).inflate()
        assert good.inflate() == same
    with pytest.raises(DamagedWorkbook):
        member(same, bytes(good.payload)[: len(good.payload) // 3]).inflate()
    with pytest.raises(DamagedWorkbook):
        good._replace(size=(1 << 20) + 5).inflate()


def test_a_note_without_a_year_is_dated_by_its_own_project() -> None:
    note, waits = "11月30日前完成原型", "必须经财务部签字确认"
    for year in (2024, 2025, 2024):
        near = date(year, 11, 1)
        (found,) = lift_conditions(note, near=near, known=("财务部",))
        assert found.date == date(year, 11, 30) and found.year_inferred
        assert lift_conditions(waits, near=near, known=("财务部",)) == lift_conditions(
            waits, known=("财务部",)
        )
    (dated,) = lift_conditions("2026年11月30日前完成原型", near=date(2024, 1, 1))
    assert dated.date == date(2026, 11, 30)
    assert lift_conditions("2026年11月30日前完成原型", near=date(2020, 1, 1)) == (dated,)


def test_equal_registers_are_judged_by_the_departments_of_their_own_book(tracker: Path) -> None:
    book = read_book(tracker)
    contacts = book.tables["contacts"]
    renamed = contacts.with_cells({"department": [f"{n}司" for n in contacts.texts("department")]})
    other = replace(book, tables={**book.tables, "contacts": renamed})

    def unknown(judged: Book) -> set[str]:
        return {one.sheet for one in findings(Project(judged, company.AS_OF)) if one.code == "E102"}

    assert unknown(book) == set()
    assert unknown(other) >= {"tracker", "duties"}
    assert unknown(book) == set()


def test_a_cell_that_was_fine_elsewhere_is_judged_by_what_it_holds_here(tracker: Path) -> None:
    book = read_book(tracker)
    table = book.tables["tracker"]
    count = len(table)

    def found_in(column: str, first: object, rest: object) -> list[str]:
        cells = table.with_cells({column: [first, *[rest] * (count - 1)]})
        project = Project(replace(book, tables={**book.tables, "tracker": cells}), company.AS_OF)
        judged = check_cells(project)
        return [one.code for one in judged if one.sheet == "tracker" and one.cell == cells.cell(column, 0)]

    assert found_in("percent", 1, 1) == []
    assert found_in("percent", True, 1) == [NOT_A_NUMBER.code]  # though TRUE is equal to 1
    assert found_in("percent", 3, 1) == [OUT_OF_RANGE.code]
    assert found_in("task", "评审", "编写") == []
    assert found_in("task", None, "编写") == [MISSING.code]
    assert found_in("task", "  ", "编写") == [MISSING.code]
    assert found_in("task", "【任务名称】", "编写") == [PLACEHOLDER.code]
    assert found_in("task", "【任务名称】", "编写") == [PLACEHOLDER.code]


def test_the_same_departments_are_one_table_and_other_aliases_another(tracker: Path, tmp_path: Path) -> None:
    first, second = read_book(tracker), read_book(company.write(tmp_path, 1, first=2)[0])
    assert first.tables["contacts"] is second.tables["contacts"]
    contacts = first.tables["contacts"]
    name = str(contacts.texts("department")[0])
    aliases = contacts.with_cells({"aliases": ["大客户组", *contacts.raw("aliases")[1:]]})
    other = Project(replace(first, tables={**first.tables, "contacts": aliases}), company.AS_OF)
    assert Project(second, company.AS_OF).departments_in("大客户组") != (name,)
    assert other.departments_in("大客户组") == (name,)
