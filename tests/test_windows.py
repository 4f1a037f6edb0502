"""On a Windows Python: what only Windows does to files, processes, consoles and the registry.

Run in CI under Wine (tools/windows/stage) and by hand on a real Windows: `python -m pytest -m windows`.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from command_line import Ran
from recorded_windows import EXCEL, EXCEL_CLASS

from xl_collab.errors import CannotWrite, FileLocked, NotAWorkbook
from xl_collab.exchange.gate.child import Caps, Ended, Uncapped, holding, run_capped
from xl_collab.exchange.gate.gate import read_reply
from xl_collab.hosts import atomic, lock
from xl_collab.hosts.atomic import sweep, write_atomically
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.journal import Journal
from xl_collab.hosts.owner import birth_mark, this_owner
from xl_collab.hosts.windows import this_windows
from xl_collab.ui.ribbon_xml import interface
from xl_collab.ui.setup.checks import Surroundings
from xl_collab.ui.setup.doctor import examine
from xl_collab.ui.setup.installing import plan_install, plan_uninstall
from xl_collab.ui.setup.steps import carry_out

pytestmark = [
    pytest.mark.windows,
    pytest.mark.skipif(os.name != "nt", reason="what only Windows does"),
]
SHARED_WITH_NOBODY, SHARED_FOR_READING = 0, 1
HIDDEN = 0x2


@contextmanager
def held(path: Path, share: int) -> Iterator[None]:
    """Another program's handle on the file: Excel shares for reading, some programs with nobody."""
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.CreateFileW.restype = ctypes.c_void_p
    handle = kernel.CreateFileW(str(path), 0xC0000000, share, None, 3, 0x80, None)
    assert handle != ctypes.c_void_p(-1).value
    try:
        yield
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))


@contextmanager
def another_program() -> Iterator[subprocess.Popen[bytes]]:
    """Any program that runs for a while."""
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as program:
        yield program
        program.kill()


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


# files


@pytest.mark.parametrize("share", [SHARED_WITH_NOBODY, SHARED_FOR_READING])
def test_a_file_that_another_program_holds_is_told_as_held_and_stays(
    tmp_path: Path, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_PATIENCE", 0.3)
    book = tmp_path / "跟踪 表.xlsm"
    book.write_bytes(b"old")
    with held(book, share), pytest.raises(FileLocked, match="正被其他程序占用"):
        write_atomically(book, b"new")
    assert book.read_bytes() == b"old"
    assert names(tmp_path) == [book.name]


def test_a_file_that_is_let_go_in_time_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "_PATIENCE", 60.0)  # of a machine that does much else
    book = tmp_path / "a.xlsm"
    book.write_bytes(b"old")
    code = f"import time; f = open({os.fspath(book)!r}); print('held', flush=True); time.sleep(1); f.close()"
    with subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        write_atomically(book, b"new")
    assert book.read_bytes() == b"new"


def test_a_workbook_shared_with_nobody_is_not_called_a_lack_of_rights(sample: Path) -> None:
    with held(sample, SHARED_WITH_NOBODY), pytest.raises(NotAWorkbook) as raised:
        FileHost(sample).read()
    assert "占用" in raised.value.zh and "权限" not in raised.value.zh and "关闭" in raised.value.zh
    assert "another program holds it" in raised.value.en


def test_a_reply_shared_with_nobody_is_not_called_a_lack_of_rights(sample: Path) -> None:
    with held(sample, SHARED_WITH_NOBODY):
        refusal = read_reply(sample).refusal
    assert refusal is not None and "占用" in refusal.sentence("zh")


def test_a_folder_given_as_a_file_is_called_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "资料.xlsm"
    folder.mkdir()
    with pytest.raises(NotAWorkbook, match="这是文件夹"):
        FileHost(folder).read()
    monkeypatch.setattr(atomic.time, "sleep", lambda _: pytest.fail("there is nothing to wait for"))
    with pytest.raises(CannotWrite, match="是文件夹"):
        write_atomically(folder, b"new")
    assert names(tmp_path) == [folder.name]


