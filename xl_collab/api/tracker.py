"""A tracker workbook for scripts: read as DataFrames, changed in memory, saved as commands save.

`update`, `minutes`, `review` and `freeze` only queue; what is read afterwards shows the queued state. `save`
and `undo` act, with the lock, the backup and the journal of every command. What may not enter: rules, and how
a file or a program is written (`commands.session`).
"""

from __future__ import annotations

import copy
import datetime as dt
import html
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd

from xl_collab.api import views
from xl_collab.api.calendar import Calendar
from xl_collab.api.frames import NO_IDS, FrameUpdate, frame_of
from xl_collab.api.speaking import refusal, spoken
from xl_collab.commands.follow_rows import follow_rows
from xl_collab.commands.reply import ReplyLine
from xl_collab.commands.session import Session, held
from xl_collab.commands.undo import UNDO
from xl_collab.errors import CannotWrite, FileLocked, Lang, UnknownName, UsageError
from xl_collab.functions.rules import Around
from xl_collab.plan.computed import figure_edits, formula_values
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out, gathered
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, SetColumn
from xl_collab.project.tables import Book
from xl_collab.schema.declaration import FormSheet
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import LANGS, Count, in_a_row, t

NO_SHEET = t("没有“{name}”这张表；有：{sheets}", "There is no sheet {name!r}; there are: {sheets}")
NO_ROW = t("跟踪表里没有 {id}", "The tracker has no {id}")
QUEUED = t(
    "还有排队的修改没有保存；请先 save() 保存，或用 discard() 放弃",
    "What is queued is not saved yet; save() it or discard() it first",
)
NO_FRAME = t("update 要的是 DataFrame，给出的是 {kind}", "update takes a DataFrame, not {kind}")
OPEN_BOOK = t(
    "打开着的工作簿只能保存在原处；要另存请在程序里另存",
    "A workbook that is open in a program is saved where it is; save a copy in the program",
)
OTHER_KIND = t(
    "副本的文件名要以 {suffix} 结尾，与原文件一样",
    "Name the copy {suffix}, as the workbook itself is",
)
OUTDATED = t(
    "{name} 打开以后被改过，排队的修改没有写入。请用 open_tracker 重新打开，再更新一次",
    "{name} was changed since it was opened, and what is queued was not written. Open it again with "
    "open_tracker and repeat the update",
)


_REMEMBERED = 20
"""States of the tables whose frames may still be given to `update`, computed columns and all."""


