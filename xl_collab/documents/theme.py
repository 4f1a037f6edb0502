"""How sheets look: one palette, one font, cell formats by role, and sizes computed from text.

Every drawn sheet takes its formats from `Theme`, so that a printed page, a report and the
template are recognisably one product. Only looks live here: no wording, no rule about data.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.project.sentences import brief
from xl_collab.project.text_size import (
    BODY_HEIGHT as BODY_HEIGHT,
    BODY_SIZE as BODY_SIZE,
    MAX_HEIGHT as MAX_HEIGHT,
    row_height as row_height,
    text_width as text_width,
    would_compute,
)
from xl_collab.schema.words import Lang, t

INK = "#1F2937"
QUIET = "#6B7280"
BRAND = "#1F4E79"
BAND = "#F3F6FA"
RULE = "#D0D7DE"
WHITE = "#FFFFFF"
COMPUTED = "#F7F8FA"
INPUT = "#FFFBEB"
"""Ground of a cell to fill in on a page that is otherwise for reading."""
LINK = "#0563C1"
LEVEL_COLOURS: Mapping[str, str] = {"high": "red", "medium": "yellow", "low": "green"}
"""Risk levels in the colours of alerts."""

RAG_COLOURS: Mapping[str, tuple[str, str]] = {
    "red": ("#C00000", "#FDE7E6"),
    "yellow": ("#7F6000", "#FFF4CE"),
    "green": ("#2E6B2E", "#E3F1E1"),
    "blue": ("#1F4E79", "#DCEAF7"),
}
"""Word and ground of each alert; always shown with the word, never as colour alone."""

PENDING_COLOURS = ("#3B5569", "#E4EDF2", "#7C97A8")
"""Ink, ground and edge of figures that are to be recalculated."""

FONT = "微软雅黑"
NOTE_SIZE, SECTION_SIZE, TITLE_SIZE = 9, 12, 16
HEADER_HEIGHT = 24.0

DEFAULTS: dict[str, Any] = {
    "font_name": FONT,
    "font_size": BODY_SIZE,
    "font_color": INK,
    "font_scheme": False,  # a scheme would let the theme replace the face
}
"""Pass as `default_format_properties` when a Workbook is made: empty cells then have the font too."""

_RULED = {"bottom": 1, "bottom_color": RULE}
_BOXED = {"border": 1, "border_color": RULE}
_FILLED = {"fg_color": BRAND, "font_color": WHITE, "bold": True, "valign": "vcenter"}
ROLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"font_size": TITLE_SIZE, "bold": True, "font_color": BRAND, "valign": "vcenter"},
    "section": {"font_size": SECTION_SIZE, "bold": True, "font_color": BRAND, "valign": "vcenter"},
    "hint": {"font_size": NOTE_SIZE, "font_color": QUIET, "valign": "vcenter"},
    "note": {"font_size": NOTE_SIZE, "font_color": QUIET, "valign": "top", "text_wrap": True},
    "quiet": {"font_size": NOTE_SIZE, "font_color": QUIET},
    "banner": {"font_size": NOTE_SIZE, "bold": True, "font_color": "#7F6000", "valign": "vcenter"},
    "header": {**_FILLED, "text_wrap": True, "align": "center"},
    "header_left": {**_FILLED, "text_wrap": True, "indent": 1},
    "header_computed": {**_FILLED, "fg_color": "#5B6B7F", "text_wrap": True, "align": "center"},
    "body": {"font_color": INK, "valign": "vcenter", **_RULED},
    "wrapped": {"font_color": INK, "valign": "vcenter", "text_wrap": True, **_RULED},
    "input": {"font_color": INK, "valign": "vcenter", "fg_color": WHITE, **_BOXED},
    "computed": {"font_color": INK, "valign": "vcenter", "fg_color": COMPUTED, **_BOXED},
    "label": {"font_color": INK, "bold": True, "fg_color": BAND, "valign": "vcenter", "text_wrap": True}
    | {"align": "left", "indent": 1, **_BOXED},
    "value": {
        "font_color": INK,
        "valign": "vcenter",
        "text_wrap": True,
        "align": "left",
        "indent": 1,
        **_BOXED,
    },
    "prose": {"font_color": INK, "valign": "top", "text_wrap": True},
    "figure": {"font_size": TITLE_SIZE, "bold": True, "font_color": BRAND, "align": "center"}
    | {"valign": "vcenter", "fg_color": BAND},
    "caption": {"font_size": NOTE_SIZE, "font_color": QUIET, "align": "center", "fg_color": BAND},
    "link": {"font_color": LINK, "underline": 1, "valign": "vcenter"},
    "evidence": {"font_size": NOTE_SIZE, "font_color": QUIET},
    "signature": {"font_color": INK, "valign": "bottom"},
    "plain": {"font_color": INK},
    # Pieces to be joined with one of the above: theme("body", "date").
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "datetime": {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
    "workdays": {"num_format": "+0;-0;0", "align": "center"},
    "percent": {"num_format": "0%", "align": "center"},
    "integer": {"num_format": "0", "align": "center"},
    "number": {"num_format": "General", "align": "center"},
    "money": {"num_format": "#,##0", "align": "right", "indent": 1},
    "text": {"num_format": "@"},
    "unseen": {"num_format": ";;;"},
    "centre": {"align": "center"},
    "left": {"align": "left"},
    "right": {"align": "right"},
    "top": {"valign": "top"},
    "middle": {"valign": "vcenter"},
    "wrap": {"text_wrap": True},
    "bold": {"bold": True},
    "indent": {"indent": 1},
    "boxed": _BOXED,
    "ruled": _RULED,
    "band": {"fg_color": BAND},
    "grey": {"fg_color": COMPUTED},
    "required": {"font_color": "#C00000"},
    **{
        f"rag_{code}": {"font_color": ink, "fg_color": ground, "bold": True, "align": "center"}
        for code, (ink, ground) in RAG_COLOURS.items()
    },
}
"""Format properties by role, in XlsxWriter's words; roles join from left to right."""


