"""xlwings' own Windows engine over a model of Excel, with every crossing of the COM boundary counted.

xlwings' code for Windows runs unchanged; what it imports of Windows stands here as far as it is used. Behind
each COM proxy is pyOpenVBA's model of Excel, which also runs our VBA. It is a model: CONTRIBUTING.md lists
what only Excel can show. What the model lacks and we use is added in excel_model.py.
"""

from __future__ import annotations

import ctypes
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlwings as xw
from excel_model import recalculated
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel._tables import ListObject
from pyopenvba.interpreter import VBAObject, VBARuntimeError
from pyopenvba.interpreter._values import (
    EMPTY,
    MISSING,
    NOTHING,
    NULL,
    VBAArray,
    VBADate,
    VBAErrorValue,
    VBAInt,
)

from tools.build.vba import own_modules
from xl_collab.hosts.live.macro_driver import ADDIN


class com_error(Exception):  # noqa: N801 - pywin32's name
    """(hresult, text, excepinfo, argument)."""

    @property
    def hresult(self) -> int:
        return int(self.args[0])


def _failed(reason: object) -> com_error:
    about = (0, "Microsoft Excel", str(reason), None, 0, -2146827284)
    return com_error(-2147352567, "Exception occurred.", about, None)


REJECTED = com_error(-2147418111, "Call was rejected by callee.", None, None)


class Boundary:
    """What crosses: counted, in order, by what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.macros_in: set[str] = set()
        """Names of the open workbooks whose macros run."""
        self.busy = False

    def cross(self, what: str) -> None:
        self.asked.append(what)
        if self.busy:
            raise REJECTED

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """What crosses within."""
        found: list[str] = []
        start = len(self.asked)
        try:
            yield found
        finally:
            found += self.asked[start:]


class Proxy:
    """A COM object as pywin32 hands it out: every attribute and every call crosses."""

    def __init__(self, inner: VBAObject, boundary: Boundary, called: Any = None) -> None:
        object.__setattr__(self, "_inner_", inner)
        object.__setattr__(self, "_boundary_", boundary)
        object.__setattr__(self, "_called_", called or self._item)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        inner, boundary = self._inner_, self._boundary_
        boundary.cross(name)
        spec = inner.vba_member(name)
        if spec is None:
            raise AttributeError(name)
        called = name == "Item" or (name == "Range" and not isinstance(inner, _HAVE_RANGES))
        if spec.kind == "method" or called:
            return _Method(self, name)
        found = _tried(lambda: inner.vba_get(name))
        if spec.parameters and isinstance(found, VBAObject):
            return Proxy(found, boundary, lambda given: inner.vba_get(name, given))
        return from_vba(found, boundary)

    def __setattr__(self, name: str, value: object) -> None:
        self._boundary_.cross(f"{name} =")
        _tried(lambda: self._inner_.vba_set(name, to_vba(value)))

    def __call__(self, *arguments: object) -> Any:
        self._boundary_.cross("()")
        given = [to_vba(one) for one in arguments]
        return from_vba(_tried(lambda: self._called_(given)), self._boundary_)

    def _item(self, given: list[Any]) -> Any:
        return self._inner_.vba_get("Item", given)

    def __iter__(self) -> Iterator[Any]:
        for one in self._inner_.vba_iterate():
            self._boundary_.cross("next")
            yield from_vba(one, self._boundary_)


_HAVE_RANGES = (ListObject,)
"""Objects whose Range is a block of cells; that of others is asked for one."""


class _Method:
    def __init__(self, owner: Proxy, name: str) -> None:
        self._owner, self._name = owner, name

    def __call__(self, *arguments: object, **named: object) -> Any:
        boundary = self._owner._boundary_
        boundary.cross(f"{self._name}()")
        kept = arguments[:3] if self._name == "Open" else arguments  # xlwings sends every argument there is
        given = [MISSING if one is None and self._name != "Run" else to_vba(one) for one in kept]
        words = {key: to_vba(one) for key, one in named.items() if one is not None}
        if self._name == "Run":
            given[0] = _macro(str(given[0]), boundary)
        return from_vba(_tried(lambda: self._owner._inner_.vba_get(self._name, given, words)), boundary)


def _macro(name: str, boundary: Boundary) -> str:
    book, _, macro = name.rpartition("!")
    if book.strip("'").replace("''", "'") not in boundary.macros_in:
        raise _failed(f"Cannot run the macro '{name}'. The macro may not be available, or all are disabled.")
    return macro


def _tried(ask: Any) -> Any:
    try:
        return ask()
    except VBARuntimeError as error:
        raise _failed(error) from error


def from_vba(value: object, boundary: Boundary) -> Any:
    """As pywin32 gives it: dates with a time zone, errors as numbers, arrays as tuples."""
    if value is EMPTY or value is NULL or value is NOTHING or value is MISSING:
        return None
    if isinstance(value, VBAInt):
        return int(value)
    if isinstance(value, VBADate):
        return value.to_datetime().replace(tzinfo=UTC)
    if isinstance(value, VBAErrorValue):
        return value.number - 2146828288
    if isinstance(value, VBAArray):
        return _rows(value, [], boundary)
    return Proxy(value, boundary) if isinstance(value, VBAObject) else value


def _rows(array: VBAArray, at: list[int], boundary: Boundary) -> tuple[Any, ...]:
    first, last = array.bounds[len(at)]
    if len(at) + 1 == len(array.bounds):
        return tuple(from_vba(array.get([*at, i]), boundary) for i in range(first, last + 1))
    return tuple(_rows(array, [*at, i], boundary) for i in range(first, last + 1))


def to_vba(value: Any) -> Any:
    """As pywin32 sends it: None as Null, sequences as arrays from 0."""
    value = getattr(value, "_inner", value)
    if isinstance(value, Proxy):
        return value._inner_
    if value is None:
        return NULL
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return VBADate.from_datetime(moment.replace(tzinfo=None))
    if isinstance(value, list | tuple):
        return _array(value)
    return VBAInt(value, "Long") if type(value) is int else value


def _array(rows: Any) -> VBAArray:
    if rows and isinstance(rows[0], list | tuple):
        width = len(rows[0])
        assert all(len(row) == width for row in rows), "pywin32 takes no ragged arrays"
        items = [to_vba(row[i]) for i in range(width) for row in rows]
        return VBAArray([(0, len(rows) - 1), (0, width - 1)], items=items)
    assert not any(isinstance(one, list | tuple) for one in rows), "an array of scalars only"
    return VBAArray([(0, len(rows) - 1)], items=[to_vba(one) for one in rows])


# -- what xlwings imports of Windows ---------------------------------------------------------------------


def _windows() -> dict[str, types.ModuleType]:
    """The modules of pywin32, as far as xlwings asks them."""
    nothing = type("Nothing", (), {})
    found: dict[str, dict[str, Any]] = {
        "pywintypes": {"com_error": com_error, "TimeType": datetime, "error": OSError, "IID": str},
        "pythoncom": {"com_error": com_error, "ole_error": com_error, "CoInitialize": lambda: None},
        "win32api": {},
        "win32con": {},
        "win32gui": {"FindWindowEx": lambda *asked: 0},
        "win32process": {"GetWindowThreadProcessId": lambda hwnd: (1, 4711)},
        "win32timezone": {"TimeZoneInfo": type("TimeZoneInfo", (), {"utc": staticmethod(lambda: UTC)})},
        "win32com": {"__path__": []},
        "win32com.client": {
            **dict.fromkeys(("CoClassBaseClass", "DispatchBaseClass"), nothing),
            **dict.fromkeys(("Dispatch", "DispatchEx"), None),
            "CDispatch": Proxy,
        },
    }
    found["pythoncom"]["__file__"] = "pythoncom"
    made = {}
    for name, members in found.items():
        made[name] = types.ModuleType(name)
        made[name].__dict__.update(members)
    made["win32com"].client = made["win32com.client"]  # type: ignore[attr-defined]
    made["xlwings._win32patch"] = types.ModuleType("xlwings._win32patch")
    made["xlwings._win32patch"].CoClassBaseClass = nothing  # type: ignore[attr-defined]
    return made


class _Library:
    """A DLL any of whose functions does nothing."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Library(name)

    def __call__(self, *arguments: object) -> int:
        return 0


