"""Names of files that are made from words of the workbook: safe on every system, and still readable.

Two departments never share a name, whatever had to be changed in theirs: a word that could not stay as it
was carries a mark made of all of it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from xl_collab.exchange.mail.recipients import header_text

__all__ = ["file_name", "name_for"]

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_LONGEST = 120
"""Octets of the stem: most file systems allow 255 for the whole name, and mail programs add theirs."""
_LONGEST_NAME = 190
"""Octets of a name made of several words, its ending included."""
_LONGEST_DEPARTMENT = 90
"""Octets of a department in it: thirty Chinese characters."""


def file_name(stem: str, ending: str = "") -> str:
    """A file name from a stem and an ending such as `.xlsx`.

    Characters that Windows forbids become `_`; names of its devices get one in front. Control characters
    and line breaks are refused (UnsafeLetter), as in a subject.
    """
    return _apart(_cut(_clean(stem), _LONGEST)) + ending


def name_for(
    pattern: str, ending: str = "", *, project: str = "", department: str = "", day: str = ""
) -> str:
    """A file name out of a pattern such as `{project}-{department}-任务填报`.

    Where it would be too long the project is shortened, never the department, unless that fills a name by
    itself. UnsafeLetter as in `file_name`.
    """
    words = {"department": _word(department, _LONGEST_DEPARTMENT), "day": day}
    room = _LONGEST_NAME - _octets(pattern.format(project="", **words)) - _octets(ending)
    return _apart(_clean(pattern.format(project=_word(project, room), **words))) + ending


def _word(text: str, longest: int) -> str:
    """A word as it can stand in a name; one that had to be changed ends with a mark of what it was."""
    said = unicodedata.normalize("NFC", header_text(text)).strip()
    clean = " ".join(_clean(said).split())
    if clean == said and _octets(clean) <= longest:
        return clean
    mark = "~" + hashlib.sha256(said.encode("utf-8")).hexdigest()[:6]
    return _cut(clean, longest - len(mark)) + mark


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("_", header_text(text)).strip(" .")


def _cut(text: str, octets: int) -> str:
    return text.encode("utf-8")[:octets].decode("utf-8", "ignore").strip(" .")


def _octets(text: str) -> int:
    return len(text.encode("utf-8"))


def _apart(stem: str) -> str:
    """A stem that is no device of Windows, and not empty."""
    return f"{'_' if _RESERVED.match(stem) else ''}{stem or '_'}"
