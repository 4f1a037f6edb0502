"""What install, uninstall and doctor say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

__all__ = ["INSTALL_HELP", "INSTALL_SAID"]

INSTALL_HELP: Mapping[str, Text] = {
    "install": t(
        "把功能区装进 Excel（个人加载项）并配置 xlwings",
        "Put the ribbon into Excel (personal add-in) and configure xlwings",
    ),
    "uninstall": t("撤销 install 所做的一切", "Take back what install did"),
    "doctor": t(
        "体检：安装、宏设置、WPS、日历、编码，各附解决办法",
        "Check installation, macros, WPS, calendar, encodings; with cures",
    ),
    "dry_run": t("只显示将要写的文件", "Only show what would be written"),
    "libreoffice": t("装进 LibreOffice（工具栏和函数）", "Into LibreOffice (toolbar and functions)"),
    "workbook": t("也检查这个工作簿", "Look at this workbook too"),
}

INSTALL_SAID: Mapping[str, Text] = {
    "writes": t("写入 {path}", "Writes {path}"),
    "removes": t("删除 {path}", "Removes {path}"),
    "stays": t("不变 {path}", "Stays {path}"),
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
    "no_extension": t(
        "这个版本没有 LibreOffice 扩展。请升级 xl-collab。",
        "This version has no extension for LibreOffice. Upgrade xl-collab.",
    ),
    "not_windows": t(
        "Excel 的功能区只在 Windows 上可用。LibreOffice 请加 --libreoffice；命令行无需安装。",
        "Excel's ribbon needs Windows. For LibreOffice add --libreoffice; the command line needs nothing.",
    ),
    "well": t("{count} 项，没有问题。", "{count} checks, all well."),
    "ill": t("{count} 项，{bad} 项需要处理。", "{count} checks, {bad} to mend."),
}
