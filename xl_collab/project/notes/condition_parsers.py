"""Conditions of every kind, each read out of one clause, in Chinese and in English.

A reader gets a note and a clause's number and yields conditions. It must be sure: what is waived, reported
as done, or has a date that cannot be read is left alone. Vocabulary belongs in patterns.py.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator

from xl_collab.memory import Remembered
from xl_collab.project.notes import patterns as words
from xl_collab.project.notes.clauses import Clause, Note
from xl_collab.project.notes.conditions import Condition
from xl_collab.project.notes.deadline_parsers import deadlines, english_deadlines, terms
from xl_collab.project.notes.hindrance_parsers import (
    approvals,
    dependencies,
    english_approvals,
    english_dependencies,
    english_risks,
    risks,
)
from xl_collab.project.notes.signers import who_signs, who_signs_before
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
    yield from _unsaid_confirmation(note, index)
    for hit in words.ASKED_FOR.finditer(note.text, clause.start, clause.end):
        duty = note.duty(clause.start, hit.start())
        if duty.open and duty.asked and not words.OVER_AFTER.match(note.text, hit.end(), clause.end):
            yield from _confirmation(note, index, duty.asked, hit, hit["verb"])
            return


def _unsaid_confirmation(note: Note, index: int) -> Iterator[Condition]:
    """尚未确认预算, 资源还没有落实, 双方确认: nobody says 需, and yet it is to be confirmed."""
    clause = note.clauses[index]
    both = words.BOTH_CONFIRM.match(note.text, clause.start, clause.end)
    hit = both or words.OPEN_POINT.search(note.text, clause.start, clause.end)
    if hit is None or (words.APPROVED_FIRST.search(note.text, clause.start, hit.start()) is not None):
        return
    what = _object(note, hit.end(), clause.end) or note.tidy(clause.start, hit.start())
    verb = "" if both or hit["verb"] == "确认" else "确定" if "定" in hit["verb"] else hit["verb"]
    found: dict[str, object] = {"what": what, "verb": verb, "parties": (both["sides"],) if both else ()}
    found["departments"] = note.departments_in(clause.start, clause.end)
    if what or both:
        yield note.condition("confirmation", clause.origin, clause.end, found)


def _confirmation(
    note: Note, index: int, asked: tuple[int, int], hit: re.Match[str], verb: str = ""
) -> Iterator[Condition]:
    clause = note.clauses[index]
    between = note.departments_in(asked[1], hit.start())
    sides = words.SIDES.search(note.text, asked[1], hit.start())
    other = None if sides else words.PARTIES_ASKED.search(note.text, asked[1], hit.start())
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
    if what or departments or ((sides or other) and not verb):
        parties = (sides.group("sides"),) if sides else (other["who"],) if other else ()
        found = {"departments": departments, "what": what, "parties": parties, "verb": verb}
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


def lead_times(note: Note, index: int) -> Iterator[Condition]:
    """若原型延迟,需提前3个工作日预警: how long before a slip somebody must be warned."""
    clause = note.clauses[index]
    for hit in words.LEAD.finditer(note.text, clause.start, clause.end):
        duty = note.duty(clause.start, hit.start())
        late = duty.over and not clause.conditional
        days, calendar_days = _ahead(hit)
        if duty.waived or late or not days or words.OVER_AFTER.match(note.text, hit.end(), clause.end):
            continue
        found: dict[str, object] = {"lead_days": days, "calendar_days": calendar_days}
        head = duty.asked[0] if duty.asked else hit.start()
        told = note.departments_in(hit.end(), clause.end) or words.SIDES.search(
            note.text, hit.end(), clause.end
        )
        rest = "" if told else note.tidy(hit.end(), clause.end)
        found["what"] = clause.when or _event(note, clause, head) or rest
        found["departments"] = note.departments_in(clause.start, clause.end)
        yield note.condition("lead_time", clause.origin, clause.end, found)
        return


def _ahead(hit: re.Match[str]) -> tuple[int, bool]:
    """How long ahead, the longer of 1-2天; whether in calendar days. Hours count as whole days."""
    place = next(n for n in "1234" if hit[f"unit{n}"])
    said, unit = hit[f"to{place}"] or hit[f"n{place}"], hit[f"unit{place}"]
    if said == "半":
        return (15, True) if unit == "月" else (1 if unit in ("天", "日") else 0, True)
    count = words.chinese_number(said) or 0
    if unit in ("小时", "钟头"):
        return -(-count // 24), True
    return count * _DAYS_OF.get(unit, 1), unit not in ("工作日", "工作天")


_DAYS_OF = {"周": 7, "星期": 7, "月": 30}


def _event(note: Note, clause: Clause, end: int) -> str:
    hit = words.CONDITIONAL.match(note.text, clause.start, end)
    body = note.tidy(hit.start("body") if hit else clause.start, end)
    said = words.BEFORE_VERB.sub("", words.CONDITION_END.sub("", body) if hit else body).strip()
    return re.sub(r"^(?:至少|最少|务必|请|均|都|[\s,:])+$|(?:至少|最少)$", "", said)


def english_lead_times(note: Note, index: int) -> Iterator[Condition]:
    """If the prototype slips, warn 3 working days ahead; 3 working days' notice."""
    clause = note.clauses[index]
    for hit in words.EN_LEAD.finditer(note.text, clause.start, clause.end):
        days = words.english_number(hit["n"] or hit["n2"])
        if not days or not note.open_in_english(clause.start, hit.start()):
            continue
        span, unit = hit["span"] or hit["span2"], (hit["unit"] or hit["unit2"] or "").strip().lower()
        days = words.english_days(days, span)
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
        signers, rest = who_signs(note, asked[1], hit.start())
        subject = words.BEFORE_VERB.sub("", note.tidy(clause.start, asked[0])) if duty.asked else rest
        if duty.asked and not signers:
            signers, subject = who_signs_before(note, clause.start, asked[0])
        if not signers and not duty.asked:
            continue
        signed = re.sub(r"^(?:的|[\s:])+|(?:之?后|方可|才).*$", "", note.tidy(hit.end(), clause.end))
        what = signed or subject
        departments = note.departments_in(clause.start, hit.start())
        found = {"what": what, "parties": signers, "departments": departments}
        yield note.condition("signoff", clause.origin, clause.end, found)
        return


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
    if submit is None:
        submit = words.SUBMIT_TO.search(note.text, clause.start, clause.end)
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
    ahead = words.LEAD.search(note.text, clause.start, clause.end)
    if ahead is not None and ahead.start() <= first.start() < ahead.end():
        return  # 提前5个工作日上报研发部 is a warning
    duty = note.duty(clause.start, first.start())
    parties, copies = _recipients(submit, "to"), _recipients(copy, "cc")
    loose = duty.asked is None and any("的" in name for name in parties + copies)
    if not duty.open or loose or not parties + copies:
        return
    subject = words.BEFORE_VERB.sub(
        "", note.tidy(clause.start, duty.asked[0] if duty.asked else first.start())
    )
    thing = (submit.groupdict().get("what") or "" if submit else "").strip()
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
    if index in note.used:
        return
    if hit is None:
        copied = words.EN_COPY.match(note.text, clause.start, clause.end)
        if copied is not None:
            found: dict[str, object] = {"copies": _recipients(copied, "cc")}
            yield note.condition("distribution", clause.origin, clause.end, found)
        return
    if not note.open_in_english(clause.start, hit.start()):
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
    said = (hit[group] or hit.groupdict().get("whom") or "") if hit else ""
    named = said.strip(" 、.")
    return tuple(name for name in (part.strip(" 、.") for part in words.AND.split(named)) if name)


