"""Every kind of draft, in both languages: a week later it says new things around what people typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from xl_collab.actions.accept import accept
from xl_collab.actions.adjust import adjust
from xl_collab.actions.gantt import gantt
from xl_collab.actions.minutes import minutes
from xl_collab.actions.raci import raci
from xl_collab.actions.review import review
from xl_collab.actions.risks import risks
from xl_collab.actions.validate import validate
from xl_collab.compose.drawing import draw
from xl_collab.hosts.memory import MemoryHost
from xl_collab.model.edits import AppendRows, InsertSheet
from xl_collab.model.plan.project import Project
from xl_collab.model.scenarios.sample_demo import AS_OF, DEMO
from xl_collab.model.words import Lang

ACTIONS: Mapping[str, Callable[[Project], Any]] = {
    "minutes": minutes,
    "review": review,
    "risks": risks,
    "gantt": gantt,
    "raci": raci,
    "findings": validate,
    "adjustment": adjust,
    "acceptance": accept,
}


def sheets_of(kind: str, host: MemoryHost, days: int) -> list[InsertSheet]:
    """The documents of a kind; minutes keep their key, as on the day of the meeting."""
    edits = ACTIONS[kind](Project(host.read(), AS_OF + timedelta(days))).edits
    found = [edit for edit in edits if isinstance(edit, InsertSheet)]
    return [replace(edit, key="today") if kind == "minutes" else edit for edit in found]


def put_in(kind: str, lang: Lang, host: MemoryHost, days: int = 0) -> Any:
    edits = sheets_of(kind, host, days)
    drawn = {
        f"{e.kind}/{e.key}": draw(
            e.document, project_name="p", lang=lang, links={}, typed=host.read().typed_in(e.kind, e.key)
        )
        for e in edits
    }
    return host.apply(edits, drawn).generated


def rows_of(host: MemoryHost, tab: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(host.drawn[tab]))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ACTIONS)
def test_a_week_later_every_typed_text_is_still_there(kind: str, lang: Lang) -> None:
    host = MemoryHost(DEMO.book(lang))
    first = put_in(kind, lang, host)
    assert first
    wanted = {}
    for one in first:
        rows = rows_of(host, one.tab)
        wanted[one.tab] = [f"改{n}" for n in range(len(rows))]
        for n, row in enumerate(rows):
            column = next((c for c, value in enumerate(row[:-1], 1) if isinstance(value, str) and value), 2)
            host.type(one.tab, n + 1, column, f"改{n}")
    host.apply([AppendRows("tracker", ({"id": "T000", "task": "新增任务", "owner": "研发部"},))])
    again = put_in(kind, lang, host, days=7)
    assert [(one.how, one.tab) for one in again[: len(first)]] == [("refreshed", one.tab) for one in first]
    for one in again[: len(first)]:
        shown = [str(value) for row in rows_of(host, one.tab) for value in row]
        assert [text for text in wanted[one.tab] if shown.count(text) != 1] == []
        assert one.carried == len(wanted[one.tab])
        assert one.left_over < len(wanted[one.tab]) / 3
    assert {one.how for one in put_in(kind, lang, host, days=7)} == {"unchanged"}
