"""The same figures as native formulas, for people without Python: a twin for every worksheet function.

Twins are written for a tracker workbook (its names days_off, makeup_days, as_of … are used), in an example
layout: arguments from B2 on to the right, results from H2. Only functions of Excel 2010 and LibreOffice
7.4 are in them. A test lets LibreOffice calculate each and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xl_collab.a1 import column_letters
from xl_collab.plan.formulas import LAST_ROW, render
from xl_collab.schema.declaration import FIRST_ROW
from xl_collab.schema.sheets import TRACKER
from xl_collab.schema.words import RAG, STATUS, Lang, Text, t

REACH = 400
"""Calendar days that a twin looks ahead or back."""


@dataclass(frozen=True, slots=True)
class TwinFormula:
    """One formula of a twin: the cell it stands in, the text with =, whether it is an array formula."""

    cell: str
    formula: str
    array: bool = False
    note: Text = t("", "")


def twin(key: str, lang: Lang) -> tuple[TwinFormula, ...]:
    """The formulas for the function `key`, the last one giving its value."""
    return _TWINS[key](lang)


def _off(days: str) -> str:
    """1 where each of `days` is no working day."""
    return f"((WEEKDAY({days},2)<6)*(COUNTIF(days_off,{days})=0)+(COUNTIF(makeup_days,{days})>0)=0)"


def _between(b: str, c: str) -> str:
    return (
        f"IF({c}={b},0,IF({c}>{b},"
        f'NETWORKDAYS({b}+1,{c},days_off)+COUNTIFS(makeup_days,">"&{b},makeup_days,"<="&{c}),'
        f'-NETWORKDAYS({c}+1,{b},days_off)-COUNTIFS(makeup_days,">"&{c},makeup_days,"<="&{b})))'
    )


def _workdays(_lang: Lang) -> tuple[TwinFormula, ...]:
    return (TwinFormula("H2", f'=IF(OR(B2="",C2=""),"",{_between("B2", "C2")})'),)


def _ahead(days: str, count: str) -> str:
    """The count-th working day after `days`; the first for count 1."""
    later = f'{days}+ROW(INDIRECT("1:{REACH}"))'
    return f"SUMPRODUCT(SMALL({later}+1000000*{_off(later)},{count}))"


def _add(_lang: Lang) -> tuple[TwinFormula, ...]:
    back = f'B2-ROW(INDIRECT("1:{REACH}"))'
    before = f"SUMPRODUCT(LARGE({back}-1000000*{_off(back)},-C2))"
    return (
        TwinFormula(
            "H2",
            f"=IF(C2=0,B2,IF(C2>0,{_ahead('B2', 'C2')},{before}))",
            note=t(f"日期前后 {REACH} 个日历日以内", f"Within {REACH} calendar days"),
        ),
    )


def _is(_lang: Lang) -> tuple[TwinFormula, ...]:
    working = "OR(COUNTIF(makeup_days,B2)>0,AND(WEEKDAY(B2,2)<6,COUNTIF(days_off,B2)=0))"
    return (TwinFormula("H2", f'=IF(B2="","",{working})'),)


def _next(_lang: Lang) -> tuple[TwinFormula, ...]:
    """Every week on one weekday, moved to the next working day; the one before C2 may be moved past it."""
    nominal = "C2+MOD(B2-WEEKDAY(C2,2),7)"
    earlier = f"({nominal}-7)"
    waiting = f"({_between(f'({earlier}-1)', '(C2-1)')})=0"
    return (
        TwinFormula(
            "H2",
            f"=IF({waiting},C2,{nominal})",
            note=t(
                "B2 是星期几（1 = 周一 … 7 = 周日），C2 是起算日",
                "B2 is the weekday (1 Monday to 7 Sunday), C2 the day after which",
            ),
        ),
        TwinFormula(
            "I2", f"={_ahead('(H2-1)', '1')}", note=t("遇非工作日顺延", "Moved to the next working day")
        ),
    )


def _variance(_lang: Lang) -> tuple[TwinFormula, ...]:
    compared = '=IF(C2<>"",C2,IF(as_of>B2,as_of,""))'
    return (TwinFormula("H2", compared), TwinFormula("I2", f'=IF(OR(B2="",H2=""),"",{_between("B2", "H2")})'))


_CELLS: Mapping[str, str] = {
    "baseline": "B",
    "forecast": "C",
    "actual": "D",
    "status": "E",
    "lead_days": "F",
    "compared": "H",
    "variance": "I",
    "rag": "J",
    "reason": "K",
}
_EMPTY = "G"


def _row(last: str) -> Callable[[Lang], tuple[TwinFormula, ...]]:
    """The tracker's own formulas for a row laid out as in the example."""

    def steps(lang: Lang) -> tuple[TwinFormula, ...]:
        # A twin is worked out from what stands beside it: it hangs on no other row, nothing of it waits.
        # Nor has it columns that formulas have to themselves.
        apart = {c.name for c in TRACKER.columns if c.internal and c.computed == "formula"} | {"due_on"}
        here = (column.name for column in TRACKER.columns if column.name not in apart)
        letters = {name: _CELLS.get(name, _EMPTY) for name in here}
        stages = ("compared", "variance", last)
        made = [(name, render(TRACKER.column(name), letters, 2, lang)) for name in stages]
        return tuple(TwinFormula(f"{_CELLS[name]}2", f"={text}") for name, text in made)

    return steps


