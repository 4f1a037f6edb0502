"""The LibreOffice extension xl_collab.oxt: functions, menu and toolbar, all out of the declarations.

Registration is passive (a .components file), so that installing runs none of our code. The Basic module
in it gives the functions their dotless names, which LibreOffice saves into .xlsx as Excel knows them; the
function wizard, which shows add-ins only, has them as COLLAB.X with their help.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tools.build.ribbon import WORKBOOK_FOLDER
from tools.build.typelib import Method, type_library
from xl_collab.commands.command import Command
from xl_collab.functions.declared import FUNCTIONS, Function
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text, t
from xl_collab.ui.buttons import PLACES, TAB, live, places

EXTENSION = WORKBOOK_FOLDER / "xl_collab.oxt"
IDENTIFIER = "xl_collab.office"
SOURCES = Path(__file__).parents[2] / "xl_collab" / "hosts" / "libreoffice" / "extension" / "office"

_SUMMARY = t("跨部门协同：工具栏、菜单和工作表函数", "Collaboration: toolbar, menu and worksheet functions")
_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_STAMP, _UNIX = (1980, 1, 1, 0, 0, 0), 3
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DATA = (
    'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'oor:package="org.openoffice.Office"'
)


def build_oxt() -> bytes:
    """The bytes of xl_collab.oxt, the same each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in sorted(_parts().items()):
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = _UNIX, 0o644 << 16  # said alike on every system
            package.writestr(info, data)
    return stream.getvalue()


def _parts() -> dict[str, bytes]:
    texts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "collab.components": _components(),
        "CalcAddIn.xcu": _add_in(),
        "Addons.xcu": _addons(),
        "Jobs.xcu": _jobs(),
        "CalcWindowState.xcu": _window_state(),
        "declared.json": json.dumps(declared(), ensure_ascii=False, indent=1, sort_keys=True),
    }
    found = {name: text.encode("utf-8") for name, text in texts.items()}
    found["types.rdb"] = type_library("xlcollab.XFunctions", methods())
    for path in sorted(SOURCES.rglob("*.py")):
        found[path.relative_to(SOURCES).as_posix()] = path.read_bytes()
    return found


# -- functions --------------------------------------------------------------------------------------

_DOCUMENT = ("document", "com.sun.star.beans.XPropertySet")


def methods() -> list[Method]:
    """The interface: a method for each function, the calling document first, and those for Basic."""
    found = [
        Method(f.key, (_DOCUMENT, *((a.name, "any") for a in f.arguments)), "[][]any") for f in FUNCTIONS
    ]
    cells = [Method(f"cell_{f.key}", (("given", "[]any"),)) for f in FUNCTIONS]
    return [*found, *cells, Method("answer", (("key", "string"), ("given", "[]any")))]


def shown(function: Function) -> str:
    """The function's name in the wizard."""
    return function.name.replace("_", ".", 1)


def declared() -> dict[str, object]:
    """What the code inside LibreOffice knows: words of functions and commands, and the Basic module."""
    functions = {
        f.key: {
            "shown": shown(f),
            "help": _both(f.help),
            "arguments": [{"label": _both(a.label), "help": _both(a.help)} for a in f.arguments],
        }
        for f in FUNCTIONS
    }
    commands = {command.id: {"label": _both(command.label)} for command in live()}
    sheets = {
        place.id: {"label": _both(place.label), "sheet": _both(SHEETS[place.sheet].title)}
        for place in places()
    }
    return {"functions": functions, "commands": commands | sheets, "basic": basic_module()}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


