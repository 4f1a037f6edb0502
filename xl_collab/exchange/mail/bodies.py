"""The words of a mail: HTML as lines, earlier mails that are quoted below them taken off.

Nothing here is shown as HTML or fetched. What may not enter: what the words mean (greetings.py).
"""

from __future__ import annotations

import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from xl_collab.exchange.mail.greetings import has_news
from xl_collab.schema.words import Text, t

MOST, MOST_HTML = 50_000, 500_000
"""Characters of a body that are looked at."""

_LINES, _LENGTH = 20, 2000
_BLOCKS = frozenset(("p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "hr"))
_TAG = re.compile("/?[A-Za-z][A-Za-z0-9]{0,20}")
_UNSEEN = frozenset(("style", "script", "head", "title"))
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")

_RULE = r"[-—–_=*~]{2,}"
_BEGUN = re.compile(
    rf"\s*(?:{_RULE}\s*)?(?:(?:回复的?|答复的?)?(?:原始?邮件|原文)(?:信息)?|original (?:message|mail|"
    rf"appointment)|"
    rf"replied message|reply message)\s*[:：]?\s*(?:{_RULE})?\s*",
    re.IGNORECASE,
)
"""-----原始邮件-----, ---- Replied Message ----: below stands an earlier mail."""
_FORWARDED = re.compile(
    rf"\s*(?:{_RULE}\s*)?(?:转发(?:的?邮件)?(?:信息)?|begin forwarded message|forwarded (?:message|mail))"
    rf"\s*[:：]?\s*(?:{_RULE})?\s*",
    re.IGNORECASE,
)
"""What somebody forwards was not ours: the words below are told, their headers are not."""
_FROM = re.compile(r"[\s*]*(?:发件人|寄件者|from)[\s*]*(?:[:：\t]|$)", re.IGNORECASE)
_HEAD = re.compile(
    r"[\s*]*(?:发件人|寄件者|发送时间|发件时间|发送日期|时间|日期|收件人|收件者|抄送|主题|附件|"
    r"from|sent|date|to|cc|subject|importance|重要性)[\s*]*(?:[:：\t]|$)",
    re.IGNORECASE,
)
_WROTE = re.compile(r"(?:wrote|writes|写道)\s*[:：]\s*$", re.IGNORECASE)
_WHO_OR_WHEN = re.compile(r"@|\d{1,2}:\d\d")
"""Who wrote what follows is told with an address or a time of day: a person's own sentence has neither."""
_FOLDED = re.compile(r"\s*(?:on|at|am|le|在|于|\d{4})(?=.*\d:\d\d)", re.IGNORECASE)
_ATTRIBUTION = 400


@dataclass(frozen=True)
class Body:
    """What somebody wrote in a mail, without the mails that it quotes; `author` is who is said to have
    written it.

    subject  of a mail inside the mail; '' for the mail itself
    news     whether more is said than politeness
    """

    author: str
    words: str
    news: bool
    subject: str = ""


@dataclass
class MailText:
    """The texts of one mail, of this one or of one inside it."""

    author: str
    subject: str
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    def body(self, is_inner: bool) -> Body | None:
        """Its words; None when there are none."""
        plain = "\n".join(self.plain)
        text = plain if plain.strip() else text_of_html("\n".join(self.html))
        own = own_part(text)
        if not text.strip():
            return None
        names = (self.author, *re.split(r"[\s()（）/|_-]+", self.author))
        subject = self.subject if is_inner else ""
        return Body(self.author, first_lines(own or text), bool(own) and has_news(own, names), subject)


def text_of_html(html: str) -> str:
    """The words of an HTML body, line by line; quoted blocks have a > before each line.

    Read by hand: the standard parser takes quadratic time on hostile input.
    """
    lines, quoted, unseen = [""], 0, ""
    for tag, text in _pieces(html[:MOST_HTML]):
        name = tag.lstrip("/")
        if unseen:
            unseen = "" if tag == "/" + unseen else unseen
            continue
        if name in _UNSEEN and tag == name:
            unseen = name
        if name == "blockquote":
            quoted = max(0, quoted + (1 if tag == name else -1))
        if name in _BLOCKS:
            lines.append("> " if quoted else "")
        elif name in ("td", "th"):
            lines[-1] += " "
        lines[-1] += re.sub(r"\s+", " ", unescape(text))
    return "\n".join(line.rstrip() for line in lines if line.strip("> ") or line.startswith(">"))


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Each tag's name (/p where it ends), and the text behind it."""
    yield "", html[: html.find("<")] if "<" in html else html
    at = html.find("<")
    while at >= 0:
        mark = "-->" if html.startswith("<!--", at) else ">"
        end = html.find(mark, at)
        if end < 0:
            return
        following = html.find("<", end)
        name = _TAG.match(html, at + 1)
        text = html[end + len(mark) : following if following >= 0 else len(html)]
        yield name[0].lower() if name else "", text
        at = following


def own_part(text: str) -> str:
    """The body without the mails quoted in it; answers between quoted lines (>) and what was forwarded
    stay."""
    lines = _INVISIBLE.sub("", text[:MOST].replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _BEGUN.fullmatch(lines[at]) or _is_head(lines, at):
            break
        if lines[at].lstrip().startswith(">"):
            at += 1
        elif _FORWARDED.fullmatch(lines[at]):
            at = _behind_head(lines, at + 1)
        elif wrote := _attribution(lines, at):
            at += wrote
            if not _is_quoted(lines[at:]):
                break
        else:
            kept.append(lines[at])
            at += 1
    return "\n".join(kept).strip()


def _is_head(lines: list[str], at: int) -> bool:
    """Whether the headers of an earlier mail begin here: a From line, and two more within the next few."""
    if not _FROM.match(lines[at]):
        return False
    return sum(1 for line in lines[at + 1 : at + 8] if _HEAD.match(line)) >= 2


def _is_quoted(lines: list[str]) -> bool:
    """Whether the next filled line is marked as quoted; programs that mark none quote to the end."""
    return next((line for line in lines if line.strip()), "").lstrip().startswith(">")


def _behind_head(lines: list[str], at: int) -> int:
    """Where the text of a forwarded mail begins, behind its headers."""
    while at < len(lines) and (not lines[at].strip() or _HEAD.match(lines[at])):
        at += 1
    return at


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here say who wrote what follows (mail programs fold them); 0 when none does."""
    if _attributes(lines[at : at + 1]):
        return 1
    folded = _FOLDED.match(lines[at]) and not any(map(_FOLDED.match, lines[at + 1 : at + 2]))
    return next((count for count in (2, 3) if folded and _attributes(lines[at : at + count])), 0)


def _attributes(lines: list[str]) -> bool:
    piece = "\n".join(lines)
    if not all(line.strip() for line in lines) or len(piece) > _ATTRIBUTION:
        return False
    return _WROTE.search(piece[-20:]) is not None and _WHO_OR_WHEN.search(piece) is not None


def first_lines(text: str) -> str:
    """At most 20 lines and 2,000 characters, blank lines left out; … where more followed."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    shown = "\n".join(lines[:_LINES])
    cut = len(lines) > _LINES or len(shown) > _LENGTH
    return shown[:_LENGTH].rstrip() + ("\n…" if cut else "")


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
