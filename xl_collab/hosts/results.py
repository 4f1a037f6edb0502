"""Cached results of formulas outside tables: brought up to date where the formula still is what it was.

A formula that somebody changed keeps the result that their program gave it. What may not enter: working
results out, and formulas of tables (those are written with their columns).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.celltext import number_text, office_escape, xml_escape, xml_unescape
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import Reading
from xl_collab.project.edits import Edit, SetResults
from xl_collab.schema.sheets import SHEETS

Results = Mapping[str, tuple[str, object]]
"""Cell → its formula as it was drawn, and what it shows now."""

_CELL = re.compile(
    rb'<c r="[A-Z]+[0-9]+"((?: [a-z]+="[^"]*")*)>(<f(?: [^>]*)?>([^<]*)</f>)(?:<v>([^<]*)</v>|<v/>)?</c>'
)
_TYPE = re.compile(rb' t="([a-z]+)"')


def plan_results(reading: Reading[Sheets], edits: Iterable[Edit]) -> dict[str, Results]:
    """Tab → the results to write, for tabs in which any differs."""
    parts = {info.name: info.part for info in reading.sheets.infos}
    found: dict[str, Results] = {}
    for edit in edits:
        if not isinstance(edit, SetResults):
            continue
        tab = _tab(reading, edit.sheet, parts)
        if tab is not None:
            data = reading.sheets.package.read(parts[tab])
            if with_results(data, edit.cells) is not data:
                found[tab] = edit.cells
    return found


def write_results(package: Package, results: Mapping[str, Results]) -> None:
    """Write planned results into the package, after everything else."""
    parts = {info.name: info.part for info in package.workbook.sheets}
    for tab, cells in results.items():
        data = package.read(parts[tab])
        fresh = with_results(data, cells)
        if fresh is not data:
            package.replace(parts[tab], fresh)


def _tab(reading: Reading[Sheets], key: str, parts: Mapping[str, str]) -> str | None:
    """The tab of a sheet: where the table was found, else the one with a declared name."""
    table = reading.book.tables.get(key)
    if table is not None:
        return table.tab if table.tab in parts else None
    title = SHEETS[key].title
    return next((name for name in (title.zh, title.en) if name in parts), None)


def with_results(sheet: bytes, cells: Results) -> bytes:
    """The worksheet with these results; the very same bytes when every cell shows them already."""
    changes = []
    for address, (formula, value) in cells.items():
        at = sheet.find(b'<c r="%b"' % address.encode())
        match = _CELL.match(sheet, at) if at >= 0 else None
        if match is None or xml_unescape(match[3].decode()) != formula or _shows(match, value):
            continue
        start = b'<c r="%b"%b' % (address.encode(), _TYPE.sub(b"", match[1]))
        changes.append((match.start(), match.end(), start + _typed(value, match[2]) + b"</c>"))
    if not changes:
        return sheet
    pieces, copied = [], 0
    for begin, end, piece in sorted(changes):
        pieces += [sheet[copied:begin], piece]
        copied = end
    return b"".join([*pieces, sheet[copied:]])


def _typed(value: object, formula: bytes) -> bytes:
    """Type, formula and result of a cell, behind its address and style."""
    if isinstance(value, bool):
        return b' t="b">%b<v>%d</v>' % (formula, value)
    if isinstance(value, int | float):
        return b">%b<v>%b</v>" % (formula, number_text(value).encode())
    text = xml_escape(office_escape("" if value is None else str(value)))
    return b' t="str">%b<v>%b</v>' % (formula, text.encode())


def _shows(match: re.Match[bytes], value: object) -> bool:
    """Whether a cell has this very result."""
    found = _TYPE.search(match[1])
    kind, text = found[1] if found else b"n", xml_unescape((match[4] or b"").decode())
    if isinstance(value, bool):
        return kind == b"b" and text == str(int(value))
    if isinstance(value, int | float):
        return kind == b"n" and bool(text) and float(text) == float(value)
    return kind == b"str" and text == office_escape("" if value is None else str(value))
