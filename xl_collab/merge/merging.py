"""The merge of replies into the master: what a collect, an answer and an undo come to. No file, no clock.

The pieces: `values` (what a cell means), `snapshot`, `following` (which row is which), `permission`,
`reading` (what one reply says), `policy` (the rules), `questions`, `answering`, `settling` (what the
earlier version left), `words` (how it is said).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from xl_collab.merge.answering import Answers, ChosenAnswer, UndoneReply, answer, take_back
from xl_collab.merge.claims import ReplyReading, read_reply
from xl_collab.merge.following import Finder, says
from xl_collab.merge.history import OPEN, Claim, History, HistoryEntry, Waiting, in_order
from xl_collab.merge.master import Master, look_at
from xl_collab.merge.permission import NOBODY, Permission
from xl_collab.merge.policy import Weighing
from xl_collab.merge.questions import Question, passed_over, questions
from xl_collab.merge.result import (
    ADDED,
    Added,
    Base,
    Cell,
    Change,
    Notice,
    ReplyStatus,
    ReturnedFile,
    Value,
    Who,
    alike,
)
from xl_collab.merge.snapshot import Snapshot
from xl_collab.merge.taking import take
from xl_collab.merge.values import UNKNOWN, Canonical, same
from xl_collab.merge.written import read_answers
from xl_collab.schema.declaration import Declaration
from xl_collab.schema.sheets import SHEETS

# What merges of the earlier version left open, settled by the present policy, once.


_REMOVED = "-"
_WHOLE = ("held", "stopped")
_OVER = ("superseded", "undo", "computed", "overwritten")


@dataclass(frozen=True)
class OldClaim:
    """One change that the newest reply of a packet made, as the earlier version kept it."""

    who: Who
    cell: Cell
    base: Canonical
    value: Value
    applied: bool


@dataclass(frozen=True)
class OldQuestion:
    """A question of the earlier version that is still open."""

    kind: str
    who: Who
    cell: Cell
    base: Canonical
    theirs: Value


@dataclass(frozen=True)
class OldState:
    """What the earlier version's ledger holds.

    spent     token and cell → values that were decided; restored: cell → the value that it took back last
    """

    claims: Sequence[OldClaim] = ()
    spent: Mapping[tuple[str, Cell], Sequence[Value]] = field(default_factory=dict)
    questions: Sequence[OldQuestion] = ()
    restored: Mapping[Cell, Canonical] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.claims or self.questions)


def settle(weighing: Weighing, old: OldState, numbers: Mapping[str, int], bases: Mapping[str, Base]) -> None:
    """Turn the old state into history; what becomes of it is written and told.

    numbers  token → number of its sending
    """
    cells: dict[Cell, list[OldClaim]] = defaultdict(list)
    for claim in sorted(old.claims, key=lambda c: (numbers.get(c.who.token, 0), c.who.modified)):
        if claim.cell.column not in (ADDED, _REMOVED):
            cells[_placed(claim.cell, claim.who, bases)].append(claim)
    for cell, claims in cells.items():
        _cell(weighing, old, cell, [_claim(weighing, c, cell, numbers) for c in claims])
    for question in old.questions:
        placed = replace(question, cell=_placed(question.cell, question.who, bases))
        _question(weighing, placed, numbers)


def _placed(cell: Cell, who: Who, bases: Mapping[str, Base]) -> Cell:
    """The cell by its row's name of today; the earlier version knew rows by the ID in the sending."""
    base = bases.get(who.token)
    return cell if base is None or cell.column == ADDED else cell._replace(row=base.row_of(*cell[:2]))


def _claim(weighing: Weighing, old: OldClaim, cell: Cell, numbers: Mapping[str, int]) -> Claim:
    number = numbers.get(old.who.token, 0)
    return Claim(weighing.history.count(), cell, old.base, old.value, old.who, number)


def _cell(weighing: Weighing, old: OldState, cell: Cell, claims: list[Claim]) -> None:
    history, master = weighing.history, weighing.master
    there, now = master.has(cell), master.value(cell)
    history.claims[cell] += claims
    if there:
        history.past[cell].append(HistoryEntry(now, 0, 0))
    newest = {claim.department: claim for claim in claims}
    for claim in claims:
        spent = old.spent.get((claim.who.token, cell), ())
        claim.turn = history.count()
        if there and claim.says(now):
            claim.state = "same"
            history.past[cell].append(HistoryEntry(now, claim.id, claim.number))
        elif any(alike(claim.value, value) for value in spent):
            claim.state, claim.against, claim.answered = "declined", (now,), history.sent
        elif claim is not newest[claim.department]:
            claim.state, claim.by = "replaced", newest[claim.department].id
        else:
            claim.state = OPEN
    asked = [claim for claim in claims if claim.state == OPEN]
    if len(asked) == 1 and there and _is_free(old, cell, asked[0], now):
        asked[0].state = "applied"
        weighing.write(asked[0], "settled")
        weighing.tell("settled_old", asked[0])
    for claim in asked:
        if claim.state == OPEN:
            weighing.tell("asked_old", claim)


