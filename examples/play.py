"""Plays the lamp project (lamp.py) on one workbook, step by step, and prints what `validate` finds.

python examples/play.py                 the whole project, in Chinese, into lamp-project/
python examples/play.py --lang en       the same in English
python examples/play.py --until team    stops after a step, to look at the workbook as it was then
python examples/play.py --cold          every command in a Python of its own, and how long each took
"""

from __future__ import annotations

import argparse
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
    for step, found in play(desk, asked.until):
        print(f"{step.day}  {step.name:<10} {step.title.of(asked.lang)}")
        for ran in desk.ran:
            seconds = f"  {ran.seconds:.2f} s" if asked.cold else ""
            print(f"    xl-collab {' '.join(ran.words)}{seconds}")
        desk.ran.clear()
        for code, row_id, cell in found:
            print(f"      {code} {row_id} {cell}")
    print(path)


if __name__ == "__main__":
    _main()
