"""Merges, questions and the ledger as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.markup import escape

from xl_collab.faces.cli.show import MOST, Screen, _grid
from xl_collab.faces.words.sentences import SAID
from xl_collab.merge.outcome import ConflictLine
from xl_collab.merge.result import Remark
from xl_collab.merge.words import counted

if TYPE_CHECKING:
    from xl_collab.exchange.ledger.ledger import LogEntry
    from xl_collab.faces.collecting import Report

_SAID = 300
"""Characters of somebody's words in a line; the whole is in the answer as JSON and in the file."""


def collected(screen: Screen, report: Report, file: object) -> None:
    """What came back, what came of it for each department, and what waits."""
    arrived(screen, report)
    _departments(screen, report)
    if report.applied is not None:
        screen.applied(report.applied)
    document = report.merged.document
    questions(screen, document.lines)
    if document.asked:
        screen.say("open_questions", count=document.asked, file=file)
    if document.summary or report.matched.rejected:
        screen.say("collected_counts", counts=counted(report.counts).of(screen.lang))
    if took_all(report):
        screen.say("all_applied")


def took_all(report: Report) -> bool:
    """Whether something was written, or was here already, and nothing else is left."""
    return report.is_clean and bool(report.counts["applied"] or report.counts["corrected"])


def arrived(screen: Screen, report: Report) -> None:
    """What came back, and what became of it."""
    lang, matched = screen.lang, report.matched
    for repeat in matched.repeats:
        day = moment(repeat.before.received_at)
        screen.say("already_merged", file=repeat.arrival.shown, day=day)
    for one in matched.rejected:
        name = one.arrival.shown
        if one.arrival.source != name:
            name = f"{one.arrival.source} › {name}"
        screen.say("rejected", file=name, reason=one.refusal.sentence(lang))
        for remark in one.arrival.remarks:
            screen.say(
                "remark", place=remark.place, who=remark.author or one.arrival.sender, words=said(remark)
            )
    for repeat in matched.repeats:  # those of new replies stand among the notices
        for remark in repeat.arrival.remarks:
            place = f"{repeat.arrival.shown} › {remark.place}"
            screen.say(
                "remark", place=place, who=remark.author or repeat.before.department, words=said(remark)
            )
    for notice in (*report.arrived.notices, *matched.notices, *report.merged.document.notices):
        screen.line(f"· {notice.of(lang)}")
    if report.arrived.aside:
        screen.say("aside", count=report.arrived.aside)
    if not report.merged.document.summary:
        screen.say("collected_none")
    if report.kept is not None:
        screen.say("kept_in", path=report.kept)


def _departments(screen: Screen, report: Report) -> None:
    summary = report.merged.document.summary
    if not summary:
        return
    labels = screen.text("collected_columns").split("|")
    grid = _grid(screen.text("collected_title"), *((label, None) for label in labels))
    for one in summary:
        words = screen.listed([status.of(screen.lang) for status in one.replies])
        counts = counted(one.counts).of(screen.lang)
        grid.add_row(escape(one.department or "?"), escape(counts), escape(words))
    screen._grid(grid, len(summary))


def questions(screen: Screen, lines: Sequence[ConflictLine]) -> None:
    """Each open question in one line."""
    for line in lines[:20]:
        words = {name: shown(getattr(line, name)) for name in ("base", "master", "theirs")}
        screen.say(
            "question_line",
            id=line.id or "—",
            column=line.column.of(screen.lang) or line.sheet.of(screen.lang),
            kind=line.kind.of(screen.lang),
            department=line.department,
            **words,
        )
    if len(lines) > 20:
        screen.line(f"… {len(lines) - 20}")


def said(remark: Remark) -> str:
    """Somebody's words in a line, cut to what people read at a glance."""
    text = " ".join(remark.words.split())
    return text if len(text) <= _SAID else text[: _SAID - 1] + "…"


def shown(value: object) -> str:
    """A value in a line of text, cut to what a line can hold."""
    text = "∅" if value in (None, "") else " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


def log(screen: Screen, entries: Iterable[LogEntry]) -> None:
    """The history of the ledger, in the order given; of a long one the end."""
    rows = list(entries)
    if not rows:
        screen.say("log_empty")
        return
    labels = screen.text("log_columns").split("|")
    grid = _grid(screen.text("log_title"), *((label, None) for label in labels))
    for entry in rows[-MOST:]:
        what, state = (_word(screen, f"log_{code}", code) for code in (entry.kind, entry.state))
        numbers = (str(number) if number else "" for number in (entry.changes, entry.replies))
        token = entry.token if "、" not in entry.token else ""  # a run over many replies has no one code
        who = screen.listed(entry.department.split("、"))
        cells = (moment(entry.at), what, who, token, state, *numbers)
        grid.add_row(*map(escape, cells))
    screen._grid(grid, len(rows))


def _word(screen: Screen, key: str, code: str) -> str:
    return SAID[key].of(screen.lang) if key in SAID else code


def moment(text: str) -> str:
    """A time of the ledger in this computer's zone, to the minute."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
