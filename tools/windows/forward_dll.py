"""Write a 64-bit Windows DLL that only forwards: forward_dll.py OUT.dll NAME=MODULE.FUNCTION …

Wine 8 lacks bcryptprimitives.dll, which has one function that another DLL of Wine's does as well. An export
that forwards needs no code: a DLL is then a header and one section, the export directory (Microsoft's PE/COFF
specification, "The .edata Section").
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from pathlib import Path

_SECTION = 0x1000
"""Where the one section lies in memory, and its alignment there."""
_BLOCK = 0x200
_DIRECTORY = 40
_IMAGE = 0x180000000


def exports(dll: str, forwards: Mapping[str, str]) -> bytes:
    """The section .edata: each name of `forwards` leads to a function of another DLL."""
    names = sorted(forwards)  # the loader looks names up by halves
    strings, where = b"", {}
    for text in (dll, *names, *(forwards[name] for name in names)):
        where[text] = _SECTION + _DIRECTORY + 10 * len(names) + len(strings)
        strings += text.encode("ascii") + b"\0"
    at = [_SECTION + _DIRECTORY + 4 * len(names) * n for n in range(3)]
    directory = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, where[dll], 1, len(names), len(names), *at)
    functions = b"".join(struct.pack("<I", where[forwards[name]]) for name in names)
    pointers = b"".join(struct.pack("<I", where[name]) for name in names)
    ordinals = b"".join(struct.pack("<H", n) for n in range(len(names)))
    return directory + functions + pointers + ordinals + strings


def forwarding_dll(dll: str, forwards: Mapping[str, str]) -> bytes:
    """The whole file, for x86-64."""
    section = exports(dll, forwards)
    raw = -(-len(section) // _BLOCK) * _BLOCK
    memory = -(-len(section) // _SECTION) * _SECTION
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    # machine x86-64, one section, 240 bytes of optional header, "a DLL for large addresses"
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    standard = struct.pack("<HBBIIIII", 0x20B, 0, 0, 0, raw, 0, 0, _SECTION)
    windows = struct.pack(
        "<QIIHHHHHHIIIIHHQQQQII",
        *(_IMAGE, _SECTION, _BLOCK, 6, 0, 0, 0, 6, 0, 0, _SECTION + memory, _BLOCK, 0, 2, 0x100),
        *(0x100000, 0x1000, 0x100000, 0x1000, 0, 16),
    )
    directories = struct.pack("<II", _SECTION, len(section)) + bytes(8 * 15)
    table = struct.pack(
        "<8sIIIIIIHHI", b".edata", len(section), _SECTION, raw, _BLOCK, 0, 0, 0, 0, 0x40000040
    )
    header = (dos + coff + standard + windows + directories + table).ljust(_BLOCK, b"\0")
    return header + section.ljust(raw, b"\0")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_bytes(forwarding_dll(target.name, dict(word.split("=", 1) for word in sys.argv[2:])))
