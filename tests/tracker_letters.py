"""Where the tracker's columns stand, so that tests need no letters of their own."""

from __future__ import annotations

from xl_collab.documents.canvas import letters_of
from xl_collab.schema.sheets import TRACKER

LETTERS = letters_of(TRACKER)
LAST = list(LETTERS.values())[-1]
"""Letter of the last column."""


def at(column: str, *rows: int) -> str:
    """The address of a cell, or of cells from one row to another."""
    return ":".join(f"{LETTERS[column]}{row}" for row in rows)


FORMER = (
    *("id", "stage", "owner", "task", "output", "deadline", "note", "support", "predecessors"),
    *(
        "planned_start",
        "forecast",
        "actual",
        "percent",
        "status",
        "feedback",
        "support_feedback",
        "lead_days",
    ),
    *("baseline", "projected", "predecessor_alert", "missed", "compared", "variance", "rag", "reason"),
    *("next_due", "computed_at"),
)
"""The columns of a workbook of the former version, in its order."""
