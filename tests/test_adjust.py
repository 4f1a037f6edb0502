"""adjust: which slips get a document, its causes, knock-on and options by hand, and its draft row."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date as D  # noqa: N812 - short, for many dates
from pathlib import Path

import pytest
from books import project, task
from effort import effort
from python_calamine import CalamineWorkbook

from xl_collab.checks.validate import findings
from xl_collab.documents import page
from xl_collab.documents.adjustment.content import AdjustmentDoc, Alternative, adjust
from xl_collab.documents.drawing import draw
from xl_collab.documents.workbook.template import make_workbook
from xl_collab.errors import UsageError
from xl_collab.hosts.file import FileHost
from xl_collab.plan.freeze import freeze
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, InsertSheet
from xl_collab.project.scenarios import DEMO, SAMPLE, SCENARIOS
from xl_collab.project.sentences import places
from xl_collab.project.tables import GeneratedSheet, Table
from xl_collab.schema.words import Lang
from xl_collab.ui.cli import main

MONDAY = D(2023, 11, 13)
# Expected on 12-06, four working days after 11-30; T002 needs 5 days after it.
LATE = task(
    "T001", deadline=D(2023, 11, 30), forecast=D(2023, 12, 6), status="进行中", planned_start=D(2023, 11, 6)
)
NEXT = task(
    "T002", owner="市场部", deadline=D(2023, 12, 8), planned_start=D(2023, 12, 4), predecessors="T001"
)
CHANGE = {"id": "C001", "task_id": "T001", "new_date": D(2023, 12, 6), "cause": "缺料", "status": "草拟"}


def only(made: Project, *ids: str) -> AdjustmentDoc:
    (document,) = adjust(made, ids).data.documents
    return document


def records(edits: tuple[Edit, ...]) -> list[dict[str, object]]:
    return [dict(r) for e in edits if isinstance(e, AppendRows) for r in e.records]


def with_rows(made: Project, edits: tuple[Edit, ...], sheet: str = "adjustments") -> Project:
    table = made.book.tables[sheet]
    grown = replace(Table.of(table.sheet, [*table.records(), *records(edits)]), tab=table.tab)
    return Project(replace(made.book, tables={**made.book.tables, sheet: grown}), made.as_of)


def options(document: AdjustmentDoc) -> dict[str, Alternative]:
    return {option.kind: option for option in document.options}


# which slips


def test_a_slip_over_the_threshold_gets_a_document_and_a_draft_row() -> None:
    outcome = adjust(project([LATE, NEXT], settings={"superior": "总经理*"}))
    assert records(outcome.edits) == [
        {
            "id": "C001",
            "task_id": "T001",
            "old_date": D(2023, 11, 30),
            "new_date": D(2023, 12, 6),
            "cause": "【请填写】",
            "knock_on": "T002 2023-12-08→2023-12-13（+3）",
            "status": "草拟",
        }
    ]
    (sheet,) = [e for e in outcome.edits if isinstance(e, InsertSheet)]
    assert (sheet.kind, sheet.key, sheet.title) == ("adjustment", "C001", "进度调整方案-C001")


def test_the_second_run_finds_its_draft_and_says_the_same() -> None:
    made = project(
        [LATE, NEXT], sync=[{"date": MONDAY, "department": "研发部", "task_id": "T001", "problem": "缺料"}]
    )
    first = adjust(made)
    again = adjust(with_rows(made, first.edits))
    assert records(again.edits) == []
    assert again.data.documents == first.data.documents


def test_a_slip_within_the_threshold_needs_none_but_may_have_one() -> None:
    made = project([{**LATE, "forecast": D(2023, 12, 4)}])
    assert adjust(made).edits == ()
    assert only(made, "t001").workdays == 2


def test_knock_on_gets_no_document_of_its_own() -> None:
    assert [d.task_id for d in adjust(project([LATE, NEXT])).data.documents] == ["T001"]


def test_a_decided_change_is_left_alone() -> None:
    approved = project([LATE], adjustments=[CHANGE | {"status": "已批准"}])
    assert adjust(approved).edits == ()
    outcome = adjust(approved, ["C001"])
    assert outcome.edits == ()
    assert "C001" in outcome.data.skipped[0].zh


def test_after_a_rejection_a_new_draft_is_made() -> None:
    outcome = adjust(project([LATE], adjustments=[CHANGE | {"status": "未批准"}]))
    assert [r["id"] for r in records(outcome.edits)] == ["C002"]


def test_a_change_may_be_named_by_its_own_id() -> None:
    made = project([LATE, {**LATE, "id": "T005"}], adjustments=[CHANGE])
    assert [d.key for d in adjust(made, ["c001"]).data.documents] == ["C001"]


def test_what_is_not_late_or_not_there() -> None:
    made = project([task("T001")])
    assert adjust(made, ["T001"]).data.skipped[0].en == "T001 is not late; it needs no schedule change"
    with pytest.raises(UsageError):
        adjust(made, ["T009"])


def many_late(count: int) -> list[dict[str, object]]:
    """Rows late by more and more, none because of another; the first one pushes the last."""
    rows = [
        {**LATE, "id": f"T{n:03}", "forecast": D(2023, 12, 6) + dt.timedelta(days=7 * (n % 9))}
        for n in range(1, count)
    ]
    rows[0]["forecast"] = D(2023, 12, 6)
    done = {"status": "已完成", "percent": 1, "forecast": None, "actual": D(2023, 11, 10)}
    rows[1] |= {**done, "deadline": D(2023, 10, 16)}
    return [*rows, {**NEXT, "id": f"T{count:03}"}]


def test_of_many_delays_the_gravest_get_a_document_and_all_their_row() -> None:
    made = project(many_late(60))
    outcome = adjust(made)
    documents = outcome.data.documents
    assert len(documents) == 20
    assert len(records(outcome.edits)) == 59
    # The first one pushes another; of the rest the latest ones go first; a finished one can wait.
    assert documents[0].task_id == "T001"
    without = {one.task_id: one.workdays for one in outcome.data.registered}
    latest = max(days for task_id, days in without.items() if task_id != "T002")
    assert min(d.workdays for d in documents[1:]) >= latest > 5
    assert "T002" in without
    assert len(without) == 39
    again = adjust(with_rows(made, outcome.edits))
    assert again.data.documents == documents
    assert again.edits and not records(again.edits)
    assert [d.task_id for d in adjust(made, ["T002"]).data.documents] == ["T002"]


def test_a_document_that_is_there_is_drawn_again_though_graver_ones_came() -> None:
    made = project(many_late(60))
    made = with_rows(made, adjust(made).edits)
    change = adjust(made).data.registered[0].key
    there = GeneratedSheet(f"进度调整方案-{change}", "adjustment", change, touched=False)
    made = Project(replace(made.book, generated=(there,)), made.as_of)
    assert change in {d.key for d in adjust(made).data.documents}


def test_a_thousand_delays_are_not_a_thousand_passes() -> None:
    made = project(many_late(1500))
    assert len(made.assessment.causes.own) == 1500
    assert effort(lambda: adjust(made), 250) < 250


# causes


def test_causes_come_from_every_register_with_their_rows() -> None:
    made = project(
        [
            task("T000", deadline=D(2023, 11, 8), actual=D(2023, 11, 9), status="已完成", percent=1),
            LATE | {"predecessors": "T000"},
        ],
        adjustments=[CHANGE],
        sync=[
            {"date": D(2023, 11, 9), "department": "研发部", "task_id": "T001", "problem": "散热超标"},
            {"date": D(2023, 11, 9), "department": "研发部", "task_id": "T002", "problem": "别的任务"},
            {"date": D(2023, 11, 20), "department": "研发部", "task_id": "T001", "problem": "以后的事"},
        ],
        risks=[
            {"id": "K001", "risk": "芯片断供", "task_id": "T001", "status": "已发生"},
            {"id": "K002", "risk": "还没发生", "task_id": "T001", "status": "开放"},
        ],
        meetings=[{"id": "H001", "date": D(2023, 11, 6), "decisions": "1. T001顺延\n2. T0010不动"}],
        lessons=[{"id": "L001", "kind": "不足与改进", "lesson": "没留余量", "evidence": "T001"}],
    )
    told = [(line.text.zh, line.ids) for line in only(made).causes]
    assert told == [
        ("缺料", ("C001",)),
        ("源头 T000：超期 1 个工作日", ("T000",)),
        ("风险已发生：芯片断供", ("K001",)),
        ("2023-11-09 研发部同步：散热超标", ("sync!5",)),
        ("例会 2023-11-06：T001顺延", ("H001",)),
        ("经验登记：没留余量", ("L001",)),
    ]


def test_without_a_cause_on_record_there_is_a_field_to_fill() -> None:
    (line,) = only(project([LATE])).causes
    assert line.fill


# knock-on and options


def test_knock_on_before_and_after() -> None:
    made = project(
        [LATE, NEXT],
        milestones=[
            {
                "id": "M001",
                "milestone": "定稿",
                "owner": "市场部",
                "planned": D(2023, 12, 8),
                "task_id": "T002",
            }
        ],
    )
    document = only(made)
    (moved,) = document.knock_on
    assert (moved.id, moved.before, moved.after, moved.workdays) == (
        "T002",
        D(2023, 12, 8),
        D(2023, 12, 13),
        3,
    )
    assert [(m.id, m.workdays) for m in document.milestones] == [("M001", 3)]
    assert "2023-12-08 变为 2023-12-13" in document.summary[1].text.zh


def test_a_sheet_has_no_more_links_than_excel_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page.MOST_LINKS < 65_530
    made = project([LATE, *({**NEXT, "id": f"T{n:03}"} for n in range(2, 9))])
    monkeypatch.setattr(page, "MOST_LINKS", 3)
    data = draw(only(made), project_name="p", lang="zh", links=places(made.book))
    with zipfile.ZipFile(io.BytesIO(data)) as drawn:
        xml = drawn.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<hyperlink ") == 3
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert {f"T{n:03}" for n in range(1, 9)} <= {cell for row in rows for cell in row}


def test_a_follower_that_could_not_start_counts_from_its_plan() -> None:
    # T001 is unfinished eight working days after its date, T002 was due meanwhile.
    rows = [
        task("T001", deadline=D(2023, 11, 1), status="进行中", planned_start=D(2023, 10, 30)),
        task("T002", deadline=D(2023, 11, 3), planned_start=D(2023, 11, 2), predecessors="T001"),
    ]
    (moved,) = only(project(rows)).knock_on
    assert (moved.before, moved.after, moved.workdays) == (D(2023, 11, 3), D(2023, 11, 15), 8)


def test_the_three_options_with_their_dates() -> None:
    found = options(only(project([LATE, NEXT])))
    assert list(found) == ["catch_up", "re_sequence", "accept"]
    ends = {kind: (o.finish, o.end, o.workdays, o.moved) for kind, o in found.items()}
    assert ends == {
        "catch_up": (D(2023, 11, 30), D(2023, 12, 8), 0, 0),
        "re_sequence": (D(2023, 12, 6), D(2023, 12, 8), 4, 0),
        "accept": (D(2023, 12, 6), D(2023, 12, 13), 4, 1),
    }
    # 17 working days of work (11-14 to 12-06) in the 13 until 11-30: 1.31, rounded up to 1.4.
    needs = found["catch_up"].needs[0].text.zh
    assert "17 个工作日的工作要在 13 个工作日内" in needs
    assert "1.4 倍" in needs
    assert "T002（3 个工作日）" in found["re_sequence"].needs[0].text.zh
    assert any("T002" in line.text.zh for line in found["accept"].needs)


def test_a_date_that_has_passed_cannot_be_caught_up() -> None:
    row = {**LATE, "deadline": D(2023, 11, 9), "forecast": D(2023, 11, 17)}
    found = options(only(project([row])))["catch_up"]
    # Four working days are left to 11-17; with twice the effort two, to 11-15.
    assert (found.finish, found.end, found.workdays) == (D(2023, 11, 15), None, 4)


def test_without_an_expected_date_nothing_is_made_up() -> None:
    row = {**LATE, "deadline": D(2023, 11, 8), "forecast": None}
    outcome = adjust(project([row]))
    assert records(outcome.edits)[0]["new_date"] is None
    found = options(outcome.data.documents[0])
    assert [o.finish for o in found.values()] == [None, None, None]
    assert "预计完成" in found["accept"].needs[0].text.zh


def test_a_finished_delay_is_only_put_on_record() -> None:
    done = task("T001", deadline=D(2023, 9, 28), actual=D(2023, 10, 9), status="已完成", percent=1)
    document = only(project([done]))
    assert document.done
    assert [o.kind for o in document.options] == ["record"]
    assert any("+7" in line.text.zh for line in document.summary)  # Monday to Friday, holidays or not


def test_a_draft_whose_date_no_longer_holds_is_said() -> None:
    document = only(project([LATE], adjustments=[CHANGE | {"new_date": D(2023, 12, 4)}]))
    assert document.new_date == D(2023, 12, 4)
    assert any("2023-12-04" in line.text.zh and "2023-12-06" in line.text.zh for line in document.summary)


def test_approval_then_freeze_makes_the_new_baseline_with_history() -> None:
    made = project([LATE | {"baseline": D(2023, 11, 30)}, NEXT])
    drafted = with_rows(made, adjust(made).edits)
    table = drafted.book.tables["adjustments"]
    approved = [{**r, "status": "已批准", "cause": "缺料", "measures": "加班"} for r in table.records()]
    tables = {**drafted.book.tables, "adjustments": replace(Table.of(table.sheet, approved), tab=table.tab)}
    ready = Project(replace(drafted.book, tables=tables), MONDAY)
    assert [f.code for f in findings(ready) if f.code.startswith("P32") and f.code != "P325"] == ["P323"]
    outcome = freeze(ready)
    row = next(r for r in outcome.data.rows if r.id == "T001")
    assert (row.before, row.baseline) == (D(2023, 11, 30), D(2023, 12, 6))
    assert "2023-12-06" in [r["value"] for r in records(outcome.edits)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_drafts_are_right_by_our_own_checks(lang: Lang) -> None:
    made = Project(DEMO.book(lang), D(2023, 11, 28))
    drafted = with_rows(made, adjust(made).edits)
    before, after = ({(f.code, f.row_id) for f in findings(p)} for p in (made, drafted))
    assert after - before == set()
    assert before - after == {("P321", "T007")}


# drawn, and on a file


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", ["demo", "sample", "product-launch"])
def test_every_change_can_be_drawn(
    key: str, lang: Lang, tmp_path: Path, ooxml_validate: Callable[[Path], None]
) -> None:
    contents = {**SCENARIOS, "demo": DEMO, "sample": SAMPLE}
    made = contents[key].book(lang, D(2026, 3, 2))
    shown = Project(made, Project.resolve_as_of(made, D(2026, 3, 30)))
    document = adjust(shown).data.documents[0]
    data = draw(document, project_name="p", lang=lang, links=places(made))
    assert data == draw(document, project_name="p", lang=lang, links=places(made))
    path = tmp_path / "drawn.xlsx"
    path.write_bytes(data)
    text = "\n".join(
        str(c)
        for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        for c in row
    )
    assert document.task_id in text
    assert str(document.base) in text
    for option in document.options:
        assert option.title.of(lang) in text
    ooxml_validate(path)


def run(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(arg) for arg in args])
    return int(ended.value.code or 0)


def test_on_a_file_twice_is_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "demo.xlsm"
    path.write_bytes(make_workbook(DEMO, lang="zh"))
    before = path.read_bytes()
    assert run("adjust", path, "--dry-run") == 0
    assert path.read_bytes() == before
    capsys.readouterr()
    assert run("adjust", path, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(d["key"], d["task_id"], d["workdays"], d["added"]) for d in found] == [
        ("C001", "T005", 4, False),
        ("C002", "T007", 3, True),
    ]
    written = path.read_bytes()
    book = FileHost(path).read()
    assert book.tables["adjustments"].texts("id").tolist() == ["C001", "C002"]
    assert {g.tab for g in book.generated} == {"进度调整方案-C001", "进度调整方案-C002", "文档目录"}
    assert run("adjust", path) == 0
    assert path.read_bytes() == written
    assert run("undo", path) == 0
    assert path.read_bytes() == before


def test_out_leaves_the_source_alone(tmp_path: Path) -> None:
    path, out = tmp_path / "跟踪表.xlsm", tmp_path / "out.xlsm"
    shutil.copy(Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm", path)
    before = path.read_bytes()
    assert run("adjust", path, "T005", "-o", out, "--lang", "en") == 0
    assert path.read_bytes() == before
    assert "进度调整方案-C001" in CalamineWorkbook.from_path(str(out)).sheet_names
