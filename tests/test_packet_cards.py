"""A packet in the eyes of somebody who has never seen one: what is wanted, by when, and where to write it.

By rule: pale yellow = unlocked = asked for; the first screen, and the first sheet on a phone, say it all.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import openpyxl
import pytest
from books import project as small_project, task
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from test_packets import CREATED, TOKEN, sample

from xl_collab.documents.packet.asked import decided, wanted
from xl_collab.documents.packet.content import Packet, issue, packets
from xl_collab.documents.packet.sheet import DAY_ROWS, base_of, draw_packet
from xl_collab.plan.project import Project
from xl_collab.schema.registers import ACTIONS, SYNC
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import Lang

YELLOW = "FFFFFBEB"
PHONE = 360
"""Pixels that a phone shows upright."""
SCREEN = 768 - 330
"""Pixels of a sheet that Excel shows at 1366 × 768: below ribbon and formula bar, above tabs and taskbar."""
LONG = (
    "与生产部、市场部、销售部逐项核对样机检测报告中的全部不符合项，明确整改责任人、整改期限与复测安排，" * 3
)
LATE = dt.date(2023, 11, 8)


def drawn(project: Project, packet: Packet) -> openpyxl.Workbook:
    sending = issue(packet, TOKEN, 1, base_of(project, packet))
    return openpyxl.load_workbook(io.BytesIO(draw_packet(project, packet, sending, created=CREATED)))


@cache
def made(department: str, lang: Lang = "zh") -> openpyxl.Workbook:
    return drawn(sample(lang), packets(sample(lang), [department]).data[0])


def crowded() -> Project:
    """25 tasks with long texts: six to report on, four finished, the others under way."""
    rows = []
    for n in range(1, 26):
        cells: dict[str, object] = {"task": f"{n} {LONG}", "note": LONG}
        if n % 4 == 0:
            cells |= {"deadline": LATE, "status": "进行中"}
        elif n % 6 == 1:
            cells |= {"status": "已完成", "percent": 1, "actual": LATE, "deadline": LATE}
        rows.append(task(f"T{n:03}", **cells))
    return small_project(rows)


@cache
def crowd() -> openpyxl.Workbook:
    return drawn(crowded(), packets(crowded(), ["研发部"]).data[0])


def cells_of(book: openpyxl.Workbook) -> Iterator[tuple[Worksheet, Cell]]:
    for sheet in book:
        if sheet.sheet_state == "visible":
            yield from ((sheet, cell) for row in sheet.iter_rows() for cell in row)


def shown(sheet: Worksheet, pixels: float = SCREEN) -> str:
    """The texts of the rows that fit into so many pixels."""
    used, texts = 0.0, []
    for row in sheet.iter_rows():
        used += (sheet.row_dimensions[row[0].row].height or 15) * 4 / 3
        if used > pixels:
            break
        texts += [str(cell.value) for cell in row if cell.value is not None]
    return "\n".join(texts)


def rows_by_id(sheet: Worksheet) -> dict[str, int]:
    return {str(c.value): c.row for c in sheet["A"][4:] if c.value}


# yellow = unlocked = asked for


@pytest.mark.parametrize(("lang", "department"), [("zh", "研发部"), ("en", "Marketing"), ("zh", "行政部")])
def test_what_can_be_written_in_is_pale_yellow_and_nothing_else_is(lang: Lang, department: str) -> None:
    book = made(department, lang)
    found = [(sheet.title, c.coordinate, c.fill.fgColor.rgb == YELLOW) for sheet, c in cells_of(book)]
    free = [(sheet.title, c.coordinate) for sheet, c in cells_of(book) if not c.protection.locked]
    assert [(tab, at) for tab, at, yellow in found if yellow] == free
    assert free


def test_what_can_be_written_in_is_what_the_department_is_asked_for() -> None:
    book, project = made("研发部"), sample()
    lead = {c.label.zh for c in TRACKER.columns if c.editor == "lead"}
    tasks, actions, days = book["我的任务"], book["我的待办"], book["每日同步"]

    def free(sheet: Worksheet, row: int) -> set[str]:
        return {str(sheet.cell(4, c.column).value) for c in sheet[row] if not c.protection.locked}

    at = rows_by_id(tasks)
    assert {row: free(tasks, at[row]) for row in ("T004", "T006")} == {"T004": lead, "T006": {"配合反馈"}}
    owners = dict(
        zip(project.table("actions").texts("id"), project.table("actions").texts("owner"), strict=True)
    )
    shown_actions = rows_by_id(actions)
    assert shown_actions and all("研发部" in owners[row] for row in shown_actions)
    assert all(free(actions, n) == {"状态", "完成日期", "备注"} for n in shown_actions.values())
    said = {c.label.zh for c in SYNC.columns if c.name != "department"}
    assert [free(days, row) for row in range(5, 5 + DAY_ROWS)] == [said] * DAY_ROWS
    assert "部门" not in [c.value for c in days[4]]


# the first screen, and a phone


@pytest.mark.parametrize(("lang", "department"), [("zh", "研发部"), ("en", "R&D")])
def test_the_first_screen_says_what_is_wanted_by_when(lang: Lang, department: str) -> None:
    book, packet = made(department, lang), packets(sample(lang), [department]).data[0]
    first = book.worksheets[book.index(book.active)]
    assert book.index(first) == 0
    text, asked = shown(first), wanted(sample(lang), packet)
    head = {"zh": "待您填写 3 项，请在 2023-11-20 前回复", "en": "3 items to fill in, by 2023-11-20"}
    assert head[lang] in text
    assert len(asked) == 3
    for card in asked:
        assert f"{card.id} {card.title}" in text
        assert card.when.of(lang) in text
    assert ("请填：" if lang == "zh" else "Fill in:") in text


@pytest.mark.parametrize("department", ["研发部", "市场部", "行政部"])
def test_on_a_phone_the_first_sheet_is_one_column_of_cards(department: str) -> None:
    sheet = made(department).worksheets[0]
    width = sum(int(d.width * 7 + 5) for d in sheet.column_dimensions.values())
    assert width <= PHONE
    assert {c.column_letter for row in sheet.iter_rows() for c in row if c.value is not None} == {"B"}
    assert not sheet.merged_cells.ranges


def test_twenty_five_tasks_with_long_texts_still_begin_with_what_is_wanted() -> None:
    sheet = crowd().worksheets[0]
    text = shown(sheet)
    assert text.splitlines()[1] == "待您填写 6 项，请在 2023-11-16 前回复"
    assert text.splitlines()[3].startswith("T004 4 ")
    assert "延期 3 个工作日 · 时间节点 2023-11-08" in text
    heights = [sheet.row_dimensions[row].height or 15 for row in range(1, sheet.max_row + 1)]
    assert max(heights) <= 4 * 18  # a long text is cut, its link leads to all of it


def test_nobody_is_asked_where_nothing_is_wanted() -> None:
    project = small_project([task("T001", deadline=dt.date(2024, 3, 1))])
    book = drawn(project, packets(project, ["研发部"]).data[0])
    assert "目前没有必填的内容；有变化时请在 2023-11-16 前更新" in shown(book.worksheets[0])
    assert "我的待办" not in book.sheetnames


# from the card to the cell


def test_each_card_leads_to_a_yellow_cell_of_its_own_row() -> None:
    book = made("研发部")
    cells = (cell for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink)
    links = [cell.hyperlink for cell in cells if "说明" not in cell.hyperlink.location]
    packet = packets(sample(), ["研发部"]).data[0]
    led = []
    for link in links:
        tab, cell = link.location.replace("'", "").split("!")
        target = book[tab][cell]
        assert not target.protection.locked
        led.append(book[tab].cell(target.row, 1).value if tab != "每日同步" else tab)
    # By its title and by what is wanted.
    assert led[:6] == [card.id for card in wanted(sample(), packet) for _ in range(2)]
    assert set(led[6:]) >= {"T005", "T006", "每日同步", None}  # None: a blank row for a new task


def test_what_is_wanted_stands_first_and_what_is_finished_last_and_folded() -> None:
    sheet = crowd()["我的任务"]
    ids = [str(c.value) for c in sheet["A"][4:] if c.value]
    assert ids[:6] == ["T004", "T008", "T012", "T016", "T020", "T024"]
    finished = {"T001", "T007", "T013", "T019", "T025"}
    assert set(ids[-5:]) == finished
    hidden = {str(sheet.cell(row, 1).value) for row, d in sheet.row_dimensions.items() if d.hidden}
    assert hidden == finished
    # Protection lets people use the filter, so that they can see them.
    assert sheet.protection.autoFilter is False
    assert [column.filters is not None for column in sheet.auto_filter.filterColumn] == [True]
    assert "已完成的行收在后面" in str(sheet["B2"].value)


def test_finished_rows_are_named_on_the_first_sheet() -> None:
    assert "已完成 3 项，收在“我的任务”末尾：T001、T002、T003" in shown(made("研发部").worksheets[0], 9999)


# what hangs on it


def waiting() -> Project:
    """研发部's T002 waits for 生产部, which is late, and 市场部 waits for T002."""
    return small_project(
        [
            task("T001", owner="生产部", deadline=LATE, baseline=LATE, status="进行中"),
            task(
                "T002",
                predecessors="T001",
                baseline=dt.date(2023, 11, 10),
                deadline=dt.date(2023, 11, 10),
                baseline_start=dt.date(2023, 11, 9),
            ),
            task(
                "T003",
                owner="市场部",
                predecessors="T002",
                baseline=dt.date(2023, 11, 14),
                baseline_start=dt.date(2023, 11, 13),
                deadline=dt.date(2023, 11, 14),
            ),
        ]
    )


