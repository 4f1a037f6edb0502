"""The words and patterns by which 备注 says what must happen: vocabulary only, no decisions.

`clauses.py` runs these over one clause at a time, and a clause is never longer than `LONGEST_CLAUSE`, so that
no pattern can take more than linear time over a whole note. Nothing that builds a condition may enter.
"""

from __future__ import annotations

import re

LONGEST_CLAUSE = 240
_I = re.IGNORECASE

# --- cutting a note -------------------------------------------------------------------------------------
SENTENCE_END = re.compile(r"[。;!?\n\r]|(?<![A-Z][a-z]{2})\.(?=\s|$)")
# A comma inside "November 30, 2023" cuts nothing; 并 inside 合并, 并购 … is no "and".
CLAUSE_END = re.compile(
    r",(?!\s*(?:19|20)\d\d\b)|(?:并且|而且|同时)|(?<![合兼归])并(?![购行发列存])|(?<![而并况尚暂])且(?!慢)"
)
TITLE = re.compile(r"《[^《》]{0,80}》")
# A kind is looked for only where one of its words is: nearly all clauses are passed over.
CONFIRM_HINT = re.compile(
    r"确认|核对|核实|[未没]|协调|落实|明确|敲定|商定|申请|采购|购置|租|借|追加|confirm", _I
)
DATE_HINT = re.compile(
    r"前|截|最迟|最晚|[晚迟]于|至|到|为|计划|预计|预期|定|拟|争|期|时间|ddl|deadline|due|by|before|lat", _I
)
TERM_HINT = re.compile("前|内|底|末")
LEAD_HINT = re.compile(r"提前|前|ahead|advance|prior|early|earlier|before|notice|warning", _I)
SIGN_HINT = re.compile(r"签|盖章|sign", _I)
APPROVE_HINT = re.compile(r"批|审|核准|approv", _I)
SEND_HINT = re.compile(
    r"提交|反馈|提报|递交|上报|报|呈|发|送|下发|知会|同步|通报|cc|submit|send|forward|circulat|distribut|copy",
    _I,
)
WAIT_HINT = re.compile(
    r"依赖|需|须|由|取决|有赖|受制|卡|前[置提序]|[等待后先视未才方]|关联|紧|depend|block|wait|after|once|contingent",
    _I,
)
RISK_HINT = re.compile(
    r"风险|隐患|不确定|可能|恐|担心|生怕|不足|紧|短缺|缺|不够|匮乏|来不及|不稳|排除|影响|导致|造成|断[供货]|risk|may|might|could|short",
    _I,
)
CONDITIONAL = re.compile(
    r"\s*(?P<word>若|如果|如(?![期何下上实约数同此])|一旦|倘若|假如|万一|要是|当(?=.{1,30}时)"
    r"|(?:if|when|whenever|once|in case|unless)\b)(?:遇到?|有|发生|出现)?\s*(?P<body>.*)",
    _I | re.DOTALL,
)
CONDITION_END = re.compile(r"(?:的话|时|的情况下|情况)?[\s,:]*(?:则|就|,?\s*then)?[\s,]*$", _I)

