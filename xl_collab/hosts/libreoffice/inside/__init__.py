"""What runs inside LibreOffice: the operations that the driver asks for, done in the main thread.

Python's standard library and `uno` only, and nothing newer than Python 3.8: this runs in the
interpreter that LibreOffice brings along, which is not the user's, and cannot import xl_collab.
Each operation is a function `(documents, **arguments) -> JSON value`; rows and columns count from 1.

A client's call arrives in a thread of its connection. What it does there to documents goes on beside
painting and other clients, and LibreOffice dies of it now and then: of a font freed while a tab is
painted with it, of a sheet read while another client puts it in. So each is called in the thread that
owns the windows, one at a time.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from typing import Any

import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.lang import XEventListener

from . import cells, documents, holding, sheets
from .documents import OpenDocuments, Refused, plain_reason

OPERATIONS = {**documents.OPERATIONS, **holding.OPERATIONS, **cells.OPERATIONS, **sheets.OPERATIONS}

PATIENCE = 120.0
"""Seconds that a client waits until its operations begin: another's may run, or a dialog be open."""


class Documents(OpenDocuments):
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
            except Exception as error:  # handed to the client, who raises it
                return json.dumps({"failed": "office", "reason": plain_reason(error), "operation": name})
        return json.dumps({"results": results})


class Busy(Exception):
    """Raised when LibreOffice did not come to a call in time; it will not be done any more."""


class MainThread:
    """The way into the main thread; one for the whole office."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._turn = threading.Lock()
        self._main: int | None = None
        self._bridges: list = []

    def unclaimed(self, bridges: list) -> list:
        """Those connections that no client was given yet: the ways by which the newest came."""
        found = [bridge for bridge in bridges if bridge not in self._bridges]
        self._bridges = list(bridges)
        return found

    def call(self, act: Callable[[], Any]) -> Any:
        """What `act` gives, or raises, in the main thread. Raises Busy."""
        if threading.get_ident() == self._main:
            return act()
        if not self._turn.acquire(timeout=PATIENCE):
            raise Busy
        try:
            call = _Call(act)
            create = self._context.ServiceManager.createInstanceWithContext
            create("com.sun.star.awt.AsyncCallback", self._context).addCallback(call, None)
            return call.outcome()
        finally:
            self._main = call.thread or self._main
            self._turn.release()


class _Call(unohelper.Base, XCallback):  # type: ignore[misc]
    """One function for the main thread, begun in time or not at all."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._act = act
        self._claim = threading.Lock()
        self._begun, self._done = threading.Event(), threading.Event()
        self._result: Any = None
        self._error: BaseException | None = None
        self.thread: int | None = None

    def notify(self, data: Any) -> None:
        if not self._claim.acquire(blocking=False):
            return
        self.thread = threading.get_ident()
        self._begun.set()
        try:
            self._result = self._act()
        except BaseException as error:  # raised again where somebody waits for it
            self._error = error
        finally:
            self._done.set()

    def outcome(self) -> Any:
        if not self._begun.wait(PATIENCE) and self._claim.acquire(blocking=False):
            raise Busy
        self._done.wait()
        if self._error is not None:
            raise self._error
        return self._result


class Client:
    """Documents for somebody who calls from another thread, and is cleared up behind when gone."""

    def __init__(self, context: Any, main: MainThread) -> None:
        self._main = main
        self._documents = main.call(lambda: Documents(context))
        self._busy = False
        factory = self._documents.service("com.sun.star.bridge.BridgeFactory")
        for bridge in main.unclaimed(factory.getExistingBridges()):
            bridge.addEventListener(_Farewell(self))

    def answer(self, text: str) -> str:
        """As the documents; refused when LibreOffice is busy with something else for too long."""
        self._busy = True
        try:
            return self._main.call(lambda: self._documents.answer(text))
        except Busy:
            return json.dumps({"failed": "occupied", "reason": "", "operation": ""})
        finally:
            self._busy = False

    def release(self) -> None:
        """The client is gone: what it asked for before is finished, and what it held is let go."""
        if self._busy or self._documents.holds_anything:
            with contextlib.suppress(Busy):
                self._main.call(self._documents.release)


class _Farewell(unohelper.Base, XEventListener):  # type: ignore[misc]
    """Called by the connection when its other end goes away."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def disposing(self, event: Any) -> None:
        self.client.release()
