"""IDispatch both ways: the model's objects as other programs see them, and other programs' objects in VBA.

Only on Windows. Values cross as programs get them from Excel: an empty cell as VT_EMPTY, dates as VT_DATE,
numbers as doubles, an array as a SAFEARRAY of VARIANTs; CVErr as the whole number that pywin32 makes of
VT_ERROR (it cannot send one itself); a failure with Excel's number and its text.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pythoncom
import pywintypes
import winerror
from pyopenvba.exceptions import VBAUnsupportedError
from pyopenvba.interpreter import VBAObject, VBARuntimeError
from pyopenvba.interpreter._objects import MemberSpec
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
from vba_excel import whole
from win32com.server import util
from win32com.server.exception import COMException
from win32com.server.policy import BasicWrapPolicy

_GET, _PUT = (
    pythoncom.DISPATCH_PROPERTYGET,
    pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF,
)
crossings: list[tuple[str, str, float, float]] = []
"""What crossed between programs: who was asked, for what, from when to when (seconds, a clock of its own)."""


@contextmanager
def noted(who: str, what: str) -> Iterator[None]:
    """A line in `crossings`."""
    begin = time.perf_counter()
    try:
        yield
    finally:
        crossings.append((who, what, begin, time.perf_counter()))


_FIRST = 1000
_CLASS_FAILED = -2146828288
"""What COM takes from the number of a CVErr, and of an error of VBA's."""

_names: list[str] = []
_ids: dict[str, int] = {}


def _id_of(name: str) -> int:
    if name.lower() not in _ids:
        _ids[name.lower()] = _FIRST + len(_names)
        _names.append(name)
    return _ids[name.lower()]


class Policy(BasicWrapPolicy):  # type: ignore[misc]
    """One object of the model: any of its members by name, as Excel's late binding gives them."""

    def _wrap_(self, inner: VBAObject) -> None:
        self.inner = self._obj_ = inner

    def _getidsofnames_(self, names: tuple[str, ...], lcid: int) -> tuple[int, ...]:
        if self.inner.vba_member(names[0]) is None:
            raise COMException(scode=winerror.DISP_E_UNKNOWNNAME)
        return (_id_of(names[0]),)

    def _GetTypeInfoCount_(self) -> int:
        return 1

    def _GetTypeInfo_(self, index: int, lcid: int) -> Any:
        return 0, _type_info(type(self.inner))

    def _Invoke_(self, dispid: int, lcid: int, flags: int, given: tuple[Any, ...]) -> tuple[int, int, Any]:
        try:
            return 0, -1, self._asked(dispid, flags, given)
        except _NotThere:
            return winerror.DISP_E_MEMBERNOTFOUND, -1, None
        except (VBARuntimeError, VBAUnsupportedError) as error:
            number = getattr(error, "number", 1004)
            raise COMException(
                scode=_CLASS_FAILED + number, description=str(error), source="Microsoft Excel"
            ) from error

    def _asked(self, dispid: int, flags: int, given: tuple[Any, ...]) -> Any:
        if dispid == pythoncom.DISPID_NEWENUM:
            return util.NewEnum([to_com(one) for one in self.inner.vba_iterate()])
        spec = self._member(dispid)
        with noted("Excel", str(given[0]) if spec.name == "Run" and given else spec.name):
            return self._answered(spec, dispid, flags, given)

    def _answered(self, spec: MemberSpec, dispid: int, flags: int, given: tuple[Any, ...]) -> Any:
        values = [from_com(one) for one in given]
        if flags & _PUT:
            return self.inner.vba_set(spec.name, values[-1], values[:-1])
        if spec.kind == "method" and not spec.varargs:  # Excel takes Null for an argument that is not given
            values = [MISSING if one is NULL else one for one in values]
        while values and values[-1] is MISSING:
            values.pop()
        if dispid == pythoncom.DISPID_VALUE and values and self.inner.vba_member("Item"):
            return to_com(self.inner.vba_get("Item", values))  # cells(1, 2), as Range's default has it
        if spec.kind == "method" or spec.name in ("Item", *self._asks_for()):
            if not flags & pythoncom.DISPATCH_METHOD:
                raise _NotThere  # late binding then calls it
            return to_com(self.inner.vba_get(spec.name, self._kept(spec, values)))
        return to_com(self.inner.vba_get(spec.name, values))

    def _member(self, dispid: int) -> MemberSpec:
        if dispid == pythoncom.DISPID_VALUE:
            found = self.inner.vba_default_member()
        else:
            place = dispid - _FIRST
            found = self.inner.vba_member(_names[place]) if 0 <= place < len(_names) else None
        if found is None:
            raise _NotThere
        return found

    def _asks_for(self) -> tuple[str, ...]:
        """Properties that are asked for a block of cells; that of a table is one."""
        return () if self.inner.vba_type_name == "ListObject" else ("Range",)

    def _kept(self, spec: MemberSpec, values: list[Any]) -> list[Any]:
        """What the model knows of: xlwings opens a workbook with every argument there is."""
        return values if spec.varargs else values[: len(spec.parameters)]


class _NotThere(Exception):
    pass


_OPTIONAL = (pythoncom.VT_VARIANT, pythoncom.PARAMFLAG_FIN | pythoncom.PARAMFLAG_FOPT, None)
_MOST = 16
"""More arguments than Excel's longest method has; the model has fewer."""


