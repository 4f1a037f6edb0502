"""The process that parses a returned file, and may die of it: two readers that have to agree.

`python -m xl_collab.exchange.gate.readers CPU_SECONDS MEMORY_BYTES`: the file's bytes on standard input,
lines of JSON on standard output; with `--fork-server SOCKET` it is asked for such processes (child.py).
It limits itself before the first hostile byte is read, opens no file and no socket after that, and ends its
answer with {"done": …}: an answer without it is no answer. The first reader is calamine with the byte scanner
of hosts/ (formulas, errors), as for the master; the second is secondreader.py. A cell on which they differ is
marked and named, never guessed.
What may not enter: the master, the ledger, rules about the data.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401  part names may need it, and nothing is imported later
import gc
import io
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import BinaryIO

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.annotations import annotations_of
from xl_collab.exchange.gate.child import OUT_OF_MEMORY, limit_self, serve
from xl_collab.exchange.gate.refusals import FileRefused, refuse, refused_by_host
from xl_collab.exchange.gate.secondreader import (
    Broken,
    Parsed,
    SecondReader,
    Serial,
    Shown,
    address,
    elements,
)
from xl_collab.exchange.gate.wire import Patterns, Tagged, ValueTable, line, put_in, taken_out
from xl_collab.hosts.ooxml import refusals
from xl_collab.hosts.ooxml.cellscan import CellScan, group_number, own_text, scan
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.workbookxml import SheetInfo, tables_of
from xl_collab.hosts.ooxml.xmlparts import MAIN, parse_xml, part_key

_FORBIDDEN = ("open", "socket.", "subprocess.", "os.", "shutil.", "ctypes.", "import", "urllib.", "ftplib.")


def main(cpu_seconds: int, memory: int, source: BinaryIO, answer: BinaryIO) -> int:
    """Read one workbook from `source` and write what it holds to `answer`; returns the exit code."""
    limit_self(cpu_seconds, memory)
    gc.disable()  # one file, then the process ends: nothing here is worth collecting
    data = source.read()
    sys.addaudithook(stay_inside)
    try:
        for record in _records(data):
            answer.write(line(record))
        answer.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _records(data: bytes) -> Iterator[object]:
    try:
        yield from read_workbook(data)
    except FileRefused as error:
        yield _refused(error.refusal.code, error)
    except XlCollabError as error:
        yield _refused(refused_by_host(error).code, error)
    else:
        yield {"done": True}


def _refused(code: str, error: XlCollabError) -> object:
    return {"refused": code, "zh": error.zh, "en": error.en}


def stay_inside(event: str, _: object) -> None:
    """No file, socket or program from here on, whatever a file makes a library try."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


_NEAR = 2e-8  # two milliseconds, in days: calamine rounds to one
_LAST_DAY = 2_958_466  # the day after 9999-12-31
_TYPED_DAYS = (19_000_101, 99_991_231)
_MERGE_TAIL = b"mergeCell"
_IN_MEMORY = 32 << 20
"""Bytes of sheets that may lie in memory once more; what has more is inflated a second time instead."""
_FORMULA = re.compile(rb"<f(?:>| [^>]*[^/>]>)[^<]*</f>")
_BLANK = re.compile(rb'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?/>(?=<c r="|</row>)')
"""A cell that shows its format only, if the one behind it does not count from it."""
Record = dict[str, object]


def read_workbook(
    data: bytes, second_reader: Callable[[Package], SecondReader] = SecondReader
) -> Iterator[Record]:
    """Records for wire.py: the workbook, then every sheet with its rows, then what the readers differ on.

    Raises Refused, or what the hosts raise for damaged workbooks.
    """
    package = Package.from_bytes(data)
    infos = _worksheets(package)
    annotations = [list(one) for one in annotations_of(package)]
    yield {**_workbook_record(package), "annotations": annotations}
    second = second_reader(package)
    bare = {info.part: _bare(package.read(info.part)) for info in infos}
    try:
        fits = sum(map(len, bare.values())) <= _IN_MEMORY
        book = CalamineWorkbook.from_filelike(io.BytesIO(package.for_values(bare if fits else {})))
    except (CalamineError, OSError, ValueError) as error:
        raise refusals.damaged("workbook", "读不出来", "it cannot be read") from error
    except BaseException as error:
        raise _panic(error, "workbook") from error
    for info in infos:
        yield from _sheet_records(package, book, second, info, bare[info.part])


def _worksheets(package: Package) -> list[SheetInfo]:
    arrows = {part_key(rel.target) for rel in package.related(package.workbook_part, "worksheet")}
    infos = [info for info in package.workbook.sheets if info.part and part_key(info.part) in arrows]
    if not infos:
        raise refuse("no-sheets")
    if len({info.name.casefold() for info in infos}) < len(infos):
        raise refusals.damaged("workbook", "工作表重名", "two sheets have the same name")
    return infos


