"""The master file and its ledger: here replies reach the master, and the ledger is settled with it.

Order of a run: lock, read, judge, backup, intent, replace, done. The master may be open in a program: then
backup is saving and copying it, replace is changing and saving it. What may not enter: how it is shown.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xl_collab.commands.mailbox import MailboxRun, MailReport
from xl_collab.commands.next_step import waiting
from xl_collab.commands.reply import usage_error
from xl_collab.commands.session import Session, Tell
from xl_collab.commands.words import SHARED
from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.quarantine import keep
from xl_collab.exchange.inbox import Arrivals, arrivals
from xl_collab.exchange.ledger.ledger import Ledger, LogEntry, Received
from xl_collab.exchange.ledger.schema import LedgerBusy, find
from xl_collab.exchange.ledger.store import LedgerRun, SeenMail, has_news
from xl_collab.exchange.matching import Known, Matched, Opened, match, open_all
from xl_collab.exchange.reply_sheets import typed_rows
from xl_collab.hosts.lock import taken_over
from xl_collab.merge import confirmations
from xl_collab.merge.change_log import MOST, ToldLine, change_log
from xl_collab.merge.history import History
from xl_collab.merge.merging import MergeResult, Merging, OldState
from xl_collab.merge.outcome import (
    Merged,
    collect,
    master_of,
    read_choices,
    resolve_choices,
    sentence,
    take_back,
)
from xl_collab.merge.result import ADDED, Cell, Change
from xl_collab.merge.words import TYPED
from xl_collab.plan.meta import document_id, ledger_edits, ledger_revision, meta_values
from xl_collab.plan.next_step import CONFLICTS, ISSUED, WAITING, note_edits
from xl_collab.project.edits import Edit, InsertSheet, Outcome, SetColumn
from xl_collab.schema.sheets import SHEETS

if TYPE_CHECKING:
    from xl_collab.exchange.mail.source import MailSource
    from xl_collab.hosts.changes import Applied

Step = Callable[[str], None]
"""Is told of each step of a run: locked, backup, intent, replaced, done."""

_PATIENCE = 15.0  # seconds that a run waits for another one
_TRIES = 3
NOTHING_HEARD: Outcome[tuple[confirmations.Judged, ...]] = Outcome(())
_SENDINGS = 2
"""Sendings that are kept in memory while replies are judged."""


def _unheard(_: str) -> None:
    """Nobody listens to the steps."""


@dataclass(frozen=True)
class CollectOptions:
    """Which replies, in files and in a mailbox, and whose senders are taken although 通讯录 does not have them."""

    replies: tuple[Path, ...]
    confirmed: frozenset[str] = frozenset()
    mailbox: MailSource | None = None


@dataclass(frozen=True)
class Report:
    """What a collect came to.

    `kept` is the list of refused files; `applied` is None when nothing was written.
    """

    matched: Matched
    arrived: Arrivals
    merged: Merged
    applied: Applied | None = None
    kept: Path | None = None
    mails: MailReport | None = None
    confirmed: tuple[confirmations.Judged, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """A word of `merge.words.OUTCOMES` → number, refused files with them."""
        found = dict(self.merged.counts)
        found["refused"] += len(self.matched.rejected)
        for word in confirmations.counts(self.confirmed):
            found[word] += 1
        return found

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to read or to decide."""
        left = ("asked", "late", "told", "refused")
        lost = self.mails is not None and self.mails.lost is not None
        return not lost and not any(self.counts[word] for word in left) and not self.merged.result.questions


