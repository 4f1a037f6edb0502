"""An Excel that we can have: pyOpenVBA's model as a COM server, which runs the VBA of the workbooks it opens.

    python -c "import excel_server; excel_server.serve('{class id}')"    # says "ready", serves until Quit

As Excel does, it loads the add-ins of %APPDATA%\\Microsoft\\Excel\\XLSTART. xlwings' VBA runs as it stands in
the workbook, and its DLL is the real one: it starts Python, which comes back into this process over COM. Only
what a person sees and presses stands here: `Application.Desk` clicks a control of the ribbon, says what was
shown, and holds the answers to dialogs. Nothing is registered with Windows: a real Excel is not disturbed.
"""

from __future__ import annotations

import ctypes
import os
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pythoncom
import pywintypes
import vba_excel
import win32api
import win32con
from com_objects import ComObject, Policy, crossings, from_com, noted
from excel_model import recalculated
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel._model import Application, Workbook, Workbooks
from pyopenvba.interpreter import VBAObject, VBARuntimeError, member, method
from pyopenvba.interpreter._values import MISSING, VBAArray, VBAInt
from vba_projects import Projects
from win32com.server import policy, util

_RIBBONS = ("customUI/customUI14.xml", "customUI/customUI.xml")
_CALL = pythoncom.DISPATCH_METHOD
_IS_OBJECT, _IS_TEXT = (9, 13), 8


class _Variant(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("value", ctypes.c_void_p),
        ("more", ctypes.c_void_p),
    ]


class _Activated(VBAObject):
    """What XLPyDLLActivateAuto gives back: Python, or why there is none."""

    def __init__(self, code: int, given: object) -> None:
        self._code, self._given = code, given

    @member
    def Code(self) -> object:
        return VBAInt(self._code, "Long")

    @member
    def IsObject(self) -> object:
        return isinstance(self._given, VBAObject)

    @member
    def Given(self) -> object:
        return self._given


class Library(VBAObject):
    """What xlwings' module declares in DLLs, called there with the same arguments."""

    loaded: Any = None
    config = b""

    @method
    def Load(self, path: str) -> object:
        try:
            Library.loaded = ctypes.WinDLL(path)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return VBAInt(0, "Long")
        return VBAInt(1, "Long")

    @method
    def ActivateAuto(self, config: str, mode: object) -> object:
        result = _Variant()
        Library.config = config.encode("mbcs")  # VBA gives DLLs the system's code page
        words = ctypes.c_char_p(Library.config)
        with noted("DLL", "XLPyDLLActivateAuto"):
            code = Library.loaded.XLPyDLLActivateAuto(ctypes.byref(result), words, int(mode))  # type: ignore[call-overload]
        return _Activated(code, _given(result))

    @method
    def Attributes(self, path: str) -> object:
        found = ctypes.windll.kernel32.GetFileAttributesW(path)  # type: ignore[attr-defined,unused-ignore]
        if found == -1:
            raise VBARuntimeError(53, "File not found")
        return VBAInt(found, "Long")


def _given(result: _Variant) -> object:
    if result.kind == _IS_TEXT:
        return ctypes.wstring_at(result.value or 0)
    if result.kind not in _IS_OBJECT:
        return ""
    wrap = ctypes.PyDLL(pythoncom.__file__).PyCom_PyObjectFromIUnknown
    wrap.restype = ctypes.py_object
    identity = (ctypes.c_byte * 16)(*bytes(pythoncom.IID_IDispatch))
    return from_com(wrap(ctypes.c_void_p(result.value), identity, True))


class Shell(ComObject):
    """Windows' own WScript.Shell; what it would pop up is noted, and answered."""

    shown: list[tuple[str, int, str]] = []  # noqa: RUF012 - one desk
    presses = 6

    @method
    def ExpandEnvironmentStrings(self, text: str) -> object:
        """Wine 8 counts the closing zero to the text."""
        return str(self._invoked("ExpandEnvironmentStrings", _CALL, [text])).rstrip("\0")

    @method
    def Popup(self, text: str, seconds: object, title: str, kind: object) -> object:
        with noted("person", "Popup"):
            Shell.shown.append((text, int(kind), title))  # type: ignore[call-overload]
        return VBAInt(Shell.presses if int(kind) % 16 == 4 else 1, "Long")  # type: ignore[call-overload]


def _created(name: str) -> object:
    made: dict[str, Any] = {"test.library": Library, "wscript.shell": lambda: Shell.created(name)}
    return made.get(name.lower(), lambda: ComObject.created(name))()


