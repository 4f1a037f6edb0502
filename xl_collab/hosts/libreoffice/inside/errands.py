"""Doing things where LibreOffice does its own: one at a time, in the thread that owns the windows.

A client's call arrives in a thread of its connection. What it does there to documents goes on beside
painting and other clients, and LibreOffice dies of it now and then: of a font freed while a tab is
painted with it, of a sheet read while another client puts it in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import unohelper
from com.sun.star.awt import XCallback

PATIENCE = 120.0
"""Seconds that a client waits until its operations begin: another's may run, or a dialog be open."""


class Busy(Exception):
    """Raised when LibreOffice did not come to the errand in time; it will not be done any more."""


class Errands:
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

    def do(self, act: Callable[[], Any]) -> Any:
        """What `act` gives, or raises, in the main thread. Raises Busy."""
        if threading.get_ident() == self._main:
            return act()
        if not self._turn.acquire(timeout=PATIENCE):
            raise Busy
        try:
            errand = _Errand(act)
            create = self._context.ServiceManager.createInstanceWithContext
            create("com.sun.star.awt.AsyncCallback", self._context).addCallback(errand, None)
            return errand.outcome()
        finally:
            self._main = errand.thread or self._main
            self._turn.release()


class _Errand(unohelper.Base, XCallback):  # type: ignore[misc]
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
