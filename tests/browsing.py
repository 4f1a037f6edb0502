"""A real headless Chromium that opens our page as a person does, and says what it shows.

Playwright (extra `browser`) drives the system's Chromium; none is downloaded. What the page complains of and
what it asks for is kept: a test ends with no complaint and one address.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

MUST_HAVE = os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "msedge")


def chromium() -> str | None:
    """The system's Chromium, or None."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium; the test is skipped where there is none, in CI it fails."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _lacking("Playwright")
    if (program := chromium()) is None:
        _lacking("Chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


def _lacking(what: str) -> None:
    if MUST_HAVE:
        pytest.fail(f"{what} is not installed, and XL_COLLAB_REQUIRE_TOOLS=1 says it must be")
    pytest.skip(f"{what} is not installed")


class Opened:
    """A page in a window of its own."""

    def __init__(
        self,
        browser: Any,
        file: Path,
        *,
        size: tuple[int, int] = (1366, 768),
        scheme: Literal["light", "dark"] = "light",
        address: str = "",
    ) -> None:
        self.complaints: list[str] = []
        self.asked: list[str] = []
        width, height = size
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.file = file.as_uri()
        self.open(address)

    def open(self, address: str = "") -> None:
        """The page from its beginning, with what stands behind # in its address."""
        self.page.goto("about:blank")
        self.page.goto(self.file + address)
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def close(self) -> None:
        """Close the window; whatever it complained of or asked for is a failure."""
        self.context.close()
        self.judge()

    def judge(self) -> None:
        """It complained of nothing and asked for nothing but itself."""
        assert self.complaints == []
        assert {address.partition("#")[0] for address in self.asked} == {self.file}

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self.close()
        else:
            self.context.close()

    def text(self, where: str) -> str:
        """What stands there."""
        return self.page.locator(where).inner_text()

    def run(self, script: str, *values: Any) -> Any:
        """What a piece of JavaScript says."""
        return self.page.evaluate(script, *values)

    def card(self, name: str) -> str:
        """The large figure of a card."""
        return self.text(f"#card-{name} .value")

    def figures(self, section: str) -> list[list[str]]:
        """The table behind a chart, its head first; it need not be in sight."""
        return self._cells(f"#{section} .figures tr")

    def rows(self) -> list[list[str]]:
        """The rows of the table below, without its head."""
        return [row for row in self._cells("#rows tbody tr") if len(row) > 1]

    def _cells(self, rows: str) -> list[list[str]]:
        script = "found => found.map(row => [...row.children].map(cell => cell.textContent.trim()))"
        found: list[list[str]] = self.page.locator(rows).evaluate_all(script)
        return found

    def column(self, title: str) -> list[str]:
        """One column of the rows in sight."""
        heads = [head.strip() for head in self.page.locator("#rows th").all_inner_texts()]
        return [row[heads.index(title)] for row in self.rows()]

    def tabs(self) -> dict[str, int]:
        """How many rows each list has, by its key."""
        script = "found => found.map(tab => [tab.id.slice(4), Number(tab.textContent.split(' ').pop())])"
        return dict(self.page.locator("[role=tab]").evaluate_all(script))

    def open_tab(self, name: str) -> None:
        """Go to a list."""
        self.page.click(f"#tab-{name}")

    def tick(self, kind: str, *words: str, search: bool = False) -> None:
        """Tick choices of a filter by clicking, as people do; `search` types each into its field first."""
        self.page.click(f"#filter-{kind} > button")
        for word in words:
            if search:
                self.page.fill(f"#filter-{kind} input[type=search]", word)
            self.page.locator(f"#filter-{kind} label").filter(has_text=word).first.click()
        self.page.keyboard.press("Escape")
