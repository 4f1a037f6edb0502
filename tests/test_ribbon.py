"""The ribbon: its XML, the VBA behind it, and what each click does to a real workbook."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from vba_excel import VbaExcel

from xl_collab.build.ribbon import ribbon_files, vba_files
from xl_collab.build.vba import own_modules
from xl_collab.build.workbook import WORKBOOK
from xl_collab.compose.interface import Interface, read_parts
from xl_collab.compose.new import make_workbook
from xl_collab.errors import Lang, UsageError
from xl_collab.faces import clicks, ribbon
from xl_collab.faces.cli import app as typer_app
from xl_collab.faces.commands import COMMANDS, home, live, places
from xl_collab.faces.ribbon_xml import NAMESPACES, Year, interface, ribbon_xml
from xl_collab.faces.session import Progress, Request, Session
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.lint import lint
from xl_collab.hosts.lintribbon import IMAGES, callbacks, lint_ribbon
from xl_collab.model.scenarios import DEMO
from xl_collab.model.words import LANGS

# -- the XML ------------------------------------------------------------------------------------------


def _root(xml: str | bytes) -> Any:
    return etree.fromstring(xml.encode() if isinstance(xml, str) else xml)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("year", ["2006", "2009"])
def test_the_ribbon_has_nothing_that_people_would_miss(lang: Lang, year: Year) -> None:
    assert list(lint_ribbon(_root(ribbon_xml(lang, year)))) == []


@pytest.mark.parametrize("lang", LANGS)
def test_both_schemas_say_the_same(lang: Lang) -> None:
    old, new = ribbon_xml(lang, "2006"), ribbon_xml(lang, "2009")
    assert old.replace(NAMESPACES["2006"], NAMESPACES["2009"]) == new
    assert NAMESPACES["2006"] not in new


def test_every_control_has_text_tip_key_and_picture() -> None:
    for lang in LANGS:
        buttons = _root(ribbon_xml(lang, "2009")).findall(".//{*}button")
        assert len(buttons) == len([*live(), *places()])
        for button in buttons:
            for name in ("label", "screentip", "supertip", "keytip", "imageMso", "onAction"):
                assert button.get(name), (button.get("id"), name)


def test_labels_stand_in_the_xml_one_text_per_language() -> None:
    zh, en = ribbon_xml("zh", "2009"), ribbon_xml("en", "2009")
    groups = [group.get("label") for group in _root(zh).iter("{*}group")]
    assert groups == ["表单", "检查", "报告", "协作", "工具"]
    assert _root(zh).find(".//{*}tab").get("label") == "跨部门协同"
    assert not re.search(r"[\u4e00-\u9fff]", en)
    assert set(re.findall(r" (get\w+|on\w+)=", zh)) == {"getVisible", "onAction"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('imageMso="Undo"', 'imageMso="Undoo"', "imageMso Undoo is not known"),
        ('keytip="V"', 'keytip="R"', "key tip R is used twice"),
        ('id="collab_risks"', 'id="collab_validate"', "id collab_validate is used twice"),
        ('keytip="XC"', 'keytip="XCXC"', "keytip is longer than 3"),
        ("<customUI ", '<customUI onLoad="Loaded" ', "onLoad is not used here"),
    ],
)
def test_lint_notices_what_the_validator_does_not(old: str, new: str, problem: str) -> None:
    found = list(lint_ribbon(_root(ribbon_xml("en", "2009").replace(old, new))))
    assert any(problem in one for one in found)


def test_lint_misses_a_macro_that_is_not_there(tmp_path: Path) -> None:
    parts = read_parts(WORKBOOK.read_bytes())
    xml = parts["customUI/customUI14.xml"].replace(b"Collab_OnAction", b"Collab_OnActoin")
    broken = tmp_path / "broken.xlsm"
    with zipfile.ZipFile(broken, "w") as archive:
        for name, data in (parts | {"customUI/customUI14.xml": xml}).items():
            archive.writestr(name, data)
    assert lint(broken) == ["customUI/customUI14.xml: there is no macro Collab_OnActoin"]


def test_pictures_are_of_the_list() -> None:
    assert {command.image for command in COMMANDS} <= IMAGES


# -- the workbook ----------------------------------------------------------------------------------------


def test_both_ribbon_parts_hang_off_the_package_as_office_wants_it() -> None:
    with zipfile.ZipFile(WORKBOOK) as package:
        rels = _root(package.read("_rels/.rels"))
        found = {rel.get("Target"): rel.get("Type") for rel in rels if "extensibility" in rel.get("Type")}
        spaces = {name: etree.QName(_root(package.read(name))).namespace for name in found}
    assert found == {
        "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
        "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
    }
    assert spaces == {
        "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/01/customui",
        "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2009/07/customui",
    }


def test_derived_ribbon_and_vba_are_current() -> None:
    for path, data in (vba_files() | ribbon_files()).items():
        assert path.read_bytes() == data, path.name


def test_a_new_english_workbook_gets_the_english_ribbon_and_an_xlsx_none() -> None:
    english = read_parts(make_workbook(DEMO, "en", interface=interface("en")))
    assert english["customUI/customUI14.xml"].decode() == ribbon_xml("en", "2009")
    plain = read_parts(make_workbook(DEMO, "zh", interface=interface("zh"), macros=False))
    assert [name for name in plain if name.startswith("customUI") or "drawing" in name.lower()] == []
    assert b"extensibility" not in plain["_rels/.rels"]


def test_buttons_on_the_first_page_start_macros_that_exist_and_are_not_printed() -> None:
    parts = read_parts(WORKBOOK.read_bytes())
    home_page = next(name for name in parts if re.fullmatch(r"xl/worksheets/_rels/sheet1\.xml\.rels", name))
    drawing = "xl/drawings/" + re.search(rb"drawings/(drawing\d+\.xml)", parts[home_page])[1].decode()  # type: ignore[index]
    root = _root(parts[drawing])
    shapes = root.findall(".//{*}sp")
    macros = [shape.get("macro") for shape in shapes]
    assert macros == [f"[0]!{command.macro}" for command in home()]
    assert [data.get("fPrintsWithSheet") for data in root.iter("{*}clientData")] == ["0"] * len(macros)
    text = own_modules()["CollabMacros"]
    assert all(f"Public Sub {macro[4:]}()" in text for macro in macros)
    assert ["".join(shape.itertext()).strip() for shape in shapes] == [c.label.zh for c in home()]


# -- VBA ------------------------------------------------------------------------------------------------


def test_vba_is_ascii_and_its_lines_fit() -> None:
    for name, source in own_modules().items():
        assert source.isascii(), name
        assert max(map(len, source.split("\r\n"))) < 1000  # VBA takes 1023
        assert source.startswith(f'Attribute VB_Name = "{name}"\r\n')


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    folder = tmp_path / "项目 100% & co"
    folder.mkdir()
    path = folder / "跟'踪^表(1).xlsm"
    path.write_bytes(WORKBOOK.read_bytes())
    return path


def _controls() -> list[str]:
    """Ids of the controls in the workbook as shipped that call Collab_OnAction."""
    with zipfile.ZipFile(WORKBOOK) as package:
        root = _root(package.read("customUI/customUI14.xml"))
    assert callbacks(root) == {"Collab_OnAction", "Collab_TabVisible"}
    return [item.get("id") for item in root.iter("{*}button")]


def test_every_control_reaches_its_python_with_the_full_name(
    nasty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[tuple[str, str]] = []

    def run(command: str, workbook: str = "", answer: str = "") -> None:
        reached.append((command, workbook))
        Path(answer).write_text(f"info\r\n{command} 完成 ✓", encoding="utf-16", newline="")

    monkeypatch.setattr(ribbon, "run", run)
    sent: list[str] = []
    excel = VbaExcel(nasty, lambda command: (sent.append(command), exec(command))[0])
    controls = [control for control in _controls() if not control.startswith("collab_goto")]
    for control in controls:
        excel.click(control)
    assert reached == [(control.removeprefix("collab_"), str(nasty)) for control in controls]
    assert [text for text, _, _ in excel.shown] == [f"{command} 完成 ✓" for command, _ in reached]
    assert {(kind, title) for _, kind, title in excel.shown} == {(64 + 4096, "跨部门协同")}
    # Nothing that cmd.exe could take for its own: quotes, %, &, ^, !, |, <, > or anything beyond ASCII.
    for command in sent:
        assert command.isascii()
        assert not set(command) & set('"%&^!|<>')
    assert {re.sub(r"'[^']*'", "''", command) for command in sent} == {
        "import xl_collab.faces.ribbon as r; r.run('', '', '')"
    }


def test_every_macro_and_every_control_mean_the_same(nasty: Path) -> None:
    sent: list[str] = []
    excel = VbaExcel(nasty, sent.append)
    for command in live():
        excel.app.run(command.macro)
        excel.click(command.control)
        assert sent[-1] == sent[-2], command.id


def test_the_menu_goes_to_sheets_without_python(nasty: Path) -> None:
    def never(command: str) -> None:
        raise AssertionError(command)

    excel = VbaExcel(nasty, never)
    for command, name in (("collab_goto_tracker", "跟踪表"), ("collab_goto_home", "首页")):
        excel.click(command)
        assert excel.active_sheet == name
    assert excel.shown == []


def test_a_workbook_without_the_sheet_says_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain.xlsx"
    import xlsxwriter

    xlsxwriter.Workbook(str(plain)).close()
    excel = VbaExcel(plain, lambda command: None)
    excel.click("collab_goto_tracker")
    [(text, kind, _)] = excel.shown
    assert "请先打开跟踪表工作簿" in text
    assert "Open a tracker first" in text
    assert kind == 48 + 4096


@pytest.mark.parametrize(("kind", "icon"), [("info", 64), ("warning", 48), ("error", 16)])
def test_the_answer_of_python_is_shown_and_its_file_removed(nasty: Path, kind: str, icon: int) -> None:
    files: list[Path] = []

    def python(command: str) -> None:
        path = Path(eval(re.findall(r"'[^']*'", command)[-1]))
        files.append(path)
        path.write_text(f"{kind}\r\n第一行\r\nsecond", encoding="utf-16", newline="")

    excel = VbaExcel(nasty, python)
    excel.click("collab_validate")
    assert excel.shown == [("第一行\r\nsecond", icon + 4096, "跨部门协同")]
    assert files and not files[0].exists()


def test_a_quiet_answer_shows_nothing(nasty: Path) -> None:
    def python(command: str) -> None:
        path = Path(eval(re.findall(r"'[^']*'", command)[-1]))
        path.write_text("quiet\r\n", encoding="utf-16", newline="")

    excel = VbaExcel(nasty, python)
    excel.click("collab_freeze")
    assert excel.shown == []


def test_without_an_answer_people_learn_what_to_do(nasty: Path) -> None:
    excel = VbaExcel(nasty, lambda command: None)
    excel.click("collab_validate")
    [(text, kind, _)] = excel.shown
    assert "xl-collab doctor" in text
    assert "没有给出结果" in text
    assert "gave no answer" in text
    assert kind == 16 + 4096


def test_when_python_cannot_start_the_reason_is_told(nasty: Path) -> None:
    def python(command: str) -> None:
        raise OSError("Could not load xlwings64-0.37.8.dll")

    excel = VbaExcel(nasty, python)
    excel.click("collab_validate")
    [(text, kind, _)] = excel.shown
    assert "没能启动 Python" in text
    assert "Could not load xlwings64-0.37.8.dll" in text
    assert kind == 16 + 4096


def test_without_a_workbook_the_name_is_empty() -> None:
    sent: list[str] = []
    VbaExcel(None, sent.append).click("collab_new")
    assert "r.run('new', '', '" in sent[0]


def test_names_beyond_the_basic_plane_come_back_whole() -> None:
    excel = VbaExcel(None, lambda command: None)
    name = "D:\\表😀\\100%'\".xlsm"
    wide = name.encode("utf-16-le")
    halves = "".join(chr(low | high << 8) for low, high in zip(wide[::2], wide[1::2], strict=True))
    literal = str(excel.app.run("CollabPyText", halves))
    assert literal.isascii()
    assert "\\uD83D\\uDE00" in literal
    assert ribbon._joined(eval(literal)) == name


def test_the_workbooks_tab_gives_way_to_the_addins(nasty: Path, tmp_path: Path) -> None:
    excel = VbaExcel(nasty, lambda command: None)
    assert excel.app.run("TabIsVisible") is True
    addin = tmp_path / "xl_collab.xlam"
    addin.write_bytes((WORKBOOK.parent / "xl_collab.xlam").read_bytes())
    excel.app.open_workbook(addin)
    assert excel.app.run("TabIsVisible") is False


# -- clicks ----------------------------------------------------------------------------------------------


class Sheets(dict[str, Any]):
    """The sheets of a fake program: any name is there, and showing one is noted."""

    def __missing__(self, name: str) -> Any:
        return Sheet(self, name)


class Sheet:
    def __init__(self, sheets: Sheets, name: str) -> None:
        self._sheets, self.name = sheets, name

    def activate(self) -> None:
        self._sheets["shown"] = self.name


class Selection:
    def __init__(self, tab: str, row: int) -> None:
        self.sheet, self.row = Sheet(Sheets(), tab), row


class Program:
    def __init__(self) -> None:
        self.selection: Selection | None = None


class OpenBook:
    """A workbook as a program holds it; behind it a file, so that all actions really happen."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.sheets, self.app = Sheets(), Program()

    def select(self, tab: str, row: int) -> None:
        self.app.selection = Selection(tab, row)


