"""A closed workbook: read it, and write edits into it without losing a byte of the rest.

Order of a run: plan, lock, backup, intent in the journal, replace the file in one step. A second run of the
same edits changes nothing. What may not enter: rules about data, drawing.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from xl_collab.a1 import column_letters, column_number
from xl_collab.errors import CannotWrite, FileLocked
from xl_collab.hosts.atomic import copy_atomically, refuse_read_only, write_atomically
from xl_collab.hosts.changes import DATE_FORMATS, Applied, mark_names
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.growing import take_in
from xl_collab.hosts.journal import Journal, Undone, digest
from xl_collab.hosts.lock import NOBODY, Hearer, hold, require
from xl_collab.hosts.ooxml.copy_sheet import Graft, graft_sheets, show_sheet
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.hosts.ooxml.styles import CellFormats, StyleSheet
from xl_collab.hosts.ooxml.workbookxml import grow_table
from xl_collab.hosts.planning import (
    FieldPlan,
    SheetPlan,
    WritePlan,
    make_plan,
    note_plan,
    plan_results,
    plan_revision,
    write_results,
)
from xl_collab.hosts.reading import LocatedBook, read
from xl_collab.patterns import lazy
from xl_collab.plan.formulas import references, render
from xl_collab.project.edits import Edit
from xl_collab.project.tables import Book, Table
from xl_collab.project.text_size import INDENT, row_height, would_compute
from xl_collab.schema.declaration import Column, Declaration, Kind
from xl_collab.schema.sheets import SHEETS

_OPEN_IN = ((".~lock.{name}#", "LibreOffice"), ("~${name}", "Excel"), (".~{name}", "WPS"))
"""Names of the files by which office programs say that they have a workbook open."""


class FileHost:
    """One workbook file. Nothing is written until `apply`."""

    def __init__(self, path: str | Path, declaration: Declaration = SHEETS) -> None:
        self.path = Path(path)
        self._declaration = declaration
        self._reading: LocatedBook[Sheets] | None = None
        self._seen: tuple[int, int] | None = None
        self._backup: Path | None = None
        self._rebuilt = False

    def read(self) -> Book:
        """The workbook's content. Raises NotAWorkbook, Encrypted, DamagedWorkbook or NotATracker."""
        return self._read().book

    def _read(self) -> LocatedBook[Sheets]:
        if self._reading is None:
            # Before reading: a file that is replaced meanwhile is then known as another one.
            self._seen = None
            with suppress(OSError):  # opening will say what is wrong with it
                self._seen = self._stamp()
            package = Package.open(self.path)
            self._reading = read(package, self._declaration, name=self.path.name)
        return self._reading

    @property
    def sheets(self) -> Sheets:
        """The tabs and their cells as read."""
        return self._read().sheets

    @property
    def located(self) -> LocatedBook[Sheets]:
        """The content with where everything was found, for whoever changes more than cells."""
        return self._read()

    def rebuild(self) -> Book:
        """The content anew after the package that was read was changed: `apply` writes that, edits or not."""
        package = Package.from_bytes(self._read().sheets.package.save_bytes())
        self._reading, self._rebuilt = read(package, self._declaration, name=self.path.name), True
        return self._reading.book

    def _stamp(self) -> tuple[int, int]:
        status = self.path.stat()
        return status.st_mtime_ns, status.st_size

    def apply(
        self,
        edits: Iterable[Edit],
        drawn: Mapping[str, bytes] | None = None,
        *,
        out: str | Path | None = None,
        dry_run: bool = False,
        command: str = "",
        moment: datetime | None = None,
    ) -> Applied:
        """Carry out `edits`, in place with a backup, or into `out` with the source left alone.

        `drawn` has the scratch workbook of every InsertSheet by "kind/key". `command` and `moment` go
        into the journal. Raises FileLocked, CannotWrite and UsageError; the file is then unchanged.
        """
        reading = self._read()
        target = self.path if out is None else Path(out)
        in_place = out is None or _is_same_file(self.path, target)
        wanted = tuple(edits)
        plan = make_plan(reading, wanted, drawn or {})
        plan.results = plan_results(reading, wanted)
        idle = plan.empty and in_place and not self._rebuilt
        if not (dry_run or idle):
            self._refuse_protected(target, in_place)
        rebuilt = self._rebuilt
        if dry_run:
            return plan.applied(target, dry_run=True, rebuilt=rebuilt)
        if idle:
            return plan.applied(target)
        with hold_closed(self.path if in_place else target):
            self._carry_out(plan, reading)
            package = reading.sheets.package
            if not in_place:
                write_atomically(target, package.write, verify=_verify)
                return plan.applied(target, written=True, rebuilt=rebuilt)
            if not package.changed_parts and not rebuilt:
                return plan.applied(target)
            backup = self._replace(package, command, moment)
            return plan.applied(target, written=True, backup=backup, rebuilt=rebuilt)

    def note(self, edits: Iterable[Edit]) -> bool:
        """Carry out what only the tool itself keeps (`_meta`, results of formulas); whether it wrote.

        No run of its own: there is no backup, and what `undo` takes back is the run before it.
        """
        reading, wanted = self._read(), tuple(edits)
        plan = note_plan(reading, wanted)
        plan.results = plan_results(reading, wanted)
        if plan.empty:
            return False
        self._refuse_protected(self.path, in_place=True)
        with hold_closed(self.path):
            self._carry_out(plan, reading)
            before = digest(self.path)
            write_atomically(self.path, reading.sheets.package.write, verify=self._verify_unchanged)
            Journal(self.path).followed_by_note(before, digest(self.path))
            self._seen = None
        return True

    def back_up(self) -> Path:
        """Copy the file now, for a run that names its backup before it begins; `apply` then makes none."""
        self._refuse_protected(self.path, in_place=True)
        if self._backup is None:
            self._backup = copy_atomically(self.path, Journal(self.path).next_backup())
        return self._backup

    def _refuse_protected(self, target: Path, in_place: bool) -> None:
        refuse_read_only(target)
        if in_place:
            _refuse_marked(self._read().sheets.package, self.path.name)

    def _carry_out(self, plan: WritePlan, reading: LocatedBook[Sheets]) -> None:
        self._reading = None  # what follows changes the package that was read
        if not plan.empty or self._rebuilt:
            plan_all = WritePlan(
                [*plan.columns, *plan_revision(reading)],
                plan.rows,
                plan.fields,
                plan.sheets,
                taken_in=plan.taken_in,
                shown=plan.shown,
            )
            carry_out(plan_all, reading)
            write_results(reading.sheets.package, plan.results)

    def _verify_unchanged(self, temp: Path) -> None:
        """The new file can be read, and the old one is as it was read."""
        _verify(temp)
        if self._stamp() != self._seen:
            raise FileLocked(
                f"{self.path.name} 在处理期间被别的程序改过，没有覆盖它。请重新运行。",
                f"{self.path.name} was changed by another program meanwhile and was not overwritten. "
                "Run the command again.",
            )
        require(self.path)

    def _replace(self, package: Package, command: str, moment: datetime | None) -> Path:
        """Backup, intent, replace; returns the backup."""
        journal = Journal(self.path)
        made, self._backup = self._backup, None
        backup = made or journal.next_backup()

        def check(temp: Path) -> None:
            self._verify_unchanged(temp)
            journal.record(backup, digest(temp), command, moment)

        write_atomically(self.path, package.write, verify=check, backup=None if made else backup)
        self._seen, self._rebuilt = None, False
        return backup


