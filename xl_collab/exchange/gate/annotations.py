"""Words of a workbook that stand in no cell: notes, threaded comments, shapes, charts, headers and footers.

Runs in the child process only. A part that cannot be read is told as one that cannot be read; it is never a
reason to refuse a reply. What may not enter: which words were there before (exchange/remarks.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import islice

from lxml import etree

from xl_collab.a1 import column_letters
from xl_collab.hosts.ooxml.celltext import office_unescape
from xl_collab.hosts.ooxml.package import Package
from xl_collab.hosts.ooxml.workbookxml import SheetInfo

MOST = 1000
"""Annotations that are told one by one."""
UNREAD = "unread"

_LARGEST = 8 << 20
"""Bytes of a part that is looked at: ten thousand notes."""
_LONGEST = 32_767

Found = tuple[str, str, str, str, str, str]
"""Kind (one of gate.Annotation), tab, cell, words, author, and UNREAD for a part that could not be read."""
Piece = tuple[str, str, str, str]
"""Kind, cell, words, author."""

_PLACEHOLDER = re.compile(r"tc=\{[0-9A-Fa-f-]{36}\}")
_HEADER = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)(?:\s[^>]*)?>([^<]+)<")
_CODE = re.compile(r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d{2}[+-]\d{3})|&\d+|&[A-JL-Za-jl-z]')
_UNCLOSED = re.compile(rb"<(br|BR|hr)\s*>")
_PAGE_WORDS = re.compile(r"(?:page|of|第|页|共|[\s\d/\-—.,:])*", re.IGNORECASE)


def annotations_of(package: Package) -> list[Found]:
    """Everything that the sheets carry besides cells, sheet by sheet; at most MOST of it."""
    found: list[Found] = []
    people = _people(package)
    for info in package.workbook.sheets:
        if info.part and info.part in package and len(found) < MOST:
            for kind, reader in _READERS:
                found += _guarded(kind, reader, package, info, people)
    return found[:MOST]


def _guarded(
    kind: str, reader: Reader, package: Package, info: SheetInfo, people: dict[str, str]
) -> list[Found]:
    """What one reader finds on one sheet, and that it could not read on."""
    found: list[Found] = []
    try:
        for what, at, words, author in islice(reader(package, info.part, people), MOST):
            if words.strip():
                found.append((what, info.name, at, words.strip()[:_LONGEST], author.strip()[:100], ""))
    except MemoryError:
        raise
    except Exception:  # whatever such a part holds: the cells are read all the same
        found.append((kind, info.name, "", "", "", UNREAD))
    return found


def _root(package: Package, part: str, *, loose: bool = False) -> etree._Element:
    """The root of a part; `loose` for old drawings, which hold HTML that is not closed."""
    data = package.read(part)
    if len(data) > _LARGEST:
        raise ValueError("too big")
    if loose:
        data = _UNCLOSED.sub(rb"<\1/>", data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=loose)
    root = etree.fromstring(data, parser)
    if root is None:
        raise ValueError("no root")
    return root


def _local(item: etree._Element) -> str:
    return etree.QName(item).localname if isinstance(item.tag, str) else ""


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from root.iter(f"{{*}}{name}")


def _attribute(item: etree._Element, name: str) -> str:
    """An attribute whatever its namespace: r:id."""
    return next((text for key, text in item.attrib.items() if etree.QName(key).localname == name), "")


# -- notes and threads --------------------------------------------------------------------------------


def _people(package: Package) -> dict[str, str]:
    """Names of the persons who take part in threads, by id; none when their list cannot be read."""
    found: dict[str, str] = {}
    try:
        for rel in package.related(package.workbook_part, "person"):
            for item in _all(_root(package, rel.target), "person"):
                found[item.get("id", "").upper()] = item.get("displayName", "")
    except MemoryError:
        raise
    except Exception:  # the words count, not the names
        return found
    return found


def _threads(package: Package, part: str, people: dict[str, str]) -> Iterator[Piece]:
    for rel in package.related(part, "threadedComment"):
        for item in _all(_root(package, rel.target), "threadedComment"):
            text = next(item.iterchildren("{*}text"), None)
            words = "" if text is None else "".join(text.itertext())
            yield "thread", item.get("ref", ""), words, people.get(item.get("personId", "").upper(), "")


def _notes(package: Package, part: str, _: dict[str, str]) -> Iterator[Piece]:
    threaded = bool(package.related(part, "threadedComment"))
    for rel in package.related(part, "comments"):
        root = _root(package, rel.target)
        authors = ["".join(item.itertext()) for item in _all(root, "author")]
        for item in _all(root, "comment"):
            number = item.get("authorId", "")
            author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
            words = _comment_text(item)
            if not _PLACEHOLDER.match(author):
                yield "note", item.get("ref", ""), _without_author(words, author), author
            elif not threaded:  # a program that knows no threads has kept what stands in their place
                for said in _of_placeholder(words):
                    yield "thread", item.get("ref", ""), said, ""


def _comment_text(item: etree._Element) -> str:
    """The characters of a note; phonetic guides are no part of it."""
    texts = (text for text in _all(item, "t") if all(_local(up) != "rPh" for up in text.iterancestors()))
    return office_unescape("".join(text.text or "" for text in texts))


def _without_author(words: str, author: str) -> str:
    """Excel begins a note with its author's name."""
    rest = words.lstrip().removeprefix(author) if author else words
    return rest[1:] if author and rest != words and rest[:1] in (":", "：") else words


