"""The thirteen rules of the merge, read plainly: one cell after another, no files, no speed.

| rule | where |
|---|---|
| 1 claims, 7 put back, 9 new rows, 10 配合反馈, 11 undo, 13 result | here |
| 2 own side, 3 master, 4 weighed once, 6 one statement | merge_weighing.py |
| 5 questions and answers | merge_master.py |
| 8 rows | merge_following.py |

Each rule stands as a method with the sentence that it reads. Where the sentence leaves something open, a
comment says "Open:" and what people would expect. Nothing of the product may enter: this is what the
product is compared with (test_merge_agreement.py). Base lost and the readings of a value that a column
cannot hold (rule 1) and what stands outside the table (rule 12) need files and are not played here.
"""

from __future__ import annotations

from life.office import NewRow, Outcome, Packet, Reply, Row, feedback_of
from merge_weighing import WRITTEN, Weighing
from merge_words import (
    EARLIER,
    LATER,
    NO_CELLS,
    REPORTED,
    Added,
    Back,
    Line,
    Mark,
    Sending,
    Word,
    Write,
    called,
    meaning,
    order,
)


def all_written(outcome: Outcome) -> bool:
    """Rule 13: "全部已写入，没有冲突" only if the others are nil; what is only noted counts nowhere."""
    # Open: "already the same" is nothing to read or decide either.
    return {told.kind for told in outcome.told} <= {"applied", "same", "noted"}


