"""Sending: drafts in a folder, a real mail server, Outlook through its port, and the command line."""

from __future__ import annotations

import csv
import io
import shutil
import ssl
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mailserver import PASSWORD, USER, Box, certificate, running
from openpyxl import load_workbook
from sending import BY, STAMP, TOKEN, letter, mail, parsed

from xl_collab.documents.letter.content import letters
from xl_collab.errors import UsageError
from xl_collab.exchange.mail.letters import Enclosure, draft_folder, make_mail
from xl_collab.exchange.mail.outgoing import (
    Mail,
    MailNotSent,
    Outlook,
    SendResult,
    connect,
    draft_all,
    send_all,
)
from xl_collab.exchange.mail.outlook_program import NoOutlook
from xl_collab.exchange.mail.pages import latest_sheet, sheet_alone
from xl_collab.exchange.mail.recipients import (
    MailSettings,
    UnsafeLetter,
    mail_settings,
    password,
    settings_path,
)
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample import AS_OF
from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"


# drafts in a folder


def test_a_folder_of_drafts_has_mails_pages_attachments_and_a_list(tmp_path: Path) -> None:
    project = Project(SAMPLE.book("zh"), AS_OF)
    found = letters(project, "request", reply_by=BY).data
    mails = [make_mail(one, Enclosure("packet", b"PK", token=TOKEN), "zh", stamp=STAMP) for one in found]
    draft_folder(mails, tmp_path, "zh")
    name = "智能台灯L1新产品上市-研发部-任务填报.xlsx"
    assert (tmp_path / "02-研发部" / name).read_bytes() == b"PK"
    assert "研发部" in (tmp_path / "02-研发部" / "信件.html").read_text("utf-8")
    sent = parsed((tmp_path / "02-研发部.eml").read_bytes())
    assert [part.get_filename() for part in sent.iter_attachments()] == [name, "研发部-截止日期.ics"]
    assert list(sent.iter_attachments())[1].get_content_type() == "text/calendar"
    rows = list(csv.reader(io.StringIO((tmp_path / "收件人清单.csv").read_text("utf-8-sig"))))
    assert rows[0][:3] == ["部门", "收件人", "抄送"]
    assert rows[2][:2] == ["研发部", "rd@example.com"]
    assert len(rows) == 7
    assert "收件人: rd@example.com" in (tmp_path / "收件人清单.txt").read_text("utf-8-sig")


