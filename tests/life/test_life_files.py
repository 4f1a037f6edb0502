"""Lives with files: the real command line over a workbook, twelve weeks of packets, replies and mails."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from life.acts import Act, Life, Setting, weekly
from life.files import DEPARTMENTS, FileOffice, Ran, Resave
from life.office import Opened, Row
from life.stories import Lived, broken_by, told
from life.year import lived

pytestmark = pytest.mark.slow

WEEKS = 12
SHRINKING = 120.0
"""For how many seconds a smaller history is looked for, when a life breaks."""


def life_of(seed: int) -> Lived:
    """A history for files; in one of four some clocks lie."""
    setting = Setting(DEPARTMENTS, 6, clocks_lie=seed % 4 == 3, copies=False)
    return weekly(random.Random(seed), WEEKS, len(DEPARTMENTS)), setting


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[Mapping[int, Resave]], Opened]:
    """Opens an office in a folder of its own; some replies go through a program on their way."""
    counted = iter(range(1_000_000))

    def with_programs(resave: Mapping[int, Resave]) -> Opened:
        def start(rows: list[Row]) -> FileOffice:
            folder = tmp_path / str(next(counted))
            folder.mkdir()
            return FileOffice(rows, folder, resave)

        return start

    return with_programs


@pytest.fixture
def libreoffice(soffice: Callable[..., None], tmp_path: Path) -> Resave:
    """A colleague opens the packet in LibreOffice and saves it."""

    def resave(workbook: bytes) -> bytes:
        there, out = tmp_path / "opened.xlsx", tmp_path / "saved"
        there.write_bytes(workbook)
        soffice("--convert-to", "xlsx", "--outdir", out, there)
        return (out / there.name).read_bytes()

    return resave


def stands(opened: Opened, seed: int) -> None:
    """The life of a seed does not break; if it does, its smallest history is told."""
    if broken_by(opened, *life_of(seed)):
        pytest.fail(str(told(opened, seed, life_of(seed), SHRINKING)))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_twelve_weeks_are_as_people_expect(
    opened: Callable[[Mapping[int, Resave]], Opened], seed: int
) -> None:
    stands(opened({}), seed)


def test_twelve_weeks_with_a_reply_saved_by_libreoffice(
    opened: Callable[[Mapping[int, Resave]], Opened], libreoffice: Resave
) -> None:
    stands(opened({5: libreoffice}), 3)


@pytest.mark.soak
def test_a_hundred_lives(opened: Callable[[Mapping[int, Resave]], Opened], libreoffice: Resave) -> None:
    for seed in range(100, 200):
        stands(opened({5: libreoffice} if seed % 10 == 0 else {}), seed)


def command(*args: object) -> Ran:
    """The command line as a program of its own."""
    start = "from xl_collab.ui.cli import main; main()"
    call = [sys.executable, "-c", start, *map(str, args)]
    ran = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", env=os.environ, check=False)
    return Ran(ran.returncode, ran.stdout, ran.stderr)


WEEK_OF_CORRECTIONS: list[Act] = [
    *(("send", 0, 0, 0), ("open", 0, 0, 0), ("type", 0, 1, 1), ("mail", 0, 0, 0), ("collect", 0, 1, 0)),
    *(("type", 0, 1, 2), ("mail", 0, 0, 0), ("collect", 0, 1, 0), ("edit", 0, 1, 0), ("type", 0, 1, 3)),
    *(("mail", 0, 0, 0), ("collect", 0, 1, 0), ("answer", 0, 1, 0), ("replay", 0, 0, 0)),
]
"""完成率 is reported and corrected; then the coordinator changes it, and a further correction is asked."""


def test_a_short_life_with_real_processes(tmp_path: Path) -> None:
    life = Life(lambda rows: FileOffice(rows, tmp_path, run=command), Setting(DEPARTMENTS, 6, copies=False))
    life.play(WEEK_OF_CORRECTIONS)
    assert life.rows[1]["percent"] == 0.6


def test_weeks_of_six_departments_leave_no_idle_question(tmp_path: Path) -> None:
    *_, last = lived(tmp_path, 5)
    assert last.number == 5


@pytest.mark.soak
def test_a_year_of_six_departments_leaves_no_idle_question(tmp_path: Path) -> None:
    *_, last = lived(tmp_path, 52)
    assert last.number == 52
