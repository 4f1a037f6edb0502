"""One run at a time: the ledger has no lock of its own but its master's, in words of the ledger.

Ledgers made by earlier versions have a table `lock`; what stands there blocks nobody.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from xl_collab.exchange.ledger.schema import LedgerBusy
from xl_collab.hosts.lock import WorkbookBusy, hold, holder


def take(master: Path, wait: float = 0.0) -> AbstractContextManager[None]:
    """Take the master's lock, waiting up to `wait` seconds; what comes back is for `release`.

    Who holds it already takes nothing more. Raises LedgerBusy with who holds it since when.
    """
    holding = hold(master, wait=wait)
    try:
        holding.__enter__()
    except WorkbookBusy as busy:
        raise LedgerBusy(busy.zh, busy.en) from busy
    return holding


def release(holding: AbstractContextManager[None]) -> None:
    """Give back what was taken."""
    holding.__exit__(None, None, None)


def refuse_held(master: Path) -> None:
    """LedgerBusy when another run holds the master."""
    if holder(master) is not None:
        release(take(master))
