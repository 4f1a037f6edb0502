"""What a command looks like, whatever program shows it."""

from __future__ import annotations

from dataclasses import dataclass

from xl_collab.schema.words import Text

__all__ = ["Command", "Group"]


@dataclass(frozen=True, slots=True)
class Group:
    """A box of the tab."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to click.

    id       stable; the ribbon's control is collab_<id>, the macro CollabDo_<Id>
    tip      one line (screen tip); `more` says what it does and what it leaves alone (super tip)
    key      key tip, unique on the tab, 1 to 3 letters
    image    imageMso, one of tools.lint.lintribbon.IMAGES
    cli      the same on the command line; '' where there is nothing to type
    live     False keeps it off every surface until what it does exists
    home     a button on 首页 as well
    confirm  asked before anything is done; None for what can simply be undone
    writes   False for what changes neither the workbook nor what is kept beside it
    sheet    key of the sheet to show, for commands that need no Python
    """

    id: str
    group: str
    label: Text
    tip: Text
    more: Text
    key: str
    image: str
    cli: str = ""
    large: bool = False
    live: bool = True
    home: bool = False
    confirm: Text | None = None
    writes: bool = True
    sheet: str = ""

    @property
    def control(self) -> str:
        """Id of the ribbon's control."""
        return f"collab_{self.id}"

    @property
    def macro(self) -> str:
        """Name of the VBA macro, ASCII: CollabDo_Validate. Collab_Risks would be COLLAB_RISKS to a cell."""
        return "CollabDo_" + "".join(part.title() for part in self.id.split("_"))
