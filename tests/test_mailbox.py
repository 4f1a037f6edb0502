"""Replies out of a mailbox: a real IMAP server, mails as programs write them, and what goes wrong."""

from __future__ import annotations

import email
import io
import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import openpyxl
import pytest
from collect_desk import ADDRESS, NOW, Desk, changed, codes, collect_replies, copied, counted, prepared, said

from tests import dovecot, mailserver
from xl_collab.commands.master_file import CollectOptions, Report
from xl_collab.commands.session import Request
from xl_collab.errors import UsageError
from xl_collab.exchange.mail.mailbox import ImapSource
from xl_collab.exchange.mail.mailbox_settings import (
    MailboxSettings,
    mailboxes,
)
from xl_collab.exchange.mail.recipients import mail_settings
from xl_collab.exchange.mail.source import MailboxUnusable
from xl_collab.ui.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="dovecot runs on POSIX systems")
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
RD = ADDRESS["研发部"]


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mailserver.certificate(tmp_path_factory.mktemp("pem"))


@pytest.fixture(scope="module")
def server(pem: Path) -> Iterator[dovecot.ImapServer]:
    if dovecot.program() is None:
        (pytest.fail if os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1" else pytest.skip)("no dovecot")
    with dovecot.running(pem) as found:
        yield found


@pytest.fixture
def inbox(
    server: dovecot.ImapServer, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dovecot.ImapServer]:
    """The server with an empty mailbox, trusted, its password told."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("XL_COLLAB_IMAP_PASSWORD", dovecot.PASSWORD)
    server.empty()
    yield server


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("desk") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path) -> Desk:
    return copied(sent, tmp_path / "desk")


def settings(server: dovecot.ImapServer, **other: object) -> MailboxSettings:
    told = {"name": "main", "host": "localhost", "port": server.port, "user": dovecot.USER, **other}
    return MailboxSettings(**told)  # type: ignore[arg-type]


def look(
    desk: Desk,
    server: dovecot.ImapServer,
    step: Callable[[str], None] = lambda _: None,
    *,
    day: int = 0,
    yes: tuple[str, ...] = (),
    dry_run: bool = False,
    **other: object,
) -> Report:
    options = CollectOptions((), frozenset(yes), ImapSource(settings(server, **other)))
    request = Request(desk.master, dry_run=dry_run)
    return collect_replies(request, options, now=NOW + timedelta(days=day), step=step)


def reply(
    desk: Desk,
    path: Path | None,
    words: str = "见附件",
    department: str = "研发部",
    **headers: str,
) -> EmailMessage:
    """An answer to the letter of a department, with its packet attached."""
    message = EmailMessage()
    message["From"] = f"李四 <{headers.pop('sender', ADDRESS[department])}>"
    message["To"] = dovecot.USER
    message["Subject"] = headers.pop("Subject", f"回复：请填报 · 回执码 {desk.token(department)}")
    for name, text in headers.items():
        message[name.replace("_", "-")] = text
    message.set_content(words)
    if path is not None:
        message.add_attachment(path.read_bytes(), *XLSX, filename=path.name)
    return message


def other_workbook() -> bytes:
    """Somebody's workbook that has nothing to do with us."""
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "红烧肉"
    book.save(stream)
    return stream.getvalue()


# -- what is taken, and what is not ----------------------------------------------------------------------


def test_replies_come_out_of_the_mailbox_and_everything_else_stays_as_it_was(
    desk: Desk, inbox: dovecot.ImapServer
) -> None:
    done = desk.reply("研发部", T004__percent=0.9)
    ours = inbox.deliver(reply(desk, done))
    spam = EmailMessage()
    spam["From"], spam["Subject"] = "shop@example.net", "双十一大促"
    spam.set_content("买买买")
    other = inbox.deliver(spam)
    foreign = EmailMessage()
    foreign["From"], foreign["Subject"] = RD, "食堂菜单"
    foreign.set_content("见附件")
    foreign.add_attachment(other_workbook(), *XLSX, filename="menu.xlsx")
    menu = inbox.deliver(foreign)

    report = look(desk, inbox)

    assert changed(report) == {("t004", "percent"): 0.9}
    assert codes(report) == []
    assert report.mails is not None
    assert (report.mails.ours, report.mails.others, report.mails.waiting) == (1, 2, 0)
    assert inbox.flags() == {ours: {"\\Seen"}, other: set(), menu: set()}
    again = look(desk, inbox, day=1)
    assert again.mails is not None
    assert (again.mails.ours, again.mails.others) == (0, 0)
    assert counted(again) == {}
    assert again.is_clean


def test_a_packet_is_known_by_its_own_reply_code_whatever_the_subject_says(
    desk: Desk, inbox: dovecot.ImapServer
) -> None:
    inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9), Subject="上周的表"))
    assert changed(look(desk, inbox)) == {("t004", "percent"): 0.9}


