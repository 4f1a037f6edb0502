"""What runs have found out, kept as Parquet: the next run reads only what is new.

    STORE/<table>/day=2024-06-14/<part>.parquet     rows of some projects, columns as declared and `part`
    STORE/index/day=2024-06-14/<run>.parquet        which part holds each project of a run
    STORE/skipped/…, STORE/runs/…                   one file a run

A part is there when its file of `projects` is, which is written last; a run is there when its `index` is. So
a run that is ended at any moment leaves whole parts that the next one finds. Nothing is changed or deleted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from xl_collab import __version__
from xl_collab.plan.portfolio import Records, Summary
from xl_collab.portfolio.analysis import Asked, project_key
from xl_collab.portfolio.parquet import arrow, as_arrow, prepared, read, records_of, write
from xl_collab.portfolio.skipping import Skip
from xl_collab.schema.portfolio import RUNS, SKIPPED, SUMMARY_TABLES
from xl_collab.schema.words import Text

_INDEX = ("project", "path", "content", "document", "name", "data_date", "own_date", "version", "part")
_REMEMBERED = 5
"""Runs whose projects are known: a share that was not there once need not be read anew."""
BY_CONTENT = frozenset({"packet", "output", "not_tracker", "no_headings", "encrypted", "damaged", "too_big"})
"""Kinds of skipped files that stay so as long as their bytes do."""


def version() -> str:
    """What figures are made by: this program and the columns of the tables."""
    columns = repr([(table.key, [(c.name, c.holds) for c in table.columns]) for table in SUMMARY_TABLES])
    return f"{__version__} {hashlib.sha256(columns.encode()).hexdigest()[:8]}"


class Known(NamedTuple):
    """A project that lies in the store."""

    project: str
    path: str
    content: str
    document: str
    name: str
    data_date: dt.date
    own_date: dt.date | None
    version: str
    part: str

    def holds(self, content: str, asked: Asked) -> bool:
        """Whether reading these bytes now would give the same rows."""
        day = asked.as_of or self.own_date or asked.today
        return (self.content, self.data_date, self.version) == (content, day, version())


@dataclass
class Store:
    """A folder of runs. MissingExtra without pyarrow."""

    folder: Path
    run: dt.datetime
    _known: dict[str, Known] = field(default_factory=dict)
    _waiting: list[Summary] = field(default_factory=list)
    _parts: int = 0

    def __post_init__(self) -> None:
        arrow()
        prepared(self.folder)
        self.id = f"{self.run:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        indexes = sorted(self.files("index"), key=lambda path: path.name)[-_REMEMBERED:]
        for one in (*(known for index in indexes for known in self.indexed(index)), *self._unfinished()):
            self._known[one.project] = one
        self._skips = {path: (content, skip) for path, content, skip in self._skipped()}

    # what is there

    @cached_property
    def last(self) -> Path | None:
        """The index of the last run that was finished."""
        found = self.files("index")
        return max(found, key=lambda path: path.name, default=None)

    @property
    def since(self) -> dt.datetime | None:
        """When that run began."""
        return None if self.last is None else dt.datetime.strptime(self.last.name[:15], "%Y%m%dT%H%M%S")

    def files(self, key: str) -> list[Path]:
        return sorted((self.folder / key).glob("day=*/[!.]*.parquet"))

    def indexed(self, index: Path | None) -> Iterator[Known]:
        if index is not None:
            rows = read(index).to_pylist()
            yield from (Known(**{name: row[name] for name in _INDEX}) for row in rows)

    def _unfinished(self) -> Iterator[Known]:
        """Projects of parts that were written since the last finished run: a run was ended on the way."""
        done = {path.stem for path in self.files("index")}
        after = self.last.stem if self.last else ""
        for path in self.files("projects"):
            run = path.stem.rpartition("-")[0]
            if run > after and run not in done:
                yield from self._of_part(path)

    def _of_part(self, path: Path) -> Iterator[Known]:
        for row in read(path).to_pylist():
            yield Known(**{name: row[name] for name in _INDEX if name in row} | {"part": path.stem})

    def _skipped(self) -> Iterator[tuple[str, str, Skip]]:
        files = self.files("skipped")
        for row in read(files[-1]).to_pylist() if files else ():
            if row["kind"] in BY_CONTENT and row["version"] == version():
                words = Text(row["reason_zh"], row["reason_en"]), Text(row["cure_zh"], row["cure_en"])
                yield row["path"], row["content"], Skip(row["path"], row["kind"], *words)

    def known(self, path: str, content: str, asked: Asked) -> Known | Skip | None:
        """What reading this file now would give, if it is known."""
        before, skip = self._skips.get(path, ("", None))
        if skip is not None and before == content:
            return skip
        one = self._known.get(project_key(path))
        return one if one is not None and one.holds(content, asked) else None

    # what comes

    BATCH = 100
    """Projects of a part."""

    def add(self, summary: Summary) -> list[Known]:
        """Keep a project; the projects that are written now, which may be none."""
        self._waiting.append(summary)
        return self.flush() if len(self._waiting) >= self.BATCH else []

    def flush(self) -> list[Known]:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return []
        self._parts += 1
        return write_part(self.folder, self.day, f"{self.id}-{self._parts:05}", waiting)

    @property
    def day(self) -> str:
        """The partition of this run."""
        return f"day={self.run:%Y-%m-%d}"

    def finish(
        self, known: Iterable[Known], skipped: Iterable[tuple[Skip, str]], sums: Mapping[str, Any]
    ) -> None:
        """Write what the run was; its index last, which makes it one."""
        pa = arrow()
        rows = [skip.row for skip, _ in skipped_rows(skipped)]
        contents = [content for _, content in skipped_rows(skipped)]
        told = as_arrow(Records.of(SKIPPED, rows), version=version())
        told = told.append_column("content", pa.array(contents, pa.string()))
        write(told, self.folder / "skipped" / self.day / f"{self.id}.parquet")
        run = as_arrow(Records.of(RUNS, [tuple(sums[name] for name in RUNS.names)]))
        write(run, self.folder / "runs" / self.day / f"{self.id}.parquet")
        write(index_table(known), self.folder / "index" / self.day / f"{self.id}.parquet")

    def earlier_runs(self) -> Records:
        """The rows of `runs` of all finished runs, the first one first."""
        done = {path.name for path in self.files("index")}
        parts = [records_of(RUNS, read(path)) for path in self.files("runs") if path.name in done]
        return Records.joined(RUNS, sorted(parts, key=lambda one: str(one["run"])))


def skipped_rows(skipped: Iterable[tuple[Skip, str]]) -> list[tuple[Skip, str]]:
    """Skipped files with the hash of their content, as a list."""
    return skipped if isinstance(skipped, list) else list(skipped)


def index_table(known: Iterable[Known]) -> Any:
    """The index as an Arrow table."""
    pa = arrow()
    dates = ("data_date", "own_date")
    types = {name: pa.date32() if name in dates else pa.string() for name in _INDEX}
    columns = list(zip(*known, strict=True)) or [()] * len(_INDEX)
    return pa.table(
        {name: pa.array(list(column), types[name]) for name, column in zip(_INDEX, columns, strict=True)}
    )


def write_part(folder: Path, day: str, part: str, summaries: list[Summary]) -> list[Known]:
    """Write the rows of some projects, `projects` last; also called by Dask's workers."""
    made = version()
    for table in reversed(SUMMARY_TABLES):
        records = Records.joined(table, (summary.tables[table.key] for summary in summaries))
        more = {"version": made} if table.key == "projects" else {}
        write(as_arrow(records, part=part, **more), folder / table.key / day / f"{part}.parquet")
    return [known_of(summary.project, part) for summary in summaries]


def known_of(project: Mapping[str, Any], part: str) -> Known:
    """How a project lies in the store."""
    return Known(**{name: project[name] for name in _INDEX[:-2]}, version=version(), part=part)
