"""Clicks on a workbook that is open in LibreOffice: the same commands, a handful of calls each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from clicking import Answers
from offices import OpenBook, Program, Tab, measured, started
from tracker_letters import LAST, at

from xl_collab.documents.interface import read_parts, rewritten
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.project.scenarios import DEMO
from xl_collab.ui import ribbon
from xl_collab.ui.ribbon import Response
from xl_collab.ui.ribbon_xml import interface

MOST_CALLS = 40


@pytest.fixture(scope="module")
def app() -> Iterator[Program]:
    yield from started()


@pytest.fixture
def book(app: Program, tmp_path: Path) -> Iterator[OpenBook]:
    path = tmp_path / "跟踪表.xlsm"
    path.write_bytes(make_workbook(DEMO, "zh", interface=interface("zh")))
    opened = app.books.open(path)
    yield opened
    opened.close()


def press(command: str, book: OpenBook, **answers: object) -> Response:
    """A click, within the number of calls that the design allows."""
    with measured(book.program) as calls:
        said = ribbon.press(command, book, ask=Answers(**answers))
    assert calls.count <= MOST_CALLS, f"{command}: {calls.count} calls"
    return said


def test_documents_appear_in_the_open_workbook_and_undo_takes_the_last_back(book: OpenBook) -> None:
    tabs = {"validate": "校验结果", "risks": "风险清单", "minutes": "纪要-20231128", "review": "复盘报告"}
    for command, tab in tabs.items():
        assert tab in press(command, book).text
        assert book.sheets.active.name == tab
    assert "“复盘报告”" in press("undo", book).text
    assert [name for name in tabs.values() if name in [s.name for s in book.sheets]] == [*tabs.values()][:3]


def test_choices_on_the_page_of_proposals_are_carried_out_and_taken_back(book: OpenBook) -> None:
    press("risks", book)
    page, choices = _proposals(book)
    assert sorted(choices) == ["T003", "T004", "T005", "T006"]
    page[choices["T003"]].value, page[choices["T006"]].value = "采纳", "不采纳"
    said = press("risks", book)
    assert "采纳 1 条（新行 M007）。\n不采纳 1 条，不再提议。" in said.text
    page, choices = _proposals(book)
    assert sorted(choices) == ["T004", "T005"]
    assert book.sheets["里程碑计划"]["A11"].value == "M007"
    assert "没有改动" in press("risks", book).text
    assert "“风险”" in press("undo", book).text
    page, choices = _proposals(book)
    assert (page[choices["T003"]].value, page[choices["T006"]].value) == ("采纳", "不采纳")
    assert book.sheets["里程碑计划"]["A11"].value is None
    # The button beside the notes does the same, and asks nothing.
    said = press("proposals", book)
    assert "（新行 M007）。\n不采纳 1 条，不再提议。\n还有 2 条没有决定。" in said.text
    assert sorted(_proposals(book)[1]) == ["T004", "T005"]


def _proposals(book: OpenBook) -> tuple[Tab, dict[str, str]]:
    """The page, and row → address of its choice."""
    page = book.sheets["风险清单"]
    cells = page.range("A1:L80").value
    top = next(n for n, row in enumerate(cells) if "collab_key" in row)
    key, choice = cells[top].index("collab_key"), cells[top].index("选择")
    letter = chr(ord("A") + choice)
    below = [(n, str(row[key])) for n, row in enumerate(cells[top + 1 :], top + 2) if row[key]]
    return page, {name.partition(":")[0]: f"{letter}{n}" for n, name in below}


def test_a_click_in_the_drop_down_chooses_a_reading_and_the_next_button_writes_it(book: OpenBook) -> None:
    tracker = book.sheets["跟踪表"]
    row = 5 + list(tracker.range("A5:A11").value).index("T003")
    due, start = tracker[at("deadline", row)], tracker[at("planned_start", row)]
    before = start.value
    due.do("cells.getCellByPosition(0, 0).setString('10.8-10.12')")
    said = press("validate", book)
    assert "有 1 处列出了可选的读法" in said.text
    press("validate", book)  # the page was refreshed in its place: its drop-down is there all the same
    both, end = _offered(book)
    assert (both, end) == ("计划开始 2023-10-08，时间节点 2023-10-12", "2023-10-12")
    _choose(book, both)
    said = press("risks", book)
    assert "T003 计划开始：按所选写为 2023-10-08" in said.text
    assert "T003 时间节点：按所选写为 2023-10-12" in said.text
    assert (start.value, due.value) == (datetime(2023, 10, 8), datetime(2023, 10, 12))
    assert not _page(book)[1]
    assert "没有改动" in press("risks", book).text
    assert (start.value, due.value) == (datetime(2023, 10, 8), datetime(2023, 10, 12))
    press("undo", book)
    assert (start.value, due.value) == (before, "10.8-10.12")
    page, [place] = _page(book)
    assert page[place].value == both
    # The cell changes before the choice is carried out: it is asked anew.
    due.do("cells.getCellByPosition(0, 0).setString('10.9-10.13')")
    said = press("validate", book)
    assert said.kind == "warning" and "T003 时间节点：选择之后情况变了" in said.text
    assert due.value == "10.9-10.13"
    page, [place] = _page(book)
    assert page[place].value is None
    _choose(book, _offered(book)[1])
    press("gantt", book)
    assert due.value == datetime(2023, 10, 13)


def _page(book: OpenBook) -> tuple[Tab, list[str]]:
    """校验结果, and the addresses of its choices."""
    page = book.sheets["校验结果"]
    cells = page.range("A1:L40").value
    top = next((n for n, row in enumerate(cells) if "collab_key" in row), None)
    if top is None:
        return page, []
    key, choice = cells[top].index("collab_key"), cells[top].index("读作")
    return page, [
        f"{chr(ord('A') + choice)}{n}" for n, row in enumerate(cells[top + 1 :], top + 2) if row[key]
    ]


def _offered(book: OpenBook) -> list[str]:
    """The words of the one drop-down, as LibreOffice resolves its range."""
    page, [place] = _page(book)
    source = page[place].do("found = cells.Validation.getFormula1() if cells.Validation.ShowList else ''")
    assert page[place].do("found = cells.Validation.Type.value") == "LIST"
    return list(page[source.replace("$", "")].value)


def _choose(book: OpenBook, words: str) -> None:
    """A person's click in the drop-down enters these words, which LibreOffice takes as typed."""
    page, [place] = _page(book)
    page.activate()
    page[place].select()
    book.do(
        "value = uno.createUnoStruct('com.sun.star.beans.PropertyValue')\n"
        "value.Name, value.Value = 'StringName', words\n"
        "context = uno.getComponentContext()\n"
        "helper = 'com.sun.star.frame.DispatchHelper'\n"
        "helper = context.ServiceManager.createInstanceWithContext(helper, context)\n"
        "helper.executeDispatch(document.CurrentController.Frame, '.uno:EnterString', '', 0, (value,))\n",
        words=words,
    )
    assert page[place].value == words


