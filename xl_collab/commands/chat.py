"""`send --chat` and `chat setup`: one short announcement for the group chat, pasted by hand or posted by a robot.

Nothing of a robot's address or secret is ever shown. What may not enter: what is said (documents/chat).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from xl_collab.commands.command import Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xl_collab.commands.mailing import LetterOptions
    from xl_collab.commands.sendings import PacketOptions
    from xl_collab.commands.session import Session
    from xl_collab.documents.chat.content import ChatText
    from xl_collab.exchange.chat.messages import Message, Program

WORDS = {
    "chat_none": t("没有要说的", "Nothing to say"),
    "chat_part": t("第 {number}/{count} 条（{size} 字节）", "Message {number}/{count} ({size} bytes)"),
    "chat_copied": t("已复制到剪贴板，粘贴到群里即可", "Copied: paste it into the group"),
    "chat_written": t("已写入 {path}", "Wrote {path}"),
    "chat_posted": t("已由群机器人发出 {count} 条", "The robot posted {count:message|messages}"),
    "ask_url": t(
        "机器人的 Webhook 地址（不显示，存入系统钥匙串）", "Webhook address of the robot (not shown)"
    ),
    "ask_secret": t("加签密钥（用关键词的留空）", "Signing secret (empty where a keyword is used)"),
    "chat_kept": t("机器人已存入系统钥匙串", "The robot is in the keyring"),
    "chat_not_kept": t(
        "没有可用的系统钥匙串：请设置环境变量 XL_COLLAB_CHAT_URL 和 XL_COLLAB_CHAT_SECRET",
        "There is no usable keyring: set XL_COLLAB_CHAT_URL and XL_COLLAB_CHAT_SECRET",
    ),
}
_KIND = t("--chat 只能用于 --kind {known}", "--chat takes --kind {known}")
_PROGRAM = t("--chat 后面是 {known}", "--chat takes {known}")
_ROBOT = t("--robot 后面是 wecom、dingtalk 或 feishu", "--robot takes wecom, dingtalk or feishu")
_NO_URL = t(
    "没有机器人地址。请在终端运行并粘贴，或设置环境变量 XL_COLLAB_CHAT_URL",
    "There is no address. Run it in a terminal and paste it, or set XL_COLLAB_CHAT_URL",
)

CHAT = Option(
    "chat",
    t(
        "发到群里的短消息：text、wecom（企业微信）、dingtalk（钉钉）、feishu（飞书）；"
        "用于 reminder、notice、minutes、sync",
        "A short text for the group chat instead: text, wecom, dingtalk or feishu; for reminder, notice, "
        "minutes and sync",
    ),
    ("--chat",),
    metavar="PROGRAM",
)
COPY = Option("copy", t("复制到剪贴板（与 --chat 同用）", "Copy it (with --chat)"), ("--copy",), "flag")
TEXT_FILE = Option(
    "text_out",
    t("把短消息写进这个文件（与 --chat 同用）", "Write it into this file (with --chat)"),
    ("-o", "--out"),
    "file",
    "FILE",
)
ROBOT = Option(
    "robot",
    t("哪个软件的群机器人：wecom、dingtalk、feishu", "wecom, dingtalk or feishu"),
    ("--robot",),
    metavar="NAME",
    required=True,
)


def announce(
    session: Session, contents: PacketOptions, wanted: LetterOptions, options: Options, reply: Reply
) -> None:
    """Say it in the way that is asked for: shown, copied, in a file, or posted."""
    from xl_collab.exchange.chat.messages import messages

    program = _program(options["chat"])
    chat = _text(session, contents, wanted)
    if chat is None:
        reply.say("chat_none")
        return
    found = messages(chat, program)
    if options["text_out"] is not None:
        _write(found, options["text_out"], reply)
    if options["copy"]:
        from xl_collab.exchange.chat.clipboard import copy

        copy(_joined(found))
        reply.say("chat_copied")
    if options["dry_run"] or program == "text":
        _show(found, reply, copied=options["copy"] or options["text_out"] is not None)
    elif not options["copy"] and options["text_out"] is None:
        from xl_collab.exchange.chat.robots import post_all, robot_of

        robot = robot_of(program)
        with session.progress("posting"):
            reply.say("chat_posted", count=post_all(robot, found))


def _program(text: str) -> Program:
    from xl_collab.exchange.chat.messages import PROGRAMS

    if text not in PROGRAMS:
        raise usage_error(_PROGRAM, known=" / ".join(PROGRAMS))
    return text


def _text(session: Session, contents: PacketOptions, wanted: LetterOptions) -> ChatText | None:
    from xl_collab.commands.mailing import letters_wanted
    from xl_collab.documents.chat.content import chat_text, sync_text
    from xl_collab.documents.chat.words import KINDS

    if wanted.kind not in KINDS:
        raise usage_error(_KIND, known=" / ".join(KINDS))
    if str(wanted.kind) == "sync":
        return sync_text(session.project, session.lang)
    found = letters_wanted(session, contents, wanted)
    return chat_text(session.project, wanted.kind, found, session.lang)


def _write(found: Sequence[Message], path: Path, reply: Reply) -> None:
    from xl_collab.hosts.atomic import write_atomically

    write_atomically(path, _joined(found).encode("utf-8"))
    reply.say("chat_written", path=path)


def _joined(found: Sequence[Message]) -> str:
    return "\n\n".join(message.text for message in found) + "\n"


def _show(found: Sequence[Message], reply: Reply, *, copied: bool) -> None:
    if copied:
        return
    for number, message in enumerate(found, start=1):
        if len(found) > 1:
            reply.say("chat_part", number=number, count=len(found), size=len(message.text.encode("utf-8")))
        for line in message.text.split("\n"):
            reply.line(line)


def set_up(session: Session, options: Options) -> Reply:
    """`chat setup`: keep a robot's address and secret in the keyring."""
    import os

    from xl_collab.exchange.chat.robots import HOSTS, Robot, checked, keep_robot

    reply, person = session.reply(WORDS), session.person
    if options["robot"] not in HOSTS:
        raise usage_error(_ROBOT)
    program = cast("Program", options["robot"])
    url, secret = os.environ.get("XL_COLLAB_CHAT_URL", ""), os.environ.get("XL_COLLAB_CHAT_SECRET", "")
    if not url and person is not None:
        url = (person.secret(reply.text("ask_url")) or "").strip()
        secret = (person.secret(reply.text("ask_secret")) or "").strip() if program != "wecom" else ""
    if not url:
        raise usage_error(_NO_URL)
    reply.say("chat_kept" if keep_robot(Robot(program, checked(program, url), secret)) else "chat_not_kept")
    return reply


CHAT_SETUP = Command(
    name="chat setup",
    id="chat_setup",
    label=t("群机器人设置", "Group robot"),
    tip=t("设置群机器人（企业微信、钉钉、飞书）", "Set up a robot of a group chat (WeCom, DingTalk, Feishu)"),
    more=t(
        "地址和密钥只存入系统钥匙串，不写进任何文件。",
        "Address and secret go into the keyring only, never into a file.",
    ),
    twin="xl-collab chat setup --robot wecom",
    run=set_up,
    options=(ROBOT,),
    writes=False,
    talks=True,
)
