"""Who a letter really goes to: addresses read strictly, domains on the allow-list, nothing else.

An address is refused, never repaired: what looks like two addresses, a name in brackets, a comment or a
line break is a way to send company data to a stranger. What may not enter: 通讯录's layout, sending.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from xl_collab.documents.letter.content import Contact, Letter
from xl_collab.errors import UsageError, XlCollabError
from xl_collab.project.text_size import shortened

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+{_LABEL})")
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[A-Za-z]\?")
_LONGEST = 254
_LONGEST_LOCAL = 64
_LONGEST_TEXT = 400


class UnsafeLetter(XlCollabError):
    """Raised when a letter cannot be addressed or headed safely; the text says which cell to correct."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Addresses of one letter, each once; a copy is never also a main recipient."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Everybody who gets the letter."""
        return (*self.to, *self.cc)


def recipients(letter: Letter, allowed: Sequence[str] = ()) -> Recipients:
    """The addresses of a letter.

    allowed  domains to which letters may go (a leading `*.` takes their subdomains in); none allows all.
    Raises UnsafeLetter for an address that is not one plain address, or a domain that is not allowed.
    """
    to = _addresses(letter.to, allowed)
    cc = tuple(address for address in _addresses(letter.cc, allowed) if address not in to)
    if not to:
        who = letter.department or "通讯录"
        raise UnsafeLetter(
            f"{who}没有邮箱，这封信没有收件人。请在通讯录填写邮箱。",
            f"{who} has no e-mail address. Enter one in Contacts.",
        )
    return Recipients(to, cc)


def recipients_allowed(found: Recipients, allowed: Sequence[str]) -> None:
    """Check once more, right before sending. UnsafeLetter as in `recipients`."""
    for address in found.all:
        _permitted(read_address(address), allowed)


def _addresses(people: Iterable[Contact], allowed: Sequence[str]) -> tuple[str, ...]:
    found = (read_address(person.email, person.department) for person in people)
    return tuple(dict.fromkeys(_permitted(address, allowed) for address in found))


def read_address(text: str, whose: str = "") -> str:
    """The address that `text` is: one bare ASCII address. UnsafeLetter for anything else.

    The domain is turned to lower case; blanks around the address are taken off, blanks inside are not.
    """
    bare = text.strip(" ")
    match = _ADDRESS.fullmatch(bare)
    if match is None or len(bare) > _LONGEST or len(match[1]) > _LONGEST_LOCAL or match[2][-1].isdigit():
        shown, owner = _shown(text), f"（{_shown(whose)}）" if whose else ""
        raise UnsafeLetter(
            f"“{shown}”{owner}不是一个邮箱地址。请在通讯录改成 name@company.com 这样的单个地址。",
            f"“{shown}” is not one e-mail address. Enter a single one such as name@company.com in Contacts.",
        )
    return f"{match[1]}@{match[2].lower()}"


def _permitted(address: str, allowed: Sequence[str]) -> str:
    domain = address.rpartition("@")[2]
    if not allowed or any(_covers(rule, domain) for rule in allowed):
        return address
    raise UnsafeLetter(
        f"{address} 的域名不在允许的名单中（{'、'.join(allowed)}）。"
        "请核对通讯录，或在邮件设置的 domains 中加入它。",
        f"The domain of {address} is not on the allow-list ({', '.join(allowed)}). "
        "Check Contacts, or add it to `domains` in the mail settings.",
    )


def _covers(rule: str, domain: str) -> bool:
    if rule.startswith("*."):
        return domain == rule[2:] or domain.endswith(rule[1:])
    return domain == rule


def domains(texts: Iterable[str]) -> tuple[str, ...]:
    """An allow-list as written in settings, checked. UnsafeLetter for what is no domain."""
    found = []
    for text in texts:
        rule = text.strip().lower().removeprefix("@")
        if not _DOMAIN.fullmatch(rule.removeprefix("*.")):
            raise UnsafeLetter(
                f"“{_shown(text)}”不是域名。允许名单请写成 company.com 或 *.company.com。",
                f"“{_shown(text)}” is no domain. Write company.com or *.company.com in the allow-list.",
            )
        found.append(rule)
    return tuple(dict.fromkeys(found))


def header_text(text: object, what: str = "") -> str:
    """A text for a subject or a file name: one line, plain. UnsafeLetter where it could be more.

    Refused are line breaks and other control characters, U+2028 and its kin, marks that turn the
    direction of writing, and encoded words, which would be decoded into whatever they hide
    (CVE-2024-6923).
    """
    said = str(text)
    if any(_hidden(sign) for sign in said) or _ENCODED_WORD.search(said) or len(said) > _LONGEST_TEXT:
        where = f"（{_shown(what)}）" if what else ""
        raise UnsafeLetter(
            f"“{_shown(said)}”{where}含有换行、控制字符或编码片段，不能用作邮件主题或文件名。请在工作簿中改成普通的一行文字。",
            f"“{_shown(said)}” has line breaks, control characters or encoded words and cannot be a subject "
            "or a file name. Change it to one plain line in the workbook.",
        )
    return said


def _hidden(sign: str) -> bool:
    """Control characters, line and paragraph separators, surrogates, direction marks."""
    if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs"):
        return True
    return sign in "\u200e\u200f\u061c" or "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"


def _shown(text: str, most: int = 80) -> str:
    """A doubtful text as it may stand in a message."""
    clean = "".join("�" if _hidden(sign) else sign for sign in text)
    return shortened(clean, most)


# How mail leaves this computer: server, sender, allow-list. From a file of the user and the environment.


Security = Literal["starttls", "ssl", "none"]
_PORTS: Mapping[Security, int] = {"starttls": 587, "ssl": 465, "none": 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAMES = ("host", "port", "security", "user", "sender", "domains")
_KEYRING = "xl-collab"
_MAILBOXES = "mailbox"
"""Table of the same file that mailbox_settings.py reads."""


@dataclass(frozen=True)
class MailSettings:
    """host '' means that no server is set. `domains` is the allow-list; empty: the sender's domain.

    security: "starttls" (587), "ssl" (465), or "none", which only a server on this computer may have.
    """

    host: str = ""
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    sender: str = ""
    domains: tuple[str, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The domains to which letters may go; () when nothing restricts them."""
        return self.domains or ((self.sender.rpartition("@")[2],) if self.sender else ())


