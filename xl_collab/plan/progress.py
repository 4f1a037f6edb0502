"""When progress was reported, and what a row said when it was last worked out.

推算依据 keeps the words of the cells that a projection rests on: a 完成率 that differs from the one kept
there was reported since, so 进度日期 moves. Native formulas compare the same text with the cells as they
are now. No schedule, no clock: as_of is the project's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from xl_collab.plan.parsed import Seen, look_at, serials, shown, spread
from xl_collab.project.edits import AppendRows
from xl_collab.project.tables import CellError, Days, Flags
from xl_collab.schema.keys import normalise_key

if TYPE_CHECKING:
    from xl_collab.plan.parsed_project import ParsedProject
    from xl_collab.plan.project import Project

KIND = "progress"
"""The kind of its records in `_history`."""
SEPARATOR = "|"
_PERCENT = 1
"""Which part of the text is 完成率."""
_ERROR = "#"
_READ = ("status", "percent", "actual_start", "planned_start", "predecessors", "actual", "id")
_EPOCH = np.datetime64("1899-12-30", "D")


def reported_days(project: ParsedProject) -> Days:
    """进度日期 of each row: the day on which its 完成率 was reported; NaT without one.

    The day that is kept holds as long as the 完成率 is the one that it was kept for. Otherwise, and where
    none is kept, it is as_of. A workbook of an earlier version keeps the days in `_history`.
    """
    percent = project.seen("percent")
    as_of = np.datetime64(project.as_of, "D")
    if "reported_on" not in project.tracker.letters:
        return _recorded_days(project, percent.serial > 0)
    kept, reported = project.seen("reported_on").day, percent.serial > 0
    days = np.where(reported, as_of, np.datetime64("NaT", "D"))
    known = np.flatnonzero(reported & ~np.isnat(kept))
    codes, shares = _percents(project)
    now = map(shares.__getitem__, codes[known].tolist())
    told = project.texts_in("basis", known)
    same = [
        row
        for row, text, share in zip(known.tolist(), told, now, strict=True)
        if not text or _part(text, _PERCENT) == share
    ]
    days[same] = kept[same]
    return days


def _recorded_days(project: ParsedProject, reported: Flags) -> Days:
    as_of, now = np.datetime64(project.as_of, "D"), spread(*_percents(project))
    days = np.where(reported, as_of, np.datetime64("NaT", "D"))
    for row, (share, day) in _records(project).items():
        if reported[row] and now[row] == share:
            days[row] = day
    return days


def _records(project: ParsedProject) -> Mapping[int, tuple[str, np.datetime64]]:
    """Row → its 完成率 in thousandths and the day on which that was first seen, as last recorded."""
    table, found = project.table("history"), dict[int, tuple[str, np.datetime64]]()
    days = table.dates("as_of")
    for i in np.flatnonzero(table.texts("kind") == KIND).tolist():
        row = project.row_of.get(normalise_key(str(table.texts("row_id")[i])), -1)
        if row >= 0 and not np.isnat(days[i]):
            found[row] = (str(table.texts("value")[i]), days[i])
    return found


def records(project: Project) -> tuple[AppendRows, ...]:
    """What `_history` has to keep in a workbook without 进度日期: reports that it does not know yet."""
    if "reported_on" in project.tracker.letters or "history" not in project.book.tables:
        return ()
    kept, now, names = _records(project), spread(*_percents(project)), project.texts("id")
    begun = np.flatnonzero((project.assessment.network.percent > 0) & project.assessment.states.open)
    fresh = [row for row in begun.tolist() if names[row] and kept.get(row, ("",))[0] != now[row]]
    made = tuple(_record(project, str(names[row]), now[row]) for row in fresh)
    return (AppendRows("history", made),) if made else ()


def _record(project: Project, name: str, share: str) -> dict[str, object]:
    day = {"as_of": project.as_of, "key": project.as_of.isoformat()}
    return {"kind": KIND, **day, "row_id": name, "field": "percent", "value": share}


def progress(project: Project) -> Mapping[str, Sequence[object]]:
    """What the tool writes into 进度日期 and 推算依据, where the tracker has these columns."""
    network = project.assessment.network
    told = network.basis if "basis" in project.tracker.letters else [None] * len(network.reported_on)
    return {"reported_on": network.reported_on.tolist(), "basis": told}


def basis(project: ParsedProject, reported: Days) -> list[str]:
    """推算依据 of each row, given its 进度日期.

    状态, 完成率 in thousandths, 实际开始, 计划开始, the baseline, 前置, 实际完成, 编号, 时间节点 that is no
    date, 基线开始, 进度日期, 预计完成; days as numbers. Last stands what is right at once when it changes.
    A row in which one of the others shows an error keeps 完成率 alone: a formula cannot read it either.
    """
    based, planned = project.seen("baseline"), project.seen("deadline")
    due = serials(project.due_days)
    base = np.where(based.number, based.serial, np.where(planned.number, planned.serial, due))
    parts = (
        _words(project, "status"),
        spread(*_percents(project)),
        _dates(project, "actual_start"),
        _dates(project, "planned_start"),
        _wholes(base),
        _words(project, "predecessors"),
        _dates(project, "actual"),
        _words(project, "id"),
        _words(project, "deadline", numbers=False),
        _numbers(project, "baseline_start"),
        _wholes(np.where(np.isnat(reported), 0.0, (reported - _EPOCH).astype(np.float64))),
        _dates(project, "forecast"),
    )
    told = list(map(SEPARATOR.join, zip(*parts, strict=True)))
    for row in _unreadable(project):
        told[row] = SEPARATOR.join((_ERROR, parts[_PERCENT][row], parts[-1][row]))
    return told


def said_now(project: Project) -> list[str]:
    """推算现状 of each row: 推算依据 without its last part, as the row's formula joins the cells."""
    promises = _dates(project, "forecast")
    pairs = zip(project.assessment.network.basis, promises, strict=True)
    told = [text.removesuffix(promise) for text, promise in pairs]
    for row in _unreadable(project):
        told[row] = _ERROR + SEPARATOR
    return told


