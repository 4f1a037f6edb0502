"""Headings of dates taken apart: 计划|预计|实际 and 开始|完成, in one heading or in a group over others.

计划交付日期, 实际 over 完成时间, 开始时间 over 实际, PLAN END, Baseline Finish and 完成时间(实际) are made of the
same few words: they are read by their words instead of being listed. What may not enter: cells.
"""

# Lists of words: one line each reads better than wrapped ones.
# ruff: noqa: E501

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from xl_collab.importing.words import PERIOD
from xl_collab.schema.keys import normalise_key

Mode = Literal["plan", "base", "forecast", "replan", "actual"]
Point = Literal["start", "due", "finish"]
Kind = Literal["mode", "point", "suffix", "filler"]

_CHINESE: tuple[tuple[Kind, str, str], ...] = (
    ("mode", "base", "比较基准|基准|基线|原计划|原定|原"),
    ("mode", "plan", "计划|期望|希望|拟定|拟|要求|应|规定|约定|目标|合同|承诺|预定|限定|限期"),
    (
        "mode",
        "replan",
        "调整后|调整|变更后|变更|延期后|延期至|延期|修订后|修订|修改后|修改|更新后|顺延后|最新|新",
    ),
    ("mode", "forecast", "预计|预期|预估|预测|估计"),
    ("mode", "actual", "实际|真实|实"),
    ("point", "start", "开始|启动|起始|开工|进场|开展|着手|动工|起"),
    ("point", "due", "截止|截至|到期|结束|交付|交货|交期|上线|提交|提报|报送|止|讫"),
    ("point", "finish", "完成|完工|竣工|完结|办结|达成|收尾|验收|发布|投产|整改|关闭|交工|落实"),
    ("suffix", "", "年月日|时间节点|时间|日期|时限|期限|节点|时点|日"),
    ("filler", "", "任务|工作|项目|事项|的"),
)
_ENGLISH: tuple[tuple[Kind, str, str], ...] = (
    ("mode", "base", "baseline|original|orig|initial|bl"),
    ("mode", "plan", "plan|plans|planned|planning|scheduled|schedule|target|targeted|required|requested|agreed|committed"),
    ("mode", "replan", "revised|new|updated|rescheduled|adjusted"),
    ("mode", "forecast", "forecast|forecasted|expected|exp|estimated|est|estimate|anticipated|projected|predicted"),
    ("mode", "actual", "actual|actually|act|real"),
    ("point", "start", "start|starts|started|starting|begin|begins|beginning|began|commence|commencement|kickoff|from"),
    ("point", "due", "due|deadline|end|ends|ended|ending|finish|finishes|delivery|deliver|until|launch"),
    ("point", "finish", "complete|completed|completion|finished|closed|delivered|resolved|done|close|closing"),
    ("suffix", "", "date|time|day|on|by|at|dt|dates|datetime"),
    ("filler", "", "task|project|work|timeline|text|the|of|activity|item"),
)  # fmt: skip
ESTIMATED = 0.94
"""The score of 预计开始: the start that is planned, unless another column says so better."""
_PAST = frozenset(["completed", "finished", "closed", "delivered", "resolved", "started", "began", "ended"])
_LIMITS = frozenset(["时限", "期限", "节点", "时间节点"])
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GAP = re.compile(r"[\s\W_]+")
_GROUPS: tuple[tuple[Mode, str], ...] = (
    ("actual", r"实际|实绩|(?:完成|执行|落实|实施|进展|推进)(?:情况|进度|时间|$)|\bactual\b"),
    ("base", r"比较?基准|基线|原计划|原定|\bbaseline\b|\boriginal\b"),
    ("replan", r"调整|变更|修订|延期|\brevised\b|\bupdated\b"),
    ("forecast", r"预计|预期|预测|\bforecast\b|\bexpected\b|\bestimated?\b"),
    ("plan", r"计划|目标|要求|安排|\bplan(?:ned)?\b|\btarget\b|\bschedule[d]?\b"),
)


@dataclass(frozen=True)
class Dated:
    """What a heading says of its dates. `score` is lower the less it says; `sure` may be taken unasked."""

    target: str
    score: float
    sure: bool


@dataclass
class _Words:
    modes: set[str]
    points: set[str]
    suffix: bool = False
    past: bool = False
    limit: bool = False


@lru_cache(maxsize=4096)
def dated(parts: tuple[str, ...]) -> Dated | None:
    """The date column that these headings, from the group down, name; None when they name none."""
    if not parts:
        return None
    whole = _words("".join(parts)) or _words(" ".join(parts))
    if whole is not None and whole.points:
        return _meaning(whole)
    if len(parts) < 2:
        return None if whole is None else _one_day(whole)
    return _under_group(" ".join(parts[:-1]), parts[-1])


