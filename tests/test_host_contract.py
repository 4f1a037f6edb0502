"""What every host must do alike: same edits, same tables, colours and sheets, wherever the workbook is.

On a machine with Excel `pytest -m excel` runs the same tests against it. Gaps: contract.GAPS.
"""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import contract
import make
import numpy as np
import openpyxl
import pytest
from excel_over_com import excel
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook
from tracker_letters import at

from xl_collab.checks.validate import validate
from xl_collab.documents.drawing import draw
from xl_collab.documents.gantt.content import gantt
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.review.content import review
from xl_collab.documents.risks.content import risks
from xl_collab.errors import NothingToUndo, UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.reading import read_book
from xl_collab.plan.computed import refresh, restore, taken_in
from xl_collab.plan.meta import meta_edits, meta_values
from xl_collab.plan.project import Project
from xl_collab.plan.variance import variance
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, SetColumn, SetField, ShowSheet
from xl_collab.project.sentences import places
from xl_collab.project.tables import CellFormula

SAMPLE = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
AS_OF = date(2023, 11, 13)

ACTIONS: Mapping[str, Callable[[Project], tuple[Edit, ...]]] = {
    "validate": lambda p: (*restore(p), *validate(p).edits),
    "variance": lambda p: tuple(variance(p).edits),
    "risks": lambda p: tuple(risks(p).edits),
    "minutes": lambda p: tuple(minutes(p).edits),
    "review": lambda p: tuple(review(p).edits),
    "run": lambda p: (
        *restore(p),
        *refresh(p),
        *variance(p).edits,
        *validate(p).edits,
        *risks(p).edits,
        *gantt(p).edits,
        *minutes(p).edits,
        *review(p).edits,
    ),
}

office = pytest.fixture(scope="session")(contract.libreoffice)
real_excel = pytest.fixture(scope="session")(contract.excel)


@pytest.fixture(scope="session")
def excel_over_com(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if os.name != "nt":
        pytest.skip("COM is Windows'")
    with excel(tmp_path_factory.mktemp("excel")) as application:
        yield application


BENCHES = [
    "file",
    "memory",
    "libreoffice",
    "modelled excel",
    "modelled excel, plain",
    pytest.param("modelled excel over com", marks=pytest.mark.windows),
    pytest.param("modelled excel over com, plain", marks=[pytest.mark.windows, pytest.mark.soak]),
    pytest.param("excel", marks=pytest.mark.excel),
    pytest.param("excel, plain", marks=pytest.mark.excel),
]


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest) -> Iterator[Any]:
    plain, over_com = request.param.endswith(", plain"), "over com" in request.param
    kind = request.param.removesuffix(", plain").removesuffix(" over com")
    gap = contract.GAPS.get((kind, request.node.originalname))
    if gap is not None:
        request.applymarker(pytest.mark.xfail(reason=gap, strict=True))
    if request.param in ("file", "memory"):
        office = partial(request.getfixturevalue, "office")
        yield contract.FileBench(office) if request.param == "file" else contract.MemoryBench()
        return
    if kind == "modelled excel" and not over_com:
        yield contract.ModelledExcelBench(plain)
        return
    program = {"excel": "real_excel", "modelled excel": "excel_over_com", "libreoffice": "office"}[kind]
    app = request.getfixturevalue(program)
    if over_com:
        made: contract.LiveBench = contract.ExcelOverComBench(app, plain)
    else:
        made = contract.LibreOfficeBench(app) if kind == "libreoffice" else contract.LiveBench(app, plain)
    yield made
    for book in made.app.books:
        book.close()
    made.__dict__.clear()  # pytest keeps the bench; objects of COM should not outlive their program


