"""The merge written a second time, by the rules alone: one cell after another, no speed, no tables.

It shares no code with `xl_collab.model.merge_*`. Where the product infers from the master's cells what
happened (who overruled what), the model is told. Values are plain and already canonical.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

GIVEN = ("task", "output")
"""Columns that only the coordinator writes."""
LEADS = ("percent", "status")
LINES = {"line of a": ("a1", "a2", "lost"), "line of b": ("b1",)}
"""Words of one department in the cell that supporters share, and the tokens that may change them."""
COLUMNS = (*GIVEN, *LEADS, *LINES)

Row = dict[str, object]
Sheet = dict[str, Row]
Place = tuple[str, str]
"""Row key and column; "+" and "-" stand for a whole row."""


class Formula:
    """A cell that came back as a formula."""

    def __repr__(self) -> str:
        return "=formula"


FORMULA = Formula()
BAD = "soon"
"""A text that is no number: it cannot stand in `percent`."""


@dataclass
class Answer:
    """A reply: rows in any order, an ID may be blank, unknown or there twice."""

    token: str
    modified: str
    sha: str
    rows: list[tuple[str, Row]]

    @property
    def rank(self) -> tuple[str, str]:
        return (self.modified, self.sha)


@dataclass
class Read:
    """What an answer says: place → (base, value), and what is set aside as (kind, place, value)."""

    answer: Answer
    says: dict[Place, tuple[object, object]] = field(default_factory=dict)
    aside: list[tuple[str, Place, object]] = field(default_factory=list)
    stop: bool = False


@dataclass
class World:
    """The coordinator's side. `root` is the master without replies; `agreed` what replies put over it."""

    root: Sheet
    bases: dict[str, Sheet]
    leads: dict[str, set[str]]
    supports: dict[str, set[str]]
    heads: dict[str, Read] = field(default_factory=dict)
    agreed: dict[Place, object] = field(default_factory=dict)
    spent: list[tuple[str, Place, object]] = field(default_factory=list)
    conflicts: set[tuple[object, ...]] = field(default_factory=set)
    parked: set[tuple[object, ...]] = field(default_factory=set)

    def master(self) -> Sheet:
        shown = {key: dict(row) for key, row in self.root.items()}
        for (key, column), value in self.agreed.items():
            shown[key][column] = value
        return shown

    def edit(self, key: str, column: str, value: object) -> None:
        """The owner writes a cell (another value than it shows)."""
        self._overrule((key, column))
        self.root[key][column] = value

    def delete(self, key: str) -> None:
        """The owner deletes a row."""
        for column in COLUMNS:
            self._overrule((key, column))
        del self.root[key]

    def _overrule(self, place: Place) -> None:
        if place in self.agreed:
            value = self.agreed.pop(place)
            for token, head in self.heads.items():
                if place in head.says and equal(head.says[place][1], value):
                    self.spent.append((token, place, value))

    # one import

    def collect(self, answers: list[Answer]) -> None:
        """Import a batch of answers, then decide everything that all newest answers say."""
        self.conflicts, self.parked = set(), set()
        older: list[Read] = []
        current: dict[str, Read] = {}
        once = {(a.token, a.rank): a for a in answers}
        for answer in sorted(once.values(), key=lambda a: (a.token, a.rank)):
            read = self._read(answer)
            head = self.heads.get(answer.token)
            if read.stop:
                self._aside_all(read, "stopped", {})
            elif head is None or answer.rank >= head.answer.rank:
                if answer.token in current:
                    older.append(current[answer.token])
                self.heads[answer.token] = current[answer.token] = read
            else:
                older.append(read)
        for read in older:
            self._aside_all(read, "superseded", self.heads[read.answer.token].says)
        for read in current.values():
            for kind, place, value in read.aside:
                self._park(kind, read.answer.token, place, value)
        self._decide()

    def _aside_all(self, read: Read, kind: str, but: dict[Place, tuple[object, object]]) -> None:
        for place, (_, value) in read.says.items():
            if place not in but or not equal(but[place][1], value):
                self._park(kind, read.answer.token, place, value)
        for _, place, value in read.aside:
            self._park(kind, read.answer.token, place, value)

    def _park(self, kind: str, token: str, place: Place, value: object) -> None:
        key, column = place
        if column not in "+-" and equal(self.root.get(key, {}).get(column), value):
            return
        self.parked.add((kind, token, *shown_place(place), frozen(value)))

    def _read(self, answer: Answer) -> Read:
        read = Read(answer)
        base = self.bases.get(answer.token)
        known = self.root if base is None else base
        groups: dict[str, list[Row]] = {}
        for key, row in answer.rows:
            groups.setdefault(key, []).append(row)
        blanks: Counter[object] = Counter()
        for row in groups.pop("", []):
            if filled(row):
                blanks[filled(row)] += 1
                self._whole(read, f"new:{filled(row)!r}#{blanks[filled(row)]}", row)
            else:
                self._formulas(read, "new:", row)
        pairs = []
        for key, rows in groups.items():
            if len({repr(row) for row in rows}) > 1:
                for row in rows:
                    read.aside.append(("duplicate_id", (key, "+"), filled(row)))
                    self._formulas(read, key, row)
            elif key not in known:
                self._whole(read, key, rows[0])
            else:
                pairs.append((key, rows[0], known[key]))
        for key, theirs, ours in pairs:
            for column in COLUMNS:
                self._one(read, key, column, theirs[column], ours[column], base is not None)
        if base is not None:
            gone = [key for key in base if key not in groups]
            for key in gone:
                read.says[key, "-"] = (None, None)
            read.stop = len(gone) * 5 > len(base) or shuffled(pairs)
        return read

    def _whole(self, read: Read, key: str, row: Row) -> None:
        self._formulas(read, key, row)
        read.says[key, "+"] = (None, filled(row))

    def _formulas(self, read: Read, key: str, row: Row) -> None:
        for column in COLUMNS:
            if row[column] is FORMULA:
                read.aside.append(("formula", (key, column), FORMULA))

    def _one(self, read: Read, key: str, column: str, theirs: object, ours: object, based: bool) -> None:
        if equal(theirs, ours):
            return
        token = read.answer.token
        mine = key in self.leads[token] and column in LEADS
        mine = mine or (key in self.supports[token] and token in LINES.get(column, ()))
        if theirs is FORMULA:
            read.aside.append(("formula", (key, column), theirs))
        elif not mine:
            read.aside.append(("trespass", (key, column), theirs))
        elif column == "percent" and (theirs is True or theirs == BAD):
            read.aside.append(("unreadable", (key, column), theirs))
        else:
            read.says[key, column] = (ours if based else "nobody knows", theirs)

    # what all newest answers together come to

    def _decide(self) -> None:
        places = {place for head in self.heads.values() for place in head.says}
        self.agreed = {}
        wanting: set[tuple[str, str]] = set()
        news: list[tuple[str, Place, object]] = []
        for place in sorted(places):
            claims = []
            for token in sorted(self.heads):
                if place in self.heads[token].says:
                    base, value = self.heads[token].says[place]
                    if not self._is_spent(token, place, value):
                        claims.append((token, base, value))
            if place[1] == "+":
                news += self._rows_added(place, claims)
            elif place[1] != "-":
                news += self._one_cell(place, claims, wanting)
        for place in sorted(places):
            if place[1] == "-":
                news += self._row_removed(place, wanting)
        self.spent += news

    def _is_spent(self, token: str, place: Place, value: object) -> bool:
        return any(t == token and p == place and equal(v, value) for t, p, v in self.spent)

    def _conflict(self, kind: str, token: str, place: Place, value: object) -> None:
        if kind == "conflict" and token not in self.bases:
            kind = "no_base"
        self.conflicts.add((kind, token, *shown_place(place), frozen(value)))

    def _one_cell(
        self, place: Place, claims: list[tuple[str, object, object]], wanting: set[tuple[str, str]]
    ) -> list[tuple[str, Place, object]]:
        key, column = place
        if key not in self.root:
            for token, _, value in claims:
                self._conflict("edit_delete", token, place, value)
            return []
        now = self.root[key][column]
        there = [(token, place, value) for token, _, value in claims if equal(value, now)]
        live = [claim for claim in claims if not equal(claim[2], now)]
        wanting |= {(key, token) for token, _, _ in live}
        touched = {t for t, p, _ in self.spent if p == place}
        fresh = [1 for token, base, _ in live if equal(base, now) and token not in touched]
        if live and fresh and all(equal(value, live[0][2]) for _, _, value in live):
            self.agreed[place] = live[0][2]
        else:
            for token, _, value in live:
                self._conflict("conflict", token, place, value)
        return there

    def _rows_added(
        self, place: Place, claims: list[tuple[str, object, object]]
    ) -> list[tuple[str, Place, object]]:
        key = place[0]
        there = []
        if key in self.root:
            for token, _, content in claims:
                if all(equal(self.root[key][c], v) for c, v in content):  # type: ignore[attr-defined]
                    there.append((token, place, content))
                else:
                    self._conflict("add_add", token, place, content)
        elif len({content for _, _, content in claims}) > 1:
            for token, _, content in claims:
                self._conflict("add_add", token, place, content)
        elif claims:
            kind = "new_row" if key.startswith("new:") else "unknown_id"
            self._park(kind, claims[0][0], place, claims[0][2])
        return there

    def _row_removed(self, place: Place, wanting: set[tuple[str, str]]) -> list[tuple[str, Place, object]]:
        key, there = place[0], []
        for token in sorted(self.heads):
            if place not in self.heads[token].says or self._is_spent(token, place, None):
                continue
            sent = self.bases[token][key]
            if key not in self.root:
                there.append((token, place, None))
            elif any(row == key and other != token for row, other in wanting) or any(
                not equal(self.root[key][column], sent[column]) for column in COLUMNS
            ):
                self._conflict("delete_edit", token, place, None)
            else:
                self._park("delete_request", token, place, None)
        return there


