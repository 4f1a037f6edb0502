"""Our VBA in pyOpenVBA's interpreter: Excel's objects are its own, what Windows brings stands here.

xlwings' module cannot be parsed there, so RunPython is a stub that notes the command; the file system
and the message box work on real files and on a list.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import excel_model
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel._model import Application, Workbook
from pyopenvba.interpreter import VBAObject, VBARuntimeError, member, method
from pyopenvba.interpreter._objects import VBACollection, setter
from pyopenvba.interpreter._values import MISSING, VBAArray, VBAInt

STUB = """
Public Function RunPython(PythonCommand As String)
    CreateObject("Test.Python").Run PythonCommand
End Function
"""

VISIBLE = """
Public Function TabIsVisible() As Boolean
    Dim shown
    Collab_TabVisible Nothing, shown
    TabIsVisible = shown
End Function
"""


def halves(text: str) -> str:
    """A text as VBA holds it: a character beyond the basic plane is two."""
    wide = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(low | high << 8) for low, high in zip(wide[::2], wide[1::2], strict=True))


def whole(text: str) -> str:
    """The same put together, as a box shows it."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


class _Languages(VBAObject):
    vba_type_name = "LanguageSettings"
    primary = 2052
    """Of Excel's menus: 2052 is Chinese, 1033 English."""

    @member
    def LanguageID(self, which: object) -> object:
        assert int(which) == 2  # type: ignore[call-overload]
        return VBAInt(self.primary, "Long")


class _Application(VBAObject):
    @member
    def OperatingSystem(self) -> object:
        return getattr(self, "system", "Windows (64-bit) NT 10.00")

    @member
    def LanguageSettings(self) -> object:
        return _Languages()

    @method
    def InputBox(
        self,
        Prompt: str,
        Title: object = MISSING,
        Default: object = MISSING,
        Left: object = MISSING,
        Top: object = MISSING,
        HelpFile: object = MISSING,
        HelpContextID: object = MISSING,
        Type: object = MISSING,
    ) -> object:
        assert len(Prompt) <= 255, "Excel shows no box for a longer one"
        return _Application._dialog(self, "InputBox", Prompt, str(Default))

    @method
    def GetSaveAsFilename(
        self, InitialFilename: str, FileFilter: str, FilterIndex: object, Title: str
    ) -> object:
        return _Application._dialog(self, "SaveAs", Title, InitialFilename, FileFilter)

    @method
    def FileDialog(self, kind: object) -> object:
        return _FileDialog(self, int(kind))  # type: ignore[call-overload]

    def _dialog(self, *shown: object) -> Any:
        """What the person answers, oldest first; False is Cancel."""
        self.__dict__.setdefault("asked", []).append(shown)
        answer = self.__dict__["answers"].pop(0)
        if isinstance(answer, list):
            return [halves(one) for one in answer]
        return halves(answer) if isinstance(answer, str) else answer

    @method
    def MacroOptions(
        self,
        Macro: object = MISSING,
        Description: object = MISSING,
        Category: object = MISSING,
        ArgumentDescriptions: Any = MISSING,
    ) -> object:
        """Excel refuses it for a macro of a hidden workbook, as an add-in is."""
        book: Any = self.vba_get("ThisWorkbook")
        if book.is_addin:
            raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook.")
        told = [str(one) for one in ArgumentDescriptions.items]
        self.__dict__.setdefault("helped", {})[str(Macro)] = [str(Description), *told]
        return True


class _Filters(VBAObject):
    vba_type_name = "FileDialogFilters"

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []

    @method
    def Clear(self) -> object:
        self.kept.clear()
        return True

    @method
    def Add(self, Description: str, Extensions: str) -> object:
        self.kept.append((Description, Extensions))
        return True


class _Chosen(VBACollection):
    def __init__(self, paths: list[str]) -> None:
        self._paths = paths

    def vba_items(self) -> list[object]:
        return list(self._paths)


