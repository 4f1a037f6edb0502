"""The words of 《跨部门协作执行方案》."""

from __future__ import annotations

from xl_collab.schema.words import t

TITLE = t("跨部门协作执行方案", "Joint plan of the departments")
DRAFT, FINAL = t("草案", "Draft"), t("终版", "Final")
BELOW = t("{state} · 数据日期 {date}", "{state} · as of {date}")
HEAD = {
    "goal": t("一、项目与目标", "1 Project and goal"),
    "duties": t("二、职责分工", "2 Who does what"),
    "milestones": t("三、里程碑计划", "3 Milestones"),
    "plans": t("四、各部门专项方案", "4 Plans of the departments"),
    "handover": t("五、部门间衔接点", "5 Hand-offs between departments"),
    "risks": t("六、风险点与应对预案", "6 Risks and fall-backs"),
    "resources": t("七、资源安排", "7 Resources"),
    "talk": t("八、沟通机制", "8 How people talk"),
    "sign": t("九、各部门签字确认", "9 Signatures of all departments"),
}
FIELD = {
    "project": t("项目名称", "Project"),
    "number": t("申请编号", "Request no."),
    "department": t("需求发起部门", "Requested by"),
    "superior": t("上级领导", "Superior"),
    "start": t("计划开始", "Start"),
    "end": t("要求完成", "Required finish"),
    "goal": t("合作目标", "Goal"),
    "tasks": t("核心任务", "Core tasks"),
    "results": t("预期成果", "Expected results"),
    "budget": t("申请预算", "Budget asked for"),
    "people": t("申请人力", "People asked for"),
    "equipment": t("申请设备", "Equipment asked for"),
    "meeting": t("例会", "Meeting"),
    "urgency": t("沟通频次", "How often"),
    "channel": t("沟通方式", "Channels"),
    "rule": t("变更与延迟", "Changes and delays"),
}
COLUMN = {
    "id": t("编号", "ID"),
    "accountable": t("负责(A)", "Lead (A)"),
    "duty": t("职责/任务", "Duty"),
    "responsible": t("执行(R)", "Work (R)"),
    "consulted": t("配合(C)", "Help (C)"),
    "informed": t("知会(I)", "Told (I)"),
    "owner": t("责任部门", "Owner"),
    "milestone": t("里程碑与达成标准", "Milestone and criteria"),
    "planned": t("计划日期", "Planned"),
    "baseline": t("基线日期", "Baseline"),
    "status": t("状态", "Status"),
    "department": t("部门", "Department"),
    "plan": t("方案及文件", "Plan and file"),
    "submitted": t("提交日期", "Submitted"),
    "conclusion": t("评审结论", "Conclusion"),
    "signed": t("签字", "Signature"),
    "gives": t("交出部门", "From"),
    "output": t("交付成果", "What is handed over"),
    "when": t("交付时间", "When"),
    "next": t("后续任务", "Follower"),
    "takes": t("接收部门", "To"),
    "risk": t("风险与应对", "Risk and countermeasure"),
    "level": t("等级", "Level"),
    "due": t("应对期限", "Respond by"),
    "budget": t("预算(元)", "Budget (CNY)"),
    "people": t("人力(人)", "People"),
    "equipment": t("设备支持", "Equipment"),
}
CRITERIA = t("{what}\n标准：{criteria}", "{what}\nCriteria: {criteria}")
FILED = t("{plan}\n文件：{link}", "{plan}\nFile: {link}")
ANSWERED = t("{risk}\n应对：{answer}", "{risk}\nCountermeasure: {answer}")
NO_ANSWER = t("【请填写应对措施】", "[fill in a countermeasure]")
OF_PLAN = t("{department}：{text}", "{department}: {text}")
PLAN_RISK = t("{department}：{risk}；应对：{answer}", "{department}: {risk}; countermeasure: {answer}")
TOTAL, TOTAL_OF = t("合计", "Total"), t("{n} 个部门", "{n:department|departments}")
UNOWNED = t("【未定】", "[open]")
GAPS = t(
    "职责尚有缺口：{ids} 没有唯一的负责部门，签字前请在职责分工补齐。",
    "Not settled: {ids} lack exactly one accountable department; mend Duties before signing.",
)
UNSIGNED = t(
    "尚未签字的专项方案：{names}。全部签字后本方案为终版。",
    "Plans not signed yet: {names}. When all are, this is the final version.",
)
NO_PLAN = t("尚未提交专项方案的部门：{names}", "Departments without a plan yet: {names}")
RULE = t(
    "进度延迟、资源冲突或需求变更，当天告知影响到的每个部门；延迟超过 {n} 个工作日，提出进度调整。",
    "A delay, a conflict over resources or a change of the request is told the same day to every department "
    "that it reaches; a delay of more than {n:workday|workdays} needs a schedule change.",
)
HELD = t("{rule} {place}", "{rule} {place}")
EMPTY = {
    "duties": t("职责分工还没有内容。", "Duties are empty."),
    "milestones": t("里程碑计划还没有内容。", "There are no milestones yet."),
    "plans": t("还没有专项方案。", "There is no plan yet."),
    "handover": t("没有跨部门的前后衔接。", "No task of one department follows another's."),
    "risks": t("没有开放的风险。", "No open risk."),
    "resources": t("职责分工没有填预算和人力。", "Duties name no budget and no people."),
}
SIGN_DEPARTMENT, SIGN_SUPERIOR = t("{name}", "{name}"), t("批准：{name}", "Approved: {name}")
SUPERIOR = t("上级领导", "Superior")
