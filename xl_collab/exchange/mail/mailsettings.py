"""How mail leaves this computer: server, sender, allow-list. From a file of the user and the environment.

The workbook has no say in it, for whoever writes in the workbook could then choose where letters go. A
password is never in the file: it comes from the environment or the system's keyring.
"""

from __future__ import annotations

import importlib
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from xl_collab.errors import UsageError
from xl_collab.exchange.mail.recipients import domains, read_address

__all__ = ["MailSettings", "Security", "mail_settings", "password", "settings_path"]

Security = Literal["starttls", "ssl", "none"]
_PORTS: Mapping[Security, int] = {"starttls": 587, "ssl": 465, "none": 25}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_NAMES = ("host", "port", "security", "user", "sender", "domains")
_KEYRING = "xl-collab"


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
    unknown = sorted(set(held) - set(_NAMES))
    if unknown:
        raise UsageError(
            f"邮件设置 {path} 中有不认识的项：{'、'.join(unknown)}。可用：{'、'.join(_NAMES)}。",
            f"Unknown settings in {path}: {', '.join(unknown)}. Known: {', '.join(_NAMES)}.",
        )
    return held


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
    found = env.get("XL_COLLAB_SMTP_PASSWORD") or _from_keyring(settings.user)
    if not found:
        raise UsageError(
            f"没有找到 {settings.user} 的邮箱密码。请设置环境变量 XL_COLLAB_SMTP_PASSWORD，"
            f"或运行 keyring set {_KEYRING} {settings.user}（需安装 xl-collab[mail]）。",
            f"No password for {settings.user}. Set XL_COLLAB_SMTP_PASSWORD, or run "
            f"keyring set {_KEYRING} {settings.user} (needs xl-collab[mail]).",
        )
    return found


def _from_keyring(user: str) -> str:
    """The keyring is optional; one that is missing or locked is the same as an empty one."""
    try:
        keyring: Any = importlib.import_module("keyring")
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(_KEYRING, user) or "")
    except keyring.errors.KeyringError:
        return ""
