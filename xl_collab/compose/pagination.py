"""How a sheet falls onto A4 pages: what the last page holds, and whether it can be done without.

Sizes only, as a program prints them that fits the sheet on one page across. Nothing is drawn here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_POINTS = 72
_PORTRAIT = ((8.27 - 1.18) * _POINTS, (11.69 - 1.34) * _POINTS)
_LANDSCAPE = ((11.69 - 1.18) * _POINTS, (8.27 - 1.34) * _POINTS)
"""Width and height of A4 within the margins that `theme.set_up_page` sets, in points."""
_DEFAULT_HEIGHT = 15.0
_MARGIN_COLUMN = 1.5
_FEW = 0.2
"""Share of a page that is not worth a page of its own."""
_LEGIBLE = 1.35
"""Pages that may be put on one: more would be smaller than a footnote."""


class Pagination:
    """The rows of one sheet on paper; `heights` in points by zero-based row.

    `widths` are the columns beside the narrow margin, in characters; `repeated` is the row that is
    printed on top of every page.
    """

    def __init__(self, widths: Sequence[float], *, landscape: bool) -> None:
        self.heights: dict[int, float] = {}
        self.repeated = 0
        room, height = _LANDSCAPE if landscape else _PORTRAIT
        # A character is 7 pixels and a column has 5 more beside them; a pixel is 3/4 point.
        wide = sum((width * 7 + 5) * 0.75 for width in (_MARGIN_COLUMN, *widths))
        self.page_height = height / min(1.0, room / wide)

    def pages(self, rows: int) -> float:
        """Pages that the first `rows` rows take: 2.25 is two full ones and a quarter."""
        head = self.heights.get(self.repeated, _DEFAULT_HEIGHT)
        full, used = 0, 0.0
        for row in range(rows):
            height = self.heights.get(row, _DEFAULT_HEIGHT)
            if used and used + height > self.page_height:
                full, used = full + 1, head
            used += height
        return full + used / self.page_height

    def fewer_pages(self, rows: int, *, together: bool) -> int:
        """Pages to print on where one fewer is better; 0: as many as it takes."""
        pages = self.pages(rows)
        if together and pages <= _LEGIBLE:
            return 1
        full = math.floor(pages)
        return full if full and pages - full < _FEW else 0
