"""The table of the house, on a small house whose figures can be counted by hand, and on ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.measure import ROOT, main, measured, table

HOUSE = {
    "__init__.py": "",
    "a.py": "from house.b import Thing\n\n\nclass Plan:\n    def one(self):\n        return Thing\n",
    "b.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from house.part import words\n\n\n"
    "class Thing:\n    class Plan:\n        pass\n",
    "c.py": "import house.d\n",
    "d.py": "from . import c\n",
    "alone.py": "class _Plan:\n    pass\n",
    "part/__init__.py": "from .words import hello\n",
    "part/words.py": "def hello():\n    from house.a import Plan\n\n    def inner():\n"
    "        return Plan\n\n    return inner\n",
    "words.py": "class Plan:\n    pass\n",
}


@pytest.fixture
def house(tmp_path: Path) -> dict[str, object]:
    for name, text in HOUSE.items():
        (tmp_path / "house" / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / "house" / name).write_text(text, encoding="utf-8")
    return measured(tmp_path, "house")


def test_files_lines_and_functions(house: dict[str, object]) -> None:
    assert (house["files"], house["lines"]) == (9, 6 + 9 + 1 + 1 + 2 + 1 + 7 + 2)
    assert house["functions"] == 3  # one, hello, inner: two, seven and two lines
    assert house["median_function"] == 2
    assert house["longest_function"] == (7, "house.part.words:hello")


def test_circles_by_the_time_of_the_import(house: dict[str, object]) -> None:
    assert house["circles_at_load"] == [["house.c", "house.d"]]
    assert house["circles_with_late_imports"] == [["house.c", "house.d"]]
    assert house["circles_with_hints"] == [["house.a", "house.b", "house.part.words"], ["house.c", "house.d"]]


def test_importers_and_names_with_several_homes(house: dict[str, object]) -> None:
    assert house["no_importer"] == ["house.alone", "house.words"]
    assert house["one_importer"] == ["house.a", "house.b", "house.c", "house.d"]
    assert house["class_homes"] == {"Plan": ["house.a", "house.words"]}
    assert house["basename_homes"] == {"words": ["house.part.words", "house.words"]}


def test_the_figures_of_our_house(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    files = list((ROOT / "xl_collab").rglob("*.py"))
    assert found["files"] == len(files)
    assert found["lines"] == sum(path.read_bytes().count(b"\n") for path in files)
    assert main([]) == 0
    said = capsys.readouterr().out
    assert f"median function{found['median_function']:>20}" in said
    assert all(name in said for name in found["class_homes"])


def test_a_table_says_what_is_behind_a_number(house: dict[str, object]) -> None:
    lines = list(table(house))
    assert f"{'class homes':28}{1:>7}" in lines
    assert "  Plan: house.a, house.words" in lines
