"""What runs inside LibreOffice: operations on documents, sheets, blocks of cells, tables and names.

Python's standard library and `uno` only, and nothing newer than Python 3.8: this runs in the
interpreter that LibreOffice brings along, which is not the user's, and cannot import xl_collab.
Each operation is a function `(desk, **arguments) -> JSON value`; rows and columns count from 1.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from . import blocks, books, filters, host, links, looks, names, places, sheets, tables
from .desk import Desk as _Desk
from .desk import Refused, plain_reason

OPERATIONS = {
    name: function
    for module in (books, sheets, blocks, places, looks, tables, filters, names, links, host)
    for name, function in module.OPERATIONS.items()
}

PATIENCE = 120.0
"""Seconds that one client waits for another's operations to end."""


class Desk(_Desk):
    """One client's view of the office.

    `turn` is the office's: clients do not interleave. LibreOffice dies of one thread reading what
    another is putting in, and what a client asked for before it died is finished before the next.
    Worksheet functions have no turn to wait for: LibreOffice's main thread, which calls them, holds
    what every other thread needs to go on.
    """

    def __init__(self, context: Any, turn: Any = None) -> None:
        super().__init__(context)
        self.turn = turn or threading.Lock()

    def answer(self, text: str) -> str:
        """Do the operations in `text` in order; the first that fails ends it. JSON in, JSON out."""
        if not self.turn.acquire(timeout=PATIENCE):
            return json.dumps({"failed": "occupied", "reason": "", "operation": ""})
        try:
            return self._done(json.loads(text), [])
        finally:
            self.end_steps()
            self.turn.release()

    def release(self) -> None:
        with self.turn:
            super().release()

    def _done(self, operations: list, results: list) -> str:
        for name, arguments in operations:
            try:
                results.append(OPERATIONS[name](self, **arguments))
            except Refused as refused:
                return json.dumps({"failed": refused.kind, "reason": refused.reason, "operation": name})
            except Exception as error:  # told to the client, who raises it
                return json.dumps({"failed": "office", "reason": plain_reason(error), "operation": name})
        return json.dumps({"results": results})
