"""A document while a whole click's work is done on it: what each change alone would set off waits.

Each change alone would have every formula calculated that hangs on it, every row of its block laid out,
every formula with TODAY() told, and a macro for it looked for on every sheet. No rule of the tracker is here.
"""

from __future__ import annotations

import contextlib
from typing import Any

from .documents import OpenDocuments


class Held:
    """One document, until `end`. A workbook that is calculated by hand stays so."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self._automatic = document.isAutomaticCalculationEnabled()
        self._grown: dict = {}
        self._finishing: list = []
        self._modules = Modules(document)
        document.lockControllers()
        document.enableAutomaticCalculation(False)
        self._modules.lend()

    def keep_heights(self) -> None:
        """From now on rows are fitted at the end, and only those that `grown` was told of."""
        self.document.IsAdjustHeightEnabled = False

    def grown(self, sheet: int, rows: list) -> None:
        """These rows (from 0) hold other texts than before."""
        self._grown.setdefault(sheet, set()).update(rows)

    def finish(self, act: Any) -> None:
        """Do it with what else the sheets that come in still lack."""
        self._finishing.append(act)

    def finish_sheets(self) -> None:
        """While names are locked no formula with a name listens: setting how a sheet looks and prints costs
        nothing then, and formulas are read anew once for all names. Nothing else may be done meanwhile:
        formulas show nothing, and LibreOffice dies when a sheet goes.
        """
        if not self._finishing:
            return
        self._modules.lend()
        names = self.document.NamedRanges
        names.addActionLock()
        try:
            with contextlib.ExitStack() as acts:  # each is done, whatever another raises
                while self._finishing:
                    acts.callback(self._finishing.pop())
        finally:
            names.removeActionLock()
            self.document.UndoManager.clear()

    def end(self) -> None:
        """All that waits, and the document as it was held."""
        try:
            self.finish_sheets()
            self.document.IsAdjustHeightEnabled = True
            self._fit()
        finally:
            self._modules.take_back()
            self.document.IsAdjustHeightEnabled = True
            self.document.enableAutomaticCalculation(self._automatic)
            self.document.unlockControllers()

    def _fit(self) -> None:
        """Rows whose height nobody has set."""
        for sheet, rows in self._grown.items():
            all_rows = self.document.Sheets.getByIndex(sheet).Rows
            for first, last in spans([row for row in sorted(rows) if all_rows.getByIndex(row).OptimalHeight]):
                part = self.document.Sheets.getCellRangeByPosition(0, first, 0, last, sheet)
                part.Rows.OptimalHeight = True


def spans(rows: list) -> list:
    """[first, last] of rows that follow each other."""
    found: list = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    return found


class Modules:
    """The macro modules of a workbook's sheets. With each change LibreOffice looks in all of them for a macro
    that waits for it, and where a sheet has none that takes longer than all else: drawn sheets have none.
    Meanwhile these are lent the module of another sheet, one without such macros.
    """

    def __init__(self, document: Any) -> None:
        self._sheets = document.Sheets
        self._found = _modules(document)
        self._lent: list = []

    def lend(self) -> None:
        """To every sheet that has none."""
        spare = next((name for name, source in self._found.items() if "Worksheet_" not in source), None)
        for sheet in self._sheets if spare is not None else ():
            if sheet.CodeName not in self._found:
                self._lent.append((sheet, sheet.CodeName))
                sheet.CodeName = spare

    def take_back(self) -> None:
        """Each sheet has the name for its module that it had."""
        while self._lent:
            sheet, name = self._lent.pop()
            with contextlib.suppress(Exception):  # of a sheet that went meanwhile
                sheet.CodeName = name


def _modules(document: Any) -> dict:
    """The source of each sheet's module; nothing where LibreOffice looks for no macros of Excel."""
    libraries = document.BasicLibraries
    if not libraries.VBACompatibilityMode or not libraries.hasByName(libraries.ProjectName):
        return {}
    modules = libraries.getByName(libraries.ProjectName)
    names = [sheet.CodeName for sheet in document.Sheets]
    return {name: modules.getByName(name) for name in names if modules.hasByName(name)}


def hold(documents: OpenDocuments, book: str) -> None:
    """Calculate, fit rows and paint only at the end of the call; no dead client leaves it held."""
    documents.still.append(Held(documents.document(book)))


def begin(documents: OpenDocuments, book: str, title: str) -> None:
    """Start one undo step; it ends with the call, so that no dead client leaves it."""
    document = documents.document(book)
    held = documents.held(document)
    if held is not None:
        held.finish_sheets()
        held.keep_heights()
    document.UndoManager.enterUndoContext(title)
    documents.steps.append(document)


OPERATIONS = {function.__name__: function for function in (hold, begin)}
