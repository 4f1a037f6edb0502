"""Bringing `uno` into this interpreter without the rest of the distribution's packages.

`uno` comes with the system's Python or with LibreOffice, not from PyPI (the packages called uno
and pyuno there are something else). It is imported with its folder on the path for that moment
only, and the `builtins.__import__` that it replaces is put back. Standard library only: the
bridge process uses this file too, under another Python.
"""

from __future__ import annotations

import builtins
import os
import sys
from pathlib import Path
from types import ModuleType

PLACES = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib64/python3/site-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice/program",
    "/Applications/LibreOffice.app/Contents/Resources",
    r"C:\Program Files\LibreOffice\program",
)
"""Folders that may hold the module uno; XL_COLLAB_UNO, if set, is looked at first."""


def import_uno() -> ModuleType:
    """The `uno` module; ImportError with every reason when no place has one for this interpreter."""
    if "uno" in sys.modules:
        return sys.modules["uno"]
    reasons = []
    named = os.environ.get("XL_COLLAB_UNO")
    for place in [None, *([named] if named else []), *PLACES]:
        if place is not None and not (Path(place) / "uno.py").is_file():
            continue
        try:
            return _imported(place)
        except Exception as error:  # an ABI mismatch may raise about anything
            sys.modules.pop("uno", None)
            reasons.append(f"{place or 'sys.path'}: {error}")
    raise ImportError("; ".join(reasons) or "no uno.py found")


def _imported(place: str | None) -> ModuleType:
    kept, path = builtins.__import__, list(sys.path)
    if place is not None:
        sys.path.append(place)
    try:
        import uno

        return uno
    finally:
        builtins.__import__ = kept
        sys.path[:] = path
