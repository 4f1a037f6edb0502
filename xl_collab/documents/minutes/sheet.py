"""《例会会议纪要》 as a sheet: the answer first, a section a table, room to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_collab.documents.blocks import Cell, Heading, Kind, Page, Rag, Ref, Sections, alert, one_page
from xl_collab.documents.minutes import words as words
from xl_collab.documents.minutes.content import Minutes, Section
from xl_collab.documents.minutes.meeting import ActionItem, Resource
from xl_collab.documents.minutes.news import DelayLine, ProgressLine, RiskNews
from xl_collab.documents.theme import LEVEL_COLOURS
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import FILL, Place, brief, fitted, listing, say
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import RISK_LEVEL, STATUS, Choices, Lang

WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (7.5, 13, 27, 11.5, 11.5, 7.5, 7.5, 25),
    "en": (8, 15, 28, 11.5, 11.5, 8, 9.5, 30),
}
"""Columns of a report: ID, who, what, two dates, two figures, remarks."""

_NEWS = {
    "new": words.RISK_NEW,
    "changed": words.RISK_CHANGED,
    "closed": words.RISK_CLOSED,
    "open": words.RISK_OPEN,
}
_REGISTERS: Mapping[Section, str] = {
    "progress": "tracker",
    "variance": "tracker",
    "risks": "risks",
    "resources": "sync",
    "decisions": "meetings",
    "actions": "actions",
}


def draw(
    document: Minutes, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the minutes."""
    tab = GENERATED["minutes"].of(lang).format(key=document.key)

    def fill(page: Page) -> None:
        _Sheet(page, document, document.project or project).draw()

    return one_page(tab, lang, WIDTHS[lang], fill, project=project, links=links, typed=typed)


