"""Names of files that are made from words of the workbook: safe on every system, and still readable."""

from __future__ import annotations

import re

from xl_collab.exchange.mail.recipients import header_text

__all__ = ["file_name"]

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE)
_LONGEST = 120
"""Octets of the stem: most file systems allow 255 for the whole name, and mail programs add theirs."""


def file_name(stem: str, ending: str = "") -> str:
    """A file name from a stem and an ending such as `.xlsx`.

    Characters that Windows forbids become `_`; names of its devices get one in front. Control characters
    and line breaks are refused (UnsafeLetter), as in a subject.
    """
    text = _FORBIDDEN.sub("_", header_text(stem)).strip(" .")
    while len(text.encode("utf-8")) > _LONGEST:
        text = text[:-1]
    text = text.strip(" .") or "_"
    return f"{'_' if _RESERVED.match(text) else ''}{text}{ending}"
