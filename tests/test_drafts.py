"""A draft drawn again: what the tool says is new, what people typed stays where it belongs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import make
import numpy as np
import openpyxl
import pytest
from effort import effort
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook

from xl_collab.commands.session import Request, Session
from xl_collab.documents.minutes.content import minutes
from xl_collab.hosts.changes import Applied, SheetChange
from xl_collab.hosts.file import FileHost, undo
from xl_collab.project.drafts import shape
from xl_collab.project.edits import AppendRows, SetColumn
from xl_collab.project.scenarios.sample import AS_OF
from xl_collab.schema.words import Lang
from xl_collab.ui.written import draft_lines

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
TAB = f"纪要-{AS_OF:%Y%m%d}"
KEPT = "保留的手写内容"
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(SHIPPED, tmp_path / "跟踪表.xlsm"))


def run(path: Path, *, issue: bool = False) -> Applied:
    """`xl-collab minutes`."""
    session = Session(Request(path, as_of=AS_OF.isoformat()), AS_OF)
    return session.write(minutes(session.project, issue=issue).edits, "minutes")


def change(path: Path, do: Callable[[Any], object], tab: str = TAB) -> None:
    """Somebody opens the workbook and works in the minutes."""
    book = openpyxl.load_workbook(path, keep_vba=True)
    do(book[tab])
    book.save(path)


def grid(path: Path, tab: str = TAB) -> list[list[Any]]:
    """What the minutes say, blanks as ""."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(tab).to_python(skip_empty_area=False)


def at(path: Path, text: str, *, nth: int = 1, below: str = "", tab: str = TAB) -> tuple[int, int]:
    """Row and column of the cell that says so, the nth one behind the cell that says `below`."""
    cells = [(r, c, v) for r, row in enumerate(grid(path, tab), 1) for c, v in enumerate(row, 1)]
    cells = [(r, c, v) for r, c, v in cells if not str(v).startswith("{")]
    start = next((r for r, _, v in cells if below and str(v or "").endswith(below)), 0)
    found = [(r, c) for r, c, v in cells if v == text and r > start]
    return found[nth - 1]


def put(path: Path, row: int, column: int, value: object, tab: str = TAB) -> None:
    change(path, lambda sheet: sheet.cell(row, column).__setattr__("value", value), tab)


def finish(path: Path, row: int, when: date) -> None:
    """A department reports a task as done."""
    rows = np.array([row])
    edits = [SetColumn("tracker", "actual", rows, [when]), SetColumn("tracker", "status", rows, ["已完成"])]
    FileHost(path).apply([*edits, SetColumn("tracker", "percent", rows, [1])])


def how(applied: Applied) -> list[tuple[str, str]]:
    return [(one.how, one.tab) for one in applied.generated]


def cell_of(path: Path, row_text: str, heading: str, below: str) -> tuple[int, int]:
    """A cell of a table: the first row that says `row_text`, the column under `heading`."""
    return at(path, row_text, below=below)[0], at(path, heading, below=below)[1]


def value_at(path: Path, place: tuple[int, int], tab: str = TAB) -> Any:
    return grid(path, tab)[place[0] - 1][place[1] - 1]


def kept_texts(path: Path, tab: str = TAB) -> list[Any]:
    """What stands at the foot: where from, text, where from, text …"""
    first = [row[1] for row in grid(path, tab)]
    return first[first.index(KEPT) + 2 :] if KEPT in first else []


ACTION = ("A007", "备注", "待办事项")


def test_a_filled_field_stays_and_the_rest_is_new(path: Path) -> None:
    run(path)
    row, column = at(path, "会议日期")
    put(path, row, column + 2, "11月13日下午")
    finish(path, 9, date(2023, 11, 13))
    (change,) = run(path).generated
    assert (change.how, change.tab, change.carried, change.left_over) == ("refreshed", TAB, 1, 0)
    row, column = at(path, "会议日期")
    assert value_at(path, (row, column + 2)) == "11月13日下午"
    assert value_at(path, cell_of(path, "研发部", "完成/任务", "统计")) == "2/3"
    assert [one.tab for one in FileHost(path).read().generated] == [TAB, "文档目录"]


def test_what_was_typed_moves_with_its_row(path: Path) -> None:
    run(path)
    place = cell_of(path, *ACTION)
    put(path, *place, "已约供应商周三面谈")
    earlier = {
        "id": "A000",
        "action": "补充预算",
        "owner": "财务部",
        "due": date(2023, 10, 1),
        "status": "进行中",
    }
    FileHost(path).apply([AppendRows("actions", (earlier,))])
    run(path)
    assert cell_of(path, *ACTION)[0] > place[0]
    assert value_at(path, cell_of(path, *ACTION)) == "已约供应商周三面谈"
    assert value_at(path, cell_of(path, "A000", *ACTION[1:])) != "已约供应商周三面谈"


