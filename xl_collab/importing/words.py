"""The words of other people's trackers: headings, states, totals and sections as offices write them.

Plain lists and patterns. What may not enter: deciding (columns.py), cells, our own labels (they are
declared in schema/sheets.py and come from there).
"""

# Lists of words: one line a target reads better than wrapped ones.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Mapping

from xl_collab.schema.words import Text, t

PERSON, PERIOD, PROGRESS = "person", "period", "progress"
"""Targets that are no column of ours: a person beside the department, a span of dates, and 进展."""

EXTRA_TARGETS: Mapping[str, Text] = {
    PERSON: t("责任人（并入责任部门/人）", "Person (joins Owner)"),
    PERIOD: t("起止时间（分为计划开始与时间节点）", "Period (split into start and due)"),
    PROGRESS: t("进展（读出状态与完成率）", "Progress (status and % done are read from it)"),
}

HEADINGS: Mapping[str, str] = {
    "id": "序号|编号|任务编号|任务序号|任务号|项次|编码|行号|no|no.|#|id|task id|item|item no.|s/n|seq|wbs",
    "stage": "环节|阶段|工作阶段|项目阶段|实施阶段|推进阶段|phase|stage|project phase",
    "owner": "责任部门/人|责任部门|牵头|主办|主责|牵头部门|主责部门|主办部门|承办部门|负责部门|执行部门|责任单位|牵头单位|主办单位"
    "|承办单位|主责单位|负责单位|责任处室|牵头处室|责任科室|责任主体|owner|department|dept|dept.|lead department|lead dept"
    "|responsible department|owner department|responsible|lead|owning team|responsible party",
    PERSON: "责任人|负责人|牵头人|经办人|主责人|承办人|执行人|具体负责人|责任人员|任务负责人|assignee|assigned to"
    "|person in charge|pic|responsible person|person responsible|contact person|dri|assigned",
    "task": "主要任务|任务|任务名称|工作任务|工作内容|工作事项|事项|事项名称|任务内容|任务事项|任务描述|重点工作|重点任务"
    "|具体任务|具体事项|工作要点|督办事项|工作名称|任务明细|任务项|task|tasks|task name|activity|action|action item|work item"
    "|task description|work package|to do|todo",
    "output": "输出成果|成果|输出物|交付物|交付成果|成果形式|预期成果|工作成果|成果物|成果文件|完成标志|交付件|deliverable"
    "|deliverables|output|outputs|expected output",
    "deadline": "时间节点|完成时限|截止日期|截止时间|节点|时限|办结时限|完成期限|期限|到期日|计划完成|计划完成时间"
    "|计划完成日期|计划结束|计划结束时间|计划结束日期|要求完成时间|要求完成日期|应完成时间|结束时间|结束日期|结束|止|讫|截止|最后期限"
    "|due|due date|deadline|finish|end|end date|finish date|planned finish|planned end|target date|due by|due on"
    "|planned end date|planned finish date|target finish|target completion",
    PERIOD: "起止时间|起止日期|起讫时间|时间安排|实施时间|时间段|计划时间|计划起止时间|工期安排|period|dates|time frame"
    "|timeframe|from - to",
    "planned_start": "计划开始|开始时间|开始日期|计划开始时间|计划开始日期|开始|起|始|起始|计划启动|计划启动时间|启动时间|启动日期|起始时间|起始日期"
    "|start|start date|planned start|planned start date|begin|start on|from",
    "actual_start": "实际开始|实际开始时间|实际开始日期|实际开工|实际开工日期|实际启动|实际启动时间|actual start"
    "|actual start date|started on|date started",
    "forecast": "预计完成|预计完成时间|预计完成日期|预计结束|预计结束时间|forecast|expected finish|forecast finish"
    "|estimated completion|expected completion|revised date",
    "actual": "实际完成|实际完成时间|实际完成日期|实际结束|实际结束时间|办结时间|办结日期|实际完成时限|完成日期(实际)"
    "|actual|actual finish|actual end|actual completion|completed on|date completed|closed on|finished on|actual end date",
    "percent": "完成率|百分比|完成百分比|完成比例|完成度|进度百分比|进度%|完成%|进度比例|%|% done|% complete|%complete"
    "|percent|percent complete|percentage|progress %|progress%|completion %|complete %",
    "status": "状态|任务状态|完成状态|当前状态|进度状态|是否完成|办理状态|工作状态|status|state|task status|current status",
    PROGRESS: "进展|进展情况|工作进展|当前进展|最新进展|进度|进度情况|完成情况|落实情况|推进情况|办理情况|目前进展"
    "|任务进展|进展说明|progress|update|status update|current progress",
    "note": "备注|备注说明|备注(如风险、依赖条件)|说明|注|附注|note|notes|remark|remarks|comment|comments",
    "support": "配合部门|配合单位|协办部门|协办单位|协作部门|协作单位|协助部门|协助单位|协同部门|参与部门|参加部门|参与单位"
    "|配合处室|配合|协办|supporting|support|supporting department|supporting departments|support dept"
    "|supporting dept|supported by|support department",
    "predecessors": "前置|前置任务|紧前任务|前序任务|前置工作|依赖|依赖任务|predecessor|predecessors|depends on|dependency"
    "|dependencies|blocked by",
    "feedback": "部门反馈|feedback",
    "lead_days": "提前预警(工作日)|提前预警天数|warn ahead (workdays)",
}
"""Target → headings that surely mean it, separated by |."""

