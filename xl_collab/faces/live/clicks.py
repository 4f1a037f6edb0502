"""What each click does: the declared commands on an open workbook.

Every function takes a Click and gives back what to say. They translate between people and actions; no
rule, and nothing of VBA or of one program, may enter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xl_collab.errors import CannotWrite, UsageError
from xl_collab.faces.commands import label_of
from xl_collab.faces.session import Progress, Session
from xl_collab.faces.setup.installed import spoken
from xl_collab.faces.words.drafts import drafts_said
from xl_collab.faces.words.ribbon import ANSWERS
from xl_collab.faces.words.sentences import SAID
from xl_collab.hosts.lock import Hearer, WorkbookBusy, hold
from xl_collab.project.edits import Edit
from xl_collab.project.sentences import fitted
from xl_collab.schema.sheets import GENERATED
from xl_collab.schema.words import RAG, Lang, Text

if TYPE_CHECKING:
    from xl_collab.documents.proposals.content import Decided
    from xl_collab.faces.live.dialogs import Ask
    from xl_collab.hosts.changes import Applied

__all__ = ["ACTS", "MOST_LINES", "Answer", "Click", "OpenSession", "lines_of", "refused", "written"]

OpenSession = Callable[[Any, date, Progress], Session]
"""Makes the session on an open workbook."""

MOST_LINES = 24
"""Lines of a message that fit on a laptop's screen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say after a click, and how grave it is; `quiet` says nothing."""

    kind: Literal["info", "warning", "error", "quiet"]
    text: str = ""


def refused(key: str, **words: object) -> UsageError:
    """An error with a sentence of ANSWERS."""
    said = ANSWERS[key]
    return UsageError(said.zh.format(**words), said.en.format(**words))


@dataclass
class Click:
    """One click: the open workbook (None when there is none), how to ask, how to show progress.

    `open_session` makes the session on first use, so that commands which need no workbook read none.
    """

    book: Any
    ask: Ask
    progress: Progress
    open_session: OpenSession
    path: str = ""
    """Full name of the workbook as the program gave it."""
    open_book: Callable[[Path], object] | None = None
    """How to open another workbook; None where nobody can."""
    today: date = field(default_factory=date.today)
    news: list[Text] = field(default_factory=list)
    """What became of the lock, to be told with the answer."""

    @cached_property
    def session(self) -> Session:
        """The session on the workbook; raises UsageError when none is open."""
        if self.book is None:
            raise refused("no_book")
        return self.open_session(self.book, self.today, self.progress)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold the lock of the workbook's file. Somebody else's may be taken over, if the person says so."""
        with ExitStack() as held:
            if self.path and Path(self.path).is_file():
                self._hold(held)
            yield

    def _hold(self, held: ExitStack) -> None:
        try:
            with self.progress("waiting") as tell:
                hearer = Hearer(lambda text: tell(text.of(spoken())), self.news.append)
                held.enter_context(hold(self.path, hearer=hearer))
        except WorkbookBusy as busy:
            lang = spoken()
            if not self.ask.confirm(f"{busy.reason.of(lang)}\n{ANSWERS['ask_break_lock'].of(lang)}"):
                raise
            held.enter_context(hold(self.path, break_lock=True, hearer=Hearer(taken=self.news.append)))
        except CannotWrite:
            return  # nobody can write the file there; what is open may still be changed, and saved elsewhere

    def again(self) -> None:
        """What was read is forgotten: the next session reads the workbook as it is then."""
        self.__dict__.pop("session", None)

    def saved(self) -> Session:
        """The session with the workbook's file: the ledger stands beside it. UsageError when it has none."""
        session, path = self.session, Path(self.path)
        if not self.path or not path.is_file():
            raise refused("save_first")
        session.request = replace(session.request, path=path)
        return session

    @property
    def lang(self) -> Lang:
        """The workbook's language."""
        return self.session.lang

    def say(self, key: str, **words: object) -> str:
        """A sentence of ANSWERS, else of SAID."""
        return fitted(ANSWERS.get(key) or SAID[key], **words).of(self.lang)

    def changed(self, applied: Applied) -> str:
        """What was written, in one sentence, and what became of what people typed in drafts."""
        if not applied.changed:
            return self.say("unchanged")
        gap = " " if self.lang == "en" else ""
        said = [self.say("cells", cells=applied.cells)] if applied.cells else []
        if applied.sheets:
            names = (", " if self.lang == "en" else "、").join(applied.sheets)
            said.append(self.say("sheets", sheets=names))
        return lines_of(gap.join([*said, self.say("take_back")]), *drafts_said(applied, self.lang))

    def decided(self, found: Decided) -> str:
        """What was done with choices on a page of proposals; '' when there were none."""
        said = []
        if found.accepted:
            rows = " ".join(entry.row_id for entry in found.accepted)
            said.append(self.say("accepted", count=len(found.accepted), rows=rows))
        if found.declined:
            said.append(self.say("declined", count=len(found.declined)))
        said += [self.say("proposal_unclear", id=identity) for identity in found.unclear]
        return lines_of(*said)

    def show(self, applied: Applied, kind: str = "") -> None:
        """Bring the new sheet to the front: that of a kind where there is one, else the last."""
        tabs = applied.sheets
        tabs += tuple(one.tab for one in applied.generated if one.kind == kind and one.tab in tabs)
        if tabs and self.book is not None:
            self.book.sheets[tabs[-1]].activate()

    def row(self) -> int:
        """The tracker row that is selected, as its place in the table; raises UsageError when none is."""
        table = self.session.project.tracker
        chosen = self.book.app.selection
        if chosen is not None and chosen.sheet.name == table.tab:
            places = (table.rows == chosen.row).nonzero()[0]
            if len(places):
                return int(places[0])
        raise refused("select_row", sheet=table.tab)


