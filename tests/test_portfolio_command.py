"""The command portfolio as people meet it: what it refuses, what it lists, how it is stopped and goes on."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import company
import pytest
from command_line import Ran
from extras import needs

needs("pyarrow", "duckdb")

HERE = Path(__file__).parent
BAD = ("encrypted.xlsx", "dtd-bomb.xlsx", "strict.xlsx", "truncated.xlsx")
Cli = Callable[..., Ran]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    company.write(folder, 3, size=5)
    return folder


@pytest.fixture
def share(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(made, tmp_path / "项目"))


def hostile(share: Path) -> None:
    """What lies about on a share."""
    whole = sorted(share.rglob("*.xlsx"))[0].read_bytes()
    for name in (
        "encrypted.xlsx",
        "dtd-bomb.xlsx",
        "strict.xlsx",
        "truncated.xlsx",
        "merged.xlsx",
        "pivot.xlsx",
    ):
        shutil.copy(HERE / "corpus" / "files" / name, share / name)
    for path in (HERE / "earlier").glob("*.xlsm"):
        shutil.copy(path, share / path.name)
    (share / "拷了一半.xlsx").write_bytes(whole[: len(whole) // 3])
    (share / "空.xlsx").write_bytes(b"")
    (share / "~$打开着.xlsx").write_bytes(b"\5owner")
    (share / "再存一份.xlsx").write_bytes(whole)
    (share / "清单.csv").write_text("a,b", encoding="utf-8")
    first = sorted(share.rglob("*.xlsx"))[0]
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(share / "没有表头.xlsx", "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/sharedStrings.xml":
                data = re.sub("<t>(?=责任部门|主要任务|前置|状态|环节|编号|时间节点)".encode(), b"<t>x", data)
            target.writestr(name, data)
    (share / "去哪了.xlsx").symlink_to(share / "没有.xlsx")


def test_a_hostile_folder_is_told_file_by_file_and_ends_with_one(share: Path, cli: Cli) -> None:
    hostile(share)
    ran = cli("portfolio", share, "-o", "all.xlsx", "--json")
    assert ran.code == 1 and "Traceback" not in ran.err, ran.err
    told = {Path(row["path"]).name: row for row in ran.json["skipped"]}
    read = {Path(row["path"]).name for row in ran.json["projects"]}
    files = {path.name for path in share.rglob("*") if not path.is_dir()}
    assert read | set(told) == files and not read & set(told)
    grave = {name for name, row in told.items() if row["grave"]}
    assert {
        "encrypted.xlsx",
        "dtd-bomb.xlsx",
        "strict.xlsx",
        "truncated.xlsx",
        "拷了一半.xlsx",
        "空.xlsx",
    } <= grave
    assert "去哪了.xlsx" in grave
    assert {"~$打开着.xlsx", "merged.xlsx", "pivot.xlsx", "清单.csv"} <= set(told) - grave
    assert all(
        row["reason_zh"] and row["cure_zh"] and row["reason_en"] and row["cure_en"] for row in told.values()
    )
    assert read & {path.name for path in (HERE / "earlier").glob("*.xlsm")}, "older trackers are read"
    assert (share.parent / "all.xlsx").stat().st_size > 10_000
    assert cli("portfolio", share, "-o", "all.xlsx").code == 1  # its own workbook is replaced, and not read


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answer_puts_files_under_their_reason_and_cure(share: Path, cli: Cli, lang: str) -> None:
    hostile(share)
    said = cli("portfolio", share, "--lang", lang).out
    mend, fine = ("须处理：", "不必处理：") if lang == "zh" else ("To be mended: ", "Nothing to mend: ")
    grave, rest = said.split(mend)[1].split(fine)
    assert "    项目/encrypted.xlsx" in grave and "    项目/~$打开着.xlsx" in rest
    assert ("去掉密码" if lang == "zh" else "password") in grave
    assert str(share) not in grave  # paths as they are seen from here
    if lang == "en":
        sentences = [line for line in grave.splitlines() if not line.startswith("    ")]
        assert not re.search("[\u4e00-\u9fff]", " ".join(sentences)), sentences


def test_what_cannot_be_done_is_said_before_anything_is_read(share: Path, cli: Cli) -> None:
    Path("a.txt").write_text("x", encoding="utf-8")
    refusals = {
        ("-o", "a.pdf"): ".pdf",
        ("-o", "没有/a.xlsx"): "没有",
        ("--store", "a.txt"): "a.txt",
        ("--digest", "a.txt"): "a.txt",
        ("--workers", "2", "--scheduler", "tcp://x:1"): "--scheduler",
        ("--as-of", "2024-13-01"): "2024-13-01",
    }
    for words, named in refusals.items():
        ran = cli("portfolio", share, *words)
        assert (ran.code, ran.out) == (2, ""), (words, ran)
        assert named in ran.err and "xl-collab.log" not in ran.err, (words, ran.err)


def test_a_share_that_is_not_there_takes_nothing_away(share: Path, cli: Cli) -> None:
    cli("portfolio", share, "-o", "all.xlsx", "--store", "store")
    before = Path("all.xlsx").read_bytes()
    gone = share.rename(share.with_name("别处"))
    ran = cli("portfolio", share, "-o", "all.xlsx", "--store", "store")
    assert ran.code == 2 and str(share) in ran.err
    assert Path("all.xlsx").read_bytes() == before
    (share.parent / "又一处").mkdir()
    one_missing = cli("portfolio", share, "又一处", "-o", "b.xlsx", "--store", "store", "--json")
    assert one_missing.code == 1
    assert [row["kind"] for row in one_missing.json["skipped"]] == ["no_such"]
    gone.rename(share)
    again = cli("portfolio", share, "-o", "all.xlsx", "--store", "store")
    assert again.code == 0 and "读取 0 个文件，沿用上次 3 个" in again.out, again.out


def test_no_tracker_at_all_writes_nothing(tmp_path: Path, cli: Cli) -> None:
    ran = cli("portfolio", tmp_path, "-o", tmp_path / "all.xlsx")
    assert ran.code == 1 and "没有找到跟踪表" in ran.out
    assert not (tmp_path / "all.xlsx").exists()
    assert cli("portfolio", tmp_path, "--json").json["projects"] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on POSIX only")
def test_a_pipe_is_not_waited_for(share: Path, cli: Cli) -> None:
    os.mkfifo(share / "pipe.xlsx")
    ran = cli("portfolio", share, "--json")
    assert ran.code == 0
    assert [row["kind"] for row in ran.json["skipped"]] == ["no_file"]


def test_a_folder_that_cannot_be_opened_is_told(
    share: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = share / "关着"
    closed.mkdir()
    closed.chmod(0)
    if os.access(closed, os.R_OK):  # root and Windows open it all the same
        opened = os.scandir

        def refusing(path: str = ".") -> object:
            if Path(path) == closed:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
            return opened(path)

        monkeypatch.setattr(os, "scandir", refusing)
    try:
        ran = cli("portfolio", share, "--json")
    finally:
        closed.chmod(stat.S_IRWXU)
    assert ran.code == 1
    assert [(row["path"], row["kind"]) for row in ran.json["skipped"]] == [(str(closed), "unreadable")]


@pytest.mark.parametrize("table", ["index", "tasks", "projects"])
def test_a_damaged_store_is_told_with_a_way_on(share: Path, cli: Cli, table: str) -> None:
    cli("portfolio", share, "--store", "store")
    (file,) = Path("store", table).rglob("*.parquet")
    file.write_bytes(file.read_bytes()[:40])
    ran = cli("portfolio", share, "--store", "store", "-o", "all.xlsx")
    assert ran.code == 2 and file.name in ran.err and "store 改名" in ran.err, ran.err
    file.unlink()
    ran = cli("portfolio", share, "--store", "store", "-o", "all.xlsx")
    assert ran.code == (0 if table == "index" else 2), ran.err  # without the index all is new
    Path("store").rename("旧")
    assert cli("portfolio", share, "--store", "store", "-o", "all.xlsx").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a signal cannot be sent to one process there")
def test_ctrl_c_ends_at_once_and_the_next_run_goes_on(share: Path, tmp_path: Path, cli: Cli) -> None:
    company.write(share, 77, first=10, size=5)
    line = [sys.executable, "-m", "xl_collab", "portfolio", str(share), "--store", "store", "--workers", "1"]
    # Under a shell's & the signal is ignored, and children inherit that.
    started = subprocess.Popen(line, stderr=subprocess.PIPE, restore_signals=True, preexec_fn=_hearing)
    heard = tmp_path / "store"
    while started.poll() is None and not heard.is_dir():
        time.sleep(0.02)
    time.sleep(0.3)
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=30)
    assert started.returncode == 130
    assert "再运行一次" in said.decode() and "Traceback" not in said.decode(), said.decode()
    again = cli("portfolio", share, "--store", "store", "--json")
    assert again.code == 0 and len(again.json["projects"]) == 80
    plain = cli("portfolio", share, "--json").json
    assert [row["red"] for row in plain["projects"]] == [row["red"] for row in again.json["projects"]]


def _hearing() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