class _FileDialog(excel_model._settings("FileDialog", ("Title", "InitialFileName", "AllowMultiSelect"))):  # type: ignore[misc]
    """Office's own dialog for files (3) and folders (4)."""

    def __init__(self, application: Any, kind: int) -> None:
        self._application, self._kind = application, kind
        self._filters, self._chosen = _Filters(), list[str]()

    @member
    def Filters(self) -> object:
        assert self._kind == 3, "a dialog for folders has none"
        return self._filters

    @method
    def Show(self) -> object:
        about = (self.__dict__["Title"], self.__dict__.get("InitialFileName", ""), *self._filters.kept)
        answer = _Application._dialog(self._application, {3: "Files", 4: "Folder"}[self._kind], *about)
        self._chosen = answer or []
        return VBAInt(-1 if answer else 0, "Long")

    @member
    def SelectedItems(self) -> object:
        return _Chosen(self._chosen)


class _Workbook(VBAObject):
    is_addin = False
    links: tuple[str, ...] = ()

    @member
    def IsAddin(self) -> object:
        return self.is_addin

    @setter("IsAddin")
    def _set_addin(self, value: object) -> None:
        self.is_addin = bool(value)

    @method
    def LinkSources(self, Type: object) -> object:
        assert int(Type) == 1  # type: ignore[call-overload]
        return VBAArray([(1, len(self.links))], items=list(self.links)) if self.links else None

    @method
    def ChangeLink(self, Name: str, NewName: str, Type: object) -> object:
        self.links = tuple(NewName if one == Name else one for one in self.links)
        return True


Workbook.is_addin, Workbook.links = False, ()  # type: ignore[attr-defined]
for added, model in ((_Application, Application), (_Workbook, Workbook)):
    model._vba_members |= {
        name: spec for name, spec in added._vba_members.items() if name not in VBAObject._vba_members
    }


class ChartSheet(VBAObject):
    """A sheet that is a chart: it has no cells."""

    vba_type_name = "Chart"

    def __init__(self, book: Workbook, name: str) -> None:
        self._book, self._name = book, name
        self.book, self.code_name, self.name = book, "", name

    @member
    def Name(self) -> object:
        return self._name

    @member
    def Parent(self) -> object:
        return self._book

    @method
    def Activate(self) -> object:
        self._book.chart_in_front = self  # type: ignore[attr-defined]
        return True


_active_sheet, _activate_sheet = Workbook.active_sheet, Workbook.activate_sheet


def _in_front(book: Workbook) -> Any:
    return book.__dict__.get("chart_in_front") or _active_sheet.fget(book)  # type: ignore[attr-defined]


def _bring(book: Workbook, sheet: Any) -> None:
    book.__dict__.pop("chart_in_front", None)
    _activate_sheet(book, sheet)


Workbook.active_sheet = property(_in_front)  # type: ignore[assignment]
Workbook.activate_sheet = _bring  # type: ignore[method-assign]


class Control(VBAObject):
    """An IRibbonControl."""

    vba_type_name = "IRibbonControl"

    def __init__(self, identity: str) -> None:
        self._id = identity

    @member
    def ID(self) -> object:
        return self._id


class Folder(VBAObject):
    vba_type_name = "Folder"

    @member
    def Path(self) -> object:
        return tempfile.gettempdir()


class Stream(VBAObject):
    vba_type_name = "TextStream"

    def __init__(self, path: str) -> None:
        self._path = path

    @method
    def ReadAll(self) -> object:
        if Files.held > 0:
            Files.held -= 1
            raise VBARuntimeError(70, "Permission denied")
        return halves(Path(self._path).read_bytes().decode("utf-16"))


class Files(VBAObject):
    """Scripting.FileSystemObject, as far as we use it."""

    vba_type_name = "FileSystemObject"
    held = 0
    """How often a file is still held by a virus scanner when it is read."""
    kept = False
    """Whether one holds it when it is to be deleted."""

    @method
    def GetSpecialFolder(self, which: object) -> object:
        assert int(which) == 2  # type: ignore[call-overload]
        return Folder()

    @method
    def GetTempName(self) -> object:
        return f"rad{secrets.token_hex(3).upper()}.tmp"  # a name of its own each time, as the real one gives

    @method
    def BuildPath(self, folder: str, name: str) -> object:
        return str(Path(folder) / name)

    @method
    def FileExists(self, path: str) -> object:
        return Path(path).is_file()

    @method
    def OpenTextFile(self, path: str, mode: object, create: object, unicode: object) -> object:
        assert (int(mode), bool(create), int(unicode)) == (1, False, -1)  # type: ignore[call-overload]
        return Stream(path)

    @method
    def DeleteFile(self, path: str) -> object:
        if self.kept:
            raise VBARuntimeError(70, "Permission denied")
        return Path(path).unlink()