def test_the_list_of_recipients_cannot_compute(tmp_path: Path) -> None:
    hostile = "=HYPERLINK(1)+cmd"
    made = make_mail(letter("a@x.com", project=hostile, department="@dept"), None, "zh", stamp=STAMP)
    draft_folder([made], tmp_path, "zh")
    text = (tmp_path / "收件人清单.csv").read_text("utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)


# a real server


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusting(pem: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(pem))


def server_settings(box: Box, security: str = "starttls", **more: object) -> MailSettings:
    values = {"user": USER, "sender": USER, **more}
    return MailSettings("localhost", box.port, security, **values)  # type: ignore[arg-type]


def sent(
    mails: list[Mail], how: MailSettings, context: ssl.SSLContext, secret: str = PASSWORD
) -> list[SendResult]:
    return list(send_all(mails, how, secret, now=STAMP, context=context))


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_letters_go_out_encrypted_and_logged_in(security: str, pem: Path, trusting: ssl.SSLContext) -> None:
    with running(pem, security) as box:
        done = sent(
            [mail("rd@example.com", cc=("boss@example.com",)), mail("b@example.com")],
            server_settings(box, security),
            trusting,
        )
    assert [one.sent for one in done] == [True, True]
    first = box.got[0]
    assert (first.sender, first.recipients) == (USER, ["rd@example.com", "boss@example.com"])
    assert sorted(first.message.keys()) == [
        "Cc", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To",
    ]  # fmt: skip
    assert first.message["Message-ID"] == done[0].message_id
    assert first.message["Date"].datetime == STAMP
    (attached,) = first.message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("任务.xlsx", b"PK")


def test_a_wrong_password_sends_nothing(pem: Path, trusting: ssl.SSLContext) -> None:
    with running(pem) as box:
        with pytest.raises(MailNotSent) as told:
            sent([mail()], server_settings(box), trusting, "wrong")
        assert "授权码" in told.value.message("zh")
    assert box.got == []


def test_a_password_that_mail_servers_cannot_take_is_said(pem: Path, trusting: ssl.SSLContext) -> None:
    with running(pem) as box, pytest.raises(MailNotSent) as told:
        sent([mail()], server_settings(box), trusting, "密码")
    assert "授权码" in told.value.message("zh")
    assert box.got == []


def test_a_certificate_that_nobody_vouches_for_sends_nothing(pem: Path) -> None:
    with running(pem) as box, pytest.raises(MailNotSent):
        sent([mail()], server_settings(box), ssl.create_default_context())
    assert box.got == []


def test_a_server_without_encryption_never_sees_a_letter(pem: Path, trusting: ssl.SSLContext) -> None:
    with running(pem, "none", login=False) as box, pytest.raises(MailNotSent):
        sent([mail()], server_settings(box, "starttls"), trusting)
    assert box.got == []


def test_nobody_listening_is_said_in_one_line(trusting: ssl.SSLContext) -> None:
    with pytest.raises(MailNotSent) as told:
        sent([mail()], MailSettings("localhost", 9, "starttls", sender=USER), trusting)
    assert "\n" not in told.value.message("zh")


def test_a_refused_letter_does_not_stop_the_others(pem: Path, trusting: ssl.SSLContext) -> None:
    with running(pem) as box:
        box.unknown, box.hated = ("gone@example.com",), "机密"
        mails = [
            mail("gone@example.com"),
            mail("rd@example.com", "gone@example.com"),
            mail(subject="机密"),
            mail(),
        ]
        done = sent(mails, server_settings(box), trusting)
    assert [one.sent for one in done] == [False, True, False, True]
    assert [one.refused for one in done[:2]] == [("gone@example.com",)] * 2
    assert "554" in done[2].reason.zh
    assert len(box.got) == 2


def test_an_address_outside_the_allow_list_stops_before_the_first_letter(
    pem: Path, trusting: ssl.SSLContext
) -> None:
    with running(pem) as box, pytest.raises(UnsafeLetter):
        sent([mail(), mail("x@evil.com")], server_settings(box), trusting)
    assert box.got == []


# settings


def test_settings_come_from_the_users_file_and_the_environment_wins(tmp_path: Path) -> None:
    path = tmp_path / "mail.toml"
    path.write_text(
        'host = "mail.corp.cn"\nuser = "u"\nsender = "u@corp.cn"\ndomains = ["corp.cn"]\n', "utf-8"
    )
    env = {"XL_COLLAB_MAIL_CONFIG": str(path)}
    assert mail_settings(env) == MailSettings("mail.corp.cn", 587, "starttls", "u", "u@corp.cn", ("corp.cn",))
    more = {**env, "XL_COLLAB_SMTP_SECURITY": "ssl", "XL_COLLAB_MAIL_DOMAINS": "a.com, b.com"}
    found = mail_settings(more)
    assert (found.security, found.port, found.domains) == ("ssl", 465, ("a.com", "b.com"))
    assert mail_settings({"XL_COLLAB_MAIL_CONFIG": str(tmp_path / "none.toml")}) == MailSettings()


@pytest.mark.parametrize(
    "line",
    [
        'password = "x"',
        'smtp_password = "x"',
        'hsot = "x"',
        "port = 70000",
        'security = "tls13"',
        'security = "none"',
        "host = ",
        'domains = ["a b"]',
        'sender = "a@b.com, c@d.com"',
    ],
)
def test_settings_that_cannot_be_meant_are_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "mail.toml"
    path.write_text(line if "host" in line else f'host = "mail.corp.cn"\n{line}', "utf-8")
    with pytest.raises((UsageError, UnsafeLetter)):
        mail_settings({"XL_COLLAB_MAIL_CONFIG": str(path)})


@pytest.mark.parametrize(
    ("platform", "wanted"),
    [
        ("linux", "/home/u/.config/xl_collab/mail.toml"),
        ("darwin", "/home/u/Library/Application Support/xl_collab/mail.toml"),
        ("win32", "/roaming/xl_collab/mail.toml"),
    ],
)
def test_the_settings_file_is_where_the_system_keeps_such_files(platform: str, wanted: str) -> None:
    env = {"HOME": "/home/u", "APPDATA": "/roaming"}
    assert settings_path(env, platform).as_posix() == wanted


def test_a_password_comes_from_the_environment_or_the_keyring_only(monkeypatch: pytest.MonkeyPatch) -> None:
    how = MailSettings("mail.corp.cn", user="u")
    assert password(how, {"XL_COLLAB_SMTP_PASSWORD": "p"}) == "p"
    assert password(MailSettings("mail.corp.cn"), {}) == ""
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(UsageError):
        password(how, {})
    monkeypatch.setitem(sys.modules, "keyring", Keyring({("xl-collab", "u"): "k"}))  # type: ignore[arg-type]
    assert password(how, {}) == "k"


class Keyring:
    """What is used of the keyring package."""

    class errors:  # noqa: N801
        class KeyringError(Exception):
            pass

    def __init__(self, held: dict[tuple[str, str], str]) -> None:
        self.held = held

    def get_password(self, service: str, user: str) -> str | None:
        return self.held.get((service, user))


# Outlook, through its port


class Item:
    """Outlook's MailItem, as far as it is used; a recipient text with a separator would be two."""

    def __init__(self, box: list[Item]) -> None:
        self.box, self.Recipients, self.Attachments = box, Collection(), Collection()
        self.Subject = self.HTMLBody = ""
        self.BodyFormat = 0
        self.shown = False

    def Save(self) -> None:
        self.box.append(self)

    def Display(self, modal: bool) -> None:
        self.shown = not modal


class Recipient:
    def __init__(self, name: str) -> None:
        self.name, self.Type, self.data = name, 1, Path(name).read_bytes() if Path(name).is_file() else b""


class Collection(list[Recipient]):
    def Add(self, text: str) -> Recipient:
        self.extend(Recipient(part) for part in text.split(";"))
        return self[-1]

    @property
    def Count(self) -> int:
        return len(self)


class Application:
    def __init__(self) -> None:
        self.drafts: list[Item] = []

    def CreateItem(self, kind: int) -> Item:
        assert kind == 0
        return Item(self.drafts)


def test_outlook_gets_each_recipient_by_itself_and_a_shown_draft() -> None:
    application = Application()
    made = mail("rd@example.com", "b@example.com", cc=("boss@example.com",))
    assert draft_all(Outlook(application), [made]) == 1
    (item,) = application.drafts
    assert [(r.name, r.Type) for r in item.Recipients] == [
        ("rd@example.com", 1), ("b@example.com", 1), ("boss@example.com", 2),
    ]  # fmt: skip
    assert (item.Subject, item.HTMLBody, item.BodyFormat, item.shown) == ("请反馈", "<p>正文</p>", 2, True)
    assert [(Path(a.name).name, a.data) for a in item.Attachments] == [("任务.xlsx", b"PK")]
    assert not Path(item.Attachments[0].name).exists(), "attachments are cleared away"


def test_outlook_saves_nothing_when_it_reads_other_recipients() -> None:
    application = Application()
    with pytest.raises(UnsafeLetter):
        Outlook(application).draft(mail("rd@example.com;evil@x.com"))
    assert application.drafts == []


def test_without_outlook_the_folder_is_offered() -> None:
    with pytest.raises(NoOutlook) as told:
        connect("linux")
    assert "--draft" in told.value.message("zh")

    def missing(name: str) -> object:
        raise ImportError(name)

    with pytest.raises(NoOutlook):
        connect("win32", missing)


# minutes and reports as attachments


def test_minutes_that_people_finished_go_along_as_they_stand(
    tmp_path: Path, ran: Callable[..., tuple[int, str, str]], ooxml_validate: Callable[[Path], None]
) -> None:
    master = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, master)
    ran("minutes", master, "--issue")
    data = master.read_bytes()
    assert latest_sheet(data, "minutes") == ("纪要-20231113", "20231113")
    assert latest_sheet(data, "review") is None
    alone = tmp_path / "alone.xlsx"
    alone.write_bytes(sheet_alone(data, "纪要-20231113", "zh", lambda: b""))
    ooxml_validate(alone)
    there, here = load_workbook(master)["纪要-20231113"], load_workbook(alone)
    assert here.sheetnames == ["纪要-20231113"]
    sheet = here["纪要-20231113"]
    assert there.column_dimensions[there.cell(1, there.max_column).column_letter].hidden
    shown = there.max_column - 1  # the last column is what the sheet remembers of itself, and stays at home
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        [c.value for c in row[:shown]] for row in there.iter_rows()
    ]
    assert not sheet._hyperlinks
    ran("send", master, "--kind", "minutes", "--draft", tmp_path / "d")
    attached, dates = parsed((tmp_path / "d" / "01-全体.eml").read_bytes()).iter_attachments()
    assert attached.get_content() == alone.read_bytes()
    assert dates.get_filename() == "全体-截止日期.ics"


