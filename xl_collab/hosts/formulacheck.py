"""Which rows have lost their native formula: missing, overwritten or not the declared one.

In a file children of a shared group are compared as blocks of bytes, written-out texts by one replacement
each; an open workbook gives runs of rows that say the same, the way copying a formula down makes them: a
template has the rows of its references as distances from its own row. Both stay fast for 100,000 rows.
What may not enter: restoring formulas (file.py writes columns).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from xl_collab.a1 import column_number
from xl_collab.hosts.headings import Stale
from xl_collab.hosts.ooxml.cellscan import CellScan, Ints, group_number, own_text
from xl_collab.hosts.ooxml.celltext import xml_escape
from xl_collab.hosts.ooxml.formulatext import row_template, template_parts
from xl_collab.patterns import lazy
from xl_collab.plan.formulas import formula_columns, references, render
from xl_collab.records import dataclass
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.words import Lang

_PREFIX = lazy(r"_xl(?:fn|ws)\.")
_NUMBER = lazy(rb"[0-9]+")
_MARK, _ABOVE = b"\1", b"\2"  # stand for the row's own number and the one above; no formula can hold them
_ODD, _OTHER = 777_777, 888_888  # rows whose numbers no formula mentions otherwise


def stale_formulas(
    cells: CellScan, sheet: TableSheet, letters: Mapping[str, str], rows: npt.NDArray[np.int64], lang: Lang
) -> dict[str, tuple[int, ...]]:
    """Column name → those of the sheet `rows` whose formula is not the declared one.

    Columns that are missing, or whose formula reads a missing column, are left out: that is another
    finding.
    """
    found = {}
    for column in formula_columns(sheet):
        if column.name in letters and references(column) <= letters.keys() and len(rows):
            first, number = int(rows[0]), column_number(letters[column.name])
            judge = _Judge(cells, number, *template_parts(render(column, letters, first, lang), first))
            at, offsets = cells.formulas_in(number)
            stale = rows[~np.isin(rows, at[judge.right(at, offsets)])]
            if len(stale):
                found[column.name] = tuple(stale.tolist())
    return found


class _Judge:
    """Decides for one column whether formulas are the declared one, remembering what it has seen."""

    def __init__(self, cells: CellScan, column: int, pattern: str, offsets: Sequence[int]) -> None:
        self._cells = cells
        self._column = column
        self._pattern, self._offsets = pattern, offsets
        wanted, prefix = self._wanted, cells.layout.prefix
        self._spelled = f"<{prefix}f>{xml_escape(pattern)}</{prefix}f>".encode()
        self._groups = {
            si: tidy(group.at(group.row, column)) == tidy(wanted(group.row))
            for si, group in cells.groups.items()
        }
        self._own_row_only = _marked(wanted(_ODD), _ODD) == _marked(wanted(_OTHER), _OTHER)
        self._numbers = _pieces(_marked(wanted(_ODD), _ODD))
        self._seen: dict[bytes, bool] = {}

    def right(self, rows: Ints, offsets: Ints) -> npt.NDArray[np.bool_]:
        """For each formula (its row, the offset of its `<f`) whether it is the declared one."""
        found, open_ = self._children(offsets)
        says, spelled, moved = self._cells.layout.data.startswith, self._spelled, self._offsets
        for i in np.flatnonzero(open_).tolist():
            row, at = int(rows[i]), int(offsets[i])
            as_we_write = spelled % tuple([row + offset for offset in moved])
            found[i] = says(as_we_write, at) or self._is_right(self._cells.element(at), row)
        return found

    def _wanted(self, row: int) -> str:
        return self._pattern % tuple([row + offset for offset in self._offsets])

    def _children(self, offsets: Ints) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Verdicts on formulas that only point to a group, and which formulas are still open."""
        found, open_ = np.zeros(len(offsets), bool), np.ones(len(offsets), bool)
        data = np.frombuffer(self._cells.layout.data, np.uint8)
        groups = self._cells.groups
        for si in sorted(groups, key=lambda si: groups[si].column != self._column):
            child = f'<{self._cells.layout.prefix}f t="shared" si="{si}"/>'.encode()
            rest = np.flatnonzero(open_ & (offsets <= len(data) - len(child)))
            block = data[offsets[rest][:, None] + np.arange(len(child))]
            mine = rest[(block == np.frombuffer(child, np.uint8)).all(axis=1)]
            found[mine], open_[mine] = self._groups[si], False
        return found, open_

    def _is_right(self, element: bytes, row: int) -> bool:
        number = group_number(element) if b" si=" in element[:200] else None
        if number is not None:
            return self._groups.get(number, False)
        if not self._own_row_only or not self._numbers.isdisjoint((str(row), str(row - 1))):
            return self._says(element, row)
        key = _replaced(element, row)
        if key not in self._seen:
            self._seen[key] = self._says(element, row)
        return self._seen[key]

    def _says(self, element: bytes, row: int) -> bool:
        text, wanted = own_text(element), self._wanted(row)
        return text == wanted or tidy(text) == tidy(wanted)


