"""Columns of one sheet in another order, and how formulas read then: text in, text out.

A reference to one column follows it. One to several columns that are no longer side by side cannot be written
as one area any more: an aggregate gets them one by one, VLOOKUP and INDEX get the column's new number, and
anything else is refused. What may not enter: parts of a package (moving.py), which order is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xl_collab.a1 import MAX_COLUMN, Area, column_letters, column_number
from xl_collab.hosts.ooxml.formulatext import tokens

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_COLUMN = re.compile(r"(\$?)([A-Za-z]{1,3})")
_SPECIFIC = re.compile(r"\[\[([^\[\]]*)\]:\[([^\[\]]*)\]\]$")
_WHOLE = re.compile(r"\[(?:\s|\[?#(?:All|Data|Totals|Headers)\]?|,)*\]", re.I)
_AT_ONCE = frozenset(
    "SUM COUNT COUNTA COUNTBLANK MAX MIN AVERAGE COUNTIF SUBTOTAL AGGREGATE ROWS ROW".split()  # noqa: SIM905
)
"""Functions for which the order of an area's columns is nothing."""
_ONE_BY_ONE = frozenset(("SUM", "COUNT", "COUNTA", "MAX", "MIN", "AVERAGE", "AND", "OR", "PRODUCT"))
"""Functions that take any number of areas."""
_BY_PLACE = frozenset(
    ("VLOOKUP", "INDEX", "OFFSET", "LOOKUP", "CHOOSE", "COLUMN", "COLUMNS", "ADDRESS", "INDIRECT")
)
_BY_HEADING = ("MATCH", "HLOOKUP")
"""Functions that look a heading up by its words, wherever it stands."""


class CannotFollow(Exception):
    """Raised when a reference cannot be written in the new order; says which one."""


@dataclass(frozen=True)
class ColumnMove:
    """What becomes of each column of sheet `tab`; columns that `places` lacks stay where they are.

    places    column number → its new number, one to one
    headings  headings of the sheet's table by column number, for references by heading; `table` is its name
    fixed     names (in lower case) of areas that hold all columns → first and last column
    tabs      all tabs in order, for references through several sheets
    """

    tab: str
    places: Mapping[int, int]
    table: str = ""
    headings: Mapping[int, str] = field(default_factory=dict)
    fixed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    tabs: Sequence[str] = ()

    def to(self, column: int) -> int:
        """The new number of a column."""
        return self.places.get(column, column)

    @property
    def reach(self) -> int:
        """The last column that moves."""
        return max((number for number, new in self.places.items() if number != new), default=0)

    def runs(self, left: int, right: int) -> list[tuple[int, int]]:
        """The new places of columns `left` to `right`, as stretches from left to right."""
        within = sorted(self.to(number) for number in range(left, min(right, max(left, self.reach)) + 1))
        found: list[tuple[int, int]] = []
        for number in within:
            if found and number == found[-1][1] + 1:
                found[-1] = (found[-1][0], number)
            else:
                found.append((number, number))
        if right > max(left, self.reach):
            rest = self.reach + 1 if left <= self.reach else left
            if found and found[-1][1] + 1 == rest:
                found[-1] = (found[-1][0], right)
            else:
                found.append((rest, right))
        return found

    def keeps(self, left: int, right: int) -> bool:
        """Whether these columns stand side by side in the same order."""
        last = min(right, max(left, self.reach) + 1)
        return all(self.to(b) == self.to(a) + 1 for a, b in pairwise(range(left, last + 1)))

    def areas(self, sqref: str) -> str:
        """A list of areas (`A5:B9 D5`) of the sheet itself, as it reads in the new order."""
        return " ".join(piece for text in sqref.split() for piece in self._areas(text))

    def _areas(self, text: str) -> Iterator[str]:
        area = Area.parse(text.replace("$", ""))
        if area is None:
            yield self._columns_alone(text)
            return
        for left, right in self.runs(area.left, area.right):
            yield str(Area(left, area.top, right, area.bottom))

    def _columns_alone(self, text: str) -> str:
        first, _, last = text.partition(":")
        if not (_COLUMN.fullmatch(first) and _COLUMN.fullmatch(last)):
            return text
        runs = self.runs(column_number(first.strip("$")), column_number(last.strip("$")))
        return " ".join(f"{column_letters(a)}:{column_letters(b)}" for a, b in runs)

    def concerns(self, formula: str, home: bool) -> bool:
        """Whether a formula may refer to the sheet: quick, and never wrongly no."""
        low = formula.casefold()
        return (
            home
            or self.tab.casefold().replace("'", "''") in low
            or (bool(self.table) and self.table.casefold() in low)
            or any(name in low for name in self.fixed)
        )

    def formula(self, text: str, *, home: bool, loose: bool = False) -> str:
        """A formula in the new order; `home` says that it stands on the sheet itself.

        loose  for links and print areas: of columns that are apart now, what stands around them is meant
        Raises CannotFollow.
        """
        if not self.concerns(text, home):
            return text
        return _Formula(self, text, home, loose).moved()


