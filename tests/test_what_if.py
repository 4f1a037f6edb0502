"""what-if: dates that move, worked out by hand in working days; colours, critical path, whom to tell."""

from __future__ import annotations

import json
import shutil
from datetime import date as D  # noqa: N812 - short, for many dates
from pathlib import Path

import numpy as np
import pytest
from books import project, task
from hypothesis import given, settings, strategies as st

from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import Slip, WhatIf, parse_slips, what_if
from xl_collab.project.edits import SetColumn
from xl_collab.project.scenarios import SAMPLE
from xl_collab.ui.cli import main

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
MONDAY = D(2023, 11, 13)


def behind(row_id: str, before: str, **cells: object) -> dict[str, object]:
    """A task that waits for another one."""
    return task(row_id, predecessors=before, **cells)


# A chain with one working day of slack before T003, and a branch that nothing waits for.
CHAIN = (
    task("T001", owner="研发部", deadline=D(2023, 11, 17), planned_start=D(2023, 11, 13)),
    task(
        "T002", owner="市场部", deadline=D(2023, 11, 24), planned_start=D(2023, 11, 20), predecessors="T001"
    ),
    behind("T003", "T002", owner="生产部", deadline=D(2023, 12, 4), planned_start=D(2023, 11, 28)),
    task(
        "T004", owner="销售部", deadline=D(2023, 11, 21), planned_start=D(2023, 11, 20), predecessors="T001"
    ),
)


def asked(made: Project, *slips: str) -> WhatIf:
    return what_if(made, parse_slips(slips)).data


def moved(found: WhatIf) -> dict[str, tuple[str, int]]:
    return {m.id: (str(m.after), m.workdays) for m in found.moves if m.why != "alert"}


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("T003=+3", Slip("T003", 3)),
        ("T003=3", Slip("T003", 3)),
        (" t003 ＝ ＋ 3 ", Slip("t003", 3)),
        ("T003=-2", Slip("T003", -2)),
        ("任务 A=+10", Slip("任务 A", 10)),
    ],
)
def test_slips_are_read(text: str, slip: Slip) -> None:
    assert parse_slips([text]) == (slip,)


@pytest.mark.parametrize(
    "text", ["T003", "T003=", "T003=+", "=3", "T003=0", "T003=1.5", "T003=+3天", "T003=+99999"]
)
def test_what_is_no_slip_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_slips([text])


def test_a_slip_runs_down_the_chain_as_far_as_there_is_no_slack() -> None:
    # T001 to 11-22; T002 takes 5 days: 11-29; T003 has 5 days of work after it: 12-06, one day of slack gone.
    assert moved(asked(project(CHAIN), "T001=+3")) == {
        "T001": ("2023-11-22", 3),
        "T002": ("2023-11-29", 3),
        "T003": ("2023-12-06", 2),
        "T004": ("2023-11-24", 3),
    }


def test_slack_swallows_a_short_slip() -> None:
    assert moved(asked(project(CHAIN), "T002=+1")) == {"T002": ("2023-11-27", 1)}


def test_the_end_the_colours_and_the_critical_path_follow() -> None:
    found = asked(project(CHAIN), "T001=+3")
    assert (found.end_before, found.end_after, found.end_workdays) == (D(2023, 12, 4), D(2023, 12, 6), 2)
    colours = {m.id: (m.rag_before, m.rag_after) for m in found.moves}
    # The lead time is three working days: T001 with four left is green; three late is red, two yellow.
    assert colours == {
        "T001": ("green", "red"),
        "T002": ("green", "red"),
        "T003": ("green", "yellow"),
        "T004": ("green", "red"),
    }
    assert found.critical_before == ("T003",)
    assert found.critical_after == ("T001", "T002", "T003")


def test_a_red_predecessor_colours_rows_that_do_not_move() -> None:
    rows = (*CHAIN[:1], {**CHAIN[1], "deadline": D(2023, 12, 8), "planned_start": D(2023, 11, 28)})
    found = asked(project(rows), "T001=+3")
    alert = [m for m in found.moves if m.why == "alert"]
    assert [(m.id, m.workdays, m.rag_before, m.rag_after) for m in alert] == [("T002", 0, "green", "yellow")]
    assert [t.department for t in found.tell] == ["研发部"]


def test_several_slips_add_up() -> None:
    both = moved(asked(project(CHAIN), "T002=+2", "T001=+3"))
    assert both["T002"] == ("2023-12-01", 5)
    assert both["T003"] == ("2023-12-08", 4)
    twice = moved(asked(project(CHAIN), "T001=+1", "T001=+2"))
    assert twice == moved(asked(project(CHAIN), "T001=+3"))


def test_a_promise_holds_until_its_predecessors_overtake_it() -> None:
    # T003 promises 12-06, two days after its plan; with the day of slack three days are to spare.
    promised = (*CHAIN[:2], {**CHAIN[2], "forecast": D(2023, 12, 6)})
    assert "T003" not in moved(asked(project(promised), "T002=+3"))
    assert moved(asked(project(promised), "T002=+5"))["T003"] == ("2023-12-08", 2)


def test_catching_up_brings_followers_back_but_never_before_today() -> None:
    late = ({**CHAIN[0], "forecast": D(2023, 11, 22)}, *CHAIN[1:])
    assert moved(asked(project(late), "T001=-3")) == {
        "T001": ("2023-11-17", -3),
        "T002": ("2023-11-24", -3),
        "T003": ("2023-12-04", -2),
        "T004": ("2023-11-21", -3),
    }
    assert moved(asked(project(late), "T001=-20"))["T001"][0] == "2023-11-13"


