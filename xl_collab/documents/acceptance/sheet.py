"""《成果验收确认单》 as a sheet: deliverables against criteria, remaining issues, both signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_collab.documents.acceptance import words as words
from xl_collab.documents.acceptance.content import AcceptanceDoc, Item
from xl_collab.documents.blocks import Cell, Heading, Kind, Page, Rag, Ref, Sections, one_page
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import FILL, Place, fitted
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import ACCEPTANCE, Lang, Text, in_a_row

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (7.5, 17, 31, 11.5, 11.5, 9, 9, 20),
    "en": (8, 19, 34, 11.5, 14, 10, 10, 21),
}
_COLOURS = {"accepted": "green", "conditional": "yellow", "rejected": "red"}


def draw(
    document: AcceptanceDoc, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of one certificate."""
    tab = GENERATED["acceptance"].of(lang).format(key=document.key)

    def fill(page: Page) -> None:
        _Sheet(page, document, document.project or project).draw()

    return one_page(tab, lang, _WIDTHS[lang], fill, project=project, links=links, typed=typed, ending=True)


class _Sheet(Sections[AcceptanceDoc]):
    """The sections of the certificate, in order."""

    def draw(self) -> None:
        """Fill the page."""
        number = fitted(words.NUMBER, number=self.doc.key, date=self.doc.as_of).of(self.lang)
        title = words.TITLE.of(self.lang)
        self.page.running_head(self.project, f"{title} · {number}")
        self.page.title(title, number)
        self._section("summary")
        self.page.sentences(self.doc.summary)
        self._task()
        self._items()
        self._remaining()
        start = self.page.row
        self._conclusion()
        self._sign()
        self.page.keep(start, [(start, self.page.row)])
        self.page.finish()

    def _section(self, name: str) -> None:
        self.page.section(words.HEAD[name])

    def _task(self) -> None:
        doc, blank = self.doc, FILL.of(self.lang)
        self._section("task")
        self.page.pairs([(words.FIELD["project"], self.project)], wide=True)
        self.page.pairs([(words.FIELD["task"], f"{doc.key}  {doc.task}")], wide=True)
        actual = str(doc.compared) if doc.compared_kind == "actual" else blank
        self.page.pairs(
            [
                (words.FIELD["provider"], in_a_row(doc.providers, self.lang)),
                (words.FIELD["receiver"], in_a_row(doc.receivers, self.lang) or blank),
                (words.FIELD["planned"], str(doc.planned or "")),
                (words.FIELD["actual"], actual),
                (words.FIELD["date"], str(doc.signed_on or blank)),
                (words.FIELD["place"], blank),
            ]
        )

    def _items(self) -> None:
        self._section("items")
        names = ("id", "deliverable", "criteria", "submitted", "result", "provider", "receiver", "finding")
        self.page.table(_headings(*names), map(self._item, self.doc.items), empty=words.NO_ITEMS)
        self.page.note(words.RULE)

    def _item(self, item: Item) -> Sequence[Cell]:
        what = (Ref(item.id), item.deliverable, item.criteria, item.submitted_on)
        return (*what, self._result(item), item.provider, item.receiver, None)

    def _result(self, item: Item) -> Cell:
        if item.result not in ACCEPTANCE.codes:
            return item.result or None
        return Rag(_COLOURS[item.result], ACCEPTANCE.label(item.result, self.lang))

    def _remaining(self) -> None:
        self._section("remaining")
        headings = _headings("id", "deliverable", "issue", "due", "result", "owner", "left", "closed")
        self.page.table(headings, map(self._issue, self.doc.remaining), empty=words.NO_REMAINING)

    def _issue(self, item: Item) -> Sequence[Cell]:
        issue, owner = item.remaining or FILL, in_a_row(self.doc.providers[:1], self.lang)
        due: Cell = item.remaining_due or FILL
        what = (Ref(item.id), item.deliverable, issue, due)
        return (*what, self._result(item), owner, self._left(item), None)

    def _left(self, item: Item) -> Text | None:
        if item.left is None:
            return None
        late = item.left < 0
        return fitted(words.DUE_LATE if late else words.DUE_LEFT, n=abs(item.left))

    def _conclusion(self) -> None:
        self._section("conclusion")
        chosen = words.CONCLUSION[self.doc.conclusion].of(self.lang)
        self.page.pairs([(words.COLUMN["result"], chosen)], wide=True)
        self.page.note(words.CONCLUSION_RULE)
        self.page.blank_field(words.OPINION, 3)

    def _sign(self) -> None:
        self._section("signatures")
        pairs = ((words.SIGN_PROVIDER, self.doc.providers), (words.SIGN_RECEIVER, self.doc.receivers))
        names = [fitted(text, name=name).of(self.lang) for text, side in pairs for name in side or ("",)]
        self.page.signatures(names, words.SIGN, words.SIGN_DATE)


def _headings(*names: str) -> list[Heading]:
    labels = {**words.COLUMN, "provider": words.FIELD["provider"], "receiver": words.FIELD["receiver"]}
    return [Heading(n, labels[name], _KINDS.get(name, "text")) for n, name in enumerate(names, start=1)]


_KINDS: Mapping[str, Kind] = {
    "id": "id",
    "submitted": "date",
    "due": "date",
    "left": "centre",
    "result": "rag",
    "provider": "centre",
    "receiver": "centre",
    "owner": "centre",
}
