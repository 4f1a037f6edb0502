"""导入报告 as a sheet: what was understood, what was rewritten, what was left out and where it stood.

Only the drawing is decided here. Long lists are written plainly, so that nothing is cut off: every text
of the source that is not in the tracker as it was stands here whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from xlsxwriter.format import Format

from xl_collab.documents.blocks import Page, Sections, one_page
from xl_collab.documents.theme import row_height
from xl_collab.importing.adoption import ColumnLine, Conversion, ImportReport, LeftRow
from xl_collab.importing.look_proposals import KINDS as LOOK_KINDS, STATES, LookProposal
from xl_collab.importing.table_finder import KINDS
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Line, Place, fitted, listing, say
from xl_collab.project.text_size import shortened
from xl_collab.schema.words import Lang, Text, t

TAB = t("导入报告", "Import report")
SUBTITLE = t("来源：{source} · 工作表“{sheet}” {area}", "From {source}, sheet {sheet}, {area}")
IMPORTED = t(
    "导入 {tasks} 项任务；{kept} 列原样保留在跟踪表右侧；{left} 行未作为任务，逐行列在下面。",
    "Imported: {tasks:task|tasks}. Columns kept as they are, right of the tracker: {kept}. "
    "Rows left out, listed below: {left}.",
)
CHECK = t(
    "有 {n} 条改写需要核对，排在“改写的单元格”最前面，并标“核对”。",
    "Please look at {n:line|lines} marked Check, at the top of the rewritten cells.",
)
NO_CHECK = t("没有需要特别核对的改写。", "No rewritten cell needs a special look.")
DEPARTMENTS = t("通讯录登记了：{names}。", "Listed in Contacts: {names}.")
OTHERS = t(
    "同一文件里还有可能是跟踪表的：{names}。要导入它，用 --sheet 指明。",
    "The file holds other tables that may be trackers: {names}. Name one with --sheet to import it.",
)
SOURCE = t("原文件没有改动。", "The source file was not touched.")
OPEN_LOOKS = t(
    "从颜色、删除线、批注和隐藏行读出 {n} 条提议，还没有采用，列在“看到的颜色和批注”里；"
    "要采用，重新导入并加 "
    "--accept looks（全部），或只写其中几种，如 --accept red、--accept grey=取消。",
    "Colours, strike-through, comments and hidden rows gave {n:proposal|proposals} not taken so far, listed "
    "under What was seen. To take them import again with --accept looks, or with some of them: --accept red, "
    "--accept grey=cancelled.",
)
SEEN = t("看到的颜色和批注", "What was seen: colours, lines, comments, hidden rows")
COLUMNS = t("各列的去向", "Where each column went")
CHANGED = t("改写的单元格", "Rewritten cells")
LEFT = t("未作为任务的内容", "What is no task")
NONE_CHANGED = t("没有改写任何单元格。", "No cell was rewritten.")
NONE_LEFT = t("没有未导入的内容。", "Nothing was left out.")
CHECK_WORD, FINE = t("核对", "Check"), t("已处理", "Done")
LEFT_WORD, USED = t("未导入", "Left"), t("已采用", "Used")
EMPTY = t("（空）", "(empty)")
NO_HEADING = t("（无标题）", "(no heading)")
_PROSE = (
    "look",
    "words",
    "becomes",
    "heading",
    "filled",
    "goes",
    "how",
    "old",
    "new",
    "reason",
    "kind",
    "content",
    "cells",
    "place",
)
HEADS: Mapping[str, Text] = {
    "state": t("结果", "Result"),
    "look": t("看到的", "What was seen"),
    "words": t("任务或批注", "Task or comment"),
    "becomes": t("提议", "Proposal"),
    "mark": t("处理", "Mark"),
    "letter": t("原列", "Column"),
    "heading": t("原标题", "Its heading"),
    "filled": t("格数", "Cells"),
    "goes": t("去向", "Went to"),
    "how": t("依据", "Why"),
    "cells": t("原单元格", "Cells"),
    "old": t("原文", "Was"),
    "new": t("改为", "Is now"),
    "reason": t("原因", "Why"),
    "place": t("位置", "Where"),
    "kind": t("类别", "What it is"),
    "content": t("内容（原单元格：文字）", "Content (cell: text)"),
}
BETWEEN = "\n"
"""Between the cells of a left-out row."""

_WIDTHS = (9, 22, 20, 32, 26, 32)
_CELL_LIMIT = 32_000
_TALLEST = 200.0
"""Points of a row of a long list: what is longer shows its beginning, the whole text is in the cell."""

Names = Sequence[str]


def draw(
    report: ImportReport, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the report."""

    def fill(page: Page) -> None:
        _Sheet(page, report, project).draw()

    return one_page(TAB.of(lang), lang, _WIDTHS, fill, project=project, links=links, landscape=True)


