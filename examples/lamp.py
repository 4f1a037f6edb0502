"""The template's own project, played from request to review: who does what on which day.

Each step is a function: what people enter, then the commands of the coordinator. After every step
`play.py` runs `validate`; what that must find, step by step, is listed in tests/test_worked_example.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desk import Desk
from lamp_rows import (
    ADJUSTED_CAUSE,
    LEFT_OVER,
    MEASURES,
    NEW_ACTIONS,
    D,
    as_raised,
    held,
    planned_milestones,
    reports,
    sample,
    template_tasks,
)

from xl_collab.project.scenarios import SAMPLE
from xl_collab.project.scenarios.sample_log import MKT, PROD, PROJECT, RD, SALES, SUPERIOR
from xl_collab.project.scenarios.scenario import depts
from xl_collab.schema.words import Text, t

REQUEST, SETTINGS = SAMPLE.forms["request"], SAMPLE.forms["settings"]


@dataclass(frozen=True)
class Step:
    """One day's work: its name, its day, what it is called, and what is done."""

    name: str
    day: date
    title: Text
    do: Callable[[Desk], None]


STEPS: list[Step] = []


def step(day: date, zh: str, en: str) -> Callable[[Callable[[Desk], None]], Callable[[Desk], None]]:
    """Marks a function as the next step."""

    def keep(do: Callable[[Desk], None]) -> Callable[[Desk], None]:
        STEPS.append(Step(do.__name__, day, t(zh, en), do))
        return do

    return keep


# 1 The request


@step(D(2023, 9, 20), "市场部新建工作簿并填写申请", "Marketing makes the workbook and fills in the request")
def start(desk: Desk) -> None:
    desk.run("new", "--scenario", "blank", "--start", "2023-09-20", "--name", PROJECT.of(desk.lang))
    desk.fill("settings", **SETTINGS | {"data_date": D(2023, 9, 20)})
    desk.add("contacts", *sample("contacts"))
    desk.add("tracker", *template_tasks())
    decided = ("feasibility", "capacity", "strategy", "conclusion", "approver", "approved_on", "opinion")
    asked = {name: value for name, value in REQUEST.items() if name not in decided}
    desk.fill("request", **asked | {"date": D(2023, 9, 20), "start": D(2023, 9, 20)})


@step(
    D(2023, 9, 26), "与协作部门初步沟通，只有研发部答复", "The departments are asked; only R&D has answered"
)
def sound_out(desk: Desk) -> None:
    desk.change("tracker", "T001", status="in_progress", percent=0.5)
    answer = t(
        "研发部可承接，需人力资源部协调1名结构工程师。", "R&D can, if Human Resources finds an engineer."
    )
    desk.fill("request", capacity=answer)


@step(D(2023, 10, 8), "各部门答复可行性，申请提交审批", "All have answered; the request goes to the superior")
def submit(desk: Desk) -> None:
    desk.fill("request", feasibility=REQUEST["feasibility"], capacity=REQUEST["capacity"])
    desk.change("tracker", "T001", status="done", percent=1, actual=D(2023, 10, 8), feedback="filled")


@step(D(2023, 10, 9), "还没批准就通知组队：校验拦住", "Teaming before the approval: validate stops it")
def too_early(desk: Desk) -> None:
    desk.change("tracker", "T002", status="in_progress")


@step(D(2023, 10, 9), "总经理批准申请", "The general manager approves")
def approve(desk: Desk) -> None:
    approval = ("strategy", "conclusion", "approver", "approved_on", "opinion")
    desk.fill("request", **{name: REQUEST[name] for name in approval})


# 2 Team and duties


@step(D(2023, 10, 16), "启动会：分工有两处不清", "The kick-off: two duties are not clear")
def kick_off(desk: Desk) -> None:
    desk.change("tracker", "T002", status="done", percent=1, actual=D(2023, 10, 16), feedback="filled")
    desk.change("tracker", "T003", status="in_progress", percent=0.1)
    desk.change("tracker", "T004", status="in_progress", percent=0)
    unclear = {"D007": {"accountable": depts(RD, MKT)}, "D010": {"receiver": None}}
    desk.add("duties", *({**row, **unclear.get(str(row["id"]), {})} for row in sample("duties")))
    desk.add("meetings", held("H001"))
    desk.add("sync", *reports(D(2023, 10, 16), D(2023, 10, 16)))
    desk.run("raci")


