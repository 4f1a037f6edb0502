"""What is drawn is what the file host reads: same rows, same forms, no formula out of place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from drawn import DAY, START, draw

from tools.lint.lint import lint
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.hosts.reading import read_book
from xl_collab.plan.computed import formula_values
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE, SCENARIOS
from xl_collab.project.tables import Book
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import LANGS, Lang


def _book(name: str, lang: Lang) -> Book:
    return SAMPLE.book(lang) if name == "sample" else SCENARIOS[name].book(lang, START)


def _plain(value: object) -> object:
    """Empty is empty, a midnight is its day, and 3.0 is 3: cells know no finer difference."""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date()
    return None if value == "" else value


@pytest.fixture(params=[(name, lang) for name in ("sample", *SCENARIOS) for lang in LANGS], ids=str)
def drawn_and_read(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Book, Book, Path]:
    book = _book(*request.param)
    path = tmp_path / "drawn.xlsx"
    path.write_bytes(draw(book, request.param[1]))
    return book, read_book(path), path


def test_rows_and_forms_come_back(drawn_and_read: tuple[Book, Book, Path]) -> None:
    book, found, _ = drawn_and_read
    assert (found.lang, found.missing_sheets) == (book.lang, ())
    for sheet in SHEETS.tables:
        if sheet.key != "meta":
            names = [column.name for column in sheet.columns if column.entered or column.name == "baseline"]
            drawn_rows, read_rows = (
                [[_plain(row[n]) for n in names] for row in b.tables[sheet.key].records()]
                for b in (book, found)
            )
            assert read_rows == drawn_rows, sheet.key
            table = found.tables[sheet.key]
            assert (table.missing, table.unknown, table.outside, table.merged) == ((), (), (), ())
    for form in SHEETS.forms:
        drawn_values = {n: _plain(v) for n, v in book.forms[form.key].items()}
        assert {n: _plain(v) for n, v in found.forms[form.key].items()} == drawn_values


def test_no_formula_is_stale_and_results_are_pythons(drawn_and_read: tuple[Book, Book, Path]) -> None:
    book, found, _ = drawn_and_read
    assert {k: v for k, v in found.stale_formulas.items() if v} == {}
    project = Project(book, Project.resolve_as_of(book, DAY.date()))
    for key in ("tracker", "risks", "actions", "calendar"):
        for column, values in formula_values(project, key).items():
            shown = [_plain(getattr(v, "value", v)) for v in found.tables[key].raw(column)]
            assert shown == list(values), (key, column)


def test_own_lint_has_nothing_to_say(drawn_and_read: tuple[Book, Book, Path]) -> None:
    assert lint(drawn_and_read[2]) == []


def test_own_lint_passes_macros_too(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsm"
    path.write_bytes(make_workbook(SCENARIOS["customer-issue"], "en", START, now=DAY))
    assert lint(path) == []
