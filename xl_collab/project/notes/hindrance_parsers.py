"""What stands in a task's way, read out of one clause: predecessors waited for, risks, approvals.

With the words that only these three ask about; like all readers it must be sure, and leaves alone what is
denied, over, or only spoken of (风险评估报告).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xl_collab.project.notes import patterns as words
from xl_collab.project.notes.clauses import Note
from xl_collab.project.notes.conditions import Condition
from xl_collab.project.notes.signers import who_signs, who_signs_before
from xl_collab.schema.keys import NOTHING, normalise_key

_I = re.IGNORECASE
_ID = r"(?<![A-Za-z0-9])[A-Za-z]{1,4}-?\d{1,5}(?![A-Za-z0-9])"
_READY = (
    r"完成|结束|完毕|到位|到货|交付|上线|验收|就绪|具备|定稿|发布|投产|开通|归档|到账|交货|竣工|关闭|检验|检测"
    r"|出结果|输出|提供|通过"
)

# --- dependencies -------------------------------------------------------------------------------------

_ON = re.compile(
    r"(?<![不无非未互相])(?:强|主要|高度|完全|仍)?(?:依赖(?!关系|性|度|项|已|解)(?:条件)?于?|取决于|有赖于|受制于|卡在|卡于)"
    r"(?P<what>[^,。;]{2,60})"
)
_LABEL = re.compile(
    r"(?:(?:前置|前序|紧前|先行|先决)(?:任务|条件|工作|事项|工序)?|依赖(?:项|任务)?)(?:为|是|[:】])+\s*(?P<what>[^,。;]{2,60})"
)
_AWAIT = re.compile(
    rf"(?:(?<![部门室组等])等待?|(?<![期招接对看])待)"
    rf"(?P<what>[^,。;]{{2,40}}?(?:{_READY}|回复|反馈|答复|打款|付款|回款|恢复|解决|签订|签约|(?:提供|输出|出具|下达|给出)[^,。;]{{1,12}}?)(?:合格|完毕)?)(?=之?后|以后|再|方|才|即|可|[,。;]|$)"
)
_ONCE = re.compile(
    rf"(?P<what>[^,。;]{{2,40}}?(?:{_READY}))(?:之后|以后|后)\s*(?P<only>方可|方能|才能?|再|即可)?(?P<then>[^,。;]*)"
)
_ORDERS = (
    re.compile(rf"前提是(?P<what>[^,。;]{{0,20}}?{_ID}[^,。;]{{0,20}})"),
    re.compile(rf"(?:需要?|须|由)(?P<what>{_ID})的?(?:输出|成果|结果|提供|交付)"),
    re.compile(r"(?P<what>[^,。;]{1,30}?)(?:是|为)本(?:任务|项|行|工作)的?前置"),
    re.compile(rf"(?:前置|前序|紧前|先行)(?:任务|工作|工序)\s*(?P<what>{_ID})"),
    re.compile(rf"[与和](?P<what>{_ID})[^,。;]{{0,4}}有[^,。;]{{0,4}}(?:依赖|关联)"),
    re.compile(rf"(?P<what>[^,。;]{{2,40}}?(?:{_READY}))了?(?:方可|方能|才能|才可)"),
    re.compile(r"(?:须|需要?|必须|应|请|得)先(?:行)?(?:完成|做完|结束|等)(?P<what>[^,。;]{2,40})"),
    re.compile(rf"(?:在|于|待)\s*(?P<what>{_ID})(?:任务)?(?:之后|以后|后)"),
    re.compile(rf"紧[接跟随](?:着|在)?\s*(?P<what>{_ID})"),
    re.compile(
        rf"(?P<what>{_ID})[^,。;]{{0,4}}未(?:完成|结束|交付)(?:之?前)?[^。;]{{0,6}}?(?:不能|不得|无法|不可)"
    ),
    re.compile(r"视(?P<what>[^,。;]{2,20})(?:而定|确定|情况)"),
    re.compile(r"前提(?:条件)?[:】]\s*(?P<what>[^,。;]{2,40})|以(?P<basis>[^,。;]{2,30})为前提"),
    re.compile(
        rf"(?P<what>[^,。;]{{0,20}}?(?:{_READY})[^,。;后]{{1,8}})(?:之后|以后|后)\s*(?:方可|方能|才能?|即可)"
    ),
)
_EN_ON = re.compile(
    r"\b(?:depend(?:s|ing)?\s+(?:up)?on|dependent\s+(?:up)?on|blocked\s+by|contingent\s+on"
    r"|wait(?:s|ing)?\s+(?:for|on))\s+(?P<what>[^,;]{2,60})",
    _I,
)
_EN_AFTER = re.compile(
    rf"\b(?:after|once)\s+(?P<what>{_ID})\s+(?:is|has\s+been|has|gets)?\s*(?:done|finished|complete[d]?|finishes|ends|delivered)",
    _I,
)
_EN_DONE = re.compile(r"\s+(?:to\s+(?:be\s+)?)?(?:finish|complete[d]?|done|end|is\s+done)\s*$", _I)
_EN_OTHER = re.compile(r"approv|sign-?off|confirm", _I)
_BY_WORD = re.compile(r"签字|签署|盖章|会签|确认|审批|批准")
"""What has a kind of its own."""
_LEADING = re.compile(r"^(?:(?:须|需要?|必须|应|要|请|等待?|待|在|于|当|至|到|直到|\s)+)")


def dependencies(note: Note, index: int) -> Iterator[Condition]:
    """依赖T001完成, 等T003完成后启动, 前置:T002: what must come first."""
    clause = note.clauses[index]
    for pattern in (_LABEL, _ON, _AWAIT, _ONCE, *_ORDERS):
        for hit in pattern.finditer(note.text, clause.start, clause.end):
            place = "what" if hit["what"] else "basis"
            duty = note.duty(clause.start, hit.start(place))
            if duty.waived or (duty.over and not duty.asked) or _spoken(hit[place]):
                continue
            if pattern is _ONCE and not _order(note, clause.start, hit):
                continue
            if pattern in (_LABEL, _ON) and note.duty(*hit.span("what")).asked:
                continue
            if pattern not in (_LABEL, _ON) and _BY_WORD.search(hit[place]):
                continue
            what = _LEADING.sub("", note.tidy(*hit.span(place))).strip(" :】")
            if len(what) >= 2:
                yield _found(note, "dependency", index, what)
                return


def _spoken(what: str) -> bool:
    """Whether nothing is waited for: 无, 已解除, 均已完成."""
    said = what.strip(" :】")
    return normalise_key(said) in NOTHING or re.match(r"已|均已?|都已|不|无|暂无|没有", said) is not None


def _order(note: Note, start: int, hit: re.Match[str]) -> bool:
    """X完成后Y says an order of tasks where X has an ID, or where Y may only then begin."""
    what = hit["what"]
    if re.search(r"已|均|未|没", what) or words.SUBMIT.search(hit["then"]) or words.COPY.search(hit["then"]):
        return re.search(_ID, what) is not None and not re.search(r"已|未|没", what)
    asked = note.duty(start, hit.start("what") + 1).asked or _LEADING.match(what)
    return bool(hit["only"] or asked or re.search(_ID, what))


def english_dependencies(note: Note, index: int) -> Iterator[Condition]:
    """depends on T003; blocked by the interface; start after T003 is done."""
    clause = note.clauses[index]
    for pattern in (_EN_ON, _EN_AFTER):
        hit = pattern.search(note.text, clause.start, clause.end)
        if hit and not _EN_OTHER.search(hit["what"]) and note.open_in_english(clause.start, hit.start()):
            yield _found(note, "dependency", index, _EN_DONE.sub("", note.tidy(*hit.span("what"))))
            return


# --- risks ---------------------------------------------------------------------------------------------

_RISK = r"(?:风险|隐患)(?!评估|管理|清单|登记|意识|预案|培训|识别|分析|排查|控制|等级|应对)"
_RISK_LABEL = re.compile(
    r"(?:主要|最大|潜在|核心|关键)?(?:风险|隐患)(?:点|项|因素|提示)?(?:[:】]|是|为|在于)+\s*(?P<what>[^。;]{2,60})"
)
_BAD = (
    r"延|误|推迟|滞后|超支|超预算|超期|逾期|影响|无法|不能|不足|不够|缺|断|失败|不通过|来不及|涨价|流失|返工|取消|冲突|晚"
    r"|拖|下降|亏|损|故障|违约|受阻|赶不上|出现问题|跳票|停工|变更"
)
_RISKS = (
    re.compile(rf"(?:(?<!不)存在|(?<![没无未所如含])有|面临|带有|具有)[^,。;]{{0,30}}?{_RISK}"),
    re.compile(r"(?:存在|(?<![没无未])有)[^,。;]{0,8}不确定(?:性|因素)"),
    re.compile(rf"(?<![尽不])可能[^,。;]{{0,12}}?(?:{_BAD})"),
    re.compile(rf"有[^,。;]{{0,10}}?(?:{_BAD})[^,。;]{{0,4}}?可能(?!性)|不排除[^,。;]{{0,10}}?(?:{_BAD})"),
    re.compile(r"(?:延误|延迟|延期|滞后|短缺|涨价)[^,。;]{0,6}?(?:会|将)(?:严重|直接)?(?:影响|导致|造成)"),
    re.compile(r"风险(?:较|很|极|比较|偏)?(?:大|高)|(?<![意注识登])[\u4e00-\u9fff]{2,10}风险\s*$"),
    re.compile(r"(?:恐(?![龙慌])怕?|担心|生怕)[^,。;]{2,30}"),
    re.compile(
        r"(?:不足|紧张|紧缺|短缺|缺口|吃紧|不够|匮乏|来不及|不稳定?|欠缺|(?<!不)缺[少乏人料]|断供|断货|[手期间源]紧(?=\s*$))[^,。;]{0,8}\s*$"
    ),
)
_NO_RISK = re.compile(
    r"(?:无|没有|不存在|未发现|暂无)[^,。;]{0,8}(?:风险|隐患)|可控|[较很极偏]低|低风险|[较很]小|不大|降至|已[^,。;]{0,4}(?:解除|关闭|消除"
    r"|排除|化解|规避|解决|缓解|到位|补充|避免|处理)|(?:规避|防范|降低|避免|消除|控制|化解|评估|防止|解决|应对|缓解|减少)"
    r"[^,。;]{0,10}(?:风险|隐患|不足|紧张|短缺|缺口|延)|(?:注意|关注|留意|提示|识别|登记|跟踪|梳理|把握|承担)[^,。;]{0,8}(?:风险|隐患)|不(?:会|太?可能|再)|可能性|尽可能|是否|有无|可能的话|无法确定"
)
_EN_RISK = re.compile(
    r"\brisks?\s*(?:of|:|that|is)\s*[^,;]{2,60}|\bat\s+risk\b|\b(?:shortage\s+of|short\s+of|short\s+on)\b[^,;]{0,40}"
    r"|\b(?:may|might|could)\s+(?:well\s+)?(?:be\s+|get\s+|run\s+|cause\s+)?(?:an?\s+)?"
    r"(?:slip|delay|late|miss|fail|overrun|exceed|slow|short)\w*",
    _I,
)
_EN_NO_RISK = re.compile(r"\b(?:no|low|without|not|minimal|little)\b|n['’]t\b|mitigated|closed|resolved", _I)


def risks(note: Note, index: int) -> Iterator[Condition]:
    """存在供应风险, 可能超支, 人手不足, 风险:供应链延迟: what may go wrong, in the clause's own words."""
    clause = note.clauses[index]
    if index in note.feared or _NO_RISK.search(note.text, clause.start, clause.end):
        return
    label = _RISK_LABEL.search(note.text, clause.start, clause.end)
    if label is not None:
        if not _spoken(label["what"]):
            yield _found(note, "risk", index, note.tidy(*label.span("what")))
        return
    if not _feared(note, index):
        return
    end, following = clause.end, note.following(index)
    if following is not None and _feared(note, index + 1):
        # 预算紧张,可能超支 is one risk.
        note.feared.add(index + 1)
        end = following.end
    when = f"{clause.when}，" if clause.when else ""
    found = {
        "what": when + note.tidy(clause.start, end),
        "departments": note.departments_in(clause.start, end),
    }
    yield note.condition("risk", clause.origin, end, found)