# the command line


def changed_parts(before: bytes, after: bytes) -> set[str]:
    """The tabs whose cells differ, by their names; any other part by its own, tables go with their sheets."""
    old, new = (zipfile.ZipFile(io.BytesIO(data)) for data in (before, after))
    book = load_workbook(io.BytesIO(after))
    tabs = {f"xl/worksheets/sheet{n}.xml": title for n, title in enumerate(book.sheetnames, start=1)}
    assert old.namelist() == new.namelist()
    parts = (name for name in old.namelist() if not name.startswith("xl/tables/"))
    return {tabs.get(name, name) for name in parts if old.read(name) != new.read(name)}


@pytest.fixture
def ran(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("XL_COLLAB_MAIL_CONFIG", str(tmp_path / "no-settings.toml"))
    for name in ("HOST", "PORT", "SECURITY", "USER", "SENDER", "PASSWORD"):
        monkeypatch.delenv(f"XL_COLLAB_SMTP_{name}", raising=False)

    def run(*args: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run  # type: ignore[return-value]


@pytest.fixture
def master(tmp_path: Path) -> Path:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    return path


def test_packets_are_written_and_recorded(
    ran: Callable[..., tuple[int, str, str]], master: Path, tmp_path: Path
) -> None:
    from xl_collab.exchange.ledger.ledger import Ledger

    before = master.read_bytes()
    assert ran("packets", master, "-o", tmp_path / "p", "--to", "研发、生产部")[0] == 0
    assert ran("packets", master, "-o", tmp_path / "p", "--to", "研发部", "--whole")[0] == 0
    names = sorted(path.name for path in (tmp_path / "p").iterdir())
    assert names == [
        "智能台灯L1新产品上市-生产部-任务填报.xlsx",
        "智能台灯L1新产品上市-研发部-任务填报.xlsx",
        "智能台灯L1新产品上市-研发部-协作工作簿.xlsx",
    ]
    # Only 首页 and what it reads have changed: two departments have something to answer. No run to take back.
    assert changed_parts(before, master.read_bytes()) == {"首页", "_meta"}
    assert load_workbook(master, data_only=True)["首页"]["B2"].value == "下一步：收取回复：还差 2 个部门"
    assert ran("undo", master)[0] == 2
    document = "00000000-0000-0000-0000-000000000000"
    ledger = Ledger.open(master, document, 0, now=STAMP)
    known = {(entry.department, entry.kind): ledger.sending(entry.token) for entry in ledger.log()}
    assert set(known) == {("研发部", "packet"), ("生产部", "packet"), ("研发部", "whole")}
    book = load_workbook(tmp_path / "p" / names[1])
    properties = {p.name: p.value for p in book.custom_doc_props.props}
    sending = known["研发部", "packet"]
    assert sending is not None
    assert properties["collab_token"] == sending.token
    assert properties["collab_document"] == document
    assert "tracker" in sending.snapshot.sheets
    whole = load_workbook(tmp_path / "p" / names[2]).custom_doc_props.props
    assert {p.name: p.value for p in whole}["collab_issue"] == "2"


def test_a_dry_run_shows_every_letter_and_leaves_no_trace(
    ran: Callable[..., tuple[int, str, str]], master: Path, tmp_path: Path
) -> None:
    code, out, _ = ran("send", master, "--dry-run")
    assert code == 0
    for address in ("marketing", "rd", "production", "sales", "admin", "hr"):
        assert f"收件人：{address}@example.com" in out
    assert out.count("主题：") == 6
    assert "附件：智能台灯L1新产品上市-研发部-任务填报.xlsx、研发部-截止日期.ics" in out
    assert [path.name for path in tmp_path.iterdir()] == [master.name]
    assert ran("packets", master, "-o", tmp_path / "p", "--dry-run")[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == [master.name]


def test_a_way_must_be_chosen_and_only_one(ran: Callable[..., tuple[int, str, str]], master: Path) -> None:
    for args in ((), ("--smtp", "--outlook"), ("--draft", "d", "--smtp")):
        code, _, err = ran("send", master, *args)
        assert code == 2
        assert "--draft" in err
    before = sorted(master.parent.iterdir())
    for unready in ("--smtp",) if sys.platform == "win32" else ("--smtp", "--outlook"):
        assert ran("send", master, unready)[0] == 2, "no server is set, and this is no Windows"
    assert sorted(master.parent.iterdir()) == before, "nothing is recorded that cannot leave"
    assert ran("send", master, "--dry-run", "--kind", "spam")[0] == 2


def test_send_through_a_server_from_the_command_line(
    ran: Callable[..., tuple[int, str, str]], master: Path, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(pem) as box:
        for name, text in {
            "SMTP_HOST": "localhost",
            "SMTP_PORT": str(box.port),
            "SMTP_USER": USER,
            "SMTP_SENDER": USER,
            "SMTP_PASSWORD": PASSWORD,
        }.items():
            monkeypatch.setenv(f"XL_COLLAB_{name}", text)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        code, out, _ = ran("send", master, "--smtp", "--to", "研发部")
        assert code == 0, out
        monkeypatch.setenv("XL_COLLAB_MAIL_DOMAINS", "elsewhere.com")
        code, _, err = ran("send", master, "--smtp", "--to", "研发部")
        assert code == 2
        assert "rd@example.com" in err
    (got,) = box.got
    assert got.recipients == ["rd@example.com"]
    workbook, _ = got.message.iter_attachments()
    book = load_workbook(io.BytesIO(workbook.get_content()))
    token = {p.name: p.value for p in book.custom_doc_props.props}["collab_token"]
    assert f"[{token}]" in str(got.message["Subject"])
