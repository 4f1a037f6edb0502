"""collect, resolve, undo --reply and the ledger's commands: on real files, and killed anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from collect_desk import ADDRESS, DOCUMENT, NOW, Desk, changed, codes, copied, prepared, said, typed

from xl_collab.errors import CannotWrite, UsageError, XlCollabError
from xl_collab.exchange.arrivals import arrivals
from xl_collab.exchange.collecting import Known, open_all
from xl_collab.exchange.ledger import Ledger, LedgerBusy, MasterMoved
from xl_collab.exchange.quarantine import kept
from xl_collab.exchange.typed import typed_rows
from xl_collab.faces import collecting
from xl_collab.faces.cli import main
from xl_collab.faces.collecting import Wish, collect_replies, resolve_questions, undo_reply
from xl_collab.faces.session import Request, Session
from xl_collab.hosts.reading import read_book
from xl_collab.model.identity import ledger_revision
from xl_collab.model.project import Project

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


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def count(desk: Desk) -> int:
    """The ledger's count, as the workbook has it."""
    return ledger_revision(Project(desk.book, NOW.date()))


# what reaches the master


def test_only_the_tables_that_change_and_the_pages_are_written(desk: Desk) -> None:
    before = _parts(desk.master)
    desk.reply(T004__percent=0.9, T001__percent=0.1)
    report = desk.collect()
    assert report.applied is not None
    after = _parts(desk.master)
    book = zipfile.ZipFile(desk.master)
    different = {name for name in before if before[name] != after.get(name)}
    sheets = {name for name in different if name.startswith("xl/worksheets/sheet")}
    assert len(sheets) == 2  # 跟踪表 and _meta
    allowed = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}
    assert different - sheets - allowed <= {n for n in before if n.startswith(("xl/tables/", "docProps/"))}
    assert "xl/vbaProject.bin" in book.namelist()
    tabs = [tab.tab for tab in desk.book.generated]
    assert tabs == ["冲突", "日志"]


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_pages_pass_the_validator(desk: Desk, ooxml_validate: Callable[[Path], None]) -> None:
    desk.reply(T004__percent=0.9, T001__percent=0.1, T005__forecast=date(2024, 1, 5))
    desk.collect()
    ooxml_validate(desk.master)


def test_other_commands_do_not_make_the_master_a_stranger(desk: Desk) -> None:
    desk.reply(T004__percent=0.9)
    desk.collect()
    session = Session(Request(desk.master), NOW.date())
    from xl_collab.actions.validate import validate

    session.write(validate(session.project).edits, "validate")
    desk.reply(minute=5, T004__percent=0.95)
    assert changed(desk.collect(day=1)) == {("t004", "percent"): 0.95}
    assert count(desk) == 2


def test_each_departments_figures_and_the_log_page(desk: Desk) -> None:
    desk.reply("研发部", T004__percent=0.9, T005__percent=0.5, T001__percent=0)
    desk.reply("市场部", T006__status="进行中")
    report = desk.collect()
    summary = {d.department: (d.applied, d.conflicts, d.parked) for d in report.collected.document.summary}
    assert summary == {"研发部": (2, 0, 1), "市场部": (1, 0, 0)}
    import openpyxl

    page = openpyxl.load_workbook(desk.master)["日志"]
    lines = [[c.value for c in row] for row in page.iter_rows() if row[2].value in ("T004", "T005", "T006")]
    assert sorted((line[2], line[4], line[5]) for line in lines) == [
        ("T004", "40%", "90%"),
        ("T005", "35%", "50%"),
        ("T006", "未开始", "进行中"),
    ]
    link = next(row[2] for row in page.iter_rows() if row[2].value == "T004")
    assert link.hyperlink.location == "'跟踪表'!A8"


def test_a_dry_run_leaves_no_trace(desk: Desk) -> None:
    desk.reply(T004__percent=0.9)
    before = {p: p.read_bytes() for p in desk.folder.rglob("*") if p.is_file()}
    assert changed(desk.collect(dry_run=True)) == {("t004", "percent"): 0.9}
    assert {p: p.read_bytes() for p in desk.folder.rglob("*") if p.is_file()} == before


