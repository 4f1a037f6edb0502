"""The words of a mail: HTML as lines, earlier mails that are quoted below them taken off.

Nothing here is shown as HTML or fetched. What may not enter: what the words mean (setphrases.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from xl_collab.exchange.mail.setphrases import has_news

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
class Written:
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
