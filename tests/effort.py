"""How much work something is, so that a test can tell linear from quadratic on any machine, busy or slow.

Processor time of this process alone, counted in yardsticks: a fixed piece of work that is measured right
before, so that a slow machine is slow on both sides. The best of several runs counts: noise only adds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_TIMES = 3


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _yardstick() -> int:
    """Some ten milliseconds of plain Python on a machine of 2023."""
    found: dict[int, int] = {}
    for number in range(100_000):
        found[number % 1000] = number
    return len(found)


def effort(work: Callable[[], object], enough: float) -> float:
    """What `work` costs, in yardsticks; done up to three times, until it costs less than `enough`."""
    best = float("inf")
    for _ in range(_TIMES):
        yard = min(_seconds(_yardstick) for _ in range(5))
        best = min(best, _seconds(work) / yard)
        if best < enough:
            break
    return best
