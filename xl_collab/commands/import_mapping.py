"""`import`: which table, which columns, and the new workbook in memory; asking is left to the caller.

What may not enter: printing, and rules about rows and columns (importing/).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_collab.a1 import column_letters, column_number
from xl_collab.commands.import_looks import payload as looks
from xl_collab.commands.reply import usage_error
from xl_collab.errors import Lang, NotATracker, UsageError
from xl_collab.importing.adopt import Adopted, default_mapping
from xl_collab.importing.adoption import ImportReport
from xl_collab.importing.columns import Area, ForeignBook, ForeignColumn, shown
from xl_collab.importing.headings import TARGETS, heading_key, read_target, target_label
from xl_collab.importing.table_finder import KINDS, ForeignTable, find_tables, table_at, table_headed
from xl_collab.project.text_size import shortened
from xl_collab.schema.registers import META
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.schema.findings import Finding

WORDS = {
    "import_ours": t(
        "{name} 已经是协作跟踪工作簿，不必导入，可直接用 xl-collab run；确要导入其中一张表，用 --sheet 指明",
        "{name} is a tracker already: use xl-collab run. To import one of its tables nevertheless, name it with --sheet",
    ),
    "no_sheet": t(
        "没有工作表“{name}”，文件里有：{names}", "There is no sheet {name!r}; the file has: {names}"
    ),
    "bad_map": t(
        "--map 请写成 原标题=我们的列，如 完成时限=deadline；收到的是“{text}”",
        "Write --map as heading=column, such as Finish=deadline; got {text!r}",
    ),
    "no_target": t(
        "没有“{text}”这一列；可用：{names}，或 extra（原样保留）",
        "There is no column {text!r}; use one of: {names}, or extra (keep as it is)",
    ),
    "twice": t("“{text}”指定了两次，只能给一列", "{text!r} is given twice; only one column can be it"),
    "no_heading": t(
        "原表没有标题“{text}”；有：{names}", "The source has no heading {text!r}; it has: {names}"
    ),
    "no_task": t(
        '没有把握哪一列是任务；请指定，如 --map "{name}=task"',
        'It is not sure which column is the task; say it, such as --map "{name}=task"',
    ),
}
KEEP_WORDS = frozenset(heading_key(word) for word in ("extra", "keep", "附加", "附加列", "保留", "-"))
"""What --map takes for: keep this column as it is."""

_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True)
class MadeWorkbook:
    """The new workbook, and what `validate` says of it."""

    data: bytes
    findings: Sequence[Finding]


def candidates(foreign: ForeignBook, wanted: str | None, maps: Sequence[str] = ()) -> list[ForeignTable]:
    """The tables that may be meant, best first; with --sheet only those of that sheet or cell.

    Headings that --map names are headings: where no table has them, the row that holds them all heads one.
    Raises NotATracker when there is none, UsageError for a sheet that does not exist.
    """
    if wanted is None and any(sheet.name == META.title.zh and sheet.hidden for sheet in foreign.sheets):
        raise usage_error(WORDS["import_ours"], name=foreign.name)
    found = find_tables(foreign)
    sheet, cell = "", None
    if wanted is not None:
        sheet, cell = _place(foreign, wanted)
        found = _of_sheet(foreign, found, sheet, cell)
    named = _named_headings(maps)
    if cell is None and named and not any(_has(table, named) for table in found):
        headed = table_headed(foreign, sheet, names=named)
        found = [headed] if headed is not None else found
    if not found:
        raise _nothing_found(foreign, wanted)
    return found


def _named_headings(maps: Sequence[str]) -> frozenset[str]:
    """The headings that --map names, without letters of columns."""
    lefts = (text.rpartition("=")[0].strip() for text in maps)
    return frozenset(heading_key(left) for left in lefts if left and not _LETTERS.fullmatch(left))


def _has(table: ForeignTable, names: Collection[str]) -> bool:
    return set(names) <= {key for column in table.columns for key in column.keys}


def _place(foreign: ForeignBook, wanted: str) -> tuple[str, Area | None]:
    """Sheet and cell of SHEET!CELL; a sheet whose own name holds a ! counts first."""
    name, cell = wanted, None
    names = {sheet.name.strip().casefold() for sheet in foreign.sheets}
    if wanted.strip().casefold() not in names and "!" in wanted:
        name, _, place = wanted.rpartition("!")
        name = name.strip().strip("'")
        match = _CELL.fullmatch(place.strip())
        cell = (int(match[2]), column_number(match[1]), 0, 0) if match else None
    if name.strip().casefold() not in names:
        raise usage_error(
            WORDS["no_sheet"], name=wanted, names="、".join(sheet.name for sheet in foreign.sheets)
        )
    return name, cell


def _of_sheet(
    foreign: ForeignBook, found: Sequence[ForeignTable], name: str, cell: Area | None
) -> list[ForeignTable]:
    """The tables of a sheet; a cell names the table that it is in, or else the row of its headings."""
    if cell is None:
        return [table for table in found if table.sheet.name.strip().casefold() == name.strip().casefold()]
    table = table_at(found, name, cell) or table_headed(foreign, name, place=cell[:2])
    return [table] if table else []


def _nothing_found(foreign: ForeignBook, wanted: str | None) -> NotATracker:
    where = f"“{wanted}”" if wanted else foreign.name
    return NotATracker(
        f"{where} 里没有找到任务表：要有一行标题，其中能认出任务，以及责任部门、时限或状态之一。"
        "请用 --sheet 工作表!A4 指出标题行，用 --map 标题=task 指出任务列，或把它的标题改成“任务名称”。",
        f"No table of tasks was found in {where}: there must be a row of headings that names the task and "
        "an owner, a due date or a status. Point to the heading row with --sheet SHEET!A4 and to the task with "
        "--map HEADING=task, or rename the task column to Task.",
    )


def given_mapping(table: ForeignTable, given: Sequence[str]) -> dict[int, str | None]:
    """What --map says, by column number: "完成时限=deadline", "F=deadline", "领导批示=extra".

    Raises UsageError for a column or a target that does not exist, and for a target given twice.
    """
    found: dict[int, str | None] = {}
    for text in given:
        left, sign, right = text.rpartition("=")
        if not sign or not left.strip():
            raise usage_error(WORDS["bad_map"], text=text)
        target = None if heading_key(right) in KEEP_WORDS else read_target(right)
        if target is None and heading_key(right) not in KEEP_WORDS:
            raise usage_error(WORDS["no_target"], text=right.strip(), names=", ".join(TARGETS))
        if target is not None and target in found.values():
            raise usage_error(WORDS["twice"], text=right.strip())
        found[_column_named(table, left).number] = target
    return found


def _column_named(table: ForeignTable, text: str) -> ForeignColumn:
    key = heading_key(text)
    named = [c for c in table.columns if key in (heading_key(c.heading), heading_key("".join(c.parts)))]
    named = named or [c for c in table.columns if c.parts and key == heading_key(c.parts[-1])]
    named = named or [c for c in table.columns if column_letters(c.number) == text.strip().upper()]
    if not named:
        headings = "、".join(c.heading for c in table.columns if c.heading)
        raise usage_error(WORDS["no_heading"], text=text.strip(), names=headings)
    return named[0]


def whole_mapping(table: ForeignTable, decided: Mapping[int, str | None]) -> dict[int, str | None]:
    """The sure guesses with what was decided on top; a target that was given elsewhere is free again."""
    targets = {target for target in decided.values() if target is not None}
    sure = default_mapping(table)
    kept = {number: None if target in targets else target for number, target in sure.items()}
    mapping = {**kept, **decided}
    if "task" not in mapping.values():
        raise _no_task(table)
    return mapping


def _no_task(table: ForeignTable) -> UsageError:
    guess = next((c for c in table.columns if c.guess and c.guess.target == "task"), table.columns[0])
    name = guess.heading or column_letters(guess.number)
    return usage_error(WORDS["no_task"], name=name)


def doubts(table: ForeignTable, decided: Mapping[int, str | None]) -> list[ForeignColumn]:
    """The columns whose guess has to be confirmed: not sure, not decided, and its target still free."""
    taken = {target for target in decided.values() if target is not None}
    return [
        column
        for column in table.columns
        if column.guess and not column.guess.sure and column.number not in decided
        if column.guess.target not in taken
    ]


def examples(table: ForeignTable, column: ForeignColumn, most: int = 3) -> list[str]:
    """The first distinct texts below a heading, to see what it holds."""
    rows = range(table.header + 1, min(table.bottom, table.header + 200) + 1)
    found = dict.fromkeys(filter(None, (shown(table.sheet.cell(row, column.number)) for row in rows)))
    return [shortened(text, 24) for text in list(found)[:most]]


def language_of(table: ForeignTable) -> Lang:
    """The language of most headings: that of the new workbook unless --lang says another."""
    ascii_only = sum(column.heading.isascii() for column in table.columns if column.heading)
    return "en" if 2 * ascii_only > sum(bool(column.heading) for column in table.columns) else "zh"


def make_workbook(adopted: Adopted, lang: Lang, *, macros: bool, today: date) -> MadeWorkbook:
    """Draw the tracker, validate what was drawn, and put in 导入报告 and 校验结果."""
    from xl_collab.checks.validate import validate
    from xl_collab.documents.drawing import draw
    from xl_collab.documents.import_report.sheet import TAB
    from xl_collab.documents.workbook.template import draw_workbook, shipped_vba
    from xl_collab.hosts.ooxml.package import Package
    from xl_collab.hosts.reading import read_book
    from xl_collab.plan.project import Project

    project = Project(adopted.book, Project.resolve_as_of(adopted.book, today))
    data = draw_workbook(
        project,
        lang,
        created=datetime.combine(today, datetime.min.time()),
        document_id=str(uuid.uuid4()),
        declaration=adopted.declaration,
        vba=shipped_vba() if macros else None,
    )
    package = Package.from_bytes(data)
    checked = validate(Project(read_book(package), project.as_of))
    report = draw(adopted.report, project_name=adopted.report.project, lang=lang, links={})
    _insert(package, report, TAB.of(lang), "import")
    _insert_findings(package, checked, adopted.report.project, lang)
    return MadeWorkbook(package.save_bytes(), checked.data)


def _insert(package: Any, scratch: bytes, tab: str, kind: str) -> None:
    from xl_collab.hosts.changes import SheetMark, set_mark
    from xl_collab.hosts.ooxml.copy_sheet import graft_sheet
    from xl_collab.hosts.planning import Draft

    graft_sheet(package, scratch, tab, tab)
    set_mark(package, SheetMark(tab, kind, kind, Draft.of(scratch).hash))


def _insert_findings(package: Any, checked: Any, project: str, lang: Lang) -> None:
    from xl_collab.documents.drawing import draw
    from xl_collab.project.edits import InsertSheet

    for edit in checked.edits:
        if isinstance(edit, InsertSheet):
            scratch = draw(edit.document, project_name=project, lang=lang, links={})
            _insert(package, scratch, edit.title, edit.kind)


def payload(
    report: ImportReport, lang: Lang, out: Path | None, findings: Sequence[Finding]
) -> dict[str, Any]:
    """`import --json`: the whole report, texts in `lang`."""
    return {
        "source": report.source,
        "sheet": report.sheet,
        "range": report.area,
        "project": report.project,
        "tasks": report.tasks,
        "columns": [
            {
                "column": line.letter,
                "heading": line.heading,
                "target": line.target,
                "how": line.how.of(lang),
                "sure": line.sure,
                "filled": line.filled,
            }
            for line in report.columns
        ],
        "changes": [
            {
                "cells": change.cells,
                "heading": change.heading,
                "old": change.old,
                "new": change.new,
                "why": change.why.of(lang),
                "check": change.check,
            }
            for change in report.changes
        ],
        "left": [
            {"kind": row.kind, "what": KINDS[row.kind].of(lang), "sheet": row.sheet, "cells": dict(row.cells)}
            for row in report.left
        ],
        "looks": looks(report, lang),
        "remarks": [remark.of(lang) for remark in report.remarks],
        "departments": list(report.departments),
        "other_tables": list(report.others),
        "out": None if out is None else str(out),
        "findings": {s: sum(f.severity == s for f in findings) for s in ("error", "warning", "info")},
    }


def label_of(target: str | None, lang: Lang) -> str:
    """A target in words; '' for a column that is kept as it is."""
    return "" if target is None else target_label(target).of(lang)
