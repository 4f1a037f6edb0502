"""What stands around the cells of a sheet whose columns get another order: widths, rules, links, view.

Colours and checks are written for the first cell of their areas and read on from there; where a rule would
then read differently from column to column, it becomes several. What may not enter: cells, other parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from xl_collab.a1 import Area, column_number
from xl_collab.hosts.ooxml.columnmove import ColumnMove
from xl_collab.hosts.ooxml.formulatext import shift, tokens
from xl_collab.hosts.ooxml.widening import SheetShell
from xl_collab.hosts.ooxml.xmlparts import MAIN

_AREAS = ("protectedRange", "ignoredError")
_CELLS = ("cellWatch", "inputCells")


class ShellMove:
    """One sheet under way.

    header_row  merged titles above it stay where they are
    refuse      is told what cannot follow
    followed    a formula in the new order; it is told where the formula stands
    """

    def __init__(
        self,
        shell: SheetShell,
        move: ColumnMove,
        header_row: int,
        refuse: Callable[[str], None],
        followed: Callable[[str], str],
    ) -> None:
        self._shell, self._move, self._header_row = shell, move, header_row
        self._refuse, self._followed = refuse, followed

    def run(self) -> None:
        """Everything, in place."""
        self._columns()
        self._merged()
        self._links()
        self._rules()
        self._view()
        for item in self._shell.all("autoFilter"):
            filters(item, self._move)
        for name in _AREAS:
            for item in self._shell.root.iter(f"{MAIN}{name}"):
                item.set("sqref", self._move.areas(item.get("sqref", "")))
        for name in _CELLS:
            for item in self._shell.root.iter(f"{MAIN}{name}"):
                item.set("r", self._move.areas(item.get("r", "")))
        self._extensions()

    def _columns(self) -> None:
        """Widths, formats and outline go with their columns."""
        cols = self._shell.root.find(f"{MAIN}cols")
        if cols is None:
            return
        reach, found = self._move.reach, []
        for item in list(cols):
            cols.remove(item)
            low, high = int(item.get("min")), int(item.get("max"))
            places = map(self._move.to, range(low, min(high, reach) + 1))
            found += [_col(item, place, place) for place in places]
            if high > reach:
                found.append(_col(item, max(low, reach + 1), high))
        for item in sorted(found, key=lambda one: int(one.get("min"))):
            cols.append(item)

    def _merged(self) -> None:
        for item in self._shell.root.iter(f"{MAIN}mergeCell"):
            area = Area.parse(item.get("ref", ""))
            if area is None:
                continue
            if self._move.keeps(area.left, area.right):
                item.set("ref", self._move.areas(str(area)))
            elif area.bottom >= self._header_row or self._move.to(area.left) != area.left:
                self._refuse(str(area))

    def _links(self) -> None:
        for item in list(self._shell.root.iter(f"{MAIN}hyperlink")):
            pieces = self._move.areas(item.get("ref", "")).split(" ")
            item.set("ref", pieces[0])
            for piece in reversed(pieces[1:]):
                copy = etree.Element(item.tag, dict(item.attrib))
                copy.set("ref", piece)
                item.addnext(copy)

    def _view(self) -> None:
        for item in self._shell.root.iter(f"{MAIN}selection"):
            if item.get("activeCell") is not None:
                cell = self._move.areas(item.get("activeCell")).split(" ")[0]
                item.set("activeCell", cell)
                item.set("sqref", cell)
                item.attrib.pop("activeCellId", None)

    # colours and checks

    def _rules(self) -> None:
        for block in self._shell.all("conditionalFormatting"):
            self._rule(block)
        for block in self._shell.all("dataValidations"):
            for rule in list(block):
                self._rule(rule)
            block.set("count", str(len(block)))

    def _rule(self, rule: etree._Element) -> None:
        """A rule in the new order; several, where its formulas now read differently from column to column."""
        texts = [item.text or "" for item in _formulas(rule)]
        groups = self._groups(rule.get("sqref", ""), texts)
        copies = [etree.fromstring(etree.tostring(rule)) for _ in groups[1:]]
        for one, (sqref, moved) in zip([rule, *copies], groups, strict=True):
            one.set("sqref", sqref)
            for item, text in zip(_formulas(one), moved, strict=True):
                item.text = text
        for copy in reversed(copies):
            rule.addnext(copy)

    def _groups(self, sqref: str, texts: list[str]) -> list[tuple[str, list[str]]]:
        """Areas in the new order, with the formulas as they read in the first cell of each group."""
        areas = [area for area in map(Area.parse, sqref.split()) if area is not None]
        if len(areas) != len(sqref.split()) or not areas:
            return [(self._move.areas(sqref), [self._followed(text) for text in texts])]
        corner, known = areas[0], dict[tuple[str, ...], list[tuple[Area, int]]]()
        for area in areas:
            for old, piece in self._pieces(area):
                moved = [self._followed(shift(text, 0, old - corner.left)) for text in texts]
                key = tuple(_relative(text, piece.left) for text in moved)
                known.setdefault(key, []).append((piece, old))
        return [self._group(pieces, corner, texts) for pieces in known.values()]

    def _pieces(self, area: Area) -> Iterator[tuple[int, Area]]:
        """Each column of an area with its new place; those behind the last that moves as one."""
        reach = self._move.reach
        for old in range(area.left, min(area.right, reach) + 1):
            now = self._move.to(old)
            yield old, Area(now, area.top, now, area.bottom)
        if area.right > reach:
            first = max(area.left, reach + 1)
            yield first, Area(first, area.top, area.right, area.bottom)

    def _group(self, pieces: list[tuple[Area, int]], corner: Area, texts: list[str]) -> tuple[str, list[str]]:
        joined = _joined([piece for piece, _ in pieces])
        joined.sort(key=lambda area: (area.top != corner.top, area.left))
        first = joined[0]
        old = next(old for piece, old in pieces if (piece.left, piece.top) == (first.left, first.top))
        moved = [self._followed(shift(text, first.top - corner.top, old - corner.left)) for text in texts]
        return " ".join(map(str, joined)), moved

    def _extensions(self) -> None:
        """Rules and sparklines of newer programs: areas and formulas as texts."""
        for item in self._shell.root.iter():
            if not isinstance(item.tag, str) or "}" not in item.tag or item.tag.startswith(MAIN):
                continue
            name = etree.QName(item).localname
            if name == "f" and item.text:
                item.text = self._followed(item.text)
            elif name == "sqref" and item.text:
                item.text = self._move.areas(item.text)


def filters(parent: etree._Element, move: ColumnMove) -> None:
    """The filter and the sorting of an element, in the new order."""
    for item in parent.iter(f"{MAIN}autoFilter"):
        area = Area.parse(item.get("ref", ""))
        if area is None:
            continue
        now = Area.parse(move.areas(str(area)).split(" ")[0]) or area
        found = item.findall(f"{MAIN}filterColumn")
        for one in found:
            one.set("colId", str(move.to(area.left + int(one.get("colId", "0"))) - now.left))
        first = item.index(found[0]) if found else 0
        for one in sorted(found, key=lambda column: int(column.get("colId"))):
            item.remove(one)
            item.insert(first, one)
            first += 1
        item.set("ref", str(now))
    for item in parent.iter(f"{MAIN}sortState", f"{MAIN}sortCondition"):
        item.set("ref", move.areas(item.get("ref", "")).split(" ")[0])


def _formulas(rule: etree._Element) -> list[etree._Element]:
    return [item for name in ("formula", "formula1", "formula2") for item in rule.iter(f"{MAIN}{name}")]


def _col(item: etree._Element, low: int, high: int) -> etree._Element:
    one = etree.Element(f"{MAIN}col", dict(item.attrib))
    one.set("min", str(low))
    one.set("max", str(high))
    return one


def _joined(areas: list[Area]) -> list[Area]:
    """The areas with neighbours of the same height as one."""
    found: list[Area] = []
    for area in sorted(areas, key=lambda one: (one.top, one.bottom, one.left)):
        last = found[-1] if found else None
        if last and (last.top, last.bottom) == (area.top, area.bottom) and last.right + 1 == area.left:
            found[-1] = Area(last.left, last.top, area.right, last.bottom)
        else:
            found.append(area)
    return found


def _relative(text: str, column: int) -> str:
    """A formula with its relative columns counted from one column, to compare those of several columns."""

    def piece(kind: str, token: str) -> str:
        if kind != "cell" or token.startswith("$"):
            return token
        letters = token.rstrip("0123456789").rstrip("$")
        return f"[{column_number(letters) - column}]{token[len(letters) :]}"

    return "".join(piece(kind, token) for kind, token in tokens(text))
