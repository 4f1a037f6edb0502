"""What a foreign heading means: exact names are sure, likeness is a proposal, values have a say.

Headings and cells in, guesses out; each guess says how it was come by. What may not enter: finding the
heading row (table_finder.py), changing values.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Literal

from xl_collab.a1 import column_letters
from xl_collab.importing.dates import is_dateish
from xl_collab.importing.looks import Looks
from xl_collab.importing.words import (
    DOUBTFUL,
    EXTRA_TARGETS,
    GROUPS,
    HEADINGS,
    LATE_WORDS,
    NOTHING,
    PERIOD,
    PERSON,
    PROGRESS,
    STATUS_WORDS,
)
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.keys import guarded, normalise_key
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import STATUS, Text

# What a foreign status or percentage cell says: one of our states, a share of 1, or neither.


_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%|百分之(\d{1,3})")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?")


@dataclass(frozen=True)
class Progress:
    """A state's code, a share from 0 to 1, or both. `late`: the cell says that the work is late."""

    status: str | None = None
    percent: float | None = None
    late: bool = False


def _key(text: str) -> str:
    return "".join(normalise_key(text).split()).strip("。.;；!！")


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    words = {_key(word): code for code, listed in STATUS_WORDS.items() for word in listed.split("|")}
    own = {_key(label): i.code for i in STATUS.items for label in (i.label.zh, i.label.en)}
    return words | own


@lru_cache(maxsize=1)
def _late() -> frozenset[str]:
    return frozenset(_key(word) for word in LATE_WORDS.split("|"))


def is_nothing(value: object) -> bool:
    """Whether a cell only says that nothing is there: -, /, 无."""
    return isinstance(value, str) and value.strip().casefold() in NOTHING


def _not_told(_: object) -> None:
    return None


@guarded(_not_told)
def read_progress(value: object) -> Progress | None:
    """What a status cell says; None when it cannot be told surely.

    A share gives the state that follows from it: 0 not started, 1 done, between in progress.
    """
    if isinstance(value, bool):
        return Progress("done") if value else None
    share = None if isinstance(value, str) and not _says_percent(value) else read_percent(value)
    if share is not None:
        return Progress(_state_of(share), share)
    return _worded(value) if isinstance(value, str) else None


def _says_percent(text: str) -> bool:
    return "%" in text or "％" in text or "百分之" in text


@lru_cache(maxsize=4096)
def _worded(text: str) -> Progress | None:
    key = _key(text)
    if key in _late():
        return Progress("in_progress", late=True)
    code = _states().get(key)
    return None if code is None else Progress(code)


def _state_of(share: float) -> str:
    return "done" if share == 1 else "in_progress" if share > 0 else "not_started"


def is_progress(value: object) -> bool:
    """Whether a cell says a state or a share."""
    return read_progress(value) is not None


@guarded(_not_told)
def read_percent(value: object, *, hundreds: bool = False) -> float | None:
    """A share from 0 to 1: 0.8, "0.8", "80%", and with `hundreds` also 80 and "80"; else None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        share = value / 100 if hundreds else float(value)
    elif isinstance(value, str):
        text = normalise_key(value)
        match = _PERCENT.fullmatch(text)
        if match is None and not _NUMBER.fullmatch(text):
            return None
        share = float((match[1] or match[2]) if match else text)
        share = share / 100 if match or hundreds else share
    else:
        return None
    return round(share, 6) if 0 <= share <= 1 else None


def in_hundreds(values: Iterable[object]) -> bool:
    """Whether the plain numbers of a column are percentages such as 80: one of them is over 1."""
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    texts = [float(v) for v in values if isinstance(v, str) and _NUMBER.fullmatch(normalise_key(v))]
    return any(1 < number <= 100 for number in (*numbers, *texts))


How = Literal["name", "alike", "often", "given", "values", "none"]

TARGETS = (*(column.name for column in TRACKER.columns if column.entered), *EXTRA_TARGETS)
"""Everything that a foreign column can become; None beside them means: kept as it is."""

_LIKE, _CONTAINED = 0.66, 0.75
_DATES = ("deadline", "planned_start", "actual_start", "forecast", "actual", PERIOD)
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ACTUAL = re.compile(r"实际|actual")
_NOISE = re.compile(r"[\s*＊:：]+")


@dataclass(frozen=True)
class Guess:
    """What a column may be. `sure`: its name says so and its values do not contradict."""

    target: str
    score: float
    how: How

    @property
    def sure(self) -> bool:
        """Whether it may be taken without asking."""
        return self.how in ("name", "given")


@dataclass(frozen=True)
class ForeignColumn:
    """A column of a foreign table: `parts` are its headings from the group down to its own."""

    number: int
    parts: tuple[str, ...]
    guess: Guess | None = None
    filled: int = 0

    @property
    def heading(self) -> str:
        """The heading as people read it; '' when there is none."""
        return " / ".join(self.parts)


@lru_cache(maxsize=8192)
def heading_key(text: str) -> str:
    """The form in which headings are compared: width, case, blanks, colons and * do not count."""
    return _NOISE.sub("", normalise_key(text)) if len(text) < 200 else ""


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Heading key → target, for every name that is sure."""
    found: dict[str, str] = {}
    for target, words in HEADINGS.items():
        for word in words.split("|"):
            found.setdefault(heading_key(word), target)
    for column in TRACKER.columns:
        if column.entered:
            for label in (column.label.zh, column.label.en):
                found.setdefault(heading_key(label), column.name)
    return found


