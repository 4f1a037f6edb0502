"""accept: 《成果验收确认单》 for each delivery, and its prepared rows in 成果验收.

Rows are prepared from what the plan promised (输出成果) and how it is to be judged (里程碑's
达成标准). Results, remaining issues and signatures are entered by people; the certificate shows
them, and its conclusion follows from them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from xl_collab.documents.acceptance import words as words
from xl_collab.errors import UsageError
from xl_collab.plan.project import Project
from xl_collab.plan.what_if import new_ids
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, Outcome
from xl_collab.project.sentences import FILL, Line, chosen, day, listing, say
from xl_collab.project.tables import Table
from xl_collab.schema.keys import normalise_key, parse_ids
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text

_BRACKETED = re.compile(r"[(（][^()（）]*[)）]$")
_QUOTED = re.compile(r"《[^《》]+》(?:[(（][^()（）]*[)）])?")
_SEPARATORS = re.compile(r"[、；;，,\n]+|\s+(?:and|与|和)\s+")


@dataclass(frozen=True, slots=True)
class Item:
    """One row of 成果验收; `result` is a code, '' while it is open; `left` working days to the date."""

    id: str
    deliverable: str
    criteria: str
    submitted_on: dt.date | None
    result: str
    remaining: str
    remaining_due: dt.date | None
    left: int | None
    provider: str
    receiver: str
    signed_on: dt.date | None

    @property
    def missing(self) -> tuple[Text, ...]:
        """The sides that have not signed."""
        sides = ((self.provider, words.PROVIDER), (self.receiver, words.RECEIVER))
        return tuple(side for name, side in sides if not name)


@dataclass(frozen=True)
class AcceptanceDoc:
    """《成果验收确认单》 as data; `key` is the task's ID, `workdays` its signed variance."""

    kind: ClassVar = "acceptance"

    project: str
    key: str
    as_of: dt.date
    task: str
    stage: str
    planned: dt.date | None
    compared: dt.date | None
    compared_kind: str
    workdays: int | None
    providers: tuple[str, ...]
    receivers: tuple[str, ...]
    items: tuple[Item, ...]
    summary: tuple[Line, ...]

    @property
    def remaining(self) -> tuple[Item, ...]:
        """Items with an issue left, or accepted on conditions."""
        return tuple(item for item in self.items if item.remaining or item.result == "conditional")

    @property
    def conclusion(self) -> str:
        """accepted, conditional, rejected, or '' while an item is open."""
        results = [item.result for item in self.items]
        for code in ("rejected", "conditional", "accepted"):
            if code in results and (code == "rejected" or "" not in results):
                return code
        return ""

    @property
    def signed_on(self) -> dt.date | None:
        """The day of the last signature, once every item has both."""
        days = [item.signed_on for item in self.items]
        complete = bool(days) and all(days) and not any(item.missing for item in self.items)
        return max(d for d in days if d is not None) if complete else None


@dataclass(frozen=True, slots=True)
class Accepting:
    """The certificates and the IDs of the rows that were prepared."""

    documents: tuple[AcceptanceDoc, ...]
    added: tuple[str, ...] = ()


def accept(project: Project, ids: Sequence[str] = ()) -> Outcome[Accepting]:
    """A certificate for each delivery, and rows where 成果验收 has none.

    ids  tasks, or rows of 成果验收; default: every task of the delivery stage, or with rows in
         成果验收, that has begun. UsageError for an ID that is neither.
    """
    rows = _named(project, ids) if ids else _due(project)
    fresh = new_ids(project, "acceptance")
    added: list[dict[str, object]] = []
    documents = []
    for row in rows:
        case = _Case(project, row)
        prepared = [] if case.items else case.prepared(fresh)
        added += prepared
        documents.append(case.document(case.items or tuple(_prepared_item(r) for r in prepared)))
    edits = list[Edit]([AppendRows("acceptance", tuple(added))] if added else [])
    title = GENERATED["acceptance"].of(project.lang)
    edits += [InsertSheet(d.key, title.format(key=d.key), d) for d in documents]
    return Outcome(Accepting(tuple(documents), tuple(str(r["id"]) for r in added)), tuple(edits))


