"""预警 and 说明 of every row, as the native formulas give them, letter by letter.

Colours and sentences only; the dates and days they speak of are worked out elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xl_collab.plan.formulas import REASONS, counted
from xl_collab.plan.states import States
from xl_collab.project.tables import Flags, Texts
from xl_collab.schema.words import Lang

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Figures:
    """What colours and sentences are made from; arrays over rows, NaN for none.

    variance, left, lead in working days; missed in periods; `due` marks rows with a next due
    date; kind is actual, forecast, projected, today or ''; the variance of `estimated` rows rests on a year
    without official data, and what is left to the baseline of `left_estimated` ones.
    """

    states: States
    kind: Codes
    variance: Floats
    left: Floats
    lead: Floats
    missed: Floats
    due: Flags
    estimated: Flags
    left_estimated: Flags
    threshold: int

    @property
    def based(self) -> Flags:
        """Open rows with a baseline."""
        return self.plain & ~np.isnat(self.states.base)

    @property
    def recurring(self) -> Flags:
        """Open rows without a baseline that are due again."""
        return self.plain & np.isnat(self.states.base) & self.due

    @property
    def plain(self) -> Flags:
        """Open rows whose formulas give a value."""
        states = self.states
        return states.open & ~(states.text_date | states.broken | states.unusable)


def red_rows(figures: Figures) -> Flags:
    """Rows that are red: this needs no predecessor."""
    late = figures.based & (figures.variance > figures.threshold)
    red: Flags = late | (figures.recurring & (figures.missed > figures.threshold))
    return red


def colours(figures: Figures, alert: Flags) -> Codes:
    """预警 as codes; `alert` marks rows with a red predecessor."""
    states = figures.states
    finished = states.done & ~(states.stopped | states.text_date | states.broken)
    near = (figures.variance >= 1) | (figures.left <= figures.lead) | alert
    yellow = (figures.based & near) | (figures.recurring & (figures.missed > 0))
    return np.select(
        [finished, red_rows(figures), yellow, figures.based | figures.recurring],
        ["blue", "red", "yellow", "green"],
        "",
    )


def sentences(figures: Figures, alert: Texts, lang: Lang) -> list[str]:
    """说明 of every row; `alert` are the IDs of red predecessors."""
    said = _Said(lang)
    out = np.full(len(figures.kind), "", dtype=object)
    _finished(out, figures, said)
    _open(out, figures, alert, said)
    _recurring(out, figures, said)
    states = figures.states
    out[states.paused & ~states.broken] = said["paused"]
    out[states.cancelled & ~states.broken] = said["cancelled"]
    out[states.text_date] = said["text_date"]
    found: list[str] = out.tolist()
    return found


class _Said(dict[str, str]):
    """The words of one language; called, a number with its noun."""

    def __init__(self, lang: Lang) -> None:
        super().__init__((code, text.of(lang)) for code, text in REASONS.items())
        self.lang = lang

    def __call__(self, number: int, code: str = "days") -> str:
        return counted(number, code, self.lang)


def _finished(out: Texts, figures: Figures, said: _Said) -> None:
    states, variance = figures.states, figures.variance
    finished = states.done & ~(states.stopped | states.broken | states.unusable)
    out[finished] = said["done"]
    out[finished & (variance == 0)] = said["done_on_time"]
    _numbered(out, finished & (variance > 0), variance, lambda n: said["done_late"] + said(n))
    _numbered(out, finished & (variance < 0), -variance, lambda n: said["done_early"] + said(n))
    _guessed(out, finished & figures.estimated, said)


_LATE = {"forecast": "expected_late", "projected": "projected_late", "today": "late_today"}


def _open(out: Texts, figures: Figures, alert: Texts, said: _Said) -> None:
    based, variance = figures.based, figures.variance
    _numbered(out, based, figures.left, lambda n: said["left"] + said(n))
    _guessed(out, based & figures.left_estimated, said)
    warned = np.flatnonzero(based & (alert != ""))
    out[warned] = [f"{said['predecessor']}{ids}{said['is_red']}" for ids in alert[warned].tolist()]
    late = based & (variance >= 1)
    over = said["over"] + said(figures.threshold, "days_close")

    def tail(n: int) -> str:
        return said(n) + (over if n > figures.threshold else said["within"])

    for kind, code in _LATE.items():
        # Bound now: each kind of date has its own words.
        def words(n: int, code: str = code) -> str:
            return said[code] + tail(n)

        _numbered(out, late & (figures.kind == kind), variance, words)
    _guessed(out, late & figures.estimated, said)


def _recurring(out: Texts, figures: Figures, said: _Said) -> None:
    missed = figures.missed
    out[figures.recurring] = said["no_gap"]
    gaps = figures.recurring & (missed > 0)
    _numbered(out, gaps, missed, lambda n: said["missed"] + said(n, "periods"))


def _numbered(out: Texts, where: Flags, numbers: Floats, make: Callable[[int], str]) -> None:
    """Write the sentence that `make` gives for a row's number, made once for each number."""
    if not where.any():
        return
    distinct, codes = np.unique(numbers[where], return_inverse=True)
    made = np.array([*(make(int(n)) for n in distinct), None], dtype=object)
    out[where] = made[codes]


def _guessed(out: Texts, where: Flags, said: _Said) -> None:
    """Say that the calendar was estimated, where the row has a figure at all."""
    out[where] = out[where] + said["estimated"]
