"""collect, resolve, undo --reply and the ledger's commands: on real files, and killed anywhere."""

from __future__ import annotations

import io
import json
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from collect_desk import (
    ADDRESS,
    NOW,
    Desk,
    changed,
    codes,
    collect_replies,
    copied,
    counted,
    digest,
    handed_over,
    place,
    prepared,
    resolve_questions,
    said,
    typed,
    undo_reply,
    write_by_hand,
)
from openpyxl.worksheet.worksheet import Worksheet
from tracker_letters import LETTERS

from xl_collab.commands.master_file import CollectOptions
from xl_collab.commands.session import Request, Session
from xl_collab.errors import UsageError
from xl_collab.exchange.gate.quarantine import kept
from xl_collab.exchange.ledger.ledger import MasterMoved
from xl_collab.exchange.reply_sheets import typed_rows
from xl_collab.hosts.file import FileHost
from xl_collab.merge.words import TYPED
from xl_collab.plan.meta import ledger_revision
from xl_collab.plan.project import Project
from xl_collab.ui.cli import main
from xl_collab.ui.terminal import Terminal

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


def questions_typed(desk: Desk) -> list[dict[str, object]]:
    return typed_rows(FileHost(desk.master).sheets, "conflicts", TYPED)


def count(desk: Desk) -> int:
    """The ledger's count, as the workbook has it."""
    return ledger_revision(Project(desk.book, NOW.date()))


# what is shown meanwhile


def test_each_file_is_named_when_it_has_been_checked(desk: Desk) -> None:
    desk.reply("研发部", "甲.xlsx", T004__percent=0.9)
    (desk.replies / "乙.xlsx").write_bytes(b"")
    told: list[tuple[str, str]] = []

    @contextmanager
    def progress(what: str) -> Iterator[Callable[[str], None]]:
        yield lambda far: told.append((what, far))

    collect_replies(Request(desk.master), CollectOptions((desk.replies,)), now=NOW, progress=progress)
    assert told == [("judging", "1 · 乙.xlsx"), ("judging", "2 · 甲.xlsx")]


