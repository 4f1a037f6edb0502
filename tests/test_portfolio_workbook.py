"""The portfolio's workbook: figures as in the single workbooks, links that lead there, pages to be read."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import openpyxl
import pytest
from drawn import NS, Package
from openpyxl.utils import column_index_from_string
from portfolio_made import changed, made
from portfolio_tables import portfolio
from printed import pages

from tests import company
from tools.lint.lint import lint
from xl_collab.documents.canvas import empty_workbook
from xl_collab.documents.minutes.meeting import action_items
from xl_collab.documents.portfolio import lists, register
from xl_collab.documents.portfolio.content import Lists
from xl_collab.documents.portfolio.links import Links
from xl_collab.documents.portfolio.lists import draw_list
from xl_collab.documents.portfolio.register import Column, Register, Target
from xl_collab.documents.portfolio.sheet import draw_portfolio
from xl_collab.documents.risks.content import risks
from xl_collab.documents.theme import DEFAULTS, Theme, paper_room, paper_width
from xl_collab.plan.project import Project
from xl_collab.portfolio.consolidate import consolidate
from xl_collab.portfolio.summary import Source, summarize
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import RAG, Lang, t

SEEDS = range(1, 16)
NINE_POINTS = 9 / 10
"""Least scale of a page whose rows are drawn in ten points."""

Cells = dict[str, list[dict[str, Any]]]


def read(data: bytes) -> Cells:
    """Each list of the workbook, row by row, by its headings."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    found: Cells = {}
    for sheet in book.worksheets[1:]:
        heads, *rows = list(sheet.iter_rows(min_row=3, values_only=True))
        found[sheet.title] = [dict(zip(map(str, heads), row, strict=True)) for row in rows]
    return found


def day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


@pytest.fixture(scope="module")
def projects() -> dict[str, Project]:
    """The projects by name, as their own workbooks would show them."""
    found = {(own := company.project(seed, 30)).settings.project: own for seed in SEEDS}
    assert len(found) == len(SEEDS)
    return found


@pytest.fixture(scope="module")
def drawn() -> bytes:
    summaries = [company.summary(seed, 30) for seed in SEEDS]
    return draw_portfolio(consolidate(summaries, company.RUN), Path("/项目/报表"), "zh")


@pytest.fixture(scope="module")
def shown(drawn: bytes) -> Cells:
    return read(drawn)


# figures


def test_each_project_has_the_figures_of_its_own_workbook(
    shown: Cells, projects: Mapping[str, Project]
) -> None:
    assert {row["项目"] for row in shown["项目"]} == set(projects)
    for row in shown["项目"]:
        own = projects[row["项目"]]
        found, counted = own.assessment, ~own.assessment.states.cancelled
        for code, name in (("red", "红"), ("yellow", "黄"), ("green", "绿")):
            assert row[name] == int(((found.rag == code) & counted).sum()), (row["项目"], name)
        assert row["任务"] == int(counted.sum())
        assert row["完成率"] == pytest.approx(float((found.states.done & counted).sum() / counted.sum()))
        end, ahead = max(d for d in found.base[counted] if not np.isnat(d)), np.nanmax(found.finish[counted])
        assert day(row["基线完成"]) == end.item()
        assert day(row["推算完成"]) == ahead.item()
        assert row["偏差(工作日)"] == own.calendar.between(end.item(), ahead.item())
        levels = Counter(item.level for item in risks(own).data.items)
        assert row["高风险"] == levels["high"]
        open_items = [item for item in action_items(own) if item.open]
        assert (row["未完成待办"], row["超期待办"]) == (
            len(open_items),
            sum(bool(item.overdue) for item in open_items),
        )


def late_rows(own: Project) -> Iterator[int]:
    """Unfinished rows that are later than their baseline."""
    for i, days in enumerate(own.assessment.variance.tolist()):
        if own.assessment.states.open[i] and days > 0:
            yield i


