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


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


PERSON, PERIOD, PROGRESS, GROUP = "person", "period", "progress", "group"
"""Targets that are no column of ours: a person beside the department, a span of dates, 进展, a task above tasks."""

EXTRA_TARGETS: Mapping[str, Text] = {
    PERSON: t("责任人（并入责任部门/人）", "Person (joins Owner)"),
    PERIOD: t("起止时间（分为计划开始与时间节点）", "Period (split into start and due)"),
    PROGRESS: t("进展（读出状态与完成率）", "Progress (status and % done are read from it)"),
    GROUP: t("上级任务（写在任务名称前）", "Task above (goes before the task's name)"),
}

HEADINGS: Mapping[str, str] = {
    "id": "序号|编号|任务编号|任务序号|任务号|项次|编码|行号|no|no.|#|id|问题id|task id|item|item no.|s/n|seq|wbs"
    "|标识号|标识|任务标识|任务编码|任务id|工单号|工单编号|需求编号|需求id|问题编号|条目编号|计划编号|节点编号|wbs编号|wbs编码|大纲数字|序|key|issue key|issue id|ticket"
    "|ticket id|ticket no|ref|ref no|reference|sr no|sr. no.|sl no|row id|card id|task no|task no.|task number|task #|action id|unique id|wbs code|outline number",
    "stage": "环节|阶段|工作阶段|项目阶段|实施阶段|推进阶段|phase|stage|project phase"
    "|所属阶段|所在阶段|任务阶段|计划阶段|任务分组|所属列表|任务列表|所属模块|功能模块|所属清单|所属分组|泳道|子系统|bucket|bucket name|section/column"
    "|group name|epic name|epic|epic link|parent summary|workstream|work stream|swimlane|phase name",
    "owner": "责任部门/人|责任部门|牵头|主办|主责|牵头部门|主责部门|主办部门|承办部门|负责部门|执行部门|责任单位|牵头单位|主办单位"
    "|承办单位|主责单位|负责单位|责任处室|牵头处室|责任科室|责任主体|owner|department|dept|dept.|lead department|lead dept"
    "|responsible department|owner department|responsible|lead|owning team|responsible party"
    "|责任方|主责方|承接部门|承接方|归口部门|归口管理部门|牵头责任部门|主要责任部门|责任部室|牵头部室|主办处室|承办处室|落实部门|落实单位|实施部门|实施单位|完成部门|完成单位|责任团队"
    "|负责团队|责任小组|负责方|执行单位|执行方|主办方|owner dept|lead team|responsible team|responsible dept|owned by|accountable|accountable party|department responsible",
    PERSON: "责任人|负责人|牵头人|经办人|主责人|承办人|执行人|具体负责人|责任人员|任务负责人|assignee|assigned to"
    "|person in charge|pic|responsible person|person responsible|contact person|dri|assigned"
    "|执行人员|执行者|任务执行人|负责人员|责任人姓名|开发人员|开发者|处理人|当前处理人|处理人员|跟进人|跟进人员|指派给|被指派人|受理人|经办|经手人|办理人|具体经办人|资源名称|分配给|分派给"
    "|承担人|主责人员|主办人|第一责任人|直接责任人|任务责任人|assignees|assign|assign to|assignee name|resource names|resource name|responsible person(s)|members|person|task owner|action owner"
    "|owner name|action by|by whom|developer|handler|point of contact|poc",
    "task": "主要任务|任务|任务名称|工作任务|工作内容|工作事项|事项|事项名称|任务内容|任务事项|任务描述|重点工作|重点任务"
    "|具体任务|具体事项|工作要点|督办事项|工作名称|任务明细|任务项|task|tasks|task name|activity|action|action item|work item"
    "|task description|work package|to do|todo"
    "|关键结果|key result|key results|分部分项工程|分项工程|工作项|行动项|行动计划|行动内容|待办|待办事项|标题|任务标题|主题|事项描述|工作描述|功能点|功能名称|需求名称|需求标题|用户故事|工序|工序名称|作业名称|活动名称|节点名称|计划内容|计划项|计划任务"
    "|关键任务|主要工作|主要事项|项目任务|整改事项|工作举措|重点举措|工作清单|summary|subject|card name|card title|task title|issue summary|work item title|name of task|activity name|activities"
    "|action items|action description|to-do|todo item|user story|feature|item name|item description",
    "output": "输出成果|成果|输出物|交付物|交付成果|成果形式|预期成果|工作成果|成果物|成果文件|完成标志|交付件|deliverable"
    "|deliverables|output|outputs|expected output"
    "|输出|交付内容|交付文件|产出|产出物|输出物|输出文件|输出件|完成成果|验收成果|成果及形式|阶段成果|工作产出|目标成果|artifact|artefact|work product|work products",
    "deadline": "时间节点|完成时限|截止日期|截止时间|节点|时限|办结时限|完成期限|期限|到期日|计划完成|计划完成时间"
    "|计划完成日期|计划结束|计划结束时间|计划结束日期|要求完成时间|要求完成日期|应完成时间|结束时间|结束日期|结束|止|讫|截止|最后期限"
    "|due|due date|deadline|finish|end|end date|finish date|planned finish|planned end|target date|due by|due on"
    "|planned end date|planned finish date|target finish|target completion"
    "|ddl|交期|时间要求|完成时间要求|期望完成时间|期望完成日期|希望完成时间|complete by|finish by|needed by|必须完成时间|最晚完成时间|最迟完成时间|最晚完成日期",
    PERIOD: "起止时间|起止日期|起讫时间|时间安排|实施时间|时间段|计划时间|计划起止时间|工期安排|period|dates|time frame"
    "|timeframe|from - to"
    "|日程|日程安排|计划周期|任务周期|timeline|start - end|计划时段|工作时间安排",
    "planned_start": "计划开始|开始时间|开始日期|计划开始时间|计划开始日期|开始|起|始|起始|计划启动|计划启动时间|启动时间|启动日期|起始时间|起始日期"
    "|start|start date|planned start|planned start date|begin|start on|from",
    "actual_start": "实际开始|实际开始时间|实际开始日期|实际开工|实际开工日期|实际启动|实际启动时间|actual start"
    "|actual start date|started on|date started",
    "forecast": "预计完成|预计完成时间|预计完成日期|预计结束|预计结束时间|forecast|expected finish|forecast finish"
    "|estimated completion|expected completion|revised date",
    "actual": "实际完成|实际完成时间|实际完成日期|实际结束|实际结束时间|办结时间|办结日期|实际完成时限|完成日期(实际)"
    "|actual|actual finish|actual end|actual completion|completed on|date completed|closed on|finished on|actual end date",
    "percent": "完成率|百分比|完成百分比|完成比例|完成度|进度百分比|进度%|完成%|进度比例|%|% done|% complete|%complete"
    "|percent|percent complete|percentage|progress %|progress%|completion %|complete %"
    "|进度百分率|完成占比|任务完成率|工作完成率|pct complete|pct|% comp|% completed|percent done|percentage complete|%done",
    "status": "状态|任务状态|完成状态|当前状态|进度状态|是否完成|办理状态|工作状态|status|state|task status|current status"
    "|进展状态|执行状态|完成与否|是否已完成|完成否|任务完成状态|处理状态|流转状态|目前状态|工单状态|跟进状态|issue status|work status|completion status|is completed|done?|completed?|complete?",
    PROGRESS: "进展|进展情况|工作进展|当前进展|最新进展|进度|进度情况|完成情况|落实情况|推进情况|办理情况|目前进展"
    "|任务进展|进展说明|progress|update|status update|current progress"
    "|完成进度|任务进度|工作进度|项目进度|当前进度|进展描述|最新进展记录|进展记录|最新情况|跟进情况|跟进记录|推进进展|执行情况|实施情况|整改情况|目前情况|本周进展|进度说明|进度描述|latest update"
    "|status notes|progress notes|latest status",
    "note": "备注|备注说明|备注(如风险、依赖条件)|说明|注|附注|note|notes|remark|remarks|comment|comments"
    "|补充说明|其他说明|注释|additional notes|task notes",
    "support": "配合部门|配合单位|协办部门|协办单位|协作部门|协作单位|协助部门|协助单位|协同部门|参与部门|参加部门|参与单位"
    "|配合处室|配合|协办|supporting|support|supporting department|supporting departments|support dept"
    "|supporting dept|supported by|support department"
    "|支持部门|支撑部门|支持单位|会办部门|协作方|配合方|协同单位|协同方|协同责任部门|协助方|supporting team|supporting teams|support team|contributing departments|involved departments|other departments",
    "predecessors": "前置|前置任务|紧前任务|前序任务|前置工作|依赖|依赖任务|predecessor|predecessors|depends on|dependency"
    "|dependencies|blocked by"
    "|前置任务编号|紧前工序|紧前工作|前导任务|依赖项|依赖关系|依赖于|前置依赖|前继任务|先行任务|predecessor id|pred|preds|predecessor(s)|dependent on|blocked by (dependencies)",
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
    "谁": PERSON,
    "什么时候": "deadline",
    "何时": "deadline",
    "做什么": "task",
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
    "问题": "task",
    "情况说明": PROGRESS,
    "名称": "task",
    "活动": "task",
    "功能": "task",
    "需求": "task",
    "措施": "task",
    "整改措施": "task",
    "改进措施": "task",
    "具体措施": "task",
    "主要内容": "task",
    "工作计划": "task",
    "问题描述": "task",
    "里程碑": "task",
    "里程碑节点": "task",
    "关键节点": "task",
    "milestone": "task",
    "issue": "task",
    "details": "note",
    "描述": "task",
    "任务说明": "note",
    "所属部门": "owner",
    "区域": "stage",
    "专业": "stage",
    "分组": "stage",
    "列表": "stage",
    "list": "stage",
    "list name": "stage",
    "group": "stage",
    "sprint": "stage",
    "迭代": "stage",
    "所属迭代": "stage",
    "所属执行": "stage",
    "对接人": PERSON,
    "接口人": PERSON,
    "人员": PERSON,
    "资源": PERSON,
    "people": PERSON,
    "resource": PERSON,
    "resources": PERSON,
    "contact": PERSON,
    "参与人": "support",
    "参与者": "support",
    "参与人员": "support",
    "协办人": "support",
    "协作人": "support",
    "配合人员": "support",
    "collaborators": "support",
    "完成标准": "output",
    "验收标准": "output",
    "acceptance criteria": "output",
    "前置条件": "predecessors",
    "进行状态": "status",
    "健康度": "status",
    "target": "deadline",
    "时间点": "deadline",
    "计划": "deadline",
    "when": "deadline",
    "what": "task",
}
"""Headings that mean it often, but not always: they are proposed, never taken unasked."""

COMPOUNDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (target, re.compile(pattern))
    for target, pattern in (
        (
            "task",
            "(?:主要|重点|具体|关键|重要|本周|本月|本季|年度|月度|季度|专项)?(?:任务|工作|事项|需求|计划|功能|活动|节点|工序|作业|行动|待办|督办|整改|决议|会议|施工|检查|测试|培训|采购|分项工程|分部分项工程|工程)(?:名称|名|内容|描述|标题|主题|概述|摘要|事项|项|任务)",
        ),
        ("task", "(?:主要|重点|具体|关键|重要|本周|本月|本季|年度|月度|季度|专项){1,2}(?:任务|工作|事项)"),
        (
            PERSON,
            "(?:任务|工作|事项|模块|施工|现场|整改|采购|第一|直接|主要|具体|当前)?(?:负责|责任|执行|经办|开发|处理|跟进|承办|主办|实施|落实|办理|牵头|完成|承担|施工|设计|编制)(?:人|者|人员|人姓名|人员姓名|工程师)",
        ),
        (
            "owner",
            "(?:第一|主要|具体)?(?:责任|牵头|主责|主办|承办|负责|执行|实施|落实|完成|施工|整改|归口|归口管理|承接|主要责任|牵头责任)(?:部门|单位|科室|处室|部室|团队|小组|机构|方|中心|班组|车间)",
        ),
        (
            "support",
            "(?:主要)?(?:配合|协办|协助|协同|协作|支持|支撑|会办|参与|参加)(?:部门|单位|科室|处室|部室|团队|小组|机构|方|中心|班组|车间)",
        ),
        ("status", "(?:任务|工作|完成|执行|进展|办理|处理|当前|目前|进度|落实|推进|整改|项目|实施|跟进)状态"),
        (
            PROGRESS,
            "(?:任务|工作|完成|执行|办理|当前|目前|最新|落实|推进|整改|项目|实施|跟进|本周|本月)(?:情况|进展|进展情况|进度)",
        ),
        ("percent", "实际(?:完成率|完成百分比|完成比例|进度百分比|百分比)"),
        (PROGRESS, "实际(?:进度|进展|完成情况|进展情况)"),
        (
            "predecessors",
            "(?:前置|紧前|前序|先行|前导|依赖)(?:任务|工作|计划|工序|事项|作业|活动)(?:编号|序号|id)?",
        ),
    )
)
"""Headings that offices put together from the same few words; whoever is asked to check or approve is none."""

