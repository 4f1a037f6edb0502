"""Replies out of a folder of Outlook: a model stands for it, and hands out real .msg files."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from collect_desk import ADDRESS, NOW, Desk, changed, codes, collect_replies, copied, counted, prepared
from test_outlook_file import saved

from tests.outlook_model import MailItem, Outlook, gone
from xl_collab.commands.collect import payload
from xl_collab.commands.master_file import CollectOptions, Report
from xl_collab.commands.session import Request
from xl_collab.errors import UsageError, XlCollabError
from xl_collab.exchange.mail import outlook_folder
from xl_collab.exchange.mail.outlook_folder import OutlookFolder, open_folder
from xl_collab.exchange.mail.outlook_program import NoOutlook
from xl_collab.exchange.mail.source import MailboxUnusable
from xl_collab.ui.cli import main

RD = ADDRESS["研发部"]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("folder") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


@pytest.fixture
def outlook() -> Outlook:
    return Outlook()


class Post:
    """Brings mails into a folder of Outlook."""

    def __init__(self, desk: Desk, outlook: Outlook) -> None:
        first = desk.ledger().first_sending()
        assert first is not None
        self.first, self.desk, self.outlook, self.count = first.replace(tzinfo=None), desk, outlook, 0

    def __call__(
        self,
        subject: str | None = None,
        words: str = "见附件",
        *files: Path,
        sender: str = RD,
        hours: float = 1,
        **other: Any,
    ) -> MailItem:
        self.count += 1
        told = f"回复：请填报 回执码 {self.desk.token('研发部')}" if subject is None else subject
        folder = self.desk.folder / "outlook"
        kind = other.pop("kind", "")
        path = saved(folder, told, words, *files, sender=sender, name=f"{self.count}.msg", kind=kind)
        properties = {"message_id": f"<{self.count}@example.com>", **other.pop("properties", {})}
        mail = MailItem(
            path,
            told,
            self.first + timedelta(hours=hours),
            f"{self.count:048X}",
            [file.name for file in files],
            properties,
            **other,
        )
        self.outlook.inbox.mails.append(mail)
        return mail


@pytest.fixture
def post(desk: Desk, outlook: Outlook) -> Post:
    return Post(desk, outlook)


def look(
    desk: Desk,
    outlook: Outlook,
    folder: str = "",
    step: Callable[[str], None] = lambda _: None,
    *,
    day: int = 0,
    dry_run: bool = False,
    **other: Any,
) -> Report:
    source = open_folder(folder, "win32", lambda name: {"win32com.client": outlook}[name])
    request = Request(desk.master, dry_run=dry_run)
    options = CollectOptions((), mailbox=source)
    return collect_replies(request, options, now=NOW + timedelta(days=day), step=step, **other)


# what is taken, and what is not


def test_replies_come_out_of_the_inbox_once_and_everything_stays_as_it_was(
    desk: Desk, outlook: Outlook, post: Post, tmp_path: Path
) -> None:
    ours = post(None, "见附件", desk.reply("研发部", T004__percent=0.9))
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8")
    picture = post("双十一大促", "买买买", photo)
    old = post(None, "T004｜完成率：10%", hours=-24 * 30)
    invited = post(None, "T004｜完成率：20%", Class=53)
    note = tmp_path / "menu.xlsx"
    note.write_bytes(b"PK\x03\x04 nothing of ours")
    menu = post("食堂菜单", "见附件", note)
    before = [replace(mail, saved=0) for mail in outlook.store.all()]

    report = look(desk, outlook)

    assert changed(report) == {("t004", "percent"): 0.9}
    assert codes(report) == []
    assert payload(report, "zh")["mailbox"] == {
        "host": "Outlook 收件箱",
        "ours": 1,
        "others": 2,
        "complete": True,
    }
    assert [mail.saved for mail in (ours, picture, old, invited, menu)] == [1, 0, 0, 0, 1]
    assert [replace(mail, saved=0) for mail in outlook.store.all()] == before
    assert all(mail.UnRead for mail in outlook.store.all())
    again = look(desk, outlook, day=1)
    assert again.mails is not None
    assert (again.mails.ours, again.mails.others, counted(again), again.is_clean) == (0, 0, {}, True)
    assert (ours.saved, menu.saved) == (1, 1)


def test_a_mail_that_people_moved_is_the_same_mail(desk: Desk, outlook: Outlook, post: Post) -> None:
    mail = post(None, "T004｜完成率：90%")
    assert changed(look(desk, outlook)) == {("t004", "percent"): 0.9}
    outlook.inbox.mails.remove(mail)
    mail.EntryID = "ANOTHER"
    outlook.team.mails.append(mail)
    again = look(desk, outlook, "收件箱\\跨部门", day=1)
    assert (mail.saved, again.matched.repeats, changed(again)) == (1, [], {})


def test_a_mail_without_an_identity_of_its_own_is_known_by_its_entry(
    desk: Desk, outlook: Outlook, post: Post
) -> None:
    mail = post(None, "T004｜完成率：90%")
    del mail.properties["message_id"]
    assert changed(look(desk, outlook)) == {("t004", "percent"): 0.9}
    look(desk, outlook, day=1)
    assert mail.saved == 1


@pytest.mark.parametrize("header", ["answers", "references"])
def test_an_answer_to_our_letter_is_known_by_what_it_answers(
    desk: Desk, outlook: Outlook, post: Post, header: str
) -> None:
    desk.ledger().note_sent("<one@example.com>", desk.token("研发部"))
    mail = post("答复", "T003 下周完成", properties={header: "<other@x.com> <one@example.com>"})
    post("别的", "T003 下周完成", properties={header: "<other@x.com>"})
    report = look(desk, outlook)
    assert report.mails is not None
    assert (mail.saved, report.mails.others) == (1, 1)


def test_an_attachment_tells_by_its_name(desk: Desk, outlook: Outlook, post: Post, tmp_path: Path) -> None:
    letter = tmp_path / f"签收单 {desk.token('研发部')}.pdf"
    letter.write_bytes(b"%PDF-1.4")
    mail = post("请看", "T004｜完成率：90%", letter)
    look(desk, outlook)
    assert mail.saved == 1


def test_a_packet_is_known_by_its_own_code_whatever_the_subject_says(
    desk: Desk, outlook: Outlook, post: Post
) -> None:
    post("上周的表", "见附件", desk.reply("研发部", T004__percent=0.9))
    assert changed(look(desk, outlook)) == {("t004", "percent"): 0.9}


def test_a_stranger_waits_and_stays_for_the_next_time(desk: Desk, outlook: Outlook, post: Post) -> None:
    mail = post(None, "见附件", desk.reply("研发部", T004__percent=0.9), sender="temp@example.com")
    report = look(desk, outlook)
    assert report.mails is not None
    assert (changed(report), report.mails.waiting) == ({}, 1)
    look(desk, outlook, day=1)
    assert mail.saved == 2


def test_a_dry_run_writes_nothing(desk: Desk, outlook: Outlook, post: Post) -> None:
    mail = post(None, "T004｜完成率：90%")
    before = desk.master.read_bytes()
    assert changed(look(desk, outlook, dry_run=True)) == {("t004", "percent"): 0.9}
    assert desk.master.read_bytes() == before
    assert changed(look(desk, outlook)) == {("t004", "percent"): 0.9}
    assert mail.saved == 2


def test_a_letter_that_comes_back_is_told(desk: Desk, outlook: Outlook, post: Post) -> None:
    back = post(None, "rd@example.com 的邮箱已满", desk.packet(), Class=46, kind="REPORT.IPM.Note.NDR")
    report = look(desk, outlook)
    assert (codes(report), changed(report)) == (["bounce"], {})
    look(desk, outlook, day=1)
    assert back.saved == 1


def test_what_outlook_does_not_say_is_asked_again(
    desk: Desk, outlook: Outlook, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger().note_sent("<one@example.com>", desk.token("研发部"))
    mail = post("答复", "T004 完成", properties={"answers": "<one@example.com>"})
    given = MailItem.GetProperty

    def busy(item: MailItem, name: str) -> str:
        if "1042" in name:
            raise gone()
        return given(item, name)

    with monkeypatch.context() as patch:
        patch.setattr(MailItem, "GetProperty", busy)
        report = look(desk, outlook)
    assert report.mails is not None and report.mails.lost is not None
    assert (report.mails.others, mail.saved) == (0, 0)
    look(desk, outlook, day=1)
    assert mail.saved == 1


# folders


@pytest.mark.parametrize(
    "path",
    ["收件箱\\跨部门", "收件箱/跨部门", "Inbox\\跨部门", "跨部门", "\\\\pmo@example.com\\收件箱\\跨部门"],
)
def test_a_folder_is_named_by_its_path(outlook: Outlook, path: str) -> None:
    assert OutlookFolder(outlook, path).shown == "Outlook 跨部门"


def test_folders_beside_the_inbox_and_no_folder(outlook: Outlook) -> None:
    assert OutlookFolder(outlook, "归档").shown == "Outlook 归档"
    for path, there in (("没有", "收件箱、归档"), ("收件箱\\没有", "跨部门")):
        with pytest.raises(MailboxUnusable) as told:
            OutlookFolder(outlook, path)
        assert f"现有：{there}" in told.value.message("zh")


# what goes wrong


def test_one_mail_that_cannot_be_saved_stops_no_other(desk: Desk, outlook: Outlook, post: Post) -> None:
    mail = post(None, "T004｜完成率：10%", broken=True)
    post(None, "T004｜完成率：90%", hours=2)
    report = look(desk, outlook)
    assert (changed(report), codes(report)) == ({("t004", "percent"): 0.9}, ["unexpected"])
    mail.broken = False
    look(desk, outlook, day=1)
    assert mail.saved == 1  # it was looked at again


def test_outlook_is_closed_while_mails_are_fetched(desk: Desk, outlook: Outlook, post: Post) -> None:
    first = post(None, "T004｜完成率：90%")
    subject, sender = f"回复 {desk.token('市场部')}", ADDRESS["市场部"]
    second = post(subject, "T006｜状态：进行中", sender=sender, hours=2)
    outlook.closes_after = 1
    report = look(desk, outlook)
    assert report.mails is not None and report.mails.lost is not None
    assert "中断" in report.mails.lost.zh and not report.is_clean
    assert changed(report) == {("t004", "percent"): 0.9}
    outlook.reopen()
    assert changed(look(desk, outlook, day=1)) == {("t006", "status"): "in_progress"}
    assert (first.saved, second.saved) == (1, 1)


def test_a_list_that_breaks_loses_no_mail(desk: Desk, outlook: Outlook, post: Post) -> None:
    post(None, "T004｜完成率：90%")
    post("新闻", "", hours=3)

    def broken(at: int) -> None:
        if at == 1:
            raise gone()

    outlook.inbox.looked_at = broken
    report = look(desk, outlook)
    assert report.mails is not None and report.mails.lost is not None
    assert changed(report) == {}
    outlook.inbox.looked_at = lambda _: None
    assert changed(look(desk, outlook, day=1)) == {("t004", "percent"): 0.9}


def test_how_far_it_has_come_is_told_and_it_can_be_cancelled(
    desk: Desk, outlook: Outlook, post: Post
) -> None:
    mail = post(None, "T004｜完成率：90%")
    told: list[str] = []

    class Cancelled(XlCollabError):
        pass

    @contextmanager
    def progress(what: str) -> Iterator[Callable[[str], None]]:
        yield told.append

    @contextmanager
    def cancelled(what: str) -> Iterator[Callable[[str], None]]:
        def tell(far: str) -> None:
            raise Cancelled("已取消", "Cancelled")

        yield tell

    with pytest.raises(Cancelled):
        look(desk, outlook, progress=cancelled)
    assert mail.saved == 0
    assert changed(look(desk, outlook, progress=progress)) == {("t004", "percent"): 0.9}
    assert told[0] == "0 · Outlook 收件箱"


@pytest.mark.skipif(sys.platform == "win32", reason="fork")
def test_killed_anywhere_no_mail_is_lost_or_merged_twice(sent: Desk, tmp_path: Path) -> None:
    for step in ("fetched", "locked", "intent", "replaced", "done"):
        desk, outlook = copied(sent, tmp_path / step), Outlook()
        Post(desk, outlook)(None, "T004｜完成率：90%")
        _killed_at(desk, outlook, step)
        report = look(desk, outlook, day=1)
        assert desk.value("T004", "percent") == 0.9, step
        made = [change for _, change in desk.ledger().made(100)]
        assert [(one.cell.row, one.cell.column) for one in made] == [("t004", "percent")], step
        assert report.is_clean, step


def _killed_at(desk: Desk, outlook: Outlook, step: str) -> None:
    def stop(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def fetched(what: str) -> Iterator[Callable[[str], None]]:
        yield lambda far: stop("fetched") if far.startswith("1 · ") else None

    child = os.fork()
    if child == 0:
        try:
            look(desk, outlook, step=stop, progress=fetched)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), (step, status)


def test_nothing_is_left_of_the_files_that_were_saved(
    desk: Desk, outlook: Outlook, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    post(None, "T004｜完成率：90%")
    look(desk, outlook)
    assert list(temporary.glob("xl-collab-*/*.msg")) == []


# where there is no Outlook


def test_without_outlook_the_cure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class NewOutlook:
        def Dispatch(self, name: str) -> object:
            raise gone()

    def missing(name: str) -> object:
        raise ImportError(name)

    for platform, load in (("linux", missing), ("win32", missing), ("win32", lambda _: NewOutlook())):
        with pytest.raises(NoOutlook) as told:
            open_folder("", platform, load)
        for word in (".msg", "--mailbox"):
            assert word in told.value.message("zh") and word in told.value.message("en")
    monkeypatch.setattr(outlook_folder, "can_read", lambda: False)
    with pytest.raises(UsageError) as caught:
        open_folder("", "win32", lambda _: Outlook())
    assert "pip install olefile" in caught.value.message("zh")


@pytest.mark.skipif(sys.platform == "win32", reason="Outlook may be there")
def test_the_command_says_it_in_one_sentence(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in ((["--outlook"], "只在 Windows 上可用"), (["--outlook", "--mailbox"], "一次用一个")):
        with pytest.raises(SystemExit) as ended:
            main(["collect", str(desk.master), *words, "--lang", "zh"])
        shown = capsys.readouterr()
        assert (ended.value.code, said in "".join((shown.out + shown.err).split("\n"))) == (2, True), shown


def test_the_command_collects_from_the_folder(
    desk: Desk,
    outlook: Outlook,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    post(None, "T004｜完成率：90%")
    monkeypatch.setattr(outlook_folder, "application", lambda *_: outlook)
    with pytest.raises(SystemExit) as ended:
        main(["collect", str(desk.master), "--outlook", "收件箱", "--lang", "zh"])
    assert (ended.value.code, desk.value("T004", "percent")) == (0, 0.9)
    assert "Outlook 收件箱：本项目回复邮件 1 封" in capsys.readouterr().out


def test_the_days_of_mails_are_read_as_outlook_gives_them(desk: Desk, outlook: Outlook, post: Post) -> None:
    """A draft that never arrived has the year 4501; what is a day old counts, by any clock."""
    post("草稿").ReceivedTime = datetime(4501, 1, 1)
    mail = post(None, "T004｜完成率：90%", hours=-23)
    look(desk, outlook)
    assert mail.saved == 1
