"""From a document to a sheet: which drawer draws what.

A drawn sheet is a workbook of its own with one sheet, which a host puts into the user's
workbook: no tables, no workbook-level names, no theme colours, no formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xl_collab.project.drafts import Typed
    from xl_collab.project.sentences import Place
    from xl_collab.schema.words import Lang

_DRAWERS = {
    "Minutes": ("minutes", "draw_minutes"),
    "Review": ("review", "draw_review"),
    "RiskList": ("risks", "draw_risks"),
    "Gantt": ("gantt", "draw_gantt"),
    "Raci": ("raci", "draw_raci"),
    "FindingsDoc": ("findings", "draw_findings"),
    "AdjustmentDoc": ("adjustment", "draw_adjustment"),
    "ConflictsDoc": ("conflicts", "draw_conflicts"),
    "ChangesDoc": ("conflicts", "draw_changes"),
    "AcceptanceDoc": ("acceptance", "draw_acceptance"),
}
"""Document → its folder, and the function of its sheet.py that draws it."""


_OWN_MEMORY = frozenset(("ConflictsDoc",))
"""Documents that hold what people typed into their sheet themselves."""


def draw(
    document: object,
    *,
    project_name: str,
    lang: Lang,
    links: Mapping[str, Place],
    typed: Sequence[Typed] = (),
) -> bytes:
    """The .xlsx bytes of a document's sheet, named like the tab it is meant for.

    document      one that _DRAWERS names; TypeError for anything else
    project_name  for the footer and the line on top of each page
    links         row ID → (tab, cell) of the workbook that the sheet goes into, see reports.places
    typed         what people typed into the draft whose place the sheet takes (Book.typed_in)
    """
    # Documents are told apart by name and drawers imported late: a command that draws only its
    # findings need not load minutes and review.
    name = type(document).__name__
    if name not in _DRAWERS:
        raise TypeError(f"there is no drawer for {name}")
    folder, function = _DRAWERS[name]
    drawer = getattr(import_module(f"xl_collab.documents.{folder}.sheet"), function)
    more = () if name in _OWN_MEMORY else (typed,)
    drawn: bytes = drawer(document, project_name, lang, links, *more)
    return drawn
