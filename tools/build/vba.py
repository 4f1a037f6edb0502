"""The VBA project as text in, vbaProject.bin out.

xlwings' own standalone module (and the Dictionary class that it needs on a Mac) come from the
installed, pinned xlwings; our modules are the texts in workbook/vba; document modules are named after
the sheets. The binary is the same for every scenario and language, so `new` takes it out of the shipped
workbook.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from importlib import metadata, resources
from pathlib import Path

import pyopenvba
import xlsxwriter
from pyopenvba import ExcelFile, VBAModuleKind

from tools.build.ribbon import VBA, vba_files
from xl_collab.documents.canvas import code_name
from xl_collab.documents.workbook.template import CONF
from xl_collab.errors import XlCollabError
from xl_collab.schema.sheets import SHEETS

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


WRITER = "pyOpenVBA"
WRITER_SHA256 = "4efe1c9c91428760937c4ee706753e37657e8559ab20f7495fb907099e4c292c"
"""Of the files of the version that pyproject.toml pins, as `writer_digest` makes it: it writes what runs in
other people's Excel, so another build of the same version is refused too. Raise it together with the
version there and in writer.txt, and look at what changed."""


class WrongXlwings(XlCollabError):
    """Raised when the installed xlwings is not the one that the workbook is built for."""


class WrongWriter(XlCollabError):
    """Raised when the installed pyOpenVBA is not the one that was looked at."""


def writer_digest(folder: Path) -> str:
    """SHA-256 over names and bytes of a package's files, those that Python makes left out."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix()):
        if path.is_file() and "__pycache__" not in path.parts:
            data = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{path.relative_to(folder).as_posix()} {data}\n".encode())
    return found.hexdigest()


def require_writer(folder: Path | None = None) -> None:
    """Raise WrongWriter unless the installed writer is the pinned one, byte by byte."""
    if writer_digest(folder or Path(str(pyopenvba.__file__)).parent) != WRITER_SHA256:
        version = metadata.version(WRITER)
        raise WrongWriter(
            f"现装的 {WRITER} {version} 不是核对过的那一份：请运行 "
            "pip install --force-reinstall --require-hashes -r tools/build/writer.txt",
            f"the installed {WRITER} {version} is not the one that was looked at: run "
            "pip install --force-reinstall --require-hashes -r tools/build/writer.txt",
        )


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


def own_modules() -> dict[str, str]:
    """Our modules, by name: the hand-written ones and the generated ones as they should be now.

    ASCII, so that every code page reads them alike; with line ends as the VBA editor writes them.
    """
    texts = {path: path.read_bytes() for path in sorted(VBA.glob("*.bas"))} | vba_files()
    return {path.stem: _ascii(path, data).replace("\n", "\r\n") for path, data in sorted(texts.items())}


def _ascii(path: Path, data: bytes) -> str:
    if not data.isascii():
        raise XlCollabError(f"{path.name} 必须全部是 ASCII", f"{path.name} must be ASCII throughout")
    return data.decode("ascii").replace("\r\n", "\n")


def build_vba() -> bytes:
    """The vbaProject.bin of the tracker."""
    return vba_project((*(sheet.key for sheet in SHEETS.sheets), CONF))


def vba_project(sheet_keys: Sequence[str], more: Mapping[str, str] | None = None) -> bytes:
    """A vbaProject.bin with a document module for each sheet, our modules, xlwings' and `more` (by name).

    Raises WrongWriter, WrongXlwings when another one than the pinned is installed.
    """
    require_writer()
    added = {name: source.replace("\n", "\r\n") for name, source in (more or {}).items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "skeleton.xlsm"
        path.write_bytes(_skeleton(sheet_keys))
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for name, source in (own_modules() | added).items():
                project.add_module(name, source)
            for name, file, kind, sha256 in SOURCES:
                project.add_module(name, module_source(file, sha256), kind=kind)
            book.save()
        with zipfile.ZipFile(path) as package:
            return package.read("xl/vbaProject.bin")


def _skeleton(sheet_keys: Sequence[str]) -> bytes:
    """An empty workbook with the code names of the real one, for the document modules."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_vba_name("ThisWorkbook")
    for key in sheet_keys:
        workbook.add_worksheet(key).set_vba_name(code_name(key))
    workbook.close()
    return stream.getvalue()
