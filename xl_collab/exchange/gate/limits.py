"""How big, how many, how long: every bound that a returned file or mail has to keep."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds for one returned workbook. The defaults suit mail: attachments end at 20–50 MB.

    Sizes are bytes counted while unpacking; what a header promises is never believed.
    """

    file_bytes: int = 50 * MB
    entries: int = 1000
    part_bytes: int = 64 * MB
    total_bytes: int = 256 * MB
    ratio: int = 100
    """Most bytes that one packed byte may unpack to, once a part exceeds `ratio_from`: tables reach 60."""
    ratio_from: int = MB
    depth: int = 200
    """Deepest nesting of XML elements: Office stays below 60, parsers overflow in the thousands."""
    sheets: int = 256
    names: int = 20_000
    rules: int = 20_000
    """Most data validations or conditional formats on one sheet."""
    styles: int = 65_536
    """Excel itself stops at 65,490 cell formats."""
    cells: int = 1_500_000
    """Most cells in the file, blank formatted ones included."""
    filled: int = 400_000
    """Most cells with content: some 15,000 rows of a whole tracker, read in 3 to 4 seconds."""
    rows: int = 200_000
    """Last sheet row that may have content; formats may go on below it."""
    strings: int = 500_000
    merged_area: int = 200_000
    """Most cells that one merged range or hyperlink may cover: readers copy it into each of them."""
    merges: int = 50_000
    seconds: float = 60.0
    """Wall clock of the reading process; generous: no good reply is refused for a busy computer."""
    cpu_seconds: int = 8
    memory: int = 512 * MB
    output: int = 128 * MB
    """Most bytes that the reading process may answer with."""


@dataclass(frozen=True)
class MailLimits:
    """Bounds for one .eml file; base64 makes attachments a third bigger than they are."""

    file_bytes: int = 70 * MB
    lines: int = 1_200_000
    header_bytes: int = 256 * 1024
    """Most bytes of headers before a body: reading hostile headers takes quadratic time."""
    parts: int = 100
    depth: int = 8
    attachments: int = 20
    attachment_bytes: int = 50 * MB
    shown_name: int = 80
    """Longest attachment name that is shown to people, in characters."""


USUAL = Limits()
USUAL_MAIL = MailLimits()
