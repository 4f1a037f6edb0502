"""What a department or the superior answered, put where the workbook keeps it.

Of minutes into 例会记录, of a change into 进度调整 (the superior's into its approval), of the request into
the approval of 需求申请, of an enquiry into 可行性征询. What was answered before stays readable behind it;
the same answer given twice changes nothing. What may not enter: letters, mails, clicks.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xl_collab.errors import UnknownName, UsageError
from xl_collab.plan.parsed import shown
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import label
from xl_collab.project.edits import AppendRows, Edit, Outcome, SetColumn, SetField
from xl_collab.project.sentences import day
from xl_collab.project.tables import Table
from xl_collab.project.timing.deadlines import parse_date
from xl_collab.schema.forms import REQUEST
from xl_collab.schema.keys import contribution, normalise_key, replaced
from xl_collab.schema.sheets import SHEETS
from xl_collab.schema.words import ADJUSTMENT_STATUS, ANSWER, CONCLUSION, FEASIBILITY, Lang, Text

About = Literal["minutes", "change", "request", "enquiry"]
SUPERIOR = ("superior", "上级", "上级领导", "领导")
"""What people call the superior without a name."""
_REQUEST = ("request", "需求申请", "申请", "申请表")
_ENQUIRY = ("enquiry", "可行性征询", "征询", "可行性")
_APPROVALS = {"approved": "approved", "agreed": "approved", "rejected": "rejected", "objected": "rejected"}
_RATINGS = {"agreed": "feasible", "approved": "feasible", "objected": "infeasible", "rejected": "infeasible"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that can be answered: `row` is its place in its register, `key` how people name it."""

    about: About
    key: str
    row: int
    title: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was put on record: who, what as a label, and where it stands."""

    who: str
    said: str
    sheet: str
    key: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer that is on record: its code ('' where somebody typed something else), its day, all words."""

    code: str
    on: dt.date | None
    words: str = ""


# what can be answered


def open_matters(project: Project) -> tuple[Asked, ...]:
    """What answers are still awaited for: 需求申请, 可行性征询, changes, and the latest meeting."""
    found = [asked for asked in (_request(project), _enquiry(project)) if asked]
    table = project.table("adjustments")
    codes = [ADJUSTMENT_STATUS.code(text) for text in table.texts("status").tolist()]
    waiting = [i for i, code in enumerate(codes) if code != "rejected" and table.texts("id")[i]]
    found += [_change(table, i) for i in waiting]
    return (*found, *list(_meetings(project))[-1:])


def _request(project: Project) -> Asked | None:
    values = project.book.forms.get("request", {})
    decided = CONCLUSION.code(str(shown(values.get("conclusion")) or "")) in ("approved", "conditional")
    return None if decided or not values else Asked("request", "request", 0, str(values.get("project") or ""))


def _enquiry(project: Project) -> Asked | None:
    table = project.table("enquiries")
    silent = [n for n, r in zip(*_two(table, "department", "feasibility"), strict=True) if n and not r]
    return Asked("enquiry", "enquiry", 0, "、".join(silent)) if silent else None


def _two(table: Table, first: str, second: str) -> tuple[list[str], list[str]]:
    return table.texts(first).tolist(), table.texts(second).tolist()


def _change(table: Table, i: int) -> Asked:
    return Asked("change", str(table.texts("id")[i]), i, str(table.texts("task_id")[i]))


def _meetings(project: Project) -> Iterator[Asked]:
    """Meetings up to the project's day, the latest last."""
    table = project.table("meetings")
    days = [day(value) for value in table.dates("date")]
    known = [(when, i) for i, when in enumerate(days) if when is not None and when <= project.as_of]
    for when, i in sorted(known):
        yield Asked("minutes", str(table.texts("id")[i]) or when.isoformat(), i, when.isoformat())


def asked(project: Project, text: str) -> Asked:
    """What a text names: an ID of 进度调整 or 例会记录, a day or number of minutes, the request, the enquiry.

    UnknownName where it is none of them.
    """
    key = normalise_key(text)
    if key in map(normalise_key, _REQUEST):
        return Asked("request", "request", 0, "")
    if key in map(normalise_key, _ENQUIRY):
        return Asked("enquiry", "enquiry", 0, "")
    changes = project.table("adjustments")
    for i, name in enumerate(changes.texts("id").tolist()):
        if key and normalise_key(name) == key:
            return _change(changes, i)
    meetings = list(_meetings(project))
    found = next((one for one in meetings if normalise_key(one.key) == key), None)
    found = found or _of_minutes(text, meetings)
    if found is None:
        raise UnknownName(
            f"没有“{text}”可以登记答复。请写进度调整或例会记录的编号（C001、H003）、纪要日期、需求申请或征询。",
            f"Nothing called {text!r} can be answered. Name a change or a meeting (C001, H003), the day of "
            "minutes, request, or enquiry.",
        )
    return found