def test_a_card_says_for_what_the_row_waits_and_since_when_and_what_it_moves() -> None:
    project = waiting()
    (card,) = wanted(project, packets(project, ["研发部"]).data[0])
    said = [text.zh for text in card.more]
    assert any(text.startswith("影响 1 项：T003（市场部）后移 ") for text in said)
    # 2023-11-08 to 2023-11-13: three working days.
    assert "在等：T001（生产部），原定 2023-11-08，已等 3 个工作日" in said


def test_who_waits_for_nobody_late_reads_by_when() -> None:
    rows = [
        task("T001", owner="生产部", deadline=dt.date(2023, 11, 20), status="进行中"),
        task("T002", predecessors="T001", deadline=dt.date(2023, 11, 15), status="进行中"),
    ]
    project = small_project(rows)
    (card,) = wanted(project, packets(project, ["研发部"]).data[0])
    assert "在等：T001（生产部），计划 2023-11-20 完成" in [text.zh for text in card.more]


def test_decisions_since_the_last_packet_are_told_and_older_ones_are_not() -> None:
    held = [
        {"id": "H001", "date": dt.date(2023, 11, 6), "decisions": "1. 样机改期"},
        {"id": "H002", "date": dt.date(2023, 11, 13), "decisions": "1. 检测外包\n2. 增派一人"},
    ]
    changes = [
        {
            "id": "C001",
            "task_id": "T001",
            "old_date": dt.date(2023, 12, 1),
            "new_date": dt.date(2023, 12, 8),
            "cause": "缺料",
            "status": "已批准",
            "approved_on": dt.date(2023, 11, 9),
        }
    ]
    project = small_project([task("T001")], meetings=held, adjustments=changes)
    packet = packets(project, ["研发部"]).data[0]
    last = ["20231113-1 检测外包", "20231113-2 增派一人"]
    assert [text.zh for text in decided(project, packet)] == last
    since = replace(packet, since=dt.date(2023, 11, 7))
    approved = "C001 已批准：T001 由 2023-12-01 改为 2023-12-08"
    assert [text.zh for text in decided(project, since)] == [*last, approved]
    assert "上次发送以来的决定" in shown(drawn(project, since).worksheets[0], 9999)


# a master of an earlier version


def test_columns_that_the_workbook_does_not_have_are_neither_shown_nor_sent() -> None:
    project = small_project([task("T001")], actions=[{"id": "A001", "action": "预约", "owner": "研发部"}])
    tables = dict(project.book.tables)
    tables["tracker"] = replace(tables["tracker"], missing=("situation",))
    tables["actions"] = replace(tables["actions"], missing=("remark",))
    project = Project(replace(project.book, tables=tables), project.as_of)
    packet = packets(project, ["研发部"]).data[0]
    base, book = base_of(project, packet), drawn(project, packet)
    assert "situation" not in base.rows("tracker").columns
    assert "remark" not in base.rows("actions").columns
    seen = {
        str(cell.value)
        for tab in ("我的任务", "我的待办")
        for cell in book[tab][4]
        if not book[tab].column_dimensions[cell.column_letter].hidden
    }
    assert ACTIONS.column("remark").label.zh in {c.label.zh for c in ACTIONS.columns}
    assert not seen & {"情况说明", ACTIONS.column("remark").label.zh}