@pytest.fixture(scope="session")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample after a week of work: some finished, some late, nothing computed since."""
    path = shutil.copy(SAMPLE, tmp_path_factory.mktemp("worked") / "tracker.xlsm")
    rows = np.arange(5, 11)
    done = [date(2023, 10, 9), date(2023, 10, 20), None, None, None, None]
    expected = [None, None, datetime(2023, 12, 1), None, date(2023, 12, 4), None]
    status = ["已完成", "已完成", "进行中", "进行中", "暂停", "未开始"]
    edits = [
        SetColumn("tracker", "actual", rows, done),
        SetColumn("tracker", "forecast", rows, expected),
        SetColumn("tracker", "status", rows, status),
        SetColumn("tracker", "percent", rows, [1, 1, 0.5, 0.25, None, 0]),
    ]
    FileHost(path).apply(edits)
    return Path(path)


@pytest.fixture(scope="session")
def wanted(worked: Path) -> Callable[[str], tuple[Any, Path]]:
    """What an action makes of the worked file: what was applied, and the file after it."""

    @cache
    def after(action: str) -> tuple[Any, Path]:
        path = Path(shutil.copy(worked, worked.with_name(f"{action}.xlsm")))
        return act(FileHost(path), action), path

    return after


@pytest.fixture
def opened(bench: Any, worked: Path, tmp_path: Path) -> Any:
    bench.open(Path(shutil.copy(worked, tmp_path / "协作 tracker.xlsm")))
    return bench


@pytest.fixture
def small(bench: Any, tmp_path: Path) -> Any:
    """A tracker with three rows, made by a stranger's program."""
    records = [make.row("T1"), make.row("T2", note="=1+1"), make.row("T3", status="进行中")]
    bench.open(make.tracker(tmp_path / "small.xlsx", records))
    return bench


def drawn(project: Project, edits: tuple[Edit, ...]) -> dict[str, bytes]:
    links = places(project.book)
    return {
        f"{e.kind}/{e.key}": draw(
            e.document,
            project_name="样例",
            lang="zh",
            links=links,
            typed=project.book.typed_in(e.kind, e.key),
        )
        for e in edits
        if isinstance(e, InsertSheet)
    }


def act(host: Any, action: str) -> Any:
    """What a session does, with the edits that the host's own reading leads to."""
    project = Project(host.read(), AS_OF)
    edits = ACTIONS[action](project)
    return host.apply(edits, drawn(project, edits), command=action)


def cells(bench: Any, name: str, table: str = "tracker") -> list[Any]:
    found: list[Any] = bench.host().read().tables[table].raw(name).tolist()
    return found


def test_reads_what_the_file_says(bench: Any, tmp_path: Path) -> None:
    bench.open(Path(shutil.copy(SAMPLE, tmp_path / "sample.xlsm")))
    assert contract.content(bench.host().read()) == contract.content(read_book(SAMPLE))


@pytest.mark.parametrize("action", ACTIONS)
def test_same_edits_same_tables_and_sheets(
    opened: Any, wanted: Callable[[str], tuple[Any, Path]], action: str
) -> None:
    alike, path = wanted(action)
    applied = act(opened.host(), action)
    assert applied.written
    assert applied.sheets == alike.sheets
    got, meant = contract.content(opened.host().read()), contract.content(read_book(path))
    assert got["generated"] == meant["generated"]
    if action in ("variance", "run"):
        assert got == meant
    else:  # formulas are calculated where the workbook is open, and wait for `variance` where it is not
        assert got["tables"]["meta"] == meant["tables"]["meta"]


@pytest.mark.parametrize("action", ["variance", "risks", "review"])
def test_a_second_run_changes_nothing(opened: Any, action: str) -> None:
    act(opened.host(), action)
    before = contract.content(opened.host().read())
    again = act(opened.host(), action)
    assert (again.changed, again.written) == (False, False)
    assert {one.how for one in again.generated} <= {"unchanged"}
    assert contract.content(opened.host().read()) == before


def test_a_dry_run_changes_nothing_and_says_what_would(opened: Any) -> None:
    before = contract.content(opened.host().read())
    host = opened.host()
    project = Project(host.read(), AS_OF)
    edits = (*ACTIONS["risks"](project), *ACTIONS["variance"](project))
    told = host.apply(edits, drawn(project, edits), dry_run=True)
    assert told.dry_run and not told.written
    assert told.sheets == ("风险清单",) and told.cells
    assert contract.content(opened.host().read()) == before


def test_undo_brings_back_what_was(opened: Any) -> None:
    def seen() -> dict[str, Any]:
        # Marks of waiting rows were not calculated in the file; an open program has calculated them since.
        uncalculated = ("now", "changed", "first_changed", "pending", "reason")
        return contract.content(opened.host().read(), without=uncalculated)

    before = seen()
    act(opened.host(), "run")
    assert seen() != before
    assert opened.undo().command == "run"
    assert seen() == before
    with pytest.raises(NothingToUndo):
        opened.undo()


def test_undo_brings_back_the_sheet_that_was_drawn_over(small: Any) -> None:
    first = (make.sheet(),)
    small.host().apply(first, {"minutes/20231113": make.drawn("第一次")})
    small.host().apply(first, {"minutes/20231113": make.drawn("第二次")}, command="minutes")
    before = small.host().read().generated
    small.undo()
    again = small.host().apply(first, {"minutes/20231113": make.drawn("第一次")})
    assert [one.touched for one in before] == [False]
    assert [one.how for one in again.generated] == ["unchanged"]


