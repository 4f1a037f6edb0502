"""Small XML parts and the arrows between parts: parsing, writing, resolving names.

Pure functions on bytes and names. Big parts (worksheets) are never parsed here: see sheetxml.py.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from lxml import etree

from xl_collab.hosts.ooxml import refusals
from xl_collab.patterns import lazy

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DOC_RELS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
OFFICE_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_DOCTYPE = lazy(rb"\A(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.S)
EMPTY_RELS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """One arrow from a part: `target` is a part name, or the address when `external`.

    A place in the same file (`#Sheet1!A1`, links of pictures) stays as it is written.
    """

    id: str
    type: str
    target: str
    external: bool = False

    @property
    def kind(self) -> str:
        """The last word of the type: worksheet, drawing, hyperlink…"""
        return self.type.rpartition("/")[2]


def refuse_doctype(data: bytes, part: str) -> None:
    """DamagedWorkbook when the part declares a DOCTYPE: entities are how small XML explodes."""
    if _DOCTYPE.match(data, 0, 65_536):
        raise refusals.damaged(part, "含有 DOCTYPE", "it carries a DOCTYPE")


def parse_xml(data: bytes, part: str) -> etree._Element:
    """The root of a small part; DamagedWorkbook when it is not well-formed or carries a DOCTYPE."""
    refuse_doctype(data, part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refusals.damaged(part, "不是有效的 XML", "it is not well-formed XML") from error
    if root.getroottree().docinfo.doctype:
        raise refusals.damaged(part, "含有 DOCTYPE", "it carries a DOCTYPE")
    return root


def to_bytes(root: etree._Element) -> bytes:
    """Serialise as Office does: UTF-8, standalone declaration; prefixes stay as they were read."""
    text: bytes = etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)
    return text


def insert_ordered(parent: etree._Element, child: etree._Element, order: tuple[str, ...]) -> None:
    """Put `child` where the schema's `order` of local names wants it."""
    rank = order.index(etree.QName(child).localname)
    later = set(order[rank + 1 :])
    for index, item in enumerate(parent):
        if isinstance(item.tag, str) and etree.QName(item).localname in later:
            parent.insert(index, child)
            return
    parent.append(child)


# -- part names ---------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def part_key(name: str) -> str:
    """Part names are equal when their keys are: case and the kind of slash do not count."""
    return name.replace("\\", "/").lstrip("/").casefold()


@lru_cache(maxsize=4096)
def rels_name(part: str) -> str:
    """The relationships part of `part` ("" is the package itself)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def rels_source(name: str) -> str:
    """The part whose arrows the relationships part `name` holds."""
    folder, file = posixpath.split(name)
    return posixpath.join(posixpath.dirname(folder), file[: -len(".rels")])


def resolve(part: str, target: str) -> str:
    """The part that `target`, as written in the relationships of `part`, means."""
    if target.startswith("#"):
        return target
    target = unquote(target.replace("\\", "/").partition("#")[0])
    if target.startswith("/"):
        return posixpath.normpath(target).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target)).lstrip("/")


def relative(part: str, target: str) -> str:
    """How the relationships of `part` write the part `target`."""
    return posixpath.relpath("/" + target, "/" + posixpath.dirname(part))


# -- relationships and content types as bytes ------------------------------------------------------


def relationships(part: str, data: bytes) -> list[Relationship]:
    """The arrows in a relationships part that belongs to `part`."""
    return list(_relationships(part, data))


@lru_cache(maxsize=256)  # files of one program have the same small parts
def _relationships(part: str, data: bytes) -> tuple[Relationship, ...]:
    root = parse_xml(data, rels_name(part))
    return tuple(_relationship(part, item) for item in root.iter(f"{PACKAGE_REL}Relationship"))


def _relationship(part: str, item: etree._Element) -> Relationship:
    target, external = item.get("Target", ""), item.get("TargetMode") == "External"
    if not external:
        target = resolve(part, target)
    return Relationship(item.get("Id", ""), item.get("Type", ""), target, external)


def with_relationship(part: str, data: bytes, rel: Relationship) -> bytes:
    """The relationships part of `part` with one more arrow."""
    root = parse_xml(data, rels_name(part))
    add_arrow(root, part, rel)
    return to_bytes(root)


def add_arrow(root: etree._Element, part: str, rel: Relationship) -> Relationship:
    """Put one more arrow into the relationships of `part`; returns it as it is read back."""
    item = etree.SubElement(root, f"{PACKAGE_REL}Relationship", Id=rel.id, Type=rel.type)
    inside = not rel.external and not rel.target.startswith("#")
    item.set("Target", quote(relative(part, rel.target)) if inside else rel.target)
    if rel.external:
        item.set("TargetMode", "External")
    return _relationship(part, item)


def without_relationship(part: str, data: bytes, rid: str) -> bytes:
    """The relationships part of `part` without the arrow `rid`."""
    root = parse_xml(data, rels_name(part))
    for item in [item for item in root if item.get("Id") == rid]:
        root.remove(item)
    return to_bytes(root)


@lru_cache(maxsize=256)
def declared_type(types: bytes, part: str) -> str | None:
    """The declared type of `part`: its Override, else the Default of its extension."""
    return ContentTypes(parse_xml(types, "[Content_Types].xml")).declared(part)


class ContentTypes:
    """Content types that were parsed, their overrides found by part."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._overrides: dict[str, list[etree._Element]] = {}
        for item in root.iter(f"{_CT}Override"):
            self._overrides.setdefault(part_key(unquote(item.get("PartName", ""))), []).append(item)

    def declared(self, part: str) -> str | None:
        """As `declared_type`."""
        for item in self._overrides.get(part_key(part), ()):
            return str(item.get("ContentType"))
        extension = part.rpartition(".")[2].lower()
        for item in self.root.iter(f"{_CT}Default"):
            if item.get("Extension", "").lower() == extension:
                return str(item.get("ContentType"))
        return None

    def add_override(self, part: str, content_type: str) -> None:
        """Put an Override for `part` in."""
        item = etree.SubElement(
            self.root, f"{_CT}Override", PartName="/" + quote(part, safe="/!$&'()*+,;=:@~")
        )
        item.set("ContentType", content_type)
        self._overrides.setdefault(part_key(part), []).append(item)

    def add_default(self, extension: str, content_type: str) -> None:
        """Put a Default for `extension` in."""
        self.root.insert(0, etree.Element(f"{_CT}Default", Extension=extension, ContentType=content_type))

    def drop_override(self, part: str) -> bool:
        """Take the Override of `part` out; False when there was none."""
        gone = self._overrides.pop(part_key(part), [])
        for item in gone:
            self.root.remove(item)
        return bool(gone)
