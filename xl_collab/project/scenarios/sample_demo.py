"""The sample project two weeks later, on 2023-11-28: what the demonstration starts from.

One row more (a report that came three working days late), the prototype two days before its
date and at risk, and one Monday whose meeting nobody recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from xl_collab.project.scenarios.sample import SAMPLE, TRACKER, baselines
from xl_collab.project.scenarios.sample_log import (
    ACTIONS,
    ADMIN,
    HR,
    MEETINGS,
    MKT,
    PROD,
    RD,
    SALES,
    SYNC,
    meeting,
    reports,
)
from xl_collab.project.scenarios.sample_plans import ADJUSTMENTS, LESSONS, RISKS
from xl_collab.project.scenarios.scenario import Records, Value, depts, rows
from xl_collab.schema.words import t

AS_OF = date(2023, 11, 28)
"""The data date of the demonstration."""


def _updated(records: Records, changes: Mapping[str, Mapping[str, Value]]) -> Records:
    """The records with some fields changed, found by ID."""
    return [{**record, **changes.get(str(record["id"]), {})} for record in records]


_LATE: Records = [
    {
        "id": "T007",
        "stage": "request",
        "owner": depts(MKT, SALES),
        "task": t("调研目标用户与竞品，支撑立项", "Study target users and competitors for the project case"),
        "output": t("《市场调研报告》", "Market study"),
        "deadline": date(2023, 9, 28),
        "note": t("节前提交；销售部提供渠道数据", "Due before the holiday; Sales supplies channel data"),
        "support": RD,
        "planned_start": date(2023, 9, 11),
        "actual": date(2023, 10, 9),
        "percent": 1,
        "status": "done",
        "feedback": "filled",
        "baseline": date(2023, 9, 28),
    }
]

_TRACKER = [
    *_updated(
        TRACKER,
        {"T004": {"percent": 0.6}, "T005": {"percent": 0.55, "forecast": date(2023, 12, 26)}},
    ),
    *_LATE,
]

_SYNC: Records = [
    *SYNC,
    *reports(
        date(2023, 11, 13),
        (RD, "T005", t("PCB布板完成一半", "Board layout half done"), None, None,
         t("完成布板", "Finish the layout")),
        (MKT, "T005", t("短视频脚本定稿", "Video script final"), None, None,
         t("拍摄排期", "Schedule the shooting")),
    ),
    *reports(
        date(2023, 11, 14),
        (RD, "T005", t("布板完成，投板打样", "Layout finished, boards ordered"), None, None,
         t("起草进度调整", "Draft the schedule change")),
        (MKT, "T005", t("拍摄排期11月27日", "Shooting set for November 27"), None, None,
         t("详情页框架", "Outline of the product page")),
    ),
    *reports(
        date(2023, 11, 15),
        (RD, "T005", t("散热件打样到货", "Sample heat sinks arrived"), None, None,
         t("首轮温升测试", "First thermal test")),
        (MKT, "T005", t("详情页框架完成", "Product page outlined"), None, None,
         t("详情页文案", "Product page text")),
    ),
    *reports(
        date(2023, 11, 16),
        (RD, "T005", t("首轮温升测试38K，超标3K", "First thermal test: 38 K, 3 K too hot"),
         t("方案A未达标", "Design A fails"), None, t("换方案B复测", "Retest with design B")),
        (MKT, "T005", t("详情页文案初稿", "Product page drafted"), None, None,
         t("文案评审", "Review the text")),
    ),
    *reports(
        date(2023, 11, 17),
        (RD, "T005", t("方案B复测33K，达标", "Design B retested: 33 K, within the limit"), None, None,
         t("方案B定型", "Freeze design B")),
        (MKT, "T005", t("文案评审通过", "Product page text approved"), None, None,
         t("主视觉精修", "Refine the key visual")),
    ),
    *reports(
        date(2023, 11, 20),
        (RD, "T005", t("控制板打样到货，缺驱动芯片", "Control boards arrived, ICs missing"),
         t("备选供应商只到货20片", "Only 20 ICs from the second source"),
         t("请生产部催余下30片", "Production to press for the other 30"), t("先焊2台", "Solder 2 units")),
        (MKT, "T005", t("主视觉定稿", "Key visual final"), None, None,
         t("准备拍摄道具", "Prepare the shooting")),
    ),
    *reports(
        date(2023, 11, 21),
        (RD, "T005", t("首台原型点亮", "First prototype lights up"), None, None,
         t("光学测试", "Optical test")),
        (MKT, "T005", t("拍摄道具到位", "Props ready"), None, None, t("预热物料排版", "Lay out the teaser")),
    ),
    *reports(
        date(2023, 11, 22),
        (RD, "T005", t("照度均匀度0.66，未达0.7", "Uniformity 0.66 instead of 0.7"),
         t("导光板需改模", "Light guide needs a new mould"),
         None, t("导光板改模报价", "Quotation for the mould")),
        (MKT, "T005", t("预热物料排版完成", "Teaser laid out"), None, None, t("内部评审", "Internal review")),
    ),
    *reports(
        date(2023, 11, 23),
        (RD, "T005", t("导光板改模下单，交期5个工作日", "New mould ordered, 5 working days"),
         t("11月30日前只能输出2台原型", "Only 2 prototypes by November 30"), None,
         t("预警并更新预计完成", "Warn; update the forecast")),
        (MKT, "T005", t("预热物料评审通过", "Teaser approved"), None, None,
         t("确认外观样机到位时间", "Date of the mock-up?")),
    ),
    *reports(
        date(2023, 11, 24),
        (RD, "T005", t("外观样机交付市场部", "Mock-up handed to Marketing"), None, None,
         t("控制板软件联调", "Firmware tests")),
        (MKT, "T005", t("收到外观样机", "Mock-up received"), None, None,
         t("布置拍摄", "Set up the shooting")),
    ),
    *reports(
        date(2023, 11, 27),
        (RD, "T005", t("控制板软件联调通过", "Firmware tests passed"), None, None,
         t("第2台原型装配", "Assemble prototype 2")),
        (MKT, "T005", t("产品拍摄完成", "Shooting finished"), None, None, t("后期制作", "Post-production")),
    ),
]  # fmt: skip

# Monday 2023-11-20 has no record on purpose: a missed period has to show.
_MEETINGS: Records = [
    *MEETINGS,
    meeting(
        "H005", date(2023, 11, 13), depts(MKT, RD, PROD, SALES),
        t("备选供应商到货；进度调整草案", "Parts from the second source; draft schedule change"),
        t("1. 备选供应商首批50片11月20日前到货\n2. T005进度调整按延后3个工作日起草，报总经理审批",
          "1. First 50 ICs from the second source by November 20\n"
          "2. Draft the change of T005 by 3 working days for the general manager's approval"),
        absent=depts(ADMIN, HR),
    ),
    meeting(
        "H006", date(2023, 11, 27), depts(MKT, RD, PROD, SALES, ADMIN),
        t("原型进度预警；导光板改模", "Prototype at risk; new mould for the light guide"),
        t("1. 11月30日先交付2台原型，其余3台12月8日前补齐\n"
          "2. T005预计完成改为12月26日，调整方案11月30日前报批\n"
          "3. 3C送检改用首台定型样机",
          "1. Deliver 2 prototypes on November 30, the other 3 by December 8\n"
          "2. T005 is now expected on December 26; submit the schedule change by November 30\n"
          "3. Send the first final unit to CCC testing"),
        absent=HR,
        resources=t("导光板改模费用3万元；光学测试暗室加排2天",
                    "CNY 30,000 for the mould; two more days in the optical test room"),
    ),
]  # fmt: skip

_ACTIONS: Records = [
    *_updated(
        ACTIONS,
        {
            "A005": {"status": "done", "done_on": date(2023, 11, 16)},
            "A006": {"status": "done", "done_on": date(2023, 11, 15)},
            "A007": {"status": "done", "done_on": date(2023, 11, 17)},
        },
    ),
    *rows(
        "id action owner raised_on due status done_on task_id source",
        (
            "A009", t("催备选供应商余下30片驱动芯片到货", "Get the other 30 ICs from the second source"),
            PROD,
            date(2023, 11, 13), date(2023, 11, 20), "open", None, "T005",
            t("例会 H005 决议1", "Meeting H005, decision 1"),
        ),
        (
            "A010", t("T005进度调整方案报总经理审批", "Submit the schedule change of T005 for approval"), RD,
            date(2023, 11, 27), date(2023, 11, 30), "open", None, "T005",
            t("例会 H006 决议2", "Meeting H006, decision 2"),
        ),
        (
            "A011", t("交付2台原型供内部试用", "Hand over 2 prototypes for internal trial"), RD,
            date(2023, 11, 27),
            date(2023, 11, 30), "open", None, "T005", t("例会 H006 决议1", "Meeting H006, decision 1"),
        ),
    ),
]  # fmt: skip

_RISKS: Records = [
    *_updated(
        RISKS,
        {
            "K001": {"status": "struck", "due": date(2023, 12, 1)},
            "K002": {"status": "closed"},
            "K004": {"status": "closed"},
        },
    ),
    *rows(
        "id risk task_id owner probability impact countermeasure status due raised_on source",
        (
            "K007", t("导光板改模后仍不达标，11月30日前不能交齐5台原型",
                      "The new light guide may fail again; fewer than 5 prototypes by November 30"),
            "T005", RD, 4, 4,
            t("先交付2台原型，其余3台12月8日前补齐", "Deliver 2 prototypes first, the other 3 by December 8"),
            "watching",
            date(2023, 11, 30), date(2023, 11, 23), t("每日同步 2023-11-23", "Daily sync 2023-11-23"),
        ),
    ),
]  # fmt: skip

_ADJUSTMENTS = _updated(
    ADJUSTMENTS,
    {
        "C001": {
            "new_date": date(2023, 12, 26),
            "cause": t(
                "驱动芯片交期延长两周，导光板改模5个工作日",
                "The driver IC arrives two weeks late; the light guide needs a new mould (5 working days)",
            ),
        }
    },
)

_LESSONS: Records = [
    *LESSONS,
    *rows(
        "id kind lesson department evidence action",
        (
            "L004", "improve",
            t("调研报告跨国庆假期，晚3个工作日提交",
              "The market study ran over the holiday, 3 working days late"),
            MKT, "T007",
            t("长假前后的节点至少留出3个工作日余量", "Keep 3 working days of slack around long holidays"),
        ),
        (
            "L005", "success",
            t("两套散热方案并行，首轮不达标也未影响总进度",
              "Two heat-sink designs in parallel saved the schedule"),
            RD, "T005",
            t("关键部件首次采用时并行两套方案", "Develop two designs for parts used the first time"),
        ),
    ),
]  # fmt: skip

DEMO = replace(
    SAMPLE,
    key="demo",
    forms={**SAMPLE.forms, "settings": {**SAMPLE.forms["settings"], "data_date": AS_OF}},
    tables={
        **SAMPLE.tables,
        "tracker": _TRACKER,
        "sync": _SYNC,
        "meetings": _MEETINGS,
        "actions": _ACTIONS,
        "risks": _RISKS,
        "adjustments": _ADJUSTMENTS,
        "lessons": _LESSONS,
        "history": baselines(_TRACKER),
    },
)
