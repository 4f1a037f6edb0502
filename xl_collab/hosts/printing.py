"""Programs as printers: a workbook or one sheet of it to PDF, and its pages to PNG where poppler is there.

LibreOffice prints wherever it is; on Windows without it Excel does, through xlwings.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from xl_collab.child_process import ran
from xl_collab.errors import XlCollabError
from xl_collab.hosts.ooxml.package import Package

SECONDS = 180
"""Longest that one conversion may take."""

_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)


def find_soffice() -> Path | None:
    """LibreOffice's program: XL_COLLAB_SOFFICE, else on PATH, else at its usual places."""
    named = os.environ.get("XL_COLLAB_SOFFICE") or shutil.which("soffice") or shutil.which("libreoffice")
    candidates = [named] if named else []
    return next((Path(p) for p in (*candidates, *_PLACES) if Path(p).exists()), None)


Printer = Callable[[Path, Path], Path]
"""Prints a workbook to a PDF of the same stem in a folder."""


def printer() -> Printer | None:
    """What prints here: LibreOffice, else Excel on Windows; None where neither is."""
    soffice = find_soffice()
    if soffice is not None:
        return lambda workbook, folder: to_pdf(workbook, folder, soffice)
    return excel_to_pdf if sys.platform == "win32" else None


def alone(workbook: Path, tab: str, folder: Path) -> Path:
    """A copy in `folder`, of the same name, of which only one tab is printed: its pages count from one."""
    package = Package.open(workbook)
    package.workbook.show_only(tab)
    for info in package.workbook.sheets:
        if info.name != tab and info.part:
            # LibreOffice prints hidden tabs too: those with a print area, and those that are selected.
            package.workbook.remove_defined_name(_PRINT_AREA, info.name)
            _unselect(package, info.part)
    copy = folder / workbook.name
    copy.write_bytes(package.save_bytes())
    return copy


_PRINT_AREA = "_xlnm.Print_Area"
_SELECTED = re.compile(rb'(<sheetView [^>]*?) tabSelected="(?:1|true)"')


def _unselect(package: Package, part: str) -> None:
    data = package.read(part)
    fresh = _SELECTED.sub(rb"\1", data, count=1)
    if fresh != data:
        package.replace(part, fresh)


_PDF, _NO_MACROS = 0, 3
"""xlTypePDF; msoAutomationSecurityForceDisable: nothing that is printed may run."""


def excel_to_pdf(workbook: Path, folder: Path, app: Any = None) -> Path:
    """As `to_pdf`, by an Excel that nobody sees; `app` is an xlwings App that is there already."""
    import xlwings as xw

    folder.mkdir(parents=True, exist_ok=True)
    made = (folder / f"{workbook.stem}.pdf").absolute()
    own = None
    try:
        if app is None:
            app = own = xw.App(visible=False, add_book=False)
            app.display_alerts = False
            app.api.AutomationSecurity = _NO_MACROS
        book = app.books.open(str(workbook.absolute()), update_links=False, read_only=True)
        try:
            book.api.ExportAsFixedFormat(_PDF, str(made))
        finally:
            book.close()
    except Exception as error:
        raise XlCollabError(
            f"Excel 没能打印 {workbook.name}（{error}）；请在 Excel 里另存为 PDF，或安装 LibreOffice",
            f"Excel could not print {workbook.name} ({error}); save it as PDF there, or install LibreOffice",
        ) from error
    finally:
        if own is not None:
            with suppress(Exception):  # what was printed stays printed
                own.quit()
    return made


def to_pdf(workbook: Path, folder: Path, soffice: Path) -> Path:
    """Print `workbook` to a PDF of the same stem in `folder`, in a profile of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xl-collab-office-") as profile:
        command = [
            str(soffice.absolute()),
            f"-env:UserInstallation={Path(profile).as_uri()}",
            *(
                "--headless",
                "--norestore",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder.absolute()),
                str(workbook.absolute()),
            ),
        ]
        try:
            printed = ran(command, SECONDS)
        except subprocess.TimeoutExpired as error:
            raise _failed(workbook) from error
    made = folder / f"{workbook.stem}.pdf"
    if printed.returncode != 0 or not made.exists():
        raise _failed(workbook)
    return made


def _failed(workbook: Path) -> XlCollabError:
    return XlCollabError(
        f"LibreOffice 没能打印 {workbook.name}；请用 LibreOffice 打开它看提示",
        f"LibreOffice could not print {workbook.name}; open it there to see why",
    )


def to_pictures(pdf: Path, folder: Path, dpi: int = 80) -> list[Path]:
    """One PNG a page (page-01.png …); an empty list where poppler's pdftoppm is missing."""
    program = shutil.which("pdftoppm")
    if program is None:
        return []
    command = [program, "-png", "-r", str(dpi), str(pdf.absolute()), str(folder.absolute() / "page")]
    ran(command, SECONDS).check_returncode()
    return sorted(folder.glob("page-*.png"))
