"""What Microsoft's validator does not notice in a workbook, but Excel, WPS or LibreOffice would.

A tool for developers and CI: `python -m tools.lint FILE...` prints one problem per line and
ends with 1 if there is any. It only reads. What may not enter: repairing.
"""

from __future__ import annotations

import importlib
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tools.lint.lintformulas import lint_formula
from tools.lint.lintribbon import callbacks, lint_ribbon
from tools.lint.lintsheets import lint_sheet, lint_tables
from xl_collab.errors import XlCollabError
from xl_collab.hosts.ooxml.package import TYPES, Package
from xl_collab.hosts.ooxml.workbookxml import DefinedName
from xl_collab.hosts.ooxml.xmlparts import parse_xml, rels_source

_WORKBOOK_TYPE = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    ".xlam": "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    ".xltx": "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ".xltm": "application/vnd.ms-excel.template.macroEnabled.main+xml",
}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_CODE_NAME = re.compile(rb"""<(?:[\w.-]+:)?sheetPr\s[^>]*?codeName=["']([^"']*)""")
_DOCUMENT = 'VB_Base = "0{000208'  # workbook, worksheet and chart sheet classes of Excel
_NAME = re.compile(r"[^\W\d\\]\w*|[_\\][\w.\\?]*|[^\W\d][\w.\\?]*")
_PROCEDURE = re.compile(r"^\s*(?:Public )?(?:Sub|Function) (\w+)", re.MULTILINE)
_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*|[RrCc]")


def lint(path: str | Path) -> list[str]:
    """The problems of the workbook at `path`, one sentence each; an empty list is what one hopes for."""
    try:
        package = Package.open(path)
    except XlCollabError as error:
        return [error.message("en")]
    return list(_problems(package, Path(path).suffix.lower()))


def _problems(package: Package, suffix: str) -> Iterator[str]:
    yield from _parts(package, suffix)
    yield from _arrows(package)
    yield from _sheet_names(package)
    yield from _names(package)
    yield from _ribbons(package)
    yield from _code_names(package)
    yield from lint_tables(package)
    for info in package.workbook.sheets:
        if "/worksheets/" in info.part:
            yield from (f"{info.name}: {problem}" for problem in lint_sheet(package, info.part))


# -- parts ------------------------------------------------------------------------------------------


def _parts(package: Package, suffix: str) -> Iterator[str]:
    kind, wanted = package.content_type(package.workbook_part), _WORKBOOK_TYPE.get(suffix)
    if wanted is not None and kind != wanted:
        yield f"a {suffix} file declares the workbook type {kind}"
    macros = [part for part in package.parts if part.lower().endswith("vbaproject.bin")]
    if macros and suffix in (".xlsx", ".xltx"):
        yield f"a {suffix} file contains macros ({macros[0]})"
    for part in package.parts:
        if part != TYPES and package.content_type(part) is None:
            yield f"{part} has no content type"
    for item in parse_xml(package.read(TYPES), TYPES):
        name = item.get("PartName")
        if name is not None and package.find(name) is None:
            yield f"content type for {name}, which does not exist"


def _arrows(package: Package) -> Iterator[str]:
    for name in [part for part in package.parts if part.endswith(".rels")]:
        source = rels_source(name)
        if source and source not in package:
            yield f"{name} belongs to no part"
            continue
        rels = package.rels(source)
        for rid in _repeated(rel.id for rel in rels):
            yield f"{name}: id {rid} is used twice"
        for rel in rels:
            if not rel.external and not rel.target.startswith("#") and rel.target not in package:
                yield f"{name}: {rel.id} leads to {rel.target}, which does not exist"
            if rel.kind in ("externalLink", "externalLinkPath"):
                yield f"{name}: external link {rel.target}"


