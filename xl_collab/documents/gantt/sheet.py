"""甘特图 as a sheet: coloured cells on a time axis, so that it prints and stays readable anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xlsxwriter.format import Format

from xl_collab.documents.blocks import Page, one_page
from xl_collab.documents.gantt.content import Bar, Gantt, MilestoneMark
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Place
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import RAG, Lang, t

TITLE = t("项目甘特图", "Gantt chart")
AS_OF = t("数据截至 {date}", "Data as of {date}")
HEAD = (t("编号", "ID"), t("任务", "Task"), t("责任部门/人", "Owner"), t("预警/偏差", "Alert"))
LEGEND = t(
    "每项任务两条：上为基线计划，下为实际或预计（按预警着色）；预警后的数字是偏差（工作日，晚为正）；"
    "◆ 计划里程碑，◇ 已达成；红线为数据日期；★ 在关键路径上。",
    "Two bars a task: the baseline above, actual or expected below (in the colour of its alert); the figure "
    "beside the alert is the variance in workdays (late is positive); ◆ milestone planned, ◇ met; the red "
    "line is the data date; ★ on the critical path.",
)
MORE = t("另有 {n} 项任务未画出。", "{n} more tasks are not drawn.")
EMPTY = t("还没有带日期的任务。", "No task has a date yet.")
UNITS = {
    "day": t("每格一天", "one cell a day"),
    "week": t("每格一周", "one cell a week"),
    "month": t("每格一月", "one cell a month"),
}

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {"zh": (8, 30, 16, 10), "en": (8, 36, 20, 11)}
_FIRST = 5
"""First column of the time axis."""
_CELL, _MOST = 2.1, 66
"""Width of an axis cell in characters, and how many fit on a page that can be read."""
_PLAN, _TODAY = "9DB2C8", "C00000"
_BARS = {"red": "D9534F", "yellow": "E0A800", "green": "5CB85C", "blue": "3E7CB1", "": "B8C2CC"}
_HALF = 13.0
"""Height in points of one of a task's two rows."""


@dataclass(frozen=True)
class Axis:
    """The time axis: `starts` are the first days of its cells, ascending."""

    unit: str
    starts: tuple[date, ...]

    def cell(self, day: date) -> int:
        """Index of the cell that holds `day`."""
        return max(0, sum(start <= day for start in self.starts) - 1)