class Office(Weighing):
    """A master, what was sent from it, what came back, and what is open."""

    def __init__(self, rows: list[Row]) -> None:
        self.backs: dict[str, Back] = {}
        super().__init__(rows)

    def send(self, dept: str, now: float) -> Packet:
        self._look()
        shown = [(line, row) for row in self.rows for line in self.lines if line.row is row]
        packet = Packet(len(self.sendings) + 1, dept, now, [dict(row) for row in self.rows])
        self.sendings[packet.no] = Sending(packet, self._now(), [(line, dict(row)) for line, row in shown])
        return packet

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        """ "Same reply twice: same result. Replies of one collect: the same result in whatever order their
        files are read." """
        self._look()
        for reply in sorted(replies, key=lambda reply: self._reading_order(reply, now)):
            if reply.rid not in self.backs:
                self._take(Back(reply, self._mark(reply, now)))
        return Outcome(self._said())

    def _mark(self, reply: Reply, now: float) -> Mark:
        sent = self.sendings[reply.packet].packet.sent
        return Mark(reply.rid, reply.packet, reply.stamp, reply.clock, sent <= reply.stamp <= now)

    def _reading_order(self, reply: Reply, now: float) -> tuple[object, ...]:
        """Open: any fixed order that puts what is certainly earlier first will do. A stamp that no clock
        can show comes last, so that it does not decide (P5)."""
        mark = self._mark(reply, now)
        return mark.packet, not mark.within, mark.stamp, mark.clock, mark.rid

    # Rule 1: what a reply claims, and rule 10

    def _claims(self, back: Back, line: Line, base: Row, returned: Row) -> list[Word]:
        """ "A reply claims a cell that differs in meaning, not in type or format, from the base of its own
        sending; an emptied cell is a claim." """
        for column in set(base) & set(returned) - set(NO_CELLS):
            back.shows[line, column] = meaning(returned[column])
            if meaning(returned[column]) != meaning(base[column]):
                back.claims[line, column] = meaning(returned[column])
        mine = (column for at, column in back.claims if at is line)
        return [self._word(back, line, column, base) for column in sorted(mine)]

    def _word(self, back: Back, line: Line, column: str, base: Row) -> Word:
        dept = self._dept(back)
        own, shown = self._own(dept, column, base), meaning(base.get(column))
        value = back.claims[line, column]
        return Word(line, column, dept, back.mark.packet, value, shown, own, [back.mark])

    def _dept(self, back: Back) -> str:
        return self.sendings[back.mark.packet].packet.dept

    def _own(self, dept: str, column: str, base: Row) -> bool:
        """ "Own cells are those of the sending, whoever leads now; a change elsewhere is asked." Rule 10:
        "配合反馈: one entry a department; each is that department's cell." """
        if column in REPORTED:
            return base["owner"] == dept
        support = base.get("support") or ()
        # Open: who leads a row reports in the lead's cells, though 配合部门 names it too.
        return column == feedback_of(dept) and dept in support and base["owner"] != dept  # type: ignore[operator]

    # Taking a reply

    def _take(self, back: Back) -> None:
        sending = self.sendings[back.mark.packet]
        self.backs[back.reply.rid] = back
        returned = {str(row["id"]): row for row in back.reply.rows}
        for line, base in sending.shown:
            row = returned.get(str(base["id"]))
            if row is not None:
                self._take_row(back, line, base, row)
            elif line.row is not None:
                # Rule 8: "Missing in the reply → told."
                self._tell("told", line, None, None, back.reply.rid)
        self._take_new(back, sending)
        self._keep_what_was_put_back(back, sending)

    def _take_row(self, back: Back, line: Line, base: Row, returned: Row) -> None:
        """Rule 8: "Not found → asked, never given to another row." """
        was = dict(line.row) if line.row is not None else None
        verdicts = [self._weigh(word) for word in self._claims(back, line, base, returned)]
        self._as_one_statement(verdicts, was, returned)
        for verdict in verdicts:
            self._carry_out(verdict, was)

    # Rule 7: put back

    def _keep_what_was_put_back(self, back: Back, sending: Sending) -> None:
        """ "A cell that an earlier reply to the sending claimed and a later one shows at its base keeps the
        claim: told." """
        for line, base in sending.shown:
            for column in sorted(set(base) - set(NO_CELLS)):
                self._put_back(back, line, column, meaning(base[column]))

    def _put_back(self, back: Back, line: Line, column: str, base: object) -> None:
        """Open: the earlier reply may be collected after the later one; people expect the same words."""
        pairs = [
            (word, later)
            for word in self._claimed(back, line, column)
            for later in self.backs.values()
            if later.mark.packet == word.packet and self._is_news(back, word, later)
            if (line, column) in later.shows and later.shows[line, column] == base
        ]
        kinds = {self._says_put_back(word, later): (word, later) for word, later in pairs}
        kind = next((k for k in ("asked", "told", "noted") if k in kinds), None)
        if kind == "asked" and line.value(column) != base:
            self._ask_put_back(*kinds[kind], base)
        elif kind is not None:
            # Open: where the master shows the base too, there is nothing to choose between.
            told = "told" if kind == "asked" else kind
            self._tell(told, line, column, base, kinds[kind][1].mark.rid)

    def _claimed(self, back: Back, line: Line, column: str) -> list[Word]:
        words = self._words((line, column, self._dept(back)))
        return [w for w in words if w.packet == back.mark.packet and not w.put_back]

    def _is_news(self, back: Back, word: Word, later: Back) -> bool:
        """Open: a file that carries the word and comes after the one without it shows nothing new."""
        carries = back.mark in word.marks and order(back.mark, later.mark) != LATER
        return back is later or carries

    def _standing(self, word: Word) -> bool:
        """Whether a word still counts: it is the department's last one, or open.
        Open: of what was declined, late or replaced nothing is left to ask; that it was put back is told."""
        latest = word is self._latest(word.cell) and word.state in (*WRITTEN, "same", "chosen")
        return word.open or latest

    def _says_put_back(self, word: Word, later: Back) -> str:
        """ "asked if the later shows all other changes of the earlier (at least one); only noted in 日志
        if their order is not certain." """
        orders = {order(mark, later.mark) for mark in word.marks}
        if LATER in orders:
            return "told" if EARLIER in orders else ""  # put back and typed again since; typed since
        if None in orders:
            return "told" if EARLIER in orders else "noted"  # Open: one of its files certainly came before
        earlier = [self.backs[mark.rid].claims for mark in word.marks]
        others = [{k: v for k, v in c.items() if k != (word.line, word.column)} for c in earlier]
        shows_all = any(o and o.items() <= later.shows.items() for o in others)
        return "asked" if shows_all and self._standing(word) else "told"

    def _ask_put_back(self, word: Word, later: Back, base: object) -> None:
        back = Word(*word.cell, word.packet, base, base, word.own, [later.mark], put_back=True)
        verdict = self._weigh(back)
        if verdict.kind not in ("late", "over", "same"):
            verdict.kind = "asked"
        if verdict.kind == "asked":
            back.state, back.said = "asked", self._now()
            back.line.words.append(back)
        self._tell(verdict.kind, word.line, word.column, base, later.mark.rid)

    # Rule 9: new rows

    def _take_new(self, back: Back, sending: Sending) -> None:
        """ "Same sending with the same 主要任务, or the same blank line with a similar one, is the same row;
        others stay two." """
        # Open: two lines of one file are two rows, whatever they say.
        waiting, known = [new for new in back.reply.new if new.task.strip()], list(sending.added)
        for exactly in (True, False):
            for new in list(waiting):
                row = next((a for a in known if a.fits(new, exactly=exactly)), None)
                if row is not None:
                    known.remove(row)
                    waiting.remove(new)
                    self._say_again(back, row, new)
        for new in waiting:
            self._add(back, sending, new)

    def _task_word(self, back: Back, line: Line, new: NewRow) -> Word:
        task = new.task.strip()
        back.claims[line, "task"] = back.shows[line, "task"] = task
        return Word(line, "task", self._dept(back), back.mark.packet, task, None, True, [back.mark])

    def _say_again(self, back: Back, row: Added, new: NewRow) -> None:
        """主要任务 of such a row is a cell of the department, and goes through all the rules."""
        row.blanks.add(new.line)
        row.tasks.append(new.task.strip())
        was = dict(row.line.row) if row.line.row is not None else None
        self._carry_out(self._weigh(self._task_word(back, row.line, new)), was)

    def _add(self, back: Back, sending: Sending, new: NewRow) -> None:
        """ "A typed free 编号 is kept, else the next, told." """
        # Open: told where a typed one had to change; a number for a row that had none is no news.
        typed, taken = new.typed_id.strip(), [str(row["id"]).strip() for row in self.rows]
        # Open: a number that another row of the file is typed with is not given away before its turn.
        wanted, free = [one.typed_id.strip() for one in back.reply.new], _next_number(taken)
        while free in wanted:
            free = _next_number([*taken, free])
        number = typed if typed and typed not in taken else free
        row = self._blank_row() | {"id": number, "task": new.task.strip(), "owner": sending.packet.dept}
        line = Line(called(row), row)
        self.rows.append(row)
        self.lines.append(line)
        sending.added.append(Added(line, {new.line}, [new.task.strip()]))
        word = self._task_word(back, line, new)
        word.state, word.said = "applied", self._now()
        line.words.append(word)
        for column in set(row) - set(NO_CELLS):
            self._write(line, column, row[column], word)
        self._tell("applied", line, "task", word.value, back.reply.rid)
        if typed and typed != number:
            self._tell("told", line, "id", number, back.reply.rid)

    def _blank_row(self) -> Row:
        columns = dict.fromkeys(column for row in self.rows for column in row if column != "_uid")
        return {**columns, "support": ()}

    # Rule 11: undo

    def undo(self, rid: str) -> Outcome:
        """ "Undo takes the reply's words out of the history: a cell it wrote last shows the latest word
        left; others stay, told. Answers stand." """
        self._look()
        del self.backs[rid]
        for line in list(self.lines):
            touched = [word for word in line.words if any(mark.rid == rid for mark in word.marks)]
            self._withdraw(touched, rid)
            for column in sorted({word.column for word in touched}):
                self._restore(line, column, rid)
            for word in line.words:
                self._reconsider(word, rid)
            if touched and self._is_unsaid(line):
                self._unsay(line, rid)
        return Outcome(self._said())

    def _withdraw(self, words: list[Word], rid: str) -> None:
        """Open: a word that another file carries too is still said."""
        for word in words:
            word.marks = [mark for mark in word.marks if mark.rid != rid] or word.marks[:1]
            if word.mark.rid == rid:
                word.state = "withdrawn"

    def _restore(self, line: Line, column: str, rid: str) -> None:
        writes = line.writes[column]
        left = [w for w in writes if w.word is None or w.word.state != "withdrawn"]
        if len(left) == len(writes):
            return
        if not left and not any(word.state != "withdrawn" for word in line.words):
            self._take_row_out(line, rid)
            return
        # Open: a row of which another reply speaks still waits for that word, its own words gone.
        left = left or [Write(self._now(), None)]
        line.writes[column] = left
        if left[-1] is writes[-1]:
            self._tell("told", line, column, line.row and line.row[column], rid)
            return
        if line.row is not None:
            line.row[column] = left[-1].value
            line.called = called(line.row)
        self._tell("applied", line, column, left[-1].value, rid)
        self._close_what_stands(line, column)

    def _is_unsaid(self, line: Line) -> bool:
        """Whether it is a row that only replies brought which have all been undone."""
        added = any(one.line is line for sending in self.sendings.values() for one in sending.added)
        return added and line.row is not None and all(word.state == "withdrawn" for word in line.words)

    def _unsay(self, line: Line, rid: str) -> None:
        # Open: where an answer keeps its words nobody says any more whose row it is.
        if line.row is not None and line.row["task"]:
            line.row["owner"] = None
            self._forget_blank(line)
        else:
            self._take_row_out(line, rid)

    def _take_row_out(self, line: Line, rid: str) -> None:
        """A row that the reply added goes, unless somebody has written in it since."""
        if any(len(writes) > 1 for writes in line.writes.values()):
            self._tell("told", line, "task", line.row and line.row["task"], rid)
        elif line.row is not None:
            self._tell("applied", line, "task", None, rid)
            self.rows[:] = [row for row in self.rows if row is not line.row]
            line.row, line.called = None, ("", "")
            self._forget_blank(line)

    def _forget_blank(self, line: Line) -> None:
        """Open: mailed again, it is a new row again; nothing in the master is overwritten by that."""
        for sending in self.sendings.values():
            sending.added = [added for added in sending.added if added.line is not line]

    def _reconsider(self, word: Word, rid: str) -> None:
        """ "What gave way to it or was settled by it becomes a question." """
        gave_way = word.state in ("late", "replaced") and not self._late(word)
        settler = word.settled_by if word.state == "same" else None
        if not gave_way and (settler is None or settler.state != "withdrawn" or settler.kept):
            return
        if word.value == word.line.value(word.column):
            self._settle(word)
        elif self._answered_pair(word):
            word.state = "over"
        else:
            word.state = "asked"
            self._tell("asked", word.line, word.column, word.value, rid)


def _next_number(taken: list[str]) -> str:
    numbers = [int(number[1:]) for number in taken if number[:1] == "T" and number[1:].isdigit()]
    return f"T{max(numbers, default=0) + 1:03}"