def equal(one: object, other: object) -> bool:
    """True is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def filled(row: Row) -> tuple[tuple[str, object], ...]:
    """A row's data: what is blank or a formula is no data."""
    return tuple((c, row[c]) for c in COLUMNS if row[c] is not None and row[c] is not FORMULA)


def frozen(value: object) -> str:
    return repr(value)


def shown_place(place: Place) -> Place:
    return ("new", place[1]) if place[0].startswith("new:") else place


def shuffled(pairs: list[tuple[str, Row, Row]]) -> bool:
    """Contents stand at other IDs than they were sent with."""
    for _, theirs, ours in pairs:
        mine = [repr(theirs[column]) for column in GIVEN]
        different = [column for column in GIVEN if not equal(theirs[column], ours[column])]
        twins = [1 for _, _, sent in pairs if [repr(sent[column]) for column in GIVEN] == mine]
        blank = all(theirs[column] is None for column in GIVEN)
        if len(different) >= 2 and len(twins) == 1 and not blank:
            return True
    now, before = Counter(), Counter()
    for _, theirs, ours in pairs:
        one = tuple(repr(theirs[column]) for column in (*LEADS, *LINES))
        two = tuple(repr(ours[column]) for column in (*LEADS, *LINES))
        if one != two:
            now[one] += 1
            before[two] += 1
    return now == before and len(now) >= 3
