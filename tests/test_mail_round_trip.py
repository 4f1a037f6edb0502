"""From our letters by a real SMTP server, through people's mail programs, back out of a real IMAP server.

The master must hold exactly what the table of intents says; everything else is asked or told.
"""

from __future__ import annotations

import email
import email.policy
import io
import os
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid
from pathlib import Path

import openpyxl
import pytest
from collect_desk import SHIPPED, place

from tests import dovecot, mailserver
from xl_collab.commands.collect import payload
from xl_collab.commands.master_file import CollectOptions, MasterFile, collect_replies, utc_now
from xl_collab.commands.session import Request, Session, held
from xl_collab.exchange.mail.mailbox import ImapSource
from xl_collab.exchange.mail.mailbox_settings import mailbox_named
from xl_collab.hosts.reading import read_book
from xl_collab.schema.sheets import TRACKER
from xl_collab.ui.cli import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="dovecot runs on POSIX systems")
NO_SERVER = dovecot.program() is None and os.environ.get("XL_COLLAB_REQUIRE_TOOLS") != "1"
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")

ENTERED = [column.name for column in TRACKER.columns if column.entered]

INTENTS: dict[tuple[str, str], object] = {
    ("T004", "percent"): 0.9,  # 研发部, in the packet
    ("T006", "forecast"): date(2024, 1, 12),  # 市场部, in the line of the quoted letter
    ("T005", "support_feedback"): "【生产部】试产线11月27日起可用，散热件装配需研发派1人\n"
    "【销售部】样机到位后三天内给订单预测",  # 销售部, in the packet, beside what 生产部 had said
}
"""What people meant to change in the master. 生产部 only wrote a sentence: that is asked."""


class People:
    """The contacts: each has our letter and answers it as their program does."""

    def __init__(self, box: mailserver.Box) -> None:
        self.letters = {
            str(one.message["To"]): email.message_from_bytes(one.data, policy=email.policy.default)
            for one in box.got
        }

    def answer(self, who: str, text: str, html: str = "", **headers: str) -> EmailMessage:
        ours, said = self.letters[who], EmailMessage()
        said["From"], said["To"] = headers.get("sender", who), "pmo@example.com"
        said["Subject"] = f"{headers.get('subject', '回复: ')}{ours['Subject']}"
        said["In-Reply-To"], said["Message-ID"] = ours["Message-ID"], make_msgid(domain="example.com")
        said["Date"] = format_datetime(datetime.now(UTC) + timedelta(minutes=5))
        said.set_content(text)
        if html:
            said.add_alternative(html, subtype="html")
        return said

    def text(self, who: str) -> str:
        body = self.letters[who].get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")

    def html(self, who: str) -> str:
        body = self.letters[who].get_body(("html",))
        assert body is not None
        return str(body.get_content())

    def packet(self, who: str, **cells: object) -> bytes:
        """The attached packet with cells of rows changed (T004__percent=0.9)."""
        (data,) = (
            part.get_content()
            for part in self.letters[who].iter_attachments()
            if str(part.get_filename()).endswith(".xlsx")
        )
        book = openpyxl.load_workbook(io.BytesIO(data))
        for key, value in cells.items():
            row, _, column = key.partition("__")
            place(book["我的任务"], row, column).value = value
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


def outlook(people: People) -> EmailMessage:
    """研发部: the packet attached, HTML, our letter below with its header."""
    who = "rd@example.com"
    said = people.answer(
        who,
        f"附件已填好，请查收。\n\n发件人: 项目办 <pmo@example.com>\n发送时间: 2023年11月13日 17:20\n"
        f"收件人: 李四\n主题: 请填报\n\n{people.text(who)}",
        html=f"<p>附件已填好，请查收。</p><hr><div>{people.html(who)}</div>",
        subject="答复: ",
    )
    said.add_attachment(people.packet(who, T004__percent=0.9), *XLSX, filename="任务填报.xlsx")
    return said


_T006 = "T006｜状态：｜完成率：｜预计完成："


def netease(people: People) -> EmailMessage:
    """市场部: no file; the line in the quoted letter is filled in."""
    who = "marketing@example.com"
    filled = people.text(who).replace(
        "T006｜状态：｜完成率：｜预计完成：", "T006｜状态：｜完成率：｜预计完成：1月12日"
    )
    quoted = "\n".join(f"> {line}" for line in filled.splitlines())
    head = '在 2023-11-13 17:20:11，"项目办" <pmo@example.com> 写道：'
    return people.answer(who, f"\n{head}\n{quoted}", subject="Re:")


def qq(people: People) -> EmailMessage:
    """生产部: a plain sentence about a row that it supports."""
    who = "production@example.com"
    quoted = people.text(who)
    return people.answer(
        who,
        "T005 延到12月28日，缺模具\n\n\n------------------ 原始邮件 ------------------\n"
        f'发件人: "项目办" <pmo@example.com>;\n发送时间: 2023年11月13日\n收件人: "王五";\n'
        f"主题: 请填报\n\n{quoted}",
    )


