"""Random merges: the same result whatever the order, however often, and as the rules say.

The rules stand a second time in `merge_model.py`; every merge here is compared with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from merge_model import BAD, COLUMNS, FORMULA, Answer, Row, Sheet, World

from xl_collab.model.merge.merging import (
    Claim,
    Conflict,
    History,
    MergeResult,
    Odd,
    Permission,
    Reply,
    Rows,
    Snapshot,
    Who,
    merge,
)

VALUES: dict[str, tuple[object, ...]] = {
    "task": ("draft", "test", "print"),
    "output": ("plan", "report", None),
    "status": ("not_started", "in_progress", "done", None),
    "percent": (0, 0.5, 1, None),
    "line of a": ("yes", "no\n【b】", None),
    "line of b": ("yes", "later", None),
}
SPEAKERS = {"line of a": "甲部", "line of b": "乙部"}
SHARED = "support_feedback"
_FORMULA = Odd("formula", "1+1")
_ROUNDS = settings(max_examples=100)
_SOAK = settings(max_examples=20_000)
seeds = st.randoms(use_true_random=False)


# a random story


def random_row(rng: Random) -> Row:
    return {column: rng.choice(VALUES[column]) for column in COLUMNS}


def random_sheet(rng: Random) -> Sheet:
    rows = {f"t{n}": random_row(rng) for n in range(1, rng.randint(4, 7))}
    if rng.random() < 0.7:  # mostly rows can be told apart by what the coordinator wrote
        for key, row in rows.items():
            row["task"] = f"task of {key}"
    return rows


def drifted(rng: Random, sheet: Sheet, cells: int) -> Sheet:
    copy = {key: dict(row) for key, row in sheet.items()}
    for _ in range(cells):
        column = rng.choice(COLUMNS)
        copy[rng.choice(list(copy))][column] = rng.choice(VALUES[column])
    return copy


def random_world(rng: Random) -> World:
    start = random_sheet(rng)
    tokens = ["a1", "a2", "b1", "lost"]
    bases = {token: drifted(rng, start, rng.choice((0, 0, 1, 3))) for token in tokens[:3]}
    for base in bases.values():
        if len(base) > 3 and rng.random() < 0.3:
            del base[rng.choice(list(base))]
    leads: dict[str, set[str]] = {"a": set(), "b": set()}
    for key in start:
        for name in rng.choice(["a", "b", "a", "b", "ab"]):  # both: it was handed over meanwhile
            leads[name].add(key)
    lead_of = {token: leads["b" if token == "b1" else "a"] for token in tokens}
    support_of = {token: {key for key in start if rng.random() < 0.5} for token in tokens}
    return World(drifted(rng, start, rng.choice((0, 1, 2))), bases, lead_of, support_of)


def random_answer(rng: Random, world: World, number: int) -> Answer:
    token = rng.choice(["a1", "a2", "b1", "lost"] if rng.random() < 0.3 else ["a1", "b1"])
    sent = world.bases.get(token, world.root)
    copy = drifted(rng, sent, 0)
    for _ in range(rng.choice((0, 1, 2, 4))):
        key = rng.choice(list(copy))
        column = rng.choice(COLUMNS if rng.random() < 0.3 else COLUMNS[2:])
        copy[key][column] = rng.choice(VALUES[column])
    rows = list(copy.items())
    for accident in ACCIDENTS:
        if rows and rng.random() < 0.07:
            rows = accident(rng, rows)
    rng.shuffle(rows)
    return Answer(token, f"2023-11-{rng.randint(1, 9):02d}", f"sha{number}", rows)


def _delete(rng: Random, rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    gone = rng.randrange(len(rows))
    return rows[:gone] + rows[gone + 1 :]


def _copy(rng: Random, rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    key, row = rng.choice(rows)
    return [*rows, (key, dict(row) if rng.random() < 0.5 else random_row(rng))]


def _new(rng: Random, rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    row = random_row(rng) if rng.random() < 0.8 else dict.fromkeys(COLUMNS)
    if rng.random() < 0.2:
        row["status"] = FORMULA
    return [*rows, (rng.choice(("", "", "t99", "t98")), row)]


def _spoil(rng: Random, rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    _, row = rng.choice(rows)
    spoilt = row | ({"percent": rng.choice((BAD, True))} if rng.random() < 0.5 else {"status": FORMULA})
    return [(k, spoilt if r is row else r) for k, r in rows]


def _sort_without_ids(rng: Random, rows: list[tuple[str, Row]]) -> list[tuple[str, Row]]:
    contents = [row for _, row in rows]
    return [(key, row) for (key, _), row in zip(rows, contents[1:] + contents[:1], strict=True)]


ACCIDENTS: tuple[Callable[[Random, list[tuple[str, Row]]], list[tuple[str, Row]]], ...] = (
    _delete,
    _copy,
    _new,
    _spoil,
    _sort_without_ids,
)


# the same in the product's terms


def rows_of(rows: list[tuple[str, Row]]) -> Rows:
    plain = [c for c in COLUMNS if c not in SPEAKERS]
    cells = {c: [_FORMULA if row[c] is FORMULA else row[c] for _, row in rows] for c in plain}
    cells[SHARED] = [shared_cell(row) for _, row in rows]
    return Rows(tuple(key.upper() for key, _ in rows), cells)  # type: ignore[arg-type]


def shared_cell(row: Row) -> str | None:
    said = [
        (name, str(row[c]).replace("\n", "\n\u3000")) for c, name in SPEAKERS.items() if row[c] is not None
    ]
    return "\n".join(f"【{name}】{words}" for name, words in said) or None


def own_column(name: str) -> str:
    """The model's name of a cell: of support_feedback@甲部 `line of a`."""
    return next((c for c, speaker in SPEAKERS.items() if name == f"{SHARED}@{speaker}"), name)