def test_a_note_is_no_run_to_take_back(opened: Any) -> None:
    def kept() -> dict[str, str]:
        return meta_values(Project(opened.host().read(), AS_OF))

    act(opened.host(), "variance")
    note = meta_edits(Project(opened.host().read(), AS_OF), {"step_waiting": "3"})
    assert opened.host().note(note)
    assert kept()["step_waiting"] == "3"
    again = meta_edits(Project(opened.host().read(), AS_OF), {"step_waiting": "3"})
    assert not opened.host().note(again)
    assert opened.undo().command == "variance"
    with pytest.raises(NothingToUndo):
        opened.undo()


def test_a_document_is_hidden_and_shown_again(small: Any) -> None:
    def hidden() -> list[bool]:
        return [one.hidden for one in small.host().read().generated]

    small.host().apply((make.sheet(),), {"minutes/20231113": make.drawn("第一次")})
    (tab,) = [one.tab for one in small.host().read().generated]
    hide = (ShowSheet(tab, shown=False),)
    assert small.host().apply(hide, dry_run=True).tabs == hide
    assert hidden() == [False]
    assert small.host().apply(hide, command="archive").written
    assert hidden() == [True]
    assert not small.host().apply(hide, command="archive").changed
    assert small.undo().command == "archive"
    assert hidden() == [False]
    small.host().apply(hide, command="archive")
    assert small.host().apply((ShowSheet(tab, shown=True),), command="archive").tabs
    assert hidden() == [False]


def test_a_formula_that_was_overwritten_comes_back(opened: Any) -> None:
    act(opened.host(), "variance")
    reasons = cells(opened, "reason")
    opened.type("跟踪表", at("reason", 7), "没问题")
    assert opened.host().read().stale_formulas["tracker"] == {"reason": (7,)}
    act(opened.host(), "validate")
    assert opened.host().read().stale_formulas == {}
    assert cells(opened, "reason") == reasons


def test_texts_stay_texts(small: Any) -> None:
    texts = ["=1+1", "0012", "2023-10-8", "1/2", "TRUE", "-3", "'引号", "3月5日", "T001、T002", " a", "#N/A?"]
    records = tuple(make.row(f"N{i}", note=text) for i, text in enumerate(texts))
    small.host().apply([AppendRows("tracker", records)])
    assert cells(small, "note") == [None, "=1+1", None, *texts]


def test_values_keep_their_types(small: Any) -> None:
    rows = np.arange(5, 8)
    edits = [
        SetColumn("tracker", "actual", rows, [date(2023, 10, 9), None, date(2024, 2, 29)]),
        SetColumn("tracker", "next_due", rows, [datetime(2023, 11, 17, 17, 0), None, date(2023, 11, 20)]),
        SetColumn("tracker", "percent", rows, [1, 0.25, None]),
        SetColumn("tracker", "missed", rows, [0, 3, None]),
    ]
    small.host().apply(edits)
    assert cells(small, "actual") == [date(2023, 10, 9), None, date(2024, 2, 29)]
    assert cells(small, "next_due") == [datetime(2023, 11, 17, 17, 0), None, date(2023, 11, 20)]
    assert list(map(repr, cells(small, "percent"))) == ["1", "0.25", "None"]
    assert list(map(repr, cells(small, "missed"))) == ["0", "3", "None"]


def test_rows_are_added_below(opened: Any) -> None:
    records = ({"id": "R90", "risk": "供应商延期"}, {"id": "R91", "risk": "人手不足"})
    before = opened.host().read().tables["risks"]
    applied = opened.host().apply([AppendRows("risks", records)])
    after = opened.host().read().tables["risks"]
    assert applied.added == {"risks": 2}
    assert after.rows.tolist() == [*before.rows, before.rows[-1] + 1, before.rows[-1] + 2]
    assert after.raw("risk").tolist()[-2:] == ["供应商延期", "人手不足"]
    assert after.outside == ()


def test_a_table_grows_with_its_rows(opened: Any) -> None:
    opened.host().apply([AppendRows("risks", ({"id": "R90", "risk": "供应商延期"},))])
    tables = openpyxl.load_workbook(opened.saved())["风险登记"].tables.values()
    assert [table.ref for table in tables] == ["A4:M11"]
    assert opened.host().read().stale_formulas == {}


