"""`mail setup`: where mail leaves and where replies come in, tried before anything is written.

The password goes into the system's keyring, never into a file. What may not enter: sending, collecting.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from xl_collab.commands.command import Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.exchange.mail.mailbox_settings import MailboxSettings, Provider

WORDS = {
    "ask_address": t("您的邮箱地址", "Your mail address"),
    "ask_provider": t(
        "邮箱服务商（{known}；公司自己的留空）", "Provider ({known}; empty for the company's own)"
    ),
    "ask_imap": t("收信服务器（IMAP）", "Server for incoming mail (IMAP)"),
    "ask_smtp": t("发信服务器（SMTP）", "Server for outgoing mail (SMTP)"),
    "ask_password": t(
        "密码或授权码（不显示，存入系统钥匙串）", "Password or app code (not shown, kept in the keyring)"
    ),
    "note": t("{provider}：{note}", "{provider}: {note}"),
    "tried": t("已登录 {host}：{count} 个文件夹", "Logged in at {host}: {count:folder|folders}"),
    "set_up": t("已写入 {path}", "Wrote {path}"),
    "kept": t("密码已存入系统钥匙串（{user}）", "The password of {user} is in the keyring"),
    "not_kept": t(
        "密码没有保存（没有可用的系统钥匙串）：请设置环境变量 XL_COLLAB_IMAP_PASSWORD 和 XL_COLLAB_SMTP_PASSWORD",
        "The password was not kept (no usable keyring): set XL_COLLAB_IMAP_PASSWORD and "
        "XL_COLLAB_SMTP_PASSWORD",
    ),
    "next": t(
        "收取：xl-collab collect 跟踪表.xlsm --mailbox；发送：xl-collab send 跟踪表.xlsm --smtp",
        "Collect: xl-collab collect FILE --mailbox; send: xl-collab send FILE --smtp",
    ),
}
_NO_ADDRESS = t(
    "请给出邮箱地址：xl-collab mail setup --address 名字@公司.com",
    "Give your address: xl-collab mail setup --address name@company.com",
)
_NO_HOST = t(
    "不认识 {domain} 的服务器。请加 --provider（{known}），或 --imap 主机 和 --smtp 主机（问 IT）",
    "The servers of {domain} are not known. Add --provider ({known}), or --imap HOST and --smtp HOST; ask IT",
)
_NO_PASSWORD = t(
    "没有密码。请在终端运行并输入，或设置环境变量 XL_COLLAB_IMAP_PASSWORD",
    "There is no password. Run it in a terminal and type it, or set XL_COLLAB_IMAP_PASSWORD",
)
_NO_PROVIDER = t("没有服务商“{name}”，可用：{known}", "There is no provider {name!r}; known: {known}")

ADDRESS = Option("address", t("您的邮箱地址", "Your mail address"), ("--address",), metavar="ADDRESS")
PROVIDER = Option(
    "provider",
    t(
        "服务商：qq、exmail、163、126、qiye163、aliyun、exchange",
        "qq, exmail, 163, 126, qiye163, aliyun, exchange",
    ),
    ("--provider",),
    metavar="NAME",
)
IMAP = Option(
    "imap", t("收信服务器，可带端口", "IMAP server, with its port"), ("--imap",), metavar="HOST[:PORT]"
)
SMTP_HOST = Option(
    "smtp", t("发信服务器，可带端口", "SMTP server, with its port"), ("--smtp",), metavar="HOST[:PORT]"
)
MOVE_TO = Option(
    "move_to",
    t(
        "把收取过的邮件移到这个文件夹（默认只标为已读）",
        "Move mails that were taken there (default: only mark them as read)",
    ),
    ("--move-to",),
    metavar="FOLDER",
)


def run(session: Session, options: Options) -> Reply:
    """Ask what is missing, log in, and only then write."""
    from xl_collab.exchange.mail.mailbox import Mailbox
    from xl_collab.exchange.mail.recipients import settings_path
    from xl_collab.exchange.mail.settings_file import write_settings

    reply = session.reply(WORDS)
    address, provider = _address(session, options), _provider(session, options)
    found, smtp = _servers(session, options, address, provider, reply)
    secret = _secret(session)
    with Mailbox(found, secret) as mailbox:
        reply.say("tried", host=found.host, count=len(mailbox.folders()))
    inside: dict[str, str | int] = {"host": found.host, "port": found.port, "user": found.user}
    if found.security == "starttls":
        inside["security"] = found.security
    if found.move_to:
        inside["move_to"] = found.move_to
    parts = [("mailbox", inside)]
    if smtp[0]:
        security = "ssl" if smtp[1] == 465 else "starttls"
        outside: dict[str, str | int] = {"host": smtp[0], "port": smtp[1], "security": security}
        parts.insert(0, ("", outside | {"user": address, "sender": address}))
    path = settings_path(os.environ)
    write_settings(path, *parts)
    reply.say("set_up", path=path)
    reply.say("kept" if _kept(address, secret) else "not_kept", user=address)
    reply.say("next")
    return reply


def _address(session: Session, options: Options) -> str:
    from xl_collab.exchange.mail.recipients import read_address

    text = options["address"]
    if text is None and session.person is not None:
        text = session.person.text(session.reply(WORDS).text("ask_address"))
    if not text:
        raise usage_error(_NO_ADDRESS)
    return read_address(text)


def _provider(session: Session, options: Options) -> Provider | None:
    """The provider named, or told by the address; None for a company's own servers."""
    from xl_collab.exchange.mail.mailbox_settings import PROVIDERS, provider_of

    named = options["provider"]
    address = options["address"] or ""
    told = provider_of(address) if named is None else None
    if named is None and told is None and session.person is not None and options["imap"] is None:
        prompt = session.reply(WORDS).text("ask_provider", known=_known(session))
        named = session.person.text(prompt) or None
    if named is None:
        return told
    found = next((one for one in PROVIDERS if named.strip().lower() in (one.key, *one.label_words)), None)
    if found is None:
        raise usage_error(_NO_PROVIDER, name=named, known=_known(session))
    return found


