"""What our macros do around a click in whatever Excel people have: add-in, charts, scanners, no scripting."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree
from pyopenvba.interpreter import VBARuntimeError
from vba_excel import ChartSheet, Files, VbaExcel, _Application, _Languages

from tools.build.udfs import addin_modules
from tools.build.vba import own_modules
from xl_collab.commands.command import Command
from xl_collab.commands.reply import Options, Reply
from xl_collab.commands.session import Request, Session
from xl_collab.functions.declared import FUNCTIONS
from xl_collab.schema.words import LANGS, t
from xl_collab.ui import ribbon
from xl_collab.ui.dialogs import WindowAsk
from xl_collab.ui.macro_questions import MacroAsk, Unanswered
from xl_collab.ui.ribbon import Response
from xl_collab.ui.ribbon_xml import ribbon_xml


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small workbook: 计划 with some cells, 备注."""
    path = tmp_path / "计划.xlsx"
    made = xlsxwriter.Workbook(str(path))
    made.add_worksheet("计划").write_row(0, 0, ["任务", 3])
    made.add_worksheet("备注")
    made.close()
    return path


@pytest.fixture(autouse=True)
def _nobody_holds_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Files, "held", 0)
    monkeypatch.setattr(Files, "kept", False)


def answer_of(command: str) -> Path:
    """The file that a click wants its answer in."""
    return Path(eval(re.findall(r"'[^']*'", command)[2]))


def done(command: str) -> None:
    """A Python that says 完成."""
    answer_of(command).write_text("info\r\n完成", encoding="utf-16", newline="")


SHOWN = [("完成", 64 + 4096, "跨部门协同")]

# -- the answer ------------------------------------------------------------------------------------------


def test_an_answer_that_a_scanner_keeps_is_shown_all_the_same(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Files, "kept", True)
    excel = VbaExcel(book, done)
    excel.click("collab_validate")
    assert excel.shown == SHOWN


def test_an_answer_that_a_scanner_reads_first_is_waited_for(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Files, "held", 3)
    excel = VbaExcel(book, done)
    excel.click("collab_validate")
    assert excel.shown == SHOWN


def test_an_answer_that_cannot_be_read_does_not_say_that_python_failed(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Files, "held", 99)
    files: list[Path] = []
    excel = VbaExcel(book, lambda command: (files.append(answer_of(command)), done(command))[1])
    excel.click("collab_validate")
    [(text, kind, _)] = excel.shown
    assert "命令已经做完" in text and "The command is done" in text and str(files[0]) in text
    assert kind == 48 + 4096


# -- Excel while Python works ----------------------------------------------------------------------------


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_alerts_are_off_while_python_works_and_then_as_before(book: Path, before: bool, fails: bool) -> None:
    seen: list[object] = []

    def python(command: str) -> None:
        seen.append(excel.application.vba_get("DisplayAlerts"))
        if fails:
            raise OSError("Could not load xlwings64-0.37.8.dll")
        done(command)

    excel = VbaExcel(book, python)
    excel.application.vba_set("DisplayAlerts", before)
    excel.click("collab_validate")
    assert seen == [False]
    assert excel.application.vba_get("DisplayAlerts") is before


def _in_front(excel: VbaExcel) -> tuple[str, str]:
    sheet = excel.application.vba_get("ActiveSheet")
    return type(sheet).__name__, sheet.vba_get("Name")


def test_a_chart_in_front_steps_back_while_xlwings_reads_its_settings(book: Path) -> None:
    seen: list[tuple[str, str]] = []
    excel = VbaExcel(book, lambda command: (seen.append(_in_front(excel)), done(command))[1])
    opened = excel.application.workbooks_.books[0]
    ChartSheet(opened, "图表1").vba_get("Activate")
    excel.click("collab_validate")
    assert seen == [("Worksheet", "计划")]
    assert _in_front(excel) == ("ChartSheet", "图表1")


def test_a_sheet_that_python_brings_forward_stays_there(book: Path) -> None:
    excel = VbaExcel(book, lambda command: (excel.app.run("ShowNotes"), done(command))[1])
    excel.app.add_module('Sub ShowNotes()\nWorksheets("备注").Activate\nEnd Sub', name="Notes")
    ChartSheet(excel.application.workbooks_.books[0], "图表1").vba_get("Activate")
    excel.click("collab_validate")
    assert _in_front(excel) == ("Worksheet", "备注")


