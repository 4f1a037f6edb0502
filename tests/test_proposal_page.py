"""The choice column of 风险清单: what people pick there, the next command carries out, once."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tools.lint.lint import lint
from xl_collab.commands.decisions import carry_out
from xl_collab.commands.session import Request, Session
from xl_collab.documents.proposals.content import decide
from xl_collab.documents.risks.content import risks
from xl_collab.exchange.reply_sheets import typed_rows
from xl_collab.hosts.file import FileHost, undo
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.sheetxml import ColumnWrite, SheetEditor
from xl_collab.plan.proposals import TYPED
from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
REGISTERS = ("milestones", "risks", "actions")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A tracker with a fresh 风险清单."""
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    xl_collab("risks", path)
    return path


def xl_collab(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def open_ones(path: Path) -> dict[str, str]:
    """Row → identity of the proposals that wait."""
    found = decide(Session(Request(path), date(2023, 11, 13)).project).data.open
    return {proposal.row_id: proposal.identity for proposal in found}


def pick(path: Path, choices: dict[str, str], column: str = "选择", tab: str = "风险清单") -> None:
    """Type into the page beside the proposals of these rows, as a person does."""
    names = open_ones(path)
    keys = {names.get(row, row): word for row, word in choices.items()}
    package = Package.open(path)
    info = next(s for s in package.workbook.sheets if s.name == tab)
    sheet = openpyxl.load_workbook(path)[tab]
    top = next(c for row in sheet.iter_rows() for c in row if c.value == "collab_key")
    at = next(c for c in sheet[top.row] if c.value == column)
    rows = [c.row for c in sheet[top.column_letter] if c.value in keys]
    assert len(rows) == len(keys)
    values = [keys[str(sheet.cell(row, top.column).value)] for row in rows]
    editor = SheetEditor(package.read(info.part))
    editor.set_cells(ColumnWrite(at.column_letter, rows, values))
    package.replace_stream(info.part, editor.chunks())
    path.write_bytes(package.save_bytes())


def counts(path: Path) -> dict[str, int]:
    tables = FileHost(path).read().tables
    return {key: len(tables[key]) for key in REGISTERS}


def tabs(path: Path) -> list[str]:
    return [sheet.tab for sheet in FileHost(path).read().generated]


def test_the_page_offers_both_words_in_a_drop_down(listed: Path) -> None:
    sheet = openpyxl.load_workbook(listed)["风险清单"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"采纳,不采纳"'
    top = next(c for row in sheet.iter_rows() for c in row if c.value == "选择")
    first, last = (sheet.cell(top.row + n, top.column).coordinate for n in (1, len(open_ones(listed))))
    assert str(rule.sqref) == f"{first}:{last}"
    assert sheet[first].value is None and not sheet[first].protection.locked
    key = next(c for c in sheet[top.row] if c.value == "collab_key")
    assert sheet.column_dimensions[key.column_letter].hidden
    assert lint(listed) == []


@pytest.mark.parametrize("command", ["proposals", "risks", "run"])
def test_choices_are_carried_out_once_by_the_next_command(
    listed: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names, before = open_ones(listed), counts(listed)
    pick(listed, {"T003": "采纳", "T004": "采纳", "T006": "不采纳"})
    capsys.readouterr()
    xl_collab(command, listed)
    said = capsys.readouterr().out.replace("\n", "")
    assert f"已采纳 {names['T003']} → 里程碑计划 M007" in said
    assert f"已拒绝 {names['T006']}" in said
    grown = {key: count - before[key] for key, count in counts(listed).items()}
    assert grown == {"milestones": 1, "risks": 1, "actions": 0}
    book = FileHost(listed).read()
    assert book.tables["risks"].texts("score")[-1] == "9"
    assert book.tables["tracker"].numbers("lead_days")[3] == 3
    assert set(open_ones(listed)) == set(names) - {"T003", "T004", "T006"}
    assert tabs(listed).count("风险清单") == 1 and "风险清单-2" not in tabs(listed)
    assert lint(listed) == []
    page = openpyxl.load_workbook(listed)["风险清单"]
    said_there = {str(c.value) for row in page.iter_rows() for c in row if c.value}
    assert not {"采纳", "不采纳"} & said_there  # a choice that was carried out is no note of people
    after = listed.read_bytes()
    xl_collab(command, listed)
    assert listed.read_bytes() == after


def test_the_page_that_follows_shows_what_the_choices_made(listed: Path) -> None:
    """In one write: the accepted risk is among the risks, and its link leads to the new row."""
    pick(listed, {"T004": "采纳"})
    xl_collab("risks", listed)
    sheet = openpyxl.load_workbook(listed)["风险清单"]
    new = FileHost(listed).read().tables["risks"].texts("id")[-1]
    row = next(c for row in sheet.iter_rows() for c in row if c.value == new)
    at = FileHost(listed).read().tables["risks"].rows[-1]
    assert row.hyperlink.location == f"'风险登记'!A{at}"
    assert not any(c.value == "T004" and c.offset(0, 1).value == "风险" for c in sheet["B"])


def test_a_dry_run_says_so_and_changes_nothing(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pick(listed, {"T003": "采纳"})
    before = listed.read_bytes()
    capsys.readouterr()
    xl_collab("risks", listed, "--dry-run")
    assert "里程碑计划 M007" in capsys.readouterr().out.replace("\n", "")
    assert listed.read_bytes() == before


def test_undo_takes_rows_and_page_back_with_the_choice(listed: Path) -> None:
    pick(listed, {"T003": "采纳", "T006": "不采纳"})
    before = listed.read_bytes()
    xl_collab("risks", listed)
    assert listed.read_bytes() != before
    undo(listed)
    assert listed.read_bytes() == before


def test_the_owner_that_was_typed_gets_the_row(listed: Path) -> None:
    pick(listed, {"T003": "采纳"})
    pick(listed, {"T003": "生产部"}, "负责人")
    xl_collab("proposals", listed)
    assert FileHost(listed).read().tables["milestones"].texts("owner")[-1] == "生产部"


def test_an_owner_without_a_choice_stays_on_the_page_until_it_is_chosen(listed: Path) -> None:
    pick(listed, {"T003": "生产部"}, "负责人")
    pick(listed, {"T006": "不采纳"})
    xl_collab("risks", listed)
    (row,) = [r for r in typed_rows(FileHost(listed).sheets, "risks", TYPED) if r["owner"]]
    assert row == {"key": open_ones(listed)["T003"], "choice": None, "owner": "生产部"}
    pick(listed, {"T003": "采纳"})
    xl_collab("risks", listed)
    assert FileHost(listed).read().tables["milestones"].texts("owner")[-1] == "生产部"
    assert tabs(listed) == ["风险清单", "文档目录"]


def test_a_note_on_the_page_is_kept_and_the_choice_still_counts(listed: Path) -> None:
    before = counts(listed)
    pick(listed, {"T003": "采纳"})
    pick(listed, {"T003": "下周找王芳确认", "T004": "李雷跟进"}, "条件（备注原文）")
    for _ in range(2):
        xl_collab("risks", listed)
        assert counts(listed)["milestones"] == before["milestones"] + 1
    assert tabs(listed) == ["风险清单", "文档目录"]
    cells = [str(c.value) for row in openpyxl.load_workbook(listed)["风险清单"].iter_rows() for c in row]
    # One beside its proposal, the other at the foot: its own proposal is a milestone now.
    assert "李雷跟进" in cells and any("下周找王芳确认" in text for text in cells)
    assert "采纳" not in cells


def test_a_note_that_changed_since_is_not_accepted_by_its_old_words(
    listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, before = open_ones(listed), counts(listed)
    pick(listed, {"T003": "采纳"})
    book = FileHost(listed).read().tables["tracker"]
    package = Package.open(listed)
    part = next(s.part for s in package.workbook.sheets if s.name == "跟踪表")
    editor = SheetEditor(package.read(part))
    row = int(book.rows[book.texts("id").tolist().index("T003")])
    editor.set_cells(ColumnWrite(book.letters["note"], [row], ["无"]))
    package.replace_stream(part, editor.chunks())
    listed.write_bytes(package.save_bytes())
    capsys.readouterr()
    xl_collab("risks", listed)
    assert f"{names['T003']} 的选择没有执行" in capsys.readouterr().out.replace("\n", "")
    assert counts(listed) == before


def test_what_is_named_goes_before_what_was_chosen(listed: Path) -> None:
    before = counts(listed)
    pick(listed, {"T003": "采纳"})
    xl_collab("proposals", listed, "--reject", "T003")
    assert counts(listed) == before
    assert "T003" not in open_ones(listed)


def test_english_words_and_lookalikes_count() -> None:
    from test_proposals import TASKS, project

    made = project(TASKS)
    t1, t2, t3, t4 = (p.identity for p in decide(made).data.open)
    typed = [
        {"key": t1, "choice": "ACCEPT"},
        {"key": t2, "choice": "Decline"},
        {"key": t3, "choice": "maybe"},
    ]
    found = decide(made, typed=[*typed, {"key": t4, "choice": "采纳"}, {"key": t4, "choice": "不采纳"}]).data
    assert [e.proposal.row_id for e in found.accepted] == ["T001"]
    assert [p.row_id for p in found.declined] == ["T002"]
    assert found.unclear == (t4,)
    assert found.kept[t3] == {"choice": "maybe"}  # shown again for the person to mend
    page = risks(made, found.kept).data
    assert page.kept == found.kept


def test_a_session_goes_on_from_what_was_chosen(listed: Path) -> None:
    """IDs that a later action gives do not collide with rows that are not written yet."""
    pick(listed, {"T003": "采纳"})
    session = Session(Request(listed), date(2023, 11, 13))
    carry_out(session)
    from xl_collab.plan.what_if import new_ids

    assert next(new_ids(session.project, "milestones")) == "M008"
