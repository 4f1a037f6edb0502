"""Foreign trackers for tests, each as some office would keep it; none is laid out like ours.

Every maker returns the path of a finished file. The contents are made up.
"""

# The tables read better unwrapped.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from foreign_looks import coloured
from openpyxl import Workbook
from openpyxl.comments import Comment

from xl_collab.hosts.foreign import TEXT_SUFFIXES, file_bytes, read_text, read_workbook
from xl_collab.hosts.ooxml.package import Package
from xl_collab.importing.columns import ForeignBook

Maker = Callable[[Path], Path]


def read_foreign(path: Path) -> ForeignBook:
    """A foreign file read in this very process, where its work can be counted."""
    data = file_bytes(path)
    if path.suffix.lower() in TEXT_SUFFIXES:
        return read_text(path.name, data)
    return ForeignBook(path.name, tuple(read_workbook(Package.from_bytes(data))))


def supervision(folder: Path) -> Path:
    """督办台账: titles above, merged departments, sections, subtotals, a remark and signatures below."""
    path = folder / "2023年四季度重点工作督办台账.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.title = "督办台账"
    sheet.append(["2023年四季度重点工作督办台账"])
    sheet.append(["填报单位：总经理办公室", None, None, None, None, None, None, "更新日期：2023.10.20"])
    sheet.append(
        ["序号", "任务名称", "牵头部门", "配合单位", "完成时限", "进展", "责任人", "备注说明", "领导批示"]
    )
    rows: list[list[object]] = [
        ["一、筹备阶段"],
        [
            1,
            "制定新品上市总体方案",
            "市场部",
            "研发部、财务部",
            "2023.10.8",
            "完成",
            "王敏",
            "已报总经理",
            "同意",
        ],
        [2, "完成渠道摸底调研", None, "销售部", "10月20日", "正在推进", "王敏", None, None],
        [3, "确定首批铺货城市", None, None, "10月底", "滞后", "王敏", "等销售数据", "抓紧"],
        ["小计", "3项", None, None, None, None, None, None, None],
        ["二、实施阶段"],
        [4, "完成样机试产", "生产部", "研发部", "45250", "√", "李强", None, None],
        [5, "完成包装设计定稿", "设计部", "市场部", "2023年11月30日前", "80%", "赵丽", "供应商已定", None],
        [6, "上线电商旗舰店", "电商部", "-", "12月15日", "未启动", "陈晨", "\n需IT部支持", None],
        [7, "每周汇报铺货进度", "销售部", None, "每周五", "推进中，华东已完成", "孙伟", None, None],
        ["小计", "4项"],
        ["合计", "7项"],
        ["注：红色为逾期事项，由总经理办公室督办。"],
        ["制表：刘洋", None, None, "审核：周明", None, None, None, "日期：2023.10.20"],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:I1")
    sheet.merge_cells("C5:C7")
    for number in (4, 9):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=9)
    sheet.merge_cells("A16:I16")
    sheet["G12"].comment = Comment("陈晨本周休假，由吴迪代", "刘洋")
    book.save(path)
    return path


