"""Formulas of a column as runs of rows that say the same, the way copying a formula down makes them.

A template is a formula's text with the rows of its references as distances from its own row, so that
10,000 copies are one text. What may not enter: which formula belongs where (formulacheck.py knows).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from xl_collab.hosts.formulacheck import tidy
from xl_collab.hosts.ooxml.formulatext import column_number, row_template
from xl_collab.hosts.tabs import Stale
from xl_collab.plan.formulas import formula_columns, references, render
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.words import Lang

_CELL = re.compile(r"(?<![\w.])(\$?[A-Z]{1,3})([1-9][0-9]{0,6})(?![\w.(])")
_OFFSET = re.compile("\x01(-?[0-9]+)\x02")


def template_of(text: str, row: int) -> str:
    """`text`, as it reads in `row`, with the rows of its references as distances."""
    return _CELL.sub(lambda found: f"{found[1]}\x01{int(found[2]) - row}\x02", text)


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
class Run:
    """One formula in the rows `first` to `last` of a column; `grammar` makes Excel's text of it."""

    column: int
    first: int
    last: int
    template: str
    grammar: Callable[[str], str] = _same

    def text(self, row: int) -> str:
        """The formula in `row`, in Excel's grammar, without its equals sign."""
        return self.grammar(expanded(self.template, row)).removeprefix("=")


def runs_of(column: int, cells: Iterable[tuple[int, str]]) -> list[Run]:
    """Runs of one column from (row, formula with =) in ascending rows.

    A text is first held against what the formula above it would say here: mostly it is that.
    """
    runs: list[Run] = []
    above: Callable[[int], str] | None = None
    for row, text in cells:
        if above is not None and row == runs[-1].last + 1 and above(row) == text:
            runs[-1] = replace(runs[-1], last=row)
            continue
        template = template_of(text, row)
        above = reader(template)
        runs.append(Run(column, row, row, template))
    return runs


def stale_in(
    runs: Sequence[Run],
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


def _is_right(run: Run, wanted: Callable[[int], str]) -> bool:
    """Both texts move evenly with the row, so two rows decide over all of a run."""
    return all(tidy(run.text(row)) == tidy(wanted(row)) for row in {run.first, run.last})
