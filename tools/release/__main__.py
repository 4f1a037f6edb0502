"""`python -m tools.release` says what a release would hold; `--out DIR` makes it.

The wheel, the source distribution, the workbook, the add-in for Excel, the extension for LibreOffice, with
`--offline` the bundle for Windows machines without a network, the notes out of CHANGELOG.md, and SHA256SUMS.
Everything is made from the last commit, not from what lies about, and the same commit gives the same bytes;
only the bundle holds whatever is newest on PyPI that day. Nothing is published: release.yml does that.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.build.__main__ import main as derive
from tools.release.changelog import CHANGELOG, UNRELEASED, Section, notes
from tools.release.windows_bundle import bundle
from xl_collab import __version__

ROOT = Path(__file__).parents[2]
SHIPPED = ("workbook/collab_tracker.xlsm", "workbook/xl_collab.xlam", "workbook/xl_collab.oxt")
_BUILD = "import sys; from hatchling.build import build_{kind}; print(build_{kind}(sys.argv[1]))"


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def obstacles(tag: str, section: Section | None) -> list[str]:
    """Why this must not be released as `tag`; empty when it may."""
    found = []
    if tag != f"v{__version__}":
        found.append(f"the tag {tag} is not v{__version__}, the version in xl_collab/__init__.py")
    if section is None:
        found.append(f"CHANGELOG.md says nothing about {__version__}")
    elif section.name == UNRELEASED or not section.day:
        found.append(f"CHANGELOG.md has no heading “## [{__version__}] - YYYY-MM-DD” yet")
    if _git("status", "--porcelain").strip():
        found.append("there are changes that are not committed: they would not be in it")
    return found


def _exported(folder: Path) -> Path:
    """The files of the last commit, and no others."""
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "HEAD"))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def distribution(kind: str, source: Path, out: Path) -> Path:
    """The `wheel` or `sdist` of the files in `source`, dated like the last commit."""
    epoch = _git("log", "-1", "--format=%ct").decode().strip()
    command = [sys.executable, "-c", _BUILD.format(kind=kind), str(out)]
    env = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    made = subprocess.run(command, cwd=source, env=env, check=True, capture_output=True, text=True)
    return out / made.stdout.split()[-1]


def make(out: Path, section: Section, *, offline: bool) -> list[Path]:
    """Write everything that is handed out into `out`; its files."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        source = _exported(Path(scratch) / "source")
        wheel = distribution("wheel", source, out)
        made = [wheel, distribution("sdist", source, out)]
        made += [_copied(source / name, out) for name in SHIPPED]
        if offline:
            name = f"xl_collab-{__version__}-windows-offline.zip"
            made.append(bundle(wheel, Path(scratch) / "wheels", out / name))
    said = out / "NOTES.md"
    said.write_bytes(f"# xl_collab {__version__}\n\n{section.text}\n".encode())
    return [*made, said, _sums([*made, said], out)]


def _copied(path: Path, out: Path) -> Path:
    (out / path.name).write_bytes(path.read_bytes())
    return out / path.name


def _sums(files: Sequence[Path], out: Path) -> Path:
    """SHA256SUMS as `sha256sum --check` reads it."""
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(files)]
    (out / "SHA256SUMS").write_bytes("".join(lines).encode())
    return out / "SHA256SUMS"


def main(arguments: Sequence[str]) -> int:
    """Make or describe a release; 1 when something stands against it."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.release", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--tag", default=f"v{__version__}", help="its name (default: v and the version)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="make it there")
    parser.add_argument("--offline", action="store_true", help="with the bundle for Windows (needs PyPI)")
    parser.add_argument("--rehearse", action="store_true", help="make it whatever stands against it")
    options = parser.parse_args(arguments)
    section = notes(__version__, CHANGELOG.read_text(encoding="utf-8"))
    against = obstacles(options.tag, section)
    for line in against:
        print(f"not yet: {line}", file=sys.stderr)
    if options.out is None:
        shipped = ", ".join(Path(name).name for name in SHIPPED)
        print(f"{options.tag}: wheel, sdist, {shipped}, NOTES.md, SHA256SUMS")
        print("nothing was made: --out DIR makes it")
        return 1 if against else 0
    if derive(["--check"]) or section is None or (against and not options.rehearse):
        return 1
    for file in make(options.out, section, offline=options.offline):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
