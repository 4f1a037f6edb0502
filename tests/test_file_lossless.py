"""What is not concerned stays the bytes it was; what cannot be written is refused and left alone."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tracker_letters import at

from tests.corpus import Corpus
from tests.make import (
    Maker,
    Odd,
    column,
    digest,
    drawn,
    names_in,
    parts,
    row,
    rows,
    sheet,
    tracker,
    values,
    with_user_content,
)
from tools.lint.lint import lint
from xl_collab.errors import FileLocked, XlCollabError
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.ooxml.copy_sheet import graft_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.project.edits import AppendRows, Edit, SetColumn, SetField
from xl_collab.project.tables import CellError, CellFormula

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


# -- the rest of the file ------------------------------------------------------


def everything(path: Path) -> list[Edit]:
    """Edits of every sort for a tracker with two rows."""
    return [
        column("projected", [date(2023, 10, 9), None]),
        column("predecessor_alert", ["T1", None]),
        column("variance", [3, None]),
        column("rag", ["红", "绿"]),
        AppendRows("tracker", (row("T3"),)),
        SetField("settings", "chair", "张三"),
        sheet(),
    ]


def test_every_foreign_part_stays_the_bytes_it_was(
    tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    path = with_user_content(tmp_path / "a.xlsx", rows(2))
    ooxml_validate(path)
    before = parts(path)
    FileHost(path).apply(everything(path), {"minutes/20231113": drawn()})
    after = parts(path)
    ours = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    ours |= {"xl/tables/table1.xml", *(f"xl/worksheets/sheet{n}.xml" for n in (1, 2, 4))}
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed <= ours
    assert {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"} <= changed
    for kept in ("customUI", "customXml", "vmlDrawing", "comments", "charts/chart1", "media"):
        assert any(kept in name for name in before)
    tail = after["xl/worksheets/sheet1.xml"].partition(b"</sheetData>")[2]
    for rule in (b"x14:dataBar", b"legacyDrawing ", b"legacyDrawingHF", b"hyperlink ", b"drawing "):
        assert rule in tail
    ooxml_validate(path)
    assert lint(path) == []


def members(path: Path) -> dict[str, tuple[object, ...]]:
    """How each part is stored."""
    with zipfile.ZipFile(path) as archive:
        return {one.filename: (one.CRC, one.compress_size, one.date_time) for one in archive.infolist()}


def test_the_archive_keeps_unchanged_members_as_they_were_stored(tmp_path: Path) -> None:
    path = with_user_content(tmp_path / "a.xlsx", rows(2))
    before = members(path)
    FileHost(path).apply([column("missed", [1, 2])])
    after = members(path)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet4.xml"}  # the tracker and _meta


def test_the_shipped_workbook_takes_edits(tmp_path: Path, ooxml_validate: Callable[[Path], None]) -> None:
    path = tmp_path / "a.xlsm"
    shutil.copy(SHIPPED, path)
    table = read_book(path).tables["tracker"]
    edits = [
        SetColumn("tracker", "missed", table.rows, [9] * len(table)),
        AppendRows("risks", ({"id": "K999", "risk": "新风险", "probability": "3"},)),
        AppendRows("history", ({"kind": "minutes", "key": "x", "as_of": date(2023, 11, 13)},)),
        sheet(),
    ]
    assert FileHost(path).apply(edits, {"minutes/20231113": drawn()}).written
    book = read_book(path)
    assert book.tables["risks"].records()[-1]["id"] == "K999" and book.tables["risks"].outside == ()
    assert book.tables["history"].records()[-1]["as_of"] == date(2023, 11, 13)
    assert book.stale_formulas == {}
    before, after = parts(SHIPPED), parts(path)
    assert before["xl/vbaProject.bin"] == after["xl/vbaProject.bin"]
    ooxml_validate(path)
    assert lint(path) == []


# -- where it is written -------------------------------------------------------


def test_a_dry_run_shows_the_edits_and_changes_nothing(tmp_path: Path) -> None:
    path = with_user_content(tmp_path / "a.xlsx", rows(2))
    before = digest(path)
    host = FileHost(path)
    shown = host.apply(everything(path), {"minutes/20231113": drawn()}, dry_run=True)
    assert shown.dry_run and not shown.written and shown.changed
    assert shown.sheets == ("纪要-20231113",) and shown.added == {"tracker": 1}
    assert f"跟踪表!{at('projected', 5)}: ∅ → 2023-10-09" in map(str, shown.samples)
    assert digest(path) == before and names_in(tmp_path) == ["a.xlsx"]
    real = host.apply(everything(path), {"minutes/20231113": drawn()})
    assert (real.columns, real.fields, real.generated) == (shown.columns, shown.fields, shown.generated)


def test_out_leaves_the_source_alone(tmp_path: Path) -> None:
    path, out = tracker(tmp_path / "a.xlsx", rows(2)), tmp_path / "b.xlsx"
    before = digest(path)
    applied = FileHost(path).apply([column("missed", [1, 2])], out=out)
    assert (applied.written, applied.path, applied.backup) == (True, out, None)
    assert digest(path) == before and values(out, "missed") == [1, 2]
    assert names_in(tmp_path) == ["a.xlsx", "b.xlsx"]


def test_out_without_changes_is_a_copy(tmp_path: Path) -> None:
    path, out = tracker(tmp_path / "a.xlsx", rows(2)), tmp_path / "b.xlsx"
    assert FileHost(path).apply([], out=out).written
    assert digest(path) == digest(out)


def test_out_on_the_source_itself_makes_a_backup(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(2))
    before = digest(path)
    applied = FileHost(path).apply([column("missed", [1, 2])], out=tmp_path / "." / "a.xlsx")
    assert applied.backup is not None and digest(applied.backup) == before


@pytest.mark.parametrize("lock", [".~lock.a.xlsx#", "~$a.xlsx", ".~a.xlsx"])
def test_a_file_that_is_open_elsewhere_is_not_written(tmp_path: Path, lock: str) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    before = digest(path)
    (tmp_path / lock).write_text(",user,host,01.01.2024 10:00,file:///x;")
    with pytest.raises(FileLocked, match=r"a\.xlsx"):
        FileHost(path).apply([column("missed", [1])])
    assert digest(path) == before
    assert FileHost(path).apply([column("missed", [1])], out=tmp_path / "b.xlsx").written


def test_a_file_changed_after_reading_is_not_overwritten(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    host = FileHost(path)
    host.read()
    tracker(path, rows(2))
    before = digest(path)
    with pytest.raises(FileLocked, match="重新运行"):
        host.apply([column("missed", [1])])
    assert digest(path) == before
    assert host.apply([column("missed", [1])]).written


def test_a_host_can_be_used_again_after_a_write(tmp_path: Path) -> None:
    path = tracker(tmp_path / "a.xlsx", rows(1))
    host = FileHost(path)
    host.apply([column("missed", [1])])
    host.apply([column("missed", [2])])
    assert host.read().tables["tracker"].raw("missed").tolist() == [2]


# -- bad inputs: data, or one clear error, and the file stays as it was --------


def test_bad_data_is_data(tmp_path: Path) -> None:
    long = "长" * 30_000
    bad = row("T1", deadline="2023年10月9日", **{"=task": "=1/0", "task": "#DIV/0!"})
    records = [bad, row("T1", note=long)]
    maker = Maker()
    maker.table("tracker", records, Odd(tab="进度", headings={"owner": "责任部门"}))
    path = maker.save(tmp_path / "a.xlsx")
    before = values(path, "deadline"), values(path, "note")
    FileHost(path).apply([column("missed", [1, 2])])
    assert (values(path, "deadline"), values(path, "note")) == before
    assert values(path, "task") == [CellFormula("1/0", CellError("#DIV/0!")), "写方案"]
    assert values(path, "missed") == [1, 2]


def test_merged_cells_over_data_do_not_stop_a_run(tmp_path: Path) -> None:
    maker = Maker()
    worksheet = maker.table("tracker", rows(3), Odd(table=False))
    worksheet.merge_range("C5:C6", "研发部", maker.plain)
    path = maker.save(tmp_path / "a.xlsx")
    FileHost(path).apply([column("missed", [1, 2, 3])])
    assert values(path, "owner") == ["研发部", None, "研发部"] and values(path, "missed") == [1, 2, 3]
    assert b'<mergeCell ref="C5:C6"/>' in parts(path)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99]
)
def test_what_is_no_tracker_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(XlCollabError) as caught:
        FileHost(path).apply([column("missed", [1])])
    assert caught.value.zh and caught.value.en
    assert path.read_bytes() == content and names_in(tmp_path) == ["a.xlsx"]


def test_real_workbooks_of_others_take_a_tracker_beside_their_content(
    tmp_path: Path, corpus: Corpus, ooxml_validate: Callable[[Path], None]
) -> None:
    """Our sheet grafted into real files is found, edited and gone again; their parts stay."""
    tried = 0
    for source in [path for path in corpus.files if path.suffix in (".xlsx", ".xlsm")][:40:4]:
        path = tmp_path / source.name
        shutil.copyfile(source, path)  # its rights stay behind: the corpus may be read-only
        if not _with_tracker(path):
            continue
        before = parts(path)
        FileHost(path).apply([column("missed", [1]), column("baseline", [date(2023, 10, 9)])])
        assert values(path, "missed") == [1] and values(path, "baseline") == [date(2023, 10, 9)]
        after = parts(path)
        ours = Package.open(path).workbook.require("跟踪表").part
        changed = {name for name in before if before[name] != after.get(name)}
        assert changed <= {ours, "xl/workbook.xml", "xl/styles.xml", "xl/calcChain.xml"} | {
            "[Content_Types].xml",
            "xl/_rels/workbook.xml.rels",
        }
        tried += 1
    assert tried >= 5


def _with_tracker(path: Path) -> bool:
    try:
        package = Package.open(path)
    except XlCollabError:
        return False
    maker = Maker()
    maker.table("tracker", rows(1), Odd(table=False))
    maker.book.close()
    graft_sheet(package, maker.stream.getvalue(), "跟踪表", "跟踪表")
    path.write_bytes(package.save_bytes())
    return True
