"""One lock for every writer of a workbook: nobody overwrites another's work, and no dead one blocks."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from collect_desk import DOCUMENT, NOW, Desk, copied, prepared
from locks import (
    FOREIGN,
    dead_pid,
    ended,
    first_error,
    held_elsewhere,
    leave,
    left,
    let_go,
    lock_file,
    started,
)

from xl_collab.errors import CannotWrite
from xl_collab.exchange.ledger.ledger import Ledger
from xl_collab.hosts import lock as lock_module
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.lock import Hearer, WorkbookBusy, hold, holder, require
from xl_collab.hosts.owner import this_owner
from xl_collab.hosts.reading import read_book
from xl_collab.project.edits import SetColumn
from xl_collab.schema.words import Text
from xl_collab.ui.cli import main

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="kills processes")
TOGETHER, KILLS = 6, 50


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master and its packets, made once."""
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Any file that stands for a workbook."""
    path = tmp_path / "跟踪表.xlsm"
    path.write_bytes(b"workbook")
    return path


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_module, "PATIENCE", 0.2)


class News(list[Text]):
    """What was told."""

    @property
    def hearer(self) -> Hearer:
        return Hearer(taken=self.append)


Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """The command line in this process: exit code, output, errors."""

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    return run


# two commands at once


def test_run_beside_collect_loses_neither(desk: Desk, tmp_path: Path) -> None:
    beside_each_other(desk, tmp_path, TOGETHER)


@pytest.mark.soak
def test_run_beside_collect_loses_neither_however_often(desk: Desk, tmp_path: Path) -> None:
    beside_each_other(desk, tmp_path, 60)


def beside_each_other(desk: Desk, folder: Path, rounds: int) -> None:
    """Both succeed and both results are in the file, whoever comes first and by however little."""
    dice = random.Random(7)
    desk.reply(T004__percent=0.9)
    for number in range(rounds):
        there = copied(desk, folder / str(number))
        commands = [("run", there.master), ("collect", there.master, there.replies)]
        dice.shuffle(commands)
        first = started(*commands[0])
        time.sleep(dice.choice((0, 0.2, 0.6, 1.0)) * dice.random())
        second = started(*commands[1])
        said = [ended(first), ended(second)]
        assert [code for code, _, _ in said] == [0, 0], said
        book = there.book
        assert there.value("T004", "percent") == 0.9
        assert {"minutes", "review", "gantt", "risks", "findings"} <= {one.kind for one in book.generated}
        assert [entry.state for entry in there.ledger().log() if entry.kind == "collect"] == ["done"]
        assert left(there.master) == []


def test_two_of_one_kind_come_one_after_the_other(desk: Desk) -> None:
    children = [
        started("minutes", desk.master),
        started("risks", desk.master),
        started("freeze", desk.master),
    ]
    said = [ended(child) for child in children]
    assert [code for code, _, _ in said] == [0, 0, 0], said
    book = desk.book
    assert {"minutes", "risks"} <= {one.kind for one in book.generated}
    assert any(book.tables["tracker"].texts("baseline"))


def test_who_waits_says_so_after_a_second_and_goes_on(desk: Desk) -> None:
    with held_elsewhere(desk.master) as child:
        waiting = started("run", desk.master)
        said = first_error(waiting)
        let_go(child)
        code, out, err = ended(waiting)
    assert said.startswith("Waiting…") and f"process {child.pid}" in said
    assert (code, err) == (0, "") and "Wrote" in out


@pytest.mark.usefixtures("impatient")
def test_who_waits_in_vain_is_told_who_where_and_since(desk: Desk, told: Told) -> None:
    before = desk.master.read_bytes()
    with held_elsewhere(desk.master) as child:
        code, _, err = told("run", desk.master)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert all(word in err for word in (str(child.pid), socket.gethostname(), "--break-lock", "请等它结束"))
    assert desk.master.read_bytes() == before


@pytest.mark.usefixtures("impatient")
def test_reading_and_asking_need_no_lock(desk: Desk, told: Told) -> None:
    commands = [
        ("run", desk.master, "--dry-run"),
        ("what-if", desk.master, "--slip", "T003=+3"),
        ("log", desk.master),
        ("lessons", desk.master),
        ("workdays", "2023-09-28", "2023-10-09", "--file", desk.master),
        ("packets", desk.master, "-o", desk.folder / "p", "--dry-run"),
    ]
    with held_elsewhere(desk.master):
        assert [told(*words)[0] for words in commands] == [0] * len(commands)


@pytest.mark.usefixtures("impatient")
def test_what_is_written_is_what_is_locked(desk: Desk, told: Told) -> None:
    other = desk.folder / "other.xlsm"
    with held_elsewhere(desk.master):
        assert told("risks", desk.master, "-o", other)[0] == 0
    with held_elsewhere(other):
        assert told("risks", desk.master, "-o", other)[0] == 2


# whose lock it is


def test_the_dead_block_nobody_whatever_their_computer_was_called(book: Path) -> None:
    renamed = replace(this_owner(), host="OLD-NAME", pid=dead_pid(), since="2023-11-14T09:30:00")
    leave(book, renamed)
    news = News()
    with hold(book, wait=0, hearer=news.hearer):
        assert len(left(book)) == 2
    assert [text.zh for text in news] == [
        f"上一次运行（OLD-NAME 上的 {renamed.user}，进程 {renamed.pid}，2023-11-14 09:30:00 起）"
        "没有正常结束，已接管它对 跟踪表.xlsm 的锁。"
    ]
    assert left(book) == []


def test_a_number_that_another_process_has_now_blocks_nobody(book: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        leave(book, replace(this_owner(), pid=other.pid, birth="of-an-earlier-boot:1"))
        with hold(book, wait=0):
            pass
        leave(book, replace(this_owner(), pid=os.getpid(), birth="of-an-earlier-boot:1"))
        with hold(book, wait=0):
            pass
    finally:
        other.communicate(b"\n")
    assert left(book) == []


@posix_only
def test_a_killed_process_that_nobody_has_waited_for_is_dead(book: Path) -> None:
    with held_elsewhere(book) as child:
        assert holder(book) is not None
        child.kill()
        until(lambda: holder(book) is None)
        with hold(book, wait=0):
            pass


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_on_the_command_line_a_takeover_is_one_line(desk: Desk, told: Told) -> None:
    leave(desk.master, replace(this_owner(), host="OLD-NAME", pid=dead_pid()))
    code, out, err = told("minutes", desk.master, "--lang", "en")
    assert (code, len(err.splitlines())) == (0, 1)
    assert "OLD-NAME" in err and "was taken over" in err and "Wrote" in out
    assert told("risks", desk.master)[2] == ""


@pytest.mark.usefixtures("impatient")
def test_another_computer_is_respected_until_somebody_decides(desk: Desk, told: Told) -> None:
    leave(desk.master, FOREIGN)
    before = desk.master.read_bytes()
    code, _, err = told("run", desk.master)
    assert code == 2 and desk.master.read_bytes() == before
    assert "另一台电脑" in err and "FINANCE-PC 上的 wang" in err and "2023-11-14 09:30:00" in err
    code, out, err = told("run", desk.master, "--break-lock")
    assert code == 0 and "已写入" in out
    assert "已按要求接管" in err and "FINANCE-PC" in err
    assert left(desk.master) == []
    log = (desk.folder / f".{desk.master.name}.collab" / "locks.log").read_text(encoding="utf-8")
    assert "FINANCE-PC 上的 wang" in log and f"进程 {os.getpid()}" in log
    with (desk.folder / f".{desk.master.name}.collab" / "locks.log").open("a") as cut_off:
        cut_off.write("2023-11-")
    assert told("log", desk.master)[1].count("接管锁") == 1


@pytest.mark.usefixtures("impatient")
def test_who_lost_the_lock_does_not_write(desk: Desk) -> None:
    host = FileHost(desk.master)
    book = host.read()
    before = desk.master.read_bytes()
    edit = SetColumn("tracker", "note", np.array([book.tables["tracker"].rows[0]]), ["x"])
    with pytest.raises(WorkbookBusy, match="FINANCE-PC"), hold(desk.master):
        token = lock_file(desk.master).read_text().split('"')[3]
        leave_heir(desk.master, token)
        require_lost(desk.master)
        host.apply([edit])
    assert desk.master.read_bytes() == before


def leave_heir(workbook: Path, token: str) -> None:
    """As somebody who breaks the lock of that record does."""
    made = leave(workbook.with_name("heir"), FOREIGN, "fedcba9876543210")
    made.rename(f"{lock_file(workbook)}-{token}")


def require_lost(workbook: Path) -> None:
    with pytest.raises(WorkbookBusy):
        require(workbook)


def test_inside_a_lock_the_same_thread_takes_it_again_and_another_waits(book: Path) -> None:
    refused: list[bool] = []

    def other() -> None:
        try:
            with hold(book, wait=0):
                refused.append(False)
        except WorkbookBusy:
            refused.append(True)

    with hold(book):
        with hold(book.with_name("x") / ".." / book.name):
            pass
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert left(book) == [lock_file(book).name], "the inner one gave nothing back"
    assert refused == [True] and left(book) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_it_is_given_back_on_every_way_out(book: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), hold(book):
        raise error
    assert left(book) == []


@posix_only
def test_a_forked_child_gives_nothing_back(book: Path) -> None:
    holding = hold(book)
    holding.__enter__()
    pid = os.fork()
    if not pid:
        try:
            holding.__exit__(None, None, None)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    require(book)
    holding.__exit__(None, None, None)
    assert left(book) == []


def test_what_is_told_may_end_the_waiting(book: Path) -> None:
    told = []

    def stop(text: Text) -> None:
        told.append(text)
        raise KeyboardInterrupt

    with held_elsewhere(book), pytest.raises(KeyboardInterrupt), hold(book, hearer=Hearer(waiting=stop)):
        pass
    assert len(told) == 1


@posix_only
def test_other_names_of_a_workbook_are_one_workbook(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = book.with_name("link.xlsm")
    link.symlink_to(book)
    monkeypatch.chdir(book.parent)
    for name in (link, Path(book.name), Path(book.name)):
        with hold(name):
            assert left(book) == [lock_file(book).name]


def test_a_file_without_a_record_is_a_dead_writers(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_module, "_GRACE", 0.3)
    for data in (b"", b"{", b"[1]", b'{"token": "../../x"}', b"\xff" * 9000):
        lock_file(book).write_bytes(data)
        with pytest.raises(WorkbookBusy), hold(book, wait=0.1):
            pass
        with hold(book, wait=10):
            pass
        assert left(book) == []


def test_a_disk_that_knows_no_links_will_do(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    leave(book, replace(this_owner(), pid=dead_pid()))
    with hold(book, wait=0):
        assert holder(book) is None
        require(book)
    assert left(book) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="不存在"), hold(tmp_path / "no" / "t.xlsm"):
        pass


def test_what_killed_writers_left_goes_with_the_next_one(book: Path) -> None:
    for end in ("+0123456789abcdef", "-0123456789abcdef"):
        Path(f"{lock_file(book)}{end}").write_bytes(b"")
    others = Path(f"{lock_file(book)}-notes")
    others.write_bytes(b"")
    with hold(book):
        pass
    assert left(book) == [others.name]


# killed, and raced for

RACER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from xl_collab.hosts import lock
    book, counter, rounds, slow = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    if slow:  # between seeing the dead owner and inheriting from it, where a race is lost
        gone = lock._Taking._is_gone
        def lingering(self, last):
            found = gone(self, last)
            time.sleep(0.05)
            return found
        lock._Taking._is_gone = lingering
    for _ in range(rounds):
        with lock.hold(book, wait=120):
            seen = int(counter.read_text())
            time.sleep(0.002)
            counter.write_text(str(seen + 1))
""")


