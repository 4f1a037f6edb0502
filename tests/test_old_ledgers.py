"""A ledger that version 0.1 left with a question open, opened by the present version.

ledgers/0.1-put-back.zip was written by that version (commit 850afed): a master of two rows, and two weeks of
研发部. In the first it reported T005 完成率 0.5 over 0.35; the packet of the second showed 0.5, and it wrote
0.7. The old rule put 0.35 back and asked twice. The packet of the second week lies there too.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from collect_desk import Desk, changed, digest, question, resolve_questions, said, told, typed

from xl_collab.commands.master_file import Report
from xl_collab.commands.session import Request
from xl_collab.exchange.ledger.ledger import Ledger
from xl_collab.plan.meta import document_id, ledger_revision
from xl_collab.plan.project import Project
from xl_collab.ui.cli import main

KEPT = Path(__file__).parent / "ledgers" / "0.1-put-back.zip"
THEN = datetime(2023, 11, 27, 9, 0, tzinfo=UTC)
"""The Monday after those two weeks."""
AT = ("t005", "percent")


class OldDesk(Desk):
    """The folder of the earlier version."""

    @property
    def master(self) -> Path:
        return self.folder / "跟踪表.xlsx"


@pytest.fixture
def desk(tmp_path: Path) -> OldDesk:
    """The folder as it was, taken over where it lies now."""
    with zipfile.ZipFile(KEPT) as archive:
        archive.extractall(tmp_path)
    desk = OldDesk(tmp_path)
    project = Project(desk.book, THEN.date())
    Ledger.adopt(desk.master, document_id(project), ledger_revision(project), now=THEN)
    return desk


def rows(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """All that the ledger holds, table by table, but which schema it has."""
    (path,) = desk.folder.glob("*.ledger.sqlite")
    with closing(sqlite3.connect(path)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    found["meta"] = [row for row in found["meta"] if row[0] not in ("schema", "path", "adopted_at")]
    return {name: held for name, held in found.items() if held}


def cli(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(arg) for arg in args])
    return int(ended.value.code or 0)


def nothing(desk: Desk) -> Report:
    """A collect with nothing new in the folder."""
    desk.replies.mkdir(exist_ok=True)
    return desk.collect(desk.replies, day=13)


def test_it_is_what_the_earlier_version_left(tmp_path: Path) -> None:
    with zipfile.ZipFile(KEPT) as archive:
        archive.extractall(tmp_path)
    desk = OldDesk(tmp_path)
    assert desk.value("T005", "percent") == 0.35
    (path,) = tmp_path.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == ("1",)
        last = db.execute("SELECT max(run) FROM runs").fetchone()
        asked = [json.loads(body) for (body,) in db.execute("SELECT body FROM questions WHERE run = ?", last)]
    assert sorted(one["theirs"] for one in asked) == [0.5, 0.7]


def test_the_next_collect_writes_what_the_department_said_last(desk: OldDesk) -> None:
    report = nothing(desk)
    assert changed(report) == {AT: 0.7}
    assert desk.value("T005", "percent") == 0.7
    assert (said(report), told(report)) == ([], [("settled_old", *AT)])
    assert [line.zh for line in report.merged.document.notices] == [
        "研发部：T005 完成率：以前收到、被旧规则撤下的“70%”已写入"
    ]
    page = openpyxl.load_workbook(desk.master)["日志"]
    texts = [str(cell.value) for row in page.iter_rows() for cell in row]
    assert sum("被旧规则撤下的“70%”已写入" in text for text in texts) == 1
    assert "旧规则撤下的值写回" in texts
    assert desk.asked() == ()
    before = digest(desk.master)
    assert nothing(desk).applied is None and digest(desk.master) == before  # once


def test_resolve_settles_it_as_well(desk: OldDesk) -> None:
    found, applied = resolve_questions(Request(desk.master), now=THEN)
    assert found is not None and applied is not None
    assert desk.value("T005", "percent") == 0.7
    assert [notice.kind for notice in found.told] == ["settled_old"]
    assert not found.result.questions
    assert resolve_questions(Request(desk.master), now=THEN) == (None, None)


def test_one_undo_takes_it_back_and_the_next_collect_does_it_again(desk: OldDesk) -> None:
    before = digest(desk.master)
    nothing(desk)
    assert cli("undo", desk.master) == 0
    assert digest(desk.master) == before
    assert desk.value("T005", "percent") == 0.35
    assert changed(nothing(desk)) == {AT: 0.7}


def test_looking_at_the_log_changes_nothing(desk: OldDesk, capsys: pytest.CaptureFixture[str]) -> None:
    before, held = digest(desk.master), rows(desk)
    assert cli("log", desk.master, "--json") == 0
    kinds = [entry["kind"] for entry in json.loads(capsys.readouterr().out)]
    assert kinds.count("collect") == kinds.count("packet") == 2
    assert (digest(desk.master), rows(desk)) == (before, held)
    assert changed(nothing(desk)) == {AT: 0.7}


WEEK = 7 * 24 * 60


def test_a_packet_that_the_earlier_version_sent_is_merged(desk: OldDesk) -> None:
    """Which of two words for T005 came later is not known: that version kept no clocks. So it is asked."""
    report = desk.collect(desk.reply(minute=2 * WEEK, T004__percent=0.6, T005__percent=0.8), day=14)
    assert [desk.value(row, "percent") for row in ("T004", "T005")] == [0.6, 0.7]
    item = question(report, "t005", "percent")
    assert (len(said(report)), item.master, item.theirs) == (1, 0.7, 0.8)
    typed(desk, {item.key: "用对方"})
    resolve_questions(Request(desk.master), now=THEN)
    assert desk.value("T005", "percent") == 0.8


def test_the_next_packet_and_what_comes_back(desk: OldDesk) -> None:
    """It shows what stood here, and the old question ends with what comes back."""
    desk.send("研发部")
    report = desk.collect(desk.reply(minute=2 * WEEK, T005__percent=0.8), day=14)
    assert desk.value("T005", "percent") == 0.8
    assert said(report) == []
