"""Accounts for every cell of a foreign file: it is in the new tracker as it was, or the report names it."""

from __future__ import annotations

import re
from collections import Counter

from openpyxl.utils import get_column_letter, range_boundaries

from xl_collab.importing.adopt import Adopted
from xl_collab.importing.columns import ForeignBook, shown


def lost(foreign: ForeignBook, result: Adopted) -> Counter[str]:
    """The texts of cells that are neither in the tracker nor in the report, as often as they are missing."""
    named = told(result)
    silent = Counter(
        shown(value)
        for sheet in foreign.sheets
        for row, at, value in sheet.filled()
        if shown(value) not in named.get((sheet.name, f"{get_column_letter(at)}{row}"), ())
    )
    table = result.book.tables["tracker"]
    kept = Counter(shown(value) for name in table.frame for value in table.frame[name] if value is not None)
    for content, count in list(kept.items()):
        joined = re.fullmatch(r"(.+?)（.+）", content)
        if joined:
            kept[joined[1]] += count
    return silent - kept


def told(result: Adopted) -> dict[tuple[str, str], set[str]]:
    """Sheet and address of every cell that the report names, with the texts that it gives."""
    report, named = result.report, {}
    for row in report.left:
        for address, content in row.cells:
            named.setdefault((row.sheet, address), set()).add(content)
    for change in report.changes:
        for place in change.cells.split(", "):
            left, top, _, bottom = range_boundaries(place)
            for number in range(top, bottom + 1):
                address = f"{get_column_letter(left)}{number}"
                named.setdefault((report.sheet, address), set()).add(change.old)
    for line in report.columns:
        for number in range(report.heading_rows[0], report.heading_rows[1] + 1):
            texts = named.setdefault((report.sheet, f"{line.letter}{number}"), set())
            texts |= {line.heading, *line.heading.split(" / ")}
    return named