# --- duty: what is asked, what is waived, what is over ----------------------------------------------------
_WAIVED = (
    r"[无毋][需须庸]|不(?:再|太|一定)?(?:需要?|须|必|用|要求?|应|做?要求)|不(?:能|可|得|允许)(?!以?[晚迟超])"
    r"|(?:未|没有?|无)(?:作|做)?要求|禁止|严禁|避免|切勿|请勿|暂不|暂缓|取消|免于|免除|豁免|可不|可以不|可免|并非|不是|不会"
)
_ASKED = (
    r"务必|务须|务请|必须|必需|(?<![所无毋不])需要?(?!求)|(?<![无毋])须(?!知)|(?<![反供相适响对效回])应(?![对急用收付答])[当该]?"
    r"|(?<![不无未作做按合质有])要求(?!的)|(?<![重主只首摘纪概不需])要(?![求点素件领是么])|(?<![申邀聘])请(?![求示假])|(?:等|有|尚|还)?(?<![对期看招接])待(?![定办遇])"
)
DUTY = re.compile(f"(?P<waived>{_WAIVED})|(?P<asked>{_ASKED})")
OVER = re.compile(r"已|曾|刚刚|未|没|无法|可能|能否|是否|有无")
OVER_AFTER = re.compile(
    r"\s*(?:了|过|完毕|完成(?!后|前)|(?:环节|手续)?(?:并?非必[须需]|不是必[须需]|不需要?|不必|无[需须]|可免|免除|可省))"
)
# Between a thing's name and the verb: stripped from the end of a subject.
BEFORE_VERB = re.compile(
    rf"(?:{_ASKED}|保证|确保|争取|力争|计划|DDL|ddl|[Dd]eadline|最迟|最晚|不(?:得|能|可)?[晚迟]于|截止(?:日期|时间)?|截至|[于在至到为是由经:\s*])+$"
)
AFTER_DATE = re.compile(rf"^(?:[\s:]|{_ASKED}|保证|确保|能够?|将)+")
ASKED_AT_START = re.compile(rf"^(?:{_ASKED}|[\s:,])+")

EN_WAIVED = re.compile(
    r"\b(?:not(?! later)|no(?! later)|never|without|cannot|waived?)\b|n['’]t\b|\bneedn", _I
)
EN_OVER = re.compile(r"\b(?:already|has|have(?! to)|had|was|were|been|whether|could|might|may)\b", _I)

# --- numbers and dates ------------------------------------------------------------------------------------
NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_EN_WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_EN_NUMBERS = {word: value for value, word in enumerate(_EN_WORDS.split(" "), 1)} | {
    "twenty": 20,
    "thirty": 30,
}
EN_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(_EN_NUMBERS, key=len, reverse=True))})"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# Only found here; what it means (and whether 5点 is morning) is for deadlines.py to say.
_TIME = (
    r"(?P<time>\s*(?:上午|下午|晚上?|早上?|中午|傍晚)?\s*"
    r"\d{1,2}(?::[0-5]\d|[点时](?:[0-5]?\d分?|半|整)?)(?!\d))?"
)
# 年 right before the month means a year that we did not read (去年11月30日, 二〇二三年…): no date then.
DATE = re.compile(
    rf"(?:(?<!\d)(?P<y>\d{{4}})年|(?<![年\d一二三四五六七八九十本次每下上]))(?P<m>{NUMBER})月(?P<d>{NUMBER})[日号]"
    rf"(?:\s*\([^()]{{1,6}}\))?{_TIME}"
    r"|(?<![\dA-Za-z./-])(?P<y2>\d{4})(?P<sep>[-/.])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2})(?![\d./-]*\d)"
    + _TIME.replace("?P<time>", "?P<time2>")
    # 11.30 and 11/30 only where 前 follows; of 11月底 it is the last day.
    + r"|(?<![\dA-Za-z./-])(?P<m3>1[0-2]|0?[1-9])[./](?P<d3>3[01]|[12]\d|0?[1-9])日?"
    r"(?=\s*(?:之前|以前|前)(?![的后往]))"
    rf"|(?:(?<!\d)(?P<y4>\d{{4}})年|(?<![年\d一二三四五六七八九十本次每下上]))(?P<m4>{NUMBER})月(?:底|末)"
)
DATE_MARK = re.compile(r"\s*(?:下班|当天|当日)?\s*(?:(?:之前|以前|前)(?![的后往])|截止|为止|止)")
LATEST = re.compile(
    r"(?:不(?:得|能|可)?[晚迟]于|最[迟晚](?:于|在|不超过)?|截止(?:日期|时间)?[为是到至于:]?"
    r"|(?<![原旧])(?:计划|预计|预期|定|拟|力争|争取)(?:于|在)?|(?:DDL|deadline|交[货]?期|期限|(?:交付|完成|到货)(?:时间|日期))[为是到至于:]*)\s*$",
    _I,
)
# Of two dates the new one is valid; a move that is only wished for or feared moves nothing.
_MOVED = r"(?:延期|延迟|推迟|延后|推后|顺延|改期|延长|调整|变更|修改|更改|提前|改|延|推)(?:至|到|为|成|于)"
MOVED_TO = re.compile(rf"{_MOVED}\s*$")
NOW_MOVED = re.compile(rf"\s*(?:现|已|后|又|再|目前|经批准|,)*{_MOVED}")
MAYBE = re.compile(r"可能|申请|拟|建议|希望|请求|要求|能否|是否|不|未|无法|若|如")
FORMERLY = re.compile(r"(?:原[定本先]?(?:计划|交期|日期|时间)?|旧|由|从)(?:于|在|为|是|:)?\s*$")
FORMERLY_IN = re.compile(r"原|由|从|旧|计划")
OF_MOVING = re.compile(
    rf"(?:现|已|后|目前|经批准)*{_MOVED}|(?:之前|以前|前)(?!期)|原[定本先]?(?:计划)?|[由从于在为]|时间|日期|现|已|预计|将|(?:因为?|由于|受)[^,。;]*"
)
OVER_NEXT = re.compile(r"已|未|没|了|均")
EN_DATE = re.compile(
    rf"\b(?P<lead>(?:due\s+)?(?:by|before|on)|no later than|not later than|at the latest|due)\s+(?:the\s+)?"
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<mon>{_MONTH})\b\.?(?:,?\s+(?P<y>\d{{4}})\b)?"
    rf"|(?P<mon2>{_MONTH})\b\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y2>\d{{4}})\b)?"
    r"|(?P<y3>\d{4})-(?P<m3>\d{1,2})-(?P<d3>\d{1,2})(?!\d))",
    _I,
)
EN_BEFORE_DUE = re.compile(
    r"[\s:,-]*\b(?:(?:is|are|be|must|should|shall|will|to|due|needs?|has|have|ready|it|latest)\b[\s:,]*)*$",
    _I,
)
EN_MODAL = re.compile(r"\b(?:must|should|shall|needs? to|has to|have to|will|is to|are to|to)\s+", _I)

