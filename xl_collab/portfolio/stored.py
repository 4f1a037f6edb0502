"""A portfolio out of a store: DuckDB joins, adds up and sorts on disk, so that memory does not grow with it.

It gives the same tables as `consolidate.py` does of summaries in memory. Of very many rows of a table
only the first come, of tasks those that are late; the portfolio says how many are left out. Needs duckdb.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from xl_collab.plan.portfolio import Portfolio, Records
from xl_collab.portfolio.changes import changes
from xl_collab.portfolio.clashes import Work
from xl_collab.portfolio.consolidate import clashing, day_of, run_sum
from xl_collab.portfolio.parquet import DamagedStore, MissingExtra, arrow, records_of
from xl_collab.portfolio.store import Known, Store, index_table
from xl_collab.schema import portfolio as tables
from xl_collab.schema.portfolio_columns import PortfolioTable
from xl_collab.schema.words import Lang

MOST, MOST_OF_MANY, MANY = 300_000, 50_000, 10_000
"""Rows of one table that a portfolio holds, and one of more than MANY projects: 4 GB are enough."""
_MEMORY = "1GB"
_FETCHED = 10_000
_UNBOUNDED = ("projects",)
_LATE_ONLY = {"tasks": "late", "causes": "days > 0"}


def duck() -> Any:
    """The module duckdb. MissingExtra where it is not installed."""
    try:
        import duckdb
    except ImportError as error:
        raise MissingExtra("pyarrow duckdb", "存储（--store）", "A store (--store)") from error
    return duckdb


@dataclass
class Stored:
    """The parts of a store that hold these projects, in the order in which they are given."""

    store: Store
    live: Sequence[Known]
    most: int = MOST
    left_out: dict[str, int] = field(default_factory=dict)

    @cached_property
    def _base(self) -> Any:
        base = duck().connect()
        scratch = self.store.folder / ".scratch"
        base.execute(f"SET memory_limit = '{_MEMORY}'")
        base.execute("SET temp_directory = ?", [str(scratch)])
        base.execute("SET threads = 2")
        return base

    def _live(self, name: str, live: Iterable[Known]) -> None:
        """Make a table of a database: project, part, and the place of a project."""
        ordered = index_table(live).select(["project", "part"])
        places = arrow().array(range(ordered.num_rows), arrow().int64())
        self._base.register(f"{name}_rows", ordered.append_column("place", places))
        self._base.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {name}_rows")
        self._base.unregister(f"{name}_rows")

    def _from(self, table: PortfolioTable, live: Iterable[Known], name: str = "live") -> str:
        """The FROM clause with the rows of these projects only."""
        parts = {known.part for known in live}
        found = [path for path in self.store.files(table.key) if path.stem in parts]
        if lacking := parts - {path.stem for path in found}:
            folder = self.store.folder
            raise DamagedStore(folder / table.key / f"{min(lacking)}.parquet", folder)
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in found)
        return (
            f"read_parquet([{files}], hive_partitioning = false, file_row_number = true) AS r "
            f"JOIN {name} AS l ON l.project = r.project AND l.part = r.part"
        )

    def records(self, table: PortfolioTable, live: Sequence[Known], name: str = "live") -> Records:
        """Rows of a table, in the order of the projects and of their sheets."""
        if not live:
            return Records.of(table)
        source, where = self._from(table, live, name), ""
        most = min(self.most, MOST_OF_MANY) if len(self.live) > MANY else self.most
        if table.key not in _UNBOUNDED and name == "live":
            ((count,),) = self._base.sql(f"SELECT count(*) FROM {source}").fetchall()
            where = f" WHERE {_LATE_ONLY.get(table.key, 'true')}" if count > most else ""
        bound = f" LIMIT {most}" if where else ""
        columns = ", ".join(f'r."{column}"' for column in table.names)
        order = "ORDER BY l.place, r.file_row_number"
        found = self._base.sql(f"SELECT {columns} FROM {source}{where} {order}{bound}").to_arrow_table()
        if where:
            self.left_out[table.key] = count - found.num_rows
        return records_of(table, found)

    def load(self) -> Iterator[Sequence[Any]]:
        """Rows of the table `load`."""
        sums = "sum(days)::BIGINT, max(workdays), sum(tasks)::BIGINT, count(*)"
        return self._rows(
            f"SELECT department, person, week, {sums} FROM {self._from(tables.WEEKS, self.live)} "
            "GROUP BY ALL ORDER BY department COLLATE C, person COLLATE C, week"
        )

    def work(self) -> Iterator[Work]:
        """Open tasks that somebody leads, department by department."""
        columns = "department, person, r.project, id, work_from, work_to"
        known = "department <> '' AND work_from IS NOT NULL AND work_to IS NOT NULL"
        source = self._from(tables.TASKS, self.live)
        order = "ORDER BY department COLLATE C"
        return (Work(*row) for row in self._rows(f"SELECT {columns} FROM {source} WHERE {known} {order}"))

    def given(self, promises: Records) -> Records:
        """The promises, each with the first day on which any run has seen it."""
        files = self.store.files("promises")
        if not len(promises) or not files:
            return promises
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
        rows = self._rows(
            "SELECT r.project, id, promise, min(given_on) "
            f"FROM read_parquet([{listed}], hive_partitioning = false) AS r "
            "SEMI JOIN live AS l ON l.project = r.project GROUP BY ALL"
        )
        first = {(project, name, promise): day for project, name, promise, day in rows}
        keys = zip(*(promises[name] for name in ("project", "id", "promise")), strict=True)
        days = [first.get(key, day) for key, day in zip(keys, promises["given_on"], strict=True)]
        return Records(promises.table, {**promises.columns, "given_on": days})

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        found = self._base.cursor().execute(query)
        while rows := found.fetchmany(_FETCHED):
            yield from rows

    def changes(self) -> Iterator[Sequence[Any]]:
        """Rows of the table `changes`: only projects that lie in another part than then are looked at."""
        before = {one.project: one for one in self.store.indexed(self.store.last)}
        now = {one.project: one for one in self.live}
        fresh = [one for key, one in now.items() if key not in before or before[key].part != one.part]
        gone = [one for key, one in before.items() if key not in now or now[key].part != one.part]
        self._live("fresh", fresh)
        self._live("gone", gone)
        new = {table.key: self.records(table, fresh, "fresh") for table in (tables.PROJECTS, tables.TASKS)}
        old = {table.key: self.records(table, gone, "gone") for table in (tables.PROJECTS, tables.TASKS)}
        return changes(new, old["projects"], old["tasks"])

    def portfolio(
        self, *, as_of: dt.date | None = None, skipped: Records | None = None, lang: Lang = "zh"
    ) -> Portfolio:
        """The portfolio of these projects."""
        self._live("live", self.live)
        try:
            return self._whole(as_of, skipped, lang)
        except duck().Error as error:
            if (path := _named(error)) is None:
                raise
            raise DamagedStore(path, self.store.folder) from error
        finally:
            self._base.close()

    def _whole(self, as_of: dt.date | None, skipped: Records | None, lang: Lang) -> Portfolio:
        store = self.store
        made: dict[str, Records] = {
            table.key: self.records(table, self.live) for table in tables.SUMMARY_TABLES
        }
        made["promises"] = self.given(made["promises"])
        told: Mapping[str, Records] = {
            "load": Records.of(tables.LOAD, self.load() if self.live else ()),
            "clashes": clashing(self.work() if self.live else ()),
            "changes": Records.of(tables.CHANGED, self.changes() if store.last else ()),
            "skipped": skipped or Records.of(tables.SKIPPED),
        }
        sums = [*store.earlier_runs().rows(), run_sum(store.run, made["projects"])]
        every = {**made, **told, "runs": Records.of(tables.RUNS, sums)}
        day = day_of(as_of, made["projects"], store.run)
        return Portfolio(every, day, store.run, store.since, lang, self.left_out)


def _named(error: Exception) -> Path | None:
    """The file that an error of DuckDB speaks of."""
    found = re.search(r"[^\s'\"]+\.parquet", str(error))
    return Path(found[0]) if found else None
