"""The VBA project as text in, vbaProject.bin out.

xlwings' own standalone module (and the Dictionary class that it needs on a Mac) come from the
installed, pinned xlwings; document modules are named after the sheets. The binary is the same
for every scenario and language, so `new` takes it out of the shipped workbook.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from importlib import metadata, resources
from pathlib import Path

import xlsxwriter
from pyopenvba import ExcelFile, VBAModuleKind

from xl_collab.compose.canvas import code_name
from xl_collab.compose.template import CONF
from xl_collab.errors import XlCollabError
from xl_collab.model.sheets import SHEETS

XLWINGS_VERSION = "0.37.8"
SOURCES: tuple[tuple[str, str, VBAModuleKind, str], ...] = (
    (
        "xlwings",
        "xlwings.bas",
        VBAModuleKind.standard,
        "af7ac7ea4708d08e76f799c1e996e964ccb82bf7dd61072a8e90481829a816a7",
    ),
    (
        "Dictionary",
        "addin/Dictionary.cls",
        VBAModuleKind.other,
        "78cdcdb6f273a3d44903e8d4c9245b362f1233bb38d903d7e8f7f27b0a59d100",
    ),
)
"""(module, file in the package xlwings, kind, SHA-256 of the file in XLWINGS_VERSION)."""


class WrongXlwings(XlCollabError):
    """Raised when the installed xlwings is not the one that the workbook is built for."""


def module_source(file: str, sha256: str) -> str:
    """Text of a VBA module of xlwings; raises WrongXlwings when it is another one than pinned."""
    data = (resources.files("xlwings") / file).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        found = metadata.version("xlwings")
        raise WrongXlwings(
            f"{file} 与 xlwings {XLWINGS_VERSION} 的不同（现装 {found}）：请安装 xlwings=={XLWINGS_VERSION}",
            f"{file} is not that of xlwings {XLWINGS_VERSION} (installed: {found}): "
            f"install xlwings=={XLWINGS_VERSION}",
        )
    return data.decode("ascii")


def build_vba() -> bytes:
    """The vbaProject.bin with a document module for each sheet and xlwings' modules."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "skeleton.xlsm"
        path.write_bytes(_skeleton())
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for name, file, kind, sha256 in SOURCES:
                project.add_module(name, module_source(file, sha256), kind=kind)
            book.save()
        with zipfile.ZipFile(path) as package:
            return package.read("xl/vbaProject.bin")


def _skeleton() -> bytes:
    """An empty workbook with the code names of the real one, for the document modules."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_vba_name("ThisWorkbook")
    for key in (*(sheet.key for sheet in SHEETS.sheets), CONF):
        workbook.add_worksheet(key).set_vba_name(code_name(key))
    workbook.close()
    return stream.getvalue()
