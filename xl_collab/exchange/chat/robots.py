"""Robots of group chats: where they are posted to, how they are signed, how fast, and what they answer.

Address and secret come from the keyring or the environment and stand in no file, log or error. Only the hosts
of the three programs are posted to, by HTTPS; a server on this computer may be named for trials. What may not
enter: what is said.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xl_collab.errors import UsageError, XlCollabError
from xl_collab.exchange.chat.messages import Message, Program
from xl_collab.exchange.gate.refusals import one_line
from xl_collab.exchange.mail.recipients import from_keyring, into_keyring

HOSTS: Mapping[Program, tuple[str, ...]] = {
    "wecom": ("qyapi.weixin.qq.com",),
    "dingtalk": ("oapi.dingtalk.com",),
    "feishu": ("open.feishu.cn", "open.larksuite.com"),
}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_BUSY = {"wecom": (45009,), "dingtalk": (130101, 660026), "feishu": (9499, 11232)}
"""What each answers to too many messages; 企业微信 and 钉钉 take 20 a minute."""
_A_MINUTE = 20
_TRIES = 4
_TIMEOUT = 15.0
_MOST = 64 * 1024


class ChatNotSent(XlCollabError):
    """Raised when the robot did not take a message; what was posted before it stays posted."""


@dataclass(frozen=True)
class Robot:
    """A robot: its program, its address with its key, the secret that signs ('' where a keyword is used)."""

    program: Program
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


def robot_of(program: Program, environ: Mapping[str, str] | None = None) -> Robot:
    """The robot of this user. UsageError says how to set it up, or that its address is not the program's."""
    env = os.environ if environ is None else environ
    url = env.get("XL_COLLAB_CHAT_URL") or from_keyring(_key(program, "url"))
    secret = env.get("XL_COLLAB_CHAT_SECRET") or from_keyring(_key(program, "secret"))
    if not url:
        raise UsageError(
            f"还没有设置群机器人。请运行 xl-collab chat setup --robot {program}，"
            "或用 --copy、-o 文件 自己粘贴到群里。",
            f"No robot is set up. Run xl-collab chat setup --robot {program}, or paste it yourself with "
            "--copy or -o FILE.",
        )
    checked(program, url)
    return Robot(program, url, secret)


def keep_robot(robot: Robot) -> bool:
    """Keep address and secret in the keyring; False where there is none."""
    kept = into_keyring(_key(robot.program, "url"), robot.url)
    return kept and (not robot.secret or into_keyring(_key(robot.program, "secret"), robot.secret))


def _key(program: Program, what: str) -> str:
    return f"chat:{program}:{what}"


def checked(program: Program, url: str) -> str:
    """The address; UsageError unless it is HTTPS at one of the program's hosts, or on this computer."""
    try:
        parts = urllib.parse.urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
    except ValueError:
        host, secure = "", False
    allowed = HOSTS.get(program, ())
    if (secure and host in allowed) or (host in _LOOPBACK and parts.scheme in ("http", "https")):
        return url
    raise UsageError(
        f"机器人地址的主机不在允许的名单中，应为 https://{'、'.join(allowed)}。没有发送。",
        f"The robot's address is not at an allowed host: https://{', '.join(allowed)}. Nothing was sent.",
    )


def body_of(robot: Robot, message: Message, now: float) -> tuple[str, dict[str, Any]]:
    """Address and JSON of one message, signed where there is a secret.

    By the programs' documentation: 钉钉 signs milliseconds, newline, secret with the secret (HMAC-SHA256), in
    the address; 飞书 signs nothing with seconds, newline, secret, in the body; 企业微信 signs nothing.
    """
    if robot.program == "wecom":
        text: dict[str, Any] = {"content": message.text}
        if message.mobiles:
            text["mentioned_mobile_list"] = list(message.mobiles)
        return robot.url, {"msgtype": "text", "text": text}
    if robot.program == "dingtalk":
        stamp = str(round(now * 1000))
        shown = message.text.replace("\n", "  \n")
        content = {"title": message.title, "text": shown}
        at = {"atMobiles": list(message.mobiles), "isAtAll": False}
        url = robot.url
        if robot.secret:
            sign = _signature(robot.secret, f"{stamp}\n{robot.secret}")
            url += f"&timestamp={stamp}&sign={urllib.parse.quote_plus(sign)}"
        return url, {"msgtype": "markdown", "markdown": content, "at": at}
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": message.text}}
    if robot.secret:
        stamp = str(int(now))
        body = {"timestamp": stamp, "sign": _signature(f"{stamp}\n{robot.secret}", ""), **body}
    return robot.url, body


def _signature(key: str, said: str) -> str:
    made = hmac.new(key.encode("utf-8"), said.encode("utf-8"), hashlib.sha256).digest()
    return base64.b64encode(made).decode("ascii")


def post_all(
    robot: Robot,
    found: Sequence[Message],
    *,
    clock: Callable[[], float] = time.time,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Post messages in their order, at most 20 a minute; how many. ChatNotSent says why one was not taken."""
    for number, message in enumerate(found):
        if number and number % _A_MINUTE == 0:
            wait(60.0)
        _post(robot, message, clock, wait)
    return len(found)


def _post(robot: Robot, message: Message, clock: Callable[[], float], wait: Callable[[float], None]) -> None:
    for attempt in range(_TRIES):
        code, said = _asked(*body_of(robot, message, clock()))
        if code == 0:
            return
        if code not in (*_BUSY.get(robot.program, ()), 429) or attempt == _TRIES - 1:
            raise ChatNotSent(
                f"群机器人没有接受（{code}：{said}）。请核对机器人的关键词、加签和有效期。",
                f"The robot did not take it ({code}: {said}). Check its keyword, its signature, and whether "
                "it still exists.",
            )
        wait(15.0 * 2**attempt)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A robot's address is where it is: what is posted goes nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _asked(url: str, body: Mapping[str, Any]) -> tuple[int, str]:
    """What the robot answers: 0 for taken, else its code, and its words."""
    data = json.dumps(body, ensure_ascii=False).encode("utf-8")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(url, data, headers, method="POST")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_TIMEOUT) as answer:
            told = json.loads(answer.read(_MOST).decode("utf-8", "replace") or "{}")
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, f"HTTP {error.code}"
    except (OSError, ValueError) as error:
        # The reason alone: an error's own words may hold the address with its key.
        raise ChatNotSent(
            f"连不上群机器人（{type(error).__name__}）。请检查网络；没有发送。",
            f"Cannot reach the robot ({type(error).__name__}). Check the network; nothing was sent.",
        ) from None
    code = next(
        (told[name] for name in ("errcode", "code", "StatusCode") if isinstance(told.get(name), int)), 0
    )
    return code, one_line(str(told.get("errmsg") or told.get("msg") or ""), 80)