def _named(project: Project, ids: Iterable[str]) -> list[int]:
    table = project.table("acceptance")
    by_id = {normalise_key(text): i for i, text in enumerate(table.texts("id").tolist()) if text}
    found: dict[int, None] = {}
    for name in ids:
        key = normalise_key(name)
        keys: tuple[str, ...] = (key,) if key in project.row_of else ()
        if not keys and key in by_id:
            keys = parse_ids(str(table.texts("task_id")[by_id[key]]))
        rows = [project.row_of[k] for k in keys if k in project.row_of]
        if not rows:
            raise UsageError(
                f"没有编号为 {name} 的任务，也没有关联到任务的这一行成果验收",
                f"No task, and no acceptance row linked to a task, has the ID {name}",
            )
        found.update(dict.fromkeys(rows))
    return list(found)


def _due(project: Project) -> list[int]:
    """Deliveries that have begun: in progress, done, or with a percentage."""
    states, table = project.assessment.states, project.tracker
    stages, statuses = (np.array(chosen(table, name), dtype=object) for name in ("stage", "status"))
    begun = states.done | (statuses == "in_progress") | (np.nan_to_num(table.numbers("percent")) > 0)
    linked = {
        key for text in project.table("acceptance").texts("task_id").tolist() for key in parse_ids(text)
    }
    listed = np.array([key in linked for key in project.ids.tolist()], dtype=bool)
    found: list[int] = np.flatnonzero(begun & ~states.stopped & ((stages == "delivery") | listed)).tolist()
    return found


class _Case:
    """One delivery while its certificate is being written."""

    def __init__(self, project: Project, row: int) -> None:
        self.project = project
        self.row = row
        self.found = project.assessment
        self.key = str(project.ids[row])
        self.items = tuple(self._items())
        self.compared = day(self.found.compared[row])
        variance = self.found.variance[row]
        self.workdays = None if np.isnan(variance) else int(variance)

    def text(self, column: str) -> str:
        """A cell of the delivery's row."""
        return str(self.project.texts(column)[self.row])

    def _items(self) -> Iterator[Item]:
        table = self.project.table("acceptance")
        results = chosen(table, "result")
        for i, text in enumerate(table.texts("task_id").tolist()):
            if self.key in parse_ids(text):
                yield _item(self.project, table, i, results[i])

    def document(self, items: tuple[Item, ...]) -> AcceptanceDoc:
        """The certificate with these items."""
        return AcceptanceDoc(
            project=self.project.settings.project,
            key=self.text("id"),
            as_of=self.project.as_of,
            task=self.text("task"),
            stage=self.text("stage"),
            planned=day(self.found.base[self.row]),
            compared=self.compared,
            compared_kind=str(self.found.compared_kind[self.row]),
            workdays=self.workdays,
            providers=self.providers,
            receivers=self._receivers([item.deliverable for item in items]),
            items=items,
            summary=tuple(self._summary(items)),
        )

    @property
    def providers(self) -> tuple[str, ...]:
        """The departments that deliver: lead and supporters of 责任部门/人."""
        return self.project.departments_in(self.text("owner"))

    def _receivers(self, deliverables: Sequence[str]) -> tuple[str, ...]:
        """Who receives by 职责分工; else the supporting departments, else the initiator."""
        duties = self.project.table("duties")
        wanted = {name for text in (self.text("output"), *deliverables) for name in _bare(text)}
        outputs = zip(duties.texts("output").tolist(), duties.texts("receiver").tolist(), strict=True)
        cells = [to for text, to in outputs if to and wanted & _bare(text)]
        found = [name for text in cells for name in self.project.departments_in(text)]
        if not found:
            fallback = self.text("support") or self.project.settings.initiator
            found = list(self.project.departments_in(fallback))
        outside = [name for name in found if name not in self.providers]
        return tuple(dict.fromkeys(outside or found))

    # rows to prepare

    def prepared(self, ids: Iterator[str]) -> list[dict[str, object]]:
        """New rows of 成果验收: what the task is to deliver, and how it is judged."""
        deliverables = _parts(self.text("output")) or [self.text("task") or FILL.of(self.project.lang)]
        criteria = self._criteria() or FILL.of(self.project.lang)
        submitted = day(self.project.seen("actual").day[self.row])
        return [
            {
                "id": next(ids),
                "deliverable": deliverable,
                "task_id": self.text("id"),
                "criteria": criteria,
                "submitted_on": submitted,
            }
            for deliverable in deliverables
        ]

    def _criteria(self) -> str:
        """达成标准 of the milestones that hang on the task."""
        table = self.project.table("milestones")
        rows = zip(table.texts("task_id").tolist(), table.texts("criteria").tolist(), strict=True)
        return "；".join(dict.fromkeys(text for ids, text in rows if text and self.key in parse_ids(ids)))

    # the answer first

    def _summary(self, items: Sequence[Item]) -> Iterator[Line]:
        counts = Counter(item.result for item in items)
        yield say(
            words.SUMMARY if counts[""] < len(items) else words.SUMMARY_OPEN,
            ids=[self.text("id")],
            id=self.text("id"),
            task=self.text("task"),
            count=len(items),
            accepted=counts["accepted"],
            conditional=counts["conditional"],
            rejected=counts["rejected"],
            open=counts[""],
        )
        yield from self._timing()
        yield from _issues(items)
        if items and all(item.result for item in items):
            yield _signing(items)

    def _timing(self) -> Iterator[Line]:
        planned, kind = day(self.found.base[self.row]), str(self.found.compared_kind[self.row])
        if planned is None:
            return
        ids = [self.text("id")]
        if kind == "actual":
            late = self.workdays or 0
            template = words.SUMMARY_LATE if late > 0 else words.SUMMARY_ON_TIME
            yield say(template, ids=ids, planned=planned, actual=self.compared, days=late)
        elif kind in ("forecast", "projected"):
            yield say(words.SUMMARY_EXPECTED, ids=ids, planned=planned, expected=self.compared)
        elif not self.found.states.done[self.row]:
            yield say(words.SUMMARY_PLANNED, ids=ids, planned=planned)


