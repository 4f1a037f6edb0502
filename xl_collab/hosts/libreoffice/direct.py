"""Talking to LibreOffice with `uno` in this very process. Standard library and `uno` only.

Used by the user's Python where it can load `uno`, and by the bridge process where it cannot.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import ModuleType
from typing import Any

AGENT = Path(__file__).parent / "inside" / "agent.py"
NAME = "xl_collab.libreoffice.Agent"
PAUSE = 0.03


class Gone(Exception):
    """Raised when the office does not answer any more."""


class Direct:
    """The agent inside the office that listens at `address` ("pipe,name=…" or "socket,host=…,port=…")."""

    def __init__(self, uno: ModuleType, address: str, seconds: float) -> None:
        self.uno = uno
        context = _context(uno, address, seconds)
        loader = context.ServiceManager.createInstanceWithContext("com.sun.star.loader.Python", context)
        if loader is None:
            raise Gone("this LibreOffice has no Python: install its Python support (python3-uno)")
        factory = loader.activate(NAME, "", uno.systemPathToFileUrl(str(AGENT)), None)
        self.agent = factory.createInstanceWithContext(context)

    def send(self, text: str) -> str:
        argument = self.uno.createUnoStruct("com.sun.star.beans.NamedValue")
        argument.Name, argument.Value = "operations", text
        try:
            return str(self.agent.execute((argument,)))
        except Exception as error:  # pyuno raises UNO's exceptions; operations answer instead of raising
            raise Gone(f"{type(error).__name__.rpartition('.')[2]} {error}".strip()) from error

    def close(self) -> None:
        self.agent = None


def _context(uno: ModuleType, address: str, seconds: float) -> Any:
    """The office's component context; waits until the office listens."""
    local = uno.getComponentContext()
    service = "com.sun.star.bridge.UnoUrlResolver"
    resolver = local.ServiceManager.createInstanceWithContext(service, local)
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:{address};urp;StarOffice.ComponentContext")
        except Exception as error:
            if time.monotonic() >= end:
                raise Gone(f"no LibreOffice answers at {address}: {type(error).__name__}") from error
        time.sleep(PAUSE)
