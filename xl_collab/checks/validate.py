"""validate: every finding of a tracker, and the edits that restore lost formulas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xl_collab.checks.cells import check_cells, check_forms
from xl_collab.checks.process import check_process
from xl_collab.checks.rows import check_responsibility, check_rows, check_support
from xl_collab.checks.structure import check_structure
from xl_collab.plan.checked import check_edits, count
from xl_collab.plan.project import Project
from xl_collab.project.edits import Edit, InsertSheet, Outcome
from xl_collab.schema.findings import Finding, Severity
from xl_collab.schema.sheets import GENERATED, SHEETS

_ORDER = {"error": 0, "warning": 1, "info": 2}
_SHEET_ORDER = {sheet.key: n for n, sheet in enumerate(SHEETS.sheets)}


@dataclass(frozen=True)
class FindingsDoc:
    """What the 校验结果 sheet shows: findings sorted by severity, then sheet and cell."""

    findings: tuple[Finding, ...]
    as_of: date

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
    )
    return sorted((f for family in families for f in family(project)), key=_place)


def _place(finding: Finding) -> tuple[int, int, int, str]:
    digits = "".join(c for c in finding.cell if c.isdigit())
    sheet = _SHEET_ORDER.get(finding.sheet, 99)
    return _ORDER[finding.severity], sheet, int(digits or 0), finding.cell


def validate(project: Project) -> Outcome[list[Finding]]:
    """All findings; the edits are the 校验结果 sheet and the counts on 首页 (see restore for formulas)."""
    data = findings(project)
    title = GENERATED["findings"].of(project.lang)
    document = FindingsDoc(tuple(data), project.as_of)
    sheet: Edit = InsertSheet("findings", "findings", title, document)
    return Outcome(data, (sheet, *check_edits(project, count(project, data))), tuple(data))