def test_holidays_count() -> None:
    row = task("T001", deadline=D(2023, 9, 28), planned_start=D(2023, 9, 25))
    found = asked(project([row], as_of=D(2023, 9, 25)), "T001=+1")
    assert moved(found) == {"T001": ("2023-10-07", 1)}  # a make-up Saturday after the holiday


def test_a_finished_task_may_be_asked_about_but_is_never_rewritten() -> None:
    made = Project(SAMPLE.book("zh"), MONDAY)
    outcome = what_if(made, parse_slips(["T003=+3"]))
    # T005 has begun: a finished predecessor, on whatever day, holds up nothing of what is left of it.
    assert moved(outcome.data) == {"T003": ("2023-11-08", 3)}
    assert not any(isinstance(e, SetColumn) and e.column in ("actual", "forecast") for e in outcome.edits)


def test_milestones_and_people() -> None:
    found = asked(Project(SAMPLE.book("zh"), MONDAY), "T005=+3")
    # M004 lies before T005's own date: it is reached on the way and not at risk by the end's slip.
    assert [(m.id, str(m.expected), m.workdays) for m in found.milestones] == [
        ("M005", "2023-12-28", 6),
        ("M006", "2024-01-16", 4),
    ]
    told = {t.department: (t.email, t.ids) for t in found.tell}
    assert told["研发部"] == ("rd@example.com", ("T005", "T006"))
    assert told["行政部"] == ("admin@example.com", ("T006",))
    assert found.superior == "总经理*"


def test_nobody_above_is_bothered_when_nothing_gets_worse() -> None:
    assert asked(Project(SAMPLE.book("zh"), MONDAY), "T005=-2").superior == ""


@pytest.mark.parametrize(
    ("slip", "why"),
    [
        ("T009=+1", "没有 T009"),
        ("T002=+1", "没有可推移"),
        ("T003=+1", "没有可推移"),
    ],
)
def test_what_has_no_finish_cannot_slip(slip: str, why: str) -> None:
    rows = (
        task("T001"),
        task("T002", deadline="每周一17:00前"),
        task("T003", status="取消"),
    )
    with pytest.raises(UsageError) as caught:
        asked(project(rows), slip)
    assert why in caught.value.message("zh")


def test_rows_without_an_id_move_too() -> None:
    rows = (CHAIN[0], {**CHAIN[1], "id": None})
    assert [m.id for m in asked(project(rows), "T001=+3").moves] == ["T001", ""]


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3)), min_size=2, max_size=7), st.integers(1, 15))
def test_no_follower_moves_more_than_the_slip_and_the_edits_give_the_same_dates(
    plan: list[tuple[int, int]], days: int
) -> None:
    calendar = project().calendar
    rows, start = [], MONDAY
    for n, (length, gap) in enumerate(plan, 1):
        first = calendar.add(start, 1 + gap)
        start = calendar.add(first, length - 1)
        before = f"T{n - 1:03}" if n > 1 else None
        rows.append(task(f"T{n:03}", deadline=start, planned_start=first, predecessors=before))
    made = project(rows)
    outcome = what_if(made, [Slip("T001", days)])
    gaps = np.cumsum([gap for _, gap in plan[1:]])
    expected = [days, *np.maximum(days - gaps, 0).tolist()]
    found = {m.id: m.workdays for m in outcome.data.moves if m.why != "alert"}
    assert [found.get(f"T{n:03}", 0) for n in range(1, len(plan) + 1)] == expected
    finish = {m.id: m.after for m in outcome.data.moves}
    compared = next(e for e in outcome.edits if isinstance(e, SetColumn) and e.column == "compared")
    for n, value in enumerate(compared.values, 1):
        assert value == (finish[f"T{n:03}"] if expected[n - 1] else "")


# on a file


def run(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(arg) for arg in args])
    return int(ended.value.code or 0)


def test_nothing_is_written_unless_a_copy_is_named(tmp_path: Path) -> None:
    path, copy = tmp_path / "跟踪表.xlsm", tmp_path / "推演.xlsm"
    shutil.copy(SHIPPED, path)
    before = path.read_bytes()
    assert run("what-if", path, "--slip", "T005=+3") == 0
    assert run("what-if", path, "--slip", "T005=+3", "-o", copy, "--dry-run") == 0
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert run("what-if", path, "--slip", "T005=+3", "-o", copy) == 0
    assert path.read_bytes() == before
    tracker = FileHost(copy).read().tables["tracker"]
    assert tracker.dates("forecast")[4] == np.datetime64("2023-12-28")
    assert tracker.dates("projected")[5] == np.datetime64("2024-01-16")
    assert tracker.texts("rag")[5] == "红"


def test_the_json_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    assert run("what-if", path, "--slip", "T005=+3", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "as_of",
        "slips",
        "end",
        "critical_path",
        "moves",
        "milestones",
        "tell",
        "superior",
        "estimated_years",
    ]
    assert found["end"] == {"before": "2024-01-11", "after": "2024-01-16", "workdays": 3}
    assert found["critical_path"]["after"] == ["T005", "T006"]
    move = found["moves"][1]
    assert (move["id"], move["before"], move["after"]) == ("T006", "2024-01-11", "2024-01-16")
    assert (move["rag_before"], move["rag_after"], move["why"]) == ("yellow", "red", "pushed")


def test_a_bad_slip_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "跟踪表.xlsm"
    shutil.copy(SHIPPED, path)
    assert run("what-if", path, "--slip", "T099=+3") == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
