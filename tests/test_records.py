"""Classes made by `records.dataclass` behave as those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from functools import cached_property
from typing import Any, ClassVar

import pytest

from xl_collab.records import dataclass as ours

STANDARD = dataclasses.dataclass
Maker = Callable[..., Any]


def points(maker: Maker, **options: Any) -> Any:
    class Point:
        """Has one of everything."""

        many: ClassVar[int] = 3
        x: int
        y: int = 0
        names: list[str] = field(default_factory=list)
        seen: int = field(default=7, compare=False, repr=False)
        made: str = field(init=False, default="made")

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("negative")

        @cached_property
        def total(self) -> int:
            return self.x + self.y

    return maker(**options)(Point)


@pytest.fixture(
    params=[{}, {"frozen": True}, {"eq": False}, {"repr": False}, {"frozen": True, "order": True}]
)
def pair(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    return points(ours, **request.param), points(STANDARD, **request.param)


def outcome(work: Callable[[], object]) -> object:
    try:
        return work()
    except Exception as error:
        return type(error), str(error).rpartition("Point.")[2]


CALLS: tuple[Callable[[Any], object], ...] = (
    lambda point: repr(point(1, names=["a"])).rpartition("Point")[2] if "x=1" in repr(point(1)) else "none",
    lambda point: point(1, 2) == point(1, 2),
    lambda point: point(1, 2) == point(1, 2, seen=9),
    lambda point: point(1) == point(2),
    lambda point: point(1) == 1,
    lambda point: point(1).__dict__,
    lambda point: point(1).names is point(1).names,
    lambda point: point(1, 2).total,
    lambda point: point(),
    lambda point: point(1, 2, 3, 4, 5),
    lambda point: point(1, colour="red"),
    lambda point: point(-1),
    lambda point: setattr(point(1), "x", 2),
    lambda point: setattr(point(1), "new", 2),
    lambda point: delattr(point(1), "x"),
    lambda point: len({hash(one) for one in [point(1, names=()), point(1, names=(), seen=1)]}),
    lambda point: dataclasses.replace(point(1), y=5).__dict__,
    lambda point: dataclasses.asdict(point(1)),
    lambda point: [one.name for one in dataclasses.fields(point)],
    lambda point: point.__match_args__,
    lambda point: point.__dataclass_params__.frozen,
    lambda point: copy.deepcopy(point(1, 2)).__dict__,
    lambda point: point(1) < point(2),
    lambda point: hasattr(point, "names"),
)


@pytest.mark.parametrize("call", CALLS)
def test_both_answer_the_same(pair: tuple[Any, Any], call: Callable[[Any], object]) -> None:
    mine, standard = pair
    assert outcome(lambda: call(mine)) == outcome(lambda: call(standard))


@ours(frozen=True)
class Place:
    """At the top of a module, as pickle wants it."""

    row: int
    words: tuple[str, ...] = ()


@ours(frozen=True, slots=True)
class Slotted:
    """Has no dictionary."""

    row: int
    word: str = "a"


@ours(slots=True)
class Loose:
    """May be set."""

    row: int


@ours(frozen=True)
class Named(Place):
    """Inherits fields."""

    name: str = ""


@STANDARD(frozen=True)
class Standard(Place):
    """The standard library's inherits from one of ours."""

    other: str = ""


def test_what_travels_between_processes_is_equal() -> None:
    for made in (Place(3, ("a",)), Slotted(3)):
        for came in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
            assert came == made and hash(came) == hash(made) and {came: 1}[made] == 1


def test_slots_hold_what_was_declared_and_nothing_else() -> None:
    assert (Slotted(3).word, repr(Slotted(3)), Slotted.__slots__) == (
        "a",
        "Slotted(row=3, word='a')",
        ("row", "word"),
    )
    assert Slotted(3) == Slotted(3, "a") != Slotted(3, "b") and not hasattr(Slotted(3), "__dict__")
    assert dataclasses.replace(Slotted(3), word="c") == Slotted(3, "c")
    with pytest.raises(FrozenInstanceError):
        Slotted(3).row = 4  # type: ignore[misc]
    loose = Loose(1)
    loose.row = 2
    assert loose == Loose(2) and pickle.loads(pickle.dumps(loose)) == loose


def test_inherited_fields_come_first_and_kinds_differ() -> None:
    assert Named(1, (), "x") == Named(1, name="x") and Named(1) != Place(1)
    assert repr(Named(1, name="x")) == "Named(row=1, words=(), name='x')"
    assert Standard(1, other="y").row == 1
    for one in (Named(1), Standard(1)):
        with pytest.raises(FrozenInstanceError):
            one.row = 2  # type: ignore[misc]


def test_own_methods_stay() -> None:
    @ours(frozen=True)
    class Loud:
        word: str

        def __repr__(self) -> str:
            return self.word.upper()

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 5

    assert (repr(Loud("a")), Loud("a") == 3, hash(Loud("b"))) == ("A", True, 5)


def test_keywords_only_and_what_contains_itself() -> None:
    @ours
    class Node:
        name: str = field(kw_only=True)
        below: Any = None

    node = Node(name="top")
    node.below = node
    assert repr(node).endswith("Node(name='top', below=...)")
    with pytest.raises(TypeError):
        Node("top")
