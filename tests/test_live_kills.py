"""Killing LibreOffice or Python in the middle of a live action: the file as it was, and a clear message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import contract
import make
import offices
import pytest
from offices import OpenBook, Program
from test_live import EDIT, many

from xl_collab.commands.live_session import LiveSession
from xl_collab.commands.run_all import run_all
from xl_collab.errors import FileLocked
from xl_collab.hosts.file import FileHost
from xl_collab.hosts.libreoffice.connection import OfficeGone
from xl_collab.hosts.live.host import LiveHost

pytestmark = pytest.mark.slow

office = pytest.fixture(scope="module")(offices.started)


@pytest.fixture
def app(office: Program) -> Iterator[Program]:
    yield office
    for book in office.books:
        book.close()


def kill_during(app: Program, number: int, kill: Callable[[], None], after: float) -> None:
    """Call `kill` `after` seconds into the call of that number (from 1) that `app` sends next."""
    wire, count = app.connection.wire, 0
    send = wire.send

    def sending(text: str) -> str:
        nonlocal count
        count += 1
        if count == number:
            threading.Timer(after, kill).start() if after else kill()
        return str(send(text))

    wire.send = sending


@contextmanager
def own_office() -> Iterator[Program]:
    app = Program()
    try:
        yield app
    finally:
        app.kill()


# Calls of `run`: 1 overview, 2 cells, 3 status bar, 4 cells again, 5 everything is written, 6 status bar.
@pytest.mark.parametrize(("call", "after"), [(2, 0.0), (5, 0.0), (5, 0.03), (5, 0.15)])
def test_killing_libreoffice_leaves_the_file_as_it_was_and_says_so(
    app: Program, tmp_path: Path, call: int, after: float
) -> None:
    path = many(tmp_path / "t.xlsx", 200)
    before = make.digest(path)
    with own_office() as victim:
        book = victim.books.open(path)
        pid = victim.pid
        kill_during(victim, call, lambda: os.kill(pid, signal.SIGKILL), after)
        with pytest.raises(OfficeGone) as told:
            for _ in range(20):
                run_all(LiveSession(book, date(2023, 11, 13)), "run")
                book.sheets["跟踪表"]["F5"].value = date(2023, 10, 30)
        assert "请重新打开再试" in told.value.message("zh")
        assert "as last saved" in told.value.message("en")
    assert make.digest(path) == before
    assert len(FileHost(path).read().tables["tracker"]) == 200
    leftover = path.with_name(f".~lock.{path.name}#")
    if leftover.exists():  # the dead program's; on the command line the tool says so itself
        with pytest.raises(FileLocked, match="删除残留"):
            FileHost(path).apply([EDIT])
        leftover.unlink()
    again = app.books.open(path)
    assert run_all(LiveSession(again, date(2023, 11, 13)), "run").applied.written
    assert LiveHost(again).undo().command == "run"


CHILD = """
import os, signal, sys, threading
from datetime import date
from xl_collab.hosts.libreoffice.office import Office
from xl_collab.commands.run_all import run_all
from xl_collab.commands.live_session import LiveSession
address, name, number, after = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
office = Office(address)
book = next(book for book in office.workbooks() if book.name == name)
wire, count = office.connection.wire, 0
send = wire.send
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def sending(text):
    global count
    count += 1
    if count == number:
        threading.Timer(after, die).start() if after else die()
    return send(text)
wire.send = sending
run_all(LiveSession(book, date(2023, 11, 13)), "run")
"""


@pytest.mark.parametrize(("call", "after"), [(4, 0.0), (5, 0.0), (5, 0.02), (6, 0.0)])
def test_killing_python_leaves_all_or_nothing_and_a_window_that_works(
    app: Program, tmp_path: Path, call: int, after: float
) -> None:
    path = many(tmp_path / "t.xlsx", 200)
    before = make.digest(path)
    book = app.books.open(path)
    first = contract.content(LiveHost(book).read())
    arguments = [app.address, path.name, str(call), str(after)]
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments], capture_output=True, check=False, timeout=60
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    until(lambda: app.automatic)
    until_still(book)
    now = contract.content(LiveHost(book).read())
    done = bool(now["generated"])
    assert len(now["generated"]) in (0, 6)
    assert (now == first) is not done
    assert done is (call == 6) or after > 0
    assert make.digest(path) == before
    assert run_all(LiveSession(book, date(2023, 11, 13)), "run").applied.written is not done
    LiveHost(book).undo()
    assert contract.content(LiveHost(book).read()) == first


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for LibreOffice to notice that its client is gone."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def until_still(book: OpenBook) -> None:
    """Wait until LibreOffice has finished what the dead client asked for."""
    seen: list[object] = []
    for _ in range(50):
        seen.append(contract.content(LiveHost(book).read()))
        if len(seen) > 2 and seen[-1] == seen[-2] == seen[-3]:
            return
        time.sleep(0.1)
    raise AssertionError("the workbook does not come to rest")
