"""Knock-on, slack and cycles, against small functions written to be obviously right."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from effort import effort
from hypothesis import given, settings, strategies as st

from xl_collab.plan import graph as graph_module, schedule as schedule_module
from xl_collab.plan.graph import FF, FS, SF, SS, Graph, read_graph
from xl_collab.plan.schedule import ABSENT, NEVER, Schedule, ScheduleInput
from xl_collab.project.predecessors import parse_predecessors


def graph_of(count: int, *edges: tuple[int, int]) -> Graph:
    pairs = np.array(sorted(edges, key=lambda e: e[1]), dtype=np.int64).reshape(-1, 2)
    return Graph(count, pairs[:, 0], pairs[:, 1])


def plan_of(
    graph: Graph, floor: list[int], duration: list[int], movable: list[bool] | None = None
) -> ScheduleInput:
    """Rows with a finish of their own that plain links push; those not movable stay where they are."""
    moves = np.array(movable if movable is not None else [True] * graph.count)
    own, days = np.array(floor, dtype=np.int64), np.array(duration, dtype=np.int64)
    graph = graph.keeping(~graph.circular)
    nothing = np.full(graph.count, NEVER)
    absent, push = np.full(len(graph.source), ABSENT), days[graph.target]
    everyone = np.ones(graph.count, dtype=bool)
    return ScheduleInput(
        graph, graph.levels, own, own, nothing, ~moves, nothing, days, everyone, push, absent, push
    )


def read(*predecessors: str | None) -> Graph:
    """Rows T1, T2 … with these cells in 前置."""
    rows = {f"t{i + 1}": i for i in range(len(predecessors))}
    return read_graph(np.arange(len(predecessors)), [text or "" for text in predecessors], rows)


def edges(graph: Graph) -> list[tuple[int, int]]:
    return list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))


# reading 前置


def test_lists_of_predecessors_become_edges():
    found = read(None, "T1", "T1、T2", "t2, Ｔ３;T1")
    assert edges(found) == [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (0, 3)]


def test_a_predecessor_named_twice_counts_once():
    assert edges(read(None, "T1、T1")) == [(0, 1)]


def test_unknown_predecessors_are_told_with_their_row():
    found = read(None, "T9、T1", "T7")
    assert edges(found) == [(0, 1)]
    assert found.unknown == ((1, "t9"), (2, "t7"))


def test_an_id_that_looks_like_a_list_takes_nobody_away_from_it():
    rows = {"t1": 0, "t2": 1, "t1、t2": 2}
    found = read_graph(np.array([1, 1, 1, 0]), ["T1、T2", ""], rows)
    assert edges(found) == [(0, 3), (1, 3)]


def test_nothing_and_dashes_are_no_predecessors():
    found = read("无", "-", "")
    assert edges(found) == []
    assert found.unknown == ()


def test_types_and_lags_are_read():
    found = read(None, "T1FS+2", "T1 SS - 1、T2FF", "3SF+2 个工作日, t3", "T1+T2")
    kinds = list(zip(*(a.tolist() for a in (found.source, found.kind, found.lag, found.plain)), strict=True))
    assert kinds == [(0, FS, 2, False), (0, SS, -1, False), (1, FF, 0, False), (2, FS, 0, True)]
    assert found.unknown == ((3, "3"), (4, "t1+t2"))  # + never separates
    assert SF not in found.kind


@pytest.mark.parametrize(
    ("cell", "link"),
    [
        ("3FS+2", ("3", "FS", 2)),
        ("3+2", ("3", "FS", 2)),
        ("T003-1", ("t003", "FS", -1)),
        ("３ＳＳ＋１", ("3", "SS", 1)),
        ("T003FF", ("t003", "FF", None)),
        ("3SF+2 个工作日", ("3", "SF", 2)),
        ("3FS+2 days", ("3", "FS", 2)),
        ("a-1", ("a-1", "FS", None)),  # an ID that looks like a link
        ("a-1+2", ("a-1", "FS", 2)),
    ],
)
def test_a_link_as_people_and_other_programs_write_it(cell, link):
    known = {"3", "2", "t003", "a", "a-1"}
    assert [tuple(found) for found in parse_predecessors(cell, known.__contains__)] == [link]


@pytest.mark.parametrize("cell", ["3FS+50%", "3FS+2周", "3+2+1", "3XS+2"])
def test_what_is_no_link_is_never_guessed(cell):
    found = parse_predecessors(cell, {"3", "2"}.__contains__)
    assert [link.key for link in found] == [cell.casefold()]


def test_predecessors_of_a_row_in_written_order():
    assert read(None, None, "T2、T1", "T3").before(2).tolist() == [1, 0]


# cycles


def test_a_cycle_is_listed_in_waiting_order_and_rows_behind_it_are_stuck():
    found = graph_of(5, (0, 2), (2, 1), (1, 0), (1, 3))
    assert found.cycles == ((0, 2, 1),)
    assert found.stuck.tolist() == [True, True, True, True, False]


def test_a_row_that_waits_for_itself_is_a_cycle():
    assert graph_of(2, (1, 1)).cycles == ((1,),)


def test_interlocked_cycles_are_one_entry():
    assert graph_of(4, (0, 1), (1, 0), (1, 2), (2, 0), (2, 3)).cycles == ((0, 1, 2),)


def test_two_separate_cycles_are_two_entries_and_a_bridge_is_in_none():
    found = graph_of(5, (0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 3))
    assert found.cycles == ((0, 1), (3, 4))
    assert found.stuck.all()


def test_a_cycle_of_20_000_rows_is_found_at_once():
    count = 20_000

    def found() -> int:
        return len(Graph(count, np.arange(count), (np.arange(count) + 1) % count).cycles[0])

    assert found() == count
    assert effort(found, 300) < 300


# the oracle: one row at a time, as a person would


@st.composite
def plans(draw: st.DrawFn) -> ScheduleInput:
    count = draw(st.integers(1, 9))
    order = draw(st.permutations(range(count)))
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=14))
    found = {(order[min(a, b)], order[max(a, b)]) for a, b in pairs if a != b}
    floor = draw(st.lists(st.integers(-20, 20), min_size=count, max_size=count))
    duration = draw(st.lists(st.integers(1, 6), min_size=count, max_size=count))
    movable = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=count, max_size=count))
    return plan_of(graph_of(count, *found), floor, duration, movable)


def finishes(plan: ScheduleInput, slipped: dict[int, int] | None = None) -> list[int]:
    """Each row's finish: its own, or the day after its last predecessor plus its work."""
    before: dict[int, list[int]] = {}
    for source, target in edges(plan.graph):
        before.setdefault(target, []).append(source)

    @cache
    def finish(row: int) -> int:
        own = int(plan.own[row])
        if not plan.fixed[row] and row in before:
            start = max(finish(other) for other in before[row]) + 1
            own = max(own, start + int(plan.duration[row]) - 1)
        return own + (slipped or {}).get(row, 0)

    return [finish(row) for row in range(plan.graph.count)]


