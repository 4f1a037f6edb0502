"""The bundle for Windows machines without a network: every wheel, a command to install them, a read-me.

`pip download --platform win_amd64` judges the markers of requirements by the Python that runs it, so on Linux
it would leave pywin32 out. Here each wheel's own requirements are judged as a Windows Python would, and pip
only fetches what is then asked for by name.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterable
from email.parser import HeaderParser
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = ("", "mail", "outlook")
_TEXTS = Path(__file__).parent
_STAMP = (1980, 1, 1, 0, 0, 0)
_WINDOWS = {
    "sys_platform": "win32",
    "platform_system": "Windows",
    "os_name": "nt",
    "platform_machine": "AMD64",
}


def needs(wheel: Path, python: str, extras: Iterable[str] = ("",)) -> list[Requirement]:
    """What a wheel requires on 64-bit Windows with `python` (such as 3.12), with these extras of its own."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        declared = HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    place = {
        **default_environment(),
        **_WINDOWS,
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    wanted = [Requirement(text) for text in declared.get_all("Requires-Dist", [])]
    return [one for one in wanted if one.marker is None or _holds(one, place, extras)]


def _holds(one: Requirement, place: dict[str, object], extras: Iterable[str]) -> bool:
    marker = one.marker
    return marker is not None and any(marker.evaluate({**place, "extra": extra}) for extra in extras)  # type: ignore[dict-item]


def fetch(wheel: Path, python: str, folder: Path) -> None:
    """Put everything that `wheel` needs on Windows with `python` into `folder`, level by level.

    ValueError when two of them ask for versions that exclude each other.
    """
    specifiers: dict[str, SpecifierSet] = {}
    asked = needs(wheel, python, EXTRAS)
    while asked:
        new: dict[str, Requirement] = {}
        for one in asked:
            key = str(canonicalize_name(one.name))
            if key not in specifiers:
                new[key] = one
            specifiers[key] = specifiers.get(key, SpecifierSet()) & one.specifier
        for key, one in new.items():
            one.specifier = specifiers[key]
        wheels = _download(new.values(), python, folder) if new else []
        asked = [one for found in wheels for one in needs(found, python, ("", *new[_name(found)].extras))]
    for found in _for_python(folder, python):
        _, version, *_ = parse_wheel_filename(found.name)
        if not specifiers.get(_name(found), SpecifierSet()).contains(version, prereleases=True):
            raise ValueError(f"{found.name} does not do for {specifiers[_name(found)]}")


def _download(wanted: Iterable[Requirement], python: str, folder: Path) -> list[Path]:
    """The wheels for these requirements, fetched by pip into `folder`."""
    place = folder / python
    place.mkdir(parents=True, exist_ok=True)
    before = set(place.iterdir())
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    where = ["--platform", "win_amd64", "--python-version", python, "--dest", str(place)]
    names = [f"{one.name}{one.specifier}" for one in wanted]
    subprocess.run([*pip, *where, *names], check=True)
    return sorted(set(place.iterdir()) - before)


def _for_python(folder: Path, python: str) -> list[Path]:
    return sorted((folder / python).glob("*.whl"))


def _name(wheel: Path) -> str:
    return canonicalize_name(parse_wheel_filename(wheel.name)[0])


def texts() -> dict[str, bytes]:
    """What lies beside the wheels: a command, in ASCII for every code page, and a Chinese read-me."""
    command = (_TEXTS / "install.cmd").read_text(encoding="ascii")
    readme = (_TEXTS / "readme.zh.txt").read_text(encoding="utf-8")
    return {
        "install.cmd": command.replace("\n", "\r\n").encode("ascii"),
        "安装说明.txt": readme.replace("\n", "\r\n").encode("utf-8-sig"),
    }


def bundle(wheel: Path, folder: Path, out: Path, pythons: Iterable[str] = PYTHONS) -> Path:
    """Write the bundle to `out`; what was fetched stays in `folder`. The same wheels give the same bytes."""
    for python in pythons:
        fetch(wheel, python, folder)
    wheels = {path.name: path for python in pythons for path in _for_python(folder, python)}
    files = {f"wheels/{name}": path.read_bytes() for name, path in (wheels | {wheel.name: wheel}).items()}
    with zipfile.ZipFile(out, "w") as archive:  # wheels are compressed already
        for name, data in sorted((texts() | files).items()):
            archive.writestr(zipfile.ZipInfo(name, _STAMP), data)
    return out
