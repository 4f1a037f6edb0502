"""One check of the doctor: what was found and the cure, in both languages, and where the doctor looks."""

from __future__ import annotations

import datetime as dt
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from xl_collab.documents.interface import Interface
from xl_collab.hosts.windows import Windows, this_windows
from xl_collab.schema.words import Lang, Text, t

FOUND: Mapping[str, Text] = {
    "python": t("Python {version}，{bits} 位：{path}", "Python {version}, {bits}-bit: {path}"),
    "python_old": t("Python {version} 太旧", "Python {version} is too old"),
    "python_named": t(
        "Python 的路径含中文，Excel 用 {name} 启动它",
        "The path of Python is not ASCII; Excel starts it as {name}",
    ),
    "python_path": t("Python 的路径含中文：{path}", "The path of Python is not ASCII: {path}"),
    "xlwings": t("xlwings {version}", "xlwings {version}"),
    "xlwings_other": t(
        "xlwings 是 {version}，加载项需要 {wanted}", "xlwings is {version}; the add-in needs {wanted}"
    ),
    "xlwings_none": t(
        "没有安装 xlwings：按钮和工作表函数不能用", "xlwings is not installed: no buttons or functions"
    ),
    "conf": t(
        "您自己的 xlwings 配置（按钮不用）：{path}",
        "Your settings of xlwings (no button uses them): {path}",
    ),
    "conf_ours": t(
        "以前的版本改过 xlwings 的全局设置，别的 xlwings 工作簿会用错 Python：{path}",
        "An earlier version changed xlwings' global settings, which other workbooks use: {path}",
    ),
    "conf_encoding": t(
        "xlwings 配置里有非英文字符，第 {lines} 行：Python 的 UTF-8 模式下 import xlwings 会失败",
        "xlwings' configuration is not ASCII in line {lines}: in Python's UTF-8 mode import xlwings fails",
    ),
    "conf_python": t("Excel 会启动另一个 Python：{path}", "Excel starts another Python: {path}"),
    "warm": t("热启动已打开（USE UDF SERVER）", "Warm clicks are on (USE UDF SERVER)"),
    "warm_off": t("热启动没有打开，每次点击要多等几秒", "Warm clicks are off: each click waits for Python"),
    "dll": t("{name} 在 {path}", "{name} is in {path}"),
    "dll_none": t("找不到 {name}", "{name} was not found"),
    "excel": t("Excel {bits} 位：{path}", "Excel, {bits}-bit: {path}"),
    "excel_none": t("没有找到 Excel", "Excel was not found"),
    "wps": t(
        "WPS 接管了 Excel：程序打开的“Excel”其实是 {path}",
        "WPS has taken over Excel: what programs start as Excel is {path}",
    ),
    "wps_not": t("Excel.Application 由 Excel 提供", "Excel.Application is Excel"),
    "addin": t("个人加载项已安装：{path}", "The personal add-in is installed: {path}"),
    "addin_none": t("个人加载项没有安装", "The personal add-in is not installed"),
    "addin_old": t("个人加载项与程序版本不同：{path}", "The personal add-in is of another version: {path}"),
    "macros_off": t(
        "策略禁止了所有宏（VBAWarnings={value}）", "All macros are disabled (VBAWarnings={value})"
    ),
    "macros_signed": t("只允许有签名的宏（VBAWarnings=3）", "Only signed macros are allowed (VBAWarnings=3)"),
    "macros": t("宏设置允许运行加载项", "Macro settings let the add-in run"),
    "macros_current": t("{name} 里的宏与程序版本一致", "The macros in {name} are those of this version"),
    "macros_other": t("{name} 里的宏与程序版本不同", "The macros in {name} are of another version"),
    "macros_xlwings": t(
        "{name} 里的 xlwings 模块是 {version}，程序需要 {wanted}：它的按钮启动不了 Python",
        "The module xlwings in {name} is {version}, not {wanted}: its buttons cannot start Python",
    ),
    "trusted_off": t("受信任位置被停用", "Trusted locations are disabled"),
    "trusted": t("受信任位置 {count} 个", "{count} trusted locations"),
    "marked": t(
        "{name} 带有“来自互联网”标记，其中的宏会被拦截",
        "{name} is marked as from the internet; its macros are blocked",
    ),
    "not_marked": t("{name} 没有“来自互联网”标记", "{name} has no mark of the web"),
    "onedrive": t("{name} 在 OneDrive/SharePoint 上：{path}", "{name} is on OneDrive or SharePoint: {path}"),
    "local": t("{name} 在本地磁盘", "{name} is on a local disk"),
    "code_page": t("系统代码页 {page}", "System code page {page}"),
    "calendar": t("节假日数据：{first}–{last} 年", "Calendar: official days of {first}–{last}"),
    "calendar_short": t(
        "官方节假日只到 {last} 年，{year} 年为推定",
        "Official holidays end with {last}; {year} is estimated",
    ),
    "office": t("LibreOffice：{path}", "LibreOffice: {path}"),
    "office_none": t(
        "没有安装 LibreOffice（打印成 PDF 时需要）", "LibreOffice is not installed (needed for PDF)"
    ),
    "uno": t("可以连接 LibreOffice（{how}）", "LibreOffice can be reached ({how})"),
    "uno_none": t("Python 不能连接 LibreOffice：{reason}", "Python cannot reach LibreOffice: {reason}"),
    "windows": t("能显示进度窗口", "Progress windows can be shown"),
    "windows_none": t(
        "不能显示进度窗口（没有 tkinter 或显示器）", "No progress windows (no tkinter or no display)"
    ),
    "not_windows": t(
        "这不是 Windows：Excel 的按钮不可用；命令行和 LibreOffice 可用",
        "This is not Windows: no buttons in Excel; command line and LibreOffice work",
    ),
    "console": t("控制台编码 {encoding}", "Console encoding {encoding}"),
}