def test_refused_files_are_kept_and_originals_stay(desk: Desk) -> None:
    desk.replies.mkdir()
    for name, data in {"空.xlsx": b"", "坏.xlsx": b"PK\x03\x04junk", "表.csv": b"a,b\n"}.items():
        (desk.replies / name).write_bytes(data)
    (desk.replies / "说明.txt").write_text("x")
    before = {p.name: p.read_bytes() for p in desk.replies.iterdir()}
    master = digest(desk.master)
    report = desk.collect()
    assert sorted(codes(report)) == ["empty", "type-csv", "zip-broken"]
    assert report.arrived.aside == 1
    assert digest(desk.master) == master
    assert {p.name: p.read_bytes() for p in desk.replies.iterdir()} == before
    desk.collect(day=1)
    assert len(kept(desk.master)) == 3  # the same refusals are not listed twice


def test_a_lost_ledger_sends_everything_to_review(desk: Desk) -> None:
    desk.reply(T004__percent=0.9, T005__percent=0.5)
    desk.ledger().path.unlink()
    report = desk.collect()
    assert not changed(report)
    assert sorted(said(report)) == [("no_base", "t004", "percent"), ("no_base", "t005", "percent")]
    typed(desk, {item.key: "用对方" for item in report.collected.open if item.cell.row == "t004"})
    resolve_questions(Request(desk.master), now=LATER)
    assert (desk.value("T004", "percent"), desk.value("T005", "percent")) == (0.9, 0.35)


# choices


def disputed(desk: Desk) -> dict[tuple[str, str], str]:
    """Keys of the questions after one foreign cell, one new row and one disagreement."""
    desk.reply("研发部", T005__feedback="已填", T001__percent=0.2)
    desk.reply("市场部", T005__feedback="无变化")
    return {(q.who.department, q.cell.column): q.key for q in desk.collect().collected.open}


def test_choices_are_carried_out_and_the_rest_stays(desk: Desk) -> None:
    keys = disputed(desk)
    typed(desk, {keys["研发部", "feedback"]: "用对方", keys["市场部", "feedback"]: "保留本表"})
    typed(desk, {keys["研发部", "percent"]: 0.75}, "另填的值")
    found, applied = resolve_questions(Request(desk.master), now=LATER)
    assert found is not None and applied is not None
    assert not found.resolution.remaining
    assert (desk.value("T005", "feedback"), desk.value("T001", "percent")) == ("已填", 0.75)
    assert [sheet.tab for sheet in desk.book.generated] == ["冲突", "日志"]
    assert typed_rows(desk.master) == []
    assert desk.collect(day=2).is_clean  # decided is decided


def test_what_was_typed_outlives_the_next_collect(desk: Desk) -> None:
    keys = disputed(desk)
    typed(desk, {keys["研发部", "percent"]: "再问问市场部"}, "备注")
    typed(desk, {keys["研发部", "feedback"]: "用对方"})
    desk.reply("市场部", minute=9, T005__feedback="无变化", T006__status="进行中")
    desk.collect(day=1)
    rows = {row["key"]: row for row in typed_rows(desk.master)}
    assert rows[keys["研发部", "percent"]]["remark"] == "再问问市场部"
    assert rows[keys["研发部", "feedback"]]["choice"] == "用对方"
    assert [sheet.tab for sheet in desk.book.generated if sheet.kind == "conflicts"] == ["冲突"]


def test_nothing_chosen_writes_nothing(desk: Desk) -> None:
    disputed(desk)
    before = digest(desk.master)
    assert resolve_questions(Request(desk.master), now=LATER) == (None, None)
    assert digest(desk.master) == before


def test_a_waiting_reply_can_be_left_out_as_a_whole(desk: Desk) -> None:
    mail = desk.mail(desk.reply(T004__percent=0.9, T005__percent=0.9), "x@elsewhere.cn")
    report = desk.collect(mail)
    (line,) = report.collected.document.lines
    typed(desk, {line.key: "用对方"})
    found, _ = resolve_questions(Request(desk.master), now=LATER)
    assert found is not None
    assert len(found.resolution.remaining) == 2
    typed(desk, {line.key: "保留本表"})
    found, _ = resolve_questions(Request(desk.master), now=LATER)
    assert found is not None
    assert not found.resolution.remaining
    assert desk.value("T004", "percent") == 0.4


