"""Recognising what a company's document protection wraps files in, and never trying to undo it.

Such software decrypts for programs it trusts (Excel, WPS) and shows everybody else ciphertext. Markers
come from public reports of people who met these files; products without a public marker end as
"unknown content", whose sentence gives the same cure.
"""

from __future__ import annotations

from dataclasses import dataclass

from xl_collab.exchange.gate.reasons import Refusal, refusal

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
