"""待填: the first sheet of a packet, one column of cards as wide as a phone.

On top how much is wanted by when, then a card for each thing that is wanted: its title leads to the cells
to fill in. Below what else is open, what was decided, and where more can be written. Nothing is typed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xl_collab.documents import theme as looks
from xl_collab.documents.packet import words
from xl_collab.documents.packet.asked import (
    MOST_DECIDED,
    Card,
    alert_word,
    decided,
    finished,
    others,
    wanted,
)
from xl_collab.documents.packet.content import Packet
from xl_collab.documents.packet.rows import PROTECTION
from xl_collab.documents.page import Paper
from xl_collab.documents.theme import BRAND, NOTE_SIZE, SECTION_SIZE, Theme, row_height, text_width
from xl_collab.plan.project import Project
from xl_collab.project.sentences import LISTED, brief, fitted, listing
from xl_collab.schema.words import Text

WIDTH = 46.0
"""Of the one column, in characters: with the margin 342 pixels, what a phone shows upright."""

_SUMMARY_SIZE = 13
_TITLE_LINES, _MORE_LINES = 3, 4
_GAP = 5.0

Place = Callable[[str, str, str], str]
"""Where a cell stands, as a link names it: sheet key, ID, column; '' when it is not there."""


def draw_cards(
    workbook: Workbook, theme: Theme, project: Project, packet: Packet, token: str, place: Place
) -> Worksheet:
    """Draw the sheet."""
    page = _Cards(workbook, theme, project, place)
    asked = wanted(project, packet)
    page.head(project, packet, len(asked))
    for card in asked[:LISTED]:
        page.card(card)
    page.rest(others(project, packet))
    page.finished(finished(packet))
    page.decided(decided(project, packet), first=packet.since is None)
    page.more(packet)
    page.quiet(words.TOKEN_LINE.of(page.lang).format(token=token))
    page.sheet.set_tab_color("#C00000")
    page.sheet.protect("", dict(PROTECTION))
    page.sheet.set_selection(0, 0, 0, 0)
    return page.sheet


class _Cards(Paper):
    def __init__(self, workbook: Workbook, theme: Theme, project: Project, place: Place) -> None:
        tab, name = words.CARDS.of(theme.lang), project.settings.project
        super().__init__(workbook, theme, tab=tab, widths=(WIDTH,), project=name, links={})
        self.place_of = place

    def line(self, text: str, look: Format, size: float = 10, *, most: int = 10, least: float = 18) -> None:
        """One row with one text, as tall as it needs."""
        width = (WIDTH - 2) * 10 / size
        shown = self.fitted(text, width, most)
        self.tall(row_height([(shown, width)], size=size, minimum=least))
        self.sheet.write_string(self.row, 1, shown, self.theme.for_text(shown, look))
        self.next()

    def linked(self, text: str, link: str, look: Format) -> None:
        """One line that leads to a cell; LibreOffice breaks no line of a link."""
        shown = brief(" ".join(text.split()), int(WIDTH) - 3)
        shown = self.fitted(shown, WIDTH, 1)
        self.tall(20)
        if link:
            self.sheet.write_url(self.row, 1, link, self.theme.for_text(shown, look), shown)
        else:
            self.sheet.write_string(self.row, 1, shown, self.theme.for_text(shown, look))
        self.next()

    def gap(self, height: float = _GAP) -> None:
        """An empty row."""
        self.tall(height)
        self.next()

    def quiet(self, text: str) -> None:
        """A small grey line."""
        self.line(text, self.theme("note", "middle"), NOTE_SIZE, least=16)

    def section(self, text: Text) -> None:
        """A heading."""
        self.gap(10)
        look = self.theme("section", "wrap", font_size=11, bottom=1, bottom_color=BRAND)
        self.line(text.of(self.lang), look, 11, least=20)

    def head(self, project: Project, packet: Packet, count: int) -> None:
        """Whose it is, how much is wanted by when, and what to do."""
        name = f"{project.settings.project} · {packet.department}".strip(" ·")
        self.line(name, self.theme("title", "wrap", font_size=SECTION_SIZE), SECTION_SIZE, most=2, least=22)
        template = words.WAITING_FOR_YOU if count else words.NOTHING_WAITS
        said = fitted(template, count=count, date=packet.reply_by)
        look = self.theme("header_left", "wrap", font_size=_SUMMARY_SIZE)
        self.line(said.of(self.lang), look, _SUMMARY_SIZE, least=32)
        self.quiet(words.CARD_HINT.of(self.lang))

    def card(self, card: Card) -> None:
        """What is wanted of one row: its title, how it stands, what to fill in, what hangs on it."""
        self.gap()
        title = f"{card.id} {card.title}"
        top: dict[str, object] = {"top": 2, "top_color": BRAND, **_SIDES}
        if text_width(title) > WIDTH - 3:
            look = self.theme("plain", "bold", "middle", "wrap", "indent", **top)
            self.line(title, look, most=_TITLE_LINES, least=20)
        else:
            self._link(card, title, bold=True, **top)
        lines = [*self._stands(card), *((text, ("note", "middle"), NOTE_SIZE) for text in card.more)]
        for text, look_of, size in lines:
            look = self.theme(*look_of, "wrap", "indent", **_SIDES)
            self.line(text.of(self.lang), look, size, most=_MORE_LINES)
        foot: dict[str, object] = {"bottom": 1, "bottom_color": looks.RULE, **_SIDES}
        self._link(card, (card.ask or Text("", "")).of(self.lang), bold=True, **foot)

    def _stands(self, card: Card) -> Iterator[tuple[Text, tuple[str, ...], float]]:
        """How the row stands, in the colour of its alert."""
        colour = (f"rag_{card.rag}",) if card.rag in looks.RAG_COLOURS else ("plain",)
        word = alert_word(card.rag, self.lang)
        said = fitted(words.JOINED, one=word, other=card.when) if word else card.when
        yield said, (*colour, "left", "middle"), 10

    def _link(self, card: Card, text: str, **properties: object) -> None:
        look = self.theme("link", "indent", **properties)
        self.linked(text, self.place_of(card.sheet, card.id, card.column), look)

    def rest(self, cards: Sequence[Card]) -> None:
        """What is open and not wanted now: a title and a line each."""
        if not cards:
            return
        self.section(fitted(words.REST, count=len(cards)))
        for card in cards[:LISTED]:
            self._link(card, f"{card.id} {card.title}", top=1, top_color=looks.RULE)
            word = alert_word(card.rag, self.lang)
            said = [" · ".join(filter(None, (word, card.when.of(self.lang))))]
            for text in (*said, *(one.of(self.lang) for one in card.more)):
                if text:
                    self.line(text, self.theme("note", "middle", "indent"), NOTE_SIZE, most=3, least=16)

    def finished(self, ids: Sequence[str]) -> None:
        """Which rows are done, and where they are."""
        if ids:
            self.gap()
            self.quiet(fitted(words.FINISHED, count=len(ids), rows=listing(ids)).of(self.lang))

    def decided(self, told: Sequence[Text], *, first: bool) -> None:
        """What was decided."""
        if not told:
            return
        self.section(words.LAST_DECISIONS if first else words.DECISIONS)
        for text in told[:MOST_DECIDED]:
            self.line(text.of(self.lang), self.theme("prose", "middle"), most=4)
        if len(told) > MOST_DECIDED:
            self.quiet(fitted(words.DECIDED_MORE, count=len(told) - MOST_DECIDED).of(self.lang))

    def more(self, packet: Packet) -> None:
        """Where else something can be written."""
        self.section(words.MORE_TO_FILL)
        places = [(words.TO_DAYS, ("sync", "", "date")), (words.TO_NEW, ("tracker", "", "task"))]
        if packet.owed.actions:
            told = fitted(words.TO_ACTIONS, count=len(packet.owed.actions))
            places.insert(0, (told, ("actions", packet.owed.actions[0].id, "status")))
        look = self.theme("link")
        for text, place in places:
            self.linked(text.of(self.lang), self.place_of(*place), look)
        self.linked(words.TO_NOTES.of(self.lang), f"internal:'{words.NOTES.of(self.lang)}'!A1", look)
        self.gap()


_SIDES = {"left": 1, "left_color": looks.RULE, "right": 1, "right_color": looks.RULE}
