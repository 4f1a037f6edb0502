"""How a block looks: number format, font, colours, alignment, sizes, merging, hidden rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes, utils

from xl_collab.hosts.libreoffice.unsupported import Native, NotSupportedByLibreOffice, refusing_the_rest

if TYPE_CHECKING:
    from xl_collab.hosts.libreoffice.calls import Calls
    from xl_collab.hosts.libreoffice.cells import Range

INCH = 2540
"""Hundredths of a millimetre, LibreOffice's unit."""

PIXELS_AN_INCH, PIXELS_A_DIGIT, PADDING = 96, 7, 5
"""Of Excel's column widths, which count digits of the normal font."""

POINTS_AN_INCH = 72
BOLD = 150.0

HORIZONTAL = {
    "general": "STANDARD",
    "left": "LEFT",
    "center": "CENTER",
    "right": "RIGHT",
    "justify": "BLOCK",
    "fill": "REPEAT",
}
VERTICAL = {"top": 1, "center": 2, "bottom": 3, "justify": 4}
"""com.sun.star.table.CellHoriJustify and CellVertJustify2."""


def colour_number(colour: tuple[int, int, int] | int | str) -> int:
    """0xRRGGBB of a colour as xlwings takes it: a tuple, "#rrggbb" or Excel's number."""
    parts: Any = colour
    if isinstance(colour, str):
        parts = utils.hex_to_rgb(colour)
    elif isinstance(colour, int):
        parts = utils.int_to_rgb(colour)
    red, green, blue = parts
    return (red << 16) | (green << 8) | blue


def colour_parts(number: int | None) -> tuple[int, int, int] | None:
    """The tuple of 0xRRGGBB; None for no colour."""
    if number is None or number < 0:
        return None
    return (number >> 16) & 255, (number >> 8) & 255, number & 255


