"""`python benchmarks/page.py [PROJECTS [TASKS]]`: the page of many projects, how big and how soon in use.

Projects are made up (`tests/portfolio_made.py`). Prints megabytes, and what a headless Chromium needs: from
opening the file until filters work, and from a click on a filter until everything follows. Medians of five;
wall clock, so a busy machine is slow. Bars: 10 MB, 2 seconds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browsing import Opened, browser
from portfolio_made import DEPARTMENTS, made, written

RUNS = 5
_CLICK = """() => {
  const began = performance.now();
  document.querySelector('#filter-rag [data-rag=red]').click();
  return performance.now() - began;
}"""


def measured(window: Any, file: Path) -> tuple[float, float]:
    """Milliseconds until it can be used, and of one click that filters everything."""
    opened = Opened(window, file)
    ready, click = float(opened.run("document.documentElement.dataset.ready")), float(opened.run(_CLICK))
    opened.close()
    return ready, click


def main() -> int:
    """Measure and print; 1 where a bar is missed."""
    projects, tasks = (int(word) for word in (sys.argv[1:] + ["1000", "50"][len(sys.argv) - 1 :])[:2])
    book = made(projects, tasks)
    with tempfile.TemporaryDirectory(prefix="xl-collab-page-") as scratch, browser() as window:
        began = time.process_time()
        file = written(book, Path(scratch) / "page.html")
        wrote, size = time.process_time() - began, file.stat().st_size / 1e6
        found = [measured(window, file) for _ in range(RUNS)]
    ready, click = (median(times) for times in zip(*found, strict=True))
    rows = len(book["tasks"])
    print(
        f"{projects} projects, {rows} tasks in {len(DEPARTMENTS)} departments: {size:.1f} MB in {wrote:.1f} s"
    )
    print(f"usable after {ready:.0f} ms, a filter follows in {click:.0f} ms")
    return int(size > 10 or ready > 2000)


if __name__ == "__main__":
    sys.exit(main())
