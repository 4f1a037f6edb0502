"""`python -m tools.build.echarts` makes the chart library anew from npm's packages; `--check` compares.

What the page of many trackers needs of Apache ECharts is bundled into one file and kept in the repository, so
that neither a user nor a build needs npm. package-lock.json pins every package by its hash; the same packages
give the same bytes, and CI makes them anew. Needs npm. Whoever raises the version changes NOTICE and LICENSES
too.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
TARGET = Path(__file__).parents[3] / "xl_collab" / "data" / "portfolio" / "echarts.min.js"
HASH = HERE / "echarts.min.js.sha256"
_HEAD = """/* Apache ECharts {echarts}, Copyright 2017-2026 The Apache Software Foundation, Apache-2.0;
   with ZRender {zrender}, Copyright (c) 2017 Baidu Inc., BSD-3-Clause. Parts of both: see NOTICE. */
"""
_FLAGS = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--global-name=echarts",
    "--target=es2018",
    "--charset=utf8",
)


def pinned(package: str) -> str:
    """The version of an npm package that package-lock.json names."""
    locked = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    return str(locked["packages"][f"node_modules/{package}"]["version"])


def head() -> str:
    """The comment on top of the file: which versions it is made of."""
    return _HEAD.format(echarts=pinned("echarts"), zrender=pinned("zrender"))


def build() -> bytes:
    """The bytes of the library, from npm's packages (their hashes are checked by npm)."""
    with tempfile.TemporaryDirectory(prefix="xl-collab-echarts-") as scratch:
        for name in ("package.json", "package-lock.json", "charts.mjs"):
            shutil.copy(HERE / name, scratch)
        quiet = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", *quiet], cwd=scratch, check=True)
        esbuild = Path(scratch) / "node_modules" / "esbuild" / "bin" / "esbuild"
        command = ["node", str(esbuild), "charts.mjs", *_FLAGS, "--legal-comments=none"]
        made = subprocess.run(command, cwd=scratch, check=True, capture_output=True)
    return head().encode() + made.stdout


def main(arguments: Sequence[str]) -> int:
    """Write (or with --check compare) the file; the exit code."""
    wanted = build()
    if "--check" in arguments:
        fresh = TARGET.is_file() and TARGET.read_bytes() == wanted
        print(f"{TARGET.name}: {'up to date' if fresh else 'stale'}")
        return 0 if fresh else 1
    TARGET.write_bytes(wanted)
    HASH.write_text(hashlib.sha256(wanted).hexdigest() + "\n", encoding="ascii", newline="\n")
    print(f"wrote {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
