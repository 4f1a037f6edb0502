"""《例会会议纪要》 on paper: what stands first, two pages for 25 tasks, no heading alone."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import zipfile
from dataclasses import dataclass, replace
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from xl_collab.documents.minutes import words
from xl_collab.documents.minutes.content import Minutes, minutes
from xl_collab.documents.minutes.sheet import draw
from xl_collab.plan.project import Project
from xl_collab.project.sentences import places
from xl_collab.project.tables import Book, Table
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import LANGS, Lang

AS_OF = dt.date(2024, 6, 14)
DEPARTMENTS = {
    "zh": ("市场部", "研发部", "生产部", "采购部", "质量部", "销售部"),
    "en": ("Marketing", "R&D", "Production", "Purchasing", "Quality", "Sales"),
}
TASKS = {
    "zh": "编写需求申请|评审立项材料|确定外观方案|完成结构设计|制作首版样机|样机温升测试|整改散热结构"
    "|编写测试报告|签订芯片合同|芯片到料检验|贴片试产|整机组装|老化试验|包装设计定稿|包装打样确认|编写说明书|翻译英文说明书|拍摄产品照片"
    "|上线详情页|培训渠道人员|试点门店铺货|收集试用意见|召开量产评审|组织联合验收|输出复盘报告",
    "en": "Write the request|Review the case|Settle the design|Finish the structure|Build the first prototype"
    "|Run the thermal test|Mend the heat sink|Write the test report|Sign the chip contract|Inspect the chips"
    "|Pilot the board line|Assemble the units|Run the ageing test|Settle the packaging|Approve its samples"
    "|Write the manual|Translate the manual|Photograph the product|Publish the product page"
    "|Train the dealers|Stock the pilot shops|Collect opinions|Hold the production review"
    "|Run the joint acceptance|Write the review",
}
Record = dict[str, Any]


def plan(lang: Lang = "zh") -> Book:
    """25 tasks: 6 done, two slips with ten rows behind them, what else a project of some months has."""
    names, tasks = DEPARTMENTS[lang], TASKS[lang].split("|")
    rows: list[Record] = []
    for n, task in enumerate(tasks):
        begin = dt.date(2024, 5, 6) + dt.timedelta(days=4 * n)
        row: Record = {"id": f"T{n + 1:03}", "task": task, "stage": "delivery", "owner": names[n % 6]}
        row |= {"output": task, "planned_start": begin, "deadline": begin + dt.timedelta(days=7)}
        row |= {"status": "not_started"}
        if n < 6:
            done = begin + dt.timedelta(days=7 + n % 3)
            row |= {"status": "done", "actual": done, "actual_start": begin, "percent": 1}
        elif n in (6, 8):  # two slips; what stands behind them waits
            late = begin + dt.timedelta(days=25)
            row |= {"status": "in_progress", "actual_start": begin, "percent": 0.4, "forecast": late}
        elif n < 20:
            before = 6 if n == 7 else 8 if n == 9 else n - 2
            base = rows[before]["deadline"] + dt.timedelta(days=1)
            row |= {"predecessors": f"T{before + 1:03}", "planned_start": base}
            row |= {"deadline": base + dt.timedelta(days=5)}
        rows.append(row)
    return _book(lang, rows)


def _book(lang: Lang, rows: list[Record]) -> Book:
    names = DEPARTMENTS[lang]
    said = (lambda zh, en: zh) if lang == "zh" else (lambda zh, en: en)
    decisions = said(
        "1. 采购部6月20日前取得供应商书面交期\n2. 研发部6月18日前提交散热整改方案，生产部配合验证\n"
        "3. 宣传物料先用渲染图推进\n4. 说明书翻译外包，费用2万元，由市场部申请",
        "1. Purchasing gets the date in writing by 2024-06-20\n2. R&D hands in the heat sink by "
        "2024-06-18, Production helps\n3. Marketing goes on with renderings\n"
        "4. Marketing asks for 20,000 for the translation",
    )
    tables: dict[str, list[Record]] = {
        "tracker": rows,
        "contacts": [
            {"department": name, "contact": f"{'甲乙丙丁戊己'[n]}*"} for n, name in enumerate(names)
        ],
        "meetings": [
            {
                "id": "H001",
                "date": AS_OF,
                "time": "16:00",
                "place": said("三楼会议室", "Room 3"),
                "chair": f"{names[0]}*",
                "recorder": f"{names[1]}*",
                "present": "、".join(names[:5]),
                "absent": names[5],
                "topics": said("样机整改、芯片交期、宣传物料", "Prototype, chips, publicity"),
                "decisions": decisions,
                "resources": said("备选供应商采购费用2万元", "20,000 for the second supplier"),
            }
        ],
        "actions": [
            {
                "id": f"A{n:03}",
                "action": said(f"回报第{n}项整改物料到料日期", f"Tell when part {n} comes"),
                "owner": names[n % 6],
                "raised_on": AS_OF - dt.timedelta(days=3 * n),
                "due": AS_OF + dt.timedelta(days=8 - 3 * n),
                "status": "open",
                "source": "H001",
            }
            for n in range(1, 8)
        ],
        "risks": [
            {
                "id": f"K{n:03}",
                "risk": said(f"第{n}批芯片交期可能再延长", f"Chip lot {n} may be later still"),
                "owner": names[n % 6],
                "probability": n,
                "impact": 4,
                "due": AS_OF + dt.timedelta(days=7 * n),
                "status": "open",
                "countermeasure": said("启用备选供应商小批量采购", "Buy a small lot elsewhere"),
            }
            for n in range(1, 6)
        ],
        "adjustments": [
            {
                "id": "C001",
                "task_id": "T009",
                "cause": said("驱动芯片交期由4周延长至6周", "The driver chip takes six weeks, not four"),
                "status": "draft",
            }
        ],
        "sync": [
            {
                "date": AS_OF,
                "department": names[n],
                "task_id": f"T{7 + n:03}",
                "progress": said("整改方案已评审", "Reviewed"),
                "problem": said("老化房排期冲突", "The ageing room is taken"),
                "help": said("请质量部协调老化房时段", "Quality to find a slot") if n < 2 else None,
            }
            for n in range(3)
        ],
    }
    settings = {"project": said("智能台灯L2新产品上市", "Desk lamp L2"), "superior": said("总经理", "GM")}
    settings |= {"delay_threshold": 2, "lead_time": 3}
    settings["meeting_rule"] = said("每周一17:00前", "every Monday by 17:00")
    found = {
        s.key: Table.of(s, [_labelled(s, r, lang) for r in tables.get(s.key, [])]) for s in SHEETS.tables
    }
    return Book(found, forms={"settings": settings}, lang=lang)


def _labelled(sheet: Any, row: Record, lang: Lang) -> Record:
    choices = {c.name: c.choices for c in sheet.columns if c.choices}
    return {
        k: choices[k].label(v, lang) if k in choices and choices[k] and v in choices[k].codes else v
        for k, v in row.items()
    }


def drawn(book: Book, as_of: dt.date = AS_OF) -> tuple[Minutes, bytes]:
    """The document, and its sheet."""
    project = Project(book, as_of)
    document = minutes(project).data
    return document, draw(document, "P", book.lang, places(project.book))


@dataclass(frozen=True)
class Printed:
    """The minutes of a plan of 25 tasks, and what LibreOffice prints: the lines of each page, font sizes."""

    lang: Lang
    document: Minutes
    pages: list[list[str]]
    sizes: set[float]


@pytest.fixture(scope="module", params=LANGS)
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, soffice: Any
) -> Printed:
    folder, lang = tmp_path_factory.mktemp("paper"), request.param
    document, data = drawn(plan(lang))
    (folder / "minutes.xlsx").write_bytes(data)
    soffice("--convert-to", "pdf", "--outdir", folder, folder / "minutes.xlsx")
    command = ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", "3", folder / "minutes.pdf"]
    xml = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=60).stdout
    pages = [_lines(page) for page in xml.split("<page ")[1:]]
    return Printed(
        lang, document, pages, {int(n) / 3 for n in re.findall(r'<fontspec[^>]* size="(\d+)"', xml)}
    )


def _lines(page: str) -> list[str]:
    """The texts of a page from top to bottom, without its footer."""
    found = re.findall(r'<text top="(\d+)" left="(\d+)"[^>]*>(.*?)</text>', page)
    texts = [(int(top), int(left), re.sub("<[^>]+>", "", text).strip()) for top, left, text in found]
    foot = max(top for top, _, _ in texts) - 40
    return [text for top, _, text in sorted(texts) if text and top < foot]


def test_25_tasks_take_two_pages_and_nothing_is_smaller_than_9_points(printed: Printed) -> None:
    assert len(printed.pages) <= 2
    assert min(printed.sizes) >= 9


def test_decisions_and_actions_stand_first_and_figures_last(printed: Printed) -> None:
    said = ["decisions", "actions", "variance", "risks", "resources", "progress", "signatures"]
    heads = [words.HEAD[name].of(printed.lang) for name in said]
    lines = [line for page in printed.pages for line in page]
    places = [next(n for n, line in enumerate(lines) if line.startswith(head[:6])) for head in heads]
    assert places == sorted(places)


def test_no_heading_is_the_last_on_its_page(printed: Printed) -> None:
    heads = {head.of(printed.lang) for head in words.HEAD.values()}
    for page in printed.pages:
        assert not heads & set(page[-3:])


def test_every_late_row_stands_in_one_place() -> None:
    document, data = drawn(plan())
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    cells = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    text = "\n".join(cell for cell in cells if not cell.startswith("{"))  # without notes for programs
    late = [name for slip in document.variances for name in (slip.id, *(row.id for row in slip.affected))]
    assert len(late) == len(set(late)) == 14
    part = text.partition("三、异常任务")[2].partition("四、风险")[0]
    assert all(part.count(name) == 1 for name in late)


def test_a_table_that_goes_on_has_its_headings_again() -> None:
    book = plan()
    more = [row | {"id": f"A{n:03}"} for n, row in enumerate(book.tables["actions"].records() * 9)]
    data = drawn(replace(book, tables={**book.tables, "actions": Table.of(SHEETS.table("actions"), more)}))[1]
    package = zipfile.ZipFile(io.BytesIO(data))
    breaks = [int(n) for n in re.findall(rb'<brk id="(\d+)"', package.read("xl/worksheets/sheet1.xml"))]
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(data))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    begins = [rows[n][1] for n in breaks]
    heads = {head.zh for head in words.HEAD.values()}
    assert len(breaks) >= 2 and begins[0] == begins[1] == "编号"
    assert all(text in heads | {"编号", "来源", "序号"} for text in begins)
