"""Pages that nothing is taken from, as they went out and as they came back.

Of a packet those for reading; of a whole workbook forms and sheets without IDs, such as 每日同步.

A page is kept as its cells' texts by address. What a formula shows changes by itself, so a cell that
still holds one is no change. What may not enter: whether a change matters (`model/merge/pages.py`).
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from xl_collab.compose import packet_words
from xl_collab.exchange.gate.gate import ReadReply
from xl_collab.model.merge.pages import PAGE, TEXT
from xl_collab.model.merge.snapshot import Rows
from xl_collab.model.merge.values import Canonical, Odd
from xl_collab.model.tables import CellFormula, column_letter

__all__ = ["cell_text", "pages_back", "pages_sent"]

_DATA = (packet_words.TASKS, packet_words.OTHERS)


def pages_sent(data: bytes, tables: Collection[str] = ()) -> dict[str, Rows]:
    """The pages of a workbook that goes out, by snapshot key.

    tables  tabs of a whole workbook that are compared row by row; then hidden tabs are left out too
    """
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    compared = {title for text in _DATA for title in (text.zh, text.en)} | set(tables)
    shown = {one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible}
    return {
        PAGE + name: _page(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for name in book.sheet_names
        if name not in compared and (name in shown or not tables)
    }


def pages_back(read: ReadReply, sent: Collection[str]) -> dict[str, Rows]:
    """The same pages of what came back; one that is gone is left out."""
    names = {key.removeprefix(PAGE) for key in sent if key.startswith(PAGE)}
    return {PAGE + sheet.name: _page(sheet.rows) for sheet in read.sheets if sheet.name in names}


def _page(rows: Iterable[Iterable[object]]) -> Rows:
    cells: Mapping[str, Canonical] = {
        f"{column_letter(c)}{r}": text
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row)
        if (text := cell_text(value)) is not None
    }
    return Rows(tuple(cells), {TEXT: list(cells.values())})


def cell_text(value: object) -> Canonical:
    """What a cell says, alike for every program that saved it."""
    if isinstance(value, CellFormula):
        return Odd("formula")
    if isinstance(value, bool) or value is None:
        return None if value is None else str(value).upper()
    if isinstance(value, float | int):
        return f"{value:.10g}"
    if isinstance(value, datetime) and value.time() != datetime.min.time():
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return str(value).replace("\r\n", "\n").strip() or None
