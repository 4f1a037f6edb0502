"""Every command that writes holds the workbook's lock, offers --break-lock, and refuses an open workbook."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import foreign
import pytest
from collect_desk import NOW, SHIPPED, Desk, copied, prepared
from locks import FOREIGN, leave, left

from xl_collab.exchange.ledger.handover import pack
from xl_collab.hosts import lock
from xl_collab.ui.buttons import COMMANDS
from xl_collab.ui.cli import main

READING = {
    "workdays",
    "explain",
    "deadline",
    "log",
    "render",
    "doctor",
    "install",
    "uninstall",
    "mail setup",
    "portfolio",
    "schedule",
    "chat setup",
}
"""Commands that write no workbook and no ledger. A new one is in here, or has a line in WORDS."""

UNATTENDED = {"schedule run"}
"""It writes, but never takes a lock over: nobody is there to say that the other run is dead."""

OPEN = (".~lock.{name}#", "~${name}")

Words = Callable[[Desk], tuple[object, ...]]
WORDS: dict[str, Words] = {
    "validate": lambda desk: (desk.master,),
    "variance": lambda desk: (desk.master,),
    "risks": lambda desk: (desk.master,),
    "minutes": lambda desk: (desk.master, "--issue"),
    "review": lambda desk: (desk.master,),
    "gantt": lambda desk: (desk.master,),
    "run": lambda desk: (desk.master,),
    "freeze": lambda desk: (desk.master,),
    "upgrade": lambda desk: (desk.master,),
    "archive": lambda desk: (desk.master,),
    "daily": lambda desk: (desk.master,),
    "briefing": lambda desk: (desk.master,),
    "execution": lambda desk: (desk.master,),
    "undo": lambda desk: (desk.master,),
    "undo --reply": lambda desk: (desk.master, "--reply", "0123"),
    "new": lambda desk: (desk.master, "--force"),
    "new --from-lessons": lambda desk: (desk.master, "--force", "--from-lessons", other(desk)),
    "import": lambda desk: (foreign.english(desk.folder), "-o", desk.master, "--yes", "--force"),
    "demo": lambda desk: (demo_folder(desk), "--no-pictures"),
    "calendar import": lambda desk: (desk.master, notice(desk)),
    "calendar week": lambda desk: (desk.master, "--from", "2026-11-02", "--to", "2026-11-30", "--days", "6"),
    "proposals": lambda desk: (desk.master,),
    "what-if": lambda desk: (other(desk), "--slip", "T003=+3", "-o", desk.master),
    "adjust": lambda desk: (desk.master,),
    "accept": lambda desk: (desk.master,),
    "lessons": lambda desk: (desk.master, "--accept", "1"),
    "raci": lambda desk: (desk.master,),
    "packets": lambda desk: (desk.master, "-o", desk.folder / "out"),
    "send": lambda desk: (desk.master, "--draft", desk.folder / "out"),
    "answer": lambda desk: (desk.master, "request", "--from", "superior", "--says", "approved"),
    "chat read": lambda desk: (desk.master, chat(desk), "--yes"),
    "collect": lambda desk: (desk.master, desk.reply(T004__percent=0.9)),
    "resolve": lambda desk: (desk.master,),
    "handover": lambda desk: (desk.master, "-o", desk.folder / "out.zip"),
    "adopt": lambda desk: (desk.master,),
    "adopt --from": lambda desk: (desk.master, "--from", packed(desk)),
    "fork": lambda desk: (desk.master,),
}
"""What is typed after each command; two words where an option makes it another command."""


def other(desk: Desk) -> Path:
    return Path(shutil.copy(SHIPPED, desk.folder / "other.xlsm"))


def demo_folder(desk: Desk) -> Path:
    desk.master.rename(desk.folder / "collab_tracker.xlsm")
    return desk.folder


def chat(desk: Desk) -> Path:
    path = desk.folder / "chat.txt"
    path.write_text("李四 2023-11-13 18:00:00\nT005 完成率70%\n", encoding="utf-8")
    return path


def notice(desk: Desk) -> Path:
    path = desk.folder / "notice.txt"
    text = "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）放假。"
    path.write_text(text, encoding="utf-8")
    return path


def packed(desk: Desk) -> Path:
    made = pack(desk.ledger(), desk.folder / "packed.zip", now=NOW)
    desk.ledger().path.unlink()
    return made


FOUND = {
    command.name: any("--break-lock" in option.flags for option in command.options)
    for command in COMMANDS
    if command.name
}
"""Each command of the command line, and whether it has --break-lock."""


def test_every_command_is_known_to_write_or_to_read() -> None:
    writing = {name for name, writes in FOUND.items() if writes}
    assert {name.partition(" --")[0] for name in WORDS} == writing
    assert set(FOUND) - writing == READING | UNATTENDED


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


def typed(name: str, desk: Desk) -> tuple[Path, list[str]]:
    """The workbook that a command writes, and the whole line."""
    words = [str(word) for word in WORDS[name](desk)]
    written = desk.master if desk.master.exists() else desk.folder / "collab_tracker.xlsm"
    return written, [*name.partition(" --")[0].split(), *words]


def state(desk: Desk) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()}


def refused(line: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with which a command ends that does nothing."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(line)
    said = capsys.readouterr().err.strip()
    assert ended.value.code == 2 and len(said.splitlines()) == 1, said
    return said


@pytest.mark.parametrize("mark", OPEN)
@pytest.mark.parametrize("name", WORDS)
def test_a_workbook_that_is_open_in_a_program_is_left_alone(
    desk: Desk, name: str, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook, line = typed(name, desk)
    marked = workbook.with_name(mark.format(name=workbook.name))
    marked.write_text(",user,host,01.01.2024 10:00,file:///x;")
    before = state(desk)
    said = refused(line, capsys)
    assert f"{workbook.name} 正在 {'LibreOffice' if '#' in mark else 'Excel'} 中打开" in said
    assert marked.name in said
    assert state(desk) == before


@pytest.mark.parametrize("name", WORDS)
def test_a_workbook_that_another_computer_works_on_is_left_alone_or_taken_over(
    desk: Desk, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    workbook, line = typed(name, desk)
    leave(workbook, FOREIGN)
    before = state(desk)
    assert "FINANCE-PC" in refused(line, capsys)
    assert state(desk) == before
    with pytest.raises(SystemExit):
        main([*line, "--break-lock"])
    assert "已按要求接管" in capsys.readouterr().err
    assert left(workbook) == []
