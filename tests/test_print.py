"""On paper: what a superior gets can be read, counts its own pages, and nothing of it is cut off."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from drawn import Package
from printed import Printed, pages

from xl_collab.commands.render import chosen_tab, render
from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.errors import UsageError, XlCollabError
from xl_collab.hosts import printing
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample import AS_OF


@pytest.fixture(scope="module")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("print") / "台灯.xlsx"
    drawn = draw_workbook(
        Project(SAMPLE.book("zh"), AS_OF), "zh", created=datetime(2023, 11, 27), document_id="0"
    )
    path.write_bytes(drawn)
    return path


@pytest.fixture(scope="module")
def printed(sample_file: Path, soffice: object) -> list[Printed]:
    made = sample_file.parent / "all.pdf"
    render(sample_file, made)
    return pages(made)


def test_nothing_of_the_sample_is_too_small_to_read(printed: list[Printed]) -> None:
    small = [(n, page.smallest) for n, page in enumerate(printed, 1) if page.smallest < 8]
    assert not small


def test_home_is_one_page_in_nine_points_with_all_that_its_screen_says(printed: list[Printed]) -> None:
    first, second = printed[:2]
    assert first.smallest >= 9
    said = "".join(first.text.split())
    figures = ["下一步：", "数据日期2023-11-13", "项任务已完成", "下一里程碑", "逾期待办", "红色未应对"]
    for words in (*figures, "1需求发起", "6复盘总结", "未来七天", "各部门待交", "市场部"):
        assert words in said
    assert "各部门待交" not in second.text and "下一步" not in second.text


def test_a_form_has_nine_points_and_is_signed_where_it_is_approved(printed: list[Printed]) -> None:
    form = [page for page in printed if "跨部门合作需求申请表" in page.text or "上级领导签字" in page.text]
    assert min(page.smallest for page in form) >= 9
    signed = next(page for page in form if "上级领导签字" in page.text)
    assert "审批结论" in signed.text
    assert "申请人签字" in signed.text


def test_holidays_print_the_years_of_the_project(printed: list[Printed]) -> None:
    days = [page for page in printed if "官方放假安排" in page.text]
    listed = {year for page in days for year in re.findall(r"^ *(20\d\d)-\d\d-\d\d", page.text, re.M)}
    assert listed == {"2023", "2024"}
    assert len(days) <= 3


def test_every_page_of_a_wide_table_says_which_row_it_is(printed: list[Printed]) -> None:
    plans = [page for page in printed if page.text.lstrip().startswith("跟踪表")]
    assert len(plans) > 1
    for page in plans:
        assert all(f"T00{n}" in page.text for n in range(1, 7))


def test_one_sheet_counts_its_own_pages(sample_file: Path, soffice: object) -> None:
    made = sample_file.parent / "one.pdf"
    render(sample_file, made, chosen_tab(sample_file, "Milestones", None))
    (page,) = pages(made)
    assert "里程碑计划" in page.text
    assert "第 1 页/共 1 页" in page.text
    assert "台灯.xlsx" in page.text
    assert "M001" in page.text


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(sample_file: Path) -> None:
    with pytest.raises(UsageError, match="里程碑计划"):
        chosen_tab(sample_file, "里程碑", None)


def test_a_kind_that_was_not_generated_is_told(sample_file: Path) -> None:
    with pytest.raises(UsageError, match="还没有生成"):
        chosen_tab(sample_file, None, "minutes")


def test_excel_prints_where_there_is_no_libreoffice(
    sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    class Api:
        def ExportAsFixedFormat(self, kind: int, path: str) -> None:
            asked.append((kind, Path(path).name))
            Path(path).write_bytes(b"%PDF-1.7")

    class Opened:
        api = Api()

        def close(self) -> None:
            asked.append(("closed",))

    class Books:
        def open(self, path: str, **how: object) -> Opened:
            asked.append((Path(path).name, how["read_only"]))
            shown = Package(Path(path).read_bytes()).workbook.iterfind("m:sheets/m:sheet", NS)
            asked.append(tuple(one.get("name") for one in shown if one.get("state") is None))
            return Opened()

    class App:
        books = Books()

    monkeypatch.setattr(printing, "printer", lambda: lambda book, to: printing.excel_to_pdf(book, to, App()))
    render(sample_file, tmp_path / "x.pdf", "里程碑计划")
    assert asked == [("台灯.xlsx", True), ("里程碑计划",), (0, "台灯.pdf"), ("closed",)]
    assert (tmp_path / "x.pdf").read_bytes() == b"%PDF-1.7"


def test_an_excel_that_refuses_is_told_with_a_way_out(sample_file: Path, tmp_path: Path) -> None:
    class Busy:
        @property
        def books(self) -> object:
            raise OSError("busy")

    with pytest.raises(XlCollabError, match="另存为 PDF"):
        printing.excel_to_pdf(sample_file, tmp_path, Busy())


NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
