"""Clicks that ask the person something, or say something without writing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xl_collab.faces.live.clicks import MOST_LINES, Answer, Click, lines_of, written
from xl_collab.faces.setup.installed import spoken
from xl_collab.faces.words.ribbon import ANSWERS
from xl_collab.faces.words.sentences import SAID
from xl_collab.schema.words import LESSON_KIND, RAG

if TYPE_CHECKING:
    from xl_collab.plan.risk import Proposal

__all__ = ["calendar_import", "doctor", "explain", "lessons", "new", "proposals", "what_if"]


def new(click: Click) -> Answer:
    """A fresh workbook of a scenario, opened beside the others."""
    from xl_collab.faces.making import make, next_monday
    from xl_collab.project.scenarios import SCENARIOS

    lang = spoken() if click.book is None else click.lang
    names = list(SCENARIOS)
    titles = [SCENARIOS[name].title.of(lang) for name in names]
    chosen = click.ask.choose(ANSWERS["ask_scenario"].of(lang), titles, many=False)
    if not chosen:
        return Answer("quiet")
    path = click.ask.save_book(ANSWERS["ask_where"].of(lang), ANSWERS["new_name"].of(lang))
    if path is None:
        return Answer("quiet")
    # The person has been asked whether to replace the file.
    title = make(path, names[chosen[0]], start=next_monday(click.today), name=None, lang=lang, force=True)
    if click.open_book is not None:
        click.open_book(path)
    return Answer("info", SAID["made"].of(lang).format(path=path, scenario=title))


def explain(click: Click) -> Answer:
    """The selected row in words: its dates, the days counted, its colour and why."""
    row = click.row()
    project = click.session.project
    found, texts = project.assessment, project.texts
    said = [click.say("row", id=texts("id")[row], task=texts("task")[row])]
    base, compared = found.base[row].item(), found.compared[row].item()
    if base is not None and compared is not None:
        days = f"{int(found.variance[row]):+d}"
        said.append(click.say("row_dates", base=base, compared=compared, days=days))
        said.append(project.calendar.explain(base, compared).text(click.lang))
    elif found.next_due[row] is not None:
        said.append(click.say("row_next", due=f"{found.next_due[row]:%Y-%m-%d %H:%M}"))
    else:
        said.append(click.say("row_nothing"))
    if found.rag[row]:
        word = RAG.label(str(found.rag[row]), click.lang)
        said.append(click.say("row_alert", rag=word, reason=found.reason[row]))
    return Answer("info", lines_of(*said))


def what_if(click: Click) -> Answer:
    """Whom a slip of the selected row reaches; nothing is written."""
    from xl_collab.faces.cli import show_process
    from xl_collab.faces.live.plain import Lines
    from xl_collab.plan.what_if import parse_slips
    from xl_collab.plan.what_if import what_if as act

    row = click.row()
    texts = click.session.project.texts
    identity = str(texts("id")[row])
    days = click.ask.text(click.say("ask_slip", id=identity, task=texts("task")[row]), "3")
    if not days:
        return Answer("quiet")
    outcome = act(click.session.project, parse_slips([f"{identity}={days}"]))
    screen = Lines(click.lang)
    show_process.what_if(screen, outcome.data)
    return Answer("info", lines_of(screen.shown(MOST_LINES), click.say("nothing_written")))


def proposals(click: Click) -> Answer:
    """Conditions in notes: what was chosen on their page is written, else what is chosen now."""
    from xl_collab.faces.choosing import carry_out, has_page, risk_page

    session = click.session
    decided = carry_out(session)
    if not decided.news:
        if not decided.open:
            return Answer("info", lines_of(click.decided(decided), click.say("no_proposals")))
        chosen = _chosen(click, decided.open)
        if not chosen:
            return Answer("info", lines_of(click.decided(decided), click.say("none_chosen")))
        decided = carry_out(session, chosen)
    page = risk_page(session, decided).edits if has_page(session) else ()
    left = click.say("proposals_left", count=len(decided.open)) if decided.open else ""
    return written(click, page, "proposals", click.decided(decided), left, doubt=bool(decided.unclear))


def _chosen(click: Click, found: Sequence[Proposal]) -> list[str]:
    """Identities of the proposals that the person accepts."""
    shown = [
        click.say("proposal", id=p.row_id, sentence=p.sentence.of(click.lang), quote=p.quote) for p in found
    ]
    chosen = click.ask.choose(click.say("ask_proposals"), shown, many=True)
    return [found[i].identity for i in chosen or ()]


def lessons(click: Click) -> Answer:
    """Lessons that the data shows; the chosen ones become rows of 经验登记."""
    from xl_collab.documents.lessons.content import lessons as act

    project = click.session.project
    found = act(project).data.open
    if not found:
        return Answer("info", click.say("no_lessons"))
    kinds = [LESSON_KIND.label(one.kind, click.lang) for one in found]
    shown = [f"{kind} · {one.lesson.of(click.lang)}" for kind, one in zip(kinds, found, strict=True)]
    chosen = click.ask.choose(click.say("ask_lessons"), shown, many=True)
    if not chosen:
        return Answer("info", click.say("none_chosen"))
    outcome = act(project, [found[i].key for i in chosen])
    rows = " ".join(row_id for _, row_id in outcome.data.accepted)
    said = click.say("accepted", count=len(outcome.data.accepted), rows=rows)
    return written(click, outcome.edits, "lessons", said)


def calendar_import(click: Click) -> Answer:
    """The State Council's notice out of a text file into 节假日."""
    from xl_collab.faces.textfile import read_text
    from xl_collab.plan.holidays import import_notice
    from xl_collab.project.calendar.notice import parse_notice

    project = click.session.project
    path = click.ask.open_text(click.say("ask_notice"))
    if path is None:
        return Answer("quiet")
    outcome = import_notice(project, parse_notice(read_text(path)))
    data = outcome.data
    if data.year is None:
        return Answer("warning", click.say("no_days"))
    said = [click.say("imported", year=data.year, count=len(data.added))]
    if data.unread:
        said += [click.say("unread"), *(f"  · {clause}" for clause in data.unread)]
    else:
        said.append(click.say("nothing_unread"))
    return written(click, outcome.edits, "calendar import", *said, doubt=bool(data.unread))


def doctor(click: Click) -> Answer:
    """Every problem of the installation with its cure."""
    from xl_collab.faces.setup.doctor import examine, told

    lang = spoken() if click.book is None else click.lang
    checks = examine(path=click.path)
    shown = [line for check in checks if check.state != "ok" for line in told(check, lang)]
    if any(check.state == "problem" for check in checks):
        return Answer("warning", lines_of(*shown))
    return Answer("info", lines_of(ANSWERS["well"].of(lang).format(count=len(checks)), *shown))
