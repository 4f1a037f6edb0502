"""The coordinator's post: mails that lie there, what collecting and undoing them does, judged at once.

Here are the expectations of a whole collect or undo (b, d, e, f, h, i); those of a cell are in expect.py.
"""

from __future__ import annotations

import copy
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from life.excuses import contradicts
from life.expect import Broken
from life.office import NewRow, Office, Outcome, Packet, Reply, Row
from life.record import Cell, Word

if TYPE_CHECKING:
    from life.acts import Life
    from life.people import Paper


_NAMES = ("id", "task", "due", "owner")


@dataclass(frozen=True)
class Mail:
    """A reply on its way, and what its sender typed in it."""

    reply: Reply
    dept: str
    typed: dict[Cell, Word]
    new: dict[int, tuple[int, NewRow]]
    missing: int | None


class Collecting:
    """What was mailed, what still lies in the box, which new rows there are."""

    def __init__(self, life: Life):
        self.life = life
        self.mails: dict[str, Mail] = {}
        self.box: list[str] = []
        self.added: dict[int, int | None] = {}
        """New rows by the player's number → uid, or None where one has been taken out again."""
        self.said: dict[tuple[object, ...], set[str]] = defaultdict(set)
        """What was told so far, of a row, a column, a value, a reply."""
        self.known: set[str] = set()
        """Replies that had come in before this collect."""
        self.texts: dict[int, list[str]] = defaultdict(list)

    def mailed(self, paper: Paper, now: float, clock: str, off: float, without: int | None) -> str:
        """A paper goes off; it lies in the box at once."""
        rid = f"r{len(self.mails) + 1}"
        reply = paper.mail(rid, self.life.record, now, clock, off, without)
        dept = paper.packet.dept
        self.mails[rid] = Mail(reply, dept, dict(paper.typed), dict(paper.new), without)
        self.box.append(rid)
        self.life.record.mailed[rid] = now, clock
        return rid

    def some(self, mask: int, order: int, *, everything: bool) -> None:
        """Collect some of the box, or all of it."""
        take = [rid for n, rid in enumerate(self.box) if everything or mask >> (n % 6) & 1]
        if not take:
            return
        self.box = [rid for rid in self.box if rid not in take]
        random.Random(order).shuffle(take)
        if order % 3:
            self.collect(take)
        else:
            for rid in take:
                self.collect([rid])

    def collect(self, take: Sequence[str]) -> None:
        """One collect, and everything that people expect of it."""
        life, mails = self.life, [self.mails[rid] for rid in take]
        life.say(f"coordinator: collects {', '.join(take)}")
        before = {uid: dict(row) for uid, row in life.rows.items()}
        twin = copy.deepcopy(life.office) if life.setting.copies and len(take) > 1 else None
        outcome = life.office.collect([m.reply for m in mails], life.now)
        self.known = set(life.record.ever)
        life.record.came_in(take)
        if twin is not None:
            twin.collect([m.reply for m in reversed(mails)], life.now)
            self._same(twin)
        self._nothing_silent(mails, outcome, before)
        self._new_rows(mails, outcome)
        self._same_rows(mails, before)
        self._no_contradiction(mails, before)
        life.check("collect")

    def _same(self, twin: Office) -> None:
        """e: in whatever order the files of one collect are read."""
        if _table(twin) != _table(self.life.office):
            raise Broken("e: the order in which files are read changes the master")
        if _open(twin) != _open(self.life.office):
            raise Broken("e: the order in which files are read changes what is asked")

    def _nothing_silent(self, mails: Sequence[Mail], outcome: Outcome, before: dict[int, Row]) -> None:
        """b: each word of each reply is told of, and each row that is not there."""
        for t in outcome.told:
            self.said[t.uid, t.column, t.value, t.rid].add(t.kind)
        rows = {(t.uid, t.rid) for t in outcome.told if t.column is None}
        for mail in mails:
            for cell, word in mail.typed.items():
                if not self._kinds(cell, word, [mail.reply.rid]) and not self._looks_untouched(word, mail):
                    back = " that was put back" if word.back else ""
                    raise Broken(f"b: a word{back} is neither applied, nor asked, nor told")
                fresh = not word.carried & self.known
                if fresh and self._kinds(cell, word, word.carried) == {"same"}:
                    self._really_same(cell, word, before)
            there = mail.missing in self.life.rows  # what both sides deleted is no news
            if there and (mail.missing, mail.reply.rid) not in rows:
                raise Broken("b: a row is missing from a reply, and nobody is told")

    def _kinds(self, cell: Cell, word: Word, rids: Iterable[str]) -> set[str]:
        """What has been told of a word, of any of these replies."""
        uids = [cell[0]] if cell[0] in self.life.rows else [cell[0], None]  # None: the row is gone
        lines = ((uid, cell[1], word.value, rid) for uid in uids for rid in rids)
        return {kind for line in lines for kind in self.said[line]} - {""}

    def _really_same(self, cell: Cell, word: Word, before: dict[int, Row]) -> None:
        """What is told to be the same is what the master holds, or held, or what that packet has said, or a
        mail of that department that was collected with it and gave way to its next one.

        A word that came back in one packet may be carried along from an old copy of it.
        """
        masters = [rows[cell[0]][cell[1]] for rows in (before, self.life.rows) if cell[0] in rows]
        others = [w for w in self.life.record.claims(cell) if w is not word]
        packet = [w.value for w in others if w.packet == word.packet or self._beside(w, word)]
        if word.value not in [*masters, *packet]:
            raise Broken("b: a new word is told to be the same, but the master holds something else")

    def _beside(self, one: Word, other: Word) -> bool:
        """Whether a department said both in mails that had not come in before this collect."""
        return one.who == other.who and not one.carried & self.known

    def _looks_untouched(self, word: Word, mail: Mail) -> bool:
        """Put back to what the packet showed, and the last mail with something else is not an older one.

        By another clock nobody can say which of two mails is older.
        """
        record = self.life.record
        others = [w for w in word.seen if w.packet == word.packet and not w.back]
        mails = [record.mailed[r] for w in others for r in w.carried & record.collected]
        last, by = max(mails, default=(math.inf, ""))
        mailed, clock = record.mailed[mail.reply.rid]
        return word.back and not (last < mailed and by == clock)

    def _new_rows(self, mails: Sequence[Mail], outcome: Outcome) -> None:
        """i: each stands once, in the words that were mailed last or with a line about those."""
        told = {str(t.value) for t in outcome.told}
        for mail in mails:
            for number, row in mail.new.values():
                self.texts[number].append(row.task)
        for number in {number for mail in mails for number, _ in mail.new.values()}:
            self._new_row(number, told)

    def _new_row(self, number: int, told: set[str]) -> None:
        life, texts = self.life, self.texts[number]
        plain = texts[0].rstrip("！")
        fresh = [r for r in life.office.rows if "_uid" not in r and str(r["task"]).startswith(plain)]
        uid = self.added.get(number)
        stands = uid is not None and uid in life.rows
        if len(fresh) + stands > 1:
            raise Broken("i: one new row became two")
        if number not in self.added and not fresh:
            if any(text in str(q.theirs) for q in life.office.questions() for text in texts):
                return  # it has the number of a row that did not come back: asked as a whole
            raise Broken("i: a new row is lost")
        if fresh:
            life.uids += 1
            self.added[number] = fresh[0]["_uid"] = uid = life.uids
            life.begin(fresh[0], life.now)
        task = str(life.rows[uid]["task"]).rstrip("。") if uid in life.rows else None
        if not (set(texts) & {task} or set(texts) & told):
            raise Broken("b: the mended words of a new row are neither applied, nor asked, nor told")

    def _same_rows(self, mails: Sequence[Mail], before: dict[int, Row]) -> None:
        """j: a word stays in the row it was written into, and no row changes its number or its words."""
        typed = {cell for mail in mails for cell in mail.typed}
        added = set(self.added.values())
        for uid, old in before.items():
            row = self.life.rows.get(uid)
            if row is None:
                raise Broken("j: collecting took a row out")
            changed = [c for c in self.life.columns if row[c] != old[c] and (uid, c) not in typed]
            if changed or any(row[k] != old[k] for k in _NAMES if k != "task" or uid not in added):
                raise Broken("j: collecting changed a cell that no reply had changed")

    def _no_contradiction(self, mails: Sequence[Mail], before: dict[int, Row]) -> None:
        """h: who did not write a contradiction does not get one."""
        for uid, row in self.life.rows.items():
            if uid in before and contradicts(row) and not contradicts(before[uid]):
                self._written(uid, mails)

    def _written(self, uid: int, mails: Sequence[Mail]) -> None:
        for mail in mails:
            ids = [r["id"] for r in self._packet(mail.reply).rows if r.get("_uid") == uid]
            wrote = any(cell[0] == uid for cell in mail.typed)
            if wrote and any(contradicts(r) for r in mail.reply.rows if r["id"] in ids):
                return
        raise Broken("h: merging made a contradiction that nobody wrote")

    def _packet(self, reply: Reply) -> Packet:
        return next(packet for packet, _ in self.life.packets if packet.no == reply.packet)

    def again(self, number: int) -> None:
        """d: a file that has been collected is collected once more."""
        life = self.life
        got = [rid for rid in self.mails if rid in life.record.collected]
        if got:
            rid = got[number % len(got)]
            life.say(f"coordinator: collects {rid} once more")
            before = _table(life.office), _open(life.office)
            life.office.collect([self.mails[rid].reply], life.now)
            if before != (_table(life.office), _open(life.office)):
                raise Broken("d: the same file collected twice changes something")

    def undo(self, number: int) -> None:
        """f: only what this reply wrote last is taken back."""
        life = self.life
        got = [rid for rid in self.mails if rid in life.record.collected and not self.mails[rid].new]
        if not got:
            return
        rid = got[-1 - number % min(3, len(got))]
        life.say(f"coordinator: undoes {rid}")
        before = {uid: dict(row) for uid, row in life.rows.items()}
        life.office.undo(rid)
        typed = self.mails[rid].typed
        for uid, row in life.rows.items():
            for column in life.columns:
                if row[column] != before[uid][column]:
                    self._its_own(typed.get((uid, column)), before[uid][column])
        life.record.taken_back(rid, typed)
        life.check("undo")

    def _its_own(self, word: Word | None, before: object) -> None:
        if word is None or word.value != before:
            raise Broken("f: undo changed a cell that this reply did not write last")


def _table(office: Office) -> list[dict[str, object]]:
    """What a master shows, whatever marks the rows carry."""
    return [{k: v for k, v in row.items() if k != "_uid"} for row in office.rows]


def _open(office: Office) -> list[tuple[object, ...]]:
    return sorted(((q.uid, q.column, q.dept, q.master, q.theirs) for q in office.questions()), key=str)
