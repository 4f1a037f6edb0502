"""The process behind worksheet functions in LibreOffice: one line of JSON asks, one answers.

LibreOffice waits while a cell is calculated, so no connection to it can be served meanwhile; what the rules
need of the workbook is asked back over the same pipe, and kept until the workbook changes.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from xl_collab.functions import rules
from xl_collab.functions.arguments import Block, Wrong, block_of
from xl_collab.functions.declared import Function, function
from xl_collab.functions.rules import NO_TRACKER, Around
from xl_collab.log import log
from xl_collab.plan.project import Project
from xl_collab.project.tables import CellError
from xl_collab.schema.words import RISK_LEVEL, Text, t
from xl_collab.ui.setup.installed import spoken

if TYPE_CHECKING:
    from xl_collab.hosts.live.driver import Block as Area
    from xl_collab.hosts.live.driver import Driver

EPOCH = dt.datetime(1899, 12, 30)
_KEPT = 4
"""Workbooks remembered at a time."""
_ROOM = 100
"""Rows below a sheet's end in which a new holiday is noticed."""

Ask = Callable[[dict[str, Any]], dict[str, Any]]


class Server:
    """Answers calls; `ask` sends a message to LibreOffice and gives back its answer."""

    def __init__(self, ask: Ask, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._ask = ask
        self._today = today
        self._known: dict[str, _Reading] = {}

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The rows of one call, each cell as JSON."""
        given = [_argument(value) for value in question["given"]]
        around = self._around(question.get("book"), *_watched(question["call"], given))
        rows = call(question["call"], given, around)
        return {"rows": [[office_cell(cell) for cell in row] for row in rows]}

    def _around(self, book: Sequence[Any] | None, lists: bool, watched: str) -> Around:
        """The workbook as it is now; read again only where what the function needs has changed."""
        today = self._today()
        if book is None:
            return Around(today, lang=spoken())
        uid, version = book
        known = self._known.pop(uid, None)
        if known is None or known.today != today or not known.holds(version, lists, watched):
            known = _Reading(_driver(uid, self._ask), today)
        known.version, known.watched = version, known.watched | {watched}
        self._known[uid] = known
        while len(self._known) > _KEPT:
            self._known.pop(next(iter(self._known)))
        return known.around


class _Reading:
    """One workbook as read, and how to tell whether that still holds."""

    def __init__(self, driver: Driver, today: dt.date) -> None:
        from xl_collab.errors import NotATracker
        from xl_collab.hosts.live.window import LiveSheets
        from xl_collab.hosts.reading import assemble
        from xl_collab.schema.sheets import SHEETS

        self.today = today
        self.version: object = None
        self.watched: frozenset[str] = frozenset()
        self._driver = driver
        self._rules: list[Area] = []
        sheets = LiveSheets(driver, SHEETS)
        try:
            reading = assemble(sheets, SHEETS, sheets.seen.name)
        except NotATracker:  # days are counted by the shipped calendar
            self.around = Around(today, lang=spoken())
        else:
            project = Project(reading.book, Project.resolve_as_of(reading.book, today))
            self.around = Around(today, project, project.lang)
            tabs = {place.tab for key, place in reading.tables.items() if key == "calendar"}
            tabs |= {place.tab for key, place in reading.forms.items() if key == "settings"}
            used = (tab.used for tab in sheets.seen.tabs if tab.name in tabs)
            self._rules = [area._replace(bottom=area.bottom + _ROOM) for area in used]
        self._seen = self._now()

    def holds(self, version: object, lists: bool, watched: str) -> bool:
        """Days need 节假日 and 设置 to be as they were; lists everything, and what they watch."""
        if version == self.version and (not lists or watched in self.watched):
            return True
        if lists:
            return False
        from xl_collab.errors import XlCollabError

        try:
            return self._now() == self._seen
        except XlCollabError:  # the sheet is called otherwise now
            return False

    def _now(self) -> object:
        return (
            [content.rows for content in self._driver.read(self._rules, formulas=False)]
            if self._rules
            else []
        )


def _watched(name: str, given: Sequence[object]) -> tuple[bool, str]:
    """Whether the function is a list, and the content of the range that it watches."""
    try:
        declared = function(name)
    except KeyError:
        return False, ""
    names = [argument.name for argument in declared.arguments]
    at = names.index("watch") if "watch" in names else len(given)
    return declared.kind == "list", repr(given[at]) if at < len(given) else ""


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


def _driver(uid: str, ask: Ask) -> Driver:
    """The way to the workbook that asks, over the pipe."""
    from xl_collab.hosts.libreoffice.connection import Connection
    from xl_collab.hosts.libreoffice.driver import OfficeDriver

    return OfficeDriver(Connection(_Waiting(ask)), uid)


class _Waiting:
    """The office that waits for our answer, in place of one that is reached by a connection."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def send(self, text: str) -> str:
        """Operations there, results back."""
        return str(self._ask({"operations": text})["answer"])

    def close(self) -> None:
        """Nothing to let go of: the pipe is the caller's."""


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until LibreOffice is gone."""

    def tell(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message).encode("ascii") + b"\n")
        answers.flush()

    def ask(message: dict[str, Any]) -> dict[str, Any]:
        tell(message)
        return dict(json.loads(requests.readline()))

    server = Server(ask)
    for line in iter(requests.readline, b""):
        tell(_answered(server, json.loads(line)))


def _answered(server: Server, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return server.answer(question)
    except Exception as error:  # one cell's bad luck must not end the process that serves all the others
        log().exception("a worksheet function failed")
        why = f"{type(error).__name__}: {error}"
        explains = str(question.get("call")).lower().endswith("explain")
        return {"rows": [[why if explains else {"error": "#VALUE!", "why": why}]]}


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
