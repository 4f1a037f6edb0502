"""Installing on a recorded Windows: files really are written, into folders of the test."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from recorded_windows import PYTHON, SHORT, RecordedWindows
from xlwings_vba import configured

from xl_collab.documents.interface import read_parts
from xl_collab.errors import FileLocked, UsageError
from xl_collab.ui.cli import main
from xl_collab.ui.ribbon_xml import interface, ribbon_xml
from xl_collab.ui.setup import installed, installing, steps as carrying
from xl_collab.ui.setup.addin import settings_in
from xl_collab.ui.setup.installed import configuration, own_settings, read_settings, spoken, with_settings
from xl_collab.ui.setup.installing import ascii_path, plan_install, plan_uninstall
from xl_collab.ui.setup.steps import carry_out

ROOT = Path(__file__).parents[1]


@pytest.fixture
def windows(tmp_path: Path) -> RecordedWindows:
    return RecordedWindows(tmp_path / "AppData" / "Roaming")


def _install(windows: RecordedWindows, home: Path, lang: str = "zh") -> None:
    carry_out(plan_install(windows, interface(lang), lang=lang, home=home, executable=PYTHON))  # type: ignore[arg-type]


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_addin_goes_into_excels_start_up_folder_in_the_users_language(
    windows: RecordedWindows, tmp_path: Path
) -> None:
    _install(windows, tmp_path, "en")
    addin = windows.appdata / "Microsoft" / "Excel" / "XLSTART" / "xl_collab.xlam"
    parts = read_parts(addin.read_bytes())
    assert parts["customUI/customUI14.xml"].decode() == ribbon_xml("en", "2009", addin=True)
    assert spoken(tmp_path) == "en"


def _addin(windows: RecordedWindows) -> Path:
    return windows.appdata / "Microsoft" / "Excel" / "XLSTART" / "xl_collab.xlam"


def test_what_xlwings_must_know_stands_in_the_addin_and_nothing_of_the_users_is_touched(
    windows: RecordedWindows, tmp_path: Path
) -> None:
    conf = configuration(tmp_path)
    conf.parent.mkdir()
    lines = ('"INTERPRETER_WIN","D:\\量化\\python.exe"', '"CONDA ENV","quant"', '"USE UDF SERVER","False"')
    theirs = "\n".join(lines).encode("gbk")
    conf.write_bytes(theirs)
    _install(windows, tmp_path)
    assert conf.read_bytes() == theirs
    assert settings_in(_addin(windows).read_bytes()) == {
        "INTERPRETER_WIN": SHORT,
        "USE UDF SERVER": "True",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "SHOW CONSOLE": "False",
        "DEBUG UDFS": "False",
        "PYTHONPATH": "",
        "CONDA PATH": "",
        "CONDA ENV": "",
    }
    carry_out(plan_uninstall(windows, home=tmp_path, executable=PYTHON))
    assert _tree(tmp_path) == {str(conf.relative_to(tmp_path)): theirs}


@pytest.mark.skipif(sys.platform == "win32", reason="the validator is no Windows program here")
def test_office_takes_the_addin_with_its_settings(
    windows: RecordedWindows, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    _install(windows, tmp_path)
    ooxml_validate(_addin(windows))


def test_xlwings_own_vba_reads_them_and_not_the_users(windows: RecordedWindows, tmp_path: Path) -> None:
    _install(windows, tmp_path)
    theirs = {
        "CONDA ENV": "quant",
        "INTERPRETER_WIN": r"D:\q\python.exe",
        "ONEDRIVE_COMMERCIAL_WIN": r"D:\y",
    }
    told = configured(_addin(windows), theirs)
    assert told("INTERPRETER_WIN") == SHORT
    assert told("CONDA ENV") == told("PYTHONPATH") == ""
    assert told("USE UDF SERVER") == "True"
    # What belongs to the computer and not to a Python is still the user's.
    assert told("ONEDRIVE_COMMERCIAL_WIN") == r"D:\y"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
def test_lines_of_others_stay_byte_by_byte(encoding: str) -> None:
    old = '"ONEDRIVE_COMMERCIAL_WIN","D:\\公司网盘"\r\n\r\n"interpreter_win","python"\n"SHOW CONSOLE","True"'
    made = with_settings(old.encode(encoding), {"INTERPRETER_WIN": "C:\\py\\python.exe", "NEW": "1"})
    plain = encoding.removesuffix("-sig")
    assert made.decode(plain) == (
        '"ONEDRIVE_COMMERCIAL_WIN","D:\\公司网盘"\r\n"INTERPRETER_WIN","C:\\py\\python.exe"\r\n'
        '"SHOW CONSOLE","True"\r\n"NEW","1"\r\n'
    )
    assert read_settings(made)["ONEDRIVE_COMMERCIAL_WIN"] == "D:\\公司网盘"


def test_installing_twice_changes_nothing(windows: RecordedWindows, tmp_path: Path) -> None:
    _install(windows, tmp_path)
    before = _tree(tmp_path)
    steps = plan_install(windows, interface("zh"), home=tmp_path, executable=PYTHON)
    assert len(steps) > 2 and not any(step.changes for step in steps)
    carry_out(steps)
    assert _tree(tmp_path) == before


EARLIER = (
    f'"INTERPRETER_WIN","{SHORT}"\r\n"PYTHONPATH","D:\\lib"\r\n"USE UDF SERVER","True"\r\n'
    '"ADD_WORKBOOK_TO_PYTHONPATH","False"\r\n"XL_COLLAB_LANG","en"\r\n'
).encode()
"""What an earlier install made of a user's settings."""


