"""The ribbon: its XML, the VBA behind it, and what each click does to a real workbook."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from vba_excel import VbaExcel

from tools.build.ribbon import ribbon_files, vba_files
from tools.build.vba import own_modules
from tools.build.workbook import WORKBOOK
from tools.lint.lint import lint
from tools.lint.lintribbon import IMAGES, callbacks, lint_ribbon
from xl_collab.documents.interface import Interface, read_parts
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.errors import Lang
from xl_collab.project.scenarios import DEMO
from xl_collab.schema.words import LANGS
from xl_collab.ui import ribbon
from xl_collab.ui.buttons import excel_only, home, live, places
from xl_collab.ui.ribbon_xml import NAMESPACES, Year, interface, ribbon_xml

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
        assert len(buttons) == len([*live(), *excel_only(), *places()])
        for button in buttons:
            for name in ("label", "screentip", "supertip", "keytip", "imageMso", "onAction"):
                assert button.get(name), (button.get("id"), name)


def test_labels_stand_in_the_xml_one_text_per_language() -> None:
    zh, en = ribbon_xml("zh", "2009"), ribbon_xml("en", "2009")
    groups = [group.get("label") for group in _root(zh).iter("{*}group")]
    assert groups == ["表单", "检查", "报告", "协作", "工具"]
    assert _root(zh).find(".//{*}tab").get("label") == "跨部门协同（本文件）"
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
    assert {command.image for command in (*live(), *excel_only())} <= IMAGES


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

    def run(command: str, workbook: str = "", answer: str = "", told: str = "") -> None:
        reached.append((command, workbook))
        Path(answer).write_text(f"info\r\n{command} 完成 ✓", encoding="utf-16", newline="")

    monkeypatch.setattr(ribbon, "run", run)
    sent: list[str] = []
    excel = VbaExcel(nasty, lambda command: (sent.append(command), exec(command))[0])
    alone = [*places(), *excel_only()]  # without Python
    controls = [one for one in _controls() if one not in [command.control for command in alone]]
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
        "import xl_collab.ui.ribbon as r; r.run('', '', '', '')"
    }


def test_every_macro_and_every_control_mean_the_same(nasty: Path) -> None:
    sent: list[str] = []
    excel = VbaExcel(nasty, sent.append)
    for command in live():
        excel.app.run(command.macro)
        excel.click(command.control)
        said = [re.sub(r"xl_collab-rad\w+", "", line) for line in sent[-2:]]
        assert said[0] == said[1], command.id


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
        path = Path(eval(re.findall(r"'[^']*'", command)[2]))
        files.append(path)
        path.write_text(f"{kind}\r\n第一行\r\nsecond", encoding="utf-16", newline="")

    excel = VbaExcel(nasty, python)
    excel.click("collab_validate")
    assert excel.shown == [("第一行\r\nsecond", icon + 4096, "跨部门协同")]
    assert files and not files[0].exists()


def test_a_quiet_answer_shows_nothing(nasty: Path) -> None:
    def python(command: str) -> None:
        path = Path(eval(re.findall(r"'[^']*'", command)[2]))
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


def test_an_interface_needs_macros() -> None:
    package = make_workbook(DEMO, "zh", interface=Interface(), macros=True)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("customUI")]
