"""The ledger: what it keeps, and that no crash, second run, copy or restored backup makes it lie."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from xl_collab.errors import CannotWrite, UsageError
from xl_collab.exchange import ledger_lock
from xl_collab.exchange.ledger import Ledger, LedgerBusy, LedgerDamaged, MasterMoved, Plan, Sending
from xl_collab.exchange.ledger_handover import pack, unpack
from xl_collab.hosts.atomic import copy_atomically, write_atomically
from xl_collab.model.merge_values import Canonical
from xl_collab.model.merging import Cell, Change, Head, Permission, Reply, Rows, Snapshot, Who, merge

DOC = "3f2c9a10-0000-4000-8000-000000000001"
NOW = datetime(2023, 11, 13, 9, 30)
CELL = Cell("tracker", "t001", "status")
WHO = Who("tok", "研发部", "li@example.com", "2023-11-12T08:00:00Z", "a" * 64)

posix_only = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


class Master:
    """The smallest master: a JSON file with a revision and cells, replaced as the real one is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def made(cls, folder: Path, rows: int = 6) -> Master:
        master = cls(folder / "跟踪表.xlsm")
        columns = {"status": ["in_progress"] * rows, "percent": [0.5] * rows}
        master.write(0, {"ids": [f"T{n:03d}" for n in range(1, rows + 1)], "columns": columns})
        return master

    def write(self, revision: int, sheet: dict[str, object]) -> None:
        write_atomically(self.path, json.dumps({"revision": revision, "sheet": sheet}).encode())

    @property
    def revision(self) -> int:
        return int(json.loads(self.path.read_text())["revision"])

    @property
    def snapshot(self) -> Snapshot:
        sheet = json.loads(self.path.read_text())["sheet"]
        return Snapshot({"tracker": Rows(tuple(sheet["ids"]), sheet["columns"])})

    def change(self, changes: tuple[Change, ...], revision: int) -> None:
        rows = self.snapshot.rows("tracker")
        columns = {name: list(values) for name, values in rows.columns.items()}
        for change in changes:
            columns[change.cell.column][rows.index[change.cell.row]] = change.new
        self.write(revision, {"ids": list(rows.ids), "columns": columns})

    def open(self, document_id: str = DOC) -> Ledger:
        return Ledger.open(self.path, document_id, self.revision, now=NOW)


def sending(master: Master, token: str = "tok") -> Sending:
    keys = frozenset(master.snapshot.rows("tracker").keys)
    return Sending(
        token, "研发部", "packet", NOW, master.snapshot, Permission("研发部", {"tracker": keys}), 0
    )


def reply(base: Snapshot, number: int = 0, **cells: object) -> Reply:
    """A reply that sets the status of rows: t001="done"."""
    rows = base.rows("tracker")
    status = [cells.get(key, value) for key, value in zip(rows.keys, rows.columns["status"], strict=True)]
    columns = {**rows.columns, "status": status}
    who = Who("tok", "研发部", "li@example.com", f"2023-11-12T08:{number:02d}:00Z", f"{number:064x}")
    return Reply(who, {"tracker": Rows(rows.ids, columns)})  # type: ignore[arg-type]


def collect(master: Master, *replies: Reply, step: Callable[[str], None] = lambda _: None) -> int:
    """What `collect` does: open, lock, merge, write, done. Returns the number of changed cells."""
    ledger = master.open()
    with ledger.locked(NOW, wait=10):
        step("locked")
        bases, permissions = ledger.bases(r.token for r in replies)
        result = merge(bases, master.snapshot, replies, permissions, ledger.history())
        plan = Plan("collect", result.changes, result.history, result.open, {}, result.replies)
        if not result.changes:
            ledger.note(plan, now=NOW)
            return 0
        backup = copy_atomically(master.path, master.path.with_suffix(".bak"))
        step("backup")
        after = (ledger.revision or 0) + 1
        ledger.carry_out(
            plan, lambda: master.change(result.changes, after), now=NOW, backup=backup, step=step
        )
    return len(result.changes)


@pytest.fixture
def master(tmp_path: Path) -> Master:
    made = Master.made(tmp_path)
    made.open().record_sending(sending(made))
    return made


# what it keeps