def _repeated(items: Iterable[str]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


# -- sheets and names ----------------------------------------------------------------------------------


def _sheet_names(package: Package) -> Iterator[str]:
    sheets = package.workbook.sheets
    for name in _repeated(info.name.casefold() for info in sheets):
        yield f"two sheets are named {name}"
    for number in _repeated(str(info.sheet_id) for info in sheets):
        yield f"two sheets have the id {number}"
    for info in sheets:
        if not info.part:
            yield f"sheet {info.name} has no part"
        if not 0 < len(info.name) <= 31:
            yield f"sheet name {info.name!r} must have 1 to 31 characters"
        if _FORBIDDEN.search(info.name) or info.name != info.name.strip("'"):
            yield f"sheet name {info.name!r} has a character that Excel forbids"
    if sheets and all(info.state != "visible" for info in sheets):
        yield "no sheet is visible"
    if package.workbook.active_tab >= len(sheets):
        yield f"the active tab {package.workbook.active_tab} does not exist"


def _names(package: Package) -> Iterator[str]:
    names = package.workbook.defined_names
    sheets = {info.name.casefold() for info in package.workbook.sheets}
    for key in _repeated(f"{one.name.casefold()} ({one.sheet or 'workbook'})" for one in names):
        yield f"defined name {key} is there twice"
    for one in names:
        yield from (f"defined name {one.name}: {problem}" for problem in _name(one, sheets))


def _name(one: DefinedName, sheets: set[str]) -> Iterator[str]:
    bare = one.name.removeprefix("_xlnm.").removeprefix("_xlfn.")
    if not _NAME.fullmatch(bare) or _LIKE_CELL.fullmatch(bare) or len(one.name) > 255:
        yield "Excel does not accept this as a name"
    if one.sheet is not None and one.sheet.startswith("#"):
        yield f"its sheet number {one.sheet[1:]} does not exist"
    if not one.text or one.text.startswith("="):
        yield f"its formula {one.text!r} is empty or begins with an equals sign"
    yield from lint_formula(one.text, sheets, in_cell=False)


# -- ribbon and VBA ------------------------------------------------------------------------------------


def _ribbons(package: Package) -> Iterator[str]:
    for rel in package.rels(""):
        if rel.kind != "extensibility" or rel.target not in package:
            continue
        root = parse_xml(package.read(rel.target), rel.target)
        yield from (f"{rel.target}: {problem}" for problem in lint_ribbon(root))
        yield from (f"{rel.target}: {problem}" for problem in _missing_macros(package, callbacks(root)))
        year = "2009" if "2007" in rel.type else "2006"
        if isinstance(root.tag, str) and f"/{year}/" not in root.tag:
            yield f"{rel.target}: its namespace does not belong to its relationship {rel.type}"


def _code_names(package: Package) -> Iterator[str]:
    projects = package.related(package.workbook_part, "vbaProject")
    if not projects:
        return
    book = package.workbook.code_name
    if not book:
        yield "the workbook has macros but no codeName"
    used = [book] if book else []
    for info in package.workbook.sheets:
        found = _CODE_NAME.search(package.read(info.part)[:8192]) if info.part else None
        if found:
            used.append(found[1].decode("utf-8", "replace"))
    for name in _repeated(name.casefold() for name in used):
        yield f"codeName {name} is used twice"
    try:
        modules = _document_modules(package)
    except ValueError as error:
        yield f"{projects[0].target} cannot be read: {error}"
        return
    if modules is not None:
        keys = {name.casefold() for name in used}
        yield from (f"codeName {name} has no VBA module" for name in used if name.casefold() not in modules)
        yield from (f"VBA module {name} belongs to no sheet" for name in modules if name not in keys)


def _missing_macros(package: Package, wanted: set[str]) -> Iterator[str]:
    try:
        modules = _modules(package)
    except ValueError:
        return  # said where code names are checked
    if modules is not None:
        text = "\n".join(one.source for one in modules)
        found = {name.casefold() for name in _PROCEDURE.findall(text)}
        yield from (f"there is no macro {name}" for name in sorted(wanted) if name.casefold() not in found)


def _document_modules(package: Package) -> set[str] | None:
    """Names of the VBA modules that belong to the workbook and its sheets; None when nobody can tell."""
    modules = _modules(package)
    if modules is None:
        return None
    return {one.name.casefold() for one in modules if _DOCUMENT in one.attribute_header}


def _modules(package: Package) -> list[Any] | None:
    """The VBA modules; [] without macros, None when nobody can tell.

    Needs pyOpenVBA, which only developers have. ValueError when the project is garbage.
    """
    if not package.related(package.workbook_part, "vbaProject"):
        return []
    try:
        library: Any = importlib.import_module("pyopenvba")
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "book.xlsm"
        copy.write_bytes(package.save_bytes())
        try:
            with library.ExcelFile(copy) as book:
                return list(book.vba_project().modules)
        except library.PyOpenVBAError as error:
            raise ValueError(str(error)) from error


def main(arguments: list[str]) -> int:
    """Print the problems of each file; 1 when there are any."""
    found = [(name, problem) for name in arguments for problem in lint(name)]
    for name, problem in found:
        print(f"{name}: {problem}")
    return 1 if found else 0
