"""Worksheet functions: rules against values worked out by hand, bulk, help, VBA, and the plain twins."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from offices import OpenBook, Program

from tools.build.functions_page import functions_pages
from tools.build.udfs import addin_modules, help_source, wrapper_source
from xl_collab.functions.arguments import Wrong
from xl_collab.functions.declared import FUNCTIONS, function
from xl_collab.functions.rules import Around
from xl_collab.functions.twins import twin
from xl_collab.hosts.reading import read, read_book
from xl_collab.plan.project import Project
from xl_collab.project.tables import CellError
from xl_collab.ui import functions
from xl_collab.ui.function_server import Server, call, office_cell

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "workbook" / "collab_tracker.xlsm"
D = dt.date
TODAY = D(2026, 1, 5)


@pytest.fixture(scope="module")
def around() -> Around:
    book = read_book(SHIPPED)
    project = Project(book, Project.resolve_as_of(book, TODAY))
    return Around(TODAY, project, "zh")


def one(around: Around, name: str, *given: object) -> object:
    [[cell]] = call(name, given, around)
    return cell


def serial(day: dt.date) -> float:
    return float((day - D(1899, 12, 30)).days)


# -- values -----------------------------------------------------------------------------------------


def test_working_days_know_make_up_days(around: Around) -> None:
    assert one(around, "COLLAB_WORKDAYS", D(2023, 9, 28), D(2023, 10, 9)) == 3
    assert one(around, "COLLAB_WORKDAYS", D(2023, 10, 9), D(2023, 9, 28)) == -3
    assert one(around, "collab_workdays", "2023年9月28日", serial(D(2023, 10, 9))) == 3
    assert one(around, "COLLAB_ADDWORKDAYS", D(2023, 9, 28), 3) == D(2023, 10, 9)
    assert one(around, "COLLAB_ADDWORKDAYS", D(2023, 10, 9), -3) == D(2023, 9, 28)
    assert one(around, "COLLAB_ISWORKDAY", D(2023, 10, 8)) is True
    assert one(around, "COLLAB_ISWORKDAY", D(2023, 10, 15)) is False


def test_the_next_due_moment_of_a_recurrence_moves_off_days_off(around: Around) -> None:
    assert one(around, "COLLAB_NEXTDUE", "每周一", D(2023, 9, 29)) == dt.datetime(2023, 10, 7, 23, 59, 59)
    assert one(around, "COLLAB_NEXTDUE", "每周一17:00前") == dt.datetime(2023, 11, 13, 17, 0)
    assert one(around, "COLLAB_NEXTDUE", D(2023, 12, 20)) == dt.datetime(2023, 12, 20, 23, 59, 59)
    gone = one(around, "COLLAB_NEXTDUE", "2023-01-01")
    assert isinstance(gone, Wrong) and gone.code == "#N/A" and "2023-01-01" in gone.reason.zh


def test_a_blank_compared_date_is_late_so_far_or_nothing(around: Around) -> None:
    """The sample's data date is 2023-11-13, a Monday."""
    assert one(around, "COLLAB_VARIANCE", D(2023, 11, 8)) == 3
    assert one(around, "COLLAB_VARIANCE", D(2023, 11, 20)) == ""
    assert one(around, "COLLAB_VARIANCE", D(2023, 11, 20), D(2023, 11, 17)) == -1
    assert one(around, "COLLAB_VARIANCE", None, D(2023, 11, 17)) == ""


def test_alerts_and_reasons(around: Around) -> None:
    assert one(around, "COLLAB_RAG", D(2023, 11, 8)) == "红"
    assert one(around, "COLLAB_RAG", D(2023, 11, 9)) == "黄"
    assert one(around, "COLLAB_RAG", D(2023, 12, 29)) == "绿"
    assert one(around, "COLLAB_RAG", D(2023, 11, 8), None, D(2023, 11, 13)) == "蓝"
    assert one(around, "COLLAB_RAG", D(2023, 11, 20), None, None, "", 10) == "黄"
    assert one(around, "COLLAB_REASON", D(2023, 11, 8)) == "至今已晚 3 个工作日（超过 2 个工作日）"
    assert one(around, "COLLAB_REASON", D(2023, 11, 8), None, None, "暂停") == "暂停中，不计偏差"


