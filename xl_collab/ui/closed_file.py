"""A command on a closed workbook from the file manager: what its menu starts. It needs no macros, no Excel.

`python -P -m xl_collab.ui.closed_file run FILE …` runs `xl-collab run` on each file, in a console that stays
open until its answer has been read. What may not enter: what the commands do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress

from xl_collab.schema.words import t
from xl_collab.ui.cli import main
from xl_collab.ui.setup.installed import spoken

WAIT = t("按回车键关闭…", "Press Enter to close …")


def run(words: Sequence[str]) -> int:
    """The command on each of the files; the worst of their exit codes."""
    command, *files = words
    codes = []
    for file in files:
        if len(files) > 1:
            print(f"\n{file}", flush=True)
        codes.append(_ended(command, file))
    return max(codes, default=2)


def _ended(command: str, file: str) -> int:
    try:
        main([command, file])
    except SystemExit as ended:
        return int(ended.code or 0)


if __name__ == "__main__":
    code = run(sys.argv[1:])
    if sys.stdin is not None and sys.stdin.isatty():
        with suppress(EOFError, KeyboardInterrupt):
            input(f"\n{WAIT.of(spoken())}")
    sys.exit(code)