_BASIC = """
Global XlCollabOffice As Object

Private Function XlCollabOther(key As String, given As Variant) As Variant
    Dim i As Long, j As Long, found As Variant, row As Variant
    On Error GoTo Gone
    If IsNull(XlCollabOffice) Then XlCollabOffice = CreateUnoService("COLLAB")
    found = XlCollabOffice.answer(key, given)
    If IsArray(found) Then
        row = found(0)
        Dim cells(1 To UBound(found) + 1, 1 To UBound(row) + 1) As Variant
        For i = 0 To UBound(found)
            row = found(i)
            For j = 0 To UBound(row)
                cells(i + 1, j + 1) = row(j)
            Next j
        Next i
        found = cells()
    End If
    XlCollabOther = found
    Exit Function
Gone:
    XlCollabOffice = Nothing
    XlCollabOther = "xl-collab: #NAME?"
End Function
"""
_FUNCTION = """
Function {name}(ParamArray given()) As Variant
    On Error GoTo Other
    {name} = XlCollabOffice.cell_{key}(given())
    Exit Function
Other:
    {name} = XlCollabOther("{key}", given())
End Function
"""
"""So short because Basic lets LibreOffice do other work after every sixteenth step, which costs a third of a
cell: whatever a plain value does not need (making the service, which takes as long as ten cells; turning rows
into an array) comes after an error, and all arguments are one step. Never an error of Basic's own: it would
open a window for every cell."""


def basic_module() -> str:
    """The functions' names as Basic functions; LibreOffice finds them in the user's library Standard."""
    lines = ["' Written by xl-collab's extension at every start: do not edit."]
    lines += ["Option Compatible", "Option Explicit", _BASIC]  # Compatible: without, no ParamArray
    return "\n".join([*lines, *(_FUNCTION.format(name=f.name, key=f.key) for f in FUNCTIONS)])


# -- configuration ----------------------------------------------------------------------------------


def _values(text: Text) -> str:
    return (
        f'<value xml:lang="en-US">{escape(text.en)}</value><value xml:lang="zh-CN">{escape(text.zh)}</value>'
    )


def _prop(name: str, text: Text) -> str:
    return f'<prop oor:name="{name}">{_values(text)}</prop>'


