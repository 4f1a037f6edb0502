"""Two hundred trackers as files: page, workbook, JSON and the commands on each file say the same figures."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import company
import openpyxl
import pytest
from browsing import Opened, browser
from command_line import Ran, typed
from extras import needs
from portfolio_reckoned import Reckoned

needs("pyarrow", "duckdb")

COUNT = 200
Row = dict[str, Any]
Told = dict[str, list[Row]]


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trackers of three to nine tasks, each at its own stage, in two folders."""
    folder = tmp_path_factory.mktemp("share")
    chance = random.Random(2024)
    for seed in range(1, COUNT + 1):
        company.write(folder / "trackers", 1, first=seed, size=chance.randrange(3, 10))
    return folder


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    return lambda *args: typed(capsys, *args)


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return {}


@pytest.fixture
def told(share: Path, say: Callable[..., Ran], kept: dict[str, Any]) -> Told:
    """What --json says; the workbook is written by the same run, the page by the next one."""
    if not kept:
        asked = ("portfolio", share / "trackers", "--store", share / "store")
        ran = say(*asked, "-o", share / "all.xlsx", "--json")
        assert ran.code == 0, ran.err
        kept.update(ran.json)
        again = say(*asked, "-o", share / "all.html", "--force")
        assert again.code == 0 and f"沿用上次 {COUNT} 个" in again.out, again
    return kept


def by_project(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["project"], []).append(row)
    return found


def test_every_file_says_alone_what_the_portfolio_says_of_it(told: Told, say: Callable[..., Ran]) -> None:
    assert len(told["projects"]) == COUNT
    tasks = by_project(told["tasks"])
    same = ("id", "baseline", "compared", "rag", "reason")
    for project in told["projects"]:
        own, mine = say("variance", project["path"], "--json").json, tasks[project["project"]]
        alone = [(*(row[name] for name in same), row["workdays"], row["compared_kind"] or "") for row in own]
        told_of = [(*(row[name] for name in same), row["variance"], row["compared_kind"]) for row in mine]
        assert told_of == alone, project["path"]
        lights = Counter(row["rag"] for row in own)
        cancelled = Counter(row["rag"] for row in mine if row["status"] == "cancelled")
        for code in ("red", "yellow", "green"):
            assert project[code] == lights[code] - cancelled[code], (project["path"], code)


def test_every_eighth_file_has_the_same_risks_and_findings_alone(told: Told, say: Callable[..., Ran]) -> None:
    risks = by_project(told["risks"])
    names = ("id", "level", "score", "reason", "source")
    for project in told["projects"][::8]:
        alone = [[row[name] for name in names] for row in say("risks", project["path"], "--json").json]
        assert [[row[name] for name in names] for row in risks.get(project["project"], [])] == alone
        found = Counter(row["severity"] for row in say("validate", project["path"], "--json").json)
        assert (project["errors"], project["warnings"]) == (found["error"], found["warning"]), project["path"]


def as_json(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, datetime) else value


def lists(path: Path) -> dict[str, list[Row]]:
    """Each list of the workbook, row by row, by its headings; days as JSON writes them."""
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in book.worksheets[1:]:
        heads, *rows = list(sheet.iter_rows(min_row=3, values_only=True))
        heads = tuple(map(str, heads))
        found[sheet.title] = [dict(zip(heads, map(as_json, row), strict=True)) for row in rows]
    return found


def test_the_workbook_has_the_figures_of_the_json(told: Told, share: Path) -> None:
    shown = lists(share / "all.xlsx")
    names = {row["project"]: row["name"] for row in told["projects"]}
    assert len(set(names.values())) == COUNT
    pairs = {
        "红": "red", "黄": "yellow", "绿": "green", "任务": "tasks", "偏差(工作日)": "slip",
        "基线完成": "baseline_end", "推算完成": "forecast_end", "延期任务": "late", "高风险": "high_risks",
        "未完成待办": "open_actions", "超期待办": "overdue_actions",
    }  # fmt: skip
    expected = {row["name"]: [row[name] for name in pairs.values()] for row in told["projects"]}
    assert {row["项目"]: [row[head] for head in pairs] for row in shown["项目"]} == expected
    late = sorted(
        (names[row["project"]], row["id"], row["variance"], row["baseline"], row["root"])
        for row in told["tasks"]
        if row["late"]
    )
    heads = ("项目", "编号", "延期(工作日)", "基线完成", "源头")
    assert len(late) > COUNT / 4
    assert sorted(tuple(row[head] for head in heads) for row in shown["延期任务"]) == late
    risks = sorted((names[row["project"]], row["id"], row["score"]) for row in told["risks"])
    assert sorted((row["项目"], row["编号"], row["分值"]) for row in shown["风险"]) == risks
    actions = sorted((names[row["project"]], row["id"], row["overdue"]) for row in told["actions"])
    assert sorted((row["项目"], row["编号"], row["超期(工作日)"] or 0) for row in shown["待办"]) == actions
    assert len(shown["撞期"]) == len(told["clashes"]) > 0
    assert len(shown["里程碑"]) == len(told["milestones"])


def test_the_page_has_the_figures_of_the_json(told: Told, share: Path) -> None:
    with browser() as window, Opened(window, share / "all.html") as page:
        for chosen in ({}, {"department": {"采购部", "质量部"}}, {"rag": {"red"}}):
            page.open("#" + urlencode([(kind, one) for kind, ones in chosen.items() for one in ones]))
            found = Reckoned(told, **chosen)  # type: ignore[arg-type]
            for name, figure in found.cards().items():
                assert page.card(name) == figure, (chosen, name)
            assert {row[0]: row[1:] for row in page.figures("departments")[1:]} == found.alerts()
        page.open()
        shown = page.tabs()
        assert shown["projects"] == COUNT and shown["clashes"] == len(told["clashes"])
        page.judge()
