"""A screen without columns: what the terminal shows as tables, as lines for a message box."""

from __future__ import annotations

from rich.table import Table as Grid
from rich.text import Text as Markup

from xl_collab.faces.cli.show import Screen
from xl_collab.faces.words.ribbon import ANSWERS
from xl_collab.schema.words import Lang

__all__ = ["Lines"]


class Lines(Screen):
    """Collects what would be printed."""

    def __init__(self, lang: Lang) -> None:
        super().__init__(lang)
        self._said: list[str] = []

    def say(self, key: str, **words: object) -> None:
        """One sentence of the catalogue."""
        self._said.append(self.text(key, **words))

    def line(self, text: str) -> None:
        """A line as it is."""
        self._said.append(text)

    def shown(self, most: int = 24) -> str:
        """The lines, at most so many, and how many are left out."""
        left = len(self._said) - most
        more = [ANSWERS["more_lines"].of(self.lang).format(count=left)] if left > 0 else []
        return "\n".join([*self._said[:most], *more])

    def _grid(self, grid: Grid, total: int) -> None:
        rows = zip(*(list(column.cells) for column in grid.columns), strict=True)
        for row in rows:
            cells = [Markup.from_markup(str(cell)).plain.strip() for cell in row]
            self._said.append(" · ".join(cell.replace("\n", " ") for cell in cells if cell))
