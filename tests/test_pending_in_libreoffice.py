"""Between two runs no figure on 跟踪表 is silently out of date, with LibreOffice as the real spreadsheet.

Trackers are drawn as Python leaves them; then somebody without Python types into cells, or days pass.
LibreOffice recalculates. A row for which Python, run anew on the same file, says another compared date,
variance or alert must say 待重算. The judge knows no more than that.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from recalculation import Sheets, recalculated
from tracker_letters import LETTERS
from typed_in import typed

from xl_collab.documents.workbook.template import draw_workbook, with_settings
from xl_collab.hosts.reading import read_book
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.tables import Table
from xl_collab.schema.forms import SETTINGS
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import RAG, Lang

AS_OF = date(2026, 9, 24)
"""A Thursday: a day off and a weekend follow, then the October holidays."""
FIRST = 5
SHOWN = ("compared", "variance", "rag")


@dataclass
class Case:
    """One tracker: the day Python ran on it, what was typed since, and the day on which it is opened."""

    name: str
    package: bytes
    cells: dict[str, dict[str, object]]
    today: date

    @property
    def edited(self) -> bytes:
        return typed(self.package, self.cells)


# trackers


def tracker(dice: random.Random, rows: int) -> list[dict[str, object]]:
    """Several small projects of linked tasks, in all states that a project in the middle has."""
    made: list[dict[str, object]] = []
    start = 0
    for number in range(rows):
        if dice.random() < 0.12:
            start = number  # another project: nothing before it is its predecessor
        made.append(_task(dice, number, start))
    return made


def _task(dice: random.Random, number: int, start: int) -> dict[str, object]:
    planned = AS_OF + timedelta(days=dice.randint(-40, 30) if number == start else dice.randint(-25, 45))
    due = planned + timedelta(days=dice.choice([0, 1, 3, 8, 20]))
    row: dict[str, object] = {"id": f"R{number:03}", "task": f"任务 {number}", "stage": "方案评审"}
    row |= {"owner": "研发部", "deadline": due, "predecessors": _links(dice, number, start)}
    row |= {"planned_start": planned if dice.random() < 0.7 else None}
    if dice.random() < 0.6:
        row |= {"baseline": due, "baseline_start": planned if dice.random() < 0.7 else None}
    if dice.random() < 0.07:
        row |= {"deadline": dice.choice(["每周一17:00前", "每日", "每月10日", "待定"]), "baseline": None}
    elif number > start and dice.random() < 0.08:
        row |= {"deadline": f"R{dice.randint(start, number - 1):03}+{dice.randint(1, 9)}个工作日"}
        row |= {"baseline": None}
    return row | _progress(dice, planned, due)


def _links(dice: random.Random, number: int, start: int) -> str | None:
    before = list(range(max(start, number - 6), number))
    picked = sorted(dice.sample(before, min(len(before), dice.choice([0, 1, 1, 1, 2, 3]))))
    found = [f"R{i:03}" + dice.choice([""] * 6 + ["FS+2", "SS", "SS+1", "FF-1", "+1", "SF"]) for i in picked]
    if dice.random() < 0.02:
        found.append(dice.choice(["R998", f"R{number + 2:03}"]))  # nobody, or somebody behind it
    return "、".join(found) or None


def _progress(dice: random.Random, planned: date, due: date) -> dict[str, object]:
    kind = dice.random()
    near = AS_OF + timedelta(days=dice.randint(-6, 15))
    if kind < 0.25:
        end = min(due + timedelta(days=dice.randint(-2, 5)), AS_OF)
        return {"status": "已完成", "percent": 1, "actual": end, "actual_start": planned}
    if kind < 0.31:
        return {"status": dice.choice(["暂停", "取消"]), "percent": dice.choice([None, 0.4])}
    row: dict[str, object] = {"forecast": near if dice.random() < 0.3 else None}
    if kind < 0.65:
        row |= {"status": "进行中", "percent": dice.choice([None, 0.2, 0.5, 0.9, 1])}
        row |= {"actual_start": dice.choice([None, min(planned, AS_OF), near])}
        row |= {"reported_on": AS_OF - timedelta(days=dice.randint(0, 9)) if row["percent"] else None}
        return row
    row |= {"status": dice.choice(["未开始", None])}
    return row | ({"actual": near} if dice.random() < 0.06 else {})


def drawn(rows: list[dict[str, object]], lang: Lang = "zh") -> bytes:
    """The workbook as Python leaves it on AS_OF."""
    book = SAMPLE.book(lang)
    table = replace(Table.of(TRACKER, rows), tab=TRACKER.name(lang))
    book = with_settings(replace(book, tables={**book.tables, "tracker": table}), data_date=AS_OF)
    project = Project(book, AS_OF)
    return draw_workbook(project, lang, created=datetime(2026, 1, 1), document_id="test")


# what people type


def edits(dice: random.Random, rows: list[dict[str, object]], share: float) -> dict[str, object]:
    """Cells of 跟踪表 by address, as somebody changes some of its rows."""
    found: dict[str, object] = {}
    for number in range(len(rows)):
        if dice.random() < share:
            for column, value in _edit(dice, number, rows).items():
                found[f"{LETTERS[column]}{FIRST + number}"] = value
    return found


def _edit(dice: random.Random, number: int, rows: list[dict[str, object]]) -> Mapping[str, object]:
    near = AS_OF + timedelta(days=dice.randint(-8, 20))
    other = f"R{dice.randrange(len(rows)):03}"
    done = {"actual": AS_OF - timedelta(days=dice.randint(0, 3)), "status": dice.choice(["已完成", "进行中"])}
    choices: list[Mapping[str, object]] = [
        done,
        done,
        {"forecast": near},
        {"forecast": near},
        {"forecast": None},
        {"percent": dice.choice([None, 0.1, 0.6, 1]), "status": "进行中"},
        {"percent": dice.choice([None, 0.1, 0.6, 1]), "status": "进行中"},
        {"status": dice.choice(["未开始", "进行中", "暂停", "取消", "已完成", None])},
        {"actual": None},
        {"actual": AS_OF + timedelta(days=dice.randint(1, 9))},
        {"actual_start": near},
        {"planned_start": near},
        {"deadline": dice.choice([near, near, "每周五", "待定", None])},
        {"baseline": dice.choice([near, None])},
        {"baseline_start": dice.choice([near, None])},
        {
            "predecessors": dice.choice(
                [other, f"{other}SS+2", None, f"{rows[number]['predecessors'] or ''}、{other}"]
            )
        },
        {"id": dice.choice([f"N{number:03}", other])},
        dict.fromkeys(LETTERS),  # the row's contents are deleted
        _new_row(dice, number, near),
    ]
    return dice.choice(choices)


def _new_row(dice: random.Random, number: int, near: date) -> dict[str, object]:
    """Somebody writes another task where one was: no stamp of Python's, but the formulas of the row above."""
    kept = {"compared", "variance", "rag", "reason", "changed", "first_changed", "pending"}
    row: dict[str, object] = {name: None for name in LETTERS if name not in kept}
    row |= {"id": dice.choice([f"N{number:03}", "R998"]), "task": "新任务", "deadline": near}
    return row | {"predecessors": dice.choice([None, "R003"]), "status": dice.choice([None, "进行中"])}


