"""What a 时间节点 that cannot be read for sure may mean: the readings that its finding offers.

Text and the day's facts in, `Reading`s out. Nothing here is ever taken unchosen; what a reading writes
is read in exactly one way. Candidates are texts (`Candidate`) that `parse_deadline` judges: a new kind of
wording is one more function in `possible_days` or in `possible_rules`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from xl_collab.errors import Lang
from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.timing.deadlines import (
    FixedDate,
    Recurrence,
    Relative,
    describe,
    parse_deadline,
)
from xl_collab.project.timing.phrasing import bare, normalised
from xl_collab.project.timing.possible import Anchor, Asked, Candidate
from xl_collab.project.timing.possible_days import DAYS
from xl_collab.project.timing.possible_rules import HANGING, RULES
from xl_collab.project.timing.times_of_day import time_last
from xl_collab.schema.findings import Reading
from xl_collab.schema.keys import guarded, normalise_key
from xl_collab.schema.words import Text

MOST = 6
"""Readings that one finding offers; a longer list is read by nobody."""
_LONGEST = 80  # characters: what is longer is prose


def _none(_: object) -> tuple[Reading, ...]:
    return ()


@guarded(_none)
def readings(
    text: str,
    *,
    as_of: dt.date,
    calendar: Calendar,
    near: dt.date | None = None,
    anchors: Sequence[Anchor] = (),
    lang: Lang = "zh",
    column: str = "deadline",
) -> tuple[Reading, ...]:
    """The ways to read a deadline's text, the likeliest first; none where it says too little.

    as_of     the day that 本周五, 月底 and the like count from
    near      a date of the row or its neighbours, for dates without year
    anchors   rows that a deadline can be counted from
    lang      the language of what is written
    column    the column that is written; another than deadline takes days only
    """
    body = normalised(text)
    if not body or len(body) > _LONGEST:
        return ()
    asked = Asked(body, bare(time_last(bare(body))), as_of, near or as_of, calendar, tuple(anchors))
    found: dict[tuple[tuple[str, str], ...], Reading] = {}
    for way in (*RULES, *DAYS, *HANGING):
        for candidate in way(asked):
            reading = _reading(candidate, asked, lang, column)
            if reading is not None:
                found.setdefault(reading.writes, reading)
    return tuple(found.values())[:MOST]


def _reading(candidate: Candidate, asked: Asked, lang: Lang, column: str) -> Reading | None:
    found = parse_deadline(candidate.text, near=asked.near)
    if not isinstance(found, FixedDate | Recurrence | Relative):
        return None
    if column != "deadline" and not isinstance(found, FixedDate):
        return None
    if isinstance(found, Relative) and asked.anchors and not _is_a_row(found.anchor, asked):
        return None
    plain = _with_year(found)
    writes = [(column, describe(plain, lang))]
    if column == "deadline" and candidate.start is not None:
        writes.insert(0, ("planned_start", f"{candidate.start}"))
    return Reading(_says(plain, candidate, with_start=len(writes) > 1), tuple(writes))


def _is_a_row(anchor: str, asked: Asked) -> bool:
    return normalise_key(anchor) in {normalise_key(one.id) for one in asked.anchors}


def _with_year(found: FixedDate | Recurrence | Relative) -> FixedDate | Recurrence | Relative:
    return FixedDate(found.date, found.time) if isinstance(found, FixedDate) else found


def _says(found: FixedDate | Recurrence | Relative, candidate: Candidate, *, with_start: bool) -> Text:
    zh, en = describe(found, "zh"), describe(found, "en")
    if with_start:
        zh, en = f"计划开始 {candidate.start}，时间节点 {zh}", f"planned start {candidate.start}, due {en}"
    note = candidate.note
    return Text(f"{zh}（{note.zh}）", f"{en} ({note.en})") if note else Text(zh, en)
