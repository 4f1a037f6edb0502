"""One command on one workbook: open it, act, draw what is to be inserted, hand it to the host.

Also the days of a command (a file's figures are those of its data date, 设置!数据日期, else today: --as-of
asks about another day and changes none of them, --set-date moves the data date itself), and the lock that it
holds. What may not enter: what a command does, and how it is shown.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from xl_collab.commands.reply import Options, Reply, usage_error
from xl_collab.commands.words import SHARED
from xl_collab.errors import Lang, XlCollabError
from xl_collab.schema.words import Text

if TYPE_CHECKING:
    from xl_collab.commands.person import Person
    from xl_collab.documents.interface import Interface
    from xl_collab.hosts.changes import Applied
    from xl_collab.hosts.grid import Sheets
    from xl_collab.hosts.headings import Tabs
    from xl_collab.hosts.journal import Undone
    from xl_collab.hosts.lock import Hearer
    from xl_collab.hosts.reading import LocatedBook
    from xl_collab.plan.project import Project
    from xl_collab.project.edits import Edit, SetField
    from xl_collab.project.tables import Book

_FIGURES = ("validate", "variance", "run", "demo", "python")
"""Commands after which the cached results of 首页 are those of the day, for mail previews and phones."""

Tell = Callable[[str], None]
"""Shows how far a step has come, in a few words: "12 · 回复.xlsx"."""
Progress = Callable[[str], AbstractContextManager[Tell]]
"""Shows that a step is under way; the argument is what is being done, in words."""


def quiet(what: str) -> AbstractContextManager[Tell]:
    """No progress shown: for JSON and for tests."""
    return nullcontext(_untold)


def _no_interface(_: Lang) -> Interface:
    """Nothing to click: for scripts and tests."""
    from xl_collab.documents.interface import Interface

    return Interface()


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

    @classmethod
    def of(cls, options: Options) -> Request:
        """What a command's options say; without a workbook the path is that of the current folder."""
        return cls(
            Path(options.get("file") or ""),
            options.get("as_of"),
            options.get("out"),
            bool(options.get("dry_run")),
            options.get("lang"),
            options.get("set_date"),
            bool(options.get("break_lock")),
        )

    @property
    def target(self) -> Path:
        """The file that is written: `out`, unless that is another name of the workbook itself."""
        path, out = self.path, self.out
        if out is None or (out.exists() and path.exists() and os.path.samefile(path, out)):  # noqa: PTH121
            return path
        return out


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
    from xl_collab.plan.project import Project
    from xl_collab.project.edits import SetField

    if set_date is None:
        own = Project.resolve_as_of(book, today)
        return Days(read_date(as_of) if as_of else own, own)
    clears = set_date.strip().casefold() in _TODAY
    day = today if clears else read_date(set_date)
    if as_of and read_date(as_of) != day:
        raise usage_error(SHARED["two_days"])
    return Days(day, day, SetField("settings", "data_date", None if clears else day))


def read_date(text: str) -> date:
    """A date given on the command line; UsageError when it is none."""
    from xl_collab.project.timing.deadlines import parse_date

    day = parse_date(text)
    if day is None:
        raise usage_error(SHARED["bad_date"], text=text)
    return day


@contextmanager
def held(request: Request, hearer: Hearer | None = None) -> Iterator[None]:
    """Hold the lock of what `request` writes; nothing with dry_run, and where there is nothing to hold yet.

    Raises WorkbookBusy, FileLocked (open in an office program), CannotWrite.
    """
    target = request.target
    there = target if request.out is None else target.parent
    if request.dry_run or not there.exists():
        yield
        return
    from xl_collab.hosts.file import hold_closed
    from xl_collab.hosts.lock import NOBODY

    with hold_closed(target, break_lock=request.break_lock, hearer=hearer or NOBODY):
        yield


