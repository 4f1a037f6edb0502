"""Where replies come in: the mailboxes of this user, in `[mailbox]` of mail.toml, and what providers need.

Passwords are never here: environment or keyring. What may not enter: connections (mailbox.py), how mail
leaves (recipients.py).
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from xl_collab.errors import UsageError
from xl_collab.exchange.mail.recipients import from_keyring, settings_path
from xl_collab.schema.words import Text, t

MailboxSecurity = Literal["ssl", "starttls", "none"]
_PORTS: Mapping[MailboxSecurity, int] = {"ssl": 993, "starttls": 143, "none": 143}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_KEYS = ("host", "port", "security", "user", "folders", "move_to")
MAIN = "main"
"""Name of the mailbox that stands in [mailbox] itself."""
INBOX = ("INBOX",)


@dataclass(frozen=True)
class MailboxSettings:
    """One mailbox to look through.

    name      what --mailbox calls it
    security  "ssl" (993), "starttls" (143); "none" only for a server on this computer
    folders   looked through, as people see them: 收件箱 is INBOX for every server
    move_to   folder to which mails that were taken go; '': they stay and are marked as read
    """

    name: str
    host: str
    port: int = 993
    security: MailboxSecurity = "ssl"
    user: str = ""
    folders: tuple[str, ...] = INBOX
    move_to: str = ""

    @property
    def account(self) -> str:
        """The same account is the same mailbox, whatever it is called."""
        return f"{self.user.lower()}@{self.host.lower()}"


@dataclass(frozen=True)
class Provider:
    """A mail provider's servers; `note` says what its password is."""

    key: str
    label: Text
    imap: str
    smtp: str
    domains: tuple[str, ...] = ()
    note: Text = t("", "")

    @property
    def label_words(self) -> tuple[str, str]:
        """Its name as somebody may type it, in lower case."""
        return self.label.zh.lower(), self.label.en.lower()


_APP_CODE = t(
    "密码要用授权码：网页邮箱“设置→账户”中开启 IMAP 后生成",
    "The password is an app code: switch IMAP on in the web mailbox's settings to get one",
)
PROVIDERS = (
    Provider(
        "qq",
        t("QQ 邮箱", "QQ Mail"),
        "imap.qq.com",
        "smtp.qq.com",
        ("qq.com", "foxmail.com", "vip.qq.com"),
        _APP_CODE,
    ),
    Provider(
        "exmail",
        t("腾讯企业邮", "Tencent Exmail"),
        "imap.exmail.qq.com",
        "smtp.exmail.qq.com",
        (),
        t("密码用“微信绑定→客户端专用密码”", "The password is a client password, made under WeChat binding"),
    ),
    Provider(
        "163",
        t("网易 163 邮箱", "NetEase 163"),
        "imap.163.com",
        "smtp.163.com",
        ("163.com",),
        _APP_CODE,
    ),
    Provider(
        "126", t("网易 126 邮箱", "NetEase 126"), "imap.126.com", "smtp.126.com", ("126.com",), _APP_CODE
    ),
    Provider(
        "qiye163",
        t("网易企业邮", "NetEase Qiye"),
        "imap.qiye.163.com",
        "smtp.qiye.163.com",
        (),
        t("密码用客户端授权码", "The password is a client app code"),
    ),
    Provider(
        "aliyun",
        t("阿里企业邮", "Aliyun Qiye"),
        "imap.qiye.aliyun.com",
        "smtp.qiye.aliyun.com",
        (),
        t("密码用“三方客户端安全密码”", "The password is the one for third-party clients"),
    ),
    Provider(
        "exchange",
        t("公司自己的 Exchange", "The company's own Exchange"),
        "",
        "",
        (),
        t("主机名请问 IT；IMAP 须由管理员开启", "Ask IT for the host; an administrator must switch IMAP on"),
    ),
    Provider(
        "outlook",
        t("Outlook.com、Microsoft 365", "Outlook.com, Microsoft 365"),
        "",
        "",
        ("outlook.com", "hotmail.com", "live.com", "live.cn"),
        t(
            "微软只允许 OAuth 登录，本程序做不到：请用 collect --outlook，或在 Outlook 里把回复另存到文件夹"
            "再收取",
            "Microsoft takes OAuth only, which this program cannot do: use collect --outlook, or save the "
            "replies into a folder",
        ),
    ),
)
"""Whom `mail setup` knows. Hosts are those of the providers' own help pages."""


def provider_of(address: str) -> Provider | None:
    """The provider that an address tells by its domain; None for a company's own domain."""
    domain = address.rpartition("@")[2].lower()
    return next((one for one in PROVIDERS if domain in one.domains), None)


