"""`send`: letters to the departments, as drafts, in Outlook, or through a mail server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from xl_collab.commands.chat import CHAT, COPY, TEXT_FILE, WORDS as CHAT_WORDS, announce
from xl_collab.commands.command import AS_OF, BREAK_LOCK, FILE, Command, Option
from xl_collab.commands.packets import CONTENTS, contents, no_out
from xl_collab.commands.reply import Options, Reply, listed, usage_error
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.mailing import Delivery
    from xl_collab.commands.session import Session
    from xl_collab.documents.letter.content import Copies, LetterKind

WORDS = {
    "letters_none": t("没有需要写的信", "No letter to write"),
    "letter_refused": t("{department}：{reason}", "{department}: {reason}"),
    "no_address": t("没有邮箱，未抄送：{names}", "No address, not copied: {names}"),
    "drafted": t("已写 {count} 封草稿：{path}", "Wrote {count} drafts: {path}"),
    "outlooked": t("已在 Outlook 中打开 {count} 封草稿", "Opened {count} drafts in Outlook"),
    "sent": t("已发送：{department} → {to}", "Sent: {department} → {to}"),
    "not_sent": t(
        "未发送：{department}：{reason}（{refused}）", "Not sent: {department}: {reason} ({refused})"
    ),
    "sent_count": t("发出 {count} 封，失败 {failed} 封", "{count} sent, {failed} failed"),
    "partly_refused": t("{department}：服务器不接受 {refused}", "{department}: the server refused {refused}"),
    "choose_way": t(
        "请指明怎样发出：--draft 文件夹、--outlook 或 --smtp 之一；只看内容用 --dry-run",
        "Say how: one of --draft DIR, --outlook or --smtp; --dry-run only shows the letters",
    ),
    "bad_choice": t("“{text}”不能用在这里，可用：{known}", "{text!r} cannot be used here; known: {known}"),
    "letter_to": t("收件人：{names}", "To: {names}"),
    "letter_cc": t("抄送：{names}", "Cc: {names}"),
    "letter_subject": t("主题：{text}", "Subject: {text}"),
    "letter_files": t("附件：{names}", "Attached: {names}"),
    "all_departments": t("全体", "all"),
    "packets_none": t("没有部门需要填报", "No department has anything to fill in"),
    "without_id": t(
        "{department}有 {count} 行没有编号，未发出；请先补编号",
        "{count} rows of {department} have no ID and were left out; number them first",
    ),
    "ask_drafts": t("邮件草稿放在哪个文件夹", "Folder for the drafts"),
    "ask_letter": t(
        "写哪一种信？只生成草稿，不会自动发出。", "Which letter? Only drafts are made; nothing is sent."
    ),
    "letter_request": t("请填报（附填报文件）", "Request, with the file to fill in"),
    "letter_reminder": t("催办", "Reminder"),
    "letter_minutes": t("发会议纪要", "Minutes"),
    "letter_report": t("发复盘报告", "Review report"),
    "letter_notice": t("变更/延期通知（发给受影响的部门）", "Notice of a change, to those it reaches"),
    "letter_approval": t("报请上级审批（需求申请、进度调整）", "For the superior's approval"),
    "letter_enquiry": t("征询可行性与承接能力", "Enquiry on feasibility and capacity"),
}


def _ask_kind(session: Session) -> str | None:
    from xl_collab.documents.letter.content import KINDS

    reply, person = session.saved().reply(WORDS), session.person
    assert person is not None
    kinds = list(KINDS)
    words = [reply.text(f"letter_{kind}") for kind in kinds]
    chosen = person.choose(reply.text("ask_letter"), words, many=False)
    return kinds[chosen[0]] if chosen else None


def _ask_folder(session: Session) -> Path | None:
    assert session.person is not None
    return session.person.folder(session.reply(WORDS).text("ask_drafts"))


KIND = Option(
    "kind",
    t(
        "request 请填报 · reminder 催办 · minutes 发纪要 · report 发复盘报告 · notice 变更/延期通知 · "
        "approval 报批 · enquiry 征询可行性",
        "request, reminder, minutes, report, notice, approval or enquiry",
    ),
    ("--kind",),
    metavar="KIND",
    default="request",
    ask=_ask_kind,
)
DRAFT = Option(
    "draft",
    t("把草稿写进这个文件夹（.eml、网页、收件人清单）", "Write drafts into this folder (.eml, page, list)"),
    ("--draft",),
    "file",
    "DIR",
    ask=_ask_folder,
)
SMTP = Option("smtp", t("通过邮件服务器发送", "Send through the mail server"), ("--smtp",), "flag")
OUTLOOK = Option(
    "outlook",
    t("在 Outlook（经典版，Windows）中打开草稿", "Open drafts in classic Outlook on Windows"),
    ("--outlook",),
    "flag",
)
COPIES = Option(
    "cc",
    t(
        "抄送：default、none、superior（上级）、supporting（配合部门）、all",
        "Copies: default, none, superior, supporting, all",
    ),
    ("--cc",),
    metavar="WHO",
    default="default",
)
ABOUT = Option(
    "about",
    t(
        "报批或通知哪一项：进度调整或任务的编号、需求申请；可重复，默认全部待办的",
        "What to approve or to tell: IDs of changes or tasks, or request; repeat. Default: all that wait",
    ),
    ("--about",),
    "texts",
    "ID",
)
SLIP = Option(
    "slip",
    t("通知一次延期推演，如 T003=+3；可重复", "Give notice of a what-if, such as T003=+3; may be repeated"),
    ("--slip",),
    "texts",
    "ID=+N",
)
AS_DRAFT = Option(
    "as_draft",
    t(
        "没有签发的纪要、没有填完的申请也发出（纪要注明“草稿”）",
        "Send minutes that are not issued (marked as a draft), or a request with gaps",
    ),
    ("--as-draft",),
    "flag",
)
SHOW_ONLY = Option(
    "dry_run",
    t("只显示每封信，不写也不发", "Show every letter; write and send nothing"),
    ("--dry-run",),
    "flag",
)


def run(session: Session, options: Options) -> Reply:
    """Write the letters and let them leave; exit code 2 when one of them could not."""
    from xl_collab.commands.mailing import LetterOptions, write_letters

    chatting = options["chat"] is not None
    kind = cast("LetterKind", "sync") if chatting and options["kind"] == "sync" else _kind(options["kind"])
    copies = _copies(options["cc"])
    about, slips = tuple(listed(options["about"])), tuple(listed(options["slip"]))
    wanted = LetterOptions(kind, copies, about, slips, options["as_draft"])
    if chatting:
        reply = session.saved().reply(CHAT_WORDS)
        announce(session, contents(options), wanted, options, reply)
        return reply
    delivery, reply = _delivery(options), session.saved().reply(WORDS)
    if not write_letters(session, contents(options), wanted, delivery, reply):
        reply.exit_code, reply.severity = 2, "warning"
    return reply


def _delivery(options: Options) -> Delivery:
    """How letters leave; UsageError unless it is one way."""
    from xl_collab.commands.mailing import Delivery

    draft, smtp, outlook, dry_run = (options[name] for name in ("draft", "smtp", "outlook", "dry_run"))
    if sum((draft is not None, smtp, outlook)) > 1 or not (draft or smtp or outlook or dry_run):
        raise usage_error(WORDS["choose_way"])
    return Delivery(draft, smtp, outlook, dry_run)


def _kind(text: str) -> LetterKind:
    """A kind of letter as typed; UsageError for another word."""
    from xl_collab.documents.letter.content import KINDS

    if text not in KINDS:
        raise usage_error(WORDS["bad_choice"], text=text, known=" / ".join(KINDS))
    return text


def _copies(text: str) -> Copies:
    """Whom to copy in, as typed; UsageError for another word."""
    from xl_collab.documents.letter.content import Copies

    if text not in get_args(Copies):
        raise usage_error(WORDS["bad_choice"], text=text, known=" / ".join(get_args(Copies)))
    return cast("Copies", text)


SEND = Command(
    name="send",
    id="send",
    group="teamwork",
    label=t("发送", "Send"),
    tip=t("给各部门写信", "Write to the departments"),
    more=t(
        "请填报、催办、发纪要、复盘报告、变更通知，报批或征询；只生成草稿，不会自动发出。",
        "A request, a reminder, minutes, the review, a notice, an approval or an enquiry; only drafts are made.",
    ),
    key="S",
    image="FileSendAsAttachment",
    twin="xl-collab send FILE --draft FOLDER",
    run=run,
    home=True,
    options=(
        FILE,
        KIND,
        ABOUT,
        SLIP,
        AS_DRAFT,
        DRAFT,
        SMTP,
        OUTLOOK,
        CHAT,
        COPY,
        TEXT_FILE,
        *CONTENTS,
        COPIES,
        AS_OF,
        SHOW_ONLY,
        BREAK_LOCK,
    ),
    request=no_out,
)
