"""What `packets` and `send` share: packets drawn and recorded in the ledger.

The only room of sending that makes secrets. A sending is recorded before its file leaves, so that no reply
can come to a token that nobody knows. Letters are in mailing.py.
"""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.reply import Reply, usage_error
from xl_collab.commands.session import Session
from xl_collab.commands.words import SHARED
from xl_collab.documents.packet.content import (
    Packet,
    PacketIssue,
    chosen_departments,
    default_reply_by,
    issue,
    packets,
)
from xl_collab.documents.packet.sheet import base_of, draw_packet
from xl_collab.exchange.mail.letters import Enclosure, attachment_name
from xl_collab.exchange.remarks import sent_beside
from xl_collab.exchange.reply_sheets import SentPages, pages_sent
from xl_collab.memory import one_by_one
from xl_collab.merge.merging import Merging
from xl_collab.merge.outcome import master_of
from xl_collab.merge.snapshot import Packed, Snapshot
from xl_collab.plan.meta import document_id, ledger_revision
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.keys import normalise_key

if TYPE_CHECKING:
    from xl_collab.exchange.ledger.ledger import Ledger

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

    post = PacketPost(session, options)
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
        post.note(ledger)
        day = made[0].packet.reply_by
        reply.say("packets_made", count=len(made), day=day, ledger=ledger.path.name)


def _tell_without_id(packet: Packet, reply: Reply) -> None:
    if packet.without_id:
        reply.say("without_id", department=packet.department, count=packet.without_id)


class PacketPost:
    """What the sendings of one run share."""

    def __init__(self, session: Session, options: PacketOptions) -> None:
        from xl_collab.exchange.gate.own import OwnSheets

        self.session, self.options = session, options
        self.project = session.sent_project
        self.project_name = session.project.settings.project
        self.now = datetime.now(UTC)
        self.reply_by = options.by or default_reply_by(session.project)
        self._pages, self._sheets = SentPages(), OwnSheets()

    def made(self, departments: Sequence[str]) -> list[PreparedPacket]:
        """A packet (or a copy of the whole workbook) for each department, under a fresh token."""
        if not departments:
            return []
        others, since = self.options.others, self._since
        found = packets(self.project, departments, reply_by=self.reply_by, others=others, since=since).data
        draw = self._whole if self.options.whole else self._packet
        with self.session.progress("drawing"):
            return [draw(packet) for packet in one_by_one(found)]

    def _packet(self, packet: Packet) -> PreparedPacket:
        sending = issue(packet, new_token(), self._number(packet.department), base_of(self.project, packet))
        created = self.now.replace(tzinfo=None, microsecond=0)
        data = draw_packet(self.project, packet, sending, created=created)
        sent = {**sending.base.sheets, **pages_sent(data, known=self._pages)}
        sending = replace(sending, base=Snapshot(Packed(sent | sent_beside(data, sent, known=self._sheets))))
        return PreparedPacket(packet, sending, Enclosure("packet", data, ".xlsx", sending.token))

    def _whole(self, packet: Packet) -> PreparedPacket:
        from xl_collab.exchange.mail.letters import base_of_whole, whole_workbook

        number, base = self._number(packet.department), base_of_whole(self.project)
        sending = issue(packet, new_token(), number, base, kind="whole")
        macros = self.options.macros and self.session.request.path.suffix.lower() == ".xlsm"
        data = whole_workbook(self.master, self.project, packet, sending, macros=macros)
        tabs = [table.tab for key, table in self.project.book.tables.items() if key in base.sheets]
        sent = {**base.sheets, **pages_sent(data, tabs, self._pages)}
        others = set(self.session.sheets.titles) - {self.project.tracker.tab}
        sending = replace(
            sending, base=Snapshot(Packed(sent | sent_beside(data, sent, others, self._sheets)))
        )
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
    def _since(self) -> dict[str, date]:
        """The data date of each department's last sending."""
        entries = [] if self.session.request.dry_run else self.ledger.log()
        sent = ((entry.department, _as_of(entry.detail)) for entry in entries if entry.state == "sent")
        return {normalise_key(name): day for name, day in sent if day is not None}

    @cached_property
    def ledger(self) -> Ledger:
        """The master's ledger. MasterMoved when the master is not the one that it belongs to."""
        from xl_collab.exchange.ledger.ledger import Ledger

        identity = document_id(self.project)
        if not identity:
            raise usage_error(SHARED["no_identity"])
        path = self.session.request.path
        return Ledger.open(path, identity, ledger_revision(self.project), now=self.now)

    def note(self, ledger: Ledger) -> None:
        """Let 首页 say that replies are awaited; what was sent is on its way whether or not it can."""
        from xl_collab.commands.next_step import sent_edits

        self.session.note(sent_edits(self.session.project, ledger.log()))

    def last_tokens(self) -> dict[str, str]:
        """Department → token of its last packet; nothing where none was ever sent, or nobody knows."""
        from xl_collab.errors import XlCollabError
        from xl_collab.exchange.ledger.schema import find

        identity = document_id(self.project)
        if not identity or find(self.session.request.path.resolve(), identity) is None:
            return {}
        try:
            return self.ledger.last_tokens()
        except XlCollabError:  # a reminder needs no ledger
            return {}

    def record(self, made: Sequence[PreparedPacket]) -> Ledger:
        """Keep the sendings before anything leaves."""
        from xl_collab.exchange.ledger.store import LedgerRun, Sending, has_news

        merging = Merging(master_of(self.project), self.ledger.history(), self.now)
        if has_news(merging.history):
            self.ledger.note(LedgerRun("look", history=merging.history), now=self.now)
        issues = [one.issue for one in made]
        for it, rows in zip(issues, merging.row_names(it.base for it in issues), strict=True):
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
                    rows=rows,
                )
            )
        return self.ledger


def _as_of(detail: str) -> date | None:
    """The data date in what the ledger notes of a sending: its number, that day, until when to reply."""
    parts = detail.split(" · ")
    return parse_date(parts[1]) if len(parts) > 1 else None


def new_token() -> str:
    """80 random bits that people can read out: 16 letters and digits."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii")
