"""The progress window and the questions, as real windows under Xvfb, pressed by xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import _missing

from xl_collab.ui.dialogs import NoWindows, WindowAsk
from xl_collab.ui.progress_window import Cancelled, ProgressWindow


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A screen of our own."""
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            _missing(program)
    pytest.importorskip("tkinter")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def screen(display: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", display)
    return display


def _find(seconds: float = 8) -> str:
    """Id of the Tk window that is to be seen, waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        command = ["xdotool", "search", "--onlyvisible", "--class", "Tk"]
        found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no window")


def _do(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True)


def _click_in(window: str, right: int, bottom: int) -> None:
    """A mouse click, so far from the right and lower edges of a window."""
    told = subprocess.run(
        ["xdotool", "getwindowgeometry", "--shell", window], capture_output=True, text=True, check=True
    )
    shape = dict(line.split("=") for line in told.stdout.split())
    x, y = int(shape["X"]) + int(shape["WIDTH"]) - right, int(shape["Y"]) + int(shape["HEIGHT"]) - bottom
    _do("mousemove", str(x), str(y), "click", "1")


def test_cancel_stops_the_work_before_anything_is_written(screen: str) -> None:
    written = False
    with pytest.raises(Cancelled, match="没有改动"), ProgressWindow("zh", after=0) as window:
        with window.step("reading"):
            _click_in(_find(), 50, 28)
            assert window._cancelled.wait(8)
        with window.step("writing"):
            written = True
    assert not written


def test_a_quick_command_opens_no_window(screen: str) -> None:
    with ProgressWindow("zh") as window, window.step("reading"):
        pass
    assert window._child is None


def test_once_writing_has_begun_it_cannot_be_cancelled(screen: str) -> None:
    with ProgressWindow("en", after=0) as window:
        with window.step("writing"):
            _click_in(_find(), 50, 28)
            assert not window._cancelled.wait(0.5)
        child = window._child
    assert child is not None
    assert child.returncode == 0


def test_a_window_that_was_killed_does_not_stop_the_work(screen: str) -> None:
    with ProgressWindow("zh", after=0) as window:
        with window.step("reading"):
            _find()
            assert window._child is not None
            window._child.kill()
            window._child.wait()
        with window.step("writing"):
            done = True
    assert done


def test_the_window_goes_when_its_parent_is_gone(screen: str) -> None:
    with ProgressWindow("zh", after=0) as window, window.step("reading"):
        _find()
        child = window._child
        assert child is not None
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(5) == 0


def test_without_a_screen_the_work_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with ProgressWindow("zh", after=0) as window, window.step("reading"):
        time.sleep(0.05)
    assert window._child is None
    with pytest.raises(NoWindows, match="命令行"):
        WindowAsk("zh").confirm("?")


def _while_asked(*steps: tuple[str, ...]) -> threading.Thread:
    def act() -> None:
        window = _find()
        time.sleep(0.3)
        _do("windowfocus", "--sync", window)
        for step in steps:
            _do(*step)

    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_questions_are_answered_by_key_and_mouse(screen: str) -> None:
    ask = WindowAsk("zh")
    person = _while_asked(("type", "5"), ("key", "Return"))
    assert ask.text("推迟几个工作日？", "1") == "15"
    person.join()
    person = _while_asked(("key", "Escape"))
    assert ask.text("推迟几个工作日？") is None
    person.join()
    person = _while_asked(("key", "Down"), ("key", "Return"))
    assert ask.choose("选择场景", ["甲", "乙", "丙"], many=False) == (1,)
    person.join()
    person = _while_asked(("key", "Return"))
    assert ask.choose("选中要采纳的", ["甲", "乙"], many=True) == ()
    person.join()
    person = _while_asked(("key", "space"), ("key", "Down"), ("key", "space"), ("key", "Return"))
    assert ask.choose("选中要采纳的", ["甲", "乙", "丙"], many=True) == (0, 1)
    person.join()
    person = _while_asked(("key", "Return"))
    assert ask.confirm("冻结？") is True
    person.join()


def test_replies_are_chosen_in_the_workbooks_folder(screen: str, tmp_path: Path) -> None:
    for name in ("a.eml", "b.xlsx"):
        (tmp_path / name).touch()
    ask = WindowAsk("zh", tmp_path)
    person = _while_asked(("type", "a.eml"), ("key", "Return"))
    assert ask.open_replies("挑选几个文件") == (tmp_path / "a.eml",)
    person.join()
    person = _while_asked(("key", "Escape"))
    assert ask.open_replies("挑选几个文件") is None
    person.join()


@pytest.mark.parametrize(("count", "widest"), [(40, 800), (120, 900)])
def test_a_long_item_is_shown_whole_or_can_be_scrolled(screen: str, count: int, widest: int) -> None:
    seen: list[int] = []
    person = threading.Thread(target=lambda: (seen.append(_width(_find())), _do("key", "Escape")))
    person.start()
    WindowAsk("zh").choose("选中要采纳的", ["长" * count], many=True)
    person.join()
    assert 400 < seen[0] < widest


def _width(window: str) -> int:
    command = ["xdotool", "getwindowgeometry", "--shell", window]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return int(dict(line.split("=") for line in told)["WIDTH"])
