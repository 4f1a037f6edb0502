"""xl-collab, the command line: reads the words of a command, calls the actions, shows the result.

Exit codes: 0 fine; 1 `validate` found errors, or `collect`, `resolve`, `undo --reply` left something to
decide; 2 cannot go on, with one line that says what to do. Heavy imports happen inside the commands,
so that help is quick.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from xl_collab.errors import Lang, XlCollabError
from xl_collab.faces.cli import options as opt
from xl_collab.faces.cli.opening import asked_lang, held, open_session, screen_for, session_to_write
from xl_collab.faces.words.sentences import HELP, SAID, help_text, ui_lang
from xl_collab.log import log, log_path, written

if TYPE_CHECKING:
    from xl_collab.project.calendar.workdays import Calendar
    from xl_collab.project.edits import Edit

app = typer.Typer(
    help=help_text("app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
calendar_app = typer.Typer(help=help_text("calendar"), no_args_is_help=True)
app.add_typer(calendar_app, name="calendar")


def main(argv: Sequence[str] | None = None) -> None:
    """The console script: runs one command and ends the process with its exit code."""
    if argv is None:
        # A command is short and makes few cycles; looking for them costs it some five per cent.
        gc.disable()
    for stream in (sys.stdout, sys.stderr):
        # A Chinese console may be GBK; a character that it lacks must not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    before = written()
    try:
        app(args=None if argv is None else list(argv), standalone_mode=True)
    except XlCollabError as error:
        screen_for(None).error(error.message(ui_lang(sys.argv[1:] if argv is None else argv)))
        sys.exit(2)
    except Exception as error:  # nobody foresaw it: one line for the user, the rest for the log
        log().exception("a command failed")
        before = written()
        screen_for(None).error(_unforeseen(error, ui_lang(sys.argv[1:] if argv is None else argv)))
        sys.exit(2)
    finally:
        if written() > before:
            screen_for(None).aside(screen_for(None).text("logged", log=log_path()))


def _unforeseen(error: Exception, lang: Lang) -> str:
    said = SAID["unforeseen"].of(lang)
    return said.format(error=f"{type(error).__name__}: {error}", log=log_path())


def _version(asked: bool) -> None:
    if asked:
        from xl_collab import __version__

        print(f"xl-collab {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help=help_text("version")
    ),
) -> None:
    """Options of the program itself."""


@app.command(help=help_text("validate"))
def validate(
    file: opt.File,
    as_of: opt.AsOf = None,
    set_date: opt.SetDate = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """Every finding; exit code 1 when one of them is an error."""
    from xl_collab.checks.validate import validate as act
    from xl_collab.faces.cli import payloads
    from xl_collab.plan.computed import restore

    screen = screen_for(lang)
    with session_to_write(
        file, as_of, out, dry_run, break_lock, lang, None if json else screen, set_date=set_date
    ) as session:
        outcome = act(session.project)
        applied = session.write((*restore(session.project), *outcome.edits), "validate")
    if json:
        payloads.show(payloads.findings(outcome.data, session.lang))
    else:
        screen.findings(outcome.data)
        screen.applied(applied)
    if any(f.severity == "error" for f in outcome.data):
        raise typer.Exit(1)


@app.command(help=help_text("variance"))
def variance(
    file: opt.File,
    as_of: opt.AsOf = None,
    set_date: opt.SetDate = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """Variance in working days, projection and alert of every row."""
    from xl_collab.faces.cli import payloads
    from xl_collab.plan.variance import variance as act

    screen = screen_for(lang)
    with session_to_write(
        file, as_of, out, dry_run, break_lock, lang, None if json else screen, set_date=set_date
    ) as session:
        outcome = act(session.project)
        applied = session.write(outcome.edits, "variance")
    if json:
        payloads.show(payloads.variance(outcome.data))
    else:
        screen.variance(outcome.data)
        screen.applied(applied)


@app.command(help=help_text("risks"))
def risks(
    file: opt.File,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """The risk list with reasons and the 5×5 heat map."""
    from xl_collab.faces.choosing import carry_out, risk_page
    from xl_collab.faces.cli import payloads, show_process

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, None if json else screen) as session:
        decided = carry_out(session)
        outcome = risk_page(session, decided)
        applied = session.write(outcome.edits, "risks")
    if json:
        payloads.show(payloads.risks(outcome.data.items, session.lang))
    else:
        show_process.decisions(screen, decided)
        screen.risks(outcome.data.items)
        screen.applied(applied)


@app.command(help=help_text("minutes"))
def minutes(
    file: opt.File,
    as_of: opt.AsOf = None,
    number: opt.Number = None,
    issue: opt.Issue = False,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """《例会会议纪要》 as a new sheet."""
    from xl_collab.documents.minutes.content import minutes as act

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, screen) as session:
        edits = act(session.project, number=number, issue=issue).edits
        screen.applied(session.write(edits, "minutes"))


@app.command(help=help_text("review"))
def review(
    file: opt.File,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """《跨部门协作复盘报告》 as a new sheet."""
    from xl_collab.documents.review.content import review as act

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, screen) as session:
        screen.applied(session.write(act(session.project).edits, "review"))


@app.command(help=help_text("gantt"))
def gantt(
    file: opt.File,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """The plan as bars in a new sheet."""
    from xl_collab.documents.gantt.content import gantt as act

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, screen) as session:
        screen.applied(session.write(act(session.project).edits, "gantt"))


@app.command(help=help_text("run"))
def run(
    file: opt.File,
    as_of: opt.AsOf = None,
    set_date: opt.SetDate = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """Everything in one write."""
    from xl_collab.faces.cli import show_process
    from xl_collab.faces.everything import everything

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, screen, set_date=set_date) as session:
        result = everything(session, "run")
    show_process.decisions(screen, result.decided)
    screen.findings(result.findings)
    screen.variance(result.variance)
    screen.risks(result.risks)
    screen.applied(result.applied)


@app.command(help=help_text("freeze"))
def freeze(
    file: opt.File,
    as_of: opt.AsOf = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """Due dates become the numbered baseline; variance is computed anew."""
    from xl_collab.plan.freeze import freeze as act

    screen = screen_for(lang)
    with session_to_write(file, as_of, out, dry_run, break_lock, lang, screen) as session:
        outcome = act(session.project)
        if outcome.data.rows:
            screen.say("baseline_new", count=len(outcome.data.rows), number=outcome.data.number)
        else:
            screen.say("baseline_none")
        screen.applied(session.write(outcome.edits, "freeze"))


def _calendar(file: Path | None) -> Calendar:
    from xl_collab.project.calendar.workdays import Calendar

    return Calendar.seeded() if file is None else open_session(file).project.calendar


@app.command(help=help_text("workdays"))
def workdays(
    first: opt.FirstDay,
    second: opt.SecondDay,
    file: opt.CalendarFile = None,
    lang: opt.LangOption = None,
) -> None:
    """The signed number of working days in (A, B]."""
    from xl_collab.faces.session import read_date
    from xl_collab.project.calendar.explain import doubt

    calendar, days = _calendar(file), (read_date(first), read_date(second))
    print(calendar.between(*days))
    years = calendar.estimated(*days)
    if years:
        screen = screen_for(lang)
        screen.aside(doubt(years, screen.lang))


@app.command(help=help_text("explain"))
def explain(
    first: opt.FirstDay,
    second: opt.SecondDay,
    file: opt.CalendarFile = None,
    lang: opt.LangOption = None,
) -> None:
    """The days between A and B in words."""
    from xl_collab.faces.session import read_date

    screen = screen_for(lang)
    explanation = _calendar(file).explain(read_date(first), read_date(second))
    screen.line(explanation.text(screen.lang))


@app.command(help=help_text("deadline"))
def deadline(
    text: opt.DeadlineText,
    after: opt.After = None,
    file: opt.CalendarFile = None,
    json: opt.Json = False,
    lang: opt.LangOption = None,
) -> None:
    """The first due date-time strictly after a moment, or why there is none."""
    from xl_collab.faces.cli import payloads
    from xl_collab.faces.due import next_due

    screen = screen_for(lang)
    moment = _moment(after)
    project = None if file is None else open_session(file).project
    due = next_due(text, moment, project)
    if json:
        payloads.show(due.payload(screen.lang))
    else:
        screen.line(due.sentence(screen.lang))


def _moment(text: str | None) -> datetime:
    from xl_collab.faces.session import read_date

    if text is None:
        return datetime.now().replace(microsecond=0)
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    try:
        at = time.fromisoformat(clock) if clock else time()
    except ValueError:
        at = time()
    return datetime.combine(read_date(day), at)


@app.command(help=help_text("new"))
def new(
    out: opt.File,
    scenario: opt.Scenario = "product-launch",
    start: opt.Start = None,
    name: opt.Name = None,
    from_lessons: opt.FromLessons = None,
    force: opt.Force = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """A fresh workbook for one of the scenarios."""
    from xl_collab.faces.session import Request

    screen, begin = screen_for(lang), _start(start)
    request = Request(out, out=out, lang=asked_lang(lang), break_lock=break_lock)
    if from_lessons is None:
        from xl_collab.faces.making import make

        with held(request):
            chosen = make(out, scenario, start=begin, name=name, lang=screen.lang, force=force)
        screen.say("made", path=out, scenario=chosen)
        return
    from xl_collab.faces.inheriting import make_from

    with held(request):
        chosen, took = make_from(
            from_lessons, out, scenario, start=begin, name=name, lang=screen.lang, force=force
        )
    screen.say("made", path=out, scenario=chosen)
    screen.say("inherited", name=from_lessons.name, lessons=len(took.lessons), risks=len(took.risks))


def _start(text: str | None) -> date:
    from xl_collab.faces.making import next_monday
    from xl_collab.faces.session import read_date

    return next_monday(date.today()) if text is None else read_date(text)


@app.command(help=help_text("undo"))
def undo(
    file: opt.File,
    reply: opt.UndoReply = None,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """The bytes before the last run, if nothing else happened since; or one reply's cells."""
    from xl_collab.faces.session import Request
    from xl_collab.hosts.file import undo as act

    request = Request(file, lang=asked_lang(lang), break_lock=break_lock)
    if reply is not None:
        from xl_collab.faces.cli.collect import undo_reply

        undo_reply(request, reply)
        return
    with held(request):
        undone = act(file)
        from xl_collab.faces import collecting, ledger_desk

        if undone.command in collecting.RUNS:
            ledger_desk.after_undo(collecting.Desk.of(request, collecting.utc_now()))
    screen_for(lang).say("undone", command=undone.command, path=file)


