"""The doctor on a recorded Windows: what it finds, and that each problem comes with a cure."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import struct
from pathlib import Path

import pytest
from pyopenvba import ExcelFile
from recorded_windows import EXCEL, EXCEL_CLASS, POLICY, PYTHON, SECURITY, SHORT, RecordedWindows

from tools.build.workbook import WORKBOOK
from xl_collab.documents.interface import read_parts, rewritten
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.hosts.windows import machine_of, zone_of
from xl_collab.project.scenarios import BLANK
from xl_collab.schema.words import LANGS
from xl_collab.ui.cli import main
from xl_collab.ui.ribbon_xml import interface
from xl_collab.ui.setup.checks import CURES, FOUND, XLWINGS, Check, Surroundings, lines_of
from xl_collab.ui.setup.doctor import examine
from xl_collab.ui.setup.installed import configuration
from xl_collab.ui.setup.installing import plan_install, start_folder
from xl_collab.ui.setup.steps import carry_out

DLL = rf"C:\Users\王芳\AppData\Local\Programs\Python\Python312\xlwings64-{XLWINGS}.dll"


@pytest.fixture
def windows(tmp_path: Path) -> RecordedWindows:
    return RecordedWindows(tmp_path / "Roaming", files={DLL})


@pytest.fixture
def desk(windows: RecordedWindows, tmp_path: Path) -> Surroundings:
    """A machine on which everything is installed as it should be, but Python's Chinese path."""
    carry_out(plan_install(windows, interface("zh"), home=tmp_path, executable=PYTHON))
    return Surroundings(interface, windows, home=tmp_path, executable=PYTHON, today=dt.date(2026, 3, 2))


def states(where: Surroundings) -> dict[str, str]:
    return {check.id: check.state for check in examine(where)}


def _with(where: Surroundings, **changes: object) -> Surroundings:
    return Surroundings(**{**vars(where), **changes})  # type: ignore[arg-type]


def test_a_healthy_machine(desk: Surroundings, windows: RecordedWindows) -> None:
    plain = r"C:\py\python.exe"
    windows.files.add(rf"C:\py\xlwings64-{XLWINGS}.dll")
    carry_out(plan_install(windows, interface("zh"), home=desk.home, executable=plain))
    found = states(_with(desk, executable=plain))
    on_windows = {k: v for k, v in found.items() if k not in ("windows_none", "uno_none", "office_none")}
    assert set(on_windows.values()) == {"ok"}, on_windows
    assert {"excel", "dll", "wps_not", "addin", "trusted", "macros", "code_page", "warm"} <= set(found)


def test_a_chinese_path_of_python_is_a_problem_with_a_way_out(
    desk: Surroundings, windows: RecordedWindows
) -> None:
    found = {check.id: check for check in examine(_with(desk, executable=r"D:\工具\python.exe"))}
    assert found["python_path"].state == "problem"
    assert r"C:\xl_collab\venv" in found["python_path"].cure("zh")


def test_a_chinese_path_that_install_has_written_otherwise_is_no_problem(desk: Surroundings) -> None:
    found = {check.id: check for check in examine(desk)}
    assert "python_path" not in found
    assert found["python_named"].state == "ok" and SHORT in found["python_named"].found("zh")
    # The add-in holds its short name, so Excel starts the right Python.
    assert "conf_python" not in found
    assert found["warm"].state == "ok"


def test_wps_in_excels_place_is_recognised_and_named(desk: Surroundings, windows: RecordedWindows) -> None:
    program = r"C:\Users\王芳\AppData\Local\Kingsoft\WPS Office\12.1.0\office6\et.exe"
    windows.values["HKCR", EXCEL_CLASS, ""] = f'"{program}" /automation'
    [found] = [check for check in examine(desk) if check.id == "wps"]
    assert found.state == "problem"
    assert program in found.found("zh")
    assert "兼容第三方系统和软件" in found.cure("zh")


def test_another_class_behind_the_name_of_excel_is_wps_too(
    desk: Surroundings, windows: RecordedWindows
) -> None:
    windows.values["HKCR", r"Excel.Application\CLSID", ""] = "{45540001-5750-5300-4B49-4E47534F4655}"
    assert states(desk)["wps"] == "problem"


def test_32_bit_excel_needs_the_32_bit_dll(desk: Surroundings, windows: RecordedWindows) -> None:
    windows.machines[EXCEL] = 32
    [missing] = [check for check in examine(desk) if check.id == "dll_none"]
    assert f"xlwings32-{XLWINGS}.dll" in missing.found("en")
    windows.files.add(DLL.replace("xlwings64", "xlwings32"))
    assert states(desk)["dll"] == "ok"


