"""`handover`, `adopt`, `fork`: which workbook the ledger belongs to, and the ledger on another computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import BREAK_LOCK, FILE, Command, Option
from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Request, Session

WORDS = {
    "handed_over": t(
        "台账已打包：{path}；在新电脑上运行 xl-collab adopt 总表 --from 它",
        "Packed the ledger: {path}; on the new computer run xl-collab adopt MASTER --from it",
    ),
    "no_ledger": t("没有台账", "There is no ledger"),
    "adopted": t("今后以 {path} 为总表；台账：{ledger}", "{path} is the master now; ledger: {ledger}"),
    "forked": t(
        "{path} 已另起一个项目（{identity}），台账从头记起",
        "{path} goes its own way ({identity}) with an empty ledger",
    ),
}
PACKED = Option("out", t("打包文件", "The file to write"), ("-o", "--out"), "file", "ZIP", required=True)
FROM = Option("packed", t("handover 打包的台账", "The file that handover wrote"), ("--from",), "file", "ZIP")


def hand_over(session: Session, options: Options) -> Reply:
    """The ledger as one file for another machine."""
    from xl_collab.commands.master_file import MasterFile
    from xl_collab.exchange.ledger.handover import pack

    master = MasterFile.of(session)
    if master.ledger is None:
        raise usage_error(WORDS["no_ledger"])
    reply = session.reply(WORDS)
    reply.say("handed_over", path=pack(master.ledger, options["out"], now=master.now))
    return reply


def adopt(session: Session, options: Options) -> Reply:
    """This workbook is the ledger's master from now on; `packed` is what `handover` wrote."""
    from xl_collab.commands.master_file import MasterFile
    from xl_collab.exchange.ledger.ledger import Ledger
    from xl_collab.plan.meta import document_id, ledger_revision

    master, packed = MasterFile.of(session), options["packed"]
    identity, revision = document_id(master.project), ledger_revision(master.project)
    if packed is None:
        ledger = Ledger.adopt(master.path, identity, revision, now=master.now)
    else:
        from xl_collab.exchange.ledger.handover import unpack

        ledger = unpack(packed, master.path, identity, revision, now=master.now)
    reply = session.reply(WORDS)
    reply.say("adopted", path=master.path, ledger=ledger.path.name)
    return reply


def fork(session: Session, options: Options) -> Reply:
    """This copy gets an identity and a ledger of its own."""
    import uuid

    from xl_collab.commands.master_file import MasterFile
    from xl_collab.exchange.ledger.ledger import Ledger
    from xl_collab.plan.meta import document_id, ledger_edits, meta_edits

    master, identity = MasterFile.of(session), str(uuid.uuid4())
    edits = (*meta_edits(master.project, {"document_id": identity}), *ledger_edits(master.project, 0))
    Ledger.fork(master.path, identity, now=master.now, forked_from=document_id(master.project))
    session.write(edits, "fork")
    reply = session.reply(WORDS)
    reply.say("forked", path=master.path, identity=identity)
    return reply


def _request(options: Options) -> Request:
    """The lock is the workbook's; what `handover` writes stands elsewhere."""
    from xl_collab.commands.session import Request

    return Request(options["file"], lang=options["lang"], break_lock=options["break_lock"])


HANDOVER = Command(
    id="handover",
    name="handover",
    label=t("打包台账", "Hand over"),
    tip=t("把台账打包，交给另一台电脑", "Pack the ledger for another computer"),
    run=hand_over,
    options=(FILE, PACKED, BREAK_LOCK),
    request=_request,
    follows=False,
)
ADOPT = Command(
    id="adopt",
    name="adopt",
    label=t("改作总表", "Adopt"),
    tip=t(
        "今后以这份工作簿为总表（改名、移动、恢复之后）",
        "Make this workbook the master (after renaming, moving, restoring)",
    ),
    run=adopt,
    options=(FILE, FROM, BREAK_LOCK),
    follows=False,
)
FORK = Command(
    id="fork",
    name="fork",
    label=t("另起项目", "Fork"),
    tip=t("让这份副本另起一个项目，台账从头记起", "Let this copy go its own way, with an empty ledger"),
    run=fork,
    options=(FILE, BREAK_LOCK),
    follows=False,
)
