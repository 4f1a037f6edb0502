"""The day a command is asked for, and the workbook's own: what --as-of and --set-date mean.

A file's figures are those of its data date (设置!数据日期, else today). --as-of asks about another day and
changes none of them; --set-date moves the data date itself. What may not enter: figures, writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xl_collab.errors import UsageError
from xl_collab.faces.words.sentences import SAID
from xl_collab.plan.project import Project
from xl_collab.project.edits import SetField
from xl_collab.project.tables import Book
from xl_collab.project.timing.deadlines import parse_date

__all__ = ["Days", "days_of", "read_date", "said_error"]

_TODAY = ("today", "今天", "今日")


@dataclass(frozen=True, slots=True)
class Days:
    """`asked` is the day to work for, `own` that of the figures in the file; `moves` sets the data date."""

    asked: date
    own: date
    moves: SetField | None = None

    @property
    def is_other(self) -> bool:
        """Whether the answer is for another day than the file's figures."""
        return self.asked != self.own


def days_of(book: Book, today: date, as_of: str | None, set_date: str | None) -> Days:
    """The days of a command. UsageError where the options are no dates, or contradict each other."""
    if set_date is None:
        own = Project.resolve_as_of(book, today)
        return Days(read_date(as_of) if as_of else own, own)
    clears = set_date.strip().casefold() in _TODAY
    day = today if clears else read_date(set_date)
    if as_of and read_date(as_of) != day:
        raise said_error("two_days")
    return Days(day, day, SetField("settings", "data_date", None if clears else day))


def read_date(text: str) -> date:
    """A date given on the command line; UsageError when it is none."""
    day = parse_date(text)
    if day is None:
        raise said_error("bad_date", text=text)
    return day


def said_error(key: str, **words: object) -> UsageError:
    """A UsageError with a sentence of the catalogue."""
    said = SAID[key]
    return UsageError(said.zh.format(**words), said.en.format(**words))
