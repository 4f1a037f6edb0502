"""A list of the portfolio's workbook as a sheet: drawn in bulk, coloured by rules, linked to its files.

A hundred thousand rows take seconds: cells are written by the kind of their column, and only rows with a
long text get a height of their own. What the list says stands in content.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format

from xl_collab.documents import theme as looks
from xl_collab.documents.canvas import Cell, FilledDown, number_cell
from xl_collab.documents.page import MOST_LINKS
from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.frame import HEAD, Head, begin, print_set_up, say_about
from xl_collab.documents.portfolio.links import Links
from xl_collab.documents.portfolio.register import (
    LONGEST,
    MOST_ROWS,
    Column,
    Estimated,
    Register,
    Shown,
)
from xl_collab.documents.theme import LEVEL_COLOURS, RAG_COLOURS, Theme
from xl_collab.project.text_size import INDENT, LINE_HEIGHT, line_count
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


def draw_list(sheet: FilledDown, theme: Theme, register: Register, links: Links) -> None:
    """Fill a worksheet with a list."""
    lang, rows = theme.lang, min(len(register.rows), MOST_ROWS)
    heads = [Head(one.text.of(lang), one.wide(lang), _indented(one), one.folded) for one in register.columns]
    begin(sheet, theme, register.tab.of(lang), heads, rows, register.fixed)
    drawer = _Rows(sheet, theme, register, links)
    drawer.draw()
    say_about(sheet, theme, [register.hint.of(lang), *drawer.limits()])
    for at, column in enumerate(register.columns if rows else ()):
        if column.shown in _CHOICES:
            _by_word(sheet, theme, at, HEAD + rows, column.shown)
    print_set_up(sheet, theme, heads, rows)


def _by_word(sheet: FilledDown, theme: Theme, at: int, last: int, shown: Shown) -> None:
    """A word decides the colour of its cell."""
    for code, colour in _COLOURS[shown].items():
        word = _CHOICES[shown].label(code, theme.lang)
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": theme.tint(colour)}
        sheet.conditional_format(HEAD + 1, at, last, at, rule)


def _indented(column: Column) -> bool:
    return "indent" in _ROLES[column.shown]


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

    def __init__(self, sheet: FilledDown, theme: Theme, register: Register, links: Links) -> None:
        self.sheet, self.theme, self.register, self.links = sheet, theme, register, links
        self.rows = register.rows[:MOST_ROWS]
        self.linked = 0
        self.cut = False

    def draw(self) -> None:
        """Every row, column by column; then the heights of those with long texts."""
        if not len(self.rows):
            look = self.theme("hint", font_size=looks.BODY_SIZE)
            self.sheet.write_string(HEAD + 1, 0, self.register.empty.of(self.theme.lang), look)
            return
        lines = [1] * len(self.rows)
        for at, (column, values) in enumerate(
            zip(self.register.columns, zip(*self.rows, strict=True), strict=True)
        ):
            texts: Sequence[Any] = values
            if "wrapped" in _ROLES[column.shown]:
                room = column.wide(self.theme.lang) - INDENT * _indented(column)
                fitting = _Fitting(LONGEST if column.folded else room)
                texts = [fitting[text or ""] for text in values]
                self.cut = self.cut or fitting.cut
                lines = list(map(max, lines, (fitting.lines[text] for text in texts)))
            self.sheet.fill_column(HEAD + 1, at, texts, self._cell(column))
            if column.shown == "link":
                self._link(at, texts)
        for row, count in enumerate(lines, HEAD + 1):
            if count > 1:
                self.sheet.set_row(row, count * looks.BODY_SIZE * LINE_HEIGHT + 4)

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

    def _cell(self, column: Column) -> Callable[[Any], Cell]:
        """How values of a column become cells."""
        look, sheet = self.theme(*_ROLES[column.shown]), self.sheet
        choices = _CHOICES.get(column.shown)
        if choices is not None:
            known = {code: choices.label(code, self.theme.lang) for code in choices.codes}
            return lambda code: (
                sheet.text_cell(known[code], look) if code in known else number_cell(None, look)
            )
        if column.shown in ("text", "centre", "link"):
            return lambda text: self._text(text, look)
        estimated = estimated_look(self.theme, *_ROLES["workdays"])
        return lambda value: (
            number_cell(value.days, estimated) if isinstance(value, Estimated) else number_cell(value, look)
        )

    def _text(self, text: str | None, look: Format) -> Cell:
        if not text:
            return number_cell(None, look)
        return self.sheet.text_cell(text, self.theme.for_text(text, look))

    def _link(self, at: int, values: Sequence[str]) -> None:
        """Links over the texts of a column, as many as a sheet may have."""
        blue = self.theme(*_ROLES["link"], font_color=looks.LINK, underline=1)
        for row, (value, goal) in enumerate(zip(values, self.register.goals, strict=False), HEAD + 1):
            url = self.links.to(goal) if value else ""
            self.linked += bool(url)
            if self.linked > MOST_LINKS:
                return
            if url:
                self.sheet.write_url(row, at, url, self.theme.for_text(value, blue), value)


class _Fitting(dict[str, str]):
    """Texts as a column shows them: each cut to the lines that its cell has, worked out once."""

    def __init__(self, room: float) -> None:
        self.room = room
        self.lines: dict[str, int] = {}
        self.cut = False

    def __missing__(self, text: str) -> str:
        shown = clean(text)
        # A sign takes two characters at most: shorter texts need no counting.
        if len(shown) * 2 > self.room - 1 or "\n" in shown:
            shown = self._fitted(shown)
        self[text] = shown
        self.lines.setdefault(shown, 1)
        return shown

    def _fitted(self, text: str) -> str:
        shown = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        while (count := line_count(shown, self.room)) > _LINES:
            # Proportionally shorter: a few rounds, and nearly all that fits stays.
            shown = shown[: min(len(shown) - 2, len(shown) * _LINES // count)].rstrip() + "…"
        self.cut = self.cut or shown != text
        self.lines[shown] = count
        return shown
