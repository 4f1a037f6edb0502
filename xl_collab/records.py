"""`dataclass` as the standard library has it, made in a third of the time.

There each method of a class is compiled from text of its own, six for a frozen one, and a command defines a
hundred classes and more before it begins. Here only `__init__` is compiled, the others are the same for all.
`fields`, `replace`, `asdict` and `field` are the standard library's. What may not enter: any class.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls: type | None = None, /, **asked: Any) -> Any:
        """As `dataclasses.dataclass`; order and the like are left to it, and so is what inherits fields."""

        def made(cls: type) -> type:
            inherits = any("__dataclass_fields__" in vars(base) for base in cls.__mro__[1:])
            if inherits or not _KNOWN.issuperset(asked):
                return dataclasses.dataclass(**asked)(cls)
            slots = asked.get("slots", False)
            cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            cls.__dataclass_params__.frozen = asked.get("frozen", False)
            for name, method in _methods(cls, asked.get("eq", True), slots):
                if name not in vars(cls):
                    setattr(cls, name, method)
            return cls

        return made if cls is None else made(cls)


_KNOWN = frozenset(("frozen", "eq", "slots"))


def _methods(cls: Any, eq: bool, slots: bool) -> Iterator[tuple[str, Any]]:
    found, frozen = dataclasses.fields(cls), cls.__dataclass_params__.frozen
    yield "__init__", _init(cls, found, _set if frozen else setattr)
    yield "__repr__", _repr
    if eq:
        # Before __eq__: a class that had one of its own, and no hash, says that it has none.
        hashed = _values([one for one in found if (one.compare if one.hash is None else one.hash)])
        yield "__hash__", (lambda self: hash(hashed(self))) if frozen else None
        yield "__eq__", _equal(_values([one for one in found if one.compare]))
    if frozen:
        yield from (("__setattr__", _refuse_to_set), ("__delattr__", _refuse_to_delete))
    if frozen and slots:  # pickle and copy would set what may not be set
        yield from (("__getstate__", _state), ("__setstate__", _put_back))


def _values(found: list[Field[Any]]) -> Callable[[Any], Any]:
    names = [one.name for one in found]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple([getattr(self, name) for name in names])


def _equal(values: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def equal(self: Any, other: object) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


_set = object.__setattr__


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (one.name for one in dataclasses.fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _put_back(self: Any, state: list[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        _set(self, one.name, value)


def _init(cls: type, found: tuple[Field[Any], ...], put: Callable[[Any, str, Any], None]) -> Any:
    """The one method that is compiled: it takes the fields as arguments."""
    known: dict[str, Any] = {"_put": put, "_MISSING": MISSING}
    taken = [one for one in found if one.init]
    positional = [_parameter(one, known) for one in taken if not one.kw_only]
    by_name = [_parameter(one, known) for one in taken if one.kw_only]
    arguments = ["self", *positional, *(["*", *by_name] if by_name else [])]
    lines = [line for one in found for line in _assigned(one, known)]
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(arguments)}):\n " + "\n ".join(lines or ["pass"]), known)
    made = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _parameter(one: Field[Any], known: dict[str, Any]) -> str:
    if one.default_factory is not MISSING:
        return f"{one.name}=_MISSING"
    if one.default is MISSING:
        return one.name
    known[f"_default_{one.name}"] = one.default
    return f"{one.name}=_default_{one.name}"


def _assigned(one: Field[Any], known: dict[str, Any]) -> Iterator[str]:
    """Statements that give a field its value."""
    if one.default_factory is not MISSING:
        known[f"_make_{one.name}"] = one.default_factory
        made = f"_make_{one.name}()"
        given = f"{made} if {one.name} is _MISSING else {one.name}"
        yield f"_put(self, {one.name!r}, {given if one.init else made})"
    elif one.init:
        yield f"_put(self, {one.name!r}, {one.name})"
