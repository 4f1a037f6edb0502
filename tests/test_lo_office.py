"""Starting, attaching to, losing and ending LibreOffice: nothing of ours stays, nothing else is touched."""

from __future__ import annotations

import builtins
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import offices
import pytest
import xlwings as xw

from xl_collab.hosts import libreoffice
from xl_collab.hosts.libreoffice import office as office_module
from xl_collab.hosts.libreoffice.guard import LOCK, PREFIX, PROCESS, single_office_pipe, sweep
from xl_collab.hosts.libreoffice.office import Office
from xl_collab.hosts.libreoffice.uno_import import import_uno
from xl_collab.hosts.libreoffice.unsupported import NoLibreOffice, NotSupportedByLibreOffice, OfficeGone

SCRIPT = """
import sys, time
import xlwings as xw
from xl_collab.hosts import libreoffice
libreoffice.register(sys.argv[1])
app = {start}
{then}
print(app.impl.office.guard.profile if app.impl.office.guard else "", app.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def app() -> Iterator[xw.App]:
    yield from offices.started()


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether `holds` comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def pipe_of(profile: Path) -> list[Path]:
    """The file by which LibreOffice finds itself running with that profile."""
    return list(Path("/tmp").glob(f"OSL_PIPE_*_{single_office_pipe(profile)}"))


def script(
    transport: str = "auto", start: str = "xw.App(visible=False)", then: str = ""
) -> subprocess.Popen[str]:
    code = SCRIPT.format(start=start, then=then)
    command = [sys.executable, "-c", code, transport]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def told(process: subprocess.Popen[str]) -> tuple[Path, int]:
    """Profile and process number of the office that a script has started."""
    assert process.stdout is not None
    line = process.stdout.readline()
    profile, pid = line.rsplit(" ", 1)
    return Path(profile), int(pid)


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.mark.parametrize("transport", ["direct", "bridge"])
def test_quitting_leaves_nothing(transport: str) -> None:
    offices.need_office()
    libreoffice.register(transport)  # type: ignore[arg-type]
    with xw.App(visible=False) as app:
        profile, pipe = app.impl.office.guard.profile, app.impl.office.guard.pipe
        assert profile.is_dir()
        assert len(offices.processes(profile.name)) >= 2
        assert app.version.major >= 7
        assert app in xw.apps
    libreoffice.register("auto")
    assert not profile.exists()
    assert within(5, lambda: not offices.processes(profile.name))
    assert not list(Path("/tmp").glob(f"OSL_PIPE_*_{pipe}"))
    assert app not in list(xw.apps)


@pytest.mark.parametrize("transport", ["direct", "bridge"])
def test_killing_our_python_ends_its_office_and_clears_its_profile(transport: str) -> None:
    offices.need_office()
    process = script(transport)
    profile, pid = told(process)
    assert len(pipe_of(profile)) == 1
    assert any(found.pid == pid for found in offices.processes(profile.name))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert within(10, lambda: not profile.exists() and not offices.processes(profile.name))
    assert pipe_of(profile) == []


def test_what_a_killed_guard_leaves_is_swept_at_the_next_start() -> None:
    offices.need_office()
    process = script()
    profile, pid = told(process)
    guard = next(
        found for found in offices.processes(profile.name) if "guard.py" in " ".join(found.cmdline())
    )
    guard.kill()
    end(process)
    assert profile.is_dir()
    assert within(5, lambda: profile in sweep())
    assert within(5, lambda: not profile.exists() and not offices.processes(profile.name))
    assert pid not in [found.pid for found in offices.processes("soffice")]


def test_sweeping_leaves_the_living_and_the_strange_alone(app: xw.App, tmp_path: Path) -> None:
    held = app.impl.office.guard.profile
    strange = tmp_path / (PREFIX + "young")
    strange.mkdir()
    dead = tmp_path / (PREFIX + "dead")
    dead.mkdir()
    (dead / LOCK).touch()
    (dead / PROCESS).write_text(f"{os.getpid()} pipe")  # our own number: not that profile's office
    assert held not in sweep(Path(tempfile.gettempdir()))
    assert sweep(tmp_path) == [dead]
    assert (held.is_dir(), strange.is_dir(), dead.exists()) == (True, True, False)


@pytest.mark.parametrize("transport", ["direct", "bridge"])
def test_a_killed_office_is_a_clear_error_and_leaves_the_list(transport: str, tmp_path: Path) -> None:
    offices.need_office()
    libreoffice.register(transport)  # type: ignore[arg-type]
    app = xw.App(visible=False)
    libreoffice.register("auto")
    book = app.books[0]
    book.sheets[0]["A1"].value = "存过"
    book.save(tmp_path / "kept.xlsx")
    before = (tmp_path / "kept.xlsx").read_bytes()
    book.sheets[0]["A1"].value = "没存"
    os.kill(app.pid, signal.SIGKILL)
    with pytest.raises(OfficeGone, match="已退出"):
        within(5, lambda: book.sheets[0]["A1"].value is None)
    assert not app.impl.is_alive
    assert within(5, lambda: app.impl not in list(app.impl.apps))
    assert (tmp_path / "kept.xlsx").read_bytes() == before
    assert within(5, lambda: not app.impl.office.guard.profile.exists())
    app.quit()


def test_an_attached_office_is_used_and_left_running(app: xw.App) -> None:
    book = app.books.add()
    other = libreoffice.attach(f"pipe,name={app.impl.office.guard.pipe}")
    assert other.pid == app.pid
    assert other.books.count == app.books.count
    other.books[book.name].sheets[0]["A1"].value = "从外面"
    with pytest.raises(NotSupportedByLibreOffice, match=r"App\.kill"):
        other.kill()
    other.quit()
    assert book.sheets[0]["A1"].value == "从外面"
    book.close()


def test_a_client_killed_in_the_middle_leaves_no_window_frozen(app: xw.App) -> None:
    app.books.add()
    address = f"pipe,name={app.impl.office.guard.pipe}"
    then = "app.screen_updating = False; app.calculation = 'manual'; app.status_bar = '…'"
    process = script(start=f"libreoffice.attach({address!r})", then=then)
    assert process.stdout is not None
    process.stdout.readline()
    assert (app.screen_updating, app.calculation) == (False, "manual")
    end(process)
    assert within(5, lambda: (app.screen_updating, app.calculation) == (True, "automatic"))
    app.books[0].close()


def test_a_missing_office_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(Path(tempfile.gettempdir()).glob(PREFIX + "*"))
    monkeypatch.setattr(office_module, "find_soffice", lambda: None)
    with pytest.raises(NoLibreOffice) as caught:
        Office.start()
    assert "XL_COLLAB_SOFFICE" in caught.value.message("zh")
    assert "XL_COLLAB_SOFFICE" in caught.value.message("en")
    assert set(Path(tempfile.gettempdir()).glob(PREFIX + "*")) == before


@pytest.mark.parametrize("transport", ["direct", "bridge"])
def test_nobody_at_the_address_says_so(transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offices.need_office()
    from xl_collab.hosts.libreoffice.bridge import connect

    with pytest.raises(NoLibreOffice, match="连不上"):
        connect("pipe,name=nobody-listens-here", transport, seconds=0.2)  # type: ignore[arg-type]


def test_a_window_needs_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    libreoffice.register()
    with pytest.raises(NoLibreOffice, match="没有屏幕"):
        xw.App(visible=True)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An X server of our own."""
    program = shutil.which("Xvfb")
    if program is None:
        (pytest.fail if offices.MUST_HAVE else pytest.skip)("Xvfb is not installed")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1024x700x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told_number:
        monkeypatch.setenv("DISPLAY", ":" + told_number.readline().strip())
    yield
    server.terminate()
    server.wait()