def race(book: Path, counter: Path, rounds: int, *slow: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RACER, str(book), str(counter), str(rounds), *slow]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_only_one_is_inside_at_a_time(book: Path) -> None:
    counter = book.with_name("counter")
    counter.write_text("0")
    racers = [race(book, counter, 40) for _ in range(3)]
    assert [racer.communicate(timeout=240)[1] for racer in racers] == ["", "", ""]
    assert counter.read_text() == "120"
    assert left(book) == []


def test_of_those_who_find_a_dead_owner_one_wins(book: Path) -> None:
    counter = book.with_name("counter")
    for _ in range(8):
        counter.write_text("0")
        leave(book, replace(this_owner(), pid=dead_pid()))
        racers = [race(book, counter, 3, "slow") for _ in range(3)]
        assert [racer.communicate(timeout=240)[1] for racer in racers] == ["", "", ""]
        assert counter.read_text() == "9"
        assert left(book) == []


@posix_only
def test_killed_holders_leave_no_two_inside(book: Path) -> None:
    """Racers are killed all the while; who lives counts exactly, so nobody ever was inside beside another."""
    killed_racers(book, 25)


@posix_only
@pytest.mark.soak
def test_very_many_killed_holders_leave_no_two_inside(book: Path) -> None:
    killed_racers(book, 500)


