"""What is on paper: pages of a PDF, their words, and the sizes of their letters, as LibreOffice printed."""

from __future__ import annotations

import re
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_SIZE = re.compile(rb"/F\d+ ([\d.]+) Tf")
_UNSURE = 0.02
"""Points that rounding may take from a size."""


@dataclass(frozen=True)
class Printed:
    """One page: what it says, and the size in points of each run of letters."""

    text: str
    sizes: tuple[float, ...]

    @property
    def smallest(self) -> float:
        """The smallest size of a letter, in points."""
        return min(self.sizes) + _UNSURE


def pages(pdf: Path) -> list[Printed]:
    """The pages of a PDF that LibreOffice wrote."""
    shown = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True
    ).stdout.decode("utf-8")
    drawn = [_sizes(match[1]) for match in _STREAM.finditer(pdf.read_bytes())]
    found = [sizes for sizes in drawn if sizes]
    texts = shown.split("\f")[:-1]
    assert len(found) == len(texts)
    return [Printed(text, sizes) for text, sizes in zip(texts, found, strict=True)]


def _sizes(stream: bytes) -> tuple[float, ...]:
    """Sizes in a page's stream of drawing; none of any other stream."""
    try:
        drawn = zlib.decompress(stream)
    except zlib.error:
        return ()
    return tuple(float(size) for size in _SIZE.findall(drawn)) if drawn.startswith(b"0.1 w") else ()
