"""The workbook of an example on somebody's desk: people type into it, the coordinator runs commands.

What stands in for people typing into Excel is `Desk`: it writes cells with the library's own file host,
so nothing else in the workbook changes. Its `run` is the command line as users know it.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import new_ids
from xl_collab.project.edits import AppendRows, Edit, SetColumn, SetField
from xl_collab.project.tables import Book, Table
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Choices, Lang, Text
from xl_collab.ui.cli import main as xl_collab

Found = tuple[str, str, str]
"""A finding: its code, the row's ID, and the cell."""


@dataclass
class Ran:
    """One command: its words as one types them, what it printed, its exit code, and its seconds."""

    words: tuple[str, ...]
    out: str
    code: int
    seconds: float


@dataclass
class Desk:
    """The workbook on somebody's desk: `fill`, `add` and `change` type into it, `run` is the command line.

    Values may be Text (the workbook's language is taken), codes of choices, dates and numbers. `day` is
    written as the data date, so that every figure of the step is as of that day.
    """

    path: Path
    lang: Lang = "zh"
    cold: bool = False
    ran: list[Ran] = field(default_factory=list)
    _typed: list[Edit] = field(default_factory=list)
    _book: Book | None = None
    _fresh: dict[str, Iterator[str]] = field(default_factory=dict)

    def fill(self, form: str, **values: object) -> None:
        """Fill in fields of a form sheet."""
        fields = SHEETS.form(form)
        for name, value in values.items():
            self._typed.append(SetField(form, name, self._cell(value, fields.field(name).choices)))

    def add(self, sheet: str, *rows: Mapping[str, object]) -> None:
        """Type rows below a table; those without an ID get the next one."""
        declared, records = SHEETS.table(sheet), []
        if sheet not in self._fresh:
            self._fresh[sheet] = new_ids(Project(self.book, date.min), sheet)
        # A table that grows fills its own formulas in; None stands for what they will show.
        formulas = {column.name: None for column in declared.columns if column.computed == "formula"}
        for row in rows:
            record = {n: self._cell(v, declared.column(n).choices) for n, v in row.items()}
            if declared.id_prefix and "id" not in record:
                record["id"] = next(self._fresh[sheet])
            records.append(formulas | record)
        self._typed.append(AppendRows(sheet, tuple(records)))

    def change(self, sheet: str, row_id: str, **cells: object) -> None:
        """Type into cells of the row with that ID."""
        row = _row_of(self.book.tables[sheet], row_id)
        if row is None:  # it was typed a moment ago
            self.save()
            row = _row_of(self.book.tables[sheet], row_id)
        declared = SHEETS.table(sheet)
        for name, value in cells.items():
            typed = self._cell(value, declared.column(name).choices)
            self._typed.append(SetColumn(sheet, name, np.array([row]), [typed]))

    @property
    def book(self) -> Book:
        """What the file holds; what was typed since is not in it yet."""
        if self._book is None:
            self._book = FileHost(self.path).read()
        return self._book

    def save(self) -> None:
        """What was typed goes into the file."""
        if self._typed:
            FileHost(self.path).apply(self._typed, command="typed")
        self._typed.clear()
        self._fresh.clear()
        self._book = None

    def run(self, command: str, *words: object) -> Ran:
        """`xl-collab COMMAND WORKBOOK WORDS…`; SystemExit when it cannot go on."""
        self.save()
        arguments = (command, str(self.path), *map(str, words), "--lang", self.lang)
        began = time.perf_counter()
        code, out = (_in_its_own_python if self.cold else _here)(arguments)
        typed = (
            command,
            self.path.name,
            *(word.name if isinstance(word, Path) else str(word) for word in words),
        )
        self.ran.append(Ran(typed, out, code, time.perf_counter() - began))
        if code > 1:
            raise SystemExit(f"xl-collab {' '.join(arguments)}\n{out}")
        return self.ran[-1]

    def check(self) -> list[Found]:
        """`validate`: what it finds, sorted."""
        found = json.loads(self.run("validate", "--json").out)
        return sorted((f["code"], f["row_id"] or "", f["cell"] or "") for f in found)

    def _cell(self, value: object, choices: Choices | None) -> object:
        if isinstance(value, Text):
            return value.of(self.lang)
        # Numbers of a scale stay numbers: formulas multiply them.
        return choices.label(value, self.lang) if choices and isinstance(value, str) else value


def _row_of(table: Table, row_id: str) -> int | None:
    keys = [normalise_key(text) for text in table.texts("id").tolist()]
    wanted = normalise_key(row_id)
    return int(table.rows[keys.index(wanted)]) if wanted in keys else None


def _here(arguments: Sequence[str]) -> tuple[int, str]:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            xl_collab(list(arguments))
    except SystemExit as ended:
        return int(ended.code or 0), said.getvalue()
    return 0, said.getvalue()


def _in_its_own_python(arguments: Sequence[str]) -> tuple[int, str]:
    command = [sys.executable, "-m", "xl_collab", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return ran.returncode, ran.stdout or ran.stderr
