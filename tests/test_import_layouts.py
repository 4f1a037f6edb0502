"""Layouts as offices and programs make them, each with the rows that a person reads in it; and no cell is lost."""

# Tables read better unwrapped.
# ruff: noqa: E501

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from accounting import lost

from xl_collab.importing.adopt import Adopted, adopt
from xl_collab.importing.columns import ForeignBook, ForeignSheet
from xl_collab.importing.table_finder import find_tables

_ = None


def d(month: int, day: int) -> date:
    return date(2026, month, day)


@dataclass(frozen=True)
class Layout:
    """A sheet, and what is right: the columns' cells in order, and what the user is asked (heading → target)."""

    rows: Sequence[Sequence[object]]
    right: Mapping[str, Sequence[object]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    """Headings that have to be extra columns."""

    def book(self) -> ForeignBook:
        return ForeignBook(
            "表.xlsx", (ForeignSheet("Sheet1", [list(row) for row in self.rows], self.merged),)
        )


LAYOUTS: dict[str, Layout] = {
    "three heading rows": Layout(
        [
            ["序号", "任务", "计划", _, "实际", _, "负责人"],
            [_, _, "时间", _, "时间", _, _],
            [_, _, "开始", "完成", "开始", "完成", _],
            [1, "选址", d(3, 2), d(3, 6), d(3, 3), d(3, 9), "张三"],
            [2, "装修", d(3, 9), d(3, 20), _, _, "李四"],
        ],
        {"task": ["选址", "装修"], "planned_start": [d(3, 2), d(3, 9)], "deadline": [d(3, 6), d(3, 20)],
         "actual_start": [d(3, 3), _], "actual": [d(3, 9), _], "owner": ["张三", "李四"]},
        ((1, 3, 1, 4), (1, 5, 1, 6), (2, 3, 2, 4), (2, 5, 2, 6), (1, 1, 3, 1), (1, 2, 3, 2), (1, 7, 3, 7)),
    ),
    "groups without merged cells": Layout(
        [
            ["序号", "任务", "计划", _, "实际", _, "备注"],
            [_, _, "开始", "完成", "开始", "完成", _],
            [1, "选址", d(3, 2), d(3, 6), d(3, 3), d(3, 9), "急"],
            [2, "装修", d(3, 9), d(3, 20), _, _, _],
        ],
        {"task": ["选址", "装修"], "planned_start": [d(3, 2), d(3, 9)], "deadline": [d(3, 6), d(3, 20)],
         "actual_start": [d(3, 3), _], "actual": [d(3, 9), _], "note": ["急", _]},
    ),
    "groups said in each column": Layout(
        [
            ["任务", "责任部门", "计划时间", "计划时间", "实际时间", "实际时间"],
            ["任务", "责任部门", "开始", "结束", "开始", "结束"],
            ["选址", "行政部", d(3, 2), d(3, 6), d(3, 3), d(3, 9)],
            ["装修", "工程部", d(3, 9), d(3, 20), _, _],
        ],
        {"task": ["选址", "装修"], "owner": ["行政部", "工程部"], "planned_start": [d(3, 2), d(3, 9)],
         "deadline": [d(3, 6), d(3, 20)], "actual_start": [d(3, 3), _], "actual": [d(3, 9), _]},
    ),
    "dates over plan and actual": Layout(
        [
            ["任务", "责任人", "开始时间", _, "完成时间", _],
            [_, _, "计划", "实际", "计划", "实际"],
            ["选址", "张三", d(3, 2), d(3, 3), d(3, 6), d(3, 9)],
            ["装修", "李四", d(3, 9), _, d(3, 20), _],
        ],
        {"task": ["选址", "装修"], "planned_start": [d(3, 2), d(3, 9)], "actual_start": [d(3, 3), _],
         "deadline": [d(3, 6), d(3, 20)], "actual": [d(3, 9), _]},
        ((1, 3, 1, 4), (1, 5, 1, 6), (1, 1, 2, 1), (1, 2, 2, 2)),
    ),
    "one row of four dates": Layout(
        [
            ["工作任务", "责任单位", "计划开始时间", "计划完成时间", "实际开始时间", "实际完成时间", "完成情况"],
            ["选址", "行政部", "2026.3.2", "2026.3.6", "2026.3.3", "2026.3.9", "已完成"],
            ["装修", "工程部", "2026.3.9", "2026.3.20", _, _, "进行中"],
        ],
        {"planned_start": [d(3, 2), d(3, 9)], "deadline": [d(3, 6), d(3, 20)], "actual_start": [d(3, 3), _],
         "actual": [d(3, 9), _], "status": ["已完成", "进行中"]},
    ),
    "plan and actual in brackets": Layout(
        [
            ["任务", "负责人", "开始时间（计划）", "完成时间（计划）", "开始时间（实际）", "完成时间（实际）"],
            ["选址", "张三", d(3, 2), d(3, 6), d(3, 3), d(3, 9)],
        ],
        {"planned_start": [d(3, 2)], "deadline": [d(3, 6)], "actual_start": [d(3, 3)], "actual": [d(3, 9)]},
    ),
    "a row of groups that stands alone": Layout(
        [
            [_, _, "计划", _, "实际", _],
            ["序号", "任务", "开始日期", "完成日期", "开始日期", "完成日期"],
            [1, "选址", d(3, 2), d(3, 6), d(3, 3), d(3, 9)],
        ],
        {"planned_start": [d(3, 2)], "deadline": [d(3, 6)], "actual_start": [d(3, 3)], "actual": [d(3, 9)]},
    ),
    "one day planned, one day actual": Layout(
        [
            ["任务", "责任部门", "计划", "实际", "完成率"],
            [_, _, "日期", "日期", _],
            ["选址", "行政部", d(3, 6), d(3, 9), 1.0],
            ["装修", "工程部", d(3, 20), _, 0.4],
        ],
        {"deadline": [d(3, 6), d(3, 20)], "actual": [d(3, 9), _], "percent": [1, 0.4]},
    ),
    "planned and actual in English under a title": Layout(
        [
            ["Office move 2026", _, _, _, _, _],
            ["Prepared by: Ann", _, _, _, "Updated: 2026-03-10", _],
            [_, _, "Planned", _, "Actual", _],
            ["Activity", "Responsible", "Start Date", "Finish Date", "Start Date", "Finish Date"],
            ["Find a site", "Admin", d(3, 2), d(3, 6), d(3, 3), d(3, 9)],
            ["Fit it out", "Works", d(3, 9), d(3, 20), _, _],
            ["Total", _, _, _, _, 2],
        ],
        {"task": ["Find a site", "Fit it out"], "owner": ["Admin", "Works"], "planned_start": [d(3, 2), d(3, 9)],
         "deadline": [d(3, 6), d(3, 20)], "actual_start": [d(3, 3), _], "actual": [d(3, 9), _]},
    ),
    "a measure beside each task": Layout(
        [
            ["工作内容", "具体措施", "责任部门", "完成时限"],
            ["提升合格率", "每批抽检十件", "质量部", d(3, 20)],
            ["缩短交期", "增开夜班", "生产部", d(3, 25)],
        ],
        {"task": ["提升合格率", "缩短交期"], "deadline": [d(3, 20), d(3, 25)]},
        kept=("具体措施",),
    ),
    "groups written once": Layout(
        [
            ["主任务", "子任务", "责任部门", "完成时限"],
            ["新品上市", "开模", "研发部", d(3, 20)],
            [_, "打样", "研发部", d(3, 25)],
            ["铺货", "签约", "销售部", d(4, 1)],
            [_, "铺样", "销售部", d(4, 8)],
        ],
        {"stage": ["新品上市", "新品上市", "铺货", "铺货"], "task": ["开模", "打样", "签约", "铺样"]},
    ),
    "a group with a date of its own": Layout(
        [
            ["主任务", "子任务", "责任部门", "完成时限"],
            ["新品上市", _, "市场部", d(4, 30)],
            [_, "开模", "研发部", d(3, 20)],
            [_, "打样", "研发部", d(3, 25)],
        ],
        {"task": ["新品上市", "开模", "打样"], "stage": ["新品上市"] * 3, "owner": ["市场部", "研发部", "研发部"],
         "deadline": [d(4, 30), d(3, 20), d(3, 25)]},
    ),
    "three numbered levels": Layout(
        [
            ["一级任务", "二级任务", "三级任务", "负责人", "截止日期"],
            ["上市", "样机", "开模", "张三", d(3, 20)],
            [_, _, "打样", "李四", d(3, 25)],
            [_, "认证", "送检", "王五", d(4, 1)],
        ],
        {"stage": ["上市"] * 3, "task": ["样机：开模", "样机：打样", "认证：送检"], "owner": ["张三", "李四", "王五"],
         "deadline": [d(3, 20), d(3, 25), d(4, 1)]},
        ((2, 1, 4, 1), (2, 2, 3, 2)),
    ),
    "a stage and two levels": Layout(
        [
            ["阶段", "工作任务", "子任务", "责任部门", "完成时限"],
            ["实施", "样机", "开模", "研发部", d(3, 20)],
            ["实施", "样机", "打样", "研发部", d(3, 25)],
        ],
        {"stage": ["实施", "实施"], "task": ["样机：开模", "样机：打样"]},
    ),
    "outline numbers": Layout(
        [
            ["序号", "任务名称", "负责人", "开始时间", "完成时间"],
            ["1", "样机", _, d(3, 2), d(3, 25)],
            ["1.1", "开模", "张三", d(3, 2), d(3, 20)],
            ["1.2", "打样", "李四", d(3, 21), d(3, 25)],
            ["2", "认证", _, d(3, 26), d(4, 10)],
            ["2.1", "送检", _, d(3, 26), d(4, 1)],
            ["2.1.1", "备样", "王五", d(3, 26), d(3, 27)],
            ["2.2", "取证", "王五", d(4, 2), d(4, 10)],
        ],
        {"id": ["1.1", "1.2", "2.1.1", "2.2"], "task": ["开模", "打样", "备样", "取证"],
         "stage": ["样机", "样机", "认证", "认证"], "deadline": [d(3, 20), d(3, 25), d(3, 27), d(4, 10)]},
    ),
    "outline numbers whose groups have owners": Layout(
        [
            ["编号", "任务", "责任部门", "截止日期"],
            ["1", "样机", "研发部", d(3, 25)],
            ["1.1", "开模", "研发部", d(3, 20)],
            ["1.2", "打样", "质量部", d(3, 25)],
            ["2", "认证", "质量部", d(4, 1)],
        ],
        {"id": ["1", "1.1", "1.2", "2"], "task": ["样机", "开模", "打样", "认证"], "stage": [_, "样机", "样机", _]},
    ),
    "an export of MS Project in Chinese": Layout(
        [
            ["标识号", "任务模式", "任务名称", "工期", "开始时间", "完成时间", "前置任务", "资源名称", "大纲级别"],
            [1, "自动计划", "样机", "18 个工作日", "2026年3月2日", "2026年3月25日", _, _, 1],
            [2, "自动计划", "开模", "15 个工作日", "2026年3月2日", "2026年3月20日", _, "张三", 2],
            [3, "自动计划", "打样", "3 个工作日", "2026年3月25日", "2026年3月27日", "2FS+2 个工作日", "李四", 2],
        ],
        {"id": ["2", "3"], "task": ["开模", "打样"], "stage": ["样机", "样机"], "planned_start": [d(3, 2), d(3, 25)],
         "deadline": [d(3, 20), d(3, 27)], "predecessors": [_, "2FS+2 个工作日"], "owner": ["张三", "李四"]},
        kept=("工期", "任务模式"),
    ),
    "an export of MS Project with a baseline": Layout(
        [
            ["ID", "Name", "Duration", "Start", "Finish", "Baseline Finish", "Actual Finish", "% Complete", "Predecessors", "Resource Names"],
            [1, "Tooling", "15 days", d(3, 2), d(3, 24), d(3, 20), d(3, 24), 1.0, _, "Li"],
            [2, "Samples", "3 days", d(3, 25), d(3, 27), d(3, 25), _, 0.5, "1FS+2 days", "Wu"],
        ],
        {"task": ["Tooling", "Samples"], "deadline": [d(3, 20), d(3, 25)], "actual": [d(3, 24), _],
         "percent": [1, 0.5], "owner": ["Li", "Wu"], "planned_start": [d(3, 2), d(3, 25)]},
        asked={"Finish": "forecast"},
    ),
    "an export of Smartsheet": Layout(
        [
            ["Task Name", "Assigned To", "Start", "Finish", "% Complete", "Status", "Predecessors", "Comments"],
            ["Prototype", _, d(3, 2), d(3, 27), 0.6, "In Progress", _, _],
            ["    Tooling", "Li", d(3, 2), d(3, 20), 1.0, "Complete", _, _],
            ["    Samples", "Wu", d(3, 25), d(3, 27), 0.1, "In Progress", "2FS +2d", "late parts"],
        ],
        {"task": ["Tooling", "Samples"], "stage": ["Prototype", "Prototype"], "id": ["T001", "T002"],
         "predecessors": [_, "T001FS+2"], "percent": [1, 0.1], "status": ["已完成", "进行中"],
         "deadline": [d(3, 20), d(3, 27)], "note": [_, "late parts"]},
    ),
    "an export of TAPD": Layout(
        [
            ["ID", "标题", "优先级", "迭代", "状态", "处理人", "预计开始", "预计结束", "创建时间", "进度"],
            ["1010", "登录页", "高", "三月", "实现中", "张三", "2026-03-02", "2026-03-20", "2026-02-01 10:00:00", "40%"],
            ["1011", "找回密码", "中", "三月", "已实现", "李四", "2026-03-05", "2026-03-25", "2026-02-01 10:00:00", "100%"],
        ],
        {"id": ["1010", "1011"], "task": ["登录页", "找回密码"], "stage": ["三月", "三月"], "owner": ["张三", "李四"],
         "status": ["进行中", "已完成"], "percent": [0.4, 1], "planned_start": [d(3, 2), d(3, 5)],
         "deadline": [d(3, 20), d(3, 25)]},
        kept=("优先级", "创建时间"),
    ),
    "an export of Teambition": Layout(
        [
            ["任务标题", "任务列表", "执行者", "参与者", "开始时间", "截止时间", "完成时间", "任务状态", "创建者"],
            ["开模", "样机", "张三", "李四", "2026-03-02 09:00", "2026-03-20 18:00", "2026-03-19 11:30", "已完成", "王五"],
            ["打样", "样机", "李四", _, "2026-03-21 09:00", "2026-03-25 18:00", _, "进行中", "王五"],
        ],
        {"task": ["开模", "打样"], "stage": ["样机", "样机"], "owner": ["张三", "李四"],
         "deadline": [datetime(2026, 3, 20, 18), datetime(2026, 3, 25, 18)],
         "actual": [datetime(2026, 3, 19, 11, 30), _], "status": ["已完成", "进行中"]},
        asked={"参与者": "support"},
    ),
    "an export of Trello": Layout(
        [
            ["Card ID", "Card Name", "Labels", "Members", "Due Date", "List Name", "Board Name", "Archived"],
            ["5f1", "Tooling", "red", "li", "2026-03-20T10:00:00.000Z", "Done", "Lamp", "false"],
            ["5f2", "Samples", _, "wu", "2026-03-24T16:00:00.000Z", "Doing", "Lamp", "false"],
            ["5f3", "Launch", _, _, _, "To Do", "Lamp", "false"],
        ],
        {"id": ["5f1", "5f2", "5f3"], "task": ["Tooling", "Samples", "Launch"], "owner": ["li", "wu", _],
         "deadline": [datetime(2026, 3, 20, 18), d(3, 25), _], "status": ["已完成", "进行中", "未开始"]},
    ),
    "an export of Asana": Layout(
        [
            ["Task ID", "Created At", "Completed At", "Last Modified", "Name", "Section/Column", "Assignee", "Assignee Email", "Start Date", "Due Date", "Tags", "Notes"],
            ["120", "2026-02-01", "2026-03-19", "2026-03-19", "Tooling", "Build", "Li Si", "li@example.com", "2026-03-02", "2026-03-20", _, "ok"],
            ["121", "2026-02-01", _, "2026-03-19", "Samples", "Build", "Wang Wu", "wu@example.com", "2026-03-21", "2026-03-25", _, _],
        ],
        {"id": ["120", "121"], "task": ["Tooling", "Samples"], "stage": ["Build", "Build"],
         "owner": ["Li Si", "Wang Wu"], "planned_start": [d(3, 2), d(3, 21)], "deadline": [d(3, 20), d(3, 25)],
         "actual": [d(3, 19), _], "note": ["ok", _]},
        kept=("Created At", "Last Modified"),
    ),
    "an export of Monday": Layout(
        [
            ["Lamp", _, _, _],
            ["Build", _, _, _],
            ["Name", "Person", "Status", "Due date"],
            ["Tooling", "Li Si", "Done", "2026-03-20"],
            ["Samples", "Wang Wu", "Working on it", "2026-03-25"],
            ["Launch", _, _, _],
            ["Name", "Person", "Status", "Due date"],
            ["Sign shops", "Zhao Liu", "Not Started", "2026-04-01"],
        ],
        {"task": ["Tooling", "Samples", "Sign shops"], "stage": ["Build", "Build", "Launch"],
         "owner": ["Li Si", "Wang Wu", "Zhao Liu"], "status": ["已完成", "进行中", "未开始"],
         "deadline": [d(3, 20), d(3, 25), d(4, 1)]},
    ),
    "an export of Notion": Layout(
        [
            ["Name", "Assign", "Due", "Status", "Priority", "Tags"],
            ["Tooling", "Li Si", "March 20, 2026", "Done", "High", "a"],
            ["Samples", "Wang Wu", "March 25, 2026", "In progress", "Low", _],
        ],
        {"task": ["Tooling", "Samples"], "owner": ["Li Si", "Wang Wu"], "deadline": [d(3, 20), d(3, 25)],
         "status": ["已完成", "进行中"]},
        kept=("Priority", "Tags"),
    ),
    "an export of ClickUp": Layout(
        [
            ["Task ID", "Task Name", "Status", "Assignees", "Due Date", "List Name", "Time Estimated"],
            ["86a", "Tooling", "complete", "Li Si", "3/20/2026", "Prototype", "8h"],
            ["86b", "Samples", "in review", "Wang Wu", "3/5/2026", "Prototype", "2h"],
        ],
        {"id": ["86a", "86b"], "task": ["Tooling", "Samples"], "status": ["已完成", "进行中"],
         "deadline": [d(3, 20), d(3, 5)], "stage": ["Prototype", "Prototype"], "owner": ["Li Si", "Wang Wu"]},
    ),
    "a schedule of Vertex42": Layout(
        [
            ["LAMP", _, _, _, _, _, _, _],
            ["Project start:", _, d(3, 2), _, _, _, _, _],
            ["TASK", "ASSIGNED TO", "PROGRESS", "START", "END", "M", "T", "W"],
            ["Phase 1 Build", _, _, _, _, _, _, _],
            ["Tooling", "Li", 0.5, d(3, 2), d(3, 20), _, _, _],
            ["Samples", "Wu", 0.6, d(3, 21), d(3, 25), _, _, _],
            ["Phase 2 Launch", _, _, _, _, _, _, _],
            ["Sign shops", _, 0, d(3, 26), d(4, 1), _, _, _],
        ],
        {"task": ["Tooling", "Samples", "Sign shops"], "stage": ["Build", "Build", "Launch"],
         "percent": [0.5, 0.6, 0], "planned_start": [d(3, 2), d(3, 21), d(3, 26)],
         "deadline": [d(3, 20), d(3, 25), d(4, 1)], "status": ["进行中", "进行中", "未开始"]},
    ),
    "a bar chart at the right": Layout(
        [
            ["任务", "负责人", "开始日期", "结束日期", d(3, 2), d(3, 3), d(3, 4), d(3, 5)],
            ["选址", "张三", d(3, 2), d(3, 4), "■", "■", "■", _],
            ["装修", "李四", d(3, 4), d(3, 5), _, _, "■", "■"],
        ],
        {"task": ["选址", "装修"], "owner": ["张三", "李四"], "planned_start": [d(3, 2), d(3, 4)],
         "deadline": [d(3, 4), d(3, 5)]},
        kept=("2026-03-02",),
    ),
    "a list of risks below, notes beside": Layout(
        [
            ["项目任务表", _, _, _, _, _],
            ["任务", "责任部门", "截止日期", _, "图例", "红=逾期"],
            ["选址", "行政部", d(3, 6), _, _, _],
            ["装修", "工程部", d(3, 20), _, "每周一更新", _],
            [_, _, _, _, _, _],
            ["风险", "影响", "应对措施", _, _, _],
            ["房东涨价", "高", "另找两处", _, _, _],
        ],
        {"task": ["选址", "装修"], "owner": ["行政部", "工程部"], "deadline": [d(3, 6), d(3, 20)]},
    ),
    "a column without a heading": Layout(
        [
            ["序号", "任务", _, "责任部门", "完成时限"],
            [1, "选址", "三处", "行政部", d(3, 6)],
            [2, "装修", _, "工程部", d(3, 20)],
        ],
        {"task": ["选址", "装修"], "owner": ["行政部", "工程部"], "deadline": [d(3, 6), d(3, 20)]},
        kept=("",),
    ),
    "signs and shares for progress": Layout(
        [
            ["任务", "责任部门", "截止日期", "进度"],
            ["甲", "行政部", d(3, 6), "✔"],
            ["乙", "行政部", d(3, 6), "√"],
            ["丙", "行政部", d(3, 6), "Done"],
            ["丁", "行政部", d(3, 6), 100],
            ["戊", "行政部", d(3, 6), 0.6],
            ["己", "行政部", d(3, 6), "45/100"],
        ],
        {"status": ["已完成", "已完成", "已完成", "已完成", "进行中", "进行中"], "percent": [_, _, _, 1, 0.6, 0.45]},
    ),
    "days first, proved by another column": Layout(
        [
            ["Task", "Owner", "Start date", "Due date"],
            ["Tooling", "Build", "02/03/2026", "20/03/2026"],
            ["Samples", "Build", "05/03/2026", "25/03/2026"],
        ],
        {"planned_start": [d(3, 2), d(3, 5)], "deadline": [d(3, 20), d(3, 25)]},
    ),
    "years of two digits": Layout(
        [
            ["任务", "责任部门", "完成时限"],
            ["选址", "行政部", "26.3.6"],
            ["装修", "工程部", "26.3.20"],
            ["开业", "市场部", "26.4.12"],
        ],
        {"deadline": [d(3, 6), d(3, 20), d(4, 12)]},
    ),
    "days that nothing proves": Layout(
        [
            ["Task", "Owner", "Due date"],
            ["Tooling", "Build", "02/03/2026"],
            ["Samples", "Build", "05/04/2026"],
        ],
        {"deadline": ["02/03/2026", "05/04/2026"]},
    ),
    "serials and zones as texts": Layout(
        [
            ["任务", "负责人", "计划完成", "实际完成"],
            ["选址", "张三", "46087", "2026-03-05T17:30:00+08:00"],
            ["装修", "李四", "46101", "0000-00-00 00:00:00"],
        ],
        {"deadline": [d(3, 6), d(3, 20)], "actual": [datetime(2026, 3, 5, 17, 30), _]},
    ),
    "values that contradict their headings": Layout(
        [
            ["任务", "责任部门", "负责人", "完成时限", "完成率"],
            ["选址", "行政部", 13, "张三", "房东同意"],
            ["装修", "工程部", 14, "李四", "等图纸"],
        ],
        {"task": ["选址", "装修"], "owner": ["行政部", "工程部"]},
        asked={"负责人": "person", "完成时限": "deadline", "完成率": "percent"},
    ),
    "a supervision list with everything": Layout(
        [
            ["2026年一季度重点工作", _, _, _, _, _],
            ["序号", "重点工作", "具体任务", "牵头部门", "完成时限", "落实情况"],
            ["一", "降本增效", _, _, _, _],
            [1, "采购降价", "询价三家", "采购部", "3月20日", "已完成"],
            [2, "采购降价", "签年度协议", "采购部", "3月31日", "进行中(60%)"],
            ["合计", "2项", _, _, _, _],
            ["注：每周五更新", _, _, _, _, _],
        ],
        {"task": ["采购降价：询价三家", "采购降价：签年度协议"], "stage": ["降本增效", "降本增效"],
         "deadline": [d(3, 20), d(3, 31)], "status": ["已完成", "进行中"], "percent": [_, 0.6]},
    ),
    "an export of a team's own program": Layout(
        [
            ["项目", "需求描述", "任务分类", "优先级", "负责人", "开始时间", "结束时间", "状态", "备注", "是否延期", "延期结束时间"],
            ["台灯", "外壳开模", "开发", "P0", "张三", "2026-03-02", "2026-03-20", "已完成", "急", "否", _],
            ["台灯", "驱动板打样", "开发", "P1", "李四", "2026-03-05", "2026-03-25", "进行中", _, "是", "2026-03-31"],
        ],
        {"task": ["外壳开模", "驱动板打样"], "owner": ["张三", "李四"], "planned_start": [d(3, 2), d(3, 5)],
         "deadline": [d(3, 20), d(3, 25)], "status": ["已完成", "进行中"]},
        asked={"延期结束时间": "forecast"},
        kept=("优先级", "是否延期"),
    ),
    "a plan of a management system": Layout(
        [
            ["编号", "计划名称", "计划等级", "状态", "负责人", "开始时间", "结束时间", "工期(天)", "前置计划", "里程碑", "创建时间"],
            ["P1", "外壳开模", "一级", "执行中", "张三", "2026-03-02", "2026-03-20", 15, _, "否", "2026-02-01"],
            ["P2", "驱动板打样", "一级", "已完工", "李四", "2026-03-21", "2026-03-25", 3, "P1", "是", "2026-02-01"],
        ],
        {"id": ["P1", "P2"], "task": ["外壳开模", "驱动板打样"], "predecessors": [_, "P1"],
         "deadline": [d(3, 20), d(3, 25)], "status": ["进行中", "已完成"]},
    ),
    "a list of defects with ticks before dates": Layout(
        [
            ["问题ID", "描述", "负责人", "计划完成", "实际完成"],
            ["P0-1", "重复点击", "张三", "2026-03-10", "✅ 2026-03-11"],
            ["P0-2", "空白页", "李四", "2026-03-12", "-"],
        ],
        {"id": ["P0-1", "P0-2"], "task": ["重复点击", "空白页"], "deadline": [d(3, 10), d(3, 12)],
         "actual": [d(3, 11), _]},
    ),
    "a list of modules with ticked states": Layout(
        [
            ["模块/功能", "状态", "负责人", "计划完成日期", "实际完成日期", "备注"],
            ["登录", "✅已完成", "张三", "2026-03-10", "2026-03-11", _],
            ["找回密码", "[ ]", "李四", "2026-03-12", _, "等接口"],
            ["导出", "🔄 进行中", "李四", "2026-03-12", _, _],
        ],
        {"task": ["登录", "找回密码", "导出"], "status": ["已完成", "未开始", "进行中"], "actual": [d(3, 11), _, _]},
    ),
    "risks or items to be done": Layout(
        [
            ["优先级", "风险 / 事项", "负责人/部门", "计划完成时间", "状态"],
            ["P1", "补签合同", "法务部", "2026-03-10", "未开始"],
        ],
        {"task": ["补签合同"], "owner": ["法务部"], "deadline": [d(3, 10)], "status": ["未开始"]},
    ),
    "an export of Jira with parents": Layout(
        [
            ["Summary", "Issue key", "Issue id", "Parent", "Parent summary", "Status", "Priority", "Due date", "Resolved", "Labels", "Labels"],
            ["Shade", "LAMP-1", 1001, 1000, "Lamp", "In Progress", "High", "30/Mar/26 5:00 PM", _, "a", "b"],
            ["Foot", "LAMP-2", 1002, 1000, "Lamp", "Done", "Low", _, "02/Mar/26 11:12 AM", _, _],
        ],
        {"id": ["LAMP-1", "LAMP-2"], "task": ["Shade", "Foot"], "stage": ["Lamp", "Lamp"],
         "deadline": [datetime(2026, 3, 30, 17), _], "actual": [_, datetime(2026, 3, 2, 11, 12)],
         "status": ["进行中", "已完成"]},
    ),
    "yes and no for done": Layout(
        [
            ["Task Name", "Assigned To", "Start", "Deadline", "Completed", "Completed At"],
            ["Shade", "Li", "2026-03-02", "2026-03-20", "Yes", "2026-03-19"],
            ["Foot", "Wu", "2026-03-02", "2026-03-25", "No", _],
        ],
        {"task": ["Shade", "Foot"], "status": ["已完成", _], "actual": [d(3, 19), _], "deadline": [d(3, 20), d(3, 25)]},
    ),
    "shares planned and shares done": Layout(
        [
            ["任务", "部门", "负责人", "计划", _, _, "实际", _, _],
            [_, _, _, "开始", "完成", "完成率", "开始", "完成", "完成率"],
            ["选址", "行政部", "张三", d(3, 2), d(3, 6), 1.0, d(3, 3), _, 0.8],
            ["装修", "工程部", "李四", d(3, 9), d(3, 20), 0.5, _, _, 0.2],
        ],
        {"owner": ["行政部（张三）", "工程部（李四）"], "percent": [0.8, 0.2], "deadline": [d(3, 6), d(3, 20)],
         "actual_start": [d(3, 3), _]},
    ),
    "planned and actual progress in one row": Layout(
        [
            ["任务", "责任部门", "完成时限", "计划进度", "实际进度"],
            ["选址", "行政部", d(3, 6), "100%", "80%"],
        ],
        {"percent": [0.8]},
        kept=("计划进度",),
    ),
    "states with numbers and brackets": Layout(
        [
            ["任务", "责任人", "截止日期", "状态"],
            ["选址", "张三", d(3, 6), "1-未开始"],
            ["装修", "Unassigned", d(3, 20), "【进行中】"],
            ["开业", "李四", d(3, 25), "3.已完成"],
        ],
        {"status": ["未开始", "进行中", "已完成"], "owner": ["张三", _, "李四"]},
    ),
    "projects above tasks": Layout(
        [
            ["项目", "任务", "负责人", "完成时限"],
            ["台灯", "开模", "张三", d(3, 6)],
            ["台灯", "打样", "李四", d(3, 20)],
            ["吊灯", "打样", "李四", d(3, 25)],
        ],
        {"stage": ["台灯", "台灯", "吊灯"], "task": ["开模", "打样", "打样"]},
    ),
    "a project beside stages": Layout(
        [
            ["项目名称", "阶段", "任务", "负责人", "完成时限"],
            ["台灯", "样机", "开模", "张三", d(3, 6)],
            ["台灯", "样机", "打样", "李四", d(3, 20)],
        ],
        {"stage": ["样机", "样机"], "task": ["开模", "打样"]},
        kept=("项目名称",),
    ),
    "shares in two scales": Layout(
        [
            ["任务", "责任部门", "完成时限", "完成率"],
            ["选址", "行政部", d(3, 6), 100],
            ["装修", "工程部", d(3, 20), 0.5],
            ["开业", "市场部", d(3, 25), "30%"],
        ],
        {"percent": [1, 0.5, 0.3]},
    ),
    "a weekly plan in two parts": Layout(
        [
            ["本周工作计划表", _, _, _, _],
            ["部门：研发部", _, _, "填表日期：2026.3.9", _],
            ["序号", "本周重点工作", "责任人", "计划完成时间", "完成情况"],
            [1, "外壳开模", "张三", "3月13日", "已完成"],
            [2, "驱动板", "王五", "3.14", "完成80%"],
            [_, "下周工作计划", _, _, _],
            [3, "老化", "张三", "3月20日", _],
        ],
        {"task": ["外壳开模", "驱动板", "老化"], "stage": [_, _, "下周工作计划"], "percent": [_, 0.8, _],
         "deadline": [d(3, 13), d(3, 14), d(3, 20)]},
    ),
    "decisions of meetings": Layout(
        [
            ["序号", "决议事项", "责任部门", "责任人", "要求完成时间", "落实情况"],
            [1, "补签合同", "法务部", "张三", "2026/3/20", "已落实"],
            [2, "调价", "销售部", "李四", "2026/3/25", "洽谈中"],
        ],
        {"task": ["补签合同", "调价"], "status": ["已完成", "进行中"], "deadline": [d(3, 20), d(3, 25)]},
    ),
    "a list of rectifications": Layout(
        [
            ["序号", "检查日期", "问题描述", "整改责任人", "整改期限", "整改完成日期", "整改状态"],
            [1, d(3, 2), "通道堵塞", "张三", d(3, 6), d(3, 5), "已整改"],
            [2, d(3, 2), "灭火器过期", "李四", d(3, 20), _, "整改中"],
        ],
        {"task": ["通道堵塞", "灭火器过期"], "owner": ["张三", "李四"], "deadline": [d(3, 6), d(3, 20)],
         "actual": [d(3, 5), _], "status": ["已完成", "进行中"]},
    ),
    "an action log": Layout(
        [
            ["#", "Date Raised", "Action", "Raised By", "Owner", "Target Date", "Status", "Date Closed"],
            [1, d(3, 2), "Fix login", "Ann", "Bob", d(3, 6), "Closed", d(3, 5)],
            [2, d(3, 2), "Docs", "Ann", "Cid", d(3, 20), "Open", _],
        ],
        {"task": ["Fix login", "Docs"], "owner": ["Bob", "Cid"], "deadline": [d(3, 6), d(3, 20)],
         "actual": [d(3, 5), _]},
        kept=("Date Raised", "Raised By"),
    ),
    "milestones with three dates": Layout(
        [
            ["里程碑", "责任部门", "计划日期", "预计日期", "实际日期", "状态"],
            ["设计冻结", "研发部", d(3, 2), d(3, 6), _, "进行中"],
        ],
        {"task": ["设计冻结"], "deadline": [d(3, 2)], "forecast": [d(3, 6)], "status": ["进行中"]},
    ),
    "stages written once": Layout(
        [
            ["阶段", "活动", "输出", "责任人", "计划开始", "计划结束", "偏差(天)", "延期原因"],
            ["概念", "市场调研", "报告", "张三", d(3, 2), d(3, 6), 1, "等数据"],
            [_, "可行性", "结论", "李四", d(3, 9), d(3, 13), _, _],
            ["设计", "图纸", "图纸", "李四", d(3, 16), d(3, 20), _, _],
        ],
        {"stage": ["概念", "概念", "设计"], "task": ["市场调研", "可行性", "图纸"], "output": ["报告", "结论", "图纸"]},
        kept=("偏差(天)", "延期原因"),
    ),
    "a department that leads and others that work": Layout(
        [
            ["序号", "工作任务", "牵头单位", "责任单位", "完成时限"],
            [1, "优化流程", "办公室", "各科室", "2026年6月30日"],
        ],
        {"task": ["优化流程"], "owner": ["办公室"], "deadline": [d(6, 30)]},
        asked={"责任单位": "support"},
    ),
    "a schedule of a building site": Layout(
        [
            ["施工进度计划表", _, _, _, _],
            ["分部分项工程名称", "工程量", "开工日期", "完工日期", "施工班组"],
            ["土方开挖", 1200, d(3, 2), d(3, 11), "一班"],
            ["基础", 300, d(3, 12), d(3, 26), "二班"],
        ],
        {"task": ["土方开挖", "基础"], "planned_start": [d(3, 2), d(3, 12)], "owner": ["一班", "二班"],
         "deadline": [d(3, 11), d(3, 26)]},
    ),
    "plan and actual in rows": Layout(
        [
            ["序号", "任务", "责任人", "类型", "开始", "结束", "备注"],
            [1, "开模", "张三", "计划", d(3, 2), d(3, 6), "急"],
            [_, _, _, "实际", d(3, 3), d(3, 9), _],
            [2, "打样", "李四", "计划", d(3, 9), d(3, 13), _],
            [_, _, _, "实际", d(3, 10), _, _],
        ],
        {"task": ["开模", "打样"], "owner": ["张三", "李四"], "planned_start": [d(3, 2), d(3, 9)],
         "deadline": [d(3, 6), d(3, 13)], "actual_start": [d(3, 3), d(3, 10)], "actual": [d(3, 9), _]},
        ((2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 3, 3), (4, 1, 5, 1), (4, 2, 5, 2), (4, 3, 5, 3)),
    ),
    "plan and actual in rows that repeat the task": Layout(
        [
            ["Task", "Owner", "Plan/Actual", "Start", "Finish"],
            ["Tooling", "R&D", "Plan", d(3, 2), d(3, 6)],
            ["Tooling", "R&D", "Actual", d(3, 3), d(3, 9)],
            ["Samples", "R&D", "Plan", d(3, 9), d(3, 13)],
            ["Samples", "R&D", "Actual", _, _],
        ],
        {"task": ["Tooling", "Samples"], "deadline": [d(3, 6), d(3, 13)], "actual": [d(3, 9), _],
         "actual_start": [d(3, 3), _]},
    ),
    "ticks and days in words": Layout(
        [
            ["待办事项", "负责人", "DDL", "完成"],
            ["A", "张三", d(3, 2), True],
            ["B", "李四", d(3, 3), False],
        ],
        {"status": ["已完成", _], "deadline": [d(3, 2), d(3, 3)]},
    ),
    "days behind states": Layout(
        [
            ["任务", "责任部门", "节点", "状态"],
            ["A", "甲部", "2026-03-20", "已完成（3月19日）"],
            ["B", "甲部", "2026-03-25", "延期到4月1日"],
        ],
        {"status": ["已完成", _]},
        kept=(),
    ),
    "tasks without days behind an empty row": Layout(
        [
            ["任务", "责任部门", "完成时限", "状态"],
            ["选址", "行政部", d(3, 6), "完成"],
            [_, _, _, _],
            ["保洁", "行政部", "长期", "完成"],
            ["巡检", "工程部", "持续", "进行中"],
        ],
        {"task": ["选址", "保洁", "巡检"], "owner": ["行政部", "行政部", "工程部"]},
    ),
    "tasks named after months": Layout(
        [
            ["任务", "责任部门", "完成时限"],
            ["1月底盘点", "仓储部", d(1, 31)],
            ["2月底盘点", "仓储部", d(2, 28)],
            ["3月20日例会", "仓储部", d(3, 20)],
        ],
        {"task": ["1月底盘点", "2月底盘点", "3月20日例会"], "deadline": [d(1, 31), d(2, 28), d(3, 20)]},
    ),
    "milliseconds beside the day in words": Layout(
        [
            ["Task ID", "Task Name", "Status", "Assignees", "Due Date", "Due Date Text"],
            ["86a", "Tooling", "complete", "Li Si", 1773964800000, "Mar 20, 2026"],
            ["86b", "Samples", "to do", "Wang Wu", 1774396800000, "Mar 25, 2026"],
        ],
        {"task": ["Tooling", "Samples"], "deadline": [d(3, 20), d(3, 25)], "status": ["已完成", "未开始"]},
        kept=("Due Date",),
    ),
}  # fmt: skip


def imported(layout: Layout) -> tuple[ForeignBook, Adopted]:
    foreign = layout.book()
    return foreign, adopt(foreign, find_tables(foreign)[0])


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_as_people_read_it(name: str) -> None:
    layout = LAYOUTS[name]
    foreign, result = imported(layout)
    table = result.book.tables["tracker"]
    assert {column: list(table.frame[column]) for column in layout.right} == {
        column: list(cells) for column, cells in layout.right.items()
    }
    doubts = {
        c.heading: c.guess.target for c in find_tables(foreign)[0].columns if c.guess and not c.guess.sure
    }
    assert doubts == dict(layout.asked)
    kept = {line.heading for line in result.report.columns if line.target is None and line.filled}
    assert set(layout.kept) <= kept


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_cell_of_a_layout_is_accounted_for(name: str) -> None:
    foreign, result = imported(LAYOUTS[name])
    assert lost(foreign, result) == Counter()
