"""Every command, and those that people click: for the ribbon, the buttons on 首页, toolbars and reference.

From this come customUI XML, VBA macros, LibreOffice's menu and the pages in docs. What a command is called
and does stands in its own file. No program's interface and no rule may enter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from xl_collab import commands
from xl_collab.commands.command import Command, RibbonGroup
from xl_collab.commands.reply import Nothing, Options, Reply
from xl_collab.schema.words import Text, t
from xl_collab.ui.setup.install import DOCTOR, INSTALL, UNINSTALL

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.schema.declaration import Sheet

COMMANDS: tuple[Command, ...] = (*commands.COMMANDS, DOCTOR, INSTALL, UNINSTALL)

GROUPS: tuple[RibbonGroup, ...] = (
    RibbonGroup("forms", t("表单", "Forms")),
    RibbonGroup("checks", t("检查", "Check")),
    RibbonGroup("reports", t("报告", "Report")),
    RibbonGroup("teamwork", t("协作", "Together")),
    RibbonGroup("tools", t("工具", "Tools")),
)

TAB = t("跨部门协同", "Collaboration")
TAB_OF_FILE = t("跨部门协同（本文件）", "Collaboration (this file)")
"""The tab of a workbook: with its macros blocked it cannot give way to the add-in's, and is told apart."""
TAB_KEY = "XC"
"""Key tip of the tab: two letters, so that it cannot take one of Excel's own."""
PLACES = t("打开表单", "Go to sheet")
PLACES_KEY = "T"

_GO = t("打开“{name}”", "Go to {name}")
_NO_PYTHON = t("不需要 Python。", "Needs no Python.")


def goto(sheet: Sheet, key: str) -> Command:
    """The command that shows a sheet; it runs without Python."""
    return Command(
        id=f"goto_{sheet.key}",
        label=sheet.title,
        tip=t(_GO.zh.format(name=sheet.title.zh), _GO.en.format(name=sheet.title.en)),
        run=_without_python,
        group="forms",
        more=_NO_PYTHON,
        key=key,
        image="HyperlinkInsert",
        sheet=sheet.key,
    )


def excel_only(group: str = "") -> tuple[Command, ...]:
    """What only Excel's ribbon has, done by macros alone."""
    values = Command(
        id="values",
        label=t("函数转数值", "Functions to values"),
        tip=t("把 COLLAB_ 函数改为数值再发给别人", "COLLAB_ functions become values, before you send it"),
        run=_without_python,
        group="tools",
        more=t(
            "没有装加载项的人打开含函数的工作簿会看到 #NAME?。不需要 Python；不能撤销。",
            "Who lacks the add-in sees #NAME? in their place. Needs no Python; cannot be undone.",
        ),
        key="QV",
        image="Copy",
        vba="CollabValues",
    )
    return (values,) if group in ("", values.group) else ()


def _without_python(session: Session, options: Options) -> Reply:
    raise Nothing


def places() -> tuple[Command, ...]:
    """One command for every sheet that can be seen, in tab order; their key tips are letters."""
    from xl_collab.schema.sheets import SHEETS

    shown = [sheet for sheet in SHEETS.sheets if sheet.state == "visible"]
    return tuple(goto(sheet, chr(ord("A") + i)) for i, sheet in enumerate(shown))


def live(group: str = "", among: Iterable[Command] = COMMANDS) -> Iterator[Command]:
    """The commands that can be clicked, of one group or of all."""
    return (command for command in among if command.group and group in ("", command.group))


def home() -> tuple[Command, ...]:
    """The commands with a button on 首页."""
    return tuple(command for command in live() if command.home)


def label_of(typed: str) -> Text | None:
    """The label of the button that does what this command of the command line does; None without one."""
    words = typed.split()
    found = (c for c in live() if c.twin.split()[1 : 1 + len(words)] == words)
    if typed == "undo":  # of a run only a reply's can be undone again
        found = (c for c in live() if c.id == "undo_reply")
    return next((command.label for command in found), None)


def find(identity: str) -> Command | None:
    """The clickable command of that id; None when there is none."""
    return next((command for command in live() if command.id == identity), None)