def _is_free(old: OldState, cell: Cell, claim: Claim, now: Canonical) -> bool:
    """Whether nobody but the old rule, or nobody at all, wrote what the master holds."""
    if claim.base == UNKNOWN:
        return False
    return same(now, claim.base) or (cell in old.restored and same(now, old.restored[cell]))


def _question(weighing: Weighing, question: OldQuestion, numbers: Mapping[str, int]) -> None:
    """A question that no claim stands for: foreign cells, unreadable values, rows to add, whole replies."""
    history, cell, who = weighing.history, question.cell, question.who
    if question.kind in _WHOLE:
        waiting = Waiting(who, question.kind, "", 1, cell.sheet)
        known = history.waiting.get(waiting.key, replace(waiting, count=0))
        history.waiting[waiting.key] = replace(known, count=known.count + 1)
    elif cell.column == _REMOVED:
        weighing.notices.append(Notice("closed_old_row", who, cell._replace(column="")))
    elif question.kind in _OVER:
        weighing.notices.append(Notice("closed_old", who, cell, question.theirs))
    elif not any(claim.who == who for claim in history.claims.get(cell, ())):
        number = numbers.get(who.token, 0)
        kind = {"conflict": "", "edit_delete": "", "add_add": "new_row", "unknown_id": "new_row"}
        claim = Claim(history.count(), cell, question.base, question.theirs, who, number)
        claim.kind, claim.state, claim.turn = kind.get(question.kind, question.kind), OPEN, history.count()
        if weighing.master.has(cell):
            history.past[cell].append(HistoryEntry(weighing.master.value(cell), 0, 0))
        history.claims[cell].append(claim)
        weighing.tell("asked_old", claim)


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class MergeResult:
    """What a run came to. Nothing that was said is missing: it is written, asked, told, or noted.

    master     with what the run writes; `changes` and `added` are just that
    questions  what is open now; `late`: what came late and may still be chosen
    history    for the ledger
    """

    master: Master
    history: History
    changes: tuple[Change, ...]
    added: tuple[Added, ...]
    questions: tuple[Question, ...]
    late: tuple[Question, ...] = ()
    notices: tuple[Notice, ...] = ()
    replies: tuple[ReplyStatus, ...] = ()
    answers: Answers = field(default_factory=Answers)
    taken_back: UndoneReply = field(default_factory=UndoneReply)


