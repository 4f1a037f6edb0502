"""`new`: a fresh workbook on disk, never over an existing one unless asked."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from xl_collab.documents.workbook.new import make_workbook
from xl_collab.errors import Lang, UsageError
from xl_collab.faces.ribbon_xml import interface
from xl_collab.faces.session import said_error
from xl_collab.hosts.atomic import write_atomically
from xl_collab.hosts.file import hold_closed
from xl_collab.project.scenarios import find


def next_monday(today: date) -> date:
    """The Monday after `today`: when a new project starts unless somebody says otherwise."""
    return today + timedelta(days=7 - today.weekday())


def make(out: Path, scenario: str, *, start: date, name: str | None, lang: Lang, force: bool = False) -> str:
    """Write the workbook of a scenario to `out`; the scenario's title in `lang`."""
    chosen = find(scenario)
    if out.suffix.lower() != ".xlsm":
        raise UsageError(f"{out.name}：新工作簿请用 .xlsm 结尾", f"{out.name}: name a new workbook .xlsm")
    if out.exists() and not force:
        raise said_error("exists", path=out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = make_workbook(chosen, lang, start, project_name=name or "", interface=interface(lang))
    with hold_closed(out):
        write_atomically(out, made)
    return chosen.title.of(lang)
