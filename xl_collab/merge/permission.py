"""Which cells a department may edit in a copy that it got by mail.

Derived from the declaration: a column says who edits it (`Column.editor`), a row says who leads and who
supports it. It is fixed when a copy is sent, and kept with the sending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from xl_collab.merge.snapshot import snapshot
from xl_collab.plan.project import Project
from xl_collab.schema.declaration import Column, Declaration
from xl_collab.schema.keys import normalise_key
from xl_collab.schema.sheets import SHEETS

_NO_ROWS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Permission:
    """What one department may do: keys of the rows it leads and supports, by sheet key.

    `new_rows` are the sheets to which it may add rows (with the ID left blank).
    """

    department: str
    leads: Mapping[str, frozenset[str]] = field(default_factory=dict)
    supports: Mapping[str, frozenset[str]] = field(default_factory=dict)
    new_rows: frozenset[str] = frozenset({"tracker", "sync"})

    def rows(self, sheet: str, column: Column) -> frozenset[str]:
        """Keys of the rows in which the department may edit `column`; of a shared one only its own line."""
        if not column.entered or column.name == "id":
            return _NO_ROWS
        rows = {"lead": self.leads, "support": self.supports}.get(column.editor, {})
        return rows.get(sheet, _NO_ROWS)

    def allows(self, sheet: str, row: str, column: str, declaration: Declaration = SHEETS) -> bool:
        """Whether one cell may be edited: sheet key, row key, column name."""
        return row in self.rows(sheet, declaration.table(sheet).column(column))

    def to_json(self) -> dict[str, object]:
        """Plain data for `from_json`."""
        return {
            "department": self.department,
            "leads": {sheet: sorted(rows) for sheet, rows in self.leads.items()},
            "supports": {sheet: sorted(rows) for sheet, rows in self.supports.items()},
            "new_rows": sorted(self.new_rows),
        }

    @classmethod
    def from_json(cls, held: Mapping[str, object]) -> Permission:
        """The permission that `to_json` described."""
        return cls(
            str(held["department"]), _sets(held["leads"]), _sets(held["supports"]), _texts(held["new_rows"])
        )


NOBODY = Permission("", new_rows=frozenset())
"""May do nothing: every change is shown for a decision."""


def permission(project: Project, department: str) -> Permission:
    """What `department` (a name or alias of 通讯录) may edit in the workbook as it stands.

    It leads a row as 责任部门/人 says; it supports one that names it otherwise, in 配合部门, or as 各部门.
    Of 待办台账 those are its rows that name it, of 每日同步 those under its name.
    """
    wanted = normalise_key(project.known.get(normalise_key(department), department))
    involved = project.involvement
    leads, supports = involved.leads.get(wanted, _NO_ROWS), involved.supported_by(wanted)
    mine = {sheet: rows[wanted] for sheet, rows in _registers(project).items() if wanted in rows}
    return Permission(department, {"tracker": leads, **mine}, {"tracker": supports})


_OWNERS = {"actions": "owner", "sync": "department"}
"""Registers in which a department writes, and the column that says whose a row is."""


_owned: WeakKeyDictionary[Project, Mapping[str, Mapping[str, frozenset[str]]]] = WeakKeyDictionary()


def _registers(project: Project) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Register → department (normalised) → keys of its rows; read once, asked for each department."""
    found = _owned.get(project)
    if found is None:
        found = {sheet: _own(project, sheet, column) for sheet, column in _OWNERS.items()}
        _owned[project] = found
    return found


def _own(project: Project, sheet: str, column: str) -> Mapping[str, frozenset[str]]:
    table = project.table(sheet)
    names = table.texts(column).tolist()
    owners = {text: set(map(normalise_key, project.departments_in(text))) for text in set(names)}
    found: dict[str, set[str]] = defaultdict(set)
    rows = snapshot(table, table.sheet.known_by)
    for key, text in zip(rows.plain, names, strict=True):
        for department in owners[text] if key else ():
            found[department].add(key)
    return {department: frozenset(keys) for department, keys in found.items()}


def _sets(held: object) -> dict[str, frozenset[str]]:
    return {str(sheet): _texts(rows) for sheet, rows in held.items()} if isinstance(held, dict) else {}


def _texts(held: object) -> frozenset[str]:
    return frozenset(map(str, held)) if isinstance(held, Iterable) else frozenset()
