"""validate: every finding of a tracker, and the edits that restore lost formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar

import numpy as np

from xl_collab.checks.agreement import check_agreement
from xl_collab.checks.entries import check_cells, check_forms
from xl_collab.checks.forecast import check_forecast
from xl_collab.checks.offers import Offer, offers, writable
from xl_collab.checks.place import at, by_text, clip, on_table, present, rows_of
from xl_collab.checks.process import check_process
from xl_collab.checks.rows import check_responsibility, check_rows, check_support
from xl_collab.plan.graph import FF, FS
from xl_collab.plan.meta import check_edits, count
from xl_collab.plan.project import Project
from xl_collab.project.edits import Edit, InsertSheet, Outcome
from xl_collab.project.predecessor_words import readings
from xl_collab.project.sentences import chosen
from xl_collab.project.tables import Table, Texts, factorise
from xl_collab.schema import catalogue as found
from xl_collab.schema.declaration import Kind
from xl_collab.schema.findings import Finding, Reading, Severity
from xl_collab.schema.keys import failed, normalise_key, parse_ids
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import row_numbers, t

_ORDER = {"error": 0, "warning": 1, "info": 2}
_SHEET_ORDER = {sheet.key: n for n, sheet in enumerate(SHEETS.sheets)}


@dataclass(frozen=True)
class FindingsDoc:
    """What the 校验结果 sheet shows: findings sorted by severity, then sheet and cell.

    offers  what can be chosen, by place among the findings
    """

    kind: ClassVar = "findings"

    findings: tuple[Finding, ...]
    as_of: date
    offers: Mapping[int, Offer] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)


def findings(project: Project) -> list[Finding]:
    """Every finding, the grave ones first, then in the order of the workbook."""
    families = (
        check_cells,
        check_rows,
        check_forms,
        check_responsibility,
        check_support,
        check_process,
        check_structure,
        check_agreement,
        check_forecast,
    )
    found = (f for family in families for f in family(project))
    return sorted(writable(project, found), key=_place)


def _place(finding: Finding) -> tuple[int, int, int, str]:
    digits = "".join(c for c in finding.cell if c.isdigit())
    sheet = _SHEET_ORDER.get(finding.sheet, 99)
    return _ORDER[finding.severity], sheet, int(digits or 0), finding.cell


def validate(project: Project) -> Outcome[list[Finding]]:
    """All findings; the edits are the 校验结果 sheet and the counts on 首页 (see restore for formulas)."""
    data = findings(project)
    title = GENERATED["findings"].of(project.lang)
    lasting = [one for one in data if one.kind is not found.OUTSIDE_TABLE]  # writing the page settles those
    document = FindingsDoc(tuple(lasting), project.as_of, offers(project, lasting))
    sheet: Edit = InsertSheet("findings", title, document)
    return Outcome(data, (sheet, *check_edits(project, count(project, lasting))), tuple(data))


# Structure: IDs, predecessors, sheets and columns, the table's own shape, and the calendar.


def check_structure(project: Project) -> Iterator[Finding]:
    """Findings on what the sheets are made of."""
    yield from _sheets(project)
    for table in project.book.tables.values():
        if table.sheet.state == "visible":
            yield from _shape(project, table)
            yield from _unique(project, table)
            yield from _references(project, table)
    yield from _predecessors(project)
    yield from check_calendar(project)


def _sheets(project: Project) -> Iterator[Finding]:
    lang = project.book.lang
    for key in project.book.missing_sheets:
        if SHEETS[key].state == "visible" and not SHEETS[key].optional:
            yield Finding(found.MISSING_SHEET, key, params={"name": SHEETS[key].title})
    for key, table in project.book.tables.items():
        if table.sheet.state == "visible" and table.tab and table.tab != table.sheet.name(lang):
            yield Finding(
                found.RENAMED_SHEET, key, table.tab, params={"name": table.sheet.title, "tab": table.tab}
            )


def _shape(project: Project, table: Table) -> Iterator[Finding]:
    for name in (n for n in table.missing if not table.sheet.column(n).optional):
        yield on_table(found.MISSING_COLUMN, table, name=table.sheet.column(name).label)
    for heading in table.duplicated:
        yield on_table(found.DUPLICATE_HEADING, table, name=heading)
    for heading in table.unknown:
        yield on_table(found.UNKNOWN_HEADING, table, name=heading)
    for cells in table.merged:
        yield on_table(found.MERGED, table, cells=cells)
    yield from _below(table)
    for name, lost in project.book.stale_formulas.get(table.sheet.key, {}).items():
        rows = set(lost).difference(table.taken_in)
        if rows:
            yield on_table(found.FORMULA_LOST, table, column=table.sheet.column(name).label, count=len(rows))


def _below(table: Table) -> Iterator[Finding]:
    """Rows and notes below an Excel table."""
    if table.outside:
        kind = found.BELOW_TOTALS if table.totals else found.OUTSIDE_TABLE
        said = {"count": len(table.outside), "rows": row_numbers(table.outside)}
        yield on_table(kind, table, **said, done=_WILL)
    if table.notes:
        yield on_table(found.NOTE_BELOW, table, count=len(table.notes), rows=row_numbers(table.notes))
    if table.unread:
        yield on_table(found.UNREAD_ROWS, table, count=len(table.unread), rows=row_numbers(table.unread))


_WILL = t("写在表格下方，下次写入时并入表格", "the next write makes them part of it")
_DONE = t("已并入表格", "now part of it")


def taken_in(findings: Iterable[Finding]) -> list[Finding]:
    """The findings after a write: rows below a table are rows of it now."""
    return [
        replace(one, params={**one.params, "done": _DONE}) if one.kind is found.OUTSIDE_TABLE else one
        for one in findings
    ]


def _listed(rows: tuple[int, ...], most: int = 6) -> str:
    shown = "、".join(map(str, rows[:most]))
    return shown + ("…" if len(rows) > most else "")


def _unique(project: Project, table: Table) -> Iterator[Finding]:
    for column in table.sheet.columns:
        if column.unique and column.name in table.letters:
            yield from _duplicates(project, table, column.name)


def _duplicates(project: Project, table: Table, column: str) -> Iterator[Finding]:
    texts = table.texts(column)
    keys = _keys(project, texts)
    named = [key for key in keys.tolist() if key]
    if len(set(named)) == len(named):
        return
    codes, names = factorise(keys)
    counts = np.bincount(codes, minlength=len(names))
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(counts)
    for code in rows_of(counts > 1):
        rows = order[ends[code] - counts[code] : ends[code]]
        if names[code]:
            where = {"rows": _listed(tuple(table.rows[rows].tolist())), "count": len(rows)}
            yield at(found.DUPLICATE_ID, table, column, int(rows[1]), id=texts[rows[1]], **where)


def _keys(project: Project, texts: Texts) -> Texts:
    """The normalised texts; those of the tracker's IDs are at hand already."""
    if texts is project.texts("id"):
        return project.ids
    return np.array([*map(normalise_key, texts.tolist()), None], dtype=object)[:-1]


