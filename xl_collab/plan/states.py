"""How each tracker row stands before its predecessors are asked: state, baseline, compared date.

These are the pieces `stopped`, `finished`, `text_date`, `base` and 对比日期 of the native formulas,
over all rows at once. An error in a cell spreads here exactly as far as a formula lets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xl_collab.plan.parsed import LAST_SERIAL, shown
from xl_collab.project.tables import CellError, Days, Flags
from xl_collab.schema.words import STATUS

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject


@dataclass(frozen=True)
class States:
    """One array per question, over the tracker's rows.

    said_done  the status says done
    done       the status says done, or something stands in 实际完成
    stopped    cancelled or paused
    text_date  a date typed as text blocks the row's figures
    broken     a cell that the row's formulas use shows an error, so the formulas show one too
    unusable   a number stands where a date belongs, and no date has that number
    base       the date that the row is measured against, NaT for none
    live       an entered 预计完成 on or after as_of, NaT for none
    """

    said_done: Flags
    done: Flags
    cancelled: Flags
    paused: Flags
    text_date: Flags
    broken: Flags
    unusable: Flags
    base: Days
    live: Days

    @cached_property
    def stopped(self) -> Flags:
        """Cancelled or paused: no figures."""
        return self.cancelled | self.paused

    @cached_property
    def open(self) -> Flags:
        """Neither finished nor stopped."""
        return ~(self.done | self.stopped)

    @cached_property
    def figures(self) -> Flags:
        """Rows that may have a compared date."""
        blocked = self.stopped | self.text_date | self.broken | self.unusable | np.isnat(self.base)
        return ~blocked


def states_of(project: ParsedProject) -> States:
    """The state of every tracker row as of the project's day."""
    as_of = np.datetime64(project.as_of, "D")
    status, status_error = _status(project)
    actual, forecast = project.seen("actual"), project.seen("forecast")
    base, bad_base = _base(project)
    text_date = actual.text | forecast.text | project.seen("baseline").text
    said_done, cancelled, paused = (status == code for code in ("done", "cancelled", "paused"))
    done = said_done | actual.filled
    asked = ~(cancelled | paused | text_date)
    waiting = asked & ~done & ~np.isnat(base)
    unusable = asked & (bad_base | (actual.filled & np.isnat(actual.day)))
    return States(
        said_done,
        done,
        cancelled,
        paused,
        text_date,
        status_error | (asked & actual.error) | (waiting & forecast.error),
        unusable | (waiting & (forecast.serial > LAST_SERIAL)),
        base,
        np.where(forecast.day >= as_of, forecast.day, np.datetime64("NaT", "D")),
    )


def compared_dates(
    project: ParsedProject, states: States, projected: Days
) -> tuple[Days, npt.NDArray[np.str_]]:
    """对比日期 of every row and its kind: actual, forecast, today or ''.

    An entered 预计完成 hides the projected one even when it is stale; a stale one counts as none.
    """
    as_of = np.datetime64(project.as_of, "D")
    entered = project.seen("forecast").filled
    forecast = np.where(
        entered, states.live, np.where(projected >= as_of, projected, np.datetime64("NaT", "D"))
    )
    actual = project.seen("actual")
    kind = np.select(
        [~states.figures, actual.filled, states.done, ~np.isnat(forecast), as_of > states.base],
        ["", "actual", "", "forecast", "today"],
        "",
    )
    choices = [actual.day, forecast, np.full_like(states.base, as_of)]
    picked = [kind == "actual", kind == "forecast", kind == "today"]
    return np.select(picked, choices, np.datetime64("NaT", "D")), kind


def _status(project: ParsedProject) -> tuple[npt.NDArray[np.str_], Flags]:
    """Status codes by exact label (letter case aside), and where the cell shows an error."""
    labels = {STATUS.label(code, project.book.lang).casefold(): code for code in STATUS.codes}
    codes, distinct = project.tracker.distinct("status")
    values = [shown(value) for value in distinct]
    words = [labels.get(value.casefold(), "") if isinstance(value, str) else "" for value in values]
    errors = [isinstance(value, CellError) for value in values]
    return np.array(words)[codes], np.array(errors, dtype=bool)[codes]


def _base(project: ParsedProject) -> tuple[Days, Flags]:
    """Baseline or date deadline, and rows where that number is no date."""
    baseline, deadline = project.seen("baseline"), project.seen("deadline")
    base = np.where(
        baseline.number, baseline.day, np.where(deadline.number, deadline.day, np.datetime64("NaT", "D"))
    )
    return base, (baseline.number | deadline.number) & np.isnat(base)