def mailboxes(
    environ: Mapping[str, str] | None = None, platform: str = sys.platform
) -> dict[str, MailboxSettings]:
    """Name → mailbox, the main one first; {} when none is set up. UsageError says which line is wrong."""
    env = os.environ if environ is None else environ
    path = settings_path(env, platform)
    held = _held(path) if path.is_file() else {}
    host = env.get("XL_COLLAB_IMAP_HOST", "")
    if host:
        names = {"port": "PORT", "security": "SECURITY", "user": "USER"}
        told = {key: env.get(f"XL_COLLAB_IMAP_{name}", "") for key, name in names.items()}
        held = {**held, "host": host, **{key: text for key, text in told.items() if text}}
    found: dict[str, MailboxSettings] = {}
    if any(not isinstance(value, dict) for value in held.values()):
        own = {key: value for key, value in held.items() if not isinstance(value, dict)}
        found[MAIN] = _checked(MAIN, own, path)
    for name, value in held.items():
        if isinstance(value, dict):
            found[name] = _checked(name, value, path)
    return found


def mailbox_named(name: str) -> MailboxSettings:
    """The mailbox of that name, or the only or main one for ''. UsageError says what to do instead."""
    found = mailboxes()
    if not found:
        raise UsageError(
            "还没有设置邮箱。请先运行 xl-collab mail setup，或把回复另存到文件夹再收取。",
            "No mailbox is set up. Run xl-collab mail setup, or save the replies into a folder.",
        )
    if not name:
        return next(iter(found.values()))
    if name not in found:
        known = "、".join(found)
        raise UsageError(
            f"没有名为“{name}”的邮箱。已设置：{known}。",
            f"There is no mailbox called {name!r}. Set up: {', '.join(found)}.",
        )
    return found[name]


def mailbox_password(settings: MailboxSettings, environ: Mapping[str, str] | None = None) -> str:
    """XL_COLLAB_IMAP_PASSWORD, else the keyring. UsageError when there is none."""
    env = os.environ if environ is None else environ
    found = env.get("XL_COLLAB_IMAP_PASSWORD") or from_keyring(settings.user)
    if not found:
        raise UsageError(
            f"没有找到 {settings.user} 的邮箱密码。请运行 xl-collab mail setup（存入系统钥匙串），"
            "或设置环境变量 XL_COLLAB_IMAP_PASSWORD。",
            f"No password for {settings.user}. Run xl-collab mail setup (it goes into the keyring), or set "
            "XL_COLLAB_IMAP_PASSWORD.",
        )
    return found


def _held(path: Path) -> dict[str, Any]:
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("mailbox", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"邮件设置 {path} 读不出来：{error}", f"The mail settings {path} cannot be read: {error}"
        ) from error
    if not isinstance(held, dict):
        raise _wrong(path, "mailbox", "[mailbox]")
    return held


def _checked(name: str, held: Mapping[str, Any], path: Path) -> MailboxSettings:
    where = "mailbox" if name == MAIN else f"mailbox.{name}"
    unknown = sorted(set(held) - set(_KEYS))
    if any("password" in key.lower() or "密码" in key for key in unknown):
        raise UsageError(
            f"请从 {path} 中删去密码：密码只从系统钥匙串或环境变量 XL_COLLAB_IMAP_PASSWORD 读取。",
            f"Remove the password from {path}: it is read from the keyring or XL_COLLAB_IMAP_PASSWORD only.",
        )
    if unknown:
        raise _wrong(path, f"{where}.{unknown[0]}", " / ".join(_KEYS))
    security = str(held.get("security", "ssl")).strip().lower()
    if security not in _PORTS:
        raise _wrong(path, f"{where}.security", "ssl / starttls / none")
    chosen = cast(MailboxSecurity, security)
    host, user = str(held.get("host", "")).strip(), str(held.get("user", "")).strip()
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise _wrong(path, f"{where}.host", "imap.company.com")
    if not user or not user.isprintable():
        raise _wrong(path, f"{where}.user", "name@company.com")
    if chosen == "none" and host not in _LOOPBACK:
        raise UsageError(
            "邮箱的 security = none 只允许用于本机的邮件服务；公司邮箱请用 ssl 或 starttls。",
            "security = none is for a server on this computer only; use ssl or starttls.",
        )
    port = str(held.get("port", "")) or str(_PORTS[chosen])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise _wrong(path, f"{where}.port", "1–65535")
    listed = held.get("folders", INBOX)
    folders = [listed] if isinstance(listed, str) else listed
    if not folders or not all(isinstance(one, str) and one and one.isprintable() for one in folders):
        raise _wrong(path, f"{where}.folders", '["INBOX"]')
    move_to = str(held.get("move_to", ""))
    return MailboxSettings(name, host, int(port), chosen, user, tuple(map(_folder, folders)), move_to)


def _folder(name: str) -> str:
    return "INBOX" if name.casefold() in ("inbox", "收件箱") else name


def _wrong(path: Path, name: str, right: str) -> UsageError:
    return UsageError(
        f"邮件设置（{path}）的 {name} 不对，应为 {right}。",
        f"The setting {name} ({path}) is wrong; expected {right}.",
    )