def _references(project: Project, table: Table) -> Iterator[Finding]:
    for column in present(table):
        if column.kind is not Kind.IDS or column.name in ("evidence", "predecessors"):
            continue
        for text, rows in by_text(table, column.name).items():
            ids = parse_ids(text)
            if failed(ids):
                yield from (at(found.NOT_READ, table, column.name, i, text=clip(text)) for i in rows)
            for name in (n for n in ids if n not in project.row_of):
                for i in rows:
                    yield at(found.UNKNOWN_TASK, table, column.name, i, name=name.upper())


_EXPLAINED = 200
"""Unknown predecessors for which something like them is looked for: each looks through all rows."""


def _could_mean(project: Project, i: int, key: str) -> tuple[Reading, ...]:
    """What a piece of 前置 that is no row's ID could mean, each as the whole cell would be."""
    ids, tasks = (project.texts(name).tolist() for name in ("id", "task"))
    cell = str(project.texts("predecessors")[i])
    whole = normalise_key(cell)
    # Only where the cell is written as it is compared does a place in one mean a place in the other.
    place = whole.find(key) if len(whole) == len(cell) else -1
    cells = (
        cell[:place] + text + cell[place + len(key) :] if place >= 0 else text
        for text in readings(key, i, ids, tasks)
    )
    return tuple(
        Reading(t(f"前置为 {text}", f"Predecessors: {text}"), (("predecessors", text),)) for text in cells
    )


