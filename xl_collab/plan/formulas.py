"""Native formulas from their declarations: the same rules as `assessment.py`, as Excel 2010 text.

A formula says `[name]` for the same row's cell, `[name?]` for one that older workbooks may lack (0
then), `[name↑]` for the cell above it, `[name↓]` for those below it, `[name↕]` for its column, `[name⇕]` for
all of the sheet's column, `<list.code>` for a quoted word, `{n:number:code}` for a number with its noun,
`{snippet}` for a shared piece, `«name:piece»` for a piece that stands only where the sheet has a column
`name`, and `«!name:piece»` for one that stands where it has none; this module writes them out for one row.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache

from xl_collab.patterns import lazy
from xl_collab.schema import words
from xl_collab.schema.declaration import FIRST_ROW, Column, TableSheet
from xl_collab.schema.row_formulas import SNIPPETS
from xl_collab.schema.words import Lang, Text, t

LAST_ROW = 5000
"""Last sheet row that look-down ranges reach: fixed, so that rows may be added below a table."""
LAST_OF_ALL = 200_000
"""The same for ranges over all of a column, which only one cell of a column reads."""

REASONS: Mapping[str, Text] = {
    "text_date": t("日期是文本，改成真正的日期后再算", "A date is text; enter a real date first"),
    "cancelled": t("已取消，不计偏差", "Cancelled, no variance"),
    "paused": t("暂停中，不计偏差", "Paused, no variance"),
    "done": t("已完成", "Done"),
    "done_late": t("延期 ", "Done late by "),
    "done_early": t("提前 ", "Done early by "),
    "done_on_time": t("按期完成", "Done on time"),
    "days": t(" 个工作日", " workday| workdays"),
    "days_close": t(" 个工作日）", " workday)| workdays)"),
    "expected_late": t("预计晚 ", "Expected late by "),
    "projected_late": t("推算晚 ", "Projected late by "),
    "late_today": t("至今已晚 ", "Late so far by "),
    "over": t("（超过 ", " (more than "),
    "within": t("（未超阈值）", " (within the threshold)"),
    "predecessor": t("前置 ", "Predecessor "),
    "is_red": t(" 为红", " is red"),
    "left": t("距计划完成还有 ", "Time left to baseline: "),
    "missed": t("缺 ", "Records missing: "),
    "periods": t(" 期记录", " period| periods"),
    "no_gap": t("各期记录齐全", "Records complete"),
    "estimated": t("；日历为推定", "; calendar estimated"),
    "pending": t("待重算", "To recompute"),
    "colon": t("：", ": "),
}
"""The words of 说明; `alerts.py` composes the same sentences. A noun with | has a form for one."""

_HERE, _BELOW, _ABOVE = "\0", "\1", "\2"  # characters that no formula holds
_LISTS = {c.name: c for c in vars(words).values() if isinstance(c, words.Choices)}
_SNIPPET = lazy(r"\{(\w+)\}")
_CELL = lazy(r"\[(\w+)([↑↓↕⇕?]?)\]")
_WHERE = lazy(r"«(!?)(\w+):([^«»]*)»")
_WORD = lazy(r"<([a-z_]+)\.(\w+)>")
_NUMBER = lazy(r"\{n:(.+?):(\w+)\}")


def counted(number: int, code: str, lang: Lang) -> str:
    """A number with its noun out of REASONS: 1 workday, 2 workdays."""
    one, _, many = REASONS[code].of(lang).partition("|")
    return f"{number}{one if number == 1 or not many else many}"


def _counted(match: re.Match[str], lang: Lang) -> str:
    number, code = match.groups()
    one, _, many = REASONS[code].of(lang).partition("|")
    return f'{number}&IF({number}=1,"{one}","{many}")' if many else f'{number}&"{one}"'


def _word(match: re.Match[str], lang: Lang) -> str:
    family, code = match.groups()
    text = REASONS[code].of(lang) if family == "text" else _LISTS[family].label(code, lang)
    return '"' + text.replace('"', '""') + '"'


@cache
def _expanded(formula: str, lang: Lang) -> str:
    formula = _NUMBER.sub(lambda m: _counted(m, lang), formula)
    while _SNIPPET.search(formula):
        formula = _SNIPPET.sub(lambda m: SNIPPETS[m[1]], formula)
    return _WORD.sub(lambda m: _word(m, lang), formula)


def render(column: Column, letters: Mapping[str, str], row: int, lang: Lang) -> str:
    """The formula text of `column` (without =) for 1-based sheet `row`.

    `letters` maps column names to the letters where they stand; KeyError when one is missing.
    """
    return in_row(filled_down(column, letters, lang), row)


def filled_down(column: Column, letters: Mapping[str, str], lang: Lang) -> str:
    """What `in_row` makes the formula of any row of: with gaps for its number and that of the row below."""

    def cell(match: re.Match[str]) -> str:
        if match[2] == "?" and match[1] not in letters:
            return "0"
        letter = letters[match[1]]
        if match[2] == "↑":
            return f"${letter}{_ABOVE}"
        if match[2] == "⇕":
            return f"${letter}$1:${letter}${LAST_OF_ALL}"
        if match[2] == "↕":
            return f"${letter}${FIRST_ROW}:${letter}${LAST_ROW}"
        return f"${letter}{_BELOW}:${letter}${LAST_ROW}" if match[2] == "↓" else f"${letter}{_HERE}"

    text = _standing(_expanded(column.formula, lang), letters)
    return _CELL.sub(cell, text).removeprefix("=")


def _standing(text: str, names: Container[str]) -> str:
    """The formula with the pieces that stand where the sheet has these columns; pieces may hold others."""
    while _WHERE.search(text):
        text = _WHERE.sub(lambda m: m[3] if (m[2] in names) != bool(m[1]) else "", text)
    return text


def in_row(pattern: str, row: int) -> str:
    """The formula of a pattern in 1-based sheet `row`."""
    numbered = pattern.replace(_HERE, str(row)).replace(_BELOW, str(row + 1))
    return numbered.replace(_ABOVE, str(row - 1))


def references(column: Column) -> frozenset[str]:
    """Names of the columns that a formula cannot do without."""
    always = _standing(_expanded(column.formula, "zh"), ())
    return frozenset(m[1] for m in _CELL.finditer(always) if m[2] != "?")


def formula_columns(sheet: TableSheet) -> tuple[Column, ...]:
    """The columns of a sheet that hold native formulas, in order."""
    return tuple(c for c in sheet.columns if c.computed == "formula")
