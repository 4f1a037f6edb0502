"""Table sheets: title, hint, banner, headings and a real Excel table with its formulas.

Everything follows from a `TableSheet`; the rows come from the book, the results of formulas
from the model. Only the drawing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_collab.a1 import column_letters
from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import Canvas, letters_of, write, write_formula
from xl_collab.documents.colours import colour_table, mark_changed
from xl_collab.documents.kept_rows import RowStore
from xl_collab.documents.page import Pagination
from xl_collab.documents.table_widths import FILTER_BUTTON, column_widths, shown_widths
from xl_collab.documents.validation import column_rule
from xl_collab.plan.computed import formula_values, stamps
from xl_collab.plan.formulas import REASONS, filled_down, formula_columns, in_row, render
from xl_collab.plan.project import Project
from xl_collab.project.tables import Table
from xl_collab.project.text_size import INDENT
from xl_collab.schema.declaration import FIRST_ROW, HEADER_ROW, Column, Kind, TableSheet
from xl_collab.schema.row_formulas import NOW_OF_NOTHING
from xl_collab.schema.words import t

DATE_TEXT = 'YEAR({0})&"-"&RIGHT("0"&MONTH({0}),2)&"-"&RIGHT("0"&DAY({0}),2)'
_BANNER = t(
    "数据日期 {0}：全部计算以此日为准；清空“设置”中的数据日期即改按今天计算。",
    "Data date {0}: all figures are as of this day; clear it in Settings to use today.",
)
_STALE = (
    t("还没有推算", "Not computed yet"),
    t("推算截至 ", "Computed as of "),
    t("，其后 {0} 行已改动", ", rows changed since: {0}"),
    t("，节假日或延迟阈值已改动", ", holidays or the threshold changed"),
    t("，{0} 行待重算", ", rows to recompute: {0}"),
)
_STOP = t("。", ". ")
_CALENDAR_NOTE = t(
    "官方放假安排：{0}–{1} 年；其他年份按推定。", "Official days: {0}–{1}; other years are estimated."
)

KIND_ROLES: Mapping[Kind, tuple[str, ...]] = {
    Kind.ID: ("text", "centre"),
    Kind.IDS: ("text", "wrap", "left", "indent"),
    Kind.TEXT: ("wrap", "left", "indent"),
    Kind.NOTE: ("wrap", "left", "indent"),
    Kind.PARTY: ("wrap", "left", "indent"),
    Kind.DEADLINE: ("date", "left", "wrap", "indent"),
    Kind.EMAIL: ("left", "indent"),
    Kind.CHOICE: ("centre", "wrap"),
    Kind.DATE: ("date",),
    Kind.DATETIME: ("datetime",),
    Kind.PERCENT: ("percent",),
    Kind.NUMBER: ("number",),
    Kind.INTEGER: ("integer",),
    Kind.MONEY: ("money",),
    Kind.WORKDAYS: ("workdays",),
}
_HEAD_HEIGHT = 100.0
"""Points that title, hint, note and heading take on each printed page of 节假日, rounded up."""
_LAST_OF_SHEET = 1_048_575
"""The last row but one: an area of whole columns ($A:$X) is none to other programs."""

Values = Mapping[str, Sequence[object]]


def draw_table(
    worksheet: Worksheet, canvas: Canvas, sheet: TableSheet, store: RowStore | None = None
) -> None:
    """Draw one table sheet with its rows; those that are in `store` are put in as they were drawn before."""
    table = canvas.table(sheet)
    widths = column_widths(canvas, sheet, table)
    _columns(worksheet, canvas, sheet, widths)
    _head(worksheet, canvas, sheet, widths)
    _excel_table(worksheet, canvas, sheet, max(1, len(table)))
    _rows(worksheet, canvas, sheet, table, widths, store)
    _rules(worksheet, canvas, sheet)
    colour_table(worksheet, canvas, sheet)
    if sheet.key == "tracker":
        mark_changed(worksheet, canvas, sheet)
    worksheet.freeze_panes(HEADER_ROW, sheet.freeze_columns)
    _set_up_print(worksheet, canvas, sheet, widths)
    if sheet.key == "calendar":
        _print_recent_years(worksheet, canvas, sheet, table, widths)


def _set_up_print(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet, widths: Sequence[float]) -> None:
    """One page wide where that stays legible, else pages side by side."""
    taken = looks.paper_width(shown_widths(sheet, widths))
    upright = taken <= looks.paper_room(landscape=False) / looks.WIDEST
    looks.set_up_page(
        worksheet,
        landscape=not upright,
        lang=canvas.lang,
        repeat_rows=(0 if sheet.key == "calendar" else HEADER_ROW - 1, HEADER_ROW - 1),
        project=canvas.project_name(),
        scale=max(looks.WIDEST, min(1.0, looks.paper_room(landscape=not upright) / taken)),
    )
    breaks = page_breaks(sheet, widths)
    if breaks:
        looks.side_by_side(worksheet, breaks, repeated_column(sheet))
    if any(column.folded for column in sheet.columns):
        _print_unfolded(worksheet, canvas, sheet)


def _print_unfolded(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet) -> None:
    """Print up to the last column that is not folded, in all rows: people add some below."""
    last = max(at for at, column in enumerate(sheet.columns) if not (column.folded or column.hidden))
    # Written as cells: of whole columns (A:W) XlsxWriter makes what openpyxl does not take for an area.
    worksheet.print_area_range = f"{canvas.tab(sheet)}!$A$1:${column_letters(last + 1)}${_LAST_OF_SHEET}"


def _print_recent_years(
    worksheet: Worksheet, canvas: Canvas, sheet: TableSheet, table: Table, widths: Sequence[float]
) -> None:
    """Print 节假日 for the project's years: all years since 2004 are twenty pages.

    Print areas do not grow with the table: where the project's days are the last, the page is printed to its
    end, for days that people add below.
    """
    years = _project_years(canvas.project)
    listed = table.dates("date").astype("datetime64[D]").tolist()
    mine = [i for i, day in enumerate(listed) if day is not None and day.year in years]
    first = mine[0] if mine else 0
    after = mine[-1] + 1 if mine else len(table)
    shown = [width for column, width in zip(sheet.columns, widths, strict=True) if not column.hidden]
    room = Pagination(shown, landscape=False).page_height - _HEAD_HEIGHT
    a_page = max(1, int(room / looks.BODY_HEIGHT))
    rows = after - first if after < len(table) else -(-max(1, after - first) // a_page) * a_page
    worksheet.print_area(HEADER_ROW + first, 0, HEADER_ROW - 1 + first + rows, len(shown) - 1)


def _project_years(project: Project) -> range:
    """From the first to the last year in which a task is due; that of the data date is among them."""
    days = (*project.assessment.base.tolist(), *project.deadline_days.tolist(), project.as_of)
    found = {day.year for day in days if day is not None}
    return range(min(found), max(found) + 1)


# sizes


def wrapped_height(sheet: TableSheet, cells: Sequence[object], widths: Sequence[float]) -> float:
    """Height of a row that shows all of its wrapping texts."""
    pairs = zip(sheet.columns, cells, widths, strict=True)
    return looks.row_height(
        (value, width - (INDENT if "indent" in KIND_ROLES[column.kind] else 0))
        for column, value, width in pairs
        if isinstance(value, str)
        and "wrap" in KIND_ROLES.get(column.kind, ())
        and not (column.hidden or column.folded)
    )


# head and columns


def _columns(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet, widths: Sequence[float]) -> None:
    for at, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        look = canvas.theme("plain", "middle", *KIND_ROLES.get(column.kind, ()))
        worksheet.set_column(at, at, width, look, _outline(sheet, at))
    if sheet.columns and sheet.columns[-1].folded:
        worksheet.set_column(len(widths), len(widths), None, None, {"collapsed": True})


def _outline(sheet: TableSheet, at: int) -> dict[str, object]:
    """The column's level, and whether it is folded; behind a folded group stands the button that opens it."""
    column = sheet.columns[at]
    options: dict[str, object] = {"hidden": column.hidden or column.folded}
    if column.group:
        options["level"] = 1
    elif at and sheet.columns[at - 1].folded:
        options["collapsed"] = True
    return options


