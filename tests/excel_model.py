"""What pyOpenVBA's model of Excel lacks and the live host uses, added to its classes on import.

Each part is as little as our macros need, and says where it is less than Excel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyopenvba._a1 import Area
from pyopenvba.apps.excel._calc import Calculator
from pyopenvba.apps.excel._hyperlinks import sheet_copied
from pyopenvba.apps.excel._model import Application, Range, Workbook, Workbooks, Worksheet
from pyopenvba.interpreter import VBAObject, member, method
from pyopenvba.interpreter._inventory import members_of
from pyopenvba.interpreter._objects import setter
from pyopenvba.interpreter._values import EMPTY, MISSING, VBAInt


def recalculated(book: Workbook) -> None:
    """Our files ask Excel to calculate them when opened; the model does not hear that."""
    for sheet in book.sheets_:
        if any(table.name == "tblTracker" for table in sheet.tables) and not _rests(sheet):
            for row, column in [at for at, cell in sheet.cells_.items() if not cell.formula]:
                sheet.cell_changed(row, column)


class _AutoCorrect(VBAObject):
    vba_type_name = "AutoCorrect"
    fills = True

    @member
    def AutoFillFormulasInLists(self) -> object:
        return self.fills

    @setter("AutoFillFormulasInLists")
    def _set_fills(self, value: object) -> None:
        self.fills = bool(value)


class _Application(VBAObject):
    @member
    def Hwnd(self) -> object:
        return VBAInt(1, "Long")

    @member
    def AutoCorrect(self) -> object:
        if not hasattr(self, "auto_correct"):
            self.auto_correct = _AutoCorrect()
        return self.auto_correct

    @member
    def EnableCancelKey(self) -> object:
        return VBAInt(1, "Long")

    @member
    def CopyObjectsWithCells(self) -> object:
        return getattr(self, "copies_objects", False)

    @setter("CopyObjectsWithCells")
    def _set_copies_objects(self, value: object) -> None:
        self.copies_objects = bool(value)

    @setter("EnableCancelKey")
    def _set_cancel_key(self, value: object) -> None:
        assert int(value) == 2  # type: ignore[call-overload]


_open, _save_as, _copy, _copy_range = Workbooks.Open, Workbook.SaveAs, Worksheet.Copy, Range.Copy


_in_memory: dict[str, Workbook] = {}
"""Workbooks that the model cannot write (sheets copied out of another file): kept as they are, by path."""


class _Workbooks(VBAObject):
    @method
    def Open(self, Filename: str, UpdateLinks: object = MISSING, ReadOnly: object = MISSING) -> Any:
        kept = _in_memory.get(str(Filename))
        if kept is None:
            return _open(self, Filename)  # type: ignore[arg-type]
        self.books.append(kept)  # type: ignore[attr-defined]
        return kept


class _Workbook(VBAObject):
    @member
    def ReadOnly(self) -> object:
        return False

    @member
    def FileFormat(self) -> object:
        return VBAInt(52 if str(self.name).endswith("m") else 51, "Long")  # type: ignore[attr-defined]

    @method
    def SaveAs(self, Filename: str, FileFormat: object = MISSING, Password: object = MISSING) -> Any:
        try:
            return _save_as(self, Filename)  # type: ignore[arg-type]
        except KeyError:
            Path(Filename).write_bytes(b"kept in memory")
            _in_memory[Filename] = self  # type: ignore[assignment]
            return None


class _Range(VBAObject):
    @method
    def AutoFill(self, Destination: Range, Type: object = MISSING) -> object:
        """Formats only, as we ask; the model refuses where columns have formats of their own."""
        assert int(Type) == 3  # type: ignore[call-overload]
        whole, sheet = Destination.first, Destination.sheet
        for column in range(whole.left, whole.right + 1):
            style = sheet.style_at(whole.top, column)
            for row in range(whole.top + 1, whole.bottom + 1):
                sheet.restyle(row, column, style)
        return True

    @method
    def ClearOutline(self) -> object:
        """The model has no groups."""
        return True

    @method
    def Copy(self, Destination: object = MISSING) -> object:
        """A whole sheet's cells with merged areas, sizes and links, which the model refuses to copy."""
        source: Any = self.sheet  # type: ignore[attr-defined]
        area = self.first  # type: ignore[attr-defined]
        if Destination is MISSING or not (area.whole_rows and area.whole_columns):
            return _copy_range(self, Destination)  # type: ignore[arg-type]
        goal = Destination.sheet  # type: ignore[attr-defined]
        goal.cells_ = {
            place: replace(cell, stale=bool(cell.formula)) for place, cell in source.cells_.items()
        }
        goal.merged_areas = [Area(a.top, a.left, a.bottom, a.right, goal.name) for a in source.merged_areas]
        goal.dims = source.dims.copied(goal)
        sheet_copied(source, goal)
        goal.shape_changed()
        return True


