"""Offices that are wrong on purpose, each in one way: a judge that cannot catch them proves nothing.

Textbook is the three-way merge that everybody writes first: what the packet showed, what the master holds,
what came back. The others have one more fault.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

from life.office import COLUMNS, Outcome, Packet, Question, Reply, Row, Told

Place = tuple[int, str, str]


class Textbook:
    """Forgets what it has taken from a department, so its correction looks like a conflict; and takes each
    cell by itself, so a row comes to say finished and unfinished."""

    def __init__(self, rows: list[Row]):
        self.rows = rows
        self.sent: list[tuple[Packet, list[Row]]] = []
        self.seen: set[str] = set()
        self.asked: dict[Place, tuple[Row, object]] = {}
        self.writes: dict[str, list[tuple[Row, str, object, object]]] = {}
        self.added: dict[str, Row] = {}

    def send(self, dept: str, now: float) -> Packet:
        packet = Packet(len(self.sent) + 1, dept, now, copy.deepcopy(self.rows))
        self.sent.append((packet, list(self.rows)))
        return packet

    def ordered(self, replies: list[Reply]) -> Iterable[Reply]:
        return sorted(replies, key=lambda r: (r.stamp, r.rid))

    def is_new(self, reply: Reply) -> bool:
        return reply.rid not in self.seen

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        told: list[Told] = []
        for reply in filter(self.is_new, self.ordered(replies)):
            self.seen.add(reply.rid)
            packet, rows = self.sent[reply.packet - 1]
            for shown, row in zip(packet.rows, self.placed(packet, rows), strict=True):
                told += self.row(reply, packet.dept, shown, row)
            told += self.new_rows(reply)
        self.look()
        return Outcome(told)

    def placed(self, packet: Packet, rows: list[Row]) -> list[Row]:
        """The master's row for each row of the packet."""
        return rows

    def row(self, reply: Reply, dept: str, shown: Row, row: Row) -> list[Told]:
        found = [r for r in reply.rows if r["id"] == shown["id"]]
        uid = shown["_uid"]
        assert isinstance(uid, int)
        if not found:
            return [Told("told", uid, None, None, reply.rid)]
        cells = [(c, found[0][c]) for c in COLUMNS if found[0][c] != shown[c]]
        kinds = [self.cell(reply, dept, shown, row, column, value) for column, value in cells]
        return [
            Told(kind, uid, column, value, reply.rid)
            for kind, (column, value) in zip(kinds, cells, strict=True)
        ]

    def cell(self, reply: Reply, dept: str, shown: Row, row: Row, column: str, value: object) -> str:
        """What becomes of one changed cell."""
        if not any(row is one for one in self.rows):
            return "told"
        if row[column] == value:
            return "same"
        if self.may_write(row[column], shown[column]):
            self.writes.setdefault(reply.rid, []).append((row, column, row[column], value))
            row[column] = value
            return "applied"
        self.asked[id(row), column, dept] = row, value
        return "asked"

    def may_write(self, master: object, shown: object) -> bool:
        return master == shown

    def new_rows(self, reply: Reply) -> list[Told]:
        for new in reply.new:
            plain = new.task.rstrip("！")
            if plain not in self.added:
                dept = self.sent[reply.packet - 1][0].dept
                row: Row = {"id": f"N{len(self.added)}", "task": new.task, "due": None, "owner": dept}
                self.added[plain] = row | {"support": (), **dict.fromkeys(COLUMNS)}
                self.rows.append(self.added[plain])
            self.added[plain]["task"] = new.task
        return []

    def questions(self) -> list[Question]:
        return [
            Question(f"{n}", uid, column, dept, row[column], (value,))
            for n, ((_, column, dept), (row, value)) in enumerate(self.asked.items())
            if isinstance(uid := row.get("_uid"), int)
        ]

    def answer(self, key: str, pick: str, value: object = None) -> None:
        place = list(self.asked)[int(key)]
        row, _ = self.asked.pop(place)
        if pick != "master":
            row[place[1]] = value
        self.look()

    def undo(self, rid: str) -> Outcome:
        for row, column, old, new in reversed(self.writes.pop(rid, [])):
            if row[column] == new:
                row[column] = old
        self.look()
        return Outcome()

    def look(self) -> None:
        self.asked = {k: (row, v) for k, (row, v) in self.asked.items() if row[k[1]] != v}


class LastFileWins(Textbook):
    """Nobody is ever asked."""

    def may_write(self, master: object, shown: object) -> bool:
        return True


class AsTheyLie(LastFileWins):
    """Files are read in the order in which they lie in the folder."""

    def ordered(self, replies: list[Reply]) -> Iterable[Reply]:
        return replies


class Forgetful(LastFileWins):
    """A file that was collected is not known again."""

    def is_new(self, reply: Reply) -> bool:
        return True


class Silent(Textbook):
    """What a question's answer would be is not told, and the question is lost."""

    def cell(self, reply: Reply, dept: str, shown: Row, row: Row, column: str, value: object) -> str:
        return super().cell(reply, dept, shown, row, column, value) if row[column] == shown[column] else ""

    def row(self, reply: Reply, dept: str, shown: Row, row: Row) -> list[Told]:
        return [told for told in super().row(reply, dept, shown, row) if told.kind]


class Nagging(Textbook):
    """A question stays open although both sides have come to say the same."""

    def look(self) -> None:
        return


class AsksAgain(Textbook):
    """Two questions for one pair of words."""

    def questions(self) -> list[Question]:
        return [one for one in super().questions() for _ in range(2)]


class ByNumber(Textbook):
    """Finds rows by the number that they have now."""

    def placed(self, packet: Packet, rows: list[Row]) -> list[Row]:
        now = {row["id"]: row for row in self.rows}
        return [now.get(shown["id"], row) for shown, row in zip(packet.rows, rows, strict=True)]


class LosesNewRows(Textbook):
    """Has no place for new rows."""

    def new_rows(self, reply: Reply) -> list[Told]:
        return []


class DoublesNewRows(Textbook):
    """Adds the row again when the file comes again."""

    def new_rows(self, reply: Reply) -> list[Told]:
        self.added.clear()
        return super().new_rows(reply)


class UndoesByValue(LastFileWins):
    """Brings back what stood before the reply, whatever was written since."""

    def undo(self, rid: str) -> Outcome:
        for row, column, old, _ in reversed(self.writes.pop(rid, [])):
            row[column] = old
        return Outcome()
