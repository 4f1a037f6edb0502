"""The personal add-in as it is installed: ribbon in a language, xlwings' settings in its sheet.

xlwings reads the sheet `xlwings.conf` of the workbook that a macro runs in before any file. So what our
buttons need stands there; the settings of the user, which every other xlwings workbook reads, stay alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from xml.sax.saxutils import escape, unescape
from zipfile import BadZipFile

from xl_collab.documents.canvas import code_name
from xl_collab.documents.interface import Interface, read_parts, rewritten, with_ribbon
from xl_collab.documents.workbook.template import CONF
from xl_collab.errors import DamagedWorkbook

ADDIN = "xl_collab.xlam"
_SHEET = f'codeName="{code_name(CONF)}"'.encode()
_ROWS = re.compile(rb"<sheetData>.*?</sheetData>", re.DOTALL)
_SIZE = re.compile(rb'<dimension ref="[^"]*"/>')
_ROW = re.compile(
    r'<row r="\d+"><c r="A\d+" t="inlineStr"><is><t>([^<]*)</t></is></c>'
    r'(?:<c r="B\d+" t="inlineStr"><is><t>([^<]*)</t></is></c>)?</row>'
)


def shipped_addin(interface: Interface, settings: Mapping[str, str] | None = None) -> bytes:
    """The add-in of the package with its ribbon as `interface` has it, and xlwings' settings by name."""
    data = with_ribbon(_packaged(), interface.addin)
    return data if settings is None else with_settings_sheet(data, settings)


def _packaged() -> bytes:
    packaged = resources.files("xl_collab") / "data" / ADDIN
    checkout = Path(__file__).parents[3] / "workbook" / ADDIN
    for place in (packaged, checkout):
        if place.is_file():
            return place.read_bytes()
    raise DamagedWorkbook(
        "安装不完整：缺少加载项，请重新安装 xl-collab",
        "The installation is incomplete: the add-in is missing; reinstall xl-collab",
    )


def with_settings_sheet(addin: bytes, settings: Mapping[str, str]) -> bytes:
    """The add-in whose settings are these and no others; an empty one hides the user's own of that name."""
    parts = read_parts(addin)
    name = _settings_part(parts)
    rows = "".join(_row(number, key, value) for number, (key, value) in enumerate(settings.items(), 1))
    sheet = _SIZE.sub(f'<dimension ref="A1:B{len(settings)}"/>'.encode(), parts[name])
    written = f"<sheetData>{rows}</sheetData>".encode()
    parts[name] = _ROWS.sub(lambda _: written, sheet)
    return rewritten(parts)


def _row(number: int, key: str, value: str) -> str:
    cells = zip("AB", (key, value), strict=True)
    texts = (
        f'<c r="{column}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for column, text in cells
        if text
    )
    return f'<row r="{number}">{"".join(texts)}</row>'


def settings_in(addin: bytes) -> dict[str, str]:
    """The settings that an installed add-in holds; none in an earlier one, or one that Excel saved."""
    try:
        parts = read_parts(addin)
        sheet = parts[_settings_part(parts)].decode("utf-8")
    except (BadZipFile, OSError, ValueError, DamagedWorkbook):
        return {}
    return {unescape(key): unescape(value) for key, value in _ROW.findall(sheet)}


def _settings_part(parts: Mapping[str, bytes]) -> str:
    for name, part in parts.items():
        if name.startswith("xl/worksheets/") and _SHEET in part:
            return name
    raise DamagedWorkbook(
        "加载项里没有设置表，请重新安装 xl-collab", "The add-in has no settings; reinstall xl-collab"
    )
