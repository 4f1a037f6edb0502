"""What the source itself must not say, because a newer library or another machine would stumble over it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BARE_NAT = re.compile(r"""datetime64\(\s*["']NaT["']\s*\)""", re.IGNORECASE)


def sources() -> Iterator[Path]:
    """Every Python file of the project."""
    for folder in ("xl_collab", "tests", "benchmarks", "docs", "tools"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def bare_nats(text: str) -> list[str]:
    """Not-a-time values without a unit; numpy 2.5 deprecates them, later ones raise."""
    return _BARE_NAT.findall(text)


def test_no_date_of_numpy_is_without_its_unit() -> None:
    found = {str(path.relative_to(ROOT)) for path in sources() if bare_nats(path.read_text(encoding="utf-8"))}
    assert found == set()


def test_a_bare_one_would_be_found() -> None:
    assert bare_nats("np.datetime64(" + '"NaT")') and not bare_nats('np.datetime64("NaT", "D")')