class Screen(io.StringIO):
    """What a terminal would show."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_has_come() -> None:
    errors = Screen()
    with Terminal("zh", errors=errors).step("judging") as tell:
        tell("12 · [回复].xlsx")
        time.sleep(0.2)  # the spinner is drawn ten times a second
    shown = errors.getvalue()
    assert "正在检查回复…" in shown and "12 · [回复].xlsx" in shown


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
    assert len(sheets) == 3  # 跟踪表, _meta, and 首页 with the next step
    allowed = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"}
    assert different - sheets - allowed <= {n for n in before if n.startswith(("xl/tables/", "docProps/"))}
    assert "xl/vbaProject.bin" in book.namelist()
    tabs = [tab.tab for tab in desk.book.generated]
    assert tabs == ["冲突", "日志", "文档目录"]


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
    from xl_collab.checks.validate import validate

    session.write(validate(session.project).edits, "validate")
    desk.reply(minute=5, T004__percent=0.95)
    assert changed(desk.collect(day=1)) == {("t004", "percent"): 0.95}
    assert count(desk) == 2


def test_each_departments_figures_and_the_log_page(desk: Desk) -> None:
    desk.reply("研发部", T004__percent=0.9, T005__percent=0.5, T001__percent=0)
    desk.reply("市场部", T006__status="进行中")
    report = desk.collect()
    figures = {d.department: {w: n for w, n in d.counts.items() if n} for d in report.merged.document.summary}
    assert figures == {"研发部": {"applied": 2, "asked": 1}, "市场部": {"applied": 1}}
    assert counted(report) == {"applied": 3, "asked": 1}
    page = openpyxl.load_workbook(desk.master)["日志"]
    lines = [[c.value for c in row] for row in page.iter_rows() if row[2].value in ("T004", "T005", "T006")]
    assert sorted((line[2], line[4], line[5]) for line in lines) == [
        ("T004", "40%", "90%"),
        ("T005", "35%", "50%"),
        ("T006", "未开始", "进行中"),
    ]
    keys = {row[8].value for row in page.iter_rows() if row[8].value}
    assert keys == {"T004|完成率", "T005|完成率", "T006|状态"}
    assert page.column_dimensions["I"].hidden
    link = next(row[2] for row in page.iter_rows() if row[2].value == "T004")
    assert link.hyperlink.location == "'跟踪表'!A8"


Marked = Callable[[Path], set[tuple[str, str]]]


@pytest.fixture
def marked(tmp_path: Path, soffice: Callable[..., None]) -> Marked:
    """Which cells the tracker's rule marks, as LibreOffice finds out: the rule's test in a cell for each."""

    def find(master: Path) -> set[tuple[str, str]]:
        book = openpyxl.load_workbook(master)
        rules = [r for found in book["跟踪表"].conditional_formatting for r in found.rules]
        (test,) = [r.formula[0] for r in rules if r.formula and "INDIRECT" in r.formula[0]]
        tests = book.create_sheet("检验")
        at = {(row, c): name for row in range(5, 11) for c, name in enumerate(LETTERS, start=1)}
        for row, c in at:
            letter = openpyxl.utils.get_column_letter(c)
            text = test.replace("$A5", f"'跟踪表'!$A{row}").replace("A$4", f"'跟踪表'!{letter}$4")
            tests.cell(row, c).value = f"={text}"
        source, target = tmp_path / "rule.xlsx", tmp_path / "out"
        book.save(source)
        soffice("--convert-to", "xlsx", "--outdir", target, source)
        shown = openpyxl.load_workbook(target / "rule.xlsx", data_only=True)
        return {
            (f"T00{row - 4}", name)
            for (row, c), name in at.items()
            if shown["检验"].cell(row, c).value is True
        }

    return find


def test_only_the_newest_runs_cells_are_marked_in_the_tracker(desk: Desk, marked: Marked) -> None:
    assert marked(desk.master) == set()
    desk.collect(desk.reply("研发部", T004__percent=0.9, T005__percent=0.5))
    assert marked(desk.master) == {("T004", "percent"), ("T005", "percent")}
    desk.collect(desk.reply("市场部", T006__status="进行中", T005__support_feedback="可以"), day=1)
    assert marked(desk.master) == {("T006", "status"), ("T005", "support_feedback")}


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
    typed(desk, {item.key: "用对方" for item in report.merged.result.questions if item.cell.row == "t004"})
    resolve_questions(Request(desk.master), now=LATER)
    assert (desk.value("T004", "percent"), desk.value("T005", "percent")) == (0.9, 0.35)


# choices


def disputed(desk: Desk) -> dict[tuple[str, str], str]:
    """Keys of the questions after one foreign cell and one disagreement: 研发部 was sent the row first."""
    handed_over(desk, "T005", "市场部")
    desk.reply("研发部", T005__feedback="已填", T001__percent=0.2)
    desk.reply("市场部", T005__feedback="无变化")
    found = desk.collect()
    assert changed(found) == {("t005", "feedback"): "filled"}
    return {(q.who.department, q.cell.column): q.key for q in found.merged.result.questions}


def test_choices_are_carried_out_and_the_rest_stays(desk: Desk) -> None:
    keys = disputed(desk)
    typed(desk, {keys["市场部", "feedback"]: "用对方"})
    found, applied = resolve_questions(Request(desk.master), now=LATER)
    assert found is not None and applied is not None
    assert [q.key for q in found.result.questions] == [keys["研发部", "percent"]]
    assert (desk.value("T005", "feedback"), desk.value("T001", "percent")) == ("无变化", 1.0)
    typed(desk, {keys["研发部", "percent"]: 0.75}, "另填的值")
    found, applied = resolve_questions(Request(desk.master), now=LATER)
    assert found is not None and applied is not None
    assert not found.result.questions
    assert (desk.value("T005", "feedback"), desk.value("T001", "percent")) == ("无变化", 0.75)
    assert [sheet.tab for sheet in desk.book.generated] == ["冲突", "日志", "文档目录"]
    assert questions_typed(desk) == []
    assert desk.collect(day=2).is_clean  # decided is decided


def test_what_was_typed_outlives_the_next_collect(desk: Desk) -> None:
    keys = disputed(desk)
    typed(desk, {keys["研发部", "percent"]: "再问问市场部"}, "备注")
    typed(desk, {keys["市场部", "feedback"]: "用对方"})
    desk.reply("市场部", minute=9, T005__feedback="无变化", T006__status="进行中")
    desk.collect(day=1)
    rows = {row["key"]: row for row in questions_typed(desk)}
    assert rows[keys["研发部", "percent"]]["remark"] == "再问问市场部"
    assert rows[keys["市场部", "feedback"]]["choice"] == "用对方"
    assert [sheet.tab for sheet in desk.book.generated if sheet.kind == "conflicts"] == ["冲突"]


def test_nothing_chosen_writes_nothing(desk: Desk) -> None:
    disputed(desk)
    before = digest(desk.master)
    assert resolve_questions(Request(desk.master), now=LATER) == (None, None)
    assert digest(desk.master) == before


def test_a_waiting_reply_can_be_left_out_as_a_whole(desk: Desk) -> None:
    mail = desk.mail(desk.reply(T004__percent=0.9, T005__percent=0.9), "x@elsewhere.cn")
    report = desk.collect(mail)
    (line,) = report.merged.document.lines
    typed(desk, {line.key: "用对方"})
    found, _ = resolve_questions(Request(desk.master), now=LATER)
    assert found is not None
    assert [q.count for q in found.result.questions] == [2]
    assert [notice.kind for notice in found.told] == ["whole_reply"]
    typed(desk, {line.key: "保留本表"})
    found, _ = resolve_questions(Request(desk.master), now=LATER)
    assert found is not None
    assert not found.result.questions
    assert desk.value("T004", "percent") == 0.4


# undo


def test_undo_of_one_reply_leaves_what_changed_since(desk: Desk) -> None:
    mine = desk.reply("研发部", T004__percent=0.9, T005__percent=0.9)
    desk.reply("市场部", T006__status="进行中")
    desk.collect()
    late = desk.collect(desk.reply("研发部", minute=-5, name="旧.xlsx", T004__percent=0.6), day=1)
    assert counted(late) == {"late": 1}
    write_by_hand(desk, "T005", "percent", 0.8)
    received, taken, _ = undo_reply(Request(desk.master), digest(mine)[:12], now=LATER)
    assert received.department == "研发部"
    assert [desk.value(row, "percent") for row in ("T004", "T005")] == [0.4, 0.8]
    assert desk.value("T006", "status") == "进行中"
    # T005 was changed since and stays, which is told; what had given way on T004 is asked.
    assert {(n.kind, n.cell.row) for n in taken.told} == {("kept_since", "t005"), ("freed", "t004")}
    assert [(q.cell.row, q.cell.column, q.theirs) for q in taken.result.questions] == [
        ("t004", "percent", 0.6)
    ]
    with pytest.raises(UsageError):
        undo_reply(Request(desk.master), digest(mine)[:12], now=LATER)
    again = desk.collect(mine, day=3)
    assert not changed(again)  # it stays taken back: what it says is asked
    assert {(q.cell.row, q.theirs) for q in again.merged.result.questions} == {("t004", 0.9), ("t005", 0.9)}


def test_a_corrected_reply_is_undone_to_the_one_before(desk: Desk) -> None:
    desk.collect(desk.reply(minute=1, T004__percent=0.5))
    desk.collect(desk.reply(minute=2, T004__percent=0.7), day=1)
    undo_reply(Request(desk.master), desk.token("研发部").lower(), now=LATER)
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
        collect_replies(Request(other), CollectOptions((desk.replies,)), now=LATER)
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
    nil = dict.fromkeys(("applied", "corrected", "late", "told", "refused"), 0)
    assert found["counts"] == {**nil, "same": 1, "asked": 1}  # T004 holds 90% already
    assert found["departments"] == [{"department": "研发部", **found["counts"]}]
    assert (question["id"], question["readings"]) == ("T001", [])
    assert "T001 完成率" in cli("collect", desk.master, desk.replies)[1]
    assert cli("resolve", desk.master)[:2] == (
        0,
        "“冲突”表里还没有选择。请在“选择”列选好、保存并关闭后再运行\n",
    )
    assert "Nothing is chosen" in cli("resolve", desk.master, "--lang", "en")[1]


DOCUMENTED = Path(__file__).parents[1] / "docs" / "json.md"


def shape(value: object) -> object:
    """The keys of a JSON value, and of the first of each list."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if key not in ("cells", "theirs")}
    return [shape(item) for item in value[:1]] if isinstance(value, list) else None


