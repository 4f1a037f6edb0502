"""Portfolios of a few rows that a test writes down; no tracker is behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from xl_collab.plan.portfolio import Portfolio, Records
from xl_collab.schema.portfolio import PORTFOLIO_TABLES
from xl_collab.schema.words import Lang

AS_OF = date(2026, 11, 25)
RUN, SINCE = datetime(2026, 11, 25, 18, 30), datetime(2026, 11, 18, 18, 2)
_KINDS: Mapping[str, Any] = {
    "text": "", "texts": [], "integer": None, "number": None, "date": None, "moment": None, "flag": False
}  # fmt: skip
_TABLES = {table.key: table for table in PORTFOLIO_TABLES}

Row = Mapping[str, Any]


def portfolio(
    rows: Mapping[str, Sequence[Row]], *, since: datetime | None = SINCE, lang: Lang = "zh"
) -> Portfolio:
    """A portfolio of these rows; columns that a row does not say are empty."""
    return Portfolio({key: records(key, rows.get(key, ())) for key in _TABLES}, AS_OF, RUN, since, lang)


def records(key: str, rows: Sequence[Row]) -> Records:
    """The rows of one table; KeyError for a column that it has not."""
    table = _TABLES[key]
    unknown = {name for row in rows for name in row} - set(table.names)
    assert not unknown, unknown
    columns = {c.name: [row.get(c.name, _KINDS[c.holds]) for row in rows] for c in table.columns}
    return Records(table, columns)
