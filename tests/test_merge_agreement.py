"""Random merges: every office agrees with the plain reading of the rules, and the rules with themselves.

That this would notice a mistake is shown on the rules themselves, broken one by one (merge_faults.py).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from random import Random

import pytest
from books import project
from life.office import DEPARTMENTS, Opened, Outcome, Reply
from life.product import TableOffice, permitted, rows_of
from merge_acts import Act, Collect, Hand, Life, Mail, Send, start
from merge_agreement import Difference, Player, difference, shortest, told
from merge_faults import FAULTS
from merge_offices import OFFICES
from merge_rules import Office

from xl_collab.merge.outcome import master_of
from xl_collab.merge.permission import permission

FEW, MANY = 300, 20_000


class Shuffled(Office):
    """Reads the files of one collect in any order."""

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        return super().collect(Random(len(self.told) + self.tick).sample(replies, len(replies)), now)


class Twice(Office):
    """Collects everything twice, as after a crash."""

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        said = super().collect(replies, now)
        assert not super().collect(replies, now + 1).told
        return said


class Copied(Office):
    """Begins a new life in a copy before each collect."""

    def collect(self, replies: list[Reply], now: float) -> Outcome:
        self.__dict__ = copy.deepcopy(self.__dict__)
        return super().collect(replies, now)


def agree(one: Opened, other: Opened, seeds: range, *, clear: bool = True) -> None:
    for seed in seeds:
        found = difference(one, other, Life(Random(seed), clear).lived())
        assert found is None, f"seed {seed}\n{told(shortest(one, other, found))}"


def lives(count: int) -> list[object]:
    """So many in CI, and the full number under soak."""
    return [pytest.param(range(FEW), id="few"), pytest.param(range(count), id="many", marks=pytest.mark.soak)]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", lives(MANY))
@pytest.mark.parametrize("name", list(OFFICES)[1:])
def test_an_office_keeps_the_rules(name: str, seeds: range) -> None:
    agree(Office, OFFICES[name], seeds)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", lives(MANY))
@pytest.mark.parametrize("same", [Shuffled, Twice])
def test_one_collect_gives_one_result(same: Opened, seeds: range) -> None:
    """In whatever order its files are read, clear or not; and once more."""
    agree(Office, same, seeds, clear=False)


def test_a_copy_of_an_office_is_another_office() -> None:
    agree(Office, Copied, range(20))


def test_the_product_is_shown_what_a_real_tracker_would_show_it() -> None:
    """The office over tables makes snapshots and permissions without a workbook, for speed."""
    player = Player(TableOffice(start()))
    for act in Life(Random(1), False).lived():
        player.play(act)
        records = [player.office._record(row) for row in player.office.rows]  # type: ignore[attr-defined]
        real = project(records)
        assert rows_of(records) == master_of(real).rows("tracker")
        assert rows_of(records).places == master_of(real).rows("tracker").places
        for dept in DEPARTMENTS:
            assert permitted(player.office.rows, dept) == permission(real, dept)


# Several collects


def outcomes(acts: Sequence[Act], mails: Sequence[Mail], now: float) -> list[tuple[object, bool]]:
    """For every order of collecting: the rows, and whether anything was asked on the way."""
    seen = []
    for order in permutations(mails):
        player, asked = Player(Office(start())), False
        for act in [*acts, *(Collect((mail,), now + n) for n, mail in enumerate(order))]:
            player.play(act)
            asked = asked or bool(player.questions())
        seen.append((player.state()["rows"], asked))
    return seen


def one_clock(rng: Random) -> tuple[list[Act], list[Mail], float]:
    """Sendings to both departments, some by-hand edits between; then files with true stamps of one clock in
    which no value returns and nothing is put back."""
    acts: list[Act] = []
    for hour in range(rng.randint(1, 3)):
        dept = ("研发部", "市场部")[rng.random() < 0.25]
        acts += [Send(dept, hour), Hand(3, "forecast_finish", None)]
    mails: list[Mail] = []
    cells: dict[int, dict[tuple[int, str], object]] = {}
    for n in range(rng.randint(2, 3)):
        number = rng.randint(1, (len(acts) + 1) // 2)
        send = acts[2 * number - 2]
        assert isinstance(send, Send)
        own = cells.setdefault(number, {})
        column = rng.choice(("percent", "percent", "forecast_finish"))
        uid = rng.choice((1, 2)) if send.dept == "研发部" else 3
        own[uid, column] = 0.31 + n / 100 if column == "percent" else f"第{n}天"
        listed = tuple((uid, column, value) for (uid, column), value in own.items())
        mails.append(Mail(f"r{n}", number, 10 + n, "server", listed))
    return acts, mails, 100


@pytest.mark.slow
@pytest.mark.parametrize("seeds", lives(2_000))
def test_collects_in_any_order_end_alike_if_nothing_is_asked(seeds: range) -> None:
    compared = 0
    for seed in seeds:
        acts, mails, now = one_clock(Random(seed))
        quiet = [rows for rows, asked in outcomes(acts, mails, now) if not asked]
        compared += len(quiet) > 1
        assert all(rows == quiet[0] for rows in quiet), (seed, acts, mails)
    assert compared > len(seeds) / 5


@pytest.mark.slow
@pytest.mark.parametrize("seeds", lives(MANY))
def test_every_claim_is_answered(seeds: range) -> None:
    """Nothing is lost: a cell that differs from its packet is named in the result of the collect.

    Where two rows exchanged their numbers and their words it may be asked of the other one.
    """
    claims = 0
    for seed in seeds:
        player = Player(Office(start()))
        for act in Life(Random(seed)).lived():
            standing = set(player.standing)
            said = player.play(act)
            if isinstance(act, Collect) and said is not None:
                named = {(column, None if kind == "asked" else uid) for kind, uid, column, _ in said}
                named |= {(column, uid) for _, uid, column, _ in said}
                for uid, column in claimed(player, [m for m in act.mails if m.rid not in standing]):
                    claims += 1
                    assert {(column, uid), (column, None)} & named, (seed, act)
    assert claims > len(seeds)


def claimed(player: Player, mails: Sequence[Mail]) -> Iterator[tuple[int, str]]:
    for mail in mails:
        rows = {row["_uid"]: row for row in player.packets[mail.packet - 1].rows}
        for uid, column, value in mail.cells:
            if uid in rows and uid not in mail.without and rows[uid][column] != value:
                yield uid, column


# Would it be noticed?


def first_difference(fault: Opened, seeds: range) -> Difference | None:
    found = (difference(Office, fault, Life(Random(seed)).lived()) for seed in seeds)
    return next((difference for difference in found if difference is not None), None)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_broken_rule_is_noticed(fault: Opened) -> None:
    assert first_difference(fault, range(FEW)) is not None


def test_the_difference_is_told_as_the_shortest_story() -> None:
    fault: Callable[..., Office] = next(fault for fault in FAULTS if fault.__name__ == "PairIsAskedAgain")
    found = first_difference(fault, range(FEW))
    assert found is not None
    less = shortest(Office, fault, found)
    assert len(less.acts) <= 7
    story = told(less)
    assert story.count("\n") == len(less.acts) + 1
    assert "goes to 研发部" in story
    assert "is answered: master" in story
    assert "('over', 1, 'percent'" in story
