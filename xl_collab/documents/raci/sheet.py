"""责任矩阵 as a sheet: duties and tasks against departments, letters in coloured cells, gaps in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format

from xl_collab.documents.blocks import Page, one_page
from xl_collab.documents.carry_over import DEPARTMENT
from xl_collab.documents.raci.content import LETTERS, Raci, RaciRow
from xl_collab.documents.theme import BAND, BRAND, INK, QUIET, RAG_COLOURS, WHITE, row_height
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Place, fitted, joined, listing
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Lang, Text, t

TITLE = t("责任矩阵（RACI）", "Responsibility matrix (RACI)")
BELOW = t("{rows} 项职责与任务，{gaps} 项有缺口", "{rows:duty or task|duties and tasks}, {gaps} with gaps")
HEAD = (t("编号", "ID"), t("职责/任务", "Duty or task"))
GAPS, CONTACT = t("三不管检查", "Gaps"), t("接口人", "Contact")
DUTIES, TASKS = t("职责分工", "Duties"), t("跟踪表任务", "Tasks of the tracker")
TOTAL = t("{letter} 合计", "{letter} in all")
LEGEND = t(
    "A 负责（只能有一个）· R 执行 · C 配合 · I 知会。任务行由责任部门/人与配合部门得出："
    "首个部门负责，其余执行。",
    "A accountable (exactly one) · R responsible · C consulted · I informed. Task rows follow from Owner and "
    "Supporting: the first department is accountable, the others are responsible.",
)
MORE = t("另有 {n} 行未列出。", "{n} more rows are not shown.")
LEFT_OUT = t("没有列出的部门：{names}。", "Departments without a column: {names}.")
EMPTY = t("职责分工与跟踪表还是空的。", "Duties and Tracker are empty.")
NOBODY_YET = t(
    "还没有部门：请在跟踪表填责任部门/人，或在职责分工填负责部门。",
    "No department yet: fill in Owner in Tracker, or who is accountable in Duties.",
)
FINE = t("—", "—")
_WIDTHS: Mapping[Lang, tuple[float, float, float]] = {"zh": (8, 34, 24), "en": (8, 48, 24)}
"""Widths of ID, duty and gaps; departments share what is left of a landscape page."""
_ROOM, _NARROWEST, _WIDEST = 86.0, 6.0, {"zh": 11.0, "en": 14.3}
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "A": {"fg_color": BRAND, "font_color": WHITE, "bold": True},
    "R": {"fg_color": RAG_COLOURS["blue"][1], "font_color": INK, "bold": True},
    "C": {"fg_color": BAND, "font_color": INK},
    "I": {"font_color": QUIET},
}


def draw(
    document: Raci, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the matrix."""
    tab = GENERATED["raci"].of(lang)
    first, wide, last = _WIDTHS[lang]
    count = len(document.departments)
    each = min(_WIDEST[lang], max(_NARROWEST, _ROOM / max(1, count)))
    # Without departments the duties take their room, so that the page is as wide.
    widths = (first, wide if count else wide + each, *(each for _ in range(count)), last)

    def fill(page: Page) -> None:
        _Matrix(page, document, project).draw()
        page.finish()

    return one_page(tab, lang, widths, fill, project=project, links=links, landscape=True, typed=typed)


