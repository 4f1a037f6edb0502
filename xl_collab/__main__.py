"""python -m xl_collab: the command line where the console script is not on PATH."""

from xl_collab.faces.cli.app import main

main()