# undo


def test_undo_of_one_reply_leaves_what_changed_since(desk: Desk) -> None:
    mine = desk.reply("研发部", T004__percent=0.9, T005__percent=0.9)
    desk.reply("市场部", T006__status="进行中")
    desk.collect()
    desk.collect(desk.reply("研发部", minute=-5, name="旧.xlsx", T003__percent=0.5), day=1)
    _type_by_hand(desk, "T005", 0.8)
    received, taken, _ = undo_reply(Request(desk.master), digest(mine)[:12], now=LATER)
    assert received.department == "研发部"
    assert [desk.value(row, "percent") for row in ("T004", "T005")] == [0.4, 0.8]
    assert desk.value("T006", "status") == "进行中"
    assert [(q.kind, q.cell.row, q.cell.column) for q in taken.open] == [("undo", "t005", "percent")]
    again = desk.collect(mine, day=3)
    assert not changed(again)  # it stays taken back
    with pytest.raises(UsageError):
        undo_reply(Request(desk.master), digest(mine)[:12], now=LATER)


def _type_by_hand(desk: Desk, row: str, value: float) -> None:
    import numpy as np

    from xl_collab.hosts.file import FileHost
    from xl_collab.model.edits import SetColumn

    host = FileHost(desk.master)
    table = host.read().tables["tracker"]
    at = table.rows[table.texts("id").tolist().index(row)]
    host.apply([SetColumn("tracker", "percent", np.array([at]), [value])])


def test_a_corrected_reply_is_undone_to_the_one_before(desk: Desk) -> None:
    desk.collect(desk.reply(minute=1, T004__percent=0.5))
    desk.collect(desk.reply(minute=2, T004__percent=0.7), day=1)
    token = next(s.token for s in desk.ledger().sendings() if s.department == "研发部")
    undo_reply(Request(desk.master), token.lower(), now=LATER)
    assert desk.value("T004", "percent") == 0.5


def test_undo_of_the_run_makes_it_never_have_been(desk: Desk, cli: Run) -> None:
    path = desk.reply(T004__percent=0.9)
    before = digest(desk.master)
    desk.collect()
    assert cli("undo", desk.master)[0] == 0
    assert digest(desk.master) == before
    assert [entry.state for entry in desk.ledger().log() if entry.kind == "collect"] == ["lost"]
    assert changed(desk.collect(path, day=1)) == {("t004", "percent"): 0.9}


# the ledger


def test_a_copy_is_told_apart_and_may_go_its_own_way(desk: Desk, cli: Run) -> None:
    desk.reply(T004__percent=0.9)
    desk.collect()
    other = desk.folder / "副本.xlsm"
    shutil.copy(desk.master, other)
    with pytest.raises(MasterMoved):
        collect_replies(Request(other), Wish((desk.replies,)), now=LATER)
    assert cli("collect", other, desk.replies)[0] == 2
    assert cli("fork", other)[0] == 0
    code, out, _ = cli("collect", other, desk.replies)
    assert code == 1
    assert "另一个项目" in out
    assert desk.collect(day=1).is_clean  # the master is still the master


def test_a_renamed_master_is_adopted(desk: Desk, cli: Run) -> None:
    desk.reply(T004__percent=0.9)
    renamed = desk.folder / "新名字.xlsm"
    desk.master.rename(renamed)
    assert cli("collect", renamed, desk.replies)[0] == 2
    assert cli("adopt", renamed)[0] == 0
    assert cli("collect", renamed, desk.replies)[0] == 0


def test_the_ledger_moves_to_another_machine(desk: Desk, cli: Run) -> None:
    packed, there = desk.folder / "台账.zip", desk.folder / "there"
    assert cli("handover", desk.master, "-o", packed)[0] == 0
    there.mkdir()
    shutil.copy(desk.master, there / "m.xlsm")
    assert cli("adopt", there / "m.xlsm", "--from", packed)[0] == 0
    desk.reply(T004__percent=0.9)
    assert cli("collect", there / "m.xlsm", desk.replies)[0] == 0


# the command line


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    yield run