def test_a_reply_to_our_message_is_known_by_what_it_answers(desk: Desk, inbox: dovecot.ImapServer) -> None:
    desk.ledger().note_sent("<one@example.com>", desk.token("研发部"))
    inbox.deliver(reply(desk, None, "T003 下周完成", Subject="答复", In_Reply_To="<one@example.com>"))
    report = look(desk, inbox)
    assert codes(report) == ["no-workbook"]
    assert [remark.words for remark, *_ in report.matched.remarks] == []
    assert [one.arrival.remarks[0].words for one in report.matched.rejected] == ["T003 下周完成"]


def test_an_unknown_sender_waits_and_is_taken_once_confirmed(desk: Desk, inbox: dovecot.ImapServer) -> None:
    uid = inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9), sender="wang@example.com"))
    report = look(desk, inbox)
    assert changed(report) == {}
    assert report.mails is not None
    assert (report.mails.ours, report.mails.waiting) == (0, 1)
    assert inbox.flags() == {uid: set()}
    assert changed(look(desk, inbox, day=1, yes=("wang@example.com",))) == {("t004", "percent"): 0.9}
    assert inbox.flags() == {uid: {"\\Seen"}}


def test_a_returned_letter_is_no_reply_and_says_whom_it_did_not_reach(
    desk: Desk, inbox: dovecot.ImapServer
) -> None:
    letter = reply(desk, desk.packet("研发部"), sender=dovecot.USER)
    bounce = MIMEMultipart("report", **{"report-type": "delivery-status"})
    bounce["From"], bounce["To"] = "MAILER-DAEMON@example.com", dovecot.USER
    bounce["Subject"] = "Undelivered Mail Returned to Sender"
    bounce.attach(MIMEText("Sorry"))
    status = MIMEBase("message", "delivery-status")
    told = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; rd@example.com\nAction: failed\n"
    status.set_payload([email.message_from_string(told)])
    bounce.attach(status)
    bounce.attach(MIMEMessage(letter))
    inbox.deliver(bounce.as_bytes())
    plain = EmailMessage()
    plain["From"], plain["To"], plain["Subject"] = "postmaster@163.com", dovecot.USER, "系统退信"
    plain.set_content(f"您发往 li.si@163.com 的邮件（{desk.token('市场部')}）投递失败")
    plain.add_attachment(desk.packet("市场部").read_bytes(), *XLSX, filename="市场部.xlsx")
    inbox.deliver(plain)

    report = look(desk, inbox)

    assert report.matched.replies == []
    assert changed(report) == {}
    assert codes(report) == ["bounce", "bounce"]
    reasons = [one.refusal.text.zh for one in report.matched.rejected]
    assert "rd@example.com" in reasons[0]
    assert "li.si@163.com" in reasons[1]
    strange = EmailMessage()
    strange["From"], strange["To"], strange["Subject"] = "postmaster@163.com", dovecot.USER, "系统退信"
    strange.set_content("您发往 wang@163.com 的邮件（团建报名）投递失败")
    strange.add_attachment(other_workbook(), *XLSX, filename="报名.xlsx")
    inbox.deliver(strange)
    assert codes(look(desk, inbox, day=1)) == []  # a letter of somebody else comes back


def test_an_automatic_answer_is_told_as_one(desk: Desk, inbox: dovecot.ImapServer) -> None:
    token = desk.token("研发部")
    inbox.deliver(reply(desk, None, "我正在休假，11月20日回来", Subject=f"自动回复: 请填报 {token}"))
    inbox.deliver(reply(desk, None, "I am away", Auto_Submitted="auto-replied"))
    report = look(desk, inbox)
    assert codes(report) == ["auto-reply", "auto-reply"]
    assert report.matched.rejected[0].arrival.remarks[0].words == "我正在休假，11月20日回来"