def test_variance_is_computed_where_it_was_wiped_out(book: OpenBook) -> None:
    tracker = book.sheets["跟踪表"]
    heads = tracker.range(f"A4:{LAST}4").value
    projected, alert = heads.index("推算完成"), heads.index("前置预警")
    place = tracker.range((10, alert + 1))
    before = [tracker.range((row, column + 1)).value for row in range(5, 12) for column in (projected, alert)]
    place.value = "T999"
    said = press("variance", book)
    assert said.text.startswith("红 1 · 黄 2 · 绿 0 · 蓝 4")
    after = [tracker.range((row, column + 1)).value for row in range(5, 12) for column in (projected, alert)]
    assert after == before


def test_the_selected_row_is_explained(book: OpenBook) -> None:
    tracker = book.sheets["跟踪表"]
    row = 5 + list(tracker.range("A5:A11").value).index("T005")
    tracker.activate()
    tracker.range(f"C{row}").select()
    said = press("explain", book)
    # 12-21, 12-22, 12-25, 12-26 of 2023 are working days, 12-23 and 12-24 a weekend.
    assert "基线 2023-12-20 → 2023-12-26，偏差 +4 个工作日" in said.text
    book.sheets["首页"].activate()
    assert press("explain", book).kind == "error"


def test_a_protected_sheet_is_refused_with_what_to_do(app: Program, tmp_path: Path) -> None:
    path, notice = tmp_path / "locked.xlsm", tmp_path / "notice.txt"
    package = read_parts(make_workbook(DEMO, "zh", interface=interface("zh")))
    for name, data in package.items():
        if name.startswith("xl/worksheets/sheet"):
            package[name] = data.replace(b"</sheetData>", b'</sheetData><sheetProtection sheet="1"/>')
    path.write_bytes(rewritten(package))
    notice.write_text(
        "关于2027年部分节假日安排的通知\n一、元旦：1月1日至3日放假，共3天。\n", encoding="utf-8"
    )
    locked = app.books.open(path)
    said = press("calendar_import", locked, open=notice)
    assert said.kind == "error", said.text
    assert "受保护，没有改动任何内容。请先撤销工作表保护" in said.text
    locked.close()
