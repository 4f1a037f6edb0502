"""All that one department owes in all projects as a workbook with one list, to go along with its letter.

No links: whoever gets it may not reach the files, and should not learn where they lie.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from xl_collab.documents.canvas import empty_workbook
from xl_collab.documents.letter.matters import Digest
from xl_collab.documents.packet.words import WHY, wanted_words
from xl_collab.documents.portfolio import words
from xl_collab.documents.portfolio.columns import COLUMNS
from xl_collab.documents.portfolio.links import Links
from xl_collab.documents.portfolio.lists import draw_list
from xl_collab.documents.portfolio.register import Register, Value
from xl_collab.documents.theme import DEFAULTS, Theme
from xl_collab.project.sentences import fitted
from xl_collab.schema.words import Lang


def draw_owed(whole: Digest, lang: Lang) -> bytes:
    """The bytes of the workbook."""
    columns = COLUMNS["owed"]
    rows = [[cells[name] for name in columns] for cells in _rows(whole, lang)]
    list_of_all = Register(
        "owed", words.TABS["owed"], words.HINTS["owed"], tuple(columns.values()), rows, words.EMPTY["owed"]
    )
    stream = io.BytesIO()
    workbook = empty_workbook(stream, DEFAULTS, strings_to_formulas=False, strings_to_urls=False)
    workbook.set_properties({"author": "xl_collab", "created": datetime(2000, 1, 1)})
    sheet = workbook.add_worksheet(words.TABS["owed"].of(lang))
    draw_list(sheet, Theme(workbook, lang), list_of_all, Links(Path()))
    workbook.close()
    return stream.getvalue()


def _rows(whole: Digest, lang: Lang) -> Iterator[Mapping[str, Value]]:
    for one in whole.projects:
        for task in one.tasks:
            yield {
                "project": one.project,
                "id": task.id,
                "what": task.task,
                "due": task.due,
                "rag": task.rag,
                "overdue": None,
                "owed": wanted_words(task, lang),
                "reason": task.reason,
                "owner": task.owner,
            }
        for item in one.actions:
            yield {
                "project": one.project,
                "id": item.id,
                "what": item.action,
                "due": item.due,
                "rag": "",
                "overdue": item.overdue,
                "owed": fitted(WHY["action"], days=item.overdue).of(lang),
                "reason": "",
                "owner": item.owner,
            }
