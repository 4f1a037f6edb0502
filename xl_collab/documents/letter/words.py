"""What letters say around the rows that they show."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

SUBJECT: Mapping[str, Text] = {
    "request": t(
        "{project}：请{department}于 {day} 前反馈", "{project}: {department}, please report by {day}"
    ),
    "reminder": t(
        "【提醒】{project}：{department}有 {count} 项待处理",
        "Reminder, {project}: {count} open points of {department}",
    ),
    "minutes": t("{project}：例会会议纪要（{as_of}）", "{project}: minutes of {as_of}"),
    "report": t("{project}：跨部门协作复盘报告（{as_of}）", "{project}: review report of {as_of}"),
    "notice": t("【{what}】{project}：{title}", "{what}, {project}: {title}"),
    "approval_request": t(
        "【请审批】{project}：跨部门合作需求申请", "For approval, {project}: request for joint work"
    ),
    "approval_adjustment": t(
        "【请审批】{project}：进度调整 {id} {title}", "For approval, {project}: schedule change {id} {title}"
    ),
    "enquiry": t(
        "【征询】{project}：请{department}于 {day} 前答复可行性与承接能力",
        "Enquiry, {project}: can {department} take part? Please answer by {day}",
    ),
}
DIGEST = t(
    "【提醒】{project}：{department}在 {projects} 个项目中有 {count} 项待处理（截至 {as_of}）",
    "Reminder, {project}: {count:open point|open points} of {department} in {projects:project|projects} "
    "(as of {as_of})",
)
DIGEST_INTRO = t(
    "截至 {as_of}，{projects} 个项目中有下列 {count} 项等待贵部门处理，请于 {day} 前反馈。",
    "As of {as_of} the following {count:point|points} in {projects:project|projects} wait for your "
    "department. Please answer by {day}.",
)
REPLY_DIGEST = t(
    "请直接回复本邮件，写明项目、编号和进展或新的日期；已收到填报文件的，请填在文件里。",
    "Please reply to this mail with project, ID and progress or a new date; where you have a file of the "
    "project to fill in, use that.",
)
OWED_IN = t("{project}（数据日期 {as_of}）", "{project} (as of {as_of})")
OWED_ACTIONS = t("{project}：超期待办", "{project}: overdue actions")
DRAFT_MARK = t("【草稿】", "[Draft] ")
NO_PROJECT = t("协作项目", "Joint project")
GREETING = t("{name}：您好！", "Dear {name},")
GREETING_ALL = t("各位同事：大家好！", "Dear colleagues,")
INTRO: Mapping[str, Text] = {
    "request": t(
        "附件是贵部门在本项目中的任务（数据日期 {as_of}）。请在附件“我的任务”的浅黄色格填写进展，"
        "于 {day} 前回复本邮件并附上该文件。",
        "Attached are your department's tasks (as of {as_of}). Please fill the yellow cells of “My tasks” "
        "and reply to this mail with the file by {day}.",
    ),
    "request_whole": t(
        "附件是本项目的协作工作簿（数据日期 {as_of}）。请在“跟踪表”中填写贵部门各行的进展，"
        "于 {day} 前回复本邮件并附上该文件。",
        "Attached is the project's workbook (as of {as_of}). Please fill your rows of the tracker "
        "and reply to this mail with the file by {day}.",
    ),
    "request_bare": t(
        "下面是贵部门在本项目中的任务（数据日期 {as_of}）。请于 {day} 前回复进展。",
        "Below are your department's tasks (as of {as_of}). Please reply by {day}.",
    ),
    "reminder": t(
        "截至 {as_of}，下列事项等待贵部门处理，请于 {day} 前反馈。",
        "As of {as_of} the following wait for your department. Please answer by {day}.",
    ),
    "minutes": t(
        "附件是《例会会议纪要》（第{number}期，{as_of}）。决议和待办摘要如下，详见附件，内容以附件为准。",
        "Attached are minutes no. {number} of {as_of}. Decisions and actions are listed below; the "
        "attachment has everything and is what counts.",
    ),
    "minutes_draft": t(
        "附件是《例会会议纪要》草稿（第{number}期，{as_of}），尚未签发，仅供核对。决议和待办摘要如下。",
        "Attached is a draft of minutes no. {number} of {as_of}, not issued yet and for checking only. "
        "Decisions and actions are listed below.",
    ),
    "report": t(
        "附件是《跨部门协作复盘报告》（{as_of}）。请查阅，如有补充请回复。",
        "Attached is the review report of {as_of}. Please read it and reply with additions.",
    ),
    "notice_pending": t(
        "{title}拟{how}，正在审批，尚未生效。贵部门受影响的任务如下，请于 {day} 前回复。",
        "{title} is expected to {how}; this waits for approval and is not in force yet. Your tasks below are "
        "affected. Please reply by {day}.",
    ),
    "notice_approved": t(
        "{title}{how}，已批准{decided}。贵部门受影响的任务如下，请按新日期安排，于 {day} 前回复。",
        "{title} will {how}; this is approved{decided}. Your tasks below are affected: please plan for the "
        "new dates and reply by {day}.",
    ),
    "notice_asked": t(
        "以下是延期推演，尚未决定：如果{title}{how}，贵部门受影响的任务如下。请于 {day} 前回复能否接受。",
        "This is only a what-if, nothing is decided: should {title} {how}, your tasks below are affected. "
        "Please say by {day} whether that is possible.",
    ),
    "approval_request": t(
        "现将《跨部门合作需求申请表》报请审批，要点如下，全文见附件。请于 {day} 前批复。",
        "The request for joint work is submitted for your approval. The main points stand below, all of it "
        "is attached. Please decide by {day}.",
    ),
    "approval_adjustment": t(
        "{title}拟{how}，现将《进度调整方案》（{id}）报请审批，要点如下，全文见附件。请于 {day} 前批复。",
        "{title} is to {how}. Schedule change {id} is submitted for your approval. The main points stand "
        "below, all of it is attached. Please decide by {day}.",
    ),
    "enquiry": t(
        "我们拟发起下面的跨部门合作，请贵部门评估可行性与承接能力，于 {day} 前填写下表并回复本邮件。",
        "We plan the joint work below. Please look at whether your department can take its part on, fill in "
        "the table and reply to this mail by {day}.",
    ),
}
LATER = t(
    "由 {before} 延期至 {after}（+{days} 个工作日）",
    "move from {before} to {after} (+{days:workday|workdays})",
)
EARLIER = t(
    "由 {before} 提前至 {after}（{days} 个工作日）", "move from {before} to {after} ({days:workday|workdays})"
)
UNDATED = t(
    "延期，新的完成日期尚未确定（原定 {before}）",
    "be late; a new date is not known yet (planned {before})",
)
DECIDED = t("（{day}）", " ({day})")
NOTICE_NAME: Mapping[str, Text] = {
    "late": t("延期通知", "Delay"),
    "other": t("变更通知", "Change"),
    "asked": t("延期推演", "What if"),
}
FACTS: Mapping[str, Text] = {
    "change": t("进度调整", "Schedule change"),
    "id": t("编号", "No."),
    "task": t("任务", "Task"),
    "owner": t("责任部门/人", "Owner"),
    "dates": t("日期", "Dates"),
    "cause": t("原因", "Cause"),
    "measures": t("调整措施", "Measures"),
    "state": t("审批状态", "Approval"),
}
STATES: Mapping[str, Text] = {
    "asked": t("推演，未决定", "Only asked, not decided"),
    "pending": t("待审批", "Waiting for approval"),
    "approved": t("已批准", "Approved"),
}
NOTICE_TITLE = t("变更/延期通知单", "Notice of change")
MOVED_ROWS = t("贵部门受影响的任务", "Your tasks that move")
CHANGE_TITLE = t("调整事项", "What changes")
ALL_MOVED = t("影响范围", "Tasks that move")
OPTIONS = t("可选方案", "Options")
DEPARTMENT_ANSWERS = t("各部门答复", "Answers of the departments")
REQUEST_FACTS = t("申请要点", "Main points")
ENQUIRY_FACTS = t("合作需求", "What is planned")
ENQUIRY_TASKS = t("拟由贵部门承接或配合的任务", "Tasks meant for your department")
ENQUIRY_REPLY = t("请填写后回复", "Please fill in and reply")
DECISIONS = t("决议", "Decisions")
NO_DECISIONS = t("本次没有新决议。", "No new decisions.")
ACTIONS = t("待办", "Actions")
NO_ACTIONS = t("没有未完成的待办。", "No open actions.")
HEADS: Mapping[str, Text] = {
    "id": t("编号", "ID"),
    "decision": t("决议", "Decision"),
    "date": t("日期", "Date"),
    "action": t("待办事项", "Action"),
    "owner": t("责任部门/人", "Owner"),
    "due": t("完成时限", "Due"),
    "status": t("状态", "Status"),
    "task": t("任务", "Task"),
    "before": t("原完成", "Before"),
    "after": t("新完成", "Now"),
    "days": t("变化(工作日)", "Workdays"),
    "asked": t("请贵部门", "Please"),
    "option": t("方案", "Option"),
    "finish": t("完成日期", "Finish"),
    "end": t("项目完成", "Project end"),
    "needs": t("需要什么", "What it takes"),
    "department": t("部门", "Department"),
    "feasibility": t("可行性", "Feasibility"),
    "capacity": t("承接能力说明", "Capacity"),
    "conditions": t("所需条件", "What it needs"),
    "answered_by": t("答复人", "Answered by"),
    "role": t("角色", "Role"),
}
PLEASE: Mapping[str, Text] = {
    "slipped": t("落实调整措施，按新日期完成", "carry the measures out and finish by the new date"),
    "lead": t("确认能否按新日期完成", "confirm that the new date can be kept"),
    "support": t("按新日期安排配合", "plan your support for the new date"),
}
PLEASE_ASKED = t("回复能否接受", "say whether that is possible")
PLEASE_UNDATED = t("告知预计完成日期", "say when it is expected")
BLANK = t("＿＿＿＿", "____")
"""To be filled in by whoever answers."""
CHANGED_BY = t("{before} → {after}（{days:+d} 个工作日）", "{before} → {after} ({days:+workday|workdays})")
CHANGED = t("{before} → {after}", "{before} → {after}")
TO_BE_SET = t("待定", "not known")
NO_OBJECTION = t(
    "如有异议，请于 {day} 前直接回复本邮件，写明决议或待办的编号和理由；逾期未回复视为确认。",
    "If you object, please reply to this mail by {day} with the number of the decision or action and your "
    "reason. Without a reply by then the minutes count as confirmed.",
)
REPLY_NOTICE = t(
    "请直接回复本邮件：“同意”，或“有异议”并写明编号、理由和建议日期。",
    "Please reply to this mail: “agreed”, or “objected” with the ID, your reason and the date you propose.",
)
REPLY_APPROVAL = t(
    "请直接回复本邮件：“批准”，或“退回”并写明意见。",
    "Please reply to this mail: “approved”, or “returned” with your remarks.",
)
CHOICES_FEASIBLE = t("□可行 □有条件可行 □不可行", "□ feasible □ conditionally □ not feasible")
NO_PDF = t(
    "这台电脑上没有能生成 PDF 的程序，附件为 Excel 文件。",
    "No PDF could be made here; an Excel file is attached.",
)
TASKS = t("任务", "Tasks")
MORE = t("另有 {count} 行未列出，见附件。", "{count} more rows are not shown here.")
NO_TASKS = t("没有未完成的任务。", "No open tasks.")
OVERDUE = t("逾期 {days} 个工作日", "overdue by {days:workday|workdays}")
CODE = t(
    "回执码 {token}（回复时请保留主题或附件中的此码）",
    "Reply code {token}: keep it in the subject or the file",
)
CLOSING = t("谢谢！", "Thank you.")
EVENT: Mapping[str, Text] = {
    "summary": t("{id} {what} 到期", "{id} due: {what}"),
    "answer": t("答复到期：{title}", "Answer due: {title}"),
}
FILES: Mapping[str, Text] = {
    "packet": t("{project}-{department}-任务填报", "{project}-{department}-tasks"),
    "whole": t("{project}-{department}-协作工作簿", "{project}-{department}-workbook"),
    "calendar": t("{department}-截止日期", "{department}-deadlines"),
    "minutes": t("{project}-会议纪要-{day}", "{project}-minutes-{day}"),
    "report": t("{project}-复盘报告-{day}", "{project}-review-{day}"),
    "approval_request": t("{project}-需求申请-{day}", "{project}-request-{day}"),
    "approval_adjustment": t("{project}-进度调整方案-{about}", "{project}-schedule-change-{about}"),
    "enquiry": t("{project}-需求申请-{day}", "{project}-request-{day}"),
    "digest": t("{project}-{department}-待处理-{day}", "{project}-{department}-open-points-{day}"),
}
"""Names of attachments, without their endings."""
