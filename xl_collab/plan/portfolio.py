"""Many projects as plain tables: what workbook, page, letters and JSON are drawn from, and what is stored.

Columns are declared in `schema/portfolio.py`. Everything here pickles. How tables are filled, read and stored
is not said here (`xl_collab/portfolio/`), nor how they are shown (`documents/portfolio/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from xl_collab.schema.portfolio import PORTFOLIO_TABLES, SUMMARY_TABLES
from xl_collab.schema.portfolio_columns import PortfolioTable
from xl_collab.schema.words import Lang

MARK = "collab_portfolio"
"""Custom property of a workbook that shows a portfolio: the next run does not take it for a tracker."""


@dataclass(frozen=True)
class Records:
    """Rows of one table, by column: `columns` has each declared name, all lists equally long."""

    table: PortfolioTable
    columns: Mapping[str, list[Any]]

    def __len__(self) -> int:
        return len(self.columns[self.table.names[0]])

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Row by row, as dictionaries."""
        return (dict(zip(self.table.names, row, strict=True)) for row in self.rows())

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Row by row, as tuples in the declared order."""
        return zip(*(self.columns[name] for name in self.table.names), strict=True)

    @classmethod
    def of(cls, table: PortfolioTable, rows: Iterable[Sequence[Any]] = ()) -> Records:
        """From rows in the declared order; ValueError where one is longer or shorter."""
        columns: dict[str, list[Any]] = {name: [] for name in table.names}
        lists = list(columns.values())
        for row in rows:
            for column, value in zip(lists, row, strict=True):
                column.append(value)
        return cls(table, columns)

    @classmethod
    def joined(cls, table: PortfolioTable, parts: Iterable[Records]) -> Records:
        """The rows of several of the same table, one after the other."""
        columns: dict[str, list[Any]] = {name: [] for name in table.names}
        for part in parts:
            for name, values in columns.items():
                values.extend(part.columns[name])
        return cls(table, columns)


@dataclass(frozen=True)
class Summary:
    """What the portfolio keeps of one tracker; the tables of `SUMMARY_TABLES` by key."""

    tables: Mapping[str, Records]

    @property
    def project(self) -> dict[str, Any]:
        """Its row of projects."""
        return next(iter(self.tables["projects"]))

    @classmethod
    def empty(cls) -> dict[str, Records]:
        """Every table of a summary, without rows."""
        return {table.key: Records.of(table) for table in SUMMARY_TABLES}


@dataclass(frozen=True)
class Portfolio:
    """One view over many trackers: the tables of `PORTFOLIO_TABLES` by key, each there, perhaps without rows.

    as_of  the day for which all was asked (--as-of), else the latest data date: from there on load and
           clashes are counted
    run    when the run began
    since  when the run began with which `changes` compares; None for a first one
    lang   language of what is drawn
    left_out  table → rows that there are beyond those in it: of very many tasks only the late ones come
    """

    tables: Mapping[str, Records]
    as_of: date
    run: datetime
    since: datetime | None = None
    lang: Lang = "zh"
    left_out: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lacking = {table.key for table in PORTFOLIO_TABLES} - self.tables.keys()
        assert not lacking, f"a portfolio without {lacking}"

    def __getitem__(self, key: str) -> Records:
        return self.tables[key]