def test_all_late_tasks_are_there_worst_first_with_root_and_departments(
    shown: Cells, projects: Mapping[str, Project]
) -> None:
    expected = set()
    for name, own in projects.items():
        for i in late_rows(own):
            root = own.assessment.causes.root(i)
            source = i if root is None else root.row
            ids = own.texts("id")
            expected.add(
                (name, ids[i], own.leads[i], int(own.assessment.variance[i]), ids[source], own.leads[source])
            )
    heads = ("项目", "编号", "责任部门", "延期(工作日)", "源头", "源头部门")
    found = [tuple(row[head] or "" for head in heads) for row in shown["延期任务"]]
    assert len(found) > 20
    assert set(found) == expected and len(found) == len(expected)
    days = [row[3] for row in found]
    assert days == sorted(days, reverse=True)


def test_slips_are_grouped_by_root(shown: Cells, projects: Mapping[str, Project]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for name, own in projects.items():
        for i in late_rows(own):
            root = own.assessment.causes.root(i)
            expected[name, own.texts("id")[i if root is None else root.row]] += 1
    assert {(row["项目"], row["源头"]): row["影响任务"] for row in shown["延期源头"]} == dict(expected)
    assert sum(row["影响任务"] for row in shown["延期源头"]) == len(shown["延期任务"])


def test_risks_and_actions_are_those_of_the_projects(shown: Cells, projects: Mapping[str, Project]) -> None:
    every = [(name, item.id, item.score) for name, own in projects.items() for item in risks(own).data.items]
    assert Counter((row["项目"], row["编号"], row["分值"]) for row in shown["风险"]) == Counter(every)
    scores = [row["分值"] for row in shown["风险"]]
    assert scores == sorted(scores, reverse=True)
    todo = [
        (name, item.id, item.overdue)
        for name, own in projects.items()
        for item in action_items(own)
        if item.open
    ]
    assert Counter((row["项目"], row["编号"], row["超期(工作日)"]) for row in shown["待办"]) == Counter(todo)
    owners = [row["责任部门"] for row in shown["待办"]]
    assert owners == sorted(owners)  # one department after the other


def test_milestones_ahead_come_first_by_forecast(shown: Cells, projects: Mapping[str, Project]) -> None:
    rows = shown["里程碑"]
    assert len(rows) == sum(len(own.table("milestones")) for own in projects.values())
    ahead = [row for row in rows if row["状态"] != "已达成"]
    assert rows[: len(ahead)] == ahead
    dates = [day(row["推算完成"]) for row in ahead]
    assert dates == sorted(dates)
    for row in rows:
        own = projects[row["项目"]]
        names = own.table("milestones").texts("id").tolist()
        planned = own.table("milestones").dates("planned").tolist()[names.index(row["编号"])]
        frozen = own.table("milestones").dates("baseline").tolist()[names.index(row["编号"])]
        assert day(row["基线完成"]) == (frozen or planned)


def test_the_first_page_counts_what_the_lists_hold(drawn: bytes, shown: Cells) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(drawn)).worksheets[0]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    at = next(n for n, row in enumerate(rows) if row[:2] == ["项目", "红色项目"])
    figures = dict(zip(rows[at], map(int, rows[at - 1]), strict=True))
    assert figures == {
        "项目": len(shown["项目"]),
        "红色项目": sum(row["预警"] == "红" for row in shown["项目"]),
        "延期任务": len(shown["延期任务"]),
        "撞期": len(shown["撞期"]),
        "高风险": sum(row["等级"] == "高" for row in shown["风险"]),
        "超期待办": sum(bool(row["超期(工作日)"]) for row in shown["待办"]),
        "须处理文件": 0,
    }
    listed = [row[0] for row in rows if row and row[0] in {one["项目"] for one in shown["项目"]}]
    pressing = [row["项目"] for row in shown["项目"] if row["预警"] in ("红", "黄")]
    assert listed[: min(15, len(pressing))] == pressing[:15]


# clashes and load