class Looks:
    """The part of Range that is about looks."""

    if TYPE_CHECKING:

        @property
        def at(self) -> list[Any]: ...

        @property
        def calls(self) -> Calls: ...

    def _look(self, name: str) -> Any:
        return self.calls.ask("look", at=self.at, name=name)

    def _set_look(self, name: str, value: object, kind: str | None = None) -> None:
        self.calls.tell("set_look", at=self.at, name=name, value=value, kind=kind)

    @property
    def number_format(self) -> str | None:
        """Excel's format code, None where the cells differ."""
        code: str | None = self.calls.ask("number_format", at=self.at)
        return code

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.calls.tell("set_number_format", at=self.at, code=value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        return colour_parts(self._look("CellBackColor"))

    @color.setter
    def color(self, value: tuple[int, int, int] | int | str | None) -> None:
        self._set_look("CellBackColor", -1 if value is None else colour_number(value))

    @property
    def font(self) -> Font:
        return Font(self)  # type: ignore[arg-type]

    @property
    def wrap_text(self) -> bool | None:
        wrapped = self._look("IsTextWrapped")
        return None if wrapped is None else bool(wrapped)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._set_look("IsTextWrapped", bool(value))

    @property
    def horizontal_alignment(self) -> str | None:
        found = self._look("HoriJustify")
        return {office: excel for excel, office in HORIZONTAL.items()}.get(found)

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        if value not in HORIZONTAL:
            raise NotSupportedByLibreOffice(f"Range.horizontal_alignment = {value!r}")
        self._set_look("HoriJustify", HORIZONTAL[value], "table.CellHoriJustify")

    @property
    def vertical_alignment(self) -> str | None:
        found = self._look("VertJustify") or VERTICAL["bottom"]
        return {office: excel for excel, office in VERTICAL.items()}.get(found)

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        if value not in VERTICAL:
            raise NotSupportedByLibreOffice(f"Range.vertical_alignment = {value!r}")
        self._set_look("VertJustify", VERTICAL[value])

    def _sizes(self) -> list[Any]:
        sizes: list[Any] = self.calls.ask("sizes", at=self.at)
        return sizes

    @property
    def column_width(self) -> float | None:
        """In digits of the normal font; None where the columns differ."""
        width = self._sizes()[0]
        return None if width is None else round((width / INCH * PIXELS_AN_INCH - PADDING) / PIXELS_A_DIGIT, 2)

    @column_width.setter
    def column_width(self, value: float) -> None:
        width = round((value * PIXELS_A_DIGIT + PADDING) / PIXELS_AN_INCH * INCH)
        self.calls.tell("set_sizes", at=self.at, width=width)

    @property
    def row_height(self) -> float | None:
        """In points; None where the rows differ."""
        height = self._sizes()[1]
        return None if height is None else _points(height)

    @row_height.setter
    def row_height(self, value: float) -> None:
        self.calls.tell("set_sizes", at=self.at, height=round(value / POINTS_AN_INCH * INCH))

    @property
    def left(self) -> float:
        return _points(self._sizes()[2])

    @property
    def top(self) -> float:
        return _points(self._sizes()[3])

    @property
    def width(self) -> float:
        return _points(self._sizes()[4])

    @property
    def height(self) -> float:
        return _points(self._sizes()[5])

    def autofit(self, axis: str | None = None) -> None:
        columns = axis in (None, "columns", "c")
        self.calls.tell("fit", at=self.at, columns=columns, rows=axis in (None, "rows", "r"))

    @property
    def row_hidden(self) -> bool | None:
        hidden: bool | None = self.calls.ask("hidden", at=self.at, axis="rows")
        return hidden

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.calls.tell("set_hidden", at=self.at, axis="rows", value=value)

    @property
    def column_hidden(self) -> bool | None:
        hidden: bool | None = self.calls.ask("hidden", at=self.at, axis="columns")
        return hidden

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.calls.tell("set_hidden", at=self.at, axis="columns", value=value)

    def merge(self, across: bool = False) -> None:
        self.calls.tell("merge", at=self.at, on=True, by_row=bool(across))

    def unmerge(self) -> None:
        self.calls.tell("merge", at=self.at, on=False)

    @property
    def merge_cells(self) -> bool | None:
        merged: bool | None = self.calls.ask("is_merged", at=self.at)
        return merged


def _points(hundredths: int) -> float:
    return round(hundredths / INCH * POINTS_AN_INCH, 2)


@refusing_the_rest
class Font(base_classes.Font):
    """A block's font; what is set counts for Chinese text too, which LibreOffice keeps apart."""

    def __init__(self, cells: Range) -> None:
        self.cells = cells

    def _get(self, name: str) -> Any:
        return self.cells.calls.ask("look", at=self.cells.at, name=name)

    def _set(self, name: str, value: object, kind: str | None = None) -> None:
        self.cells.calls.tell("set_font", at=self.cells.at, name=name, value=value, kind=kind)

    @property
    def api(self) -> Native:
        return Native("Font")

    @property
    def bold(self) -> bool | None:
        weight = self._get("CharWeight")
        return None if weight is None else weight >= BOLD

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set("CharWeight", BOLD if value else 100.0)

    @property
    def italic(self) -> bool | None:
        posture = self._get("CharPosture")
        return None if posture is None else posture == "ITALIC"

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set("CharPosture", "ITALIC" if value else "NONE", "awt.FontSlant")

    @property
    def size(self) -> float | None:
        size: float | None = self._get("CharHeight")
        return size

    @size.setter
    def size(self, value: float) -> None:
        self._set("CharHeight", float(value))

    @property
    def name(self) -> str | None:
        name: str | None = self._get("CharFontName")
        return name

    @name.setter
    def name(self, value: str) -> None:
        self._set("CharFontName", value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        return colour_parts(self._get("CharColor"))

    @color.setter
    def color(self, value: tuple[int, int, int] | int | str) -> None:
        self.cells.calls.tell("set_look", at=self.cells.at, name="CharColor", value=colour_number(value))
