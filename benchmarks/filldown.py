"""Filling a drawn table down to many rows, in the form in which Excel saves a filled-down table.

Deliberately not the package's own writer: a benchmark's input should not be made by what it measures.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape

FIRST = 5
"""Sheet row of the first data row."""
STRINGS = "xl/sharedStrings.xml"
"""The part with the shared strings."""
_CELL = re.compile(
    r'<c r="([A-Z]+)5"( s="\d+")?(?: t="\w+")?(?:/>|>(?:<f>(.*?)</f>)?(?:<v>.*?</v>|<v/>)?</c>)'
)
_EPOCH = dt.date(1899, 12, 30)
_BATCH = 2000

Writer = Callable[[int, object], str]


class FillDown:
    """A drawn package whose sheet `tab` has a table of one row; `write` gives it the others."""

    def __init__(self, source: zipfile.ZipFile, tab: str) -> None:
        self.source = source
        self.tab = tab
        self.sheet = self._target("xl/workbook.xml", f'<sheet name="{tab}"[^>]* r:id="(\\w+)"')
        self.table = self._target(self.sheet, '<tablePart r:id="(\\w+)"')
        self.drawn = self._read(STRINGS)
        self.count = self.drawn.count("</si>")
        self.strings: dict[str, int] = {}
        """New shared strings, escaped, numbered from `count`."""

    def write(self, target: zipfile.ZipFile, columns: Sequence[Sequence[object]]) -> None:
        """Every part into `target`; `columns` are the table's cells, left to right."""
        last = FIRST + len(columns[0]) - 1
        for name in self.source.namelist():
            if name == STRINGS:
                continue
            with target.open(info(name), "w", force_zip64=True) as part:
                if name == self.sheet:
                    for piece in self.written(columns, last):
                        part.write(piece.encode())
                else:
                    part.write(self._part(name, last))
        target.writestr(info(STRINGS), self.shared())

    def _read(self, name: str) -> str:
        return self.source.read(name).decode("utf-8")

    def _target(self, part: str, pattern: str) -> str:
        """The part that the relationship named by `pattern` in `part` leads to."""
        match = re.search(pattern, self._read(part))
        assert match, f"{pattern} is not in {part}"
        folder, _, name = part.rpartition("/")
        arrows = self._read(f"{folder}/_rels/{name}.rels")
        arrow = re.search(f'Id="{match[1]}"[^>]* Target="([^"]+)"', arrows)
        assert arrow, f"{match[1]} leads nowhere"
        return f"xl/{arrow[1].removeprefix('../')}"

    def _part(self, name: str, last: int) -> bytes:
        """Another part: the table and what points into it reach down to the last row."""
        if name == self.table:
            return self._read(name).replace(f'{FIRST}"', f'{last}"').encode()
        if name.startswith("xl/worksheets/sheet"):
            pattern = f"({re.escape(self.tab)}'?!\\$[A-Z]+\\$\\d+:\\$[A-Z]+\\$)5000\\b"
            return re.sub(pattern, rf"\g<1>{max(5000, last + 1000)}", self._read(name)).encode()
        return self.source.read(name)

    # -- the sheet ----------------------------------------------------------------------------

    def written(self, columns: Sequence[Sequence[object]], last: int) -> Iterator[str]:
        text = self._read(self.sheet)
        start = text.index(f'<row r="{FIRST}"')
        end = text.index("</sheetData>")
        opening = text[start : text.index(">", start) + 1].replace(f'r="{FIRST}"', 'r="%d"')
        writers = [self._writer(cell, last) for cell in _CELL.finditer(text[:end], start)]
        assert len(writers) == len(columns), "the first row has other columns than the table"
        yield re.sub(r'(<dimension ref="A1:[A-Z]+)\d+', rf"\g<1>{last}", text[:start])
        for first in range(0, len(columns[0]), _BATCH):
            yield "".join(self._rows(opening, writers, columns, first))
        yield re.sub(r'(sqref="[A-Z]+5:[A-Z]+)5000"', rf'\g<1>{max(5000, last + 1000)}"', text[end:])

    def _rows(
        self, opening: str, writers: list[Writer], columns: Sequence[Sequence[object]], first: int
    ) -> Iterator[str]:
        cells = zip(*(column[first : first + _BATCH] for column in columns), strict=True)
        for row, values in enumerate(cells, FIRST + first):
            written = [write(row, value) for write, value in zip(writers, values, strict=True)]
            yield f"{opening % row}{''.join(written)}</row>"

    def _writer(self, cell: re.Match[str], last: int) -> Writer:
        """What writes the cells of one column, from how its first cell was drawn."""
        letters, style, formula = cell.groups(default="")
        return self._formula(letters, style, formula, last) if formula else self._value(letters, style)

    def _value(self, letters: str, style: str) -> Writer:
        strings, count = self.strings, self.count

        def write(row: int, value: object) -> str:
            if value is None:
                return f'<c r="{letters}{row}"{style}/>'
            if isinstance(value, str):
                index = strings.setdefault(escape(value), count + len(strings))
                return f'<c r="{letters}{row}"{style} t="s"><v>{index}</v></c>'
            return f'<c r="{letters}{row}"{style}><v>{_number(value)}</v></c>'

        return write

    def _formula(self, letters: str, style: str, formula: str, last: int) -> Writer:
        group = int.from_bytes(letters.encode(), "big")
        child = f'<f t="shared" si="{group}"/>'
        whole = f'<f t="shared" ref="{letters}{FIRST}:{letters}{last}" si="{group}">{formula}</f>'

        def write(row: int, value: object) -> str:
            text = whole if row == FIRST else child
            if value is None or isinstance(value, str):
                return f'<c r="{letters}{row}"{style} t="str">{text}<v>{escape(str(value or ""))}</v></c>'
            return f'<c r="{letters}{row}"{style}>{text}<v>{_number(value)}</v></c>'

        return write

    def shared(self) -> str:
        total = self.count + len(self.strings)
        found = re.sub(
            r'count="\d+" uniqueCount="\d+"', f'count="{total}" uniqueCount="{total}"', self.drawn, count=1
        )
        return found.replace("</sst>", "".join(f"<si><t>{text}</t></si>" for text in self.strings) + "</sst>")


def _number(value: object) -> object:
    """A date as Excel's serial number; numbers as they are."""
    if isinstance(value, dt.datetime):
        day = (value.date() - _EPOCH).days
        return day + (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return (value - _EPOCH).days if isinstance(value, dt.date) else value


def info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
