"""The words of 《每日进度同步记录》."""

from __future__ import annotations

from xl_collab.schema.words import t

TITLE = t("每日进度同步记录", "Daily progress record")
BELOW = t("{day} · 数据日期 {date}", "{day} · as of {date}")
HEAD = {
    "who": t("一、填报情况", "1 Who reported"),
    "progress": t("二、各部门进展", "2 Progress by department"),
    "open": t("三、近期问题与需协调资源", "3 Recent problems and help needed"),
    "sign": t("四、汇总确认", "4 Compiled by"),
}
FIELD = {
    "day": t("同步日期", "Day"),
    "reported": t("已报部门", "Reported"),
    "missing": t("未报部门", "Not reported"),
    "tasks": t("涉及任务", "Tasks"),
}
COLUMN = {
    "id": t("编号", "Task"),
    "department": t("部门", "Dept."),
    "progress": t("今日进展", "Progress today"),
    "problem": t("问题", "Problem"),
    "help": t("需协调资源", "Help needed"),
    "tomorrow": t("明日计划", "Tomorrow"),
    "date": t("日期", "Date"),
    "age": t("已挂起天数", "Days open"),
}
NOBODY = t("无", "Nobody")
EMPTY = {
    "progress": t("这一天没有部门同步。", "No department reported on this day."),
    "open": t("近 {n} 个工作日没有提出问题。", "No problem in the last {n:workday|workdays}."),
}
COMPILED, COORDINATOR = t("汇总人", "Compiled by"), t("统筹部门", "Coordinator")
