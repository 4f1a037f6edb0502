"""A LibreOffice with our extension in a throw-away profile, for tests and for the pictures in docs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from offices import need_office

from xl_collab.hosts.libreoffice import extension
from xl_collab.hosts.libreoffice.connection import clean_environment
from xl_collab.hosts.libreoffice.uno_client import import_uno
from xl_collab.hosts.printing import find_soffice

NOBODY = 65534
SECONDS = 60.0


def as_user(command: list[str]) -> str:
    """unopkg refuses root anything but all users' LibreOffice: run what a user would run as nobody."""
    own = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    profile = next(word for word in command if word.startswith("-env:")).rpartition("file://")[2]
    for word in command:
        if word.endswith(".oxt"):
            Path(word).parent.chmod(0o755)
    environment = {**clean_environment(), "HOME": profile, "TMPDIR": profile}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, **own)  # type: ignore[call-overload]
    assert ran.returncode == 0, ran.stderr
    return str(ran.stdout)


@contextmanager
def throw_away() -> Iterator[Path]:
    """A profile that another user may write to (pytest's own folders are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="xl-collab-test-"))
    folder.chmod(0o777)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def until(found: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """What `found` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    pytest.fail(f"nothing after {seconds} s")


class ExtendedOffice:
    """A running LibreOffice with the extension, reached through raw UNO."""

    def __init__(self, profile: Path, *options: str) -> None:
        self.uno = import_uno()
        self.profile = profile
        pipe = f"oxt{os.getpid()}{time.monotonic_ns()}"
        command = [str(find_soffice()), f"-env:UserInstallation={profile.as_uri()}", "--norestore"]
        command += ["--nologo", "--nodefault", "--nofirststartwizard", f"--accept=pipe,name={pipe};urp;"]
        self.process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=clean_environment(),
        )
        local = self.uno.getComponentContext()
        service = "com.sun.star.bridge.UnoUrlResolver"
        self._resolver = local.ServiceManager.createInstanceWithContext(service, local)
        self._address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
        self.context = until(self._connected)
        self.desktop = self.service("com.sun.star.frame.Desktop")
        until((profile / "user/basic/Standard/XlCollab.xba").exists)

    def _connected(self) -> Any:
        try:
            return self._resolver.resolve(self._address)
        except Exception:  # not listening yet: UNO's exception, whatever it is
            return None

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def open(self, path: Path) -> Any:
        """A workbook; its own macros do not run, and no window asks about them."""
        return self.desktop.loadComponentFromURL(
            path.as_uri(), "_blank", 0, (self._value("MacroExecutionMode", 0),)
        )

    def _value(self, name: str, value: object) -> Any:
        made = self.uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, value
        return made

    def new(self) -> Any:
        return self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, ())

    def save_as(self, document: Any, path: Path, kind: str = "Calc MS Excel 2007 XML") -> None:
        document.storeToURL(path.as_uri(), (self._value("FilterName", kind),))

    def press(self, document: Any, command: str) -> float:
        """What a click does; the seconds until the office goes on."""
        helper = self.service("com.sun.star.frame.DispatchHelper")
        frame = document.CurrentController.Frame
        began = time.monotonic()
        helper.executeDispatch(frame, f"service:xl_collab.Command?{command}", "", 0, ())
        return time.monotonic() - began

    def quit(self) -> None:
        try:
            self.desktop.terminate()
        except Exception:  # the connection ends while the answer is on its way
            self.desktop = None
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # what was started is a wrapper around the office
            self.process.wait()


def with_extension(profile: Path, patch: pytest.MonkeyPatch) -> Path:
    """Install the extension into that profile, the way `xl-collab install --libreoffice` does."""
    patch.setattr(extension, "_run", as_user)
    patch.setattr(os, "geteuid", lambda: 1000)
    extension.install("zh", profile=profile)
    return profile


@contextmanager
def extended_office() -> Iterator[ExtendedOffice]:
    """A LibreOffice without a window, with the extension, started for the block alone."""
    need_office()
    with throw_away() as profile:
        with pytest.MonkeyPatch.context() as patch:
            with_extension(profile, patch)
        started = ExtendedOffice(profile, "--headless")
        try:
            yield started
        finally:
            started.quit()
