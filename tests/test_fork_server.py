"""Reading processes forked from a server: as apart, as limited and as mortal as those started afresh."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests import hostile
from tests.hostile import good, sheet
from xl_collab.exchange.gate import child as fork_server
from xl_collab.exchange.gate.child import Caps, Ended, ForkServer, ForkServers
from xl_collab.exchange.gate.gate import read_reply, read_reply_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file gets a fresh Python")
CAPS = Caps(2.5, 1, 1 << 30, 1 << 20)

# What a process does is told by the "file" that it gets.
PROGRAM = """
import os, socket, sys, time
from xl_collab.exchange.gate.child import OUT_OF_MEMORY, limit_self
from xl_collab.exchange.gate.child import serve

def read(cpu_seconds, memory, source, answer):
    limit_self(cpu_seconds, memory)
    told = source.read()
    if told == b"abort":
        os.abort()
    if told == b"raise":
        raise ValueError
    if told == b"sleep":
        time.sleep(60)
    while told == b"burn":
        pass
    while told == b"flood":
        answer.write(b"x" * 65536)
    if told == b"memory":
        try:
            bytearray(2 << 30)
        except MemoryError:
            return OUT_OF_MEMORY
    if told == b"sockets":
        links = (os.readlink("/proc/self/fd/" + name) for name in ("3", "4", "5", "6", "7", "8")
                 if os.path.islink("/proc/self/fd/" + name))
        answer.write(b" ".join(link.encode() for link in links))
    if told == b"number":
        answer.write(b"%d" % os.getpid())
    return 0

serve(int(sys.argv[1]), read)
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkServer]:
    """A fork server whose processes do as PROGRAM says."""
    monkeypatch.setattr(fork_server, "_command", lambda *given: [sys.executable, "-c", PROGRAM, given[-1]])
    found = ForkServer()
    yield found
    found.close()


@pytest.mark.parametrize(
    ("told", "ended"),
    [
        (b"abort", Ended.CRASHED),
        (b"raise", Ended.CRASHED),
        (b"sleep", Ended.TIMEOUT),
        (b"burn", Ended.TIMEOUT),
        (b"flood", Ended.OUTPUT),
        (b"memory", Ended.MEMORY),
    ],
)
def test_however_one_file_ends_its_process_the_next_is_read(
    server: ForkServer, told: bytes, ended: Ended
) -> None:
    assert server.run(told, CAPS).ended is ended
    after = server.run(b"number", CAPS)
    assert after.ended is Ended.DONE and after.output.isdigit()


def test_each_file_has_a_process_of_its_own(server: ForkServer) -> None:
    numbers = {server.run(b"number", CAPS).output for _ in range(3)}
    assert len(numbers) == 3 and b"%d" % server._process.pid not in numbers


def test_who_reads_a_file_does_not_hold_the_channel_on_which_processes_are_asked_for(
    server: ForkServer,
) -> None:
    assert b"socket" not in server.run(b"sockets", CAPS).output


def test_a_fork_server_reads_what_a_fresh_process_reads() -> None:
    before = psutil.Process().children()
    files = [good(), sheet(hostile.text_row(1, "首")), hostile.overlapping(), Path(__file__).read_bytes()]
    with ForkServers() as servers:
        forked = [read_reply_bytes(data, "回复.xlsx", run=servers.run) for data in files]
    assert forked == [read_reply_bytes(data, "回复.xlsx") for data in files]
    assert [reply.refusal is None for reply in forked] == [True, True, False, False]
    assert psutil.Process().children() == before


def test_a_fork_server_that_was_killed_costs_no_reply() -> None:
    before = psutil.Process().children()
    with ForkServers() as servers:
        first = read_reply_bytes(good(), "回复.xlsx", run=servers.run)
        (process,) = set(psutil.Process().children()) - set(before)
        os.kill(process.pid, signal.SIGKILL)
        assert read_reply_bytes(good(), "回复.xlsx", run=servers.run) == first
    assert first.refusal is None


def test_files_are_read_side_by_side() -> None:
    before = psutil.Process().children()
    with ForkServers() as servers, ThreadPoolExecutor(3) as pool:
        replies = list(pool.map(lambda n: read_reply_bytes(good(), str(n), run=servers.run), range(9)))
    assert [reply.verdict.name for reply in replies] == [str(n) for n in range(9)]
    assert {reply.refusal for reply in replies} == {None}
    assert psutil.Process().children() == before


def test_modules_beside_a_reply_are_executed_by_no_reading_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailed folder must not inject code, by whatever names the standard library imports."""
    for name in ("selectors", "struct", "signal", "json", "socket", "multiprocessing", "xl_collab"):
        planted = f"open({str(tmp_path / 'owned')!r}, 'a').write({name!r})\nraise ImportError\n"
        (tmp_path / f"{name}.py").write_text(planted, encoding="utf-8")
    (tmp_path / "回复.xlsx").write_bytes(good())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "." + os.pathsep + os.environ.get("PYTHONPATH", ""))
    with ForkServers() as servers:
        forked = read_reply_bytes((tmp_path / "回复.xlsx").read_bytes(), "回复.xlsx", run=servers.run)
    alone = read_reply(tmp_path / "回复.xlsx")
    assert not (tmp_path / "owned").exists()
    assert forked.refusal is None and alone.refusal is None
