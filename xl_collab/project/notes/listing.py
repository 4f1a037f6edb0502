"""Numbered notes: 1、… 2、…, ①…②…, （一）…: the numbers part clauses and belong to no words beside them.

Positions only: a text comes back as long as it was, with separators in the place of its numbers.
"""

from __future__ import annotations

import re

CIRCLED = dict.fromkeys((*range(0x2460, 0x2488), *range(0x2776, 0x2794), *map(ord, "●•■◆▪◦▶➤★☆")), ";")
"""①, ⑴, ⒈ and ❶ for str.translate, before they are folded into plain digits, and bullets."""

_HAN = "一二三四五六七八九十"
_FIRST = re.compile(
    r"(?<![^\s;:。,.!?】])(?:(?P<open>\(?)(?P<one>[1一aA])(?P<close>[、.):]))\s{0,3}(?!\d{1,2}[日号:])"
)
_MOST = 26
"""Points of one list."""


def parted(text: str) -> str:
    """The text with ; in the place of the numbers of a list that begins with 1, 一 or a and counts on."""
    first = _FIRST.search(text)
    if first is None:
        return text
    signs = list(text)
    place, number = first.start(), 1
    while place >= 0 and number <= _MOST:
        shown = first["open"] + _name(number, first["one"]) + first["close"]
        signs[place : place + len(shown)] = ";" * len(shown)
        number += 1
        place = _next(text, first["open"] + _name(number, first["one"]) + first["close"], place + len(shown))
    return "".join(signs)


def _name(number: int, like: str) -> str:
    if like == "1":
        return str(number)
    if like in "aA":
        return chr(ord(like) + number - 1)
    tens, ones = divmod(number, 10)
    return (_HAN[tens - 1] if tens > 1 else "") + "十" * (tens > 0) + (_HAN[ones - 1] if ones else "")


def _next(text: str, shown: str, start: int) -> int:
    """Where the next number of the list stands; no end of a larger number, no part of a decimal."""
    place = text.find(shown, start)
    while place >= 0:
        behind = text[place + len(shown) : place + len(shown) + 3]
        decimal = shown[-1] in ".:" and re.match(r"\d(?!\d?月)", behind)
        before = text[place - 1]
        glued = shown[0] != "(" and (before in _HAN or (before.isascii() and before.isalnum()))
        if not (glued or decimal):
            return place
        place = text.find(shown, place + 1)
    return -1
