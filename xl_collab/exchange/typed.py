"""What people typed on pages with a choice column (冲突, 风险清单), read back by the hidden column of keys.

The workbook may be a file or open in a program. What may not enter: what a choice means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xl_collab.hosts.generated import Mark, marks_in
from xl_collab.hosts.headings import heading_key
from xl_collab.hosts.tabs import Cells, Tabs
from xl_collab.merge.words import KEY_HEADING
from xl_collab.schema.words import Text

Typed = Mapping[str, Text]
"""Column name → heading, of the columns that people fill in."""


def typed_rows(sheets: Tabs, kind: str, typed: Typed) -> list[dict[str, object]]:
    """Records with key and the typed columns, of every page of that kind that the workbook has."""
    return [record for mark in _pages(sheets, kind) for record in _records(sheets.grid(mark.tab), typed)]


def _pages(sheets: Tabs, kind: str) -> list[Mark]:
    return [mark for mark in marks_in(sheets) if mark.kind == kind and mark.tab in sheets.tabs]


def _records(grid: Cells, typed: Typed) -> list[dict[str, object]]:
    top = _top(grid)
    if not top:
        return []
    places = _places(grid, top, typed)
    return [{name: grid.cell(row, at) for name, at in places.items()} for row in _lines(grid, top)]


def _top(grid: Cells) -> int:
    """Row of the headings; 0 when the page has no such table."""
    return next((number for number, row in enumerate(grid.rows, start=1) if KEY_HEADING in row), 0)


def _lines(grid: Cells, top: int) -> Iterator[int]:
    """Rows below that have a key."""
    key = grid.rows[top - 1].index(KEY_HEADING) + 1
    return (row for row in range(top + 1, len(grid.rows) + 1) if grid.cell(row, key))


def _places(grid: Cells, top: int, typed: Typed) -> dict[str, int]:
    """Column numbers (from 1) of the key and of what people fill in."""
    headings = grid.rows[top - 1]
    keys = [heading_key(str(text)) for text in headings]
    places = {"key": headings.index(KEY_HEADING) + 1}
    for name, label in typed.items():
        at = next((keys.index(k) for k in (heading_key(label.zh), heading_key(label.en)) if k in keys), None)
        if at is not None:
            places[name] = at + 1
    return places
