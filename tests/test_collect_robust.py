"""One reply cannot stop the rest: what happens with a file is told of it, and the others are merged."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from collect_desk import Desk, changed, codes, copied, prepared, said

from xl_collab import child_process
from xl_collab.exchange import matching as collecting
from xl_collab.exchange.mail import incoming as mailfile

LATER = zlib.compress(b'{"version": 999, "sheets": {}}')
"""A sending that was recorded by a later version."""


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("sent") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk by itself, with a log of its own."""
    monkeypatch.setenv("XL_COLLAB_LOG", str(tmp_path / "log.txt"))
    return copied(sent, tmp_path / "desk")


def logged(tmp_path: Path) -> str:
    return (tmp_path / "log.txt").read_text(encoding="utf-8")


def damage(desk: Desk, department: str, snapshot: bytes) -> None:
    """Write something else in place of what was sent to a department."""
    ledger = desk.ledger()
    db = sqlite3.connect(ledger.path)
    with db:
        db.execute("UPDATE sendings SET snapshot = ? WHERE department = ?", (snapshot, department))
    db.close()


@pytest.mark.parametrize(
    "snapshot",
    [
        b"\0garbage",
        b"",
        zlib.compress(b"[]"),
        zlib.compress(b'{"version": 1}'),
        LATER,
        zlib.compress(b"\xff\xfe"),
    ],
)
def test_a_sending_that_cannot_be_read_costs_its_reply_alone(desk: Desk, snapshot: bytes) -> None:
    desk.reply("研发部", T003__percent=0.9)
    desk.reply("市场部", T001__percent=0.9)
    damage(desk, "市场部", snapshot)
    report = desk.collect(dry_run=True)
    assert codes(report) == []
    assert changed(report) == {("t003", "percent"): 0.9}
    assert said(report) == [("no_base", "t001", "percent")]
    assert any("记录已损坏" in notice.zh for notice in report.matched.notices)


def test_a_reader_that_cannot_be_started_is_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.reply("研发部", T003__percent=0.9)
    desk.reply("市场部", T001__percent=0.9)
    monkeypatch.setattr(child_process, "_python", lambda: str(tmp_path / "no-python"))
    report = desk.collect()
    assert codes(report) == ["not-started"] * 2
    for one in report.matched.rejected:
        for lang in ("zh", "en"):
            assert "\n" not in one.refusal.sentence(lang) and "{" not in one.refusal.sentence(lang)
    assert logged(tmp_path).count("FileNotFoundError") == 2
    monkeypatch.undo()
    assert codes(desk.collect(dry_run=True)) == []


def test_an_error_while_one_file_is_matched_leaves_the_others(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.reply("研发部", T003__percent=0.9)
    bad = desk.reply("市场部", T001__percent=0.9)
    real = collecting.remarks_of

    def remarks_of(read, *rest):  # type: ignore[no-untyped-def]
        if read.verdict.name == bad.name:
            raise ZeroDivisionError("nobody\nexpected this")
        return real(read, *rest)

    monkeypatch.setattr(collecting, "remarks_of", remarks_of)
    report = desk.collect()
    assert codes(report) == ["unexpected"]
    assert "ZeroDivisionError" in report.matched.rejected[0].refusal.sentence("zh")
    assert changed(report) == {("t003", "percent"): 0.9}
    assert "Traceback" in logged(tmp_path)


def test_an_error_in_one_mail_leaves_the_others(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = desk.reply("研发部", T003__percent=0.9), desk.reply("市场部")
    desk.mail(bad, "marketing@example.com", name="信.eml")
    bad.unlink()

    def date(header: str) -> None:
        raise KeyError(header)

    monkeypatch.setattr(mailfile, "_date", date)
    report = desk.collect()
    assert codes(report) == ["unexpected"] and report.matched.rejected[0].arrival.shown == "信.eml"
    assert [one.who.department for one in report.matched.replies] == ["研发部"], good


SHADOWS = (
    "selectors",
    "struct",
    "signal",
    "json",
    "socket",
    "zipfile",
    "lxml",
    "numpy",
    "sitecustomize",
    "uno",
)


def test_no_module_from_a_folder_of_documents_is_run(desk: Desk) -> None:
    """Beside the master, beside the replies, and where the program is started."""
    desk.reply("研发部", T003__percent=0.9)
    for folder in (desk.folder, desk.replies):
        for name in SHADOWS:
            text = f"open({str(folder / 'owned')!r}, 'a').write('{name} ')\n"
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
    for folder in (desk.folder, desk.replies):
        command = [sys.executable, "-m", "xl_collab", "collect", str(desk.master), str(desk.replies)]
        ran = subprocess.run(
            [*command, "--json", "--dry-run"], cwd=folder, capture_output=True, check=False, timeout=300
        )
        answer = json.loads(ran.stdout)
        assert [one["new"] for one in answer["changes"]] == [0.9], ran.stderr
    assert not (desk.folder / "owned").exists() and not (desk.replies / "owned").exists()