def _of_placeholder(words: str) -> Iterator[str]:
    """The indented lines of the note that stands for a thread; each run of them is what one person said."""
    said: list[str] = []
    for line in [*words.splitlines(), ""]:
        if line.startswith("    "):
            said.append(line.strip())
        elif said:
            yield "\n".join(said)
            said = []


# -- drawings ----------------------------------------------------------------------------------------


def _drawings(package: Package, part: str, _: dict[str, str]) -> Iterator[Piece]:
    for rel in package.related(part, "drawing"):
        for anchor in _root(package, rel.target):
            at = _anchor(anchor)
            for item in _shapes(anchor):
                yield from _shape(package, rel.target, item, at)


def _anchor(anchor: etree._Element) -> str:
    """The cell at which a drawing begins; '' when it floats."""
    start = next(anchor.iterchildren("{*}from"), None)
    numbers = [] if start is None else [start.findtext(f"{{*}}{name}", "") for name in ("col", "row")]
    return _cell(*numbers) if len(numbers) == 2 else ""


def _cell(column: str, row: str) -> str:
    if not column.strip().isdecimal() or not row.strip().isdecimal() or len(column + row) > 14:
        return ""
    return f"{column_letters(int(column) + 1)}{int(row) + 1}"


def _shapes(item: etree._Element) -> Iterator[etree._Element]:
    """Shapes, pictures and frames in it, in groups too; of alternatives the first that has one."""
    if _local(item) in ("sp", "pic", "graphicFrame", "contentPart"):
        yield item
    elif _local(item) == "AlternateContent":
        choices = (list(_shapes(choice)) for choice in item if isinstance(choice.tag, str))
        yield from next((found for found in choices if found), [])
    else:
        for child in item:
            yield from _shapes(child)


def _shape(package: Package, part: str, item: etree._Element, at: str) -> Iterator[Piece]:
    kind = _local(item)
    if kind == "sp" and not item.get("textlink"):  # a text that is linked shows a cell
        box = next(_all(item, "cNvSpPr"), None)
        name = "textbox" if box is not None and box.get("txBox") in ("1", "true") else "shape"
        yield name, at, "\n".join(_body(body) for body in _all(item, "txBody")), ""
    elif kind in ("pic", "contentPart"):
        named = next(_all(item, "cNvPr"), None)
        alternative = "" if named is None else named.get("descr") or named.get("title") or ""
        yield "picture", at, alternative or "—", ""
    elif kind == "graphicFrame":
        for frame in item.iter("{*}chart", "{*}relIds"):
            yield from _frame(package, part, _attribute(frame, "id") or _attribute(frame, "dm"), at)


def _body(body: etree._Element) -> str:
    """The paragraphs of a shape's text."""
    lines = []
    for paragraph in _all(body, "p"):
        pieces = ["\n" if _local(i) == "br" else i.text or "" for i in paragraph.iter("{*}t", "{*}br")]
        lines.append("".join(pieces))
    return "\n".join(lines)


def _frame(package: Package, part: str, rid: str, at: str) -> Iterator[Piece]:
    """Texts that people typed into a chart or a diagram."""
    targets = [rel.target for rel in package.rels(part) if rel.id == rid and not rel.external]
    for target in targets:
        if target in package:
            root = _root(package, target)
            diagram = _local(root) == "dataModel"
            for text in _all(root, "t" if diagram else "rich"):
                yield ("shape" if diagram else "chart"), at, _body(text), ""
            for rel in package.related(target, "chartUserShapes"):
                for item in _shapes(_root(package, rel.target)):
                    yield from _shape(package, rel.target, item, at)


def _controls(package: Package, part: str, people: dict[str, str]) -> Iterator[Piece]:
    """Texts of old drawings (VML): captions of buttons, boxes of old programs; notes are read elsewhere."""
    told = {" ".join(words.split()) for _, _, words, _ in _quietly(_drawings, package, part, people)}
    for rel in package.related(part, "vmlDrawing"):
        for box in _all(_root(package, rel.target, loose=True), "textbox"):
            shape = box.getparent()
            data = None if shape is None else next(shape.iterchildren("{*}ClientData"), None)
            words = "".join(box.itertext())
            if (data is None or data.get("ObjectType") != "Note") and " ".join(words.split()) not in told:
                yield "control", _vml_anchor(data), words, ""


def _quietly(reader: Reader, package: Package, part: str, people: dict[str, str]) -> list[Piece]:
    """What a reader finds, or nothing: its own turn tells what is wrong."""
    try:
        return list(reader(package, part, people))
    except MemoryError:
        raise
    except Exception:  # told where the drawing itself is read
        return []


def _vml_anchor(data: etree._Element | None) -> str:
    text = "" if data is None else data.findtext("{*}Anchor", "")
    numbers = [piece.strip() for piece in text.split(",")]
    return _cell(numbers[0], numbers[2]) if len(numbers) == 8 else ""


# -- headers and footers -------------------------------------------------------------------------------


def _headers(package: Package, part: str, _: dict[str, str]) -> Iterator[Piece]:
    data = package.read(part)
    end = max(data.rfind(b"sheetData>"), data.rfind(b"sheetData/>"), 0)
    told = set()
    for match in _HEADER.finditer(data, end):
        words = _CODE.sub(" ", unescape(match[1].decode("utf-8", "replace")).replace("&&", "＆")).strip()
        if words not in told and not _PAGE_WORDS.fullmatch(words):
            told.add(words)
            yield "header", "", " ".join(words.split()), ""


Reader = Callable[[Package, str, dict[str, str]], Iterator[Piece]]
_READERS: tuple[tuple[str, Reader], ...] = (
    ("note", _notes),
    ("thread", _threads),
    ("shape", _drawings),
    ("control", _controls),
    ("header", _headers),
)
