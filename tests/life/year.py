"""A year of one project: each week every department gets a packet, fills it in and mails it, and the
coordinator collects once. What people do is drawn at random, but nobody does anything odd."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from life.acts import Act, Life, Setting
from life.files import FileOffice, Ran
from life.office import Row

DEPARTMENTS = ("研发部", "市场部", "生产部", "销售部", "行政部", "人力资源部")


def week(rng: random.Random, departments: int) -> list[Act]:
    """The acts of an ordinary week; some questions are answered, some are left."""
    acts: list[Act] = [("send", n, 0, 0) for n in range(departments)]
    acts += [("edit", rng.randrange(60), rng.randrange(60), rng.randrange(60)) for _ in range(2)]
    for n in range(departments):
        acts.append(("open", departments - 1 - n, 0, 0))
        acts += [("type", 0, rng.randrange(60), rng.randrange(60)) for _ in range(3)]
        acts.append(("mail", 0, 1, 0))
    acts.append(("collect", 0, 1, 0))
    return acts + [("answer", rng.randrange(60), rng.randrange(60), rng.randrange(60)) for _ in range(2)]


@dataclass
class Timed(FileOffice):
    """Measures what collecting replies costs."""

    seconds: float = 0.0
    """Processor time of the last `collect` of replies, child processes counted."""

    def _command(self, *args: object, fine: Sequence[int] = (0, 1)) -> Ran:
        before = processor_seconds()
        ran = super()._command(*args, fine=fine)
        if args[0] == "collect" and any(Path(str(args[2])).iterdir()):  # not after an answer, to look
            self.seconds = processor_seconds() - before
        return ran

    @property
    def ledger_bytes(self) -> int:
        """How big the ledger is."""
        return sum(path.stat().st_size for path in self.folder.glob("*.ledger.sqlite"))


@dataclass(frozen=True)
class Week:
    """What one week came to."""

    number: int
    collect_seconds: float
    ledger_bytes: int
    open: int


def processor_seconds() -> float:
    """Processor time so far, of this process and of those that it has started."""
    resource = pytest.importorskip("resource", reason="processor time is asked in a way of POSIX")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def lived(
    folder: Path, weeks: int, seed: int = 1, departments: Sequence[str] = DEPARTMENTS
) -> Iterator[Week]:
    """Play and judge week by week. Raises Broken as every life does."""
    made: list[Timed] = []

    def opened(rows: list[Row]) -> Timed:
        made.append(Timed(rows, folder, departments=departments))
        return made[0]

    rng = random.Random(seed)
    life = Life(opened, Setting(departments, len(departments), copies=False))
    for number in range(1, weeks + 1):
        life.play(week(rng, len(departments)))
        yield Week(number, made[0].seconds, made[0].ledger_bytes, len(life.questions()))
