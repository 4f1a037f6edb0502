"""`install` and `uninstall`: the add-in, with what xlwings must know, and the file manager's menu.

A plan is made first and shown by --dry-run; carrying it out twice changes nothing more. Excel need not run.
What earlier versions wrote into the user's settings of xlwings, which all its workbooks share, is given back.
"""

from __future__ import annotations

import sys
from pathlib import Path, PureWindowsPath

from xl_collab.documents.interface import Interface
from xl_collab.errors import UsageError
from xl_collab.hosts.windows import Windows
from xl_collab.schema.words import Lang
from xl_collab.ui.setup.addin import ADDIN, shipped_addin
from xl_collab.ui.setup.file_menu import plan_menu, plan_no_menu
from xl_collab.ui.setup.installed import (
    LANG_KEY,
    configuration,
    own_settings,
    read_settings,
    restored,
    with_settings,
)
from xl_collab.ui.setup.steps import Step

_BEFORE = "xlwings.conf.before-xl-collab"
_SHELL = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
_PLACES = ("LOCALAPPDATA", "APPDATA", "USERPROFILE", "PROGRAMDATA", "PROGRAMFILES")


def start_folder(windows: Windows) -> Path:
    """Excel's start-up folder of the user: what lies there is opened with Excel, and trusted."""
    roaming = windows.registry("HKCU", _SHELL, "AppData") or windows.environment().get("APPDATA")
    if not roaming:
        raise UsageError(
            "找不到当前用户的 AppData 文件夹。请在该用户自己的桌面会话里运行。",
            "The user's AppData folder was not found. Run this in the user's own desktop session.",
        )
    return Path(str(roaming)) / "Microsoft" / "Excel" / "XLSTART"


def ascii_path(path: str, windows: Windows) -> str:
    """A path that VBA and Python read alike whatever their encodings: plain, short, or by a variable.

    Raises UsageError when none is to be had.
    """
    if path.isascii():
        return path
    short = windows.short_path(path)
    if short.isascii():
        return short
    environment = windows.environment()
    for name in _PLACES:
        folder = environment.get(name, "")
        if folder and path.lower().startswith(folder.lower() + "\\"):
            rest = path[len(folder) :]
            if rest.isascii():
                return f"%{name}%{rest}"
    raise UsageError(
        f"Python 的路径 {path} 含有中文，Excel 无法可靠地启动它。"
        r"请把 Python 或虚拟环境装到全英文路径，如 C:\xl_collab\venv。",
        f"The path of Python, {path}, is not ASCII, and Excel cannot start it reliably. "
        r"Install Python or the virtual environment in a plain path such as C:\xl_collab\venv.",
    )


def settings(windows: Windows, executable: str) -> dict[str, str]:
    """What xlwings must know: the interpreter, a warm Python for clicks, no mailed folder on its path.

    It says all that would else be taken from the user's own settings, which may mean another Python.
    """
    found = {
        "INTERPRETER_WIN": ascii_path(executable, windows),
        "USE UDF SERVER": "True",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "SHOW CONSOLE": "False",
        "DEBUG UDFS": "False",
    }
    return found | dict.fromkeys(("PYTHONPATH", "CONDA PATH", "CONDA ENV"), "") | _conda(windows, executable)


def _conda(windows: Windows, executable: str) -> dict[str, str]:
    """Conda's environments must be activated: their DLLs are found no other way."""
    environment = windows.environment()
    name, program = environment.get("CONDA_DEFAULT_ENV"), environment.get("CONDA_EXE")
    prefix = environment.get("CONDA_PREFIX", "")
    if not (name and program and prefix and executable.lower().startswith(prefix.lower())):
        return {}
    root = str(PureWindowsPath(program).parent.parent)
    return {"CONDA PATH": ascii_path(root, windows), "CONDA ENV": name}


def plan_install(
    windows: Windows,
    interface: Interface,
    *,
    lang: Lang = "zh",
    home: Path | None = None,
    executable: str | None = None,
) -> list[Step]:
    """What an installation would write."""
    python = executable or sys.executable
    addin = shipped_addin(interface, settings(windows, python))
    # The add-in is first: where Excel holds it, nothing at all is written.
    steps = [_write(start_folder(windows) / ADDIN, addin)]
    steps.append(_write(own_settings(home), with_settings(b"", {LANG_KEY: lang})))
    return [*steps, *_given_back(windows, home, python), *plan_menu(windows, python, lang)]


def plan_uninstall(
    windows: Windows, *, home: Path | None = None, executable: str | None = None
) -> list[Step]:
    """What taking it back would change."""
    steps = [_remove(start_folder(windows) / ADDIN), _remove(own_settings(home))]
    steps += [*_given_back(windows, home, executable or sys.executable), *plan_no_menu(windows)]
    return [step for step in steps if step.data is not None or step.changes]


def _given_back(windows: Windows, home: Path | None, executable: str) -> list[Step]:
    """The user's settings of xlwings without what an earlier version put there; its note of them goes."""
    conf = configuration(home)
    noted = conf.with_name(_BEFORE)
    now, before = _bytes(conf), _bytes(noted)
    if now is None or LANG_KEY not in read_settings(now):
        return []
    left = restored(now, before or b"", _written_before(windows, executable))
    step = Step(conf, left or None, changes=True, what="restored")
    return [step, *([_remove(noted)] if before is not None else [])]


def _written_before(windows: Windows, executable: str) -> dict[str, str]:
    """What earlier versions wrote there; another value of such a name is the user's."""
    names = ("INTERPRETER_WIN", "USE UDF SERVER", "ADD_WORKBOOK_TO_PYTHONPATH", "CONDA PATH", "CONDA ENV")
    try:
        told = settings(windows, executable)
    except UsageError:  # then an earlier version refused to install it, too
        return {}
    return {name: told[name] for name in names if told[name]}


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes) -> Step:
    return Step(path, data, changes=_bytes(path) != data)


def _remove(path: Path) -> Step:
    return Step(path, None, changes=path.exists())
