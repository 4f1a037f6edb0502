"""The page of many trackers in a real Chromium: what is clicked, and its figures reckoned anew."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import company
import pytest
from browsing import Opened, browser
from command_line import Ran
from portfolio_made import AS_OF, DEPARTMENTS, made, written
from portfolio_reckoned import Reckoned

from xl_collab.documents.portfolio.page import link
from xl_collab.documents.portfolio.page_words import WORDS
from xl_collab.schema.portfolio import PORTFOLIO_TABLES

BOOK = made(40, 24)
LISTS = ("projects", "tasks", "milestones", "risks", "actions", "slips")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def window() -> Iterator[Any]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def file(folder: Path) -> Path:
    return written(BOOK, folder / "总览.html")


@pytest.fixture(scope="module")
def reader(window: Any, file: Path) -> Iterator[Opened]:
    with Opened(window, file) as opened:
        yield opened


@pytest.fixture
def shown(reader: Opened) -> Iterator[Opened]:
    reader.open()
    yield reader
    reader.judge()


def seen(shown: Opened) -> dict[str, Any]:
    return {
        "cards": {name: shown.card(name) for name in Reckoned(BOOK).cards()},
        "alerts": {row[0]: row[1:] for row in shown.figures("departments")[1:]},
        "load": {row[0]: row[-1] for row in shown.figures("load")[1:]},
        "rows": {key: shown.tabs()[key] for key in LISTS},
    }  # fmt: skip


def expected(found: Reckoned) -> dict[str, Any]:
    rows = {key: len(getattr(found, key)) for key in LISTS}
    return {"cards": found.cards(), "alerts": found.alerts(), "load": found.load(), "rows": rows}


# -- figures and filters -----------------------------------------------------------------------------


def test_the_page_shows_the_figures_of_all_projects(shown: Opened) -> None:
    assert seen(shown) == expected(Reckoned(BOOK))
    said = shown.text("#said")
    rags = Counter(row["rag"] for row in BOOK["projects"])
    assert (
        f"40 个项目：红 {rags['red']}、黄 {rags['yellow']}、绿 {rags['green']}、蓝 {rags['blue']}。" in said
    )


def test_departments_are_ticked_and_everything_follows(shown: Opened) -> None:
    shown.tick("department", "采购部")
    assert seen(shown) == expected(Reckoned(BOOK, department={"采购部"}))
    shown.tick("department", "质量部")
    assert seen(shown) == expected(Reckoned(BOOK, department={"采购部", "质量部"}))
    assert "已选 2" in shown.text("#filter-department > button")
    shown.page.click("#reset")
    assert seen(shown) == expected(Reckoned(BOOK))


def test_a_project_is_found_by_typing_and_an_alert_by_its_button(shown: Opened) -> None:
    name = BOOK["projects"]["name"][17]
    shown.tick("project", name, search=True)
    assert seen(shown) == expected(Reckoned(BOOK, project={name}))
    shown.page.click("#reset")
    shown.page.click("#filter-rag [data-rag=red]")
    assert seen(shown) == expected(Reckoned(BOOK, rag={"red"}))
    assert shown.page.get_attribute("#filter-rag [data-rag=red]", "aria-pressed") == "true"
    shown.tick("status", "进行中")
    assert seen(shown) == expected(Reckoned(BOOK, rag={"red"}, status={"in_progress"}))


def test_any_choice_gives_the_figures_of_its_rows(shown: Opened) -> None:
    chance = random.Random(3)
    names = list(BOOK["projects"]["name"])
    pools: dict[str, list[str]] = {
        "department": list(DEPARTMENTS), "project": names, "rag": ["red", "yellow", "green", "blue"],
        "status": ["not_started", "in_progress", "done", "paused", "cancelled"],
    }  # fmt: skip
    for _ in range(8):
        kinds = chance.sample(list(pools), chance.randint(1, 4))
        chosen = {kind: set(chance.sample(pools[kind], chance.randint(1, 3))) for kind in kinds}
        if "project" in chosen:
            chosen["project"] |= set(chance.sample(names, 12))
        places = [
            (kind, names.index(value) if kind == "project" else value)
            for kind, values in chosen.items()
            for value in sorted(values)
        ]
        shown.open("#" + urlencode(places))
        assert seen(shown) == expected(Reckoned(BOOK, **chosen)), chosen


def test_of_real_trackers_the_page_shows_what_their_analysis_found(window: Any, folder: Path) -> None:
    book = company.portfolio(15)
    with Opened(window, written(book, folder / "real.html")) as shown:
        for chosen in ({}, {"department": {"采购部", "质量部"}}, {"rag": {"red"}, "status": {"in_progress"}}):
            places = [(kind, value) for kind, values in chosen.items() for value in sorted(values)]
            shown.open("#" + urlencode(places))
            found = Reckoned(book, **chosen)
            for name, figure in found.cards().items():
                assert shown.card(name) == figure, (chosen, name)
            assert {row[0]: row[1:] for row in shown.figures("departments")[1:]} == found.alerts()


def test_the_command_writes_the_page_of_a_folder_beside_its_files(
    window: Any, folder: Path, cli: Callable[..., Ran]
) -> None:
    company.write(folder / "项目 #1", 4)
    (folder / "项目 #1" / "坏.xlsx").write_bytes(b"PK\3\4 half a file")
    asked = (folder / "项目 #1", "-o", folder / "组合.html", "--store", folder / "store", "--workers", 1)
    cli("portfolio", *asked, "--as-of", "2024-06-14")
    told = cli("portfolio", *asked, "--as-of", "2024-07-01", "--json").json
    with Opened(window, folder / "组合.html") as shown:
        assert shown.card("projects") == "4"
        assert shown.card("late") == str(sum(row["late"] for row in told["tasks"]))
        assert shown.tabs() == {key: len(told[key]) for key in shown.tabs()}
        assert [row[-2] for row in shown.figures("trend")[1:]] == [str(run["late"]) for run in told["runs"]]
        assert len(told["runs"]) == 2 and told["changes"]
        links = shown.page.locator("#rows a").evaluate_all("all => all.map(a => decodeURIComponent(a.href))")
        assert {link.removeprefix("file://") for link in links} == {row["path"] for row in told["projects"]}
        shown.open_tab("skipped")
        assert "坏.xlsx" in shown.rows()[0][0] and all(shown.rows()[0])
    assert cli("portfolio", *asked).code == 1  # its own page may be replaced; the broken file is told


def test_the_address_keeps_the_choice_for_those_who_get_the_link(shown: Opened) -> None:
    shown.tick("department", "研发部")
    address = shown.page.url.partition("#")[2]
    assert "研发部" in unquote(address)
    shown.open("#" + address)
    assert seen(shown) == expected(Reckoned(BOOK, department={"研发部"}))
    shown.open("#department=无此部门&project=99999&x=1")
    assert shown.text("#said") == WORDS["nothing"].zh


def test_a_click_into_a_chart_chooses_what_is_clicked(shown: Opened) -> None:
    first = shown.figures("departments")[1][0]
    box = shown.page.locator("#departments canvas").bounding_box()
    shown.page.mouse.click(box["x"] + 150, box["y"] + 18)
    assert seen(shown) == expected(Reckoned(BOOK, department={first}))


def test_load_over_all_projects_is_the_one_of_the_workbook(shown: Opened) -> None:
    head, *lines = shown.figures("load")
    assert head[1] == AS_OF.strftime("%m-%d") and head[-2:] == ["以后", "合计"]
    last = AS_OF + dt.timedelta(weeks=len(head) - 4)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in BOOK["load"]:
        week = row["week"].strftime("%m-%d") if row["week"] <= last else "以后"
        found[row["department"]][week] += row["days"]
    for name, *days in lines:
        assert dict(zip(head[1:-1], map(int, days[:-1]), strict=True)) == {
            w: found[name][w] for w in head[1:-1]
        }
        assert int(days[-1]) == found[name].total()


def test_slips_are_listed_by_their_root_the_one_with_most_late_tasks_first(shown: Opened) -> None:
    names = dict(zip(BOOK["projects"]["project"], BOOK["projects"]["name"], strict=True))
    worst = max(BOOK["slips"], key=lambda row: (row["late"], row["days"]))
    first = shown.page.locator("#slip-bars li").first.inner_text()
    for word in (
        names[worst["project"]],
        worst["root"],
        worst["task"],
        f"+{worst['days']}",
        f"延期 {worst['late']} 项",
    ):
        assert word in first
    assert shown.page.locator("#slip-bars li").count() == 7
    assert str(len(BOOK["slips"]) - 7) in shown.text("#slips-more")


def test_the_timeline_has_baseline_and_forecast_of_its_projects(shown: Opened) -> None:
    names = dict(zip(BOOK["projects"]["project"], BOOK["projects"]["name"], strict=True))

    def listed() -> list[tuple[str, ...]]:
        return [tuple(row[:5]) for row in shown.figures("timeline")[1:]]

    def near(row: Row) -> bool:
        days = [(row[name] - AS_OF).days for name in ("baseline", "forecast")]
        return any(-28 <= day <= 91 for day in days)

    def told(rows: list[Row]) -> set[tuple[str, ...]]:
        return {
            (names[row["project"]], row["id"], row["milestone"], str(row["baseline"]), str(row["forecast"]))
            for row in rows
        }

    found: set[tuple[str, ...]] = set()
    for _ in range(9):
        found |= set(listed())
        after = shown.page.locator("#timeline-pager button").last
        if after.is_disabled():
            break
        after.click()
    assert found == told([row for row in BOOK["milestones"] if near(row)])
    shown.page.click("#range [data-value=all]")
    assert set(listed()) < told(list(BOOK["milestones"]))
    assert "第 1–14 行，共 40 行" in shown.text("#timeline-pager")


def test_the_trend_shows_every_run_and_a_first_one_says_so(window: Any, folder: Path, shown: Opened) -> None:
    runs = [
        [str(row["run"])[:16], row["red_projects"], row["yellow_projects"],
         row["projects"] - row["red_projects"] - row["yellow_projects"], row["late"], row["overdue_actions"]]
        for row in BOOK["runs"]
    ]  # fmt: skip
    assert shown.figures("trend")[1:] == [[str(value) for value in row] for row in runs]
    assert shown.page.locator("#trend-projects canvas").count() == 1
    with Opened(window, written(made(4, 5, runs=1), folder / "once.html")) as first:
        assert first.text("#trend .note").startswith("这是第一次运行")
        assert not first.page.locator("#trend-projects").is_visible()


# -- the lists ---------------------------------------------------------------------------------------


def test_late_tasks_are_searched_sorted_and_turned(shown: Opened) -> None:
    shown.open_tab("tasks")
    late = [row for row in BOOK["tasks"] if row["late"]]
    assert shown.text("#row-count") == f"{len(late)} 行"
    assert len(shown.rows()) == 50
    shown.page.locator("#row-pager button").last.click()
    assert len(shown.rows()) == len(late) - 50

    by_variance = sorted((row["variance"] for row in late), reverse=True)
    head = shown.page.locator("#rows th", has_text="偏差")
    head.locator("button").click()
    assert [int(n) for n in shown.column("偏差(工作日)")] == sorted(by_variance)[:50]
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert [int(n) for n in shown.column("偏差(工作日)")] == by_variance[:50]
    assert head.get_attribute("aria-sort") == "descending"

    shown.page.click("#which [data-value=all]")
    shown.page.fill("#search", "试产　王芳")
    names = dict(zip(BOOK["projects"]["project"], BOOK["projects"]["name"], strict=True))
    texts = [names[r["project"]] + r["task"] + r["owner"] + r["reason"] for r in BOOK["tasks"]]
    wanted = sum("试产" in text and "王芳" in text for text in texts)
    assert wanted and shown.text("#row-count") == f"{wanted} 行"
    shown.page.fill("#search", "Ｔ０１２")
    assert all("T012" in pair for pair in zip(shown.column("编号"), shown.column("源头"), strict=True))
    assert shown.text("#row-count") == f"{sum('T012' in (r['id'], r['root']) for r in BOOK['tasks'])} 行"
    shown.page.fill("#search", "没有这样的词")
    assert shown.text("#rows") == WORDS["no_rows"].zh


def test_every_list_has_its_rows_and_skipped_files_their_cure(shown: Opened) -> None:
    for table in PORTFOLIO_TABLES:
        if table.key in shown.tabs():
            assert shown.tabs()[table.key] == len(BOOK[table.key]), table.key
    shown.open_tab("skipped")
    grave = [row for row in BOOK["skipped"] if row["grave"]]
    assert shown.rows()[0] == [grave[0]["path"], grave[0]["reason_zh"], grave[0]["cure_zh"], "须处理"]
    shown.open_tab("projects")
    assert shown.column("项目预警") == sorted(
        shown.column("项目预警"), key=["▲ 红", "◆ 黄", "● 绿", "✓ 蓝"].index
    )
    shown.open_tab("clashes")
    assert len(shown.rows()) == len(BOOK["clashes"])
    shown.open_tab("changes")
    assert "旧项目.xlsx" in shown.text("#rows")


def test_a_row_leads_to_its_file(shown: Opened, file: Path) -> None:
    first = shown.page.locator("#rows a").first
    path = next(row["path"] for row in BOOK["projects"] if row["name"] == first.inner_text())
    assert unquote(first.evaluate("a => a.href")) == "file://" + path
    shown.open_tab("tasks")
    assert "跟踪表 第" in (shown.page.locator("#rows a").first.get_attribute("title") or "")


@pytest.mark.parametrize(
    ("path", "out", "wanted"),
    [
        ("/share/a b/项目#1?.xlsx", "/share/page.html", "./a%20b/%E9%A1%B9%E7%9B%AE%231%3F.xlsx"),
        ("/other/x.xlsx", "/share/pages/page.html", "./../../other/x.xlsx"),
        ("/share/javascript:alert(1).xlsx", "/share/page.html", "./javascript%3Aalert%281%29.xlsx"),
        ("/share/x.xlsx", None, "file:///share/x.xlsx"),
    ],
)
def test_links_lead_from_the_page_and_are_links_whatever_the_name(
    path: str, out: str | None, wanted: str
) -> None:
    assert link(path, Path(out) if out else None) == wanted
