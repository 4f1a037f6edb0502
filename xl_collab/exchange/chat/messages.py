"""An announcement as messages that a chat takes: marks, calls of people, and sizes of each program.

A row is never cut in two: what does not fit goes into the next message. Limits in bytes of UTF-8, from the
robots' own documentation: 企业微信 text 2,048, 钉钉 20,000, 飞书 20 KB. What may not enter: sending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from xl_collab.documents.chat.content import ChatText, Person, Piece

Program = Literal["text", "wecom", "dingtalk", "feishu"]
PROGRAMS: tuple[Program, ...] = ("text", "wecom", "dingtalk", "feishu")
LIMITS: dict[Program, int] = {"text": 1_000_000, "wecom": 2_048, "dingtalk": 18_000, "feishu": 18_000}


@dataclass(frozen=True)
class Message:
    """One message: its text, its title where the program shows one, the mobile numbers that it calls."""

    title: str
    text: str
    mobiles: tuple[str, ...] = ()


def messages(chat: ChatText, program: Program) -> list[Message]:
    """The announcement in as few messages as the program's limit allows, each with the heading."""
    limit = LIMITS[program]
    room = limit - len(_bytes(_join([chat.title, chat.closing]))) - 8
    parts: list[tuple[list[str], list[str]]] = [([], [])]
    for line, mobiles in _lines(chat.pieces, program, room):
        lines, called = parts[-1]
        if lines and len(_bytes(_join([*lines, line]))) > room:
            parts.append(([], []))
            lines, called = parts[-1]
        lines.append(line)
        called.extend(mobiles)
    return [_message(chat, part, called, n, len(parts)) for n, (part, called) in enumerate(parts, start=1)]


def _message(chat: ChatText, lines: Sequence[str], called: Sequence[str], number: int, count: int) -> Message:
    title = f"{chat.title} {number}/{count}" if count > 1 else chat.title
    end = [chat.closing] if number == count else []
    return Message(chat.title, _join([title, *lines, *end]), tuple(dict.fromkeys(called)))


def _lines(pieces: Sequence[Piece], program: Program, room: int) -> Iterator[tuple[str, Sequence[str]]]:
    """Each line with whom it calls: a department's name and people stand on its first one."""
    for piece in pieces:
        head = " ".join(filter(None, (piece.department, *(_call(one, program) for one in piece.people))))
        mobiles = [one.mobile for one in piece.people if one.mobile]
        if head:
            yield head, mobiles
        for line in piece.lines:
            yield _fitting(f"· {line}" if head else line, room), ()


def _call(person: Person, program: Program) -> str:
    """How the program is told whom to call; a number that it does not know stays a name."""
    return f"@{person.mobile}" if program == "dingtalk" and person.mobile else f"@{person.name}"


def _fitting(line: str, room: int) -> str:
    """One line that is longer than a message by itself is cut, which is seen."""
    data = _bytes(line)
    return line if len(data) <= room else data[: room - 3].decode("utf-8", "ignore") + "…"


def _join(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")


def plain(chat: ChatText) -> str:
    """The whole announcement as text, to paste."""
    return "\n\n".join(message.text for message in messages(chat, "text")) + "\n"
