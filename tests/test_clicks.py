"""What each click does to a real workbook, and what it answers."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from clicking import Answers, OpenBook, Sheets, on_file

from tools.lint.lint import lint
from xl_collab.commands.session import Progress, Session
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.memory import Remembered
from xl_collab.project import parties
from xl_collab.project.scenarios import DEMO
from xl_collab.ui import ribbon
from xl_collab.ui.buttons import COMMANDS, label_of, live
from xl_collab.ui.ribbon_xml import interface


@pytest.fixture
def book(tmp_path: Path) -> OpenBook:
    path = tmp_path / "跟踪表.xlsm"
    path.write_bytes(make_workbook(DEMO, "zh", interface=interface("zh")))
    return OpenBook(path)


class _NotShown(OpenBook):
    """A program that shows no sheet just now."""

    class _Sheets(Sheets):
        def __missing__(self, name: str) -> Any:
            raise OSError("Could not activate App!")

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.sheets = self._Sheets()


@pytest.fixture
def english(tmp_path: Path) -> OpenBook:
    path = tmp_path / "tracker.xlsm"
    path.write_bytes(make_workbook(DEMO, "en", interface=interface("en")))
    return OpenBook(path)


def press(command: str, book: OpenBook | None, **answers: Any) -> ribbon.Response:
    return ribbon.press(command, book, ask=Answers(**answers), open_session=on_file)


def test_every_command_names_its_twin_on_the_command_line() -> None:
    names = {command.name.partition(" ")[0] for command in COMMANDS if command.name}
    for command in live():
        program, name = command.twin.split()[:2]
        assert (program, name in names) == ("xl-collab", True), command.twin


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


def test_undo_names_the_button_that_it_takes_back() -> None:
    names = {"calendar import": "导入放假通知", "accept": "验收确认单", "undo": "撤销回复", "run": "一键全部"}
    for command, name in names.items():
        label = label_of(command)
        assert label is not None and label.zh == name
    assert label_of("demo") is None


def test_lessons_that_are_chosen_are_put_on_record(book: OpenBook) -> None:
    asked = Answers(choose=None)
    ribbon.press("lessons", book, ask=asked, open_session=on_file)
    before = len(FileHost(book.path).read().tables["lessons"])
    said = press("lessons", book, choose=(0, 1))
    table = FileHost(book.path).read().tables["lessons"]
    assert len(table) == before + 2
    assert [f"· {text}" in asked.shown[n] for n, text in enumerate(table.texts("lesson")[-2:])] == [True] * 2
    assert said.text.startswith(f"采纳 2 条（新行 {' '.join(table.texts('id')[-2:])}）。")


def test_a_sheet_that_cannot_be_shown_takes_nothing_from_the_answer(book: OpenBook) -> None:
    other = OpenBook(Path(shutil.copy(book.path, book.path.with_stem("另一份"))))
    assert press("validate", _NotShown(book.path)) == press("validate", other)
    assert other.sheets["shown"] == "校验结果"


@pytest.mark.parametrize(
    ("command", "tab"),
    [
        ("risks", "风险清单"),
        ("raci", "责任矩阵"),
        ("minutes", "纪要-20231128"),
        ("review", "复盘报告"),
        ("gantt", "甘特图"),
    ],
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
    assert "“一键全部”" in press("undo", book).text
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
    assert press("explain", book) == ribbon.Response("error", "请先在“跟踪表”中选中一行任务，再点这个按钮。")


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
    assert said.text.startswith("采纳 1 条（新行 M007）。\n还有 3 条没有决定。")
    after = {key: len(table) for key, table in FileHost(book.path).read().tables.items()}
    assert sum(after[k] - before[k] for k in ("actions", "milestones", "risks")) == 1


def test_a_notice_saved_in_gbk_is_imported(book: OpenBook, tmp_path: Path) -> None:
    notice = tmp_path / "通知.txt"
    text = "国务院办公厅关于2027年部分节假日安排的通知\n一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
    notice.write_bytes(text.encode("gb18030"))
    said = press("calendar_import", book, open=notice)
    assert said.text.startswith("2027 年：新增 3 天")
    assert press("calendar_import", book, open=None).kind == "quiet"


def test_packets_go_into_the_chosen_folder_and_are_recorded(book: OpenBook, tmp_path: Path) -> None:
    folder = tmp_path / "填报"
    asked = Answers(folder=folder)
    said = ribbon.press("packets", book, path=str(book.path), ask=asked, open_session=on_file)
    assert said.kind == "info", said.text
    files = sorted(path.name for path in folder.glob("*.xlsx"))
    assert f"已生成 {len(files)} 份" in said.text
    assert any("研发部" in name for name in files)
    assert [path.name for path in tmp_path.iterdir() if "ledger" in path.name]


def test_letters_are_drafts_only(book: OpenBook, tmp_path: Path) -> None:
    folder = tmp_path / "草稿"
    asked = Answers(choose=(0,), folder=folder)
    said = ribbon.press("send", book, path=str(book.path), ask=asked, open_session=on_file)
    assert len(asked.shown) == 7
    assert said.kind == "info", said.text
    assert len(list(folder.rglob("*.eml"))) >= 2


def test_sending_wants_a_saved_workbook(book: OpenBook) -> None:
    assert "请先把工作簿保存到本地磁盘" in press("packets", book).text


def test_new_makes_a_workbook_even_when_none_is_open(tmp_path: Path) -> None:
    opened: list[Path] = []
    path = tmp_path / "新项目.xlsm"
    words = {"项目名称（可以留空，以后再填）": "秋季发布会", "需求发起部门（留空用场景里的部门）": "公关部"}
    asked = Answers(choose=(1,), save=path, text=lambda prompt, default: words.get(prompt, default))
    said = ribbon.press("new", None, ask=asked, open_session=on_file, open_book=opened.append)
    assert said.kind == "info"
    assert opened == [path]
    # Name, department and the first day are asked once, and stand in both forms.
    assert len(asked.asked) == 4
    book = FileHost(path).read()
    assert (book.settings["project"], book.settings["initiator"]) == ("秋季发布会", "公关部")
    request = book.forms["request"]
    assert (request["project"], request["department"]) == ("秋季发布会", "公关部")
    assert lint(path) == []


def test_a_command_without_a_workbook_says_what_to_do_in_both_languages() -> None:
    said = press("validate", None)
    assert said.kind == "error"
    assert "请先打开跟踪表工作簿" in said.text
    assert "Open a tracker workbook first" in said.text


def test_a_button_newer_than_the_program_says_so() -> None:
    assert "pip install ." in press("teleport", None).text


def test_what_nobody_foresaw_is_logged_and_told(
    book: OpenBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(book: Any, today: date, progress: Progress) -> Session:
        raise ZeroDivisionError("never thought of")

    monkeypatch.setenv("XL_COLLAB_LOG", str(tmp_path / "log.txt"))
    said = ribbon.press("validate", book, ask=Answers(), open_session=broken)
    assert said.kind == "error"
    assert "ZeroDivisionError: never thought of" in said.text
    assert str(tmp_path / "log.txt") in said.text
    assert "Traceback" in (tmp_path / "log.txt").read_text(encoding="utf-8")


def test_a_cell_that_could_not_be_read_is_told_with_the_log(
    book: OpenBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XL_COLLAB_LOG", str(tmp_path / "log.txt"))
    said = press("variance", book)
    assert "log.txt" not in said.text
    real = parties.tokens

    def broken(text: str, **known: Any) -> Any:
        if "研发部" in text:
            raise ZeroDivisionError("never thought of")
        return real(text, **known)

    parties._parse.cache_clear()  # the first click has read these cells
    monkeypatch.setattr(parties, "tokens", broken)
    monkeypatch.setattr(Remembered, "get", lambda remembered, key: None)
    monkeypatch.setattr(Remembered, "put", lambda remembered, key, value: None)  # nor for later tests
    said = press("validate", book)
    assert said.kind == "warning" and str(tmp_path / "log.txt") in said.text
    assert "never thought of" in (tmp_path / "log.txt").read_text(encoding="utf-8")


def test_cancelling_changes_nothing(book: OpenBook) -> None:
    before = book.path.read_bytes()

    def cancelled(opened: OpenBook, today: date, progress: Progress) -> Session:
        session = on_file(opened, today, progress)
        progress.__self__.cancel()  # type: ignore[attr-defined]
        return session

    said = ribbon.press("run", book, ask=Answers(), open_session=cancelled)
    assert said == ribbon.Response("info", "已取消，没有改动任何内容。")
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


def test_a_cold_click_loads_no_drawing_reading_or_terminal_library_before_it_knows_the_command() -> None:
    code = "import sys, xlwings, xl_collab.ui.ribbon; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert not set(ran.stdout.split()) & {"xlsxwriter", "lxml", "python_calamine", "typer", "rich", "tkinter"}
