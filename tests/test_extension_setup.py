"""LibreOffice's extension: who it is installed for, whose it replaces, and with which Python it starts."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from xl_collab.child_process import python_module, python_path
from xl_collab.hosts.libreoffice import extension
from xl_collab.ui.cli import main

SOURCE = Path(extension.__file__).parent / "office" / "pythonpath" / "xl_collab_office.py"
ROOT = Path(__file__).parents[1]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A user without root, whose profile is a folder of the test; what would be installed is noted."""
    done: list[str] = []
    monkeypatch.setattr(extension, "for_all_users", lambda: False)
    monkeypatch.setattr(extension, "_usual_profile", lambda: tmp_path)
    monkeypatch.setattr(extension, "install", lambda lang: done.append(lang) or Path("/office"))
    return done


def said(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(words)
    shown = capsys.readouterr()
    return int(ended.value.code or 0), shown.out + shown.err


def installed(profile: Path, python: str) -> None:
    """The extension as LibreOffice unpacks it."""
    folder = profile / "user" / "uno_packages" / "cache" / "uno_packages" / "lu1.tmp_" / "xl_collab.oxt"
    folder.mkdir(parents=True)
    (folder / "where.json").write_text(json.dumps({"python": python, "path": "/x", "lang": "zh"}))


def test_the_version_of_another_python_is_replaced_only_when_told(
    desk: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(tmp_path, "/opt/other/bin/python")
    code, text = said("install", "--libreoffice", capsys=capsys)
    assert (code, desk) == (2, [])
    assert "/opt/other/bin/python" in text and "--force" in text
    assert said("install", "--libreoffice", "--force", capsys=capsys)[0] == 0
    assert desk == ["zh"]


def test_the_own_version_is_replaced_at_once(
    desk: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/opt/mine/bin/python")
    installed(tmp_path, "/opt/mine/bin/python")
    code, text = said("install", "--libreoffice", capsys=capsys)
    assert (code, desk) == (0, ["zh"])
    assert "所有用户" not in text


def test_root_is_told_that_it_is_for_everybody(
    desk: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extension, "for_all_users", lambda: True)
    monkeypatch.setattr(extension, "_stores", lambda profile: [])
    assert "所有用户" in said("install", "--libreoffice", "--dry-run", capsys=capsys)[1]
    assert desk == []
    assert "所有用户" in said("install", "--libreoffice", capsys=capsys)[1]


# -- with which Python -----------------------------------------------------------------------------------


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What runs inside LibreOffice, over names in place of UNO: it starts processes without it."""
    names = ("XCallback", "XInstanceProvider", "XModifyListener")
    stub: dict[str, Any] = {name: type(name, (), {}) for name in names}
    stub["Base"] = type("Base", (), {})
    for name in ("uno", "unohelper", "com.sun.star.awt", "com.sun.star.bridge", "com.sun.star.util"):
        module = types.ModuleType(name)
        vars(module).update(stub)
        monkeypatch.setitem(sys.modules, name, module)
    spec = spec_from_file_location("xl_collab_office", SOURCE)
    assert spec is not None and spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    monkeypatch.setattr(made, "place", lambda: {"python": sys.executable, "path": str(ROOT), "lang": "zh"})
    return made


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder holds a module json of somebody's; the file that it writes when imported."""
    mark = tmp_path / "ran"
    (tmp_path / "json.py").write_text(f"open({str(mark)!r}, 'w').close()\nraise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    return mark


def test_a_module_in_the_documents_folder_is_not_imported(office: Any, hostile: Path) -> None:
    worker = office.start("xl_collab.ui.function_server")
    worker.communicate(timeout=60)
    assert (worker.returncode, hostile.exists()) == (0, False)
    # Readers of returned files, even if they were started in that folder.
    command = python_module("xl_collab.exchange.gate.readers")
    run = {"stdin": subprocess.DEVNULL, "capture_output": True, "env": python_path(), "timeout": 60}
    subprocess.run(command, check=False, **run)  # type: ignore[call-overload]
    assert not hostile.exists()
    subprocess.run([sys.executable, "-m", "xl_collab.ui.function_server"], check=False, **run)  # type: ignore[call-overload]
    assert not hostile.exists()  # PYTHONSAFEPATH says it a second time
    subprocess.run([sys.executable, "-m", "json.tool"], check=False, stdin=subprocess.DEVNULL, timeout=60)
    assert hostile.exists()  # else the folder would prove nothing
