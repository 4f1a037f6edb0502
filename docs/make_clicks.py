"""The pictures of clicks in docs/pictures: a real LibreOffice window, a real mouse on our toolbar.

`python docs/make_clicks.py` installs the extension into a throw-away profile, opens the shipped workbook
under Xvfb, and clicks Validate, Variance, Risks, Minutes and Review with xdotool; a picture before, one
after each. Needs LibreOffice with python3-uno, Xvfb, xdotool and ImageMagick's import.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from offices_oxt import ExtendedOffice, throw_away, until, with_extension  # noqa: E402

PICTURES = Path(__file__).parent / "pictures"
SCREEN, WIDTH, HEIGHT = ":77", 1360, 860
BUTTON = 44
"""AccessibleRole.PUSH_BUTTON."""
CLICKS = {
    "Validate": "校验结果",
    "Variance": "",
    "Risks": "风险清单",
    "Minutes": "纪要-20231113",
    "Review": "复盘报告",
}
"""Button in an English LibreOffice → the sheet that it makes; the workbook itself is Chinese."""


def button(node: Any, name: str, depth: int = 0) -> Any:
    """The accessible push button of that name, or None."""
    about = node.getAccessibleContext()
    if about.getAccessibleRole() == BUTTON and about.getAccessibleName() == name:
        return about
    if depth < 7 and about.getAccessibleRole() not in (34, 35):  # menus
        for i in range(min(about.getAccessibleChildCount(), 60)):
            found = button(about.getAccessibleChild(i), name, depth + 1)
            if found is not None:
                return found
    return None


def click(window: Any, name: str) -> None:
    """A press of the left mouse button in the middle of the toolbar's button."""
    found = button(window, name)
    at, size = found.getLocationOnScreen(), found.getSize()
    place = [str(at.X + size.Width // 2), str(at.Y + size.Height // 2)]
    subprocess.run(["xdotool", "mousemove", *place, "click", "1"], check=True)


def shoot(name: str) -> None:
    """A picture of the screen."""
    subprocess.run(["import", "-window", "root", "-strip", str(PICTURES / f"click-{name}.png")], check=True)


def show(office: ExtendedOffice, folder: Path) -> None:
    """Open the workbook and click through."""
    path = folder / "collab_tracker.xlsm"
    path.write_bytes((ROOT / "workbook" / path.name).read_bytes())
    document = office.open(path)
    window = document.CurrentController.Frame.ContainerWindow
    window.setPosSize(0, 0, WIDTH, HEIGHT, 15)
    until(lambda: button(window, "Validate"))
    time.sleep(2)
    shoot("before")
    for name, tab in CLICKS.items():
        click(window, name)
        if tab:
            until(lambda tab=tab: document.CurrentController.ActiveSheet.Name == tab)
        time.sleep(6)
        shoot(name.lower())


def main() -> int:
    """Take all pictures."""
    screen = subprocess.Popen(["Xvfb", SCREEN, "-screen", "0", f"{WIDTH}x{HEIGHT}x24"])
    os.environ.update(DISPLAY=SCREEN, SAL_USE_VCLPLUGIN="gen")
    try:
        time.sleep(1)
        with throw_away() as profile:
            with pytest.MonkeyPatch.context() as patch:
                with_extension(profile, patch)
            office = ExtendedOffice(profile)
            try:
                show(office, profile)
            finally:
                office.process.terminate()
                office.process.wait(20)
    finally:
        screen.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
