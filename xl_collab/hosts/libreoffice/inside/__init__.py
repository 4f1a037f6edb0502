"""What runs inside LibreOffice: operations on documents, sheets, blocks of cells, tables and names.

Python's standard library and `uno` only, and nothing newer than Python 3.8: this runs in the
interpreter that LibreOffice brings along, which is not the user's, and cannot import xl_collab.
Each operation is a function `(desk, **arguments) -> JSON value`; rows and columns count from 1.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import unohelper
from com.sun.star.lang import XEventListener

from . import blocks, books, drawn, filters, host, links, looks, names, places, sheets, tables
from .desk import Desk as _Desk
from .desk import Refused, plain_reason
from .errands import Busy, Errands

__all__ = ["OPERATIONS", "Busy", "Client", "Desk", "Errands"]

OPERATIONS = {
    name: function
    for module in (books, sheets, blocks, places, looks, tables, filters, names, links, host, drawn)
    for name, function in module.OPERATIONS.items()
}


class Desk(_Desk):
    """One client's view of the office; it works in the main thread."""

    def answer(self, text: str) -> str:
        """Do the operations in `text` in order; the first that fails ends it. JSON in, JSON out."""
        try:
            return self._done(json.loads(text), [])
        finally:
            self.end_steps()

    def _done(self, operations: list, results: list) -> str:
        for name, arguments in operations:
            try:
                results.append(OPERATIONS[name](self, **arguments))
            except Refused as refused:
                return json.dumps({"failed": refused.kind, "reason": refused.reason, "operation": name})
            except Exception as error:  # told to the client, who raises it
                return json.dumps({"failed": "office", "reason": plain_reason(error), "operation": name})
        return json.dumps({"results": results})


class Client:
    """A desk for somebody who calls from another thread, and is cleared up behind when gone."""

    def __init__(self, context: Any, errands: Errands) -> None:
        self._errands = errands
        self._desk = errands.do(lambda: Desk(context))
        self._busy = False
        factory = self._desk.service("com.sun.star.bridge.BridgeFactory")
        for bridge in errands.unclaimed(factory.getExistingBridges()):
            bridge.addEventListener(Farewell(self))

    def answer(self, text: str) -> str:
        """As the desk; refused when LibreOffice is busy with something else for too long."""
        self._busy = True
        try:
            return self._errands.do(lambda: self._desk.answer(text))
        except Busy:
            return json.dumps({"failed": "occupied", "reason": "", "operation": ""})
        finally:
            self._busy = False

    def release(self) -> None:
        """The client is gone: what it asked for before is finished, and what it held is let go."""
        if self._busy or self._desk.holds_anything:
            with contextlib.suppress(Busy):
                self._errands.do(self._desk.release)


class Farewell(unohelper.Base, XEventListener):  # type: ignore[misc]
    """Told by the connection when its other end goes away."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def disposing(self, event: Any) -> None:
        self.client.release()
