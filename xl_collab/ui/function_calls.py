"""A worksheet function's call: its name, its arguments and the workbook around it → blocks of cells.

Both programs come here: Excel through `functions.py`, LibreOffice through `function_server.py`. A call
never raises for what people typed; what cannot be calculated is a Wrong cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from xl_collab.functions import rules
from xl_collab.functions.cells import Block, Wrong, block_of
from xl_collab.functions.declared import Function, function
from xl_collab.functions.rules import NO_TRACKER, Around
from xl_collab.schema.words import RISK_LEVEL, Text, t

UNKNOWN = t("没有函数 {name}", "There is no function {name}")
TOO_FEW = t("用法：{usage}。{help}", "Usage: {usage}. {help}")
_RISK_HEADS = (t("分值", "Score"), t("等级", "Level"), t("来源", "Source"), t("原因", "Reason"))


def call(name: str, arguments: Sequence[object], around: Around) -> Block:
    """The results, as rows. Blank arguments at the end may be left out."""
    try:
        declared = function(name)
    except KeyError:
        return [[Wrong("#N/A", Text(UNKNOWN.zh.format(name=name), UNKNOWN.en.format(name=name)))]]
    blocks = [block_of(None if value is None else value) for value in arguments[: len(declared.arguments)]]
    required = sum(not argument.optional for argument in declared.arguments)
    if len(blocks) < required:
        return [[Wrong("#VALUE!", _usage(declared))]]
    blocks += [block_of(None)] * (len(declared.arguments) - len(blocks))
    return _RULES[declared.key](around, blocks)


def _usage(declared: Function) -> Text:
    usage = declared.signature()
    return Text(
        TOO_FEW.zh.format(usage=usage, help=declared.help.zh),
        TOO_FEW.en.format(usage=usage, help=declared.help.en),
    )


def _risks(around: Around) -> Block:
    from xl_collab.documents.risks.content import risks

    project = around.project
    if project is None:
        return [[Wrong("#N/A", NO_TRACKER)]]
    lang = project.lang
    table: Block = [[head.of(lang) for head in _RISK_HEADS]]
    for item in risks(project).data.items:
        level = RISK_LEVEL.label(item.level, lang)
        table.append([float(item.score), level, item.source.of(lang), item.reason.of(lang)])
    return table


def _padded(table: Block, rows: Block) -> Block:
    """The list cut or filled to a number of rows, and every row to the same width."""
    asked = rows[0][0]
    if len(table) == 1 and isinstance(table[0][0], Wrong):
        return table
    width = max(map(len, table))
    if isinstance(asked, int | float) and not isinstance(asked, bool) and asked >= 1:
        table = table[: int(asked)] + [[""] * width for _ in range(int(asked) - len(table))]
    return table


_RULES: Mapping[str, Callable[[Around, list[Block]], Block]] = {
    "workdays": lambda around, given: rules.workdays(around, *given),
    "addworkdays": lambda around, given: rules.add_workdays(around, *given),
    "isworkday": lambda around, given: rules.is_workday(around, *given),
    "nextdue": lambda around, given: rules.next_due(around, *given),
    "variance": lambda around, given: rules.variance(around, *given),
    "rag": lambda around, given: rules.rag(around, *given),
    "reason": lambda around, given: rules.reason(around, *given),
    "explain": lambda around, given: rules.explain(around, *given),
    "risks": lambda around, given: _padded(_risks(around), given[1]),
    "overdue": lambda around, given: _padded(rules.overdue(around), given[1]),
    "bydept": lambda around, given: _padded(rules.by_department(around, given[0]), given[2]),
}
