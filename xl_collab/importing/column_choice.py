"""Which column of a foreign table becomes what: its heading weighed against its values and its neighbours.

A heading whose values are of another kind is a question; 完成时间 beside 开始时间 is the deadline; of two
levels of tasks the finer is the task. What may not enter: finding tables (table_finder.py), changing values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from xl_collab.importing.columns import ForeignColumn, is_filled, is_nothing, shown
from xl_collab.importing.dates import Years, is_dateish, read_day
from xl_collab.importing.heading_dates import ESTIMATED, names_baseline
from xl_collab.importing.headings import DATES, Guess, heading_key, pieces_of
from xl_collab.importing.levels import with_levels
from xl_collab.importing.progress import is_progress, read_percent, read_progress
from xl_collab.importing.words import (
    DEPARTMENT,
    LEADS,
    NAMES_A_TASK,
    PAST,
    PERIOD,
    PERSON,
    PROGRESS,
    REPEATING,
    TICKED,
)
from xl_collab.project.timing.deadlines import FixedDate

Values = Mapping[int, Sequence[object]]
"""Column number → its cells in the task rows that were looked at, empty ones too."""

_FINISH = re.compile(r"完成|完工|竣工|complet", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"\d+(?:[.\-]\d+)*\.?")


def chosen(columns: Sequence[ForeignColumn], values: Values) -> list[ForeignColumn]:
    """The columns with their guesses weighed, each target given to one of them."""
    weighed = [judged(column, values[column.number]) for column in columns]
    paired = _finished_days(_paired_dates(_told_by_values(weighed, values)), values)
    return _in_context(assign(_tasks(with_levels(paired, values))))


def judged(column: ForeignColumn, values: Sequence[object]) -> ForeignColumn:
    """The column with its guess weighed against its values (those of task rows)."""
    full = [value for value in values if is_filled(value)]
    found = column.guess
    if found is None:
        found = _from_values(column, full)
    elif full and _contradict(found.target, [value for value in full if not is_nothing(value)]):
        found = replace(found, how="alike", score=min(found.score, 0.7))
    return replace(column, guess=found, filled=len(full))


def _contradict(target: str, full: Sequence[object]) -> bool:
    """Whether the values are of another kind than the heading says: then it is only a proposal."""
    if not full:
        return False
    if target in DATES:
        return _share(full, is_dateish) < 0.3
    if target in ("owner", PERSON, "support", "task", "stage", "output"):
        return _share(full, _is_no_name) >= 0.3
    if target == "percent":
        return _share(full, _is_share) < 0.3
    if target == "predecessors":
        return _share(full, lambda value: isinstance(value, date)) >= 0.3
    return target == "status" and not any(map(is_progress, full))


_WORK = re.compile(r"[^\W\d年月日号季度底初末上中下旬前内止Qq]{2}")
"""What a day is followed by where it begins the name of a task: 3月20日例会, 1月底盘点."""


def _is_no_name(value: object) -> bool:
    """A date or a figure, which names neither people nor work."""
    if isinstance(value, str):
        text = value.strip()
        day = text[:1].isdigit() and isinstance(read_day(text, Years(title=2024)), FixedDate)
        return (day and not _WORK.search(text)) or _PLAIN_NUMBER.fullmatch(text) is not None
    return isinstance(value, date | int | float)


def _is_share(value: object) -> bool:
    return is_progress(value) or read_percent(value, hundreds=True) is not None


def _from_values(column: ForeignColumn, full: Sequence[object]) -> Guess | None:
    """A proposal for a column whose heading says nothing: dates are the one thing that can be seen."""
    if column.parts or len(full) < 2 or not all(isinstance(value, date) for value in full):
        return None
    return Guess("deadline", 0.5, "values")


def _share(values: Sequence[object], test: Callable[[object], bool]) -> float:
    sample = values[:400]
    return sum(map(test, sample)) / len(sample)


# what the values say where a heading leaves it open


def _told_by_values(columns: list[ForeignColumn], values: Values) -> list[ForeignColumn]:
    """模块 whose words repeat names the stage, a list named To Do and Done the state, Item the task."""
    found = [_told(column, [v for v in values[column.number] if is_filled(v)]) for column in columns]
    found = _second_owner(_departments(found, values))
    if "stage" in _sure(found):
        return found
    at = next((i for i, c in enumerate(found) if _repeats(c, values[c.number])), None)
    if at is not None:
        found[at] = replace(found[at], guess=Guess("stage", 0.9, "name"))
    return found


def _departments(columns: list[ForeignColumn], values: Values) -> list[ForeignColumn]:
    """部门 beside 负责人 is the owner, where its cells are called like departments."""
    sure = _sure(columns)
    if "owner" in sure or PERSON not in sure:
        return columns
    found = list(columns)
    for i, column in enumerate(columns):
        full = [shown(v) for v in values[column.number] if is_filled(v) and not is_nothing(v)]
        often = column.guess is not None and (column.guess.target, column.guess.how) == ("owner", "often")
        if often and full and _share(full, lambda text: DEPARTMENT.search(str(text)) is not None) >= 0.8:
            found[i] = replace(column, guess=Guess("owner", 0.9, "name"))
            break
    return found


def _second_owner(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """责任单位 beside 牵头单位 may be who supports."""
    owners = [c for c in columns if c.guess is not None and c.guess.sure and c.guess.target == "owner"]
    if len(owners) < 2 or "support" in _sure(columns):
        return columns
    leads = [c for c in owners if LEADS.search(c.heading)]
    if not leads:
        return columns
    second = next(c for c in owners if c is not leads[0])
    return [replace(c, guess=Guess("support", 0.8, "often")) if c is second else c for c in columns]


def _told(column: ForeignColumn, full: Sequence[object]) -> ForeignColumn:
    key, found = heading_key(column.parts[-1]) if column.parts else "", column.guess
    if key in PAST and full:
        return replace(column, guess=_day_or_yes(full))
    if key in TICKED and full and _share(full, _is_yes_or_no) >= 0.9:
        return replace(column, guess=Guess("status", 0.9, "name"))
    if found is None or not full:
        return column
    if key in ("item", "items") and _share(full, _is_no_name) < 0.3:
        return replace(column, guess=Guess("task", 0.95, "name"))
    if found.target == "stage" and not found.sure and _share(full, is_progress) >= 0.9:
        return replace(column, guess=Guess("status", 0.95, "name"))
    return column


def _is_yes_or_no(value: object) -> bool:
    return isinstance(value, bool) or is_progress(value) or shown(value).casefold() in ("否", "no", "n", "×")


def _day_or_yes(full: Sequence[object]) -> Guess | None:
    """Completed over days is when, over yes and no whether."""
    if _share(full, is_dateish) >= 0.9:
        return Guess("actual", 0.95, "name")
    return Guess("status", 0.9, "name") if any(map(is_progress, full)) else None


def _repeats(column: ForeignColumn, values: Sequence[object]) -> bool:
    found = column.guess
    if found is None or found.target != "stage" or found.how != "often" or not column.parts:
        return False
    texts = [shown(value) for value in values if is_filled(value)]
    few = 2 * len(texts) >= len(values) and len(set(texts)) < len(texts)
    return few and heading_key(column.parts[-1]) in map(heading_key, REPEATING)


# dates beside dates


def _paired_dates(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """Dates that tell each other's meaning: an original plan, a start, an estimate that is the whole plan."""
    found = _beside_baseline(columns)
    found = _estimates_as_plan(found)
    return _beside_start(found)


