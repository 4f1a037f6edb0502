"""What long loops keep and what they free: the command line runs without Python's cycle collector.

A workbook that was drawn or read refers to itself all over, so nothing of it goes away by itself. What may
not enter: anything about workbooks.
"""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Remembered(Generic[K, T]):
    """The last used few of many things that were worked out, each by all that it was worked out from."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[K, T] = OrderedDict()

    def get(self, key: K) -> T | None:
        """What was put last under an equal key; None when it is forgotten."""
        found = self._found.get(key)
        if found is not None:
            self._found.move_to_end(key)
        return found

    def put(self, key: K, value: T) -> None:
        """Remember it, and forget the one that was not asked for the longest."""
        self._found[key] = value
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)


def one_by_one(items: Iterable[T], *, every: int = 1) -> Iterator[T]:
    """The same items; what the work on some of them left in cycles is freed before the next one comes.

    every  after how many items: 1 where each leaves much, more where few leave any

    Where the collector runs by itself nothing is done. What is there after the first collection, such as what
    the first item had worked out for all of them, is not looked through again: it would be in every round.
    """
    if gc.isenabled():
        yield from items
        return
    gc.freeze()
    try:
        for number, item in enumerate(items, start=1):
            yield item
            del item
            if number % every == 0:
                gc.collect()
            if number == every:
                gc.freeze()
    finally:
        gc.unfreeze()
