"""冲突 as a sheet: open questions with a column to choose.

A hidden column holds each question's key, so that rows may be sorted or deleted and choices still find
their questions. What a question means is decided in actions; here is how it looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from xl_collab.documents.blocks import Heading, Page, Ref, Sections, one_page
from xl_collab.documents.letter.calendar import CHINA
from xl_collab.documents.theme import row_height
from xl_collab.merge.outcome import ConflictLine, ConflictsDoc
from xl_collab.merge.words import CHOICE, KEY_HEADING, KINDS, TYPED, counted
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Line, Place, fitted, listing, say
from xl_collab.schema.declaration import Kind
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Lang, Text, t

COUNT = t(
    "共 {n} 处需要您定夺；写入的改动见“日志”。",
    "{n:question|questions} for you to decide; all other changes were written, see Log.",
)
NONE = t("没有待定的冲突。", "Nothing is waiting for a decision.")
HOW = t(
    "在“选择”列选“用对方”“保留本表”或“另填”（值写在旁边），再点“处理冲突”；没有按钮时保存并关闭，运行 "
    "xl-collab resolve。没选的留到下次。",
    "Choose in the Choice column, with Another value write it beside, then click Resolve; without buttons "
    "save, close, and run xl-collab resolve. What has no choice stays.",
)
LATE = t(
    "“晚到”的行没有采用，也不必定夺；要用时在“选择”列选“用对方”。",
    "Lines that came late were not used and need no answer; to use one, choose Use theirs.",
)
WHOLE = t(
    "“整份回复”的行只能选“保留本表”，即整份不采用；要采用请按提示确认后再收一次。",
    "A line for a whole reply can only be kept out (Keep this table's); to take it, confirm and collect it.",
)
SUMMARY = t("各部门", "By department")
NOTICES = t("提示", "Notes")
DEPARTMENT_LINE = t("{department}：{counts}（{replies}）", "{department}: {counts} ({replies})")
MORE = t(
    "另有 {n} 条未列出，定夺以上各项后会列出。",
    "{n} more are not listed; they follow when these are decided.",
)
EMPTY = t("（空）", "(empty)")
COLUMN: Mapping[str, Text] = {
    "id": t("编号", "ID"),
    "column": t("列", "Column"),
    "kind": t("问题", "Question"),
    "base": t("发出时", "As sent"),
    "master": t("本表现在", "Here now"),
    "theirs": t("对方", "Theirs"),
    "who": t("谁、何时", "Who and when"),
    "suggestion": t("建议", "Suggestion"),
    **TYPED,
}
_WIDTHS = (8, 12, 15, 14, 14, 16, 21, 12, 11, 12, 12)
_CENTRED = ("id", "suggestion", "at")
_MOST = 1000
"""Questions on one page; more than that nobody decides in a day."""


def draw(
    document: ConflictsDoc, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of open questions; what people typed on it is in the document itself."""
    tab = GENERATED["conflicts"].of(lang)

    def fill(page: Page) -> None:
        _Questions(page, document, project).draw()

    return one_page(tab, lang, _WIDTHS, fill, project=project, links=links, landscape=True)


def headings_of(columns: Mapping[str, Text]) -> list[Heading]:
    return [
        Heading(n, label, "centre" if name in _CENTRED else "text")
        for n, (name, label) in enumerate(columns.items(), start=1)
    ]


