"""A mail that names a letter of ours that asks: what it answers, and whose answer it is.

The department is the one that the letter went to; of a letter to several the one that has the sender in
通讯录. What may not enter: what becomes of the answer (merge/confirmations.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC

from xl_collab.exchange.inbox import Arrival
from xl_collab.exchange.mail.confirmations import UNCLEAR, Heard, read_answer, read_boxes
from xl_collab.exchange.mail.incoming import MailWords
from xl_collab.merge.confirmations import AskedLetter, MailedAnswer, day_of
from xl_collab.merge.result import Who
from xl_collab.plan.project import Project
from xl_collab.schema.keys import normalise_key


class Confirming:
    """Reads answers to letters.

    addresses  department (normalised) → its addresses, lower case
    asked      looks a letter up by its token
    confirmed  senders who are taken although 通讯录 does not have them
    """

    def __init__(
        self,
        project: Project,
        addresses: Mapping[str, Collection[str]],
        asked: Callable[[str], AskedLetter | None],
        confirmed: Collection[str],
    ) -> None:
        self.project, self.addresses = project, addresses
        self.asked, self.confirmed = asked, confirmed

    def answer(self, arrival: Arrival, words: MailWords, token: str) -> MailedAnswer | None:
        """What the mail answers to the letter of a token; None when there is none, or nothing was written."""
        letter = self.asked(token)
        if letter is None:
            return None
        department, held = self._whose(letter, arrival.sender)
        heard = self._heard(words, letter, department)
        if not heard.quoted:
            return None
        at = next((stamp.at for stamp in arrival.stamps), None)
        modified = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""
        who = Who(letter.token, department, arrival.sender, modified, words.sha256)
        said = (heard.code, heard.words, heard.quoted)
        day = day_of(at) if at else None
        return MailedAnswer(letter, who, *said, day, arrival.stamps, held, arrival.shown)

    def _whose(self, letter: AskedLetter, sender: str) -> tuple[str, str]:
        """The department, and why its answer has to wait."""
        if letter.department:
            own = self.addresses.get(normalise_key(letter.department), ())
            known = sender in (*own, *letter.to, *self.confirmed)
            return letter.department, "" if sender and known else "sender" if sender else "no_sender"
        found = [name for name in self.project.departments if self._has(name, sender)]
        if len(found) == 1:
            return found[0], ""
        return "", "no_sender" if not sender else "several" if found else "unknown"

    def _has(self, department: str, sender: str) -> bool:
        return sender in self.addresses.get(normalise_key(department), ())

    def _heard(self, words: MailWords, letter: AskedLetter, department: str) -> Heard:
        """What the mail's own words say; plain text and HTML have to say the same."""
        names = (*words.names, *self._called(department))
        heard = [read_answer(own, letter.asks, names) for _, own in words.texts]
        if letter.asks == "enquiry":  # the letter has a table to fill in
            marked = [one for one in (read_boxes(text) for text, _ in words.texts) if one.code]
            heard = [*marked, *(one for one in heard if one.code or not marked)]
        told = [one for one in heard if one.quoted] or [Heard("")]
        return told[0] if len({one.code for one in told}) == 1 else Heard(UNCLEAR, quoted=told[0].quoted)

    def _called(self, department: str) -> tuple[str, ...]:
        """All that a department is called in this workbook."""
        key = normalise_key(department)
        known = self.project.known
        return (
            department,
            *(n for n in self.project.spellings if normalise_key(known.get(normalise_key(n), n)) == key),
        )