# the judge


@dataclass(frozen=True)
class Judged:
    """Of one opened workbook: lines about rows that are wrong and unmarked, and counts."""

    silent: tuple[str, ...]
    counts: Counter[str]


def judge(case: Case, shown: Sheets, folder: Path) -> Judged:
    """What LibreOffice shows on the day the file is opened, against Python run on that file that day."""
    path = folder / f"{case.name}-edited.xlsx"
    path.write_bytes(case.edited)
    fresh = dict(_figures(Project(read_book(path), case.today)))
    tab, silent, counts = shown[TRACKER.name("zh")], [], Counter[str]()
    for row, wanted in fresh.items():
        found = tuple(tab.get((row, TRACKER.index(name))) for name in SHOWN)
        mark = tab.get((row, TRACKER.index("pending")))
        said = str(tab.get((row, TRACKER.index("reason"))) or "")
        assert (mark == "待重算") == said.startswith("待重算"), (case.name, row, mark, said)
        counts["rows"] += 1
        counts["marked"] += mark is not None
        counts["wrong"] += found != wanted
        counts["marked though right"] += mark is not None and found == wanted
        if found != wanted and mark is None:
            silent.append(f"{case.name} row {row}: shows {found}, Python says {wanted}")
    return Judged(tuple(silent), counts)


