"""`new --from-lessons`: a fresh workbook that begins with what a finished project learnt."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from xl_collab.documents.lessons.content import Inherited, inherit
from xl_collab.errors import Lang
from xl_collab.faces.making import make
from xl_collab.faces.session import said_error
from xl_collab.hosts.file import FileHost
from xl_collab.plan.project import Project

__all__ = ["make_from"]


def make_from(
    old: Path,
    out: Path,
    scenario: str,
    *,
    start: date,
    name: str | None,
    lang: Lang,
    force: bool = False,
) -> tuple[str, Inherited]:
    """Write the scenario's workbook with the lessons of `old` in it; its title, and what came along.

    `old` is only read. Both are read before anything stands at `out`.
    """
    if out.exists() and not force:
        raise said_error("exists", path=out)
    finished = FileHost(old).read()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / out.name
        title = make(fresh, scenario, start=start, name=name, lang=lang)
        host = FileHost(fresh)
        outcome = inherit(Project(finished, start), Project(host.read(), start))
        out.parent.mkdir(parents=True, exist_ok=True)
        host.apply(outcome.edits, out=out, command="new")
    return title, outcome.data
