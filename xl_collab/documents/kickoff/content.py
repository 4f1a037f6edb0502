"""kickoff: minutes of the 启动会, where goal, milestones, duties, resources and how people talk are agreed.

No layout stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from xl_collab.documents import held
from xl_collab.documents.execution import content as plan
from xl_collab.documents.sections import Block, Section, Sheet
from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import t

TITLE = t("项目启动会会议纪要", "Minutes of the kick-off meeting")
HEAD = {
    "meeting": t("会议信息", "The meeting"),
    "decisions": t("一、会议决议", "1 Decisions"),
    "actions": t("二、待办事项", "2 Action items"),
    "goal": t("三、总体目标", "3 Goal"),
    "milestones": t("四、里程碑节点", "4 Milestones"),
    "duties": t("五、各部门职责", "5 Who does what"),
    "resources": t("六、资源分配", "6 Resources"),
    "talk": t("七、沟通机制", "7 How people talk"),
    "sign": t("签字确认", "Signatures"),
}


@dataclass(frozen=True)
class Kickoff(Sheet):
    """Minutes of the kick-off; `held` is False while the meeting has no record."""

    kind: ClassVar = "kickoff"

    held: bool = True


def kickoff(project: Project) -> Outcome[Kickoff]:
    """The minutes, and the sheet 启动会纪要-YYYYMMDD."""
    meeting = held.last_held(project, "kickoff")
    parts: dict[str, tuple[Block, ...]] = {
        "meeting": held.head(project, meeting),
        "decisions": held.decisions(meeting),
        "actions": (held.actions(project, meeting),),
        "goal": plan.goal_blocks(project),
        "milestones": plan.milestones_blocks(project),
        "duties": plan.duties_blocks(project),
        "resources": plan.resources_blocks(project),
        "talk": plan.talk_blocks(project),
        "sign": (held.signing(project, meeting),),
    }
    sections = tuple(Section(HEAD[name], blocks) for name, blocks in parts.items())
    document = Kickoff(meeting.key, TITLE, meeting.below, sections, held=meeting.held)
    title = GENERATED["kickoff"].of(project.lang).format(key=document.key)
    return Outcome(document, (InsertSheet(document.key, title, document),))
