"""Entry checks of forms: 设置 decides every figure, so its values are checked like any other."""

from __future__ import annotations

from collections.abc import Iterator

from xl_collab.actions.checks.place import clip
from xl_collab.model import catalogue as found
from xl_collab.model.findings import Finding, FindingKind
from xl_collab.model.plan.project import Project
from xl_collab.model.schema import Field, FormSheet, Kind
from xl_collab.model.sheets import SHEETS
from xl_collab.model.tables import CellError, CellFormula, as_day
from xl_collab.model.timing.deadlines import REASONS, Unreadable, parse_date, parse_deadline


def check_forms(project: Project) -> Iterator[Finding]:
    """Findings on 设置; the other forms are checked with the process they belong to."""
    sheet = SHEETS.form("settings")
    values = project.book.forms.get(sheet.key)
    if values is not None:
        for field in sheet.fields:
            yield from _check_field(project, sheet, field, values.get(field.name))


def _at(kind: FindingKind, sheet: FormSheet, field: Field, project: Project, **params: object) -> Finding:
    tab = sheet.name(project.book.lang)
    return Finding(kind, sheet.key, tab, field.name, params={"column": field.label, **params})


def _check_field(project: Project, sheet: FormSheet, field: Field, value: object) -> Iterator[Finding]:
    if value is None or value == "":
        if field.required:
            yield _at(found.MISSING, sheet, field, project)
    elif isinstance(value, CellError):
        yield _at(found.ERROR_CELL, sheet, field, project, text=value.code)
    elif not isinstance(value, CellFormula):
        yield from _check_value(project, sheet, field, value)


def _check_value(project: Project, sheet: FormSheet, field: Field, value: object) -> Iterator[Finding]:
    shown = clip(value)
    if field.kind is Kind.DATE and as_day(value) is None:
        day = parse_date(value)
        kind = found.BAD_DATE if day is None else found.TEXT_DATE
        yield _at(kind, sheet, field, project, text=shown, date=day)
    elif field.kind is Kind.CHOICE and field.choices is not None and field.choices.code(value) is None:
        choices = "、".join(field.choices.labels(project.book.lang))
        yield _at(found.NOT_IN_LIST, sheet, field, project, text=shown, choices=choices)
    elif field.kind is Kind.DEADLINE:
        deadline = parse_deadline(value)
        if isinstance(deadline, Unreadable):
            why = REASONS[deadline.reason]
            yield _at(found.UNREADABLE_DEADLINE, sheet, field, project, text=shown, why=why)
    elif field.kind is Kind.INTEGER:
        yield from _check_number(project, sheet, field, value)


def _check_number(project: Project, sheet: FormSheet, field: Field, value: object) -> Iterator[Finding]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield _at(found.NOT_A_NUMBER, sheet, field, project, text=clip(value))
        return
    low = field.minimum if field.minimum is not None else float("-inf")
    high = field.maximum if field.maximum is not None else float("inf")
    if not low <= value <= high:
        yield _at(found.OUT_OF_RANGE, sheet, field, project, value=f"{value:g}", low=low, high=high)
