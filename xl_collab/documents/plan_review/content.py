"""plan_review: minutes of the 方案评审会: what was found of each plan, hand-offs, risks and fall-backs.

No layout stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xl_collab.documents import held
from xl_collab.documents.execution import content as plan
from xl_collab.documents.sections import Block, Column, Rows, Section, Sheet, Shown
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.sentences import LISTED, fitted
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import CONCLUSION, FEASIBILITY, SIGNED, t

TITLE = t("方案评审会会议纪要", "Minutes of the plan review")
HEAD = {
    "meeting": t("会议信息", "The meeting"),
    "plans": t("一、各部门专项方案评审", "1 Plans reviewed"),
    "decisions": t("二、会议决议与修改意见", "2 Decisions and changes asked for"),
    "actions": t("三、待办事项", "3 Action items"),
    "handover": t("四、部门间衔接点", "4 Hand-offs between departments"),
    "risks": t("五、风险点与应对措施", "5 Risks and countermeasures"),
    "sign": t("签字确认", "Signatures"),
}
COLUMN = {
    "id": t("编号", "ID"),
    "department": t("部门", "Department"),
    "plan": t("方案及文件", "Plan and file"),
    "feasibility": t("可行性", "Feasibility"),
    "conclusion": t("评审结论", "Conclusion"),
    "signed": t("签字", "Signature"),
}
_KINDS: dict[str, Shown] = {"id": "id", "feasibility": "centre", "conclusion": "centre", "signed": "centre"}
FILED = t("{plan}\n文件：{link}", "{plan}\nFile: {link}")
NO_PLAN = t("还没有提交评审的方案。", "No plan has been handed in for review.")


@dataclass(frozen=True)
class PlanReview(Sheet):
    """Minutes of the plan review; `held` is False while the meeting has no record."""

    kind: ClassVar = "plan_review"

    held: bool = True


def plan_review(project: Project) -> Outcome[PlanReview]:
    """The minutes, and the sheet 评审会纪要-YYYYMMDD."""
    meeting = held.last_held(project, "plan_review")
    parts: dict[str, tuple[Block, ...]] = {
        "meeting": held.head(project, meeting),
        "plans": (_plans(project),),
        "decisions": held.decisions(meeting),
        "actions": (held.actions(project, meeting),),
        "handover": plan.handover_blocks(project),
        "risks": plan.risks_blocks(project),
        "sign": (held.signing(project, meeting),),
    }
    sections = tuple(Section(HEAD[name], blocks) for name, blocks in parts.items())
    document = PlanReview(meeting.key, TITLE, meeting.below, sections, held=meeting.held)
    title = GENERATED["plan_review"].of(project.lang).format(key=document.key)
    return Outcome(document, (InsertSheet(document.key, title, document),))


def _plans(project: Project) -> Rows:
    names = ("id", "department", "plan", "link", "feasibility", "conclusion", "signed")
    records = tuple(
        (
            row_id,
            department,
            fitted(FILED, plan=name, link=link) if link else name,
            plan.word(FEASIBILITY, feasible),
            plan.word(CONCLUSION, conclusion),
            plan.word(SIGNED, signed or "no"),
        )
        for row_id, department, name, link, feasible, conclusion, signed in plan.texts_of(
            project.table("plans"), *names
        )
        if department or name
    )
    columns = tuple(Column(text, _KINDS.get(name, "text")) for name, text in COLUMN.items())
    return Rows(columns, records[:LISTED], NO_PLAN)
