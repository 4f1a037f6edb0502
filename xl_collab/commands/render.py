"""`render`: a workbook, or one sheet of it, as a PDF, a folder of pictures, or a file for Word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.errors import UnknownName, UsageError, XlCollabError
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session
    from xl_collab.hosts.ooxml.package import Package

WORDS = {
    "rendered": t("已写出 {count} 个文件：{path}", "Wrote {count} files: {path}"),
    "sheet": t("只打印工作表：{tab}", "Only this sheet: {tab}"),
}
RENDER_OUT = Option(
    "out",
    t("OUT.pdf、OUT.docx，或放 PDF 与图片的文件夹", "OUT.pdf, OUT.docx, or a folder for PDF and pictures"),
    ("-o", "--out"),
    "file",
    "OUT",
    required=True,
)
SHEET = Option(
    "sheet",
    t("只打印这个工作表（表名）", "Print this sheet only (the tab's name)"),
    ("--sheet",),
    metavar="NAME",
)
KIND = Option(
    "kind",
    t(
        "只打印这一类文书中最新的一份，如 minutes、review、execution、briefing",
        "Print only the newest document of this kind: minutes, review, execution, briefing …",
    ),
    ("--kind",),
    metavar="KIND",
)


def run(session: Session, options: Options) -> Reply:
    """The workbook, or one sheet of it, as PDF, or as PDF and pictures."""
    out = options["out"]
    tab = chosen_tab(options["file"], options["sheet"], options["kind"])
    with session.progress("printing"):
        made = (
            _word(session, options["file"], out, tab) if _is_word(out) else render(options["file"], out, tab)
        )
    reply = session.reply(WORDS)
    if tab:
        reply.say("sheet", tab=tab)
    reply.say("rendered", count=len(made), path=out)
    return reply


def _is_word(out: Path) -> bool:
    return out.suffix.lower() == ".docx"


def _word(session: Session, workbook: Path, out: Path, tab: str) -> list[Path]:
    """The sheet as a file for Word."""
    from xl_collab.hosts.atomic import write_atomically
    from xl_collab.hosts.ooxml.package import Package
    from xl_collab.hosts.word import to_word

    if not tab:
        raise UsageError(
            "Word 文件一次只写一份文书：请用 --kind（如 --kind minutes）或 --sheet 指明",
            "A Word file holds one document: say which with --kind (as in --kind minutes) or --sheet",
        )
    write_atomically(out, to_word(Package.open(workbook), tab, session.reply_lang))
    return [out]


def chosen_tab(workbook: Path, sheet: str | None, kind: str | None) -> str:
    """The tab that was asked for, by name in either language or as the newest of a kind; "" for all."""
    from xl_collab.hosts.ooxml.package import Package

    if sheet and kind:
        raise UsageError("--sheet 与 --kind 请只给一个", "Give either --sheet or --kind, not both")
    if not (sheet or kind):
        return ""
    package = Package.open(workbook)
    return _called(package, sheet) if sheet else _newest(package, kind or "")


def _called(package: Package, name: str) -> str:
    from xl_collab.schema.sheets import SHEETS

    tabs = {info.name.casefold(): info.name for info in package.workbook.sheets}
    titles = [
        s.title for s in SHEETS.sheets if name.casefold() in (s.title.zh.casefold(), s.title.en.casefold())
    ]
    wanted = [name, *(word for title in titles for word in (title.zh, title.en))]
    found = next((tabs[word.casefold()] for word in wanted if word.casefold() in tabs), "")
    if not found:
        shown = [info.name for info in package.workbook.sheets if info.state == "visible"]
        raise UnknownName(
            f"没有名为“{name}”的工作表；有：{'、'.join(shown)}",
            f"There is no sheet called {name}; there are: {', '.join(shown)}",
        )
    return found


def _newest(package: Package, kind: str) -> str:
    from xl_collab.hosts.changes import marks

    found = [mark for mark in marks(package) if mark.kind == kind]
    if not found:
        known = sorted({mark.kind for mark in marks(package)})
        raise UnknownName(
            f"工作簿里没有 {kind} 类文书；有：{'、'.join(known) or '还没有生成任何文书'}",
            f"The workbook has no document of kind {kind}; it has: {', '.join(known) or 'none yet'}",
        )
    newest = max(mark.key for mark in found)
    return [mark.tab for mark in found if mark.key == newest][-1]


def render(workbook: Path, out: Path, tab: str = "") -> list[Path]:
    """Files written: `out` itself when it ends with .pdf, else the PDF and PNG pages in folder `out`.

    tab  print this one alone; its pages then count from one
    """
    import tempfile

    from xl_collab.hosts.atomic import copy_atomically
    from xl_collab.hosts.ooxml.package import Package
    from xl_collab.hosts.printing import alone, printer, to_pictures

    Package.open(workbook)  # what is no workbook gets its one clear line before LibreOffice starts
    printed = printer()
    if printed is None:
        raise XlCollabError(
            "没有找到 LibreOffice，无法打印；请安装 LibreOffice，或在 Excel 里另存为 PDF",
            "LibreOffice was not found; install it, or save as PDF in Excel",
        )
    with tempfile.TemporaryDirectory(prefix="xl-collab-render-") as scratch:
        source = alone(workbook, tab, Path(scratch)) if tab else workbook
        pdf = printed(source, Path(scratch) / "pdf")
        if out.suffix.lower() == ".pdf":
            copy_atomically(pdf, out)
            return [out]
        out.mkdir(parents=True, exist_ok=True)
        kept = out / f"{_file_name(tab) or workbook.stem}.pdf"
        copy_atomically(pdf, kept)
    return [kept, *to_pictures(kept, out)]


def _file_name(tab: str) -> str:
    return re.sub(r'[<>:"/\\|?*]', "_", tab)


RENDER = Command(
    id="render",
    name="render",
    label=t("打印", "Print"),
    tip=t("打印成 PDF 或图片，可只印一个工作表", "Print to PDF or pictures, all or one sheet"),
    run=run,
    options=(FILE, RENDER_OUT, SHEET, KIND),
    writes=False,
)