def test_taken_mails_are_moved_where_that_is_wished(desk: Desk, inbox: dovecot.ImapServer) -> None:
    inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
    look(desk, inbox, move_to="已收取")
    assert inbox.flags() == {}
    assert list(inbox.flags("已收取").values()) == [{"\\Seen"}]


def test_several_folders_are_looked_through(desk: Desk, inbox: dovecot.ImapServer) -> None:
    inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)), "项目填报")
    assert changed(look(desk, inbox, folders=("INBOX", "项目填报"))) == {("t004", "percent"): 0.9}


def test_a_dry_run_leaves_ledger_and_mailbox_alone(desk: Desk, inbox: dovecot.ImapServer) -> None:
    uid = inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
    assert changed(look(desk, inbox, dry_run=True)) == {("t004", "percent"): 0.9}
    assert inbox.flags() == {uid: set()}
    assert changed(look(desk, inbox)) == {("t004", "percent"): 0.9}


# -- what goes wrong -------------------------------------------------------------------------------------


def test_what_cannot_be_used_is_said_with_its_cure(
    desk: Desk, inbox: dovecot.ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal(**other: object) -> str:
        with pytest.raises(MailboxUnusable) as caught:
            look(desk, inbox, **other)
        return caught.value.message("zh")

    assert "现有文件夹：INBOX" in refusal(folders=("没有的",))
    assert "连不上" in refusal(port=dovecot.free_port())
    assert "授权码" in refusal(user="nobody@example.com")
    monkeypatch.setenv("XL_COLLAB_IMAP_PASSWORD", "wrong")
    assert "授权码" in refusal()
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "证书不可信" in refusal()
    assert inbox.flags() == {}


def test_starttls_is_used_where_it_is_asked_for(desk: Desk, inbox: dovecot.ImapServer) -> None:
    inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
    report = look(desk, inbox, port=inbox.plain, security="starttls")
    assert changed(report) == {("t004", "percent"): 0.9}


def test_a_broken_connection_loses_no_mail(desk: Desk, inbox: dovecot.ImapServer) -> None:
    inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
    inbox.deliver(
        reply(
            desk,
            desk.reply("市场部", minute=1, T006__status="进行中"),
            sender=ADDRESS["市场部"],
            department="市场部",
        )
    )
    with cut_after(inbox.port, 140_000) as port:
        report = look(desk, inbox, port=port)
    assert report.mails is not None
    assert report.mails.lost is not None
    assert not report.is_clean
    first = changed(report)
    assert first
    second = changed(look(desk, inbox, day=1))
    assert {**first, **second} == {("t004", "percent"): 0.9, ("t006", "status"): "in_progress"}
    assert not first.keys() & second.keys()


@contextmanager
def cut_after(port: int, most: int) -> Iterator[int]:
    """A way to the server that breaks when it has carried `most` bytes to us."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        done = threading.Event()

        def carry(source: socket.socket, target: socket.socket, left: list[int]) -> None:
            try:
                while data := source.recv(4096):
                    left[0] -= len(data)
                    if left[0] < 0:
                        break
                    target.sendall(data)
            except OSError:
                pass
            for one in (source, target):
                one.close()

        def serve() -> None:
            while not done.is_set():
                try:
                    here, _ = listening.accept()
                except TimeoutError:
                    continue
                there = socket.create_connection(("127.0.0.1", port))
                for pair in ((here, there, [10**9]), (there, here, [most])):
                    threading.Thread(target=carry, args=pair, daemon=True).start()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            done.set()
            thread.join()


def test_a_mailbox_that_was_rebuilt_merges_nothing_twice(desk: Desk, inbox: dovecot.ImapServer) -> None:
    mail = reply(desk, desk.reply("研发部", T004__percent=0.9))
    inbox.deliver(mail, "复制")
    assert changed(look(desk, inbox, folders=("复制",)))
    with inbox.client() as client:
        client.delete_folder("复制")
    inbox.deliver(mail, "复制")
    report = look(desk, inbox, day=1, folders=("复制",))
    assert changed(report) == {}
    assert len(report.matched.repeats) == 1


def test_mails_that_cannot_be_moved_are_merged_and_told(
    desk: Desk, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = (
        "imap_capability = IMAP4rev1 UIDPLUS LITERAL+ ID\n"
        "protocol imap {\n  mail_plugins = quota imap_quota\n}\n"
        "plugin {\n  quota = count:User\n  quota_vsizes = yes\n  quota_rule = *:storage=1K\n}\n"
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("XL_COLLAB_IMAP_PASSWORD", dovecot.PASSWORD)
    with dovecot.running(pem) as server:
        server.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
        maildir = server.home / "Maildir"
        with dovecot.running(pem, full, maildir=maildir) as limited:
            report = look(desk, limited, move_to="已收取")
            assert changed(report) == {("t004", "percent"): 0.9}
            assert report.mails is not None
            assert report.mails.unmarked is not None
            assert list(limited.flags().values()) == [{"\\Seen"}]
        look(desk, server, day=1)  # another account for the ledger: the same file is known
    assert said(report) == []


def test_killed_anywhere_no_mail_is_lost_or_merged_twice(
    sent: Desk, inbox: dovecot.ImapServer, tmp_path: Path
) -> None:
    _kills(sent, inbox, tmp_path, ("locked", "backup", "intent", "replaced", "done", "marked"))


def _kills(sent: Desk, inbox: dovecot.ImapServer, folder: Path, steps: Sequence[str]) -> None:
    for number, step in enumerate(steps):
        desk = copied(sent, folder / f"{number}")
        inbox.empty()
        inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
        _killed_at(desk, inbox, step)
        report = look(desk, inbox, day=1)
        assert desk.value("T004", "percent") == 0.9, step
        assert list(inbox.flags().values()) == [{"\\Seen"}], step
        made = [change for _, change in desk.ledger().made(100)]
        assert [(c.cell.row, c.cell.column) for c in made] == [("t004", "percent")], step
        assert report.is_clean, step


def _killed_at(desk: Desk, server: dovecot.ImapServer, step: str) -> None:
    def stop(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            look(desk, server, stop)
        finally:
            os._exit(3)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), (step, status)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(10))
def test_killed_two_hundred_times_at_any_moment(
    sent: Desk, inbox: dovecot.ImapServer, tmp_path: Path, part: int
) -> None:
    steps = ("locked", "backup", "intent", "replaced", "done", "marked")
    _kills(sent, inbox, tmp_path, random.Random(part).choices(steps, k=10))
    for number in range(10):
        desk = copied(sent, tmp_path / f"moment-{number}")
        inbox.empty()
        inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
        child = os.fork()
        if child == 0:
            try:
                look(desk, inbox)
            finally:
                os._exit(0)
        time.sleep(random.Random(f"{part}-{number}").uniform(0.0, 3.0))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        look(desk, inbox, day=1)
        assert desk.value("T004", "percent") == 0.9
        assert list(inbox.flags().values()) == [{"\\Seen"}]
        assert [c.cell.row for _, c in desk.ledger().made(100)] == ["t004"]


@pytest.mark.soak
def test_a_mailbox_of_ten_thousand_mails(desk: Desk, inbox: dovecot.ImapServer) -> None:
    other = EmailMessage()
    other["From"], other["Subject"] = "news@example.com", "周报"
    other.set_content("内容" * 500)
    folder = inbox.home / "Maildir" / "cur"
    for number in range(10_000):
        path = folder / f"1700000000.M{number}P1.host:2,"
        path.write_bytes(other.as_bytes())
        path.chmod(0o666)
    ours = inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
    report = look(desk, inbox)
    assert changed(report) == {("t004", "percent"): 0.9}
    assert report.mails is not None
    assert (report.mails.ours, report.mails.others) == (1, 10_000)
    assert [uid for uid, flags in inbox.flags().items() if flags] == [ours]
    again = look(desk, inbox, day=1)
    assert again.mails is not None
    assert again.mails.others == 0


# -- settings and the command ----------------------------------------------------------------------------


def test_mailboxes_are_set_in_mail_toml(tmp_path: Path) -> None:
    path = tmp_path / "mail.toml"
    path.write_text(
        'host = "smtp.example.com"\nsender = "pmo@example.com"\n[mailbox]\nhost = "imap.example.com"\n'
        'user = "pmo@example.com"\nfolders = ["收件箱", "项目"]\n[mailbox.other]\nhost = "h"\nuser = "u"\n',
        encoding="utf-8",
    )
    found = mailboxes({"XL_COLLAB_MAIL_CONFIG": str(path)})
    assert list(found) == ["main", "other"]
    assert found["main"].folders == ("INBOX", "项目")
    assert found["main"].port == 993
    for wrong, word in (
        ('[mailbox]\nhost = "h"\n', "user"),
        ('[mailbox]\nhost = "h"\nuser = "u"\npassword = "x"\n', "密码"),
        ('[mailbox]\nhost = "h"\nuser = "u"\nsecurity = "none"\n', "本机"),
        ('[mailbox]\nhost = "h"\nuser = "u"\nfolder = "x"\n', "folders"),
    ):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(UsageError) as caught:
            mailboxes({"XL_COLLAB_MAIL_CONFIG": str(path)})
        assert word in caught.value.message("zh")


def test_the_command_collects_from_the_mailbox(
    desk: Desk,
    inbox: dovecot.ImapServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "mail.toml"
    monkeypatch.setenv("XL_COLLAB_MAIL_CONFIG", str(path))

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["collect", str(desk.master), *words])
        shown = capsys.readouterr()
        return int(str(ended.value.code)), shown.out + shown.err

    assert run() == (2, run()[1])
    code, text = run("--mailbox")
    assert (code, "mail setup" in text) == (2, True)
    path.write_text(
        f'[mailbox]\nhost = "localhost"\nport = {inbox.port}\nuser = "{dovecot.USER}"\n', encoding="utf-8"
    )
    code, text = run("--mailbox", "别的")
    assert (code, "别的" in text) == (2, True)
    inbox.deliver(reply(desk, desk.reply("研发部", T004__percent=0.9)))
    code, text = run("--mailbox")
    assert code == 0
    assert "本项目回复邮件 1 封" in text
    assert "全部已写入" in text


def test_setting_up_logs_in_first_and_keeps_what_else_stands_in_the_file(
    inbox: dovecot.ImapServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "mail.toml"
    path.write_text(
        '# 总部要求\ndomains = ["example.com"]\n\n[mailbox.other]\nhost = "h"\nuser = "u"\n', "utf-8"
    )
    before = path.read_bytes()
    monkeypatch.setenv("XL_COLLAB_MAIL_CONFIG", str(path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["mail", "setup", *words])
        shown = capsys.readouterr()
        return int(str(ended.value.code)), shown.out + shown.err

    servers = ("--imap", f"localhost:{inbox.port}", "--smtp", "smtp.example.com:587")
    monkeypatch.setenv("XL_COLLAB_IMAP_PASSWORD", "wrong")
    code, text = run("--address", dovecot.USER, *servers)
    assert (code, "授权码" in text) == (2, True)
    assert path.read_bytes() == before
    monkeypatch.setenv("XL_COLLAB_IMAP_PASSWORD", dovecot.PASSWORD)
    code, text = run("--address", dovecot.USER, *servers)
    assert code == 0, text
    assert "XL_COLLAB_SMTP_PASSWORD" in text
    assert dovecot.PASSWORD not in path.read_text("utf-8") + text
    assert "# 总部要求" in path.read_text("utf-8")
    settings = mail_settings({"XL_COLLAB_MAIL_CONFIG": str(path)})
    assert (settings.host, settings.port, settings.sender) == ("smtp.example.com", 587, dovecot.USER)
    assert settings.domains == ("example.com",)
    assert {name: box.port for name, box in mailboxes().items()} == {"main": inbox.port, "other": 993}
    once = path.read_bytes()
    assert run("--address", dovecot.USER, *servers)[0] == 0
    assert path.read_bytes() == once
    code, text = run("--address", "li@outlook.com")
    assert (code, "OAuth" in text) == (2, True)
    code, text = run("--address", "li@unknown-company.cn")
    assert (code, "--imap" in text) == (2, True)