def _panic(error: BaseException, where: str) -> BaseException:
    """A panic in Rust arrives as a bare BaseException; everything else goes on as it is."""
    if type(error).__name__ != "PanicException":
        return error
    return refusals.damaged(where, "读不出来", "it cannot be read")


# -- the workbook -----------------------------------------------------------------------------------


def _workbook_record(package: Package) -> Record:
    names = [[item.name, item.text, item.sheet or ""] for item in package.workbook.defined_names]
    hidden = [[info.name, info.state] for info in package.workbook.sheets]
    return {"names": names, "tabs": hidden, "date1904": _is_1904(package), **_properties(package)}


def _is_1904(package: Package) -> bool:
    root = parse_xml(package.read(package.workbook_part), package.workbook_part)
    settings = root.find(f"{MAIN}workbookPr")
    return settings is not None and settings.get("date1904") in ("1", "true")


def _properties(package: Package) -> Record:
    """Core, extended and custom document properties as texts; a damaged one is left out, not refused."""
    found: dict[str, dict[str, str]] = {"custom": {}, "core": {}}
    for rel in package.rels(""):
        if rel.external or rel.target not in package:
            continue
        if rel.kind == "custom-properties":
            root = parse_xml(package.read(rel.target), rel.target)
            found["custom"] |= {item.get("name", ""): "".join(item.itertext()) for item in root}
        elif rel.kind in ("core-properties", "extended-properties"):
            root = parse_xml(package.read(rel.target), rel.target)
            found["core"] |= {_local(item): item.text or "" for item in root if not len(item)}
    return {"custom": found["custom"], "core": found["core"]}


def _local(item: etree._Element) -> str:
    return etree.QName(item).localname if isinstance(item.tag, str) else ""


# -- sheets -------------------------------------------------------------------------------------------


def _sheet_records(
    package: Package, book: CalamineWorkbook, second: SecondReader, info: SheetInfo, bare: bytes
) -> Iterator[Record]:
    cells = scan(package.read(info.part))
    cells.check_area(info.name)
    parsed = second.rows(info.part, bare)
    rows = _values(book, info.name)
    differing = _compare(rows, parsed, _is_1904(package))
    patterns = _formulas(rows, cells, info.part)
    tables = [[table.name, str(table.area), table.totals_rows] for table in tables_of(package, info.part)]
    values = ValueTable()
    numbers = [values.row(_trimmed(row)) for row in rows]
    yield {
        "sheet": info.name,
        "state": info.state,
        "part": info.part,
        "tables": tables,
        "merged": _merged(package.read(info.part), info.part) if _MERGE_TAIL in cells.layout.data else [],
        "differing": differing,
        "formulas": patterns.texts,
        "runs": patterns.runs,
        "values": values.table,
        "rows": len(rows),
    }
    for row in numbers:
        yield {"r": row}


def _bare(data: bytes) -> bytes:
    """The sheet without most of its bytes that are no values: formulas (see `_well_formed`) and blank cells.

    `scan` judges the addresses of all cells.
    """
    bare = _BLANK.sub(b"", _FORMULA.sub(b"", data))
    return data if b"<!" in bare else bare  # what looks like a formula in a comment is none


def _values(book: CalamineWorkbook, tab: str) -> list[list[object]]:
    """The cells as calamine reads them, from row 1 and column A on; blanks as None."""
    try:
        rows = book.get_sheet_by_name(tab).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, KeyError) as error:
        raise refusals.damaged(tab, "读不出来", "it cannot be read") from error
    except BaseException as error:
        raise _panic(error, tab) from error
    return [[None if value == "" else value for value in row] for row in rows]


def _trimmed(row: list[object]) -> list[object]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def _compare(rows: list[list[object]], parsed: dict[int, list[Parsed | None]], is_1904: bool) -> list[str]:
    """Addresses on which the readers differ; there the value becomes a marker that nobody applies."""
    differing = []
    same_serial = _remembering(is_1904)
    for number, row in enumerate(rows, start=1):
        padded = itertools.chain(parsed.get(number, ()), itertools.repeat(None))
        for index, (value, other) in enumerate(zip(row, padded, strict=False)):
            if value is other or (type(value) is type(other) and value == other):
                continue
            if type(other) is Serial and same_serial(value, other.number):
                continue
            if isinstance(other, Shown) and value is None:
                row[index] = Tagged("e", other.code)
            elif isinstance(other, Broken):
                row[index] = Tagged("x", other.raw)
            else:
                row[index] = Tagged("x", f"{value} / {_plain(other)}"[:200])
                differing.append(address(number, index + 1))
    for number, column, other in itertools.islice(_beyond(rows, parsed), 1000):
        is_error = isinstance(other, Shown)
        if not is_error:
            differing.append(address(number, column))
        _put(rows, number, column, Tagged("e" if is_error else "x", _plain(other)))
    return differing