def _feared(note: Note, index: int) -> bool:
    clause = note.clauses[index]
    if clause.conditional or _NO_RISK.search(note.text, clause.start, clause.end):
        return False
    hit = next((h for each in _RISKS if (h := each.search(note.text, clause.start, clause.end))), None)
    asked = note.duty(clause.start, clause.end).asked
    return hit is not None and not (asked and asked[0] < hit.start())


def english_risks(note: Note, index: int) -> Iterator[Condition]:
    """risk of delay; the supplier may slip; at risk."""
    clause = note.clauses[index]
    hit = _EN_RISK.search(note.text, clause.start, clause.end)
    if hit and not _EN_NO_RISK.search(note.text, clause.start, clause.end):
        what = re.sub(r"^risks?\s*(?::|is|that)\s*", "", note.tidy(clause.start, clause.end), flags=_I)
        yield _found(note, "risk", index, what)


# --- approvals ------------------------------------------------------------------------------------------

_APPROVE = re.compile(
    r"(?:审批|批准|批复|核准|报批|审议|审定|批示|核批|审核|会审)(?![单表流程权限件时意中表的])(?:[并和、]?(?:通过|同意))*"
)
_PASSED = re.compile(r"\s*(?:(?:已经?|均已?)?(?:通过|完成|完毕)(?!后|之后)|[了过](?!后))")
_BY_WHOM = re.compile(
    r"(?:经(?:过)?|报请?|呈|提请)(?P<who>[^,。;后报签]{1,16}?)(?=审批|批准|批复|核准|审议|审定|审核)"
)
_PROCEDURE = re.compile(r"(?:走|履行|办理|通过|经过?)[^,。;]{0,8}?(?:审批|报批|审核)(?:流程|程序|手续)")
_STILL_OPEN = re.compile(r"(?:尚|还|仍|暂)?未(?:获|得到|通过)?(?:批复|审批|批准|核准)(?:通过)?\s*$")
_ONLY_THEN = re.compile(r"(?:之后|以后|后)\s*(?:方可|才能?|再|即可)?\s*[^\s,。;]{2}")
_NOT_BEFORE = re.compile(
    r"未(?:经)?(?P<who>[^,。;]{0,10}?)(?:审批|批准|核准|审核)(?:之?前)?\s*,?\s*(?:不得|不能|不可|禁止|严禁)"
)
_EN_APPROVE = re.compile(
    r"\b(?:pending|subject\s+to|await(?:s|ing)|waiting\s+for|needs?|requires?)\s+(?P<who>[^,;]{0,40}?)\s*\bapproval\b"
    r"(?:\s+(?:from|by|of)\s+(?P<by>[^,;]{1,40}))?"
    r"|\b(?:to|must|should|shall|needs?\s+to|has\s+to)\s+be\s+approved(?:\s+by\s+(?P<from>[^,;]{1,40}))?",
    _I,
)