@given(plans())
@settings(max_examples=200)
def test_finishes_agree_with_the_oracle(plan: ScheduleInput):
    assert Schedule(plan).finish.tolist() == finishes(plan)


@given(plans())
@settings(max_examples=100)
def test_the_plain_walk_of_deep_and_of_small_graphs_gives_the_same(plan: ScheduleInput):
    small = worked_out_anew(plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_module, "FEW_ROWS", 0)
        patch.setattr(schedule_module, "FEW_ROWS", 0)
        level_by_level = worked_out_anew(plan)
        patch.setattr(graph_module, "MANY_LEVELS", 0)
        deep = worked_out_anew(plan)
        assert deep.plan.order.bounds == ()
    assert small.plan.order.bounds == level_by_level.plan.order.bounds
    for walked in (small, deep):
        assert walked.plan.order.rows.tolist() == level_by_level.plan.order.rows.tolist()
        assert walked.finish.tolist() == level_by_level.finish.tolist()
        assert np.array_equal(walked.slack, level_by_level.slack, equal_nan=True)


def worked_out_anew(plan: ScheduleInput) -> Schedule:
    fresh = Graph(plan.graph.count, plan.graph.source, plan.graph.target)
    found = Schedule(replace(plan, graph=fresh, order=fresh.levels))
    found.slack  # noqa: B018 - worked out now, before limits change
    return found