def _figures(project: Project) -> Iterator[tuple[int, tuple[object, ...]]]:
    found, rows = project.assessment, project.tracker.rows.tolist()
    for i, row in enumerate(rows):
        day = found.compared[i].astype("datetime64[D]").item()
        days = None if found.variance[i] != found.variance[i] else int(found.variance[i])
        colour = str(found.rag[i])
        yield row, (day, days, RAG.label(colour, "zh") if colour else None)


def setting(package: bytes, name: str, value: object) -> dict[str, dict[str, object]]:
    """Typing another value of a workbook name into 设置."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        book = parts.read("xl/workbook.xml").decode()
    (place,) = re.findall(rf'<definedName name="{name}">([^<]*)</definedName>', book)
    return {SETTINGS.name("zh"): {place.split("!")[1].replace("$", ""): value}}


def cases(seed: int, rows: int) -> Iterator[Case]:
    """One tracker opened in several states."""
    dice = random.Random(seed)
    made = tracker(dice, rows)
    package, tab = drawn(made), TRACKER.name("zh")
    few, many = edits(dice, made, 0.02), edits(dice, made, 0.15)

    def case(name: str, cells: dict[str, object], days: int) -> Case:
        day = AS_OF + timedelta(days=days)
        typed_in = {tab: dict(cells)} if cells else {}
        return Case(
            f"{name}-{seed}", package, typed_in | (setting(package, "data_date", day) if days else {}), day
        )

    yield case("untouched", {}, 0)
    yield case("few", few, 0)
    yield case("many", many, 0)
    for days in (1, 2, 5, 17, -3):
        yield case(f"after{days}", {}, days)
    yield case("few-later", few, 4)
    yield case("many-later", many, 1)


def opened(all_cases: list[Case], folder: Path, soffice: Callable[..., None]) -> list[Judged]:
    packages = {case.name: case.edited for case in all_cases}
    shown = recalculated(packages, folder, soffice)
    return [judge(case, shown[case.name], folder) for case in all_cases]


def told(judged: list[Judged]) -> tuple[list[str], Counter[str]]:
    """Every silent row, and the counts of all workbooks together."""
    counts = Counter[str]()
    for one in judged:
        counts += one.counts
    return [line for one in judged for line in one.silent], counts


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]) -> dict[str, Judged]:
    folder, made = tmp_path_factory.mktemp("pending"), list(cases(1, 100))
    return dict(zip([case.name for case in made], opened(made, folder, soffice), strict=True))


def test_no_figure_is_silently_out_of_date(small: dict[str, Judged]) -> None:
    silent, counts = told(list(small.values()))
    assert silent == []
    assert counts["wrong"] > 80  # edits and days did change what Python says


def test_right_after_a_run_nothing_is_marked(small: dict[str, Judged]) -> None:
    assert small["untouched-1"].counts["marked"] == small["untouched-1"].counts["wrong"] == 0


def test_a_day_marks_little_that_is_right(small: dict[str, Judged]) -> None:
    """Whoever opens the workbook the next morning sees marks where something is to be recalculated."""
    counts = small["after1-1"].counts
    assert 0 < counts["marked"] - counts["wrong"] < counts["rows"] / 8


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(11, 19))
def test_no_figure_is_silently_out_of_date_in_a_large_tracker(
    seed: int, tmp_path: Path, soffice: Callable[..., None]
) -> None:
    judged = opened(list(cases(seed, 500)), tmp_path, soffice)
    silent, counts = told(judged)
    assert judged[0].counts["marked"] == judged[0].counts["wrong"] == 0  # right after the run
    assert silent == []
    assert counts["wrong"] > 400
