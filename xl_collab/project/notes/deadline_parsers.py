"""Dates in notes: by when something must be there, the valid one where two are named, and relative terms.

One clause at a time, in Chinese and in English. What cannot be dated surely is a term in its own words;
what is over or waived is left alone.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from xl_collab.patterns import lazy
from xl_collab.project.notes import patterns as words
from xl_collab.project.notes.clauses import Clause, Note
from xl_collab.project.notes.conditions import Condition
from xl_collab.project.timing.deadlines import FixedDate, parse_deadline

_YEAR = lazy(r"\d{4}年\d{1,2}月\d{1,2}日")


def deadlines(note: Note, index: int) -> Iterator[Condition]:
    """11月30日前输出原型, 不晚于11月30日交付, 现延至11月30日: dates with 前 or a word for "at the latest"."""
    clause = note.clauses[index]
    hits = [
        hit
        for hit in words.DATE.finditer(note.text, clause.start, clause.end)
        if words.DATE_MARK.match(note.text, hit.end(), clause.end) or _said_before(note, clause, hit)
    ]
    moved = [hit for hit in hits if _moved_to(note, clause, hit)]
    hits = moved[-1:] or [hit for hit in hits if not _given_up(note, index, hit)]
    starts = [clause.start, *(_phrase_start(note, clause, hit) for hit in hits[1:])]
    for hit, start, end in zip(hits, starts, [*starts[1:], clause.end], strict=False):
        if moved:
            yield from _changed(note, index, hit)
        elif note.duty(start, hit.start()).open:
            yield from _deadline(note, index, hit, start, end)


def _near(note: Note, clause: Clause, hit: re.Match[str]) -> str:
    return note.text[max(clause.start, hit.start() - 12) : hit.start()]


def _said_before(note: Note, clause: Clause, hit: re.Match[str]) -> bool:
    near = _near(note, clause, hit)
    return words.LATEST.search(near) is not None or words.MOVED_TO.search(near) is not None


def _moved_to(note: Note, clause: Clause, hit: re.Match[str]) -> bool:
    """Whether the date is the new one of two; a move that is only asked for or feared moves nothing."""
    found = words.MOVED_TO.search(_near(note, clause, hit))
    return found is not None and not words.MAYBE.search(note.text, clause.start, hit.start())


def _given_up(note: Note, index: int, hit: re.Match[str]) -> bool:
    """Whether the date is the old one: 原11月20日, or the next clause says 现延至…; or a move is unsure."""
    clause, following = note.clauses[index], note.following(index)
    near = _near(note, clause, hit)
    if words.FORMERLY.search(near) or words.MOVED_TO.search(near):
        return True
    return (
        following is not None and words.NOW_MOVED.match(note.text, following.start, following.end) is not None
    )


def _changed(note: Note, index: int, hit: re.Match[str]) -> Iterator[Condition]:
    """由11月20日改为11月30日, 原11月20日前交付,现延至11月30日: the thing is named behind or before."""
    clause = note.clauses[index]
    read = _date(note, _date_text(hit, note))
    if read is None:
        return
    mark = words.DATE_MARK.match(note.text, hit.end(), clause.end)
    before = (
        note.clauses[index - 1] if index and note.clauses[index - 1].sentence == clause.sentence else None
    )
    pieces = [(mark.end() if mark else hit.end(), clause.end), (clause.start, hit.start())]
    if before is not None:
        pieces.append((before.start, before.end))
    what = next(filter(None, (_without_dates(note, *piece) for piece in pieces)), "")
    found = _due(read) | {"what": what, "departments": note.departments_in(clause.start, clause.end)}
    start = (
        before.start
        if before is not None and words.FORMERLY_IN.search(note.text, before.start, before.end)
        else clause.origin
    )
    yield note.condition("deadline", start, clause.end, found)


def _without_dates(note: Note, start: int, end: int) -> str:
    """What a stretch speaks of: its words without dates, marks of dates and words of moving."""
    text = words.DATE.sub(" ", note.folded.text[start:end])
    return words.OF_MOVING.sub("", text).strip(" ,.、:;。-–—()")


def _phrase_start(note: Note, clause: Clause, hit: re.Match[str]) -> int:
    """Where the words of a second date in the same clause begin: at its 最迟 or 于."""
    near = _near(note, clause, hit)
    lead = words.LATEST.search(near) or re.search(r"[于在]\s*$", near)
    return hit.start() - (len(near) - lead.start() if lead else 0)


def _deadline(note: Note, index: int, hit: re.Match[str], start: int, end: int) -> Iterator[Condition]:
    read = _date(note, _date_text(hit, note))
    mark = words.DATE_MARK.match(note.text, hit.end(), end)
    place = mark.end() if mark else hit.end()
    head = words.OVER.search(note.text, place, min(place + 12, end))
    if (
        read is None
        or head is not None
        or re.compile(r"\s*(?:不|暂缓|无[需须])").match(note.text, place, end)
    ):
        return
    joint = re.compile(r"[和及与、,;\s]*$").search(note.text, place, end)
    end = joint.start() if joint and end < note.clauses[index].end else end
    what = words.AFTER_DATE.sub("", note.tidy(place, end)).strip()
    subject = words.ASKED_AT_START.sub("", words.BEFORE_VERB.sub("", note.tidy(start, hit.start()))).strip()
    following = note.following(index)
    if not what and not subject and following is not None and end == note.clauses[index].end:
        if words.OVER.search(note.text, following.start, following.end):
            return
        end = following.end
        what = words.AFTER_DATE.sub("", note.tidy(following.start, end))
    if len(what) <= 2:
        what, subject = subject + what, ""
    found = _due(read) | {"what": what, "subject": subject}
    found |= {"departments": note.departments_in(start, hit.start()) or note.departments_in(place, end)}
    yield note.condition(
        "deadline", note.clauses[index].origin if start == _start(note, index) else start, end, found
    )


def _start(note: Note, index: int) -> int:
    return note.clauses[index].start


def _date_text(hit: re.Match[str], note: Note) -> str:
    """The date in the plainest spelling, for the one parser of dates."""
    if hit.group("y2"):
        return f"{hit['y2']}-{hit['m2']}-{hit['d2']} {(hit['time2'] or '').strip()}".strip()
    if hit.group("m3"):
        return f"{int(hit['m3'])}月{int(hit['d3'])}日"
    if hit.group("m4"):
        return _month_end(hit, note)
    month, day = words.chinese_number(hit["m"]), words.chinese_number(hit["d"])
    year = f"{hit['y']}年" if hit["y"] else ""
    return f"{year}{month}月{day}日 {(hit['time'] or '').strip()}".strip()


def _month_end(hit: re.Match[str], note: Note) -> str:
    """The last day of a month."""
    month, year = words.chinese_number(hit["m4"]) or 0, hit["y4"]
    note.dated = note.dated or not year
    if not 1 <= month <= 12 or not (year or note.near):
        return ""
    near = int(year) if year else note.near.year if note.near else 0
    last = calendar.monthrange(near, month)[1]
    return f"{year}年{month}月{last}日" if year else f"{month}月{last}日"


def _date(note: Note, text: str) -> FixedDate | None:
    note.dated = note.dated or _YEAR.match(text) is None
    read = parse_deadline(text, near=note.near)
    return read if isinstance(read, FixedDate) else None


def terms(note: Note, index: int) -> Iterator[Condition]:
    """签约后10日内付款, 月底前完成测试: terms that hang on something else, in their own words."""
    clause = note.clauses[index]
    for hit in words.TERM.finditer(note.text, clause.start, clause.end):
        rest = note.tidy(hit.end(), clause.end)
        duty = note.duty(clause.start, hit.start("term"))
        if len(rest) < 2 or not duty.open or words.OVER_NEXT.match(rest):
            continue
        named = note.departments_in(clause.start, clause.end)
        subject = words.BEFORE_VERB.sub("", note.tidy(clause.start, hit.start("term")))
        found = {"due": hit["term"].strip(), "what": rest, "subject": subject, "departments": named}
        yield note.condition("term", clause.origin, clause.end, found)
        return


def _due(read: FixedDate) -> dict[str, object]:
    return {"date": read.date, "time": read.time, "year_inferred": read.year_inferred}


def english_deadlines(note: Note, index: int) -> Iterator[Condition]:
    """prototype due by 30 November; deliver it no later than November 30, 2023."""
    clause = note.clauses[index]
    start = clause.start
    for hit in words.EN_DATE.finditer(note.text, clause.start, clause.end):
        read = _date(note, _english_date_text(hit))
        if hit.group("lead").lower() == "on" or read is None or not note.open_in_english(start, hit.start()):
            continue
        before = words.EN_BEFORE_DUE.sub("", note.tidy(start, hit.start()))
        end = clause.end
        what, subject = before or note.tidy(hit.end(), end), ""
        following = note.following(index)
        if not what and following is not None:
            end = following.end
            what = note.tidy(following.start, end)
        modal = words.EN_MODAL.search(what)
        if modal:
            subject, what = what[: modal.start()].strip(), what[modal.end() :]
        departments = note.departments_in(start, end) if note.names.canonical else ()
        found = _due(read) | {"what": what, "subject": subject, "departments": departments}
        yield note.condition("deadline", clause.origin if start == clause.start else start, end, found)
        start = hit.end()


def _english_date_text(hit: re.Match[str]) -> str:
    if hit.group("y3"):
        return f"{hit['y3']}-{hit['m3']}-{hit['d3']}"
    month = words.month_number(hit["mon"] or hit["mon2"])
    day, year = hit["d"] or hit["d2"], hit["y"] or hit["y2"]
    return f"{year}年{month}月{day}日" if year else f"{month}月{day}日"