def _of_minutes(text: str, meetings: Sequence[Asked]) -> Asked | None:
    """The meeting that the minutes of a day are about: the last one up to it."""
    when = parse_date(text.strip().removeprefix("纪要").removeprefix("-").partition("-")[0]) or parse_date(
        text
    )
    held = [one for one in meetings if when is not None and dt.date.fromisoformat(one.title) <= when]
    return held[-1] if held else None


# what is on record


_ENTRY = re.compile(r"(\d{4}-\d{2}-\d{2}) ([^：:；;]+)")


def standing(project: Project, to: Asked, who: str) -> Standing | None:
    """The last answer of a department, or of the superior (`superior`), to something; None for none yet."""
    if to.about == "request":
        values = project.book.forms.get("request", {})
        code = CONCLUSION.code(str(shown(values.get("conclusion")) or ""))
        words = str(shown(values.get("opinion")) or "")
        return Standing(_decided(code), day(values.get("approved_on")), words) if code else None
    if to.about == "enquiry":
        return _rated_before(project.table("enquiries"), who)
    table = project.table("meetings" if to.about == "minutes" else "adjustments")
    if who in SUPERIOR:
        code = ADJUSTMENT_STATUS.code(str(table.texts("status")[to.row]))
        found = Standing(_decided(code), day(table.dates("approved_on")[to.row]), _opinion(table, to.row))
        return found if code in ("approved", "rejected") else None
    said = contribution(str(table.texts("answers")[to.row]), who) if "answers" not in table.missing else None
    if said is None:
        return None
    entry = _ENTRY.match(said)
    code = ANSWER.code(entry[2].strip()) if entry else None
    return Standing(code or "", parse_date(entry[1]) if entry else None, said)


def silent(project: Project, row: int) -> tuple[dt.date | None, tuple[str, ...]]:
    """Until when a meeting's minutes could be objected to, and the departments that have not answered."""
    table = project.table("meetings")
    text = str(table.texts("answers")[row])
    supporters = (name for i in range(len(project.tracker)) for name in project.supporters_of(i))
    concerned = {normalise_key(name) for name in (*project.leads, *supporters) if name}
    asked = [name for name in project.departments if normalise_key(name) in concerned]
    names = tuple(name for name in asked if contribution(text, name) is None)
    return day(table.dates("objections_by")[row]), names


def _decided(code: str | None) -> str:
    return "rejected" if code == "rejected" else "approved"


def _opinion(table: Table, row: int) -> str:
    return "" if "opinion" in table.missing else str(table.texts("opinion")[row])


def _rated_before(table: Table, who: str) -> Standing | None:
    keys = [normalise_key(text) for text in table.texts("department").tolist()]
    if normalise_key(who) not in keys:
        return None
    row = keys.index(normalise_key(who))
    code = FEASIBILITY.code(str(table.texts("feasibility")[row]))
    words = str(table.texts("capacity")[row])
    return Standing(code, day(table.dates("answered_on")[row]), words) if code else None


# the answer


def answer(
    project: Project, to: Asked, who: Sequence[str], says: str, on: dt.date, words: str = ""
) -> Outcome[tuple[Answered, ...]]:
    """The edits that put an answer on record.

    who    departments, or the superior by name or as 上级领导; empty with 逾期视为确认: all that are silent
    says   同意, 收到, 有异议, 批准, 退回, 逾期视为确认; of an enquiry also 可行, 有条件可行, 不可行
    UsageError for a word that says none of these, and for who cannot answer that; UnknownName for a name
    that nobody has.
    """
    return _Answer(project, to, says, on, " ".join(words.split())).outcome(who)