def planted(chance: random.Random, key: str) -> Project:
    """A project with a dozen tasks of four people at any time of two months."""
    people = ("研发部/张伟", "研发部/王芳", "市场部/杨帆", "市场部")
    rows = []
    for n in range(chance.randrange(4, 9)):
        begin = date(2026, 3, 2) + timedelta(days=chance.randrange(0, 50))
        end = begin + timedelta(days=chance.randrange(0, 6))
        status = chance.choice(("未开始", "进行中", "已完成", "暂停"))
        rows.append(
            {
                "id": f"T{n}",
                "owner": chance.choice(people),
                "task": f"任务{n}",
                "deadline": end,
                "status": status,
            }
            | {"baseline": end, "planned_start": begin}
        )
    tables = {
        "tracker": Table.of(SHEETS.table("tracker"), rows),
        "contacts": Table.of(SHEETS.table("contacts"), [{"department": "研发部"}, {"department": "市场部"}]),
    }
    return Project(Book(tables, {"settings": {"project": key}}), date(2026, 3, 2))


def expected_clashes(projects: Mapping[str, Project]) -> set[tuple[str, str, date, str]]:
    """Who clashes on which day with which task: looked up day by day, for everybody anew.

    A person, on a working day on which open tasks of two projects are to be worked on; a department, on a
    day on which tasks of two projects end.
    """
    work: list[tuple[str, str, str, str, date, date]] = []
    for key, own in projects.items():
        spans = own.assessment.schedule
        for i, parties in enumerate(own.parties):
            assert parties.lead is not None
            end = own.assessment.finish[i].item()
            if not own.assessment.states.open[i] or end is None:
                continue
            start = own.assessment.network.ordinals.dates(spans.start, spans.start > -(10**9))[i].item()
            begin = min(max(start, own.as_of), end)
            work.append(
                (parties.lead.department, parties.lead.person or "", key, own.texts("id")[i], begin, end)
            )
    calendar = next(iter(projects.values())).calendar
    found = set()
    for n in range(400):
        now = date(2026, 3, 2) + timedelta(days=n)
        for person in {one[:2] for one in work if one[1]}:
            busy = [one for one in work if one[:2] == person and one[4] <= now <= one[5]]
            if calendar.is_workday(now) and len({one[2] for one in busy}) > 1:
                found |= {(*person, now, f"{one[2]}:{one[3]}") for one in busy}
        for department in {one[0] for one in work}:
            due = [one for one in work if one[0] == department and one[5] == now]
            if len({one[2] for one in due}) > 1:
                found |= {(department, "", now, f"{one[2]}:{one[3]}") for one in due}
    return found


@pytest.mark.parametrize("seed", range(12))
def test_planted_clashes_are_all_found_and_none_is_invented(seed: int) -> None:
    chance = random.Random(seed)
    projects = {f"p{n}": planted(chance, f"项目{n}") for n in range(4)}
    found = consolidate(
        [summarize(own, Source(key, f"/{key}.xlsx", "0")) for key, own in projects.items()], company.RUN
    )
    expected = expected_clashes(projects)
    listed = Lists(found, "zh").clashes()
    names = {f"项目{n}": f"p{n}" for n in range(4)}
    told: dict[tuple[str, str, date], set[str]] = {}
    calendar = next(iter(projects.values())).calendar
    for department, person, first, last, _days, most, peak, _projects, tasks in listed.rows:
        now = first
        while now <= last:
            if not person.startswith("（") and not calendar.is_workday(now):
                now += timedelta(days=1)
                continue
            where = (department, "" if person.startswith("（") else person, now)
            mine = {f"{names[one.split(' ')[0]]}:{one.split(' ')[1]}" for one in tasks.split("、")}
            told.setdefault(where, set()).update(mine)
            now += timedelta(days=1)
        assert most >= 2 and first <= peak <= last
    days = {one[:3] for one in expected}
    assert set(told) == days
    for where in days:
        assert {one[3] for one in expected if one[:3] == where} <= told[where]


