"""One command on a document that is open in LibreOffice, over the private pipe that the extension opened.

`python -m xl_collab.ui.office_command validate PIPE UID` prints the answer as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from xl_collab.errors import XlCollabError
from xl_collab.ui.ribbon import Response, press
from xl_collab.ui.setup.installed import spoken


def run(command: str, pipe: str, uid: str) -> Response:
    """Do what the button says; never raises for what a person can mend."""
    from xl_collab.hosts.libreoffice.office import Office

    try:
        office = Office(f"pipe,name={pipe}")
        book = next((book for book in office.workbooks() if book.uid == uid), None)
    except XlCollabError as error:
        return Response("error", error.message(spoken()))
    path = "" if book is None else book.fullname

    try:
        return press(command, book, path=path, open_book=office.open)
    finally:
        office.close()


def main(arguments: Sequence[str]) -> int:
    """Print the answer; ASCII, so that no code page can spoil it."""
    real, sys.stdout = sys.stdout, sys.stderr
    said = run(*arguments)
    real.write(json.dumps({"kind": said.kind, "text": said.text}) + "\n")
    real.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
