"""What every native formula shows, by Python: the cached values that go beside the formulas.

Protected View, mail previews and phones show cached values and never recalculate, so each
formula cell that the tool writes carries the value computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from xl_collab.plan.formulas import LAST_OF_ALL
from xl_collab.plan.parsed import whole_numbers
from xl_collab.plan.pieces import pieces
from xl_collab.plan.progress import progress
from xl_collab.plan.project import Project
from xl_collab.plan.validity import order, valid_until
from xl_collab.project.calendar.statutory import official_years
from xl_collab.project.edits import Edit, SetColumn
from xl_collab.project.tables import Flags, Table
from xl_collab.schema.row_formulas import NOTHING
from xl_collab.schema.words import CONFIRMATION, RAG, RISK_LEVEL, Choices, Lang

HIGH, MEDIUM = 15, 8
"""Lowest score (probability × impact) of a high and of a medium risk; 风险登记's formula says the same."""

Values = Mapping[str, Sequence[object]]


def formula_values(project: Project, key: str) -> Values:
    """Column name → value of each row for the formula columns of sheet `key`; None shows as empty."""
    table = project.book.tables.get(key)
    compute = _SHEETS.get(key)
    return {} if table is None or compute is None else compute(project, table)


def _tracker(project: Project, table: Table) -> Values:
    found = project.assessment
    lang = project.book.lang
    labels: dict[str, str | None] = {
        code: _label(table, "rag", code, lang) for code in ("", *_codes(table, "rag"))
    }
    return {
        "compared": found.compared.astype("datetime64[D]").tolist(),
        "variance": [None if np.isnan(v) else int(v) for v in found.variance],
        "rag": [labels[code] for code in found.rag],
        "reason": [text or None for text in found.reason],
        **pieces(project, table),
        **fresh_marks(table),
    }


_FRESH: Mapping[str, object] = {"changed": None, "first_changed": NOTHING, "pending": None}


def fresh_marks(table: Table) -> Values:
    """推算后改动, 最早改动 and 待重算 right after a run: nothing has changed."""
    return {name: [value] * len(table) for name, value in _FRESH.items()}


def _codes(table: Table, column: str) -> tuple[str, ...]:
    return _choices(table, column).codes


def _choices(table: Table, column: str) -> Choices:
    choices = table.sheet.column(column).choices
    assert choices is not None
    return choices


def _label(table: Table, column: str, code: str, lang: Lang) -> str | None:
    return _choices(table, column).label(code, lang) if code else None


def level_of(score: float) -> str:
    """Code of a risk's level from its score."""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def risk_scores(table: Table) -> npt.NDArray[np.float64]:
    """Probability × impact of each row of 风险登记; NaN where one is missing, or there is no such number."""
    with np.errstate(over="ignore"):  # 9E+307 can be typed
        scores = table.numbers("probability") * table.numbers("impact")
    return np.where(np.isfinite(scores), scores, np.nan)


def _risks(project: Project, table: Table) -> Values:
    scores = risk_scores(table)
    lang = project.book.lang
    return {
        "score": [None if np.isnan(s) else int(s) if float(s).is_integer() else float(s) for s in scores],
        "level": [None if np.isnan(s) else RISK_LEVEL.label(level_of(s), lang) for s in scores],
    }


def _age(raised: np.datetime64, done: np.datetime64, as_of: np.datetime64) -> int | None:
    if np.isnat(raised):
        return None
    if not np.isnat(done):
        return int((done - raised).astype(int))
    return max(0, int((as_of - raised).astype(int)))


def _actions(project: Project, table: Table) -> Values:
    as_of = np.datetime64(project.as_of, "D")
    pairs = zip(table.dates("raised_on"), table.dates("done_on"), strict=True)
    return {"age": [_age(raised, done, as_of) for raised, done in pairs]}


def _meetings(project: Project, table: Table) -> Values:
    as_of, lang = np.datetime64(project.as_of, "D"), project.book.lang
    until = table.dates("objections_by")
    return {
        "confirmation": [
            None if np.isnat(day) else CONFIRMATION.label("passed" if as_of > day else "open", lang)
            for day in until
        ]
    }


def _calendar(project: Project, table: Table) -> Values:
    lang = project.book.lang
    return table.once(("calendar values", lang), lambda: calendar_values(table, lang))


def calendar_values(table: Table, lang: Lang) -> Values:
    """休日, 班日 and 官方年份 of each row: a day listed again further down does not count here.

    An official year stands once, in its last official row of 1 January.
    """
    days: list[date | None] = table.dates("date").tolist()
    last = {day: i for i, day in enumerate(days) if day is not None}
    kinds, sources = table.texts("kind"), table.texts("source")
    off, work = (_choices(table, "kind").label(code, lang).casefold() for code in ("off", "work"))
    official = _choices(table, "source").label("official", lang).casefold()
    given = [
        day is not None and kinds[i].casefold() == off and sources[i].casefold() == official
        for i, day in enumerate(days)
    ]
    years = _official_years(days, given, table.texts("name").tolist())

    def counts(i: int, day: date | None, word: str) -> bool:
        return day is not None and last[day] == i and kinds[i].casefold() == word

    return {
        "off_day": [day if counts(i, day, off) else 0 for i, day in enumerate(days)],
        "work_day": [
            day if counts(i, day, work) and day is not None and day.weekday() > 4 else 0
            for i, day in enumerate(days)
        ],
        "official_year": [years.get(i) for i in range(len(days))],
    }