def test_an_install_gives_back_what_an_earlier_one_took(windows: RecordedWindows, tmp_path: Path) -> None:
    conf = configuration(tmp_path)
    conf.parent.mkdir()
    conf.write_bytes(EARLIER)
    before = '"INTERPRETER_WIN","C:\\旧\\python.exe"\r\n"PYTHONPATH","D:\\lib"\r\n'.encode("gbk")
    conf.with_name("xlwings.conf.before-xl-collab").write_bytes(before)
    assert spoken(tmp_path) == "en"
    steps = plan_install(windows, interface("zh"), lang="zh", home=tmp_path, executable=PYTHON)
    assert [step.what for step in steps if step.path == conf] == ["restored"]
    carry_out(steps)
    assert conf.read_bytes() == before
    assert [path.name for path in conf.parent.iterdir()] == ["xlwings.conf"]
    assert spoken(tmp_path) == "zh"
    again = plan_install(windows, interface("zh"), lang="zh", home=tmp_path, executable=PYTHON)
    assert [step.path for step in again][:2] == [_addin(windows), own_settings(tmp_path)]
    assert not any(step.what or step.changes for step in again)


@pytest.mark.parametrize("install", [True, False])
def test_what_the_user_changed_since_stays(windows: RecordedWindows, tmp_path: Path, install: bool) -> None:
    conf = configuration(tmp_path)
    conf.parent.mkdir()
    conf.write_bytes(EARLIER.replace(SHORT.encode(), rb"C:\quant\python.exe"))
    if install:
        _install(windows, tmp_path)
    else:
        carry_out(plan_uninstall(windows, home=tmp_path, executable=PYTHON))
    kept = {"INTERPRETER_WIN": r"C:\quant\python.exe", "PYTHONPATH": r"D:\lib"}
    assert read_settings(conf.read_bytes()) == kept


def test_uninstalling_where_nothing_was_leaves_nothing(windows: RecordedWindows, tmp_path: Path) -> None:
    _install(windows, tmp_path)
    carry_out(plan_uninstall(windows, home=tmp_path))
    assert _tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\venv\Scripts\python.exe", r"C:\venv\Scripts\python.exe"),
        (PYTHON, SHORT),
        (r"C:\Users\王芳\py\python.exe", r"%USERPROFILE%\py\python.exe"),
    ],
)
def test_a_path_that_vba_and_python_read_alike(windows: RecordedWindows, path: str, expected: str) -> None:
    assert ascii_path(path, windows) == expected