def names_baseline(parts: tuple[str, ...]) -> bool:
    """Whether a heading says that its date is the original plan: 原计划完成, Baseline Finish."""
    words = _words(" ".join(parts))
    own = words is not None and words.modes <= {"base", "plan"} and "base" in words.modes
    return own or (len(parts) > 1 and mode_of(" ".join(parts[:-1])) == "base")


def mode_of(group: str) -> Mode | None:
    """What a group heading says of the dates below it: planned, forecast, done."""
    text = normalise_key(group)
    return next((mode for mode, pattern in _GROUPS if re.search(pattern, text)), None)


def _under_group(group: str, text: str) -> Dated | None:
    own, mode = _words(text), mode_of(group)
    if own is None or mode is None:
        return None
    if own.points:
        own.modes = own.modes or {mode}
        return _meaning(own)
    # 计划 over 日期: the one day that the plan has.
    return None if own.modes else _one_day(replace(own, modes={mode}))


def _one_day(words: _Words) -> Dated | None:
    """目标日期 and Required by date: the day that counts, though no word says so."""
    mode = _one_mode(words.modes)
    if not mode or not words.suffix:
        return None
    return Dated(_END[mode], 0.9, mode != "replan")


_END = {
    "plan": "deadline",
    "base": "deadline",
    "forecast": "forecast",
    "replan": "forecast",
    "actual": "actual",
}


def _meaning(words: _Words) -> Dated | None:
    mode = _one_mode(words.modes)
    if mode is None:
        return None
    return _start(words, mode) if "start" in words.points else _finish(words, mode)


def _one_mode(modes: set[str]) -> str | None:
    """The word that decides where several stand (原计划, 调整后计划); '' for none, None for a contradiction."""
    if "actual" in modes:
        return "actual" if len(modes) == 1 else None
    return next((mode for mode in ("replan", "forecast", "base", "plan") if mode in modes), "")


def _start(words: _Words, mode: str) -> Dated | None:
    if len(words.points) > 1:
        both = {"start", "due"} == words.points or {"start", "finish"} == words.points
        return Dated(PERIOD, 0.9, mode in ("", "plan")) if both and mode != "actual" else None
    if not mode and not words.suffix:
        return None
    if mode == "actual" or (not mode and words.past):
        return Dated("actual_start", 1.0, True)
    if mode == "replan":
        return Dated("planned_start", 0.7, False)
    rank = {"plan": 1.0, "": 0.98, "base": 0.96, "forecast": ESTIMATED}
    return Dated("planned_start", rank[mode], True)


def _finish(words: _Words, mode: str) -> Dated | None:
    if not mode and not words.suffix:
        return None
    if mode == "actual" or (not mode and words.past):
        return Dated("actual", 1.0, True)
    if mode == "forecast":
        return Dated("forecast", 1.0, True)
    if mode == "replan":
        return Dated("forecast", 0.8, False)
    if mode:
        return Dated("deadline", 1.0 if mode == "plan" else 0.99, True)
    if "due" in words.points or words.limit:
        return Dated("deadline", 0.97, True)
    return Dated("deadline", 0.8, False)


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[tuple[Kind, str, str], ...] | None:
    """The words that a heading is made of; None when it has one that says nothing of dates."""
    plain = _GAP.sub(" ", normalise_key(_CAMEL.sub(" ", text))).strip()
    if not 0 < len(plain) <= 40:
        return None
    found: list[tuple[Kind, str, str]] = []
    for piece in plain.split():
        cut = _english(piece) if piece.isascii() else _chinese(piece)
        if cut is None:
            return None
        found += cut
    return tuple(found)


def _words(text: str) -> _Words | None:
    tokens = _tokens(text)
    if tokens is None:
        return None
    words = _Words(set(), set())
    for kind, name, word in tokens:
        words.modes |= {name} if kind == "mode" else set()
        words.points |= {name} if kind == "point" else set()
        words.suffix |= kind == "suffix"
        words.past |= word in _PAST
        words.limit |= word in _LIMITS
    return words


def _english(piece: str) -> Sequence[tuple[Kind, str, str]] | None:
    kind = _english_words().get(piece)
    return None if kind is None else [(*kind, piece)]


def _chinese(piece: str) -> Sequence[tuple[Kind, str, str]] | None:
    found: list[tuple[Kind, str, str]] = []
    while piece:
        match = next(((k, n, w) for w, (k, n) in _chinese_words() if piece.startswith(w)), None)
        if match is None:
            return None
        found.append(match)
        piece = piece[len(match[2]) :]
    return found


@lru_cache(maxsize=1)
def _english_words() -> dict[str, tuple[Kind, str]]:
    return {word: (kind, name) for kind, name, words in _ENGLISH for word in words.split("|")}


@lru_cache(maxsize=1)
def _chinese_words() -> tuple[tuple[str, tuple[Kind, str]], ...]:
    """Longer words first: 完成期限 is no 完成期."""
    pairs = [(word, (kind, name)) for kind, name, words in _CHINESE for word in words.split("|")]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
