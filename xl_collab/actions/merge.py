"""`collect`, `resolve` and `undo` of replies: from a merge's result to edits and the 冲突 sheet.

The rules are in `model/merging.py`; here results become edits of the master and a page for people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from xl_collab.model.edits import AppendRows, Edit, InsertSheet, Outcome, SetColumn
from xl_collab.model.merge.lines import whole_cells
from xl_collab.model.merge.merging import (
    Cell,
    Change,
    Choice,
    Conflict,
    Head,
    History,
    MergeResult,
    Notice,
    Permission,
    Reply,
    ReplyStatus,
    Resolution,
    Snapshot,
    Undone,
    Who,
    merge,
    native,
    resolve,
    undo_reply,
)
from xl_collab.model.merge.resolving import Added
from xl_collab.model.merge.result import ADDED, REMOVED
from xl_collab.model.merge.values import Canonical
from xl_collab.model.merge.words import CHOICE, KINDS, NOTICES, STATUSES, STOPS, SUGGESTIONS, label_of
from xl_collab.model.plan.project import Project
from xl_collab.model.reports.sentences import fitted
from xl_collab.model.sheets import GENERATED, SHEETS
from xl_collab.model.words import Lang, Text, t

TITLE = GENERATED["conflicts"]
"""Name of the generated sheet (kind and key `conflicts`)."""

_WHOLE = {ADDED: t("（整行新增）", "(whole row added)"), REMOVED: t("（整行删除）", "(whole row deleted)")}
_WHOLE_REPLY = ("stopped", "held")
_STOPPED = t("{count} 处改动未处理", "{count} changes not applied")


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One question on the 冲突 sheet. Values are as cells show them; `key` finds the conflict again.

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
    """What one department's replies came to: numbers of cells, and what became of each file."""

    department: str
    applied: int
    conflicts: int
    parked: int
    replies: tuple[Text, ...]


@dataclass(frozen=True)
class ConflictsDoc:
    """The 冲突 sheet: questions, the words of the choice column, notices, a summary."""

    lines: tuple[ConflictLine, ...]
    notices: tuple[Text, ...] = ()
    summary: tuple[DepartmentSummary, ...] = ()
    lang: Lang = "zh"

    @property
    def choices(self) -> tuple[str, ...]:
        """用对方, 保留本表, 另填, as the drop-down shows them."""
        return CHOICE.labels(self.lang)


@dataclass(frozen=True)
class Collected:
    """A merge, the questions that are open after it (older ones too), and the page that shows them."""

    result: MergeResult
    open: tuple[Conflict, ...]
    document: ConflictsDoc


@dataclass(frozen=True)
class Resolved:
    """What choices came to, and the page of what is left."""

    resolution: Resolution
    document: ConflictsDoc


@dataclass(frozen=True)
class TakenBack:
    """What an undo came to, and the page of all open questions."""

    undone: Undone
    open: tuple[Conflict, ...]
    document: ConflictsDoc


def master_of(project: Project) -> Snapshot:
    """The master's cells as they are now."""
    return Snapshot.of(project.book.tables.values())


def collect(
    project: Project,
    bases: Mapping[str, Snapshot],
    replies: Sequence[Reply],
    permissions: Mapping[str, Permission],
    history: History | None = None,
    carried: Iterable[Conflict] = (),
    decided: Collection[str] = (),
    typed: Iterable[Mapping[str, object]] = (),
) -> Outcome[Collected]:
    """Merge replies into the tracker.

    bases, permissions  token → what was sent, what the department may edit (see `merging.merge`)
    history             what earlier merges left, from the ledger
    carried             questions of earlier merges that are still open
    decided             keys of questions that were decided: they are not asked again
    typed               rows of the 冲突 sheet as it stands (see `read_choices`): kept for open questions
    """
    master = master_of(project)
    result = merge(bases, master, replies, permissions, history)
    # Conflicts are worked out anew from all lineages; what was set aside earlier is carried on.
    asked = {c.key: c for c in (*_still_open(carried, result), *result.open) if c.key not in decided}
    current = (c for c in asked.values() if not _overtaken(c, result.history))
    questions = tuple(sorted(current, key=lambda c: (*c.cell, c.who.token, c.kind, c.key)))
    document = _with_typed(_document(project, questions, result), typed)
    edits = (*_cell_edits(project, master, result.changes), *_page(project, document))
    return Outcome(Collected(result, questions, document), edits)


def resolve_choices(
    project: Project,
    questions: Sequence[Conflict],
    choices: Mapping[str, Choice],
    history: History,
    bases: Mapping[str, Snapshot] | None = None,
    typed: Iterable[Mapping[str, object]] = (),
) -> Outcome[Resolved]:
    """Apply what people chose on the 冲突 sheet (see `read_choices`); the rest stays on it."""
    master = master_of(project)
    asked, refused = _each_of(questions, choices)
    found = resolve(questions, asked, master, history, SHEETS, bases)
    notices = tuple(dict.fromkeys(_notice(project, notice) for notice in (*found.notices, *refused)))
    document = _with_typed(ConflictsDoc(_lines(project, found.remaining), notices, (), project.lang), typed)
    edits = (*_cell_edits(project, master, found.changes), *_row_edits(project, found.added))
    return Outcome(Resolved(found, document), (*edits, *_page(project, document)))