@step(
    D(2023, 10, 16), "分工改清，里程碑定下，冻结基线 1", "Duties settled, milestones set, baseline 1 frozen"
)
def team(desk: Desk) -> None:
    desk.change("duties", "D007", accountable=RD)
    desk.change("duties", "D010", receiver=depts(RD, MKT))
    desk.add("milestones", *planned_milestones())
    desk.change("milestones", "M001", status="done", actual=D(2023, 10, 9))
    desk.change("milestones", "M002", status="done", actual=D(2023, 10, 16))
    desk.add("actions", *as_raised("actions", "A001", "A002"))
    desk.add("risks", *as_raised("risks", "K006"))
    desk.run("raci")
    desk.run("proposals")
    desk.run("proposals", "--accept", "all")
    desk.run("freeze")
    desk.run("gantt")
    desk.run("minutes", "--issue")


# 3 Plans and their joint review


@step(
    D(2023, 10, 23), "第一次周例会；研发部漏报一天", "The first weekly meeting; R&D missed one daily report"
)
def first_week(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 10, 17), D(2023, 10, 23), but=(RD, D(2023, 10, 20))))
    desk.change("actions", "A001", status="done", done_on=D(2023, 10, 20))
    desk.change("actions", "A002", status="done", done_on=D(2023, 10, 17))
    desk.change("risks", "K001", status="closed")
    desk.add("actions", *as_raised("actions", "A003"))
    desk.change("tracker", "T003", percent=0.4)
    desk.change("tracker", "T004", percent=0.1)
    desk.add("meetings", held("H002"))


@step(D(2023, 10, 23), "补报后签发第 2 号纪要", "The report is entered; minutes no. 2 are issued")
def minutes_2(desk: Desk) -> None:
    desk.add("sync", *[row for row in reports(D(2023, 10, 20), D(2023, 10, 20)) if row["department"] == RD])
    desk.run("minutes", "--issue")


@step(
    D(2023, 10, 30),
    "联合评审：四份方案有结论，还没签字",
    "The joint review: four plans judged, none signed yet",
)
def joint_review(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 10, 24), D(2023, 10, 30)))
    desk.add("plans", *({**row, "signed": "no"} for row in sample("plans", without=("signed", "signed_on"))))
    desk.add("risks", *as_raised("risks", "K002", "K003", "K004", "K005"))
    desk.change("tracker", "T003", percent=0.8)
    desk.change("tracker", "T004", percent=0.2)
    desk.change("actions", "A005", status="done", done_on=D(2023, 10, 30))
    desk.add("actions", *as_raised("actions", "A004", "A005"))
    desk.add("meetings", held("H003"))
    desk.run("minutes", "--issue")


@step(D(2023, 11, 2), "两个部门还没签字就开始执行", "Work begins before two departments have signed")
def unsigned(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 10, 31), D(2023, 11, 2)))
    for plan in ("P001", "P002"):
        desk.change("plans", plan, signed="yes", signed_on=D(2023, 11, 2))
    desk.change("tracker", "T005", status="in_progress", percent=0.05)


@step(
    D(2023, 11, 3),
    "全部签字，《执行方案》终版晚 2 个工作日",
    "All have signed; the joint plan is 2 working days late",
)
def signed(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 11, 3), D(2023, 11, 3)))
    for plan in ("P003", "P004"):
        desk.change("plans", plan, signed="yes", signed_on=D(2023, 11, 3))
    desk.change("tracker", "T003", status="done", percent=1, actual=D(2023, 11, 3), feedback="filled")
    desk.change("milestones", "M003", status="done", actual=D(2023, 11, 3))
    desk.change("actions", "A006", status="done", done_on=D(2023, 11, 3))
    desk.run("variance")


# 4 Running it


@step(D(2023, 11, 6), "例会：驱动芯片交期延长", "The meeting hears that the driver IC takes longer")
def chip(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 11, 6), D(2023, 11, 6)))
    desk.add("risks", *as_raised("risks", "K001"))
    desk.add("actions", *as_raised("actions", "A006", "A007", "A008"))
    desk.add("meetings", held("H004"))
    desk.run("minutes", "--issue")


