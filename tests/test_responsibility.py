"""责任矩阵: which letters a department gets, which gaps are shown, and that the sheet is sound."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from books import book, project, task
from python_calamine import CalamineWorkbook

from xl_collab.documents.drawing import draw
from xl_collab.documents.raci.content import MOST, SHOWN, Raci, raci
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.schema.words import Lang


def matrix(**tables: object) -> Raci:
    return raci(project(**tables)).data  # type: ignore[arg-type]


def cells(drawn: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(drawn)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def duty(**more: object) -> dict[str, object]:
    base = {"id": "D001", "duty": "原型", "accountable": "研发部", "responsible": "研发部"}
    return base | {"output": "原型", "receiver": "市场部"} | more


def test_letters_come_from_the_columns_of_the_duty() -> None:
    (row,) = matrix(duties=[duty(consulted="生产部、市场部", informed="各部门")]).duties
    assert row.letters == {
        "研发部": "ARI", "生产部": "CI", "市场部": "CI", "销售部": "I", "行政部": "I",
    }  # fmt: skip
    assert row.gaps == ()


@pytest.mark.parametrize(
    ("cells", "gap"),
    [
        ({"accountable": None}, "没有负责部门"),
        ({"accountable": "研发部、市场部"}, "负责部门有 2 个"),
        ({"accountable": "各部门"}, "负责部门有 5 个"),
        ({"receiver": None}, "成果没有接收方"),
        ({"consulted": "财务部"}, "不在通讯录：财务部"),
    ],
)
def test_a_gap_is_said(cells: dict[str, object], gap: str) -> None:
    found = matrix(duties=[duty(**cells)])
    assert [text.zh for text in found.duties[0].gaps] == [gap]
    assert found.gaps == 1


def test_nobody_who_works_and_nobody_to_talk_to() -> None:
    (row,) = matrix(duties=[duty(accountable=None, responsible=None)]).duties
    assert [gap.zh for gap in row.gaps] == ["没有负责部门", "没有人执行"]
    contacts = [{"department": "研发部"}]
    (row,) = matrix(duties=[duty(receiver="研发部")], contacts=contacts).duties
    assert [gap.zh for gap in row.gaps] == ["研发部没有接口人"]
    (row,) = matrix(duties=[duty(receiver="研发部", contact="张三")], contacts=contacts).duties
    assert row.gaps == ()


def test_tasks_follow_from_owner_and_support() -> None:
    rows = [
        task("T001", owner="市场部、行政部", support="研发部、市场部"),
        task("T002", owner="各部门"),
        task("T003", status="取消"),
    ]
    first, second = matrix(tracker=rows).tasks
    assert first.letters == {"市场部": "AR", "行政部": "R", "研发部": "C"}
    assert set(second.letters.values()) == {"R"}
    assert [gap.zh for gap in second.gaps] == ["没有负责部门"]


def test_the_sample_has_one_accountable_each_and_counts_the_load() -> None:
    found = raci(Project(SAMPLE.book(), date(2023, 11, 13))).data
    assert found.gaps == 0
    assert all(sum("A" in letters for letters in row.letters.values()) == 1 for row in found.duties)
    # R&D answers for D003, D007, D008, D009 and leads T003, T004, T005.
    assert found.count("研发部", "A") == 7
    assert found.departments == ("市场部", "研发部", "生产部", "销售部", "行政部", "人力资源部")


def test_long_lists_and_many_departments_are_cut_and_said() -> None:
    names = [f"{n}部" for n in range(MOST + 3)]
    contacts = [{"department": name, "contact": "*"} for name in names]
    rows = [task(f"T{n}", owner="、".join(names)) for n in range(SHOWN + 5)]
    found = matrix(tracker=rows, contacts=contacts)
    assert (len(found.tasks), found.more) == (SHOWN, 5)
    assert (len(found.departments), found.left_out) == (MOST, tuple(names[MOST:]))
    text = "".join("".join(row) for row in cells(draw(found, project_name="", lang="zh", links={})))
    assert "另有 5 行未列出" in text
    assert "16部、17部、18部" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_is_valid_and_shows_the_letters(
    lang: Lang, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    document = raci(Project(SAMPLE.book(lang), date(2023, 11, 13))).data
    links = {"D003": ("职责分工", "A7")}
    drawn = draw(document, project_name="=1+1", lang=lang, links=links)
    path = tmp_path / "raci.xlsx"
    path.write_bytes(drawn)
    ooxml_validate(path)
    (row,) = [row for row in cells(drawn) if "D003" in row]
    # Marketing I, R&D A/R, Production C, Sales I, nothing for Administration and HR.
    assert row[2:8] == ["I", "A/R", "C", "I", "", ""]
    sheet = zipfile.ZipFile(io.BytesIO(drawn)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" in sheet


def test_an_empty_project_has_a_sheet_that_says_so() -> None:
    document = raci(Project(book(), date(2023, 11, 13))).data
    shown = cells(draw(document, project_name="", lang="zh", links={}))
    assert any("还是空的" in cell for row in shown for cell in row)
