"""The process findings P3xx: stages that ran ahead of their gates, records that are missing.

They follow the template's five steps: P30x request and team, P31x plans, P32x running, P33x risks
and commitments, P34x acceptance, P35x review. `catalogue.py` merges them into FINDINGS.
"""

from __future__ import annotations

from xl_collab.schema.findings import FindingKind, Severity
from xl_collab.schema.words import t

Pair = tuple[str, str]


def _kind(code: str, severity: Severity, title: Pair, sentence: Pair, cause: Pair, cure: Pair) -> FindingKind:
    texts = (t(*pair) for pair in (title, sentence, cause, cure))
    return FindingKind(code, "process", severity, *texts)


NOT_APPROVED = _kind(
    "P301", "error", ("未审批就组队", "Teaming without approval"),
    ("需求申请的审批结论是“{conclusion}”，但{what}", "The request's conclusion is {conclusion}, but {what}"),
    ("审批还没有通过，后面的环节已经开始", "Later stages began before the superior approved"),
    ("提交上级领导审批，把结论填进需求申请；未通过就停下后面的任务", "Get the approval and enter it in Request; without it stop the later tasks"),
)  # fmt: skip
NO_REQUEST = _kind(
    "P302", "warning", ("没有需求申请", "No request"),
    ("项目已经开始，《需求申请表》还是空的", "The project has begun, but the request form is empty"),
    ("跳过了需求发起这一步，或申请在别处", "The request step was left out, or the request is kept elsewhere"),
    ("补填需求申请并取得审批结论", "Fill in the request and get it approved"),
)  # fmt: skip
REQUEST_GAPS = _kind(
    "P303", "warning", ("需求申请不完整", "Request incomplete"),
    ("项目已经开始，需求申请还缺：{fields}", "The project has begun, but the request lacks: {fields}"),
    ("带 * 的必填项没有填完", "Fields with * are required"),
    ("补填这些项", "Fill in these fields"),
)  # fmt: skip
NO_ANSWER = _kind(
    "P304", "warning", ("部门没有答复可行性", "No answer on feasibility"),
    ("{names}是潜在协作部门，但没有可行性与承接能力的答复", "No answer on feasibility and capacity from: {names}"),
    ("立项前没有逐个部门沟通，或没有记下来", "They were not asked before the start, or the answer was not written down"),
    ("在“承接能力说明”里写明该部门能否承接，或在方案评审填它的可行性", "Write their answer in Capacity, or the feasibility of their plan in Plan reviews"),
)  # fmt: skip
APPROVED_LATE = _kind(
    "P305", "info", ("先组队后审批", "Approved after teaming"),
    ("审批日期 {approved} 晚于组队开始的 {began}", "Approved on {approved}, after teaming began on {began}"),
    ("审批之前已开会或已有任务完成", "Meetings were held or tasks finished before the approval"),
    ("日期写错就改正；否则在复盘时说明", "Correct a wrong date; else explain it in the review"),
)  # fmt: skip
NO_INTERFACE = _kind(
    "P306", "warning", ("协作部门没有接口人", "Supporting department without contact"),
    ("{name}参与了协作，但没有接口人", "{name} takes part but has no contact person"),
    ("组队时没有确定接口人", "No contact was named when the team was formed"),
    ("在通讯录或职责分工里填上接口人", "Name one in Contacts or in Duties"),
)  # fmt: skip
UNSIGNED_PLAN = _kind(
    "P311", "error", ("方案未签字就执行", "Executed before the plan was signed"),
    ("{plan}{state}，但 {tasks} 已经开始", "{plan}: {state}, yet {tasks} began"),
    ("《执行方案》须各部门签字确认后才能执行", "The joint plan needs every department's signature first"),
    ("完成评审并签字；不能签的写明原因并暂停相关任务", "Finish the review and sign; else say why and pause the tasks"),
)  # fmt: skip
NO_PLAN = _kind(
    "P312", "warning", ("执行部门没有方案", "No plan of an executing department"),
    ("{names}已在执行任务，方案评审里却没有它的方案", "No reviewed plan, though tasks are under way: {names}"),
    ("没有提交专项方案，或没有登记", "The plan was not submitted, or not entered"),
    ("在方案评审补登它的方案、结论与签字", "Enter its plan with conclusion and signature in Plan reviews"),
)  # fmt: skip
NO_CHANGE = _kind(
    "P321", "warning", ("延迟没有进度调整", "Delay without schedule change"),
    ("{how}晚 {days} 个工作日，超过 {threshold} 个，没有进度调整{reach}", "{how} by {days:workday|workdays} (more than {threshold}) without a schedule change{reach}"),
    ("延迟超过阈值须分析原因并调整计划", "A delay over the threshold needs its cause and a new plan"),
    ("运行 xl-collab adjust 生成《进度调整方案》，填原因与措施后报批", "Run xl-collab adjust, add cause and measures, get it approved"),
)  # fmt: skip
CHANGE_DRAFT = _kind(
    "P322", "warning", ("进度调整还未审批", "Schedule change not approved"),
    ("{task} {how}晚 {days} 个工作日，{id} 还是草拟（新日期 {new}）", "{task}: {how} by {days:workday|workdays}, and {id} is still a draft (new date {new})"),
    ("方案已起草，还没有审批结论", "It was drafted, but nobody decided"),
    ("报上级领导审批，填审批状态、审批人和日期", "Get it decided; enter approval, approver and date"),
)  # fmt: skip
CHANGE_NOT_IN_FORCE = _kind(
    "P323", "warning", ("已通过的调整没有生效", "Approved change not in force"),
    ("{id} 已审批通过到 {new}，{task} 的基线还是 {base}", "{id} was approved for {new}, but the baseline of {task} is still {base}"),
    ("审批通过以后没有重新冻结基线", "The baseline was not frozen again"),
    ("运行 xl-collab freeze", "Run xl-collab freeze"),
)  # fmt: skip
NO_MINUTES = _kind(
    "P324", "warning", ("例会缺记录", "Meetings without record"),
    ("按“{rule}”应开例会，缺 {count} 期记录：{days}", "Meetings without record by the rule {rule!r}: {count} ({days})"),
    ("例会没有开，或开了没有登记", "The meeting was not held, or not entered"),
    ("在例会记录补登；没开的写明原因", "Enter it in Meetings; if it was not held, say why"),
)  # fmt: skip
NO_SYNC = _kind(
    "P325", "warning", ("没有每日同步", "No daily sync"),
    ("{name}近 {of} 个工作日有 {count} 天没有同步：{days}", "{name} did not report on {count} of the last {of} workdays: {days}"),
    ("该部门有进行中的任务，按沟通机制应每日同步", "It leads a task in progress and is to report daily"),
    ("在每日同步补登进展与问题", "Enter progress and problems in Daily sync"),
)  # fmt: skip
NO_WEEKLY_REVIEW = _kind(
    "P326", "warning", ("重点项目没有周复盘", "Key project without weekly review"),
    ("沟通频次为重点，有 {count} 周没有周复盘记录：{days}", "A key project, and weeks without a review on record: {count} ({days})"),
    ("重点项目每日站会，每周复盘一次", "A key project meets daily and reviews every week"),
    ("在例会记录登记，会议类型选“周复盘”；不再是重点就改设置里的沟通频次", "Enter it in Meetings as a weekly review, or change how often people talk in Settings"),
)  # fmt: skip
RISK_UNANSWERED = _kind(
    "P331", "warning", ("高风险没有应对", "High risk without answer"),
    ("高风险“{risk}”没有{missing}", "The high risk {risk!r} has no {missing}"),
    ("登记了风险，没有落实到人和措施", "It was entered without somebody to act, or without an action"),
    ("填上责任部门和应对措施", "Name an owner and a countermeasure"),
)  # fmt: skip
RED_UNANSWERED = _kind(
    "P332", "warning", ("红色任务没有应对措施", "Red task without countermeasure"),
    ("预警为红，风险登记和进度调整里都没有它的措施", "The task is red, and neither Risk register nor Schedule changes has a measure"),
    ("延迟没有作为风险跟踪", "The delay is not tracked as a risk"),
    ("在风险登记加一条并写应对措施，或在进度调整写调整措施", "Add a risk with a countermeasure, or measures in Schedule changes"),
)  # fmt: skip
MILESTONE_RED = _kind(
    "P333", "warning", ("里程碑超期没有措施", "Milestone late without measures"),
    ("里程碑“{milestone}”已超期 {days} 个工作日，没有待办、应对或调整", "The milestone {milestone!r} is late by {days:workday|workdays} without action, risk or change"),
    ("到期没有达成，也没有人在处理", "It was not reached and nobody acts on it"),
    ("达成了就填实际日期；否则建待办、风险或进度调整，用关联编号连上", "Enter the actual date, or add an action, risk or change with the task's ID"),
)  # fmt: skip
ACTION_OVERDUE = _kind(
    "P334", "warning", ("待办逾期", "Action overdue"),
    ("待办“{action}”逾期 {days} 个工作日（{owner}）", "The action {action!r} is overdue by {days:workday|workdays} ({owner})"),
    ("期限已过，状态还是未完成", "Its date has passed and it is still open"),
    ("完成了就填完成日期和状态；否则商定新期限", "Enter status and date when done, or agree on a new date"),
)  # fmt: skip
NOT_ACCEPTED = _kind(
    "P341", "warning", ("交付后没有验收", "Delivered, not accepted"),
    ("{task} 已完成，成果验收{state}", "{task} is done, but {state}"),
    ("提交了成果，没有组织验收", "The deliverable was handed over without acceptance"),
    ("运行 xl-collab accept 备好《成果验收确认单》，验收后填结论", "Run xl-collab accept for the certificate, then enter the result"),
)  # fmt: skip
NOT_SIGNED = _kind(
    "P342", "error", ("验收没有双方签字", "Acceptance without both signatures"),
    ("“{deliverable}”的结论是“{result}”，{missing}没有签字", "{deliverable!r} is {result}, but not signed by the {missing}"),
    ("验收标准与结论需双方签字确认", "Both sides have to sign"),
    ("双方签字后填上签字人", "Enter who signed for each side"),
)  # fmt: skip
NO_REMAINING = _kind(
    "P343", "warning", ("有条件接收没有写全", "Conditional acceptance incomplete"),
    ("“{deliverable}”有条件接收，没有{missing}", "{deliverable!r} was accepted on conditions without {missing}"),
    ("遗留问题和期限没有登记", "The remaining issue or its date is missing"),
    ("写明遗留问题和完成期限", "Enter the remaining issue and its date"),
)  # fmt: skip
REMAINING_LATE = _kind(
    "P344", "warning", ("遗留问题超期", "Remaining issue overdue"),
    ("“{deliverable}”的遗留问题应于 {due} 前解决，已过 {days} 个工作日", "The remaining issue of {deliverable!r} was due on {due}, {days:workday|workdays} ago"),
    ("遗留问题没有关闭，结论仍是有条件接收", "It is not closed; the result is still conditional"),
    ("解决后把结论改为合格；否则商定新期限", "Set the result to accepted when solved, or agree on a new date"),
)  # fmt: skip
REVIEW_NOT_SENT = _kind(
    "P351", "warning", ("复盘报告没有提交", "Review not sent"),
    ("复盘已完成，没有提交上级领导的记录{detail}", "The review is done, but nothing says it was sent to the superior{detail}"),
    ("《复盘报告》须提交上级领导并抄送协作部门", "The review goes to the superior, with copies to the departments"),
    ("提交后在待办台账记一条已完成的待办并关联此任务", "After sending enter a done action for this task in Action items"),
)  # fmt: skip

MORE = _kind(
    "P399", "info", ("还有同样的问题", "More of the same"),
    ("“{title}”另有 {count} 处，没有逐行列出", "{title}: {count} more not listed row by row"),
    ("同一问题太多，只列出前面的", "There are so many that only some are listed"),
    ("先按列出的处理，再次校验会显示其余", "Deal with those listed; the next check shows others"),
)  # fmt: skip

PROCESS = {k.code: k for k in tuple(vars().values()) if isinstance(k, FindingKind)}
"""Every process finding by code."""
