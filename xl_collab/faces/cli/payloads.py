"""The JSON shapes of the command line: stable, documented in docs/json.md, tested."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from xl_collab.schema.findings import Finding
from xl_collab.schema.words import Lang

if TYPE_CHECKING:
    from xl_collab.documents.risks.content import RiskItem
    from xl_collab.plan.variance import VarianceRow

VARIANCE_KEYS = ("id", "stage", "baseline", "compared", "compared_kind", "workdays", "rag", "reason")
RISK_KEYS = ("id", "level", "score", "reason", "source")


def findings(found: Sequence[Finding], lang: Lang) -> list[dict[str, Any]]:
    """`validate`: a list of {code, severity, sheet, row_id, cell, message}."""
    return [
        {
            "code": f.code,
            "severity": f.severity,
            "sheet": f.tab or f.sheet,
            "row_id": f.row_id,
            "cell": f.cell,
            "message": f.message(lang),
        }
        for f in found
    ]


def variance(rows: Sequence[VarianceRow]) -> list[dict[str, Any]]:
    """`variance`: a list of {id, stage, baseline, compared, compared_kind, workdays, rag, reason}."""
    return [{key: plain(getattr(row, key)) for key in VARIANCE_KEYS} for row in rows]


def risks(items: Sequence[RiskItem], lang: Lang) -> list[dict[str, Any]]:
    """`risks`: a list of {id, level, score, reason, source}."""
    return [{key: plain(getattr(item, key), lang) for key in RISK_KEYS} for item in items]


def plain(value: Any, lang: Lang = "zh") -> Any:
    """A value as JSON holds it: ISO dates, null for none, texts in `lang`."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    if hasattr(value, "of"):
        return value.of(lang)
    return value.item() if hasattr(value, "item") else value


def show(payload: Any) -> None:
    """Print JSON for programs."""
    print(json.dumps(payload, ensure_ascii=False, indent=2))
