"""《进度调整方案》 as a sheet: what slipped, why, what it moves, the options, room to approve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_collab.documents.adjustment import words as words
from xl_collab.documents.adjustment.content import AdjustmentDoc, Alternative, Moved
from xl_collab.documents.blocks import Cell, Heading, Kind, Page, Rag, Ref, Sections, one_page
from xl_collab.project.drafts import Typed, shape
from xl_collab.project.sentences import FILL, Place, fitted, listing, say
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import ADJUSTMENT_STATUS, RAG, Lang

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (7.5, 15, 33, 11.5, 11.5, 7.5, 7.5, 19),
    "en": (8, 17, 36, 11.5, 11.5, 8, 9, 21),
}


def draw(
    document: AdjustmentDoc, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of one schedule change."""
    tab = GENERATED["adjustment"].of(lang).format(key=document.key)

    def fill(page: Page) -> None:
        _Sheet(page, document, document.project or project).draw()

    return one_page(tab, lang, _WIDTHS[lang], fill, project=project, links=links, typed=typed, ending=True)


class _Sheet(Sections[AdjustmentDoc]):
    """The sections of the change, in order."""

    def draw(self) -> None:
        """Fill the page."""
        number = fitted(words.NUMBER, number=self.doc.key, date=self.doc.as_of).of(self.lang)
        state = ADJUSTMENT_STATUS.label(self.doc.status, self.lang)
        title = words.TITLE.of(self.lang)
        self.page.running_head(self.project, f"{title} · {number}")
        self.page.title(title, f"{number} · {state}")
        self._section("summary")
        self.page.sentences(self.doc.summary)
        self._task()
        self._section("cause")
        self.page.sentences(self.doc.causes)
        self._knock_on()
        self._options()
        self._measures()
        self._approval()
        self.page.finish()

    def _section(self, name: str) -> None:
        self.page.section(words.HEAD[name])

    def _task(self) -> None:
        doc, blank = self.doc, FILL.of(self.lang)
        self._section("task")
        self.page.pairs([(words.FIELD["project"], self.project)], wide=True)
        self.page.pairs([(words.FIELD["task"], f"{doc.task_id}  {doc.task}")], wide=True)
        alert = RAG.label(doc.rag, self.lang) if doc.rag in RAG.codes else ""
        self.page.pairs(
            [
                (words.FIELD["stage"], doc.stage),
                (words.FIELD["output"], doc.output),
                (words.FIELD["owner"], doc.owner),
                (words.FIELD["support"], doc.support),
                (words.FIELD["base"], str(doc.base or "")),
                (words.FIELD["compared"], str(doc.compared or "")),
                (words.FIELD["workdays"], f"{doc.workdays:+d}  {alert}"),
                (words.FIELD["new"], str(doc.new_date or blank)),
            ]
        )

    def _knock_on(self) -> None:
        self._section("knock_on")
        headings = _headings("id", "owner", "task", "before", "after", "workdays", "rag", "remark")
        self.page.table(headings, map(self._moved, self.doc.knock_on), empty=words.NO_KNOCK_ON)
        if self.doc.knock_on:
            self.page.note(words.KNOCK_ON_NOTE)
            if self.doc.compared_kind == "today":
                self.page.note(words.KNOCK_ON_LEAST)
        told = self.doc.tell
        items = (fitted(words.TELL_ITEM, department=t.department, ids=listing(t.ids, 3)) for t in told)
        self.page.sentences([say(words.TELL, names=listing(items, 20)) if told else say(words.NOBODY)])

    def _moved(self, row: Moved) -> Sequence[Cell]:
        rag = Rag(row.rag, RAG.label(row.rag, self.lang)) if row.rag in RAG.codes else None
        mine = [m for m in self.doc.milestones if m.task_id == row.id]
        remark = listing((f"{m.id} {m.milestone}" for m in mine), 3) if mine else None
        return (Ref(row.id), row.owner, row.task, row.before, row.after, row.workdays, rag, remark)

    def _options(self) -> None:
        self._section("options")
        headings = _headings("choice", "option", "needs", "new", "end", "late", "moved", "opinion")
        rows = map(self._option, self.doc.options)
        keys = [f"option:{shape(option.title.zh)}" for option in self.doc.options]
        self.page.table(headings, rows, empty=words.NO_KNOCK_ON, keys=keys)

    def _option(self, option: Alternative) -> Sequence[Cell]:
        needs = "\n".join(line.text.of(self.lang) for line in option.needs)
        choice = words.CHOOSE.of(self.lang)
        figures = (option.finish, option.end, option.workdays, option.moved)
        return (choice, option.title, needs, *figures, None)

    def _measures(self) -> None:
        if not self.doc.measures:
            self._section("measures")
            self.page.blank_field(words.MEASURES, 4)
            return
        self._section("measures")
        self.page.sentences([say(words.CAUSE_CHANGE, ids=[self.doc.key], cause=self.doc.measures)])

    def _approval(self) -> None:
        self._section("approval")
        choices = words.RECORD_CHOICES if self.doc.done else words.CHOICES
        self.page.pairs([(words.CONCLUSION, choices.of(self.lang))], wide=True)
        self.page.blank_field(words.OPINION, 2)
        approver = self.doc.approver or words.SUPERIOR.of(self.lang)
        lead = self.doc.applicant
        names = [fitted(words.APPLICANT, department=lead)] if lead else []
        if self.doc.coordinator and self.doc.coordinator != lead:
            names.append(fitted(words.COORDINATOR, department=self.doc.coordinator))
        names.append(fitted(words.APPROVER, name=approver))
        self.page.signatures([name.of(self.lang) for name in names], words.SIGN, words.SIGN_DATE)


def _headings(*names: str) -> list[Heading]:
    return [Heading(n, words.COLUMN[name], _KINDS.get(name, "text")) for n, name in enumerate(names, start=1)]


_KINDS: Mapping[str, Kind] = {
    "id": "id",
    "choice": "centre",
    "before": "date",
    "after": "date",
    "new": "date",
    "end": "date",
    "workdays": "workdays",
    "late": "workdays",
    "moved": "integer",
    "rag": "rag",
}
