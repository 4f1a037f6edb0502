"""A zip archive as raw entries: read with limits, written back without touching what did not change.

What belongs here: bytes of archives. What may not enter: anything that knows what a workbook is.
`zipfile` reads the directory; it cannot copy an entry without inflating and deflating it again,
so the writing side is our own.
"""

from __future__ import annotations

import io
import itertools
import queue
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from xl_collab.errors import DamagedWorkbook, Encrypted, NotAWorkbook
from xl_collab.memory import Remembered

STORED, DEFLATED = 0, 8
MAX_ENTRIES = 20_000
MAX_PART = 512 << 20
MAX_TOTAL = 1 << 30
MAX_RATIO, RATIO_FROM = 250, 4 << 20  # text compresses up to 60:1; a bomb reaches 1000:1
_FAST_FROM = 4 << 20  # larger parts trade 10 % of size for half of the time
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


class ZipEntry(NamedTuple):
    """One archive member as stored; `payload` holds the bytes as they lie in the file."""

    name: bytes
    flags: int
    method: int
    date: tuple[int, int, int, int, int, int]
    crc: int
    size: int
    payload: bytes | memoryview
    system: int = 0
    attributes: int = 0

    def inflate(self) -> bytes:
        """The member's content. DamagedWorkbook when length or checksum disagree."""
        head, rest = self.pieces()
        return head + rest if head else rest

    def pieces(self) -> tuple[bytes, bytes]:
        """The same in two pieces, the first of them empty unless the member is large.

        Equal small members give the very same bytes, in any archive, and large ones the very same first
        piece, as far as they are known to be equal: who remembers by them need not compare.
        """
        if self.size >= _SMALL or len(self.payload) >= _SMALL:
            return self._checked()
        key = (self.method, self.size, self.crc, bytes(self.payload))
        content = _inflated_before.get(key)
        if content is None:
            content = self._checked()[1]
            _inflated_before.put(key, content)
        return b"", content

    def _checked(self) -> tuple[bytes, bytes]:
        head, rest, checksum = self._inflated()
        if len(head) + len(rest) != self.size or checksum != self.crc:
            raise _damaged(self.name)
        return head, rest

    def _inflated(self) -> tuple[bytes, bytes, int]:
        """The content in two pieces, and its checksum."""
        if self.method == STORED:
            content = bytes(self.payload)
            return b"", content, zlib.crc32(content)
        try:
            if _LARGE <= self.size < _TOO_MUCH:
                return _continued(bytes(self.payload), self.size)
            content = zlib.decompressobj(-15).decompress(self.payload, self.size + 1)
            return b"", content, zlib.crc32(content)
        except zlib.error as error:
            raise _damaged(self.name) from error


_SMALL = 1 << 15
"""Bytes of members that files of one program have alike by the dozen: themes, tables, empty registers."""
_inflated_before: Remembered[tuple[int, int, int, bytes], bytes] = Remembered(256)

_LARGE, _TOO_MUCH = 1 << 20, 1 << 23
_HEAD = 64


class _Begun(NamedTuple):
    """A large member as far as the next was the same: compressed, inflated, checksum, and how to go on."""

    payload: bytes
    content: bytes = b""
    checksum: int = 0
    inflater: Any = None


_begun: Remembered[bytes, _Begun] = Remembered(2)


def _continued(payload: bytes, size: int) -> tuple[bytes, bytes, int]:
    """A large member's content and checksum; what begins as the last one did is not inflated again.

    All trackers of a company have the days of 节假日, two megabytes of them, and differ in the footer below.
    """
    begun = _begun.get(payload[:_HEAD])
    if begun is None or not payload.startswith(begun.payload):
        begun = _common(begun.payload, payload, size) if begun is not None else _Begun(payload)
        _begun.put(payload[:_HEAD], begun)
    if begun.inflater is None or len(begun.content) >= size:
        content = zlib.decompressobj(-15).decompress(payload, size + 1)
        return b"", content, zlib.crc32(content)
    rest = begun.inflater.copy().decompress(payload[len(begun.payload) :], size + 1 - len(begun.content))
    return begun.content, rest, zlib.crc32(rest, begun.checksum)


