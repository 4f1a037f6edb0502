"""`packets`: a file for each department to fill in, recorded in the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import AS_OF, BREAK_LOCK, DRY_RUN, FILE, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.sendings import PacketOptions
    from xl_collab.commands.session import Request, Session

WORDS = {
    "packet_made": t("{department}：{path}（{rows} 行）", "{department}: {path} ({rows} rows)"),
    "packets_made": t(
        "已生成 {count} 份，请在 {day} 前收回；发送记录在 {ledger}",
        "Made {count} files, to be back by {day}; recorded in {ledger}",
    ),
    "packets_would": t("将生成 {count} 份；没有写文件", "Would make {count} files; nothing written"),
    "packets_none": t("没有部门需要填报", "No department has anything to fill in"),
    "without_id": t(
        "{department}有 {count} 行没有编号，未发出；请先补编号",
        "{count} rows of {department} have no ID and were left out; number them first",
    ),
    "ask_packets": t("填报文件放在哪个文件夹", "Folder for the departments' files"),
}


def _ask_folder(session: Session) -> Path | None:
    reply, person = session.saved().reply(WORDS), session.person
    assert person is not None
    return person.folder(reply.text("ask_packets"))


PACKET_OUT = Option(
    "folder",
    t("放文件的文件夹", "Folder for the files"),
    ("-o", "--out"),
    "file",
    "DIR",
    required=True,
    ask=_ask_folder,
)
TO = Option(
    "to",
    t("只给这些部门，可重复或用、分隔", "Only these departments; repeat, or separate by commas"),
    ("--to",),
    "texts",
    "DEPT",
)
WITHOUT_OTHERS = Option(
    "without_others",
    t("不附其他部门的行", "Leave other departments' rows out"),
    ("--without-others",),
    "flag",
)
WHOLE = Option(
    "whole",
    t("发送整个工作簿，而不是各部门的填报文件", "Send the whole workbook instead of packets"),
    ("--whole",),
    "flag",
)
MACROS = Option(
    "macros",
    t("与 --whole 同用：保留宏（.xlsm）", "With --whole: keep the macros (.xlsm)"),
    ("--macros",),
    "flag",
)
BY = Option(
    "by",
    t("反馈截止日期，默认下次例会", "Reply by this day; default: the next meeting"),
    ("--by",),
    metavar="YYYY-MM-DD",
)
CONTENTS = (TO, WITHOUT_OTHERS, WHOLE, MACROS, BY)
"""Which departments, by when, and what goes to them: for `send` too."""


def run(session: Session, options: Options) -> Reply:
    """Draw them, record the sending, and put the files into a folder."""
    from xl_collab.commands.sendings import make_packets

    reply = session.saved().reply(WORDS)
    make_packets(session, contents(options), options["folder"], reply)
    return reply


def contents(options: Options) -> PacketOptions:
    """What `packets` and `send` are told of the files."""
    from xl_collab.commands.sendings import PacketOptions

    to, others = tuple(options["to"]), not options["without_others"]
    return PacketOptions(to, _day(options["by"]), others, options["whole"], options["macros"])


def _day(text: str | None) -> date | None:
    from xl_collab.commands.session import read_date

    return None if text is None else read_date(text)


def no_out(options: Options) -> Request:
    """The workbook itself is what a sending holds and may change, never another file."""
    from xl_collab.commands.session import Request

    return replace(Request.of(options), out=None)


PACKETS = Command(
    name="packets",
    id="packets",
    group="teamwork",
    label=t("部门填报表", "Packets"),
    tip=t("给每个部门做一份填报文件", "A file for each department to fill in"),
    more=t("无宏 .xlsx，只含该部门的任务和 30 个空行。", "Macro-free .xlsx with the department's own rows."),
    key="K",
    image="Copy",
    twin="xl-collab packets FILE -o FOLDER",
    run=run,
    options=(FILE, PACKET_OUT, *CONTENTS, AS_OF, DRY_RUN, BREAK_LOCK),
    request=no_out,
)
