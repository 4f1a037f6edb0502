"""The log of what nobody expected: one file in the temporary folder, written when there is something.

What may not enter: what users are told; that is a refusal or an error with its cure.
"""

from __future__ import annotations

import logging
import tempfile
from contextlib import suppress
from pathlib import Path

__all__ = ["LOG", "keep_log"]

LOG = Path(tempfile.gettempdir()) / "xl_collab.log"


class _LogFile(logging.Handler):
    """Adds each record to the log; the file is open only while it is written."""

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError), LOG.open("a", encoding="utf-8") as log:
            log.write(self.format(record) + "\n")


def keep_log() -> None:
    """Have unexpected errors written to the log from now on."""
    logger = logging.getLogger("xl_collab")
    if not any(isinstance(handler, _LogFile) for handler in logger.handlers):
        handler = _LogFile(logging.ERROR)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
