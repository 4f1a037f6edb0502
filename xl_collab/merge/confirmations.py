"""Answers to letters that ask, as mails brought them: which are put on record, and why others are not.

Of one department the latest counts, as far as clocks tell; an earlier one, and one that cannot be placed in
time, is told. What was typed or decided meanwhile is never turned round by a mail that may be older. An
answer is put on record as `answer` does it (plan/answers.py). What may not enter: mails, how their words are
read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from xl_collab.errors import XlCollabError
from xl_collab.merge.history import by_clock
from xl_collab.merge.result import ReplyStatus, Stamp, Who
from xl_collab.plan.answers import Answered, Asked, Standing, answer, asked, standing
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import carried_out, gathered
from xl_collab.project.edits import Edit, Outcome
from xl_collab.project.sentences import fitted
from xl_collab.project.text_size import shortened
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.words import ANSWER, FEASIBILITY, Lang, Text, t

Asks = Literal["minutes", "change", "approval", "enquiry"]
State = Literal["recorded", "same", "earlier", "unclear", "uncertain", "decided", "held", "refused"]
COUNTED: dict[State, str] = {"recorded": "applied", "same": "same", "held": "refused"}
"""As what each counts; everything else is told."""
_LONGEST = 120


@dataclass(frozen=True)
class AskedLetter:
    """A letter that asks for an answer.

    about       what `plan.answers.asked` knows it by: H003, C001, request, enquiry
    department  whose answer it is; '' where it went to several, the superior's name for an approval
    to          the addresses that it went to, lower case
    """

    token: str
    asks: Asks
    about: str
    department: str
    to: tuple[str, ...]
    at: dt.datetime


@dataclass(frozen=True)
class MailedAnswer:
    """What one mail answers. `code` as exchange/mail/confirmations.py reads it; '' and `unclear` for none.

    on    the day of the mail
    held  why it waits: sender, no_sender, unknown (nobody's address), several (of more than one department)
    """

    letter: AskedLetter
    who: Who
    code: str
    words: str
    quoted: str
    on: dt.date | None
    stamps: tuple[Stamp, ...] = ()
    held: str = ""
    file: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What is answered, by whom."""
        return (self.letter.asks, normalise_key(self.letter.about), normalise_key(self.who.department))


@dataclass(frozen=True)
class Recorded:
    """An answer that an earlier run put on record, with the times of its mail."""

    key: tuple[str, str, str]
    code: str
    stamps: tuple[Stamp, ...]


@dataclass(frozen=True)
class Judged:
    """What became of an answer; `place` is where it was put on record, `why` what stood against it."""

    answer: MailedAnswer
    state: State
    place: Answered | None = None
    why: Text | None = None

    @property
    def status(self) -> ReplyStatus:
        """Of its mail, for the ledger: one that is held is looked at again."""
        return ReplyStatus(self.answer.who, "held" if self.state == "held" else "merged", "answer")


def confirm(
    project: Project, answers: Iterable[MailedAnswer], before: Sequence[Recorded]
) -> Outcome[tuple[Judged, ...]]:
    """The edits that put answers on record, and what became of each."""
    work = _Confirming(project, before)
    groups: dict[tuple[str, str, str], list[MailedAnswer]] = {}
    for one in sorted(answers, key=lambda one: (one.key, one.who.sha256)):
        groups.setdefault((*one.key[:2], one.held or one.key[2]), []).append(one)
    for group in groups.values():
        work.group(group)
    return Outcome(tuple(work.judged), gathered(project, work.edits))


class _Confirming:
    def __init__(self, project: Project, before: Sequence[Recorded]) -> None:
        self.project, self.before = project, {one.key: one for one in before}
        self.edits: list[Edit] = []
        self.judged: list[Judged] = []

    def group(self, group: Sequence[MailedAnswer]) -> None:
        """Answers of one department to one thing."""
        clear = [one for one in group if not one.held and one.code not in ("", "unclear")]
        for one in group:
            if one not in clear:
                self.judged.append(Judged(one, "held" if one.held else "unclear"))
        last = next((one for one in clear if all(_after(one, other) for other in clear)), None)
        for one in clear:
            if one is not last:
                self.judged.append(Judged(one, "earlier" if last else "uncertain"))
        if last is not None:
            self.judged.append(self._put(last))

    def _put(self, one: MailedAnswer) -> Judged:
        who = "superior" if one.letter.asks == "approval" else one.who.department
        try:
            to = asked(self.project, one.letter.about)
            state = self._against(one, standing(self.project, to, who))
            if state != "recorded":
                return Judged(one, state, _place(self.project, to, one))
            on = one.on or self.project.as_of
            outcome = answer(self.project, to, [who], one.code, on, one.words)
        except XlCollabError as error:
            return Judged(one, "refused", why=Text(error.zh, error.en))
        self.edits += outcome.edits
        self.project = carried_out(self.project, outcome.edits)
        return Judged(one, "recorded" if outcome.edits else "same", next(iter(outcome.data), None))

    def _against(self, one: MailedAnswer, there: Standing | None) -> State:
        """What an answer is beside the one that is on record."""
        if there is None or there.code == "deemed":
            return "recorded"
        if there.code == one.code and (one.words in there.words or not one.words):
            return "same"
        if one.letter.asks == "approval":
            return "decided"
        known = self.before.get(one.key)
        if known is not None and known.code == there.code and _day(known.stamps) == there.on:
            order = _order(one.stamps, known.stamps)
        else:
            order = _by_days(one.on, there.on)
        return "recorded" if order > 0 else "earlier" if order < 0 else "uncertain"


def _after(one: MailedAnswer, other: MailedAnswer) -> bool:
    """Whether nothing stands against taking `one` for the later of two, or for the same."""
    order = _order(one.stamps, other.stamps)
    return one is other or order > 0 or (order == 0 and (one.code, one.words) == (other.code, other.words))


def _order(one: Sequence[Stamp], other: Sequence[Stamp]) -> int:
    """1 where the first was said later, -1 where earlier, 0 where no clock tells."""
    return by_clock([(*stamp, True) for stamp in one], [(*stamp, True) for stamp in other])


def _day(stamps: Sequence[Stamp]) -> dt.date | None:
    return day_of(stamps[0].at) if stamps else None


def day_of(at: dt.datetime) -> dt.date:
    """The day of a moment, here."""
    return at.astimezone().date() if at.tzinfo else at.date()


def _by_days(one: dt.date | None, other: dt.date | None) -> int:
    if one is None or other is None:
        return 0
    return (one > other) - (one < other)


def _place(project: Project, to: Asked, one: MailedAnswer) -> Answered:
    return Answered(one.who.department, label(one.code, project.lang), "", to.key)


def label(code: str, lang: Lang) -> str:
    """An answer as people read it; '' for none."""
    choices = ANSWER if code in ANSWER.codes else FEASIBILITY
    return choices.label(code, lang) if code in choices.codes else ""


# how it is told


_STATES: dict[State, Text] = {
    "recorded": t("{who}：{said} → {sheet} {about}{words}", "{who}: {said} → {sheet} {about}{words}"),
    "same": t("{who}：{said}，{about} 已登记过", "{who}: {said}, already on record for {about}"),
    "earlier": t(
        "{who}：较早的答复没有登记（{about}）：{quoted}",
        "{who}: an earlier answer, not recorded ({about}): {quoted}",
    ),
    "unclear": t(
        "{who}：没有登记，读不出明确的答复（{about}）：{quoted}",
        "{who}: not recorded, no plain answer in it ({about}): {quoted}",
    ),
    "uncertain": t(
        "{who}：没有登记，分不清哪个答复在后（{about}）：{quoted}",
        "{who}: not recorded, unclear which answer is later ({about}): {quoted}",
    ),
    "decided": t(
        "{who}：没有登记，{about} 已有结论：{quoted}", "{who}: not recorded, {about} is decided: {quoted}"
    ),
    "held": t(
        "{file}：没有登记（{about}），{why}：{quoted}", "{file}: not recorded ({about}), {why}: {quoted}"
    ),
    "refused": t("{who}：没有登记（{about}）：{why}", "{who}: not recorded ({about}): {why}"),
}
_HELD = {
    "sender": t("发件人 {sender} 不在“通讯录”的 {who} 名下", "Contacts does not have {sender} for {who}"),
    "no_sender": t("发件人不明", "its sender cannot be told"),
    "unknown": t("发件人 {sender} 不在“通讯录”，不知是哪个部门", "Contacts does not know {sender}"),
    "several": t(
        "发件人 {sender} 在“通讯录”里属于几个部门", "{sender} is in Contacts for several departments"
    ),
}
_ABOUT = {"request": t("需求申请", "the request"), "enquiry": t("可行性征询", "the enquiry")}


def sentence(one: Judged) -> Text:
    """What became of an answer, in a line."""
    mail, place = one.answer, one.place
    about = _ABOUT.get(mail.letter.about, Text(mail.letter.about, mail.letter.about))
    words = shortened(" ".join(mail.words.split()), _LONGEST)
    why = one.why or fitted(_HELD.get(mail.held, t("", "")), sender=mail.who.sender, who=mail.who.department)
    said = fitted(
        _STATES[one.state],
        who=mail.who.department or mail.who.sender or mail.file,
        said=Text(*(label(mail.code, lang) for lang in ("zh", "en"))),
        sheet=place.sheet if place else "",
        about=about,
        words=Text(f"（{words}）", f" ({words})") if words else "",
        quoted=shortened(" ".join(mail.quoted.split()), _LONGEST),
        why=why,
        file=mail.file,
    )
    return Text(" ".join(said.zh.split()), " ".join(said.en.split()))


def counts(judged: Iterable[Judged]) -> Iterator[str]:
    """As what each answer counts: a word of `words.OUTCOMES`."""
    return (COUNTED.get(one.state, "told") for one in judged)
