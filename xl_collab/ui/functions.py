"""The worksheet functions as Excel sees them: xlwings user defined functions, one line each.

The VBA wrapper that calls them is generated from here (tools/build/udfs.py); names, help and rules come from
the declaration. Outside Windows the decorators do nothing, so that this file imports everywhere.
"""

# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False, disallow-untyped-decorators=False
from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import xlwings as xw

from xl_collab.errors import XlCollabError
from xl_collab.functions.arguments import Wrong
from xl_collab.functions.declared import CATEGORY, function
from xl_collab.functions.rules import Around
from xl_collab.plan.project import Project
from xl_collab.ui.function_server import call
from xl_collab.ui.setup.installed import spoken

F = TypeVar("F", bound=Callable[..., Any])
FRESH = 2.0
"""Seconds for which a workbook that was read is not read again: one recalculation asks many times."""
_known: dict[str, tuple[float, Around]] = {}


def _declared(python: F) -> F:
    """xlwings' decorators, with category and help from the declaration."""
    declared = function(python.__name__)
    python.__doc__ = declared.help.of(spoken())
    for argument in reversed(declared.arguments):
        told = f"{argument.label.of(spoken())}: {argument.help.of(spoken())}"
        python = xw.arg(argument.name, doc=told, ndim=2)(python)
    wrapped: F = xw.func(category=CATEGORY, call_in_wizard=False)(python)
    return wrapped


def _call(name: str, given: Sequence[object], caller: Any) -> list[list[object]]:
    rows = call(name, given, _around(caller))
    return [[excel_cell(value) for value in row] for row in rows]


def excel_cell(value: object) -> object:
    """A result as it goes to VBA; tools/build/udfs.py makes error values there out of texts like "#N/A"."""
    if isinstance(value, Wrong):
        return value.code
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value


def _around(caller: Any) -> Around:
    """The workbook of the calling cell, read once for all the calls of one recalculation."""
    if caller is None:
        return Around(dt.date.today(), lang=spoken())
    book = caller.sheet.book
    now = time.monotonic()
    known = _known.get(book.name)
    if known is not None and now - known[0] < FRESH:
        return known[1]
    around = _read(book)
    _known[book.name] = time.monotonic(), around
    return around


def _read(book: Any) -> Around:
    from xl_collab.hosts.live.host import LiveHost

    today = dt.date.today()
    try:
        found = LiveHost(book).read()
    except XlCollabError:  # no tracker, or Excel is busy: days are counted by the shipped calendar
        return Around(today, lang=spoken())
    project = Project(found, Project.resolve_as_of(found, today))
    return Around(today, project, project.lang)


@_declared
def COLLAB_WORKDAYS(start, finish, caller=None):
    return _call("workdays", [start, finish], caller)


@_declared
def COLLAB_ADDWORKDAYS(day, days, caller=None):
    return _call("addworkdays", [day, days], caller)


@_declared
def COLLAB_ISWORKDAY(day, caller=None):
    return _call("isworkday", [day], caller)


@_declared
def COLLAB_NEXTDUE(deadline, after=None, caller=None):
    return _call("nextdue", [deadline, after], caller)


@_declared
def COLLAB_VARIANCE(baseline, compared=None, caller=None):
    return _call("variance", [baseline, compared], caller)


@_declared
def COLLAB_RAG(baseline, forecast=None, actual=None, status=None, lead_days=None, caller=None):
    return _call("rag", [baseline, forecast, actual, status, lead_days], caller)


@_declared
def COLLAB_REASON(baseline, forecast=None, actual=None, status=None, lead_days=None, caller=None):
    return _call("reason", [baseline, forecast, actual, status, lead_days], caller)


@_declared
def COLLAB_EXPLAIN(start, finish=None, caller=None):
    return _call("explain", [start, finish], caller)


@_declared
def COLLAB_RISKS(watch=None, rows=None, caller=None):
    return _call("risks", [watch, rows], caller)


@_declared
def COLLAB_OVERDUE(watch=None, rows=None, caller=None):
    return _call("overdue", [watch, rows], caller)


@_declared
def COLLAB_BYDEPT(department, watch=None, rows=None, caller=None):
    return _call("bydept", [department, watch, rows], caller)
