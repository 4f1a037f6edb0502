"""Who leads and who supports which rows of the tracker, by department: read once, asked for each department.

What a department may do because of it stands in merge/permission.py, what it owes in documents/open_items.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_collab.plan.parsed_project import ParsedProject
from xl_collab.project.parties import Parties
from xl_collab.schema.keys import normalise_key


@dataclass(frozen=True)
class Involvement:
    """Departments (normalised names) and the keys of rows; a row without an ID belongs to nobody.

    leads     department → keys of the rows that it leads, as 责任部门/人 says
    supports  department → keys of the rows that name it otherwise, there or in 配合部门
    everyone  key and leading department ('' where none is named) of each row that asks 各部门
    """

    leads: Mapping[str, frozenset[str]]
    supports: Mapping[str, frozenset[str]]
    everyone: tuple[tuple[str, str], ...]

    def supported_by(self, department: str) -> frozenset[str]:
        """Keys of the rows that a department (normalised) supports, those of everybody among them."""
        asked = (key for key, lead in self.everyone if lead != department)
        return self.supports.get(department, frozenset()).union(asked)


def involvement(project: ParsedProject) -> Involvement:
    """Who is involved in the rows as they stand."""
    leads: dict[str, set[str]] = defaultdict(set)
    supports: dict[str, set[str]] = defaultdict(set)
    everyone: list[tuple[str, str]] = []
    texts = project.texts("support").tolist()
    helpers = {text: project.read_parties(text) for text in set(texts)}
    for key, parties, text in zip(project.ids.tolist(), project.parties, texts, strict=True):
        if not key:
            continue
        lead = normalise_key(parties.lead.department) if parties.lead else ""
        if lead:
            leads[lead].add(key)
        for name in {*_names(parties), *_names(helpers[text])} - {lead}:
            supports[name].add(key)
        if parties.everyone or helpers[text].everyone:
            everyone.append((key, lead))
    return Involvement(_fixed(leads), _fixed(supports), tuple(everyone))


def _names(parties: Parties) -> Iterator[str]:
    for party in (parties.lead, *parties.supporters):
        if party:
            yield normalise_key(party.department)


def _fixed(found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(keys) for name, keys in found.items()}