class Theme:
    """Formats of one workbook by role, each made once.

    `theme("body", "date")` joins roles; keyword properties (XlsxWriter's names) come on top.
    KeyError for a role that does not exist.
    """

    def __init__(self, workbook: Workbook, lang: Lang = "zh", *, least: float = 0) -> None:
        self.workbook = workbook
        self.lang: Lang = lang
        self.smallest: float = max(NOTE_SIZE, least)
        """Size in points below which nothing is drawn: a page that is printed smaller raises it."""
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._asked: dict[tuple[object, ...], Format] = {}
        self._properties: dict[Format, dict[str, Any]] = {}

    def __call__(self, *roles: str, **extra: Any) -> Format:
        # Every cell asks; what one asked in the same words need not be put together again.
        asked = (self.smallest, roles, *extra.items())
        found = self._asked.get(asked)
        if found is None:
            found = self._asked[asked] = self._joined(roles, extra)
        return found

    def _joined(self, roles: tuple[str, ...], extra: Mapping[str, Any]) -> Format:
        properties: dict[str, Any] = dict(DEFAULTS)
        for role in roles:
            properties |= ROLES[role]
        properties |= extra
        properties["font_size"] = max(properties["font_size"], self.smallest)
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.workbook.add_format(properties)
            self._properties[self._made[key]] = properties
        return self._made[key]

    def for_text(self, text: str, look: Format) -> Format:
        """The format in which a text is written: one that begins like a formula is marked as text."""
        if not would_compute(text) or look not in self._properties:
            return look
        return self(**self._properties[look] | {"quote_prefix": True})

    def properties(self, style: Format) -> dict[str, Any]:
        """What a format of this theme was made of."""
        return dict(self._properties[style])

    def rag(self, code: str, *roles: str) -> Format:
        """The format of an alert ("red", "yellow", "green", "blue"; anything else is plain)."""
        return self(*roles, f"rag_{code}") if code in RAG_COLOURS else self(*(roles or ("body",)))

    def tint(self, code: str) -> Format:
        """An alert's colours alone, for conditional formats (they may not name a font)."""
        ink, ground = RAG_COLOURS[code]
        return self._differential(font_color=ink, bg_color=ground, bold=True)

    def changed(self) -> Format:
        """Marks a cell that replies changed: no alert's colour, and a line that an alert's ground leaves."""
        return self._differential(bg_color="#F1EAFB", bottom=1, bottom_color="#7A3EB1")

    def pending(self) -> Format:
        """Figures that wait for Python: slanted on a cool ground, and none of the alerts' colours."""
        ink, ground, edge = PENDING_COLOURS
        return self._differential(font_color=ink, italic=True, bg_color=ground, bottom=4, bottom_color=edge)

    def faint(self) -> Format:
        """Quiet grey text for conditional formats: rows that no longer matter."""
        return self._differential(font_color=QUIET)

    def _differential(self, **properties: Any) -> Format:
        key = tuple(sorted({**properties, "differential": True}.items()))
        if key not in self._made:
            self._made[key] = self.workbook.add_format(properties)
        return self._made[key]