LEADS = re.compile(r"牵头|主办|主责|\blead\b", re.IGNORECASE)
"""Says of several departments which one answers for the work."""

TICKED = _listed("完成|已完成|是否完成|✔|√|✓|打勾|done?|完成了吗")
"""Headings that are a yes where their values are no days."""

PLAN_ROW = _listed("计划|计划时间|计划日期|plan|planned|原计划|baseline")
ACTUAL_ROW = _listed("实际|实际时间|实际日期|实际完成|完成|actual")
"""What a column says in tables that give each task a row of plan and a row of what became of it."""

PAST = _listed("completed|resolved|closed|finished|done|complete|delivered")
"""Headings that are a day or a yes: their values say which."""

NOT_OURS = _listed(
    "计划进度|计划完成率|目标进度|应完成进度|计划完成百分比|创建时间|创建日期|创建人|创建者|由谁创建|更新时间|更新日期|更新人|修改时间|最后修改时间|登记日期|登记人|提出时间|提出日期|提出人|任务类型|任务模式|任务优先级|优先级|工期|计划工期|实际工期|工时|预计工时|预估工时|实际工时|计划工时|剩余工时|消耗工时"
    "|未完成原因|延期原因|原因|偏差原因|偏差天数|检查日期|下单日期|date raised|raised by|date opened|opened by|date identified|date created|date added|最初预计|预计剩余|是否延期|是否逾期|是否超期|延期天数|逾期天数|剩余天数|审核人|审批人|验收人|验收人员|分管领导|督办领导|指派日期|指派人|指派时间|抄送|抄送给|由谁完成|由谁取消|取消日期|由谁关闭|标签|附件|评论数|关注人|进度更新时间|最近更新"
    "|created|created at|created by|created date|creation date|updated|updated at|last updated|last modified|reporter|issue type|priority"
    "|resolution|labels|tags|project|assignee email|duration|late|checklist items|completed checklist items|task mode|work|days|work days|health"
    "|rag|attachments|votes|watchers|last update|start week|time estimated|time estimate|time spent|time logged|time tracked|estimate|original estimate|remaining estimate|story points|budget|cost|board name|计划/实际|plan/actual|planned/actual|subitems|subitem|parent|parent id|parent key|parent issue|url|link|days left|days remaining|risk level"
)
"""Headings that resemble ours and are none: nobody is asked about them."""

