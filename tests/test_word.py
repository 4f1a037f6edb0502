"""A generated document as a file for Word: the same texts as the sheet, to be edited there."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from command_line import Ran
from docx.oxml.ns import qn
from typed_in import typed

from xl_collab.errors import XlCollabError
from xl_collab.hosts.laid_out import shown
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.word import to_word


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with minutes and a review, and a word that somebody typed into the minutes."""
    from conftest import SHIPPED

    from xl_collab.ui.cli import main

    path = tmp_path_factory.mktemp("word") / "跟踪表.xlsm"
    path.write_bytes(SHIPPED.read_bytes())
    for command in ("minutes", "review"):
        with pytest.raises(SystemExit) as ended:
            main([command, str(path)])
        assert ended.value.code == 0
    cells = [cell for row in opened(path)["纪要-20231113"] for cell in row]
    at = next(cell.coordinate for cell in cells if cell.value == "【请填写】")
    path.write_bytes(typed(path.read_bytes(), {"纪要-20231113": {at: "2023-11-13（二楼）"}}))
    return path


def opened(path: Path) -> Any:
    """The workbook as a stranger reads it."""
    return openpyxl.load_workbook(path, data_only=True)


def written(path: Path, tab: str) -> Any:
    """The file for Word, opened again."""
    return docx.Document(io.BytesIO(to_word(Package.open(path), tab, "zh")))


def words(document: Any) -> set[str]:
    """Every text of its paragraphs and cells."""
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    lines = {paragraph.text for paragraph in document.paragraphs}
    return cells | lines | {line.split("  [")[0] for line in lines}


@pytest.mark.parametrize("tab", ["纪要-20231113", "复盘报告"])
def test_it_says_what_the_sheet_says(book: Path, tab: str) -> None:
    found = words(written(book, tab))
    sheet = opened(book)[tab]
    hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
    texts = {cell.value for cell in cells if cell.column_letter not in hidden and cell.font.size >= 10}
    assert len(texts) > 50
    missing = {text for text in texts if text not in found and not any(text in one for one in found)}
    assert not missing


def test_what_somebody_typed_is_in_it(book: Path) -> None:
    assert "2023-11-13（二楼）" in words(written(book, "纪要-20231113"))


def test_headings_are_headings_and_tables_are_tables(book: Path) -> None:
    document = written(book, "纪要-20231113")
    styles = {paragraph.style.name: paragraph.text for paragraph in reversed(document.paragraphs)}
    assert styles["Title"] == "例会会议纪要"
    assert "Heading 1" in styles
    heads = [
        table for table in document.tables if table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    ]
    assert {"决议号", "责任部门"} <= {cell.text for cell in heads[0].rows[0].cells}
    assert "例会会议纪要" in document.sections[0].header.paragraphs[0].text


def test_chinese_letters_have_a_chinese_face(book: Path) -> None:
    document = written(book, "纪要-20231113")
    for name in ("Normal", "Title", "Heading 1"):
        faces = document.styles[name].element.rPr.rFonts
        assert faces.get(qn("w:eastAsia")) == "微软雅黑"
        assert faces.get(qn("w:eastAsiaTheme")) is None


def test_charts_are_said_to_be_in_the_workbook(book: Path) -> None:
    assert "图表见工作簿的“复盘报告”。" in words(written(book, "复盘报告"))
    assert not any("图表见" in text for text in words(written(book, "纪要-20231113")))


def test_render_writes_the_newest_of_a_kind(cli: Callable[..., Ran], book: Path, tmp_path: Path) -> None:
    out = tmp_path / "纪要.docx"
    assert cli("render", book, "--kind", "minutes", "-o", out).code == 0
    assert docx.Document(str(out)).paragraphs[0].text == "例会会议纪要"


def test_a_word_file_holds_one_document(cli: Callable[..., Ran], book: Path, tmp_path: Path) -> None:
    ran = cli("render", book, "-o", tmp_path / "x.docx")
    assert ran.code == 2
    assert "--kind minutes" in ran.out + ran.err


def test_without_python_docx_it_is_said_what_to_do(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(XlCollabError, match="pip install python-docx"):
        to_word(Package.open(book), "复盘报告", "zh")


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (3, "+0;-0;0", "+3"),
        (0, "+0;-0;0", "0"),
        (-2, "+0;-0;0", "-2"),
        (0.4, "0%", "40%"),
        (1.5, "+0.0;-0.0;0", "+1.5"),
    ],
)
def test_figures_look_as_on_the_sheet(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text
