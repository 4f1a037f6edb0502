"""The chart of bars: what it shows (content), how it looks (sheet)."""
