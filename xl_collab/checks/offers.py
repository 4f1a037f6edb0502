"""Cells that can be read in several ways: which readings are offered, and what names such a cell.

A finding of any kind may carry readings. An offer knows what its cell said, so that a choice that was made
for other words is not taken for these. What may not enter: spreadsheets, and what a choice does.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xl_collab.plan.project import Project
from xl_collab.project.drafts import plain
from xl_collab.project.tables import Table
from xl_collab.schema.declaration import Column, Field
from xl_collab.schema.findings import Finding, Reading
from xl_collab.schema.keys import normalise_key, normalise_keys
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang, Text

Identity = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A cell with the readings of its finding.

    row     what names its row in later workbooks: the ID where no other row has it, else its number
    column  key of the column, or of a form's field
    number  its row on the sheet; 0 in a form
    said    digest of what the cell holds
    """

    finding: Finding
    row: str
    column: str
    number: int
    said: str

    @property
    def identity(self) -> Identity:
        """What it is, as long as its cell says the same."""
        return (self.finding.code, self.finding.sheet, self.row, self.column, self.said)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What may be chosen; people number them from 1."""
        return self.finding.readings

    @property
    def label(self) -> Text:
        """The heading of its column, or the label of the field."""
        return label_of(self.finding.sheet, self.column)

    @property
    def called(self) -> tuple[str, ...]:
        """Everything that its column is called."""
        item = _declared(self.finding.sheet, self.column)
        return (self.column, self.label.zh, self.label.en, *getattr(item, "aliases", ()))

    def key(self, lang: Lang) -> str:
        """What a page notes of it: its identity, and the words that were offered."""
        words = [reading.says.of(lang) for reading in self.readings]
        return json.dumps([*self.identity, words], ensure_ascii=False, separators=(",", ":"))


def read_key(text: object) -> tuple[Identity, tuple[str, ...]] | None:
    """Identity and offered words from `Offer.key`; None for anything else."""
    try:
        *parts, words = json.loads(str(text))
        code, sheet, row, column, said = map(str, parts)
        return (code, sheet, row, column, said), tuple(map(str, words))
    except (ValueError, TypeError):
        return None


def label_of(sheet: str, column: str) -> Text:
    """The heading of a column, or the label of a form's field; its key where nothing has it."""
    item = _declared(sheet, column)
    return item.label if item else Text(column, column)


def _declared(sheet: str, column: str) -> Column | Field | None:
    found = next((one for one in SHEETS.sheets if one.key == sheet), None)
    items = (*getattr(found, "columns", ()), *getattr(found, "fields", ()))
    return next((item for item in items if item.name == column), None)


def offers(project: Project, found: Sequence[Finding]) -> dict[int, Offer]:
    """The offers among findings, by place in the list."""
    places: dict[str, _Rows] = {}
    made: dict[int, Offer] = {}
    for n, finding in enumerate(found):
        if not finding.readings:
            continue
        table = project.book.tables.get(finding.sheet)
        if table is None:
            made[n] = _field(project, finding)
            continue
        if finding.sheet not in places:
            places[finding.sheet] = _Rows(table)
        offer = places[finding.sheet].offer(finding)
        if offer is not None:
            made[n] = offer
    return made


def writable(project: Project, found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, without readings that would write into columns that the workbook does not have."""
    for finding in found:
        if finding.readings:
            there = _columns(project, finding.sheet)
            kept = tuple(one for one in finding.readings if all(name in there for name, _ in one.writes))
            finding = replace(finding, readings=kept)
        yield finding


def _columns(project: Project, sheet: str) -> Mapping[str, object]:
    table = project.book.tables.get(sheet)
    return project.book.forms.get(sheet, {}) if table is None else table.letters


def _field(project: Project, finding: Finding) -> Offer:
    """A form's field: the finding names it as its row."""
    value = project.book.forms.get(finding.sheet, {}).get(finding.row_id)
    return Offer(finding, "", finding.row_id, 0, _digest(value))


class _Rows:
    """A table's rows and columns by address; made once for all of its findings."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._at = dict(zip(table.rows.tolist(), range(len(table)), strict=True))
        self._columns = {letter: name for name, letter in table.letters.items()}
        keys = normalise_keys(table.texts("id").tolist()) if "id" in table.cells else []
        self._ids = set(keys)
        self._shared = {k for k, n in Counter(keys).items() if n > 1} if len(self._ids) < len(keys) else ()

    def offer(self, finding: Finding) -> Offer | None:
        """The cell that a finding is about; None where it is about no single cell."""
        letters = finding.cell.rstrip("0123456789")
        number = int(finding.cell.removeprefix(letters) or 0)
        column = self._columns.get(letters)
        if column is None or number not in self._at:
            return None
        key = normalise_key(finding.row_id)
        row = key if key in self._ids and key not in self._shared else f"#{number}"
        return Offer(finding, row, column, number, _digest(self._table.raw(column)[self._at[number]]))


def _digest(value: object) -> str:
    said = plain(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=6).hexdigest()
