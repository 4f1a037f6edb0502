"""Values as the characters between `<c …` and `</c>`, and back.

A *body* here is all of a cell element behind its address and style: ` t="b"><v>1</v></c>`, `><v>5</v></c>`
or `/>` for a blank cell. What may not enter: rows, sheets, styles, packages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from xl_collab.hosts.ooxml.sheetlayout import utf8
from xl_collab.patterns import lazy

# What XML 1.0 cannot carry, and carriage returns (parsers turn them into line feeds), in Office's spelling.
_ILLEGAL = lazy("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = lazy("_x([0-9A-Fa-f]{4})_")
_ENTITY = lazy(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
)
_NO_TEXT = (b' t="e"', b' t="d"')  # errors and ISO dates spell like text, but are none
_REMEMBERED = 50_000
Value = str | bool | int | float | None


def office_escape(text: str) -> str:
    """`text` with characters that XML cannot carry written as `_xHHHH_`, and such spellings protected."""
    if text.isprintable() and "_x" not in text:
        return text
    return _ILLEGAL.sub(lambda match: "_x%04X_" % ord(match[0]), text)  # noqa: UP031


def office_unescape(text: str) -> str:
    """The text that `office_escape` was given."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def xml_escape(text: str) -> str:
    """`text` for element content."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def xml_unescape(text: str) -> str:
    """Element content or attribute text as characters."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    number = int(match[1], 16) if match[1] else int(match[2])
    return chr(number) if number < 0x110000 else "\ufffd"


def number_text(value: float) -> str:
    """A number as Office writes it: shortest digits that read back the same."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def text_element(text: str, prefix: str = "") -> str:
    """`<t>` with `text`; leading and trailing blanks and line breaks survive."""
    escaped = xml_escape(office_escape(text))
    keep = ' xml:space="preserve"' if escaped != escaped.strip() or "\n" in escaped else ""
    return f"<{prefix}t{keep}>{escaped}</{prefix}t>"


def plain(value: object) -> Value:
    """A Python or numpy scalar as one of the five kinds of cell value; NaN and NaT are blank."""
    if value is None or type(value) in (str, bool, int):
        return value  # type: ignore[return-value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if value != value:  # pandas' own missing values are unequal to themselves
        return None
    raise TypeError(f"a cell cannot hold {type(value).__name__}; give dates as serial numbers")


class BodyWriter:
    """Renders bodies for one namespace prefix (almost always none); equal values are rendered once."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._bodies: dict[Value, bytes] = {}
        self._results: dict[Value, tuple[bytes, bytes]] = {}

    def value(self, value: Value) -> bytes:
        """The body of a cell that holds `value`; "" is a blank cell."""
        if value is True or value is False:  # equal to 1 and 0 as keys
            return self._rendered(value)
        body = self._bodies.get(value)
        if body is None:
            body = self._rendered(value)
            if len(self._bodies) < _REMEMBERED:
                self._bodies[value] = body
        return body

    def _rendered(self, value: Value) -> bytes:
        p = self.prefix
        if value is None or value == "":
            return b"/>"
        if isinstance(value, str):
            return f' t="inlineStr"><{p}is>{text_element(value, p)}</{p}is></{p}c>'.encode()
        kind, text = cached(value)
        mark = f' t="{kind}"' if kind else ""
        return f"{mark}><{p}v>{text}</{p}v></{p}c>".encode()

    def result(self, value: Value) -> tuple[bytes, bytes]:
        """What stands before and behind `<f>` in the body of a formula cell with the result `value`."""
        if value is True or value is False:
            return self._split(value)
        parts = self._results.get(value)
        if parts is None:
            parts = self._split(value)
            if len(self._results) < _REMEMBERED:
                self._results[value] = parts
        return parts

    def _split(self, value: Value) -> tuple[bytes, bytes]:
        kind, text = cached(value)
        mark = f' t="{kind}">' if kind else ">"
        return mark.encode(), f"<{self.prefix}v>{text}</{self.prefix}v></{self.prefix}c>".encode()


def cached(value: Value) -> tuple[str, str]:
    """The cell type and the text of `<v>` for a formula's result."""
    if value is None:
        return "str", ""
    if isinstance(value, str):
        return ("e", value) if value in ERRORS else ("str", xml_escape(office_escape(value)))
    if value is True or value is False:
        return "b", str(int(value))
    if isinstance(value, float) and math.isinf(value):
        return "e", "#NUM!"
    return "", number_text(value)


