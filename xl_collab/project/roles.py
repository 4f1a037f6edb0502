"""Role words in 责任部门/人: 牵头, 配合, A and R, bracketed, before or behind a name, with a colon or not.

The words are found, said what they mean and to which side they point, and replaced by separators, so that
what is left of the cell is names. Who is a department or a person belongs in parties.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Literal

from xl_collab.patterns import lazy
from xl_collab.records import dataclass

Role = Literal["lead", "does", "support", ""]
"""Leads; does the work and leads where nobody is said to; supports; a word that says nothing more."""

FORMULA_WORDS = ("牵头", "主责")
"""The words that native formulas look for beside a department; see `counted_as_lead`."""
BEHIND = tuple(f"{sign}{word}" for word in FORMULA_WORDS for sign in ("", "（", "("))
IN_FRONT = tuple(f"{word}{sign}" for word in FORMULA_WORDS for sign in ("：", ":"))


def counted_as_lead(text: str, name: str) -> int:
    """What 首页 counts a cell for a department: 1 where it leads, by the beginning and the nearest word.

    Exactly what COUNTIFS can tell, so that formulas and the program agree; where people's words say
    something else, a finding asks to write the lead first.
    """
    cell, first = text.casefold(), name.casefold()
    begins = int(cell.startswith(first))
    if not any(word in cell for word in FORMULA_WORDS):
        return begins
    marked = sum(f"{first}{word}" in cell for word in BEHIND) + sum(
        f"{word}{first}" in cell for word in IN_FRONT
    )
    return begins - sum(begins for word in FORMULA_WORDS if word in cell) + marked


SUFFIX = "部门|部|中心|事业群|办公室|委员会|小组|组|处|科|室|办|公司|团队|厂"
"""What names of departments end with."""

_UNIT = r"(?:部门|单位|方|人|组织)"
_LEAD = r"牵头|主责|主办|主导|主抓|挂帅|为主|总负责|负责(?!人)|第一责任"
_SUPPORT = r"配合|支持|支撑|协办|协助|协同|协作|参与|参加|辅助|为辅|协管|第二责任"
_DOES = r"承办|经办"
_HOW = r"(?<![不未非])(?:共同|联合|均|都|双|分别|全权|具体|主要|积极|全力|统一|总体|第一|[主总])?"
_TAIL = rf"(?:{_UNIT}|组织|落实|推进|推动|实施|执行|完成|统筹|协调|办理|跟进|工作)?"
# 技术支持部 and 配合组 are departments: no role word is inside the name of one.
_NAMED_SO = r"(?!部(?!门)|中心|组(?!织)|小组|处(?!理)|科|室|办(?!理)|公司|团队|厂|平台|系统|服务|委员会|事业)"
_HEADER_ONLY = (
    r"责任(?:部门|单位|方|人)?|所属部门|部门|单位|姓名|人员|负责人|联系人|接口人|经办人|对接人"
    r"|owner|person in charge"
)
_SHORT: Mapping[str, Role] = {
    "主": "lead",
    "正": "lead",
    "a": "lead",
    "l": "lead",
    "r": "does",
    "执行": "does",
    "实施": "does",
    "落实": "does",
    **dict.fromkeys(("辅", "副", "次", "协", "s", "c", "i"), "support"),
    **dict.fromkeys(("审批", "审核", "监督", "督办", "知会", "验收", "抄送", "会签"), "support"),
}
_EN_LEAD = r"leads?|leading|lead (?:dept|department)|accountable|responsible"
_EN_SUPPORT = r"supports?|supporting|assists?|assisting|helps?|helping|consulted|informed"

_SINGLE = "|".join(sorted(_SHORT, key=len, reverse=True))
_WORD = lazy(
    rf"(?P<how>{_HOW})(?:(?P<lead>{_LEAD})|(?P<support>{_SUPPORT})|(?P<does>{_DOES})){_NAMED_SO}{_TAIL}"
    r"|(?<![a-z])(?:(?P<en_lead>le(?:d|ad) by)|(?P<en_support>(?:supported|assisted) by)"
    r"|(?<=\w )(?:(?P<en_leads>leads)|(?P<en_supports>supports|assists))(?=\s*(?:[、,;/\n]|$)))(?![a-z])",
    re.IGNORECASE,
)
_HEADER = lazy(
    rf"(?:(?P<word>{_HOW}(?:{_LEAD}|{_SUPPORT}|{_DOES}){_TAIL}|{_EN_LEAD}|{_EN_SUPPORT}|{_SINGLE})"
    rf"|(?P<plain>{_HEADER_ONLY}))\s*:|(?P<letter>[arci])\s*-(?=\s*[\u4e00-\u9fff〇])",
    re.IGNORECASE,
)
_IN_BRACKET = lazy(
    rf"{_HOW}(?:(?P<lead>{_LEAD})|(?P<support>{_SUPPORT})|(?P<does>{_DOES})){_TAIL}"
    rf"|(?P<en_lead>{_EN_LEAD})|(?P<en_support>{_EN_SUPPORT})|(?P<short>{_SINGLE})|(?P<plain>{_HEADER_ONLY})",
    re.IGNORECASE,
)
_BRACKET = lazy(r"\(([^()]{1,64})\)")
_OPENING = lazy(
    rf"\s*\((?:{_HOW}(?:{_LEAD}|{_SUPPORT}|{_DOES}){_TAIL}|{_SINGLE})\)\s*[^\s、,;/|]", re.IGNORECASE
)
_ANY = lazy(rf"[:(]|{_LEAD}|{_SUPPORT}|{_DOES}|lead|led|support|assist|[arci] ?-", re.IGNORECASE)
"""What no cell without role words holds: nearly all cells need no closer look."""
_BRACKET_PART = lazy(r"[^\s、,;/:&+]+")
BREAK = lazy(r"[;\n\r。]")
"""What ends the reach of a role written before names."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A role word at text[start:end]; `before`: it is said of what follows, else of what stands before it.

    listed: of several names joined by 、 and 和 it is said of all (市场部、研发部共同负责).
    """

    start: int
    end: int
    role: Role
    before: bool
    listed: bool = False


_NAME = "〇"
"""Stands in the place of every sign of a name from 通讯录: no role word is looked for in it."""


def find_roles(text: str, names: Iterable[tuple[int, int]]) -> tuple[str, list[Mark]]:
    """The cell with separators in place of its role words, as long as before, and what the words say.

    names  places of names from 通讯录
    """
    if not _ANY.search(text):
        return text, []
    cell = _Cell(list(text))
    for start, end in names:
        cell.signs[start:end] = [_NAME] * (end - start)
    cell.brackets()
    cell.headers()
    cell.words()
    left = (own if sign == _NAME else sign for own, sign in zip(text, cell.signs, strict=True))
    return "".join(left), sorted(cell.marks, key=lambda mark: mark.start)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell whose role words are taken out one kind after the other."""

    signs: list[str]
    marks: list[Mark] = field(default_factory=list)

    def take(self, mark: Mark) -> None:
        """Note a word, and leave separators where it and a colon behind it stood."""
        end = mark.end + (self.signs[mark.end : mark.end + 1] == [":"])
        self.marks.append(mark)
        self.signs[mark.start : end] = ["、"] * (end - mark.start)

    def brackets(self) -> None:
        """（牵头）, (张三, 牵头), and brackets that hold whole parts of the cell: 各部门（牵头：市场部）."""
        text = "".join(self.signs)
        in_front = _OPENING.match(text) is not None
        for bracket in _BRACKET.finditer(text):
            parts = [*_BRACKET_PART.finditer(text, *bracket.span(1))]
            said = {part: hit for part in parts if (hit := _IN_BRACKET.fullmatch(part.group()))}
            names = [part for part in parts if part not in said]
            if any(map(_department, names)) and not (said and ":" not in bracket[1]):
                if _WORD.search(bracket.group(1)) or _HEADER.search(bracket.group(1)):
                    self.signs[bracket.start()] = self.signs[bracket.end() - 1] = "、"
            elif said:
                before = not names and (in_front or _stands_before(text, *bracket.span()))
                together = "共同" in bracket[1] or "联合" in bracket[1]
                mark = Mark(*bracket.span(), _strongest(map(_role, said.values())), before, together)
                self._bracket(text, bracket, names, mark)
            else:
                self.signs[bracket.start(1) : bracket.end(1)] = [_NAME] * len(bracket[1])

    def _bracket(self, text: str, bracket: re.Match[str], names: Sequence[re.Match[str]], mark: Mark) -> None:
        if not names:
            self.take(mark)
            return
        self.marks.append(mark)
        kept = {place for part in names for place in range(*part.span())}
        inner = range(names[0].start(), names[-1].end())
        for place in range(*bracket.span(1)):
            between = place in inner and text[place] == "、"
            self.signs[place] = text[place] if place in kept or between else " "

    def headers(self) -> None:
        """牵头：市场部；配合部门：研发部."""
        text = "".join(self.signs)
        for hit in _HEADER.finditer(text):
            in_front = text[hit.start() - 1 : hit.start()] if hit.start() else ""
            if not (in_front.isalnum() or in_front in (")", "*")) or not in_front:
                word = _IN_BRACKET.fullmatch(hit.group("word") or hit.group("letter") or "")
                self.take(Mark(*hit.span(), _role(word) if word else "", True))

    def words(self) -> None:
        """Words with neither bracket nor colon: 市场部牵头，研发部配合."""
        text = "".join(self.signs)
        begins = len(text) - len(text.lstrip())
        in_front = any(mark.before and mark.start <= begins for mark in self.marks)
        for hit in _WORD.finditer(text):
            before = _stands_before(text, *hit.span()) or bool(hit["en_lead"] or hit["en_support"])
            in_front = in_front or (before and hit.start() <= begins)
            spaced = in_front and text[hit.start() - 1 : hit.start()].isspace()
            before = before or (spaced and text[hit.end() : hit.end() + 1] == " ")
            role = _role(hit)
            infix = role == "support" and text[hit.end() : hit.end() + 1].isalnum()
            self.take(Mark(*hit.span(), role, before, not before and (role == "lead" or infix)))


def _role(hit: re.Match[str]) -> Role:
    found = {name: word for name, word in hit.groupdict().items() if word}
    if short := found.get("short"):
        return _SHORT[short.lower()]
    if any("lead" in name for name in found):
        return "lead"
    if "does" in found:
        return "does"
    return "support" if any("support" in name for name in found) else ""


def _department(part: re.Match[str]) -> bool:
    return _NAME in part.group() or bool(re.search(rf"[\u4e00-\u9fff](?:{SUFFIX})", part.group()))


def _strongest(roles: Iterable[Role]) -> Role:
    order: tuple[Role, ...] = ("lead", "does", "support", "")
    return min(roles, key=order.index)


def _stands_before(text: str, start: int, end: int) -> bool:
    """Whether a word begins its part of the cell and a name follows."""
    in_front = text[max(0, start - 8) : start].rstrip(" ")
    opens = not in_front or in_front[-1] in "、,;/|\n\r\t("
    return opens and text[end : end + 8].lstrip(" ")[:1] not in ("", *"、,;/|\n\r\t)")
