"""`install` and `uninstall`: the personal add-in into Excel's start-up folder, and xlwings' settings.

A plan is made first and shown by --dry-run; carrying it out twice changes nothing more. Nothing is
written to the registry, and Excel need not run.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PureWindowsPath

from xl_collab.documents.interface import Interface, with_ribbon
from xl_collab.errors import DamagedWorkbook, UsageError
from xl_collab.hosts.atomic import write_atomically
from xl_collab.hosts.windows import Windows
from xl_collab.schema.words import Lang
from xl_collab.ui.setup.installed import (
    LANG_KEY,
    configuration,
    read_settings,
    with_settings,
    without_settings,
)

ADDIN = "xl_collab.xlam"
_BEFORE = "xlwings.conf.before-xl-collab"
_SHELL = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
_PLACES = ("LOCALAPPDATA", "APPDATA", "USERPROFILE", "PROGRAMDATA", "PROGRAMFILES")


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write, or with data None to remove; `changes` is False when it is so already."""

    path: Path
    data: bytes | None
    changes: bool


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


def settings(windows: Windows, executable: str, lang: Lang) -> dict[str, str]:
    """What xlwings must know: the interpreter, a warm Python for clicks, no mailed folder on its path."""
    found = {"INTERPRETER_WIN": ascii_path(executable, windows), **_conda(windows, executable)}
    return found | {"USE UDF SERVER": "True", "ADD_WORKBOOK_TO_PYTHONPATH": "False", LANG_KEY: lang}


def _conda(windows: Windows, executable: str) -> Mapping[str, str]:
    """Conda's environments must be activated: their DLLs are found no other way."""
    environment = windows.environment()
    name, program = environment.get("CONDA_DEFAULT_ENV"), environment.get("CONDA_EXE")
    prefix = environment.get("CONDA_PREFIX", "")
    if not (name and program and prefix and executable.lower().startswith(prefix.lower())):
        return {}
    root = str(PureWindowsPath(program).parent.parent)
    return {"CONDA PATH": ascii_path(root, windows), "CONDA ENV": name}


def shipped_addin(interface: Interface) -> bytes:
    """The add-in of the package with its ribbon as `interface` has it."""
    packaged = resources.files("xl_collab") / "data" / ADDIN
    checkout = Path(__file__).parents[3] / "workbook" / ADDIN
    if packaged.is_file():
        data = packaged.read_bytes()
    elif checkout.is_file():
        data = checkout.read_bytes()
    else:
        raise DamagedWorkbook(
            "安装不完整：缺少加载项，请重新安装 xl-collab",
            "The installation is incomplete: the add-in is missing; reinstall xl-collab",
        )
    return with_ribbon(data, interface.addin)


def plan_install(
    windows: Windows,
    interface: Interface,
    *,
    lang: Lang = "zh",
    home: Path | None = None,
    executable: str | None = None,
) -> list[Step]:
    """What an installation would write."""
    conf = configuration(home)
    before = _bytes(conf)
    wanted = with_settings(before or b"", settings(windows, executable or sys.executable, lang))
    # The add-in is first: where Excel holds it, nothing at all is written.
    steps = [_write(start_folder(windows) / ADDIN, shipped_addin(interface)), _write(conf, wanted)]
    kept = conf.with_name(_BEFORE)
    if before is not None and not kept.exists() and LANG_KEY not in read_settings(before):
        steps.insert(1, _write(kept, before))
    return steps


def plan_uninstall(windows: Windows, *, home: Path | None = None) -> list[Step]:
    """What taking it back would change: the add-in goes, the settings are as they were before."""
    conf = configuration(home)
    now, before = _bytes(conf), _bytes(conf.with_name(_BEFORE))
    steps = [_remove(start_folder(windows) / ADDIN)]
    if now is not None and LANG_KEY in read_settings(now):
        ours = frozenset({"INTERPRETER_WIN", "USE UDF SERVER", "ADD_WORKBOOK_TO_PYTHONPATH", LANG_KEY})
        left = without_settings(now, ours | {"CONDA PATH", "CONDA ENV"})
        old = {name: value for name, value in read_settings(before or b"").items() if value.isascii()}
        left = with_settings(left, {name: old[name] for name in sorted(ours) if name in old})
        steps.append(_write(conf, left) if left else _remove(conf))
    steps.append(_remove(conf.with_name(_BEFORE)))
    return [step for step in steps if step.data is not None or step.changes]


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, data: bytes) -> Step:
    return Step(path, data, changes=_bytes(path) != data)


def _remove(path: Path) -> Step:
    return Step(path, None, changes=path.exists())


def carry_out(steps: list[Step]) -> None:
    """Write and remove; raises FileLocked when Excel holds the add-in, CannotWrite when refused."""
    from xl_collab.errors import FileLocked

    for step in steps:
        if not step.changes:
            continue
        try:
            if step.data is None:
                step.path.unlink()
            else:
                step.path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(step.path, step.data)
        except (PermissionError, FileLocked) as error:
            raise FileLocked(
                f"{step.path} 正被占用。请关闭所有 Excel 窗口后重试。",
                f"{step.path} is in use. Close every Excel window and try again.",
            ) from error
