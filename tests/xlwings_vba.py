"""xlwings' own VBA that reads settings, in pyOpenVBA's interpreter.

The whole module cannot be parsed there. These functions can, once the compiler's directives are resolved as
Windows resolves them; the file of the user, and Windows' shell, stand here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import VBAObject, method

from tools.build.vba import SOURCES, module_source

_THEIRS = """
Function FileExists(ByVal FileSpec As String) As Boolean
    FileExists = (FileSpec = "user")
End Function
Function GetConfigFilePath() As String
    GetConfigFilePath = "user"
End Function
Function GetDirectoryConfigFilePath() As String
    GetDirectoryConfigFilePath = "directory"
End Function
Function GetFullName(wb) As String
    GetFullName = wb.FullName
End Function
Function WScript() As Object
    Set WScript = CreateObject("WScript.Shell")
End Function
Function GetConfigFromFile(sFile As String, sName As String, Optional sValue As String) As Boolean
    GetConfigFromFile = CreateObject("Test.File").Has(sName)
    If GetConfigFromFile Then sValue = CreateObject("Test.File").Value(sName)
End Function
"""


class _Shell(VBAObject):
    vba_type_name = "WshShell"

    @method
    def ExpandEnvironmentStrings(self, text: str) -> object:
        return text


class _File(VBAObject):
    vba_type_name = "File"

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    @method
    def Has(self, name: str) -> object:
        return name in self._values

    @method
    def Value(self, name: str) -> object:
        return self._values[name]


def configured(addin: Path, users: Mapping[str, str]) -> Callable[[str], str]:
    """What xlwings' GetConfig answers in an add-in, where the user's own file holds `users`."""
    app = ExcelApplication()
    made: dict[str, Callable[[], VBAObject]] = {"wscript.shell": _Shell, "test.file": lambda: _File(users)}
    kept = app.interpreter.host.create
    app.interpreter.host.create = lambda name: made.get(str(name).lower(), lambda: kept(name))()  # type: ignore[method-assign]
    app.open_workbook(addin)
    names = ("GetConfig", "GetConfigFromSheet", "SheetExists", "ExpandEnvironmentStrings")
    head = 'Public Const PROJECT_NAME As String = "xlwings"'
    app.add_module("\n".join((head, *map(_function, names), _THEIRS)), name="xlwings")
    return lambda key: str(app.run("GetConfig", key))


def _function(name: str) -> str:
    source = module_source(*SOURCES[0][1::2])
    [text] = re.findall(rf"^Function {name}\(.*?^End Function", source, re.MULTILINE | re.DOTALL)
    kept, holds = [], [True]
    for line in str(text).splitlines():
        if line.strip().startswith("#If"):
            holds.append("Microsoft Excel" in line)
        elif line.strip().startswith("#Else"):
            holds[-1] = not holds[-1]
        elif line.strip().startswith("#End"):
            holds.pop()
        elif all(holds):
            kept.append(line)
    return "\n".join(kept)
