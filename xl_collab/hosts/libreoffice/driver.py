"""The driver of LibreOffice: a whole step of the live host is one call across processes.

The operations run inside the office (inside/). What may not enter: trackers.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xl_collab.hosts.formulacheck import Run, template_of
from xl_collab.hosts.generated import NAMES
from xl_collab.hosts.headings import Area as Corners
from xl_collab.hosts.libreoffice.connection import Connection
from xl_collab.hosts.libreoffice.grammar import to_excel, to_office
from xl_collab.hosts.live.driver import (
    Block,
    Content,
    Fill,
    Overview,
    Put,
    PutSheet,
    RemoveSheet,
    Resize,
    Rows,
    Step,
    TabState,
    guarded,
    quoted,
    table_info,
)
from xl_collab.hosts.live.refusals import days_of_1904
from xl_collab.hosts.live.writing import spans
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.project.tables import CellError

DATE, TIME, LOGICAL = 2, 4, 1024
"""com.sun.star.util.NumberFormat."""

DAY = dt.timedelta(days=1)
EPOCH = dt.datetime(1899, 12, 30)
"""Day 0 of documents with the 1900 date system; the others are refused."""

Operation = tuple[str, dict[str, Any]]


class OfficeDriver:
    """One workbook open in LibreOffice, by the id that LibreOffice gives it."""

    def __init__(self, connection: Connection, uid: str) -> None:
        self._connection = connection
        self._uid = uid

    def overview(self) -> Overview:
        """The workbook as it is now."""
        found = self._connection.ask("overview", book=self._uid)
        name = Path(found["path"]).name or found["title"]
        if dt.date(*found["day_zero"]) != EPOCH.date():
            raise days_of_1904(name)
        tables: dict[str, list[TableInfo]] = {}
        for table, tab, corners, header, totals in found["tables"]:
            tables.setdefault(tab, []).append(table_info(table, corners, header, totals))
        tabs = tuple(_tab(one, tables.get(one["name"], [])) for one in found["tabs"])
        return Overview(found["path"] or name, name, tabs, found["read_only"], found["locked"])

    def read(self, blocks: Sequence[Block], *, formulas: bool = True) -> list[Content]:
        """What the blocks hold, in one call."""
        at = [self._at(block) for block in blocks]
        found = self._connection.ask("blocks_read", blocks=at, formulas=formulas)
        return [Content(_typed(raw), tuple(_run(run) for run in runs)) for raw, runs in found]

    def merged(self, block: Block) -> tuple[Corners, ...]:
        """The overview has them already."""
        return next(tab.merged or () for tab in self.overview().tabs if tab.name == block.tab)

    def objects(self, tab: TabState) -> int:
        """The overview has counted them."""
        return tab.objects or 0

    def carry_out(self, steps: Sequence[Step], title: str) -> None:
        """One call. Sheets first: they are what may fail, and what LibreOffice's undo does not know."""
        sheets = [self._operation(step) for step in steps if isinstance(step, PutSheet | RemoveSheet)]
        cells = [self._operation(step) for step in steps if not isinstance(step, PutSheet | RemoveSheet)]
        self._connection.ask_many([*sheets, ("begin", {"book": self._uid, "title": title}), *cells])

    def keep(self, tabs: Sequence[str], path: Path) -> None:
        """Copies of tabs in a new workbook file."""
        self._connection.ask("keep_sheets", book=self._uid, tabs=list(tabs), path=str(path))

    def status(self, text: str | None) -> None:
        """The status bar of the front window."""
        self._connection.ask("status", text=text)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing to do: `carry_out` is one call, within which LibreOffice paints nothing."""
        yield

    def _at(self, block: Block) -> list[Any]:
        return [self._uid, *block]

    def _operation(self, step: Step) -> Operation:
        if isinstance(step, Put):
            return "write", {"at": self._at(step.block), **_Column(step.values).arguments()}
        if isinstance(step, Fill):
            template = to_office(template_of(step.formula, step.row))
            return "fill", {"at": self._at(step.block), "template": template}
        if isinstance(step, Resize):
            return "grow_rows", {"book": self._uid, "name": step.table, "bottom": step.area.bottom}
        if isinstance(step, RemoveSheet):
            return "remove_sheet", {"book": self._uid, "sheet": step.tab}
        return "insert_sheet", self._sheet(step)

    def _sheet(self, step: PutSheet) -> dict[str, Any]:
        texts = (step.mark.kind, step.mark.key, step.mark.hash)
        names = [[name, quoted(text)] for name, text in zip(NAMES, texts, strict=True)]
        placed = {"replace": step.replace, "after": step.after, "source": step.source or None}
        return {"book": self._uid, "path": str(step.path), "tab": step.mark.tab, "names": names, **placed}


def _tab(found: dict[str, Any], tables: list[TableInfo]) -> TabState:
    return TabState(
        found["name"],
        Block(found["name"], *found["used"]),
        found["shown"],
        found["protected"],
        tuple(tables),
        tuple((name, content) for name, content in found["names"]),
        tuple((top, left, bottom, right) for top, left, bottom, right in found["merged"]),
        found["objects"],
    )


def _typed(raw: dict[str, Any]) -> Rows:
    rows: Rows = [[None if v == "" else v for v in row] for row in raw["rows"]]
    for kind, as_typed in (("dates", _date), ("truths", bool)):
        for top, left, bottom, right in raw[kind]:
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [
                    as_typed(v) if isinstance(v, float | int) else v for v in row[left : right + 1]
                ]
    for i, j, code in raw["errors"]:
        rows[i][j] = CellError(code)
    return rows


def _date(serial: float) -> dt.datetime | float:
    try:
        return EPOCH + dt.timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return serial


def _run(found: Sequence[Any]) -> Run:
    column, first, last, template = found
    return Run(column, first, last, template, to_excel)


class _Column:
    """Python values of a column as `write` takes them: plain values, and the formats to see them by."""

    def __init__(self, values: Sequence[object]) -> None:
        self.formats: dict[tuple[str, int], list[int]] = {}
        self.rows = [[self._plain(row, guarded(value))] for row, value in enumerate(values)]

    def _plain(self, row: int, value: Any) -> str | float:
        if value is None or value != value:
            return ""
        if isinstance(value, str):
            return value.removeprefix("'")  # there it only says that a text is one
        if isinstance(value, bool):
            return self._shown("BOOLEAN", LOGICAL, row, float(value))
        if isinstance(value, numbers.Real):
            number = float(value)
            return number if math.isfinite(number) else ""
        return self._moment(row, value)

    def _moment(self, row: int, value: object) -> float:
        if isinstance(value, dt.datetime):
            code = "yyyy-mm-dd" if value.time() == dt.time() else "yyyy-mm-dd hh:mm:ss"
            return self._shown(code, DATE, row, (value.replace(tzinfo=None) - EPOCH) / DAY)
        if isinstance(value, dt.date):
            return self._shown("yyyy-mm-dd", DATE, row, float((value - EPOCH.date()).days))
        if isinstance(value, dt.time):
            of_day = dt.datetime.combine(EPOCH.date(), value.replace(tzinfo=None)) - EPOCH
            return self._shown("hh:mm:ss", TIME, row, of_day / DAY)
        raise TypeError(f"a cell cannot hold {type(value).__name__}")

    def _shown(self, code: str, kind: int, row: int, number: float) -> float:
        self.formats.setdefault((code, kind), []).append(row)
        return number

    def arguments(self) -> dict[str, Any]:
        """Formats as runs of rows."""
        formats = [
            [code, kind, 0, first, last]
            for (code, kind), rows in self.formats.items()
            for first, last in spans(rows)
        ]
        return {"rows": self.rows, "formats": formats}
