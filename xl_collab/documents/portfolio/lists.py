"""A list of the portfolio's workbook as a sheet: drawn in bulk, coloured by rules, linked to its files.

A hundred thousand rows take seconds: cells are written by the kind of their column, and only rows with a
long text get a height of their own. What the list says stands in content.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xl_collab.documents import theme as looks
from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.frame import HEAD, Head, begin, print_set_up, say_about
from xl_collab.documents.portfolio.links import Links
from xl_collab.documents.portfolio.register import (
    LONGEST,
    MOST_LINKS,
    MOST_ROWS,
    Column,
    Estimated,
    Register,
    Shown,
    Value,
)
from xl_collab.documents.theme import LEVEL_COLOURS, RAG_COLOURS, Theme
from xl_collab.project.text_size import INDENT, LINE_HEIGHT, line_count, shortened, would_compute
from xl_collab.schema.words import RAG, RISK_LEVEL, Choices

_LINES = 6
"""Lines of a cell that are shown without a click on it."""
_ROLES: Mapping[Shown, tuple[str, ...]] = {
    "text": ("wrapped", "left", "indent"),
    "centre": ("wrapped", "centre"),
    "date": ("body", "date"),
    "moment": ("body", "datetime"),
    "workdays": ("body", "workdays"),
    "count": ("body", "integer"),
    "percent": ("body", "percent"),
    "alert": ("body", "centre"),
    "level": ("body", "centre"),
    "link": ("wrapped", "left", "indent"),
}
_CHOICES: Mapping[Shown, Choices] = {"alert": RAG, "level": RISK_LEVEL}
_COLOURS: Mapping[Shown, Mapping[str, str]] = {
    "alert": {code: code for code in RAG_COLOURS},
    "level": LEVEL_COLOURS,
}
_DATES = ("date", "moment")
_Writer = Callable[[int, Any], None]


def draw_list(sheet: Worksheet, theme: Theme, register: Register, links: Links) -> None:
    """Fill a worksheet with a list."""
    lang, rows = theme.lang, min(len(register.rows), MOST_ROWS)
    heads = [
        Head(one.text.of(lang), one.wide(lang), "indent" in _ROLES[one.shown], one.folded)
        for one in register.columns
    ]
    begin(sheet, theme, register.tab.of(lang), heads, rows, register.fixed)
    drawer = _Rows(sheet, theme, register, links)
    drawer.draw()
    say_about(sheet, theme, [register.hint.of(lang), *drawer.limits()])
    for at, column in enumerate(register.columns if rows else ()):
        if column.shown in _CHOICES:
            _by_word(sheet, theme, at, HEAD + rows, column.shown)
    print_set_up(sheet, theme, heads, rows)


def _by_word(sheet: Worksheet, theme: Theme, at: int, last: int, shown: Shown) -> None:
    """A word decides the colour of its cell."""
    for code, colour in _COLOURS[shown].items():
        word = _CHOICES[shown].label(code, theme.lang)
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": theme.tint(colour)}
        sheet.conditional_format(HEAD + 1, at, last, at, rule)


def estimated_look(theme: Theme, *roles: str) -> Format:
    """Working days with the word for an estimate behind them; the cell stays a number."""
    word = words.ESTIMATED.of(theme.lang)
    return theme(*roles, num_format=f'+0" {word}";-0" {word}";0" {word}"')


def clean(text: str) -> str:
    """A text without signs that a file cannot hold."""
    if text.isprintable():
        return text
    text = "".join(sign if sign == "\n" or sign.isprintable() else " " for sign in text)
    return text.encode("utf-8", "replace").decode("utf-8")


class _Rows:
    """The rows being written, and what of them could not be."""

    def __init__(self, sheet: Worksheet, theme: Theme, register: Register, links: Links) -> None:
        self.sheet, self.theme, self.register, self.links = sheet, theme, register, links
        self.widths = [column.wide(theme.lang) for column in register.columns]
        self.linked = 0
        self.cut = False

    def draw(self) -> None:
        """Every row."""
        register = self.register
        if not len(register.rows):
            self.sheet.write_string(HEAD + 1, 0, register.empty.of(self.theme.lang), self.theme("hint"))
        writers = [self._writer(at, column) for at, column in enumerate(register.columns)]
        wraps = [n for n, column in enumerate(register.columns) if "wrapped" in _ROLES[column.shown]]
        wraps = [n for n in wraps if not register.columns[n].folded]
        for row, values in enumerate(register.rows[:MOST_ROWS], HEAD + 1):
            for write, value in zip(writers, values, strict=True):
                write(row, value)
            lines = self._lines(values, wraps)
            if lines > 1:
                self.sheet.set_row(row, lines * looks.BODY_SIZE * LINE_HEIGHT + 4)

    def limits(self) -> Sequence[str]:
        """What is not there, and why."""
        lang, said = self.theme.lang, []
        if self.register.left_out:
            said.append(words.LEFT_OUT.of(lang).format(n=self.register.left_out))
        if self.linked > MOST_LINKS:
            said.append(words.UNLINKED.of(lang).format(n=MOST_LINKS))
        if self.cut:
            said.append(words.CUT.of(lang))
        return said

    def _lines(self, values: Sequence[Value], wraps: Sequence[int]) -> int:
        most = 1
        for at in wraps:
            text, room = values[at], self.widths[at] - INDENT
            # A sign takes two characters at most: shorter texts need no counting.
            if isinstance(text, str) and (len(text) * 2 > room - 1 or "\n" in text):
                most = max(most, line_count(text[:LONGEST], room))
        return min(most, _LINES)

    # cells

    def _writer(self, at: int, column: Column) -> _Writer:
        """How cells of a column are written."""
        look = self.theme(*_ROLES[column.shown])
        if column.shown in _CHOICES:
            return self._worded(at, look, _CHOICES[column.shown])
        if column.shown == "link":
            return self._linked(at, look)
        if column.shown in ("text", "centre"):
            return lambda row, value: self._text(row, at, value, look)
        return self._counted(at, look, column.shown)

    def _worded(self, at: int, look: Format, choices: Choices) -> _Writer:
        sheet = self.sheet
        known = {code: choices.label(code, self.theme.lang) for code in choices.codes}

        def write(row: int, value: Any) -> None:
            if value in known:
                sheet.write_string(row, at, known[value], look)
            else:
                sheet.write_blank(row, at, None, look)

        return write

    def _text(self, row: int, at: int, text: str | None, look: Format) -> None:
        if not text:
            self.sheet.write_blank(row, at, None, look)
            return
        if would_compute(text):
            look = self.theme.for_text(text, look)
        self.sheet.write_string(row, at, self._fitted(text), look)

    def _fitted(self, text: str) -> str:
        self.cut = self.cut or len(text) > LONGEST
        return shortened(clean(text), LONGEST)

    def _linked(self, at: int, look: Format) -> _Writer:
        blue = self.theme(*_ROLES["link"], font_color=looks.LINK, underline=1)
        goals = self.register.goals

        def write(row: int, value: Any) -> None:
            number = row - HEAD - 1
            url = self.links.to(goals[number]) if value and number < len(goals) else ""
            self.linked += bool(url)
            if not url or self.linked > MOST_LINKS:
                self._text(row, at, value, look)
            else:
                text = self._fitted(value)
                self.sheet.write_url(row, at, url, self.theme.for_text(text, blue), text)

        return write

    def _counted(self, at: int, look: Format, shown: Shown) -> _Writer:
        sheet = self.sheet
        estimated = estimated_look(self.theme, *_ROLES["workdays"])
        put = sheet.write_datetime if shown in _DATES else sheet.write_number

        def write(row: int, value: Any) -> None:
            if value is None:
                sheet.write_blank(row, at, None, look)
            elif isinstance(value, Estimated):
                sheet.write_number(row, at, int(value), estimated)
            else:
                put(row, at, value, look)

        return write
