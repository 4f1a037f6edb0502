"""One cell never ends a command: an error that nobody foresaw becomes a result that says so.

Readers of cells (deadlines, departments, IDs, notes …) answer bad data with a result of their own. What
is left is a mistake in the reader itself; `guarded` turns it into the reader's "not read", for which
`validate` has a finding, and leaves its traceback in the log. No rule about data may enter.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from xl_collab.log import log

_SHOWN = 200
"""Characters of the cell that stand in the log."""

P = ParamSpec("P")
R = TypeVar("R")


class NotRead(tuple[Any, ...]):
    """What was found in a cell whose reading failed: nothing, but not because nothing is there."""

    __slots__ = ()


def failed(found: tuple[Any, ...]) -> bool:
    """Whether a reader that finds several things failed, rather than found none."""
    return isinstance(found, NotRead)


def guarded(instead: Callable[[Any], Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A reader that never raises: where it would, `instead` makes the result, from the cell's content.

    The content is the reader's first argument. Memory that has run out is no matter of one cell and is
    not held back.
    """

    def guard(read: Callable[P, R]) -> Callable[P, R]:
        @wraps(read)
        def reading(*args: P.args, **options: P.kwargs) -> R:
            try:
                return read(*args, **options)
            except MemoryError:
                raise
            except Exception:
                content = next(iter((*args, *options.values())), None)
                _note(read.__qualname__, content)
                instead_of_it: R = instead(content)
                return instead_of_it

        return reading

    return guard


def _note(reader: str, content: object) -> None:
    with suppress(Exception):  # a log that cannot be written is no reason to stop either
        log().exception("%s could not read %.*r", reader, _SHOWN, content)
