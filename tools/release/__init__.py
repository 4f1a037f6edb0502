"""Everything that a release hands out, made by one command: `python -m tools.release`."""