def make_axis(first: date, last: date) -> Axis:
    """Days when they fit, else weeks from Monday, else months."""
    if (last - first).days < _MOST:
        return Axis("day", tuple(first + timedelta(n) for n in range((last - first).days + 1)))
    monday = first - timedelta(first.weekday())
    if (last - monday).days < _MOST * 7:
        return Axis("week", tuple(monday + timedelta(7 * n) for n in range((last - monday).days // 7 + 1)))
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = (first.month - 1 + n for n in range(count))
    return Axis("month", tuple(date(first.year + m // 12, m % 12 + 1, 1) for m in months))


def draw(
    document: Gantt, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the chart."""
    tab = GENERATED["gantt"].of(lang)
    axis = make_axis(*document.span)
    widths = (*_WIDTHS[lang], *(_CELL for _ in axis.starts))

    def fill(page: Page) -> None:
        _Chart(page, document, axis, project).draw()
        page.finish()

    return one_page(tab, lang, widths, fill, project=project, links=links, landscape=True, typed=typed)


class _Chart:
    """The chart, written downwards."""

    def __init__(self, page: Page, document: Gantt, axis: Axis, project: str) -> None:
        self.page, self.document, self.axis, self.project = page, document, axis, project
        self.lang, self.theme = page.lang, page.theme
        self.today = axis.cell(document.as_of)

    def draw(self) -> None:
        """Title, axis, milestones, tasks, legend."""
        page, said = self.page, AS_OF.of(self.lang).format(date=self.document.as_of)
        unit = UNITS[self.axis.unit].of(self.lang)
        page.running_head(self.project, f"{TITLE.of(self.lang)} · {said}")
        page.title(TITLE.of(self.lang), f"{said} · {unit}")
        if not (self.document.bars or self.document.marks):
            page.note(EMPTY)
            return
        self._header()
        for mark in self.document.marks:
            self._mark(mark)
        for bar in self.document.bars:
            self._bar(bar)
        page.gap(6)
        page.note(LEGEND)
        if self.document.estimate:
            page.note(self.document.estimate)
        if self.document.more:
            page.note(MORE.of(self.lang).format(n=self.document.more))
        page.sheet.freeze_panes(self._below, _FIRST)

    # the axis

    def _header(self) -> None:
        page = self.page
        style = self.theme("header", font_size=8, align="center")
        for n, label in enumerate(HEAD, 1):
            page.sheet.merge_range(page.row, n, page.row + 1, n, "", self.theme("header"))
            page.put(n, label.of(self.lang), self.theme("header"), name=page.called(label))
            page.memory.cover(page.row + 1, n)
        for first, last, text in self._groups():
            page.put(_FIRST + first, text[-2:] if first == last else text, style, to=_FIRST + last)
        page.tall(16)
        page.next()
        for n, start in enumerate(self.axis.starts):
            marked = {"fg_color": f"#{_TODAY}"} if n == self.today else {}
            look = self.theme("header", font_size=7, align="center", **marked)
            page.put(_FIRST + n, self._label(start), look)
        page.tall(16)
        page.repeat(page.row)
        page.next()
        self._below = page.row

    def _groups(self) -> list[tuple[int, int, str]]:
        """Runs of axis cells of one month (or year), with what stands over them."""
        wide = self.axis.unit == "month"
        keys = [f"{d.year}" if wide else f"{d.year}-{d.month:02d}" for d in self.axis.starts]
        runs: list[tuple[int, int, str]] = []
        for n, key in enumerate(keys):
            if runs and runs[-1][2] == key:
                runs[-1] = (runs[-1][0], n, key)
            else:
                runs.append((n, n, key))
        return [(a, b, text if b - a > 2 else text[-2:]) for a, b, text in runs]

    def _label(self, start: date) -> str:
        return str(start.month if self.axis.unit == "month" else start.day)

    # rows

    def _mark(self, mark: MilestoneMark) -> None:
        page = self.page
        page.tall(18)
        page.keyed(mark.id)
        page.put(1, mark.id, self.theme("body", "link", border=0, bottom=4), link=mark.id)
        name = page.fitted(mark.name, page.width(2, 3), 1)
        page.put(2, name, self.theme("body", bold=True), to=3)
        page.put(4, "", self.theme("body"))
        planned = self.axis.cell(mark.planned)
        met = self.axis.cell(mark.actual) if mark.actual else None
        for n in range(len(self.axis.starts)):
            text = "◇" if n == met else "◆" if n == planned else ""
            page.put(_FIRST + n, text, self._cell(n, None, bottom=True), name=self._date(n))
        page.next()

    def _bar(self, bar: Bar) -> None:
        page, top = self.page, self.page.row
        page.keyed(bar.id)
        star = "★ " if bar.critical else ""
        task = page.fitted(star + bar.task, page.width(2, 2), 2)
        late = "" if bar.workdays is None else f"{bar.workdays:+d}" if bar.workdays else "0"
        self._tall_cell(1, bar.id, self.theme("body", "link"), link=bar.id)
        self._tall_cell(2, task, self.theme("body", "wrapped"))
        self._tall_cell(3, page.fitted(bar.owner, page.width(3, 3), 2), self.theme("body", "wrapped"))
        style = self.theme.rag(bar.rag, "body", "centre") if bar.rag else self.theme("body", "centre")
        word = RAG.label(bar.rag, self.lang) if bar.rag else ""
        self._tall_cell(4, " ".join(filter(None, (word, late))), style)
        self._stripe(bar.start, bar.base, _PLAN, bottom=False)
        page.next()
        page.keyed(f"{bar.id}:actual")
        self._stripe(bar.start, bar.finish, _BARS[bar.rag], bottom=True)
        page.next()
        assert page.row == top + 2

    def _tall_cell(self, column: int, text: str, style: Format, link: str = "") -> None:
        """A cell over both rows of a task."""
        page = self.page
        page.sheet.merge_range(page.row, column, page.row + 1, column, "", style)
        page.put(column, text, style, link=link, name=HEAD[column - 1].zh)
        page.memory.cover(page.row + 1, column)

    def _stripe(self, first: date, last: date, colour: str, *, bottom: bool) -> None:
        self.page.tall(_HALF)
        begin, end = self.axis.cell(first), self.axis.cell(last)
        for n in range(len(self.axis.starts)):
            fill = colour if begin <= n <= end else None
            look = self._cell(n, fill, bottom=bottom)
            self.page.place(_FIRST + n, None, look, name=self._date(n))

    def _date(self, n: int) -> str:
        """The name of an axis cell: its day, so that what is typed there stays with it."""
        return f"{self.axis.starts[n]:%Y%m%d}"

    def _cell(self, n: int, fill: str | None, *, bottom: bool) -> Format:
        props: dict[str, object] = {"font_size": 9, "align": "center", "valign": "vcenter"}
        if fill:
            props["fg_color"] = f"#{fill}"
        if bottom:
            props |= {"bottom": 4, "bottom_color": "#D0D7DE"}
        if n == self.today:
            props |= {"left": 2, "left_color": f"#{_TODAY}"}
        return self.theme(**props)
