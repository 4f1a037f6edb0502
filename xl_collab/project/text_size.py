"""How much room a text takes: width in characters, lines, the height of its row; and a text cut short.

Excel does not fit the height of rows that a program wrote, so it is worked out from the text. Looks
(colours, fonts by role) may not enter: those are in compose.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from xl_collab.patterns import lazy

BODY_SIZE, BODY_HEIGHT = 10, 18.0
"""Font size of rows, and the least height of a row, in points."""
LINE_HEIGHT = 1.5
"""Height of one line in sizes of its font: 微软雅黑 needs more than Latin faces."""
INDENT = 1.5
"""Width in characters that an indent takes from a cell."""
MAX_HEIGHT = 409.0
"""Excel's limit for a row, in points."""


class _Widths(dict[str, int]):
    """Width of each sign; looked up once."""

    def __missing__(self, sign: str) -> int:
        self[sign] = 2 if unicodedata.east_asian_width(sign) in "WFA" else 1
        return self[sign]


_WIDTHS = _Widths()


def text_width(text: object) -> int:
    """Width in characters of the body font: CJK and full-width signs count two."""
    return sum(map(_WIDTHS.__getitem__, str(text)))


_CHUNK = lazy(r"[!-~]+ ?|.")
"""What stays together when a line breaks: a Latin word with its space, or one CJK sign."""


@lru_cache(1 << 14)  # columns say the same thing row after row
def _line_count(text: str, width: float) -> int:
    lines, used = 1, 0.0
    if text_width(text) <= width:
        return lines
    for chunk in _CHUNK.findall(text):
        size = text_width(chunk)
        if used + len(chunk.rstrip()) > width and used + size > width and used:
            lines, used = lines + 1, 0.0
        used += size
        if used > width:  # a word longer than the line breaks inside
            lines, used = lines + math.ceil(used / width) - 1, used % width
    return lines


def line_count(text: object, width: float) -> int:
    """Lines that a text takes in a cell of `width` characters; at least one."""
    usable = max(2.0, width - 1.0)
    return sum(_line_count(paragraph, usable) for paragraph in str(text).split("\n"))


def row_height(
    cells: Iterable[tuple[object, float]], *, size: float = BODY_SIZE, minimum: float = BODY_HEIGHT
) -> float:
    """Height in points of a row whose wrapped cells are (text, column width) pairs.

    Excel does not autofit rows that a program wrote, so the height is computed from the text.
    """
    lines = max((line_count(text, width * BODY_SIZE / size) for text, width in cells), default=1)
    height = lines * size * LINE_HEIGHT + 4
    return min(MAX_HEIGHT, max(minimum, height))


# Texts that a spreadsheet would take for a formula if somebody typed them: =1+1, +8613…, -, @x.


_FORMULA = lazy(r"[\s\x00-\x1f\u200b\ufeff]*[=+\-@＝＋－＠]")


def would_compute(value: object) -> bool:
    """Whether a value is a text that begins like a formula."""
    return isinstance(value, str) and _FORMULA.match(value) is not None


def for_csv(value: object) -> object:
    """A value for CSV or TSV: a text that begins like a formula, or with a break, gets a leading quote.

    Numbers stay numbers; a negative one is no formula.
    """
    if not isinstance(value, str):
        return value
    return "'" + value if would_compute(value) or value.startswith(("\t", "\r", "\n")) else value


def shortened(text: str, most: int) -> str:
    """`text` in at most `most` characters; what is cut off leaves an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"
