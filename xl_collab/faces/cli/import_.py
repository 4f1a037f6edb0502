"""The command `import`: a foreign tracker into a new workbook, asking where a person has to decide."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table as Grid

from xl_collab.errors import Lang
from xl_collab.faces.cli import options as opt
from xl_collab.faces.cli.app import app
from xl_collab.faces.cli.opening import asked_lang, held, screen_for
from xl_collab.faces.words.sentences import help_text as say

if TYPE_CHECKING:
    from xl_collab.faces.cli.show import Screen
    from xl_collab.faces.importing import Made
    from xl_collab.importing.adopt import Adopted
    from xl_collab.importing.adoption import ImportReport
    from xl_collab.importing.columns import ForeignColumn
    from xl_collab.importing.tables import ForeignTable

Foreign = Annotated[Path, typer.Argument(metavar="FOREIGN", help=say("foreign"), show_default=False)]
NewFile = Annotated[Path | None, typer.Option("-o", "--out", metavar="NEW.xlsm", help=say("import_out"))]
Maps = Annotated[list[str] | None, typer.Option("--map", metavar="X=Y", help=say("map"))]
SheetName = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help=say("import_sheet"))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=say("yes"))]

_SHOWN = 12
"""Lines of each kind that the terminal shows; the report sheet has them all."""


@app.command("import", help=say("import"))
def import_(
    file: Foreign,
    out: NewFile = None,
    maps: Maps = None,
    sheet: SheetName = None,
    yes: Yes = False,
    force: opt.Force = False,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """A foreign tracker becomes a new workbook of ours; the source is only read."""
    from xl_collab.faces import importing
    from xl_collab.hosts.foreign import read_foreign
    from xl_collab.importing.adopt import adopt

    screen = screen_for(lang)
    _check_out(file, out, dry_run=dry_run, force=force)
    asking = not yes and not json and sys.stdin.isatty() and sys.stdout.isatty()
    foreign = read_foreign(file)
    tables = importing.candidates(foreign, sheet)
    table = _chosen(tables, screen, asking=asking)
    decided = importing.given_mapping(table, maps or [])
    if asking:
        decided |= _asked(table, decided, screen)
    mapping = importing.whole_mapping(table, decided)
    language = asked_lang(lang) or importing.language_of(table)
    adopted = adopt(foreign, table, mapping, language)
    if asking and not _agreed(adopted, screen):
        screen.say("import_stopped")
        return
    made = None if dry_run else _made(adopted, language, out, asked_lang(lang), break_lock)
    shown = None if dry_run else out
    _show(adopted.report, made, shown, screen, json=json, asked=asking)


def _check_out(file: Path, out: Path | None, *, dry_run: bool, force: bool) -> None:
    from xl_collab.faces.session import said_error

    if out is None:
        if not dry_run:
            raise said_error("import_no_out")
        return
    if out.suffix.lower() not in (".xlsm", ".xlsx"):
        raise said_error("import_suffix", name=out.name)
    if out.exists() and file.exists() and out.samefile(file):
        raise said_error("import_same", name=out.name)
    if out.exists() and not force and not dry_run:
        raise said_error("exists", path=out)


def _chosen(tables: Sequence[ForeignTable], screen: Screen, *, asking: bool) -> ForeignTable:
    """The best table; on a terminal the user says which when there are several."""
    if not asking or len(tables) == 1:
        return tables[0]
    screen.say("import_tables", count=len(tables))
    for number, table in enumerate(tables, start=1):
        screen.line(f"  {number}. {table.name} ({table.area})")
    while True:
        answer: int = typer.prompt(screen.text("import_which"), default=1, type=int)
        if 1 <= answer <= len(tables):
            return tables[answer - 1]


def _asked(table: ForeignTable, decided: Mapping[int, str | None], screen: Screen) -> dict[int, str | None]:
    """What the user says of every column that is not sure: yes, no, or another column's name."""
    from xl_collab.faces import importing

    answers: dict[int, str | None] = {}
    sure = [c.guess.target for c in table.columns if c.guess and c.guess.sure and c.number not in decided]
    for column in importing.doubts(table, decided):
        taken = {target for target in (*decided.values(), *answers.values(), *sure) if target is not None}
        if column.guess is not None and column.guess.target not in taken:
            answers[column.number] = _answer(table, column, column.guess.target, taken, screen)
    return answers