def lines_of(*said: str) -> str:
    """Sentences below each other; empty ones are left out."""
    return "\n".join(filter(None, said))


def _validate(click: Click) -> Answer:
    from xl_collab.checks.validate import validate
    from xl_collab.plan.computed import restore

    project = click.session.project
    with click.progress("checking"):
        outcome = validate(project)
    applied = click.session.write((*restore(project), *outcome.edits), "validate")
    click.show(applied)
    counts = {s: sum(f.severity == s for f in outcome.data) for s in ("error", "warning", "info")}
    where = click.say("findings", sheet=GENERATED["findings"].of(click.lang))
    kind: Literal["info", "warning"] = "warning" if counts["error"] else "info"
    return Answer(kind, lines_of(click.say("counts", **counts), where, click.changed(applied)))


def _variance(click: Click) -> Answer:
    from xl_collab.plan.variance import variance

    with click.progress("checking"):
        outcome = variance(click.session.project)
    applied = click.session.write(outcome.edits, "variance")
    counts = {code: sum(row.rag == code for row in outcome.data) for code in RAG.codes}
    return Answer("info", lines_of(click.say("variance", **counts), click.changed(applied)))


def _risks(click: Click) -> Answer:
    from xl_collab.faces.choosing import carry_out, risk_page

    session = click.session
    with click.progress("checking"):
        decided = carry_out(session)
        outcome = risk_page(session, decided)
    high = sum(item.level == "high" for item in outcome.data.items)
    said = click.say("risks", count=len(outcome.data.items), high=high)
    return written(click, outcome.edits, "risks", said, click.decided(decided), doubt=bool(decided.unclear))


def written(click: Click, edits: Iterable[Edit], command: str, *said: str, doubt: bool = False) -> Answer:
    """Write, show the new sheet, and say so; `doubt` when somebody should look at what was said."""
    applied = click.session.write(edits, command)
    click.show(applied)
    return Answer("warning" if doubt else "info", lines_of(*said, click.changed(applied)))


def _minutes(click: Click) -> Answer:
    from xl_collab.documents.minutes.content import minutes

    return written(click, minutes(click.session.project).edits, "minutes")


def _issue(click: Click) -> Answer:
    from xl_collab.documents.minutes.content import minutes

    return written(click, minutes(click.session.project, issue=True).edits, "minutes")


def _review(click: Click) -> Answer:
    from xl_collab.documents.review.content import review

    return written(click, review(click.session.project).edits, "review")


def _gantt(click: Click) -> Answer:
    from xl_collab.documents.gantt.content import gantt

    return written(click, gantt(click.session.project).edits, "gantt")


