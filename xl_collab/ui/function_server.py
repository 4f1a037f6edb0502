"""The process behind worksheet functions in LibreOffice: one line of JSON asks, one answers.

LibreOffice waits while a cell is calculated, so no connection to it can be served meanwhile; what the rules
need of the workbook is asked back over the same pipe (function_readings.py). Reading may calculate cells,
which ask in their turn: a question may come while an earlier one waits for its own.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import IO, TYPE_CHECKING, Any

from xl_collab.errors import XlCollabError
from xl_collab.functions import rules
from xl_collab.functions.arguments import Block, Wrong, block_of
from xl_collab.functions.declared import Function, function
from xl_collab.functions.rules import NO_TRACKER, Around
from xl_collab.log import log
from xl_collab.project.tables import CellError
from xl_collab.project.timing.deadlines import Relative, parse_deadline
from xl_collab.schema.words import RISK_LEVEL, Text, t
from xl_collab.ui.setup.installed import spoken

if TYPE_CHECKING:
    from xl_collab.ui.function_readings import Ask

EPOCH = dt.datetime(1899, 12, 30)


class Server:
    """Answers calls; `ask` sends a message to LibreOffice and gives back its answer."""

    def __init__(self, ask: Ask, today: Callable[[], dt.date] = dt.date.today) -> None:
        from xl_collab.ui.function_readings import Readings  # not for Excel, which takes `call` from here

        self._readings = Readings(ask, today)
        self._asked: set[object] = set()

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """What a workbook's rules are, or the rows of one call, each cell as JSON.

        `lasts`: as long as the rules, so that it need not be asked again. `busy`: the workbook is being read
        for another call, and this one needs all of it.
        """
        if "rules" in question:
            return self._readings.rules(question["rules"], question["number"]).told()
        name, given = question["call"], [_argument(value) for value in question["given"]]
        uid, number, version = question.get("book") or ("", 0, 0)
        whole = _needs_rows(name, given)
        around = self._readings.rules(uid, number).around
        if whole:
            found = self._readings.whole(uid, number, version, _watched(name, given))
            if found is None:
                return {"busy": True}
            around = found
        rows = call(name, given, around)
        told = {"rows": [[office_cell(cell) for cell in row] for row in rows], "lasts": not whole}
        return told | self._more(name, given, around, (uid, number))

    def _more(self, name: str, given: list[object], around: Around, book: object) -> dict[str, Any]:
        """The same for the days around those given, at the second such question: a column of cells asks.

        `places` are the arguments that are days, `windows` the days of each, `cells` the results in order.
        """
        places = _days_given(name, given)
        rest = tuple("day" if at in places else repr(one) for at, one in enumerate(given))
        reach = _REACH.get(len(places), 0)
        if not reach or (book, name, rest) not in self._asked:
            self._asked.add((book, name, rest))
            return {}
        windows = [range(max(day - reach, _FIRST), day + reach + 1) for day in places.values()]
        every = list(product(*windows))
        columns: list[object] = list(given)
        for i, at in enumerate(places):
            columns[at] = [[float(days[i])] for days in every]
        cells = [office_cell(row[0]) for row in call(name, columns, around)]
        bounds = [[window.start, window.stop] for window in windows]
        return {"more": {"places": list(places), "windows": bounds, "cells": cells}}


_REACH = {1: 180, 2: 15}
"""Days before and after, by the number of days given: hundreds of results cost little more than one."""
_FIRST, _AFTER = 61, 190000
"""LibreOffice's numbers that are days beyond doubt."""


def _days_given(name: str, given: Sequence[object]) -> dict[int, int]:
    """Where among the arguments of one cell whole days are; {} where that is of no use."""
    if name not in ("rag", "reason") or any(isinstance(one, list) for one in given):
        return {}
    dates = list(enumerate(given[:3]))
    found = {at: int(one) for at, one in dates if isinstance(one, int | float) and _FIRST <= one < _AFTER}
    whole = all(given[at] == day for at, day in found.items())
    blank = all(one in (None, "", 0) for at, one in dates if at not in found)
    return found if whole and blank and 0 in found else {}


def _needs_rows(name: str, given: Sequence[object]) -> bool:
    """Whether more than 节假日 and 设置 matters: for lists, and for what hangs on another row."""
    try:
        declared = function(name)
    except KeyError:
        return False
    if declared.kind == "list":
        return True
    if declared.key not in ("nextdue", "explain") or not given:
        return False
    texts = (cell for row in block_of(given[0]) for cell in row if isinstance(cell, str))
    return any(isinstance(parse_deadline(text), Relative) for text in texts)


def _watched(name: str, given: Sequence[object]) -> str:
    """The content of the range that the function watches."""
    names = [argument.name for argument in function(name).arguments]
    at = names.index("watch") if "watch" in names else len(given)
    return repr(given[at]) if at < len(given) else ""


def _argument(value: Any) -> object:
    if isinstance(value, list):
        return [_argument(one) for one in value]
    return CellError(value["error"]) if isinstance(value, dict) else value


def office_cell(value: object) -> object:
    """A result as LibreOffice takes it: dates are serial numbers, errors codes."""
    if isinstance(value, Wrong):
        return {"error": value.code, "why": value.reason.of(spoken())}
    if isinstance(value, dt.datetime):
        return (value - EPOCH) / dt.timedelta(days=1)
    if isinstance(value, dt.date):
        return float((value - EPOCH.date()).days)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until LibreOffice is gone."""

    def tell(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message).encode("ascii") + b"\n")
        answers.flush()

    def ask(message: dict[str, Any]) -> dict[str, Any]:
        tell(message)
        for line in iter(requests.readline, b""):
            told = dict(json.loads(line))
            if "answer" in told:
                return told
            tell(_answered(server, told))  # a cell that was calculated by our looking at it
        raise EOFError("LibreOffice is gone")

    server = Server(ask)
    for line in iter(requests.readline, b""):
        tell(_answered(server, json.loads(line)))


def _answered(server: Server, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return server.answer(question)
    except XlCollabError as error:
        return _failed(question, error.message(spoken()))
    except Exception as error:  # one cell's bad luck must not end the process that serves all the others
        log().exception("a worksheet function failed")
        return _failed(question, f"{type(error).__name__}: {error}")


def _failed(question: Mapping[str, Any], why: str) -> dict[str, Any]:
    if "rules" in question:
        return {"wrong": why}
    explains = str(question.get("call")).lower().endswith("explain")
    return {"rows": [[why if explains else {"error": "#VALUE!", "why": why}]], "lasts": False}


# A worksheet function's call: its name, its arguments and the workbook around it → blocks of cells.


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


if __name__ == "__main__":
    real = sys.stdout.buffer
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, real)
