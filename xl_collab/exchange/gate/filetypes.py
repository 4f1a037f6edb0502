"""What a file really is, from its bytes alone, and what it carries besides data."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from xl_collab.errors import Lang
from xl_collab.exchange.gate.refusals import Refusal, one_line, refusal
from xl_collab.records import dataclass
from xl_collab.schema.words import Text, t

_HEAD = 4096


@dataclass(frozen=True)
class Product:
    """One kind of wrapping: `marks` occur at the start (`at_start`) or anywhere in the first 4 KB."""

    code: str
    zh: str
    en: str
    marks: tuple[bytes, ...]
    at_start: bool = False


PRODUCTS = (
    Product("dlp-esafenet", "亿赛通 E-SafeNet", "E-SafeNet (亿赛通)", (b"E-SafeNet", "亿赛通".encode())),
    Product("dlp-esafenet", "亿赛通 E-SafeNet", "E-SafeNet (亿赛通)", ("亿赛通".encode("gb18030"),)),
    Product("dlp-tsd", "TSD 透明加密 %TSD-Header-###%", "TSD, %TSD-Header-###%", (b"%TSD-Header-",)),
    Product("dlp-ipguard", "IP-guard", "IP-guard", (b"IP-guard", b"IP-Guard", b"IPGUARD", b"ipguard")),
    Product(
        "dlp-tipray",
        "天锐绿盾",
        "Tipray (天锐绿盾)",
        (b"Tipray", b"TIPRAY", "天锐绿盾".encode(), "天锐绿盾".encode("gb18030")),
    ),
    Product(
        "dlp-fasoo",
        "Fasoo DRM",
        "Fasoo DRM",
        (b"\x9b DRMONE", b"<!-- FasooSecureContainer"),
        at_start=True,
    ),
    Product("dlp-nasca", "NASCA DRM", "NASCA DRM", (b"<## NASCA DRM FILE",), at_start=True),
    Product("dlp-softcamp", "SoftCamp 文档安全", "SoftCamp Document Security", (b"SCDSA",), at_start=True),
    Product("dlp-microsoft", "微软信息保护 pfile", "Microsoft Purview pfile", (b".pfile",), at_start=True),
)
_MICROSOFT = ("DRMEncryptedDataSpace", "DRMEncryptedTransform", "DRMDataSpace", "DRMContent")


def company_encryption(data: bytes) -> Refusal | None:
    """The refusal for a file that starts like a product's ciphertext; None when it does not.

    A zip or compound file is never judged by this: such words may be in anybody's text.
    """
    head = data[:_HEAD]
    if head[:2] == b"PK" or head[:4] == b"\xd0\xcf\x11\xe0":
        return None
    for product in PRODUCTS:
        if any(head.startswith(mark) if product.at_start else mark in head for mark in product.marks):
            return wrapped(product.code, product.zh, product.en)
    return None


def microsoft_rights(compound: bytes) -> Refusal | None:
    """The refusal for a compound file that Microsoft's rights management (IRM, RMS) wraps."""
    if any(name.encode("utf-16-le") in compound for name in _MICROSOFT):
        return wrapped("dlp-microsoft", "微软权限管理 IRM/RMS", "Microsoft rights management (IRM/RMS)")
    return None


def wrapped(code: str, zh: str, en: str) -> Refusal:
    """The sentence for a file wrapped by the product called `zh`/`en`."""
    return refusal("company-encryption", code=code, zh=zh, en=en)


CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.spreadsheetml\.(?:sheet|template)"
    rb"|ms-excel\.(?:sheet|template|addin)\.macroEnabled)\.main\+xml",
    re.I,
)
Kind = tuple[str, str, str]
"""Code, Chinese name, English name."""

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF", ("type-pdf", "PDF 文件", "a PDF file")),
    (b"\x89PNG\r\n", ("type-image", "图片（PNG）", "a picture (PNG)")),
    (b"\xff\xd8\xff", ("type-image", "图片（JPEG）", "a picture (JPEG)")),
    (b"GIF8", ("type-image", "图片（GIF）", "a picture (GIF)")),
    (b"II*\0", ("type-image", "图片（TIFF）", "a picture (TIFF)")),
    (b"MM\0*", ("type-image", "图片（TIFF）", "a picture (TIFF)")),
    (b"RIFF", ("type-image", "图片或多媒体文件", "a picture or media file")),
    (b"BM", ("type-image", "图片（BMP）", "a picture (BMP)")),
    (b"{\\rtf", ("type-rtf", "RTF 文档", "an RTF document")),
    (b"\x09\x00\x04\x00", ("type-xls", "很旧的 .xls 工作簿", "a workbook in a very old .xls format")),
    (b"\x09\x02\x06\x00", ("type-xls", "很旧的 .xls 工作簿", "a workbook in a very old .xls format")),
    (b"\x09\x04\x06\x00", ("type-xls", "很旧的 .xls 工作簿", "a workbook in a very old .xls format")),
    (b"\x09\x08\x08\x00", ("type-xls", "很旧的 .xls 工作簿", "a workbook in a very old .xls format")),
    (b"MZ", ("type-program", "程序文件（不要打开！）", "a program (do not open it!)")),
)
_ARCHIVES: tuple[tuple[bytes, Kind], ...] = (
    (b"Rar!", ("type-rar", "RAR 压缩包", "a RAR archive")),
    (b"7z\xbc\xaf", ("type-7z", "7z 压缩包", "a 7z archive")),
    (b"\x1f\x8b", ("type-gzip", "gzip 压缩包", "a gzip archive")),
    (b"PK\x05\x06", ("type-zip", "空的压缩包", "an empty zip archive")),
)
_COMPOUND: tuple[tuple[str, Kind], ...] = (
    ("WordDocument", ("type-doc", "旧版 Word 文档（.doc）", "an old Word document (.doc)")),
    ("PowerPoint Document", ("type-ppt", "旧版 PowerPoint 文稿（.ppt）", "an old PowerPoint file (.ppt)")),
    ("Workbook", ("type-xls", "旧版 .xls 工作簿", "a workbook in the old .xls format")),
    ("Book", ("type-xls", "旧版 .xls 工作簿", "a workbook in the old .xls format")),
)
_PACKAGES: tuple[tuple[bytes, Kind], ...] = (
    (b"wordprocessingml", ("type-docx", "Word 文档（.docx）", "a Word document (.docx)")),
    (b"ms-word", ("type-docx", "Word 文档（.docm）", "a Word document (.docm)")),
    (b"presentationml", ("type-pptx", "PowerPoint 文稿（.pptx）", "a PowerPoint file (.pptx)")),
    (b"sheet.binary", ("type-xlsb", "Excel 二进制工作簿（.xlsb）", "an Excel binary workbook (.xlsb)")),
    (b"ms-visio", ("type-visio", "Visio 图形", "a Visio drawing")),
)
_HTML = re.compile(rb"<(?:html|!doctype html|table|body|head|meta|script)\b", re.I)
_MAIL = re.compile(rb"\A(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.S)


def check_type(data: bytes) -> Refusal | None:
    """None for a file that starts as a zip archive does, else what it is and what to do."""
    if not data:
        return refusal("empty")
    if data[:4] == b"PK\x03\x04":
        return None
    return company_encryption(data) or _by_magic(data) or _by_text(data) or _unknown(data)


def _by_magic(data: bytes) -> Refusal | None:
    if data[:8] == CFB:
        return _compound(data)
    for magic, kind in _MAGIC:
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:64]):
            return wrong(kind)
    for magic, kind in _ARCHIVES:
        if data.startswith(magic):
            return wrong(kind, "archive")
    return None


def _compound(data: bytes) -> Refusal:
    protected = microsoft_rights(data)
    if protected is not None:
        return protected
    if "EncryptedPackage".encode("utf-16-le") in data:
        return refusal("encrypted")
    if "__substg1.0_".encode("utf-16-le") in data or "__properties_version1.0".encode("utf-16-le") in data:
        return refusal("outlook-message", code="type-msg")
    for name, kind in _COMPOUND:
        if name.encode("utf-16-le") in data:
            return wrong(kind)
    return wrong(("type-cfb", "旧版 Office 文件", "an old Office file"))


