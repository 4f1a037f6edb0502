"""Cells that the last collect changed are marked in the tracker, by a rule and not by paint.

A hidden column of 日志 holds a key for each such cell: ID|heading. The tracker's rule looks its own cells
up there; without the page, or when it is deleted, nothing is marked. Who and when stands on the page.
"""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name

from xl_collab.model.sheets import GENERATED
from xl_collab.model.words import Lang

KEY_COLUMN = 8
"""Of 日志, from 0: behind the last one that people see."""

_ROWS = 400


def cell_key(row_id: str, heading: str) -> str:
    """How the page names a cell."""
    return f"{row_id}|{heading}"


def marked(id_cell: str, heading_cell: str, lang: Lang) -> str:
    """The test that a cell of the tracker is among them; INDIRECT, for there may be no such page yet."""
    column = xl_col_to_name(KEY_COLUMN)
    place = f"'{GENERATED['log'].of(lang)}'!${column}$1:${column}${_ROWS}"
    return f'AND({id_cell}<>"",ISNUMBER(MATCH({id_cell}&"|"&{heading_cell},INDIRECT("{place}"),0)))'
