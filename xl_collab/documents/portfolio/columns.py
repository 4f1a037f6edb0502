"""Which columns each list of the portfolio's workbook has: kind of cells, widths, what is folded away.

Widths are in characters, in Chinese and in English; what is not folded stands first and fits one page of A4
in nine points. What cells hold stands in content.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.documents.portfolio.register import Column, Shown
from xl_collab.documents.portfolio.words import COLUMN


def _column(name: str, shown: Shown, width: float, english: float = 0, *, folded: bool = False) -> Column:
    return Column(COLUMN[name], shown, width, english, folded)


def _more(name: str, shown: Shown, width: float) -> Column:
    return _column(name, shown, width, folded=True)


COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "projects": {
        "project": _column("project", "link", 20, 19.5),
        "initiator": _column("initiator", "text", 10, 12),
        "rag": _column("rag", "alert", 7, 8),
        "slip": _column("slip", "workdays", 11, 10),
        "forecast": _column("forecast", "date", 11),
        "percent": _column("percent", "percent", 7.5, 7.5),
        "late_count": _column("late_count", "count", 7, 7.5),
        "next": _column("next", "text", 21.5, 18),
        "next_forecast": _column("next_forecast", "date", 11),
        "high": _column("high", "count", 6.5, 6.5),
        "overdue_count": _column("overdue_count", "count", 6.5, 9),
        "baseline": _more("baseline", "date", 12),
        "red": _more("red", "count", 7),
        "yellow": _more("yellow", "count", 7),
        "tasks": _more("tasks", "count", 7),
        "done": _more("done", "count", 8),
        "green": _more("green", "count", 7),
        "next_baseline": _more("next_baseline", "date", 12),
        "required": _more("required", "date", 12),
        "open_count": _more("open_count", "count", 9),
        "errors": _more("errors", "count", 8),
        "warnings": _more("warnings", "count", 10),
        "data_date": _more("data_date", "date", 12),
        "doubt": _more("doubt", "text", 30),
        "file": _more("file", "text", 60),
    },
    "slips": {
        "project": _column("project", "text", 19),
        "root": _column("root", "link", 9.5),
        "task": _column("task", "text", 26, 25),
        "department": _column("department", "text", 12.5, 13),
        "how": _column("how", "centre", 12, 13),
        "days": _column("days", "count", 9, 9),
        "reached_count": _column("reached_count", "count", 8, 9),
        "most": _column("most", "workdays", 8, 9),
        "cause": _column("cause", "text", 18, 14),
        "reached": _more("reached", "text", 40),
    },
    "late": {
        "project": _column("project", "text", 14.5, 14.5),
        "id": _column("id", "link", 8.5, 8.5),
        "task": _column("task", "text", 19.5, 18.5),
        "department": _column("department", "text", 12, 12),
        "person": _column("person", "centre", 7.5, 8),
        "baseline": _column("baseline", "date", 11),
        "expected": _column("expected", "date", 11),
        "variance": _column("variance", "workdays", 11, 10.5),
        "rag": _column("rag", "alert", 7, 8),
        "root": _column("root", "centre", 6.5, 7),
        "root_department": _column("root_department", "text", 12, 12),
        "reason": _more("reason", "text", 40),
        "own": _more("own", "workdays", 9),
        "inherited": _more("inherited", "workdays", 10),
        "status": _more("status", "centre", 10),
        "stage": _more("stage", "centre", 14),
        "owner": _more("owner", "text", 30),
    },
    "milestones": {
        "project": _column("project", "text", 27),
        "id": _column("id", "link", 9),
        "milestone": _column("milestone", "text", 28, 26),
        "department": _column("department", "text", 12.5, 13),
        "baseline": _column("baseline", "date", 11.5),
        "forecast": _column("forecast", "date", 11.5),
        "slip": _column("slip", "workdays", 11, 10.5),
        "status": _column("status", "centre", 10, 13),
        "actual": _more("actual", "date", 12),
        "tasks_of": _more("tasks_of", "text", 24),
    },
    "clashes": {
        "department": _column("department", "text", 13, 14),
        "person": _column("person", "text", 13, 14),
        "first": _column("first", "date", 11),
        "last": _column("last", "date", 11),
        "workdays": _column("workdays", "count", 8, 10.5),
        "at_once": _column("at_once", "count", 8, 9.5),
        "peak": _column("peak", "date", 11),
        "projects": _column("projects", "text", 22, 18),
        "clashing": _column("clashing", "text", 25, 22),
    },
    "risks": {
        "level": _column("level", "level", 7, 9),
        "score": _column("score", "count", 7, 8),
        "project": _column("project", "text", 18),
        "id": _column("id", "link", 9),
        "risk": _column("risk", "text", 45, 41),
        "department": _column("department", "text", 12.5, 13),
        "kind": _column("kind", "centre", 9, 13),
        "source": _column("source", "text", 14, 12),
    },
    "actions": {
        "department": _column("department", "text", 13, 14),
        "project": _column("project", "text", 27),
        "id": _column("id", "link", 9),
        "action": _column("action", "text", 40, 36),
        "due": _column("due", "date", 11),
        "overdue": _column("overdue", "count", 11, 11),
        "age": _column("age", "count", 9, 8),
        "status": _more("status", "centre", 10),
        "raised": _more("raised", "date", 12),
        "owner": _more("owner", "text", 30),
    },
    "changes": {
        "kind": _column("kind", "centre", 13, 15),
        "project": _column("project", "link", 26, 24),
        "id": _column("id", "centre", 8),
        "what": _column("what", "text", 26, 24),
        "department": _column("department", "text", 12.5, 13),
        "before": _column("before", "text", 12.5, 12.5),
        "after": _column("after", "text", 12.5, 12.5),
        "moved": _column("moved", "workdays", 11, 10.5),
    },
    "skipped": {
        "grave": _column("grave", "centre", 8, 9),
        "file": _column("file", "link", 44),
        "why": _column("why", "text", 34),
        "cure": _column("cure", "text", 34),
    },
    "owed": {
        "project": _column("project", "text", 18),
        "id": _column("id", "centre", 8),
        "what": _column("what", "text", 28, 26),
        "due": _column("due", "date", 11),
        "rag": _column("rag", "alert", 7, 8),
        "overdue": _column("overdue", "count", 11, 10.5),
        "owed": _column("owed", "text", 30),
        "reason": _more("reason", "text", 40),
        "owner": _more("owner", "text", 30),
    },
}
