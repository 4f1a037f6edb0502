"""The ribbon's derived files: customUI texts in workbook/ribbon, VBA modules in workbook/vba.

VBA stays ASCII: whatever is Chinese comes from the XML or is written as \\uXXXX and put together with
ChrW at run time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from xl_collab.commands.command import Command
from xl_collab.documents.canvas import code_name
from xl_collab.schema.words import LANGS, Lang, Text, t
from xl_collab.ui.buttons import GROUPS, PLACES, PLACES_KEY, TAB_KEY, excel_only, live, places
from xl_collab.ui.ribbon_xml import ribbon_xml

WORKBOOK_FOLDER = Path(__file__).parents[2] / "workbook"
VBA = WORKBOOK_FOLDER / "vba"
RIBBON = WORKBOOK_FOLDER / "ribbon"

WORDS: Mapping[str, Text] = {
    "Title": t("跨部门协同", "Collaboration"),
    "NoPython": t(
        "没能启动 Python。请在命令行运行 xl-collab doctor，按提示修好后重启 Excel。",
        "Python could not be started. Run xl-collab doctor in a terminal, follow it, and restart Excel.",
    ),
    "NoAnswer": t(
        "Python 没有给出结果，工作簿可能没有改动。请在命令行运行 xl-collab doctor 查原因；"
        "若还没有安装，请先运行 xl-collab install。",
        "Python gave no answer. Run xl-collab doctor in a terminal to learn why; "
        "if nothing is installed yet, run xl-collab install.",
    ),
    "NoReading": t(
        "命令已经做完，但结果文件被别的程序（多半是杀毒软件）占用，读不到。请查看工作簿的改动：",
        "The command is done, but another program, probably a virus scanner, holds the file with its answer. "
        "See what changed in the workbook:",
    ),
    "NoMac": t(
        "Mac 版 Excel 不能启动 Python。请在 Windows 上点按钮，或在终端用命令行 xl-collab。",
        "Excel for Mac cannot start Python. Use the buttons on Windows, or the command line xl-collab.",
    ),
    "NoScripting": t(
        "这台电脑停用了 Windows 脚本组件（WScript.Shell 或 Scripting.FileSystemObject），"
        "按钮启动不了 Python。请用命令行 xl-collab，或请 IT 恢复。",
        "Windows scripting (WScript.Shell or Scripting.FileSystemObject) is disabled on this computer, so no "
        "button can start Python. Use the command line xl-collab, or ask IT to enable both.",
    ),
    "NoFunctions": t(
        "这个工作簿里没有 COLLAB_ 函数，可以直接发给别人。",
        "There are no COLLAB_ functions in this workbook: it can be sent as it is.",
    ),
    "AskValues": t(
        "有 {count} 个单元格用了 COLLAB_ 函数，没有装加载项的人会看到 #NAME?。现在改为数值？"
        "这一步不能撤销，公式要留着请先另存一份。",
        "{count} cells use COLLAB_ functions; who lacks the add-in sees #NAME?. Turn them into values now? "
        "This cannot be undone: save a copy first if you want to keep the formulas.",
    ),
    "Protected": t(
        "这些工作表有保护，其中的函数没有改：", "These sheets are protected; their functions were left alone:"
    ),
    "NoSheet": t(
        "当前工作簿里没有这张表。请先打开跟踪表工作簿。",
        "The active workbook has no such sheet. Open a tracker first.",
    ),
}
"""What VBA says itself, in both languages, because it cannot ask Python which one."""

_GENERATED = "' Written by python -m tools.build from xl_collab/commands: do not edit."
_LONGEST = 80
"""Characters of a message in one VBA line; escaped they are up to six times as many."""


def ribbon_files() -> dict[Path, bytes]:
    """The customUI texts as they go into the workbook and the add-in, by path."""
    found = {}
    for lang in LANGS:
        found[RIBBON / f"customUI14.{lang}.xml"] = ribbon_xml(lang, "2009").encode("utf-8")
        found[RIBBON / f"customUI.{lang}.xml"] = ribbon_xml(lang, "2006").encode("utf-8")
    return found


def vba_files() -> dict[Path, bytes]:
    """The generated VBA modules, by path."""
    modules = {"CollabMacros.bas": macros_module(), "CollabWords.bas": words_module()}
    return {VBA / name: text.encode("ascii") for name, text in modules.items()}


def macros_module() -> str:
    """A macro for every command (Alt+F8, buttons) and the dispatch from control ids."""
    commands = [*live(), *excel_only(), *places()]
    lines = ['Attribute VB_Name = "CollabMacros"', "Option Explicit", "", _GENERATED, ""]
    for command in commands:
        lines += [f"Public Sub {command.macro}()", f"    {_call(command)}", "End Sub", ""]
    lines += ["Public Sub CollabDispatch(ByVal controlId As String)", "    Select Case controlId"]
    for command in commands:
        lines += [f'        Case "{command.control}"', f"            {command.macro}"]
    lines += ["        Case Else", '            Err.Raise 5, "CollabMacros", "unknown control " & controlId']
    return "\n".join([*lines, "    End Select", "End Sub", ""])


def _call(command: Command) -> str:
    if command.sheet:
        return f'CollabShow "{code_name(command.sheet)}"'
    if command.vba:
        return f'{command.vba} "{command.id}"'
    return f'CollabRun "{command.id}"'


def words_module() -> str:
    """A function for each of WORDS."""
    lines = [
        'Attribute VB_Name = "CollabWords"',
        "Option Explicit",
        "Option Private Module",
        "",
        _GENERATED,
        "",
    ]
    for name, text in WORDS.items():
        lines += [f"Public Function Collab{name}() As String", "    Dim said As String"]
        said = text.zh if name == "Title" else f"{text.zh}\n{text.en}"
        lines += _said(said)
        lines += [f"    Collab{name} = said", "End Function", ""]
    return "\n".join(lines)


def _said(text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield "    said = said & vbCrLf"
        for start in range(0, len(line), _LONGEST):
            yield f'    said = said & CollabText("{_escaped(line[start : start + _LONGEST])}")'


def _escaped(text: str) -> str:
    return "".join(c if c.isascii() and c != "\\" else f"\\u{ord(c):04X}" for c in text).replace('"', '""')


def ribbon_page(lang: Lang) -> str:
    """docs/ribbon.md: every command with what it does, its keys, and its twin on the command line."""
    title = t("功能区、按钮与命令行", "Ribbon, buttons and command line")
    note = t(
        "本页由程序从声明生成，请勿手改。", "This page is generated from the declaration; do not edit it."
    )
    keys = t(
        f"按 Alt，再按 {TAB_KEY} 和下表的键。带 ⌂ 的在“首页”也有按钮；每个命令也是一个宏（Alt+F8）。",
        f"Press Alt, then {TAB_KEY} and the key below. Those with ⌂ have a button on Home too; each is also "
        "a macro (Alt+F8).",
    )
    lines = [f"# {title.of(lang)}", "", note.of(lang), "", keys.of(lang), ""]
    for group in GROUPS:
        lines += [f"## {group.label.of(lang)}", "", *_rows(group.id, lang), ""]
    return "\n".join(lines)


def _rows(group: str, lang: Lang) -> Iterator[str]:
    heads = (t("按钮", "Button"), t("键", "Key"), t("作用", "What it does"), t("命令行", "Command line"))
    yield f"| {' | '.join(head.of(lang) for head in heads)} |"
    yield "| --- | --- | --- | --- |"
    for command in live(group):
        name = f"{command.label.of(lang)}{' ⌂' if command.home else ''}"
        does = f"**{command.tip.of(lang)}**<br>{command.more.of(lang)}"
        yield f"| {name} | {command.key} | {does} | `{command.twin}` |"
    for command in excel_only(group):
        does = f"**{command.tip.of(lang)}**<br>{command.more.of(lang)}"
        yield f"| {command.label.of(lang)} | {command.key} | {does} | |"
    if group == "forms":
        tip = t("直接打开任何一张表，不需要 Python。", "Opens any sheet; needs no Python.")
        yield f"| {PLACES.of(lang)} | {PLACES_KEY} | {tip.of(lang)} | |"
