"""What the four ready-made scenarios have in common: their forms and the state of unstarted rows.

Words in 【】 or [] are for the user to replace. Contents of one scenario stand in its own module.
"""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.model.scenarios.scenario import EVERYONE, Day, Records, Value, rows
from xl_collab.model.words import Text, t

__all__ = ["BOSS", "DUTY", "HEAD", "acceptance", "forms", "milestones", "plans", "risks", "tasks"]

BOSS = t("总经理*", "General manager*")
HEAD = t("分管领导*", "Head of division*")

DUTY = "id duty initiator accountable responsible consulted informed output receiver contact people channel"
"""Columns of 职责分工 that a scenario fills."""


def tasks(*records: tuple[Value, ...]) -> Records:
    """Rows of 跟踪表, none started yet."""
    names = "id stage owner task output deadline note support predecessors planned_start"
    return [{**row, "percent": 0, "status": "not_started"} for row in rows(names, *records)]


def milestones(*records: tuple[Value, ...]) -> Records:
    """Rows of 里程碑计划, none reached yet; they are to be confirmed at the kick-off."""
    found = rows("id milestone owner planned task_id criteria", *records)
    source = t("预设，启动会确认", "Preset, to be confirmed at the kick-off")
    return [{**row, "status": "not_started", "source": source} for row in found]


def plans(*records: tuple[Value, ...]) -> Records:
    """Rows of 方案评审, to be submitted and signed."""
    found = rows("id department plan handover risk countermeasure", *records)
    return [{**row, "signed": "no"} for row in found]


def risks(*records: tuple[Value, ...]) -> Records:
    """Rows of 风险登记: typical risks with probability and impact to be checked by the team."""
    found = rows("id risk task_id owner probability impact countermeasure due", *records)
    source = t("典型风险（预设）", "Typical risk (preset)")
    return [{**row, "status": "open", "raised_on": Day(0), "source": source} for row in found]


def acceptance(*records: tuple[Value, ...]) -> Records:
    """Rows of 成果验收, to be signed at delivery."""
    return rows("id deliverable task_id criteria", *records)


def forms(
    scenario: Text,
    project: Text,
    initiator: Text,
    partners: Text,
    end: Day,
    request: Mapping[str, Value],
) -> dict[str, dict[str, Value]]:
    """需求申请 and 设置: `request` holds goal, tasks, results, budget, people and equipment.

    Feasibility and approval stay empty: nobody has been asked yet.
    """
    applicant = t(f"{initiator.zh}*", f"{initiator.en}*")
    return {
        "request": {
            "project": project,
            "department": initiator,
            "applicant": applicant,
            "date": Day(0),
            "scenario": scenario,
            "start": Day(0),
            "end": end,
            "partners": partners,
            "capacity": t(
                "逐个部门写明：能否承接、由谁承接、从何时起、前提条件。",
                "For each department: can it take the work on, who does it, from when, on what conditions?",
            ),
            "strategy": t(
                "写明对应公司年度目标中的哪一条。", "Name the company objective that this project serves."
            ),
            **request,
        },
        "settings": {
            "project": project,
            "scenario": scenario,
            "initiator": initiator,
            "superior": BOSS,
            "place": t("【会议室】", "[meeting room]"),
            "chair": applicant,
            "recorder": applicant,
            "copy_to": EVERYONE,
        },
    }
