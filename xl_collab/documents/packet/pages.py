"""The pages of a packet that are read: 说明 (how to fill it in), and 风险与提醒."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.documents.blocks import Cell, Page, Rag, scratch
from xl_collab.documents.packet import words as words
from xl_collab.documents.packet.asked import is_due
from xl_collab.documents.packet.content import Packet, PacketIssue
from xl_collab.documents.packet.rows import PROTECTION
from xl_collab.documents.theme import HEADER_HEIGHT, LEVEL_COLOURS, Theme, row_height
from xl_collab.plan.project import Project
from xl_collab.project.sentences import LISTED, Line, fitted
from xl_collab.schema.words import RAG, RISK_LEVEL, Lang, Text

_WIDTHS = (9, 21, 15, 9, 14, 16, 14, 14)


def draw_notes(
    workbook: Workbook, theme: Theme, project: Project, packet: Packet, issue: PacketIssue
) -> Worksheet:
    """说明: who, by when, how to fill it in; the token in a visible cell.

    A whole workbook has no page of cards, so there what is owed stands here.
    """
    page = _Page(workbook, theme, words.NOTES, project)
    whole = issue.kind == "whole"
    page.title((words.WHOLE_TITLE if whole else words.TITLE).of(page.lang), project.settings.project)
    number = words.ISSUE_NO.of(page.lang).format(number=issue.number)
    values = {
        "department": packet.department,
        "reply_by": f"{packet.reply_by:%Y-%m-%d}",
        "data_date": f"{packet.as_of:%Y-%m-%d}",
        "token": issue.token,
        "issue": number,
        "project": project.settings.project,
    }
    page.pairs([(words.LABELS[key], text) for key, text in values.items()])
    if whole:
        page.section(fitted(words.WANTED, date=packet.reply_by))
        _wanted(page, packet)
    page.section(words.HOW)
    steps = words.WHOLE_STEPS if whole else words.STEPS
    page.sentences(Line(Text(f"{n}. {s.zh}", f"{n}. {s.en}")) for n, s in enumerate(steps, start=1))
    return page.close()


def whole_notes(project: Project, packet: Packet, issue: PacketIssue, lang: Lang) -> bytes:
    """说明 as a workbook of one sheet, to be put into a copy of the master."""

    def fill(workbook: Workbook, theme: Theme) -> None:
        draw_notes(workbook, theme, project, packet, issue)

    return scratch(words.NOTES.of(lang), lang, fill)


def _wanted(page: _Page, packet: Packet) -> None:
    page.spread(("id", "what", "due", "alert", "owed"), _wanted_rows(packet, page.lang), words.NOTHING)


def _wanted_rows(packet: Packet, lang: Lang) -> Iterator[Sequence[Cell]]:
    for task in packet.owed.due_tasks:
        rag = Rag(task.rag, RAG.label(task.rag, lang)) if task.rag else ""
        yield (task.id, task.task, task.due or task.deadline, rag, words.wanted_words(task, lang))
    for item in packet.owed.actions:
        if is_due(item, packet.reply_by):
            said = words.WHY["action" if item.overdue else "action_due"]
            yield (item.id, item.action, item.due, "", fitted(said, days=item.overdue).of(lang))


def draw_reminders(workbook: Workbook, theme: Theme, project: Project, packet: Packet) -> Worksheet:
    """风险与提醒: the department's risks, and what notes ask of it."""
    page = _Page(workbook, theme, words.REMINDERS, project)
    lang, found = page.lang, packet.owed
    page.title(words.REMINDERS.of(lang), packet.department)
    page.note(words.REMINDERS_HINT)
    page.section(words.RISKS)
    risks = [(r.id, r.risk, r.due, _level(r.level, lang), r.countermeasure) for r in found.risks]
    page.spread(("id", "what", "due", "level", "countermeasure"), risks, words.NO_RISKS)
    page.section(words.CONFIRMATIONS)
    asked = [
        (c.row_id, c.proposal.sentence.of(lang), c.proposal.date, "", c.quote) for c in found.confirmations
    ]
    page.spread(("id", "what", "due", "", "quote"), asked, words.NO_CONFIRMATIONS)
    return page.close()


def _level(code: str, lang: Lang) -> Cell:
    return Rag(LEVEL_COLOURS[code], RISK_LEVEL.label(code, lang)) if code else ""


_SPANS = ((1, 1), (2, 3), (4, 4), (5, 5), (6, 8))
"""Columns of the page that the five columns of its tables take."""


class _Page(Page):
    """An A4 page of a packet, protected like the rest of it."""

    def __init__(self, workbook: Workbook, theme: Theme, tab: Text, project: Project) -> None:
        name = project.settings.project
        super().__init__(workbook, theme, tab=tab.of(theme.lang), widths=_WIDTHS, project=name, links={})

    def spread(self, columns: Sequence[str], rows: Iterable[Sequence[Cell]], empty: Text) -> None:
        """A table of ID, what, date, a word, and what is to be said about it."""
        records = list(rows)
        if not records:
            self.note(empty)
            return
        self.tall(HEADER_HEIGHT)
        for name, (first, last) in zip(columns, _SPANS, strict=True):
            text = words.COLUMNS[name].of(self.lang) if name else ""
            self.put(first, text, self.theme("header", "middle"), to=last)
        self.next()
        for record in records[:LISTED]:
            self._spread_row(record)

    def _spread_row(self, record: Sequence[Cell]) -> None:
        sizes = []
        for value, (first, last) in zip(record, _SPANS, strict=True):
            width = self.width(first, last)
            text = value.word if isinstance(value, Rag) else _shown(value)
            text = self.fitted(text, width - 2)
            wide = last > first
            look = self.theme("wrapped", "indent") if wide else self.theme("wrapped", "centre")
            if isinstance(value, Rag):
                look = self.theme.rag(value.code, "wrapped")
            self.put(first, text, look, to=last)
            sizes.append((text, width - (2 if wide else 0)))
        self.tall(row_height(sizes, minimum=20))
        self.next()

    def close(self) -> Worksheet:
        """Protect the page and give it back."""
        self.finish()
        self.sheet.protect("", dict(PROTECTION))
        return self.sheet


def _shown(value: Cell) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
