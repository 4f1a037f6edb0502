"""Formulas of 首页 as earlier versions drew them, with what they show now.

No command draws 首页 anew, so an earlier workbook keeps its formulas; their results are to be of the day too.
What may not enter: what is drawn today (`home.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from xl_collab.a1 import column_letters
from xl_collab.documents.canvas import Canvas
from xl_collab.documents.table_sheets import stale_line
from xl_collab.documents.workbook.home_figures import LIST_ROWS, HomeFigures, HomeFormulas, key_of_item
from xl_collab.plan.meta import DAY, ERRORS, WARNINGS, Checked
from xl_collab.schema.words import RAG, STAGE, t

_DONE, _OPEN = t("已完成", "Done"), t("未定", "Open")
_CHECKED, _UNCHECKED = t("错误 / 警告", "Errors / warn."), t("还没有校验", "Not checked yet")


def earlier_cells(
    canvas: Canvas, found: HomeFigures, checked: Checked | None
) -> dict[str, tuple[str, object]]:
    """Address → formula and result."""
    formulas = HomeFormulas(canvas)
    cells: dict[str, tuple[str, object]] = {"B2": (stale_line(canvas), "")}
    for at, code in enumerate(STAGE.codes):
        cells[f"{column_letters(2 + 4 * at)}7"] = (_stage(formulas, code), _shown(found, code))
    for at, letters in enumerate(("AB", "AC", "AD")):
        due = [item for item in found.upcoming if item.source == at + 1]
        for rank in range(LIST_ROWS):
            key = key_of_item(due[rank]) if rank < len(due) else ""
            cells[f"{letters}{11 + rank}"] = (formulas.key_of(at, rank + 1), key)
    return cells | dict(_checks(formulas, checked or found.checked))


def _checks(formulas: HomeFormulas, found: Checked | None) -> Iterator[tuple[str, tuple[str, object]]]:
    lang = formulas.canvas.lang
    day, errors, warnings = (formulas.kept(name) for name in (DAY, ERRORS, WARNINGS))
    label, before = _CHECKED.of(lang), _UNCHECKED.of(lang)
    shown = f"{found.errors} / {found.warnings}" if found else "–"
    yield "W3", (f'IF({day}="","–",{errors}&" / "&{warnings})', shown)
    words = f"{label} {found.day[5:10]}" if found else before
    yield "W4", (f'IF({day}="","{before}","{label} "&RIGHT({day},5))', words)


def _stage(formulas: HomeFormulas, code: str) -> str:
    where = f"{formulas.col('tracker', 'stage')},{formulas.word('tracker', 'stage', code)}"
    rag, lang = formulas.col("tracker", "rag"), formulas.canvas.lang
    state = f'"{_OPEN.of(lang)}"'
    for colour in ("green", "yellow", "red"):
        word = formulas.word("tracker", "rag", colour)
        state = f"IF(COUNTIFS({where},{rag},{word})>0,{word},{state})"
    total, finished = formulas.total(where), formulas.finished(where)
    state = f'IF({finished}={total},"{_DONE.of(lang)}",{state})'
    return f'IF({total}=0,"–",{state}&" "&({finished})&"/"&{total})'


def _shown(found: HomeFigures, code: str) -> str:
    stage = found.stage(code)
    if not stage.total:
        return "–"
    words = {"blue": _DONE.of(found.lang), "": _OPEN.of(found.lang)}
    return f"{words.get(stage.colour) or RAG.label(stage.colour, found.lang)} {stage.finished}/{stage.total}"
