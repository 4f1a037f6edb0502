"""The notebook of docs/, run cell by cell as a kernel would, without one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[1] / "docs" / "notebook.ipynb"


def cells() -> list[str]:
    """Its code cells."""
    found = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]


def run(code: Iterable[str]) -> dict[str, Any]:
    """The names that are there after the cells were run."""
    names: dict[str, Any] = {}
    for text in code:
        exec(compile(text, "cell", "exec"), names)
    return names
