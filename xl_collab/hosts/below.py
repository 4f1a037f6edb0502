"""What stands below an Excel table: rows that a program left outside of it, or a note that ends it.

LibreOffice, phones and pasting do not let a table grow. A line with 主要任务 and 编号 or 责任部门 is a row
all the same; on the other sheets a line with two required cells is one. Anything else is a note: a remark, a
signature, a total, the headings of another list. What may not enter: changes, the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from xl_collab.patterns import lazy
from xl_collab.records import dataclass
from xl_collab.schema.declaration import Column, TableSheet

TOTALS = frozenset(("合计", "总计", "小计", "汇总", "total", "totals", "sum", "subtotal"))

_SIGNED = lazy(
    r"\s*(?:编制|编写|制表|填表|填报|审核|复核|审批|批准|签字|签名|签章|盖章|备注|附注|注|说明|日期"
    r"|prepared|approved|checked|reviewed|signed|notes?|remarks?|date)\s*(?:人|者|日期|by)?\s*[:：]",
    re.IGNORECASE,
)

Cells = Mapping[str, object]


@dataclass(frozen=True)
class Below:
    """Places of lines below a table: `notes` are none of its rows; `unread` would be, but stand below one."""

    notes: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()


def sorted_out(
    sheet: TableSheet, values: Mapping[str, Sequence[object]], lines: npt.NDArray[np.intp]
) -> Below:
    """Tell rows from notes among `lines`, the filled places below a table's end, from top to bottom."""
    if sheet.state != "visible":
        return Below()  # nobody writes notes below hidden records
    told, notes, unread = _judge(sheet), [], []
    for i in lines.tolist():
        if not told({name: cells[i] for name, cells in values.items()}):
            notes.append(i)
        elif notes:
            unread.append(i)
    return Below(tuple(notes), tuple(unread))


def is_filled(value: object) -> bool:
    """Whether a cell holds anything that can be seen."""
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _judge(sheet: TableSheet) -> Callable[[Cells], bool]:
    """Whether a line is a row of `sheet`."""
    required = [column for column in sheet.columns if column.required]
    entered = [column.name for column in sheet.columns if column.entered]
    proves = _task if sheet.key == "tracker" else _two if len(required) > 1 else None

    def is_row(cells: Cells) -> bool:
        filled = [column for column in required if is_filled(cells.get(column.name))]
        if not filled or _is_remark(filled, cells):
            return False
        names = {column.name for column in filled}
        if proves is not None:
            return proves(names)
        return sum(is_filled(cells.get(name)) for name in entered) > 1

    return is_row


def _task(filled: set[str]) -> bool:
    return "task" in filled and not filled.isdisjoint(("id", "owner"))


def _two(filled: set[str]) -> bool:
    return len(filled) > 1


def _is_remark(filled: Sequence[Column], cells: Cells) -> bool:
    """A signature line, a total, or headings once more."""
    texts = [(column, str(cells[column.name]).strip()) for column in filled]
    if _SIGNED.match(texts[0][1]) or any(is_total(text) for _, text in texts):
        return True
    return sum(text in _names(column) for column, text in texts) * 2 > len(texts)


def is_total(text: str) -> bool:
    """Whether a cell only says that its line adds up those above it."""
    return text.rstrip(":：").casefold() in TOTALS


def _names(column: Column) -> tuple[str, ...]:
    return (column.label.zh, column.label.en, *column.aliases)
