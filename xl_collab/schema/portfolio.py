"""THE declaration of one view over many trackers: its tables, their columns, types and meanings.

What is read from one tracker, what lies in the store, and what workbook, page and JSON show have these
columns and no others; `docs/portfolio-tables.md` lists them. What one tracker gives is in
`portfolio_summary.py`. A new column is declared there or here, and filled in `xl_collab/portfolio/`. What may
not enter: how anything is computed or drawn.
"""

from __future__ import annotations

from xl_collab.schema.portfolio_columns import DEPARTMENT, ID, PROJECT, PortfolioTable, of
from xl_collab.schema.portfolio_summary import (
    ACTIONS as ACTIONS,
    CAUSES as CAUSES,
    CONTACTS as CONTACTS,
    MILESTONES as MILESTONES,
    OWED as OWED,
    PROJECTS as PROJECTS,
    PROMISES as PROMISES,
    RISKS as RISKS,
    SLIPS as SLIPS,
    SUMMARY_TABLES as SUMMARY_TABLES,
    TASKS as TASKS,
    WEEKS as WEEKS,
)
from xl_collab.schema.words import t

LOAD = PortfolioTable(
    "load",
    t("负荷", "Load"),
    (
        DEPARTMENT,
        of(
            "text",
            "person",
            t("责任人", "Person"),
            "空为整个部门",
            "Empty: the whole department, persons included",
        ),
        of("date", "week", t("周", "Week"), "该周的周一", "Its Monday"),
        of(
            "integer",
            "days",
            t("任务日", "Task-days"),
            "该周各未完成任务占用的工作日之和",
            "Workdays of the week taken by open tasks, added up",
        ),
        of("integer", "workdays", t("工作日", "Workdays"), "该周的工作日", "Workdays of the week"),
        of("integer", "tasks", t("任务", "Tasks")),
        of("integer", "projects", t("项目数", "Projects")),
    ),
)

CLASHES = PortfolioTable(
    "clashes",
    t("撞期", "Clashes"),
    (
        DEPARTMENT,
        of("text", "person", t("责任人", "Person"), "空为整个部门", "Empty: the whole department"),
        of(
            "date",
            "first",
            t("起", "From"),
            "人：连续的工作日里每天都有两个以上项目的未完成任务；部门：两个以上项目的任务在这一天到期",
            "A person: workdays in a row with open tasks of two projects or more; a "
            "department: the day on which tasks of two projects or more are due",
        ),
        of("date", "last", t("止", "To")),
        of("integer", "workdays", t("工作日", "Workdays")),
        of("integer", "most", t("同时项目", "Projects at once"), "最多的一天", "On the busiest day"),
        of("date", "peak", t("最忙的一天", "Busiest day"), "有几天时为第一天", "The first one of several"),
        of("texts", "projects", t("项目", "Projects"), "项目键", "Their keys"),
        of("texts", "tasks", t("任务", "Tasks"), "项目键:编号", "Project key:ID"),
    ),
)

CHANGED = PortfolioTable(
    "changes",
    t("较上次变化", "Changes since the last run"),
    (
        PROJECT,
        of(
            "text",
            "kind",
            t("种类", "Kind"),
            "new 新项目、gone 不见、moved 换了位置、end 项目推算完成、rag 任务预警、finished "
            "完成、promise 预计完成",
            "new, gone, moved (project); end (forecast end of the project); rag, finished, promise (task)",
        ),
        ID,
        of("text", "what", t("内容", "What"), "项目名称或主要任务", "Name of the project or task"),
        DEPARTMENT,
        of("text", "before", t("原来", "Before")),
        of("text", "after", t("现在", "After")),
        of(
            "integer",
            "days",
            t("工作日", "Workdays"),
            "日期移动的工作日，推后为正",
            "By which a date moved; later is positive",
        ),
    ),
)

SKIPPED = PortfolioTable(
    "skipped",
    t("未读入的文件", "Skipped files"),
    (
        of("text", "path", t("文件", "File")),
        of("text", "kind", t("种类", "Kind"), "见最后一张表", "See the last table"),
        of("text", "reason_zh", t("原因", "Reason (Chinese)")),
        of("text", "reason_en", t("原因（英文）", "Reason")),
        of("text", "cure_zh", t("处理办法", "Cure (Chinese)")),
        of("text", "cure_en", t("处理办法（英文）", "Cure")),
        of(
            "flag",
            "grave",
            t("须处理", "To be mended"),
            "为假的本就不该读，如锁文件、备份",
            "False: nothing to do, as for lock files and backups",
        ),
    ),
)

RUNS = PortfolioTable(
    "runs",
    t("历次运行", "Runs"),
    (
        of("moment", "run", t("运行", "Run"), "开始的时刻", "When it began"),
        of("integer", "projects", t("项目数", "Projects")),
        of("integer", "red_projects", t("红色项目", "Red projects")),
        of("integer", "yellow_projects", t("黄色项目", "Yellow projects")),
        of("integer", "tasks", t("任务", "Tasks")),
        of("integer", "done", t("已完成", "Done")),
        of("integer", "red", t("红", "Red")),
        of("integer", "yellow", t("黄", "Yellow")),
        of("integer", "green", t("绿", "Green")),
        of("integer", "late", t("延期任务", "Late tasks")),
        of("integer", "high_risks", t("高风险", "High risks")),
        of("integer", "open_actions", t("未完成待办", "Open actions")),
        of("integer", "overdue_actions", t("超期待办", "Overdue actions")),
    ),
)

PORTFOLIO_TABLES = (*SUMMARY_TABLES, LOAD, CLASHES, CHANGED, SKIPPED, RUNS)
"""What a portfolio has."""
