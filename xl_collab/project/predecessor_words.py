"""前置 in words: T003完成后2天, 与T003同时开始, 任务3; turned into the signs that predecessors.py reads.

Only what has one reading is turned. For what has several, or names a row not quite by its ID, `readings`
says what could be meant; nobody takes one unchosen. Dates and schedules may not enter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from xl_collab.patterns import lazy

_ID = r"(?P<id>[a-z0-9][a-z0-9._-]{0,30}?)"
_CALLED = r"(?:任务|编号|前置(?:任务)?|事项|第|#|no\.?)"
_DONE, _BEGUN = (
    r"完成|结束|完毕|竣工|done|finished|completed|finish|end",
    r"开始|启动|开工|started|start|begin",
)
_NUMBER = r"\d{1,4}|[一二两三四五六七八九十]"
_UNIT = r"(?:个?工作[日天]|天|日)"
_HAN = {word: value for value, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}

_LEADING = lazy(
    rf"(?<![a-z0-9\u4e00-\u9fff])(?:(?:待|等|须|需|在|于|依赖|after|{_CALLED})\s*:?\s*)+(?=[a-z0-9])"
)
_BEHIND = lazy(r"(?<=\d)\s*(?:号任务|号|项任务|项|任务)(?=$|[\s、,;]|完成|结束|开始|启动)")
_ALL_OF = lazy(r"(?<=[a-z0-9])\s*(?:均|都|全部)(?=完成|结束)")
_KIND_IN_BRACKETS = lazy(
    rf"\s*[(\[【]\s*((?:fs|ss|ff|sf|[+-]\s*\d|{_DONE}|{_BEGUN})[^()\[\]【】]{{0,20}})[)\]】]"
)
_COLON = lazy(r"(?<=[a-z0-9])\s*[:,、/-]\s*(?=(fs|ss|ff|sf)(?:\s*[+-]\s*\d|$|[\s、,;]))")
_KIND_FIRST = lazy(r"(?<![a-z0-9])(fs|ss|ff|sf)\s*[:(\s]\s*([a-z0-9][a-z0-9._-]*)\)?(?=$|[\s、,;])")
_UNTIL = lazy(r"(?<=[a-z0-9])\s*(?:到|至|~|\.{2,3}|…)\s*(?=[a-z]{0,4}\d)")
_PAIR = lazy(
    rf"(?<=[a-z0-9])\s*(?P<first>{_DONE}|{_BEGUN})\s*[-→到至]\s*(?P<second>{_DONE}|{_BEGUN})(?P<lag>\s*[+-]\s*\d{{1,4}})?"
)
_LISTED = lazy(
    r"(?<![a-z0-9])(?P<ids>(?:[a-z0-9][a-z0-9._-]{0,30}\s*[、,和与及]\s*){1,20})(?P<last>[a-z0-9][a-z0-9._-]{0,30}?)"
    rf"\s*(?P<tail>(?:{_DONE}|{_BEGUN})(?:之?后|以后)?\s*(?:{_NUMBER})\s*{_UNIT}(?:之?后|以后)?)"
)
_TOGETHER = lazy(rf"(?:与|和|跟)?\s*(?<![a-z0-9]){_ID}\s*(?:同时|同步|一起)(?P<event>{_DONE}|{_BEGUN}|进行)")
_EVENT = lazy(
    rf"(?<![a-z0-9]){_ID}\s*(?:(?P<event>{_DONE}|{_BEGUN})\s*(?P<side>之?后|以后|前(?=\s*(?:{_NUMBER})\s*{_UNIT}))?|(?P<after>之后|以后|后))"
    rf"\s*(?:(?P<n>{_NUMBER})\s*{_UNIT}\s*(?P<later>之?后|以后)?)?"
    rf"\s*(?:再|才能?|方可|即可|立即|马上)?\s*(?P<then>{_DONE}|{_BEGUN})?(?=$|[\s、,;/|&。和与及])"
)
_MINUS = str.maketrans("–—−", "---")


def in_signs(text: str, known: Callable[[str], bool]) -> str:
    """A normalised cell with its words turned into types and lags (T003完成后2天 → t003FS+2)."""
    text = text.translate(_MINUS)
    text = _KIND_IN_BRACKETS.sub(r"\1", text)
    text = _COLON.sub(lambda hit: hit.group() if known(hit[1]) else "", text)
    text = _KIND_FIRST.sub(lambda hit: hit[2] + hit[1] if known(hit[2]) else hit.group(), text)
    text = _UNTIL.sub("~", text)
    if not _WORDED.search(text):
        return text
    text = _ALL_OF.sub("", _BEHIND.sub("", _LEADING.sub("", text)))
    text = _PAIR.sub(lambda hit: _code(hit["first"]) + _code(hit["second"]) + (hit["lag"] or ""), text)
    text = _LISTED.sub(lambda hit: _each(hit, known), text)
    text = _TOGETHER.sub(lambda hit: _together(hit, known), text)
    return _EVENT.sub(lambda hit: _event(hit, known), text)


_WORDED = lazy(r"[\u4e00-\u9fff#]|done|finish|complet|start|begin|after|no\.")


def _code(event: str) -> str:
    return "f" if re.fullmatch(_DONE, event) else "s"


def _each(hit: re.Match[str], known: Callable[[str], bool]) -> str:
    """T003、T004完成后2天 is said of both."""
    ids = [*re.split(r"\s*[、,和与及]\s*", hit["ids"])[:-1], hit["last"]]
    return "、".join(name + hit["tail"] for name in ids) if all(map(known, ids)) else hit.group()


def _together(hit: re.Match[str], known: Callable[[str], bool]) -> str:
    if not known(hit["id"]):
        return hit.group()
    code = "s" if hit["event"] == "进行" else _code(hit["event"])
    return f"{hit['id']}{code}{code}"


def _event(hit: re.Match[str], known: Callable[[str], bool]) -> str:
    if not known(hit["id"]) or (hit["n"] and not (hit["side"] or hit["after"] or hit["later"])):
        return hit.group()
    first = _code(hit["event"]) if hit["event"] else "f"
    kind = first + (_code(hit["then"]) if hit["then"] else "s")
    count = _HAN.get(hit["n"] or "", None) or (int(hit["n"]) if (hit["n"] or "").isdigit() else None)
    lag = "" if count is None else f"{-count if hit['side'] == '前' else count:+d}"
    return hit["id"] + ("" if kind == "fs" and not lag else kind + lag)


# What could be meant where no row has the ID, or several things are said.

_RANGE = lazy(r"(?P<a>[a-z]*0*(?P<m>\d{1,4}))\s*(?:-|~|到|至|–|—)\s*(?P<b>[a-z]*0*(?P<n>\d{1,4}))")
_ABOVE = lazy(r"(?:上|前)一?(?:项|行|条|步|个?任务)|上述任务|上面(?:一[项行])?|previous(?: (?:row|task))?")
_BEFORE_START = lazy(r"(?P<id>[a-z0-9][a-z0-9._-]*?)\s*(?:开始|启动)(?:之前|以前|前)")
_WEEKS = lazy(
    rf"(?P<id>[a-z0-9][a-z0-9._-]*?)(?P<kind>fs|ss|ff|sf)?(?P<sign>[+-]|完成后|后)\s*(?P<n>{_NUMBER})\s*个?(?:周|星期|w|weeks?)"
)
_HOURS = lazy(
    r"(?P<id>[a-z0-9][a-z0-9._-]*?)(?P<kind>fs|ss|ff|sf)?(?P<sign>[+-]|完成后|后)\s*\d{1,3}\s*个?(?:小时|h|hours?)"
)
_NO_SIGN = lazy(
    r"(?P<id>[a-z0-9][a-z0-9._-]*?)(?P<kind>fs|ss|ff|sf)?\s*(?P<way>提前|延后|滞后|推迟|延迟)?\s*(?P<n>\d{1,3})\s*(?:个?工作[日天]|天|日)?"
)
_EITHER = lazy(r"(?P<a>[a-z0-9][a-z0-9._-]*?)(?P<joint>或者?|\+|/)(?P<b>[a-z0-9][a-z0-9._-]*)")
_MOST = 30
"""Rows of one range."""


def readings(piece: str, row: int, ids: Sequence[str], tasks: Sequence[str]) -> tuple[str, ...]:
    """What an unknown piece of a cell could mean, as it would be written; the likeliest first.

    piece  normalised; row: of the cell; ids, tasks: 编号 as typed and 主要任务 of all rows
    """
    names = {name.lower(): name for name in ids if name}
    found = [*_ways(piece, row, ids, names), *_by_task(piece, row, ids, tasks)]
    return tuple(dict.fromkeys(found))[:4]


def _ways(piece: str, row: int, ids: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    if (hit := _RANGE.fullmatch(piece)) and (ends := _ends(hit, names)):
        between = [
            name for name in names.values() if (number := _number(name)) is not None and _in(number, hit)
        ]
        if len(between) == int(hit["n"]) - int(hit["m"]) + 1 <= _MOST:
            yield "、".join(between)
        yield "、".join(ends)
    if _ABOVE.fullmatch(piece) and row > 0 and ids[row - 1]:
        yield ids[row - 1]
    if (hit := _BEFORE_START.fullmatch(piece)) and (name := _like(hit["id"], names)):
        yield name
        yield f"{name}SS"
    if (hit := _WEEKS.fullmatch(piece)) and (name := _like(hit["id"], names)):
        weeks = _HAN.get(hit["n"]) or int(hit["n"])
        yield f"{name}{(hit['kind'] or 'fs').upper()}{'-' if hit['sign'] == '-' else '+'}{5 * weeks}"
    if (hit := _HOURS.fullmatch(piece)) and (name := _like(hit["id"], names)):
        kind = (hit["kind"] or "fs").upper()
        yield name if kind == "FS" else name + kind
        yield f"{name}{kind}{'-' if hit['sign'] == '-' else '+'}1"
    yield from _small_ways(piece, names)
    if name := _like(piece.rstrip("?*()"), names):
        yield name


def _small_ways(piece: str, names: Mapping[str, str]) -> Iterator[str]:
    """T003FS2, T003提前2天: a lag without its sign; T003或T004, T001+T002: either, or both."""
    hit = _NO_SIGN.fullmatch(piece)
    if hit and (hit["kind"] or hit["way"]) and (name := _like(hit["id"], names)):
        sign = "-" if hit["way"] == "提前" else "+"
        yield f"{name}{(hit['kind'] or 'fs').upper()}{sign}{int(hit['n'])}"
    if hit := _EITHER.fullmatch(piece):
        first, second = _like(hit["a"], names), _like(hit["b"], names)
        if first and second:
            yield f"{first}、{second}"
            yield from (first, second) if "或" in hit["joint"] else ()


def _number(name: str) -> int | None:
    hit = re.fullmatch(r"[^\d]*?0*(\d{1,6})", name)
    return int(hit[1]) if hit else None


def _in(number: int, hit: re.Match[str]) -> bool:
    return int(hit["m"]) <= number <= int(hit["n"])


def _ends(hit: re.Match[str], names: Mapping[str, str]) -> tuple[str, str] | None:
    first, last = (_like(hit[end], names) for end in "ab")
    return (first, last) if first and last and int(hit["m"]) < int(hit["n"]) else None


def _like(piece: str, names: Mapping[str, str]) -> str | None:
    """The one ID that a piece means but for zeros and letters before its number: T3, 3 and 003 are T003."""
    if piece in names:
        return names[piece]
    said = re.fullmatch(r"([a-z]*)[-.]?0*(\d{1,6})", piece)
    if said is None:
        return None
    alike = [
        name
        for key, name in names.items()
        if _number(name) == int(said[2]) and key.startswith(said[1] or key[:1])
    ]
    return alike[0] if len(alike) == 1 else None


def _by_task(piece: str, row: int, ids: Sequence[str], tasks: Sequence[str]) -> list[str]:
    """The one row whose task holds the words, or is held by them."""
    said = re.sub(rf"^(?:待|等|依赖)|(?:{_DONE})?(?:之?后|以后)?$", "", piece)
    if len(said) < 3:
        return []
    held = [
        ids[i]
        for i, task in enumerate(tasks)
        if i != row and ids[i] and len(task) >= 3 and (said in task.lower() or task.lower() in said)
    ]
    return held if len(held) == 1 else []
