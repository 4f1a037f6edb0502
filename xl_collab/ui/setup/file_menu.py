"""The buttons without macros: in Windows' file manager, a menu of its own and entries under Send to.

They run the command line on a closed workbook, for WPS and where macros are blocked. What may not enter: how
Windows keeps such entries (hosts/windows.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from xl_collab.hosts.windows import Shortcut, Windows
from xl_collab.schema.words import LANGS, Lang, Text, t
from xl_collab.ui.setup.steps import Step

MODULE = "xl_collab.ui.closed_file"
KINDS = (".xlsx", ".xlsm")
IN_MENU = ("run", "validate", "variance", "risks", "minutes", "review", "gantt", "undo", "upgrade")
"""Commands that need nothing but the workbook, in the order of the menu."""
UNDER_SEND_TO = ("run", "validate", "undo")
TITLE = t("跨部门协同", "Collaboration")
_NAMED = t("协同：{label}", "Collaboration - {label}")
_SHELL = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
_CLASSES = r"Software\Classes\SystemFileAssociations"


def plan_menu(windows: Windows, python: str, lang: Lang) -> Iterator[Step]:
    """What puts the entries there; entries of the other language go."""
    for other in LANGS:
        if other != lang:
            yield from (_without(windows, place) for place in _links(windows, other).values())
    for command, place in _links(windows, lang).items():
        yield _link(windows, place, Shortcut(python, f"-P -m {MODULE} {command}"))
    for kind in KINDS:
        yield from _verbs(windows, kind, python, lang)


def plan_no_menu(windows: Windows) -> Iterator[Step]:
    """What takes them away."""
    for lang in LANGS:
        yield from (_without(windows, place) for place in _links(windows, lang).values())
    for kind in KINDS:
        key = _key(kind)
        there = windows.registry("HKCU", key, "MUIVerb") is not None

        def remove(key: str = key) -> None:
            windows.remove_key(key)

        yield Step(Path("HKCU", key), None, there, act=remove)


def label_of(command: str) -> Text:
    """What the button of that command is called."""
    from xl_collab.ui.buttons import COMMANDS

    return next(one.label for one in COMMANDS if one.name == command)


def _links(windows: Windows, lang: Lang) -> dict[str, Path]:
    """Command → its entry under Send to; none where Windows has no such folder."""
    folder = windows.registry("HKCU", _SHELL, "SendTo")
    if not folder:
        return {}
    names = {one: _NAMED.of(lang).format(label=label_of(one).of(lang)) for one in UNDER_SEND_TO}
    return {command: Path(str(folder)) / f"{name}.lnk" for command, name in names.items()}


def _link(windows: Windows, place: Path, wanted: Shortcut) -> Step:
    def write() -> None:
        windows.write_shortcut(str(place), wanted)

    return Step(place, b"", changes=windows.shortcut(str(place)) != wanted, act=write)


def _without(windows: Windows, place: Path) -> Step:
    def remove() -> None:
        place.unlink(missing_ok=True)

    return Step(place, None, changes=place.exists(), act=remove)


def _key(kind: str) -> str:
    return rf"{_CLASSES}\{kind}\shell\xl_collab"


def _verbs(windows: Windows, kind: str, python: str, lang: Lang) -> Iterator[Step]:
    """A menu in the menu of a kind of files. Keys are sorted by name, so theirs begin with a number."""
    key = _key(kind)
    values = {(key, "MUIVerb"): TITLE.of(lang), (key, "SubCommands"): ""}
    for number, command in enumerate(IN_MENU, 1):
        verb = rf"{key}\shell\{number:02}_{command}"
        values[verb, "MUIVerb"] = label_of(command).of(lang)
        values[rf"{verb}\command", ""] = f'"{python}" -P -m {MODULE} {command} "%1"'

    def write() -> None:
        for (path, name), value in values.items():
            windows.write_value(path, name, value)

    now = {at: windows.registry("HKCU", *at) for at in values}
    yield Step(Path("HKCU", key), b"", changes=now != values, act=write)
