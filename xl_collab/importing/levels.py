"""Levels of tasks: which of two or three columns is the task and which the group above it.

工作任务 over 子任务, 任务大类 over 任务名称 over 任务明细: the finest is what somebody does, the coarsest the
stage, one between goes before the task's name. What may not enter: rows (table_finder.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from xl_collab.importing.columns import ForeignColumn, is_filled, shown
from xl_collab.importing.headings import Guess, heading_key
from xl_collab.importing.words import COARSE, FINE, GROUP, LEVEL_NUMBER, PROJECTS

_TASK, _FINE, _COARSE, _PROJECT = 6.0, 9.0, 0.5, 0.25
_NUMERALS = "零一二三四五"


def with_levels(
    columns: Sequence[ForeignColumn], values: Mapping[int, Sequence[object]]
) -> list[ForeignColumn]:
    """The columns with stage, group and task told apart where they hold levels of one work."""
    ranked = _ranked(columns, values)
    if len(ranked) < 2:
        return list(columns)
    numbers = [number for number, _ in ranked]
    given = any(_is_stage(c) for c in columns if c.number not in numbers)
    targets: dict[int, str | None] = dict.fromkeys(numbers)
    targets[numbers[-1]] = "task"
    above = numbers[:-1]
    if not given:
        targets[above.pop(0)] = "stage"
    if above:
        targets[above[-1]] = GROUP
    named = (c.number for c in columns if c.guess is not None and c.guess.target == "task")
    targets = dict.fromkeys(named) | targets
    return [_as_level(c, targets[c.number]) if c.number in targets else c for c in columns]


def _as_level(column: ForeignColumn, target: str | None) -> ForeignColumn:
    return replace(column, guess=None if target is None else Guess(target, 1.0, "level"))


def _is_stage(column: ForeignColumn) -> bool:
    return column.guess is not None and column.guess.target == "stage" and column.guess.sure


def _ranked(
    columns: Sequence[ForeignColumn], values: Mapping[int, Sequence[object]]
) -> list[tuple[int, float]]:
    """Numbers and ranks of the columns that hold levels, coarse to fine; [] when there are none."""
    found = [(c.number, rank) for c in columns if (rank := _rank(c)) is not None]
    staged = any(_is_stage(c) and _rank(c) is None for c in columns)
    kinds = [number for number, rank in found if rank == _PROJECT]
    spare = kinds if staged else kinds[1:]
    found = [(number, rank) for number, rank in found if number not in spare]
    found.sort(key=lambda pair: pair[1])
    levels: list[tuple[int, float]] = []
    for number, rank in found:
        last, above = levels[-1] if levels else (0, 0.0)
        if not levels or _is_finer(values[last], values[number], above, rank):
            levels.append((number, rank))
        elif rank == above and _is_finer(values[number], values[last], rank, above):
            levels.insert(-1, (number, rank))
    return levels


def _rank(column: ForeignColumn) -> float | None:
    """How fine a column's heading says that it is; None when it names no work."""
    guess = column.guess
    if not column.parts or (guess is not None and guess.target not in ("task", "stage")):
        return None
    key = heading_key(column.parts[-1])
    match = LEVEL_NUMBER.fullmatch(key)
    if match is not None:
        digit = match[1] or match[2]
        return float(_NUMERALS.find(digit) if digit in _NUMERALS else int(digit))
    if key in _keys(FINE):
        return _FINE
    if key in _keys(PROJECTS):
        return _PROJECT
    if key in _keys(COARSE):
        return _COARSE
    return _TASK if guess is not None and guess.target == "task" and guess.sure else None


@lru_cache(maxsize=3)
def _keys(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(heading_key, words))


def _is_finer(above: Sequence[object], below: Sequence[object], rank: float, own: float) -> bool:
    """Whether `below` cuts what `above` names into pieces; numbered and coarse levels need no proof."""
    if not any(map(is_filled, below)) or not any(map(is_filled, above)):
        return False
    if own > rank and (own < _TASK or rank <= _COARSE):
        return True
    pairs = {(shown(a), shown(b)) for a, b in zip(above, below, strict=True) if is_filled(b)}
    names = {shown(a) for a in above if is_filled(a)}
    gaps = any(not is_filled(a) and is_filled(b) for a, b in zip(above, below, strict=True))
    return len(pairs) > len(names) or (gaps and own > rank)