def killed_racers(book: Path, kills: int) -> None:
    dice = random.Random(9)
    counter, spoilt = book.with_name("counter"), book.with_name("spoilt")
    counter.write_text("0")
    spoilt.write_text("0")
    steady = race(book, counter, 4 * kills)
    for _ in range(kills):
        victim = race(book, spoilt, 1000)
        time.sleep(0.1 + dice.random() * 0.15)
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
    assert steady.communicate(timeout=240)[1] == ""
    assert counter.read_text() == str(4 * kills)
    with hold(book, wait=0):
        pass
    assert left(book) == []


@posix_only
def test_writers_killed_at_any_moment_leave_a_workbook_that_can_be_written(desk: Desk) -> None:
    kill_rounds(desk, KILLS // 5)


@posix_only
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))  # in pieces, which can be run by themselves
def test_writers_killed_at_very_many_moments(desk: Desk, seed: int) -> None:
    kill_rounds(desk, KILLS, seed)


def kill_rounds(desk: Desk, rounds: int, seed: int = 3) -> None:
    """Two writers at a time, one of them killed; the other and the next one get through."""
    dice = random.Random(seed)
    desk.reply(T004__percent=0.9)
    commands = [("run",), ("minutes",), ("risks",), ("collect", desk.replies), ("validate",), ("freeze",)]
    for _ in range(rounds):
        doomed, beside = (started(name, desk.master, *rest) for name, *rest in dice.sample(commands, 2))
        time.sleep(0.3 + dice.random() * 1.7)
        doomed.kill()
        doomed.communicate()
        code, _, err = ended(beside)
        assert code in (0, 1), err
        assert "T004" in read_book(desk.master).tables["tracker"].texts("id").tolist()
    code, _, err = ended(started("collect", desk.master, desk.replies))
    assert code == 0, err
    assert ended(started("run", desk.master))[0] == 0
    assert desk.value("T004", "percent") == 0.9
    assert left(desk.master) == []
    assert [path.name for path in desk.folder.iterdir() if path.name.endswith("xl_collab-tmp")] == []


# old ledgers


def test_a_row_in_an_old_ledgers_table_blocks_nobody(desk: Desk, told: Told) -> None:
    path = desk.ledger().path
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO lock VALUES (1, 1, 'renamed-computer', '', '2023-11-13')")
    db.close()
    desk.reply(T004__percent=0.9)
    assert told("collect", desk.master, desk.replies)[0] == 0
    assert desk.value("T004", "percent") == 0.9
    assert Ledger.adopt(desk.master, DOCUMENT, 1, now=NOW).revision == 1
