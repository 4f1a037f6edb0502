"""Reading any grid of cells: a workbook that is no tracker of ours, or a CSV file in any usual coding.

Values come as people see them, cleaned but not judged. Files of strangers are read in a process of their own
(exchange/gate/foreign.py). What may not enter: what headings and rows mean (importing/columns.py), writing.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from xl_collab.errors import NotAWorkbook, XlCollabError, cannot_open
from xl_collab.hosts.grid import Grid, Sheets, clean
from xl_collab.hosts.ooxml import refusals
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.windows import true_refusal
from xl_collab.importing.columns import ForeignBook, ForeignSheet
from xl_collab.project.tables import CellError, CellFormula

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_DELIMITERS = ",\t;|，"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SAMPLED = 200
"""Lines that decide which sign separates the cells."""
_BIGGEST = 200_000_000
_LONGEST = 32_767
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^>]*)?>[^<]")
_TEXT_RESULT = re.compile(rb"<[^>]* t=\"str\"")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def file_bytes(path: Path) -> bytes:
    """The file's bytes. Raises NotAWorkbook for one that is too big or cannot be opened."""
    try:
        if path.stat().st_size > _BIGGEST:
            raise NotAWorkbook(
                f"{path.name} 超过 200 MB，不像一张跟踪表。请只留下要导入的工作表后重试。",
                f"{path.name} is over 200 MB, hardly a tracker. Keep the sheet to be imported and try again.",
            )
        return path.read_bytes()
    except OSError as error:
        raise NotAWorkbook(*cannot_open(path.name, true_refusal(error))) from error


# workbooks


def read_workbook(package: Package) -> Iterator[ForeignSheet]:
    """The values of every worksheet."""
    sheets = Sheets(package)
    for tab in sheets.tabs:
        yield _sheet(sheets, tab)


def _sheet(sheets: Sheets, tab: str) -> ForeignSheet:
    grid, info = sheets.grid(tab), sheets.info(tab)
    sheets.forget(tab)
    rows = _rows(grid)
    merged = _merged(grid, len(rows))
    return ForeignSheet(info.name, rows, merged, info.state != "visible", len(grid.cells.formulas))


def _rows(grid: Grid) -> list[list[object]]:
    """All rows without empty ends; cells that show an error keep its code."""
    rows = [clean(row, as_text=True) for row in grid.rows]
    for (row, column), code in grid.cells.errors.items():
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = CellError(code)
    for index, offset in zip(grid.cells.formula_cells.tolist(), grid.cells.formulas.tolist(), strict=True):
        row, column = int(grid.cells.rows[index]), int(grid.cells.columns[index])
        if not _has_result(grid, index):
            _extend(rows, row, column)
            rows[row - 1][column - 1] = CellFormula(grid.cells.formula_text(offset, row, column))
    while rows and not any(value is not None for value in rows[-1]):
        rows.pop()
    return rows


def _has_result(grid: Grid, index: int) -> bool:
    """Whether a formula's cell holds what it last showed, be it an empty text; a program that never
    computed leaves none.
    """
    cells = grid.cells
    end = int(cells.offsets[index + 1]) if index + 1 < len(cells.offsets) else cells.layout.end
    data, start = cells.layout.data, int(cells.offsets[index])
    return bool(_VALUE.search(data, start, end) or _TEXT_RESULT.match(data, start, end))


def _extend(rows: list[list[object]], row: int, column: int) -> None:
    """Room for a cell beyond those that hold values."""
    rows.extend([] for _ in range(row - len(rows)))
    rows[row - 1].extend([None] * (column - len(rows[row - 1])))


def _merged(grid: Grid, last: int) -> tuple[tuple[int, int, int, int], ...]:
    """Merged areas that touch the used cells, cut to them."""
    width = max(map(len, grid.rows), default=0)
    cut = ((top, left, min(bottom, last), min(right, width)) for top, left, bottom, right in grid.merged)
    return tuple(area for area in cut if area[0] <= area[2] and area[1] <= area[3])


# text tables


def read_text(name: str, data: bytes) -> ForeignBook:
    """A text table. Raises NotAWorkbook."""
    if not data.strip():
        raise refusals.not_a_workbook("空文件", "an empty file")
    text, encoding = _decoded(data)
    if data[:512].lstrip()[:1] == b"<" or _CONTROL.search(text[:4096]):
        raise refusals.not_a_workbook("不是表格的文本", "text that is no table")
    rows = _cells(text)
    sheet = ForeignSheet(name.rpartition(".")[0] or name, rows)
    return ForeignBook(name, (sheet,), "csv", encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and its coding: by its mark, else UTF-8, else the Chinese codings of Excel."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data, encoding) or _undecodable(), encoding
    for encoding in ("utf-8", "gb18030"):
        text = _decode(data, encoding)
        if text is not None:
            return text, encoding
    return _undecodable(), ""


def _decode(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _undecodable() -> str:
    raise refusals.not_a_workbook(
        "编码不明的文本（既不是 UTF-8 也不是 GBK）", "text in an unknown coding (neither UTF-8 nor GBK)"
    )


def _cells(text: str) -> list[list[object]]:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        rows = [[value if value.strip() else None for value in row] for row in reader]
    except csv.Error as error:
        raise _broken(str(error)) from error
    for number, row in enumerate(rows, start=1):
        if any(value is not None and len(value) > _LONGEST for value in row):
            raise _too_long(number)
    return [list(row) for row in rows]


def _too_long(row: int) -> XlCollabError:
    return NotAWorkbook(
        f"CSV 第 {row} 行有超过 {_LONGEST} 个字符的格，Excel 装不下。请先拆短再导入。",
        f"Row {row} of the CSV file has a cell of over {_LONGEST} characters, more than Excel can hold. "
        "Split it, then import.",
    )


def _broken(reason: str) -> XlCollabError:
    return NotAWorkbook(
        f"CSV 文件读不下去（{reason}）。请在 Excel 中打开并另存为 .xlsx 后再导入。",
        f"The CSV file cannot be read ({reason}). Open it in Excel, save it as .xlsx and import that.",
    )


def _delimiter(text: str) -> str:
    """The sign that cuts most of the first lines into the same number of cells; a comma when none does."""
    lines = [line for line in text.splitlines()[:_SAMPLED] if line.strip()]
    return max(_DELIMITERS, key=lambda sign: (_evenness(lines, sign), -_DELIMITERS.index(sign)))


def _evenness(lines: Sequence[str], sign: str) -> int:
    """How many lines share the most frequent number of cells above one."""
    counts: dict[int, int] = {}
    for row in csv.reader(lines, delimiter=sign):
        counts[len(row)] = counts.get(len(row), 0) + 1
    return max((count for width, count in counts.items() if width > 1), default=0)
