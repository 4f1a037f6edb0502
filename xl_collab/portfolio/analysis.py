"""One file on its own: read, worked out and summed up, or the reason why not. Never an exception.

It runs in a worker with caps (`worker.py`) or on a Dask worker. What may not enter: other files, the store.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from xl_collab.errors import XlCollabError
from xl_collab.exchange.gate.filetypes import company_encryption
from xl_collab.exchange.gate.limits import USUAL
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.reading import read_book
from xl_collab.log import log
from xl_collab.plan.portfolio import MARK, Summary
from xl_collab.plan.project import Project
from xl_collab.portfolio.skipping import Skip, refused, skip, unreadable
from xl_collab.portfolio.summary import Source, summarize

_TOKEN = re.compile(rb"collab_token", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What every file is asked: the day for which (--as-of), None for its own; and what today is."""

    as_of: dt.date | None
    today: dt.date


def project_key(path: str) -> str:
    """The key of a project: twelve letters that its path gives, so that runs can be compared."""
    return hashlib.sha256(Path(path).as_posix().encode("utf-8", "surrogatepass")).hexdigest()[:12]


def analyse(path: str, asked: Asked) -> Summary | Skip:
    """The summary of a tracker, or why it has none."""
    try:
        return _analysed(path, asked)
    except XlCollabError as error:
        return refused(path, error)
    except OSError as error:
        return unreadable(path, error)
    except MemoryError:
        return skip(path, "memory")
    except Exception as error:  # nobody foresaw it: it costs this file, and the log knows more
        log().exception("a portfolio could not read %s", path)
        return skip(path, "crashed", why=f"{type(error).__name__}: {error}"[:200])


def _analysed(path: str, asked: Asked) -> Summary | Skip:
    size = Path(path).stat().st_size
    if size > USUAL.file_bytes:
        mega = 1 << 20
        return skip(path, "too_big", size=-(-size // mega), most=USUAL.file_bytes // mega)
    data = Path(path).read_bytes()
    locked = company_encryption(data)
    if locked is not None:
        return refused(path, _encrypted(locked.text.zh, locked.text.en))
    package = Package.from_bytes(data)
    kind = _no_master(package)
    if kind:
        return skip(path, kind)
    book = read_book(package, name=Path(path).name, formulas=False)
    day = asked.as_of or Project.resolve_as_of(book, asked.today)
    content = hashlib.sha256(data).hexdigest()
    project = Project(book, day)
    try:
        return summarize(project, Source(project_key(path), path, content))
    finally:
        project.let_go()


def _encrypted(zh: str, en: str) -> XlCollabError:
    from xl_collab.errors import Encrypted

    return Encrypted(zh, en)


def _no_master(package: Package) -> str:
    """ "packet" and "output" for what this program wrote for others to read; "" for what may be a tracker."""
    custom = next((part for part in package.parts if part.lower() == "docprops/custom.xml"), None)
    said = package.read(custom) if custom else b""
    if MARK.encode() in said:
        return "output"
    return "packet" if _TOKEN.search(said) or _TOKEN.search(package.read(package.workbook_part)) else ""
