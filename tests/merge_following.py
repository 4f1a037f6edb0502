"""Rule 8, the rows: "Rows are followed as a table, by every command: 编号 with 主要任务; 主要任务 alone, if
unique; 编号 with similar 主要任务, if unclaimed. 时间节点 and 责任部门 identify nothing."

Part of the plain reading of the merge (merge_rules.py); nothing else may enter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from life.office import Row
from merge_words import Line, called, similar

Found = Iterator[tuple[Line, Row]]


def follow(lines: list[Line], rows: list[Row]) -> None:
    """Find the row of each line, and begin a line for each row that is new.

    A line whose row is nowhere waits: the row may be cut now and pasted later.
    """
    for line in lines:
        line.row = None
    for find in (_by_both, _by_task, _by_number):
        free = [row for row in rows if not any(line.row is row for line in lines)]
        for line, row in list(find([line for line in lines if line.row is None], free)):
            line.row = row
    known = [line.row for line in lines if line.row is not None]
    lines += [Line(called(row), row) for row in rows if not any(row is other for other in known)]
    for line in lines:
        if line.row is not None:
            line.called = called(line.row)


def _by_both(lines: list[Line], rows: list[Row]) -> Found:
    waiting = list(lines)
    for row in rows:
        line = next((line for line in waiting if line.called == called(row)), None)
        if line is not None:
            waiting.remove(line)
            yield line, row


def _by_task(lines: list[Line], rows: list[Row]) -> Found:
    """Unique among the rows that are left, there and here: of two rows with one 主要任务 that were both
    renumbered nobody can say which is which."""
    there, here = Counter(line.called[1] for line in lines), Counter(called(row)[1] for row in rows)
    for row in rows:
        task = called(row)[1]
        if task and there[task] == 1 == here[task]:
            yield next(line for line in lines if line.called[1] == task), row


def _by_number(lines: list[Line], rows: list[Row]) -> Found:
    """Of rows that had the number at some time the only one that said something similar."""
    for row in rows:
        number, task = called(row)
        fits = [x for x in lines if x.called[0] == number and similar(x.called[1], task)]
        if len(fits) == 1:
            yield fits[0], row
