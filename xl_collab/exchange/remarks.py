"""Words in a reply where no known cell is: notes, shapes, own sheets, text around a table.

The same is read from what goes out, so that only what somebody added since is told: words that moved are the
same words. What may not enter: cells that the merge reads, pages compared by cell (merge/snapshot.py).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xl_collab.a1 import column_letters, column_number
from xl_collab.documents.packet import words as packet_words
from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.gate import ReadReply, ReplySheet, read_own
from xl_collab.exchange.gate.refusals import one_line, several_lines
from xl_collab.exchange.reply_sheets import Found, cell_text, compared, find_tables, others_rows
from xl_collab.hosts.below import TOTALS
from xl_collab.hosts.headings import heading_key
from xl_collab.merge.result import Remark
from xl_collab.merge.snapshot import BESIDE, OTHERS, PAGE, TEXT, Rows
from xl_collab.merge.values import Canonical, as_words, canonical, row_key
from xl_collab.plan.project import Project
from xl_collab.project.sentences import fitted
from xl_collab.project.tables import CellError, CellFormula, Table
from xl_collab.schema.declaration import Column
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import Lang, Text, t

if TYPE_CHECKING:
    from xl_collab.exchange.gate.own import OwnSheets

# What a workbook holds outside of the cells that the merge knows, as it came through the gate.


_OWN = ("xlwings.conf", *(SHEETS[key].title.zh for key in ("meta", "history")))
"""Tabs of ours that are for programs only."""
_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?\d+|\d+")


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that stands where no known cell is.

    kind     an annotation's kind (gate.Annotation), beside, sheet, heading (of a column that is not known),
             formula (its shape alone, for comparing)
    scope    the table around which it stands, whatever its tab is called; else its tab
    pattern  for a formula its shape: references and numbers taken out
    """

    kind: str
    scope: str
    tab: str
    cell: str
    words: str
    author: str = ""
    unread: bool = False
    pattern: str = ""


def outside(read: ReadReply, found: Found, sent: Mapping[str, Rows]) -> Iterator[Outside]:
    """Everything outside of the known cells: cells sheet by sheet, then annotations.

    sent  the snapshot of the sending: columns that it does not have are not known; empty when it is lost
    """
    tables = {found.tabs[key].name: (key, table) for key, table in found.tables.items()}
    others = others_rows(read) if OTHERS in sent or not sent else None
    if others is not None:
        tables.setdefault(others[1].name, (OTHERS, others[0]))
    for sheet in read.sheets:
        if sheet.name in tables:
            key, table = tables[sheet.name]
            yield from _around(sheet, table, key, sent.get(key))
        elif PAGE + sheet.name not in sent and sheet.name not in _OWN:
            yield from _cells(sheet)
    for one in read.annotations:
        scope = f"<{tables[one.tab][0]}>" if one.tab in tables else one.tab
        yield Outside(one.kind, scope, one.tab, one.cell, one.words, one.author, one.unread)


def _cells(sheet: ReplySheet) -> Iterator[Outside]:
    """Every filled cell of a sheet; of formulas what they show."""
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row, start=1):
            words = _words(value.value if isinstance(value, CellFormula) else value)
            if words:
                yield Outside("sheet", sheet.name, sheet.name, f"{column_letters(column)}{number}", words)


def _words(value: object) -> str:
    if isinstance(value, CellError):
        return value.code
    text = cell_text(value)
    return text if isinstance(text, str) else ""


def _around(sheet: ReplySheet, table: Table, key: str, sent: Rows | None) -> Iterator[Outside]:
    """What stands on a table's tab outside of its known cells."""
    edge = _Edge(sheet, table, sent)
    scope = f"<{key}>"
    for number, row in enumerate(sheet.rows, start=1):
        for column in edge.unsure(number):
            if column > len(row):
                break
            value = row[column - 1]
            if value is None or edge.is_known(number, column, value):
                continue
            at = f"{column_letters(column)}{number}"
            pattern = _REFERENCE.sub("¤", value.text) if isinstance(value, CellFormula) else ""
            if pattern:
                yield Outside("formula", scope, sheet.name, at, pattern)
            words = _words(value.value if isinstance(value, CellFormula) else value)
            if words:
                kind = "heading" if edge.is_unknown_heading(number, words) else "beside"
                yield Outside(kind, scope, sheet.name, at, words, pattern=pattern)


