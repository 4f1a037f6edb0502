"""A click on an open workbook holds its lock while it works; a command line then waits or is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import offices
import pytest
from clicking import Answers, OpenBook, on_file
from collect_desk import Desk, copied, prepared
from locks import FOREIGN, ended, first_error, held_elsewhere, leave, left, let_go, started

from xl_collab.commands.command import Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.commands.session import Session
from xl_collab.errors import CannotWrite
from xl_collab.hosts import lock
from xl_collab.hosts.lock import holder
from xl_collab.ui import ribbon
from xl_collab.ui.buttons import find, live
from xl_collab.ui.progress_window import ProgressWindow
from xl_collab.ui.ribbon import LiveSession, Response


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


@pytest.fixture(scope="module")
def app() -> Iterator[offices.Program]:
    yield from offices.started()


def press(command: str, desk: Desk, **answers: Any) -> Response:
    path = str(desk.master)
    return ribbon.press(
        command, OpenBook(desk.master), path=path, ask=Answers(**answers), open_session=on_file
    )


def seen_inside(monkeypatch: pytest.MonkeyPatch, path: Path) -> list[bool]:
    """Whether others find the workbook held while a command works."""
    found: list[bool] = []
    replied = ribbon._replied

    def looking(command: Command, session: Session) -> Reply:
        look = threading.Thread(target=lambda: found.append(holder(path) is not None))
        look.start()
        look.join()
        return replied(command, session)

    monkeypatch.setattr(ribbon, "_replied", looking)
    return found


@pytest.mark.parametrize("command", [*live()], ids=lambda one: one.id)
def test_what_writes_holds_the_lock_and_what_only_asks_does_not(
    desk: Desk, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"confirm": True, "choose": None, "folder": None, "open": None, "text": None, "replies": None}
    found = seen_inside(monkeypatch, desk.master)
    press(command.id, desk, **answers)
    assert found == [command.writes]
    assert left(desk.master) == []


def test_a_command_line_waits_for_a_click_and_sees_what_it_wrote(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    minutes = find("minutes")
    assert minutes is not None
    other: list[Any] = []

    def slow(session: Session, options: Options) -> Reply:
        other.append(started("risks", desk.master))
        assert first_error(other[0]).startswith("Waiting…")
        return minutes.run(session, options)

    monkeypatch.setattr(ribbon, "find", lambda _: replace(minutes, run=slow))
    assert press("minutes", desk).kind == "info"
    code, _, err = ended(other[0])
    assert code == 0, err
    assert {"minutes", "risks"} <= {one.kind for one in desk.book.generated}


def test_a_click_in_libreoffice_holds_the_lock(
    app: offices.Program, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = app.books.open(desk.master)
    said: list[tuple[int, str, str]] = []
    calls: list[bool] = []
    write = LiveSession._apply

    def writing(self: LiveSession, *words: Any) -> Any:
        look = threading.Thread(target=lambda: calls.append(holder(desk.master) is not None))
        look.start()
        look.join()
        said.append(ended(started("risks", desk.master)))
        return write(self, *words)

    monkeypatch.setattr(LiveSession, "_apply", writing)
    try:
        answer = ribbon.press("minutes", book, path=str(desk.master), ask=Answers())
        assert answer.kind == "info", answer.text
    finally:
        book.close()
    assert calls == [True]
    assert said[0][0] == 2 and "is open in LibreOffice" in said[0][2]
    assert left(desk.master) == []
    assert ended(started("risks", desk.master))[0] == 0


def test_a_click_waits_for_a_command_line(desk: Desk) -> None:
    with held_elsewhere(desk.master) as child:
        threading.Timer(2, let_go, [child]).start()
        assert press("risks", desk).kind == "info"
    assert {"risks"} <= {one.kind for one in desk.book.generated}


@pytest.mark.parametrize("yes", [True, False])
def test_a_person_who_clicks_decides_about_another_computers_lock(
    desk: Desk, yes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    leave(desk.master, FOREIGN)
    before = desk.master.read_bytes()
    said = press("risks", desk, confirm=yes)
    assert (desk.master.read_bytes() != before) is yes
    assert said.kind == ("info" if yes else "error")
    assert "FINANCE-PC 上的 wang" in said.text
    assert ("已按要求接管" in said.text) is yes
    assert (left(desk.master) == []) is yes


def test_cancel_ends_the_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.master.read_bytes()
    enter: Callable[[ProgressWindow], ProgressWindow] = ProgressWindow.__enter__

    def cancelled(self: ProgressWindow) -> ProgressWindow:
        threading.Timer(1.5, self.cancel).start()
        return enter(self)

    monkeypatch.setattr(ProgressWindow, "__enter__", cancelled)
    with held_elsewhere(desk.master):
        said = press("risks", desk)
    assert said == Response("info", "已取消，没有改动任何内容。")
    assert desk.master.read_bytes() == before


def test_an_open_workbook_in_a_folder_that_cannot_be_written_is_still_worked_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> bool:
        raise CannotWrite("没有权限", "no permission")

    with monkeypatch.context() as patch:
        patch.setattr(lock._Place, "_create", refuse)
        found = seen_inside(patch, desk.master)
        said = press("explain", desk)
        assert found == [False] and "选中" in said.text
        gantt = find("gantt")
        assert gantt is not None
        patch.setattr(ribbon, "find", lambda _: replace(gantt, run=lambda *_: Reply("zh", severity="info")))
        assert press("gantt", desk).kind == "info"
