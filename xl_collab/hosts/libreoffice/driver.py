"""The driver of LibreOffice: a whole step of the live host is one call across processes.

The operations run inside the office (inside/). What may not enter: trackers.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from xl_collab.hosts.changes import NAMES
from xl_collab.hosts.formulacheck import FormulaRun, template_of
from xl_collab.hosts.headings import Area as Corners
from xl_collab.hosts.libreoffice.connection import Connection
from xl_collab.hosts.live.driver import (
    Block,
    Content,
    Fill,
    OfTabs,
    Overview,
    Put,
    PutSheet,
    RemoveSheet,
    Resize,
    Rows,
    ShowTab,
    Step,
    TabState,
    days_of_1904,
    guarded,
    quoted,
    table_info,
)
from xl_collab.hosts.live.host import spans
from xl_collab.hosts.ooxml.workbookxml import TableInfo
from xl_collab.project.tables import CellError

DATE, TIME, LOGICAL = 2, 4, 1024
"""com.sun.star.util.NumberFormat."""

DAY = dt.timedelta(days=1)
EPOCH = dt.datetime(1899, 12, 30)
"""Day 0 of documents with the 1900 date system; the others are refused."""

Operation = tuple[str, dict[str, Any]]


class OfficeDriver:
    """One workbook open in LibreOffice, by the id that LibreOffice gives it."""

    def __init__(self, connection: Connection, uid: str) -> None:
        self._connection = connection
        self._uid = uid

    def overview(self) -> Overview:
        """The workbook as it is now."""
        found = self._connection.ask("overview", book=self._uid)
        name = Path(found["path"]).name or found["title"]
        if dt.date(*found["day_zero"]) != EPOCH.date():
            raise days_of_1904(name)
        tables: dict[str, list[TableInfo]] = {}
        for table, tab, corners, header, totals in found["tables"]:
            tables.setdefault(tab, []).append(table_info(table, corners, header, totals))
        tabs = tuple(_tab(one, tables.get(one["name"], [])) for one in found["tabs"])
        return Overview(found["path"] or name, name, tabs, found["read_only"], found["locked"])

    def read(self, blocks: Sequence[Block], *, formulas: bool = True) -> list[Content]:
        """What the blocks hold, in one call."""
        at = [self._at(block) for block in blocks]
        found = self._connection.ask("blocks_read", blocks=at, formulas=formulas)
        return [Content(_typed(raw), tuple(_run(run) for run in runs)) for raw, runs in found]

    def typed(self, blocks: Sequence[Block]) -> list[Content]:
        """The texts that are typed in the blocks; nothing is calculated for it."""
        found = self._connection.ask("typed_texts", blocks=[self._at(block) for block in blocks])
        return [Content([[text or None for text in row] for row in rows], ()) for rows in found]

    def merged(self, block: Block) -> tuple[Corners, ...]:
        """The overview has them already."""
        return next(tab.merged or () for tab in self.overview().tabs if tab.name == block.tab)

    def objects(self, tab: TabState) -> int:
        """The overview has counted them."""
        return tab.objects or 0

    def carry_out(self, steps: Sequence[Step], title: str) -> None:
        """One call. Sheets first: they are what may fail, and what LibreOffice's undo does not know."""
        sheets = [self._operation(step) for step in steps if isinstance(step, OfTabs)]
        cells = [self._operation(step) for step in steps if not isinstance(step, OfTabs)]
        hold, begin = ("hold", {"book": self._uid}), ("begin", {"book": self._uid, "title": title})
        self._connection.ask_many([hold, *sheets, begin, *cells])

    def keep(self, tabs: Sequence[str], path: Path) -> None:
        """Copies of tabs in a new workbook file."""
        self._connection.ask("keep_sheets", book=self._uid, tabs=list(tabs), path=str(path))

    def status(self, text: str | None) -> None:
        """The status bar of the front window."""
        self._connection.ask("status", text=text)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing to do: `carry_out` is one call, within which LibreOffice paints nothing."""
        yield

    def _at(self, block: Block) -> list[Any]:
        return [self._uid, *block]

    def _operation(self, step: Step) -> Operation:
        if isinstance(step, Put):
            return "write", {"at": self._at(step.block), **_Column(step.values).arguments()}
        if isinstance(step, Fill):
            template = to_office(template_of(step.formula, step.row))
            return "fill", {"at": self._at(step.block), "template": template}
        if isinstance(step, Resize):
            return "grow_rows", {"book": self._uid, "name": step.table, "bottom": step.area.bottom}
        if isinstance(step, RemoveSheet):
            return "remove_sheet", {"book": self._uid, "sheet": step.tab}
        if isinstance(step, ShowTab):
            return "show_sheet", {"book": self._uid, "sheet": step.tab, "shown": step.shown}
        return "insert_sheet", self._sheet(step)

    def _sheet(self, step: PutSheet) -> dict[str, Any]:
        texts = (step.mark.kind, step.mark.key, step.mark.hash)
        names = [[name, quoted(text)] for name, text in zip(NAMES, texts, strict=True)]
        placed = {"replace": step.replace, "after": step.after, "source": step.source or None}
        return {"book": self._uid, "path": str(step.path), "tab": step.mark.tab, "names": names, **placed}


def _tab(found: dict[str, Any], tables: list[TableInfo]) -> TabState:
    return TabState(
        found["name"],
        Block(found["name"], *found["used"]),
        found["shown"],
        found["protected"],
        tuple(tables),
        tuple((name, content) for name, content in found["names"]),
        tuple((top, left, bottom, right) for top, left, bottom, right in found["merged"]),
        found["objects"],
    )


def _typed(raw: dict[str, Any]) -> Rows:
    rows: Rows = [[None if v == "" else v for v in row] for row in raw["rows"]]
    for kind, as_typed in (("dates", _date), ("truths", bool)):
        for top, left, bottom, right in raw[kind]:
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [
                    as_typed(v) if isinstance(v, float | int) else v for v in row[left : right + 1]
                ]
    for i, j, code in raw["errors"]:
        rows[i][j] = CellError(code)
    return rows


def _date(serial: float) -> dt.datetime | float:
    try:
        return EPOCH + dt.timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return serial


def _run(found: Sequence[Any]) -> FormulaRun:
    column, first, last, template = found
    return FormulaRun(column, first, last, template, to_excel)


class _Column:
    """Python values of a column as `write` takes them: plain values, and the formats to see them by."""

    def __init__(self, values: Sequence[object]) -> None:
        self.formats: dict[tuple[str, int], list[int]] = {}
        self.rows = [[self._plain(row, guarded(value))] for row, value in enumerate(values)]

    def _plain(self, row: int, value: Any) -> str | float:
        if value is None or value != value:
            return ""
        if isinstance(value, str):
            return value.removeprefix("'")  # there it only says that a text is one
        if isinstance(value, bool):
            return self._shown("BOOLEAN", LOGICAL, row, float(value))
        if isinstance(value, numbers.Real):
            number = float(value)
            return number if math.isfinite(number) else ""
        return self._moment(row, value)

    def _moment(self, row: int, value: object) -> float:
        if isinstance(value, dt.datetime):
            code = "yyyy-mm-dd" if value.time() == dt.time() else "yyyy-mm-dd hh:mm:ss"
            return self._shown(code, DATE, row, (value.replace(tzinfo=None) - EPOCH) / DAY)
        if isinstance(value, dt.date):
            return self._shown("yyyy-mm-dd", DATE, row, float((value - EPOCH.date()).days))
        if isinstance(value, dt.time):
            of_day = dt.datetime.combine(EPOCH.date(), value.replace(tzinfo=None)) - EPOCH
            return self._shown("hh:mm:ss", TIME, row, of_day / DAY)
        raise TypeError(f"a cell cannot hold {type(value).__name__}")

    def _shown(self, code: str, kind: int, row: int, number: float) -> float:
        self.formats.setdefault((code, kind), []).append(row)
        return number

    def arguments(self) -> dict[str, Any]:
        """Formats as runs of rows."""
        formats = [
            [code, kind, 0, first, last]
            for (code, kind), rows in self.formats.items()
            for first, last in spans(rows)
        ]
        return {"rows": self.rows, "formats": formats}


# Formula text between two grammars: Excel's (A1, commas, Sheet!A1) and LibreOffice's API (;, $Sheet.A1).


_STRING = r'"(?:[^"]|"")*"'
_QUOTED = r"'(?:[^']|'')*'"
_TABLE = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_ERROR = r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!)"
_WORD = r"\$?[^\W\d][\w.]*|\$?\d[\w.]*"

_EXCEL = re.compile(
    rf"({_STRING})|({_ERROR})|((?:{_QUOTED}|[^\W\d][\w.]*)!)|({_TABLE})|({_WORD})|(.)", re.DOTALL
)
# Without a $ or quotes only a cell may follow: NETWORKDAYS.INTL is no sheet.
_SHEET = rf"(?:\$(?:{_QUOTED}|[^\W\d]\w*)|{_QUOTED})\.(?=[$\w#])"
_BARE_SHEET = r"[^\W\d]\w*\.(?=\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w.(]))"
_OFFICE = re.compile(rf"({_STRING})|({_ERROR})|({_SHEET}|{_BARE_SHEET})|({_TABLE})|({_WORD})|(.)", re.DOTALL)
_FUTURE = re.compile(r"^(?:_xlfn\.|_xlws\.)+", re.IGNORECASE)
_THIS_ROW = re.compile(r"^\[@\[?([^\[\]]*)\]?\]$")
_PLAIN_SHEET = re.compile(r"[^\W\d]\w*$")
_REFERENCE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})$")
_TRUTHS = {"TRUE", "FALSE"}


@lru_cache(maxsize=65536)
def to_office(formula: str) -> str:
    """LibreOffice's API grammar for an Excel formula (with its "=")."""
    return _Excel(formula).text


