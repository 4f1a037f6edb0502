"""LibreOffice as a printer: a workbook to PDF, and its pages to PNG where poppler is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from xl_collab.child_process import ran
from xl_collab.errors import XlCollabError

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
