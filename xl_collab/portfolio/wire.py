"""Results as bytes: how a worker, which has read files of anybody's, answers without being trusted.

JSON of the declared columns, no pickle: what comes back can be wrong, but it cannot run anything.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from xl_collab.plan.portfolio import Records, Summary
from xl_collab.portfolio.skipping import KINDS, Skip
from xl_collab.schema.portfolio import SUMMARY_TABLES
from xl_collab.schema.portfolio_columns import Holds
from xl_collab.schema.words import Text

_DATES: Mapping[Holds, Callable[[str], Any]] = {
    "date": dt.date.fromisoformat,
    "moment": dt.datetime.fromisoformat,
}


class Garbled(ValueError):
    """Raised when an answer is not what a worker says."""


def packed(result: Summary | Skip) -> bytes:
    """A result as bytes."""
    if isinstance(result, Skip):
        reason, cure = result.reason, result.cure
        words = [result.path, result.kind, reason.zh, reason.en, cure.zh, cure.en]
        return json.dumps({"skip": words}).encode()
    said = {
        key: {column.name: _written(records[column.name], column.holds) for column in records.table.columns}
        for key, records in result.tables.items()
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpacked(answer: bytes) -> Summary | Skip:
    """The result in an answer. Garbled when there is none."""
    try:
        said = json.loads(answer.decode("utf-8", "surrogatepass"))
        if "skip" in said:
            path, kind, *words = map(str, said["skip"])
            zh, en, cure_zh, cure_en = words
            return Skip(path, kind if kind in KINDS else "crashed", Text(zh, en), Text(cure_zh, cure_en))
        return Summary({table.key: _records(table, said[table.key]) for table in SUMMARY_TABLES})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Garbled(str(error)) from error


def _written(values: list[Any], holds: Holds) -> list[Any]:
    if holds not in _DATES:
        return values
    return [None if value is None else value.isoformat() for value in values]


def _records(table: Any, said: Mapping[str, list[Any]]) -> Records:
    columns = {column.name: _read(said[column.name], column.holds) for column in table.columns}
    if len({len(values) for values in columns.values()}) != 1:
        raise Garbled(f"columns of {table.key} differ in length")
    return Records(table, columns)


def _read(values: list[Any], holds: Holds) -> list[Any]:
    make = _DATES.get(holds)
    if make is None:
        return list(values)
    return [None if value is None else make(value) for value in values]
