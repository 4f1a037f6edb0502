"""Texts from a workbook on their way into formats where they could become formulas, tags or headers."""

from __future__ import annotations

import html

_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def for_csv(value: object) -> object:
    """A value for CSV or TSV: text that a spreadsheet would take for a formula gets a leading quote.

    Numbers stay numbers; a negative one is no formula.
    """
    if not isinstance(value, str):
        return value
    return "'" + value if value.startswith(_STARTERS) or value.lstrip().startswith(_STARTERS) else value


def for_html(text: str) -> str:
    """Text for element content or a quoted attribute, line breaks shown."""
    return html.escape(text, quote=True).replace("\r\n", "\n").replace("\n", "<br>")
