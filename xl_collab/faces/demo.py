"""`demo`: the template's own project in mid-course, with everything done to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from xl_collab.documents.workbook.new import make_workbook
from xl_collab.faces.cli.opening import held
from xl_collab.faces.cli.show import Screen
from xl_collab.faces.everything import everything
from xl_collab.faces.ribbon_xml import interface
from xl_collab.faces.session import Request, Session
from xl_collab.hosts.atomic import write_atomically
from xl_collab.hosts.office import find_soffice, to_pdf, to_pictures
from xl_collab.project.scenarios import DEMO

FILE_NAME = "collab_tracker.xlsm"


def demo(folder: Path, screen: Screen, *, pictures: bool = True, break_lock: bool = False) -> Path:
    """Make the folder with the workbook, run everything on it, print it, and picture it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with held(Request(path, out=path, break_lock=break_lock, lang=screen.lang)):
        _make(path, screen)
    if pictures:
        _picture(path, folder / "pictures", screen)
    return path


def _make(path: Path, screen: Screen) -> None:
    write_atomically(path, make_workbook(DEMO, lang=screen.lang, interface=interface(screen.lang)))
    session = Session(Request(path, lang=screen.lang), date.today(), screen.step)
    project = session.project
    screen.say("demo_intro", name=project.settings.project, day=project.as_of)
    result = everything(session, "demo")
    screen.findings(result.findings)
    screen.variance(result.variance)
    screen.risks(result.risks)
    screen.say("demo_done", path=path, sheets=screen.listed(result.applied.sheets))


def _picture(path: Path, folder: Path, screen: Screen) -> None:
    soffice = find_soffice()
    if soffice is None:
        screen.say("no_office")
        return
    with screen.step("drawing"):
        pdf = to_pdf(path, folder, soffice)
        to_pictures(pdf, folder)
    screen.say("pictures", path=folder)
