"""The log: in the user's own folder, bounded, told where it is; and never a reason to stop."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

import pytest

from tests.make import row, tracker
from xl_collab import log as log_file
from xl_collab.commands import session
from xl_collab.log import LARGEST, log, log_path, written
from xl_collab.project.timing import deadlines
from xl_collab.project.timing.deadlines import parse_deadline
from xl_collab.ui.cli import main
from xl_collab.ui.function_server import _answered

BAD = "这一格会出错"


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args: object) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        shown = capsys.readouterr()
        return Ran(int(ended.value.code or 0), shown.out, shown.err)

    return run


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of one test, and a reader with a mistake in it."""
    path = tmp_path / "state" / "mine.log"
    monkeypatch.setenv("XL_COLLAB_LOG", str(path))
    monkeypatch.setattr(log_file._FILE, "count", 0)
    real = deadlines._from_text

    def wrong(text: str, *rest: object) -> object:
        if text == BAD:
            raise IndexError("substring not found")
        return real(text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(deadlines, "_from_text", wrong)
    return path


@pytest.mark.parametrize(
    ("platform", "environ", "wanted"),
    [
        ("linux", {"HOME": "/home/wang"}, "/home/wang/.local/state/xl-collab/xl-collab.log"),
        ("linux", {"HOME": "/home/wang", "XDG_STATE_HOME": "/s"}, "/s/xl-collab/xl-collab.log"),
        ("darwin", {"HOME": "/Users/wang"}, "/Users/wang/Library/Logs/xl-collab/xl-collab.log"),
        (
            "win32",
            {"USERPROFILE": "C:/王芳", "LOCALAPPDATA": "C:/王芳/L"},
            "C:/王芳/L/xl-collab/xl-collab.log",
        ),
        ("win32", {"USERPROFILE": "C:/王芳"}, "C:/王芳/AppData/Local/xl-collab/xl-collab.log"),
        ("linux", {"HOME": "/home/wang", "XL_COLLAB_LOG": "/var/a.log"}, "/var/a.log"),
    ],
)
def test_the_log_is_in_the_users_own_folder(platform: str, environ: dict[str, str], wanted: str) -> None:
    assert PurePath(log_path(environ, platform)).as_posix() == wanted


def test_a_cell_that_failed_is_in_the_log_and_the_command_says_where(
    mine: Path, tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    folder = tmp_path / "项目"
    folder.mkdir()
    path = tracker(folder / "t.xlsx", [row("T1", deadline=BAD)])
    ran = cli("validate", path)
    assert ran.code == 1 and "E128" in ran.out
    assert str(mine) in ran.err.replace("\n", "")
    entry = mine.read_text(encoding="utf-8")
    assert BAD in entry and "Traceback" in entry and "IndexError: substring not found" in entry
    assert [one.name for one in folder.iterdir() if one.suffix == ".log"] == []
    assert "--json" not in ran.err
    assert str(mine) not in cli("workdays", "2023-10-09", "2023-10-10").err, "said once, by who wrote it"


def test_what_nobody_foresaw_ends_in_one_line_and_in_the_log(
    mine: Path, tmp_path: Path, cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("never thought of")

    monkeypatch.setattr(session.Session, "_opened", broken)
    ran = cli("variance", tmp_path / "t.xlsx")
    assert ran.code == 2
    assert "Traceback" not in ran.err + ran.out
    assert "ZeroDivisionError: never thought of" in ran.err and str(mine) in ran.err
    assert "Traceback" in mine.read_text(encoding="utf-8")


def test_a_worksheet_function_that_failed_is_in_the_same_log(mine: Path) -> None:
    class Broken:
        def answer(self, question: object) -> dict[str, object]:
            raise ZeroDivisionError("never thought of")

    assert _answered(Broken(), {"call": "rag"})["rows"]  # type: ignore[arg-type]
    assert "never thought of" in mine.read_text(encoding="utf-8")


def test_the_log_is_bounded(mine: Path) -> None:
    mine.parent.mkdir()
    mine.write_bytes(b"x" * (LARGEST + 1))
    old = mine.with_suffix(".1.log")
    old.write_text("older")
    for n in range(1000):
        log().error("entry %d %s", n, "y" * 50_000)
    assert old.stat().st_size == LARGEST * 1 + 1 or old.stat().st_size <= LARGEST + 30_000
    assert mine.stat().st_size <= LARGEST + 30_000
    assert sorted(one.name for one in mine.parent.iterdir()) == ["mine.1.log", "mine.log"]
    assert written() == log_file.MOST


def test_a_log_that_cannot_be_written_stops_nobody(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XL_COLLAB_LOG", str(tmp_path / "file" / "a.log"))
    assert parse_deadline(BAD) == deadlines.Unreadable(BAD, "failed")
    assert written() == 0
    assert capsys.readouterr().err == ""


def test_others_can_log_to_it_by_its_name(mine: Path) -> None:
    log()
    logging.getLogger("xl_collab").warning("回复 %s 未能读取", "a.xlsx")
    logging.getLogger("xl_collab.exchange").warning("又一处")
    entries = mine.read_text(encoding="utf-8")
    assert "回复 a.xlsx 未能读取" in entries and "又一处" in entries


def test_a_command_that_goes_well_loads_and_writes_no_log(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    code = (
        "import sys\nfrom xl_collab.ui.cli import main\n"
        "try: main(['workdays', '2023-10-09', '2023-10-10'])\nexcept SystemExit: pass\n"
        "print('logging.handlers' in sys.modules)"
    )
    environ = {**os.environ, "XL_COLLAB_LOG": str(path)}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environ, check=True
    )
    assert ran.stdout.split()[-1] == "False" and not path.exists()
