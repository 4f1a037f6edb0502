"""What people type in the lamp project beyond the shipped sample: meetings, daily reports, decisions.

The six rows of the tracker, the request, duties, plans and the records of November are those of the
shipped workbook (`xl_collab/project/scenarios`), which shows this very project on 2023-11-13.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from xl_collab.project.calendar.workdays import Calendar
from xl_collab.project.scenarios import DEMO, SAMPLE
from xl_collab.project.scenarios.sample_log import ADMIN, HR, MKT, PROD, RD, SALES, meeting
from xl_collab.project.scenarios.scenario import depts
from xl_collab.schema.words import Text, t

D = date
Row = Mapping[str, object]
ALL = depts(MKT, RD, PROD, SALES, ADMIN, HR)
FOUR = depts(MKT, RD, PROD, SALES)


def sample(sheet: str, *ids: str, without: tuple[str, ...] = ()) -> list[Row]:
    """Rows of the shipped sample (all, or those with these IDs), less some columns."""
    found = [row for row in SAMPLE.tables[sheet] if not ids or row["id"] in ids]
    return [{name: value for name, value in row.items() if name not in without} for row in found]


def as_raised(sheet: str, *ids: str) -> list[Row]:
    """Risks or action items of the sample as somebody raises them: open, and numbered by the workbook."""
    return [{**row, "status": "open"} for row in sample(sheet, *ids, without=("id", "status", "done_on"))]


def template_tasks() -> list[Row]:
    """The template's six rows as they are planned: nothing has happened yet."""
    lived = ("forecast", "actual", "percent", "status", "feedback", "baseline")
    return [{**row, "status": "not_started"} for row in sample("tracker", without=lived)]


def planned_milestones() -> list[Row]:
    """M001 to M006 as the kick-off sets them."""
    lived = ("baseline", "actual", "status")
    return [{**row, "status": "not_started"} for row in sample("milestones", without=lived)]


# daily reports: what a department worked on between two days, one row a working day

_WORK = (
    (D(2023, 10, 16), D(2023, 10, 20), RD, "T003", t("技术需求分解", "Breaking the requirements down")),
    (D(2023, 10, 23), D(2023, 10, 26), RD, "T003", t("编写《技术实现方案》", "Writing the technical plan")),
    (D(2023, 10, 27), D(2023, 10, 31), RD, "T003", t("按评审意见修改方案", "Revising the plan")),
    (D(2023, 10, 16), D(2023, 10, 27), MKT, "T003", t("编写《推广策划方案》", "Writing the promotion plan")),
    (D(2023, 10, 30), D(2023, 10, 31), MKT, "T003", t("组织联合评审", "Organising the joint review")),
    (D(2023, 11, 28), D(2023, 12, 4), RD, "T005", t("装配并测试原型", "Building and testing prototypes")),
    (D(2023, 12, 5), D(2023, 12, 15), RD, "T005", t("温升、跌落与光学测试", "Thermal and drop tests")),
    (D(2023, 12, 18), D(2023, 12, 26), RD, "T005", t("准备验收资料", "Preparing the acceptance papers")),
    (D(2023, 12, 27), D(2024, 1, 8), RD, "T005", t("关闭验收遗留问题", "Closing what acceptance left over")),
    (D(2023, 11, 28), D(2023, 12, 8), MKT, "T005", t("推广物料定稿", "Finishing the promotion materials")),
    (D(2023, 12, 11), D(2023, 12, 26), MKT, "T005", t("编写推广报告", "Writing the promotion report")),
    (D(2023, 12, 27), D(2024, 1, 10), MKT, "T006", t("收集复盘材料", "Collecting material for the review")),
)
_DAY_OF = t("{what}，第 {n}/{of} 天", "{what}, day {n} of {of}")
_CALENDAR = Calendar.seeded()


def _workdays(first: date, last: date) -> list[date]:
    days, day = [], _CALENDAR.roll(first, "following")
    while day <= last:
        days.append(day)
        day = _CALENDAR.add(day, 1)
    return days


def _reports() -> Iterator[Row]:
    for first, last, department, task, what in _WORK:
        days = _workdays(first, last)
        for n, day in enumerate(days, start=1):
            zh, en = (_DAY_OF.of(x).format(what=what.of(x), n=n, of=len(days)) for x in ("zh", "en"))
            who = {"date": day, "department": department, "task_id": task, "reporter": "*"}
            yield {**who, "progress": t(zh, en)}


SYNC: list[Row] = sorted(
    [*_reports(), *DEMO.tables["sync"]], key=lambda row: (row["date"], str(row["task_id"]))
)


def reports(first: date, last: date, *, but: tuple[Text, date] | None = None) -> list[Row]:
    """The daily reports of a time; `but` leaves one department's day out."""
    found = [row for row in SYNC if first <= row["date"] <= last]  # type: ignore[operator]
    return [row for row in found if but is None or (row["department"], row["date"]) != but]


# meetings after the sample's: H001 to H005 are those of the shipped workbooks