def test_collect_from_the_command_line(desk: Desk, cli: Run) -> None:
    assert cli("collect", desk.master, desk.folder / "nowhere")[0] == 2
    desk.mail(desk.reply(T004__percent=0.9), f"李工 <{ADDRESS['研发部']}>")
    code, out, _ = cli("collect", desk.master, desk.replies)
    assert code == 0
    assert "研发部" in out
    assert "没有冲突" in out
    code, out, _ = cli("collect", desk.master, desk.replies, "--json")
    found = json.loads(out)
    assert (code, found["written"], [r["status"] for r in found["replies"]]) == (
        0,
        False,
        ["repeat", "repeat"],
    )
    desk.reply(minute=3, T004__percent=0.9, T001__percent=0.1)
    code, out, _ = cli("collect", desk.master, desk.replies, "--json")
    found = json.loads(out)
    assert code == 1
    (question,) = found["open"]
    assert (question["kind"], question["row"], question["theirs"]) == ("trespass", "t001", 0.1)
    assert found["departments"] == [{"department": "研发部", "applied": 0, "conflicts": 0, "parked": 1}]
    assert "T001 完成率" in cli("collect", desk.master, desk.replies)[1]
    assert cli("resolve", desk.master)[:2] == (
        0,
        "“冲突”表里还没有选择。请在“选择”列选好、保存并关闭后再运行\n",
    )
    assert "Nothing is chosen" in cli("resolve", desk.master, "--lang", "en")[1]


def test_the_log_from_the_command_line(desk: Desk, cli: Run) -> None:
    desk.reply(T004__percent=0.9)
    desk.collect()
    entries = json.loads(cli("log", desk.master, "--json")[1])
    assert [entry["kind"] for entry in entries] == ["collect", "packet", "packet"]
    assert (entries[0]["changes"], entries[0]["state"]) == (1, "done")
    assert "发送填报文件" in cli("log", desk.master)[1]
    assert desk.ledger().path.exists()


# two at once, killed, no room


def test_case_64_a_second_collect_waits_or_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_PATIENCE", 0.1)
    desk.reply(T004__percent=0.9)
    with desk.ledger().locked(NOW), pytest.raises(LedgerBusy):
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
    wish = Wish((desk.replies,))

    def die(step: str) -> None:
        if step == where:
            os.kill(os.getpid(), signal.SIGKILL)

    pid = forked(lambda: collect_replies(Request(desk.master), wish, now=NOW, step=die))
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
def test_cases_45_61_killed_at_very_many_moments(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    kill_rounds(desk, 1000, monkeypatch)


def kill_rounds(desk: Desk, rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round has a new reply, is killed anywhere in the run, and is run again: always applied once.

    Half of the kills come at any time, half once the backup is made, where the writing begins. The gate,
    which writes nothing, reads each reply once, beforehand.
    """
    dice = random.Random(61)
    reply = desk.reply(T004__percent=percent_of(0))
    read_beforehand(reply, monkeypatch)
    times = [time.perf_counter()]
    wish = Wish((reply,))
    collect_replies(Request(desk.master), wish, now=NOW, step=lambda _: times.append(time.perf_counter()))
    whole, writing = times[-1] - times[0], times[-1] - times[2]
    for number in range(1, rounds + 1):
        value = percent_of(number)
        set_percent(reply, number, value)
        read_beforehand(reply, monkeypatch)
        if number % 2:
            kill(lambda: desk.collect(reply), dice.uniform(0, 1.2) * whole)
        else:
            kill_writing(desk, wish, dice.uniform(0, 1.2) * writing)
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
    monkeypatch.setattr(collecting, "open_all", lambda arrived, known: iter(found))


def kill(work: Callable[[], object], after: float) -> None:
    """Run `work` in a process that is killed after so many seconds."""
    pid = forked(work)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def kill_writing(desk: Desk, wish: Wish, after: float) -> None:
    """As `kill`, with the seconds counted from when the backup is made."""
    told, tell = os.pipe()

    def step(name: str) -> None:
        if name == "backup":
            os.write(tell, b".")

    pid = forked(lambda: collect_replies(Request(desk.master), wish, now=NOW, step=step))
    os.close(tell)
    os.read(told, 1)
    os.close(told)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def percent_of(number: int) -> float:
    """Another value each round."""
    return (51 + number % 40) / 100


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