def _issues(items: Sequence[Item]) -> Iterator[Line]:
    left = [item for item in items if item.remaining or item.result == "conditional"]
    if not left:
        return
    ids, dates = [item.id for item in left], [item.remaining_due for item in left if item.remaining_due]
    if len(dates) < len(left):
        undated = len(left) - len(dates)
        yield say(words.SUMMARY_REMAINING_UNDATED, ids=ids, count=len(left), open=undated)
    else:
        yield say(words.SUMMARY_REMAINING, ids=ids, count=len(left), due=max(dates))


def _signing(items: Sequence[Item]) -> Line:
    missing = [(item.id, side) for item in items for side in item.missing]
    if not missing:
        return say(words.SUMMARY_SIGNED, ids=[item.id for item in items])
    names = (Text(f"{row_id} {side.zh}", f"{row_id} {side.en}") for row_id, side in missing)
    return say(words.SUMMARY_UNSIGNED, ids=dict.fromkeys(i for i, _ in missing), names=listing(names, 6))


def _item(project: Project, table: Table, i: int, result: str) -> Item:
    due = day(table.dates("remaining_due")[i])
    return Item(
        id=str(table.texts("id")[i]),
        deliverable=str(table.texts("deliverable")[i]),
        criteria=str(table.texts("criteria")[i]),
        submitted_on=day(table.dates("submitted_on")[i]),
        result=result,
        remaining=str(table.texts("remaining")[i]),
        remaining_due=due,
        left=project.calendar.between(project.as_of, due) if due else None,
        provider=str(table.texts("provider")[i]),
        receiver=str(table.texts("receiver")[i]),
        signed_on=day(table.dates("signed_on")[i]),
    )


def _prepared_item(record: dict[str, object]) -> Item:
    submitted = record["submitted_on"]
    return Item(
        id=str(record["id"]),
        deliverable=str(record["deliverable"]),
        criteria=str(record["criteria"]),
        submitted_on=submitted if isinstance(submitted, dt.date) else None,
        result="",
        remaining="",
        remaining_due=None,
        left=None,
        provider="",
        receiver="",
        signed_on=None,
    )


def _parts(output: str) -> list[str]:
    """Single deliverables of an output cell: each 《…》, and what separators divide."""
    quoted = _QUOTED.findall(output)
    rest = _SEPARATORS.split(_QUOTED.sub("、", output))
    return [part.strip() for part in (*quoted, *rest) if part.strip()]


def _bare(output: str) -> set[str]:
    """The deliverables of a cell as compared: without what stands in brackets behind them."""
    return {normalise_key(_BRACKETED.sub("", part)) for part in _parts(output)}
