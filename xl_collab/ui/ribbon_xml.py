"""The ribbon as customUI text, one static text per language, out of the declared commands.

No getLabel, no onLoad and no stored pointer: a recovered IRibbonUI pointer can crash Excel. The only
callbacks are onAction and, on the workbook's own tab, getVisible, which asks whether the personal
add-in is loaded. What may not enter: packages, actions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from xl_collab.commands.command import Command, RibbonGroup
from xl_collab.documents.interface import Button, Interface
from xl_collab.schema.words import Lang
from xl_collab.ui.buttons import (
    GROUPS,
    PLACES,
    PLACES_KEY,
    TAB,
    TAB_KEY,
    TAB_OF_FILE,
    excel_only,
    home,
    live,
    places,
)

Year = Literal["2006", "2009"]
"""The two schemas: 2006 for Excel 2007, 2009 for Excel 2010 and later, which then ignores the first."""

NAMESPACES: Mapping[Year, str] = {
    "2006": "http://schemas.microsoft.com/office/2006/01/customui",
    "2009": "http://schemas.microsoft.com/office/2009/07/customui",
}
ON_ACTION = "Collab_OnAction"
TAB_VISIBLE = "Collab_TabVisible"


_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
"""xml.sax would do it too, and load urllib for it: 20 ms of every command."""


def interface(lang: Lang) -> Interface:
    """What people click in `lang`: the ribbon of a workbook and of the add-in, and the buttons on 首页."""
    buttons = [Button(c.label.of(lang), c.macro, c.tip.of(lang)) for c in home()]
    return Interface(ribbon_parts(lang), ribbon_parts(lang, addin=True), tuple(buttons))


def ribbon_parts(lang: Lang, *, addin: bool = False) -> dict[str, bytes]:
    """The parts to put into a package: customUI/customUI.xml (2007) and customUI/customUI14.xml."""
    return {
        "customUI/customUI.xml": ribbon_xml(lang, "2006", addin=addin).encode("utf-8"),
        "customUI/customUI14.xml": ribbon_xml(lang, "2009", addin=addin).encode("utf-8"),
    }


def ribbon_xml(lang: Lang, year: Year, *, addin: bool = False) -> str:
    """The customUI document; the add-in's tab is always there, the workbook's gives way to it."""
    lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
    lines += [f'<customUI xmlns="{NAMESPACES[year]}">', "  <ribbon>", "    <tabs>"]
    seen = {} if addin else {"getVisible": TAB_VISIBLE}
    label = TAB if addin else TAB_OF_FILE
    tab = _attributes(id="collab_tab", label=label.of(lang), keytip=TAB_KEY, **seen)
    lines.append(f"      <tab {tab}>")
    for group in GROUPS:
        lines += [f"        {line}" for line in _group(group, lang)]
    lines += ["      </tab>", "    </tabs>", "  </ribbon>", "</customUI>", ""]
    return "\n".join(lines)


def _group(group: RibbonGroup, lang: Lang) -> Iterator[str]:
    clicked = (*live(group.id), *excel_only(group.id))
    shown = sorted(clicked, key=lambda command: not command.large)
    if not shown:
        return
    yield f"<group {_attributes(id=f'collab_group_{group.id}', label=group.label.of(lang))}>"
    for command in shown:
        yield f"  <button {_button(command, lang, size='large' if command.large else 'normal')}/>"
    if group.id == "forms":
        yield from (f"  {line}" for line in _places(lang))
    yield "</group>"


def _places(lang: Lang) -> Iterator[str]:
    menu = _attributes(
        id="collab_places",
        label=PLACES.of(lang),
        keytip=PLACES_KEY,
        imageMso="HyperlinkInsert",
        size="normal",
    )
    yield f"<menu {menu}>"
    for command in places():
        yield f"  <button {_button(command, lang)}/>"
    yield "</menu>"


def _button(command: Command, lang: Lang, **rest: str) -> str:
    return _attributes(
        id=command.control,
        label=command.label.of(lang),
        screentip=command.tip.of(lang),
        supertip=command.more.of(lang),
        keytip=command.key,
        imageMso=command.image,
        onAction=ON_ACTION,
        **rest,
    )


def _attributes(**values: str) -> str:
    return " ".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in values.items())
