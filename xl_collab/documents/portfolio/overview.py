"""The first page of the portfolio's workbook as plain data: the answer first, then where to look.

What stands in a list as well is taken from it in the same order. Looks may not enter.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.columns import COLUMNS
from xl_collab.documents.portfolio.content import Lists
from xl_collab.documents.portfolio.register import Column, Register, Target, Value
from xl_collab.project.sentences import Line, say
from xl_collab.schema.words import Text

LISTED = 10
"""Rows of each table of the page: as many as one page holds; the lists have all of them."""


@dataclass(frozen=True)
class Figure:
    """One large figure with what it counts, its colour ('' for none), and the tab that has the rows."""

    value: str
    caption: Text
    colour: str
    tab: Text


@dataclass(frozen=True)
class Excerpt:
    """The first rows of a list with some of its columns; `left` counts those beyond them."""

    columns: tuple[Column, ...]
    rows: tuple[Sequence[Value], ...]
    goals: tuple[Target | None, ...]
    left: int


@dataclass(frozen=True)
class Overview:
    """The page."""

    as_of: dt.date
    run: dt.datetime
    since: dt.datetime | None
    figures: tuple[Figure, ...]
    answer: tuple[Line, ...]
    attention: Excerpt
    roots: Excerpt
    milestones: Excerpt
    contents: tuple[tuple[Text, Text, int], ...]
    """The other tabs, what each holds, and how many rows."""


def overview(lists: Lists, sheets: Sequence[tuple[Text, Text, int]]) -> Overview:
    """The first page; `sheets` are the other tabs."""
    found = lists.found
    projects, milestones = found["projects"], found["milestones"]
    pressing = [projects["rag"][i] in ("red", "yellow") for i in lists.urgent]
    ahead = [not milestones["reached"][i] and milestones["status"][i] != "cancelled" for i in lists.coming]
    return Overview(
        found.as_of,
        found.run,
        found.since,
        tuple(_figures(lists)),
        tuple(_answer(lists)),
        _excerpt(lists.project_list, _ATTENTION, pressing),
        _excerpt(lists.slips, _ROOTS),
        _excerpt(lists.milestones, _COMING, ahead),
        tuple(sheets),
    )


_ATTENTION = ("project", "initiator", "rag", "slip", "forecast", "red", "yellow", "green", "done", "next")
_ROOTS = ("project", "root", "task", "department", "how", "reached_count", "most")
_COMING = ("project", "id", "milestone", "department", "slip", "baseline", "forecast")


def _excerpt(made: Register, names: Sequence[str], wanted: Sequence[bool] | None = None) -> Excerpt:
    """Some columns of the first rows that are wanted."""
    columns = COLUMNS[made.key]
    at = [list(columns).index(name) for name in names]
    kept = [n for n in range(len(made.rows)) if wanted is None or wanted[n]]
    first = kept[:LISTED]
    return Excerpt(
        tuple(columns[name] for name in names),
        tuple([made.rows[n][i] for i in at] for n in first),
        tuple(made.goals[n] for n in first),
        len(kept) - len(first),
    )


def _figures(lists: Lists) -> Iterator[Figure]:
    found, tabs = lists.found, words.TABS
    projects = found["projects"]
    red = projects["rag"].count("red")
    counts = (
        ("projects", len(projects), "", tabs["projects"]),
        ("red", red, "red", tabs["projects"]),
        ("late", sum(projects["late"]), "red", tabs["late"]),
        ("clashes", len(found["clashes"]), "yellow", tabs["clashes"]),
        ("high", sum(projects["high_risks"]), "red", tabs["risks"]),
        ("overdue", sum(projects["overdue_actions"]), "red", tabs["actions"]),
        ("skipped", sum(found["skipped"]["grave"]), "yellow", tabs["skipped"]),
    )
    for name, count, colour, tab in counts:
        yield Figure(f"{count:,}", words.FIGURE[name], colour if count else "", tab)


def _answer(lists: Lists) -> Iterator[Line]:
    projects = lists.found["projects"]
    count = Counter(projects["rag"])
    yield say(
        words.COUNTS,
        n=len(projects),
        red=count["red"],
        yellow=count["yellow"],
        green=count["green"],
        blue=count["blue"],
        none=count[""],
        done=sum(projects["done"]),
        tasks=sum(projects["tasks"]),
    )
    yield from _worst(lists)
    yield from _largest_root(lists)
    if lists.found.since is not None:
        yield _changed(lists)
    doubtful = sum(map(bool, projects["estimated"]))
    if doubtful:
        yield say(words.DOUBT, n=doubtful)


def _worst(lists: Lists) -> Iterator[Line]:
    """The project whose end is forecast latest, if any is late."""
    projects = lists.found["projects"]
    slips = [(slip or 0, -i) for i, slip in enumerate(projects["slip"])]
    days, at = max(slips, default=(0, 0))
    if days > 0:
        name = lists.name(projects["project"][-at])
        yield say(words.WORST, project=name, days=days, day=projects["forecast_end"][-at])


def _changed(lists: Lists) -> Line:
    changes = lists.found["changes"]
    kinds = Counter(changes["kind"])
    moves = [days or 0 for kind, days in zip(changes["kind"], changes["days"], strict=True) if kind == "end"]
    later, earlier = sum(days > 0 for days in moves), sum(days < 0 for days in moves)
    return say(words.CHANGES, later=later, earlier=earlier, new=kinds["new"], gone=kinds["gone"])


def _largest_root(lists: Lists) -> Iterator[Line]:
    """How many roots there are, and which delays most tasks."""
    slips, late = lists.found["slips"], sum(lists.found["projects"]["late"])
    if not len(slips):
        return
    top = lists.worst_roots[0]
    yield say(
        words.ROOTS,
        late=late,
        roots=len(slips),
        project=lists.name(slips["project"][top]),
        root=slips["root"][top],
        department=slips["department"][top] or words.NOBODY,
        reached=slips["late"][top],
    )
