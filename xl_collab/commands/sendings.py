"""What `packets` and `send` do: draw, record in the ledger, write letters, hand them over.

The only room of sending that reads the clock and makes secrets. A sending is recorded before its file
leaves, so that no reply can come to a token that nobody knows.
"""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.reply import Reply, usage_error
from xl_collab.commands.session import Session
from xl_collab.commands.words import SHARED
from xl_collab.documents.letter.content import Copies, Letter, LetterKind, letters
from xl_collab.documents.packet.content import (
    Packet,
    PacketIssue,
    chosen_departments,
    default_reply_by,
    issue,
    packets,
)
from xl_collab.documents.packet.sheet import base_of, draw_packet
from xl_collab.exchange.mail.letters import Enclosure, attachment_name, draft_folder, make_mail
from xl_collab.exchange.mail.recipients import MailSettings, UnsafeLetter, mail_settings, password
from xl_collab.exchange.remarks import sent_beside
from xl_collab.exchange.reply_sheets import pages_sent
from xl_collab.memory import one_by_one
from xl_collab.merge.merging import Merging
from xl_collab.merge.outcome import master_of
from xl_collab.merge.snapshot import Packed, Snapshot
from xl_collab.plan.meta import document_id, ledger_revision
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.keys import normalise_key

if TYPE_CHECKING:
    from xl_collab.exchange.ledger.ledger import Ledger
    from xl_collab.exchange.mail.outgoing import Mail

Exit = Callable[["Sequence[Mail]"], bool]
"""Lets letters leave; False when one of them could not."""

_SEPARATORS = "、,，;；"


@dataclass(frozen=True)
class PacketOptions:
    """Which departments, by when, and what goes to them."""

    to: tuple[str, ...] = ()
    by: date | None = None
    others: bool = True
    whole: bool = False
    macros: bool = False


@dataclass(frozen=True)
class Delivery:
    """How letters leave: drafts in a folder, SMTP, Outlook; dry_run only shows them."""

    draft: Path | None = None
    smtp: bool = False
    outlook: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class PreparedPacket:
    """A packet with its sending and its file."""

    packet: Packet
    issue: PacketIssue
    enclosure: Enclosure


def named_departments(session: Session, to: Sequence[str]) -> tuple[str, ...]:
    """What --to says as departments' names: each may be a list, unless it is a name as it stands."""
    texts: list[str] = []
    for text in to:
        if normalise_key(text) in session.project.known:
            texts.append(text)
            continue
        for mark in _SEPARATORS[1:]:
            text = text.replace(mark, _SEPARATORS[0])
        texts += [part.strip() for part in text.split(_SEPARATORS[0]) if part.strip()]
    return chosen_departments(session.project, texts)


def make_packets(session: Session, options: PacketOptions, folder: Path, reply: Reply) -> None:
    """`packets`: a file for each department in `folder`."""
    from xl_collab.hosts.atomic import write_atomically

    post = _Post(session, options)
    made = post.made(named_departments(session, options.to))
    if not made:
        reply.say("packets_none")
        return
    dry_run = session.request.dry_run
    ledger = None if dry_run else post.record(made)
    for one in made:
        path = folder / attachment_name(post.project_name, one.packet, one.enclosure, session.lang)
        if not dry_run:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, one.enclosure.data)
        reply.say("packet_made", department=one.packet.department, path=path, rows=len(one.packet.own))
        _tell_without_id(one.packet, reply)
    if ledger is None:
        reply.say("packets_would", count=len(made))
    else:
        day = made[0].packet.reply_by
        reply.say("packets_made", count=len(made), day=day, ledger=ledger.path.name)


def _tell_without_id(packet: Packet, reply: Reply) -> None:
    if packet.without_id:
        reply.say("without_id", department=packet.department, count=packet.without_id)


