"""The last touch on a drawn package: named styles, rows that grow, the same bytes each time.

XlsxWriter knows no named styles; people expect them under 单元格样式 to format rows of their own
in the workbook's look. It also fixes every row height that it is given; rows of tables must grow
when people write more into them.
"""

from __future__ import annotations

import io
import re
import zipfile

from xl_collab.documents.theme import Theme
from xl_collab.schema.declaration import HEADER_ROW
from xl_collab.schema.words import Text, t

STYLES: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (t("协作 标题", "Collab Title"), ("title",)),
    (t("协作 小标题", "Collab Section"), ("section",)),
    (t("协作 提示", "Collab Hint"), ("hint",)),
    (t("协作 表头", "Collab Header"), ("header",)),
    (t("协作 表头(自动)", "Collab Header computed"), ("header_computed",)),
    (t("协作 标签", "Collab Label"), ("label",)),
    (t("协作 填写", "Collab Input"), ("value",)),
)
"""Named styles, each the look of these roles."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_XF = re.compile(r"<xf [^>]*?/>|<xf .*?</xf>", re.DOTALL)


_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_DATA_ROW = re.compile(rb'<row r="(\d+)"[^>]*? customHeight="1"')


def _growing(match: re.Match[bytes]) -> bytes:
    """A data row whose height is a first guess, not fixed; headings keep theirs."""
    fixed = int(match[1]) <= HEADER_ROW
    return match[0] if fixed else match[0].removesuffix(b' customHeight="1"')


def finish(package: bytes, theme: Theme) -> bytes:
    """The package with named styles; entries keep their order and have one fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "xl/styles.xml":
                data = _named(data.decode("utf-8"), theme).encode("utf-8")
            elif _SHEET.fullmatch(entry.filename) and b"<tablePart " in data:
                data = _DATA_ROW.sub(_growing, data)
            fresh = zipfile.ZipInfo(entry.filename, _EPOCH)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            fresh.external_attr = 0o600 << 16
            new.writestr(fresh, data, compresslevel=6)
    return out.getvalue()


def _named(styles: str, theme: Theme) -> str:
    """styles.xml with a cellStyleXf and a cellStyle for each of STYLES that is in use."""
    cells = _XF.findall(_between(styles, "cellXfs"))
    masters: list[str] = []
    names: list[str] = []
    for name, roles in STYLES:
        index = theme(*roles).xf_index
        if index is None or index >= len(cells):
            continue
        number = len(masters) + 1
        masters.append(cells[index].replace(' xfId="0"', ""))
        names.append(f'<cellStyle name="{name.of(theme.lang)}" xfId="{number}"/>')
        cells[index] = cells[index].replace(' xfId="0"', f' xfId="{number}"')
    normal = _XF.findall(_between(styles, "cellStyleXfs"))
    styles = _replaced(styles, "cellStyleXfs", [*normal, *masters])
    styles = _replaced(styles, "cellXfs", cells)
    old_names = re.findall(r"<cellStyle .*?/>", _between(styles, "cellStyles"))
    return _replaced(styles, "cellStyles", [*old_names, *names])


def _between(xml: str, tag: str) -> str:
    start = xml.index(">", xml.index(f"<{tag} ")) + 1
    return xml[start : xml.index(f"</{tag}>")]


def _replaced(xml: str, tag: str, items: list[str]) -> str:
    start, end = xml.index(f"<{tag} "), xml.index(f"</{tag}>")
    return f'{xml[:start]}<{tag} count="{len(items)}">{"".join(items)}{xml[end:]}'
