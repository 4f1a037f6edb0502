"""An UNO type library (.rdb) with one interface, written without LibreOffice's SDK.

The format ("UNOIDL" followed by FF 00) is LibreOffice's own since 4.1: little-endian numbers; names inside
an entity are length-prefixed, or a reference (top bit set) to where the same name was written before; each
module is a sorted table of offsets to name and entity. A test compares with what LibreOffice reads back.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_MAGIC = b"UNOIDL\xff\x00"
_AGAIN = 0x80000000
_MODULE, _INTERFACE, _IN = 0, 5, 0
_BASE = "com.sun.star.uno.XInterface"


@dataclass(frozen=True, slots=True)
class Method:
    """One method that takes [in] parameters, (name, type) each, and gives `result`."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    result: str = "any"


class _Writer:
    def __init__(self) -> None:
        self.data = bytearray(_MAGIC + bytes(8))
        self._written: dict[str, int] = {}

    def number(self, value: int) -> None:
        self.data += struct.pack("<I", value)

    def name(self, text: str) -> None:
        """A name within an entity."""
        if text in self._written:
            self.number(self._written[text] | _AGAIN)
            return
        self._written[text] = len(self.data)
        self.number(len(text))
        self.data += text.encode("ascii")

    def key(self, text: str) -> int:
        """The name of an entity, ending with 0; its place."""
        at = len(self.data)
        self.data += text.encode("ascii") + b"\0"
        return at

    def interface(self, methods: Sequence[Method]) -> int:
        at = len(self.data)
        self.data.append(_INTERFACE)
        self.number(1)
        self.name(_BASE)
        self.number(0)  # optional bases
        self.number(0)  # attributes
        self.number(len(methods))
        for method in methods:
            self._method(method)
        return at

    def _method(self, method: Method) -> None:
        self.name(method.name)
        self.name(method.result)
        self.number(len(method.parameters))
        for name, kind in method.parameters:
            self.data.append(_IN)
            self.name(name)
            self.name(kind)
        self.number(0)  # exceptions


def type_library(name: str, methods: Sequence[Method]) -> bytes:
    """The library with the interface `name` (module.Interface)."""
    *modules, interface = name.split(".")
    out = _Writer()
    entity = out.interface(methods)
    label = out.key(interface)
    for module in reversed(modules):
        at = len(out.data)
        out.data.append(_MODULE)
        out.number(1)
        out.number(label)
        out.number(entity)
        entity, label = at, out.key(module)
    root = len(out.data)
    out.number(label)
    out.number(entity)
    out.data[8:16] = struct.pack("<II", root, 1)
    return bytes(out.data)
