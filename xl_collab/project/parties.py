"""责任部门/人: who answers for a row, read from what people typed.

Departments in a row are separated by 、 , ; / 和 and the like. Role words (牵头, 配合; see roles.py) say who
leads and who supports, else the first leads; a person or `*` (a hidden name) may stand beside each; 各部门
means everyone in 通讯录. What cannot be read is handed back as unread, never dropped and never guessed; of
two that are said to lead none is taken. No sheet, no finding text may enter.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import field, replace
from functools import lru_cache
from typing import Literal

from xl_collab.patterns import lazy
from xl_collab.project.persons import (
    EVERY_DEPARTMENT,
    EVERYONE,
    LIKE_A_NAME,
    LIKE_A_POST,
    NO_NAME,
    NOBODY_YET,
    NOT_A_NAME,
    PERSON,
    POST,
    ROLE_INSIDE,
    TITLED,
)
from xl_collab.project.roles import BREAK, SUFFIX, Mark, Role, find_roles
from xl_collab.records import dataclass
from xl_collab.schema.keys import Folded, fold, guarded, normalise_key

# A bracketed person may hold separators of his own (市场部(张三、李四)), so brackets are passed over whole.
# Look-around only, no \s*: a run of blanks must not be scanned again from each of its places.
_SPLIT = lazy(
    r"(?P<bracket>\([^()]*\))"
    r"|(?P<separator>[、,;/|\\。\n\r\t]"
    r"|(?<=[^\s、,;/|][^\s、,;/|])(?:以及|会同|联合|[和与及])(?=\S)"
    r"|(?<=\s)(?:以及|会同|联合|[和与及]|and)(?=\s)"
    r"|(?<=[\u4e00-\u9fff*)])\s(?=\s{0,3}[\u4e00-\u9fff]{1,8}(?:部|中心|办公室|委员会)(?:$|[\s、,;/|(:*和与及-]))"
    r"|(?<=\s)&(?=\s)|(?<=[^\sA-Za-z0-9])&|&(?=[^\sA-Za-z0-9])|(?<=[A-Za-z0-9]{2})&(?=[A-Za-z0-9]{2}))",
    re.IGNORECASE,
)
_ASIDE = lazy(r"(?P<who>[^()]+?)\s*\((?P<where>[^()]+)\)")
_DEPARTMENT = lazy(rf"(?:{SUFFIX})$")
_LETTER = lazy(r"[^\W\d_]")
_LONGEST_NAME = 64

# Signs that only part or count, each replaced by one of the same length that _SPLIT knows.
_CIRCLED = dict.fromkeys((*range(0x2460, 0x2488), *range(0x2776, 0x2780)), "、")
_NARROW_BRACKETS = str.maketrans("【】〔〕[]「」『』《》<>→➡⇒", "()()()()()()()、、、")
_COUNTED = lazy(
    r"(?:(?<![^\s、,;/|])\d{1,2}[.、)]|\(\d{1,2}\))(?=\s{0,3}[^\s\d.、,;/)])"
    r"|(?<=[\u4e00-\u9fff])\?(?=[\u4e00-\u9fff])|(?<![A-Za-z0-9+])\+|\+(?![A-Za-z0-9+])"
)
_JOINT = lazy(r"\s?[-–—~]?\s?")
_BEFORE = lazy(
    r"(?P<by>(?:暂|拟|建议|应|须|将)?(?:[由请让](?!示)|[以经](?![营管济理贸办销太]))|建议)"
    r"|拟|(?:以及|[和与及])|(?:and|&)\s+",
    re.IGNORECASE,
)
_AFTER = lazy(
    r"(?:\s*\(?(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})\)?)?"
    r"(?:(?<=[\u4e00-\u9fff*)])(?:等(?:各|相关|有关)*(?:部门|单位)?|等等))?\s*[?.!。]*$"
)

TokenKind = Literal["party", "person", "everyone", "separator", "unread"]


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

    contested: those of the supporters who are all said to lead; then nobody does. failed: reading the
    cell failed, so that all of it is unread.
    """

    lead: Party | None
    supporters: tuple[Party, ...] = ()
    everyone: bool = False
    unread: tuple[str, ...] = ()
    failed: bool = False
    contested: tuple[Party, ...] = ()


