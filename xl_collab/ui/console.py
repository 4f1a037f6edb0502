"""A console of an older code page: signs that it can show for those that it lacks, and UTF-8 for programs.

What may not enter: what is said (`terminal`).
"""

from __future__ import annotations

import codecs
from typing import TextIO

_STAND_INS = {"✓": "√", "✔": "√", "✅": "√", "☑": "√", "✗": "×", "☒": "×", "•": "·", "−": "-"}
"""Signs that code page 936 has for those that it lacks."""
_HANDLER = "xl_collab.console"


def bear_every_sign(stream: TextIO) -> None:
    """A sign that the stream's encoding lacks must not end the command: it becomes its stand-in, else `?`."""
    codecs.register_error(_HANDLER, _stand_ins)
    _reconfigure(stream, errors=_HANDLER)


def speak_utf8(stream: TextIO) -> None:
    """What programs read (JSON) is UTF-8 whatever the console's code page."""
    _reconfigure(stream, encoding="utf-8")


def _reconfigure(stream: TextIO, **settings: str) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(**settings)


def _stand_ins(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_stand_in(sign, error.encoding) for sign in signs), error.end


def _stand_in(sign: str, encoding: str) -> str:
    found = _STAND_INS.get(sign, "?")
    try:
        found.encode(encoding)
    except UnicodeEncodeError:
        return "?"
    return found
