"""Python as xlwings' VBA starts it: no pandas before somebody asks for it, and DataFrames as ever then."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_ARGUMENTS = ("--wb=b.xlsm", "--from_xl=1", "--app=C:\\Excel", "--hwnd=1")
_STARTED = 'import xlwings.utils;xlwings.utils.prepare_sys_path("false;b.xlsm;b.xlsm;;;;"); '
"""What stands before the command in the line that xlwings.bas runs."""
_READS = """
import json, sys, xlwings
from xlwings import conversion
early = "pandas" in sys.modules
class Engine:
    name = type = "excel"
    clean_value_data = staticmethod(lambda data, *options: data)
xlwings.engines.add(xlwings.Engine(impl=Engine))
cells = [["", "a", "b"], [1.0, 2.0, "x"], [2.0, 4.0, "y"]]
frame = conversion.read(None, cells, {"convert": ASKED})
print(json.dumps([early, type(frame).__name__, frame.to_dict()]))
"""
"""Cells as an engine hands them over, read as a DataFrame."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as pip fills it: beside the package lies the line for the interpreter."""
    line = ROOT / "xl_collab_click.pth"
    (tmp_path / line.name).write_text(line.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def _click(site: Path, code: str) -> str:
    """What a command prints in a Python that xlwings' VBA started."""
    # -S and paths by hand: an installed package has the line too.
    known = [str(ROOT), *dict.fromkeys(map(sysconfig.get_path, ("purelib", "platlib")))]
    first = f"import sys, site; sys.path[:0] = {known}; site.addsitedir({str(site)!r}); "
    line = [sys.executable, "-S", "-W", "error", "-c", first + _STARTED + "\n" + code, *_ARGUMENTS]
    ran = subprocess.run(line, capture_output=True, text=True, cwd=site, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_click_starts_without_pandas(site: Path) -> None:
    """xlwings and the ribbon are there; the first who imports pandas has all of it."""
    told = _click(
        site,
        "import sys, xl_collab.ui.ribbon; print('pandas' in sys.modules)\n"
        "import pandas; print(len(pandas.DataFrame({'a': [1, 2]})), pandas.__spec__.name)",
    )
    assert told.split() == ["False", "2", "pandas"]


def test_without_the_line_xlwings_finds_pandas(site: Path) -> None:
    """Where the line is not installed nothing changes: the test above cannot pass by itself."""
    (site / "xl_collab_click.pth").unlink()
    assert _click(site, "import sys; print('pandas' in sys.modules)").split() == ["True"]


@pytest.mark.parametrize("asked", ['"df"', "__import__('pandas').DataFrame"])
def test_cells_become_a_frame(site: Path, asked: str) -> None:
    """Asked for by its name, or by the class: both load pandas and convert."""
    code = _READS.replace("ASKED", asked)
    assert json.loads(_click(site, code)) == [
        False,
        "DataFrame",
        {"a": {"1.0": 2.0, "2.0": 4.0}, "b": {"1.0": "x", "2.0": "y"}},
    ]


def test_frames_and_series_find_their_converters(site: Path) -> None:
    """As where pandas was there from the start: the same kinds have the same converters."""
    code = (
        "import json, xlwings.conversion as c, xlwings.main as m\n"
        "import pandas as pd\n"
        "found = {str(kind): one.__name__ for kind, one in c.accessors.items()}\n"
        "names = [c.PandasDataFrameConverter.__name__, c.PandasSeriesConverter.__name__]\n"
        "print(json.dumps([found, names, m.pd is pd]))"
    )
    late = json.loads(_click(site, code))
    (site / "xl_collab_click.pth").unlink()
    assert late == json.loads(_click(site, code))
    assert {"PandasDataFrameConverter", "PandasSeriesConverter"} <= set(late[0].values())


def test_a_function_of_xlwings_that_needs_pandas_loads_it(site: Path) -> None:
    """xlwings.load gives a frame where pandas is installed, also when it is the first to ask for it."""
    code = (
        "import sys, xlwings.main as m\n"
        "class Options:\n    value = 'frame'\n"
        "class Cells:\n"
        "    shape = (2, 2)\n"
        "    def options(self, kind, **more):\n        self.kind = kind; return Options()\n"
        "cells = Cells()\n"
        "early = 'pandas' in sys.modules\n"
        "m.books = type('Books', (), {'active': type('B', (), {'selection': cells})})\n"
        "print(early, m.load(), cells.kind.__name__)"
    )
    assert _click(site, code).split() == ["False", "frame", "DataFrame"]


def test_other_pythons_are_left_alone(site: Path) -> None:
    """The line does nothing in a Python that xlwings' VBA did not start."""
    code = f"import site; site.addsitedir({str(site)!r}); import sys; print('xl_collab' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False"]
