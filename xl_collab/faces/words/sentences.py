"""What the command line says, in both languages; rules and documents have their own words."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from xl_collab.faces.words.collect import COLLECT_HELP, COLLECT_SAID
from xl_collab.faces.words.importing import IMPORT_HELP, IMPORT_SAID
from xl_collab.faces.words.lessons import LESSONS_HELP, LESSONS_SAID
from xl_collab.faces.words.mail import MAIL_HELP, MAIL_SAID
from xl_collab.faces.words.process import PROCESS_HELP, PROCESS_SAID
from xl_collab.schema.words import Lang, Text, t

__all__ = ["HELP", "SAID", "help_text", "ui_lang"]


def ui_lang(argv: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> Lang:
    """Language of help and messages: `--lang`, else XL_COLLAB_LANG, else Chinese."""
    words = list(argv)
    for i, word in enumerate(words):
        if word.startswith("--lang="):
            return "en" if word == "--lang=en" else "zh"
        if word == "--lang" and i + 1 < len(words):
            return "en" if words[i + 1] == "en" else "zh"
    env = os.environ if environ is None else environ
    return "en" if env.get("XL_COLLAB_LANG", "").lower().startswith("en") else "zh"


HELP: Mapping[str, Text] = {
    "app": t(
        "跨部门协作跟踪表：校验、真实工作日偏差、风险、纪要与复盘。",
        "Cross-department tracker: checks, true working-day variance, risks, minutes, review.",
    ),
    "demo": t("用模板自带的项目演示全部功能", "Show everything on the template's own project"),
    "new": t("新建一个跟踪表工作簿", "Make a new tracker workbook"),
    "validate": t("校验：列出每处问题和改法", "Check: every finding with its cure"),
    "variance": t(
        "计算偏差（工作日）、推算完成与预警", "Compute variance in working days, forecast and alerts"
    ),
    "risks": t("列出风险、原因、分值与 5×5 热力图", "List risks with reasons, scores and a 5×5 heat map"),
    "minutes": t("生成《例会会议纪要》", "Make the minutes"),
    "review": t("生成《跨部门协作复盘报告》", "Make the review report"),
    "run": t(
        "一次做完：校验、偏差、风险、纪要、复盘",
        "Everything at once: validate, variance, risks, minutes, review",
    ),
    "freeze": t("把时间节点冻结为基线", "Freeze due dates into the baseline"),
    "workdays": t("两天之间有几个工作日（带符号）", "Signed number of working days between two days"),
    "explain": t("逐日说明两天之间怎样数工作日", "Explain day by day how working days are counted"),
    "deadline": t("一条时间节点的下次到期", "Next due date of a due text"),
    "calendar": t("节假日", "Calendar"),
    "calendar_import": t("导入国务院放假通知的文字", "Import the State Council's notice as text"),
    "undo": t("撤销上一次写入", "Take the last write back"),
    "codes": t("列出全部校验代码、原因与改法", "List every finding code with cause and cure"),
    "file": t("跟踪表工作簿（.xlsm 或 .xlsx）", "Tracker workbook (.xlsm or .xlsx)"),
    "as_of": t(
        "按哪一天计算（默认数据日期，再默认今天）；不是数据日期时只写注明日期的文档",
        "Day to ask about (default: the data date, else today); on another day only dated documents are written",
    ),
    "set_date": t(
        "修改设置里的数据日期，全部按它重新计算；today 为清空（即每天的今天）",
        "Write the data date into Settings and compute everything for it; today clears it",
    ),
    "out": t(
        "写到另一个文件（默认写回原文件并备份）", "Write to another file (default: in place, with a backup)"
    ),
    "dry_run": t("只显示将要做的修改，不写文件", "Show the edits, write nothing"),
    "break_lock": t(
        "工作簿被另一次运行锁定时接管它（先确认那次运行已不在）",
        "Take the workbook over from another run (make sure that it no longer runs)",
    ),
    "json": t("输出 JSON", "Print JSON"),
    "lang": t("语言：zh 或 en", "Language: zh or en"),
    "scenario": t("场景", "Scenario"),
    "start": t("项目开始日期，默认下周一", "Project start; default: next Monday"),
    "name": t("项目名称", "Project name"),
    "force": t("覆盖已有的文件", "Replace an existing file"),
    "issue": t("签发：记入历史，下次纪要从这次算起", "Issue: recorded, the next minutes count from it"),
    "number": t("纪要编号", "Number of the minutes"),
    "first_day": t("起始日期 YYYY-MM-DD", "First day YYYY-MM-DD"),
    "second_day": t("对比日期 YYYY-MM-DD", "Second day YYYY-MM-DD"),
    "calendar_file": t("以这个工作簿的节假日表为准", "Use the calendar of this workbook"),
    "deadline_text": t("如 每周一17:00前、2023年10月8日", "Such as 'every Monday by 17:00' or 2023-10-08"),
    "after": t("在此日期或时刻之后，默认今天", "After this day or moment; default: today"),
    "notice": t("通知的文本文件，- 表示从标准输入读", "Text file of the notice, - for standard input"),
    "year": t("通知所属年份，默认从文字里读", "Year of the notice; default: read from the text"),
    "folder": t("演示文件夹", "Folder of the demo"),
    "no_pictures": t("不生成 PDF 和图片", "Make no PDF and pictures"),
    "gantt": t(
        "画甘特图：基线与实际/预计、里程碑、关键路径",
        "Draw the Gantt chart: baseline against actual or forecast",
    ),
    "render": t("用 LibreOffice 打印成 PDF 或图片", "Print to PDF or pictures through LibreOffice"),
    "render_out": t("OUT.pdf，或放 PDF 与图片的文件夹", "OUT.pdf, or a folder for PDF and pictures"),
    "version": t("显示版本", "Show the version"),
    **PROCESS_HELP,
    **IMPORT_HELP,
    **LESSONS_HELP,
    **MAIL_HELP,
    **COLLECT_HELP,
}

SAID: Mapping[str, Text] = {
    "error": t("无法继续", "Cannot go on"),
    "no_findings": t("没有问题。", "No findings."),
    "counts": t(
        "错误 {error} · 警告 {warning} · 提示 {info}", "errors {error} · warnings {warning} · notes {info}"
    ),
    "written": t(
        "已写入 {path}：改动 {cells} 格，新表 {sheets}",
        "Wrote {path}: {cells} cells changed, sheets {sheets}",
    ),
    "unchanged": t("{path} 已是最新，没有改动", "{path} is up to date, nothing changed"),
    "would": t(
        "将改动 {cells} 格，新表 {sheets}；没有写文件",
        "Would change {cells} cells, sheets {sheets}; nothing written",
    ),
    "backup": t(
        "备份：{path}；撤销：xl-collab undo {file}", "Backup: {path}; take back: xl-collab undo {file}"
    ),
    "none": t("无", "none"),
    "undone": t("已恢复到“{command}”之前：{path}", "Restored {path} to what it was before {command}"),
    "made": t("已新建 {path}({scenario})", "Made {path} ({scenario})"),
    "exists": t(
        "{path} 已存在；加 --force 覆盖，或换个文件名",
        "{path} exists; add --force to replace it, or choose another name",
    ),
    "bad_date": t("“{text}”不是日期，请写成 2023-10-08", "{text!r} is not a date; write 2023-10-08"),
    "two_days": t(
        "--as-of 与 --set-date 是两个日期；请只写其中一个",
        "--as-of and --set-date name two days; give one of them",
    ),
    "own_day": t(
        "以上按 {asked} 计算。工作簿的数据日期是 {own}：跟踪表、首页上的数字保持不变，只写注明日期的文档；要改数据日期请用 --set-date {asked}",
        "As of {asked}. The workbook's data date is {own}: the figures on Tracker and Home stay, only dated documents are written; to move the data date use --set-date {asked}",
    ),
    "logged": t(
        "有单元格读取时出错，经过记在日志里：{log}",
        "Some cells could not be read; what happened is in the log: {log}",
    ),
    "unforeseen": t(
        "程序出错，没有做完：{error}。请把日志 {log} 发给维护者，并运行 xl-collab doctor",
        "The program failed and did not finish: {error}. Send the log {log} to the maintainers, and run xl-collab doctor",
    ),
    "bad_lang": t("语言只有 zh 和 en", "The language is zh or en"),
    "as_of": t("数据日期 {day}", "As of {day}"),
    "working": t("正在{what}…", "{what}…"),
    "so_far": t("正在{what}…　{far}", "{what}… {far}"),
    "printing": t("打印", "Printing"),
    "rendered": t("已写出 {count} 个文件：{path}", "Wrote {count} files: {path}"),
    "waiting": t("等待", "Waiting"),
    "reading": t("读取", "Reading"),
    "checking": t("校验与计算", "Checking and computing"),
    "drawing": t("绘制新表", "Drawing sheets"),
    "writing": t("写入", "Writing"),
    "variance_title": t("偏差（工作日）", "Variance (working days)"),
    "findings_title": t("校验结果", "Findings"),
    "risks_title": t("风险清单", "Risks"),
    "baseline_new": t("冻结了 {count} 行基线（第 {number} 版）", "Froze {count} rows (baseline {number})"),
    "baseline_none": t("没有新的时间节点要冻结", "No due date to freeze"),
    "imported": t("{year} 年：新增 {count} 天", "{year}: {count} days added"),
    "unread": t("这些句子没有读懂，请人工核对：", "These sentences were not understood, please check them:"),
    "no_days": t("通知里没有读到放假安排", "No day off was found in the notice"),
    "no_office": t(
        "没有找到 LibreOffice，未生成 PDF 和图片", "LibreOffice was not found; no PDF and pictures were made"
    ),
    "pictures": t("PDF 与图片：{path}", "PDF and pictures: {path}"),
    "demo_intro": t("演示项目：{name}，数据日期 {day}", "Demo project: {name}, as of {day}"),
    "demo_done": t("打开 {path} 看结果；里面的新表：{sheets}", "Open {path}; new sheets in it: {sheets}"),
    "next_due": t("下次到期 {due}", "Next due {due}"),
    "moved": t("{nominal} 不是工作日，改到 {due}", "{nominal} is no working day; moved to {due}"),
    "fixed": t("固定日期 {day}({kind})", "Fixed date {day} ({kind})"),
    "past": t(
        "固定日期 {day} 不在 {after} 之后，没有下次",
        "The fixed date {day} is not after {after}; there is no next one",
    ),
    "workday": t("工作日", "working day"),
    "day_off": t("非工作日", "day off"),
    **PROCESS_SAID,
    **MAIL_SAID,
    **COLLECT_SAID,
    **IMPORT_SAID,
    **LESSONS_SAID,
}
"""Sentences by key; str.format templates."""


def help_text(key: str) -> str:
    """The help text of a command or option in the user's language, known before options are parsed."""
    return HELP[key].of(ui_lang(sys.argv[1:]))