def _head(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet, widths: Sequence[float]) -> None:
    theme, at = canvas.theme, title_column(1 + len(page_breaks(sheet, widths)))
    worksheet.set_row(0, 30)
    worksheet.write_string(0, at, sheet.name(canvas.lang), theme("title"))
    worksheet.write_string(1, at, sheet.hint.of(canvas.lang), theme("hint", font_size=looks.BODY_SIZE))
    _banner(worksheet, canvas, sheet, at)
    headings = [column.label.of(canvas.lang) for column in sheet.columns]
    pairs = zip(headings, (w - FILTER_BUTTON for w in widths), strict=True)
    worksheet.set_row(HEADER_ROW - 1, looks.row_height(pairs, minimum=looks.HEADER_HEIGHT))


def page_breaks(sheet: TableSheet, widths: Sequence[float]) -> list[int]:
    """Zero-based columns at which a new page begins; none where one page takes all."""
    room = looks.paper_room(landscape=True) / looks.WIDEST
    if looks.paper_width(shown_widths(sheet, widths)) <= room:
        return []
    found: list[int] = []
    head = looks.paper_width(shown_widths(sheet, widths)[: repeated_column(sheet) + 1])
    used = 0.0
    for n, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        taken = 0.0 if column.hidden or column.folded else looks.paper_width([width])
        if used + taken > room and n > repeated_column(sheet):
            found.append(n)
            used = head
        used += taken
    return found


