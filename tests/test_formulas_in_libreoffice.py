"""The native formulas and Python agree on every cell, with LibreOffice as the real spreadsheet.

Cached values are Python's; they are taken out, LibreOffice computes them anew, and every cell of
every sheet must come out the same: sample, each scenario, both languages, random rows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from recalculation import Sheets, cells, differences, recalculated

from xl_collab.documents.workbook.template import draw_workbook, with_settings
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import DEMO, SAMPLE, SCENARIOS
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import FEEDBACK, LANGS, STAGE, STATUS, Lang

AS_OF = date(2026, 9, 21)
"""A Monday after the make-up Sunday 2026-09-20, before the October holidays."""
RANDOM_ROWS = 500
"""In each language: a thousand together."""

Drawn = dict[str, bytes]


def drawn(book: Book, lang: Lang) -> bytes:
    project = Project(book, Project.resolve_as_of(book, AS_OF))
    return draw_workbook(project, lang, created=datetime(2026, 1, 1), document_id="test")


def random_book(lang: Lang, seed: int) -> Book:
    """The sample with a random tracker: every kind of cell that the row rules distinguish."""
    dice = random.Random(seed)
    rows = [_random_row(dice, lang, number) for number in range(1, RANDOM_ROWS + 1)]
    tracker = replace(Table.of(TRACKER, rows), tab=TRACKER.name(lang))
    book = SAMPLE.book(lang)
    book = replace(book, tables={**book.tables, "tracker": tracker})
    return with_settings(book, data_date=AS_OF, delay_threshold=dice.choice([1, 2, 3]))


def _day(dice: random.Random, spread: int) -> date:
    return AS_OF + timedelta(days=dice.randint(-spread, spread))


def _maybe_date(dice: random.Random, chance: float, spread: int) -> object:
    """Nothing, a date, a moment of a day, or (rarely) a date typed as text."""
    if dice.random() > chance:
        return None
    day = _day(dice, spread)
    kind = dice.random()
    if kind < 0.03:
        return f"{day.year}.{day.month}.{day.day}"
    return datetime(day.year, day.month, day.day, dice.randint(1, 23)) if kind < 0.2 else day


_RECURRENCES = {
    "zh": ["每周一17:00前", "每日", "每月10日", "每两周周五", "每月最后一个工作日", "待定"],
    "en": ["every Monday by 17:00", "daily", "every month on day 10", "to be decided"],
}


def _random_row(dice: random.Random, lang: Lang, number: int) -> dict[str, object]:
    spread = dice.choice([3, 15, 60, 900])
    deadline: object = _day(dice, spread)
    if dice.random() < 0.15:
        deadline = dice.choice([*_RECURRENCES[lang], "2026-10-8", None])
    elif dice.random() < 0.1:
        anchor = dice.choice([f"R{dice.randint(1, RANDOM_ROWS):04}", "M001", "X9"])
        deadline = dice.choice([f"{anchor}+3个工作日", f"10 days after {anchor}", f"{anchor}前2日"])
    predecessors = [
        f"R{dice.randint(1, number):04}" + dice.choice(["", "", "FS+2", "SS", "FF-1", "+1"])
        for _ in range(dice.choice([0, 0, 1, 1, 2]))
    ]
    return {
        "id": f"R{number:04}",
        "stage": STAGE.label(dice.choice(STAGE.codes), lang),
        "owner": dice.choice(["市场部", "研发部、市场部", "Marketing", "R&D, Sales", None]),
        "task": f"任务 {number}" if dice.random() < 0.97 else None,
        "deadline": deadline,
        "note": dice.choice([None, "需确认资源", "Please confirm", "无"]),
        "predecessors": "、".join(predecessors) or None,
        "planned_start": _day(dice, spread) if dice.random() < 0.5 else None,
        "forecast": _maybe_date(dice, 0.3, spread),
        "actual": _maybe_date(dice, 0.25, spread),
        "percent": dice.choice([None, 0, 0.5, 1]),
        "actual_start": _day(dice, spread) if dice.random() < 0.2 else None,
        "baseline_start": _day(dice, spread) if dice.random() < 0.2 else None,
        "reported_on": _day(dice, 20) if dice.random() < 0.3 else None,
        "status": dice.choice([*STATUS.labels(lang), None, STATUS.label("in_progress", lang)]),
        "feedback": dice.choice([None, *FEEDBACK.labels(lang)]),
        "lead_days": dice.choice([None, None, 0, 5, 10]),
        "baseline": _maybe_date(dice, 0.5, spread),
    }


@pytest.fixture(scope="module")
def workbooks() -> Drawn:
    books: Drawn = {}
    for lang in LANGS:
        books[f"sample-{lang}"] = drawn(SAMPLE.book(lang), lang)
        books[f"random-{lang}"] = drawn(random_book(lang, seed=LANGS.index(lang) + 2026), lang)
        for name, scenario in SCENARIOS.items():
            dated = with_settings(scenario.book(lang, date(2026, 9, 1)), data_date=AS_OF)
            books[f"{name}-{lang}"] = drawn(dated, lang)
    books["demo-zh"] = drawn(DEMO.book("zh"), "zh")
    return books


@pytest.fixture(scope="module")
def computed(
    workbooks: Drawn, tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]
) -> dict[str, Sheets]:
    return recalculated(workbooks, tmp_path_factory.mktemp("recalculation"), soffice)


def test_libreoffice_computes_every_cell_as_python_does(
    workbooks: Drawn, computed: dict[str, Sheets]
) -> None:
    found = {name: differences(cells(workbooks[name]), computed[name]) for name in workbooks}
    assert {name: lines[:10] for name, lines in found.items() if lines} == {}


def _column(sheets: Sheets, name: str) -> list[object]:
    """A column of the tracker, data rows only."""
    tab, at = sheets["跟踪表"], TRACKER.index(name)
    return [tab.get((row, at)) for row in range(5, max(row for row, _ in tab) + 1)]


def test_random_rows_reach_every_branch_of_the_rules(computed: dict[str, Sheets]) -> None:
    alerts = set(_column(computed["random-zh"], "rag"))
    reasons = "".join(str(r) for r in _column(computed["random-zh"], "reason"))
    variances = [v for v in _column(computed["random-zh"], "variance") if v is not None]
    assert alerts == {"红", "黄", "绿", "蓝", None}
    for words in (
        "文本",
        "取消",
        "暂停",
        "延期",
        "提前",
        "按期",
        "预计晚",
        "推算晚",
        "至今已晚",
        "前置",
        "距计划完成",
        "推定",
    ):
        assert words in reasons, words
    assert min(variances) < 0 < max(variances)


def test_sample_figures_are_those_of_the_template(computed: dict[str, Sheets]) -> None:
    """Worked out by hand: 2023-10-15 is a Sunday off, so done on Monday 10-16 is one day late."""
    tab = computed["sample-zh"]["跟踪表"]
    variance, rag = TRACKER.index("variance"), TRACKER.index("rag")
    assert [tab.get((row, variance)) for row in range(5, 11)] == [0, 1, 2, None, 3, 1]
    assert [tab.get((row, rag)) for row in range(5, 11)] == ["蓝", "蓝", "蓝", "绿", "红", "黄"]


def test_demo_row_counts_the_two_make_up_days(computed: dict[str, Sheets]) -> None:
    """2023-09-28 to 2023-10-09 is 3: 10-07 and 10-08 are make-up workdays (weekdays alone say 7)."""
    tab = computed["demo-zh"]["跟踪表"]
    base, actual = TRACKER.index("deadline"), TRACKER.index("actual")
    rows = [r for r, c in tab if c == base and tab[r, c] == date(2023, 9, 28)]
    assert [(tab[r, actual], tab[r, TRACKER.index("variance")]) for r in rows] == [(date(2023, 10, 9), 3)]


def test_every_result_is_cached_in_the_file_itself(workbooks: Drawn) -> None:
    """Protected View, mail previews and phones do not recalculate."""
    shown = cells(workbooks["sample-zh"])
    assert shown["首页"][3, 1] == 0.5  # three of six tasks done
    assert [shown["首页"][3, c] for c in (4, 6, 8, 10)] == [1, 1, 1, 3]
    assert shown["风险登记"][5, 6] == 16
