"""What an action wants done to a workbook, as plain data that any host can carry out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import ClassVar, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from xl_collab.project.drafts import Typed, words_of
from xl_collab.records import dataclass
from xl_collab.schema.findings import Finding


@dataclass(frozen=True)
class SetColumn:
    """Write `values` into one column at the given 1-based sheet rows.

    For a column that holds native formulas the values are the cached results; the host writes
    the declared formula with them. None empties a cell.
    """

    sheet: str
    column: str
    rows: npt.NDArray[np.int64]
    values: Sequence[object]


@dataclass(frozen=True)
class AppendRows:
    """Add records below the last row of a table; missing names stay empty."""

    sheet: str
    records: tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class SetField:
    """Write one value of a form."""

    sheet: str
    field: str
    value: object


class Document(Protocol):
    """What a sheet shows, as data; `kind` names the folder of `documents` that draws it."""

    kind: ClassVar[str]


@dataclass(frozen=True)
class InsertSheet:
    """Put a generated document in: its `kind` and `key` are its identity, `title` its tab's name.

    It takes the place of its earlier version when that is drawn around what people typed there
    (`Book.typed_in`); else that sheet is kept and a new one made. `replace` takes the place in any case,
    for the document itself holds what they wrote.
    `used` are texts that people typed and that are done with, each with the heading of its column: the new
    draft is without them, and takes the place all the same.
    `final` says that the document is issued: no later edit draws it again, not even with `replace`.
    """

    key: str
    title: str
    document: Document = field(repr=False)
    replace: bool = False
    final: bool = False
    used: frozenset[tuple[str, str]] = frozenset()

    def uses(self, one: Typed) -> bool:
        """Whether a typed text is done with."""
        return bool(self.used) and (one.key.rpartition("|")[2], words_of(one.value)) in self.used

    @property
    def kind(self) -> str:
        """The document's."""
        return self.document.kind


@dataclass(frozen=True)
class SetResults:
    """What formulas outside tables show now, for programs that do not recalculate: 首页, the line above a
    table.

    `cells`: address → the formula as it was drawn, and its result. A cell whose formula is another one
    stays as it is; an open workbook works its formulas out by itself and ignores this.
    """

    sheet: str
    cells: Mapping[str, tuple[str, object]]


@dataclass(frozen=True)
class ShowSheet:
    """Show a generated tab, or hide it; it keeps its content, its place and what points to it."""

    tab: str
    shown: bool


Edit = SetColumn | AppendRows | SetField | InsertSheet | SetResults | ShowSheet

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What an action gives back: its result for showing, the edits, and the findings."""

    data: T
    edits: tuple[Edit, ...] = ()
    findings: tuple[Finding, ...] = ()
