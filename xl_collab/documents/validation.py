"""Native data validation from declarations: what Excel, WPS and LibreOffice check by themselves.

Closed lists and dates stop a wrong entry with a sentence that says what is right. 时间节点 and
责任部门/人 only warn: the template's own entries hold recurrences and several departments.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from xl_collab.a1 import column_letters
from xl_collab.schema.declaration import Column, Field, Kind
from xl_collab.schema.words import Lang, Text, in_a_row, t

Rule = dict[str, Any]

EARLIEST = date(2000, 1, 1)
LONGEST_LIST = 255
"""Excel's limit for choices written into the rule itself."""

_TITLE = t("请检查填写内容", "Please check this entry")
_LIST = t("请从下拉列表中选择：{choices}。", "Please choose from the list: {choices}.")
_DATE = t(
    "请填写真正的日期，如 2024-01-31（不早于 2000-01-01），不要用文字或点号。",
    "Please enter a real date such as 2024-01-31 (from 2000-01-01 on), not text.",
)
_DEADLINE = t(
    "可以填日期（2024-01-31）或周期（每周一17:00前、每月10日）。这一条看起来都不是，仍要保留吗？",
    "A date (2024-01-31) or a recurrence (every Monday by 17:00). This looks like neither. Keep it?",
)
_PARTY = t(
    "通讯录中没有这个写法。多个部门用、分隔，第一个为牵头，人名或 * 可写在部门之后。仍要保留吗？",
    "Not in Contacts as it stands. Several departments: separate by commas, the first leads. Keep it?",
)
_RANGE = t("请填写 {low} 到 {high} 之间的{kind}。", "Please enter a {kind} from {low} to {high}.")
_FROM = t("请填写不小于 {low} 的数。", "Please enter a number not below {low}.")
_WHOLE, _DECIMAL = t("整数", "whole number"), t("数", "number")
_EMAIL = t("邮箱地址应含有 @ 和域名，仍要保留吗？", "An e-mail address has an @ and a domain. Keep it?")
_UNIQUE = t(
    "这个编号已经有了，编号不能重复。仍要保留吗？", "This ID exists already; IDs are unique. Keep it?"
)
_COMPUTED = t(
    "这一列自动计算，手工填写会盖掉公式或结果。仍要保留吗？",
    "This column is computed; typing here overwrites the result. Keep it?",
)

DEPARTMENTS = "departments"
"""Defined name of the departments in 通讯录, as drop-downs use it."""


def column_rule(column: Column, letter: str, first: int, last: int, lang: Lang) -> Rule | None:
    """The rule for a table column's cells from row `first` to `last`; None when all is allowed."""
    cell = f"{letter}{first}"
    if column.computed:
        return _custom("FALSE", _COMPUTED.of(lang))
    rule = _rule(column, cell, lang)
    if rule is None and column.unique:
        rule = _custom(f"COUNTIF(${letter}${first}:${letter}${last},{cell})=1", _UNIQUE.of(lang))
    return _with_help(rule, column.label, column.help, lang)


def field_rule(field: Field, cell: str, lang: Lang) -> Rule | None:
    """The rule for a form's value cell; the help stands beside it, so it needs no tip."""
    return _with_help(_rule(field, cell, lang), field.label, Text("", ""), lang)


def choose_from(row: int, first: int, last: int) -> Rule:
    """A drop-down of the words that stand in one row, columns `first` to `last`, all counted from 0.

    Unlike a list inside the rule it may hold commas, and be of any length. Other words only warn.
    """
    cells = ":".join(f"${column_letters(column + 1)}${row + 1}" for column in (first, last))
    return {"validate": "list", "source": f"={cells}", "error_type": "warning"}


def _rule(item: Column | Field, cell: str, lang: Lang) -> Rule | None:
    if item.choices is not None:
        return _choice_rule(item.choices.labels(lang), lang)
    make = _BY_KIND.get(item.kind)
    return make(item, cell, lang) if make else None


