"""What the rules find, as DataFrames; headings are those of the sheets that show the same.

What may not enter: rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from xl_collab.api.frames import texts
from xl_collab.checks.validate import findings
from xl_collab.commands.what_if import WORDS
from xl_collab.documents.findings.sheet import COLUMN as FINDING, SEVERITY
from xl_collab.documents.risks.content import risks
from xl_collab.documents.risks.sheet import COLUMN as RISK
from xl_collab.errors import Lang
from xl_collab.hosts.changes import Applied, ColumnChange
from xl_collab.plan.project import Project
from xl_collab.plan.variance import variance
from xl_collab.plan.what_if import Slip, what_if
from xl_collab.project.calendar.explanation import Explanation, weekday_name
from xl_collab.project.edits import AppendRows, Edit
from xl_collab.schema.declaration import FormSheet, TableSheet
from xl_collab.schema.sheets import SHEETS, TRACKER
from xl_collab.schema.words import RAG, RISK_LEVEL, Text, t

SHEET, CELL = t("工作表", "Sheet"), t("单元格", "Cell")
OLD, NEW = t("原值", "Old"), t("新值", "New")
HOW = {"inserted": t("新建工作表", "new sheet"), "refreshed": t("重新生成", "drawn again")}
DATE, WEEKDAY, COUNTED = t("日期", "Date"), t("星期", "Weekday"), t("计入", "Counts")
NAME, ESTIMATED = t("名称", "Name"), t("推定", "Estimated")
FIELD, VALUE = t("栏目", "Field"), t("内容", "Value")
ID = TRACKER.column("id").label


def findings_frame(project: Project, lang: Lang) -> pd.DataFrame:
    """Every finding of `validate`, grave ones first."""
    found = findings(project)
    return pd.DataFrame(
        {
            FINDING["severity"].of(lang): texts([SEVERITY[f.severity].of(lang) for f in found]),
            FINDING["code"].of(lang): texts([f.code for f in found]),
            SHEET.of(lang): texts([f.tab or f.sheet for f in found]),
            ID.of(lang): texts([f.row_id for f in found]),
            CELL.of(lang): texts([f.cell for f in found]),
            FINDING["message"].of(lang): texts([f.message(lang) for f in found]),
            FINDING["cure"].of(lang): texts([f.cure(lang) for f in found]),
        }
    )


def variance_frame(project: Project, lang: Lang) -> pd.DataFrame:
    """Baseline, compared date, signed working days, alert and reason of every row."""
    rows = variance(project).data
    names = ("id", "stage", "baseline", "compared", "variance", "rag", "reason")
    heads = [TRACKER.column(name).label.of(lang) for name in names]
    columns = [
        texts([row.id for row in rows]),
        texts([row.stage for row in rows]),
        _days([row.baseline for row in rows]),
        _days([row.compared for row in rows]),
        _whole([row.workdays for row in rows]),
        texts([_alert(row.rag, lang) for row in rows]),
        texts([row.reason for row in rows]),
    ]
    return pd.DataFrame(dict(zip(heads, columns, strict=True)))


def risks_frame(project: Project, lang: Lang) -> pd.DataFrame:
    """Every risk, highest score first."""
    items = list(risks(project).data.items)
    return pd.DataFrame(
        {
            RISK["id"].of(lang): texts([item.id for item in items]),
            RISK["level"].of(lang): texts([RISK_LEVEL.label(item.level, lang) for item in items]),
            RISK["probability"].of(lang): _whole([item.probability for item in items]),
            RISK["impact"].of(lang): _whole([item.impact for item in items]),
            RISK["score"].of(lang): _whole([item.score for item in items]),
            RISK["reason"].of(lang): texts([_words(item.reason, lang) for item in items]),
            RISK["source"].of(lang): texts([_words(item.source, lang) for item in items]),
        }
    )


def explained_frame(found: Explanation | None, lang: Lang) -> pd.DataFrame:
    """Each day between two dates, whether it counts, and its name where it is a listed one."""
    days = found.days if found else ()
    return pd.DataFrame(
        {
            DATE.of(lang): _days([day.date for day in days]),
            WEEKDAY.of(lang): texts([weekday_name(day.date, lang) for day in days]),
            COUNTED.of(lang): pd.Series([day.counted for day in days], dtype=bool),
            NAME.of(lang): texts([day.name for day in days]),
            ESTIMATED.of(lang): pd.Series([day.estimated for day in days], dtype=bool),
        }
    )


def moves_frame(project: Project, slips: Mapping[str, int], lang: Lang) -> pd.DataFrame:
    """The rows that slips move or colour: finish before and after, working days, alert, critical."""
    moves = what_if(project, [Slip(name, days) for name, days in slips.items()]).data.moves
    heads = WORDS["moves_columns"].of(lang).split("|")
    columns = [
        texts([move.id for move in moves]),
        texts([move.owner for move in moves]),
        texts([move.task for move in moves]),
        _days([move.before for move in moves]),
        _days([move.after for move in moves]),
        _whole([move.workdays for move in moves]),
        texts([_alert(move.rag_after, lang) for move in moves]),
        pd.Series([move.critical for move in moves], dtype=bool),
    ]
    return pd.DataFrame(dict(zip(heads, columns, strict=True)))


def form_frame(form: FormSheet, values: Mapping[str, object], lang: Lang) -> pd.DataFrame:
    """The fields of a form and what stands in them."""
    labels = [field.label.of(lang) for field in form.fields]
    found = pd.Series([values.get(field.name) for field in form.fields], dtype=object)
    return pd.DataFrame({FIELD.of(lang): texts(labels), VALUE.of(lang): found})


def changes_frame(project: Project, applied: Applied, edits: Iterable[Edit], lang: Lang) -> pd.DataFrame:
    """Each cell that a run would change, then the sheets it would make; nothing that programs alone read."""
    cells = [
        (one.tab, one.cell, one.old, None if one.new == "" else one.new)
        for column in applied.columns
        if _is_shown(column)
        for one in column.cells
    ]
    cells += [(one.tab, one.cell, one.old, one.new) for one in applied.fields]
    cells += _added(project, edits)
    cells += [(one.tab, "", None, HOW[one.how].of(lang)) for one in applied.generated if one.how in HOW]
    heads = [SHEET.of(lang), CELL.of(lang), OLD.of(lang), NEW.of(lang)]
    columns = list(zip(*cells, strict=True)) or [(), (), (), ()]
    return pd.DataFrame(
        {
            head: texts(column) if i < 2 else pd.Series(column, dtype=object)
            for i, (head, column) in enumerate(zip(heads, columns, strict=True))
        }
    )


def _is_shown(change: ColumnChange) -> bool:
    """Whether a column is for people: neither on a hidden sheet nor kept for programs."""
    sheet = SHEETS[change.sheet]
    internal = isinstance(sheet, TableSheet) and sheet.column(change.column).internal
    return sheet.state == "visible" and not internal


def _added(project: Project, edits: Iterable[Edit]) -> list[tuple[str, str, object, object]]:
    """The cells of new rows, where the host will put them."""
    found: list[tuple[str, str, object, object]] = []
    for edit in edits:
        if isinstance(edit, AppendRows) and SHEETS[edit.sheet].state == "visible":
            before = project.table(edit.sheet)
            after, first = before.longer(edit.records), len(before)
            for i, record in enumerate(edit.records):
                filled = [name for name in after.letters if record.get(name) not in (None, "")]
                found += [(after.tab, after.cell(name, first + i), None, record[name]) for name in filled]
    return found


def _days(days: Sequence[object]) -> pd.Series[Any]:
    return pd.Series(np.array(list(days), dtype="datetime64[s]"))


def _whole(numbers: Sequence[int | None]) -> pd.Series[Any]:
    return pd.Series(pd.array(list(numbers), dtype="Int64"))


def _alert(code: str, lang: Lang) -> str:
    return RAG.label(code, lang) if code else ""


def _words(said: str | Text, lang: Lang) -> str:
    return said if isinstance(said, str) else said.of(lang)
