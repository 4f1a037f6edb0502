"""`import`: what it says and asks of colours, strike-through, comments and hidden rows.

What may not enter: what they mean (importing/legend.py), drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from xl_collab.errors import Lang, UsageError
from xl_collab.importing.legend import HIDDEN
from xl_collab.importing.look_proposals import KINDS, STATES, LookProposal, read_accept
from xl_collab.project.sentences import fitted
from xl_collab.project.text_size import shortened
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.person import Person
    from xl_collab.commands.reply import Reply
    from xl_collab.importing.adoption import ImportReport
    from xl_collab.importing.legend import Meaning

WORDS = {
    "look_open": t(
        "{kind} {count} 处（{places}）：{becomes}（{why}）；未采用，要采用请加 --accept {key}",
        "{kind}, {count} of them ({places}): {becomes} ({why}); not taken, to take it add --accept {key}",
    ),
    "look_several": t(
        "{kind} {count} 处（{places}）：{why}；请用 --accept {key}=含义 写明，如 {key}=取消",
        "{kind}, {count} of them ({places}): {why}; say it with --accept {key}=MEANING, such as {key}=cancelled",
    ),
    "look_hidden": t(
        "{kind} {count} 行（{places}）：{why}；不要导入请加 --accept hidden=leave，已取消的加 --accept hidden=取消",
        "{kind}, {count} of them ({places}): {why}; to leave them out add --accept hidden=leave, if they are "
        "cancelled --accept hidden=cancelled",
    ),
    "look_taken": t(
        "{kind} {count} 处（{places}）：已采用，{becomes}",
        "{kind}, {count} of them ({places}): taken, {becomes}",
    ),
    "look_ask": t(
        "{kind} {count} 处（{places}）：{becomes}（{why}）。采用吗？y 是，n 否，或写它的含义，如 延期、取消、重点",
        "{kind}, {count} of them ({places}): {becomes} ({why}). Take it? y, n, or what it means, such as late, "
        "cancelled, urgent",
    ),
    "look_ask_several": t(
        "{kind} {count} 处（{places}）：{why}。写它的含义（如 取消、已完成、暂停；隐藏行不要导入写 leave），n 不改",
        "{kind}, {count} of them ({places}): {why}. Write what it means (such as cancelled, done, paused; leave "
        "for hidden rows that stay out), n for nothing",
    ),
    "look_again": t("没有看懂“{text}”", "{text!r} is not understood"),
    "look_remark": t("注意：{remark}", "Note: {remark}"),
}
_PLACES = 3


def open_kinds(report: ImportReport) -> Iterator[tuple[str, Sequence[LookProposal]]]:
    """The looks that wait for a decision, by kind."""
    return _by_kind(report, "open")


def _by_kind(
    report: ImportReport, state: Literal["open", "accepted"]
) -> Iterator[tuple[str, Sequence[LookProposal]]]:
    for kind in KINDS:
        found = [one for one in report.looks if one.kind == kind and one.state == state]
        if found:
            yield kind, found


def asked(
    kind: str, found: Sequence[LookProposal], reply: Reply, person: Person
) -> Meaning | Literal[False] | None:
    """What the person wants of one kind: None as proposed, a meaning, False to leave it."""
    several = found[0].meaning is None
    question = _sentence("look_ask_several" if several else "look_ask", kind, found, reply)
    while True:
        answer = (person.text(question, "n" if several else "y") or "").strip()
        if answer.casefold() in ("n", "no", "否", "不", ""):
            return False
        if answer.casefold() in ("y", "yes", "是", "对") and not several:
            return None
        try:
            return read_accept([f"{kind}={answer}"], found)[kind]
        except UsageError:
            reply.line(fitted(WORDS["look_again"], text=answer).of(reply.lang))
            person.show(reply)


def show(report: ImportReport, reply: Reply, *, hints: bool) -> None:
    """One line for each kind of look that was taken or waits, and for what was not seen."""
    for kind, found in _by_kind(report, "accepted"):
        reply.line(_sentence("look_taken", kind, found, reply))
    if hints:
        for kind, found in open_kinds(report):
            reply.line(_sentence(_waiting(kind, found), kind, found, reply))
    for remark in report.remarks:
        reply.line(fitted(WORDS["look_remark"], remark=remark).of(reply.lang))


def _waiting(kind: str, found: Sequence[LookProposal]) -> str:
    """The sentence for looks that wait."""
    if found[0].meaning is not None:
        return "look_open"
    return "look_hidden" if kind == HIDDEN else "look_several"


def _sentence(name: str, kind: str, found: Sequence[LookProposal], reply: Reply) -> str:
    places = reply.listed([one.place for one in found[:_PLACES]]) + ("…" if len(found) > _PLACES else "")
    becomes = shortened(found[0].becomes.of(reply.lang), 80) + ("…" if _differ(found) else "")
    said = {"kind": KINDS[kind], "places": places, "becomes": becomes, "why": found[0].why, "key": kind}
    return fitted(WORDS[name], count=str(len(found)), **said).of(reply.lang)


def _differ(found: Sequence[LookProposal]) -> bool:
    return len({one.becomes for one in found}) > 1


def payload(report: ImportReport, lang: Lang) -> list[dict[str, Any]]:
    """`import --json`: every look with what became of it."""
    return [
        {
            "kind": one.kind,
            "what": KINDS[one.kind].of(lang),
            "row": one.row,
            "cells": one.place,
            "words": one.words,
            "becomes": one.becomes.of(lang),
            "why": one.why.of(lang),
            "state": one.state,
            "what_state": STATES[one.state].of(lang),
        }
        for one in report.looks
    ]