def _settings(kind: str, names: Iterable[str]) -> type[VBAObject]:
    """An object whose properties are kept and mean nothing to the model."""

    def of(name: str) -> dict[str, Any]:
        def read(self: Any) -> object:
            return self.__dict__.get(name, "")

        def write(self: Any, value: object) -> None:
            self.__dict__[name] = value

        read.__name__ = name
        return {name: member(read), f"set_{name}": setter(name)(write)}

    members = {key: one for name in names for key, one in of(name).items()}
    return type(kind, (VBAObject,), {"vba_type_name": kind, **members})


_PageSetup = _settings("PageSetup", members_of("PageSetup", "excel"))
_Tab = _settings("Tab", ("Color", "ColorIndex"))


def _page_of(sheet: Any) -> Any:
    """Of what a file says of a page only which way up it is."""
    page = _PageSetup()
    xml = sheet.book.package.read(sheet.part_name) if sheet.book.package and sheet.part_name else b""
    page.__dict__["orientation"] = VBAInt(2 if b'orientation="landscape"' in xml else 1, "Long")
    return page


class _CommentsThreaded(VBAObject):
    """The model has none."""

    vba_type_name = "CommentsThreaded"

    @member
    def Count(self) -> object:
        return VBAInt(0, "Long")


class _Worksheet(VBAObject):
    @member
    def CommentsThreaded(self) -> object:
        return _CommentsThreaded()

    @member
    def PageSetup(self) -> Any:
        if not hasattr(self, "page_setup"):
            self.page_setup = _page_of(self)
        return self.page_setup

    @member
    def Tab(self) -> Any:
        if not hasattr(self, "tab"):
            self.tab = _Tab()
            self.tab.__dict__["ColorIndex"] = VBAInt(-4142, "Long")
        return self.tab

    @method
    def Copy(self, Before: object = MISSING, After: object = MISSING) -> Any:
        """Cells, names and widths; the model refuses charts, lists and coloured ranges, which stay behind.

        A name of the workbook stays behind where it goes if there is one, as in Excel when nobody is asked.
        """
        sheet: Any = self
        goal: Any = After if Before is MISSING else Before
        names, page = sheet.book.names_.entries, sheet.vba_get("PageSetup")
        taken = {one.name.casefold() for one in goal.book.names_.entries} if goal is not MISSING else set()
        own = goal is MISSING or goal.book is sheet.book
        sheet.book.names_.entries = [one for one in names if own or one.name.casefold() not in taken]
        kept = {name: getattr(sheet, name) for name in ("shapes_", "validations", "notes", "part_name")}
        try:
            for name, value in kept.items():
                setattr(sheet, name, type(value)())
            done = _copy(sheet, Before, After)
            if goal is not MISSING:
                sheet.book.application.vba_get("ActiveSheet").page_setup = page
            return done
        finally:
            sheet.book.names_.entries = names
            for name, value in kept.items():
                setattr(sheet, name, value)


for added, model in (
    (_Range, Range),
    (_Worksheet, Worksheet),
    (_Application, Application),
    (_Workbooks, Workbooks),
    (_Workbook, Workbook),
):
    model._vba_members |= {
        name: spec for name, spec in added._vba_members.items() if name not in VBAObject._vba_members
    }


def _rests(sheet: Worksheet) -> bool:
    """A large sheet, such as the calendar: the model would calculate it for a minute, so its formulas keep
    the values that they have."""
    return len(sheet.cells_) > 2000


_value = Calculator._value


def _build_small(self: Calculator) -> None:
    if not self._built:
        self._built = True
        for sheet in self.book.sheets_:
            for (row, column), cell in list(sheet.cells_.items()) if not _rests(sheet) else []:
                if cell.formula:
                    self.remember(sheet.name, row, column, cell)


def _value_now(self: Calculator, sheet: str, row: int, column: int, force: bool) -> object:
    owner = self._sheet_named(sheet)
    if owner is None or not _rests(owner):
        return _value(self, sheet, row, column, force)
    cell = owner.cells_.get((row, column))
    return EMPTY if cell is None else cell.value


Calculator.build = _build_small  # type: ignore[method-assign]
Calculator._value = _value_now  # type: ignore[method-assign]
