"""Task and stage of every row where the source has levels: groups written once hold for the rows below them.

What may not enter: telling which column is which level (levels.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xl_collab.importing.cell_values import Source, as_text, texts
from xl_collab.importing.columns import ForeignColumn
from xl_collab.importing.words import GROUP
from xl_collab.schema.words import Lang, t

FROM_ABOVE = t("上级任务只写一次，按上一行补齐", "The group is written once: taken from the row above")
IN_FRONT = t("上级任务写在任务名称前", "The task above goes before the task's name")
ALONE = t("没有下级任务，自己就是任务", "Nothing below it: it is the task itself")
SAME = t("与任务名称相同", "The same as the task's name")
NO_NUMBER = t("去掉程序编号", "Without the program's number")
_NUMBER = re.compile(r"\s*[(（]#\d+[)）]$")


class Levels:
    """The task rows of a source with the columns that name their work.

    breaks  rows that begin a section: no group reaches over them
    """

    def __init__(
        self,
        source: Source,
        columns: Mapping[str, ForeignColumn],
        breaks: Sequence[int],
        lang: Lang,
    ) -> None:
        self._source, self._columns, self._breaks, self._lang = source, columns, breaks, lang
        self._stages = self._above("stage")
        self._groups = self._above(GROUP)

    def stages(self) -> list[object]:
        """The stage that its own column says, without the numbers that programs add: 结构(#7)."""
        column = self._columns.get("stage")
        if column is None:
            return [None] * len(self._source.rows)
        return [self._without_number(i, column, cell) for i, cell in enumerate(self._stages)]

    def tasks(self) -> list[object]:
        """The task of every row, with the group in front; a row that only names its group is that task."""
        column = self._columns.get("task")
        if column is None:
            return []
        return [self._task(i, column, cell) for i, cell in enumerate(texts(self._source, column))]

    def _task(self, i: int, column: ForeignColumn, task: object) -> object:
        group, above = self._columns.get(GROUP), self._groups[i]
        if task is None:
            return self._alone(i, above)
        if group is None or not above:
            return task
        if as_text(above) == as_text(task):
            self._source.note(self._source.rows[i], group, above, task, SAME)
            return task
        sign = ": " if self._lang == "en" else "："
        both = f"{as_text(above)}{sign}{as_text(task)}"
        self._source.note(self._source.rows[i], column, task, both, IN_FRONT)
        self._source.note(self._source.rows[i], group, above, both, IN_FRONT)
        return both

    def _alone(self, i: int, above: object) -> object:
        stage = self._columns.get("stage")
        if above:
            self._source.note(self._source.rows[i], self._columns[GROUP], above, above, ALONE)
            return above
        if stage is None or not _is_level(stage) or not self._stages[i]:
            return None
        self._source.note(self._source.rows[i], stage, self._stages[i], self._stages[i], ALONE)
        return self._stages[i]

    def _above(self, target: str) -> list[object]:
        """The cells of a column of groups; empty ones take the name above, down to the next section."""
        column = self._columns.get(target)
        if column is None:
            return [None] * len(self._source.rows)
        cells = texts(self._source, column)
        # Without section titles a stage that is written once holds until the next one.
        once = target == "stage" and not self._breaks and bool(cells) and cells[0] is not None
        return self._filled_down(column, cells) if once or _is_level(column) else cells

    def _filled_down(self, column: ForeignColumn, cells: Sequence[object]) -> list[object]:
        found: list[object] = []
        last: object = None
        before = 0
        for row, cell in zip(self._source.rows, cells, strict=True):
            if any(before < at < row for at in self._breaks):
                last = None
            if cell is None and last is not None:
                self._source.note(row, column, None, last, FROM_ABOVE)
            last, before = last if cell is None else cell, row
            found.append(last)
        return found

    def _without_number(self, i: int, column: ForeignColumn, cell: object) -> object:
        text = as_text(cell)
        short = _NUMBER.sub("", text)
        if not short or short == text:
            return cell
        self._source.note(self._source.rows[i], column, cell, short, NO_NUMBER)
        return short


def _is_level(column: ForeignColumn) -> bool:
    return column.guess is not None and column.guess.how == "level"