class MasterFile:
    """A master that was read, with its ledger; its session knows the path of its file."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.project = session.project
        self.now = now
        self.path = session.request.path
        if not document_id(self.project):
            raise usage_error(SHARED["no_identity"])

    @classmethod
    def of(cls, session: Session) -> MasterFile:
        """The session's workbook as it is now, read anew."""
        return cls(session.again().saved(), utc_now())

    @classmethod
    def of_open(cls, session: Session) -> MasterFile:
        """As `of`; an open workbook is saved where a run was cut off: the disk then shows how far it got."""
        master = cls.of(session)
        found = find(master.path.resolve(), document_id(master.project))
        if session.book is not None and found is not None and Ledger(found, master.path, None).unfinished:
            session.save()
        return master

    @cached_property
    def ledger(self) -> Ledger | None:
        """The master's ledger, made when there is none; only with --dry-run None."""
        identity = document_id(self.project)
        if self.session.request.dry_run and find(self.path.resolve(), identity) is None:
            return None
        return Ledger.open(self.path, identity, ledger_revision(self.project), now=self.now)

    @property
    def typed(self) -> list[dict[str, object]]:
        """What people typed on the page of questions."""
        there = any(sheet.kind == "conflicts" for sheet in self.project.book.generated)
        return typed_rows(self.session.sheets, "conflicts", TYPED) if there else []

    def known(self, confirmed: frozenset[str]) -> Known:
        """What matching has to know of the master and of its sendings."""
        ledger, tracker = self.ledger, self.project.tracker.tab
        tabs = set(self.session.sheets.titles) - {tracker}
        nothing = Known()
        # Replies to one sending come together, and what was sent takes long to read.
        sending = lru_cache(_SENDINGS)(ledger.sending) if ledger else nothing.sending
        received = ledger.received if ledger else nothing.received
        fresh = ledger is None or not ledger.has_sendings()
        vba = _vba(self.path)
        sent = ledger.message_ids() if ledger else {}
        asked = ledger.asked if ledger else nothing.asked
        master = self.path.read_bytes
        return Known(sending, received, fresh, confirmed, frozenset(tabs), vba, master, sent.get, asked)

    def merging(self, tokens: Iterable[str] = ()) -> Merging:
        """The master as it is now, looked at with what the ledger knows.

        tokens  of the replies at hand: their sendings are read, and those of open questions
        """
        ledger = self.ledger
        history = ledger.history() if ledger else History()
        old = ledger.old_state() if ledger else OldState()
        wanted = {*tokens, *(claim.who.token for claim in history.open())}
        wanted |= {claim.who.token for claim in old.claims} | {one.who.token for one in old.questions}
        bases = ledger.bases(wanted) if ledger else {}
        return Merging(master_of(self.project), history, self.now, bases, old)

    def carry_out(self, plan: LedgerRun, edits: Sequence[Edit], step: Step) -> Applied | None:
        """Do a run inside the ledger's lock; None when the master needs no change."""
        ledger = self.ledger
        if self.session.request.dry_run or ledger is None:
            return self.session.write(edits, plan.kind) if edits else None
        if not edits:
            if (
                plan.replies
                or plan.decided
                or plan.told
                or plan.mails
                or plan.answers
                or (plan.history and has_news(plan.history))
            ):
                ledger.note(plan, now=self.now)
            return None
        count = ledger_edits(self.project, (ledger.revision or 0) + 1)
        ready = self.session.ready((*edits, *count, *self._still_owed(plan, ledger)))
        backup = self.session.back_up()
        step("backup")
        applied: list[Applied] = []

        def write() -> None:
            applied.append(self.session.put(ready, plan.kind))
            self._save()

        ledger.carry_out(plan, write, now=self.now, backup=backup, step=step)
        return applied[0]

    def _still_owed(self, plan: LedgerRun, ledger: Ledger) -> tuple[Edit, ...]:
        """Who has not replied and what is undecided after this run, for the next step on 首页."""
        issued = meta_values(self.project).get(ISSUED, "")
        answered = (reply.who.token for reply in plan.replies)
        values = {WAITING: str(waiting(ledger.log(), issued, answered))}
        if plan.history is not None:
            values[CONFLICTS] = str(len({claim.cell for claim in plan.history.open()}))
        return note_edits(self.project, values)

    def _save(self) -> None:
        """Save what was written; where that fails the open workbook goes back to what the disk has."""
        try:
            self.session.save()
        except XlCollabError as error:
            try:
                self.session.undo()
            except XlCollabError as stuck:  # what is true of the run then shows in what gets saved
                raise RuntimeError(f"{error.zh} {error.en}") from stuck
            raise

    def logged(
        self,
        result: MergeResult,
        changes: Sequence[Change],
        answers: Sequence[confirmations.Judged] = (),
    ) -> list[Edit]:
        """The 日志 page with what a run changes and tells on top."""
        if not (changes or result.notices or answers) or self.ledger is None:
            return []
        now, past = _local(self.now), self.ledger
        entries = [(now, change) for change in changes]
        entries += [(_past(at), change) for at, change in past.made(MOST)]
        told = [ToldLine(now, sentence(self.project, result, notice)) for notice in result.notices]
        told += [ToldLine(now, confirmations.sentence(one)) for one in answers]
        earlier = [(at, sentence(self.project, result, notice)) for at, notice in past.told(MOST)]
        earlier = sorted([*earlier, *past.answers_told(MOST)], key=lambda one: one[0], reverse=True)
        told += [ToldLine(_past(at), words) for at, words in earlier[:MOST]]
        return [change_log(self.project, entries, told, ids_of(result))]

    def page_needed(self, merged: Merged) -> bool:
        """Whether the page of questions must be drawn anew: a second run of the same is to change nothing."""
        result = merged.result
        if result.changes or result.added or result.notices:
            return True
        there = any(sheet.kind == "conflicts" for sheet in self.project.book.generated)
        shown = {str(record.get("key", "")) for record in self.typed} if there else set()
        return shown != {question.key for question in (*result.questions, *result.late)}


