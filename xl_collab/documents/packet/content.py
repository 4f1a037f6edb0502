"""packets: for each department the rows that go to it, and what must be remembered of the sending.

Nothing is drawn and nothing random is made here: tokens come in from outside. A row without ID cannot
be matched when it comes back, so it stays at home and is reported (validate names it too).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import numpy as np

from xl_collab.documents.minutes.meeting import next_meeting
from xl_collab.documents.open_items import Owed, departments, owed
from xl_collab.errors import UsageError
from xl_collab.merge.permission import Permission
from xl_collab.merge.snapshot import Snapshot
from xl_collab.plan.meta import document_id
from xl_collab.plan.project import Project
from xl_collab.project.edits import Outcome
from xl_collab.project.parties import nearest
from xl_collab.schema.keys import normalise_key

BLANK_ROWS = 30
"""Empty rows at the foot of 我的任务, for new tasks."""

OTHERS = 2000
"""Rows of other departments that a packet shows at most; it says when there are more."""

Kind = Literal["packet", "whole"]

_FINISHED = ("done", "cancelled")
_TOKEN = re.compile("[0-9A-Za-z]{12,64}")


@dataclass(frozen=True)
class Packet:
    """What goes to one department. `own` and `others` are positions in the tracker, in its order."""

    department: str
    number_of_rows: int
    own: tuple[int, ...]
    others: tuple[int, ...]
    owed: Owed = field(repr=False)
    as_of: dt.date
    reply_by: dt.date
    document_id: str
    blank_rows: int = BLANK_ROWS
    since: dt.date | None = None
    """The day of the department's last sending."""
    left_out: int = 0
    """Rows of other departments beyond those shown."""
    without_id: int = 0
    """Own rows that could not go along because their ID is blank."""

    @cached_property
    def finished(self) -> frozenset[int]:
        """Positions of own rows that are done or cancelled: nothing is expected of them any more."""
        return frozenset(task.row for task in self.owed.tasks if task.status in _FINISHED)

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """Own rows as 我的任务 shows them: first what is wanted, then what is open, last what is finished."""
        wanted = {task.row for task in self.owed.due_tasks}
        return tuple(sorted(self.own, key=lambda row: (row in self.finished, row not in wanted)))

    @property
    def permission(self) -> Permission:
        """Which cells the department may edit."""
        return self.owed.permission

    def may_edit(self, row: str, column: str) -> bool:
        """Whether a cell of an own row (by normalised ID) is unlocked."""
        return self.permission.allows("tracker", row, column)


@dataclass(frozen=True)
class PacketIssue:
    """One sending: what makes its reply recognisable and mergeable; the ledger keeps it.

    token        secret and unguessable, given by the caller
    number       how many sendings the department has had, this one included
    base         what was sent, cell by cell: replies are compared with it
    permission   which cells the department might edit when it was sent
    """

    token: str
    kind: Kind
    document_id: str
    department: str
    number: int
    as_of: dt.date
    reply_by: dt.date
    permission: Permission = field(repr=False)
    base: Snapshot = field(repr=False)

    def properties(self) -> Mapping[str, str]:
        """The custom document properties of the file, by name."""
        return {
            "collab_token": self.token,
            "collab_kind": self.kind,
            "collab_document": self.document_id,
            "collab_department": self.department,
            "collab_issue": str(self.number),
        }


def packets(
    project: Project,
    to: Sequence[str] = (),
    *,
    reply_by: dt.date | None = None,
    others: bool = True,
    since: Mapping[str, dt.date] = MappingProxyType({}),
) -> Outcome[tuple[Packet, ...]]:
    """A packet for each department.

    to        names or aliases of 通讯录; none means every department with a row or an open action.
              UsageError for a name that nobody knows
    reply_by  by when to answer; default: the next meeting, else three working days from the data date
    others    False leaves the rows of other departments out
    since     department (as names are compared) → the day of its last sending
    """
    until = reply_by or default_reply_by(project)
    document = document_id(project)
    made = []
    for name in chosen_departments(project, to):
        found = owed(project, name)
        packet = _packet(project, found, until, document, others)
        made.append(replace(packet, since=since.get(normalise_key(name))))
    return Outcome(tuple(made))


def default_reply_by(project: Project) -> dt.date:
    """The day of the next meeting, else three working days after the data date."""
    meeting = next_meeting(project)
    return meeting.due.date() if meeting else project.calendar.add(project.as_of, 3)


def chosen_departments(project: Project, to: Sequence[str]) -> tuple[str, ...]:
    """The departments that `to` names, each once; with nothing named all that are concerned."""
    if not to:
        return departments(project)
    found = []
    for text in to:
        name = project.known.get(normalise_key(text))
        if name is None:
            raise _unknown(project, text)
        found.append(name)
    return tuple(dict.fromkeys(found))


def _unknown(project: Project, text: str) -> UsageError:
    close = nearest(text, project.departments)
    zh, en = (f"是否指“{close}”？", f" Did you mean {close}?") if close else ("", "")
    return UsageError(
        f"通讯录中没有部门“{text}”。{zh}请在通讯录登记，或改用其中的名称。",
        f"There is no department {text!r} in Contacts.{en} Add it there, or use a name from the list.",
    )


def _packet(project: Project, found: Owed, until: dt.date, document: str, others: bool) -> Packet:
    keys = project.ids.tolist()
    mine = {task.row for task in found.tasks}
    rest = [i for i in range(len(keys)) if i not in mine] if others else []
    nameless = sum(1 for i in _led_without_id(project, found.department) if not keys[i])
    return Packet(
        department=found.department,
        number_of_rows=len(mine),
        own=tuple(sorted(mine)),
        others=tuple(rest[:OTHERS]),
        owed=found,
        as_of=project.as_of,
        reply_by=until,
        document_id=document,
        left_out=max(0, len(rest) - OTHERS),
        without_id=nameless,
    )


def _led_without_id(project: Project, department: str) -> list[int]:
    blank = np.flatnonzero(project.ids == "").tolist()
    wanted = normalise_key(department)
    parties = project.parties
    return [i for i in blank if (lead := parties[i].lead) and normalise_key(lead.department) == wanted]


def issue(packet: Packet, token: str, number: int, base: Snapshot, kind: Kind = "packet") -> PacketIssue:
    """The sending of a packet under a token. UsageError when the token is not 12–64 letters and digits."""
    if not _TOKEN.fullmatch(token):
        raise UsageError(
            "回执码须为 12–64 位字母和数字的随机码。",
            "A token is 12 to 64 random letters and digits.",
        )
    return PacketIssue(
        token,
        kind,
        packet.document_id,
        packet.department,
        number,
        packet.as_of,
        packet.reply_by,
        packet.permission,
        base,
    )
