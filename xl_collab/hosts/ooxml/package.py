"""A workbook file as parts: change some, and every other part stays the bytes it was.

What belongs here: parts, relationships, content types, opening and saving.
What may not enter: cell contents (sheetxml.py), the drawing library, anything that re-saves a
workbook through a spreadsheet library (measured: that loses parts of a user's file).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from lxml import etree

from xl_collab.errors import CannotWrite, NoSuchFile, NotAWorkbook, cannot_open
from xl_collab.hosts.ooxml import refusals, xmlparts
from xl_collab.hosts.ooxml.celltext import shared_strings
from xl_collab.hosts.ooxml.workbookxml import WorkbookXml
from xl_collab.hosts.ooxml.xmlparts import ContentTypes, Relationship, part_key, rels_name, rels_source
from xl_collab.hosts.ooxml.zipstore import (
    STORED,
    ZipEntry,
    packed,
    packed_stream,
    read_zip,
    write_zip,
    zip_chunks,
)
from xl_collab.hosts.windows import true_refusal

TYPES = "[Content_Types].xml"
_UNWRITTEN = b"not written yet"
"""Stands for the bytes of a part of which only the elements are known."""
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
WORKBOOK_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
    "application/vnd.ms-excel.addin.macroEnabled.main+xml",
)


_BEGINNING = 1 << 16
"""Bytes in which a DOCTYPE is looked for."""
_LARGE = 1 << 20
"""Bytes of a part that is not copied only to save somebody the inflating."""


@lru_cache(maxsize=1024)  # the parts of one program's files have the same names
def _named(name: bytes, utf8: bool) -> tuple[str, str]:
    """A part's name with forward slashes, and the key that it is found by. DamagedWorkbook for a bad one."""
    text = name.decode("utf-8" if utf8 else "cp437").replace("\\", "/")
    if ".." in text.split("/") or re.match(r"[A-Za-z]:", text):
        raise refusals.damaged(text, "部件名称可疑", "its name is suspicious")
    return text, part_key(text)