# --- the four kinds besides deadlines -------------------------------------------------------------------
CONFIRM = re.compile(
    r"(?<![签字署章名面])(?<![签字章署][并、和])(?:再次|重新)?(?:确认|核实)(?![单书函表件稿版人邮收款])"
    r"(?:一下|好|清楚|[:\s])*"
)
WITH = re.compile(r"^[\s:]*(?:[与同和跟向由经让请]|联系|协调|征求)?\s*")
EN_CONFIRM = re.compile(
    r"\b(?P<duty>to|must|should|shall|needs? to|has to|have to|please|pls|will|required to)\s+(?:also\s+)?"
    r"(?P<passive>be\s+)?(?:re-?)?confirm(?P<ed>ed)?\b(?:\s+(?:with|by)\b)?\s*",
    _I,
)
EN_NEXT = re.compile(
    r"\s+and\s+(?:then\s+)?(?:send|submit|forward|cc|copy|warn|sign|deliver)\b.*", _I | re.DOTALL
)
PARTIES_ASKED = re.compile(
    r"(?P<who>(?:最终)?(?:客户|甲方|乙方|供应商|业主|监理|厂家|总部|集团|对方|用户|总经理|董事会|第三方))"
    r"(?:方面|书面|共同|正式|进行|最终|沟通|联系|协商|对接|\s)*$"
)
# Confirmations that nobody asks for in so many words: 尚未确认预算, 资源还没有落实, 双方确认.
OPEN_POINT = re.compile(
    r"(?:尚|还|暂|仍|均|都|目前)*(?:未|没有?)(?:得到|最终|完全|正式|书面)?(?P<verb>确认|落实|明确|敲定|商定|确定|核实|定下来|定(?=\s*$))(?![的过])"
)
BOTH_CONFIRM = re.compile(
    r"\s*(?:经|由|待)?(?P<sides>(?:甲乙)?(?:双方|两方|三方|四方|多方|各方))(?:共同|书面|正式)?确认(?!无误|完毕|[了过书单函])"
)
APPROVED_FIRST = re.compile(r"无[需须]|不[用必需]|若|如|是否|审批")
ASKED_FOR = re.compile(
    r"(?P<verb>协调|核对|落实|明确|敲定|商定|申请|采购|购置|租[用赁]|借[用调]|追加)(?![部单表员书款人量价到])(?:一下|好|[:\s])*"
)
_WARN = r"(?:预警|告警|警示|警告|示警|提醒|提示|通知|告知|知会|通报|报告|报备|上报|反馈|预报|说明)"
_UNIT = r"(?:工作日|工作天|自然日|日历日|日历天|天|日|周|星期|月|小时|钟头)"
_DAYS = rf"(?P<n>半|{NUMBER})\s*(?:(?:-|~|–|—|至|到)\s*(?P<to>{NUMBER}))?\s*(?:个)?\s*(?P<unit>{_UNIT})"
# What is done ahead of time, not how well a report went: 提前3天完成 is none.
_AHEAD = r"(?:提出|申请|预[定订约]|备货|下单|报审|报名|订|准备|安排|沟通|协调|采购|启动|发出)"


