"""Issued documents are locked: whatever is asked for later, their sheet stays as it was issued."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from xl_collab.documents.drawing import draw
from xl_collab.documents.minutes.content import minutes
from xl_collab.hosts.changes import Applied
from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, InsertSheet
from xl_collab.project.scenarios.sample import AS_OF

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
KEY = f"{AS_OF:%Y%m%d}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    return path


def apply(path: Path, *edits: Edit) -> Applied:
    drawn = {
        f"{e.kind}/{e.key}": draw(e.document, project_name="", lang="zh", links={})
        for e in edits
        if isinstance(e, InsertSheet)
    }
    return FileHost(path).apply(edits, drawn)


def written(path: Path, *, issue: bool, number: int | None = None) -> Applied:
    project = Project(FileHost(path).read(), AS_OF)
    return apply(path, *minutes(project, issue=issue, number=number).edits)


def tabs(path: Path) -> list[str]:
    return [g.tab for g in FileHost(path).read().generated]


def test_a_draft_is_drawn_again_and_issuing_takes_its_place(path: Path) -> None:
    assert [c.how for c in written(path, issue=False).generated] == ["inserted"]
    assert [c.how for c in written(path, issue=False, number=9).generated] == ["refreshed"]
    assert [c.how for c in written(path, issue=True).generated] == ["refreshed"]
    assert tabs(path) == [f"纪要-{KEY}"]


def test_minutes_after_issued_ones_get_a_sheet_of_their_own(path: Path) -> None:
    written(path, issue=True)
    later = written(path, issue=True)
    assert [(c.tab, c.how) for c in later.generated] == [(f"纪要-{KEY}-2", "inserted")]
    assert tabs(path) == [f"纪要-{KEY}", f"纪要-{KEY}-2"]


@pytest.mark.parametrize("even_so", [False, True])
def test_an_issued_sheet_is_not_drawn_again_even_when_its_record_is_lost(path: Path, even_so: bool) -> None:
    """Somebody deletes _history: the action then knows of no issued minutes, the sheet itself does."""
    (sheet, kept) = minutes(Project(FileHost(path).read(), AS_OF), issue=True).edits
    assert isinstance(sheet, InsertSheet)
    assert isinstance(kept, AppendRows)
    apply(path, sheet)
    other = replace(sheet, document=replace(sheet.document, number=77), final=False, replace=even_so)  # type: ignore[type-var]
    made = apply(path, other)
    assert [(c.tab, c.how) for c in made.generated] == [(f"纪要-{KEY}-2", "inserted")]
    assert not any(g.touched for g in FileHost(path).read().generated)
    # The new draft is not locked, so asking for the same again finds it in place.
    assert [(c.tab, c.how) for c in apply(path, other).generated] == [(f"纪要-{KEY}-2", "unchanged")]