def test_without_a_workbook_there_is_one_for_the_moment() -> None:
    seen: list[tuple[str, str]] = []
    sent: list[str] = []
    excel = VbaExcel(
        None, lambda command: (sent.append(command), seen.append(_in_front(excel)), done(command))[2]
    )
    excel.click("collab_new")
    assert [kind for kind, _ in seen] == ["Worksheet"]
    assert "r.run('new', '', '" in sent[0]
    assert excel.application.workbooks_.books == []
    assert excel.shown == SHOWN


# -- the add-in ------------------------------------------------------------------------------------------


def test_a_workbooks_click_goes_to_the_addin_where_it_is_loaded(book: Path) -> None:
    sent: list[str] = []
    excel = VbaExcel(book, lambda command: (sent.append(command), done(command))[1])
    excel.click("collab_validate")
    assert excel.handed_over == []
    excel.load_addin()
    excel.click("collab_validate")
    assert excel.handed_over == ["CollabRun", "validate"]
    # Once each, on the same workbook, and told once.
    assert len(sent) == 2 and all("r.run('validate', '" in one and "xlam" not in one for one in sent)
    assert excel.shown == SHOWN * 2


def test_functions_of_a_colleague_are_linked_to_the_own_addin(book: Path) -> None:
    excel = VbaExcel(book, done)
    opened = excel.application.workbooks_.books[0]
    theirs = r"C:\Users\李雷\AppData\Roaming\Microsoft\Excel\XLSTART\xl_collab.xlam"
    opened.links = (theirs, r"D:\价格.xlsx")  # type: ignore[attr-defined]
    excel.click("collab_validate")
    assert opened.links == (theirs, r"D:\价格.xlsx")  # type: ignore[attr-defined]
    addin = excel.load_addin("/excel/XLSTART/xl_collab.xlam")
    excel.click("collab_validate")
    assert opened.links == (addin.vba_get("FullName"), r"D:\价格.xlsx")  # type: ignore[attr-defined]


def test_the_help_of_functions_is_given_while_excel_shows_the_addin(monkeypatch: pytest.MonkeyPatch) -> None:
    for menus, primary in (("zh", 2052), ("en", 1033)):
        monkeypatch.setattr(_Languages, "primary", primary)
        excel = VbaExcel(None, done)
        addin = excel.application._this_workbook
        assert addin is not None
        addin.is_addin = True  # type: ignore[attr-defined]
        excel.app.add_module(addin_modules()["CollabHelp"], name="CollabHelp")
        excel.app.run("Auto_Open")
        helped = excel.application.helped  # type: ignore[attr-defined]
        assert sorted(helped) == sorted(declared.name for declared in FUNCTIONS)
        for declared in FUNCTIONS:
            texts = [declared.help, *(argument.help for argument in declared.arguments)]
            for shown, text in zip(helped[declared.name], texts, strict=True):
                assert shown.endswith(getattr(text, menus)[-40:])
                assert "\\u" not in shown
        assert addin.is_addin is True  # type: ignore[attr-defined]
        assert addin.saved


# -- where things are missing ----------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["wscript.shell", "scripting.filesystemobject"])
def test_without_windows_scripting_one_sentence_says_so(book: Path, missing: str) -> None:
    sent: list[str] = []
    excel = VbaExcel(book, sent.append)
    excel.disabled = {missing}
    excel.click("collab_validate")
    [text] = [text for text, *_ in excel.shown] + [text for _, text, *_ in excel.app.dialogs]
    assert "停用了 Windows 脚本组件" in text and "Use the command line" in text
    assert "429" not in text and sent == []


def test_on_a_mac_one_sentence_says_so(book: Path) -> None:
    excel = VbaExcel(book, lambda command: pytest.fail(command))
    excel.application.system = "Macintosh (Intel) Version 14.1"  # type: ignore[attr-defined]
    excel.disabled = {"wscript.shell", "scripting.filesystemobject"}
    excel.click("collab_validate")
    assert ["Mac 版 Excel" in text for _, text, *_ in excel.app.dialogs] == [True]
    assert excel.shown == []


def test_nothing_names_a_class_that_wps_lacks() -> None:
    for name, source in own_modules().items():
        assert "IRibbonControl" not in re.sub(r"'.*", "", source), name


