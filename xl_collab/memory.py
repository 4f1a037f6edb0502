"""Freeing what a step of a long loop leaves behind: the command line runs without Python's cycle collector.

A workbook that was drawn or read refers to itself all over, so nothing of it goes away by itself. What may
not enter: anything about workbooks.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def one_by_one(items: Iterable[T]) -> Iterator[T]:
    """The same items; what the work on one left in cycles is freed before the next one comes.

    Where the collector runs by itself nothing is done. What was there before the first item is not looked
    through: each round costs no more than what the rounds made.
    """
    if gc.isenabled():
        yield from items
        return
    gc.freeze()
    try:
        for item in items:
            yield item
            del item
            gc.collect()
    finally:
        gc.unfreeze()
