"""The worked example (examples/) as acceptance test: the template's project from request to review.

Everything that can be seen by a reader was worked out by hand: dates on the calendar of 2023, who was
late and by how much, what `validate` must say after every step.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from recalculation import cells, differences, recalculated
from tracker_letters import at

from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import Lang

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
from desk import Desk
from play import play

D = date
SUNDAY = ("E106", "T002", "F6")
"""T002 is due on Sunday 2023-10-15, as in the template; a warning that stays to the end."""

RED_T003 = tuple((code, "T003", at(column, 7)) for code, column in (("P321", "variance"), ("P332", "rag")))

STALE: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("refreeze", "closed"): ("A602", "end", ""),
}
"""C001 moved T005, and its milestone with it. The finish that the request asks for, until the project has
ended, still says the old day: nobody wrote it anew. First and last step of each finding."""
EXPECTED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "start": (),
    # R&D and Human Resources are named in the answer; Production, Sales and Administration are not.
    "sound_out": (("P303", "", ""), ("P304", "capacity", "")),
    "submit": (),
    "too_early": (("P301", "conclusion", ""),),
    "approve": (),
    # Two accountable departments for D007; nobody receives what D010 delivers.
    "kick_off": (("R202", "D007", "D11"), ("R203", "D010", "I14")),
    "team": (),
    "first_week": (("P325", "", ""),),
    "minutes_2": (),
    "joint_review": (),
    # A day late and a fifth of T003's 13 days left: three from here on, to 11-06, are three too late.
    "unsigned": (("P311", "P003", "J7"), ("P311", "P004", "J8"), *RED_T003),
    "signed": (),
    "chip": (),
    # +3 is over the threshold of 2 and nobody wrote a change; A008 was due on Friday 11-10.
    "late": (("P321", "T005", at("variance", 9)), ("P334", "A008", "E12")),
    "draft": (("P322", "C001", "H5"), ("P334", "A008", "E12")),
    "approved": (("P323", "C001", "H5"),),
    "refreeze": (),
    "gap": (("P324", "", ""),),
    "minutes_6": (),
    "mould": (("P334", "A011", "E15"),),
    "prototype": (),
    "tests": (),
    "ready": (),
    "certificate": (),
    "delivered": (("P341", "Y001", "F5"), ("P341", "Y002", "F6"), ("P341", "Y003", "F7")),
    "judged": (("P342", "Y002", "J6"),),
    "countersigned": (),
    "new_year": (),
    "left_over": (("P334", "A013", "E17"), ("P344", "Y003", "H7")),
    "closed": (),
    "review": (("P351", "T006", at("status", 10)),),
    "sent": (),
    "next_project": (),
}
"""Step → what validate finds at its end beside SUNDAY: code, row (or field of a form), cell."""

NUMBERS = {
    "20231016": 1, "20231023": 2, "20231030": 3, "20231106": 4, "20231113": 5, "20231121": 6, "20231127": 7,
    "20231204": 8, "20231211": 9, "20231218": 10, "20231225": 11, "20240102": 12, "20240108": 13,
}  # fmt: skip
"""The issued minutes: one for each meeting, numbered without a gap. 2024-01-01 was a holiday."""


@dataclass
class Played:
    """The finished workbook and what was seen on the way."""

    path: Path
    lang: Lang
    found: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    out: dict[str, list[str]] = field(default_factory=dict)
    issued: dict[str, list[list[object]]] = field(default_factory=dict)
    vba: bytes = b""

    def rows(self, tab: str) -> list[list[object]]:
        """The cells of a tab."""
        return _rows(CalamineWorkbook.from_path(str(self.path)), tab)

    def lines(self, kind: str, key: str = "") -> list[str]:
        """The rows of a generated sheet as text, cells divided by bars."""
        shown = ([str(cell) for cell in row if cell != ""] for row in self.rows(self.tab(kind, key)))
        return [" | ".join(row) for row in shown if row]

    def tab(self, kind: str, key: str = "") -> str:
        """The tab of a generated sheet."""
        return GENERATED[kind].of(self.lang).format(key=key)

    def column(self, sheet: str, name: str) -> dict[str, object]:
        """ID → the cells of a column of a table sheet."""
        declared = SHEETS.table(sheet)
        rows = self.rows(declared.name(self.lang))[4:]
        return {str(row[0]): row[declared.index(name)] for row in rows if row and row[0] != ""}


def _rows(book: CalamineWorkbook, tab: str) -> list[list[object]]:
    return book.get_sheet_by_name(tab).to_python(skip_empty_area=False)


def _vba(path: Path) -> bytes:
    return zipfile.ZipFile(path).read("xl/vbaProject.bin")


@pytest.fixture(scope="module", params=["zh", "en"])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    lang: Lang = request.param
    desk = Desk(tmp_path_factory.mktemp(f"lamp-{lang}") / "lamp.xlsm", lang)
    made = Played(desk.path, lang)
    for step, found in play(desk):
        made.found[step.name] = found
        made.out[step.name] = [ran.out for ran in desk.ran]
        if any("--issue" in ran.words for ran in desk.ran):
            tab = made.tab("minutes", f"{step.day:%Y%m%d}")
            made.issued[tab] = made.rows(tab)
        desk.ran.clear()
        made.vba = made.vba or _vba(desk.path)
    return made


def test_validate_finds_exactly_what_each_day_brings(played: Played) -> None:
    for name, found in played.found.items():
        at_this = list(EXPECTED).index(name)
        stale = [
            one
            for (first, last), one in STALE.items()
            if list(EXPECTED).index(first) <= at_this <= list(EXPECTED).index(last)
        ]
        assert found == sorted([SUNDAY, *EXPECTED[name], *stale]), name
    assert list(played.found) == list(EXPECTED)


def test_the_tracker_says_who_was_late_and_by_how_much(played: Played) -> None:
    # (10-08, 10-08] = 0; Sunday 10-15 to Monday 10-16 = 1; 11-01 to 11-03 = 2;
    # 12-25, the baseline of C001, to 12-26 = 1; C001 moved T006 behind it to 2024-01-11: done on 01-10 = -1.
    assert list(played.column("tracker", "variance").values()) == [0, 1, 2, "", 1, -1]
    assert played.column("tracker", "baseline")["T005"] == D(2023, 12, 25)
    blue = {"zh": "蓝", "en": "Blue"}[played.lang]
    assert set(played.column("tracker", "rag").values()) == {blue}


def test_the_minutes_of_november_13_tell_a_reader_everything(played: Played) -> None:
    lines = "\n".join(played.lines("minutes", "20231113"))
    if played.lang == "en":
        assert "1 red and 1 yellow; " in lines
        assert "5 open actions (1 overdue)." in lines and "2023-11-20 17:00, place: " in lines
        return
    # What is late, by how much, why, and whom it made late.
    assert "2023-12-20 | 2023-12-25 | 3.0 | 红 | 预计" in lines
    assert "原因：驱动芯片交期由4周延长至6周，原型测试顺延3个工作日；影响：市场部 T006 +1" in lines
    # Who acts next, and by when: raised on Monday 11-06, due on Friday 11-10, one working day over.
    assert "A008 | 生产部 | 取得驱动芯片供应商书面交期 | 2023-11-10 | 7.0 | 1 | 结转" in lines
    assert "A007 | 研发部 | 预约3C检测机构档期 | 2023-11-17 | 14.0" in lines
    assert "2023-11-20 17:00，地点 三楼会议室。" in lines


def test_the_change_counts_the_days_that_are_left(played: Played) -> None:
    lines = "\n".join(played.lines("adjustment", "C001"))
    # 13 working days in (11-13, 11-30], 17 in December up to the 25th: 30; three fewer up to the 20th.
    expected = {
        "zh": ("余下 30 个工作日的工作要在 27 个工作日内做完", "T006 | 市场部*、各部门"),
        "en": ("30 workdays", "27"),
    }
    assert all(words in lines for words in expected[played.lang]), lines


def test_the_review_tells_how_it_ended(played: Played) -> None:
    lines = "\n".join(played.lines("review"))
    if played.lang == "en":
        assert "40% (2 of 5)" in lines or "40%" in lines
        return
    # On time: T001 and T006 of five measured tasks; (0 + 1 + 2 + 1 - 1) / 5 = 0.6.
    assert "6 项任务全部完成，7/7 个里程碑达成。" in lines
    assert "按期率为 40%（2/5），平均偏差 +0.6 个工作日；最晚的是 T003" in lines
    # 12-20 to 12-22 = 2; 2024-01-10 to 01-12 = 2; 11-30 to Monday 12-04 = 2.
    late = {row[1]: row[6] for row in played.rows("复盘报告") if re.fullmatch(r"M00\d", str(row[1]))}
    assert late == {"M001": 0, "M002": 0, "M003": 2, "M004": 0, "M005": -1, "M006": 1, "M007": 2}
    assert (
        "C001 | T005 | 驱动芯片交期由4周延长至6周，原型测试顺延3个工作日 | 2023-12-20 | 2023-12-25 | 3.0"
        in lines
    )
    # A004, A008, A011 and A013 were closed after their dates.
    assert "已办结待办 13 条，其中 9 条按期。" in lines


def test_issued_minutes_are_numbered_and_never_change(played: Played) -> None:
    assert list(played.issued) == [played.tab("minutes", key) for key in NUMBERS]
    number = {"zh": "第{}期", "en": "No. {}"}[played.lang]
    for (tab, then), count in zip(played.issued.items(), NUMBERS.values(), strict=True):
        assert played.rows(tab) == then, tab
        assert any(str(cell).startswith(number.format(count)) for row in then for cell in row), tab


def test_every_link_of_a_document_leads_to_the_row_it_names(played: Played) -> None:
    book = load_workbook(played.path)
    generated = [name for name in book.sheetnames if name not in {s.name(played.lang) for s in SHEETS.sheets}]
    followed = 0
    for sheet in (book[name] for name in generated):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
            tab, _, at = cell.hyperlink.location.rpartition("!")
            target = book[tab.strip("'").replace("''", "'")][at]
            if sheet.title == played.tab("index"):
                assert target.parent.title == cell.value
                continue
            named = re.search(r"[A-Z]\d{3}", str(cell.value))
            if named:
                assert named[0] in str(book[target.parent.title].cell(target.row, 1).value), (
                    sheet.title,
                    cell,
                )
                followed += 1
    assert followed > 200


def test_what_people_typed_and_other_parts_are_untouched(played: Played) -> None:
    assert _vba(played.path) == played.vba
    notes = list(played.column("tracker", "note").values())
    if played.lang == "zh":
        assert notes[2] == "研发方案需保证11月30日前输出原型"
    # Working days from 10-16 on: 12 in October, 22, 21, and in January 5 for R&D, 7 for Marketing.
    assert len(played.rows(SHEETS["sync"].name(played.lang))) - 4 == 2 * (12 + 22 + 21) + 5 + 7


def test_the_next_project_knows_what_this_one_learnt(played: Played) -> None:
    after = Played(played.path.with_name("next.xlsm"), played.lang)
    # L002 and L003 of the sample; the three that were accepted from the data; K002 and K007 struck.
    sources = [str(cell) for cell in after.column("lessons", "source").values()]
    assert [source[-4:] for source in sources] == ["L002", "L003", "L004", "L005", "L006"]
    risks = [str(cell) for cell in after.column("risks", "source").values()]
    assert [source[-4:] for source in risks[-2:]] == ["K002", "K007"]


def test_home_shows_where_the_project_stands_without_being_opened(played: Played) -> None:
    home = {str(cell) for row in played.rows(SHEETS["home"].name(played.lang)) for cell in row}
    # The last validate found one warning (T002's Sunday) and no error; every red was answered.
    expected = {"zh": {"6/6 项任务已完成", "错误 0、警告 1（01-12）", "红色未应对"}}
    expected["en"] = {"6/6 tasks done", "Errors 0, warnings 1 (01-12)", "Red, no answer"}
    assert expected[played.lang] <= home


def test_the_finished_workbooks_are_valid(played: Played, ooxml_validate: Callable[[Path], None]) -> None:
    ooxml_validate(played.path)
    ooxml_validate(played.path.with_name("next.xlsm"))


def test_a_second_run_changes_nothing(played: Played) -> None:
    before = played.path.read_bytes()
    desk = Desk(played.path, played.lang)
    desk.run("run")
    assert played.path.read_bytes() == before


def test_libreoffice_computes_the_same_figures(
    played: Played, tmp_path: Path, soffice: Callable[..., None]
) -> None:
    package = played.path.read_bytes()
    there = recalculated({"lamp": package}, tmp_path, soffice)["lamp"]
    assert differences(cells(package), there) == []
