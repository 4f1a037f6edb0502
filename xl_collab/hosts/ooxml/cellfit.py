"""Deciding, cell by cell, whether what is there already says what we want, and what to write if not.

A column knows its values for the rows of one pass; it never sees rows or sheets. Bodies: see celltext.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xl_collab.a1 import column_letters
from xl_collab.hosts.ooxml.cellscan import SharedFormula, group_number
from xl_collab.hosts.ooxml.celltext import BodyReader, BodyWriter, plain, xml_escape, xml_unescape
from xl_collab.hosts.ooxml.formulatext import row_template, template_parts, tokens

_SHARE_FROM = 16  # fewer formulas than this are written out: easier to read
_UNTOUCHED = object()
_NUMBERS = (int, float)


class ColumnValues:
    """Values for one column, lined up with the rows of the pass; rows without a value stay untouched."""

    def __init__(
        self,
        number: int,
        rows: Sequence[int],
        values: Mapping[int, object] | Sequence[object],
        prefix: str,
        strings: Sequence[str] | None,
    ) -> None:
        self.number = number
        self.letters = column_letters(number)
        self.style: int | None = None
        self.formulas_changed = False
        if isinstance(values, Mapping):
            self._values = [plain_or_untouched(values.get(row, _UNTOUCHED)) for row in rows]
        else:
            self._values = [plain(value) for value in values]
        self._writer = BodyWriter(prefix)
        self._reader = BodyReader(prefix, strings)
        self._number = f"><{prefix}v>".encode()

    def touches(self, index: int) -> bool:
        """Whether there is something to write in the pass's row number `index`."""
        return self._values[index] is not _UNTOUCHED

    def fit(self, body: bytes, index: int, row: int) -> bytes:
        """The body that the cell should have: `body` itself when it is right already."""
        value = self._values[index]
        if value is _UNTOUCHED:
            return body
        new = self._writer.value(value)  # type: ignore[arg-type]
        if type(value) in _NUMBERS and body.startswith(self._number):  # most cells: spare them the calls
            return body if body == new or self._reader.number(body) == value else new
        if body == new or self._reader.holds(body, value):  # type: ignore[arg-type]
            return body
        if self._reader.formula_tag in body:
            self.formulas_changed = True
        return new

    def keeps(self, group: SharedFormula) -> bool:
        """Whether cells of a shared group in this column may stay as they are."""
        return False


def plain_or_untouched(value: object) -> object:
    """As `plain`, letting the mark for rows without a value pass."""
    return value if value is _UNTOUCHED else plain(value)


class FormulaColumn(ColumnValues):
    """A column of one formula that moves with the row; its values are the cached results."""

    def __init__(
        self,
        number: int,
        rows: Sequence[int],
        values: Mapping[int, object] | Sequence[object],
        prefix: str,
        strings: Sequence[str] | None,
        *,
        formula: str,
        first: int,
        groups: Mapping[int, SharedFormula],
        numbers: Iterator[int],
    ) -> None:
        super().__init__(number, rows, values, prefix, strings)
        self._prefix = prefix
        self._formula = row_template(formula, first)
        self._tags = (f"<{prefix}f>".encode(), f"</{prefix}f>".encode())
        pattern, self._offsets = template_parts(xml_escape(formula), first)
        self._pattern = self._tags[0] + pattern.encode() + self._tags[1]
        self._level = not any(self._offsets)
        self._kept = {si for si, group in groups.items() if self.keeps(group)}
        self._children = [f'<{prefix}f t="shared" si="{si}"/>'.encode() for si in self._kept][:1]
        self._numbers = numbers
        self._last = rows[-1]
        self._child = b""
        count = sum(value is not _UNTOUCHED for value in self._values)
        self._shares = count >= _SHARE_FROM and _can_share(formula)

    def keeps(self, group: SharedFormula) -> bool:
        """Whether the group's formula, carried into this column, is the wanted one."""
        return group.at(group.row, self.number) == self._formula(group.row)

    def fit(self, body: bytes, index: int, row: int) -> bytes:
        """As for values; a right formula with an old result keeps its `<f>` as it is."""
        value = self._values[index]
        if value is _UNTOUCHED:
            return body
        before, after = self._writer.result(value)  # type: ignore[arg-type]
        for child in self._children:
            if child in body:
                right = before + child + after
                if body == right or self._reader.shows(body.replace(child, b"", 1), value):  # type: ignore[arg-type]
                    return body
                return right
        written_out = self._written_out(row)
        head = before + written_out
        if body.startswith(head):
            tail = body[len(head) :]
            if tail == after or self._reader.shows(before + tail, value):  # type: ignore[arg-type]
                return body
            return head + after
        return self._refit(body, row, value, before, written_out, after)

    def _refit(
        self, body: bytes, row: int, value: object, before: bytes, written_out: bytes, after: bytes
    ) -> bytes:
        element = self._element_in(body)
        if element and (element == written_out or self._is_wanted(element, row)):
            shown = self._reader.shows(body.replace(element, b"", 1), value)  # type: ignore[arg-type]
            return body if shown else before + element + after
        self.formulas_changed = True
        return before + self._fresh(row, written_out) + after

    def _written_out(self, row: int) -> bytes:
        if self._level:  # nearly every formula looks at its own row only
            return self._pattern % ((row,) * len(self._offsets))
        return self._pattern % tuple([row + offset for offset in self._offsets])

    def _element_in(self, body: bytes) -> bytes:
        start = body.find(self._reader.formula_tag)
        if start < 0:
            return b""
        tag_end = body.find(b">", start)
        if body[tag_end - 1] == 0x2F:  # "/>"
            return body[start : tag_end + 1]
        closing = self._tags[1]
        return body[start : body.find(closing, tag_end) + len(closing)]

    def _is_wanted(self, element: bytes, row: int) -> bool:
        number = group_number(element)
        if number is not None:
            return number in self._kept
        tag, _, rest = element.partition(b">")
        if b" t=" in tag and b' t="normal"' not in tag:
            return False  # an array or a data table
        return xml_unescape(rest[: rest.find(b"<")].decode("utf-8", "replace")) == self._formula(row)

    def _fresh(self, row: int, written_out: bytes) -> bytes:
        if not self._shares:
            return written_out
        if self._child:
            return self._child
        p, si = self._prefix, next(self._numbers)
        self._child = f'<{p}f t="shared" si="{si}"/>'.encode()
        reach = f"{self.letters}{row}:{self.letters}{self._last}"
        return f'<{p}f t="shared" ref="{reach}" si="{si}">'.encode() + written_out[len(self._tags[0]) :]


def _can_share(formula: str) -> bool:
    """Excel itself never shares formulas that reach other sheets or tables, so neither do we."""
    return not any(kind in ("sheet", "bracket") for kind, _ in tokens(formula))


def overwritten(
    groups: Mapping[int, SharedFormula], columns: Iterable[ColumnValues], rows: Sequence[int]
) -> dict[int, SharedFormula]:
    """The groups whose text lies in a cell that will lose it."""
    by_number, places = (
        {column.number: column for column in columns},
        {row: at for at, row in enumerate(rows)},
    )
    doomed = {}
    for si, group in groups.items():
        column, place = by_number.get(group.column), places.get(group.row)
        if column is not None and place is not None and column.touches(place) and not column.keeps(group):
            doomed[si] = group
    return doomed
