"""What runs inside LibreOffice: operations on documents, sheets, blocks of cells, tables and names.

Python's standard library and `uno` only, and nothing newer than Python 3.8: this runs in the
interpreter that LibreOffice brings along, which is not the user's, and cannot import xl_collab.
Each operation is a function `(desk, **arguments) -> JSON value`; rows and columns count from 1.
"""

from __future__ import annotations

import json

from . import blocks, books, filters, host, links, looks, names, places, sheets, tables
from .desk import Desk as _Desk
from .desk import Refused, plain_reason

OPERATIONS = {
    name: function
    for module in (books, sheets, blocks, places, looks, tables, filters, names, links, host)
    for name, function in module.OPERATIONS.items()
}


class Desk(_Desk):
    """One client's view of the office."""

    busy = False
    orphaned = False

    def answer(self, text: str) -> str:
        """Do the operations in `text` in order; the first that fails ends it. JSON in, JSON out."""
        results: list = []
        self.busy = True
        try:
            return self._done(json.loads(text), results)
        finally:
            self.end_steps()
            self.busy = False
            if self.orphaned:
                self.release()

    def release(self) -> None:
        """Not while operations run in another thread: what a client asked for before it died is finished."""
        if self.busy:
            self.orphaned = True
        else:
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
