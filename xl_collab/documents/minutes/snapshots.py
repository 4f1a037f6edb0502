"""What stood in the tracker when a document was issued, and what is different now.

A snapshot is kept in `_history` as records (kind, key, as_of, row_id, field, value), all of them
text but the day. Reading, writing and comparing them is all that happens here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from xl_collab.plan.computed import risk_scores
from xl_collab.plan.project import Project
from xl_collab.project.sentences import chosen, day
from xl_collab.project.tables import Flags, Table, Texts, column_of
from xl_collab.schema.keys import normalise_key

_ISSUED = "issued"


@dataclass(frozen=True)
class State:
    """Rows as they are now: `ids` as written, and the text of each kept field, row by row.

    Texts are codes, ISO dates and plain numbers; '' where there is nothing. The first field is kept even
    when it is empty, so that the row itself is known.
    """

    ids: Texts
    fields: Mapping[str, Texts]


@dataclass(frozen=True)
class PeriodSnapshot:
    """Rows as they were at `as_of`: normalised ID to field to text. Empty fields are not kept."""

    kind: str
    key: str
    as_of: dt.date
    number: int
    rows: Mapping[str, Mapping[str, str]]

    def value(self, row_id: str, field: str) -> str | None:
        """What a field held then; None when the row was not there."""
        row = self.rows.get(normalise_key(row_id))
        return None if row is None else row.get(field, "")


@dataclass(frozen=True)
class Comparison:
    """Now against then, row by row of `now`. Without a snapshot every row is new."""

    now: State
    then: PeriodSnapshot | None

    @cached_property
    def before(self) -> Mapping[str, Texts]:
        """Each field as it was, '' where the row was not there."""
        if self.then is None:
            nothing = column_of([""] * len(self.now.ids))
            return dict.fromkeys(self.now.fields, nothing)
        rows = [self._row(name) for name in self.now.ids.tolist()]
        return {f: column_of([row.get(f, "") for row in rows]) for f in self.now.fields}

    @cached_property
    def new(self) -> Flags:
        """Rows that the snapshot does not know."""
        if self.then is None:
            return np.ones(len(self.now.ids), dtype=bool)
        known = self.then.rows
        return np.array([normalise_key(str(name)) not in known for name in self.now.ids], dtype=bool)

    def changed(self, field: str) -> Flags:
        """Rows whose `field` is different now; for a new row, any that is filled."""
        different: Flags = np.asarray(self.now.fields[field] != self.before[field], dtype=bool)
        return different

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """Normalised IDs of rows of these fields that were there then and are not now."""
        if self.then is None:
            return ()
        here = {normalise_key(str(name)) for name in self.now.ids}
        return tuple(
            k
            for k, row in self.then.rows.items()
            if k and k not in here and row.keys() & self.now.fields.keys()
        )

    def _row(self, name: str) -> Mapping[str, str]:
        return self.then.rows.get(normalise_key(name), {}) if self.then else {}


def state(project: Project) -> State:
    """The tracker's rows as they are now."""
    table, found = project.tracker, project.assessment
    percents = table.numbers("percent")
    made: dict[str, Callable[[], Texts]] = {
        "status": lambda: column_of(np.where(found.states.done, "done", column_of(chosen(table, "status")))),
        "percent": lambda: column_of(["" if p != p else f"{p:.4g}" for p in percents.tolist()]),
        "base": lambda: _iso(found.base),
        "forecast": lambda: _iso(project.seen("forecast").day),
        "compared": lambda: _iso(found.compared),
        "variance": lambda: column_of(["" if v != v else str(int(v)) for v in found.variance.tolist()]),
        "rag": lambda: column_of(found.rag.tolist()),
        "support_feedback": lambda: project.texts("support_feedback"),
    }
    return State(table.texts("id"), _Fields(made))


class _Fields(Mapping[str, Texts]):
    """Fields that are put into text when somebody asks: most minutes need half of them."""

    def __init__(self, made: Mapping[str, Callable[[], Texts]]) -> None:
        self._made = made
        self._kept: dict[str, Texts] = {}

    def __getitem__(self, name: str) -> Texts:
        if name not in self._kept:
            self._kept[name] = self._made[name]()
        return self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def risk_state(project: Project) -> State:
    """The rows of 风险登记 as they are now."""
    table = project.table("risks")
    scores = risk_scores(table)
    shown = column_of(["" if np.isnan(score) else str(int(score)) for score in scores])
    return State(table.texts("id"), {"risk_status": column_of(chosen(table, "status")), "score": shown})


def records(
    kind: str, key: str, as_of: dt.date, number: int, states: Iterable[State]
) -> tuple[dict[str, object], ...]:
    """The records that keep these rows, led by one that says that the document was issued."""
    base: dict[str, object] = {"kind": kind, "key": key, "as_of": as_of}
    kept: list[dict[str, object]] = [{**base, "row_id": "", "field": _ISSUED, "value": str(number)}]
    for each in states:
        columns = list(each.fields.items())
        for i, name in enumerate(each.ids.tolist()):
            filled = ((f, v[i]) for at, (f, v) in enumerate(columns) if v[i] != "" or at == 0)
            kept.extend({**base, "row_id": name, "field": f, "value": v} for f, v in filled if name)
    return tuple(kept)


def issued(history: Table, kind: str) -> tuple[PeriodSnapshot, ...]:
    """Snapshots of issued documents of a kind, oldest first."""
    rows: dict[str, dict[str, dict[str, str]]] = {}
    dates: dict[str, dt.date] = {}
    columns = (history.texts(n).tolist() for n in ("kind", "key", "row_id", "field", "value"))
    days = history.raw("as_of")
    for i, (of_kind, key, row_id, field, value) in enumerate(zip(*columns, strict=True)):
        when = day(days[i]) or _read_day(days[i])
        if of_kind == kind and when is not None:
            dates[key] = when
            rows.setdefault(key, {}).setdefault(normalise_key(row_id), {})[field] = value
    found = (PeriodSnapshot(kind, k, dates[k], _number(held), held) for k, held in rows.items())
    return tuple(sorted(found, key=lambda s: (s.as_of, len(s.key), s.key)))


def _number(rows: Mapping[str, Mapping[str, str]]) -> int:
    text = rows.get("", {}).get(_ISSUED, "")
    return int(text) if text.isdecimal() else 0


def _read_day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _iso(days: npt.NDArray[np.datetime64]) -> Texts:
    days = np.asarray(days, dtype="datetime64[D]")
    return column_of(["" if text == "NaT" else text for text in np.datetime_as_string(days).tolist()])
