"""What goes along with a letter: minutes, a report, or the page that somebody is to decide on.

Pages are taken from the workbook as people finished them, without what is nobody's business outside. What may
not enter: packets (sendings.py), what letters say.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.reply import usage_error
from xl_collab.documents.letter.content import Letter, LetterKind
from xl_collab.documents.letter.matters import Approval, Resolved
from xl_collab.documents.letter.words import NO_PDF
from xl_collab.errors import XlCollabError
from xl_collab.exchange.mail.letters import Enclosure, file_name
from xl_collab.exchange.mail.pages import drawn_alone, latest_sheet, sheet_alone, sheet_of
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.forms import REQUEST
from xl_collab.schema.words import Text, t

if TYPE_CHECKING:
    from xl_collab.commands.sendings import PacketPost
    from xl_collab.project.edits import Document

DRAFT_REFUSED = t(
    "会议纪要{tab}还没有签发，只是草稿，所以没有发出。先签发（xl-collab minutes --issue，或点“签发纪要”），"
    "确实要发草稿请加 --as-draft。",
    "The minutes{tab} are only a draft and were not sent. Issue them first (xl-collab minutes --issue, or “Issue "
    "minutes”), or add --as-draft to send the draft.",
)


class Enclosures:
    """The enclosures of one run; `remarks` is what is to be said of them."""

    def __init__(self, post: PacketPost, kind: LetterKind) -> None:
        self.post, self.kind = post, kind
        self.remarks: list[Text] = []
        self._pages: dict[str, Enclosure | None] = {}

    def of(self, letter: Letter) -> tuple[Letter, Enclosure | None]:
        """What goes along with a letter, and the letter dated like it."""
        if self.kind in ("minutes", "report"):
            return self._report(letter)
        if isinstance(letter.matter, Approval):
            return letter, self._once(letter.matter.id, lambda: self._to_approve(letter.matter))
        if self.kind == "enquiry":
            return letter, self._once("", self._request_page)
        return letter, None

    def _once(self, key: str, make: Callable[[], Enclosure | None]) -> Enclosure | None:
        if key not in self._pages:
            self._pages[key] = make()
        return self._pages[key]

    # minutes and reports

    def resolved(self, *, unfinished: bool) -> Resolved:
        """What the minutes that would go out resolved; UsageError where they are a draft and may not go."""
        from xl_collab.documents.letter.resolved import resolved

        there = latest_sheet(self.post.master, "minutes")
        found = resolved(self.post.session.project, there[1] if there else "")
        if not found.issued and not unfinished:
            tab = (f"“{there[0]}”", f" “{there[0]}”") if there else ("", "")
            raise usage_error(
                Text(*(said.format(tab=name) for said, name in zip(_REFUSED, tab, strict=True)))
            )
        return found

    def _report(self, letter: Letter) -> tuple[Letter, Enclosure]:
        kind = "minutes" if letter.kind == "minutes" else "review"
        draw, lang = self._drawer(kind), self.post.session.lang
        there = latest_sheet(self.post.master, kind)
        if there is None:
            return letter, Enclosure(letter.kind, drawn_alone(draw(), lang))
        tab, key = there
        day = parse_date(key.partition("-")[0]) or letter.as_of
        data = sheet_alone(self.post.master, tab, lang, draw)
        return replace(letter, as_of=day), Enclosure(letter.kind, data)

    def _drawer(self, kind: str) -> Callable[[], bytes]:
        def draw() -> bytes:
            from xl_collab.documents.minutes.content import minutes
            from xl_collab.documents.review.content import review

            project = self.post.project
            return self._drawn(minutes(project).data if kind == "minutes" else review(project).data)

        return draw

    def _drawn(self, document: Document) -> bytes:
        from xl_collab.documents.drawing import draw

        return draw(document, project_name=self.post.project_name, lang=self.post.session.lang, links={})

    # pages to decide on

    def _to_approve(self, matter: object) -> Enclosure | None:
        """The page that is to be approved, as a PDF where one can be made."""
        assert isinstance(matter, Approval)
        data = self._request_sheet() if matter.about == "request" else self._change_sheet(matter.id)
        if data is None:
            return None
        kind = f"approval_{matter.about}"
        with self.post.session.progress("printing"):
            pdf = printed(data, f"{matter.id or REQUEST.title.of(self.post.session.lang)}.xlsx")
        if pdf is not None:
            return Enclosure(kind, pdf, ".pdf", about=matter.id)
        if NO_PDF not in self.remarks:
            self.remarks.append(NO_PDF)
        return Enclosure(kind, data, about=matter.id, remark=NO_PDF)

    def _request_page(self) -> Enclosure | None:
        data = self._request_sheet()
        return None if data is None else Enclosure("enquiry", data)

    def _request_sheet(self) -> bytes | None:
        """需求申请 as it stands in the workbook."""
        tabs = self.post.session.sheets.tabs
        tab = next((name for name in tabs if name in (REQUEST.title.zh, REQUEST.title.en)), None)
        return None if tab is None else sheet_alone(self.post.master, tab, self.post.session.lang, _nothing)

    def _change_sheet(self, number: str) -> bytes | None:
        """《进度调整方案》 of a change, drawn now where the workbook has none."""
        from xl_collab.documents.adjustment.content import adjust

        def draw() -> bytes:
            documents = adjust(self.post.project, [number]).data.documents
            found = next((document for document in documents if document.key == number), None)
            return _nothing() if found is None else self._drawn(found)

        lang = self.post.session.lang
        tab = sheet_of(self.post.master, "adjustment", number)
        try:
            return sheet_alone(self.post.master, tab, lang, draw) if tab else drawn_alone(draw(), lang)
        except KeyError:
            return None


_REFUSED = (DRAFT_REFUSED.zh, DRAFT_REFUSED.en)


def _nothing() -> bytes:
    raise KeyError


def printed(workbook: bytes, name: str) -> bytes | None:
    """A workbook as PDF, its file called `name` at the foot; None where no program can make one."""
    from xl_collab.hosts.printing import find_soffice, to_pdf

    soffice = find_soffice()
    if soffice is None:
        return None
    with tempfile.TemporaryDirectory(prefix="xl-collab-print-") as folder:
        path = Path(folder) / file_name(name.removesuffix(".xlsx"), ".xlsx")
        path.write_bytes(workbook)
        try:
            return to_pdf(path, Path(folder) / "out", soffice).read_bytes()
        except XlCollabError:
            return None