def _known(session: Session) -> str:
    from xl_collab.exchange.mail.mailbox_settings import PROVIDERS

    lang = session.reply(WORDS).lang
    return " / ".join(f"{one.key} {one.label.of(lang)}" for one in PROVIDERS if one.imap)


def _servers(
    session: Session, options: Options, address: str, provider: Provider | None, reply: Reply
) -> tuple[MailboxSettings, tuple[str, int]]:
    """Where to look into, and the server for letters ('' for none)."""
    from xl_collab.exchange.mail.mailbox_settings import MAIN, MailboxSettings, provider_of

    provider = provider or provider_of(address)
    if provider is not None and provider.note.of(reply.lang):
        label, note = provider.label.of(reply.lang), provider.note.of(reply.lang)
        if not provider.imap and not options["imap"]:
            raise usage_error(t("{zh}", "{en}"), zh=f"{label}：{note}", en=f"{label}: {note}")
        reply.say("note", provider=label, note=note)
    hosts = {"imap": provider.imap if provider else "", "smtp": provider.smtp if provider else ""}
    for name in hosts:
        asked = options[name]
        if not asked and not hosts[name] and session.person is not None:
            asked = session.person.text(reply.text(f"ask_{name}"))
        hosts[name] = asked or hosts[name]
    if not hosts["imap"]:
        raise usage_error(_NO_HOST, domain=address.rpartition("@")[2], known=_known(session))
    host, port = _host(hosts["imap"], 993)
    found = MailboxSettings(MAIN, host, port, "ssl", address, move_to=options["move_to"] or "")
    if port == 143:
        found = replace(found, security="starttls")
    return found, _host(hosts["smtp"], 465) if hosts["smtp"] else ("", 0)


def _host(text: str, port: int) -> tuple[str, int]:
    host, _, number = text.strip().partition(":")
    if number and not (number.isdecimal() and 0 < int(number) < 65536):
        raise usage_error(
            t("“{text}”应为 主机 或 主机:端口", "{text!r} should be HOST or HOST:PORT"), text=text
        )
    return host, int(number or port)


def _secret(session: Session) -> str:
    found = os.environ.get("XL_COLLAB_IMAP_PASSWORD", "")
    if not found and session.person is not None:
        found = session.person.secret(session.reply(WORDS).text("ask_password")) or ""
    if not found:
        raise usage_error(_NO_PASSWORD)
    return found


def _kept(user: str, secret: str) -> bool:
    from xl_collab.exchange.mail.recipients import into_keyring

    return into_keyring(user, secret)


MAIL_SETUP = Command(
    name="mail setup",
    id="mail_setup",
    label=t("邮箱设置", "Mail settings"),
    tip=t("设置收信和发信的邮箱", "Set up the mailbox for replies and letters"),
    more=t(
        "先登录试过再写入 mail.toml；密码存入系统钥匙串。微软邮箱只允许 OAuth 登录，不能用。",
        "It logs in first and writes mail.toml then; the password goes into the keyring. Microsoft's "
        "mailboxes take OAuth only and cannot be used.",
    ),
    twin="xl-collab mail setup",
    run=run,
    options=(ADDRESS, PROVIDER, IMAP, SMTP_HOST, MOVE_TO),
    writes=False,
    talks=True,
)