# -- what Excel lists ------------------------------------------------------------------------------------


def test_no_helper_stands_among_excels_functions_or_macros() -> None:
    """A public function with arguments is offered in cells, a public sub without any in Alt+F8."""
    for name, source in own_modules().items():
        private = "Option Private Module" in source
        assert private or not re.search(r"^Public Function", source, re.MULTILINE), name
        if name != "CollabMacros":
            assert not re.search(r"^Public Sub \w+\(\)", source, re.MULTILINE), name
    # Shapes and Alt+F8 start these; private, nobody could.
    assert "Option Private Module" not in own_modules()["CollabMacros"]


def test_the_tabs_of_file_and_addin_can_be_told_apart() -> None:
    for lang in LANGS:
        mine, addins = (
            etree.fromstring(ribbon_xml(lang, "2009", addin=addin).encode()).find(".//{*}tab").get("label")
            for addin in (False, True)
        )
        assert mine != addins and mine.startswith(addins)


# -- functions to values ---------------------------------------------------------------------------------


@pytest.fixture
def with_functions(tmp_path: Path) -> Path:
    path = tmp_path / "函数.xlsx"
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("计划")
    sheet.write_formula("A1", "=COLLAB_WORKDAYS(1,5)", value=4)
    sheet.write_formula("A2", "='C:\\x\\[xl_collab.xlam]a'!COLLAB_RAG(1)", value="0012")
    sheet.write_formula("A3", "=1+1", value=2)
    sheet.write_string("A4", "COLLAB_WORKDAYS 是函数名")
    made.close()
    return path


def _cells(excel: VbaExcel) -> list[tuple[str, object]]:
    sheet = excel.application.workbooks_.books[0].sheets_[0]
    return [(str(sheet.cells_[row, 1].formula or ""), sheet.cells_[row, 1].value) for row in range(1, 5)]


def test_functions_become_the_values_that_they_show(with_functions: Path) -> None:
    excel = VbaExcel(with_functions, lambda command: pytest.fail(command))
    before = _cells(excel)
    excel.presses = 7
    excel.click("collab_values")
    assert _cells(excel) == before
    excel.presses = 6
    excel.click("collab_values")
    [(asked, kind, _), _] = excel.shown
    assert "有 2 个单元格" in asked and kind == 32 + 4 + 4096
    after = _cells(excel)
    assert [formula for formula, _ in after] == ["", "", before[2][0], ""]
    assert [value for _, value in after] == [4, "0012", 2, "COLLAB_WORKDAYS 是函数名"]
    excel.click("collab_values")
    assert "没有 COLLAB_ 函数" in excel.shown[-1][0]


# -- questions -------------------------------------------------------------------------------------------


@pytest.fixture
def asking(book: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., VbaExcel]:
    """An Excel whose Python asks what it is given; people answer with `answers`."""

    def made(ask: Callable[[MacroAsk], object], *answers: object) -> VbaExcel:
        def press(command: str, book: object, *, ask: MacroAsk, **rest: object) -> Response:
            excel.pressed += 1  # type: ignore[attr-defined]
            try:
                return Response("info", str(question(ask)))
            except Unanswered as unanswered:
                return Response("ask", unanswered.fields)

        question = ask
        monkeypatch.setattr(ribbon, "_book", lambda name: None)
        monkeypatch.setattr(ribbon, "press", press)
        excel = VbaExcel(book, lambda command: exec(command))
        excel.pressed = 0  # type: ignore[attr-defined]
        excel.application.answers = list(answers)  # type: ignore[attr-defined]
        excel.click("collab_collect")
        return excel

    return made


