"""Which of two words of a department was said later, as far as clocks and sendings tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from xl_collab.merge.history import Claim, Clock
from xl_collab.merge.reading import Reading
from xl_collab.merge.result import Reply

_SECOND = timedelta(seconds=1)


def clocks_of(reply: Reply, sent: datetime, collected: datetime) -> tuple[Clock, ...]:
    """A reply's times, each with whether it lies between sending and collecting (to the second)."""
    return tuple(
        (clock, at, sent - _SECOND < at < collected + _SECOND) for clock, at in reply.stamps if clock
    )


def order(one: Claim, other: Claim) -> int:
    """-1: `other` was said after `one`; 1: before it; 0: not certain."""
    number, clock = _sign(one.number - other.number), by_clock(one.clocks, other.clocks)
    if number:
        return 0 if clock == -number else number
    return clock


def by_clock(one: Sequence[Clock], other: Sequence[Clock]) -> int:
    """The same of two files, by a clock that gave both their times."""
    times = {name: (at, inside) for name, at, inside in other}
    for name, at, inside in one:
        if name in times and times[name][1] == inside:
            return _sign((at - times[name][0]).total_seconds())
    return 0


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def in_order(readings: Iterable[Reading], collected: datetime) -> list[Reading]:
    """Replies in the order in which they are weighed, which does not depend on how they came.

    A time that lies outside sending and collecting comes last, so that it decides nothing.
    """

    def rank(reading: Reading) -> tuple[object, ...]:
        clocks, who = clocks_of(reading.reply, reading.base.at, collected), reading.reply.who
        first = (not clocks[0][2], clocks[0][1].isoformat(), clocks[0][0]) if clocks else (True, "", "")
        return (reading.base.number, *first, who.token, who.sha256)

    return sorted(readings, key=rank)
