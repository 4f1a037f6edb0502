"""What users install: the product with its data, none of our tools, and it works from there."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from hatchling.build import build_{kind}; print(build_{kind}(sys.argv[1]))"


def built(kind: str, folder: Path) -> Path:
    command = [sys.executable, "-c", BUILD.format(kind=kind), str(folder)]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return folder / made.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("wheel", tmp_path_factory.mktemp("wheel"))


def test_the_wheel_ships_the_product_and_its_data_alone(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"xl_collab", "xl_collab_click.pth"}
    assert not {name for name in names if "/build/" in name or "lint" in name or "memory_host" in name}
    for file in ("collab_tracker.xlsm", "xl_collab.xlam", "xl_collab.oxt", "scenarios/product-launch.toml"):
        assert f"xl_collab/data/{file}" in names
    assert {"xl_collab/py.typed", "xl_collab/__init__.pyi"} <= names
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "xl_collab").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == {m.replace(os.sep, "/") for m in modules}


def test_a_workbook_is_made_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    command = [sys.executable, "-m", "xl_collab", "new", "新品.xlsm", "--scenario", "product-launch"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONUTF8": "1"}
    where = [sys.executable, "-c", "import xl_collab; print(xl_collab.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
    assert found.stdout.startswith(str(tmp_path))
    subprocess.run(
        [*command, "--start", "2026-03-02"], cwd=tmp_path, env=env, check=True, capture_output=True
    )
    sheet = load_workbook(tmp_path / "新品.xlsm")["跟踪表"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert "填写需求申请表，初步沟通可行性" in texts


def test_the_source_distribution_has_the_tools(tmp_path: Path) -> None:
    with tarfile.open(built("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tools/build/__main__.py", "tools/lint/lint.py", "xl_collab/data/scenarios/common.toml"} <= names
