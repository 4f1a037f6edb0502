"""日志 as a sheet: the cells that replies changed, by whom and when, and what people were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_collab.documents.blocks import Page, Ref, one_page
from xl_collab.documents.colours import KEY_COLUMN, cell_key
from xl_collab.documents.conflicts.sheet import headings_of, shown
from xl_collab.merge.change_log import ChangesDoc, ToldLine
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Line, Place, say
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Lang, Text, t

TOLD = t("告知", "Told")
CHANGED = t(
    "最近由回复改动的 {n} 格，最新的在前；点编号到该格。",
    "The last {n} cells changed by replies, newest first.",
)
MARKED = t(
    "最近一次收取改动的格在跟踪表中以紫色标出（条件格式，不改动格式）；删掉本页即取消标记。",
    "Cells changed by the last collect are marked violet in the tracker, by a rule; delete this page to "
    "take the marks off.",
)
LOGGED: Mapping[str, Text] = {
    "at": t("时间", "When"),
    "id": t("编号", "ID"),
    "column": t("列", "Column"),
    "old": t("原值", "Before"),
    "new": t("新值", "After"),
    "who": t("部门、发件人", "Who"),
    "why": t("缘由", "Why"),
}
_WIDTHS = (16, 9, 18, 24, 24, 26, 16)


def draw(
    document: ChangesDoc, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of changed cells."""
    tab = GENERATED["log"].of(lang)

    def fill(page: Page) -> None:
        page.running_head(project, tab)
        page.title(tab, project)
        page.sentences([say(CHANGED, n=str(len(document.lines))), say(MARKED)])
        page.gap()
        headings = headings_of(LOGGED)
        page.header(headings)
        page.repeat(page.row - 1)
        for line in document.lines:
            who = "\n".join(filter(None, (line.department, line.sender)))
            place = f"{line.sheet.of(lang)} · {line.column.of(lang)}"
            old, new = (shown(value, line.shape, lang) for value in (line.old, line.new))
            key = f"{line.at}:{line.id}:{place}:{new}"
            page.record(headings, (line.at, Ref(line.id), place, old, new, who, line.why), key=key)
            if line.at == document.lines[0].at:
                page.behind(page.row - 1, KEY_COLUMN, cell_key(line.id, line.heading.of(lang)))
        if document.told:
            page.section(TOLD)
            page.sentences(Line(_dated(line)) for line in document.told)
        page.sheet.set_column(KEY_COLUMN, KEY_COLUMN, 4, None, {"hidden": True})
        page.finish()

    return one_page(tab, lang, _WIDTHS, fill, project=project, links=links, landscape=True, typed=typed)


def _dated(line: ToldLine) -> Text:
    return Text(f"{line.at}　{line.words.zh}", f"{line.at} {line.words.en}")
