"""Where the fields of a form stand: follows from the declaration alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from xl_collab.schema.declaration import Field, FormSheet
from xl_collab.schema.words import Text

LABEL, VALUE, SECOND_LABEL, SECOND_VALUE = 1, 2, 3, 4
"""Columns of a form (zero-based); column 0 is the margin."""
_TOP = 3


@dataclass(frozen=True)
class FieldPlace:
    """Where a field stands: zero-based row, columns of label and value, last column of the value."""

    field: Field
    row: int
    label: int
    value: int
    end: int


@dataclass(frozen=True)
class Section:
    """A section's heading row and the fields under it."""

    title: Text
    row: int
    places: tuple[FieldPlace, ...]


@cache
def layout(form: FormSheet) -> tuple[Section, ...]:
    """Sections and fields from top to bottom, in the order in which they are filled in."""
    made, row = [], _TOP
    for title, fields in form.sections:
        found = tuple(_place(fields, row + 1, single=is_explained(form)))
        made.append(Section(title, row, found))
        row = max(place.row for place in found) + 2
    return tuple(made)


def places(form: FormSheet) -> dict[str, tuple[int, int]]:
    """Zero-based (row, column) of each field's value cell."""
    return {p.field.name: (p.row, p.value) for section in layout(form) for p in section.places}


def is_explained(form: FormSheet) -> bool:
    return any(item.help.zh for item in form.fields)


def _place(fields: tuple[Field, ...], row: int, *, single: bool) -> Iterator[FieldPlace]:
    """Two short fields share a row; a long one, or the last of an odd number, has its own."""
    waiting: Field | None = None
    for item in fields:
        if single or item.lines > 1:
            if waiting is not None:
                yield _wide(waiting, row)
                row, waiting = row + 1, None
            yield FieldPlace(item, row, LABEL, VALUE, VALUE if single else SECOND_VALUE)
            row += 1
        elif waiting is None:
            waiting = item
        else:
            yield FieldPlace(waiting, row, LABEL, VALUE, VALUE)
            yield FieldPlace(item, row, SECOND_LABEL, SECOND_VALUE, SECOND_VALUE)
            row, waiting = row + 1, None
    if waiting is not None:
        yield _wide(waiting, row)


def _wide(item: Field, row: int) -> FieldPlace:
    return FieldPlace(item, row, LABEL, VALUE, SECOND_VALUE)
