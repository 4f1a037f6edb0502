"""From what came back to replies that can be merged: gate, token, sender, tables; and what is refused.

Nothing is merged or written here. A reply whose sending is unknown goes to review: the merge applies
nothing of it. One from an unexpected sender waits as a whole. What may not enter: the merge's policy.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice

from xl_collab.exchange.confirming import Confirming
from xl_collab.exchange.gate.child import ForkServers
from xl_collab.exchange.gate.gate import ReadReply, Verdict, read_reply_bytes
from xl_collab.exchange.gate.refusals import Refusal, one_line, stopped
from xl_collab.exchange.inbox import Arrival
from xl_collab.exchange.ledger.ledger import Received
from xl_collab.exchange.ledger.store import Sending
from xl_collab.exchange.mail.answers import Answers, read_answers
from xl_collab.exchange.mail.bodies import first_lines
from xl_collab.exchange.mail.greetings import has_news
from xl_collab.exchange.mail.incoming import MailWords
from xl_collab.exchange.remarks import Before, Outside, before_of, master_beside, ours, remarks_of
from xl_collab.exchange.reply_sheets import (
    REGISTERS,
    Found,
    compared,
    find_tables,
    others_rows,
    overwritten_formulas,
    pages_back,
    unknown_hidden,
)
from xl_collab.memory import one_by_one
from xl_collab.merge.confirmations import AskedLetter, MailedAnswer
from xl_collab.merge.master import completed, signed
from xl_collab.merge.permission import Permission, permission
from xl_collab.merge.result import Answer, Remark, ReturnedFile, Stamp, Who
from xl_collab.merge.snapshot import OTHERS, Packed, Rows, Snapshot, snapshot
from xl_collab.plan.meta import document_id
from xl_collab.plan.project import Project
from xl_collab.project.sentences import fitted, listing
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.registers import SYNC
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import Text, t

_REFUSALS: Mapping[str, Text] = {
    "no-token": t(
        "里面没有回执码，不知道是哪次发送的回复，需人工核对。请对方在原来发出的文件中填写再发。",
        "There is no reply code in it, so what it answers is not known; check it by hand, or ask for the "
        "file that was sent, filled in.",
    ),
    "tokens-differ": t(
        "里面有几个不同的回执码（{names}），像是由几份文件拼成的，需人工核对。",
        "It holds different reply codes ({names}), as if put together from several files; check by hand.",
    ),
    "unknown-token": t(
        "回执码 {names} 不是这份总表发出的，需人工核对。",
        "Reply code {names} was not sent from this master; check it by hand.",
    ),
    "other-tracker": t(
        "这是另一个项目（另一份总表）的文件，没有收取。",
        "It belongs to another project (another master) and was not taken.",
    ),
}
_NOTES: Mapping[str, Text] = {
    "hidden": t(
        "{file}：有未发送过的隐藏工作表：{names}", "{file}: hidden sheets that were not sent: {names}"
    ),
    "differing": t(
        "{file}：{count} 个单元格两种读法不一致，已列入冲突表",
        "{file}: {count} cells read differently by two readers; they are on the conflicts page",
    ),
    "unknown_field": t(
        "{file}：正文里的“{words}”不认识，没有采用", "{file}: {words!r} in the text is not known; not used"
    ),
    "no_sheet": t("{file}：缺少工作表“{names}”，视为未改", "{file}: sheet {names} is missing; left as it is"),
    "damaged": t(
        "{file}：这次发送的记录已损坏，全部改动待人工核对",
        "{file}: the record of this sending is damaged; all its changes wait for review",
    ),
    "no_record": t(
        "{file}：台账里没有这次发送的记录，全部改动待人工核对",
        "{file}: the ledger knows nothing of this sending; all its changes wait for review",
    ),
}
_LABEL = re.compile("回执码|reply code", re.IGNORECASE)
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{12,64}(?![0-9A-Za-z])")
_LABELLED_ROWS = 60
_LEAVING = 16
"""Replies after which what they left in cycles is freed: one that is read as usual leaves nothing."""
_SETTLED = ("merged", "untouched", "repeat", "superseded")  # the last by versions up to 0.1


Opened = tuple[Arrival, ReadReply | None]
"""A file and what the gate read in it; None when it was not sent there."""


@dataclass(frozen=True)
class Known:
    """What is known beforehand.

    sending    looks up what went out under a token
    received   looks a file up by its SHA-256 among those that were processed before
    fresh      there was no ledger before, so nothing is known of earlier sendings
    confirmed  senders (lower case) whose replies are taken although 通讯录 does not have them
    tabs       tabs of the master besides the tracker
    vba        SHA-256 of the master's VBA project, if it has one
    master     reads the master's bytes: where nobody knows what a whole workbook held when it was sent
    sent_as    looks a Message-ID up: the token of the letter that went out under it
    asked      looks a letter up that asks for an answer, by its token
    """

    sending: Callable[[str], Sending | None] = lambda token: None
    received: Callable[[str], Received | None] = lambda sha: None
    fresh: bool = False
    confirmed: Collection[str] = ()
    tabs: Collection[str] = ()
    vba: str | None = None
    master: Callable[[], bytes] | None = None
    sent_as: Callable[[str], str | None] = lambda _: None
    asked: Callable[[str], AskedLetter | None] = lambda _: None


@dataclass(frozen=True)
class Rejected:
    """A file that is not taken: why, in a word for programs and a line for people."""

    arrival: Arrival
    refusal: Refusal


@dataclass(frozen=True)
class Repeat:
    """A file that was merged before."""

    arrival: Arrival
    before: Received


@dataclass
class Matched:
    """What came of all arrivals. Each is in `replies`, `answers`, `rejected` or `repeats`.

    answers      to letters that ask: minutes, notices, approvals, enquiries
    permissions  token → what the department may edit; of an unknown sending what it may edit today
    files        SHA-256 → name for people
    """

    replies: list[ReturnedFile] = field(default_factory=list)
    answers: list[MailedAnswer] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    repeats: list[Repeat] = field(default_factory=list)
    notices: list[Text] = field(default_factory=list)
    permissions: dict[str, Permission] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def remarks(self) -> Iterator[tuple[Remark, str, str]]:
        """What people wrote besides known cells, with file and department; of refused files see `rejected`.

        What a mail says that brought a file again is told again: nobody knows whether it is the same mail.
        """
        for reply in self.replies:
            for remark in reply.remarks:
                yield remark, self.files.get(reply.who.sha256, ""), reply.who.department
        for repeat in self.repeats:
            for remark in repeat.arrival.remarks:
                yield remark, repeat.arrival.shown, repeat.before.department


def open_all(arrived: Iterable[Arrival], known: Known) -> Iterator[Opened]:
    """Send each file through the gate, several at a time; None for what is refused or was merged before."""
    workers = max(2, min(4, os.cpu_count() or 1))
    source = iter(arrived)
    with ForkServers() as servers, ThreadPoolExecutor(workers) as pool:

        def read(arrival: Arrival) -> ReadReply | None:
            try:
                if arrival.refusal is not None or arrival.words is not None or _before(arrival, known):
                    return None
                return read_reply_bytes(arrival.data, arrival.shown, issued_vba=known.vba, run=servers.run)
            except Exception as error:  # one file must not stop the others
                return ReadReply(Verdict(arrival.shown, len(arrival.data), arrival.sha256, stopped(error)))

        # A few at a time, so that a folder of big files is not in memory as a whole.
        under_way = deque((arrival, pool.submit(read, arrival)) for arrival in islice(source, 2 * workers))
        while under_way:
            arrival, reading = under_way.popleft()
            under_way.extend((one, pool.submit(read, one)) for one in islice(source, 1))
            yield arrival, reading.result()


def _before(arrival: Arrival, known: Known) -> Received | None:
    """The run that settled this very file. One that waited or was stopped is looked at again."""
    before = known.received(arrival.sha256) if arrival.data or arrival.words else None
    return before if before is not None and before.outcome in _SETTLED else None


def match(opened: Iterable[Opened], project: Project, known: Known) -> Matched:
    """Sort what came through the gate (see `open_all`): replies with their tokens, and the rest."""
    matching = _Matching(project, known)
    for arrival, read in one_by_one(opened, every=_LEAVING):
        matching.take(arrival, read)
        del arrival, read
    matched = matching.out
    # The same file in a mail and by itself is one reply, which waits if one is in doubt; all words stay.
    held = {reply.who.sha256: reply for reply in matched.replies if reply.held}
    once = {reply.who.sha256: held.get(reply.who.sha256, reply) for reply in matched.replies}
    said: dict[str, dict[Remark, None]] = {sha: {} for sha in once}
    for reply in matched.replies:
        said[reply.who.sha256] |= dict.fromkeys(reply.remarks)
    matched.replies = [replace(reply, remarks=tuple(said[sha])) for sha, reply in once.items()]
    matched.answers = list({one.who.sha256: one for one in matched.answers}.values())
    return matched


class _Matching:
    def __init__(self, project: Project, known: Known) -> None:
        self.project, self.known = project, known
        self.document = document_id(project)
        self.addresses = _addresses(project)
        self.confirming = Confirming(project, self.addresses, known.asked, known.confirmed)
        self.out = Matched()

    def take(self, arrival: Arrival, read: ReadReply | None) -> None:
        """Sort one file."""
        before = _before(arrival, self.known)
        if arrival.words is not None and before is None and self._heard(arrival, arrival.words):
            return
        if arrival.words is not None and arrival.refusal is None:
            return  # the mail's files say it all
        refused = None if before is not None else arrival.refusal or (read.refusal if read else None)
        if refused is None and before is not None:
            self.out.repeats.append(Repeat(arrival, before))
            return
        if refused is None and read is not None:
            try:
                refused = self._taken(arrival, read)
            except Exception as error:  # one file must not stop the others
                refused = stopped(error)
        if refused is not None:
            self.out.rejected.append(Rejected(arrival, refused))

    def _taken(self, arrival: Arrival, read: ReadReply) -> Refusal | None:
        """Make a reply of a readable file, or say why it is none."""
        if read.custom.get("collab_document", self.document) != self.document:
            return _refusal("other-tracker")
        tokens = tokens_in(read)
        if len(tokens) != 1:
            return _refusal("tokens-differ", sorted(tokens)) if tokens else _refusal("no-token")
        (token,) = tokens
        sending = self.known.sending(token)
        if sending is None and not self.known.fresh and "collab_document" not in read.custom:
            return _refusal("unknown-token", [token])
        found = self._tables(sending, read)
        if found.refusal is not None:
            return found.refusal
        department = sending.department if sending else self._claimed(read)
        allowed = sending.permission if sending else permission(self.project, department)
        self.out.permissions[token] = allowed
        if sending is None or sending.damaged:
            self._tell("damaged" if sending else "no_record", arrival)
        sent = sending.snapshot.sheets if sending else ()
        declared = {sheet.key for sheet in SHEETS.sheets}
        gone = [SHEETS[key].title for key in sent if key in declared and key not in found.tables]
        if gone:
            self._tell("no_sheet", arrival, names=listing(gone))
        sheets = dict(Snapshot.of(found.tables.values()).sheets)
        if SYNC.key in sheets:
            sheets[SYNC.key] = signed(sheets[SYNC.key], SYNC, department, _day_said(arrival, read))
        sheets |= pages_back(read, sent)
        if not self._is_whole(sending, read):
            known = sending is not None and not sending.damaged
            base = sending.snapshot if sending and known else Snapshot.of([self.project.tracker])
            rows = base.rows(TRACKER.key)
            sheets[TRACKER.key] = completed(sheets[TRACKER.key], rows, TRACKER, allowed)
            others = others_rows(read) if OTHERS in sent else None
            sheets |= {OTHERS: snapshot(others[0])} if others else {}
        before = self._before(sending, read, token)
        remarks = (*arrival.remarks, *remarks_of(read, found, sent or {}, before, self.project.book.lang))
        who = Who(token, department, arrival.sender, _modified(read))
        self._reply(arrival, read, found, sheets, who, before.unknown(found), remarks)
        return None

    def _heard(self, arrival: Arrival, words: MailWords) -> bool:
        """Whether a mail says something in its own words: an answer that was asked for, or of rows."""
        for token in self._tokens_of(words):
            answered = self.confirming.answer(arrival, words, token)
            if answered is not None:
                self.out.answers += [answered] if answered.code or not arrival.attached else []
                return True
        return self._answered(arrival, words)

    def _answered(self, arrival: Arrival, words: MailWords) -> bool:
        """Make a reply of what a mail says in its own words; False when it answers nothing."""
        sending = next(filter(None, map(self.known.sending, self._tokens_of(words))), None)
        if sending is None:
            return False
        rows = sending.snapshot.rows(TRACKER.key).ids
        found = max((read_answers(*text, rows) for text in words.texts), key=bool, default=Answers())
        if not found:
            return False
        for line in found.unknown:
            self._tell("unknown_field", arrival, words=one_line(line, 80))
        answers = [Answer(one.row, one.column, one.text) for one in found.cells]
        answers += [Answer(*at, text, "two_answers") for at, texts in found.doubled.items() for text in texts]
        answers += [Answer(one.row, one.column, one.text, "sentence") for one in found.offers]
        at = next((f"{stamp.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for stamp in arrival.stamps), "")
        who = Who(sending.token, sending.department, arrival.sender, at, words.sha256)
        self.out.permissions[sending.token] = sending.permission
        self.out.files[words.sha256] = arrival.shown
        held = self._doubt(arrival, sending.department)
        said = self._said_besides(arrival, words, found.rest)
        reply = ReturnedFile(who, {}, held=held, stamps=arrival.stamps, remarks=said, answers=tuple(answers))
        self.out.replies.append(reply)
        return True

    def _tokens_of(self, words: MailWords) -> Iterator[str]:
        """Tokens that the mail's subject names, and those of the mails that it answers."""
        yield from (word.upper() for word in _TOKEN.findall(words.subject))
        yield from filter(None, map(self.known.sent_as, sorted(words.answers)))

    def _said_besides(self, arrival: Arrival, words: MailWords, rest: str) -> tuple[Remark, ...]:
        """The mail's other words; mails inside it keep theirs."""
        first, *inner = arrival.remarks or (None,)
        if first is None:
            return ()
        told = replace(first, words=first_lines(rest), counts=has_news(rest, words.names))
        return (told, *inner) if rest else tuple(inner)

    def _before(self, sending: Sending | None, read: ReadReply, token: str) -> Before:
        """What was in the workbook besides known cells when it was sent, as far as it is known."""
        sent = sending.snapshot.sheets if sending else {}
        before = before_of(sent)
        if before is not None:
            return before
        whole = self.known.master if self._is_whole(sending, read) else None
        return ours(token, self.project, sent, self._master_beside if whole else ())

    @cached_property
    def _master_beside(self) -> Sequence[Outside]:
        """What the master has besides known cells today."""
        data = self.known.master() if self.known.master else b""
        return master_beside(data, self.project.book.tables, self.known.tabs)

    def _is_whole(self, sending: Sending | None, read: ReadReply) -> bool:
        return sending.kind == "whole" if sending else read.custom.get("collab_kind") == "whole"

    def _tables(self, sending: Sending | None, read: ReadReply) -> Found:
        whole = self._is_whole(sending, read)
        known = sending is not None and not sending.damaged
        sent = sending.snapshot.sheets if sending and known else self.project.book.tables
        wanted = compared(sent) if whole else [key for key in compared(sent) if key in REGISTERS]
        return find_tables(read, wanted, self.known.tabs if whole else ())

    def _reply(
        self,
        arrival: Arrival,
        read: ReadReply,
        found: Found,
        sheets: Mapping[str, Rows],
        who: Who,
        unknown: tuple[str, ...],
        remarks: tuple[Remark, ...],
    ) -> None:
        sha = read.verdict.sha256
        read_only = others_rows(read) if OTHERS in sheets else None
        pairs = [(table, found.tabs[key]) for key, table in found.tables.items()]
        pairs += [read_only] if read_only else []
        odd = [anomaly for table, tab in pairs for anomaly in overwritten_formulas(table, tab)]
        held = self._doubt(arrival, who.department)
        self.out.files[sha] = arrival.shown
        who, stamps = replace(who, sha256=sha), _stamps(arrival, read)
        packed = Packed(sheets)  # of many replies at once little else would be in memory
        self.out.replies.append(ReturnedFile(who, packed, tuple(odd), unknown, held, stamps, remarks))
        self._remark(arrival, read, found)

    def _doubt(self, arrival: Arrival, department: str) -> str:
        """Why a reply must wait: its mail comes from somebody who is not known to be the department."""
        if not arrival.mailed or (arrival.sender and arrival.sender in self.known.confirmed):
            return ""
        if not arrival.sender:
            return "no_sender"
        return "" if arrival.sender in self.addresses.get(normalise_key(department), ()) else "sender"

    def _claimed(self, read: ReadReply) -> str:
        """The department that an unknown sending names, if there is one."""
        name = one_line(read.custom.get("collab_department", ""), 60)
        return self.project.known.get(normalise_key(name), name)

    def _remark(self, arrival: Arrival, read: ReadReply, found: Found) -> None:
        """What is told about a file besides its cells."""
        intact = self.known.vba is not None and any(a.detail == self.known.vba for a in read.active)
        for active in read.active:
            if not (intact and active.kind in ("vba", "ribbon")):
                zh, en = active.sentence("zh"), active.sentence("en")
                self.out.notices.append(Text(f"{arrival.shown}：{zh}", f"{arrival.shown}: {en}"))
        hidden = unknown_hidden(read, self.known.tabs)
        if hidden:
            self._tell("hidden", arrival, names="、".join(hidden))
        differing = sum(len(sheet.differing) for sheet in found.tabs.values())
        if differing:
            self._tell("differing", arrival, count=differing)

    def _tell(self, kind: str, arrival: Arrival, **words: object) -> None:
        self.out.notices.append(fitted(_NOTES[kind], file=arrival.shown, **words))


