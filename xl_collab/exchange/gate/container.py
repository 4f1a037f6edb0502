"""A returned file before any parser sees it: a zip archive, and the bytes of its XML.

Every byte of the archive is accounted for: stricter than hosts/ooxml/zipstore.py, which serves the user's own
files, whatever two programs could read differently is refused. The XML is searched for what kills readers:
quick refusals of what no office program writes; what only a parser can tell is told in a process that may die
(readers.py). What may not enter: parsing, the meaning of parts, values of cells.
"""

from __future__ import annotations

import io
import re
import string
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from xl_collab.a1 import MAX_COLUMN, MAX_ROW, column_letters, column_number
from xl_collab.exchange.gate.limits import MB, Limits
from xl_collab.exchange.gate.refusals import FileRefused, refuse
from xl_collab.hosts.ooxml.refusals import STRICT

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


_PIECE = 1 << 20
"""Bytes that are searched at a time: what a search needs is several times as large."""
_TAG_ENDS = np.isin(np.arange(256), list(b" >/\n\t\r"))
MAX_AREA = 20_000_000
"""Most cells of the rectangle from A1 to the last content, as in hosts/ooxml/cellscan.py."""

_P = rb"<(?:[\w.-]+:)?"
_ASIDE = re.compile(
    r"(?i)/(?:threaded)?comments?[^/]*(?:/[^/]+)?\.xml$|/persons/[^/]+$|/(?:drawings|charts)/[^/]+$"
)
_CELLS = (b"sheetData", b"<si", b":si", b"cellXfs", b"<sheet", b":sheet", b"\x4c\x6f\xa7\x94", b"+ADw")
_XML_NAMES = (".xml", ".rels", ".vml")
_START = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<[?!A-Za-z_]")
_WIDE = re.compile(rb"\A(?:\xff\xfe|\xfe\xff|\s*\0|<\0|\0<|L\x6f\xa7\x94|\+ADw|\x2b\x2f\x76)")
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_UTF8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_FAR = re.compile(rb' r="([A-Za-z]{4,}[0-9]*|[X-Zx-z][A-Za-z]{2}[0-9]*|[A-Za-z]*[0-9]{7,})"')
_WIDE_COLUMN = re.compile(rb' r="([A-Z]{2,3})[0-9]')
_FILLED = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_PREFIX = re.compile(rb"<([\w.-]+:)?sheetData[\s/>]")
_SPREAD = re.compile(rb"""[<:](mergeCell|hyperlink)\s(?:[^>]*?\s)?ref=["']([^"']*)["']""")
_FORMULA = re.compile(rb"<f>[^<]*</f>")
_SPREADING = (b"mergeCell", b"hyperlink")
_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")


@dataclass
class PartScan:
    """Checks parts one by one and keeps what is counted over all of them."""

    limits: Limits
    cells: int = 0
    filled: int = 0
    worksheets: list[str] = field(default_factory=list)

    def check(self, name: str, data: bytes) -> None:
        """Raises Refused for a part that must not reach a parser."""
        if not is_xml(name, data):
            return
        data = _without_formulas(data)
        try:
            check_text(name, data)
            check_depth(name, data, self.limits.depth)
        except FileRefused as error:
            if not _is_aside(name, data) or error.refusal.code not in ("xml-encoding", "xml-depth"):
                raise
            return  # words beside the cells: annotations.py reads them or tells that it could not
        if b"sheetData" in data:
            self.worksheets.append(name)
            self._worksheet(name, data)
        elif b"<si" in data or b":si" in data:
            self._count(name, data, rb"si[\s/>]", "strings", self.limits.strings)
        elif b"cellXfs" in data:
            self._count(name, data, rb"xf[\s/>]", "styles", self.limits.styles)
        elif b"<sheet" in data or b":sheet" in data:
            self._workbook(name, data)

    def _workbook(self, name: str, data: bytes) -> None:
        if STRICT in data[:8192] and re.search(_P + rb"workbook\b", data[:8192]):
            raise refuse("strict")
        self._count(name, data, rb"sheet[\s/>]", "sheets", self.limits.sheets)
        self._count(name, data, rb"definedName[\s/>]", "names", self.limits.names)

    def _count(self, name: str, data: bytes, tag: bytes, reason: str, limit: int) -> None:
        count = len(re.findall(_P + tag, data))
        if count > limit:
            raise refuse(reason, part=_short(name), count=count, limit=limit)

    def _worksheet(self, name: str, data: bytes) -> None:
        if STRICT in data[:8192]:
            raise refuse("strict")
        part, prefix = _short(name), _PREFIX.search(data)
        opening = b"<" + (prefix[1] or b"" if prefix else b"")
        self._count_cells(data, opening)
        _check_addresses(part, data)
        _check_rows(part, data, opening, self.limits.rows)
        _check_spread(part, data, self.limits)
        rules = _rules(data)
        if rules > self.limits.rules:
            raise refuse("rules", part=part, count=rules)

    def _count_cells(self, data: bytes, opening: bytes) -> None:
        """Cells of the whole file; those with content end in a tag of their own."""
        count = count_tags(data, opening + b"c")
        self.cells += count
        self.filled += min(data.count(b"</" + opening[1:] + b"c>"), count)
        if self.cells > self.limits.cells:
            raise refuse("cells", count=self.cells, limit=self.limits.cells)
        if self.filled > self.limits.filled:
            raise refuse("cells", count=self.filled, limit=self.limits.filled)


