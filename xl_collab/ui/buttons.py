"""The commands that people click, declared once: for the ribbon, the buttons on 首页, toolbars and docs.

What a command does is in `clicks.py`; here is how it looks and what it is called. From this come
customUI XML, VBA macros and the page docs/ribbon.md; LibreOffice's toolbar reads it too. No program's
interface and no rule may enter.
"""

from __future__ import annotations

from collections.abc import Iterator

from xl_collab.faces.command_kinds import Command, Group
from xl_collab.faces.command_list import COMMANDS, GROUPS
from xl_collab.schema.declaration import Sheet
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text, t

__all__ = ["COMMANDS", "GROUPS", "PLACES", "TAB", "TAB_KEY", "Command", "Group"]
__all__ += ["PLACES_KEY", "find", "goto", "home", "label_of", "live", "places"]

TAB = t("跨部门协同", "Collaboration")
TAB_KEY = "XC"
"""Key tip of the tab: two letters, so that it cannot take one of Excel's own."""
PLACES = t("打开表单", "Go to sheet")
PLACES_KEY = "T"

_GO = t("打开“{name}”", "Go to {name}")
_NO_PYTHON = t("不需要 Python。", "Needs no Python.")


def goto(sheet: Sheet, key: str) -> Command:
    """The command that shows a sheet; it runs without Python."""
    tip = t(_GO.zh.format(name=sheet.title.zh), _GO.en.format(name=sheet.title.en))
    image = "HyperlinkInsert"
    return Command(f"goto_{sheet.key}", "forms", sheet.title, tip, _NO_PYTHON, key, image, sheet=sheet.key)


def places() -> tuple[Command, ...]:
    """One command for every sheet that can be seen, in tab order; their key tips are letters."""
    shown = [sheet for sheet in SHEETS.sheets if sheet.state == "visible"]
    return tuple(goto(sheet, chr(ord("A") + i)) for i, sheet in enumerate(shown))


def live(group: str = "") -> Iterator[Command]:
    """The commands that can be clicked, of one group or of all."""
    return (command for command in COMMANDS if command.live and group in ("", command.group))


def home() -> tuple[Command, ...]:
    """The commands with a button on 首页."""
    return tuple(command for command in live() if command.home)


def label_of(typed: str) -> Text | None:
    """The label of the button that does what this command of the command line does; None without one."""
    words = typed.split()
    found = (c for c in COMMANDS if c.cli.split()[1 : 1 + len(words)] == words)
    if typed == "undo":  # of a run only a reply's can be undone again
        found = (c for c in COMMANDS if c.id == "undo_reply")
    return next((command.label for command in found), None)


def find(identity: str) -> Command | None:
    """The clickable command of that id; None when there is none."""
    return next((command for command in live() if command.id == identity), None)
