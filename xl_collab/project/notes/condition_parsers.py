"""The five kinds of condition, each read out of one clause, in Chinese and in English.

A reader gets a note and a clause's number and yields conditions. It must be sure: what is waived, reported
as done, or has a date that cannot be read is left alone. Vocabulary belongs in patterns.py.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator

from xl_collab.project.notes import patterns as words
from xl_collab.project.notes.clauses import Clause, Note
from xl_collab.project.notes.patterns import Condition
from xl_collab.project.timing.deadlines import FixedDate, parse_deadline
from xl_collab.schema.keys import NotRead, guarded

Reader = Callable[[Note, int], Iterator[Condition]]


def confirmations(note: Note, index: int) -> Iterator[Condition]:
    """需确认研发部资源, 需销售部确认…, 研发部须确认…: something asked for, from whom, about what."""
    clause = note.clauses[index]
    for hit in words.CONFIRM.finditer(note.text, clause.start, clause.end):
        duty = note.duty(clause.start, hit.start())
        if duty.open and duty.asked and not words.OVER_AFTER.match(note.text, hit.end(), clause.end):
            yield from _confirmation(note, index, duty.asked, hit)
            return


def _confirmation(note: Note, index: int, asked: tuple[int, int], hit: re.Match[str]) -> Iterator[Condition]:
    clause = note.clauses[index]
    between = note.departments_in(asked[1], hit.start())
    sides = words.SIDES.search(note.text, asked[1], hit.start())
    start = hit.end()
    end = clause.end
    whom = words.WITH.match(note.text, start, end)
    after, place = note.departments_at(whom.end() if whom else start, end)
    if after and not between and not sides:
        start = place
        after, start, end = _continued(note, index, after, start, end)
    what = _object(note, start, end)
    subject = words.BEFORE_VERB.sub("", note.tidy(clause.start, asked[0]))
    departments = between or (() if sides else after)
    if not departments and not sides:
        departments = note.departments_in(clause.start, asked[0]) or note.departments_in(start, end)
    if not what and (departments or sides or subject):
        what = "" if subject and subject == "".join(departments) else subject
    if what or departments:
        parties = (sides.group("sides"),) if sides else ()
        found = {"departments": departments, "what": what, "parties": parties}
        yield note.condition("confirmation", clause.origin, end, found)


def _continued(
    note: Note, index: int, departments: tuple[str, ...], start: int, end: int
) -> tuple[tuple[str, ...], int, int]:
    """A list of departments may go on after a comma: 需确认研发部,生产部资源."""
    following = note.following(index)
    if following is None or note.text[start:end].strip():
        return departments, start, end
    more, place = note.departments_at(following.start, following.end)
    if not more or note.duty(following.start, following.end).asked:
        return departments, start, end
    return departments + more, place, following.end


def _object(note: Note, start: int, end: int) -> str:
    return re.sub(r"^(?:的|关于|其|[\s:])+|^(?:之|以)?后.*$", "", note.tidy(start, end))


def english_confirmations(note: Note, index: int) -> Iterator[Condition]:
    """R&D to confirm capacity; please confirm capacity with R&D; budget to be confirmed by Finance."""
    clause = note.clauses[index]
    for hit in words.EN_CONFIRM.finditer(note.text, clause.start, clause.end):
        if bool(hit.group("passive")) != bool(hit.group("ed")):
            continue
        if not note.open_in_english(clause.start, hit.start()):
            continue
        after, place = note.departments_at(hit.end(), clause.end, english=True)
        before = note.departments_in(clause.start, hit.start(), english=True)
        subject = re.sub(
            r"^(?:we|the|need|please)\b\s*", "", note.tidy(clause.start, hit.start()), flags=re.I
        )
        due = words.EN_DATE.search(note.text, hit.end(), clause.end)
        end = due.start() if due else clause.end
        told = words.EN_NEXT.sub("", note.tidy(hit.end() if before else place, end))
        what = subject if hit.group("passive") else told
        departments = after if hit.group("passive") else before or after
        with_whom = re.compile(r"\s+(?:with|by)\s+").search(note.text, hit.end(), end)
        if with_whom and not departments:
            departments, _ = note.departments_at(with_whom.end(), end, english=True)
            what = note.tidy(hit.end(), with_whom.start()) if departments else what
        if what or departments:
            found = {"departments": departments, "what": what}
            yield note.condition("confirmation", clause.origin, clause.end, found)
            return


def deadlines(note: Note, index: int) -> Iterator[Condition]:
    """11月30日前输出原型, 不晚于11月30日交付: dates with 前 or a word for "at the latest"."""
    clause = note.clauses[index]
    hits = [
        hit
        for hit in words.DATE.finditer(note.text, clause.start, clause.end)
        if words.DATE_MARK.match(note.text, hit.end(), clause.end) or _latest(note, clause, hit)
    ]
    starts = [clause.start, *(_phrase_start(note, clause, hit) for hit in hits[1:])]
    for hit, start, end in zip(hits, starts, [*starts[1:], clause.end], strict=False):
        if note.duty(start, hit.start()).open:
            yield from _deadline(note, index, hit, start, end)


def _latest(note: Note, clause: Clause, hit: re.Match[str]) -> bool:
    return words.LATEST.search(note.text[max(clause.start, hit.start() - 12) : hit.start()]) is not None


def _phrase_start(note: Note, clause: Clause, hit: re.Match[str]) -> int:
    """Where the words of a second date in the same clause begin: at its 最迟 or 于."""
    near = note.text[max(clause.start, hit.start() - 12) : hit.start()]
    lead = words.LATEST.search(near) or re.search(r"[于在]\s*$", near)
    return hit.start() - (len(near) - lead.start() if lead else 0)


def _deadline(note: Note, index: int, hit: re.Match[str], start: int, end: int) -> Iterator[Condition]:
    read = _date(note, _date_text(hit))
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


def _date_text(hit: re.Match[str]) -> str:
    """The date in the plainest spelling, for the one parser of dates."""
    if hit.group("y2"):
        return f"{hit['y2']}-{hit['m2']}-{hit['d2']} {(hit['time2'] or '').strip()}".strip()
    month, day = words.chinese_number(hit["m"]), words.chinese_number(hit["d"])
    year = f"{hit['y']}年" if hit["y"] else ""
    return f"{year}{month}月{day}日 {(hit['time'] or '').strip()}".strip()


def _date(note: Note, text: str) -> FixedDate | None:
    read = parse_deadline(text, near=note.near)
    return read if isinstance(read, FixedDate) else None


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


def lead_times(note: Note, index: int) -> Iterator[Condition]:
    """若原型延迟,需提前3个工作日预警: how long before a slip somebody must be warned."""
    clause = note.clauses[index]
    for hit in words.LEAD.finditer(note.text, clause.start, clause.end):
        duty = note.duty(clause.start, hit.start())
        late = duty.over and not clause.conditional
        days = words.chinese_number(hit["n"] or hit["n2"])
        if duty.waived or late or not days or words.OVER_AFTER.match(note.text, hit.end(), clause.end):
            continue
        unit = hit["unit"] or hit["unit2"]
        days *= 7 if unit in ("周", "星期") else 1
        found: dict[str, object] = {"lead_days": days, "calendar_days": unit not in ("工作日", "工作天")}
        head = duty.asked[0] if duty.asked else hit.start()
        told = note.departments_in(hit.end(), clause.end) or words.SIDES.search(
            note.text, hit.end(), clause.end
        )
        rest = "" if told else note.tidy(hit.end(), clause.end)
        found["what"] = clause.when or _event(note, clause, head) or rest
        found["departments"] = note.departments_in(clause.start, clause.end)
        yield note.condition("lead_time", clause.origin, clause.end, found)
        return


def _event(note: Note, clause: Clause, end: int) -> str:
    hit = words.CONDITIONAL.match(note.text, clause.start, end)
    body = note.tidy(hit.start("body") if hit else clause.start, end)
    return words.BEFORE_VERB.sub("", words.CONDITION_END.sub("", body) if hit else body).strip()


def english_lead_times(note: Note, index: int) -> Iterator[Condition]:
    """If the prototype slips, warn 3 working days ahead; 3 working days' notice."""
    clause = note.clauses[index]
    for hit in words.EN_LEAD.finditer(note.text, clause.start, clause.end):
        days = words.english_number(hit["n"] or hit["n2"])
        if not days or not note.open_in_english(clause.start, hit.start()):
            continue
        span, unit = hit["span"] or hit["span2"], (hit["unit"] or hit["unit2"] or "").strip().lower()
        days *= 7 if span.lower().startswith("week") else 1
        found: dict[str, object] = {"lead_days": days, "calendar_days": unit not in ("working", "business")}
        found["what"] = clause.when or (_event(note, clause, hit.start()) if clause.conditional else "")
        yield note.condition("lead_time", clause.origin, clause.end, found)
        return


