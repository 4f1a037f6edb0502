"""A document of sections drawn on upright A4: six columns that print at full size, nothing too small.

What it says comes from `sections`; blocks and looks from `blocks`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from xl_collab.documents.blocks import Cell, Heading, Kind, Page, Rag, Ref, one_page
from xl_collab.documents.sections import (
    Blank,
    Block,
    Note,
    Pairs,
    Rows,
    Says,
    Section,
    Sheet,
    Shown,
    Signatures,
    Value,
)
from xl_collab.documents.theme import LEVEL_COLOURS
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import FILL, Place, brief
from xl_collab.project.text_size import text_width
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import RAG, RISK_LEVEL, Lang, Text, t

WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (6.7, 10.8, 22.0, 11.2, 11.2, 9.8),
    "en": (6.7, 13.0, 18.0, 11.2, 11.3, 11.5),
}
"""ID, who, what, two dates or figures, a word: together what `theme.paper_room` gives."""
_KINDS: Mapping[Shown, Kind] = {
    "text": "text",
    "centre": "centre",
    "date": "date",
    "workdays": "workdays",
    "percent": "percent",
    "integer": "integer",
    "money": "integer",
    "id": "id",
    "alert": "rag",
    "level": "rag",
}
_SIGN, _SIGNED_ON = t("签字：", "Signature:"), t("日期：", "Date:")
_HEAD = 30
"""Width of the document's name in the line on top of each page."""
_SHORT = 22
"""Width of a value that shares its line with another pair."""


def drawer(kind: str, widths: Mapping[Lang, tuple[float, ...]] = WIDTHS) -> Callable[..., bytes]:
    """The `draw` of a document's sheet, for a document that is made of sections."""

    def draw(
        document: Sheet, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
    ) -> bytes:
        """The sheet of the document."""
        tab = GENERATED[kind].of(lang).format(key=document.key)

        def fill(page: Page) -> None:
            write(page, document, project)

        ending = not document.one_page
        return one_page(
            tab, lang, widths[lang], fill, project=project, links=links, typed=typed, ending=ending
        )

    return draw


def write(page: Page, document: Sheet, project: str) -> None:
    """Write a document onto a page from top to bottom."""
    lang = page.lang
    page.running_head(project, brief(document.title.of(lang), _HEAD))
    page.title(document.title.of(lang), document.below.of(lang))
    for section in document.sections:
        _section(page, section)
    page.finish()
    if document.one_page:
        page.sheet.fit_to_pages(1, 1)


def _section(page: Page, section: Section) -> None:
    first = page.row
    page.section(section.title)
    for block in section.blocks:
        _block(page, block)
    page.keep_head(first)


def _block(page: Page, block: Block) -> None:
    if isinstance(block, Rows):
        headings = [Heading(n, one.text, _KINDS[one.kind]) for n, one in enumerate(block.columns, start=1)]
        records = [_cells(block, record, page.lang) for record in block.records]
        page.table(headings, records, empty=block.empty, keys=block.keys or None)
    elif isinstance(block, Pairs):
        _pairs(page, block)
    elif isinstance(block, Says):
        page.sentences(block.lines, key=block.key)
    elif isinstance(block, Note):
        page.note(block.text)
    elif isinstance(block, Blank):
        page.blank_field(block.label, block.lines)
    elif isinstance(block, Signatures):
        page.signatures([name.of(page.lang) for name in block.names], _SIGN, _SIGNED_ON)


def _pairs(page: Page, block: Pairs) -> None:
    """Pairs whose values are short stand two in a line."""
    shown = [(label, _text(value, page.lang) or FILL.of(page.lang)) for label, value in block.pairs]
    wide = block.wide or any(text_width(value) > _SHORT for _, value in shown)
    page.pairs(shown, wide=wide)


def _cells(block: Rows, record: tuple[Value, ...], lang: Lang) -> list[Cell]:
    return [_cell(column.kind, value, lang) for column, value in zip(block.columns, record, strict=True)]


def _cell(kind: Shown, value: Value, lang: Lang) -> Cell:
    if value is None or isinstance(value, dt.date):
        return value
    text = _text(value, lang)
    if kind == "id":
        return Ref(text)
    if kind == "alert":
        return Rag(text, RAG.label(text, lang)) if text in RAG.codes else None
    if kind == "level":
        return Rag(LEVEL_COLOURS[text], RISK_LEVEL.label(text, lang)) if text in RISK_LEVEL.codes else None
    if kind == "money" and isinstance(value, int | float):
        return f"{value:,.0f}"
    return value


def _text(value: Value, lang: Lang) -> str:
    return value.of(lang) if isinstance(value, Text) else str(value or "")
