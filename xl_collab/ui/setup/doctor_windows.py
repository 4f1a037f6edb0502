"""The doctor's checks of what Windows alone has: Excel, WPS, macros, the mark of the web."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PureWindowsPath
from typing import get_args

from xl_collab.documents.interface import read_parts
from xl_collab.hosts.ooxml.vbaproject import modules
from xl_collab.hosts.windows import Windows
from xl_collab.schema.words import Lang
from xl_collab.ui.setup.addin import ADDIN, settings_in, shipped_addin
from xl_collab.ui.setup.checks import XLWINGS, Check, Surroundings
from xl_collab.ui.setup.installing import start_folder

EXCEL_CLASS = "{00024500-0000-0000-C000-000000000046}"
"""CLSID of Excel.Application, the same in every version of Excel."""
_APP_PATHS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_OFFICE = r"Software\Microsoft\Office"
_POLICIES = r"Software\Policies\Microsoft\Office"
_VBA = "xl/vbaProject.bin"
_UNTRUSTED = 3
"""Zones from here on are marked: 3 internet, 4 untrusted."""


def examine_windows(where: Surroundings, windows: Windows) -> Iterator[Check]:
    """Every check that needs Windows."""
    yield from _excel(where, windows)
    yield from _who_is_excel(windows)
    yield from _addin(where, windows)
    yield from _macros(windows)
    yield from _workbook(where, windows)
    yield _check("code_page", page=windows.code_page())


def _check(identity: str, **words: object) -> Check:
    return Check(identity, "ok", words)


def _bad(identity: str, *, note: bool = False, **words: object) -> Check:
    return Check(identity, "note" if note else "problem", words)


def _excel(where: Surroundings, windows: Windows) -> Iterator[Check]:
    program = str(windows.registry("HKLM", _APP_PATHS) or windows.registry("HKCU", _APP_PATHS) or "")
    program = program.strip('"')
    if not program or not windows.exists(program):
        yield _bad("excel_none")
        return
    bits = windows.machine(program) or 64
    yield _check("excel", bits=bits, path=program)
    yield from _dll(where, windows, bits)


def _dll(where: Surroundings, windows: Windows, bits: int) -> Iterator[Check]:
    """xlwings' DLL of Excel's bits, beside python.exe or in the folder above, where VBA looks for it."""
    name = f"xlwings{bits}-{XLWINGS}.dll"
    folder = PureWindowsPath(where.executable).parent
    for place in (folder, folder.parent):
        if windows.exists(str(place / name)):
            yield _check("dll", name=name, path=place)
            return
    yield _bad("dll_none", name=name, wanted=XLWINGS)


def _who_is_excel(windows: Windows) -> Iterator[Check]:
    """Whether programs that ask for Excel get Excel."""
    asked = str(windows.registry("HKCR", r"Excel.Application\CLSID") or "")
    if not asked:
        return
    server = str(windows.registry("HKCR", rf"CLSID\{asked}\LocalServer32") or "")
    mine = asked.upper() == EXCEL_CLASS and "EXCEL.EXE" in server.upper()
    yield _check("wps_not") if mine else _bad("wps", path=server or asked)


def _addin(where: Surroundings, windows: Windows) -> Iterator[Check]:
    path = start_folder(windows) / ADDIN
    if not windows.exists(str(path)):
        yield _bad("addin_none")
        return
    data = Path(path).read_bytes()
    found = settings_in(data)
    known = [shipped_addin(where.interface(lang), found) for lang in get_args(Lang)] if found else []
    if data not in known and not any(_signed(data, one) for one in known):
        yield _bad("addin_old", path=path)
    else:
        yield _check("addin", path=path)
        yield from _settings(found, where, windows)
    zone = windows.zone(str(path))
    if zone is not None and zone >= _UNTRUSTED:
        yield _bad("marked", name=ADDIN)


def _signed(data: bytes, shipped: bytes) -> bool:
    """Whether an add-in is the shipped one with a signature: there are parts more, and arrows to them."""
    here, there = read_parts(data), read_parts(shipped)
    more = {name for name in here if "vbaProjectSignature" in name}
    same = [name for name, part in there.items() if here.get(name) == part]
    others = set(there) - set(same) - {"[Content_Types].xml", _VBA}
    if not more or others:
        return False
    return [one.code for one in modules(here[_VBA])] == [one.code for one in modules(there[_VBA])]


def _settings(found: Mapping[str, str], where: Surroundings, windows: Windows) -> Iterator[Check]:
    """What the add-in tells xlwings."""
    warm = found.get("USE UDF SERVER", "").lower() == "true"
    yield _check("warm") if warm else _bad("warm_off", note=True)
    python = _expanded(found.get("INTERPRETER_WIN", ""), windows)
    same = {where.executable.lower(), windows.short_path(where.executable).lower()}
    if python and python.lower() not in same:
        yield _bad("conf_python", note=True, path=python)


def _expanded(path: str, windows: Windows) -> str:
    for name, value in windows.environment().items():
        path = path.replace(f"%{name}%", value)
    return path


def _macros(windows: Windows) -> Iterator[Check]:
    version = _version(windows)
    security = rf"\{version}\Excel\Security"
    policy = windows.registry("HKCU", _POLICIES + security, "VBAWarnings")
    own = windows.registry("HKCU", _OFFICE + security, "VBAWarnings")
    warnings = policy if policy is not None else own
    locations = security + r"\Trusted Locations"
    off = windows.registry("HKCU", _POLICIES + locations, "AllLocationsDisabled")
    off = off or windows.registry("HKCU", _OFFICE + locations, "AllLocationsDisabled")
    if off:
        yield _bad("trusted_off")
    else:
        yield _check("trusted", count=len(windows.keys("HKCU", _OFFICE + locations)))
    # A trusted location overrides the setting; without one it decides.
    if off and warnings == 4:
        yield _bad("macros_off", value=warnings)
    elif off and warnings == 3:
        yield _bad("macros_signed", folder=start_folder(windows))
    else:
        yield _check("macros")


def _version(windows: Windows) -> str:
    """The newest Office version that has settings of Excel; 16.0 where there is none yet."""
    names = [name for name in windows.keys("HKCU", _OFFICE) if name.replace(".", "").isdigit()]
    with_excel = [n for n in names if "Excel" in windows.keys("HKCU", rf"{_OFFICE}\{n}")]
    return max(with_excel, key=float, default="16.0")


def _workbook(where: Surroundings, windows: Windows) -> Iterator[Check]:
    if not where.path:
        return
    if _in_the_cloud(where.path, windows):
        yield _bad("onedrive", note=True, name=where.name, path=where.path)
    else:
        yield _check("local", name=where.name)
    zone = windows.zone(where.path)
    if zone is not None and zone >= _UNTRUSTED:
        yield _bad("marked", name=where.name)
    else:
        yield _check("not_marked", name=where.name)


def _in_the_cloud(path: str, windows: Windows) -> bool:
    if "://" in path:
        return True
    environment = windows.environment()
    folders = [environment.get(n) for n in ("ONEDRIVE", "ONEDRIVECOMMERCIAL", "ONEDRIVECONSUMER")]
    return any(path.lower().startswith(f"{folder.lower()}\\") for folder in folders if folder)