class _Matrix:
    """The matrix, written downwards."""

    def __init__(self, page: Page, document: Raci, project: str) -> None:
        self.page, self.document, self.project = page, document, project
        self.lang, self.theme = page.lang, page.theme

    def draw(self) -> None:
        """Title, legend, head, duties, tasks, totals."""
        page, found = self.page, self.document
        rows = len(found.duties) + len(found.tasks)
        below = self._say(BELOW, rows=rows, gaps=found.gaps)
        page.running_head(self.project, TITLE.of(self.lang))
        page.title(TITLE.of(self.lang), below)
        if not rows:
            page.note(EMPTY)
            return
        page.note(LEGEND)
        if not found.departments:
            page.note(NOBODY_YET)
        self._head()
        self._block(DUTIES, found.duties)
        self._block(TASKS, found.tasks)
        for letter in LETTERS:
            self._total(letter)
        self._notes()

    def _say(self, template: Text, **words: object) -> str:
        return fitted(template, **words).of(self.lang)

    def _notes(self) -> None:
        if self.document.more:
            self.page.note(self._say(MORE, n=self.document.more))
        if self.document.left_out:
            self.page.note(self._say(LEFT_OUT, names=listing(self.document.left_out, 20)))

    def _head(self) -> None:
        """Departments, and whom to talk to in each; both are printed on every page."""
        page, names = self.page, self.document.departments
        cells = [(name, page.widths[n + 2]) for n, name in enumerate(names)]
        page.keyed("header")
        page.tall(row_height(cells, minimum=24))
        labels = [*(text.of(self.lang) for text in HEAD), *names, GAPS.of(self.lang)]
        for n, label in enumerate(labels, 1):
            left = n == 2 or n == page.last
            look = self.theme("header_left" if left else "header", "middle")
            page.put(n, label, look, name=self._column(n))
        top = page.row
        page.next()
        page.keyed("contact")
        page.tall(18)
        quiet = self.theme("quiet", "centre", "middle", "band")
        page.put(1, CONTACT.of(self.lang), self.theme("quiet", "middle", "band"), to=2)
        for n, name in enumerate(names, 3):
            person = page.fitted(self.document.contacts.get(name, ""), page.widths[n - 1], 1)
            page.put(n, person or FINE.of(self.lang), quiet, name=self._column(n))
        page.put(page.last, "", quiet, name=self._column(page.last))
        page.sheet.repeat_rows(top, page.row)
        page.next()
        page.sheet.freeze_panes(page.row, 3)

    def _block(self, title: Text, rows: Sequence[RaciRow]) -> None:
        if rows:
            self.page.memory.section(self.page.called(title))
            self.page.band(title.of(self.lang))
        for row in rows:
            self._row(row)

    def _row(self, row: RaciRow) -> None:
        page = self.page
        what = page.fitted(row.what, page.widths[1] - 1, 3)
        gaps = page.fitted(joined(list(row.gaps)).of(self.lang), page.widths[-1] - 1, 4)
        page.tall(row_height([(what, page.widths[1] - 1), (gaps, page.widths[-1] - 1)], minimum=20))
        page.keyed(row.id or f"row:{row.what}")
        page.put(1, row.id, self.theme("body", "link", "centre"), link=row.id, name=self._column(1))
        page.put(2, what, self.theme("wrapped", "indent"), name=self._column(2))
        for n, name in enumerate(self.document.departments, 3):
            self._letters(n, row.letters.get(name, ""))
        ink, ground = RAG_COLOURS["red"]
        look = {"font_color": ink, "fg_color": ground} if gaps else {"font_color": QUIET}
        style = self.theme("wrapped", "indent", **look)
        page.put(page.last, gaps or FINE.of(self.lang), style, name=self._column(page.last))
        page.next()

    def _letters(self, column: int, letters: str) -> None:
        look: Mapping[str, Any] = _LOOKS[letters[0]] if letters else {}
        self.page.put(column, "/".join(letters), self._edged(**look), name=self._column(column))

    def _column(self, n: int) -> str:
        """The name of a column: a department's own, wherever it stands."""
        fixed = {1: HEAD[0], 2: HEAD[1], self.page.last: GAPS}
        return self.page.called(fixed[n]) if n in fixed else DEPARTMENT + self.document.departments[n - 3]

    def _edged(self, **look: Any) -> Format:
        edges = {"left": 1, "right": 1, "left_color": WHITE, "right_color": WHITE}
        return self.theme("body", "centre", **{**edges, **look})

    def _total(self, letter: str) -> None:
        """How often each department has a letter."""
        page = self.page
        page.tall(18)
        page.keyed(f"total:{letter}")
        page.put(1, self._say(TOTAL, letter=letter), self.theme("quiet", "middle", "right"), to=2)
        for n, name in enumerate(self.document.departments, 3):
            count = self.document.count(name, letter)
            look = self.theme("quiet", "centre", "middle")
            page.place(n, count, look, name=self._column(n))
        page.next()