@lru_cache(maxsize=1)
def _doubtful() -> dict[str, str]:
    return {heading_key(word): target for word, target in DOUBTFUL.items()}


def known(text: str) -> str | None:
    """The target that a heading surely names, brackets and remarks in it apart."""
    names = _names()
    exact = names.get(heading_key(text))
    return exact or names.get(heading_key(_BRACKETS.sub("", text)))


@lru_cache(maxsize=4096)
def guess(parts: tuple[str, ...]) -> Guess | None:
    """The best guess from the headings alone."""
    readings = list(_readings(parts))
    for text in readings:
        target = known(text)
        if target is not None:
            return Guess(target, 1.0, "name")
    for text in readings:
        target = _doubtful().get(heading_key(_BRACKETS.sub("", text)))
        if target is not None:
            return Guess(target, 0.8, "often")
    alike = [found for text in readings if (found := _alike(text)) is not None]
    return max(alike, key=lambda one: one.score, default=None)


def _readings(parts: tuple[str, ...]) -> Iterable[str]:
    """A heading under a group: both together, and alone where the group does not change its meaning."""
    if len(parts) > 1:
        yield "".join(parts)
        yield " ".join(parts)
        if GROUPS.search("".join(parts[:-1])):
            return
    if parts:
        yield parts[-1]


def _alike(text: str) -> Guess | None:
    key = heading_key(_BRACKETS.sub("", text))
    if len(key) < 2:
        return None
    best = Guess("", 0.0, "alike")
    done = _ACTUAL.search(key) is not None
    for name, target in _names().items():
        if done and target not in ("actual", "actual_start"):
            continue
        score = _likeness(key, name)
        if score > best.score:
            best = Guess(target, round(score, 2), "alike")
    return best if best.score >= _LIKE else None


def _likeness(key: str, name: str) -> float:
    least = 4 if name.isascii() else 2
    if len(name) >= least and name in key:
        return _CONTAINED + 0.2 * len(name) / len(key)
    if abs(len(key) - len(name)) > 4:
        return 0.0
    return difflib.SequenceMatcher(None, key, name, autojunk=False).ratio()


def judged(column: ForeignColumn, values: Sequence[object]) -> ForeignColumn:
    """The column with its guess weighed against its values (those of task rows)."""
    full = [value for value in values if is_filled(value)]
    found = column.guess
    if found is None:
        found = _from_values(column, full)
    elif full and _contradict(found.target, full):
        found = replace(found, how="alike", score=min(found.score, 0.7))
    return replace(column, guess=found, filled=len(full))


def _contradict(target: str, full: Sequence[object]) -> bool:
    """Whether the values are of another kind than the heading says: then it is only a proposal."""
    if target in _DATES:
        return _share(full, is_dateish) < 0.3
    return target == "status" and not any(map(is_progress, full))


def _from_values(column: ForeignColumn, full: Sequence[object]) -> Guess | None:
    """A proposal for a column whose heading says nothing: dates are the one thing that can be seen."""
    if column.parts or len(full) < 2 or not all(isinstance(value, date) for value in full):
        return None
    return Guess("deadline", 0.5, "values")


def _share(values: Sequence[object], test: Callable[[object], bool]) -> float:
    sample = values[:400]
    return sum(map(test, sample)) / len(sample)


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
    numbers = {column.number: column for column in taken.values()}
    lost = [replace(c, guess=None) if c.number not in numbers else c for c in columns]
    return _in_context(lost)