class Package:
    """An opened workbook file; nothing is written until `write` or `save_bytes`.

    Part names are as the archive has them, with forward slashes and no leading one; look-ups ignore case.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._entries: dict[str, ZipEntry] = {}
        self._contents: dict[str, tuple[bytes, bytes]] = {}
        self._pending: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self._changed: set[str] = set()
        self._rels_cache: dict[str, tuple[bytes, list[Relationship]]] = {}
        self._edited: dict[str, tuple[bytes, etree._Element]] = {}
        self._unwritten: dict[str, str] = {}
        self._ends_cache: dict[str, tuple[list[Relationship], frozenset[str]]] = {}
        self._types: ContentTypes | None = None
        self._load(read_zip(data))
        self.workbook_part = self._find_workbook()

    @classmethod
    def open(cls, path: str | Path) -> Package:
        """Read `path`. NotAWorkbook, Encrypted or DamagedWorkbook say why it cannot be edited."""
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            refusal = NoSuchFile if isinstance(error, FileNotFoundError) else NotAWorkbook
            raise refusal(*cannot_open(Path(path).name, true_refusal(error))) from error
        return cls.from_bytes(data)

    @classmethod
    def from_bytes(cls, data: bytes) -> Package:
        """As `open`, for a file that is in memory."""
        refusals.check_leading_bytes(data)
        return cls(data)

    # -- parts ------------------------------------------------------------------------------

    @property
    def parts(self) -> list[str]:
        """All part names, in the archive's order."""
        return list(self._names.values())

    @property
    def changed_parts(self) -> set[str]:
        """Parts that were replaced, added or removed since opening."""
        self._write_elements()
        return set(self._changed)

    def find(self, part: str) -> str | None:
        """The name under which `part` is stored (case and slashes apart), or None."""
        return self._names.get(part_key(part))

    def __contains__(self, part: str) -> bool:
        return part_key(part) in self._names

    def read(self, part: str) -> bytes:
        """The part's content. DamagedWorkbook when it is missing."""
        head, rest = self.pieces(part)
        if head:
            rest = head + rest
            self._contents[part_key(part)] = b"", rest
        return rest

    def pieces(self, part: str) -> tuple[bytes, bytes]:
        """The same in two pieces: first what another file is known to have as well, the very bytes."""
        key = part_key(part)
        if key in self._unwritten:
            self._write_elements()
        if key in self._pending:
            return b"", self._pending[key]
        if key in self._contents:
            return self._contents[key]
        if key not in self._entries:
            raise refusals.damaged(part, "缺少这个部件", "this part is missing")
        return self._entries[key].pieces()

    def replace(self, part: str, content: bytes) -> None:
        """Give an existing part new content; equal content is no change."""
        key = self._known(part)
        if content == self.read(part):
            return
        self._contents.pop(key, None)
        self._pending[key] = content
        self._changed.add(self._names[key])

    def replace_stream(self, part: str, chunks: Iterable[bytes]) -> bool:
        """As `replace`, from pieces that are deflated as they come; no piece at all means no change."""
        key = self._known(part)
        iterator = iter(chunks)
        first = next(iterator, None)
        if first is None:
            return False

        def all_chunks() -> Iterable[bytes]:
            yield first
            yield from iterator

        self._entries[key] = packed_stream(self._entries.get(key), self._names[key], all_chunks())
        self._contents.pop(key, None)
        self._pending.pop(key, None)
        self._changed.add(self._names[key])
        return True

    def add(self, part: str, content: bytes, content_type: str | None) -> None:
        """Add a new part; `content_type` None leaves it to the Default of its extension."""
        if part in self:
            raise ValueError(f"{part} exists")
        self._names[part_key(part)] = part
        self._pending[part_key(part)] = content
        self._changed.add(part)
        if content_type is not None:
            self.set_content_type(part, content_type)

    def remove(self, part: str) -> None:
        """Drop a part, its relationships part and its content type (not the arrows that lead to it)."""
        key = self._known(part)
        self._changed.add(self._names.pop(key))
        for store in (self._entries, self._contents, self._pending, self._unwritten):
            store.pop(key, None)
        types = self._content_types()
        if types.drop_override(part):
            self.put_elements(TYPES, types.root)
        if rels_name(part) in self:
            self.remove(rels_name(part))

    def remove_tree(self, part: str) -> None:
        """Drop `part` and whatever only it led to (drawings, charts, pictures, comments)."""
        targets = [rel.target for rel in self.rels(part) if not rel.external and rel.target in self]
        self.remove(part)
        for target in targets:
            if target in self and not self.sources_of(target):
                self.remove_tree(target)

    def fresh_name(self, pattern: str) -> str:
        """The first unused name of `pattern`, which holds one `{}` for the number.

        Names that a dangling arrow or a stray relationships part waits for count as used.
        """
        number = 1
        while self._is_taken(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def _is_taken(self, part: str) -> bool:
        return part in self or rels_name(part) in self or bool(self.sources_of(part))

    # -- relationships ------------------------------------------------------------------------

    def rels(self, part: str) -> list[Relationship]:
        """Arrows that start at `part` ("" is the package), targets resolved to part names."""
        return list(self._arrows(part))

    def _arrows(self, part: str) -> list[Relationship]:
        """The same; as long as nobody writes them the same list."""
        name = rels_name(part)
        if name not in self:
            return []
        seen = self._rels_cache.get(part_key(name))
        if seen is not None and part_key(name) in self._unwritten:
            return seen[1]
        data = self.read(name)
        if seen is None or seen[0] is not data:
            seen = (data, xmlparts.relationships(part, data))
            self._rels_cache[part_key(name)] = seen
        return seen[1]

    def related(self, part: str, kind: str) -> list[Relationship]:
        """Internal arrows of `part` whose type ends in `kind` and whose target exists."""
        return [
            rel for rel in self.rels(part) if rel.kind == kind and not rel.external and rel.target in self
        ]

    def sources_of(self, target: str) -> list[str]:
        """Parts with an arrow to `target`."""
        wanted = part_key(target)
        holders = (name for name in self.parts if name.endswith(".rels"))
        return [rels_source(name) for name in holders if wanted in self._ends(name)]

    def _ends(self, name: str) -> frozenset[str]:
        """Keys of the parts to which the arrows in a relationships part lead."""
        arrows = self._arrows(rels_source(name))
        seen = self._ends_cache.get(name)
        if seen is None or seen[0] is not arrows:
            seen = (arrows, frozenset(part_key(rel.target) for rel in arrows if not rel.external))
            self._ends_cache[name] = seen
        return seen[1]

    def add_relationship(self, part: str, kind: str, target: str, *, external: bool = False) -> str:
        """Add an arrow from `part` and return its id; `kind` is a full type or Office's last word."""
        name = rels_name(part)
        if name not in self:
            self.add(name, xmlparts.EMPTY_RELS, RELS_TYPE)
        there = self.rels(part)
        used = {rel.id for rel in there}
        rid = next(f"rId{number}" for number in range(1, len(used) + 2) if f"rId{number}" not in used)
        kind = kind if "/" in kind else xmlparts.OFFICE_REL + kind
        root = self.elements(name)
        read_back = xmlparts.add_arrow(root, part, Relationship(rid, kind, target, external))
        self.put_elements(name, root)
        self._rels_cache[part_key(name)] = (_UNWRITTEN, [*there, read_back])
        return rid

    def remove_relationship(self, part: str, rid: str) -> None:
        """Drop the arrow `rid` of `part`."""
        name = rels_name(part)
        self.replace(name, xmlparts.without_relationship(part, self.read(name), rid))

    # -- content types -------------------------------------------------------------------------

    def content_type(self, part: str) -> str | None:
        """The declared type of `part`: its Override, else the Default of its extension."""
        if part_key(TYPES) in self._edited:
            return self._content_types().declared(part)
        return xmlparts.declared_type(self.read(TYPES), part)

    def set_content_type(self, part: str, content_type: str) -> None:
        """Declare the type of `part`: media through a Default, everything else through an Override."""
        if self.content_type(part) == content_type:
            return
        types, extension = self._content_types(), part.rpartition(".")[2].lower()
        if extension not in ("xml", "bin") and types.declared(f"x.{extension}") is None:
            types.add_default(extension, content_type)
        else:
            types.drop_override(part)
            types.add_override(part, content_type)
        self.put_elements(TYPES, types.root)

    def _content_types(self) -> ContentTypes:
        root = self.elements(TYPES)
        if self._types is None or self._types.root is not root:
            self._types = ContentTypes(root)
        return self._types

    # -- parts that are edited again and again --------------------------------------------------

    def elements(self, part: str) -> etree._Element:
        """The root of a part, parsed once as long as nobody replaces it; whoever changes it puts it back."""
        key = part_key(part)
        if key not in self._unwritten:
            data = self.read(part)
            seen = self._edited.get(key)
            if seen is None or seen[0] is not data:
                self._edited[key] = (data, xmlparts.parse_xml(data, part))
        return self._edited[key][1]

    def put_elements(self, part: str, root: etree._Element) -> None:
        """Give a part the root that `elements` gave, changed; its bytes are made when somebody reads them."""
        key = self._known(part)
        self._edited[key] = (_UNWRITTEN, root)
        self._unwritten[key] = self._names[key]

    def _write_elements(self) -> None:
        while self._unwritten:
            key, part = self._unwritten.popitem()
            root = self._edited[key][1]
            self.replace(part, xmlparts.to_bytes(root))
            self._edited[key] = (self.read(part), root)

    # -- the workbook ---------------------------------------------------------------------------

    @property
    def workbook(self) -> WorkbookXml:
        """The workbook part: sheets, defined names, calculation."""
        return WorkbookXml(self)

    def shared_strings(self) -> list[str]:
        """The texts that cells of type `s` point to, by number; parsed anew at each call."""
        parts = [rel.target for rel in self.related(self.workbook_part, "sharedStrings")]
        return shared_strings(self.read(parts[0])) if parts else []

    def drop_calc_chain(self) -> None:
        """Forget the calculation order; Excel makes a new one. Needed after formulas changed."""
        for rel in self.related(self.workbook_part, "calcChain"):
            self.remove_relationship(self.workbook_part, rel.id)
            self.remove(rel.target)

    def save_bytes(self) -> bytes:
        """The file's bytes; exactly the original ones when nothing changed."""
        stream = io.BytesIO()
        self.write(stream)
        return stream.getvalue()

    def for_values(self, bare: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
        """The file's bytes for a reader of values: what the workbook points to, inflated as it is by now.

        Such a reader inflates everything again; large parts stay as they are stored.

        bare  what takes the place of parts: their content without what such a reader passes over
        """
        self._write_elements()
        if self._changed:
            return self.save_bytes()
        instead = {part_key(part): content for part, content in bare.items()}
        part = self.workbook_part
        needed = [TYPES, rels_name(""), part, rels_name(part), *(rel.target for rel in self.rels(part))]
        keys = dict.fromkeys(key for key in map(part_key, needed) if key in self._entries)
        return b"".join(zip_chunks(self._as_inflated(key, instead.get(key)) for key in keys))

    def _as_inflated(self, key: str, instead: bytes | None) -> ZipEntry:
        entry, (_, content) = self._entries[key], self._contents.get(key, (b"", b""))
        if instead is not None:
            crc, size = zlib.crc32(instead), len(instead)
            return entry._replace(
                flags=entry.flags & 0x800, method=STORED, crc=crc, size=size, payload=instead
            )
        if entry.size >= _LARGE or len(content) != entry.size:
            return entry
        return entry._replace(flags=entry.flags & 0x800, method=STORED, payload=content)

    def write(self, stream: BinaryIO) -> None:
        """Write the file; parts that did not change keep their stored bytes, order and dates."""
        self._write_elements()
        if not self._changed:
            stream.write(self._data)
            return
        for key, content in list(self._pending.items()):
            self._entries[key] = packed(self._entries.get(key), self._names[key], content)
            self._contents[key] = b"", self._pending.pop(key)
        entries = [self._entries[key] for key in self._names]
        if sum(len(entry.payload) for entry in entries) > 0xF0000000:
            raise CannotWrite("工作簿超过 4 GB，无法保存。", "The workbook exceeds 4 GB and cannot be saved.")
        write_zip(entries, stream)

    # -- opening ----------------------------------------------------------------------------------

    def _load(self, entries: list[ZipEntry]) -> None:
        for entry in entries:
            text, key = _named(entry.name, bool(entry.flags & 0x800))
            if text.endswith("/") and not entry.size:
                continue
            if key in self._names:
                raise refusals.damaged(text, "同名部件出现两次", "the same part is stored twice")
            self._names[key], self._entries[key] = text.lstrip("/"), entry
            head, rest = entry.pieces()
            if text.endswith((".xml", ".rels", ".vml")):
                xmlparts.refuse_doctype(head if len(head) > _BEGINNING else head + rest, text)
                self._contents[key] = head, rest

    def _find_workbook(self) -> str:
        if TYPES not in self:
            kinds = self.read("mimetype").decode("latin-1") if "mimetype" in self else ""
            raise refusals.foreign(kinds) or refusals.not_a_workbook("普通压缩包", "a plain zip archive")
        rels = [rel for rel in self.rels("") if rel.kind == "officeDocument" and not rel.external]
        if not rels:
            raise refusals.foreign(self.read(TYPES).decode("utf-8", "replace")) or refusals.damaged(
                "_rels/.rels"
            )
        part = self.find(rels[0].target)
        if part is None:
            raise refusals.damaged(rels[0].target, "缺少这个部件", "this part is missing")
        self._check_kind(part)
        return part

    def _check_kind(self, part: str) -> None:
        kind = self.content_type(part) or ""
        if refusals.STRICT in self.read(part)[:4096]:
            raise refusals.strict_workbook()
        if kind not in WORKBOOK_TYPES:
            raise refusals.foreign(kind) or refusals.not_a_workbook(
                f"其他内容（{kind}）", f"something else ({kind})"
            )

    def _known(self, part: str) -> str:
        if part not in self:
            raise KeyError(part)
        return part_key(part)