class Shell(VBAObject):
    """WScript.Shell: what it would pop up."""

    vba_type_name = "WshShell"

    def __init__(self, shown: list[tuple[str, int, str]], presses: int) -> None:
        self._shown, self._presses = shown, presses

    @method
    def Popup(self, text: str, seconds: object, title: str, kind: object) -> object:
        assert int(seconds) == 0  # type: ignore[call-overload]
        self._shown.append((whole(text), int(kind), title))  # type: ignore[call-overload]
        return VBAInt(self._presses if int(kind) % 16 == 4 else 1, "Long")  # type: ignore[call-overload]


class Python(VBAObject):
    """What RunPython starts."""

    vba_type_name = "Python"

    def __init__(self, run: Callable[[str], None]) -> None:
        self._run = run

    @method
    def Run(self, command: str) -> object:
        try:
            return self._run(command)
        except OSError as failed:
            raise VBARuntimeError(1000, str(failed)) from failed


class VbaExcel:
    """An Excel with a workbook open and our modules loaded; `python` receives what RunPython is given."""

    def __init__(self, workbook: Path | None, python: Callable[[str], None]) -> None:
        from tools.build.vba import own_modules  # late: excel_server.py starts without

        self.shown: list[tuple[str, int, str]] = []
        self.presses = 6
        """What is pressed when a box asks: 6 is yes, 7 no."""
        self.disabled: set[str] = set()
        """Classes that the company has disabled, in small letters."""
        self.app = ExcelApplication()
        made: dict[str, Callable[[], Any]] = {
            "scripting.filesystemobject": Files,
            "wscript.shell": lambda: Shell(self.shown, self.presses),
            "test.python": lambda: Python(python),
        }
        self.app.interpreter.host.create = lambda name: self._created(made, str(name))  # type: ignore[method-assign]
        self._run = self.app.interpreter.run
        self.app.interpreter.run = self._run_in_addin  # type: ignore[method-assign]
        self.addin: Workbook | None = None
        self.handed_over: list[object] = []
        if workbook is not None:
            self.app.open_workbook(workbook)
        else:  # what runs without a workbook runs in the add-in
            self.application._this_workbook = Workbook(self.application, "xl_collab.xlam")
        self.app.add_module(STUB, name="xlwings")
        self.app.add_module(VISIBLE, name="Test")
        for name, source in own_modules().items():
            self.app.add_module(source, name=name)

    @property
    def application(self) -> Application:
        return self.app.application

    def _created(self, made: dict[str, Callable[[], Any]], name: str) -> Any:
        if name.lower() in self.disabled:
            raise VBARuntimeError(429, "ActiveX component can't create object")
        return made[name.lower()]()

    def load_addin(self, path: str = "") -> Workbook:
        """The personal add-in, with the same modules; its macros run by its name."""
        self.addin = self.app.add_workbook()
        self.addin.name, self.addin.path = "xl_collab.xlam", path
        self.application.activate_book(self.application.workbooks_.books[0])
        return self.addin

    def _run_in_addin(self, name: str, args: Any = (), *, module: str = "") -> object:
        book, _, macro = name.rpartition("!")
        if not book:
            return self._run(name, args, module=module)
        if self.addin is None:
            raise VBARuntimeError(1004, f"Cannot run the macro '{name}'.")
        self.handed_over += [macro, *args]
        mine, self.application._this_workbook = self.application._this_workbook, self.addin
        try:
            return self._run(macro, args)
        finally:
            self.application._this_workbook = mine

    def click(self, control: str, callback: str = "Collab_OnAction") -> None:
        """What Excel does when a ribbon control is pressed."""
        self.app.run(callback, Control(control))

    @property
    def active_sheet(self) -> str:
        return str(self.app.application.vba_get("ActiveSheet").vba_get("Name"))
