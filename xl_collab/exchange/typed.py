"""What people typed on the 冲突 sheet, read back row by row through its hidden column of keys."""

from __future__ import annotations

from pathlib import Path

from xl_collab.hosts.generated import marks
from xl_collab.hosts.grid import Grid, Sheets
from xl_collab.hosts.headings import heading_key
from xl_collab.hosts.ooxml.package import Package
from xl_collab.model.merge.words import KEY_HEADING, TYPED

__all__ = ["typed_rows"]


def typed_rows(master: Path) -> list[dict[str, object]]:
    """Records with key, choice, value and remark, of every page of questions that the workbook has."""
    package = Package.open(master)
    tabs = [mark.tab for mark in marks(package) if mark.kind == "conflicts"]
    sheets = Sheets(package)
    return [record for tab in tabs if tab in sheets.tabs for record in _records(sheets.grid(tab))]


def _records(grid: Grid) -> list[dict[str, object]]:
    for number, row in enumerate(grid.rows, start=1):
        if KEY_HEADING in row:
            places = _places([str(cell) for cell in row])
            below = range(number + 1, len(grid.rows) + 1)
            found = ({name: grid.cell(line, at) for name, at in places.items()} for line in below)
            return [record for record in found if record["key"]]
    return []


def _places(headings: list[str]) -> dict[str, int]:
    """Column numbers (from 1) of the key and of what people fill in."""
    keys = [heading_key(text) for text in headings]
    places = {"key": headings.index(KEY_HEADING) + 1}
    for name, label in TYPED.items():
        at = next((keys.index(k) for k in (heading_key(label.zh), heading_key(label.en)) if k in keys), None)
        if at is not None:
            places[name] = at + 1
    return places
