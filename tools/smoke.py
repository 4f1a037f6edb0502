"""A wheel or source distribution as a stranger meets it: `python -m tools.smoke FILE`.

It is installed into a new virtual environment in a folder with Chinese and spaces, and does the main job
there, far from this checkout: a new workbook, all documents into it, the extension, the doctor, the licences.
`--constraints lowest.txt` installs with those versions. Nothing here needs LibreOffice.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

NOTEBOOK = Path(__file__).parents[1] / "docs" / "notebook.ipynb"
"""Run in the new environment too, where it exists: its cells one after the other, as a reader would."""
_LICENCES = (
    "from importlib.metadata import files; "
    "print(*sorted(f.name for f in files('xl-collab') if 'licenses' in f.parts))"
)
_LICENCE_NAMES = (
    "Apache-2.0-echarts.txt BSD-3-Clause-d3.txt BSD-3-Clause-xlwings.txt BSD-3-Clause-zrender.txt LICENSE "
    "MIT-VBA-Dictionary.txt MIT-chinesecalendar.txt MIT-pyOpenVBA.txt NOTICE"
)


class Installed:
    """A distribution in an environment of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)

    def python(self, *words: str) -> str:
        """What Python prints there; the checkout is not on its path."""
        return self._ran(str(self.bin / "python"), *words)

    def xl_collab(self, *words: str) -> str:
        """What the command prints."""
        return self._ran(str(self.bin / "xl-collab"), *words)

    def _ran(self, *command: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        env = {**kept, "PYTHONUTF8": "1"}
        ran = subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, encoding="utf-8"
        )
        if ran.returncode:
            raise SystemExit(f"{' '.join(command)}\nended with {ran.returncode}\n{ran.stdout}{ran.stderr}")
        return ran.stdout


def expect(wanted: str, shown: str) -> None:
    """End with a sentence when `wanted` is not in what was shown."""
    if wanted not in shown:
        raise SystemExit(f"“{wanted}” is missing in:\n{shown}")


def main_job(installed: Installed) -> None:
    """What everybody does first, by the names that README gives it."""
    expect("xl-collab", installed.xl_collab("--version"))
    installed.xl_collab("new", "新品 上市.xlsm", "--scenario", "product-launch", "--start", "2026-03-02")
    expect("校验结果", installed.xl_collab("run", "新品 上市.xlsm", "--as-of", "2026-03-09"))
    installed.xl_collab("demo")  # into collab-demo, where the notebook looks
    expect("没有写文件", installed.xl_collab("install", "--libreoffice", "--dry-run"))
    checks = json.loads(installed.xl_collab("doctor", "新品 上市.xlsm", "--json"))
    expect("xlwings", json.dumps(checks))
    expect(_LICENCE_NAMES, installed.python("-c", _LICENCES))


def notebook(installed: Installed, file: Path) -> None:
    """Every code cell of a notebook, in order, in one process."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    installed.python("-c", "\n\n".join(code))


def main(arguments: Sequence[str]) -> int:
    """Install and try; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.smoke", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("file", type=Path, help="a .whl or .tar.gz")
    parser.add_argument("--constraints", type=Path, metavar="FILE", help="install with these versions")
    options = parser.parse_args(arguments)
    limits = ["-c", str(options.constraints.absolute())] if options.constraints else []
    with tempfile.TemporaryDirectory(prefix="新 用户 ") as folder:
        installed = Installed(Path(folder))
        installed.python("-m", "pip", "install", "--quiet", *limits, str(options.file.absolute()))
        main_job(installed)
        if NOTEBOOK.is_file():
            notebook(installed, NOTEBOOK)
    print(f"{options.file.name}: installed and does the main job")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
