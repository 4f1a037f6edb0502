"""配合反馈: whose words they are, and calls for help that nobody answers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from xl_collab.actions.checks.place import at, clip, rows_of
from xl_collab.model import catalogue as found
from xl_collab.model.contributions import NOBODY, contributions
from xl_collab.model.findings import Finding
from xl_collab.model.keys import normalise_key
from xl_collab.model.parties import nearest
from xl_collab.model.plan.project import Project
from xl_collab.model.reports.sentences import chosen
from xl_collab.model.words import t

_COLUMN = "support_feedback"


def check_support(project: Project) -> Iterator[Finding]:
    """Findings on what supporters wrote, or did not."""
    table = project.tracker
    if _COLUMN in table.missing:
        return
    texts = project.texts(_COLUMN)
    for i in rows_of(texts != ""):
        yield from _lines(project, i, str(texts[i]))
    asking = np.array([code == "help" for code in chosen(table, "feedback")], dtype=bool)
    for i in rows_of(asking & (texts == "") & project.assessment.states.open):
        names = project.supporters_of(i)
        if names:
            yield at(found.UNANSWERED, table, _COLUMN, i, names="、".join(names))


def _lines(project: Project, i: int, text: str) -> Iterator[Finding]:
    supporters = set(map(normalise_key, project.supporters_of(i)))
    for name, words in contributions(text).items():
        if name == NOBODY:
            yield at(found.NAMELESS_FEEDBACK, project.tracker, _COLUMN, i, text=clip(words))
        elif normalise_key(name) not in supporters:
            hint = _hint(project, name)
            yield at(found.STRANGE_FEEDBACK, project.tracker, _COLUMN, i, name=clip(name), hint=hint)


def _hint(project: Project, name: str) -> object:
    close = project.known.get(normalise_key(name)) or nearest(name, project.departments)
    other = close is not None and normalise_key(close) != normalise_key(name)
    return t(f"，是否指“{close}”？", f"; did you mean {close}?") if other else ""