def _answer(
    table: ForeignTable, column: ForeignColumn, target: str, taken: set[str], screen: Screen
) -> str | None:
    from xl_collab.faces import importing
    from xl_collab.importing.columns import read_target

    examples = screen.listed(importing.examples(table, column)) or "–"
    label = importing.label_of(target, screen.lang)
    question = screen.text("import_ask", heading=column.heading or "–", label=label, examples=examples)
    while True:
        answer = str(typer.prompt(question, default="y")).strip()
        if answer.casefold() in ("y", "yes", "是", "对"):
            return target
        if answer.casefold() in ("n", "no", "否", "不"):
            return None
        named = read_target(answer)
        if named is not None and named not in taken:
            return named
        screen.say("import_again" if named is None else "import_taken", text=answer)


def _agreed(adopted: Adopted, screen: Screen) -> bool:
    _columns(adopted.report, screen)
    return typer.confirm(screen.text("import_agree", tasks=adopted.report.tasks), default=True)


def _made(adopted: Adopted, lang: Lang, out: Path | None, asked: Lang | None, break_lock: bool) -> Made:
    from xl_collab.faces import importing
    from xl_collab.faces.session import Request
    from xl_collab.hosts.atomic import write_atomically

    assert out is not None
    macros = out.suffix.lower() == ".xlsm"
    made = importing.make_workbook(adopted, lang, macros=macros, today=date.today())
    out.parent.mkdir(parents=True, exist_ok=True)
    with held(Request(out, out=out, lang=asked, break_lock=break_lock)):
        write_atomically(out, made.data)
    return made


def _show(
    report: ImportReport, made: Made | None, out: Path | None, screen: Screen, *, json: bool, asked: bool
) -> None:
    findings = made.findings if made else ()
    if json:
        from xl_collab.faces import importing
        from xl_collab.faces.cli import payloads

        payloads.show(importing.payload(report, screen.lang, out, findings))
        return
    if not asked:
        _columns(report, screen)
    screen.say("import_rows", sheet=report.sheet, area=report.area, tasks=report.tasks, left=len(report.left))
    _changes(report, screen)
    for line in report.columns:
        if line.target is None and not line.sure and not asked:
            heading, guess = line.heading or line.letter, line.guess or "deadline"
            screen.say("import_hint", heading=heading, map=f"{heading}={guess}")
    for name in report.others[:_SHOWN]:
        screen.say("import_other", name=name)
    if made is None:
        screen.say("import_dry")
        return
    screen.say("import_done", path=out, check=report.to_check)
    counts = {s: sum(f.severity == s for f in findings) for s in ("error", "warning", "info")}
    screen.say("import_checked", path=out, **counts)


def _columns(report: ImportReport, screen: Screen) -> None:
    grid = Grid(title=screen.text("import_columns"), title_justify="left", show_header=False, pad_edge=False)
    for _ in range(5):
        grid.add_column(overflow="fold")
    for line in report.columns:
        style = "" if line.target else "yellow"
        cells = (line.letter, line.heading, "→", line.label.of(screen.lang), line.how.of(screen.lang))
        grid.add_row(*map(escape, cells), style=style)
    screen.console.print(grid)


def _changes(report: ImportReport, screen: Screen) -> None:
    """The rewritten cells that a person should look at; the sheet lists the others too."""
    to_check = [change for change in report.changes if change.check]
    for change in to_check[:_SHOWN]:
        what = change.old if change.old == change.new else f"{change.old} → {change.new or '–'}"
        screen.line(f"  ! {change.cells} {change.heading}: {what} ({change.why.of(screen.lang)})")
    if len(to_check) > _SHOWN:
        screen.say("import_more", count=len(to_check) - _SHOWN)
