"""An open workbook in Excel through our own macros: a whole step of the live host is one `Application.Run`.

The module CollabDesk (workbook/vba) stands in the personal add-in and in the tracker; its macros run after a
click on our ribbon. Where it is missing, blocked, of another version or changed on its way, `found` says so
and XlwingsDesk asks one thing at a time. What may not enter: trackers.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import xlwings as xw

from xl_collab.hosts.generated import NAMES
from xl_collab.hosts.headings import Area as Corners
from xl_collab.hosts.live.desk import Block, Content, Overview, PutSheet, RemoveSheet, Step, TabState
from xl_collab.hosts.live.macro_calls import Answer, Parcel, cells_of, in_rows, overview_of
from xl_collab.hosts.live.refusals import NotTaken, ProgramBusy, StepFailed
from xl_collab.hosts.live.xlwings_desk import XlwingsDesk, explained, runs_in

ADDIN = "xl_collab.xlam"
PROTOCOL = 1
"""What both sides agree on; CollabDesk.bas has the same number."""

_SAMPLE = ("文", "x" * 40_000, 1.5, True, "")
_ARRIVED = "String1 String40000 Double Boolean String0 "
"""What VBA says of _SAMPLE when nothing was changed or cut on the way."""

_WITH_MACROS = (".xlsm", ".xlsb", ".xltm", ".xlam")


class MacroDesk(XlwingsDesk):
    """One workbook, given as an xlwings Book; `found` makes it.

    `calm` stays as it is, although VBA does as much: a macro that is ended from outside puts nothing back.
    """

    def __init__(self, book: xw.Book) -> None:
        super().__init__(book)
        self._module = ""
        self._name = book.name
        self._merged: dict[str, tuple[Corners, ...]] = {}

    @classmethod
    def found(cls, book: xw.Book) -> MacroDesk | None:
        """A desk with macros that answer as they should, the add-in's before the workbook's own; else None.

        Raises ProgramBusy.
        """
        with explained():
            desk = cls(book)
            holders = desk._holders()
        for holder in holders:
            desk._module = "'" + holder.replace("'", "''") + "'!CollabDesk."
            if desk._answers():
                return desk
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
            answer = self._run("Hello", _SAMPLE)
        except ProgramBusy:
            raise
        except Exception:  # each engine has its own word for a macro that is missing or blocked
            return False
        return isinstance(answer, tuple | list) and tuple(answer) == ("ok", PROTOCOL, _ARRIVED)

    def _run(self, macro: str, *arguments: Any) -> Any:
        with explained():
            return self._app.macro(f"{self._module}CollabDesk{macro}").run(*arguments)

    def _ask(self, macro: str, *arguments: Any) -> Answer:
        """What a macro answers on this workbook; raises StepFailed, NotTaken and ProgramBusy."""
        outcome, *told = self._run(macro, self._name, *arguments)
        if outcome == "refused":
            raise NotTaken(told[2])
        if outcome == "failed":
            raise StepFailed(str(told[1]))
        return [outcome, *told]

    def overview(self) -> Overview:
        """The workbook as it is now, in one call."""
        with explained():
            self._name = self._book.name
        told = overview_of(self._ask("Overview", f"|{'|'.join(NAMES)}|")[1:], self._name)
        self._merged = {tab.name: tab.merged or () for tab in told.tabs}
        return _local(told, self._book)

    def read(self, blocks: Sequence[Block], *, formulas: bool = True) -> list[Content]:
        """What the blocks hold, in one call."""
        if not blocks:
            return []
        places = tuple(value for block in blocks for value in block)
        told = self._ask("Read", places, formulas)[1]
        return [_content(block, *found) for block, found in zip(blocks, told, strict=True)]

    def merged(self, block: Block) -> tuple[Corners, ...]:
        """The overview had them already."""
        return self._merged[block.tab]

    def objects(self, tab: TabState) -> int:
        """The overview has counted them."""
        return tab.objects or 0

    def carry_out(self, steps: Sequence[Step], title: str) -> None:
        """One call; sheets first: they are what may fail. What VBA declined unbegun is done one by one."""
        ordered = sorted(steps, key=lambda step: not isinstance(step, PutSheet | RemoveSheet))
        if self._ask("CarryOut", *Parcel.of(ordered).arguments())[0] == "declined":
            self._sheets = {sheet.name: sheet for sheet in self._book.sheets}
            super().carry_out(ordered, title)

    def keep(self, tabs: Sequence[str], path: Path) -> None:
        """Copies of tabs in a new workbook file, in one call."""
        self._ask("Keep", tuple(tabs), str(path))


def _local(told: Overview, book: xw.Book) -> Overview:
    """With the folder on this machine of a workbook that OneDrive keeps, as xlwings finds it."""
    if "://" not in told.path:
        return told
    with explained():
        return Overview(book.fullname, told.name, told.tabs, told.read_only, told.locked)


def _content(block: Block, values: Any, formulas: Any) -> Content:
    rows = cells_of(values)
    return Content(rows, runs_in(block, rows, in_rows(formulas)) if formulas is not None else ())
