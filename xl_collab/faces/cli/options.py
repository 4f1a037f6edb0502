"""The arguments and options that commands share, with help in the user's language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xl_collab.faces.words.sentences import help_text as say

File = Annotated[Path, typer.Argument(help=say("file"), show_default=False)]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help=say("as_of"))]
SetDate = Annotated[str | None, typer.Option("--set-date", metavar="YYYY-MM-DD|today", help=say("set_date"))]
Out = Annotated[Path | None, typer.Option("-o", "--out", help=say("out"))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=say("dry_run"))]
BreakLock = Annotated[bool, typer.Option("--break-lock", help=say("break_lock"))]
Json = Annotated[bool, typer.Option("--json", help=say("json"))]
LangOption = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=say("lang"))]
Issue = Annotated[bool, typer.Option("--issue", help=say("issue"))]
Number = Annotated[int | None, typer.Option("--number", min=1, help=say("number"))]
Scenario = Annotated[str, typer.Option("--scenario", help=say("scenario"))]
Start = Annotated[str | None, typer.Option("--start", metavar="YYYY-MM-DD", help=say("start"))]
Name = Annotated[str | None, typer.Option("--name", help=say("name"))]
FromLessons = Annotated[Path | None, typer.Option("--from-lessons", metavar="OLD", help=say("from_lessons"))]
Force = Annotated[bool, typer.Option("--force", help=say("force"))]
FirstDay = Annotated[str, typer.Argument(metavar="A", help=say("first_day"), show_default=False)]
SecondDay = Annotated[str, typer.Argument(metavar="B", help=say("second_day"), show_default=False)]
CalendarFile = Annotated[Path | None, typer.Option("--file", help=say("calendar_file"))]
DeadlineText = Annotated[str, typer.Argument(metavar="TEXT", help=say("deadline_text"), show_default=False)]
After = Annotated[str | None, typer.Option("--after", metavar="DATE", help=say("after"))]
NoticeFile = Annotated[Path, typer.Argument(metavar="NOTICE", help=say("notice"), show_default=False)]
Year = Annotated[int | None, typer.Option("--year", help=say("year"))]
Folder = Annotated[Path, typer.Argument(help=say("folder"))]
NoPictures = Annotated[bool, typer.Option("--no-pictures", help=say("no_pictures"))]
RenderOut = Annotated[Path, typer.Option("-o", "--out", help=say("render_out"), show_default=False)]
UndoReply = Annotated[str | None, typer.Option("--reply", metavar="SHA|TOKEN", help=say("undo_reply"))]
