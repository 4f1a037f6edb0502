"""A company with many projects: trackers of `benchmarks/make_trackers.py`, as files or in memory only."""

from __future__ import annotations

import sys
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from xl_collab.plan.portfolio import Portfolio, Summary
from xl_collab.plan.project import Project
from xl_collab.portfolio.consolidate import consolidate
from xl_collab.portfolio.summary import Source, summarize

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
AS_OF = date(2024, 6, 14)
"""The data date of every project."""
RUN = datetime(2024, 6, 14, 9)


@cache
def maker() -> Any:
    """The module make_trackers; the scripts beside it import each other by their plain names."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import make_trackers
    finally:
        sys.path.remove(str(BENCHMARKS))
    return make_trackers


@cache
def drawn() -> Any:
    """The drawn workbook that all others are made of."""
    return maker().Drawn()


def project(seed: int, size: int | None = 20) -> Project:
    """A project in memory."""
    made: Project = drawn().project(drawn().small(seed, size))
    return made


def summary(seed: int, size: int | None = 20) -> Summary:
    """What the portfolio keeps of it."""
    path = f"/项目/{seed:03}.xlsx"
    return summarize(project(seed, size), Source(f"p{seed:03}", path, f"{seed:064x}"))


def write(folder: Path, count: int, *, first: int = 1, size: int | None = 12) -> list[Path]:
    """The same projects as files, some milliseconds each."""
    made: list[Path] = maker().make_trackers(count, folder, first=first, size=size, drawn=drawn())
    return made


def portfolio(count: int = 12, **words: Any) -> Portfolio:
    """A portfolio of the first projects, without files; `words` as of `consolidate`."""
    return consolidate([summary(seed) for seed in range(1, count + 1)], RUN, **words)
