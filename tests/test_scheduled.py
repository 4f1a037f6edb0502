"""The weekly run: what is written for each system's scheduler, and the run itself, done for real."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from collect_desk import Desk, copied, prepared
from conftest import Ran

from xl_collab.commands.scheduled_run import SCHEDULE_RUN
from xl_collab.commands.session import Request, Session
from xl_collab.errors import UsageError
from xl_collab.exchange.scheduled.job import Job, times
from xl_collab.exchange.scheduled.written import cron_lines, systemd_units, task_xml

TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
ODD = 'D:/协同 "A" & B/50% $HOME/跟踪表.xlsm'


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return prepared(tmp_path_factory.mktemp("scheduled") / "desk")


@pytest.fixture
def desk(sent: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("XL_COLLAB_MAIL_CONFIG", str(tmp_path / "none.toml"))
    for name in [name for name in os.environ if name.startswith("XL_COLLAB_SMTP")]:
        monkeypatch.delenv(name)
    return copied(sent, tmp_path / "desk")


def job(file: str = ODD, *rest: str) -> Job:
    return Job(
        "xl-collab-0123abcd", ("/usr/bin/python3", "-m", "xl_collab", "schedule", "run", file, *rest), file
    )


# when


@pytest.mark.parametrize(
    ("text", "days", "time"),
    [
        ("周一 09:00", (0,), (9, 0)),
        ("星期五17：30", (4,), (17, 30)),
        ("周一、周四 8:05", (0, 3), (8, 5)),
        ("Mon,Thu 08:05", (0, 3), (8, 5)),
        ("Sunday 23:59", (6,), (23, 59)),
        ("每天 07:00", (0, 1, 2, 3, 4, 5, 6), (7, 0)),
    ],
)
def test_times(text: str, days: tuple[int, ...], time: tuple[int, int]) -> None:
    (one,) = times([text])
    assert (one.days, (one.hour, one.minute)) == (days, time)


@pytest.mark.parametrize(
    "text", ["", "周一", "09:00", "周八 09:00", "周一 25:00", "周一 09:60", "每月1日 09:00"]
)
def test_a_time_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="周一 09:00"):
        times([text])


# what is written


def test_systemd_takes_the_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    units = systemd_units(job(), times(["周一、周四 09:00", "周五 17:30"]))
    folder = tmp_path / "units"
    folder.mkdir()
    for name, text in units.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert sorted(units) == ["xl-collab-0123abcd.service", "xl-collab-0123abcd.timer"]
    timer = units["xl-collab-0123abcd.timer"]
    assert "OnCalendar=Mon,Thu *-*-* 09:00:00" in timer and "OnCalendar=Fri *-*-* 17:30:00" in timer
    assert "Persistent=true" in timer
    program = shutil.which("systemd-analyze")
    if program is None:
        (pytest.fail if os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1" else pytest.skip)(
            "no systemd-analyze"
        )
    for name in units:
        ran = subprocess.run(
            [program, "--user", "verify", folder / name], capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0 and "xl-collab" not in ran.stderr, ran.stderr
    shown = subprocess.run(
        [program, "calendar", "Mon,Thu *-*-* 09:00:00"], capture_output=True, text=True, check=True
    ).stdout
    assert "Mon,Thu *-*-* 09:00:00" in shown
    assert '"D:/协同 \\"A\\" & B/50%% $$HOME/跟踪表.xlsm"' in units["xl-collab-0123abcd.service"]


def test_a_line_of_cron_runs_the_very_command(tmp_path: Path) -> None:
    odd = str(tmp_path / 'A "b" & 50% $HOME 协同.json')
    script = tmp_path / "see.py"
    script.write_text("import sys; open(sys.argv[1], 'w').write('ran')")
    one = Job("xl-collab-0123abcd", (sys.executable, str(script), odd), odd)
    (line, second) = cron_lines(one, times(["周一、周日 09:00", "周五 17:30"]))
    assert line.startswith("0 9 * * 1,0 ") and second.startswith("30 17 * * 5 ")
    assert line.endswith("# xl-collab-0123abcd")
    command = line.split(" ", 5)[5]
    subprocess.run(["sh", "-c", command.replace("\\%", "%")], check=True)  # cron takes the backslash off
    assert Path(odd).read_text() == "ran"
    assert "%" not in command.replace("\\%", "")


def test_a_task_of_windows_has_what_its_schema_wants() -> None:
    data = task_xml(job(), times(["周一、周四 09:00"]), datetime(2026, 11, 29, 12, 0))
    assert data.startswith(b"\xff\xfe"), "schtasks wants UTF-16"
    root = ElementTree.fromstring(data.decode("utf-16").partition("?>")[2])
    assert root.tag == f"{TASK}Task" and root.get("version") == "1.2"
    order = [child.tag.removeprefix(TASK) for child in root]
    assert order == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    trigger = root.find(f"{TASK}Triggers/{TASK}CalendarTrigger")
    assert trigger is not None
    assert [child.tag.removeprefix(TASK) for child in trigger] == [
        "StartBoundary",
        "Enabled",
        "ScheduleByWeek",
    ]
    begins = trigger.findtext(f"{TASK}StartBoundary")
    assert begins == "2026-11-30T09:00:00", "in the past it would be made up for at once"
    week = trigger.find(f"{TASK}ScheduleByWeek")
    assert week is not None and [child.tag.removeprefix(TASK) for child in week] == [
        "DaysOfWeek",
        "WeeksInterval",
    ]
    days = week.find(f"{TASK}DaysOfWeek")
    assert days is not None and [child.tag.removeprefix(TASK) for child in days] == ["Monday", "Thursday"]
    arguments = root.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Arguments")
    assert arguments == subprocess.list2cmdline(job().command[1:])
    assert root.findtext(f"{TASK}Settings/{TASK}StartWhenAvailable") == "true"


# the command


def test_what_would_be_written_is_shown(
    desk: Desk, cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.folder / "config"))
    for how in ("systemd", "cron", "task"):
        ran = cli(
            "schedule",
            desk.master,
            "--weekly",
            "周一 09:00",
            "--replies",
            desk.replies,
            "--with",
            how,
            "--dry-run",
        )
        assert ran.code == 0, ran.err
        assert {"systemd": "OnCalendar=Mon", "cron": "0 9 * * 1", "task": "<Monday"}[how] in ran.out
        assert "schedule run" in ran.out.replace('"', "") and str(desk.replies) in ran.out
    assert not (desk.folder / "config").exists()
    assert cli("schedule", desk.master, "--weekly", "周一 09:00").code == 2, (
        "where replies are is not guessed"
    )


def test_cron_is_written_listed_and_removed(
    desk: Desk, cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program crontab is a stand-in that keeps a file, as the real one does for its user."""
    table = desk.folder / "crontab.txt"
    own = "5 4 * * * own-line 备份\n".encode("gb18030")
    table.write_bytes(own)
    program = desk.folder / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat {table}; else cat > {table}; fi\n')
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    more = ("--replies", desk.replies, "--with", "cron")
    assert cli("schedule", desk.master, "--weekly", "周一 09:00", *more).code == 0
    assert cli("schedule", desk.master, "--weekly", "周二 10:00", *more).code == 0
    first, second = table.read_bytes().splitlines(keepends=True)
    assert first == own and second.startswith(b"0 10 * * 2 ")
    assert "0 10 * * 2" in cli("schedule", desk.master, "--list", "--with", "cron").out
    assert cli("schedule", desk.master, "--remove", "--with", "cron").code == 0
    assert table.read_bytes() == own
    assert "没有" in cli("schedule", desk.master, "--list", "--with", "cron").out