def settings_path(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where the user's mail settings are: XL_COLLAB_MAIL_CONFIG, else mail.toml in the user's folder."""
    if environ.get("XL_COLLAB_MAIL_CONFIG"):
        return Path(environ["XL_COLLAB_MAIL_CONFIG"])
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    if platform == "win32":
        folder = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "xl_collab" / "mail.toml"


def mail_settings(environ: Mapping[str, str] | None = None, platform: str = sys.platform) -> MailSettings:
    """The settings of this user; XL_COLLAB_SMTP_HOST and the like win over the file.

    UsageError says which line is wrong. Without a file and variables everything is at its default.
    """
    env = os.environ if environ is None else environ
    path = settings_path(env, platform)
    found = _read(path) if path.is_file() else {}
    variables = {name: env.get(f"XL_COLLAB_SMTP_{name.upper()}", "") for name in _NAMES[:-1]}
    variables["domains"] = env.get("XL_COLLAB_MAIL_DOMAINS", "")
    found |= {name: text for name, text in variables.items() if text}
    return _checked(found, path)


def _read(path: Path) -> dict[str, Any]:
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"邮件设置 {path} 读不出来：{error}", f"The mail settings {path} cannot be read: {error}"
        ) from error
    if any("password" in name.lower() or "密码" in name for name in held):
        raise UsageError(
            f"请从 {path} 中删去密码：密码只从环境变量 XL_COLLAB_SMTP_PASSWORD 或系统钥匙串读取。",
            f"Remove the password from {path}: it is read from XL_COLLAB_SMTP_PASSWORD or the keyring only.",
        )
    unknown = sorted(set(held) - {*_NAMES, _MAILBOXES})
    if unknown:
        raise UsageError(
            f"邮件设置 {path} 中有不认识的项：{'、'.join(unknown)}。可用：{'、'.join(_NAMES)}。",
            f"Unknown settings in {path}: {', '.join(unknown)}. Known: {', '.join(_NAMES)}.",
        )
    return {name: value for name, value in held.items() if name != _MAILBOXES}


def _checked(found: Mapping[str, Any], path: Path) -> MailSettings:
    security = str(found.get("security", "starttls")).strip().lower()
    host = str(found.get("host", "")).strip()
    if security not in _PORTS:
        raise _wrong(path, "security", "starttls / ssl / none")
    chosen = cast(Security, security)
    if chosen == "none" and host not in ("", *_LOOPBACK):
        raise UsageError(
            "security = none 只允许用于本机的邮件服务；公司邮件服务器请用 starttls 或 ssl。",
            "security = none is for a server on this computer only; use starttls or ssl.",
        )
    port = str(found.get("port", "")) or str(_PORTS[chosen])
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise _wrong(path, "port", "1–65535")
    sender = str(found.get("sender", "")).strip()
    user = str(found.get("user", "")).strip()
    listed = found.get("domains", ())
    texts = listed.replace(",", " ").split() if isinstance(listed, str) else [str(item) for item in listed]
    if any(c.isspace() or not c.isprintable() for c in host + user):
        raise _wrong(path, "host / user", "mail.company.com")
    return MailSettings(host, int(port), chosen, user, read_address(sender) if sender else "", domains(texts))


def _wrong(path: Path, name: str, right: str) -> UsageError:
    return UsageError(
        f"邮件设置（{path}）的 {name} 不对，应为 {right}。",
        f"The setting {name} ({path}) is wrong; expected {right}.",
    )


def password(settings: MailSettings, environ: Mapping[str, str] | None = None) -> str:
    """The password of `settings.user`: XL_COLLAB_SMTP_PASSWORD, else the keyring; '' for no login.

    UsageError when a user is set and no password can be found.
    """
    env = os.environ if environ is None else environ
    if not settings.user:
        return ""
    found = env.get("XL_COLLAB_SMTP_PASSWORD") or from_keyring(settings.user)
    if not found:
        raise UsageError(
            f"没有找到 {settings.user} 的邮箱密码。请设置环境变量 XL_COLLAB_SMTP_PASSWORD，"
            f"或运行 keyring set {_KEYRING} {settings.user}（需先 pip install keyring）。",
            f"No password for {settings.user}. Set XL_COLLAB_SMTP_PASSWORD, or run "
            f"keyring set {_KEYRING} {settings.user} (pip install keyring first).",
        )
    return found


def into_keyring(user: str, secret: str) -> bool:
    """Keep a password; False where there is no keyring that could."""
    try:
        keyring: Any = importlib.import_module("keyring")
    except ImportError:
        return False
    try:
        keyring.set_password(_KEYRING, user, secret)
    except (keyring.errors.KeyringError, RuntimeError):
        return False
    return True


def from_keyring(user: str) -> str:
    """The password of a user; '' for none.

    The keyring is optional; one that is missing or locked is the same as an empty one.
    """
    try:
        keyring: Any = importlib.import_module("keyring")
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(_KEYRING, user) or "")
    except keyring.errors.KeyringError:
        return ""
