"""`python -m tools.build` writes the derived files; `--check` exits 1 when one is stale.

`--addin OUT` writes only the personal add-in, to OUT, with the ribbon in the language of `--lang`;
`--oxt OUT` only LibreOffice's extension.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tools.build.addin import ADDIN, build_addin
from tools.build.functions_page import functions_pages
from tools.build.oxt import EXTENSION, build_oxt
from tools.build.reference import DOCS, pages
from tools.build.ribbon import ribbon_files, vba_files
from tools.build.workbook import WORKBOOK, build_workbook


def derived() -> dict[Path, bytes]:
    """Every derived file with the content that it should have."""
    binaries = {WORKBOOK: build_workbook(), ADDIN: build_addin(), EXTENSION: build_oxt()}
    return (
        {DOCS / n: text.encode("utf-8") for n, text in (pages() | functions_pages()).items()}
        | vba_files()
        | ribbon_files()
        | binaries
    )


def main(arguments: Sequence[str]) -> int:
    """Write (or with --check compare) the derived files; the exit code."""
    if "--addin" in arguments:
        return _addin(arguments)
    if "--oxt" in arguments:
        return _written(Path(arguments[arguments.index("--oxt") + 1]), build_oxt())
    stale = [(p, data) for p, data in derived().items() if not p.is_file() or p.read_bytes() != data]
    if "--check" in arguments:
        for path, _ in stale:
            print(f"{path} is stale: run python -m tools.build")
        return 1 if stale else 0
    for path, data in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(f"wrote {path}")
    return 0


def _addin(arguments: Sequence[str]) -> int:
    out = Path(arguments[arguments.index("--addin") + 1])
    english = "--lang" in arguments and arguments[arguments.index("--lang") + 1] == "en"
    return _written(out, build_addin("en" if english else "zh"))


def _written(out: Path, data: bytes) -> int:
    out.write_bytes(data)
    print(f"wrote {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
