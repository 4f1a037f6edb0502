"""From a document to a sheet: which drawer draws what.

A drawn sheet is a workbook of its own with one sheet, which a host puts into the user's
workbook: no tables, no workbook-level names, no theme colours, no formulas.
"""

from __future__ import annotations

from collections.abc import Mapping

from xl_collab.actions.minutes import Minutes
from xl_collab.actions.review import Review
from xl_collab.actions.risks import RiskList
from xl_collab.actions.validate import FindingsDoc
from xl_collab.model.reports import Place
from xl_collab.model.words import Lang

__all__ = ["draw"]


def draw(document: object, *, project_name: str, lang: Lang, links: Mapping[str, Place]) -> bytes:
    """The .xlsx bytes of a document's sheet, named like the tab it is meant for.

    document      Minutes, Review, RiskList or FindingsDoc; TypeError for anything else
    project_name  for the footer and the line on top of each page
    links         row ID → (tab, cell) of the workbook that the sheet goes into, see reports.places
    """
    # Drawers are imported late: a run that draws no review need not load its drawer.
    if isinstance(document, Minutes):
        from xl_collab.compose.minutes import draw_minutes

        return draw_minutes(document, project_name, lang, links)
    if isinstance(document, Review):
        from xl_collab.compose.review import draw_review

        return draw_review(document, project_name, lang, links)
    if isinstance(document, RiskList):
        from xl_collab.compose.risk_list import draw_risks

        return draw_risks(document, project_name, lang, links)
    if isinstance(document, FindingsDoc):
        from xl_collab.compose.findings_sheet import draw_findings

        return draw_findings(document, project_name, lang, links)
    raise TypeError(f"there is no drawer for {type(document).__name__}")
