"""Settings of the user: the language; xlwings' configuration, which all its workbooks share.

Earlier versions wrote into the second; now it is only given back. VBA reads it in the system's code page,
Python as UTF-8 or in its locale: so what is written here is ASCII, and lines of others stay byte by byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from xl_collab.schema.words import Lang

LANG_KEY = "XL_COLLAB_LANG"
_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb'^\s*"([^"]*)"\s*,\s*"([^"]*)"')


def asked_lang(argv: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> Lang | None:
    """The language that somebody named: `--lang`, else XL_COLLAB_LANG, else LC_ALL, LC_MESSAGES or LANG.

    None where nobody did: C and POSIX are no language.
    """
    words = list(argv)
    for i, word in enumerate(words):
        if word.startswith("--lang="):
            return "en" if word == "--lang=en" else "zh"
        if word == "--lang" and i + 1 < len(words):
            return "en" if words[i + 1] == "en" else "zh"
    env = os.environ if environ is None else environ
    named = next(filter(None, map(env.get, (LANG_KEY, "LC_ALL", "LC_MESSAGES", "LANG"))), "").lower()
    if named.startswith("en"):
        return "en"
    return None if named.partition(".")[0] in ("", "c", "posix") else "zh"


def ui_lang(argv: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> Lang:
    """Language of help and messages: the one that somebody named, else Chinese."""
    return asked_lang(argv, environ) or "zh"


def configuration(home: Path | None = None) -> Path:
    """Where xlwings looks on Windows (and Linux): ~/.xlwings/xlwings.conf."""
    return (home or Path.home()) / ".xlwings" / "xlwings.conf"


def own_settings(home: Path | None = None) -> Path:
    """Where install keeps the language: ~/.xl_collab/install.conf."""
    return (home or Path.home()) / ".xl_collab" / "install.conf"


def read_settings(data: bytes) -> dict[str, str]:
    """The settings of a configuration file by upper-case name; characters that nobody can read as ?."""
    found = (_LINE.match(line) for line in data.removeprefix(_BOM).splitlines())
    return {_text(m[1]).upper(): _text(m[2]) for m in found if m}


def _text(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("ascii", "replace")


def with_settings(data: bytes, settings: Mapping[str, str]) -> bytes:
    """The file with these settings; a line of the same name is replaced where it stands, others stay.

    Empty lines and a byte order mark go, because VBA's Input # would read the lines after them askew.
    """
    left = dict(settings)
    lines = []
    for line in _kept(data):
        name = _name(line)
        if name in settings:
            if name in left:
                lines.append(_written(name, left.pop(name)))
        else:
            lines.append(line)
    lines += [_written(name, value) for name, value in left.items()]
    return b"".join(line + b"\r\n" for line in lines)


def restored(now: bytes, before: bytes, written: Mapping[str, str]) -> bytes:
    """The file with the lines of before in place of those that were written; b'' when nothing is left.

    A line of such a name with another value is somebody's own by now: it stays.
    """
    old = {_name(line): line for line in _kept(before) if _name(line) in written}
    values, lines = read_settings(now), []
    for line in _kept(now):
        name = _name(line)
        if name in written and values[name] == written[name]:
            lines += [old.pop(name)] if name in old else []
        elif name != LANG_KEY:
            old.pop(name, None)
            lines.append(line)
    return b"".join(line + b"\r\n" for line in (*lines, *old.values()))


def _kept(data: bytes) -> list[bytes]:
    return [line for line in data.removeprefix(_BOM).splitlines() if line.strip()]


def _name(line: bytes) -> str:
    found = _LINE.match(line)
    return _text(found[1]).upper() if found else ""


def _written(name: str, value: str) -> bytes:
    return f'"{name}","{value}"'.encode("ascii")


def spoken(home: Path | None = None) -> Lang:
    """The language to speak before a workbook has been read: the environment's, else the installed one."""
    if os.environ.get(LANG_KEY):
        return ui_lang()
    for place in (own_settings(home), configuration(home)):
        with suppress(OSError):
            told = read_settings(place.read_bytes()).get(LANG_KEY)
            if told is not None:
                return "en" if told == "en" else "zh"
    return "zh"
