"""备注: what is lifted out of prose, and what must stay there."""

from __future__ import annotations

from datetime import date, time as clock

import pytest

from xl_collab.project.notes.condition_parsers import Condition, lift_conditions

NEAR = date(2023, 11, 1)
KNOWN = ("市场部", "研发部", "生产部", "销售部", "R&D", "Production", "Sales", "和平事业部")


def lift(text: str, near: date | None = NEAR, known: tuple[str, ...] = KNOWN) -> tuple[Condition, ...]:
    found = lift_conditions(text, near=near, known=known)
    assert all(each.quote == text[each.start : each.end] for each in found)
    return found


def only(text: str, near: date | None = NEAR, known: tuple[str, ...] = KNOWN) -> Condition:
    found = lift(text, near, known)
    assert len(found) == 1, found
    return found[0]


# --- the sample ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [(), KNOWN])
@pytest.mark.parametrize(
    ("note", "expected"),
    [
        (
            "需确认研发部、生产部资源承接能力",
            {"kind": "confirmation", "departments": ("研发部", "生产部"), "what": "资源承接能力"},
        ),
        (
            "需销售部*负责人确认市场推广资源",
            {"kind": "confirmation", "departments": ("销售部",), "what": "市场推广资源"},
        ),
        (
            "研发方案需保证11月30日前输出原型",
            {
                "kind": "deadline",
                "date": date(2023, 11, 30),
                "year_inferred": True,
                "what": "输出原型",
                "subject": "研发方案",
            },
        ),
        ("若原型延迟,需提前3个工作日预警", {"kind": "lead_time", "lead_days": 3, "what": "原型延迟"}),
        ("验收标准需双方签字确认", {"kind": "signoff", "parties": ("双方",), "what": "验收标准"}),
        (
            "报告需提交至上级领导并抄送协作部门",
            {"kind": "distribution", "parties": ("上级领导",), "copies": ("协作部门",), "what": "报告"},
        ),
    ],
)
def test_the_six_sample_notes(note: str, expected: dict[str, object], known: tuple[str, ...]) -> None:
    assert only(note, known=known) == Condition(quote=note, start=0, end=len(note), **expected)  # type: ignore[arg-type]


# --- confirmations ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "departments", "what"),
    [
        ("务必确认研发部资源", ("研发部",), "资源"),
        ("须确认研发部和生产部的产能", ("研发部", "生产部"), "产能"),
        ("需确认研发部,生产部资源承接能力", ("研发部", "生产部"), "资源承接能力"),
        ("需确认研发部，生产部资源承接能力", ("研发部", "生产部"), "资源承接能力"),
        ("研发部,生产部需确认资源承接能力", ("研发部", "生产部"), "资源承接能力"),
        ("资源承接能力需研发部确认", ("研发部",), "资源承接能力"),
        ("需与研发部确认资源", ("研发部",), "资源"),
        ("待研发部确认资源", ("研发部",), "资源"),
        ("请市场部核实预算", ("市场部",), "预算"),
        ("需安排研发部确认资源", ("研发部",), "资源"),
        ("需确认资源是否全部到位", (), "资源是否全部到位"),
        ("需确认供应商处理能力", (), "供应商处理能力"),
        ("R&D to confirm capacity", ("R&D",), "capacity"),
        ("R&D and Production must confirm capacity", ("R&D", "Production"), "capacity"),
        ("Please confirm capacity with R&D", ("R&D",), "capacity"),
        ("Need to confirm R&D and Production capacity", ("R&D", "Production"), "capacity"),
        ("需确认研发部(张三)、生产部资源", ("研发部", "生产部"), "资源"),
        ("供应链延迟备案方案需生产部确认", ("生产部",), "供应链延迟备案方案"),
        ("Sales should confirm the budget and send it on", ("Sales",), "the budget"),
        ("budget to be confirmed by Sales", ("Sales",), "budget"),
    ],
)
def test_confirmations(note: str, departments: tuple[str, ...], what: str) -> None:
    found = only(note)
    assert (found.kind, found.departments, found.what) == ("confirmation", departments, what)