def test_load_marks_the_weeks_that_clash_and_adds_up() -> None:
    found = company.portfolio(12)
    shown = read(draw_portfolio(found, Path("/x"), "zh"))
    weeks = [head for head in shown["部门负荷"][0] if re.search(r"\d\d-\d\d", head)]
    assert 1 < len(weeks) <= 13
    total: Counter[str] = Counter()
    for row in found["load"]:
        if not row["person"]:
            total[row["department"]] += row["days"]
    assert {row["责任部门"]: row["合计"] for row in shown["部门负荷"]} == dict(total)
    for row in shown["部门负荷"]:
        assert row["合计"] == sum(row[week] or 0 for week in weeks) + row["之后"]
    package = Package(draw_portfolio(found, Path("/x"), "zh"))
    marks = {
        (cell.get("r"))
        for tab in ("部门负荷", "人员负荷")
        for cell in package.sheet(tab).iterfind(".//m:sheetData//m:c", NS)
        if "▲" in number_format(package, int(cell.get("s", 0)))
    }
    assert marks
    assert len(package.sheet("部门负荷").findall(".//m:colorScale", NS)) == 1


def number_format(package: Package, style: int) -> str:
    styles = package.xml("xl/styles.xml")
    xf = styles.findall(".//m:cellXfs/m:xf", NS)[style]
    known = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iterfind(".//m:numFmt", NS)}
    return known.get(xf.get("numFmtId"), "")


# links


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """Trackers in folders with odd names, and the portfolio of them in a folder beside."""
    top = tmp_path_factory.mktemp("组合")
    folder = top / "项目 #1 50%25 (甲's)"
    folder.mkdir()
    paths = company.write(folder, 2)
    odd = [paths[0].rename(folder / f"台灯 & “新”{{1}}{paths[0].suffix}"), paths[1]]
    summaries = []
    for n, path in enumerate(odd, 1):
        own = company.project(n, 12)
        summaries.append(summarize(own, Source(f"p{n}", str(path), "0")))
    (top / "报表").mkdir()
    return top / "报表", draw_portfolio(consolidate(summaries, company.RUN), top / "报表", "zh")


def test_links_lead_to_the_row_in_the_file(linked: tuple[Path, bytes]) -> None:
    folder, data = linked
    (folder / "组合.xlsx").write_bytes(data)
    book = openpyxl.load_workbook(io.BytesIO(data))
    opened: dict[Path, Any] = {}
    checked = 0
    for sheet in book.worksheets[1:]:
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                if not cell.hyperlink or not cell.hyperlink.target:
                    continue
                assert not cell.hyperlink.target.startswith(("file:", "/"))
                path = folder / unquote(cell.hyperlink.target.replace("\\", "/"))
                assert path.is_file(), cell.hyperlink.target
                if path not in opened:
                    opened[path] = openpyxl.load_workbook(path)
                if cell.hyperlink.location:
                    tab, _, place = cell.hyperlink.location.rpartition("!")
                    row_there = opened[path][tab.strip("'").replace("''", "'")][int(place.lstrip("A"))]
                    assert cell.value in [one.value for one in row_there]
                    checked += 1
    assert len(opened) == 2
    assert checked > 10


@pytest.mark.parametrize(
    ("path", "tab", "link"),
    [
        ("/a/b/x.xlsx", "", "external:../b/x.xlsx"),
        ("/a/r/台灯 1#.xlsx", "它's 表", "external:台灯%201%23.xlsx#'它''s 表'!A7"),
        ("/a/r/50%41.xlsx", "T", "external:50%2541.xlsx#'T'!A7"),
        ("/a/r/" + "很长/" * 900 + "x.xlsx", "", ""),
        ("/a/r/x\n.xlsx", "", ""),
        ("", "T", ""),
    ],
)
def test_an_address_has_no_sign_that_means_something_else(path: str, tab: str, link: str) -> None:
    assert Links(Path("/a/r")).to(Target(path, tab, "A7" if tab else "")) == link


# what cells hold


