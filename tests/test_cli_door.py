"""The command line as a shell sees it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a POSIX shell")
def test_output_that_nobody_reads_to_its_end_is_no_error() -> None:
    line = f"for n in 1 2 3 4 5; do {shlex.quote(sys.executable)} -m xl_collab --help; done | head -1"
    ran = subprocess.run(["bash", "-c", line], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.count("\n") == 1
    assert ran.stderr == ""


def test_help_waits_for_no_library_of_ours() -> None:
    """The list of commands is read for every line; what one command works with is loaded when it runs."""
    heavy = "numpy pandas lxml xlsxwriter openpyxl xlwings python_calamine sqlite3"
    code = f"import sys, xl_collab.ui.cli; print(*sorted(set('{heavy}'.split()) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.strip() == ""


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        (("workdays", "2023-09-28", "2023-10-09"), "numpy pandas lxml openpyxl"),
        (("deadline", "11月底前", "--as-of", "2023-10-20"), "pandas lxml openpyxl"),
        (("validate", "BOOK", "--dry-run"), "pandas openpyxl xlwings urllib.request"),
    ],
    ids=["workdays", "deadline", "validate"],
)
def test_a_command_waits_for_nothing_that_it_does_not_use(
    line: tuple[str, ...], absent: str, sample: Path
) -> None:
    words = [str(sample) if word == "BOOK" else word for word in line]
    code = (
        "import sys; from xl_collab.ui.cli import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        f"print('loaded:', *sorted(set('{absent}'.split()) & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.rstrip().endswith("loaded:"), ran.stdout[-300:]