def _common(one: bytes, other: bytes, size: int) -> _Begun:
    """What two compressed members begin with alike; the second as a whole where that is little."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    inflater = zlib.decompressobj(-15)
    if 2 * low < len(other):
        return _Begun(other)
    content = inflater.decompress(other[:low], size + 1)
    return _Begun(
        other[:low], content, zlib.crc32(content), inflater if not inflater.unconsumed_tail else None
    )


def _damaged(name: bytes | str) -> DamagedWorkbook:
    text = name if isinstance(name, str) else name.decode("utf-8", "replace")
    return DamagedWorkbook(
        f"文件已损坏（{text} 读不出来）。请向发件人再要一份，或从备份恢复。",
        f"The file is damaged ({text} cannot be read). Ask for another copy or restore a backup.",
    )


def _too_big(what: str) -> NotAWorkbook:
    return NotAWorkbook(
        f"文件展开后大得不正常（{what}），已拒绝打开。请核对文件来源，或删去多余内容后另存。",
        f"The file unpacks to an absurd size ({what}) and was refused. Check where it came from, "
        "or remove surplus content and save it again.",
    )


def read_zip(data: bytes) -> list[ZipEntry]:
    """All members of the archive in their order, every length and checksum still unchecked.

    Raises NotAWorkbook, Encrypted or DamagedWorkbook for what no office program writes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check_limits(infos)
            entries = [_entry(data, info) for info in infos]
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise DamagedWorkbook(
            "文件不完整或已损坏（可能没有下载完）。请重新下载或再要一份。",
            "The file is incomplete or damaged (perhaps a broken download). Get it again.",
        ) from error
    _check_overlap(
        [(info.header_offset, end, info.filename) for info, (_, end) in zip(infos, entries, strict=True)]
    )
    return [entry for entry, _ in entries]


