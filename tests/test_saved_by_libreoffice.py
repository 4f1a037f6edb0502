"""What LibreOffice saved: figures of the workbook follow all the same, and its charts look as before."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from recalculation import cells, differences, recalculated

from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
SWITCHES = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
MACROS = "xlsm:Calc MS Excel 2007 VBA XML"


def run(*line: object) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in line])
    assert ended.value.code in (0, 1), line


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]) -> Path:
    """The folder with ours.xlsm as the tool made it, and theirs/ours.xlsm, the same saved by LibreOffice."""
    folder = tmp_path_factory.mktemp("saved")
    ours = Path(shutil.copy(SHIPPED, folder / "ours.xlsm"))
    run("minutes", ours)
    run("review", ours)
    soffice("--convert-to", MACROS, "--outdir", folder / "theirs", ours)
    return folder


def test_every_result_follows_the_day_and_equals_a_fresh_recalculation(
    saved: Path, tmp_path: Path, soffice: Callable[..., None]
) -> None:
    path = Path(shutil.copy(saved / "theirs" / "ours.xlsm", tmp_path))
    assert "数据日期 2024-02-01" not in str(cells(path.read_bytes())["首页"].values())
    run("run", path, "--set-date", "2024-02-01")
    package = path.read_bytes()
    assert "数据日期 2024-02-01" in str(cells(package)["首页"].values())
    there = recalculated({"run": package}, tmp_path, soffice)["run"]
    assert differences(cells(package), there) == []


@pytest.mark.parametrize("name", ["ours.xlsm", "theirs/ours.xlsm"])
def test_every_label_of_a_chart_is_switched_on_or_off_in_so_many_words(saved: Path, name: str) -> None:
    with zipfile.ZipFile(saved / name) as file:
        charts = [
            file.read(n).decode() for n in file.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", n)
        ]
    assert len(charts) == 2
    for chart in charts:
        labels = re.findall(r"<c:dLbls>.*?</c:dLbls>", chart, re.DOTALL)
        assert labels
        for label in labels:
            on = {one: set(re.findall(rf'<c:show{one} val="(\d)"/>', label)) for one in SWITCHES}
            if name.startswith("theirs"):  # it leaves out what bars do not have
                on["BubbleSize"] = on["BubbleSize"] or {"0"}
            assert on == {one: {"1" if one == "Val" else "0"} for one in SWITCHES}
        bars = chart.count("<c:ser>") + chart.count("<c:dPt>")
        assert chart.count('<c:invertIfNegative val="0"/>') == bars


def test_they_print_alike_page_by_page(saved: Path, tmp_path: Path, soffice: Callable[..., None]) -> None:
    printed = {}
    for n, name in enumerate(("ours.xlsm", "theirs/ours.xlsm")):
        shutil.copy(saved / name, tmp_path / f"{n}.xlsm")
    soffice("--convert-to", "pdf", "--outdir", tmp_path / "pdf", *sorted(tmp_path.glob("[01].xlsm")))
    for n in range(2):
        pdf = tmp_path / "pdf" / f"{n}.pdf"
        text = subprocess.run(
            ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
        ).stdout
        printed[n] = [" ".join(re.sub(r"\d\.xls[mx]", "", line).split()) for line in text.splitlines()]
    assert printed[0] == printed[1]
