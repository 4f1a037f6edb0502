"""An earlier workbook brought to today's declaration: columns, formulas, rules and names that it lacks.

Everything is found by heading. What is missing is appended at the right end of its table and nothing is
moved, so references of people's own stay right, and so do packets that are still out. It is taken from a
workbook that was drawn as a new one would be, but with the columns in the places where this workbook has
them (`as_found`). What may not enter: drawing, values of cells (those come as edits afterwards).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from xl_collab.a1 import Area, column_letters, column_number, overlap
from xl_collab.errors import UsageError
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.growing import take_in
from xl_collab.hosts.ooxml.celltext import xml_unescape
from xl_collab.hosts.ooxml.copy_sheet import graft_sheet, styles_part
from xl_collab.hosts.ooxml.formulatext import quoted_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.hosts.ooxml.styles import StyleMerger, StyleSheet
from xl_collab.hosts.ooxml.widening import (
    Placing,
    SheetShell,
    cell_styles,
    said,
    table_formulas,
    take_colours,
    take_entries,
    take_widths,
    widen_table,
    with_columns,
)
from xl_collab.hosts.ooxml.workbookxml import TableInfo, tables_of
from xl_collab.hosts.reading import LocatedBook, Place
from xl_collab.plan.formulas import LAST_ROW
from xl_collab.schema.declaration import FIRST_ROW, HEADER_ROW, Column, Declaration, TableSheet
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Text

_ROOM = 1000
"""Rows below a long table that its rules reach, as in a new workbook."""
_ABSOLUTE = re.compile(r"(\$[A-Z]{1,3}\$)([0-9]+)")
_TARGET = re.compile(r"'((?:[^']|'')*)'!")
_FORMULA = re.compile(
    rb'<c r="([A-Z]+)([0-9]+)"(?: s="([0-9]+)")?(?: t="([a-z]+)")?><f>([^<]*)</f><v>([^<]*)</v></c>'
)


@dataclass(frozen=True)
class SheetUpgrade:
    """What one table sheet gets: names of columns that are appended and of those with another formula.

    place   the columns' letters, "AB:AF"; "" when none is appended
    rows    rows below the table that it now takes in
    adopted  headings of people's own columns beside the table that it now has
    colours, entries  conditional formats added or widened; drop-downs and entry checks added
    """

    key: str
    tab: str
    columns: tuple[str, ...] = ()
    place: str = ""
    adopted: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    colours: int = 0
    entries: int = 0
    rows: int = 0

    @property
    def changed(self) -> bool:
        """Whether the sheet gets anything at all."""
        return bool(self.columns or self.formulas or self.colours or self.entries or self.rows)


@dataclass
class Upgrade:
    """What a workbook lacks of today's, and has got in `package`."""

    package: Package
    sheets: list[SheetUpgrade] = field(default_factory=list)
    added: dict[str, str] = field(default_factory=dict)
    """Key and tab of the sheets that it did not have."""
    names: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the workbook was not today's."""
        return bool(self.package.changed_parts)


def as_found(reading: LocatedBook[Sheets], declaration: Declaration = SHEETS) -> Declaration:
    """The declaration with every table's columns in the places that they have in this workbook.

    People's own columns stand in it as texts; what is missing follows behind the last one.
    """
    for place in reading.tables.values():
        declaration = declaration.replacing(_sheet_as_found(reading, place))
    return declaration


def _sheet_as_found(reading: LocatedBook[Sheets], place: Place) -> TableSheet:
    names = {number: name for name, number in place.headings.columns.items()}
    columns = [
        place.sheet.column(names[number]) if number in names else _foreign(number)
        for number in range(1, _right(reading, place) + 1)
    ]
    title = Text(place.tab, place.tab)
    return replace(place.sheet, title=title, columns=(*columns, *map(_appended, _missing(place))))


def _appended(column: Column) -> Column:
    """At the right end of an earlier workbook only what is folded has an outline: people fill in the rest."""
    return column if column.folded else replace(column, group="")


def _foreign(number: int) -> Column:
    return Column(f"other_{number}", Text(f"#{number}", f"#{number}"))


