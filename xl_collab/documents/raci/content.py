"""raci: who is accountable, does the work, helps and is told – duties and tasks against departments.

职责分工 says it in words, a matrix shows the gaps: a row without A, with two, or whose output nobody
receives (三不管). Tasks of 跟踪表 follow: the department that leads is accountable. No layout stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from xl_collab.plan.project import Project
from xl_collab.project.edits import InsertSheet, Outcome
from xl_collab.project.parties import Parties
from xl_collab.project.sentences import fitted, listing
from xl_collab.project.tables import Table
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import Text, t

LETTERS = "ARCI"
"""Accountable, responsible, consulted, informed."""
SHOWN = 200
"""Rows of one block that the matrix shows; it says how many more there are."""
MOST = 16
"""Departments with a column of their own: more do not fit on a page that can be read."""

_COLUMNS = {"A": "accountable", "R": "responsible", "C": "consulted", "I": "informed"}
_NOBODY = t("没有负责部门", "Nobody accountable")
_SEVERAL = t("负责部门有 {n} 个", "{n} accountable")
_NO_WORK = t("没有人执行", "Nobody does it")
_NO_RECEIVER = t("成果没有接收方", "Nobody receives the output")
_NO_CONTACT = t("{names}没有接口人", "No contact: {names}")
_UNKNOWN = t("不在通讯录：{names}", "Not in Contacts: {names}")


@dataclass(frozen=True, slots=True)
class RaciRow:
    """One duty or task. `letters` department → its letters, as A, R or AR; `gaps` what is missing."""

    id: str
    what: str
    letters: Mapping[str, str]
    initiator: str
    receiver: str
    gaps: tuple[Text, ...]


@dataclass(frozen=True)
class Raci:
    """The matrix; `more` counts the rows that are not shown, `left_out` the departments without a column."""

    kind: ClassVar = "raci"

    departments: tuple[str, ...]
    contacts: Mapping[str, str]
    duties: tuple[RaciRow, ...]
    tasks: tuple[RaciRow, ...]
    more: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def gaps(self) -> int:
        """Rows with something missing."""
        return sum(bool(row.gaps) for row in (*self.duties, *self.tasks))

    def count(self, department: str, letter: str) -> int:
        """How often a department has a letter, in duties and tasks."""
        return sum(letter in row.letters.get(department, "") for row in (*self.duties, *self.tasks))


def raci(project: Project) -> Outcome[Raci]:
    """The matrix, and the sheet 责任矩阵."""
    duties, tasks = list(_duties(project)), list(_tasks(project))
    shown = (*duties[:SHOWN], *tasks[:SHOWN])
    used = Counter(name for row in shown for name in row.letters)
    listed = [name for name in project.departments if name in used]
    names = [*listed, *(name for name in used if name not in listed)]
    more = max(0, len(duties) - SHOWN) + max(0, len(tasks) - SHOWN)
    document = Raci(
        departments=tuple(names[:MOST]),
        contacts=_contacts(project),
        duties=tuple(duties[:SHOWN]),
        tasks=tuple(tasks[:SHOWN]),
        more=more,
        left_out=tuple(names[MOST:]),
    )
    title = GENERATED["raci"].of(project.lang)
    return Outcome(document, (InsertSheet("raci", title, document),))


def _contacts(project: Project) -> dict[str, str]:
    table = project.table("contacts")
    pairs = zip(table.texts("department").tolist(), table.texts("contact").tolist(), strict=True)
    return {project.known.get(normalise_key(name), name): person for name, person in pairs if person}


def _named(project: Project, found: Parties) -> tuple[str, ...]:
    """Departments in order, each once; 各部门 is all of 通讯录."""
    parties = (found.lead, *found.supporters)
    names = [party.department for party in parties if party is not None]
    return tuple(dict.fromkeys((*names, *(project.departments if found.everyone else ()))))


# 职责分工


def _duties(project: Project) -> Iterator[RaciRow]:
    table = project.table("duties")
    for i, what in enumerate(table.texts("duty").tolist()):
        if what or any(table.texts(column)[i] for column in _COLUMNS.values()):
            yield _duty(project, table, i)


def _duty(project: Project, table: Table, i: int) -> RaciRow:
    text = {name: str(table.texts(name)[i]) for name in ("id", "duty", "initiator", "output", "receiver")}
    by_letter = {
        letter: _named(project, project.read_parties(str(table.texts(column)[i])))
        for letter, column in _COLUMNS.items()
    }
    gaps = [*_accountable(by_letter["A"]), *([] if by_letter["R"] or by_letter["A"] else [_NO_WORK])]
    gaps += [_NO_RECEIVER] if text["output"] and not text["receiver"] else []
    gaps += _people(project, by_letter.values(), str(table.texts("contact")[i]))
    letters = _letters(by_letter)
    return RaciRow(text["id"], text["duty"], letters, text["initiator"], text["receiver"], tuple(gaps))


def _accountable(names: Sequence[str]) -> list[Text]:
    """Exactly one department answers for a duty."""
    if not names:
        return [_NOBODY]
    return [fitted(_SEVERAL, n=len(names))] if len(names) > 1 else []


def _people(project: Project, named: Iterable[Sequence[str]], contact: str) -> list[Text]:
    """Departments that 通讯录 does not know, or that have nobody to talk to."""
    working = list(dict.fromkeys(name for names in list(named)[:3] for name in names))
    known, people = set(project.departments), _contacts(project)
    unknown = [name for name in working if name not in known]
    silent = [] if contact else [name for name in working if name in known and name not in people]
    found = [fitted(_UNKNOWN, names=listing(unknown, 3))] if unknown and known else []
    return [*found, *([fitted(_NO_CONTACT, names=listing(silent, 3))] if silent else [])]


def _letters(by_letter: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Department → its letters in the order A, R, C, I."""
    found: dict[str, str] = {}
    for letter in LETTERS:
        for name in by_letter.get(letter, ()):
            found[name] = found.get(name, "") + letter
    return found


# 跟踪表


def _tasks(project: Project) -> Iterator[RaciRow]:
    """Tasks: the lead is accountable and does it, the others do it, supporters help."""
    cancelled = project.assessment.states.cancelled.tolist()
    ids, tasks, support = (project.texts(name).tolist() for name in ("id", "task", "support"))
    read = {text: _named(project, project.read_parties(text)) for text in set(support) if text}
    for i, parties in enumerate(project.parties):
        if cancelled[i] or not (tasks[i] or ids[i]):
            continue
        lead = (parties.lead.department,) if parties.lead else ()
        doing = _named(project, parties)
        helping = [name for name in read.get(support[i], ()) if name not in doing]
        letters = _letters({"A": lead, "R": doing, "C": helping})
        said = len(parties.contested)
        gaps = () if lead else (fitted(_SEVERAL, n=said) if said else _NOBODY,)
        yield RaciRow(ids[i], tasks[i], letters, "", "", gaps)
