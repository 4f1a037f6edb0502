"""`demo`: the template's own project in mid-course, with everything done to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.commands.command import BREAK_LOCK, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.commands.run_all import run_all
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

WORDS = {
    "no_office": t(
        "没有找到 LibreOffice，未生成 PDF 和图片", "LibreOffice was not found; no PDF and pictures were made"
    ),
    "pictures": t("PDF 与图片：{path}", "PDF and pictures: {path}"),
    "demo_intro": t("演示项目：{name}，数据日期 {day}", "Demo project: {name}, as of {day}"),
    "demo_done": t("打开 {path} 看结果；里面的新表：{sheets}", "Open {path}; new sheets in it: {sheets}"),
}
FILE_NAME = "collab_tracker.xlsm"
FOLDER = Option(
    "folder",
    t("演示文件夹", "Folder of the demo"),
    type="file",
    metavar="FOLDER",
    default=Path("collab-demo"),
)
NO_PICTURES = Option(
    "no_pictures", t("不生成 PDF 和图片", "Make no PDF and pictures"), ("--no-pictures",), "flag"
)


def run(session: Session, options: Options) -> Reply:
    """Make the folder with the workbook, run everything on it, print it, and picture it."""
    from xl_collab.commands.session import Request, held

    folder: Path = options["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    reply = session.reply(WORDS)
    request = Request(path, out=path, break_lock=options["break_lock"], lang=reply.lang)
    with held(request, session.hearer):
        session.request = Request(path, lang=reply.lang)
        _make(session, path, reply)
    if not options["no_pictures"]:
        _picture(session, path, folder / "pictures", reply)
    return reply


def _make(session: Session, path: Path, reply: Reply) -> None:
    from xl_collab.documents.workbook.template import make_workbook
    from xl_collab.hosts.atomic import write_atomically
    from xl_collab.project.scenarios import DEMO

    shown = session.interface(reply.lang)
    write_atomically(path, make_workbook(DEMO, lang=reply.lang, interface=shown))
    project = session.project
    reply.say("demo_intro", name=project.settings.project, day=project.as_of)
    results = run_all(session, "demo")
    results.shown(reply)
    reply.say("demo_done", path=path, sheets=reply.listed(results.applied.sheets))


def _picture(session: Session, path: Path, folder: Path, reply: Reply) -> None:
    from xl_collab.hosts.printing import find_soffice, to_pdf, to_pictures

    soffice = find_soffice()
    if soffice is None:
        reply.say("no_office")
        return
    with session.progress("drawing"):
        pdf = to_pdf(path, folder, soffice)
        to_pictures(pdf, folder)
    reply.say("pictures", path=folder)


DEMO_COMMAND = Command(
    id="demo",
    name="demo",
    label=t("演示", "Demo"),
    tip=t("用模板自带的项目演示全部功能", "Show everything on the template's own project"),
    run=run,
    options=(FOLDER, NO_PICTURES, BREAK_LOCK),
    holds=False,
    follows=False,
)
