"""The workbook being drawn: where things stand, and how one cell's value is written.

Places follow from the declaration alone, so that a formula may name a cell on a sheet that is
drawn later. No looks (see `theme.py`) and no rule about data.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, cached_property, lru_cache
from typing import Any, TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellDatetimeTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from xl_collab.a1 import column_letters
from xl_collab.documents.kept_rows import KeepingRows
from xl_collab.documents.theme import Theme
from xl_collab.patterns import lazy
from xl_collab.plan.formulas import LAST_ROW
from xl_collab.plan.project import Project
from xl_collab.project.tables import CellError, CellFormula, Table
from xl_collab.schema.declaration import (
    FIRST_ROW,
    HEADER_ROW,
    Declaration,
    Field,
    FormSheet,
    Sheet,
    TableSheet,
)
from xl_collab.schema.words import Lang, Text, t

_EXCEL_EPOCH = datetime(1900, 1, 1)
_LONGEST_TEXT = 32767


@dataclass(frozen=True)
class Canvas:
    """One workbook in one language; `project` gives contents and cached results."""

    workbook: Workbook
    theme: Theme
    declaration: Declaration
    project: Project
    lang: Lang

    def table(self, sheet: TableSheet) -> Table:
        """The rows of a table sheet; an empty table when the book has none."""
        return self.project.book.tables.get(sheet.key) or Table.of(sheet, [])

    @cached_property
    def last_row(self) -> int:
        """Last sheet row that validation, colours and totals reach, with room to grow."""
        longest = max((len(t) for t in self.project.book.tables.values()), default=0)
        return max(LAST_ROW, longest + 1000)

    def tab(self, sheet: Sheet) -> str:
        """The sheet's name as formulas quote it."""
        return "'" + sheet.name(self.lang).replace("'", "''") + "'"

    def column(self, key: str, name: str, last: int | None = None) -> str:
        """Absolute reference to all data cells of a column, e.g. '跟踪表'!$W$5:$W$5000."""
        sheet = self.declaration.table(key)
        letter = column_letters(sheet.index(name) + 1)
        return f"{self.tab(sheet)}!${letter}${FIRST_ROW}:${letter}${last or self.last_row}"

    def cell(self, key: str, name: str, row: int) -> str:
        """Absolute reference to one cell of a table sheet (1-based row)."""
        sheet = self.declaration.table(key)
        return f"{self.tab(sheet)}!${column_letters(sheet.index(name) + 1)}${row}"

    @cached_property
    def fields(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Zero-based (row, column) of every form's value cells, by (sheet key, field name)."""
        return {(f.key, name): at for f in self.declaration.forms for name, at in places(f).items()}

    def field(self, form: FormSheet, name: str) -> str:
        """Absolute reference to the value cell of a form's field."""
        row, column = self.fields[form.key, name]
        return f"{self.tab(form)}!${column_letters(column + 1)}${row + 1}"

    def project_name(self) -> str:
        """The project's name for footers; '' when it has none yet."""
        return self.project.settings.project


def letters_of(sheet: TableSheet) -> dict[str, str]:
    """Column letters as declared."""
    return {column.name: column_letters(i + 1) for i, column in enumerate(sheet.columns)}


def code_name(sheet_key: str) -> str:
    """VBA's name of a sheet: ASCII, the same in both languages."""
    return "Sheet" + "".join(part.title() for part in sheet_key.replace(".", "_").split("_"))


def write(worksheet: Worksheet, row: int, column: int, value: object, look: Format, theme: Theme) -> None:
    """Write one value as what it is; text never turns into a formula, a number or a link."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, CellFormula):
        worksheet.write_formula(row, column, value.text, look, _cached(value.value))
    elif value is None or value == "" or isinstance(value, CellError):
        worksheet.write_blank(row, column, None, look)
    elif isinstance(value, bool):
        worksheet.write_boolean(row, column, value, look)
    elif isinstance(value, int | float):
        _write_number(worksheet, row, column, value, look)
    elif isinstance(value, date | time):
        worksheet.write_datetime(row, column, value, look)
    else:
        text = str(value)[:_LONGEST_TEXT]
        worksheet.write_string(row, column, text, theme.for_text(text, look))


def _write_number(worksheet: Worksheet, row: int, column: int, value: float, look: Format) -> None:
    if math.isfinite(value):
        worksheet.write_number(row, column, value, look)
    else:
        worksheet.write_blank(row, column, None, look)


def write_formula(
    worksheet: Worksheet, row: int, column: int, formula: str, look: Format, value: object
) -> None:
    """Write a formula with its result; None shows as an empty text, as the formula would."""
    worksheet.write_formula(row, column, f"={formula}", look, _cached(value))


def _cached(value: object) -> object:
    if hasattr(value, "item"):
        value = value.item()
    if value is None:
        return ""
    if isinstance(value, datetime):
        return serial(value)
    if isinstance(value, date):
        return int(serial(datetime(value.year, value.month, value.day)))
    return value


def serial(moment: datetime) -> float:
    """Excel's number of a moment in the 1900 system (right from 1900-03-01 on)."""
    gone = moment - _EXCEL_EPOCH
    days = gone.days + 2 + gone.seconds / 86400
    return int(days) if days.is_integer() else days


# Where the fields of a form stand: follows from the declaration alone.


LABEL, VALUE, SECOND_LABEL, SECOND_VALUE = 1, 2, 3, 4
"""Columns of a form (zero-based); column 0 is the margin."""
_TOP = 3


@dataclass(frozen=True)
class FieldPlace:
    """Where a field stands: zero-based row, columns of label and value, last column of the value."""

    field: Field
    row: int
    label: int
    value: int
    end: int


@dataclass(frozen=True)
class Section:
    """A section's heading row and the fields under it."""

    title: Text
    row: int
    places: tuple[FieldPlace, ...]


@cache
def layout(form: FormSheet) -> tuple[Section, ...]:
    """Sections and fields from top to bottom, in the order in which they are filled in."""
    made, row = [], _TOP
    for title, fields in form.sections:
        found = tuple(_place(fields, row + 1, single=is_explained(form)))
        made.append(Section(title, row, found))
        row = max(place.row for place in found) + 2
    return tuple(made)


def places(form: FormSheet) -> dict[str, tuple[int, int]]:
    """Zero-based (row, column) of each field's value cell."""
    return {p.field.name: (p.row, p.value) for section in layout(form) for p in section.places}


def is_explained(form: FormSheet) -> bool:
    return any(item.help.zh for item in form.fields)


def _place(fields: tuple[Field, ...], row: int, *, single: bool) -> Iterator[FieldPlace]:
    """Two short fields share a row; a long one, or the last of an odd number, has its own."""
    waiting: Field | None = None
    for item in fields:
        if single or item.lines > 1:
            if waiting is not None:
                yield _wide(waiting, row)
                row, waiting = row + 1, None
            yield FieldPlace(item, row, LABEL, VALUE, VALUE if single else SECOND_VALUE)
            row += 1
        elif waiting is None:
            waiting = item
        else:
            yield FieldPlace(waiting, row, LABEL, VALUE, VALUE)
            yield FieldPlace(item, row, SECOND_LABEL, SECOND_VALUE, SECOND_VALUE)
            row, waiting = row + 1, None
    if waiting is not None:
        yield _wide(waiting, row)


def _wide(item: Field, row: int) -> FieldPlace:
    return FieldPlace(item, row, LABEL, VALUE, SECOND_VALUE)


# The last touch on a drawn package: named styles, rows that grow, the same bytes each time.


STYLES: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (t("协作 标题", "Collab Title"), ("title",)),
    (t("协作 小标题", "Collab Section"), ("section",)),
    (t("协作 提示", "Collab Hint"), ("hint",)),
    (t("协作 表头", "Collab Header"), ("header",)),
    (t("协作 表头(自动)", "Collab Header computed"), ("header_computed",)),
    (t("协作 标签", "Collab Label"), ("label",)),
    (t("协作 填写", "Collab Input"), ("value",)),
)
"""Named styles, each the look of these roles."""

