"""What a risk is: probability times impact, said in words, with where it comes from.

The scale is that of 风险登记: 1–5 each, high from 15, medium from 8. Which rows are at risk is
decided in actions; here are only the list, its heat map and its sentences. Sentences are made
when somebody reads them: a list of 40,000 costs nothing before that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from xl_collab.project.notes.conditions import Condition
from xl_collab.schema.words import Count, Text, t

Ints = npt.NDArray[np.int64]

HIGH, MEDIUM = 15, 8
"""Scores from which a risk is high or medium."""

MANY = 6
"""Dependent rows are counted up to this many; more are said to be "at least" so many."""

Level: TypeAlias = Literal["high", "medium", "low"]
RiskKind: TypeAlias = Literal[
    "late",
    "expected",
    "projected",
    "close",
    "waiting",
    "missed",
    "confirmation",
    "deadline",
    "register",
    "no_owner",
    "no_support",
    "paused",
    "cancelled",
    "overload",
]
ProposalKind: TypeAlias = Literal["milestone", "risk", "action", "predecessor"]

_SENTENCES: Mapping[RiskKind, Text] = {
    "late": t("至今已晚 {days} 个工作日", "Late so far by {days:workday|workdays}"),
    "expected": t("预计晚 {days} 个工作日", "Expected late by {days:workday|workdays}"),
    "projected": t("推算晚 {days} 个工作日", "Projected late by {days:workday|workdays}"),
    "close": t("距计划完成只剩 {days} 个工作日", "Only {days:workday|workdays} left to the baseline"),
    "waiting": t("前置 {what} 为红", "Predecessor {what} is red"),
    "missed": t("缺 {days} 期记录", "No record for {days:period|periods}"),
    "confirmation": t("备注要求“{what}”，未见确认", "Note asks “{what}”; no confirmation recorded"),
    "deadline": t("备注要求“{what}”，未列入里程碑", "Note asks “{what}”; not among the milestones"),
    "register": t("{what}", "{what}"),
    "no_owner": t("没有责任部门", "No department is responsible"),
    "no_support": t("需协助，但没有配合部门", "Help is needed, but no department supports"),
    "paused": t("前置 {what} 已暂停，完成日期不明", "Predecessor {what} is paused, its finish unknown"),
    "cancelled": t("前置 {what} 已取消，须改计划", "Predecessor {what} is cancelled, re-plan needed"),
    "overload": t(
        "{what}在 {when} 同时牵头 {days} 项未完成任务",
        "{what} leads {days} unfinished tasks at once on {when}",
    ),
}
_REACH = t("；影响后续 {count} 项", "; {count:later task depends|later tasks depend} on it")
_REACH_MANY = t("；影响后续 {count} 项以上", "; {count} or more later tasks depend on it")
_CRITICAL = t("；在关键路径上", "; on the critical path")
_SLACK = t("；浮动 {slack} 个工作日", "; {slack:workday|workdays} of slack")
_PLACES = {"register": t("风险登记 {id}", "Risk register {id}"), "note": t("{id} 备注", "Note of {id}")}
_TRACKER = t("跟踪表 {id}", "Tracker {id}")
_FROM_NOTE = ("confirmation", "deadline")


class Reach(NamedTuple):
    """How far a row's lateness goes: dependent rows (up to MANY), slack in working days or None."""

    dependents: int = 0
    slack: int | None = None


class RiskItem(NamedTuple):
    """One risk. `id` is the row it sits on, in the tracker or in the register.

    probability, impact  1–5
    days                 working days, periods or tasks: the figure of the sentence
    what, when, more     the words and dates of the sentence; `more` is a part of its own
    """

    id: str
    kind: RiskKind
    probability: int
    impact: int
    days: int = 0
    what: str = ""
    when: date | None = None
    reach: Reach = Reach()
    more: Text = Text("", "")

    @property
    def score(self) -> int:
        """Probability times impact, 1–25."""
        return self.probability * self.impact

    @property
    def level(self) -> Level:
        """high, medium or low, by the score."""
        return "high" if self.score >= HIGH else "medium" if self.score >= MEDIUM else "low"

    @property
    def reason(self) -> Text:
        """The sentence, with its figures."""
        said = Text(self._said("zh"), self._said("en"))
        return Text(said.zh + self.more.zh + self._reach("zh"), said.en + self.more.en + self._reach("en"))

    @property
    def source(self) -> Text:
        """Where it comes from: the tracker's row, the register's entry, or a row's note."""
        place = _PLACES["register"] if self.kind == "register" else _TRACKER
        place = _PLACES["note"] if self.kind in _FROM_NOTE else place
        return Text(place.zh.format(id=self.id), place.en.format(id=self.id))

    def _said(self, lang: Literal["zh", "en"]) -> str:
        return _SENTENCES[self.kind].of(lang).format(days=Count(self.days), what=self.what, when=self.when)

    def _reach(self, lang: Literal["zh", "en"]) -> str:
        count, slack = self.reach
        reached = (
            ""
            if not count
            else (_REACH_MANY if count >= MANY else _REACH).of(lang).format(count=Count(count))
        )
        if slack is None:
            return reached
        return reached + (_CRITICAL.of(lang) if slack <= 0 else _SLACK.of(lang).format(slack=Count(slack)))


