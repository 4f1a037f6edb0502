"""前置 read: which rows a row waits for, by which link, with how many working days between.

A cell is a list of `T003`, `3`, or with type and lag `T003FS+2`, `T003+2`, `T003SS-1`, `3SF+2 个工作日`, or
the same in words (predecessor_words.py); `+` never separates. Words only: which rows there are is given,
dates and schedules may not enter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from xl_collab.patterns import lazy
from xl_collab.project.predecessor_words import in_signs
from xl_collab.schema.keys import NOTHING, NotRead, guarded, normalise_key

LinkKind = Literal["FS", "SS", "FF", "SF"]
KINDS: tuple[LinkKind, ...] = ("FS", "SS", "FF", "SF")
"""Finish to start, start to start, finish to finish, start to finish: predecessor first."""

_UNIT = r"(?:个?工作?[日天]|天|日|work(?:ing )?days?|days?|wd|d)"
_LAG_UNIT = lazy(rf"([+-]\d{{1,4}})\s*{_UNIT}(?![a-z0-9])")
_BEFORE_SIGN = lazy(r"\s*([+-])\s*(?=\d)")
_BEFORE_KIND = lazy(r"\s+(?=(?:fs|ss|ff|sf)(?:[+-]\d|[\s、,;/|&。]|$))")
_SEPARATORS = lazy(r"[\s、,;/|&。]+|(?<=[0-9a-z])(?:和|与|及|以及)(?=[0-9a-z])|(?:^|(?<=\s))and(?=\s)")
_LINK = lazy(r"(.+?)(fs|ss|ff|sf)?(?:([+-]\d{1,4}))?")


_NONE = ("暂无", "待定", "tbd", "无前置", "无依赖", "不依赖", "无前置任务")


class Predecessor(NamedTuple):
    """One link of a cell; `key` is the normalised ID. A plain link has no lag of its own."""

    key: str
    kind: LinkKind = "FS"
    lag: int | None = None

    @property
    def suffix(self) -> str:
        """Type and lag as they are written behind an ID, '' for a plain link."""
        kind = "" if self.kind == "FS" and self.lag is None else self.kind
        return kind + ("" if self.lag is None else f"{self.lag:+d}")


def _not_read(_: str) -> tuple[Predecessor, ...]:
    return NotRead()


@guarded(_not_read)
def parse_predecessors(text: str, known: Callable[[str], bool]) -> tuple[Predecessor, ...]:
    """The links that a cell of 前置 names, in order, each once; NotRead where reading failed.

    known  whether a normalised key is the ID of a row. IDs may look like links (A-1): a piece that is
           an ID means that row. What is neither is given back whole, as a plain link to an unknown row.
    """
    whole = normalise_key(text)
    if whole in NOTHING or whole in _NONE:
        return ()
    if known(whole):
        return (Predecessor(whole),)
    tight = _BEFORE_KIND.sub("", _BEFORE_SIGN.sub(r"\1", in_signs(whole, known)))
    pieces = _SEPARATORS.split(_LAG_UNIT.sub(r"\1", tight))
    return tuple(dict.fromkeys(_link(piece, known) for piece in pieces if piece))


def _link(piece: str, known: Callable[[str], bool]) -> Predecessor:
    match = None if known(piece) else _LINK.fullmatch(piece)
    if match is None or not (match[2] or match[3]):
        return Predecessor(piece)
    # A short ID may hide in a long one: of A-1+2 the row is A-1.
    key = next((k for k in (piece[: match.start(3)], match[1]) if match[3] and known(k)), match[1])
    kind = KINDS[0] if key != match[1] or not match[2] else _kind(match[2])
    if not known(key) and not match[2]:
        return Predecessor(piece)
    return Predecessor(key, kind, int(match[3]) if match[3] else None)


def _kind(text: str) -> LinkKind:
    return next(kind for kind in KINDS if kind.lower() == text)
