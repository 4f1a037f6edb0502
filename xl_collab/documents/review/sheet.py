"""《跨部门协作复盘报告》 as a sheet: conclusion, goal, results, analysis with charts, insight, actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_collab.documents.blocks import Cell, Heading, Kind, Page, Rag, Ref, Sections, alert, one_page
from xl_collab.documents.charts import Series, chart, place, quiet_axis
from xl_collab.documents.review import words as words
from xl_collab.documents.review.content import Review
from xl_collab.documents.review.effort import Planned, amount
from xl_collab.documents.review.measured import Measured, TaskGroup
from xl_collab.documents.review.parts import Accepted, AdjustmentLine, Struck, Todo
from xl_collab.documents.review.requested import RequestedChange
from xl_collab.documents.review.trend import Point
from xl_collab.documents.theme import BRAND, LEVEL_COLOURS, QUIET, RAG_COLOURS, RULE
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import FILL, Place, fitted
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import (
    ACCEPTANCE,
    ADJUSTMENT_STATUS,
    CHANGE_STATUS,
    RISK_LEVEL,
    RISK_STATUS,
    Choices,
    Lang,
    Text,
)

WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (7.5, 13, 27, 11.5, 11.5, 7.5, 7.5, 25),
    "en": (8, 15, 28, 11.5, 11.5, 8, 9.5, 30),
}
"""ID, who, what, two dates, two figures, remarks."""
_NAMES, _MEANS = 2, 6
"""Columns of a page in which a table of groups has its names and its means."""
_DAYS, _TOTAL, _DONE, _MOVED = 2, 4, 5, 7
"""Columns in which the table of the project's course has its days and figures."""


def bars(
    page: Page, title: Text, means: Sequence[float | None], first: int, last: int, *, threshold: int
) -> tuple[int, int]:
    """A bar for each row of a table of groups, under it, coloured like the alert that it would be."""
    points = [_colour(mean, threshold) for mean in means]
    series = Series(title, _NAMES, _MEANS, BRAND, points, "+0.0;-0.0;0")
    made = chart(page, "bar", title, [series], first, last)
    # Names stand at the edge, not at zero, where bars of early groups would cover them.
    made.set_y_axis(quiet_axis(reverse=True, label_position="low"))
    # The labels say the figures: the axis itself would only repeat them.
    made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **_span(means)})
    return place(page, made, 70 + 26 * min(len(means), 20))


def _colour(mean: float | None, threshold: int) -> str:
    if mean is None or mean <= 0:
        return RAG_COLOURS["green"][0]
    return RAG_COLOURS["red" if mean > threshold else "yellow"][0]


def _span(means: Sequence[float | None]) -> dict[str, float]:
    """An axis that shows zero and leaves room for the labels."""
    known = [mean for mean in means if mean is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = 0.12 * (high - low)
    return {"min": low - room if low else 0, "max": high + room if high else 1}


def course(page: Page, points: Sequence[Point], first: int, last: int) -> list[tuple[int, int]]:
    """How many tasks were done, and how the end moved, point by point."""
    total = Series(words.COLUMN["total"], _DAYS, _TOTAL, QUIET)
    done = Series(words.COLUMN["finished"], _DAYS, _DONE, BRAND, labels="0")
    made = chart(page, "line", words.CHART["progress"], [total, done], first, last)
    made.set_x_axis(quiet_axis(text_axis=True))
    top = max(point.tasks for point in points)
    grid = {"visible": True, "line": {"color": RULE, "width": 0.5}}
    made.set_y_axis(quiet_axis(min=0, max=max(1, round(top * 1.15 + 0.5)), major_gridlines=grid))
    placed = [place(page, made, 190)]
    moves = [float(point.moved) for point in points if point.moved is not None]
    if any(moves):
        series = Series(words.CHART["end"], _DAYS, _MOVED, BRAND, labels="+0;-0;0")
        made = chart(page, "column", words.CHART["end"], [series], first, last)
        made.set_x_axis(quiet_axis(text_axis=True, label_position="low"))
        made.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, **_span(moves)})
        placed.append(place(page, made, 170))
    return placed


