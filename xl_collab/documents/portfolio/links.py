"""Links from the portfolio's workbook to the trackers: to a file beside it where that can be, and to a cell.

Letters of any script stay as they are, as Excel writes them; signs that mean something in an address do not.
What may not enter: what is linked.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from xl_collab.documents.portfolio.register import Target

_LONGEST, _LONGEST_PLACE = 2000, 255
"""Excel takes 2,079 signs of an address, 255 of a place in the file."""
_SIGNS = str.maketrans({sign: f"%{ord(sign):02X}" for sign in '%"<>[]^`{}#?| '})
# XlsxWriter escapes an address only where nothing in it looks escaped already: these are all that it would.


class Links:
    """The links of one workbook that lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, str] = {}

    def to(self, target: Target | None) -> str:
        """The link to a file and cell, in XlsxWriter's words; '' for one that Excel could not hold."""
        if target is None or not target.path:
            return ""
        address, place = self._address(target.path), _place(target)
        fits = address and len(address) <= _LONGEST and len(place) <= _LONGEST_PLACE
        return f"external:{address}{place}" if fits else ""

    def _address(self, path: str) -> str:
        if path not in self._known:
            self._known[path] = _address(path, self.folder)
        return self._known[path]


def _address(path: str, folder: Path) -> str:
    """Relative where the file is on the same drive, else the whole path; '' for one that cannot stand."""
    if not path.isprintable() or (os.sep == "/" and "\\" in path):
        return ""
    whole, here = str((folder / path).absolute()), str(folder.absolute())
    with contextlib.suppress(ValueError):  # on another drive the whole path stays
        # relpath alone knows the way up through other folders.
        whole = os.path.relpath(whole, here)
    return whole.translate(_SIGNS)


def _place(target: Target) -> str:
    if not target.tab:
        return ""
    quoted = target.tab.replace("'", "''")
    return f"#'{quoted}'!{target.cell or 'A1'}"