CURES: Mapping[str, Text] = {
    "python_old": t("安装 Python 3.11 或更新版本。", "Install Python 3.11 or newer."),
    "python_path": t(
        r"把 Python 或虚拟环境装到英文路径，如 C:\xl_collab\venv，再运行 xl-collab install。",
        r"Install it in a plain path such as C:\xl_collab\venv, then run xl-collab install.",
    ),
    "xlwings_other": t(
        "运行 pip install xlwings=={wanted}，再重启 Excel。",
        "Run pip install xlwings=={wanted} and restart Excel.",
    ),
    "xlwings_none": t(
        "运行 pip install xlwings==0.37.8，再运行 xl-collab install。",
        "Run pip install xlwings==0.37.8, then xl-collab install.",
    ),
    "conf_ours": t(
        "运行 xl-collab install，它会恢复原来的设置。", "Run xl-collab install, which restores them."
    ),
    "conf_encoding": t(
        "把 {path} 里的这几行改成英文路径，或删除它们。",
        "Write plain paths into those lines of {path}, or delete them.",
    ),
    "conf_python": t(
        "在想用的环境里运行 xl-collab install。", "Run xl-collab install in the environment to use."
    ),
    "warm_off": t("运行 xl-collab install。", "Run xl-collab install."),
    "dll_none": t(
        "运行 pip install --force-reinstall xlwings=={wanted}；若被杀毒软件删除，请加入信任。",
        "Run pip install --force-reinstall xlwings=={wanted}; if antivirus removed it, allow it.",
    ),
    "excel_none": t(
        "安装桌面版 Excel，或使用命令行与 LibreOffice。",
        "Install desktop Excel, or use the command line or LibreOffice.",
    ),
    "wps": t(
        "在 WPS“配置工具 → 高级 → 兼容设置”取消“兼容第三方系统和软件”，再修复安装 Office；或改用命令行。",
        "In WPS's configuration tool, Advanced, switch compatibility with third-party software off and "
        "repair Office; or use the command line.",
    ),
    "addin_none": t("关闭 Excel，运行 xl-collab install。", "Close Excel and run xl-collab install."),
    "addin_old": t("关闭 Excel，运行 xl-collab install。", "Close Excel and run xl-collab install."),
    "macros_off": t(
        "请管理员允许受信任位置中的宏（文件 → 选项 → 信任中心 → 宏设置）；不能改时请用命令行。",
        "Ask your administrator to allow macros in trusted locations (File, Options, Trust Center); "
        "else use the command line.",
    ),
    "macros_signed": t(
        "请管理员把启动文件夹 {folder} 设为受信任位置。",
        "Ask your administrator to trust the start-up folder {folder}.",
    ),
    "macros_other": t(
        "关闭它，在文件夹里右键它 → 跨部门协同 → 升级工作簿；或运行 xl-collab upgrade {name}。",
        "Close it and right-click it in its folder: Collaboration, Upgrade; or xl-collab upgrade {name}.",
    ),
    "macros_xlwings": t(
        "关闭它，在文件夹里右键它 → 跨部门协同 → 升级工作簿；或运行 xl-collab upgrade {name}。",
        "Close it and right-click it in its folder: Collaboration, Upgrade; or xl-collab upgrade {name}.",
    ),
    "trusted_off": t(
        "在信任中心取消“禁用所有受信任位置”，或请管理员处理。",
        "Enable trusted locations in the Trust Center, or ask your administrator.",
    ),
    "marked": t(
        "右键文件 → 属性 → 勾选“解除锁定”；或只用个人加载项的功能区，它不受影响。",
        "Right-click the file, Properties, Unblock; the personal add-in's ribbon works without.",
    ),
    "onedrive": t(
        "在网页上对它所在的文件夹点“同步”，同步完再从那里打开；不能同步就另存到本地磁盘。",
        "Press Sync on its folder's page, wait, and open it from there; else save it on a local disk.",
    ),
    "calendar_short": t(
        "国务院公布后用“导入放假通知”，或升级 xl-collab。",
        "Import the State Council's notice, or upgrade xl-collab.",
    ),
    "office_none": t("需要 PDF 时安装 LibreOffice。", "Install LibreOffice if you want PDF."),
    "uno_none": t(
        "安装 python3-uno，或用 XL_COLLAB_UNO_PYTHON 指明带 uno 的 Python。",
        "Install python3-uno, or name a Python that has it in XL_COLLAB_UNO_PYTHON.",
    ),
    "windows_none": t(
        "安装带 tcl/tk 的 Python；没有它也能用，只是不能取消。",
        "Use a Python with tcl/tk; without it nothing can be cancelled.",
    ),
}
"""By the same keys; what has none is well."""