Readers = tuple[tuple[Reader, re.Pattern[str]], ...]
"""Readers, each with a pattern of which some part is in every clause that it could read."""

CHINESE: Readers = (
    (confirmations, words.CONFIRM_HINT),
    (deadlines, words.DATE_HINT),
    (terms, words.TERM_HINT),
    (lead_times, words.LEAD_HINT),
    (signoffs, words.SIGN_HINT),
    (approvals, words.APPROVE_HINT),
    (distributions, words.SEND_HINT),
    (dependencies, words.WAIT_HINT),
    (risks, words.RISK_HINT),
)
ENGLISH: Readers = (
    (english_confirmations, words.CONFIRM_HINT),
    (english_deadlines, words.DATE_HINT),
    (english_lead_times, words.LEAD_HINT),
    (english_signoffs, words.SIGN_HINT),
    (english_approvals, words.APPROVE_HINT),
    (english_distributions, words.SEND_HINT),
    (english_dependencies, words.WAIT_HINT),
    (english_risks, words.RISK_HINT),
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
    anywhere, here = (text, tuple(known), None), (text, tuple(known), near)
    before = _remembered.get(anywhere)
    before = _remembered.get(here) if before is None else before
    if before is not None:
        return before
    note = Note.of(text, near, known)
    once: dict[str, Condition] = {}
    for condition in _read(note):
        once.setdefault(condition.key, condition)
    found = tuple(sorted(once.values(), key=lambda found: (found.start, found.end, found.kind)))
    _remembered.put(here if note.dated else anywhere, found)
    return found


_remembered: Remembered[tuple[str, tuple[str, ...], dt.date | None], tuple[Condition, ...]] = Remembered(4096)
"""The same notes stand in many rows and trackers; those with a date are remembered by `near` too."""


def _read(note: Note) -> Iterator[Condition]:
    for index, clause in enumerate(note.clauses):
        piece = note.text[clause.start : clause.end]
        readers = (CHINESE if _HAN.search(piece) else ()) + (ENGLISH if _LATIN.search(piece) else ())
        for reader, hint in readers:
            # What a 若-clause says is not asked yet; only a warning may be part of it.
            if (not clause.conditional or reader in _IN_CONDITIONS) and hint.search(piece):
                yield from reader(note, index)


_IN_CONDITIONS = (lead_times, english_lead_times)
