"""The commands install, uninstall and doctor. They hang on the same app as those in `app.py`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xl_collab.errors import UsageError
from xl_collab.faces.cli import options as opt
from xl_collab.faces.cli.app import app
from xl_collab.faces.cli.opening import screen_for
from xl_collab.faces.words.install import INSTALL_HELP, INSTALL_SAID
from xl_collab.faces.words.sentences import ui_lang
from xl_collab.schema.words import Lang

if TYPE_CHECKING:
    from xl_collab.faces.setup.installing import Step
    from xl_collab.hosts.windows import Windows

_LIBREOFFICE = "xl_collab.hosts.libreoffice.extension"
"""Brings install(lang) and uninstall(), each giving back the path of the extension."""


def _say(key: str) -> str:
    return INSTALL_HELP[key].of(ui_lang(sys.argv[1:]))


DryRun = Annotated[bool, typer.Option("--dry-run", help=_say("dry_run"))]
LibreOffice = Annotated[bool, typer.Option("--libreoffice", help=_say("libreoffice"))]
Workbook = Annotated[Path | None, typer.Argument(help=_say("workbook"), show_default=False)]


@app.command(help=_say("install"))
def install(libreoffice: LibreOffice = False, dry_run: DryRun = False, lang: opt.LangOption = None) -> None:
    """The add-in into Excel's start-up folder and xlwings' settings, or LibreOffice's extension."""
    screen = screen_for(lang)
    if libreoffice:
        _libreoffice("install", screen.lang, dry_run, lang)
        return
    from xl_collab.faces.setup.installing import carry_out, plan_install

    steps = plan_install(_windows(), lang=screen.lang)
    _show(steps, dry_run, lang)
    if not dry_run:
        carry_out(steps)
        screen.line(INSTALL_SAID["installed"].of(screen.lang))


@app.command(help=_say("uninstall"))
def uninstall(libreoffice: LibreOffice = False, dry_run: DryRun = False, lang: opt.LangOption = None) -> None:
    """Takes back what install wrote."""
    screen = screen_for(lang)
    if libreoffice:
        _libreoffice("uninstall", screen.lang, dry_run, lang)
        return
    from xl_collab.faces.setup.installing import carry_out, plan_uninstall

    steps = plan_uninstall(_windows())
    _show(steps, dry_run, lang)
    if not dry_run:
        carry_out(steps)
        screen.line(INSTALL_SAID["uninstalled"].of(screen.lang))


@app.command(help=_say("doctor"))
def doctor(file: Workbook = None, json: opt.Json = False, lang: opt.LangOption = None) -> None:
    """What may keep the buttons from working, each with its cure."""
    from xl_collab.faces.cli import payloads
    from xl_collab.faces.setup.doctor import examine, told

    screen = screen_for(lang)
    checks = examine(path="" if file is None else str(file.absolute()))
    if json:
        payloads.show([check.payload(screen.lang) for check in checks])
        return
    for check in checks:
        for line in told(check, screen.lang):
            screen.line(line)
    bad = sum(check.state == "problem" for check in checks)
    key = "ill" if bad else "well"
    screen.line(INSTALL_SAID[key].of(screen.lang).format(count=len(checks), bad=bad))


def _windows() -> Windows:
    from xl_collab.hosts.windows import this_windows

    windows = this_windows()
    if windows is None:
        said = INSTALL_SAID["not_windows"]
        raise UsageError(said.zh, said.en)
    return windows


def _show(steps: Sequence[Step], dry_run: bool, lang: str | None) -> None:
    screen = screen_for(lang)
    for step in steps:
        key = "removes" if step.data is None else "writes"
        key = key if step.changes else "stays"
        screen.line(INSTALL_SAID[key].of(screen.lang).format(path=step.path))
    if dry_run:
        screen.line(INSTALL_SAID["only_shown"].of(screen.lang))


def _libreoffice(what: str, lang: Lang, dry_run: bool, asked: str | None) -> None:
    screen = screen_for(asked)
    if util.find_spec(_LIBREOFFICE) is None:
        said = INSTALL_SAID["no_extension"]
        raise UsageError(said.zh, said.en)
    if dry_run:
        screen.line(INSTALL_SAID["only_shown"].of(screen.lang))
        return
    extension = import_module(_LIBREOFFICE)
    path = extension.install(lang) if what == "install" else extension.uninstall()
    screen.line(INSTALL_SAID[f"libreoffice_{what}"].of(screen.lang).format(path=path))
