"""An open workbook through public xlwings calls alone: Excel where our macros do not run.

A tab costs about fourteen calls to look at and as many to read, which is done twice: with a whole tracker
that is some eight hundred a click, however many rows, where MacroDriver takes about thirty.
Where Excel knows more than xlwings says (protection, read-only), its own object is asked; on a Mac, where
there is none, all counts as free, and Excel refuses when it is written to. What may not enter: trackers.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import xlwings as xw

from xl_collab.a1 import column_letters, column_number
from xl_collab.hosts.changes import NAMES
from xl_collab.hosts.formulacheck import FormulaRun, expanded, runs_of, template_of
from xl_collab.hosts.headings import Area as Corners
from xl_collab.hosts.live.driver import (
    Block,
    Content,
    Fill,
    NotSynced,
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
    TabState,
    guarded,
    quoted,
    table_info,
)
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.project.tables import CellError

PAGE = (
    *("Orientation", "PaperSize", "Zoom", "FitToPagesWide", "FitToPagesTall"),
    *("PrintArea", "PrintTitleRows", "PrintTitleColumns"),
    *("LeftMargin", "RightMargin", "TopMargin", "BottomMargin", "HeaderMargin", "FooterMargin"),
    *("CenterHorizontally", "CenterVertically", "LeftHeader", "CenterHeader", "RightHeader"),
    *("LeftFooter", "CenterFooter", "RightFooter"),
)
_FORM_CONTROL, _DROP_DOWN = 8, 2
_NO_COLOUR, _VISIBLE = -4142, -1
_OTHERWISE = (AttributeError, NotImplementedError)
"""What an engine says that has no objects of Excel's, or has them under other names, as on a Mac."""

_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
_ADDRESS = re.compile(r"\$?([A-Z]+)\$?([0-9]+)(?::\$?([A-Z]+)\$?([0-9]+))?")
_BUSY = {-2147418111, -2147417846, -2146777998}
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER and Excel's own "not while a cell is edited"."""


_ATTEMPTS = 3000
"""How often xlwings may ask an Excel that turns calls away; by itself it asks until the cell is left."""


@contextmanager
def explained() -> Iterator[None]:
    """ProgramBusy in place of what COM says, after a while, when a cell is being edited."""
    windows: Any = sys.modules.get("xlwings._xlwindows")
    patience = getattr(windows, "N_COM_ATTEMPTS", 0)
    if windows is not None:
        windows.N_COM_ATTEMPTS = patience or _ATTEMPTS
    try:
        yield
    except Exception as error:
        if type(error).__name__ == "com_error" and error.args and error.args[0] in _BUSY:
            raise ProgramBusy from error
        raise
    finally:
        if windows is not None:
            windows.N_COM_ATTEMPTS = patience


def local_name(book: xw.Book) -> str:
    """Full name of a workbook on this computer's disks; of one that OneDrive keeps, as xlwings finds it.

    Raises NotSynced.
    """
    try:
        return str(book.fullname)
    except (
        xw.XlwingsError,
        UnboundLocalError,
        OSError,
    ) as error:  # the second: a fault of xlwings, not synced
        raise NotSynced(book.name) from error


def _native(ask: Callable[[], object]) -> bool:
    """What Excel's own object says; False where there is none."""
    with suppress(NotImplementedError, AttributeError):
        return bool(ask())
    return False


def _counted(ask: Callable[[], object]) -> int:
    """A number that Excel's own object says; 0 where there is none."""
    with suppress(NotImplementedError, AttributeError):
        return int(ask())  # type: ignore[call-overload]
    return 0


def _object_counts(sheet: xw.Sheet) -> tuple[Callable[[], object], ...]:
    """Ways to ask for objects of a sheet, none of which counts what another one does."""
    return (
        lambda: sheet.api.Shapes.Count,
        lambda: sheet.api.Comments.Count,
        lambda: sheet.api.CommentsThreaded.Count,
    )


