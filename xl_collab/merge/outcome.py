"""`collect`, `resolve` and `undo` of replies: from a merge's result to edits and the 冲突 sheet.

The rules are in `merge/policy.py`; here results become edits of the master and a page for people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from xl_collab.merge.answering import ChosenAnswer
from xl_collab.merge.master import whole_cells
from xl_collab.merge.merging import MergeResult, Merging
from xl_collab.merge.permission import Permission
from xl_collab.merge.questions import Question, how_many
from xl_collab.merge.result import ADDED, Cell, Notice, ReplyStatus, ReturnedFile
from xl_collab.merge.snapshot import Snapshot
from xl_collab.merge.values import Canonical, Odd, as_words, native
from xl_collab.merge.words import (
    CHOICE,
    COUNTED_ELSEWHERE,
    KINDS,
    NOTED,
    NOTICES,
    OUTCOMES,
    REMARKS,
    STATUSES,
    STOPS,
    SUGGESTIONS,
    label_of,
)
from xl_collab.plan.project import Project
from xl_collab.project.edits import AppendRows, Edit, InsertSheet, Outcome, SetColumn
from xl_collab.project.sentences import fitted
from xl_collab.project.text_size import shortened
from xl_collab.schema.declaration import Kind
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import Lang, Text, t

TITLE = GENERATED["conflicts"]
"""Name of the generated sheet (kind and key `conflicts`)."""

_ADDED = t("（整行新增）", "(whole row added)")
_STOPPED = t("{count} 处改动未处理", "{count} changes not applied")
_READ_AS = t("，可读作 {values}", ", could be {values}")
_LONGEST = 60
_WORDS = 1000
"""Characters of a value, and of somebody's own words, that a sentence shows."""


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One question on the 冲突 sheet. Values are as cells show them; `key` finds the question again.

    shape       kind of the column (`Kind`), for showing its values; '' for a whole row
    whole       a reply that stopped or waits, in one line: it can only be discarded (保留本表)
    choice, value, remark  what people typed so far
    """

    key: str
    sheet: Text
    id: str
    column: Text
    kind: Text
    base: object
    master: object
    theirs: object
    department: str
    sender: str
    modified: str
    suggestion: Text
    shape: str = ""
    whole: bool = False
    choice: str = ""
    value: object = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentSummary:
    """What one department's replies came to: a word of `words.OUTCOMES` → number, and each file's fate."""

    department: str
    counts: Mapping[str, int]
    replies: tuple[Text, ...]


@dataclass(frozen=True)
class ConflictsDoc:
    """The 冲突 sheet: questions, the words of the choice column, notices, a summary.

    asked  how many questions there are; a question with several candidates has several lines
    """

    kind: ClassVar = "conflicts"

    lines: tuple[ConflictLine, ...]
    notices: tuple[Text, ...] = ()
    summary: tuple[DepartmentSummary, ...] = ()
    lang: Lang = "zh"
    asked: int = 0

    @property
    def choices(self) -> tuple[str, ...]:
        """用对方, 保留本表, 另填, as the drop-down shows them."""
        return CHOICE.labels(self.lang)


@dataclass(frozen=True)
class Merged:
    """What a run on the ledger came to, and the page that shows what is open after it.

    told    what has to be read; `counts`: a word of `words.OUTCOMES` → number (refused files aside)
    """

    result: MergeResult
    document: ConflictsDoc
    told: tuple[Notice, ...]
    counts: Mapping[str, int]


def master_of(project: Project) -> Snapshot:
    """The master's cells as they are now."""
    return Snapshot.of(project.book.tables.values())


def collect(
    project: Project,
    merging: Merging,
    replies: Sequence[ReturnedFile],
    permissions: Mapping[str, Permission],
    typed: Iterable[Mapping[str, object]] = (),
) -> Outcome[Merged]:
    """Merge replies into the tracker.

    permissions  token → what the department may edit
    typed        rows of the 冲突 sheet as it stands (see `read_choices`): kept for open questions
    """
    return _outcome(project, merging.collect(replies, permissions), typed)


def resolve_choices(
    project: Project,
    merging: Merging,
    choices: Mapping[str, ChosenAnswer],
    typed: Iterable[Mapping[str, object]] = (),
) -> Outcome[Merged]:
    """Apply what people chose on the 冲突 sheet (see `read_choices`); the rest stays on it."""
    return _outcome(project, merging.resolve(choices), typed)


