"""Which departments of different projects are one: by the spellings of each project's 通讯录.

Within a project a spelling is the department whose name or alias it is. Over projects two departments are one
where they have the same name; where the name of one is an alias of the other, only if nobody can have meant
something else: no project has both, and none takes the alias for a third one. What may not enter: letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xl_collab.plan.portfolio import Records
from xl_collab.schema.keys import normalise_key


@dataclass
class _Known:
    """What all projects say of spellings."""

    projects: dict[str, set[str]] = field(default_factory=dict)
    """Name, normalised → the projects that have it as a department."""
    means: dict[str, set[str]] = field(default_factory=dict)
    """Alias, normalised → names, normalised, that have it."""
    shown: dict[str, Counter[str]] = field(default_factory=dict)
    """Name, normalised → how it is written, and how often."""


def departments(contacts: Records) -> Mapping[str, str]:
    """Every department's name, normalised → the name that all projects' one has; the more usual spelling."""
    known = _known(contacts)
    same = {name: _meant(known, name) for name in known.shown}
    written: dict[str, Counter[str]] = {}
    for name, root in same.items():
        written.setdefault(root, Counter()).update(known.shown[name] if name == root else ())
    best = {root: min(count, key=lambda text: (-count[text], text)) for root, count in written.items()}
    return {name: best[root] for name, root in same.items()}


def _known(contacts: Records) -> _Known:
    known = _Known()
    columns = (contacts[name] for name in ("project", "department", "aliases"))
    for project, name, aliases in zip(*columns, strict=True):
        key = normalise_key(name)
        known.projects.setdefault(key, set()).add(project)
        known.shown.setdefault(key, Counter())[name] += 1
        for alias in {normalise_key(one) for one in aliases} - {key}:
            known.means.setdefault(alias, set()).add(key)
    return known


def _meant(known: _Known, name: str) -> str:
    """The department that a name means in all projects: another one only where that is certain."""
    others = known.means.get(name, set())
    if len(others) != 1:
        return name
    (other,) = others
    # A chain of aliases says nothing certain, nor two that call each other by their names.
    if known.means.get(other) or known.projects[name] & known.projects[other]:
        return name
    return other


def grouped(
    contacts: Iterable[tuple[str, Sequence[str]]],
) -> list[set[str]]:
    """Projects whose people of one department belong together, by the domains of their addresses.

    contacts  a project and the addresses that it has for the department. A name such as 质量部 may be another
              company's elsewhere: without a domain in common, people get nothing of each other's projects.
    """
    groups: list[tuple[set[str], set[str]]] = []
    for project, addresses in contacts:
        domains = {address.rpartition("@")[2].strip().casefold() for address in addresses if "@" in address}
        projects = {project}
        apart = []
        for others, theirs in groups:
            if theirs & domains:
                projects, domains = projects | others, domains | theirs
            else:
                apart.append((others, theirs))
        groups = [*apart, (projects, domains)]
    named, silent = [one for one, found in groups if found], [one for one, found in groups if not found]
    if len(named) == 1:
        return [named[0].union(*silent)]
    return [*named, *([set[str]().union(*silent)] if silent else [])]
