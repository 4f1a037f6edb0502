"""What reports are made of: sentences in two languages that name the rows they came from.

Only the material of documents lives here. What a report says is decided in actions, how it
looks in compose; no spreadsheet may enter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from xl_collab.project.tables import Book, Table
from xl_collab.project.text_size import text_width
from xl_collab.schema.declaration import TableSheet
from xl_collab.schema.words import Count, Lang, Text, t

LISTED = 100
"""Rows that a section of a printed document shows at most; it says how many more there are."""

FILL = t("【请填写】", "[to fill in]")
"""Stands where only people can know what belongs there."""

Place = tuple[str, str]
"""Tab and A1 address of a cell."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. `ids` name the rows it was built on; `fill` marks a field for people."""

    text: Text
    ids: tuple[str, ...] = ()
    fill: bool = False


def say(template: Text, *, ids: Iterable[str] = (), fill: bool = False, **words: object) -> Line:
    """A line from a str.format template; words may be Text, dates or anything with a str()."""
    return Line(fitted(template, **words), tuple(ids), fill)


def fitted(template: Text, **words: object) -> Text:
    """The template with its words, in both languages. Words are never read as templates."""
    zh, en = ({key: _worded(word, lang) for key, word in words.items()} for lang in ("zh", "en"))
    return Text(template.zh.format(**zh), template.en.format(**en))


def _worded(word: object, lang: str) -> object:
    if isinstance(word, Text):
        return word.en if lang == "en" else word.zh
    if isinstance(word, int) and not isinstance(word, bool):
        return Count(word)
    return word.isoformat() if isinstance(word, dt.date) else word


def listing(items: Iterable[str | Text], most: int = 8, *, total: int | None = None) -> Text:
    """Items as people list them, T001、T002 or T001, T002; more than `most` are counted instead.

    `total` is how many there are when only the first ones are given.
    """
    found = list(items)
    count = len(found) if total is None else total
    shown, rest = found[:most], count - most
    zh, en = (sep.join(str(_worded(i, lang)) for i in shown) for sep, lang in (("、", "zh"), (", ", "en")))
    return Text(f"{zh}等 {count} 项", f"{en} and {rest} more") if rest > 0 else Text(zh, en)


def brief(text: str, most: int = 80) -> str:
    """A name short enough to stand inside a sentence; the row that is named beside it has all of it.

    `most` is its width: a Chinese sign counts two, as it does on paper.
    """
    line = " ".join(text.split())
    if text_width(line) <= most:
        return line
    line = line[:most]  # a sign counts one at least; sign by sign, a very long text would take minutes
    while line and text_width(line) > most - 1:
        line = line[:-1]
    return line.rstrip() + "…"


def joined(parts: Iterable[Text]) -> Text:
    """Parts of one cell, divided by semicolons."""
    found = list(parts)
    return Text("；".join(p.zh for p in found), "; ".join(p.en for p in found))


def day(value: object) -> dt.date | None:
    """A date out of a numpy day or a cell; None for NaT and everything else."""
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[D]").item()
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


def chosen(table: Table, column: str) -> list[str]:
    """Codes of a choice column, row by row; a word outside the list stays as it was typed."""
    choices = table.sheet.column(column).choices
    if choices is None:
        raise KeyError(f"{table.sheet.key}.{column} has no choices")
    codes, texts = table.distinct_texts(column)
    meant = [choices.code(text) or text for text in texts]
    return list(map(meant.__getitem__, codes.tolist()))


def place_of(sheet: str, row: int) -> str:
    """How evidence names a row of a table without IDs: its sheet and row, sync!12."""
    return f"{sheet}!{row}"


def places(book: Book) -> dict[str, Place]:
    """Where every row stands: ID, or `place_of` where a table has none, to tab and cell.

    Where two tables use one ID the tracker's row is meant.
    """
    found: dict[str, Place] = {}
    tables = sorted(book.tables.items(), key=lambda item: item[0] != "tracker")
    for key, table in tables:
        if table.sheet.state == "visible":
            for name, cell in _cells(key, table):
                found.setdefault(name, (table.tab or table.sheet.name(book.lang), cell))
    return found


def _cells(key: str, table: Table) -> Iterable[tuple[str, str]]:
    column = "id" if _has_id(table.sheet) and "id" in table.letters else ""
    if column:
        letter = table.letters[column]
        pairs = zip(table.texts(column).tolist(), table.rows.tolist(), strict=True)
        return ((name, f"{letter}{row}") for name, row in pairs if name)
    first = min(table.letters.values(), key=lambda letter: (len(letter), letter), default="A")
    return ((place_of(key, row), f"{first}{row}") for row in table.rows.tolist())


def _has_id(sheet: TableSheet) -> bool:
    return any(column.name == "id" for column in sheet.columns)


def shown_id(name: str, titles: Mapping[str, Text], lang: Lang) -> str:
    """Evidence as people read it: an ID stays, sync!12 becomes 每日同步 12."""
    sheet, mark, row = name.partition("!")
    return f"{titles[sheet].of(lang)} {row}" if mark and sheet in titles else name
