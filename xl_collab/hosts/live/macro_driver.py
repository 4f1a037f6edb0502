"""An open workbook in Excel through our own macros: a whole step of the live host is one `Application.Run`.

The module CollabDesk (workbook/vba) stands in the personal add-in and in the tracker; its macros run after a
click on our ribbon. Where it is missing, blocked, of another version or changed on its way, `found` says so
and XlwingsDriver asks one thing at a time. What may not enter: trackers.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import xlwings as xw

from xl_collab.hosts.changes import NAMES
from xl_collab.hosts.headings import Area as Corners
from xl_collab.hosts.live.driver import (
    Block,
    Content,
    Fill,
    NotTaken,
    Overview,
    ProgramBusy,
    Put,
    PutSheet,
    RemoveSheet,
    Resize,
    Rows,
    ShowTab,
    Step,
    StepFailed,
    TabState,
    guarded,
    quoted,
    table_info,
)
from xl_collab.hosts.live.xlwings_driver import XlwingsDriver, explained, local_name, runs_in
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

Response = Sequence[Any]

ADDIN = "xl_collab.xlam"
PROTOCOL = 1
"""What both sides agree on; CollabDesk.bas has the same number."""

_SAMPLE = ("文", "x" * 40_000, 1.5, True, "")
_ARRIVED = "String1 String40000 Double Boolean String0 "
"""What VBA says of _SAMPLE when nothing was changed or cut on the way."""

_WITH_MACROS = (".xlsm", ".xlsb", ".xltm", ".xlam")


class MacroDriver(XlwingsDriver):
    """One workbook, given as an xlwings Book; `found` makes it.

    `calm` stays as it is, although VBA does as much: a macro that is ended from outside puts nothing back.
    """

    def __init__(self, book: xw.Book) -> None:
        super().__init__(book)
        self._module = ""
        self._name = book.name
        self._merged: dict[str, tuple[Corners, ...]] = {}

    @classmethod
    def found(cls, book: xw.Book) -> MacroDriver | None:
        """A driver with macros that answer as they should, the add-in's before the workbook's own; else None.

        Raises ProgramBusy.
        """
        with explained():
            driver = cls(book)
            holders = driver._holders()
        for holder in holders:
            driver._module = "'" + holder.replace("'", "''") + "'!CollabDesk."
            if driver._answers():
                return driver
        return None

    def _holders(self) -> list[str]:
        """Open workbooks that may hold our macros: Excel would go and open one that is not open."""
        found = [self._name] if self._name.lower().endswith(_WITH_MACROS) else []
        with suppress(KeyError):
            self._app.books(ADDIN)
            found.insert(0, ADDIN)
        return found

    def _answers(self) -> bool:
        try:
            response = self._run("Hello", _SAMPLE)
        except ProgramBusy:
            raise
        except Exception:  # each engine has its own word for a macro that is missing or blocked
            return False
        return isinstance(response, tuple | list) and tuple(response) == ("ok", PROTOCOL, _ARRIVED)

    def _run(self, macro: str, *arguments: Any) -> Any:
        with explained():
            return self._app.macro(f"{self._module}CollabDesk{macro}").run(*arguments)

    def _ask(self, macro: str, *arguments: Any) -> Response:
        """What a macro responds on this workbook; raises StepFailed, NotTaken and ProgramBusy."""
        outcome, *rest = self._run(macro, self._name, *arguments)
        if outcome == "refused":
            raise NotTaken(rest[2])
        if outcome == "failed":
            raise StepFailed(str(rest[1]))
        return [outcome, *rest]

    def overview(self) -> Overview:
        """The workbook as it is now, in one call."""
        with explained():
            self._name = self._book.name
        found = overview_of(self._ask("Overview", f"|{'|'.join(NAMES)}|")[1:], self._name)
        self._merged = {tab.name: tab.merged or () for tab in found.tabs}
        return _local(found, self._book)

    def read(self, blocks: Sequence[Block], *, formulas: bool = True) -> list[Content]:
        """What the blocks hold, in one call."""
        if not blocks:
            return []
        places = tuple(value for block in blocks for value in block)
        found = self._ask("Read", places, formulas)[1]
        return [_content(block, *one) for block, one in zip(blocks, found, strict=True)]

    def merged(self, block: Block) -> tuple[Corners, ...]:
        """The overview had them already."""
        return self._merged[block.tab]

    def objects(self, tab: TabState) -> int:
        """The overview has counted them."""
        return tab.objects or 0

    def carry_out(self, steps: Sequence[Step], title: str) -> None:
        """One call; sheets first: they are what may fail. What VBA declined unbegun is done one by one.

        So are tabs to show or hide: workbooks of earlier versions have no macro for them.
        """
        shown: list[Step] = [step for step in steps if isinstance(step, ShowTab)]
        packed = [step for step in steps if not isinstance(step, ShowTab)]
        packed.sort(key=lambda step: not isinstance(step, PutSheet | RemoveSheet))
        if packed and self._ask("CarryOut", *MacroPayload.of(packed).arguments())[0] == "declined":
            shown = [*packed, *shown]
        if shown:
            self._sheets = {sheet.name: sheet for sheet in self._book.sheets}
            super().carry_out(shown, title)

    def keep(self, tabs: Sequence[str], path: Path) -> None:
        """Copies of tabs in a new workbook file, in one call."""
        self._ask("Keep", tuple(tabs), str(path))


def _local(found: Overview, book: xw.Book) -> Overview:
    """With the folder on this machine of a workbook that OneDrive keeps, as xlwings finds it."""
    if "://" not in found.path:
        return found
    with explained():
        return Overview(local_name(book), found.name, found.tabs, found.read_only, found.locked)


def _content(block: Block, values: Any, formulas: Any) -> Content:
    rows = cells_of(values)
    return Content(rows, runs_in(block, rows, in_rows(formulas)) if formulas is not None else ())


# -- what comes back -----------------------------------------------------------------------------------


def overview_of(response: Response, name: str) -> Overview:
    """The workbook that CollabDeskOverview describes."""
    path, read_only, locked, tabs = response
    return Overview(str(path), name, tuple(_tab(one) for one in tabs), bool(read_only), bool(locked))


def _tab(response: Response) -> TabState:
    name, left, top, right, bottom, shown, protected, names, tables, merged, objects = response
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


def _by(width: int, response: Response | None) -> list[Response]:
    """A flat list in pieces; None is an empty one."""
    flat = response or ()
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def in_rows(found: Any) -> Sequence[Sequence[Any]]:
    """A block as rows: one cell comes as itself."""
    return found if isinstance(found, tuple | list) else ((found,),)


def cells_of(found: Any) -> Rows:
    """What `Range.Value` gives over COM, as people see it."""
    return [[cell_of(value) for value in row] for row in in_rows(found)]


def cell_of(value: Any) -> object:
    """Errors arrive as whole numbers, numbers never do.

    Moments come as pywin32's own kind, with a time zone that means nothing; they become Python's, because a
    cell counts as changed when its kind has changed.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool | str | float):
        return value
    if isinstance(value, datetime):
        moment = value + timedelta(milliseconds=500)
        return datetime.combine(moment.date(), moment.time().replace(microsecond=0))
    if isinstance(value, int):
        return CellError(_ERRORS.get(value + _ERROR_BASE, "#VALUE!"))
    return float(value) if isinstance(value, Decimal) else value