def test_the_dll_of_a_virtual_environment_lies_one_folder_up(
    desk: Surroundings, windows: RecordedWindows
) -> None:
    windows.files = {rf"D:\venv\xlwings64-{XLWINGS}.dll"}
    assert states(_with(desk, executable=r"D:\venv\Scripts\python.exe"))["dll"] == "ok"


def test_macro_policies(desk: Surroundings, windows: RecordedWindows) -> None:
    windows.values["HKCU", SECURITY, "VBAWarnings"] = 4
    # A trusted location, as the start-up folder is, runs macros whatever the setting.
    assert states(desk)["macros"] == "ok"
    windows.values["HKCU", POLICY + r"\Trusted Locations", "AllLocationsDisabled"] = 1
    found = states(desk)
    assert (found["trusted_off"], found["macros_off"]) == ("problem", "problem")
    windows.values["HKCU", POLICY, "VBAWarnings"] = 3  # the policy wins over the user's own 4
    assert states(desk)["macros_signed"] == "problem"


def test_a_file_from_the_internet(desk: Surroundings, windows: RecordedWindows) -> None:
    book = r"D:\下载\跟踪表.xlsm"
    windows.zones[book] = 3
    found = {check.id: check for check in examine(_with(desk, path=book))}
    assert found["marked"].state == "problem"
    assert "跟踪表.xlsm" in found["marked"].found("zh")
    assert "解除锁定" in found["marked"].cure("zh")
    windows.zones[book] = 1  # the company's own network
    assert states(_with(desk, path=book))["not_marked"] == "ok"


@pytest.mark.parametrize(
    "path",
    [r"C:\Users\王芳\OneDrive - 公司\跟踪表.xlsm", "https://company.sharepoint.com/sites/pmo/跟踪表.xlsm"],
)
def test_files_in_the_cloud(desk: Surroundings, windows: RecordedWindows, path: str) -> None:
    windows.variables["ONEDRIVECOMMERCIAL"] = r"C:\Users\王芳\OneDrive - 公司"
    assert states(_with(desk, path=path))["onedrive"] == "note"
    assert states(_with(desk, path=r"C:\Users\王芳\OneDrive - 公司2\a.xlsm"))["local"] == "ok"


def test_a_configuration_that_utf8_mode_cannot_read(desk: Surroundings) -> None:
    conf = configuration(desk.home)
    conf.parent.mkdir()
    conf.write_bytes(b'"SHOW CONSOLE","True"\r\n' + '"PYTHONPATH","D:\\工具"\r\n'.encode("gbk"))
    [found] = [check for check in examine(desk) if check.id == "conf_encoding"]
    assert found.state == "problem"
    assert "第 2 行" in found.found("zh")
    assert str(conf) in found.cure("zh")


def test_the_users_own_settings_are_told_once_an_earlier_version_changed_them(
    desk: Surroundings,
) -> None:
    conf = configuration(desk.home)
    conf.parent.mkdir()
    conf.write_bytes(b'"INTERPRETER_WIN","C:\\quant\\python.exe"\r\n')
    assert states(desk)["conf"] == "ok"
    conf.write_bytes(conf.read_bytes() + b'"XL_COLLAB_LANG","zh"\r\n')
    found = {check.id: check for check in examine(desk)}
    assert found["conf_ours"].state == "problem"
    assert "xl-collab install" in found["conf_ours"].cure("zh")


def test_another_python_in_the_addin_is_told(desk: Surroundings, windows: RecordedWindows) -> None:
    other = r"C:\other\python.exe"
    carry_out(plan_install(windows, interface("zh"), home=desk.home, executable=other))
    [found] = [check for check in examine(desk) if check.id == "conf_python"]
    assert r"C:\other\python.exe" in found.found("en")


def test_an_addin_of_another_version(desk: Surroundings, windows: RecordedWindows) -> None:
    (start_folder(windows) / "xl_collab.xlam").write_bytes(b"older")
    assert states(desk)["addin_old"] == "problem"


def test_a_bare_machine(windows: RecordedWindows, tmp_path: Path) -> None:
    windows.values.clear()
    windows.files.clear()
    where = Surroundings(interface, windows, home=tmp_path / "nobody", executable=r"C:\py\python.exe")
    found = states(where)
    assert {k for k, v in found.items() if v == "problem"} == {"excel_none", "addin_none"}


