"""The ledger: what it keeps, and that no copy, rename or restored backup makes it lie."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ledger_master import CELL, DOC, NOW, WHO, Master, asked, collect, merging, prepared, reply, sending

from xl_collab.errors import UsageError
from xl_collab.exchange.ledger.handover import pack, unpack
from xl_collab.exchange.ledger.ledger import Ledger, LedgerDamaged, LedgerRun, MasterMoved, Sending
from xl_collab.merge.answering import ChosenAnswer
from xl_collab.merge.permission import Permission
from xl_collab.merge.result import Change
from xl_collab.merge.snapshot import Rows, Snapshot


@pytest.fixture
def master(tmp_path: Path) -> Master:
    """A master with a ledger that knows one sending."""
    return prepared(tmp_path)


# what it keeps


def test_it_stands_beside_the_master_under_the_documents_id(master: Master) -> None:
    ledger = master.open()
    assert ledger.path == master.path.with_name("跟踪表.3f2c9a10.ledger.sqlite")
    assert not ledger.fresh
    with closing(sqlite3.connect(ledger.path)) as db, db:
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
    found = master.open().sending("tok2")
    assert found == replace(sent, number=2)
    assert (found.base.number, found.base.at, found.base.snapshot) == (2, NOW, other)
    assert master.open().departments() == ["研发部", "市场部"]
    assert master.open().sending("tok3") is None
    assert type(found.snapshot.rows("tracker").columns["percent"][2]) is bool


def test_a_run_is_remembered(master: Master) -> None:
    assert collect(master, reply(master.snapshot, t001="done")) == 1
    ledger = master.open()
    assert ledger.revision == master.revision == 1
    history = ledger.history()
    assert [heard.who.sha256 for heard in history.replies] == ["0" * 64]
    ((word,),) = history.claims.values()
    assert (word.cell, word.base, word.value, word.state) == (CELL, "in_progress", "done", "applied")
    assert [entry.value for entry in history.entries(CELL)] == ["in_progress", "done"]
    (change,) = ledger.changes(sha256="0" * 64)
    assert (change.cell, change.old, change.new) == (CELL, "in_progress", "done")
    again = ledger.received("0" * 64)
    assert again is not None
    assert (again.received_at, again.outcome) == ("2023-11-13T09:30:00+00:00", "merged")
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
    (question,) = asked(master)
    assert (question.kind, question.base, question.master, question.theirs) == (
        "conflict",
        "in_progress",
        "paused",
        "done",
    )
    result = merging(master).resolve({question.key: ChosenAnswer("master")})
    plan = LedgerRun("resolve", result.changes, result.history, result.answers.words)
    assert master.open().note(plan, now=NOW)
    assert asked(master) == []
    assert master.open().decided() == {question.key: "master"}
    assert collect(master, reply(base, 1, t001="done")) == 0
    assert asked(master) == []  # decided is decided, in whatever file it comes


def test_a_sending_whose_bytes_were_hurt_is_no_base_and_its_neighbours_are(master: Master) -> None:
    path = master.open().path
    for token in ("tok2", "tok3"):
        master.open().record_sending(replace(sending(master), token=token))
    with closing(sqlite3.connect(path)) as db, db:
        (packed,) = db.execute("SELECT snapshot FROM sendings WHERE token = 'tok2'").fetchone()
        middle = len(packed) // 2
        hurt = packed[:middle] + bytes([packed[middle] ^ 0x10]) + packed[middle + 1 :]
        db.execute("UPDATE sendings SET snapshot = ? WHERE token = 'tok2'", (hurt,))
    db.close()
    ledger = master.open()
    found = ledger.sending("tok2")
    assert found is not None and found.damaged
    assert found.permission == sending(master).permission  # the rest of it still holds
    assert sorted(ledger.bases(["tok", "tok2", "tok3", "tok4"])) == ["tok", "tok3"]


def test_what_people_were_told_is_kept_newest_first(master: Master) -> None:
    base = master.snapshot
    collect(master, reply(base, 5, t001="done"))
    collect(master, reply(base, 1, t001="paused", t002="done"))
    collect(master, reply(base, 7, t001="done", t002="done", t003=None))
    told = [(notice.kind, notice.cell.row, notice.value) for _, notice in master.open().told(10)]
    # The emptied cell came last; before that a late word, and that the later file has T002 as sent.
    assert told[0] == ("cleared", "t003", None)
    assert sorted(told[1:]) == [("late", "t001", "paused"), ("put_back", "t002", "in_progress")]
    assert master.open().told(1) == master.open().told(10)[:1]


def test_an_undone_reply_cannot_be_undone_twice(master: Master) -> None:
    collect(master, reply(master.snapshot, t001="done"))
    ledger = master.open()
    back = (Change(CELL, "done", "in_progress", WHO, "undone"),)
    plan = LedgerRun("undo", back, ledger.history(), undoes="0" * 64)
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
    assert run.at == "2023-11-13T09:30:00+00:00"


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
    assert ledger.departments() == [] and not ledger.has_sendings()
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
    (question,) = asked(master)
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
    assert _kept(there) == _kept(master)
    with pytest.raises(LedgerDamaged, match="已有台账"):
        unpack(packed, there.path, DOC, there.revision, now=NOW)


def _kept(master: Master) -> tuple[object, ...]:
    """All that a ledger knows of what was said, as plain data."""
    history = master.open().history()
    claims = [(claim.id, claim.body(), claim.fate()) for claim in history.all_claims()]
    assert claims and history.past
    return claims, dict(history.past), history.replies, history.rows, history.next, history.sent


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
