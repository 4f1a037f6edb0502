"""What became of each mail of a mailbox, after matching: taken, not ours, or to be looked at again.

A mail that names none of our sendings is ours only by a workbook in it; what is refused in it is not told.
What may not enter: connections, the ledger's tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xl_collab.exchange.inbox import Arrivals
from xl_collab.exchange.mail.source import MailPlace
from xl_collab.exchange.matching import Matched

PASSING = ("unexpected", "not-started")
"""Refusals that say nothing of the file: it may be read next time."""


@dataclass(frozen=True)
class MailOutcome:
    """The mails of one run. Those that wait, for a sender to be confirmed say, are in neither."""

    taken: tuple[MailPlace, ...] = ()
    others: tuple[MailPlace, ...] = ()


def mail_outcome(arrived: Arrivals, matched: Matched, others: Iterable[MailPlace]) -> MailOutcome:
    """Sort the mails, and take strangers' refused files out of `matched`.

    others  mails whose heads showed that they are not ours
    """
    came = [(reply.who.sha256, reply.held) for reply in matched.replies]
    came += [(answer.who.sha256, answer.held) for answer in matched.answers]
    held = {sha for sha, why in came if why}
    ours = {sha for sha, _ in came}
    ours |= {repeat.arrival.sha256 for repeat in matched.repeats}
    again = {one.arrival.place for one in matched.rejected if one.refusal.code in PASSING}
    foreign = {place for place in arrived.strangers if ours.isdisjoint(arrived.brought[place])}
    matched.rejected = [one for one in matched.rejected if one.arrival.place not in foreign]
    taken = [
        place
        for place, brought in arrived.brought.items()
        if place not in foreign and place not in again and held.isdisjoint(brought)
    ]
    return MailOutcome(tuple(taken), (*others, *sorted(foreign - again)))