def foxmail(people: People) -> EmailMessage:
    """销售部: the packet, and words that must be read."""
    who = "sales@example.com"
    said = people.answer(who, "赵六\n销售部\n经销商大会改到12月，请知悉")
    data = people.packet(who, T005__support_feedback="样机到位后三天内给订单预测")
    said.add_attachment(data, *XLSX, filename="销售部.xlsx")
    return said


def forwarded(people: People) -> EmailMessage:
    """行政部: filled in by a colleague whom 通讯录 does not know."""
    said = people.answer("admin@example.com", "代填，见附件", sender="temp@example.com", subject="转发：")
    data = people.packet("admin@example.com", T006__support_feedback="场地已订")
    said.add_attachment(data, *XLSX, filename="行政部.xlsx")
    return said


def away(people: People) -> EmailMessage:
    """人力资源部 is out of the office."""
    said = people.answer("hr@example.com", "我在休假，11月20日回来。", subject="自动回复: ")
    said["Auto-Submitted"] = "auto-replied"
    return said


def bounced(people: People) -> bytes:
    """The letter to 人力资源部 comes back as well: a mailbox that a rule forwards to is full."""
    report = MIMEMultipart("report", **{"report-type": "delivery-status"})
    report["From"], report["To"] = "MAILER-DAEMON@example.com", "pmo@example.com"
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report.attach(MIMEText("The mailbox is full."))
    status = MIMEBase("message", "delivery-status")
    told = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; hr.all@example.com\nAction: failed\n"
    status.set_payload([email.message_from_string(told)])
    report.attach(status)
    report.attach(MIMEMessage(people.letters["hr@example.com"]))
    return report.as_bytes()


@pytest.mark.skipif(
    dovecot.program() is None and os.environ.get("XL_COLLAB_REQUIRE_TOOLS") != "1", reason="no dovecot"
)
def test_letters_go_out_and_replies_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pem = mailserver.certificate(tmp_path)
    master = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, master)
    before = read_book(master).tables["tracker"]
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    monkeypatch.setenv("XL_COLLAB_MAIL_CONFIG", str(tmp_path / "mail.toml"))
    monkeypatch.setenv("XL_COLLAB_SMTP_PASSWORD", mailserver.PASSWORD)
    monkeypatch.setenv("XL_COLLAB_IMAP_PASSWORD", dovecot.PASSWORD)
    with mailserver.running(pem) as box, dovecot.running(pem) as server:
        user = mailserver.USER
        (tmp_path / "mail.toml").write_text(
            f'host = "localhost"\nport = {box.port}\nuser = "{user}"\nsender = "{user}"\n'
            f'[mailbox]\nhost = "localhost"\nport = {server.port}\nuser = "{dovecot.USER}"\n',
            encoding="utf-8",
        )
        with pytest.raises(SystemExit) as ended:
            main(["send", str(master), "--smtp"])
        assert ended.value.code == 0, capsys.readouterr()
        people = People(box)
        assert len(people.letters) == 6
        for made in (outlook, netease, qq, foxmail, forwarded, away):
            server.deliver(made(people))
        server.deliver(bounced(people))

        options = CollectOptions((), frozenset(), ImapSource(mailbox_named("")))
        session = Session(Request(master), date(2023, 11, 13))
        with held(session.request):
            report = collect_replies(lambda: MasterFile(session.again(), utc_now()), options)
        found = payload(report, "zh")

        after = read_book(master).tables["tracker"]
        changes = {
            (row, name): after.raw(name)[i]
            for i, row in enumerate(after.texts("id").tolist())
            for name in ENTERED
            if after.raw(name)[i] != before.raw(name)[i]
        }
        assert {at: _plain(value) for at, value in changes.items()} == INTENTS
        asked = [(one["id"], one["column"], one["kind"]) for one in found["open"]]
        assert asked == [("", "", "held"), ("T005", "forecast", "trespass")]
        assert [one["code"] for one in found["rejected"]] == ["auto-reply", "bounce"]
        assert "hr.all@example.com" in found["rejected"][-1]["reason"]
        assert any("经销商大会改到12月" in one["words"] for one in found["remarks"])
        assert any("缺模具" in one["words"] for one in found["remarks"])
        assert {one["sender"]: one["status"] for one in found["replies"]}["temp@example.com"] == "held"
        assert found["mailbox"] == {"host": "localhost", "ours": 6, "others": 0, "complete": True}
        unread = [uid for uid, flags in server.flags().items() if "\\Seen" not in flags]
        assert len(unread) == 1  # the colleague's, until somebody confirms it


def _plain(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value
