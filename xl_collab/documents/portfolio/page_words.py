"""The words of the page of many trackers; labels of columns come from `schema/portfolio.py`.

`{n:task|tasks}` and `{n:+day|days}` mean what they mean in every sentence here (`schema/words.Count`): the
page's own script reads them the same way.
"""

from __future__ import annotations

from xl_collab.documents.portfolio.words import TABS, TITLE
from xl_collab.schema.words import Text, t

WORDS: dict[str, Text] = {
    # the frame
    "title": TITLE,
    "as_of": t("数据日期 {day}", "As of {day}"),
    "run": t("生成于 {moment}", "Made on {moment}"),
    "to_content": t("跳到正文", "Skip to the content"),
    "no_script": t(
        "此页需要 JavaScript 才能显示图表和表格，请用浏览器直接打开。",
        "This page needs JavaScript for its charts and tables: open it in a browser.",
    ),
    "partial": t(
        "项目很多：明细只含最需关注的 {shown} 个项目（共 {all} 个），按部门或任务状态筛选时也只看它们；"
        "总数含全部项目。",
        "So many projects: details are of the {shown} that need attention most, of {all}, also when filtered "
        "by department or task status; the totals are of all.",
    ),
    "left_out": t(
        "任务太多：只列出延期的任务，另有 {n} 项未列；按部门或任务状态筛选时只计列出的任务，总数含全部任务。",
        "So many tasks: the late ones are listed, {n} others are not, nor counted when filtered by "
        "department or task status; the totals are of all.",
    ),
    # filters
    "filters": t("筛选", "Filters"),
    "department": t("部门", "Department"),
    "project": t("项目", "Project"),
    "status": t("任务状态", "Task status"),
    "rag": t("项目预警", "Project alert"),
    "short_department": t("部门", "Dept"),
    "short_project": t("项目", "Project"),
    "short_status": t("状态", "Status"),
    "all": t("全部", "All"),
    "chosen": t("已选 {n}", "{n} chosen"),
    "search_in": t("查找{what}", "Find: {what}"),
    "clear": t("清除", "Clear"),
    "reset": t("清除筛选", "Reset filters"),
    "none_found": t("没有匹配的", "Nothing found"),
    "more_found": t("还有 {n} 个，请继续输入", "{n} more: type on"),
    "filtered": t("已筛选：{what}", "Filtered: {what}"),
    "nobody": t("（未写部门）", "(no department)"),
    "without_tasks": t("无任务", "No tasks"),
    # the answer first
    "said_projects": t(
        "{n} 个项目：{parts}。",
        "{n:project|projects}: {parts}.",
    ),
    "part": t("{rag} {n}", "{n} {rag}"),
    "said_late": t(
        "{tasks} 项任务延期，出自 {roots} 个源头；影响最大的是{project}的“{task}”（{days:+}个工作日，"
        "延期 {late} 项）。",
        "{tasks:task is|tasks are} late, from {roots:root|roots}; the largest is “{task}” of {project} "
        "({days:+workday|workdays}, {late:task|tasks} late).",
    ),
    "said_on_time": t("没有延期的任务。", "No task is late."),
    "said_next": t(
        "未来 14 天有 {n} 个里程碑，其中 {late} 个预计推迟；超期待办 {actions} 项。",
        "{n:milestone|milestones} in the next 14 days, {late} of them expected late; "
        "{actions:action|actions} overdue.",
    ),
    "nothing": t("筛选后没有项目。", "No project is left by the filters."),
    # figures
    "overview": t("概况", "Overview"),
    "kpi_projects": t("项目", "Projects"),
    "kpi_done": t("任务完成", "Tasks done"),
    "kpi_late": t("延期任务", "Late tasks"),
    "kpi_slipped": t("推迟的里程碑", "Slipping milestones"),
    "kpi_risks": t("高风险", "High risks"),
    "kpi_actions": t("超期待办", "Overdue actions"),
    "of_tasks": t("{done} / {tasks} 项", "{done} of {tasks}"),
    "of_open": t("共 {n} 项未完成", "of {n} open"),
    "of_milestones": t("共 {n} 个未达成", "of {n} not reached"),
    "of_roots": t("{n} 个源头", "{n:root|roots}"),
    "of_risks": t("共 {n} 项风险", "of {n:risk|risks}"),
    "departments_title": t("各部门任务预警", "Alerts of tasks by department"),
    "departments_note": t("不含取消的任务", "Without cancelled tasks"),
    "slips_title": t("延期源头", "Where delays began"),
    "slips_note": t("按归于它的延期任务数，再按天数", "By the late tasks that go back to it, then by days"),
    "slip_days": t("{days:+} 天", "{days:+day|days}"),
    "slip_reach": t("延期 {n} 项", "{n} late"),
    "slips_more": t("另有 {n} 个源头，见下表。", "{n:more root|more roots}: see the table below."),
    "no_slips": t("没有延期。", "Nothing is late."),
    "timeline_title": t("里程碑", "Milestones"),
    "timeline_note": t(
        "◇ 基线　◆ 推算或实际　┊ 数据日期",
        "◇ baseline　◆ forecast or actual　┊ data date",
    ),
    "range": t("时间范围", "Range"),
    "range_near": t("近 3 个月", "3 months"),
    "range_year": t("近 1 年", "1 year"),
    "range_all": t("全部", "All"),
    "no_milestones": t("这段时间没有里程碑。", "No milestone in this range."),
    "reached": t("已达成", "Reached"),
    "on_time": t("按期", "On time"),
    "slipping": t("推迟", "Slipping"),
    "ms_late": t("晚于基线", "Later than baseline"),
    "load_title": t("部门负荷", "Load by department"),
    "load_note": t(
        "每周未完成任务占用的任务日；越忙颜色越突出",
        "Task-days that open tasks take in each week; the busier, the stronger the colour",
    ),
    "load_more": t("另有 {n} 个部门，见数据表。", "{n:more department|more departments}: see the figures."),
    "later": t("以后", "Later"),
    "no_load": t("没有未完成的任务。", "No open tasks."),
    "week_of": t("{day} 起的一周", "Week of {day}"),
    "task_days": t("{n} 任务日", "{n:task-day|task-days}"),
    "run_short": t("运行", "Run"),
    "trend_title": t("历次运行趋势", "Trend over runs"),
    "trend_note": t("全部项目，不受筛选影响", "All projects, whatever the filters"),
    "trend_projects": t("项目预警", "Alerts of projects"),
    "trend_lists": t("延期与超期", "Late and overdue"),
    "trend_once": t(
        "这是第一次运行，下次运行起显示趋势。", "This is the first run; the trend begins with the next."
    ),
    "others": t("其他", "Others"),
    "as_table": t("数据表", "Figures"),
    "as_chart": t("图", "Chart"),
    "total": t("合计", "Total"),
    # tables
    "tables": t("明细", "Details"),
    "tab_projects": t("项目", "Projects"),
    "tab_tasks": t("任务", "Tasks"),
    "tab_milestones": t("里程碑", "Milestones"),
    "tab_slips": TABS["slips"],
    "tab_risks": t("风险", "Risks"),
    "tab_actions": t("待办", "Actions"),
    "tab_clashes": t("撞期", "Clashes"),
    "tab_changes": t("变化", "Changes"),
    "tab_skipped": TABS["skipped"],
    "which": t("显示", "Show"),
    "which_late": t("延期", "Late"),
    "which_open": t("未完成", "Open"),
    "which_all": t("全部", "All"),
    "which_overdue": t("超期", "Overdue"),
    "search": t("搜索", "Search"),
    "sort": t("排序", "Sort by"),
    "as_given": t("最需关注在前", "Most urgent first"),
    "rows": t("{n} 行", "{n:row|rows}"),
    "rows_of": t("第 {first}–{last} 行，共 {n} 行", "{first}–{last} of {n}"),
    "page_before": t("上一页", "Previous"),
    "page_after": t("下一页", "Next"),
    "no_rows": t("没有符合的行。", "No rows."),
    "printed_of": t("{title}（前 {shown} 行，共 {n} 行）", "{title} (the first {shown} of {n})"),
    "place_short": t("打开", "Open"),
    "place": t("{file} · {sheet} 第 {row} 行", "{file} · {sheet}, row {row}"),
    "progress": t("进度", "Progress"),
    "counts": t("红/黄/绿", "Red / yellow / green"),
    "forecast_end": t("推算/实际", "Forecast/actual"),
    "reason": t("原因", "Reason"),
    "cure": t("处理办法", "Cure"),
    "mend": t("须处理", "To be mended"),
    "harmless": t("不需处理", "Nothing to do"),
    "since": t("与 {moment} 的运行比较", "Compared with the run of {moment}"),
    "first_run": t("第一次运行，没有可比的。", "The first run: nothing to compare with."),
    "foot": t(
        "本页是一个独立文件，不联网；数字与工作簿相同。图表：Apache ECharts（Apache-2.0）。",
        "This page is one file and uses no network; its figures are the workbook's. Charts: Apache ECharts "
        "(Apache-2.0).",
    ),
}
"""What the page and its script say, by key."""

COMPARED: dict[str, Text] = {
    "actual": t("实际", "actual"),
    "forecast": t("预计", "promised"),
    "projected": t("推算", "projected"),
    "today": t("至今", "so far"),
}
"""What a date of 推算/实际 is (tasks.compared_kind)."""

CHANGES: dict[str, Text] = {
    "new": t("新项目", "New project"),
    "gone": t("不见了", "Gone"),
    "moved": t("换了位置", "Moved"),
    "end": t("项目完成日", "Project end"),
    "rag": t("预警", "Alert"),
    "finished": t("完成", "Finished"),
    "promise": t("预计完成", "Promised finish"),
}
"""Kinds of changes since the last run (changes.kind)."""
