"""What must not stand in a formula of a file that Excel 2010, WPS and LibreOffice open.

Functions that Excel 2010, old WPS versions or LibreOffice 7.4 do not have are among it.
Source: Microsoft's "Excel functions (by category)", version markers 2013 and later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from xl_collab.hosts.ooxml.formulatext import functions, tokens


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


_EXCEL_2013 = """
ACOT ACOTH ARABIC BASE BINOM.DIST.RANGE BITAND BITLSHIFT BITOR BITRSHIFT BITXOR CEILING.MATH COMBINA COT
COTH CSC CSCH DAYS DECIMAL ENCODEURL FILTERXML FLOOR.MATH FORMULATEXT GAMMA GAUSS IFNA IMCOSH IMCOT IMCSC
IMCSCH IMSEC IMSECH IMSINH IMTAN ISFORMULA ISOWEEKNUM MUNIT NUMBERVALUE PDURATION PERMUTATIONA PHI RRI SEC
SECH SHEET SHEETS SKEW.P UNICHAR UNICODE WEBSERVICE XOR
"""
_EXCEL_2016_TO_2019 = """
CONCAT FORECAST.ETS FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY FORECAST.ETS.STAT FORECAST.LINEAR IFS
MAXIFS MINIFS SWITCH TEXTJOIN
"""
_LATER = """
ANCHORARRAY ARRAYTOTEXT BYCOL BYROW CHOOSECOLS CHOOSEROWS COPILOT DETECTLANGUAGE DROP EXPAND FIELDVALUE
FILTER GROUPBY HSTACK IMAGE ISOMITTED LAMBDA LET MAKEARRAY MAP PERCENTOF PIVOTBY PY RANDARRAY REDUCE
REGEXEXTRACT REGEXREPLACE REGEXTEST SCAN SEQUENCE SINGLE SORT SORTBY STOCKHISTORY TAKE TEXTAFTER TEXTBEFORE
TEXTSPLIT TOCOL TOROW TRANSLATE TRIMRANGE UNIQUE VALUETOTEXT VSTACK WRAPCOLS WRAPROWS XLOOKUP XMATCH
"""
NEWER_THAN_2010 = frozenset((_EXCEL_2013 + _EXCEL_2016_TO_2019 + _LATER).split())


def newer_functions(formula: str) -> list[str]:
    """The functions in `formula` that Excel 2010 does not have, sorted."""
    return sorted(functions(formula) & NEWER_THAN_2010)
