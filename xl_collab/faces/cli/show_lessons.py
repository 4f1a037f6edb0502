"""Lessons as people read them in a terminal, and as JSON for programs (docs/json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from xl_collab.faces.cli.show import MOST, Screen, _grid
from xl_collab.schema.words import LESSON_KIND, Lang

if TYPE_CHECKING:
    from xl_collab.documents.lessons.content import Candidate, Learnt


def learnt(screen: Screen, found: Learnt) -> None:
    """What is offered, and what was accepted."""
    for one, row_id in found.accepted:
        screen.say("lesson_accepted", lesson=one.key, row=row_id)
    if not found.open:
        screen.say("no_lessons")
        return
    columns = [(label, None) for label in screen.text("lessons_columns").split("|")]
    grid = _grid(screen.text("lessons_title"), *columns)
    for one in found.open[:MOST]:
        texts = (one.key, LESSON_KIND.label(one.kind, screen.lang), one.lesson.of(screen.lang))
        grid.add_row(*map(escape, (*texts, " ".join(one.evidence), one.action.of(screen.lang))))
    screen._grid(grid, len(found.open))


def payload(found: Learnt, lang: Lang) -> list[dict[str, Any]]:
    """`lessons`: one entry a lesson that is offered or was accepted by this command."""
    became = [*((one, None) for one in found.open), *found.accepted]
    return [_entry(one, row_id, lang) for one, row_id in became]


def _entry(one: Candidate, row_id: str | None, lang: Lang) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "lesson": one.lesson.of(lang),
        "department": one.department,
        "evidence": list(one.evidence),
        "action": one.action.of(lang),
        "became": row_id,
    }
