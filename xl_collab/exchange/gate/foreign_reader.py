"""The process that reads somebody else's tracker for `import`, and may die of it.

`python -m xl_collab.exchange.gate.foreign_reader CPU_SECONDS MEMORY_BYTES KIND`: the file's bytes on standard
input, lines of JSON on standard output: first the values, then {"values": true}, then words beside the cells
and how the cells look. Whatever kills it after the values leaves them whole; the import goes on with them.
What may not enter: what headings, rows and colours mean (importing/).
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401  part names may need it, and nothing is imported later
import gc
import io
import sys
import warnings
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO

from lxml import etree
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.annotations import annotations_of
from xl_collab.exchange.gate.child import OUT_OF_MEMORY, limit_self
from xl_collab.exchange.gate.odf import sheets_beside
from xl_collab.exchange.gate.readers import stay_inside
from xl_collab.exchange.gate.wire import Tagged, ValueTable, line
from xl_collab.hosts.foreign import read_workbook
from xl_collab.hosts.grid import clean
from xl_collab.hosts.ooxml.package import Package
from xl_collab.importing.columns import ForeignSheet
from xl_collab.importing.looks import Cell, hue_of
from xl_collab.importing.opening import read_looks
from xl_collab.project.tables import CellError, CellFormula

_MOST_CELLS = 20_000_000
_MOST_NOTES = 5_000


def main(cpu_seconds: int, memory: int, kind: str, source: BinaryIO, answer: BinaryIO) -> int:
    """Read one file of a kind (see foreign.py); returns the exit code."""
    limit_self(cpu_seconds, memory)
    gc.disable()  # one file, then the process ends
    warnings.simplefilter("ignore")
    data = source.read()
    sys.addaudithook(stay_inside)
    try:
        for record in _records(data, kind):
            answer.write(line(record))
            if "values" in record:
                answer.flush()
        answer.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


Record = dict[str, object]
_UNREADABLE = XlCollabError(
    "文件读不出来，可能不完整或已损坏。请在 Excel 或 WPS 中打开后另存为 .xlsx 再导入。",
    "The file cannot be read; it may be incomplete or damaged. Open it in Excel or WPS, save it as .xlsx and "
    "import that.",
)


def _records(data: bytes, kind: str) -> Iterator[Record]:
    try:
        values = Values(data, kind)
        for sheet in values.sheets:
            yield from _sheet(sheet)
    except XlCollabError as error:
        yield {"refused": "damaged", "zh": error.zh, "en": error.en}
        return
    yield {"values": True, "unseen": values.unseen}
    if values.package is not None:
        yield {"words": annotations_of(values.package)}
        yield from _looks(data) if kind == "ooxml" else ()
    if kind == "ods":
        yield {"words": values.notes}
        for name, rows in values.hidden.items():
            yield {"looks": name, "rows": rows}
    yield {"done": True}


class Values:
    """The values of a file: by our own reader where it can, else by calamine."""

    def __init__(self, data: bytes, kind: str) -> None:
        self.package: Package | None = None
        self.unseen = "" if kind == "ooxml" else kind
        self._wrong: XlCollabError | None = None
        self.notes: list[tuple[str, ...]] = []
        self.hidden: dict[str, list[int]] = {}
        self.sheets = self._own(data) if kind in ("ooxml", "big") else []
        if self.package is None:
            self.sheets = _by_calamine(data, self._wrong)
        if kind == "ods":
            self._open_document(data)

    def _own(self, data: bytes) -> list[ForeignSheet]:
        try:
            package = Package.from_bytes(data)
            sheets = list(read_workbook(package))
        except MemoryError:
            raise
        except Exception as error:  # calamine is asked for what it can see, and the report says so
            self._wrong = error if isinstance(error, XlCollabError) else None
            self.unseen = "damaged"
            return []
        self.package = package
        return sheets

    def _open_document(self, data: bytes) -> None:
        """Merged areas, errors, comments and hidden rows, which calamine does not tell of OpenDocument."""
        beside = sheets_beside(data)
        for at, sheet in enumerate(self.sheets):
            found = beside.get(sheet.name)
            if found is not None:
                rows = [list(row) for row in sheet.rows]
                for (row, column), code in found.errors.items():
                    if row <= len(rows) and column <= len(rows[row - 1]):
                        rows[row - 1][column - 1] = CellError(code)
                self.sheets[at] = ForeignSheet(sheet.name, rows, tuple(found.merged), sheet.hidden)
                self.notes += [("note", sheet.name, *note, "") for note in found.notes]
                self.hidden[sheet.name] = found.hidden


def _by_calamine(data: bytes, wrong: XlCollabError | None) -> list[ForeignSheet]:
    """The sheets as calamine sees them; where it sees none, what is `wrong` with the file is said."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        tabs = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        sheets = [_calamine_sheet(book, one.name, one.visible != SheetVisibleEnum.Visible) for one in tabs]
    except MemoryError:
        raise
    except BaseException as error:  # a panic of a Rust library is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise wrong or _UNREADABLE from error
    if wrong is not None and not sheets:
        raise wrong
    return sheets


def _calamine_sheet(book: CalamineWorkbook, name: str, hidden: bool) -> ForeignSheet:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > _MOST_CELLS:
        raise MemoryError
    rows = [clean(row, as_text=True) for row in sheet.to_python(skip_empty_area=False)]
    areas = ((a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
    return ForeignSheet(name, rows, tuple(areas), hidden)


def _sheet(sheet: ForeignSheet) -> Iterator[Record]:
    values = ValueTable()
    rows = [values.row([_tagged(value) for value in row]) for row in sheet.rows]
    yield {
        "sheet": sheet.name,
        "hidden": sheet.hidden,
        "formulas": sheet.formulas,
        "merged": sheet.merged,
        "values": values.table,
        "rows": len(rows),
    }
    for row in rows:
        yield {"r": row}


def _tagged(value: object) -> object:
    """Errors as e, formulas that show nothing as x."""
    if isinstance(value, CellError):
        return Tagged("e", value.code)
    return Tagged("x", value.text) if isinstance(value, CellFormula) else value


def _looks(data: bytes) -> Iterator[Record]:
    try:
        for name, looks in read_looks(data):
            yield {
                "looks": name,
                "fills": _by_colour(looks.fills),
                "inks": _by_colour(looks.inks),
                "struck": sorted(looks.struck),
                "parts": [[*at, text] for at, text in looks.struck_parts.items()],
                "rows": sorted(looks.hidden_rows),
                "columns": sorted(looks.hidden_columns),
                "filtered": looks.filtered,
                "conditional": list(islice(looks.conditional, _MOST_NOTES)),
            }
    except MemoryError:
        raise
    except Exception:  # whatever openpyxl cannot open: the values are read all the same
        yield {"blind": "broken"}


def _by_colour(colours: Mapping[Cell, str]) -> dict[str, list[Cell]]:
    cells: dict[str, list[Cell]] = {}
    for at, colour in colours.items():
        if hue_of(colour) is not None:
            cells.setdefault(colour, []).append(at)
    return cells


if __name__ == "__main__":
    etree.fromstring(b"<a/>")  # what lxml loads late is loaded before the file is
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.stdin.buffer, sys.stdout.buffer))