@lru_cache(maxsize=65536)
def to_excel(formula: str) -> str:
    """Excel's grammar for a formula as LibreOffice's API gives it (with its "=")."""
    return _Office(formula).text


class _Walk:
    """One pass over a formula: what opened (a call, a group, an array) decides what a comma means."""

    def __init__(self, formula: str, tokens: re.Pattern[str]) -> None:
        self.open: list[str] = []
        self.before = ""
        out = []
        for found in tokens.finditer(formula):
            kind, token = found.lastindex or 0, found.group()
            out.append(self.token(kind, token, formula[found.end() : found.end() + 1]))
            self.before = token if not token.isspace() else self.before
        self.text = "".join(out)

    def token(self, kind: int, token: str, after: str) -> str:
        """The token in the other grammar; kinds are the groups of the pattern, from 1."""
        handler: Callable[[str, str], str] = {3: self.sheet, 4: self.table, 5: self.word, 6: self.mark}.get(
            kind, lambda same, _: same
        )
        return handler(token, after)

    def sheet(self, token: str, after: str) -> str:
        return token

    def table(self, token: str, after: str) -> str:
        return token

    def word(self, token: str, after: str) -> str:
        return token

    def mark(self, token: str, after: str) -> str:
        if token in "({":
            called = token == "(" and re.match(r"[\w.]+$", self.before) is not None
            self.open.append("call" if called else token)
        elif token in ")}" and self.open:
            self.open.pop()
        return self.separator(token, self.open[-1] if self.open else "")

    def separator(self, token: str, inside: str) -> str:
        return token


