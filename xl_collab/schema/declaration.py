"""What a sheet is: columns, tables and forms, as plain declarations.

`sheets.py` declares the product's sheets with these; templates, native validation, Python
validation, packet permissions, merge types and the reference pages are derived from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Literal

from xl_collab.schema.keys import column_of
from xl_collab.schema.words import Choices, Lang, Text

HEADER_ROW = 4
"""Row of the headings on every table sheet: title, hint and a spare line stand above."""
FIRST_ROW = HEADER_ROW + 1
"""Its first row of data."""

Computed = Literal["", "tool", "formula"]
Editor = Literal["coordinator", "lead", "support", "tool"]
State = Literal["visible", "hidden", "veryHidden"]
Group = Literal["", "report", "plan", "computed"]
_FOLDED: tuple[Group, ...] = ("plan", "computed")


class Kind(Enum):
    """What a cell holds; decides number format, native validation, Python checks and merge type."""

    ID = "id"
    TEXT = "text"
    DATE = "date"
    DATETIME = "datetime"
    DEADLINE = "deadline"
    PARTY = "party"
    NOTE = "note"
    CHOICE = "choice"
    IDS = "ids"
    PERCENT = "percent"
    NUMBER = "number"
    INTEGER = "integer"
    WORKDAYS = "workdays"
    MONEY = "money"
    EMAIL = "email"


LONG_KINDS = (Kind.TEXT, Kind.NOTE)
"""Kinds whose text wraps over several lines."""


@dataclass(frozen=True)
class Column:
    """One column of a table sheet.

    `computed` is "" for what people enter, "tool" for values that Python writes, and "formula"
    for native formulas, whose text is in `formula`: `[name]` is the same row's cell of that
    column, `<list.code>` the quoted label of a choice, and `{name}` another named snippet.
    `width` is in characters of the body font, as Excel counts. `editor` says who fills the column in
    in a copy that went out by mail: the lead of a row, or with "support" its supporters, each a line.
    """

    name: str
    label: Text
    kind: Kind = Kind.TEXT
    width: float = 12
    required: bool = False
    choices: Choices | None = None
    editor: Editor = "coordinator"
    computed: Computed = ""
    formula: str = ""
    help: Text = Text("", "")
    aliases: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unique: bool = False
    hidden: bool = False
    optional: bool = False
    """A workbook of an earlier version may lack it: no finding."""
    group: Group = ""
    """The outline that it belongs to: 填报, 计划 or 计算; "" stands by itself."""
    internal: bool = False
    """For programs, not for readers: what changes in it is not shown to people."""

    @property
    def folded(self) -> bool:
        """Folded away in a new workbook, until somebody opens its outline."""
        return self.group in _FOLDED

    @property
    def entered(self) -> bool:
        """True when people type this column."""
        return self.computed == ""

    @property
    def shared(self) -> bool:
        """True when several departments write into one cell, each its own line (`contributions`)."""
        return self.editor == "support"

    def labels(self) -> tuple[str, ...]:
        """Every heading that means this column."""
        return (self.label.zh, self.label.en, *self.aliases)


@dataclass(frozen=True)
class Sheet:
    """What every sheet has: a stable key and a name in each language."""

    key: str
    title: Text
    hint: Text = Text("", "")
    state: State = "visible"
    optional: bool = False
    """A workbook of an earlier version may lack it: no finding, and reading it gives no rows."""

    def name(self, lang: Lang) -> str:
        """The tab's name."""
        return self.title.of(lang)


@dataclass(frozen=True)
class TableSheet(Sheet):
    """A sheet with one Excel table; `id_prefix` starts new IDs (T001) where rows have them.

    `known_by` names the columns that tell rows apart where they have no ID of their own.
    """

    table: str = ""
    columns: tuple[Column, ...] = ()
    id_prefix: str = ""
    freeze_columns: int = 2
    known_by: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """By its key: that of all columns takes longer than what is remembered by it."""
        return hash(self.key)

    @property
    def numbered(self) -> bool:
        """Whether rows have an ID."""
        return any(column.name == "id" for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`, or in which a department says `name`; KeyError when there is none."""
        name = column_of(name)
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.key} has no column {name}")

    def index(self, name: str) -> int:
        """Zero-based position of a column as declared."""
        return [column.name for column in self.columns].index(name)

    def with_column(self, column: Column, after: str) -> TableSheet:
        """A copy that has one column more, placed after `after`."""
        at = self.index(after) + 1
        return replace(self, columns=(*self.columns[:at], column, *self.columns[at:]))


@dataclass(frozen=True)
class Field:
    """One label/value pair of a form; `defined_name` makes the value cell a workbook name."""

    name: str
    label: Text
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: Choices | None = None
    help: Text = Text("", "")
    defined_name: str = ""
    default: object = None
    lines: int = 1
    aliases: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    """A workbook of an earlier version may lack it: `upgrade` puts it below the form."""

    def labels(self) -> tuple[str, ...]:
        """Every label that means this field."""
        return (self.label.zh, self.label.en, *self.aliases)


@dataclass(frozen=True)
class FormSheet(Sheet):
    """A sheet of label/value pairs in sections, with signature lines at the foot."""

    sections: tuple[tuple[Text, tuple[Field, ...]], ...] = ()
    signatures: tuple[Text, ...] = ()

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order in which they are filled in."""
        return tuple(f for _, fields in self.sections for f in fields)

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError when there is none."""
        for item in self.fields:
            if item.name == name:
                return item
        raise KeyError(f"{self.key} has no field {name}")


@dataclass(frozen=True)
class PageSheet(Sheet):
    """A sheet that is drawn rather than filled in: 首页."""


@dataclass(frozen=True)
class Declaration:
    """Every sheet of the workbook, in tab order."""

    sheets: tuple[Sheet, ...]
    _index: dict[str, Sheet] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {sheet.key: sheet for sheet in self.sheets})

    def __getitem__(self, key: str) -> Sheet:
        return self._index[key]

    def table(self, key: str) -> TableSheet:
        """The table sheet called `key`."""
        sheet = self._index[key]
        if not isinstance(sheet, TableSheet):
            raise KeyError(f"{key} is not a table sheet")
        return sheet

    def form(self, key: str) -> FormSheet:
        """The form sheet called `key`."""
        sheet = self._index[key]
        if not isinstance(sheet, FormSheet):
            raise KeyError(f"{key} is not a form sheet")
        return sheet

    @property
    def tables(self) -> tuple[TableSheet, ...]:
        """The table sheets in tab order."""
        return tuple(s for s in self.sheets if isinstance(s, TableSheet))

    @property
    def forms(self) -> tuple[FormSheet, ...]:
        """The form sheets in tab order."""
        return tuple(s for s in self.sheets if isinstance(s, FormSheet))

    def replacing(self, sheet: Sheet) -> Declaration:
        """A copy in which the sheet of the same key is `sheet`."""
        return Declaration(tuple(sheet if s.key == sheet.key else s for s in self.sheets))