def signoffs(note: Note, index: int) -> Iterator[Condition]:
    """验收标准需双方签字确认: who signs what. Without a word of duty the signers must be named."""
    clause = note.clauses[index]
    for hit in words.SIGN.finditer(note.text, clause.start, clause.end):
        duty = note.duty(clause.start, hit.start())
        if not duty.open or words.OVER_AFTER.match(note.text, hit.end(), clause.end):
            continue
        asked = duty.asked or (clause.start, clause.start)
        signers, rest = _signers(note, asked[1], hit.start())
        subject = words.BEFORE_VERB.sub("", note.tidy(clause.start, asked[0])) if duty.asked else rest
        if duty.asked and not signers:
            signers, subject = _signers_before(note, clause.start, asked[0])
        if not signers and not duty.asked:
            continue
        signed = re.sub(r"^(?:的|[\s:])+|(?:之?后|方可|才).*$", "", note.tidy(hit.end(), clause.end))
        what = signed or subject
        departments = note.departments_in(clause.start, hit.start())
        found = {"what": what, "parties": signers, "departments": departments}
        yield note.condition("signoff", clause.origin, clause.end, found)
        return


def _signers(note: Note, start: int, end: int) -> tuple[tuple[str, ...], str]:
    """Who signs, by the words right before 签字, and what stands before them."""
    sides = words.SIDES.search(note.text, start, end)
    if sides:
        return (sides.group("sides"),), words.BEFORE_VERB.sub("", note.tidy(start, sides.start()))
    for place in range(start, end):
        names, after = note.departments_at(place, end)
        if names and not words.SIGN_FILLER.sub("", note.tidy(after, end)):
            return names, words.BEFORE_VERB.sub("", note.tidy(start, place))
    rest = words.SIGN_FILLER.sub("", note.tidy(start, end))
    plain = 0 < len(rest) <= 12 and not words.DATE.search(rest)
    return (tuple(name for name in words.AND.split(rest) if name) if plain else ()), ""