def test_a_text_whose_row_is_gone_stands_at_the_foot_until_somebody_clears_it(path: Path) -> None:
    run(path)
    put(path, *cell_of(path, *ACTION), "已约供应商周三面谈")
    close(path, "A007")
    (change,) = run(path).generated
    assert (change.how, change.carried, change.left_over) == ("refreshed", 1, 1)
    assert kept_texts(path) == ["二、待办事项 · A007 · 备注", "已约供应商周三面谈"]
    FileHost(path).apply([SetColumn("tracker", "percent", np.array([9]), [0.5])])
    assert how(run(path)) == [("refreshed", TAB)]
    assert kept_texts(path) == ["二、待办事项 · A007 · 备注", "已约供应商周三面谈"]
    put(path, at(path, "已约供应商周三面谈")[0], 2, None)
    run(path)
    assert kept_texts(path) == [] and KEPT not in [row[1] for row in grid(path)]


def close(path: Path, action: str) -> None:
    """An action item is struck from the register."""
    table = FileHost(path).read().tables["actions"]
    i = table.raw("id").tolist().index(action)
    rows = table.rows[i : i + 1]
    FileHost(path).apply([SetColumn("actions", "status", rows, ["取消"])])


def test_an_edited_generated_cell_is_kept_even_where_the_tool_would_now_say_something_else(
    path: Path,
) -> None:
    run(path)
    put(path, *cell_of(path, "研发部", "完成/任务", "统计"), "试产中")
    put(path, *cell_of(path, "研发部", "红/黄", "统计"), 0.9)
    put(path, *cell_of(path, "研发部", "其他变化", "统计"), None)
    put(path, *cell_of(path, "市场部", "完成/任务", "统计"), "每天都在报")
    finish(path, 9, date(2023, 11, 13))
    (change,) = run(path).generated
    assert (change.carried, change.overruled) == (3, 3)
    headings = ("完成/任务", "红/黄", "其他变化", "本期完成")
    said = [value_at(path, cell_of(path, "研发部", heading, "统计")) for heading in headings]
    assert said == ["试产中", 0.9, "", "T003、T005"]


def test_a_day_typed_by_somebody_still_looks_like_one_and_no_longer_like_a_gap(path: Path) -> None:
    run(path)
    row, column = at(path, "会议日期")
    put(path, row, column + 2, date(2023, 11, 13))
    finish(path, 9, date(2023, 11, 13))
    run(path)
    cell = openpyxl.load_workbook(path)[TAB].cell(row, column + 2)
    assert (f"{cell.value:%Y-%m-%d}", cell.number_format) == ("2023-11-13", "yyyy-mm-dd")
    assert cell.font.color.rgb == "FF1F2937"


def test_the_second_run_changes_no_byte(path: Path) -> None:
    run(path)
    put(path, *cell_of(path, *ACTION), "=不是公式"[1:])
    close(path, "A007")
    put(path, *cell_of(path, "研发部", "完成/任务", "统计"), "试产中")
    run(path)
    before = make.digest(path)
    assert how(run(path)) == [("unchanged", TAB)] and make.digest(path) == before


def test_typing_alone_is_no_reason_to_draw_again(path: Path) -> None:
    run(path)
    put(path, *cell_of(path, *ACTION), "已约供应商周三面谈")
    # openpyxl leaves no cached results; the first run puts those of 首页 back.
    assert how(run(path)) == [("unchanged", TAB)]
    before = make.digest(path)
    assert how(run(path)) == [("unchanged", TAB)] and make.digest(path) == before


def test_numbers_times_and_truths_stay_what_they_are(path: Path) -> None:
    run(path)
    row, column = at(path, "会议日期")
    put(path, row, column + 2, date(2023, 11, 13))
    put(path, row, column + 5, time(17, 30))
    put(path, *cell_of(path, "研发部", "完成/任务", "统计"), True)
    put(path, *cell_of(path, *ACTION), "<&>\n第二行 'x'")
    put(path, *cell_of(path, "研发部", "其他变化", "统计"), 3.5)
    close(path, "A007")
    assert how(run(path)) == [("refreshed", TAB)]
    sheet = openpyxl.load_workbook(path)[TAB]
    cell = sheet.cell(row, column + 5)
    assert (cell.value, cell.number_format) == (time(17, 30), "hh:mm")
    said = [value_at(path, cell_of(path, "研发部", h, "统计")) for h in ("完成/任务", "其他变化")]
    assert said == [True, 3.5]
    assert kept_texts(path)[1] == "<&>\n第二行 'x'"


def test_undo_brings_the_earlier_draft_back(path: Path) -> None:
    run(path)
    put(path, *cell_of(path, *ACTION), "已约供应商周三面谈")
    close(path, "A007")
    before = grid(path)
    run(path)
    assert grid(path) != before
    undo(path)
    assert grid(path) == before