class _Post:
    """What the sendings of one run share."""

    def __init__(self, session: Session, options: PacketOptions) -> None:
        self.session, self.options = session, options
        self.project = session.sent_project
        self.project_name = session.project.settings.project
        self.now = datetime.now(UTC)
        self.reply_by = options.by or default_reply_by(session.project)

    def made(self, departments: Sequence[str]) -> list[PreparedPacket]:
        """A packet (or a copy of the whole workbook) for each department, under a fresh token."""
        if not departments:
            return []
        found = packets(self.project, departments, reply_by=self.reply_by, others=self.options.others).data
        draw = self._whole if self.options.whole else self._packet
        with self.session.progress("drawing"):
            return [draw(packet) for packet in one_by_one(found)]

    def _packet(self, packet: Packet) -> PreparedPacket:
        sending = issue(packet, _token(), self._number(packet.department), base_of(self.project, packet))
        created = self.now.replace(tzinfo=None, microsecond=0)
        data = draw_packet(self.project, packet, sending, created=created)
        sent = {**sending.base.sheets, **pages_sent(data)}
        sending = replace(sending, base=Snapshot(Packed(sent | sent_beside(data, sent))))
        return PreparedPacket(packet, sending, Enclosure("packet", data, ".xlsx", sending.token))

    def _whole(self, packet: Packet) -> PreparedPacket:
        from xl_collab.exchange.mail.letters import base_of_whole, whole_workbook

        number, base = self._number(packet.department), base_of_whole(self.project)
        sending = issue(packet, _token(), number, base, kind="whole")
        macros = self.options.macros and self.session.request.path.suffix.lower() == ".xlsm"
        data = whole_workbook(self.master, self.project, packet, sending, macros=macros)
        tabs = [table.tab for key, table in self.project.book.tables.items() if key in base.sheets]
        sent = {**base.sheets, **pages_sent(data, tabs)}
        others = set(self.session.sheets.titles) - {self.project.tracker.tab}
        sending = replace(sending, base=Snapshot(Packed(sent | sent_beside(data, sent, others))))
        return PreparedPacket(
            packet, sending, Enclosure("whole", data, ".xlsm" if macros else ".xlsx", sending.token)
        )

    @property
    def master(self) -> bytes:
        """The master's bytes."""
        return self.session.request.path.read_bytes()

    def _number(self, department: str) -> int:
        if self.session.request.dry_run:
            return 1
        return 1 + self._earlier[normalise_key(department)]

    @cached_property
    def _earlier(self) -> Counter[str]:
        """How many sendings each department has had."""
        return Counter(map(normalise_key, self.ledger.departments()))

    @cached_property
    def ledger(self) -> Ledger:
        """The master's ledger. MasterMoved when the master is not the one that it belongs to."""
        from xl_collab.exchange.ledger.ledger import Ledger

        identity = document_id(self.project)
        if not identity:
            raise usage_error(SHARED["no_identity"])
        path = self.session.request.path
        return Ledger.open(path, identity, ledger_revision(self.project), now=self.now)

    def record(self, made: Sequence[PreparedPacket]) -> Ledger:
        """Keep the sendings before anything leaves."""
        from xl_collab.exchange.ledger.store import LedgerRun, Sending, has_news

        merging = Merging(master_of(self.project), self.ledger.history(), self.now)
        if has_news(merging.history):
            self.ledger.note(LedgerRun("look", history=merging.history), now=self.now)
        for one in made:
            it = one.issue
            self.ledger.record_sending(
                Sending(
                    it.token,
                    it.department,
                    it.kind,
                    self.now,
                    it.base,
                    it.permission,
                    ledger_revision(self.project),
                    f"{it.number} · {it.as_of} · {it.reply_by}",
                    rows=merging.row_names(it.base),
                )
            )
        return self.ledger


