"""Plays the lamp project (lamp.py) on one workbook, step by step, and prints what `validate` finds.

python examples/play.py                 the whole project, in Chinese, into lamp-project/
python examples/play.py --lang en       the same in English
python examples/play.py --until team    stops after a step, to look at the workbook as it was then
python examples/play.py --cold          every command in a Python of its own, and how long each took
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from desk import Desk, Found
from lamp import STEPS, Step


def play(desk: Desk, until: str = "") -> Iterator[tuple[Step, list[Found]]]:
    """Every step in turn, with what `validate` finds at its end."""
    for step in STEPS:
        if desk.path.exists():
            desk.fill("settings", data_date=step.day)
        step.do(desk)
        yield step, desk.check()
        if step.name == until:
            return


def _main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("lamp-project"), help="folder of the workbook")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--until", default="", metavar="STEP", help="stop after this step")
    parser.add_argument("--cold", action="store_true", help="a Python of its own for every command")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    path = asked.out / "lamp.xlsm"
    path.unlink(missing_ok=True)
    desk = Desk(path, asked.lang, asked.cold)
    spent: list[float] = []
    for step, found in play(desk, asked.until):
        print(f"{step.day}  {step.name:<10} {step.title.of(asked.lang)}")
        for ran in desk.ran:
            seconds = f"  {ran.seconds:.2f} s" if asked.cold else ""
            print(f"    xl-collab {' '.join(ran.words)}{seconds}")
        spent += [ran.seconds for ran in desk.ran]
        desk.ran.clear()
        for code, row_id, cell in found:
            print(f"      {code} {row_id} {cell}")
    print(path)
    if asked.cold:
        base = _importing()
        mean, most = sum(spent) / len(spent), max(spent)
        print(f"{len(spent)} commands; importing pandas and openpyxl takes {base:.2f} s:")
        print(f"a command takes {mean / base:.1f} times that, the longest {most / base:.1f} times")


def _importing() -> float:
    """Seconds that a new Python takes to import pandas and openpyxl: the best of three."""
    command = [sys.executable, "-c", "import pandas, openpyxl"]
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run(command, check=True)
        seconds.append(time.perf_counter() - began)
    return min(seconds)


if __name__ == "__main__":
    _main()