class Session:
    """A tracker on which a command works: its host, its project, and one way to write.

    The workbook is read when it is first needed. Here the host is a closed file.

    speaks   language of the answer; None for the workbook's own
    person   who can be asked; None where nobody looks
    book     the workbook in its program (an xlwings Book); None for a closed file
    """

    def __init__(
        self,
        request: Request,
        today: date,
        progress: Progress = quiet,
        tell: Tell = _untold,
        speaks: Lang | None = None,
    ) -> None:
        self.request = request
        self.today = today
        self.progress = progress
        self.speaks = speaks
        self.person: Person | None = None
        self.book: Any = None
        self.full_name = ""
        """Full name of the open workbook, as its program gave it."""
        self.open_book: Callable[[Path], object] | None = None
        """How to open another workbook; None where nobody can."""
        self.label_of: Callable[[str], Text | None] = lambda name: None
        """The label of the button that does what a command of that name on the line does."""
        self.interface: Callable[[Lang], Interface] = _no_interface
        """What a new workbook with macros shows of the commands: its ribbon and buttons."""
        self.hearer: Hearer | None = None
        """Is told when a lock is waited for or taken over."""
        self.tell = tell
        """Says a remark beside the answer to whoever looks on."""
        self.wrote = False
        """Whether something was handed to the host, with dry_run too."""
        self._first: tuple[Edit, ...] = ()
        self._completed: Callable[[tuple[Edit, ...]], tuple[Edit, ...]] | None = None
        self._host: Host | None = None

    def _read_once(self) -> Host:
        if self._host is not None:
            return self._host
        from xl_collab.plan.project import Project

        with self.progress("reading"):
            host = self._opened()
            book = host.read()
        self._days = days_of(book, self.today, self.request.as_of, self.request.set_date)
        self._project = self._read = Project(book, self._days.asked)
        self._host = host
        if self._days.moves:
            self.begin_with([self._days.moves])
        return host

    @property
    def is_read(self) -> bool:
        """Whether the workbook has been read."""
        return self._host is not None

    def _opened(self) -> Host:
        from xl_collab.hosts.file import FileHost

        self._file = FileHost(self.request.path)
        return self._file

    def again(self) -> Self:
        """The same session with what was read forgotten: it reads the workbook as it is then."""
        self._host, self._first, self._completed = None, (), None
        return self

    def saved(self) -> Self:
        """The same session with the workbook's file: the ledger stands beside it. UsageError without one."""
        if self.book is not None:
            self._read_once()
            path = Path(self.full_name)
            if not self.full_name or not path.is_file():
                raise usage_error(SHARED["save_first"])
            self.request = replace(self.request, path=path)
        return self

    def row(self) -> int:
        """The tracker row that is selected, as its place in the table; UsageError when none is."""
        table = self.project.tracker
        chosen = None if self.book is None else self.book.app.selection
        if chosen is not None and chosen.sheet.name == table.tab:
            places = (table.rows == chosen.row).nonzero()[0]
            if len(places):
                return int(places[0])
        raise usage_error(SHARED["select_row"], sheet=table.tab)

    def reply(self, words: Mapping[str, Text]) -> Reply:
        """An empty answer in the language of whoever asked."""
        return Reply(self.reply_lang, words)

    @property
    def reply_lang(self) -> Lang:
        """Language of the answer: the person's, else the workbook's."""
        try:
            return self.speaks or self.lang
        except XlCollabError:  # no tracker, or none that can be read: the answer has to be in some language
            return self.request.lang or "zh"

    @property
    def host(self) -> Host:
        """Where the workbook lives."""
        return self._read_once()

    @property
    def project(self) -> Project:
        """The project as after the edits that the command began with."""
        self._read_once()
        return self._project

    @property
    def own_project(self) -> Project:
        """The project on the workbook's own data date, whatever day was asked for."""
        from xl_collab.plan.project import Project

        project = self.project
        return Project(project.book, self._days.own) if self._days.is_other else project

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
        from xl_collab.plan.what_if import carried_out
        from xl_collab.project.edits import SetField

        project = self.project
        if not self._days.is_other:
            return project
        return carried_out(self.project, [SetField("settings", "data_date", self._days.asked)])

    def begin_with(self, edits: Iterable[Edit]) -> None:
        """Put edits before all that are written: from here on `project` is as after them."""
        from xl_collab.plan.what_if import carried_out

        first = tuple(edits)
        if not first:
            return  # the project, with all that is worked out of it, goes on
        self._project = carried_out(self.project, first)
        self._first += first

    def complete_with(self, completed: Callable[[tuple[Edit, ...]], tuple[Edit, ...]]) -> None:
        """Say what becomes of the edits of the command before they are drawn."""
        self._completed = completed

    def rebuild(self, change: Callable[[LocatedBook[Sheets]], bool]) -> None:
        """Let `change` work on the package of the closed file; if it did, the workbook is read anew.

        Nothing is on the disk before `write`, which puts it there also when it has no edits.
        """
        from xl_collab.plan.project import Project

        self._read_once()
        if change(self._file.located):
            self._project = self._read = Project(self._file.rebuild(), self._days.asked)

    def write(self, edits: Iterable[Edit], command: str) -> Applied:
        """Draw and apply; with --dry-run the result only says what would change."""
        return self.put(self.ready(edits), command)

    def ready(self, edits: Iterable[Edit]) -> Ready:
        """Edits with their sheets drawn; nothing is changed yet."""
        from xl_collab.plan.what_if import without_added_rows

        self._read_once()
        wanted = (*self._figures_of_new_day(), *edits)
        if self._completed is not None:
            wanted = self._completed(wanted)
        wanted = self._of_own_day((*self._first, *without_added_rows(wanted, self._first, self.project)))
        wanted = (*self._formulas_of_new_rows(), *wanted)
        with self.progress("drawing"):
            drawn = self._draw(wanted)
            listed = self._documents(wanted, drawn)
            return Ready((*wanted, *listed), {**drawn, **self._draw(listed)})

    def _documents(self, edits: tuple[Edit, ...], drawn: Mapping[str, bytes]) -> tuple[Edit, ...]:
        """文档目录 as it is after these edits."""
        from xl_collab.commands.document_list import list_edits

        return list_edits(self._read, edits, drawn, self.sheets.titles)

    def _figures_of_new_day(self) -> tuple[Edit, ...]:
        """Every figure, once the data date was moved; what the command itself writes comes after them."""
        if not self._days.moves:
            return ()
        from xl_collab.plan.computed import figure_edits, refresh

        return (*figure_edits(self.project), *refresh(self.project))

    def _formulas_of_new_rows(self) -> tuple[Edit, ...]:
        """The native formulas of rows that were typed below a table; what the command writes comes after."""
        if not any(table.taken_in for table in self.project.book.tables.values()):
            return ()
        from xl_collab.plan.computed import taken_in

        return taken_in(self.own_project)

    def _of_own_day(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Edits that leave the file's figures to its own data date, whatever day was asked for."""
        if not self._days.is_other:
            return edits
        from xl_collab.plan.what_if import is_figure, kept_on_own_day

        if any(is_figure(self._read, edit) for edit in edits):
            asked, own = self._days.asked, self._days.own
            self.tell(SHARED["own_day"].of(self.lang).format(asked=asked, own=own))
        return kept_on_own_day(self._read, edits, own=self._days.own)

    def put(self, ready: Ready, command: str) -> Applied:
        """Apply what was drawn."""
        from xl_collab.commands.document_list import without_list

        self.wrote = True
        with self.progress("writing"):
            edits = (*ready.edits, *self._next_step(ready.edits, command))
            return without_list(self._apply(edits, ready.drawn, command))

    def _next_step(self, edits: tuple[Edit, ...], command: str) -> tuple[Edit, ...]:
        """What 首页 has to know of this run; a question about another day is none of its business."""
        if self._days.is_other or not (edits or command in _FIGURES):
            return ()
        from xl_collab.commands.next_step import step_edits

        return step_edits(self.project, edits, command, self.request.path)

    def note(self, edits: Sequence[Edit]) -> None:
        """Write what 首页 has to know and no run has written; `undo` goes on meaning the run before.

        A workbook that cannot be written just now is left as it is: its next check finds the same.
        """
        from contextlib import suppress

        self._read_once()
        if edits:
            with suppress(XlCollabError):
                self._note(tuple(edits))

    def _note(self, edits: tuple[Edit, ...]) -> None:
        from xl_collab.documents.workbook.results import step_results

        self._file.note((*edits, *step_results(self.own_project, edits)))

    def back_up(self) -> Path:
        """Copy the workbook's file now; the next write makes no copy of its own."""
        self._read_once()
        return self._file.back_up()

    def save(self) -> None:
        """Put on the disk what was written: a file is there already."""

    def undo(self) -> Undone:
        """Take the last run on this workbook back."""
        from xl_collab.hosts.file import undo

        return undo(self.request.path, dry_run=self.request.dry_run)

    def _apply(self, edits: tuple[Edit, ...], drawn: Mapping[str, bytes], command: str) -> Applied:
        asked = self.request
        if not self._days.is_other and (edits or command in _FIGURES):
            from xl_collab.documents.workbook.results import fresh_results, step_results
            from xl_collab.plan.meta import kept_by

            figures = command in _FIGURES
            edits += (
                fresh_results(self.project, kept_by(self.project, edits), edits)
                if figures
                else step_results(self.project, edits)
            )
        elif edits:  # asked about another day: documents come, and their list with them
            from xl_collab.documents.workbook.results import step_results

            edits += step_results(self.own_project, edits, index_only=True)
        return self._file.apply(
            edits, drawn, out=asked.out, dry_run=asked.dry_run, command=command, moment=datetime.now()
        )

    def _draw(self, edits: tuple[Edit, ...]) -> Mapping[str, bytes]:
        from xl_collab.project.edits import InsertSheet

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
                typed=[one for one in self.project.book.typed_in(edit.kind, edit.key) if not edit.uses(one)],
            )
            for edit in sheets
        }
