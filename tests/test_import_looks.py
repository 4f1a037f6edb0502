"""`import` and what people say by looks: colours, strike-through, comments, hidden rows, merged cells.

What is expected is what the people who coloured the rows meant; nothing of it is taken unasked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import foreign_looks as looks
import pytest
import remarking
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font
from python_calamine import CalamineWorkbook
from test_import import Run, cli as cli, entered, on_a_terminal

from xl_collab.exchange.gate.foreign import UNSEEN, open_foreign
from xl_collab.importing.columns import ForeignSheet
from xl_collab.importing.legend import legend_of

Say = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture
def said(cli: Run) -> Say:
    """What an import of a file proposes: kind, cells, state."""

    def run(path: Path, *options: str) -> list[tuple[str, str, str]]:
        ran = cli("import", path, "--dry-run", "--json", *options)
        assert ran.code == 0, ran.err
        return [(one["kind"], one["cells"], one["state"]) for one in json.loads(ran.out)["looks"]]

    return run


def states(path: Path) -> dict[str, object]:
    return {str(task): state for task, state in entered(path, "主要任务", "状态")}


def notes(path: Path) -> dict[str, object]:
    return {str(task): note for task, note in entered(path, "主要任务", "备注(如风险、依赖条件)") if note}


# what is seen


def test_every_look_is_proposed_with_its_place_and_nothing_is_taken_unasked(
    tmp_path: Path, said: Say, cli: Run
) -> None:
    source, out = looks.coloured(tmp_path), tmp_path / "新.xlsx"
    assert said(source) == [
        ("red", "A4:F4", "open"),
        ("yellow", "A5:F5", "open"),
        ("green", "A3:F3", "open"),
        ("green", "E10", "open"),
        ("grey", "A6:F6", "open"),
        ("struck", "A7:D7", "open"),
        ("comment", "B4", "open"),
        ("comment", "F8", "open"),
        ("hidden", "A9:F9", "open"),
    ]
    ran = cli("import", source, "-o", out, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert set(states(out).values()) == {None, "进行中"}
    assert notes(out) == {"第2件事": "已报总经理"}
    for word in ("--accept red", "--accept green", "--accept grey=", "--accept struck", "hidden=leave"):
        assert word in ran.out
    report = sheet_texts(out, "导入报告")
    assert {"红底", "整行删除线", "张三批注：等领导定价", "A6:F6", "有几种读法，须写明"} <= report


def test_one_word_takes_all_that_has_one_reading(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsx"
    ran = cli("import", looks.coloured(tmp_path), "-o", out, "--yes", "--accept", "looks")
    assert (ran.code, ran.err) == (0, "")
    assert states(out) == {
        "第1件事": "已完成",
        "第2件事": "进行中",
        "第3件事": "进行中",
        "第4件事": None,
        "第5件事": "取消",
        "第6件事": None,
        "第7件事": None,
        "第8件事": "已完成",
        "第9件事": None,
        "第10件事": "进行中",
    }
    assert notes(out) == {
        "第2件事": "已报总经理；原表标红；李四批注：抓紧",
        "第6件事": "张三批注：等领导定价",
    }
    report = sheet_texts(out, "导入报告")
    assert "已采用" in report
    assert "F8：张三：等领导定价" not in report


def test_a_person_says_what_grey_means_and_that_hidden_rows_stay_out(tmp_path: Path, cli: Run) -> None:
    out = tmp_path / "新.xlsx"
    source = looks.coloured(tmp_path)
    given = ("--accept", "灰=取消", "--accept", "hidden=leave", "--accept", "红=重点")
    assert cli("import", source, "-o", out, "--yes", *given).code == 0
    found = states(out)
    assert "第7件事" not in found
    assert (found["第4件事"], found["第2件事"]) == ("取消", None)
    assert notes(out)["第2件事"] == "已报总经理；原表标红：重点"
    assert "A9：7\nB9：第7件事\nC9：市场部\nD9：2024-03-07" in sheet_texts(out, "导入报告")


@pytest.mark.parametrize(
    ("given", "told"),
    [("grey", "grey=取消"), ("紫", "red"), ("blue", "看到的有"), ("red=", "red"), ("red=leave", "隐藏行")],
)
def test_what_cannot_be_accepted_is_said_in_one_line(given: str, told: str, tmp_path: Path, cli: Run) -> None:
    source, out = looks.coloured(tmp_path), tmp_path / "新.xlsx"
    ran = cli("import", source, "-o", out, "--yes", "--accept", given)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert told in ran.err
    assert not out.exists()


def test_on_a_terminal_each_kind_is_asked_about(tmp_path: Path) -> None:
    source, out = looks.coloured(tmp_path), tmp_path / "新.xlsx"
    # red yes, yellow no, green yes, grey is cancelled, struck no, comments yes, hidden stay out, import yes
    answers = ["y", "n", "y", "取消", "n", "y", "leave", "y"]
    shown = on_a_terminal(["import", str(source), "-o", str(out)], answers)
    assert "红底 1 处" in shown
    assert out.exists(), shown
    found = states(out)
    assert [found.get(f"第{n}件事", "–") for n in range(1, 9)] == [
        *("已完成", "进行中", None, "取消", None, None, "–", "已完成")
    ]


# what colours mean


@pytest.mark.parametrize(
    "words",
    [
        "注：红色=重点，绿色=完成，黄色=暂停",
        "红色为重点；绿色表示已完成；黄色：暂停",
        "图例：重点=红、完成=绿、暂停=黄",
        "标红的为重点任务。黄底代表暂停。绿色单元格是完成",
    ],
)
def test_a_legend_in_words_decides(words: str, tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker()
    sheet["A13"] = words
    for row, colour in ((3, "FFFF0000"), (4, "FF00B050"), (5, "FFFFFF00"), (6, "FFFF9999")):
        looks.paint(sheet, row, colour)
    out = tmp_path / "新.xlsx"
    assert cli("import", looks.saved(book, tmp_path), "-o", out, "--yes", "--accept", "looks").code == 0
    found = states(out)
    assert [found[f"第{n}件事"] for n in range(1, 5)] == [None, "已完成", "暂停", None]
    marked = notes(out)
    assert marked.keys() == {"第1件事", "第4件事"}
    assert all(str(note).startswith("原表标红：重点") for note in marked.values())


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("红色:延期 绿色:已完成", {"red": "延期", "green": "已完成"}),
        ("图例：红色（延期）、黄色（关注）", {"red": "延期", "yellow": "关注"}),
        ("项目总表（红色为逾期事项）", {"red": "逾期事项"}),
        ("Key: red = late, grey = cancelled", {"red": "late", "grey": "cancelled"}),
        ("red means overdue; green is done", {"red": "overdue", "green": "done"}),
        ("Late=red, done=green", {"red": "Late", "green": "done"}),
        ("延期的用红色标注，已取消用灰底表示", {"red": "延期", "grey": "已取消"}),
        ("删除线表示作废", {"struck": "作废"}),
        ("红字为逾期，红底为重点", {"red-text": "逾期", "red": "重点"}),
        ("blue text = outsourced", {"blue-text": "outsourced"}),
        ("红色=延期；红色=取消", {}),
        ("绿化工程和黄河治理由蓝天公司负责", {}),
        ("红星项目：完成", {}),
    ],
)
def test_what_a_legend_says(words: str, meant: dict[str, str]) -> None:
    assert legend_of(ForeignSheet("任务", [[words]]), [(1, 1, words)]) == meant


def test_letters_in_red_are_a_message_where_the_fill_is_none(tmp_path: Path, said: Say, cli: Run) -> None:
    book, sheet = looks.tracker(5, states={4: "已完成"})
    for column in range(1, 7):
        sheet.cell(3, column).font = Font(color="FFFF0000")
        sheet.cell(4, column).font = Font(color="FF0563C1")  # links
        sheet.cell(5, column).font = Font(color="FF9C0006")  # Excel's style Bad
        sheet.cell(6, column).font = Font(color="FFA6A6A6")
    looks.paint(sheet, 5, "FFFFC7CE")
    source, out = looks.saved(book, tmp_path), tmp_path / "新.xlsx"
    assert said(source) == [
        ("red", "A5:F5", "open"),
        ("red-text", "A3:D3", "open"),
        ("grey-text", "A6:E6", "open"),
    ]
    assert cli("import", source, "-o", out, "--yes", "--accept", "红字").code == 0
    assert list(states(out).values()) == ["进行中", None, None, "已完成", None]


def test_a_row_that_says_late_needs_no_red(tmp_path: Path, said: Say) -> None:
    book, sheet = looks.tracker(3, states={1: "延期", 2: "进行中"})
    looks.paint(sheet, 3, "FFFF0000")
    looks.paint(sheet, 4, "FFFF0000")
    assert said(looks.saved(book, tmp_path)) == [("red", "A3:F3", "agrees"), ("red", "A4:F4", "open")]


def test_a_legend_of_coloured_cells_decides(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker()
    sheet["H2"], sheet["H3"], sheet["I4"], sheet["H5"] = "图例", "已完成", "未开始", "需要关注"
    for place, colour in (("H3", "FF8EA9DB"), ("H4", "FFFFFF00"), ("H5", "FFFF0000")):
        cell = sheet[place]
        looks.paint(sheet, cell.row, colour, [cell.column])
    for row, colour in ((3, "FF8EA9DB"), (4, "FFFFFF00"), (6, "FFFF0000")):
        looks.paint(sheet, row, colour)
    out = tmp_path / "新.xlsx"
    assert cli("import", looks.saved(book, tmp_path), "-o", out, "--yes", "--accept", "looks").code == 0
    found = states(out)
    assert [found[f"第{n}件事"] for n in range(1, 5)] == ["已完成", "未开始", None, None]
    assert notes(out) == {"第4件事": "原表标红：需要关注"}


def test_a_state_that_is_written_counts_before_a_colour(tmp_path: Path, said: Say, cli: Run) -> None:
    book, sheet = looks.tracker(4, states={1: "已完成", 2: "未开始", 3: "已完成", 4: "进行中"})
    for row, colour in ((3, "FF00B050"), (4, "FF00B050"), (5, "FFFF0000"), (6, "FFFFFF00")):
        looks.paint(sheet, row, colour)
    source, out = looks.saved(book, tmp_path), tmp_path / "新.xlsx"
    assert said(source) == [
        ("red", "A5:F5", "open"),
        ("yellow", "A6:F6", "agrees"),
        ("green", "A3:F3", "agrees"),
        ("green", "A4:F4", "overruled"),
    ]
    assert cli("import", source, "-o", out, "--yes", "--accept", "looks").code == 0
    assert list(states(out).values()) == ["已完成", "未开始", "已完成", "进行中"]
    assert notes(out) == {"第3件事": "原表标红"}


# what only decorates


def test_colours_that_alternate_or_cover_everything_say_nothing(tmp_path: Path, said: Say) -> None:
    book, sheet = looks.tracker()
    for row in range(3, 11, 2):
        looks.paint(sheet, row, "FFE2EFDA")
    assert said(looks.saved(book, tmp_path)) == []
    looks.paint(sheet, 6, "FFFF0000")  # one message among the bands
    looks.paint(sheet, 7, "FFFF0000")
    assert said(looks.saved(book, tmp_path)) == [("red", "A6:F6", "open"), ("red", "A7:F7", "open")]
    book, sheet = looks.tracker()
    for row in range(3, 11):
        looks.paint(sheet, row, "FFFFFF00")
    assert said(looks.saved(book, tmp_path)) == []
    book, sheet = looks.tracker()
    for row in range(3, 11):
        looks.paint(sheet, row, "FFFFFF00", [5])  # the column to fill in
    assert said(looks.saved(book, tmp_path)) == []


def test_the_report_names_colours_that_were_taken_for_decoration(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker()
    for row in range(3, 11, 2):
        looks.paint(sheet, row, "FFE2EFDA")
    ran = cli("import", looks.saved(book, tmp_path), "-o", tmp_path / "新.xlsx", "--yes")
    assert "绿底色盖住整列或所有行、隔行交替或随环节而变，没有当作含义" in ran.out


def test_stages_with_a_colour_each_say_nothing(tmp_path: Path, said: Say) -> None:
    book, sheet = looks.tracker()
    sheet["G2"] = "阶段"
    for row in range(3, 11):
        sheet.cell(row, 7, "筹备" if row < 7 else "实施")
        looks.paint(sheet, row, "FFFFE699" if row < 7 else "FFC6EFCE", range(1, 8))
    assert said(looks.saved(book, tmp_path)) == []


def test_table_styles_and_conditional_formats_are_no_fill(tmp_path: Path, cli: Run, said: Say) -> None:
    source = tmp_path / "表.xlsx"
    book = xlsxwriter.Workbook(str(source))
    sheet = book.add_worksheet("任务")
    rows = [[n, f"第{n}件事", "市场部", "进行中" if n % 3 else "延期"] for n in range(1, 8)]
    heads = [{"header": head} for head in ("序号", "任务名称", "责任部门", "状态")]
    sheet.add_table(0, 0, 7, 3, {"data": rows, "columns": heads, "style": "Table Style Medium 3"})
    red = book.add_format({"bg_color": "#FF0000"})
    rule = {"type": "formula", "criteria": '=$D2="延期"', "format": red}
    sheet.conditional_format("A2:D8", rule)
    book.close()
    assert said(source) == []
    ran = cli("import", source, "-o", tmp_path / "新.xlsx", "--yes")
    assert "A2:D8 的颜色来自条件格式" in ran.out


# lines, comments, hidden and merged


def test_a_struck_row_is_proposed_as_cancelled_also_over_its_state(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(4, states={1: "进行中", 2: "进行中"})
    looks.strike(sheet, 3)
    looks.strike(sheet, 5, [4])  # a date that was given up, not the row
    source, out = looks.saved(book, tmp_path), tmp_path / "新.xlsx"
    ran = cli("import", source, "--dry-run", "--json")
    found = [(one["kind"], one["cells"], one["state"]) for one in json.loads(ran.out)["looks"]]
    assert found == [("struck", "A3:E3", "open"), ("piece", "D5", "told")]
    assert cli("import", source, "-o", out, "--yes", "--accept", "struck").code == 0
    assert list(states(out).values()) == ["取消", "进行中", None, None]
    assert {"进行中", "取消", "按采用的提议改（整行删除线）"} <= sheet_texts(out, "导入报告")


def test_a_legend_may_say_that_lines_mean_done(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(4)
    sheet["A9"] = "说明：划掉=已完成"
    looks.strike(sheet, 4)
    out = tmp_path / "新.xlsx"
    assert cli("import", looks.saved(book, tmp_path), "-o", out, "--yes", "--accept", "looks").code == 0
    assert states(out)["第2件事"] == "已完成"


def test_words_struck_inside_a_cell_are_told(tmp_path: Path, cli: Run) -> None:
    source = tmp_path / "表.xlsx"
    book = xlsxwriter.Workbook(str(source))
    sheet = book.add_worksheet("任务")
    line, plain = book.add_format({"font_strikeout": True}), book.add_format()
    sheet.write_row(0, 0, ("任务名称", "责任部门", "备注"))
    sheet.write_row(1, 0, ("写方案", "市场部"))
    sheet.write_rich_string(1, 2, line, "等批复", plain, "已批复")
    sheet.write_row(2, 0, ("印手册", "设计部", "照旧"))
    book.close()
    ran = cli("import", source, "--dry-run", "--json")
    (found,) = json.loads(ran.out)["looks"]
    assert (found["kind"], found["cells"], found["words"], found["state"]) == (
        "piece",
        "C2",
        "等批复",
        "told",
    )


def test_threads_become_notes_with_each_ones_name(tmp_path: Path, cli: Run) -> None:
    book, _ = looks.tracker(3)
    source = remarking.changed(
        looks.saved(book, tmp_path), "任务", remarking.thread("D4", "这个日期紧", "可以给两天")
    )
    out = tmp_path / "新.xlsx"
    assert cli("import", source, "-o", out, "--yes", "--accept", "comment").code == 0
    assert notes(out) == {"第2件事": "李四批注：这个日期紧；王芳批注：可以给两天"}


def test_a_comment_outside_the_tasks_stays_listed_with_its_author(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(3)
    sheet["D2"].comment = Comment("以合同为准", "赵六")
    out = tmp_path / "新.xlsx"
    assert cli("import", looks.saved(book, tmp_path), "-o", out, "--yes", "--accept", "looks").code == 0
    assert "D2：赵六：以合同为准" in sheet_texts(out, "导入报告")


def test_text_boxes_are_listed(tmp_path: Path, cli: Run) -> None:
    source = tmp_path / "表.xlsx"
    book = xlsxwriter.Workbook(str(source))
    sheet = book.add_worksheet("任务")
    sheet.write_row(0, 0, ("任务名称", "责任部门"))
    sheet.write_row(1, 0, ("写方案", "市场部"))
    sheet.insert_textbox("E5", "本表每周一更新")
    book.close()
    out = tmp_path / "新.xlsx"
    assert cli("import", source, "-o", out, "--yes").code == 0
    assert "E5：本表每周一更新" in sheet_texts(out, "导入报告")


def test_filtered_rows_and_hidden_columns_are_imported_and_told(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(4, notes={1: "内部"})
    sheet.auto_filter.ref = "A2:F6"
    sheet.auto_filter.add_filter_column(2, ["市场部"])
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["F"].hidden = True
    out = tmp_path / "新.xlsx"
    ran = cli("import", looks.saved(book, tmp_path), "-o", out, "--yes")
    assert list(states(out)) == [f"第{n}件事" for n in range(1, 5)]
    assert "被筛选隐藏，照常导入" in ran.out
    assert "隐藏的列照常导入：F" in ran.out


def test_a_list_whose_rows_are_all_hidden_can_be_left_out(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(3)
    for row in range(3, 6):
        sheet.row_dimensions[row].hidden = True
    out = tmp_path / "新.xlsx"
    given = ("--accept", "hidden=leave")
    ran = cli("import", looks.saved(book, tmp_path), "-o", out, "--yes", *given)
    assert (ran.code, ran.err) == (0, "")
    assert "任务 0 项" in ran.out


def test_a_merged_owner_holds_for_its_rows_and_its_colour_too(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(6)
    for place in ("C3:C5", "D6:D8"):
        sheet.merge_cells(place)
    looks.paint(sheet, 4, "FFFF0000")
    out = tmp_path / "新.xlsx"
    assert cli("import", looks.saved(book, tmp_path), "-o", out, "--yes", "--accept", "red").code == 0
    assert [owner for (owner,) in entered(out, "责任部门/人")] == ["市场部"] * 6
    days = [day for (day,) in entered(out, "时间节点")]
    assert len(set(days[3:])) == 1
    assert [state for state in states(out).values() if state] == ["进行中"]
    assert "第1件事" not in notes(out)


def test_english_lists_speak_english(tmp_path: Path, cli: Run) -> None:
    book, sheet = looks.tracker(4)
    for column, head in enumerate(
        ("#", "Task name", "Department", "Due date", "Status", "Comments"), start=1
    ):
        sheet.cell(2, column, head)
    sheet["A9"] = "Legend: red = delayed, green = done"
    looks.paint(sheet, 3, "FFFF0000")
    looks.paint(sheet, 4, "FF00B050")
    sheet["B5"].comment = Comment("ask Bob", "Ann")
    out = tmp_path / "new.xlsx"
    ran = cli("import", looks.saved(book, tmp_path), "-o", out, "--yes", "--accept", "looks", "--lang", "en")
    assert (ran.code, ran.err) == (0, "")
    assert [state for (state,) in entered(out, "Status")] == ["In progress", "Done", None, None]
    assert "The sheet's legend: delayed" in sheet_texts(out, "Import report")
    assert any("comment of Ann: ask Bob" in text for text in sheet_texts(out, "Tracker"))


def sheet_texts(path: Path, tab: str) -> set[str]:
    """Every text of a tab."""
    grid = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(tab).to_python()
    return {str(value) for row in grid for value in row if value != ""}


def test_comments_that_cannot_be_read_or_are_too_many_are_told(tmp_path: Path) -> None:
    book, _ = looks.tracker(3)
    source = looks.saved(book, tmp_path, "坏批注.xlsx")
    remarking.changed(source, "任务", remarking.note("D4", "", data=b"<comments><broken"))
    assert open_foreign(source).unseen == (UNSEEN["notes"], UNSEEN["broken"])
    book, sheet = looks.tracker(3)
    for row in range(3, 1_203):
        sheet.cell(row, 8).comment = Comment(f"第{row}条", "张三")
    source = looks.saved(book, tmp_path, "多批注.xlsx")
    assert open_foreign(source).unseen == (UNSEEN["many"],)
