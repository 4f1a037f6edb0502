"""What must not stand in a formula of a file that Excel 2010, WPS and LibreOffice open."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xl_collab.hosts.ooxml.formulatext import tokens
from xl_collab.hosts.ooxml.newfunctions import newer_functions


def lint_formula(formula: str, sheets: Collection[str], *, in_cell: bool = True) -> Iterator[str]:
    """The problems of one formula; `sheets` are the workbook's sheet names, case-folded."""
    for name in newer_functions(formula):
        yield f"{name} is newer than Excel 2010 in ={formula}"
    if "#REF!" in formula:
        yield f"lost reference in ={formula}"
    previous = ""
    for kind, text in tokens(formula):
        if kind == "sheet":
            yield from _sheet_problem(text, previous, sheets, formula)
        elif kind == "bracket" and in_cell and not text[1:-1].isdecimal():
            yield f"structured reference in ={formula} (write A1 references: not every program reads these)"
        previous = text


def _sheet_problem(token: str, previous: str, sheets: Collection[str], formula: str) -> Iterator[str]:
    name = token[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    if "[" in name or (previous.startswith("[") and previous[1:-1].isdecimal()):
        yield f"reference to another workbook in ={formula}"
        return
    for one in name.split(":"):
        if one.casefold() not in sheets:
            yield f"reference to a sheet {one} that does not exist in ={formula}"
