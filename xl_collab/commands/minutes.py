"""`minutes`: 《例会会议纪要》 as a new sheet, a draft or issued; the button that issues is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Options, Reply
from xl_collab.errors import UsageError
from xl_collab.schema.words import t

if TYPE_CHECKING:
    from xl_collab.commands.session import Session

NUMBER = Option("number", t("纪要编号", "Number of the minutes"), ("--number",), "number", "N", least=1)
ISSUED = Option(
    "issue",
    t("签发：记入历史，下次纪要从这次算起", "Issue: recorded, the next minutes count from it"),
    ("--issue",),
    "flag",
)


MEETING = Option(
    "meeting",
    t(
        "会议：kickoff（启动会）或 plan-review（评审会）；不给即例会",
        "kickoff or plan-review; else a regular meeting",
    ),
    ("--meeting",),
    metavar="kickoff|plan-review",
)
WORDS = {
    "unheld": t(
        "例会记录里还没有这次会议：请登记，“会议类型”选“{kind}”，再运行一次",
        "Meetings has no record of it yet: enter it with the kind {kind}, and run this again",
    ),
}


def run(session: Session, options: Options) -> Reply:
    """Write the minutes; issued ones are recorded, the next count from them."""
    if options["meeting"]:
        return _of_meeting(session, options)
    return _regular(session, options)


def _of_meeting(session: Session, options: Options) -> Reply:
    """Minutes of the kick-off or the plan review; they are not numbered, and nothing counts from them."""
    from xl_collab.documents.kickoff.content import kickoff
    from xl_collab.documents.plan_review.content import plan_review
    from xl_collab.project.edits import InsertSheet
    from xl_collab.schema.words import MEETING_KIND

    name = options["meeting"].replace("-", "_")
    if name == "kickoff":
        began = kickoff(session.project)
        held, edits = began.data.held, began.edits
    elif name == "plan_review":
        reviewed = plan_review(session.project)
        held, edits = reviewed.data.held, reviewed.edits
    else:
        raise UsageError(
            f"--meeting 只能是 kickoff 或 plan-review，不能是 {options['meeting']}",
            f"--meeting is kickoff or plan-review, not {options['meeting']}",
        )
    reply = session.reply(WORDS)
    if not held:
        reply.say("unheld", kind=MEETING_KIND.label(name, reply.lang))
        reply.severity = "warning"
    final = (replace(one, final=options["issue"]) for one in edits if isinstance(one, InsertSheet))
    reply.written(session.write(final, "minutes"))
    return reply


def _regular(session: Session, options: Options) -> Reply:
    from xl_collab.documents.minutes.content import minutes

    edits = minutes(session.project, number=options["number"], issue=options["issue"]).edits
    reply = session.reply({})
    reply.written(session.write(edits, "minutes"))
    return reply


MINUTES = Command(
    name="minutes",
    id="minutes",
    group="reports",
    label=t("会议纪要", "Minutes"),
    tip=t("生成《例会会议纪要》草稿", "Draft the minutes"),
    more=t(
        "自上次签发以来的进展、偏差、风险、决议和待办。重新生成时保留你改过的单元格。",
        "Progress since the last issued minutes, variances, risks, decisions and actions. What you "
        "changed stays.",
    ),
    key="M",
    image="MeetingsWorkspace",
    large=True,
    home=True,
    twin="xl-collab minutes FILE",
    run=run,
    options=(FILE, NUMBER, ISSUED, MEETING, *WRITING),
)
ISSUE = Command(
    id="issue",
    group="reports",
    label=t("签发纪要", "Issue minutes"),
    tip=t("签发纪要并记入历史", "Issue the minutes"),
    more=t(
        "签发后不再改动；下次纪要从这次算起。",
        "Issued minutes are not changed again; the next ones count from them.",
    ),
    key="I",
    image="AcceptInvitation",
    confirm=t(
        "签发会议纪要？签发后不再改动，下次纪要从这次算起。",
        "Issue the minutes? They are not changed again, and the next ones count from them.",
    ),
    twin="xl-collab minutes FILE --issue",
    run=run,
    options=MINUTES.options,
    given={"issue": True},
)
