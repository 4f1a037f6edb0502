"""Who is at work here: the same answer in every process of this computer, and never a dead one's."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from xl_collab.hosts import owner
from xl_collab.hosts.owner import Owner, machine, this_owner

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="processes of POSIX")


class Registry:
    """Windows as recorded: the id that Setup gave it."""

    def registry(self, root: str, path: str, name: str = "") -> str:
        assert (root, path, name) == ("HKLM", r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")
        return "5d9ad1c4-2f3b-4c58-9a55-6f8b9f0a7c11"


def printed(code: str, **environ: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environ},
    )
    return ran.stdout.strip()


def test_a_computer_is_the_same_for_all_its_processes_and_keeps_its_id_to_itself() -> None:
    code = "from xl_collab.hosts.owner import machine; print(machine())"
    assert printed(code) == printed(code, HOSTNAME="renamed") == machine()
    assert owner._own_id() not in machine()


def test_on_windows_it_is_the_machine_guid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner, "this_windows", Registry)
    assert owner._own_id() == "5d9ad1c4-2f3b-4c58-9a55-6f8b9f0a7c11"


def test_a_computer_without_an_id_is_given_one_that_lasts(tmp_path: Path) -> None:
    code = """
from xl_collab.hosts import owner
owner._own_id = lambda: ""
print(owner.machine())
"""
    one, again, other = (
        printed(code, XDG_STATE_HOME=str(tmp_path / name), LOCALAPPDATA=str(tmp_path / name))
        for name in "aab"
    )
    assert one == again != other
    assert (tmp_path / "a" / "xl_collab" / "machine-id").is_file()


def test_what_is_stored_comes_back_and_nonsense_does_not() -> None:
    me = this_owner()
    assert Owner.read(asdict(me)) == me and me.is_me and not me.is_gone
    for name, value in [("pid", "1"), ("pid", 0), ("pid", 1 << 40), ("machine", 7), ("birth", None)]:
        with pytest.raises(TypeError):
            Owner.read({**asdict(me), name: value})
    with pytest.raises(KeyError):
        Owner.read({"pid": 1})


def test_what_others_wrote_cannot_spoil_a_line() -> None:
    text = replace(this_owner(), host="a\x1b[31m\nb" + "x" * 500, user="").shown.en
    assert "\n" not in text and "\x1b" not in text and len(text) < 200 and text.startswith("? on a[31mb")


@posix_only
@pytest.mark.parametrize("born", [owner._born_in_proc, owner._born_in_ps])
def test_a_process_is_told_from_others_and_from_its_own_remains(born) -> None:  # type: ignore[no-untyped-def]
    me = born(os.getpid())
    assert me and me == born(os.getpid())
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert born(child.pid) not in ("", "ended")
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and nobody has noticed
        assert born(child.pid) == "ended"
    assert born(child.pid) == ""