def _pieces(marked: bytes) -> frozenset[str]:
    """Everything that is part of a number in a formula: rows of these numbers need a careful look."""
    numbers = {number.decode() for number in _NUMBER.findall(marked)}
    ends = ((number, i, j) for number in numbers for i in range(len(number)) for j in range(i, len(number)))
    return frozenset(number[i : j + 1] for number, i, j in ends)


def _marked(text: str, row: int) -> bytes:
    return _replaced(text.encode(), row)


def _replaced(text: bytes, row: int) -> bytes:
    return text.replace(b"%d" % row, _MARK).replace(b"%d" % (row - 1), _ABOVE)


def tidy(formula: str) -> str:
    """The formula without what programs change when they save: case and blanks outside of texts."""
    pieces = _PREFIX.sub("", formula).split('"')
    pieces[::2] = ["".join(piece.split()).upper() for piece in pieces[::2]]
    return '"'.join(pieces)


_CELL_REFERENCE = lazy(r"(?<![\w.])(\$?[A-Z]{1,3})([1-9][0-9]{0,6})(?![\w.(])")
_OFFSET = lazy("\x01(-?[0-9]+)\x02")


def template_of(text: str, row: int) -> str:
    """`text`, as it reads in `row`, with the rows of its references as distances."""
    return _CELL_REFERENCE.sub(lambda found: f"{found[1]}\x01{int(found[2]) - row}\x02", text)


def reader(template: str) -> Callable[[int], str]:
    """A function from a row to the formula as it reads there."""
    pieces = _OFFSET.split(template)
    offsets = [int(offset) for offset in pieces[1::2]]
    pattern = "%d".join(piece.replace("%", "%%") for piece in pieces[::2])
    return lambda row: pattern % tuple([row + offset for offset in offsets])


def expanded(template: str, row: int) -> str:
    """The formula as it reads in `row`."""
    return reader(template)(row)


def _same(text: str) -> str:
    return text


@dataclass(frozen=True)
class FormulaRun:
    """One formula in the rows `first` to `last` of a column; `grammar` makes Excel's text of it."""

    column: int
    first: int
    last: int
    template: str
    grammar: Callable[[str], str] = _same

    def text(self, row: int) -> str:
        """The formula in `row`, in Excel's grammar, without its equals sign."""
        return self.grammar(expanded(self.template, row)).removeprefix("=")


def runs_of(column: int, cells: Iterable[tuple[int, str]]) -> list[FormulaRun]:
    """Runs of one column from (row, formula with =) in ascending rows.

    A text is first held against what the formula above it would say here: mostly it is that.
    """
    runs: list[FormulaRun] = []
    above: Callable[[int], str] | None = None
    for row, text in cells:
        if above is not None and row == runs[-1].last + 1 and above(row) == text:
            runs[-1] = replace(runs[-1], last=row)
            continue
        template = template_of(text, row)
        above = reader(template)
        runs.append(FormulaRun(column, row, row, template))
    return runs


def stale_in(
    runs: Sequence[FormulaRun],
    sheet: TableSheet,
    letters: Mapping[str, str],
    rows: npt.NDArray[np.int64],
    lang: Lang,
) -> Stale:
    """As formulacheck.stale_formulas, for formulas known as runs."""
    found = {}
    for column in formula_columns(sheet):
        if column.name in letters and references(column) <= letters.keys() and len(rows):
            first, number = int(rows[0]), column_number(letters[column.name])
            wanted = row_template(render(column, letters, first, lang), first)
            right = np.zeros(int(rows[-1]) + 1, bool)
            for run in runs:
                if run.column == number and _is_right(run, wanted):
                    right[run.first : run.last + 1] = True
            stale = rows[~right[rows]]
            if len(stale):
                found[column.name] = tuple(stale.tolist())
    return found


def _is_right(run: FormulaRun, wanted: Callable[[int], str]) -> bool:
    """Both texts move evenly with the row, so two rows decide over all of a run."""
    return all(tidy(run.text(row)) == tidy(wanted(row)) for row in {run.first, run.last})
