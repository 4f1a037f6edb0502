"""One command on one workbook: open it, act, draw what is to be inserted, hand it to the host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from xl_collab.errors import Lang
from xl_collab.faces.days import days_of, read_date, said_error
from xl_collab.faces.words.sentences import SAID
from xl_collab.plan.project import Project
from xl_collab.plan.with_edits import carried_out, without_added_rows
from xl_collab.project.edits import Edit, InsertSheet, SetField

if TYPE_CHECKING:
    from xl_collab.hosts.file import Applied, Undone
    from xl_collab.hosts.tabs import Tabs
    from xl_collab.project.tables import Book

__all__ = ["Host", "Progress", "Ready", "Request", "Session", "Tell", "quiet", "read_date", "said_error"]

_FIGURES = ("validate", "variance", "run", "demo")
"""Commands after which the cached results of 首页 are those of the day, for mail previews and phones."""

Tell = Callable[[str], None]
"""Shows how far a step has come, in a few words: "12 · 回复.xlsx"."""
Progress = Callable[[str], AbstractContextManager[Tell]]
"""Shows that a step is under way; the argument is what is being done, in words."""


def quiet(what: str) -> AbstractContextManager[Tell]:
    """No progress shown: for JSON and for tests."""
    return nullcontext(_untold)


def _untold(_: str) -> None:
    """Nobody looks."""


@dataclass(frozen=True)
class Request:
    """What the common options say."""

    path: Path
    as_of: str | None = None
    out: Path | None = None
    dry_run: bool = False
    lang: Lang | None = None
    set_date: str | None = None
    break_lock: bool = False


@dataclass(frozen=True)
class Ready:
    """Edits, and the scratch workbook of every sheet among them by "kind/key"."""

    edits: tuple[Edit, ...]
    drawn: Mapping[str, bytes]


class Host(Protocol):
    """Where the workbook lives; what a session needs of it to begin."""

    def read(self) -> Book:
        """The workbook's content."""

    @property
    def sheets(self) -> Tabs:
        """The tabs and their cells as read."""


class Session:
    """An opened tracker: its host, its project, and one way to write. Here the host is a closed file."""

    def __init__(
        self, request: Request, today: date, progress: Progress = quiet, tell: Tell = _untold
    ) -> None:
        self.request = request
        self.progress = progress
        self._tell = tell
        with progress("reading"):
            self.host = self._opened()
            book = self.host.read()
        self._days = days_of(book, today, request.as_of, request.set_date)
        self.project = self._read = Project(book, self._days.asked)
        self._first: tuple[Edit, ...] = ()
        if self._days.moves:
            self.begin_with([self._days.moves])

    def _opened(self) -> Host:
        from xl_collab.hosts.file import FileHost

        self._file = FileHost(self.request.path)
        return self._file

    @property
    def lang(self) -> Lang:
        """Language of generated documents: the option, else 设置!语言."""
        return self.request.lang or self.project.lang

    @property
    def sheets(self) -> Tabs:
        """The workbook's tabs and cells as read."""
        return self.host.sheets

    @property
    def sent_project(self) -> Project:
        """The project for a workbook that goes out: its data date is the day that was asked for, if any."""
        if not self._days.is_other:
            return self.project
        return carried_out(self.project, [SetField("settings", "data_date", self._days.asked)])

    def begin_with(self, edits: Iterable[Edit]) -> None:
        """Put edits before all that are written: from here on `project` is as after them."""
        first = tuple(edits)
        self.project = carried_out(self.project, first)
        self._first += first

    def write(self, edits: Iterable[Edit], command: str) -> Applied:
        """Draw and apply; with --dry-run the result only says what would change."""
        return self.put(self.ready(edits), command)

    def ready(self, edits: Iterable[Edit]) -> Ready:
        """Edits with their sheets drawn; nothing is changed yet."""
        wanted = (*self._figures_of_new_day(), *edits)
        wanted = self._of_own_day((*self._first, *without_added_rows(wanted, self._first, self.project)))
        with self.progress("drawing"):
            return Ready(wanted, self._draw(wanted))

    def _figures_of_new_day(self) -> tuple[Edit, ...]:
        """Every figure, once the data date was moved; what the command itself writes comes after them."""
        if not self._days.moves:
            return ()
        from xl_collab.plan.computed import figure_edits, refresh

        return (*figure_edits(self.project), *refresh(self.project))

    def _of_own_day(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Edits that leave the file's figures to its own data date, whatever day was asked for."""
        if not self._days.is_other:
            return edits
        from xl_collab.plan.with_edits import is_figure, kept_on_own_day

        if any(is_figure(self._read, edit) for edit in edits):
            asked, own = self._days.asked, self._days.own
            self._tell(SAID["own_day"].of(self.lang).format(asked=asked, own=own))
        return kept_on_own_day(self._read, edits, own=self._days.own)

    def put(self, ready: Ready, command: str) -> Applied:
        """Apply what was drawn."""
        with self.progress("writing"):
            return self._apply(ready.edits, ready.drawn, command)

    def back_up(self) -> Path:
        """Copy the workbook's file now; the next write makes no copy of its own."""
        return self._file.back_up()

    def save(self) -> None:
        """Put on the disk what was written: a file is there already."""

    def undo(self) -> Undone:
        """Take the last run on this workbook back."""
        from xl_collab.hosts.file import undo

        return undo(self.request.path)

    def _apply(self, edits: tuple[Edit, ...], drawn: Mapping[str, bytes], command: str) -> Applied:
        asked = self.request
        if command in _FIGURES and not self._days.is_other:
            from xl_collab.documents.workbook.results import fresh_results
            from xl_collab.plan.checked import kept_by

            edits += fresh_results(self.project, kept_by(self.project, edits))
        return self._file.apply(
            edits, drawn, out=asked.out, dry_run=asked.dry_run, command=command, moment=datetime.now()
        )

    def _draw(self, edits: tuple[Edit, ...]) -> Mapping[str, bytes]:
        sheets = [edit for edit in edits if isinstance(edit, InsertSheet)]
        if not sheets:
            return {}
        from xl_collab.documents.drawing import draw
        from xl_collab.project.sentences import places

        links = places(self.project.book)
        name = self.project.settings.project
        return {
            f"{edit.kind}/{edit.key}": draw(
                edit.document,
                project_name=name,
                lang=self.lang,
                links=links,
                typed=self.project.book.typed_in(edit.kind, edit.key),
            )
            for edit in sheets
        }
