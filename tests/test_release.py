"""What strangers get: one version, licences of all that is shipped, true bounds, a release by one command."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from email.parser import HeaderParser
from importlib.metadata import files, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import xl_collab
from tools import constraints
from tools.build import vba
from tools.release import __main__ as release, changelog, windows_bundle

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# -- one version -------------------------------------------------------------------------------------


def test_the_version_is_said_once_and_the_changelog_knows_it() -> None:
    assert "version" in PROJECT["dynamic"] and "version" not in PROJECT
    said = changelog.sections(changelog.CHANGELOG.read_text(encoding="utf-8"))
    assert said[0].name == changelog.UNRELEASED
    released = [Version(section.name) for section in said[1:]]
    assert released == sorted(released, reverse=True)
    assert all(section.day and section.text for section in said[1:])
    ours = Version(xl_collab.__version__)
    assert ours == released[0] if released else said[0].text
    assert not released or ours >= released[0]


HISTORY = """# Changelog

## [Unreleased]

### Added
- something new

## [1.2.0] - 2026-05-01

### Fixed
- a fault

## [1.1.0] - 2026-04-01

- the first
"""


@pytest.mark.parametrize(
    ("wanted", "name", "text"),
    [
        ("1.2.0", "1.2.0", "### Fixed\n- a fault"),
        ("1.1.0", "1.1.0", "- the first"),
        ("1.3.0", "Unreleased", "### Added\n- something new"),
    ],
)
def test_notes_are_what_the_changelog_says_of_that_version(wanted: str, name: str, text: str) -> None:
    found = changelog.notes(wanted, HISTORY)
    assert found is not None
    assert (found.name, found.text) == (name, text)


def test_an_empty_section_is_nothing() -> None:
    assert changelog.notes("2.0.0", "## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n- x\n") is None


# -- licences ----------------------------------------------------------------------------------------


def test_everything_that_is_shipped_has_its_licence() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    named = set(re.findall(r"LICENSES/\S+\.txt", notice))
    assert named == {path.relative_to(ROOT).as_posix() for path in (ROOT / "LICENSES").iterdir()}
    for made_with in ("xlwings", "pyOpenVBA", "chinesecalendar"):
        assert f"\n{made_with} {version(made_with)}\n" in notice
    assert "Tim Hall" in vba.module_source(*vba.SOURCES[1][1::2])


def test_xlwings_licence_is_the_one_it_comes_with() -> None:
    theirs = next(file for file in files("xlwings") or [] if file.name == "LICENSE.txt")
    ours = (ROOT / "LICENSES" / "BSD-3-Clause-xlwings.txt").read_text(encoding="utf-8")
    assert ours.split() == theirs.read_text().split()


# -- bounds ------------------------------------------------------------------------------------------


def _declared() -> list[Requirement]:
    return [Requirement(text) for text in PROJECT["dependencies"]]


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
def test_each_python_has_one_lowest_version_of_everything(python: str) -> None:
    names = [line.partition("==")[0] for line in constraints.constraints(_declared(), python)]
    assert sorted(names) == sorted({requirement.name for requirement in _declared()})
    assert f"Programming Language :: Python :: {python.rpartition('.')[0]}" in PROJECT["classifiers"]


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
def test_extras_have_one_lowest_version_of_everything_too(python: str) -> None:
    names = [line.partition("==")[0] for line in constraints.constraints(constraints.requirements(), python)]
    assert {"pyarrow", "dask", "imapclient"} <= set(names) and len(names) == len(set(names))
    assert "xl-collab" not in names


def test_the_lowest_is_read_from_the_bounds() -> None:
    wanted = [Requirement("a>=1.5,<3"), Requirement("b==2.1"), Requirement("c>=9; python_version < '3.12'")]
    assert constraints.constraints(wanted, "3.12.4") == ["a==1.5", "b==2.1"]
    assert constraints.constraints(wanted, "3.11.4") == ["a==1.5", "b==2.1", "c==9"]
    with pytest.raises(ValueError, match="lower bound"):
        constraints.constraints([Requirement("d<4")], "3.12.0")


def test_xlsxwriter_whose_method_we_override_is_bounded_above() -> None:
    found = next(requirement for requirement in _declared() if requirement.name == "XlsxWriter")
    assert not found.specifier.contains("99")
    assert found.specifier.contains(version("XlsxWriter"))


# -- the bundle for Windows --------------------------------------------------------------------------


def _wheel(folder: Path, name: str, *requires: str) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        lines = [
            f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0",
            *(f"Requires-Dist: {r}" for r in requires),
        ]
        archive.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines) + "\n")
    return path


def test_requirements_are_judged_as_windows_would(tmp_path: Path) -> None:
    wheel = _wheel(
        tmp_path,
        "a",
        "pywin32>=1; sys_platform == 'win32'",
        "uvloop; sys_platform == 'linux'",
        "old; python_version < '3.13'",
        "keyring; extra == 'mail'",
        "plain",
    )

    def names(python: str, *extras: str) -> list[str]:
        return [one.name for one in windows_bundle.needs(wheel, python, ("", *extras))]

    assert names("3.12") == ["pywin32", "old", "plain"]
    assert names("3.13", "mail") == ["pywin32", "keyring", "plain"]


def test_the_bundle_says_the_pythons_that_it_holds() -> None:
    texts = windows_bundle.texts()
    low, high = windows_bundle.PYTHONS[0], windows_bundle.PYTHONS[-1]
    assert f"Python {low}～{high}" in texts["安装说明.txt"].decode("utf-8-sig")
    command = texts["install.cmd"]
    assert command.isascii() and b"\n" not in command.replace(b"\r\n", b"")
    assert (
        f"({low.replace('.', ', ')}) <= sys.version_info[:2] <= ({high.replace('.', ', ')})".encode()
        in command
    )
    assert {f"Programming Language :: Python :: {python}" for python in windows_bundle.PYTHONS} <= set(
        PROJECT["classifiers"]
    )


# -- the release -------------------------------------------------------------------------------------

needs_git = pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(),
    reason="a release is made from a git checkout",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("release") / "out"
    section = changelog.Section("0.0.0", "2026-01-01", "- all of it")
    release.make(out, section, offline=False)
    return out


@needs_git
def test_a_release_holds_everything_and_its_sums_agree(made: Path) -> None:
    ours = xl_collab.__version__
    assert {path.name for path in made.iterdir()} == {
        f"xl_collab-{ours}-py3-none-any.whl",
        f"xl_collab-{ours}.tar.gz",
        "collab_tracker.xlsm",
        "xl_collab.xlam",
        "xl_collab.oxt",
        "NOTES.md",
        "SHA256SUMS",
    }
    sums = dict(
        reversed(line.split("  ")) for line in (made / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    assert set(sums) == {path.name for path in made.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((made / name).read_bytes()).hexdigest() == sums[name] for name in sums)


@needs_git
def test_the_same_commit_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    release.make(tmp_path, changelog.Section("0.0.0", "2026-01-01", "- all of it"), offline=False)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in made.iterdir()
    }


@needs_git
def test_the_wheel_says_what_it_is(made: Path) -> None:
    with zipfile.ZipFile(next(made.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        said = HeaderParser().parsestr(wheel.read(metadata).decode())
    assert said["License-Expression"] == "MIT AND BSD-3-Clause AND Apache-2.0"
    licences = {"LICENSE", "NOTICE", *(f"LICENSES/{path.name}" for path in (ROOT / "LICENSES").iterdir())}
    assert set(said.get_all("License-File", [])) == licences
    assert said["Version"] == xl_collab.__version__
    assert "xl_collab/py.typed" in names


@needs_git
def test_the_source_distribution_tests_itself(made: Path) -> None:
    """Whatever is in the repository is in it: its own tests are collected from there by .ci/run."""
    with tarfile.open(next(made.glob("*.tar.gz"))) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    tracked = subprocess.run(
        ["git", "-c", "core.quotePath=off", "ls-tree", "-r", "--name-only", "HEAD"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout.splitlines()
    assert [name for name in tracked if name not in inside] == []


@needs_git
def test_without_a_folder_nothing_is_made_and_a_wrong_tag_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert release.main(["--tag", "v99.0"]) == 1
    shown = capsys.readouterr()
    assert "the tag v99.0 is not" in shown.err
    assert "nothing was made" in shown.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.soak
@needs_git
def test_the_bundle_holds_a_wheel_of_everything_for_each_python(made: Path, tmp_path: Path) -> None:
    """Fetches from PyPI."""
    wheel = next(made.glob("*.whl"))
    out = windows_bundle.bundle(wheel, tmp_path / "wheels", tmp_path / "out.zip", ("3.11", "3.14"))
    names = zipfile.ZipFile(io.BytesIO(out.read_bytes())).namelist()
    assert {"install.cmd", "安装说明.txt", f"wheels/{wheel.name}"} <= set(names)
    for tag in ("cp311-cp311-win_amd64", "cp314-cp314-win_amd64"):
        for name in ("numpy", "pandas", "lxml", "pywin32"):
            assert any(one.startswith(f"wheels/{name}-") and tag in one for one in names), (name, tag)


def test_what_ci_runs_with_other_versions_exists() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    named = re.findall(r"tests/\w+\.py", script)
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_ci_leaves_out_no_test_but_those_with_a_place_of_their_own() -> None:
    """What `slow` keeps out of the README's command is run by .ci/run, word for word as CONTRIBUTING says."""
    everything = '-m "not soak and not excel and not extension and not windows"'
    assert everything in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert everything in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_windows_python_gets_what_pyproject_asks_for() -> None:
    """requirements.txt is written by tools/windows/lock; `xl-collab[mail]` is ours."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = (ROOT / "tools" / "windows" / "requirements.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert [
        line for line in lines if not re.fullmatch(r"[\w.-]+==\S+ --hash=sha256:[0-9a-f]{64}", line)
    ] == []
    there = dict(line.split(" ")[0].split("==") for line in lines)
    windows = {"python_version": "3.13", "sys_platform": "win32"}
    wanted = [
        Requirement(one)
        for one in (*project["dependencies"], *extras["test"], *extras["mail"], *extras["outlook"])
    ]
    wanted = [one for one in wanted if one.marker is None or one.marker.evaluate(windows)]
    told = {canonicalize_name(one.name): one.specifier for one in wanted if one.name != "xl-collab"}
    assert {
        name: there.get(name) for name, bounds in told.items() if not bounds.contains(there.get(name, "0"))
    } == {}


def test_ci_has_a_windows_python_run_the_tests_of_windows() -> None:
    stage = (ROOT / "tools" / "windows" / "stage").read_text(encoding="utf-8")
    assert "tools/windows/stage" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    named = re.findall(r"^  (tests/\w+\.py)", stage, re.MULTILINE)
    assert "tests/test_windows.py" in named
    assert [name for name in named if not (ROOT / name).is_file()] == []