def _right(reading: LocatedBook[Sheets], place: Place) -> int:
    """The last column of the table and those that adjoin it; without a table that of the last heading."""
    if place.table is not None:
        return place.table.area.right + len(_adjoining(reading, place))
    cells = reading.sheets.grid(place.tab).rows[place.headings.row - 1]
    return max(i for i, cell in enumerate(cells, start=1) if str(cell).strip())


def _adjoining(reading: LocatedBook[Sheets], place: Place) -> list[str]:
    """Headings of people's own columns directly right of the table, which office programs left outside.

    They belong to its rows, and only in the table are they sorted and filtered along with them.
    """
    if place.table is None or not _missing(place):
        return []
    grid = reading.sheets.grid(place.tab)
    cells = grid.rows[place.headings.row - 1]
    formulas = {int(row) for n in range(len(cells)) for row in grid.cells.formulas_in(n + 1)[0][:1]}
    known, found = {name.casefold() for name in place.table.columns}, []
    for cell in cells[place.table.area.right :]:
        if not isinstance(cell, str) or not cell.strip() or cell.casefold() in known:
            break
        known.add(cell.casefold())
        found.append(cell)
    return [] if place.headings.row in formulas else found


def _missing(place: Place) -> tuple[Column, ...]:
    return tuple(c for c in place.sheet.columns if c.name not in place.headings.columns)


def upgraded(reading: LocatedBook[Sheets], drawn: bytes, declaration: Declaration) -> Upgrade:
    """Give the package that was read what `drawn`, today's workbook in `declaration`'s order, has more.

    Raises UsageError, with the package as it was, when something stands where columns would be appended.
    """
    work = _Work(reading, Package.from_bytes(drawn), declaration)
    for place in reading.tables.values():
        work.refuse_occupied(place)
    found = Upgrade(reading.sheets.package)
    for place in reading.tables.values():
        one = work.sheet(place)
        if one.changed:
            found.sheets.append(one)
    found.added.update(work.add_sheets())
    found.names += work.names()
    work.finish()
    return found