def test_rows_of_the_tracker_come_out_as_the_tracker_has_them(around: Around) -> None:
    """What depends on other rows (推算完成, 前置预警, records) is not an argument; the rest must agree."""
    project = around.project
    assert project is not None
    found, tracker = project.assessment, project.tracker
    rows = [i for i, kind in enumerate(found.compared_kind) if kind in ("actual", "today")]
    assert len(rows) >= 3
    base = [[day] for day in found.base[rows].tolist()]
    given = [[[tracker.raw(name)[i]] for i in rows] for name in ("forecast", "actual", "status", "lead_days")]
    reasons = call("COLLAB_REASON", [base, *given], around)
    assert reasons == [[found.reason[i]] for i in rows]
    compared = [[day] for day in found.compared[rows].tolist()]
    assert call("COLLAB_VARIANCE", [base, compared], around) == [[found.variance[i]] for i in rows]


def test_lists_are_those_of_the_commands(around: Around) -> None:
    from xl_collab.documents.risks.content import risks

    project = around.project
    assert project is not None
    listed = call("COLLAB_RISKS", [None, 30], around)
    items = risks(project).data.items
    assert listed[0] == ["分值", "等级", "来源", "原因"] and len(listed) == 30
    assert [row[0] for row in listed[1 : len(items) + 1]] == [item.score for item in items]
    assert listed[-1] == ["", "", "", ""]
    mine = call("COLLAB_BYDEPT", ["研发部"], around)
    assert [row[2] for row in mine[1:] if row[0] == "T005"] == ["牵头"]
    later = Around(TODAY, Project(project.book, D(2024, 1, 3)), "zh")
    overdue = call("COLLAB_OVERDUE", [], later)
    assert [row[0] for row in overdue[1:]] == ["T005"]
    assert overdue[1][3:5] == [D(2023, 12, 20), 9]  # 21, 22, 25-29 December, 2 and 3 January


# -- what is wrong, and much at once ----------------------------------------------------------------


def test_errors_have_a_code_and_a_reason_and_explain_says_it(around: Around) -> None:
    wrong = one(around, "COLLAB_WORKDAYS", "尽快", D(2023, 10, 9))
    assert isinstance(wrong, Wrong) and wrong.code == "#VALUE!"
    assert one(around, "COLLAB_EXPLAIN", "尽快", D(2023, 10, 9)) == wrong.reason.zh
    assert "笼统" in wrong.reason.zh and "vague" in wrong.reason.en
    recurring = one(around, "COLLAB_WORKDAYS", "每周一", D(2023, 10, 9))
    assert isinstance(recurring, Wrong) and "COLLAB_NEXTDUE" in recurring.reason.en
    passed_on = one(around, "COLLAB_WORKDAYS", CellError("#N/A"), D(2023, 10, 9))
    assert isinstance(passed_on, Wrong) and passed_on.code == "#N/A"
    usage = one(around, "COLLAB_WORKDAYS")
    assert isinstance(usage, Wrong) and "COLLAB_WORKDAYS(start, finish)" in usage.reason.zh
    sizes = one(around, "COLLAB_WORKDAYS", [[1.0], [2.0]], [[1.0], [2.0], [3.0]])
    assert isinstance(sizes, Wrong) and "size" in sizes.reason.en
    no_tracker = one(Around(TODAY), "COLLAB_OVERDUE")
    assert isinstance(no_tracker, Wrong) and no_tracker.code == "#N/A"


def test_a_year_without_official_data_is_said_to_be_estimated(around: Around) -> None:
    assert "推定" in str(one(around, "COLLAB_EXPLAIN", D(2031, 1, 1), D(2031, 1, 9)))


def test_ranges_are_calculated_in_one_call_cell_by_cell(around: Around) -> None:
    starts = [[serial(D(2023, 1, 1)) + i % 700] for i in range(10_000)]
    ends = [[serial(D(2023, 2, 1)) + i % 900] for i in range(10_000)]
    starts[5000] = [""]
    ends[6000] = ["x"]
    found = call("COLLAB_WORKDAYS", [starts, ends], around)
    assert len(found) == 10_000 and found[5000] == [""] and isinstance(found[6000][0], Wrong)
    for i in (0, 1, 4999, 9999):
        days = [D(1899, 12, 30) + dt.timedelta(days=column[i][0]) for column in (starts, ends)]
        assert found[i] == [around.calendar.between(*days)]
    colours = call("COLLAB_RAG", [starts, ends], around)
    assert {row[0] for row in colours} == {"红", "黄", "绿", ""} - {""} | {
        row[0] for row in colours[5000:5001]
    }
    across = call("COLLAB_ADDWORKDAYS", [[[D(2023, 9, 28)], [D(2023, 10, 9)]], [[1, 2, 3]]], around)
    assert across[0] == [D(2023, 10, 7), D(2023, 10, 8), D(2023, 10, 9)] and len(across) == 2


