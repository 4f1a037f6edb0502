"""Fresh workbooks: dated, named, with an identity of their own and the shipped macros."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from drawn import DAY, NS, START, Package
from recalculation import cells

from xl_collab.documents.canvas import code_name
from xl_collab.documents.workbook.template import make_workbook, with_settings
from xl_collab.hosts.file import FileHost
from xl_collab.project.scenarios import BLANK, SAMPLE, SCENARIOS
from xl_collab.schema.sheets import SHEETS
from xl_collab.ui.cli import main

# new workbooks


def test_a_new_workbook_is_dated_named_and_has_its_own_identity() -> None:
    made = [
        cells(make_workbook(SCENARIOS["product-launch"], "zh", START, DAY.date(), "甲项目", now=DAY))
        for _ in range(2)
    ]
    assert made[0]["首页"][1, 1] == "甲项目"
    assert made[0]["首页"][1, 17] == "数据日期 2026-03-09"
    ids = {tab["_meta"][5, 1] for tab in made}
    assert made[0]["_meta"][5, 0] == "document_id" and len(ids) == 2


def test_without_a_data_date_the_workbook_follows_today() -> None:
    tab = cells(make_workbook(BLANK, "en", now=DAY))["Home"]
    assert tab[1, 17] == "As of today 2026-03-09"
    assert tab[1, 1] == "[Project]"


def test_macros_come_along_unless_unwanted() -> None:
    with_macros = Package(make_workbook(BLANK, "zh", now=DAY))
    assert "xl/vbaProject.bin" in with_macros.zip.namelist()
    assert b"sheet.macroEnabled.main+xml" in with_macros.zip.read("[Content_Types].xml")
    without = Package(make_workbook(BLANK, "zh", now=DAY, macros=False))
    assert "xl/vbaProject.bin" not in without.zip.namelist()
    for sheet in SHEETS.sheets:
        assert with_macros.sheet(sheet.name("zh")).find("m:sheetPr", NS).get("codeName") == code_name(
            sheet.key
        )


def test_settings_given_replace_and_empty_ones_leave() -> None:
    book = with_settings(SAMPLE.book("zh"), project="乙", data_date=None)
    assert (book.settings["project"], book.settings["data_date"]) == ("乙", date(2023, 11, 13))


# the project's own words, asked once


@pytest.mark.parametrize("key", ["product-launch", "blank"])
def test_name_department_and_start_stand_on_every_sheet_that_has_them(key: str, tmp_path: Path) -> None:
    path = tmp_path / "项目.xlsm"
    scenario = BLANK if key == "blank" else SCENARIOS[key]
    made = make_workbook(scenario, "zh", START, project_name="甲项目", department="产品部", now=DAY)
    path.write_bytes(made)
    book = FileHost(path).read()
    request = book.forms["request"]
    assert [request[name] for name in ("project", "department", "applicant")] == [
        "甲项目",
        "产品部",
        "产品部*",
    ]
    assert [request[name] for name in ("date", "start")] == [START, START]
    assert [book.settings[name] for name in ("project", "initiator")] == ["甲项目", "产品部"]
    assert book.tables["contacts"].texts("department").tolist().count("产品部") == 1
    if key != "blank":
        assert book.settings["chair"] == "产品部*"


def test_the_command_takes_the_department(tmp_path: Path) -> None:
    path = tmp_path / "项目.xlsm"
    line = [str(path), "--name", "甲", "--department", "销售部", "--start", "2026-03-02"]
    with pytest.raises(SystemExit) as ended:
        main(["new", *line])
    assert not ended.value.code
    book = FileHost(path).read()
    assert (book.forms["request"]["department"], book.settings["initiator"]) == ("销售部", "销售部")
    # It was in 通讯录 already.
    assert book.tables["contacts"].texts("department").tolist().count("销售部") == 1
