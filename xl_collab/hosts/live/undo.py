"""One step back in an open workbook: what a run is about to change is stored on disk before it begins.

Excel's own undo does not know what programs write, and the next click may be another Python. A step is
`live-0001.json` beside the workbook (or in the user's state folder where it has no folder), and
`live-0001.xlsx` with copies of the sheets that the run replaces. What may not enter: deciding what changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from xl_collab.a1 import Area, column_letters
from xl_collab.errors import NothingToUndo
from xl_collab.hosts.atomic import copy_atomically, write_atomically
from xl_collab.hosts.changes import SheetMark, as_cell, is_same
from xl_collab.hosts.formulacheck import expanded, template_of, tidy
from xl_collab.hosts.journal import Undone, make_hidden
from xl_collab.hosts.live.driver import Fill, Put, PutSheet, RemoveSheet, Resize, ShowTab, Step
from xl_collab.hosts.live.window import LiveGrid, LiveSheets
from xl_collab.hosts.owner import state_folder
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.sheets import SHEETS

_META = SHEETS["meta"].title.zh
KEPT = 5
"""Steps kept of each workbook."""


@dataclass(frozen=True)
class UndoneRun(Undone):
    """A run taken back; `kept` has the cells and tabs that stay: people changed them, or point there."""

    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellBlock:
    """Cells of one column before and after a run; the first stands in `row`."""

    tab: str
    column: int
    row: int
    before: tuple[object, ...]
    after: tuple[object, ...]


@dataclass(frozen=True)
class PutBefore:
    """A sheet that a run puts in; `replaced` has the identity of the one that stood there."""

    mark: SheetMark
    replaced: SheetMark | None


@dataclass
class Record:
    """One run as stored."""

    command: str
    time: str
    cells: list[CellBlock] = field(default_factory=list)
    tables: list[Resize] = field(default_factory=list)
    sheets: list[PutBefore] = field(default_factory=list)
    shown: list[ShowTab] = field(default_factory=list)


def record_of(
    steps: Sequence[Step], sheets: LiveSheets, known: Sequence[SheetMark], record: Record
) -> Record:
    """`record` with what `steps` are about to change; nothing is asked of the program."""
    for step in steps:
        if isinstance(step, Put | Fill):
            record.cells.append(_cells(step, sheets.grid(step.tab)))
        elif isinstance(step, Resize):
            record.tables.append(step)
        elif isinstance(step, ShowTab):
            record.shown.append(step)
        elif isinstance(step, PutSheet):
            old = next((mark for mark in known if mark.tab == step.mark.tab and step.replace), None)
            record.sheets.append(PutBefore(step.mark, old))
    return record


def _cells(step: Put | Fill, grid: LiveGrid) -> CellBlock:
    block = step.block
    rows = range(block.top, block.bottom + 1)
    if isinstance(step, Put):
        after: tuple[object, ...] = tuple(step.values)
    else:
        template = template_of(step.formula, step.row)
        after = tuple(CellFormula(expanded(template, row).removeprefix("=")) for row in rows)
    before = tuple(grid.state_of(row, block.left) for row in rows)
    return CellBlock(block.tab, block.left, block.top, before, after)


class LiveJournal:
    """The stored steps of one workbook."""

    def __init__(self, path: str) -> None:
        self.folder = _folder(path)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("live-[0-9]*.json"))

    def __len__(self) -> int:
        return len(self._files())

    def next(self) -> Path:
        """Where the next step goes; makes the folder."""
        make_hidden(self.folder)
        files = self._files()
        number = int(files[-1].stem.removeprefix("live-")) + 1 if files else 1
        return self.folder / f"live-{number:04}.json"

    def store(self, file: Path, record: Record) -> None:
        """Write a step down, and drop the oldest ones."""
        write_atomically(
            file, json.dumps(_encoded(record), ensure_ascii=False).encode("utf-8", "surrogatepass")
        )
        for old in self._files()[:-KEPT]:
            drop(old)

    def last(self) -> tuple[Path, Record] | None:
        """The newest step that can be read; unreadable ones are passed over."""
        for file in reversed(self._files()):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                return file, _decoded(json.loads(file.read_text(encoding="utf-8", errors="surrogatepass")))
        return None


def drop(file: Path) -> None:
    """Remove a step and its sheets."""
    for one in (file, kept_sheets(file)):
        with contextlib.suppress(OSError):
            one.unlink(missing_ok=True)


def copy_saved(path: str) -> Path:
    """A copy of the saved workbook beside its steps, for the record of a run; old copies go."""
    folder, suffix = _folder(path), Path(path).suffix
    folder.mkdir(parents=True, exist_ok=True)
    copies = sorted(folder.glob(f"saved-[0-9]*{suffix}"))
    number = int(copies[-1].stem.removeprefix("saved-")) + 1 if copies else 1
    made = copy_atomically(path, folder / f"saved-{number:04}{suffix}")
    for old in copies[: 1 - KEPT]:
        old.unlink(missing_ok=True)
    return made


def kept_sheets(file: Path) -> Path:
    """The workbook with the sheets that a step replaces."""
    return file.with_suffix(".xlsx")


def _folder(path: str) -> Path:
    """`.NAME.collab` beside the workbook; for one without a folder here (new, cloud) the user's own."""
    here = Path(path)
    if here.is_absolute() and here.parent.is_dir() and os.access(here.parent, os.W_OK):
        return here.with_name(f".{here.name}.collab")
    key = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return state_folder() / "xl_collab" / "live" / key


