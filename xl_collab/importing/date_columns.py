"""The date columns of a foreign table, read together.

A missing year is found in the rest of the row, the order of day and month in the rest of the column; what
cannot be read surely stays what it was. What may not enter: reading one date (dates.py, day_orders.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from xl_collab.importing.cell_values import WHY, Source, as_text, note_errors, plain
from xl_collab.importing.columns import ForeignColumn, is_filled, is_nothing, shown
from xl_collab.importing.dates import (
    Span,
    Years,
    full_date,
    is_serial,
    neighbours,
    order_is_proven,
    read_day,
    read_span,
    why_not,
)
from xl_collab.importing.day_orders import (
    Order,
    has_zone,
    is_empty_date,
    is_numeric,
    nearest_together,
    possible,
)
from xl_collab.importing.words import DONE_MARKS
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.project.timing.deadlines import Blank, FixedDate, Recurrence
from xl_collab.schema.words import Text, t


class Dates:
    """The date columns of a table, read together: a missing year is found in the rest of the row.

    `results` has the cells by target; `done` the rows in which a date column only says finished.
    """

    def __init__(self, source: Source, columns: dict[str, ForeignColumn], title_year: int | None) -> None:
        self._source = source
        self._columns = columns
        self._title = title_year
        self.results: dict[str, list[object]] = {}
        self.done: set[int] = set()
        self.starts: dict[int, date] = {}
        cells = {target: source.values(column, quiet=True) for target, column in columns.items()}
        self._orders = _orders(cells)
        full = [[full_date(v, self._orders[target].order) for v in cells[target]] for target in columns]
        self._row_dates = [next(filter(None, days), None) for days in zip(*full, strict=True)] if full else []
        self._near = list(neighbours(self._row_dates))

    def orders(self) -> Iterator[tuple[str, Order]]:
        """The columns whose days had to be put in order: heading and order."""
        for target, column in self._columns.items():
            found = self._orders[target].order
            if found is not None and any(map(is_numeric, self._source.values(column, quiet=True))):
                yield column.heading, found

    def read(self, target: str) -> list[object]:
        """The cells of one date column; spans leave their first day in `starts`."""
        column = self._columns[target]
        values = self._source.values(column)
        note_errors(self._source, column, values)
        proven = order_is_proven(values)
        cells = [self._cell(i, column, target, value, proven) for i, value in enumerate(values)]
        self.results[target] = cells
        return cells

    def _years(self, i: int, target: str) -> Years:
        begun = self.results.get("planned_start")
        start = begun[i] if begun and target != "planned_start" else None
        at_least = start.date() if isinstance(start, datetime) else start if isinstance(start, date) else None
        row = self._row_dates[i] if self._row_dates else None
        return Years(row, self._title, self._near[i] if self._near else None, at_least)

    def _cell(self, i: int, column: ForeignColumn, target: str, value: object, proven: bool) -> object:
        row = self._source.rows[i]
        if not is_filled(value) or isinstance(value, CellError | CellFormula):
            return None
        if is_empty_date(value):
            self._source.note(row, column, value, None, "no_date")
            return None
        if isinstance(value, date):
            return _day(value)
        if is_nothing(value):
            self._source.note(row, column, value, None, "nothing")
            return None
        if target != "deadline" and isinstance(value, str) and value.strip().casefold() in DONE_MARKS:
            self.done.add(i)
            self._source.note(row, column, value, None, "finished", check=True)
            return None
        years = self._years(i, target)
        order = self._orders[target]
        found = read_day(value, years, order.order)
        if isinstance(found, FixedDate):
            return self._dated(row, column, value, found, years, order)
        if isinstance(found, Recurrence | Blank):
            return plain(value)
        span = read_span(value, years, proven=proven) if isinstance(value, str) else None
        if isinstance(span, Span) and target in ("deadline", "period"):
            return self._spanned(i, column, str(value), span)
        self._kept(row, column, value, span if isinstance(span, Text) else why_not(found))
        return as_text(value)

    def _dated(
        self,
        row: int,
        column: ForeignColumn,
        value: object,
        found: FixedDate,
        years: Years,
        order: ColumnOrder,
    ) -> date:
        day = _day(datetime.combine(found.date, found.time) if found.time else found.date)
        if found.year_inferred:
            self._source.note(row, column, value, day, years.rule, check=True)
        elif shown(value) != shown(day):
            why = _why_dated(value, order)
            self._source.note(row, column, value, day, why, check=why in ("elsewhere", "near"))
        return day

    def _spanned(self, i: int, column: ForeignColumn, value: str, span: Span) -> date:
        row = self._source.rows[i]
        given = self.results.get("planned_start", [None] * (i + 1))[i]
        both = f"{span.start} / {span.end}"
        if given is None or given == span.start:
            self.starts[i] = span.start
            check = span.year_inferred or span.order_inferred
            self._source.note(row, column, value, both, self._why_span(i, span), check=check)
        else:
            self._source.note(row, column, value, span.end, "taken", check=True)
        return span.end

    def _why_span(self, i: int, span: Span) -> Text:
        """How a span was read, and what of it was inferred."""
        whys = [WHY["order" if span.order_inferred else "span"]]
        if span.year_inferred:
            whys.append(WHY[self._years(i, "planned_start").rule])
        return t("；".join(why.zh for why in whys), "; ".join(why.en for why in whys))

    def _kept(self, row: int, column: ForeignColumn, value: object, why: Text) -> None:
        kept = t(f"保留原文：{why.zh}", f"Kept as text: {why.en}")
        self._source.note(row, column, value, value, kept, check=True)


@dataclass(frozen=True)
class ColumnOrder:
    """In which order a date column writes its days, and how that is known."""

    order: Order | None = None
    why: Literal["proved", "elsewhere", "near"] = "proved"


def _orders(cells: Mapping[str, Sequence[object]]) -> dict[str, ColumnOrder]:
    """The order of every column: its own proof, else that of the other columns of the table."""
    ways = {target: possible(values) for target, values in cells.items()}
    proofs = {next(iter(found)) for found in ways.values() if len(found) == 1}
    other = next(iter(proofs)) if len(proofs) == 1 else None
    return {target: _order(cells[target], found, other) for target, found in ways.items()}


def _order(values: Sequence[object], ways: Collection[Order], other: Order | None) -> ColumnOrder:
    if len(ways) == 1:
        return ColumnOrder(next(iter(ways)))
    if other in ways:
        return ColumnOrder(other, "elsewhere")
    return ColumnOrder(nearest_together(values, ways), "near")


def _why_dated(value: object, order: ColumnOrder) -> str:
    if is_serial(value):
        return "serial"
    if has_zone(value):
        return "zone"
    return order.why if order.order is not None and is_numeric(value) else "date"


def _day(value: date) -> date:
    """A day without a time where the time is midnight."""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date()
    return value
