"""Random merges with everything that people do to a sheet: properties that need no second merge to check.

That the rules are kept is compared with an independent reading of them in test_merge_agreement.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings, strategies as st
from merge_people import SHARED, VALUES, Row, World, coordinator_works, random_reply, random_world

from xl_collab.merge.merging import MergeResult
from xl_collab.merge.result import ReturnedFile, alike
from xl_collab.merge.values import Canonical, as_words
from xl_collab.schema.keys import contribution, contributions

_ROUNDS = settings(max_examples=100)
_SOAK = settings(max_examples=20_000)
seeds = st.integers(0, 2**64)


def asked(result: MergeResult) -> set[tuple[object, ...]]:
    return {
        (q.kind, q.cell, q.who.department, repr(q.theirs), repr(q.master), q.readings)
        for q in result.questions
    }


def told(result: MergeResult) -> Counter[tuple[object, ...]]:
    return Counter((n.kind, n.cell, n.who.sha256, repr(n.value), n.text) for n in result.notices)


def told_or_asked(result: MergeResult) -> tuple[object, ...]:
    return asked(result), told(result), [s.counts for s in result.replies]


def check_order(rng: Random) -> None:
    """One collect over the same files, in whatever order and some of them twice: the same in all respects."""
    seed, count = rng.random(), rng.randint(1, 5)
    outcomes = []
    for _ in range(3):
        world = random_world(Random(seed))
        replies = [random_reply(Random(f"{seed} {n}"), world, n) for n in range(count)]
        result = world.collect([*rng.sample(replies, count), rng.choice(replies)])
        outcomes.append((world.rows, told_or_asked(result)))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def check_again(rng: Random) -> None:
    """The same files once more change nothing, say nothing, and leave the same questions."""
    world = random_world(rng)
    replies = [random_reply(rng, world, n) for n in range(rng.randint(1, 4))]
    first = world.collect(replies)
    before = [dict(row) for row in world.rows]
    again = world.collect(replies[::-1])
    assert world.rows == before
    assert asked(again) == asked(first)
    assert {s.status for s in again.replies} <= {"repeat", "stopped"}
    assert not again.notices


def check_ledger(rng: Random) -> None:
    """What is known goes through the ledger's form between two runs, or stays in memory: no difference."""
    seed = rng.random()
    outcomes = []
    for reload in (True, False):
        life = Random(seed)
        world, results = random_world(life, reload=reload), []
        collected: list[ReturnedFile] = []
        for step in range(3):
            replies = [random_reply(life, world, 10 * step + n) for n in range(life.randint(0, 3))]
            collected += replies
            results.append(told_or_asked(world.collect(replies)))
            coordinator_works(life, world)
            if collected and life.random() < 0.3:
                results.append(told_or_asked(world.undo(life.choice(collected).who.sha256)))
        outcomes.append((world.rows, results))
    assert outcomes[0] == outcomes[1]


def check_nothing_lost(rng: Random) -> None:
    """Each changed cell of each reply is in the master, is asked, is told, or is followed by a later word."""
    world = random_world(rng)
    replies = [random_reply(rng, world, n) for n in range(rng.randint(1, 4))]
    before = [dict(row) for row in world.rows]
    result = world.collect(replies)
    waiting = {q.who.sha256 for q in result.questions if q.whole}
    waiting |= {n.who.sha256 for n in result.notices if n.kind == "whole_replaced"}
    for reply, status in ((r, s) for r in replies for s in result.replies if s.who == r.who):
        if status.status == "stopped":
            assert reply.who.sha256 in waiting
            continue
        for task, column, value in said(world, reply):
            too = [one for one in replies if (task, column, value) in said(world, one, most=2)]
            departments = {reply.who.department, *(one.who.department for one in too)}
            mine = [one for one in replies if one.who.department in departments]
            assert (
                stands([*before, *world.rows], reply, task, column, value)
                or shown(result, reply, column, value)
                or followed(world, mine, task, column, value)
            ), (reply, task, column, value)


def said(world: World, reply: ReturnedFile, most: int = 1) -> list[tuple[str, str, Canonical]]:
    """Changed cells of rows that are surely those that were sent, whose words stand there just once."""
    rows = reply.sheets["tracker"]
    sent = {row["task"]: row for row in world.sent[reply.token]}
    words = Counter(rows.columns["task"])
    return [
        (str(task), column, rows.columns[column][i])
        for i, task in enumerate(rows.columns["task"])
        for column in (*VALUES, SHARED)
        if words[task] <= most and task in sent
        if not alike(rows.columns[column][i], sent[task][column])
    ]


def stands(rows: list[Row], reply: ReturnedFile, task: str, column: str, value: Canonical) -> bool:
    """In the master, now or (already the same) before."""
    name, words = own(reply, column, value)
    return any(alike(here(row, name), words) for row in rows if row["task"] == task)


def shown(result: MergeResult, reply: ReturnedFile, column: str, value: Canonical) -> bool:
    """Asked, or told with its words."""
    name, words = own(reply, column, value)
    listed = [(q.cell.column, q.who.department, q.theirs) for q in result.questions]
    listed += [(n.cell.column, n.who.department, n.value) for n in result.notices]
    return any(c == name and d == reply.who.department and alike(v, words) for c, d, v in listed)


def followed(world: World, mine: list[ReturnedFile], task: str, column: str, value: Canonical) -> bool:
    """Somebody who said it says something else of the cell too, in another reply or twice in one."""
    words = [(t, c, v) for one in mine for t, c, v in said(world, one, most=2)]
    return any(t == task and c == column and not alike(v, value) for t, c, v in words)


def own(reply: ReturnedFile, column: str, value: Canonical) -> tuple[str, Canonical]:
    """A cell as the merge names it: of a shared one the department's own."""
    if column != SHARED:
        return column, value
    return f"{SHARED}@{reply.who.department}", contribution(as_words(value), reply.who.department)


def here(row: Row, column: str) -> Canonical:
    name, _, department = column.partition("@")
    return contribution(as_words(row[name]), department) if department else row[name]


def check_rows(rng: Random) -> None:
    """Whatever was renumbered, inserted, sorted or deleted: words about a task stand at that task, new rows
    and IDs stand once, nothing that a column cannot hold is written, and no row disappears."""
    world = random_world(rng)
    for step in range(3):
        before = len(world.rows)
        named = [row["id"] for row in world.rows if row["id"]]
        world.collect([random_reply(rng, world, 10 * step + n) for n in range(rng.randint(0, 3))])
        assert len(world.rows) >= before
        now = [row["id"] for row in world.rows if row["id"]]
        assert [i for i, n in Counter(now).items() if n > 1] == [
            i for i, n in Counter(named).items() if n > 1
        ]
        for row in world.rows:
            for words in contributions(as_words(row[SHARED])).values():
                assert words.startswith(str(row["task"])), row
            for column, values in VALUES.items():
                assert any(alike(row[column], value) for value in values), row
        coordinator_works(rng, world)


CHECKS = (check_order, check_again, check_ledger, check_nothing_lost, check_rows)


@pytest.mark.parametrize("check", CHECKS)
def test_random_merges(check: Callable[[Random], None]) -> None:
    @_ROUNDS
    @given(seeds)
    def rounds(seed: int) -> None:
        check(Random(seed))

    rounds()


@pytest.mark.soak
@pytest.mark.parametrize("check", CHECKS)
def test_many_merges(check: Callable[[Random], None]) -> None:
    @_SOAK
    @given(seeds)
    def rounds(seed: int) -> None:
        check(Random(seed))

    rounds()
