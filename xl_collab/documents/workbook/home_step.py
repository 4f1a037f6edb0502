"""The line on top of 首页: the next step, by native formulas, so that it follows while people type.

The numbers of `plan/next_step` stand in a hidden column, one below the other; under them the step's number
and the sheet where it is done. What may not enter: rules (they are there, each beside its formula).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from xl_collab.a1 import column_letters
from xl_collab.documents.canvas import Canvas
from xl_collab.documents.workbook.home_figures import SOURCES, HomeFormulas
from xl_collab.plan.meta import ERRORS
from xl_collab.plan.next_step import (
    CONFLICTS,
    DRAFT,
    HINT,
    INDEX,
    RERUN,
    STEPS,
    WAITING,
    Standing,
    Step,
    next_step,
    required,
)
from xl_collab.project.edits import Edit, InsertSheet
from xl_collab.schema.sheets import GENERATED, SHEETS
from xl_collab.schema.words import CONCLUSION, STAGE, Lang, t

HIDDEN = 27 + len(SOURCES) + 1
"""The hidden column behind the sort keys of the list."""
LINE = (1, 1)
"""Where the line stands, zero-based."""
INDEX_AT = (20, 22)
"""Where the link to the list of documents stands, zero-based."""
INDEX_PLACE = "'{tab}'!A1"
_NAMES = tuple(field.name for field in fields(Standing))
_NUMBER, _PLACE = len(_NAMES), len(_NAMES) + 1
_NEXT = t("下一步：", "Next: ")

Cell = tuple[int, int, str, object]
"""Row and column, formula, and what it shows."""


def place_of_step() -> str:
    """The cell with the name of the sheet where the next step is done."""
    return _cell(_PLACE)


def step_cells(canvas: Canvas, now: Standing) -> Iterator[Cell]:
    """Every cell of the line, the visible one last."""
    lang, step = canvas.lang, next_step(now)
    counts = _counts(HomeFormulas(canvas))
    for row, name in enumerate(_NAMES):
        yield row, HIDDEN, counts[name], getattr(now, name)
    yield _NUMBER, HIDDEN, _first_that_holds(), STEPS.index(step) + 1
    sheets = ",".join(f'"{_sheet(one, lang)}"' for one in STEPS)
    yield _PLACE, HIDDEN, f"CHOOSE({_cell(_NUMBER)},{sheets})", _sheet(step, lang)
    said = ",".join(_said(one, lang) for one in STEPS)
    shown = _NEXT.of(lang) + step.said.of(lang).format(n=getattr(now, step.counted or "tasks"))
    yield (*LINE, f'"{_NEXT.of(lang)}"&CHOOSE({_cell(_NUMBER)},{said})', shown)


def index_cell(canvas: Canvas, edits: Sequence[Edit] = ()) -> Cell:
    """The link to 文档目录, the last of the links below; nothing is written there while there is no list.

    edits  of a run that may make it
    """
    tab = GENERATED[INDEX].of(canvas.lang)
    kinds = {one.kind for one in canvas.project.book.generated}
    kinds |= {edit.kind for edit in edits if isinstance(edit, InsertSheet)}
    # Only INDIRECT can ask for a tab that may not be there.
    place = INDEX_PLACE.format(tab=tab)
    return (*INDEX_AT, f'IF(ISREF(INDIRECT("{place}")),"{tab}","")', tab if INDEX in kinds else "")


def _cell(row: int) -> str:
    return f"${column_letters(HIDDEN + 1)}${row + 1}"


def _first_that_holds() -> str:
    cells = {name: _cell(row) for row, name in enumerate(_NAMES)}
    formula = str(len(STEPS))
    for number in range(len(STEPS) - 1, 0, -1):
        formula = f"IF({STEPS[number - 1].formula.format(**cells)},{number},{formula})"
    return formula


def _sheet(step: Step, lang: Lang) -> str:
    if step.sheet in GENERATED:
        return GENERATED[step.sheet].of(lang)
    return SHEETS[step.sheet].name(lang) if step.sheet else ""


def _said(step: Step, lang: Lang) -> str:
    if not step.counted:
        return f'"{step.said.of(lang)}"'
    before, after = step.said.of(lang).split("{n}")
    return f'"{before}"&{_cell(_NAMES.index(step.counted))}&"{after}"'


def _counts(found: HomeFormulas) -> dict[str, str]:
    """A formula for every number of `Standing`."""
    canvas = found.canvas
    last = f'{found.col("tracker", "stage")},{{}}{STAGE.label("retrospective", canvas.lang)}"'
    before, within = last.format('"<>'), last.format('"')
    rows = f'{found.col("acceptance", "deliverable")},"<>"'
    submitted = f'{rows},{found.col("acceptance", "submitted_on")},"<>"'
    return {
        "gaps": "+".join(_gap(canvas, name) for name in required()),
        "passed": _concluded(canvas, "approved", "conditional"),
        "refused": _concluded(canvas, "rejected"),
        "tasks": found.total(),
        "done": found.finished(),
        "working": f"{found.total(before)}-({found.finished(before)})",
        "reviewing": f"{found.total(within)}-({found.finished(within)})",
        "baselines": _filled(found, "tracker", "baseline"),
        "meetings": _filled(found, "meetings", "date"),
        "delivered": _without_result(found, submitted),
        "unaccepted": _without_result(found, rows),
        "lessons": _filled(found, "lessons", "lesson"),
        "waiting": _kept(found, WAITING),
        "conflicts": _kept(found, CONFLICTS),
        "rerun": _kept(found, RERUN),
        "errors": _kept(found, ERRORS),
        "draft": f'IF({found.kept(DRAFT)}="",0,1)',
    }


def _filled(found: HomeFormulas, key: str, column: str) -> str:
    return f'COUNTIFS({found.col(key, column)},"<>")'


def _without_result(found: HomeFormulas, rows: str) -> str:
    return f'COUNTIFS({rows})-COUNTIFS({rows},{found.col("acceptance", "result")},"<>")'


def _kept(found: HomeFormulas, name: str) -> str:
    return f"IFERROR(0+{found.kept(name)},0)"


def _field(canvas: Canvas, name: str) -> str:
    return canvas.field(canvas.declaration.form("request"), name)


def _gap(canvas: Canvas, name: str) -> str:
    cell = _field(canvas, name)
    hint = f'ISNUMBER(FIND("{HINT[canvas.lang]}",{cell}))'
    return f"IFERROR(IF(OR(LEN(TRIM({cell}))=0,{hint}),1,0),0)"


def _concluded(canvas: Canvas, *codes: str) -> str:
    cell = _field(canvas, "conclusion")
    tests = ",".join(f'{cell}="{CONCLUSION.label(code, canvas.lang)}"' for code in codes)
    return f"IFERROR(IF(OR({tests}),1,0),0)"
