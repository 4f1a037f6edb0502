"""What every sheet of the portfolio's workbook has around its rows: title, headings, filter, print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from xl_collab.documents import theme as looks
from xl_collab.documents.portfolio import words
from xl_collab.documents.theme import Theme

HEAD = 2
"""Zero-based row of the headings; the title and a line about the list stand above them."""
_BUTTON = 3
"""Width in characters that the filter's button takes from a heading."""


_WIDE = 99.0


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: its text, the width of its column, whether it stands at the left, as its cells do."""

    text: str
    width: float
    left: bool = False
    folded: bool = False


def begin(sheet: Worksheet, theme: Theme, title: str, heads: Sequence[Head], rows: int, fixed: int) -> None:
    """Title, headings over columns of their widths, a filter over `rows` rows, and what stays in view."""
    sheet.set_default_row(looks.BODY_HEIGHT)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, title, theme("title"))
    sheet.set_row(HEAD, looks.row_height(map(_room, heads), minimum=looks.HEADER_HEIGHT))
    for at, head in enumerate(heads):
        side = ("left", "indent") if head.left else ("top",) if "\n" in head.text else ()
        sheet.write_string(HEAD, at, head.text, theme("header", *side))
        sheet.set_column(at, at, head.width, None, {"level": 1, "hidden": True} if head.folded else {})
    if any(head.folded for head in heads):
        sheet.set_column(len(heads), len(heads), None, None, {"collapsed": True})
    if rows:
        sheet.autofilter(HEAD, 0, HEAD + rows, len(heads) - 1)
    sheet.freeze_panes(HEAD + 1, fixed)


def _room(head: Head) -> tuple[str, float]:
    """A heading with the width for it; one of several lines breaks by itself."""
    return (head.text, _WIDE) if "\n" in head.text else (head.text, head.width - _BUTTON)


def say_about(sheet: Worksheet, theme: Theme, said: Sequence[str]) -> None:
    """The line under the title."""
    text = words.STOP.of(theme.lang).join(filter(None, said))
    sheet.write_string(1, 0, text, theme("hint", font_size=looks.BODY_SIZE))


def print_set_up(sheet: Worksheet, theme: Theme, heads: Sequence[Head], rows: int) -> None:
    """A4 landscape, one page wide, headings on each page; what is folded stays on the screen."""
    shown = [head.width for head in heads if not head.folded]
    looks.set_up_page(
        sheet,
        landscape=True,
        lang=theme.lang,
        repeat_rows=(HEAD, HEAD),
        project=words.NAME.of(theme.lang),
        scale=min(1.0, looks.paper_room(landscape=True) / looks.paper_width(shown)),
        named=True,
    )
    sheet.print_area(0, 0, HEAD + max(1, rows), len(shown) - 1)