class _Sheet(Sections[Minutes]):
    """The sections of the minutes, in order."""

    def draw(self) -> None:
        """Fill the page."""
        number = fitted(words.NUMBER, number=self.doc.number, date=self.doc.date).of(self.lang)
        state = "" if self.doc.issued else f" · {words.DRAFT.of(self.lang)}"
        title = words.TITLE.of(self.lang)
        self.page.running_head(self.project, f"{title} · {number}")
        self.page.title(title, number + state)
        self._meeting()
        self._section("summary")
        self.page.sentences(self.doc.summary)
        self._progress()
        self._variances()
        self._risks()
        self._resources()
        self._decisions()
        self._actions()
        self._next()
        self._copies()
        self._sign()
        self.page.finish()

    def _section(self, name: str) -> None:
        self.page.section(words.HEAD[name])

    def _more(self, section: Section) -> None:
        left = self.doc.left_out.get(section, 0)
        if left:
            sheet = SHEETS[_REGISTERS[section]].title
            self.page.note(fitted(words.MORE, n=left, sheet=sheet))

    def _headings(self, *names: str) -> list[Heading]:
        """The eight columns by name."""
        return [
            Heading(n, words.COLUMN[name], _KINDS.get(name, "text")) for n, name in enumerate(names, start=1)
        ]

    def _meeting(self) -> None:
        doc, blank = self.doc, FILL.of(self.lang)
        names = {
            presence: listing([a.department for a in doc.attendance if a.presence == presence], 30).of(
                self.lang
            )
            for presence in ("present", "absent", "unknown")
        }
        self.page.pairs([(words.FIELD["project"], self.project)], wide=True)
        self.page.pairs(
            [
                (words.FIELD["date"], str(doc.held_on) if doc.held_on else blank),
                (words.FIELD["time"], doc.time or blank),
                (words.FIELD["place"], doc.place or blank),
                (words.FIELD["chair"], doc.chair or blank),
                (words.FIELD["recorder"], doc.recorder or blank),
                (words.FIELD["as_of"], str(doc.date)),
            ]
        )
        wide = [(words.FIELD["present"], names["present"] or blank)]
        wide += (
            [(words.FIELD["absent"], names["absent"] or words.NOBODY.of(self.lang))] if doc.held_on else []
        )
        wide += [(words.FIELD["unknown"], names["unknown"])] if names["unknown"] else []
        wide += [(words.FIELD["topics"], doc.topics)] if doc.topics else []
        self.page.pairs(wide, wide=True)
        if doc.held_on is None:
            self.page.note(fitted(words.NO_RECORD, date=doc.date))

    def _progress(self) -> None:
        self._section("progress")
        since = self.doc.since
        basis = words.BASIS_START
        if since is not None:
            basis = fitted(words.BASIS_MINUTES, number=since.number or since.key, date=since.as_of)
        self.page.note(basis)
        headings = self._headings("id", "department", "task", "base", "status", "percent", "rag", "change")
        self.page.table(headings, map(self._progress_row, self.doc.progress), empty=words.NOTHING["progress"])
        self._more("progress")
        self.page.sentences(self.doc.quiet)

    def _progress_row(self, row: ProgressLine) -> Sequence[Cell]:
        what = (Ref(row.id), row.department, row.task, row.base)
        return (*what, self._word(STATUS, row.status), row.percent, self._rag(row), row.change)

    def _word(self, choices: Choices, code: str) -> str:
        return choices.label(code, self.lang) if code in choices.codes else code

    def _rag(self, row: ProgressLine | DelayLine) -> Cell:
        return alert(row.rag, row.workdays, self.doc.threshold, self.lang)

    def _variances(self) -> None:
        self._section("variance")
        headings = self._headings("id", "department", "task", "base", "compared", "workdays", "rag", "reason")
        self.page.table(headings, map(self._slip_row, self.doc.variances), empty=words.NOTHING["variance"])
        self._more("variance")
        if self.doc.variances:
            self.page.note(words.UNITS)

    def _slip_row(self, row: DelayLine) -> Sequence[Cell]:
        compared: Cell = None
        if row.compared:
            compared = f"{row.compared}\n{words.KIND[row.kind].of(self.lang)}" if row.kind else row.compared
        rag = self._rag(row)
        return (Ref(row.id), row.department, row.task, row.base, compared, row.workdays, rag, row.reason)

    def _risks(self) -> None:
        self._section("risks")
        headings = self._headings("id", "owner", "risk", "change_kind", "due", "score", "level", "measure")
        self.page.table(headings, map(self._risk_row, self.doc.risks), empty=words.NOTHING["risks"])
        self._more("risks")

    def _risk_row(self, row: RiskNews) -> Sequence[Cell]:
        level: Cell = None
        if row.level:
            level = Rag(LEVEL_COLOURS[row.level], RISK_LEVEL.label(row.level, self.lang))
        news = _NEWS[row.news]
        return (Ref(row.id), row.owner, row.risk, news, row.due, row.score, level, row.reason)

    def _resources(self) -> None:
        self._section("resources")
        names = ("source", "raised_by", "matter", "date", "kind", "tasks", "by", "agreed")
        headings = self._headings(*names)
        found = self.doc.resources
        keys = [self._resource_key(row) for row in found]
        rows = map(self._resource_row, found)
        self.page.table(headings, rows, empty=words.NOTHING["resources"], keys=keys)
        self._more("resources")

    def _decisions(self) -> None:
        self._section("decisions")
        for each in self.doc.decisions:
            line = say(words.DECISION, ids=[each.row_id], number=each.number, text=each.text)
            self.page.sentences([line], key=f"decision:{each.number}")
        if not self.doc.decisions:
            self.page.note(words.NOTHING["decisions"])
        self._more("decisions")

    def _resource_key(self, row: Resource) -> str:
        """A row of 每日同步 has no ID: its day and words stand for it."""
        name = "" if "!" in row.row_id else row.row_id
        return f"{name}:{row.date or ''}:{self.page.called(words.RESOURCE[row.kind])}:{row.text}"

    def _resource_row(self, row: Resource) -> Sequence[Cell]:
        sheet, _, place = row.row_id.partition("!")
        text = fitted(words.SYNC_ROW, row=place).of(self.lang) if sheet == "sync" and place else ""
        who = row.department or words.FROM_MEETING
        kind, tasks = words.RESOURCE[row.kind], " ".join(row.task_ids)
        return (Ref(row.row_id, text), who, self._matter(row), row.date, kind, tasks, None, None)

    def _matter(self, row: Resource) -> str:
        """What is asked for, and a line for each answer of a supporter."""
        answers = [
            fitted(words.ANSWERED, department=name or words.SUPPORTERS, text=brief(said, 80))
            for name, said in row.answers
        ]
        silent = [fitted(words.UNANSWERED, names=listing(row.silent))] if row.silent else []
        return "\n".join([row.text, *(text.of(self.lang) for text in (*answers, *silent))])

    def _actions(self) -> None:
        self._section("actions")
        headings = self._headings("id", "owner", "action", "raised", "due", "age", "overdue", "remark")
        self.page.table(headings, map(self._action_row, self.doc.actions), empty=words.NOTHING["actions"])
        self._more("actions")
        closed = self.doc.closed_actions
        if closed:
            names = listing([item.id for item in closed])
            line = say(words.CLOSED_ACTIONS, ids=[closed[0].id], since=self.doc.since_words, names=names)
            self.page.sentences([line])

    def _action_row(self, row: ActionItem) -> Sequence[Cell]:
        age = fitted(words.DAYS, n=row.age) if row.age is not None else None
        late = Rag("red", fitted(words.OVERDUE, n=row.overdue).of(self.lang)) if row.overdue else None
        kind = words.NEW_ACTION if row.id in self.doc.new_actions else words.CARRIED
        remark = fitted(words.REMARK, kind=kind, source=row.source) if row.source else kind
        return (Ref(row.id), row.owner, row.action, row.raised_on, row.due, age, late, remark)

    def _next(self) -> None:
        self._section("next")
        found = self.doc.next_meeting
        if found is None:
            self.page.blank_field(words.NO_RULE, 1)
            return
        place = self.doc.place or FILL.of(self.lang)
        lines = [say(words.NEXT, when=found.shown, place=place)]
        if found.moved:
            lines.append(say(words.MOVED, nominal=found.nominal, when=f"{found.due:%Y-%m-%d}"))
        if found.estimated:
            lines.append(say(words.ESTIMATED))
        self.page.sentences(lines)

    def _copies(self) -> None:
        self._section("copies")
        names = [fitted(words.COPY, name=copy.name, why=words.WHY[copy.why]) for copy in self.doc.copies]
        self.page.sentences([say(words.COPIES, names=listing(names, 40)) if names else say(words.NO_COPIES)])

    def _sign(self) -> None:
        self._section("signatures")
        people = [words.FIELD["chair"].of(self.lang), words.FIELD["recorder"].of(self.lang)]
        people += [
            fitted(words.SIGN_DEPARTMENT, department=name).of(self.lang) for name in self.doc.signing[:40]
        ]
        self.page.signatures(people, words.SIGN, words.SIGN_DATE)


_KINDS: Mapping[str, Kind] = {
    "id": "id",
    "source": "id",
    "base": "date",
    "compared": "centre",
    "due": "date",
    "raised": "date",
    "date": "date",
    "percent": "percent",
    "status": "centre",
    "rag": "rag",
    "workdays": "workdays",
    "score": "integer",
    "level": "rag",
    "change_kind": "centre",
    "kind": "centre",
    "tasks": "centre",
    "by": "centre",
    "age": "centre",
    "overdue": "centre",
}