def take_back(
    project: Project,
    changes: Iterable[Change],
    history: History,
    carried: Iterable[Conflict] = (),
    typed: Iterable[Mapping[str, object]] = (),
) -> Outcome[TakenBack]:
    """Undo the changes of one reply: cells that changed since become conflicts."""
    master = master_of(project)
    undone = undo_reply(changes, master, history)
    questions = tuple({c.key: c for c in (*carried, *undone.conflicts)}.values())
    document = _with_typed(ConflictsDoc(_lines(project, questions), (), (), project.lang), typed)
    edits = (*_cell_edits(project, master, undone.changes), *_page(project, document))
    return Outcome(TakenBack(undone, questions, document), edits)


def read_choices(records: Iterable[Mapping[str, object]]) -> dict[str, Choice]:
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
            found[str(record.get("key", ""))] = Choice(word, value if word == "other" else None)
    return found


def _with_typed(document: ConflictsDoc, typed: Iterable[Mapping[str, object]]) -> ConflictsDoc:
    """The page with what people typed on its earlier version, where the question is the same."""
    said = {str(record.get("key", "")): record for record in typed}
    lines = (_filled(line, said[line.key]) if line.key in said else line for line in document.lines)
    return replace(document, lines=tuple(lines))


def _filled(line: ConflictLine, record: Mapping[str, object]) -> ConflictLine:
    choice, remark = (str(record.get(name) or "") for name in ("choice", "remark"))
    return replace(line, choice=choice, value=record.get("value"), remark=remark)


def _each_of(
    questions: Iterable[Conflict], choices: Mapping[str, Choice]
) -> tuple[dict[str, Choice], list[Notice]]:
    """A reply that is one line on the page is discarded as a whole; nothing else can be chosen for it."""
    asked, refused = dict(choices), []
    replies: dict[Who, list[Conflict]] = defaultdict(list)
    for item in questions:
        if item.kind in _WHOLE_REPLY:
            replies[item.who].append(item)
    for who, items in replies.items():
        choice = asked.pop(items[0].key, None)
        if choice is not None and choice.word == "master":
            asked |= {item.key: choice for item in items}
        elif choice is not None:
            refused.append(Notice("whole_reply", who, items[0].cell.sheet, items[0].cell.row))
    return asked, refused


def _overtaken(item: Conflict, history: History) -> bool:
    """Whether a reply that waits as a whole was followed by a later one of its lineage that could be read."""
    newest = history.heads.get(item.who.token)
    if item.kind not in _WHOLE_REPLY or newest is None:
        return False
    return newest >= Head(item.who.modified, item.who.sha256)


def _still_open(carried: Iterable[Conflict], result: MergeResult) -> Iterable[Conflict]:
    """Earlier questions that no later reply of their lineage has overtaken."""
    claimed = {(token, cell) for token, cell in result.history.claims}
    for item in carried:
        again = item.kind == "undo" or (item.who.token, item.cell) not in claimed
        newest = result.history.heads.get(item.who.token)
        current = (
            newest is None or newest.sha256 == item.who.sha256 or item.kind in ("stopped", "held", "undo")
        )
        if again and current:
            yield item


def _cell_edits(project: Project, master: Snapshot, changes: Iterable[Change]) -> list[Edit]:
    columns: dict[tuple[str, str], dict[str, Canonical]] = defaultdict(dict)
    for cell, value in whole_cells(master, changes, partial(_order, project)).items():
        columns[cell.sheet, cell.column][cell.row] = value
    edits: list[Edit] = []
    for (sheet, name), cells in columns.items():
        rows, column = master.rows(sheet), SHEETS.table(sheet).column(name)
        places = np.array([rows.places[rows.index[row]] for row in cells], dtype=np.int64)
        values = [native(column, value, project.lang) for value in cells.values()]
        edits.append(SetColumn(sheet, name, places, values))
    return edits


def _order(project: Project, cell: Cell) -> tuple[str, ...]:
    """Departments as the row names them, so that the cell does not depend on who came first."""
    i = project.row_of.get(cell.row) if cell.sheet == "tracker" else None
    return (*(project.supporters_of(i) if i is not None else ()), *project.departments)


def _row_edits(project: Project, added: Iterable[Added]) -> list[Edit]:
    sheets: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in added:
        table = SHEETS.table(row.sheet)
        cells = {name: native(table.column(name), value, project.lang) for name, value in row.record}
        sheets[row.sheet].append({"id": row.id, **cells})
    return [AppendRows(sheet, tuple(records)) for sheet, records in sheets.items()]


