"""Drawn workbooks for tests, and their XML by what is asked of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

from lxml import etree

from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.plan.project import Project
from xl_collab.project.tables import Book
from xl_collab.schema.declaration import Declaration
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import Lang

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
START, DAY = date(2026, 3, 2), datetime(2026, 3, 9)


def draw(book: Book, lang: Lang, declaration: Declaration = SHEETS) -> bytes:
    project = Project(book, Project.resolve_as_of(book, DAY.date()))
    return draw_workbook(project, lang, created=DAY, document_id="test", declaration=declaration)


class Package:
    """A drawn package as XML, by what is asked of it."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.workbook = self.xml("xl/workbook.xml")

    def xml(self, part: str) -> etree._Element:
        return etree.fromstring(self.zip.read(part))

    def sheet(self, tab: str) -> etree._Element:
        names = [s.get("name") for s in self.workbook.iterfind(".//m:sheet", NS)]
        return self.xml(f"xl/worksheets/sheet{names.index(tab) + 1}.xml")

    def names(self) -> dict[str, str]:
        return {n.get("name", ""): n.text or "" for n in self.workbook.iterfind(".//m:definedName", NS)}

    def tables(self) -> dict[str, etree._Element]:
        parts = [self.xml(n) for n in self.zip.namelist() if n.startswith("xl/tables/")]
        return {part.get("name", ""): part for part in parts}

    def rules(self, tab: str) -> dict[str, etree._Element]:
        """Validation rules by the first cell that they are for."""
        found = self.sheet(tab).iterfind(".//m:dataValidation", NS)
        return {rule.get("sqref", "").split(":")[0]: rule for rule in found}

    def formulas(self) -> Iterator[str]:
        for name in self.zip.namelist():
            if name.startswith(("xl/worksheets/sheet", "xl/tables/")):
                root = self.xml(name)
                for tag in ("f", "formula", "formula1", "calculatedColumnFormula"):
                    yield from (node.text or "" for node in root.iterfind(f".//m:{tag}", NS))
        yield from self.names().values()