def documented(command: str) -> object:
    """The shape of the example in docs/json.md."""
    text = DOCUMENTED.read_text(encoding="utf-8").split(f"## `xl-collab {command} ")[1]
    return shape(json.loads(text.split("```json\n")[1].split("```")[0]))


def test_the_documented_shapes_are_those_of_the_commands(desk: Desk, cli: Run) -> None:
    def more(book: openpyxl.Workbook, sheet: Worksheet) -> None:
        place(sheet, "N1", "task").value = "补做跌落试验"
        place(sheet, "T003", "id").value = "T303"

    path = desk.reply(T004__percent=0.9, T005__forecast="5/1/2024", change=more)
    desk.mail(path, ADDRESS["研发部"])
    path.unlink()
    (desk.replies / "坏.xlsx").write_bytes(b"PK")
    code, out, _ = cli("collect", desk.master, desk.replies, "--json")
    found = json.loads(out)
    assert code == 1
    assert (found["mailbox"], found["answers"]) == (
        None,
        [],
    )  # they: test_mail_round_trip
    shown = documented("collect")
    assert isinstance(shown, dict) and shape(found) == {**shown, "mailbox": None, "answers": []}
    (item,) = found["open"]
    assert (item["theirs"], item["readings"]) == ("5/1/2024", ["2024-05-01", "2024-01-05"])
    assert [row["id"] for row in found["added"]] == ["T007"]
    typed(desk, {item["key"]: "用对方"})
    write_by_hand(desk, "T005", "forecast", date(2024, 2, 2))
    code, out, _ = cli("resolve", desk.master, "--json")
    told = json.loads(out)
    assert (code, told["decided"], told["left"]) == (1, 0, 1)
    assert [one["kind"] for one in told["told"]] == ["changed_meanwhile"]
    assert set(told) == set(documented("resolve"))  # type: ignore[call-overload]
    assert shape(told["told"]) == documented("resolve")["told"]  # type: ignore[index]


def test_the_log_from_the_command_line(desk: Desk, cli: Run) -> None:
    desk.reply(T004__percent=0.9)
    desk.collect()
    entries = json.loads(cli("log", desk.master, "--json")[1])
    assert [entry["kind"] for entry in entries] == ["collect", "packet", "packet"]
    assert (entries[0]["changes"], entries[0]["state"]) == (1, "done")
    assert "发送填报文件" in cli("log", desk.master)[1]
    assert desk.ledger().path.exists()
