"""The VBA of the worksheet functions: xlwings' own wrapper, errors as error values, help for the wizard.

It goes into the personal add-in only. A workbook that is mailed carries values: its function names would
be #NAME? for everyone without Python. xlwings writes wrappers through COM modules that exist on Windows
only; elsewhere they are stubbed, in a process of their own, because nothing is called through them.
"""

from __future__ import annotations

import importlib
import io
import os
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

from xl_collab.errors import XlCollabError
from xl_collab.functions.declared import CATEGORY, FUNCTIONS, Function
from xl_collab.schema.words import Text

MODULE = "xl_collab.ui.functions"
WRAPPER = "xlwings_udfs"
HELP = "CollabHelp"
_CALL = re.compile(r"^(\s*)(COLLAB_\w+) = (XLPy\.CallUDF\(.*\))$", re.MULTILINE)
_LONGEST = 255
"""Characters of a description in Excel's function wizard."""
_PIECE = 80
"""Characters of a literal; escaped they are up to six times as many, and VBA's lines are limited."""

_CELLS = """
Private Function CollabCells(found)
    Dim i As Long, j As Long, cells
    If Not IsArray(found) Then
        CollabCells = CollabCell(found)
        Exit Function
    End If
    cells = found
    For i = LBound(cells, 1) To UBound(cells, 1)
        For j = LBound(cells, 2) To UBound(cells, 2)
            cells(i, j) = CollabCell(cells(i, j))
        Next j
    Next i
    CollabCells = cells
End Function

Private Function CollabCell(value)
    CollabCell = value
    If VarType(value) = vbString Then
        If value = "#N/A" Then CollabCell = CVErr(2042)
        If value = "#VALUE!" Then CollabCell = CVErr(2015)
    End If
End Function
"""


def addin_modules() -> dict[str, str]:
    """The add-in's modules for worksheet functions, by name; ASCII."""
    return {WRAPPER: wrapper_source(), HELP: help_source()}


def wrapper_source() -> str:
    """The module xlwings_udfs, the same text each time."""
    command = [sys.executable, "-X", "utf8", "-m", __name__]
    root = str(Path(__file__).parents[2])
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=root)
    if ran.returncode != 0:
        raise XlCollabError(
            f"xlwings 没能生成函数的 VBA：{ran.stderr.strip()}",
            f"xlwings could not write the functions' VBA: {ran.stderr.strip()}",
        )
    calls = _CALL.sub(r"\1\2 = CollabCells(\3)", ran.stdout)
    return f'Attribute VB_Name = "{WRAPPER}"\n#Const App = "Microsoft Excel"\n{calls}{_CELLS}'


_SAID = """
Private Function Said(ByVal zh As String, ByVal en As String) As String
    ' In the language of Excel's menus: 2 is its key, 4 the primary language Chinese.
    Said = IIf(Application.LanguageSettings.LanguageID(2) Mod 1024 = 4, zh, en)
End Function
"""


_OPENING = (
    "    ' Excel takes no help for macros of a hidden workbook, which an add-in is: not for this moment.",
    "    On Error Resume Next",
    "    Application.ScreenUpdating = False",
    "    ThisWorkbook.IsAddin = False",
)
_OPENED = (
    "    ThisWorkbook.IsAddin = True",
    "    ThisWorkbook.Saved = True",
    "    Application.ScreenUpdating = True",
)


def help_source() -> str:
    """The module CollabHelp: descriptions for the function wizard, set when Excel opens the add-in."""
    lines = [f'Attribute VB_Name = "{HELP}"', "Option Explicit", _SAID]
    lines += ["Public Sub Auto_Open()", *_OPENING]
    lines += [f"    Describe_{declared.key}" for declared in FUNCTIONS]
    lines += [*_OPENED, "End Sub", ""]
    for declared in FUNCTIONS:
        lines += _described(declared)
    return "\n".join(lines)


def _described(declared: Function) -> Iterator[str]:
    told = [Text(f"{a.label.zh}: {a.help.zh}", f"{a.label.en}: {a.help.en}") for a in declared.arguments]
    yield f"Private Sub Describe_{declared.key}()"
    yield f"    Dim told({len(told) - 1}) As String, help As String"
    for i, text in enumerate(told):
        yield from _assigned(f"told({i})", text)
    yield from _assigned("help", declared.help)
    yield (
        f'    Application.MacroOptions Macro:="{declared.name}", Description:=help, '
        f'Category:="{CATEGORY}", ArgumentDescriptions:=told'
    )
    yield "End Sub"
    yield ""


def _assigned(name: str, text: Text) -> Iterator[str]:
    """A variable set to a text in Excel's language, in lines that VBA takes."""
    for i in range(0, max(len(text.zh), len(text.en)), _PIECE):
        zh, en = (_escaped(one[:_LONGEST][i : i + _PIECE]) for one in (text.zh, text.en))
        before = f"{name} & " if i else ""
        yield f'    {name} = {before}Said(CollabText("{zh}"), CollabText("{en}"))'


def _escaped(text: str) -> str:
    kept = "".join(c if c.isascii() and c != "\\" else f"\\u{ord(c):04X}" for c in text)
    return kept.replace('"', '""')


# -- the other process ------------------------------------------------------------------------------


def _generate() -> str:
    """The wrapper as xlwings writes it, without its first lines."""
    if os.name != "nt":
        _stub_com()
    import xlwings
    from xlwings import udfs

    vars(xlwings).update(func=udfs.xlfunc, arg=udfs.xlarg, ret=udfs.xlret, sub=udfs.xlsub)
    text = io.StringIO()
    addin = types.SimpleNamespace(Name="xl_collab.xlam")
    udfs.generate_vba_wrapper(MODULE, importlib.import_module(MODULE), text, addin)
    return text.getvalue()


def _stub_com() -> None:
    """What xlwings' generator imports of pywin32, where there is none."""
    for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
        sys.modules.setdefault(name, types.ModuleType(name))
    stubs = sys.modules
    vars(stubs["pythoncom"]).update(CoInitialize=None)
    vars(stubs["pywintypes"]).update(com_error=type("com_error", (Exception,), {}))
    vars(stubs["win32com.client"]).update(Dispatch=None)


if __name__ == "__main__":
    sys.stdout.write(_generate())
