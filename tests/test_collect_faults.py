"""collect with another run beside it, killed at every step and at any time, and without room on the disk."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from collect_desk import (
    DOCUMENT,
    NOW,
    Desk,
    changed,
    collect_replies,
    copied,
    digest,
    prepared,
    question,
    resolve_questions,
    said,
    typed,
)
from locks import held_elsewhere

from xl_collab.commands import master_file
from xl_collab.commands.master_file import CollectOptions
from xl_collab.commands.session import Request
from xl_collab.errors import CannotWrite, XlCollabError
from xl_collab.exchange.inbox import arrivals
from xl_collab.exchange.ledger.ledger import Ledger
from xl_collab.exchange.matching import Known, open_all
from xl_collab.hosts import lock
from xl_collab.hosts.lock import WorkbookBusy
from xl_collab.hosts.reading import read_book
from xl_collab.plan.meta import ledger_revision
from xl_collab.plan.project import Project

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="kills forked processes")
Run = Callable[..., tuple[int, str, str]]
LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A master and its packets, made once."""
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    """The desk by itself: a test may write into it."""
    return copied(sent, tmp_path / "desk")


def count(desk: Desk) -> int:
    """The ledger's count, as the workbook has it."""
    return ledger_revision(Project(desk.book, NOW.date()))


# two at once, killed, no room


def test_case_64_a_second_collect_waits_or_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    desk.reply(T004__percent=0.9)
    with held_elsewhere(desk.master), pytest.raises(WorkbookBusy):
        desk.collect()
    assert desk.collect().is_clean


@posix_only
def test_case_64_two_processes_lose_nothing(desk: Desk) -> None:
    one, two = desk.reply("研发部", T004__percent=0.9), desk.reply("市场部", T006__percent=0.3)
    children = [forked(lambda path=path: desk.collect(path)) for path in (one, two)]
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0, 0]
    assert (desk.value("T004", "percent"), desk.value("T006", "percent")) == (0.9, 0.3)
    assert count(desk) == desk.ledger().revision == 2


def forked(work: Callable[[], object]) -> int:
    """Run `work` in a child process; its exit code is 0 when it did not raise."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)
    raise AssertionError("unreachable")


@posix_only
@pytest.mark.parametrize("where", ["locked", "backup", "intent", "replaced", "done"])
def test_case_45_killed_at_each_step(desk: Desk, where: str) -> None:
    desk.reply(T004__percent=0.9)
    options = CollectOptions((desk.replies,))

    def die(step: str) -> None:
        if step == where:
            os.kill(os.getpid(), signal.SIGKILL)

    pid = forked(lambda: collect_replies(Request(desk.master), options, now=NOW, step=die))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert desk.value("T004", "percent") == (0.9 if where in ("replaced", "done") else 0.4)
    desk.collect(day=1)
    applied_once(desk, 0.9, 1)


def applied_once(desk: Desk, value: float, runs: int) -> None:
    """The master holds the value, written by exactly one run, and the ledger agrees with it."""
    book = desk.book
    assert book.tables["tracker"].numbers("percent")[3] == value
    written = ledger_revision(Project(book, NOW.date()))
    ledger = Ledger.open(desk.master, DOCUMENT, written, now=NOW)
    assert written == ledger.revision == runs
    made = [change.new for _, change in ledger.made(2000)]
    assert made[0] == value
    assert len(made) == runs


@posix_only
def test_cases_45_61_killed_at_random_moments(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    kill_rounds(desk, 50, monkeypatch)


@posix_only
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))  # in pieces, which can be run by themselves
def test_cases_45_61_killed_at_a_thousand_moments(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    kill_rounds(desk, 100, monkeypatch, seed)


def kill_rounds(desk: Desk, rounds: int, monkeypatch: pytest.MonkeyPatch, seed: int = 61) -> None:
    """Each round has a new reply, is killed anywhere in the run, and is run again: always applied once.

    Half of the kills come at any time, half once the backup is made, where the writing begins. The gate,
    which writes nothing, reads each reply once, beforehand.
    """
    dice = random.Random(seed)
    reply = desk.reply(T004__percent=percent_of(0))
    read_beforehand(reply, monkeypatch)
    times = [time.perf_counter()]
    options = CollectOptions((reply,))
    collect_replies(Request(desk.master), options, now=NOW, step=lambda _: times.append(time.perf_counter()))
    whole, writing = times[-1] - times[0], times[-1] - times[2]
    for number in range(1, rounds + 1):
        value = percent_of(number)
        set_percent(reply, number, value)
        read_beforehand(reply, monkeypatch)
        if number % 2:
            kill(lambda: desk.collect(reply), dice.uniform(0, 1.2) * whole)
        else:
            kill_writing(desk, options, dice.uniform(0, 1.2) * writing)
        seen = read_book(desk.master)  # readable at any time
        assert seen.tables["tracker"].numbers("percent")[3] in (value, percent_of(number - 1))
        desk.collect(reply)
        applied_once(desk, value, number + 1)
    assert [p.name for p in desk.folder.rglob("*xl_collab-tmp")] == []
    states = [entry.state for entry in desk.ledger().log()]
    assert "rolled_back" in states  # some were killed in the middle of it


def read_beforehand(reply: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send a reply through the gate now, so that the runs that follow need not."""
    found = list(open_all(arrivals((reply,)), Known()))
    monkeypatch.setattr(master_file, "open_all", lambda arrived, known: iter(found))