def _vba(path: Path) -> str | None:
    """SHA-256 of the master's VBA project; None when it has none."""
    with suppress(KeyError, OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        return hashlib.sha256(archive.read("xl/vbaProject.bin")).hexdigest()
    return None


def look(session: Session) -> None:
    """Note how the master's rows stand now, so that later replies find them; nothing is written into it.

    A workbook that is not its ledger's master is left alone: the commands of the ledger say so.
    """
    identity = document_id(session.project)
    if not identity or find(session.request.path.resolve(), identity) is None:
        return
    with suppress(XlCollabError):
        master = MasterFile(session, utc_now())
        ledger, history = master.ledger, master.merging().history
        if ledger is not None and has_news(history) and not ledger.old_state():
            ledger.note(LedgerRun("look", history=history), now=master.now)


def ids_of(result: MergeResult) -> dict[tuple[str, str], str]:
    """Sheet and row → its ID today, as people write it."""
    master = result.master
    found = {
        (sheet, row): master.id_of(Cell(sheet, row, "")) for sheet, rows in master.at.items() for row in rows
    }
    return found | {at: row.id for at, row in master.added.items()}


def changes_of(result: MergeResult) -> tuple[Change, ...]:
    """What the master gets: changed cells, and rows that are added."""
    rows = (Change(Cell(row.sheet, row.row, ADDED), None, row.id, row.who, "added") for row in result.added)
    return (*result.changes, *rows)


def _past(at: str) -> str:
    return _local(datetime.fromisoformat(at))


def _local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _retrying(work: Callable[[], Report]) -> Report:
    """Read everything again when another run came between."""
    for _ in range(_TRIES - 1):
        with suppress(LedgerBusy):
            return work()
    return work()


# collect


def collect_replies(
    master: Callable[[], MasterFile], options: CollectOptions, step: Step = _unheard
) -> Report:
    """`collect`: merge what came back into the master, and keep what is refused; `master` reads it anew.

    Raises MasterMoved, LedgerBusy, LedgerDamaged, FileLocked (WorkbookBusy among them), CannotWrite: the
    master is then unchanged.
    """
    return _retrying(lambda: _collect(master(), options, step))


def _collect(master: MasterFile, options: CollectOptions, step: Step) -> Report:
    known = master.known(options.confirmed)
    box = MailboxRun(options.mailbox, master.ledger) if options.mailbox else None
    arrived = arrivals(options.replies, lang=master.project.book.lang, mails=box.mails if box else ())
    with master.session.progress("judging") as tell:
        if box:
            box.tell = tell
        matched = match(_counted(open_all(arrived, known), tell), master.project, known)
    seen = box.seen(arrived, matched) if box else ()
    if master.session.request.dry_run or master.ledger is None:
        return replace(_merge(master, matched, arrived, _unheard), mails=box.report if box else None)
    with master.ledger.locked(master.now, wait=_PATIENCE):
        step("locked")
        kept = keep(master.path, matched.rejected, now=master.now)
        report = _merge(master, matched, arrived, step, seen)
    if box:
        box.mark(step)
    return replace(report, kept=kept, mails=box.report if box else None)


def _counted(opened: Iterable[Opened], tell: Tell) -> Iterator[Opened]:
    """The same, with how many there were so far told after each."""
    for number, one in enumerate(opened, start=1):
        tell(f"{number} · {one[0].shown}")
        yield one


def _merge(
    master: MasterFile, matched: Matched, arrived: Arrivals, step: Step, mails: Sequence[SeenMail] = ()
) -> Report:
    merging = master.merging(reply.who.token for reply in matched.replies)
    outcome = collect(master.project, merging, matched.replies, matched.permissions, master.typed)
    before = master.ledger.answers_recorded() if master.ledger and matched.answers else []
    heard = confirmations.confirm(master.project, matched.answers, before)
    applied = _carried_out(master, "collect", outcome, step, mails=mails, heard=heard)
    return Report(matched, arrived, outcome.data, applied, confirmed=heard.data)


def _carried_out(
    master: MasterFile,
    kind: str,
    outcome: Outcome[Merged],
    step: Step,
    undoes: str = "",
    mails: Sequence[SeenMail] = (),
    heard: Outcome[tuple[confirmations.Judged, ...]] = NOTHING_HEARD,
) -> Applied | None:
    """Write what a run came to, and record it."""
    merged, answers = outcome.data, heard.data
    result, page = merged.result, master.page_needed(merged)
    edits = [edit for edit in outcome.edits if page or not isinstance(edit, InsertSheet)]
    edits += [*_emptied(merged), *heard.edits]
    changes = changes_of(result)
    if page or edits:
        edits += master.logged(result, changes, answers)
    replies = (*result.replies, *(one.status for one in answers))
    plan = LedgerRun(
        kind, changes, result.history, result.answers.words, replies, result.notices, undoes, mails, answers
    )
    return master.carry_out(plan, edits, step)


def _emptied(merged: Merged) -> list[Edit]:
    """Rows that a reply had added and that are taken back lose their ID too."""
    master = merged.result.master
    return [
        SetColumn(sheet, "id", np.array([master.place(Cell(sheet, row, "id"))], dtype=np.int64), [None])
        for sheet, row in merged.result.taken_back.emptied
        if SHEETS.table(sheet).numbered
    ]


# resolve, undo


def resolve_questions(master: MasterFile, step: Step = _unheard) -> tuple[Merged | None, Applied | None]:
    """`resolve`: carry out what people chose on the page of questions.

    (None, None) when nothing was chosen. Raises as `collect_replies` does.
    """
    typed = master.typed
    choices = read_choices(typed)
    ledger = master.ledger
    if ledger is None or not (choices or ledger.old_state()):
        return None, None
    with ledger.locked(master.now, wait=_PATIENCE):
        step("locked")
        outcome = resolve_choices(master.project, master.merging(), choices, typed)
        return outcome.data, _carried_out(master, "resolve", outcome, step)


def undo_reply(
    master: MasterFile, text: str, step: Step = _unheard
) -> tuple[Received, Merged, Applied | None]:
    """`undo --reply`: take one reply back, by the start of its SHA-256 or by its token (then the last one).

    Only cells that still hold its values go back; the others become questions.
    """
    ledger = master.ledger
    found = ledger.replies(text) if ledger else []
    if ledger is None or not found:
        raise usage_error(SHARED["no_reply"], text=text)
    files = dict.fromkeys(reply.sha256 for reply in found)
    if len(files) > 1 and len({reply.token for reply in found}) > 1:
        raise usage_error(SHARED["many_replies"], text=text)
    standing = {reply.who.sha256 for reply in ledger.history().replies}
    sha = next((sha for sha in files if sha in standing), "")  # the last one first
    if not sha:
        raise usage_error(SHARED["nothing_of_reply"], text=text)
    with ledger.locked(master.now, wait=_PATIENCE):
        step("locked")
        outcome = take_back(master.project, master.merging(), sha, master.typed)
        applied = _carried_out(master, "undo", outcome, step, sha)
    return next(reply for reply in found if reply.sha256 == sha), outcome.data, applied


def utc_now() -> datetime:
    """The time of a run."""
    return datetime.now(UTC)


# the ledger by itself


def after_undo(session: Session) -> bool:
    """Tell the ledger that the last run was taken back as a whole: what it did counts as not done.

    False when there is nothing to tell: the workbook still holds a later run.
    """
    master = MasterFile.of(session)
    identity, revision = document_id(master.project), ledger_revision(master.project)
    found = find(master.path.resolve(), identity)
    if found is None or Ledger(found, master.path, revision).revision == revision:
        return False
    session.save()
    Ledger.adopt(master.path, identity, revision, now=master.now)
    return True


def history(master: MasterFile) -> list[LogEntry]:
    """`log`: everything that happened, oldest first; [] when there is no ledger."""
    broken = [LogEntry(at, "break_lock", "", "", "done", detail=what) for at, what in taken_over(master.path)]
    if find(master.path.resolve(), document_id(master.project)) is None or master.ledger is None:
        return broken
    return sorted([*master.ledger.log(), *broken], key=lambda entry: entry.at)