@cache
def windows_engine() -> Any:
    """xlwings' module for Windows, imported over the stand-ins; nothing of them stays behind."""
    kept = {name: sys.modules.get(name) for name in _windows()}
    dlls = {"oledll": _Library(), "windll": _Library(), "PyDLL": _Library}
    before = {name: ctypes.__dict__.get(name) for name in dlls}
    sys.modules.update(_windows())
    ctypes.__dict__.update(dlls)
    try:
        import xlwings._xlwindows as engine

        engine.WindowsError = OSError
    finally:
        for name, module in kept.items():
            sys.modules.pop(name) if module is None else sys.modules.update({name: module})
        for name, value in before.items():
            ctypes.__dict__.pop(name) if value is None else ctypes.__dict__.update({name: value})
    return engine


class ComExcel:
    """A modelled Excel that xlwings drives over counted COM; `source` is our VBA, where it is not ours."""

    def __init__(self, source: str = "") -> None:
        self.boundary = Boundary()
        self.excel = ExcelApplication()
        self.excel.add_module(source or own_modules()["CollabDesk"], name="CollabDesk")
        engine = windows_engine()
        root = engine.COMRetryObjectWrapper(Proxy(self.excel.application, self.boundary))
        self.app = xw.App(impl=engine.App(xl=root))
        self.engine = engine

    def load_addin(self) -> None:
        """Our personal add-in; Excel answers to its name although it shows no such workbook."""
        self.excel.add_workbook().name = ADDIN
        self.boundary.macros_in.add(ADDIN)

    def open(self, path: Path, *, macros: bool = True) -> xw.Book:
        """Open a workbook; its own macros run, or are blocked."""
        opened = self.excel.open_workbook(path)
        recalculated(opened)
        if macros:
            self.boundary.macros_in.add(opened.name)
        xl = self.engine.COMRetryObjectWrapper(Proxy(opened, self.boundary))
        return xw.Book(impl=self.engine.Book(xl=xl))
