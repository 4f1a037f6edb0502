"""One reply is taken: what it says of cells (`policy.py`), new rows (rule 9), what it put back (rule 7)."""

from __future__ import annotations

from dataclasses import dataclass

from xl_collab.model.merge.following import Says, similar
from xl_collab.model.merge.history import Clock, Heard
from xl_collab.model.merge.master import new_row
from xl_collab.model.merge.order import clocks_of
from xl_collab.model.merge.policy import Weighing
from xl_collab.model.merge.putting_back import keep_what_was_put_back
from xl_collab.model.merge.reading import NewRow, Reading, Said
from xl_collab.model.merge.result import ADDED, Added, Cell, Notice
from xl_collab.model.merge.snapshot import next_id
from xl_collab.model.merge.values import row_key, unfit
from xl_collab.model.schema import TableSheet

_TRACKER = "tracker"


def take(weighing: Weighing, reading: Reading) -> None:
    """Weigh one reply; those of one collect in the order of `in_order`."""
    base, reply = reading.base, reading.reply
    clocks = clocks_of(reply, base.at, weighing.now)
    weighing.weigh([weighing.claim(base, reply, clocks, said) for said in reading.said], reading)
    taking = _Taking(weighing, reading, clocks)
    twins = taking.twins()
    added = tuple((new.line, new.words, taking.row_of(new, twins.get(new.line, ""))) for new in reading.new)
    heard = Heard(reply.who, base.number, clocks, tuple(reading.missing), added)
    keep_what_was_put_back(weighing, heard, base)
    weighing.history.replies.append(heard)


@dataclass(frozen=True)
class _Taking:
    weighing: Weighing
    reading: Reading
    clocks: tuple[Clock, ...]

    def row_of(self, new: NewRow, row: str) -> str:
        """Rule 9: the row that it is already, its cells weighed like any other; else ('') a row more."""
        who = self.reading.reply.who
        record = dict(new.record)
        record.pop("id", None)
        if not row:
            row = self._add(new)
            if new.sheet == _TRACKER and not record.get("owner"):
                record["owner"] = who.department
        sheet = self.weighing.declaration.table(new.sheet)
        for name, value in record.items():
            self._cell(Said(Cell(new.sheet, row, name), None, value, unfit(sheet.column(name), value)))
        return row

    def _cell(self, said: Said) -> None:
        """One cell of a new row; those that it is made with are counted with the row."""
        weighing = self.weighing
        made_with = not weighing.history.claims[said.cell]
        claim = weighing.claim(self.reading.base, self.reading.reply, self.clocks, said)
        outcome = weighing.outcome(claim)
        weighing.do(claim, outcome, counted=not (made_with and outcome == "applied"))

    def twins(self) -> dict[int, str]:
        """Lines that an earlier reply to the same sending, or the same file, made a row of, each its own:
        first those that stand where they stood, then those with the same words, then those reworded."""
        known = [
            told
            for heard in self.weighing.history.replies
            if heard.who.token == self.reading.reply.token
            for told in heard.added
        ]
        found: dict[int, str] = {}
        for where, exactly in ((True, True), (False, True), (True, False)):
            for one in self.reading.new:
                rows = (
                    row
                    for line, words, row in known
                    if row not in found.values()
                    and (line == one.line or not where)
                    and (words == one.words if exactly else similar(words, one.words))
                )
                row = next(rows, "") if one.line not in found else ""
                if row:
                    found[one.line] = row
        return found

    def is_free(self, new: NewRow) -> bool:
        """Whether a row has an ID, and no other one has it."""
        taken = {row_key(name) for name in self.weighing.master.ids(new.sheet)}
        return bool(row_key(new.id)) and row_key(new.id) not in taken

    def _next_id(self, table: TableSheet) -> str:
        """The next ID that is neither taken nor typed for another row of this reply."""
        taken = list(self.weighing.master.ids(table.key))
        typed = {row_key(new.id) for new in self.reading.new if new.sheet == table.key and self.is_free(new)}
        while row_key(name := next_id(table, taken)) in typed:
            taken.append(name)
        return name

    def _add(self, new: NewRow) -> str:
        master, history, who = self.weighing.master, self.weighing.history, self.reading.reply.who
        free, table = self.is_free(new), self.weighing.declaration.table(new.sheet)
        name = new.id if free else self._next_id(table)
        row = new_row(history.rows.setdefault(new.sheet, {}), Says(row_key(name), new.words))
        master.append(Added(new.sheet, row, name, (), who))
        kind = "id_taken" if new.id and not free else "row_added"
        self.weighing.notices.append(Notice(kind, who, Cell(new.sheet, row, ADDED), new.record, new.id))
        return row
