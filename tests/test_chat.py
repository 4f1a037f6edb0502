"""Texts for group chats: what they say, how they are cut, and robots as a server on this computer sees."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from collect_desk import SHIPPED
from hypothesis import given, strategies as st

from xl_collab.documents.chat.content import ChatText, Person, Piece
from xl_collab.errors import UsageError
from xl_collab.exchange.chat.clipboard import copy
from xl_collab.exchange.chat.messages import LIMITS, Program, messages
from xl_collab.exchange.chat.robots import ChatNotSent, Robot, checked, post_all, robot_of
from xl_collab.ui.cli import main

SECRET = "SEC-very-secret-0123"
KEY = "key-4711-never-shown"


@dataclass
class Chat:
    """What the robot's server was sent, and what it answers next."""

    url: str = ""
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def chat() -> Iterator[Chat]:
    found = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((self.path, json.loads(data)))
            status, body = found.answers.pop(0) if found.answers else (200, {"errcode": 0, "errmsg": "ok"})
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/other")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Tests say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}/send?key={KEY}"
        yield found
        server.shutdown()
        thread.join()


def said(*pieces: Piece) -> ChatText:
    return ChatText(
        "【台灯】催办",
        pieces or (Piece("研发部", (Person("李四", "13800138000"),), ("T005 原型",)),),
        "请回复",
    )


# -- messages --------------------------------------------------------------------------------------------


def test_a_message_says_title_department_people_rows_and_closing() -> None:
    (message,) = messages(said(), "wecom")
    assert message.text == "【台灯】催办\n研发部 @李四\n· T005 原型\n请回复"
    assert message.mobiles == ("13800138000",)
    (ding,) = messages(said(), "dingtalk")
    assert "@13800138000" in ding.text


_LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=120)


@given(
    st.lists(st.lists(_LINE, max_size=12), min_size=1, max_size=12),
    st.sampled_from(["wecom", "dingtalk", "feishu"]),
)
def test_no_row_is_cut_or_lost_and_no_message_is_too_long(rows: list[list[str]], program: Program) -> None:
    pieces = [Piece(f"部门{n}", (Person(f"人{n}"),), tuple(lines)) for n, lines in enumerate(rows)]
    found = messages(said(*pieces), program)
    assert all(len(message.text.encode("utf-8")) <= LIMITS[program] for message in found)
    lines = [line for message in found for line in message.text.split("\n")]
    wanted = [f"· {line}" for piece in pieces for line in piece.lines]
    assert [line for line in lines if line.startswith("· ")] == wanted
    assert all(message.text.startswith("【台灯】催办") for message in found)
    assert lines[-1] == "请回复"


def test_a_row_longer_than_a_message_is_cut_and_shows_it() -> None:
    found = messages(said(Piece("研发部", (), ("长" * 2000,))), "wecom")
    assert all(len(message.text.encode("utf-8")) <= 2048 for message in found)
    assert "…" in "".join(message.text for message in found)


# -- robots ----------------------------------------------------------------------------------------------


def test_wecom_gets_its_text_and_whom_to_call(chat: Chat) -> None:
    assert post_all(Robot("wecom", chat.url), messages(said(), "wecom")) == 1
    assert chat.got == [
        (
            f"/send?key={KEY}",
            {
                "msgtype": "text",
                "text": {
                    "content": "【台灯】催办\n研发部 @李四\n· T005 原型\n请回复",
                    "mentioned_mobile_list": ["13800138000"],
                },
            },
        )
    ]


def test_dingtalk_is_signed_in_the_address(chat: Chat) -> None:
    now = 1_700_000_000.5
    post_all(Robot("dingtalk", chat.url, SECRET), messages(said(), "dingtalk"), clock=lambda: now)
    path, body = chat.got[0]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    stamp = "1700000000500"
    made = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query["timestamp"] == [stamp]
    assert query["sign"] == [base64.b64encode(made).decode()]
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["title"] == "【台灯】催办"
    assert body["at"] == {"atMobiles": ["13800138000"], "isAtAll": False}


