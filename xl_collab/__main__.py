"""python -m xl_collab: the command line where the console script is not on PATH."""

import sys

if not sys.flags.safe_path:
    # Python would import from the current folder, which may be a document's with anybody's modules in it.
    del sys.path[0]

from xl_collab.ui.cli import main

main()