# -- what is sent ---------------------------------------------------------------------------------------


class TypedValue(NamedTuple):
    """A value as it is sent, and the letter that says what it is there."""

    kind: str
    value: str | float | bool


def sent(value: object) -> TypedValue:
    """A cell's value; dates as days since 1899-12-30, because COM loses their kind within arrays."""
    if value is None or value == "":
        return TypedValue("e", "")
    if isinstance(value, str):
        text = str(guarded(value))
        return TypedValue("l" if len(text) > LONGEST_IN_ARRAY else "s", text)
    if isinstance(value, bool):
        return TypedValue("b", value)
    if isinstance(value, numbers.Real):
        return TypedValue("n", float(value)) if math.isfinite(value) else TypedValue("e", "")
    return TypedValue("d", _serial(value))


def _serial(value: object) -> float:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH) / _DAY
    if isinstance(value, date):
        return float((value - _EPOCH.date()).days)
    if isinstance(value, time):
        return (datetime.combine(_EPOCH.date(), value.replace(tzinfo=None)) - _EPOCH) / _DAY
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


@dataclass
class MacroPayload:
    """Steps as CollabDeskCarryOut takes them: ten fields each, and the values of all of them."""

    fields: list[str | float | bool] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    values: list[str | float | bool] = field(default_factory=list)

    @classmethod
    def of(cls, steps: Iterable[Step]) -> MacroPayload:
        """A payload with these steps, in this order."""
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
        texts = [mark.tab if step.replace else step.after]
        for name, text in zip(NAMES, (mark.kind, mark.key, mark.hash), strict=True):
            texts += [name, "=" + quoted(text)]
        first = len(self.values)
        self.kinds += "x" * len(texts)
        self.values += texts
        place = Block(mark.tab, 0, 0, 0, 0)
        self._step("sheet", place, first, str(step.path), step.source, step.replace)


_PACKERS: Mapping[type, Callable[[MacroPayload, Any], None]] = {
    Put: MacroPayload.put,
    Fill: MacroPayload.fill,
    Resize: MacroPayload.resize,
    RemoveSheet: MacroPayload.remove,
    PutSheet: MacroPayload.sheet,
}
