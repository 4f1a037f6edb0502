"""Rows that the tool adds are as high as their text needs, so that nothing is cut off on paper."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from xl_collab.hosts.file import FileHost, heights
from xl_collab.project.edits import AppendRows
from xl_collab.project.tables import Table
from xl_collab.schema.sheets import SHEETS

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
LESSONS = Table.of(SHEETS.table("lessons"), [])


def test_lines_are_counted_by_the_widths_of_the_columns() -> None:
    sheet = (
        b'<worksheet><cols><col min="3" max="3" width="41" customWidth="1"/></cols><sheetData/></worksheet>'
    )
    # A column of 41 characters, 1.5 of them indent and 1 edge, holds 19 Chinese signs a line: 60 of them
    # take four lines of 15 points.
    found = heights(sheet, LESSONS, 5, [{"lesson": "长" * 60}, {"lesson": "短"}, {}])
    assert found == {5: 4 * 15 + 4, 6: 19.0, 7: 19.0}


def test_an_added_row_has_the_height_of_its_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsm"
    shutil.copy(SHIPPED, path)
    count = len(FileHost(path).read().tables["lessons"])
    rows = ({"id": "L901", "lesson": "很长的一条经验" * 20}, {"id": "L902", "lesson": "短"})
    FileHost(path).apply([AppendRows("lessons", rows)])
    package = zipfile.ZipFile(path)
    part = next(n for n in package.namelist() if n.endswith(".xml") and b"L902" in package.read(n))
    opening = re.findall(rb'<row r="(\d+)"[^>]* ht="([\d.]+)"', package.read(part))
    height = {int(row): float(points) for row, points in opening}
    first = 5 + count
    assert height[first] > 4 * 15
    assert height[first + 1] < 25