# -- taking back ------------------------------------------------------------------------------------


def steps_back(
    file: Path, record: Record, sheets: LiveSheets, touched: set[str]
) -> tuple[list[Step], list[str]]:
    """The steps that undo a run, and the cells and tabs that stay: people changed them, or point there."""
    steps: list[Step] = []
    kept: list[str] = []
    spared = _spared(record, sheets)
    for block in record.cells:
        if block.tab in sheets.tabs:
            rows = spared if block.tab == _META else frozenset[int]()
            steps += _restored(block, sheets.grid(block.tab), kept, rows)
        else:
            kept.append(block.tab)
    steps += [Resize(one.tab, one.table, one.area, one.old) for one in record.tables if _stands(one, sheets)]
    for one in record.shown:
        if one.tab in sheets.tabs and sheets.is_shown(one.tab) == one.shown:
            steps.append(ShowTab(one.tab, not one.shown))
    for put in record.sheets:
        tab = put.mark.tab
        if not _is_there(put.mark, sheets):
            continue
        if tab in touched or (put.replaced is None and sheets.is_pointed_at(tab)):
            kept.append(tab)
        elif put.replaced is None:
            steps.append(RemoveSheet(tab))
        elif kept_sheets(file).exists():
            steps.append(PutSheet(kept_sheets(file), tab, put.replaced, replace=True))
    return steps, kept


def _spared(record: Record, sheets: LiveSheets) -> frozenset[int]:
    """Rows of `_meta` whose value is a later run's: without its name beside it nobody could read it."""
    return frozenset(
        block.row + i
        for block in record.cells
        if block.tab == _META and block.tab in sheets.tabs
        for i, (before, after) in enumerate(zip(block.before, block.after, strict=True))
        if not any(
            _holds(sheets.grid(block.tab).state_of(block.row + i, block.column), one)
            for one in (before, after)
        )
    )


def _stands(one: Resize, sheets: LiveSheets) -> bool:
    tables = sheets.tables(one.tab) if one.tab in sheets.tabs else []
    return any(table.name == one.table and table.area == one.area for table in tables)


def _is_there(mark: SheetMark, sheets: LiveSheets) -> bool:
    names = {name: text for tab, name, text in sheets.own_names if tab == mark.tab}
    return names.get("_hash", "").strip('"') == mark.hash