def test_texts_stay_texts_and_long_ones_are_cut_and_that_is_said() -> None:
    odd = ["=1+1", "@SUM(A1)", "+86", "-", "<b>&amp;", "http://x.y", "\ud800坏", "a\x00b\x0bc", "字" * 40_000]
    rows = [
        {"project": "p", "id": f"T{n}", "task": text, "late": True, "variance": 3}
        for n, text in enumerate(odd)
    ]
    head = {"project": "p", "name": '=HYPERLINK("x")', "path": "/p.xlsx", "late": len(odd), "rag": "red"}
    found = portfolio({"projects": [head | ZERO], "tasks": rows})
    data = draw_portfolio(found, Path("/"), "zh")
    package = Package(data)
    assert list(package.formulas()) == [] or all("▲" not in one for one in package.formulas())
    for name in package.zip.namelist():
        if name.startswith("xl/worksheets/sheet"):
            assert package.xml(name).find(".//m:sheetData//m:f", NS) is None, name
    told = {row["编号"]: row["主要任务"] for row in read(data)["延期任务"]}
    assert [told[f"T{n}"] for n in range(6)] == odd[:6]
    assert told["T6"] == " 坏" and told["T7"] == "a b c"
    assert told["T8"].endswith("…") and len(told["T8"]) < 400
    sheet = openpyxl.load_workbook(io.BytesIO(data))["延期任务"]
    assert "过长的文字已截短" in sheet["A2"].value


ZERO = dict.fromkeys(
    ("tasks", "done", "red", "yellow", "green", "high_risks", "open_actions", "overdue_actions", "slip"), 0
)


def test_days_that_rest_on_an_estimated_year_say_so_and_stay_numbers() -> None:
    head = {"project": "p", "name": "甲", "path": "/p.xlsx", "rag": "red", "late": 1, "estimated": "按推定"}
    rows = [{"project": "p", "id": "T1", "task": "做", "late": True, "variance": 3, "estimated": True}]
    data = draw_portfolio(
        portfolio({"projects": [head | ZERO | {"slip": 4}], "tasks": rows}), Path("/"), "zh"
    )
    book, package = openpyxl.load_workbook(io.BytesIO(data)), Package(data)
    assert [book["延期任务"]["H4"].value, book["项目"]["D4"].value] == [3, 4]
    for tab, place in (("延期任务", "H4"), ("项目", "D4")):
        (cell,) = (c for c in package.sheet(tab).iterfind(".//m:c", NS) if c.get("r") == place)
        assert "推定" in number_format(package, int(cell.get("s", 0)))
    assert "1 个项目的数字依赖尚无官方放假安排的年份" in said(data)


def said(data: bytes) -> str:
    return "\n".join(
        str(cell.value)
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
        for row in sheet.iter_rows(max_row=60)
        for cell in row
        if cell.value is not None
    )


def one_list(rows: Sequence[Sequence[str]], goals: Sequence[Target]) -> Package:
    stream = io.BytesIO()
    workbook = empty_workbook(stream, DEFAULTS)
    column = Column(t("编号", "ID"), "link", 10)
    made = Register("x", t("表", "List"), t("说明", "Hint"), (column,), rows, t("空", "none"), goals)
    draw_list(workbook.add_worksheet("表"), Theme(workbook, "zh"), made, Links(Path("/")))
    workbook.close()
    return Package(stream.getvalue())


def test_beyond_what_excel_takes_rows_have_no_links_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lists.MOST_LINKS < 65_530  # Excel's limit of a sheet
    monkeypatch.setattr(lists, "MOST_LINKS", 50)
    package = one_list([["T1"]] * 80, [Target("/项目/x.xlsx", "跟踪表", "A5")] * 80)
    sheet = package.zip.read("xl/worksheets/sheet1.xml")
    assert (sheet.count(b"<hyperlink "), sheet.count(b"<row ")) == (50, 80 + 3)
    assert "50 行之后的行没有链接" in package.zip.read("xl/sharedStrings.xml").decode()


def test_a_list_ends_before_the_sheet_does_and_says_how_many_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert lists.MOST_ROWS < 1_048_576 - 10  # Excel's rows
    for module in (lists, register):
        monkeypatch.setattr(module, "MOST_ROWS", 20)
    package = one_list([["T1"]] * 27, [])
    sheet = package.zip.read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == 20 + 3
    assert "另有 7 行未列出" in package.zip.read("xl/sharedStrings.xml").decode()