def test_feishu_is_signed_in_the_body(chat: Chat) -> None:
    chat.answers = [(200, {"code": 0, "msg": "success"})]
    post_all(Robot("feishu", chat.url, SECRET), messages(said(), "feishu"), clock=lambda: 1_700_000_000.9)
    _, body = chat.got[0]
    made = hmac.new(f"1700000000\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert (body["timestamp"], body["sign"]) == ("1700000000", base64.b64encode(made).decode())
    assert body["msg_type"] == "text"
    assert body["content"]["text"].startswith("【台灯】催办")


@pytest.mark.parametrize(
    ("program", "busy"),
    [("wecom", {"errcode": 45009}), ("dingtalk", {"errcode": 130101}), ("feishu", {"code": 9499})],
)
def test_a_busy_robot_is_asked_again(chat: Chat, program: Program, busy: dict[str, Any]) -> None:
    waits: list[float] = []
    chat.answers = [(200, busy), (429, {}), (200, {"errcode": 0})]
    post_all(Robot(program, chat.url), messages(said(), program), wait=waits.append)
    assert len(chat.got) == 3
    assert waits == [15.0, 30.0]


def test_no_more_than_twenty_a_minute(chat: Chat) -> None:
    waits: list[float] = []
    post_all(Robot("wecom", chat.url), messages(said(), "wecom") * 45, wait=waits.append)
    assert len(chat.got) == 45
    assert waits == [60.0, 60.0]


def test_what_goes_wrong_is_said_without_the_key(chat: Chat) -> None:
    chat.answers = [(200, {"errcode": 310000, "errmsg": "keywords not in content"}), (302, {})]
    robot = Robot("dingtalk", chat.url, SECRET)
    told = []
    for _ in range(2):
        with pytest.raises(ChatNotSent) as caught:
            post_all(robot, messages(said(), "dingtalk"), wait=lambda _: None)
        told.append(caught.value.message("zh"))
    assert "keywords not in content" in told[0]
    with pytest.raises(ChatNotSent) as caught:
        post_all(Robot("wecom", f"http://127.0.0.1:9/send?key={KEY}", SECRET), messages(said(), "wecom"))
    told.append(caught.value.message("en"))
    for text in (*told, repr(robot), str(caught.value.__cause__)):
        assert KEY not in text
        assert SECRET not in text
    assert len(chat.got) == 2  # a redirection is not followed


def test_only_the_programs_hosts_are_posted_to() -> None:
    assert checked("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}")
    for url in (
        f"http://qyapi.weixin.qq.com/?key={KEY}",
        f"https://evil.example/?key={KEY}",
        f"https://qyapi.weixin.qq.com.evil.example/?key={KEY}",
        f"https://qyapi.weixin.qq.com@evil.example/?key={KEY}",
        "file:///etc/passwd",
        "https://[",
    ):
        with pytest.raises(UsageError) as caught:
            robot_of("wecom", {"XL_COLLAB_CHAT_URL": url})
        assert KEY not in caught.value.message("zh") + caught.value.message("en")


# -- the command -----------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    shown = capsys.readouterr()
    return int(str(ended.value.code)), shown.out + shown.err


def test_the_group_is_told_what_the_letters_say(
    tmp_path: Path, chat: Chat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    master = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, master)
    before = master.read_bytes()
    code, text = run(capsys, "send", master, "--kind", "reminder", "--chat", "text")
    assert code == 0
    assert text.startswith("【智能台灯L1新产品上市】催办（截至 2023-11-13）\n")
    assert "研发部\n· T004 " in text
    code, text = run(capsys, "send", master, "--kind", "sync", "--chat", "text")
    assert "研发部\n· 今天的每日同步还没有填" in text
    out = tmp_path / "通知.txt"
    code, text = run(capsys, "send", master, "--kind", "notice", "--chat", "text", "-o", out)
    assert code == 0
    assert out.read_text("utf-8").startswith("【智能台灯L1新产品上市】变更通知")
    monkeypatch.setenv("XL_COLLAB_CHAT_URL", chat.url)
    code, text = run(capsys, "send", master, "--kind", "reminder", "--chat", "wecom", "--dry-run")
    assert (code, chat.got) == (0, [])
    code, text = run(capsys, "send", master, "--kind", "reminder", "--chat", "wecom")
    assert (code, len(chat.got)) == (0, 1)
    assert KEY not in text
    for words in (("--chat", "qq"), ("--kind", "report", "--chat", "text")):
        assert run(capsys, "send", master, *words)[0] == 2
    monkeypatch.delenv("XL_COLLAB_CHAT_URL")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    code, text = run(capsys, "send", master, "--kind", "reminder", "--chat", "wecom")
    assert (code, "chat setup" in text) == (2, True)
    assert master.read_bytes() == before


def test_a_clipboard_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="剪贴板"):
        copy("x", "linux")