def test_a_chinese_path_without_another_name_is_refused(windows: RecordedWindows) -> None:
    with pytest.raises(UsageError, match=r"全英文路径"):
        ascii_path(r"D:\工具\python.exe", windows)


def test_conda_is_activated(windows: RecordedWindows) -> None:
    windows.variables |= {
        "CONDA_DEFAULT_ENV": "work",
        "CONDA_EXE": r"C:\conda\Scripts\conda.exe",
        "CONDA_PREFIX": r"C:\conda\envs\work",
    }
    found = installing.settings(windows, r"C:\conda\envs\work\python.exe")
    assert (found["CONDA PATH"], found["CONDA ENV"]) == (r"C:\conda", "work")


def test_an_addin_that_excel_holds_is_explained(
    windows: RecordedWindows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: object, **__: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(carrying, "write_atomically", held)
    with pytest.raises(FileLocked, match="关闭所有 Excel 窗口"):
        _install(windows, tmp_path)


def line(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """What a command ends with, and what it shows."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    shown = capsys.readouterr()
    return int(ended.value.code or 0), shown.out, shown.err


def test_on_the_command_line(
    windows: RecordedWindows,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("xl_collab.hosts.windows.this_windows", lambda: windows)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr("sys.executable", PYTHON)  # ours may lie in a folder of any name
    code, out, _ = line("install", "--dry-run", "--lang", "en", capsys=capsys)
    assert code == 0
    assert "nothing was written" in out
    assert _tree(tmp_path) == {}
    assert "重启 Excel" in line("install", capsys=capsys)[1]
    assert len(_tree(tmp_path)) == 2 + 3  # the add-in, the language, entries under Send to
    assert line("uninstall", capsys=capsys)[0] == 0
    assert _tree(tmp_path) == {}


def test_elsewhere_it_says_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("xl_collab.hosts.windows.this_windows", lambda: None)
    code, _, err = line("install", capsys=capsys)
    assert code == 2
    assert "--libreoffice" in err


def test_the_language_of_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert spoken(tmp_path) == "zh"
    monkeypatch.setenv(installed.LANG_KEY, "en")
    assert spoken(tmp_path) == "en"


def _wheel(folder: Path, name: str, source: dict[str, str], requires: str = "") -> None:
    """A wheel of a few lines, as `pip wheel` would put it into the folder."""
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}"
    files = source | {
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(path, text)


def _venv(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


@pytest.mark.skipif(find_spec("venv") is None, reason="python.org's embeddable Python has no venv")
def test_pip_installs_from_a_folder_of_wheels_without_a_network(tmp_path: Path) -> None:
    """The command of docs/install.md, on two small wheels that need each other."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    _wheel(
        wheels, "first", {"first.py": "import second\nVALUE = second.VALUE + 1\n"}, "Requires-Dist: second\n"
    )
    _wheel(wheels, "second", {"second.py": "VALUE = 41\n"})
    python = _venv(tmp_path / "venv")
    command = [str(python), "-m", "pip", "install", "--no-index", "--find-links", str(wheels), "first"]
    subprocess.run(command, check=True, capture_output=True)
    ran = subprocess.run(
        [str(python), "-c", "import first; print(first.VALUE)"], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "42"


@pytest.mark.soak
def test_the_offline_install_of_docs_gives_a_working_command(tmp_path: Path) -> None:
    """docs/install.md word for word: wheels made on one machine, install on another without a network."""
    wheels = tmp_path / "wheels"
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", "-w", str(wheels), str(ROOT)], check=True)
    python = _venv(tmp_path / "venv")
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--no-index",
        "--find-links",
        str(wheels),
        "xl-collab",
    ]
    subprocess.run(command, check=True, env={"PATH": "/usr/bin:/bin"})
    book = tmp_path / "new.xlsm"
    program = python.with_name("xl-collab")
    subprocess.run([str(program), "new", str(book), "--scenario", "product-launch"], check=True)
    assert subprocess.run([str(program), "doctor", str(book)], check=True).returncode == 0
    assert "customUI/customUI14.xml" in read_parts(book.read_bytes())
