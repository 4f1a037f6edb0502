"""Tables (Excel's list objects, LibreOffice's database ranges) and the state of their filters."""

from __future__ import annotations

import numbers
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from xlwings import base_classes

from xl_collab.hosts.libreoffice.cells import Range
from xl_collab.hosts.libreoffice.unsupported import Native, NotSupportedByLibreOffice, refusing_the_rest

if TYPE_CHECKING:
    from xl_collab.hosts.libreoffice.sheet import Sheet


class Told(NamedTuple):
    """What the office says of a table."""

    name: str
    sheet: str
    corners: list[int]
    header: bool
    totals: bool
    buttons: bool


@refusing_the_rest
class Tables(base_classes.Tables):
    """The tables of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Native:
        return Native("Tables")

    @property
    def parent(self) -> Sheet:
        return self.sheet

    def told(self) -> list[Told]:
        return [Told(*table) for table in self.sheet.calls.ask("tables", **self.sheet.where)]

    def _all(self) -> list[Table]:
        return [Table(self.sheet, told.name) for told in self.told()]

    def __call__(self, key: int | str) -> Table:
        found = self._all()
        if isinstance(key, numbers.Number):
            return found[int(key) - 1]
        for table in found:
            if table.name.lower() == str(key).lower():
                return table
        raise KeyError(key)

    def __contains__(self, key: str) -> bool:
        return any(told.name.lower() == str(key).lower() for told in self.told())

    def __len__(self) -> int:
        return len(self.told())

    def __iter__(self) -> Iterator[Table]:
        return iter(self._all())

    def over(self, cells: Range) -> Table | None:
        """The table that holds the block's first cell."""
        for told in self.told():
            left, top, right, bottom = told.corners
            if left <= cells.column <= right and top <= cells.row <= bottom:
                return Table(self.sheet, told.name)
        return None

    def add(
        self,
        source_type: object = None,
        source: Any = None,
        link_source: object = None,
        has_headers: bool | None = None,
        destination: object = None,
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        """A table over `source`. Styles are not known to LibreOffice; the table gets none."""
        if source_type is not None or link_source is not None or destination is not None:
            raise NotSupportedByLibreOffice("Tables.add with an external source")
        made = self.sheet.calls.ask("add_table", at=source.impl.at, name=name, header=bool(has_headers))
        return Table(source.impl.sheet, made)


@refusing_the_rest
class Table(base_classes.Table):
    """One table by name; where it is, is asked anew each time: users insert rows."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet = sheet
        self._name = name

    @property
    def api(self) -> Native:
        return Native("Table")

    @property
    def parent(self) -> Sheet:
        return self.sheet

    def _told(self) -> Told:
        for told in Tables(self.sheet).told():
            if told.name == self._name:
                return told
        raise KeyError(self._name)

    def _set(self, field: str, value: object) -> None:
        self.sheet.calls.ask("set_table", book=self.sheet.book.uid, name=self._name, field=field, value=value)

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._set("Name", value)
        self._name = value

    @property
    def display_name(self) -> str:
        return self._name

    @display_name.setter
    def display_name(self, value: str) -> None:
        self.name = value

    @property
    def range(self) -> Range:
        return self.sheet.block(*self._told().corners)

    @property
    def header_row_range(self) -> Range | None:
        told = self._told()
        left, top, right, _ = told.corners
        return self.sheet.block(left, top, right, top) if told.header else None

    @property
    def data_body_range(self) -> Range | None:
        told = self._told()
        left, top, right, bottom = told.corners
        first, last = top + told.header, bottom - told.totals
        return self.sheet.block(left, first, right, last) if first <= last else None

    @property
    def totals_row_range(self) -> Range | None:
        told = self._told()
        left, _, right, bottom = told.corners
        return self.sheet.block(left, bottom, right, bottom) if told.totals else None

    @property  # type: ignore[misc]
    def show_headers(self) -> bool:
        return self._told().header

    @property  # type: ignore[misc]
    def show_totals(self) -> bool:
        return self._told().totals

    @property
    def show_autofilter(self) -> bool:
        return self._told().buttons

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self._set("AutoFilter", bool(value))

    @property
    def autofilter(self) -> AutoFilter:
        return AutoFilter(self.sheet, self._name, self.range)

    @property
    def columns(self) -> TableColumns:
        return TableColumns(self)

    def resize(self, range: Any) -> None:  # noqa: A002 - xlwings' name
        cells: Range = range.impl
        self.sheet.calls.ask("resize_table", book=self.sheet.book.uid, name=self._name, at=cells.at)


@refusing_the_rest
class TableColumns(base_classes.TableColumns):
    """A table's columns by name or place."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @property
    def api(self) -> Native:
        return Native("TableColumns")

    @property
    def parent(self) -> Table:
        return self.table

    def _all(self) -> list[TableColumn]:
        head = self.table.header_row_range
        if head is None:
            raise NotSupportedByLibreOffice("TableColumns of a table without a header row")
        return [TableColumn(self.table, i, str(text)) for i, text in enumerate(head.raw_value[0], 1)]

    def __call__(self, key: int | str) -> TableColumn:
        found = self._all()
        if isinstance(key, numbers.Number):
            return found[int(key) - 1]
        for column in found:
            if column.name.lower() == str(key).lower():
                return column
        raise KeyError(key)

    def __len__(self) -> int:
        return self.table.range.shape[1]

    def __iter__(self) -> Iterator[TableColumn]:
        return iter(self._all())

    def __contains__(self, key: str) -> bool:
        return any(column.name.lower() == str(key).lower() for column in self._all())


@refusing_the_rest
class TableColumn(base_classes.TableColumn):
    """One column of a table."""

    def __init__(self, table: Table, index: int, name: str) -> None:
        self.table = table
        self._index = index
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def index(self) -> int:
        return self._index

    def _within(self, cells: Range) -> Range:
        column = cells.column + self._index - 1
        return cells.sheet.block(column, cells.row, column, cells.bottom_row)

    @property
    def range(self) -> Range:
        return self._within(self.table.range)

    @property
    def data_body_range(self) -> Range | None:
        body = self.table.data_body_range
        return None if body is None else self._within(body)


_PAIRS: dict[tuple[str, ...], str] = {
    ("greater_than_or_equal", "less_than_or_equal"): "between",
    ("less_than", "greater_than"): "not_between",
}


@refusing_the_rest
class AutoFilter(base_classes.AutoFilter):
    """What a filter hides rows by; reading only."""

    def __init__(self, sheet: Sheet, table: str | None, cells: Range) -> None:
        self.sheet = sheet
        self.table = table
        self.cells = cells

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """One entry a column, type "none" where nothing is set."""
        fields = self.sheet.calls.ask(
            "filter_fields",
            book=self.sheet.book.uid,
            table=self.table,
            at=None if self.table else self.cells.at,
        )
        conditions: dict[int, list[Any]] = {}
        for column, operator, values in fields:
            conditions.setdefault(column, []).append((operator, values))
        return [_criterion(i, conditions.get(i, [])) for i in range(1, self.cells.shape[1] + 1)]


def _criterion(field: int, conditions: list[tuple[str, list[Any]]]) -> dict[str, Any]:
    """xlwings' description of one column's conditions."""
    if not conditions:
        return base_classes.empty_autofilter_criteria(field)
    operators = tuple(operator for operator, _ in conditions)
    texts = [str(value) for _, values in conditions for value in values]
    if set(operators) == {"equal_to"}:
        return {**base_classes.empty_autofilter_criteria(field, "values"), "values": texts}
    operator = operators[0] if len(operators) == 1 else _PAIRS.get(operators)
    if operator not in base_classes.AUTOFILTER_COMPARISON_OPERATORS:
        return base_classes.empty_autofilter_criteria(field, "unknown")
    second = texts[1] if len(texts) > 1 else None
    described = base_classes.empty_autofilter_criteria(field, "comparison")
    return {**described, "operator": operator, "value1": texts[0], "value2": second}
