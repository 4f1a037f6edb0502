"""Packets: what a department gets, where it may write, and that an untouched one comes back as it went."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from books import project as small_project, task
from hypothesis import given, settings, strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from recalculation import cells, differences, recalculated

from tools.lint.lint import lint
from xl_collab.documents.drawing import draw
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.packet.content import BLANK_ROWS, Packet, PacketIssue, issue, packets
from xl_collab.documents.packet.sheet import base_of, draw_packet
from xl_collab.documents.review.content import review
from xl_collab.errors import UsageError
from xl_collab.exchange.mail.letters import base_of_whole, whole_workbook
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.merge.history import History
from xl_collab.merge.merging import Merging
from xl_collab.merge.result import Base, ReturnedFile, Who
from xl_collab.merge.snapshot import Snapshot
from xl_collab.plan.project import Project
from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample import AS_OF
from xl_collab.project.tables import CellError, CellFormula, Table
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import Lang

TOKEN = "K7QX2M5RTVWZ3N4P"
CREATED = dt.datetime(2023, 11, 13)
FIRST = 5
SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
LEAD = {"状态", "完成率", "实际开始", "预计完成", "实际完成", "部门反馈", "情况说明"}
SUPPORT = {"配合反馈"}


@cache
def sample(lang: Lang = "zh") -> Project:
    book = SAMPLE.book(lang)
    meta = Table.of(SHEETS.table("meta"), [{"name": "document_id", "value": "doc-1"}])
    return Project(replace(book, tables={**book.tables, "meta": meta}), AS_OF)


def drawn(project: Project, packet: Packet) -> tuple[bytes, PacketIssue]:
    sending = issue(packet, TOKEN, 1, base_of(project, packet))
    return draw_packet(project, packet, sending, created=CREATED), sending


@cache
def made(department: str, lang: Lang = "zh", others: bool = True) -> tuple[bytes, PacketIssue]:
    found = packets(sample(lang), [department], others=others).data
    return drawn(sample(lang), found[0])


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def headings(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[4] if cell.value}


def rows_of(sending: PacketIssue) -> Snapshot:
    """What was sent of 我的任务."""
    return Snapshot({"tracker": sending.base.rows("tracker")})


def sent_back(data: bytes) -> Snapshot:
    return Snapshot.of([read_book(Package.from_bytes(data)).tables["tracker"]])


# who gets what


def test_each_department_with_a_row_or_an_open_action_gets_one() -> None:
    found = {packet.department: packet for packet in packets(sample()).data}
    assert list(found) == ["市场部", "研发部", "生产部", "销售部", "行政部", "人力资源部"]
    # 行政部 is the second owner of T002 and one of 各部门 in T006.
    assert found["行政部"].own == (1, 5)
    assert found["行政部"].others == (0, 2, 3, 4)
    assert found["研发部"].own == (0, 1, 2, 3, 4, 5)


def test_replies_are_wanted_by_the_next_meeting_unless_a_day_is_given() -> None:
    assert packets(sample(), ["研发部"]).data[0].reply_by == dt.date(2023, 11, 20)
    chosen = packets(sample(), ["研发部"], reply_by=dt.date(2023, 11, 15)).data[0]
    assert chosen.reply_by == dt.date(2023, 11, 15)


def test_an_alias_names_its_department_and_a_slip_is_corrected() -> None:
    assert [p.department for p in packets(sample(), ["研发", "研发部"]).data] == ["研发部"]
    with pytest.raises(UsageError) as told:
        packets(sample(), ["研发步"])
    assert "研发部" in told.value.message("zh")


def test_a_token_must_be_long_and_plain() -> None:
    packet = packets(sample(), ["研发部"]).data[0]
    for bad in ("short", 'ABCDEFGHIJ"&A1', "A" * 65):
        with pytest.raises(UsageError):
            issue(packet, bad, 1, Snapshot({}))


def test_rows_without_an_id_stay_at_home_and_are_counted() -> None:
    project = small_project([task("T001"), task("", task="没有编号")])
    packet = packets(project, ["研发部"]).data[0]
    data, _ = drawn(project, packet)
    assert packet.without_id == 1
    assert len(read_book(Package.from_bytes(data)).tables["tracker"]) == 1


# where people may write


def unlocked(sheet: Worksheet) -> dict[int, set[str]]:
    columns = headings(sheet)
    return {
        row: {name for name, at in columns.items() if not sheet.cell(row, at).protection.locked}
        for row in range(FIRST, sheet.max_row + 1)
    }


def test_leads_write_progress_and_supporters_write_feedback_only() -> None:
    sheet = opened(made("研发部")[0])["我的任务"]
    found = unlocked(sheet)
    # T004 is due today, T001 to T003 are finished.
    for row, row_id in enumerate(["T004", "T005", "T006", "T001", "T002", "T003"], start=FIRST):
        assert sheet.cell(row, 1).value == row_id
        leads = row_id in ("T003", "T004", "T005")
        assert found[row] == (LEAD if leads else SUPPORT)


def test_new_tasks_go_into_thirty_blank_rows_with_the_id_locked() -> None:
    sheet = opened(made("研发部")[0])["我的任务"]
    found = unlocked(sheet)
    entered = {c.label.zh for c in TRACKER.columns if c.entered and c.name not in ("id", "lead_days")}
    blank = range(FIRST + 6, FIRST + 6 + BLANK_ROWS)
    assert all(found[row] == entered for row in blank)
    assert max(found) == blank[-1]
    assert all(sheet.cell(row, 1).value is None for row in blank)


def test_every_sheet_is_protected_without_a_password_and_other_rows_are_locked() -> None:
    book = opened(made("行政部")[0])
    shown = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert shown == ["待填", "我的任务", "每日同步", "其他部门", "说明"]
    for sheet in book:
        assert sheet.protection.sheet is True
        assert sheet.protection.password is None
    assert not any(unlocked(book["其他部门"]).values())
    assert [book["其他部门"].cell(row, 1).value for row in range(5, 9)] == ["T001", "T003", "T004", "T005"]


def test_other_departments_rows_can_be_left_out() -> None:
    assert "其他部门" not in opened(made("行政部", others=False)[0]).sheetnames


def test_it_has_no_macros_and_the_tasks_are_no_excel_table() -> None:
    book = opened(made("研发部")[0])
    assert book.vba_archive is None
    assert not book["我的任务"].tables
    assert not any(
        "vba" in name.lower() for name in zipfile.ZipFile(io.BytesIO(made("研发部")[0])).namelist()
    )


def test_drop_downs_and_colours_are_alive() -> None:
    sheet = opened(made("研发部")[0])["我的任务"]
    columns = headings(sheet)
    rules = {
        int(str(area).split(":")[0].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")): rule
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
    }
    assert rules
    letter = sheet.cell(FIRST, columns["状态"]).column_letter
    status = next(
        rule for rule in sheet.data_validations.dataValidation if str(rule.sqref).startswith(f"{letter}5")
    )
    assert "已完成" in str(status.formula1)
    assert str(status.sqref).endswith(str(FIRST + 6 + BLANK_ROWS - 1))
    alert = sheet.cell(FIRST, columns["预警"]).column_letter
    assert any(str(area.sqref).startswith(f"{alert}5") for area in sheet.conditional_formatting)


# the token


def test_the_token_stands_in_properties_in_a_name_and_in_visible_cells() -> None:
    data, _ = made("研发部")
    book = opened(data)
    assert {p.name: p.value for p in book.custom_doc_props.props} == {
        "collab_token": TOKEN,
        "collab_kind": "packet",
        "collab_document": "doc-1",
        "collab_department": "研发部",
        "collab_issue": "1",
    }
    assert book.defined_names["collab_token"].value == f'"{TOKEN}"'
    for tab in ("待填", "说明", "我的任务"):
        shown = [str(c.value) for row in book[tab].iter_rows() for c in row if c.value]
        assert any(TOKEN in text for text in shown), tab


# figures


def test_formulas_carry_the_results_that_the_master_shows() -> None:
    data, _ = made("研发部")
    formulas = opened(data)["我的任务"]
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["我的任务"]
    columns = headings(formulas)
    variance, alert = columns["偏差(工作日)"], columns["预警"]
    assert all(str(formulas.cell(row, variance).value).startswith("=") for row in range(FIRST, FIRST + 36))
    found = {
        shown.cell(row, 1).value: (shown.cell(row, alert).value, shown.cell(row, variance).value or None)
        for row in range(FIRST, FIRST + 6)
    }
    assert found == {
        "T001": ("蓝", None), "T002": ("蓝", 1), "T003": ("蓝", 2),
        "T004": ("绿", None), "T005": ("红", 3), "T006": ("黄", 1),
    }  # fmt: skip


@pytest.fixture(scope="session")
def resaved(tmp_path_factory: pytest.TempPathFactory, soffice: Callable[..., None]) -> dict[str, Path]:
    """Packets as LibreOffice saves them: untouched, and one with a new task in a blank row."""
    folder = tmp_path_factory.mktemp("packets")
    source, target = folder / "out", folder / "back"
    source.mkdir()
    for lang, department in (("zh", "研发部"), ("en", "R&D"), ("zh", "行政部")):
        (source / f"{lang}-{department}.xlsx").write_bytes(made(department, lang)[0])
    book = opened(made("行政部")[0])
    sheet = book["我的任务"]
    columns = headings(sheet)
    values = {
        "环节": "成果交付",
        "主要任务": "补充验收清单",
        "时间节点": dt.datetime(2023, 11, 6),
        "状态": "进行中",
    }
    for name, value in values.items():
        sheet.cell(FIRST + 2, columns[name]).value = value
    book.save(source / "new-task.xlsx")
    soffice("--convert-to", "xlsx", "--outdir", target, *sorted(source.iterdir()))
    return {path.stem: path for path in target.iterdir()}


@pytest.mark.parametrize(("lang", "department"), [("zh", "研发部"), ("en", "R&D"), ("zh", "行政部")])
def test_untouched_it_comes_back_from_libreoffice_as_it_was_sent(
    resaved: dict[str, Path], lang: Lang, department: str
) -> None:
    sending = made(department, lang)[1]
    back = resaved[f"{lang}-{department}"].read_bytes()
    assert sent_back(back) == rows_of(sending)
    book = opened(back)
    assert book.defined_names["collab_token"].value == f'"{TOKEN}"'
    assert TOKEN in [p.value for p in book.custom_doc_props.props]


def test_untouched_it_comes_back_from_openpyxl_as_it_was_sent() -> None:
    data, sending = made("研发部")
    stream = io.BytesIO()
    opened(data).save(stream)
    assert sent_back(stream.getvalue()) == rows_of(sending)


def test_an_untouched_reply_merges_into_nothing(resaved: dict[str, Path]) -> None:
    sending = made("研发部")[1]
    master = Snapshot.of([sample().tracker])
    reply = ReturnedFile(
        Who(TOKEN, "研发部", "", "2023-11-14T08:00:00Z", "0" * 64), sent_back_sheets(resaved["zh-研发部"])
    )
    now = dt.datetime(2023, 11, 14, 9, 0, tzinfo=dt.UTC)
    bases = {TOKEN: Base(TOKEN, 1, now, sending.base)}
    result = Merging(master, History(), now, bases).collect([reply], {TOKEN: sending.permission})
    assert (result.changes, result.questions, result.notices) == ((), (), ())
    assert [one.status for one in result.replies] == ["untouched"]


def sent_back_sheets(path: Path) -> dict[str, object]:
    return dict(sent_back(path.read_bytes()).sheets)


def test_a_new_task_in_a_blank_row_is_computed_like_any_other(resaved: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(resaved["new-task"], data_only=True)["我的任务"]
    columns = headings(sheet)
    # 2023-11-06 to 2023-11-13 is five working days, more than the threshold of two.
    assert sheet.cell(FIRST + 2, columns["偏差(工作日)"]).value == 5
    assert sheet.cell(FIRST + 2, columns["预警"]).value == "红"


def test_libreoffice_computes_from_scratch_what_the_cells_carry(
    tmp_path: Path, soffice: Callable[..., None]
) -> None:
    found = {"zh": made("研发部")[0], "en": made("R&D", "en")[0], "admin": made("行政部")[0]}
    again = recalculated(found, tmp_path, soffice)
    for name, data in found.items():
        assert differences(cells(data), again[name]) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_validator_and_our_lint_have_nothing_to_say(
    lang: Lang, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    found = packets(sample(lang)).data
    for packet in (found[1], found[4]):  # one with actions and risks, one with rows of others
        path = tmp_path / f"{packet.number_of_rows}.xlsx"
        path.write_bytes(drawn(sample(lang), packet)[0])
        assert lint(path) == []
        ooxml_validate(path)


def test_the_same_packet_is_the_same_bytes() -> None:
    packet = packets(sample(), ["生产部"]).data[0]
    assert drawn(sample(), packet)[0] == drawn(sample(), packet)[0]


# contents that could do harm


def test_formulas_of_people_travel_as_what_they_show() -> None:
    link = CellFormula('HYPERLINK("http://evil","x")', "点这里")
    project = small_project([task("T001", task=link, note="=1+1", output=CellError("#REF!"))])
    data, sending = drawn(project, packets(project, ["研发部"]).data[0])
    sheet = opened(data)["我的任务"]
    columns = headings(sheet)
    assert sheet.cell(FIRST, columns["主要任务"]).value == "点这里"
    note = sheet.cell(FIRST, columns["备注(如风险、依赖条件)"])
    assert (note.value, note.data_type) == ("=1+1", "s")
    assert sheet.cell(FIRST, columns["输出成果"]).value is None
    assert not any(link.target for tab in opened(data) for link in tab._hyperlinks)
    assert sent_back(data) == rows_of(sending)


@settings(max_examples=25)
@given(
    st.lists(
        st.text(max_size=40) | st.text("=+-@'\"<>&\u200b\u2028\x00\x0b_x000D_\ud800\ufffe%;{}", max_size=20),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_goes_out_and_comes_back_unchanged(texts: list[str]) -> None:
    rows = [task(f"T{n:03}", task=text, note=text) for n, text in enumerate(texts, start=1)]
    project = small_project(rows)
    data, sending = drawn(project, packets(project, ["研发部"]).data[0])
    assert sent_back(data) == rows_of(sending)


@pytest.mark.parametrize("kind", ["packet", "minutes", "review"])
def test_case_68_markup_formulas_and_long_text_open_without_repair(
    kind: str, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    words = [
        "<b>&amp;</b>]]>",
        "=cmd|' /C calc'!A0",
        "+8613800000000",
        "@x",
        "\t=1",
        "长" * 40000,
        "a\x00\x0b_x000D_",
    ]
    rows = [task(f"T{n:03}", task=text, note=text, output=text) for n, text in enumerate(words, start=1)]
    project = small_project(rows, settings={"project": "<&>=1+1"})
    if kind == "packet":
        data = drawn(project, packets(project, ["研发部"]).data[0])[0]
    else:
        act = minutes if kind == "minutes" else review
        data = draw(act(project).data, project_name="<&>=1+1", lang="zh", links={})
    path = tmp_path / f"{kind}.xlsx"
    path.write_bytes(data)
    ooxml_validate(path)
    assert lint(path) == []
    book = opened(data)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" and "cmd" in str(cell.value) for cell in cells)
    assert max(len(str(cell.value)) for cell in cells if cell.data_type == "s") <= 32767


# the whole workbook


@pytest.mark.parametrize("macros", [True, False])
def test_the_whole_workbook_goes_out_with_a_token_and_nothing_else_changed(
    macros: bool, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    master = SHIPPED.read_bytes()
    project = Project(read_book(Package.from_bytes(master)), AS_OF)
    packet = packets(project, ["研发部"]).data[0]
    sending = issue(packet, TOKEN, 2, base_of_whole(project), kind="whole")
    data = whole_workbook(master, project, packet, sending, macros=macros)
    path = tmp_path / f"whole.{'xlsm' if macros else 'xlsx'}"
    path.write_bytes(data)
    ooxml_validate(path)
    if not macros:
        assert lint(path) == []
    before, after = Package.from_bytes(master), Package.from_bytes(data)
    kept = [p for p in before.parts if p.startswith("xl/worksheets/sheet") or "media" in p or "theme" in p]
    assert kept
    assert all(after.read(part) == before.read(part) for part in kept)
    assert any(part.endswith("vbaProject.bin") for part in after.parts) is macros
    assert any("customUI" in part for part in after.parts) is False or macros
    assert Snapshot.of(read_book(after).tables.values()) == sending.base
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {p.name: p.value for p in book.custom_doc_props.props}["collab_token"] == TOKEN
    assert book.defined_names["collab_token"].value == f'"{TOKEN}"'
    assert TOKEN in [c.value for row in book["说明"].iter_rows() for c in row]