def _page(project: Project, document: ConflictsDoc) -> tuple[Edit, ...]:
    """The 冲突 sheet, where there is something to ask or one stands there already."""
    there = any(sheet.kind == "conflicts" for sheet in project.book.generated)
    if not document.lines and not there:
        return ()
    return (InsertSheet("conflicts", "conflicts", TITLE.of(project.lang), document, replace=True),)


def _document(project: Project, questions: Sequence[Conflict], result: MergeResult) -> ConflictsDoc:
    notices = tuple(_notice(project, notice) for notice in result.notices)
    return ConflictsDoc(_lines(project, questions), notices, _summary(result), project.lang)


def _notice(project: Project, notice: Notice) -> Text:
    known = notice.sheet and notice.sheet in {sheet.key for sheet in SHEETS.sheets}
    sheet = SHEETS[notice.sheet].title if known else t(notice.sheet, notice.sheet)
    column = notice.text
    if notice.kind == "missing_column":
        column = SHEETS.table(notice.sheet).column(notice.text).label.of(project.lang)
    said = fitted(NOTICES[notice.kind], row=notice.row.upper(), text=column, sheet=sheet)
    who = notice.who.department
    return Text(f"{who}：{said.zh}", f"{who}: {said.en}") if who else said


def _lines(project: Project, questions: Iterable[Conflict]) -> tuple[ConflictLine, ...]:
    """Questions by row; a reply that stopped as a whole is one line."""
    whole: dict[Who, list[Conflict]] = defaultdict(list)
    lines = []
    for item in questions:
        if item.kind in _WHOLE_REPLY:
            whole[item.who].append(item)
        else:
            lines.append(_line(project, item))
    return (*lines, *(_whole_line(project, items) for items in whole.values()))


def _line(project: Project, item: Conflict) -> ConflictLine:
    sheet = SHEETS.table(item.cell.sheet)
    whole = item.cell.column in _WHOLE
    column = None if whole else sheet.column(item.cell.column)
    base, master, theirs = (
        _shown(project.lang, sheet.key, item.cell.column, value)
        for value in (item.base, item.master, item.theirs)
    )
    return ConflictLine(
        item.key,
        sheet.title,
        "" if item.cell.row.startswith("new:") else _written_id(project, item),
        label_of(sheet, item.cell.column) if column else _WHOLE[item.cell.column],
        KINDS[item.kind],
        base,
        master,
        theirs,
        item.who.department,
        item.who.sender,
        item.who.modified,
        SUGGESTIONS[item.suggestion],
        column.kind.value if column else "",
    )


def _whole_line(project: Project, items: Sequence[Conflict]) -> ConflictLine:
    first = items[0]
    text = fitted(_STOPPED, count=len(items)).of(project.lang)
    nothing = t("", "")
    who = (first.who.department, first.who.sender, first.who.modified)
    sheet = SHEETS.table(first.cell.sheet).title
    kind, hint = KINDS[first.kind], SUGGESTIONS["ask"]
    return ConflictLine(first.key, sheet, "", nothing, kind, None, None, text, *who, hint, whole=True)


def _written_id(project: Project, item: Conflict) -> str:
    """The ID as people write it (T001 for the key t001)."""
    if isinstance(item.theirs, tuple) and "id" in dict(item.theirs):
        return str(dict(item.theirs)["id"])
    if item.cell.sheet == "tracker" and item.cell.row in project.row_of:
        return str(project.texts("id")[project.row_of[item.cell.row]])
    return item.cell.row.upper()


def _shown(lang: Lang, sheet: str, column: str, value: object) -> object:
    """A value for reading: an added row in one cell, an oddity in its own words."""
    table = SHEETS.table(sheet)
    if isinstance(value, tuple):
        cells = ((n, native(table.column(n), v, lang)) for n, v in value)
        return "；".join(f"{table.column(n).label.of(lang)}：{v}" for n, v in cells)
    if value is None or column in _WHOLE:
        return None
    text = getattr(value, "text", None)
    if text is not None:
        return str(text)[:200] or None
    return native(table.column(column), value, lang)  # type: ignore[arg-type]


def _summary(result: MergeResult) -> tuple[DepartmentSummary, ...]:
    applied = Counter(
        who.department for c in result.changes if c.why == "applied" for who in (c.who, *c.also)
    )
    conflicts = Counter(item.who.department for item in result.conflicts)
    parked = Counter(item.who.department for item in result.parked)
    replies: dict[str, list[ReplyStatus]] = defaultdict(list)
    for status in result.replies:
        replies[status.who.department].append(status)
    return tuple(
        DepartmentSummary(d, applied[d], conflicts[d], parked[d], tuple(map(_status, replies[d])))
        for d in sorted({*applied, *conflicts, *parked, *replies})
    )


def _status(status: ReplyStatus) -> Text:
    word = STATUSES[status.status]
    why = STOPS.get(status.reason, t(status.reason, status.reason))
    return Text(f"{word.zh}：{why.zh}", f"{word.en}: {why.en}") if status.reason else word
