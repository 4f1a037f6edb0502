"""What 首页 has to know for the next step, written into `_meta` by every command that writes the workbook.

Who has not replied is in the ledger alone; it is read only where one stands beside the workbook. A sending
leaves the workbook alone but for this note, and for that only where the number is another one: 首页 would go on
asking for packets that are on their way. Which step it is that comes next is a rule of `plan/next_step`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xl_collab.plan.meta import document_id, meta_values
from xl_collab.plan.next_step import ISSUED, WAITING, note_edits, noted
from xl_collab.plan.project import Project
from xl_collab.project.edits import Edit

if TYPE_CHECKING:
    from xl_collab.exchange.ledger.ledger import LogEntry

_LOOKING = ("validate", "variance", "run")
"""Commands after which 首页 says who has not replied; those of the ledger know it themselves."""


def step_edits(project: Project, edits: Sequence[Edit], command: str, path: Path) -> tuple[Edit, ...]:
    """Edits of `_meta` beside those of a command; none where nothing is new."""
    if "meta" not in project.book.tables:
        return ()
    values = noted(edits, command, datetime.now(UTC).isoformat(timespec="seconds"))
    if command in _LOOKING:
        values |= _looked_up(project, path)
    return note_edits(project, values)


def _looked_up(project: Project, path: Path) -> dict[str, str]:
    """Who has not replied, as the ledger beside the workbook has it; nothing without a ledger."""
    if not any(path.resolve().parent.glob("*.ledger.sqlite")):
        return {}
    from xl_collab.errors import XlCollabError
    from xl_collab.exchange.ledger.ledger import Ledger
    from xl_collab.exchange.ledger.schema import find

    # A ledger that is damaged or another workbook's is told by the commands that use it.
    with suppress(XlCollabError):
        found = find(path.resolve(), document_id(project))
        if found is not None:
            log = Ledger(found, path, None).log()
            return {WAITING: str(waiting(log, meta_values(project).get(ISSUED, "")))}
    return {}


def sent_edits(project: Project, log: Iterable[LogEntry]) -> tuple[Edit, ...]:
    """What 首页 has to know once packets are on their way; none where it says so already."""
    if "meta" not in project.book.tables:
        return ()
    return note_edits(project, {WAITING: str(waiting(log, meta_values(project).get(ISSUED, "")))})


def waiting(log: Iterable[LogEntry], issued: str, answered: Iterable[str] = ()) -> int:
    """Departments whose last packet since the last minutes (`issued`) nobody has answered.

    answered  tokens of replies that are not in the log yet
    """
    sent: dict[str, str] = {}
    heard = set(answered)
    for entry in log:
        if entry.kind in ("packet", "whole") and entry.at > issued:
            sent[entry.department] = entry.token
        elif entry.kind == "collect":
            heard.update(entry.token.split("、"))
    return sum(token not in heard for token in sent.values())
