"""The macros and the ribbon of an earlier workbook replaced by today's, where nobody wrote any of their own.

A VBA project is one part: it is replaced as a whole or not at all. What may not enter: what macros do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.vbaproject import Module, modules
from xl_collab.hosts.ooxml.widening import SheetShell
from xl_collab.hosts.ooxml.xmlparts import MAIN, insert_ordered, parse_xml, to_bytes

Outcome = Literal["none", "current", "replaced", "own", "unreadable"]
"""No macros; today's; replaced; left alone with somebody's own code; left alone for it cannot be read."""

_OURS = re.compile(r"(?i)collab\w*|xlwings\w*|dictionary")
_RIBBON = "ui/extensibility"
_MARK = b"collab_"
"""Every control of our ribbon begins so; a ribbon without one is somebody's own."""
_BOOK = "ThisWorkbook"
_VERSION = re.compile(r"^'Version: (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Shipped:
    """What a new workbook has: the project, and its ribbon's parts by name with their relationship's type."""

    vba: bytes
    ribbon: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class Macros:
    """What became of the macros; `modules` are those that somebody wrote, which is why they stay."""

    outcome: Outcome
    modules: tuple[str, ...] = ()


def bring_up_to_date(package: Package, make: Callable[[], Shipped], code_names: Mapping[str, str]) -> Macros:
    """Replace macros and ribbon of a workbook that has macros of ours.

    make        today's, asked for only where there are macros
    code_names  tab → VBA name of each of our sheets; a program that does not know these names drops them
    """
    found = package.related(package.workbook_part, "vbaProject")
    if not found:
        return Macros("none")
    part = found[0].target
    try:
        there = modules(package.read(part))
    except ValueError:
        return Macros("unreadable")
    own = [one.name for one in there if _is_own(one)]
    if own:
        return Macros("own", tuple(own))
    shipped = make()
    wanted = modules(shipped.vba)
    names = _name_sheets(package, code_names, {m.name for m in wanted if m.kind == "document"})
    ribbon = _set_ribbon(package, shipped)
    if _code(there) != _code(wanted):
        for signature in [rel for rel in package.rels(part) if not rel.external and rel.target in package]:
            package.remove_relationship(part, signature.id)
            package.remove(signature.target)
        package.replace(part, shipped.vba)
        return Macros("replaced")
    return Macros("replaced" if ribbon or names else "current")


@dataclass(frozen=True)
class MacroAge:
    """How a workbook's macros stand to today's; the version of the xlwings module among them, '' for none."""

    state: Literal["none", "current", "other", "unreadable"]
    xlwings: str = ""


def macro_age(package: Package, vba: bytes) -> MacroAge:
    """Compare the modules of ours in a workbook with those in `vba`; modules of people's own do not count."""
    found = package.related(package.workbook_part, "vbaProject")
    if not found:
        return MacroAge("none")
    try:
        there = modules(package.read(found[0].target))
    except ValueError:
        return MacroAge("unreadable")
    ours = tuple(one for one in there if _OURS.fullmatch(one.name))
    if not ours:
        return MacroAge("none")
    source = next((one.source for one in ours if one.name.casefold() == "xlwings"), "")
    version = _VERSION.search(source)
    wanted = tuple(one for one in modules(vba) if _OURS.fullmatch(one.name))
    same = _code(ours) == _code(wanted)
    return MacroAge("current" if same else "other", version[1] if version else "")


def _is_own(module: Module) -> bool:
    """Whether somebody wrote it: a module that we never shipped, or code behind a sheet."""
    if _OURS.fullmatch(module.name):
        return False
    return bool(module.code) or module.kind in ("module", "form")


def _code(found: tuple[Module, ...]) -> dict[str, str]:
    return {one.name: one.code for one in found if one.code}


def _name_sheets(package: Package, code_names: Mapping[str, str], known: set[str]) -> bool:
    """Give workbook and sheets the names that the project calls them by; others lose theirs."""
    changed = _name_book(package)
    for info in package.workbook.sheets:
        if "/worksheets/" not in info.part:
            continue
        shell = SheetShell(package.read(info.part))
        properties = shell.root.find(f"{MAIN}sheetPr")
        now = None if properties is None else properties.get("codeName")
        wanted = code_names.get(info.name)
        if wanted in known and now != wanted:
            shell.ensured("sheetPr").set("codeName", wanted)
        elif wanted not in known and now is not None and properties is not None:
            del properties.attrib["codeName"]
        if shell.changed:
            package.replace(info.part, shell.to_bytes())
            changed = True
    return changed


def _name_book(package: Package) -> bool:
    if package.workbook.code_name == _BOOK:
        return False
    root = parse_xml(package.read(package.workbook_part), package.workbook_part)
    properties = root.find(f"{MAIN}workbookPr")
    if properties is None:
        properties = root.makeelement(f"{MAIN}workbookPr", {})
        insert_ordered(root, properties, ("workbookPr", "bookViews", "sheets"))
    properties.set("codeName", _BOOK)
    package.replace(package.workbook_part, to_bytes(root))
    return True


def _set_ribbon(package: Package, shipped: Shipped) -> bool:
    """Put our ribbon in the place of an earlier one of ours; somebody's own stays."""
    arrows = [rel for rel in package.rels("") if rel.type.endswith(_RIBBON) and rel.target in package]
    parts = {rel.target: package.read(rel.target) for rel in arrows}
    if any(_MARK not in content for content in parts.values()):
        return False
    if not shipped.ribbon or parts == {name: content for name, (_, content) in shipped.ribbon.items()}:
        return False
    for rel in arrows:
        package.remove_relationship("", rel.id)
        package.remove(rel.target)
    for name, (kind, content) in shipped.ribbon.items():
        package.add(name, content, None)
        package.add_relationship("", kind, name)
    return True
