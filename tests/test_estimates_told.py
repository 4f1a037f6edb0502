"""A figure that rests on a year without an official calendar is called 推定 wherever people meet it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime

import pytest
from books import book, project, task
from python_calamine import CalamineWorkbook

from xl_collab.commands.deadline import next_due
from xl_collab.commands.what_if import payload
from xl_collab.documents.drawing import draw
from xl_collab.documents.gantt.content import gantt
from xl_collab.documents.letter.content import letters
from xl_collab.documents.letter.html import letter_html, letter_text
from xl_collab.documents.letter.sections import Look
from xl_collab.documents.minutes.content import minutes
from xl_collab.documents.review.content import review
from xl_collab.documents.risks.content import risks
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import parse_slips, what_if
from xl_collab.project.edits import Document, Edit, InsertSheet
from xl_collab.project.sentences import Line

D = date
LATE = task("T001", deadline=D(2027, 4, 29), forecast=D(2027, 5, 6), planned_start=D(2027, 4, 12))
SAID = "推定：2027 年没有完整的官方放假安排"


def estimated() -> Project:
    """Due on Thursday 04-29, expected a week later: 04-30, 05-05, 05-06, for 05-03 and 05-04 are off."""
    return project([LATE], as_of=D(2027, 4, 20))


def official() -> Project:
    """The same a year earlier, whose notice is known."""
    row = LATE | {"deadline": D(2026, 4, 29), "forecast": D(2026, 5, 8), "planned_start": D(2026, 4, 13)}
    return project([row], as_of=D(2026, 4, 20))


def said(lines: Iterable[Line]) -> str:
    return "\n".join(line.text.zh for line in lines)


def shown(edits: Iterable[Edit]) -> str:
    """All texts of the sheets that are drawn."""
    documents: list[Document] = [edit.document for edit in edits if isinstance(edit, InsertSheet)]
    texts = []
    for document in documents:
        drawn = io.BytesIO(draw(document, project_name="", lang="zh", links={}))
        made = CalamineWorkbook.from_filelike(drawn)
        texts += [str(cell) for row in made.get_sheet_by_index(0).to_python() for cell in row]
    return "\n".join(texts)


def test_the_figure_itself() -> None:
    found = estimated().assessment
    assert found.variance.tolist() == [3]
    assert found.reason[0] == "预计晚 3 个工作日（超过 2 个工作日）；日历为推定"


def test_the_days_left() -> None:
    found = project([task("T001", deadline=D(2027, 5, 6))], as_of=D(2027, 4, 28)).assessment
    assert found.reason[0] == "距计划完成还有 4 个工作日；日历为推定"  # 04-29, 04-30, 05-05, 05-06
    known = project([task("T001", deadline=D(2026, 5, 7))], as_of=D(2026, 4, 28)).assessment
    assert known.reason[0] == "距计划完成还有 4 个工作日"  # 04-29, 04-30, 05-06, 05-07


def test_which_years_a_project_rests_on() -> None:
    assert estimated().estimated_years == (2027,)
    assert official().estimated_years == ()
    assert official().estimate is None
    done = task("T001", deadline=D(2023, 11, 1), actual=D(2023, 11, 1), status="已完成")
    assert project([done], as_of=D(2027, 4, 20)).estimated_years == ()
    assert project([task("T001", deadline="每周一17:00前")], as_of=D(2027, 4, 20)).estimated_years == (2027,)
    assert project([task("T001", deadline=D(2028, 1, 5))], as_of=D(2026, 12, 1)).estimated_years == (
        2027,
        2028,
    )


@pytest.mark.parametrize("document", [minutes, review, risks, gantt])
def test_headlines_and_lists(document: object) -> None:
    assert SAID in shown(document(estimated()).edits)  # type: ignore[operator]
    assert "推定" not in shown(document(official()).edits)  # type: ignore[operator]


def test_the_first_lines_of_minutes_and_review() -> None:
    assert SAID in said(minutes(estimated()).data.summary)
    assert SAID in said(review(estimated()).data.summary)


def test_what_if() -> None:
    found = what_if(estimated(), parse_slips(["T001=+1"])).data
    assert found.estimate is not None
    assert SAID in found.estimate.zh
    assert payload(found)["estimated_years"] == [2027]
    assert payload(what_if(official(), parse_slips(["T001=+1"])).data)["estimated_years"] == []


def test_a_slip_into_an_estimated_year() -> None:
    row = task("T001", deadline=D(2026, 12, 30), planned_start=D(2026, 12, 21))
    found = what_if(project([row], as_of=D(2026, 12, 21)), parse_slips(["T001=+3"])).data
    assert found.estimated_years == (2027,)


def test_a_deadline() -> None:
    answer = next_due("每月10日", datetime(2027, 4, 20), None)
    assert SAID in answer.sentence("zh")
    assert answer.payload("zh")["estimated_years"] == [2027]
    assert "推定" not in next_due("每月10日", datetime(2026, 4, 20), None).sentence("zh")


def test_letters() -> None:
    (letter,) = letters(estimated(), "request", reply_by=D(2027, 4, 23)).data
    assert SAID in letter_text(letter, Look("zh"))
    assert SAID in letter_html(letter, Look("zh"))
    (known,) = letters(official(), "request", reply_by=D(2026, 4, 23)).data
    assert "推定" not in letter_text(known, Look("zh"))


def test_a_workbook_without_estimated_days_says_what_it_counts() -> None:
    """Made before they were shipped: it lists official days only."""
    rows = [
        {"date": day.date, "kind": "休" if day.kind == "off" else "班", "name": day.name, "source": "官方"}
        for day in official().calendar.days
        if day.source == "official"
    ]
    made = Project(book([LATE], calendar=rows), D(2027, 4, 20))
    assert made.estimate is not None
    assert "按周一至周五推定" in made.estimate.zh
    assert "按法定节假日推定" in estimated().estimate.zh  # type: ignore[union-attr]