def _unknown_predecessor(project: Project, i: int, key: str, told: tuple[Reading, ...]) -> Finding:
    first = told[0].writes[0][1] if told else ""
    hint = t(f"，是否指 {first}？", f"; did you mean {first}?") if told else ""
    words = {"name": clip(key.upper()), "hint": hint}
    finding = at(found.UNKNOWN_PREDECESSOR, project.tracker, "predecessors", i, **words)
    return replace(finding, readings=told)


def _predecessors(project: Project) -> Iterator[Finding]:
    table = project.tracker
    graph = project.assessment.graph
    for n, (i, name) in enumerate(graph.unknown):
        told = _could_mean(project, i, name) if n < _EXPLAINED else ()
        yield _unknown_predecessor(project, i, name, told)
    for i in graph.unread:
        yield at(found.NOT_READ, table, "predecessors", i, text=clip(table.texts("predecessors")[i]))
    for cycle in project.assessment.network.cycles:
        ids = [str(table.texts("id")[i]) for i in cycle]
        yield at(found.CYCLE, table, "predecessors", cycle[0], ids=" → ".join([*ids, ids[0]]))
    days = project.deadline_days
    finishes = ((graph.kind == FS) | (graph.kind == FF)) & (graph.lag >= 0)
    for k in rows_of(finishes & (days[graph.target] < days[graph.source])):
        i, j = int(graph.target[k]), int(graph.source[k])
        other = {"name": table.texts("id")[j], "other": days[j]}
        yield at(found.PLAN_ORDER, table, "deadline", i, date=days[i], **other)


def check_calendar(project: Project) -> Iterator[Finding]:
    """Years without official days, and days entered both as off and as work."""
    yield from _estimated(project)
    table = project.book.tables.get("calendar")
    if table is None:
        return
    yield from table.once(("days twice",), lambda: list(_days_twice(table)))


def _days_twice(table: Table) -> Iterator[Finding]:
    kinds, days, sources = table.texts("kind"), table.dates("date"), chosen(table, "source")
    order = np.argsort(days, kind="stable")
    same = days[order][1:] == days[order][:-1]
    for i, j in zip(order[:-1][same], order[1:][same], strict=True):
        if kinds[i] and kinds[j] and kinds[i] != kinds[j]:
            # A day without a source is the company's: so the calendar reads it.
            by_company = sources[i] == "official" and sources[j] in ("company", "")
            over = _OVERRIDES if by_company else t("", "")
            yield at(found.DAY_TWICE, table, "kind", int(j), date=days[j], kind=kinds[j], over=over)


_OVERRIDES = t("（公司安排覆盖官方安排）", "; the company's day overrides the official one")


def _estimated(project: Project) -> Iterator[Finding]:
    official = project.calendar.official_years
    days = np.concatenate([project.deadline_days, project.tracker.dates("forecast")])
    # np.unique imports masked arrays, which costs a cold start more than the sorting saves.
    years = {y + 1970 for y in set(days[~np.isnat(days)].astype("datetime64[Y]").astype(int).tolist())}
    missing = sorted(years - official)
    if missing:
        table = project.tracker
        yield on_table(found.ESTIMATED_YEAR, table, years="、".join(map(str, missing)))