def test_it_stands_beside_the_master_under_the_documents_id(master: Master) -> None:
    ledger = master.open()
    assert ledger.path == master.path.with_name("跟踪表.3f2c9a10.ledger.sqlite")
    assert not ledger.fresh
    with sqlite3.connect(ledger.path) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()


def test_a_sending_comes_back_whole(master: Master) -> None:
    other = Snapshot(
        {
            "tracker": Rows(
                ("T001", "", "0012"),
                {
                    "actual": [date(2023, 10, 8), None, None],
                    "percent": [0.5, 1, True],
                    "note": ["多行\n字", "=1", "x"],
                },
            )
        }
    )
    permission = Permission("市场部", {"tracker": frozenset({"t001"})}, {"tracker": frozenset({"0012"})})
    sent = Sending("tok2", "市场部", "request", NOW, other, permission, 7, "li@example.com")
    master.open().record_sending(sent)
    (found,) = master.open().sendings(["tok2"])
    assert found == sent
    assert type(found.snapshot.rows("tracker").columns["percent"][2]) is bool


def test_a_run_is_remembered(master: Master) -> None:
    assert collect(master, reply(master.snapshot, t001="done")) == 1
    ledger = master.open()
    assert ledger.revision == master.revision == 1
    assert ledger.history().heads == {"tok": Head("2023-11-12T08:00:00Z", "0" * 64)}
    (change,) = ledger.changes(sha256="0" * 64)
    assert (change.cell, change.old, change.new) == (CELL, "in_progress", "done")
    again = ledger.received("0" * 64)
    assert again is not None
    assert (again.received_at, again.outcome) == ("2023-11-13T09:30:00", "merged")
    assert ledger.received("f" * 64) is None


def test_case_42_the_same_file_twice_is_no_second_change(master: Master) -> None:
    answer = reply(master.snapshot, t001="done")
    assert collect(master, answer) == 1
    before = master.path.read_bytes()
    assert collect(master, answer) == 0
    assert master.path.read_bytes() == before


def test_case_43_a_replay_after_the_owners_revert_changes_nothing(master: Master) -> None:
    base = master.snapshot
    collect(master, reply(base, 1, t001="done"))
    master.change((Change(CELL, "done", "in_progress", WHO),), master.revision)
    assert collect(master, reply(base, 1, t001="done")) == 0
    assert collect(master, reply(base, 0, t001="paused")) == 0
    assert master.snapshot.value(*CELL) == "in_progress"


def test_questions_and_decisions_last(master: Master) -> None:
    base = master.snapshot
    master.change((Change(CELL, "in_progress", "paused", WHO),), 0)
    collect(master, reply(base, t001="done"))
    ledger = master.open()
    (question,) = ledger.questions()
    assert (question.kind, question.base, question.master, question.theirs) == (
        "conflict",
        "in_progress",
        "paused",
        "done",
    )
    ledger.note(Plan("resolve", (), ledger.history(), (), {question.key: "master"}), now=NOW)
    assert master.open().questions() == []
    assert master.open().decided() == {question.key: "master"}


def test_an_undone_reply_cannot_be_undone_twice(master: Master) -> None:
    collect(master, reply(master.snapshot, t001="done"))
    ledger = master.open()
    back = (Change(CELL, "done", "in_progress", WHO, "undone"),)
    plan = Plan("undo", back, ledger.history(), undoes="0" * 64)
    with ledger.locked(NOW):
        ledger.carry_out(plan, lambda: master.change(back, 2), now=NOW)
    assert master.open().changes(sha256="0" * 64) == []
    assert [entry.kind for entry in master.open().log()] == ["packet", "collect", "undo"]


def test_the_log_says_what_happened(master: Master) -> None:
    collect(master, reply(master.snapshot, t001="done", t002="paused"))
    sent, run = master.open().log()
    assert (sent.kind, sent.department, sent.token, sent.state) == ("packet", "研发部", "tok", "sent")
    assert (run.kind, run.department, run.state, run.changes, run.replies) == (
        "collect",
        "研发部",
        "done",
        2,
        1,
    )
    assert run.at == "2023-11-13T09:30:00"


# masters that are not where or what they were


def test_a_copied_master_is_refused(master: Master, tmp_path: Path) -> None:
    twin = Master(Path(shutil.copy(master.path, tmp_path / "跟踪表 - 副本.xlsm")))
    with pytest.raises(MasterMoved) as caught:
        twin.open()
    assert caught.value.kind == "copied"
    assert "跟踪表.xlsm" in caught.value.message("zh")
    assert "adopt" in caught.value.message("en")
    master.open()  # the original is not disturbed