def _beyond(
    rows: list[list[object]], parsed: dict[int, list[Parsed | None]]
) -> Iterator[tuple[int, int, Parsed]]:
    """Cells that only the second reader sees, outside of what the first one returned."""
    widths = [len(row) for row in rows]
    for number, others in parsed.items():
        width = widths[number - 1] if number <= len(widths) else 0
        for column, other in enumerate(others[width:], start=width + 1):
            if other is not None:
                yield number, column, other


def _remembering(is_1904: bool) -> Callable[[object, float], bool]:
    """`_same_serial`, which a tracker asks thousands of times about a few hundred days."""

    @lru_cache(maxsize=10_000, typed=True)
    def same(value: object, serial: float) -> bool:
        return _same_serial(value, serial, is_1904)

    return same


def _plain(value: object) -> str:
    return str(getattr(value, "number", getattr(value, "code", value)))


def _put(rows: list[list[object]], number: int, column: int, value: object) -> None:
    while len(rows) < number:
        rows.append([])
    row = rows[number - 1]
    row.extend([None] * (column - len(row)))
    row[column - 1] = value


def _same_serial(value: object, serial: float, is_1904: bool) -> bool:
    """Whether both readers mean one number in a cell for dates: 20231108 typed there is a number, no day."""
    if type(value) in (int, float) and _TYPED_DAYS[0] <= serial <= _TYPED_DAYS[1] and serial.is_integer():
        return value == serial
    return _same_moment(value, serial, is_1904)


def _same_moment(value: object, serial: float, is_1904: bool) -> bool:
    """Whether the date that calamine shows is the one that the serial number means."""
    if isinstance(value, timedelta):
        return abs(value / timedelta(days=1) - serial) < _NEAR * max(1.0, abs(serial))
    if isinstance(value, time):
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return abs(seconds / 86400 - serial) < _NEAR
    if not isinstance(value, date) or not 0 <= serial < _LAST_DAY or 60 <= serial < 61:
        return False  # day 60 is 1900-02-29, which never was
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 31 if serial < 60 else 30)
    return abs((moment - start) / timedelta(days=1) - serial) < _NEAR


def _formulas(rows: list[list[object]], cells: CellScan, part: str) -> Patterns:
    """Where formulas stand, so that what they showed in `rows` is known as shown. Raises Refused."""
    patterns = Patterns()
    places = zip(
        cells.formulas.tolist(),
        cells.rows[cells.formula_cells].tolist(),
        cells.columns[cells.formula_cells].tolist(),
        strict=True,
    )
    data, above = cells.layout.data, _Above(cells, patterns)
    row_now, digits = 0, b""
    for offset, row, column in places:
        if row != row_now:
            row_now, digits = row, b"%d" % row
        known = above.known.get(column)
        if known is not None:
            pieces, raw, number = known
            expected = digits.join(pieces) if raw is None else put_in(raw, row)
            if data.startswith(expected, offset):
                patterns.put(row, column, number)
                continue
        patterns.put(row, column, above.met(offset, row, column))
    rows.extend([] for _ in range(row_now - len(rows)))
    _well_formed(above.texts, part)
    return patterns


def _well_formed(texts: list[bytes], part: str) -> None:
    """Refused when what `_bare` kept from the strict parser is no XML."""
    for _ in elements(b"<f><f>%b</f></f>" % b"</f><f>".join(texts), part, "f"):
        pass


class _Above:
    """The formula above in each column: most are filled down, and then the next one is known beforehand.

    known  column → the element's pieces around the row's number; the element, when it names rows near by
           too; the number of its pattern
    texts  what stands in the elements that were not known beforehand
    """

    def __init__(self, cells: CellScan, patterns: Patterns) -> None:
        self._cells, self._patterns = cells, patterns
        self.known: dict[int, tuple[list[bytes], bytes | None, int]] = {}
        self.texts: list[bytes] = []

    def met(self, offset: int, row: int, column: int) -> int:
        """The pattern of a formula that is not the one above; that of the next one is expected to be."""
        self.known.pop(column, None)
        element = self._cells.element(offset)
        self.texts.append(element[element.index(b">") + 1 : max(element.rfind(b"<"), 0)])
        group = group_number(element)
        if group is not None and group in self._cells.groups:
            return self._patterns.number(self._cells.groups[group].at(row, column), row)
        if b"&#" in element:  # the digits of a character's number are no row
            return self._patterns.number(own_text(element), row)
        raw = taken_out(element, row)
        number = self._patterns.number_of_element(raw, row, own_text)
        self.known[column] = raw.split(b"\0"), raw if b"\1" in raw or b"\2" in raw else None, number
        return number


def _merged(data: bytes, part: str) -> list[str]:
    root_parts = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=f"{MAIN}mergeCell", resolve_entities=False, no_network=True
    )
    return [item.get("ref", "") for _, item in root_parts]


if __name__ == "__main__":
    if sys.argv[1] == "--fork-server":
        serve(int(sys.argv[2]), main)
    else:
        sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer, sys.stdout.buffer))