class _Edge:
    """Where the known cells of a table end."""

    def __init__(self, sheet: ReplySheet, table: Table, sent: Rows | None) -> None:
        self.sheet, self.table, self.sent = sheet, table, sent
        self.columns = {column_number(table.letters[c.name]): c for c in self._known_columns(sent)}
        self._all = range(1, max(map(len, sheet.rows), default=0) + 1)
        self._beside = [number for number in self._all if number not in self.columns]
        entered = {number for number, column in self.columns.items() if column.entered}
        self._not_entered = [number for number in self._all if number not in entered]
        self.heads = {column_number(letters) for letters in table.letters.values()}
        keys = [row_key(name) for name in table.raw("id").tolist()] if "id" in table.letters else []
        rows = table.rows.tolist()
        kept = None if sent is None else set(sent.keys)
        self.rows = frozenset(rows)
        self.merged = frozenset(
            row for row, name in zip(rows, keys, strict=False) if name and (kept is None or name in kept)
        )
        gone = () if sent is None else (n for n in sent.columns if n not in table.letters)
        self.headless = {as_words(v) for name in gone for v in sent.columns[name] if v is not None}  # type: ignore[union-attr]
        self.unknown = {heading_key(text) for text in table.unknown}
        self._held: dict[str, frozenset[Canonical]] = {}
        self._calculated: dict[int, bool] = {}
        self._totals: dict[int, bool] = {}

    def _known_columns(self, sent: Rows | None) -> list[Column]:
        """Columns that the merge reads: those that were sent, IDs, native formulas."""
        columns = (c for c in self.table.sheet.columns if c.name in self.table.letters)
        return [
            c
            for c in columns
            if sent is None or c.name == "id" or c.computed == "formula" or c.name in sent.columns
        ]

    def unsure(self, row: int) -> Collection[int]:
        """Columns of a row but those whose cells are known whatever they hold, which nearly all are."""
        if row in self.merged:
            return self._beside
        return self._not_entered if row in self.rows else self._all

    def is_known(self, row: int, column: int, value: object) -> bool:
        """Whether a cell is a heading, or read as data, or shows what is worked out."""
        if row == self.table.header_row:
            return column in self.heads
        known = self.columns.get(column)
        if row < self.table.header_row or known is None:
            if row in self.rows and _words(value) in self.headless:
                return True
            return row not in self.rows and self._is_total(row) and not isinstance(value, str)
        if known.entered:
            return row in self.rows or self._is_total(row)
        if isinstance(value, CellFormula) or row in self.merged or self._was_sent(known, value):
            return True
        return known.computed == "formula" and not self._is_calculated(column)

    def _was_sent(self, column: Column, value: object) -> bool:
        """Whether our own figure stands in a row that has another ID now."""
        if column.name not in self._held:
            values = () if self.sent is None else self.sent.columns.get(column.name, ())
            self._held[column.name] = frozenset(values)
        return canonical(column, value) in self._held[column.name]

    def is_unknown_heading(self, row: int, words: str) -> bool:
        """Whether a cell is the heading of a column that nobody knows, which is told as such."""
        return row == self.table.header_row and heading_key(words) in self.unknown

    def _is_calculated(self, column: int) -> bool:
        """Whether the column has a formula left: some phones keep none and save what they showed."""
        if column not in self._calculated:
            values = self.sheet.column(column)
            self._calculated[column] = any(isinstance(value, CellFormula) for value in values)
        return self._calculated[column]

    def _is_total(self, row: int) -> bool:
        """Whether a row outside of the data adds something up."""
        if row not in self._totals:
            cells = self.sheet.rows[row - 1] if row not in self.rows else []
            texts = (cell.strip().rstrip(":：").casefold() for cell in cells if isinstance(cell, str))
            self._totals[row] = any(text in TOTALS for text in texts)
        return self._totals[row]


_PLACES: Mapping[str, Text] = {
    "note": t("{tab}!{cell} 批注", "{tab}!{cell} note"),
    "thread": t("{tab}!{cell} 批注", "{tab}!{cell} comment"),
    "textbox": t("{tab} 文本框（{cell}）", "{tab}, text box ({cell})"),
    "shape": t("{tab} 图形（{cell}）", "{tab}, shape ({cell})"),
    "chart": t("{tab} 图表中的文字（{cell}）", "{tab}, text in a chart ({cell})"),
    "picture": t("{tab} 图片（{cell}）", "{tab}, picture ({cell})"),
    "control": t("{tab} 控件（{cell}）", "{tab}, control ({cell})"),
    "header": t("{tab} 页眉页脚", "{tab}, header or footer"),
    "beside": t("{tab}!{cell}", "{tab}!{cell}"),
    "sheet": t("{tab}!{cell}", "{tab}!{cell}"),
}
_DRAWN = ("textbox", "shape", "chart", "control", "picture")
_UNREAD = t("（这部分读不出来，请打开原文件查看）", "(cannot be read; open the file to see it)")
_PICTURE = t("（图片，请打开原文件查看）", "(a picture; open the file to see it)")
_MORE = t("另有 {count} 处，请打开原文件查看", "{count} more; open the file to see them")
_MOST = 200
"""Remarks of one kind on one sheet that are told one by one."""
_FEWEST_ALIKE = 3
_COLUMNS = ("kind", "scope", "words", "author")