def count_tags(data: bytes, opening: bytes) -> int:
    """How often an element begins in the part; `opening` is its tag with the bracket, `<c`."""
    if len(opening) != 2:
        return len(re.findall(re.escape(opening) + rb"[ >/\n\t\r]", data))
    found = 0
    for at in range(0, len(data), _PIECE):  # two bytes more, for a tag that lies across the end
        letters = np.frombuffer(data, np.uint8, min(_PIECE + 2, len(data) - at), at)
        tags = np.flatnonzero((letters[:-2] == opening[0]) & (letters[1:-1] == opening[1]))
        found += int(_TAG_ENDS[letters[tags + 2]].sum())
    return found


def _without_formulas(data: bytes) -> bytes:
    """A part without the texts of formulas, most of a tracker's bytes: no tag begins or ends in them."""
    return _FORMULA.sub(b"<f/>", data) if len(data) > _STEP else data


def _is_aside(name: str, data: bytes) -> bool:
    """Whether a part holds words beside the cells, by its name; what looks like cells is none, in any
    width."""
    plain = data.replace(b"\0", b"")
    return _ASIDE.search(name) is not None and not any(mark in plain for mark in _CELLS)


def is_xml(name: str, data: bytes) -> bool:
    """Whether a part is XML by its name or by how it begins; pictures drawn in XML are never read."""
    if name.lower().endswith(".svg"):
        return False
    return name.lower().endswith(_XML_NAMES) or _START.match(data[:256]) is not None


def check_text(name: str, data: bytes) -> None:
    """Refused when the part is not plain UTF-8 by its own account, or declares a DOCTYPE or an entity."""
    if _WIDE.match(data[:64]) or (data and not _START.match(data[:4096])):
        raise refuse("xml-encoding", part=_short(name))
    declared = _ENCODING.match(data[:1024])
    if declared and declared[1].strip().lower() not in _UTF8:
        raise refuse("xml-encoding", part=_short(name))
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise refuse("xml-doctype", part=_short(name))


def check_depth(name: str, data: bytes, limit: int) -> None:
    """Refused when elements are nested deeper than `limit`: recursive readers run out of stack.

    Counted from the bytes; markup hidden in text can only make the count too low, and then the parser
    in the child process, which has the same kind of limit, decides.
    """
    depth, at = 0, 0
    while at < len(data):
        end = data.rfind(b"<", at, at + _PIECE)
        end = end if end > at else min(at + _PIECE, len(data))
        if at + _PIECE >= len(data):
            end = len(data)
        highest, change = _nesting(np.frombuffer(data, np.uint8, end - at, at))
        if depth + highest > limit:
            raise refuse("xml-depth", part=_short(name))
        depth, at = depth + change, end