@given(plans(), st.integers(0, 8), st.integers(1, 7))
@settings(max_examples=200)
def test_a_slip_moves_what_the_oracle_moves(plan: ScheduleInput, row: int, days: int):
    row %= plan.graph.count
    before, after = finishes(plan), finishes(plan, {row: days})
    moved = {i: b - a for i, (a, b) in enumerate(zip(before, after, strict=True)) if b != a and i != row}
    assert Schedule(plan).slip(row, days) == moved


@given(plans(), st.integers(0, 8), st.data())
@settings(max_examples=200)
def test_what_is_worked_out_once_more_behind_a_row_is_as_if_all_were(
    plan: ScheduleInput, row: int, data: st.DataObject
):
    count = plan.graph.count
    some = st.lists(st.sampled_from([NEVER, NEVER, -3, 4, 9]), min_size=count, max_size=count).map(np.array)
    kinds = st.lists(st.sampled_from([FS, SS]), min_size=len(plan.push), max_size=len(plan.push)).map(
        np.array
    )
    graph = replace(plan.graph, kind=data.draw(kinds).astype(np.int64))
    plan = replace(plan, graph=graph, promise=data.draw(some), first=data.draw(some), least=plan.push - 1)
    row %= count
    behind = graph.reached_from(row)
    own = plan.own.copy()
    own[behind] -= 7
    whole = Schedule(replace(plan, own=own).pinned(row, 2, -1))
    found = Schedule(plan)
    again = found.had_kept(row, 2, -1, {other: int(own[other]) for other in behind})
    assert {**dict(enumerate(found.finish.tolist())), **again} == dict(enumerate(whole.finish.tolist()))
    assert all(found.finish[other] != day for other, day in again.items())


@given(plans())
@settings(max_examples=150)
def test_slack_is_how_far_a_row_may_slip_before_the_end_does(plan: ScheduleInput):
    plan = replace(plan, fixed=np.zeros(plan.graph.count, dtype=bool))
    end, slack = max(finishes(plan)), Schedule(plan).slack.astype(int).tolist()
    for row, days in enumerate(slack):
        assert max(finishes(plan, {row: days})) == end
        assert max(finishes(plan, {row: days + 1})) == end + 1


@given(plans(), st.integers(1, 5))
@settings(max_examples=150)
def test_dependents_are_counted_as_by_hand(plan: ScheduleInput, most: int):
    after: dict[int, set[int]] = {}
    for source, target in edges(plan.graph):
        after.setdefault(source, set()).add(target)

    def reached(row: int) -> set[int]:
        direct = after.get(row, set())
        return direct.union(*(reached(other) for other in direct))

    rows = np.arange(plan.graph.count)
    expected = [min(len(reached(row)), most) for row in rows.tolist()]
    assert Schedule(plan).dependents(rows, most).tolist() == expected


def test_links_inside_a_cycle_push_nobody_and_all_others_do():
    plan = plan_of(graph_of(4, (0, 1), (1, 2), (2, 1), (2, 3)), [50, 1, 2, 3], [1, 1, 1, 1])
    found = Schedule(plan)
    assert found.finish.tolist() == [50, 51, 2, 3]
    assert found.slip(0, 5) == {1: 5}


def test_rows_without_a_finish_push_nobody():
    plan = plan_of(graph_of(2, (0, 1)), [NEVER, 4], [1, 1], [False, True])
    plan = replace(plan, active=plan.own > NEVER)
    assert Schedule(plan).finish.tolist() == [NEVER, 4]
    assert np.isnan(Schedule(plan).slack[0])


def test_a_chain_of_20_000_is_worked_out_in_linear_time():
    count = 20_000
    chain = Graph(count, np.arange(count - 1), np.arange(1, count))

    def worked_out() -> None:
        found = Schedule(plan_of(chain, [0] * count, [2] * count))
        assert int(found.finish[-1]) == 2 * (count - 1)
        assert found.critical.all()
        assert found.slip(0, 3) == dict.fromkeys(range(1, count), 3)
        assert found.dependents(np.array([0, count - 3, count - 1]), 6).tolist() == [6, 2, 0]

    assert effort(worked_out, 300) < 300