REPEATING = _listed(
    "模块|板块|专业|区域|子系统|类别|分类|category|section|sprint|迭代|所属迭代|分组|list|list name|列表|group"
)
"""Headings that name the stage where their words repeat down the table."""

NAMES_A_TASK = _listed(
    "活动|里程碑|里程碑节点|关键节点|milestone|issue|name|title|名称|描述|问题|问题描述|description|项目内容|内容|功能|需求|what"
)
"""Headings that name the task where no better one does and somebody is named for it."""

_LEVEL = "零一二三四五"
LEVEL_NUMBER = re.compile(
    rf"(?:(?:第?([1-5{_LEVEL}])级|[lL](?:evel)?\s*([1-5]))(?:任务|工作|事项|计划|目标|节点|活动|标题|wbs|分解|名称|task)?)",
    re.IGNORECASE,
)
"""一级任务, 2级事项, Level 3: the number is the level."""

COARSE = _listed(
    "任务大类|大类|大项|主任务|父任务|总任务|工作大项|工作模块|项目大类|大任务|主项|主要工作|重点任务|重点工作|一级分类|任务模块|工作板块|任务包|工作包|上级任务|母任务|parent task|main task|epic"
    "|epic name|workstream|work stream|summary task|major task|task group|work package"
)
FINE = _listed(
    "子任务|任务明细|明细|细项|小项|子项|子事项|分项任务|分项|分解任务|任务分解|工作分解|细分任务|工作明细|具体任务|具体工作|具体事项|具体内容|具体措施|工作细项|步骤|具体步骤|实施步骤|工作步骤|任务细项|小任务|任务项|sub-task|subtask"
    "|sub task|subtasks|step|steps|detail task|detailed task|sub-activity|sub activity"
)
"""Headings of the level above the task and of the one below it, where a table has both."""