def approvals(note: Note, index: int) -> Iterator[Condition]:
    """需分管副总审批, 经总经理批准后实施: who has to approve what."""
    clause = note.clauses[index]
    area = (clause.start, clause.end)
    if words.SUBMIT.search(note.text, *area) or words.SUBMIT_TO.search(note.text, *area):
        return
    if (unsaid := _unsaid_approval(note, index)) is not None:
        yield unsaid
        return
    for hit in _APPROVE.finditer(note.text, *area):
        duty = note.duty(clause.start, hit.start())
        if not duty.open or _PASSED.match(note.text, hit.end(), clause.end) or _other(note, hit, clause.end):
            continue
        who, subject = _approvers(note, clause.start, hit.start(), duty.asked)
        then = hit.start() == clause.start and _ONLY_THEN.match(note.text, hit.end(), clause.end)
        if not duty.asked and not who and not then:
            continue
        rest = re.sub(r"^(?:的|[\s:])+|(?:之?后|方可|才|即).*$", "", note.tidy(hit.end(), clause.end))
        found = {"what": rest or subject, "parties": who}
        found["departments"] = note.departments_in(clause.start, hit.start())
        yield note.condition("approval", clause.origin, clause.end, found)
        return


def _unsaid_approval(note: Note, index: int) -> Condition | None:
    """未经批准不得施工, 预算尚未批复, 变更需走审批流程: an approval that no plain 需…审批 asks for."""
    clause = note.clauses[index]
    area = (clause.start, clause.end)
    ban = _NOT_BEFORE.search(note.text, clause.start, clause.end + 8)
    way = _PROCEDURE.search(note.text, *area)
    asked = note.duty(clause.start, way.start()).asked if way else None
    hit = ban or _STILL_OPEN.search(note.text, *area) or (way if asked else None)
    if hit is None:
        return None
    what = words.BEFORE_VERB.sub(
        "", note.tidy(clause.start, asked[0] if asked and hit is way else hit.start())
    )
    who = (ban["who"],) if ban and ban["who"] else ()
    return note.condition("approval", clause.origin, clause.end, {"what": what, "parties": who})


