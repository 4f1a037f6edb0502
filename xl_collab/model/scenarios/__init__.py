"""The scenarios that a new workbook can start from, and the sample project.

Contents only: each is a `Scenario`, plain data in Chinese and English that becomes a `Book`. No
file, clock or spreadsheet may enter; what a column means is said in `model/sheets.py`.
"""

from __future__ import annotations

from xl_collab.errors import UsageError
from xl_collab.model.scenarios.customer_issue import CUSTOMER_ISSUE
from xl_collab.model.scenarios.marketing_event import MARKETING_EVENT
from xl_collab.model.scenarios.process_improvement import PROCESS_IMPROVEMENT
from xl_collab.model.scenarios.product_launch import PRODUCT_LAUNCH
from xl_collab.model.scenarios.sample import SAMPLE
from xl_collab.model.scenarios.sample_demo import DEMO
from xl_collab.model.scenarios.scenario import Day, Scenario, Value
from xl_collab.model.words import t

__all__ = ["BLANK", "DEMO", "SAMPLE", "SCENARIOS", "Day", "Scenario", "Value", "find"]

BLANK = Scenario(
    "blank",
    t("空白项目", "Blank project"),
    forms={"settings": {"project": t("【项目名称】", "[Project]")}},
)
"""Nothing but the settings' defaults and the calendar."""

SCENARIOS: dict[str, Scenario] = {
    scenario.key: scenario
    for scenario in (PRODUCT_LAUNCH, MARKETING_EVENT, CUSTOMER_ISSUE, PROCESS_IMPROVEMENT, BLANK)
}
"""What `new` offers, by name."""


def find(name: str) -> Scenario:
    """The scenario of that name or title; raises UsageError naming the valid ones."""
    wanted = name.strip().casefold().replace("_", "-")
    for scenario in SCENARIOS.values():
        if wanted in (scenario.key, scenario.title.zh, scenario.title.en.casefold()):
            return scenario
    zh = "、".join(f"{s.key}({s.title.zh})" for s in SCENARIOS.values())
    en = ", ".join(SCENARIOS)
    raise UsageError(
        f"没有场景“{name}”，请从这些里选：{zh}", f'There is no scenario "{name}"; choose one of: {en}'
    )