def _plain(name: str, value: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:string"><value>{escape(value)}</value></prop>'


def _node(name: str, *inside: str, replace: bool = False) -> str:
    op = ' oor:op="replace"' if replace else ""
    return f"<node oor:name={quoteattr(name)}{op}>{''.join(inside)}</node>"


def _registry(name: str, *inside: str) -> str:
    return f'{_HEAD}<oor:component-data {_DATA} oor:name="{name}">{"".join(inside)}</oor:component-data>\n'


def _add_in() -> str:
    functions = (_function(function) for function in FUNCTIONS)
    info = _node("COLLAB", _node("AddInFunctions", *functions), replace=True)
    return _registry("CalcAddIns", _node("AddInInfo", info))


def _function(function: Function) -> str:
    hidden = t("document", "document")
    arguments = [("document", hidden, hidden), *((a.name, a.label, a.help) for a in function.arguments)]
    listed = (
        _node(name, _prop("DisplayName", label), _prop("Description", told), replace=True)
        for name, label, told in arguments
    )
    return _node(
        function.key,
        _prop("DisplayName", t(shown(function), shown(function))),
        _prop("Description", function.help),
        '<prop oor:name="Category"><value>Add-In</value></prop>',
        f'<prop oor:name="CompatibilityName"><value xml:lang="en-US">{function.name}</value></prop>',
        _node("Parameters", *listed),
        replace=True,
    )


def _addons() -> str:
    menu = _node(
        "xl_collab.menu",
        _titled(TAB),
        _plain("Context", _CALC),
        _node("Submenu", *_menu()),
        replace=True,
    )
    bar = _node("xl_collab.toolbar", *_buttons(), replace=True)
    parts = _node("OfficeMenuBar", menu) + _node("OfficeToolBar", bar)
    return _registry("Addons", _node("AddonUI", parts))


def _titled(text: Text) -> str:
    return f'<prop oor:name="Title" oor:type="xs:string">{_values(text)}</prop>'


def _menu() -> Iterator[str]:
    """All commands, group by group with a line between, then the sheets."""
    group = ""
    for number, command in enumerate(live()):
        if group not in ("", command.group):
            yield _node(f"m{number:02}line", _plain("URL", "private:separator"), replace=True)
        group = command.group
        yield _item(f"m{number:02}", command)
    sheets = _node("Submenu", *(_item(f"s{i:02}", place) for i, place in enumerate(places())))
    yield _node("m99", _titled(PLACES), sheets, replace=True)


def _buttons() -> Iterator[str]:
    """The toolbar: the commands with a button on 首页, and what explains a row."""
    shown_too = ("explain",)
    for number, command in enumerate(c for c in live() if c.home or c.id in shown_too):
        yield _item(f"t{number:02}", command, _plain("Target", "_self"), _plain("Context", _CALC))


def _item(name: str, command: Command, *more: str) -> str:
    url = _plain("URL", f"service:xl_collab.Command?{command.id}")
    return _node(name, url, _titled(command.label), *more, replace=True)


def _window_state() -> str:
    """The toolbar stands below LibreOffice's own two, with a name; left to itself it floats over them."""
    values = {"DockPos": "0,2", "Docked": "true", "DockingArea": "0", "Visible": "true"}
    state = _node(
        "private:resource/toolbar/addon_xl_collab.toolbar",
        _prop("UIName", TAB),
        *(_plain_old(name, value) for name, value in values.items()),
        replace=True,
    )
    inside = _node("UIElements", _node("States", state))
    return _registry("CalcWindowState", inside).replace('org.openoffice.Office"', 'org.openoffice.Office.UI"')


def _jobs() -> str:
    job = _node("Jobs", _node("xl_collab.Start", _plain_old("Service", "xl_collab.Start"), replace=True))
    events = ("OnStartApp", "onFirstVisibleTask", "OnNew", "OnLoad")
    listed = (
        f'<node oor:name="{event}" oor:op="fuse">'
        f"{_node('JobList', _node('xl_collab.Start', replace=True))}</node>"
        for event in events
    )
    return _registry("Jobs", job, _node("Events", *listed))


def _plain_old(name: str, value: str) -> str:
    return f'<prop oor:name="{name}"><value>{escape(value)}</value></prop>'


# -- package ----------------------------------------------------------------------------------------


def _manifest() -> str:
    kinds: Mapping[str, str] = {
        "types.rdb": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "collab.components": "application/vnd.sun.star.uno-components",
        "CalcAddIn.xcu": "application/vnd.sun.star.configuration-data",
        "Addons.xcu": "application/vnd.sun.star.configuration-data",
        "Jobs.xcu": "application/vnd.sun.star.configuration-data",
        "CalcWindowState.xcu": "application/vnd.sun.star.configuration-data",
    }
    entries = "\n".join(
        f' <manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{name}"/>'
        for name, kind in kinds.items()
    )
    space = 'xmlns:manifest="http://openoffice.org/2001/manifest"'
    return f"{_HEAD}<manifest:manifest {space}>\n{entries}\n</manifest:manifest>\n"


def _description() -> str:
    from importlib.metadata import version

    names = f'<name lang="en">xl-collab: {TAB.en}</name><name lang="zh">xl-collab：{TAB.zh}</name>'
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f' <identifier value="{IDENTIFIER}"/><version value="{version("xl-collab")}"/>\n'
        f" <display-name>{names}</display-name>\n"
        "</description>\n"
    )


def _components() -> str:
    services = {
        "COLLAB": ("COLLAB", "com.sun.star.sheet.AddIn"),
        "xl_collab.Command": ("xl_collab.Command",),
        "xl_collab.Start": ("xl_collab.Start",),
    }
    listed = "\n".join(
        f'  <implementation name="{name}Impl">'
        f"{''.join(f'<service name={quoteattr(s)}/>' for s in offered)}</implementation>"
        for name, offered in services.items()
    )
    return (
        f'{_HEAD}<components xmlns="http://openoffice.org/2010/uno-components">\n'
        f' <component loader="com.sun.star.loader.Python" uri="./collab_component.py">\n{listed}\n'
        " </component>\n</components>\n"
    )