def _explain(lang: Lang) -> tuple[TwinFormula, ...]:
    days = _between("B2", "C2")
    words = t(" 个工作日", " working days")
    colon = t("：", ": ")
    head = f'TEXT(B2,"yyyy-mm-dd")&" → "&TEXT(C2,"yyyy-mm-dd")&"{colon.of(lang)}"'
    return (
        TwinFormula(
            "H2",
            f'={head}&TEXT({days},"+0;-0;+0")&"{words.of(lang)}"',
            note=t("说明的第一句；逐日的理由没有公式可写", "The first words; no formula tells the days"),
        ),
    )


def _column(name: str, lang: Lang) -> str:
    letter = column_letters([column.name for column in TRACKER.columns].index(name) + 1)
    return f"{TRACKER.title.of(lang)}!${letter}${FIRST_ROW}:${letter}${LAST_ROW}"


def _listed(condition: str, lang: Lang, note: Text) -> tuple[TwinFormula, ...]:
    """IDs of the rows where `condition` holds, one below the other: fill down as far as needed."""
    ids = _column("id", lang)
    place = f"ROW({ids})-{FIRST_ROW - 1}"
    found = f'IFERROR(INDEX({ids},SMALL(IF({condition},{place}),ROW(A1))),"")'
    return (TwinFormula("H2", f"={found}", array=True, note=note),)


def _overdue(lang: Lang) -> tuple[TwinFormula, ...]:
    baseline, deadline = _column("baseline", lang), _column("deadline", lang)
    base = f"IF(ISNUMBER({baseline}),{baseline},IF(ISNUMBER({deadline}),{deadline},99999))"
    closed = "".join(
        f'*({_column("status", lang)}<>"{STATUS.label(code, lang)}")'
        for code in ("done", "paused", "cancelled")
    )
    condition = f'({base}<as_of)*({_column("id", lang)}<>"")*({_column("actual", lang)}=""){closed}'
    return _listed(condition, lang, t("编号；向下填充", "IDs; fill down"))


def _risks(lang: Lang) -> tuple[TwinFormula, ...]:
    alert = _column("rag", lang)
    condition = "+".join(f'({alert}="{RAG.label(code, lang)}")' for code in ("red", "yellow"))
    note = t(
        "只列红、黄任务的编号；备注和登记里的风险须由程序读出",
        "IDs of red and yellow rows only; risks in notes and in the register need the program",
    )
    return _listed(condition, lang, note)


def _department(lang: Lang) -> tuple[TwinFormula, ...]:
    owner, support = _column("owner", lang), _column("support", lang)
    everyone = t("各部门", "all departments").of(lang)
    condition = f'ISNUMBER(SEARCH($B$2,{owner}&{support}))+ISNUMBER(SEARCH("{everyone}",{owner}))'
    note = t(
        "B2 是部门名称；按文字查找，不认别名", "B2 is the department; found as text, aliases are not known"
    )
    return _listed(condition, lang, note)


_TWINS: Mapping[str, Callable[[Lang], tuple[TwinFormula, ...]]] = {
    "workdays": _workdays,
    "addworkdays": _add,
    "isworkday": _is,
    "nextdue": _next,
    "variance": _variance,
    "rag": _row("rag"),
    "reason": _row("reason"),
    "explain": _explain,
    "risks": _risks,
    "overdue": _overdue,
    "bydept": _department,
}
