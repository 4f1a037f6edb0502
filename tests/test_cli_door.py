"""The command line as a shell sees it."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys

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
