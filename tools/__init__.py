"""What the project's people run from a checkout: derived files, lint, measures. Not in the wheel."""
