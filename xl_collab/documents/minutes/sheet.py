"""《例会会议纪要》 as a sheet of one or two pages: what was decided and who has to act stand first.

Then what is late, by where it began; risks; what departments need from each other; figures last. A row of
the tracker stands in one section alone. Nothing on paper is smaller than 9 points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xl_collab.documents.blocks import Cell, Heading, Kind, Page, Rag, Ref, Sections, alert, one_page
from xl_collab.documents.minutes import words as words
from xl_collab.documents.minutes.content import Minutes, Section
from xl_collab.documents.minutes.meeting import ActionItem, Attendance, Decision, Resource
from xl_collab.documents.minutes.news import Affected, DelayLine, DepartmentNews, Named, RiskNews
from xl_collab.documents.theme import LEVEL_COLOURS
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import FILL, Line, Place, brief, fitted, joined, listing, say
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import RISK_LEVEL, Lang, Text

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (7, 11, 20, 10.5, 10.5, 5.5, 5.5, 10),
    "en": (7, 12.5, 17, 10.5, 10.5, 5.5, 7, 10),
}
"""ID, who, what, two dates, two figures, remarks; together what a page holds at nine tenths."""
_SCALE, _LEAST = 0.9, 10
"""Nothing is smaller than 9 points on paper."""
_CHANGES = 3
"""Changed rows that a department's line tells; the rest are counted."""

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

    return one_page(
        tab,
        lang,
        _WIDTHS[lang],
        fill,
        project=project,
        links=links,
        typed=typed,
        scale=_SCALE,
        least=_LEAST,
    )


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
        self._decisions()
        self._actions()
        self._late()
        self._risks()
        self._resources()
        self._figures()
        self._foot()
        self._sign()
        self.page.finish()

    def _section(self, name: str) -> None:
        self.page.section(words.HEAD[name], former=words.FORMER.get(name, ""))

    def _more(self, section: Section) -> None:
        left = self.doc.left_out.get(section, 0)
        if left:
            sheet = SHEETS[_REGISTERS[section]].title
            self.page.note(fitted(words.MORE, n=left, sheet=sheet))

    def _headings(self, *names: str) -> list[Heading]:
        """The columns by name; a dash gives one to the name before it."""
        found: list[Heading] = []
        for n, name in enumerate(names, start=1):
            if name == "-":
                found[-1] = replace(found[-1], to=n)
            else:
                found.append(Heading(n, words.COLUMN[name], _KINDS.get(name, "text")))
        return found

    def _meeting(self) -> None:
        doc, blank = self.doc, FILL.of(self.lang)
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
        present, absent, unknown = map(self._there, ("present", "absent", "unknown"))
        wide = [(words.FIELD["present"], present or blank)]
        wide += [(words.FIELD["absent"], absent or words.NOBODY.of(self.lang))] if doc.held_on else []
        wide += [(words.FIELD["unknown"], unknown)] if unknown else []
        wide += [(words.FIELD["topics"], doc.topics)] if doc.topics else []
        self.page.pairs(wide, wide=True)
        if doc.held_on is None:
            self.page.note(fitted(words.NO_RECORD, date=doc.date))

    def _there(self, presence: str) -> str:
        named = [_person(one) for one in self.doc.attendance if one.presence == presence]
        return listing(named, 30).of(self.lang)

    def _decisions(self) -> None:
        self._section("decisions")
        headings = self._headings("source", "number", "decision", "-", "-", "department", "-", "due")
        found = self.doc.decisions
        keys = [f"decision:{each.number}" for each in found]
        rows = map(self._decision_row, found)
        self.page.table(headings, rows, empty=words.NOTHING["decisions"], keys=keys)
        self._more("decisions")
        self.page.sentences(self.doc.answers)

    def _decision_row(self, row: Decision) -> Sequence[Cell]:
        return (Ref(row.row_id), row.number, row.text, listing(row.departments, 4), row.due)

    def _actions(self) -> None:
        self._section("actions")
        headings = self._headings("id", "owner", "action", "-", "due", "age", "overdue", "remark")
        self.page.table(headings, map(self._action_row, self.doc.actions), empty=words.NOTHING["actions"])
        self._more("actions")
        closed = self.doc.closed_actions
        if closed:
            names = listing([item.id for item in closed])
            line = say(words.CLOSED_ACTIONS, ids=[closed[0].id], since=self.doc.since_words, names=names)
            self.page.sentences([line])

    def _action_row(self, row: ActionItem) -> Sequence[Cell]:
        late = Rag("red", str(row.overdue)) if row.overdue else None
        kind = words.NEW_ACTION if row.id in self.doc.new_actions else words.CARRIED
        return (Ref(row.id), row.owner, row.action, row.due, row.age, late, kind)

    def _late(self) -> None:
        self._section("variance")
        headings = self._headings("id", "department", "task", "base", "compared", "workdays", "rag", "basis")
        below = {row.id: _below(row) for row in self.doc.variances}
        rows = map(self._slip_row, self.doc.variances)
        self.page.table(headings, rows, empty=words.NOTHING["variance"], below=below)
        self._more("variance")
        self.page.sentences(self._beside())

    def _slip_row(self, row: DelayLine) -> Sequence[Cell]:
        rag = alert(row.rag, row.workdays, self.doc.threshold, self.lang)
        basis = words.KIND.get(row.kind)
        return (Ref(row.id), row.department, row.task, row.base, row.compared, row.workdays, rag, basis)

    def _beside(self) -> Iterator[Line]:
        """What is not late yet, and what was finished late."""
        doc = self.doc
        if doc.waiting:
            names = listing([fitted(words.WAITING_ROW, **_called(row)) for row in doc.waiting], 6)
            yield say(words.WAITING, n=len(doc.waiting), names=names)
        if doc.done_late:
            names = listing([_moved(row) for row in doc.done_late], 12)
            yield say(words.DONE_LATE, n=len(doc.done_late), names=names, since=doc.since_words)

    def _risks(self) -> None:
        self._section("risks")
        headings = self._headings("id", "owner", "risk", "respond", "change_kind", "measure", "-", "-")
        self.page.table(headings, map(self._risk_row, self.doc.risks), empty=words.NOTHING["risks"])
        self._more("risks")
        tracked = self.doc.tracked
        if tracked:
            line = say(words.TRACKED, ids=tracked[:1], n=len(tracked), names=listing(tracked))
            self.page.sentences([line])

    def _risk_row(self, row: RiskNews) -> Sequence[Cell]:
        news = (row.change if row.change.zh else _NEWS[row.news]).of(self.lang)
        # In the first minutes every risk is new.
        told = [] if row.news == "new" and self.doc.since is None else [news]
        level: Cell = news
        if row.level:
            label = f"{RISK_LEVEL.label(row.level, self.lang)} {row.score}"
            level = Rag(LEVEL_COLOURS[row.level], "\n".join([label, *told]))
        return (Ref(row.id), row.owner, row.risk, row.due, level, row.measure)

    def _resources(self) -> None:
        self._section("resources")
        names = ("source", "raised_by", "matter", "-", "kind", "tasks", "-", "agreed")
        headings = self._headings(*names)
        found = self.doc.resources
        keys = [self._resource_key(row) for row in found]
        rows = map(self._resource_row, found)
        self.page.table(headings, rows, empty=words.NOTHING["resources"], keys=keys)
        self._more("resources")

    def _resource_key(self, row: Resource) -> str:
        """A row of 每日同步 has no ID: its day and words stand for it."""
        name = "" if "!" in row.row_id else row.row_id
        return f"{name}:{row.date or ''}:{self.page.called(words.RESOURCE[row.kind])}:{row.text}"

    def _resource_row(self, row: Resource) -> Sequence[Cell]:
        sheet, _, place = row.row_id.partition("!")
        text = fitted(words.SYNC_ROW, row=place).of(self.lang) if sheet == "sync" and place else ""
        who = row.department or words.FROM_MEETING
        kind, tasks = words.RESOURCE[row.kind], " ".join(row.task_ids)
        return (Ref(row.row_id, text), who, self._matter(row), kind, tasks, None)

    def _matter(self, row: Resource) -> str:
        """What is asked for, and a line for each answer of a supporter."""
        answers = [
            fitted(words.ANSWERED, department=name or words.SUPPORTERS, text=brief(said, 80))
            for name, said in row.answers
        ]
        silent = [fitted(words.UNANSWERED, names=listing(row.silent))] if row.silent else []
        return "\n".join([row.text, *(text.of(self.lang) for text in (*answers, *silent))])

    def _figures(self) -> None:
        self._section("progress")
        self.page.sentences(replace(line, ids=()) for line in self.doc.summary)
        headings = self._headings("rank", "lead", "moved", "-", "-", "done", "alerts", "newly")
        rows = map(self._department_row, range(len(self.doc.progress)))
        keys = [f"department:{row.department.zh}" for row in self.doc.progress]
        self.page.table(headings, rows, empty=words.NOTHING["progress"], keys=keys)
        self._more("progress")
        self.page.sentences(self.doc.quiet)

    def _department_row(self, n: int) -> Sequence[Cell]:
        row = self.doc.progress[n]
        done, alerts = f"{row.done}/{row.total}", f"{row.red}/{row.yellow}"
        newly = listing(row.newly, 6) if row.newly else None
        return (n + 1, row.department, _told(row), done, alerts, newly)

    def _foot(self) -> None:
        """When people meet next, and whom this goes to."""
        self.page.gap(3)
        pairs = [(words.FIELD["next"], self._next()), (words.FIELD["copies"], self._copies())]
        self.page.pairs(pairs, wide=True)

    def _next(self) -> str:
        found = self.doc.next_meeting
        if found is None:
            return f"{words.NO_RULE.of(self.lang)} {FILL.of(self.lang)}"
        lines = [fitted(words.NEXT, when=found.shown, place=self.doc.place or FILL.of(self.lang))]
        if found.moved:
            lines.append(fitted(words.MOVED, nominal=found.nominal, when=f"{found.due:%Y-%m-%d}"))
        if found.estimated:
            lines.append(words.ESTIMATED)
        return "\n".join(line.of(self.lang) for line in lines)

    def _copies(self) -> str:
        found = []
        for why, template in words.COPY.items():
            names = [copy.name for copy in self.doc.copies if copy.why == why]
            found += [fitted(template, names=listing(names, 40))] if names else []
        return joined(found).of(self.lang) if found else words.NO_COPIES.of(self.lang)

    def _sign(self) -> None:
        self._section("signatures")
        people = [words.FIELD["chair"], words.FIELD["recorder"]]
        people += [Text(name, name) for name in self.doc.signing[:40]]
        self.page.countersigned([fitted(words.SIGN, name=name).of(self.lang) for name in people])


