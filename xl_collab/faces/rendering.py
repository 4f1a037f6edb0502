"""`render`: a workbook printed by LibreOffice, to one PDF or to a folder of pictures."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xl_collab.errors import XlCollabError
from xl_collab.hosts.atomic import copy_atomically
from xl_collab.hosts.office import find_soffice, to_pdf, to_pictures
from xl_collab.hosts.ooxml.package import Package


def render(workbook: Path, out: Path) -> list[Path]:
    """Files written: `out` itself when it ends with .pdf, else the PDF and PNG pages in folder `out`."""
    Package.open(workbook)  # what is no workbook gets its one clear line before LibreOffice starts
    soffice = find_soffice()
    if soffice is None:
        raise XlCollabError(
            "没有找到 LibreOffice，无法打印；请安装 LibreOffice，或在 Excel 里另存为 PDF",
            "LibreOffice was not found; install it, or save as PDF in Excel",
        )
    if out.suffix.lower() != ".pdf":
        pdf = to_pdf(workbook, out, soffice)
        return [pdf, *to_pictures(pdf, out)]
    with tempfile.TemporaryDirectory(prefix="xl-collab-render-") as scratch:
        copy_atomically(to_pdf(workbook, Path(scratch), soffice), out)
    return [out]