def test_late_tasks_that_did_not_come_along_are_counted() -> None:
    head = {"project": "p", "name": "甲", "path": "/p.xlsx", "late": 5} | ZERO
    tasks = [{"project": "p", "id": "T1", "task": "做", "late": True, "variance": 3}]
    found = replace(portfolio({"projects": [head], "tasks": tasks}), left_out={"tasks": 100, "risks": 7})
    late, risks = Lists(found, "zh").late(), Lists(found, "zh").risks()
    assert (late.left_out, risks.left_out) == (4, 7)


def test_projects_of_one_name_are_told_apart_by_their_files() -> None:
    rows = [
        {"project": str(n), "name": name, "path": path, "late": 0} | ZERO
        for n, (name, path) in enumerate(
            (
                ("甲", "/华东/一.xlsx"),
                ("甲", "/华南/二.xlsx"),
                ("乙", "/华东/乙.xlsx"),
                ("乙", "/华南/乙.xlsx"),
                ("", "/丙.xlsx"),
            )
        )
    ]
    names = {named.name for named in Lists(portfolio({"projects": rows}), "zh").projects.values()}
    assert names == {"甲 · 一", "甲 · 二", "乙 · 华东/乙.xlsx", "乙 · 华南/乙.xlsx", "（未命名）"}


def test_files_to_be_mended_come_first_with_reason_and_cure() -> None:
    rows = [
        {"path": "/a/~$x.xlsx", "reason_zh": "锁文件", "cure_zh": "不必处理", "grave": False},
        {"path": "/b/坏.xlsx", "reason_zh": "打不开", "cure_zh": "请对方重发", "grave": True},
    ]
    shown = read(draw_portfolio(portfolio({"skipped": rows}), Path("/"), "zh"))
    assert [tuple(row.values()) for row in shown["跳过的文件"]] == [
        ("是", "/b/坏.xlsx", "打不开", "请对方重发"),
        ("否", "/a/~$x.xlsx", "锁文件", "不必处理"),
    ]


def test_changes_say_what_moved_and_by_how_much() -> None:
    head = {"project": "p", "name": "甲", "path": "/p.xlsx", "late": 0} | ZERO
    rows = [
        {"project": "p", "kind": "rag", "id": "T1", "what": "做", "before": "yellow", "after": "red"},
        {
            "project": "p",
            "kind": "end",
            "what": "甲",
            "before": "2026-12-01",
            "after": "2026-12-08",
            "days": 5,
        },
        {"project": "q", "kind": "gone", "what": "乙", "before": "/q.xlsx"},
    ]
    shown = read(draw_portfolio(portfolio({"projects": [head], "changes": rows}), Path("/"), "zh"))["变化"]
    assert [(row["类别"], row["项目"], row["原来"], row["现在"], row["变化(工作日)"]) for row in shown] == [
        ("不见了", "乙", "/q.xlsx", None, None),
        ("推算完成变化", "甲", "2026-12-01", "2026-12-08", 5),
        ("预警变化", "甲", "黄", "红", None),
    ]
    first = draw_portfolio(portfolio({"projects": [head]}, since=None), Path("/"), "zh")
    assert "这是第一次运行" in said(first)


# looks


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_list_is_printed_one_page_wide_in_nine_points(lang: Lang) -> None:
    package = Package(draw_portfolio(made(30, 12, lang=lang), Path("/share"), lang))
    for info in package.workbook.findall(".//m:sheet", NS)[1:]:
        sheet = package.sheet(info.get("name"))
        setup, grid = sheet.find("m:pageSetup", NS), sheet.find("m:sheetPr/m:pageSetUpPr", NS)
        assert (setup.get("paperSize"), setup.get("orientation")) == ("9", "landscape")
        assert setup.get("fitToHeight") == "0" and grid.get("fitToPage") == "1"
        assert sheet.find(".//m:pane", NS).get("topLeftCell", "").endswith("4")
        assert sheet.find("m:autoFilter", NS) is not None
        printed = names_of(package)[info.get("name")]
        folded = [
            int(col.get("min")) for col in sheet.iterfind("m:cols/m:col", NS) if col.get("hidden") == "1"
        ]
        assert all(at > printed for at in folded)
        assert printed == min(folded, default=len(sheet.findall(".//m:row[@r='3']/m:c", NS)) + 1) - 1
        widths = [
            float(col.get("width")) - PADDING
            for col in sheet.iterfind("m:cols/m:col", NS)
            for at in range(int(col.get("min")), int(col.get("max")) + 1)
            if at <= printed
        ]
        assert paper_width(widths) * NINE_POINTS <= paper_room(landscape=True), info.get("name")


