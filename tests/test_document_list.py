"""文档目录 lists what the tool made, and old documents are filed away on wish; nothing of them is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from xl_collab.hosts.file import FileHost

ISSUED = ("2023-10-16", "2023-10-30", "2023-11-13")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The sample after three meetings, with everything else that a coordinator has made."""
    from conftest import SHIPPED

    from xl_collab.ui.cli import main

    path = tmp_path_factory.mktemp("made") / "跟踪表.xlsm"
    path.write_bytes(SHIPPED.read_bytes())
    lines = [["minutes", "--issue", "--as-of", day] for day in ISSUED]
    lines += [["validate"], ["raci"], ["minutes", "--as-of", "2023-11-14"]]
    for line in lines:
        with pytest.raises(SystemExit):
            main([line[0], str(path), *line[1:]])
    return path.read_bytes()


@pytest.fixture
def path(made: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "跟踪表.xlsm"
    path.write_bytes(made)
    return path


def listed(path: Path, tab: str = "文档目录") -> list[list[str]]:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python()
    return [[str(cell) for cell in row[:4] if cell != ""] for row in rows if any(row[:4])]


def hidden(path: Path) -> set[str]:
    book = openpyxl.load_workbook(path, read_only=True)
    return {sheet.title for sheet in book if sheet.sheet_state == "hidden" and sheet.title.startswith("纪要")}


def test_the_list_is_by_kind_newest_first_with_links_and_marks(path: Path) -> None:
    lines = listed(path)
    minutes = lines[lines.index(["纪要"]) + 1 :]
    assert minutes[:4] == [
        ["纪要-20231114", "2023-11-14", "草稿"],
        ["纪要-20231113", "2023-11-13", "已签发"],
        ["纪要-20231030", "2023-10-30", "已签发"],
        ["纪要-20231016", "2023-10-16", "已签发"],
    ]
    current = lines.index(["清单与图表（随时更新）"])
    assert [line[0] for line in lines[current + 1 : current + 3]] == ["校验结果", "责任矩阵"]
    book = openpyxl.load_workbook(path)
    links = {
        cell.value: cell.hyperlink.location for row in book["文档目录"] for cell in row if cell.hyperlink
    }
    assert links["纪要-20231030"] == "'纪要-20231030'!A1"
    assert set(links) == {one.tab for one in FileHost(path).read().generated} - {"文档目录"}


def test_home_leads_to_the_list_once_there_is_one(sample: Path, say: Callable[..., str]) -> None:
    def home(of: Path) -> str:
        sheet = CalamineWorkbook.from_path(str(of)).get_sheet_by_name("首页")
        return str(sheet.to_python(skip_empty_area=False)[20][22])

    assert home(sample) == ""
    say("gantt", sample)
    assert home(sample) == "文档目录"
    link = openpyxl.load_workbook(sample)["首页"]["W21"].hyperlink
    assert link.location == "'文档目录'!A1"


def test_old_minutes_are_hidden_and_everything_else_goes_on(path: Path, say: Callable[..., str]) -> None:
    before = path.read_bytes()
    said = say("archive", path, "--dry-run")
    assert "纪要-20231030" in said
    assert path.read_bytes() == before
    said = say("archive", path)
    # The last issued one stays, and the draft that is newer.
    assert hidden(path) == {"纪要-20231016", "纪要-20231030"}
    assert "纪要-20231016" in said and "文档目录" in said
    lines = listed(path)
    assert ["纪要-20231030", "2023-10-30", "已签发", "已归档（隐藏）"] in lines
    links = [cell.value for row in openpyxl.load_workbook(path)["文档目录"] for cell in row if cell.hyperlink]
    assert "纪要-20231030" not in links and "纪要-20231113" in links
    archived = path.read_bytes()
    say("archive", path)
    assert path.read_bytes() == archived, "a second time there is nothing to file away"
    # What the next minutes count from is known all the same.
    say("minutes", path, "--as-of", "2023-11-14")
    assert any("2023-11-13" in " ".join(line) for line in listed(path, "纪要-20231114"))
    assert hidden(path) == {"纪要-20231016", "纪要-20231030"}


def test_it_is_taken_back_or_shown_again(path: Path, say: Callable[..., str]) -> None:
    before = path.read_bytes()
    say("archive", path, "--keep", "2")
    assert hidden(path) == {"纪要-20231016"}
    say("undo", path)
    assert path.read_bytes() == before
    say("archive", path)
    assert "纪要-20231016" in say("archive", path, "--restore")
    assert hidden(path) == set()
    assert "没有已归档的文档" in say("archive", path, "--restore")


def test_a_document_that_was_filed_away_and_is_made_again_is_seen(
    path: Path, say: Callable[..., str]
) -> None:
    say("minutes", path, "--as-of", "2023-10-20")
    say("archive", path)
    assert "纪要-20231020" in hidden(path)
    say("minutes", path, "--as-of", "2023-10-20")
    assert "纪要-20231020" not in hidden(path)


def test_a_filed_workbook_is_sound(
    path: Path, say: Callable[..., str], ooxml_validate: Callable[[Path], None]
) -> None:
    from tools.lint.lint import lint

    say("archive", path)
    ooxml_validate(path)
    assert list(lint(path)) == []
    book = openpyxl.load_workbook(path)
    assert book.active.sheet_state == "visible"
    assert [
        sheet.title for sheet in book if sheet.sheet_view.tabSelected and sheet.sheet_state != "visible"
    ] == []