def _numbered(number: int) -> str:
    return re.sub(r"\?P<(n|to|unit)>", rf"?P<\g<1>{number}>", _DAYS)


LEAD = re.compile(
    rf"提前\s*(?:至少|不少于|不低于)?\s*{_numbered(1)}(?:以上|内|左右)?[^,。]{{0,16}}?(?:{_WARN}|{_AHEAD})"
    rf"|{_WARN}[^,。]{{0,6}}?提前(?:期|量|时间)?\s*(?:至少|不少于|不低于|为|是|:)?\s*{_numbered(2)}"
    rf"|(?<![月\d]){_numbered(3)}(?:之前|以前|前)[^,。已未的]{{0,6}}?{_WARN}"
    rf"|前\s*{_numbered(4)}[^,。已未的]{{0,8}}?{_WARN}"
)
TERM = re.compile(
    r"(?P<term>(?<![每上去\d一二三四五六七八九十])(?:本月|下月|月|本周|下周|季度?|本季度|年|本年|年度)(?:底|末)(?:之前|以前|前)(?![的后往])"
    r"|(?<![每上])(?:本|下|这)?(?:周|星期|礼拜)[一二三四五六日天]\s*(?:下班)?(?:之前|以前|前)(?![的后往])"
    r"|(?:最[迟晚](?:于|在)?|不晚于|争取|力争)(?:本月|月|本周|周|年|季度?)(?:底|末)(?=[^前之以])"
    r"|\d{1,2}月(?:上|中|下)旬(?:之前|以前|前)(?![的后往])|(?<![一-龥])(?:春节|国庆|元旦|五一|端午|中秋|节|年)前(?![的后往])"
    r"|(?:第?[一二三四1-4]季度|Q[1-4])(?:末|底|结束)?(?:之前|以前|前)(?![的后往])"
    r"|(?<![近每])(?:本月|本周|本季度|年|当日|当天)(?:之)?内"
    rf"|(?:[^,。;\d]{{1,14}}?后(?:的)?)?(?<![近去前月\d])\s*(?:{NUMBER})\s*个?(?:工作日|自然日|天|日|周|小时|个?月)(?:之?内|以内))"
)
_EN_DAYS = (
    rf"(?P<n>{EN_NUMBER})\s+(?P<unit>(?:working|business|calendar)\s+)?"
    r"(?P<span>days?|weeks?|hours?|months?)['’]?"
)
_EN_WARN = r"(?:warn|alert|notif|inform|remind|flag|escalat|tell)\w*"
_EN_AHEAD = r"(?:ahead|in advance|beforehand|before|prior|earlier|early)\b"
EN_LEAD = re.compile(
    rf"\b{_EN_WARN}\b[^,]{{0,40}}?\b{_EN_DAYS}\s*{_EN_AHEAD}"
    + (
        rf"|\b{_EN_DAYS}\s*(?:{_EN_AHEAD}[^,]{{0,20}}?{_EN_WARN}"
        r"|(?:of\s+|advance\s+|early\s+)*(?:notice|warning)\b)"
    )
    .replace("?P<n>", "?P<n2>").replace("?P<unit>", "?P<unit2>").replace("?P<span>", "?P<span2>"),
    _I,
)  # fmt: skip

