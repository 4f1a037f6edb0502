"""One cell that several departments write: a line for each, 【市场部】物料已备齐.

Cells of a column that supporters fill in (`Column.shared`) hold such lines. Each department's words are
a cell of their own to the merge, named `support_feedback@市场部`, so that no department can overwrite
another. Whose line may be changed by whom is decided in `merge/permission.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from xl_collab.schema.keys import normalise_key

NOBODY = ""
"""Whose the words before the first 【部门】 are."""

_MARK = "@"
_INDENT = "\u3000"
# Both brackets are read; names in Latin letters are written in the plain ones.
_LINE = re.compile(r"\s?(?:【([^【】\n]{1,64})】|\[([^\[\]\n]{1,64})\])[ \t]*(.*)")

_NAME_IN_FRONT = re.compile(r"\s*(?:【([^【】\n]{1,64})】|\[([^\[\]\n]{1,64})\]|([^\s:：]{1,64})\s*[:：])\s*")


def named(column: str, department: str) -> str:
    """The name of one department's words in a shared column."""
    return f"{column}{_MARK}{department}"


def column_of(name: str) -> str:
    """The column's own name: of `support_feedback@市场部` support_feedback."""
    return name.split(_MARK, 1)[0] if _MARK in name else name


def department_of(name: str) -> str | None:
    """Whose words a name means; None for a whole cell."""
    return name.split(_MARK, 1)[1] if _MARK in name else None


def contributions(text: str) -> dict[str, str]:
    """Department as written → its words, in the order of the cell; what nobody is named for is NOBODY's.

    A line without 【部门】 goes on with what the line before it says; `joined` indents such lines.
    """
    lines: dict[str, list[str]] = {}
    spelled: dict[str, str] = {}
    who = NOBODY
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        match = None if line.startswith(_INDENT) else _LINE.fullmatch(line)
        if match:
            name = (match[1] or match[2]).strip()
            who = spelled.setdefault(normalise_key(name), name)
        lines.setdefault(who, []).append(match[3] if match else line.removeprefix(_INDENT))
    words = {name: "\n".join(said).strip() for name, said in lines.items()}
    return {name: said for name, said in words.items() if said}


def contribution(text: str, department: str) -> str | None:
    """What one department says in a cell; None for nothing."""
    key = normalise_key(department)
    found = (said for name, said in contributions(text).items() if normalise_key(name) == key)
    return next(found, None)


def joined(said: Mapping[str, str], order: Iterable[str] = ()) -> str | None:
    """The cell's text: first what nobody is named for, then departments as in `order`, then the others."""
    ordered = dict.fromkeys(map(normalise_key, order))
    rank = {name: n for n, name in enumerate(ordered)}
    names = sorted(said, key=lambda name: (name != NOBODY, rank.get(normalise_key(name), len(rank)), name))
    return "\n".join(_line(name, said[name]) for name in names if said[name]) or None


def _line(name: str, words: str) -> str:
    if name == NOBODY:
        return words
    left, right = ("[", "] ") if name.isascii() else ("【", "】")
    return left + name + right + words.replace("\n", "\n" + _INDENT)


def replaced(text: str, said: Mapping[str, str | None], order: Iterable[str] = ()) -> str | None:
    """The cell's text after some departments said something else (None: nothing any more)."""
    keys = set(map(normalise_key, said))
    kept = {n: words for n, words in contributions(text).items() if normalise_key(n) not in keys}
    return joined(kept | {name: words for name, words in said.items() if words}, order)


def bracketed(text: str, department: str) -> str:
    """The cell with lines that begin 市场部： beginning 【市场部】, for one department."""
    lines = text.split("\n")
    own = [line if line.startswith(_INDENT) else unbracketed(line, department) for line in lines]
    return "\n".join(
        line if line == said else _line(department, said) for line, said in zip(lines, own, strict=True)
    )


def unbracketed(words: str, department: str) -> str:
    """A department's own words without its name in front: 市场部：已备齐 and 【市场部】已备齐 are 已备齐."""
    start = _NAME_IN_FRONT.match(words)
    name = next(filter(None, start.groups()), "") if start else ""
    own = bool(name) and normalise_key(name) == normalise_key(department)
    return words[start.end() :].strip() if start and own else words