_STATE_COLOURS = {"early": "green", "on_time": "green"}


def draw(
    document: Review, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the review."""
    tab = GENERATED["review"].of(lang)

    def fill(page: Page) -> None:
        _Sheet(page, document, document.project or project).draw()

    return one_page(tab, lang, WIDTHS[lang], fill, project=project, links=links, typed=typed, ending=True)


class _Sheet(Sections[Review]):
    """The sections of the review, in order."""

    def draw(self) -> None:
        """Fill the page."""
        title = words.TITLE.of(self.lang)
        day = fitted(words.AS_OF, date=self.doc.as_of).of(self.lang)
        state = "" if self.doc.finished else words.INTERIM.of(self.lang)
        self.page.running_head(self.project, f"{title} · {self.doc.as_of}")
        self.page.title(title, " · ".join(filter(None, (self.project, day, state))))
        self._section("summary")
        self.page.sentences(self.doc.summary)
        if self.doc.unfinished:
            self._part("open")
            self.page.sentences(self.doc.unfinished, mark="· ")
        self._goal()
        self._results()
        self._analysis()
        self._insight()
        self._actions()
        self._foot()
        self.page.finish()

    def _section(self, name: str) -> None:
        self.page.section(words.HEAD[name])

    def _part(self, name: str) -> None:
        self.page.subsection(words.HEAD[name])

    def _headings(self, *names: str) -> list[Heading]:
        """The eight columns by name."""
        return [
            Heading(n, words.COLUMN[name], _KINDS.get(name, "text")) for n, name in enumerate(names, start=1)
        ]

    def _label(self, choices: Choices, code: str) -> str:
        return choices.label(code, self.lang) if code in choices.codes else code

    # goal and results

    def _goal(self) -> None:
        self._section("goal")
        goals = self.doc.goals
        if all(goal.value is None for goal in goals):
            self.page.note(words.NOTHING["goal"])
        long = [g for g in goals if isinstance(g.value, str) and len(g.value) > _LONG]
        short = [g for g in goals if g not in long]
        self.page.pairs([(goal.label, self._value(goal.value)) for goal in long], wide=True)
        self.page.pairs([(goal.label, self._value(goal.value)) for goal in short])
        self.page.blank_field(words.CONCLUSION)

    def _value(self, value: object) -> str:
        if isinstance(value, Text):
            return value.of(self.lang)
        return FILL.of(self.lang) if value is None else str(value).removesuffix(" 00:00:00")

    def _results(self) -> None:
        self._section("milestones")
        names = ("id", "owner", "milestone", "base", "compared", "workdays", "state", "criteria")
        rows = [self._measured(m, self._state(m)) for m in self.doc.milestones]
        self.page.table(self._headings(*names), rows, empty=words.NOTHING["milestones"])
        self._part("tasks")
        names = ("id", "owner", "task", "base", "compared", "workdays", "rag", "reason")
        rows = [self._measured(m, self._rag(m)) for m in self.doc.tasks]
        self.page.table(self._headings(*names), rows, empty=words.NOTHING["tasks"])
        if self.doc.left_out:
            self.page.note(fitted(words.MORE, n=self.doc.left_out, sheet=SHEETS["tracker"].title))
        if rows:
            self.page.note(words.UNITS)
        self._part("acceptance")
        names = ("id", "result", "deliverable", "submitted", "left_days", "tasks_of", "signed", "remaining")
        rows = [self._accepted(each) for each in self.doc.acceptance]
        self.page.table(self._headings(*names), rows, empty=words.NOTHING["acceptance"])
        self._effort()

    def _effort(self) -> None:
        self._part("effort")
        self.page.sentences(self.doc.effort)
        names = ("id", "owner", "duty", "budget", "spent", "people", "people_spent", "difference")
        if self.doc.planned:
            rows = map(self._planned, self.doc.planned)
            self.page.table(self._headings(*names), rows, empty=words.NOTHING_PLANNED)

    def _planned(self, row: Planned) -> Sequence[Cell]:
        budget, people = (None if value is None else amount(value) for value in (row.budget, row.people))
        return (Ref(row.id), row.owner, row.duty, budget, None, people, None, None)

    def _measured(self, row: Measured, state: Cell) -> Sequence[Cell]:
        compared: Cell = row.compared
        if row.compared and row.kind in words.KIND:
            compared = f"{row.compared}\n{words.KIND[row.kind].of(self.lang)}"
        return (Ref(row.id), row.owner, row.name, row.base, compared, row.workdays, state, row.remark)

    def _rag(self, row: Measured) -> Cell:
        return alert(row.rag, row.workdays, self.doc.threshold, self.lang)

    def _state(self, row: Measured) -> Cell:
        word = words.STATE[row.state].of(self.lang)
        if row.state in ("late", "expected_late"):
            return Rag("red" if (row.workdays or 0) > self.doc.threshold else "yellow", word)
        return Rag(_STATE_COLOURS[row.state], word) if row.state in _STATE_COLOURS else word

    def _accepted(self, row: Accepted) -> Sequence[Cell]:
        result = self._label(ACCEPTANCE, row.result) or words.STATE["open"]
        what = (Ref(row.id), result, row.deliverable, row.submitted_on, row.remaining_due)
        return (*what, " ".join(row.task_ids), words.SIGNED[row.signatures], row.remaining)

    # analysis

    def _trend(self) -> None:
        start, points = self.page.row, self.doc.trend
        self._part("trend")
        if len(points) < _POINTS:
            self.page.note(words.NO_TREND)
            return
        self.page.sentences(self.doc.course)
        names = ("number", "point", "document", "total", "finished", "share", "moved", "end")
        rows = [self._point(n, point) for n, point in enumerate(points, start=1)]
        keys = [f"point:{point.day}" for point in points]
        first, last = self.page.table(
            self._headings(*names), rows, empty=words.NO_TREND, keys=keys, charted=True
        )
        self.page.note(words.TREND_BASIS)
        self.page.keep(start, course(self.page, points, first, last))

    def _point(self, number: int, point: Point) -> Sequence[Cell]:
        source = fitted(words.POINT_MINUTES, n=point.number) if point.number else words.POINT_NOW
        share = point.done / point.tasks if point.tasks else None
        figures = (point.tasks, point.done, share, point.moved, str(point.end or ""))
        return (str(number), str(point.day), source, *figures)

    def _analysis(self) -> None:
        self._trend()
        start = self.page.row
        self._section("departments")
        self._groups("departments", "department", self.doc.departments, start)
        start = self.page.row
        self._part("stages")
        self._groups("stages", "stage", self.doc.stages, start)
        self._requested()
        self._part("changes")
        names = ("id", "tasks_of", "cause", "old", "new", "moved", "approval", "measures")
        rows = [self._change(change) for change in self.doc.changes]
        self.page.table(self._headings(*names), rows, empty=words.NOTHING["changes"])
        self.page.sentences(self.doc.drifts)
        self._part("risks")
        names = ("id", "owner", "risk", "due", "status", "score", "level", "measures")
        self.page.table(
            self._headings(*names), map(self._struck, self.doc.struck), empty=words.NOTHING["risks"]
        )

    def _requested(self) -> None:
        """Changes of the request; a project without any has no such part."""
        if self.doc.requested:
            self._part("requested")
            names = ("id", "raised_by", "change", "raised", "decided", "takes", "approval", "because")
            rows = map(self._request, self.doc.requested)
            self.page.table(self._headings(*names), rows, empty=words.NOTHING["changes"])

    def _request(self, row: RequestedChange) -> Sequence[Cell]:
        status = self._label(CHANGE_STATUS, row.status)
        days = (row.raised_on, row.decided_on, row.days)
        return (Ref(row.id), row.raised_by, row.change, *days, status, row.remark)

    def _groups(self, name: str, column: str, groups: Sequence[TaskGroup], start: int) -> None:
        """A table of groups, and a chart of its means where there are any; its heading is in row `start`."""
        names = ("number", column, "notable", "tasks", "rate", "mean", "max", "remark")
        rows = [self._group(n, group) for n, group in enumerate(groups, start=1)]
        keys = [f"group:{group.name.zh}" for group in groups]
        headings = self._headings(*names)
        first, last = self.page.table(headings, rows, empty=words.NOTHING["groups"], keys=keys, charted=True)
        means = [group.mean for group in groups]
        if any(mean is not None for mean in means):
            placed = bars(self.page, words.CHART[name], means, first, last, threshold=self.doc.threshold)
            self.page.keep(start, [placed])
        elif groups:
            self.page.note(words.NOTHING["groups"])

    def _group(self, number: int, group: TaskGroup) -> Sequence[Cell]:
        link = group.ids[0] if group.ids else ""
        remark = fitted(words.EXPECTED_IN, n=group.unfinished) if group.unfinished else None
        done = f"{group.done}/{group.rows}"
        rate = None if group.rate is None else f"{group.rate:.0%}\n{group.on_time}/{group.due}"
        figures = (done, rate, group.mean, group.latest, remark)
        return (Ref(link, str(number)), group.name, group.notable, *figures)

    def _change(self, row: AdjustmentLine) -> Sequence[Cell]:
        tasks, status = " ".join(row.task_ids), self._label(ADJUSTMENT_STATUS, row.status)
        return (Ref(row.id), tasks, row.cause, row.old, row.new, row.moved, status, row.measures)

    def _struck(self, row: Struck) -> Sequence[Cell]:
        level: Cell = None
        if row.level:
            level = Rag(LEVEL_COLOURS[row.level], RISK_LEVEL.label(row.level, self.lang))
        status = RISK_STATUS.label("struck", self.lang)
        return (Ref(row.id), row.owner, row.risk, row.due, status, row.score, level, row.measure)

    # insight and what follows

    def _insight(self) -> None:
        self._section("insight")
        self.page.sentences(self.doc.insights, mark="· ")
        for name, lines, nothing in (
            ("worked", self.doc.worked, words.NO_WORKED),
            ("failed", self.doc.failed, words.NO_FAILED),
        ):
            self._part(name)
            self.page.sentences(lines, mark="· ")
            if not lines:
                self.page.note(nothing)
        self._part("patterns")
        self.page.sentences(self.doc.patterns, mark="· ")
        self.page.blank_field(words.ROOT_CAUSE)

    def _actions(self) -> None:
        self._section("actions")
        names = ("id", "owner", "action", "by", "status", "overdue", "done", "source")
        rows = map(self._todo, self.doc.todos)
        self.page.table(self._headings(*names), rows, empty=words.NOTHING["actions"])
        self.page.blank_field(words.NEW_ACTION)

    def _todo(self, row: Todo) -> Sequence[Cell]:
        late = Rag("red", f"+{row.overdue}") if row.overdue else None
        due = row.due or FILL
        return (Ref(row.id), row.owner or FILL, row.action, due, words.STATE["open"], late, "☐", row.source)

    def _foot(self) -> None:
        self._section("opinion")
        self.page.blank_field(words.SUPERIOR_OPINION)
        self.page.signatures([name.of(self.lang) for name in words.SIGN], words.SIGNATURE, words.SIGN_DATE)


_LONG = 24
_POINTS = 2
"""A course has two points at least."""
_KINDS: Mapping[str, Kind] = {
    "id": "id",
    "number": "id",
    "base": "date",
    "compared": "centre",
    "workdays": "workdays",
    "state": "rag",
    "rag": "rag",
    "submitted": "date",
    "signed": "centre",
    "left_days": "date",
    "tasks": "centre",
    "rate": "centre",
    "point": "centre",
    "total": "integer",
    "finished": "integer",
    "share": "percent",
    "end": "centre",
    "budget": "centre",
    "spent": "centre",
    "people": "centre",
    "people_spent": "centre",
    "mean": "mean",
    "max": "workdays",
    "old": "date",
    "new": "date",
    "moved": "workdays",
    "raised": "date",
    "decided": "date",
    "takes": "workdays",
    "approval": "centre",
    "due": "date",
    "status": "centre",
    "score": "integer",
    "level": "rag",
    "by": "centre",
    "overdue": "rag",
    "done": "centre",
}