PROJECTS = _listed("项目|项目名称|任务分类|任务类别|工作类别|project|project name")
"""Headings of projects and kinds above all tasks: the stage where nothing else is, never before a task's name."""

OUTLINE_NUMBERS = _listed("wbs|wbs编号|wbs编码|大纲数字|大纲编号|outlinenumber|wbscode|层级编号")
OUTLINE_LEVELS = _listed("大纲级别|级别|层级|任务级别|任务层级|outlinelevel|level|indent|indentlevel")
"""Headings (without blanks) of outline numbers and of levels as figures."""

STATUS_WORDS: Mapping[str, str] = {
    "done": "[x]|[√]|已完成|完成|全部完成|完成了|按期完成|按时完成|如期完成|提前完成|已按期完成|已按时完成|延期完成|逾期完成|√|✓|✔|☑|✅|是|办结|已办结|结束|已结束"
    "|闭环|已闭环|关闭|已关闭|完结|已完结|已交付|已上线|已发布|已解决|已修复|已实现|已验收|已归档|已销项|销项|已落实|已整改|整改完成|整改完毕|已处理|已办理|已签署|已通过|已到货|已提交|完工|已完工|竣工|已竣工|done|complete"
    "|completed|finished|closed|yes|y|resolved|released|shipped|launched|delivered|deployed|live|fixed|accepted|100%done",
    "in_progress": "进行中|正在进行|正在推进|推进中|持续推进|正在办理|办理中|在办|实施中|正在实施|开展中|正在开展|跟进中|处理中"
    "|执行中|部分完成|未完成(进行中)|已启动|已开始|开发中|实现中|设计中|测试中|编写中|施工中|制作中|联调中|已开工|进展顺利|顺利推进|有序推进"
    "|按计划推进|按计划进行|正常推进|正常进行|进行|重新打开|已重开|in progress|in-progress|inprogress|ongoing|on going|started|wip|doing|underway"
    "|on track|active|working on it|in development|in testing|testing|in review|under review|partially complete|reopened",
    "not_started": "[]|□|☐|未开始|未启动|未开展|未进行|尚未开始|尚未启动|待启动|待开始|待办|待开展|未实施|待处理|待开发|待分配|待认领|未开工|待开工|规划中|新建"
    "|not started|open|todo|to do|to-do|pending|new|planned|backlog|not yet started|wait|waiting to start|queued|scheduled|not done yet"
    "|selected for development|up next",
    "paused": "暂停|已暂停|暂缓|搁置|已搁置|挂起|已挂起|中止|paused|pause|on hold|onhold|hold|suspended|deferred|postponed",
    "cancelled": "取消|已取消|终止|已终止|作废|不再执行|撤销|已撤销|已拒绝|废弃|已废弃|不做|cancelled|canceled|cancel|dropped|abandoned"
    "|won't do|won’t do|wontfix|won't fix|rejected|obsolete",
}
"""What surely says one of our states."""

SHARE_WORDS = "完成|已完成|完成了|约|约完成|已完成约|大约|进度|进度约|完成率|完成度|进展|当前进度|总体进度|整体进度|累计完成|complete|completed|done|progress|about|approx|approx."
"""Words beside a share that only say that it is one: 已完成80%, 进度80%."""

UNDER_WAY = re.compile(r"(?!暂停|等待|待|停|搁置|挂起|取消|未|集)[\u4e00-\u9fff]{1,4}中")
"""整改中, 洽谈中: work of any kind that goes on."""

LATE_WORDS = "滞后|已滞后|进度滞后|延期|已延期|延迟|已延迟|逾期|已逾期|超期|拖期|落后|delayed|late|overdue|behind|behind schedule"
"""Says that work is late, which 预警 computes from the dates; the state under it is: not finished."""

NOTHING = frozenset(
    [
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "/",
        "\\",
        "无",
        "n/a",
        "na",
        "none",
        "unassigned",
        "未分配",
        "未指派",
        "nil",
        "空",
        ".",
        "…",
    ]
)
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
