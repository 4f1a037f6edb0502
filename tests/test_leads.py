"""Who leads a row is one answer, whoever asks: permissions, packets, letters, the matrix, 首页's formulas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from books import DEPARTMENTS, book, project, task
from recalculation import cells, differences, recalculated

from xl_collab.checks.validate import findings
from xl_collab.documents.letter.content import letters
from xl_collab.documents.packet.content import packets
from xl_collab.documents.raci.content import raci
from xl_collab.documents.workbook.template import draw_workbook
from xl_collab.merge.permission import permission
from xl_collab.plan.project import Project
from xl_collab.schema.findings import Finding

OWNERS = {
    "生产部（配合）、市场部（牵头）": ("市场部", {"生产部"}),
    "牵头：生产部；配合：市场部、研发部": ("生产部", {"市场部", "研发部"}),
    "研发部配合，市场部牵头": ("市场部", {"研发部"}),
    "由销售部牵头，各部门配合": ("销售部", {"市场部", "研发部", "生产部", "行政部"}),
    "市场部张三、研发部": ("市场部", {"研发部"}),
    "研发部(主责) 生产部(协助)": ("研发部", {"生产部"}),
    "市场部、行政部（牵头）": ("行政部", {"市场部"}),
}
ROWS = [task(f"T{n:03}", owner=owner) for n, owner in enumerate(OWNERS, 1)]


def ids_led_by(name: str) -> set[str]:
    return {f"T{n:03}" for n, (lead, _) in enumerate(OWNERS.values(), 1) if lead == name}


@pytest.fixture(scope="module")
def written() -> Project:
    return project(ROWS)


def test_the_project_says_who_leads_and_who_supports(written: Project) -> None:
    assert list(written.leads) == [lead for lead, _ in OWNERS.values()]
    assert [set(written.supporters_of(i)) for i in range(len(ROWS))] == [some for _, some in OWNERS.values()]


@pytest.mark.parametrize("name", DEPARTMENTS)
def test_everybody_agrees_with_it(written: Project, name: str) -> None:
    led, lower = ids_led_by(name), str.lower
    assert permission(written, name).leads["tracker"] == set(map(lower, led))
    (packet,) = packets(written, [name]).data
    assert {row for row in written.ids if packet.may_edit(row, "percent")} == set(map(lower, led))
    assert {row.id for row in raci(written).data.tasks if "A" in row.letters.get(name, "")} == led
    found = letters(written, "packet", [name], reply_by=date(2023, 11, 20)).data
    assert {row.id for letter in found for row in letter.tasks} >= led


def only(owner: str, code: str) -> Finding:
    hits = [f for f in findings(project([task("T001", owner=owner)])) if f.code == code]
    assert len(hits) == 1, owner
    return hits[0]


@pytest.mark.parametrize(
    "owner", ["市场部（牵头）、研发部（牵头）", "市场部、研发部共同负责", "牵头：市场部、研发部"]
)
def test_two_leads_are_a_finding_with_a_reading_for_each(owner: str) -> None:
    found = only(owner, "R207")
    assert found.cell
    assert [(each.says.zh, each.writes) for each in found.readings] == [
        ("市场部牵头，研发部配合", (("owner", "市场部、研发部"),)),
        ("研发部牵头，市场部配合", (("owner", "研发部、市场部"),)),
    ]
    assert project([task("T001", owner=owner)]).leads == ("",)


def test_supporters_alone_are_a_finding_with_a_reading_for_each() -> None:
    found = only("研发部（配合）、生产部（配合）", "R208")
    assert [each.writes[0][1] for each in found.readings] == ["研发部、生产部", "生产部、研发部"]


def test_what_is_chosen_reads_as_it_says() -> None:
    for owner in ("市场部（张三，牵头）、研发部*（牵头）、各部门", "研发部（配合）、生产部（配合）"):
        hits = [f for f in findings(project([task("T001", owner=owner)])) if f.code in ("R207", "R208")]
        for each in hits[0].readings:
            cell = dict(each.writes)["owner"]
            assert each.says.zh.startswith(f"{project([task('T001', owner=cell)]).leads[0]}牵头")
            fresh = findings(project([task("T001", owner=cell)]))
            assert not [f for f in fresh if f.code in ("R207", "R208", "R209", "E102")]


@pytest.mark.parametrize("owner", ["待定", "待确认", "N/A"])
def test_a_cell_that_names_nobody_is_missing(owner: str) -> None:
    assert only(owner, "E101").severity == "error"


@pytest.mark.parametrize(
    ("owner", "near"), [("市场部（研法部牵头）", "研发部"), ("市场步（牵头）、研发部", "市场部")]
)
def test_what_is_not_understood_is_told_with_the_nearest_name(owner: str, near: str) -> None:
    found = only(owner, "E102")
    assert near in found.message("zh")
    (meant,) = found.readings
    assert near in dict(meant.writes)["owner"]


@pytest.mark.parametrize("owner", ["总经理", "王总", "部长"])
def test_a_post_is_no_department(owner: str) -> None:
    assert owner in only(owner, "E102").message("zh")
    assert project([task("T001", owner=owner)]).leads == ("",)


def test_a_contact_person_stands_for_his_department() -> None:
    contacts = [{"department": "市场部", "contact": "张三"}, {"department": "研发部", "contact": "李四"}]
    found = project([task("T001", owner="张三"), task("T002", owner="研发部、张三")], contacts=contacts)
    assert found.leads == ("市场部", "研发部")
    lead = found.parties[0].lead
    assert lead is not None
    assert lead.person == "张三"


UNSEEN = {
    "研发部支持，市场部主办": "研发部",
    "支持：研发部；主办：市场部": "无人",
    "研发部（支持）、市场部（负责）": "研发部",
}


@pytest.mark.parametrize("owner", UNSEEN)
def test_a_lead_that_formulas_cannot_see_is_told_with_the_plain_spelling(owner: str) -> None:
    found = only(owner, "R209")
    assert UNSEEN[owner] in found.message("zh")
    assert [each.writes for each in found.readings] == [(("owner", "市场部、研发部"),)]


@pytest.mark.parametrize(
    "owner", [*OWNERS, "市场部", "市场部、市场部", "市场部*、各部门", "市场部（牵头）、研发部（配合）"]
)
def test_other_cells_have_no_such_finding(owner: str) -> None:
    found = {f.code for f in findings(project([task("T001", owner=owner)]))}
    assert not {"R207", "R208", "R209", "E101", "E102"} & found


def test_the_formulas_of_the_front_page_count_the_same_leads(
    tmp_path: Path, soffice: Callable[..., None]
) -> None:
    """各部门待交: open rows of the first seven departments of 通讯录, by LibreOffice and by Python."""
    actions = [
        {"id": "A001", "action": "催办", "owner": "生产部（配合）、市场部（牵头）", "due": date(2023, 11, 1)},
        {"id": "A002", "action": "催办", "owner": "主责：研发部；配合：市场部", "due": date(2023, 11, 1)},
    ]
    made = book(ROWS, actions=actions, settings={"data_date": date(2023, 11, 13)})
    found = Project(made, date(2023, 11, 13))
    package = draw_workbook(found, "zh", created=datetime(2026, 1, 1), document_id="test")
    shown, computed = cells(package), recalculated({"roles": package}, tmp_path, soffice)["roles"]
    # Not above row 7: without holidays listed, the formulas call figures estimated. Nor the page for paper.
    lists = [
        {"首页": {at: value for at, value in tab["首页"].items() if 7 < at[0] < 60}}
        for tab in (shown, computed)
    ]
    assert differences(*lists) == []
    home = computed["首页"]
    owed: dict[object, list[object]] = {}
    for (row, column), value in home.items():
        if value in DEPARTMENTS:
            right = [home[at] for at in sorted(home) if at[0] == row and column < at[1] < 26]
            owed[value] = [number for number in right if isinstance(number, float | int)]
    assert {name: (numbers[0], numbers[-1]) for name, numbers in owed.items()} == {
        name: (len(ids_led_by(name)), {"市场部": 1, "研发部": 1}.get(name, 0)) for name in DEPARTMENTS
    }
