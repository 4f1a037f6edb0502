"""What one condition lifted out of a note is, and how it is said in a sentence.

How it is found in words belongs in the parsers.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import (
    date as Date,  # noqa: N812 - a field is called date
    time as Time,  # noqa: N812 - a field is called time
)
from typing import Literal

from xl_collab.errors import Lang
from xl_collab.schema.keys import normalise_key

ConditionKind = Literal[
    "confirmation",
    "deadline",
    "term",
    "lead_time",
    "signoff",
    "approval",
    "distribution",
    "dependency",
    "risk",
]
_EVENT = re.compile(
    r"(.*?)((?:延[迟期误后]|逾期|推迟|滞后|超期|超支|短缺|不足|不达|不能|不通过|未|无法|上升|下降).*)$",
    re.DOTALL,
)
"""Where what may happen begins, behind the thing that it happens to."""


@dataclass(frozen=True)
class Condition:
    """One condition, with the exact words it came from: quote == note[start:end].

    departments: those named, as in 通讯录 where known. what: the thing to confirm, deliver, sign or send; for
    a lead time the event warned of. subject: whose or which (研发方案), for deadlines. date, time: of a
    deadline; year_inferred if the note gave no year. lead_days: working days, or calendar days if
    calendar_days. parties: who signs, approves or receives; copies: who is copied. verb: what is asked where
    it is no confirmation (协调). due: a term in the note's own words (签约后10日内).
    """

    kind: ConditionKind
    quote: str
    start: int
    end: int
    departments: tuple[str, ...] = ()
    what: str = ""
    subject: str = ""
    date: Date | None = None
    time: Time | None = None
    year_inferred: bool = False
    lead_days: int | None = None
    calendar_days: bool = False
    parties: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    verb: str = ""
    due: str = ""

    @property
    def key(self) -> str:
        """Stable identifier of the proposal within its row: kind and a hash of the quoted words."""
        digest = hashlib.sha256(normalise_key(self.quote).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self.kind}-{digest[:10]}"

    def sentence(self, lang: Lang = "zh") -> str:
        """The proposal in one plain sentence."""
        return _ENGLISH[self.kind](self) if lang == "en" else _CHINESE[self.kind](self)


def _list_zh(names: tuple[str, ...]) -> str:
    """Names with 、 between them, and air between Latin and Chinese letters."""
    listed = "、".join(names)
    return f"{' ' * listed[:1].isascii()}{listed}{' ' * listed[-1:].isascii()}" if listed else ""


def _confirmation_zh(it: Condition) -> str:
    who = _list_zh(it.departments + it.parties)
    thing = f"：{it.what}" if it.what else ""
    verb = it.verb or "确认"
    return f"需由{who}{verb}{thing}。" if who else f"需{verb}{thing}。"


def _deadline_zh(it: Condition) -> str:
    due = f"{it.date}" + (f" {it.time:%H:%M}" if it.time else "")
    guess = "（年份按邻近日期推定）" if it.year_inferred else ""
    thing = f"：{it.what}" if it.what else ""
    return f"{it.subject}须在 {due} 前完成{thing}{guess}。"


def _lead_time_zh(it: Condition) -> str:
    unit = "天（自然日）" if it.calendar_days else "个工作日"
    return f"{_feared_zh(it.what)}提前{it.lead_days}{unit}预警。"


def _feared_zh(what: str) -> str:
    """When to warn: 原型延迟 -> 原型可能延迟时; 场地未定 -> 场地可能未定时."""
    if not what:
        return "需"
    if "可能" in what:
        return f"{what}时，"
    found = _EVENT.match(what)
    return f"{found[1]}可能{found[2]}时，" if found else f"可能出现{what}时，"


def _signoff_zh(it: Condition) -> str:
    return f"{it.what}需{_list_zh(it.parties)}签字确认。"


def _approval_zh(it: Condition) -> str:
    return f"{it.what}需{_list_zh(it.parties)}审批。"


def _term_zh(it: Condition) -> str:
    return f"{it.subject}须在{it.due}完成：{it.what}（日期待定）。"


def _dependency_zh(it: Condition) -> str:
    return f"依赖：{it.what}。"


def _risk_zh(it: Condition) -> str:
    return f"可能的风险：{it.what}。"


def _distribution_zh(it: Condition) -> str:
    ways = [f"提交至{_list_zh(it.parties).rstrip()}"] if it.parties else []
    ways += [f"抄送{_list_zh(it.copies).rstrip()}"] if it.copies else []
    return f"{it.what}需{'，并'.join(ways)}。"


def _confirmation_en(it: Condition) -> str:
    who = ", ".join(it.departments + it.parties)
    done = f"settled ({it.verb})" if it.verb else "confirmed"
    return f"To be {done}{f' by {who}' if who else ''}{f': {it.what}' if it.what else ''}."


def _deadline_en(it: Condition) -> str:
    due = f"{it.date}" + (f" {it.time:%H:%M}" if it.time else "")
    guess = " (year inferred from nearby dates)" if it.year_inferred else ""
    thing = ", ".join(part for part in (it.subject, it.what) if part)
    return f"Due by {due}{guess}{f': {thing}' if thing else ''}."


def _lead_time_en(it: Condition) -> str:
    unit = ("calendar" if it.calendar_days else "working") + (" day" if it.lead_days == 1 else " days")
    return f"Warn {it.lead_days} {unit} ahead{f': {it.what}' if it.what else ''}."


def _signoff_en(it: Condition) -> str:
    return _to_be("signed", it)


def _approval_en(it: Condition) -> str:
    return _to_be("approved", it)


def _to_be(done: str, it: Condition) -> str:
    who = f" by {', '.join(it.parties)}" if it.parties else ""
    return f"To be {done}{who}{f': {it.what}' if it.what else ''}."


def _term_en(it: Condition) -> str:
    thing = ", ".join(part for part in (it.subject, it.what) if part)
    return f"Due {it.due} (date to be set): {thing}."


def _dependency_en(it: Condition) -> str:
    return f"Depends on: {it.what}."


def _risk_en(it: Condition) -> str:
    return f"Possible risk: {it.what}."


def _distribution_en(it: Condition) -> str:
    ways = [f"submitted to {', '.join(it.parties)}"] if it.parties else []
    ways += [f"copied to {', '.join(it.copies)}"] if it.copies else []
    return f"To be {' and '.join(ways)}{f': {it.what}' if it.what else ''}."


_CHINESE = {
    "confirmation": _confirmation_zh,
    "deadline": _deadline_zh,
    "lead_time": _lead_time_zh,
    "signoff": _signoff_zh,
    "approval": _approval_zh,
    "term": _term_zh,
    "dependency": _dependency_zh,
    "risk": _risk_zh,
    "distribution": _distribution_zh,
}
_ENGLISH = {
    "confirmation": _confirmation_en,
    "deadline": _deadline_en,
    "lead_time": _lead_time_en,
    "signoff": _signoff_en,
    "approval": _approval_en,
    "term": _term_en,
    "dependency": _dependency_en,
    "risk": _risk_en,
    "distribution": _distribution_en,
}
