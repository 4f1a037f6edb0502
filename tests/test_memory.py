"""What a long loop leaves in memory: nothing of one round is there in the next."""

from __future__ import annotations

import gc
import weakref
from datetime import date
from pathlib import Path

import pytest

from tests import company
from xl_collab.exchange.gate.gate import ReplySheet
from xl_collab.exchange.reply_sheets import ReplyGrid
from xl_collab.hosts.reading import read_book
from xl_collab.memory import one_by_one
from xl_collab.merge.snapshot import Packed, Rows
from xl_collab.merge.values import Odd
from xl_collab.plan.project import Project
from xl_collab.portfolio.analysis import Asked, analyse


class Drawn:
    """Refers to itself, as a workbook does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector_off():
    gc.disable()
    yield
    gc.enable()


def left_behind(rounds: int, every: int = 1) -> list[int]:
    """How many of the things made so far are there at the end of each round."""
    made: list[weakref.ref[Drawn]] = []
    found = []
    for _ in one_by_one(range(rounds), every=every):
        found.append(sum(ref() is not None for ref in made))
        made.append(weakref.ref(Drawn()))
    return found


def test_what_one_round_made_is_gone_in_the_next(collector_off: None) -> None:
    assert left_behind(4) == [0, 0, 0, 0]
    assert gc.get_freeze_count() == 0


def test_where_little_is_made_it_is_gone_after_some_rounds(collector_off: None) -> None:
    assert left_behind(7, every=3) == [0, 1, 2, 0, 1, 2, 0]


def test_a_sheet_that_came_back_goes_away_by_itself_when_it_was_read(collector_off: None) -> None:
    sheet = ReplySheet("我的任务", "visible", (["编号"], ["T001"]))
    left = weakref.ref(sheet)
    grid = ReplyGrid(sheet)
    assert grid.column(1, 2) == ["T001"] and not len(grid.cells.formulas_in(1)[0])
    del sheet, grid
    assert left() is None


def test_it_is_freed_too_when_the_loop_is_left_early(collector_off: None) -> None:
    rounds = one_by_one(range(3))
    assert next(rounds) == 0
    rounds.close()  # type: ignore[attr-defined]
    assert gc.get_freeze_count() == 0


def test_where_python_collects_by_itself_it_goes_on_doing_so() -> None:
    assert list(one_by_one("abc")) == ["a", "b", "c"]
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_tracker_that_was_summed_up_leaves_next_to_nothing_to_the_collector(
    collector_off: None, tmp_path: Path
) -> None:
    paths = [str(path) for path in company.write(tmp_path, 4)]
    asked = Asked(None, company.AS_OF)
    for path in paths:  # what trackers have alike is remembered, and stays
        assert analyse(path, asked)
    gc.collect()
    for path in paths:
        analyse(path, asked)
    waiting = gc.collect()
    project = Project(read_book(paths[0], formulas=False), company.AS_OF)
    project.assessment  # noqa: B018
    del project
    assert 4 * waiting < gc.collect()  # four of them wait for less than one that nobody lets go


def test_packed_sheets_are_what_was_packed() -> None:
    columns = {"status": ["进行中", None], "due": [date(2024, 6, 14), Odd("merged")], "percent": [0.5, True]}
    rows = Rows(("T001", "t002"), columns, places=(5, 7))
    packed = Packed({"tracker": rows, "others": Rows((), {})})
    assert list(packed) == ["tracker", "others"]
    assert packed == {"tracker": rows, "others": Rows((), {})}
    assert packed["tracker"].places == (5, 7)
    assert packed["tracker"].index == {"t001": 0, "t002": 1}