def snapshot_of(sheet: Sheet) -> Snapshot:
    return Snapshot({"tracker": rows_of(list(sheet.items()))})


def department(token: str) -> str:
    return "乙部" if token == "b1" else "甲部"


def reply_of(answer: Answer) -> Reply:
    who = Who(answer.token, department(answer.token), "", answer.modified, answer.sha)
    return Reply(who, {"tracker": rows_of(answer.rows)})


class Product:
    """The product at work beside the model: a master that is changed by the merges' results."""

    def __init__(self, world: World) -> None:
        self.bases = {token: snapshot_of(base) for token, base in world.bases.items()}
        leads = {token: {"tracker": frozenset(rows)} for token, rows in world.leads.items()}
        supports = {token: {"tracker": frozenset(rows)} for token, rows in world.supports.items()}
        self.permissions = {
            token: Permission(department(token), leads[token], supports[token]) for token in leads
        }
        self.master = world.master()
        self.history = History()

    def collect(self, answers: list[Answer]) -> MergeResult:
        replies = [reply_of(answer) for answer in answers]
        result = merge(self.bases, snapshot_of(self.master), replies, self.permissions, self.history)
        for change in result.changes:
            row, column = self.master[change.cell.row], own_column(change.cell.column)
            assert row[column] == change.old
            row[column] = change.new
        self.history = reloaded(result.history)
        return result


def reloaded(history: History) -> History:
    """The history after a night in the ledger."""
    text = json.dumps([claim.to_json() for claim in history.claims.values()])
    claims = [Claim.from_json(held) for held in json.loads(text)]
    return History(history.heads, {(c.who.token, c.cell): c for c in claims}, history.spent)


def said(items: tuple[Conflict, ...]) -> set[tuple[object, ...]]:
    found = set()
    for item in items:
        row = "new" if item.cell.row.startswith("new:") else item.cell.row
        theirs = item.theirs
        if isinstance(theirs, tuple):
            theirs = tuple(spoken(cell for cell in theirs if cell[0] != "id"))  # type: ignore[assignment]
        shown = "=formula" if theirs == _FORMULA else repr(theirs)
        found.add((item.kind, item.who.token, row, own_column(item.cell.column), shown))
    return found