def repeated_column(sheet: TableSheet) -> int:
    """The last column that every page shows: the one that says in words what a row is, beside its ID."""
    named = (n for n, c in enumerate(sheet.columns[:_FIRST_FEW]) if c.required and c.kind is Kind.TEXT)
    return min(named, default=0)


_FIRST_FEW = 5
"""Columns among which the one stands that says what a row is."""


def title_column(pages: int) -> int:
    """Where the lines above a table begin: the first column is printed on both pages, and would cut them."""
    return 1 if pages > 1 else 0


def _banner(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet, at: int) -> None:
    """Row 3: what day the figures are as of; on 节假日 the years that are official."""
    if sheet.key == "calendar":
        _official_years(worksheet, canvas, sheet)
    elif sheet.state == "visible":
        day = canvas.project.settings.data_date
        formula, value = data_date_banner(canvas, day)
        if sheet.key == "tracker":
            formula = tracker_banner(canvas, formula)
        write_formula(worksheet, 2, at, formula, canvas.theme("banner", font_size=looks.BODY_SIZE), value)


def data_date_banner(canvas: Canvas, day: object) -> tuple[str, str]:
    """The formula of the banner and what it shows; empty when the data date is empty."""
    before, after = _BANNER.of(canvas.lang).split("{0}")
    text = f'"{before}"&{DATE_TEXT.format("data_date")}&"{after}"'
    return f'IF(ISNUMBER(data_date),{text},"")', f"{before}{day}{after}" if day else ""


def tracker_banner(canvas: Canvas, dated: str) -> str:
    """The formula of the line above 跟踪表: whether figures wait for Python, then the data date."""
    return f"{stale_line(canvas, _STOP.of(canvas.lang))}&{dated}"


def stale_line(canvas: Canvas, end: str = "") -> str:
    """A formula that says how far figures go, how many rows were changed since and how many wait for Python.

    Nothing right after a run.
    """
    if "pending" not in letters_of(canvas.declaration.table("tracker")):
        return '""'
    names = ("computed_at", "changed", "pending", "first_changed")
    days, changed, pending, first = (canvas.column("tracker", name) for name in names)
    waiting = f'COUNTIF({pending},"{REASONS["pending"].of(canvas.lang)}")'
    never, since, rows, ground, wait = (text.of(canvas.lang) for text in _STALE)
    known = f'IF(MIN({days})=0,"{never}","{since}"&{DATE_TEXT.format(f"MIN({days})")})'
    told = (
        f'{known}&IF(COUNT({changed})=0,"",{_numbered(rows, f"COUNT({changed})")})'
        f'&IF(MIN({first})<0,"{ground}","")&IF({waiting}=0,"",{_numbered(wait, waiting)})'
    )
    return f'IF(COUNT({changed})+{waiting}=0,"",{told}&"{end}")'


def _numbered(text: str, number: str) -> str:
    before, after = text.split("{0}")
    return f'"{before}"&{number}&"{after}"'


def _official_years(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet) -> None:
    """First and last official year in the hidden cells above the table, and a line that says so."""
    note, *years = official_years_banner(canvas)
    write_formula(worksheet, 2, 0, note[0], canvas.theme("hint", font_size=looks.BODY_SIZE), note[1])
    look = canvas.theme("quiet", "unseen")
    for name, (formula, year) in zip(YEAR_COLUMNS, years, strict=True):
        write_formula(worksheet, 2, sheet.index(name), formula, look, year)


YEAR_COLUMNS = ("off_day", "work_day")
"""The columns of 节假日 above which the first and the last official year stand."""


_RUN = 60
"""Years that an unbroken run may have."""


def official_years_banner(canvas: Canvas) -> tuple[tuple[str, object], ...]:
    """The formulas above 节假日 and what they show: a line in words, the first and the last official year.

    They are those of the last unbroken run: a year within that is not official would pass for one.
    """
    first, last = canvas.project.official_span
    years = canvas.column("calendar", "official_year")
    before, between, after = _CALENDAR_NOTE.of(canvas.lang).replace("{1}", "{0}").split("{0}")
    formula = f'"{before}"&calendar_first&"{between}"&calendar_last&"{after}"'
    note = (formula, f"{before}{first}{between}{last}{after}")
    missing = f"(COUNTIF({years},MAX({years})+1-ROW($1:${_RUN}))=0)*({_RUN + 1}-ROW($1:${_RUN}))"
    begin = f"IF(COUNT({years})=0,0,MAX({years})-{_RUN - 1}+SUMPRODUCT(MAX({missing})))"
    return note, (begin, first), (f"MAX({years})", last)