def test_with_a_window_the_front_workbook_is_the_active_one(screen: None, tmp_path: Path) -> None:
    offices.need_office()
    libreoffice.register()
    with xw.App() as app:
        first = app.books[0]
        first.save(tmp_path / "一.xlsx")
        second = app.books.add()
        assert app.visible
        assert within(5, lambda: app.books.active == second)
        first.activate()
        assert within(5, lambda: app.books.active == first)
        app.status_bar = "正在检查…"
        first.sheets.add("看得见").activate()
        assert first.sheets.active.name == "看得见"
        app.status_bar = False
        with pytest.raises(NotSupportedByLibreOffice, match="visible"):
            app.visible = False


def test_importing_uno_leaves_the_interpreter_as_it_was() -> None:
    offices.need_office()
    code = (
        "import builtins, sys; before, path = builtins.__import__, list(sys.path);"
        "from xl_collab.hosts.libreoffice.uno_import import import_uno; import_uno();"
        "print(builtins.__import__ is before, sys.path == path, 'uno' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["True", "True", "True"]
    assert import_uno() is import_uno()
    assert builtins.__import__.__module__ == "builtins"


def test_registering_twice_is_one_engine() -> None:
    first, second = libreoffice.register(), libreoffice.register()
    assert first is second
    assert [engine.name for engine in xw.engines].count("libreoffice") == 1
