"""The portfolio's workbook: the overview, then one sheet a list, drawn with XlsxWriter.

Content decides what stands in it; a sheet whose list is empty is there too and says so.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter.workbook import Workbook

from xl_collab.documents.canvas import WINDOW, empty_workbook
from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.content import Lists
from xl_collab.documents.portfolio.heat import Heat, heats
from xl_collab.documents.portfolio.heat_map import draw_heat
from xl_collab.documents.portfolio.links import Links
from xl_collab.documents.portfolio.lists import draw_list
from xl_collab.documents.portfolio.overview import overview
from xl_collab.documents.portfolio.overview_page import draw_overview
from xl_collab.documents.portfolio.register import Register
from xl_collab.documents.theme import BRAND, DEFAULTS, QUIET, Theme
from xl_collab.plan.portfolio import MARK, Portfolio
from xl_collab.schema.words import Lang

_TABS = {"late": "#C00000", "clashes": "#C00000", "risks": "#C00000", "skipped": QUIET, "changes": QUIET}
_OTHERS = "#2E6B2E"
_BEFORE_LOAD = "clashes"
"""The list before which load stands."""


def draw_portfolio(found: Portfolio, folder: Path, lang: Lang | None = None) -> bytes:
    """The bytes of the workbook, reproducible for the same portfolio.

    folder  where it will lie: links to the trackers are relative to it
    lang    default: the portfolio's own
    """
    spoken: Lang = lang or found.lang
    lists, links, stream = Lists(found, spoken), Links(folder), io.BytesIO()
    sheets = _in_order(list(lists.all()), list(heats(found, spoken)))
    workbook = empty_workbook(stream, DEFAULTS, strings_to_formulas=False, strings_to_urls=False)
    title = words.TITLE.of(spoken)
    workbook.set_properties({"title": title, "author": "xl_collab", "created": datetime(2000, 1, 1)})
    workbook.set_custom_property(MARK, "1")
    workbook.set_size(*WINDOW)
    page = overview(lists, [(one.tab, one.hint, len(one.rows)) for one in sheets])
    draw_overview(workbook, page, links, spoken)
    for one in sheets:
        _draw(workbook, one, links, spoken)
    workbook.close()
    return stream.getvalue()


def _in_order(lists: Sequence[Register], load: Sequence[Heat]) -> list[Register | Heat]:
    at = next(n for n, one in enumerate(lists) if one.key == _BEFORE_LOAD)
    return [*lists[:at], *load, *lists[at:]]


def _draw(workbook: Workbook, one: Register | Heat, links: Links, lang: Lang) -> None:
    sheet, theme = workbook.add_worksheet(one.tab.of(lang)), Theme(workbook, lang)
    sheet.set_tab_color(BRAND if one.key == "projects" else _TABS.get(one.key, _OTHERS))
    if isinstance(one, Heat):
        draw_heat(sheet, theme, one)
    else:
        draw_list(sheet, theme, one, links)
