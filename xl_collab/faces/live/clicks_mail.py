"""Clicks that make what departments receive: their files, and letters as drafts."""

from __future__ import annotations

from xl_collab.faces.live.clicks import MOST_LINES, Answer, Click
from xl_collab.faces.live.plain import Lines

__all__ = ["packets", "send"]


def packets(click: Click) -> Answer:
    """A file for each department in a folder that the person chooses."""
    from xl_collab.faces.mailing import Wish, make_packets

    session = click.saved()
    folder = click.ask.folder(click.say("ask_packets"))
    if folder is None:
        return Answer("quiet")
    screen = Lines(click.lang)
    make_packets(session, Wish(), folder, screen)
    return Answer("info", screen.shown(MOST_LINES))


def send(click: Click) -> Answer:
    """Letters of one kind as drafts in a folder; nothing leaves by itself."""
    from xl_collab.documents.letter.content import KINDS
    from xl_collab.faces.mailing import Way, Wish, write_letters

    session = click.saved()
    kinds = list(KINDS)
    words = [click.say(f"letter_{kind}") for kind in kinds]
    chosen = click.ask.choose(click.say("ask_letter"), words, many=False)
    folder = click.ask.folder(click.say("ask_drafts")) if chosen else None
    if not chosen or folder is None:
        return Answer("quiet")
    screen = Lines(click.lang)
    fine = write_letters(session, Wish(), kinds[chosen[0]], "default", Way(draft=folder), screen)
    return Answer("info" if fine else "warning", screen.shown(MOST_LINES))