def test_a_copied_folder_is_refused(master: Master, tmp_path: Path) -> None:
    shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-copy")
    twin = Master(tmp_path.parent / f"{tmp_path.name}-copy" / master.path.name)
    with pytest.raises(MasterMoved) as caught:
        twin.open()
    assert caught.value.kind == "copied"


def test_a_renamed_master_is_adopted_with_its_history(master: Master) -> None:
    collect(master, reply(master.snapshot, t001="done"))
    old = master.open().path
    renamed = Master(master.path.rename(master.path.with_name("项目A.xlsm")))
    with pytest.raises(MasterMoved) as caught:
        renamed.open()
    assert caught.value.kind == "renamed"
    Ledger.adopt(renamed.path, DOC, renamed.revision, now=NOW)
    assert not old.exists()
    assert renamed.open().path.name == "项目A.3f2c9a10.ledger.sqlite"
    assert len(renamed.open().changes(run=1)) == 1


def test_a_moved_folder_is_told_apart_from_a_copy(master: Master, tmp_path: Path) -> None:
    moved = tmp_path.rename(tmp_path.parent / f"{tmp_path.name}-moved")
    with pytest.raises(MasterMoved) as caught:
        Master(moved / master.path.name).open()
    assert caught.value.kind == "moved"


def test_a_restored_master_takes_its_replies_again(master: Master) -> None:
    old, answer = master.path.read_bytes(), reply(master.snapshot, t001="done")
    collect(master, answer)
    master.path.write_bytes(old)
    with pytest.raises(MasterMoved) as caught:
        master.open()
    assert caught.value.kind == "restored"
    Ledger.adopt(master.path, DOC, master.revision, now=NOW)
    assert master.open().received("0" * 64) is None
    assert collect(master, answer) == 1
    assert master.snapshot.value(*CELL) == "done"


def test_a_restored_ledger_is_noticed(master: Master) -> None:
    path = master.open().path
    old = path.read_bytes()
    answer = reply(master.snapshot, t001="done")
    collect(master, answer)
    path.write_bytes(old)
    with pytest.raises(MasterMoved) as caught:
        master.open()
    assert caught.value.kind == "ahead"
    Ledger.adopt(master.path, DOC, master.revision, now=NOW)
    assert collect(master, answer) == 0  # the master holds it already


def test_a_fork_starts_its_own_ledger(master: Master, tmp_path: Path) -> None:
    twin = Master(Path(shutil.copy(master.path, tmp_path / "B.xlsm")))
    other = "77777777-0000-4000-8000-000000000002"
    ledger = Ledger.fork(twin.path, other, now=NOW, forked_from=DOC)
    assert ledger.sendings() == []
    assert ledger.path.name == "B.77777777.ledger.sqlite"
    master.open()
    with pytest.raises(UsageError):
        Ledger.fork(twin.path, other, now=NOW)


def test_a_missing_ledger_sends_replies_to_review(master: Master) -> None:
    base = master.snapshot
    master.open().path.unlink()
    before = master.path.read_bytes()
    assert master.open().fresh
    assert collect(master, reply(base, t001="done")) == 0
    (question,) = master.open().questions()
    assert (question.kind, question.theirs) == ("trespass", "done")
    assert master.path.read_bytes() == before