def _by_text(data: bytes) -> Refusal | None:
    text = _text(data[:65_536])
    if text is None:
        return None
    start = text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b'progid="Excel.Sheet"' in start:
        return wrong(("type-xml2003", "“XML 电子表格 2003”", "an “XML Spreadsheet 2003”"))
    if b"urn:oasis:names:tc:opendocument" in start:
        return wrong(("type-ods", "OpenDocument 表格（.fods）", "an OpenDocument spreadsheet (.fods)"))
    if _HTML.search(start):
        return wrong(("type-html", "网页（HTML）", "a web page (HTML)"))
    if start.startswith(b"<"):
        return wrong(("type-xml", "XML 文本", "XML text"))
    if _MAIL.match(start.replace(b"\r\n", b"\n")):
        return wrong(("type-mail", "一封邮件（请存为 .eml）", "a mail (save it as .eml)"))
    if any(mark in text for mark in ",\t;，"):
        return wrong(("type-csv", "文本表格（CSV）", "a text table (CSV)"))
    return wrong(("type-text", "文本", "plain text"))


def _text(head: bytes) -> str | None:
    """The characters of a text file in the encodings that Chinese Windows writes; None for binary data."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    if b"\0" in head:
        return None
    controls = sum(head.count(code) for code in range(32) if code not in (9, 10, 12, 13))
    if controls * 200 > len(head):
        return None
    for encoding in ("utf-8", "gb18030"):
        text = head.decode(encoding, "replace")
        if text.count("\ufffd") <= 1:
            return text
    return None


def _unknown(data: bytes) -> Refusal:
    if data[:512].find(b"PK\x03\x04") > 0:
        return refusal("zip-junk")
    return refusal("unknown-type", code="type-unknown")


def check_package(names: list[str], types: bytes | None, mimetype: bytes) -> Refusal | None:
    """None for the package of a workbook that can be read; `types` is its list of content types.

    `names` are all part names, `mimetype` is what OpenDocument files say of themselves.
    """
    if types is None:
        return _no_package(names, mimetype)
    if _WORKBOOK.search(types):
        return None
    for mark, kind in _PACKAGES:
        if mark in types:
            return wrong(kind)
    return wrong(("type-package", "别的程序的文件", "a file of another program"))


def _no_package(names: list[str], mimetype: bytes) -> Refusal:
    lower = [name.lower() for name in names]
    if b"opendocument" in mimetype:
        if b"spreadsheet" in mimetype:
            return wrong(("type-ods", "OpenDocument 表格（.ods）", "an OpenDocument spreadsheet (.ods)"))
        return wrong(("type-odf", "OpenDocument 文件", "an OpenDocument file"))
    if any(name.endswith(".iwa") for name in lower):
        return wrong(("type-numbers", "Apple Numbers 文件", "an Apple Numbers file"))
    if "ofd.xml" in lower:
        return wrong(("type-ofd", "OFD 版式文件", "an OFD document"))
    if "xl/workbook.xml" in lower or any(name.startswith("xl/worksheets/") for name in lower):
        return refusal("zip-broken")
    return wrong(("type-zip", "普通压缩包（.zip）", "a plain zip archive"), "archive")


def wrong(kind: Kind, reason: str = "wrong-type") -> Refusal:
    """The sentence that names the real type of a file."""
    return refusal(reason, code=kind[0], zh=kind[1], en=kind[2])


# What a returned file carries besides data: macros, links, objects. It is listed, and never carried over.


KINDS: dict[str, Text] = {
    "vba": t("VBA 宏", "VBA macros"),
    "vba-changed": t("VBA 宏与发出时不同", "VBA macros that differ from those sent"),
    "xlm": t("Excel 4.0 宏表", "Excel 4.0 macro sheet"),
    "dialog": t("Excel 5.0 对话框表", "Excel 5.0 dialog sheet"),
    "activex": t("ActiveX 控件", "ActiveX control"),
    "ole": t("嵌入对象", "embedded object"),
    "external": t("外部链接", "external link"),
    "dde": t("DDE 链接", "DDE link"),
    "connection": t("数据连接", "data connection"),
    "query": t("查询表", "query table"),
    "datamodel": t("数据模型", "data model"),
    "webextension": t("Office 加载项", "Office add-in"),
    "ribbon": t("自定义功能区", "custom ribbon"),
    "formula": t("会对外联系的公式", "formula that reaches outside"),
}
_BY_NAME: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), kind)
    for pattern, kind in (
        (r"(?:.*/)?vbaProject[^/]*\.bin", "vba"),
        (r".*/(?:intl)?macrosheets/[^/_][^/]*\.xml", "xlm"),
        (r".*/dialogsheets/[^/_][^/]*\.xml", "dialog"),
        (r".*/activeX/[^/]+\.(?:xml|bin)", "activex"),
        (r".*/embeddings/[^/]+", "ole"),
        (r".*/externalLinks/[^/]+\.xml", "external"),
        (r".*/connections\.xml", "connection"),
        (r".*/queryTables/[^/]+\.xml", "query"),
        (r"xl/model/[^/]+", "datamodel"),
        (r".*/webextensions/[^/]+\.xml", "webextension"),
        (r"customUI/[^/]+\.xml", "ribbon"),
    )
)
_REACHING = re.compile(
    r"\b(?:WEBSERVICE|HYPERLINK|FILTERXML|IMAGE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|FOPEN|FWRITE|SQL\.REQUEST)\s*\(",
    re.I,
)
_TELLING = (
    "WEBSERVICE",
    "HYPERLINK",
    "FILTERXML",
    "IMAGE",
    "RTD",
    "DDE",
    "CALL",
    "REGISTER",
    "EXEC",
    "FOPEN",
    "FWRITE",
    "SQL.REQUEST",
    "|",
    "[",
    "FILE://",
    "\\\\",
)
_DDE = re.compile(r"""(?:^|[=+\-(,;\s])'?[A-Za-z][\w.]*'?\s*\|""")
_LINK = re.compile(r"\[[^\]]*\.xl\w*\]|\[\d+\]|file://|\\\\[\w.-]+\\", re.I)
_EXTERNAL_REL = re.compile(
    rb"""<(?:[\w.-]+:)?Relationship\s[^>]*TargetMode\s*=\s*["']External["'][^>]*>""", re.I
)
_REL_TYPE = re.compile(rb"""\bType\s*=\s*["'][^"']*/(\w+)["']""")
_REL_TARGET = re.compile(rb"""\bTarget\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True)
class Active:
    """One thing that could act: its `kind` (a key of KINDS), where it is, and what tells it apart.

    `detail` is the SHA-256 of a VBA project, the target of a link, the text of a formula.
    """

    kind: str
    where: str
    detail: str = ""

    def sentence(self, lang: Lang = "zh") -> str:
        """One line for the report; the tool drops what it names."""
        shown = f" {one_line(self.detail, 80)}" if self.detail and not self.kind.startswith("vba") else ""
        if lang == "en":
            return f"{KINDS[self.kind].en} ({one_line(self.where, 80)}){shown}: not taken over."
        return f"{KINDS[self.kind].zh}（{one_line(self.where, 80)}）{shown}：不会带入台账。"


def in_part(name: str, data: bytes, issued_vba: str | None = None) -> Iterable[Active]:
    """What one part carries. `issued_vba` is the SHA-256 of the VBA project that was sent out."""
    kind = next((kind for pattern, kind in _BY_NAME if pattern.fullmatch(name)), None)
    if kind == "vba":
        digest = hashlib.sha256(data).hexdigest()
        changed = issued_vba is not None and digest != issued_vba
        yield Active("vba-changed" if changed else "vba", name, digest)
    elif kind == "external":
        yield Active("dde" if b"ddeLink" in data else "external", name)
    elif kind is not None:
        yield Active(kind, name)
    elif name.lower().endswith(".xml") and re.search(rb"<(?:[\w.-]+:)?macrosheet\b", data[:2048]):
        yield Active("xlm", name)
    if name.lower().endswith(".rels"):
        yield from _links(name, data)


def _links(name: str, data: bytes) -> Iterable[Active]:
    """Arrows that leave the file; plain hyperlinks are text that people click, and are left out."""
    for match in _EXTERNAL_REL.finditer(data):
        kind, target = _REL_TYPE.search(match[0]), _REL_TARGET.search(match[0])
        if kind is None or kind[1].lower() == b"hyperlink":
            continue
        shown = target[1].decode("utf-8", "replace") if target else ""
        yield Active("external", name, shown)


def may_reach(formula: str) -> bool:
    """Whether a formula, or the pattern of one (readers.py), has a word that `reaches_outside` looks for."""
    upper = formula.upper()
    return any(word in upper for word in _TELLING)


def reaches_outside(formula: str) -> bool:
    """Whether a formula could call a program, the network or another file when it is calculated."""
    # A whole workbook has ten thousands of long formulas: what cannot match is told by plain search first.
    return may_reach(formula) and any(pattern.search(formula) for pattern in (_REACHING, _DDE, _LINK))