@dataclass
class Merging:
    """One run on a master as it is now: first it is looked at, then one of `collect`, `resolve`, `undo`.

    bases  token → what was sent; with those of open questions, to bring deleted rows back
    old    what the earlier version's ledger holds, settled before anything else
    """

    snapshot: Snapshot
    history: History
    now: datetime
    bases: Mapping[str, Base] = field(default_factory=dict)
    old: OldState = field(default_factory=OldState)
    declaration: Declaration = SHEETS
    weighing: Weighing = field(init=False)

    def __post_init__(self) -> None:
        master, views = look_at(self.snapshot, self.history.rows, self.declaration)
        self.history.rows = views
        self.bases = dict(self.bases) | self._followed()
        self.weighing = Weighing(master, self.history, self.now, self.declaration)
        if self.old:
            numbers = {token: base.number for token, base in self.bases.items()}
            settle(self.weighing, self.old, numbers, self.bases)
        self.weighing.look()

    def _followed(self) -> dict[str, Base]:
        """Sendings of which the ledger does not know their rows' names: they are followed like any table."""
        nameless = {token: base for token, base in self.bases.items() if not base.rows}
        names = self.row_names(base.snapshot for base in nameless.values())
        return {token: replace(base, rows=next(names)) for token, base in nameless.items()}

    def row_names(self, sent: Iterable[Snapshot]) -> Iterator[dict[str, dict[str, str]]]:
        """Sheet → ID key → the row's name, of each snapshot: its rows are followed like any table."""
        finders = {sheet: Finder(known) for sheet, known in self.history.rows.items()}
        for snapshot in sent:
            names = {}
            for sheet, rows in snapshot.sheets.items():
                if sheet in finders:
                    found = finders[sheet].find(says(self.declaration.table(sheet), rows))
                    at = {position: row for row, position in found.at.items()}
                    names[sheet] = {key: at.get(i, f"{key}~gone") for i, key in enumerate(rows.keys) if key}
            yield names

    def collect(self, replies: Sequence[ReturnedFile], permissions: Mapping[str, Permission]) -> MergeResult:
        """Weigh replies: any number, in any order, the same file more than once.

        permissions  token → what its department may edit; a missing one may edit nothing
        """
        statuses, readings = [], []
        heard = {one.who.sha256 for one in self.history.replies}
        for reply in _distinct(replies):
            if reply.who.sha256 in heard:
                statuses.append(ReplyStatus(reply.who, "repeat"))
            else:
                readings.append(self._read(reply, permissions.get(reply.token, NOBODY)))
        statuses += [self._weigh(reading) for reading in in_order(readings, self.now)]
        self.weighing.close_open()
        return self._result(statuses)

    def _read(self, reply: ReturnedFile, permission: Permission) -> ReplyReading:
        base = self.bases.get(reply.token)
        lost = base is None
        if base is None:
            base = Base(reply.token, 0, NEVER, self.snapshot, self.names())
        reading = read_reply(reply, base, permission, lost=lost, declaration=self.declaration)
        read_answers(reading, self.declaration.table("tracker"), permission, lost=lost)
        return reading

    def names(self) -> dict[str, dict[str, str]]:
        """Sheet → ID key → the name of the row that has it now."""
        found = {}
        for sheet, at in self.weighing.master.at.items():
            keys = self.snapshot.rows(sheet).keys
            found[sheet] = {keys[position]: row for row, position in at.items()}
        return found

    def _weigh(self, reading: ReplyReading) -> ReplyStatus:
        who, waiting = reading.reply.who, self.history.waiting
        if reading.stop:
            kind = "held" if reading.stop == "held" else "stopped"
            why = reading.reply.held if kind == "held" else reading.stop
            one = Waiting(who, kind, why, len(reading.said) + len(reading.new))
            over = one.key in waiting and waiting[one.key].over
            waiting[one.key] = replace(one, over=over)
            return ReplyStatus(who, "repeat") if over and kind == "stopped" else ReplyStatus(who, kind, why)
        self._take_the_place_of_stopped(who)
        before = len(self.weighing.notices)
        self.weighing.notices += [n for n in reading.notices if not self._is_no_news(n)]
        take(self.weighing, reading)
        for said in reading.reply.remarks:
            kind = "remark" if said.counts else "remark_noted"
            self.weighing.notices.append(Notice(kind, who, value=said.words, text=said.place))
        counts = Counter(
            outcome for claim, outcome in self.weighing.weighed if claim.who.sha256 == who.sha256
        )
        untouched = not counts and all(n.kind == "remark_noted" for n in self.weighing.notices[before:])
        return ReplyStatus(who, "untouched" if untouched else "merged", counts=counts)

    def _is_no_news(self, notice: Notice) -> bool:
        """A row that is gone on both sides."""
        return notice.kind == "row_missing" and not self.weighing.master.has_row(notice.cell)

    def _take_the_place_of_stopped(self, who: Who) -> None:
        """A complete file ends the question about one of the same packet that was stopped; that is told."""
        waiting = self.history.waiting
        for key, one in list(waiting.items()):
            if one.who.sha256 == who.sha256:
                del waiting[key]
            elif one.kind == "stopped" and one.who.token == who.token and not one.over:
                waiting[key] = replace(one, over=True)
                cell = Cell(one.sheet, "", "")
                self.weighing.notices.append(Notice("whole_replaced", one.who, cell, one.count))

    def resolve(self, choices: Mapping[str, ChosenAnswer]) -> MergeResult:
        """Carry out what people chose: question key → choice."""
        answers = answer(self.weighing, choices, self.bases)
        self.weighing.look()
        return self._result((), answers=answers)

    def undo(self, sha256: str) -> MergeResult:
        """Take back what one reply said."""
        return self._result((), taken_back=take_back(self.weighing, sha256))

    def looked(self) -> MergeResult:
        """What looking alone came to."""
        return self._result(())

    def _result(
        self,
        statuses: Iterable[ReplyStatus],
        answers: Answers | None = None,
        taken_back: UndoneReply | None = None,
    ) -> MergeResult:
        weighing = self.weighing
        changes = [
            Change(cell, old, new, *_by(weighing, cell))
            for cell, (old, new) in weighing.master.changed().items()
        ]
        return MergeResult(
            weighing.master,
            self.history,
            tuple(sorted(changes, key=lambda change: change.cell)),
            tuple(weighing.master.added.values()),
            questions(self.history, weighing.master, self.declaration),
            passed_over(self.history, weighing.master, self.declaration),
            tuple(weighing.notices),
            tuple(sorted(statuses, key=lambda s: (s.who.token, s.who.modified, s.who.sha256))),
            answers or Answers(),
            taken_back or UndoneReply(),
        )


def _by(weighing: Weighing, cell: object) -> tuple[Who, str]:
    claim, why = weighing.wrote[cell]  # type: ignore[index]
    return claim.who, why


def _distinct(replies: Iterable[ReturnedFile]) -> list[ReturnedFile]:
    """Each file once."""
    return list({(reply.token, reply.who.sha256): reply for reply in replies}.values())
