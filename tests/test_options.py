"""The same options on every command, from the side of whoever types them or calls them from a script."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from command_line import Ran, typed

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
ANSWERS = [["validate"], ["variance"], ["risks"], ["proposals"], ["lessons"]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Type a command where nothing says which language the user speaks."""
    for name in ("XL_COLLAB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return partial(typed, capsys)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the shipped workbook, with a blank in its name."""
    return Path(shutil.copy(SHIPPED, tmp_path / "跟踪 表.xlsm"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def commands(cli: Callable[..., Ran]) -> list[str]:
    """The commands that the help names."""
    lines = cli("--help").out.partition("命令：\n")[2].partition("\n\n")[0].splitlines()
    return [line[2:18].strip() for line in lines]


@pytest.mark.parametrize("command", ANSWERS, ids=lambda words: words[0])
def test_asking_for_json_changes_nothing(cli: Callable[..., Ran], sample: Path, command: list[str]) -> None:
    before = digest(sample)
    answer = json.loads(cli(*command, sample, "--json").out)
    assert isinstance(answer, list)
    assert digest(sample) == before and [path.name for path in sample.parent.iterdir()] == [sample.name]


def test_json_writes_when_it_is_told_to(cli: Callable[..., Ran], sample: Path, tmp_path: Path) -> None:
    before, copy = digest(sample), tmp_path / "副本.xlsm"
    asked = json.loads(cli("risks", sample, "--json").out)
    assert json.loads(cli("risks", sample, "--json", "-o", copy).out) == asked
    assert copy.exists() and digest(sample) == before
    assert json.loads(cli("risks", sample, "--json", "--write").out) == asked
    assert digest(sample) != before


def test_without_json_the_same_command_writes(cli: Callable[..., Ran], sample: Path) -> None:
    before = digest(sample)
    cli("risks", sample)
    assert digest(sample) != before


def test_what_is_asked_to_act_acts_and_says_so_as_json(cli: Callable[..., Ran], sample: Path) -> None:
    answer = json.loads(cli("minutes", sample, "--json").out)
    assert answer["written"] == str(sample) and [tab[:2] for tab in answer["sheets"]] == ["纪要"]
    again = json.loads(cli("minutes", sample, "--json", "--dry-run").out)
    assert again["written"] is None and again["cells"] == 0


def test_every_command_has_the_options_that_all_have(cli: Callable[..., Ran]) -> None:
    names = commands(cli)
    assert {"validate", "collect", "calendar import", "doctor"} < set(names)
    for name in names:
        shown = cli(*name.split(), "-h").out
        assert "--json" in shown and "--lang" in shown and "-h, --help" in shown, name


def test_options_that_all_have_may_come_first(cli: Callable[..., Ran], sample: Path) -> None:
    after = cli("validate", sample, "--lang", "en", "--json").out
    assert cli("--lang", "en", "--json", "validate", sample).out == after
    assert cli("validate", sample, "--json").out != after
    assert "Every finding" in cli("--lang=en", "validate", "--help").out


@pytest.mark.parametrize(
    ("environment", "english"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({}, False),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, False),
        ({"XL_COLLAB_LANG": "en", "LANG": "zh_CN.UTF-8"}, True),
        ({"XL_COLLAB_LANG": "zh", "LANG": "en_GB"}, False),
    ],
)
def test_the_language_of_the_system_is_spoken(
    cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], english: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("Usage: xl-collab" in cli("--help").out) is english


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_is_in_one_language_and_nothing_is_cut(
    cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for name in ["", *commands(cli)]:
        shown = cli("--lang", lang, *name.split(), "--help").out
        assert "…" not in shown.replace(" …\n", "\n", 1)
        assert all(sum(2 if ord(c) > 0x2E80 else 1 for c in line) <= 80 for line in shown.splitlines()), name
        if lang == "en":
            assert not any("\u4e00" <= c <= "\u9fff" for c in shown.replace("大小周", "")), name


def test_the_doctor_ends_with_1_when_something_is_to_be_done(
    cli: Callable[..., Ran], sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = json.loads(cli("doctor", sample, "--json").out)
    wrong = any(check["state"] == "problem" for check in checks)
    assert cli("doctor", sample).code == (1 if wrong else 0)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("HOME", str(sample.parent))
    (sample.parent / ".xlwings").mkdir()
    (sample.parent / ".xlwings" / "xlwings.conf").write_text(
        '"INTERPRETER_WIN","C:\\用户\\python.exe"\n', "utf-8"
    )
    assert cli("doctor", sample).code == 1


def completed(tmp_path: Path, *words: str) -> list[str]:
    """What bash would offer for the last of the words."""
    ask = subprocess.run(
        [sys.executable, "-m", "xl_collab", "--completion", "bash"],
        capture_output=True,
        text=True,
        check=True,
    )
    script = tmp_path / "completion.sh"
    script.write_text(ask.stdout, encoding="utf-8")
    quoted = " ".join(f"'{word}'" for word in words)
    line = (
        f". {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _xl_collab; echo ${{COMPREPLY[@]}}"
    )
    ran = subprocess.run(["bash", "-c", line], capture_output=True, encoding="utf-8", check=True)
    return ran.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_commands_and_their_options(tmp_path: Path) -> None:
    assert completed(tmp_path, "xl-collab", "vali") == ["validate"]
    assert completed(tmp_path, "xl-collab", "validate", "t.xlsm", "--dr") == ["--dry-run"]
    assert completed(tmp_path, "xl-collab", "calendar", "i") == ["import"]
    assert completed(tmp_path, "xl-collab", "calendar", "import", "--ye") == ["--year"]
    assert "--slip" not in completed(tmp_path, "xl-collab", "validate", "--")


def test_an_unknown_shell_is_told_which_there_are(cli: Callable[..., Ran]) -> None:
    assert cli("--completion", "cmd").code == 2
    assert "powershell" in cli("--completion").err
    assert "Register-ArgumentCompleter" in cli("--completion", "powershell").out


def test_undo_says_first_what_it_would_do(cli: Callable[..., Ran], sample: Path) -> None:
    original = digest(sample)
    cli("risks", sample)
    changed = digest(sample)
    shown = cli("undo", sample, "--dry-run")
    assert shown.code == 0 and "risks" in shown.out and digest(sample) == changed
    assert cli("undo", sample).code == 0 and digest(sample) == original
    assert cli("undo", sample, "--dry-run").code == 2
