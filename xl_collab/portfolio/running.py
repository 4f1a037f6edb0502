"""A run: files are found, known ones taken out of the store, the others read, and all made one portfolio.

What may not enter: terminals, documents; how files are read side by side is given (`Reading`).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from xl_collab.hosts.journal import digest
from xl_collab.plan.portfolio import Portfolio, Records, Summary
from xl_collab.portfolio.analysis import Asked
from xl_collab.portfolio.consolidate import consolidate, run_sum
from xl_collab.portfolio.finding import find
from xl_collab.portfolio.skipping import Skip, skip, unreadable
from xl_collab.portfolio.store import Known, Store
from xl_collab.portfolio.stored import Stored, duck
from xl_collab.schema.portfolio import RUNS, SKIPPED
from xl_collab.schema.words import Lang

Tell = Callable[[int, int], None]
"""Hears how many of how many files are done."""


class Reading(Protocol):
    """Reads many files side by side, in whatever order they get done."""

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, Summary | Skip | Known]]:
        """Each path with what came of it: its summary, why it has none, or where its rows were written."""


@dataclass
class Counts:
    """How a run went: files that were read, that were known, that were skipped."""

    read: int = 0
    known: int = 0
    skipped: int = 0


@dataclass
class Run:
    """One run over some paths."""

    paths: Sequence[Path]
    asked: Asked
    when: dt.datetime
    store: Store | None = None
    tell: Tell = field(default=lambda done, of: None)
    counts: Counts = field(default_factory=Counts)
    _skipped: list[tuple[Skip, str]] = field(default_factory=list)
    _summaries: list[Summary] = field(default_factory=list)
    _live: list[Known] = field(default_factory=list)

    def portfolio(self, reading: Reading, lang: Lang = "zh") -> Portfolio:
        """Read what has to be read, and give the whole."""
        if self.store is not None:
            duck()  # missing, it is told before anything is read
        contents = self._contents()
        todo = self._unknown(contents)
        done = len(contents) - len(todo)
        self.tell(done, len(contents))
        try:
            for path, result in reading.read(todo):
                self._take(path, result, contents[path])
                done += 1
                self.tell(done, len(contents))
        finally:  # also when somebody ends it: the next run goes on from there
            if self.store is not None:
                self._live += self.store.flush()
        return self._whole(lang)

    def _contents(self) -> dict[str, str]:
        """Files to read → the hash of their bytes; each content once."""
        found: dict[str, str] = {}
        first: dict[str, str] = {}
        for one in find(self.paths):
            if isinstance(one, Skip):
                self._leave_out(one)
                continue
            path = os.path.abspath(one)  # noqa: PTH100  (links stay what they are)
            try:
                content = digest(one)
            except OSError as error:
                self._leave_out(unreadable(path, error))
                continue
            if content in first:
                self._leave_out(skip(path, "duplicate", other=first[content]), content)
            else:
                first[content], found[path] = path, content
                self.tell(0, len(found))
        return found

    def _unknown(self, contents: dict[str, str]) -> list[str]:
        """Paths that have to be read; of the others what is known is taken."""
        if self.store is None:
            return list(contents)
        todo = []
        for path, content in contents.items():
            known = self.store.known(path, content, self.asked)
            if known is None:
                todo.append(path)
            elif isinstance(known, Skip):
                self._leave_out(known, content)
            else:
                self.counts.known += 1
                self._live.append(known)
        return todo

    def _take(self, path: str, result: Summary | Skip | Known, content: str) -> None:
        if isinstance(result, Skip):
            self._leave_out(result, content)
            return
        self.counts.read += 1
        if isinstance(result, Known):
            self._live.append(result)
        elif self.store is None:
            self._summaries.append(result)
        else:
            self._live += self.store.add(result)

    def _leave_out(self, skip: Skip, content: str = "") -> None:
        self.counts.skipped += 1
        self._skipped.append((skip, content))

    # the whole

    def _whole(self, lang: Lang) -> Portfolio:
        if self.store is None:
            kept = self._newest([(s.project, s) for s in self._summaries])
            return consolidate(kept, self.when, as_of=self.asked.as_of, skipped=self._told(), lang=lang)
        live = self._newest([(one._asdict(), one) for one in self._live])
        live.sort(key=lambda one: one.path)
        found = Stored(self.store, live).portfolio(as_of=self.asked.as_of, skipped=self._told(), lang=lang)
        sums = dict(zip(RUNS.names, run_sum(self.when, found["projects"]), strict=True))
        self.store.finish(live, self._skipped, sums)
        return found

    def _newest(self, projects: list[tuple[dict[str, Any], Any]]) -> list[Any]:
        """One of the copies of a project, the one written last: those of one identity and one name."""
        found: dict[tuple[str, str], list[tuple[dict[str, Any], Any]]] = {}
        for row, one in projects:
            key = (row["document"], row["name"]) if row["document"] else (row["path"], "")
            found.setdefault(key, []).append((row, one))
        kept = []
        for same in found.values():
            (row, one), *older = sorted(same, key=lambda pair: (-_written(pair[0]["path"]), pair[0]["path"]))
            kept.append(one)
            for other, _ in older:
                self._leave_out(skip(other["path"], "copy", other=row["path"]), other["content"])
        return kept

    def _told(self) -> Records:
        rows = sorted((one.row for one, _ in self._skipped), key=lambda row: (not row[-1], row[0]))
        return Records.of(SKIPPED, rows)


def _written(path: str) -> float:
    try:
        return os.stat(path).st_mtime  # noqa: PTH116
    except OSError:
        return 0.0
