"""Clicks that make what departments receive: their files, and letters as drafts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from xl_collab.faces.live.clicks import MOST_LINES, Answer, Click, refused
from xl_collab.faces.live.plain import Lines
from xl_collab.faces.session import Session

__all__ = ["packets", "send"]


def packets(click: Click) -> Answer:
    """A file for each department in a folder that the person chooses."""
    from xl_collab.faces.mailing import Wish, make_packets

    session = _saved(click)
    folder = click.ask.folder(click.say("ask_packets"))
    if folder is None:
        return Answer("quiet")
    screen = Lines(click.lang)
    make_packets(session, Wish(), folder, screen)
    return Answer("info", screen.shown(MOST_LINES))


def send(click: Click) -> Answer:
    """Letters of one kind as drafts in a folder; nothing leaves by itself."""
    from xl_collab.actions.letters import KINDS
    from xl_collab.faces.mailing import Way, Wish, write_letters

    session = _saved(click)
    kinds = list(KINDS)
    words = [click.say(f"letter_{kind}") for kind in kinds]
    chosen = click.ask.choose(click.say("ask_letter"), words, many=False)
    folder = click.ask.folder(click.say("ask_drafts")) if chosen else None
    if not chosen or folder is None:
        return Answer("quiet")
    screen = Lines(click.lang)
    fine = write_letters(session, Wish(), kinds[chosen[0]], "default", Way(draft=folder), screen)
    return Answer("info" if fine else "warning", screen.shown(MOST_LINES))


def _saved(click: Click) -> Session:
    """The session with the workbook's file: the ledger stands beside it. UsageError when it has none."""
    session, path = click.session, Path(click.path)
    if not click.path or not path.is_file():
        raise refused("save_first")
    session.request = replace(session.request, path=path)
    return session
