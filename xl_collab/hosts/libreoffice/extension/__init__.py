"""Putting the extension into LibreOffice, and taking it out again, with LibreOffice's own unopkg.

What is installed is the shipped xl_collab.oxt with one file more: which Python has xl_collab. As root it
goes into LibreOffice itself, for all users (`--shared`), because unopkg refuses root anything else.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from contextlib import suppress
from importlib import resources
from pathlib import Path

from xl_collab.child_process import ran
from xl_collab.errors import DamagedWorkbook, Lang, UsageError, XlCollabError
from xl_collab.hosts.libreoffice.connection import clean_environment
from xl_collab.hosts.printing import find_soffice

NAME = "xl_collab.oxt"
IDENTIFIER = "xl_collab.office"
SECONDS = 300
_MODULE = "XlCollab"
_WHERE = "where.json"
_STAMP = (1980, 1, 1, 0, 0, 0)


def install(lang: Lang = "zh", *, profile: Path | None = None) -> Path:
    """Add the extension, in place of an older one; its menu speaks LibreOffice's language, answers `lang`.

    profile  a user profile other than the usual one. Raises UsageError without LibreOffice.
    """
    program = unopkg()
    with tempfile.TemporaryDirectory(prefix="xl-collab-oxt-") as folder:
        file = Path(folder) / NAME
        file.write_bytes(packed(lang))
        _run([str(program), "add", "--suppress-license", "--force", *_scope(profile), str(file)])
    return program.parent


def for_all_users() -> bool:
    """Whether it is installed and removed for every user of this computer, as unopkg wants it of root."""
    return sys.platform != "win32" and os.geteuid() == 0


def python_of_installed(*, profile: Path | None = None) -> str:
    """The Python of the version that `install` would replace; '' where there is none."""
    for store in _stores(profile):
        for file in sorted(store.glob(f"cache/uno_packages/*/{NAME}/{_WHERE}")):
            with suppress(OSError, ValueError):
                return str(json.loads(file.read_text(encoding="utf-8")).get("python", ""))
    return ""


def _stores(profile: Path | None) -> list[Path]:
    """Where LibreOffice unpacks extensions: for all users, or in a profile."""
    if for_all_users():
        return [
            Path("/var/spool/libreoffice/uno_packages"),
            unopkg().parent.parent / "share" / "uno_packages",
        ]
    return [(profile or _usual_profile()) / "user" / "uno_packages"]


def uninstall(*, profile: Path | None = None) -> Path:
    """Remove the extension and the names COLLAB_…; removing what is not there is no error."""
    program = unopkg()
    listed = _run([str(program), "list", *_scope(profile)])
    if IDENTIFIER in listed:
        _run([str(program), "remove", *_scope(profile), IDENTIFIER])
    _forget_names(profile or _usual_profile())
    return program.parent


def _forget_names(profile: Path) -> None:
    """Take our Basic module, written at LibreOffice's start, out of the library Standard."""
    library = profile / "user" / "basic" / "Standard"
    listing = library / "script.xlb"
    (library / f"{_MODULE}.xba").unlink(missing_ok=True)
    if listing.is_file():
        text = listing.read_text(encoding="utf-8")
        kept = re.sub(rf'\s*<library:element library:name="{_MODULE}"/>', "", text)
        if kept != text:
            listing.write_text(kept, encoding="utf-8")


def _usual_profile() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", "")) / "LibreOffice" / "4"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "LibreOffice" / "4"
    return Path.home() / ".config" / "libreoffice" / "4"


def packed(lang: Lang = "zh", python: str = "", path: str = "") -> bytes:
    """The extension that knows this installation: its Python and the folder that holds xl_collab."""
    root = path or str(Path(__file__).resolve().parents[4])
    where = {"python": python or sys.executable, "path": root, "lang": lang}
    stream = io.BytesIO(shipped())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo(_WHERE, _STAMP), json.dumps(where))
    return stream.getvalue()


def shipped() -> bytes:
    """The extension as built. DamagedWorkbook when the installation lacks it."""
    packaged = resources.files("xl_collab") / "data" / NAME
    checkout = Path(__file__).resolve().parents[4] / "workbook" / NAME
    for found in (packaged, checkout):
        if found.is_file():
            return found.read_bytes()
    raise DamagedWorkbook(
        "安装不完整：缺少 LibreOffice 扩展，请重新安装 xl-collab",
        "The installation is incomplete: the extension for LibreOffice is missing; reinstall xl-collab",
    )


def unopkg() -> Path:
    """LibreOffice's package manager. UsageError when there is no LibreOffice."""
    soffice = find_soffice()
    name = "unopkg.com" if sys.platform == "win32" else "unopkg"
    beside = [soffice.with_name(name), soffice.resolve().with_name(name)] if soffice else []
    found = [path for path in beside if path.is_file()] or [Path(p) for p in [shutil.which(name)] if p]
    if not found:
        raise UsageError(
            "没有找到 LibreOffice。请先安装它，或用 XL_COLLAB_SOFFICE 指出 soffice 的位置。",
            "LibreOffice was not found. Install it, or name its soffice in XL_COLLAB_SOFFICE.",
        )
    return found[0]


def _scope(profile: Path | None) -> list[str]:
    chosen = [] if profile is None else [f"-env:UserInstallation={profile.as_uri()}"]
    return [*(["--shared"] if for_all_users() else []), *chosen]


def _run(command: list[str]) -> str:
    try:
        done = ran(command, SECONDS, environment=clean_environment())
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(str(error)) from error
    if done.returncode != 0:
        raise _failed((done.stderr or done.stdout).decode(errors="replace").strip())
    return done.stdout.decode(errors="replace")


def _failed(reason: str) -> XlCollabError:
    return XlCollabError(
        f"LibreOffice 没能装卸扩展：{reason}。请关闭所有 LibreOffice 窗口后重试。",
        f"LibreOffice could not change its extensions: {reason}. Close all its windows and try again.",
    )
