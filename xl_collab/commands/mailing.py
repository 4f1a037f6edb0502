"""What `send` does: write the letters, attach what goes along, let them leave, note what was asked.

Nothing leaves unasked: a draft of minutes, or a request with gaps, only when that is said. What may not
enter: what letters say, who gets them (documents/letter).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.asking import Asking
from xl_collab.commands.enclosures import Enclosures
from xl_collab.commands.reply import Reply
from xl_collab.commands.sendings import PacketOptions, PacketPost, PreparedPacket, named_departments
from xl_collab.commands.session import Session
from xl_collab.documents.letter.change_notices import change_of_slips, changes_told, notices
from xl_collab.documents.letter.content import Copies, Letter, LetterKind, Post, letters
from xl_collab.documents.letter.for_decision import approvals, enquiries, withheld
from xl_collab.documents.letter.matters import Change
from xl_collab.documents.letter.recording import records
from xl_collab.exchange.mail.letters import draft_folder, make_mail
from xl_collab.exchange.mail.recipients import MailSettings, UnsafeLetter, mail_settings, password
from xl_collab.plan.what_if import parse_slips
from xl_collab.schema.keys import normalise_key

if TYPE_CHECKING:
    from xl_collab.exchange.mail.outgoing import Mail

Exit = Callable[["Sequence[Mail]"], bool]
"""Lets letters leave; False when one of them could not."""
_DAYS_TO_ANSWER = 3
"""Working days that people get to object, to decide, to answer, unless --by says otherwise."""


@dataclass(frozen=True)
class LetterOptions:
    """Which letters: their kind, what they are about, and whether what is not finished may go.

    about  IDs, or 需求申请; slips: as what-if takes them, for notices
    """

    kind: LetterKind
    copies: Copies = "default"
    about: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()
    unfinished: bool = False


@dataclass(frozen=True)
class Delivery:
    """How letters leave: drafts in a folder, SMTP, Outlook; dry_run only shows them."""

    draft: Path | None = None
    smtp: bool = False
    outlook: bool = False
    dry_run: bool = False


def write_letters(
    session: Session, options: PacketOptions, wanted: LetterOptions, delivery: Delivery, reply: Reply
) -> bool:
    """`send`: write the letters and let them leave; False when one of them could not."""
    post = PacketPost(session, options)
    settings = mail_settings()
    leave = _exit(delivery, settings, post, reply)
    enclosures, asking = Enclosures(post, wanted.kind), Asking(post)
    found = _letters(post, wanted, enclosures)
    if wanted.kind == "approval" and not (wanted.unfinished or wanted.about):
        for said in withheld(session.project):
            reply.line(said.of(reply.lang))
    if not found:
        reply.say("letters_none")
        return True
    made = post.made([letter.department for letter in found]) if wanted.kind == "request" else []
    coded = None if delivery.dry_run else asking
    mails, refused = _mails(post, found, made, enclosures, settings, reply, coded)
    if delivery.dry_run:
        for mail in mails:
            _show(mail, reply)
        return not refused
    leaving = {mail.token for mail in mails}
    used = [one for one in made if one.issue.token in leaving]
    ledger = post.record(used) if used else None
    asking.record(leaving)
    left = not mails or leave(mails)
    if ledger is not None:
        post.note(ledger)
    if not left:
        return False
    _note(session, found, bool(mails), reply)
    return not refused


def letters_wanted(session: Session, options: PacketOptions, wanted: LetterOptions) -> Sequence[Letter]:
    """The letters that would go out, for whoever says the same in another way."""
    post = PacketPost(session, options)
    return _letters(post, wanted, Enclosures(post, wanted.kind))


def _letters(post: PacketPost, wanted: LetterOptions, enclosures: Enclosures) -> Sequence[Letter]:
    """The letters of the kind that is wanted."""
    session, options = post.session, post.options
    project, kind = session.project, wanted.kind
    to = named_departments(session, options.to) if options.to else ()
    if kind in ("request", "reminder", "report"):
        return letters(project, kind, to, reply_by=post.reply_by, copies=wanted.copies).data
    reply_by = options.by or _to_answer(session)
    writer = Post(project, kind, reply_by, wanted.copies)
    if kind == "minutes":
        told = enclosures.resolved(unfinished=wanted.unfinished)
        return letters(project, kind, to, reply_by=reply_by, copies=wanted.copies, resolves=told).data
    if kind == "notice":
        return notices(project, _changes(session, wanted), to, writer)
    if kind == "approval":
        return approvals(project, wanted.about, writer, unfinished=wanted.unfinished)
    return enquiries(project, to, writer)


def _to_answer(session: Session) -> date:
    return session.project.calendar.add(session.project.as_of, _DAYS_TO_ANSWER)


def _changes(session: Session, wanted: LetterOptions) -> Sequence[Change]:
    slips = parse_slips(wanted.slips)
    return (
        (change_of_slips(session.project, slips),) if slips else changes_told(session.project, wanted.about)
    )


def _note(session: Session, found: Sequence[Letter], left: bool, reply: Reply) -> None:
    """Keep in the workbook until when was asked for answers; say where an earlier one has no place for it."""
    if not left:
        return
    noted = records(session.project, found)
    for lacking in noted.data:
        reply.line(lacking.of(reply.lang))
    if noted.edits:
        reply.written(session.write(noted.edits, "send"))


def _mails(
    post: PacketPost,
    found: Sequence[Letter],
    made: Sequence[PreparedPacket],
    enclosures: Enclosures,
    settings: MailSettings,
    reply: Reply,
    asking: Asking | None,
) -> tuple[list[Mail], int]:
    """The mails that can be made, and how many letters were refused."""
    packets = {one.packet.department: one.enclosure for one in made}
    allowed, lang = settings.allowed, post.session.lang
    mails: list[Mail] = []
    refused = 0
    tokens = post.last_tokens() if any(letter.kind == "reminder" for letter in found) else {}
    for letter in found:
        letter, document = enclosures.of(letter)
        enclosure = packets.get(letter.department, document)
        try:
            about = asking.code(letter) if asking else ""
            about = about or tokens.get(normalise_key(letter.department), "")
            made_mail = make_mail(letter, enclosure, lang, stamp=post.now, allowed=allowed, token=about)
            mails.append(made_mail)
        except UnsafeLetter as error:
            refused += 1
            who, reason = _who(letter.department, reply), error.message(reply.lang)
            reply.say("letter_refused", grave=True, department=who, reason=reason)
        others = [name for name in letter.unknown if name != letter.department]
        if others:
            reply.say("no_address", names=reply.listed(others))
    for remark in (*enclosures.remarks, *(asking.remarks if asking else ())):
        reply.line(remark.of(reply.lang))
    return mails, refused


def _who(department: str, reply: Reply) -> str:
    return department or reply.text("all_departments")


def _show(mail: Mail, reply: Reply) -> None:
    """One letter, as it would go."""
    reply.line("─" * 60)
    reply.say("letter_to", names=", ".join(mail.recipients.to))
    if mail.recipients.cc:
        reply.say("letter_cc", names=", ".join(mail.recipients.cc))
    reply.say("letter_subject", text=mail.subject)
    if mail.attachments:
        reply.say("letter_files", names=reply.listed([one.name for one in mail.attachments]))
    reply.line("")
    reply.line(mail.text.rstrip())


def _exit(delivery: Delivery, settings: MailSettings, post: PacketPost, reply: Reply) -> Exit:
    """How the letters leave; what is missing for it is found before anything is drawn or recorded."""
    if delivery.dry_run or delivery.draft is not None:
        return lambda mails: _draft(mails, delivery.draft or Path(), settings, post.session, reply)
    if delivery.outlook:
        from xl_collab.exchange.mail.outgoing import connect, draft_all

        program = connect()

        def show(mails: Sequence[Mail]) -> bool:
            reply.say("outlooked", count=draft_all(program, mails))
            return True

        return show
    from xl_collab.exchange.mail.outgoing import require_complete

    require_complete(settings)
    secret = password(settings)
    return lambda mails: _send(mails, settings, secret, post, reply)


def _draft(
    mails: Sequence[Mail], folder: Path, settings: MailSettings, session: Session, reply: Reply
) -> bool:
    draft_folder(mails, folder, session.lang, sender=settings.sender)
    reply.say("drafted", count=len(mails), path=folder)
    return True


def _send(mails: Sequence[Mail], settings: MailSettings, secret: str, post: PacketPost, reply: Reply) -> bool:
    from xl_collab.exchange.mail.outgoing import send_all

    failed = 0
    for sent in send_all(mails, settings, secret, now=datetime.now().astimezone()):
        who, refused = _who(sent.mail.department, reply), ", ".join(sent.refused)
        if sent.sent:
            if sent.mail.token:
                post.ledger.note_sent(sent.message_id, sent.mail.token)
            reply.say("sent", department=who, to=", ".join(sent.mail.recipients.all))
            if refused:
                reply.say("partly_refused", department=who, refused=refused)
        else:
            reply.say("not_sent", department=who, reason=sent.reason.of(reply.lang), refused=refused)
        failed += not sent.sent or bool(refused)
    reply.say("sent_count", count=len(mails) - failed, failed=failed)
    return not failed
