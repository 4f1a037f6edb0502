"""What `collect`, `resolve`, `undo --reply` and the ledger's commands do: here replies reach the master.

Order of a run: lock, read, backup, intent, replace, done. Replies are judged before the lock is taken;
with another run in between everything is read again. The master may be open in a program: then backup is
saving and copying it, replace is changing and saving it. The only room of collecting that reads the clock.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.actions.change_log import MOST, change_log
from xl_collab.actions.merge import (
    Collected,
    Resolved,
    TakenBack,
    collect,
    read_choices,
    resolve_choices,
    take_back,
)
from xl_collab.errors import XlCollabError
from xl_collab.exchange.arrivals import Arrivals, arrivals
from xl_collab.exchange.collecting import Known, Matched, Opened, match, open_all
from xl_collab.exchange.gate.quarantine import keep
from xl_collab.exchange.ledger.ledger import Ledger, LedgerBusy, Plan, Received
from xl_collab.exchange.ledger.schema import find
from xl_collab.exchange.typed import typed_rows
from xl_collab.faces.logfile import keep_log
from xl_collab.faces.session import Progress, Request, Session, Tell, quiet, said_error
from xl_collab.hosts.file import refuse_locked
from xl_collab.model.edits import Edit, InsertSheet, Outcome
from xl_collab.model.identity import document_id, ledger_edits, ledger_revision
from xl_collab.model.merge.merging import Cell, Change, Conflict, Permission, Snapshot, same
from xl_collab.model.merge.words import TYPED

if TYPE_CHECKING:
    from xl_collab.hosts.file import Applied

__all__ = ["RUNS", "Desk", "Report", "Step", "Wish", "collect_at", "collect_replies", "resolve_at"]
__all__ += ["resolve_questions", "undo_reply", "undo_reply_at", "utc_now"]

RUNS = ("collect", "resolve", "undo")
"""Commands that the ledger counts: when one is taken back as a whole, the ledger must be told."""

Step = Callable[[str], None]
"""Is told of each step of a run: locked, backup, intent, replaced, done."""

_PATIENCE = 15.0  # seconds that a run waits for another one
_TRIES = 3


def _unheard(_: str) -> None:
    """Nobody listens to the steps."""


@dataclass(frozen=True)
class Wish:
    """Which replies, and whose senders are taken although 通讯录 does not have them."""

    replies: tuple[Path, ...]
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Report:
    """What a collect came to.

    `kept` is the list of refused files; `applied` is None when nothing was written.
    """

    matched: Matched
    arrived: Arrivals
    collected: Collected
    applied: Applied | None = None
    kept: Path | None = None

    @property
    def is_clean(self) -> bool:
        """Whether everything was applied: nothing waits, nothing was refused."""
        return not self.collected.open and not self.matched.rejected


class Desk:
    """A master that was read, with its ledger; its session knows the path of its file."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.project = session.project
        self.now = now
        self.path = session.request.path
        if not document_id(self.project):
            raise said_error("no_identity")

    @classmethod
    def of(cls, request: Request, now: datetime, progress: Progress = quiet) -> Desk:
        """The desk of a closed file."""
        return cls(Session(request, date.today(), progress), now)

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
        sendings = {s.token.upper(): s for s in ledger.sendings()} if ledger else {}
        received = ledger.received if ledger else Known().received
        return Known(
            sendings,
            received,
            not sendings,
            confirmed,
            frozenset(tabs),
            _vba(self.path),
            self.path.read_bytes,
        )

    def carry_out(self, plan: Plan, edits: Sequence[Edit], step: Step) -> Applied | None:
        """Do a run inside the ledger's lock; None when the master needs no change."""
        ledger = self.ledger
        if self.session.request.dry_run or ledger is None:
            return self.session.write(edits, plan.kind) if edits else None
        if not edits:
            if plan.replies or plan.decided:
                ledger.note(plan, now=self.now)
            return None
        count = ledger_edits(self.project, (ledger.revision or 0) + 1)
        ready = self.session.ready((*edits, *self._logged(plan.changes), *count))
        backup = self.session.back_up()
        step("backup")
        applied: list[Applied] = []

        def write() -> None:
            applied.append(self.session.put(ready, plan.kind))
            self._save()

        ledger.carry_out(plan, write, now=self.now, backup=backup, step=step)
        return applied[0]

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

    def _logged(self, changes: Sequence[Change]) -> list[Edit]:
        """The 日志 page with these changes on top."""
        if not changes or self.ledger is None:
            return []
        entries = [(_local(self.now), change) for change in changes]
        entries += [(_local(datetime.fromisoformat(at)), change) for at, change in self.ledger.made(MOST)]
        return [change_log(self.project, entries)]

    def page_needed(self, questions: Sequence[Conflict], changes: Sequence[Change]) -> bool:
        """Whether the page of questions must be drawn anew: a second run of the same is to change nothing."""
        before = self.ledger.questions() if self.ledger else []
        there = any(sheet.kind == "conflicts" for sheet in self.project.book.generated)
        return (
            bool(changes)
            or {q.key for q in before} != {q.key for q in questions}
            or (bool(questions) and not there)
        )