def _signers_before(note: Note, start: int, end: int) -> tuple[tuple[str, ...], str]:
    """双方需签字: the signers stand before the word of duty; else all that is the thing signed."""
    sides = words.SIDES.search(note.text, start, end)
    names, after = note.departments_at(start, end)
    if sides:
        return (sides.group("sides"),), note.tidy(start, sides.start())
    if names and not note.text[after:end].strip():
        return names, ""
    return (), words.BEFORE_VERB.sub("", note.tidy(start, end))


def english_signoffs(note: Note, index: int) -> Iterator[Condition]:
    """criteria signed by both parties; both parties must sign; sign-off by Finance."""
    clause = note.clauses[index]
    for hit in words.EN_SIGN.finditer(note.text, clause.start, clause.end):
        if not note.open_in_english(clause.start, hit.start()):
            continue
        signers = (hit["by"] or hit["who"] or hit["from"] or "").strip(" .")
        signers = re.split(r"\s+(?:before|after|by|within|on)\b", signers)[0]
        what = (hit["what"] or "").strip() or words.EN_BEFORE_DUE.sub(
            "", note.tidy(clause.start, hit.start())
        )
        departments = note.departments_in(hit.start(), clause.end) if note.names.canonical else ()
        found = {"what": what, "parties": (signers,), "departments": departments}
        yield note.condition("signoff", clause.origin, clause.end, found)
        return