class _Work:
    """One upgrade under way."""

    def __init__(self, reading: LocatedBook[Sheets], source: Package, declaration: Declaration) -> None:
        self._reading, self._package, self._source = reading, reading.sheets.package, source
        self._declaration = declaration
        self._lang = reading.book.lang
        self._styles_part = styles_part(self._package, source)
        self._target = StyleSheet(self._package.read(self._styles_part))
        drawn_styles = source.related(source.workbook_part, "styles")[0].target
        self._styles = StyleMerger(self._target, StyleSheet(source.read(drawn_styles)))

    def finish(self) -> None:
        """Put the formats in, and have everything recalculated."""
        self._package.replace(self._styles_part, self._target.to_bytes())
        if self._package.changed_parts:
            self._package.drop_calc_chain()
            self._package.workbook.full_calc_on_load = True

    # one sheet

    def _bottom(self, place: Place) -> int:
        """The last row that the table or its rows take up."""
        rows = self._reading.book.tables[place.sheet.key].rows
        last = int(rows[-1]) if len(rows) else place.headings.row
        return max(last, place.table.area.bottom if place.table else 0)

    def refuse_occupied(self, place: Place) -> None:
        """UsageError when anything stands right of the table, where columns would be appended."""
        count = len(_missing(place))
        if not count:
            return
        right = _right(self._reading, place)
        new = Area(right + 1, place.headings.row, right + count, self._bottom(place))
        grid = self._reading.sheets.grid(place.tab)
        occupied = [
            f"{column_letters(column)}{row}"
            for row in range(new.top, min(new.bottom, len(grid.rows)) + 1)
            for column in range(new.left, min(new.right, len(grid.rows[row - 1])) + 1)
            if str(grid.rows[row - 1][column - 1]).strip()
        ]
        tables = (t for t in self._reading.sheets.tables(place.tab) if t != place.table)
        occupied += [table.ref for table in tables if overlap(table.area, new)]
        if occupied:
            cells = "、".join(occupied[:5])
            raise UsageError(
                f"“{place.tab}”表格右边的 {new} 里已有内容（{cells}），新列要加在那里。请先把它移到别处，"
                "再运行一次；什么也没有改动。",
                f"The new columns belong at {new} right of the table on “{place.tab}”, and something stands "
                f"there ({', '.join(occupied[:5])}). Move it elsewhere and run this again. Nothing changed.",
            )

    def sheet(self, place: Place) -> SheetUpgrade:
        """Bring one table sheet up to date."""
        rows = self._grown(place)
        drawn = self._source.workbook.require(place.tab).part
        part = self._reading.sheets.info(place.tab).part
        missing, right = _missing(place), _right(self._reading, place)
        headings, adopted = self._headings(place, missing), _adjoining(self._reading, place)
        data = self._package.read(part)
        if missing:
            data = self._columns(data, place, drawn, right, headings)
        shell, model = SheetShell(data), SheetShell(self._source.read(drawn))
        if missing:
            take_widths(shell, model, right + 1, right + len(missing), self._styles)
            _extend_dimension(shell, right + len(missing))
        colours = entries = 0
        if place.sheet.state == "visible":
            placing = self._placing(place)
            colours = take_colours(shell, model, placing, self._styles)
            entries = take_entries(shell, model, placing)
        if shell.changed:
            data = shell.to_bytes()
        self._package.replace(part, self._above(place, data, drawn))
        formulas = self._formulas(place, drawn, headings)
        span = f"{column_letters(right + 1)}:{column_letters(right + len(missing))}" if missing else ""
        return SheetUpgrade(
            place.sheet.key,
            place.tab,
            tuple(column.name for column in missing),
            span,
            tuple(adopted),
            formulas,
            colours,
            entries,
            rows,
        )

    def _grown(self, place: Place) -> int:
        """Rows that people filled in below the table are its rows: how many it takes in."""
        if place.table is None:
            return 0
        more = self._reading.book.tables[place.sheet.key].taken_in
        take_in(self._package, self._reading, place, more, self._target)
        return len(more)

    def _headings(self, place: Place, missing: tuple[Column, ...]) -> list[str]:
        return [column.label.of(self._lang) for column in missing]

    def _placing(self, place: Place) -> Placing:
        moved = place.headings.row - HEADER_ROW
        return Placing(moved, max(LAST_ROW + moved, self._bottom(place) + _ROOM), FIRST_ROW, LAST_ROW)

    def _columns(self, data: bytes, place: Place, drawn: str, right: int, headings: list[str]) -> bytes:
        model = self._source.read(drawn)
        heads, cells = cell_styles(model, HEADER_ROW), cell_styles(model, FIRST_ROW)
        columns = []
        for number, heading in enumerate(headings, start=right + 1):
            letters = column_letters(number)
            head, body = (self._styles.cell_format(known.get(letters, 0)) for known in (heads, cells))
            columns.append((number, heading, head, body))
        return with_columns(data, place.headings.row, self._bottom(place), columns)

    def _formulas(self, place: Place, drawn: str, headings: list[str]) -> tuple[str, ...]:
        """Widen the table; names of the columns whose formula is not today's, in the table or in its rows."""
        stale = set(self._reading.book.stale_formulas.get(place.sheet.key, {}))
        if place.table is not None:
            (model,) = tables_of(self._source, drawn)
            headings = [*_adjoining(self._reading, place), *headings]
            wanted = self._wanted(place, place.table, table_formulas(self._source, model))
            known = table_formulas(self._package, place.table)
            names = {number: name for name, number in place.headings.columns.items()}
            for number, heading in enumerate(place.table.columns, start=place.table.area.left):
                if heading in wanted and said(known.get(heading)) != said(wanted[heading]):
                    stale.add(names[number])
            widen_table(self._package, place.table, headings, wanted)
        return tuple(c.name for c in place.sheet.columns if c.name in stale)

    def _wanted(self, place: Place, table: TableInfo, formulas: Mapping[str, str]) -> dict[str, str]:
        """The declared formulas by this workbook's headings, as they read in its first row."""
        placing, found = self._placing(place), {}
        for column in place.sheet.columns:
            text = formulas.get(column.label.of(self._lang))
            if text is None:
                continue
            number = place.headings.columns.get(column.name)
            at = -1 if number is None else number - table.area.left
            heading = table.columns[at] if 0 <= at < len(table.columns) else column.label.of(self._lang)
            found[heading] = placing.formula(text)
        return found

    def _above(self, place: Place, data: bytes, drawn: str) -> bytes:
        """Formulas of 节假日 above the table: from which to which year the calendar is official."""
        row = place.headings.row - 1
        if place.sheet.key != "calendar" or row < 1:
            return data
        editor, placing = SheetEditor(data), self._placing(place)
        for match in _FORMULA.finditer(self._source.read(drawn)):
            letters, formula = match[1].decode(), placing.formula(xml_unescape(match[5].decode()))
            if int(match[2]) != HEADER_ROW - 1 or said(self._there(place, row, letters)) == said(formula):
                continue
            shown: object = xml_unescape(match[6].decode())
            if match[4] != b"str":
                shown = int(float(match[6]))
            style = self._styles.cell_format(int(match[3] or b"0"))
            editor.set_cells(ColumnWrite(letters, [row], [shown], formula=formula, style=style))
        return editor.render()

    def _there(self, place: Place, row: int, letters: str) -> str:
        cells, number = self._reading.sheets.grid(place.tab).cells, column_number(letters)
        rows, offsets = cells.formulas_in(number)
        found = dict(zip(rows.tolist(), offsets.tolist(), strict=True))
        return cells.formula_text(found[row], row, number) if row in found else ""

    # whole sheets

    def add_sheets(self) -> Iterator[tuple[str, str]]:
        """Put in the sheets that are missing, each behind the one that it follows in a new workbook.

        A name that is taken by another sheet is left to it; and `_meta`, the workbook's identity, is for
        `adopt` and `fork` to make.
        """
        missing, before = self._reading.book.missing_sheets, ""
        drawn = self._source.save_bytes()
        self._package.replace(self._styles_part, self._target.to_bytes())
        for sheet in self._declaration.sheets:
            tab = sheet.name(self._lang)
            if sheet.key in missing and sheet.key != "meta" and self._package.workbook.sheet(tab) is None:
                graft_sheet(self._package, drawn, tab, tab, after=before or None, tables=True)
                yield sheet.key, tab
            if self._package.workbook.sheet(tab) is not None:
                before = tab
        self._target = StyleSheet(self._package.read(self._styles_part))

    # names of the workbook

    def names(self) -> list[str]:
        """Define the names that formulas use and that are missing or broken."""
        workbook, done = self._package.workbook, []
        fields, forms = dict(self._fields()), {key: SHEETS.form(key) for key in self._reading.forms}
        own = {item.defined_name for form in forms.values() for item in form.fields}
        for one in self._source.workbook.defined_names:
            if one.sheet is not None or one.name.startswith("_xlnm."):
                continue
            known = workbook.defined_name(one.name)
            text = fields.get(one.name) if one.name in own else self._moved(one.text)
            if text is not None and (known is None or "#REF!" in known):
                workbook.set_defined_name(one.name, text)
                done.append(one.name)
        return done

    def _fields(self) -> Iterator[tuple[str, str]]:
        """The names of form fields, where this workbook has them."""
        for key, place in self._reading.forms.items():
            for item in SHEETS.form(key).fields:
                if item.defined_name and item.name in place.cells:
                    row, column = place.cells[item.name]
                    yield item.defined_name, f"{quoted_sheet(place.tab)}!${column_letters(column)}${row}"

    def _moved(self, text: str) -> str | None:
        """A name's text with the rows that its table has here; None when its sheet is missing."""
        tabs = {place.tab: place for place in self._reading.tables.values()}
        for quoted in set(_TARGET.findall(text)):
            tab = quoted.replace("''", "'")
            if self._package.workbook.sheet(tab) is None:
                return None
            text = _lowered(text, tabs[tab].headings.row - HEADER_ROW) if tab in tabs else text
        return text


def _lowered(text: str, rows: int) -> str:
    return _ABSOLUTE.sub(lambda match: f"{match[1]}{int(match[2]) + rows}", text) if rows else text


def _extend_dimension(shell: SheetShell, right: int) -> None:
    for item in shell.all("dimension"):
        area = Area.parse(item.get("ref", ""))
        if area is not None and area.right < right:
            item.set("ref", str(Area(area.left, area.top, right, area.bottom)))
