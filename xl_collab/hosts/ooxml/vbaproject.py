"""What a vbaProject.bin holds: its modules with their source ([MS-CFB], [MS-OVBA]).

It only reads, and only as far as is needed to tell people's own code from ours. Whoever cannot be read is
told so by ValueError. What may not enter: writing, running, judging.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_END = 0xFFFFFFF0  # sector numbers from here on are marks, no sectors
_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAM, _ROOT = 2, 5
_KINDS: dict[str, Kind] = {"Document": "document", "Module": "module", "Class": "class", "BaseClass": "form"}
_LINE = re.compile(r"^(Document|Module|Class|BaseClass)=([^/\r\n]+)", re.MULTILINE)

Kind = Literal["document", "module", "class", "form"]


@dataclass(frozen=True)
class Module:
    """One module: `source` with the attribute lines that the editor hides."""

    name: str
    kind: Kind
    source: str

    @property
    def code(self) -> str:
        """What somebody wrote: without attributes, blank lines and Option lines."""
        lines = (line.strip() for line in self.source.splitlines())
        hidden = ("attribute ", "option ")
        return "\n".join(line for line in lines if line and not line.lower().startswith(hidden))


def modules(data: bytes) -> tuple[Module, ...]:
    """The modules of a vbaProject.bin. ValueError when it is none, or is protected beyond reading."""
    try:
        streams = _streams(data)
        project = streams["PROJECT"].decode("latin-1")
        kinds = {name.casefold(): _KINDS[kind] for kind, name in _LINE.findall(project)}
        found = []
        for name, stream, offset in _directory(_decompressed(streams["dir"])):
            source = _decompressed(streams[stream][offset:]).decode("latin-1")
            found.append(Module(name, kinds.get(name.casefold(), "module"), source))
    except (KeyError, IndexError, struct.error) as error:
        raise ValueError("no readable VBA project") from error
    return tuple(found)


def _directory(data: bytes) -> Iterator[tuple[str, str, int]]:
    """Name, stream and offset of the source of each module in the dir stream."""
    at, name, stream, offset = 0, "", "", 0
    while at + 6 <= len(data):
        kind, size = struct.unpack_from("<HI", data, at)
        value, at = data[at + 6 : at + 6 + size], at + 6 + size
        if kind == 0x09:  # the version: two bytes more than it says
            at += 2
        elif kind == 0x19:
            name = value.decode("latin-1")
        elif kind == 0x1A:
            stream = value.decode("latin-1")
        elif kind == 0x31:
            offset = int.from_bytes(value, "little")
        elif kind == 0x2B:
            yield name, stream, offset


def _decompressed(data: bytes) -> bytes:
    """[MS-OVBA] 2.4.1: chunks of up to 4,096 bytes, each literal or made of copies from itself."""
    if not data or data[0] != 1:
        raise ValueError("no compressed container")
    out, at = bytearray(), 1
    while at + 2 <= len(data):
        head = int.from_bytes(data[at : at + 2], "little")
        end, begin, at = min(len(data), at + (head & 0xFFF) + 3), len(out), at + 2
        if not head & 0x8000:
            out += data[at : at + 4096]
            at += 4096
            continue
        while at < end:
            flags, at = data[at], at + 1
            for bit in range(8):
                if at >= end:
                    break
                if flags >> bit & 1:
                    _copy(out, begin, int.from_bytes(data[at : at + 2], "little"))
                    at += 2
                else:
                    out.append(data[at])
                    at += 1
    return bytes(out)


def _copy(out: bytearray, begin: int, token: int) -> None:
    bits = max((len(out) - begin - 1).bit_length(), 4)
    length, back = (token & (0xFFFF >> bits)) + 3, (token >> (16 - bits)) + 1
    if back > len(out) - begin:
        raise ValueError("a copy from before its chunk")
    for _ in range(length):
        out.append(out[-back])


def _streams(data: bytes) -> dict[str, bytes]:
    """The streams of a compound file by name; folders do not count."""
    if data[:8] != _MAGIC:
        raise ValueError("no compound file")
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    first, cutoff, mini_first = struct.unpack_from("<I4xII", data, 48)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    table = [n for n in struct.unpack_from("<109I", data, 76) if n < _END]
    (more,) = struct.unpack_from("<I", data, 68)
    while more < _END and len(table) < len(data) // size + 1:
        numbers = struct.unpack(f"<{size // 4}I", sector(more))
        table, more = [*table, *(n for n in numbers[:-1] if n < _END)], numbers[-1]
    fat = [n for one in table for n in struct.unpack(f"<{size // 4}I", sector(one))]

    def chain(number: int, links: list[int]) -> Iterator[int]:
        for _ in range(len(links) + 1):
            if number >= _END:
                return
            yield number
            number = links[number]
        raise ValueError("a chain without end")

    entries = list(_entries(b"".join(map(sector, chain(first, fat)))))
    root = next(start for _, kind, start, _ in entries if kind == _ROOT)
    small = b"".join(map(sector, chain(root, fat)))
    packed = b"".join(map(sector, chain(mini_first, fat)))
    mini = list(struct.unpack(f"<{len(packed) // 4}I", packed))
    found = {}
    for name, kind, start, length in entries:
        if kind == _STREAM and length < cutoff:
            pieces = (small[n * 64 : (n + 1) * 64] for n in chain(start, mini)) if length else ()
            found[name] = b"".join(pieces)[:length]
        elif kind == _STREAM:
            found[name] = b"".join(map(sector, chain(start, fat)))[:length]
    return found


def _entries(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, kind, first sector and length of each entry of the compound file's directory."""
    for at in range(0, len(data) - 127, 128):
        length, kind = struct.unpack_from("<HB", data, at + 64)
        start, size = struct.unpack_from("<II", data, at + 116)
        yield data[at : at + max(length - 2, 0)].decode("utf-16-le", "replace"), kind, start, size