class Proposal(NamedTuple):
    """A condition in a note that nobody has accepted yet, and what it would become.

    lead_days  how long before the date a warning starts: working days, or calendar days where
               the note says so
    warn_from  first day of the warning; None where the condition has no date
    waits_for  IDs of the rows that a dependency names and 前置 does not have yet
    """

    row: int
    row_id: str
    condition: Condition
    lead_days: int | None = None
    warn_from: date | None = None
    waits_for: tuple[str, ...] = ()

    @property
    def kind(self) -> ProposalKind:
        """What it would become when accepted: a milestone, a risk, an entry of 前置, or an action item."""
        if self.waits_for:
            return "predecessor"
        kinds: dict[str, ProposalKind] = {"deadline": "milestone", "lead_time": "risk", "risk": "risk"}
        return kinds.get(self.condition.kind, "action")

    @property
    def id(self) -> str:
        """Stable identifier within the row."""
        return self.condition.key

    @property
    def identity(self) -> str:
        """What names it everywhere: T003:deadline-4c1d…; the part after : is `id`."""
        return f"{self.row_id}:{self.id}"

    @property
    def quote(self) -> str:
        """The words of the note."""
        return self.condition.quote

    @property
    def date(self) -> date | None:
        """The date that the note sets."""
        return self.condition.date

    @property
    def sentence(self) -> Text:
        """What it asks for, in one sentence."""
        return Text(self.condition.sentence("zh"), self.condition.sentence("en"))


class Batch(NamedTuple):
    """Risks of one kind, as arrays; `make(k)` writes out the k-th."""

    probability: Ints
    impact: Ints
    make: Callable[[int], RiskItem]


class RiskItems(Sequence[RiskItem]):
    """Risks by falling score, written out only when somebody looks at them."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        empty = np.empty(0, dtype=np.int64)
        counts = [len(batch.probability) for batch in batches]
        self.probability: Ints = np.concatenate([empty, *(batch.probability for batch in batches)])
        self.impact: Ints = np.concatenate([empty, *(batch.impact for batch in batches)])
        self._makers = [batch.make for batch in batches]
        self._batch = np.repeat(np.arange(len(batches)), counts)
        self._place = np.concatenate([empty, *(np.arange(count) for count in counts)])
        # Of equal scores the graver impact first, then by source and sheet order.
        self._order = np.lexsort((-self.impact, -self.probability * self.impact))

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> RiskItem: ...
    @overload
    def __getitem__(self, index: slice) -> list[RiskItem]: ...
    def __getitem__(self, index: int | slice) -> RiskItem | list[RiskItem]:
        if isinstance(index, slice):
            return [self._made(n) for n in self._order[index].tolist()]
        return self._made(int(self._order[index]))

    def __iter__(self) -> Iterator[RiskItem]:
        makers = [self._makers[batch] for batch in self._batch[self._order].tolist()]
        places = self._place[self._order].tolist()
        return (make(place) for make, place in zip(makers, places, strict=True))

    def _made(self, n: int) -> RiskItem:
        make = self._makers[int(self._batch[n])]
        return make(int(self._place[n]))


@dataclass(frozen=True)
class RiskList:
    """Risks by falling score, and the proposals out of notes; `kept` is what people typed beside those.

    `kept` has, by the proposal's identity, texts by the name of their column (`notes.proposals.TYPED`);
    `estimate` says that days are estimated, where they are. `silent` are rows and notes of which nothing was
    recognised.
    """

    kind: ClassVar = "risks"

    as_of: date
    items: RiskItems
    proposals: Sequence[Proposal] = ()
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    estimate: Text | None = None
    silent: Sequence[tuple[str, str]] = ()

    @cached_property
    def heat(self) -> tuple[tuple[int, ...], ...]:
        """The 5×5 heat map: heat[probability - 1][impact - 1] is the number of risks."""
        cells = (self.items.probability - 1) * 5 + self.items.impact - 1
        counts = np.bincount(cells, minlength=25).reshape(5, 5)
        return tuple(tuple(row) for row in counts.tolist())

    @cached_property
    def cells(self) -> Mapping[tuple[int, int], tuple[str, ...]]:
        """(probability, impact) → the IDs there, each once."""
        found: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
        for item in self.items:
            found[item.probability, item.impact][item.id] = None
        return {cell: tuple(ids) for cell, ids in found.items()}

    def count(self, level: Level) -> int:
        """Number of risks of a level."""
        scores = self.items.probability * self.items.impact
        high, medium = int((scores >= HIGH).sum()), int((scores >= MEDIUM).sum())
        return {"high": high, "medium": medium - high, "low": len(scores) - medium}[level]
