"""How each tracker row stands before its predecessors are asked: state, baseline, compared date.

These are the pieces `stopped`, `finished`, `text_date`, `base` and 对比日期 of the native formulas,
over all rows at once. An error in a cell spreads here exactly as far as a formula lets it.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xl_collab.plan.parsed import LAST_SERIAL, shown
from xl_collab.project.tables import CellError, Days, Flags
from xl_collab.records import dataclass
from xl_collab.schema.words import STATUS

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject


@dataclass(frozen=True)
class States:
    """One array per question, over the tracker's rows.

    said_done  the status says done
    done       the status says done, or 实际完成 is a day up to as_of
    stopped    cancelled or paused
    text_date  a date typed as text blocks the row's figures
    broken     a cell that the row's formulas use shows an error, so the formulas show one too
    unusable   a number stands where a date belongs, and no date has that number
    base       the date that the row is measured against, NaT for none
    live       the promised finish of a row: 实际完成 after as_of, else 预计完成 on or after it, NaT for none
    """

    said_done: Flags
    in_progress: Flags
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
    done = said_done | (np.floor(actual.serial) <= _serial(project.as_of))
    ahead = actual.number & ~done
    asked = ~(cancelled | paused | text_date)
    waiting = asked & ~done & ~ahead & ~np.isnat(base)
    unusable = asked & (bad_base | (actual.number & np.isnat(actual.day)))
    live = np.where(forecast.day >= as_of, forecast.day, np.datetime64("NaT", "D"))
    return States(
        said_done,
        status == "in_progress",
        done,
        cancelled,
        paused,
        text_date,
        status_error | (asked & actual.error) | (waiting & forecast.error),
        unusable | (waiting & (forecast.serial > LAST_SERIAL)),
        base,
        np.where(ahead, actual.day, live),
    )


def _serial(day: date) -> int:
    return day.toordinal() - date(1899, 12, 30).toordinal()


def compared_dates(
    project: ParsedProject, states: States, projected: Days, earliest: Days
) -> tuple[Days, npt.NDArray[np.str_]]:
    """对比日期 of every row and its kind: actual, forecast (promised), projected, today or ''.

    A promise that has passed counts as none. One that counts is never before `earliest`, what the
    predecessors leave; a projection never before as_of, and "today" when it is that very day.
    """
    as_of = np.datetime64(project.as_of, "D")
    today = np.full_like(states.base, as_of)
    promised = np.fmax(states.live, np.where(np.isnat(states.live), states.live, earliest))
    pushed = np.where(np.isnat(projected), projected, np.maximum(projected, today))
    actual = project.seen("actual")
    late = (pushed == today) | (np.isnat(pushed) & (as_of > states.base))
    kind = np.select(
        [~states.figures, states.done & actual.number, states.done, ~np.isnat(states.live), late],
        ["", "actual", "", "forecast", "today"],
        "projected",
    )
    kind = np.where((kind == "projected") & np.isnat(pushed), "", kind)
    choices = [actual.day, promised, pushed, today]
    picked = [kind == name for name in ("actual", "forecast", "projected", "today")]
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
    """Baseline, date deadline or the day of a hanging one; and rows where that number is no date."""
    baseline, deadline = project.seen("baseline"), project.seen("deadline")
    base = np.where(baseline.number, baseline.day, np.where(deadline.number, deadline.day, project.due_days))
    return base, (baseline.number | deadline.number) & np.isnat(base)
