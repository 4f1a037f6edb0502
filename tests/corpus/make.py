"""Makes the corpus: small workbooks, each as some program writes it or as some attacker would.

`python -m tests.corpus.make` writes `files/` and MANIFEST.tsv; a test compares both with what is made
here. Do not open the refused ones in a spreadsheet program.
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyopenvba import ExcelFile

from tests.corpus import cases, features
from tests.corpus.parts import Book, in_zip64, packed, streamed

FOLDER = Path(__file__).parent / "files"
MANIFEST = Path(__file__).parent / "MANIFEST.tsv"


@dataclass(frozen=True)
class Made:
    """One file: what it is for, why the gate refuses it ("" when it must be read), what could act in it."""

    name: str
    reason: str
    data: bytes
    refused: str = ""
    active: tuple[str, ...] = ()


def everything() -> Iterator[Made]:
    """Every file of the corpus, by name."""
    yield from sorted([*_readable(), *_containers(), *_acting(), *_refused()], key=lambda made: made.name)


def _plain(name: str, reason: str, make: Callable[[], Book], *active: str) -> Made:
    return Made(name, reason, packed(make().parts()), active=active)


def _readable() -> Iterator[Made]:
    yield _plain(
        "dates-1904.xlsx", "days counted from 1904, as old Macs do; a day and a moment", cases.dates_1904
    )
    yield _plain(
        "phonetic.xlsx", "shared texts with readings (拼音, furigana) beside the words", cases.phonetic
    )
    yield _plain("no-styles.xlsx", "no styles part at all: dates are bare numbers", cases.no_styles)
    yield _plain(
        "no-addresses.xlsx", "no dimension, rows and cells without r: position counts", cases.no_addresses
    )
    yield _plain(
        "strings-uncounted.xlsx", "shared texts without count, with _xHHHH_ and blanks", cases.uncounted
    )
    yield _plain(
        "inline-strings.xlsx", "texts in the cells, texts of formulas, booleans, errors", cases.inline
    )
    yield _plain("rich-text.xlsx", "runs of formats inside a text, line breaks, emoji", cases.rich_text)
    yield _plain("prefixed.xlsx", "every element with a prefix, as the Open XML SDK writes", cases.prefixed)
    yield _plain(
        "absolute-targets.xlsx", "relationships that begin at the root, as many libraries", cases.absolute
    )
    yield _plain(
        "hidden-sheets.xlsx", "a very hidden and a hidden sheet, hidden rows and columns", cases.hidden
    )
    yield _plain(
        "names-with-errors.xlsx", "names that point nowhere, hidden and sheet's own ones", cases.names
    )
    yield _plain("data-table.xlsx", "a what-if table, an array formula, shared formulas", cases.data_table)
    yield _plain("merged.xlsx", "merged cells with leftovers below, validation, colours, links", cases.merged)
    yield _plain("pivot.xlsx", "a pivot table with its cache", features.pivot)
    yield _plain("threaded-comments.xlsx", "a conversation, its persons and the old note", features.threaded)
    yield _plain("slicer.xlsx", "a table with a slicer in the sheet's extension list", features.slicer)
    yield _plain("chart-sheet.xlsx", "a sheet that is a chart, beside one with cells", features.chart_sheet)
    yield _plain(
        "form-controls.xlsx", "a check box of a form, in legacy drawing and in ctrlProps", features.controls
    )
    yield _plain(
        "long-list.xlsx", "two thousand rows, so that readers have something to read", cases.long_list
    )


def _containers() -> Iterator[Made]:
    parts = cases.plain().parts()
    slashes = {name.replace("/", "\\"): data for name, data in parts.items()}
    yield Made("backslashes.xlsx", "part names with backslashes, as some Windows tools pack", packed(slashes))
    yield Made("zip64.xlsx", "the fields of a huge archive around small parts", in_zip64(parts))
    yield Made(
        "data-descriptors.xlsx", "sizes stand behind the parts, as streams are packed", streamed(parts)
    )


def _acting() -> Iterator[Made]:
    yield _plain(
        "external-links.xlsx",
        "formulas into another workbook, with its last values",
        features.external,
        "external",
        "formula",
    )
    yield _plain("dde-link.xlsx", "a link that starts a program through DDE", features.dde, "dde", "formula")
    yield _plain(
        "query-table.xlsx",
        "a query table and its connection to a web page",
        features.query,
        "connection",
        "query",
    )
    yield Made("vba.xlsm", "a VBA project with one module", vba_workbook(), active=("vba",))


def _refused() -> Iterator[Made]:
    plain = cases.plain().parts()
    sheet = "xl/worksheets/sheet1.xml"
    wide = plain[sheet].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield Made(
        "utf-16.xlsx",
        "a sheet in UTF-16, which readers decode differently",
        packed({**plain, sheet: wide}),
        "xml-encoding",
    )
    bomb = (
        plain[sheet]
        .replace(b"<worksheet", cases.BOMB + b"<worksheet")
        .replace(b"</worksheet>", b"&c;</worksheet>")
    )
    yield Made(
        "dtd-bomb.xlsx",
        "entities that grow tenfold at each step",
        packed({**plain, sheet: bomb}),
        "xml-doctype",
    )
    broken = plain[sheet][:-20]
    yield Made(
        "cut-off.xlsx",
        "a sheet that ends in the middle of a tag",
        packed({**plain, sheet: broken}),
        "damaged",
    )
    twice = [*plain.items(), (sheet, plain[sheet].replace("外壳".encode(), "手柄".encode()))]
    yield Made(
        "duplicate-names.xlsx",
        "one part name twice: two programs read two lists",
        packed(twice),
        "zip-duplicate",
    )
    yield Made("strict.xlsx", "ISO strict namespaces", packed(cases.strict(plain)), "strict")
    yield Made(
        "macro-sheet.xlsm",
        "an Excel 4.0 macro sheet",
        packed(cases.macro_sheet().parts()),
        "macro-sheet",
        ("xlm",),
    )
    yield Made("no-sheets.xlsx", "a workbook without any sheet", packed(cases.no_sheets()), "no-sheets")
    yield Made(
        "far-cell.xlsx",
        "one filled cell in the last row and column",
        packed(cases.far_cell().parts()),
        "far-cells",
    )
    cut = packed(plain)
    yield Made(
        "truncated.xlsx",
        "half a download: the archive's directory is missing",
        cut[: len(cut) // 2],
        "zip-broken",
    )
    yield Made(
        "encrypted.xlsx",
        "a compound file with an encrypted package",
        compound("EncryptedPackage"),
        "encrypted",
    )
    yield Made(
        "lock-file.xlsx",
        "the owner file that Excel leaves beside an open workbook",
        b"\x04WangFang".ljust(165, b" "),
        "type-unknown",
    )


def compound(stream: str) -> bytes:
    """The head of a compound file, and a directory that names one stream."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<16x5H", 62, 3, 0xFFFE, 9, 6) + bytes(478)
    return head + "".join(["Root Entry", "\0" * 54, stream]).encode("utf-16-le").ljust(1536, b"\0")


def vba_workbook() -> bytes:
    """The plain list with a VBA project, written by a library that is pinned."""
    book = cases.plain()
    book.main_type = cases.XLSM
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsm"
        path.write_bytes(packed(book.parts()))
        with ExcelFile(path) as opened:
            opened.add_vba_project().add_module("Hello", 'Sub Hello()\r\n    MsgBox "hello"\r\nEnd Sub\r\n')
            opened.save()
        with zipfile.ZipFile(path) as archive:
            return packed({name: archive.read(name) for name in archive.namelist()})


def manifest(files: list[Made]) -> str:
    """The list of the files as tab-separated text."""
    lines = ["file\tsha256\trefused\tactive\treason"]
    for made in files:
        digest = hashlib.sha256(made.data).hexdigest()
        lines.append("\t".join([made.name, digest, made.refused, " ".join(made.active), made.reason]))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the folder anew."""
    files = list(everything())
    for old in FOLDER.iterdir():
        old.unlink()
    for made in files:
        (FOLDER / made.name).write_bytes(made.data)
    MANIFEST.write_text(manifest(files), encoding="utf-8")


if __name__ == "__main__":
    main()