SIGN = re.compile(
    r"(?:签字|签署|会签|签章|盖章|签名|签批)(?![版件页稿扫笔人表日时栏样仪])"
    r"(?:[、并和及]?(?:盖章|签章|签字|确认|认可|同意|生效))*"
)
_SIDES = r"(?:甲乙)?(?:双方|两方|三方|四方|多方|各方)|各(?:个)?(?:协作|相关)?部门|上级领导|分管领导|领导"
SIDES = re.compile(
    rf"(?P<sides>(?:{_SIDES})(?:负责人|代表|接口人|领导)?)(?:共同|联合|分别|均|都|书面|正式|一致|审批|审核|批准|\*|\s)*$"
)
SIGN_FILLER = re.compile(
    r"^(?:[由经请让向于报呈送\s]|最终|完成|取得|获得|办理|进行|重新|尽快|及时|补|共同|联合|书面|正式|再次)+"
)
EN_SIGN = re.compile(
    r"\bsigned(?:[\s-]+off)?\s+by\s+(?P<by>[^,]{1,60})"
    r"|\b(?P<who>both (?:parties|sides|departments)|(?:all|the) (?:parties|departments))\s+"
    r"(?:to|must|should|shall|need to|have to|will)\s+sign(?:[\s-]*off)?\b\s*"
    r"(?:off\s+)?(?:on\s+)?(?P<what>[^,]{0,60})"
    r"|\bsign-?off\s+(?:by|from|of)\s+(?P<from>[^,]{1,60})",
    _I,
)

_TO_WHOM = (
    r"(?P<{0}>[^,。]{{1,40}}?)"
    r"(?=审批|审核|审阅|审定|批准|批示|备案|确认|签|抄送|知悉|评审|存档|归档|后|前|[,。:]|$)"
)
SUBMIT = re.compile(
    r"(?:(?:提交|提报|递交|报送|呈报|呈送|上报|汇报|发送|分发|下发"
    r"|(?<![研开触引批签颁])发(?![部展布现票货])|(?<![报发呈寄配赠])送(?!货))(?P<what>[^,。至给到予]{0,20}?)(?:至|给|到(?![位达期货])|予)"
    r"|(?:上报|报送|呈报|呈送|呈))(?!送|后)" + _TO_WHOM.format("to")
)
_EVERYBODY = (
    r"(?:公司)?(?:各(?:个)?(?:相关|协作|有关)?部门|全员|全体(?:人员|员工|成员)?|项目组|(?:上级|分管|公司)?领导|客户|董事会"
    r"|总经理(?:办公会)?|集团|管理层|班子|各方|相关方|所有人|(?:(?!抄送|提交|发送|同步|知会|告)[\u4e00-\u9fff]){1,6}部)"
)
# Without 至 or 给 the receiver must be one at sight: 提交总经理办公会审议, 纪要发全员, 知会市场部.
SUBMIT_TO = re.compile(
    r"(?:提交|递交|呈报|上报)(?P<to>[^,。至给到]{2,20}?)(?=审议|审批|审核|审阅|审定|讨论|评审|决策|备案)"
    rf"|(?:发送|分发|(?<![研开触引批签颁])发|转发|知会|同步|通报|反馈(?=[给至到])|(?<![预汇上申填举抄])报(?![告表价名销]))(?:给|至|到)?(?P<whom>{_EVERYBODY})"
    r"(?=备案|知悉|[、和及,。:;]|$)"
)
COPY = re.compile(r"(?:抄[送报](?:至|给|到|:)?|(?<![a-z])cc\s*:?)\s*" + _TO_WHOM.format("cc"), _I)
_EN_CC = r"(?:cc|copy|copying|copied to)(?:\s+to)?[:\s]\s*(?P<cc>[^,]{1,60})"
EN_SUBMIT = re.compile(
    r"\b(?:(?P<passive>(?:to|must|should|shall|needs? to|has to|have to|will)\s+be\s+)"
    r"(?:submitted|sent|forwarded|circulated)"
    r"|(?:submit|send|forward|circulate|distribute)\b(?P<what>[^,]{0,60}?))\s+to\s+(?P<to>[^,]{1,60}?)"
    rf"(?=\s+(?:and\s+)?{_EN_CC.replace('?P<cc>', '?:')}|\s+(?:by|before|for|after|within)\b|,|$)",
    _I,
)
EN_COPY = re.compile(rf"\b{_EN_CC}", _I)
AND = re.compile(r"\s*(?:[、,/;]|以及|[和与及]|\band\b|(?<=\s)&(?=\s))\s*", _I)