def _choice_rule(labels: tuple[str, ...], lang: Lang) -> Rule:
    if len(",".join(labels)) > LONGEST_LIST:
        raise ValueError(f"a list of more than {LONGEST_LIST} characters needs a range: {labels}")
    shown = in_a_row(labels, lang)
    return _stop({"validate": "list", "source": list(labels)}, _LIST.of(lang).format(choices=shown))


def _date_rule(item: Column | Field, cell: str, lang: Lang) -> Rule:
    return _stop({"validate": "date", "criteria": ">=", "value": EARLIEST}, _DATE.of(lang))


def _deadline_rule(item: Column | Field, cell: str, lang: Lang) -> Rule:
    words = [f'LEFT(TRIM({cell}),{len(word)})="{word}"' for word in _STARTS]
    return _custom(f"OR(ISNUMBER({cell}),{','.join(words)})", _DEADLINE.of(lang))


_STARTS = ("每", "隔", "天天", "every", "each", "daily", "weekly")
"""How recurrences begin; whether one can be read to its end is for `validate` to say."""


def _party_rule(item: Column | Field, cell: str, lang: Lang) -> Rule:
    return _warn({"validate": "list", "source": f"={DEPARTMENTS}"}, _PARTY.of(lang))


def _number_rule(item: Column | Field, cell: str, lang: Lang) -> Rule | None:
    whole = item.kind is Kind.INTEGER
    kind = "integer" if whole else "decimal"
    if item.minimum is None:
        return None
    low = f"{item.minimum:g}"
    if item.maximum is None:
        return _stop(
            {"validate": kind, "criteria": ">=", "value": item.minimum}, _FROM.of(lang).format(low=low)
        )
    high = f"{item.maximum:g}"
    if item.kind is Kind.PERCENT:
        low, high = f"{item.minimum:.0%}", f"{item.maximum:.0%}"
    word = (_WHOLE if whole else _DECIMAL).of(lang)
    rule = {"validate": kind, "criteria": "between", "minimum": item.minimum, "maximum": item.maximum}
    return _stop(rule, _RANGE.of(lang).format(low=low, high=high, kind=word))


def _email_rule(item: Column | Field, cell: str, lang: Lang) -> Rule:
    return _custom(f'ISNUMBER(FIND(".",{cell},FIND("@",{cell})))', _EMAIL.of(lang))


_BY_KIND: dict[Kind, Callable[[Column | Field, str, Lang], Rule | None]] = {
    Kind.DATE: _date_rule,
    Kind.DATETIME: _date_rule,
    Kind.DEADLINE: _deadline_rule,
    Kind.PARTY: _party_rule,
    Kind.PERCENT: _number_rule,
    Kind.NUMBER: _number_rule,
    Kind.MONEY: _number_rule,
    Kind.INTEGER: _number_rule,
    Kind.WORKDAYS: _number_rule,
    Kind.EMAIL: _email_rule,
}


def _stop(rule: Rule, message: str) -> Rule:
    return rule | {"error_type": "stop", "error_message": message[:225]}


def _warn(rule: Rule, message: str) -> Rule:
    return rule | {"error_type": "warning", "error_message": message[:225]}


def _custom(formula: str, message: str) -> Rule:
    return _warn({"validate": "custom", "value": f"={formula}"}, message)


def _with_help(rule: Rule | None, label: Text, help_text: Text, lang: Lang) -> Rule | None:
    """Add the tip that shows when the cell is selected, and the title of the message."""
    tip = help_text.of(lang)
    if rule is None and not tip:
        return None
    rule = dict(rule or {"validate": "any"})
    if tip:
        rule |= {"input_title": label.of(lang)[:32], "input_message": tip[:255]}
    if "error_message" in rule:
        rule["error_title"] = _TITLE.of(lang)[:32]
    return rule
