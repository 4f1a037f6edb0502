"""Headings of offices and programs, in Chinese and English: what each means, and which are nobody's column."""

# Lists of words: one line a target reads better than wrapped ones.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from xl_collab.importing.headings import guess

SURE: dict[str, str] = {
    "id": "序号|编号|任务编号|标识号|任务ID|工单号|需求编号|WBS|WBS编码|No.|S/N|Sr. No.|Task ID|Issue key|Key|Ticket|Ref No|Unique ID|Card ID|Action ID",
    "stage": "阶段|项目阶段|环节|所属阶段|任务分组|任务列表|所属模块|Phase|Stage|Bucket Name|Section/Column|Group Name|Workstream|Epic Name",
    "owner": "责任部门|牵头部门|主责部门|责任单位|承办单位|归口部门|责任方|执行单位|落实部门|承接部门|负责团队|Owner|Department|Dept.|Responsible|Responsible Party|Owning Team|Lead Dept|Accountable|主要责任单位|实施班组|负责人/部门",
    "person": "责任人|负责人|执行人|执行人员|执行者|任务执行人|开发人员|处理人|当前处理人|跟进人|指派给|资源名称|经办人|第一责任人|承担人|Assignee|Assigned To|Resource Names|Task Owner|Person in Charge|PIC|Action By|Members|POC|具体负责人员|任务处理人|施工负责人|编制人",
    "task": "任务|任务名称|工作任务|工作内容|工作项|行动项|待办|待办事项|标题|任务标题|主题|功能点|工序|活动名称|节点名称|督办事项|重点工作|整改事项|用户故事|Task|Task Name|Summary|Activity|Action Item|Action Items|Card Name|Work Item|To-Do|User Story|Subject|需求描述|计划名称|任务概述|本周工作|年度重点工作|督办内容|模块/任务|风险 / 事项",
    "output": "输出成果|交付物|交付件|成果形式|产出|输出物|预期成果|Deliverable|Deliverables|Output|Work Product",
    "deadline": "时间节点|完成时限|截止日期|截止日|截止时间|计划截止日期|计划结束日|原计划完成|原计划完成时间|计划完成|要求完成时间|期望完成时间|到期时间|到期日|交付日期|上线时间|计划上线时间|计划交付日期|最晚完成时间|结束日期|DDL|交期|目标完成日期|应完成时间|合同交付日期|比较基准完成时间|Due|Due Date|DueDate|due_date|Deadline|End Date|PLAN END|Planned Finish|Planned Completion Date|Target Date|Target Completion Date|Baseline Finish|Required by date|Delivery Date|Finish By|Needed by|Scheduled end",
    "period": "起止时间|起止日期|时间安排|计划周期|开始-结束时间|Timeline|Start/End Date|Period",
    "planned_start": "开始时间|开始日期|计划开始|计划启动时间|预计开始|开工日期|启动日期|计划开工日期|Start|Start Date|PLAN START|Planned Start|Begin Date|Baseline Start|Expected start date|Scheduled Start",
    "actual_start": "实际开始|实际开始时间|实际启动日期|实际开工日期|开始时间（实际）|Actual Start|Actual Start Date|Started on|Date Started",
    "forecast": "预计完成|预计完成时间|预计结束|预计交付日期|Forecast Finish|Expected Completion|Estimated end date|Projected finish",
    "actual": "实际完成|实际完成时间|实际完成日期|实际结束|实际上线时间|实际交付日期|完成时间（实际）|Actual Finish|Actual End|Completed Date|Completed At|Date Completed|Closed Date|Actual Completion Date|Resolved Date|Completed On",
    "percent": "完成率|完成百分比|进度百分比|完成度|% Complete|%Done|Percent Complete|Pct Complete|% completed",
    "status": "状态|任务状态|完成状态|进展状态|执行状态|是否完成|处理状态|Status|Task Status|State|Current Status|Completed?|Issue Status",
    "progress": "进展|进展情况|工作进展|最新进展记录|完成情况|落实情况|推进情况|进度|完成进度|整改情况|跟进情况|Progress|Status Update|Latest Update",
    "note": "备注|说明|补充说明|备注说明|Notes|Remarks|Comments",
    "support": "配合部门|协办单位|支持部门|协同部门|会办部门|参与单位|Supporting Team|Support Department|Other departments",
    "predecessors": "前置|前置任务|紧前工序|依赖任务|依赖项|前置任务编号|Predecessors|Depends On|Dependencies|Blocked by|Predecessor ID|前置计划|前置任务编号",
}  # fmt: skip
"""Target → headings that everybody reads so."""

