"""Recalculating workbooks from scratch in LibreOffice, for tests: cached values are taken out first."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

_CACHED = re.compile(rb"(</f>|<f>[^<]*</f>)<v(?:/>|>[^<]*</v>)")

Sheets = dict[str, dict[tuple[int, int], object]]


def without_results(package: bytes) -> bytes:
    """The package with every cached value of a formula taken out; at least one must go."""
    out, taken = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data, count = _CACHED.subn(rb"\1", data)
                taken += count
            new.writestr(name, data)
    assert taken, "the package has no cached values"
    return out.getvalue()


def recalculated(
    packages: Mapping[str, bytes], folder: Path, soffice: Callable[..., None]
) -> dict[str, Sheets]:
    """Each package's cells as LibreOffice computes them, in one run for all of them."""
    source, target = folder / "stripped", folder / "recalculated"
    source.mkdir()
    for name, package in packages.items():
        (source / f"{name}.xlsx").write_bytes(without_results(package))
    soffice("--convert-to", "xlsx", "--outdir", target, *sorted(source.iterdir()))
    return {name: cells((target / f"{name}.xlsx").read_bytes()) for name in packages}


def cells(package: bytes) -> Sheets:
    """Tab → (1-based row, zero-based column) → value; empty cells and empty texts are left out."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(package))
    return {name: _cells(book, name) for name in book.sheet_names}


def _cells(book: CalamineWorkbook, name: str) -> dict[tuple[int, int], object]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return {
        (r, c): plain(value)
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row)
        if value not in ("", None)
    }


def plain(value: object) -> object:
    """A moment at midnight as a date, whole numbers as int: what a reader sees."""
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date()
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 9)
    return value


def differences(left: Sheets, right: Sheets) -> list[str]:
    """Cells that are not the same in two workbooks, as readable lines."""
    found = []
    for tab in left.keys() | right.keys():
        one, other = left.get(tab, {}), right.get(tab, {})
        for at in sorted(one.keys() | other.keys()):
            if not _same(one.get(at), other.get(at)):
                found.append(f"{tab} row {at[0]} column {at[1]}: {one.get(at)!r} != {other.get(at)!r}")
    return found


def _same(one: object, other: object) -> bool:
    if isinstance(one, date) and isinstance(other, date):
        return one == other
    return one == other
