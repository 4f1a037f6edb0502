"""What a mail answers to a letter that asks: agreed, objected, approved, feasible … read from its own words.

An answer is a clause that says it and nothing else; around it may stand greetings and thanks, behind an
objection its reason. Everything that says both, or less, is `unclear`: it is told, never guessed. What may
not enter: whose mail it is, what becomes of the answer (merge/confirmations.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xl_collab.exchange.mail.bodies import first_lines
from xl_collab.exchange.mail.greetings import says, without_boilerplate, without_signature
from xl_collab.schema.words import ANSWER, FEASIBILITY

UNCLEAR = "unclear"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad]")
_BREAKS = re.compile(r"[，,。；;！!：:~～…\n]+|\.(?=\s|$)")
_LONGEST = 20_000
"""Characters of a mail's own words that are looked at: nobody agrees at such length."""


@dataclass(frozen=True)
class Heard:
    """What was read: a code of ANSWER or FEASIBILITY, `unclear`, or '' where the words answer nothing.

    words   reason, condition, or the person's own word where it is not the answer's label
    quoted  the first lines of what was written
    """

    code: str
    words: str = ""
    quoted: str = ""


# the clauses that are an answer


_WHO = r"(?:我们?部门?|我们|我方|我司|我|本部门?|本人{own})?"
_LEAD = r"(?:经(?:过)?(?:内部|部门|我们|我部)*(?:核对|讨论|研究|沟通|商议|评估)(?:后|过)?)?"
_THINGS = (
    "本次|此次|这次|上次|上述|以上|该|此|附件|例会|会议|纪要|内容|全部|所有|各项|决议|待办|安排|和|及|与|的|按|"
    "新|日期|计划|完成|执行|落实|顺延|延期|调整|方案|申请|里|中"
)
_ABOUT = rf"(?:对于?(?:{_THINGS})+)?"
_MANNER = r"(?:表示|均|都|已经|已|完全|一致|特此|现|全部)*"
_BEHIND = rf"(?!的)(?:{_THINGS}|了)*(?<!的)"
_OPEN = r"(?:对(?:(?![没无未不非否若如]).){1,40}?)?(?:仍|还|确实|表示|坚决|明确)*"
_REST = r"(?!见|意见)(?P<rest>(?:(?!不|没|无|同意|异议|的话|如果|除非|批准).)*?)(?<![的者吗么])"


def _whole(core: str, *, english: str) -> str:
    return rf"{_WHO}{_LEAD}{_WHO}{_ABOUT}{_MANNER}(?P<core>{core}){_BEHIND}|{english}"


def _against(core: str, *, english: str) -> str:
    return rf"{_WHO}{_LEAD}{_WHO}{_OPEN}(?P<core>{core}){_REST}|{english}"