def _other(note: Note, hit: re.Match[str], end: int) -> bool:
    """Whether a signature or a confirmation follows, which is asked for by its own word."""
    return (
        re.compile(r"[、并和及]?(?:确认|签字|签署|会签|盖章|签章)").match(note.text, hit.end(), end)
        is not None
    )


def _approvers(
    note: Note, start: int, end: int, asked: tuple[int, int] | None
) -> tuple[tuple[str, ...], str]:
    if asked is None:
        by = _BY_WHOM.search(note.text, start, end + 2)
        return ((by["who"],), words.BEFORE_VERB.sub("", note.tidy(start, by.start()))) if by else ((), "")
    who, _ = who_signs(note, asked[1], end)
    subject = words.BEFORE_VERB.sub("", note.tidy(start, asked[0]))
    return (who, subject) if who else who_signs_before(note, start, asked[0])


def english_approvals(note: Note, index: int) -> Iterator[Condition]:
    """pending approval; needs approval from Finance; to be approved by the board."""
    clause = note.clauses[index]
    hit = _EN_APPROVE.search(note.text, clause.start, clause.end)
    if hit is None or not note.open_in_english(clause.start, hit.start()):
        return
    who = (hit["by"] or hit["from"] or hit["who"] or "").strip(" .")
    what = words.EN_BEFORE_DUE.sub("", note.tidy(clause.start, hit.start()))
    departments = note.departments_in(*hit.span()) if note.names.canonical else ()
    found = {"what": what, "parties": (who,) if who else (), "departments": departments}
    yield note.condition("approval", clause.origin, clause.end, found)


def _found(note: Note, kind: str, index: int, what: str) -> Condition:
    clause = note.clauses[index]
    named = note.departments_in(clause.start, clause.end)
    return note.condition(kind, clause.origin, clause.end, {"what": what, "departments": named})  # type: ignore[arg-type]
