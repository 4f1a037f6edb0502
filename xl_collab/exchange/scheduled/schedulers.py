"""The scheduler of this system: told to start a job, to forget it, and asked what it knows.

systemd and cron keep it for the user, Windows for whoever is logged on. What may not enter: what a job does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from xl_collab.errors import UsageError
from xl_collab.exchange.scheduled.job import Job, When
from xl_collab.exchange.scheduled.written import cron_lines, systemd_units, task_xml
from xl_collab.hosts.atomic import write_atomically

NAMES = ("task", "systemd", "cron")


class Scheduler(Protocol):
    """One way to have a job started."""

    def shown(self, job: Job, whens: Sequence[When]) -> str:
        """Exactly what is written and run."""

    def install(self, job: Job, whens: Sequence[When]) -> None:
        """Have it started; what was set for the same workbook before is replaced."""

    def remove(self, name: str) -> bool:
        """Forget it; False when there was nothing."""

    def listed(self, name: str) -> str:
        """What is set, in the scheduler's own words; '' for nothing."""


def scheduler(name: str = "", platform: str = sys.platform) -> Scheduler:
    """The one that is named, else that of this system. UsageError for an unknown name."""
    known: dict[str, type[Scheduler]] = {"task": WindowsTasks, "systemd": Systemd, "cron": Cron}
    if name and name not in known:
        raise UsageError(f"--with 后面是 {'、'.join(NAMES)}。", f"--with takes {', '.join(NAMES)}.")
    return known[name or _usual(platform)]()


def _usual(platform: str) -> str:
    if platform == "win32":
        return "task"
    return "systemd" if platform == "linux" and Path("/run/systemd/system").is_dir() else "cron"


def _run(words: Sequence[str], text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program of the system. UsageError where there is none."""
    if shutil.which(words[0]) is None:
        raise UsageError(
            f"这台电脑上没有 {words[0]}。可用 --with 换一种，或用 --dry-run 看内容后自行设置。",
            f"There is no {words[0]} here. Choose another with --with, or set up by hand what --dry-run "
            "shows.",
        )
    # A crontab goes back as it came, lines of other people's in any encoding too; Windows is only read.
    encoding, errors = (None, "replace") if sys.platform == "win32" else ("utf-8", "surrogateescape")
    return subprocess.run(
        list(words),
        input=text,
        capture_output=True,
        timeout=60,
        check=False,
        encoding=encoding,
        errors=errors,
    )


def _must(words: Sequence[str], text: str = "") -> str:
    ran = _run(words, text)
    if ran.returncode:
        why = " ".join((ran.stderr or ran.stdout).split())
        raise UsageError(
            f"{words[0]} 没有接受：{why}。可用 --with 换一种，或用 --dry-run 看内容后自行设置。",
            f"{words[0]} refused it: {why}. Choose another with --with, or set up by hand what --dry-run "
            "shows.",
        )
    return ran.stdout


class Systemd:
    """Units in the user's folder."""

    @property
    def folder(self) -> Path:
        """Where the user's units are."""
        base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        return Path(base) / "systemd" / "user"

    def shown(self, job: Job, whens: Sequence[When]) -> str:
        """The unit files, and the commands."""
        files = [f"# {self.folder / name}\n{text}" for name, text in systemd_units(job, whens).items()]
        words = "systemctl --user"
        return "\n".join([*files, f"$ {words} daemon-reload", f"$ {words} enable --now {job.name}.timer"])

    def install(self, job: Job, whens: Sequence[When]) -> None:
        """Write the units and start the timer; nothing stays where systemd refuses."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, text in systemd_units(job, whens).items():
            write_atomically(self.folder / name, text.encode("utf-8"))
        try:
            _must(["systemctl", "--user", "daemon-reload"])
            _must(["systemctl", "--user", "enable", "--now", f"{job.name}.timer"])
        except UsageError:
            self._unlink(job.name)
            raise

    def remove(self, name: str) -> bool:
        """Stop the timer and take the units out."""
        if not self.listed(name):
            return False
        _run(["systemctl", "--user", "disable", "--now", f"{name}.timer"])
        self._unlink(name)
        _run(["systemctl", "--user", "daemon-reload"])
        return True

    def _unlink(self, name: str) -> None:
        for ending in ("service", "timer"):
            (self.folder / f"{name}.{ending}").unlink(missing_ok=True)

    def listed(self, name: str) -> str:
        """The timer and the service, as they stand on the disk."""
        paths = [self.folder / f"{name}.{ending}" for ending in ("timer", "service")]
        return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())


class Cron:
    """Lines in the user's table; those of others stay as they are."""

    def shown(self, job: Job, whens: Sequence[When]) -> str:
        """The lines that crontab gets."""
        return "\n".join(["# crontab", *cron_lines(job, whens)])

    def install(self, job: Job, whens: Sequence[When]) -> None:
        """Put the lines in, in place of earlier ones."""
        self._write([*self._others(job.name), *cron_lines(job, whens)])

    def remove(self, name: str) -> bool:
        """Take the lines out."""
        if not self.listed(name):
            return False
        self._write(self._others(name))
        return True

    def listed(self, name: str) -> str:
        """The lines of the job."""
        return "\n".join(line for line in self._lines() if line.endswith(f"# {name}"))

    def _others(self, name: str) -> list[str]:
        return [line for line in self._lines() if not line.endswith(f"# {name}")]

    def _lines(self) -> list[str]:
        ran = _run(["crontab", "-l"])  # fails too where the user has no table yet
        return ran.stdout.splitlines() if ran.returncode == 0 else []

    def _write(self, lines: Sequence[str]) -> None:
        _must(["crontab", "-"], "".join(f"{line}\n" for line in lines))


class WindowsTasks:
    """A task of Windows' scheduler."""

    def shown(self, job: Job, whens: Sequence[When]) -> str:
        """The task, and the command."""
        text = task_xml(job, whens, datetime.now()).decode("utf-16").replace("\r\n", "\n")
        return f"{text}\n> schtasks /Create /TN {job.name} /XML {job.name}.xml /F"

    def install(self, job: Job, whens: Sequence[When]) -> None:
        """Register it."""
        with tempfile.TemporaryDirectory(prefix="xl-collab-task-") as folder:
            path = Path(folder) / f"{job.name}.xml"
            path.write_bytes(task_xml(job, whens, datetime.now()))
            _must(["schtasks", "/Create", "/TN", job.name, "/XML", str(path), "/F"])

    def remove(self, name: str) -> bool:
        """Delete it."""
        return _run(["schtasks", "/Delete", "/TN", name, "/F"]).returncode == 0

    def listed(self, name: str) -> str:
        """As schtasks shows it."""
        ran = _run(["schtasks", "/Query", "/TN", name, "/V", "/FO", "LIST"])
        return ran.stdout if ran.returncode == 0 else ""