def written_party(party: Party, english: bool = False) -> str:
    """A party as a cell says it plainly: 市场部（张三）, 市场部*, without a role."""
    if party.person:
        return f"{party.department} ({party.person})" if english else f"{party.department}（{party.person}）"
    return party.department + "*" * party.masked


@dataclass(frozen=True)
class Token:
    """A stretch of a cell: original[start:end] is one party, person, separator, 各部门 or unread piece.

    A person belongs to the party before. role: what the words beside the piece say of it.
    """

    kind: TokenKind
    start: int
    end: int
    party: Party | None = None
    role: Role | None = None


def _not_read(text: str) -> Parties:
    return Parties(None, unread=(text,), failed=True)


@guarded(_not_read)
def parse_parties(text: str, *, known: Collection[str] = ()) -> Parties:
    """Read 责任部门/人.

    known: the departments of 通讯录. With it, names that contain a separator (和平事业部, R&D) stay whole
    and a person may follow without a space (市场部张三). Who is said to lead leads; else the first who is
    not said to support. A cell that only says 各部门, only names supporters, or names two leads has no
    lead.
    """
    if normalise_key(text) in NOBODY_YET:
        return Parties(None)
    if not (whole := text.strip())[-1:].isalnum() and whole in known:  # whatever sign its name ends with
        return Parties(Party(whole, text=whole))
    parts = tokens(text, known=known)
    found = _merged(parts)
    lead, contested = _leading(found)
    return Parties(
        lead=lead,
        supporters=tuple(party for party, _ in found if party is not lead),
        everyone=any(part.kind == "everyone" for part in parts),
        unread=tuple(text[part.start : part.end] for part in parts if part.kind == "unread"),
        contested=contested,
    )


def _merged(parts: Sequence[Token]) -> list[tuple[Party, Role | None]]:
    """Each department once, with its first person and all that is said of its part."""
    found: dict[str, tuple[Party, set[Role | None]]] = {}
    key = ""
    for part in _persons_joined(parts):
        if part.party is None:
            continue
        key = key if part.kind == "person" else normalise_key(part.party.department)
        party, roles = found.get(key, (part.party, set()))
        if not party.person and part.party.person:
            party = replace(party, person=part.party.person, masked=part.party.masked)
        found[key] = (party, roles | {part.role})
    order: tuple[Role, ...] = ("lead", "does", "support", "")
    return [(party, next((role for role in order if role in roles), None)) for party, roles in found.values()]


def _persons_joined(parts: Sequence[Token]) -> list[Token]:
    """A person alone goes with the department that follows: 张三/市场部, 责任人：张三；责任部门：市场部."""
    found = [part for part in parts if part.party is not None]
    first, second = (found[0].party, found[1].party) if len(found) > 1 else (None, None)
    if first is None or second is None or not LIKE_A_NAME.fullmatch(first.department):
        return found
    alone = not (first.person or second.person) and _DEPARTMENT.search(second.department)
    if not alone or NO_NAME.match(first.department) or found[0].role != found[1].role:
        return found
    joined = replace(second, person=first.department.strip("* ") or None, masked="*" in first.department)
    return [replace(found[1], party=joined), *found[2:]]


def _leading(found: Sequence[tuple[Party, Role | None]]) -> tuple[Party | None, tuple[Party, ...]]:
    """The one who leads, or those who are all said to."""
    said = [party for party, role in found if role == "lead"]
    if len(said) > 1:
        return None, tuple(said)
    doing = [party for party, role in found if role == "does"]
    free = [party for party, role in found if role != "support"]
    return next(iter((*said, *doing, *free)), None), ()


