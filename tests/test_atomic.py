"""A file is the old one or the new one, whatever happens in between."""

from __future__ import annotations

import errno
import io
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

from xl_collab.errors import CannotWrite, FileLocked
from xl_collab.hosts import atomic
from xl_collab.hosts.atomic import copy_atomically, sweep, write_atomically
from xl_collab.hosts.owner import birth_mark

posix_only = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions, links and signals")


def leftovers(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name.endswith("xl_collab-tmp")]


def test_new_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "跟踪表 1.xlsx"
    assert write_atomically(path, b"one") == path
    assert path.read_bytes() == b"one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["跟踪表 1.xlsx"]


def test_a_writer_gets_a_stream(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", lambda stream: stream.write(b"streamed") and None)
    assert (tmp_path / "a").read_bytes() == b"streamed"


@posix_only
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.xlsx", tmp_path / "link.xlsx"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    assert write_atomically(link, b"new") == real
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_failed_verification_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    seen = []

    def refuse(temp: Path) -> None:
        seen.append(temp.read_bytes())
        raise CannotWrite("不对", "wrong")

    with pytest.raises(CannotWrite):
        write_atomically(path, b"new", verify=refuse)
    assert seen == [b"new"]
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_backup_holds_the_old_bytes(tmp_path: Path) -> None:
    path, backup = tmp_path / "a.xlsx", tmp_path / "a.bak.xlsx"
    path.write_bytes(b"old")
    write_atomically(path, b"new", backup=backup)
    assert (path.read_bytes(), backup.read_bytes()) == (b"new", b"old")


def test_copy_keeps_the_time(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"content")
    os.utime(source, (1_600_000_000, 1_600_000_000))
    copy_atomically(source, tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"content"
    assert int((tmp_path / "b").stat().st_mtime) == 1_600_000_000


def test_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="不存在"):
        write_atomically(tmp_path / "nowhere" / "a.xlsx", b"new")


def test_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def overflow(stream: io.BufferedWriter) -> None:
        stream.write(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(CannotWrite) as caught:
        write_atomically(path, overflow)  # type: ignore[arg-type]
    assert "disk is full" in caught.value.en
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_really_full_device_is_recognised(tmp_path: Path) -> None:
    def pour(stream: io.BufferedWriter) -> None:
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(b"x")

    with pytest.raises(CannotWrite, match="磁盘空间不足"):
        write_atomically(tmp_path / "a", pour)  # type: ignore[arg-type]


class Busy(OSError):
    """What Windows raises when another program holds the file."""

    def __init__(self, code: int) -> None:
        super().__init__(errno.EACCES, "The process cannot access the file")
        self.winerror = code


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_lock_that_goes_away_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    path, real, tries = tmp_path / "a.xlsx", os.replace, []

    def replace_third_time(source: Path, target: Path) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise Busy(code)
        real(source, target)

    monkeypatch.setattr(atomic.os, "replace", replace_third_time)
    monkeypatch.setattr(atomic, "_PAUSE", 0.01)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert len(tries) == 3


def test_a_lock_that_stays_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def never(source: Path, target: Path) -> None:
        raise Busy(32)

    monkeypatch.setattr(atomic.os, "replace", never)
    monkeypatch.setattr(atomic, "_PATIENCE", 0.1)
    with pytest.raises(FileLocked) as caught:
        write_atomically(path, b"new")
    assert "关闭" in caught.value.zh
    assert path.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_only_leftovers_of_dead_processes_are_swept(tmp_path: Path) -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    dead = tmp_path / f".~a.xlsx.{done.pid}-00000000.xl_collab-tmp"
    alive = tmp_path / f".~a.xlsx.{os.getpid()}-00000000.xl_collab-tmp"
    other = tmp_path / f".~b.xlsx.{done.pid}-00000000.xl_collab-tmp"
    office = tmp_path / "~$a.xlsx"
    for path in (dead, alive, other, office):
        path.write_bytes(b"")
    assert sweep(tmp_path / "a.xlsx") == [dead]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([alive.name, other.name, office.name])


def test_a_leftover_whose_number_another_process_has_by_now_is_swept(tmp_path: Path) -> None:
    mark = birth_mark(os.getpid())
    its_own = tmp_path / f".~a.xlsx.{os.getpid()}-{mark}-00000000.xl_collab-tmp"
    older = tmp_path / f".~a.xlsx.{os.getpid()}-{mark[::-1]}-00000000.xl_collab-tmp"
    for path in (its_own, older):
        path.write_bytes(b"")
    assert sweep(tmp_path / "a.xlsx") == [older]
    assert its_own.exists()


def test_a_temp_file_bears_the_mark_of_its_process(tmp_path: Path) -> None:
    seen: list[str] = []
    write_atomically(tmp_path / "a.xlsx", b"new", verify=lambda temp: seen.append(temp.name))
    assert seen[0].startswith(f".~a.xlsx.{os.getpid()}-{birth_mark(os.getpid())}-")


def test_a_folder_of_that_name_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(CannotWrite, match="是文件夹"):
        write_atomically(tmp_path / "a.xlsx", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]


CHILD = textwrap.dedent(
    """
    import io, sys, zipfile
    from xl_collab.hosts.atomic import write_atomically
    path, number = sys.argv[1], 0
    def archive(number):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as out:
            out.writestr("n", str(number) * 60_000)
        return stream.getvalue()
    print("ready", flush=True)
    while True:
        number += 1
        write_atomically(path, archive(number % 10))
    """
)


def kill_rounds(folder: Path, rounds: int) -> None:
    """Children that save in a loop are killed at random moments; the file must open after each."""
    path, dice, swept = folder / "a.xlsx", random.Random(20231008), 0
    for _ in range(rounds):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.05))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        if path.exists():
            with zipfile.ZipFile(path) as archive:
                content = archive.read("n")
            assert len(content) == 60_000
            assert len(set(content)) == 1
        swept += len(sweep(path))
        assert leftovers(folder) == []
    assert path.exists()
    assert swept > 0, "no child was caught in the middle: the test proves nothing"


@posix_only
def test_fifty_kills_never_leave_half_a_file(tmp_path: Path) -> None:
    kill_rounds(tmp_path, 50)


@posix_only
@pytest.mark.soak
def test_five_hundred_kills_never_leave_half_a_file(tmp_path: Path) -> None:
    kill_rounds(tmp_path, 500)
