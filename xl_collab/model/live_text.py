"""Texts that a spreadsheet would take for a formula if somebody typed them: =1+1, +8613…, -, @x.

Wherever such a text is written it gets the mark that keeps it one (quotePrefix, the apostrophe in front).
"""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s\x00-\x1f\u200b\ufeff]*[=+\-@＝＋－＠]")


def would_compute(value: object) -> bool:
    """Whether a value is a text that begins like a formula."""
    return isinstance(value, str) and _FORMULA.match(value) is not None
