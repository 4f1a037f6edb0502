"""What a returned file carries besides data: macros, links, objects. It is listed, and never carried over.

Reads part names, bytes of small parts and the texts of formulas; runs nothing. What may not enter: a
decision, which is the merge's (VBA is never copied, formulas in data cells are parked).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from xl_collab.errors import Lang
from xl_collab.exchange.gate.reasons import one_line
from xl_collab.schema.words import Text, t

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
