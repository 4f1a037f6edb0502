"""责任部门/人: who answers for a row, read from what people typed.

Departments in a row are separated by 、 , ; / 和 and the like; the first leads and the others support; a
person or `*` (a hidden name) may follow each; 各部门 means everyone in 通讯录. What cannot be read is
handed back as unread, never dropped and never guessed. No sheet, no finding text may enter.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from xl_collab.schema.keys import Folded, fold, guarded, normalise_key

_SUFFIX = "部门|部|中心|事业群|办公室|委员会|小组|组|处|科|室|办|公司|团队|厂"
# A bracketed person may hold separators of his own (市场部(张三、李四)), so brackets are passed over whole.
# Look-around only, no \s*: a run of blanks must not be scanned again from each of its places.
_SPLIT = re.compile(
    r"(?P<bracket>\([^()]*\))"
    r"|(?P<separator>[、,;/|\n\r\t]"
    r"|(?<=[^\s、,;/|][^\s、,;/|])(?:以及|[和与及])(?=\S)"
    r"|(?<=\s)(?:以及|[和与及]|and)(?=\s)"
    r"|(?<=\s)&(?=\s)|(?<=[^\sA-Za-z0-9])&|&(?=[^\sA-Za-z0-9])|(?<=[A-Za-z0-9]{2})&(?=[A-Za-z0-9]{2}))",
    re.IGNORECASE,
)
_EVERYONE = re.compile(
    r"(?:(?:各|各个|所有|全体|全部)(?:相关|协作|配合|参与)?部门|all\s+(?:departments|depts\.?)|everyone)\s*\*?\s*$",
    re.IGNORECASE,
)
_TITLE = r"负责人|接口人|联系人|经理|总监|主管|部长"
_NAME = r"(?:[\u4e00-\u9fff·]{1,4}\*{0,2}|[A-Za-z][A-Za-z.' -]*\*?)"
_NOT_A_NAME = re.compile(rf"(?:{_SUFFIX}|区|线|院|所|站|店|全体|全员|人员|同事|成员|员工)$")
_PERSON = re.compile(
    rf"\s*(?P<star>\*+)\s*(?:{_TITLE})?\s*$"
    rf"|\s*\*?\s*\((?P<bracketed>[^()]*)\)\s*$"
    rf"|\s*[-:–—]\s*(?P<dashed>{_NAME})\s*$"
    rf"|\s+(?P<spaced>{_NAME})\s*$"
    rf"|(?P<glued>[\u4e00-\u9fff·]{{2,4}}\*?|[\u4e00-\u9fff]\*{{1,2}})\s*$"
)
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_NAME = 64

TokenKind = Literal["party", "everyone", "separator", "unread"]


@dataclass(frozen=True)
class Party:
    """One department named in a cell, with its person if one was written.

    masked: a `*` stood where the person's name is hidden. text: the words as they were typed.
    """

    department: str
    person: str | None = None
    masked: bool = False
    text: str = field(default="", compare=False)


@dataclass(frozen=True)
class Parties:
    """Who answers for a row: the lead, the supporters in order, everyone or not, and what stayed unread.

    failed: reading the cell failed, so that all of it is unread.
    """

    lead: Party | None
    supporters: tuple[Party, ...] = ()
    everyone: bool = False
    unread: tuple[str, ...] = ()
    failed: bool = False


@dataclass(frozen=True)
class Token:
    """A stretch of a cell: original[start:end] is one party, separator, 各部门 or unread piece."""

    kind: TokenKind
    start: int
    end: int
    party: Party | None = None


def _not_read(text: str) -> Parties:
    return Parties(None, unread=(text,), failed=True)


@guarded(_not_read)
def parse_parties(text: str, *, known: Collection[str] = ()) -> Parties:
    """Read 责任部门/人.

    known: the departments of 通讯录. With it, names that contain a separator (和平事业部, R&D) stay whole
    and a person may follow without a space (市场部张三). The first department named is the lead; a cell
    that only says 各部门 has no lead.
    """
    parts = tokens(text, known=known)
    parties = [part.party for part in parts if part.party is not None]
    return Parties(
        lead=parties[0] if parties else None,
        supporters=tuple(parties[1:]),
        everyone=any(part.kind == "everyone" for part in parts),
        unread=tuple(text[part.start : part.end] for part in parts if part.kind == "unread"),
    )


def tokens(text: str, *, known: Collection[str] = ()) -> tuple[Token, ...]:
    """Cut a cell into tokens that cover every character of it, in order."""
    folded = fold(text)
    names = known_names(tuple(known))
    found: list[Token] = []
    done = 0
    for start, end in _pieces(folded.text, names):
        token = _token(folded, start, end, names)
        if token.start > done:
            found.append(Token("separator", done, token.start))
        found.append(token)
        done = token.end
    if done < len(text):
        found.append(Token("separator", done, len(text)))
    return tuple(found)


@dataclass(frozen=True)
class KnownNames:
    """The departments of 通讯录, ready to be found in a text; longer names are found first."""

    canonical: dict[str, str]
    pattern: re.Pattern[str] | None

    def match(self, text: str, start: int, end: int) -> tuple[str, int] | None:
        """The longest known name that begins at start, and where it ends."""
        hit = self.pattern.match(text, start, end) if self.pattern else None
        return (self.canonical[normalise_key(hit.group())], hit.end()) if hit else None

    def at_end_of(self, name: str) -> str | None:
        """The longest known department that a name ends with (请示研发部 → 研发部)."""
        key = normalise_key(name)
        endings = [known for known in self.canonical if key.endswith(known)]
        return self.canonical[max(endings, key=len)] if endings else None


@lru_cache(maxsize=64)
def known_names(known: tuple[str, ...]) -> KnownNames:
    """Prepare known departments; names are compared by `normalise_key`."""
    canonical = {normalise_key(name): name for name in reversed(known) if normalise_key(name)}
    if not canonical:
        return KnownNames({}, None)
    longest_first = sorted(canonical, key=len, reverse=True)
    # Only where a Latin word may not go on: "IT" is not found in "ITIL", but it is in "IT部".
    words = (re.escape(name) + (r"(?![a-z0-9])" if name[-1].isascii() else "") for name in longest_first)
    return KnownNames(canonical, re.compile("|".join(words), re.IGNORECASE))


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known department that an unknown name was most likely meant to be, or None.

    A suggestion for a message, never a correction: 市场步 → 市场部, 研发 → 研发部, Marketng → Marketing.
    """
    key = normalise_key(name)
    if not key or len(key) > _LONGEST_NAME:
        return None
    scored = [(_likeness(key, normalise_key(each)), each) for each in known]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= 0.6 else None


