"""文档目录 as a sheet: one line a document, with a link to its tab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_collab.documents.blocks import Heading, Page, Ref, one_page
from xl_collab.documents.index.content import Entry, Group, IndexDoc
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Place, say
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Lang, t

COUNTS = t("共 {n} 份文档，点名称打开。", "{n:document|documents}; click a name to open it.")
FILED = t(
    "已归档的 {n} 份隐藏在本工作簿里，内容不变：在任一标签上按右键，选“取消隐藏”即可查看；"
    "命令 archive 加 --restore 全部恢复显示。",
    "{n:document is|documents are} filed away: hidden in this workbook, unchanged. Right-click any tab and "
    "choose Unhide to read one; archive with --restore brings all back.",
)
OLD = t(
    "旧的纪要和已办结的方案、确认单可以归档：功能区“归档旧文档”，或 xl-collab archive 文件。",
    "Old minutes and settled documents can be filed away: File old ones on the ribbon, or xl-collab "
    "archive FILE.",
)
HIDDEN = t("已归档（隐藏）", "Filed away (hidden)")
_HEADINGS = (
    Heading(1, t("文档", "Document")),
    Heading(2, t("日期", "Date"), "date"),
    Heading(3, t("状态", "Status"), "centre"),
    Heading(4, t("归档", "Filed"), "centre"),
)
_WIDTHS = (44, 14, 16, 22)


def draw(
    document: IndexDoc, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the list; documents that were filed away have no link, for it would lead nowhere."""
    tab = GENERATED["index"].of(lang)
    places = {entry.tab: (entry.tab, "A1") for entry in document.entries if not entry.hidden}

    def fill(page: Page) -> None:
        page.running_head(project, tab)
        page.title(tab, project)
        filed = sum(entry.hidden for entry in document.entries)
        page.sentences([say(COUNTS, n=len(document.entries)), say(FILED, n=filed) if filed else say(OLD)])
        page.gap()
        page.header(_HEADINGS)
        page.repeat(page.row - 1)
        for group in document.groups:
            _group(page, group, lang)
        page.finish()

    return one_page(tab, lang, _WIDTHS, fill, project=project, links=places, typed=typed)


def _group(page: Page, group: Group, lang: Lang) -> None:
    page.band(group.title.of(lang))
    for entry in group.entries:
        page.record(_HEADINGS, _cells(entry), key=f"row:{entry.tab}")


def _cells(entry: Entry) -> tuple[object, ...]:
    return (Ref(entry.tab, entry.tab), entry.day, entry.state, HIDDEN if entry.hidden else None)