def _check_limits(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_ENTRIES:
        raise _too_big(f"{len(infos)} parts")
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise _too_big(f"> {MAX_TOTAL >> 20} MB")
    for info in infos:
        if info.file_size > MAX_PART:
            raise _too_big(f"{info.filename}: {info.file_size >> 20} MB")
        if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise _too_big(f"{info.filename}: 1:{info.file_size // max(info.compress_size, 1)}")


def _entry(data: bytes, info: zipfile.ZipInfo) -> tuple[ZipEntry, int]:
    """A member, and where its bytes end."""
    if info.flag_bits & 1:
        raise Encrypted(
            "压缩包内容加了密码。请去掉密码后另存。",
            "The archive's content is encrypted. Remove the password and save it again.",
        )
    if info.compress_type not in (STORED, DEFLATED) or "\0" in info.orig_filename:
        raise _damaged(info.filename)
    start = _payload_start(data, info.header_offset)
    end = start + info.compress_size
    if end > len(data):
        raise _damaged(info.filename)
    utf8 = info.flag_bits & 0x800 or info.orig_filename.isascii()
    entry = ZipEntry(
        name=info.orig_filename.encode("utf-8" if utf8 else "cp437"),
        flags=info.flag_bits & 0x806,
        method=info.compress_type,
        date=info.date_time,
        crc=info.CRC,
        size=info.file_size,
        payload=memoryview(data)[start:end],
        system=info.create_system,
        attributes=info.external_attr,
    )
    return entry, end


def _payload_start(data: bytes, offset: int) -> int:
    signature, *_, name_length, extra_length = _LOCAL.unpack_from(data, offset)
    if signature != b"PK\x03\x04":
        raise zipfile.BadZipFile("no local header")
    return offset + _LOCAL.size + int(name_length) + int(extra_length)


def _check_overlap(spans: list[tuple[int, int, str]]) -> None:
    """Members that share bytes are how small files unpack to terabytes; begin, end and name of each."""
    before = 0
    for begin, end, name in sorted(spans):
        if begin < before:
            raise _damaged(name)
        before = end


def packed(entry: ZipEntry | None, name: str, content: bytes) -> ZipEntry:
    """`content` deflated as a member: name, date and flags of `entry` if there was one."""
    return packed_stream(entry, name, [content])


def packed_stream(entry: ZipEntry | None, name: str, chunks: Iterable[bytes]) -> ZipEntry:
    """As `packed`, from pieces, so that the content never lies in memory as a whole.

    Deflating runs in a second thread (zlib lets go of the interpreter), beside whoever makes the chunks.
    """
    iterator = (chunk for chunk in chunks if chunk)
    first = next(iterator, b"")
    second = next(iterator, b"")
    if not second:
        return _fresh(entry, name, *_deflated([first]))
    results: list[tuple[bytes, int, int]] = []
    pipe: queue.Queue[bytes] = queue.Queue(maxsize=8)
    worker = threading.Thread(target=lambda: results.append(_deflated(iter(pipe.get, b""), fast=True)))
    worker.start()
    try:
        for chunk in itertools.chain((first, second), iterator):
            pipe.put(chunk)
    finally:
        pipe.put(b"")
        worker.join()
    return _fresh(entry, name, *results[0])


def _deflated(chunks: Iterable[bytes], fast: bool = False) -> tuple[bytes, int, int]:
    machine, out, crc, size = None, [], 0, 0
    for chunk in chunks:
        if machine is None:
            level = 4 if fast or len(chunk) > _FAST_FROM else 6
            machine = zlib.compressobj(level, zlib.DEFLATED, -15)
        out.append(machine.compress(chunk))
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
    machine = machine or zlib.compressobj(6, zlib.DEFLATED, -15)
    out.append(machine.flush())
    return b"".join(out), crc, size


def _fresh(entry: ZipEntry | None, name: str, payload: bytes, crc: int, size: int) -> ZipEntry:
    if entry is None:
        flags = 0 if name.isascii() else 0x800
        return ZipEntry(name.encode(), flags, DEFLATED, _EPOCH, crc, size, payload)
    return entry._replace(flags=entry.flags & 0x800, method=DEFLATED, crc=crc, size=size, payload=payload)


def zip_chunks(entries: Iterable[ZipEntry]) -> Iterator[bytes | memoryview]:
    """The archive's bytes in pieces; payloads go out as they are."""
    offset, directory = 0, []
    for entry in entries:
        head = _local_header(entry)
        directory.append(_central_header(entry, offset))
        yield head
        yield entry.payload
        offset += len(head) + len(entry.payload)
    central = b"".join(directory)
    count = len(directory)
    yield central
    yield _END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), offset, 0)


def write_zip(entries: Iterable[ZipEntry], stream: BinaryIO) -> None:
    """Write the archive to `stream`."""
    for chunk in zip_chunks(entries):
        stream.write(chunk)


def _stamp(date: tuple[int, int, int, int, int, int]) -> tuple[int, int]:
    year, month, day, hour, minute, second = date
    return hour << 11 | minute << 5 | second // 2, max(year - 1980, 0) << 9 | month << 5 | day


def _local_header(entry: ZipEntry) -> bytes:
    time, day = _stamp(entry.date)
    sizes = (entry.crc, len(entry.payload), entry.size, len(entry.name), 0)
    return _LOCAL.pack(b"PK\x03\x04", 20, entry.flags, entry.method, time, day, *sizes) + entry.name


def _central_header(entry: ZipEntry, offset: int) -> bytes:
    time, day = _stamp(entry.date)
    made_by = entry.system << 8 | 20
    sizes = (entry.crc, len(entry.payload), entry.size, len(entry.name), 0, 0, 0, 0)
    head = _CENTRAL.pack(
        b"PK\x01\x02",
        made_by,
        20,
        entry.flags,
        entry.method,
        time,
        day,
        *sizes,
        entry.attributes,
        offset,
    )
    return head + entry.name
