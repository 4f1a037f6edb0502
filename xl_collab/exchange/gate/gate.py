"""The gate: a returned file is hostile until it has been read twice, elsewhere, and both readings agree.

`inspect` refuses by bytes alone; `read_reply` also has the file parsed in a child process under caps of
time and memory. Neither raises for a bad file, writes anything, or lets a library parse in this process.
What may not enter: the master, ownership, merging.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.a1 import MAX_COLUMN, Area
from xl_collab.exchange.gate import wire
from xl_collab.exchange.gate.child import Caps, Ended, Runner, fresh
from xl_collab.exchange.gate.container import Member, PartScan, Unpacker, open_container
from xl_collab.exchange.gate.filetypes import (
    Active,
    check_package,
    check_type,
    in_part,
    reaches_outside,
)
from xl_collab.exchange.gate.limits import MB, USUAL, Limits
from xl_collab.exchange.gate.refusals import (
    FileRefused,
    Refusal,
    one_line,
    refusal,
    refuse,
    several_lines,
    unreadable,
)
from xl_collab.exchange.gate.wire import Garbled, Overfull, Room, Tagged
from xl_collab.project.tables import CellError, CellFormula
from xl_collab.schema.words import Text

if TYPE_CHECKING:
    from xl_collab.exchange.gate.own import OwnSheets

_TYPES = "[content_types].xml"
_LARGEST_SMALL = 1 << 20
_LEAST_CELLS = 10_000
_MOST_ANNOTATIONS = 2000


@dataclass(frozen=True, slots=True)
class UnreadableCell(CellError):
    """A cell on which the two readers differ, or whose content is no value; `code` is what stands there.

    It is a CellError, so whatever treats errors as "never cleared, never applied" treats it so too.
    """


class FilledDown(CellFormula):
    """A formula by its pattern (see wire.py), spelled out when its text is asked for, which is seldom."""

    __slots__ = ("_pattern", "_row")
    _pattern: str
    _row: int

    def __init__(self, pattern: str, row: int, value: object) -> None:
        object.__setattr__(self, "_pattern", pattern)
        object.__setattr__(self, "_row", row)
        object.__setattr__(self, "value", value)

    @property
    def text(self) -> str:
        """The formula without its equals sign."""
        return wire.spelled_out(self._pattern, self._row)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellFormula) and (self.text, self.value) == (other.text, other.value)

    def __hash__(self) -> int:
        return hash((self.text, self.value))


@dataclass(frozen=True)
class Verdict:
    """What the gate found before parsing: `refusal` is None for a file that may go on to be read."""

    name: str
    """The file's name for showing; never a path."""
    size: int
    sha256: str
    refusal: Refusal | None = None
    active: tuple[Active, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the file may be read further."""
        return self.refusal is None


@dataclass(frozen=True)
class ReplySheet:
    """One worksheet as read. `rows` begin at row 1 and column A; cells are None, str, bool, float, date,
    datetime, time, timedelta, CellFormula, CellError or Unreadable. hosts.grid.clean makes model values.
    """

    name: str
    state: str
    rows: tuple[list[object], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges as (first row, first column, last row, last column)."""
    tables: tuple[tuple[str, str, int], ...] = ()
    """Name, range and number of totals rows of each Excel table."""
    differing: tuple[str, ...] = ()
    """Cells on which the two readers differ; each is Unreadable in `rows`."""
    reaching: tuple[tuple[int, int], ...] = ()
    """Row and column of formulas that could call a program, the network or another file."""

    def cell(self, row: int, column: int) -> object:
        """One cell (both from 1), None beyond the edge."""
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        return cells[column - 1] if 0 < column <= len(cells) else None

    def column(self, number: int, first_row: int = 1) -> list[object]:
        """The cells of a column from a row on (both from 1), None beyond the edge."""
        at = number - 1
        if self._columns is not None:
            inside = at < len(self._columns)
            return self._columns[at][first_row - 1 :] if inside else [None] * len(self.rows[first_row - 1 :])
        return [cells[at] if at < len(cells) else None for cells in self.rows[first_row - 1 :]]

    @cached_property
    def _columns(self) -> list[list[object]] | None:
        """All columns; None for a sheet that would take much more room so: one cell far out is enough."""
        width = max(map(len, self.rows), default=0)
        if width * len(self.rows) > 2 * sum(map(len, self.rows)) + _LEAST_CELLS:
            return None
        return list(map(list, zip_longest(*self.rows)))


@dataclass(frozen=True, slots=True)
class Annotation:
    """Words that stand in no cell.

    kind    note, thread, textbox, shape, chart, picture, control, header
    cell    where it is or begins; '' where that is not known
    unread  the part that holds it could not be read
    """

    kind: str
    tab: str
    cell: str
    words: str
    author: str = ""
    unread: bool = False


@dataclass(frozen=True)
class ReadReply:
    """A returned workbook as plain data, or the reason why it is not taken."""

    verdict: Verdict
    sheets: tuple[ReplySheet, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Defined names of the whole workbook and the formula text behind each."""
    custom: Mapping[str, str] = field(default_factory=dict)
    """Custom document properties: the token of the sending is one."""
    core: Mapping[str, str] = field(default_factory=dict)
    """Core and extended properties by local name: modified, lastModifiedBy, Application…"""
    tabs: tuple[tuple[str, str], ...] = ()
    """All tabs from left to right with their state: visible, hidden, veryHidden."""
    date1904: bool = False
    generated: frozenset[str] = frozenset()
    """Tabs that carry the tool's own mark: pages that it made, not tables to read."""
    annotations: tuple[Annotation, ...] = ()

    @property
    def refusal(self) -> Refusal | None:
        """Why the file is not taken; None when it was read."""
        return self.verdict.refusal

    @property
    def active(self) -> tuple[Active, ...]:
        """Macros, links, objects and formulas that reach outside: to report, never to carry over."""
        return self.verdict.active

    def sheet(self, name: str) -> ReplySheet | None:
        """The sheet called `name` (case does not count), or None."""
        return next((one for one in self.sheets if one.name.casefold() == name.casefold()), None)


# -- before parsing ------------------------------------------------------------------------------------


def inspect(path: str | Path, limits: Limits = USUAL, *, issued_vba: str | None = None) -> Verdict:
    """Judge a file by its bytes, parsing nothing. `issued_vba`: SHA-256 of the VBA project sent out."""
    data = _load(Path(path), limits)
    if isinstance(data, Verdict):
        return data
    return inspect_bytes(data, Path(path).name, limits, issued_vba=issued_vba)


def inspect_bytes(
    data: bytes,
    name: str,
    limits: Limits = USUAL,
    *,
    issued_vba: str | None = None,
) -> Verdict:
    """As `inspect`, for an attachment that is in memory."""
    verdict = Verdict(one_line(name, 120), len(data), hashlib.sha256(data).hexdigest())
    try:
        active = tuple(_scan(data, limits, issued_vba))
    except FileRefused as error:
        return replace(verdict, refusal=error.refusal)
    return replace(verdict, active=active)


def _load(path: Path, limits: Limits) -> bytes | Verdict:
    """The file's bytes, read once: what is judged is what is parsed."""
    none = Verdict(one_line(path.name, 120), 0, "")
    try:
        if not path.is_file():
            return replace(none, refusal=refusal("unreadable", why="不是普通文件 / not a regular file"))
        with path.open("rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        return replace(none, refusal=unreadable(error))
    if len(data) > limits.file_bytes:
        size = path.stat().st_size
        shown = refusal("file-size", size=size // MB, limit=limits.file_bytes // MB)
        return replace(none, size=size, refusal=shown)
    return data


def _scan(data: bytes, limits: Limits, issued_vba: str | None) -> Iterator[Active]:
    if len(data) > limits.file_bytes:
        raise refuse("file-size", size=len(data) // MB, limit=limits.file_bytes // MB)
    _raise(check_type(data))
    members = open_container(data, limits)
    unpacker, scan = Unpacker(limits), PartScan(limits)
    _raise(package_type(members, limits))
    for member in members:
        content = unpacker.unpack(member)
        scan.check(member.name, content)
        yield from in_part(member.name.replace("\\", "/"), content, issued_vba)


def package_type(members: list[Member], limits: Limits) -> Refusal | None:
    """What the archive is when it is no workbook, by its content types or, in OpenDocument, its mimetype."""
    small = {member.name.replace("\\", "/").lower(): member for member in members}
    content: dict[str, bytes] = {}
    for name in (_TYPES, "mimetype"):
        member = small.get(name)
        if member is not None:
            content[name] = Unpacker(replace(limits, part_bytes=_LARGEST_SMALL)).unpack(member)
    return check_package(list(small), content.get(_TYPES), content.get("mimetype", b""))


def _raise(found: Refusal | None) -> None:
    if found is not None:
        raise FileRefused(found)


# -- parsing elsewhere -----------------------------------------------------------------------------------


def read_reply(path: str | Path, limits: Limits = USUAL, *, issued_vba: str | None = None) -> ReadReply:
    """Judge a file and read it in a child process; nothing that the file does reaches this one."""
    data = _load(Path(path), limits)
    if isinstance(data, Verdict):
        return ReadReply(data)
    return read_reply_bytes(data, Path(path).name, limits, issued_vba=issued_vba)


def read_reply_bytes(
    data: bytes,
    name: str,
    limits: Limits = USUAL,
    *,
    issued_vba: str | None = None,
    run: Runner = fresh,
) -> ReadReply:
    """As `read_reply`, for an attachment that is in memory; `run` starts the child process."""
    verdict = inspect_bytes(data, name, limits, issued_vba=issued_vba)
    if not verdict.accepted:
        return ReadReply(verdict)
    try:
        reply = _rebuilt(_answer(data, limits, run), verdict, limits)
    except FileRefused as error:
        is_macro_sheet = any(one.kind in ("xlm", "dialog") for one in verdict.active)
        found = refusal("macro-sheet") if is_macro_sheet else error.refusal
        return ReadReply(replace(verdict, refusal=found))
    return replace(reply, verdict=replace(verdict, active=verdict.active + _formulas(reply)))


def read_own(data: bytes, name: str, known: OwnSheets | None = None) -> ReadReply:
    """Read a workbook that we made ourselves, in this process, as a reply to it will be read.

    known  hidden sheets that others of the same run have too

    Raises Refused, or what the hosts raise for a workbook that cannot be read.
    """
    from xl_collab.exchange.gate.readers import read_workbook

    # No other process answers here, so nothing has to become text on its way.
    records = read_workbook(data) if known is None else read_workbook(data, known.second_reader)
    return _read([*records, {"done": True}], Verdict(name, len(data), ""))


def _answer(data: bytes, limits: Limits, run: Runner) -> bytes:
    ran = run(data, Caps(limits.seconds, limits.cpu_seconds, limits.memory, limits.output))
    if ran.ended is Ended.DONE:
        return ran.output
    if ran.ended is Ended.TIMEOUT:
        raise refuse("reader-time", limit=limits.cpu_seconds)
    if ran.ended is Ended.CRASHED:
        raise refuse("reader-crash")
    raise refuse("reader-memory", limit=limits.memory // MB)


def _rebuilt(answer: bytes, verdict: Verdict, limits: Limits = USUAL) -> ReadReply:
    """The answer as values. Refused when the child said so, or when what it said is no answer."""
    try:
        return _read(wire.records(answer), verdict, limits)
    except Garbled as error:
        raise refuse("reader-crash") from error


def _read(records: Sequence[Any], verdict: Verdict, limits: Limits = USUAL) -> ReadReply:
    try:
        if records and isinstance(records[-1], dict) and "refused" in records[-1]:
            code, zh, en = wire.texts(records[-1], ("refused", "zh", "en"))
            raise FileRefused(Refusal(one_line(code, 40), Text(one_line(zh), one_line(en))))
        if len(records) < 2 or records[-1] != {"done": True}:
            raise Garbled("no end")
        return _reply(
            records[0], tuple(_sheets(iter(records[1:-1]), Room(limits.output, limits.cells))), verdict
        )
    except Overfull as error:
        raise refuse("reader-memory", limit=limits.memory // MB) from error
    except (Garbled, KeyError, TypeError, ValueError, AttributeError) as error:
        raise refuse("reader-crash") from error


def _reply(head: dict[str, object], sheets: tuple[ReplySheet, ...], verdict: Verdict) -> ReadReply:
    names = [_pair(*item[:2]) for item in _list(head["names"]) if not item[2]]
    custom, core = head["custom"], head["core"]
    if not isinstance(custom, dict) or not isinstance(core, dict):
        raise Garbled("properties")
    return ReadReply(
        verdict,
        sheets,
        dict(names),
        dict(_pair(*item) for item in custom.items()),
        dict(_pair(*item) for item in core.items()),
        tuple(_pair(*item) for item in _list(head["tabs"])),
        head["date1904"] is True,
        frozenset(_text(item[2]) for item in _list(head["names"]) if item[2] and item[0] == "_kind"),
        tuple(_annotation(item) for item in _list(head.get("annotations", []))[:_MOST_ANNOTATIONS]),
    )


def _annotation(item: object) -> Annotation:
    kind, tab, cell, words, author, state = map(_text, _list(item))
    return Annotation(
        one_line(kind, 20), tab, one_line(cell, 20), several_lines(words), one_line(author), bool(state)
    )


def _sheets(records: Iterator[dict[str, object]], room: Room) -> Iterator[ReplySheet]:
    for head in records:
        name, state = wire.texts(head, ("sheet", "state"))
        table = wire.unpack_values(head["values"])
        values = [_cell(value) if type(value) is Tagged else value for value in table]
        rows = tuple(wire.unpack_row(next(records, {})["r"], values) for _ in range(_number(head["rows"])))
        reaching = tuple(sorted(_fill(rows, head, room)))
        areas = (Area.parse(_text(ref)) for ref in _list(head["merged"]))
        merged = tuple((one.top, one.left, one.bottom, one.right) for one in areas if one is not None)
        tables = tuple((*_pair(*item[:2]), _number(item[2])) for item in _list(head["tables"]))
        differing = tuple(map(_text, _list(head["differing"])))
        yield ReplySheet(name, state, rows, merged, tables, differing, reaching)


def _cell(value: Tagged) -> object:
    return CellError(value.text) if value.tag == "e" else UnreadableCell(value.text)


def _fill(rows: tuple[list[object], ...], head: dict[str, object], room: Room) -> Iterator[tuple[int, int]]:
    """Put the formulas of a sheet into its rows; row and column of those that reach outside."""
    patterns = [_text(item) for item in _list(head["formulas"])]
    # Whether a formula reaches outside does not hang on which row it names.
    reaching = [reaches_outside(wire.spelled_out(pattern, 2)) for pattern in patterns]
    for run in _list(head["runs"]):
        column, first, last, number = map(_number, _list(run))
        if not (0 < column <= MAX_COLUMN and 0 < first <= last <= len(rows) and 0 <= number < len(patterns)):
            raise Garbled("formulas outside of the sheet")
        room.take(patterns[number], first, last)
        _fill_down(rows, column, range(first, last + 1), patterns[number])
        if reaching[number]:
            yield from ((row, column) for row in range(first, last + 1))


def _fill_down(rows: tuple[list[object], ...], column: int, numbers: Iterable[int], pattern: str) -> None:
    at = column - 1
    for number in numbers:
        cells = rows[number - 1]
        if len(cells) < column:
            cells.extend([None] * (column - len(cells)))
        shown = cells[at]
        if type(shown) is FilledDown:
            raise Garbled("two formulas in a cell")
        cells[at] = FilledDown(pattern, number, shown)


def _list(value: object) -> list:  # type: ignore[type-arg]
    if not isinstance(value, list):
        raise Garbled("a list that is none")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Garbled("a text that is none")
    return value


def _number(value: object) -> int:
    if type(value) is not int:
        raise Garbled("a number that is none")
    return value


def _pair(one: object, other: object) -> tuple[str, str]:
    return _text(one), _text(other)


def _formulas(reply: ReadReply, most: int = 50) -> tuple[Active, ...]:
    """Formulas that could call a program, the network or another file, with their cells."""
    found = ((sheet, row, column) for sheet in reply.sheets for row, column in sheet.reaching)
    return tuple(
        Active("formula", f"{sheet.name}!{Area(column, row, column, row)}", f"={cell.text}")
        for sheet, row, column in islice(found, most)
        if isinstance(cell := sheet.cell(row, column), CellFormula)
    )
