"""The commands install, uninstall and doctor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module, util
from typing import TYPE_CHECKING

from xl_collab.commands.command import Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.hosts.windows import Windows
    from xl_collab.ui.setup.steps import Step

WORDS = {
    "writes": t("写入 {path}", "Writes {path}"),
    "removes": t("删除 {path}", "Removes {path}"),
    "stays": t("不变 {path}", "Stays {path}"),
    "restored": t(
        "恢复 {path}：以前的版本改过其中 xlwings 的全局设置。请核对其中的 Python",
        "Restores {path}: an earlier version had changed xlwings' global settings. See whether the Python "
        "there is the one that your other xlwings workbooks need",
    ),
    "only_shown": t("只是显示，没有写文件。", "Only shown; nothing was written."),
    "installed": t(
        "已安装。请重启 Excel，功能区会出现“跨部门协同”；不正常时运行 xl-collab doctor。",
        "Installed. Restart Excel: the tab Collaboration is there; if not, run xl-collab doctor.",
    ),
    "uninstalled": t(
        "已卸载。Python 包用 pip uninstall xl-collab 删除。",
        "Uninstalled. Remove the package with pip uninstall xl-collab.",
    ),
    "libreoffice_install": t(
        "已装进 LibreOffice：{path}。请重启它。", "Installed in LibreOffice: {path}. Restart it."
    ),
    "libreoffice_uninstall": t("已从 LibreOffice 卸载：{path}", "Removed from LibreOffice: {path}"),
    "libreoffice_all": t(
        "以 root 运行：对这台电脑的所有用户生效。", "Run as root: this holds for every user of this computer."
    ),
    "libreoffice_other": t(
        "LibreOffice 里已有另一个 Python（{python}）装的扩展，没有改动。要换成这一个，请加 --force。",
        "LibreOffice has the extension of another Python ({python}); nothing changed. --force replaces it.",
    ),
    "no_extension": t(
        "这个版本没有 LibreOffice 扩展。请在完整的 xl-collab 文件夹里运行 pip install .",
        "This version has no extension for LibreOffice. Run pip install . in the folder of a complete one.",
    ),
    "not_windows": t(
        "Excel 的功能区只在 Windows 上可用。LibreOffice 请加 --libreoffice；命令行无需安装。",
        "Excel's ribbon needs Windows. For LibreOffice add --libreoffice; the command line needs nothing.",
    ),
    "well": t("{count} 项，没有问题。", "{count} checks, all well."),
    "ill": t("{count} 项，{bad} 项需要处理。", "{count} checks, {bad} to mend."),
    "all_well": t("体检 {count} 项，没有问题。", "{count} checks, all well."),
}
LIBREOFFICE = Option(
    "libreoffice",
    t("装进 LibreOffice（工具栏和函数）", "Into LibreOffice (toolbar and functions)"),
    ("--libreoffice",),
    "flag",
)
SHOW_ONLY = Option(
    "dry_run", t("只显示将要写的文件", "Only show what would be written"), ("--dry-run",), "flag"
)
WORKBOOK = Option("file", t("也检查这个工作簿", "Look at this workbook too"), (), "file", "WORKBOOK")

REPLACE = Option(
    "force",
    t("替换另一个 Python 装的 LibreOffice 扩展", "Replace an extension of another Python in LibreOffice"),
    ("--force",),
    "flag",
)

_EXTENSION = "xl_collab.hosts.libreoffice.extension"
"""Brings install(lang) and uninstall(), each giving back the path of the extension."""


def install(session: Session, options: Options) -> Reply:
    """The add-in into Excel's start-up folder, or LibreOffice's extension."""
    reply = session.reply(WORDS)
    if options["libreoffice"]:
        return _libreoffice("install", reply, options)
    from xl_collab.ui.setup.installing import plan_install
    from xl_collab.ui.setup.steps import carry_out

    steps = plan_install(_windows(), session.interface(reply.lang), lang=reply.lang)
    if not options["dry_run"]:
        carry_out(steps)
    _show(reply, steps, options["dry_run"])
    if not options["dry_run"]:
        reply.say("installed")
    return reply


def uninstall(session: Session, options: Options) -> Reply:
    """Takes back what install wrote."""
    reply = session.reply(WORDS)
    if options["libreoffice"]:
        return _libreoffice("uninstall", reply, options)
    from xl_collab.ui.setup.installing import plan_uninstall
    from xl_collab.ui.setup.steps import carry_out

    steps = plan_uninstall(_windows())
    if not options["dry_run"]:
        carry_out(steps)
    _show(reply, steps, options["dry_run"])
    if not options["dry_run"]:
        reply.say("uninstalled")
    return reply


def doctor(session: Session, options: Options) -> Reply:
    """What may keep the buttons from working, each with its cure; a click tells the problems only."""
    from xl_collab.ui.setup.checks import Surroundings, lines_of
    from xl_collab.ui.setup.doctor import examine

    file, reply = options["file"], session.reply(WORDS)
    path = session.full_name if file is None else str(file.absolute())
    checks = examine(Surroundings(session.interface, path=path))
    reply.payload = [check.payload(reply.lang) for check in checks]
    bad = sum(check.state == "problem" for check in checks)
    if bad:
        reply.severity, reply.exit_code = "warning", 1
    else:
        reply.say("all_well", "click", count=len(checks))
    for check in checks:
        for line in lines_of(check, reply.lang):
            reply.line(line, "line" if check.state == "ok" else "both")
    reply.say("ill" if bad else "well", "line", count=len(checks), bad=bad)
    return reply


def _windows() -> Windows:
    from xl_collab.hosts.windows import this_windows

    windows = this_windows()
    if windows is None:
        raise usage_error(WORDS["not_windows"])
    return windows


def _show(reply: Reply, steps: Sequence[Step], dry_run: bool) -> None:
    for step in steps:
        key = step.what or ("removes" if step.data is None else "writes")
        reply.say(key if step.changes else "stays", path=step.path)
    if dry_run:
        reply.say("only_shown")


def _libreoffice(what: str, reply: Reply, options: Options) -> Reply:
    if util.find_spec(_EXTENSION) is None:
        raise usage_error(WORDS["no_extension"])
    extension = import_module(_EXTENSION)
    other = extension.python_of_installed()
    if what == "install" and other not in ("", sys.executable) and not options["force"]:
        raise usage_error(WORDS["libreoffice_other"], python=other)
    if extension.for_all_users():
        reply.say("libreoffice_all")
    if options["dry_run"]:
        reply.say("only_shown")
        return reply
    path = extension.install(reply.lang) if what == "install" else extension.uninstall()
    reply.say(f"libreoffice_{what}", path=path)
    return reply


INSTALL = Command(
    id="install",
    name="install",
    label=t("安装", "Install"),
    tip=t(
        "把功能区装进 Excel（个人加载项）",
        "Put the ribbon into Excel (personal add-in)",
    ),
    run=install,
    options=(LIBREOFFICE, SHOW_ONLY, REPLACE),
    writes=False,
)
UNINSTALL = Command(
    id="uninstall",
    name="uninstall",
    label=t("卸载", "Uninstall"),
    tip=t("撤销 install 所做的一切", "Take back what install did"),
    run=uninstall,
    options=(LIBREOFFICE, SHOW_ONLY),
    writes=False,
)
DOCTOR = Command(
    name="doctor",
    id="doctor",
    group="tools",
    label=t("体检", "Doctor"),
    tip=t("检查安装、宏设置、日历和编码", "Installation, macros, calendar, encodings"),
    more=t("逐项列出问题和解决办法。", "Every problem with its cure."),
    key="O",
    image="ControlProperties",
    writes=False,
    twin="xl-collab doctor FILE",
    run=doctor,
    options=(WORKBOOK,),
)