class _Sheet(Sections[ImportReport]):
    """Summary and three lists."""

    def draw(self) -> None:
        """Fill the page."""
        report, page = self.doc, self.page
        below = fitted(SUBTITLE, source=report.source, sheet=report.sheet, area=report.area)
        page.running_head(self.project, TAB.of(self.lang))
        page.title(TAB.of(self.lang), below.of(self.lang))
        page.sentences(self._summary())
        page.section(COLUMNS)
        self._list(("letter", "heading", "filled", "goes", "how"), map(self._column, report.columns))
        if report.looks:
            page.section(SEEN)
            self._list(("state", "look", "place", "words", "becomes", "how"), map(self._seen, report.looks))
        page.section(CHANGED)
        if report.changes:
            heads = ("mark", "heading", "cells", "old", "new", "reason")
            self._list(heads, map(self._change, report.changes))
        else:
            page.note(NONE_CHANGED)
        page.section(LEFT)
        if report.left:
            self._list(
                ("mark", "kind", "place", "content"),
                (line for row in report.left for line in self._left(row)),
            )
        else:
            page.note(NONE_LEFT)
        page.finish()

    def _summary(self) -> Iterator[Line]:
        report = self.doc
        kept = sum(column.target is None and column.filled > 0 for column in report.columns)
        yield say(IMPORTED, tasks=report.tasks, kept=str(kept), left=str(report.count_left()))
        yield say(CHECK, n=report.to_check) if report.to_check else say(NO_CHECK)
        if report.open_looks:
            yield say(OPEN_LOOKS, n=report.open_looks)
        for remark in report.remarks:
            yield say(t(f"{remark.zh}。", f"{remark.en}."))
        if report.departments:
            yield say(DEPARTMENTS, names=listing(report.departments, 30))
        if report.others:
            yield say(OTHERS, names=listing(report.others, 10))
        yield say(SOURCE)

    # lists: plain cells, so that thousands of rows are written at once and none is cut off

    def _list(self, heads: Names, rows: Iterable[Names]) -> None:
        """A table whose last column reaches to the right edge."""
        page, last = self.page, len(heads)
        for slot, name in enumerate(heads, start=1):
            role = "header_left" if name in _PROSE else "header"
            page.put(slot, HEADS[name].of(self.lang), page.theme(role, "middle"), to=self._to(slot, last))
        page.tall(24)
        page.next()
        for texts in rows:
            self._row(texts, last)

    def _row(self, texts: Names, last: int) -> None:
        page = self.page
        sizes = []
        for slot, text in enumerate(texts, start=1):
            to = self._to(slot, last)
            shown = _safe(text)
            page.put(slot, shown, self._look(slot, text), to=to)
            sizes.append((shown[:1000], page.width(slot, max(slot, to)) - 1))
        page.tall(min(_TALLEST, row_height(sizes, minimum=20)))
        page.next()

    def _to(self, slot: int, last: int) -> int:
        return self.page.last if slot == last and last < self.page.last else 0

    def _look(self, slot: int, text: str) -> Format:
        theme = self.page.theme
        if slot == 1 and text in (
            word.of(self.lang) for word in (CHECK_WORD, STATES["open"], STATES["told"])
        ):
            return theme.rag("yellow", "wrapped")
        return theme("wrapped", "centre") if slot == 1 else theme("wrapped", "indent")

    def _column(self, line: ColumnLine) -> Names:
        heading = line.heading or NO_HEADING.of(self.lang)
        return line.letter, heading, str(line.filled), line.label.of(self.lang), line.how.of(self.lang)

    def _seen(self, one: LookProposal) -> Names:
        texts = (STATES[one.state], LOOK_KINDS[one.kind], one.place, one.words, one.becomes, one.why)
        state, look, place, words, becomes, why = (
            text if isinstance(text, str) else text.of(self.lang) for text in texts
        )
        return state, look, place, words, becomes or "–", why

    def _change(self, change: Conversion) -> Names:
        mark = (CHECK_WORD if change.check else FINE).of(self.lang)
        heading = change.heading or NO_HEADING.of(self.lang)
        new = change.new or EMPTY.of(self.lang)
        return mark, heading, change.cells, change.old, new, change.why.of(self.lang)

    def _left(self, row: LeftRow) -> Iterator[Names]:
        """One line a row; one with more text than a cell holds takes several."""
        mark = USED if row.kind in ("section", "actual") else LEFT_WORD
        words = mark.of(self.lang), KINDS[row.kind].of(self.lang), f"{row.sheet}!{row.place}"
        content = ""
        for place, text in row.cells:
            for piece in _pieces(text):
                entry = f"{place}：{piece}"
                if content and len(content) + len(entry) > _CELL_LIMIT:
                    yield *words, content
                    content = ""
                content = content + BETWEEN + entry if content else entry
        yield *words, content


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), _CELL_LIMIT - 20):
        yield text[start : start + _CELL_LIMIT - 20]


def _safe(text: str) -> str:
    """The text as a cell can hold it."""
    clean = text.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")
    return shortened(clean, _CELL_LIMIT)
