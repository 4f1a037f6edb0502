"""Opening a tracker and making a new one, for scripts: what may be named, and what each name opens."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from xl_collab.api.calendar import DayLike, day
from xl_collab.api.speaking import refusal, said_in
from xl_collab.api.tracker import Tracker
from xl_collab.commands.live_session import LiveSession
from xl_collab.commands.session import Request, Session
from xl_collab.commands.words import SHARED
from xl_collab.errors import FileThere, Lang, UnknownName, UsageError, XlCollabError
from xl_collab.schema.words import LANGS, Text, in_a_row, t

Source: TypeAlias = "str | os.PathLike[str] | Any"
"""A path, "libreoffice:NAME", or a workbook that is open in a program (an xlwings Book)."""

OFFICE = "libreoffice:"
ADDRESS = "pipe,name=collab"
"""Where LibreOffice listens, unless XL_COLLAB_OFFICE says otherwise."""
_PATIENCE = 5
"""Seconds that a LibreOffice which runs may take to answer."""
LISTEN = t(
    '。请这样启动它：soffice --accept="{address};urp;"',
    '. Start it so: soffice --accept="{address};urp;"',
)

NO_SOURCE = t(
    '跟踪表要用文件路径、xlwings 的 Book 或 "libreoffice:文件名" 打开，给出的是 {kind}',
    'Give the path of a tracker, an xlwings Book or "libreoffice:NAME", not {kind}',
)
NOT_OPEN = t(
    "LibreOffice 里没有打开“{name}”；打开着的有：{names}",
    "{name!r} is not open in LibreOffice; open are: {names}",
)
THERE = t(
    "{name} 已存在；要覆盖请写 overwrite=True，或换个文件名",
    "{name} exists; write overwrite=True to replace it, or choose another name",
)


def open_tracker(source: Source, *, as_of: DayLike | None = None, lang: Lang | None = None) -> Tracker:
    """Open a tracker: a closed file, or a workbook that is open in a program.

    source  a path, an xlwings Book, or "libreoffice:NAME" for a document of a LibreOffice that was started
            with --accept="pipe,name=collab;urp;"
    as_of   the day to ask about; None for the tracker's own data date, else today
    lang    "zh" or "en", for headings, documents and errors; None for the tracker's own
    Raises FileNotFoundError, TypeError, and errors of the package, which all are XlCollabError.
    """
    try:
        if lang not in (None, *LANGS):
            raise refusal(UsageError, SHARED["bad_lang"])
        asked = None if as_of is None else day(as_of).isoformat()
        return Tracker(_session(source, asked, lang))
    except XlCollabError as error:
        said_in(error, lang or "zh")
        raise


def new_tracker(
    path: str | os.PathLike[str],
    scenario: str = "product-launch",
    *,
    start: DayLike | None = None,
    name: str | None = None,
    lang: Lang = "zh",
    overwrite: bool = False,
) -> Tracker:
    """Make the workbook of a scenario (as `xl-collab new` does) and open it.

    scenario  a name, or the path of a scenario file (.toml)
    start     the first day of the project; None for next Monday
    Raises FileExistsError unless `overwrite`, and ValueError for an unknown scenario.
    """
    from xl_collab.commands.new import find_scenario, make, next_monday
    from xl_collab.ui.ribbon_xml import interface

    out = Path(path).expanduser()
    try:
        if out.exists() and not overwrite:
            raise refusal(FileThere, THERE, name=out.name)
        begin = next_monday(dt.date.today()) if start is None else day(start)
        shown = interface(lang)
        make(
            out, find_scenario(scenario), start=begin, name=name, lang=lang, interface=shown, force=overwrite
        )
    except XlCollabError as error:
        said_in(error, lang)
        raise
    return open_tracker(out)


def _session(source: Source, as_of: str | None, lang: Lang | None) -> Session:
    """The session of a command on what was named."""
    today = dt.date.today()
    book = _in_libreoffice(source) if isinstance(source, str) and source.startswith(OFFICE) else source
    if isinstance(book, str | os.PathLike):
        return Session(Request(Path(book).expanduser(), as_of, lang=lang), today, speaks=lang)
    if not hasattr(book, "fullname"):
        raise TypeError(NO_SOURCE.of(lang or "zh").format(kind=type(book).__name__))
    session = LiveSession(book, today)
    session.request = replace(session.request, as_of=as_of, lang=lang)
    session.speaks, session.full_name = lang, _full_name(book)
    return session


def _full_name(book: Any) -> str:
    """Where a workbook lies that is open in a program; raises NotSynced."""
    if hasattr(book, "uid"):  # LibreOffice's
        return str(book.fullname)
    from xl_collab.hosts.live.xlwings_driver import local_name

    return local_name(book)


def _in_libreoffice(source: str) -> Any:
    """The open document of that name or path."""
    from xl_collab.hosts.libreoffice.connection import NoLibreOffice
    from xl_collab.hosts.libreoffice.office import Office

    name, address = source.removeprefix(OFFICE), os.environ.get("XL_COLLAB_OFFICE") or ADDRESS
    try:
        books = Office(address, seconds=_PATIENCE).workbooks()
    except NoLibreOffice as error:
        zh, en = (LISTEN.of(lang).format(address=address) for lang in LANGS)
        raise NoLibreOffice(error.zh + zh, error.en + en) from error
    for book in books:
        if name in (book.name, book.fullname, ""):
            return book
    names = Text(*(in_a_row([one.name for one in books], lang) or SHARED["none"].of(lang) for lang in LANGS))
    raise refusal(UnknownName, NOT_OPEN, name=name, names=names)