class Tracker:
    """One tracker, as `open_tracker` gives it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._earlier: list[Book] = []
        self._doubtful = False
        self._read()

    def _read(self) -> None:
        """The workbook as it is now, with nothing queued."""
        self._before = self._session.again().project
        self._doubtful = False
        self._sheets: dict[tuple[str, str], InsertSheet] = {}
        self._queued = 0
        self._show((), self._before)

    def _show(self, edits: tuple[Edit, ...], project: Project) -> None:
        """From here on `project` is what is read."""
        self._table_edits, self._project = edits, project
        self._earlier = [*self._earlier[1 - _REMEMBERED :], project.book]

    # what it is

    @property
    def lang(self) -> Lang:
        """Language of headings, documents and errors."""
        return self._session.request.lang or self._before.lang

    @property
    def as_of(self) -> dt.date:
        """The day that everything is asked about."""
        return self._project.as_of

    @property
    def name(self) -> str:
        """The workbook's file name."""
        return self._project.book.name or self._session.request.path.name

    @property
    def sheets(self) -> tuple[str, ...]:
        """The tables and forms that can be read, by title."""
        return tuple(SHEETS[key].name(self.lang) for key in self._keys() if SHEETS[key].state == "visible")

    @property
    def calendar(self) -> Calendar:
        """The tracker's own working days: 节假日, with the company's days."""
        return Calendar(Around(self.as_of, self._project, self.lang))

    def __repr__(self) -> str:
        return f"<xl_collab.Tracker {self.name}: {self._described()}>"

    def _repr_html_(self) -> str:
        return f"<p><b>{html.escape(self.name)}</b> · {html.escape(self._described())}</p>"

    def _described(self) -> str:
        rows = f"{Count(len(self._project.tracker)):row|rows}"
        queued = f", {self._queued} queued" if self._queued else ""
        return f"{rows}, as of {self.as_of}{queued}"

    # reading

    @spoken
    def __getitem__(self, sheet: str) -> pd.DataFrame:
        """A table as a typed frame, by its title, its English title, its key or its tab; KeyError."""
        key = self._key(sheet)
        if isinstance(SHEETS[key], FormSheet):
            return views.form_frame(SHEETS.form(key), self._project.book.forms[key], self.lang)
        return frame_of(self._project.table(key), self.lang)

    def __contains__(self, sheet: object) -> bool:
        return isinstance(sheet, str) and normalise_key(sheet) in self._names()

    def __iter__(self) -> Iterator[str]:
        return iter(self.sheets)

    def _keys(self) -> Iterator[str]:
        """Keys of the tables and forms of the workbook, in tab order."""
        book = self._project.book
        return (sheet.key for sheet in SHEETS.sheets if sheet.key in book.tables or sheet.key in book.forms)

    def _names(self) -> Mapping[str, str]:
        """Everything that means a sheet, and its key."""
        found = {}
        for key in self._keys():
            table = self._project.book.tables.get(key)
            title = SHEETS[key].title
            names = (key, title.zh, title.en, table.tab if table else "")
            found.update({normalise_key(name): key for name in names if name})
        return found

    def _key(self, sheet: str) -> str:
        key = self._names().get(normalise_key(str(sheet)))
        if key is None:
            raise refusal(UnknownName, NO_SHEET, name=sheet, sheets=in_a_row(self.sheets, self.lang))
        return key

    @spoken
    def findings(self) -> pd.DataFrame:
        """What `validate` finds, grave ones first: severity, code, sheet, ID, cell, finding, cure."""
        return views.findings_frame(self._project, self.lang)

    @spoken
    def variance(self) -> pd.DataFrame:
        """Every row's variance in working days as of `as_of`, with alert and reason."""
        return views.variance_frame(self._project, self.lang)

    @spoken
    def risks(self) -> pd.DataFrame:
        """All risks with their reasons, highest score first."""
        return views.risks_frame(self._project, self.lang)

    @spoken
    def explain(self, row_id: str) -> pd.DataFrame:
        """The days between a row's baseline and what it is compared with, and which count; KeyError."""
        row = self._project.row_of.get(normalise_key(row_id))
        if row is None:
            raise refusal(UnknownName, NO_ROW, id=row_id)
        found = self._project.assessment
        base, compared = found.base[row].item(), found.compared[row].item()
        if base is None or compared is None:
            return views.explained_frame(None, self.lang)
        return views.explained_frame(self._project.calendar.explain(base, compared), self.lang)

    @spoken
    def what_if(self, slips: Mapping[str, int] | None = None, /, **more: int) -> pd.DataFrame:
        """What moves when rows slip by so many working days: `what_if({"T003": 3})`, `what_if(T003=3)`."""
        return views.moves_frame(self._project, {**(slips or {}), **more}, self.lang)

    # queueing

    @spoken
    def update(self, frame: pd.DataFrame, sheet: str = "tracker", *, clear: bool = False) -> Tracker:
        """Queue what `frame` says otherwise: rows are matched by ID, lines without a match are new rows.

        Columns may be headings in either language. A missing value (NaN, NaT, None) leaves its cell as it is,
        "" empties it; with `clear` both do. Raises KeyError for unknown columns, ValueError for computed
        columns that differ, IDs that are there twice and values that cannot stand in their column; nothing
        is queued then.
        """
        if not isinstance(frame, pd.DataFrame):
            raise TypeError(NO_FRAME.of(self.lang).format(kind=type(frame).__name__))
        key = self._key(sheet)
        if key not in self._project.book.tables:
            raise refusal(UsageError, NO_IDS, sheet=SHEETS[key].title)
        earlier = [book.tables[key] for book in self._earlier]
        self._queue(FrameUpdate(self._project, key, frame, clear, earlier).edits())
        return self

    @spoken
    def minutes(self, *, issue: bool = False, number: int | None = None) -> Tracker:
        """Queue the minutes as of `as_of` and of what is queued now; `issue` makes them final."""
        from xl_collab.documents.minutes.content import minutes

        self._queue(minutes(self._project, number=number, issue=issue).edits)
        return self

    @spoken
    def review(self) -> Tracker:
        """Queue the review report."""
        from xl_collab.documents.review.content import review

        self._queue(review(self._project).edits)
        return self

    @spoken
    def freeze(self) -> Tracker:
        """Queue the due dates as the numbered baseline."""
        from xl_collab.plan.freeze import freeze

        self._queue(freeze(self._project).edits)
        return self

    def _queue(self, edits: Iterable[Edit]) -> None:
        """Put edits behind those that are queued, with the figures that follow from them."""
        wanted = tuple(edits)
        self._queued += bool(wanted)
        self._sheets |= {(one.kind, one.key): one for one in wanted if isinstance(one, InsertSheet)}
        tables = [one for one in wanted if not isinstance(one, InsertSheet)]
        if tables:
            every = gathered(self._before, (*self._table_edits, *tables))
            every = gathered(self._before, (*every, *self._figures(every)))
            self._show(every, carried_out(self._before, every))

    def _figures(self, edits: tuple[Edit, ...]) -> Iterator[Edit]:
        """The computed columns of tables that edits change, as of the workbook's own day."""
        after = carried_out(self._before, edits)
        own = Project(after.book, Project.resolve_as_of(after.book, self._session.today))
        touched = dict.fromkeys(edit.sheet for edit in edits if isinstance(edit, SetColumn | AppendRows))
        for key in touched:
            if key == "tracker":
                yield from figure_edits(own)
            elif key in own.book.tables:
                table = own.table(key)
                for name, values in formula_values(own, key).items():
                    if name in table.letters and len(table):
                        yield SetColumn(key, name, table.rows, values)

    # what is queued

    @property
    @spoken
    def changes(self) -> pd.DataFrame:
        """Each cell that `save` would change, with its old and new value, then the sheets it would make."""
        session = self._ready(dry_run=True)
        ready = session.ready(self._sheets.values())
        return views.changes_frame(self._before, session.put(ready, "python"), ready.edits, self.lang)

    def discard(self) -> Tracker:
        """Forget what is queued."""
        self._sheets, self._queued = {}, 0
        self._show((), self._before)
        return self

    def _ready(self, *, out: Path | None = None, dry_run: bool = False) -> Session:
        """The session of one run that begins with what is queued for tables."""
        self._look_again()
        session = copy.copy(self._session)
        session.request = replace(session.request, out=out, dry_run=dry_run)
        session.begin_with(self._table_edits)
        return session

    def _look_again(self) -> None:
        """Once a run has begun, the next one reads anew: edits go by rows, and must find what was read."""
        if not self._doubtful:
            return
        fresh = copy.copy(self._session).again()
        if not _is_same(fresh.project.book, self._before.book):
            raise FileLocked(*(OUTDATED.of(lang).format(name=self.name) for lang in LANGS))
        self._session, self._doubtful = fresh, False

    # acting

    @spoken
    def save(self, path: str | os.PathLike[str] | None = None) -> Path:
        """Write what is queued; the path that was written.

        Into the file, with a backup beside it; or, as a click does, into the open workbook, whose file its
        program saves when you say so there. With a path another file is written, and this one and the queue
        stay. Raises XlCollabError (the file was changed meanwhile, is open in a program, cannot be written);
        the queue then stays too.
        """
        session = self._ready(out=self._copy(path))
        target = session.request.target
        own = target == self._session.request.path
        if own and not self._queued:
            return self._place()
        with self._held(session):
            if own:
                self._follow()
            self._doubtful = True
            session.write(self._sheets.values(), "python")
        if own:
            self._read()
        return self._place() if own else target

    def _copy(self, path: str | os.PathLike[str] | None) -> Path | None:
        """The other file that is to be written, if any."""
        if path is None:
            return None
        own, out = self._session.request.path, Path(path).expanduser()
        if self._session.book is not None:
            raise refusal(UsageError, OPEN_BOOK)
        if out.suffix.lower() != own.suffix.lower():
            raise refusal(UsageError, OTHER_KIND, suffix=own.suffix)
        return out

    def _follow(self) -> None:
        """As every command does: how rows stand now is noted where replies are exchanged."""
        if self._session.book is None:
            follow_rows(copy.copy(self._session).again())

    @spoken
    def undo(self) -> Tracker:
        """Take the last run on the workbook back, whoever ran it; a warning names cells that stay.

        Raises ValueError while something is queued, XlCollabError when there is nothing to take back.
        """
        if self._queued:
            raise refusal(UsageError, QUEUED)
        session = copy.copy(self._session)
        with self._held(session):
            reply = UNDO.run(session, UNDO.filled({}))
        if reply.severity == "warning":
            said = (part.text for part in reply.parts if isinstance(part, ReplyLine))
            warnings.warn("\n".join(said), stacklevel=3)
        self._read()
        return self

    def _place(self) -> Path:
        return Path(self._session.full_name) if self._session.book is not None else self._session.request.path

    @contextmanager
    def _held(self, session: Session) -> Iterator[None]:
        """The lock of what is written, as a command or a click holds it."""
        if session.book is None:
            with held(session.request):
                yield
            return
        from xl_collab.hosts.lock import hold

        with ExitStack() as lock:
            if Path(session.full_name).is_file():
                with suppress(CannotWrite):  # nobody can write the file there; what is open may be changed
                    lock.enter_context(hold(session.full_name))
            yield


def _is_same(one: Book, other: Book) -> bool:
    """Whether two readings of a workbook found the same."""
    tables, others = one.tables, other.tables
    return (
        one.forms == other.forms
        and tables.keys() == others.keys()
        and all(tables[key].rows.tolist() == others[key].rows.tolist() for key in tables)
        and all(tables[key].records() == others[key].records() for key in tables)
    )