@step(
    D(2023, 11, 13),
    "T005 预计晚 3 个工作日，没有进度调整",
    "T005 is expected 3 working days late: no change yet",
)
def late(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 11, 7), D(2023, 11, 13)))
    desk.add("meetings", held("H005"))
    desk.run("what-if", "--slip", "T005=+3", "--json")
    desk.change("tracker", "T005", forecast=D(2023, 12, 25), percent=0.35, feedback="help")
    desk.change("tracker", "T004", percent=0.4)
    desk.run("variance")


@step(
    D(2023, 11, 13),
    "起草《进度调整方案》，签发第 5 号纪要",
    "The change is drafted; minutes no. 5 are issued",
)
def draft(desk: Desk) -> None:
    desk.run("adjust")
    desk.change("adjustments", "C001", cause=ADJUSTED_CAUSE, measures=MEASURES)
    desk.change("actions", "A009", status="done", done_on=D(2023, 11, 13))
    desk.run("adjust")
    desk.run("minutes", "--issue")


@step(
    D(2023, 11, 17),
    "总经理批准，基线还没跟上",
    "The general manager approves; the baseline is still the old one",
)
def approved(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 11, 14), D(2023, 11, 17)))
    desk.change("adjustments", "C001", status="approved", approved_by=SUPERIOR, approved_on=D(2023, 11, 17))
    desk.change("actions", "A007", status="done", done_on=D(2023, 11, 16))
    desk.change("actions", "A008", status="done", done_on=D(2023, 11, 15))


@step(D(2023, 11, 17), "冻结基线 2", "Baseline 2 is frozen")
def refreeze(desk: Desk) -> None:
    desk.run("freeze")


@step(D(2023, 11, 21), "周一的例会没有登记", "Monday's meeting is not on record")
def gap(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 11, 20), D(2023, 11, 21)))


@step(D(2023, 11, 21), "补登后签发第 6 号纪要", "It is entered; minutes no. 6 are issued")
def minutes_6(desk: Desk) -> None:
    desk.add("meetings", held("H006"))
    desk.add("actions", NEW_ACTIONS["chips"])
    desk.run("minutes", "--issue")


@step(
    D(2023, 11, 27),
    "原型三天后到期，导光板要改模",
    "The prototype is due in three days and needs a new mould",
)
def mould(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 11, 22), D(2023, 11, 27)))
    desk.add("meetings", held("H007"))
    desk.change("tracker", "T005", forecast=D(2023, 12, 26), percent=0.55)
    desk.change("tracker", "T004", percent=0.6)
    desk.change("risks", "K003", status="closed")
    desk.change("risks", "K005", status="closed")
    desk.change("risks", "K007", status="struck")
    desk.change("actions", "A010", status="done", done_on=D(2023, 11, 24))
    desk.add("actions", NEW_ACTIONS["prototypes"])
    desk.run("risks")
    desk.run("minutes", "--issue")


@step(D(2023, 12, 4), "原型齐套，比节点晚 2 个工作日", "The prototypes are complete, 2 working days late")
def prototype(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 11, 28), D(2023, 12, 4)))
    desk.add("meetings", held("H008"))
    desk.change("milestones", "M007", status="done", actual=D(2023, 12, 4))
    desk.change("risks", "K002", status="struck")
    desk.change("actions", "A011", status="done", done_on=D(2023, 11, 28))
    desk.change("actions", "A012", status="done", done_on=D(2023, 11, 30))
    desk.change("tracker", "T005", percent=0.7)
    desk.run("minutes", "--issue")


@step(D(2023, 12, 11), "推广物料按期定稿；测试", "The promotion materials are final on time; tests")
def tests(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 12, 5), D(2023, 12, 11)))
    desk.add("meetings", held("H009"))
    desk.change("milestones", "M004", status="done", actual=D(2023, 12, 8))
    desk.change("tracker", "T005", percent=0.8)
    desk.run("minutes", "--issue")


@step(D(2023, 12, 18), "商定验收日期", "The day of acceptance is agreed")
def ready(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 12, 12), D(2023, 12, 18)))
    desk.add("meetings", held("H010"))
    desk.change("tracker", "T005", percent=0.9)
    desk.change("tracker", "T004", percent=0.9)
    desk.run("minutes", "--issue")


# 5 Delivery and review