def test_a_read_only_leftover_is_swept_and_a_read_only_file_leaves_none(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsm"
    book.write_bytes(b"old")
    with another_program() as gone:
        pass
    left = tmp_path / f".~a.xlsm.{gone.pid}-0123abcd.xl_collab-tmp"
    left.write_bytes(b"half")
    for path in (left, book):
        path.chmod(stat.S_IREAD)
    with pytest.raises(CannotWrite, match="只读"):
        write_atomically(book, b"new")
    assert sweep(book) == [left]
    assert names(tmp_path) == [book.name]
    book.chmod(stat.S_IWRITE)


def test_a_leftover_whose_number_another_program_has_by_now_is_swept(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsm"
    with another_program() as other:
        mark = birth_mark(other.pid)
        assert len(mark) == 8
        its_own = tmp_path / f".~a.xlsm.{other.pid}-{mark}-0123abcd.xl_collab-tmp"
        older = tmp_path / f".~a.xlsm.{other.pid}-{mark[::-1]}-0123abcd.xl_collab-tmp"
        for path in (its_own, older):
            path.write_bytes(b"half")
        assert sweep(book) == [older]
    assert sweep(book) == [its_own]


def test_the_folder_of_a_workbooks_records_is_hidden(sample: Path, cli: Callable[..., Ran]) -> None:
    before = sample.read_bytes()
    assert cli("run", sample).code == 0
    folder = Journal(sample).folder
    assert folder.stat().st_file_attributes & HIDDEN  # type: ignore[attr-defined,unused-ignore]
    assert sample.read_bytes() != before
    assert cli("undo", sample).code == 0
    assert sample.read_bytes() == before


# locks


def test_a_lock_whose_number_another_program_has_by_now_is_inherited(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsm"
    with another_program() as other:
        dead = replace(this_owner(), pid=other.pid, birth="133000000000000000", thread=1)
        record = {"token": "0123456789abcdef", **asdict(dead)}
        (tmp_path / ".a.xlsm.collab-lock").write_text(json.dumps(record), encoding="utf-8")
        assert lock.holder(book) is None
        with lock.hold(book, wait=0):
            pass
    assert names(tmp_path) == []


# processes


def test_the_job_object_is_made_and_ends_its_process() -> None:
    with another_program() as program:
        with holding(program, 1 << 30, 8):
            assert program.poll() is None
        program.wait(10)  # it waits for input that never comes: nothing but its job ends it
        assert program.poll() is not None


def test_a_reader_without_limits_is_refused() -> None:
    nothing = cast("subprocess.Popen[bytes]", SimpleNamespace(_handle=0))
    with pytest.raises(Uncapped, match="AssignProcessToJobObject"), holding(nothing, 1 << 30, 8):
        pytest.fail("it would run without limits")


@pytest.mark.parametrize(
    ("program", "seconds", "ended"),
    [
        ("import sys; sys.stdin.read(); print('ok')", 60, Ended.DONE),
        ("import time; time.sleep(3600)", 3, Ended.TIMEOUT),
        ("raise SystemExit(1)", 60, Ended.CRASHED),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", 60, Ended.OUTPUT),
    ],
)
def test_however_a_child_dies_the_parent_lives(program: str, seconds: float, ended: Ended) -> None:
    caps = Caps(seconds, 60, 1 << 30, 1 << 20)
    ran = run_capped([sys.executable, "-S", "-c", program], b"x" * 1_000_000, caps)
    assert ran.ended is ended


def test_a_reply_is_read_in_a_child(sample: Path) -> None:
    reply = read_reply(sample)
    assert reply.refusal is None
    assert "跟踪表" in [sheet.name for sheet in reply.sheets]


# consoles


def typed(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    """A command line in a process of its own, its output through pipes as in cmd's `>`."""
    usual = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONUTF8", "PYTHONIOENCODING")
    }
    command = [sys.executable, "-m", "xl_collab", *map(str, words)]
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, env=usual, check=False)


def test_a_console_of_code_page_936_shows_its_own_ticks_and_crosses() -> None:
    windows = this_windows()
    assert windows is not None
    if windows.code_page() != 936:
        pytest.skip("this Windows is not a Chinese one")
    shown = typed("doctor").stdout.decode("gbk")
    assert "√" in shown and "×" in shown and "?" not in shown


def test_a_tracker_shared_with_nobody_costs_a_portfolio_only_that_one(tmp_path: Path, sample: Path) -> None:
    folder = tmp_path / "项目"
    folder.mkdir()
    first, second = (Path(shutil.copy(sample, folder / name)) for name in ("甲.xlsm", "乙.xlsm"))
    with held(second, SHARED_WITH_NOBODY):
        told = json.loads(
            typed("portfolio", folder, "-o", tmp_path / "总览.xlsx", "--json").stdout.decode("utf-8")
        )
    assert [Path(project["path"]).name for project in told["projects"]] == [first.name]
    (left,) = told["skipped"]
    assert Path(left["path"]).name == second.name and left["grave"]
    assert "占用" in left["reason_zh"] and "关闭" in left["cure_zh"]


def test_json_is_utf8_whatever_the_console(sample: Path) -> None:
    found = json.loads(typed("doctor", "--json").stdout.decode("utf-8"))
    assert {"id", "state", "found", "cure"} == set(found[0])
    assert any("系统代码页" in one["found"] for one in found)


# install and doctor, with the registry keys that Office writes


SHELL_FOLDERS = r"Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"
MENU = r"Software\Classes\SystemFileAssociations\.xlsm\shell\xl_collab"


def put(root: int, key: str, name: str, value: str | int) -> None:
    import winreg

    registry: Any = winreg
    with registry.CreateKey(root, key) as opened:
        registry.SetValueEx(
            opened, name, 0, registry.REG_DWORD if isinstance(value, int) else registry.REG_SZ, value
        )


@pytest.fixture
def wine() -> None:
    """Installing, and putting Office's keys there, would change a real Windows."""
    if not hasattr(ctypes.CDLL("ntdll"), "wine_get_version"):
        pytest.skip("it would change the Office of this machine")


@pytest.fixture
def office(wine: None, tmp_path: Path) -> Path:
    """The user's start-up folder beside what Office 365 has in the registry, so far as doctor asks."""
    import winreg

    registry: Any = winreg
    program = tmp_path / "EXCEL.EXE"
    shutil.copy(sys.executable, program)
    user, machine = registry.HKEY_CURRENT_USER, registry.HKEY_LOCAL_MACHINE
    classes = registry.HKEY_CLASSES_ROOT
    put(machine, r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "", str(program))
    put(classes, r"Excel.Application\CLSID", "", EXCEL_CLASS.split("\\")[1])
    put(classes, EXCEL_CLASS, "", f'"{EXCEL}" /automation')
    put(user, r"Software\Microsoft\Office\16.0\Excel\Security", "VBAWarnings", 2)
    return program


@pytest.mark.usefixtures("office")
def test_after_install_the_doctor_finds_nothing_to_mend(tmp_path: Path) -> None:
    windows = this_windows()
    assert windows is not None
    carry_out(plan_install(windows, interface("zh"), home=tmp_path))
    found = {check.id: check for check in examine(Surroundings(interface, windows, home=tmp_path))}
    assert {"excel", "dll", "wps_not", "addin", "warm", "macros", "code_page"} <= set(found)
    bad = {one.id for one in found.values() if one.state == "problem"}
    assert not bad, [found[one].found("zh") for one in bad]


@pytest.mark.usefixtures("wine")
def test_the_file_managers_menu_is_written_works_and_goes(tmp_path: Path, sample: Path) -> None:
    windows = this_windows()
    assert windows is not None
    carry_out(plan_install(windows, interface("zh"), home=tmp_path))
    folder = Path(str(windows.registry("HKCU", SHELL_FOLDERS, "SendTo")))
    links = sorted(path.name for path in folder.glob("协同*"))
    assert links == ["协同：一键全部.lnk", "协同：撤销.lnk", "协同：校验.lnk"]
    link = windows.shortcut(str(folder / links[-1]))
    assert link is not None and link.program.lower() == sys.executable.lower()
    # Windows starts the program with the arguments, and the file in quotes behind them.
    book = tmp_path / "项目 100% & co^.xlsm"
    shutil.copyfile(sample, book)
    verb = MENU + r"\shell\02_validate"
    assert windows.registry("HKCU", verb, "MUIVerb") == "校验"
    line = str(windows.registry("HKCU", verb + r"\command"))
    for command in (line.replace("%1", str(book)), f'"{link.program}" {link.arguments} "{book}"'):
        ran = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, check=False, cwd=tmp_path
        )
        assert ran.returncode == 0, ran.stderr
        assert "校验结果" in ran.stdout.decode("gbk")
    assert not any(step.changes for step in plan_install(windows, interface("zh"), home=tmp_path))
    carry_out(plan_uninstall(windows, home=tmp_path))
    assert list(folder.glob("协同*")) == []
    assert windows.keys("HKCU", MENU.rpartition("\\")[0]) == ()


@pytest.mark.usefixtures("wine")
def test_an_install_that_excel_blocks_writes_nothing_and_says_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = this_windows()
    assert windows is not None
    monkeypatch.setattr(atomic, "_PATIENCE", 0.3)
    steps = plan_install(windows, interface("zh"), home=tmp_path)
    steps[0].path.parent.mkdir(parents=True, exist_ok=True)
    steps[0].path.write_bytes(b"an older add-in")
    steps = plan_install(windows, interface("zh"), home=tmp_path)
    with held(steps[0].path, SHARED_FOR_READING), pytest.raises(FileLocked, match="关闭所有 Excel 窗口"):
        carry_out(steps)
    assert names(tmp_path) == []
