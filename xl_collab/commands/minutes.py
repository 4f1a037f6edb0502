"""`minutes`: 《例会会议纪要》 as a new sheet, a draft or issued; the button that issues is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_collab.commands.command import FILE, WRITING, Command, Option
from xl_collab.commands.reply import Options, Reply
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


def run(session: Session, options: Options) -> Reply:
    """Write the minutes; issued ones are recorded, the next count from them."""
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
    options=(FILE, NUMBER, ISSUED, *WRITING),
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