# the table


def _excel_table(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet, rows: int) -> None:
    columns = [
        {
            "header": column.label.of(canvas.lang),
            "header_format": _heading(canvas, column),
        }
        for column in sheet.columns
    ]
    options = {"name": sheet.table, "style": None, "columns": columns, "banded_rows": False}
    worksheet.add_table(HEADER_ROW - 1, 0, HEADER_ROW - 1 + rows, len(columns) - 1, options)
    for column in formula_columns(sheet):
        # Given as an option, XlsxWriter would write each row's formula too, and without its result.
        entry = worksheet.tables[-1]["columns"][sheet.index(column.name)]
        entry["formula"] = render(column, letters_of(sheet), FIRST_ROW, canvas.lang)


def _heading(canvas: Canvas, column: Column) -> Format:
    """A heading stands as its cells do: over a text at the left."""
    side = ("left", "indent") if "indent" in KIND_ROLES.get(column.kind, ()) else ()
    return canvas.theme("header_computed" if column.computed else "header", *side)


def _rows(
    worksheet: Worksheet,
    canvas: Canvas,
    sheet: TableSheet,
    table: Table,
    widths: Sequence[float],
    store: RowStore | None,
) -> None:
    """The data rows; an empty table shows one empty row with its formulas."""
    values = cell_values(canvas.project, sheet, table)
    if store is not None:
        key = repr((sheet.key, canvas.lang, widths, values))
        kept = store.get(key)
        if kept is not None:
            worksheet.put_rows(kept, canvas.theme)
            return
        worksheet.keep_rows(HEADER_ROW, canvas.theme, lambda rows: store.put(key, rows))
    looks_of = [_look(canvas, column) for column in sheet.columns]
    letters = letters_of(sheet)
    formulas = {c.name: filled_down(c, letters, canvas.lang) for c in formula_columns(sheet)}
    for i in range(max(1, len(table))):
        row = HEADER_ROW + i
        cells = [values[c.name][i] if i < len(table) else None for c in sheet.columns]
        worksheet.set_row(row, wrapped_height(sheet, cells, widths))
        for at, (column, value) in enumerate(zip(sheet.columns, cells, strict=True)):
            if column.computed == "formula":
                text = in_row(formulas[column.name], row + 1)
                shown = _result(column, value, empty=not len(table))
                write_formula(worksheet, row, at, text, looks_of[at], shown)
            else:
                write(worksheet, row, at, value, looks_of[at], canvas.theme)


def _look(canvas: Canvas, column: Column) -> Format:
    ground = ("grey",) if column.computed else ()
    return canvas.theme("body", *KIND_ROLES.get(column.kind, ()), *ground)


_EMPTY_ROW: Mapping[str, object] = {"off_day": 0, "work_day": 0, "first_changed": -1, "now": NOW_OF_NOTHING}
"""What formulas show in the one row of a table without rows, where it is not nothing."""


def _result(column: Column, value: object, *, empty: bool) -> object:
    """The cached value of a formula cell; on the one row of an empty table some show a number."""
    return _EMPTY_ROW.get(column.name, value) if empty else value


def cell_values(project: Project, sheet: TableSheet, table: Table) -> Values:
    """Every column's cells: as in the book, results of formulas and of the tool from the model."""
    found: dict[str, Sequence[object]] = {
        column.name: table.raw(column.name).tolist() if column.name in table.cells else [None] * len(table)
        for column in sheet.columns
    }
    found |= formula_values(project, sheet.key)
    if sheet.key == "tracker" and len(table):
        found |= _tool_values(project, len(table))
    return found


def _tool_values(project: Project, count: int) -> Values:
    """What Python writes on the tracker, stamped with the day that it was computed for."""
    found = project.assessment
    return {
        "projected": found.projected.astype("datetime64[D]").tolist(),
        "predecessor_alert": found.predecessor_alert.tolist(),
        "missed": [None if m != m else int(m) for m in found.missed.tolist()],
        "next_due": list(found.next_due),
        "computed_at": [project.as_of] * count,
        "earliest": found.earliest.astype("datetime64[D]").tolist(),
        "due_on": project.due_days.tolist(),
        **stamps(project),
    }


def _rules(worksheet: Worksheet, canvas: Canvas, sheet: TableSheet) -> None:
    if sheet.state != "visible":
        return
    for name, letter in letters_of(sheet).items():
        rule = column_rule(sheet.column(name), letter, FIRST_ROW, canvas.last_row, canvas.lang)
        if rule is not None:
            at = sheet.index(name)
            worksheet.data_validation(FIRST_ROW - 1, at, canvas.last_row - 1, at, rule)
