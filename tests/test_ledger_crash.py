"""Two runs at once, and processes killed anywhere in a run: nothing lost, nothing applied twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_master import CELL, NOW, WHO, Master, collect, posix_only, prepared, reply, sending
from locks import FOREIGN, held_elsewhere, leave, lock_file

from xl_collab.errors import CannotWrite
from xl_collab.exchange.ledger.ledger import Ledger, LedgerBusy, LedgerRun
from xl_collab.hosts.file import hold_closed
from xl_collab.hosts.lock import WorkbookBusy, holder
from xl_collab.merge.result import Cell, Change, ReturnedFile
from xl_collab.merge.snapshot import Rows, Snapshot
from xl_collab.merge.values import Canonical


@pytest.fixture
def master(tmp_path: Path) -> Master:
    """A master with a ledger that knows one sending."""
    return prepared(tmp_path)


def test_case_64_a_second_run_waits_or_is_refused(master: Master) -> None:
    ledger = master.open()
    with held_elsewhere(master.path) as other:
        with pytest.raises(LedgerBusy) as caught, ledger.locked(NOW):
            pass
        assert str(other.pid) in caught.value.message("en")
    with ledger.locked(NOW), master.open().locked(NOW):  # who is inside may come in again
        pass


def test_what_was_read_before_another_run_must_be_read_again(master: Master) -> None:
    late = master.open()
    collect(master, reply(master.snapshot, t001="done"))
    with pytest.raises(LedgerBusy, match="请重试"), late.locked(NOW):
        pass


@posix_only
def test_two_processes_at_once_lose_nothing(master: Master) -> None:
    base = master.snapshot
    master.open().record_sending(sending(master, "tok2"))
    replies = (reply(base, 1, t001="done"), reply(base, 2, "tok2", t002="paused"))
    children = [_forked(lambda r=r: _until_done(master, r)) for r in replies]  # type: ignore[misc]
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0, 0]
    assert master.snapshot.rows("tracker").columns["status"][:2] == ["done", "paused"]
    assert master.revision == master.open().revision == 2


@posix_only
def test_a_dead_processs_lock_is_taken_over(master: Master) -> None:
    pid = _forked(lambda: _die_with_lock(master))
    os.waitpid(pid, 0)
    assert f'"pid": {pid},' in lock_file(master.path).read_text()
    assert holder(master.path) is None
    with master.open().locked(NOW):
        pass


def test_another_machines_lock_is_respected(master: Master) -> None:
    leave(master.path, FOREIGN)
    with pytest.raises(LedgerBusy, match="FINANCE-PC"), master.open().locked(NOW):
        pass


def test_a_refused_write_is_rolled_back(master: Master) -> None:
    ledger = master.open()
    plan = LedgerRun("collect", (Change(CELL, "in_progress", "done", WHO),), ledger.history())

    def refuse() -> None:
        raise CannotWrite("磁盘空间不足", "The disk is full")

    with pytest.raises(CannotWrite), ledger.locked(NOW):
        ledger.carry_out(plan, refuse, now=NOW)
    assert master.open().log()[-1].state == "rolled_back"
    assert master.open().changes(run=1, states=("intent", "done")) == []
    assert collect(master, reply(master.snapshot, t001="done")) == 1


@posix_only
@pytest.mark.parametrize(
    ("where", "state"),
    [("locked", None), ("backup", None), ("intent", "rolled_back"), ("replaced", "done"), ("done", "done")],
)
def test_case_45_killed_at_each_step(master: Master, where: str, state: str | None) -> None:
    answer = reply(master.snapshot, t001="done")

    def kill_at(step: str) -> None:
        if step == where:
            os.kill(os.getpid(), signal.SIGKILL)

    pid = _forked(lambda: collect(master, answer, step=kill_at))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    runs = [entry.state for entry in master.open().log() if entry.kind == "collect"]
    assert runs == ([state] if state else [])
    collect(master, answer)
    _assert_applied_once(master)


@posix_only
def test_an_unfinished_run_of_a_master_without_revision_is_told_by_its_cells(master: Master) -> None:
    ledger = Ledger.open(master.path, "no-revision", None, now=NOW)
    plan = LedgerRun("collect", (Change(CELL, "in_progress", "done", WHO),), ledger.history())

    def die() -> None:
        ledger.carry_out(plan, lambda: os.kill(os.getpid(), signal.SIGKILL), now=NOW)

    os.waitpid(_forked(die), 0)
    for value, state in (("in_progress", "rolled_back"), ("in_progress", "rolled_back")):
        values = lambda cells, value=value: [value for _ in cells]  # noqa: E731
        again = Ledger.open(master.path, "no-revision", None, now=NOW, values=values)
        assert again.log()[-1].state == state
    os.waitpid(_forked(die), 0)
    again = Ledger.open(
        master.path, "no-revision", None, now=NOW, values=lambda cells: ["done" for _ in cells]
    )
    assert again.log()[-1].state == "done"


def _settled(master: Master, value: str) -> str:
    """State of the last run after an opening at which every cell holds `value`."""

    def values(cells: Sequence[Cell]) -> list[Canonical]:
        return [value for _ in cells]

    return Ledger.open(master.path, "no-revision", None, now=NOW, values=values).log()[-1].state


@posix_only
def test_killed_at_random_moments(master: Master) -> None:
    _kill_rounds(master, 50)


@posix_only
@pytest.mark.soak
def test_killed_at_very_many_moments(master: Master) -> None:
    _kill_rounds(master, 1000)


def _kill_rounds(master: Master, rounds: int) -> None:
    """Each round brings one new change, is killed somewhere, and is run again: always applied once."""
    base, dice = master.snapshot, random.Random(45)
    longest = _time_of(lambda: collect(master, _numbered(base, 0)))
    for number in range(1, rounds + 1):
        answer = _numbered(base, number)
        revision = master.revision
        pid = _forked(lambda a=answer: collect(master, a))  # type: ignore[misc]
        time.sleep(dice.uniform(0, 1.2 * longest))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert _percent(master) in (_value(number - 1), _value(number))  # readable at any time
        collect(master, answer)
        assert _percent(master) == _value(number)
        assert master.revision == revision + 1  # written once, not twice
        made = master.open().changes(sha256=answer.who.sha256)
        assert [change.new for change in made] == [_value(number)]


def _percent(master: Master) -> Canonical:
    return master.snapshot.value("tracker", "t001", "percent")


def _value(number: int) -> float:
    """Another value each round: a value that was replaced and comes again would be asked."""
    return number / 4000


def _numbered(base: Snapshot, number: int) -> ReturnedFile:
    """A correction a minute later, by the clock of the same computer."""
    answer = reply(base, number)
    rows = answer.sheets["tracker"]
    percent = [_value(number), *rows.columns["percent"][1:]]
    return replace(answer, sheets={"tracker": Rows(rows.ids, {**rows.columns, "percent": percent})})


def _time_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _assert_applied_once(master: Master) -> None:
    assert master.snapshot.value(*CELL) == "done"
    assert master.revision == master.open().revision == 1
    assert len(master.open().changes(sha256="0" * 64)) == 1


def _until_done(master: Master, answer: ReturnedFile) -> None:
    """As a command does: the lock is held from reading on; try again while another has it."""
    for _ in range(1500):
        try:
            with hold_closed(master.path):
                collect(master, answer)
            return
        except (LedgerBusy, WorkbookBusy):
            time.sleep(0.02)
    raise AssertionError("never got through")


def _die_with_lock(master: Master) -> None:
    with master.open().locked(NOW):
        os.kill(os.getpid(), signal.SIGKILL)


def _forked(work: Callable[[], object]) -> int:
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
