"""What a mail does not hold although it seems to: files behind a link, mails that are sealed.

Told with its cure; nothing is fetched or unsealed. What may not enter: attachments that are there.
"""

from __future__ import annotations

import email.message
import re
from dataclasses import dataclass

from xl_collab.schema.words import Text, t

# What is said about mails that cannot be taken, or not wholly; each sentence says what to do.


SENTENCES: dict[str, Text] = {
    "mail-unreadable": t(
        "打不开邮件：{why}。请检查路径和权限。",
        "Cannot open the mail: {why}. Check the path and the permissions.",
    ),
    "mail-size": t(
        "邮件或其附件超过 {limit} MB。请把附件另存后单独回收。",
        "The mail or what is attached exceeds {limit} MB. Save the attachment and collect it by itself.",
    ),
    "mail-parts": t(
        "邮件结构过于复杂（超过 {limit} 个部分）。请把附件另存后单独回收。",
        "The mail has an absurd structure (over {limit} parts). Save the attachment and collect that.",
    ),
    "mail-headers": t(
        "邮件头大得不正常，已拒绝。请把附件另存后单独回收。",
        "The mail's headers are absurdly big; it was refused. Save the attachment and collect it by itself.",
    ),
    "mail-many": t(
        "附件超过 {limit} 个，已拒绝。请把需要的附件另存后单独回收。",
        "Over {limit} attachments; refused. Save the ones that matter and collect them by themselves.",
    ),
    "mail-broken": t(
        "这不是可以读取的邮件（.eml）。请在邮件程序中重新另存为 .eml，或只回收附件。",
        "This is no readable mail (.eml). Save it as .eml again, or collect the attachment by itself.",
    ),
    "mail-sender": t(
        "发件人地址不明确，无法与部门核对；该邮件中的修改需人工确认。",
        "The sender's address is not clear and cannot be compared with the department; confirm by hand.",
    ),
    "winmail": t(
        "附件 winmail.dat 不受支持（Outlook 的 RTF 格式）。请对方改用 HTML 或纯文本格式重发附件。",
        "The attachment winmail.dat (Outlook's rich text) is not supported. "
        "Ask for it again, sent as HTML or plain text.",
    ),
    "mail-encrypted": t(
        "邮件是加密的（S/MIME、PGP 或权限保护），无法读取。请在邮件程序中打开它，"
        "把附件另存到放回复的文件夹再收取。",
        "The mail is encrypted (S/MIME, PGP or rights management) and cannot be read. Open it in the mail "
        "program, save the attachment into the folder of replies, and collect that.",
    ),
    "mail-signed": t(
        "邮件连同附件被整个封装在数字签名里（smime.p7m），没有拆开。请在邮件程序中打开它，"
        "把附件另存到放回复的文件夹再收取；"
        "或请对方改用“明文签名”重发。",
        "The mail is wrapped in its signature as a whole (smime.p7m) and was not unwrapped. Open it in "
        "the mail "
        "program and save the attachment, or ask for it again, clear-signed.",
    ),
    "mail-cloud": t(
        "附件{name}是{place}的链接，邮件里没有文件。请点开链接，"
        "把文件下载到放回复的文件夹再收取；或请对方以普通附件重发。链接会过期。",
        "The attachment {name} is a link to {place}; the mail holds no file. Follow the link, save the "
        "file into "
        "the folder of replies and collect that, or ask for a plain attachment. Such links expire.",
    ),
    "mail-archive": t(
        "附件“{name}”是压缩包，没有读取。请解压后把里面的 .xlsx 单独回收。",
        "The attachment “{name}” is an archive and was not read. Unpack it and collect the .xlsx in it.",
    ),
    "mail-other": t(
        "附件“{name}”不是工作簿，没有读取。", "The attachment “{name}” is no workbook and was not read."
    ),
}


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
