"""A sheet as it lies on paper: its rows from top to bottom, each with its cells and how they look.

Only what is printed: the print area without hidden columns and the narrow margin. What a row means may not
enter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from xl_collab.a1 import Area
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.package import Package

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RANGE = re.compile(r"\$([A-Z]{1,3})\$([0-9]+):\$([A-Z]{1,3})\$([0-9]+)$")
_MARGIN = 3.0
"""Width in characters up to which the first column is a margin."""
_BUILT_IN = {9: "0%", 3: "#,##0", 14: "yyyy-mm-dd", 1: "0"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks: `fill` and `ink` as RRGGBB, "" for none; `box` and `line` tell its borders."""

    size: float = 10.0
    bold: bool = False
    ink: str = ""
    fill: str = ""
    align: str = ""
    code: str = ""
    box: bool = False
    line: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell from column `first` to `last` (1 is the first printed), its text as it is shown."""

    first: int
    last: int
    text: str
    look: Look


@dataclass(frozen=True)
class LaidOut:
    """A sheet on paper: widths of its columns in characters, and its rows with what stands in them."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    landscape: bool
    objects: int
    """Charts and pictures, which are not among the cells."""


def laid_out(package: Package, tab: str) -> LaidOut:
    """The printed part of a tab."""
    return _Reader(package, tab).read()


class _Reader:
    def __init__(self, package: Package, tab: str) -> None:
        self._package, self._tab, self._sheets = package, tab, Sheets(package)
        self._grid = self._sheets.grid(tab)
        self._root = etree.fromstring(package.read(self._sheets.info(tab).part))

    def read(self) -> LaidOut:
        bottom, right = self._printed()
        columns = [n for n in range(1, right + 1) if n not in self._hidden]
        if columns and self._widths.get(columns[0], 9.0) < _MARGIN:
            columns = columns[1:]
        places = {column: n for n, column in enumerate(columns, start=1)}
        rows = tuple(tuple(self._row(row, places)) for row in range(1, bottom + 1))
        setup = self._root.find(f"{_MAIN}pageSetup")
        lying = setup is not None and setup.get("orientation") == "landscape"
        widths = tuple(self._widths.get(column, 9.0) for column in columns)
        return LaidOut(widths, rows, lying, self._sheets.objects(self._tab))

    def _printed(self) -> tuple[int, int]:
        """Last row and last column that are printed."""
        rows = self._grid.rows
        area = self._package.workbook.defined_name("_xlnm.Print_Area", self._tab) or ""
        found = _RANGE.search(area)
        if found is None:
            return len(rows), max(map(len, rows), default=0)
        whole = Area.parse(f"{found[1]}{found[2]}:{found[3]}{found[4]}")
        assert whole is not None
        return whole.bottom, whole.right

    @cached_property
    def _widths(self) -> Mapping[int, float]:
        return {n: float(item.get("width", "9")) for n, item in self._columns()}

    @cached_property
    def _hidden(self) -> set[int]:
        return {n for n, item in self._columns() if item.get("hidden") in ("1", "true")}

    def _columns(self) -> Iterator[tuple[int, Any]]:
        for item in self._root.iterfind(f"{_MAIN}cols/{_MAIN}col"):
            first, last = int(item.get("min")), min(int(item.get("max")), 200)
            yield from ((n, item) for n in range(first, last + 1))

    # cells

    def _row(self, row: int, places: Mapping[int, int]) -> Iterator[Cell]:
        spans = {left: right for top, left, _, right in self._grid.merged if top == row}
        covered: set[int] = set()
        for column, place in places.items():
            if column in covered:
                continue
            right = spans.get(column, column)
            covered.update(range(column, right + 1))
            look = self._looks.get(self._styles.get((row, column), 0), Look())
            text = shown(self._grid.cell(row, column), look.code)
            if text or look.box or look.line or look.fill:
                yield Cell(place, max(n for c, n in places.items() if c <= right), text, look)

    @cached_property
    def _styles(self) -> Mapping[tuple[int, int], int]:
        found = {}
        for item in self._root.iterfind(f"{_MAIN}sheetData/{_MAIN}row/{_MAIN}c"):
            at = Area.parse(item.get("r", ""))
            if at is not None and item.get("s"):
                found[at.top, at.left] = int(item.get("s"))
        return found

    @cached_property
    def _looks(self) -> Mapping[int, Look]:
        part = self._package.related(self._package.workbook_part, "styles")[0].target
        styles = _Styles(etree.fromstring(self._package.read(part)))
        return {number: styles.look(number) for number in set(self._styles.values())}


class _Styles:
    """styles.xml, by the number of a cell's format."""

    def __init__(self, root: Any) -> None:
        lists = {name: root.find(f"{_MAIN}{name}") for name in ("fonts", "fills", "borders", "cellXfs")}
        self._lists = {name: [] if found is None else list(found) for name, found in lists.items()}
        codes = root.iterfind(f"{_MAIN}numFmts/{_MAIN}numFmt")
        self._codes = {int(one.get("numFmtId")): one.get("formatCode", "") for one in codes}

    def look(self, number: int) -> Look:
        """How cells of this format look."""
        xf = self._lists["cellXfs"][number]
        font, fill, border = (
            self._lists[name][int(xf.get(key, "0"))]
            for name, key in (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId"))
        )
        size, ink = font.find(f"{_MAIN}sz"), font.find(f"{_MAIN}color")
        solid = fill.find(f"{_MAIN}patternFill[@patternType='solid']/{_MAIN}fgColor")
        align = xf.find(f"{_MAIN}alignment")
        sides = [side for side in ("left", "bottom") if self._has(border, side)]
        code = int(xf.get("numFmtId", "0"))
        return Look(
            size=float(size.get("val")) if size is not None else 10.0,
            bold=font.find(f"{_MAIN}b") is not None,
            ink=_rgb(ink),
            fill=_rgb(solid),
            align=align.get("horizontal", "") if align is not None else "",
            code=self._codes.get(code) or _BUILT_IN.get(code, ""),
            box="left" in sides,
            line="bottom" in sides,
        )

    @staticmethod
    def _has(border: Any, side: str) -> bool:
        found = border.find(f"{_MAIN}{side}")
        return found is not None and bool(found.get("style"))


def _rgb(item: Any) -> str:
    text: str = "" if item is None else item.get("rgb", "")
    return text[-6:]


def shown(value: object, code: str) -> str:
    """A cell's value as people see it: days, signed working days, percentages; texts as they are."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        whole = value.time() == dt.time()
        return f"{value:%Y-%m-%d}" if whole and "h" not in code else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, code)
    return str(value)


def _number(value: float, code: str) -> str:
    if "%" in code:
        return f"{value:.0%}"
    if code.startswith("+0.0"):
        return f"{value:+.1f}" if value else "0"
    if code.startswith("+0"):
        return f"{value:+.0f}" if value else "0"
    if code.startswith("#,##0"):
        return f"{value:,.0f}"
    return f"{value:g}" if isinstance(value, float) else str(value)
