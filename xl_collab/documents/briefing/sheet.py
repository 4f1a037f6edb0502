"""《领导简报》 as a sheet: as many lines in each list as one page holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xl_collab.documents.blocks import Page, one_page
from xl_collab.documents.briefing.content import Briefing
from xl_collab.documents.upright import write
from xl_collab.project.drafts import Typed
from xl_collab.project.sentences import Place
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Lang

_WIDTHS: Mapping[Lang, tuple[float, ...]] = {
    "zh": (6.7, 10.3, 22.5, 11.2, 11.2, 9.8),
    "en": (6.2, 10.3, 22.0, 11.2, 11.2, 10.3),
}
_MOST = 8
"""Lines of a list at most."""
_FULL = 0.98
"""Share of the page that may be taken: programs round heights."""


def draw(
    document: Briefing, project: str, lang: Lang, links: Mapping[str, Place], typed: Sequence[Typed] = ()
) -> bytes:
    """The sheet of the briefing."""
    tab = GENERATED["briefing"].of(lang)
    lines = [min(_MOST, one) for one in document.lines]
    while True:
        taken: list[float] = []
        fill = _filling(document.at_most(lines), project, taken)
        drawn = one_page(tab, lang, _WIDTHS[lang], fill, project=project, links=links, typed=typed)
        longest = max(range(len(lines)), key=lambda n: (lines[n], n))
        if taken[0] <= _FULL or lines[longest] <= 1:
            return drawn
        lines[longest] -= 1


def _filling(document: Briefing, project: str, taken: list[float]) -> Callable[[Page], None]:
    """Writes the document, and notes how many pages it takes."""

    def fill(page: Page) -> None:
        write(page, document, project)
        taken.append(page.pagination.pages(page.row))

    return fill