def _run(click: Click) -> Answer:
    from xl_collab.faces.everything import everything

    result = everything(click.session, "run")
    counts = {s: sum(f.severity == s for f in result.findings) for s in ("error", "warning", "info")}
    said = lines_of(
        click.say("counts", **counts), click.decided(result.decided), click.changed(result.applied)
    )
    return Answer("warning" if result.decided.unclear else "info", said)


def _freeze(click: Click) -> Answer:
    from xl_collab.plan.freeze import freeze

    outcome = freeze(click.session.project)
    if not outcome.data.rows:
        return Answer("info", click.say("baseline_none"))
    said = click.say("baseline_new", count=len(outcome.data.rows), number=outcome.data.number)
    return written(click, outcome.edits, "freeze", said)


def _undo(click: Click) -> Answer:
    undone = click.session.undo()
    name = label_of(undone.command) or undone.command
    said = lines_of(click.say("undone", command=name), _told(click, undone.command))
    # The tool's own hidden sheets are counted on by later runs; nobody can do anything about them.
    kept = [cell for cell in getattr(undone, "kept", ()) if not cell.startswith("_")]
    if not kept:
        return Answer("info", said)
    shown = [*kept[:MOST_LINES], "…"] if len(kept) > MOST_LINES else kept
    return Answer("warning", lines_of(said, click.say("kept", cells=", ".join(shown))))


def _told(click: Click, command: str) -> str:
    """The ledger learns of a run that was taken back; '' for what it does not count."""
    if command not in ("collect", "resolve", "undo"):
        return ""
    from xl_collab.faces.live.clicks_replies import tell_ledger

    return tell_ledger(click)


def _raci(click: Click) -> Answer:
    from xl_collab.documents.raci.content import raci

    outcome = raci(click.session.project)
    rows = len(outcome.data.duties) + len(outcome.data.tasks)
    said = click.say("raci_gaps", rows=rows, gaps=outcome.data.gaps)
    return written(click, outcome.edits, "raci", said)


def _adjust(click: Click) -> Answer:
    from xl_collab.documents.adjustment.content import adjust
    from xl_collab.faces.cli.show_process import adjusted
    from xl_collab.faces.live.plain import Lines

    outcome = adjust(click.session.project)
    screen = Lines(click.lang)
    adjusted(screen, outcome.data)
    if not outcome.edits:
        return Answer("info", screen.shown())
    return written(click, outcome.edits, "adjust", screen.shown(MOST_LINES))


def _acceptance(click: Click) -> Answer:
    from xl_collab.documents.acceptance.content import accept
    from xl_collab.faces.cli.show_process import accepting
    from xl_collab.faces.live.plain import Lines

    outcome = accept(click.session.project)
    screen = Lines(click.lang)
    accepting(screen, outcome.data)
    if not outcome.edits:
        return Answer("info", screen.shown())
    return written(click, outcome.edits, "accept", screen.shown(MOST_LINES))


def _asking(name: str, room: str = "clicks_asking") -> Callable[[Click], Answer]:
    """Commands that ask something stand in rooms of their own, opened when one is clicked."""

    def act(click: Click) -> Answer:
        found: Callable[[Click], Answer] = getattr(import_module(f"xl_collab.faces.live.{room}"), name)
        return found(click)

    return act


ACTS: Mapping[str, Callable[[Click], Answer]] = {
    "new": _asking("new"),
    "validate": _validate,
    "variance": _variance,
    "risks": _risks,
    "explain": _asking("explain"),
    "what_if": _asking("what_if"),
    "freeze": _freeze,
    "run": _run,
    "minutes": _minutes,
    "issue": _issue,
    "review": _review,
    "gantt": _gantt,
    "adjust": _adjust,
    "acceptance": _acceptance,
    "raci": _raci,
    "lessons": _asking("lessons"),
    "proposals": _asking("proposals"),
    "packets": _asking("packets", "clicks_mail"),
    "send": _asking("send", "clicks_mail"),
    "collect": _asking("collect", "clicks_replies"),
    "resolve": _asking("resolve", "clicks_replies"),
    "undo_reply": _asking("undo_reply", "clicks_replies"),
    "log": _asking("log", "clicks_replies"),
    "undo": _undo,
    "calendar_import": _asking("calendar_import"),
    "doctor": _asking("doctor"),
}
"""Command id → what it does; a test holds it against the declaration."""
