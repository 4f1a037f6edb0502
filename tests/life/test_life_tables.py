"""Lives over plain tables: the judge catches what is wrong, and the product's merge is never caught."""

from __future__ import annotations

import pytest

from life import product, wrong
from life.office import Opened
from life.stories import broken_by, life_of, play, told

pytestmark = pytest.mark.slow

FAULTS: list[tuple[Opened, str]] = [
    (wrong.Textbook, "a: asked, though one side alone changed it (collect)"),
    (wrong.Textbook, "h: merging made a contradiction that nobody wrote"),
    (wrong.LastFileWins, "c: both sides changed it, and nobody is asked (collect)"),
    (wrong.LastFileWins, "a: the master does not hold the last word (collect)"),
    (wrong.Silent, "b: a word is neither applied, nor asked, nor told"),
    (wrong.Forgetful, "d: the same file collected twice changes something"),
    (wrong.AsTheyLie, "e: the order in which files are read changes the master"),
    (wrong.UndoesByValue, "f: undo changed a cell that this reply did not write last"),
    (wrong.Nagging, "g: a question whose two sides are equal stays open (collect)"),
    (wrong.AsksAgain, "c: one pair of words is asked twice at once (collect)"),
    (wrong.LosesNewRows, "i: a new row is lost"),
    (wrong.DoublesNewRows, "i: one new row became two"),
    (wrong.ByNumber, "j: collecting changed a cell that no reply had changed"),
]


@pytest.mark.parametrize(("opened", "broke"), FAULTS, ids=lambda x: x if isinstance(x, str) else x.__name__)
def test_each_fault_is_caught_within_200_lives(opened: Opened, broke: str) -> None:
    assert any(broken_by(opened, *life_of(seed)) == broke for seed in range(200))


def test_a_broken_life_is_told_by_its_smallest_history() -> None:
    seed = play(wrong.LosesNewRows, range(20)).seeds["i: a new row is lost"][0]
    story = told(wrong.LosesNewRows, seed)
    assert story is not None
    assert [name for name, *_ in story.acts] == ["send", "open", "new_row", "mail", "collect"]
    assert str(story).startswith(f"seed {seed}: i: a new row is lost\n    coordinator: sends #1 to ")


def judged(opened: Opened, seeds: range) -> None:
    """No life breaks, and most cells that departments wrote are judged, not excused."""
    played = play(opened, seeds)
    stories = [str(told(opened, some[0])) for some in played.seeds.values()]
    assert not stories, f"{dict(played.broken)}\n" + "\n".join(stories)
    excused = sum(count for name, count in played.counts.items() if name != "judged")
    assert played.counts["judged"] > 1.5 * excused, played.counts


def test_lives_over_the_products_merge() -> None:
    judged(product.opened, range(120))


@pytest.mark.soak
def test_five_thousand_lives_over_the_products_merge() -> None:
    judged(product.opened, range(10_000, 15_000))
