"""The 三不管 test: every duty has one accountable department, every output a receiver."""

from __future__ import annotations

from collections.abc import Iterator

from xl_collab.actions.checks.place import at, clip
from xl_collab.model import catalogue as found
from xl_collab.model.findings import Finding
from xl_collab.model.plan.project import Project


def check_responsibility(project: Project) -> Iterator[Finding]:
    """Findings on 职责分工 and on departments without a contact."""
    yield from _accountable(project)
    yield from _receivers(project)
    yield from _contacts(project)


def _accountable(project: Project) -> Iterator[Finding]:
    table = project.book.tables.get("duties")
    if table is None:
        return
    duties = table.texts("duty")
    for i, text in enumerate(table.texts("accountable")):
        parties = project.read_parties(text)
        names = [p.department for p in (parties.lead, *parties.supporters) if p is not None]
        if not names and not parties.everyone:
            yield at(found.NO_ACCOUNTABLE, table, "accountable", i, duty=clip(duties[i]))
        elif len(names) + parties.everyone > 1:
            shown = {"count": len(names), "names": "、".join(names)}
            yield at(found.SEVERAL_ACCOUNTABLE, table, "accountable", i, duty=clip(duties[i]), **shown)


def _receivers(project: Project) -> Iterator[Finding]:
    table = project.book.tables.get("duties")
    if table is None:
        return
    receivers = table.texts("receiver")
    for i, output in enumerate(table.texts("output")):
        if output and not receivers[i]:
            yield at(found.NO_RECEIVER, table, "receiver", i, output=clip(output))


def _contacts(project: Project) -> Iterator[Finding]:
    table = project.book.tables.get("contacts")
    if table is None:
        return
    busy = {p.lead.department for p in project.distinct_parties[1] if p.lead is not None}
    contacts = table.texts("contact")
    for i, name in enumerate(table.texts("department")):
        if name and not contacts[i] and name in busy:
            yield at(found.NO_CONTACT, table, "contact", i, name=name)
