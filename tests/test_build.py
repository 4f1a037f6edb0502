"""The shipped workbook: reproducible, current, and its VBA readable by others' programs."""

from __future__ import annotations

import io
import re
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import NS, Package
from oletools.olevba import VBA_Parser
from pyopenvba import ExcelFile, check_file
from recalculation import cells

from tools.build import __main__ as build, vba
from tools.build.addin import ADDIN
from tools.build.oxt import build_oxt
from tools.build.udfs import addin_modules
from tools.build.workbook import WORKBOOK, build_workbook
from xl_collab.documents.canvas import code_name
from xl_collab.documents.workbook.template import CONF
from xl_collab.schema.sheets import SHEETS

ROOT = Path(__file__).parents[1]
WRITER_FILE = ROOT / "tools" / "build" / "writer.txt"
CODE_NAMES = {"ThisWorkbook", code_name(CONF), *(code_name(sheet.key) for sheet in SHEETS.sheets)}

MODULES = {"xlwings", "Dictionary", *vba.own_modules()}


@pytest.fixture(scope="module")
def built() -> bytes:
    return build_workbook()


def _parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        return {entry.filename: found.read(entry) for entry in found.infolist()}


def test_the_committed_workbook_is_what_the_build_makes(built: bytes) -> None:
    shipped, fresh = _parts(WORKBOOK.read_bytes()), _parts(built)
    assert list(shipped) == list(fresh)
    assert [name for name in fresh if shipped[name] != fresh[name]] == []
    assert WORKBOOK.read_bytes() == built


def test_building_twice_gives_the_same_bytes(built: bytes) -> None:
    assert build_workbook() == built


def test_windows_builds_the_same_bytes(built: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python notes in each entry where it was made: on this machine, unless it is told."""
    extension = build_oxt()
    monkeypatch.setattr(sys, "platform", "win32")
    assert zipfile.ZipInfo("a").create_system == 0
    assert build_workbook() == built
    assert build_oxt() == extension


def test_every_entry_has_the_same_fixed_date(built: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(built)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_validator_has_no_error(ooxml_validate: Callable[[Path], None]) -> None:
    ooxml_validate(WORKBOOK)


def test_the_package_says_that_it_has_macros(built: bytes) -> None:
    types = _parts(built)["[Content_Types].xml"]
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in types
    assert b"spreadsheetml.sheet.main+xml" not in types


def test_oletools_reads_xlwings_own_module_back() -> None:
    parser = VBA_Parser(str(WORKBOOK))
    modules = {Path(name).stem: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    assert set(modules) == CODE_NAMES | MODULES
    assert "'Version: 0.37.8" in modules["xlwings"]
    assert "Sub RunPython" in modules["xlwings"] or "Function RunPython" in modules["xlwings"]
    assert "redistributions in binary form" in modules["xlwings"].lower()


def test_pyopenvba_reads_the_project_back_and_finds_no_fault() -> None:
    assert check_file(WORKBOOK).ok
    _, file, _, sha256 = vba.SOURCES[0]
    with ExcelFile(WORKBOOK) as book:
        sources = {module.name: module.source for module in book.vba_project().modules}
    assert set(sources) == CODE_NAMES | MODULES
    assert sources["xlwings"].split() == vba.module_source(file, sha256).split()


def _source(text: str) -> list[str]:
    """The lines that the VBA editor shows: no attributes, no header of a class, no blanks at the ends."""
    lines = [line.rstrip() for line in text.splitlines()]
    start = next((n + 1 for n, line in enumerate(lines[:6]) if line == "END"), 0)
    shown = [line for line in lines[start:] if not line.lstrip().startswith("Attribute ")]
    return "\n".join(shown).strip().split("\n")


@pytest.mark.parametrize(("file", "more"), [(WORKBOOK, {}), (ADDIN, addin_modules())])
def test_another_reader_finds_every_module_word_for_word(file: Path, more: dict[str, str]) -> None:
    """oletools shares no code with pyOpenVBA, which wrote them."""
    parser = VBA_Parser(str(file))
    found = {Path(name).stem: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    wanted = vba.own_modules() | dict(more)
    wanted |= {name: vba.module_source(source, sha256) for name, source, _, sha256 in vba.SOURCES}
    assert {name: _source(found[name]) for name in wanted} == {n: _source(t) for n, t in wanted.items()}
    documents = set(found) - set(wanted)
    assert all(_source(found[name]) == [""] for name in documents)


def test_the_writer_of_vba_is_the_one_that_was_looked_at(tmp_path: Path) -> None:
    vba.require_writer()
    pinned = re.search(rf"^{vba.WRITER}==(\S+) --hash=sha256:[0-9a-f]{{64}}$", WRITER_FILE.read_text(), re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert pinned and f"{vba.WRITER}=={pinned[1]}" in project["optional-dependencies"]["test"]
    (tmp_path / "vba.py").write_text("# one line more\n")
    with pytest.raises(vba.WrongWriter, match="--require-hashes"):
        vba.require_writer(tmp_path)


def test_code_names_match_the_document_modules(built: bytes) -> None:
    package = Package(built)
    found = {package.workbook.find("m:workbookPr", NS).get("codeName")}
    for sheet in package.workbook.iterfind(".//m:sheet", NS):
        found.add(package.sheet(sheet.get("name")).find("m:sheetPr", NS).get("codeName"))
    assert found == CODE_NAMES


def test_vba_source_is_ascii_for_every_locale() -> None:
    for _, file, _, sha256 in vba.SOURCES:
        assert vba.module_source(file, sha256).isascii()


def test_another_xlwings_is_refused() -> None:
    with pytest.raises(vba.WrongXlwings, match=r"0\.37\.8"):
        vba.module_source("xlwings.bas", "0" * 64)


def test_the_template_stands_word_for_word_in_the_tracker(built: bytes) -> None:
    tab = cells(built)["跟踪表"]
    assert [tab[4, c] for c in range(1, 7)] == [
        "环节",
        "责任部门/人",
        "主要任务",
        "输出成果",
        "时间节点",
        "备注(如风险、依赖条件)",
    ]
    assert tab[8, 5] == "每周一17:00前"
    assert [tab[row, 2] for row in range(5, 11)] == [
        "市场部*",
        "市场部、行政部",
        "研发部、市场部",
        "研发部、市场部",
        "研发部、市场部",
        "市场部*、各部门",
    ]


def test_check_names_what_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "derived.md"
    monkeypatch.setattr(build, "derived", lambda: {target: b"new"})
    assert build.main(["--check"]) == 1
    assert "derived.md is stale" in capsys.readouterr().out
    assert not target.exists()
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0
    assert target.read_bytes() == b"new"