# the run itself


def by_itself(desk: Desk, *more: object) -> subprocess.CompletedProcess[str]:
    """As the scheduler does it: a process of its own."""
    words = [
        sys.executable,
        "-m",
        "xl_collab",
        "schedule",
        "run",
        desk.master,
        "--replies",
        desk.replies,
        *more,
    ]
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)


def logged(desk: Desk) -> str:
    return (desk.folder / "跟踪表.schedule.log").read_text(encoding="utf-8")


def test_the_run_collects_computes_reminds_and_drafts(desk: Desk) -> None:
    desk.reply("研发部", T005__percent=0.9)
    ran = by_itself(desk)
    assert ran.returncode == 0, (ran.stdout, ran.stderr, logged(desk))
    assert desk.value("T005", "percent") == 0.9
    assert any(one.kind == "minutes" and one.renewable for one in desk.book.generated), (
        "a draft, never issued"
    )
    drafts = list((desk.folder / "跟踪表-scheduled").rglob("*.eml"))
    assert drafts and not any("研发部" in one.name for one in drafts if "全体" in one.name)
    log = logged(desk)
    assert all(word in log for word in ("收取回复", "一键全部", "催办", "纪要")), log


def test_nothing_is_done_while_the_workbook_is_open_and_the_next_run_says_so(desk: Desk) -> None:
    mark = desk.folder / "~$跟踪表.xlsm"
    mark.write_bytes(b"\x04User")
    before = desk.master.read_bytes()
    desk.reply("研发部", T005__percent=0.9)
    ran = by_itself(desk)
    assert ran.returncode == 1 and desk.master.read_bytes() == before
    assert "没有执行" in logged(desk) and "Excel" in logged(desk)
    mark.unlink()
    again = by_itself(desk)
    assert again.returncode == 0 and "上次没有执行" in again.stdout and "上次没有执行" in logged(desk)
    assert "上次没有执行" not in by_itself(desk).stdout


def test_it_never_sends_without_an_allow_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"HOST": "127.0.0.1", "PORT": "9", "USER": "pmo@example.com", "SENDER": "pmo@example.com"}
    for name, value in {**settings, "PASSWORD": "x", "SECURITY": "none"}.items():
        monkeypatch.setenv(f"XL_COLLAB_SMTP_{name}", value)
    desk.replies.mkdir(exist_ok=True)
    ran = by_itself(desk, "--smtp")
    assert "白名单" in ran.stdout and list((desk.folder / "跟踪表-scheduled").rglob("*.eml"))


def test_nobody_is_reminded_when_replies_could_not_be_fetched(desk: Desk) -> None:
    ran = by_itself(desk, "--mailbox", "none-there")
    assert ran.returncode == 2
    assert "没有催办" in logged(desk) and not (desk.folder / "跟踪表-scheduled").exists()
    assert "一键全部" in logged(desk)


def test_a_day_off_is_left_out(desk: Desk) -> None:
    desk.replies.mkdir(exist_ok=True)
    before = desk.master.read_bytes()
    for day, does in ((date(2023, 10, 1), False), (date(2023, 10, 8), True)):  # a holiday; a make-up Sunday
        session = Session(Request(desk.master), day)
        options = {"file": desk.master, "replies": desk.replies, "workdays": True}
        reply = SCHEDULE_RUN.run(session, SCHEDULE_RUN.filled(options))
        assert reply.exit_code == 0 and (desk.master.read_bytes() != before) == does, logged(desk)
    assert "不是工作日" in logged(desk)