@step(D(2023, 12, 25), "备好《成果验收确认单》", "The acceptance certificate is prepared")
def certificate(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 12, 19), D(2023, 12, 25)))
    desk.change("tracker", "T005", percent=0.95)
    desk.add("meetings", held("H011"))
    desk.change("milestones", "M005", status="done", actual=D(2023, 12, 22))
    desk.change("risks", "K004", status="closed")
    desk.change("risks", "K006", status="closed")
    desk.change("actions", "A003", status="done", done_on=D(2023, 12, 20))
    desk.add("acceptance", *sample("acceptance"))
    desk.run("accept")
    desk.run("minutes", "--issue")


@step(D(2023, 12, 26), "T005 交付，验收还没有结论", "T005 is delivered; acceptance has no result yet")
def delivered(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 12, 26), D(2023, 12, 26)))
    desk.change("tracker", "T005", status="done", percent=1, actual=D(2023, 12, 26), feedback="filled")


@step(
    D(2023, 12, 26),
    "验收会：一项有条件接收，一项漏签",
    "Acceptance: one on conditions, one signature missing",
)
def judged(desk: Desk) -> None:
    when = {"submitted_on": D(2023, 12, 26), "signed_on": D(2023, 12, 26)}
    desk.change("acceptance", "Y001", result="accepted", provider=RD, receiver=SALES, **when)
    desk.change("acceptance", "Y002", result="accepted", provider=MKT, **when)
    left = {"remaining": LEFT_OVER, "remaining_due": D(2024, 1, 5)}
    desk.change("acceptance", "Y003", result="conditional", provider=PROD, receiver=RD, **left, **when)
    desk.run("accept")


@step(D(2023, 12, 27), "补签，确认单齐全", "The signature is there; the certificate is complete")
def countersigned(desk: Desk) -> None:
    desk.change("acceptance", "Y002", receiver=SALES, signed_on=D(2023, 12, 27))
    desk.change("tracker", "T006", status="in_progress", percent=0.2)
    desk.run("accept")


@step(D(2024, 1, 2), "元旦后补开例会", "The meeting that New Year moved")
def new_year(desk: Desk) -> None:
    desk.add("sync", *reports(D(2023, 12, 27), D(2024, 1, 2)))
    desk.add("meetings", held("H012"))
    desk.add("actions", NEW_ACTIONS["records"])
    desk.run("minutes", "--issue")


@step(D(2024, 1, 8), "遗留问题过期一天", "What was left over is one working day late")
def left_over(desk: Desk) -> None:
    desk.add("sync", *reports(D(2024, 1, 3), D(2024, 1, 8)))
    desk.change("tracker", "T006", percent=0.8)
    desk.add("meetings", held("H013"))


@step(D(2024, 1, 8), "遗留问题关闭，例会结束", "It is closed; meetings end")
def closed(desk: Desk) -> None:
    desk.change("acceptance", "Y003", result="accepted", remaining=None, remaining_due=None)
    desk.change("actions", "A013", status="done", done_on=D(2024, 1, 8))
    desk.change("tracker", "T004", status="done", percent=1, actual=D(2024, 1, 8))
    desk.run("accept")
    desk.run("minutes", "--issue")


@step(D(2024, 1, 10), "复盘，报告还没有提交", "The review; the report is not sent yet")
def review(desk: Desk) -> None:
    desk.add("sync", *reports(D(2024, 1, 9), D(2024, 1, 10)))
    desk.change("tracker", "T006", status="done", percent=1, actual=D(2024, 1, 10))
    desk.add("lessons", *sample("lessons"))
    desk.run("lessons")
    desk.run("lessons", "--accept", "late-T005", "--accept", "risk-K007", "--accept", "answer-K003")
    desk.run("review")


@step(
    D(2024, 1, 12), "报告提交上级领导并抄送，项目结束", "The report is sent to the superior; the project ends"
)
def sent(desk: Desk) -> None:
    desk.change("milestones", "M006", status="done", actual=D(2024, 1, 12))
    desk.change("actions", "A004", status="done", done_on=D(2024, 1, 12))
    desk.run("run")


@step(D(2024, 1, 12), "下一个项目带着这些经验开始", "The next project begins with what this one learnt")
def next_project(desk: Desk) -> None:
    after = Desk(desk.path.with_name("next.xlsm"), desk.lang, desk.cold, desk.ran)
    after.run("new", "--start", "2024-03-04", "--from-lessons", desk.path, "--force")