@pytest.mark.parametrize("damage", [b"not a database at all" * 50, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_ledger_is_refused_in_one_line(master: Master, damage: bytes) -> None:
    path = master.open().path
    path.write_bytes(damage)
    with pytest.raises(LedgerDamaged) as caught:
        master.open()
    assert "\n" not in caught.value.message("zh")


def test_another_workbooks_ledger_is_refused(master: Master) -> None:
    same_start = DOC[:8] + "-ffff-4000-8000-000000000009"
    with pytest.raises(LedgerDamaged):
        master.open(same_start)


# handover


def test_a_handover_carries_everything(master: Master, tmp_path: Path) -> None:
    answer = reply(master.snapshot, t001="done")
    collect(master, answer)
    packed = pack(master.open(), tmp_path / "handover.zip", now=NOW)
    elsewhere = tmp_path / "new machine"
    elsewhere.mkdir()
    there = Master(Path(shutil.copy(master.path, elsewhere / "跟踪表.xlsm")))
    unpack(packed, there.path, DOC, there.revision, now=NOW)
    assert collect(there, answer) == 0
    assert there.open().history() == master.open().history()
    with pytest.raises(LedgerDamaged, match="已有台账"):
        unpack(packed, there.path, DOC, there.revision, now=NOW)


def test_a_handover_that_is_cut_or_foreign_is_refused(master: Master, tmp_path: Path) -> None:
    packed = pack(master.open(), tmp_path / "handover.zip", now=NOW)
    target = Path(shutil.copy(master.path, tmp_path / "there.xlsm"))
    data = packed.read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 5):
        (tmp_path / "cut.zip").write_bytes(data[:size])
        with pytest.raises(LedgerDamaged):
            unpack(tmp_path / "cut.zip", target, DOC, 0, now=NOW)
    with pytest.raises(LedgerDamaged, match="另一份工作簿"):
        unpack(packed, target, "99999999-aaaa", 0, now=NOW)


# two at once, and crashes


def test_case_64_a_second_run_waits_or_is_refused(master: Master) -> None:
    first, second = master.open(), master.open()
    with first.locked(NOW):
        with pytest.raises(LedgerBusy) as caught, second.locked(NOW):
            pass
        assert str(os.getpid()) in caught.value.message("en")
    with second.locked(NOW):
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
    one, two = reply(base, 1, t001="done"), reply(base, 2, t002="paused")
    other = Reply(Who("tok2", "研发部", "", two.who.modified, two.who.sha256), two.sheets)
    children = [_forked(lambda r=r: _until_done(master, r)) for r in (one, other)]  # type: ignore[misc]
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0, 0]
    assert master.snapshot.rows("tracker").columns["status"][:2] == ["done", "paused"]
    assert master.revision == master.open().revision == 2


@posix_only
def test_a_dead_processs_lock_is_taken_over(master: Master) -> None:
    pid = _forked(lambda: _die_with_lock(master))
    os.waitpid(pid, 0)
    with sqlite3.connect(master.open().path) as db:
        assert db.execute("SELECT pid FROM lock").fetchone() == (pid,)
    db.close()
    assert ledger_lock.holder(master.open().path) is None
    with master.open().locked(NOW):
        pass


def test_another_machines_lock_is_respected(master: Master) -> None:
    path = master.open().path
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO lock VALUES (1, 1, 'another-host', '', '2023-11-13')")
    db.close()
    with pytest.raises(LedgerBusy, match="another-host"), master.open().locked(NOW):
        pass


def test_a_refused_write_is_rolled_back(master: Master) -> None:
    ledger = master.open()
    plan = Plan("collect", (Change(CELL, "in_progress", "done", WHO),), ledger.history())

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
    plan = Plan("collect", (Change(CELL, "in_progress", "done", WHO),), ledger.history())

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
    words = ("done", "paused", "cancelled", "not_started")
    longest = _time_of(lambda: collect(master, reply(base, 0, t001="not_started")))
    for number in range(1, rounds + 1):
        answer = _numbered(base, number, words[number % 4])
        revision = master.revision
        pid = _forked(lambda a=answer: collect(master, a))  # type: ignore[misc]
        time.sleep(dice.uniform(0, 1.2 * longest))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert master.snapshot.value(*CELL) in words  # readable at any time
        collect(master, answer)
        assert master.snapshot.value(*CELL) == words[number % 4]
        assert master.revision == revision + 1  # written once, not twice
        made = master.open().changes(sha256=answer.who.sha256)
        assert [change.new for change in made] == [words[number % 4]]


def _numbered(base: Snapshot, number: int, word: str) -> Reply:
    answer = reply(base, 0, t001=word)
    who = Who("tok", "研发部", "", f"2023-11-13T{number:06d}", f"{number:064x}")
    return Reply(who, answer.sheets)


def _time_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _assert_applied_once(master: Master) -> None:
    assert master.snapshot.value(*CELL) == "done"
    assert master.revision == master.open().revision == 1
    assert len(master.open().changes(sha256="0" * 64)) == 1


def _until_done(master: Master, answer: Reply) -> None:
    """Try again when another run came between, as the message says."""
    for _ in range(200):
        try:
            collect(master, answer)
            return
        except LedgerBusy:
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
