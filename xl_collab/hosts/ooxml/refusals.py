"""Saying what a file is when it is no workbook that can be edited, and what to do about it.

Looks at leading bytes and content types only; nothing here parses a workbook.
"""

from __future__ import annotations

from xl_collab.errors import DamagedWorkbook, Encrypted, NotAWorkbook

CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STRICT = b"http://purl.oclc.org/ooxml/"
_FOREIGN = {
    "wordprocessingml": ("Word 文档", "a Word document"),
    "presentationml": ("PowerPoint 文稿", "a PowerPoint file"),
    "sheet.binary": ("Excel 二进制工作簿（.xlsb）", "an Excel binary workbook (.xlsb)"),
    "opendocument": ("OpenDocument 表格（.ods）", "an OpenDocument spreadsheet (.ods)"),
    "visio": ("Visio 图形", "a Visio drawing"),
}


def check_leading_bytes(data: bytes) -> None:
    """Raise NotAWorkbook or Encrypted unless `data` starts like a zip archive."""
    if data[:4] == b"PK\x03\x04":
        return
    if not data:
        raise not_a_workbook("空文件（0 字节）", "an empty file (0 bytes)")
    if data[:8] == CFB:
        raise _compound(data)
    if data[:512].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise not_a_workbook("网页或 XML 文本", "a web page or XML text")
    raise not_a_workbook(
        "不认识的内容（可能被公司的加密软件加密，请先解密）",
        "unknown content (a company's encryption may have wrapped it: decrypt it first)",
    )


def _compound(data: bytes) -> NotAWorkbook:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Encrypted(
            "工作簿设有打开密码。请在 Excel 中去掉密码（文件→信息→保护工作簿）后另存。",
            "The workbook has a password. Remove the password in Excel (File > Info > Protect Workbook) "
            "and save it again.",
        )
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return not_a_workbook("旧版 .xls 工作簿", "a workbook in the old .xls format")
    return not_a_workbook("旧版 Office 文件", "an old Office file")


def foreign(kinds: str) -> NotAWorkbook | None:
    """The refusal for an archive whose content types or mimetype are `kinds`; None when unknown."""
    for marker, (zh, en) in _FOREIGN.items():
        if marker in kinds:
            return not_a_workbook(zh, en)
    return None


def not_a_workbook(zh: str, en: str) -> NotAWorkbook:
    """The sentence for a file that is `zh`/`en` instead of a workbook."""
    return NotAWorkbook(
        f"这不是可以处理的 Excel 工作簿，而是{zh}。请在 Excel 或 WPS 中另存为 .xlsx 或 .xlsm。",
        f"This is not an Excel workbook that can be read but {en}. Save it as .xlsx or .xlsm.",
    )


def strict_workbook() -> NotAWorkbook:
    """The refusal for ISO strict files, which other readers open as workbooks without sheets."""
    return not_a_workbook("“Strict Open XML”格式的工作簿", "a “Strict Open XML” workbook")


def damaged(
    part: str, zh: str = "内容自相矛盾", en: str = "its content contradicts itself"
) -> DamagedWorkbook:
    """The refusal for a workbook whose `part` cannot be trusted."""
    return DamagedWorkbook(
        f"工作簿已损坏（{part}：{zh}）。请在 Excel 中打开并修复后另存，或从备份恢复。",
        f"The workbook is damaged ({part}: {en}). Open and repair it in Excel, or restore a backup.",
    )