def test_rows_that_were_typed_below_a_table_become_rows_of_it(opened: Any) -> None:
    for cell, value in {"A11": "R90", "B11": "供应商延期", "A12": "备注：每周更新"}.items():
        opened.type("风险登记", cell, value)
    applied = opened.host().apply([], command="variance")
    assert [(one.sheet, one.rows) for one in applied.taken_in] == [("risks", (11,))]
    table = opened.host().read().tables["risks"]
    assert (table.outside, table.notes, table.raw("risk")[-1]) == ((), (12,), "供应商延期")
    sheet = openpyxl.load_workbook(opened.saved())["风险登记"]
    assert [one.ref for one in sheet.tables.values()] == ["A4:M11"]
    assert (sheet["A11"].value, sheet["B11"].value, sheet["A12"].value) == (
        "R90",
        "供应商延期",
        "备注：每周更新",
    )
    assert sheet["B11"].border.bottom.style == sheet["B10"].border.bottom.style is not None


def test_a_row_typed_below_the_tracker_is_computed(opened: Any) -> None:
    for cell, value in {"A11": "T90", "C11": "研发部", "D11": "补充测试"}.items():
        opened.type("跟踪表", cell, value)
    opened.type("跟踪表", at("deadline", 11), date(2023, 11, 6))
    project = Project(opened.host().read(), AS_OF)
    opened.host().apply([*taken_in(project), *variance(project).edits], command="variance")
    assert opened.host().read().stale_formulas.get("tracker", {}).get("variance", ()) == ()
    # five working days after 2023-11-06: 7, 8, 9, 10 and Monday 13
    assert opened.shown("跟踪表", [at("variance", 11), at("rag", 11)]) == [5, "红"]


def test_undo_leaves_rows_below_the_table_where_they_were_typed(opened: Any) -> None:
    for cell, value in {"A11": "R90", "B11": "供应商延期"}.items():
        opened.type("风险登记", cell, value)
    opened.host().apply([], command="variance")
    opened.undo()
    table = opened.host().read().tables["risks"]
    assert (table.outside, table.raw("risk")[-1]) == ((11,), "供应商延期")


def test_an_added_row_looks_like_the_one_above(opened: Any) -> None:
    opened.host().apply([AppendRows("risks", ({"id": "R90", "risk": "供应商延期"},))])
    sheet = openpyxl.load_workbook(opened.saved())["风险登记"]
    assert sheet["B11"].alignment.wrap_text == sheet["B10"].alignment.wrap_text
    assert sheet["B11"].border.bottom.style == sheet["B10"].border.bottom.style is not None


def test_rows_are_not_added_over_a_note(opened: Any) -> None:
    opened.type("风险登记", "A12", "合计")
    with pytest.raises(UsageError, match="第 12 行"):
        opened.host().apply([AppendRows("risks", ({"id": "R90"}, {"id": "R91"}))])


def test_fields_of_forms_are_written(opened: Any) -> None:
    edits = [SetField("settings", "superior", "王总"), SetField("settings", "data_date", date(2023, 11, 20))]
    applied = opened.host().apply(edits)
    settings = opened.host().read().settings
    assert (settings["superior"], settings["data_date"]) == ("王总", date(2023, 11, 20))
    assert applied.cells == 2


def test_a_field_that_is_not_there_is_refused(opened: Any) -> None:
    with pytest.raises(UsageError):
        opened.host().apply([SetField("settings", "nowhere", "x")])


def test_a_sheet_that_people_wrote_in_is_kept(small: Any) -> None:
    edits = (make.sheet(),)
    small.host().apply(edits, {"minutes/20231113": make.drawn("第一次")})
    small.type("纪要-20231113", "C2", "补充意见")
    assert [one.touched for one in small.host().read().generated] == [True]
    applied = small.host().apply(edits, {"minutes/20231113": make.drawn("第二次")})
    assert [(one.how, one.tab, one.touched) for one in applied.generated] == [
        ("inserted", "纪要-20231113-2", "纪要-20231113")
    ]
    tabs = sorted((one.tab, one.touched) for one in small.host().read().generated)
    assert tabs == [("纪要-20231113", True), ("纪要-20231113-2", False)]


MINUTES = f"纪要-{AS_OF:%Y%m%d}"