def _likeness(left: str, right: str) -> float:
    bare_left, bare_right = re.sub(r"部门?$", "", left), re.sub(r"部门?$", "", right)
    if bare_left and bare_left == bare_right:
        return 1.0
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio()


def _pieces(text: str, names: KnownNames) -> Iterator[tuple[int, int]]:
    """Non-empty stretches between separators, without the blanks around them."""
    start = 0
    while start < len(text):
        # Also line feeds: blanks before a name belong to the separator, and a known name begins after them.
        while start < len(text) and text[start].isspace():
            start += 1
        if start == len(text):
            return
        name = names.match(text, start, len(text))
        end, after = _next_separator(text, start, name[1] if name else start + 1)
        stop = end
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if stop > start:
            yield start, stop
        start = after


def _next_separator(text: str, start: int, place: int) -> tuple[int, int]:
    # A separator at the very start of a piece is one (a stray comma), but a leading 和 is part of a name.
    if place == start + 1 and text[start] in "、,;/|\n\r\t":
        return start, start + 1
    if place == start + 1 and text[start] == "(":
        place = start
    for hit in _SPLIT.finditer(text, place):
        if hit.group("separator") is not None:
            return hit.start(), hit.end()
    return len(text), len(text)


def _token(folded: Folded, start: int, end: int, names: KnownNames) -> Token:
    first, last = folded.span(start, end)
    piece = folded.text[start:end]
    if _EVERYONE.match(piece):
        return Token("everyone", first, last)
    party = _party(piece, names)
    if party is None:
        return Token("unread", first, last)
    party = Party(party.department, party.person, party.masked, folded.original[first:last])
    return Token("party", first, last, party)


def _party(piece: str, names: KnownNames) -> Party | None:
    if not _LETTER.search(piece) or piece.count("(") != piece.count(")"):
        return None
    name = names.match(piece, 0, len(piece))
    if name is not None:
        department, end = name
        return _with_person(department, piece[end:], glued=True) or _unlisted(piece)
    return _unlisted(piece)


def _unlisted(piece: str) -> Party | None:
    """A department that is not (or not exactly) in the list: the whole piece, or all before its person."""
    for cut in _person_places(piece):
        party = _with_person(piece[:cut].rstrip(), piece[cut:], glued=False)
        if party is not None and _LETTER.search(party.department):
            return party
    return Party(piece) if re.match(r"[^\W_]", piece) else None


def _person_places(piece: str) -> Iterator[int]:
    """Where a person may begin in a piece: a bracket or star anywhere, else after a Chinese suffix."""
    mark = re.search(r"[(*]", piece)
    suffix = re.match(rf"[^\s(*]{{1,{_LONGEST_NAME}}}?(?:{_SUFFIX})(?=\s*[-:–—]|\s)", piece)
    if suffix:
        yield suffix.end()
    spaced_dash = re.search(r"\s[-–—]\s", piece[: 2 * _LONGEST_NAME])
    if spaced_dash:
        yield spaced_dash.start()
    if mark:
        yield mark.start()


def _with_person(department: str, rest: str, *, glued: bool) -> Party | None:
    """The party of a department and what follows it, or None if that is no person."""
    if not rest.strip():
        return Party(department)
    hit = _PERSON.match(rest)
    if hit is None or (hit.group("glued") and not glued):
        return None
    person = next(
        (hit.group(g) for g in ("bracketed", "dashed", "spaced", "glued") if hit.group(g)), ""
    ).strip()
    if re.fullmatch(rf"(?:{_TITLE})", person):
        person = ""
    if not hit.group("bracketed") and _NOT_A_NAME.search(person):
        return None
    masked = "*" in rest
    return Party(department, None if not person.strip("*") else person, masked)