def _vba(path: Path) -> str | None:
    """SHA-256 of the master's VBA project; None when it has none."""
    with suppress(KeyError, OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        return hashlib.sha256(archive.read("xl/vbaProject.bin")).hexdigest()
    return None


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
    request: Request, wish: Wish, *, now: datetime, progress: Progress = quiet, step: Step = _unheard
) -> Report:
    """`collect`: merge what came back into the master, and keep what is refused.

    Raises MasterMoved, LedgerBusy, LedgerDamaged, FileLocked, CannotWrite: the master is then unchanged.
    """
    if not request.dry_run:
        refuse_locked(request.path)
    return collect_at(lambda: Desk.of(request, now, progress), wish, step)


def collect_at(desk: Callable[[], Desk], wish: Wish, step: Step = _unheard) -> Report:
    """As `collect_replies`, on a master that may be open in a program; `desk` reads it anew each time."""
    return _retrying(lambda: _collect(desk(), wish, step))


def _collect(desk: Desk, wish: Wish, step: Step) -> Report:
    keep_log()
    known = desk.known(wish.confirmed)
    arrived = arrivals(wish.replies, lang=desk.project.book.lang)
    with desk.session.progress("judging") as tell:
        matched = match(_counted(open_all(arrived, known), tell), desk.project, known)
    if desk.session.request.dry_run or desk.ledger is None:
        return _merge(desk, matched, arrived, _unheard)
    with desk.ledger.locked(desk.now, wait=_PATIENCE):
        step("locked")
        kept = keep(desk.path, matched.rejected, now=desk.now)
        report = _merge(desk, matched, arrived, step)
    return Report(matched, arrived, report.collected, report.applied, kept)


def _counted(opened: Iterable[Opened], tell: Tell) -> Iterator[Opened]:
    """The same, with how many there were so far told after each."""
    for number, one in enumerate(opened, start=1):
        tell(f"{number} · {one[0].shown}")
        yield one


def _merge(desk: Desk, matched: Matched, arrived: Arrivals, step: Step) -> Report:
    ledger = desk.ledger
    bases: dict[str, Snapshot] = {}
    permissions: dict[str, Permission] = dict(matched.permissions)
    if ledger is not None:
        bases, found = ledger.bases(reply.token for reply in matched.replies)
        permissions |= found
    outcome = collect(
        desk.project,
        bases,
        matched.replies,
        permissions,
        ledger.history() if ledger else None,
        ledger.questions() if ledger else (),
        ledger.decided() if ledger else (),
        desk.typed,
    )
    found_, result = outcome.data, outcome.data.result
    plan = Plan("collect", result.changes, result.history, found_.open, {}, result.replies)
    edits = _edits(outcome, desk.page_needed(found_.open, result.changes))
    return Report(matched, arrived, found_, desk.carry_out(plan, edits, step))


