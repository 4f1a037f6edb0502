"""Which rows a filter hides, and by what: read from a table or from the sheet's own filter."""

from __future__ import annotations

from typing import Any

from .desk import Block, Desk
from .places import corners

OPERATORS = (
    *("empty", "not_empty", "equal_to", "not_equal_to", "greater_than", "greater_than_or_equal"),
    *("less_than", "less_than_or_equal", "top_items", "top_percent", "bottom_items", "bottom_percent"),
)
"""com.sun.star.sheet.FilterOperator2, by number; what comes after (contains …) is "other"."""


def filter_fields(desk: Desk, book: str, table: str | None, at: list | None) -> list:
    """[column from 1, operator, [value, …]] of each condition that is set."""
    document = desk.document(book)
    if table is not None or at is None:
        return _fields(document.DatabaseRanges.getByName(table), 1)
    block = desk.block(at)
    own = document.getPropertyValue("UnnamedDatabaseRanges")
    if not own.hasByTable(block.index):
        return []
    area = own.getByTable(block.index)
    return _fields(area, corners(area.DataArea)[0] - block.left + 1) if _meet(block, area.DataArea) else []


def _meet(block: Block, area: Any) -> bool:
    left, top, right, bottom = corners(area)
    return left <= block.right and block.left <= right and top <= block.bottom and block.top <= bottom


def _fields(table: Any, first: int) -> list:
    return [
        [field.Field + first, (*OPERATORS, *["other"] * 9)[field.Operator], _values(field)]
        for field in table.getFilterDescriptor().getFilterFields3()
    ]


def _values(field: Any) -> list:
    return [value.NumericValue if value.IsNumeric else value.StringValue for value in field.Values]


OPERATIONS = {function.__name__: function for function in (filter_fields,)}
