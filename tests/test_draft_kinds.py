"""Every kind of draft, in both languages: a week later it says new things around what people typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from memory_host import MemoryHost
from python_calamine import CalamineWorkbook

from xl_collab.checks.validate import validate
from xl_collab.documents.acceptance.content import accept
from xl_collab.documents.adjustment.content import adjust
from xl_collab.documents.drawing import draw
from xl_collab.documents.gantt.content import gantt
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.raci.content import raci
from xl_collab.documents.review.content import review
from xl_collab.documents.risks.content import risks
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, InsertSheet, SetColumn
from xl_collab.project.scenarios.sample_demo import AS_OF, DEMO
from xl_collab.schema.words import Lang

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


@pytest.mark.parametrize(
    ("lang", "pieces"),
    [
        ("zh", ["五、需协调事项", "2023-11-06 需协调 请生产部联系备选供应商", "协调结果（填写）"]),
        ("en", ["5 Matters to coordinate", "2023-11-06 Help ", "Agreed"]),
    ],
)
def test_the_foot_says_in_words_where_a_text_stood(lang: Lang, pieces: list[str]) -> None:
    host = MemoryHost(DEMO.book(lang))
    (one,) = put_in("minutes", lang, host)
    sync = host.read().tables["sync"]
    helped = next(text for text in sync.texts("help") if text)
    i = sync.texts("help").tolist().index(helped)
    row = next(n for n, cells in enumerate(rows_of(host, one.tab), 1) if helped in cells)
    host.type(one.tab, row, 9, "已联系")
    host.apply([SetColumn("sync", "help", sync.rows[i : i + 1], [None])])
    put_in("minutes", lang, host)
    where, text = [cells[1] for cells in rows_of(host, one.tab)][-2:]
    assert text == "已联系"
    assert [said.startswith(piece) for said, piece in zip(where.split(" · "), pieces, strict=True)] == [
        True
    ] * 3


def test_microsofts_validator_finds_nothing_in_it(
    tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    host = MemoryHost(DEMO.book())
    (one,) = put_in("minutes", "zh", host)
    rows = rows_of(host, one.tab)
    synced = [n for n, cells in enumerate(rows, 1) if str(cells[1]).startswith("同步")]
    for n, value in enumerate(
        (date(2023, 11, 13), time(17, 30), True, 3.5, "<&>\n'", datetime(2023, 1, 2, 9))
    ):
        host.type(one.tab, 20 + n, 9, value)
        host.type(one.tab, synced[n], 9, value)
    gone = host.read().tables["sync"].rows
    host.apply([SetColumn("sync", name, gone, [None] * len(gone)) for name in ("problem", "help")])
    (again,) = put_in("minutes", "zh", host)
    assert (again.carried, again.left_over) == (12, 6)
    path = tmp_path / "draft.xlsx"
    path.write_bytes(host.drawn[one.tab])
    ooxml_validate(path)
