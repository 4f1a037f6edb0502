"""`collect --mailbox` and `--outlook`: mails in, and afterwards the mark on those that were taken; the ledger says which.

A mail counts as dealt with when the run that took it is done: whatever happens before, it is fetched again, and
what was merged already is known by its content. Marking comes last and may be made up for by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_collab.errors import XlCollabError
from xl_collab.exchange.inbox import Arrivals
from xl_collab.exchange.ledger.ledger import Ledger
from xl_collab.exchange.ledger.store import SeenMail
from xl_collab.exchange.mail.mailbox import BROKEN
from xl_collab.exchange.mail.source import MailNumber, MailPlace, MailsFound, MailSource, Wanted
from xl_collab.exchange.mailbox_outcome import mail_outcome
from xl_collab.exchange.matching import Matched
from xl_collab.schema.words import Text

Step = Callable[[str], None]


def _untold(_: str) -> None:
    """Nobody looks."""


@dataclass
class MailReport:
    """What came of the mailbox: mails that answer us, mails that do not, and what could not be done.

    lost      why looking ended early; `unmarked` why mails that were taken are not marked there
    """

    host: str
    ours: int = 0
    others: int = 0
    waiting: int = 0
    lost: Text | None = None
    unmarked: Text | None = None


class MailboxRun:
    """One look into one source of mails; `tell` is told how far it has come."""

    def __init__(self, source: MailSource, ledger: Ledger | None) -> None:
        self.source, self.ledger = source, ledger
        self.report = MailReport(source.shown)
        self.tell: Step = _untold

    @cached_property
    def mails(self) -> MailsFound | tuple[()]:
        """The mails that may answer us; () when nothing was ever sent."""
        first = self.ledger.first_sending() if self.ledger else None
        if self.ledger is None or first is None:
            return ()
        wanted = Wanted(first.date(), self.ledger.tokens(), self.ledger.message_ids())
        return self.source.find(wanted, self._known, lambda far: self.tell(far))

    def _known(self, folder: str, validity: int) -> Collection[MailNumber]:
        return self.ledger.seen_mails(self.source.account, folder, validity) if self.ledger else ()

    def seen(self, arrived: Arrivals, matched: Matched) -> tuple[SeenMail, ...]:
        """The mails that the run deals with; strangers' files leave `matched`."""
        fetching = self.mails
        if isinstance(fetching, tuple):
            return ()
        found = mail_outcome(arrived, matched, fetching.others)
        self.report.ours, self.report.others = len(found.taken), len(found.others)
        self.report.waiting = (
            len(arrived.brought) + len(fetching.others) - len(found.taken) - len(found.others)
        )
        self.report.lost = fetching.lost
        return (*self._noted(found.taken, True), *self._noted(found.others, False))

    def _noted(self, places: Sequence[MailPlace], ours: bool) -> list[SeenMail]:
        account = self.source.account
        return [SeenMail(account, place.folder, place.validity, place.uid, ours) for place in places]

    def mark(self, step: Step) -> None:
        """Mark what was taken, by this run or by one that came no further; what fails is said, not raised."""
        assert self.ledger is not None
        account = self.source.account
        waiting = self.ledger.unmarked_mails(account)
        if not waiting:
            return
        try:
            for folder, validity in self.source.mark(waiting):
                step("marked")
                self.ledger.mails_marked(account, folder, validity)
        except (XlCollabError, *BROKEN) as error:
            said = error if isinstance(error, XlCollabError) else None
            why = Text(said.zh, said.en) if said else Text(str(error), str(error))
            self.report.unmarked = why