def tokens(text: str, *, known: Collection[str] = ()) -> tuple[Token, ...]:
    """Cut a cell into tokens that cover every character of it, in order; role words count as separators."""
    folded = replace(fold(text.translate(_CIRCLED)), original=text)
    names = known_names(tuple(known))
    cell, marks = _without_roles(folded.text, names)
    pieces = [*_pieces(cell, names)]
    found: list[Token] = []
    done, last = 0, None
    for (start, end), role in zip(pieces, _roles(cell, pieces, marks), strict=True):
        for token in _tokens(folded, cell, start, end, names, last):
            if token.start > done:
                found.append(Token("separator", done, token.start))
            found.append(token if role is None else replace(token, role=role))
            done = token.end
            last = token.party if token.kind == "party" else last
    if done < len(text):
        found.append(Token("separator", done, len(text)))
    return tuple(found)


def _without_roles(text: str, names: KnownNames) -> tuple[str, list[Mark]]:
    """The cell with plain separators in place of arrows, numbers of a list and role words."""
    plain = text.replace("->", "、、").replace("=>", "、、").translate(_NARROW_BRACKETS)
    kept = [hit.span() for hit in EVERY_DEPARTMENT.finditer(plain)]
    kept += [hit.span() for hit in names.pattern.finditer(plain)] if names.pattern else []
    inside = {place for start, end in kept for place in range(start, end)}
    plain = _COUNTED.sub(lambda hit: hit.group() if hit.start() in inside else "、" * len(hit.group()), plain)
    return find_roles(plain, kept)