_WE = r"(?:we |i )?"
_AGREED = _whole(
    "同意|赞同|认可|(?:没有?|无)(?:任何)?(?:异议|意见|不同意见)|确认无误|确认|没有?问题",
    english=rf"{_WE}(?:(?:agreed?|confirm(?:ed)?)|(?:have )?no objections?)"
    r"(?: (?:to|with) (?:the |these |new |all )*(?:minutes|changes?|dates?))?",
)
_OBJECTED = _against(
    "(?:有|持有?|提出)(?:一点|几点|一个|一些|以下|如下|重大|较大|两点|两个)*(?:异议|不同意见|反对意见)(?:如下)?|"
    "不同意|不认可|不赞成|反对|不能同意|无法同意|不能接受|无法接受",
    english=rf"{_WE}(?:object(?:ed|ions?)?|have (?:an )?objections?|do not agree|don't agree|cannot agree|"
    r"disagree)(?P<more>(?: (?:to|with|on) .*)?)",
)
_RECEIVED = _whole(
    "收到|收悉|知悉|知晓|已阅|阅悉|了解|明白|确认收到|好的|ok", english=r"(?:well |duly )?(?:received|noted)"
)
_APPROVED = _whole("批准|准予|予以批准|审批通过|通过|照准|同意", english=rf"{_WE}(?:approved?|agreed?)")
_REJECTED = _against(
    "退回|驳回|不批准|不予批准|未批准|不同意|不通过|否决|打回",
    english=rf"{_WE}(?:reject(?:ed)?|return(?:ed)?|not approved)",
)
_FEASIBLE = _whole(
    "可行|可以?承接|能够?承接|同意承接|可以?参与|能够?参与|同意",
    english="feasible|we can (?:do it|take it on)",
)
_CONDITIONAL = _whole(
    "(?:有|附)条件地?(?:可行|可承接|承接|同意承接|同意|可参与|参与)",
    english="conditionally feasible|feasible with conditions",
)
_INFEASIBLE = _against(
    "不可行|不可承接|不能承接|无法承接|承接不了|不能参与|无法参与|不同意", english="not feasible|infeasible"
)
_SAID: Mapping[str, Mapping[str, str]] = {
    "minutes": {"agreed": _AGREED, "objected": _OBJECTED, "received": _RECEIVED},
    "change": {"agreed": _AGREED, "objected": _OBJECTED},
    "approval": {"approved": _APPROVED, "rejected": _REJECTED},
    "enquiry": {"feasible": _FEASIBLE, "conditional": _CONDITIONAL, "infeasible": _INFEASIBLE},
}
"""What each kind of letter can be answered with. 收到 is an answer to minutes alone: it agrees to nothing."""
_AGAINST = ("objected", "rejected", "infeasible", "conditional")
"""Answers behind which people say why, or on what condition."""
_NAMES_ONE = re.compile(
    r"同意|异议|批准|退回|可行|承接|反对|不通过|agree|object|approv|reject|feasible", re.IGNORECASE
)
"""A clause with one of these is about the answer, whether or not it is one."""
_NO_SIGNATURE = re.compile(rf"{_NAMES_ONE.pattern}|收到|[收知阅]悉|已阅|received|noted", re.IGNORECASE)
_FOR_IT = re.compile(
    r"(?<![不未无没])同意|[没无]有?(?:任何)?异议|批准|(?<!不)可行|(?<!\bnot )\bagree|approve", re.IGNORECASE
)
_GO_ON = re.compile(
    r"(?:请|麻烦|望)?(?:各部门|大家|项目办|尽快|抓紧|继续|按|照|此|计划|方案|纪要|新日期|上述|以上|内容)*"
    r"(?:执行|推进|落实|实施|签发|办理|安排)(?:即可|吧|了)?|(?:please )?(?:go ahead|proceed)",
    re.IGNORECASE,
)
"""All that may stand beside an agreement: anything else may take some of it back."""


def read_answer(text: str, asks: str, names: Collection[str] = ()) -> Heard:
    """What somebody's own words (without what the mail quotes) answer to a letter.

    asks   minutes, change, approval or enquiry
    names  how the sender and the department are called: what is said of others is no answer
    """
    plain = _INVISIBLE.sub("", text[:_LONGEST])
    known = frozenset(name.strip().casefold() for name in names if name.strip())
    body = "\n".join(_unsigned(without_boilerplate(plain.splitlines()), known))
    clauses = _left(body, asks, known)
    code = _code(body, clauses)
    words = "" if code in ("", UNCLEAR) else _words(body, code, clauses)
    return Heard(code, words, first_lines(plain.strip()))


_BOX = r"(?P<{name}>[□☐☑■√✓✔☒✅]?)\s*"
_BOXES = re.compile(
    rf"{_BOX.format(name='feasible')}(?:可行|feasible)\s*{_BOX.format(name='conditional')}(?:有条件可行|conditionally)\s*"
    rf"{_BOX.format(name='infeasible')}(?:不可行|not feasible)(?P<rest>[^\n]*)",
    re.IGNORECASE,
)
_FIELDS = re.compile(
    r"(?:承接能力说明|所需条件|Capacity|What it needs)\s*[:：](?P<said>[^|｜\n]*)", re.IGNORECASE
)


def read_boxes(text: str) -> Heard:
    """What is marked in the table of an enquiry, wherever it is quoted: exactly one box, in one table."""
    plain = re.sub(r"(?m)^[ \t]*(?:[>＞][ \t]*)+", "", _INVISIBLE.sub("", text[: 10 * _LONGEST]))
    tables = list(_BOXES.finditer(plain))
    marked = [(name, one) for one in tables for name in _SAID["enquiry"] if one[name] not in ("", "□", "☐")]
    if not marked:
        return Heard("")
    (code, table), *more = marked
    said = [table["rest"], *(one["said"] for one in _FIELDS.finditer(plain))]
    words = _joined(*(text for text in said if text.strip(" _＿|")))
    return Heard(UNCLEAR if more else code, "" if more else words, first_lines(table[0].strip()))