def spoken(record: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """A record with what each department says as a cell of its own."""
    for name, value in record:
        if name == SHARED:
            lines = str(value).replace("\n\u3000", "\0").split("\n")
            said = dict(line.removeprefix("【").split("】", 1) for line in lines)
            yield from ((c, said[n].replace("\0", "\n")) for c, n in SPEAKERS.items() if n in said)
        else:
            yield name, value


# properties


def check_story(rng: Random) -> None:
    """Merges, edits of the owner and replays in any order: always what the rules say."""
    world = random_world(rng)
    product = Product(world)
    received: list[Answer] = []
    for step in range(rng.randint(1, 5)):
        batch = [random_answer(rng, world, 10 * step + n) for n in range(rng.randint(0, 3))]
        received += batch
        batch += rng.sample(received, rng.randint(0, len(received)))
        world.collect(batch)
        result = product.collect(batch)
        assert product.master == world.master()
        assert said(result.conflicts) == world.conflicts
        assert said(result.parked) == world.parked
        owner_works(rng, world)
        product.master = world.master()


def owner_works(rng: Random, world: World) -> None:
    """Some cells get other values, often their old ones; now and then a row goes."""
    cells = [(key, column) for key in world.root for column in COLUMNS]
    for key, column in rng.sample(cells, min(len(cells), rng.choice((0, 1, 3)))):
        was, now = world.root[key][column], world.master()[key][column]
        value = was if rng.random() < 0.5 else rng.choice(VALUES[column])
        if value != now:
            world.edit(key, column, value)
    if len(world.root) > 2 and rng.random() < 0.1:
        world.delete(rng.choice(list(world.root)))


def check_order(rng: Random) -> None:
    """However the same files are spread over merges: same master, same open questions."""
    world = random_world(rng)
    answers = [random_answer(rng, world, n) for n in range(rng.randint(1, 5))]
    outcomes = []
    for _ in range(3):
        product = Product(world)
        order = [*rng.sample(answers, len(answers)), rng.choice(answers)]
        while order:
            size = rng.randint(1, len(order))
            product.collect(order[:size])
            order = order[size:]
        last = product.collect([])
        assert not last.changes
        outcomes.append((product.master, said(last.conflicts), said(last.parked)))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def check_again(rng: Random) -> None:
    """The same files once more change nothing and ask the same, also after the owner's reverts."""
    world = random_world(rng)
    product = Product(world)
    before = product.master
    product.master = {key: dict(row) for key, row in before.items()}
    answers = [random_answer(rng, world, n) for n in range(rng.randint(1, 4))]
    first = product.collect(answers)
    again = product.collect(answers[::-1])
    assert not again.changes
    assert said(again.conflicts) == said(first.conflicts)
    assert said(again.parked) == said(first.parked)
    for change in first.changes:  # the owner reverts all of it
        product.master[change.cell.row][own_column(change.cell.column)] = change.old
    product.collect(answers)
    assert product.master == before


def check_nothing_lost(rng: Random) -> None:
    """Each changed cell of each reply is in the master, in conflict, or reported."""
    world = random_world(rng)
    product = Product(world)
    answers = [random_answer(rng, world, n) for n in range(rng.randint(1, 4))]
    result = product.collect(answers)
    open_now = (*result.conflicts, *result.parked)
    told = {(c.who.sha256, c.cell.row, own_column(c.cell.column)) for c in open_now}
    alike = {(n.row) for n in result.notices if n.kind == "same_addition"}
    for answer in answers:
        base = world.bases.get(answer.token, world.root)
        for key, row in answer.rows:
            for column in COLUMNS if key in base else ():
                value = row[column]
                if value == base[key][column] and not isinstance(value, bool):
                    continue
                # In the master now, or before another reply, which had seen it, went on from there.
                standing = (product.master.get(key, {}).get(column), world.root.get(key, {}).get(column))
                there = value in standing and not isinstance(value, bool)
                reported = (answer.sha, key, column) in told or (answer.sha, key, "+") in told
                assert there or reported or in_newer(answer, answers, key, column), (answer, key, column)
            if key not in base and key and any(value is not None for value in row.values()):
                known = key in world.root or key in alike or newer(answer, answers)
                assert known or (answer.sha, key, "+") in told or formula_only(row)


def newer(answer: Answer, answers: list[Answer]) -> bool:
    return any(a.token == answer.token and a.rank > answer.rank for a in answers)


def in_newer(answer: Answer, answers: list[Answer], key: str, column: str) -> bool:
    """Whether a later reply of the lineage says the same of this cell."""
    later = (a for a in answers if a.token == answer.token and a.rank > answer.rank)
    mine = dict(answer.rows)[key][column]
    return any(k == key and row[column] == mine for a in later for k, row in a.rows)


def formula_only(row: Row) -> bool:
    return all(value is None or value is FORMULA for value in row.values())


@_ROUNDS
@given(seeds)
def test_merges_follow_the_rules(rng: Random) -> None:
    check_story(rng)


@_ROUNDS
@given(seeds)
def test_order_does_not_matter(rng: Random) -> None:
    check_order(rng)


@_ROUNDS
@given(seeds)
def test_replays_change_nothing(rng: Random) -> None:
    check_again(rng)


@_ROUNDS
@given(seeds)
def test_no_edit_is_lost(rng: Random) -> None:
    check_nothing_lost(rng)


@pytest.mark.soak
@pytest.mark.parametrize("check", [check_story, check_order, check_again, check_nothing_lost])
def test_many_merges(check: Callable[[Random], None]) -> None:
    @_SOAK
    @given(st.integers(0, 2**64))  # much faster than drawing each choice, and the seed repeats a failure
    def rounds(seed: int) -> None:
        check(Random(seed))

    rounds()