def distributions(note: Note, index: int) -> Iterator[Condition]:
    """报告需提交至上级领导并抄送协作部门: who receives what, and who is copied."""
    clause = note.clauses[index]
    if index in note.used:
        return
    submit = words.SUBMIT.search(note.text, clause.start, clause.end)
    copy = words.COPY.search(note.text, clause.start, clause.end)
    first = submit or copy
    end = clause.end
    following = note.following(index)
    if submit and not copy and following is not None:
        copy = words.COPY.match(note.text, following.start, following.end)
        if copy:
            note.used.add(index + 1)
            end = following.end
    if first is None:
        return
    duty = note.duty(clause.start, first.start())
    parties, copies = _recipients(submit, "to"), _recipients(copy, "cc")
    loose = duty.asked is None and any("的" in name for name in parties + copies)
    if not duty.open or loose or not parties + copies:
        return
    subject = words.BEFORE_VERB.sub(
        "", note.tidy(clause.start, duty.asked[0] if duty.asked else first.start())
    )
    thing = ((submit["what"] or "") if submit else "").strip()
    departments = tuple(
        name
        for hit, group in ((submit, "to"), (copy, "cc"))
        if hit
        for name in note.departments_in(*hit.span(group))
    )
    subject = re.sub(r"^.*后$", "", subject)
    found = {"what": thing or subject, "parties": parties, "copies": copies, "departments": departments}
    yield note.condition("distribution", clause.origin, end, found)


def english_distributions(note: Note, index: int) -> Iterator[Condition]:
    """submit the report to management, cc departments."""
    clause = note.clauses[index]
    hit = words.EN_SUBMIT.search(note.text, clause.start, clause.end)
    if hit is None or index in note.used or not note.open_in_english(clause.start, hit.start()):
        return
    end = clause.end
    copy = words.EN_COPY.search(note.text, hit.end(), end)
    following = note.following(index)
    if copy is None and following is not None:
        lead = re.compile(r"\s*(?:and\s+)?").match(note.text, following.start, following.end)
        copy = words.EN_COPY.match(note.text, lead.end() if lead else following.start, following.end)
        end = following.end if copy else end
    subject = note.tidy(clause.start, hit.start()) if hit["passive"] else (hit["what"] or "").strip()
    what = re.sub(r"^the\s+", "", subject, flags=re.I)
    found = {"what": what, "parties": _recipients(hit, "to"), "copies": _recipients(copy, "cc")}
    yield note.condition("distribution", clause.origin, end, found)


def _recipients(hit: re.Match[str] | None, group: str) -> tuple[str, ...]:
    named = (hit[group] or "").strip(" 、.") if hit else ""
    return tuple(name for name in (part.strip(" 、.") for part in words.AND.split(named)) if name)


CHINESE: tuple[Reader, ...] = (confirmations, deadlines, lead_times, signoffs, distributions)
ENGLISH: tuple[Reader, ...] = (
    english_confirmations,
    english_deadlines,
    english_lead_times,
    english_signoffs,
    english_distributions,
)


# 备注: conditions that people hide in prose, lifted out as proposals with the words they came from.


_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2}")


def _not_read(_: str) -> tuple[Condition, ...]:
    return NotRead()


@guarded(_not_read)
def lift_conditions(
    text: str, *, near: dt.date | None = None, known: Collection[str] = ()
) -> tuple[Condition, ...]:
    """The conditions in a note, in the order of their words.

    near: a date of the row, from which a date without year takes its year (flagged year_inferred); without
    it such a date is no deadline. known: the departments of 通讯录. What the note waives (无需签字), reports
    as done (已确认) or dates unreadably (11月31日前, 月底前) is not lifted. The same words are lifted once.
    NotRead where reading failed.
    """
    note = Note.of(text, near, known)
    if not words.TRIGGER.search(note.text):
        return ()
    once: dict[str, Condition] = {}
    for condition in _read(note):
        once.setdefault(condition.key, condition)
    return tuple(sorted(once.values(), key=lambda found: (found.start, found.end, found.kind)))


def _read(note: Note) -> Iterator[Condition]:
    for index, clause in enumerate(note.clauses):
        piece = note.text[clause.start : clause.end]
        if not words.TRIGGER.search(piece):
            continue
        readers = (CHINESE if _HAN.search(piece) else ()) + (ENGLISH if _LATIN.search(piece) else ())
        for reader in readers:
            # What a 若-clause says is not asked yet; only a warning may be part of it.
            if not clause.conditional or reader in _IN_CONDITIONS:
                yield from reader(note, index)


_IN_CONDITIONS = (lead_times, ENGLISH[2])