def test_folder_files_and_texts_are_asked_by_excel_itself(
    asking: Callable[..., VbaExcel], book: Path
) -> None:
    def questions(person: MacroAsk) -> object:
        return (
            person.choose("收哪里的？", ["一个文件夹", "几个文件"], many=False),
            person.folder("文件夹"),
            person.open_replies("回复"),
            person.text("晚几天？\n（工作日）", "3"),
            person.save_book("存到", "新.xlsm"),
        )

    files = [r"D:\回复\甲😀.eml", r"D:\回复\乙=1.xlsx"]
    excel = asking(questions, "2", [r"D:\回复"], files, "5", r"D:\新.xlsm")
    assert [text for text, *_ in excel.shown] == [
        str(((1,), Path(r"D:\回复"), tuple(map(Path, files)), "5", Path(r"D:\新.xlsm")))
    ]
    asked = excel.application.asked  # type: ignore[attr-defined]
    start = str(book.parent)
    assert asked[0][1].split() == ["收哪里的？", "1.", "一个文件夹", "2.", "几个文件", "请输入编号："]
    assert asked[1] == ("Folder", "文件夹", start + "\\")
    assert asked[2][:3] == ("Files", "回复", start + "\\")
    assert asked[2][3][1] == "*.xlsx;*.xlsm;*.eml"
    assert asked[3] == ("InputBox", "晚几天？\r\n（工作日）", "3")
    assert asked[4] == ("SaveAs", "存到", str(book.parent / "新.xlsm"), "工作簿 (*.xlsm),*.xlsm")
    assert excel.pressed == 6  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ask", "cancel"),
    [
        (lambda person: person.folder("文件夹"), None),
        (lambda person: person.open_replies("回复"), None),
        (lambda person: person.text("晚几天？", "3"), False),
        (lambda person: person.save_book("存到", "新.xlsm"), False),
        (lambda person: person.choose("哪个？", ["甲", "乙"], many=True), False),
    ],
)
def test_cancel_is_told_as_none(
    asking: Callable[..., VbaExcel], ask: Callable[[MacroAsk], object], cancel: object
) -> None:
    assert [text for text, *_ in asking(ask, cancel).shown] == ["None"]


def test_yes_and_no_are_asked_with_every_character(asking: Callable[..., VbaExcel]) -> None:
    excel = asking(lambda person: person.confirm("冻结“😀”？"))
    assert excel.shown == [("冻结“😀”？", 32 + 4 + 4096, "跨部门协同"), ("True", 64 + 4096, "跨部门协同")]


def test_numbers_that_are_none_of_the_list_are_asked_again(asking: Callable[..., VbaExcel]) -> None:
    excel = asking(lambda person: person.choose("哪些？", ["甲", "乙", "丙"], many=True), "0，4", "x", "3、1")
    assert [text for text, *_ in excel.shown] == ["(0, 2)"]
    assert excel.pressed == 4  # type: ignore[attr-defined]


def test_a_long_list_is_shown_by_python_once(
    asking: Callable[..., VbaExcel], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[int] = []

    def choose(self: WindowAsk, prompt: str, items: list[str], *, many: bool) -> tuple[int, ...]:
        shown.append(len(items))
        return (7,)

    monkeypatch.setattr(WindowAsk, "choose", choose)
    lessons = [f"第 {n} 条经验，说了很多话" for n in range(40)]
    excel = asking(
        lambda person: (person.choose("哪条？", lessons, many=True), person.text("名称", "")), "新品"
    )
    assert [text for text, *_ in excel.shown] == ["((7,), '新品')"]
    assert shown == [40]


def test_what_a_command_asks_once_it_has_begun_does_not_start_it_again() -> None:
    """收取回复 asks about senders after it has merged: that is asked in a window, as before."""
    seen: list[object] = []

    def run(session: Session, options: Options) -> Reply:
        seen.append(session.person)
        return Reply("zh", severity="quiet")

    session = ribbon.NoBook(Request(Path()), date(2026, 3, 2), lambda what: nullcontext(print), speaks="zh")
    session.person = MacroAsk("zh", "")
    ribbon._run(Command(id="x", label=t("x", "x"), tip=t("x", "x"), run=run), session, {})
    assert [type(person) for person in seen] == [WindowAsk]


def test_a_dialog_that_fails_is_told_and_nothing_runs_twice(
    asking: Callable[..., VbaExcel], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise VBARuntimeError(445, "Object doesn't support this action")

    monkeypatch.setattr(_Application, "_dialog", broken)
    excel = asking(lambda person: person.folder("文件夹"))
    assert excel.pressed == 1  # type: ignore[attr-defined]
    excel.load_addin()
    excel.click("collab_collect")
    assert excel.pressed == 2  # type: ignore[attr-defined]
    assert [kind for _, kind, _ in excel.shown] == [16 + 4096] * 2
    assert "support this action" in excel.shown[0][0]