class BodyReader:
    """Reads bodies back, to leave a cell alone that already says what we would write."""

    def __init__(self, prefix: str, shared_strings: Sequence[str] | None) -> None:
        p = re.escape(prefix)
        self._strings = shared_strings
        self._type = re.compile(r'^ t="(\w+)"')
        self._v = re.compile(rf"<{p}v(?: [^>]*)?>([^<]*)</{p}v>")
        self._t = re.compile(rf"<{p}t(?: [^>]*)?>([^<]*)</{p}t>")
        self._number = f"><{prefix}v>".encode()
        self._shared = f' t="s"><{prefix}v>'.encode()
        self._end = f"</{prefix}v></{prefix}c>".encode()
        self._empty = f"<{prefix}v></{prefix}v>".encode()
        self.formula_tag = f"<{prefix}f".encode()
        self._phonetic = re.compile(rf"<{p}rPh\b.*?</{p}rPh>", re.S)

    def value(self, body: bytes) -> Value:
        """The value in `body`; for a formula cell its cached result. Rich text gives its plain text."""
        text = body.decode("utf-8", "replace")
        mark = self._type.match(text)
        kind = mark[1] if mark else "n"
        if kind == "inlineStr":
            runs = self._t.findall(self._phonetic.sub("", text))
            return office_unescape(xml_unescape("".join(runs)))
        found = self._v.search(text)
        return None if found is None else self._typed(kind, xml_unescape(found[1]))

    def _typed(self, kind: str, raw: str) -> Value:
        if kind == "s":
            return self._string(raw)
        if kind in ("str", "e", "d"):
            return office_unescape(raw)
        if kind == "b":
            return raw.strip() in ("1", "true")
        try:
            return float(raw)
        except ValueError:
            return None

    def _string(self, raw: str | bytes) -> Value:
        index = int(raw) if raw.strip().isdigit() else -1
        if self._strings is None or not 0 <= index < len(self._strings):
            return f"\0shared {index}"  # equal to no text that a cell can hold
        return self._strings[index]

    def holds(self, body: bytes, value: Value) -> bool:
        """Whether `body` is no formula and shows `value` (1 and 1.0 are the same number, TRUE is none)."""
        quick = self.number(body)
        if quick is not None:
            return quick == value and not isinstance(value, bool)
        if body.startswith(self._shared):
            if self._strings is None or not isinstance(value, str):
                return False
            return self._string(body[len(self._shared) : -len(self._end)]) == value
        if self.formula_tag in body or body.startswith(_NO_TEXT):
            return False
        there = self.value(body)
        return same(None if there == "" else there, None if value == "" else value)

    def number(self, body: bytes) -> float | None:
        """The number when the body is `><v>…</v></c>` and nothing else: nine of ten cells."""
        if not body.startswith(self._number):
            return None
        try:
            return float(body[len(self._number) : -len(self._end)])
        except ValueError:
            return None

    def shows(self, body: bytes, value: Value) -> bool:
        """Whether the body of a formula cell, its `<f>` taken out, carries `value` as its cached result."""
        quick = self.number(body)
        if quick is not None:
            return same(quick, value)
        there = self.value(body)
        if there is None:
            return (value is None or value == "") and self._empty in body
        return same(there, "" if value is None else value)


def same(one: Value, other: Value) -> bool:
    """Equal as Excel sees it: 1 is 1.0, but TRUE is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one == other


_STRING_ITEM = lazy(rb"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si>)", re.S)
_USUAL_ITEM = lazy(rb'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t></si>|(.*?)</si>)', re.S)
_ANY_ITEM = lazy(rb"<(?:[\w.-]+:)?si[\s/>]")
_STRING_TEXT = lazy(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?(?<!/)>([^<]*)</")
_PHONETIC = lazy(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.S)


def shared_strings(xml: bytes) -> list[str]:
    """All shared strings as plain text (runs joined, phonetic guides left out)."""
    xml = utf8(xml)
    found = _USUAL_ITEM.findall(xml)
    if not _all_found(xml, len(found)) or b"&#" in xml or b"_x" in xml or b"\0" in xml:
        return [_plain_string(match[1] or b"") for match in _STRING_ITEM.finditer(xml)]
    # None of them can hold the separator: all are decoded at once.
    texts = [_runs(runs) if runs else text for text, runs in found]
    return xml_unescape(b"\0".join(texts).decode("utf-8", "replace")).split("\0") if texts else []


def _all_found(xml: bytes, count: int) -> bool:
    """Whether there are `count` items in all, counted quickly where nothing else looks like one."""
    return count == xml.count(b"<si") + xml.count(b":si") or count == len(_ANY_ITEM.findall(xml))


def _plain_string(item: bytes) -> str:
    return office_unescape(xml_unescape(_runs(item).decode("utf-8", "replace")))


def _runs(item: bytes) -> bytes:
    """The escaped text of all runs of an item."""
    if b"rPh" in item:
        item = _PHONETIC.sub(b"", item)
    return b"".join(_STRING_TEXT.findall(item))