def undo(path: str | Path, *, dry_run: bool = False) -> Undone:
    """Take the last run on `path` back, or see what would be; NothingToUndo, FileLocked, CannotWrite."""
    with hold_closed(path):
        return Journal(path).undo(dry_run=dry_run)


@contextmanager
def hold_closed(path: str | Path, *, break_lock: bool = False, hearer: Hearer = NOBODY) -> Iterator[None]:
    """Hold the lock of a workbook (see `lock.hold`) that no office program has open."""
    refuse_locked(Path(path))
    with hold(path, break_lock=break_lock, hearer=hearer):
        refuse_locked(Path(path))  # it may have been opened while this waited
        yield


def refuse_locked(path: Path) -> None:
    """FileLocked when an office program has left word that it holds the file open."""
    real = Path(os.path.realpath(path))
    for file in dict.fromkeys((real, path.absolute(), real.with_name(path.name))):
        for mark, program in _OPEN_IN:
            lock = file.with_name(mark.format(name=file.name))
            if lock.exists():
                raise FileLocked(
                    f"{file.name} 正在 {program} 中打开。请保存并关闭后重试；若程序已退出，请删除残留的 "
                    f"{lock.name}。",
                    f"{file.name} is open in {program}. Save and close it and try again; if the program is "
                    f"gone, delete the leftover {lock.name}.",
                )


def _is_same_file(one: Path, other: Path) -> bool:
    return other.exists() and os.path.samefile(one, other)  # noqa: PTH121