def tokens_in(read: ReadReply) -> set[str]:
    """The reply codes that a workbook holds: in its properties, in a defined name, in visible cells.

    One place is enough: some programs keep only the cells.
    """
    named = next((text for name, text in read.names.items() if name.casefold() == "collab_token"), "")
    found = {read.custom.get("collab_token", "").strip(), named.strip().strip('="').strip()}
    for sheet in read.sheets:
        for row in sheet.rows[:_LABELLED_ROWS]:
            found |= set(_labelled(row))
    return {token.upper() for token in found if _TOKEN.fullmatch(token)}


def _labelled(row: list[object]) -> Iterator[str]:
    """Codes that stand in a cell behind the label, or in the next filled cell."""
    texts = [value for value in row if isinstance(value, str) and value.strip()]
    for place, text in enumerate(texts):
        label = _LABEL.search(text)
        if label is None:
            continue
        inside = _TOKEN.search(text, label.end())
        following = _TOKEN.fullmatch(texts[place + 1].strip()) if place + 1 < len(texts) else None
        match_ = inside or following
        if match_ is not None and any(char.isdigit() or char.isupper() for char in match_[0]):
            yield match_[0]


def _addresses(project: Project) -> dict[str, set[str]]:
    """Department (normalised official name) → its addresses in 通讯录, lower case."""
    table = project.table("contacts")
    found: dict[str, set[str]] = {}
    for name, text in zip(table.texts("department").tolist(), table.texts("email").tolist(), strict=True):
        key = normalise_key(project.known.get(normalise_key(name), name))
        found.setdefault(key, set()).update(part.lower() for part in re.split(r"[\s,;，；、]+", text) if part)
    return found


def _stamps(arrival: Arrival, read: ReadReply) -> tuple[Stamp, ...]:
    """When it was said: by the mail server, by the sender's computer, by the computer that saved the file."""
    found = list(arrival.stamps)
    person, moment = read.core.get("lastModifiedBy", ""), _modified(read)
    if moment:  # computers that give no name count as one
        found.append(Stamp(f"file:{normalise_key(person)}", datetime.fromisoformat(moment)))
    return tuple(found)


def _day_said(arrival: Arrival, read: ReadReply) -> date | None:
    """The day of a reply, here: whatever clock says it first."""
    moments = (stamp.at for stamp in _stamps(arrival, read))
    return next((at.astimezone().date() if at.tzinfo else at.date() for at in moments), None)


def _modified(read: ReadReply) -> str:
    """When the file says it was last changed, ISO 8601 in UTC; '' when it does not say."""
    text = read.core.get("modified", "").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return ""


def _refusal(code: str, names: Iterable[str] = ()) -> Refusal:
    return Refusal(code, fitted(_REFUSALS[code], names="、".join(one_line(name, 64) for name in names)))