class Desk(VBAObject):
    """Who sits before this Excel."""

    def __init__(self, excel: Excel) -> None:
        self._excel = excel

    @method
    def Click(self, control: str) -> object:
        """Press a control of the ribbon in front; what was popped up meanwhile: text, kind, title."""
        Shell.shown.clear()
        crossings.clear()
        with noted("VBA", control):
            self._excel.projects.run(self._excel.callback(control), [vba_excel.Control(control)])
        rows = Shell.shown
        items = [VBAInt(row[i], "Long") if i == 1 else row[i] for i in range(3) for row in rows]  # type: ignore[misc]
        return VBAArray([(0, len(rows) - 1), (0, 2)], items=items) if rows else MISSING

    @method
    def Answers(self, *given: object) -> object:
        """What the next dialogs are answered with: False cancels, a list is what was chosen."""
        kept = [list(one.elements()) if isinstance(one, VBAArray) else one for one in given]
        self._excel.app.application.__dict__["answers"] = kept
        return MISSING

    @member
    def Crossings(self) -> object:
        """What crossed between programs in the last click: who was asked, for what, begin and end (ms)."""
        rows = list(crossings)
        first = min(one[2] for one in rows)
        kept = [(who, what, (begin - first) * 1000, (end - first) * 1000) for who, what, begin, end in rows]
        return VBAArray([(0, len(kept) - 1), (0, 3)], items=[row[i] for i in range(4) for row in kept])

    @member
    def Asked(self) -> object:
        """Titles of the dialogs until now."""
        asked = self._excel.app.application.__dict__.get("asked", [])
        return VBAArray([(0, len(asked) - 1)], items=[str(one[1]) for one in asked]) if asked else MISSING


class Excel:
    """The model with its workbooks' projects; a workbook that is opened brings its own."""

    def __init__(self) -> None:
        self.app = ExcelApplication()
        self.projects = Projects(self.app, _created)
        self.desk = Desk(self)

    def opened(self, book: Workbook) -> None:
        """Calculate, and take up the macros, as on opening."""
        recalculated(book)
        path = Path(book.path, book.name)
        if path.is_file():
            self.projects.load(book, path)

    def callback(self, control: str) -> str:
        """What the ribbon of the workbook in front, else of the add-in, calls for a control."""
        books = self.app.application.workbooks_.books
        front = self.app.application.active_book
        for book in sorted(books, key=lambda one: one is not front):
            found = _callbacks(Path(book.path, book.name)).get(control)
            if found:
                return f"'{book.name}'!{found}"
        raise VBARuntimeError(5, f"no ribbon has {control}")

    def load_addins(self) -> None:
        """Those of the folder that Excel looks through at its start."""
        folder = Path(os.environ["APPDATA"], "Microsoft", "Excel", "XLSTART")
        for path in sorted(folder.glob("*.xlam")):
            self.app.application.workbooks_.vba_get("Open", [str(path)])


def _callbacks(path: Path) -> dict[str, str]:
    """Control → macro, of a file's ribbon; of two Excel reads the newer."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as package:
        name = next((one for one in _RIBBONS if one in package.namelist()), None)
        root = ElementTree.fromstring(package.read(name)) if name else ElementTree.Element("none")
    return {str(one.get("id")): str(one.get("onAction")) for one in root.iter() if one.get("onAction")}


_excel: list[Excel] = []
_opens = Workbooks._vba_members["open"].getter
assert _opens is not None


class _Workbooks(VBAObject):
    @method
    def Open(self, Filename: str, UpdateLinks: object = MISSING, ReadOnly: object = MISSING) -> Any:
        before = list(self.books)  # type: ignore[attr-defined]
        book = _opens(self, Filename, UpdateLinks, ReadOnly)
        if book not in before:
            _excel[0].opened(book)
        return book


class _Application(VBAObject):
    @member
    def Desk(self) -> object:
        return _excel[0].desk

    @method
    def Quit(self) -> object:
        win32api.PostThreadMessage(_thread, win32con.WM_QUIT)
        return MISSING


for added, model, names in (
    (_Workbooks, Workbooks, ("open",)),
    (_Application, Application, ("desk", "quit")),
):
    model._vba_members |= {name: added._vba_members[name] for name in names}

_thread = win32api.GetCurrentThreadId()


class _Factory(policy.DefaultPolicy):  # type: ignore[misc]
    """Gives the one Application, however often it is asked."""

    def _CreateInstance_(self, clsid: Any, iid: Any) -> Any:
        return util.wrap(_excel[0].app.application, iid, usePolicy=Policy)


def serve(clsid: str) -> None:
    """Be an Excel until Quit."""
    pythoncom.CoInitialize()
    _excel.append(Excel())
    _excel[0].load_addins()
    policy.DefaultPolicy = _Factory
    identity = pywintypes.IID(clsid)
    how = (pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.REGCLS_MULTIPLEUSE)
    held = pythoncom.CoRegisterClassObject(identity, pythoncom.MakePyFactory(identity), *how)
    print("ready", flush=True)
    pythoncom.PumpMessages()
    pythoncom.CoRevokeClassObject(held)
    if Library.loaded is not None:
        _let_python_go()


def _let_python_go() -> None:
    """As xlwings' KillPy does."""
    Library.loaded.XLPyDLLActivateAuto(ctypes.byref(_Variant()), ctypes.c_char_p(Library.config), -1)
