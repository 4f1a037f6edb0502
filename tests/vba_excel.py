"""Our VBA in pyOpenVBA's interpreter: Excel's objects are its own, what Windows brings stands here.

xlwings' module cannot be parsed there, so RunPython is a stub that notes the command; the file system
and the message box work on real files and on a list.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import VBAObject, VBARuntimeError, member, method

from tools.build.vba import own_modules

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
        return Path(self._path).read_bytes().decode("utf-16")


class Files(VBAObject):
    """Scripting.FileSystemObject, as far as we use it."""

    vba_type_name = "FileSystemObject"

    @method
    def GetSpecialFolder(self, which: object) -> object:
        assert int(which) == 2  # type: ignore[call-overload]
        return Folder()

    @method
    def GetTempName(self) -> object:
        return "rad0A1B2.tmp"

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
        return Path(path).unlink()


class Shell(VBAObject):
    """WScript.Shell: what it would pop up."""

    vba_type_name = "WshShell"

    def __init__(self, shown: list[tuple[str, int, str]]) -> None:
        self._shown = shown

    @method
    def Popup(self, text: str, seconds: object, title: str, kind: object) -> object:
        assert int(seconds) == 0  # type: ignore[call-overload]
        self._shown.append((text, int(kind), title))  # type: ignore[call-overload]
        return 1


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
        self.shown: list[tuple[str, int, str]] = []
        self.app = ExcelApplication()
        made: dict[str, Callable[[], Any]] = {
            "scripting.filesystemobject": Files,
            "wscript.shell": lambda: Shell(self.shown),
            "test.python": lambda: Python(python),
        }
        self.app.interpreter.host.create = lambda name: made[str(name).lower()]()  # type: ignore[method-assign]
        if workbook is not None:
            self.app.open_workbook(workbook)
        self.app.add_module(STUB, name="xlwings")
        self.app.add_module(VISIBLE, name="Test")
        for name, source in own_modules().items():
            self.app.add_module(source, name=name)

    def click(self, control: str, callback: str = "Collab_OnAction") -> None:
        """What Excel does when a ribbon control is pressed."""
        self.app.run(callback, Control(control))

    @property
    def active_sheet(self) -> str:
        return str(self.app.application.vba_get("ActiveSheet").vba_get("Name"))