class Answers:
    """A person who has made up their mind."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.shown: list[str] = []

    def confirm(self, text: str) -> bool:
        self.asked.append(text)
        return bool(self.answers["confirm"])

    def text(self, prompt: str, default: str = "") -> str | None:
        self.asked.append(prompt)
        return self.answers["text"]

    def choose(self, prompt: str, items: Sequence[str], *, many: bool) -> tuple[int, ...] | None:
        self.asked.append(prompt)
        self.shown += items
        return self.answers["choose"]

    def open_text(self, prompt: str) -> Path | None:
        return self.answers["open"]

    def save_book(self, prompt: str, name: str) -> Path | None:
        return self.answers["save"]


def on_file(book: OpenBook, today: date, progress: Progress) -> Session:
    """The session of the command line in place of the live one."""
    return Session(Request(book.path), today, progress)


@pytest.fixture
def book(tmp_path: Path) -> OpenBook:
    path = tmp_path / "跟踪表.xlsm"
    path.write_bytes(make_workbook(DEMO, "zh", interface=interface("zh")))
    return OpenBook(path)


@pytest.fixture
def english(tmp_path: Path) -> OpenBook:
    path = tmp_path / "tracker.xlsm"
    path.write_bytes(make_workbook(DEMO, "en", interface=interface("en")))
    return OpenBook(path)


def press(command: str, book: OpenBook | None, **answers: Any) -> clicks.Answer:
    return ribbon.press(command, book, ask=Answers(**answers), open_session=on_file)


def test_every_declared_command_does_something_and_nothing_else_does() -> None:
    assert set(clicks.ACTS) == {command.id for command in live()}


def test_every_command_names_its_twin_on_the_command_line() -> None:
    names = {command.name or command.callback.__name__ for command in typer_app.registered_commands}  # type: ignore[union-attr]
    names |= {group.name for group in typer_app.registered_groups}
    for command in live():
        program, name = command.cli.split()[:2]
        assert (program, name in names) == ("xl-collab", True), command.cli


def test_validate_tells_what_it_found_and_shows_the_sheet(book: OpenBook) -> None:
    said = press("validate", book)
    lines = said.text.split("\n")
    errors, warnings, notes = map(int, re.findall(r"\d+", lines[0]))
    sheet = FileHost(book.path).read().generated
    assert [one.tab for one in sheet if one.kind == "findings"] == ["校验结果"]
    assert said.kind == ("warning" if errors else "info")
    assert errors + warnings + notes > 0
    assert "“校验结果”" in lines[1]
    assert book.sheets["shown"] == "校验结果"


def test_an_english_workbook_is_answered_in_english(english: OpenBook) -> None:
    said = press("variance", english)
    assert re.match(r"red \d · yellow \d · green \d · blue \d\n", said.text)
    assert not re.search(r"[\u4e00-\u9fff]", said.text)


def test_variance_counts_the_colours_of_the_demo(book: OpenBook) -> None:
    # Worked out by hand on the picture of 首页 in docs: one red, two yellow, no green, four blue.
    assert press("variance", book).text.startswith("红 1 · 黄 2 · 绿 0 · 蓝 4")


@pytest.mark.parametrize(
    ("command", "tab"),
    [("risks", "风险清单"), ("minutes", "纪要-20231128"), ("review", "复盘报告"), ("gantt", "甘特图")],
)
def test_documents_are_made_and_shown(book: OpenBook, command: str, tab: str) -> None:
    said = press(command, book)
    assert said.kind == "info"
    assert tab in said.text
    assert book.sheets["shown"] == tab
    assert tab in [one.tab for one in FileHost(book.path).read().generated]


def test_run_does_everything_in_one_write_and_undo_takes_it_back(book: OpenBook) -> None:
    before = book.path.read_bytes()
    said = press("run", book)
    assert all(tab in said.text for tab in ("校验结果", "风险清单", "甘特图", "纪要-20231128", "复盘报告"))
    assert "“run”" in press("undo", book).text
    assert book.path.read_bytes() == before


def test_freeze_asks_first(book: OpenBook) -> None:
    before = book.path.read_bytes()
    asked = Answers(confirm=False)
    assert ribbon.press("freeze", book, ask=asked, open_session=on_file).kind == "quiet"
    assert "冻结为基线" in asked.asked[0]
    assert book.path.read_bytes() == before


def test_issued_minutes_stay(book: OpenBook) -> None:
    assert press("issue", book, confirm=True).kind == "info"
    history = FileHost(book.path).read().tables["history"]
    assert "minutes" in set(history.texts("kind").tolist())


def test_explain_tells_the_selected_row_day_by_day(book: OpenBook) -> None:
    tracker = FileHost(book.path).read().tables["tracker"]
    row = int(tracker.rows[tracker.texts("id").tolist().index("T005")])
    book.select("跟踪表", row)
    before = book.path.read_bytes()
    said = press("explain", book)
    assert said.text.startswith("T005 ")
    assert re.search(r"基线 \d{4}-\d\d-\d\d → \d{4}-\d\d-\d\d，偏差 [+-]?\d+ 个工作日", said.text)
    assert "预警 红" in said.text
    assert book.path.read_bytes() == before


@pytest.mark.parametrize(("tab", "row"), [("首页", 5), ("跟踪表", 4), ("跟踪表", 400)])
def test_explain_wants_a_row_of_the_tracker(book: OpenBook, tab: str, row: int) -> None:
    book.select(tab, row)
    assert press("explain", book) == clicks.Answer("error", "请先在“跟踪表”中选中一行任务，再点这个按钮。")


def test_what_if_tells_and_writes_nothing(book: OpenBook) -> None:
    tracker = FileHost(book.path).read().tables["tracker"]
    book.select("跟踪表", int(tracker.rows[tracker.texts("id").tolist().index("T005")]))
    before = book.path.read_bytes()
    said = press("what_if", book, text="3")
    assert "T005" in said.text
    assert "没有改动" in said.text
    assert book.path.read_bytes() == before
    assert press("what_if", book, text=None).kind == "quiet"
    assert press("what_if", book, text="abc").kind == "error"


def test_only_chosen_proposals_are_written(book: OpenBook) -> None:
    asked = Answers(choose=None)
    ribbon.press("proposals", book, ask=asked, open_session=on_file)
    assert len(asked.shown) > 1
    assert FileHost(book.path).read().tables["actions"] is not None
    before = {key: len(table) for key, table in FileHost(book.path).read().tables.items()}
    said = press("proposals", book, choose=(0,))
    assert said.text.startswith("采纳了 1 条。")
    after = {key: len(table) for key, table in FileHost(book.path).read().tables.items()}
    assert sum(after[k] - before[k] for k in ("actions", "milestones", "risks")) == 1


def test_a_notice_saved_in_gbk_is_imported(book: OpenBook, tmp_path: Path) -> None:
    notice = tmp_path / "通知.txt"
    text = "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
    notice.write_bytes(text.encode("gb18030"))
    said = press("calendar_import", book, open=notice)
    assert said.text.startswith("2027 年：新增 3 天")
    assert press("calendar_import", book, open=None).kind == "quiet"


def test_new_makes_a_workbook_even_when_none_is_open(tmp_path: Path) -> None:
    opened: list[Path] = []
    path = tmp_path / "新项目.xlsm"
    said = ribbon.press(
        "new", None, ask=Answers(choose=(1,), save=path), open_session=on_file, open_book=opened.append
    )
    assert said.kind == "info"
    assert opened == [path]
    assert lint(path) == []


def test_a_command_without_a_workbook_says_what_to_do_in_both_languages() -> None:
    said = press("validate", None)
    assert said.kind == "error"
    assert "请先打开跟踪表工作簿" in said.text
    assert "Open a tracker workbook first" in said.text


def test_a_button_newer_than_the_program_says_so() -> None:
    assert "pip install -U xl-collab" in press("teleport", None).text


def test_what_nobody_foresaw_is_logged_and_told(
    book: OpenBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(book: Any, today: date, progress: Progress) -> Session:
        raise ZeroDivisionError("never thought of")

    monkeypatch.setattr(ribbon, "LOG", tmp_path / "log.txt")
    said = ribbon.press("validate", book, ask=Answers(), open_session=broken)
    assert said.kind == "error"
    assert "ZeroDivisionError: never thought of" in said.text
    assert str(tmp_path / "log.txt") in said.text
    assert "Traceback" in (tmp_path / "log.txt").read_text(encoding="utf-8")


def test_cancelling_changes_nothing(book: OpenBook) -> None:
    before = book.path.read_bytes()

    def cancelled(opened: OpenBook, today: date, progress: Progress) -> Session:
        session = on_file(opened, today, progress)
        progress.__self__.cancel()  # type: ignore[attr-defined]
        return session

    said = ribbon.press("run", book, ask=Answers(), open_session=cancelled)
    assert said == clicks.Answer("info", "已取消，没有改动任何内容。")
    assert book.path.read_bytes() == before


def test_run_answers_in_a_file_and_needs_no_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    answer = tmp_path / "答复 😀.txt"
    halves = str(answer).encode("utf-16-le")
    name = "".join(chr(low | high << 8) for low, high in zip(halves[::2], halves[1::2], strict=True))
    ribbon.run("validate", "", name)
    kind, _, text = answer.read_bytes().decode("utf-16").partition("\r\n")
    assert kind == "error"
    assert "请先打开跟踪表工作簿" in text
    assert "\n" not in text.replace("\r\n", "")


def test_the_workbook_is_looked_for_where_the_click_was(monkeypatch: pytest.MonkeyPatch) -> None:
    import xlwings

    class Caller:
        def __init__(self, *names: str) -> None:
            self.app = type("App", (), {"books": [type("B", (), {"name": name}) for name in names]})

    monkeypatch.setattr(xlwings.Book, "caller", lambda: Caller("xl_collab.xlam", "跟踪 表.XLSX"))
    assert ribbon._book(r"D:\项目\跟踪 表.xlsx").name == "跟踪 表.XLSX"
    assert (
        ribbon._book("https://d.docs.live.net/1/%E8%B7%9F%E8%B8%AA%20%E8%A1%A8.xlsx").name == "跟踪 表.XLSX"
    )
    with pytest.raises(UsageError, match=r"other\.xlsx"):
        ribbon._book(r"D:\other.xlsx")


def test_an_interface_needs_macros() -> None:
    package = make_workbook(DEMO, "zh", interface=Interface(), macros=True)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("customUI")]