@dataclass
class Before:
    """What was there when it was sent. `texts` are words of ours, wherever they stand.

    exact, loose  how often by kind, scope and words, with and without the cell
    formulas      shapes of the formulas around a table
    """

    exact: Counter[tuple[str, ...]] = field(default_factory=Counter)
    loose: Counter[tuple[str, ...]] = field(default_factory=Counter)
    formulas: set[tuple[str, str]] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    pages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    signed: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def add(self, one: Outside) -> None:
        """Count something that was there."""
        if one.kind == "formula":
            self.formulas.add((one.scope, one.words))
        elif not one.unread:
            self.exact[_key(one, with_cell=True)] += 1
            self.loose[_key(one)] += 1
            if one.kind == "note":
                self.signed[one.scope, _plain(f"{one.author}:{one.words}")] = _key(one)

    def unknown(self, found: Found) -> tuple[str, ...]:
        """Headings of columns of the tracker that nobody knows and that were not sent."""
        scope = f"<{TRACKER.key}>"
        names = found.tables[TRACKER.key].unknown
        return tuple(name for name in names if not self.loose["heading", scope, _plain(name)])


def sent_beside(
    data: bytes, sent: Mapping[str, Rows], others: Collection[str] = (), known: OwnSheets | None = None
) -> dict[str, Rows]:
    """What goes out where no known cell is, to be kept with the sending's snapshot.

    sent    the snapshot's sheets, pages too
    others  of a whole workbook the tabs that are not its tracker
    known   hidden sheets that other workbooks of the run have too
    """
    found = _own(data, sent, sent, others, known)
    if found is None:
        return {}
    there = [one for one in found if not one.unread]
    columns = {name: [getattr(one, name) for one in there] for name in _COLUMNS}
    return {BESIDE: Rows(tuple(one.cell for one in there), columns)}


def master_beside(data: bytes, keys: Collection[str], others: Collection[str]) -> list[Outside]:
    """The same of the master as it is now, with its tables' keys; nothing when it cannot be read so."""
    return _own(data, {}, keys, others) or []


def _own(
    data: bytes,
    sent: Mapping[str, Rows],
    keys: Collection[str],
    others: Collection[str],
    known: OwnSheets | None = None,
) -> list[Outside] | None:
    """What stands outside of known cells in a workbook of ours; None when it cannot be read as a reply."""
    try:
        read = read_own(data, "", known)
    except XlCollabError:
        return None
    return list(outside(read, find_tables(read, compared(keys), others), sent))


def before_of(sent: Mapping[str, Rows]) -> Before | None:
    """What `sent_beside` kept; None for a sending of an earlier version."""
    if BESIDE not in sent:
        return None
    before, rows = Before(pages=_pages(sent)), sent[BESIDE]
    kept = (map(as_words, rows.columns[name]) for name in _COLUMNS)
    for cell, kind, scope, words, author in zip(rows.ids, *kept, strict=True):
        before.add(Outside(kind, scope, "", cell, words, author))
    return before


def ours(token: str, project: Project, sent: Mapping[str, Rows], master: Iterable[Outside] = ()) -> Before:
    """As far as it can be told what a sending of an earlier version held: our labels, what the master has."""
    before = Before(pages=_pages(sent))
    for one in master:
        before.add(one)
    labels = [v for v in vars(packet_words).values() if isinstance(v, Text)]
    labels += [*packet_words.LABELS.values(), *packet_words.STEPS, *packet_words.WHOLE_STEPS]
    before.texts = {_plain(text) for label in labels for text in (label.zh, label.en)}
    line = packet_words.TOKEN_LINE
    before.texts |= {_plain(text.format(token=token)) for text in (line.zh, line.en)}
    before.texts.add(_plain(project.settings.project))
    return before


def _pages(sent: Mapping[str, Rows]) -> dict[str, dict[str, str]]:
    """Tab → address → text, of the pages of a sending."""
    return {
        key.removeprefix(PAGE): dict(zip(rows.ids, map(as_words, rows.columns[TEXT]), strict=True))
        for key, rows in sent.items()
        if key.startswith(PAGE) and TEXT in rows.columns
    }


