"""Judging and reading bytes in tests of the gate; every refusal must be one line in both languages."""

from __future__ import annotations

import dataclasses
import re

from xl_collab.exchange.gate import gate
from xl_collab.exchange.gate.gate import (
    ReadReply,
    inspect_bytes,
    read_reply_bytes,
)
from xl_collab.exchange.gate.limits import USUAL, Limits

PLACEHOLDER = re.compile(r"{(?:why|part|limit|count|ref|zh|en|size)}")
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SMALL = dataclasses.replace(USUAL, part_bytes=4 << 20, total_bytes=16 << 20)


def code(data: bytes, limits: Limits = USUAL) -> str:
    """The reason code of a refusal, "" for an accepted file; every refusal is one line in both languages."""
    return checked(inspect_bytes(data, "回复.xlsx", limits).refusal)


def read_code(data: bytes, limits: Limits = USUAL) -> str:
    """As `code`, with the file read in the child process."""
    return checked(read(data, limits).refusal)


def checked(refusal: object) -> str:
    if refusal is None:
        return ""
    assert isinstance(refusal, gate.Refusal)
    for lang in ("zh", "en"):
        sentence = refusal.sentence(lang)
        assert (
            sentence
            and "\n" not in sentence
            and not PLACEHOLDER.search(sentence)
            and "Traceback" not in sentence
        )
    return refusal.code


def read(data: bytes, limits: Limits = USUAL) -> ReadReply:
    return read_reply_bytes(data, "回复.xlsx", limits)


def first_cell(data: bytes) -> object:
    reply = read(data)
    assert reply.refusal is None, reply.refusal
    return reply.sheets[0].cell(1, 1)
