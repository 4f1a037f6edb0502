"""What a mail does not hold although it seems to: files behind a link, mails that are sealed.

Told with its cure; nothing is fetched or unsealed. What may not enter: attachments that are there.
"""

from __future__ import annotations

import email.message
import re
from dataclasses import dataclass

from xl_collab.model.words import Text, t

__all__ = ["Cloud", "cloud_file", "is_sealed_text", "sealed"]

_PLACES: tuple[tuple[re.Pattern[str], Text], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), place)
    for pattern, place in (
        (r"mail\.qq\.com/\S{0,60}ftn", t("QQ 邮箱超大附件", "QQ Mail's big attachments")),
        (
            r"(?:163|126)\.com/\S{0,60}(?:attach|cloud|download)|yeah\.net/\S{0,60}attach|dashi\.163\.com",
            t("网易邮箱云附件", "NetEase Mail's cloud attachments"),
        ),
        (r"drive\.weixin\.qq\.com", t("企业微信微盘", "WeCom Drive")),
        (r"doc\.weixin\.qq\.com|docs\.qq\.com", t("腾讯文档", "Tencent Docs")),
        (
            r"1drv\.ms|onedrive\.live\.com|\.sharepoint\.(?:com|cn)",
            t("OneDrive 或 SharePoint", "OneDrive or SharePoint"),
        ),
        (r"pan\.baidu\.com", t("百度网盘", "Baidu Pan")),
        (r"kdocs\.cn|wps\.cn/\S", t("金山文档", "Kdocs")),
        (r"feishu\.cn/\S|larksuite\.com/\S", t("飞书云文档", "Lark Docs")),
        (r"alidocs\.dingtalk\.com|space\.dingtalk\.com", t("钉钉文档", "DingTalk Docs")),
        (r"aliyundrive\.com|alipan\.com", t("阿里云盘", "Aliyun Drive")),
        (r"(?:drive|docs)\.google\.com", t("Google 云端硬盘", "Google Drive")),
        (r"dropbox\.com|wetransfer\.com|we\.tl/|icloud\.com/attachment", t("网盘", "a file service")),
    )
)
_LINK = re.compile(r"https?://[^\s\"'<>]{4,400}", re.IGNORECASE)
_FILE = re.compile(r"[^\s<>\"'/\\:：;；|]{1,80}\.(?:xlsx|xlsm|xls|et|ods|csv|zip|rar|7z)\b", re.IGNORECASE)
_NEAR = 600
_ENVELOPED, _SIGNED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"


@dataclass(frozen=True)
class Cloud:
    """A file behind a link: its name ('' when none stands near), and where it lies."""

    name: str
    place: Text


def cloud_file(text: str) -> Cloud | None:
    """The first file behind a link in a body (HTML or plain), None when there is none."""
    for link in _LINK.finditer(text):
        place = next((place for pattern, place in _PLACES if pattern.search(link[0])), None)
        if place is not None:
            named = _FILE.search(text, link.end(), link.end() + _NEAR)
            before = _FILE.findall(text, max(0, link.start() - _NEAR), link.start())
            return Cloud(named[0] if named else before[-1] if before else "", place)
    return None


def is_sealed_text(text: str) -> bool:
    """Whether a plain body is a PGP message."""
    return "-----BEGIN PGP MESSAGE-----" in text


def sealed(message: email.message.Message, data: bytes, shown: str) -> str:
    """Key of the sentence for a part that is encrypted, or signed as a whole; '' for any other."""
    kind, lower = message.get_content_type(), shown.lower()
    if kind in ("multipart/encrypted", "application/pgp-encrypted", "application/x-microsoft-rpmsg-message"):
        return "mail-encrypted"
    if lower.endswith((".rpmsg", ".pgp", ".gpg")):
        return "mail-encrypted"
    if kind not in ("application/pkcs7-mime", "application/x-pkcs7-mime") and not lower.endswith(".p7m"):
        return ""
    said = str(message.get_param("smime-type") or "").lower()
    if said == "signed-data" or (not said and _SIGNED in data[:64] and _ENVELOPED not in data[:64]):
        return "mail-signed"
    return "mail-encrypted"
