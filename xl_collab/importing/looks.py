"""What a foreign sheet shows besides values: fills, strike-through, hidden rows; what a colour is called.

Plain data that a reader fills in (opening.py) and look_proposals.py understands. What may not enter: files,
spreadsheets, what a colour means (legend.py).
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from xl_collab.schema.words import Text, t

Cell = tuple[int, int]
"""Row and column, both from 1."""
Hue = Literal["red", "orange", "yellow", "green", "blue", "purple", "grey"]

HUES: Mapping[str, Text] = {
    "red": t("红", "red"),
    "orange": t("橙", "orange"),
    "yellow": t("黄", "yellow"),
    "green": t("绿", "green"),
    "blue": t("蓝", "blue"),
    "purple": t("紫", "purple"),
    "grey": t("灰", "grey"),
}
_ENDS: tuple[tuple[float, Hue], ...] = (
    (15, "red"),
    (42, "orange"),
    (70, "yellow"),
    (170, "green"),
    (262, "blue"),
    (330, "purple"),
    (360, "red"),
)
"""Where on the colour wheel (degrees) each colour ends; Excel's gold FFC000 (45) is a yellow."""
_CHROMA = 18
"""Least difference between a colour's channels (of 255) for people to see a colour; else it is a grey."""
_GREYS = (0.25, 0.925)
"""From black to white: darker is a heading's, lighter is paper."""


@dataclass(frozen=True)
class Looks:
    """How the cells of one sheet look.

    fills      the fill of each filled cell as RRGGBB, themes and tints worked out
    inks       the colour of each text that has one, likewise
    struck     cells whose whole text is struck through
    struck_parts  cells of whose text only a piece is: that piece
    filtered   rows are hidden by a filter, not by hand
    conditional  areas coloured by rules, which were not worked out
    """

    fills: Mapping[Cell, str] = field(default_factory=dict)
    inks: Mapping[Cell, str] = field(default_factory=dict)
    struck: frozenset[Cell] = frozenset()
    struck_parts: Mapping[Cell, str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    conditional: tuple[str, ...] = ()


def hue_of(colour: str) -> Hue | None:
    """What people call a fill: FFC7CE is red, D9D9D9 grey, F2F2F2 and FFFFFF nothing."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    turn, light, _ = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    if max(red, green, blue) - min(red, green, blue) < _CHROMA:
        return "grey" if _GREYS[0] < light < _GREYS[1] else None
    return next(hue for end, hue in _ENDS if turn * 360 < end or end == 360)