def _edits(outcome: Outcome[Collected], page: bool) -> list[Edit]:
    return [edit for edit in outcome.edits if page or not isinstance(edit, InsertSheet)]


# resolve, undo


def resolve_questions(
    request: Request, *, now: datetime, progress: Progress = quiet, step: Step = _unheard
) -> tuple[Resolved | None, Applied | None]:
    """`resolve`: carry out what people chose on the page of questions.

    (None, None) when nothing was chosen. Raises as `collect_replies` does.
    """
    if not request.dry_run:
        refuse_locked(request.path)
    return resolve_at(Desk.of(request, now, progress), step)


def resolve_at(desk: Desk, step: Step = _unheard) -> tuple[Resolved | None, Applied | None]:
    """As `resolve_questions`, on a master that may be open in a program."""
    typed = desk.typed
    choices = read_choices(typed)
    ledger = desk.ledger
    if ledger is None or not choices:
        return None, None
    with ledger.locked(desk.now, wait=_PATIENCE):
        step("locked")
        questions, before = ledger.questions(), ledger.history()
        bases, _ = ledger.bases(question.who.token for question in questions)
        outcome = resolve_choices(desk.project, questions, choices, before, bases, typed)
        found = outcome.data.resolution
        plan = Plan("resolve", found.changes, found.history, found.remaining, found.decided)
        edits = outcome.edits if found.decided or found.notices else ()
        return outcome.data, desk.carry_out(plan, edits, step)


def undo_reply(
    request: Request, text: str, *, now: datetime, progress: Progress = quiet, step: Step = _unheard
) -> tuple[Received, TakenBack, Applied | None]:
    """`undo --reply`: take one reply back, by the start of its SHA-256 or by its token (then the last one).

    Only cells that still hold its values go back; the others become questions.
    """
    refuse_locked(request.path)
    return undo_reply_at(Desk.of(request, now, progress), text, step)


def undo_reply_at(desk: Desk, text: str, step: Step = _unheard) -> tuple[Received, TakenBack, Applied | None]:
    """As `undo_reply`, on a master that may be open in a program."""
    ledger = desk.ledger
    found = ledger.replies(text) if ledger else []
    if ledger is None or not found:
        raise said_error("no_reply", text=text)
    files = dict.fromkeys(reply.sha256 for reply in found)
    if len(files) > 1 and len({reply.token for reply in found}) > 1:
        raise said_error("many_replies", text=text)
    made = {sha: changes for sha in files if (changes := _net(ledger.changes(sha256=sha)))}
    if not made:
        raise said_error("nothing_of_reply", text=text)
    sha, changes = next(iter(made.items()))  # the last one first
    with ledger.locked(desk.now, wait=_PATIENCE):
        step("locked")
        outcome = take_back(desk.project, changes, ledger.history(), ledger.questions(), desk.typed)
        undone = outcome.data.undone
        plan = Plan("undo", undone.changes, undone.history, outcome.data.open, {}, (), sha)
        applied = desk.carry_out(plan, outcome.edits, step) if outcome.edits else None
        if applied is None and not desk.session.request.dry_run:
            ledger.note(plan, now=desk.now)
    return next(reply for reply in found if reply.sha256 == sha), outcome.data, applied


def _net(changes: Sequence[Change]) -> list[Change]:
    """What a reply changed in all, cell by cell: a change that was withdrawn later is none.

    What the coordinator chose on the page of questions is the coordinator's, and stays.
    """
    cells: dict[Cell, list[Change]] = {}
    for change in changes:
        if change.why not in ("undone", "chosen"):
            cells.setdefault(change.cell, []).append(change)
    net = (replace(of[-1], old=of[0].old) for of in cells.values())
    return [change for change in net if not same(change.old, change.new)]


def utc_now() -> datetime:
    """The time of a run."""
    return datetime.now(UTC)