def _sure(columns: Iterable[ForeignColumn]) -> dict[str, ForeignColumn]:
    return {c.guess.target: c for c in columns if c.guess is not None and c.guess.sure}


def _beside_baseline(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """Beside Baseline Finish the plain Finish is what is expected now."""
    dues = [c for c in columns if c.guess is not None and c.guess.target == "deadline" and c.guess.sure]
    if not any(names_baseline(c.parts) for c in dues) or len(dues) < 2:
        return columns
    others = {c.number for c in dues if not names_baseline(c.parts)}
    return [replace(c, guess=Guess("forecast", 0.8, "often")) if c.number in others else c for c in columns]


def _estimates_as_plan(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """预计开始 and 预计结束 without any other plan are the plan."""
    sure = _sure(columns)
    start, end = sure.get("planned_start"), sure.get("forecast")
    if start is None or end is None or {"deadline", PERIOD} & sure.keys() or start.guess is None:
        return columns
    if start.guess.score != ESTIMATED:
        return columns
    return [replace(c, guess=Guess("deadline", ESTIMATED, "name")) if c is end else c for c in columns]


def _beside_start(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """完成时间 beside 开始时间 is when it is due, unless another column says that."""
    sure = _sure(columns)
    if not {"planned_start", "actual"} & sure.keys() or {"deadline", PERIOD, "forecast"} & sure.keys():
        return columns
    ends = [c for c in columns if _is_open_end(c)]
    return [replace(c, guess=Guess("deadline", 0.9, "name")) if [c] == ends else c for c in columns]


def _is_open_end(column: ForeignColumn) -> bool:
    """完成时间, which says neither planned nor actual."""
    found = column.guess
    often = found is not None and (found.target, found.how) == ("deadline", "often")
    return often and _FINISH.search(column.heading) is not None


def _finished_days(columns: list[ForeignColumn], values: Values) -> list[ForeignColumn]:
    """完成时间 beside a due date is the actual one; sure where only finished tasks have it."""
    sure = _sure(columns)
    if "deadline" not in sure or "actual" in sure:
        return columns
    state = sure.get("status") or sure.get(PROGRESS)
    found = list(columns)
    for i, column in enumerate(columns):
        if _is_open_end(column):
            proven = state is not None and _only_when_done(values[column.number], values[state.number])
            found[i] = replace(column, guess=Guess("actual", 0.8, "name" if proven else "often"))
    return found


def _only_when_done(days: Sequence[object], states: Sequence[object]) -> bool:
    read = [(is_filled(day), read_progress(state)) for day, state in zip(days, states, strict=True)]
    some = any(day for day, _ in read)
    return some and all(day == (found is not None and found.status == "done") for day, found in read)


def _tasks(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """Name or Title is the task where somebody is named for it and nothing else is the task."""
    sure = _sure(columns)
    if "task" in sure or not {"owner", PERSON} & sure.keys():
        return columns
    at = [c for c in columns if c.guess and c.guess.target == "task" and _is_name(c)]
    first = at[0] if at else None
    return [replace(c, guess=Guess("task", 0.9, "name")) if c is first else c for c in columns]


def _is_name(column: ForeignColumn) -> bool:
    names = frozenset(map(heading_key, NAMES_A_TASK))
    return bool(column.parts) and not names.isdisjoint(pieces_of(heading_key(column.parts[-1])))


# one target, one column


def assign(columns: Sequence[ForeignColumn]) -> list[ForeignColumn]:
    """Each target to one column: names before likeness, the better before the worse, left before right."""
    ranked = sorted(
        (c for c in columns if c.guess is not None),
        key=lambda c: (not c.guess.sure, -c.guess.score, c.number),  # type: ignore[union-attr]
    )
    taken: dict[str, ForeignColumn] = {}
    for column in ranked:
        assert column.guess is not None
        taken.setdefault(column.guess.target, column)
    numbers = {column.number for column in taken.values()}
    return [c if c.number in numbers else replace(c, guess=None) for c in columns]


def _in_context(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """预计完成时间 without any other deadline may be the deadline itself: then it is asked about."""
    found = {c.guess.target: c for c in columns if c.guess is not None}
    alone = found.get("forecast")
    if alone is None or {"deadline", PERIOD} & found.keys():
        return columns
    doubt = replace(alone, guess=Guess("deadline", 0.8, "often"))
    return [doubt if c.number == alone.number else c for c in columns]


def is_core(targets: Iterable[str]) -> bool:
    """Whether a set of targets can be a tracker: something to do, and somebody or some day for it."""
    found = set(targets)
    others = {"owner", PERSON, "deadline", PERIOD, "planned_start", "actual", "status", PROGRESS, "percent"}
    return "task" in found and bool(found & others)
