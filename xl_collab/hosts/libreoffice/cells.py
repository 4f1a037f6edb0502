"""A block of cells: values, formulas, moving about; its looks are in formats.py.

A Range is coordinates and asks LibreOffice nothing until it must: reading or writing a block of
any size is one call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xl_collab.hosts.libreoffice import values
from xl_collab.hosts.libreoffice.calls import Calls
from xl_collab.hosts.libreoffice.formats import Looks
from xl_collab.hosts.libreoffice.grammar import column_letters, shifted, to_excel, to_office
from xl_collab.hosts.libreoffice.unsupported import Native, NotSupportedByLibreOffice, refusing_the_rest

if TYPE_CHECKING:
    from xl_collab.hosts.libreoffice.names import Name
    from xl_collab.hosts.libreoffice.sheet import Sheet
    from xl_collab.hosts.libreoffice.tables import AutoFilter, Table

LAST_ROW, LAST_COLUMN = 1048576, 16384

_DOWN = ("table", "down", "vertical", "d")
_RIGHT = ("table", "right", "horizontal", "r")
_WAYS = {"d": "down", "u": "up", "l": "left", "r": "right"}


@refusing_the_rest
class Range(Looks, base_classes.Range):
    """The rectangle from (left column, top row) to (right column, bottom row) of a sheet, from 1."""

    max_cells_per_write = None
    max_cells_per_read = None

    def __init__(self, sheet: Sheet, left: int, top: int, right: int, bottom: int, text: str = "") -> None:
        if not (1 <= left <= right <= LAST_COLUMN and 1 <= top <= bottom <= LAST_ROW):
            raise IndexError(f"no cells from column {left}, row {top} to column {right}, row {bottom}")
        self.sheet = sheet
        self.left_column, self.top_row = left, top
        self.right_column, self.bottom_row = right, bottom
        self.options: dict[str, Any] = {}
        self.arg1_input = text

    @property
    def calls(self) -> Calls:
        return self.sheet.calls

    @property
    def at(self) -> list[Any]:
        """How operations name this block."""
        corners = [self.left_column, self.top_row, self.right_column, self.bottom_row]
        return [self.sheet.book.uid, self.sheet.name, *corners]

    @property
    def api(self) -> Native:
        """Nothing native, but true: xlwings writes only where `api` is."""
        return Native("Range")

    @property
    def row(self) -> int:
        return self.top_row

    @property
    def column(self) -> int:
        return self.left_column

    @property
    def shape(self) -> tuple[int, int]:
        return self.bottom_row - self.top_row + 1, self.right_column - self.left_column + 1

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return (self.sheet.name, self.row, self.column, *self.shape)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __bool__(self) -> bool:
        return True

    def __call__(self, row: int, column: int | None = None) -> Range:
        """The cell at that place within the block, from 1; it may lie outside."""
        if column is None:
            row, column = (row - 1) // self.shape[1] + 1, (row - 1) % self.shape[1] + 1
        return self._cell(self.left_column + column - 1, self.top_row + row - 1)

    def _cell(self, column: int, row: int) -> Range:
        return Range(self.sheet, column, row, column, row)

    def get_address(
        self, row_absolute: bool = True, col_absolute: bool = True, external: bool = False
    ) -> str:
        across, down = "$" if col_absolute else "", "$" if row_absolute else ""
        first = f"{across}{column_letters(self.left_column)}{down}{self.top_row}"
        last = f"{across}{column_letters(self.right_column)}{down}{self.bottom_row}"
        address = first if len(self) == 1 else f"{first}:{last}"
        if not external:
            return address
        book, sheet = self.sheet.book.name, self.sheet.name
        plain = f"{book}{sheet}".replace(".", "").replace("_", "").isalnum()
        return f"[{book}]{sheet}!{address}" if plain else f"'[{book}]{sheet}'!{address}"

    @property
    def address(self) -> str:
        return self.get_address()

    # values

    @property
    def raw_value(self) -> list[list[Any]]:
        return values.from_office(self.calls.ask("values", at=self.at))

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        self._write(self._rows(value))

    def _rows(self, value: Any) -> list[list[Any]]:
        """`value` as rows of this block's shape; one value fills it."""
        height, width = self.shape
        if not isinstance(value, list | tuple):
            return [[value] * width for _ in range(height)]
        rows = list(value) if value and isinstance(value[0], list | tuple) else [value]
        if len(rows) != height or any(len(row) != width for row in rows):
            raise ValueError(f"{len(rows)} rows do not fit {self.address} ({height} × {width})")
        return [list(row) for row in rows]

    def _write(self, rows: list[list[Any]]) -> None:
        plain = [[values.for_cell(value) for value in row] for row in rows]
        self.calls.tell("write", at=self.at, **values.ForOffice(plain).arguments())

    def clear_contents(self) -> None:
        self.calls.tell("clear", at=self.at, what="contents")

    def clear_formats(self) -> None:
        self.calls.tell("clear", at=self.at, what="formats")

    def clear(self) -> None:
        self.calls.tell("clear", at=self.at, what="all")

    # formulas

    @property
    def formula(self) -> Any:
        """Formulas in Excel's English grammar, constants as text; one cell gives a text, a block rows."""
        found = self.calls.ask("formulas", at=self.at)
        rows = tuple(tuple(_as_excel(text) for text in row) for row in found)
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        """One formula for a block is filled into it, its relative references moving along."""
        if isinstance(value, str) and value[:1] == "=":
            height, width = self.shape
            rows = [[shifted(value, i, j) for j in range(width)] for i in range(height)]
            self._write(rows)
        else:
            self.raw_value = value

    @property
    def formula2(self) -> Any:
        return self.formula

    @formula2.setter
    def formula2(self, value: Any) -> None:
        raise NotSupportedByLibreOffice("Range.formula2 = (spilling formulas; use formula or formula_array)")

    @property
    def formula_array(self) -> str | None:
        text = str(self.calls.ask("array_formula", at=self.at))
        return to_excel(text.strip("{}")) if text else None

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        self.calls.ask("array_formula", at=self.at, text=to_office(value))

    @property
    def has_array(self) -> bool:
        return self.formula_array is not None

    # moving about

    def end(self, direction: str) -> Range:
        return self._cell(*self.calls.ask("end", at=self.at, direction=_WAYS[direction[0]]))

    def expand(self, mode: str = "table") -> Range:
        """Down, right or both, as far as cells are filled; in one call."""
        if mode not in (*_DOWN, *_RIGHT):
            raise NotSupportedByLibreOffice(f"Range.expand({mode!r})")
        right, bottom = self.calls.ask("expand", at=self.at, down=mode in _DOWN, right=mode in _RIGHT)
        right = right if mode in _RIGHT else self.right_column
        bottom = bottom if mode in _DOWN else self.bottom_row
        return Range(self.sheet, self.left_column, self.top_row, right, bottom)

    @property
    def current_region(self) -> Range:
        return self.sheet.block(*self.calls.ask("region", at=self.at))

    @property
    def merge_area(self) -> Range:
        return self.sheet.block(*self.calls.ask("merged", at=self.at))

    def select(self) -> None:
        self.calls.tell("select", at=self.at)

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        whole = {LAST_COLUMN: "down"}.get(self.shape[1], "right" if self.shape[0] == LAST_ROW else None)
        self.calls.ask("insert_cells", at=self.at, shift=shift or whole or "down")

    def delete(self, shift: str | None = None) -> None:
        whole = "left" if self.shape[0] == LAST_ROW else "up"
        self.calls.ask("remove_cells", at=self.at, shift=shift or whole)

    def copy(self, destination: Any = None) -> None:
        """Within one workbook; there is no clipboard here."""
        if destination is None:
            raise NotSupportedByLibreOffice("Range.copy without a destination (the clipboard)")
        if destination.impl.sheet.book is not self.sheet.book:
            raise NotSupportedByLibreOffice("Range.copy into another workbook (use Sheet.copy)")
        self.calls.tell("copy_cells", at=self.at, goal=destination.impl.at)

    # what lies over the cells

    @property
    def name(self) -> Name | None:
        own = (self.sheet.name, self.address)
        for name in self.sheet.book.names:
            if name.plain_reference() == own:
                return name
        return None

    @name.setter
    def name(self, value: str) -> None:
        sheet = self.sheet.name.replace("'", "''")
        self.sheet.book.names.add(value, f"='{sheet}'!{self.address}")

    @property
    def table(self) -> Table | None:
        return self.sheet.tables.over(self)

    @property
    def autofilter(self) -> AutoFilter:
        from xl_collab.hosts.libreoffice.tables import AutoFilter

        return AutoFilter(self.sheet, None, self)

    @property
    def hyperlink(self) -> str:
        found = self.calls.ask("link", at=self.at)
        if found is None:
            raise Exception("The cell doesn't seem to contain a hyperlink!")
        inside = str(found).startswith("#")
        return "#" + to_excel("=$" + found[1:].lstrip("$"))[1:] if inside else str(found)

    def add_hyperlink(
        self, address: str, text_to_display: str | None = None, screen_tip: str | None = None
    ) -> None:
        """Into one cell; LibreOffice shows the address itself as the tip."""
        inside = address.startswith("#")
        goal = "#" + to_office("=" + address[1:])[1:].lstrip("$") if inside else address
        self.calls.tell("add_link", at=self.at, address=goal, text=text_to_display or address)

    def to_pdf(self, path: str, quality: str = "standard") -> None:
        self.calls.ask("export_block", at=self.at, path=path)


def _as_excel(text: str) -> str:
    if text[:1] == "=":
        return to_excel(text)
    return text[1:] if text[:1] == "'" else text
