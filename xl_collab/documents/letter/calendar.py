"""Deadlines as an iCalendar file (RFC 5545), for any calendar program.

Days without a time are whole-day events; times are written in UTC, China's offset being constant. The
same deadline has the same UID each time, so that a later file replaces the earlier entry.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator

from xl_collab.documents.letter import words as words
from xl_collab.documents.letter.content import Letter, Reminder
from xl_collab.schema.words import Lang

CHINA = dt.timezone(dt.timedelta(hours=8))
"""Time zone of the dates in a tracker; China has known no other time since 1991."""

_LONGEST = 75
"""Octets in a content line, its CRLF aside (RFC 5545, 3.1)."""


def letter_calendar(letter: Letter, lang: Lang, *, stamp: dt.datetime) -> bytes:
    """The .ics of a letter's dates; b'' when it has none. `stamp` (aware) is when it was made."""
    if not letter.reminders:
        return b""
    made = f"{stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//xl_collab//letters//EN", "CALSCALE:GREGORIAN"]
    lines.append("METHOD:PUBLISH")
    for reminder in letter.reminders:
        lines += _event(letter, reminder, lang, made)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(letter: Letter, reminder: Reminder, lang: Lang, made: str) -> Iterator[str]:
    what = " ".join(reminder.what.split())
    summary = words.EVENT["summary"].of(lang).format(id=reminder.id, what=what)
    if reminder.answers:
        summary = words.EVENT["answer"].of(lang).format(title=what)
    who = [name for name in (letter.project, reminder.whose or letter.department) if name]
    about = ("，" if lang == "zh" else ", ").join(who)
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(letter, reminder)}"
    yield f"DTSTAMP:{made}"
    yield from _when(reminder)
    yield f"SUMMARY:{_escaped(summary)}"
    yield f"DESCRIPTION:{_escaped(about)}"
    yield "TRANSP:TRANSPARENT"
    if reminder.lead_days > 0:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(summary)}")
        yield from (f"TRIGGER:-P{reminder.lead_days}D", "END:VALARM")
    yield "END:VEVENT"


def _when(reminder: Reminder) -> Iterator[str]:
    if reminder.time is None:
        yield f"DTSTART;VALUE=DATE:{reminder.date:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{reminder.date + dt.timedelta(days=1):%Y%m%d}"
        return
    end = dt.datetime.combine(reminder.date, reminder.time, CHINA).astimezone(dt.UTC)
    yield f"DTSTART:{end - dt.timedelta(minutes=30):%Y%m%dT%H%M%SZ}"
    yield f"DTEND:{end:%Y%m%dT%H%M%SZ}"


def _uid(letter: Letter, reminder: Reminder) -> str:
    said = f"{letter.document_id}\n{letter.department}\n{reminder.id}"
    digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{digest}@xl-collab.invalid"


def _escaped(text: str) -> str:
    """TEXT of RFC 5545, 3.3.11; control characters are dropped."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return "".join(c for c in text if c.isprintable() or c in " \t")


def _folded(line: str) -> bytes:
    """A content line folded at 75 octets, never inside a character."""
    out, used = [b""], 0
    for sign in line:
        octets = sign.encode("utf-8", "replace")
        if used + len(octets) > _LONGEST:
            out.append(b" ")
            used = 1
        out[-1] += octets
        used += len(octets)
    return b"\r\n".join(out) + b"\r\n"
