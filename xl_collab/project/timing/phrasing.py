"""What people write around a date: 计划于…前完成, 截止日期：…, due by …; and the text in one form.

Text in, text out. Only words that leave one reading as it is may be taken off: what hedges (左右, 暂定),
turns (后, 起, 不含) or names a start stays, so that the text is not read.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from xl_collab.patterns import lazy
from xl_collab.project.timing.recurrence_words import number_of

_INVISIBLE = lazy("[\u200b-\u200f\u2060\ufeff\u00ad]")
_DASHES = lazy("[\u2010-\u2015\u2212\uff0d]")
_DIGITS = {"零": "0"} | {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")}
_NUMERALS = lazy(r"(?<![周期拜第〇零一二三四五六七八九十])[〇零一二三四五六七八九十]+(?=[年月日号点时分])")
# A circle or the letter O among the digits of a year, for want of 〇 on the keyboard.
_CIRCLE = lazy(r"(?<=[〇零一二三四五六七八九○◯o])[○◯o](?=[〇零一二三四五六七八九○◯o年])")
_FULL_STOP = lazy(r"(?<=\d)。(?=\d)")
_GAP = lazy(r"\s*([-./年月日号])\s*")

_VERBS = (
    "完成|交付|提交|上交|递交|报送|上报|交稿|定稿|验收|评审|上线|发布|投产|结束|结项|竣工|到货|发货|进场|签约"
    "|签订|签署|签字|反馈|回复|答复|确认|汇报|报告|交齐|到位|落实|办结|关闭|召开|举行|开会|截止|归档|审批|出具"
    "|提供|更新|下发|发放|落地|达成|实现|收尾|整改|移交|交接|入库|付款|支付|到账|开票|盖章|报批|报备|公示|复盘"
    "|总结|检查|结算|对账|盘点|巡检|通报|同步|例会|会议|周会|月会|站会|晨会|周报|月报|季报|年报|简报|一次|交"
)
_OBJECTS = (
    "日报|周报|月报|季报|年报|报告|报表|初稿|终稿|方案|结算|进度|进展|数据|汇报|例会|会议|评审|验收|交付"
)
_MUST = "(?:务必|必须|须|需要?|应当?|要|请|可)?(?:全部|按时|正式|统一)?"
_LEADS = (
    "请|须|需|应|必须|务必|拟|定|计划|预计|预期|要求|目标|规定|约定|最终|最晚|最迟|至迟|不晚|不迟|截止|截至|到期"
    "|完成|交付|提交|上线|验收|结束|交货|时间节点|节点|时限|期限|日期|时间|为|是|在|于|到|至|:| "
)
_LEADS_EN = (
    r"deadline|due date|due|ddl|eta|target date|target|finish(?:ed)?|complet(?:e|ed|ion)|deliver(?:y|ed)?"
    r"|submit(?:ted)?|by|until|till|on or before|no later than|not later than|to be|must be|done|latest"
)


def normalised(text: str) -> str:
    """Half-width, lower-case, without invisible characters, numerals before 年月日 as digits."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    circles = _CIRCLE.sub("〇", _DASHES.sub("-", folded))
    digits = _NUMERALS.sub(lambda found: _digits(found[0]), circles)
    return _GAP.sub(r"\1", " ".join(_FULL_STOP.sub(".", digits).split()))


def _digits(numeral: str) -> str:
    """二〇二三, 二零二三 -> 2023, 三十一 -> 31; what is no number stays."""
    if "十" in numeral or len(numeral) == 1:
        return str(number_of(numeral) or numeral)
    return "".join(map(_DIGITS.__getitem__, numeral))


def bare(text: str) -> str:
    """A normalised text without what people write around a date or a recurrence."""
    lead, bracket, end = _around()
    text = bracket.sub(r" \1", text)
    while (shorter := end.sub("", text)) != text:
        text = shorter
    return lead.sub("", text).strip()


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What stands in front, a time in brackets behind, and what stands behind."""
    lead = re.compile(rf"^(?:(?:{_LEADS})+|(?:(?:{_LEADS_EN})[ :]+)+)")
    bracket = re.compile(r" ?\(([^()]*\d[:点时][^()]*)\)")
    ends = (
        r"[ ,;。.!]+",
        r" ?(?:之前|以前|前|为止|止)",
        r" ?\((?:含|含当[日天]|前|之前|以前|截止|inclusive)\)",
        rf" ?\((?:{_VERBS})\)",
        rf"[ ,]*{_MUST}(?:{_VERBS})(?:{_OBJECTS})?(?:完毕|即可)?",
        r",? (?:at the )?latest",
    )
    return lead, bracket, re.compile(rf"(?:{'|'.join(ends)})$")