def _verify(temp: Path) -> None:
    """Read the finished file back from the disk: every part's checksum must be right."""
    with zipfile.ZipFile(temp) as archive:
        broken = archive.testzip()
    if broken is not None:
        raise CannotWrite(
            f"写出的文件有误（{broken}），原文件未改动。请换一个磁盘位置后重试。",
            f"The written file is faulty ({broken}); the old file is unchanged. Try another disk or folder.",
        )


def _refuse_marked(package: Package, name: str) -> None:
    """CannotWrite when the workbook itself recommends read-only, or has a password against changes."""
    mark = package.workbook.sharing
    if mark is None:
        return
    if mark == "password":
        raise CannotWrite(
            f"{name} 设有修改密码，没有改动。请在 Excel 的“另存为→工具→常规选项”中去掉它，"
            "或用 -o 写到另一个文件。",
            f"{name} has a password to modify and was not changed. Remove it in Excel (Save As > Tools > "
            "General Options), or write to another file with -o.",
        )
    raise CannotWrite(
        f"{name} 标为“建议只读”，没有改动。请在 Excel 的“另存为→工具→常规选项”中取消它，"
        "或用 -o 写到另一个文件。",
        f"{name} is marked read-only recommended and was not changed. Clear that in Excel (Save As > "
        "Tools > General Options), or write to another file with -o.",
    )


@dataclass
class _Cells:
    """What one column of one tab gets."""

    table: Table
    column: Column
    rows: list[int] = field(default_factory=list)
    values: list[object] = field(default_factory=list)


def carry_out(plan: WritePlan, reading: LocatedBook[Sheets]) -> None:
    """Write `plan` into the package that was read."""
    package = reading.sheets.package
    parts = {info.name: info.part for info in reading.sheets.infos}
    cells = _collected(plan)
    _take_in(package, reading, plan)
    _grow_tables(package, reading, plan)
    tabs = {one.table.tab for one in cells} | {one.tab for one in plan.fields}
    formulas_changed = False
    styles = CellFormats(package)
    for tab in sorted(tabs):
        mine = [one for one in cells if one.table.tab == tab]
        writes = [_write(one, parts[tab], styles, reading) for one in mine]
        writes += [_field_write(one, parts[tab], styles) for one in plan.fields if one.tab == tab]
        xml = package.read(parts[tab])
        editor = SheetEditor(xml)
        editor.set_cells(*writes)
        for one in (one for one in mine if one.column.shared):
            editor.grow_rows(grown(xml, one.table, one.column.name, one.rows, one.values))
        for rows in (one for one in plan.rows if one.table.tab == tab):
            editor.set_heights(heights(xml, rows.table, rows.first, rows.records))
        package.replace_stream(parts[tab], editor.chunks())
        for write in writes:
            if write.formula is None:
                texts = [r for r, v in zip(write.rows, write.values, strict=True) if would_compute(v)]
                styles.quote(parts[tab], write.column, texts)
        formulas_changed |= editor.formulas_changed
    styles.save()
    if formulas_changed:
        package.drop_calc_chain()
    graft_sheets(package, _grafts(package, plan.sheets))
    for seen in plan.shown:
        show_sheet(package, seen.tab, seen.shown)
    if tabs:
        package.workbook.full_calc_on_load = True


def _collected(plan: WritePlan) -> list[_Cells]:
    """Planned cells and rows to add, brought together by column."""
    found: dict[tuple[str, str], _Cells] = {}
    for planned in plan.columns:
        key = (planned.table.sheet.key, planned.column)
        column = planned.table.sheet.column(planned.column)
        rows, values = list(planned.rows), list(planned.values)
        if key in found:  # the host's own count beside an edit of the same column
            both = dict(zip(found[key].rows, found[key].values, strict=True))
            both |= zip(rows, values, strict=True)
            rows, values = sorted(both), [both[row] for row in sorted(both)]
        found[key] = _Cells(planned.table, column, rows, values)
    for added in plan.rows:
        for name in added.table.letters:
            key = (added.table.sheet.key, name)
            cells = found.setdefault(key, _Cells(added.table, added.table.sheet.column(name)))
            cells.rows += range(added.first, added.first + len(added.records))
            cells.values += [record.get(name) for record in added.records]
    return list(found.values())