class XlwingsDriver:
    """One workbook, given as an xlwings Book."""

    def __init__(self, book: xw.Book) -> None:
        self._book = book
        self._app = book.app
        self._sheets: dict[str, xw.Sheet] = {}

    def overview(self) -> Overview:
        """The workbook as it is now."""
        with explained():
            names = self._names()
            self._sheets = {sheet.name: sheet for sheet in self._book.sheets}
            tabs = tuple(_tab(name, sheet, names.get(name, ())) for name, sheet in self._sheets.items())
            read_only = _native(lambda: self._book.api.ReadOnly)
            locked = _native(lambda: self._book.api.ProtectStructure)
            return Overview(local_name(self._book), self._book.name, tabs, read_only, locked)

    def _names(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Names that belong to one sheet, by sheet; only those that say what a sheet is."""
        found: dict[str, tuple[tuple[str, str], ...]] = {}
        for name in self._book.names:
            scope, _, plain = name.name.rpartition("!")
            if scope and plain in NAMES:
                tab = scope.removeprefix("'").removesuffix("'").replace("''", "'")
                found[tab] = (*found.get(tab, ()), (plain, str(name.refers_to).removeprefix("=")))
        return found

    def read(self, blocks: Sequence[Block], *, formulas: bool = True) -> list[Content]:
        """One call for the values of a block, one for its formulas."""
        with explained():
            return [self._content(block, formulas) for block in blocks]

    def _content(self, block: Block, formulas: bool) -> Content:
        cells = self._range(block)
        found = cells.options(ndim=2, err_to_str=True).value
        rows: Rows = [[_typed(value) for value in row] for row in found]
        return Content(rows, runs_in(block, found, _in_rows(cells.formula)) if formulas else ())

    def _range(self, block: Block) -> xw.Range:
        sheet = self._sheets[block.tab]
        first, last = column_letters(block.left), column_letters(block.right)
        return sheet.range(f"{first}{block.top}:{last}{block.bottom}")  # by corners it is five calls

    def merged(self, block: Block) -> tuple[Corners, ...]:
        """Found by halving: one call where nothing is merged."""
        with explained():
            found: set[Corners] = set()
            self._find_merged(block, found)
            return tuple(sorted(found))

    def _find_merged(self, block: Block, found: set[Corners]) -> None:
        cells = self._range(block)
        state = cells.merge_cells
        if state is False:
            return
        height, width = block.bottom - block.top, block.right - block.left
        if state or not (height or width):
            area = cells[0, 0].merge_area
            rows, columns = area.shape
            found.add((area.row, area.column, area.row + rows - 1, area.column + columns - 1))
            if area.row + rows > block.bottom and area.column + columns > block.right:
                return
        for half in _halves(block):
            self._find_merged(half, found)

    def objects(self, tab: TabState) -> int:
        """What Excel counts; its shapes include charts and pictures."""
        sheet = self._sheets[tab.name]
        with explained():
            return sum(_counted(ask) for ask in _object_counts(sheet))

    def carry_out(self, steps: Sequence[Step], title: str) -> None:
        """Sheets first: they are what may fail."""
        with explained():
            for step in sorted(steps, key=lambda step: not isinstance(step, PutSheet | RemoveSheet)):
                self._carry_out(step)
            self._book.impl.activate()  # Book.activate looks through every Excel for the one in front

    def _carry_out(self, step: Step) -> None:
        if isinstance(step, Put):
            self._put(step)
        elif isinstance(step, Fill):
            template = template_of(step.formula, step.row)
            texts = [[expanded(template, row)] for row in range(step.row, step.last + 1)]
            self._range(step.block).formula = texts if len(texts) > 1 else texts[0][0]
        elif isinstance(step, Resize):
            self._resize(step)
        elif isinstance(step, RemoveSheet):
            self._book.sheets[step.tab].delete()
        elif isinstance(step, ShowTab):
            self._book.sheets[step.tab].visible = step.shown
        else:
            self._put_sheet(step)

    def _put(self, step: Put) -> None:
        """Write, and look: Excel may pass over rows that a filter hides; those are written one by one.

        In a cell with the format Text a date would be a text: it takes a date's format. What a Chinese Excel
        reads as a formula or a date (full-width signs, Chinese numerals) takes an apostrophe.
        """
        cells = self._range(step.block)
        cells.value = [[guarded(value)] for value in step.values]
        for i in self._different(cells, step.values):
            if isinstance(step.values[i], date) and cells[i, 0].number_format == "@":
                cells[i, 0].number_format = "yyyy-mm-dd"
            cells[i, 0].value = guarded(step.values[i])
        for i in self._different(cells, step.values):
            if isinstance(step.values[i], str):
                cells[i, 0].value = f"'{step.values[i]}"
        if self._different(cells, step.values):
            raise NotTaken(step.tab)

    def _different(self, cells: xw.Range, values: Sequence[object]) -> list[int]:
        found = cells.options(ndim=2, err_to_str=True).value
        return [i for i, (row, value) in enumerate(zip(found, values, strict=True)) if not _is(row[0], value)]

    def _resize(self, step: Resize) -> None:
        sheet = self._sheets[step.tab]
        area, old = step.area, step.old
        sheet.tables[step.table].resize(sheet.range((area.top, area.left), (area.bottom, area.right)))
        if area.bottom > old.bottom > old.top:
            model = sheet.range((old.bottom, old.left), (old.bottom, old.right))
            new = sheet.range((old.bottom + 1, old.left), (area.bottom, old.right))
            model.copy()
            new.paste("formats")
            self._app.cut_copy_mode = False

    def _put_sheet(self, step: PutSheet) -> None:
        book, mark = self._book, step.mark
        drawn = self._app.books.open(step.path, update_links=False, read_only=True)
        try:
            source = drawn.sheets[step.source or 0]
            made = source.copy(after=book.sheets[mark.tab if step.replace else step.after])
        finally:
            drawn.close()
        if step.replace:
            kept = book.sheets[mark.tab]
            take_content(made, kept)
            made.delete()
            made = kept
        if made.name != mark.tab:
            made.name = mark.tab
        for name, text in zip(NAMES, (mark.kind, mark.key, mark.hash), strict=True):
            own = made.names.add(name, "=" + quoted(text))
            with suppress(NotImplementedError, AttributeError):  # on a Mac there are none
                own.api.Visible = False

    def keep(self, tabs: Sequence[str], path: Path) -> None:
        """Copies of tabs in a new workbook file."""
        with explained(), ExitStack() as done:
            other = self._app.books.add()
            done.callback(other.close)
            spare = other.sheets[0]
            for tab in tabs:
                self._book.sheets[tab].copy(after=other.sheets[-1])
            if spare.name not in tabs:
                spare.delete()
            other.save(path)

    def status(self, text: str | None) -> None:
        """The status bar."""
        with explained():
            self._app.status_bar = text if text is not None else False

    @contextmanager
    def calm(self) -> Iterator[None]:
        """No repainting, no questions, no recalculation; all as before at the end, whatever happens."""
        app = self._app
        with explained(), ExitStack() as restored:
            for name, quiet in (("screen_updating", False), ("display_alerts", False)):
                restored.callback(setattr, app, name, getattr(app, name))
                setattr(app, name, quiet)
            restored.callback(setattr, app, "calculation", app.calculation)
            app.calculation = "manual"
            yield


def _tab(name: str, sheet: xw.Sheet, names: tuple[tuple[str, str], ...]) -> TabState:
    block = Block(name, *_corners(sheet.used_range))
    protected = _native(lambda: sheet.api.ProtectContents)
    tables = tuple(_table(table) for table in sheet.tables)
    return TabState(name, block, bool(sheet.visible), protected, tables, names)


def _table(table: Any) -> TableInfo:
    return table_info(table.name, _corners(table.range), table.show_headers, table.show_totals)


def _corners(cells: xw.Range) -> tuple[int, int, int, int]:
    """Left, top, right, bottom: in one call, but for whole rows and columns, whose address has no corners."""
    found = _ADDRESS.fullmatch(cells.address)
    if found is None:
        rows, columns = cells.shape
        return cells.column, cells.row, cells.column + columns - 1, cells.row + rows - 1
    left, top, right, bottom = found.groups()
    return column_number(left), int(top), column_number(right or left), int(bottom or top)


def _halves(block: Block) -> tuple[Block, ...]:
    _, left, top, right, bottom = block
    if bottom > top:
        middle = (top + bottom) // 2
        return block._replace(bottom=middle), block._replace(top=middle + 1)
    if right > left:
        middle = (left + right) // 2
        return block._replace(right=middle), block._replace(left=middle + 1)
    return ()


def _typed(value: object) -> object:
    return CellError(value) if isinstance(value, str) and value in _ERRORS else value


def _in_rows(formulas: Any) -> Sequence[Sequence[Any]]:
    return ((formulas,),) if isinstance(formulas, str) or formulas is None else formulas


def runs_in(
    block: Block, values: Sequence[Sequence[object]], formulas: Sequence[Sequence[Any]]
) -> tuple[FormulaRun, ...]:
    """A constant that looks like a formula is what it shows; a formula never is."""
    found: list[FormulaRun] = []
    for i in range(block.right - block.left + 1):
        cells = [
            (row, texts[i])
            for row, (texts, shown) in enumerate(zip(formulas, values, strict=True), block.top)
            if isinstance(texts[i], str) and texts[i][:1] == "=" and texts[i] != shown[i]
        ]
        found += runs_of(block.left + i, cells)
    return tuple(found)


def _is(found: object, wanted: object) -> bool:
    """Whether a cell took what was written; moments to the second."""
    if found is None or wanted is None or wanted == "":
        return found in (None, "") and wanted in (None, "")
    if isinstance(wanted, str) or isinstance(found, str):
        return found == wanted
    if hasattr(wanted, "year") and hasattr(found, "year"):
        return f"{found:%Y%m%d}" == f"{wanted:%Y%m%d}"
    if hasattr(found, "year"):
        return True
    return abs(float(found) - float(wanted)) < 1e-9 * max(1.0, abs(float(wanted)))  # type: ignore[arg-type]


# -- a sheet's content put into the sheet that stands there: what CollabDesk.bas does in VBA -----------------
# Public calls carry the cells; page, frozen rows and charts are asked of Excel's own objects.


def take_content(drawn: xw.Sheet, kept: xw.Sheet) -> None:
    """All that is on `drawn`, and nothing else, is on `kept`; both are of one workbook.

    It stays the sheet that formulas, names, charts, lists, rules and links lead to; deleting it would make
    #REF! of them.
    """
    try:
        _let_go(kept.api)
    except _OTHERWISE:
        _remove_objects(kept)
    kept.cells.unmerge()
    kept.clear()
    drawn.cells.copy(kept["A1"])
    with suppress(*_OTHERWISE):
        _take_the_rest(drawn.api, kept.api)


def _remove_objects(sheet: xw.Sheet) -> None:
    for name in ("charts", "pictures"):
        with suppress(NotImplementedError):
            for one in list(getattr(sheet, name)):
                one.delete()


def _let_go(sheet: Any) -> None:
    """A protection without a password, what hides rows, tables of people's (their cells are pointed at as
    before), and objects; not the arrow of a drop-down list, which belongs to Excel."""
    if sheet.ProtectContents:
        sheet.Unprotect("")
    if sheet.AutoFilterMode:
        sheet.AutoFilterMode = False
    for i in range(sheet.ListObjects.Count, 0, -1):
        sheet.ListObjects(i).Unlist()
    for i in range(sheet.Shapes.Count, 0, -1):
        shape = sheet.Shapes(i)
        if shape.Type != _FORM_CONTROL or shape.FormControlType != _DROP_DOWN:
            shape.Delete()
    sheet.Cells.ClearOutline()
    sheet.Cells.EntireRow.Hidden = False
    sheet.Cells.EntireColumn.Hidden = False


def _take_the_rest(drawn: Any, kept: Any) -> None:
    for i in range(1, kept.Shapes.Count + 1):
        shape = kept.Shapes(i)
        if shape.HasChart:
            _follow(shape.Chart, drawn.Name, kept.Name)
    _take_page(drawn.PageSetup, kept.PageSetup)
    if drawn.Tab.ColorIndex == _NO_COLOUR:
        kept.Tab.ColorIndex = _NO_COLOUR
    else:
        kept.Tab.Color = drawn.Tab.Color
    if drawn.Visible == kept.Visible == _VISIBLE:
        _take_frozen(drawn, kept)


def _follow(chart: Any, source: str, goal: str) -> None:
    """A chart that was copied with its cells goes on to show those that they were copied from."""
    for i in range(1, chart.SeriesCollection().Count + 1):
        series = chart.SeriesCollection(i)
        series.Formula = series.Formula.replace(_prefix(source), _prefix(goal))


def _prefix(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'!"


def _take_page(drawn: Any, kept: Any) -> None:
    """Only what differs: each of these asks the printer, and Excel refuses where there is none."""
    for name in PAGE:
        wanted = getattr(drawn, name)
        if getattr(kept, name) != wanted:
            with suppress(Exception):
                setattr(kept, name, wanted)


def _take_frozen(drawn: Any, kept: Any) -> None:
    """Rows and columns that do not scroll; how large the sheet is shown is the user's choice."""
    drawn.Parent.Activate()
    window = drawn.Application
    drawn.Activate()
    wanted = _frozen(window.ActiveWindow)
    kept.Activate()
    if _frozen(window.ActiveWindow) == wanted:
        return
    pane = window.ActiveWindow
    pane.FreezePanes = False
    pane.ScrollRow = pane.ScrollColumn = 1
    pane.SplitRow, pane.SplitColumn, pane.FreezePanes = wanted


def _frozen(window: Any) -> tuple[int, int, bool]:
    return window.SplitRow, window.SplitColumn, window.FreezePanes
