"""What each scheduler is told, as text: units of systemd, lines of cron, a task of Windows.

Paths hold blanks, quotes, percent and dollar signs; each language has its own way to write them. What may not
enter: files, programs (schedulers.py).
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PureWindowsPath
from xml.sax.saxutils import escape

from xl_collab.exchange.scheduled.job import Job, When

_SHORT = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_LONG = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


# systemd


def systemd_units(job: Job, whens: Sequence[When]) -> Mapping[str, str]:
    """Names of the unit files, and what is in them. A run that was missed is made up for."""
    about = f"xl-collab {job.file}".replace("%", "%%").replace("\n", " ")
    command = " ".join(map(_quoted, job.command))
    service = f"[Unit]\nDescription={about}\n\n[Service]\nType=oneshot\nExecStart={command}\n"
    calendar = "".join(f"OnCalendar={_calendar(when)}\n" for when in whens)
    timer = f"[Unit]\nDescription={about}\n\n[Timer]\n{calendar}Persistent=true\n"
    timer += "\n[Install]\nWantedBy=timers.target\n"
    return {f"{job.name}.service": service, f"{job.name}.timer": timer}


def _quoted(word: str) -> str:
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def _calendar(when: When) -> str:
    days = "" if len(when.days) == 7 else ",".join(_SHORT[day] for day in when.days) + " "
    return f"{days}*-*-* {when.hour:02}:{when.minute:02}:00"


# cron


def cron_lines(job: Job, whens: Iterable[When]) -> list[str]:
    """A line for each time; the remark at its end is how it is found again."""
    command = " ".join(map(shlex.quote, job.command)).replace("%", "\\%")
    return [f"{when.minute} {when.hour} * * {_cron_days(when)} {command} # {job.name}" for when in whens]


def _cron_days(when: When) -> str:
    return "*" if len(when.days) == 7 else ",".join(str((day + 1) % 7) for day in when.days)


# Windows


def task_xml(job: Job, whens: Iterable[When], now: datetime) -> bytes:
    """The task as schtasks /XML takes it, for the user who is logged on; a missed run is made up for."""
    triggers = "".join(_trigger(when, now) for when in whens)
    program, arguments = job.command[0], subprocess.list2cmdline(job.command[1:])
    folder = str(PureWindowsPath(job.file).parent)
    text = f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="{_SPACE}">
  <RegistrationInfo>
    <Description>{escape(f"xl-collab {job.file}")}</Description>
  </RegistrationInfo>
  <Triggers>
{triggers}  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT2H</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(arguments)}</Arguments>
      <WorkingDirectory>{escape(folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


def _trigger(when: When, now: datetime) -> str:
    start = now.replace(hour=when.hour, minute=when.minute, second=0, microsecond=0, tzinfo=None)
    start += timedelta(days=start < now.replace(tzinfo=None))
    days = "".join(f"          <{_LONG[day]} />\n" for day in when.days)
    return f"""    <CalendarTrigger>
      <StartBoundary>{start.isoformat()}</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByWeek>
        <DaysOfWeek>
{days}        </DaysOfWeek>
        <WeeksInterval>1</WeeksInterval>
      </ScheduleByWeek>
    </CalendarTrigger>
"""
