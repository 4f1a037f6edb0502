"""跟踪表 of an earlier workbook put in the order of a new one, with its outline and what it prints.

Columns are known by their headings; people's own stay beside the one that they follow, or stand in front of
what is planned. What may not enter: how references follow (ooxml/moving.py), values of cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from xl_collab.a1 import Area, column_letters
from xl_collab.errors import UsageError
from xl_collab.hosts.grid import Sheets
from xl_collab.hosts.ooxml.columnmove import ColumnMove
from xl_collab.hosts.ooxml.formulatext import quoted_sheet
from xl_collab.hosts.ooxml.moving import Told, move_columns
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.widening import SheetShell
from xl_collab.hosts.ooxml.xmlparts import MAIN
from xl_collab.hosts.reading import LocatedBook, Place
from xl_collab.schema.declaration import Column
from xl_collab.schema.sheets import TRACKER

_LISTED = 5
_USUAL = "9.140625"
"""Width of a column that nobody set, as Office writes it."""
_LAST_ROW = 1_048_576
_PRINT_AREA, _PRINT_TITLES = "_xlnm.Print_Area", "_xlnm.Print_Titles"


def reordered(reading: LocatedBook[Sheets]) -> bool:
    """Put the columns of 跟踪表 in the declared order; whether there was anything to do.

    Raises UsageError, and the package is then of no use, when a reference cannot follow.
    """
    place = reading.tables.get(TRACKER.key)
    if place is None:
        return False
    columns = _columns(reading, place)
    wanted = _in_order(columns)
    if wanted == list(columns):
        return False
    places = {old: new for new, old in zip(columns, wanted, strict=True)}
    package = reading.sheets.package
    info = reading.sheets.info(place.tab)
    move = _move(package, place, places)
    refused = move_columns(package, info, move, place.headings.row)
    if refused:
        raise _cannot(place.tab, refused)
    declared = {move.to(number): column for number, column in columns.items() if column}
    _lay_out(package, info.part, place, declared)
    package.workbook.full_calc_on_load = True
    return True


def _columns(reading: LocatedBook[Sheets], place: Place) -> dict[int, Column | None]:
    """The columns of the table by number; None for people's own."""
    names = {number: name for name, number in place.headings.columns.items()}
    left, right = min(names), max(names)
    if place.table is not None:
        left, right = min(left, place.table.area.left), max(right, place.table.area.right)
    sheet = place.sheet
    return {n: sheet.column(names[n]) if n in names else None for n in range(left, right + 1)}


def _in_order(columns: Mapping[int, Column | None]) -> list[int]:
    """The numbers of the columns, as they are to stand from left to right."""
    declared = [column.name for column in TRACKER.columns]
    rank = {name: float(at) for at, name in enumerate(declared)}
    behind = rank["support"] - 0.5
    ranks: dict[int, float] = {}
    last = -1.0
    for number, column in columns.items():
        if column is not None:
            last = rank[column.name]
            ranks[number] = last
        else:
            ranks[number] = last + 0.25 if last < behind else behind
    return sorted(columns, key=lambda number: (ranks[number], number))


def _move(package: Package, place: Place, places: Mapping[int, int]) -> ColumnMove:
    left, right = min(places), max(places)
    table = place.table
    headings = dict(enumerate(table.columns, start=table.area.left)) if table else {}
    quoted = re.escape(quoted_sheet(place.tab)), re.escape(place.tab)
    whole = re.compile(
        rf"(?:{'|'.join(quoted)})!\$?{column_letters(left)}\$?\d*:\$?{column_letters(right)}\$?\d*"
    )
    names = [one for one in package.workbook.defined_names if not one.name.startswith("_xlnm.")]
    fixed = {one.name.casefold(): (left, right) for one in names if whole.fullmatch(one.text)}
    tabs = [sheet.name for sheet in package.workbook.sheets]
    return ColumnMove(place.tab, dict(places), table.name if table else "", headings, fixed, tabs)