def _official_years(
    days: Sequence[date | None], given: Sequence[bool], names: Sequence[str]
) -> dict[int, int]:
    """Row → official year, from which rows give an official day off."""
    rows = [(i, day) for i, day in enumerate(days) if day is not None and given[i]]
    complete = official_years((day, names[i]) for i, day in rows)
    begins = {day.year: i for i, day in rows if (day.month, day.day) == (1, 1)}
    return {i: year for year, i in begins.items() if year in complete}


_SHEETS: dict[str, Callable[[Project, Table], Values]] = {
    "tracker": _tracker,
    "risks": _risks,
    "actions": _actions,
    "meetings": _meetings,
    "calendar": _calendar,
}


# The tracker's computed columns as edits: what any action writes after the figures changed.


COLUMNS = (
    "projected",
    "predecessor_alert",
    "missed",
    "compared",
    "variance",
    "rag",
    "reason",
    "next_due",
    "computed_at",
    "earliest",
    "due_on",
    "basis",
    "reported_on",
    "valid_until",
    "order",
    "inputs",
    "base",
    "standing",
    "left",
    "told",
    "doubt",
    "home_key",
    "now",
    "changed",
    "first_changed",
    "pending",
)
"""The columns in order: tool values, and formulas with their results as cached values."""


def figure_edits(project: Project) -> tuple[SetColumn, ...]:
    """One edit for each computed column that the tracker has; none without rows."""
    table = project.tracker
    if not len(table):
        return ()
    values = column_values(project)
    return tuple(SetColumn("tracker", n, table.rows, values[n]) for n in COLUMNS if n in table.letters)


def column_values(project: Project) -> Mapping[str, Sequence[object]]:
    """What each computed column holds: None for an empty cell, '' where a formula says so."""
    found = project.assessment
    labels = {"": ""} | {code: RAG.label(code, project.book.lang) for code in RAG.codes}
    return {
        "projected": found.projected.tolist(),
        "predecessor_alert": [ids or None for ids in found.predecessor_alert.tolist()],
        "missed": whole_numbers(found.missed, None),
        "compared": [day or "" for day in found.compared.tolist()],
        "variance": whole_numbers(found.variance, ""),
        "rag": [labels[code] for code in found.rag.tolist()],
        "reason": found.reason,
        "next_due": found.next_due,
        "computed_at": [project.as_of] * len(found.reason),
        "earliest": found.earliest.tolist(),
        "due_on": project.due_days.tolist(),
        **stamps(project),
        **{name: _shown(values) for name, values in pieces(project, project.tracker).items()},
        **fresh_marks(project.tracker),
    }


def _shown(values: Sequence[object]) -> list[object]:
    return ["" if value is None else value for value in values]


def stamps(project: Project) -> Mapping[str, Sequence[object]]:
    """What tells native formulas which rows Python may see otherwise later; None where there is no place."""
    table, rows = project.tracker, len(project.tracker)
    nothing: list[object] = [None] * rows
    place = {name: name in table.letters for name in ("valid_until", "order", "inputs")}
    return {
        **progress(project),
        "valid_until": valid_until(project) if place["valid_until"] else nothing,
        "order": order(project) if place["order"] else nothing,
        "inputs": [_ground(project), *nothing[1:]] if place["inputs"] and rows else nothing,
    }


def _ground(project: Project) -> str:
    """推算口径: days off and make-up days in one number, the threshold, and how many rows there are.

    The formula of 最早改动 makes the same text.
    """
    values = formula_values(project, "calendar")
    off, work = (sum(map(_square, values.get(name, ()))) for name in ("off_day", "work_day"))
    count = int((project.tracker.rows <= LAST_OF_ALL).sum())
    return f"{off + 3 * work}|{project.settings.delay_threshold}|{count}"


def _square(day: object) -> int:
    return (day.toordinal() - _EPOCH) ** 2 if isinstance(day, date) else 0


_EPOCH = date(1899, 12, 30).toordinal()


# restore: formulas that somebody overwrote, or that a program left out, come back with values.


def restore(project: Project) -> tuple[Edit, ...]:
    """Edits for the sheets in which native formulas are missing or are not the declared ones."""
    return tuple(_columns(project, project.book.stale_formulas))


def taken_in(project: Project) -> tuple[Edit, ...]:
    """Edits that give rows below an Excel table, which the next write takes in, the formulas they lack."""
    return tuple(
        SetColumn(key, name, table.rows[new], [values[i] for i in np.flatnonzero(new).tolist()])
        for key, table in project.book.tables.items()
        if table.taken_in
        for name, values in formula_values(project, key).items()
        if (new := _lacking(project, table, name)).any()
    )


def _lacking(project: Project, table: Table, name: str) -> Flags:
    lost = project.book.stale_formulas.get(table.sheet.key, {}).get(name, ())
    return np.isin(table.rows, list(set(table.taken_in).intersection(lost)))


def refresh(project: Project) -> tuple[Edit, ...]:
    """Edits that bring the cached values of every sheet but the tracker up to date."""
    return tuple(_columns(project, (key for key in project.book.tables if key != "tracker")))


def _columns(project: Project, keys: Iterable[str]) -> Iterator[Edit]:
    for key in keys:
        table = project.book.tables[key]
        for name, values in formula_values(project, key).items():
            if name in table.letters and len(table):
                yield SetColumn(key, name, table.rows, values)
