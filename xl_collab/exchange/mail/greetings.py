"""Whether something is left to read in a mail: greetings, set phrases and the signature taken off."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LONGEST = 40
"""Characters of the longest clause that can be a set phrase."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_TITLES = (
    "经理|主任|部长|处长|科长|主管|老师|先生|女士|小姐|同学|博士|书记|院长|厂长|总监|总经理|组长|所长|工程师"
)
_WHO = (
    rf"(?:[{_SURNAMES}](?:总|工|姐|哥|董|{_TITLES})|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:{_TITLES})|"
    rf"[小老][{_SURNAMES}]|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=您好|你好))"
)
_GREETING = re.compile(
    rf"(?:尊敬的|亲爱的|hi|hello|dear)?(?:(?:各位|诸位|大家|领导|老师|同事|同仁|负责人|部门|项目办|们|"
    rf"的|及|和|、|{_WHO}))*"
    r"(?:早上|上午|中午|下午|晚上)?(?:您好|你们好|你好|大家好|好|早|hi|hello)?",
    re.IGNORECASE,
)
_GREETING_EN = re.compile(
    r"(?:hi|hello|dear|hey|good (?:morning|afternoon|evening))(?: (?:all|everyone|team|colleagues?|"
    r"both|sirs?|madam|there|"
    r"sir or madam|(?:mr|mrs|ms|miss|dr|prof)\.? ?\w+(?: \w+)?))?",
    re.IGNORECASE,
)
_DEAR = re.compile(r"(?:[Hh]i|[Hh]ello|[Dd]ear|[Hh]ey)(?: [A-Z][\w'-]+){1,3}")
_DEPARTMENT = (
    "(?:研发|市场|生产|采购|质量|品质|财务|人力资源|人事|行政|销售|法务|信息|技术|运营|售后|设计|工程|"
    "物流|仓储)(?:部门?|中心)?"
)
_HARMLESS = _words(
    """
    填写完成 填报完成 完成填写 完成填报 填写已完成 填报已完成 回传 随信 随邮件 领导 各位领导 附件 附件中
    附件里 附件内 附件中的 在附件 在附件中 在附件里 见 请见 请看 详见 参见 如 请 查收 查阅 审阅 过目 知悉
    查看 收 已 已经 按要求 按照要求 要求 填好 填写 填完 填报 填 好 完毕 完 写好 写 了 表 表格 任务 进度
    进展 情况 文件 文档 工作簿 邮件 资料 材料 内容 我部 我部门 我们部门 我们部 我们 我 本部门 本部 我司 为
    是 的 把 现 给您 给你 发给您 发给你 发您 发你 发送 发出 发 上传 附上 附 补发 重发 再发 再 一下 一次
    一遍 一份 份 本周的 本月的 本次 此次 相关 最终 更新后 修改后 填写后 麻烦 烦请 劳烦 辛苦 有劳 抱歉
    不好意思 打扰 迟复 敬请 谨请 恳请 您 你 以上 如题 如上 其 于 至 到 和 并 及 望 供 参考 回复 反馈 提交
    更新 汇总 答复 谢谢 多谢 感谢 支持 配合 啦 哦 哈 啊 呢 吧 大家 各位 本周任务 本周填报 本周进度
    本周进展 本周情况 本周反馈 下 下面 在下面 下方 在下方 如下 下文 正文 在正文 在正文里 原文 在原文里 邮件里
    """
)
_ANCHOR = re.compile(
    "附|表|填|查收|请收|回传|查阅|审阅|过目|知悉|文件|见|谢|感谢|辛苦|麻烦|抱歉|如题|如上|以上|回复|反馈|参考|"
    "迟复|不好意思|打扰|重发|补发|发给?[您你]"
)
"""Harmless words alone need one of these in a clause: 已完 by itself could be about a task."""
_ASKED = re.compile(
    r"(?:请|麻烦|烦请|劳烦|望|敬请|恳请)(?:您|你|大家|各位|尽快|及时|也)?(?:再|重新|重|补)?(?:发|填|"
    r"提交|更新|回复|反馈|答复|上传|修改|写)"
    rf"|(?:请|麻烦|给|由|让|转|到|至){_DEPARTMENT}"
)
"""Whoever is asked to do something about it is told something."""
_WHOLE = re.compile(
    r"(?:收到|已收到|收悉|好|好的|嗯|ok|okay|fyi|无正文|"
    r"(?:如有|若有|如果有|有)(?:任何)?(?:问题|疑问|不妥|不清楚|需要)(?:之处|的地方)?(?:的话)?(?:请|"
    r"欢迎|可)?(?:您|你)?(?:随时|及时)?"
    r"(?:与|跟|和)?(?:我们?)?(?:联系|沟通|告知|指正|找|电话)(?:我们?)?|请?随时(?:与我)?联系我?|(?:欢迎|"
    r"请)指正|"
    r"此致|此致敬礼|敬礼|祝好|顺祝|祝|顺颂|近安|(?:顺颂|顺祝|敬颂|即颂|此颂)?(?:商祺|时祺|台安|夏安|"
    r"冬安|春安|秋安|近祺|近安)|"
    r"(?:顺祝|祝)?(?:您|你|大家|各位)?(?:工作|生活|身体|万事|一切|周末|节日|新年|国庆|中秋)(?:顺利|"
    r"愉快|健康|如意|快乐|安好)|"
    r"附件\d{0,2}个?|共\d{1,2}个附件|从?.{0,10}发来的(?:超大附件|云附件|大附件))",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"(?:发自|来自|发送自)(?:我的|于)?\s*[\w .+\-]{1,24}|从\s*[\w .]{1,20}(?:发送|发出|"
    r"邮件\s*发送)(?:的邮件)?|"
    r"获取\s*(?:适用于\s*\w+\s*的\s*)?outlook(?:\s*for\s*\w+)?|下载适用于\s*\w+\s*的\s*outlook|"
    r"(?:get|download) outlook for \w+|sent (?:from|via|with) (?:my |mail for |the )?[\w .\-]{2,30}",
    re.IGNORECASE,
)
_EN_WORDS = _words(
    """
    a an and as at all attach attached attachement attachment attachments enclosed enclosure below best
    big br cheers check completed department departments dept document excel feedback file files filled
    filled-in find for form forms fyi greetings hereby here here's herewith i in is are has have been it
    its kind kindly list many me my of our ours packet please pls plz regards regard rgds reply report
    requested reference request sorry the this see sheet sheets send sending sent sincerely spreadsheet
    table tables task tasks team thank thanks thx to tracker update updated us input response mail email
    version very much warm warmest we wishes with workbook yours faithfully review your you information
    info records inline answers answered
    """
)
_EN_ANCHOR = _words(
    """
    attached attachment attachments enclosed file form sheet workbook spreadsheet thanks thank thx regards
    rgds br cheers fyi best sincerely faithfully wishes sorry requested
    """
)
_EN_WHOLE = re.compile(
    r"(?:please )?(?:let me know|contact me|feel free to contact me|do not hesitate to contact (?:me|"
    r"us)|don't hesitate to contact "
    r"(?:me|us))(?: if you have any (?:further )?questions| in case of questions)?|"
    r"(?:if you have )?any questions|here (?:you go|it is)|"
    r"(?:i'm |we are |i am )?sorry for (?:the|my|our) late (?:reply|answer|response)|"
    r"(?:i |we )?look(?:ing)? forward to hearing from you",
    re.IGNORECASE,
)
_NAMED_FILE = re.compile(
    r"[<《“\"]?[^\s<>《》“”\"：:，,。；;！!？?]{1,80}\.(?:xlsx|xlsm|xls|et|"
    r"eml)[>》”\"]?(?:\s*\([\d.,]+\s*[KM]B?\))?",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[，,。；;！!？?：:~～…、|]+|\.(?=\s|$)|[（）()]|\s-+\s|\s{2,}")
_CALLED = re.compile(r"^(?:@|to\s+(?=[\u4e00-\u9fff])|致\s*(?=[\u4e00-\u9fff]))", re.IGNORECASE)
"""Whom a clause begins by calling."""
_BOILERPLATE = re.compile(
    r"\s*(?:本邮件|此邮件|该邮件|本电子邮件|此电子邮件|声明|免责|保密|重要提示|this (?:e-?mail|message|"
    r"communication)|the information|"
    r"disclaimer|confidential)",
    re.IGNORECASE,
)
_BOILED = re.compile(
    r"保密|机密|误收|错收|收件人|confidential|privileged|intended|unauthori[sz]ed|recipient", re.IGNORECASE
)
_WRAPPED = re.compile(r"(?<=[a-z,])\n(?=[a-z])(?!www\.|https?:)")
"""Where a mail program broke an English sentence."""
_SHORTEST_BOILERPLATE = 30
_MOST_LINES = 1000
"""Nobody is polite at such length."""


def has_news(text: str, names: Collection[str] = ()) -> bool:
    """Whether something is left in a mail's own part when nothing but words of politeness is taken off.

    names  how the sender is called: a line that says only that is the signature
    """
    known = frozenset(name.strip().casefold() for name in names if name.strip())
    if text.count("\n") > _MOST_LINES:
        return True
    text = _WRAPPED.sub(" ", text)
    lines = without_signature(without_boilerplate(text.splitlines()), known)
    clauses = [clause for line in lines for clause in _clauses(line)]
    return any(says(clause, known, first=at == 0) for at, clause in enumerate(clauses))


def without_boilerplate(lines: list[str]) -> list[str]:
    """Without the paragraphs in which a company's lawyers speak."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        end = at
        while _BOILERPLATE.match(lines[at]) and end < len(lines) and lines[end].strip():
            end += 1
        paragraph = "".join(lines[at:end])
        if len(paragraph) >= _SHORTEST_BOILERPLATE and _BOILED.search(paragraph):
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _clauses(line: str) -> Iterator[str]:
    for piece in _CLAUSES.split(_NAMED_FILE.sub("附件", line)):
        plain = _CALLED.sub("", piece.strip(" \t\u3000\"'“”‘’*>-—·"))
        if re.search(r"\w", plain):
            yield plain


def says(clause: str, known: Collection[str], *, first: bool) -> bool:
    """Whether a clause says something: no phrase of politeness, no word about the attachment.

    first  whom a mail begins with is a name that it calls
    """
    if len(clause) > 2 * _LONGEST:
        return True
    called, _, rest = clause.partition(" ")
    if first and rest and is_name(called, known):
        return says(rest, known, first=False)
    if clause.casefold() in known or (first and is_name(clause, known)):
        return False
    tight = re.sub(r"\s+", "", clause)
    if any(pattern.fullmatch(clause) for pattern in (_SENT_FROM, _GREETING_EN, _DEAR, _EN_WHOLE)):
        return False
    if len(tight) <= _LONGEST and (_WHOLE.fullmatch(tight) or _is_harmless(tight)):
        return False
    if len(tight) <= _LONGEST // 2 and _GREETING.fullmatch(tight):
        return False
    return not _is_polite_english(clause, known)


def _is_harmless(clause: str) -> bool:
    """Whether a Chinese clause is nothing but words of sending, filling in and thanking."""
    if not _ANCHOR.search(clause) or _ASKED.search(clause):
        return False
    plain = re.sub(rf"^{_DEPARTMENT}", "", clause)
    longest = max(map(len, _HARMLESS))
    reached = {0}
    for at in range(len(plain)):
        if at in reached:
            reached |= {at + n for n in range(1, longest + 1) if plain[at : at + n] in _HARMLESS}
    return len(plain) in reached or _after_department(plain)


def _after_department(plain: str) -> bool:
    """附件为研发部任务填报表: a department named in the middle of such a clause."""
    found = re.search(_DEPARTMENT, plain)
    return (
        found is not None and found[0] != "" and _is_harmless(plain[: found.start()] + plain[found.end() :])
    )


def _is_polite_english(clause: str, known: Collection[str]) -> bool:
    """Whether an English clause holds nothing but words of sending, thanking and greeting."""
    if not clause.isascii():
        return False
    for name in known:
        clause = re.sub(rf"\b{re.escape(name)}\b", " ", clause, flags=re.IGNORECASE)
    words = set(re.findall(r"[a-z0-9'&-]+", clause.casefold()))
    return bool(words) and words <= _EN_WORDS and bool(words & _EN_ANCHOR)


# The signature at the end of a mail: names, posts, companies, and how to reach somebody.


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
