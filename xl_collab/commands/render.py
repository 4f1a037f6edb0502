"""`render`: a workbook printed by LibreOffice, to one PDF or to a folder of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.errors import XlCollabError
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

WORDS = {
    "rendered": t("已写出 {count} 个文件：{path}", "Wrote {count} files: {path}"),
}
RENDER_OUT = Option(
    "out",
    t("OUT.pdf，或放 PDF 与图片的文件夹", "OUT.pdf, or a folder for PDF and pictures"),
    ("-o", "--out"),
    "file",
    "OUT",
    required=True,
)


def run(session: Session, options: Options) -> Reply:
    """The workbook as PDF, or as PDF and pictures."""
    out = options["out"]
    with session.progress("printing"):
        made = render(options["file"], out)
    reply = session.reply(WORDS)
    reply.say("rendered", count=len(made), path=out)
    return reply


def render(workbook: Path, out: Path) -> list[Path]:
    """Files written: `out` itself when it ends with .pdf, else the PDF and PNG pages in folder `out`."""
    import tempfile

    from xl_collab.hosts.atomic import copy_atomically
    from xl_collab.hosts.ooxml.package import Package
    from xl_collab.hosts.printing import find_soffice, to_pdf, to_pictures

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


RENDER = Command(
    id="render",
    name="render",
    label=t("打印", "Print"),
    tip=t("用 LibreOffice 打印成 PDF 或图片", "Print to PDF or pictures through LibreOffice"),
    run=run,
    options=(FILE, RENDER_OUT),
    writes=False,
)