class _Answer:
    """One answer while it is put on record."""

    def __init__(self, project: Project, to: Asked, says: str, on: dt.date, words: str) -> None:
        self.project, self.to, self.on, self.words = project, to, on, words
        self.rating = FEASIBILITY.code(says) if to.about == "enquiry" else None
        self.code = ANSWER.code(says) or ""
        if not (self.code or self.rating):
            zh, en = ("、".join(_labels(to, "zh")), ", ".join(_labels(to, "en")))
            raise UsageError(f"“{says}”不是答复，可用：{zh}", f"{says!r} is no answer; known: {en}")

    def outcome(self, who: Sequence[str]) -> Outcome[tuple[Answered, ...]]:
        """Where it goes, by what it answers and who did."""
        superior = any(map(self._is_superior, who))
        if superior and len(who) > 1:
            raise UsageError("上级领导的答复请单独登记。", "Record the superior's answer by itself.")
        if self.to.about == "request" or (superior and self.to.about == "change"):
            return self._approval(who[0] if who else "", superior)
        names = self._silent() if self.code == "deemed" and not who else [self._department(n) for n in who]
        if self.to.about == "enquiry":
            return self._rated(names)
        return self._said("meetings" if self.to.about == "minutes" else "adjustments", names)

    def _is_superior(self, name: str) -> bool:
        settings = self.project.settings
        known = (*SUPERIOR, settings.superior, settings.superior_email)
        keys = {normalise_key(one).rstrip("*") for one in known if one}
        return normalise_key(name).rstrip("*") in keys

    def _department(self, name: str) -> str:
        found = self.project.known.get(normalise_key(name))
        if found is None and self._is_superior(name):
            return self.project.settings.superior.strip("* ") or name
        if found is None:
            raise UnknownName(
                f"“通讯录”里没有“{name}”。可用：{'、'.join(self.project.departments)}，或上级领导",
                f"Contacts has no {name!r}; known: {', '.join(self.project.departments)}, or superior",
            )
        return found

    # departments, one line each

    def _silent(self) -> list[str]:
        """Departments that were asked and have not answered, once the day for it has passed."""
        if self.to.about != "minutes":
            raise UsageError(
                "“逾期视为确认”只用于会议纪要。", "Only minutes count as confirmed without an answer."
            )
        until, _ = silent(self.project, self.to.row)
        if until is None or self.on <= until:
            when = until or Text("没有登记", "not on record")
            zh, en = (when.of(lang) if isinstance(when, Text) else when for lang in ("zh", "en"))
            raise UsageError(
                f"异议期限（{zh}）还没有过，不能登记逾期视为确认。",
                f"The day for objections ({en}) has not passed; nothing counts as confirmed yet.",
            )
        return list(silent(self.project, self.to.row)[1])

    def _said(self, sheet: str, names: Sequence[str]) -> Outcome[tuple[Answered, ...]]:
        self.code = {"approved": "agreed", "rejected": "objected"}.get(self.code, self.code)
        table = self._with(sheet, "answers")
        text = str(table.texts("answers")[self.to.row])
        before = {name: contribution(text, name) for name in names}
        said = {name: self._after(before[name]) for name in names}
        if said == before:
            return Outcome(tuple(self._answered(name, sheet) for name in names))
        new = replaced(text, said, self.project.departments)
        edit = SetColumn(sheet, "answers", table.rows[np.array([self.to.row])], [new])
        return Outcome(tuple(self._answered(name, sheet) for name in names), (edit,))

    def _entry(self) -> str:
        word = self._label()
        colon = "：" if self.project.lang == "zh" else ": "
        return f"{self.on} {word}{colon}{self.words}" if self.words else f"{self.on} {word}"

    def _after(self, before: str | None) -> str:
        """The new answer first, what was said earlier behind it."""
        entry, stop = self._entry(), "；" if self.project.lang == "zh" else "; "
        if not before or before == entry or before.startswith(f"{entry}{stop}"):
            return before or entry
        return f"{entry}{stop}{before}"

    def _answered(self, name: str, sheet: str) -> Answered:
        return Answered(name, self._label(), SHEETS[sheet].name(self.project.lang), self.to.key)

    def _label(self) -> str:
        choices, code = (FEASIBILITY, self.rating) if self.rating else (ANSWER, self.code)
        return choices.label(code, self.project.lang)

    def _with(self, sheet: str, column: str) -> Table:
        """The register, if this workbook has the column."""
        table = self.project.table(sheet)
        if sheet not in self.project.book.tables or column in table.missing:
            title = SHEETS[sheet].title
            heading = SHEETS.table(sheet).column(column).label
            raise UsageError(
                f"“{title.zh}”还没有“{heading.zh}”列。先运行 xl-collab upgrade，再登记答复。",
                f"{title.en} has no column {heading.en} yet. Run xl-collab upgrade first.",
            )
        return table

    # the enquiry

    def _rated(self, names: Sequence[str]) -> Outcome[tuple[Answered, ...]]:
        self._with("enquiries", "feasibility")
        code = self.rating or _RATINGS.get(self.code)
        if code is None:
            raise UsageError(
                "征询的答复请写：可行、有条件可行或不可行。",
                "Answer an enquiry with feasible, conditionally feasible or not feasible.",
            )
        self.rating = code
        edits = [
            edit
            for name in names
            for edit in self._rate(name, label(self.project, "enquiries", "feasibility", code))
        ]
        return Outcome(tuple(self._answered(name, "enquiries") for name in names), tuple(edits))

    def _rate(self, name: str, rating: str) -> Iterator[Edit]:
        table = self.project.table("enquiries")
        keys = [normalise_key(text) for text in table.texts("department").tolist()]
        values: dict[str, object] = {"feasibility": rating, "answered_on": self.on}
        if self.words:
            values["capacity"] = self.words
        if normalise_key(name) not in keys:
            yield AppendRows("enquiries", ({"department": name, **values},))
            return
        row = keys.index(normalise_key(name))
        if self.words:
            values["capacity"] = self._behind(str(table.texts("capacity")[row]))
        yield from _cells(table, row, values)

    def _behind(self, before: str) -> str:
        """The new words, and on the next line what stood there."""
        if not before or before == self.words or before.startswith(f"{self.words}\n"):
            return before or self.words
        return f"{self.words}\n{before}"

    # approvals

    def _approval(self, who: str, superior: bool) -> Outcome[tuple[Answered, ...]]:
        if who and not superior and self.project.known.get(normalise_key(who)):
            raise UsageError(
                "需求申请由上级领导批复；部门的答复请登记到征询（enquiry）。",
                "The superior decides on the request; record a department's answer to the enquiry.",
            )
        code = _APPROVALS.get(self.code)
        if code is None:
            raise UsageError("审批请写批准或退回。", "Approve or return: say approved or rejected.")
        name = self.project.settings.superior.strip("* ")
        name = (
            who if who and normalise_key(who) not in map(normalise_key, SUPERIOR) and "@" not in who else name
        )
        if self.to.about == "request":
            edits, sheet = tuple(self._on_request(code, name)), "request"
        else:
            edits, sheet = tuple(self._on_change(code, name)), "adjustments"
        return Outcome((self._answered(name or who, sheet),), edits)

    def _on_request(self, code: str, name: str) -> Iterator[Edit]:
        values = self.project.book.forms.get("request", {})
        before = str(shown(values.get("opinion")) or "").strip()
        wanted: dict[str, object] = {
            "conclusion": CONCLUSION.label(code, self.project.book.lang),
            "approver": name,
            "approved_on": self.on,
        }
        if self.words:
            wanted["opinion"] = self._behind(before)
        for field in REQUEST.fields:
            if field.name in wanted and _other(shown(values.get(field.name)), wanted[field.name]):
                yield SetField("request", field.name, wanted[field.name])

    def _on_change(self, code: str, name: str) -> Iterator[Edit]:
        table, row = self.project.table("adjustments"), self.to.row
        if code == "approved" and day(table.dates("new_date")[row]) is None:
            raise UsageError(
                f"{self.to.key} 没有新日期，批准了也无法生效。请先在“进度调整”填写“新日期”。",
                f"{self.to.key} has no new date, so an approval has no effect. Enter one first.",
            )
        values: dict[str, object] = {
            "status": label(self.project, "adjustments", "status", code),
            "approved_by": name,
            "approved_on": self.on,
        }
        if self.words:
            self._with("adjustments", "opinion")
            values["opinion"] = self._behind(str(table.texts("opinion")[row]))
        yield from _cells(table, row, values)


def _labels(to: Asked, lang: Lang) -> tuple[str, ...]:
    return (*ANSWER.labels(lang), *(FEASIBILITY.labels(lang) if to.about == "enquiry" else ()))


def _other(there: object, wanted: object) -> bool:
    there = day(there) if day(there) is not None and isinstance(wanted, dt.date) else there
    return (there or "") != wanted


def _cells(table: Table, row: int, values: Mapping[str, object]) -> Iterator[Edit]:
    """Cells of one row that hold something else."""
    for column, value in values.items():
        if _other(table.raw(column)[row], value):
            yield SetColumn(table.sheet.key, column, table.rows[np.array([row])], [value])