def _plain(words: str) -> str:
    return "".join(words.split())


def _key(one: Outside, *, with_cell: bool = False) -> tuple[str, ...]:
    """What makes words the same words: programs write one drawing in different ways."""
    kind = "drawn" if one.kind in _DRAWN else one.kind
    words = "picture" if one.kind == "picture" else _plain(one.words)
    return (kind, one.scope, words, one.cell) if with_cell else (kind, one.scope, words)


# -- what came back -----------------------------------------------------------------------------------


def remarks_of(
    read: ReadReply, found: Found, sent: Mapping[str, Rows], before: Before, lang: Lang
) -> tuple[Remark, ...]:
    """What somebody wrote in a reply where no known cell is, sheet by sheet."""
    there = list(outside(read, found, sent))
    there = _without_copies(there, before)
    added = _added(there, before)
    told: defaultdict[tuple[str, str], list[Outside]] = defaultdict(list)
    for one in added:
        told[one.kind, one.tab].append(one)
    return tuple(remark for some in told.values() for remark in _remarks(some, lang))


def _added(there: list[Outside], before: Before) -> Iterator[Outside]:
    """What was not there: first the same words in the same cell are taken off, then those that moved."""
    exact, loose = Counter(before.exact), Counter(before.loose)
    moved = []
    for one in there:
        if one.kind in ("formula", "heading"):
            continue
        key = _key(one, with_cell=True)
        if exact[key] and not one.unread:
            exact[key] -= 1
            loose[_key(one)] -= 1
        else:
            moved.append(one)
    for one in moved:
        key = before.signed.get((one.scope, _plain(one.words)), _key(one)) if not one.author else _key(one)
        drawn = key[0] in ("drawn", "header") and key[2] != "picture" and key in before.loose
        if one.unread or not (loose[key] > 0 or drawn or _is_ours(one, before)):
            yield one
        elif loose[key] > 0:
            loose[key] -= 1


def _is_ours(one: Outside, before: Before) -> bool:
    if one.pattern and (one.scope, one.pattern) in before.formulas:
        return True
    if one.pattern and before.texts and one.words.startswith((packet_words.AS_OF.zh, packet_words.AS_OF.en)):
        return True
    if one.kind == "header":
        rest = _plain(one.words)
        for text in before.texts:
            rest = rest.replace(text, "") if text else rest
        return bool(before.texts) and not re.sub(r"第|页|共|Page|of|[/\-\d]", "", rest)
    return one.kind in ("beside", "sheet") and _plain(one.words) in before.texts


def _without_copies(there: list[Outside], before: Before) -> list[Outside]:
    """Without what a tab has from a page that was sent, of which it is a copy or which it is, renamed."""
    tabs: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one in there:
        if one.kind == "sheet":
            tabs[one.tab][one.cell] = one.words
    copied = {tab: page for tab, cells in tabs.items() if (page := _copied(cells, before))}
    if not copied:
        return there
    left = {tab: Counter(_plain(text) for text in page.values()) for tab, page in copied.items()}
    kept = []
    for one in there:
        words = _plain(one.words)
        if one.kind == "sheet" and one.tab in left and left[one.tab][words]:
            left[one.tab][words] -= 1
        else:
            kept.append(one)
    return kept


def _copied(cells: Mapping[str, str], before: Before) -> Mapping[str, str] | None:
    """The page of which at least half stands on a tab, cell by cell."""
    for page in before.pages.values():
        same = sum(1 for at, text in page.items() if _plain(cells.get(at, "")) == _plain(text))
        if same >= _FEWEST_ALIKE and 2 * same >= len(page):
            return page
    return None


def _remarks(some: list[Outside], lang: Lang) -> Iterator[Remark]:
    """One by one, then how many more."""
    for one in some[:_MOST]:
        place = fitted(_PLACES[one.kind], tab=one_line(one.tab, 40), cell=one.cell or "?").of(lang)
        words = _UNREAD.of(lang) if one.unread else several_lines(one.words)
        if one.kind == "picture":
            words = _PICTURE.of(lang) if one.words == "—" else f"{one.words}{_PICTURE.of(lang)}"
        kind = "shape" if one.kind in _DRAWN else one.kind
        yield Remark(kind, place.replace("（?）", "").replace(" (?)", ""), words, one.author)
    if len(some) > _MOST:
        more = _MORE.of(lang).format(count=len(some) - _MOST)
        yield Remark("shape" if some[0].kind in _DRAWN else some[0].kind, one_line(some[0].tab, 40), more)
