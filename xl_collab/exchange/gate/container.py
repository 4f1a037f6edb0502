"""The outside of a returned file: a zip archive whose every byte is accounted for before it is read.

Stricter than the surgeon's own reading (hosts/ooxml/zipstore.py), which serves the user's own files: whatever
two programs could read differently is refused. What may not enter: XML, the meaning of parts.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from xl_collab.exchange.gate.limits import MB, Limits
from xl_collab.exchange.gate.reasons import refuse

_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_ODD_NAME = re.compile(r"\A/.*|[A-Za-z]:.*|.*[\x00-\x1f\x7f].*", re.S)
_DESCRIPTOR = 24  # bytes that streaming writers leave behind a part: sizes and checksum again
_STEP = 1 << 16
_LOCKED = 0x2041  # flags of encrypted members


@dataclass(frozen=True)
class Member:
    """One part as the directory has it, with the place of its packed bytes."""

    name: str
    method: int
    crc: int
    size: int
    start: int
    packed: int
    data: bytes

    @property
    def payload(self) -> memoryview:
        """The packed bytes."""
        return memoryview(self.data)[self.start : self.start + self.packed]


def open_container(data: bytes, limits: Limits) -> list[Member]:
    """The members of the archive, nothing unpacked yet. Raises Refused."""
    # The directory is counted before it is parsed: a million entries would already cost the memory.
    if data.count(b"PK\x01\x02") > 5 * limits.entries:
        raise refuse("zip-entries", count=data.count(b"PK\x01\x02"), limit=limits.entries)
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise refuse("zip-broken") from error
    if len(infos) > limits.entries:
        raise refuse("zip-entries", count=len(infos), limit=limits.entries)
    _check_names(infos)
    _check_offsets(infos)
    members = [_member(data, info) for info in infos]
    _check_places(members, infos, data)
    return members


def _check_end(data: bytes) -> None:
    """The end record closes the file exactly, and there is one only: readers differ in which they take."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(data):
        raise refuse("zip-broken")
    _, disk, first_disk, here, count, _, _, comment = _END.unpack_from(data, at)
    if at + _END.size + comment != len(data):
        raise refuse("zip-junk" if at + _END.size + comment < len(data) else "zip-broken")
    if disk or first_disk or here != count:
        raise refuse("zip-broken")


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename
        plain = name.replace("\\", "/")
        if not name or _ODD_NAME.fullmatch(plain) or ".." in plain.split("/"):
            raise refuse("zip-name", part=name or "?")
        key = plain.casefold()
        if key in seen:
            raise refuse("zip-duplicate", part=name)
        seen.add(key)


def _check_offsets(infos: list[zipfile.ZipInfo]) -> None:
    """Members that share bytes are how small files unpack to terabytes (Fifield's bomb)."""
    end = 0
    for info in sorted(infos, key=lambda item: item.header_offset):
        if info.header_offset < end:
            raise refuse("zip-overlap", part=info.orig_filename)
        end = info.header_offset + _LOCAL.size + info.compress_size


def _member(data: bytes, info: zipfile.ZipInfo) -> Member:
    name = info.orig_filename
    if info.flag_bits & _LOCKED:
        raise refuse("zip-encrypted")
    if info.compress_type not in (0, 8):
        raise refuse("zip-method", part=name)
    start = _payload_start(data, info)
    if start + info.compress_size > len(data):
        raise refuse("zip-broken")
    if info.compress_type == 0 and info.compress_size != info.file_size:
        raise refuse("zip-mismatch", part=name)
    return Member(name, info.compress_type, info.CRC, info.file_size, start, info.compress_size, data)


def _payload_start(data: bytes, info: zipfile.ZipInfo) -> int:
    """Behind the local header, which must say what the directory says."""
    offset = info.header_offset
    if offset < 0 or offset + _LOCAL.size > len(data):
        raise refuse("zip-broken")
    signature, _, flags, method, *_, name_length, extra_length = _LOCAL.unpack_from(data, offset)
    if signature != b"PK\x03\x04":
        raise refuse("zip-broken")
    start = offset + _LOCAL.size
    raw = data[start : start + name_length]
    stored = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
    if raw != stored or method != info.compress_type or (flags ^ info.flag_bits) & _LOCKED:
        raise refuse("zip-mismatch", part=info.orig_filename)
    return start + int(name_length) + int(extra_length)


def _check_places(members: list[Member], infos: list[zipfile.ZipInfo], data: bytes) -> None:
    """Members follow each other from the first byte on, without overlap or gap."""
    end = 0
    for info, member in sorted(zip(infos, members, strict=True), key=lambda pair: pair[0].header_offset):
        if info.header_offset < end:
            raise refuse("zip-overlap", part=member.name)
        if info.header_offset > end + _DESCRIPTOR:
            raise refuse("zip-junk")
        end = member.start + member.packed
    directory = data.find(b"PK\x01\x02", end)
    if members and (directory < 0 or directory > end + _DESCRIPTOR):
        raise refuse("zip-junk")


class Unpacker:
    """Unpacks members and counts; stops at the first byte over a limit, whatever headers say."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.total = 0

    def unpack(self, member: Member) -> bytes:
        """The member's content, its length and checksum proved. Raises Refused."""
        return b"".join(self._pieces(member))

    def _pieces(self, member: Member) -> Iterator[bytes]:
        size, crc = 0, 0
        for piece in _inflated(member):
            size += len(piece)
            self.total += len(piece)
            self._check(member, size)
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != member.size or crc != member.crc:
            raise refuse("zip-mismatch", part=member.name)

    def _check(self, member: Member, size: int) -> None:
        limits = self._limits
        if size > limits.part_bytes:
            raise refuse("zip-part-size", part=member.name, limit=limits.part_bytes // MB)
        if self.total > limits.total_bytes:
            raise refuse("zip-total-size", limit=limits.total_bytes // MB)
        if size > limits.ratio_from and size > limits.ratio * max(member.packed, 1):
            raise refuse("zip-ratio", part=member.name, limit=limits.ratio)


def _inflated(member: Member) -> Iterator[bytes]:
    """Pieces of at most 64 KB, so that a bomb never lies in memory as a whole."""
    if member.method == 0:
        yield from _slices(member.payload)
        return
    machine = zlib.decompressobj(-15)
    try:
        for packed in _slices(member.payload):
            while packed and not machine.eof:
                yield machine.decompress(packed, _STEP)
                packed = machine.unconsumed_tail
        while not machine.eof and (piece := machine.decompress(b"", _STEP)):
            yield piece
    except zlib.error as error:
        raise refuse("zip-mismatch", part=member.name) from error
    if not machine.eof or machine.unused_data:
        raise refuse("zip-mismatch", part=member.name)


def _slices(payload: memoryview) -> Iterator[bytes]:
    return (bytes(payload[at : at + _STEP]) for at in range(0, len(payload), _STEP))