def kill(work: Callable[[], object], after: float) -> None:
    """Run `work` in a process that is killed after so many seconds."""
    pid = forked(work)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def kill_writing(desk: Desk, options: CollectOptions, after: float) -> None:
    """As `kill`, with the seconds counted from when the backup is made."""
    told, tell = os.pipe()

    def step(name: str) -> None:
        if name == "backup":
            os.write(tell, b".")

    pid = forked(lambda: collect_replies(Request(desk.master), options, now=NOW, step=step))
    os.close(tell)
    os.read(told, 1)
    os.close(told)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def percent_of(number: int) -> float:
    """Another value each round: one that was replaced and comes again would be asked."""
    return (510 + number) / 1000


def set_percent(path: Path, number: int, value: float) -> None:
    """A corrected reply: T004 gets another value, and the file says that it was saved later."""
    import openpyxl
    from collect_desk import place, stamp

    book = openpyxl.load_workbook(path)
    place(book["我的任务"], "T004", "percent").value = value
    book.save(path)
    stamp(path, number)


@posix_only
def test_case_62_no_room_leaves_the_master_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    size = desk.master.stat().st_size
    fill_rounds(desk, range(4096, size + 8 * 4096, size // 12), monkeypatch)


@posix_only
@pytest.mark.soak
def test_case_62_no_room_at_every_4_kb(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_rounds(desk, range(0, desk.master.stat().st_size + 16 * 4096, 4096), monkeypatch)


def fill_rounds(desk: Desk, limits: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """With files that may only grow so far, a run ends in one line, and the master is what it was."""
    reply = desk.reply(T004__percent=0.9)
    read_beforehand(reply, monkeypatch)  # the gate's child would get the limit too
    before, ledger = digest(desk.master), desk.ledger().path.read_bytes()
    ends = set()
    for limit in limits:
        pid = forked(lambda limit=limit: cramped(desk, reply, limit))
        ends.add(code := os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        assert code in (0, 7), limit
        if code == 7:
            assert digest(desk.master) == before
        else:
            assert desk.value("T004", "percent") == 0.9
            shutil.copy(desk.folder / ".跟踪表.xlsm.collab" / "0001.xlsm", desk.master)
            assert digest(desk.master) == before
        shutil.rmtree(desk.folder / ".跟踪表.xlsm.collab", ignore_errors=True)
        next(desk.folder.glob("*.ledger.sqlite")).write_bytes(ledger)
        for journal in desk.folder.glob("*.sqlite-journal"):
            journal.unlink()
    assert 7 in ends
    assert changed(desk.collect(reply)) == {("t004", "percent"): 0.9}


def cramped(desk: Desk, reply: Path, limit: int) -> None:
    """Collect where no file may grow over `limit` bytes; exit code 7 for a refusal in one line."""
    import resource  # in a forked process, which Windows has not

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        desk.collect(reply)
    except XlCollabError as error:
        assert "\n" not in error.zh
        os._exit(7)


def test_case_62_a_folder_that_cannot_be_written_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from xl_collab.hosts import atomic

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    desk.reply(T004__percent=0.9)
    before = digest(desk.master)
    monkeypatch.setattr(atomic, "_fill", refuse)
    with pytest.raises(CannotWrite):
        desk.collect()
    monkeypatch.undo()
    assert digest(desk.master) == before
    assert changed(desk.collect(day=1)) == {("t004", "percent"): 0.9}


def test_a_hurt_record_of_one_sending_sends_that_reply_to_review_and_no_other(desk: Desk) -> None:
    """One bit of what 研发部 was sent has turned over in the ledger's file."""
    paths = [
        desk.reply("研发部", T004__percent=0.9, T005__feedback="已填"),
        desk.reply("市场部", T006__percent=0.3),
    ]
    (ledger,) = desk.folder.glob("*.ledger.sqlite")
    with closing(sqlite3.connect(ledger)) as db, db:
        query = "SELECT token, snapshot FROM sendings WHERE department = '研发部' ORDER BY rowid"
        token, packed = db.execute(query).fetchone()
        middle = len(packed) // 2
        hurt = packed[:middle] + bytes([packed[middle] ^ 0x01]) + packed[middle + 1 :]
        db.execute("UPDATE sendings SET snapshot = ? WHERE token = ?", (hurt, token))
    report = desk.collect(*paths)
    assert changed(report) == {("t006", "percent"): 0.3}
    assert {(kind, row, column) for kind, row, column in said(report)} == {
        ("no_base", "t004", "percent"),
        ("no_base", "t005", "feedback"),
    }
    assert any("记录已损坏" in notice.zh for notice in report.matched.notices)
    assert not report.is_clean
    typed(desk, {question(report, "t004", "percent").key: "用对方"})
    resolve_questions(Request(desk.master), now=LATER)
    assert (desk.value("T004", "percent"), len(desk.asked())) == (0.9, 1)
