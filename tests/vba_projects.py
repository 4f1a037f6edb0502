"""The VBA of open workbooks as it stands in their files, xlwings' module too, in pyOpenVBA's interpreter.

Each workbook has a project of its own, as in Excel: a macro of one is reached from another by
Application.Run. What the interpreter lacks is mended in the source before it is read: a remark behind a
directive, and what comes from Windows (DLLs, files' attributes), which becomes a call of
`CreateObject("Test.Library")`. What may not enter: COM (com_objects.py), and slow imports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyopenvba import ExcelFile, VBAModuleKind
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.apps.excel._model import Application, Range, Workbook, Workbooks
from pyopenvba.interpreter import VBAObject, VBARuntimeError, _runtime, member
from pyopenvba.interpreter._runtime import Interpreter
from pyopenvba.interpreter._values import MISSING, to_bool
from vba_excel import halves

_REMARK = re.compile(r"^([ \t]*#[A-Z][^'\n]*?)[ \t]*'.*$", re.MULTILINE)
_DECLARED = re.compile(r"^[ \t]*(?:Private )?Declare .*$", re.MULTILINE)
_LIBRARY = """
Private Function GetAttr(ByVal PathName As String) As Long
    GetAttr = CreateObject("Test.Library").Attributes(PathName)
End Function

Private Function Environ(ByVal Name As String) As String
    Environ = CreateObject("WScript.Shell").ExpandEnvironmentStrings("%" & Name & "%")
End Function

Private Function LoadLibrary(ByVal lpLibFileName As String) As Long
    LoadLibrary = CreateObject("Test.Library").Load(lpLibFileName)
End Function

Public Function XLPyDLLActivateAuto(ByRef Result As Variant, Optional ByVal Config As String = "", _
        Optional ByVal mode As Long = 1) As Long
    Dim answer As Object
    Set answer = CreateObject("Test.Library").ActivateAuto(Config, mode)
    If answer.IsObject Then Set Result = answer.Given Else Result = answer.Given
    XLPyDLLActivateAuto = answer.Code
End Function
"""
ADDIN = "xl_collab.xlam"
_WITH_MACROS = (".xlsm", ".xlam", ".xlsb")


def readable(name: str, source: str) -> str:
    """A module as the interpreter takes it: directives without remarks, declarations as functions."""
    plain = _REMARK.sub(r"\1", source.replace("\r\n", "\n"))
    return _DECLARED.sub("", plain) + _LIBRARY if name == "xlwings" else plain


def modules_of(path: Path) -> dict[str, tuple[str, str]]:
    """Name → (kind, source) of what a file's project holds; sheets and the workbook have no code of ours."""
    with ExcelFile(path) as book:
        project = book.vba_project()
        kinds = {VBAModuleKind.standard: "standard"}
        found = {one.name: (kinds.get(one.kind, "class"), one.source) for one in project.modules}
    return {name: (kind, source) for name, (kind, source) in found.items() if kind == "standard"}


class _Interpreter(Interpreter):
    """VBA counts halves: a character beyond the basic plane is two for Len, Mid$ and AscW."""

    def call_intrinsic(self, name: str, args: list[object], named: dict[str, object]) -> object:
        given = [self._by_value(one) for one in args]
        kept = [halves(one) if isinstance(one, str) and not one.isascii() else one for one in given]
        return super().call_intrinsic(name, kept, named)


class Projects:
    """What Application.Run reaches: `run` and `find_procedure` as an interpreter has them."""

    def __init__(self, excel: ExcelApplication, create: Callable[[str], object]) -> None:
        self.excel, self._create = excel, create
        self._projects: dict[str, Interpreter] = {}
        excel.application.interpreter = self  # type: ignore[assignment]

    def load(self, book: Workbook, path: Path) -> None:
        """Take up the macros of a workbook that was opened; one without any has none."""
        if path.suffix.lower() not in _WITH_MACROS:
            return
        made = _Interpreter(ExcelBridge(self.excel.application))
        made.host.create = lambda name: self._create(str(name))  # type: ignore[method-assign]
        with self._running(book):
            for name, (kind, source) in modules_of(path).items():
                made.add_module(readable(name, source), name=name, kind=kind)
        self._projects[book.name.lower()] = made

    def clock(self) -> Any:
        """Now, for volatile functions of cells."""
        return self.excel.interpreter.clock()

    def find_procedure(self, name: str, module: str = "") -> tuple[Any, Any]:
        """Of the workbook in front: what a drawn button names."""
        found = self._projects.get(self._in_front())
        return found.find_procedure(name, module) if found else (None, None)

    def run(self, name: str, args: Sequence[object] = (), *, module: str = "") -> object:
        """`'book'!Module.Macro`, or a macro of the workbook in front."""
        owner, _, macro = name.rpartition("!")
        key = owner.strip("'").replace("''", "'").lower() or self._in_front()
        project = self._projects.get(key)
        if project is None:
            raise VBARuntimeError(1004, f"Cannot run the macro '{name}'. The macro may not be available.")
        with self._running(self._book(key)):
            return project.run(macro, list(args), module=module)

    def _in_front(self) -> str:
        book = self.excel.application.active_book
        return book.name.lower() if book else ""

    def _book(self, key: str) -> Workbook:
        return next(one for one in self.excel.application.workbooks_.books if one.name.lower() == key)

    @contextmanager
    def _running(self, book: Workbook) -> Iterator[None]:
        """Its macros see it as ThisWorkbook."""
        application = self.excel.application
        before, application._this_workbook = application._this_workbook, book
        try:
            yield
        finally:
            application._this_workbook = before


def _shown(self: Workbooks) -> list[object]:
    """Excel does not count add-ins among its workbooks, but answers to their names."""
    return [book for book in self.books if book.name.lower() != ADDIN]


Workbooks.vba_items = _shown  # type: ignore[method-assign]


class _Application(VBAObject):
    @member
    def Range(self, Cell1: object = MISSING, Cell2: object = MISSING) -> object:
        """Between two cells it belongs to their sheet, whatever workbook is in front."""
        sheet: Any = Cell1.sheet if isinstance(Cell1, Range) else self._require_sheet()  # type: ignore[attr-defined]
        return sheet.vba_get("Range", [Cell1, Cell2])


Application._vba_members |= {"range": _Application._vba_members["range"]}


_compare = _runtime.compare


def _as_vba(op: str, left: object, right: object, **settings: Any) -> object:
    """VBA compares a text with a truth value as truth values: xlwings asks "False" = True."""
    if isinstance(left, bool) and isinstance(right, str):
        right = to_bool(right)
    elif isinstance(left, str) and isinstance(right, bool):
        left = to_bool(left)
    return _compare(op, left, right, **settings)


_runtime.compare = _as_vba  # type: ignore[assignment]
