"""What a column of the portfolio is, and the columns that several tables have. No table stands here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xl_collab.schema.words import Text, t

Holds = Literal["text", "texts", "integer", "number", "date", "moment", "flag"]
"""What a cell holds: str, list of str, int, float, datetime.date, datetime.datetime, bool. An unknown number
or date is None; a text is never None, "" when there is none; a flag is never None."""


@dataclass(frozen=True)
class Measure:
    """One column of a table of the portfolio; `meaning` says unit and rule."""

    name: str
    holds: Holds
    label: Text
    meaning: Text


@dataclass(frozen=True)
class PortfolioTable:
    """A table of the portfolio. `project` in every table is the key of a row of `projects`."""

    key: str
    title: Text
    columns: tuple[Measure, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)


def of(holds: Holds, name: str, label: Text, meaning_zh: str = "", meaning_en: str = "") -> Measure:
    """A column; `meaning` where the label does not say all."""
    return Measure(name, holds, label, t(meaning_zh, meaning_en))


PROJECT = of("text", "project", t("项目", "Project key"), "projects 表的键", "Key of a row of projects")
SHEET = of("text", "sheet", t("工作表", "Sheet"), "工作表标签", "Name of the tab as found")
ROW = of("integer", "row", t("行号", "Row"), "该工作表中的行号", "Row of that sheet, from 1")
ID = of("text", "id", t("编号", "ID"))
DEPARTMENT = of(
    "text",
    "department",
    t("责任部门", "Department"),
    "牵头部门，空为未写",
    "The one that leads; empty when none does",
)