def take_back(
    project: Project, merging: Merging, sha256: str, typed: Iterable[Mapping[str, object]] = ()
) -> Outcome[Merged]:
    """Take the words of one reply back."""
    return _outcome(project, merging.undo(sha256), typed)


def _outcome(project: Project, result: MergeResult, typed: Iterable[Mapping[str, object]]) -> Outcome[Merged]:
    told = tuple(notice for notice in result.notices if notice.kind not in NOTED)
    notices = tuple(dict.fromkeys(sentence(project, result, notice) for notice in result.notices))
    document = ConflictsDoc(
        tuple(_line(project, result, question) for question in (*result.questions, *result.late)),
        notices,
        _summary(result),
        project.lang,
        how_many(result.questions),
    )
    page = _page(project, _with_typed(document, typed))
    edits = (*_cell_edits(project, result), *_row_edits(project, result), *page)
    return Outcome(Merged(result, document, told, counts_of(result)), edits)


def counts_of(result: MergeResult) -> dict[str, int]:
    """How much of what replies said came to what; everything that is only noted counts nowhere."""
    found: Counter[str] = Counter()
    for one in _summary(result):
        found.update(one.counts)
    return {word: found[word] for word in OUTCOMES}


def read_choices(records: Iterable[Mapping[str, object]]) -> dict[str, ChosenAnswer]:
    """Choices from the rows of the 冲突 sheet: `key`, `choice` (a label), `value` (另填).

    A value without a choice is 另填; 另填 without a value, and a word outside the list, is no choice.
    """
    found = {}
    for record in records:
        typed, value = record.get("choice"), record.get("value")
        word = (
            CHOICE.code(typed) if typed not in (None, "") else ("other" if value not in (None, "") else None)
        )
        if word and not (word == "other" and value in (None, "")):
            found[str(record.get("key", ""))] = ChosenAnswer(word, value if word == "other" else None)
    return found


def _with_typed(document: ConflictsDoc, typed: Iterable[Mapping[str, object]]) -> ConflictsDoc:
    """The page with what people typed on its earlier version, where the question is the same."""
    said = {str(record.get("key", "")): record for record in typed}
    lines = (_filled(line, said[line.key]) if line.key in said else line for line in document.lines)
    return replace(document, lines=tuple(lines))


def _filled(line: ConflictLine, record: Mapping[str, object]) -> ConflictLine:
    choice, remark = (str(record.get(name) or "") for name in ("choice", "remark"))
    return replace(line, choice=choice, value=record.get("value"), remark=remark)


def _cell_edits(project: Project, result: MergeResult) -> list[Edit]:
    columns: dict[tuple[str, str], dict[str, Canonical]] = defaultdict(dict)
    for cell, value in whole_cells(result.master, result.changes, partial(_order, project, result)).items():
        columns[cell.sheet, cell.column][cell.row] = value
    edits: list[Edit] = []
    for (sheet, name), cells in columns.items():
        column = SHEETS.table(sheet).column(name)
        places = np.array([result.master.place(Cell(sheet, row, name)) for row in cells], dtype=np.int64)
        values = [native(column, value, project.lang) for value in cells.values()]
        edits.append(SetColumn(sheet, name, places, values))
    return edits


def _order(project: Project, result: MergeResult, cell: Cell) -> tuple[str, ...]:
    """Departments as the row names them, so that the cell does not depend on who came first."""
    i = result.master.at[cell.sheet].get(cell.row) if cell.sheet == "tracker" else None
    return (*(project.supporters_of(i) if i is not None else ()), *project.departments)


def _row_edits(project: Project, result: MergeResult) -> list[Edit]:
    sheets: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in result.added:
        table = SHEETS.table(row.sheet)
        cells = {name: native(table.column(name), value, project.lang) for name, value in row.record}
        sheets[row.sheet].append({"id": row.id, **cells} if table.numbered else cells)
    return [AppendRows(sheet, tuple(records)) for sheet, records in sheets.items()]


def _page(project: Project, document: ConflictsDoc) -> tuple[Edit, ...]:
    """The 冲突 sheet, where there is something to ask or one stands there already."""
    there = any(sheet.kind == "conflicts" for sheet in project.book.generated)
    if not document.lines and not there:
        return ()
    return (InsertSheet("conflicts", TITLE.of(project.lang), document, replace=True),)