def _in_context(columns: list[ForeignColumn]) -> list[ForeignColumn]:
    """预计完成时间 without any other deadline may be the deadline itself: then it is asked about."""
    found = {c.guess.target: c for c in columns if c.guess is not None}
    alone = found.get("forecast")
    if alone is None or {"deadline", PERIOD} & found.keys():
        return columns
    doubt = replace(alone, guess=Guess("deadline", 0.8, "often"))
    return [doubt if c.number == alone.number else c for c in columns]


def target_label(target: str) -> Text:
    """What people call a target."""
    return EXTRA_TARGETS[target] if target in EXTRA_TARGETS else TRACKER.column(target).label


def read_target(text: str) -> str | None:
    """A target as a person names it: its name, its label, or any heading that means it; else None."""
    key = heading_key(text)
    if key in TARGETS:
        return key
    plain = {heading_key(name.replace("_", " ")): name for name in TARGETS}
    return plain.get(key) or known(text)


def is_core(targets: Iterable[str]) -> bool:
    """Whether a set of targets can be a tracker: something to do, and somebody or some day for it."""
    found = set(targets)
    others = {"owner", PERSON, "deadline", PERIOD, "planned_start", "actual", "status", PROGRESS, "percent"}
    return "task" in found and bool(found & others)


# Other people's trackers: where the table stands on a sheet, and what its columns and rows are.


Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; all from 1."""

Row = Sequence[object]


@dataclass(frozen=True)
class ForeignSheet:
    """The cells of one sheet: `rows` from row 1 and column A, None where nothing is.

    merged    the merged areas
    notes     the comments that hang on cells: address, words, author
    floating  words of text boxes, shapes, headers: address (or ''), words
    looks     how the cells look; None when that was not seen
    """

    name: str
    rows: Sequence[Row]
    merged: tuple[Area, ...] = ()
    hidden: bool = False
    formulas: int = 0
    notes: tuple[tuple[str, str, str], ...] = ()
    floating: tuple[tuple[str, str], ...] = ()
    looks: Looks | None = None

    @cached_property
    def width(self) -> int:
        """Columns up to the last one with a cell."""
        return max(map(len, self.rows), default=0)

    def cell(self, row: int, column: int) -> object:
        """What stands in a cell (both from 1); None beyond the edge and inside a merged area."""
        if not 0 < row <= len(self.rows) or not 0 < column <= len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column - 1]

    @cached_property
    def anchors(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """Every covered cell of a merged area → the cell that holds its value."""
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for top, left, bottom, right in self.merged:
            for row in range(top, min(bottom, len(self.rows)) + 1):
                for column in range(left, min(right, self.width) + 1):
                    found[row, column] = top, left
        return found

    @cached_property
    def spans(self) -> Mapping[tuple[int, int], Area]:
        """The cell that holds a merged area's value → the area."""
        return {(area[0], area[1]): area for area in self.merged}

    def shown_cell(self, row: int, column: int) -> object:
        """What a reader sees in a cell: inside a merged area, the area's value."""
        return self.cell(*self.anchors.get((row, column), (row, column)))

    def filled(self) -> Iterator[tuple[int, int, object]]:
        """Row, column and value of every cell that holds something."""
        for number, cells in enumerate(self.rows, start=1):
            for at, value in enumerate(cells, start=1):
                if is_filled(value):
                    yield number, at, value


@dataclass(frozen=True)
class ForeignBook:
    """A file as read: its name, its sheets, and what could not be seen of them."""

    name: str
    sheets: tuple[ForeignSheet, ...]
    kind: str = "xlsx"
    encoding: str = field(default="", compare=False)
    unseen: tuple[Text, ...] = ()

    def sheet(self, name: str) -> ForeignSheet:
        """The sheet called `name`; KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.name.strip().casefold() == name.strip().casefold():
                return sheet
        raise KeyError(name)


def is_filled(value: object) -> bool:
    """Whether a cell holds something that a reader can see."""
    return bool(value.strip()) if isinstance(value, str) else value is not None


def shown(value: object) -> str:
    """A cell as text: stripped, dates as 2023-10-08, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if midnight else value.isoformat(" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, CellFormula):
        return f"={value.text}"
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def address(row: int, column: int) -> str:
    """A1 address of a row and column, both from 1."""
    return f"{column_letters(column)}{row}"