# --- deadlines ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "due", "inferred", "what"),
    [
        ("11月30日前输出原型", date(2023, 11, 30), True, "输出原型"),
        ("务必于２０２３年１１月３０日之前完成原型", date(2023, 11, 30), False, "完成原型"),
        ("原型须在十一月三十日以前交付", date(2023, 11, 30), True, "原型交付"),
        ("2023-12-05前试产", date(2023, 12, 5), False, "试产"),
        ("2023/12/5前试产", date(2023, 12, 5), False, "试产"),
        ("不得晚于11月30日输出原型", date(2023, 11, 30), True, "输出原型"),
        ("最迟11月30日输出原型", date(2023, 11, 30), True, "输出原型"),
        ("11月30日前,研发部输出原型", date(2023, 11, 30), True, "研发部输出原型"),
        ("11月30日(周四)前输出原型", date(2023, 11, 30), True, "输出原型"),
        ("1月10日前交付样机报告", date(2024, 1, 10), True, "交付样机报告"),
        ("prototype due by 30 November", date(2023, 11, 30), True, "prototype"),
        (
            "R&D must deliver the prototype by November 30, 2023",
            date(2023, 11, 30),
            False,
            "deliver the prototype",
        ),
        ("By 30 November, deliver the prototype", date(2023, 11, 30), True, "deliver the prototype"),
        ("prototype due no later than 2023-11-30", date(2023, 11, 30), False, "prototype"),
    ],
)
def test_deadlines(note: str, due: date, inferred: bool, what: str) -> None:
    found = only(note)
    assert (found.kind, found.date, found.year_inferred) == ("deadline", due, inferred)
    assert found.what == what


def test_a_deadline_may_have_a_time() -> None:
    found = only("最迟2023-11-30 17:00提交样机")
    assert (found.date, found.time) == (date(2023, 11, 30), clock(17))


@pytest.mark.parametrize(
    "note",
    [
        "11月31日前输出原型",
        "2023年13月1日前输出原型",
        "13/30前输出原型",
        "上月底前输出原型",
        "每周五前输出原型",
        "11月前输出原型",
        "11月30日前后输出原型",
        "11月30日前的数据",
        "11月30日前往工厂",
        "去年11月30日前输出",
        "每年11月30日前输出",
        "11月28-30日前输出原型",
        "due on 31 November",
        "by 31 November",
        "released on 30 November",
    ],
)
def test_a_date_that_cannot_be_read_is_no_deadline(note: str) -> None:
    assert lift(note) == ()


def test_without_a_date_near_a_year_is_not_guessed() -> None:
    assert lift("11月30日前输出原型", near=None) == ()
    assert only("2023年11月30日前输出原型", near=None).date == date(2023, 11, 30)


def test_two_deadlines_in_one_clause() -> None:
    found = lift("11月30日前输出原型和12月5日前试产")
    assert [(each.quote, each.what) for each in found] == [
        ("11月30日前输出原型", "输出原型"),
        ("12月5日前试产", "试产"),
    ]


# --- lead times, sign-offs, distribution -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "days", "calendar_days"),
    [
        ("提前三个工作日预警", 3, False),
        ("务必提前５个工作日发出预警", 5, False),
        ("若延迟需提前十五个工作日向市场部发出预警", 15, False),
        ("如遇延期,应至少提前2天预警", 2, True),
        ("提前一周通知各部门", 7, True),
        ("预警需提前3个工作日", 3, False),
        ("提前二十个工作日预警", 20, False),
        ("提前三十天预警", 30, True),
        ("warn 3 working days ahead", 3, False),
        ("If the prototype slips, warn three business days in advance", 3, False),
        ("3 days' notice", 3, True),
    ],
)
def test_lead_times(note: str, days: int, calendar_days: bool) -> None:
    found = only(note)
    assert (found.kind, found.lead_days, found.calendar_days) == ("lead_time", days, calendar_days)


