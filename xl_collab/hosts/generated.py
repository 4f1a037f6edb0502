"""Sheets that the tool made: how they are recognised, and whether people wrote in them since.

Identity is three hidden names in the sheet's own scope: `_kind`, `_key` and `_hash` (of the cells as
they were drawn; an issued document says so there). The tab's title is not identity. What may not enter:
grafting (file.py).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.tabs import Tabs
from xl_collab.project.drafts import Obstacle, plain, recalled
from xl_collab.project.tables import GeneratedSheet

NAMES = ("_kind", "_key", "_hash")
_ISSUED = "issued:"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TITLE = 31


@dataclass(frozen=True)
class Mark:
    """The identity that a tab carries; `hash` as written, see `issued` and `digest`."""

    tab: str
    kind: str
    key: str
    hash: str

    @classmethod
    def of(cls, tab: str, kind: str, key: str, digest: str, *, issued: bool = False) -> Mark:
        """The mark of a drawn sheet."""
        return cls(tab, kind, key, _ISSUED + digest if issued else digest)

    @property
    def issued(self) -> bool:
        """Whether the document was issued: it is then never drawn again, whatever is asked for."""
        return self.hash.startswith(_ISSUED)

    @property
    def digest(self) -> str:
        """The digest of the cells as they were drawn."""
        return self.hash.removeprefix(_ISSUED)


def marks(package: Package) -> list[Mark]:
    """Every tab that carries an identity, from left to right."""
    own = [(n.sheet, n.name, n.text) for n in package.workbook.defined_names if n.sheet is not None]
    return _marks([info.name for info in package.workbook.sheets], own)


def marks_in(sheets: Tabs) -> list[Mark]:
    """As `marks`, of a workbook that is a file or open."""
    return _marks(sheets.titles, sheets.own_names)


def _marks(tabs: Sequence[str], own_names: Sequence[tuple[str, str, str]]) -> list[Mark]:
    found: dict[str, dict[str, str]] = {}
    for tab, name, text in own_names:
        if name in NAMES:
            found.setdefault(tab, {})[name] = _unquoted(text)
    ordered = sorted((tab for tab in found if "_kind" in found[tab] and tab in tabs), key=tabs.index)
    return [Mark(tab, *(found[tab].get(name, "") for name in NAMES)) for tab in ordered]


def set_mark(package: Package, mark: Mark) -> None:
    """Write a tab's identity."""
    for name, text in zip(NAMES, (mark.kind, mark.key, mark.hash), strict=True):
        quoted = '"' + text.replace('"', '""') + '"'
        package.workbook.set_defined_name(name, quoted, mark.tab, hidden=True)


def generated_sheets(sheets: Tabs) -> tuple[GeneratedSheet, ...]:
    """The tool's sheets as the model knows them."""
    return tuple(known_as(sheets, mark) for mark in marks_in(sheets))


def known_as(sheets: Tabs, mark: Mark) -> GeneratedSheet:
    """One of the tool's sheets: what people typed there, and whether it can be drawn again around that."""
    touched = content_hash(sheets, mark.tab) != mark.digest
    if mark.issued:
        return GeneratedSheet(mark.tab, mark.kind, mark.key, touched, issued=True)
    found = recalled(sheets.grid(mark.tab).rows)
    if found is None:  # drawn by an older version, or its notes were deleted
        return GeneratedSheet(mark.tab, mark.kind, mark.key, touched, obstacle="unknown" if touched else "")
    obstacle = found.obstacle or _obstacle(sheets, mark.tab, found.objects)
    touched = touched or obstacle in ("objects", "formulas")  # which a digest of values cannot show
    return GeneratedSheet(mark.tab, mark.kind, mark.key, touched, False, found.typed, obstacle)


def _obstacle(sheets: Tabs, tab: str, drawn: int) -> Obstacle:
    """What values alone do not show: formulas, where none is drawn, and comments or pictures of people."""
    grid = sheets.grid(tab)
    width = len(grid.rows[0]) if grid.rows else 0
    if any(len(grid.cells.formulas_in(column)[0]) for column in range(1, width + 1)):
        return "formulas"
    return "objects" if sheets.objects(tab) > drawn else ""


def content_hash(sheets: Tabs, tab: str) -> str:
    """A digest of what the cells say; formats, widths and the spelling of numbers do not count."""
    digest = hashlib.sha256()
    grid = sheets.grid(tab)
    for row, cells in enumerate(grid.rows, start=1):
        for column, value in enumerate(cells, start=1):
            if value != "":
                digest.update(f"{row},{column},{plain(value)}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def _unquoted(text: str) -> str:
    inner = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    return inner.replace('""', '"')


def free_title(title: str, taken: Sequence[str]) -> str:
    """`title` as Excel allows it, with -2, -3 … behind it when a tab of that name exists."""
    wanted = _FORBIDDEN.sub("_", title).strip("'")[:_LONGEST_TITLE] or "Sheet"
    used = {name.casefold() for name in taken}
    number, candidate = 1, wanted
    while candidate.casefold() in used:
        number += 1
        suffix = f"-{number}"
        candidate = wanted[: _LONGEST_TITLE - len(suffix)] + suffix
    return candidate