def _write(cells: _Cells, part: str, styles: CellFormats, reading: LocatedBook[Sheets]) -> ColumnWrite:
    table, column = cells.table, cells.column
    letter = table.letters[column.name]
    formula = None
    if column.computed == "formula" and references(column) <= table.letters.keys():
        formula = render(column, table.letters, cells.rows[0], reading.book.lang)
    style = None
    code = DATE_FORMATS.get(column.kind)
    if code is not None:
        dated = [row for row, value in zip(cells.rows, cells.values, strict=True) if _is_number(value)]
        if dated:
            style = styles.prepare(part, letter, dated, table.header_row + 1, code)
            style = styles.plain(code) if style is None else style
    return ColumnWrite(letter, cells.rows, cells.values, formula=formula, style=style)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _field_write(planned: FieldPlan, part: str, styles: CellFormats) -> ColumnWrite:
    letter = column_letters(planned.column)
    style = None
    if isinstance(planned.change.new, date):
        styles.prepare(part, letter, [planned.row], planned.row, DATE_FORMATS[Kind.DATE])
        style = styles.plain(DATE_FORMATS[Kind.DATE])
    return ColumnWrite(letter, [planned.row], [planned.value], style=style)


def _take_in(package: Package, reading: LocatedBook[Sheets], plan: WritePlan) -> None:
    """Rows below tables become rows of them."""
    if not plan.taken_in:
        return
    (found,) = package.related(package.workbook_part, "styles")[:1]
    styles = StyleSheet(package.read(found.target))
    for (key, _), rows in plan.taken_in.items():
        take_in(package, reading, reading.tables[key], rows, styles)
    package.replace(found.target, styles.to_bytes())
    package.workbook.full_calc_on_load = True


def _grow_tables(package: Package, reading: LocatedBook[Sheets], plan: WritePlan) -> None:
    """Each table once, to the last of its new rows: what ends with the table grows with it."""
    ends: dict[str, int] = {}
    for rows in plan.rows:
        ends[rows.table.sheet.key] = rows.first + len(rows.records) - 1
    for key, end in ends.items():
        table = reading.tables[key].table
        if table is not None:
            grow_table(package, table, end)


def _grafts(package: Package, sheets: Sequence[SheetPlan]) -> Iterator[Graft]:
    """Drawn sheets go behind the last tab that people see, or where their old version stands."""
    taken = {title.casefold() for title in package.workbook.titles()}
    last = next(reversed(package.workbook.titles(shown=True)), None)
    for sheet in sheets:
        tab = sheet.mark.tab
        yield Graft(sheet.scratch, None, tab, after=last, replace=sheet.replace, names=mark_names(sheet.mark))
        last = last if tab.casefold() in taken else tab


_WRAPPED = (Kind.TEXT, Kind.NOTE, Kind.PARTY, Kind.IDS, Kind.DEADLINE)
_COL = lazy(rb"<(?:[\w.-]+:)?col\s([^>]*)>")
_PART = lazy(rb"""(\w+)=["']([^"']*)["']""")
_USUAL = 8.43
"""Width of a column that nobody set, in characters."""
_MOST = 400
"""Rows that are measured: more are not read at a glance, and measuring takes its time."""


def heights(
    sheet: bytes, table: Table, first: int, records: Sequence[Mapping[str, object]]
) -> dict[int, float]:
    """Row → points for records that begin at sheet row `first`, on the sheet as it is now."""
    widths = _widths(sheet[: sheet.find(b"sheetData")])
    columns = [
        (column.name, widths.get(column_number(table.letters[column.name]), _USUAL))
        for column in table.sheet.columns
        if column.kind in _WRAPPED and not column.folded and column.name in table.letters
    ]
    found = {}
    for row, record in enumerate(records[:_MOST], start=first):
        texts = [
            (record[name], width - INDENT) for name, width in columns if isinstance(record.get(name), str)
        ]
        found[row] = row_height(texts)
    return found


def grown(
    sheet: bytes, table: Table, name: str, rows: Sequence[int], values: Sequence[object]
) -> dict[int, float]:
    """Row → points that texts need in a column of rows that are there already."""
    widths = _widths(sheet[: sheet.find(b"sheetData")])
    width = widths.get(column_number(table.letters[name]), _USUAL)
    texts = ((row, v) for row, v in zip(rows[:_MOST], values[:_MOST], strict=True) if isinstance(v, str))
    return {row: row_height([(text, width)]) for row, text in texts}


def _widths(head: bytes) -> dict[int, float]:
    """Column number → width in characters, from `<cols>`."""
    found: dict[int, float] = {}
    for match in _COL.finditer(head):
        given = dict(_PART.findall(match[1]))
        first, last = int(given.get(b"min", 1)), int(given.get(b"max", 0))
        width = float(given.get(b"width", _USUAL))
        # A format for all columns to the right reaches column 16384; tables do not.
        found |= dict.fromkeys(range(first, min(last, 256) + 1), width)
    return found
