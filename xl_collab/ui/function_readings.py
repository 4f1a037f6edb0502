"""Workbooks that are open in LibreOffice, as far as worksheet functions need them.

Most need only what counts as a working day and 设置: for these the other sheets are looked at for their
headings alone, by what is typed there, so that looking calculates nothing. Lists need every row. Both
are kept until LibreOffice says that they no longer hold. What may not enter: what a function calculates.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from xl_collab.errors import NotATracker
from xl_collab.functions.rules import Around
from xl_collab.hosts.changes import marks_in
from xl_collab.hosts.libreoffice.connection import Connection
from xl_collab.hosts.libreoffice.driver import OfficeDriver
from xl_collab.hosts.live.driver import Block
from xl_collab.hosts.live.window import LiveGrid, LiveSheets
from xl_collab.hosts.reading import Locator, assemble, read_form, read_table
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.ui.setup.installed import spoken

_ZERO = dt.date(1899, 12, 30)
_UNIX = (dt.date(1970, 1, 1) - _ZERO).days
_KEPT = 4
"""Workbooks remembered at a time."""
_ROOM = 100
"""Rows below a sheet's end in which a new holiday is noticed."""
_HEADS = 500
"""Rows in which a sheet's headings or a form's labels are looked for."""

Ask = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Rules:
    """节假日 and 设置 of a workbook: what days are counted by, and where that stands."""

    number: int
    around: Around
    watched: list[Block]

    def told(self) -> dict[str, Any]:
        """As JSON: the table of days in LibreOffice's numbers, the data date, and a mark of all rules."""
        first, changes = self.around.calendar.corrections
        as_of = (self.around.as_of - _ZERO).days
        every = (self.around.settings, self.around.lang, as_of, self.around.calendar.days)
        mark = hashlib.sha256(repr(every).encode()).hexdigest()
        return {"days": [first + _UNIX, changes, as_of], "watched": self.watched, "mark": mark}


@dataclass
class _Whole:
    version: object
    watched: frozenset[str]
    around: Around


class Readings:
    """What was read of each workbook, by LibreOffice's id of it; "" is none at all."""

    def __init__(self, ask: Ask, today: Callable[[], dt.date]) -> None:
        self._ask = ask
        self._today = today
        self._rules: dict[str, Rules] = {}
        self._whole: dict[str, _Whole] = {}
        self._reading: set[str] = set()

    def rules(self, uid: str, number: int) -> Rules:
        """As they were when LibreOffice counted their changes to `number`."""
        today, known = self._today(), self._rules.get(uid)
        if known is None or known.number != number or (not uid and known.around.today != today):
            known = self._read(uid, number, today) if uid else Rules(number, Around(today, lang=spoken()), [])
            _keep(self._rules, uid, known)
        return known

    def _read(self, uid: str, number: int, today: dt.date) -> Rules:
        try:
            sheets = _Heads(_driver(uid, self._ask))
            book, tabs = sheets.rules()
        except NotATracker:  # days are counted by the shipped calendar
            return Rules(number, Around(today, lang=spoken()), [])
        project = Project(book, Project.resolve_as_of(book, today))
        watched = [sheets.state(tab).used for tab in tabs]
        with_room = [area._replace(bottom=area.bottom + _ROOM) for area in watched]
        return Rules(number, Around(today, project, project.lang), with_room)

    def whole(self, uid: str, number: int, version: object, watched: str) -> Around | None:
        """All of a workbook at its change `version`, and since `watched` is what its range holds.

        None while it is being read: what is read is calculated, and a list on it would need itself.
        """
        today, known = self._today(), self._whole.get(uid)
        if not uid:
            return self.rules(uid, number).around
        holds = known and known.version == version and known.around.today == today
        if known and holds and watched in known.watched:
            return known.around
        if uid in self._reading:
            return None
        self._reading.add(uid)
        try:
            around = self._read_all(uid, today)
        finally:
            self._reading.discard(uid)
        before = known.watched if known and holds else frozenset()
        _keep(self._whole, uid, _Whole(version, before | {watched}, around))
        return around

    def _read_all(self, uid: str, today: dt.date) -> Around:
        try:
            book = _Heads(_driver(uid, self._ask)).whole()
        except NotATracker:
            return Around(today, lang=spoken())
        project = Project(book, Project.resolve_as_of(book, today))
        return Around(today, project, project.lang)


def _keep(known: dict[str, Any], uid: str, found: object) -> None:
    """The workbooks that were asked for last."""
    known.pop(uid, None)
    known[uid] = found
    while len(known) > _KEPT:
        known.pop(next(iter(known)))


class _Heads(LiveSheets):
    """The sheets by what is typed in their first rows; a formula is blank there."""

    _driver: OfficeDriver

    def __init__(self, driver: OfficeDriver) -> None:
        super().__init__(driver, SHEETS)

    def _load(self, tabs: Iterable[str]) -> None:
        states = [self._states[tab] for tab in tabs]
        blocks = [one.used._replace(bottom=min(one.used.bottom, one.used.top + _HEADS)) for one in states]
        contents = self._driver.typed(blocks) if blocks else []
        for state, content in zip(states, contents, strict=True):
            self._grids[state.name] = LiveGrid(state, content, self._driver)

    def rules(self) -> tuple[Book, list[str]]:
        """The book without rows of any sheet but 节假日, and the tabs of 节假日 and 设置. NotATracker."""
        found = self._located()
        lang = found.tables[TRACKER.key].headings.lang
        tables = [place for key, place in found.tables.items() if key == "calendar"]
        forms = [place for key, place in found.forms.items() if key == "settings"]
        tabs = [*(place.tab for place in tables), *(place.tab for place in forms)]
        super()._load(tabs)
        days = {place.sheet.key: read_table(place, self.grid(place.tab)) for place in tables}
        settings = {place.sheet.key: read_form(place, self.grid(place.tab)) for place in forms}
        tracker = Table.of(TRACKER, [])
        return Book({**days, "tracker": tracker}, settings, lang=lang, name=self.seen.name), tabs

    def whole(self) -> Book:
        """The book with all its rows; of sheets that hold none, 首页 too, nothing is calculated."""
        found = self._located()
        tables, forms = found.tables.values(), found.forms.values()
        super()._load([*(place.tab for place in tables), *(place.tab for place in forms)])
        return assemble(self, SHEETS, self.seen.name).book

    def _located(self) -> Locator:
        return Locator(self, SHEETS, ours=[mark.tab for mark in marks_in(self)])


def _driver(uid: str, ask: Ask) -> OfficeDriver:
    """The way to the workbook that asks, over the pipe."""
    return OfficeDriver(Connection(_Waiting(ask)), uid)


class _Waiting:
    """The office that waits for our answer, in place of one that is reached by a connection."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def send(self, text: str) -> str:
        """Operations there, results back."""
        return str(self._ask({"operations": text})["answer"])

    def close(self) -> None:
        """Nothing to let go of: the pipe is the caller's."""
