"""Making sure that a date looks like a date, and that a text which looks like a formula stays text.

Rows that people added in another program may lack the column's format; a bare 45231 helps nobody.
Cells that have a date format of any kind keep it. What may not enter: values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.styles import StyleSheet
from xl_collab.schema.declaration import Kind

FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.DATETIME: "yyyy-mm-dd hh:mm", Kind.DEADLINE: "yyyy-mm-dd"}
_BUILT_IN = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_STYLE = re.compile(rb' s="(\d+)"')


class CellFormats:
    """Cell formats of a package, as far as dates and quoted texts are concerned."""

    def __init__(self, package: Package) -> None:
        self._package = package
        found = package.related(package.workbook_part, "styles")
        self._part = found[0].target if found else ""
        self._sheet = StyleSheet(package.read(self._part)) if found else None

    def is_date(self, style: int) -> bool:
        """Whether numbers in this cell format show as dates."""
        formats = self._sheet.items("cellXfs") if self._sheet else []
        if self._sheet is None or style >= len(formats):
            return False
        number = int(formats[style].get("numFmtId", "0"))
        code = self._sheet.format_code(number)
        if code is None:
            return number in _BUILT_IN
        return bool(re.search("[ymdhs]", _LITERAL.sub("", code).lower().replace("general", "")))

    def prepare(self, part: str, column: str, rows: Iterable[int], first_row: int, kind: Kind) -> int | None:
        """Give the cells at `rows` that would show plain numbers a date format like their own.

        Returns the cell format for cells that do not exist yet: that of a date in the column from
        `first_row` down, or None when there is none.
        """
        if self._sheet is None:
            return None
        data = self._package.read(part)
        start = max(data.find(b'<row r="%d"' % first_row), 0)
        attributes = re.compile(rb'<c r="%b\d+"([^>/]*)' % column.encode())
        used = {_style_of(text) for text in set(attributes.findall(data, start))}
        good = sorted(style for style in used if self.is_date(style))
        if len(good) < len(used):
            fresh = {style: self._dated(style, kind) for style in used - set(good)}
            self._package.replace(part, _restyled(data, start, column, set(rows), fresh.get))
        return good[0] if good else None

    def quote(self, part: str, column: str, rows: Collection[int]) -> None:
        """Mark the cells at `rows` as texts (quotePrefix), each with its format otherwise as it was."""
        if self._sheet is not None and rows:
            data = self._package.read(part)
            self._package.replace(part, _restyled(data, 0, column, set(rows), self._quoted))

    def _quoted(self, style: int) -> int | None:
        assert self._sheet is not None
        formats = self._sheet.items("cellXfs")
        if style < len(formats) and formats[style].get("quotePrefix") in ("1", "true"):
            return None
        return self._sheet.ensure_style(style, quoted=True)

    def plain(self, kind: Kind) -> int | None:
        """A date format without anything else, for cells that have no example."""
        return None if self._sheet is None else self._dated(0, kind)

    def _dated(self, base: int, kind: Kind) -> int:
        assert self._sheet is not None
        return self._sheet.ensure_style(base, number_format=FORMATS.get(kind, "yyyy-mm-dd"))

    def save(self) -> None:
        """Put added formats into the package."""
        if self._sheet is not None and self._sheet.changed:
            self._package.replace(self._part, self._sheet.to_bytes())


def _restyled(
    data: bytes, start: int, column: str, rows: set[int], wanted: Callable[[int], int | None]
) -> bytes:
    """The sheet with other formats for some cells of a column; `wanted` says None for one that is right."""
    fresh: dict[int, int | None] = {}

    def styled(match: re.Match[bytes]) -> bytes:
        style = _style_of(match[2])
        if int(match[1]) not in rows:
            return match[0]
        if style not in fresh:
            fresh[style] = wanted(style)
        number = fresh[style]
        if number is None:
            return match[0]
        rest = _STYLE.sub(b"", match[2], count=1)
        return b'<c r="%b%b" s="%d"%b' % (column.encode(), match[1], number, rest)

    pattern = re.compile(rb'<c r="%b(\d+)"([^>/]*)' % column.encode())
    return data[:start] + pattern.sub(styled, data[start:])


def _style_of(attributes: bytes) -> int:
    match = _STYLE.search(attributes)
    return int(match[1]) if match else 0