ASKED: dict[str, str] = {
    "deadline": "完成时间|完成日期|时间|日期|Date|Completion Date|验收时间|整改完成时间",
    "forecast": "调整后完成|调整后完成时间|变更后完成日期|延期至日期|Revised end date|New due date|ETA",
    "owner": "部门|单位|Team|Who",
    "person": "联系人|对接人|Resource",
    "task": "内容|名称|项目|Name|Title|Description|里程碑|Milestone",
    "stage": "模块|类别|分类|Category|Sprint|迭代",
    "support": "参与人|协办人|Collaborators",
    "output": "完成标准|Acceptance Criteria",
}
"""Target → headings that mean it often: they are proposed, never taken unasked."""

NOBODYS = [
    "优先级",
    "工期",
    "预计工时",
    "最初预计",
    "创建时间",
    "创建日期",
    "创建人",
    "更新时间",
    "是否延期",
    "延期天数",
    "剩余天数",
    "任务类型",
    "任务模式",
    "审核人",
    "验收人",
    "分管领导",
    "领导批示",
    "标签",
    "附件",
    "预算（万元）",
    "片区",
    "OA流程号",
    "Priority",
    "Duration",
    "Created",
    "Created At",
    "Updated",
    "Last Modified",
    "Reporter",
    "Resolution",
    "Issue Type",
    "Labels",
    "Tags",
    "Budget",
    "Health",
    "RAG",
    "Time Estimated",
    "Story Points",
    "Assignee Email",
]
"""Headings that no column of ours is for: nobody is asked about them."""


def pairs(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(heading, target) for target, words in table.items() for heading in words.split("|")]


@pytest.mark.parametrize(("heading", "target"), pairs(SURE))
def test_a_heading_that_everybody_reads_so(heading: str, target: str) -> None:
    found = guess((heading,))
    assert found is not None
    assert (found.target, found.sure) == (target, True)


@pytest.mark.parametrize(("heading", "target"), pairs(ASKED))
def test_a_heading_that_has_to_be_asked_about(heading: str, target: str) -> None:
    found = guess((heading,))
    assert found is not None
    assert (found.target, found.sure) == (target, False)


@pytest.mark.parametrize("heading", NOBODYS)
def test_a_heading_that_is_no_column_of_ours(heading: str) -> None:
    assert guess((heading,)) is None


GROUPS = [
    (("计划情况", "开始日期"), "planned_start"),
    (("计划情况", "结束日期"), "deadline"),
    (("完成情况", "结束日期"), "actual"),
    (("执行情况", "开始"), "actual_start"),
    (("实际工期", "完成日期"), "actual"),
    (("计划工期", "开始日期"), "planned_start"),
    (("Plan", "End"), "deadline"),
    (("Actual", "Start"), "actual_start"),
    (("Baseline", "Finish"), "deadline"),
    (("Forecast", "Finish"), "forecast"),
    (("完成时间", "计划"), "deadline"),
    (("完成时间", "实际"), "actual"),
    (("计划", "日期"), "deadline"),
    (("实际", "日期"), "actual"),
    (("计划", "时间", "完成"), "deadline"),
    (("实际", "时间", "完成"), "actual"),
    (("责任分工", "主责部门"), "owner"),
    (("实际", "备注"), "note"),
    (("计划情况", "责任人"), "person"),
    (("完成情况", "完成率"), "percent"),
]


@pytest.mark.parametrize(("parts", "target"), GROUPS)
def test_a_heading_under_its_group(parts: tuple[str, ...], target: str) -> None:
    found = guess(parts)
    assert found is not None
    assert (found.target, found.sure) == (target, True)


def test_days_and_durations_in_a_group_are_no_dates() -> None:
    assert guess(("计划工期", "天数")) is None
    assert guess(("实际", "工时")) is None
