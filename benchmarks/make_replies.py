"""`make_replies.py COUNT ROWS FOLDER`: replies to collect, each a department's packet of ROWS rows.

All tasks of the tracker are led by one department, so that its packet has them all. The replies differ in
when they say that they were changed, as those of one department would. FOLDER also gets the master.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from make_tracker import make_tracker
from plan import AS_OF, Plan, Row

LEAD = "研发部"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


class OneLead(Plan):
    """Tasks that all belong to one department."""

    def _row(self, number: int) -> Row:
        return super()._row(number) | {"owner": LEAD}


def make_replies(count: int, rows: int, folder: Path) -> Path:
    """Write the master to `folder` and the replies below it; returns where they lie."""
    replies = folder / "replies"
    replies.mkdir(parents=True)
    master = folder / "master.xlsx"
    make_tracker(rows, master, OneLead)
    packets = folder / "packets"
    command = [sys.executable, "-m", "xl_collab", "packets", str(master), "--to", LEAD, "-o", str(packets)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (packet,) = packets.glob("*.xlsx")
    for number in range(count):
        _copy(packet, replies / f"{number + 1:02}.xlsx", AS_OF + dt.timedelta(days=number))
    return replies


def _copy(packet: Path, target: Path, day: dt.date) -> None:
    """The packet, changed on that day."""
    with zipfile.ZipFile(packet) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>%bT09:00:00Z" % day.isoformat().encode(), data)
            new.writestr(name, data)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make replies of one department to collect.")
    parser.add_argument("count", type=int, help="number of replies")
    parser.add_argument("rows", type=int, help="rows of each")
    parser.add_argument("folder", type=Path, help="where to; it must not exist")
    given = parser.parse_args()
    make_replies(given.count, given.rows, given.folder)


if __name__ == "__main__":
    main()
