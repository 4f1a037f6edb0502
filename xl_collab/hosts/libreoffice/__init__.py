"""LibreOffice Calc as an xlwings engine, over UNO: `libreoffice.register()`, then xlwings as usual.

    import xlwings as xw
    from xl_collab.hosts import libreoffice

    libreoffice.register()
    with xw.App(visible=False) as app:
        book = app.books.open("plan.xlsx")
        book.sheets[0]["A1"].value = [["任务", "完成"], ["需求调研", True]]
        book.save()

It needs no licence and nothing of `xlwings.pro`. What it does not do raises
NotSupportedByLibreOffice with the name of the call. An office started here ends with the script.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import xlwings as xw

from xl_collab.hosts.libreoffice import values
from xl_collab.hosts.libreoffice.bridge import Transport
from xl_collab.hosts.libreoffice.calls import Measured
from xl_collab.hosts.libreoffice.engine import Engine
from xl_collab.hosts.libreoffice.unsupported import (
    NoLibreOffice,
    NotSupportedByLibreOffice,
    OfficeGone,
    OfficeRefused,
    SheetProtected,
)

__all__ = [
    "NoLibreOffice",
    "NotSupportedByLibreOffice",
    "OfficeGone",
    "OfficeRefused",
    "SheetProtected",
    "attach",
    "batch",
    "measured",
    "read_many",
    "register",
    "set_caller",
]


def register(transport: Transport = "auto", activate: bool = True) -> xw.main.Engine:
    """Add the engine "libreoffice" to xlwings, once, and make it the active one.

    transport: "direct" loads `uno` into this process, "bridge" uses a process of the system's
    Python, "auto" tries the first, then the second.
    """
    known = [engine for engine in xw.engines if engine.name == Engine.name]
    engine = known[0] if known else xw.main.Engine(impl=Engine(transport))
    if not known:
        xw.engines.add(engine)
    engine.impl.transport = transport
    if activate:
        engine.activate()
    return engine


def attach(address: str) -> xw.App:
    """The office that runs already and listens at `address`, such as "pipe,name=collab".

    It was started with soffice --accept="pipe,name=collab;urp;". `quit` only lets go of it.
    """
    return register(activate=False).apps.add(spec=address, visible=None)


def set_caller(app: xw.App, fullname: str) -> xw.Book:
    """Make `xw.Book.caller()` give the open workbook of that name or path."""
    book = app.books[fullname]
    book.set_mock_caller()
    return book


@contextmanager
def batch(book: xw.Book, title: str) -> Iterator[None]:
    """Send the writes within as one call and one undo step named `title`, with the window kept still.

    Writes raise at the end, not where they stand; the first that fails ends the batch, and what was
    done before it is one undo step (`book.impl.undo()`). A read in between sends what is waiting
    first, as a step of its own.
    """
    with book.impl.calls.batch(book.impl.uid, title):
        yield


def read_many(ranges: Sequence[xw.Range], err_to_str: bool = False) -> list[list[list[Any]]]:
    """Values of several blocks of one office as rows, in one call."""
    if not ranges:
        return []
    calls = ranges[0].impl.calls
    told = calls.ask_many([("values", {"at": cells.impl.at}) for cells in ranges])
    raw = [values.from_office(one) for one in told]
    return [values.cleaned(rows, dt.datetime, None, None, err_to_str) for rows in raw]


@contextmanager
def measured(app: xw.App) -> Iterator[Measured]:
    """Count the calls to the office made within: `with measured(app) as calls: …; calls.count`."""
    with app.impl.calls.measured() as found:
        yield found