def test_issuing_takes_over_what_was_typed_and_an_issued_document_is_left_alone(path: Path) -> None:
    run(path)
    put(path, *cell_of(path, *ACTION), "已约供应商周三面谈")
    assert how(run(path, issue=True)) == [("refreshed", TAB)]
    assert value_at(path, cell_of(path, *ACTION)) == "已约供应商周三面谈"
    issued = grid(path)
    assert how(run(path)) == [("inserted", f"{TAB}-2")]
    assert grid(path) == issued


def a_comment(sheet: Any) -> None:
    sheet["D5"].comment = Comment("请补", "王五")


def a_chart(sheet: Any) -> None:
    sheet.add_chart(BarChart(), "C20")


def a_row_of_their_own(sheet: Any) -> None:
    sheet.cell(sheet.max_row + 2, 2).value = "另：请财务部列席"


def a_column_of_their_own(sheet: Any) -> None:
    sheet.cell(20, 12).value = "我的备注"


def a_formula(sheet: Any) -> None:
    sheet["I20"] = "=1+1"


def a_row_in_between(sheet: Any) -> None:
    sheet.insert_rows(21)
    sheet["D21"] = "插一行"


OBSTACLES = {
    a_comment: "objects",
    a_chart: "objects",
    a_row_of_their_own: "rows",
    a_column_of_their_own: "columns",
    a_formula: "formulas",
    a_row_in_between: "rows",
    lambda sheet: sheet.delete_rows(24): "rows",
    lambda sheet: sheet.insert_cols(4): "columns",
}


@pytest.mark.parametrize(("do", "why"), OBSTACLES.items())
def test_what_a_new_draft_cannot_carry_stays_in_a_sheet_of_its_own(
    path: Path, do: Callable[[Any], object], why: str
) -> None:
    run(path)
    change(path, do)
    before = grid(path)
    finish(path, 9, date(2023, 11, 13))
    (made,) = run(path).generated
    assert (made.how, made.tab, made.touched, made.obstacle) == ("inserted", f"{TAB}-2", TAB, why)
    assert grid(path) == before
    assert how(run(path)) == [("unchanged", f"{TAB}-2")]


def test_a_sheet_drawn_without_what_people_typed_never_takes_its_place(path: Path) -> None:
    """Whoever uses the host without a session and forgets the typed texts."""
    from xl_collab.documents.drawing import draw

    run(path)
    put(path, *cell_of(path, *ACTION), "已约供应商周三面谈")
    session = Session(Request(path, as_of=AS_OF.isoformat()), AS_OF)
    edits = minutes(session.project).edits
    scratch = draw(edits[0].document, project_name="", lang="zh", links={})  # type: ignore[union-attr]
    applied = FileHost(path).apply(edits, {f"minutes/{AS_OF:%Y%m%d}": scratch})
    assert how(applied) == [("inserted", f"{TAB}-2")]
    assert value_at(path, cell_of(path, *ACTION)) == "已约供应商周三面谈"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            [
                f"“{TAB}”里有人填写或改过的 2 处都保留了。",
                "其中 1 处原来的位置已不存在，列在表末“保留的手写内容”。",
                "其中 1 处这次本应写入新内容，仍以手写的为准，请核对。",
                f"“{TAB}”原样保留：有人加了批注、图片或图表。新的一稿另放在“{TAB}-2”。",
            ],
        ),
        (
            "en",
            [
                f"{TAB}: what people typed is kept (2).",
                "The places of 1 of them are gone; see “Kept from the earlier draft” at the foot.",
                "In 1 of them the tool would now say something new; what was typed stands, please check.",
                f"{TAB} stays as it is: somebody added comments, pictures or charts. "
                f"The new draft is {TAB}-2.",
            ],
        ),
    ],
)
def test_the_answer_tells_what_became_of_what_people_typed(lang: Lang, said: list[str]) -> None:
    kept = SheetChange("minutes", "k", TAB, "refreshed", carried=2, left_over=1, overruled=1)
    beside = SheetChange("minutes", "k", f"{TAB}-2", "inserted", touched=TAB, obstacle="objects")
    quiet = SheetChange("minutes", "k", TAB, "unchanged", carried=2)
    assert draft_lines(Applied(Path("x"), generated=(kept, beside, quiet)), lang) == said


def test_the_notes_of_a_sheet_are_hidden_and_not_printed(path: Path) -> None:
    run(path)
    sheet = openpyxl.load_workbook(path)[TAB]
    assert sheet.column_dimensions["J"].hidden
    assert sheet.print_area == f"'{TAB}'!$A$1:$I${sheet.max_row}"


def test_a_long_latin_text_takes_no_more_than_a_glance() -> None:
    words = "supercalifragilistic" * 1000
    assert shape(f"{words} T001、T002 +3") == f"{words} # +#"
    assert effort(lambda: shape(words), 20) < 20
