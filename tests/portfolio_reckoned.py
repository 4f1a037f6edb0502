"""What people expect the page to show of a choice, reckoned from the tables row by row.

Nothing of the page or of what it is made with may enter.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import Any

from xl_collab.plan.portfolio import Portfolio

Row = dict[str, Any]


class Reckoned:
    """The figures that people expect of a choice: of its projects, and in them of its departments' rows."""

    def __init__(self, portfolio: Portfolio, **chosen: set[str]) -> None:
        self.chosen = chosen
        doing = {row["project"] for row in portfolio["tasks"] if self._has("status", row["status"])}
        mine = {
            row["project"]: row
            for row in portfolio["projects"]
            if self._has("project", row["name"]) and self._has("rag", row["rag"])
            and (row["project"] in doing or not chosen.get("status"))
        }  # fmt: skip

        def of(table: str, *, status: bool = False) -> list[Row]:
            return [
                row for row in portfolio[table]
                if row["project"] in mine
                and any(self._has("department", one) for one in row.get("departments") or [row["department"]])
                and (not status or self._has("status", row["status"]))
            ]  # fmt: skip

        self.tasks, self.milestones = of("tasks", status=True), of("milestones", status=True)
        self.risks, self.actions, self.slips, self.weeks = map(of, ("risks", "actions", "slips", "weeks"))
        rows = itertools.chain(self.tasks, self.milestones, self.risks, self.actions)
        shown = {row["project"] for row in rows} if chosen.get("department") else set(mine)
        self.projects = [row for key, row in mine.items() if key in shown]

    def _has(self, kind: str, value: str) -> bool:
        return not self.chosen.get(kind) or value in self.chosen[kind]

    def cards(self) -> dict[str, str]:
        live = [row for row in self.tasks if row["status"] != "cancelled"]
        done = sum(row["status"] == "done" for row in live)
        ahead = [row for row in self.milestones if not row["reached"]]
        return {
            "projects": str(len(self.projects)),
            "done": f"{int(100 * done / len(live) + 0.5)}%" if live else "–",
            "late": str(sum(row["late"] for row in self.tasks)),
            "slipping": str(sum(row["variance"] > 0 for row in ahead)),
            "risks": str(sum(row["level"] == "high" for row in self.risks)),
            "actions": str(sum(row["overdue"] > 0 for row in self.actions)),
        }

    def alerts(self) -> dict[str, list[str]]:
        """Red, yellow, green, blue, others and all, by department."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.tasks:
            if row["status"] != "cancelled":
                found[row["department"]][row["rag"]] += 1
        codes = ("red", "yellow", "green", "blue", "")
        return {
            name: [str(n) for n in (*(counts[code] for code in codes), counts.total())]
            for name, counts in found.items()
        }

    def load(self) -> dict[str, str]:
        """Task-days by department."""
        found: Counter[str] = Counter()
        for row in self.weeks:
            found[row["department"]] += row["days"]
        return {name: str(days) for name, days in found.items()}
