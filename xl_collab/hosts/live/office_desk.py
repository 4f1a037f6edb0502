"""An open workbook in LibreOffice: a whole step of the live host is one call across processes.

The operations run inside the office (libreoffice/inside/host.py). What may not enter: trackers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import xlwings as xw

from xl_collab.hosts.formulacheck import Run, template_of
from xl_collab.hosts.generated import NAMES
from xl_collab.hosts.headings import Area as Corners
from xl_collab.hosts.libreoffice import values
from xl_collab.hosts.libreoffice.book import FILTERS
from xl_collab.hosts.libreoffice.grammar import to_excel, to_office
from xl_collab.hosts.live.desk import (
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
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.project.tables import CellError

Operation = tuple[str, dict[str, Any]]


class OfficeDesk:
    """One workbook open in LibreOffice, given as an xlwings Book of our engine."""

    def __init__(self, book: xw.Book) -> None:
        self._calls = book.impl.calls
        self._uid = book.impl.uid

    def overview(self) -> Overview:
        """The workbook as it is now."""
        told = self._calls.ask("overview", book=self._uid)
        name = Path(told["path"]).name or told["title"]
        if date(*told["day_zero"]) != values.EPOCH.date():
            raise days_of_1904(name)
        tables: dict[str, list[TableInfo]] = {}
        for table, tab, corners, header, totals, _ in told["tables"]:
            tables.setdefault(tab, []).append(table_info(table, corners, header, totals))
        tabs = tuple(_tab(one, tables.get(one["name"], [])) for one in told["tabs"])
        return Overview(told["path"] or name, name, tabs, told["read_only"], told["locked"])

    def read(self, blocks: Sequence[Block], *, formulas: bool = True) -> list[Content]:
        """What the blocks hold, in one call."""
        at = [self._at(block) for block in blocks]
        told = self._calls.ask("blocks_read", blocks=at, formulas=formulas)
        return [Content(_typed(raw), tuple(_run(run) for run in runs)) for raw, runs in told]

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
        around: list[Operation] = [("begin", {"book": self._uid, "title": title})]
        self._calls.ask_many([*sheets, *around, *cells, ("finish", {"book": self._uid})])

    def keep(self, tabs: Sequence[str], path: Path) -> None:
        """Copies of tabs in a new workbook file."""
        kind = FILTERS[path.suffix]
        self._calls.ask("keep_sheets", book=self._uid, tabs=list(tabs), path=str(path), kind=kind)

    def status(self, text: str | None) -> None:
        """The status bar of the front window."""
        self._calls.tell("status", text=text)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing to do: `carry_out` is one call, within which LibreOffice paints nothing."""
        yield

    def _at(self, block: Block) -> list[Any]:
        return [self._uid, *block]

    def _operation(self, step: Step) -> Operation:
        if isinstance(step, Put):
            rows = [[values.for_cell(guarded(value))] for value in step.values]
            return "write", {"at": self._at(step.block), **values.ForOffice(rows).arguments()}
        if isinstance(step, Fill):
            template = template_of(to_office(step.formula), step.row)
            return "fill", {"at": self._at(step.block), "template": template}
        if isinstance(step, Resize):
            return "grow_rows", {"book": self._uid, "name": step.table, "bottom": step.area.bottom}
        if isinstance(step, RemoveSheet):
            return "remove_sheet", {"book": self._uid, "sheet": step.tab}
        return "insert_sheet", self._sheet(step)

    def _sheet(self, step: PutSheet) -> dict[str, Any]:
        said = (step.mark.kind, step.mark.key, step.mark.hash)
        names = [[name, quoted(text)] for name, text in zip(NAMES, said, strict=True)]
        placed = {"replace": step.replace, "after": step.after, "source": step.source or None}
        return {"book": self._uid, "path": str(step.path), "tab": step.mark.tab, "names": names, **placed}


def _tab(told: dict[str, Any], tables: list[TableInfo]) -> TabState:
    return TabState(
        told["name"],
        Block(told["name"], *told["used"]),
        told["shown"],
        told["protected"],
        tuple(tables),
        tuple((name, content) for name, content in told["names"]),
        tuple((top, left, bottom, right) for top, left, bottom, right in told["merged"]),
        told["objects"],
    )


def _typed(raw: dict[str, Any]) -> Rows:
    rows: Rows = values.from_office(raw)
    for i, j, code in raw["errors"]:
        rows[i][j] = CellError(code)
    return rows


def _run(told: Sequence[Any]) -> Run:
    column, first, last, template = told
    return Run(column, first, last, template, to_excel)