@calendar_app.command("import", help=HELP["calendar_import"].of(ui_lang(sys.argv[1:])))
def calendar_import(
    file: opt.File,
    notice: opt.NoticeFile,
    year: opt.Year = None,
    out: opt.Out = None,
    dry_run: opt.DryRun = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """The State Council's notice into 节假日."""
    from xl_collab.faces.textfile import read_text
    from xl_collab.plan.holidays import import_notice
    from xl_collab.project.calendar.notice import parse_notice

    screen = screen_for(lang)
    text = sys.stdin.read() if str(notice) == "-" else read_text(notice)
    with session_to_write(file, None, out, dry_run, break_lock, lang, screen) as session:
        outcome = import_notice(session.project, parse_notice(text, year))
        if outcome.data.year is None:
            screen.say("no_days")
        else:
            screen.say("imported", year=outcome.data.year, count=len(outcome.data.added))
        if outcome.data.unread:
            screen.say("unread")
            for clause in outcome.data.unread:
                screen.line(f"  · {clause}")
        edits: tuple[Edit, ...] = outcome.edits
        screen.applied(session.write(edits, "calendar import"))


@app.command(help=help_text("render"))
def render(file: opt.File, out: opt.RenderOut, lang: opt.LangOption = None) -> None:
    """The workbook as PDF, or as PDF and pictures."""
    from xl_collab.faces.rendering import render as act

    screen = screen_for(lang)
    with screen.step("printing"):
        made = act(file, out)
    screen.say("rendered", count=len(made), path=out)


@app.command(help=help_text("demo"))
def demo(
    folder: opt.Folder = Path("collab-demo"),
    no_pictures: opt.NoPictures = False,
    break_lock: opt.BreakLock = False,
    lang: opt.LangOption = None,
) -> None:
    """The template's project, everything done to it, printed and pictured."""
    from xl_collab.faces.demo import demo as act

    act(folder, screen_for(lang), pictures=not no_pictures, break_lock=break_lock)


for _name in ("process", "import_", "mail", "install", "collect", "lessons"):
    # Modules that hang further commands on the same app; late, because they import it from here.
    import_module(f"xl_collab.faces.cli.{_name}")

if __name__ == "__main__":
    main()
