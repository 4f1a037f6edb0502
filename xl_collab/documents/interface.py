"""What people click, put into a drawn package: the ribbon's parts, and buttons that start macros.

XlsxWriter knows neither. What the ribbon says and which commands there are comes in as data.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import field

from xl_collab.patterns import lazy
from xl_collab.records import dataclass

_EPOCH = (1980, 1, 1, 0, 0, 0)
RIBBON_KINDS: Mapping[str, str] = {
    "customUI/customUI.xml": "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    "customUI/customUI14.xml": "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
}
"""Part → type of the relationship from the package to it. Office refuses the two mixed up."""

_DRAWING = lazy(r"xl/drawings/drawing\d+\.xml")
_SHAPE = lazy(r'<xdr:sp macro="" textlink="">(.*?)</xdr:sp><xdr:clientData/>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Button:
    """A button on 首页: its caption, the macro that it starts, and what a screen reader says."""

    label: str
    macro: str
    tip: str


@dataclass(frozen=True)
class Interface:
    """Ribbon parts by name (a workbook's, the personal add-in's), and the buttons, in one language."""

    ribbon: Mapping[str, bytes] = field(default_factory=dict)
    addin: Mapping[str, bytes] = field(default_factory=dict)
    buttons: Sequence[Button] = ()


def dressed(package: bytes, interface: Interface) -> bytes:
    """The package with the ribbon and with macros behind the buttons' text boxes."""
    entries = read_parts(package)
    _set_ribbon(entries, interface.ribbon)
    _assign_macros(entries, interface.buttons)
    return rewritten(entries)


def with_ribbon(package: bytes, ribbon: Mapping[str, bytes]) -> bytes:
    """The package with these ribbon parts in place of those that it has."""
    entries = read_parts(package)
    _set_ribbon(entries, ribbon)
    return rewritten(entries)


def _set_ribbon(entries: dict[str, bytes], ribbon: Mapping[str, bytes]) -> None:
    for name in [part for part in entries if part.startswith("customUI/")]:
        del entries[name]
    rels = re.sub(rb'<Relationship [^>]*?/ui/extensibility"[^>]*?/>', b"", entries["_rels/.rels"])
    arrows = "".join(
        f'<Relationship Id="collabRibbon{n}" Type="{RIBBON_KINDS[name]}" Target="{name}"/>'
        for n, name in enumerate(ribbon, 1)
    )
    entries["_rels/.rels"] = rels.replace(b"</Relationships>", f"{arrows}</Relationships>".encode())
    entries.update(ribbon)


def _assign_macros(entries: dict[str, bytes], buttons: Sequence[Button]) -> None:
    """A text box whose description is a button's tip starts its macro, and is not printed."""
    macros = {_escaped(button.tip): button.macro for button in buttons}

    def named(match: re.Match[str]) -> str:
        described = re.search(r' descr="([^"]*)"', match[1])
        macro = macros.get(described[1]) if described else None
        if macro is None:
            return match[0]
        shape = f'<xdr:sp macro="[0]!{macro}" textlink="">{match[1]}</xdr:sp>'
        return f'{shape}<xdr:clientData fPrintsWithSheet="0"/>'

    for name in [part for part in entries if buttons and _DRAWING.fullmatch(part)]:
        entries[name] = _SHAPE.sub(named, entries[name].decode("utf-8")).encode("utf-8")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def read_parts(package: bytes) -> dict[str, bytes]:
    """Every part of a package by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def rewritten(entries: Mapping[str, bytes]) -> bytes:
    """A package of these parts, in this order and with one fixed date: the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries.items():
            fresh = zipfile.ZipInfo(name, _EPOCH)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            fresh.external_attr = 0o600 << 16
            archive.writestr(fresh, data, compresslevel=6)
    return out.getvalue()