# --- departments named in passing -------------------------------------------------------------------------
# Without 通讯录 only …部 is safe: 处, 组, 中心 end too many other words. No particle or verb may be inside.
_VERB = (
    "抄送|提交|报送|发送|通知|确认|核实|联系|协调|征求|签字|提前|安排|组织"
    "|要求|督促|邀请|会同|配合|取得|获得|完成|推动|通过|落实"
)
VERB = re.compile(_VERB)
_PLAIN = (
    r"(?![是否的在需须为于了将与和及并对向由请经让同跟给至到以前后]|[全内外局干各]部"
    rf"|{_VERB})[\u4e00-\u9fffA-Za-z&]"
)
DEPARTMENT = re.compile(rf"(?:{_PLAIN}){{1,7}}?(?<![全内外局干])部(?:门(?!槛))?(?![分署件位])")
EN_DEPARTMENT = re.compile(
    r"(?!(?:We|Please|Pls|Need|The|If|All|Both|To|It)\b)[A-Z][\w&]*(?:\s+[A-Z][\w&]*){0,2}"
)
AFTER_DEPARTMENT = re.compile(r"\*?(?:\([^()]{1,12}\))?(?:负责人|接口人|经理|总监|主管|领导|相关人员)?")
NOT_ONE_DEPARTMENT = re.compile(r"(?:协作|各|相关|所有|全体|全部|其他|配合|有关|责任|兄弟)部门?$")


def chinese_number(text: str) -> int | None:
    """The value of digits or of Chinese numerals up to 99 (两 counts as 2); None if it is no such number."""
    if text.isdigit():
        return int(text)
    hit = re.fullmatch(
        r"(?:(?P<tens>[一二三四五六七八九])?(?P<ten>十))?(?P<ones>[一二两三四五六七八九])?", text
    )
    if not text or hit is None:
        return None
    digit = {word: value for value, word in enumerate("一二三四五六七八九", 1)} | {"两": 2}
    tens = digit.get(hit.group("tens") or "一", 0) if hit.group("ten") else 0
    return tens * 10 + digit.get(hit.group("ones") or "", 0)


def english_number(text: str) -> int:
    """The value of digits or of an English number word that EN_NUMBER accepts."""
    return int(text) if text.isdigit() else _EN_NUMBERS[text.lower()]


def english_days(count: int, span: str) -> int:
    """Days of so many days, weeks, months or hours; hours count as whole days."""
    unit = span.lower().rstrip("s")
    return -(-count // 24) if unit == "hour" else count * {"week": 7, "month": 30}.get(unit, 1)


def month_number(word: str) -> int:
    """1–12 for a month name that EN_DATE accepts."""
    return _MONTHS.index(word[:3].lower()) + 1