def _cannot(tab: str, refused: Sequence[Told]) -> UsageError:
    told = list(dict.fromkeys(f"{where}（{what}）" for where, what in refused))
    first = "；".join(told[:_LISTED])
    english = "; ".join(text.replace("（", " (").replace("）", ")") for text in told[:_LISTED])
    return UsageError(
        f"“{tab}”的列不能重排：有 {len(told)} 处引用没法跟着移动：{first}。请改用标题引用（如 MATCH 或"
        "表格[列名]），或先删去它们，再运行一次；什么也没有改动。",
        f"Columns of “{tab}” cannot be put in order, for {len(told)} references cannot follow: {english}. "
        "Refer to headings instead (MATCH, or Table[Column]) or take them out, and run this again. "
        "Nothing changed.",
    )


# outline, frozen columns, print


def _lay_out(package: Package, part: str, place: Place, declared: Mapping[int, Column]) -> None:
    shell = SheetShell(package.read(part))
    _outline(shell, declared)
    last_frozen = TRACKER.columns[TRACKER.freeze_columns - 1].name
    frozen = next(number for number, column in declared.items() if column.name == last_frozen)
    _freeze(shell, frozen)
    package.replace(part, shell.to_bytes())
    shown = max(number for number, column in declared.items() if not column.folded)
    quoted, workbook = quoted_sheet(place.tab), package.workbook
    if workbook.defined_name(_PRINT_AREA, place.tab) is None:
        area = f"{quoted}!$A$1:${column_letters(shown)}${_LAST_ROW}"
        workbook.set_defined_name(_PRINT_AREA, area, place.tab)
    titles = workbook.defined_name(_PRINT_TITLES, place.tab)
    if titles is not None and "!$A:$A" in titles:
        repeated = titles.replace("!$A:$A", f"!$A:${column_letters(frozen)}")
        workbook.set_defined_name(_PRINT_TITLES, repeated, place.tab)


def _outline(shell: SheetShell, declared: Mapping[int, Column]) -> None:
    """Groups as in a new workbook; a column that somebody hid stays hidden."""
    items, last = _single(shell, max(declared) + 1), max(declared)
    for number, item in items.items():
        item.attrib.pop("collapsed", None)
        column, before = declared.get(number), declared.get(number - 1)
        if column is not None:
            item.attrib.pop("outlineLevel", None)
            item.attrib.update({"outlineLevel": "1"} if column.group else {})
            item.attrib.update({"hidden": "1"} if column.folded else {})
        if before is not None and before.folded and (number > last or column is None or not column.group):
            item.set("collapsed", "1")
    sizes = shell.root.find(f"{MAIN}sheetFormatPr")
    if sizes is None:
        sizes = shell.ensured("sheetFormatPr")
        sizes.set("defaultRowHeight", "15")
    sizes.set("outlineLevelCol", max(sizes.get("outlineLevelCol", "0"), "1"))


def _single(shell: SheetShell, last: int) -> dict[int, etree._Element]:
    """An element for each column up to `last`, by its number; the usual width where nobody set one."""
    cols = shell.ensured("cols")
    found, rest = dict[int, etree._Element](), []
    for item in list(cols):
        cols.remove(item)
        low, high = int(item.get("min")), int(item.get("max"))
        found |= {number: _col(item, number, number) for number in range(low, min(high, last) + 1)}
        if high > last:
            rest.append(_col(item, max(low, last + 1), high))
    usual = etree.Element(f"{MAIN}col", width=_USUAL)
    for number in range(1, last + 1):
        found.setdefault(number, _col(usual, number, number))
    for item in (*(found[number] for number in sorted(found)), *rest):
        cols.append(item)
    return found


def _col(item: etree._Element, low: int, high: int) -> etree._Element:
    return etree.Element(f"{MAIN}col", {"min": str(low), "max": str(high), **_without_ends(item)})


def _without_ends(item: etree._Element) -> dict[str, str]:
    return {str(name): str(text) for name, text in item.attrib.items() if name not in ("min", "max")}


def _freeze(shell: SheetShell, column: int) -> None:
    """Frozen columns reach to 主要任务, where some are frozen at all."""
    for pane in shell.root.iter(f"{MAIN}pane"):
        if pane.get("state") not in ("frozen", "frozenSplit") or pane.get("xSplit") is None:
            continue
        first = Area.parse(pane.get("topLeftCell", "A1")) or Area(1, 1, 1, 1)
        pane.set("xSplit", str(column))
        pane.set("topLeftCell", f"{column_letters(column + 1)}{first.top}")
