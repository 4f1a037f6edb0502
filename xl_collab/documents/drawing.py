"""From a document to a sheet: its kind names the folder, and its module `sheet` draws it.

A drawn sheet is a workbook of its own with one sheet, which a host puts into the user's
workbook: no tables, no workbook-level names, no theme colours, no formulas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xl_collab.project.drafts import Typed
    from xl_collab.project.edits import Document
    from xl_collab.project.sentences import Place
    from xl_collab.schema.words import Lang


def draw(
    document: Document,
    *,
    project_name: str,
    lang: Lang,
    links: Mapping[str, Place],
    typed: Sequence[Typed] = (),
) -> bytes:
    """The .xlsx bytes of a document's sheet, named like the tab it is meant for; TypeError for what is none.

    project_name  for the footer and the line on top of each page
    links         row ID → (tab, cell) of the workbook that the sheet goes into, see sentences.places
    typed         what people typed into the draft whose place the sheet takes (Book.typed_in)
    """
    if not hasattr(document, "kind"):
        raise TypeError(f"there is no drawer for {type(document).__name__}")
    # Imported late: a command that draws only its findings need not load minutes and review.
    drawer = import_module(f"xl_collab.documents.{document.kind}.sheet")
    drawn: bytes = drawer.draw(document, project_name, lang, links, typed)
    return drawn