@dataclass
class _Call:
    """A function (or a bracket, "") under way: where its arguments begin among the tokens."""

    name: str
    starts: list[int]
    end: int = -1


@dataclass
class _Reference:
    """Tokens `first` to `last` mean columns `left` to `right`, as argument `place` of `call`."""

    first: int
    last: int
    left: int
    right: int
    kind: str
    call: _Call | None
    place: int


class _Formula:
    def __init__(self, move: ColumnMove, text: str, home: bool, loose: bool) -> None:
        self._move, self._text, self._home, self._loose = move, text, home, loose
        self._tokens = list(tokens(text))
        self._new: dict[int, str] = {}
        self._references: list[_Reference] = []

    def moved(self) -> str:
        self._refuse_texts()
        self._scan()
        for one in self._references:
            self._place(one)
        return "".join(self._new.get(at, text) for at, (_, text) in enumerate(self._tokens))

    # what the formula refers to

    def _refuse_texts(self) -> None:
        """An address that is put together from texts follows nothing."""
        if not any(kind == "function" and text.upper() == "INDIRECT" for kind, text in self._tokens):
            return
        texts = [text.casefold() for kind, text in self._tokens if kind == "text"]
        elsewhere = any("!" in text for text in texts)
        rows_alone = any(re.fullmatch(r'"\$?\d+:\$?\d*"?', text) for text in texts)
        mine = any(self._move.tab.casefold() in text for text in texts) or (self._home and not elsewhere)
        if mine and not rows_alone:
            raise CannotFollow(self._text)

    def _scan(self) -> None:
        calls: list[_Call] = []
        sheet: str | None = None
        at, pieces = 0, self._tokens
        while at < len(pieces):
            kind, text = pieces[at]
            if kind == "other" and text in "({":
                named = at and pieces[at - 1][0] == "function"
                calls.append(_Call(pieces[at - 1][1].upper() if named else "", [at + 1]))
            elif kind == "other" and text in ")}" and calls:
                calls.pop().end = at
            elif kind == "other" and text == "," and calls:
                calls[-1].starts.append(at + 1)
            elif kind == "sheet":
                foreign = at > 0 and pieces[at - 1][0] == "bracket"
                sheet = "[]" if foreign else _unquoted(text[:-1])
                at += 1
                continue
            elif kind in ("cell", "columns", "rows", "word"):
                at = self._read(at, sheet, calls[-1] if calls else None)
            if kind != "other" or text.strip():
                sheet = None
            at += 1

    def _read(self, at: int, sheet: str | None, call: _Call | None) -> int:
        """Note the reference that begins at a token; returns the token that it ends with."""
        kind, text = self._tokens[at]
        place = len(call.starts) - 1 if call else 0
        if kind == "word":
            return self._named(at, sheet, call, place)
        last = at
        if kind == "cell" and self._kind(at + 1) == ":":
            other = at + 3 if self._kind(at + 2) == "sheet" else at + 2
            if self._kind(other) == "cell":
                last = other
        if not self._mine(sheet):
            return last
        if kind == "rows":
            left, right = 1, MAX_COLUMN
        elif kind == "columns":
            left, right = (column_number(part.strip("$")) for part in text.split(":"))
        else:
            left, right = _column_of(text), _column_of(self._tokens[last][1])
        if max(left, right) <= MAX_COLUMN:
            self._references.append(
                _Reference(at, last, min(left, right), max(left, right), kind, call, place)
            )
        return last

    def _kind(self, at: int) -> str:
        if at >= len(self._tokens):
            return ""
        kind, text = self._tokens[at]
        return text if kind == "other" else kind

    def _mine(self, sheet: str | None) -> bool:
        if sheet is None:
            return self._home
        if ":" in sheet and self._move.tab not in sheet:
            ends = [self._position(name) for name in sheet.split(":")]
            own = self._position(self._move.tab)
            if None not in ends and own is not None and min(ends) <= own <= max(ends):  # type: ignore[type-var,operator]
                raise CannotFollow(self._text)
            return False
        if ":" in sheet:
            raise CannotFollow(self._text)
        return sheet.casefold() == self._move.tab.casefold()

    def _position(self, name: str) -> int | None:
        known = [tab.casefold() for tab in self._move.tabs]
        return known.index(name.casefold()) if name.casefold() in known else None

    def _named(self, at: int, sheet: str | None, call: _Call | None, place: int) -> int:
        name, move = self._tokens[at][1].casefold(), self._move
        bracket = self._tokens[at + 1][1] if self._kind(at + 1) == "bracket" else ""
        if move.table and name == move.table.casefold():
            self._of_table(at, bracket, call, place)
            return at + 1 if bracket else at
        if name in move.fixed and not bracket:
            left, right = move.fixed[name]
            self._references.append(_Reference(at, at, left, right, "fixed", call, place))
        return at

    def _of_table(self, at: int, bracket: str, call: _Call | None, place: int) -> None:
        numbers = {heading.casefold(): number for number, heading in self._move.headings.items()}
        several = _SPECIFIC.search(bracket)
        if several is None:
            if not bracket or _WHOLE.fullmatch(bracket):
                ends = (min(self._move.headings), max(self._move.headings))
                self._references.append(_Reference(at, at, *ends, "fixed", call, place))
            return
        named = [numbers.get(_heading(text).casefold(), 0) for text in several.groups()]
        if 0 in named or not self._move.keeps(min(named), max(named)):
            raise CannotFollow(self._text)

    # where they stand now

    def _place(self, one: _Reference) -> None:
        move = self._move
        name = one.call.name if one.call else ""
        if name == "OFFSET" and one.place == 0:
            self._refuse_offset(one)
        if one.kind in ("cell", "columns") and move.keeps(one.left, one.right):
            self._write(one, [(move.to(one.left), move.to(one.left) + one.right - one.left)])
            return
        runs = move.runs(one.left, one.right)
        around = (runs[0][0], runs[-1][1])
        if name == "VLOOKUP" and one.place == 1:
            self._lookup(one, around)
        elif name == "INDEX" and one.place == 0:
            self._index(one, around)
        elif self._loose or name in _BY_HEADING or (name in _AT_ONCE and len(runs) == 1):
            self._write(one, [around])
        elif name in _ONE_BY_ONE:
            self._write(one, runs)
        elif runs != [(one.left, one.right)] or name in _BY_PLACE:
            raise CannotFollow(self._text)

    def _refuse_offset(self, one: _Reference) -> None:
        sideways = [self._argument(one, at) for at in (2, 4)]
        if sideways[0] not in ("", "0") or sideways[1] not in ("", "1"):
            raise CannotFollow(self._text)

    def _lookup(self, one: _Reference, around: tuple[int, int]) -> None:
        """VLOOKUP: the first column is searched, the number counts from it."""
        number, move = self._argument(one, 2), self._move
        left = move.to(one.left)
        if self._finds_place(one, 2, around) and around[0] == left:
            self._write(one, [around])
            return
        if not number.isdecimal():
            raise CannotFollow(self._text)
        target = move.to(one.left + int(number) - 1)
        if target < left or (one.kind in ("fixed", "rows") and left != one.left):
            raise CannotFollow(self._text)
        self._number(one, 2, target - left + 1)
        self._write(one, [(left, max(target, left + one.right - one.left))])

    def _index(self, one: _Reference, around: tuple[int, int]) -> None:
        """INDEX: the column's number counts from the first one; alone it stands for a row's cell."""
        assert one.call is not None
        place = 2 if len(one.call.starts) > 2 else 1
        number = self._argument(one, place)
        if number.isdecimal() and int(number) and place == 2:
            target = self._move.to(one.left + int(number) - 1)
            still = one.kind in ("fixed", "rows")
            self._number(one, place, target - one.left + 1 if still else 1)
            self._write(one, [(target, target)])
        elif self._finds_place(one, place, around):
            self._write(one, [around])
        else:
            raise CannotFollow(self._text)

    def _finds_place(self, one: _Reference, place: int, around: tuple[int, int]) -> bool:
        """Whether an argument finds the column by its heading, among those of the same area."""
        first, last = self._span(one, place)
        inside = [other for other in self._references if first <= other.first < last]
        if "MATCH" in self._argument(one, place).upper():
            wide = [other for other in inside if other.left != other.right]
            return bool(wide) and all((o.left, o.right) == (one.left, one.right) for o in wide)
        found = [other for other in inside if other.call and other.call.name == "COLUMN"]
        return bool(found) and around == (one.left, one.right) and one.left == 1

    def _argument(self, one: _Reference, place: int) -> str:
        first, last = self._span(one, place)
        return "".join(text for _, text in self._tokens[first:last]).strip()

    def _span(self, one: _Reference, place: int) -> tuple[int, int]:
        call = one.call
        if call is None or place >= len(call.starts):
            return 0, 0
        end = call.starts[place + 1] - 1 if place + 1 < len(call.starts) else call.end
        return call.starts[place], end if end >= 0 else len(self._tokens)

    def _number(self, one: _Reference, place: int, number: int) -> None:
        first, last = self._span(one, place)
        for at in range(first, last):
            self._new[at] = ""
        self._new[first] = str(number)

    def _write(self, one: _Reference, runs: Sequence[tuple[int, int]]) -> None:
        if one.kind in ("rows", "fixed"):
            return
        first, last = self._tokens[one.first][1], self._tokens[one.last][1]
        before = self._tokens[one.first - 1] if one.first else ("", "")
        sheet = before[1] if before[0] == "sheet" else ""
        pieces = [_area(first, last, run, one.kind) for run in runs]
        for at in range(one.first, one.last + 1):
            self._new[at] = ""
        self._new[one.first] = f",{sheet}".join(pieces)


def _area(first: str, last: str, run: tuple[int, int], kind: str) -> str:
    """An area with the dollar signs and rows of its two ends, in the columns of a stretch."""
    if kind == "columns":
        ends = first.split(":")
        return ":".join(
            ("$" if end.startswith("$") else "") + column_letters(n) for end, n in zip(ends, run, strict=True)
        )
    marks = [_CELL.fullmatch(text) for text in (first, last)]
    cells = [f"{m[1]}{column_letters(n)}{m[3]}{m[4]}" for m, n in zip(marks, run, strict=True) if m]
    return cells[0] if first is last or (first == last and run[0] == run[1]) else ":".join(cells)


def _column_of(text: str) -> int:
    match = _CELL.fullmatch(text)
    return column_number(match[2]) if match else MAX_COLUMN + 1


def _unquoted(name: str) -> str:
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def _heading(text: str) -> str:
    """A heading as the table has it: an apostrophe escapes the sign behind it."""
    return re.sub(r"'(.)", r"\1", text)
