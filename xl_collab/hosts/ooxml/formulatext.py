"""Formula text: telling references from everything else, and moving them.

Enough of the grammar to shift A1 references and to list function and sheet names; nothing is calculated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from xl_collab.a1 import MAX_COLUMN, MAX_ROW, column_letters, column_number
from xl_collab.patterns import lazy

_TOKEN = lazy(
    r"""
    (?P<text>"(?:[^"]|"")*")
  | (?P<sheet>(?:'(?:[^']|'')*'|[\w.\u0080-\uffff]+(?::[\w.\u0080-\uffff]+)?)!)
  | (?P<bracket>\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\])
  | (?P<function>[^\W\d][\w.]*(?=\s*\())
  | (?P<cell>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.(!]))
  | (?P<rows>\$?[0-9]{1,7}:\$?[0-9]{1,7}(?![\w.]))
  | (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!]))
  | (?P<error>\#[A-Z/0!?]+[!?]?)
  | (?P<word>[\w.\\?]+)
  | (?P<other>.)
    """,
    re.X | re.S,
)
_CELL = lazy(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")


def tokens(formula: str) -> Iterator[tuple[str, str]]:
    """The formula as (kind, text) pairs whose texts add up to it."""
    for match in _TOKEN.finditer(formula):
        yield match.lastgroup or "other", match[0]


def shift(formula: str, rows: int, columns: int = 0) -> str:
    """The formula as it reads `rows` further down and `columns` to the right."""
    if not rows and not columns:
        return formula
    return "".join(_shifted(kind, text, rows, columns) for kind, text in tokens(formula))


def _shifted(kind: str, text: str, rows: int, columns: int) -> str:
    if kind == "cell":
        return _moved_cell(text, rows, columns)
    if kind == "rows":
        return ":".join(_moved_row(part, rows) for part in text.split(":"))
    if kind == "columns":
        return ":".join(_moved_column(part, columns) for part in text.split(":"))
    return text


def _moved_cell(text: str, rows: int, columns: int) -> str:
    match = _CELL.fullmatch(text)
    if match is None or column_number(match[2]) > MAX_COLUMN or not 0 < int(match[4]) <= MAX_ROW:
        return text
    column, row = _moved_column(match[1] + match[2], columns), _moved_row(match[3] + match[4], rows)
    return "#REF!" if "#REF!" in (column, row) else column + row


def _moved_row(text: str, rows: int) -> str:
    if text.startswith("$"):
        return text
    row = int(text) + rows
    return str(row) if 0 < row <= MAX_ROW else "#REF!"


def _moved_column(text: str, columns: int) -> str:
    if text.startswith("$") or not columns:
        return text
    column = column_number(text) + columns
    return column_letters(column) if 0 < column <= MAX_COLUMN else "#REF!"


def row_template(formula: str, row: int) -> Callable[[int], str]:
    """A function from a row number to the formula as it reads there; `formula` is how it reads in `row`.

    Ten times faster than `shift` for the 100,000 rows of a column.
    """
    pattern, offsets = template_parts(formula, row)
    return lambda at: pattern % tuple([at + offset for offset in offsets])


def template_parts(formula: str, row: int) -> tuple[str, list[int]]:
    """The formula with `%d` for each row that moves, and how far those rows lie from the formula's own."""
    pieces, offsets = [], []
    for kind, text in tokens(formula):
        piece, found = _template_piece(kind, text, row)
        pieces.append(piece)
        offsets.extend(found)
    return "".join(pieces), offsets


def _template_piece(kind: str, text: str, row: int) -> tuple[str, list[int]]:
    quoted = text.replace("%", "%%")
    match = _CELL.fullmatch(text) if kind == "cell" else None
    if match is not None and not match[3] and column_number(match[2]) <= MAX_COLUMN:
        return f"{match[1]}{match[2]}%d", [int(match[4]) - row]
    if kind == "rows":
        ends = text.split(":")
        moving = [int(end) - row for end in ends if not end.startswith("$")]
        return ":".join(end if end.startswith("$") else "%d" for end in ends), moving
    return quoted, []


def functions(formula: str) -> set[str]:
    """Names of the functions that a formula calls, in capitals, without Excel's `_xlfn.` prefixes."""
    names = {text.upper() for kind, text in tokens(formula) if kind == "function"}
    return {re.sub(r"^(?:_XLFN\.|_XLWS\.|_XLUDF\.)+", "", name) for name in names}


def quoted_sheet(name: str) -> str:
    """A sheet name as formulas write it, always in quotes: that is never wrong."""
    return "'" + name.replace("'", "''") + "'"


def rename_sheet(formula: str, old: str, new: str) -> str:
    """The formula with references to sheet `old` turned to sheet `new`."""
    if "!" not in formula:
        return formula
    return "".join(
        quoted_sheet(new) + "!" if kind == "sheet" and _sheet_of(text) == old.casefold() else text
        for kind, text in tokens(formula)
    )


def _sheet_of(token: str) -> str:
    name = token[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return name.casefold()
