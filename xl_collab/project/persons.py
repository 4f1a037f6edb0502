"""How people are named beside a department: titles, posts, common surnames, and what only looks like a name.

Vocabulary only: which stretch of a cell is a person is for parties.py to say.
"""

from __future__ import annotations

import re

from xl_collab.patterns import lazy
from xl_collab.project.roles import SUFFIX
from xl_collab.schema.keys import NOTHING

_TITLE = (
    r"(?:常务|执行)?[副正总]?"
    r"(?:负责人|接口人|联系人|对接人|经理|总监|主管|部长|主任|组长|厂长|处长|科长|书记|领导)"
)
_WHOLE = r"全体(?:成员|人员|员工|同事)?|全员|相关人员|相关同事|长"
POST = lazy(
    r"(?:(?:常务|执行|分管|主管|上级|公司|集团|项目|部门|产品|区域|相关|各级|副|正|总)*"
    r"(?:总经理|总裁|总监|总工(?:程师)?|经理|主管|部长|厂长|董事长|主任|组长|班长|书记|院长|所长|处长|科长|队长"
    r"|负责人|接口人|联系人|领导|老板|秘书|助理|副总|[老]总)|[高管]层|高管"
    r"|c[efito]o|pm|manager|director|(?:general|project) manager)",
    re.IGNORECASE,
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘"
    "杜戴夏钟汪田任姜范石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施"
    "陶洪翟颜倪严牛温季俞章鲁葛韦毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁耿卓裴柯甘欧"
)
_CALLED = r"(?:总监?|经理|主任|工|老师|部长|主管|处长|科长|厂长|书记|董)"
LIKE_A_NAME = lazy(
    rf"(?:欧阳|上官|司马|诸葛|[{_SURNAMES}])(?:[\u4e00-\u9fff]{{1,2}}|{_CALLED})\*{{0,2}}|[{_SURNAMES}]\*{{1,2}}"
)
LIKE_A_POST = lazy(rf"[{_SURNAMES}]{_CALLED}")
NO_NAME = lazy(r"高[层管]|安[全保]|施工|金融|文[秘档]|计划|方案|管理|武装|白班|常务|康复|石化")
_NAME = r"(?:[\u4e00-\u9fff·]{1,4}\*{0,2}|[A-Za-z][A-Za-z.' -]*\*?)"
NOT_A_NAME = lazy(rf"(?:{SUFFIX}|区|线|院|所|站|店|全体|全员|人员|同事|成员|员工)$")
PERSON = lazy(
    rf"\s*(?P<star>\*+)\s*(?:{_TITLE})?\s*$"
    rf"|\s*(?:{_WHOLE})\s*$"
    rf"|\s*\*?\s*\((?P<bracketed>[^()]*)\)\s*$"
    rf"|\s*[-:–—@_]\s*(?P<dashed>{_NAME})\s*$"
    rf"|\s+(?P<spaced>{_NAME})\s*$"
    rf"|\s*(?:{_TITLE})\s*:?\s*(?P<titled>[\u4e00-\u9fff·]{{2,4}}\*?)\s*$"
    rf"|[长的]?(?P<glued>[\u4e00-\u9fff·]{{2,4}}\*?|[\u4e00-\u9fff]\*{{1,2}})\s*$"
)
TITLED = lazy(rf"(?:{_TITLE})|全体(?:成员|人员|员工)?|全员|暂?代|兼任?")
ROLE_INSIDE = lazy(r"^[不暂待拟]|牵头|参与|负责|主责|主办|配合|协办|协助|支持|主导")

# Cells and pieces that name everybody, or nobody yet.

EVERYONE = lazy(
    r"(?:(?:全?公司|集团)?(?:各个?|所有|全体|全部|相关|有关|其[他它余])"
    r"(?:其[他它]|相关|有关|协作|配合|参与|职能|业务|责任)*(?:部门|单位)(?:负责人|接口人|人员)?"
    r"|全部门|大家|all|全公司|全体(?:人员|员工|成员|同事)?|全员|所有人员?"
    r"|(?:all|other)\s+(?:departments|depts\.?)|everyone|everybody)\s*\*?\s*$",
    re.IGNORECASE,
)
EVERY_DEPARTMENT = lazy(r"(?:各个?|所有|全体|全部|相关|有关)(?:协作|配合|参与)(?:部门|单位)")
NOBODY_YET = NOTHING | {
    "待定",
    "未定",
    "待确认",
    "待确定",
    "待分配",
    "待指派",
    "暂无",
    "暂缺",
    "空",
    "tbd",
    "tba",
}
"""Cells, normalised, that name nobody."""