def _token() -> str:
    """80 random bits that people can read out: 16 letters and digits."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii")


# letters


def write_letters(
    session: Session,
    options: PacketOptions,
    kind: LetterKind,
    copies: Copies,
    delivery: Delivery,
    reply: Reply,
) -> bool:
    """`send`: write the letters and let them leave; False when one of them could not."""
    post = _Post(session, options)
    settings = mail_settings()
    leave = _exit(delivery, settings, session, reply)
    to = named_departments(session, options.to) if options.to else ()
    found = letters(session.project, kind, to, reply_by=post.reply_by, copies=copies).data
    if not found:
        reply.say("letters_none")
        return True
    made = post.made([letter.department for letter in found]) if kind == "request" else []
    mails, refused = _mails(post, found, made, settings, reply)
    if delivery.dry_run:
        for mail in mails:
            _show(mail, reply)
        return not refused
    leaving = {mail.token for mail in mails}
    used = [one for one in made if one.issue.token in leaving]
    if used:
        post.record(used)
    return (not mails or leave(mails)) and not refused


def _mails(
    post: _Post, found: Sequence[Letter], made: Sequence[PreparedPacket], settings: MailSettings, reply: Reply
) -> tuple[list[Mail], int]:
    """The mails that can be made, and how many letters were refused."""
    enclosures = {one.packet.department: one.enclosure for one in made}
    allowed, lang = settings.allowed, post.session.lang
    mails: list[Mail] = []
    refused = 0
    for letter in found:
        letter, document = _document(post, letter)
        enclosure = enclosures.get(letter.department, document)
        try:
            mails.append(make_mail(letter, enclosure, lang, stamp=post.now, allowed=allowed))
        except UnsafeLetter as error:
            refused += 1
            who, reason = _who(letter.department, reply), error.message(reply.lang)
            reply.say("letter_refused", grave=True, department=who, reason=reason)
        others = [name for name in letter.unknown if name != letter.department]
        if others:
            reply.say("no_address", names=reply.listed(others))
    return mails, refused


def _who(department: str, reply: Reply) -> str:
    return department or reply.text("all_departments")


def _document(post: _Post, letter: Letter) -> tuple[Letter, Enclosure | None]:
    """The minutes or the report to attach, and the letter dated like them."""
    if letter.kind not in ("minutes", "report"):
        return letter, None
    from xl_collab.exchange.mail.letters import latest_sheet, sheet_alone

    kind = "minutes" if letter.kind == "minutes" else "review"
    draw = _drawer(post, kind)
    master = post.master
    there = latest_sheet(master, kind)
    if there is None:
        return letter, Enclosure(letter.kind, draw())
    tab, key = there
    day = parse_date(key.partition("-")[0]) or letter.as_of
    data = sheet_alone(master, tab, post.session.lang, draw)
    return replace(letter, as_of=day), Enclosure(letter.kind, data)


def _drawer(post: _Post, kind: str) -> Callable[[], bytes]:
    def draw() -> bytes:
        from xl_collab.documents.drawing import draw as drawn
        from xl_collab.documents.minutes.content import minutes
        from xl_collab.documents.review.content import review

        document = minutes(post.project).data if kind == "minutes" else review(post.project).data
        return drawn(document, project_name=post.project_name, lang=post.session.lang, links={})

    return draw


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


def _exit(delivery: Delivery, settings: MailSettings, session: Session, reply: Reply) -> Exit:
    """How the letters leave; what is missing for it is found before anything is drawn or recorded."""
    if delivery.dry_run or delivery.draft is not None:
        return lambda mails: _draft(mails, delivery.draft or Path(), settings, session, reply)
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
    return lambda mails: _send(mails, settings, secret, reply)


def _draft(
    mails: Sequence[Mail], folder: Path, settings: MailSettings, session: Session, reply: Reply
) -> bool:
    draft_folder(mails, folder, session.lang, sender=settings.sender)
    reply.say("drafted", count=len(mails), path=folder)
    return True


def _send(mails: Sequence[Mail], settings: MailSettings, secret: str, reply: Reply) -> bool:
    from xl_collab.exchange.mail.outgoing import send_all

    failed = 0
    for sent in send_all(mails, settings, secret, now=datetime.now().astimezone()):
        who, refused = _who(sent.mail.department, reply), ", ".join(sent.refused)
        if sent.sent:
            reply.say("sent", department=who, to=", ".join(sent.mail.recipients.all))
            if refused:
                reply.say("partly_refused", department=who, refused=refused)
        else:
            reply.say("not_sent", department=who, reason=sent.reason.of(reply.lang), refused=refused)
        failed += not sent.sent or bool(refused)
    reply.say("sent_count", count=len(mails) - failed, failed=failed)
    return not failed