# -- one declaration --------------------------------------------------------------------------------


def test_every_function_is_declared_once_and_everywhere() -> None:
    names = [declared.name for declared in FUNCTIONS]
    assert len(set(names)) == len(names) == 11
    assert set(names) == {name for name in dir(functions) if name.startswith("COLLAB_")}
    for declared in FUNCTIONS:
        assert re.fullmatch(r"COLLAB_[A-Z]+", declared.name)
        assert declared.key == declared.name.removeprefix("COLLAB_").lower()
        python = getattr(functions, declared.name)
        names = python.__code__.co_varnames[: python.__code__.co_argcount]
        assert names == (*(argument.name for argument in declared.arguments), "caller")
        optional = [argument.optional for argument in declared.arguments]
        assert optional == sorted(optional) and len(python.__defaults__) == sum(optional) + 1
        for text in (declared.help, *(argument.help for argument in declared.arguments)):
            assert text.zh and text.en and max(len(text.zh), len(text.en)) <= 255
    assert function("collab_rag").key == "rag"


def test_the_vba_wrapper_is_ascii_reproducible_and_names_no_keyword() -> None:
    text = wrapper_source()
    assert text == wrapper_source() and text.isascii()
    heads = re.findall(r"^Function (COLLAB_\w+)\((.*)\)$", text, re.MULTILINE)
    assert [name for name, _ in heads] == sorted(declared.name for declared in FUNCTIONS)
    keywords = {"date", "end", "next", "time", "string", "to", "step", "is", "in", "as", "on", "set", "get"}
    arguments = {word for _, given in heads for word in re.findall(r"\w+", given)} - {"Optional"}
    assert arguments and not {word.lower() for word in arguments} & keywords
    assert text.count("= CollabCells(XLPy.CallUDF(") == 2 * len(FUNCTIONS)
    assert "#N/A" in text and "CVErr(2042)" in text and "ActiveWorkbook" in text


def test_the_wizards_help_is_set_for_every_argument() -> None:
    text = help_source()
    assert text.isascii() and max(map(len, text.splitlines())) < 1023
    for declared in FUNCTIONS:
        assert f'Macro:="{declared.name}"' in text and f"    Describe_{declared.key}\n" in text
        assert f"Dim told({len(declared.arguments) - 1}) As String" in text
    assert set(addin_modules()) == {"xlwings_udfs", "CollabHelp"}


def test_the_docs_are_current() -> None:
    for name, text in functions_pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"{name} is stale"


# -- cells on their way to a program ----------------------------------------------------------------


def test_results_as_the_programs_take_them() -> None:
    wrong = Wrong("#N/A", FUNCTIONS[0].help)
    assert office_cell(D(2023, 10, 9)) == 45208.0
    assert office_cell(dt.datetime(2023, 10, 9, 12)) == 45208.5
    assert office_cell(True) is True and office_cell(3) == 3.0
    assert isinstance(office_cell(wrong), dict) and office_cell(wrong)["error"] == "#N/A"
    assert functions.excel_cell(wrong) == "#N/A"
    assert functions.excel_cell(D(2023, 10, 9)) == dt.datetime(2023, 10, 9)


def test_the_server_needs_no_workbook_for_days() -> None:
    def refuse(message: dict[str, object]) -> dict[str, object]:
        raise AssertionError(message)

    server = Server(refuse, lambda: TODAY)
    told = server.answer({"call": "workdays", "given": [[[45197.0], [{"error": "#N/A"}]], 45208.0]})
    assert told["rows"][0] == [3.0] and told["rows"][1][0]["error"] == "#N/A"


# -- twins ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def open_tracker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBook]:
    path = tmp_path_factory.mktemp("twins") / "tracker.xlsm"
    path.write_bytes(SHIPPED.read_bytes())
    app = Program()
    book = app.books.open(path)
    book.sheets.add("twins")
    yield book
    app.quit()


