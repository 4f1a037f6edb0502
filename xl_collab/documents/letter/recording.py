"""What the workbook keeps of letters that ask: whom a department's answer is awaited from, and until when.

Run twice it writes nothing more. What may not enter: letters as mail, answers (plan/answers.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from xl_collab.documents.letter.content import Letter
from xl_collab.documents.letter.matters import Enquiry, Resolved
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn
from xl_collab.project.sentences import day, fitted
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.registers import ENQUIRIES, MEETINGS
from xl_collab.schema.words import CONFIRMATION, Text, t

_NO_PLACE = t(
    "“{sheet}”没有登记答复的地方：运行 xl-collab upgrade 后才能登记",
    "{sheet} has no place for answers yet: run xl-collab upgrade first",
)
_NO_MEETING = t(
    "“例会记录”里没有 {day} 这期纪要的例会，部门答复还无处登记：请补一行",
    "Meetings has no row for the minutes of {day}, so answers have no place yet: add one",
)


def records(project: Project, letters: Sequence[Letter]) -> Outcome[tuple[Text, ...]]:
    """The edits; the data says what has no place for answers."""
    edits: list[Edit] = []
    lacking: list[Text] = []
    asked = [letter for letter in letters if isinstance(letter.matter, Enquiry)]
    if asked and "enquiries" not in project.book.tables:
        lacking.append(fitted(_NO_PLACE, sheet=ENQUIRIES.title))
    elif asked:
        edits += _enquiries(project, asked)
    for letter in letters:
        if isinstance(letter.matter, Resolved) and letter.matter.issued:
            if letter.matter.row is None:
                lacking.append(fitted(_NO_MEETING, day=letter.matter.day))
            elif "objections_by" in project.table("meetings").missing:
                lacking.append(fitted(_NO_PLACE, sheet=MEETINGS.title))
            else:
                edits += _objections(project, letter, letter.matter.row)
    return Outcome(tuple(lacking), tuple(edits))


def _objections(project: Project, letter: Letter, row: int) -> Iterator[Edit]:
    table = project.table("meetings")
    if day(table.dates("objections_by")[row]) != letter.reply_by:
        rows = table.rows[np.array([row])]
        yield SetColumn("meetings", "objections_by", rows, [letter.reply_by])
        if "confirmation" in table.letters:
            code = "passed" if project.as_of > letter.reply_by else "open"
            yield SetColumn("meetings", "confirmation", rows, [CONFIRMATION.label(code, project.book.lang)])


def _enquiries(project: Project, letters: Sequence[Letter]) -> Iterator[Edit]:
    """A row for each department that has none yet."""
    there = set(map(normalise_key, project.table("enquiries").texts("department").tolist()))
    rows = tuple(_asked(project, one) for one in letters if normalise_key(one.department) not in there)
    if rows:
        yield AppendRows("enquiries", rows)


def _asked(project: Project, letter: Letter) -> dict[str, object]:
    assert isinstance(letter.matter, Enquiry)
    tasks = "\n".join(f"{task.id} {task.task}" for task in letter.matter.tasks)
    return {
        "department": letter.department,
        "tasks": tasks,
        "asked_on": project.as_of,
        "reply_by": letter.reply_by,
    }
