"""What Microsoft's validator does not notice in a workbook: `python -m tools.lint FILE...`."""
