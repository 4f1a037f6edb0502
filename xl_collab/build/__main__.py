"""`python -m xl_collab.build` writes the derived files; `--check` exits 1 when one is stale."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from xl_collab.build.reference import DOCS, pages
from xl_collab.build.workbook import WORKBOOK, build_workbook


def derived() -> dict[Path, bytes]:
    """Every derived file with the content that it should have."""
    return {WORKBOOK: build_workbook()} | {DOCS / n: text.encode("utf-8") for n, text in pages().items()}


def main(arguments: Sequence[str]) -> int:
    """Write (or with --check compare) the derived files; the exit code."""
    stale = [(p, data) for p, data in derived().items() if not p.is_file() or p.read_bytes() != data]
    if "--check" in arguments:
        for path, _ in stale:
            print(f"{path} is stale: run python -m xl_collab.build")
        return 1 if stale else 0
    for path, data in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
