"""The signature at the end of a mail: names, posts, companies, and how to reach somebody.

Only lines that are nothing else are taken off. What may not enter: set phrases (setphrases.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection

_RULED_OFF = re.compile(r"\s*(?:[-—–_=*~·]{2,})\s*")
_MOST = 12
"""Lines that a signature has at most below the line that rules it off."""
_LONGEST_LINE, _SHORT = 200, 12
"""Characters of the longest line of a signature, and of a name in it."""

_ADDRESS = re.compile(
    r"(?:(?:e-?mail|mail|e|邮箱|邮件)\s*[:：]?\s*)?<?[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?", re.IGNORECASE
)
_PHONE = re.compile(
    r"(?:(?:tel|phone|telephone|mobile|mob|cell|fax|m|t|p|f|电话|手机|座机|分机|传真|联系电话|邮编|qq|"
    r"微信)\s*(?:no)?\.?\s*[:：]?\s*)?"
    r"(?:\+\d{1,3}[\s-]?)?\(?\d[\d\s()\-#]{5,24}(?:转\s*\d{2,6}|ext\.?\s*\d{2,6})?",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"(?:add|address|web|website|url|wechat|地址|网址|微信|公司)\s*\.?\s*[:：]\s*\S.{0,100}|"
    r"https?://\S+|www\.\S+",
    re.IGNORECASE,
)
_CHANGED = re.compile(r"改|换|变|新|[，。！？；]|change|new|move", re.IGNORECASE)
_TELLS = "是为归给转由该应在把让找问"
_COMPANY = re.compile(
    rf"[^{_TELLS}]{{2,30}}(?:有限责任公司|有限公司|股份公司|公司|集团|研究院|研究所|大学)|.{{2,"
    rf"40}}(?:co\.?,? ?ltd\.?|inc\.?|llc|gmbh)",
    re.IGNORECASE,
)
_POST = re.compile(
    rf"[^{_TELLS}]{{2,8}}(?:部|部门|中心|处|科|室|组|办公室|事业部|委员会)|"
    r"(?:项目|产品|高级|资深|助理|硬件|软件|结构|质量|工艺|采购|市场|销售|研发|技术|行政|人事|财务|"
    r"测试|设计)*"
    r"(?:经理|工程师|主管|专员|总监|助理|主任|部长|会计|秘书|设计师|顾问|负责人)|"
    r"[A-Z]&[A-Z]|(?:[A-Z&][\w&]*\s+){0,4}(?:Engineer|Manager|Director|Department|Assistant|Specialist|Designer|"
    r"Officer|Team|Office)",
)
_PLAIN_SURNAMES = (
    "王李张刘陈杨赵黄吴徐孙胡朱林郭罗梁谢宋唐邓韩冯曹彭萧田董袁潘蒋蔡杜魏吕丁沈姚卢姜崔钟谭汪范廖贾邹熊孟秦邱尹薛闫"
    "侯史黎贺郝龚邵覃戴莫孔周高何马许程苏叶任方"
)
_NAME = re.compile(
    rf"(?!黄[灯色牌]|周[一二三四五六日末内]|马上|许可|程序|方案|任务|"
    rf"高[低峰])(?:[{_PLAIN_SURNAMES}][\u4e00-\u9fff]{{1,2}}|[小老][{_PLAIN_SURNAMES}])"
)
_NAME_EN = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}")
_DAY = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")
_CLOSING = re.compile(
    r".{0,30}(?:regards|thanks|thank you|br|best|cheers|sincerely|wishes|rgds)[ ,.!]*", re.IGNORECASE
)
_SAYS = re.compile(
    r"[A-Za-z]{1,3}[-_]?\d{2,}|\d+\s*[%％天日号月周项万元台件个]|延|推迟|提前|完|风险|问题|请|需|不|未|"
    r"无|没|改|换|停|取消|"
    r"周[一二三四五六日]|预计|协助|已|缺|坏|等|还|但|待|错|迟|晚|delay|late|slip|finish|complete|done|"
    r"risk|issue|need|can't|"
    r"cannot|\bnot\b|\bno\b|please|will|hold|stop|agree|ok",
    re.IGNORECASE,
)


def without_signature(lines: list[str], known: Collection[str]) -> list[str]:
    """The filled lines above the signature.

    known  how the sender is called, lower case
    """
    filled = _above_rule([line.strip() for line in lines if line.strip()], known)
    while filled and _is_last(filled, known):
        filled.pop()
    return filled


def _above_rule(lines: list[str], known: Collection[str]) -> list[str]:
    """What stands above the line that rules a signature off, and what is said below it all the same."""
    for at in range(len(lines) - 1, max(-1, len(lines) - _MOST - 2), -1):
        below = lines[at + 1 :]
        signed = [line for line in below if _is_contact(line) or is_name(line, known)]
        if _RULED_OFF.fullmatch(lines[at]) and (signed or not below):
            return lines[:at] + [line for line in below if line not in signed and _SAYS.search(line)]
    return lines


def _is_last(lines: list[str], known: Collection[str]) -> bool:
    """Whether the last line belongs to the signature."""
    line = lines[-1]
    if _is_contact(line) or is_name(line, known):
        return True
    if len(lines) < 2:
        return False
    if _DAY.fullmatch(line):
        return _is_contact(lines[-2]) or is_name(lines[-2], known)
    return bool(_NAME_EN.fullmatch(line) and _CLOSING.fullmatch(lines[-2]))


def _is_contact(line: str) -> bool:
    """Whether a line is nothing but how to reach somebody, or who that is."""
    if len(line) > _LONGEST_LINE:
        return False
    if _PLACE.match(line) and not _CHANGED.search(line):
        return True
    rest = _PHONE.sub(" | ", _ADDRESS.sub(" | ", line))
    pieces = [piece.strip() for piece in re.split(r"[|/\\·,，;；]|\s+-\s+|\s{2,}", rest) if piece.strip()]
    posts = sum(map(_is_post, pieces))
    if posts and "|" in line:  # a company's short name stands beside a department
        return all(len(piece) <= _SHORT and not _SAYS.search(piece) for piece in pieces)
    return posts == len(pieces)


def _is_post(piece: str) -> bool:
    """A post, a department, a company; also several of them, or a name, with blanks between."""
    if _SAYS.search(piece):
        return False
    if _COMPANY.fullmatch(piece) or _POST.fullmatch(piece):
        return True
    words = piece.split()
    whole = len(words) > 1 or _NAME.fullmatch(piece)
    return bool(whole) and all(
        _NAME.fullmatch(w) or _COMPANY.fullmatch(w) or _POST.fullmatch(w) for w in words
    )


def is_name(line: str, known: Collection[str]) -> bool:
    """Whether a line is the sender's name, or a Chinese name by itself."""
    plain = line.strip(" .，,。-—:：")
    return plain.casefold() in known or bool(_NAME.fullmatch(plain) and not _SAYS.search(plain))