@pytest.mark.parametrize(
    ("today", "check"),
    [
        (dt.date(2026, 6, 1), ("calendar", "ok")),
        (dt.date(2026, 12, 20), ("calendar_short", "note")),
        (dt.date(2027, 1, 4), ("calendar_short", "problem")),
    ],
)
def test_the_calendar_ends_with_2026(desk: Surroundings, today: dt.date, check: tuple[str, str]) -> None:
    found = states(_with(desk, today=today))
    assert found.get(check[0]) == check[1]


def test_an_old_python(desk: Surroundings) -> None:
    assert states(_with(desk, version=(3, 10, 9)))["python_old"] == "problem"


def test_every_problem_has_a_cure_and_every_sentence_both_languages(
    desk: Surroundings, windows: RecordedWindows
) -> None:
    for key, text in {**FOUND, **CURES}.items():
        assert text.zh.strip(), key
        assert text.en.strip(), key
    windows.values.clear()
    for check in [*examine(desk), Check("macros_off", "problem", {"value": 4})]:
        for lang in LANGS:
            assert lines_of(check, lang)[0][0] in "✓·✗"
            if check.state == "problem":
                assert check.cure(lang), check.id


def test_json_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--json", "--lang", "en"])
    found = json.loads(capsys.readouterr().out)
    # A Windows without Excel has problems, and says so with its exit code; elsewhere there is none.
    assert bool(ended.value.code) == any(one["state"] == "problem" for one in found)
    assert {"id", "state", "found", "cure"} == set(found[0])
    assert [one["id"] for one in found if one["id"] != "python_named"][:2] == ["python", "xlwings"]


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://mail.example.com/\r\n", 3),
        ("[ZoneTransfer]\nzoneid = 4\n", 4),
        ("[ZoneTransfer]\r\n", None),
    ],
)
def test_the_mark_of_the_web_is_read(text: str, zone: int | None) -> None:
    assert zone_of(text) == zone


@pytest.mark.parametrize(("machine", "bits"), [(0x014C, 32), (0x8664, 64), (0xAA64, 64), (0x01C4, None)])
def test_bits_of_a_program_come_from_its_header(machine: int, bits: int | None) -> None:
    head = bytearray(512)
    head[:2] = b"MZ"
    struct.pack_into("<I", head, 0x3C, 0x80)
    head[0x80:0x84] = b"PE\0\0"
    struct.pack_into("<H", head, 0x84, machine)
    assert machine_of(bytes(head)) == bits
    assert machine_of(b"#!/bin/sh") is None


def test_macros_of_an_earlier_version_in_a_workbook_are_told(desk: Surroundings, tmp_path: Path) -> None:
    earlier = Path(__file__).parent / "earlier" / "first.xlsm"
    found = {check.id: check for check in examine(_with(desk, path=str(earlier)))}
    assert found["macros_other"].state == "note"
    assert "升级工作簿" in found["macros_other"].cure("zh") and "xl-collab upgrade first.xlsm" in found[
        "macros_other"
    ].cure("en")
    assert states(_with(desk, path=str(WORKBOOK)))["macros_current"] == "ok"
    plain = tmp_path / "plain.xlsx"
    plain.write_bytes(make_workbook(BLANK, "zh", macros=False))
    assert not [
        one for one in states(_with(desk, path=str(plain))) if one in ("macros_other", "macros_current")
    ]


def test_a_module_of_another_xlwings_in_a_workbook_is_a_problem(desk: Surroundings, tmp_path: Path) -> None:
    """Its DLL is not there: no button of this workbook starts Python."""
    other = tmp_path / "另一版.xlsm"
    shutil.copyfile(WORKBOOK, other)
    with ExcelFile(other) as book:
        book.set_module("xlwings", book.get_module("xlwings").replace("'Version: 0.37.8", "'Version: 0.33.1"))
        book.save()
    [found] = [one for one in examine(_with(desk, path=str(other))) if one.id == "macros_xlwings"]
    assert found.state == "problem" and "0.33.1" in found.found("zh") and XLWINGS in found.found("zh")


def test_an_addin_that_the_company_signed_is_still_this_versions(
    desk: Surroundings, windows: RecordedWindows
) -> None:
    """signtool adds a part, its relationship and its type; the macros stay as they are."""
    addin = start_folder(windows) / "xl_collab.xlam"
    parts = read_parts(addin.read_bytes())
    parts["xl/vbaProjectSignature.bin"] = b"signed"
    parts["xl/_rels/vbaProject.bin.rels"] = b"<Relationships/>"
    parts["[Content_Types].xml"] += b" "
    addin.write_bytes(rewritten(parts))
    assert states(desk)["addin"] == "ok"
    parts["customUI/customUI14.xml"] += b" "
    addin.write_bytes(rewritten(parts))
    assert states(desk)["addin_old"] == "problem"
