"""The one way to LibreOffice: every operation passes here, is counted here, and may wait here.

A call is one crossing of the process border, whatever it carries. `batch` lets writes wait and
sends them together; a read in between sends what is waiting first, so order is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from xl_collab.hosts.libreoffice.unsupported import refusal


class Wire(Protocol):
    """A connection to the agent inside LibreOffice: in this process, or through the bridge process."""

    def send(self, text: str) -> str:
        """JSON operations there, JSON results back; OfficeGone when nobody answers."""

    def close(self) -> None:
        """Let go of the connection; the office stays."""


class Measured:
    """Calls made since the measuring began, by what they carried."""

    def __init__(self) -> None:
        self.carried: list[tuple[str, ...]] = []

    @property
    def count(self) -> int:
        """How often the process border was crossed."""
        return len(self.carried)


class Calls:
    """Sends operations over a wire; `ask` waits for the answer, `tell` may be held back by a batch."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.total = 0
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._step: tuple[str, str] | None = None
        self._measuring: list[Measured] = []

    def ask(self, operation: str, **arguments: Any) -> Any:
        """The operation's result, after everything that was held back."""
        return self.ask_many([(operation, arguments)])[0]

    def ask_many(self, operations: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        """The results of several operations, in one call."""
        return self._send([*self._taken(), *operations])[-len(operations) :]

    def tell(self, operation: str, **arguments: Any) -> None:
        """Do it now, or with the rest of the batch."""
        self._waiting.append((operation, arguments))
        if self._step is None:
            self.flush()

    def flush(self) -> None:
        """Send what is waiting, as one call."""
        waiting = self._taken()
        if waiting:
            self._send(waiting)

    @contextmanager
    def batch(self, book: str, title: str) -> Iterator[None]:
        """Hold writes back until the end, then send them as one undo step of `book`.

        After an error inside, what still waits is dropped. A batch within a batch joins the outer one.
        """
        if self._step is not None:
            yield
            return
        self._step = book, title
        try:
            yield
            self.flush()
        finally:
            self._waiting.clear()
            self._step = None

    @contextmanager
    def measured(self) -> Iterator[Measured]:
        """Count the calls made within."""
        found = Measured()
        self._measuring.append(found)
        try:
            yield found
        finally:
            self._measuring.remove(found)

    def _taken(self) -> list[tuple[str, dict[str, Any]]]:
        """What waits, within the undo step it belongs to; begun and finished in one call."""
        waiting, self._waiting = self._waiting, []
        if self._step is None or not waiting:
            return waiting
        book, title = self._step
        return [("begin", {"book": book, "title": title}), *waiting, ("finish", {"book": book})]

    def _send(self, operations: list[tuple[str, dict[str, Any]]]) -> list[Any]:
        self.total += 1
        for measuring in self._measuring:
            measuring.carried.append(tuple(name for name, _ in operations))
        answer = json.loads(self.wire.send(json.dumps(operations)))
        if "results" not in answer:
            raise refusal(answer["failed"], answer["reason"], answer["operation"])
        return list(answer["results"])
