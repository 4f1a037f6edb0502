"""A tracker that was taken over without departments: every command answers, none breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from xl_collab.commands import COMMANDS
from xl_collab.hosts.reading import read_book

Run = Callable[..., Any]
SOURCE = Path(__file__).parent / "data" / "trackers" / "no-department.xlsx"
AS_OF = ("--as-of", "2026-03-18")

LINES: dict[str, tuple[str, ...]] = {
    "validate": (),
    "variance": AS_OF,
    "risks": AS_OF,
    "what-if": ("--slip", "T001=+3", *AS_OF),
    "freeze": AS_OF,
    "run": AS_OF,
    "minutes": AS_OF,
    "review": AS_OF,
    "gantt": AS_OF,
    "adjust": ("T001", *AS_OF),
    "accept": (),
    "raci": (),
    "lessons": (),
    "render": ("-o", "out"),
    "proposals": (),
    "packets": ("-o", "out"),
    "send": ("--draft", "drafts", "--mode", "report"),
    "collect": ("replies",),
    "resolve": (),
    "log": (),
    "handover": ("-o", "ledger.zip"),
    "upgrade": (),
    "execution": (),
    "briefing": AS_OF,
    "daily": AS_OF,
    "archive": (),
    "answer": ("request", "--from", "superior", "--says", "approved"),
    "chat read": ("chat.txt",),
    "schedule": ("--list",),
    "schedule run": ("--replies", "replies"),
    "portfolio": ("-o", "portfolio.xlsx"),
    "undo": (),
}
ELSEWHERE = {
    "", "new", "import", "demo", "explain", "workdays", "deadline", "adopt", "fork", "calendar import",
    "calendar week", "mail setup", "chat setup",
}  # fmt: skip
"""Commands that take no tracker, or one in a state that this one is not in; buttons have no name."""


@pytest.fixture
def tracker(tmp_path: Path, cli: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "replies").mkdir()
    (tmp_path / "chat.txt").write_text("李四 2026-03-17 18:00:00\nT001 完成\n", encoding="utf-8")
    assert cli("import", SOURCE, "-o", "tracker.xlsx", "-y").code == 0
    return tmp_path / "tracker.xlsx"


def test_every_command_is_tried() -> None:
    assert {command.name for command in COMMANDS} == ELSEWHERE | set(LINES)


@pytest.mark.parametrize("name", LINES)
def test_no_command_breaks(name: str, tracker: Path, cli: Run) -> None:
    args = LINES[name]
    ran = cli(*name.split(), tracker, *args)
    assert ran.code in (0, 1, 2)
    assert "Error" not in ran.err and "程序出错" not in ran.err, ran.err
    assert ran.code != 2 or ran.err.strip()


def test_the_matrix_says_that_there_is_no_department(tracker: Path, cli: Run) -> None:
    ran = cli("raci", tracker)
    assert ran.code == 0
    assert "还没有部门" in ran.out
    grid = CalamineWorkbook.from_path(str(tracker)).get_sheet_by_name("责任矩阵").to_python()
    texts = [str(value) for row in grid for value in row]
    assert any("还没有部门" in text for text in texts)
    assert "开模" in texts and "打样" in texts
    assert {sheet.kind for sheet in read_book(tracker).generated} >= {"raci"}