PADDING = 0.7109375
"""Width in characters that a file adds to a column's own."""


def names_of(package: Package) -> dict[str, int]:
    """Tab → the last column that is printed, from 1; each prints its headings on every page."""
    tabs = [info.get("name") for info in package.workbook.iterfind(".//m:sheet", NS)]
    found, heads = {}, []
    for name in package.workbook.iterfind(".//m:definedName", NS):
        tab, text = tabs[int(name.get("localSheetId", 0))], name.text or ""
        if name.get("name") == "_xlnm.Print_Area":
            found[tab] = column_index_from_string(re.findall(r"\$([A-Z]+)\$", text)[-1])
        elif name.get("name") == "_xlnm.Print_Titles" and text.endswith("$3:$3"):
            heads.append(tab)
    assert set(heads) == set(tabs[1:])
    return found


def test_colours_come_from_rules_over_words(drawn: bytes) -> None:
    package = Package(drawn)
    for tab, words in (("延期任务", set(RAG.labels("zh"))), ("风险", {"高", "中", "低"})):
        rules = package.sheet(tab).findall(".//m:conditionalFormatting/m:cfRule", NS)
        assert {rule.findtext("m:formula", "", NS).strip('"') for rule in rules} == words


def test_two_charts_draw_the_projects_of_the_table(drawn: bytes) -> None:
    package = Package(drawn)
    charts = [package.zip.read(name).decode() for name in package.zip.namelist() if "charts/chart" in name]
    assert len(charts) == 2
    stacked, slips = sorted(charts, key=lambda text: '"stacked"' not in text)
    assert stacked.count("<c:ser>") == 4 and slips.count("<c:ser>") == 1
    assert all('<c:plotVisOnly val="0"/>' in text or "plotVisOnly" not in text for text in charts)


def test_the_same_portfolio_gives_the_same_bytes() -> None:
    found = made(5, 5)
    assert draw_portfolio(found, Path("/share"), "zh") == draw_portfolio(found, Path("/share"), "zh")


def test_in_english_nothing_of_ours_is_chinese() -> None:
    found = portfolio({}, lang="en")
    text = said(draw_portfolio(found, Path("/"), "en")) + said(
        draw_portfolio(
            portfolio({"projects": [{"project": "p", "name": "Lamp", "late": 1, "rag": "red"} | ZERO]}),
            Path("/"),
            "en",
        )
    )
    assert "Portfolio overview" in text and not re.search("[\u4e00-\u9fff]", text)


def _odd(column: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda row: row | {column: f"=1+1 <&> {row[column]} " * 9}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_validator_and_our_lint_find_nothing(
    tmp_path: Path, lang: Lang, ooxml_validate: Callable[[Path], None]
) -> None:
    odd = changed(made(25, 8, lang=lang), tasks=_odd("task"), projects=_odd("name"), risks=_odd("reason"))
    for name, found in (("full", odd), ("empty", portfolio({}))):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(draw_portfolio(found, tmp_path, lang))
        ooxml_validate(path)
        assert lint(path) == []


def test_on_paper_nothing_is_smaller_than_nine_points(
    drawn: bytes, tmp_path: Path, soffice: Callable[..., None]
) -> None:
    (tmp_path / "组合.xlsx").write_bytes(drawn)
    soffice("--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "组合.xlsx")
    paper = pages(tmp_path / "组合.pdf")
    assert min(page.smallest for page in paper) >= 8.9
    tabs = [match[1] for page in paper if (match := re.search(r"项目组合 +(\S+) +第 \d+ 页", page.text))]
    assert list(dict.fromkeys(tabs))[:3] == ["总览", "项目", "延期任务"]
    late = [page for page, tab in zip(paper, tabs, strict=True) if tab == "延期任务"]
    assert len(late) > 1 and all("源头部门" in page.text for page in late)
