"""Replies collected into a workbook that is open in LibreOffice: saved before and after, then done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlwings as xw
from clicking import Answers
from collect_desk import NOW, Desk, copied, prepared
from com_excel import ComExcel
from offices import Cells, OpenBook, Program, measured, started

from xl_collab.commands import master_file
from xl_collab.commands.session import Request
from xl_collab.errors import CannotWrite
from xl_collab.hosts.live.host import LiveHost
from xl_collab.hosts.live.xlwings_driver import XlwingsDriver
from xl_collab.hosts.reading import read_book
from xl_collab.plan.meta import ledger_revision
from xl_collab.plan.project import Project
from xl_collab.ui import ribbon
from xl_collab.ui.ribbon import LiveSession, Response

MOST_CALLS = 40


@pytest.fixture(scope="module")
def app() -> Iterator[Program]:
    yield from started()


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


@pytest.fixture
def book(app: Program, desk: Desk) -> Iterator[OpenBook]:
    app.books.open(desk.master)
    yield app.books[desk.master.name]
    app.books[desk.master.name].close()


def press(command: str, book: OpenBook, desk: Desk, **answers: object) -> Response:
    with measured(book.program) as calls:
        said = ribbon.press(command, book, path=str(desk.master), ask=Answers(**answers))
    assert calls.count <= MOST_CALLS, f"{command}: {calls.count} calls"
    return said


def cell(book: OpenBook | xw.Book, row: str, heading: str) -> Cells | xw.Range:
    tracker = book.sheets["跟踪表"]
    heads = tracker.range("A4:Z4").value
    column = next(n for n, text in enumerate(heads, 1) if str(text).startswith(heading))
    return tracker.range((5 + list(tracker.range("A5:A11").value).index(row), column))


def test_collect_resolve_and_undo_in_the_open_workbook(book: OpenBook, desk: Desk) -> None:
    cell(book, "T006", "备注").value = "改过，没有保存"
    desk.reply("研发部", T004__percent=0.9, T001__percent=0.2)
    said = press("collect", book, desk, choose=(0,), folder=desk.replies)
    assert said.kind == "warning", said.text
    assert "1 处需要您定夺" in said.text and book.sheets.active.name == "冲突"
    assert cell(book, "T004", "完成率").value == 0.9
    on_disk = read_book(desk.master).tables["tracker"]
    assert on_disk.raw("percent")[3] == 0.9 and on_disk.raw("note")[5] == "改过，没有保存"
    runs = [entry for entry in desk.ledger().log() if entry.kind == "collect"]
    assert [(run.state, run.changes) for run in runs] == [("done", 1)]
    # The copy that the record names is of before the run, with what was typed before it.
    before = read_book(Path(runs[0].detail)).tables["tracker"]
    assert before.raw("percent")[3] == 0.4 and before.raw("note")[5] == "改过，没有保存"

    page = book.sheets["冲突"]
    cells = page.range("A1:N40").value
    top = next(n for n, row in enumerate(cells) if "collab_key" in row)
    page.range((top + 2, cells[top].index("选择") + 1)).value = "用对方"
    said = press("resolve", book, desk)
    assert said.text.startswith("处理了 1 处，还剩 0 处"), said.text
    assert cell(book, "T001", "完成率").value == 0.2

    assert "“处理冲突”" in press("undo", book, desk).text
    assert cell(book, "T001", "完成率").value != 0.2
    said = press("undo", book, desk)
    assert "“收取回复”" in said.text and "台账也已恢复" in said.text, said.text
    assert cell(book, "T004", "完成率").value == 0.4
    assert read_book(desk.master).tables["tracker"].raw("percent")[3] == 0.4
    assert desk.asked() == ()
    said = press("collect", book, desk, choose=(0,), folder=desk.replies)
    assert cell(book, "T004", "完成率").value == 0.9


def test_one_reply_is_taken_back(book: OpenBook, desk: Desk) -> None:
    press("collect", book, desk, choose=(1,), replies=(desk.reply("研发部", T004__percent=0.9),))
    press("collect", book, desk, choose=(1,), replies=(desk.reply("市场部", T006__status="进行中"),))
    said = press("undo_reply", book, desk, choose=(1,))
    assert "已撤销 研发部 的回复：恢复 1 格" in said.text, said.text
    assert (cell(book, "T004", "完成率").value, cell(book, "T006", "状态").value) == (0.4, "进行中")
    assert "撤销回复" in press("log", book, desk).text.split("\n")[0]


def test_a_second_save_that_fails_takes_all_back(
    book: OpenBook, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.reply("研发部", T004__percent=0.9)
    saves: list[str] = []
    real = LiveHost.save

    def full(host: LiveHost) -> None:
        saves.append("save")
        if len(saves) == 2:
            raise CannotWrite("磁盘已满", "The disk is full")
        real(host)

    monkeypatch.setattr(LiveHost, "save", full)
    said = press("collect", book, desk, choose=(0,), folder=desk.replies)
    assert (said.kind, said.text) == ("error", "磁盘已满")
    assert cell(book, "T004", "完成率").value == 0.4
    assert "冲突" not in [sheet.name for sheet in book.sheets]
    states = [entry.state for entry in desk.ledger().log() if entry.kind == "collect"]
    assert states == ["rolled_back"]
    assert press("collect", book, desk, choose=(0,), folder=desk.replies).kind == "info"
    assert cell(book, "T004", "完成率").value == 0.9


@pytest.mark.parametrize("saved", [False, True])
def test_cut_off_before_the_second_save_the_run_counts_as_what_the_disk_has(
    book: OpenBook, desk: Desk, monkeypatch: pytest.MonkeyPatch, saved: bool
) -> None:
    """The process ends after the cells were changed: the disk decides, and nothing is lost or made twice."""
    desk.reply("研发部", T004__percent=0.9)

    class Gone(BaseException):
        """As if the process had ended."""

    def opened() -> master_file.MasterFile:
        session = LiveSession(book, NOW.date())
        session.request = Request(desk.master)
        monkeypatch.setattr(session, "save", lambda: (_ for _ in ()).throw(Gone()))
        return master_file.MasterFile(session, NOW)

    with pytest.raises(Gone):
        master_file.collect_replies(opened, master_file.CollectOptions((desk.replies,)))
    assert cell(book, "T004", "完成率").value == 0.9
    on_disk = read_book(desk.master)
    assert ledger_revision(Project(on_disk, NOW.date())) == 0
    if saved:  # the next click finds the cells changed, and saves them first
        assert "收取 · 研发部" in press("log", book, desk).text
        assert read_book(desk.master).tables["tracker"].raw("percent")[3] == 0.9
    ledger = desk.ledger()  # reads the disk, and settles
    states = [entry.state for entry in ledger.log() if entry.kind == "collect"]
    assert states == ["done" if saved else "rolled_back"]


def test_an_older_run_leaves_the_ledger_to_the_later_one(book: OpenBook, desk: Desk) -> None:
    """The later run was made on the closed file, so the open workbook's last step is the older one."""
    press("collect", book, desk, choose=(1,), replies=(desk.reply("研发部", T004__percent=0.9),))
    app = book.program
    book.close()
    desk.collect(desk.reply("市场部", T006__status="进行中"), day=1)
    again = app.books.open(desk.master)
    said = press("undo", again, desk)
    assert "“收取回复”" in said.text and "台账没有改动" in said.text, said.text
    assert [e.state for e in desk.ledger().log() if e.kind == "collect"] == ["done", "done"]


class PlainSession(LiveSession):
    """Asks with public xlwings calls only, as Excel is asked where macros are blocked."""

    def _opened(self) -> LiveHost:
        self._live = LiveHost(self.book, driver=XlwingsDriver(self.book))
        return self._live


def test_the_way_excel_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the model of Excel, which has no windows, and cannot save a workbook again that was undone."""
    monkeypatch.setattr(xw.App, "activate", lambda *_, **__: None)
    book = ComExcel().open(desk.master)

    def click(command: str, **answers: object) -> Response:
        asked = Answers(**answers)
        return ribbon.press(command, book, path=str(desk.master), ask=asked, open_session=PlainSession)

    reply = desk.reply("研发部", T004__percent=0.9)
    said = click("collect", choose=(1,), replies=(reply,))
    assert said.kind == "info", said.text
    assert read_book(desk.master).tables["tracker"].raw("percent")[3] == 0.9
    assert cell(book, "T004", "完成率").value == 0.9
    assert "台账也已恢复" in click("undo").text
    assert read_book(desk.master).tables["tracker"].raw("percent")[3] == 0.4
    assert cell(book, "T004", "完成率").value == 0.4