_EPOCH, _UNIX = (1980, 1, 1, 0, 0, 0), 3
_XF = lazy(r"<xf [^>]*?/>|<xf .*?</xf>", re.DOTALL)


_SHEET = lazy(r"xl/worksheets/sheet\d+\.xml")
_DATA_ROW = lazy(rb'<row r="(\d+)"[^>]*? customHeight="1"')


def _growing(match: re.Match[bytes]) -> bytes:
    """A data row whose height is a first guess, not fixed; headings keep theirs."""
    fixed = int(match[1]) <= HEADER_ROW
    return match[0] if fixed else match[0].removesuffix(b' customHeight="1"')


def finish(package: bytes, theme: Theme, growing: Sequence[bytes] = (b"<tablePart ",)) -> bytes:
    """The package with named styles; entries keep their order and have one fixed date.

    growing  what sheets hold whose rows grow when people write more into them
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/styles.xml":
                data = _named(data.decode("utf-8"), theme).encode("utf-8")
            elif _SHEET.fullmatch(entry.filename) and any(mark in data for mark in growing):
                data = _DATA_ROW.sub(_growing, data)
            fresh = zipfile.ZipInfo(entry.filename, _EPOCH)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            fresh.create_system, fresh.external_attr = _UNIX, 0o600 << 16  # said alike on every system
            new.writestr(fresh, data, compresslevel=6)
    return out.getvalue()


def _named(styles: str, theme: Theme) -> str:
    """styles.xml with a cellStyleXf and a cellStyle for each of STYLES that is in use."""
    cells = _XF.findall(_between(styles, "cellXfs"))
    masters: list[str] = []
    names: list[str] = []
    for name, roles in STYLES:
        index = theme(*roles).xf_index
        if index is None or index >= len(cells):
            continue
        number = len(masters) + 1
        masters.append(cells[index].replace(' xfId="0"', ""))
        names.append(f'<cellStyle name="{name.of(theme.lang)}" xfId="{number}"/>')
        cells[index] = cells[index].replace(' xfId="0"', f' xfId="{number}"')
    normal = _XF.findall(_between(styles, "cellStyleXfs"))
    styles = _replaced(styles, "cellStyleXfs", [*normal, *masters])
    styles = _replaced(styles, "cellXfs", cells)
    old_names = re.findall(r"<cellStyle .*?/>", _between(styles, "cellStyles"))
    return _replaced(styles, "cellStyles", [*old_names, *names])


def _between(xml: str, tag: str) -> str:
    start = xml.index(">", xml.index(f"<{tag} ")) + 1
    return xml[start : xml.index(f"</{tag}>")]


def _replaced(xml: str, tag: str, items: list[str]) -> str:
    start, end = xml.index(f"<{tag} "), xml.index(f"</{tag}>")
    return f'{xml[:start]}<{tag} count="{len(items)}">{"".join(items)}{xml[end:]}'


# The empty workbook that everything is drawn into, the same bytes from the same drawing.


_GAP = "\0"
_DIGITS = lazy(r"\d+")


WINDOW = (1280, 720)
"""Width and height in pixels of a workbook's window until its user changes it: a laptop's screen holds it."""


def empty_workbook(
    stream: io.BytesIO, format_properties: Mapping[str, Any], **options: bool | str
) -> Workbook:
    """A workbook in memory that is written to `stream` when it is closed."""
    everything = {"in_memory": True, "default_format_properties": dict(format_properties), **options}
    workbook = Workbook(stream, everything)
    workbook.worksheet_class = FilledDown
    return workbook


Cell: TypeAlias = CellBlankTuple | CellDatetimeTuple | CellNumberTuple | CellStringTuple
"""A cell as XlsxWriter keeps it until it is written."""


def number_cell(value: object, look: Format) -> Cell:
    """A number, a date or nothing, for `fill_column`."""
    if value is None:
        return CellBlankTuple(look)
    if isinstance(value, date):
        return CellDatetimeTuple(_cached(value), look)
    return CellNumberTuple(value, look)


@lru_cache(maxsize=1024)  # each workbook has the same formulas in its first rows
def _prepared(formula: str, expand: bool, always: bool) -> str:
    """A formula as XlsxWriter prepares it, which searches it for each of a hundred functions."""
    worksheet = Worksheet()
    worksheet.use_future_functions = always
    prepared: str = worksheet._prepare_formula(formula, expand)
    return prepared


class FilledDown(KeepingRows):
    """A worksheet that remembers which formulas XlsxWriter leaves as they are, whatever their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._plain: set[str] = set()

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: object = 0
    ) -> int:
        # No name of a function that is searched for holds a digit, so no number makes a difference.
        pattern = _DIGITS.sub(_GAP, formula)
        if pattern in self._plain and not self._check_dimensions(row, col):
            self.table[row][col] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
            return 0
        done = super()._write_formula(row, col, formula, cell_format, value)
        written = self.table.get(row, {}).get(col)
        if isinstance(written, CellFormulaTuple) and written.formula == formula.removeprefix("="):
            self._plain.add(pattern)
        return done

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return _prepared(formula, expand_future_functions, self.use_future_functions)

    def fill_column(
        self, first: int, col: int, values: Sequence[object], cell: Callable[[object], Cell]
    ) -> None:
        """Cells one below the other from row `first` on, in bulk; `cell` is asked once for equal values."""
        if (
            not values
            or self._check_dimensions(first, col)
            or self._check_dimensions(first + len(values) - 1, col)
        ):
            return
        known: dict[object, Cell] = {}
        for row, value in enumerate(values, first):
            found = known.get(value)
            if found is None:
                found = known[value] = cell(value)
            self.table[row][col] = found

    def text_cell(self, text: str, look: Format) -> Cell:
        """A text for `fill_column`, at most as long as a cell holds."""
        return CellStringTuple(self.str_table._get_shared_string_index(text), look)