_MEETINGS = {row["id"]: row for row in DEMO.tables["meetings"]}


def held(key: str) -> Row:
    """One row of 例会记录."""
    return {**_MEETINGS, **LATER}[key]


LATER: dict[str, Row] = {
    "H006": meeting(
        "H006", D(2023, 11, 20), FOUR,
        t("首批芯片只到20片；方案B定型", "Only 20 ICs arrived; design B is frozen"),
        t("1. 生产部催余下30片，11月24日前到货\n2. 散热按方案B定型",
          "1. Production gets the other 30 ICs by November 24\n2. Design B is frozen"),
        absent=depts(ADMIN, HR),
    ),
    "H007": meeting(
        "H007", D(2023, 11, 27), depts(MKT, RD, PROD, SALES, ADMIN),
        t("原型进度预警；导光板改模", "Prototype at risk; new mould for the light guide"),
        t("1. 11月30日先交付2台原型，其余3台12月8日前补齐\n2. T005预计完成改为12月26日，比新基线晚1个工作日",
          "1. Deliver 2 prototypes on November 30, the other 3 by December 8\n"
          "2. T005 is now expected on December 26, 1 working day after its new baseline"),
        absent=HR,
        resources=t("导光板改模费用3万元；光学测试暗室加排2天",
                    "CNY 30,000 for the mould; two more days in the optical test room"),
    ),
    "H008": meeting(
        "H008", D(2023, 12, 4), FOUR,
        t("原型交付；推广物料", "Prototypes; promotion materials"),
        t("1. 5台原型今日齐套，比节点晚2个工作日\n2. 12月8日前推广物料定稿",
          "1. All 5 prototypes are here, 2 working days late\n2. Promotion materials final by December 8"),
        absent=depts(ADMIN, HR),
    ),
    "H009": meeting(
        "H009", D(2023, 12, 11), FOUR, t("测试进展", "Progress of the tests"),
        t("1. 温升、跌落测试按计划进行", "1. Thermal and drop tests go on as planned"),
        absent=depts(ADMIN, HR),
    ),
    "H010": meeting(
        "H010", D(2023, 12, 18), FOUR, t("验收准备", "Getting ready for acceptance"),
        t("1. 12月26日联合验收\n2. 12月20日前确认验收标准",
          "1. Joint acceptance on December 26\n2. Criteria agreed by December 20"),
        absent=depts(ADMIN, HR),
    ),
    "H011": meeting(
        "H011", D(2023, 12, 25), ALL, t("验收会安排", "The acceptance meeting"),
        t("1. 12月26日14:00验收，研发部、销售部双方签字",
          "1. Acceptance on December 26 at 14:00; R&D and Sales both sign"),
    ),
    "H012": meeting(
        "H012", D(2024, 1, 2), FOUR, t("验收遗留；复盘准备", "Left over from acceptance; the review"),
        t("1. 生产部1月5日前补交3台不良品整改记录\n2. 1月10日复盘会",
          "1. Production hands in the records of 3 units by January 5\n2. Review meeting on January 10"),
        absent=depts(ADMIN, HR),
    ),
    "H013": meeting(
        "H013", D(2024, 1, 8), ALL, t("遗留问题关闭；复盘材料", "Left-overs closed; material for the review"),
        t("1. 试制样机转为合格\n2. 例会与每日同步到今天为止",
          "1. The pilot units are accepted\n2. Meetings and daily reports end today"),
    ),
}  # fmt: skip

# what acceptance found

LEFT_OVER = t("3台不良品的整改记录未交", "Corrective records of 3 units are missing")
ADJUSTED_CAUSE = t(
    "驱动芯片交期由4周延长至6周，原型测试顺延3个工作日",
    "The driver IC takes 6 weeks instead of 4; the prototype tests move by 3 working days",
)
MEASURES = t(
    "备选供应商调货50片，测试改为两班；推广报告按原日期提交",
    "50 ICs from the second source, tests in two shifts; the promotion report keeps its date",
)

# action items of the meetings from H006 on


def _action(text: Text, owner: Text, raised: date, due: date, meeting_id: str) -> Row:
    source = t(f"例会 {meeting_id} 决议1", f"Meeting {meeting_id}, decision 1")
    dates = {"raised_on": raised, "due": due}
    return {"action": text, "owner": owner, **dates, "status": "open", "task_id": "T005", "source": source}


NEW_ACTIONS = {
    "chips": _action(
        t("催备选供应商余下30片驱动芯片到货", "Get the other 30 ICs from the second source"),
        PROD, D(2023, 11, 20), D(2023, 11, 24), "H006",
    ),
    "prototypes": _action(
        t("交付2台原型供内部试用", "Hand over 2 prototypes for internal trial"),
        RD, D(2023, 11, 27), D(2023, 11, 30), "H007",
    ),
    "records": _action(
        t("补交3台不良品的整改记录", "Hand in the corrective records of 3 units"),
        PROD, D(2024, 1, 2), D(2024, 1, 5), "H012",
    ),
}  # fmt: skip
