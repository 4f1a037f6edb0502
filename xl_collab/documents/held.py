"""A meeting that was held, as its minutes begin and end: who met, what was decided, what is to do, who signs.

Minutes of the kick-off and of the plan review share it; regular minutes have their own (`minutes/meeting`).
No layout stands here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xl_collab.documents.sections import Blank, Block, Column, Pairs, Rows, Says, Shown, Signatures
from xl_collab.plan.project import Project
from xl_collab.project.sentences import LISTED, chosen, day, fitted, place_of, say
from xl_collab.schema.words import Text, t

Kind = Literal["kickoff", "plan_review"]

_SAID = {"kickoff": re.compile(r"启动|kick.?off", re.I), "plan_review": re.compile(r"评审|plan review", re.I)}
"""A meeting without a kind is one whose 议题 say so."""
_ORDINAL = re.compile(r"^\s*(?:\d+\s*[.、．)）]|[（(]\d+[)）])\s*")
FIELD = {
    "project": t("项目名称", "Project"),
    "date": t("会议日期", "Date"),
    "time": t("时间", "Time"),
    "place": t("地点", "Place"),
    "chair": t("主持人", "Chair"),
    "recorder": t("记录人", "Recorder"),
    "present": t("出席部门", "Present"),
    "absent": t("缺席部门", "Absent"),
    "topics": t("议题", "Topics"),
}
_ACTION = {
    "id": t("编号", "ID"),
    "owner": t("责任部门/人", "Owner"),
    "action": t("待办事项", "Action"),
    "raised": t("提出日期", "Raised on"),
    "due": t("完成时限", "Due"),
    "status": t("状态", "Status"),
}
_SHOWN: dict[str, Shown] = {"id": "id", "raised": "date", "due": "date", "status": "centre"}
_DECISION = t("决议 {number}：{text}", "Decision {number}: {text}")
DECISIONS, TO_SAY = t("会议决议", "Decisions"), t("本次会议的决议", "What the meeting decided")
NO_ACTIONS = t("会上没有登记待办。", "No action item was entered for the meeting.")
BELOW = t("{date} · 编号 {number}", "{date} · no. {number}")
UNHELD = t("还没有会议记录 · 数据日期 {date}", "No record of the meeting yet · as of {date}")


@dataclass(frozen=True)
class Meeting:
    """A row of 例会记录; without one all is empty, and `date` is the day of the data."""

    date: dt.date
    id: str = ""
    time: str = ""
    place: str = ""
    chair: str = ""
    recorder: str = ""
    present: str = ""
    absent: str = ""
    topics: str = ""
    decisions: str = ""

    @property
    def held(self) -> bool:
        """Whether there is a row at all."""
        return bool(self.id)

    @property
    def key(self) -> str:
        """What tells its minutes from others': its day."""
        return f"{self.date:%Y%m%d}"

    @property
    def below(self) -> Text:
        """The line under the title."""
        if not self.held:
            return fitted(UNHELD, date=self.date)
        return fitted(BELOW, date=self.date, number=self.id)


def last_held(project: Project, kind: Kind) -> Meeting:
    """The last meeting of a kind on record by the day of the data."""
    settings, found = project.settings, list(_held(project, kind))
    if found:
        return max(found, key=lambda one: one.date)
    words = {"place": settings.place, "chair": settings.chair, "recorder": settings.recorder}
    return Meeting(project.as_of, **words)


def _held(project: Project, kind: Kind) -> Iterator[Meeting]:
    table = project.table("meetings")
    kinds, texts = chosen(table, "kind"), {name: table.texts(name).tolist() for name in _FIELDS}
    for i, value in enumerate(table.dates("date")):
        when, cells = day(value), {name: str(column[i]) for name, column in texts.items()}
        named = kinds[i] == kind or (not kinds[i] and _SAID[kind].search(cells["topics"]))
        if when is not None and when <= project.as_of and named:
            cells["id"] = cells["id"] or place_of("meetings", int(table.rows[i]))
            yield Meeting(when, **cells)


_FIELDS = ("id", "time", "place", "chair", "recorder", "present", "absent", "topics", "decisions")


def head(project: Project, meeting: Meeting) -> tuple[Block, ...]:
    """Project, time, place, people and topics of the meeting."""
    shown = {"date": str(meeting.date) if meeting.held else ""}
    shown |= {name: getattr(meeting, name) for name in ("time", "place", "chair", "recorder")}
    wide = [(FIELD["project"], project.settings.project), (FIELD["present"], meeting.present)]
    wide += [(FIELD["absent"], meeting.absent)] if meeting.absent else []
    return (
        Pairs(tuple((FIELD[name], text) for name, text in shown.items())),
        Pairs((*wide, (FIELD["topics"], meeting.topics)), wide=True),
    )


def decisions(meeting: Meeting) -> tuple[Block, ...]:
    """Each decision with its number, or room to write them."""
    lines = [_ORDINAL.sub("", line).strip() for line in meeting.decisions.splitlines() if line.strip()]
    if not lines:
        return (Blank(TO_SAY, 4),)
    said = (
        say(_DECISION, ids=[meeting.id], number=f"{meeting.key}-{n}", text=text)
        for n, text in enumerate(lines, start=1)
    )
    return tuple(Says((line,), f"decision:{n}") for n, line in enumerate(said, start=1))


def actions(project: Project, meeting: Meeting) -> Rows:
    """What was given out at the meeting: action items that were raised on its day."""
    table = project.table("actions")
    raised, due = ([day(value) for value in table.dates(name)] for name in ("raised_on", "due"))
    status = table.texts("status")
    records = tuple(
        (
            *(str(table.texts(name)[i]) for name in ("id", "owner", "action")),
            raised[i],
            due[i],
            str(status[i]),
        )
        for i in range(len(table))
        if meeting.held and raised[i] == meeting.date
    )
    columns = tuple(Column(text, _SHOWN.get(name, "text")) for name, text in _ACTION.items())
    return Rows(columns, records[:LISTED], NO_ACTIONS)


def signing(project: Project, meeting: Meeting) -> Signatures:
    """The departments that were there; all where nobody noted who was."""
    present = project.departments_in(meeting.present) or project.departments
    people = (meeting.chair, meeting.recorder)
    titles = tuple(
        fitted(_PERSON, title=title, name=name) for title, name in zip(_PEOPLE, people, strict=True)
    )
    return Signatures((*titles, *(Text(name, name) for name in present)))


_PEOPLE = (t("主持人", "Chair"), t("记录人", "Recorder"))
_PERSON = t("{title} {name}", "{title} {name}")