def test_a_lead_time_says_what_it_warns_of() -> None:
    assert only("若原型延迟需提前3个工作日预警").what == "原型延迟"
    assert only("If the prototype slips, warn 3 working days ahead").what == "the prototype slips"


@pytest.mark.parametrize(
    ("note", "parties", "what"),
    [
        ("双方需签字确认验收标准", ("双方",), "验收标准"),
        ("验收标准须经甲乙双方负责人共同签字", ("甲乙双方负责人",), "验收标准"),
        ("需研发部和生产部签字", ("研发部", "生产部"), ""),
        ("验收标准需签字确认", (), "验收标准"),
        ("经双方签字确认后生效", ("双方",), ""),
        ("验收标准需甲方、乙方签字", ("甲方", "乙方"), "验收标准"),
        ("客户要求双方签字确认合同", ("双方",), "合同"),
        ("需上级领导审批签字", ("上级领导",), ""),
        ("signed by both parties", ("both parties",), ""),
        ("Criteria must be signed by both parties", ("both parties",), "Criteria"),
    ],
)
def test_signoffs(note: str, parties: tuple[str, ...], what: str) -> None:
    found = only(note)
    assert (found.kind, found.parties, found.what) == ("signoff", parties, what)


@pytest.mark.parametrize(
    ("note", "parties", "copies", "what"),
    [
        ("提交报告至上级领导审批,并抄送市场部、研发部", ("上级领导",), ("市场部", "研发部"), "报告"),
        ("抄送协作部门", (), ("协作部门",), ""),
        ("报告应报送上级领导", ("上级领导",), (), "报告"),
        ("submit to management, cc departments", ("management",), ("departments",), ""),
        ("Submit the report to management and cc departments", ("management",), ("departments",), "report"),
        ("Report to be submitted to management", ("management",), (), "Report"),
    ],
)
def test_distributions(note: str, parties: tuple[str, ...], copies: tuple[str, ...], what: str) -> None:
    found = only(note)
    assert (found.kind, found.parties, found.copies, found.what) == ("distribution", parties, copies, what)


# --- what stays prose ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "note",
    [
        "无需确认研发部资源",
        "不必确认研发部资源",
        "不需要双方签字",
        "无须双方签字确认",
        "不必抄送协作部门",
        "不用提交至上级领导",
        "无须提前3个工作日预警",
        "不要求研发部确认资源",
        "11月30日前无需输出原型",
        "不能在11月30日前输出原型",
        "验收标准签字不需要",
        "No need to confirm capacity",
        "do not warn 3 days ahead",
        "criteria need not be signed by both parties",
    ],
)
def test_what_is_waived_is_not_lifted(note: str) -> None:
    assert lift(note) == ()


@pytest.mark.parametrize(
    "note",
    [
        "已确认研发部资源承接能力",
        "研发部已确认资源",
        "双方已签字确认",
        "已签字",
        "报告已提交至上级领导并抄送协作部门",
        "原型已于11月30日前输出",
        "11月30日前已输出原型",
        "已提前3个工作日预警",
        "截止11月30日,已完成80%",
        "R&D has confirmed capacity",
        "already signed by both parties",
        "Report was submitted to management",
    ],
)
def test_what_is_done_is_not_lifted(note: str) -> None:
    assert lift(note) == ()


@pytest.mark.parametrize(
    "note",
    [
        "",
        "无",
        "进度正常",
        "若双方签字确认,则生效",
        "如研发部需确认资源",
        "需提交《验收确认单》",
        "研发部提供样品给市场部",
        "前提是资源到位",
    ],
)
def test_other_prose_is_left_alone(note: str) -> None:
    assert lift(note) == ()
