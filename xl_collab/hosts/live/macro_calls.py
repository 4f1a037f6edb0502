"""Cells and steps as they cross to and from our VBA module CollabDesk: flat arrays there, nested ones back.

What may not enter: asking the program (macro_desk.py does that).
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from xl_collab.hosts.generated import NAMES
from xl_collab.hosts.live.desk import (
    Block,
    Fill,
    Overview,
    Put,
    PutSheet,
    RemoveSheet,
    Resize,
    Rows,
    Step,
    TabState,
    guarded,
    quoted,
    table_info,
)
from xl_collab.project.tables import CellError

LONGEST_IN_ARRAY = 8000
"""Characters of a text that goes in with others; Excel before 2013 refuses arrays with more than 8,203."""

_DAY, _EPOCH = timedelta(days=1), datetime(1899, 12, 30)
_ERROR_BASE = 2146828288
"""What COM takes from the number of a CVErr: #N/A (2042) arrives as -2146826246."""

_ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}

Answer = Sequence[Any]


# -- what comes back -----------------------------------------------------------------------------------


def overview_of(told: Answer, name: str) -> Overview:
    """The workbook that CollabDeskOverview describes."""
    path, read_only, locked, tabs = told
    return Overview(str(path), name, tuple(_tab(one) for one in tabs), bool(read_only), bool(locked))


def _tab(told: Answer) -> TabState:
    name, left, top, right, bottom, shown, protected, names, tables, merged, objects = told
    return TabState(
        name,
        Block(name, left, top, right, bottom),
        bool(shown),
        bool(protected),
        tuple(table_info(one[0], one[1:5], one[5], one[6]) for one in _by(7, tables)),
        tuple((plain, str(text).removeprefix("=")) for plain, text in _by(2, names)),
        tuple((top, left, bottom, right) for top, left, bottom, right in _by(4, merged)),
        int(objects),
    )


def _by(width: int, told: Answer | None) -> list[Answer]:
    """A flat list in pieces; None is an empty one."""
    flat = told or ()
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def in_rows(found: Any) -> Sequence[Sequence[Any]]:
    """A block as rows: one cell comes as itself."""
    return found if isinstance(found, tuple | list) else ((found,),)


def cells_of(found: Any) -> Rows:
    """What `Range.Value` gives over COM, as people see it."""
    return [[cell_of(value) for value in row] for row in in_rows(found)]


def cell_of(value: Any) -> object:
    """Errors arrive as whole numbers, numbers never do. Moments come with a time zone that means nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str | float):
        return value
    if isinstance(value, datetime):
        return (value + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=None)
    if isinstance(value, int):
        return CellError(_ERRORS.get(value + _ERROR_BASE, "#VALUE!"))
    return float(value) if isinstance(value, Decimal) else value


# -- what is sent ---------------------------------------------------------------------------------------


class Sent(NamedTuple):
    """A value as it is sent, and the letter that says what it is there."""

    kind: str
    value: str | float | bool


def sent(value: object) -> Sent:
    """A cell's value; dates as days since 1899-12-30, because COM loses their kind within arrays."""
    if value is None or value == "":
        return Sent("e", "")
    if isinstance(value, str):
        text = str(guarded(value))
        return Sent("l" if len(text) > LONGEST_IN_ARRAY else "s", text)
    if isinstance(value, bool):
        return Sent("b", value)
    if isinstance(value, numbers.Real):
        return Sent("n", float(value)) if math.isfinite(value) else Sent("e", "")
    return Sent("d", _serial(value))


def _serial(value: object) -> float:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH) / _DAY
    if isinstance(value, date):
        return float((value - _EPOCH.date()).days)
    if isinstance(value, time):
        return (datetime.combine(_EPOCH.date(), value.replace(tzinfo=None)) - _EPOCH) / _DAY
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


@dataclass
class Parcel:
    """Steps as CollabDeskCarryOut takes them: ten fields each, and the values of all of them."""

    fields: list[str | float | bool] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    values: list[str | float | bool] = field(default_factory=list)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Parcel:
        """A parcel with these steps, in this order."""
        made = cls()
        for step in steps:
            _PACKERS[type(step)](made, step)
        return made

    def arguments(self) -> tuple[Any, ...]:
        """The steps, how many, the values' kinds, the values, how many; never an array without elements."""
        count = len(self.fields) // 10
        return tuple(self.fields), count, "".join(self.kinds), tuple(self.values) or "", len(self.values)

    def _step(
        self,
        what: str,
        at: Block,
        first: int = 0,
        text: str = "",
        source: str = "",
        replaces: bool = False,
    ) -> None:
        self.fields += [what, *at, first, text, source, replaces]

    def _hold(self, values: Iterable[object]) -> int:
        """Where the first of `values` stands."""
        first = len(self.values)
        for value in values:
            kind, plain = sent(value)
            self.kinds.append(kind)
            self.values.append(plain)
        return first

    def put(self, step: Put) -> None:
        """Values into a column."""
        self._step("put", step.block, self._hold(step.values))

    def fill(self, step: Fill) -> None:
        """One formula into a column's rows."""
        self._step("fill", step.block, text=step.formula)

    def resize(self, step: Resize) -> None:
        """Another area of a table; where a put has its first value stands its last row until now."""
        area = Block(step.tab, step.area.left, step.area.top, step.area.right, step.area.bottom)
        self._step("resize", area, step.old.bottom, step.table)

    def remove(self, step: RemoveSheet) -> None:
        """A tab out."""
        self._step("remove", Block(step.tab, 0, 0, 0, 0))

    def sheet(self, step: PutSheet) -> None:
        """A sheet in; its values are the tab that it goes behind, then its own names and their formulas."""
        mark = step.mark
        said = [mark.tab if step.replace else step.after]
        for name, text in zip(NAMES, (mark.kind, mark.key, mark.hash), strict=True):
            said += [name, "=" + quoted(text)]
        first = len(self.values)
        self.kinds += "x" * len(said)
        self.values += said
        place = Block(mark.tab, 0, 0, 0, 0)
        self._step("sheet", place, first, str(step.path), step.source, step.replace)


_PACKERS: Mapping[type, Callable[[Parcel, Any], None]] = {
    Put: Parcel.put,
    Fill: Parcel.fill,
    Resize: Parcel.resize,
    RemoveSheet: Parcel.remove,
    PutSheet: Parcel.sheet,
}