def sentence(project: Project, result: MergeResult, notice: Notice) -> Text:
    """A notice in words, led by its department."""
    cell, lang = notice.cell, project.lang
    table = next((s for s in SHEETS.tables if s.key == cell.sheet), None)
    column: object = ""
    if table is not None and cell.column and cell.column != ADDED:
        column = label_of(table, cell.column)
    said = fitted(
        NOTICES[notice.kind],
        row=result.master.id_of(cell) or _id_before(cell.row),
        column=column,
        value=_brief(_shown(lang, cell, notice.value), _WORDS if notice.kind in REMARKS else _LONGEST),
        text=notice.text,
        sheet=table.title if table is not None else t(cell.sheet, cell.sheet),
    )
    who = notice.who.department
    return Text(f"{who}：{said.zh}", f"{who}: {said.en}") if who else said


def _brief(value: object, longest: int) -> object:
    """A value as a sentence can hold it."""
    if value is None:
        return "∅"
    if isinstance(value, float) and 0 < abs(value) < 1:
        return f"{value:.0%}"
    return shortened(str(value), longest)


def _line(project: Project, result: MergeResult, item: Question) -> ConflictLine:
    sheet = SHEETS.table(item.cell.sheet)
    column = None if item.whole or item.cell.column == ADDED else sheet.column(item.cell.column)
    base, master, theirs = (
        _shown(project.lang, item.cell, value) for value in (item.base, item.master, item.theirs)
    )
    kind = KINDS[item.kind]
    if item.whole:
        theirs = fitted(_STOPPED, count=item.count).of(project.lang)
    elif item.readings:
        values = "、".join(str(_shown(project.lang, item.cell, value)) for value in item.readings)
        also = fitted(_READ_AS, values=values)
        kind = Text(kind.zh + also.zh, kind.en + also.en)
    return ConflictLine(
        item.key,
        sheet.title,
        _written_id(result, item),
        label_of(sheet, item.cell.column) if column else (t("", "") if item.whole else _ADDED),
        kind,
        base,
        master,
        theirs,
        item.who.department,
        item.who.sender,
        item.who.modified,
        SUGGESTIONS[item.suggestion],
        column.kind.value if column else "",
        item.whole,
    )


def _written_id(result: MergeResult, item: Question) -> str:
    """The ID as people write it today (T001 for the row t001); what was typed, for a row to add."""
    if isinstance(item.theirs, tuple):
        return str(dict(item.theirs).get("id") or "")
    return result.master.id_of(item.cell) or ("" if item.whole else _id_before(item.cell.row))


def _id_before(row: str) -> str:
    """The ID of a row that is nowhere now; its name may have a mark behind, because another has the ID."""
    return row.partition("~")[0].upper()


def _shown(lang: Lang, cell: Cell, value: object) -> object:
    """A value for reading: an added row in one cell, an oddity in its own words."""
    table = next((s for s in SHEETS.tables if s.key == cell.sheet), None)
    if value is None or table is None:
        return value
    if isinstance(value, tuple):
        cells = ((n, native(table.column(n), v, lang)) for n, v in value)
        return "；".join(f"{table.column(n).label.of(lang)}：{v}" for n, v in cells)
    if isinstance(value, Odd):
        return value.text[:200] or None
    if not cell.column or cell.column == ADDED:
        return value
    column = table.column(cell.column)
    if column.kind is Kind.DATE and isinstance(value, int | float) and not isinstance(value, bool):
        return as_words(value)
    return native(column, value, lang)  # type: ignore[arg-type]


def _summary(result: MergeResult) -> tuple[DepartmentSummary, ...]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    replies: dict[str, list[ReplyStatus]] = defaultdict(list)
    for status in result.replies:
        replies[status.who.department].append(status)
        counts[status.who.department].update(_counted(status.counts))
        counts[status.who.department]["refused"] += status.status in ("held", "stopped")
    for notice in result.notices:
        if notice.kind in ("row_added", "id_taken"):
            counts[notice.who.department]["applied"] += 1
        if notice.kind not in NOTED | COUNTED_ELSEWHERE:
            counts[notice.who.department]["told"] += 1
    return tuple(
        DepartmentSummary(d, {word: counts[d][word] for word in OUTCOMES}, tuple(map(_status, replies[d])))
        for d in sorted({*counts, *replies})
    )


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of a reply: what is over was here already."""
    found = dict(counts)
    found["same"] = sum(found.pop(word, 0) for word in ("same", "over", "again", "carried"))
    return found


def _status(status: ReplyStatus) -> Text:
    word = STATUSES[status.status]
    why = STOPS.get(status.reason, t(status.reason, status.reason))
    return Text(f"{word.zh}：{why.zh}", f"{word.en}: {why.en}") if status.reason else word
