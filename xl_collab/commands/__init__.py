"""Commands, one file each; the order here is that on the ribbon, in the help and in the reference."""

from __future__ import annotations

from xl_collab.commands.accept import ACCEPT
from xl_collab.commands.adjust import ADJUST
from xl_collab.commands.adopt import ADOPT, FORK, HANDOVER
from xl_collab.commands.answer import ANSWER_COMMAND
from xl_collab.commands.archive import ARCHIVE
from xl_collab.commands.briefing import BRIEFING
from xl_collab.commands.calendar_import import CALENDAR_IMPORT
from xl_collab.commands.calendar_week import CALENDAR_WEEK
from xl_collab.commands.chat import CHAT_SETUP
from xl_collab.commands.chat_read import CHAT_READ
from xl_collab.commands.collect import COLLECT
from xl_collab.commands.command import Command
from xl_collab.commands.daily import DAILY
from xl_collab.commands.deadline import DEADLINE
from xl_collab.commands.demo import DEMO_COMMAND
from xl_collab.commands.execution import EXECUTION
from xl_collab.commands.freeze import FREEZE
from xl_collab.commands.gantt import GANTT
from xl_collab.commands.import_ import IMPORT
from xl_collab.commands.lessons import LESSONS
from xl_collab.commands.log import LOG
from xl_collab.commands.mail_setup import MAIL_SETUP
from xl_collab.commands.minutes import ISSUE, MINUTES
from xl_collab.commands.new import NEW
from xl_collab.commands.packets import PACKETS
from xl_collab.commands.portfolio import PORTFOLIO
from xl_collab.commands.proposals import PROPOSALS
from xl_collab.commands.raci import RACI
from xl_collab.commands.render import RENDER
from xl_collab.commands.resolve import RESOLVE
from xl_collab.commands.review import REVIEW
from xl_collab.commands.risks import RISKS
from xl_collab.commands.run_all import RUN
from xl_collab.commands.scheduled_run import SCHEDULE_RUN
from xl_collab.commands.scheduling import SCHEDULE
from xl_collab.commands.send import SEND
from xl_collab.commands.undo import UNDO, UNDO_REPLY
from xl_collab.commands.upgrade import UPGRADE
from xl_collab.commands.validate import FIX_BUTTON, VALIDATE
from xl_collab.commands.variance import VARIANCE
from xl_collab.commands.what_if import WHAT_IF
from xl_collab.commands.workdays import EXPLAIN, WORKDAYS

COMMANDS: tuple[Command, ...] = (
    NEW,
    IMPORT,
    DEMO_COMMAND,
    VALIDATE,
    FIX_BUTTON,
    VARIANCE,
    RISKS,
    EXPLAIN,
    WORKDAYS,
    DEADLINE,
    WHAT_IF,
    FREEZE,
    RUN,
    MINUTES,
    ISSUE,
    EXECUTION,
    BRIEFING,
    DAILY,
    REVIEW,
    GANTT,
    ADJUST,
    ACCEPT,
    RACI,
    LESSONS,
    ARCHIVE,
    RENDER,
    PROPOSALS,
    PACKETS,
    SEND,
    ANSWER_COMMAND,
    COLLECT,
    RESOLVE,
    UNDO_REPLY,
    LOG,
    PORTFOLIO,
    HANDOVER,
    ADOPT,
    FORK,
    UNDO,
    UPGRADE,
    CALENDAR_IMPORT,
    CALENDAR_WEEK,
    MAIL_SETUP,
    CHAT_READ,
    CHAT_SETUP,
    SCHEDULE,
    SCHEDULE_RUN,
)