def _unreadable(project: ParsedProject) -> list[int]:
    """Rows in which a cell that 推算依据 names first shows an error."""
    found = np.zeros(len(project.tracker), dtype=bool)
    for name in _READ:
        found |= project.seen(name).error
    unread = project.seen("baseline")
    found |= project.seen("deadline").error & ~unread.number
    return np.flatnonzero(found | unread.error).tolist()


def _part(text: str, number: int) -> str:
    parts = text.split(SEPARATOR, number + 1)
    return parts[number] if len(parts) > number else ""


def _percents(project: ParsedProject) -> tuple[np.ndarray, list[str]]:
    codes, distinct = project.tracker.distinct("percent")
    return codes, [_share(shown(value)) for value in distinct]


def _share(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        thousandths = value * 1000 + 0.5
        if math.isfinite(thousandths):  # 9E+307 can be typed
            return str(math.floor(thousandths))  # as ROUND of a spreadsheet
    return _text(value)


def _words(project: ParsedProject, column: str, *, numbers: bool = True) -> list[str]:
    """The texts of a column as formulas join them; nothing for numbers if they do not count."""
    codes, distinct = project.tracker.distinct(column)
    texts = _all_words(distinct)
    for k in () if numbers else np.flatnonzero(_seen(distinct).number).tolist():
        texts[k] = ""
    return spread(codes, texts)


def _all_words(distinct: list[object]) -> list[str]:
    if set(map(type, distinct)) == {str, type(None)}:
        return [*distinct[:-1], ""]  # type: ignore[list-item]  # what is empty stands last
    return list(map(_word, distinct))


def _word(value: object) -> str:
    return value if type(value) is str else _text(shown(value))


def _seen(distinct: list[object]) -> Seen:
    """What formulas see in each of these values."""
    return look_at(np.arange(len(distinct)), distinct)


def _text(value: object) -> str:
    """A cell as `cell&""` shows it; an error as nothing, for the formula shows an error then anyway."""
    if value is None or isinstance(value, CellError):
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _dates(project: ParsedProject, column: str) -> list[str]:
    codes, distinct = project.tracker.distinct(column)
    seen = _seen(distinct)
    found = _wholes(seen.serial)
    for k in np.flatnonzero(seen.text).tolist():
        found[k] = _word(distinct[k])
    for k in np.flatnonzero(seen.error).tolist():
        found[k] = _ERROR
    return spread(codes, found)


def _wholes(serial: npt.NDArray[np.float64]) -> list[str]:
    """INT of numbers; nothing for none. The same few days stand in most rows."""
    whole = np.floor(np.where(np.isnan(serial), -np.inf, serial)).tolist()
    words = {number: "" if number == -np.inf else str(int(number)) for number in set(whole)}
    return list(map(words.__getitem__, whole))


def _numbers(project: ParsedProject, column: str) -> list[str]:
    """INT(N()) of cells: nothing and a text are 0."""
    codes, distinct = project.tracker.distinct(column)
    return spread(codes, _wholes(np.nan_to_num(_seen(distinct).serial)))
