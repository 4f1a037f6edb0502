"""Many lives: play them, shrink those that break to the smallest history, tell that in words."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from life.acts import Act, Life, Setting, drawn
from life.expect import Broken
from life.office import Opened

Lived = tuple[list[Act], Setting]
"""A history, and where it was played."""


@dataclass(frozen=True)
class Story:
    """A life that broke: what broke, its seed, the smallest history that breaks so, told."""

    broke: str
    seed: int
    acts: Sequence[Act]
    lines: Sequence[str]

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}: {self.broke}", *(f"    {line}" for line in self.lines)])


@dataclass
class Played:
    """What came of many lives."""

    lives: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    seeds: dict[str, list[int]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def life_of(seed: int) -> Lived:
    """The history of a seed; in one of four some people's clocks lie."""
    rng = random.Random(seed)
    return drawn(rng, rng.randint(4, 20)), Setting(clocks_lie=seed % 4 == 3)


def broken_by(
    opened: Opened, acts: Sequence[Act], setting: Setting, counts: Counter[str] | None = None
) -> str | None:
    """What broke, or None."""
    life = Life(opened, setting)
    try:
        life.play(acts)
    except Broken as broken:
        return str(broken)
    finally:
        if counts is not None:
            counts.update(life.judge.counts)
    return None


def play(opened: Opened, seeds: Iterable[int]) -> Played:
    """Play a life for each seed."""
    played = Played()
    for seed in seeds:
        played.lives += 1
        acts, setting = life_of(seed)
        broke = broken_by(opened, acts, setting, played.counts)
        if broke:
            played.broken[broke] += 1
            played.seeds.setdefault(broke, []).append(seed)
    return played


def told(opened: Opened, seed: int, lived: Lived | None = None, seconds: float = math.inf) -> Story | None:
    """The smallest history of a seed that breaks, in words; None if the life does not break.

    Looks for a smaller one for as many seconds.
    """
    acts, setting = lived or life_of(seed)
    broke = broken_by(opened, acts, setting)
    if broke is None:
        return None
    acts = shrunk(opened, acts, setting, broke, time.monotonic() + seconds)
    return Story(broke, seed, acts, lines_of(opened, acts, setting))


def shrunk(
    opened: Opened, acts: Sequence[Act], setting: Setting, broke: str, until: float = math.inf
) -> list[Act]:
    """Leave out acts, and make their numbers small, as long as the same still breaks."""

    def breaks(tried: list[Act]) -> bool:
        return time.monotonic() < until and broken_by(opened, tried, setting) == broke

    while len(acts) > 1 and breaks(list(acts[: len(acts) // 2])):
        acts = acts[: len(acts) // 2]
    left, size = list(acts), len(acts) // 2
    while size:
        fewer = _fewer(left, size, breaks)
        size = size if size == 1 and fewer != left else size // 2
        left = fewer
    return _fewer(_plainer(left, breaks), 1, breaks)


def _fewer(acts: list[Act], size: int, breaks: Callable[[list[Act]], bool]) -> list[Act]:
    at = 0
    while at < len(acts):
        fewer = acts[:at] + acts[at + size :]
        if breaks(fewer):
            acts = fewer
        else:
            at += size
    return acts


def _plainer(acts: list[Act], breaks: Callable[[list[Act]], bool]) -> list[Act]:
    for at in range(len(acts)):
        name, *numbers = acts[at]
        for n in range(3):
            plain = [number if m != n else 0 for m, number in enumerate(numbers)]
            tried = [*acts[:at], (name, plain[0], plain[1], plain[2]), *acts[at + 1 :]]
            if breaks(tried):
                acts, numbers = tried, plain
    return acts


def lines_of(opened: Opened, acts: Sequence[Act], setting: Setting) -> list[str]:
    """A history in words."""
    lines: list[str] = []
    life = Life(opened, setting, lines.append)
    try:
        life.play(acts)
    except Broken:
        lines.extend(f"master: {_of(row)}" for row in life.office.rows)
        lines.extend(f"open: {question}" for question in life.office.questions())
    return lines


def _of(row: dict[str, object]) -> str:
    return ", ".join(f"{k}={v}" for k, v in row.items() if v is not None and k not in ("due", "support"))
