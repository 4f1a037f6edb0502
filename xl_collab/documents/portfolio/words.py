"""What the portfolio's workbook says, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.schema.words import Text, t

TITLE = t("项目组合总览", "Portfolio overview")
NAME = t("项目组合", "Portfolio")
STOP = t("。", ". ")
LEFT_OUT = t("另有 {n} 行未列出", "{n} more rows are not listed")
UNLINKED = t(
    "Excel 每个工作表的链接有上限，{n} 行之后的行没有链接",
    "Excel limits links: none beyond row {n} of the list",
)
CUT = t("过长的文字已截短，全文在原工作簿", "Long texts are cut; the project's workbook has all of them")
ESTIMATED = t("推定", "est.")
"""Stands behind days that rest on a year without official holidays."""
JOIN = t("、", ", ")
DAY_OF = t("数据截至 {day}", "Data as of {day}")
RUN_AT = t("生成于 {run}", "made on {run}")
SINCE = t("对比 {since} 的上一次运行", "compared with the run of {since}")

TABS: Mapping[str, Text] = {
    "overview": t("总览", "Overview"),
    "projects": t("项目", "Projects"),
    "slips": t("延期源头", "Slips by root"),
    "late": t("延期任务", "Late tasks"),
    "milestones": t("里程碑", "Milestones"),
    "load": t("部门负荷", "Department load"),
    "people": t("人员负荷", "Personal load"),
    "clashes": t("撞期", "Clashes"),
    "risks": t("风险", "Risks"),
    "actions": t("待办", "Actions"),
    "changes": t("变化", "Changes"),
    "skipped": t("跳过的文件", "Skipped files"),
    "owed": t("待处理", "Open points"),
}
HINTS: Mapping[str, Text] = {
    "projects": t(
        "最需要关注的在前；点项目名称打开工作簿，点上方“+”展开其余各列",
        "The most urgent first; a name opens its workbook, the + above shows more columns",
    ),
    "slips": t(
        "影响任务最多的源头在前；天数为工作日，点编号到原表那一行",
        "Roots that delay most tasks first; working days; an ID leads to its row",
    ),
    "late": t(
        "未完成且晚于基线的任务，偏差最大的在前；点编号到原表那一行",
        "Unfinished tasks later than their baseline, the worst first; an ID leads to its row",
    ),
    "milestones": t(
        "未达成的在前，按推算日期排列；点编号到原表那一行",
        "Those to come first, by forecast; an ID leads to its row",
    ),
    "load": t(
        "未完成任务在该周占用的任务日（每项任务每个工作日计 1），颜色越深越满；"
        "▲：该周有几个项目的任务同一天到期",
        "Task-days of open tasks (one a task and workday), darker is fuller; ▲: tasks of several projects "
        "are due on one day of the week",
    ),
    "people": t(
        "点名到人的未完成任务在该周占用的任务日；▲：该周同几天里有几个项目的任务",
        "Task-days of open tasks that name the person; ▲: work for several projects on the same days",
    ),
    "clashes": t(
        "人：同几天里有几个项目的未完成任务；部门：几个项目的任务同一天到期。点名到人的在前，项目最多的在前",
        "A person: open tasks of several projects on the same days; a department: tasks of several are due "
        "on one day",
    ),
    "risks": t("分值高的在前；点编号到原表那一行", "The highest score first; an ID leads to its row"),
    "actions": t(
        "按责任部门，超期最久的在前；点编号到原表那一行",
        "By department, the longest overdue first; an ID leads to its row",
    ),
    "changes": t("项目增减与推算完成的变化在前", "Projects that came, went or moved first"),
    "owed": t("贵部门在各项目中待处理的事项", "Open points of your department in all projects"),
    "skipped": t(
        "须处理的在前；其余本就不该读入，不必处理", "Those to be mended first; the others need nothing"
    ),
}
EMPTY: Mapping[str, Text] = {
    "projects": t("没有读入任何项目。", "No project was read."),
    "slips": t("没有延期任务。", "No task is late."),
    "late": t("没有延期任务。", "No task is late."),
    "milestones": t("没有里程碑。", "No milestones."),
    "load": t("没有排到未来的任务。", "No open task lies ahead."),
    "people": t("没有点名到人的任务。", "No open task names a person."),
    "clashes": t("没有撞期。", "No clashes."),
    "risks": t("没有风险。", "No risks."),
    "actions": t("没有未完成的待办。", "No open actions."),
    "changes": t("与上一次运行相比没有变化。", "Nothing has changed since the last run."),
    "skipped": t("没有跳过的文件。", "No file was skipped."),
    "owed": t("没有待处理的事项。", "Nothing is waiting."),
}
FIRST_RUN = t(
    "这是第一次运行，还没有可以对比的上一次。", "This is the first run; there is none to compare with."
)

COLUMN: Mapping[str, Text] = {
    "project": t("项目", "Project"),
    "initiator": t("需求发起部门", "Requested by"),
    "rag": t("预警", "Alert"),
    "slip": t("偏差(工作日)", "Slip (workdays)"),
    "baseline": t("基线完成", "Baseline"),
    "forecast": t("推算完成", "Forecast"),
    "percent": t("完成率", "Done"),
    "red": t("红", "Red"),
    "yellow": t("黄", "Yellow"),
    "green": t("绿", "Green"),
    "late_count": t("延期任务", "Late tasks"),
    "next": t("下一里程碑", "Next milestone"),
    "next_forecast": t("里程碑推算", "Milestone forecast"),
    "next_baseline": t("里程碑基线", "Milestone baseline"),
    "high": t("高风险", "High risks"),
    "overdue_count": t("超期待办", "Overdue actions"),
    "tasks": t("任务", "Tasks"),
    "done": t("已完成", "Done"),
    "required": t("要求完成", "Required finish"),
    "open_count": t("未完成待办", "Open actions"),
    "errors": t("校验错误", "Errors"),
    "warnings": t("校验警告", "Warnings"),
    "data_date": t("数据日期", "Data date"),
    "doubt": t("推定说明", "Estimated years"),
    "file": t("文件", "File"),
    "id": t("编号", "ID"),
    "task": t("主要任务", "Task"),
    "department": t("责任部门", "Department"),
    "person": t("责任人", "Person"),
    "expected": t("现在预计", "Now expected"),
    "variance": t("延期(工作日)", "Late (workdays)"),
    "root": t("源头", "Root"),
    "root_department": t("源头部门", "Root's department"),
    "how": t("怎样延的", "How"),
    "owner": t("责任部门/人(原文)", "Owner as typed"),
    "status": t("状态", "Status"),
    "reason": t("说明", "Reason"),
    "own": t("自身天数", "Own days"),
    "inherited": t("传来天数", "Inherited days"),
    "stage": t("环节", "Stage"),
    "days": t("源头天数", "Days of the root"),
    "reached_count": t("影响任务", "Tasks delayed"),
    "most": t("最大延期", "Largest delay"),
    "reached": t("影响的编号", "Rows delayed"),
    "cause": t("填报原因", "Cause as stated"),
    "milestone": t("里程碑", "Milestone"),
    "actual": t("实际日期", "Actual"),
    "tasks_of": t("关联编号", "Task IDs"),
    "level": t("等级", "Level"),
    "score": t("分值", "Score"),
    "kind": t("类别", "Kind"),
    "risk": t("风险与理由", "Risk and reason"),
    "source": t("来源", "Source"),
    "action": t("待办事项", "Action"),
    "due": t("期限", "Due"),
    "overdue": t("超期(工作日)", "Overdue (workdays)"),
    "age": t("已挂起天数", "Days open"),
    "raised": t("提出日期", "Raised on"),
    "what": t("内容", "What"),
    "before": t("原来", "Before"),
    "after": t("现在", "Now"),
    "moved": t("变化(工作日)", "Moved (workdays)"),
    "why": t("原因", "Reason"),
    "cure": t("处理办法", "What to do"),
    "grave": t("须处理", "To mend"),
    "first": t("起", "From"),
    "last": t("止", "To"),
    "workdays": t("工作日", "Workdays"),
    "at_once": t("同时项目", "Projects at once"),
    "peak": t("最忙的一天", "Busiest day"),
    "projects": t("项目", "Projects"),
    "clashing": t("任务", "Tasks"),
    "owed": t("需贵部门反馈", "What we need"),
    "total": t("合计", "Total"),
    "later": t("之后", "Later"),
}
YES, NO = t("是", "yes"), t("否", "no")
NOBODY = t("（未写责任部门）", "(no department)")
WHOLE = t("（整个部门）", "(whole department)")

REACHED = t("已达成", "Reached")
LATE_STATE = t("预计延期", "Expected late")
PASSED = t("已过期", "Overdue")
AHEAD = t("未到", "Ahead")
CANCELLED = t("取消", "Cancelled")
CHANGE: Mapping[str, Text] = {
    "new": t("新项目", "New project"),
    "gone": t("不见了", "Gone"),
    "moved": t("换了位置", "Moved"),
    "end": t("推算完成变化", "Forecast end"),
    "rag": t("预警变化", "Alert"),
    "finished": t("完成", "Finished"),
    "promise": t("预计完成变化", "Promised finish"),
}

FIGURE: Mapping[str, Text] = {
    "projects": t("项目", "projects"),
    "red": t("红色项目", "red projects"),
    "late": t("延期任务", "late tasks"),
    "clashes": t("撞期", "clashes"),
    "high": t("高风险", "high risks"),
    "overdue": t("超期待办", "overdue actions"),
    "skipped": t("须处理文件", "files to mend"),
}
HEAD: Mapping[str, Text] = {
    "attention": t("一、最需要关注的项目", "1 Projects that need attention"),
    "roots": t("二、延期从哪里来", "2 Where delays begin"),
    "milestones": t("三、接下来的里程碑", "3 Next milestones"),
    "contents": t("四、其余各表", "4 The other sheets"),
}
NOTHING: Mapping[str, Text] = {
    "attention": t("没有红、黄项目。", "No project is red or yellow."),
    "roots": t("没有延期任务。", "No task is late."),
    "milestones": t("没有未达成的里程碑。", "No milestone lies ahead."),
}
COUNTS = t(
    "共 {n} 个项目：红 {red}、黄 {yellow}、绿 {green}、完成 {blue}，无任务 {none}。任务完成 {done}/{tasks}。",
    "{n:project|projects}: {red} red, {yellow} yellow, {green} green, {blue} done, {none} without tasks. "
    "{done} of {tasks} tasks are done.",
)
WORST = t(
    "推算完成比基线晚最多的是“{project}”（{days:+d} 个工作日，推算 {day}）。",
    "“{project}” is forecast latest against its baseline: {days:+workday|workdays}, {day}.",
)
ROOTS = t(
    "{late} 项延期任务来自 {roots} 处源头；影响最多的是“{project}”的 {root}（{department}），"
    "{reached} 项因它延期。",
    "{late:late task|late tasks} come from {roots:root|roots}; {root} of “{project}” ({department}) delays "
    "most: {reached:task|tasks}.",
)
CHANGES = t(
    "与上次相比：推算完成推后 {later} 个项目、提前 {earlier} 个，新增 {new} 个、不见 {gone} 个。",
    "Since the last run: the end moved later in {later:project|projects} and earlier in {earlier}; "
    "{new} new, {gone} gone.",
)
DOUBT = t(
    "{n} 个项目的数字依赖尚无官方放假安排的年份，为推定。",
    "Figures of {n:project|projects} rest on years without official holidays and are estimated.",
)
MORE = t("另有 {n} 项，见“{tab}”。", "{n} more are on “{tab}”.")
CHART: Mapping[str, Text] = {
    "rag": t("各项目的任务：红、黄、绿、已完成", "Tasks of each project: red, yellow, green, done"),
    "slip": t("推算完成比基线晚的工作日", "Workdays by which the forecast is later than the baseline"),
}
CONTENTS = (t("工作表", "Sheet"), t("内容", "What it holds"), t("行数", "Rows"))
WEEK = t("{day}\n{n}天", "{day}\n{n} d")
"""Heading of a week: its Monday, and how many workdays it has."""
NO_NAME = t("（未命名）", "(no name)")
