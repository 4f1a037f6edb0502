"""Reply codes of letters that ask for an answer: minutes, notices of a change, approvals, enquiries.

They are kept in the ledger before a letter leaves, so that `collect` knows what a mail answers. Where there is
no ledger to keep them in, letters go without one, and that is said. What may not enter: packets (sendings.py).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from xl_collab.commands.sendings import PacketPost, new_token
from xl_collab.documents.letter.matters import Approval, Enquiry, Notice, Resolved
from xl_collab.errors import XlCollabError
from xl_collab.plan.meta import document_id
from xl_collab.project.sentences import day
from xl_collab.schema.words import Text, t

if TYPE_CHECKING:
    from xl_collab.documents.letter.content import Letter
    from xl_collab.exchange.ledger.ledger import Ledger
    from xl_collab.merge.confirmations import AskedLetter, Asks

_NO_CODE = t(
    "信里没有回执码，回信中的答复不会自动登记：{why}",
    "The letters have no reply code, so answers by mail are not recorded: {why}",
)
_SUPERIOR = t("上级领导", "Superior")


class Asking:
    """The letters of one run that ask; `remarks` is what is to be said of them."""

    def __init__(self, post: PacketPost) -> None:
        self.post = post
        self.remarks: list[Text] = []
        self._letters: dict[str, AskedLetter] = {}

    def code(self, letter: Letter) -> str:
        """A fresh reply code for a letter that asks; '' for others, and where nothing is to be kept."""
        asks = self._asks(letter)
        if asks is None or self.post.session.request.dry_run or self._ledger is None:
            return ""
        from xl_collab.merge.confirmations import AskedLetter

        token = new_token()
        to = tuple(sorted({person.email.strip().lower() for person in letter.to}))
        about, kind, whose = asks
        self._letters[token] = AskedLetter(token, kind, about, whose, to, self.post.now)
        return token

    def record(self, leaving: Collection[str]) -> None:
        """Keep those whose letters are about to leave."""
        found = [letter for token, letter in self._letters.items() if token in leaving]
        if found and self._ledger is not None:
            self._ledger.record_asked(found)

    def _asks(self, letter: Letter) -> tuple[str, Asks, str] | None:
        """What is asked about, of what kind it is, and whose answer it is."""
        matter = letter.matter
        if isinstance(matter, Resolved) and matter.issued and matter.row is not None:
            return self._meeting(matter.row), "minutes", letter.department
        if isinstance(matter, Notice) and matter.change.id:
            return matter.change.id, "change", letter.department
        if isinstance(matter, Approval):
            whose = letter.department or _SUPERIOR.of(self.post.session.lang)
            return matter.id or "request", "approval", whose
        return ("enquiry", "enquiry", letter.department) if isinstance(matter, Enquiry) else None

    def _meeting(self, row: int) -> str:
        table = self.post.session.project.table("meetings")
        return str(table.texts("id")[row]) or str(day(table.dates("date")[row]) or "")

    @cached_property
    def _ledger(self) -> Ledger | None:
        if not document_id(self.post.project):
            return None
        try:
            return self.post.ledger
        except XlCollabError as error:
            zh, en = _NO_CODE.zh.format(why=error.zh), _NO_CODE.en.format(why=error.en)
            self.remarks.append(Text(zh, en))
            return None