def _restored(block: CellBlock, grid: LiveGrid, kept: list[str], spared: frozenset[int]) -> Iterator[Step]:
    """Runs of the cells that still hold what the run wrote; values that never changed join their run."""
    run: list[tuple[int, object]] = []
    differs = False
    for i, (before, after) in enumerate(zip(block.before, block.after, strict=True)):
        row = block.row + i
        now = grid.state_of(row, block.column)
        same = _holds(now, before)
        ours = not same and row not in spared and _holds(now, after) and not isinstance(before, CellError)
        if not same and not ours:
            kept.append(f"{block.tab}!{column_letters(block.column)}{row}")
        if ours or (same and not isinstance(before, CellFormula | CellError)):
            run.append((row, before))
            differs = differs or ours
            continue
        yield from _written(block, run) if differs else ()
        run, differs = [], False
    yield from _written(block, run) if differs else ()


def _written(block: CellBlock, run: list[tuple[int, object]]) -> Iterator[Step]:
    """Values as blocks, formulas one by one where they differ."""
    values: list[object] = []
    for row, before in run:
        if isinstance(before, CellFormula):
            yield Fill(block.tab, block.column, row, row, "=" + before.text)
        values.append(before)
    start = 0
    for i in range(len(values) + 1):
        if i == len(values) or isinstance(values[i], CellFormula):
            if i > start:
                yield Put(block.tab, block.column, run[start][0], values[start:i])
            start = i + 1


def _holds(now: object, then: object) -> bool:
    if isinstance(now, CellFormula) and isinstance(then, CellFormula):
        return tidy(now.text) == tidy(then.text)
    if isinstance(now, CellFormula) or isinstance(then, CellFormula):
        return False
    return now == then or is_same(now, as_cell(then), date1904=False)


def nothing(name: str) -> NothingToUndo:
    """The refusal when no step is stored."""
    return NothingToUndo(
        f"“{name}”没有可以撤销的操作记录。",
        f"There is no stored action of “{name}” to take back.",
    )


# -- storing ----------------------------------------------------------------------------------------


def _encoded(record: Record) -> dict[str, Any]:
    return {
        "version": 1,
        "command": record.command,
        "time": record.time,
        "cells": [[b.tab, b.column, b.row, _all(b.before), _all(b.after)] for b in record.cells],
        "tables": [[one.tab, one.table, _area(one.old), _area(one.area)] for one in record.tables],
        "sheets": [[_mark(one.mark), one.replaced and _mark(one.replaced)] for one in record.sheets],
        "shown": [[one.tab, one.shown] for one in record.shown],
    }


def _decoded(stored: dict[str, Any]) -> Record:
    return Record(
        stored["command"],
        stored["time"],
        [CellBlock(tab, c, r, _back(before), _back(after)) for tab, c, r, before, after in stored["cells"]],
        [Resize(tab, name, Area(*old), Area(*new)) for tab, name, old, new in stored["tables"]],
        [PutBefore(SheetMark(*mark), SheetMark(*old) if old else None) for mark, old in stored["sheets"]],
        [ShowTab(tab, shown) for tab, shown in stored.get("shown", ())],
    )


def _area(area: Area) -> list[int]:
    return [area.left, area.top, area.right, area.bottom]


def _mark(mark: SheetMark) -> list[str]:
    return [mark.tab, mark.kind, mark.key, mark.hash]


def _all(values: Iterable[object]) -> list[Any]:
    return [_stored(value) for value in values]


def _stored(value: object) -> Any:
    if isinstance(value, CellFormula):
        return {"formula": value.text}
    if isinstance(value, CellError):
        return {"error": value.code}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return {"time": value.isoformat()}
    return value


def _back(values: Sequence[Any]) -> tuple[object, ...]:
    readers = {
        "formula": CellFormula,
        "error": CellError,
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "time": time.fromisoformat,
    }
    return tuple(
        readers[next(iter(v))](next(iter(v.values()))) if isinstance(v, dict) else v  # type: ignore[operator]
        for v in values
    )