def _unsigned(lines: list[str], known: frozenset[str]) -> list[str]:
    """The lines without the signature; a line about the answer is none, however it looks."""
    kept = without_signature(lines, known)
    filled = [line.strip() for line in lines if line.strip()]
    return [*kept, *(line for line in filled[len(kept) :] if _NO_SIGNATURE.search(line))]


@dataclass(frozen=True)
class _Clause:
    """A clause that says something: `code` of the answer that it is, '' for none; where it stands."""

    text: str
    start: int
    end: int
    code: str = ""
    core: str = ""
    rest: str = ""


def _left(body: str, asks: str, known: frozenset[str]) -> list[_Clause]:
    """The clauses that are answers, and others in which more is left than politeness."""
    found: list[_Clause] = []
    for number, (start, end) in enumerate(_spans(body)):
        text = body[start:end].strip(" \t\u3000\"'“”‘’*>-—·?？")
        begin = body.index(text, start)
        clause = _answer(_Clause(text, begin, begin + len(text)), asks, known)
        if clause.code or (re.search(r"\w", text) and says(text, known, first=number == 0)):
            found.append(clause)
    return found


def _spans(body: str) -> Iterator[tuple[int, int]]:
    at = 0
    for mark in _BREAKS.finditer(body):
        yield at, mark.start()
        at = mark.end()
    yield at, len(body)


def _answer(clause: _Clause, asks: str, known: frozenset[str]) -> _Clause:
    """The clause with the answer that it is."""
    english = " ".join(unicodedata.normalize("NFKC", clause.text).casefold().split())
    for text in dict.fromkeys((english.replace(" ", ""), english)):
        for code, pattern in _patterns(asks, known).items():
            match = pattern.fullmatch(text)
            if match is not None:
                return _matched(clause, code, match)
    return clause


def _matched(clause: _Clause, code: str, match: re.Match[str]) -> _Clause:
    groups = match.groupdict()
    rest = groups.get("rest") or groups.get("more") or ""
    if not rest or not groups.get("core"):
        return _Clause(clause.text, clause.start, clause.end, code, groups.get("core") or clause.text, rest)
    behind = clause.text.casefold().partition(str(groups["core"]))[2]
    kept = clause.text[len(clause.text) - len(behind) :].strip()
    return _Clause(clause.text, clause.start, clause.end, code, str(groups["core"]), kept)


@lru_cache(32)
def _patterns(asks: str, known: frozenset[str]) -> Mapping[str, re.Pattern[str]]:
    own = "".join(f"|{re.escape(name.replace(' ', ''))}" for name in sorted(known, key=len, reverse=True))
    return {
        code: re.compile(pattern.replace("{own}", own), re.IGNORECASE)
        for code, pattern in _SAID[asks].items()
    }


# what they come to


def _code(body: str, clauses: list[_Clause]) -> str:
    """The one answer that is given; `unclear` where there is more than one, or less."""
    codes = {clause.code for clause in clauses if clause.code}
    weak = codes == {"received"}
    codes -= set() if weak else {"received"}
    if not codes:
        return UNCLEAR if any(_NAMES_ONE.search(clause.text) for clause in clauses) else ""
    if len(codes) > 1 or re.search(r"[?？]", body):
        return UNCLEAR
    (code,) = codes
    said = [clause for clause in clauses if clause.code != "received" or weak]
    others = [clause.text for clause in said if not clause.code]
    if said[0].code != code:
        return UNCLEAR
    if code in _AGAINST:
        return UNCLEAR if any(map(_FOR_IT.search, others)) else code
    return code if all(map(_GO_ON.fullmatch, others)) else UNCLEAR


def _words(body: str, code: str, clauses: list[_Clause]) -> str:
    """What is kept of the words: reason, condition, or the word that was used."""
    first = next(clause for clause in clauses if clause.code == code)
    behind = [clause for clause in clauses if clause.start > first.start and clause.code != code]
    tail = body[behind[0].start : behind[-1].end] if behind else ""
    if code in _AGAINST:
        about = first.text if re.match(r"(?:.{0,8})对", first.text) else first.rest
        return _joined(about, tail)
    label = {text.casefold() for text in _labels(code)}
    own = "" if first.core.casefold() in label else first.core
    return _joined(own, tail)


def _joined(*texts: str) -> str:
    return "，".join(" ".join(text.split()) for text in texts if text.strip())


def _labels(code: str) -> tuple[str, ...]:
    choices = ANSWER if code in ANSWER.codes else FEASIBILITY
    return choices.label(code, "zh"), choices.label(code, "en")