def project_plan(folder: Path) -> Path:
    """实施计划: two heading rows with merged groups, real dates, percentages, stage merged downwards."""
    path = folder / "ERP上线实施计划.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("总体计划")
    day = book.add_format({"num_format": "yyyy/m/d"})
    share = book.add_format({"num_format": "0%"})
    sheet.merge_range("B2:L2", "ERP 系统上线实施计划表")
    for place, text in (("B4:B5", "项次"), ("C4:C5", "阶段"), ("D4:D5", "工作内容"), ("E4:F4", "责任分工")):
        sheet.merge_range(place, text)
    for place, text in (("G4:H4", "计划"), ("I4:J4", "实际"), ("K4:K5", "完成率"), ("L4:L5", "交付物")):
        sheet.merge_range(place, text)
    for cell, text in (("E5", "主责部门"), ("F5", "协办部门"), ("G5", "开始"), ("H5", "完成")):
        sheet.write(cell, text)
    sheet.write("I5", "开始")
    sheet.write("J5", "完成时间")
    rows = [
        (
            "1.1",
            "蓝图设计",
            "现状调研",
            "信息部",
            "各部门",
            (2024, 3, 4),
            (2024, 3, 15),
            (2024, 3, 4),
            (2024, 3, 18),
            1,
        ),
        (
            "1.2",
            "",
            "流程蓝图确认",
            "信息部",
            "财务部",
            (2024, 3, 18),
            (2024, 4, 12),
            (2024, 3, 19),
            None,
            0.6,
        ),
        (
            "2.1",
            "系统实现",
            "主数据清理",
            "财务部",
            "采购部、仓储部",
            (2024, 4, 1),
            (2024, 5, 17),
            None,
            None,
            0.25,
        ),
        ("2.2", "", "接口开发", "信息部", "", (2024, 4, 15), (2024, 6, 14), None, None, 0),
    ]
    for number, row in enumerate(rows, start=5):
        for column, value in enumerate(row, start=1):
            if isinstance(value, tuple):
                sheet.write_datetime(number, column, datetime(*value), day)
            elif column == 10:
                sheet.write_number(number, column, float(value or 0), share)
            elif value:
                sheet.write_string(number, column, str(value))
    sheet.write("L6", "《现状调研报告》")
    sheet.write("L7", "《业务蓝图》")
    sheet.merge_range("C6:C7", "蓝图设计")
    sheet.merge_range("C8:C9", "系统实现")
    sheet.write("B10", "合计")
    sheet.write_formula("K10", "=AVERAGE(K6:K9)", share, 0.4625)
    book.close()
    return path


def gbk_csv(folder: Path) -> Path:
    """An export from an OA system: GBK, semicolons in quotes, spans of dates, repeated numbers."""
    path = folder / "OA导出任务.csv"
    lines = [
        "序号,事项,承办单位,责任人员,起止时间,完成情况,百分比,OA流程号",
        "1,整理客户投诉清单,客服部,何静,10.8-10.15,已办结,100%,OA-2023-0912",
        '2,"召开协调会,形成纪要",客服部、质量部,何静,2023.10.16-2023.10.20,办理中,50%,OA-2023-0913',
        "1,更换问题批次,生产部,马超,10月18日-25日,未启动,0,OA-2023-0920",
        "2,赔付方案报批,财务部,,3.1-5.1,暂缓,,OA-2023-0921",
        "3,回访客户,客服部,何静,待定,,,OA-2023-0930",
    ]
    path.write_bytes("\r\n".join(lines).encode("gbk"))
    return path


def english(folder: Path) -> Path:
    """An English action list with a second sheet that is no tracker, and errors in cells."""
    path = folder / "Launch actions.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.title = "Actions"
    sheet.append(["Spring launch 2024 - action list"])
    sheet.append([])
    sheet.append(
        [
            "#",
            "Task name",
            "Department",
            "Assigned to",
            "Start",
            "Due date",
            "Status",
            "% complete",
            "Depends on",
            "Comments",
            "Budget (k)",
        ]
    )
    sheet.append(
        [
            1,
            "Write the brief",
            "Marketing",
            "Ann",
            date(2024, 2, 1),
            date(2024, 2, 9),
            "Done",
            100,
            None,
            "=ask the board",
            12.5,
        ]
    )
    sheet.append(
        [
            2,
            "Book the venue",
            "Marketing",
            "Ann",
            date(2024, 2, 12),
            date(2024, 2, 23),
            "In progress",
            40,
            1,
            None,
            80,
        ]
    )
    sheet.append(
        [
            3,
            "Print the folders",
            "Design",
            None,
            date(2024, 2, 26),
            "Mar 8, 2024",
            "Delayed",
            10,
            "1, 2",
            "Waiting for texts",
            None,
        ]
    )
    sheet.append([4, "Train the sales team", "Sales", "Bob", None, "8/10/2024", "Not started", 0, 3, None, 5])
    sheet.append(["Total", None, None, None, None, None, None, None, None, None, 97.5])
    other = book.create_sheet("Contacts")
    for row in (["Name", "Phone"], ["Ann", "555-0101"], ["Bob", "555-0102"]):
        other.append(row)
    book.save(path)
    return path