DOUBTFUL: Mapping[str, str] = {
    "完成": "deadline",
    "完成时间": "deadline",
    "完成日期": "deadline",
    "时间": "deadline",
    "日期": "deadline",
    "date": "deadline",
    "completion date": "deadline",
    "eta": "forecast",
    "部门": "owner",
    "单位": "owner",
    "who": "owner",
    "team": "owner",
    "联系人": PERSON,
    "name": "task",
    "内容": "task",
    "项目": "task",
    "项目内容": "task",
    "description": "task",
    "title": "task",
    "目标": "output",
    "工作目标": "output",
    "模块": "stage",
    "类别": "stage",
    "分类": "stage",
    "板块": "stage",
    "category": "stage",
    "section": "stage",
    "风险": "note",
    "存在问题": "note",
    "问题": "note",
    "情况说明": PROGRESS,
    "when": "deadline",
    "what": "task",
}
"""Headings that mean it often, but not always: they are proposed, never taken unasked."""

GROUPS = re.compile(r"计划|实际|预计|plan|actual|forecast|expected", re.IGNORECASE)
"""Group headings that change the meaning of what stands below them: 实际 over 完成时间."""

STATUS_WORDS: Mapping[str, str] = {
    "done": "已完成|完成|全部完成|完成了|√|✓|✔|☑|✅|是|办结|已办结|结束|已结束|闭环|已闭环|关闭|已关闭|完结|已完结|已交付"
    "|done|complete|completed|finished|closed|yes|y",
    "in_progress": "进行中|正在进行|正在推进|推进中|持续推进|正在办理|办理中|在办|实施中|正在实施|开展中|正在开展|跟进中|处理中"
    "|执行中|部分完成|未完成(进行中)|已启动|已开始|in progress|in-progress|ongoing|on going|started|wip|doing|underway|on track",
    "not_started": "未开始|未启动|未开展|未进行|尚未开始|尚未启动|待启动|待开始|待办|待开展|未实施|not started|open|todo|to do"
    "|pending|new|planned",
    "paused": "暂停|已暂停|暂缓|搁置|挂起|中止|paused|on hold|onhold|suspended|deferred",
    "cancelled": "取消|已取消|终止|已终止|作废|不再执行|撤销|cancelled|canceled|dropped",
}
"""What surely says one of our states."""

LATE_WORDS = "滞后|已滞后|进度滞后|延期|已延期|延迟|已延迟|逾期|已逾期|超期|拖期|落后|delayed|late|overdue|behind|behind schedule"
"""Says that work is late, which 预警 computes from the dates; the state under it is: not finished."""

NOTHING = frozenset(["-", "--", "—", "——", "–", "/", "\\", "无", "n/a", "na", "none", "nil", "空", ".", "…"])
"""What people write where nothing is."""

DONE_MARKS = frozenset(["√", "✓", "✔", "☑", "✅", "已完成", "完成", "已办结", "办结", "done", "completed"])
"""In a date column: finished, without saying when."""

TOTAL = re.compile(
    r"^.{0,8}(?:合计|小计|总计|共计|累计|汇总|subtotal|sub-total|grandtotal|total)s?[^\w]{0,3}(?:[(（].*)?[:：]?$"
    r"|^(?:合计|总计|共计|小计)\D{0,6}\d+.{0,4}$|^共.{0,2}\d+[项条个].*$",
    re.IGNORECASE,
)
"""The words of a total row, compared without blanks."""

FOOTER = re.compile(
    r"^[(（]?(?:注|说明|备注|附注|填表说明|填报说明|制表|制表人|编制|编制人|填表人|填报人|审核|审核人|审批|批准|批准人|日期"
    r"|填表日期|制表日期|复核|签字|note|notes|prepared by|approved by|reviewed by|checked by)[)）]?\s*\d{0,2}\s*[:：.、]",
    re.IGNORECASE,
)
"""How lines under a table begin: remarks, who made it, who signed it."""

_NUMERAL = "一二三四五六七八九十"
SECTION_LEVELS: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"^(?:[{_NUMERAL}]{{1,3}}\s*[、.．，,:：]|第[{_NUMERAL}\d]{{1,3}}(?:阶段|部分|步|章|期|批)\s*[、.:：—-]?"
        r"|(?:phase|stage|part|step)\s*[\divx]+\s*[:.：—-]?)\s*",
        re.IGNORECASE,
    ),
    re.compile(rf"^[(（][{_NUMERAL}\d]{{1,3}}[)）]\s*[、.]?\s*"),
)
"""How section titles are numbered, by level; what is left behind the number is the name."""

CHINESE_NUMBER = re.compile(rf"^[(（]?[{_NUMERAL}]{{1,3}}[)）]?\s*[、.．]?$")
"""An ID cell that numbers a section rather than a task."""

STAGE_ENDING = re.compile(r"(?:阶段|环节|板块|部分|篇|期)$|\bphase\b|\bstage\b", re.IGNORECASE)
DEPARTMENT = re.compile(
    r"(?:部门|部|处|科|室|组|中心|办|公司|院|所|局|厂|团队|委员会|委|事业群|车间|分公司|项目组|dept\.?|department|team)$",
    re.IGNORECASE,
)
"""How departments' names end."""
