"""待重算 row by row, and with commands: a run takes marks away, older workbooks stay as they were."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from command_line import typed as command
from recalculation import Sheets, cells, recalculated
from test_pending_in_libreoffice import AS_OF, drawn, edits, setting, tracker
from tracker_letters import LETTERS, at
from typed_in import typed

from xl_collab.documents.workbook.template import draw_workbook, with_settings
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.schema.sheets import SHEETS, TRACKER

NEW = ("valid_until", "order", "inputs", "changed", "first_changed", "pending")
Pages = dict[str, Sheets]
TAB, HOME = TRACKER.name("zh"), "首页"


def edited(package: bytes, cells_: dict[str, object]) -> bytes:
    return typed(package, {TAB: cells_})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]) -> Pages:
    """Small workbooks after edits, as LibreOffice shows them."""
    package = drawn(_chain())
    made = {
        "promise": edited(package, {at("forecast", 6): date(2026, 10, 30)}),
        "done": edited(package, {at("actual", 9): AS_OF, at("status", 9): "已完成"}),
        "holiday": typed(package, {"节假日": {"A5": date(2026, 10, 12)}}),
        "threshold": typed(package, setting(package, "delay_threshold", 5)),
        "gone": edited(package, dict.fromkeys(f"{letter}9" for letter in LETTERS.values())),
        "new": edited(package, _another_row()),
        "month": typed(package, setting(package, "data_date", date(2026, 10, 22))),
    }
    return recalculated(made, tmp_path_factory.mktemp("marks"), soffice)


def _chain() -> list[dict[str, object]]:
    """R1 in work, R2 behind it, R3 behind R2 in October; R4 and R5 by themselves."""
    rows = [_row(1, 21, 28, status="进行中", actual_start=date(2026, 9, 21))]
    rows += [_row(2, 29, 30, predecessors="R1"), _row(3, 43, 45, predecessors="R2")]
    return [*rows, _row(4, 43, 52), _row(5, 45, 52)]


def _row(number: int, start: int, end: int, **more: object) -> dict[str, object]:
    """A row from one day of September (31 is the 1st of October) to another."""
    first, last = (date(2026, 9, 1).toordinal() + day - 1 for day in (start, end))
    row: dict[str, object] = {
        "id": f"R{number}",
        "task": f"任务{number}",
        "stage": "方案评审",
        "owner": "研发部",
    }
    return row | {"planned_start": date.fromordinal(first), "deadline": date.fromordinal(last)} | more


def _another_row() -> dict[str, object]:
    kept = ("compared", "variance", "rag", "reason", "changed", "first_changed", "pending")
    cells_: dict[str, object] = {f"{letter}9": None for name, letter in LETTERS.items() if name not in kept}
    return cells_ | {at("id", 9): "R7", at("task", 9): "补充任务", at("deadline", 9): date(2026, 10, 30)}


def marked(page: Sheets) -> list[int]:
    """Numbers of the rows that say 待重算."""
    where = TRACKER.index("reason")
    return [row - 4 for row in range(5, 10) if str(page[TAB].get((row, where), "")).startswith("待重算")]


def test_what_is_behind_an_edit_waits_and_nothing_else(pages: Pages) -> None:
    # R2 is right at once by its own promise; R3 stands behind it.
    assert marked(pages["promise"]) == [3]
    # Nobody waits for R5.
    assert marked(pages["done"]) == []


def test_another_calendar_or_threshold_lets_every_open_row_wait(pages: Pages) -> None:
    assert marked(pages["holiday"]) == marked(pages["threshold"]) == [1, 2, 3, 4, 5]


def test_a_row_that_is_gone_lets_those_with_predecessors_wait(pages: Pages) -> None:
    assert marked(pages["gone"]) == [2, 3]


def test_a_new_row_waits_itself(pages: Pages) -> None:
    # The row that stood there is gone: whoever has predecessors waits too.
    assert marked(pages["new"]) == [2, 3, 5]


def test_days_alone_let_rows_wait_that_should_have_begun(pages: Pages) -> None:
    assert 4 in marked(pages["month"])


def test_banners_say_how_far_the_figures_go(pages: Pages) -> None:
    line = "推算截至 2026-09-24，其后 1 行已改动，1 行待重算"
    assert pages["promise"][HOME][2, 14] == line
    assert str(pages["promise"][TAB][3, 1]).startswith(f"{line}。数据日期 2026-09-24")
    assert pages["done"][HOME][2, 14] == "推算截至 2026-09-24，其后 1 行已改动"
    assert "节假日或延迟阈值已改动" in str(pages["holiday"][HOME][2, 14])


def test_a_run_takes_the_marks_away_and_a_second_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], soffice: Callable[..., None]
) -> None:
    dice = random.Random(5)
    rows = tracker(dice, 60)
    path = tmp_path / "tracker.xlsx"
    path.write_bytes(edited(drawn(rows), edits(dice, rows, 0.2)))
    command(capsys, "variance", path)
    first = path.read_bytes()
    command(capsys, "variance", path)
    assert path.read_bytes() == first
    shown = recalculated({"run": first}, tmp_path, soffice)["run"]
    where = TRACKER.index("pending")
    assert [row for row in range(5, 65) if shown[TAB].get((row, where))] == []
    assert not shown[HOME].get((2, 14))
    assert cells(first)[TAB] == shown[TAB]


def test_an_older_workbook_stays_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the columns no formula speaks of them, and no command adds them."""
    older = replace(TRACKER, columns=tuple(c for c in TRACKER.columns if c.name not in NEW))
    book = with_settings(SAMPLE.book("zh"), data_date=date(2023, 11, 13))
    project = Project(book, date(2023, 11, 13))
    package = draw_workbook(
        project, "zh", created=datetime(2026, 1, 1), document_id="old", declaration=SHEETS.replacing(older)
    )
    path = tmp_path / "old.xlsx"
    path.write_bytes(package)
    before = cells(package)[TAB]
    ran = command(capsys, "variance", path)
    assert "待重算" not in ran.out + ran.err
    after = cells(path.read_bytes())[TAB]
    assert after == before
    command(capsys, "validate", path)
    checked = cells(path.read_bytes())[TAB]
    headings = [{place: text for place, text in page.items() if place[0] == 4} for page in (checked, before)]
    assert headings[0] == headings[1]