def side_by_side(folder: Path) -> Path:
    """Two departments' lists beside each other, a legend, and a sheet of last month's."""
    path = folder / "部门任务.xlsx"
    book = Workbook()
    sheet = book.active
    sheet.title = "11月"
    sheet["A1"] = "2023年11月部门任务分解"
    for column, name in ((1, "研发部"), (7, "市场部")):
        sheet.cell(2, column, name)
        for offset, text in enumerate(("任务", "负责人", "截止日期", "状态")):
            sheet.cell(3, column + offset, text)
    left = [("完成接口联调", "张伟", "11月10日", "已完成"), ("修复遗留缺陷", "李娜", "11月24日", "进行中")]
    left += [("输出测试报告", "张伟", "11月30日", "未开始")]
    right = [("投放预热广告", "周杰", "11月8日", "已完成"), ("落地页改版", "吴倩", "11月20日", "延期")]
    for column, rows in ((1, left), (7, right)):
        for number, row in enumerate(rows, start=4):
            for offset, value in enumerate(row):
                sheet.cell(number, column + offset, value)
    sheet["L3"] = "图例"
    sheet["L4"] = "延期=红"
    old = book.create_sheet("10月")
    old.append(["任务", "负责人", "截止日期", "状态"])
    old.append(["需求评审", "张伟", "10月12日", "已完成"])
    book.save(path)
    return path


def plain_export(folder: Path) -> Path:
    """A UTF-8 export with tabs, a repeated heading, text serials and unknown columns only a human can read."""
    path = folder / "任务清单.tsv"
    lines = [
        "任务编号\t工作任务\t责任单位\t开始时间\t计划完成时间\t实际完成时间\t前置任务\t客户\t紧急程度",
        "A-01\t签订合同\t法务部\t2024/1/8\t45306\t2024-01-12\t\t华星公司\t高",
        "A-02\t首付款到账\t财务部\t2024/1/15\t2024/1/19\t√\tA-01\t华星公司\t中",
        "任务编号\t工作任务\t责任单位\t开始时间\t计划完成时间\t实际完成时间\t前置任务\t客户\t紧急程度",
        "A-03\t发货\t物流部\t1月22日\t1月31日\t\tA-01、A-02\t华星公司\t高",
    ]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


MAKERS: tuple[Maker, ...] = (
    supervision,
    project_plan,
    gbk_csv,
    english,
    side_by_side,
    plain_export,
    coloured,
)
"""All of them."""


def big(folder: Path, rows: int) -> Path:
    """A long tracker, for speed."""
    path = folder / "big.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("任务")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    heads = (
        "序号",
        "任务名称",
        "牵头部门",
        "配合单位",
        "开始时间",
        "完成时限",
        "状态",
        "完成率",
        "责任人",
        "备注",
        "片区",
        "等级",
    )
    sheet.write_row(0, 0, heads)
    for n in range(1, rows + 1):
        sheet.write_row(n, 0, (n, f"第{n}项任务", f"部门{n % 30}部", "市场部"))
        sheet.write_datetime(n, 4, datetime(2024, 1, 1 + n % 28), day)
        sheet.write_string(n, 5, f"2024.{1 + n % 12}.{1 + n % 28}")
        sheet.write_row(n, 6, ("进行中", 0.5, f"员工{n % 200}", "", "华东", "一般"))
    book.close()
    return path
