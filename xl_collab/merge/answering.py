"""What an answer does, and what taking a reply back does. Nothing is overwritten unseen.

One answer ends all candidates of its question. A choice that was made on a value which has changed since
is asked anew. Words that are taken back leave the history: what was there before them shows again, and
what gave way to them becomes a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from xl_collab.merge.following import Says, says_column, tidied
from xl_collab.merge.history import OPEN, Claim, History, HistoryEntry
from xl_collab.merge.master import Master, new_row
from xl_collab.merge.policy import Weighing
from xl_collab.merge.questions import Question, around, groups_of, how_many, meant, passed_over, questions
from xl_collab.merge.result import ADDED, Added, Base, Cell, Notice, Record, Who, record_cells
from xl_collab.merge.snapshot import identities, next_id
from xl_collab.merge.values import Canonical, Odd, as_words, canonical, readings, row_key, same, unfit
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.keys import department_of, unbracketed

_TRACKER = "tracker"


@dataclass(frozen=True, slots=True)
class ChosenAnswer:
    """What somebody chose for one candidate: theirs, master or other (then `value`, as typed)."""

    word: str
    value: object = None


@dataclass
class Answers:
    """What choices came to: how many questions were decided, and which key got which word."""

    decided: int = 0
    words: dict[str, str] = field(default_factory=dict)


def answer(weighing: Weighing, choices: Mapping[str, ChosenAnswer], bases: Mapping[str, Base]) -> Answers:
    """Carry out choices (question key → choice) on what `weighing.look` has brought up to date.

    bases  token → what was sent, to bring back a deleted row that a department went on with
    """
    return _Answering(weighing, choices, bases).all()


@dataclass
class _Answering:
    weighing: Weighing
    choices: Mapping[str, ChosenAnswer]
    bases: Mapping[str, Base]
    out: Answers = field(default_factory=Answers)

    @property
    def master(self) -> Master:
        return self.weighing.master

    @property
    def history(self) -> History:
        return self.weighing.history

    def all(self) -> Answers:
        declaration = self.weighing.declaration
        late = passed_over(self.history, self.master, declaration)
        asked = (*questions(self.history, self.master, declaration), *late)
        claims = {claim.id: claim for claim in self.history.open()}
        chosen_late = {_number(question.key) for question in late if question.key in self.choices}
        claims |= {c.id: c for c in self.history.all_claims() if c.id in chosen_late}
        names = groups_of(claims.values())
        self._changed_since(asked, claims)
        groups: dict[str, list[Question]] = defaultdict(list)
        for question in asked:
            groups[question.group].append(question)
        chosen = {name: [q for q in group if q.key in self.choices] for name, group in groups.items()}
        for name in self._without_quarrels({n: qs for n, qs in chosen.items() if qs}):
            if groups[name][0].whole:
                self._whole(groups[name][0])
            else:
                mine = [c for c in claims.values() if names[c.id] == name]
                self._one(mine, {_number(q.key): self.choices[q.key] for q in chosen[name]})
                if not self._is_open(mine):
                    self.out.words |= {q.key: self.choices[q.key].word for q in chosen[name]}
        self.out.decided = how_many(q for q in asked if q.key in self.out.words)
        return self.out

    @staticmethod
    def _is_open(claims: Iterable[Claim]) -> bool:
        return any(claim.state == OPEN for claim in claims)

    def _changed_since(self, asked: Iterable[Question], claims: Mapping[int, Claim]) -> None:
        """Choices for a question whose values were other ones when it was shown."""
        keys = {question.key for question in asked}
        for key in self.choices:
            claim = claims.get(_number(key))
            if key not in keys and claim is not None:
                self._note("changed_meanwhile", claim)

    def _without_quarrels(self, chosen: Mapping[str, list[Question]]) -> list[str]:
        """Questions whose choices agree, also with those of other departments for the same cell."""
        wanted: dict[Cell, dict[str, list[object]]] = defaultdict(dict)
        for name, asked in chosen.items():
            for question in asked:
                choice = self.choices[question.key]
                if choice.word != "master":
                    value = question.theirs if choice.word == "theirs" else choice.value
                    wanted[question.cell].setdefault(name, []).append(value)
        torn = {name for name, asked in chosen.items() if self._is_torn(asked)}
        for found in wanted.values():
            values = [value for said in found.values() for value in said]
            if any(not _equal(value, values[0]) for value in values):
                torn |= set(found)
        for name in torn:
            first = chosen[name][0]
            self.weighing.notices.append(Notice("contradictory", first.who, first.cell, first.theirs))
        return [name for name in chosen if name not in torn]

    def _is_torn(self, asked: Sequence[Question]) -> bool:
        """Whether cells that are answered together got different answers."""
        words: dict[Cell, set[str]] = defaultdict(set)
        for question in asked:
            words[question.cell].add(self.choices[question.key].word)
        kept = any(said == {"master"} for said in words.values())
        return kept and any("theirs" in said for said in words.values())

    def _whole(self, question: Question) -> None:
        """A reply that waits as a whole can be discarded, not taken."""
        if self.choices[question.key].word == "master":
            waiting = self.history.waiting
            waiting[question.key] = replace(waiting[question.key], over=True)
            self.out.words[question.key] = "master"
        else:
            self.weighing.notices.append(Notice("whole_reply", question.who, question.cell))

    def _one(self, claims: Sequence[Claim], chosen: Mapping[int, ChosenAnswer]) -> None:
        """One question: all its candidates are answered at once, or none."""
        picked = [c for c in claims if chosen.get(c.id, ChosenAnswer("")).word == "theirs"]
        other = [c for c in claims if chosen.get(c.id, ChosenAnswer("")).word == "other"]
        typed = {claim.cell for claim in other}
        taken = [claim for claim in _taken_with(picked, claims) if claim.cell not in typed]
        values = {claim.id: self._theirs(claim) for claim in taken}
        values |= {claim.id: self._typed(claim, chosen[claim.id].value) for claim in other}
        for claim in (*taken, *other):
            why = self._refused(claim, values[claim.id], chosen.get(claim.id, ChosenAnswer("theirs")).word)
            if why:
                self._note(why, claim)
                return
        before = {claim.id: self.weighing.held(claim.cell) for claim in claims}
        for claim in claims:
            claim.state, claim.answered = "chosen" if claim in taken else "declined", self.history.sent
        for claim in (*taken, *other):
            self._end(claim, values[claim.id])
        for claim in claims:
            self._stands(claim, before[claim.id])

    def _theirs(self, claim: Claim) -> Canonical | Record:
        """What they said; of a text that the column cannot hold the one reading that it has."""
        could_be = meant(claim, self.master, self.weighing.declaration)
        return could_be[0] if len(could_be) == 1 else claim.value

    def _typed(self, claim: Claim, typed: object) -> Canonical:
        """What somebody typed as the answer, read like a cell of a reply: 6月15日 is the one near the row's
        dates, 70 in a column of percentages the 70 % that it can only be."""
        if claim.cell.column == ADDED:
            return Odd("unknown")
        column = self._column_sheet(claim).column(claim.cell.column)
        value, department = canonical(column, typed), department_of(claim.cell.column)
        if department is not None:
            return unbracketed(as_words(value), department)
        if isinstance(value, Odd) or not unfit(column, value):
            return value
        could_be = readings(column, value, [*around(claim, self.master), self.weighing.now])
        if len(could_be) != 1:
            return value
        if isinstance(could_be[0], date):
            told = f"{as_words(value)} → {could_be[0].isoformat()}"
            self.weighing.notices.append(Notice("year_inferred", Who(""), claim.cell, text=told))
        return could_be[0]

    def _column_sheet(self, claim: Claim) -> TableSheet:
        return self.weighing.declaration.table(claim.cell.sheet)

    def _refused(self, claim: Claim, value: Canonical | Record, word: str) -> str:
        """Why a value cannot be written, whoever wants it; '' when it can."""
        if claim.cell.column == ADDED:
            return "" if word == "theirs" and isinstance(value, tuple) else "unfit_value"
        if (claim.cell.sheet, claim.cell.row) in self.master.doubtful:
            return "row_unclear"
        column = self._column_sheet(claim).column(claim.cell.column)
        there = self.master.has(claim.cell) or not self.master.has_row(claim.cell)
        if not column.entered or column.name == "id" or not there:
            return "not_enterable"
        fits = not isinstance(value, tuple | Odd) and not unfit(column, value)
        return "" if fits else "unfit_value"

    def _end(self, claim: Claim, value: Canonical | Record) -> None:
        """Write what was chosen or typed."""
        chosen = claim.state == "chosen"
        claim.turn = self.history.count() if chosen else 0
        if claim.cell.column == ADDED:
            if chosen:
                self._append(claim, cast(Record, value))
            return
        self._put(claim, cast(Canonical, value), claim if chosen else None)

    def _put(self, claim: Claim, value: Canonical, writer: Claim | None) -> None:
        """Write a value; a row that was deleted here comes back as it was sent."""
        cell = claim.cell
        if not self.master.has_row(cell):
            self._revive(claim)
        if self.history.past[cell] == []:
            self.history.past[cell].append(HistoryEntry(self.master.value(cell), 0, 0))
        self.master.write(cell, value)
        self.history.past[cell].append(HistoryEntry(value, writer.id if writer else 0, self.history.sent))
        self.weighing.wrote[cell] = (claim, "chosen")
        self.weighing.close(cell)

    def _stands(self, claim: Claim, before: Canonical) -> None:
        """Remember what the answer was given on, and that what the master holds was decided."""
        kept = self.history.writer(claim.cell)
        if kept is not None and claim.state == "declined":
            kept.answered = kept.answered or self.history.sent
        claim.against = (before, self.weighing.held(claim.cell))

    def _append(self, claim: Claim, record: Record) -> None:
        sheet, wanted = self._column_sheet(claim), str(dict(record).get("id") or "")
        if not sheet.numbered:
            (name,) = identities(sheet, {column: [value] for column, value in record}, 1)
        else:
            taken = {row_key(name) for name in self.master.ids(sheet.key)}
            free = row_key(wanted) and row_key(wanted) not in taken and claim.kind != "duplicate_id"
            name = wanted if free else next_id(sheet, self.master.ids(sheet.key))
        self._row(claim, name, record_cells(record))

    def _row(self, claim: Claim, name: str, record: Record) -> str:
        words = tidied(as_words(dict(record).get(says_column(self._column_sheet(claim)))))
        row = new_row(self.history.rows.setdefault(claim.cell.sheet, {}), Says(row_key(name), words))
        self.master.append(Added(claim.cell.sheet, row, name, record, claim.who))
        return row

    def _revive(self, claim: Claim) -> None:
        """Bring a deleted row back as it was sent, under its own name."""
        sheet, row = claim.cell.sheet, claim.cell.row
        base = self.bases.get(claim.who.token)
        sent = base.snapshot.rows(sheet) if base else None
        at = sent.index.get(base.key_of(claim.cell)) if base and sent else None
        record = sent.record(at) if sent is not None and at is not None else {}
        columns = self._column_sheet(claim)
        kept = tuple(
            (n, v) for n, v in record.items() if columns.column(n).entered and not isinstance(v, Odd)
        )
        name = sent.ids[at] if sent is not None and at is not None else row.upper()
        if columns.numbered and row_key(name) in {row_key(taken) for taken in self.master.ids(sheet)}:
            name = next_id(columns, self.master.ids(sheet))
        self.history.rows.setdefault(sheet, {})[row] = Says(
            row_key(name), tidied(as_words(dict(kept).get(says_column(columns))))
        )
        self.master.append(Added(sheet, row, name, kept, claim.who))

    def _note(self, kind: str, claim: Claim) -> None:
        self.weighing.notices.append(Notice(kind, claim.who, claim.cell, claim.value))


def _taken_with(picked: Sequence[Claim], claims: Sequence[Claim]) -> list[Claim]:
    """What is taken with the picked claims: the last statement that one of them is part of, and whatever
    says the same."""
    alike = [c for c in claims if any(_agree(c, one) for one in picked)]
    statements = [c.bundle.split()[-1] for c in alike if c.bundle]
    if statements:
        alike = [c for c in claims if c in alike or statements[-1] in c.bundle.split()]
    return [c for c in claims if any(_agree(c, one) for one in alike)]


def _agree(one: Claim, other: Claim) -> bool:
    return one.cell == other.cell and one.says(other.value)


def _number(key: str) -> int:
    head = key.partition(".")[0]
    return int(head) if head.isdecimal() else 0


def _equal(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


@dataclass
class UndoneReply:
    """What taking a reply back came to: cells that show an earlier word again, and those that stay.

    emptied  sheet and row of rows that the reply had added, and of which nothing is left
    """

    restored: list[Cell] = field(default_factory=list)
    kept: list[Cell] = field(default_factory=list)
    emptied: list[tuple[str, str]] = field(default_factory=list)


def take_back(weighing: Weighing, sha256: str) -> UndoneReply:
    """Take the words of a reply out of the history (rule 11)."""
    history, out = weighing.history, UndoneReply()
    before = {cell: history.entries(cell) for cell in list(history.claims)}
    gone = [c for c in history.all_claims() if c.who.sha256 == sha256 and c.state != "withdrawn"]
    for claim in gone:
        _withdraw(history, claim)
    for claim in {claim.cell: claim for claim in gone}.values():
        _restore(weighing, claim, before[claim.cell], out)
        for other in list(history.claims[claim.cell]):
            _reconsider(weighing, other)
    _rows_of(weighing, sha256, out)
    history.replies = [heard for heard in history.replies if heard.who.sha256 != sha256]
    weighing.look()
    return out


def _withdraw(history: History, claim: Claim) -> None:
    """A word that another file carries is still said: the first of those takes its place, with its fate."""
    carriers = [c for c in history.claims[claim.cell] if c.state == "carried" and c.by == claim.id]
    if claim.state == "carried" or not carriers:
        claim.by = claim.by if claim.state == "carried" else 0
        claim.state = "withdrawn"
        return
    heir = min(carriers, key=lambda c: c.id)
    for name in ("state", "by", "bundle", "against", "answered", "turn", "said"):
        setattr(heir, name, getattr(claim, name))
    for other in carriers:
        other.by = heir.by if other is heir else heir.id
    claim.state, claim.by, claim.against, claim.answered = "withdrawn", heir.id, (), 0


def _restore(weighing: Weighing, claim: Claim, before: Sequence[HistoryEntry], out: UndoneReply) -> None:
    """A cell that the reply wrote last shows the latest value left."""
    cell, left = claim.cell, weighing.history.entries(claim.cell)
    if len(left) == len(before):
        return
    if left and left[-1] is before[-1]:
        out.kept.append(cell)
        weighing.tell("kept_since", claim)
    elif left and weighing.master.has(cell):
        if not same(left[-1].value, weighing.master.value(cell)):
            weighing.master.write(cell, left[-1].value)
            weighing.wrote[cell] = (claim, "undone")
        out.restored.append(cell)
        weighing.close(cell)


def _reconsider(weighing: Weighing, claim: Claim) -> None:
    """What gave way to a word, or was settled by it, becomes a question."""
    settler = weighing.history.claim(claim.cell, claim.by) if claim.state == "same" else None
    freed = claim.state in ("late", "replaced") and not weighing.late(claim)
    if not freed and (settler is None or settler.state != "withdrawn" or settler.answered):
        return
    if weighing.shows(claim):
        weighing.settle(claim)
    elif weighing.answered(claim):
        claim.state = "over"
    else:
        claim.state = OPEN
        weighing.tell("freed", claim)


def _rows_of(weighing: Weighing, sha256: str, out: UndoneReply) -> None:
    """Rows that the reply added and that are empty now: they lose their ID; no row is deleted."""
    history, master = weighing.history, weighing.master
    mine = [heard for heard in history.replies if heard.who.sha256 == sha256]
    others = {row for heard in history.replies if heard.who.sha256 != sha256 for _, _, row in heard.added}
    for heard in mine:
        for _, _, row in heard.added:
            sheet = next(sheet for sheet in (_TRACKER, *history.rows) if row in history.rows.get(sheet, ()))
            at = Cell(sheet, row, ADDED)
            columns = weighing.declaration.table(sheet).columns
            entered = {c.name for c in columns if c.entered and c.name != "id"}
            filled = [n for n, v in master.record(sheet, row).items() if v is not None and n in entered]
            if row not in others and master.has_row(at) and not filled:
                out.emptied.append((sheet, row))
                history.rows[sheet][row] = Says("", "")
                weighing.notices.append(Notice("row_emptied", heard.who, at))
