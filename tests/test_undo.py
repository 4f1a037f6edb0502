"""Undo: the bytes from before the last run come back, unless somebody worked on the file since."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.make import tracker
from xl_collab.errors import CannotWrite, FileLocked, NothingToUndo
from xl_collab.hosts import file as host_module
from xl_collab.hosts.file import FileHost, undo
from xl_collab.hosts.journal import KEPT, Journal
from xl_collab.hosts.reading import read_book
from xl_collab.project.edits import SetColumn


@pytest.fixture
def path(tmp_path: Path) -> Path:
    record = {"id": "T1", "stage": "方案评审", "owner": "研发部", "task": "写", "output": "稿"}
    return tracker(tmp_path / "跟踪 表.xlsx", [record | {"deadline": date(2023, 10, 9)}])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(path: Path, value: int, command: str = "variance") -> Path:
    edit = SetColumn("tracker", "missed", np.array([5]), [value])
    backup = FileHost(path).apply([edit], command=command, moment=datetime(2023, 11, 13, 9, 30)).backup
    assert backup is not None
    return backup


def missed(path: Path) -> object:
    return read_book(path).tables["tracker"].raw("missed")[0]


def test_undo_brings_the_bytes_back(path: Path) -> None:
    before = digest(path)
    run(path, 1, command="freeze")
    undone = undo(path)
    assert (undone.command, undone.time, undone.left) == ("freeze", "2023-11-13T09:30:00", 0)
    assert digest(path) == before


def test_undo_goes_back_run_by_run(path: Path) -> None:
    states = [digest(path)]
    for value in (1, 2, 3):
        run(path, value)
        states.append(digest(path))
    for left in (2, 1, 0):
        assert undo(path).left == left
        assert digest(path) == states[left]
    with pytest.raises(NothingToUndo):
        undo(path)


def test_runs_after_an_undo_are_undone_too(path: Path) -> None:
    run(path, 1)
    undo(path)
    run(path, 2)
    assert missed(path) == 2
    undo(path)
    assert missed(path) is None
    with pytest.raises(NothingToUndo):
        undo(path)


def test_work_done_since_is_never_lost(path: Path) -> None:
    backup = run(path, 1)
    path.write_bytes(path.read_bytes() + b"\0")  # somebody saved
    before = digest(path)
    with pytest.raises(NothingToUndo, match="修改") as caught:
        undo(path)
    assert digest(path) == before
    assert str(backup) in caught.value.zh and str(backup) in caught.value.en and backup.exists()


def test_work_done_between_two_runs_is_kept(path: Path) -> None:
    run(path, 1)
    other = tracker(path.with_name("other.xlsx"), [{"id": "T9", "stage": "x", "owner": "x", "task": "别"}])
    path.write_bytes(other.read_bytes())
    run(path, 2)
    undo(path)
    assert read_book(path).tables["tracker"].texts("id").tolist() == ["T9"]
    with pytest.raises(NothingToUndo):
        undo(path)


def test_a_run_without_changes_is_no_run(path: Path) -> None:
    run(path, 1)
    edit = SetColumn("tracker", "missed", np.array([5]), [1])
    assert FileHost(path).apply([edit]).backup is None
    undo(path)
    assert missed(path) is None


def test_a_run_that_never_replaced_the_file_is_passed_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(path, 1)

    def killed(_: Path) -> str:
        return "0" * 64  # what the file would have become

    with monkeypatch.context() as patch:
        patch.setattr(host_module, "digest", killed)
        content = path.read_bytes()
        run(path, 2)
        path.write_bytes(content)  # the machine went down before the rename
    undo(path)
    assert missed(path) is None


def test_only_the_newest_backups_are_kept(path: Path) -> None:
    for value in range(1, KEPT + 4):
        run(path, value)
    journal = Journal(path)
    assert len(journal.runs()) == KEPT
    assert sorted(p.name for p in journal.folder.iterdir()) == sorted(
        [run.backup for run in journal.runs()] + ["journal.json"]
    )
    for _ in range(KEPT):
        undo(path)
    assert missed(path) == 3
    with pytest.raises(NothingToUndo):
        undo(path)


def test_workbooks_of_one_name_in_two_formats_have_journals_of_their_own(path: Path) -> None:
    other = path.with_suffix(".xlsm")
    other.write_bytes(path.read_bytes())
    run(path, 1)
    run(other, 2)
    undo(path)
    assert (missed(path), missed(other)) == (None, 2)


def test_a_lost_or_damaged_backup_is_said_so(path: Path) -> None:
    backup = run(path, 1)
    backup.write_bytes(b"x")
    before = digest(path)
    with pytest.raises(NothingToUndo, match="备份"):
        undo(path)
    assert digest(path) == before


def test_a_damaged_journal_stops_undo_but_no_run(path: Path) -> None:
    first = run(path, 1)
    (first.parent / "journal.json").write_text("{broken", encoding="utf-8")
    with pytest.raises(NothingToUndo):
        undo(path)
    second = run(path, 2)
    assert second.name > first.name and json.loads((first.parent / "journal.json").read_text())["runs"]
    undo(path)
    assert missed(path) == 1


def test_without_a_run_there_is_nothing_to_undo(path: Path) -> None:
    with pytest.raises(NothingToUndo):
        undo(path)
    with pytest.raises(NothingToUndo):
        undo(path.with_name("none.xlsx"))


def test_an_open_file_is_not_undone(path: Path) -> None:
    run(path, 1)
    path.with_name(f"~${path.name}").write_bytes(b"")
    with pytest.raises(FileLocked):
        undo(path)
    assert missed(path) == 1


def test_a_folder_that_cannot_be_made_stops_the_run(path: Path) -> None:
    Journal(path).folder.write_text("a file is in the way")
    before = digest(path)
    with pytest.raises(CannotWrite):
        run(path, 1)
    assert digest(path) == before


@pytest.mark.skipif(os.name == "nt", reason="making a link needs a right of its own on Windows")
def test_a_link_is_followed(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "links" / "link.xlsx"
    link.parent.mkdir()
    link.symlink_to(path)
    before = digest(path)
    run(link, 1)
    assert link.is_symlink() and missed(path) == 1
    undo(link)
    assert digest(path) == before


def note(path: Path, value: int) -> None:
    """The tool writes what only it keeps."""
    assert FileHost(path).note([SetColumn("tracker", "missed", np.array([5]), [value])])


def test_a_note_since_the_run_is_no_hindrance_and_no_run(path: Path) -> None:
    before = digest(path)
    run(path, 1)
    note(path, 2)
    note(path, 3)
    assert undo(path).command == "variance"
    assert digest(path) == before
    note(path, 4)
    with pytest.raises(NothingToUndo):
        undo(path)


def test_a_note_does_not_hide_what_people_changed_since(path: Path) -> None:
    run(path, 1)
    record = {"id": "T1", "stage": "方案评审", "owner": "研发部", "task": "写完", "output": "稿"}
    tracker(path, [record | {"deadline": date(2023, 10, 9)}])
    note(path, 2)
    with pytest.raises(NothingToUndo):
        undo(path)
