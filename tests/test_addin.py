"""The personal add-in: built from the same sources, reproducible, and it reaches the same commands."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree
from oletools.olevba import VBA_Parser
from pyopenvba import check_file
from vba_excel import VbaExcel

from tools.build.addin import ADDIN, build_addin
from tools.build.vba import own_modules
from tools.lint.lint import lint
from xl_collab.documents.interface import read_parts
from xl_collab.ui.buttons import live
from xl_collab.ui.ribbon_xml import ribbon_xml


def test_the_committed_addin_is_what_the_build_makes() -> None:
    assert ADDIN.read_bytes() == build_addin()


def test_the_command_builds_it_in_either_language(tmp_path: Path) -> None:
    out = tmp_path / "mine.xlam"
    command = [sys.executable, "-m", "tools.build", "--addin", str(out), "--lang", "en"]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[1])
    parts = read_parts(out.read_bytes())
    assert parts["customUI/customUI14.xml"].decode() == ribbon_xml("en", "2009", addin=True)


def test_validator_and_lint_are_content(ooxml_validate: Callable[[Path], None]) -> None:
    assert lint(ADDIN) == []
    ooxml_validate(ADDIN)


def test_lint_and_oletools_without_the_validator() -> None:
    assert lint(ADDIN) == []
    assert check_file(ADDIN).ok
    parser = VBA_Parser(str(ADDIN))
    modules = {Path(name).stem for _, _, name, _ in parser.extract_macros()}
    parser.close()
    documents = {"ThisWorkbook", "SheetXlCollab", "SheetXlwingsConf"}
    # The worksheet functions live here and not in the workbook: mailed formulas would break.
    functions = {"xlwings_udfs", "CollabHelp"}
    assert modules == documents | functions | {"xlwings", "Dictionary", *own_modules()}


def test_it_is_declared_an_addin_and_keeps_mailed_folders_off_the_path() -> None:
    parts = read_parts(ADDIN.read_bytes())
    types = parts["[Content_Types].xml"]
    assert types.count(b"application/vnd.ms-excel.addin.macroEnabled.main+xml") == 1
    assert b"sheet.macroEnabled" not in types
    strings = parts["xl/sharedStrings.xml"].decode()
    assert re.findall(r"<t>(.*?)</t>", strings) == [
        "ADD_WORKBOOK_TO_PYTHONPATH",
        "False",
        "SHOW CONSOLE",
    ]


def test_its_tab_is_always_there_and_has_the_workbooks_buttons() -> None:
    parts = read_parts(ADDIN.read_bytes())
    addin, workbook = parts["customUI/customUI14.xml"].decode(), ribbon_xml("zh", "2009")
    assert "getVisible" not in addin
    plain = workbook.replace(' getVisible="Collab_TabVisible"', "")
    # Told apart by name: where macros are blocked, the workbook's cannot give way.
    assert addin == plain.replace('label="跨部门协同（本文件）"', 'label="跨部门协同"')


@pytest.mark.parametrize("command", ["validate", "run", "doctor"])
def test_it_passes_the_active_workbook_not_itself(tmp_path: Path, command: str) -> None:
    """A macro-free workbook with the add-in loaded beside it."""
    plain, addin = tmp_path / "项目 进度.xlsx", tmp_path / "xl_collab.xlam"
    xlsxwriter.Workbook(str(plain)).close()
    addin.write_bytes(ADDIN.read_bytes())
    sent: list[str] = []
    excel = VbaExcel(addin, sent.append)
    excel.app.open_workbook(plain)
    excel.click(f"collab_{command}")
    name, path, *_ = (eval(literal) for literal in re.findall(r"'[^']*'", sent[0]))
    assert (name, path) == (command, str(plain))


def test_every_button_of_the_addin_reaches_python(tmp_path: Path) -> None:
    root = etree.fromstring(read_parts(ADDIN.read_bytes())["customUI/customUI14.xml"])
    controls = [item.get("id") for item in root.iter("{*}button")]
    sent: list[str] = []
    excel = VbaExcel(ADDIN, sent.append)
    for control in controls:
        if not control.startswith("collab_goto"):
            excel.click(control)
    reached = [re.search(r"r\.run\('(\w+)'", command)[1] for command in sent]  # type: ignore[index]
    assert sorted(reached) == sorted(command.id for command in live())
