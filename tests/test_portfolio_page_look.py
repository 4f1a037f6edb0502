"""The page of many trackers in a real Chromium: whatever cells hold, on a phone, on paper, for everybody."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import portfolio_made
import pytest
from browsing import Opened, browser
from portfolio_made import AS_OF, changed, made, written
from portfolio_reckoned import Reckoned

from tools.build.echarts.__main__ import HASH, TARGET, head
from xl_collab.documents.portfolio import page_data
from xl_collab.documents.portfolio.page import portfolio_page
from xl_collab.documents.portfolio.page_data import script_json
from xl_collab.documents.portfolio.page_words import WORDS
from xl_collab.plan.portfolio import Portfolio, Records
from xl_collab.schema.portfolio import PORTFOLIO_TABLES
from xl_collab.schema.words import LANGS, Lang

BOOK = made(40, 24)
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


# -- what cells may hold -----------------------------------------------------------------------------

_NASTY = (
    "</script><script>window.struck=1</script>", "<img src=x onerror=window.struck=1>", "\"'&amp;<b>",
    "a\u2028b\u2029c", "{{word:title}} {{data}}", "<!--<script>", "坏\ud800字", "${1}`\\u0041\\",
    "__proto__", "constructor",
)  # fmt: skip


def test_whatever_a_cell_holds_stays_text(window: Any, folder: Path) -> None:
    nasty = itertools.cycle(_NASTY)

    def struck(*names: str) -> Callable[[Row], Row]:
        return lambda row: row | {name: next(nasty) for name in names}

    book = changed(
        made(12, 10), projects=struck("name", "department", "milestone"),
        tasks=struck("task", "department", "reason"), milestones=struck("milestone", "department"),
        risks=struck("reason"), actions=struck("action"),
        slips=struck("task", "cause"), weeks=struck("department"), skipped=struck("reason_zh", "path"),
        changes=struck("what", "before"),
    )  # fmt: skip
    with Opened(window, written(book, folder / "nasty.html")) as shown:
        texts = ""
        for tab in shown.tabs():
            shown.open_tab(tab)
            texts += shown.text("#rows")
        for chart in ("timeline", "load", "departments"):
            shown.page.hover(f"#{chart} .chart", position={"x": 300, "y": 45}, force=True)
        shown.tick("department", "__proto__")
        assert int(shown.card("late")) == sum(
            r["late"] for r in book["tasks"] if r["department"] == "__proto__"
        )
        assert shown.run("window.struck") is None
        assert shown.page.locator("#rows b, #rows img, main script").count() == 0
        for text in (_NASTY[0], _NASTY[1], _NASTY[4], _NASTY[7]):
            assert text in texts


def test_the_page_may_run_nothing_and_reach_nothing_but_itself(window: Any, file: Path) -> None:
    shown = Opened(window, file)
    shown.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.struck=1\">')")
    shown.run(
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.struck=1'}))"
    )
    assert shown.run("fetch('https://example.org/').then(() => 'reached', () => 'refused')") == "refused"
    assert shown.run("window.struck") is None
    shown.context.close()  # its complaints are what this is about
    assert len([said for said in shown.complaints if "Content Security Policy" in said]) >= 3


def test_json_cannot_end_its_script_and_reads_back_the_same() -> None:
    texts = [text for text in _NASTY if "\ud800" not in text]
    told = script_json(texts)
    assert json.loads(told) == texts
    assert not re.search("[<\u2028\u2029\ud800]", told + script_json(list(_NASTY)))


# -- screens, paper, people --------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_a_phone_shows_all_of_it_without_scrolling_sideways(window: Any, folder: Path, lang: Lang) -> None:
    long = "一个名字特别长的项目" * 6 if lang == "zh" else "Averyverylongnamewithoutanyblank" * 4
    book = changed(made(12, 20, lang=lang), projects=lambda row: row | {"name": long + row["name"]})
    with Opened(window, written(book, folder / f"phone-{lang}.html"), size=(375, 812)) as shown:
        for tab in shown.tabs():
            shown.open_tab(tab)
            assert shown.run("document.documentElement.scrollWidth") == 375, tab
        wide = "[...document.querySelectorAll('main canvas')].map(one => one.getBoundingClientRect().right)"
        assert max(shown.run(wide)) <= 375
        shown.page.click("#filter-project > button")
        drop = shown.page.locator("#filter-project .drop").bounding_box()
        assert drop["x"] >= 0 and drop["x"] + drop["width"] <= 375
        shown.page.keyboard.press("Escape")
        shown.open_tab("tasks")
        shown.page.select_option("#sort", index=1)
        assert shown.page.locator("#rows td").first.get_attribute("data-label")


def told(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout


def test_paper_has_the_figures_as_tables_and_no_controls(shown: Opened, tmp_path: Path) -> None:
    shown.tick("department", "采购部")
    shown.page.emulate_media(media="print")
    for hidden in (".filters", "#timeline canvas", "#departments .chart", ".tabs", "#search"):
        assert not shown.page.locator(hidden).first.is_visible(), hidden
    shown.page.emulate_media(media=None)
    shown.page.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True)
    assert shown.page.locator("#printed table").count() == 0  # it is there for paper alone
    assert re.search(r"Page size:\s+841\.\d+ x 59[45]", told("pdfinfo", tmp_path / "page.pdf"))
    text = told("pdftotext", "-layout", tmp_path / "page.pdf", "-")
    found = Reckoned(BOOK, department={"采购部"})
    assert "已筛选：部门 采购部" in text
    assert re.search(r"\s+".join(["采购部", *found.alerts()["采购部"]]), text)
    for row in found.tasks:
        if row["late"]:
            assert row["task"] in text
    for row in BOOK["skipped"]:
        assert row["reason_zh"] in text


@pytest.mark.parametrize("lang", LANGS)
def test_its_frame_is_in_its_language(window: Any, folder: Path, lang: Lang) -> None:
    with Opened(window, written(made(6, 8, lang=lang), folder / f"{lang}.html")) as shown:
        text = shown.text("body")
        for tab in shown.tabs():
            shown.open_tab(tab)
            text += shown.text("#rows thead")
        assert shown.run("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[lang]
        assert shown.page.title() == f"{WORDS['title'].of(lang)} · {AS_OF}"
        assert not re.search(r"\{\w|undefined|null|NaN|\[object", text)
        if lang == "en":
            assert re.findall("[\u4e00-\u9fff]+", text) == []
            assert re.search(r"\b1 tasks|\b1 projects|\b1 days", text) is None


def test_it_can_be_used_without_a_mouse(window: Any, file: Path) -> None:
    with Opened(window, file) as shown:
        used_without_a_mouse(shown)


def used_without_a_mouse(shown: Opened) -> None:
    shown.page.keyboard.press("Tab")
    assert shown.run("document.activeElement.getAttribute('href')") == "#content"
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Enter")
    assert shown.page.get_attribute("#filter-department > button", "aria-expanded") == "true"
    shown.page.keyboard.press("Space")
    ticked = shown.page.locator("#filter-department label").first.inner_text().split("\n")[0]
    assert shown.card("late") == Reckoned(BOOK, department={ticked}).cards()["late"]
    shown.page.keyboard.press("Escape")
    assert shown.run("document.activeElement.parentElement.id") == "filter-department"
    shown.page.focus("#tab-projects")
    shown.page.keyboard.press("ArrowRight")
    assert shown.run("document.activeElement.id") == "tab-tasks"
    assert shown.page.get_attribute("#tab-tasks", "aria-selected") == "true"


def test_a_screen_reader_finds_a_name_for_everything(shown: Opened) -> None:
    nameless = """() => [...document.querySelectorAll('button, input, select, [role=img], section, th')]
      .filter(one => one.checkVisibility())
      .filter(one => !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length))
      .map(one => one.outerHTML.slice(0, 80))"""
    assert shown.run(nameless) == []
    levels = shown.run("[...document.querySelectorAll('h1, h2, h3')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels))


_CONTRAST = """() => {
  const light = (text) => {
    const linear = (n) => n <= .03928 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4;
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map(n => linear(n / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const ground = (one) => {
    const found = getComputedStyle(one).backgroundColor;
    return found === 'rgba(0, 0, 0, 0)' && one.parentElement ? ground(one.parentElement) : found;
  };
  const read = '.pill, .note, .label, .value, td, th, .late, .filters button, .tabs button, .said p, h2, a';
  return [...document.querySelectorAll(read)]
    .filter(one => one.checkVisibility() && one.textContent.trim())
    .map(one => {
      const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
      return [(a + .05) / (b + .05), one.className || one.tagName];
    }).sort((x, y) => x[0] - y[0])[0];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_by_day_and_by_night(window: Any, file: Path, scheme: Any) -> None:
    with Opened(window, file, scheme=scheme) as shown:
        lowest, where = shown.run(_CONTRAST)
        assert lowest >= 4.5, where
        ground = shown.run("getComputedStyle(document.body).backgroundColor")
        assert (int(re.findall(r"\d+", ground)[0]) < 60) == (scheme == "dark")


# -- few, many ---------------------------------------------------------------------------------------


def test_a_portfolio_without_a_project_says_so(window: Any, folder: Path) -> None:
    empty = {table.key: Records.of(table) for table in PORTFOLIO_TABLES}
    empty["skipped"] = BOOK["skipped"]
    book = Portfolio(empty, AS_OF, dt.datetime(2026, 3, 16, 8, 30))
    with Opened(window, written(book, folder / "empty.html")) as shown:
        assert shown.card("projects") == "0" and shown.card("done") == "–"
        assert shown.tabs()["skipped"] == len(BOOK["skipped"])


def test_where_not_all_fits_the_worst_projects_have_details_and_totals_stay(
    window: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_data, "MOST_TASKS", 300)
    with Opened(window, written(BOOK, folder / "partial.html")) as shown:
        kept = page_data.with_details(BOOK)
        assert {row["rag"] for row in BOOK["projects"] if row["project"] in kept} == {"red"}
        assert f"{len(kept)} 个项目（共 40 个）" in shown.text("#partial")
        cards = {name: shown.card(name) for name in ("projects", "done", "late", "risks", "actions")}
        assert cards.items() <= Reckoned(BOOK).cards().items()
        assert 200 < shown.tabs()["tasks"] <= 300


def test_tasks_that_a_run_left_out_are_told_and_counted(window: Any, folder: Path) -> None:
    late = [list(row.values()) for row in BOOK["tasks"] if row["late"]]
    fewer = dict(BOOK.tables) | {"tasks": Records.of(BOOK["tasks"].table, late)}
    left = len(BOOK["tasks"]) - len(late)
    book = Portfolio(fewer, AS_OF, BOOK.run, left_out={"tasks": left})
    with Opened(window, written(book, folder / "fewer.html")) as shown:
        assert f"另有 {left} 项未列" in shown.text("#partial")
        assert shown.card("done") == Reckoned(BOOK).cards()["done"]


def test_a_thousand_projects_stay_far_below_ten_megabytes() -> None:
    """Bytes of a project, taken from a tenth of them; what the page weighs by itself is counted once."""
    alone, hundred = (len(portfolio_page(made(n, 50)).encode()) for n in (1, 100))
    assert alone + 999 * (hundred - alone) / 99 < 6_000_000


# -- how it is made ----------------------------------------------------------------------------------


def test_the_chart_library_is_the_one_that_its_hash_and_its_versions_say() -> None:
    made_from = TARGET.read_bytes()
    assert hashlib.sha256(made_from).hexdigest() == HASH.read_text(encoding="ascii").strip()
    assert made_from.decode().startswith(head())
    notice = (Path(__file__).parents[1] / "NOTICE").read_text(encoding="utf-8")
    for name in ("Apache ECharts", "ZRender"):
        version = re.search(rf"{name} ([\d.]+)", head())
        assert version and f"\n{name} {version[1]}\n" in notice


def test_every_word_is_said_in_both_languages_with_the_same_values() -> None:
    values = re.compile(r"\{(\w+)")
    for key, text in WORDS.items():
        assert text.zh and text.en, key
        assert set(values.findall(text.zh)) == set(values.findall(text.en)), key
    assert len(portfolio_made.DEPARTMENTS) == 8