def place_in_minutes(opened: Any, text: str, column: str) -> str:
    """The address of a cell in the draft, in the last row that says `text`."""
    project = Project(opened.host().read(), AS_OF)
    edits = ACTIONS["minutes"](project)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(*drawn(project, edits).values())).get_sheet_by_index(0)
    rows = [n for n, row in enumerate(sheet.to_python(skip_empty_area=False), 1) if text in row]
    return f"{column}{rows[-1]}"


def typed(opened: Any) -> dict[str, object]:
    return {one.key: one.value for one in opened.host().read().typed_in("minutes", f"{AS_OF:%Y%m%d}")}


def cancel(opened: Any, action: str) -> None:
    table = opened.host().read().tables["actions"]
    i = table.raw("id").tolist().index(action)
    opened.host().apply([SetColumn("actions", "status", table.rows[i : i + 1], ["取消"])])


def test_what_people_typed_is_in_the_next_draft(opened: Any) -> None:
    act(opened.host(), "minutes")
    opened.type(MINUTES, place_in_minutes(opened, "A007", "I"), "周三面谈")
    opened.type(MINUTES, place_in_minutes(opened, "会议日期", "D"), "13日下午")
    opened.type(MINUTES, place_in_minutes(opened, "A006", "I"), "=不是公式"[1:])
    before = typed(opened)
    assert sorted(before.values()) == ["13日下午", "不是公式", "周三面谈"]
    cancel(opened, "A006")
    (change,) = act(opened.host(), "minutes").generated
    assert (change.how, change.tab, change.carried, change.left_over) == ("refreshed", MINUTES, 3, 1)
    after = typed(opened)
    moved = {key: value for key, value in before.items() if value != "不是公式"}
    assert moved.items() < after.items()
    assert [key for key in after if key not in moved] == ["kept:/六、待办事项/A006|备注|text"]
    assert [one.tab for one in opened.host().read().generated] == [MINUTES]


def test_a_second_draft_of_the_same_changes_nothing(opened: Any) -> None:
    act(opened.host(), "minutes")
    opened.type(MINUTES, place_in_minutes(opened, "A007", "I"), "周三面谈")
    cancel(opened, "A006")
    act(opened.host(), "minutes")
    again = act(opened.host(), "minutes")
    assert (again.written, [one.how for one in again.generated]) == (False, ["unchanged"])
    assert list(typed(opened).values()) == ["周三面谈"]


def test_undo_brings_back_the_draft_with_what_was_typed(opened: Any) -> None:
    act(opened.host(), "minutes")
    opened.type(MINUTES, place_in_minutes(opened, "A006", "I"), "周三面谈")
    cancel(opened, "A006")
    before = typed(opened)
    act(opened.host(), "minutes")
    assert typed(opened) != before
    opened.undo()
    assert typed(opened) == before


def test_a_draft_is_known_again_when_the_workbook_was_saved(opened: Any) -> None:
    act(opened.host(), "minutes")
    opened.type(MINUTES, place_in_minutes(opened, "A007", "I"), "周三面谈")
    before = typed(opened)
    saved = FileHost(opened.saved())
    assert {one.key: one.value for one in saved.read().typed_in("minutes", f"{AS_OF:%Y%m%d}")} == before
    (change,) = act(saved, "minutes").generated
    assert (change.how, change.tab, change.carried) == ("unchanged", MINUTES, 1)


def test_a_comment_on_a_draft_keeps_it(opened: Any) -> None:
    act(opened.host(), "minutes")
    book = openpyxl.load_workbook(opened.saved())
    book[MINUTES]["D5"].comment = Comment("请补", "王五")
    path = opened.path.with_stem("commented")
    book.save(path)
    opened.open(path)
    cancel(opened, "A006")
    (change,) = act(opened.host(), "minutes").generated
    assert (change.how, change.touched, change.obstacle) == ("inserted", MINUTES, "objects")


def test_colours_are_conditional_formats(opened: Any, wanted: Callable[[str], tuple[Any, Path]]) -> None:
    act(opened.host(), "run")
    meant, found = contract.coloured(wanted("run")[1]), contract.coloured(opened.saved())
    assert found.keys() == meant.keys()
    assert found["跟踪表"] == meant["跟踪表"]


def test_no_link_to_another_file_appears(opened: Any) -> None:
    act(opened.host(), "review")
    assert contract.external_links(opened.saved()) == []


def test_a_formula_where_people_type_is_told(small: Any) -> None:
    small.type("跟踪表", "D5", "=1+2")
    found = cells(small, "task")[0]
    assert isinstance(found, CellFormula) or found == "=1+2"
    if isinstance(found, CellFormula):
        assert found.text == "1+2"
