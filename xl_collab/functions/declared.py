"""Every worksheet function, declared once: for Excel, LibreOffice, their help, and the docs.

One dotless name everywhere, because VBA knows no other. What a function calculates is in
`rules.py`, how people do without Python in `twins.py`; no program's interface may enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from xl_collab.schema.words import Text, t

Kind: TypeAlias = Literal["cells", "list"]
"""cells: as many results as cells given. list: a table of its own with a heading row."""

CATEGORY = "xl_collab"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: `name` as programs write it, its label and help; blank where optional."""

    name: str
    label: Text
    help: Text
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One worksheet function.

    key      name of the rule, and of the method inside LibreOffice
    name     what people type
    help     what it gives, in one or two sentences
    example  a call, with what it shows on the sample project (data date 2023-11-13)
    """

    key: str
    name: str
    kind: Kind
    help: Text
    arguments: tuple[Argument, ...]
    example: str
    shows: Text

    def signature(self, separator: str = ", ") -> str:
        """COLLAB_X(start, [end]) as people read it."""
        named = (f"[{a.name}]" if a.optional else a.name for a in self.arguments)
        return f"{self.name}({separator.join(named)})"


_ALSO_RANGE = t(
    "单个日期或一列日期；文字日期按“时间节点”的规则读", "One date or a range; typed dates are read as in Due"
)
_BASELINE = Argument("baseline", t("基线", "Baseline"), t("基线完成日期", "Baseline finish"))
_FORECAST = Argument(
    "forecast",
    t("预计完成", "Expected finish"),
    t("可留空；早于数据日期的不算", "May be blank; ignored before the data date"),
    True,
)
_ACTUAL = Argument("actual", t("实际完成", "Actual finish"), t("未完成留空", "Blank while unfinished"), True)
_STATUS = Argument(
    "status", t("状态", "Status"), t("跟踪表里的状态词，可留空", "A status of Tracker, may be blank"), True
)
_LEAD = Argument(
    "lead_days",
    t("提前预警", "Warn ahead"),
    t("工作日数；留空用设置里的", "Working days; blank: the value in Settings"),
    True,
)
_WATCH = Argument(
    "watch",
    t("随之重算", "Recalculate with"),
    t(
        "任一区域，如跟踪表的数据区；其中内容变化时本函数重算",
        "Any range, such as the tracker's rows; the function is calculated again when it changes",
    ),
    True,
)
_ROWS = Argument(
    "rows",
    t("行数", "Rows"),
    t("含表头的总行数，不足补空；数组公式占多行时用", "Total rows with heading, padded; for array formulas"),
    True,
)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "workdays",
        "COLLAB_WORKDAYS",
        "cells",
        t(
            "从开始到结束的工作日数，不含开始日、含结束日；结束在前为负。懂调休。",
            "Working days after start, finish included; negative when finish is earlier. Knows 调休.",
        ),
        (
            Argument("start", t("开始", "Start"), _ALSO_RANGE),
            Argument("finish", t("结束", "Finish"), _ALSO_RANGE),
        ),
        "=COLLAB_WORKDAYS(DATE(2023,9,28),DATE(2023,10,9))",
        t("3（10-07、10-08 是调休上班日；按周一至周五数会得 7）", "3 (Monday to Friday would give 7)"),
    ),
    Function(
        "addworkdays",
        "COLLAB_ADDWORKDAYS",
        "cells",
        t(
            "日期之后（负数为之前）第几个工作日；把单元格设为日期格式。",
            "The n-th working day after a date, before it for negative n; format the cell as a date.",
        ),
        (
            Argument("day", t("日期", "Date"), _ALSO_RANGE),
            Argument("days", t("工作日数", "Working days"), t("整数，可为负", "A whole number")),
        ),
        "=COLLAB_ADDWORKDAYS(DATE(2023,9,28),3)",
        t("2023-10-09", "2023-10-09"),
    ),
    Function(
        "isworkday",
        "COLLAB_ISWORKDAY",
        "cells",
        t("是否工作日（含调休、公司自定的日子）。", "Whether a date is a working day."),
        (Argument("day", t("日期", "Date"), _ALSO_RANGE),),
        "=COLLAB_ISWORKDAY(DATE(2023,10,8))",
        t("TRUE（星期日，但调休上班）", "TRUE (a Sunday, made up for)"),
    ),
    Function(
        "nextdue",
        "COLLAB_NEXTDUE",
        "cells",
        t(
            "“时间节点”下一次到期的时刻：日期或周期（每周一17:00前、每月最后一个工作日…），遇非工作日按设置移动。",
            "When a Due text is next due: a date or a recurrence, moved off days off as Settings say.",
        ),
        (
            Argument(
                "deadline",
                t("时间节点", "Due"),
                t("日期或文字，如“每周一17:00前”", "A date or a text such as every Monday"),
            ),
            Argument(
                "after",
                t("此日起", "After"),
                t("从这天零点之后找；留空用数据日期", "From midnight of this day; blank: the data date"),
                True,
            ),
        ),
        '=COLLAB_NEXTDUE("每周一",DATE(2023,9,29))',
        t(
            "2023-10-07 23:59:59（10-02 放假，顺延到调休上班的 10-07）",
            "2023-10-07 23:59:59 (10-02 is a holiday)",
        ),
    ),
    Function(
        "variance",
        "COLLAB_VARIANCE",
        "cells",
        t(
            "完成偏差（工作日）：晚为正，早为负。对比日期留空：已过基线的算到数据日期，未过的为空。",
            "Finish variance in working days, late is positive. Blank compared date: late so far, or empty.",
        ),
        (
            _BASELINE,
            Argument(
                "compared",
                t("对比日期", "Compared date"),
                t("实际或预计完成，可留空", "Actual or expected finish"),
                True,
            ),
        ),
        "=COLLAB_VARIANCE(DATE(2023,9,28),DATE(2023,10,9))",
        t("3", "3"),
    ),
    Function(
        "rag",
        "COLLAB_RAG",
        "cells",
        t(
            "预警颜色：蓝、红、黄、绿，规则与跟踪表相同（阈值、提前量取自设置）。",
            "The alert, by the tracker's rules: Blue, Red, Yellow or Green.",
        ),
        (_BASELINE, _FORECAST, _ACTUAL, _STATUS, _LEAD),
        "=COLLAB_RAG(DATE(2023,11,8))",
        t("红（至 2023-11-13 已晚 3 个工作日）", "Red (3 working days late on 2023-11-13)"),
    ),
    Function(
        "reason",
        "COLLAB_REASON",
        "cells",
        t("预警的理由，与跟踪表的“说明”相同。", "The alert's reason, as in the tracker."),
        (_BASELINE, _FORECAST, _ACTUAL, _STATUS, _LEAD),
        "=COLLAB_REASON(DATE(2023,11,8))",
        t(
            "至今已晚 3 个工作日（超过 2 个工作日）",
            "Late so far by 3 workdays (more than 2 workdays)",
        ),
    ),
    Function(
        "explain",
        "COLLAB_EXPLAIN",
        "cells",
        t(
            "逐日说明两日之间怎样数工作日；只给一个参数时说明“时间节点”怎样理解。从不报错：参数不对时说出原因。",
            "How working days between two dates are counted, in words; with one argument, how a Due text is "
            "read. Never an error: it says what is wrong instead.",
        ),
        (
            Argument("start", t("开始", "Start"), _ALSO_RANGE),
            Argument("finish", t("结束", "Finish"), _ALSO_RANGE, True),
        ),
        "=COLLAB_EXPLAIN(DATE(2023,10,6),DATE(2023,10,9))",
        t("2023-10-06 → 2023-10-09：+3 个工作日…", "2023-10-06 → 2023-10-09: +3 working days …"),
    ),
    Function(
        "risks",
        "COLLAB_RISKS",
        "list",
        t(
            "风险清单：分值、等级、来源、原因，高分在前；与“风险”按钮相同。",
            "The risk list by falling score: score, level, source, reason; as the button Risks gives.",
        ),
        (_WATCH, _ROWS),
        "=COLLAB_RISKS(跟踪表!A5:X30)",
        t("带表头的清单", "A list with headings"),
    ),
    Function(
        "overdue",
        "COLLAB_OVERDUE",
        "list",
        t("逾期清单：基线已过、尚未完成的任务。", "The overdue list: open tasks whose baseline has passed."),
        (_WATCH, _ROWS),
        "=COLLAB_OVERDUE(跟踪表!A5:X30)",
        t("带表头的清单", "A list with headings"),
    ),
    Function(
        "bydept",
        "COLLAB_BYDEPT",
        "list",
        t(
            "某部门牵头或配合的任务；部门可用通讯录里的别名。",
            "The tasks that a department leads or supports; aliases in Contacts are understood.",
        ),
        (
            Argument("department", t("部门", "Department"), t("部门名称", "Name of the department")),
            _WATCH,
            _ROWS,
        ),
        '=COLLAB_BYDEPT("研发部",跟踪表!A5:X30)',
        t("带表头的清单", "A list with headings"),
    ),
)


def function(name: str) -> Function:
    """The function of that key or name, letter case aside; KeyError when there is none."""
    wanted = name.lower()
    for declared in FUNCTIONS:
        if wanted in (declared.key, declared.name.lower()):
            return declared
    raise KeyError(name)
