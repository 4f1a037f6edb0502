"""The command line as tests type it: what a command printed, and how it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from xl_collab.ui.cli import main


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


def typed(capsys: pytest.CaptureFixture[str], *args: object) -> Ran:
    """Run one line in this process."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([str(arg) for arg in args])
    shown = capsys.readouterr()
    return Ran(int(ended.value.code or 0), shown.out, shown.err)