@cache
def _type_info(model: type[VBAObject]) -> Any:
    """What programs read of a type library: the name of a class, and the arguments of its methods."""
    name = model.vba_type_name
    library = pythoncom.CreateTypeLib2(pythoncom.SYS_WIN32, str(Path(tempfile.gettempdir(), f"{name}.tlb")))
    made = library.CreateTypeInfo(f"_{name}", pythoncom.TKIND_DISPATCH)
    made.SetGuid(pythoncom.CreateGuid())
    methods = [one for one in model._vba_members.values() if one.kind == "method" and not one.varargs]
    for place, spec in enumerate(methods):
        made.AddFuncDesc(place, _described(spec))
        more = [f"Arg{n}" for n in range(len(spec.parameters), _MOST)]
        made.SetFuncAndParamNames(place, (spec.name, *spec.parameters, *more))
    made.LayOut()
    return made.QueryInterface(pythoncom.IID_ITypeInfo)


def _described(spec: MemberSpec) -> Any:
    found = pythoncom.FUNCDESC()
    found.memid = _id_of(spec.name)
    found.funckind, found.invkind = pythoncom.FUNC_DISPATCH, pythoncom.INVOKE_FUNC
    found.callconv = 4  # CC_STDCALL
    found.args, found.cParamsOpt = [_OPTIONAL] * _MOST, _MOST
    found.rettype = (pythoncom.VT_VARIANT, 0, None)
    return found


def to_com(value: Any) -> Any:
    """As Excel gives it."""
    if value is EMPTY or value is MISSING:
        return pythoncom.Empty
    if value is NULL or value is NOTHING or value is None:
        return None
    if isinstance(value, VBAInt):
        return int(value)
    if isinstance(value, VBADate):
        return pywintypes.Time(value.to_datetime().replace(tzinfo=dt.UTC))
    if isinstance(value, VBAErrorValue):
        return value.number + _CLASS_FAILED
    if isinstance(value, VBAArray):
        return _rows(value, [])
    if isinstance(value, ComObject):
        return value.dispatch
    if isinstance(value, str):
        return value if value.isascii() else whole(value)
    return util.wrap(value, usePolicy=Policy) if isinstance(value, VBAObject) else value


def _rows(array: VBAArray, at: list[int]) -> list[Any]:
    first, last = array.bounds[len(at)]
    if len(at) + 1 == len(array.bounds):
        return [to_com(array.get([*at, i])) for i in range(first, last + 1)]
    return [_rows(array, [*at, i]) for i in range(first, last + 1)]


def from_com(value: Any) -> Any:
    """As VBA gets it."""
    if value is pythoncom.Missing or (type(value) is int and value == winerror.DISP_E_PARAMNOTFOUND):
        return MISSING
    if value is pythoncom.Empty:
        return EMPTY
    if value is None:
        return NULL
    if isinstance(value, pywintypes.TimeType):
        return VBADate.from_datetime(dt.datetime(*value.timetuple()[:6]))
    if type(value).__name__ in ("PyIDispatch", "PyIUnknown"):
        return _object(value)
    if isinstance(value, list | tuple):
        return _array(value)
    return VBAInt(value, "Long") if type(value) is int else value


def _object(value: Any) -> VBAObject:
    """One of ours that comes back is itself."""
    try:
        found: VBAObject = util.unwrap(value)
    except (ValueError, AttributeError, pythoncom.com_error):
        return ComObject(value)
    return found


def _array(rows: Any) -> VBAArray:
    if rows and isinstance(rows[0], list | tuple):
        width = len(rows[0])
        items = [from_com(row[i]) for i in range(width) for row in rows]
        return VBAArray([(0, len(rows) - 1), (0, width - 1)], items=items)
    return VBAArray([(0, len(rows) - 1)], items=[from_com(one) for one in rows])


class ComObject(VBAObject):
    """Another program's object, late bound as VBA's `As Object` is."""

    def __init__(self, dispatch: Any, owner: str = "Python") -> None:
        self.dispatch = dispatch.QueryInterface(pythoncom.IID_IDispatch)
        self._owner = owner

    @classmethod
    def created(cls, name: str) -> ComObject:
        """As CreateObject makes it."""
        try:
            clsid = pywintypes.IID(name)
            asked = (clsid, None, pythoncom.CLSCTX_ALL, pythoncom.IID_IDispatch)
            return cls(pythoncom.CoCreateInstance(*asked), name)
        except pythoncom.com_error as error:
            raise VBARuntimeError(429, "ActiveX component can't create object") from error

    def vba_member(self, name: str) -> MemberSpec | None:
        return super().vba_member(name) or MemberSpec(name, "method", varargs=True)

    def vba_get(self, name: str, args: Any = (), named: Any = None) -> object:
        if super().vba_member(name) is not None:
            return super().vba_get(name, args, named)
        assert not named, "late-bound calls of ours name no arguments"
        return self._invoked(name, _GET | pythoncom.DISPATCH_METHOD, args)

    def vba_set(self, name: str, value: object, args: Any = (), named: Any = None, **how: Any) -> None:
        self._invoked(name, pythoncom.DISPATCH_PROPERTYPUT, [*args, value])

    def _invoked(self, name: str, flags: int, args: Any) -> object:
        try:
            number = self.dispatch.GetIDsOfNames(name)
            with noted(self._owner, name):
                found = from_com(self.dispatch.Invoke(number, 0, flags, True, *map(to_com, args)))
        except pythoncom.com_error as error:
            told = error.excepinfo[2] if error.excepinfo else error.strerror
            raise VBARuntimeError(error.hresult, str(told)) from error
        if isinstance(found, ComObject):
            found._owner = self._owner
        return found
