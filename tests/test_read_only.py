"""A workbook that somebody made read-only is not rewritten: it is told, with the cure; nothing is written.

The mode bits are what counts: an administrator could write over them, and must not without a word.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from command_line import Ran
from openpyxl import load_workbook

from tests.make import edit_part
from xl_collab.errors import CannotWrite
from xl_collab.hosts.atomic import write_atomically

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知\n元旦：1月1日至3日放假。1月4日（星期一）上班。\n"


def everything(folder: Path) -> dict[str, str]:
    """Every file below a folder with the digest of its content."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(content(path)).hexdigest() for path in files}


def content(path: Path) -> bytes:
    """The bytes; of a ledger what it holds, for taking and giving back its lock turns pages."""
    if path.suffix != ".sqlite":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as ledger:
        return "\n".join(ledger.iterdump()).encode()


def read_only(path: Path) -> Path:
    path.chmod(0o444)
    return path


COMMANDS = ["validate", "variance", "risks", "run", "minutes", "review", "gantt", "adjust", "raci"]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_writes_over_a_read_only_workbook(
    command: str, sample: Path, tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    read_only(sample)
    before = everything(tmp_path)
    ran = cli(command, sample, *(("--set-date", "2023-12-01") if command == "variance" else ()))
    assert ran.code == 2, ran.out
    assert "只读" in ran.err and "跟踪表.xlsm" in ran.err and "-o" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert everything(tmp_path) == before
    assert stat.S_IMODE(sample.stat().st_mode) == 0o444


def test_what_only_looks_is_not_refused(sample: Path, cli: Callable[..., Ran]) -> None:
    read_only(sample)
    assert cli("run", sample, "--dry-run").code == 0
    assert cli("what-if", sample, "--slip", "T005=+1").code == 0


def test_a_copy_elsewhere_can_be_written(sample: Path, tmp_path: Path, cli: Callable[..., Ran]) -> None:
    read_only(sample)
    assert cli("run", sample, "-o", tmp_path / "新.xlsm").code == 0
    assert (tmp_path / "新.xlsm").exists()
    shutil.copy(SHIPPED, tmp_path / "旧.xlsm")
    read_only(tmp_path / "旧.xlsm")
    before = everything(tmp_path)
    ran = cli("run", sample, "-o", tmp_path / "旧.xlsm")
    assert ran.code == 2 and "旧.xlsm" in ran.err
    assert everything(tmp_path) == before


def test_undo_and_the_calendar_are_refused_too(sample: Path, tmp_path: Path, cli: Callable[..., Ran]) -> None:
    cli("run", sample)
    notice = tmp_path / "通知.txt"
    notice.write_text(NOTICE, encoding="utf-8")
    read_only(sample)
    before = everything(tmp_path)
    for ran in (cli("undo", sample), cli("calendar", "import", sample, notice, "--year", "2027")):
        assert ran.code == 2 and "只读" in ran.err, ran
    assert cli("undo", sample, "--lang", "en").err.count("read-only") == 1
    assert everything(tmp_path) == before


def test_collect_leaves_master_and_ledger_as_they_are(
    sample: Path, tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    assert cli("packets", sample, "--to", "研发部", "-o", tmp_path / "out").code == 0
    reply = next((tmp_path / "out").iterdir())
    answered = load_workbook(reply)
    page = answered["我的任务"]
    headings = {cell.value: cell.column for cell in page[4]}
    page.cell(5, headings["完成率"]).value = 0.42
    answered.save(reply)
    read_only(sample)
    before = everything(tmp_path)
    ran = cli("collect", sample, reply)
    assert ran.code == 2 and "只读" in ran.err, ran
    assert everything(tmp_path) == before


def test_nothing_at_all_is_put_over_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    read_only(path)
    with pytest.raises(CannotWrite, match="只读"):
        write_atomically(path, b"y", backup=tmp_path / "b.txt")
    assert path.read_text() == "x" and [one.name for one in tmp_path.iterdir()] == ["a.txt"]


SHARING = {
    "recommended": b'<fileSharing readOnlyRecommended="1"/>',
    "password": b'<fileSharing userName="\xe7\x8e\x8b\xe8\x8a\xb3" reservationPassword="CC1A"/>',
}


@pytest.mark.parametrize("kind", SHARING)
def test_a_workbook_that_asks_to_be_left_alone_is_left_alone(
    kind: str, sample: Path, tmp_path: Path, cli: Callable[..., Ran]
) -> None:
    edit_part(sample, "xl/workbook.xml", b"<workbookPr", SHARING[kind] + b"<workbookPr")
    before = everything(tmp_path)
    ran = cli("run", sample)
    assert ran.code == 2 and ("只读" in ran.err or "密码" in ran.err) and "-o" in ran.err
    assert everything(tmp_path) == before
    assert cli("run", sample, "-o", tmp_path / "新.xlsm").code == 0
    assert cli("run", sample, "--dry-run").code == 0


def test_a_mark_that_says_no_is_no_mark(sample: Path, cli: Callable[..., Ran]) -> None:
    edit_part(sample, "xl/workbook.xml", b"<workbookPr", b'<fileSharing readOnlyRecommended="0"/><workbookPr')
    assert cli("run", sample).code == 0