def lay(book: OpenBook, key: str, *given: object) -> object:
    """The value of a twin with these arguments in B2, C2 …"""
    sheet = book.sheets["twins"]
    sheet.range("A1:Z40").clear()
    for i, value in enumerate(given):
        if value is not None:
            sheet.range((2, 2 + i)).value = value
    steps = twin(key, "zh")
    for step in steps:
        cell = sheet.range(step.cell)
        if step.array:
            cell.set_array(step.formula)
        else:
            cell.formula = step.formula
    return sheet.range(steps[-1].cell).value


DAYS = [D(2023, 9, 28), D(2023, 10, 1), D(2023, 10, 9), D(2024, 2, 3), D(2025, 1, 26), D(2026, 2, 14)]


def same(book: OpenBook, around: Around, key: str, *given: object, twins: tuple[object, ...] = ()) -> None:
    expected = one(around, key, *given)
    if isinstance(expected, dt.datetime):
        expected = expected.date()
    found = lay(book, key, *(twins or given))
    if isinstance(expected, dt.date):
        found = found.date() if isinstance(found, dt.datetime) else D(1899, 12, 30) + dt.timedelta(days=found)  # type: ignore[arg-type]
    assert (found or "") == (expected or ""), (key, given)


def test_twins_of_days(open_tracker: OpenBook, around: Around) -> None:
    for b, c in zip(DAYS, reversed(DAYS), strict=True):
        same(open_tracker, around, "workdays", b, c)
        same(open_tracker, around, "variance", b, c)
        same(open_tracker, around, "isworkday", b)
    same(open_tracker, around, "variance", D(2023, 11, 8))
    same(open_tracker, around, "variance", D(2023, 11, 20))
    for day, count in zip(DAYS, (3, -3, 1, 30, -25, 0), strict=True):
        same(open_tracker, around, "addworkdays", day, count)


def test_twins_of_recurrences(open_tracker: OpenBook, around: Around) -> None:
    for weekday, name in ((1, "每周一"), (5, "每周五"), (7, "每周日")):
        for after in (D(2023, 9, 29), D(2023, 10, 5), D(2023, 10, 7), D(2024, 2, 13)):
            same(open_tracker, around, "nextdue", name, after, twins=(weekday, after))


def test_twins_of_rows(open_tracker: OpenBook, around: Around) -> None:
    rows: list[tuple[object, ...]] = [
        (D(2023, 11, 8),),
        (D(2023, 11, 9),),
        (D(2023, 12, 29),),
        (D(2023, 11, 20), D(2023, 11, 28)),
        (D(2023, 11, 8), None, D(2023, 11, 14), "已完成"),
        (D(2023, 11, 8), None, None, "暂停"),
        (D(2023, 11, 20), None, None, None, 10),
    ]
    for row in rows:
        same(open_tracker, around, "rag", *row)
        same(open_tracker, around, "reason", *row)


def test_the_twin_of_explain_is_its_first_words(open_tracker: OpenBook, around: Around) -> None:
    words = str(lay(open_tracker, "explain", D(2023, 9, 28), D(2023, 10, 9)))
    assert words == "2023-09-28 → 2023-10-09：+3 个工作日"
    assert str(one(around, "explain", D(2023, 9, 28), D(2023, 10, 9))).startswith(words)


def fill_down(book: OpenBook, key: str, count: int, *given: object) -> list[object]:
    """The first `count` cells of a list's twin, filled down."""
    lay(book, key, *given)
    sheet, [step] = book.sheets["twins"], twin(key, "zh")
    for i in range(count):
        sheet.range((2 + i, 8)).set_array(step.formula.replace("ROW(A1)", f"ROW(A{i + 1})"))
    return [value for value in sheet.range((2, 8), (1 + count, 8)).value if value]


def test_twins_of_lists(open_tracker: OpenBook, around: Around) -> None:
    project = around.project
    assert project is not None
    coloured = [i for i, code in enumerate(project.assessment.rag) if code in ("red", "yellow")]
    assert fill_down(open_tracker, "risks", 8) == [project.texts("id")[i] for i in coloured] != []
    mine = [row[0] for row in call("COLLAB_BYDEPT", ["财务部"], around)[1:]]
    assert fill_down(open_tracker, "bydept", 8, "财务部") == mine
    place = read(SHIPPED).forms["settings"]
    open_tracker.sheets[place.tab].range(place.cells["data_date"]).value = D(2024, 1, 12)
    later = Around(TODAY, Project(project.book, D(2024, 1, 12)), "zh")
    late = [row[0] for row in call("COLLAB_OVERDUE", [], later)[1:]]
    assert fill_down(open_tracker, "overdue", 8) == late == ["T005", "T006"]