def _person(one: Attendance) -> Text:
    """A department with who speaks for it."""
    if not one.person:
        return Text(one.department, one.department)
    return fitted(words.PERSON, department=one.department, person=one.person)


def _below(row: DelayLine) -> Text:
    """What stands under a slip over the width of the page: why, and what it made late."""
    return joined([*([row.reason] if row.reason.zh else []), *_reaches(row.affected)])


def _reaches(rows: Sequence[Affected]) -> Iterator[Text]:
    """What a slip made late, department by department."""
    found: dict[str, list[Affected]] = {}
    for row in rows:
        found.setdefault(row.department.zh, []).append(row)
    if found:
        said = [
            fitted(words.AFFECTED_IN, department=mine[0].department, rows=listing(map(_moved, mine), 6))
            for mine in found.values()
        ]
        zh, en = "，".join(text.zh for text in said), ", ".join(text.en for text in said)
        yield fitted(words.AFFECTED, departments=Text(zh, en))


def _moved(row: Affected | Named) -> Text:
    return fitted(words.AFFECTED_ROW, id=row.id, days=f"{row.workdays or 0:+d}")


def _called(row: Named) -> Mapping[str, object]:
    return {"id": row.id, "department": row.department, "date": row.base or ""}


def _told(row: DepartmentNews) -> Text:
    """What moved in a department beside what it finished."""
    if not row.moved:
        return Text("", "") if row.newly else words.NO_NEWS
    said = [fitted(words.ROW_CHANGE, id=each.id, change=each.change) for each in row.moved[:_CHANGES]]
    more = len(row.moved) > _CHANGES
    return joined([*said, *([fitted(words.MOVED_MORE, n=len(row.moved))] if more else [])])


_KINDS: Mapping[str, Kind] = {
    "id": "id",
    "source": "id",
    "base": "date",
    "compared": "date",
    "due": "date",
    "number": "centre",
    "rag": "rag",
    "workdays": "workdays",
    "respond": "date",
    "change_kind": "rag",
    "basis": "centre",
    "kind": "centre",
    "tasks": "centre",
    "age": "integer",
    "overdue": "centre",
    "rank": "integer",
    "done": "centre",
    "alerts": "centre",
}