class _Questions(Sections[ConflictsDoc]):
    """What was merged, the questions with their choice columns, notes."""

    key_column = len(COLUMN) + 1

    def draw(self) -> None:
        """Fill the page."""
        page, title = self.page, GENERATED["conflicts"].of(self.lang)
        page.running_head(self.project, title)
        page.title(title, self.project)
        page.sentences(self._answer())
        if self.doc.lines:
            page.gap()
            self._table()
        if self.doc.summary:
            page.section(SUMMARY)
            page.sentences(self._departments())
        if self.doc.notices:
            page.section(NOTICES)
            page.sentences(Line(notice) for notice in self.doc.notices)
        page.sheet.set_column(self.key_column, self.key_column, 4, None, {"hidden": True})
        page.finish()

    def _answer(self) -> Iterator[Line]:
        yield say(COUNT, n=self.doc.asked) if self.doc.asked else say(NONE)
        if not self.doc.lines:
            return
        if any(line.kind == KINDS["late"] for line in self.doc.lines):
            yield say(LATE)
        yield say(HOW)
        if any(line.whole for line in self.doc.lines):
            yield say(WHOLE)

    def _departments(self) -> Iterator[Line]:
        for one in self.doc.summary:
            yield say(
                DEPARTMENT_LINE,
                department=one.department or "?",
                counts=counted(one.counts),
                replies=listing(one.replies) if one.replies else "—",
            )

    def _table(self) -> None:
        page, headings = self.page, headings_of(COLUMN)
        page.header(headings)
        page.repeat(page.row - 1)
        page.sheet.write_string(page.row - 1, self.key_column, KEY_HEADING, page.theme("quiet"))
        first = page.row
        for line in self.doc.lines[:_MOST]:
            self._line(headings, line)
        self._choices(first, page.row - 1)
        page.sheet.freeze_panes(first, 2)
        if len(self.doc.lines) > _MOST:
            page.note(fitted(MORE, n=str(len(self.doc.lines) - _MOST)))

    def _line(self, headings: Sequence[Heading], line: ConflictLine) -> None:
        page, row, lang = self.page, self.page.row, self.lang
        who = "\n".join(filter(None, (line.department, line.sender, _minute(line.modified))))
        place = line.column.of(lang) or line.sheet.of(lang)
        if line.sheet.zh != "跟踪表" and line.column.of(lang):
            place = f"{line.sheet.of(lang)} · {place}"
        values = [shown(value, line.shape, lang) for value in (line.base, line.master, line.theirs)]
        cells = (Ref(line.id) if line.id else "", place, line.kind, *values, who, line.suggestion)
        page.record(headings, (*cells, line.choice, "", line.remark))
        self._inputs(row, line)
        page.sheet.write_string(row, self.key_column, line.key, page.theme("quiet"))
        self._height(row, (place, line.kind.of(lang), *values, who))

    def _inputs(self, row: int, line: ConflictLine) -> None:
        """The cells that people fill in, with what they wrote before."""
        start = len(COLUMN) - len(TYPED) + 1
        for column, value in enumerate((line.choice, line.value, line.remark), start=start):
            look = self.page.theme("input", "wrap", locked=False)
            if isinstance(value, date):
                moment = (
                    value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
                )
                self.page.sheet.write_datetime(
                    row, column, moment, self.page.theme("input", "date", locked=False)
                )
            elif isinstance(value, int | float) and not isinstance(value, bool):
                self.page.sheet.write_number(row, column, value, look)
            elif value in (None, ""):
                self.page.sheet.write_blank(row, column, None, look)
            else:
                text = str(value)
                self.page.sheet.write_string(row, column, text, self.page.theme.for_text(text, look))

    def _height(self, row: int, texts: Sequence[str]) -> None:
        columns = (2, 3, 4, 5, 6, 7)
        sizes = [(text, self.page.widths[c - 1] - 1) for c, text in zip(columns, texts, strict=True)]
        self.page.sheet.set_row(row, min(200, row_height(sizes, minimum=20)))

    def _choices(self, first: int, last: int) -> None:
        column = len(COLUMN) - len(TYPED) + 1
        self.page.sheet.data_validation(
            first,
            column,
            last,
            column,
            {"validate": "list", "source": list(CHOICE.labels(self.lang)), "error_type": "warning"},
        )


def shown(value: object, shape: str, lang: Lang) -> str:
    """A value as its column would show it; an empty cell says so."""
    if value is None or value == "":
        return EMPTY.of(lang)
    if isinstance(value, datetime) and (value.hour or value.minute):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:.0%}" if shape == Kind.PERCENT.value and abs(value) <= 10 else f"{value:g}"
    return str(value)


def _minute(modified: str) -> str:
    """2023-11-12T08:00:00Z as people in China read it: 2023-11-12 16:00."""
    try:
        moment = datetime.fromisoformat(modified)
    except ValueError:
        return modified
    return f"{moment.astimezone(CHINA) if moment.tzinfo else moment:%Y-%m-%d %H:%M}"