class _Excel(_Walk):
    def __init__(self, formula: str) -> None:
        super().__init__(formula, _EXCEL)

    def sheet(self, token: str, after: str) -> str:
        name = token[:-1]
        plain = name.startswith("'") or _PLAIN_SHEET.match(name)
        return f"${name}." if plain else f"$'{name}'."

    def table(self, token: str, after: str) -> str:
        row = _THIS_ROW.match(token)
        return f"[[#This Row];[{row[1]}]]" if row else token.replace("],[", "];[")

    def word(self, token: str, after: str) -> str:
        word = _FUTURE.sub("", token)
        return f"{word}()" if word.upper() in _TRUTHS and after != "(" else word

    def separator(self, token: str, inside: str) -> str:
        if inside == "{":
            return {",": ";", ";": "|"}.get(token, token)
        return ("~" if inside == "(" else ";") if token == "," else token


class _Office(_Walk):
    def __init__(self, formula: str) -> None:
        super().__init__(formula, _OFFICE)

    def sheet(self, token: str, after: str) -> str:
        name = token[:-1].removeprefix("$")
        bare = name[1:-1] if name.startswith("'") else name
        return f"{bare}!" if _PLAIN_SHEET.match(bare) and not _REFERENCE.match(bare) else f"'{bare}'!"

    def table(self, token: str, after: str) -> str:
        return token.replace("];[", "],[")

    def separator(self, token: str, inside: str) -> str:
        if inside == "{":
            return {";": ",", "|": ";"}.get(token, token)
        return {";": ",", "~": ","}.get(token, token)