XLWINGS = "0.37.8"
"""The version whose DLL the VBA module declares; `tools/build/vba.py` pins the same."""

State = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Check:
    """One finding of the doctor: `id` is stable; a note may be left, a problem stops something."""

    id: str
    state: State
    words: Mapping[str, object] = field(default_factory=dict)

    def found(self, lang: Lang) -> str:
        """What was found."""
        return FOUND[self.id].of(lang).format(**self.words)

    def cure(self, lang: Lang) -> str:
        """What to do; '' when all is well."""
        return CURES[self.id].of(lang).format(**self.words) if self.id in CURES else ""

    def payload(self, lang: Lang) -> dict[str, Any]:
        """For JSON."""
        return {"id": self.id, "state": self.state, "found": self.found(lang), "cure": self.cure(lang)}


@dataclass(frozen=True)
class Surroundings:
    """Where the doctor looks; tests give recorded ones."""

    interface: Callable[[Lang], Interface]
    windows: Windows | None = field(default_factory=this_windows)
    path: str = ""
    """The workbook in question; '' for none."""
    home: Path = field(default_factory=Path.home)
    executable: str = sys.executable
    version: tuple[int, int, int] = sys.version_info[:3]
    bits: int = struct.calcsize("P") * 8
    today: dt.date = field(default_factory=dt.date.today)

    @property
    def name(self) -> str:
        """The workbook's name without folders."""
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]


def lines_of(check: Check, lang: Lang) -> list[str]:
    """A check as lines: what was found, then the cure."""
    marks = {"ok": "✓", "note": "·", "problem": "✗"}
    cure = check.cure(lang)
    return [f"{marks[check.state]} {check.found(lang)}", *([f"  → {cure}"] if cure else [])]
