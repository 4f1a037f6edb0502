"""What `import` says, in both languages; part of the catalogue in words.py."""

# Catalogue of sentences: one line a sentence reads better than a wrapped one.

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

__all__ = ["IMPORT_HELP", "IMPORT_SAID"]

IMPORT_HELP: Mapping[str, Text] = {
    "import": t(
        "导入别的跟踪表（Excel 或 CSV），生成新工作簿和导入报告",
        "Import another tracker (Excel or CSV) into a new workbook, with a report",
    ),
    "foreign": t(
        "要导入的跟踪表（.xlsx、.xlsm、.csv），只读", "Tracker to import (.xlsx, .xlsm, .csv); only read"
    ),
    "import_out": t("新工作簿（.xlsm，或不带宏的 .xlsx）", "New workbook (.xlsm, or .xlsx without macros)"),
    "map": t(
        "指定一列：原标题（或列号）=我们的列，如 完成时限=deadline；=extra 表示原样保留。可重复",
        "Say what a column is: heading (or letter)=our column, such as Finish=deadline; =extra keeps it. Repeatable",
    ),
    "import_sheet": t(
        "要导入的工作表，或 工作表!单元格 指明其中一张表",
        "Sheet to import, or SHEET!CELL for one of its tables",
    ),
    "yes": t(
        "不再询问：有把握的都采用，没把握的原样保留", "Do not ask: take what is sure, keep the rest as it is"
    ),
}

IMPORT_SAID: Mapping[str, Text] = {
    "import_no_out": t(
        "请用 -o NEW.xlsm 给出新工作簿的文件名，或加 --dry-run 只看结果",
        "Name the new workbook with -o NEW.xlsm, or add --dry-run to look only",
    ),
    "import_suffix": t(
        "{name}：新工作簿请用 .xlsm 或 .xlsx 结尾", "{name}: name the new workbook .xlsm or .xlsx"
    ),
    "import_same": t(
        "{name} 就是要导入的文件；请换一个新文件名，原文件不会被改动",
        "{name} is the file to import; choose another name, the source is never changed",
    ),
    "import_ours": t(
        "{name} 已经是协作跟踪工作簿，不必导入，可直接用 xl-collab run；确要导入其中一张表，用 --sheet 指明",
        "{name} is a tracker already: use xl-collab run. To import one of its tables nevertheless, name it with --sheet",
    ),
    "no_sheet": t(
        "没有工作表“{name}”，文件里有：{names}", "There is no sheet {name!r}; the file has: {names}"
    ),
    "bad_map": t(
        "--map 请写成 原标题=我们的列，如 完成时限=deadline；收到的是“{text}”",
        "Write --map as heading=column, such as Finish=deadline; got {text!r}",
    ),
    "no_target": t(
        "没有“{text}”这一列；可用：{names}，或 extra（原样保留）",
        "There is no column {text!r}; use one of: {names}, or extra (keep as it is)",
    ),
    "twice": t("“{text}”指定了两次，只能给一列", "{text!r} is given twice; only one column can be it"),
    "no_heading": t(
        "原表没有标题“{text}”；有：{names}", "The source has no heading {text!r}; it has: {names}"
    ),
    "no_task": t(
        '没有把握哪一列是任务；请指定，如 --map "{name}=task"',
        'It is not sure which column is the task; say it, such as --map "{name}=task"',
    ),
    "import_tables": t("找到 {count} 张可能的跟踪表：", "Found {count} tables that may be trackers:"),
    "import_which": t("导入哪一张", "Which one is to be imported"),
    "import_ask": t(
        "“{heading}”（如 {examples}）是“{label}”吗？y 是，n 原样保留，或输入列名",
        "Is {heading!r} (such as {examples}) the column {label!r}? y, n to keep it as it is, or a column's name",
    ),
    "import_again": t(
        "请答 y、n，或写一个列名，如 deadline、时间节点", "Answer y, n, or a column's name such as deadline"
    ),
    "import_taken": t(
        "“{text}”已经给了别的列，请换一个", "{text!r} is taken by another column; choose another"
    ),
    "import_agree": t("按以上对应导入 {tasks} 项任务？", "Import {tasks} tasks with these columns?"),
    "import_stopped": t("没有导入，什么都没写", "Nothing was imported or written"),
    "import_columns": t("各列的去向", "Where each column goes"),
    "import_rows": t(
        "工作表“{sheet}”{area}：任务 {tasks} 项，未作为任务的 {left} 行",
        "Sheet {sheet} {area}: {tasks} tasks, {left} rows that are no task",
    ),
    "import_hint": t(
        '“{heading}”没有把握，未采用；要采用请加 --map "{map}"',
        '{heading!r} is not sure and was not taken; to take it add --map "{map}"',
    ),
    "import_other": t(
        "另有一张表可能是跟踪表：{name}（用 --sheet 选择）",
        "Another table may be a tracker: {name} (choose it with --sheet)",
    ),
    "import_more": t("…… 还有 {count} 条，见工作表“导入报告”", "… {count} more on the sheet Import report"),
    "import_dry": t("没有写文件", "Nothing written"),
    "import_done": t(
        "已生成 {path}；“导入报告”里有 {check} 条需要核对。原文件没有改动",
        "Made {path}; its Import report has {check} lines to check. The source was not touched",
    ),
    "import_checked": t(
        "校验：错误 {error} · 警告 {warning} · 提示 {info}（见“校验结果”，或运行 xl-collab validate {path}）",
        "Validated: errors {error} · warnings {warning} · notes {info} (see Findings, or run xl-collab validate {path})",
    ),
}
