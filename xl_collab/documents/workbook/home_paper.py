"""首页 on paper: what its screen shows, once more far below it, in letters that A4 can carry.

The screen is wider than a page: printed as it is, its letters would be smaller than anybody reads. So the
page that is printed lies below, where no screen shows it; links and buttons, of no use on paper, stay away.
What may not enter: figures. Every cell here points to one of the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_collab.a1 import column_letters
from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import write_formula
from xl_collab.records import dataclass
from xl_collab.schema.words import t

BELOW = 60
"""Rows between a cell of the screen and its copy: more than a large screen shows at once."""
_LARGER, _DAY = 1.5, 1.35
"""Letters against those of the screen, and those of a date in a narrow column; where a wider face stands in
for 微软雅黑 the page shrinks to 0.69."""
_SCALE, _FOOTER = 0.6, 15
"""What the page and its footer are drawn for: LibreOffice shrinks a footer more than the page."""
_LARGE = 11
"""Size of letters on the screen above which a long text may shrink and still be read; others wrap."""
_SAYS = t(
    "打印“首页”时打印下面这一页；内容跟随上面，不用填写",
    "Home is printed as the page below; it follows what stands above, nothing is to be filled in",
)

Span = tuple[int, int]
Rule = tuple[tuple[int, int, int, int], dict[str, Any]]


@dataclass(frozen=True)
class _Shown:
    row: int
    span: Span
    look: Format
    value: object
    fixed: bool


@dataclass
class Paper:
    """What was drawn on the screen, kept to be drawn again."""

    sheet: Worksheet
    theme: looks.Theme
    _cells: list[_Shown] = field(default_factory=list)
    _rules: list[Rule] = field(default_factory=list)

    def keep(self, row: int, span: Span, look: Format, value: object, *, fixed: bool = False) -> None:
        """Note a cell of the screen; `fixed` is a text that no formula changes."""
        self._cells.append(_Shown(row, span, look, value, fixed))

    def rule(self, first: tuple[int, int], last: tuple[int, int], rule: Mapping[str, Any]) -> None:
        """Colour cells of the screen by a rule, and their copies too."""
        self._rules.append(((*first, *last), dict(rule)))
        self.sheet.conditional_format(*first, *last, dict(rule))

    def draw(self, lines: Mapping[int, int], project: str) -> None:
        """The page, and the set-up that prints it and nothing else.

        lines  lines of text in a row of the screen whose texts wrap on paper; others have one
        """
        for cell in self._cells:
            self._copy(cell)
        for row in sorted({cell.row for cell in self._cells}):
            self.sheet.set_row(BELOW + row, self._height(row, lines.get(row, 1)))
        for (top, left, bottom, right), rule in self._rules:
            # Addresses in a rule are as seen from its first cell: they go on meaning the screen.
            self.sheet.conditional_format(BELOW + top, left, BELOW + bottom, right, rule)
        self._print(project)

    def _copy(self, cell: _Shown) -> None:
        row, look, (first, last) = BELOW + cell.row, self._look(cell.look), cell.span
        if last > first:
            self.sheet.merge_range(row, first, row, last, "", look)
        if cell.fixed:
            self.sheet.write_string(row, first, str(cell.value), look)
            return
        source = f"{column_letters(first + 1)}{cell.row + 1}"
        write_formula(self.sheet, row, first, f'IF({source}="","",{source})', look, cell.value)

    def _look(self, look: Format) -> Format:
        """Larger, and never shrunk where it would become too small."""
        props = self.theme.properties(look)
        shrinks = props["font_size"] > _LARGE or "num_format" in props
        # A number cannot wrap: without shrinking, one that is too wide would be shown as ####.
        size = _larger(props["font_size"], _DAY if "yy" in props.get("num_format", "") else _LARGER)
        # Under a figure a caption stands close to it, whether it takes one line or two.
        return self.theme(
            **{"valign": "top", **props, "shrink": shrinks, "text_wrap": not shrinks, "font_size": size}
        )

    def _height(self, row: int, lines: int) -> float:
        sizes = (self.theme.properties(c.look)["font_size"] for c in self._cells if c.row == row)
        one = max(looks.BODY_SIZE, *sizes) if lines == 1 else looks.BODY_SIZE
        return lines * _larger(one) * 1.5 + 4

    def _print(self, project: str) -> None:
        rows, spans = [c.row for c in self._cells], [c.span for c in self._cells]
        left, right = min(span[0] for span in spans), max(span[1] for span in spans)
        lang = self.theme.lang
        self.sheet.write_string(BELOW - 1, left, _SAYS.of(lang), self.theme("hint"))
        self.sheet.print_area(BELOW + min(rows), left, BELOW + max(rows), right)
        looks.set_up_page(
            self.sheet, landscape=True, lang=lang, project=project, scale=_SCALE, footer=_FOOTER
        )
        self.sheet.fit_to_pages(1, 1)


def _larger(size: float, times: float = _LARGER) -> float:
    return round(size * times * 2) / 2