# Print: A4 within 15 mm; how much a page takes, and how small it becomes.


SMALLEST_REPORT, SMALLEST_REGISTER = 9.0, 8.0
"""Sizes in points below which nothing may stand on paper: in what is read, and in wide tables."""
WIDEST = SMALLEST_REGISTER / BODY_SIZE
"""How much smaller than on the screen a register may be printed."""
_CHARACTER = 6.5
"""Points of a column's character on paper where a wider face stands in for 微软雅黑, which has 5.3."""
_PADDING = 5 / 7
_A4_WIDTH = {False: 510.0, True: 757.0}


def paper_room(*, landscape: bool) -> float:
    """Width in characters, paddings of columns included, that A4 takes at full size in any face."""
    return _A4_WIDTH[landscape] / _CHARACTER


def paper_width(widths: Iterable[float]) -> float:
    """What columns of these widths take of `paper_room`."""
    return sum(width + _PADDING for width in widths)


_LARGEST_FOOTER = 10
_PAGES = t("第 &P 页/共 &N 页", "Page &P of &N")
_FOOTER_PORTRAIT, _FOOTER_LANDSCAPE = 40, 64
"""Width in characters of the project's name that leaves the name in the middle alone."""


def _face(size: int) -> str:
    return f'&"{FONT},Regular"&{size}&K6B7280'


def set_up_page(
    worksheet: Worksheet,
    *,
    landscape: bool,
    lang: Lang,
    repeat_rows: tuple[int, int] | None = None,
    project: str = "",
    pages_wide: int = 1,
    scale: float = 1.0,
    footer: int = _LARGEST_FOOTER,
    named: bool = False,
) -> None:
    """A4, 15 mm margins; footer 项目 · 文件 · 第 X 页/共 Y 页.

    `pages_wide` lets a very wide table take several pages, its first column printed on each.
    `scale` is how small the page becomes at worst, so that the footer stays legible where it shrinks too.
    `named` has the sheet's name in the footer, not the file's: what is handed over by itself.

    `footer` is its largest size; one above the usual shrinks with the page, in every program.

    `repeat_rows` are zero-based first and last rows printed at the top of every page.
    """
    worksheet.set_paper(9)
    if landscape:
        worksheet.set_landscape()
    worksheet.fit_to_pages(pages_wide, 0)
    if pages_wide > 1:
        worksheet.repeat_columns(0)
    worksheet.set_margins(left=0.59, right=0.59, top=0.59, bottom=0.75)
    worksheet.center_horizontally()
    if repeat_rows is not None:
        worksheet.repeat_rows(*repeat_rows)
    least = SMALLEST_REPORT if scale >= SMALLEST_REPORT / BODY_SIZE else SMALLEST_REGISTER
    face = _face(min(footer, math.ceil(least / scale)))
    name = brief(project, _FOOTER_LANDSCAPE if landscape else _FOOTER_PORTRAIT).replace("&", "&&")
    before = f"&L{face} {name}" if name else ""
    # A footer that shrinks with a wide table could not be read; LibreOffice shrinks it all the same.
    still = {"margin": 0.35, "scale_with_doc": footer > _LARGEST_FOOTER}
    middle = "&A" if named else "&F"
    worksheet.set_footer(f"{before}&C{face} {middle}&R{face} {_PAGES.of(lang)}", still)


def side_by_side(worksheet: Worksheet, breaks: Sequence[int], repeated: int) -> None:
    """Print a table that one page cannot take on several, at the smallest size; a page begins at each break.

    `repeated` is the last of the columns, zero-based, that are printed on every page.
    """
    worksheet.set_print_scale(round(WIDEST * 100))
    worksheet.set_v_pagebreaks(list(breaks))
    worksheet.repeat_columns(0, repeated)
