"""The sheet 节假日 lists its official years by its own formulas, with LibreOffice as the real spreadsheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from recalculation import Sheets, cells, differences, recalculated

from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.tables import Book, Table
from xl_collab.schema.registers import CALENDAR
from xl_collab.schema.words import LANGS, Lang

YEAR = CALENDAR.index("official_year")
HOLIDAYS = {
    "元旦": (1, 1),
    "春节": (2, 6),
    "清明节": (4, 5),
    "劳动节": (5, 1),
    "端午节": (6, 9),
    "中秋节": (9, 15),
    "国庆节": (10, 1),
}


def rows(year: int, without: str = "", kind: str = "休", source: str = "官方") -> list[dict[str, object]]:
    """A year's holidays as somebody types them, one day each."""
    return [
        {"date": date(year, *day), "kind": kind, "name": name, "source": source}
        for name, day in HOLIDAYS.items()
        if name != without
    ]


ROWS = [
    *rows(2007)[:2],  # the law before 2008: these two, 劳动节 and 国庆节
    *rows(2007)[3:4],
    *rows(2007)[6:],
    *rows(2021, without="清明节"),
    *rows(2022, source="推定"),
    *rows(2023, kind="班"),
    *rows(2024)[::-1],  # in any order
    *rows(2025, without="中秋节"),
    {"date": date(2025, 10, 6), "kind": "休", "name": "国庆节", "source": "官方"},  # holds 中秋节, unnamed
    *rows(2026),
    {"date": date(2026, 1, 1), "kind": "休", "name": "元旦", "source": "官方"},  # twice
    {"date": date(2026, 10, 1), "kind": "班", "name": "赶工", "source": "公司"},
    {"date": date(2027, 1, 1), "kind": "休", "name": "元旦", "source": "官方"},
]
OFFICIAL = [2007, 2024, 2025, 2026]


def book(lang: Lang) -> Book:
    english = {"休": "Off", "班": "Work", "官方": "Official", "公司": "Company", "推定": "Estimated"}
    typed = [{k: english.get(str(v), v) if lang == "en" else v for k, v in row.items()} for row in ROWS]
    made = SAMPLE.book(lang)
    table = replace(Table.of(CALENDAR, typed), tab=CALENDAR.name(lang))
    return replace(made, tables={**made.tables, "calendar": table})


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    at = datetime(2026, 1, 1)
    projects = {lang: Project(book(lang), Project.resolve_as_of(book(lang), at.date())) for lang in LANGS}
    return {
        lang: draw_workbook(project, lang, created=at, document_id="test")
        for lang, project in projects.items()
    }


@pytest.fixture(scope="module")
def computed(
    drawn: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]
) -> dict[str, Sheets]:
    folder: Path = tmp_path_factory.mktemp("official_years")
    return recalculated(drawn, folder, soffice)


@pytest.mark.parametrize("lang", LANGS)
def test_the_sheet_lists_each_official_year_once(computed: dict[str, Sheets], lang: Lang) -> None:
    tab = computed[lang][CALENDAR.name(lang)]
    listed = [value for (row, column), value in tab.items() if column == YEAR and row > 4 and value]
    assert sorted(listed) == OFFICIAL
    assert Project(book(lang), date(2026, 1, 1)).calendar.official_years == set(OFFICIAL)


@pytest.mark.parametrize("lang", LANGS)
def test_python_shows_the_same_in_every_cell(
    drawn: dict[str, bytes], computed: dict[str, Sheets], lang: Lang
) -> None:
    assert differences(cells(drawn[lang]), computed[lang]) == []


def test_a_gap_ends_the_run_that_counts_as_official(computed: dict[str, Sheets]) -> None:
    """2007 stands alone, 2021 to 2023 are not official."""
    tab = computed["zh"]["节假日"]
    assert (tab[3, CALENDAR.index("off_day")], tab[3, CALENDAR.index("work_day")]) == (2024, 2026)
