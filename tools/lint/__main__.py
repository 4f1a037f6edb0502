"""`python -m tools.lint FILE...`: one problem a line, and 1 if there is any."""

import sys

from tools.lint.lint import main

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