def _roles(text: str, pieces: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> list[Role | None]:
    """What the role words say of each piece."""
    found: list[Role | None] = [None] * len(pieces)
    starts = [start for start, _ in pieces]
    behind = [mark for mark in marks if not mark.before]
    for mark in behind:
        place = bisect_left(starts, mark.start) - 1
        while place >= 0 and found[place] is None:
            found[place] = mark.role
            joint = text[pieces[place - 1][1] : pieces[place][0]] if place else ";"
            if not mark.listed or BREAK.search(joint):
                break
            place -= 1
    in_front = [mark for mark in marks if mark.before]
    ends = [*(mark.start for mark in in_front), len(text)][1:]
    for mark, end in zip(in_front, ends, strict=bool(in_front)):
        first, last = bisect_left(starts, mark.end), bisect_left(starts, end)
        for place in range(first, last):
            ended = place > first and BREAK.search(text, pieces[place - 1][1], starts[place])
            if ended and mark.role == "lead":
                break
            found[place] = found[place] if found[place] is not None else mark.role
    return found


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
        joint = _JOINT.match(text, name[1]) if name is not None else None
        if name and joint and names.match(text, joint.end(), len(text)) is not None:
            end, after = name[1], joint.end()  # two known names side by side
        else:
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


def _tokens(
    folded: Folded, cell: str, start: int, end: int, names: KnownNames, last: Party | None
) -> Iterator[Token]:
    """The token of a piece, and a second one for a bracket behind a department that names no person."""
    piece = _AFTER.sub("", cell[start:end]).rstrip(":-–— ")
    opening = _BEFORE.match(piece)
    if opening and names.match(piece, 0, len(piece)) is None:
        name = piece[opening.end() :]
        listed = names.match(name, 0, len(name)) is not None
        piece = name if listed or (opening["by"] and _is_department(name, names)) else piece
    first, after = folded.span(start, end)
    if EVERYONE.match(piece):
        yield Token("everyone", first, after)
        return
    if (person := _beside(piece, names, last)) is not None:
        yield Token("person", first, after, person)
        return
    party = _party(piece, names)
    if party is None:
        yield Token("unread", first, after)
        return
    aside = _not_a_person(piece, party)
    cut = folded.span(start, end - aside)[1] if aside else after
    party = replace(party, text=folded.original[first:cut], person=None if aside else party.person)
    yield Token("party", first, cut, party)
    if aside:
        yield Token("unread", cut, after)


def _beside(piece: str, names: KnownNames, last: Party | None) -> Party | None:
    """The person of the department before: 市场部、张三, and 市场部牵头（张三） behind a role word."""
    if last is None:
        return None
    if piece.startswith("("):
        party = _with_person(last.department, piece, glued=False)
        return None if party is None or _not_a_person(piece, party) else party
    if _is_person(piece, names) and _is_department(last.department, names):
        return Party(last.department, piece.strip("* ") or None, "*" in piece)
    return None


def _is_department(name: str, names: KnownNames) -> bool:
    return normalise_key(name) in names.canonical or _DEPARTMENT.search(name) is not None


def _is_name(piece: str, names: KnownNames) -> bool:
    return names.match(piece, 0, len(piece)) is not None or _is_department(piece, names)


def _is_person(piece: str, names: KnownNames) -> bool:
    """Whether a piece is surely a person: a common surname and one or two signs, or a title."""
    if not LIKE_A_NAME.fullmatch(piece) or NO_NAME.match(piece) or _is_name(piece, names):
        return False
    return not any(bare.startswith(piece) for bare in names.canonical)


def _not_a_person(piece: str, party: Party) -> int:
    """Length of what stands in a bracket behind a department and is no name: （华东区）, （非牵头）."""
    said = party.person or ""
    if piece.endswith(")") and said and (ROLE_INSIDE.search(said) or NOT_A_NAME.search(said)):
        return len(piece) - piece.rindex("(")
    return 0


def _party(piece: str, names: KnownNames) -> Party | None:
    if not _LETTER.search(piece) or piece.count("(") != piece.count(")"):
        return None
    name = names.match(piece, 0, len(piece))
    if name is not None:
        department, end = name
        return _with_person(department, piece[end:], glued=True) or _unlisted(piece)
    if POST.fullmatch(piece) or LIKE_A_POST.fullmatch(piece) or "@" in piece:
        return None
    aside = _ASIDE.fullmatch(piece)
    if aside and _is_department(aside["where"], names) and LIKE_A_NAME.fullmatch(aside["who"]):
        listed = names.canonical.get(normalise_key(aside["where"]), aside["where"])
        return Party(listed, aside["who"].strip("* ") or None, "*" in aside["who"])
    return _unlisted(piece)


def _unlisted(piece: str) -> Party | None:
    """A department that is not (or not exactly) in the list: the whole piece, or all before its person."""
    for cut in _person_places(piece):
        party = _with_person(piece[:cut].rstrip(), piece[cut:], glued=False)
        if party is not None and _LETTER.search(party.department):
            return None if POST.fullmatch(party.department) else party
    return Party(piece) if re.match(r"[^\W_]", piece) else None


def _person_places(piece: str) -> Iterator[int]:
    """Where a person may begin in a piece: a bracket or star anywhere, else after a Chinese suffix."""
    mark = re.search(r"[(*]", piece)
    suffix = re.match(rf"[^\s(*]{{1,{_LONGEST_NAME}}}?(?:{SUFFIX})(?=\s*[-:–—@_]|\s)", piece)
    if suffix:
        yield suffix.end()
    spaced_dash = re.search(r"\s[-–—]\s", piece[: 2 * _LONGEST_NAME])
    if spaced_dash:
        yield spaced_dash.start()
    if mark:
        yield mark.start()


def _with_person(department: str, rest: str, *, glued: bool) -> Party | None:
    """The party of a department and what follows it, or None if that is no person."""
    if not rest.strip(" :-–—"):
        return Party(department)
    hit = PERSON.match(rest)
    if hit is None or (hit.group("glued") and not glued):
        return None
    groups = ("bracketed", "dashed", "spaced", "titled", "glued")
    person = next((hit.group(g) for g in groups if hit.group(g)), "").strip()
    if TITLED.fullmatch(person) or normalise_key(person) in NOBODY_YET:
        person = ""
    if not hit.group("bracketed") and (NOT_A_NAME.search(person) or ROLE_INSIDE.search(person)):
        return None
    masked = "*" in rest
    return Party(department, None if not person.strip("*") else person, masked)