def _nesting(letters: np.typing.NDArray[np.uint8]) -> tuple[int, int]:
    """Highest depth inside a piece and its change from end to end."""
    opens = np.flatnonzero(letters[:-1] == 0x3C)
    following = letters[opens + 1]
    step = np.where(following == 0x2F, -1, 1)
    step[(following == 0x21) | (following == 0x3F)] = 0
    slashes = np.flatnonzero((letters[:-1] == 0x2F) & (letters[1:] == 0x3E))
    owners = np.searchsorted(opens, slashes, side="right") - 1
    step[owners[owners >= 0]] = 0  # <x/> opens nothing; a slash in text hides one level at most
    if not len(step):
        return 0, 0
    running = np.cumsum(step)
    return int(running.max()), int(running[-1])


def _check_addresses(part: str, data: bytes) -> None:
    for match in _FAR.finditer(data):
        text = match[1].decode()
        letters, digits = text.rstrip("0123456789"), text.lstrip(string.ascii_letters)
        if len(letters) > 3 or column_number(letters) > MAX_COLUMN or int(digits[:9] or 1) > MAX_ROW:
            raise refuse("cell-outside", part=part, ref=text[:20])


def _check_rows(part: str, data: bytes, opening: bytes, limit: int) -> None:
    """Rows ascend, and content does not stretch over an absurd rectangle."""
    pattern = re.compile(re.escape(opening) + rb'row\s(?:[^>]*?\s)?r="([0-9]+)"')
    numbers = np.array([int(number[:9]) for number in pattern.findall(data)] or [0], np.int64)
    if (np.diff(numbers) <= 0).any():
        raise refuse("row-order", part=part)
    if numbers[-1] > MAX_ROW:
        raise refuse("cell-outside", part=part, ref=str(numbers[-1]))
    if numbers[-1] > limit or int(numbers[-1]) * _widest(data, int(numbers[-1])) > MAX_AREA:
        last = data.rfind(b"</" + opening[1:] + b"c>")
        _check_filled(part, data[: max(last, 0)], limit)


def _widest(data: bytes, rows: int) -> int:
    """The last column with a cell; 26 at least, and the last there is where `rows` of that are no matter."""
    if rows * MAX_COLUMN <= MAX_AREA:
        return MAX_COLUMN
    return max((column_number(one.decode()) for one in set(_WIDE_COLUMN.findall(data))), default=26)


def _check_filled(part: str, data: bytes, limit: int) -> None:
    """As above, for sheets that have formats far out: only cells with content count."""
    row, column = 0, 0
    for letters, digits in _FILLED.findall(data):
        row, column = max(row, int(digits)), max(column, column_number(letters.decode()))
    if row > limit or row * column > MAX_AREA:
        raise refuse("far-cells", part=part, ref=f"{column_letters(column)}{row}")


def _rules(data: bytes) -> int:
    """Data validations and conditional formats; most of a sheet, its rows, need no search tag by tag."""
    names = (b"dataValidation ", b"cfRule ")
    first = min((at for name in names if (at := data.find(name)) >= 0), default=len(data))
    rest = data[max(first - 1, 0) :]
    return sum(rest.count(mark + name) for mark in (b"<", b":") for name in names)


def _check_spread(part: str, data: bytes, limits: Limits) -> None:
    first = min((at for name in _SPREADING if (at := data.find(name)) >= 0), default=len(data))
    found = _SPREAD.findall(data, max(first - 1, 0))
    if len(found) > limits.merges:
        raise refuse("merges", part=part, count=len(found))
    for kind, ref in found:
        text = ref.decode("utf-8", "replace")
        if area(text) > limits.merged_area:
            raise refuse("huge-merge" if kind == b"mergeCell" else "huge-link", part=part, ref=text[:30])


def area(ref: str) -> int:
    """The number of cells in a range such as A1:C3; 0 when it is none."""
    match = _AREA.fullmatch(ref)
    if match is None:
        return 0
    left, top = column_number(match[1]), int(match[2])
    right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
    return (abs(right - left) + 1) * (abs(bottom - top) + 1)


def _short(name: str) -> str:
    return name.rpartition("/")[2] or name
