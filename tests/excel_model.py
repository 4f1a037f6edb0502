"""What pyOpenVBA's model of Excel lacks and the live host uses, added to its classes on import.

Each part is as little as our macros need, and says where it is less than Excel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyopenvba.apps.excel._calc import Calculator
from pyopenvba.apps.excel._model import Application, Range, Workbook, Workbooks, Worksheet
from pyopenvba.interpreter import VBAObject, member, method
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

    @setter("EnableCancelKey")
    def _set_cancel_key(self, value: object) -> None:
        assert int(value) == 2  # type: ignore[call-overload]


_open, _save_as, _copy = Workbooks.Open, Workbook.SaveAs, Worksheet.Copy


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

    @method
    def Copy(self, Before: object = MISSING, After: object = MISSING) -> Any:
        """Cells, names and widths; the model refuses charts, lists and coloured ranges, which stay behind."""
        sheet: Any = self
        kept = {name: getattr(sheet, name) for name in ("shapes_", "validations", "notes", "part_name")}
        try:
            for name, value in kept.items():
                setattr(sheet, name, type(value)())
            return _copy(sheet, Before, After)
        finally:
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
