"""日志: how much of a long project its page shows."""

from __future__ import annotations

from books import project

from xl_collab.merge.change_log import ChangesDoc, change_log
from xl_collab.merge.result import Cell, Change, Who

TASKS = [{"id": "T001", "task": "市场调研报告", "owner": "研发部"}]


def page(*runs: tuple[str, int]) -> ChangesDoc:
    """The page after runs at these times with so many changes, the newest first."""
    change = Change(Cell("tracker", "t001", "percent"), 0.3, 0.4, Who("K", "研发部", "", "", ""))
    made = [(at, change) for at, count in runs for _ in range(count)]
    document = change_log(project(TASKS), made).document
    assert isinstance(document, ChangesDoc)
    return document


def test_all_of_the_newest_run_and_some_of_those_before_it() -> None:
    lines = page(("2023-11-13 09:00", 80), ("2023-11-06 09:00", 15), ("2023-10-30 09:00", 400)).lines
    assert [line.at for line in lines].count("2023-11-13 09:00") == 80
    assert len(lines) == 110


def test_a_page_of_nothing() -> None:
    assert page().lines == ()
